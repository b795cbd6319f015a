"""
Packed words and the ids of sub-ranges taken apart in SQL: columns for their fields, since SQL has
no integers of 256 bits.

Layouts are those of `BillSlots` and `BillIds`, from the low end; nothing here is shared with the
fold, so that a second reading by SQL is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.cutting import WORD, Cutter, starts_of
from scf.audit.subjects import kind_of


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
    contract: str, inputs: Sequence[Mapping[str, Any]], cutter: Cutter
) -> Iterator[tuple[str, str, str, str]]:
    """
    The columns that an event's packed words and range ids are taken apart into.

    Args:
        contract, inputs: of the event's ABI entry.

    Returns:
        For each column the argument it is of, its own name, its type, and its expression over
        `e.body`.
    """
    for item, start in zip(inputs, starts_of(inputs), strict=True):
        parts = _PACKED.get((contract, item["name"]), ())
        if kind_of(contract, item) == "range":
            parts = _RANGE_ID
        for part in parts:
            type_ = "text" if part.is_text else "integer"
            yield item["name"], part.name, type_, _cut(part, start, cutter)


def _cut(part: Part, start: int, cutter: Cutter) -> str:
    low, high = part.shift // 8, (part.shift + part.bits - 1) // 8
    at, count, below = start + WORD - high, high - low + 1, part.shift - 8 * low
    if part.is_text:
        return f"'0x{'0' * (part.digits - part.bits // 4)}' || {cutter.digits(at, count)}"
    number = cutter.number(at, count)
    mask = (1 << part.bits) - 1
    return f"({number} >> {below} & {mask})" if below or part.bits % 8 else number
