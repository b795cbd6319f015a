"""
Whether a store still holds what was put there: every row against the digests, the first broken one
by name.

    for fault in faults(store):
        print(fault.row, fault.why)

Reads the store alone; whether it holds what the *chain* says is for a node to tell
(`chain_digest`), or the digest that somebody noted down at the time.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scf.audit import checkpoints
from scf.audit.digests import NO_DIGEST, block_digest, checksum, event_digest
from scf.audit.fetching import fetch_range
from scf.audit.mentions import Mentions, places_in
from scf.audit.records import StoredBlock, block_of, index_of, place_of
from scf.audit.replay import states_at
from scf.audit.rows import DAY_SECONDS, UTC8_SECONDS, RowMaker
from scf.audit.store import Store
from scf.build.artifacts import load
from scf.chain.abi import event_topic
from scf.chain.chain import Chain
from scf.errors import UnsoundError
from scf.model.folding.state import FoldError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that is not what was put there: `table`, which `row`, and `why`."""

    table: str
    row: str
    why: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.why}"


def faults(store: Store) -> Iterator[Fault]:
    """Everything that does not fit, table by table; nothing if the store is sound."""
    store.refresh()
    yield from _type_faults(store)
    yield from _event_faults(store)
    yield from _stray_faults(store)
    yield from _subject_faults(store)
    yield from _checkpoint_faults(store)


def require_sound(store: Store) -> None:
    """
    Raises:
        UnsoundError: names the first row that does not fit.
    """
    fault = next(faults(store), None)
    if fault is not None:
        raise UnsoundError(f"{fault.table} {fault.row}", fault.why)


def chain_digest(chain: Chain, store: Store) -> str:
    """
    The digest of the events that a node has, up to where the store ends; nothing is written.

    Raises:
        UnavailableError: the node did not answer.
    """
    deployment = store.deployment
    maker = RowMaker(0, deployment.manifest)
    digest, first, size = NO_DIGEST, deployment.manifest.first_block, None
    last = deployment.synced_block
    while last is not None and first <= last:
        found = fetch_range(chain, first, last, tuple(deployment.contracts), None, size)
        rows = maker.rows(found.logs, found.headers, digest)
        digest = rows.blocks[-1].digest if rows.blocks else digest
        first, size = found.last_number + 1, found.next_size
    return digest


def _type_faults(store: Store) -> Iterator[Fault]:
    """The names under which events are read: those of their topics and of the manifest."""
    contracts = store.deployment.contracts
    for item in store.event_types.values():
        row = f"{item.contract}.{item.name or item.topic}"
        if contracts.get(item.address) != item.contract:
            yield Fault(table="event_types", row=row, why=f"{item.address} is another contract")
        elif item.name and event_topic({"name": item.name, "inputs": item.inputs}) != item.topic:
            yield Fault(table="event_types", row=row, why="its name and inputs have another topic")
        elif item.name and list(item.inputs) not in _inputs_of(item.contract, item.name):
            yield Fault(table="event_types", row=row, why="its inputs are named in another way")


def _inputs_of(contract: str, name: str) -> list[Any]:
    """What the ABI says are the inputs of an event."""
    return [entry["inputs"] for entry in load(contract).abi if entry.get("name") == name]


def _event_faults(store: Store) -> Iterator[Fault]:
    """Blocks and events together: each row's own checksum first, then the chain of digests."""
    rows = itertools.groupby(_event_rows(store), key=lambda row: block_of(row[0]))
    waiting = next(rows, None)
    digest = NO_DIGEST
    for block in store.blocks():
        while waiting is not None and waiting[0] < block.number:
            yield Fault(table="events", row=f"of block {waiting[0]}", why="their block is missing")
            waiting = next(rows, None)
        digests: list[bytes] = []
        if waiting is not None and waiting[0] == block.number:
            for row in waiting[1]:
                found, own = _one_event(store, row)
                digests.append(own)
                yield from found
            waiting = next(rows, None)
        yield from _block_faults(block, digest, digests)
        digest = block.digest
    if waiting is not None:
        yield Fault(table="events", row=f"of block {waiting[0]}", why="their block is missing")


def _event_rows(store: Store) -> Iterator[tuple[int, int, bytes, int, str | None, int]]:
    own = store.deployment.id
    yield from store.database.stream(
        "SELECT e.place, e.type_id, e.body, e.checksum, t.hash, e.transaction_id"
        " FROM events e LEFT JOIN transactions t ON t.id = e.transaction_id"
        " WHERE e.place BETWEEN ? AND ? ORDER BY e.place",
        (place_of(own, 0), store.place_at()),
    )


