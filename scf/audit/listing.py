"""
The lists of overdue acceptors (X4) and persistently overdue ones (X5), told from the books alone.

Months count from January 1970 = 0; days are civil day numbers.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from scf.audit.dues import Standing, rule_value
from scf.units import add_months, civil_day, from_civil_day

RULES = ("X4.count", "X4.months", "X5.count", "X5.months", "R4-36")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """
    How an acceptor stands on a day.

    Attributes:
        events: of the months that count for X4, the last being the one before the day.
        balance_fen: overdue at the end of that month.
        suspended: X4 holds for it and was not cleared: no acceptance.
        banned_until: last day of a ban (X5), 0 if there is none.
    """

    events: int
    balance_fen: int
    suspended: bool
    banned_until: int


def month_of(day: int) -> int:
    """The month of a civil day."""
    date = from_civil_day(day)
    return (date.year - 1970) * 12 + date.month - 1


def month_end(month: int) -> dt.date:
    """The last day of a month."""
    year, rest = 1970 + month // 12, month % 12 + 1
    return dt.date(year, rest, calendar.monthrange(year, rest)[1])


def listing_of(state: Standing, acceptor: str, day: int) -> Listing | None:
    """How an acceptor stands on a day; None where the rulebook lacks a value that this needs."""
    months = state.bills.overdue_months.get(acceptor, ())
    if not months:
        return Listing(events=0, balance_fen=0, suspended=False, banned_until=0)
    values = [rule_value(state, rule, day) for rule in RULES]
    if any(value is None for value in values):
        return None
    count, window, often, long, ban = (int(value or 0) for value in values)
    kept = {item.month: item for item in months}
    last = month_of(day) - 1

    def balance_at(month: int) -> int:
        return next((item.balance_fen for item in reversed(months) if item.month <= month), 0)

    def events_at(month: int) -> int:
        return kept[month].events if month in kept else 0

    def events_of(month: int) -> int:
        return sum(events_at(month - back) for back in range(window))

    def is_overdue(month: int) -> bool:
        acts = balance_at(month) > 0 or events_at(month) > 0
        return acts and events_of(month) >= count

    cleared = state.bills.cleared.get(acceptor, 0) == last + 1
    return Listing(
        events=events_of(last),
        balance_fen=balance_at(last),
        suspended=is_overdue(last) and not cleared,
        banned_until=_ban(state, acceptor, day, is_overdue, (last, often, long, ban)),
    )


def _ban(
    state: Standing,
    acceptor: str,
    day: int,
    is_overdue: Callable[[int], bool],
    terms: tuple[int, int, int, int],
) -> int:
    """The last day of the latest ban that covers the day, 0 if none does."""
    last, often, long, ban = terms
    removed = state.bills.unbanned.get(acceptor, 0)
    for month in range(last, last - ban, -1):
        listed = [back for back in range(month - long + 1, month + 1) if back > removed]
        if sum(map(is_overdue, listed)) >= often:
            until = civil_day(add_months(month_end(month), ban))
            return until if until >= day else 0
    return 0
