"""Business calendars: the shipped years against the rulebook, rolling, the form on chain, files."""

from __future__ import annotations

import datetime as dt
import hashlib

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scf.errors import UsageError
from scf.model.calendars import (
    Calendar,
    CalendarYear,
    cn_calendar,
    cn_calendar_year,
    cn_years_known,
    load_calendar,
)

ONE_DAY = dt.timedelta(days=1)
CALENDAR = cn_calendar(2010, 2026)
KNOWN_DATES = st.dates(dt.date(2010, 1, 1), dt.date(2026, 12, 31))

# Inclusive ranges of days off, and weekends worked, as the rulebook lists them in its section 13.
RULEBOOK = {
    2025: (
        "01-01 01-28…02-04 04-04…04-06 05-01…05-05 05-31…06-02 10-01…10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01…01-03 02-15…02-23 04-04…04-06 05-01…05-05 06-19…06-21 09-25…09-27 10-01…10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def spread(year, text):
    for part in text.split():
        first, _, last = part.partition("…")
        day, end = (dt.date.fromisoformat(f"{year}-{day}") for day in (first, last or first))
        while day <= end:
            yield day
            day += ONE_DAY


def every_day(year):
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


def year_of(year, *, off=(), worked=()):
    return CalendarYear(
        year=year, holidays=frozenset(off), workdays=frozenset(worked), basis="a notice"
    )


@pytest.mark.parametrize("year", RULEBOOK)
def test_cn_calendar__agrees_with_the_rulebook(year):
    off, worked = (set(spread(year, text)) for text in RULEBOOK[year])
    shipped = cn_calendar_year(year)

    assert shipped.workdays == worked
    for day in every_day(year):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert shipped.is_business_day(day) == expected, day


@pytest.mark.parametrize("year", range(2010, 2027))
def test_cn_calendar__agrees_with_a_second_library(year):
    other = holidays.country_holidays("CN", years=year)
    shipped = cn_calendar_year(year)

    differing = [
        day for day in every_day(year) if shipped.is_business_day(day) != other.is_working_day(day)
    ]

    assert differing == []


def test_cn_calendar_year__names_library_and_notice():
    shipped = cn_calendar_year(2026)

    assert "2026" in shipped.basis
    assert "chinesecalendar" in shipped.basis
    assert shipped.basis_hash() == hashlib.sha256(shipped.basis.encode()).digest()


@pytest.mark.parametrize("step", [-1, 1])
def test_cn_calendar_year__refuses_unknown_years(step):
    known = cn_years_known()
    year = known[0] - 1 if step < 0 else known[-1] + 1

    with pytest.raises(UsageError, match="or a calendar file"):
        cn_calendar_year(year)


def test_cn_calendar__leaves_unknown_years_provisional():
    beyond = cn_years_known()[-1] + 1
    calendar = cn_calendar(2025, beyond)
    new_year = dt.date(beyond, 1, 1)
    weekdays = [new_year + n * ONE_DAY for n in range(7)]

    assert not calendar.is_provisional(dt.date(2025, 6, 1))
    assert calendar.is_provisional(new_year)
    assert [calendar.is_business_day(day) for day in weekdays] == [
        day.weekday() < 5 for day in weekdays
    ]


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        ("2025-10-01", "2025-10-09"),
        ("2025-10-11", "2025-10-11"),
        ("2025-10-12", "2025-10-13"),
        ("2026-02-14", "2026-02-14"),
        ("2026-02-15", "2026-02-24"),
        ("2025-03-03", "2025-03-03"),
        ("2025-12-31", "2025-12-31"),
        ("2026-01-01", "2026-01-04"),
    ],
)
def test_roll__skips_holidays_and_takes_swapped_weekends(day, rolled):
    calendar = cn_calendar(2025, 2026)

    assert calendar.roll(dt.date.fromisoformat(day)) == dt.date.fromisoformat(rolled)


@given(KNOWN_DATES, st.integers(0, 30))
def test_add_business_days__counts_them_one_by_one(day, count):
    end = CALENDAR.add_business_days(day, count)

    between = [day + n * ONE_DAY for n in range(1, (end - day).days + 1)]

    assert sum(map(CALENDAR.is_business_day, between)) == count
    assert count == 0 or CALENDAR.is_business_day(end)


@given(KNOWN_DATES)
def test_roll__is_the_first_business_day(day):
    rolled = CALENDAR.roll(day)

    assert CALENDAR.is_business_day(rolled)
    assert not any(CALENDAR.is_business_day(day + n * ONE_DAY) for n in range((rolled - day).days))


