"""
What lies in a log, cut out in SQL: numbers, ids and hashes of its body (`e.body`: topics after the
first, then the data), in the words of either database.

Nothing here is shared with the readers of the fold, so that a second reading by SQL is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from scf.audit.subjects import kind_of

WORD = 32
_ALL_BYTES = f"X'{bytes(range(256)).hex()}'"
_BODY_BYTES_MAX = 1_000_000_000
_SMALL_BYTES = 7  # a number of so many bytes is below 2^63 for sure


class Cutter(Protocol):
    """Expressions over `e.body`; `at` is the first byte, from 1, `count` how many."""

    def number(self, at: int, count: int) -> str:
        """A whole number of up to eight bytes, below 2^63."""

    def large_number(self, at: int, count: int) -> str:
        """A whole number of any size; as 0x and hex where the database has none so large."""

    def truth(self, at: int) -> str:
        """A byte that is 0 or 1."""

    def digits(self, at: int, count: int) -> str:
        """Hex digits."""


class SqliteCutter:
    """SQLite has neither hex numbers nor integers beyond 63 bits."""

    def number(self, at: int, count: int) -> str:
        terms = (
            f"(instr({_ALL_BYTES}, substr(e.body, {at + place}, 1)) - 1)"
            f" * {256 ** (count - 1 - place)}"
            for place in range(count)
        )
        return f"({' + '.join(terms)})"

    def large_number(self, at: int, count: int) -> str:
        above = count - 8
        small = f"substr(e.body, {at + above}, 1) < X'80'"
        if above:
            small += f" AND substr(e.body, {at}, {above}) = zeroblob({above})"
        number, digits = self.number(at + above, 8), self.digits(at, count)
        return f"CASE WHEN {small} THEN {number} ELSE '0x' || {digits} END"

    def truth(self, at: int) -> str:
        return self.number(at, 1)

    def digits(self, at: int, count: int) -> str:
        return f"lower(hex(substr(e.body, {at}, {count})))"


class PostgresCutter:
    """PostgreSQL reads hex by way of bits."""

    def number(self, at: int, count: int) -> str:
        return f"('x' || lpad({self.digits(at, count)}, 16, '0'))::bit(64)::bigint"

    def large_number(self, at: int, count: int) -> str:
        terms = (
            f"{self.number(at + place, 4)}::numeric * {2 ** (8 * (count - place - 4))}"
            for place in range(0, count, 4)
        )
        return f"({' + '.join(terms)})"

    def truth(self, at: int) -> str:
        return f"({self.number(at, 1)} <> 0)"

    def digits(self, at: int, count: int) -> str:
        return f"encode(substring(e.body from {at} for {count}), 'hex')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """
    One value of an event.

    Attributes:
        names: of the argument, then of its part if it is a struct or an array.
        type: `integer`, `text` or `boolean`.
        kind: of the subject it names (`scf.audit.subjects`), if any.
        sql: its expression.
    """

    names: tuple[str, ...]
    type: str
    kind: str | None
    sql: str


def cuts(contract: str, inputs: Sequence[Mapping[str, Any]], cutter: Cutter) -> Iterator[Cut]:
    """
    Every value of an event, in the order of its arguments; structs and arrays of fixed length in
    their parts, and what has no fixed length as the hex digits of the data it is encoded in.

    Args:
        contract, inputs: of the event's ABI entry.
    """
    starts = starts_of(inputs)
    data = WORD * sum(item["indexed"] for item in inputs)
    for place, item in enumerate(inputs):
        name = item["name"] or f"arg{place}"
        if not item["indexed"] and _words(item) is None:
            yield Cut(names=(name,), type="text", kind=None, sql=whole_body(cutter, after=data))
            continue
        for at, (names, leaf) in enumerate(_leaves(item)):
            kind = kind_of(contract, leaf) if leaf is item else None
            type_, sql = _word(leaf, kind, starts[place] + WORD * at, cutter)
            yield Cut(names=(name, *names), type=type_, kind=kind, sql=sql)


def starts_of(inputs: Sequence[Mapping[str, Any]]) -> list[int]:
    """Where each argument's first word begins in the body: indexed ones come first."""
    starts, at = {}, 0
    for place in sorted(range(len(inputs)), key=lambda place: not inputs[place]["indexed"]):
        starts[place] = at
        item = inputs[place]
        at += WORD * (1 if item["indexed"] else _words(item) or 1)
    return [starts[place] for place in range(len(inputs))]


def _words(item: Mapping[str, Any]) -> int | None:
    """Words of a value in the data; None if that varies."""
    type_ = item["type"]
    if type_.endswith("]"):
        inner, _, length = type_[:-1].rpartition("[")
        words = _words({**item, "type": inner})
        return int(length) * words if length and words else None
    if type_ == "tuple":
        parts = [_words(part) for part in item["components"]]
        return None if None in parts else sum(part for part in parts if part)
    return None if type_ in ("string", "bytes") else 1


def _leaves(item: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """The words of a value, each with what it is called within."""
    type_ = item["type"]
    if item.get("indexed") or not (type_ == "tuple" or type_.endswith("]")):
        yield (), item
    elif type_ == "tuple":
        for part in item["components"]:
            yield from (((part["name"], *names), leaf) for names, leaf in _leaves(part))
    else:
        inner, _, length = type_[:-1].rpartition("[")
        for place in range(int(length)):
            one = {"name": str(place), "type": inner, "components": item.get("components")}
            yield from (((str(place), *names), leaf) for names, leaf in _leaves(one))


def _word(item: Mapping[str, Any], kind: str | None, start: int, cutter: Cutter) -> tuple[str, str]:
    """The type of a word's value, and its expression."""
    type_ = item["type"]
    if type_ == "bool":
        return "boolean", cutter.truth(start + WORD)
    if type_ == "address":
        return "text", f"'0x' || {cutter.digits(start + WORD - 19, 20)}"
    if type_.startswith("uint") and not type_.endswith("]") and not kind:
        count = int(type_.removeprefix("uint")) // 8
        number = cutter.number if count <= _SMALL_BYTES else cutter.large_number
        return "integer", number(start + WORD + 1 - count, count)
    is_short = type_.startswith("bytes") and type_[5:].isdigit()
    return "text", f"'0x' || {cutter.digits(start + 1, int(type_[5:]) if is_short else WORD)}"


def whole_body(cutter: Cutter, *, after: int = 0) -> str:
    """The body, or what follows its first bytes, as 0x and hex."""
    return f"'0x' || {cutter.digits(after + 1, _BODY_BYTES_MAX)}"
