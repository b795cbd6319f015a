"""
Numbers of bills and of their sub-ranges (bills §2), checked and made canonical.

A bill number has 30 digits: type 1, payment-system bank number 12, day of issue 8, serial of the
day 8, check 1. The register's algorithm for the check digit is not public; ours is Luhn's (ISO/IEC
7812-1) over the first 29 digits, so a number made elsewhere may not pass here.

A sub-range is written `000000000001-000000000100`: units of 0.01 yuan, the first is 1; the whole of
an indivisible bill is `0`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import IntEnum

from scf.errors import UsageError

UNITS_MAX = 10**12 - 1
NUMBER_DIGITS = 30

_NUMBER = re.compile(r"[0-9]{30}", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,12})-([0-9]{1,12})", re.ASCII)
_BANK = re.compile(r"[0-9]{12}", re.ASCII)
_UNIT_BITS = 40
_UNIT_MASK = 2**_UNIT_BITS - 1


class BillType(IntEnum):
    """The first digit: who accepts, and through which channel. 1 and 2 (ECDS) are closed (SH-7)."""

    INSTITUTION_BANK = 5
    INSTITUTION_ENTERPRISE = 6
    SUPPLY_CHAIN_ENTERPRISE = 7
    SUPPLY_CHAIN_BANK = 8

    @property
    def needs_trade(self) -> bool:
        """Whether a trade record is mandatory (bills §13)."""
        return self >= BillType.SUPPLY_CHAIN_ENTERPRISE

    @property
    def by_enterprise(self) -> bool:
        """Whether an enterprise accepts (商票), not a bank or finance company."""
        return self in (BillType.INSTITUTION_ENTERPRISE, BillType.SUPPLY_CHAIN_ENTERPRISE)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillNumber:
    """A bill number taken apart; `str()` has its 30 digits, `int()` what stands on chain."""

    type: BillType
    bank: str
    issue_day: dt.date
    serial: int

    def __str__(self) -> str:
        body = f"{self.type:d}{self.bank}{self.issue_day:%Y%m%d}{self.serial:08d}"
        return body + check_digit(body)

    def __int__(self) -> int:
        return int(str(self))


@dataclass(frozen=True, slots=True, order=True)
class BillRange:
    """
    One sub-range of one bill; what the ledger holds as a token.

    Attributes:
        bill_no: the number as an integer.
        first, last: units of 0.01 yuan, both inclusive; 0 and 0 for an indivisible bill.
    """

    bill_no: int
    first: int
    last: int

    @property
    def token_id(self) -> int:
        """Its token id: number, first and last unit side by side."""
        return self.bill_no << 2 * _UNIT_BITS | self.first << _UNIT_BITS | self.last

    @property
    def is_whole(self) -> bool:
        """Whether it is an indivisible bill."""
        return self.first == 0

    @property
    def units(self) -> str:
        """`XXXXXXXXXXXX-XXXXXXXXXXXX`, or `0` (SH-3)."""
        return "0" if self.first == 0 else f"{self.first:012d}-{self.last:012d}"

    def amount(self, face: int) -> int:
        """Its amount, fen; `face` is that of the bill, which an indivisible one takes."""
        return face if self.first == 0 else self.last - self.first + 1

    def covers(self, other: BillRange) -> bool:
        """Whether `other` is a piece of it, or the same."""
        return (
            self.bill_no == other.bill_no and self.first <= other.first and other.last <= self.last
        )

    def front(self, amount: int) -> BillRange:
        """
        The part of `amount` fen at its front (OP-6); the range itself if that is all of it.

        Raises:
            UsageError: more than the range, not above zero, or a part of an indivisible bill.
        """
        if self.first == 0:
            raise UsageError("amount", amount, "nothing: an indivisible bill moves as a whole")
        size = self.last - self.first + 1
        if type(amount) is not int or not 0 < amount <= size:
            raise UsageError("amount", amount, f"1 to {size} fen, within the range")
        return BillRange(self.bill_no, self.first, self.first + amount - 1)

    def __str__(self) -> str:
        return f"{self.bill_no:0{NUMBER_DIGITS}d}/{self.units}"


def check_digit(first29: str) -> str:
    """Luhn's check digit over 29 digits."""
    total = 0
    for place, char in enumerate(reversed(first29)):
        digit = int(char) * (1 if place % 2 else 2)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def build_bill_number(
    *, kind: BillType | int, bank: str, issue_day: dt.date, serial: int
) -> BillNumber:
    """
    A bill number from its parts, check digit added.

    Args:
        kind: the first digit.
        bank: payment-system bank number (支付系统行号), 12 digits.
        issue_day: the day of drawing.
        serial: of the day, 0 to 99,999,999.

    Raises:
        UsageError: a part is not acceptable.
    """
    bill_type = _type_of(kind)
    if _BANK.fullmatch(bank) is None:
        raise UsageError("bank", bank, "a payment-system bank number: 12 digits")
    if isinstance(serial, bool) or not isinstance(serial, int) or not 0 <= serial < 10**8:
        raise UsageError("serial", serial, "a serial of the day, at most 8 digits")
    return BillNumber(type=bill_type, bank=bank, issue_day=issue_day, serial=serial)


