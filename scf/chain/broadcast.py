"""
Handing signed transactions to a node, and reading its many ways to say what it did with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from scf.chain.refusals import is_revert
from scf.chain.rpc import Rpc, RpcError


class Reception(Enum):
    """What a node did with a transaction."""

    TAKEN = auto()
    NONCE_USED = auto()
    PRICE_TOO_LOW = auto()
    REFUSED = auto()


_KNOWN = ("already known", "already imported", "known transaction", "already in the pool")
_NONCE = ("nonce too low", "nonce is too low", "correct nonce", "old nonce", "nonce has already")
_OCCUPIED = ("replacement transaction",)
_PRICE = ("underpriced", "base fee", "basefee", "gas price too low", "gasprice", "fee too low")


def broadcast(rpc: Rpc, raws: Iterable[bytes]) -> list[tuple[Reception, RpcError | None]]:
    """
    Send raw transactions, in order; what the node did with each.

    Raises:
        UnavailableError: nobody answered; any of them may have been taken.
    """
    answers = rpc.batch(("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws)
    return [_reception(answer) for answer in answers]


def _reception(answer: object) -> tuple[Reception, RpcError | None]:
    if not isinstance(answer, RpcError):
        return Reception.TAKEN, None
    words = answer.message.lower()
    if any(word in words for word in _KNOWN):
        return Reception.TAKEN, None
    if any(word in words for word in (*_NONCE, *_OCCUPIED)):
        return Reception.NONCE_USED, answer
    if any(word in words for word in _PRICE):
        return Reception.PRICE_TOO_LOW, answer
    if is_revert(answer):
        # Some nodes mine at once and report the contract's refusal; the receipt will tell.
        return Reception.TAKEN, None
    return Reception.REFUSED, answer
