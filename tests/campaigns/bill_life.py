"""
A bill from its drawing to its end by plain arithmetic: what every range carries besides holder and
pair (presentation, dishonour, guarantees, pursuit, what was paid for it), and what each act makes
of it. Written from `bills.md`; who owes how much until when is `bill_law`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from tests.campaigns import bill_days as days
from tests.campaigns.bill_oracle import (
    ENDED,
    MATURED,
    NO_OP,
    NOT_TRANSFERABLE,
    RECEIVED,
    TRANSFERABLE,
    Ledgered,
    Piece,
    Units,
)

SETTLED = 6
IN_COLLECTION, UNDER_RECOURSE = 7, 8
OP_MARK, OP_GUARANTEE, OP_PRESENTATION, OP_SETTLEMENT = 4, 5, 6, 7
NO_SCOPE, NARROW, ALL = 0, 1, 2
ON_DISHONOUR = 1
COURT_ORDER = 6
ENTERPRISE, BANK, FINANCE_COMPANY = "enterprise", "bank", "finance company"


@dataclass(frozen=True)
class Dishonour:
    day: int
    presented: int
    code: int
    scope: int
    counted: bool


@dataclass(frozen=True)
class Pursuit:
    """Pieces of one pursuit have one `root`: whoever was told of it was told for all of them."""

    root: int
    ground: int
    scope: int
    refusal_day: int
    costs: int


@dataclass(frozen=True)
class Basis:
    """What the holder paid in recourse; it was the holder's own debt unless `guaranteed`."""

    paid: int
    day: int
    ground: int
    guaranteed: str | None


@dataclass(frozen=True)
class Offer:
    id: bytes
    payer: str
    guaranteed: str | None
    most: int
    deadline: int
    taker: str
    before: Held


@dataclass(frozen=True)
class Held(Piece):
    presented: int = 0
    dishonour: Dishonour | None = None
    guarantees: int = 0
    resting: int = 0
    stopped: bool = False
    stopped_until: int = 0
    pursuit: Pursuit | None = None
    basis: Basis | None = None
    offer: Offer | None = None

    @property
    def is_live(self) -> bool:
        return self.status <= MATURED

    @property
    def rests(self) -> bool:
        """Delivered, nothing pending, not pursued."""
        rests = self.flag in (TRANSFERABLE, NOT_TRANSFERABLE) and self.op == NO_OP
        return self.status == RECEIVED and rests

    @property
    def is_pursued(self) -> bool:
        return self.status == RECEIVED and self.flag == UNDER_RECOURSE and self.op == NO_OP

    def alike(self, other: Piece) -> bool:
        """Whether two pieces can be one range again: nothing of one is not of the other."""
        assert isinstance(other, Held)
        return not (self.stopped or other.stopped) and self._tie() == other._tie()

    def _tie(self) -> tuple[Any, ...]:
        root = self.pursuit.root if self.pursuit else 0
        pair = (self.status, self.flag, self.before, self.resting, self.op)
        facts = (self.presented, self.dishonour, self.guarantees, self.frozen, root)
        return (self.holder, self.chain, self.drawers_rights, *pair, *facts)


