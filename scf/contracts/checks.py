"""Arguments checked before anything is asked of the chain; each refusal is a `UsageError`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import IntEnum, IntFlag
from typing import TypeVar

from scf.chain.abi import checked_address
from scf.errors import UsageError
from scf.model.identifiers import party_address
from scf.model.records import NOBODY
from scf.units import civil_day, fen, from_civil_day, parse_rate

_Enum = TypeVar("_Enum", bound=IntEnum)
_Flag = TypeVar("_Flag", bound=IntFlag)
_HASH_BYTES = 32
_USCC_LENGTH = 18
_UINT256_MAX = 2**256 - 1
LIMIT_MAX = 2**80 - 1
SECONDS_MAX = 2**64 - 1


def party(value: str, field: str = "party") -> str:
    """A party's identifier, from itself or from its USCC (check digits verified)."""
    if isinstance(value, str) and len(value.strip()) == _USCC_LENGTH:
        try:
            return party_address(value).lower()
        except UsageError as exc:
            raise UsageError(field, value, exc.expected) from exc
    try:
        found = checked_address(value, field)
    except UsageError as exc:
        expected = "a party: 0x and 40 hex digits, or its 18-character USCC"
        raise UsageError(field, value, expected) from exc
    if found == NOBODY:
        raise UsageError(field, value, "a party, not the zero address")
    return found


def party_or_nobody(value: str, field: str) -> str:
    """A party's identifier, or the zero address."""
    return NOBODY if value == NOBODY else party(value, field)


def officer(value: str, field: str = "officer") -> str:
    """A key's address in lower case; not the zero address."""
    found = checked_address(value, field)
    if found == NOBODY:
        raise UsageError(field, value, "an officer's key, not the zero address")
    return found


def amount(value: int, field: str = "amount") -> int:
    """An amount above zero, fen."""
    found = fen(value, field=field)
    if found == 0:
        raise UsageError(field, value, "an amount above zero, in fen")
    return found


def amount_or_zero(value: int, field: str = "amount") -> int:
    """An amount that is not negative, fen."""
    return fen(value, field=field)


def rate(value: int, field: str = "rate") -> int:
    """An annual rate in ppm."""
    if type(value) is not int:
        raise UsageError(field, value, "a rate in ppm a year (int)")
    return parse_rate(value, field=field)


def day(value: dt.date, field: str = "day") -> int:
    """A civil day as its number."""
    try:
        return civil_day(value)
    except UsageError as exc:
        raise UsageError(field, value, exc.expected) from exc


def day_or_none(number: int) -> dt.date | None:
    """The day of a number; None for 0."""
    return from_civil_day(number) if number else None


def hash32(value: bytes, field: str) -> bytes:
    """32 bytes that are not all zero."""
    if hash_or_zero(value, field) == bytes(_HASH_BYTES):
        raise UsageError(field, "zero", "a hash that is not zero")
    return value


def hash_or_zero(value: bytes, field: str) -> bytes:
    """32 bytes."""
    if not isinstance(value, bytes) or len(value) != _HASH_BYTES:
        shown = f"{len(value)} bytes" if isinstance(value, bytes) else value
        raise UsageError(field, shown, "32 bytes (a hash)")
    return value


def certificate_id(value: int, field: str = "certificate_id") -> int:
    """A certificate id."""
    if type(value) is not int or not 0 < value <= _UINT256_MAX:
        raise UsageError(field, value, "a certificate id: an integer above zero, below 2^256")
    return value


def seconds(value: int, field: str = "deadline") -> int:
    """A time in unix seconds."""
    if type(value) is not int or not 0 < value <= SECONDS_MAX:
        raise UsageError(field, value, "a time in whole unix seconds")
    return value


def number(value: int, field: str, most: int, least: int = 0) -> int:
    """A whole number in a range."""
    if type(value) is not int or not least <= value <= most:
        raise UsageError(field, value, f"a whole number from {least} to {most}")
    return value


def member(kind: type[_Enum], value: int, field: str) -> _Enum:
    """A member of an enum."""
    try:
        return kind(value)
    except ValueError as exc:
        names = ", ".join(item.name for item in kind)
        raise UsageError(field, value, f"one of {names}") from exc


def flags(kind: type[_Flag], value: int, field: str, *, empty: bool = False) -> _Flag:
    """Bits of a flag; none only if `empty`."""
    known = 0
    for item in kind:
        known |= item.value
    if type(value) is bool or not isinstance(value, int) or value & ~known or value < 0:
        raise UsageError(field, value, f"bits of {', '.join(str(i.name) for i in kind)}")
    if value == 0 and not empty:
        raise UsageError(field, value, f"at least one of {', '.join(str(i.name) for i in kind)}")
    return kind(value)


def holders(values: Sequence[str]) -> list[str]:
    """Parties, each once, ascending as the contract wants them."""
    found = sorted(party(value, "holders") for value in values)
    if len(set(found)) != len(found):
        raise UsageError("holders", len(values), "each holder once")
    if not found:
        raise UsageError("holders", "none", "at least one holder")
    return found
