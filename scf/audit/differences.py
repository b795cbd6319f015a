"""What changed in the books between two moments, record by record, whatever a state holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from scf.model.folding.state import State

_NOT_BOOKS = frozenset(("last_move",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    One record that is not the same.

    Attributes:
        section: the part of the books (`certificates`).
        key: of the record; several parts are joined by a space.
        field: of the record, empty if the record is one value, new or gone.
        before, after: None where there was or is none.
    """

    section: str
    key: str
    field: str
    before: Any
    after: Any


def differences(before: State, after: State, *, section: str | None = None) -> Iterator[Difference]:
    """Every record that one state has otherwise than the other, section by section."""
    for item in fields(State):
        if item.name in _NOT_BOOKS or section not in (None, item.name):
            continue
        old, new = getattr(before, item.name), getattr(after, item.name)
        yield from _section(item.name, old, new)


def sections() -> tuple[str, ...]:
    """The parts of the books, by name."""
    return tuple(item.name for item in fields(State) if item.name not in _NOT_BOOKS)


def _section(name: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(new, set | frozenset):
        old, new = dict.fromkeys(old, True), dict.fromkeys(new, True)
    if not isinstance(new, Mapping):
        if old != new:
            yield Difference(section=name, key="", field="", before=old, after=new)
        return
    for key in {**old, **new}:
        one, other = old.get(key), new.get(key)
        if one != other:
            yield from _record(name, shown_key(key), one, other)


def _record(section: str, key: str, old: Any, new: Any) -> Iterator[Difference]:
    names = getattr(new if new is not None else old, "__slots__", ())
    if not names or old is None or new is None:
        yield Difference(section=section, key=key, field="", before=old, after=new)
        return
    for name in names:
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield Difference(section=section, key=key, field=name, before=one, after=other)


def shown_key(key: Any) -> str:
    """A key of the books as text: ids and hashes in hex."""
    if isinstance(key, tuple):
        return " ".join(shown_key(part) for part in key)
    if isinstance(key, bytes):
        return "0x" + key.hex()
    if isinstance(key, int) and key >= 1 << 64:
        return f"0x{key:064x}"
    return str(key)
