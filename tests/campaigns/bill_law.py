"""
Who answers to the holder of a range, for how much and until when: `bills.md` §6, §8, §10, §11 in
exact arithmetic, with nothing looked up in a contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from tests.campaigns import bill_days as days
from tests.campaigns.bill_life import ALL, NO_SCOPE, ON_DISHONOUR, Living
from tests.campaigns.bill_oracle import Units

ACCEPTOR, DRAWER, ENDORSER = "acceptor", "drawer", "endorser"
CODES = {None: 0, ACCEPTOR: 1, DRAWER: 2, ENDORSER: 3}


@dataclass(frozen=True)
class Bearing:
    """What opened recourse on a range, and from when its clocks run; `ground` 0 is nothing."""

    ground: int
    scope: int
    refusal_day: int
    start_day: int


@dataclass(frozen=True)
class Rates:
    """OP-9 by the days from which each value holds, the earliest first."""

    by_day: tuple[tuple[int, int], ...]

    def on(self, day: int) -> int:
        return [ppm for since, ppm in self.by_day if since <= day][-1]


def bearing(bill: Living, units: Units) -> Bearing:
    piece, start = bill.piece(units), bill.maturity
    ground, scope, refusal = 0, NO_SCOPE, 0
    if piece.dishonour is not None:
        ground, scope, refusal = ON_DISHONOUR, piece.dishonour.scope, piece.dishonour.day
    if piece.basis is not None:
        ground, start = piece.basis.ground, piece.basis.day
        scope = scope if ground == ON_DISHONOUR else ALL
    if piece.pursuit is not None:
        ground, scope = piece.pursuit.ground, piece.pursuit.scope
        refusal = piece.pursuit.refusal_day
    return Bearing(ground, scope, refusal, start)


def answers(
    bill: Living, units: Units, party: str, guaranteed: str | None, scope: int
) -> str | None:
    """As what a party, or whom it guarantees, answers to the holder today."""
    piece, debtor = bill.piece(units), guaranteed or party
    holder = piece.holder
    if guaranteed is not None:
        if not bill.is_guarantor(units, party, guaranteed):
            return None
        if piece.basis is not None and piece.basis.guaranteed == guaranteed:
            return None
    if holder in (party, debtor, bill.acceptor):
        return None
    if debtor == bill.acceptor:
        return ACCEPTOR
    if piece.drawers_rights or holder == bill.drawer:
        return None
    if debtor == bill.drawer:
        return DRAWER
    hands = [bill.records[n - 1] for n in piece.chain]
    before = next((i for i, (who, _) in enumerate(hands) if who == holder), len(hands))
    reached = any(
        who == debtor and (not marked or i == before - 1)
        for i, (who, marked) in enumerate(hands[:before])
    )
    return ENDORSER if reached and scope == ALL else None


def last_day(bill: Living, units: Units, liability: str, refusal_day: int) -> int:
    """NIL-17."""
    if liability != ENDORSER:
        return days.months(bill.maturity, 24)
    basis = bill.piece(units).basis
    return days.months(basis.day, 3) if basis else days.months(refusal_day, 6)


def grown(principal: int, rate_ppm: int, from_day: int, day: int) -> int:
    """With simple interest, ACT/360, half-up to one fen; none before the first day."""
    with localcontext() as context:
        context.prec = 60
        tenor = max(day - from_day, 0)
        interest = Decimal(principal) * tenor * rate_ppm / Decimal(360 * 1_000_000)
        return principal + int(interest.quantize(Decimal(1), ROUND_HALF_UP))


def principal(bill: Living, units: Units) -> int:
    basis = bill.piece(units).basis
    return basis.paid if basis else units[1] - units[0] + 1


def claim(bill: Living, units: Units, rates: Rates, day: int, amount: int | None = None) -> int:
    """NIL-70, NIL-71, on `amount` where only a part is asked for."""
    b, piece = bearing(bill, units), bill.piece(units)
    if b.ground == 0:
        return 0
    costs = piece.pursuit.costs if piece.pursuit else 0
    amount = principal(bill, units) if amount is None else amount
    return grown(amount, rates.on(b.start_day), b.start_day, day) + costs


def told_on(bill: Living, units: Units) -> int:
    """From when the holder's days for its notices run."""
    basis = bill.piece(units).basis
    return basis.day if basis else bearing(bill, units).refusal_day


def limits(bill: Living, units: Units) -> list[int]:
    """Days on which something ends for a range."""
    piece, found = bill.piece(units), [bill.maturity, days.window_end(bill.maturity)]
    found.append(days.months(bill.maturity, 24))
    if piece.presented:
        receipt = max(piece.presented, bill.maturity)
        found += [days.business(receipt, 3), days.business(receipt, 4)]
    if piece.basis is not None:
        found.append(days.months(piece.basis.day, 3))
    elif piece.dishonour is not None:
        found.append(days.months(piece.dishonour.day, 6))
    return found
