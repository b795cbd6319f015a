"""
The two databases of the store behind one small face: SQLite (a file) and PostgreSQL (a URL).

Statements are written once, in SQLite's words and with `?`; what differs is in this file.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from scf.chain.rpc import shown_url
from scf.errors import UnavailableError, UsageError

Row = tuple[Any, ...]
POSTGRES_SCHEMES = ("postgresql://", "postgres://")
_LOCK_SECONDS = 30
_CACHE_KIB = 64 * 1024
_PAGE_BYTES = 8_192
_MAGIC = b"SQLite format 3\0"
_WAL_PAGES = 8_000
_READING = frozenset(
    (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    )
)
_TYPES = (
    (re.compile(r"\)( STRICT)?(, WITHOUT ROWID)?;"), ");"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
)


class Database(Protocol):
    """What the store asks of a database. Values are int, str, bytes and None."""

    is_postgres: bool
    shown: str

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query, holding few of them at a time."""

    def describe(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], Iterator[Row]]:
        """A query's column names and its rows."""

    def script(self, sql: str) -> None:
        """Run a file of statements, inside the transaction."""

    def has_table(self, name: str) -> bool:
        """Whether there is a table of that name."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written together or not at all."""

    def restrict(self) -> None:
        """From now on nothing but reading is possible, whatever is asked."""

    def close(self) -> None:
        """Close the connection."""


def open_database(where: str | Path, *, read_only: bool = False) -> Database:
    """
    A SQLite file by path, or a PostgreSQL database by its URL.

    Raises:
        UsageError: it cannot be opened, or the PostgreSQL driver is not installed.
        UnavailableError: the server does not answer.
    """
    if isinstance(where, str) and where.startswith(POSTGRES_SCHEMES):
        from scf.audit.postgres import Postgres

        return Postgres(where, read_only=read_only)
    return Sqlite(Path(where), read_only=read_only)


def require_place(where: str | Path) -> None:
    """
    Make sure that a store can be, or is, at a place; nothing is asked of a server, nothing written.

    Raises:
        UsageError: neither a path nor PostgreSQL's URL, or a file of something else.
    """
    if isinstance(where, str) and where.startswith(POSTGRES_SCHEMES):
        return
    if "://" in str(where):
        raise UsageError("store", shown_url(str(where)), "a file, or postgresql://…")
    _require_database(Path(where))


def _require_database(path: Path) -> None:
    """SQLite takes a file of a few bytes for an empty database, and would write over it."""
    try:
        if path.is_file() and path.stat().st_size > 0:
            with path.open("rb") as file:
                if file.read(len(_MAGIC)) != _MAGIC:
                    raise UsageError("store", str(path), "a store that `scf audit sync` made")
    except OSError as exc:
        raise UsageError("store", str(path), f"a readable file ({exc.strerror})") from exc


def postgres_words(script: str) -> str:
    """A script for SQLite in PostgreSQL's words."""
    for pattern, replacement in _TYPES:
        script = pattern.sub(replacement, script)
    return script


class Sqlite:
    """
    A SQLite file: WAL, foreign keys, one writer at a time.

    Raises:
        UsageError: not a file that SQLite can open.
    """

    is_postgres = False

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.shown = str(path)
        try:
            self._connection = _connect(path, read_only=read_only)
        except sqlite3.Error as exc:
            raise UsageError("store", str(path), f"a file that can be opened ({exc})") from exc

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        with _named(self.shown):
            self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with _named(self.shown):
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with _named(self.shown):
            return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        with _named(self.shown):
            # Through `chain`, which leaves the cursor alone when a reader stops half way.
            yield from itertools.chain(self._connection.execute(sql, values))

    def describe(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], Iterator[Row]]:
        with _named(self.shown):
            cursor = self._connection.execute(sql, values)
        return [column[0] for column in cursor.description or ()], cursor

    def script(self, sql: str) -> None:
        for statement in _statements(sql):
            self.run(statement)

    def has_table(self, name: str) -> bool:
        return bool(
            self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,))
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        with _named(self.shown):
            self._connection.commit()

    def restrict(self) -> None:
        self._connection.set_authorizer(_only_reading)

    def close(self) -> None:
        self._connection.close()


def _only_reading(action: int, *about: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


@contextmanager
def _named(shown: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as exc:
        if "locked" in str(exc):
            raise UnavailableError(f"the store {shown} is being written by another run") from exc
        raise UsageError("store", shown, f"a store that can be read and written ({exc})") from exc
    except sqlite3.DatabaseError as exc:
        raise UsageError("store", shown, f"a sound SQLite file ({exc})") from exc


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only:
        address = f"{path.absolute().as_uri()}?mode=ro"
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        address = path.absolute().as_uri()
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_LOCK_SECONDS)
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # of a file being made
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit what is under way."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
