"""Money, rates, days and formulas, held against exact Decimal and Fraction arithmetic."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from scf import units
from scf.errors import UsageError

AMOUNTS = st.integers(0, units.FEN_MAX)
DAYS = st.integers(0, 40_000)
RATES = st.integers(0, units.RATE_MAX)
DATES = st.dates(dt.date(1970, 1, 1), dt.date(9000, 12, 31))


def half_up(exact: Fraction) -> int:
    whole, rest = divmod(exact, 1)
    return int(whole) + (rest >= Fraction(1, 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("0.01", 1),
        ("1234.5", 1234_50),
        ("1,234.56", 1234_56),
        ("12,345,678", 12_345_678_00),
        (" 007.10 ", 7_10),
        ("\u00a51,234.56", 1234_56),
        ("\uffe5 88", 88_00),
        ("9999999999999999.99", units.FEN_MAX),
        (Decimal("1234.5"), 1234_50),
        (Decimal("1E+3"), 1000_00),
    ],
)
def test_parse_fen__reads_yuan(text, expected):
    assert units.parse_fen(text) == expected


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "yuan with at most two decimals"),
        ("abc", "yuan with at most two decimals"),
        ("1,23.45", "yuan with at most two decimals"),
        (",123", "yuan with at most two decimals"),
        ("1234,567", "yuan with at most two decimals"),
        ("1.", "yuan with at most two decimals"),
        (".5", "yuan with at most two decimals"),
        ("1e3", "yuan with at most two decimals"),
        ("+5", "yuan with at most two decimals"),
        ("\uff11\uff12", "yuan with at most two decimals"),
        ("1\n2", "yuan with at most two decimals"),
        ("NaN", "yuan with at most two decimals"),
        (Decimal("NaN"), "yuan with at most two decimals"),
        (Decimal("-Infinity"), "yuan with at most two decimals"),
        ("1.005", "FEN-1"),
        ("1.000", "FEN-1"),
        (Decimal("0.001"), "FEN-1"),
        ("12345678901234567", "FEN-7"),
        ("9" * 5000, "FEN-7"),
        ("-1.00", "not negative"),
        (1.5, "text or Decimal"),
        (100, "text or Decimal"),
        (True, "text or Decimal"),
        (None, "text or Decimal"),
    ],
)
def test_parse_fen__refuses_what_is_no_amount(value, says):
    with pytest.raises(UsageError, match=says) as caught:
        units.parse_fen(value, field="price")

    assert caught.value.field == "price"


def test_parse_fen__takes_negative_where_allowed():
    assert units.parse_fen("-1,000.05", signed=True) == -1000_05


@given(st.integers(-units.FEN_MAX, units.FEN_MAX), st.booleans())
def test_format_fen__reads_back(amount, grouped):
    text = units.format_fen(amount, grouped=grouped)

    assert units.parse_fen(text, signed=True) == amount
    assert Decimal(text.replace(",", "")) == Decimal(amount).scaleb(-2)


def test_format_fen__groups_thousands():
    assert units.format_fen(123_456_789_01) == "123,456,789.01"
    assert units.format_fen(-5) == "-0.05"
    assert units.format_fen(1234_00, grouped=False) == "1234.00"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.0, "whole number of fen"),
        (True, "whole number of fen"),
        ("1", "whole number of fen"),
        (-1, "not negative"),
        (units.FEN_MAX + 1, "FEN-7"),
    ],
)
def test_fen__refuses_what_is_no_count_of_fen(value, says):
    with pytest.raises(UsageError, match=says):
        units.fen(value)


def test_fen__takes_limits():
    assert units.fen(units.FEN_MAX) == units.FEN_MAX
    assert units.fen(-units.FEN_MAX, signed=True) == -units.FEN_MAX


@pytest.mark.parametrize(
    ("text", "ppm"),
    [
        ("1.80 %", 18_000),
        ("1.8%", 18_000),
        ("0.0001 %", 1),
        ("3.450000 %", 34_500),
        ("999.9999 %", units.RATE_MAX),
        ("18000 ppm", 18_000),
        (" 500ppm ", 500),
        (18_000, 18_000),
    ],
)
def test_parse_rate__reads_percent_and_ppm(text, ppm):
    assert units.parse_rate(text) == ppm


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1.8", "percent with its sign"),
        ("0.018", "percent with its sign"),
        ("-1 %", "percent with its sign"),
        ("1.8000000 %", "percent with its sign"),
        ("%", "percent with its sign"),
        ("1.80001 %", "four decimals"),
        ("1000 %", "FEN-7"),
        (-1, "FEN-7"),
        (units.RATE_MAX + 1, "FEN-7"),
        (0.018, "int of ppm"),
        (True, "int of ppm"),
    ],
)
def test_parse_rate__refuses_what_is_unclear(value, says):
    with pytest.raises(UsageError, match=says):
        units.parse_rate(value)


@given(RATES)
def test_format_rate__reads_back(ppm):
    assert units.parse_rate(units.format_rate(ppm)) == ppm


def test_format_rate__shows_two_to_four_decimals():
    assert [units.format_rate(ppm) for ppm in (18_000, 18_025, 1, -18_000)] == [
        "1.80 %",
        "1.8025 %",
        "0.0001 %",
        "-1.80 %",
    ]


@given(DATES)
def test_civil_day__reads_back(day):
    number = units.civil_day(day)

    assert units.from_civil_day(number) == day
    assert units.from_civil_day(number + 1) - day == dt.timedelta(days=1)


@pytest.mark.parametrize(
    "value", [dt.date(1969, 12, 31), dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "2025-01-01"]
)
def test_civil_day__refuses_what_is_no_civil_day(value):
    with pytest.raises(UsageError):
        units.civil_day(value)


@pytest.mark.parametrize("value", [-1, 10**9, 1.0, True, "1"])
def test_from_civil_day__refuses_what_is_no_day_number(value):
    with pytest.raises(UsageError):
        units.from_civil_day(value)


@given(st.integers(0, 2**37))
def test_civil_today__changes_at_midnight_in_utc8(unix):
    clock = dt.datetime.fromtimestamp(unix, tz=dt.timezone(dt.timedelta(hours=8)))

    assert units.civil_today(unix) == clock.date()


def test_civil_today__refuses_fractions_of_seconds():
    with pytest.raises(UsageError, match="whole Unix seconds"):
        units.civil_today(1.5)


@pytest.mark.parametrize(
    ("text", "fmt"),
    [
        ("2025-01-31", "%Y-%m-%d"),
        (" 2025-01-31 ", "%Y-%m-%d"),
        ("2025/1/31", "%Y/%m/%d"),
        ("31.01.2025", "%d.%m.%Y"),
        ("20250131", "%Y%m%d"),
        ("2025年1月31日", "%Y年%m月%d日"),
        ("01/31/25", "%m/%d/%y"),
    ],
)
def test_parse_day__reads_each_format(text, fmt):
    assert units.parse_day(text, fmt) == dt.date(2025, 1, 31)


@pytest.mark.parametrize(
    ("text", "fmt"),
    [
        ("", "%Y-%m-%d"),
        ("2025-1-31", "%Y-%m-%d"),
        ("20250131", "%Y-%m-%d"),
        ("2025-W05-5", "%Y-%m-%d"),
        ("2025-02-29", "%Y-%m-%d"),
        ("2025-01-31 00:00", "%Y-%m-%d"),
        ("1969-12-31", "%Y-%m-%d"),
        ("45688", "%Y-%m-%d"),
        ("31/01/2025", "%m/%d/%Y"),
        ("2025111", "%Y%m%d"),
        ("01/01/70 ", "%d.%m.%Y"),
    ],
)
def test_parse_day__refuses_what_is_no_day(text, fmt):
    with pytest.raises(UsageError, match="issue_day"):
        units.parse_day(text, fmt, field="issue_day")


@pytest.mark.parametrize(
    "fmt", ["", "%Y-%m", "%Y-%m-%d-%d", "%Y-%y-%m-%d", "%Y-%b-%d", "%Y-%m-%d %H", "%Y-%m-%d%"]
)
def test_parse_day__refuses_formats_that_are_no_day(fmt):
    with pytest.raises(UsageError, match="date format"):
        units.parse_day("2025-01-31", fmt)


def test_add_months__ends_at_month_end():
    january = dt.date(2025, 1, 31)

    assert units.add_months(january, 1) == dt.date(2025, 2, 28)
    assert units.add_months(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert units.add_months(january, 6) == dt.date(2025, 7, 31)
    assert units.add_months(january, -2) == dt.date(2024, 11, 30)


@given(DATES, st.integers(-200, 360))
def test_add_months__agrees_with_relativedelta(day, months):
    assert units.add_months(day, months) == day + relativedelta(months=months)


@pytest.mark.parametrize("months", [-12 * 3000, 12 * 9000])
def test_add_months__refuses_years_beyond_the_calendar(months):
    with pytest.raises(UsageError, match="months"):
        units.add_months(dt.date(2025, 1, 31), months)


def test_interest__matches_the_rulebook_example():
    assert units.interest_fen(36_000_00, days=10, rate_ppm=10_000) == 10_00


@given(AMOUNTS, DAYS, RATES, st.sampled_from([360, 365, 366]))
@example(1, 1, 1, 360)
@example(180, 1, 1_000_000, 360)  # exactly half a fen
@example(179, 1, 1_000_000, 360)
@example(540, 1, 1_000_000, 360)  # one and a half
def test_interest__is_exact_and_half_up(amount, days, rate, basis):
    exact = Decimal(amount) * days * rate
    unit = Decimal(basis * 1_000_000)

    interest = units.interest_fen(amount, days=days, rate_ppm=rate, basis=basis)

    assert interest == half_up(Fraction(amount * days * rate, basis * 1_000_000))
    quotient, rest = divmod(int(exact), int(unit))
    assert interest == quotient + int((rest / unit).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_interest__gives_ties_to_the_receiver(odd, days):
    amount = 360 * odd + 180

    assert units.interest_fen(amount, days=1, rate_ppm=1_000_000) == odd + 1


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": -1},
        {"days": -1},
        {"rate_ppm": -1},
        {"basis": 0},
        {"amount": 1.0},
        {"rate_ppm": True},
    ],
)
def test_interest__refuses_impossible_arguments(changed):
    arguments = {"amount": 1, "days": 1, "rate_ppm": 1, "basis": 360} | changed

    with pytest.raises(UsageError) as caught:
        units.interest_fen(arguments.pop("amount"), **arguments)

    assert caught.value.field == next(iter(changed))


def test_late_interest__matches_the_rulebook_example():
    assert units.late_interest_fen(200_00, days=10) == 1_00


@given(AMOUNTS, DAYS)
@example(1_000, 1)  # exactly half a fen
@example(999, 1)
def test_late_interest__is_the_formula_of_the_rulebook(overdue, days):
    late = units.late_interest_fen(overdue, days=days)

    assert late == (overdue * days * 5 + 5_000) // 10_000
    assert late == half_up(Fraction(overdue * days * 5, 10_000))


def test_late_interest__refuses_negative_days():
    with pytest.raises(UsageError, match="days"):
        units.late_interest_fen(1, days=-1)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (2, [1, 1, 1], [1, 1, 0]),
        (100, [0, 1], [0, 100]),
        (5, [1, 2, 1], [1, 3, 1]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_largest_remainder__gives_ties_to_the_lower_index(total, weights, parts):
    assert units.largest_remainder(total, weights) == parts


@given(AMOUNTS, st.lists(st.integers(0, 10**15), min_size=1, max_size=40).filter(any))
def test_largest_remainder__sums_up_and_stays_within_one_fen(total, weights):
    parts = units.largest_remainder(total, weights)

    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    gaps = [part - share for part, share in zip(parts, exact, strict=True)]
    assert sum(parts) == total
    assert all(-1 < gap < 1 for gap in gaps)
    raised = [(-(share % 1), at) for at, share in enumerate(exact) if gaps[at] > 0]
    passed = [(-(share % 1), at) for at, share in enumerate(exact) if gaps[at] < 0]
    assert not raised or not passed or max(raised) < min(passed)


@pytest.mark.parametrize(
    ("total", "weights", "field"),
    [(1, [], "weights"), (1, [0, 0], "weights"), (-1, [1], "total"), (1, [2, -1], "weight")],
)
def test_largest_remainder__refuses_impossible_arguments(total, weights, field):
    with pytest.raises(UsageError) as caught:
        units.largest_remainder(total, weights)

    assert caught.value.field == field


@given(AMOUNTS, st.integers(0, units.PPM))
@example(1, 500_000)
def test_split_ratio__rounds_the_first_part_half_up(total, ppm):
    first, rest = units.split_ratio(total, ppm)

    assert first + rest == total
    assert first == half_up(Fraction(total * ppm, units.PPM))
    assert rest >= 0


@pytest.mark.parametrize(("total", "ppm"), [(-1, 0), (1, -1), (1, units.PPM + 1)])
def test_split_ratio__refuses_impossible_arguments(total, ppm):
    with pytest.raises(UsageError):
        units.split_ratio(total, ppm)


@given(st.integers(1, 10**12), st.integers(1, 3650), st.integers(0, units.PPM))
def test_rate_giving__is_a_rate_that_gives_the_interest_and_no_less_round(amount, days, rate):
    interest = units.interest_fen(amount, days=days, rate_ppm=rate)

    found = units.rate_giving(interest, amount=amount, days=days)

    assert found is not None
    assert units.interest_fen(amount, days=days, rate_ppm=found) == interest
    assert _trailing_zeros(found) >= min(_trailing_zeros(rate), 4)


def _trailing_zeros(rate):
    return len(str(rate)) - len(str(rate).rstrip("0")) if rate else 9


def test_rate_giving__says_when_no_rate_does():
    assert units.rate_giving(3, amount=10**12, days=365) is None


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(1, 10**12), st.integers(1, 3650))
def test_all_in_apr__is_exact_and_half_up(interest, fees, paid_out, days):
    apr = units.all_in_apr_ppm(interest=interest, fees=fees, net=paid_out + fees, days=days)

    assert apr == half_up(Fraction((interest + fees) * 365 * units.PPM, paid_out * days))


def test_all_in_apr__rounds_a_tie_up():
    apr = units.all_in_apr_ppm(interest=1, fees=0, net=2 * units.PPM, days=365)

    assert apr == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": 0}, "days"),
        ({"fees": 100}, "fees"),
        ({"net": 0, "fees": 0}, "fees"),
        ({"interest": -1}, "interest"),
    ],
)
def test_all_in_apr__refuses_impossible_arguments(changed, field):
    with pytest.raises(UsageError) as caught:
        units.all_in_apr_ppm(**({"interest": 1, "fees": 1, "net": 100, "days": 30} | changed))

    assert caught.value.field == field
