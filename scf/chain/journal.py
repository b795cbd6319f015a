"""
What was sent, on disk, before it was sent.

One SQLite file remembers each act under its key: signer, nonce, the exact signed bytes, what became
of them. A row is written (and forced to disk) before its transaction leaves, so a process killed at
any moment finds on its next start every transaction that may be out there, and can send the very
same bytes again: a nonce is used once, so the same bytes twice do no harm.

States of a row: `sent` (may be mined or not), `mined`, `reverted` (mined, but the contract
refused), `lost` (can never be mined: its nonce went to another transaction, or the node would not
take it). Only the last two may be signed anew; the hashes of earlier attempts are kept, and asked
for first.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scf.errors import ManifestError, UnavailableError, UsageError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chain (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acts (
    key TEXT PRIMARY KEY, subject TEXT NOT NULL, signer TEXT NOT NULL, nonce INTEGER NOT NULL,
    hash TEXT NOT NULL, raw BLOB, state TEXT NOT NULL, block_number INTEGER, block_hash TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS acts_open ON acts (signer, nonce) WHERE state = 'sent';
CREATE INDEX IF NOT EXISTS acts_mined ON acts (block_number) WHERE block_number IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempts (hash TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attempts_key ON attempts (key);
"""
_COLUMNS = "key, subject, signer, nonce, hash, raw, state, block_number, block_hash"
_INSERT = (
    "INSERT INTO acts (key, subject, signer, nonce, hash, raw, state)"
    " VALUES (?, ?, ?, ?, ?, ?, 'sent') ON CONFLICT DO NOTHING"
)
_INSERT_ANEW = (
    _INSERT.removesuffix("DO NOTHING") + "(key) DO UPDATE SET nonce = excluded.nonce,"
    " hash = excluded.hash, raw = excluded.raw, state = 'sent', block_number = NULL,"
    " block_hash = NULL WHERE state IN ('reverted', 'lost')"
)
_LOCK_SECONDS = 30
Row = tuple[str | int | bytes | None, ...]
_VARIABLES_MAX = 500


class ActState(StrEnum):
    """What became of a journalled act; see the module."""

    SENT = "sent"
    MINED = "mined"
    REVERTED = "reverted"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One act of the journal.

    Attributes:
        key: the act's idempotency key.
        subject: what the key stands for (signer, contract, function), so that a key is not used for
            two things.
        signer, nonce: whose transaction, and its number.
        hash, raw: the transaction; `raw` is forgotten once it is mined.
        state: what became of it.
        block_number, block_hash: where it was mined.
    """

    key: str
    subject: str
    signer: str
    nonce: int
    hash: str
    raw: bytes | None
    state: ActState = ActState.SENT
    block_number: int | None = None
    block_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the transaction `hash` of the act `key`."""

    key: str
    hash: str
    state: ActState
    block_number: int | None = None
    block_hash: str | None = None


