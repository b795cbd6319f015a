"""
Sub-ranges of bills count their acts, so one storage proof shows that none is missing.

Every write of a range's word tells the word with its count, one above the count before. A range
that comes into being goes on from what it was made of: the parent of a division, or the piece that
went back into its parent. So with the count in proven storage, nobody can leave out an act that
wrote a range, however few blocks are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scf.audit.proofs.ledger_events import LedgerEvent
from scf.audit.proofs.misfit import Misfit
from scf.model.bill_words import RangeWord
from scf.model.records import NOBODY

_BILL_SHIFT = 80


def check_counts(acts: Sequence[LedgerEvent]) -> int:
    """
    Each range's acts are numbered without a gap.

    Args:
        acts: all that concern some bills or ranges, in order.

    Returns:
        How many ranges were counted.

    Raises:
        Misfit: names the range and the number that is missing or twice.
    """
    counts = _Counts()
    for act in acts:
        if act.contract == "Bills":
            counts.read(act)
    return counts.finish()


@dataclass(slots=True)
class _Counts:
    """
    Counts as far as the acts were read.

    Attributes:
        issued: bills whose first range is still to come.
        minted: ranges whose holder came from nowhere, their word still to come.
        parts: pieces whose word is still to come, and the count they go on from.
        puzzles: counts of ranges that came into being, before and after, until an act says how.
    """

    counts: dict[int, int] = field(default_factory=dict)
    issued: set[int] = field(default_factory=set)
    minted: set[int] = field(default_factory=set)
    parts: dict[int, int] = field(default_factory=dict)
    puzzles: dict[int, tuple[int, int]] = field(default_factory=dict)

    def read(self, act: LedgerEvent) -> None:
        args, name = act.log.args, act.log.name
        if name == "BillIssued":
            self.issued.add(args["billNo"])
        elif name == "Transfer" and args["from"] == NOBODY:
            self.minted.add(args["id"])
        elif name == "RangeWritten":
            self._written(args["tokenId"], RangeWord.of(args["word"]).acts)
        elif name == "RangeDivided":
            self._divided(args["parentId"], args["partId"], args["restId"])
        elif name == "RangesMerged":
            # The piece was counted once more when it went.
            parent, piece = args["parentId"], self.counts.get(args["partId"], 0)
            self._solve(parent, piece - 1)

    def finish(self) -> int:
        """How many ranges; Misfit if one came into being and no act says of what."""
        for id_, (before, found) in self.puzzles.items():
            raise _misfit(id_, f"number {before + 1}, or how the range came into being", found)
        return len(self.counts)

    def _written(self, id_: int, found: int) -> None:
        before = self.counts.get(id_, 0)
        self.counts[id_] = found
        if id_ not in self.minted:
            self._require(id_, before, found)
            return
        self.minted.remove(id_)
        number = id_ >> _BILL_SHIFT
        if id_ in self.parts:
            self._require(id_, max(before, self.parts.pop(id_)), found)
        elif number in self.issued:
            self.issued.remove(number)
            self._require(id_, before, found)
        else:
            self.puzzles[id_] = before, found

    def _divided(self, parent: int, part: int, rest: int) -> None:
        source = self.counts.get(parent, 0)
        self.counts[parent] = source + 1
        self._solve(rest, source)
        self.parts[part] = source

    def _solve(self, id_: int, source: int) -> None:
        """A range came into being before the act that says of what; not all are shown."""
        if id_ in self.puzzles:
            before, found = self.puzzles.pop(id_)
            self._require(id_, max(before, source), found)

    def _require(self, id_: int, before: int, found: int) -> None:
        if found != before + 1:
            raise _misfit(id_, f"number {before + 1}", found)


def _misfit(id_: int, expected: str, found: object) -> Misfit:
    return Misfit(f"acts of range 0x{id_:064x}", expected=expected, found=found)
