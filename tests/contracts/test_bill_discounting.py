"""Discount of bills: outright, with redemption, in part, between banks; every gate of B17."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tests import recourse_stories as bills
from tests.recourse_stories import (
    DAYS,
    FACE,
    RECEIVED,
    REDEMPTION,
    TRANSFERABLE,
    freeze_range,
    holder,
    pair,
    part_of,
    received,
)
from tests.stories import (
    STRANGER,
    Rule,
    as_bytes,
    authority_rules,
    by_actor,
    caller_case,
    cash,
    check_refusals,
    freeze,
    name_of,
    party,
    put,
    suspend,
    then,
    use,
)
from tests.typed import BILL_QUOTE, BILL_SALE
from tests.world import FOREVER, MAKE, PAY, Receipt, World, hashed, officer_key

RATE = 24_000


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def financeable(world: World, id_: int, *banks: str) -> None:
    """The acceptor discloses the bill, and these banks check it (X1, X3, X6)."""
    number = part_of(id_).number
    statement = as_bytes(world.read("disclosures", "derivedStatement", number))
    world.act("debtor", "disclosures", "disclose", number, statement)
    for bank in banks:
        world.act(bank, "disclosures", "recordCheck", number)


def bill_quote(world: World, id_: int, **changes: Any) -> dict[str, Any]:
    """A bank's quote for a whole range, outright."""
    whole = part_of(id_)
    terms = {
        "funder": party(world, "bank"),
        "seller": party(world, "supplier"),
        "tokenId": id_,
        "acts": bills.acts(world, id_),
        "first": whole.first,
        "last": whole.last,
        "ratePpm": RATE,
        "feeFen": 100,
        "buyerSharePpm": 0,
        "redeemFrom": 0,
        "redeemUntil": 0,
        "redeemFen": 0,
        "redeemRatePpm": 0,
        "interbank": False,
        "epoch": 0,
        "deadline": FOREVER,
    }
    return terms | changes


def repo_quote(world: World, id_: int, **changes: Any) -> dict[str, Any]:
    """The same, redeemable from the fifth day to the twentieth at the discount rate."""
    window = {
        "redeemFrom": world.today + 5,
        "redeemUntil": world.today + 20,
        "redeemRatePpm": RATE,
    }
    return bill_quote(world, id_, **(window | changes))


def quote_id(world: World, q: Mapping[str, Any]) -> bytes:
    return world.digest("billdiscounting", "BillQuote", BILL_QUOTE, q)


def sale_digest(
    world: World,
    q: Mapping[str, Any],
    evidence: bytes | None = None,
    consent: bytes | None = None,
) -> bytes:
    message = {
        "quoteId": quote_id(world, q),
        "evidenceHash": hashed("trade") if evidence is None else evidence,
        "consentHash": hashed("consent") if consent is None else consent,
    }
    return world.digest("billdiscounting", "BillSale", BILL_SALE, message)


def discount(world: World, q: Mapping[str, Any], *, by_funder: bool = False) -> Receipt:
    """Both sides approve; sent by the seller, or the funder."""
    seller, funder = name_of(world, q["seller"]), name_of(world, q["funder"])
    if by_funder:
        approvals = world.approval(seller, sale_digest(world, q)), world.by_caller(funder)
    else:
        approvals = world.by_caller(seller), world.approval(funder, quote_id(world, q))
    args = (q, hashed("trade"), hashed("consent"), *approvals)
    sender = funder if by_funder else seller
    return world.act(sender, "billdiscounting", "discount", *args)


def ready(world: World, **fields: Any) -> int:
    """A disclosed bill in the supplier's hands, and banks that checked it and have money."""
    id_ = received(world, **fields)
    financeable(world, id_, "bank", "bank2")
    bills.fund(world, "bank", "bank2", amount=10 * FACE)
    return id_


# Outright: B17