def _one_event(
    store: Store, row: tuple[int, int, bytes, int, str | None, int]
) -> tuple[list[Fault], bytes]:
    place, type_id, body, stated, tx_hash, tx_place = row
    name = f"block {block_of(place)}, log {index_of(place)}"
    kind = store.event_types.get(type_id)
    if kind is None:
        return [Fault(table="events", row=name, why=f"its type {type_id} is unknown")], b""
    if tx_hash is None or block_of(tx_place) != block_of(place):
        return [Fault(table="events", row=name, why="its transaction is missing")], b""
    origin = bytes.fromhex(kind.address[2:] + kind.topic[2:])
    digest = event_digest(
        index_of(place), bytes.fromhex(tx_hash[2:]), origin, kind.topic_count, bytes(body)
    )
    if checksum(digest) != stated:
        why = "its log, place, type or transaction was changed (checksum)"
        return [Fault(table="events", row=name, why=why)], digest
    return [], digest


def _block_faults(block: StoredBlock, previous: str, digests: list[bytes]) -> Iterator[Fault]:
    row = f"{block.number}"
    if len(digests) != block.event_count:
        why = f"it has {len(digests)} events, and {block.event_count} were put there"
        yield Fault(table="blocks", row=row, why=why)
    elif block_digest(previous, block, digests) != block.digest:
        why = "its header, its events or a block before it are others than were put there (digest)"
        yield Fault(table="blocks", row=row, why=why)
    if block.day != (block.timestamp + UTC8_SECONDS) // DAY_SECONDS:
        yield Fault(table="blocks", row=row, why="its civil day is not that of its time")


def _stray_faults(store: Store) -> Iterator[Fault]:
    """Rows that nothing refers to."""
    own = store.deployment.id
    bounds = place_of(own, 0), store.place_at()
    for (place,) in store.database.stream(
        "SELECT id FROM transactions WHERE id BETWEEN ? AND ? AND id NOT IN"
        " (SELECT transaction_id FROM events WHERE place BETWEEN ? AND ?) ORDER BY id",
        (*bounds, *bounds),
    ):
        row = f"block {block_of(place)}, index {index_of(place)}"
        yield Fault(table="transactions", row=row, why="it has no event")
    synced = store.deployment.synced_block
    last = store.last_block()
    if last is not None and (synced is None or synced < last.number):
        yield Fault(table="deployments", row=str(own), why=f"it ends before block {last.number}")


def _subject_faults(store: Store) -> Iterator[Fault]:
    """The index from subjects to events, made anew from the logs."""
    own = store.deployment.id
    numbers = {
        (kind, bytes.fromhex(key.removeprefix("0x"))): id_
        for id_, kind, key in store.database.rows(
            "SELECT id, kind, key FROM subjects WHERE deployment_id = ?", (own,)
        )
    }
    bounds = place_of(own, 0), store.place_at()
    rows = store.database.stream(
        "SELECT first_place, offsets, subject_id FROM event_subjects"
        " WHERE first_place BETWEEN ? AND ? ORDER BY first_place",
        bounds,
    )
    waiting = next(rows, None)
    named: defaultdict[int, set[int]] = defaultdict(set)  # subjects by place, of rows begun
    mentions = Mentions(store.readers, store.deployment.contracts)
    for event in store.database.stream(
        "SELECT place, type_id, body FROM events WHERE place BETWEEN ? AND ? ORDER BY place", bounds
    ):
        place = event[0]
        row = f"block {block_of(place)}, log {index_of(place)}"
        while waiting is not None and waiting[0] <= place:
            try:
                for later in places_in(*waiting[:2]):
                    named[later].add(waiting[2])
            except UnsoundError as error:
                yield Fault(table="event_subjects", row=row, why=error.why)
            waiting = next(rows, None)
        if named.pop(place, set()) != {numbers.get(name, -1) for name, _ in mentions.of([event])}:
            why = "the index does not name the subjects of its log"
            yield Fault(table="event_subjects", row=row, why=why)
    strays = [*named, *(row[0] for row in [waiting, *rows] if row is not None)]
    if strays:
        row = f"block {block_of(strays[0])}, log {index_of(strays[0])}"
        yield Fault(table="event_subjects", row=row, why="there is no such event")


def _checkpoint_faults(store: Store) -> Iterator[Fault]:
    """Every checkpoint of this fold against a fold from genesis."""
    numbers = checkpoints.numbers(store)
    reached = 0
    try:
        for number, event_count, state in states_at(store, numbers):
            reached, row = number, f"at block {number}"
            try:
                loaded = checkpoints.load(store, number)
            except UnsoundError as error:
                yield Fault(table="checkpoints", row=row, why=str(error))
                continue
            if loaded is None or (loaded[1], loaded[2]) != (event_count, state):
                why = "its state is not what the events say"
                yield Fault(table="checkpoints", row=row, why=why)
    except FoldError as error:
        yield Fault(table="events", row=f"after block {reached}", why=str(error))