@dataclass
class Living(Ledgered):
    """One bill; `pieces` are `Held`."""

    kind: str = ENTERPRISE
    divisible: bool = True
    trade: bytes = bytes(32)
    terms: dict[str, Any] = field(default_factory=dict)
    issue_day: int = 0
    accepted_day: int = 0
    asked_day: int = 0
    mark: bool = False
    disclosed: bool = False
    told: bool = False
    guaranteed: list[tuple[str, str, Units]] = field(default_factory=list)
    refused: set[tuple[Units, str]] = field(default_factory=set)
    notices: dict[tuple[int, str], tuple[int, bool, bool]] = field(default_factory=dict)
    residuals: dict[Units, dict[str, Any]] = field(default_factory=dict)

    def token(self, units: Units) -> int:
        first, last = units if self.divisible else (0, 0)
        return self.number << 80 | first << 40 | last

    @property
    def whole(self) -> Units:
        return 1, self.face

    @property
    def is_live(self) -> bool:
        return any(piece.is_live for piece in self.pieces.values())

    def piece(self, units: Units) -> Held:
        found = self.pieces[units]
        assert isinstance(found, Held)
        return found

    def can_cut(self, whole: Units, part: Units) -> bool:
        return part == whole or (self.divisible and super().can_cut(whole, part))

    def is_stopped(self, units: Units, today: int) -> bool:
        return self.piece(units).stopped_until >= today

    def is_restrained(self, units: Units, today: int) -> bool:
        return self.is_frozen(units, today) or self.is_stopped(units, today)

    def is_guarantor(self, units: Units, guarantor: str, guaranteed: str) -> bool:
        return any(
            who == guarantor and whom == guaranteed and first <= units[0] and units[1] <= last
            for who, whom, (first, last) in self.guaranteed
        )

    def in_chain(self, units: Units, party: str) -> bool:
        return any(self.records[n - 1][0] == party for n in self.pieces[units].chain)

    def is_debtor(self, units: Units, party: str) -> bool:
        accepted = self.accepted_day and party == self.acceptor
        return bool(party == self.drawer or accepted or self.in_chain(units, party))

    # Presentation

    def collect(self, units: Units, today: int) -> None:
        piece = self.piece(units)
        if piece.flag != IN_COLLECTION:
            self.change(units, before=piece.flag, flag=IN_COLLECTION, op=OP_PRESENTATION)
        self.change(units, presented=today)

    def uncollect(self, units: Units, *, keeps: bool = False) -> None:
        """Back to the pair before the presentation, which counts for nothing unless it `keeps`."""
        piece = self.piece(units)
        self.change(units, flag=piece.before, before=0, op=NO_OP)
        if not keeps:
            self.change(units, presented=0)

    def dishonour(self, units: Units, day: int, code: int) -> bool:
        """§6; whether the range is overdue from now on."""
        piece, end = self.piece(units), days.window_end(self.maturity)
        if day < self.maturity:
            self.uncollect(units)
            return False
        in_time = day <= end or self.maturity <= piece.presented <= end
        given = Dishonour(
            day, piece.presented, code, ALL if in_time else NARROW, code != COURT_ORDER
        )
        first = piece.dishonour
        if first is not None:
            code = first.code if first.counted or not given.counted else given.code
            counted = first.counted or given.counted
            given, newly = (
                replace(first, code=code, counted=counted, scope=max(first.scope, given.scope)),
                given.counted and not first.counted,
            )
        else:
            newly = given.counted
        self.uncollect(units, keeps=True)
        self.change(units, dishonour=given)
        return newly

    # Recourse

    def begin(self, units: Units, pursuit: Pursuit) -> None:
        flag = self.piece(units).flag
        self.change(units, pursuit=pursuit, resting=flag, flag=UNDER_RECOURSE)

    def give_up(self, units: Units) -> None:
        self.change(units, flag=self.piece(units).resting, resting=0, pursuit=None)

    def notify(self, root: int, to: str, told: int, today: int, *, pursued: bool) -> None:
        """The first notice counts (INV-24); who is pursued stays so."""
        late = today > days.roll(told + 3)
        day, was_late, was_pursued = self.notices.get((root, to), (today, late, False))
        self.notices[root, to] = day, was_late, was_pursued or pursued

    def divide_claim(self, whole: Units, part: Units, before: Held) -> None:
        """`whole` was cut: costs go with the part, what was paid is apportioned."""
        if part == whole:
            return
        rest = (part[1] + 1, whole[1]) if part[0] == whole[0] else (whole[0], part[0] - 1)
        assert before.pursuit is not None
        self.change(rest, pursuit=replace(before.pursuit, costs=0))
        if before.basis is not None:
            front, back = sorted((part, rest))
            shares = shared(before.basis.paid, (_size(front), _size(back)))
            for units, paid in zip((front, back), shares, strict=True):
                self.change(units, basis=replace(before.basis, paid=paid))

    def offer(self, whole: Units, part: Units, offer: Offer) -> None:
        self.lock(whole, part, OP_SETTLEMENT)
        self.divide_claim(whole, part, offer.before)
        self.change(part, offer=offer)

    def drop_offer(self, part: Units) -> None:
        """Nothing came of it: back in its range with the claim it had, or a range of its own."""
        piece = self.piece(part)
        whole, offer = piece.parent or part, piece.offer
        assert offer is not None
        self.change(part, offer=None)
        self.restore(part)
        if whole != part and whole in self.pieces:
            self.change(whole, pursuit=offer.before.pursuit, basis=offer.before.basis)

    def take_over(
        self, units: Units, payer: str, guaranteed: str | None, paid: int, today: int
    ) -> None:
        """NIL-71, NIL-72: the payer has the chain before itself, or up to whom it paid for."""
        piece = self.piece(units)
        assert piece.pursuit is not None
        first = next(
            i for i, n in enumerate(piece.chain) if self.records[n - 1][0] == (guaranteed or payer)
        )
        on_dishonour = piece.pursuit.ground == ON_DISHONOUR
        self.change(
            units,
            holder=payer,
            chain=piece.chain[: first + 1 if guaranteed else first],
            flag=piece.resting if on_dishonour else NOT_TRANSFERABLE,
            basis=Basis(paid, today, piece.pursuit.ground, guaranteed),
            **_AT_REST,
        )

    def end(self, units: Units, status: int) -> None:
        self.change(units, status=status, flag=ENDED, **_AT_REST)


_AT_REST: dict[str, Any] = {
    "before": 0,
    "resting": 0,
    "op": NO_OP,
    "parent": None,
    "pursuit": None,
    "offer": None,
}


def shared(total: int, weights: tuple[int, ...]) -> list[int]:
    """By largest remainder, exactly; of equal remainders the first gets the fen."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _size(units: Units) -> int:
    return units[1] - units[0] + 1
