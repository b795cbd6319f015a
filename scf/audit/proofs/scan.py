"""Where the acts about something are: found in a node's logs, for want of a store of events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.audit.proofs.concerns import Subject, concerning
from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.build.manifest import Manifest
from scf.chain.chain import Chain
from scf.errors import UsageError
from scf.units import civil_day

_STEP = 500
_SECONDS_PER_DAY = 86_400
_UTC8_SECONDS = 8 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A transaction by its block's number and its place in it."""

    block: int
    transaction: int


def scan(
    chain: Chain,
    manifest: Manifest,
    subject: Subject,
    *,
    first: int | None = None,
    last: int | None = None,
    tell: Tell = tell_nobody,
) -> list[Place]:
    """
    Find the transactions about a subject in the logs, without a store.

    Args:
        chain, manifest: where.
        subject: about what.
        first, last: blocks; by default from the ledger's first to the chain's last.
        tell: is told how far it is.

    Raises:
        UsageError: nothing is about it, or the chain has no such blocks.
        UnavailableError: the node did not answer.
    """
    reader = Reader(manifest)
    start = manifest.first_block if first is None else first
    end = chain.head() if last is None else last
    head = chain.head()
    if not 0 <= start <= end <= head:
        raise UsageError("blocks", f"{start} to {end}", f"blocks up to {head}, in order")
    found: list[LedgerEvent] = []
    for block in range(start, end + 1, _STEP):
        until = min(block + _STEP - 1, end)
        logs = chain.logs(block, until, reader.addresses)
        found.extend(reader.logged(raw) for raw in logs)
        tell("logs", until - start + 1, end - start + 1)
    places = [(act.number, act.transaction) for act in concerning(subject, found)]
    if not places and subject.kind != "period":
        expected = f"the id of a {subject.kind} with acts in blocks {start} to {end}"
        raise UsageError(subject.kind, subject.key, expected)
    return [Place(block=block, transaction=at) for block, at in sorted(set(places))]


def blocks_of_days(
    chain: Chain, manifest: Manifest, first: dt.date | None, last: dt.date | None
) -> tuple[int, int]:
    """
    The first and the last block of civil days (UTC+8), both included; None for no bound.

    Raises:
        UsageError: no block is of these days.
        UnavailableError: the node did not answer.
    """
    head = chain.head()
    start = manifest.first_block
    if first is not None:
        start = _first_from(chain, start, head, civil_day(first))
    end = head if last is None else _first_from(chain, start, head, civil_day(last) + 1) - 1
    if not start <= end:
        raise UsageError("days", f"{first} to {last}", "days on which the chain has blocks")
    return start, end


def _first_from(chain: Chain, low: int, high: int, day: int) -> int:
    """The first block from `low` on that is of this day or later; `high` + 1 if there is none."""
    end = high + 1
    while low < end:
        middle = (low + end) // 2
        if (chain.block(middle).timestamp + _UTC8_SECONDS) // _SECONDS_PER_DAY < day:
            low = middle + 1
        else:
            end = middle
    return low
