"""Pledge of bills (B21–B23): advance, release in parts, top-up, whose is what comes in."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tests import recourse_stories as bills
from tests.bill_loan_stories import (
    advance_on_bill,
    bill_loan_id,
    bill_loan_terms,
    bill_top_up_terms,
    borrowing_digest,
    pledged_loan,
    release_bill,
    terms_digest,
    top_up_with_bill,
)
from tests.contracts.test_bill_discounting import (
    bill_quote,
    discount,
    end_epoch,
    financeable,
    half_up,
    ready,
    undisclosed,
)
from tests.financing_stories import ALL, advance, loan, loan_terms, owed, repay
from tests.recourse_stories import (
    DAYS,
    FACE,
    MATURED,
    PLEDGED,
    RECEIVED,
    TRANSFERABLE,
    freeze_range,
    holder,
    pair,
    part_of,
    received,
    token,
)
from tests.stories import (
    MOVE,
    STRANGER,
    Rule,
    active,
    authority_rules,
    by_actor,
    caller_case,
    carry_out,
    cash,
    check_refusals,
    freeze,
    order_of,
    party,
    put,
    restate,
    suspend,
    then,
)
from tests.world import MAKE, World, hashed, officer_key

PRINCIPAL = FACE * 8 // 10
NO_LOAN = bytes(32)


def lent(world: World, principal: int = PRINCIPAL, **changes: Any) -> tuple[int, bytes]:
    """A whole bill pledged for a loan: the range, the loan."""
    id_ = ready(world)
    t = bill_loan_terms(world, id_, principal, **changes)
    result = advance_on_bill(world, t).result
    return int(result[1]), bytes(result[0])


def in_default(world: World, principal: int = PRINCIPAL) -> tuple[int, bytes]:
    """The same, a day after it was to be repaid."""
    id_, loan_id = lent(world, principal)
    world.go_to(loan(world, loan_id)["repayDay"] + 1)
    world.send(STRANGER.address, "loans", "declareDefault", loan_id)
    return id_, loan_id


# B21


@pytest.mark.parametrize("by", ["supplier", "bank"])
def test_advance__by_either_side__pledges_and_pays_in_one_transaction(
    world: World, by: str
) -> None:
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)

    loan_id, part = advance_on_bill(world, t, by=by).result

    assert (part, bytes(loan_id)) == (id_, bill_loan_id(world, t))
    assert (holder(world, id_), pair(world, id_)) == ("bank", (RECEIVED, PLEDGED))
    assert pledged_loan(world, id_) == bytes(loan_id)
    assert (cash(world, "supplier"), cash(world, "bank")) == (
        PRINCIPAL - 500,
        10 * FACE - PRINCIPAL + 500,
    )
    assert owed(world, bytes(loan_id)) == PRINCIPAL
    records, _ = world.read("bills", "recordsOf", id_)
    assert [(r["party"], r["kind"]) for r in records] == [(party(world, "supplier"), 2)]


def test_advance__on_a_part__leaves_the_rest_free(world: World) -> None:
    id_ = ready(world)

    _, part = advance_on_bill(world, bill_loan_terms(world, id_, 1_000, last=FACE // 4)).result

    rest = token(part_of(id_).number, FACE // 4 + 1, FACE)
    assert (holder(world, part), pair(world, part)) == ("bank", (RECEIVED, PLEDGED))
    assert (holder(world, rest), pair(world, rest)) == ("supplier", (RECEIVED, TRANSFERABLE))
    discount(world, bill_quote(world, rest))


def case_of(world: World) -> SimpleNamespace:
    id_ = ready(world)
    other = received(world, serial=2)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    case = caller_case(world, "supplier", MAKE, t=t, id=id_, other=other, lender="bank", key=None)
    case.consent, case.q = hashed("consent"), t
    return case


def send(world: World, case: SimpleNamespace) -> None:
    digest = terms_digest(world, case.t)
    lender = world.approval(case.lender, digest)
    if case.key is not None:
        lender["signature"] = case.key.sign_typed(digest)
    borrower = {"officer": case.by, "signature": b""}
    world.send(case.by, "billloans", "advance", case.t, case.consent, lender, borrower)


def lender_is(who: str, act: Any = None) -> Any:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.lender = who
        if act is not None:
            act(world, who)

    return breach


def test_advance__rules__answer_in_order(world: World) -> None:
    """exists → pair → authority → gates → amount → day → money."""
    rules: list[Rule] = [
        ("BillsUnknown", put("t.tokenId", token(1, 1, 1))),
        ("BillsActs", put("t.acts", 1)),
        ("BillsParty", lambda w, c: c.t.update(borrower=party(w, "tier2"))),
        ("BillsSelf", lambda w, c: c.t.update(lender=party(w, "supplier"))),
        ("ParticipantsPartySuspended", lender_is("bank", suspend)),
        ("ParticipantsRoleLacking", lender_is("tier2")),
        ("ParticipantsPartyFrozen", lender_is("bank", freeze)),
        ("ParticipantsEpochEnded", lender_is("bank", end_epoch)),
        ("GovernedSignatureInvalid", put("key", officer_key("bank", 1))),
        ("BillLoansParty", lender_is("bank2")),
        *authority_rules("supplier"),
        ("BillLoansParty", by_actor("tier3")),
        ("BillLoansConsentMissing", put("consent", bytes(32))),
        ("BillLoansEvidenceMissing", put("t.evidenceHash", bytes(32))),
        ("DisclosuresGate", undisclosed),
        ("BillLoansAmount", put("t.feeFen", PRINCIPAL)),
        ("BillLoansRepayDay", put("t.repayDay", 1)),
        (
            "CashBalance",
            then(lambda w: w.act("bank", "cash", "transfer", party(w, "bank2"), 10 * FACE - 1)),
        ),
    ]

    check_refusals(world, case_of, send, rules)


@pytest.mark.parametrize("act", ["frozen", "pending", "matured", "expired", "stranger", "weekend"])
def test_advance__at_the_wrong_time__is_refused(world: World, act: str) -> None:
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    error = {
        "frozen": "BillsFrozen",
        "pending": "BillsPending",
        "matured": "BillLoansMatured",
        "expired": "GovernedSignatureExpired",
        "stranger": "GovernedCaller",
        "weekend": "BillLoansRepayDay",
    }[act]
    if act == "frozen":
        freeze_range(world, id_)
        t["acts"] = bills.acts(world, id_)
    if act == "pending":
        bills.present(world, id_)
        t["acts"] = bills.acts(world, id_)
    if act == "matured":
        world.pass_days(DAYS)
    if act == "expired":
        t["deadline"] = world.timestamp - 1
    if act == "weekend":
        while world.read("rulebook", "isBusinessDay", t["repayDay"])[0]:
            t["repayDay"] += 1
    if act == "stranger":
        approvals = world.approval("bank", terms_digest(world, t)), world.by_caller("supplier")
        with world.refused(error):
            args = (t, hashed("consent"), *approvals)
            world.send(STRANGER.address, "billloans", "advance", *args)
        return

    with world.refused(error):
        advance_on_bill(world, t)


def test_advance__used_again_or_state_changed__is_refused(world: World) -> None:
    """MUST-21: terms name the range's state, so they serve once at most, also after its release."""
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    loan_id = bytes(advance_on_bill(world, t).result[0])

    with world.refused("BillsFlag"):
        advance_on_bill(world, t)
    bills.fund(world, "supplier", amount=FACE)
    repay(world, loan_id)
    release_bill(world, id_)
    with world.refused("BillsActs"):
        advance_on_bill(world, t)


