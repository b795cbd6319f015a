"""
What a storage variable is: where its slot is under its keys, and what the bits of its word say.

The rows themselves are in `scf.audit.proofs.layout`, `bill_layout` and `financing_layout`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.misfit import Misfit
from scf.chain.transactions import keccak

WORD = 32
_ERC20_BALANCE_SEED = 0x87A211A2
_ERC20_SUPPLY_SLOT = 0x05345CDF77EB68F44C
_ERC20_ALLOWANCE_SEED = 0x7F5E9F20
_ERC1155_SEED = 0x9A31110384E0B0C9
_ERC721_SEED = bytes.fromhex("7d882553")

Keys = Sequence[str]
"""Of a mapping: parties and officers as addresses, ids and hashes as 32 bytes, all 0x and hex."""

PARTY, HASH = 20, 32


@dataclass(frozen=True, slots=True)
class Field:
    """Some bits of a slot, from the low end on: what they say, how many, and of what kind."""

    name: str
    bits: int
    kind: str = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """
    One fact per key.

    Attributes:
        contract: whose storage (`Receivables`).
        name: of the fact (`certificate`).
        keys: bytes of each key: 20 for parties and officers, 32 for ids and hashes.
        fields: what its slot holds, from the low end on.
        solidity: name of the mapping in the source; None where Solady places it.
        root: slot of the mapping, and words to add to where its keys lead.
        element: of a mapping to lists, words per element; the last key is the place, from 0.
    """

    contract: str
    name: str
    keys: tuple[int, ...]
    fields: tuple[Field, ...]
    solidity: str | None = None
    root: tuple[int, int] = (0, 0)
    element: int = 0
    place: Callable[[Sequence[bytes]], int] | None = None

    def slot(self, keys: Keys) -> int:
        """
        The slot under these keys.

        Raises:
            Misfit: not such keys.
        """
        parts = [
            _key(key, size, self.name) for key, size in zip(keys, self.keys, strict=False)
        ]  # fmt: skip
        if len(keys) != len(self.keys):
            raise Misfit(f"keys of {self.name}", expected=len(self.keys), found=len(keys))
        if self.place is not None:
            return self.place(parts)
        slot, offset = self.root
        for part in parts[:-1] if self.element else parts:
            slot = int.from_bytes(keccak(part.rjust(WORD, b"\0") + slot.to_bytes(WORD)))
        if self.element:
            slot = int.from_bytes(keccak(slot.to_bytes(WORD)))
            offset += self.element * int.from_bytes(parts[-1])
        return (slot + offset) % (1 << 256)

    def decode(self, word: int) -> dict[str, Any]:
        """
        What the slot's 32 bytes say: numbers, truth values, and bytes and addresses in hex.

        Raises:
            Misfit: bits are set that mean nothing: it is another variable's slot.
        """
        found: dict[str, Any] = {}
        for field in self.fields:
            value = word & ((1 << field.bits) - 1)
            word >>= field.bits
            found[field.name] = _READERS[field.kind](value, field.bits)
        if word:
            raise Misfit(
                f"slot of {self.contract}.{self.name}", expected="no more bits", found=hex(word)
            )
        return found


def _key(key: str, size: int, name: str) -> bytes:
    try:
        data = bytes.fromhex(key.removeprefix("0x"))
    except (ValueError, AttributeError):
        data = b""
    if len(data) != size or not key.startswith("0x"):
        raise Misfit(f"key of {name}", expected=f"{size} bytes in hex", found=key)
    return data


def erc20_balance(parts: Sequence[bytes]) -> int:
    """Where Solady's ERC-20 keeps a holder's balance."""
    return int.from_bytes(keccak(parts[0] + _ERC20_BALANCE_SEED.to_bytes(12)))


def erc20_supply(parts: Sequence[bytes]) -> int:
    """Where it keeps the supply."""
    return _ERC20_SUPPLY_SLOT


def erc20_allowance(parts: Sequence[bytes]) -> int:
    """Where it keeps what an owner lets a spender take."""
    owner, spender = parts
    return int.from_bytes(keccak(owner + _ERC20_ALLOWANCE_SEED.to_bytes(12) + spender))


def erc1155_balance(parts: Sequence[bytes]) -> int:
    """Where Solady's ERC-1155 keeps how many units of an id a holder has."""
    id_, holder = parts
    return int.from_bytes(keccak(id_ + holder + _ERC1155_SEED.to_bytes(12)))


def erc721_owner(parts: Sequence[bytes]) -> int:
    """
    Where Solady's ERC-721 keeps the owner of a token (160 bits), and 96 bits beside it that a
    contract may use: the `place` of such a variable, whose one key is the token's id.
    """
    (id_,) = parts
    hashed = int.from_bytes(keccak(id_[: WORD - len(_ERC721_SEED)] + _ERC721_SEED))
    return (2 * int.from_bytes(id_) + hashed) % (1 << 256)


def _number(value: int, bits: int) -> int:
    return value


def _flag(value: int, bits: int) -> bool:
    return value != 0


def _hex(value: int, bits: int) -> str:
    return f"0x{value:0{bits // 4}x}"


_READERS: Mapping[str, Callable[[int, int], Any]] = {"number": _number, "flag": _flag, "hex": _hex}
