"""The store on PostgreSQL, for those who outgrow a file; needs the extra `postgres`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from scf.audit.database import Row, postgres_words
from scf.chain.rpc import shown_url
from scf.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    import psycopg
    from psycopg.adapt import Loader

_FETCH = 5_000


class Postgres:
    """
    A PostgreSQL database.

    Raises:
        UsageError: the driver is not installed, or the database cannot be used.
        UnavailableError: the server does not answer.
    """

    is_postgres = True

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.shown = shown_url(url)
        try:
            import psycopg
        except ImportError as exc:
            raise UsageError("store", self.shown, "pip install 'scf[postgres]' first") from exc
        try:
            self._connection = psycopg.connect(url, autocommit=True)
            self._connection.adapters.register_loader("numeric", _whole_number())
        except psycopg.OperationalError as exc:
            raise UnavailableError(f"the database at {self.shown} is unreachable") from exc
        self._names = itertools.count()

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        with self._named():
            self._connection.execute(_words(sql), values or None)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._named(), self._connection.cursor() as cursor:
            cursor.executemany(_words(sql), rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._named():
            return self._connection.execute(_words(sql), values or None).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        with self._named(), self._cursor() as cursor:
            yield from cursor.execute(_words(sql), values or None)

    def describe(self, sql: str, values: Sequence[Any] = ()) -> tuple[list[str], Iterator[Row]]:
        with self._named():
            cursor = self._connection.execute(_words(sql), values or None)
        return [column.name for column in cursor.description or ()], iter(cursor)

    def script(self, sql: str) -> None:
        with self._named():
            self._connection.execute(postgres_words(sql).encode())

    def has_table(self, name: str) -> bool:
        return self.rows("SELECT to_regclass(?) IS NOT NULL", (name,))[0][0] is True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._named(), self._connection.transaction():
            # One writer at a time, as in a file.
            self._connection.execute("SELECT pg_advisory_xact_lock(7305)")
            yield

    def restrict(self) -> None:
        self._connection.execute("SET default_transaction_read_only = on")

    def close(self) -> None:
        self._connection.close()

    def _cursor(self) -> psycopg.ServerCursor[Row]:
        """A cursor of its own for each stream, so that several can be read in turns."""
        import psycopg

        name = f"rows_{next(self._names)}"
        cursor = psycopg.ServerCursor(self._connection, name, withhold=True)
        cursor.itersize = _FETCH
        return cursor

    @contextmanager
    def _named(self) -> Iterator[None]:
        import psycopg

        try:
            yield
        except psycopg.OperationalError as exc:
            raise UnavailableError(f"the database at {self.shown} went away ({exc})") from exc
        except psycopg.Error as exc:
            expected = f"a store that can be read and written ({exc})"
            raise UsageError("store", self.shown, expected) from exc


@cache
def _whole_number() -> type[Loader]:
    """Sums come as `numeric`; of fen and ids they are whole numbers."""
    from decimal import Decimal

    from psycopg.adapt import Loader

    class WholeNumber(Loader):
        def load(self, data: Any) -> int | Decimal:
            text = bytes(data).decode()
            return int(text) if text.lstrip("-").isdigit() else Decimal(text)

    return WholeNumber


@cache
def _words(sql: str) -> bytes:
    """A statement with PostgreSQL's marks for values."""
    return sql.replace("%", "%%").replace("?", "%s").encode()
