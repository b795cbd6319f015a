"""Payment of bills (B30): who, in what order refused, what ends with it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.bill_stories import KEY, delivered
from tests.recourse_stories import (
    BANK_LAST,
    ENDED,
    FACE,
    LIMIT,
    RECEIVED,
    SETTLED,
    STOP_PAYMENT,
    M,
    W,
    account,
    chain,
    claim,
    dishonour,
    dishonoured,
    drawn,
    endorse,
    freeze_range,
    fund,
    money,
    only_range,
    pair,
    part_of,
    pay_bills,
    present,
    present_due,
    pursue,
    received,
    settle,
    token,
    unfreeze_range,
)
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    then,
)
from tests.world import PAY, World, hashed

REASON = hashed("reason")


# B30: payment


def pay_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "debtor", PAY, id=received(world), drawn=drawn(world))
    case.ids = [case.id]
    fund(world, "debtor", amount=FACE)
    return case


def test_payBills__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """NIL-54, MUST-12: in full, and no standing is asked of who pays what it owes."""
    rules: list[Rule] = [
        ("SettlementBillCount", put("ids", [])),
        *authority_rules("debtor", amount=False, standing=False),
        ("BillsUnknown", put("ids", [token(1, 1, 1)])),
        ("PresentationsPair", lambda w, c: setattr(c, "ids", [c.drawn])),
        ("PresentationsParty", by_actor("agency")),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
        ("BillsPaymentStopped", then(lambda w: freeze_range(w, only_range(w), kind=STOP_PAYMENT))),
        ("ParticipantsAmountLimit", lambda w, c: setattr(c, "by", c.limited)),
        ("CashBalance", then(lambda w: w.act("debtor", "cash", "transfer", party(w, "tier3"), 1))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(M)
        w.send(case.by, "settlement", "payBills", case.ids)

    check_refusals(world, pay_case, act, rules)


@pytest.mark.parametrize(
    ("day", "presented"), [(M - 9, True), (M, False), (M, True), (W + 3, False), (LIMIT, True)]
)
def test_payBills__before_at_and_after_maturity__ends_the_range(  # noqa: N802
    world: World, day: int, presented: bool
) -> None:
    """B30, INV-3, INV-5, MUST-5: the face to the holder of that moment, everybody released."""
    id_ = chain(world, "supplier", "tier2", "tier3")
    fund(world, "debtor")
    world.go_to(day)
    if presented:
        present(world, id_, reason=REASON)
    before = money(world, "debtor")
    # After the bank's last day a presented 商票 is dishonoured first; here it is paid on its day.
    receipt = pay_bills(world, id_)

    assert pair(world, id_) == (SETTLED, ENDED)
    assert money(world, "tier3") == FACE == before - money(world, "debtor")
    assert receipt.event("BillPaid").args["presented"] is presented
    assert account(world)["balanceFen"] == 0
    with world.refused("PresentationsPair"):
        present(world, id_)
    with world.refused("RecoursePair"):
        pursue(world, id_, "debtor")
    with world.refused("PresentationsPair"):
        pay_bills(world, id_)


def test_payBills__before_maturity_unpresented__is_refused(world: World) -> None:  # noqa: N802
    id_ = received(world)
    fund(world, "debtor")

    with world.refused("PresentationsPair", status=RECEIVED):
        pay_bills(world, id_)


def test_payBills__part_endorsed_on__pays_each_holder(world: World) -> None:  # noqa: N802
    """INV-1, MUST-5: three ranges of one bill, three holders, one call."""
    id_ = received(world)
    a = endorse(world, id_, "supplier", "tier2", last=30_000_00)
    rest = token(part_of(id_).number, 30_000_01, FACE)
    b = endorse(world, rest, "supplier", "tier3", first=FACE)
    c = token(part_of(id_).number, 30_000_01, FACE - 1)
    fund(world, "debtor", amount=FACE)
    world.go_to(M)

    pay_bills(world, a, b, c)

    assert [money(world, name) for name in ("tier2", "tier3", "supplier", "debtor")] == [
        30_000_00,
        1,
        FACE - 30_000_01,
        0,
    ]
    assert world.read("bills", "bill", part_of(id_).number)["endedFen"] == FACE


def test_payBills__frozen_payee_and_frozen_range__blocks_only_itself(world: World) -> None:  # noqa: N802
    """MUST-18: a blocked payee or range never keeps another from its money."""
    id_ = received(world)
    part = endorse(world, id_, "supplier", "tier2", last=10)
    rest = token(part_of(id_).number, 11, FACE)
    fund(world, "debtor")
    freeze(world, "tier2")
    world.go_to(M)
    freeze_range(world, rest)

    with world.refused("BillsFrozen"):
        pay_bills(world, part, rest)
    pay_bills(world, part)
    unfreeze_range(world, rest)
    pay_bills(world, rest)

    assert (money(world, "tier2"), money(world, "supplier")) == (10, FACE - 10)


def test_payBills__two_acceptors__is_refused(world: World) -> None:  # noqa: N802
    one, other = received(world), received(world, serial=2, acceptor="tier3")
    fund(world, "debtor")
    world.act("tier3", "presentations", "setAccessBank", party(world, "bank"))
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    world.go_to(M)
    present(world, one)
    present(world, other)

    with world.refused("SettlementAcceptors"):
        pay_bills(world, one, other, by="bank")


def test_payBills__too_many__is_refused(world: World) -> None:  # noqa: N802
    with world.refused("SettlementBillCount", actual=101, max=100):
        pay_bills(world, *range(101))


def test_payBills__same_range_twice__is_refused(world: World) -> None:  # noqa: N802
    """MUST-8, MUST-24: a duplicate in a batch is not paid twice."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)

    with world.refused("PresentationsPair", status=SETTLED):
        pay_bills(world, id_, id_)

    assert money(world, "supplier") == 0


