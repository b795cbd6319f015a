"""Random acts of presentation, payment, dishonour and lapse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.campaigns import bill_days as days
from tests.campaigns import bill_law as law
from tests.campaigns import bill_oracle as oracle
from tests.campaigns.bill_accounts import amount
from tests.campaigns.bill_life import (
    COURT_ORDER,
    ENTERPRISE,
    IN_COLLECTION,
    SETTLED,
    UNDER_RECOURSE,
    Held,
    Living,
)
from tests.campaigns.bill_oracle import Units
from tests.campaigns.bill_table import RATES, BillTable, bar
from tests.stories import ZERO, party
from tests.world import hashed

PERIOD_PASSED, NOT_DUE, NO_BALANCE, OTHER = 5, 7, 8, 9


def _is_presented(bill: Living, units: Units, piece: Held) -> bool:
    return piece.flag == IN_COLLECTION


def _last_answer(bill: Living, piece: Held, more: int) -> int:
    """§7: the acceptor's last day; with `more` 1 its access bank's."""
    return days.business(max(piece.presented, bill.maturity), 3 + more)


def _dishonour(t: BillTable, bill: Living, units: Units, day: int, code: int) -> None:
    if bill.dishonour(units, day, code):
        t.accounts.count_overdue(bill, units, t.today)


# Presentation


def present(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.rests and (t.today >= b.maturity or t.chance(10)))
    if found is None:
        return
    bill, units = found
    piece, explained = bill.piece(units), t.chance(80)
    by = t.other(piece.holder)
    barred = bar(
        rests=piece.rests,
        holder=by == piece.holder,
        limit=t.today <= days.months(bill.maturity, 24),
        reason=explained or t.today <= days.window_end(bill.maturity),
        free=not bill.is_frozen(units, t.today),
    )
    args = (bill.token(units), hashed("late") if explained else bytes(32))
    act = lambda: t.world.act(by, "presentations", "present", *args)  # noqa: E731
    t.attempt("present", barred, act, lambda _: bill.collect(units, t.today), bill)


def present_due(t: BillTable) -> None:
    """NT01: by anyone, once."""
    found = t.range(lambda b, u, p: (p.rests or p.flag == IN_COLLECTION) and t.today >= b.maturity)
    if found is None:
        return
    bill, units = found
    piece, m = bill.piece(units), bill.maturity
    early = piece.flag == IN_COLLECTION and piece.presented < m
    barred = bar(
        rests=early or piece.rests,
        undishonoured=piece.dishonour is None,
        window=m <= t.today <= days.window_end(m),
    )
    act = lambda: t.world.act("clearing", "presentations", "presentDue", bill.token(units))  # noqa: E731
    t.attempt("presentDue", barred, act, lambda _: bill.collect(units, t.today), bill)


def withdraw_presentation(t: BillTable) -> None:
    found = t.range(_is_presented)
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    by = t.other(piece.holder)
    barred = bar(presented=piece.flag == IN_COLLECTION, holder=by == piece.holder)
    args = ("presentations", "withdrawPresentation", bill.token(units))
    act = lambda: t.world.act(by, *args)  # noqa: E731
    t.attempt("withdrawPresentation", barred, act, lambda _: bill.uncollect(units), bill)


def set_access_bank(t: BillTable) -> None:
    acceptor, bank = t.pick(("debtor", "agency", "tier2")), t.pick(("bank", "bank2", "", "tier3"))
    id_ = party(t.world, bank) if bank else ZERO

    def effect(_: Any) -> None:
        t.access_banks[acceptor] = bank

    act = lambda: t.world.act(acceptor, "presentations", "setAccessBank", id_)  # noqa: E731
    t.attempt("setAccessBank", bar(bank=bank != "tier3"), act, effect)


# Answer


def dishonour(t: BillTable) -> None:
    found = t.range(_is_presented)
    if found is None:
        return
    bill, units = found
    piece, today = bill.piece(units), t.today
    bank = t.access_banks.get(bill.acceptor) or bill.acceptor
    by = t.other(bank if t.chance(25) else bill.acceptor)
    proxy, commercial = by != bill.acceptor, bill.kind == ENTERPRISE
    restrained = bill.is_restrained(units, today)
    code = t.pick((0, 1, 4, PERIOD_PASSED, COURT_ORDER, NOT_DUE, NO_BALANCE, NO_BALANCE, OTHER))
    if restrained and t.chance(80):
        code = COURT_ORDER
    explained = t.chance(80)
    fits = (code == COURT_ORDER) == restrained
    fits = fits and (code != NOT_DUE or today < bill.maturity)
    fits = fits and (code != NO_BALANCE or commercial)
    fits = fits and (code != PERIOD_PASSED or piece.presented > days.window_end(bill.maturity))
    presented = piece.flag == IN_COLLECTION
    barred = bar(
        presented=presented,
        acceptor=by == bill.acceptor or by == bank,
        code=fits,
        reason=code != OTHER or explained,
        in_time=not commercial or not presented or today <= _last_answer(bill, piece, int(proxy)),
    )
    args = (bill.token(units), code, hashed("reason") if explained else bytes(32))
    act = lambda: t.world.act(by, "presentations", "dishonour", *args)  # noqa: E731
    t.attempt("dishonour", barred, act, lambda _: _dishonour(t, bill, units, today, code), bill)


def auto_dishonour(t: BillTable) -> None:
    """B32: a second time it is nothing."""
    found = t.range(
        lambda b, u, p: (
            p.flag == IN_COLLECTION and b.kind == ENTERPRISE and t.today >= _last_answer(b, p, 1)
        )
    )
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    presented = piece.flag == IN_COLLECTION
    last = _last_answer(bill, piece, 1)
    done = not presented and piece.dishonour is not None
    barred = None
    if not done:
        barred = bar(presented=presented, commercial=bill.kind == ENTERPRISE, over=t.today > last)

    def effect(receipt: Any) -> None:
        assert receipt.result == (not done)
        if not done:
            _unanswered(t, bill, units, last)

    args = ("presentations", "autoDishonour", bill.token(units))
    t.attempt("autoDishonour", barred, lambda: t.world.act("tier3", *args), effect, bill)


def _unanswered(t: BillTable, bill: Living, units: Units, last: int) -> None:
    code = COURT_ORDER if bill.is_restrained(units, t.today) else OTHER
    _dishonour(t, bill, units, last, code)


# Payment


def pay(t: BillTable) -> None:
    """One range or several, by the acceptor or its access bank."""
    found = t.range(lambda b, u, p: _payable(t, b, u, p) and t.chance(40))
    if found is None:
        return
    (bill, _), chosen = found, [found]
    if t.chance(40):
        own = [
            (b, u)
            for b in t.bills.values()
            for u in b.pieces
            if (b.acceptor == bill.acceptor or t.chance(1)) and _payable(t, b, u, b.piece(u))
        ]
        chosen = list(dict.fromkeys(_Place(b, u) for b, u in [found, *own[:4]]))  # type: ignore[assignment]
        chosen = [(p.bill, p.units) for p in chosen]  # type: ignore[attr-defined]
    bank = t.access_banks.get(bill.acceptor) or bill.acceptor
    by = t.other(bank if t.chance(20) else bill.acceptor)
    barred, owed = None, []
    for b, units in chosen:
        piece = b.piece(units)
        presented, bank_ = piece.flag == IN_COLLECTION, t.access_banks.get(b.acceptor)
        barred = barred or bar(
            due=presented or (piece.rests and t.today >= b.maturity),
            payer=by == b.acceptor or (presented and by == bank_),
            free=not b.is_restrained(units, t.today),
            one_acceptor=b.acceptor == bill.acceptor,
        )
        owed.append(0 if barred else _owed(t, b, units))
    barred = barred or bar(money=t.may_pay(bill.acceptor, sum(owed)))

    def effect(receipt: Any) -> None:
        assert receipt.result == sum(owed)
        for (b, units), fen in zip(chosen, owed, strict=True):
            if _is_overdue(t, b, b.piece(units)):
                _unanswered(t, b, units, _last_answer(b, b.piece(units), 1))
            t.accounts.pay(b.acceptor, b.pieces[units].holder, fen)
            b.end(units, SETTLED)

    tokens = [b.token(units) for b, units in chosen]
    act = lambda: t.world.act(by, "settlement", "payBills", tokens)  # noqa: E731
    touched = {b.number: b for b, _ in chosen}
    name = "payBills" if len(chosen) == 1 else "payBills.many"
    t.attempt(name, barred, act, effect, *touched.values())


@dataclass(frozen=True)
class _Place:
    bill: Living
    units: Units

    def __hash__(self) -> int:
        return hash((self.bill.number, self.units))

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, _Place)
        return (self.bill.number, self.units) == (other.bill.number, other.units)


def _payable(t: BillTable, bill: Living, units: Units, piece: Held) -> bool:
    return piece.flag == IN_COLLECTION or (piece.rests and t.today >= bill.maturity)


def _is_overdue(t: BillTable, bill: Living, piece: Held) -> bool:
    """A 商票 not answered in time has been dishonoured, whether or not somebody said so."""
    unanswered = piece.flag == IN_COLLECTION and bill.kind == ENTERPRISE
    return unanswered and t.today > _last_answer(bill, piece, 1)


def _owed(t: BillTable, bill: Living, units: Units) -> int:
    """The face; in arrears with what the holder could claim in recourse."""
    piece, face = bill.piece(units), amount(units)
    if _is_overdue(t, bill, piece) and piece.dishonour is None:
        principal = law.principal(bill, units)
        start = piece.basis.day if piece.basis else bill.maturity
        return max(face, law.grown(principal, RATES.on(start), start, t.today))
    return max(face, law.claim(bill, units, RATES, t.today))


def lapse(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.is_live and t.today > days.months(b.maturity, 24))
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    stands = piece.rests and t.today >= bill.maturity
    pursued = piece.is_live and piece.flag == UNDER_RECOURSE
    barred = bar(
        stands=stands or pursued or piece.flag == IN_COLLECTION,
        over=t.today > days.months(bill.maturity, 24),
    )
    args = ("presentations", "lapse", bill.token(units))
    t.attempt(
        "lapse",
        barred,
        lambda: t.world.act("tier3", *args),
        lambda _: bill.end(units, oracle.TERMINATED),
        bill,
    )


ACTS = {
    present: 14,
    present_due: 8,
    withdraw_presentation: 2,
    set_access_bank: 1,
    dishonour: 16,
    auto_dishonour: 8,
    pay: 7,
    lapse: 3,
}
