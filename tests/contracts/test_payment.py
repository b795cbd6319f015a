"""Settlement and the day itself: payment, payment in part, late interest, overdue."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from types import SimpleNamespace

import pytest

from tests.stories import (
    ACTIVE,
    FACE,
    MOVE,
    OVERDUE,
    PAID,
    STRANGER,
    Rule,
    active,
    authority_rules,
    books,
    by_actor,
    caller_case,
    carry_out,
    cash,
    certificate,
    check_refusals,
    claimed,
    clerk,
    freeze,
    freeze_certificate,
    open_by,
    opening,
    order_of,
    parties,
    party,
    pass_on,
    pay,
    pay_part,
    place,
    put,
    request,
    suspend,
    then,
    transfer_terms,
    units,
)
from tests.world import PAY, World, hashed

DUE = 50


def the_id(world: World) -> int:
    return int(world.read("invoices", "certificateIdOf", *place(opening(world))))


def late_case(world: World) -> SimpleNamespace:
    claim, _ = claimed(world, invoiceKey=hashed("invoice/2"))
    id_, _ = active(world)
    world.mint("debtor", FACE, "money")
    world.mint("tier3", FACE, "other money")
    case = caller_case(world, "debtor", PAY, id=id_, claim=claim)
    case.holders = parties(world, "supplier")
    case.amount = FACE
    return case


RULES: list[Rule] = [
    *authority_rules("debtor", amount=False, standing=False),
    ("ReceivablesStatus", lambda w, c: setattr(c, "id", c.claim)),
    ("ReceivablesParty", by_actor("tier3")),
    ("ReceivablesHolderCount", put("holders", [])),
    ("ReceivablesNotDue", put("days", DUE - 1)),
    ("ReceivablesFrozen", then(lambda w: freeze_certificate(w, the_id(w), days=90))),
]


def go(world: World, case: SimpleNamespace) -> None:
    world.pass_days(getattr(case, "days", DUE))


def test_payAtMaturity__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """R77-4, MUST-12: no standing is asked of a debtor that pays what it owes."""
    rules: list[Rule] = [
        *RULES,
        ("ReceivablesHolderOrder", put("holders", lambda w: parties(w, "tier2", "supplier")[::-1])),
        ("ParticipantsAmountLimit", lambda w, c: setattr(c, "by", c.limited)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "settlement", "payAtMaturity", case.id, case.holders)

    check_refusals(world, late_case, act, rules)


def test_payPart__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *RULES,
        ("ReceivablesHolderOrder", put("holders", lambda w: parties(w, "bank", "bank2"))),
        ("ReceivablesAmount", put("amount", FACE + 1)),
        ("ParticipantsAmountLimit", lambda w, c: setattr(c, "by", c.limited)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "settlement", "payPart", case.id, case.amount, case.holders)

    check_refusals(world, late_case, act, rules)


def test_payAtMaturity__frozen_and_suspended_debtor__pays(world: World) -> None:  # noqa: N802
    """INV-5, MUST-12: a freeze of an account never stops its paying of debts."""
    id_, o = active(world)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)
    freeze(world, "debtor")
    freeze(world, "supplier")
    suspend(world, "debtor")
    suspend(world, "supplier")

    receipt = pay(world, id_, "supplier")

    assert receipt.result == FACE
    assert certificate(world, id_)["status"] == PAID
    assert (cash(world, "debtor"), cash(world, "supplier")) == (0, FACE)
    assert units(world, id_, "supplier") == 0
    assert world.read("invoices", "debtorAccount", o["debtor"])["outstandingFen"] == 0
    assert world.read("invoices", "capacityOf", o["invoiceKey"], o["debtor"]) == 0
    told = receipt.event("CertificatePaid").args
    assert (told["principalFen"], told["interestFen"], told["status"]) == (FACE, 0, PAID)
    assert receipt.event("PaymentSettled").args["totalFen"] == FACE


def test_payAtMaturity__paid__cannot_be_paid_twice(world: World) -> None:  # noqa: N802
    """INV-3, MUST-25."""
    id_, _ = active(world)
    world.mint("debtor", 2 * FACE, "money")
    world.pass_days(DUE)
    pay(world, id_, "supplier")

    with world.refused("ReceivablesStatus", actual=PAID):
        pay(world, id_, "supplier")
    with world.refused("ReceivablesStatus", actual=PAID):
        world.send(STRANGER.address, "receivables", "markOverdue", id_)
    with world.refused("ReceivablesStatus", actual=PAID):
        pass_on(world, id_, "supplier", "tier2", 1)


def test_payAtMaturity__holder_of_that_moment__is_paid(world: World) -> None:  # noqa: N802
    """MUST-5, CSH-2: the money goes to the holders of the day, and no contract keeps any."""
    id_, _ = active(world)
    pass_on(world, id_, "supplier", "tier2", 400)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)

    pay(world, id_, "tier2", "supplier")

    assert (cash(world, "tier2"), cash(world, "supplier")) == (400, FACE - 400)
    for contract in world.contracts.values():
        assert world.read("cash", "balanceOf", contract.address) == 0


@pytest.mark.parametrize("names", [("supplier", "supplier"), ("tier3",), ("supplier", "tier3")])
def test_payAtMaturity__holder_twice_or_without_units__is_refused(  # noqa: N802
    world: World, names: tuple[str, ...]
) -> None:
    """MUST-8: nobody is paid twice in one list."""
    id_, _ = active(world)
    world.mint("debtor", 3 * FACE, "money")
    world.pass_days(DUE)

    with world.refused("ReceivablesHolderOrder"):
        pay(world, id_, *names)


def test_payAtMaturity__more_holders_than_one_call_takes__is_refused(  # noqa: N802
    world: World,
) -> None:
    """MUST-19."""
    id_, _ = active(world)
    world.pass_days(DUE)
    many = [f"0x{number:040x}" for number in range(1, 202)]

    with world.refused("ReceivablesHolderCount", actual=201, needed=200):
        world.act("debtor", "settlement", "payAtMaturity", id_, many)
    with world.refused("ReceivablesHolderOrder"):
        world.act("debtor", "settlement", "payAtMaturity", id_, many[:200])


def test_payAtMaturity__some_holders_with_money_for_some__is_refused(  # noqa: N802
    world: World,
) -> None:
    """MUST-18: no preference. With money for everybody one may be paid after the other."""
    id_, o = active(world)
    pass_on(world, id_, "supplier", "tier2", 400)
    world.mint("debtor", FACE - 1, "money")
    world.pass_days(DUE)
    before = books(world, id_, o)

    with world.refused("SettlementPreference", available=FACE - 401, needed=FACE - 400):
        pay(world, id_, "tier2")
    assert books(world, id_, o) == before
    world.mint("debtor", 1, "last fen")
    pay(world, id_, "tier2")
    assert certificate(world, id_)["status"] == ACTIVE
    pay(world, id_, "supplier")
    assert certificate(world, id_)["status"] == PAID


def test_payAtMaturity__some_holders_late__money_covers_the_others_interest_too(  # noqa: N802
    world: World,
) -> None:
    """R802-4, MUST-18: late interest owed to the others counts as what all hold."""
    id_, _ = active(world)
    pass_on(world, id_, "supplier", "tier2", FACE // 2)
    world.pass_days(DUE + 10)
    interest = world.read("receivables", "lateInterestOf", id_, FACE // 2, world.today)
    assert interest > 1
    world.mint("debtor", FACE + 2 * interest - 1, "money")

    with world.refused("SettlementPreference"):
        pay(world, id_, "tier2")


def test_payAtMaturity__without_the_money__is_refused_whole(world: World) -> None:  # noqa: N802
    """STL-1: both move or neither."""
    id_, o = active(world)
    world.mint("debtor", FACE - 1, "money")
    world.pass_days(DUE)
    before = books(world, id_, o)

    with world.refused("CashBalance", available=FACE - 1, needed=FACE):
        pay(world, id_, "supplier")
    assert books(world, id_, o) == before


def test_payAtMaturity__while_a_transfer_is_pending__pays_the_requester(  # noqa: N802
    world: World,
) -> None:
    """MUST-25: the lock ends with the day; afterwards its act can only be closed."""
    id_, _ = active(world)
    pending_id = request(world, transfer_terms(world, id_, "supplier", "tier2", 500), days=49)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)

    pay(world, id_, "supplier")

    assert cash(world, "supplier") == FACE
    world.act("supplier", "receivables", "withdraw", pending_id)
    assert world.read("receivables", "position", id_, party(world, "supplier"))["lockedFen"] == 0


def test_payAtMaturity__officer_at_its_limit__counts_interest(world: World) -> None:  # noqa: N802
    """MUST-16: the limit counts what leaves the account."""
    id_, _ = active(world)
    world.mint("debtor", 2 * FACE, "money")
    world.pass_days(DUE + 10)
    interest = world.read("receivables", "lateInterestOf", id_, FACE, world.today)
    low = clerk(world, "debtor", PAY, FACE + interest - 1, name="low")
    high = clerk(world, "debtor", PAY, FACE + interest, name="high")
    holders = parties(world, "supplier")

    with world.refused("ParticipantsAmountLimit", needed=FACE + interest):
        world.send(low.address, "settlement", "payAtMaturity", id_, holders)
    assert world.send(high.address, "settlement", "payAtMaturity", id_, holders).result == (
        FACE + interest
    )


# Payment in part


def test_payPart__three_equal_holders__largest_remainder_with_ties(world: World) -> None:  # noqa: N802
    """FEN-3, MUST-20: the fen left over go to the first in the list among equals."""
    id_, _ = active(world, amountFen=9, invoiceFen=9)
    pass_on(world, id_, "supplier", "tier2", 3)
    pass_on(world, id_, "supplier", "tier3", 3)
    world.mint("debtor", 9, "money")
    world.pass_days(DUE)
    order = parties(world, "supplier", "tier2", "tier3")

    receipt = pay_part(world, id_, 5, "supplier", "tier2", "tier3")

    paid = [world.read("cash", "balanceOf", holder) for holder in order]
    assert paid == [2, 2, 1]
    assert receipt.result == 5
    assert certificate(world, id_)["outstandingFen"] == 4
    assert certificate(world, id_)["status"] == ACTIVE
    left = [world.read("receivables", "balanceOf", holder, id_) for holder in order]
    assert left == [1, 1, 2]


def test_payPart__of_everything__is_full_payment(world: World) -> None:  # noqa: N802
    id_, o = active(world)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)

    pay_part(world, id_, FACE, "supplier")

    assert certificate(world, id_)["status"] == PAID
    assert world.read("invoices", "debtorAccount", o["debtor"])["outstandingFen"] == 0


def test_payPart__of_nothing_or_without_a_holder__is_refused(world: World) -> None:  # noqa: N802
    """MUST-18: a part goes to all holders, so all are listed."""
    id_, _ = active(world)
    pass_on(world, id_, "supplier", "tier2", 1)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)

    with world.refused("ReceivablesHoldersIncomplete", listed=FACE - 1, needed=FACE):
        pay_part(world, id_, 10, "supplier")
    with world.refused("ReceivablesAmount", actual=0):
        pay_part(world, id_, 0, "supplier", "tier2")


def test_payPart__frozen_debtor__pays(world: World) -> None:  # noqa: N802
    id_, _ = active(world)
    world.mint("debtor", FACE, "money")
    world.pass_days(DUE)
    freeze(world, "debtor")
    suspend(world, "debtor")

    pay_part(world, id_, 10, "supplier")

    assert cash(world, "supplier") == 10


# Late


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def test_late_interest__statutory__example_of_the_rule(world: World) -> None:
    """R802-4: 200.00 overdue for 10 days costs 1.00."""
    id_, o = active(world, amountFen=20_000, invoiceFen=20_000)
    pay_day, provisional = world.read("receivables", "payDayOf", id_)
    assert provisional is False
    assert pay_day >= o["dueDay"]

    assert world.read("receivables", "lateInterestOf", id_, 20_000, pay_day) == 0
    assert world.read("receivables", "lateInterestOf", id_, 20_000, pay_day + 10) == 100


@pytest.mark.parametrize("rate", [0, 30_000, 2**24 - 1])
@pytest.mark.parametrize("due", [dt.date(2026, 5, 1), dt.date(2026, 4, 18), dt.date(2026, 4, 20)])
def test_late_interest__from_the_rolled_day__in_any_rate(
    world: World, rate: int, due: dt.date
) -> None:
    """R802-4, OP-11, MUST-17: counted from the business day on which payment was owed."""
    number = (due - dt.date(1970, 1, 1)).days
    amount = 12_345_677
    terms = {"amountFen": amount, "invoiceFen": amount, "lateRatePpm": rate, "dueDay": number}
    id_, _ = active(world, **terms, termReasonHash=hashed("reason"))
    pay_day = world.read("rulebook", "rollDue", number)
    world.mint("debtor", 2**60, "money")
    world.go_to(pay_day + 33)

    total = pay(world, id_, "supplier").result

    exact = (
        Fraction(amount * 33 * rate, 365 * 10**6) if rate else Fraction(amount * 33 * 500, 10**6)
    )
    assert total == amount + half_up(exact)
    assert cash(world, "supplier") == total


def test_late_interest__on_each_part_payment__is_on_that_part(world: World) -> None:
    """R802-4: accrues on the unpaid part, per partial payment."""
    id_, _ = active(world, amountFen=20_000, invoiceFen=20_000)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.mint("debtor", 40_000, "money")
    world.go_to(pay_day + 10)

    first = pay_part(world, id_, 10_000, "supplier").result
    world.pass_days(10)
    second = pay(world, id_, "supplier").result

    assert (first, second) == (10_050, 10_100)


def test_late_interest__rule_changed_after_opening__keeps_the_old_rate(world: World) -> None:
    """SYS-2, R802-4: what was agreed on the opening day stays."""
    id_, _ = active(world, amountFen=20_000, invoiceFen=20_000)
    pay_day, _ = world.read("receivables", "payDayOf", id_)

    world.pass_days(1)
    world.set_rule("R802-4", 1_000)

    assert world.read("receivables", "lateInterestOf", id_, 20_000, pay_day + 10) == 100


def test_markOverdue__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """MUST-4: anyone may mark, not before the rolled day has ended, and once."""
    id_, o = active(world)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day)

    with world.refused("ReceivablesStatus", actual=0):
        world.send(STRANGER.address, "receivables", "markOverdue", 7)
    with world.refused("ReceivablesNotDue", dueDay=pay_day, today=pay_day):
        world.send(STRANGER.address, "receivables", "markOverdue", id_)
    world.pass_days(1)
    receipt = world.send(STRANGER.address, "receivables", "markOverdue", id_)

    assert certificate(world, id_)["status"] == OVERDUE
    assert receipt.event("CertificateOverdue").args["outstandingFen"] == FACE
    assert world.read("invoices", "debtorAccount", o["debtor"])["overdueCount"] == 1
    with world.refused("ReceivablesStatus", actual=OVERDUE):
        world.send(STRANGER.address, "receivables", "markOverdue", id_)


def test_markOverdue__done__bars_the_debtor_until_the_last_fen(world: World) -> None:  # noqa: N802
    """R77-7, MUST-24, MUST-25: late recovery is possible, and only full payment cures."""
    id_, _ = active(world)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.mint("debtor", 2 * FACE, "money")
    world.go_to(pay_day + 1)
    world.send(STRANGER.address, "receivables", "markOverdue", id_)
    later = opening(world, invoiceKey=hashed("invoice/3"))

    with world.refused("InvoicesDebtorBarred", overdueCount=1, reasons=0):
        open_by(world, "supplier", later)
    pay_part(world, id_, FACE - 1, "supplier")
    with world.refused("InvoicesDebtorBarred"):
        open_by(world, "supplier", later)
    pay(world, id_, "supplier")
    open_by(world, "supplier", later)
    assert certificate(world, id_)["status"] == PAID


def test_overdue__certificate__moves_by_order_only(world: World) -> None:
    id_, _ = active(world)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(pay_day + 1)
    world.send(STRANGER.address, "receivables", "markOverdue", id_)

    with world.refused("ReceivablesStatus", actual=OVERDUE):
        pass_on(world, id_, "supplier", "tier2", 1)
    order = order_of(world, MOVE, "receivables", id_, amountFen=7)
    carry_out(world, order | {"from": party(world, "supplier"), "to": party(world, "tier2")})
    assert units(world, id_, "tier2") == 7


def test_payment__due_in_a_year_without_calendar__is_refused(world: World) -> None:
    """CAL-2: no due event on a guess; with the calendar loaded it goes through."""
    day = (dt.date(2027, 1, 15) - dt.date(1970, 1, 1)).days
    world.go_to(dt.date(2026, 12, 1))
    id_, _ = active(world, dueDay=day)
    world.mint("debtor", 2 * FACE, "money")
    assert world.read("receivables", "payDayOf", id_) == (day, True)
    world.go_to(day)

    with world.refused("RulebookCalendarMissing", year=2027):
        pay(world, id_, "supplier")
    world.pass_days(1)
    with world.refused("RulebookCalendarMissing", year=2027):
        world.send(STRANGER.address, "receivables", "markOverdue", id_)
    world.set_calendar(2027, (0, 0))
    pay(world, id_, "supplier")


def test_payment__of_the_largest_amounts__tells_the_whole_interest(world: World) -> None:
    """MUST-16: no figure of an event is cut short."""
    huge = 2**64 - 1
    world.set_limit("debtor", huge)
    id_, _ = active(world, amountFen=huge, invoiceFen=huge, lateRatePpm=2**24 - 1)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    for number in range(20):
        world.mint("debtor", huge, f"money/{number}")
    world.go_to(pay_day + 365)

    receipt = pay(world, id_, "supplier")

    interest = receipt.result - huge
    assert interest == half_up(Fraction(huge * (2**24 - 1), 10**6))
    assert receipt.event("CertificatePaid").args["interestFen"] == interest
