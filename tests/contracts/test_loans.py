"""Loans on pledged certificates: advance, repayment, release, collection, default, enforcement."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.financing_stories import (
    ALL,
    DEFAULTED,
    REPAID,
    RUNNING,
    advance,
    borrowing_digest,
    enforce,
    loan,
    loan_digest,
    loan_id,
    loan_terms,
    locked,
    owed,
    pledge_sale,
    pledged,
    repay,
    top_up,
    top_up_terms,
)
from tests.stories import (
    FACE,
    STRANGER,
    Rule,
    active,
    authority_rules,
    by_actor,
    caller_case,
    carry_out,
    cash,
    certificate_id,
    check_refusals,
    clerk,
    freeze,
    freeze_certificate,
    opening,
    order_of,
    own_party,
    party,
    pass_on,
    pay,
    pay_part,
    put,
    quote,
    request,
    restate,
    sell,
    suspend,
    then,
    transfer_terms,
    units,
    use,
)
from tests.world import MAKE, World, hashed, officer_key

PLEDGED, PRINCIPAL, FEE = 500_000, 400_000, 500
RATE, LATE = 40_000, 60_000


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def interest(principal: int, days: int, late_days: int = 0) -> int:
    """Half-up for each stretch at one rate."""
    return half_up(Fraction(principal * days * RATE, 360 * 10**6)) + half_up(
        Fraction(principal * late_days * LATE, 360 * 10**6)
    )


def lent(world: World, **changes: Any) -> tuple[int, dict[str, Any], bytes]:
    """A loan on a part of a certificate, paid out; money to repay it."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    t = loan_terms(world, id_, PLEDGED, PRINCIPAL, **changes)
    advance(world, t)
    world.mint("supplier", FACE, "own money")
    return id_, t, loan_id(world, t)


def late(world: World, t: dict[str, Any], days: int = 1) -> bytes:
    """The loan in default, so many days late."""
    world.go_to(t["repayDay"] + days)
    id_ = loan_id(world, t)
    world.send(STRANGER.address, "loans", "declareDefault", id_)
    return id_


# Advance