def test_payBills__after_dishonour__costs_interest(world: World) -> None:  # noqa: N802
    """MUST-25, NIL-70: paying after default stays possible, for face and interest."""
    id_ = dishonoured(world, received(world))
    fund(world, "debtor")
    world.pass_days(20)
    owed = claim(world, id_)

    receipt = pay_bills(world, id_)

    assert owed == money(world, "supplier") == FACE + 20 * 100 * 10
    assert receipt.event("OverdueInterestPaid").args["interestFen"] == owed - FACE
    assert pair(world, id_) == (SETTLED, ENDED)
    assert (account(world)["overdueBalanceFen"], account(world)["overdueFen"]) == (0, FACE)


def test_payBills__under_recourse__is_for_settlement(world: World) -> None:  # noqa: N802
    id_ = dishonoured(world, received(world))
    pursue(world, id_, "debtor")
    fund(world, "debtor")

    with world.refused("PresentationsPair"):
        pay_bills(world, id_)


def test_payBills__answer_overdue__dishonours_first(world: World) -> None:  # noqa: N802
    """SH-5: whoever pays after the bank's last day has failed, whether or not somebody said so."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)
    present(world, id_)
    world.go_to(BANK_LAST + 1)

    receipt = pay_bills(world, id_)

    assert receipt.event("BillDishonoured").args["day"] == BANK_LAST
    assert account(world)["overdueFen"] == FACE
    assert money(world, "supplier") == FACE + (BANK_LAST + 1 - M) * 1000


def test_payBills__access_bank__debits_the_acceptor(world: World) -> None:  # noqa: N802
    """NT05: automatic debit by the named bank, for what was presented only."""
    id_ = received(world)
    fund(world, "debtor", "bank")
    world.go_to(M)
    with world.refused("PresentationsParty"):
        pay_bills(world, id_, by="bank")
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    with world.refused("PresentationsParty"):
        pay_bills(world, id_, by="bank")
    present_due(world, id_)
    own = money(world, "bank")

    receipt = pay_bills(world, id_, by="bank")

    assert (money(world, "supplier"), money(world, "bank")) == (FACE, own)
    assert receipt.event("BillPaid").args["proxy"].lower() == party(world, "bank")


@pytest.mark.parametrize("how", ["paid", "settled", "lapsed"])
def test_invoice__bill_ended__is_no_longer_owed(world: World, how: str) -> None:
    """SYS-1: what a bill used of its invoice stays used; its debtor owes it no more."""
    id_ = delivered(world)
    debtor = party(world, "debtor")
    assert world.read("invoices", "debtorAccount", debtor)["outstandingFen"] == FACE
    fund(world, "debtor")
    world.go_to(M)
    if how == "paid":
        pay_bills(world, id_)
    elif how == "settled":
        present(world, id_)
        dishonour(world, id_)
        pursue(world, id_, "debtor")
        settle(world, id_, "debtor")
    else:
        world.go_to(LIMIT + 1)
        world.act("tier3", "presentations", "lapse", id_)

    assert world.read("invoices", "debtorAccount", debtor)["outstandingFen"] == 0
    assert world.read("invoices", "invoice", KEY, debtor)["usedFen"] == FACE
