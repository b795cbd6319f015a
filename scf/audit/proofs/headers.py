"""
Block headers: the bytes that a block's hash is the keccak-256 of, and the chain they form.

A header is a list of fifteen fields, and of more with each later fork: the base fee (London), the
withdrawals' root (Shanghai), three fields for blobs (Cancun), the requests' hash (Prague). Which of
them a chain hashes is not asked but tried: the bytes whose hash is the block's hash are the header.
(anvil before Shanghai hashes blob fields but no withdrawals; ganache shows what it does not hash.)
Proof-of-authority chains put signatures into `extraData`, of any length (Clique).

Out of scope: IBFT and QBFT chains (Besu, GoQuorum). There the block's hash is not that of the bytes
that nodes show: the commit seals in `extraData` are left out of it, and `extraData` must be taken
apart by that protocol's own rules first. Such a header is refused by name, never believed; the fast
mode of reading works there, proofs do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of, number_of
from scf.chain.rlp import RlpError, decode_list, encode_bytes, encode_int, encode_list
from scf.chain.transactions import keccak

HASH, ADDRESS, BLOOM, NONCE = 32, 20, 256, 8
HEADER_BYTES_MAX = 64 * 1024
FIELDS_MAX = 32  # forks to come

_ANY = None
_INTEGER, _UP_TO_WORD = -1, -2
_FIELDS: Mapping[str, int | None] = {
    # name in JSON-RPC: bytes, or a number without leading zeros, or bytes of any length
    "parentHash": HASH,
    "sha3Uncles": HASH,
    "miner": ADDRESS,
    "stateRoot": HASH,
    "transactionsRoot": HASH,
    "receiptsRoot": HASH,
    "logsBloom": BLOOM,
    "difficulty": _INTEGER,
    "number": _INTEGER,
    "gasLimit": _INTEGER,
    "gasUsed": _INTEGER,
    "timestamp": _INTEGER,
    "extraData": _ANY,
    "mixHash": HASH,
    "nonce": NONCE,
}
_LATER: Mapping[str, int | None] = {
    "baseFeePerGas": _INTEGER,
    "withdrawalsRoot": HASH,
    "blobGasUsed": _INTEGER,
    "excessBlobGas": _INTEGER,
    "parentBeaconBlockRoot": HASH,
    "requestsHash": HASH,
}
_PLACES = {name: place for place, name in enumerate(_FIELDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """
    One header that hashes to its block.

    Attributes:
        number: of the block.
        hash: keccak-256 of `rlp`.
        parent_hash: hash of the block before.
        state_root, transactions_root, receipts_root: roots of the block's tries.
        logs_bloom: the filter of its events' addresses and topics.
        timestamp: seconds since 1970, UTC.
        rlp: the bytes that are hashed.
    """

    number: int
    hash: bytes
    parent_hash: bytes
    state_root: bytes
    transactions_root: bytes
    receipts_root: bytes
    logs_bloom: bytes
    timestamp: int
    rlp: bytes

    @classmethod
    def of_rpc(cls, raw: Mapping[str, Any]) -> Header:
        """
        The header of a block as a node shows it (`eth_getBlockByNumber`).

        Raises:
            Misfit: a field is missing or malformed, or the block's hash is not the hash of its
                fields under the rules of any fork known here.
        """
        item = f"block {number_of(raw.get('number'), 'block number')}"
        wanted = bytes_of(raw.get("hash"), f"{item}: hash", size=HASH)
        common = [_encoded(raw, name, kind, item) for name, kind in _FIELDS.items()]
        later = [
            _encoded(raw, name, kind, item)
            for name, kind in _LATER.items()
            if raw.get(name) is not None
        ]
        for count in range(len(later), -1, -1):
            rlp = encode_list([*common, *later[:count]])
            if keccak(rlp) == wanted:
                return cls.of_rlp(rlp)
        found = keccak(encode_list([*common, *later]))
        raise Misfit(f"{item}: hash of its {len(common) + len(later)} fields",
                     expected=wanted, found=found)  # fmt: skip

    @classmethod
    def of_rlp(cls, rlp: bytes) -> Header:
        """
        The header whose bytes these are.

        Raises:
            Misfit: they are no header.
        """
        try:
            fields = decode_list(rlp)
        except RlpError as exc:
            raise Misfit("header", expected="a header in RLP", found=exc) from exc
        if not len(_FIELDS) <= len(fields) <= FIELDS_MAX or len(rlp) > HEADER_BYTES_MAX:
            expected = f"a list of {len(_FIELDS)} to {FIELDS_MAX} fields"
            raise Misfit("header", expected=expected, found=f"{len(fields)} fields")
        for (name, kind), field in zip(_FIELDS.items(), fields, strict=False):
            _require_kind(name, kind, field)
        for field in fields[len(_FIELDS) :]:
            _require_kind("a later fork's field", _UP_TO_WORD, field)
        strings = [field for field in fields if isinstance(field, bytes)]
        return cls(
            number=int.from_bytes(strings[_PLACES["number"]]),
            hash=keccak(rlp),
            parent_hash=strings[_PLACES["parentHash"]],
            state_root=strings[_PLACES["stateRoot"]],
            transactions_root=strings[_PLACES["transactionsRoot"]],
            receipts_root=strings[_PLACES["receiptsRoot"]],
            logs_bloom=strings[_PLACES["logsBloom"]],
            timestamp=int.from_bytes(strings[_PLACES["timestamp"]]),
            rlp=rlp,
        )


def linked(headers: Iterable[Header], *, parent: Header | None = None) -> Iterator[Header]:
    """
    The headers, each held against the one before it.

    Args:
        headers: without a gap, rising.
        parent: the header before the first of them, if it is known.

    Raises:
        Misfit: names the first block whose number or parent hash does not follow.
    """
    before = parent
    for header in headers:
        if before is not None:
            if header.number != before.number + 1:
                raise Misfit(
                    "chain of headers", expected=f"block {before.number + 1}",
                    found=f"block {header.number}",
                )  # fmt: skip
            if header.parent_hash != before.hash:
                raise Misfit(
                    f"block {header.number}: parent hash",
                    expected=before.hash,
                    found=header.parent_hash,
                )
        yield header
        before = header


def _encoded(raw: Mapping[str, Any], name: str, kind: int | None, item: str) -> bytes:
    place = f"{item}: {name}"
    if raw.get(name) is None:
        raise Misfit(place, expected="a header's field", found="nothing")
    if kind == _INTEGER:
        return encode_int(number_of(raw[name], place))
    return encode_bytes(bytes_of(raw[name], place, size=kind))


def _require_kind(name: str, kind: int | None, field: object) -> None:
    item = f"header: {name}"
    if not isinstance(field, bytes):
        raise Misfit(item, expected="bytes", found="a list")
    if kind == _INTEGER:
        if field[:1] == b"\0" or len(field) > HASH:
            raise Misfit(item, expected="a number without leading zeros", found=field)
    elif kind == _UP_TO_WORD:
        if len(field) > HASH:
            raise Misfit(item, expected=f"{HASH} bytes at most", found=field)
    elif kind is not None and len(field) != kind:
        raise Misfit(item, expected=f"{kind} bytes", found=hex_of(field))
