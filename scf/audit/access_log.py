"""
Who looked at everything, when, and at what: an append-only file of JSON lines, each with the hash
of the line before, so that no line can be taken out or changed unseen.

A line: {"number", "when", "who", "what", "details", "previous"}; `when` in UTC, `previous` the
SHA-256 of the line before (64 zeros for the first), without its line end.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from scf.errors import UsageError

NAME = "audit-access.jsonl"
_FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One look: the operating system's user, a time in UTC, the command, and what it showed."""

    number: int
    when: str
    who: str
    what: str
    details: Mapping[str, Any]


def note(path: Path, what: str, details: Mapping[str, Any]) -> Entry:
    """
    Write down a look before anything is shown.

    Raises:
        UsageError: the file cannot be written, or its last line is broken.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8") as stream, _alone(stream):
            return _append(stream, path, what, details)
    except OSError as exc:
        reason = exc.strerror or "it cannot be opened"
        raise UsageError("access log", str(path), f"a file to append to ({reason})") from exc


def read_log(path: Path) -> list[Entry]:
    """
    All looks, each line held against the one before.

    Raises:
        UsageError: unreadable, or the first line that does not fit.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError("access log", str(path), "a readable log") from exc
    return list(_checked(lines, path))


def _append(stream: IO[str], path: Path, what: str, details: Mapping[str, Any]) -> Entry:
    stream.seek(0)
    lines = stream.read().splitlines()
    number = sum(1 for _ in _checked(lines, path)) + 1
    entry = Entry(
        number=number,
        when=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        who=getpass.getuser(),
        what=what,
        details=details,
    )
    stream.write(_line(entry, _hash(lines[-1]) if lines else _FIRST) + "\n")
    stream.flush()
    os.fsync(stream.fileno())
    return entry


def _checked(lines: list[str], path: Path) -> Iterator[Entry]:
    before = _FIRST
    for number, line in enumerate(lines, 1):
        place = f"line {number} of {path.name}"
        try:
            shape = json.loads(line)
            entry = Entry(**{name: shape[name] for name in Entry.__slots__})
        except (ValueError, TypeError, KeyError) as exc:
            raise UsageError("access log", place, "a line that this program wrote") from exc
        if entry.number != number or shape.get("previous") != before:
            raise UsageError("access log", place, "the line that follows the one before it")
        before = _hash(line)
        yield entry


def _line(entry: Entry, previous: str) -> str:
    shape = {name: getattr(entry, name) for name in Entry.__slots__}
    return json.dumps(shape | {"previous": previous}, ensure_ascii=False, sort_keys=True)


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode("utf-8")).hexdigest()


@contextlib.contextmanager
def _alone(stream: IO[str]) -> Iterator[None]:
    """Two commands at once write one after the other."""
    fcntl.flock(stream, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(stream, fcntl.LOCK_UN)
