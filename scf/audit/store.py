"""
The event store: every event of one or more deployments, in a SQLite file or a PostgreSQL database.

    with Store.open("audit.sqlite", manifest) as store:      # made when missing; or postgresql://…
        sync(store, chain)                                   # scf.audit.sync
        for event in store.events(until=store.place_at(block=1_200)):
            event.name, event.args, event.day, event.tx_hash
        subject = subject_of(store, "0x…")                   # scf.audit.subjects; "did you mean"
        for event in store.events_of(subject):               # its history, by index
            ...

What reads the store starts here. Rows are the frozen dataclasses of `scf.audit.records`; the tables
are in `schema.sql`. A `Store` is a database *and one deployment in it*: several deployments of
several chains lie side by side, each under its manifest. `events` decodes arguments from the log
itself (`body`), never from the JSON that is kept for SQL. `scf.audit.replay` folds the events;
`scf.audit.writing` is the only module that writes events, all rows of a range in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from scf.audit.database import POSTGRES_SCHEMES, Database, open_database, require_place
from scf.audit.deployments import (
    check_version,
    find_deployment,
    load_deployments,
    make_tables,
)
from scf.audit.layouts import WORD, Addresses, EventReader
from scf.audit.mentions import places_in
from scf.audit.records import (
    BLOCK_MAX,
    INDEX_MASK,
    Deployment,
    EventType,
    StoredBlock,
    StoredEvent,
    StoredTransaction,
    Subject,
    block_of,
    index_of,
    place_of,
)
from scf.build.manifest import Manifest
from scf.errors import UsageError

_EVENT_COLUMNS = """
    SELECT e.place, e.type_id, e.body, b.hash, b.timestamp, b.day, t.hash, t.id, t.sender
    FROM events e
    JOIN transactions t ON t.id = e.transaction_id
    JOIN blocks b ON b.deployment_id = ? AND b.number = (e.place >> 20) & 68719476735
