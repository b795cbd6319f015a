"""
Packed words and the ids of sub-ranges taken apart in SQL: columns for their fields, cut out of the
log itself, since SQL has no integers of 256 bits.

Layouts are those of `BillSlots` and `BillIds`, from the low end; nothing here is shared with the
fold, so that a second reading by SQL is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.subjects import kind_of

_WORD_BYTES = 32
_NIBBLES = "0123456789ABCDEF"


@dataclass(frozen=True, slots=True)
class Part:
    """
    A field of a packed word.

    Attributes:
        name: as in the contract, in SQL's way.
        bits: how many.
        shift: how many are below it.
        is_text: whether it is an id, written as hex, and no number; then it has whole bytes.
        digits: hex digits of such a text, with zeros in front.
    """

    name: str
    bits: int
    shift: int
    is_text: bool = False
    digits: int = 0


def _parts(*fields: tuple[str, int] | tuple[str, int, bool]) -> tuple[Part, ...]:
    """Fields one above the other."""
    parts, shift = [], 0
    for name, bits, *rest in fields:
        if name:
            parts.append(Part(name, bits, shift, is_text=bool(rest), digits=bits // 4))
        shift += bits
    return tuple(parts)


_RANGE_ID = (
    Part("bill_no", 128, 80, is_text=True, digits=64),
    Part("first", 40, 40),
    Part("last", 40, 0),
)
_PACKED: Mapping[tuple[str, str], tuple[Part, ...]] = {
    ("Bills", "parties"): _parts(
        *(("drawer_tag", 80, True), ("acceptor_tag", 80, True), ("payee_tag", 80, True)),
        *(("kind", 8), ("drawers_mark", 1), ("divisible", 1)),
    ),
    ("Bills", "terms"): _parts(
        *(("face_fen", 40), ("", 40), ("issue_day", 24), ("maturity_day", 24)),
    ),
    ("Bills", "word"): _parts(
        *(("head", 16), ("acts", 16), ("dishonour", 16), ("presented", 11), ("guarantees", 5)),
        *(("status", 4), ("flag", 4), ("previous_flag", 4), ("resting_flag", 4)),
        *(("pending_op", 4), ("frozen", 1), ("stopped", 1), ("drawers_rights", 1)),
        *(("detached", 1), ("depth", 8)),
    ),
    ("Bills", "record"): _parts(
        *(("party", 160, True), ("previous", 16), ("day", 24), ("kind", 8), ("depth", 16)),
        *(("marked", 1), ("", 15), ("index", 16)),
    ),
}


def packed_columns(
    contract: str, inputs: Sequence[Mapping[str, Any]], *, is_postgres: bool
) -> Iterator[tuple[str, str, str, str]]:
    """
    The columns that an event's packed words and range ids are taken apart into.

    Args:
        contract, inputs: of the event's ABI entry.
        is_postgres: in whose words; SQLite's otherwise.

    Returns:
        For each column the argument it is of, its own name, its type, and its expression over
        `e.body`. Indexed arguments come first in a body.
    """
    number = _postgres_number if is_postgres else _sqlite_number
    text = _postgres_text if is_postgres else _sqlite_text
    body = sorted(inputs, key=lambda item: not item["indexed"])
    for item in inputs:
        parts = _PACKED.get((contract, item["name"]), ())
        if kind_of(contract, item) == "range":
            parts = _RANGE_ID
        start = body.index(item) * _WORD_BYTES
        for part in parts:
            type_ = "text" if part.is_text else "integer"
            yield item["name"], part.name, type_, (text if part.is_text else number)(part, start)


def _bytes_of(part: Part, start: int) -> tuple[int, int, int]:
    """Where the bytes that hold a part begin, from 1; how many; and the bits below it in them."""
    low, high = part.shift // 8, (part.shift + part.bits - 1) // 8
    return start + _WORD_BYTES - high, high - low + 1, part.shift - 8 * low


def _cut(part: Part, below: int, whole: str) -> str:
    mask = (1 << part.bits) - 1
    return f"(({whole}) >> {below} & {mask})" if below or part.bits % 8 else f"({whole})"


def _sqlite_number(part: Part, start: int) -> str:
    at, count, below = _bytes_of(part, start)
    digits = f"hex(substr(e.body, {at}, {count}))"
    terms = (
        f"(instr('{_NIBBLES}', substr({digits}, {place}, 1)) - 1) * {16 ** (2 * count - place)}"
        for place in range(1, 2 * count + 1)
    )
    return _cut(part, below, " + ".join(terms))


def _postgres_number(part: Part, start: int) -> str:
    at, count, below = _bytes_of(part, start)
    digits = f"encode(substring(e.body from {at} for {count}), 'hex')"
    return _cut(part, below, f"('x' || lpad({digits}, 16, '0'))::bit(64)::bigint")


def _sqlite_text(part: Part, start: int) -> str:
    at, count, _ = _bytes_of(part, start)
    return _hex_text(part, f"lower(hex(substr(e.body, {at}, {count})))")


def _postgres_text(part: Part, start: int) -> str:
    at, count, _ = _bytes_of(part, start)
    return _hex_text(part, f"encode(substring(e.body from {at} for {count}), 'hex')")


def _hex_text(part: Part, digits: str) -> str:
    return f"'0x{'0' * (part.digits - part.bits // 4)}' || {digits}"
