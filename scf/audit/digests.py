"""
What the store vouches for: a digest of each event, and a chain of digests over the blocks.

    event = sha256(log index, topic count, body length, tx hash, address, first topic, body)
    block = sha256(digest of the block before, header, digests of its events)

The last block's digest stands for the whole history: two stores, or a store and a node, hold the
same events exactly if these are equal. Note it down, and nobody can edit the store unseen. Blocks
without events do not enter, so it does not matter in which steps a store was synced.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from struct import Struct

from scf.audit.records import StoredBlock

NO_DIGEST = "0x" + "00" * 32
_EVENT_HEAD = Struct(">IBI")
_CHECKSUM = Struct(">q")
_BLOCK_HEAD = Struct(">QQI")


def event_digest(index: int, tx_hash: bytes, origin: bytes, topic_count: int, body: bytes) -> bytes:
    """
    The digest of one event.

    Args:
        index: the log's index in its block.
        tx_hash: 32 bytes.
        origin: the contract's address and the log's first topic, 52 bytes (20 without topics).
        topic_count: all of the log's topics.
        body: topics after the first, then the data.
    """
    return sha256(
        _EVENT_HEAD.pack(index, topic_count, len(body)) + tx_hash + origin + body
    ).digest()


def checksum(digest: bytes) -> int:
    """What is kept of an event's digest beside the event: eight bytes as a signed integer."""
    number: int = _CHECKSUM.unpack_from(digest)[0]
    return number


def block_digest(previous: str, block: StoredBlock, events: Iterable[bytes]) -> str:
    """
    The digest of a block.

    Args:
        previous: that of the last block with events before it, `NO_DIGEST` if there is none.
        block: its header and the number of its events; its own digest is not looked at.
        events: the digests of its events, in order.
    """
    head = _BLOCK_HEAD.pack(block.number, block.timestamp, block.event_count)
    hashes = (previous, block.hash, block.parent_hash, block.state_root, block.receipts_root)
    parts = (bytes.fromhex(hash_[2:]) for hash_ in hashes)
    return "0x" + sha256(b"".join((head, *parts, *events))).hexdigest()
