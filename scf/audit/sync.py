"""
From the chain into the store: range after range, until the store ends where the chain does.

    with Store.open("audit.sqlite", manifest) as store:
        report = sync(store, chain)

Each range is asked for between two looks at its last block, and every log must belong to the block
that the node shows, so that a reorganisation in the middle is seen. The next ranges are read while
one is written (`scf.audit.ahead`). Whatever stops a run, the next one goes on from the last range
written.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scf.audit.ahead import RangeReader, Ready, Wanted, read_ahead
from scf.audit.collector import without_collector
from scf.audit.fetching import Moved, header_of
from scf.audit.records import StoredBlock
from scf.audit.rows import Header
from scf.audit.store import Store
from scf.audit.writing import Writer, roll_back
from scf.chain.chain import Chain
from scf.errors import UnavailableError, UsageError

MOVES_MAX = 20
LONG_BLOCKS = 100  # from here on a process of its own reads
_COMPARED_AT_ONCE = 100
OnProgress = Callable[["SyncReport"], None]


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """
    What a sync did, or has done so far.

    Attributes:
        first_block, last_block, target: where it began, how far it is, and where it ends.
        blocks_read: blocks asked for; `events`: events stored.
        taken_back: events of blocks that are no longer on the chain.
        moves: times that the chain was found to have moved.
        unreadable: events of our contracts that this version cannot read, by contract and topic.
        digest: of all events (`scf.audit.digests`), None if there is none.
        seconds: since it began.
    """

    first_block: int
    last_block: int
    target: int
    blocks_read: int = 0
    events: int = 0
    taken_back: int = 0
    moves: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    digest: str | None = None
    seconds: float = 0.0

    @property
    def events_per_second(self) -> float:
        """The rate so far."""
        return self.events / self.seconds if self.seconds else 0.0


def sync(
    store: Store, chain: Chain, *, until: int | None = None, on_progress: OnProgress | None = None
) -> SyncReport:
    """
    Bring the store up to the chain.

    Args:
        store: opened for writing.
        chain: of the store's manifest.
        until: the last block to read; the chain's head when it began unless given.
        on_progress: is told after every range.

    Raises:
        ManifestError: another chain, or other contracts than the manifest says.
        UsageError: `until` lies before what is stored, or beyond the chain.
        UnavailableError: the node did not answer, another run is syncing the same, or the chain
            does not come to rest. What was written stays.
    """
    store.refresh().manifest.check(chain)
    began = time.monotonic()
    head = chain.head()
    if until is not None and until > head:
        raise UsageError("until", until, f"a block up to {head}")
    target = head if until is None else until
    report = SyncReport(first_block=0, last_block=0, target=target)
    with without_collector():
        _Run(store, chain, report, began, on_progress).run()
    last = store.last_block()
    report.digest = last.digest if last else None
    report.seconds = time.monotonic() - began
    return report


class _Run:
    """One sync under way."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        report: SyncReport,
        began: float,
        on_progress: OnProgress | None,
    ) -> None:
        self._store, self._chain, self._report = store, chain, report
        self._began, self._on_progress = began, on_progress

    def run(self) -> None:
        """Read on until the target, going back whenever the chain has moved."""
        self._report.taken_back += follow_chain(self._store, self._chain)
        tip = self._store.deployment.synced_block
        first = self._store.deployment.manifest.first_block
        if tip is not None:
            first = tip + 1
        if self._report.target < first - 1:
            expected = f"block {first - 1} or later: so far the store has read"
            raise UsageError("until", self._report.target, expected)
        self._report.first_block, self._report.last_block = first, first - 1
        while True:
            try:
                self._read_on()
                return
            except Moved:
                self._report.moves += 1
                if self._report.moves > MOVES_MAX:
                    raise UnavailableError(
                        f"the chain moved {MOVES_MAX} times while it was read; try again later"
                    ) from None
                self._report.taken_back += follow_chain(self._store, self._chain)
                self._report.target = min(self._report.target, self._chain.head())

    def _read_on(self) -> None:
        deployment = self._store.deployment
        tip = deployment.synced_block
        start = deployment.manifest.first_block if tip is None else tip + 1
        if start > self._report.target:
            return
        reader = RangeReader(self._chain, deployment, self._store.event_types.values())
        is_long = self._report.target - start >= LONG_BLOCKS
        writer = Writer(self._store)
        wanted = Wanted(
            first=start,
            target=self._report.target,
            parent=deployment.synced_hash,
            previous=writer.digest,
        )
        with read_ahead(reader, wanted, is_long=is_long) as ranges:
            for found in ranges:
                self._write(writer, found)

    def _write(self, writer: Writer, found: Ready) -> None:
        writer.append(found.rows, found.last)
        report = self._report
        report.blocks_read += found.last_number - found.first + 1
        report.events += len(found.rows.events)
        report.last_block = found.last_number
        report.seconds = time.monotonic() - self._began
        self._store.refresh()
        self._count_unreadable(found.rows.events)
        if self._on_progress is not None:
            self._on_progress(report)

    def _count_unreadable(self, events: list[tuple[Any, ...]]) -> None:
        types = self._store.event_types
        nameless = {id_ for id_, item in types.items() if not item.name}
        if nameless:
            self._report.unreadable.update(
                f"{types[event[2]].contract} {types[event[2]].topic or '(no topic)'}"
                for event in events
                if event[2] in nameless
            )


def follow_chain(store: Store, chain: Chain) -> int:
    """
    Take back what is no longer on the chain.

    Returns:
        How many events were taken back.
    """
    deployment = store.refresh()
    if deployment.synced_block is None:
        return 0
    tip = header_of(chain, deployment.synced_block)
    if tip is not None and tip["hash"] == deployment.synced_hash:
        return 0
    return roll_back(store, _last_common(store, chain, deployment.synced_block))


def _last_common(store: Store, chain: Chain, below: int) -> Header | None:
    """The last stored block that the chain still has, at its height."""
    while True:
        blocks: list[StoredBlock] = []
        last = store.last_block(until_block=below)
        while last is not None and len(blocks) < _COMPARED_AT_ONCE:
            blocks.append(last)
            last = store.last_block(until_block=last.number - 1)
        if not blocks:
            return None
        answers = chain.rpc.batch(
            ("eth_getBlockByNumber", [hex(block.number), False]) for block in blocks
        )
        for block, header in zip(blocks, answers, strict=True):
            if isinstance(header, dict) and header["hash"] == block.hash:
                return header
        below = blocks[-1].number - 1