@pytest.mark.parametrize("by", ["supplier", "bank"])
def test_advance__by_either_side__pledges_and_pays_in_one_transaction(
    world: World, by: str
) -> None:
    """CC-445, R77-6: one transaction by either side; the fee stays with the lender."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    t = loan_terms(world, id_, PLEDGED, PRINCIPAL)

    receipt = advance(world, t, by=by)

    id_of = loan_id(world, t)
    assert receipt.result == id_of or bytes(receipt.result) == id_of
    assert (cash(world, "supplier"), cash(world, "bank")) == (
        PRINCIPAL - FEE,
        FACE - PRINCIPAL + FEE,
    )
    assert units(world, id_, "supplier") == FACE
    assert locked(world, id_, "supplier") == PLEDGED == pledged(world, id_, "supplier", id_of)
    assert world.read("settlement", "receiptUsedBy", t["registryReceipt"]) == loan_digest(world, t)
    found = loan(world, id_of)
    assert (found["state"], found["principalFen"], found["lender"]) == (
        RUNNING,
        PRINCIPAL,
        party(world, "bank"),
    )


def advance_case(world: World) -> SimpleNamespace:
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    sell(world, quote(world, id_, 5_000, registryReceipt=hashed("used")))
    t = loan_terms(world, id_, PLEDGED, PRINCIPAL)
    done = loan_terms(world, id_, 1_000, 900, registryReceipt=hashed("done"))
    advance(world, done)
    case = caller_case(world, "supplier", MAKE, t=t, done=done, lender="bank", key=None)
    case.consent = hashed("consent")
    return case


def send_advance(world: World, case: SimpleNamespace) -> None:
    digest = loan_digest(world, case.t)
    lender = world.approval(case.lender, digest)
    if case.key is not None:
        lender["signature"] = case.key.sign_typed(digest)
    borrower = {"officer": case.by, "signature": b""}
    world.send(case.by, "loans", "advance", case.t, case.consent, lender, borrower)


def lender_is(who: str, act: Any = None) -> Any:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.lender = who
        if act is not None:
            act(world, who)

    return breach


def test_advance__rules__answer_in_order(world: World) -> None:
    """exists → authority of both → records → amount → asset → filing → money."""
    rules: list[Rule] = [
        ("LoansState", lambda w, c: setattr(c, "t", dict(c.done))),
        ("ParticipantsPartySuspended", lender_is("bank", suspend)),
        ("ParticipantsRoleLacking", lender_is("tier2")),
        ("ParticipantsPartyFrozen", lender_is("bank", freeze)),
        ("ParticipantsEpochEnded", lender_is("bank", end_epoch)),
        ("GovernedSignatureInvalid", put("key", officer_key("bank", 1))),
        ("LoansParty", lender_is("bank2")),
        *authority_rules("supplier"),
        ("LoansParty", by_actor("tier3")),
        ("LoansEvidenceMissing", put("t.evidenceHash", bytes(32))),
        ("LoansConsentMissing", put("consent", bytes(32))),
        ("LoansAmount", put("t.feeFen", PRINCIPAL)),
        ("LoansRepayDay", lambda w, c: c.t.update(repayDay=w.today)),
        ("ReceivablesAvailable", put("t.pledgedFen", FACE)),
        ("ReceivablesFrozen", then(lambda w: freeze_certificate(w, certificate_id(w, opening(w))))),
        ("DiscountingReceiptUsed", put("t.registryReceipt", hashed("used"))),
        ("CashBalance", then(lambda w: spend(w, "bank"))),
    ]

    check_refusals(world, advance_case, send_advance, rules)


def end_epoch(world: World, who: str) -> None:
    world.act(who, "participants", "endEpoch")


def spend(world: World, who: str) -> None:
    world.act(who, "cash", "transfer", party(world, "bank2"), cash(world, who) - 1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"registryReceipt": bytes(32)}, "DiscountingReceiptMissing"),
        ({"deadline": 1}, "GovernedSignatureExpired"),
        ({"pledgedFen": 0}, "ReceivablesAmount"),
        ({"lender": "supplier"}, "ParticipantsRoleLacking"),
    ],
)
def test_advance__terms_that_do_not_fit__are_refused(
    world: World, changes: dict[str, Any], error: str
) -> None:
    """INV-13: no money without a filing; R77-5: a licensed lender."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    if "lender" in changes:
        changes = {"lender": party(world, changes["lender"])}

    with world.refused(error):
        advance(world, loan_terms(world, id_, PLEDGED, PRINCIPAL, **changes))


def test_advance__lender_is_the_debtor__is_refused(world: World) -> None:
    """Nobody takes its own debt in pledge."""
    id_, _ = active(world)
    restate(world, "debtor", roles=7, size=4)
    world.mint("debtor", FACE, "money")

    with world.refused("ReceivablesTransferee", to=party(world, "debtor")):
        advance(world, loan_terms(world, id_, PLEDGED, PRINCIPAL, lender=party(world, "debtor")))


def test_stateCosts__with_other_terms__finds_no_loan(world: World) -> None:  # noqa: N802
    """What binds the terms is their whole digest, kept with the receipt."""
    _, t, _ = lent(world)
    late(world, t)
    for other in (t | {"saleFloorPpm": 0}, t | {"registryReceipt": hashed("other")}):
        with world.refused("LoansState"):
            world.act("bank", "loans", "stateCosts", other, 1, hashed("costs"))


