"""From what a node says of a range of blocks to the rows of the store; pure, nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scf.audit.digests import block_digest, checksum, event_digest
from scf.audit.layouts import EventReader
from scf.audit.records import EventType, StoredBlock, place_of
from scf.build.artifacts import load
from scf.build.manifest import Manifest
from scf.chain.abi import event_topic
from scf.errors import UnavailableError

UTC8_SECONDS = 8 * 3600
DAY_SECONDS = 86_400
TYPE_SHIFT = 16  # each deployment numbers its event types by itself
RawLog = Mapping[str, Any]
Header = Mapping[str, Any]
TypeKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """An event type while logs are read: its row, how to read it, and what goes into digests."""

    row: EventType
    reader: EventReader | None
    origin: bytes


@dataclass(slots=True, kw_only=True)
class Rows:
    """The rows of one range, in the tables' order of columns."""

    blocks: list[StoredBlock] = field(default_factory=list)
    transactions: list[tuple[int, str]] = field(default_factory=list)
    events: list[tuple[int, int, int, bytes, int]] = field(default_factory=list)
    types: list[EventType] = field(default_factory=list)


class RowMaker:
    """
    Makes rows of one deployment's logs.

    Args:
        deployment_id: its id in the store; 0 where there is no store.
        manifest: whose contracts' logs are read.
        types: event types that the store has already.
    """

    def __init__(
        self, deployment_id: int, manifest: Manifest, types: Iterable[EventType] = ()
    ) -> None:
        self._deployment = deployment_id
        self._contracts = {item.address: name for name, item in manifest.contracts.items()}
        self._entries = {name: _events_of(name) for name in manifest.contracts}
        self._next_type = deployment_id << TYPE_SHIFT | 1
        self._readable: dict[TypeKey, _Known] = {}
        self._unreadable: dict[TypeKey, _Known] = {}
        for row in types:
            self._add(row)

    @property
    def types(self) -> tuple[EventType, ...]:
        """The event types met so far, those given at first included."""
        known = (*self._readable.values(), *self._unreadable.values())
        return tuple(item.row for item in known)

    def rows(self, logs: Sequence[RawLog], headers: Mapping[str, Header], previous: str) -> Rows:
        """
        The rows of a range's logs.

        Args:
            logs: in order, as the node wrote them.
            headers: of their blocks, by the block number as the node writes it.
            previous: digest of the last block with events before the range.

        Raises:
            UnavailableError: logs out of order or twice.
        """
        rows = Rows()
        start = 0
        while start < len(logs):
            number = logs[start]["blockNumber"]
            end = start + 1
            while end < len(logs) and logs[end]["blockNumber"] == number:
                end += 1
            block = _block(headers[number], end - start)
            digests = self._add_events(rows, logs[start:end], block.number)
            previous = block_digest(previous, block, digests)
            rows.blocks.append(replace(block, digest=previous))
            start = end
        return rows

    def _add_events(self, rows: Rows, logs: Sequence[RawLog], number: int) -> list[bytes]:
        base = place_of(self._deployment, number)
        readable, digests, tx, last = self._readable, [], "", base - 1
        add_event = rows.events.append
        for raw in logs:
            topics = raw["topics"]
            count = len(topics)
            if raw["transactionHash"] != tx:
                tx = raw["transactionHash"]
                tx_bytes = bytes.fromhex(tx[2:])
                tx_place = base | int(raw["transactionIndex"], 16)
                rows.transactions.append((tx_place, tx))
            index = int(raw["logIndex"], 16)
            place = base | index
            if place <= last:
                raise UnavailableError(f"the node gives logs of block {number} twice or unsorted")
            last = place
            body = bytes.fromhex("".join(topics[1:]).replace("0x", "") + raw["data"][2:])
            key = raw["address"], topics[0] if count else "", count
            known = readable.get(key) or self._meet(rows, key)
            if known.reader is not None and not known.reader.fits(body):
                known = self._meet(rows, key, may_read=False)
            digest = event_digest(index, tx_bytes, known.origin, count, body)
            digests.append(digest)
            add_event((place, tx_place, known.row.id, body, checksum(digest)))
        return digests

    def _meet(self, rows: Rows, key: TypeKey, *, may_read: bool = True) -> _Known:
        """The type of a log not seen before; one that cannot be read has no name."""
        address, topic, count = key[0].lower(), key[1], key[2]
        contract = self._contracts[address]
        entry = self._entries[contract].get((topic, count)) if may_read else None
        present = (self._readable if entry else self._unreadable).get((address, topic, count))
        if present is not None:
            return present
        row = EventType(
            id=self._next_type,
            deployment_id=self._deployment,
            contract=contract,
            address=address,
            name=entry["name"] if entry else "",
            topic=topic,
            topic_count=count,
            inputs=tuple(entry["inputs"]) if entry else (),
        )
        rows.types.append(row)
        return self._add(row)

    def _add(self, row: EventType) -> _Known:
        reader = EventReader(row.contract, row.inputs) if row.name else None
        origin = bytes.fromhex(row.address[2:]) + bytes.fromhex(row.topic[2:])
        known = _Known(row, reader, origin)
        types = self._readable if reader else self._unreadable
        types[row.address, row.topic, row.topic_count] = known
        self._next_type = max(self._next_type, row.id + 1)
        return known


def _events_of(contract: str) -> dict[tuple[str, int], Mapping[str, Any]]:
    """The ABI entries of a contract's events by first topic and number of topics."""
    entries = [entry for entry in load(contract).abi if entry["type"] == "event"]
    return {
        (event_topic(entry), 1 + sum(item["indexed"] for item in entry["inputs"])): entry
        for entry in entries
    }


def inputs_text(inputs: Sequence[Mapping[str, Any]]) -> str:
    """An event's inputs as the store keeps them."""
    return json.dumps(inputs, separators=(",", ":"), sort_keys=True)


def _block(header: Header, event_count: int) -> StoredBlock:
    timestamp = int(header["timestamp"], 16)
    return StoredBlock(
        number=int(header["number"], 16),
        hash=header["hash"],
        parent_hash=header["parentHash"],
        timestamp=timestamp,
        day=(timestamp + UTC8_SECONDS) // DAY_SECONDS,
        state_root=header["stateRoot"],
        receipts_root=header["receiptsRoot"],
        event_count=event_count,
        digest="",
    )
