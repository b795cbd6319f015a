"""The acts in the life of one thing, as plain data (`scf.audit.history` makes them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scf.audit.records import StoredEvent
from scf.audit.rooms.room import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed or called: in which part (`maker`, `approver` …), with which key, for whom."""

    part: str
    officer: str
    party: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A rule the act stood under; version and value where the rulebook had one on that day."""

    id: str
    version: int | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact of the books: `held_fen.0x…` before and after; None where it was not there."""

    fact: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of an act; `own` if it speaks of the thing itself."""

    contract: str
    event: str
    log_index: int
    words: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One transaction in the life of a thing."""

    block: int
    block_hash: str
    tx: str
    timestamp: int
    day: int
    title: str
    signers: tuple[Signer, ...]
    rules: tuple[RuleInForce, ...]
    changes: tuple[Change, ...]
    events: tuple[Happened, ...]
    logs: tuple[StoredEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    The life of a thing.

    Attributes:
        kind, key: which. acts: in order. now: what the books say of it at the end.
    """

    kind: str
    key: str
    acts: tuple[Act, ...]
    now: Facts
