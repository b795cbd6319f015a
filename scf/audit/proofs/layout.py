"""
Where the contracts keep their facts: which storage slot holds which variable, and what its bits
mean.

One row per variable. Slots of Solidity's own mappings are the compiler's; a test holds them against
its storage layout. Solady's tokens choose theirs by seeds.

A new contract is new rows: here what its slots are, in `scf.audit.proofs.facts` what the books say
of them, and in `scf.audit.proofs.concerns` what its acts lead to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.misfit import Misfit
from scf.chain.transactions import keccak
from scf.errors import UsageError

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
        root: slot of the mapping, and words to add to where its key leads.
    """

    contract: str
    name: str
    keys: tuple[int, ...]
    fields: tuple[Field, ...]
    solidity: str | None = None
    root: tuple[int, int] = (0, 0)
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
        for part in parts:
            slot = int.from_bytes(keccak(part.rjust(WORD, b"\0") + slot.to_bytes(WORD)))
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


def variable(contract: str, name: str) -> Variable:
    """The row of a variable; UsageError names those there are."""
    found = VARIABLES.get((contract, name))
    if found is None:
        known = ", ".join(f"{contract}.{name}" for contract, name in VARIABLES)
        raise UsageError("variable", f"{contract}.{name}", f"one of {known}")
    return found


def slot_of(contract: str, name: str, *keys: str) -> int:
    """The slot of a variable under its keys (0x and hex); see `Variable.slot`."""
    return variable(contract, name).slot(keys)


def id_key(number: int) -> str:
    """A certificate's id as a key."""
    return f"0x{number:064x}"


def _key(key: str, size: int, name: str) -> bytes:
    try:
        data = bytes.fromhex(key.removeprefix("0x"))
    except (ValueError, AttributeError):
        data = b""
    if len(data) != size or not key.startswith("0x"):
        raise Misfit(f"key of {name}", expected=f"{size} bytes in hex", found=key)
    return data


def _erc20_balance(parts: Sequence[bytes]) -> int:
    return int.from_bytes(keccak(parts[0] + _ERC20_BALANCE_SEED.to_bytes(12)))


def _erc20_supply(parts: Sequence[bytes]) -> int:
    return _ERC20_SUPPLY_SLOT


def _erc20_allowance(parts: Sequence[bytes]) -> int:
    owner, spender = parts
    return int.from_bytes(keccak(owner + _ERC20_ALLOWANCE_SEED.to_bytes(12) + spender))


def _erc1155_balance(parts: Sequence[bytes]) -> int:
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

_AMOUNT = (Field("amountFen", 256),)
_ROWS = (
    Variable(contract="Receivables", name="certificate", keys=(HASH,),
             solidity="_certificates", root=(4, 0), fields=(
                 Field("outstandingFen", 64), Field("hasLocks", 1, "flag"),
                 Field("hasPledges", 7, "flag"),
                 Field("splitMinThousands", 8), Field("splitsLeft", 16), Field("layersMax", 8),
                 Field("status", 8), Field("tenorDays", 16), Field("frozenUntil", 24),
                 Field("dueDay", 24), Field("debtorTag", 80, "hex"))),
    Variable(contract="Receivables", name="balance", keys=(HASH, PARTY), fields=_AMOUNT,
             place=_erc1155_balance),
    Variable(contract="Receivables", name="position", keys=(HASH, PARTY), solidity="_positions",
             root=(5, 0), fields=(Field("lockedFen", 64), Field("layer", 8))),
    Variable(contract="Receivables", name="pending", keys=(HASH,), solidity="_pending",
             root=(3, 0), fields=(
                 Field("requester", 160, "hex"), Field("deadlineDay", 32), Field("state", 8))),
    Variable(contract="Receivables", name="pendingPart", keys=(HASH,), solidity="_pending",
             root=(3, 1), fields=(Field("counterparty", 160, "hex"), Field("amountFen", 64))),
    Variable(contract="Receivables", name="lateRate", keys=(HASH,), solidity="lateRateOf",
             root=(6, 0), fields=(Field("ratePpm", 24),)),
    Variable(contract="Receivables", name="consent", keys=(PARTY, PARTY),
             solidity="standingConsent", root=(7, 0), fields=(Field("untilDay", 32),)),
    Variable(contract="Invoices", name="invoice", keys=(HASH, PARTY), solidity="_invoices",
             root=(3, 0), fields=(
                 Field("amountFen", 64), Field("usedFen", 64), Field("status", 8),
                 Field("isConflicted", 8, "flag"), Field("supplierTag", 56, "hex"),
                 Field("documentTag", 56, "hex"))),
    Variable(contract="Invoices", name="debtor", keys=(PARTY,), solidity="_debtors",
             root=(4, 0), fields=(
                 Field("outstandingFen", 64), Field("limitFen", 64), Field("overdueCount", 32),
                 Field("barReasons", 8))),
    Variable(contract="Invoices", name="disputed", keys=(HASH,), solidity="_disputedFen",
             root=(6, 0), fields=(Field("amountFen", 64),)),
    Variable(contract="Cash", name="balance", keys=(PARTY,), fields=_AMOUNT, place=_erc20_balance),
    Variable(contract="Cash", name="supply", keys=(), fields=_AMOUNT, place=_erc20_supply),
    Variable(contract="Cash", name="allowance", keys=(PARTY, PARTY), fields=_AMOUNT,
             place=_erc20_allowance),
    Variable(contract="Cash", name="payment", keys=(HASH,), solidity="isPaymentUsed", root=(3, 0),
             fields=(Field("isUsed", 8, "flag"),)),
    Variable(contract="Settlement", name="receipt", keys=(HASH,), solidity="receiptUsedBy",
             root=(3, 0), fields=(Field("quoteId", 256, "hex"),)),
    Variable(contract="Participants", name="party", keys=(PARTY,), solidity="_parties",
             root=(3, 0), fields=(
                 Field("roles", 32), Field("status", 8), Field("sizeClass", 8),
                 Field("frozenUntil", 32), Field("enrolledDay", 32), Field("adminCount", 16),
                 Field("officerCount", 16), Field("changes", 32), Field("epoch", 32))),
    Variable(contract="Participants", name="code", keys=(PARTY,), solidity="_parties",
             root=(3, 1), fields=(Field("uscc", 144, "hex"),)),
    Variable(contract="Participants", name="registeredName", keys=(PARTY,), solidity="_parties",
             root=(3, 2), fields=(Field("nameHash", 256, "hex"),)),
    Variable(contract="Participants", name="officer", keys=(PARTY,), solidity="_officers",
             root=(4, 0), fields=(
                 Field("party", 160, "hex"), Field("powers", 8), Field("limitFen", 80))),
    Variable(contract="Orders", name="order", keys=(HASH,), solidity="stateOf", root=(3, 0),
             fields=(Field("state", 8), Field("party", 160, "hex"))),
    Variable(contract="Rulebook", name="versionCount", keys=(HASH,), solidity="_heads",
             root=(3, 0), fields=(
                 Field("value", 128), Field("effectiveFrom", 32), Field("nextFrom", 32),
                 Field("version", 16), Field("count", 16))),
    Variable(contract="Rulebook", name="version", keys=(HASH, HASH), solidity="_versions",
             root=(4, 0), fields=(Field("value", 128), Field("effectiveFrom", 32))),
)  # fmt: skip
VARIABLES: Mapping[tuple[str, str], Variable] = {(row.contract, row.name): row for row in _ROWS}
