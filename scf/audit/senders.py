"""Which keys sent the transactions: asked for apart, since few questions need it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from scf.audit.records import place_of
from scf.audit.store import Store
from scf.audit.writing import write_senders
from scf.chain.chain import Chain
from scf.chain.rpc import RpcError
from scf.errors import UnavailableError

_AT_ONCE = 1_000
OnProgress = Callable[[int, int], None]


def ask_senders(store: Store, chain: Chain, on_progress: OnProgress | None = None) -> int:
    """
    Note the sender of every transaction where it is not known yet.

    Returns:
        How many were asked for.

    Raises:
        UnavailableError: the node did not answer, or does not know a transaction.
    """
    waiting: Iterable[tuple[int, str]] = store.database.rows(
        "SELECT id, hash FROM transactions WHERE sender IS NULL AND id BETWEEN ? AND ? ORDER BY id",
        (place_of(store.deployment.id, 0), store.place_at()),
    )
    total, done = len(list(waiting)), 0
    source = iter(waiting)
    while chunk := list(islice(source, _AT_ONCE)):
        answers = chain.rpc.batch(("eth_getTransactionByHash", [hash_]) for _, hash_ in chunk)
        found = []
        for (place, hash_), answer in zip(chunk, answers, strict=True):
            if answer is None or isinstance(answer, RpcError):
                raise UnavailableError(f"the node does not know transaction {hash_}; sync again")
            found.append((place, str(answer["from"]).lower()))
        write_senders(store, found)
        done += len(chunk)
        if on_progress is not None:
            on_progress(done, total)
    return total