@pytest.mark.parametrize("first", ["pledge", "discount"])
def test_advance__races_with_a_discount_of_the_same_units__one_wins(
    world: World, first: str
) -> None:
    """Both are signed for the same state; nothing was paid by whoever came second."""
    id_ = ready(world)
    q = bill_quote(world, id_, funder=party(world, "bank2"))
    t = bill_loan_terms(world, id_, PRINCIPAL)
    if first == "pledge":
        advance_on_bill(world, t)
        with world.refused("BillsFlag"):
            discount(world, q)
        assert cash(world, "bank2") == 10 * FACE
    else:
        discount(world, q)
        with world.refused("BillsActs"):
            advance_on_bill(world, t)
        assert cash(world, "bank") == 10 * FACE


def test_advance__disclosure_differs__is_refused(world: World) -> None:
    """X3: the gate of a discount is that of a pledge."""
    id_ = ready(world)
    number = part_of(id_).number
    world.act("debtor", "disclosures", "disclose", number, hashed("another statement"))

    with world.refused("DisclosuresGate"):
        advance_on_bill(world, bill_loan_terms(world, id_, PRINCIPAL))


def test_pledged_range__cannot_be_passed_on_discounted_or_pledged_again(world: World) -> None:
    """Neither by its pledgor, who no longer has it, nor by its pledgee."""
    id_, _ = lent(world)

    for who in ("supplier", "bank"):
        with world.refused("BillsFlag"):
            bills.endorse(world, id_, who, "tier2")
    with world.refused("BillsFlag"):
        discount(
            world, bill_quote(world, id_, seller=party(world, "bank"), funder=party(world, "bank2"))
        )
    with world.refused("BillsFlag"):
        t = bill_loan_terms(world, id_, 1_000, lender=party(world, "bank2"))
        advance_on_bill(world, t)


