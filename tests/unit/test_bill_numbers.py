"""Bill numbers and sub-ranges: built, read, refused (bills §2, §5)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scf.errors import UsageError
from scf.model.bill_numbers import (
    BillRange,
    BillType,
    build_bill_number,
    check_digit,
    parse_bill_number,
    parse_bill_range,
    parse_units,
    range_of_token,
    whole_range,
)

BANK = "102290000001"
DAY = dt.date(2026, 11, 25)


def number(serial: int = 1) -> str:
    return str(
        build_bill_number(
            kind=BillType.SUPPLY_CHAIN_ENTERPRISE, bank=BANK, issue_day=DAY, serial=serial
        )
    )


def luhn_holds(digits: str) -> bool:
    """The textbook's check from the right: every second digit doubled, digits summed."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        total += sum(int(part) for part in str(int(char) * (2 if place % 2 else 1)))
    return total % 10 == 0


@given(st.integers(0, 10**29 - 1))
def test_check_digit__any_29_digits__passes_the_textbook_check(body: int) -> None:
    digits = f"{body:029d}"

    assert luhn_holds(digits + check_digit(digits))


@given(
    st.sampled_from(BillType),
    st.integers(0, 10**12 - 1),
    st.dates(dt.date(2020, 1, 1), dt.date(2099, 12, 31)),
    st.integers(0, 10**8 - 1),
)
def test_a_number__built_and_read_back__is_the_same(
    kind: BillType, bank: int, day: dt.date, serial: int
) -> None:
    built = build_bill_number(kind=kind, bank=f"{bank:012d}", issue_day=day, serial=serial)

    assert parse_bill_number(str(built)) == parse_bill_number(int(built)) == built
    assert len(str(built)) == 30


@given(st.integers(0, 28), st.integers(1, 9))
def test_one_wrong_digit__is_caught(place: int, shift: int) -> None:
    digits = list(number(98_765))
    digits[place] = str((int(digits[place]) + shift) % 10)

    with pytest.raises(UsageError, match="check digit"):
        parse_bill_number("".join(digits))


def with_check(body: str) -> str:
    return body + check_digit(body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123", "30 digits"),
        (number()[:-1] + "x", "30 digits"),
        (with_check("1" + number()[1:-1]), "SH-7"),
        (with_check("9" + number()[1:-1]), "SH-7"),
        (with_check(number()[:13] + "20260230" + number()[21:-1]), "are a day"),
        (with_check(number()[:13] + "20261301" + number()[21:-1]), "are a day"),
    ],
)
def test_a_number__that_cannot_be__is_refused_by_name(text: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        parse_bill_number(text)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": 1}, "type"),
        ({"bank": "12"}, "bank"),
        ({"serial": 10**8}, "serial"),
        ({"serial": True}, "serial"),
    ],
)
def test_a_number__from_parts_that_do_not_fit__names_the_part(changes: dict, field: str) -> None:
    parts = {"kind": 7, "bank": BANK, "issue_day": DAY, "serial": 1} | changes

    with pytest.raises(UsageError) as caught:
        build_bill_number(**parts)
    assert caught.value.field == field


def test_a_range__written_and_read_back() -> None:
    own = BillRange(int(number()), 1, 100)

    assert own.units == "000000000001-000000000100"
    assert parse_bill_range(str(own)) == own
    assert range_of_token(own.token_id) == own
    assert parse_units(own.bill_no, "1-100") == own
    assert whole_range(own.bill_no, 100) == own
    assert (own.amount(100), len(own.units) <= 25) == (100, True)


def test_an_indivisible_bill__is_range_zero() -> None:
    own = whole_range(int(number()), 500, divisible=False)

    assert (own.units, own.amount(500), own.is_whole) == ("0", 500, True)
    assert parse_bill_range(str(own)) == own
    with pytest.raises(UsageError, match="indivisible"):
        own.front(1)


@pytest.mark.parametrize("units", ["", "1", "2-1", "0-5", "1-", "1-9999999999999", "a-b"])
def test_units__that_are_no_range__are_refused(units: str) -> None:
    with pytest.raises(UsageError):
        parse_units(int(number()), units)


def test_the_front__is_taken_and_covered() -> None:
    own = BillRange(int(number()), 1, 100)
    part = own.front(30)

    assert (part.first, part.last) == (1, 30)
    assert own.covers(part)
    assert not part.covers(own)
    assert own.front(100) == own
    for amount in (0, 101, -1):
        with pytest.raises(UsageError, match="within the range"):
            own.front(amount)
