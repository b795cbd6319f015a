"""Random acts of recourse: who is pursued, told, let go."""

from __future__ import annotations

from typing import Any

from tests.campaigns import bill_days as days
from tests.campaigns import bill_law as law
from tests.campaigns.bill_accounts import amount
from tests.campaigns.bill_life import (
    ALL,
    NARROW,
    NO_SCOPE,
    Living,
    Pursuit,
)
from tests.campaigns.bill_oracle import Units
from tests.campaigns.bill_table import BillTable, bar
from tests.recourse_stories import as_debtor
from tests.world import hashed

Debtors = list[tuple[str, str | None]]


# Whom to ask


def _debtors(t: BillTable, bill: Living, units: Units) -> Debtors:
    """One to three of those on the bill; sometimes of those who are not."""
    piece = bill.piece(units)
    known: Debtors = [(bill.acceptor, None), (bill.drawer, None)]
    known += [(bill.records[n - 1][0], None) for n in piece.chain]
    known += [(who, of) for who, of, _ in bill.guaranteed]
    b = law.bearing(bill, units)
    scope = b.scope or ALL
    liable = [d for d in known if law.answers(bill, units, *d, scope)]
    pool = liable if liable and not t.chance(12) else known
    found = [t.pick(pool) for _ in range(t.pick((1, 1, 2, 3)))]
    return [(t.pick(t.anybody), None)] if t.chance(4) else found


def _answer_bar(
    t: BillTable, bill: Living, units: Units, debtors: Debtors, scope: int, refusal_day: int
) -> str | None:
    """Each answers, and today still (NIL-17)."""
    for who, of in debtors:
        liability = law.answers(bill, units, who, of, scope)
        if liability is None:
            return "liable"
        if t.today > law.last_day(bill, units, liability, refusal_day):
            return "time-barred"
    return None


def _listed(t: BillTable, debtors: Debtors) -> list[dict[str, str]]:
    return [as_debtor(t.world, who, of) for who, of in debtors]


# Pursuit


def pursue(t: BillTable) -> None:
    """B33, B38; of ranges without a dishonour B34."""
    found = t.range(lambda b, u, p: p.rests and law.bearing(b, u).scope > NO_SCOPE)
    if found is None:
        return
    bill, units = found
    b = law.bearing(bill, units)
    _open(t, "pursue", bill, units, b.ground, b.scope, b.refusal_day)


def pursue_without(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.rests)
    if found is None:
        return
    bill, units = found
    b, today = law.bearing(bill, units), t.today
    scope = b.scope
    if scope != ALL:
        scope = ALL if today <= days.window_end(bill.maturity) else NARROW
    ground = t.pick((2, 3, 4))
    _open(t, "pursueWithoutDishonour", bill, units, ground, scope, b.refusal_day or today)


def _open(
    t: BillTable, function: str, bill: Living, units: Units, ground: int, scope: int, refusal: int
) -> None:
    piece, debtors = bill.piece(units), _debtors(t, bill, units)
    by = t.other(piece.holder)
    costs = t.pick((0, 0, 1, 77, amount(units), amount(units) + 1)) if t.chance(40) else 0
    proof = t.chance(95)
    without = function == "pursueWithoutDishonour"
    barred = bar(
        rests=piece.rests,
        holder=by == piece.holder,
        ground=ground > 0 and scope > NO_SCOPE,
        proof=proof or not (costs or without),
        costs=costs <= amount(units),
    )
    barred = barred or _answer_bar(t, bill, units, debtors, scope, refusal)
    barred = barred or bar(free=not bill.is_frozen(units, t.today))
    told = piece.basis.day if piece.basis else refusal

    def effect(_: Any) -> None:
        t.roots += 1
        bill.begin(units, Pursuit(t.roots, ground, scope, refusal, costs))
        for who, _of in debtors:
            bill.notify(t.roots, who, told, t.today, pursued=True)

    hash_ = hashed("proof") if proof else bytes(32)
    args: tuple[Any, ...] = (_listed(t, debtors), costs, hash_)
    if without:
        args = (ground, *args)
    act = lambda: t.world.act(by, "recourse", function, bill.token(units), *args)  # noqa: E731
    t.attempt(function, barred, act, effect, bill)


def pursue_further(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.is_pursued)
    if found is None:
        return
    bill, units = found
    piece, debtors, b = bill.piece(units), _debtors(t, bill, units), law.bearing(bill, units)
    by = t.other(piece.holder)
    barred = bar(pursued=piece.is_pursued, holder=by == piece.holder)
    barred = barred or _answer_bar(t, bill, units, debtors, b.scope, b.refusal_day)
    barred = barred or bar(free=not bill.is_frozen(units, t.today))

    def effect(_: Any) -> None:
        assert piece.pursuit is not None
        for who, _of in debtors:
            told = law.told_on(bill, units)
            bill.notify(piece.pursuit.root, who, told, t.today, pursued=True)

    args = (bill.token(units), _listed(t, debtors))
    act = lambda: t.world.act(by, "recourse", "pursueFurther", *args)  # noqa: E731
    t.attempt("pursueFurther", barred, act, effect, bill)


def forward_notice(t: BillTable) -> None:
    """NIL-66: whoever was told tells those before it."""
    found = t.range(lambda b, u, p: p.pursuit is not None)
    if found is None:
        return
    bill, units = found
    pursuit, scope = bill.piece(units).pursuit, law.bearing(bill, units).scope
    root = pursuit.root if pursuit else 0
    told = [who for at, who in bill.notices if at == root]
    by = t.other(t.pick(told)) if told else "tier3"
    to = t.pick(_debtors(t, bill, units))
    day = bill.notices.get((root, by), (0, False, False))[0]
    barred = bar(
        pursued=pursuit is not None,
        told=day > 0,
        other=to[0] != by,
        liable=law.answers(bill, units, *to, scope) is not None,
    )
    effect = lambda _: bill.notify(root, to[0], day, t.today, pursued=False)  # noqa: E731
    args = (bill.token(units), _listed(t, [to])[0])
    act = lambda: t.world.act(by, "recourse", "forwardNotice", *args)  # noqa: E731
    t.attempt("forwardNotice", barred, act, effect, bill)


def withdraw_pursuit(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.is_pursued)
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    by = t.other(piece.holder)
    barred = bar(pursued=piece.is_pursued, holder=by == piece.holder)
    act = lambda: t.world.act(by, "recourse", "withdrawPursuit", bill.token(units))  # noqa: E731
    t.attempt("withdrawPursuit", barred, act, lambda _: bill.give_up(units), bill)


ACTS = {
    pursue: 26,
    pursue_without: 4,
    pursue_further: 4,
    forward_notice: 4,
    withdraw_pursuit: 3,
}
