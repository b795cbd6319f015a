"""
Business calendars (营业日历): data per year, rolling of days, and their form on chain.

A business day is Monday to Friday and no holiday, or a weekend worked in exchange (调休). A year
that is not loaded is *provisional*: weekends only (CAL-2); ask `is_provisional` before relying on
it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scf.errors import UsageError
from scf.model.tables import LineFault, is_it_meant, open_text, refuse_faults
from scf.units import parse_day

_SATURDAY = 5
_WORD_BITS = 183  # half a year, as on chain
_ONE_DAY = dt.timedelta(days=1)
_COLUMNS = ("day", "kind")
_KINDS = ("holiday", "workday")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """
    The business calendar of one year.

    Attributes:
        year: the calendar year, 1970 to 9999.
        holidays: days off; weekends may be among them.
        workdays: weekend days that are worked.
        basis: where the data comes from, in words (a notice, a library and its version, a file).

    Raises:
        UsageError: a day of another year, a day both off and worked, or a worked day that is no
            weekend.
    """

    year: int
    holidays: frozenset[dt.date]
    workdays: frozenset[dt.date]
    basis: str

    def __post_init__(self) -> None:
        if not 1970 <= self.year <= dt.MAXYEAR:
            raise UsageError("year", self.year, f"a year from 1970 to {dt.MAXYEAR}")
        for day in sorted(self.holidays | self.workdays):
            if day.year != self.year:
                raise UsageError("day", day.isoformat(), f"a day of {self.year}")
        for day in sorted(self.workdays):
            if day in self.holidays:
                raise UsageError("day", day.isoformat(), "either a holiday or a workday, not both")
            if day.weekday() < _SATURDAY:
                raise UsageError("day", day.isoformat(), "a weekend day, as only those are swapped")

    def is_business_day(self, day: dt.date) -> bool:
        """Whether `day`, of this year, is a business day."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def words(self) -> tuple[int, int]:
        """
        The form on chain: bit `i % 183` of word `i // 183` is set if the day is *no* business day.

        `i` counts from 1 January = 0. Bits after 31 December are clear.
        """
        bits, day = 0, dt.date(self.year, 1, 1)
        for index in range(_year_length(self.year)):
            if not self.is_business_day(day + index * _ONE_DAY):
                bits |= 1 << index
        return bits % (1 << _WORD_BITS), bits >> _WORD_BITS

    @classmethod
    def from_words(cls, year: int, words: tuple[int, int], *, basis: str) -> CalendarYear:
        """
        The calendar that a pair of words on chain means; `words()` gives the same pair back.

        Holidays that fall on weekends cannot be told from weekends and are not among the holidays.

        Raises:
            UsageError: a bit after 31 December, or a number outside its word.
        """
        if not 1970 <= year <= dt.MAXYEAR:
            raise UsageError("year", year, f"a year from 1970 to {dt.MAXYEAR}")
        length = _year_length(year)
        low, high = words
        if not (0 <= low < 1 << _WORD_BITS and 0 <= high < 1 << (length - _WORD_BITS)):
            raise UsageError("words", words, f"two words with {length} bits in all")
        bits = low | high << _WORD_BITS
        days = [dt.date(year, 1, 1) + index * _ONE_DAY for index in range(length)]
        off = {day for index, day in enumerate(days) if bits >> index & 1}
        weekends = {day for day in days if day.weekday() >= _SATURDAY}
        return cls(
            year=year,
            holidays=frozenset(off - weekends),
            workdays=frozenset(weekends - off),
            basis=basis,
        )

    def basis_hash(self) -> bytes:
        """SHA-256 of `basis`, kept on chain beside the words."""
        return hashlib.sha256(self.basis.encode("utf-8")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Several years of a business calendar; years that are not loaded are provisional (CAL-2)."""

    years: Mapping[int, CalendarYear] = field(default_factory=dict)

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> Calendar:
        """
        A calendar of the given years.

        Raises:
            UsageError: a year is given twice.
        """
        by_year: dict[int, CalendarYear] = {}
        for entry in years:
            if entry.year in by_year:
                raise UsageError("year", entry.year, "each year once")
            by_year[entry.year] = entry
        return cls(years=by_year)

    def is_provisional(self, day: dt.date) -> bool:
        """Whether the year of `day` is not loaded, so that only its weekends are known."""
        return day.year not in self.years

    def is_business_day(self, day: dt.date) -> bool:
        """Whether `day` is a business day; in a provisional year, whether it is no weekend."""
        known = self.years.get(day.year)
        return known.is_business_day(day) if known else day.weekday() < _SATURDAY

    def roll(self, day: dt.date) -> dt.date:
        """The first business day from `day` on (顺延, CAL-3)."""
        while not self.is_business_day(day):
            day += _ONE_DAY
        return day

    def add_business_days(self, day: dt.date, count: int) -> dt.date:
        """
        The `count`-th business day after `day`; with a count of 0, `day` itself.

        Raises:
            UsageError: a negative count.
        """
        if count < 0:
            raise UsageError("count", count, "a number of business days that is not negative")
        for _ in range(count):
            day = self.roll(day + _ONE_DAY)
        return day


def _year_length(year: int) -> int:
    return dt.date(year, 12, 31).timetuple().tm_yday


def _cn_days() -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    from chinese_calendar import constants  # type: ignore[import-untyped]  # it ships no types

    return frozenset(constants.holidays), frozenset(constants.workdays)


def cn_years_known() -> range:
    """The years whose holidays in mainland China the installed `chinesecalendar` knows."""
    known = {day.year for day in _cn_days()[0]}
    return range(min(known), max(known) + 1)


def cn_calendar_year(year: int) -> CalendarYear:
    """
    One year of the calendar of mainland China, from the installed `chinesecalendar`.

    Raises:
        UsageError: the library does not know the year; update it, or load a file (`load_calendar`).
    """
    from importlib.metadata import version

    known = cn_years_known()
    if year not in known:
        expected = f"a year from {known[0]} to {known[-1]}, or a calendar file for it"
        raise UsageError("year", year, expected)
    holidays, workdays = _cn_days()
    return CalendarYear(
        year=year,
        holidays=frozenset(day for day in holidays if day.year == year),
        workdays=frozenset(day for day in workdays if day.year == year),
        basis=f"State Council holiday notice for {year} as in chinesecalendar "
        + version("chinesecalendar"),
    )


def cn_calendar(first: int, last: int) -> Calendar:
    """Mainland China from year `first` to `last`, as far as the library knows the years."""
    known = cn_years_known()
    years = range(max(first, known[0]), min(last, known[-1]) + 1)
    return Calendar.of(cn_calendar_year(year) for year in years)


def load_calendar(path: Path | str, *, basis: str = "") -> Calendar:
    """
    Read a calendar from CSV: columns `day` (ISO) and `kind` (`holiday` or `workday`).

    Every year that has a line is loaded in full. `basis` names the notice behind the data; without
    it, the file name does.

    Raises:
        UsageError: unreadable file, wrong columns, or bad lines, all of them reported together.
    """
    found: dict[int, tuple[set[dt.date], set[dt.date]]] = {}
    seen: dict[dt.date, int] = {}
    faults: list[LineFault] = []
    with open_text(path) as stream:
        try:
            for line, row in _calendar_rows(stream, path):
                fault = _take_line(line, row, found, seen)
                faults += [fault] if fault else []
        except (UnicodeDecodeError, csv.Error) as exc:
            raise UsageError("file", str(path), f"UTF-8 text in CSV form ({exc})") from exc
    refuse_faults(path, faults)
    if not found:
        raise UsageError("file", str(path), "at least one line with a day")
    return Calendar.of(
        CalendarYear(
            year=year,
            holidays=frozenset(off),
            workdays=frozenset(worked),
            basis=basis or Path(path).name,
        )
        for year, (off, worked) in sorted(found.items())
    )


def _calendar_rows(stream: Iterable[str], path: Path | str) -> Iterable[tuple[int, dict[str, str]]]:
    reader = csv.reader(stream, strict=True)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        hint = is_it_meant(missing, [name for name in header if name not in _COLUMNS])
        raise UsageError("header", ",".join(header), f"the columns day and kind{hint}")
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            yield reader.line_num, dict(zip(header, padded, strict=False))


def _take_line(
    line: int,
    row: Mapping[str, str],
    found: dict[int, tuple[set[dt.date], set[dt.date]]],
    seen: dict[dt.date, int],
) -> LineFault | None:
    kind = row["kind"].strip().lower()
    try:
        day = parse_day(row["day"])
        if kind not in _KINDS:
            raise UsageError("kind", row["kind"], "holiday or workday")
        if kind == "workday" and day.weekday() < _SATURDAY:
            raise UsageError("day", row["day"], "a weekend day, as only those are swapped")
        if day in seen:
            raise UsageError("day", row["day"], f"each day once (it is on line {seen[day]})")
    except UsageError as error:
        return LineFault.of(line, error)
    seen[day] = line
    found.setdefault(day.year, (set(), set()))[_KINDS.index(kind)].add(day)
    return None