def test_add_business_days__refuses_negative_counts():
    with pytest.raises(UsageError, match="count"):
        Calendar().add_business_days(dt.date(2025, 1, 1), -1)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_words__hold_one_bit_for_each_day_off(year):
    shipped = cn_calendar_year(year)
    words = shipped.words()

    for index, day in enumerate(every_day(year)):
        off = words[index // 183] >> (index % 183) & 1
        assert off != shipped.is_business_day(day)
    assert words[0] < 1 << 183
    assert words[1] < 1 << (183 if year == 2024 else 182)


def test_words__of_a_plain_year_hold_its_weekends():
    words = year_of(2023).words()  # it began on a Sunday

    assert words[0] & 0b1111111 == 0b1000001
    assert sum(word.bit_count() for word in words) == 105


@given(st.integers(1970, 2200), st.data())
def test_from_words__gives_the_same_days_back(year, data):
    days = list(every_day(year))
    off = data.draw(st.sets(st.sampled_from([day for day in days if day.weekday() < 5])))
    worked = data.draw(st.sets(st.sampled_from([day for day in days if day.weekday() >= 5])))
    known = year_of(year, off=off, worked=worked)

    assert CalendarYear.from_words(year, known.words(), basis="a notice") == known


@pytest.mark.parametrize(
    ("year", "words"),
    [(2025, (1 << 183, 0)), (2025, (0, 1 << 182)), (2024, (0, 1 << 183)), (2025, (-1, 0))],
)
def test_from_words__refuses_bits_outside_the_year(year, words):
    with pytest.raises(UsageError, match="words"):
        CalendarYear.from_words(year, words, basis="x")


def test_calendar_year__refuses_contradictions():
    saturday, monday = dt.date(2025, 3, 1), dt.date(2025, 3, 3)

    with pytest.raises(UsageError, match="a day of 2026"):
        year_of(2026, off=[monday])
    with pytest.raises(UsageError, match="not both"):
        year_of(2025, off=[saturday], worked=[saturday])
    with pytest.raises(UsageError, match="only those are swapped"):
        year_of(2025, worked=[monday])
    with pytest.raises(UsageError, match="a year from 1970"):
        year_of(1969)
    with pytest.raises(UsageError, match="a year from 1970"):
        CalendarYear.from_words(10_000, (0, 0), basis="x")
    with pytest.raises(UsageError, match="each year once"):
        Calendar.of([year_of(2025), year_of(2025)])


def test_load_calendar__reads_several_years(tmp_path):
    path = tmp_path / "bank.csv"
    path.write_text(
        "\ufeffday,kind,name\r\n2027-01-01,holiday,New Year\r\n\r\n2027-01-02,Workday\r\n"
        "2028-02-29,holiday,\r\n",
        encoding="utf-8",
    )

    calendar = load_calendar(path, basis="notice 7 of 2026")

    assert sorted(calendar.years) == [2027, 2028]
    assert calendar.years[2027].holidays == {dt.date(2027, 1, 1)}
    assert calendar.is_business_day(dt.date(2027, 1, 2))
    assert not calendar.is_business_day(dt.date(2028, 2, 29))
    assert calendar.years[2028].basis == "notice 7 of 2026"
    assert load_calendar(path).years[2027].basis == "bank.csv"


def test_load_calendar__reports_every_bad_line(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        "kind,day\nholiday,2027-13-01\nfeast,2027-01-01\nworkday,2027-01-04\n"
        "holiday,2027-05-01\nworkday,2027-05-01\nholiday\n",
        encoding="utf-8",
    )

    with pytest.raises(UsageError) as caught:
        load_calendar(path)

    message = str(caught.value)
    for says in (
        "5 bad line(s)",
        "line 2: day: '2027-13-01'",
        "line 3: kind: 'feast': expected holiday or workday",
        "line 4: day: '2027-01-04': expected a weekend day",
        "line 6: day: '2027-05-01': expected each day once (it is on line 5)",
        "line 7: day: ''",
    ):
        assert says in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the columns day and kind"),
        (b"dya,kind\n", "is 'dya' meant for 'day'"),
        (b"day,kind\n", "at least one line"),
        (b"day,kind\n2027-01-01,\xff\xfe\n", "UTF-8 text"),
        (b'day,kind\n"2027-01-01,holiday\n', "CSV form"),
    ],
)
def test_load_calendar__refuses_other_files(tmp_path, content, says):
    path = tmp_path / "other.csv"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=says):
        load_calendar(path)


def test_load_calendar__refuses_a_missing_file(tmp_path):
    with pytest.raises(UsageError, match="a readable file"):
        load_calendar(tmp_path / "none.csv")
