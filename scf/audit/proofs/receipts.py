"""
Receipts: the bytes that a block's `receiptsRoot` commits to, and the events in them.

A receipt is its status (before Byzantium: the state's root), the gas used up to it, a filter of its
events, and the events. Kinds of transaction newer than the first stand as one byte in front. The
filter is reckoned here from the events, never taken from the node.

ganache hashes a failed receipt with the byte zero where all others have an empty string; both are
tried, and the one that the block's root commits to is the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scf.audit.proofs.headers import ADDRESS, BLOOM, HASH, Header
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of, number_of
from scf.audit.proofs.trie import Trie, build_list
from scf.chain.rlp import Item, RlpError, decode_list, encode_bytes, encode_int, encode_list
from scf.chain.transactions import keccak

TYPES_MAX = 4  # EIP-7702
_BLOOM_BITS = 8 * BLOOM
_TOPICS_MAX = 4
_FIELDS, _LOG_FIELDS = 4, 3
_SUCCEEDED, _FAILED, _FAILED_GANACHE = b"\x01", b"", b"\x00"


@dataclass(frozen=True, slots=True)
class Event:
    """One log of a receipt: who said it (20 bytes), its topics (32 bytes each), its data."""

    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    One receipt.

    Attributes:
        kind: of its transaction, 0 to 4.
        succeeded: None before Byzantium, whose receipts do not say it.
        gas_total: gas of the block up to and with it.
        events: in order.
    """

    kind: int
    succeeded: bool | None
    gas_total: int
    events: tuple[Event, ...]

    @classmethod
    def of_bytes(cls, data: bytes) -> Receipt:
        """
        The receipt whose bytes these are, as they stand in the trie.

        Raises:
            Misfit: they are no receipt, or its filter is not that of its events.
        """
        kind = data[0] if data and data[0] <= TYPES_MAX else 0
        try:
            fields = decode_list(data[1:] if kind else data)
        except RlpError as exc:
            raise Misfit("receipt", expected="a receipt in RLP", found=exc) from exc
        if len(fields) != _FIELDS or not isinstance(fields[3], list):
            raise Misfit("receipt", expected="status, gas, filter and events", found=fields)
        status, gas, bloom = (_bytes(field, "receipt") for field in fields[:3])
        if status not in (_SUCCEEDED, _FAILED, _FAILED_GANACHE) and len(status) != HASH:
            raise Misfit("receipt: status", expected="done, failed or a state's root", found=status)
        events = tuple(_event(item) for item in fields[3])
        if bloom != bloom_bytes(bloom_of(events)):
            raise Misfit("receipt: filter", expected="the filter of its events", found=bloom)
        succeeded = None if len(status) == HASH else status == _SUCCEEDED
        return cls(
            kind=kind, succeeded=succeeded, gas_total=int.from_bytes(gas), events=events
        )  # fmt: skip


def receipt_bytes(raw: Mapping[str, Any], item: str, *, failed: bytes = _FAILED) -> bytes:
    """
    A receipt as a node shows it, in the bytes of the trie.

    Args:
        raw: of `eth_getTransactionReceipt` or `eth_getBlockReceipts`.
        item: what it is, for messages.
        failed: how this chain writes the status of failure.

    Raises:
        Misfit: a field is missing or malformed, the kind is unknown, or the filter it states is not
            that of its events.
    """
    kind = number_of(raw.get("type") or "0x0", f"{item}: type")
    if kind > TYPES_MAX:
        raise Misfit(f"{item}: type", expected=f"0x0 to {TYPES_MAX:#x}", found=hex(kind))
    bloom, logs = 0, []
    for log in raw.get("logs") or ():
        address = bytes_of(log.get("address"), f"{item}: address of a log", size=ADDRESS)
        topics = [bytes_of(topic, f"{item}: topic", size=HASH) for topic in log["topics"]]
        data = bytes_of(log.get("data"), f"{item}: data of a log")
        bloom |= _bits(address)
        for topic in topics:
            bloom |= _bits(topic)
        shown = encode_list([b"\xa0" + topic for topic in topics])
        logs.append(encode_list((b"\x94" + address, shown, encode_bytes(data))))
    filtered = bloom_bytes(bloom)
    stated = bytes_of(raw.get("logsBloom"), f"{item}: filter", size=BLOOM)
    if stated != filtered:
        raise Misfit(f"{item}: filter of events", expected=filtered, found=stated)
    gas = number_of(raw.get("cumulativeGasUsed"), f"{item}: cumulativeGasUsed")
    body = encode_list(
        (_outcome(raw, item, failed), encode_int(gas), encode_bytes(filtered), encode_list(logs))
    )
    return bytes((kind,)) + body if kind else body


