"""
The only module that writes events: a range of blocks at a time, all of it or nothing.

A run that is killed leaves the store as after some range; two runs at once do not mix, since each
range is written only if the store still ends where its writer thinks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scf.audit.digests import NO_DIGEST
from scf.audit.layouts import EventReader
from scf.audit.mentions import Mentions, SubjectName, offsets_text, places_in
from scf.audit.records import BLOCK_MAX, INDEX_MASK, place_of
from scf.audit.rows import Header, Rows, inputs_text
from scf.audit.store import Store
from scf.errors import UnavailableError, UsageError

SUBJECT_SHIFT = 40  # each deployment numbers its subjects by itself
_KNOWN_SUBJECTS_MAX = 400_000
_ASKED_AT_ONCE = 500


class Writer:
    """
    Appends ranges of one deployment's events to its store.

    Args:
        store: opened for writing.

    Attributes:
        digest: of the last block with events.
    """

    def __init__(self, store: Store) -> None:
        deployment = store.refresh()
        self.store = store
        self._own = deployment.id
        last = store.last_block()
        self.digest = last.digest if last else NO_DIGEST
        self._tip = deployment.synced_block
        self._subjects: dict[SubjectName, int] = {}
        self._knows_all = self._last_number() is None
        self._mentions = Mentions(store.readers, deployment.contracts)

    def append(self, rows: Rows, last: Header) -> None:
        """
        Write what a range of blocks holds.

        Args:
            rows: of the range after the last one written; their digests go on from `digest`.
            last: header of the range's last block.

        Raises:
            UsageError: numbers that no place holds.
            UnavailableError: another run wrote to the same deployment.
        """
        number = int(last["number"], 16)
        if number > BLOCK_MAX or any(event[0] & INDEX_MASK == INDEX_MASK for event in rows.events):
            raise UsageError("block", number, "fewer blocks and logs in a block")
        database = self.store.database
        with database.transaction():
            self._require_unmoved()
            self._insert(rows)
            database.run(
                "UPDATE deployments SET synced_block = ?, synced_hash = ?, synced_timestamp = ?"
                " WHERE id = ?",
                (number, last["hash"], int(last["timestamp"], 16), self._own),
            )
        self._tip = number
        if rows.blocks:
            self.digest = rows.blocks[-1].digest

    def _insert(self, rows: Rows) -> None:
        many = self.store.database.run_many
        many(
            "INSERT INTO event_types (id, deployment_id, contract, address, name, topic,"
            " topic_count, inputs) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    item.id,
                    item.deployment_id,
                    item.contract,
                    item.address,
                    item.name,
                    item.topic,
                    item.topic_count,
                    inputs_text(item.inputs),
                )
                for item in rows.types
            ],
        )
        many(
            "INSERT INTO blocks (deployment_id, number, hash, parent_hash, timestamp, day,"
            " state_root, receipts_root, event_count, digest)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    self._own,
                    item.number,
                    item.hash,
                    item.parent_hash,
                    item.timestamp,
                    item.day,
                    item.state_root,
                    item.receipts_root,
                    item.event_count,
                    item.digest,
                )
                for item in rows.blocks
            ],
        )
        many("INSERT INTO transactions (id, hash) VALUES (?, ?)", rows.transactions)
        many(
            "INSERT INTO events (place, transaction_id, type_id, body, checksum)"
            " VALUES (?, ?, ?, ?, ?)",
            rows.events,
        )
        many(
            "INSERT INTO event_subjects (subject_id, first_place, offsets) VALUES (?, ?, ?)",
            self._index(rows),
        )

    def _index(self, rows: Rows) -> list[tuple[int, int, str]]:
        """Which events speak of a subject, in the order of the table."""
        if len(self._subjects) > _KNOWN_SUBJECTS_MAX:
            self._subjects.clear()
            self._knows_all = False
        for item in rows.types:
            if item.name:
                self._mentions.learn(item.id, EventReader(item.contract, item.inputs))
        found = list(self._mentions.of((row[0], row[2], row[3]) for row in rows.events))
        known = self._subjects
        self._number({name for name, _ in found if name not in known})
        return sorted((known[name], places[0], offsets_text(places)) for name, places in found)

    def _number(self, names: set[SubjectName]) -> None:
        """Find the numbers of subjects; those not in the store yet are written down."""
        known = self._subjects
        if not self._knows_all:
            known.update(_numbers_of(self.store, list(names)))
        missing = sorted(name for name in names if name not in known)
        if not missing:
            return
        first = (self._last_number() or self._own << SUBJECT_SHIFT) + 1
        known.update(zip(missing, range(first, first + len(missing)), strict=True))
        self.store.database.run_many(
            "INSERT INTO subjects (id, deployment_id, kind, key) VALUES (?, ?, ?, ?)",
            [(known[kind, id_], self._own, kind, "0x" + id_.hex()) for kind, id_ in missing],
        )

    def _last_number(self) -> int | None:
        """The highest number of a subject of this deployment, None if there is none."""
        ((last,),) = self.store.database.rows(
            "SELECT MAX(id) FROM subjects WHERE id BETWEEN ? AND ?",
            (self._own << SUBJECT_SHIFT, (self._own + 1 << SUBJECT_SHIFT) - 1),
        )
        return None if last is None else int(last)

    def _require_unmoved(self) -> None:
        ((tip,),) = self.store.database.rows(
            "SELECT synced_block FROM deployments WHERE id = ?", (self._own,)
        )
        if tip != self._tip:
            shown = self.store.database.shown
            raise UnavailableError(f"another run is syncing the same deployment into {shown}")


def roll_back(store: Store, to: Header | None) -> int:
    """
    Take back every block after `to`; all blocks if it is None.

    Args:
        to: header of the last block that still stands, as the node writes it.

    Returns:
        How many events were taken back.
    """
    own, database = store.deployment.id, store.database
    number = int(to["number"], 16) if to else -1
    first, last = place_of(own, number + 1), store.place_at()
    with database.transaction():
        ((count,),) = database.rows(
            "SELECT COUNT(*) FROM events WHERE place BETWEEN ? AND ?", (first, last)
        )
        _forget_mentions(store, first)
        for sql in (
            "DELETE FROM events WHERE place BETWEEN ? AND ?",
            "DELETE FROM transactions WHERE id BETWEEN ? AND ?",
        ):
            database.run(sql, (first, last))
        for sql in (
            "DELETE FROM checkpoints WHERE deployment_id = ? AND block_number > ?",
            "DELETE FROM blocks WHERE deployment_id = ? AND number > ?",
        ):
            database.run(sql, (own, number))
        database.run(
            "UPDATE deployments SET synced_block = ?, synced_hash = ?, synced_timestamp = ?"
            " WHERE id = ?",
            (
                number if to else None,
                to["hash"] if to else None,
                int(to["timestamp"], 16) if to else None,
                own,
            ),
        )
    store.refresh()
    return int(count)


def _forget_mentions(store: Store, first: int) -> None:
    """Take the events from a place on out of the index, and subjects that no other speaks of."""
    database, last = store.database, store.place_at()
    mentions = Mentions(store.readers, store.deployment.contracts)
    removed = database.rows(
        "SELECT place, type_id, body FROM events WHERE place BETWEEN ? AND ? ORDER BY place",
        (first, last),
    )
    names = [name for name, _ in mentions.of(removed)]
    numbers = _numbers_of(store, names)
    for number in (numbers[name] for name in names):
        rows = database.rows(
            "SELECT first_place, offsets FROM event_subjects"
            " WHERE subject_id = ? AND first_place < ? ORDER BY first_place DESC LIMIT 1",
            (number, first),
        )
        kept = [place for row in rows for place in places_in(*row) if place < first]
        database.run(
            "DELETE FROM event_subjects WHERE subject_id = ? AND first_place >= ?",
            (number, kept[0] if kept else 0),
        )
        if kept:
            database.run(
                "INSERT INTO event_subjects (subject_id, first_place, offsets) VALUES (?, ?, ?)",
                (number, kept[0], offsets_text(kept)),
            )
        else:
            database.run("DELETE FROM subjects WHERE id = ?", (number,))


def _numbers_of(store: Store, names: Sequence[SubjectName]) -> dict[SubjectName, int]:
    """The numbers of subjects that the store has; beside them those of others with the same key."""
    found: dict[SubjectName, int] = {}
    for start in range(0, len(names), _ASKED_AT_ONCE):
        keys = ["0x" + id_.hex() for _, id_ in names[start : start + _ASKED_AT_ONCE]]
        rows = store.database.rows(
            "SELECT kind, key, id FROM subjects WHERE deployment_id = ?"
            f" AND key IN ({', '.join('?' * len(keys))})",
            (store.deployment.id, *keys),
        )
        found.update({(kind, bytes.fromhex(key[2:])): id_ for kind, key, id_ in rows})
    return found


def write_senders(store: Store, senders: Iterable[tuple[int, str]]) -> None:
    """Note who sent transactions: pairs of a transaction's place and the sender's address."""
    with store.database.transaction():
        store.database.run_many(
            "UPDATE transactions SET sender = ? WHERE id = ?",
            [(sender, place) for place, sender in senders],
        )
