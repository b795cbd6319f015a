"""
What is due when, and what lateness costs, told from the books alone: they hold calendars and rules.

Days are civil day numbers, amounts fen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from scf.model.books import Books, Certificate
from scf.model.folding.state import State
from scf.units import interest_fen

Standing = State | Books
"""Books of one moment: while they are written, or as a view."""

_EPOCH = dt.date(1970, 1, 1)
_WORD_BITS = 183


def rule_value(state: Standing, rule: str, day: int) -> int | None:
    """The value of a rule on a day; None where it has none."""
    versions = state.rules.get(rule.encode("ascii").ljust(32, b"\0"), ())
    started = (item.value for item in reversed(versions) if item.effective_from <= day)
    return next(started, None)


def pay_day(state: Standing, due_day: int) -> int:
    """The first business day from the due day on (CAL-3); weekends only where no year is loaded."""
    day = due_day
    while not _is_business_day(state.calendars, day):
        day += 1
    return day


def add_business_days(state: Standing, day: int, count: int) -> int:
    """The `count`-th business day after a day."""
    for _ in range(count):
        day = pay_day(state, day + 1)
    return day


def late_terms(state: Standing, certificate: Certificate, today: int) -> tuple[int, int] | None:
    """
    Rate (ppm) and basis of a certificate's late interest (R802-4): the agreed annual rate on the
    basis of OP-11, else the statutory daily rate on 1. Both are those of the opening day; a
    certificate older than the rule takes today's. None where the rulebook has no value.
    """
    rule = "OP-11" if certificate.late_rate_ppm else "R802-4"
    value = rule_value(state, rule, certificate.opened_day)
    if value is None:
        value = rule_value(state, rule, today)
    if not value:
        return None
    return (certificate.late_rate_ppm, value) if certificate.late_rate_ppm else (value, 1)


def late_interest(state: Standing, certificate: Certificate, amount_fen: int, day: int) -> int:
    """
    Late interest on an amount of a certificate if it were paid on `day`, fen, half-up.

    Zero up to the day of payment, and where the rulebook has no value for it.
    """
    days = day - pay_day(state, certificate.due_day)
    terms = late_terms(state, certificate, day)
    if days <= 0 or terms is None:
        return 0
    rate, basis = terms
    return interest_fen(amount_fen, days=days, rate_ppm=rate, basis=basis)


def _is_business_day(calendars: Mapping[int, tuple[int, int]], day: int) -> bool:
    date = _EPOCH + dt.timedelta(days=day)
    words = calendars.get(date.year)
    if words is None:
        return date.weekday() < 5
    index = date.timetuple().tm_yday - 1
    return not words[index // _WORD_BITS] >> index % _WORD_BITS & 1
