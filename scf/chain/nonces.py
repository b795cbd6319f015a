"""The next nonce of each signer, counted locally so that many transactions can be under way."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable

from scf.chain.journal import Journal
from scf.chain.rpc import Rpc, RpcError


class Nonces:
    """Local nonces, started from the chain and the journal; safe for threads."""

    def __init__(self, rpc: Rpc, journal: Journal) -> None:
        self._rpc = rpc
        self._journal = journal
        self._next: dict[str, int] = {}
        self._open: dict[str, set[int]] = {}
        self._free: dict[str, list[int]] = {}
        self._lock = threading.Lock()

    def load(self, addresses: Iterable[str]) -> None:
        """Learn where those signers stand, unless known."""
        self.reload(sorted(set(addresses) - self._next.keys()))

    def reload(self, addresses: Iterable[str]) -> None:
        """Learn where those signers stand now; never goes back."""
        wanted = list(addresses)
        counts = chain_counts(self._rpc, wanted, "pending")
        with self._lock:
            for address in wanted:
                if address not in self._next:
                    self._open[address] = self._journal.open_nonces(address)
                self._next[address] = max(self._next.get(address, 0), counts[address])

    def take(self, address: str) -> int:
        """The signer's next nonce, used up by this call; `load` it first."""
        with self._lock:
            free = self._free.get(address)
            if free:
                return heapq.heappop(free)
            nonce = self._next[address]
            while nonce in self._open[address]:
                nonce += 1
            self._next[address] = nonce + 1
            return nonce

    def is_new(self, address: str) -> bool:
        """Whether the signer has never sent anything; `load` it first."""
        with self._lock:
            return self._next[address] == 0

    def give_back(self, address: str, nonce: int) -> None:
        """Let another act use a nonce that was taken and could not even be filled."""
        with self._lock:
            heapq.heappush(self._free.setdefault(address, []), nonce)

    def gaps(self, address: str) -> list[int]:
        """Nonces nobody uses, below journalled ones, which wait for them."""
        (first,) = chain_counts(self._rpc, [address], "pending").values()
        used = self._journal.open_nonces(address)
        return [nonce for nonce in range(first, max(used, default=first)) if nonce not in used]

    def forget(self) -> None:
        """Forget everything, when it is no longer sure what left."""
        with self._lock:
            self._next.clear()
            self._free.clear()


def chain_counts(rpc: Rpc, addresses: Iterable[str], tag: str) -> dict[str, int]:
    """
    How many transactions of each address are mined (`latest`) or known to the node
    (`pending`).
    """
    wanted = list(addresses)
    answers = rpc.batch(("eth_getTransactionCount", [address, tag]) for address in wanted)
    counts = {}
    for address, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, RpcError):
            raise answer
        counts[address] = int(answer, 16)
    return counts


def user_of(rpc: Rpc, address: str, nonce: int) -> str | None:
    """
    The hash of the mined transaction that used the signer's nonce; None while no block shows one.

    Nothing less tells that another transaction with this nonce can never be mined: a node may have
    counted a nonce, and yet show neither the transaction nor its receipt.

    Raises:
        RpcError: the node has the state of those blocks no more.
    """

    def is_used_by(number: int) -> bool:
        count = rpc.call("eth_getTransactionCount", address, hex(number))
        return int(count, 16) > nonce

    with_it = int(rpc.call("eth_blockNumber"), 16)
    if not is_used_by(with_it):
        return None
    step, before = 1, with_it - 1
    while before >= 0 and is_used_by(before):
        step, with_it, before = 2 * step, before, before - 2 * step
    before = max(before, -1)
    while with_it - before > 1:
        middle = (before + with_it) // 2
        with_it, before = (middle, before) if is_used_by(middle) else (with_it, middle)
    block = rpc.call("eth_getBlockByNumber", hex(with_it), True)
    own = [
        transaction
        for transaction in (block["transactions"] if block else ())
        if transaction["from"].lower() == address.lower()
    ]
    exact = [transaction for transaction in own if int(transaction["nonce"], 16) == nonce]
    # ganache shows a repeated first transaction with its own nonce, not with the one it used up.
    found = exact or (own if len(own) == 1 else [])
    return str(found[0]["hash"]) if found else None
