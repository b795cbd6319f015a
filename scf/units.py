"""
Money, rates and days, and the few formulas every other module shares.

Money is an integer count of fen (分, 0.01 CNY), a rate an integer of parts per million per year
(1.80 % is 18,000), a day a `datetime.date` in UTC+8 and on chain a day number since 1970-01-01.
`Decimal` appears where text is parsed, binary floating point nowhere. Each rounding says who gains.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from scf.errors import UsageError

Fen = NewType("Fen", int)
"""An amount in fen. At most 16 digits of yuan and 2 of fen (rule FEN-7)."""

Rate = NewType("Rate", int)
"""Parts per million per year, at most 9,999,999 (rule FEN-7: 7 digits, 6 of them decimals)."""

FEN_MAX = 10**18 - 1
RATE_MAX = 10**7 - 1
PPM = 1_000_000

_EPOCH = dt.date(1970, 1, 1)
_UTC8_SECONDS = 8 * 3600
_DAY_SECONDS = 24 * 3600
_YUAN_SIGNS = "\u00a5\uffe5"  # half and full width
_AMOUNT = re.compile(r"(-?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?", re.ASCII)
_PERCENT = re.compile(r"([0-9]+)(?:\.([0-9]{1,6}))? ?%", re.ASCII)
_PPM = re.compile(r"([0-9]+) ?ppm", re.ASCII)
_DATE_FORMAT = re.compile(r"(?:[^%]|%[Yymd])+")


def fen(value: int, *, field: str = "amount", signed: bool = False) -> Fen:
    """
    Check an integer that is already in fen.

    Raises:
        UsageError: not an integer (a `bool` or a `float` is not), negative unless `signed`, or
            longer than 16 + 2 digits (FEN-7).
    """
    if type(value) is not int:
        raise UsageError(field, value, "a whole number of fen (int)")
    if value < 0 and not signed:
        raise UsageError(field, value, "an amount that is not negative")
    if abs(value) > FEN_MAX:
        raise UsageError(field, value, "at most 16 digits of yuan and 2 of fen (FEN-7)")
    return Fen(value)


def parse_fen(value: str | Decimal, *, field: str = "amount", signed: bool = False) -> Fen:
    """
    Read an amount in yuan: `1234.5`, `1,234.56`, a leading yuan sign, or a finite `Decimal`.

    An `int` is refused because nobody can tell whether yuan or fen was meant: use `fen` for fen.
    Zero is an amount.

    Raises:
        UsageError: not an amount, misplaced thousands separators, more than two decimals (FEN-1,
            even if they are zero), more than 16 digits of yuan (FEN-7), negative unless `signed`.
    """
    if isinstance(value, Decimal):
        text = format(value, "f") if value.is_finite() else str(value)
    elif isinstance(value, str):
        text = value.strip()
        if text[:1] and text[0] in _YUAN_SIGNS:
            text = text[1:].lstrip()
    else:
        raise UsageError(field, value, "yuan as text or Decimal, such as '1,234.56'")
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise UsageError(field, str(value), "yuan with at most two decimals, such as 1,234.56")
    sign, yuan, decimals = match.groups()
    if sign and not signed:
        raise UsageError(field, str(value), "an amount that is not negative")
    if len(decimals or "") > 2:
        raise UsageError(field, str(value), "at most two decimals: the unit is 0.01 yuan (FEN-1)")
    digits = yuan.replace(",", "").lstrip("0")
    if len(digits) > 16:
        raise UsageError(field, str(value), "at most 16 digits of yuan and 2 of fen (FEN-7)")
    amount = int(digits or "0") * 100 + int((decimals or "").ljust(2, "0"))
    return fen(-amount if sign else amount, field=field, signed=signed)


def format_fen(amount: int, *, grouped: bool = True) -> str:
    """Yuan with two decimals, `1,234.56`; without thousands separators if not `grouped`."""
    yuan, rest = divmod(abs(amount), 100)
    sign = "-" if amount < 0 else ""
    return f"{sign}{yuan:,}.{rest:02d}" if grouped else f"{sign}{yuan}.{rest:02d}"


def parse_rate(value: str | int, *, field: str = "rate") -> Rate:
    """
    Read a yearly rate: `1.80 %` or `18000 ppm` as text, or an integer of ppm.

    A bare number as text (`1.8`, `0.018`) is refused: it could be percent or a fraction.

    Raises:
        UsageError: another form, negative, finer than one ppm (0.0001 %), or above 999.9999 %
            (FEN-7).
    """
    if isinstance(value, str):
        ppm = _ppm_from_text(value.strip(), field)
    elif type(value) is int:
        ppm = value
    else:
        raise UsageError(field, value, "text such as '1.80 %', or an int of ppm")
    if not 0 <= ppm <= RATE_MAX:
        raise UsageError(field, value, "a rate from 0 % to 999.9999 % (FEN-7)")
    return Rate(ppm)


def _ppm_from_text(text: str, field: str) -> int:
    if match := _PPM.fullmatch(text):
        return int(match[1])
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise UsageError(field, text, "percent with its sign, such as '1.80 %', or '18000 ppm'")
    decimals = (match[2] or "").ljust(6, "0")
    if decimals[4:] != "00":
        raise UsageError(field, text, "no more than four decimals of a percent (one ppm)")
    return int(match[1]) * 10_000 + int(decimals[:4])


def format_rate(rate: int) -> str:
    """A rate as percent with two to four decimals: `1.80 %`, `1.8025 %`."""
    percent, rest = divmod(abs(rate), 10_000)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{'-' if rate < 0 else ''}{percent}.{decimals} %"


def civil_day(day: dt.date) -> int:
    """
    The day number that the chain knows: days since 1970-01-01 (rule CAL-1).

    Raises:
        UsageError: a `datetime` (its zone would be guessed) or a day before 1970.
    """
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        raise UsageError("day", day, "a datetime.date, a civil day in UTC+8")
    if day < _EPOCH:
        raise UsageError("day", day.isoformat(), "a day from 1970-01-01 on")
    return (day - _EPOCH).days


def from_civil_day(number: int) -> dt.date:
    """
    The date of a day number of the chain.

    Raises:
        UsageError: not a whole number of days from 1970-01-01 to 9999-12-31.
    """
    last = (dt.date.max - _EPOCH).days
    if type(number) is not int or not 0 <= number <= last:
        raise UsageError("day number", number, f"a whole number from 0 to {last}")
    return _EPOCH + dt.timedelta(days=number)


def civil_today(unix: int) -> dt.date:
    """The civil day in UTC+8 at a Unix time in seconds, as a block sees it (rule CAL-1)."""
    if type(unix) is not int:
        raise UsageError("time", unix, "whole Unix seconds (int)")
    return from_civil_day((unix + _UTC8_SECONDS) // _DAY_SECONDS)


def check_date_format(fmt: str) -> str:
    """
    Return `fmt` if it reads a civil day: a year (`%Y` or `%y`), `%m` and `%d`, once each.

    Raises:
        UsageError: a part is missing, doubled, or of another kind (month names depend on the
            locale).
    """
    parts = sorted(re.findall(r"%.", fmt))
    if _DATE_FORMAT.fullmatch(fmt) is None or parts not in (["%Y", "%d", "%m"], ["%d", "%m", "%y"]):
        raise UsageError("date format", fmt, "year, month and day once each, such as %Y-%m-%d")
    return fmt


def parse_day(text: str, fmt: str = "%Y-%m-%d", *, field: str = "day") -> dt.date:
    """
    Read a civil day. ISO days need all ten characters; other formats are those of `strptime`.

    Raises:
        UsageError: not a day in that form, or before 1970.
    """
    stripped = text.strip()
    try:
        if fmt == "%Y-%m-%d":
            if len(stripped) != 10 or stripped[7] != "-":
                raise ValueError(stripped)
            day = dt.date.fromisoformat(stripped)
        else:
            day = dt.datetime.strptime(stripped, check_date_format(fmt)).date()
            # Without separators strptime reads 2025111 as 1 November: insist on full width.
            if re.search(r"%.%", fmt) and day.strftime(fmt) != stripped:
                raise ValueError(stripped)
    except UsageError:
        raise
    except ValueError as exc:
        shown = dt.date(2025, 1, 31).strftime(fmt)
        raise UsageError(field, text, f"a day in the form {shown} ({fmt})") from exc
    if day < _EPOCH:
        raise UsageError(field, text, "a day from 1970-01-01 on")
    return day


def add_months(day: dt.date, months: int) -> dt.date:
    """
    The corresponding day `months` later (对日), else the last day of that month (CAL-4, NIL-107).

    Raises:
        UsageError: the result is no year of the calendar.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise UsageError("months", months, f"a result in the years {dt.MINYEAR} to {dt.MAXYEAR}")
    last = calendar.monthrange(year, month0 + 1)[1]
    return dt.date(year, month0 + 1, min(day.day, last))


