"""
Bills by plain arithmetic: which ranges there are, whose, in which pair, through whose hands.
Written from `bills.md`, without looking at words, slots or events; the campaign holds contracts and
fold against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

DRAWN, ACCEPTED, RECEIVED, MATURED, TERMINATED = 1, 2, 3, 4, 5
AWAITING, TRANSFERABLE, LOCKED, NOT_TRANSFERABLE, ENDED = 1, 2, 3, 4, 9
NO_OP, OP_ACCEPTANCE, OP_DELIVERY, OP_ENDORSEMENT = 0, 1, 2, 3

Units = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """One range: `chain` lists record numbers from the payee on, `parent` where it goes back to."""

    holder: str
    status: int = DRAWN
    flag: int = AWAITING
    before: int = 0
    op: int = NO_OP
    chain: tuple[int, ...] = ()
    frozen_until: int = 0
    frozen: bool = False
    parent: Units | None = None
    drawers_rights: bool = False

    def alike(self, other: Piece) -> bool:
        same = (self.holder, self.status, self.flag, self.chain, self.drawers_rights)
        return same == (
            other.holder,
            other.status,
            other.flag,
            other.chain,
            other.drawers_rights,
        )


@dataclass
class Ledgered:
    """One bill."""

    number: int
    drawer: str
    payee: str
    acceptor: str
    face: int
    maturity: int
    pieces: dict[Units, Piece] = field(default_factory=dict)
    records: list[tuple[str, bool]] = field(default_factory=list)
    splits: int = 0

    def units(self) -> Iterator[Units]:
        yield from sorted(self.pieces)

    def status(self, units: Units, today: int) -> int:
        piece = self.pieces[units]
        return MATURED if piece.status == RECEIVED and today >= self.maturity else piece.status

    def is_frozen(self, units: Units, today: int) -> bool:
        return self.pieces[units].frozen_until >= today

    def change(self, units: Units, **fields: object) -> None:
        self.pieces[units] = replace(self.pieces[units], **fields)  # type: ignore[arg-type]

    # Division

    def can_cut(self, whole: Units, part: Units) -> bool:
        """The whole or one end of it."""
        (first, last), (start, end) = part, whole
        if not start <= first <= last <= end:
            return False
        return first == start or last == end

    def cut(self, whole: Units, part: Units) -> None:
        if part == whole:
            return
        piece = self.pieces.pop(whole)
        self.pieces[part] = piece
        self.pieces[_rest(whole, part)] = piece
        self.splits += 1

    # Pending acts

    def lock(self, whole: Units, part: Units, op: int) -> None:
        self.cut(whole, part)
        parent = whole if part != whole else None
        self.change(part, before=self.pieces[part].flag, flag=LOCKED, op=op, parent=parent)

    def restore(self, units: Units) -> None:
        """As before, and back in one range where the rest is as it was left."""
        parent = self.pieces[units].parent
        self.change(units, flag=self.pieces[units].before, before=0, op=NO_OP, parent=None)
        if parent is None:
            return
        rest = self.pieces.get(_rest(parent, units))
        piece = self.pieces[units]
        untouched = rest is not None and rest.op == NO_OP and not rest.frozen
        if untouched and not piece.frozen and rest is not None and piece.alike(rest):
            del self.pieces[units], self.pieces[_rest(parent, units)]
            self.pieces[parent] = piece
            self.splits -= 1

    # Endorsement

    def can_endorse(self, units: Units, today: int, days_before: int = 1) -> bool:
        piece = self.pieces[units]
        return (
            piece.status == RECEIVED
            and piece.op == NO_OP
            and piece.flag == TRANSFERABLE
            and today <= self.maturity - days_before
            and not self.is_frozen(units, today)
        )

    def endorse(self, units: Units, to: str, marked: bool) -> None:
        piece = self.pieces[units]
        self.records.append((piece.holder, marked))
        self.change(
            units,
            holder=to,
            flag=NOT_TRANSFERABLE if marked else TRANSFERABLE,
            before=0,
            op=NO_OP,
            parent=None,
            chain=(*piece.chain, len(self.records)),
        )

    def move_title(self, units: Units, to: str) -> None:
        """The successor's chain ends before its predecessor's first record (NIL-11)."""
        piece = self.pieces[units]
        own = [i for i, n in enumerate(piece.chain) if self.records[n - 1][0] == piece.holder]
        chain = piece.chain[: own[0]] if own else piece.chain
        rights = piece.drawers_rights or piece.holder == self.drawer
        self.change(units, holder=to, chain=chain, drawers_rights=rights)


def _rest(whole: Units, part: Units) -> Units:
    return (part[1] + 1, whole[1]) if part[0] == whole[0] else (whole[0], part[0] - 1)