# Top-up


@pytest.mark.parametrize("by", ["supplier", "bank"])
def test_topUp__second_bill__secures_the_same_loan(world: World, by: str) -> None:  # noqa: N802
    _, loan_id = lent(world)
    other = received(world, serial=2)
    financeable(world, other)

    top_up_with_bill(world, bill_top_up_terms(world, loan_id, other), by=by)

    assert (holder(world, other), pair(world, other)) == ("bank", (RECEIVED, PLEDGED))
    assert pledged_loan(world, other) == loan_id


def test_topUp__bill_for_a_loan_on_a_certificate__secures_it(world: World) -> None:  # noqa: N802
    certificate, _ = active(world)
    id_ = ready(world)
    t = loan_terms(world, certificate, 500_000, 400_000)
    loan_id = bytes(advance(world, t).result)

    top_up_with_bill(world, bill_top_up_terms(world, loan_id, id_, last=100_000))

    part = token(part_of(id_).number, 1, 100_000)
    assert pledged_loan(world, part) == loan_id


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"evidenceHash": bytes(32)}, "BillLoansEvidenceMissing"),
        ({"deadline": 1}, "GovernedSignatureExpired"),
        ({"acts": 1}, "BillsActs"),
        ({"loanId": hashed("none")}, "BillLoansState"),
        ({"last": FACE + 1}, "BillsUnits"),
    ],
)
def test_topUp__that_does_not_fit__is_refused(  # noqa: N802
    world: World, change: dict[str, Any], error: str
) -> None:
    _, loan_id = lent(world)
    other = received(world, serial=2)
    financeable(world, other)

    with world.refused(error):
        top_up_with_bill(world, bill_top_up_terms(world, loan_id, other, **change))


def test_topUp__by_another_party__is_refused(world: World) -> None:  # noqa: N802
    _, loan_id = lent(world)
    other = received(world, serial=2)
    financeable(world, other)
    t = bill_top_up_terms(world, loan_id, other)
    digest = world.digest("billloans", "BillTopUp", _types(), t)

    for lender, borrower in (("bank2", "supplier"), ("bank", "tier2")):
        approvals = world.approval(lender, digest), world.by_caller(borrower)
        with world.refused("BillLoansParty"):
            world.act(borrower, "billloans", "topUp", t, *approvals)


def _types() -> Any:
    from tests.typed import BILL_TOP_UP

    return BILL_TOP_UP


# B22


