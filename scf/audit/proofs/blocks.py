"""
Blocks as a node gives them, each held against its own hash before anybody sees it: headers in a
chain, all receipts of a block, all of its transactions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.headers import Header, linked
from scf.audit.proofs.misfit import Misfit, hex_of
from scf.audit.proofs.receipts import Receipt, block_receipts, check_bloom
from scf.audit.proofs.signed import check_transactions, transaction_bytes
from scf.chain.chain import Chain
from scf.chain.rpc import RpcError
from scf.errors import UnavailableError

_BLOCKS_PER_ROUND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenBlock:
    """
    A block whose receipts make its receipts' root, and whose transactions make theirs.

    Attributes:
        header: of the block.
        receipts: in the bytes of the trie, in order; `outcomes` are the same, read.
        transactions: in the bytes of the trie, in order; None if the node shows transactions that
            do not hash to what it says (`why` says what does not fit), or they were not asked for.
        hashes: of the transactions; as the node states them where they are not proven.
    """

    header: Header
    receipts: tuple[bytes, ...]
    outcomes: tuple[Receipt, ...]
    transactions: tuple[bytes, ...] | None
    hashes: tuple[str, ...]
    why: str = ""


def headers(
    chain: Chain, first: int, last: int, *, parent: Header | None = None
) -> Iterator[Header]:
    """
    The headers from `first` to `last`, both included, each hashed and linked to the one before.

    Raises:
        Misfit: names the first block that does not fit.
        UnavailableError: the node did not answer, or lacks a block.
    """
    yield from linked(_headers(chain, first, last), parent=parent)


def header(chain: Chain, number: int) -> Header:
    """One header; as for `headers`."""
    return next(_headers(chain, number, number))


def proven_blocks(
    chain: Chain, wanted: Iterable[Header], *, with_transactions: bool = True
) -> Iterator[ProvenBlock]:
    """
    Blocks with everything in them, held against their headers.

    Args:
        chain: whose node is asked.
        wanted: headers of the blocks.
        with_transactions: whether to prove transactions too, and so who signed.

    Raises:
        Misfit: names the block whose receipts are not those its header commits to.
        UnavailableError: the node did not answer, or lacks a receipt.
    """
    waiting: list[Header] = []
    for one in wanted:
        waiting.append(one)
        if len(waiting) == _BLOCKS_PER_ROUND:
            yield from _proven(chain, waiting, with_transactions=with_transactions)
            waiting = []
    if waiting:
        yield from _proven(chain, waiting, with_transactions=with_transactions)


def _headers(chain: Chain, first: int, last: int) -> Iterator[Header]:
    numbers = range(first, last + 1)
    answers = chain.rpc.batch_iter(("eth_getBlockByNumber", [hex(one), False]) for one in numbers)
    for number, answer in zip(numbers, answers, strict=True):
        found = Header.of_rpc(_there(answer, f"block {number}"))
        if found.number != number:
            raise Misfit("block", expected=number, found=found.number)
        yield found


def _proven(
    chain: Chain, wanted: Sequence[Header], *, with_transactions: bool
) -> Iterator[ProvenBlock]:
    bodies = chain.rpc.batch(
        ("eth_getBlockByHash", [hex_of(one.hash), with_transactions]) for one in wanted
    )
    listed = [
        _there(body, f"block {one.number}")["transactions"]
        for one, body in zip(wanted, bodies, strict=True)
    ]
    for one, shown, raws in zip(wanted, listed, _receipts(chain, wanted, listed), strict=True):
        receipts = tuple(block_receipts(one, raws))
        outcomes = tuple(Receipt.of_bytes(data) for data in receipts)
        check_bloom(one, outcomes)
        transactions, why = _transactions(one, shown) if with_transactions else (None, "")
        yield ProvenBlock(
            header=one,
            receipts=receipts,
            outcomes=outcomes,
            transactions=transactions,
            hashes=tuple(_hash_of(item) for item in shown),
            why=why,
        )


def _receipts(
    chain: Chain, wanted: Sequence[Header], listed: Sequence[Sequence[Any]]
) -> Iterator[list[Mapping[str, Any]]]:
    """All receipts of each block: by block where the node can, else by transaction."""
    if chain.capabilities.block_receipts:
        answers = chain.rpc.batch_iter(
            ("eth_getBlockReceipts", [hex(one.number)]) for one in wanted
        )
        for one, answer in zip(wanted, answers, strict=True):
            yield list(_there(answer, f"receipts of block {one.number}"))
        return
    single = chain.rpc.batch_iter(
        ("eth_getTransactionReceipt", [_hash_of(item)]) for shown in listed for item in shown
    )
    for shown in listed:
        yield [_there(next(single), f"receipt of {_hash_of(item)}") for item in shown]


def _transactions(one: Header, shown: Sequence[Any]) -> tuple[tuple[bytes, ...] | None, str]:
    try:
        made = tuple(
            transaction_bytes(raw, f"block {one.number}: transaction {place}")
            for place, raw in enumerate(shown)
        )
        check_transactions(one, made)
    except Misfit as exc:
        return None, str(exc)
    return made, ""


def _hash_of(item: Any) -> str:
    return str(item if isinstance(item, str) else item["hash"])


def _there(answer: Any, item: str) -> Any:
    if isinstance(answer, RpcError):
        raise answer
    if answer is None:
        raise UnavailableError(f"the node has no {item}")
    return answer