def interest_fen(amount: int, *, days: int, rate_ppm: int, basis: int = 360) -> Fen:
    """
    Simple interest on `amount` fen over `days` at `rate_ppm` a year, in fen (FEN-2, FEN-4).

    Half-up to one fen: an exact half fen goes to whoever receives the interest.

    Raises:
        UsageError: an argument is negative or not an integer, or `basis` is not positive.
    """
    _require_counts(amount=amount, days=days, rate_ppm=rate_ppm)
    _require_positive(basis=basis)
    return Fen((amount * days * rate_ppm + basis * PPM // 2) // (basis * PPM))


def rate_giving(interest: int, *, amount: int, days: int, basis: int = 360) -> int | None:
    """
    The roundest yearly rate, in ppm, at which `amount` fen over `days` bears this interest.

    Several rates give the same fen; of them the one with the fewest decimals. None if no rate does.

    Raises:
        UsageError: an argument is negative or not an integer, or nothing bears interest.
    """
    _require_counts(interest=interest)
    _require_positive(amount=amount, days=days, basis=basis)
    for step in (10_000, 1_000, 100, 10, 1):
        middle = Fraction(interest * basis * PPM, amount * days * step)
        for rate in (step * math.floor(middle), step * math.ceil(middle)):
            if interest_fen(amount, days=days, rate_ppm=rate, basis=basis) == interest:
                return rate
    return None


def late_interest_fen(overdue: int, *, days: int, daily_ppm: int = 500) -> Fen:
    """
    Late interest where no rate was agreed: 0.05 % of `overdue` fen for each day (R802-4).

    Half-up to one fen, in favour of the holder. `days` counts from the rolled due day to the day of
    payment. For an agreed yearly rate use `interest_fen` with the basis of OP-11.
    """
    _require_counts(overdue=overdue, days=days, daily_ppm=daily_ppm)
    return Fen((overdue * days * daily_ppm + PPM // 2) // PPM)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """
    Divide `total` in proportion to `weights`; the parts always sum to it (FEN-3).

    Each part is rounded down; the fen left over go one each to the largest remainders, ties to the
    lower index.

    Raises:
        UsageError: a negative or non-integer argument, or no weight above zero.
    """
    _require_counts(total=total)
    for weight in weights:
        _require_counts(weight=weight)
    whole = sum(weights)
    if whole <= 0:
        raise UsageError("weights", list(weights), "at least one weight above zero")
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [base for base, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: -shares[index][1])
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def split_ratio(total: int, first_ppm: int) -> tuple[int, int]:
    """
    Split `total` in two: the first part is `first_ppm` millionths of it, the other the rest.

    Half-up: a tie goes to the first part.

    Raises:
        UsageError: a negative or non-integer argument, or a share above 1,000,000 ppm.
    """
    _require_counts(total=total, first_ppm=first_ppm)
    if first_ppm > PPM:
        raise UsageError("first_ppm", first_ppm, "a share of at most 1,000,000 ppm")
    first = (total * first_ppm + PPM // 2) // PPM
    return first, total - first


def all_in_apr_ppm(*, interest: int, fees: int, net: int, days: int) -> int:
    """
    What financing costs in all, a year, in ppm: (interest + fees) / (net - fees) · 365 / days.

    Half-up to one ppm, so the cost shown is never understated by a tie. `net` is what is paid out
    before `fees`; all in fen.

    Raises:
        UsageError: a negative argument, no days, or fees that eat up all of `net`.
    """
    _require_counts(interest=interest, fees=fees, net=net)
    _require_positive(days=days)
    if fees >= net:
        raise UsageError("fees", fees, f"less than the net amount of {net} fen")
    numerator, denominator = (interest + fees) * 365 * PPM, (net - fees) * days
    return (2 * numerator + denominator) // (2 * denominator)


def _require_counts(**named: int) -> None:
    for name, value in named.items():
        if type(value) is not int or value < 0:
            raise UsageError(name, value, "a whole number that is not negative")


def _require_positive(**named: int) -> None:
    for name, value in named.items():
        if type(value) is not int or value <= 0:
            raise UsageError(name, value, "a whole number above zero")
