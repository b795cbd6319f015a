"""Arguments about bills, checked before anything is asked of the chain."""

from __future__ import annotations

from scf.contracts import checks
from scf.errors import UsageError
from scf.model.bill_numbers import (
    BillNumber,
    BillRange,
    parse_bill_number,
    parse_bill_range,
    range_of_token,
)
from scf.model.bill_records import BillPart

_TOKEN_MAX = 2**208 - 1
_ACTS_MAX = 2**16 - 1

AnyBill = str | int | BillNumber
AnyRange = str | int | BillRange | BillPart


def number(value: AnyBill, field: str = "bill_no") -> int:
    """A bill number with a valid check digit, type and date, as it stands on chain."""
    if isinstance(value, bool) or not isinstance(value, str | int | BillNumber):
        raise UsageError(field, value, "a bill number: 30 digits")
    return (
        int(value) if isinstance(value, BillNumber) else int(parse_bill_number(value, field=field))
    )


def range_(value: AnyRange, field: str = "range") -> BillRange:
    """A sub-range: itself, a part, `NUMBER/first-last`, or a token id."""
    if isinstance(value, BillPart):
        return value.range
    if isinstance(value, str):
        return parse_bill_range(value, field=field)
    if isinstance(value, BillRange):
        found = value
    elif type(value) is int and 0 < value <= _TOKEN_MAX:
        found = range_of_token(value)
    else:
        raise UsageError(field, value, "a sub-range of a bill: NUMBER/first-last, or its token id")
    parse_bill_number(found.bill_no, field=field)
    if found.first > found.last or (found.first == 0) != (found.last == 0):
        raise UsageError(field, str(found), "units with 1 ≤ first ≤ last, or 0 and 0")
    return found


def part(value: BillPart, field: str = "part") -> BillPart:
    """A sub-range as it was read from the chain."""
    if not isinstance(value, BillPart):
        raise UsageError(field, value, "a sub-range as `ledger.bills.part` gives it")
    range_(value.range, "range")
    acts(value.acts)
    return value


def acts(value: int) -> int:
    """A count of acts, which signatures name."""
    return checks.number(value, "acts", _ACTS_MAX)


def piece(whole: BillRange, part: AnyRange | None, amount: int | None) -> BillRange:
    """
    The part of a range that an act concerns: all of it, one end, or `amount` at its front (OP-6).

    Raises:
        UsageError: a part outside or across the range, or in its middle; both part and amount.
    """
    if part is not None and amount is not None:
        raise UsageError("amount", amount, "either a part or an amount, not both")
    if amount is not None:
        return whole.front(amount)
    if part is None:
        return whole
    found = range_(part, "part")
    if not whole.covers(found):
        raise UsageError("part", str(found), f"a part of {whole}, neither outside nor across it")
    if found.first != whole.first and found.last != whole.last:
        raise UsageError("part", str(found), f"one end of {whole}: divide twice for its middle")
    return found