"""
_ASKED_AT_ONCE = 500
_BLOCK_COLUMNS = (
    "number, hash, parent_hash, timestamp, day, state_root, receipts_root, event_count, digest"
)


class Store:
    """
    A database of events and one deployment in it; `Store.open` makes one.

    Attributes:
        database: to ask SQL of it.
        deployment: the deployment, as it stood when the store was opened or last refreshed.
        is_read_only: whether it was opened for reading only.
    """

    def __init__(
        self, database: Database, deployment: Deployment, *, is_read_only: bool = False
    ) -> None:
        self.database = database
        self.deployment = deployment
        self.is_read_only = is_read_only

    @classmethod
    def open(
        cls,
        where: str | Path,
        manifest: Manifest | None = None,
        *,
        read_only: bool = False,
        make: bool = True,
    ) -> Store:
        """
        Open a store; make it, and the deployment's place in it, when missing.

        Args:
            where: path of a SQLite file, or a URL of PostgreSQL.
            manifest: of the deployment; without one, the store must hold exactly one.
            read_only: nothing is made or written.
            make: whether what is missing is made.

        Raises:
            UsageError: no store there, one of another version, or a manifest is needed.
            ManifestError: the store holds another manifest of the same contracts, or not this one.
        """
        require_place(where)
        is_file = not (isinstance(where, str) and where.startswith(POSTGRES_SCHEMES))
        may_make = make and not read_only and manifest is not None
        is_there = is_file and Path(where).is_file() and Path(where).stat().st_size > 0
        if is_file and not may_make and not is_there:
            raise UsageError("store", str(where), "a store; `scf audit sync` makes one")
        database = open_database(where, read_only=read_only)
        try:
            if may_make:
                make_tables(database)
            check_version(database)
            found = find_deployment(database, manifest, may_add=may_make)
            return cls(database, found, is_read_only=read_only)
        except BaseException:
            database.close()
            raise

    def refresh(self) -> Deployment:
        """The deployment as it stands now, after others wrote."""
        self.deployment = load_deployments(self.database, "WHERE id = ?", (self.deployment.id,))[0]
        self.__dict__.pop("event_types", None)
        self.__dict__.pop("readers", None)
        return self.deployment

    def deployments(self) -> list[Deployment]:
        """All deployments of the database."""
        return load_deployments(self.database)

    @cached_property
    def event_types(self) -> Mapping[int, EventType]:
        """The events seen so far, by their id in the store."""
        rows = self.database.rows(
            "SELECT id, deployment_id, contract, address, name, topic, topic_count, inputs"
            " FROM event_types WHERE deployment_id = ? ORDER BY id",
            (self.deployment.id,),
        )
        return {
            row[0]: EventType(
                id=row[0],
                deployment_id=row[1],
                contract=row[2],
                address=row[3],
                name=row[4],
                topic=row[5],
                topic_count=row[6],
                inputs=tuple(json.loads(row[7])),
            )
            for row in rows
        }

    @cached_property
    def readers(self) -> Mapping[int, EventReader]:
        """How the events are read, by the id of their type; unreadable ones are left out."""
        addresses = Addresses()
        return {
            id_: EventReader(item.contract, item.inputs, addresses)
            for id_, item in self.event_types.items()
            if item.name
        }

    def place_at(self, *, block: int = BLOCK_MAX) -> int:
        """The last place of a block: everything up to its end is at or before it."""
        return place_of(self.deployment.id, min(block, BLOCK_MAX), INDEX_MASK)

    def events(
        self,
        *,
        after: int = 0,
        until: int | None = None,
        contract: str | None = None,
        name: str | None = None,
    ) -> Iterator[StoredEvent]:
        """
        Events in the order of the chain.

        Args:
            after, until: places; the first is left out, the last included.
            contract, name: only those.
        """
        first = max(after + 1, place_of(self.deployment.id, 0))
        last = self.place_at() if until is None else until
        where, values = "WHERE e.place BETWEEN ? AND ?", [self.deployment.id, first, last]
        if contract is not None or name is not None:
            wanted = [
                item.id
                for item in self.event_types.values()
                if contract in (None, item.contract) and name in (None, item.name)
            ]
            where += f" AND e.type_id IN ({', '.join('?' * len(wanted)) or 'NULL'})"
            values += wanted
        rows = self.database.stream(f"{_EVENT_COLUMNS} {where} ORDER BY e.place", values)
        return map(self._event, rows)

    def events_of(self, subject: Subject, *, until: int | None = None) -> list[StoredEvent]:
        """Every event that speaks of a subject, in order."""
        last = self.place_at() if until is None else until
        named = self.database.rows(
            "SELECT first_place, offsets FROM event_subjects"
            " WHERE subject_id = ? AND first_place <= ? ORDER BY first_place",
            (subject.id, last),
        )
        places = [place for row in named for place in places_in(*row) if place <= last]
        found: list[StoredEvent] = []
        for start in range(0, len(places), _ASKED_AT_ONCE):
            asked = places[start : start + _ASKED_AT_ONCE]
            marks = ", ".join("?" * len(asked))
            rows = self.database.rows(
                f"{_EVENT_COLUMNS} WHERE e.place IN ({marks}) ORDER BY e.place",
                (self.deployment.id, *asked),
            )
            found += map(self._event, rows)
        return found

    def events_of_transaction(self, tx_hash: str) -> list[StoredEvent]:
        """The events of one transaction, in order; none if the store does not know it."""
        own = self.deployment.id
        ids = self.database.rows(
            "SELECT id FROM transactions WHERE hash = ? AND id BETWEEN ? AND ?",
            (tx_hash.lower(), place_of(own, 0), self.place_at()),
        )
        if not ids:
            return []
        ((id_,),) = ids
        first, last = place_of(own, block_of(id_)), self.place_at(block=block_of(id_))
        rows = self.database.rows(
            f"{_EVENT_COLUMNS} WHERE e.place BETWEEN ? AND ? AND e.transaction_id = ?"
            " ORDER BY e.place",
            (own, first, last, id_),
        )
        return [self._event(row) for row in rows]

    def event_count(self, *, until_block: int = BLOCK_MAX) -> int:
        """How many events there are up to the end of a block."""
        (row,) = self.database.rows(
            "SELECT COALESCE(SUM(event_count), 0) FROM blocks"
            " WHERE deployment_id = ? AND number <= ?",
            (self.deployment.id, until_block),
        )
        return int(row[0])

    def block(self, number: int) -> StoredBlock | None:
        """The block of that number, if it has events."""
        return next(self.blocks(number, number), None)

    def blocks(self, first: int = 0, last: int = BLOCK_MAX) -> Iterator[StoredBlock]:
        """The blocks with events from `first` to `last`, in order."""
        rows = self.database.stream(
            f"SELECT {_BLOCK_COLUMNS} FROM blocks WHERE deployment_id = ?"
            " AND number BETWEEN ? AND ? ORDER BY number",
            (self.deployment.id, first, last),
        )
        return map(_block, rows)

    def last_block(self, *, until_block: int = BLOCK_MAX) -> StoredBlock | None:
        """The last block with events, of those up to `until_block`."""
        return self._one_block("number <= ?", until_block)

    def last_block_of_day(self, day: int) -> StoredBlock | None:
        """The last block with events up to the end of a civil day."""
        return self._one_block("day <= ?", day)

    def transactions(self, first: int = 0, last: int = BLOCK_MAX) -> Iterator[StoredTransaction]:
        """The transactions with events in the blocks from `first` to `last`, in order."""
        own = self.deployment.id
        rows = self.database.stream(
            "SELECT id, hash, sender FROM transactions WHERE id BETWEEN ? AND ? ORDER BY id",
            (place_of(own, first), self.place_at(block=last)),
        )
        for id_, hash_, sender in rows:
            yield StoredTransaction(
                block_number=block_of(id_), index=index_of(id_), hash=hash_, sender=sender
            )

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _event(self, row: tuple[Any, ...]) -> StoredEvent:
        place, type_id, body, block_hash, timestamp, day, tx_hash, tx_place, sender = row
        if type_id not in self.event_types:
            self.refresh()
        kind, reader = self.event_types[type_id], self.readers.get(type_id)
        head = max(kind.topic_count - 1, 0) * WORD
        first = (bytes.fromhex(kind.topic[2:]),) if kind.topic else ()
        return StoredEvent(
            place=place,
            block_number=block_of(place),
            block_hash=block_hash,
            timestamp=timestamp,
            day=day,
            tx_hash=tx_hash,
            tx_index=index_of(tx_place),
            sender=sender,
            log_index=index_of(place),
            address=kind.address,
            contract=kind.contract,
            name=kind.name,
            args=reader.args(bytes(body)) if reader else {},
            topics=(*first, *(bytes(body[at : at + WORD]) for at in range(0, head, WORD))),
            data=bytes(body[head:]),
        )

    def _one_block(self, condition: str, value: int) -> StoredBlock | None:
        rows = self.database.rows(
            f"SELECT {_BLOCK_COLUMNS} FROM blocks WHERE deployment_id = ? AND {condition}"
            " ORDER BY number DESC LIMIT 1",
            (self.deployment.id, value),
        )
        return _block(rows[0]) if rows else None


def _block(row: tuple[Any, ...]) -> StoredBlock:
    return StoredBlock(
        number=row[0],
        hash=row[1],
        parent_hash=row[2],
        timestamp=row[3],
        day=row[4],
        state_root=row[5],
        receipts_root=row[6],
        event_count=row[7],
        digest=row[8],
    )
