"""
The rows of the store as plain data, and the arithmetic of places.

Money is fen, days are civil day numbers (UTC+8), times Unix seconds, hashes and addresses text:
`0x` and lower-case hex.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scf.build.manifest import Manifest

_INDEX_BITS = 20
_BLOCK_BITS = 36
_BLOCK_SHIFT = _INDEX_BITS
_DEPLOYMENT_SHIFT = _INDEX_BITS + _BLOCK_BITS
_BLOCK_MASK = (1 << _BLOCK_BITS) - 1
INDEX_MASK = (1 << _INDEX_BITS) - 1
BLOCK_MAX = _BLOCK_MASK
DEPLOYMENTS_MAX = 127


def place_of(deployment_id: int, block_number: int, index: int = 0) -> int:
    """One number for a log (or transaction) index in a block of a deployment; sorts like them."""
    return (deployment_id << _DEPLOYMENT_SHIFT) + (block_number << _BLOCK_SHIFT) + index


def block_of(place: int) -> int:
    """The block number of a place."""
    return place >> _BLOCK_SHIFT & _BLOCK_MASK


def index_of(place: int) -> int:
    """The log (or transaction) index of a place."""
    return place & INDEX_MASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    One deployment in the store.

    Attributes:
        id: in this store only.
        manifest: as it was given; `manifest_hash` is the keccak-256 of its text.
        synced_block, synced_hash, synced_timestamp: the last block read, None before the first
            sync. It may hold no event.
    """

    id: int
    manifest: Manifest
    manifest_hash: str
    synced_block: int | None
    synced_hash: str | None
    synced_timestamp: int | None

    @property
    def contracts(self) -> Mapping[str, str]:
        """Name by address, as `scf.model.fold.Fold` takes them."""
        return {item.address: name for name, item in self.manifest.contracts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlock:
    """A block with events; `digest` is that of all events up to its last (see `digests`)."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    day: int
    state_root: str
    receipts_root: str
    event_count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTransaction:
    """A transaction with events; `sender` is None until it is asked for (see `senders`)."""

    block_number: int
    index: int
    hash: str
    sender: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """
    One event with all that is known about it.

    Attributes:
        place: its key in the store.
        contract, name: `Receivables`, `CertificateOpened`; the name is empty for a log that this
            version of the package cannot read.
        args: as `scf.chain.events.Log.args` (integers, bytes, addresses as text).
        topics, data: the log itself.
        day: civil day of its block.
        sender: who sent the transaction, None until asked for.
    """

    place: int
    block_number: int
    block_hash: str
    timestamp: int
    day: int
    tx_hash: str
    tx_index: int
    sender: str | None
    log_index: int
    address: str
    contract: str
    name: str
    args: Mapping[str, Any]
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something with a history: its kind (`certificate`, `party` …) and its id, 0x and hex."""

    id: int
    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """
    One event of one contract, as the store knows it.

    Attributes:
        name: empty if this version of the package cannot read it.
        topic: its first topic, empty for a log without topics.
        inputs: those of the ABI.
    """

    id: int
    deployment_id: int
    contract: str
    address: str
    name: str
    topic: str
    topic_count: int
    inputs: tuple[Mapping[str, Any], ...]