def test_advance__sent_by_a_stranger__is_refused(world: World) -> None:
    """Who submits is involved, also where both sides signed."""
    id_, _ = active(world)
    t = loan_terms(world, id_, PLEDGED, PRINCIPAL)
    approvals = (
        world.approval("bank", loan_digest(world, t)),
        world.approval("supplier", borrowing_digest(world, t)),
    )

    with world.refused("GovernedCaller"):
        world.send(STRANGER.address, "loans", "advance", t, hashed("consent"), *approvals)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pledgedFen", PLEDGED + 1),
        ("principalFen", PRINCIPAL - 1),
        ("ratePpm", 1),
        ("lateRatePpm", 1),
        ("feeFen", 0),
        ("saleFloorPpm", 0),
        ("costsMaxFen", 1),
        ("registryReceipt", hashed("other")),
        ("deadline", 2**64 - 2),
    ],
)
def test_advance__terms_changed_after_signing__are_refused(
    world: World, name: str, value: Any
) -> None:
    """MUST-21: every field is signed."""
    id_, _ = active(world)
    t = loan_terms(world, id_, PLEDGED, PRINCIPAL)
    lender = world.approval("bank", loan_digest(world, t))

    with world.refused("GovernedSignatureInvalid"):
        args = (t | {name: value}, hashed("consent"), lender, world.by_caller("supplier"))
        world.act("supplier", "loans", "advance", *args)


def test_pledged_part__cannot_be_sold_passed_on_or_pledged_again(world: World) -> None:
    """MUST-1, §7: every fen is free, pending, sold or pledged, never two of them."""
    id_, _, _ = lent(world)
    free = FACE - PLEDGED

    with world.refused("ReceivablesAvailable", available=free):
        sell(world, quote(world, id_, free + 1))
    with world.refused("ReceivablesAvailable", available=free):
        pass_on(world, id_, "supplier", "tier2", free + 1)
    with world.refused("ReceivablesAvailable", available=free):
        request(world, transfer_terms(world, id_, "supplier", "tier2", free + 1))
    world.mint("bank2", FACE, "money of another bank")
    other = {"lender": party(world, "bank2"), "registryReceipt": hashed("second")}
    with world.refused("ReceivablesAvailable", available=free):
        advance(world, loan_terms(world, id_, free + 1, 1_000, **other))
    advance(world, loan_terms(world, id_, free, 1_000, **other))
    assert locked(world, id_, "supplier") == FACE


def test_pledges__as_many_as_a_holding_can_carry__then_refused(world: World) -> None:
    """MUST-19: bounded, so that paying the certificate stays possible."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    for number in range(16):
        receipt = hashed(f"filing {number}")
        advance(world, loan_terms(world, id_, 10, 1_000 + number, registryReceipt=receipt))

    with world.refused("PledgesFull"):
        advance(world, loan_terms(world, id_, 10, 2_000, registryReceipt=hashed("one too many")))


# Repayment and release


def test_repay__in_parts__settles_interest_before_principal(world: World) -> None:
    """costs → interest → principal; interest on the principal of each day."""
    id_, _, of = lent(world)
    world.pass_days(10)
    first = interest(PRINCIPAL, 10)
    repay(world, of, first - 10)
    assert loan(world, of)["principalFen"] == PRINCIPAL
    assert loan(world, of)["interestFen"] == 10

    repay(world, of, 10 + 100_000)
    world.pass_days(10)

    assert owed(world, of) == PRINCIPAL - 100_000 + interest(PRINCIPAL - 100_000, 10)
    assert cash(world, "bank") == FACE - PRINCIPAL + FEE + first + 100_000
    assert locked(world, id_, "supplier") == PLEDGED


def test_repay__all__ends_the_loan_and_releases(world: World) -> None:
    """With the last fen the pledge is gone in the same transaction; the fen are free again."""
    id_, _, of = lent(world)
    world.pass_days(10)

    assert repay(world, of, ALL, id_).result == PRINCIPAL + interest(PRINCIPAL, 10)

    assert loan(world, of)["state"] == REPAID
    assert (owed(world, of), locked(world, id_, "supplier")) == (0, 0)
    world.mint("bank2", FACE, "money of another bank")
    other = {"funder": party(world, "bank2"), "registryReceipt": hashed("other")}
    sell(world, quote(world, id_, FACE, **other))


def test_repay__after_the_day__costs_the_late_rate(world: World) -> None:
    """Both stretches half-up, the second from the day of repayment on."""
    _, t, of = lent(world)
    days = t["repayDay"] - world.today
    world.go_to(t["repayDay"] + 9)

    assert owed(world, of) == PRINCIPAL + interest(PRINCIPAL, days, 9)


@pytest.mark.parametrize("act", [freeze, suspend])
@pytest.mark.parametrize("who", ["supplier", "bank"])
def test_repay__either_side_frozen_or_suspended__is_done(world: World, who: str, act: Any) -> None:
    """MUST-12: paying what one owes and getting back one's own always works."""
    id_, _, of = lent(world)
    act(world, who)

    repay(world, of, ALL, id_)

    assert locked(world, id_, "supplier") == 0