@pytest.mark.parametrize("by_funder", [False, True])
def test_discount__outright__moves_range_and_money_at_once(world: World, by_funder: bool) -> None:
    """B17, bills.md §9: days to the rolled maturity, half-up; the seller joins the chain."""
    id_ = ready(world)
    pay_day, _ = world.read("rulebook", "roll", bills.maturity(world, id_))
    interest = half_up(Fraction(FACE * (pay_day - world.today) * RATE, 360 * 10**6))

    part, net = discount(world, bill_quote(world, id_), by_funder=by_funder).result

    assert (part, net) == (id_, FACE - interest - 100)
    assert (holder(world, id_), pair(world, id_)) == ("bank", (RECEIVED, TRANSFERABLE))
    assert (cash(world, "supplier"), cash(world, "bank")) == (net, 10 * FACE - net)
    records, _ = world.read("bills", "recordsOf", id_)
    assert [(r["party"], r["kind"]) for r in records] == [(party(world, "supplier"), 3)]


def test_discount__of_a_part__leaves_the_rest_with_the_seller(world: World) -> None:
    """§5, §9: interest on the part's own face; Σ children = parent."""
    id_ = ready(world)
    units = part_of(id_)
    q = bill_quote(world, id_, last=FACE // 4)
    interest = world.read("billdiscounting", "termsOf", q)[0]

    part, net = discount(world, q).result

    assert part_of(part).amount == FACE // 4
    assert net == FACE // 4 - interest - 100
    rest = bills.token(units.number, FACE // 4 + 1, FACE)
    assert (holder(world, part), holder(world, rest)) == ("bank", "supplier")


def case_of(world: World) -> SimpleNamespace:
    id_ = ready(world)
    other = received(world, serial=2)
    q = bill_quote(world, id_)
    case = caller_case(world, "supplier", MAKE, q=q, id=id_, other=other, funder="bank", key=None)
    case.evidence, case.consent = hashed("trade"), hashed("consent")
    return case


def send(world: World, case: SimpleNamespace) -> None:
    digest = quote_id(world, case.q)
    funder = world.approval(case.funder, digest)
    if case.key is not None:
        funder["signature"] = case.key.sign_typed(digest)
    seller = {"officer": case.by, "signature": b""}
    args = (case.q, case.evidence, case.consent, seller, funder)
    world.send(case.by, "billdiscounting", "discount", *args)


def funder_is(who: str, act: Any = None) -> Any:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.funder = who
        if act is not None:
            act(world, who)

    return breach


def end_epoch(world: World, who: str) -> None:
    world.act(who, "participants", "endEpoch")


def undisclosed(world: World, case: SimpleNamespace) -> None:
    """Another bill of the same acceptor, not disclosed."""
    case.q.update(tokenId=case.other, acts=bills.acts(world, case.other))


def restated(world: World) -> None:
    """X6: the disclosure was edited after the bank had read it."""
    number = bills.bill_number(world, 1)
    world.act("debtor", "disclosures", "disclose", number, hashed("another statement"))
    statement = as_bytes(world.read("disclosures", "derivedStatement", number))
    world.act("debtor", "disclosures", "disclose", number, statement)


def test_discount__rules__answer_in_order(world: World) -> None:
    """exists → pair → authority → gates → time → price → money."""
    rules: list[Rule] = [
        ("BillsUnknown", put("q.tokenId", bills.token(1, 1, 1))),
        ("BillsActs", put("q.acts", 1)),
        ("BillsParty", lambda w, c: c.q.update(seller=party(w, "tier2"))),
        ("BillsSelf", lambda w, c: c.q.update(funder=party(w, "supplier"))),
        *authority_rules("supplier"),
        ("BillDiscountingParty", by_actor("tier3")),
        ("ParticipantsPartySuspended", funder_is("bank", suspend)),
        ("ParticipantsRoleLacking", funder_is("tier2")),
        ("ParticipantsPartyFrozen", funder_is("bank", freeze)),
        ("ParticipantsEpochEnded", funder_is("bank", end_epoch)),
        ("GovernedSignatureInvalid", put("key", officer_key("bank", 1))),
        ("BillDiscountingParty", funder_is("bank2")),
        ("BillDiscountingEvidenceMissing", put("evidence", bytes(32))),
        ("BillDiscountingConsentMissing", put("consent", bytes(32))),
        ("DisclosuresGate", undisclosed),
        ("BillDiscountingUnchecked", then(restated)),
        ("BillDiscountingWindow", put("q.redeemFrom", 1)),
        ("BillDiscountingNothingLeft", put("q.feeFen", FACE)),
        (
            "CashBalance",
            then(lambda w: w.act("bank", "cash", "transfer", party(w, "bank2"), 10 * FACE - 1)),
        ),
    ]

    check_refusals(world, case_of, send, rules)


def test_discount__frozen_range__is_refused(world: World) -> None:
    id_ = ready(world)
    freeze_range(world, id_)

    with world.refused("BillsFrozen"):
        discount(world, bill_quote(world, id_))


@pytest.mark.parametrize("act", ["pending", "matured", "expired", "stranger", "dishonoured"])
def test_discount__at_the_wrong_time__is_refused(world: World, act: str) -> None:
    id_ = ready(world)
    q = bill_quote(world, id_)
    error = {
        "pending": "BillsPending",
        "matured": "BillDiscountingMatured",
        "expired": "GovernedSignatureExpired",
        "stranger": "GovernedCaller",
        "dishonoured": "BillDiscountingMatured",
    }[act]
    if act == "pending":
        bills.present(world, id_)
        q["acts"] = bills.acts(world, id_)
    if act == "matured":
        world.pass_days(DAYS)
    if act == "expired":
        q["deadline"] = world.timestamp - 1
    if act == "stranger":
        approvals = world.approval("supplier", sale_digest(world, q)), world.by_caller("bank")
        with world.refused(error):
            args = (q, hashed("trade"), hashed("consent"), *approvals)
            world.send(STRANGER.address, "billdiscounting", "discount", *args)
        return
    if act == "dishonoured":
        bills.dishonoured(world, id_)
        q["acts"] = bills.acts(world, id_)
        error = "RuleViolated"

    with world.refused(error):
        discount(world, q)


def test_discount__quote_used_again_or_state_changed__is_refused(world: World) -> None:
    """MUST-21: a quote names the range's state, so it works once at most."""
    id_ = ready(world)
    q = bill_quote(world, id_)
    discount(world, q)

    with world.refused("BillsActs"):
        discount(world, q)


def test_discount__two_banks_for_the_same_units__one_wins(world: World) -> None:
    """The race: both quotes are good, the second finds another state."""
    id_ = ready(world)
    first, second = bill_quote(world, id_), bill_quote(world, id_, funder=party(world, "bank2"))
    discount(world, first)

    with world.refused("BillsActs"):
        discount(world, second)
    assert cash(world, "bank2") == 10 * FACE


# The buyer's share: 买方付息


@pytest.mark.parametrize("who", ["debtor", "agency"])
def test_discount__acceptor_or_drawer_bears_a_share__pays_it_at_once(
    world: World, who: str
) -> None:
    """§9: buyerPart half-up, sellerPart the rest; settled in the same DVP."""
    id_ = ready(world)
    number = part_of(id_).number
    bills.fund(world, who, amount=FACE)
    args = (number, 300_000, 50_000, world.today + 10)
    world.act(who, "billdiscounting", "undertakeInterest", *args)
    q = bill_quote(world, id_, buyerSharePpm=300_000)
    interest, net, part, _ = world.read("billdiscounting", "termsOf", q)

    discount(world, q)

    assert part == half_up(Fraction(interest * 3, 10))
    assert (cash(world, "supplier"), cash(world, who)) == (net + part, FACE - part)
    left = world.read("billdiscounting", "billShareOf", number)["leftFen"]
    assert left == 50_000 - part


@pytest.mark.parametrize("case", ["none", "share", "cap"])
def test_discount__nobody_undertook_that_much__is_refused(world: World, case: str) -> None:
    id_ = ready(world)
    number = part_of(id_).number
    bills.fund(world, "debtor", amount=FACE)
    share = 299_999 if case == "share" else 300_000
    if case != "none":
        args = (number, share, 1 if case == "cap" else 50_000, world.today + 10)
        world.act("debtor", "billdiscounting", "undertakeInterest", *args)

    with world.refused("BillDiscountingShare"):
        discount(world, bill_quote(world, id_, buyerSharePpm=300_000))


def test_undertakeInterest__by_others_or_too_much__is_refused(world: World) -> None:  # noqa: N802
    id_ = ready(world)
    number = part_of(id_).number

    with world.refused("BillDiscountingParty"):
        world.act("supplier", "billdiscounting", "undertakeInterest", number, 1, 1, world.today)
    with world.refused("BillDiscountingShare"):
        args = (number, 1_000_001, 1, world.today)
        world.act("debtor", "billdiscounting", "undertakeInterest", *args)


# Repo: B18–B20


def test_repo__redeemed_in_the_window__restores_holder_and_chain(world: World) -> None:
    """B18, B19: (CS03,TF0305) meanwhile; redemption = price + interest on it, to the fen."""
    id_ = ready(world)
    _, net = discount(world, repo_quote(world, id_)).result
    assert (holder(world, id_), pair(world, id_)) == ("bank", (RECEIVED, REDEMPTION))
    bills.fund(world, "supplier", amount=FACE)
    world.pass_days(20)
    price = net + half_up(Fraction(net * 20 * RATE, 360 * 10**6))
    assert world.read("billdiscounting", "redemptionOf", id_) == price

    assert world.act("supplier", "billdiscounting", "redeem", id_).result == price

    assert (holder(world, id_), pair(world, id_)) == ("supplier", (RECEIVED, TRANSFERABLE))
    assert world.read("bills", "recordsOf", id_) == ((), ())
    assert cash(world, "bank") == 10 * FACE - net + price
    with world.refused("BillDiscountingNoRepo"):
        world.act("supplier", "billdiscounting", "redeem", id_)


def test_repo__agreed_price__is_what_redeeming_costs(world: World) -> None:
    id_ = ready(world)
    discount(world, repo_quote(world, id_, redeemFen=FACE - 1))
    bills.fund(world, "supplier", amount=FACE)
    world.pass_days(5)

    assert world.act("supplier", "billdiscounting", "redeem", id_).result == FACE - 1


@pytest.mark.parametrize("days", [4, 21])
def test_repo__outside_the_window__cannot_be_redeemed(world: World, days: int) -> None:
    id_ = ready(world)
    discount(world, repo_quote(world, id_))
    bills.fund(world, "supplier", amount=FACE)
    world.pass_days(days)

    with world.refused("BillDiscountingDay"):
        world.act("supplier", "billdiscounting", "redeem", id_)


def test_repo__not_redeemed__is_outright_once_anyone_says_so(world: World) -> None:
    """B20: the discounter holds it as if bought; before the last day is over nothing turns."""
    id_ = ready(world)
    discount(world, repo_quote(world, id_))
    world.pass_days(20)
    with world.refused("BillDiscountingDay"):
        world.send(STRANGER.address, "billdiscounting", "endRepo", id_)
    world.pass_days(1)

    world.send(STRANGER.address, "billdiscounting", "endRepo", id_)

    assert (holder(world, id_), pair(world, id_)) == ("bank", (RECEIVED, TRANSFERABLE))
    with world.refused("BillDiscountingNoRepo"):
        world.act("supplier", "billdiscounting", "redeem", id_)


def test_repo__meanwhile__cannot_be_discounted_or_passed_on(world: World) -> None:
    """financing.md §3: repo ranges are not transferred, pledged or pooled."""
    id_ = ready(world)
    discount(world, repo_quote(world, id_))
    q = bill_quote(world, id_, seller=party(world, "bank"), funder=party(world, "bank2"))

    with world.refused("BillsFlag", actual=REDEMPTION):
        discount(world, q)
    with world.refused("BillsFlag", actual=REDEMPTION):
        bills.endorse(world, id_, "bank", "tier2")


@pytest.mark.parametrize("act", [freeze, suspend])
@pytest.mark.parametrize("who", ["supplier", "bank"])
def test_repo__either_side_frozen_or_suspended__is_redeemed(
    world: World, who: str, act: Any
) -> None:
    """MUST-12: getting back one's own always works."""
    id_ = ready(world)
    discount(world, repo_quote(world, id_))
    bills.fund(world, "supplier", amount=FACE)
    world.pass_days(6)
    act(world, who)

    world.act("supplier", "billdiscounting", "redeem", id_)

    assert holder(world, id_) == "supplier"


def test_redeem__by_another_or_without_money__is_refused(world: World) -> None:
    id_ = ready(world)
    discount(world, repo_quote(world, id_))
    world.pass_days(6)

    with world.refused("BillDiscountingParty"):
        world.act("bank2", "billdiscounting", "redeem", id_)
    with world.refused("CashBalance"):
        world.act("supplier", "billdiscounting", "redeem", id_)


@pytest.mark.parametrize(
    ("from_", "until"), [(-1, 5), (6, 5), (0, DAYS), (DAYS, DAYS + 1)], ids=str
)
def test_repo__window_that_is_none__is_refused(world: World, from_: int, until: int) -> None:
    """B18: open ≤ cut-off < maturity, from today on."""
    id_ = ready(world)
    window = {"redeemFrom": world.today + from_, "redeemUntil": world.today + until}

    with world.refused("BillDiscountingWindow"):
        discount(world, bill_quote(world, id_, **window))


# Between banks: B24


def test_interbank__discounted_paper__moves_on_outright_and_by_repo(world: World) -> None:
    """B24: first leg, redemption, and outright again; only banks, only after a discount."""
    id_ = ready(world)
    discount(world, bill_quote(world, id_))
    sides = {"seller": party(world, "bank"), "funder": party(world, "bank2"), "interbank": True}
    discount(world, repo_quote(world, id_, **sides))
    assert holder(world, id_) == "bank2"
    world.pass_days(7)
    world.act("bank", "billdiscounting", "redeem", id_)
    assert holder(world, id_) == "bank"

    discount(world, bill_quote(world, id_, **sides))

    assert holder(world, id_) == "bank2"
    records, _ = world.read("bills", "recordsOf", id_)
    assert [r["party"] for r in records] == [party(world, "bank"), party(world, "supplier")]


def test_interbank__never_discounted__is_refused(world: World) -> None:
    id_ = ready(world)

    with world.refused("BillDiscountingFirst"):
        discount(world, bill_quote(world, id_, interbank=True))


def test_interbank__by_an_enterprise__is_refused(world: World) -> None:
    id_ = ready(world)
    discount(world, bill_quote(world, id_))
    bills.fund(world, "tier2", amount=10 * FACE)
    sides = {"seller": party(world, "bank"), "funder": party(world, "tier2"), "interbank": True}

    with world.refused("ParticipantsRoleLacking"):
        discount(world, bill_quote(world, id_, **sides))


def test_discounted_bill__at_maturity__is_paid_to_the_bank(world: World) -> None:
    """Payment finds the holder of the moment."""
    id_ = ready(world)
    discount(world, bill_quote(world, id_))
    bills.fund(world, "debtor", amount=2 * FACE)
    world.pass_days(DAYS)
    before = cash(world, "bank")

    bills.pay_bills(world, id_)

    assert cash(world, "bank") - before == FACE


def test_redeem__rules__answer_in_order(world: World) -> None:
    """authority → exists → party → day → amount → money."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = ready(w)
        discount(w, repo_quote(w, id_))
        bills.fund(w, "supplier", amount=FACE)
        w.pass_days(6)
        return caller_case(w, "supplier", PAY, id=id_, other=received(w, serial=2))

    rules: list[Rule] = [
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
        ("BillDiscountingNoRepo", lambda w, case: setattr(case, "id", case.other)),
        ("BillDiscountingParty", by_actor("tier2")),
        ("BillDiscountingDay", lambda w, case: w.pass_days(30)),
        ("ParticipantsAmountLimit", use("limited")),
        (
            "CashBalance",
            then(
                lambda w: w.act(
                    "supplier", "cash", "transfer", party(w, "bank2"), cash(w, "supplier")
                )
            ),
        ),
    ]

    check_refusals(
        world, prepare, lambda w, case: w.send(case.by, "billdiscounting", "redeem", case.id), rules
    )
