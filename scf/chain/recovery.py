"""
What an earlier process left behind: settle what was mined, send again what may still be, give up
what cannot.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import groupby

from scf.chain.broadcast import Reception, broadcast
from scf.chain.chain import Chain
from scf.chain.flights import settled_by
from scf.chain.journal import ActState, Entry, Journal, Settled
from scf.chain.nonces import chain_counts, user_of
from scf.chain.receipts import receipts_by_hash
from scf.chain.rpc import RpcError
from scf.errors import ManifestError, UnavailableError

_PAUSE_SECONDS = 0.1
_QUIET_SECONDS = 1.0
_DOUBT_SECONDS = 2.0


def check_same_chain(chain: Chain, journal: Journal) -> None:
    """
    Make sure that the journal speaks of this chain, also after a local chain was started afresh.

    Raises:
        ManifestError: it does not.
    """
    journal.bind(chain.id, chain.genesis_hash)
    last = journal.last_mined()
    if last is None or last.block_number is None:
        return
    raw = chain.rpc.call("eth_getBlockByNumber", hex(last.block_number), False)
    if raw is None or raw["hash"] != last.block_hash:
        shown = (
            f"{journal.path or 'in memory'} knows block {last.block_number} as {last.block_hash}"
        )
        raise ManifestError("journal", shown, "the chain it was written for; this one was reset")


def recover(chain: Chain, journal: Journal, *, timeout: float) -> int:
    """
    Resolve every journalled transaction whose fate is unknown.

    Args:
        chain, journal: which.
        timeout: seconds to wait while nothing is mined that may still be.

    Returns:
        How many were mined after all. Those behind an empty nonce stay as they are: only their
        signer can fill it.

    Raises:
        UnavailableError: the node did not answer, or did not mine them in time.
    """
    start = progress = time.monotonic()
    send_again_at = start
    mined = 0
    while waiting := journal.unresolved():
        found = _settle_mined(chain, journal, waiting)
        mined += found
        now = time.monotonic()
        if found:
            progress = now
            if now < send_again_at:
                send_again_at = now + _QUIET_SECONDS
                continue
        if now >= send_again_at:
            left, in_doubt = journal.unresolved(), now < start + _DOUBT_SECONDS
            if not _send_again(chain, journal, left, in_doubt=in_doubt):
                return mined
            send_again_at = time.monotonic() + _QUIET_SECONDS
        if now - progress > timeout:
            raise UnavailableError(
                f"{len(waiting)} transactions of an earlier run"
                f" were not mined within {timeout:.0f} s"
            )
        if chain.capabilities.mines_on_demand:
            chain.mine()
        time.sleep(_PAUSE_SECONDS)
    return mined


def _settle_mined(chain: Chain, journal: Journal, entries: Iterable[Entry]) -> int:
    keys = {
        hash_: entry.key
        for entry in entries
        for hash_ in (entry.hash, *journal.attempts(entry.key))
    }
    receipts = receipts_by_hash(chain.rpc, keys)
    journal.settle(settled_by(keys[receipt.tx_hash], receipt) for receipt in receipts)
    return len(receipts)


def _send_again(chain: Chain, journal: Journal, entries: list[Entry], *, in_doubt: bool) -> bool:
    """
    Send the same bytes again, signer by signer; whether any may still be mined.

    While in doubt, so may those that wait for an empty nonce: what the node does not show yet may
    fill it.
    """
    signers = {entry.signer for entry in entries}
    counts = chain_counts(chain.rpc, signers, "latest")
    pending = chain_counts(chain.rpc, signers, "pending")
    may_land = False
    for signer, group in groupby(entries, key=lambda entry: entry.signer):
        own = list(group)
        past = [entry for entry in own if entry.nonce < counts[signer]]
        may_land |= _bury(chain, journal, past)
        live = [entry for entry in own if entry.nonce >= counts[signer]]
        is_taken = _rebroadcast(chain, journal, live, pending[signer])
        may_land |= is_taken and (in_doubt or live[0].nonce <= pending[signer])
    return may_land


def _bury(chain: Chain, journal: Journal, past: list[Entry]) -> bool:
    """
    Give up transactions whose nonces others have used; whether one is mined after all, or may be.

    What is given up is signed anew under another nonce, so nothing but the other's transaction in a
    block will do.
    """
    if _settle_mined(chain, journal, past):
        return True
    users = [user_of(chain.rpc, entry.signer, entry.nonce) for entry in past]
    dead = [
        entry
        for entry, user in zip(past, users, strict=True)
        if user is not None and user not in (entry.hash, *journal.attempts(entry.key))
    ]
    journal.settle(map(_lost, dead))
    return len(dead) < len(past)


def _rebroadcast(chain: Chain, journal: Journal, live: list[Entry], pending: int) -> bool:
    """
    Send one signer's transactions in order; when the node refuses the first and has nothing in its
    place (its nonce is not below `pending`), all are given up.
    """
    for start, end in ((0, 1), (1, len(live))):
        part = live[start:end]
        receptions = broadcast(chain.rpc, (entry.raw or b"" for entry in part))
        for place, (reception, error) in enumerate(receptions, start):
            if reception in (Reception.TAKEN, Reception.NONCE_USED):
                continue
            if isinstance(error, RpcError) and place == 0 and live[0].nonce >= pending:
                journal.settle(map(_lost, live))
                return False
    return bool(live)


def _lost(entry: Entry) -> Settled:
    return Settled(key=entry.key, hash=entry.hash, state=ActState.LOST)
