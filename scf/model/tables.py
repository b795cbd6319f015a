"""Faults of single lines in files that people edit, and how they are reported all at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from scf.errors import UsageError

_SHOWN_MAX = 20


class FaultKind(StrEnum):
    """Whether a line is wrong by itself or only beside another one."""

    VALUE = "value"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """
    What is wrong in one line of a file.

    Attributes:
        line: line number in the file, the first (the header) being 1.
        field: the column, or `line` for the whole line.
        value: what was found.
        expected: what would have been accepted, as the end of the sentence "expected …".
        kind: `VALUE`, or the relation to another line, which `expected` names.
    """

    line: int
    field: str
    value: str
    expected: str
    kind: FaultKind = FaultKind.VALUE

    @classmethod
    def of(cls, line: int, error: UsageError) -> LineFault:
        """The fault that a refused value makes in a line."""
        return cls(line=line, field=error.field, value=str(error.value), expected=error.expected)

    def sentence(self) -> str:
        """The fault in words."""
        return f"line {self.line}: {self.field}: {self.value!r}: expected {self.expected}"

    def as_dict(self) -> dict[str, Any]:
        """The fault as the stable JSON object that commands print with `--json`."""
        return {
            "line": self.line,
            "field": self.field,
            "value": self.value,
            "expected": self.expected,
            "kind": self.kind.value,
        }


def refuse_faults(path: Path | str, faults: Sequence[LineFault]) -> None:
    """
    Do nothing if there are no faults; otherwise report them together, the first twenty in words.

    Raises:
        UsageError: there are faults.
    """
    if not faults:
        return
    shown = "; ".join(fault.sentence() for fault in faults[:_SHOWN_MAX])
    more = f"; and {len(faults) - _SHOWN_MAX} more" if len(faults) > _SHOWN_MAX else ""
    raise UsageError(str(path), f"{len(faults)} bad line(s)", f"good lines. {shown}{more}")


def open_text(path: Path | str, *, encoding: str = "utf-8-sig") -> IO[str]:
    """
    Open a text file for reading with its line ends untouched, as `csv` wants it.

    Raises:
        UsageError: missing, a directory, or not readable.
    """
    try:
        return Path(path).open(encoding=encoding, newline="")
    except OSError as exc:
        reason = exc.strerror or "it cannot be opened"
        raise UsageError("file", str(path), f"a readable file ({reason})") from exc


def nearest(name: str, known: Iterable[str], *, strict: bool = False) -> str | None:
    """The known name most like `name` (if `strict`, nearly the same), without regard to case."""
    by_fold = {other.casefold(): other for other in sorted(known, reverse=True)}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.75 if strict else 0.6)
    return by_fold[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str], *, strict: bool = False) -> str:
    """`; did you mean 'x'?` for the nearest known name, or nothing."""
    near = nearest(name, known, strict=strict)
    return f"; did you mean {near!r}?" if near else ""


def is_it_meant(missing: Iterable[str], found: Iterable[str]) -> str:
    """`; is 'x' meant for 'y'?` for the first missing name like a found one, or nothing."""
    others = tuple(found)
    for name in missing:
        if near := nearest(name, others):
            return f"; is {near!r} meant for {name!r}?"
    return ""