class Journal:
    """
    The journal in one file, for one chain. Anyone may read it at any time; one sender at a time
    sends (`sending`).

    Args:
        path: the file, made when missing; None keeps the journal in memory, for tests and
            throw-away chains.

    Raises:
        UsageError: the file cannot be opened or is no journal.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._sending = threading.Lock()
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(
                path or ":memory:",
                timeout=_LOCK_SECONDS,
                check_same_thread=False,
                isolation_level=None,
            )
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as exc:
            raise UsageError("journal", str(path), "a journal file, or a place for one") from exc

    def bind(self, chain_id: int, genesis_hash: str) -> None:
        """
        Tie the journal to a chain, at its first use for good.

        Raises:
            ManifestError: it belongs to another chain.
        """
        wanted = {"chain_id": str(chain_id), "genesis_hash": genesis_hash}
        with self._lock:
            self._db.executemany(
                "INSERT INTO chain VALUES (?, ?) ON CONFLICT DO NOTHING", wanted.items()
            )
            found = dict(self._db.execute("SELECT name, value FROM chain").fetchall())
        for name, value in wanted.items():
            if found[name] != value:
                shown = f"{self.path or 'in memory'} of the chain with {name} {found[name]}"
                expected = f"the journal of the chain that answered ({name} {value})"
                raise ManifestError("journal", shown, expected)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """
        The right to send, which one sender of all processes has at a time; it ends with its
        process, however that ends.

        Raises:
            UnavailableError: another sender has it.
        """
        if not self._sending.acquire(blocking=False):
            raise self._busy()
        try:
            with self._file_lock():
                yield
        finally:
            self._sending.release()

    def last_mined(self) -> Entry | None:
        """The act of the highest block, to see whether the chain still has that block."""
        rows = self._select("block_number IS NOT NULL ORDER BY block_number DESC LIMIT 1", ())
        return rows[0] if rows else None

    def find(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries of those keys that have one."""
        found: dict[str, Entry] = {}
        for start in range(0, len(keys), _VARIABLES_MAX):
            part = keys[start : start + _VARIABLES_MAX]
            marks = ",".join("?" * len(part))
            found.update((entry.key, entry) for entry in self._select(f"key IN ({marks})", part))
        return found

    def unresolved(self) -> list[Entry]:
        """Everything that may be under way, in the order of nonces."""
        return self._select("state = 'sent' ORDER BY signer, nonce", ())

    def open_nonces(self, signer: str) -> set[int]:
        """The nonces of the signer's transactions that may be under way."""
        with self._lock:
            query = "SELECT nonce FROM acts WHERE state = 'sent' AND signer = ?"
            return {int(row[0]) for row in self._db.execute(query, (signer,)).fetchall()}

    def attempts(self, key: str) -> list[str]:
        """The hashes of the act's earlier transactions, which were given up."""
        with self._lock:
            query = "SELECT hash FROM attempts WHERE key = ?"
            return [str(row[0]) for row in self._db.execute(query, (key,)).fetchall()]

    def write(self, entries: Iterable[Entry]) -> None:
        """Note transactions that are about to leave; on disk when this returns."""
        noted = list(entries)
        rows = [_row(entry) for entry in noted]
        with self._lock, self._db:
            # A row must survive a power cut before its transaction leaves.
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("BEGIN IMMEDIATE")
            inserted = self._db.executemany(_INSERT, rows)
            if inserted.rowcount == len(rows):
                return
            for entry in noted:
                self._keep_attempt(entry)
            self._db.executemany(_INSERT_ANEW, rows)

    def resign(self, entries: Iterable[Entry]) -> None:
        """
        Replace the transactions of acts under way by newly signed ones; the old hashes are
        kept.
        """
        with self._lock, self._db:
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("BEGIN IMMEDIATE")
            for entry in entries:
                self._keep_attempt(entry)
                self._db.execute(
                    "UPDATE acts SET nonce = ?, hash = ?, raw = ?, state = 'sent' WHERE key = ?",
                    (entry.nonce, entry.hash, entry.raw, entry.key),
                )

    def settle(self, settled: Iterable[Settled]) -> None:
        """Note what became of transactions; those of mined acts stay as they are."""
        rows = [
            (item.state, item.block_number, item.block_hash, item.hash, item.state, item.key)
            for item in settled
        ]
        with self._lock, self._db:
            # Lost in a power cut, it would be found out again.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "UPDATE acts SET state = ?, block_number = ?, block_hash = ?, hash = ?,"
                " raw = CASE ? WHEN 'sent' THEN raw ELSE NULL END"
                " WHERE key = ? AND state <> 'mined'",
                rows,
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        # Not the journal's own file: closing it would end SQLite's locks.
        with self.path.with_name(f"{self.path.name}.lock").open("ab") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._busy() from None
            yield

    def _busy(self) -> UnavailableError:
        return UnavailableError(
            f"the journal {self.path or 'in memory'} is in use: another sender is sending with it"
        )

    def _keep_attempt(self, entry: Entry) -> None:
        self._db.execute(
            "INSERT INTO attempts SELECT hash, key FROM acts WHERE key = ? AND hash <> ?"
            " ON CONFLICT DO NOTHING",
            (entry.key, entry.hash),
        )

    def _select(self, where: str, values: Sequence[str]) -> list[Entry]:
        with self._lock:
            # `where` is always text of this file; what comes from outside is in `values`.
            query = f"SELECT {_COLUMNS} FROM acts WHERE {where}"  # noqa: S608 - see above
            rows = self._db.execute(query, values).fetchall()
        names = _COLUMNS.split(", ")
        return [
            Entry(**{**dict(zip(names, row, strict=True)), "state": ActState(row[6])})
            for row in rows
        ]


def _row(entry: Entry) -> Row:
    return (entry.key, entry.subject, entry.signer, entry.nonce, entry.hash, entry.raw)
