"""
Reading a ledger's events in one of three modes, and saying which was reached.

    fast     logs as the node gives them
    proved   every header hashed and linked to the one before; the receipts of each block whose
             filter admits one of the ledger's contracts rebuilt against the header. What is read is
             true; that nothing is missing rests on the headers' filters.
    full     the receipts and transactions of every block rebuilt, and the filters with them: no
             event can be missing, and each act's signer is proven where transactions are

    reading = Reading(chain, manifest, first, last, Mode.FULL)
    for event in reading.events():
        ...
    reading.reached.digest     # the same at every honest node, in the same mode
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby, zip_longest

from scf.audit.proofs.blocks import headers, proven_blocks
from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.headers import Header
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of
from scf.audit.proofs.receipts import Event
from scf.audit.proofs.trie import EMPTY_ROOT
from scf.build.manifest import Manifest
from scf.chain.chain import Chain
from scf.chain.rlp import encode, encode_int
from scf.chain.transactions import keccak

_ROUND = 100


class Mode(Enum):
    """How much of what a node says is held against block hashes."""

    FAST = "fast"
    PROVED = "proved"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """
    What a reading came to.

    Attributes:
        mode: that was reached.
        first, last: blocks.
        block_hash: of the last block; None in fast mode before any event.
        blocks: headers checked, 0 in fast mode.
        rebuilt: blocks whose receipts were rebuilt.
        events: of the ledger.
        are_signers_proven: whether every transaction of the rebuilt blocks was rebuilt too; `why`
            says what did not fit where not.
        digest: over block hashes and events, equal at every honest node in the same mode.
    """

    mode: Mode
    first: int
    last: int
    block_hash: str | None = None
    blocks: int = 0
    rebuilt: int = 0
    events: int = 0
    are_signers_proven: bool = False
    why: str = ""
    digest: str = "0x" + "00" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEvents:
    """The ledger's events of one block, and a digest of its hash and them."""

    number: int
    hash: str
    events: tuple[LedgerEvent, ...]
    mark: bytes


class Reading:
    """
    One pass over a range of blocks.

    Args:
        chain, manifest: of what.
        first, last: blocks, both included.
        mode: how.
        tell: is told how far it is.

    Attributes:
        reached: what was reached so far; all of it once `events` has come to its end.
    """

    def __init__(
        self,
        chain: Chain,
        manifest: Manifest,
        first: int,
        last: int,
        mode: Mode,
        *,
        tell: Tell = tell_nobody,
    ) -> None:
        self._chain = chain
        self._reader = Reader(manifest)
        self._tell = tell
        signed = mode is Mode.FULL
        self.reached = Reached(mode=mode, first=first, last=last, are_signers_proven=signed)

    def events(self) -> Iterator[LedgerEvent]:
        """
        The ledger's events, in order.

        Raises:
            Misfit: names the block that does not fit, and the mode that failed.
            UnavailableError: the node did not answer.
        """
        for block in self.blocks():
            yield from block.events

    def blocks(self) -> Iterator[BlockEvents]:
        """The same block by block: every block, or in fast mode those with events."""
        reached = self.reached
        source = self._fast() if reached.mode is Mode.FAST else self._checked()
        digest = bytes(32)
        try:
            for block in source:
                digest = keccak(digest + block.mark)
                self.reached = replace(
                    self.reached,
                    block_hash=block.hash,
                    events=self.reached.events + len(block.events),
                    digest=hex_of(digest),
                )
                self._tell("blocks", block.number - reached.first + 1, self._count)
                yield block
        except Misfit as exc:
            raise exc.within(f"reading in mode {reached.mode.value}") from exc

    @property
    def _count(self) -> int:
        return self.reached.last - self.reached.first + 1

    def _fast(self) -> Iterator[BlockEvents]:
        logs = self._chain.logs(self.reached.first, self.reached.last, self._reader.addresses)
        for number, raws in groupby(logs, key=lambda raw: int(raw["blockNumber"], 16)):
            events = tuple(self._reader.logged(raw) for raw in raws)
            yield _block(number, events[0].log.block_hash, events)

    def _checked(self) -> Iterator[BlockEvents]:
        waiting: list[Header] = []
        for header in headers(self._chain, self.reached.first, self.reached.last):
            waiting.append(header)
            if len(waiting) == _ROUND:
                yield from self._round(waiting)
                waiting = []
        yield from self._round(waiting)

    def _round(self, chained: Sequence[Header]) -> Iterator[BlockEvents]:
        is_full = self.reached.mode is Mode.FULL
        wanted = [one for one in chained if self._must_rebuild(one)]
        blocks = proven_blocks(self._chain, wanted, with_transactions=is_full)
        for header in chained:
            events: list[LedgerEvent] = []
            if self._must_rebuild(header):
                block = next(blocks)
                before = 0
                for at, receipt in enumerate(block.outcomes):
                    hash_ = block.hashes[at]
                    events += self._reader.events(header, at, receipt, hash_, before=before)
                    before += len(receipt.events)
                self._note(block.why)
            self.reached = replace(self.reached, blocks=self.reached.blocks + 1)
            yield _block(header.number, hex_of(header.hash), tuple(events))

    def _must_rebuild(self, header: Header) -> bool:
        if self.reached.mode is Mode.PROVED:
            return self._reader.may_speak_in(header)
        roots = {header.receipts_root, header.transactions_root}
        return roots != {EMPTY_ROOT} or any(header.logs_bloom)

    def _note(self, why: str) -> None:
        self.reached = replace(self.reached, rebuilt=self.reached.rebuilt + 1)
        if why and self.reached.are_signers_proven:
            self.reached = replace(self.reached, are_signers_proven=False, why=why)


def compare_nodes(
    chain: Chain,
    other: Chain,
    manifest: Manifest,
    first: int,
    last: int,
    mode: Mode,
    *,
    tell: Tell = tell_nobody,
) -> Reached:
    """
    Read the same blocks from two nodes, and hold one against the other.

    Returns:
        What was reached at both.

    Raises:
        Misfit: names the first block in which they differ, or one that does not fit.
        UnavailableError: a node did not answer.
    """
    mine = Reading(chain, manifest, first, last, mode, tell=tell)
    theirs = Reading(other, manifest, first, last, mode)
    for one, two in zip_longest(mine.blocks(), theirs.blocks()):
        if one is None or two is None or (one.number, one.mark) != (two.number, two.mark):
            numbers = [block.number for block in (one, two) if block is not None]
            item = f"block {min(numbers)} at {other.rpc.shown}"
            raise Misfit(item, expected=_shown(one), found=_shown(two))
    return mine.reached


def _block(number: int, hash_: str, events: tuple[LedgerEvent, ...]) -> BlockEvents:
    marks = [_event_mark(event) for event in events]
    mark = keccak(bytes_of(hash_, "block hash") + b"".join(marks))
    return BlockEvents(number=number, hash=hash_, events=events, mark=mark)


def _event_mark(event: LedgerEvent) -> bytes:
    raw: Event = event.event
    place = encode_int(event.transaction) + encode_int(event.log.log_index)
    return keccak(place + encode([raw.address, [*raw.topics], raw.data]))


def _shown(block: BlockEvents | None) -> str:
    return "no such block" if block is None else f"{block.hash} with {len(block.events)} events"
