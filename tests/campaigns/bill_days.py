"""
Days by the plain calendar: rolling, business days, months. Beyond the years that the State Council
has announced the campaign's ledger has holidays of its own, so that windows close on them there
too.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

from scf.model.calendars import Calendar, CalendarYear, cn_calendar_year
from scf.units import civil_day, from_civil_day
from tests.world import World

ANNOUNCED, LAST_YEAR = (2025, 2026), 2046
_ONE_DAY = dt.timedelta(days=1)


def _year(year: int) -> CalendarYear:
    """New year, a moving spring week, 4–6 April, 1–5 May, 1–7 October; Sundays worked for it."""
    spring = dt.date(year, 1, 21) + dt.timedelta(days=year * 11 % 29)
    holidays = {dt.date(year, 1, 1), *(spring + n * _ONE_DAY for n in range(8))}
    for month, days in ((4, range(4, 7)), (5, range(1, 6)), (10, range(1, 8))):
        holidays |= {dt.date(year, month, day) for day in days}
    sundays = (dt.date(year, 5, 8) + n * _ONE_DAY for n in range(7))
    worked = {day for day in sundays if day.weekday() == calendar.SUNDAY}
    return CalendarYear(
        year=year, holidays=frozenset(holidays), workdays=frozenset(worked), basis="campaign"
    )


_KNOWN = Calendar.of(
    [cn_calendar_year(year) for year in ANNOUNCED]
    + [_year(year) for year in range(ANNOUNCED[-1] + 1, LAST_YEAR + 1)]
)


def load(world: World) -> None:
    """Enters the years that the world does not have yet."""
    for year in range(ANNOUNCED[-1] + 1, LAST_YEAR + 1):
        world.set_calendar(year, _KNOWN.years[year].words())


@cache
def roll(day: int) -> int:
    """The first business day from `day` on."""
    return civil_day(_KNOWN.roll(from_civil_day(day)))


@cache
def business(day: int, count: int) -> int:
    """The `count`-th business day after `day`."""
    return civil_day(_KNOWN.add_business_days(from_civil_day(day), count))


@cache
def months(day: int, count: int) -> int:
    """The corresponding day `count` months later, or that month's last."""
    date = from_civil_day(day)
    year, month = divmod(date.year * 12 + date.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return civil_day(dt.date(year, month + 1, min(date.day, last)))


def month(day: int) -> int:
    """Months since January 1970."""
    date = from_civil_day(day)
    return (date.year - 1970) * 12 + date.month - 1


def month_end(number: int) -> int:
    year, index = divmod(number + 1, 12)
    return civil_day(dt.date(1970 + year, index + 1, 1)) - 1


def window_end(maturity: int) -> int:
    """W of `bills.md` §6."""
    return roll(maturity + 10)
