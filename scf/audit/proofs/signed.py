"""
Transactions: the bytes that a block's `transactionsRoot` commits to, and who signed them.

Five kinds are known: legacy, access lists (1), priority fees (2), blobs (3), delegations (4). The
bytes are put together from what the node shows, and are right if they hash to the transaction's
hash; from then on only the bytes count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.headers import ADDRESS, HASH, Header
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of, number_of
from scf.audit.proofs.trie import Trie, build_list
from scf.chain.rlp import Item, RlpError, decode_list, encode, encode_bytes, encode_int, encode_list
from scf.chain.transactions import keccak

_LEGACY_FIELDS = 9
_OLD_V, _EIP155_V = 27, 35
_FEES: Mapping[int, Sequence[str]] = {
    1: ("gasPrice",),
    2: ("maxPriorityFeePerGas", "maxFeePerGas"),
    3: ("maxPriorityFeePerGas", "maxFeePerGas"),
    4: ("maxPriorityFeePerGas", "maxFeePerGas"),
}
_NONCE_PLACE = {0: 0, 1: 1, 2: 1, 3: 1, 4: 1}
_TO_PLACE = {0: 3, 1: 4, 2: 5, 3: 5, 4: 5}
_FIELDS = {0: 9, 1: 11, 2: 12, 3: 14, 4: 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTransaction:
    """
    A transaction by its bytes.

    Attributes:
        hash: keccak-256 of the bytes.
        kind: 0 to 4.
        chain_id: that the signature is for; None for legacy ones without.
        sender: address of the key that signed, 0x and lower case.
        to: the address it calls; None if it creates a contract.
        data: call data.
    """

    hash: bytes
    kind: int
    chain_id: int | None
    sender: str
    to: str | None
    data: bytes

    @classmethod
    def of_bytes(cls, raw: bytes) -> SignedTransaction:
        """
        The transaction whose bytes these are, its signature checked.

        Raises:
            Misfit: they are no transaction, or nobody's signature.
        """
        kind = raw[0] if raw and raw[0] <= max(_FIELDS) else 0
        try:
            fields = decode_list(raw[1:] if kind else raw)
        except RlpError as exc:
            raise Misfit("transaction", expected="a transaction in RLP", found=exc) from exc
        if len(fields) != _FIELDS[kind]:
            expected = f"{_FIELDS[kind]} fields"
            raise Misfit("transaction", expected=expected, found=len(fields))
        place = _TO_PLACE[kind]
        v, r, s = (int.from_bytes(_bytes(field)) for field in fields[-3:])
        chain_id, parity = _chain_and_parity(kind, fields, v)
        unsigned: list[Item] = fields[:-3]
        if kind == 0 and chain_id is not None:
            unsigned = [*unsigned, _shortest(chain_id), b"", b""]
        digest = keccak((bytes((kind,)) if kind else b"") + encode(unsigned))
        to = _bytes(fields[place])
        return cls(
            hash=keccak(raw),
            kind=kind,
            chain_id=chain_id,
            sender=_recovered(digest, r, s, parity),
            to=hex_of(to) if to else None,
            data=_bytes(fields[place + 2]),
        )


def transaction_bytes(raw: Mapping[str, Any], item: str) -> bytes:
    """
    A transaction as a node shows it, in the bytes of the trie.

    Args:
        raw: of `eth_getBlockByNumber` with whole transactions.
        item: what it is, for messages.

    Raises:
        Misfit: a field is missing or malformed, the kind is unknown, or the bytes do not hash to
            the hash the node states (a node that lets strangers' addresses send signs nothing).
    """
    kind = number_of(raw.get("type") or "0x0", f"{item}: type")
    if kind not in _FIELDS:
        raise Misfit(f"{item}: type", expected=f"0x0 to {max(_FIELDS):#x}", found=hex(kind))
    try:
        made = _legacy(raw, item) if kind == 0 else _typed(raw, kind, item)
    except (KeyError, TypeError) as exc:
        raise Misfit(item, expected="all fields of its kind", found=f"no {exc}") from exc
    wanted = bytes_of(raw.get("hash"), f"{item}: hash", size=HASH)
    if keccak(made) != wanted:
        raise Misfit(f"{item}: hash of its fields", expected=wanted, found=keccak(made))
    return made


def check_transactions(header: Header, transactions: Sequence[bytes]) -> Trie:
    """
    The trie of all of a block's transactions, held against its header.

    Raises:
        Misfit: the root is another.
    """
    trie = build_list(transactions)
    if trie.root != header.transactions_root:
        raise Misfit(
            f"block {header.number}: root of its {len(transactions)} transactions",
            expected=header.transactions_root,
            found=trie.root,
        )
    return trie


def _legacy(raw: Mapping[str, Any], item: str) -> bytes:
    return encode_list(
        (
            _int(raw, "nonce", item),
            _int(raw, "gasPrice", item),
            *_call(raw, item),
            *(_int(raw, name, item) for name in ("v", "r", "s")),
        )
    )


def _typed(raw: Mapping[str, Any], kind: int, item: str) -> bytes:
    parts = [_int(raw, "chainId", item), _int(raw, "nonce", item)]
    parts += [_int(raw, name, item) for name in _FEES[kind]]
    parts += [*_call(raw, item), _access_list(raw, item)]
    if kind == 3:
        hashes = raw["blobVersionedHashes"]
        parts.append(_int(raw, "maxFeePerBlobGas", item))
        parts.append(encode_list([encode_bytes(bytes_of(one, item, size=HASH)) for one in hashes]))
    if kind == 4:
        parts.append(encode_list([_delegation(one, item) for one in raw["authorizationList"]]))
    parity = number_of(raw["yParity"] if raw.get("yParity") is not None else raw["v"], item)
    parts += [encode_int(parity), _int(raw, "r", item), _int(raw, "s", item)]
    return bytes((kind,)) + encode_list(parts)


def _call(raw: Mapping[str, Any], item: str) -> tuple[bytes, ...]:
    to = raw.get("to")
    data = raw["input"] if raw.get("input") is not None else raw["data"]
    return (
        _int(raw, "gas", item),
        encode_bytes(bytes_of(to, f"{item}: to", size=ADDRESS) if to else b""),
        _int(raw, "value", item),
        encode_bytes(bytes_of(data, f"{item}: input")),
    )


def _access_list(raw: Mapping[str, Any], item: str) -> bytes:
    entries = []
    for entry in raw.get("accessList") or ():
        address = encode_bytes(bytes_of(entry["address"], item, size=ADDRESS))
        keys = [encode_bytes(bytes_of(key, item, size=HASH)) for key in entry["storageKeys"]]
        entries.append(encode_list((address, encode_list(keys))))
    return encode_list(entries)


def _delegation(raw: Mapping[str, Any], item: str) -> bytes:
    return encode_list(
        (
            _int(raw, "chainId", item),
            encode_bytes(bytes_of(raw["address"], item, size=ADDRESS)),
            *(_int(raw, name, item) for name in ("nonce", "yParity", "r", "s")),
        )
    )


def _int(raw: Mapping[str, Any], name: str, item: str) -> bytes:
    return encode_int(number_of(raw[name], f"{item}: {name}"))


def _chain_and_parity(kind: int, fields: Sequence[Item], v: int) -> tuple[int | None, int]:
    if kind:
        return int.from_bytes(_bytes(fields[0])), v
    if v >= _EIP155_V:
        return (v - _EIP155_V) // 2, (v - _EIP155_V) % 2
    return None, v - _OLD_V


def _recovered(digest: bytes, r: int, s: int, parity: int) -> str:
    from coincurve import PublicKey

    try:
        signature = r.to_bytes(32) + s.to_bytes(32) + bytes((parity,))
        key = PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except (ValueError, OverflowError) as exc:
        raise Misfit("transaction", expected="somebody's signature", found=exc) from exc
    return hex_of(keccak(key.format(compressed=False)[1:])[12:])


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _bytes(item: Item) -> bytes:
    if not isinstance(item, bytes):
        raise Misfit("transaction", expected="bytes", found="a list")
    return item