def block_receipts(header: Header, raws: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """
    A block's receipts as a node shows them, in the bytes that its header commits to.

    Args:
        header: of the block.
        raws: all of them, in any order.

    Raises:
        Misfit: they are not the block's: one is missing, changed or too many.
    """
    item = f"block {header.number}"
    ordered = sorted(raws, key=lambda raw: number_of(raw.get("transactionIndex"), item))
    for place, raw in enumerate(ordered):
        if number_of(raw["transactionIndex"], item) != place:
            found = f"one of transaction {number_of(raw['transactionIndex'], item)}"
            raise Misfit(f"{item}: receipts", expected=f"one of transaction {place}", found=found)
    ways = [_FAILED, _FAILED_GANACHE] if any(map(_has_failed, ordered)) else [_FAILED]
    for failed in ways:
        receipts = [
            receipt_bytes(raw, f"{item}: receipt {place}", failed=failed)
            for place, raw in enumerate(ordered)
        ]
        if build_list(receipts).root == header.receipts_root:
            return receipts
    made = build_list([receipt_bytes(raw, item) for raw in ordered])
    raise _wrong_root(header, len(ordered), made.root)


def check_receipts(header: Header, receipts: Sequence[bytes]) -> Trie:
    """
    The trie of all of a block's receipts, held against its header.

    Args:
        header: of the block.
        receipts: as they stand in the trie, in the order of the transactions.

    Raises:
        Misfit: the root is another; a receipt is missing, changed or too many.
    """
    trie = build_list(receipts)
    if trie.root != header.receipts_root:
        raise _wrong_root(header, len(receipts), trie.root)
    return trie


def check_bloom(header: Header, receipts: Sequence[Receipt]) -> None:
    """
    A block's filter of events against its receipts.

    Raises:
        Misfit: it is not their union.
    """
    bloom = 0
    for receipt in receipts:
        bloom |= bloom_of(receipt.events)
    if bloom_bytes(bloom) != header.logs_bloom:
        raise Misfit(
            f"block {header.number}: filter of events",
            expected=header.logs_bloom,
            found=bloom_bytes(bloom),
        )


def bloom_of(events: Sequence[Event]) -> int:
    """The filter of events, as a number of 2,048 bits."""
    bloom = 0
    for event in events:
        bloom |= _bits(event.address)
        for topic in event.topics:
            bloom |= _bits(topic)
    return bloom


def bloom_bytes(bloom: int) -> bytes:
    """A filter as it stands in a header."""
    return bloom.to_bytes(BLOOM)


def may_hold(bloom: bytes, *items: bytes) -> bool:
    """Whether a block with this filter can hold an event with all these addresses and topics."""
    bits = int.from_bytes(bloom)
    return all(bits & _bits(item) == _bits(item) for item in items)


@lru_cache(maxsize=1 << 16)
def _bits(item: bytes) -> int:
    """The three bits of one address or topic."""
    digest = keccak(item)
    bits = 0
    for place in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[place : place + 2]) % _BLOOM_BITS)
    return bits


def _wrong_root(header: Header, count: int, found: bytes) -> Misfit:
    item = f"block {header.number}: root of its {count} receipts"
    return Misfit(item, expected=header.receipts_root, found=found)


def _has_failed(raw: Mapping[str, Any]) -> bool:
    return raw.get("status") is not None and number_of(raw["status"], "status") == 0


def _outcome(raw: Mapping[str, Any], item: str, failed: bytes) -> bytes:
    if raw.get("root") is not None:
        return encode_bytes(bytes_of(raw["root"], f"{item}: root", size=HASH))
    if raw.get("status") is not None:
        status = number_of(raw["status"], f"{item}: status")
        if status > 1:
            raise Misfit(f"{item}: status", expected="0x0 or 0x1", found=raw["status"])
        return encode_bytes(_SUCCEEDED if status else failed)
    raise Misfit(item, expected="a status, or the state's root", found="neither")


def _event(item: Item) -> Event:
    if not isinstance(item, list) or len(item) != _LOG_FIELDS or not isinstance(item[1], list):
        raise Misfit("log", expected="address, topics and data", found=item)
    address, data = _bytes(item[0], "log"), _bytes(item[2], "log")
    topics = tuple(_bytes(topic, "topic") for topic in item[1])
    sizes = [len(address), *map(len, topics)]
    if sizes != [ADDRESS, *[HASH] * len(topics)] or len(topics) > _TOPICS_MAX:
        raise Misfit("log", expected="an address and up to four topics", found=hex_of(address))
    return Event(address, topics, data)


def _bytes(item: Item, what: str) -> bytes:
    if not isinstance(item, bytes):
        raise Misfit(what, expected="bytes", found="a list")
    return item
