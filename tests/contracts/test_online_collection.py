"""B39, 线上追偿: a discounted bill is collected from the first debtor in order that can pay."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import recourse_stories as bills
from tests.bill_loan_stories import advance_on_bill, bill_loan_terms
from tests.contracts.test_bill_discounting import bill_quote, discount, financeable
from tests.financing_stories import owed, repay
from tests.recourse_stories import FACE, as_debtor, claim, holder, money, pair
from tests.stories import (
    Rule,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    suspend,
    use,
)
from tests.world import MAKE, World

RT01, RT02 = b"RT01", b"RT02"


def collectable(world: World, *, code: int = bills.DC08) -> int:
    """
    A dishonoured bill that bank2 holds: supplier sold it to bank, which sold it on; the acceptor
    (debtor) is guaranteed by clearing, the first discounter (bank) by fincorp; all are pursued.
    """
    id_ = bills.received(world)
    financeable(world, id_, "bank", "bank2")
    bills.guarantee(world, id_, "debtor", "clearing")
    bills.fund(world, "bank", "bank2", amount=10 * FACE)
    discount(world, bill_quote(world, id_))
    onward = bill_quote(
        world, id_, seller=party(world, "bank"), funder=party(world, "bank2"), interbank=True
    )
    discount(world, onward)
    bills.guarantee(world, id_, "bank", "fincorp")
    world.go_to(bills.maturity(world, id_))
    bills.present(world, id_)
    bills.dishonour(world, id_, code=code)
    bills.pursue(world, id_, debtors=debtors(world))
    world.pass_days(10)
    return id_


def debtors(world: World) -> list[dict[str, str]]:
    """In the order of B39."""
    return [
        as_debtor(world, "debtor"),
        as_debtor(world, "clearing", "debtor"),
        as_debtor(world, "bank"),
        as_debtor(world, "fincorp", "bank"),
    ]


def able(world: World, *names: str, amount: int = 2 * FACE) -> None:
    """These have the money, and allow bank2 to take it."""
    for name in names:
        world.mint(name, amount, f"to be debited from {name}")
        world.act(name, "cash", "approve", party(world, "bank2"), amount)


@pytest.mark.parametrize(
    ("who", "place", "end"),
    [
        ("debtor", 0, None),
        ("clearing", 1, None),
        ("bank", 2, "bank"),
        ("fincorp", 3, "fincorp"),
    ],
)
def test_collectOnline__first_able_in_order__pays_the_claim_of_the_day(  # noqa: N802
    world: World, who: str, place: int, end: str | None
) -> None:
    """Acceptor's side ends the bill (B37); a discounter's has it, with what it may pursue."""
    id_ = collectable(world)
    able(world, *(("debtor", "clearing", "bank", "fincorp")[place:]))
    owed = claim(world, id_)
    before, own = money(world, "bank2"), money(world, who)
    allowed = world.read("cash", "allowance", party(world, who), party(world, "bank2"))

    receipt = world.act("bank2", "settlement", "collectOnline", id_, debtors(world))

    assert tuple(receipt.result) == (place, owed)
    assert (money(world, "bank2") - before, own - money(world, who)) == (owed, owed)
    left = world.read("cash", "allowance", party(world, who), party(world, "bank2"))
    assert left == allowed - owed
    event = receipt.event("CollectedOnline").args
    assert (event["payer"], event["reason"]) == (party(world, who), RT02)
    if end is None:
        assert pair(world, id_)[0] == bills.SETTLED
    else:
        assert holder(world, id_) == end


def pledged(world: World, principal: int) -> tuple[int, bytes]:
    """A discounted bill that its bank pledged to bank2 for a loan, dishonoured and pursued."""
    id_ = bills.received(world)
    financeable(world, id_, "bank")
    bills.fund(world, "bank", "bank2", amount=10 * FACE)
    discount(world, bill_quote(world, id_))
    sides = {"lender": party(world, "bank2"), "borrower": party(world, "bank")}
    terms = bill_loan_terms(world, id_, principal, **sides)
    loan_id = bytes(advance_on_bill(world, terms).result[0])
    world.go_to(bills.maturity(world, id_))
    bills.present(world, id_)
    bills.dishonour(world, id_, code=bills.DC08)
    bills.pursue(world, id_, debtors=debtors(world)[:1])
    world.pass_days(10)
    return id_, loan_id


@pytest.mark.parametrize("part", [2, 1])
def test_collectOnline__pledged_range__pays_the_loan_and_the_pledgor(  # noqa: N802
    world: World, part: int
) -> None:
    """BLN-2: what comes in on a pledge is the lender's up to its debt, however it comes in."""
    id_, loan_id = pledged(world, FACE * 10 // 8 // part)
    able(world, "debtor")
    due, debt = claim(world, id_), owed(world, loan_id)
    mine = min(due, debt)
    names = ("bank2", "bank", "debtor")
    before = [money(world, name) for name in names]
    allowed = world.read("cash", "allowance", party(world, "debtor"), party(world, "bank2"))

    receipt = world.act("bank2", "settlement", "collectOnline", id_, debtors(world)[:1])

    assert tuple(receipt.result) == (0, due)
    after = [money(world, name) for name in names]
    moved = [now - then for now, then in zip(after, before, strict=True)]
    assert moved == [mine, due - mine, -due]
    assert owed(world, loan_id) == debt - mine
    left = world.read("cash", "allowance", party(world, "debtor"), party(world, "bank2"))
    assert left == allowed - due


def test_collectOnline__pledged_for_a_repaid_loan__is_all_the_pledgors(world: World) -> None:  # noqa: N802
    id_, loan_id = pledged(world, FACE // 2)
    repay(world, loan_id, by="bank")
    able(world, "debtor")
    due, before = claim(world, id_), (money(world, "bank2"), money(world, "bank"))

    world.act("bank2", "settlement", "collectOnline", id_, debtors(world)[:1])

    assert (money(world, "bank2"), money(world, "bank")) == (before[0], before[1] + due)


def test_collectOnline__after_another_dishonour__says_so(world: World) -> None:  # noqa: N802
    id_ = collectable(world, code=bills.DC00)
    able(world, "debtor")

    receipt = world.act("bank2", "settlement", "collectOnline", id_, debtors(world))

    assert receipt.event("CollectedOnline").args["reason"] == RT01


@pytest.mark.parametrize("case", ["nobody allowed", "too little allowed", "too little money"])
def test_collectOnline__nobody_able__is_refused(world: World, case: str) -> None:  # noqa: N802
    """Nobody is debited beyond what it allowed and has; nothing has moved."""
    id_ = collectable(world)
    if case == "too little allowed":
        able(world, "debtor", amount=FACE)
        bills.fund(world, "clearing")
    if case == "too little money":
        world.act("debtor", "cash", "approve", party(world, "bank2"), 2 * FACE)

    with world.refused("SettlementNothingToDebit", claimFen=claim(world, id_)):
        world.act("bank2", "settlement", "collectOnline", id_, debtors(world))


@pytest.mark.parametrize(
    ("order", "place"),
    [([1, 0], 0), ([2], 0), ([0, 2, 1], 2), ([0, 3, 2], 2)],
)
def test_collectOnline__out_of_order__is_refused(  # noqa: N802
    world: World, order: list[int], place: int
) -> None:
    """The acceptor always comes first, and nobody before those who stand before it."""
    id_ = collectable(world)
    able(world, "debtor", "clearing", "bank", "fincorp")
    named = debtors(world)

    with world.refused("SettlementOrder", place=place):
        args = (id_, [named[i] for i in order])
        world.act("bank2", "settlement", "collectOnline", *args)


def test_collectOnline__from_whom_the_order_does_not_know__is_refused(world: World) -> None:  # noqa: N802
    """The drawer and endorsers before the discount are pursued step by step."""
    id_ = collectable(world)
    able(world, "supplier")

    with world.refused("SettlementOrder", place=1):
        args = (id_, [as_debtor(world, "debtor"), as_debtor(world, "supplier")])
        world.act("bank2", "settlement", "collectOnline", *args)


def test_collectOnline__by_others__is_refused(world: World) -> None:  # noqa: N802
    id_ = collectable(world)
    able(world, "debtor")

    for who in ("bank", "supplier"):
        with world.refused("SettlementParty"):
            world.act(who, "settlement", "collectOnline", id_, debtors(world))


def test_collectOnline__debtor_not_pursued__is_refused(world: World) -> None:  # noqa: N802
    id_ = collectable(world)
    world.act("bank2", "recourse", "withdrawPursuit", id_)
    bills.pursue(world, id_, "bank")
    able(world, "debtor")

    with world.refused("RecourseNotPursued"):
        world.act("bank2", "settlement", "collectOnline", id_, debtors(world)[:1])


def test_collectOnline__not_under_recourse__is_refused(world: World) -> None:  # noqa: N802
    id_ = collectable(world)
    world.act("bank2", "recourse", "withdrawPursuit", id_)
    able(world, "debtor")

    with world.refused("RecoursePair"):
        world.act("bank2", "settlement", "collectOnline", id_, debtors(world))


def test_collectOnline__never_discounted__is_refused(world: World) -> None:  # noqa: N802
    """An endorsement to a bank is no discount."""
    id_ = bills.chain(world, "supplier", "bank2")
    bills.dishonoured(world, id_)
    bills.pursue(world, id_, "debtor")
    able(world, "debtor")

    with world.refused("SettlementNotDiscounted"):
        world.act("bank2", "settlement", "collectOnline", id_, [as_debtor(world, "debtor")])


@pytest.mark.parametrize("act", [freeze, suspend])
@pytest.mark.parametrize("who", ["debtor", "bank2"])
def test_collectOnline__either_side_restrained__is_done(  # noqa: N802
    world: World, who: str, act: object
) -> None:
    """MUST-12: a debt is paid and received all the same."""
    id_ = collectable(world)
    able(world, "debtor")
    owed, before = claim(world, id_), money(world, "bank2")
    act(world, who)  # type: ignore[operator]

    world.act("bank2", "settlement", "collectOnline", id_, debtors(world))

    assert money(world, "bank2") - before == owed


def test_collectOnline__twice__is_refused(world: World) -> None:  # noqa: N802
    id_ = collectable(world)
    able(world, "debtor", amount=5 * FACE)
    world.act("bank2", "settlement", "collectOnline", id_, debtors(world))

    with world.refused("RecoursePair"):
        world.act("bank2", "settlement", "collectOnline", id_, debtors(world))


def test_collectOnline__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """authority → holder → order of the debtors → somebody who can pay."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = collectable(w)
        able(w, "debtor")
        return caller_case(w, "bank2", MAKE, id=id_, debtors=debtors(w))

    def withdrawn(w: World, case: SimpleNamespace) -> None:
        w.act("debtor", "cash", "approve", party(w, "bank2"), 0)

    rules: list[Rule] = [
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
        ("SettlementParty", by_actor("tier2")),
        ("SettlementOrder", lambda w, case: case.debtors.reverse()),
        ("SettlementNothingToDebit", withdrawn),
    ]

    check_refusals(
        world,
        prepare,
        lambda w, case: w.send(case.by, "settlement", "collectOnline", case.id, case.debtors),
        rules,
    )
