"""
Transactions as bytes: our own RLP, same bytes as eth-account, about eight times as fast.

Legacy transactions carry their chain (EIP-155); the newer kind (EIP-1559, type 2) has no access
list here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SignDigest = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class TxFields:
    """
    What a transaction says.

    Attributes:
        chain_id: the chain it is for.
        nonce: the sender's count of transactions before this one.
        gas: most gas it may use.
        gas_price: wei per gas; for type 2 the most per gas, base fee included.
        to: 20 bytes, or empty bytes to create a contract.
        data: call data or creation code.
        value: wei.
        tip: None for a legacy transaction; otherwise type 2, with this priority fee in wei per gas.
    """

    chain_id: int
    nonce: int
    gas: int
    gas_price: int
    to: bytes
    data: bytes
    value: int = 0
    tip: int | None = None


def signed_transaction(fields: TxFields, sign: SignDigest) -> bytes:
    """The raw bytes of a signed transaction; `sign` gives r ‖ s ‖ parity (65 bytes) of a digest."""
    if fields.tip is None:
        body = [
            _int(fields.nonce), _int(fields.gas_price), _int(fields.gas),
            _string(fields.to), _int(fields.value), _string(fields.data),
        ]  # fmt: skip
        signature = sign(keccak(_list([*body, _int(fields.chain_id), b"\x80\x80"])))
        return _list([*body, _int(fields.chain_id * 2 + 35 + signature[64]), *_halves(signature)])
    body = [
        _int(fields.chain_id), _int(fields.nonce), _int(fields.tip), _int(fields.gas_price),
        _int(fields.gas), _string(fields.to), _int(fields.value), _string(fields.data), b"\xc0",
    ]  # fmt: skip
    signature = sign(keccak(b"\x02" + _list(body)))
    return b"\x02" + _list([*body, _int(signature[64]), *_halves(signature)])


def transaction_hash(raw: bytes) -> str:
    """The hash by which every node knows the transaction."""
    return "0x" + keccak(raw).hex()


def created_address(creator: bytes, nonce: int) -> str:
    """
    The address of the contract that `creator` (20 bytes) makes with its transaction number
    `nonce`.
    """
    return "0x" + keccak(_list([_string(creator), _int(nonce)]))[12:].hex()


def keccak(data: bytes) -> bytes:
    """Ethereum's Keccak-256."""
    from Crypto.Hash import keccak as hashing

    return hashing.new(digest_bits=256, data=data).digest()


def _halves(signature: bytes) -> tuple[bytes, bytes]:
    return _int(int.from_bytes(signature[:32])), _int(int.from_bytes(signature[32:64]))


def _int(number: int) -> bytes:
    if number == 0:
        return b"\x80"
    return _string(number.to_bytes((number.bit_length() + 7) // 8))


def _string(data: bytes) -> bytes:
    size = len(data)
    if size == 1 and data[0] < 0x80:
        return data
    return _head(size, 0x80) + data


def _list(items: list[bytes]) -> bytes:
    payload = b"".join(items)
    return _head(len(payload), 0xC0) + payload


def _head(size: int, offset: int) -> bytes:
    if size < 56:
        return bytes((offset + size,))
    width = (size.bit_length() + 7) // 8
    return bytes((offset + 55 + width,)) + size.to_bytes(width)