def test_repay__rules__answer_in_order(world: World) -> None:
    """exists → authority → amount → money."""

    def prepare(w: World) -> SimpleNamespace:
        _, _, of = lent(w)
        return caller_case(w, "supplier", 4, loan=of, amount=1_000)

    rules: list[Rule] = [
        ("LoansState", put("loan", bytes(32))),
        *authority_rules("supplier", amount=False, standing=False),
        ("LoansParty", by_actor("tier3")),
        ("LoansAmount", lambda w, c: (setattr(c, "amount", FACE), setattr(c, "by", c.own))),
        ("ParticipantsAmountLimit", use("limited")),
        ("CashBalance", own_party(lambda w: spend(w, "supplier"))),
    ]

    check_refusals(
        world, prepare, lambda w, c: w.send(c.by, "loans", "repay", c.loan, c.amount, []), rules
    )


@pytest.mark.parametrize(
    ("amount", "certificates", "error"),
    [(0, [], "LoansAmount"), (ALL, [7], "PledgesAmount")],
)
def test_repay__nothing_or_a_pledge_that_is_none__is_refused(
    world: World, amount: int, certificates: list[int], error: str
) -> None:
    _, _, of = lent(world)

    with world.refused(error):
        repay(world, of, amount, *certificates)


def test_release__in_parts_by_the_lender__frees_them(world: World) -> None:
    """B22: the pledgee releases; never more than is pledged."""
    id_, _, of = lent(world)

    world.act("bank", "loans", "release", of, id_, 200_000)

    assert locked(world, id_, "supplier") == PLEDGED - 200_000
    with world.refused("PledgesAmount", pledged=PLEDGED - 200_000):
        world.act("bank", "loans", "release", of, id_, PLEDGED)
    with world.refused("LoansParty"):
        world.act("supplier", "loans", "release", of, id_, 1)
    with world.refused("LoansState"):
        world.act("bank", "loans", "release", bytes(32), id_, 1)


def test_release__of_a_repaid_loan__is_anyones(world: World) -> None:
    """MUST-12: a lender that is frozen, suspended or silent keeps nothing of others."""
    id_, _, of = lent(world)
    repay(world, of)
    suspend(world, "bank")

    world.send(STRANGER.address, "loans", "release", of, id_, PLEDGED)

    assert locked(world, id_, "supplier") == 0


def test_topUp__second_certificate__secures_the_same_loan(world: World) -> None:  # noqa: N802
    """§7: a further pledge needs its own filing; both are released with the last fen."""
    id_, _, of = lent(world)
    second, _ = active(world, invoiceKey=hashed("invoice/2"))
    t = top_up_terms(world, of, second, 70_000)

    top_up(world, t)

    assert pledged(world, second, "supplier", of) == 70_000
    with world.refused("DiscountingReceiptUsed"):
        top_up(world, t)
    repay(world, of, ALL, id_, second)
    assert (locked(world, id_, "supplier"), locked(world, second, "supplier")) == (0, 0)
    with world.refused("LoansState"):
        top_up(world, t | {"registryReceipt": hashed("late")})


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"evidenceHash": bytes(32)}, "LoansEvidenceMissing"),
        ({"deadline": 1}, "GovernedSignatureExpired"),
        ({"registryReceipt": bytes(32)}, "DiscountingReceiptMissing"),
    ],
)
def test_topUp__records_that_lack__are_refused(  # noqa: N802
    world: World, changes: dict[str, Any], error: str
) -> None:
    _, _, of = lent(world)
    second, _ = active(world, invoiceKey=hashed("invoice/2"))

    with world.refused(error):
        top_up(world, top_up_terms(world, of, second, 70_000, **changes))


