"""How names, amounts and days are written for people, in histories and reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from scf.model.enums import Recourse
from scf.units import format_fen

_UNIT_SHIFT, _UNIT_MASK = 40, 2**40 - 1
_LAST_DATE = (dt.date.max - dt.date(1970, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Telling:
    """
    Writes what people read.

    Attributes:
        names: what parties are called, by id; others are shown by the head of their id.
        hidden: whether amounts are kept back.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False

    def party(self, id_: str) -> str:
        """A party (or key) by its name."""
        return self.names.get(id_) or short(id_)

    def fen(self, amount: int) -> str:
        """An amount in yuan."""
        return "…" if self.hidden else format_fen(amount)

    def certificate(self, id_: int) -> str:
        """A certificate by the head of its id."""
        return short(f"0x{id_:064x}")

    def hash(self, value: bytes) -> str:
        """The head of a hash."""
        return short("0x" + value.hex())

    def recourse(self, kind: int) -> str:
        """Whether a transferor answers for payment."""
        return {Recourse.NONE: "no", Recourse.LIMITED: "limited", Recourse.FULL: "full"}[
            Recourse(kind)
        ]

    def day(self, day: int) -> str:
        """A civil day number as an ISO day; `for ever` beyond the calendar."""
        return iso_day(day)


def short(id_: str) -> str:
    """The head of an id, long enough to find it again."""
    return id_ if len(id_) <= 14 else id_[:12] + "…"


def iso_day(day: int) -> str:
    """A civil day number as an ISO day; `for ever` beyond the calendar, `-` for none."""
    if day > _LAST_DATE:
        return "for ever"
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat() if day else "-"


def rule_text(rule: bytes) -> str:
    """A rule id as text."""
    return rule.rstrip(b"\0").decode("ascii", "replace")


def bill_text(number: int) -> str:
    """A bill's number with its 30 digits."""
    return f"{number:030d}"


def month_text(month: int) -> str:
    """A month, counted from January 1970 = 0, as `2026-11`."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def range_text(token_id: int) -> str:
    """A sub-range as `1-500`; `whole` for an indivisible bill."""
    first, last = token_id >> _UNIT_SHIFT & _UNIT_MASK, token_id & _UNIT_MASK
    return f"{first}-{last}" if first else "whole"
