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