# Collection: what the certificate's debtor pays


def test_pay__pledged_part__goes_to_the_lender_up_to_its_debt(world: World) -> None:
    """B23, §7: straight from the debtor in the same call; the surplus is the pledgor's."""
    id_, _, of = lent(world)
    world.mint("debtor", FACE, "debtor's money")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day)
    debt = owed(world, of)
    assert debt < PLEDGED
    before = cash(world, "supplier"), cash(world, "bank")

    pay(world, id_, "supplier")

    assert cash(world, "bank") - before[1] == debt
    assert cash(world, "supplier") - before[0] == FACE - debt
    assert loan(world, of)["state"] == REPAID
    assert locked(world, id_, "supplier") == 0
    assert cash(world, "debtor") == 0


def test_pay__debt_above_the_part__takes_all_of_it_and_the_rest_stays_owed(world: World) -> None:
    """G10: the shortfall is an unsecured claim."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    t = loan_terms(world, id_, 100_000, 300_000)
    advance(world, t)
    of = loan_id(world, t)
    world.mint("debtor", FACE, "debtor's money")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day)
    debt = owed(world, of)

    pay(world, id_, "supplier")

    assert owed(world, of) == debt - 100_000
    assert pledged(world, id_, "supplier", of) == 0
    world.mint("supplier", FACE, "later")
    repay(world, of)
    assert loan(world, of)["state"] == REPAID


def test_payPart__pledged_and_free_and_two_lenders__is_pro_rata(world: World) -> None:  # noqa: N802
    """Largest remainder over the pledges and the free part; every fen arrives somewhere."""
    id_, _, of = lent(world)
    world.mint("bank2", FACE, "money of another bank")
    other = loan_terms(
        world,
        id_,
        300_000,
        300_000,
        lender=party(world, "bank2"),
        registryReceipt=hashed("second"),
    )
    advance(world, other)
    pass_on(world, id_, "supplier", "tier2", 50_000)
    world.mint("debtor", 2 * FACE, "debtor's money")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day + 3)
    names = ("supplier", "tier2", "bank", "bank2", "debtor")
    before = {name: cash(world, name) for name in names}

    receipt = pay_part(world, id_, FACE // 2, "supplier", "tier2")

    moved = {name: cash(world, name) - before[name] for name in names}
    assert sum(moved.values()) == 0
    burnt = FACE // 2 - 25_000
    late_interest = half_up(Fraction(burnt * 3 * 500, 10**6))
    parts = [log.args for log in receipt.logs if log.name == "PledgeCollected"]
    assert [part["partFen"] for part in parts] == [PLEDGED // 2, 150_000]
    assert moved["bank"] == parts[0]["lenderFen"]
    assert moved["bank2"] == parts[1]["lenderFen"] == 150_000 + late_interest * 150_000 // burnt
    assert pledged(world, id_, "supplier", of) == PLEDGED - PLEDGED // 2


def test_pay__loan_repaid_but_not_released__is_all_the_pledgors(world: World) -> None:
    """Whatever order events come in, money lands with whom it belongs to."""
    id_, _, of = lent(world)
    repay(world, of)
    world.mint("debtor", FACE, "debtor's money")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day)
    before = cash(world, "supplier"), cash(world, "bank")

    pay(world, id_, "supplier")

    assert (cash(world, "supplier") - before[0], cash(world, "bank") - before[1]) == (FACE, 0)
    assert locked(world, id_, "supplier") == 0


def test_pay__pledged_units_moved_by_a_court__leaves_the_lender_what_is_left(world: World) -> None:
    """A holding that an order reduced below its pledges is all theirs; nothing gets stuck."""
    id_, _, of = lent(world)
    order = order_of(
        world,
        2,
        "receivables",
        id_,
        **{
            "from": party(world, "supplier"),
            "to": party(world, "tier3"),
            "amountFen": FACE - 1_000,
        },
    )
    carry_out(world, order)
    world.mint("debtor", FACE, "debtor's money")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day)
    before = cash(world, "bank")

    pay(world, id_, "supplier", "tier3")

    assert cash(world, "bank") - before == 1_000
    assert loan(world, of)["state"] == RUNNING


def test_collect__by_anyone_but_settlement__is_refused(world: World) -> None:
    with world.refused("GovernedCaller"):
        world.act("bank", "loans", "collect", 1, [party(world, "bank")], [1], [0])


# Default and enforcement


def test_declareDefault__on_the_day_itself__is_refused(world: World) -> None:  # noqa: N802
    """Late is the day after; anyone may say so, once."""
    _, t, of = lent(world)
    world.go_to(t["repayDay"])
    with world.refused("LoansNotLate"):
        world.send(STRANGER.address, "loans", "declareDefault", of)

    late(world, t)

    assert loan(world, of)["state"] == DEFAULTED
    with world.refused("LoansState"):
        world.send(STRANGER.address, "loans", "declareDefault", of)
    repay(world, of)
    assert loan(world, of)["state"] == REPAID


def test_enforce__sold_to_another_bank__pays_debt_and_returns_the_surplus(world: World) -> None:
    """CC-436–438, G10: costs → interest → principal → surplus to the pledgor, at once."""
    id_, t, _ = lent(world)
    world.mint("bank2", FACE, "money of the buyer")
    of = late(world, t)
    world.act("bank", "loans", "stateCosts", t, 300_00, hashed("costs"))
    debt = owed(world, of)
    before = cash(world, "supplier"), cash(world, "bank")
    price = PLEDGED * 96 // 100

    enforce(world, t, pledge_sale(world, t, PLEDGED, price))

    assert debt > PRINCIPAL + 300_00
    assert cash(world, "bank") - before[1] == debt
    assert cash(world, "supplier") - before[0] == price - debt
    assert cash(world, "bank2") == FACE - price
    assert units(world, id_, "bank2") == PLEDGED
    assert loan(world, of)["state"] == REPAID
    assert locked(world, id_, "supplier") == 0


def test_enforce__lender_takes_the_part_over__sets_the_price_off(world: World) -> None:
    """折价: only the surplus is paid; the pledgor frozen or suspended changes nothing."""
    id_, t, _ = lent(world)
    of = late(world, t)
    suspend(world, "supplier")
    debt = owed(world, of)
    before = cash(world, "supplier"), cash(world, "bank")
    sale = pledge_sale(world, t, PLEDGED, PLEDGED, buyer=party(world, "bank"))

    enforce(world, t, sale)

    assert units(world, id_, "bank") == PLEDGED
    surplus = PLEDGED - debt
    assert (cash(world, "supplier") - before[0], cash(world, "bank") - before[1]) == (
        surplus,
        -surplus,
    )


def enforce_case(world: World) -> SimpleNamespace:
    id_, t, _ = lent(world)
    world.mint("bank2", FACE, "money of the buyer")
    late(world, t)
    sale = pledge_sale(world, t, PLEDGED, PLEDGED)
    return caller_case(world, "bank", MAKE, id=id_, t=t, sale=sale, signer="bank2")


def send_enforce(world: World, case: SimpleNamespace) -> None:
    from tests.typed import PLEDGE_SALE

    digest = world.digest("loans", "PledgeSale", PLEDGE_SALE, case.sale)
    args = (case.t, case.sale, world.approval(case.signer, digest))
    world.send(case.by, "loans", "enforce", *args)


def test_enforce__rules__answer_in_order(world: World) -> None:
    """status → authority → floor → asset; no forfeiture: a price below the floor is refused."""
    rules: list[Rule] = [
        ("LoansState", lambda w, c: c.t.update(feeFen=1)),
        ("LoansTerms", put("sale.loanId", bytes(32))),
        *authority_rules("bank"),
        ("LoansParty", by_actor("bank2")),
        (
            "ParticipantsRoleLacking",
            lambda w, c: (setattr(c, "by", c.own), setattr(c, "signer", "tier2")),
        ),
        ("LoansParty", put("signer", "clearing")),
        ("LoansFloor", put("sale.priceFen", PLEDGED * 9 // 10 - 1)),
        ("PledgesAmount", put("sale.amountFen", PLEDGED + 1)),
        ("DiscountingReceiptMissing", put("sale.registryReceipt", bytes(32))),
        ("ReceivablesEvidenceMissing", put("sale.evidenceHash", bytes(32))),
        ("CashBalance", then(lambda w: w.act("bank2", "cash", "transfer", party(w, "bank"), FACE))),
    ]

    check_refusals(world, enforce_case, send_enforce, rules)


@pytest.mark.parametrize(
    ("costs", "error"),
    [(0, "LoansCosts"), (300_01, "LoansCosts")],
)
def test_stateCosts__above_what_was_agreed__is_refused(  # noqa: N802
    world: World, costs: int, error: str
) -> None:
    """The lender's costs are limited by the terms and stated once."""
    _, t, _ = lent(world)
    with world.refused("LoansState"):
        world.act("bank", "loans", "stateCosts", t, 1, hashed("costs"))
    late(world, t)

    with world.refused(error):
        world.act("bank", "loans", "stateCosts", t, costs, hashed("costs"))
    world.act("bank", "loans", "stateCosts", t, 300_00, hashed("costs"))
    with world.refused(error):
        world.act("bank", "loans", "stateCosts", t, 1, hashed("costs"))
    key = clerk(world, "tier2", MAKE)
    with world.refused("LoansParty"):
        world.send(key.address, "loans", "stateCosts", t, 1, hashed("costs"))


