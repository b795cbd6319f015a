"""
Receipts of transactions under way: block by block where the node has `eth_getBlockReceipts`, else
one by one of those that the new blocks list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from scf.chain.rpc import Rpc, RpcError
from scf.errors import UnavailableError

_BLOCKS_PER_ROUND_MAX = 50
_HASHES_PER_ROUND_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What the chain says about a mined transaction.

    Attributes:
        tx_hash: the transaction.
        block_number, block_hash, timestamp: its block; seconds since 1970, UTC.
        succeeded: False if the contract refused or the gas ran out.
        gas_used: gas.
        created: the address of a contract it created.
        logs: as the node wrote them.
    """

    tx_hash: str
    block_number: int
    block_hash: str
    timestamp: int
    succeeded: bool
    gas_used: int
    created: str | None
    logs: tuple[Mapping[str, Any], ...]


class ReceiptWatch:
    """
    Looks for the receipts of transactions under way.

    Args:
        rpc: the node.
        by_block: whether the node has `eth_getBlockReceipts`.
    """

    def __init__(self, rpc: Rpc, *, by_block: bool) -> None:
        self._rpc = rpc
        self._by_block = by_block
        self._seen = int(rpc.call("eth_blockNumber"), 16)
        self._mined: set[str] = set()  # and their receipts not yet seen

    def look(self, under_way: Collection[str]) -> list[Receipt]:
        """
        Receipts of transactions under way that were mined since the last look; often none.

        Args:
            under_way: their hashes, each there before its transaction leaves. Another thread may
                add to it meanwhile: it is read when the blocks are there, so that none is missed.
        """
        head = int(self._rpc.call("eth_blockNumber"), 16)
        if not under_way:
            self._seen = head
            return []
        if head < self._seen:
            self._seen = head
            return receipts_by_hash(self._rpc, islice(set(under_way), _HASHES_PER_ROUND_MAX))
        if not self._by_block:
            return self._look_by_hash(head, under_way)
        if head == self._seen:
            return []
        last = min(head, self._seen + _BLOCKS_PER_ROUND_MAX)
        numbers = range(self._seen + 1, last + 1)
        blocks = self._rpc.batch(("eth_getBlockReceipts", [hex(number)]) for number in numbers)
        wanted = set(under_way)
        raw = [
            receipt
            for block in blocks
            for receipt in _sound(block)
            if receipt["transactionHash"] in wanted
        ]
        self._seen = last
        return _with_times(self._rpc, raw)

    def _look_by_hash(self, head: int, under_way: Collection[str]) -> list[Receipt]:
        """Asking for each that is under way would keep a slow node busy with nothing else."""
        listed = self._listed(head)
        self._mined = (self._mined | listed) & set(under_way)
        # ganache announces a block a moment before it has the receipts: the rest is asked again.
        found = receipts_by_hash(self._rpc, islice(self._mined, _HASHES_PER_ROUND_MAX))
        self._mined -= {receipt.tx_hash for receipt in found}
        return found

    def _listed(self, head: int) -> set[str]:
        """The transactions of the blocks since the last look, as far as the node has them."""
        last = min(head, self._seen + _BLOCKS_PER_ROUND_MAX)
        numbers = range(self._seen + 1, last + 1)
        blocks = self._rpc.batch(("eth_getBlockByNumber", [hex(n), False]) for n in numbers)
        listed: set[str] = set()
        for number, block in zip(numbers, blocks, strict=True):
            if not isinstance(block, Mapping):
                break
            listed |= set(block["transactions"])
            self._seen = number
        return listed


def receipts_by_hash(rpc: Rpc, hashes: Iterable[str]) -> list[Receipt]:
    """The receipts of those transactions that are mined."""
    answers = rpc.batch(("eth_getTransactionReceipt", [hash_]) for hash_ in hashes)
    raw = [_sound(answer) for answer in answers if answer is not None]
    return _with_times(rpc, [item for item in raw if item.get("blockNumber")])


def _sound(answer: Any) -> Any:
    if isinstance(answer, RpcError):
        raise answer
    if answer is None:
        raise UnavailableError("the node has not yet got the receipts of a block it announced")
    return answer


def _with_times(rpc: Rpc, raw: list[Mapping[str, Any]]) -> list[Receipt]:
    times = {
        item["blockNumber"]: int(str(item["blockTimestamp"]), 0)
        for item in raw
        if item.get("blockTimestamp") is not None
    }
    missing = [number for number in {item["blockNumber"] for item in raw} if number not in times]
    headers = rpc.batch(("eth_getBlockByNumber", [number, False]) for number in missing)
    for number, header in zip(missing, headers, strict=True):
        times[number] = int(_sound(header)["timestamp"], 16)
    return [_receipt(item, times[item["blockNumber"]]) for item in raw]


def _receipt(raw: Mapping[str, Any], timestamp: int) -> Receipt:
    return Receipt(
        tx_hash=raw["transactionHash"],
        block_number=int(raw["blockNumber"], 16),
        block_hash=raw["blockHash"],
        timestamp=timestamp,
        succeeded=int(raw["status"], 16) == 1,
        gas_used=int(raw["gasUsed"], 16),
        created=raw.get("contractAddress"),
        logs=tuple(raw["logs"]),
    )