def test_release__in_parts_by_the_lender__gives_them_back_as_they_were(world: World) -> None:
    id_, loan_id = lent(world)
    number = part_of(id_).number

    part = release_bill(world, id_, last=FACE // 2)

    rest = token(number, FACE // 2 + 1, FACE)
    assert (holder(world, part), pair(world, part)) == ("supplier", (RECEIVED, TRANSFERABLE))
    assert world.read("bills", "recordsOf", part) == ((), ())
    assert (holder(world, rest), pair(world, rest)) == ("bank", (RECEIVED, PLEDGED))
    assert (pledged_loan(world, part), pledged_loan(world, rest)) == (NO_LOAN, loan_id)
    bills.endorse(world, part, "supplier", "tier2")


def test_release__of_a_repaid_loan__is_anyones(world: World) -> None:
    id_, loan_id = lent(world)
    bills.fund(world, "supplier", amount=FACE)
    with world.refused("ParticipantsOfficerUnknown"):
        whole = part_of(id_)
        args = (id_, whole.first, whole.last)
        world.send(STRANGER.address, "billloans", "release", *args)
    repay(world, loan_id, ALL)

    world.send(STRANGER.address, "billloans", "release", *args)

    assert (holder(world, id_), pair(world, id_)) == ("supplier", (RECEIVED, TRANSFERABLE))


def test_release__after_maturity__leaves_what_time_made(world: World) -> None:
    """B22: also after maturity; the pledgor presents it itself."""
    id_, _ = lent(world)
    world.go_to(bills.maturity(world, id_))

    release_bill(world, id_)

    assert (holder(world, id_), pair(world, id_)) == ("supplier", (MATURED, TRANSFERABLE))


def test_release__rules__answer(world: World) -> None:
    id_, _ = lent(world)
    free = received(world, serial=2)

    with world.refused("BillsFlag"):
        release_bill(world, free)
    with world.refused("BillLoansParty"):
        release_bill(world, id_, by="bank2")
    with world.refused("BillLoansParty"):
        release_bill(world, id_, by="supplier")
    with world.refused("BillsUnits"):
        release_bill(world, id_, first=2, last=3)
    with world.anchor():
        freeze_range(world, id_)
        with world.refused("BillsFrozen"):
            release_bill(world, id_)
    bills.present(world, id_)
    with world.refused("BillsFlag"):
        release_bill(world, id_)


@pytest.mark.parametrize("act", [freeze, suspend])
@pytest.mark.parametrize("who", ["supplier", "bank"])
def test_repaid_loan__either_side_restrained__is_released(world: World, who: str, act: Any) -> None:
    """MUST-12: neither side's restraint keeps the other's asset."""
    id_, loan_id = lent(world)
    bills.fund(world, "supplier", amount=FACE)
    act(world, who)
    repay(world, loan_id, ALL)

    whole = part_of(id_)
    world.send(STRANGER.address, "billloans", "release", id_, whole.first, whole.last)

    assert holder(world, id_) == "supplier"


def test_pledged_range__given_to_another_by_a_court__secures_nothing(world: World) -> None:
    """B41: the loan stays owed, the range is its new holder's, and anyone says that it is free."""
    id_, loan_id = lent(world)
    order = order_of(
        world,
        MOVE,
        "bills",
        id_,
        **{"from": party(world, "bank"), "to": party(world, "tier2"), "amountFen": FACE},
    )
    carry_out(world, order)
    assert pledged_loan(world, id_) == NO_LOAN
    whole = part_of(id_)

    world.send(STRANGER.address, "billloans", "release", id_, whole.first, whole.last)

    assert (holder(world, id_), pair(world, id_)) == ("tier2", (RECEIVED, TRANSFERABLE))
    bills.fund(world, "debtor")
    world.go_to(bills.maturity(world, id_))
    bills.pay_bills(world, id_)
    assert cash(world, "tier2") == FACE
    assert owed(world, loan_id) > PRINCIPAL


def moved(world: World, id_: int, from_: str, to: str) -> None:
    """A court gives a range to another."""
    sides = {"from": party(world, from_), "to": party(world, to)}
    terms = order_of(world, MOVE, "bills", id_, amountFen=FACE, **sides)
    carry_out(world, terms | {"documentHash": hashed(f"{from_} to {to}")})


def test_pledged_range__given_back_to_the_pledgee_by_a_court__is_pledged_again(
    world: World,
) -> None:
    id_, loan_id = lent(world)
    moved(world, id_, "bank", "tier2")
    moved(world, id_, "tier2", "bank")

    assert pledged_loan(world, id_) == loan_id


@pytest.mark.parametrize("ending", ["paid", "settled"])
def test_freed_range__given_to_the_former_pledgee_by_a_court__is_its_own(
    world: World, ending: str
) -> None:
    """MUST-12: what was freed secures nothing, whoever holds it later and however it is paid."""
    id_, loan_id = lent(world)
    moved(world, id_, "bank", "tier2")
    whole = part_of(id_)
    world.send(STRANGER.address, "billloans", "release", id_, whole.first, whole.last)
    moved(world, id_, "tier2", "bank")
    assert pledged_loan(world, id_) == NO_LOAN
    bills.fund(world, "debtor")
    world.go_to(bills.maturity(world, id_))
    if ending == "settled":
        bills.dishonoured(world, id_)
        bills.pursue(world, id_, "debtor")
    debt, before = owed(world, loan_id), (cash(world, "bank"), cash(world, "supplier"))

    if ending == "paid":
        bills.pay_bills(world, id_)
    else:
        bills.settle(world, id_, "debtor")

    after = (cash(world, "bank"), cash(world, "supplier"))
    assert after[0] - before[0] >= FACE
    assert after[1] == before[1]
    assert owed(world, loan_id) == debt


def test_release__rules__answer_in_order(world: World) -> None:
    """pair → authority → party → units."""

    def prepare(w: World) -> SimpleNamespace:
        id_, _ = lent(w)
        other = received(w, serial=2)
        return caller_case(w, "bank", MAKE, id=id_, other=other, last=part_of(id_).last)

    rules: list[Rule] = [
        ("BillsFlag", lambda w, case: setattr(case, "id", case.other)),
        *authority_rules("bank", amount=False),
        ("BillLoansParty", by_actor("supplier")),
        ("BillsUnits", put("last", FACE + 1)),
    ]

    check_refusals(
        world,
        prepare,
        lambda w, case: w.send(case.by, "billloans", "release", case.id, 1, case.last),
        rules,
    )


# B23: what comes in


@pytest.mark.parametrize("presented", [False, True])
def test_pay__pledged_range__goes_to_the_lender_up_to_its_debt(
    world: World, presented: bool
) -> None:
    """The pledgee presents (NIL-35); what is above the debt is the pledgor's."""
    id_, loan_id = lent(world)
    bills.fund(world, "debtor")
    world.go_to(bills.maturity(world, id_))
    if presented:
        assert bills.holder(world, id_) == "bank"
        bills.present(world, id_)
    debt, before = owed(world, loan_id), (cash(world, "bank"), cash(world, "supplier"))

    bills.pay_bills(world, id_)

    after = (cash(world, "bank"), cash(world, "supplier"))
    assert (after[0] - before[0], after[1] - before[1]) == (debt, FACE - debt)
    assert (loan(world, loan_id)["state"], owed(world, loan_id)) == (3, 0)


def test_pay__debt_above_the_range__takes_all_and_the_rest_stays_owed(world: World) -> None:
    id_, loan_id = lent(world, 2 * FACE)
    bills.fund(world, "debtor")
    world.go_to(bills.maturity(world, id_))
    debt, before = owed(world, loan_id), cash(world, "bank")

    bills.pay_bills(world, id_)

    assert cash(world, "bank") - before == FACE
    assert owed(world, loan_id) == debt - FACE


def test_pay__loan_repaid_but_not_released__is_all_the_pledgors(world: World) -> None:
    """Whatever order events come in, the debtor's money lands with who is owed it."""
    id_, loan_id = lent(world)
    bills.fund(world, "debtor", "supplier")
    repay(world, loan_id, ALL)
    world.go_to(bills.maturity(world, id_))
    before = cash(world, "bank"), cash(world, "supplier")

    bills.pay_bills(world, id_)

    assert (cash(world, "bank"), cash(world, "supplier")) == (before[0], before[1] + FACE)


def test_pay__after_default__repays_with_the_late_rate_and_returns_the_surplus(
    world: World,
) -> None:
    """A pledge on a bill is enforced by exercising the bill; the arithmetic to the fen."""
    id_, loan_id = in_default(world)
    bills.fund(world, "debtor")
    found = loan(world, loan_id)
    world.go_to(bills.maturity(world, id_))
    early = found["repayDay"] - found["sinceDay"]
    late = world.today - found["repayDay"]
    debt = PRINCIPAL
    debt += half_up(Fraction(PRINCIPAL * early * 40_000, 360 * 10**6))
    debt += half_up(Fraction(PRINCIPAL * late * 60_000, 360 * 10**6))
    assert owed(world, loan_id) == debt
    before = cash(world, "bank"), cash(world, "supplier")

    bills.present(world, id_)
    bills.pay_bills(world, id_)

    assert (cash(world, "bank"), cash(world, "supplier")) == (
        before[0] + debt,
        before[1] + FACE - debt,
    )


def test_pay__pledged_and_free_ranges_in_one_call__each_to_whom_it_belongs(world: World) -> None:
    id_ = ready(world)
    loan_id, part = advance_on_bill(
        world, bill_loan_terms(world, id_, 1_000, last=FACE // 4)
    ).result
    rest = token(part_of(id_).number, FACE // 4 + 1, FACE)
    bills.fund(world, "debtor", amount=FACE)
    world.go_to(bills.maturity(world, part))
    debt, before = owed(world, bytes(loan_id)), (cash(world, "bank"), cash(world, "supplier"))

    assert bills.pay_bills(world, part, rest).result == FACE

    assert cash(world, "bank") - before[0] == debt
    assert cash(world, "supplier") - before[1] == FACE - debt
    assert cash(world, "debtor") == 0


def test_dishonoured__pledgee_pursues_and_the_payer_gets_a_free_range(world: World) -> None:
    """The pledgee has recourse like any holder (NIL-35), not against its pledgor."""
    id_ = bills.chain(world, "tier2", "supplier")
    financeable(world, id_)
    bills.fund(world, "bank", "tier2")
    loan_id = bytes(advance_on_bill(world, bill_loan_terms(world, id_, PRINCIPAL)).result[0])
    bills.dishonoured(world, id_)
    assert pair(world, id_) == (MATURED, PLEDGED)
    assert bills.liability(world, id_, "supplier") == bills.NOT_LIABLE
    bills.pursue(world, id_, "tier2", "agency")
    world.pass_days(10)
    claim, debt = bills.claim(world, id_), owed(world, loan_id)
    before = cash(world, "bank"), cash(world, "supplier")

    _, paid = bills.settle(world, id_, "tier2")

    assert paid == claim > FACE
    assert (cash(world, "bank"), cash(world, "supplier")) == (
        before[0] + debt,
        before[1] + claim - debt,
    )
    assert (holder(world, id_), pair(world, id_)) == ("tier2", (MATURED, TRANSFERABLE))
    assert (pledged_loan(world, id_), loan(world, loan_id)["state"]) == (NO_LOAN, 3)


def test_dishonoured__settled_in_parts__credits_each(world: World) -> None:
    """Recourse divides the range; every piece still secures the loan."""
    id_ = bills.chain(world, "tier2", "supplier")
    financeable(world, id_)
    bills.fund(world, "bank", "tier2", "agency")
    loan_id = bytes(advance_on_bill(world, bill_loan_terms(world, id_, PRINCIPAL)).result[0])
    bills.dishonoured(world, id_)
    bills.pursue(world, id_, "tier2", "agency")
    half = FACE // 2
    before = cash(world, "bank")

    taken, paid = bills.settle(world, id_, "tier2", last=half)

    rest = token(part_of(id_).number, half + 1, FACE)
    assert cash(world, "bank") - before == paid
    assert pledged_loan(world, rest) == loan_id != pledged_loan(world, taken)
    debt, before, pledgor = owed(world, loan_id), cash(world, "bank"), cash(world, "supplier")
    terms = bills.settlement_terms(world, rest, "agency")
    paid = bills.settle_signed(world, terms, "agency", "bank").result
    assert (cash(world, "bank") - before, cash(world, "supplier") - pledgor) == (debt, paid - debt)


def test_pursuit__withdrawn__leaves_the_pledge(world: World) -> None:
    id_, loan_id = lent(world)
    bills.dishonoured(world, id_)
    bills.pursue(world, id_, "agency")

    world.act("bank", "recourse", "withdrawPursuit", id_)

    assert (holder(world, id_), pair(world, id_)) == ("bank", (MATURED, PLEDGED))
    assert pledged_loan(world, id_) == loan_id


def test_pledgor__acts_on_a_pledged_range__is_refused(world: World) -> None:
    id_, _ = lent(world)
    world.go_to(bills.maturity(world, id_))

    with world.refused("PresentationsParty"):
        world.act("supplier", "presentations", "present", id_, bytes(32))


@pytest.mark.parametrize("who", ["supplier", "bank", "debtor"])
@pytest.mark.parametrize("restraint", ["frozen", "suspended", "without its role"])
def test_pay__anyone_restrained__lands_all_the_same(world: World, who: str, restraint: str) -> None:
    """MUST-12: paying what one owes, and getting what one is owed."""
    id_, loan_id = lent(world)
    bills.fund(world, "debtor")
    {
        "frozen": lambda w, n: freeze(w, n, days=170),
        "suspended": suspend,
        "without its role": lambda w, n: restate(w, n, roles=1 << 12, size=4),
    }[restraint](world, who)
    world.go_to(bills.maturity(world, id_))
    debt, before = owed(world, loan_id), cash(world, "supplier")

    bills.present(world, id_)
    bills.pay_bills(world, id_)

    assert cash(world, "supplier") - before == FACE - debt


def test_doors__of_pledged_bills__are_their_rooms_alone(world: World) -> None:
    """B23: what comes in is booked by Settlement alone."""
    id_, loan_id = lent(world)
    sender = STRANGER.address

    with world.refused("GovernedCaller"):
        world.send(sender, "billloans", "collect", loan_id, id_, 1)
    with world.refused("GovernedCaller"):
        world.send(sender, "loans", "collectFor", loan_id, 1)
    bank, other = party(world, "bank"), party(world, "bank2")
    with world.refused("SettlementRoom"):
        world.send(sender, "settlement", "passBill", id_, id_, bank, other, 2, 5, 0)
    with world.refused("SettlementRoom"):
        world.send(sender, "settlement", "returnBill", id_, id_, bank, other, 0)
    with world.refused("GovernedCaller"):
        args = (party(world, "bank"), party(world, "bank2"), party(world, "bank2"), 1)
        world.send(sender, "cash", "debit", *args)


# MUST-21: replay


@pytest.mark.parametrize("field", ["chain", "contract"])
def test_terms__signed_for_elsewhere__are_refused(world: World, field: str) -> None:
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    contracts, chain = dict(world.contracts), world.engine.chain_id
    if field == "contract":
        world.contracts["billloans"] = contracts["billdiscounting"]
    else:
        world.engine.chain_id = chain + 1
    lender = world.approval("bank", terms_digest(world, t))
    world.contracts.update(contracts)
    world.engine.chain_id = chain

    with world.refused("GovernedSignatureInvalid"):
        args = (t, hashed("consent"), lender, world.by_caller("supplier"))
        world.act("supplier", "billloans", "advance", *args)


@pytest.mark.parametrize(
    "field", ["principalFen", "feeFen", "ratePpm", "lateRatePpm", "repayDay", "last", "deadline"]
)
def test_terms__changed_after_signing__are_refused(world: World, field: str) -> None:
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    lender = world.approval("bank", terms_digest(world, t))
    changed = t | {field: t[field] - 1}

    with world.refused("GovernedSignatureInvalid"):
        args = (changed, hashed("consent"), lender, world.by_caller("supplier"))
        world.act("supplier", "billloans", "advance", *args)


def test_terms__revoked_or_of_an_epoch_that_ended__are_refused(world: World) -> None:
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    with world.anchor():
        world.act("bank", "billloans", "revokeSignature", terms_digest(world, t))
        with world.refused("GovernedSignatureRevoked"):
            advance_on_bill(world, t)
    end_epoch(world, "bank")
    with world.refused("ParticipantsEpochEnded"):
        advance_on_bill(world, t)


def test_consent__of_another__does_not_serve(world: World) -> None:
    """The borrower's signature is over the consent record that was shown."""
    id_ = ready(world)
    t = bill_loan_terms(world, id_, PRINCIPAL)
    borrower = world.approval("supplier", borrowing_digest(world, t, hashed("other")))

    with world.refused("GovernedSignatureInvalid"):
        args = (t, hashed("consent"), world.by_caller("bank"), borrower)
        world.act("bank", "billloans", "advance", *args)