def parse_bill_number(text: str | int, *, field: str = "bill_no") -> BillNumber:
    """
    Take a bill number apart.

    Raises:
        UsageError: not 30 digits, a wrong check digit, a closed type (SH-7), or a date that is no
            civil day.
    """
    digits = f"{text:0{NUMBER_DIGITS}d}" if isinstance(text, int) else "".join(text.split())
    if _NUMBER.fullmatch(digits) is None:
        raise UsageError(field, str(text), "a bill number of 30 digits")
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        message = f"a bill number that ends in its check digit {expected} (Luhn, this ledger's own)"
        raise UsageError(field, digits, message)
    kind = _type_of(int(digits[0]), field=field, shown=digits)
    try:
        day = dt.datetime.strptime(digits[13:21], "%Y%m%d").date()
    except ValueError as exc:
        message = "a bill number whose digits 14 to 21 are a day (YYYYMMDD)"
        raise UsageError(field, digits, message) from exc
    return BillNumber(type=kind, bank=digits[1:13], issue_day=day, serial=int(digits[21:29]))


def parse_bill_range(text: str, *, field: str = "range") -> BillRange:
    """
    Read `NUMBER/first-last`, or `NUMBER/0` for an indivisible bill.

    Raises:
        UsageError: no valid number, or units that are not `1 ≤ first ≤ last`.
    """
    number, _, units = text.partition("/")
    bill_no = int(parse_bill_number(number, field=field))
    if not units:
        raise UsageError(field, text, "a bill number, a slash and its units: NUMBER/first-last")
    return parse_units(bill_no, units, field=field)


def parse_units(bill_no: int, text: str, *, field: str = "range") -> BillRange:
    """
    The range of a bill that `first-last` names; `0` is the whole of an indivisible one.

    Raises:
        UsageError: another form, or units out of order.
    """
    if text.strip() == "0":
        return BillRange(bill_no, 0, 0)
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise UsageError(field, text, "units as first-last, at most 12 digits each, or 0 (SH-3)")
    first, last = int(match[1]), int(match[2])
    if not 1 <= first <= last:
        raise UsageError(field, text, "units from 1 on, the first not after the last")
    return BillRange(bill_no, first, last)


def range_of_token(token_id: int) -> BillRange:
    """The sub-range a token stands for."""
    return BillRange(
        token_id >> 2 * _UNIT_BITS, token_id >> _UNIT_BITS & _UNIT_MASK, token_id & _UNIT_MASK
    )


def whole_range(bill_no: int, face: int, *, divisible: bool = True) -> BillRange:
    """The range of a whole bill of `face` fen."""
    return BillRange(bill_no, 1, face) if divisible else BillRange(bill_no, 0, 0)


def _type_of(value: int, *, field: str = "type", shown: object = None) -> BillType:
    try:
        return BillType(value)
    except ValueError as exc:
        expected = "a type from 5 to 8; 1 and 2 are closed (SH-7)"
        raise UsageError(field, value if shown is None else shown, expected) from exc
