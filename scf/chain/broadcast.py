"""
Handing signed transactions to a node, and reading its many ways to say what it did with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto

from scf.chain.refusals import is_revert
from scf.chain.rpc import Rpc, RpcError
from scf.chain.transactions import transaction_hash


class Reception(Enum):
    """What a node did with a transaction."""

    TAKEN = auto()
    NONCE_USED = auto()
    PRICE_TOO_LOW = auto()
    REFUSED = auto()


_KNOWN = ("already known", "already imported", "known transaction", "already in the pool")
_NONCE = ("nonce too low", "nonce is too low", "correct nonce", "old nonce", "nonce has already")
_OCCUPIED = ("replacement transaction", "can't be replaced")
_PRICE = ("underpriced", "base fee", "basefee", "gas price too low", "gasprice", "fee too low")


def broadcast(rpc: Rpc, raws: Iterable[bytes]) -> list[tuple[Reception, RpcError | None]]:
    """
    Send raw transactions, in order; what the node did with each.

    A transaction that the node has already counts as taken, whatever it says to the second copy
    (ganache: "underpriced", or "can't be replaced" while it is being mined). To take that for a
    refusal would be to sign the act anew while its first transaction can still be mined.

    Raises:
        UnavailableError: nobody answered; any of them may have been taken.
    """
    sent = list(raws)
    answers = rpc.batch(("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in sent)
    receptions = [_reception(answer) for answer in answers]
    doubtful = [place for place, (_, error) in enumerate(receptions) if error is not None]
    hashes = [transaction_hash(sent[place]) for place in doubtful]
    for place, is_known in zip(doubtful, known_to_node(rpc, hashes), strict=True):
        if is_known:
            receptions[place] = Reception.TAKEN, None
    return receptions


def known_to_node(rpc: Rpc, hashes: Sequence[str]) -> list[bool]:
    """Whether the node has those transactions, mined or waiting."""
    answers = rpc.batch(("eth_getTransactionByHash", [hash_]) for hash_ in hashes)
    for answer in answers:
        if isinstance(answer, RpcError):
            raise answer
    return [answer is not None for answer in answers]


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