def test_doors__of_pledges_and_settlement__are_their_rooms_alone(world: World) -> None:
    """MUST-14: no officer comes through a door of another contract."""
    id_, _, of = lent(world)
    who = party(world, "supplier")
    doors: list[tuple[str, str, tuple[Any, ...], str]] = [
        ("pledges", "pledge", (id_, who, who, of, 1), "GovernedCaller"),
        ("pledges", "free", (id_, who, of, 1), "GovernedCaller"),
        ("receivables", "lock", (id_, who, party(world, "bank"), 1), "GovernedCaller"),
        ("receivables", "unlock", (id_, who, 1), "GovernedCaller"),
        ("settlement", "file", (hashed("x"), hashed("y")), "SettlementRoom"),
        ("settlement", "pay", (who, party(world, "bank"), 1), "SettlementRoom"),
    ]
    for contract, function, args, error in doors:
        with world.refused(error):
            world.act("bank", contract, function, *args)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 250_000)), min_size=1, max_size=6)
)
def test_debt__any_course_of_payments__is_the_exact_formula(
    world: World, steps: list[tuple[int, int]]
) -> None:
    """FEN-2, FEN-4: each stretch half-up; Σ paid = what left the borrower; never below zero."""
    with world.anchor():
        _, t, of = lent(world)
        principal, accrued, paid = PRINCIPAL, 0, 0
        since = world.today
        before = cash(world, "supplier")
        for days, amount in steps:
            world.pass_days(days)
            turn = min(max(t["repayDay"], since), world.today)
            accrued += interest(principal, turn - since, world.today - turn)
            since = world.today
            assert owed(world, of) == principal + accrued
            part = min(amount, principal + accrued)
            repay(world, of, part)
            paid += part
            to_interest = min(part, accrued)
            accrued -= to_interest
            principal -= part - to_interest
            assert before - cash(world, "supplier") == paid
            if principal == 0:
                assert loan(world, of)["state"] == REPAID
                break
