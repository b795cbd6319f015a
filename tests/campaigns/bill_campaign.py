"""
Random acts on bills from drawing to maturity and past it: after each, contracts, fold and plain
arithmetic (`bill_oracle`) must say the same, and the oracle says beforehand whether the act may be
done.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from scf.build.artifacts import Artifact, names
from scf.errors import ContractRefusal
from scf.model.fold import Fold
from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.campaigns import bill_oracle as oracle
from tests.campaigns.bill_oracle import Ledgered, Units
from tests.stories import MOVE, carry_out, order_of, party
from tests.world import World, hashed

FACE = 1_000
HOLDERS = ("supplier", "tier2", "tier3", "bank", "debtor")
BUGS = ("Panic", "UnknownRevert", "Error", "BillsPair", "BillsRoom")


def create(artifacts: Mapping[str, Artifact] | None = None) -> World:
    """A ledger with one great invoice behind all bills."""
    world = World.create(artifacts=artifacts)
    bills.trade(world, amount=10**9)
    return world


class BillCampaign:
    """Acts on one world, one after the other; AssertionError at the first difference."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random
        by_lower = {name.lower(): name for name in names()}
        self.fold = Fold(
            {
                item.address: by_lower[name]
                for name, item in world.contracts.items()
                if name != "discounting"
            }
        )
        self._folded = 0
        self.bills: dict[int, Ledgered] = {}
        self.drawings: dict[int, dict[str, Any]] = {}
        self.requests: dict[bytes, tuple[int, Units, dict[str, Any], int]] = {}
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._serial = 0
        self._follow()

    @property
    def count(self) -> int:
        return self.done.total() + self.refused.total()

    def run(self, acts: int) -> None:
        while self.count < acts:
            self.step()

    def step(self) -> None:
        if self.random.randrange(100) < 4:
            self.world.pass_days(self.random.choice((1, 1, 2, 7)))
        act = self.random.choices(list(ACTS), list(ACTS.values()))[0]
        act(self)
        self._follow()
        self._compare()

    # Trying

    def _try(self, name: str, may: bool, act: Callable[[], Any]) -> Any:
        """The act is done exactly when the oracle says that it may be."""
        refusal: ContractRefusal | None = None
        result: Any = None
        try:
            result = act()
        except ContractRefusal as exc:
            refusal = exc
        assert (refusal is None) == may, f"{name}: {refusal or 'was accepted'}"
        if refusal is not None:
            assert refusal.name not in BUGS, f"{name}: {refusal}"
            self.refused[name] += 1
            return None
        self.done[name] += 1
        return result if result is not None else True

    def _range(self) -> tuple[Ledgered, Units] | None:
        """Mostly one that can still be passed on."""
        if not self.bills:
            return None
        pairs = [(bill, units) for bill in self.bills.values() for units in bill.units()]
        free = [pair for pair in pairs if pair[0].can_endorse(pair[1], self.world.today)]
        return self.random.choice(free if free and self.random.randrange(10) else pairs)

    def _part(self, units: Units) -> Units:
        first, last = units
        at = self.random.choice(
            (first, last, (first + last) // 2, self.random.randint(first, last))
        )
        kind = self.random.randrange(10)
        if kind < 3:
            return units
        if kind < 6:
            return first, at
        if kind < 9:
            return at, last
        return self.random.choice(((first, last + 1), (first + 1, max(last - 1, first + 1))))

    # Acts

    def draw(self) -> None:
        self._serial += 1
        days = self.random.choice((10, 40, 120))
        terms = bills.drawing(
            self.world,
            serial=self._serial,
            faceFen=FACE,
            maturity=self.world.today + days,
            payee=self.random.choice(("supplier",)),
        )
        self.world.act("debtor", "acceptances", "draw", terms)
        self.done["draw"] += 1
        bill = Ledgered(terms["billNo"], "debtor", "supplier", "debtor", FACE, terms["maturity"])
        bill.pieces[1, FACE] = oracle.Piece(holder="debtor")
        self.bills[terms["billNo"]], self.drawings[terms["billNo"]] = bill, terms

    def advance(self) -> None:
        """One step on the way to the payee, or back, or out."""
        early = [
            bill
            for bill in self.bills.values()
            if (1, FACE) in bill.pieces and bill.pieces[1, FACE].status <= oracle.ACCEPTED
        ]
        if not early or not self.random.randrange(20):
            early = list(self.bills.values())
        if not early:
            return
        bill = self.random.choice(early)
        whole, terms, act = (1, FACE), self.drawings[bill.number], self.world.act
        piece, today = bill.pieces.get(whole), self.world.today
        stage = (piece.status, piece.op) if piece else (0, 0)
        live, open_ = today < bill.maturity, piece is not None and not bill.is_frozen(whole, today)
        steps: dict[str, tuple[bool, Callable[[], Any], Callable[[], None]]] = {
            "requestAcceptance": (
                stage == (oracle.DRAWN, 0) and live and open_,
                lambda: act("debtor", "acceptances", "requestAcceptance", bill.number),
                lambda: bill.lock(whole, whole, oracle.OP_ACCEPTANCE),
            ),
            "accept": (
                stage == (oracle.DRAWN, oracle.OP_ACCEPTANCE) and live and open_,
                lambda: bills.accept(self.world, terms),
                lambda: bill.change(
                    whole, status=oracle.ACCEPTED, flag=oracle.AWAITING, before=0, op=0
                ),
            ),
            "refuseAcceptance": (
                stage == (oracle.DRAWN, oracle.OP_ACCEPTANCE),
                lambda: act(
                    "debtor", "acceptances", "refuseAcceptance", bill.number, False, bytes(32)
                ),
                lambda: bill.restore(whole),
            ),
            "tenderDelivery": (
                stage == (oracle.ACCEPTED, 0) and live and open_,
                lambda: act("debtor", "acceptances", "tenderDelivery", bill.number, False),
                lambda: bill.lock(whole, whole, oracle.OP_DELIVERY),
            ),
            "takeDelivery": (
                stage == (oracle.ACCEPTED, oracle.OP_DELIVERY) and live and open_,
                lambda: bills.take_delivery(self.world, terms),
                lambda: bill.change(
                    whole,
                    status=oracle.RECEIVED,
                    flag=oracle.TRANSFERABLE,
                    before=0,
                    op=0,
                    holder="supplier",
                ),
            ),
            "withdrawDelivery": (
                stage == (oracle.ACCEPTED, oracle.OP_DELIVERY),
                lambda: act("debtor", "acceptances", "withdrawDelivery", bill.number),
                lambda: bill.restore(whole),
            ),
            "cancel": (
                stage in ((oracle.DRAWN, 0), (oracle.ACCEPTED, 0)),
                lambda: act("debtor", "acceptances", "cancel", bill.number, bytes(32)),
                lambda: self._ended(bill),
            ),
            "clearOut": (
                stage[0] in (oracle.DRAWN, oracle.ACCEPTED) and not live,
                lambda: act("tier3", "acceptances", "clearOut", bill.number),
                lambda: self._ended(bill),
            ),
        }
        weights = dict(zip(steps, (4, 8, 1, 4, 8, 1, 1, 2), strict=True))
        lawful = {name: weights[name] for name, step in steps.items() if step[0]}
        if lawful and self.random.randrange(5):
            weights = lawful
        name = self.random.choices(list(weights), list(weights.values()))[0]
        may, attempt, effect = steps[name]
        if name == "accept" and may and self._is_late("debtor"):
            may = False
        if self._try(name, may, attempt):
            effect()

    def _ended(self, bill: Ledgered) -> None:
        bill.change((1, FACE), status=oracle.TERMINATED, flag=oracle.ENDED, before=0, op=0)

    def _is_late(self, acceptor: str) -> bool:
        """X1 is the business of its own tests: here it only says what may be accepted."""
        return bool(self.world.read("disclosures", "lateCount", party(self.world, acceptor)))

    def disclose(self) -> None:
        """Keeps the acceptor able to accept."""
        for number, bill in self.bills.items():
            piece = bill.pieces.get((1, FACE))
            if piece is not None and piece.status == oracle.DRAWN:
                continue
            if self.world.read("bills", "bill", number)["acceptanceDay"] == 0:
                continue
            if not self.world.read("disclosures", "isDisclosed", number):
                statement = self.world.read("disclosures", "derivedStatement", number)
                self.world.act("debtor", "disclosures", "disclose", number, statement)
                self.done["disclose"] += 1

    def endorse(self) -> None:
        found = self._range()
        if found is None:
            return
        bill, units = found
        part, to = self._part(units), self.random.choice(HOLDERS)
        marked = self.random.randrange(10) == 0
        from_ = self._endorser(bill, units)
        may = (
            bill.can_endorse(units, self.world.today)
            and from_ == bill.pieces[units].holder
            and to != from_
            and bill.can_cut(units, part)
        )
        token = claims.token(bill.number, *units)
        fields = {"first": part[0], "last": part[1], "marked": marked}
        if self._try(
            "endorseSigned",
            may,
            lambda: bills.endorse_signed(self.world, token, from_, to, **fields),
        ):
            bill.cut(units, part)
            bill.endorse(part, to, marked)

    def _endorser(self, bill: Ledgered, units: Units) -> str:
        return bill.pieces[units].holder if self.random.randrange(10) else "tier2"

    def request(self) -> None:
        found = self._range()
        if found is None:
            return
        bill, units = found
        part, to = self._part(units), self.random.choice(HOLDERS)
        from_ = bill.pieces[units].holder
        days = self.random.choice((0, 1, 3, 100))
        last_day = self.world.today + days
        may = (
            bill.can_endorse(units, self.world.today)
            and to != from_
            and bill.can_cut(units, part)
            and last_day <= bill.maturity - 1
        )
        e = bills.endorsement(
            self.world,
            claims.token(bill.number, *units),
            from_,
            to,
            first=part[0],
            last=part[1],
        )
        result = self._try(
            "requestEndorsement", may, lambda: bills.request(self.world, e, from_, days=days)
        )
        if result:
            bill.lock(units, part, oracle.OP_ENDORSEMENT)
            self.requests[result[0]] = (bill.number, part, e, last_day)

    def answer(self) -> None:
        if not self.requests:
            return
        pending = self.random.choice(list(self.requests))
        number, part, e, last_day = self.requests[pending]
        bill, today = self.bills[number], self.world.today
        names_ = {actor.id: name for name, actor in self.world.actors.items()}
        from_, to = names_[e["from"]], names_[e["to"]]
        how = self.random.choice(("take", "take", "take", "reject", "withdraw", "expire", "other"))
        if how in ("take", "other"):
            by = to if how == "take" else "bank2"
            may = (
                how == "take"
                and today <= last_day
                and bill.pieces[part].holder == from_
                and today <= bill.maturity - 1
                and not bill.is_frozen(part, today)
            )
            args = ("endorsements", "takeEndorsement", e, hashed("consent"))
            if self._try("takeEndorsement", may, lambda: self.world.act(by, *args)):
                bill.endorse(part, to, False)
                del self.requests[pending]
            return
        by = {"reject": to, "withdraw": from_, "expire": "tier3"}[how]
        may = how != "expire" or today > last_day
        if self._try(how, may, lambda: self.world.act(by, "endorsements", how, pending)):
            bill.restore(part)
            del self.requests[pending]

    def freeze(self) -> None:
        found = self._range()
        if found is None:
            return
        bill, units = found
        lifts = bill.pieces[units].frozen and self.random.randrange(3)
        days = self.random.choice((0, 3, 10))
        token = claims.token(bill.number, *units)
        may = bill.pieces[units].status <= oracle.MATURED
        kind = 1 if lifts else 0
        if not self._order(order_of(self.world, kind, "bills", token), days, "freeze", may):
            return
        until = self.world.today + days
        if lifts:
            bill.change(units, frozen=False, frozen_until=0)
        else:
            bill.change(
                units, frozen=True, frozen_until=max(bill.pieces[units].frozen_until, until)
            )

    def title(self) -> None:
        found = self._range()
        if found is None:
            return
        bill, units = found
        piece, to = bill.pieces[units], self.random.choice(HOLDERS)
        if piece.holder == to:
            return
        sides = {"from": party(self.world, piece.holder), "to": party(self.world, to)}
        terms = order_of(
            self.world,
            MOVE,
            "bills",
            claims.token(bill.number, *units),
            amountFen=units[1] - units[0] + 1,
            **sides,
        )
        if self._order(terms, 0, "title", piece.status == oracle.RECEIVED):
            bill.move_title(units, to)

    def _order(self, terms: dict[str, Any], days: int, name: str, may: bool) -> Any:
        self._serial += 1
        terms |= {
            "expiryDay": self.world.today + days,
            "documentHash": hashed(f"order {self._serial}"),
        }
        return self._try(name, may, lambda: carry_out(self.world, terms))

    # Comparing

    def _follow(self) -> None:
        for log in self.world.logs[self._folded :]:
            self.fold.apply(log, self.world.timestamp)
        self._folded = len(self.world.logs)

    def _compare(self) -> None:
        if not self.bills:
            return
        number = self.random.choice(list(self.bills))
        self.compare(self.bills[number])

    def compare(self, bill: Ledgered) -> None:
        """Every range of one bill, by contract and fold; nothing else exists."""
        world, today, state = self.world, self.world.today, self.fold.state.bills
        for units in bill.units():
            piece, token = bill.pieces[units], claims.token(bill.number, *units)
            found = world.read("bills", "range", token)
            assert found["holder"].lower() == party(world, piece.holder), (units, found)
            assert found["status"] == bill.status(units, today)
            assert (found["flag"], found["previousFlag"]) == (piece.flag, piece.before)
            assert found["pendingOp"] == piece.op
            assert found["frozen"] == bill.is_frozen(units, today)
            assert found["drawersRights"] == piece.drawers_rights
            records, indices = world.read("bills", "recordsOf", token)
            assert tuple(reversed(indices)) == piece.chain
            for record, index in zip(records, indices, strict=True):
                who, marked = bill.records[index - 1]
                assert record["party"].lower() == party(world, who)
                assert (record["marked"], bool(record["depth"])) == (marked, True)
            assert state.words[token] == world.read("bills", "wordOf", token)[1]
            assert state.holders[token] == found["holder"].lower()
        edges = list(bill.units())
        assert (edges[0][0], edges[-1][1]) == (1, bill.face)
        assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(edges))
        held = {id_ for id_ in state.holders if id_ >> 80 == bill.number}
        assert held == {claims.token(bill.number, *units) for units in edges}
        package = world.read("bills", "bill", bill.number)
        ended = sum(
            units[1] - units[0] + 1
            for units in edges
            if bill.pieces[units].status == oracle.TERMINATED
        )
        assert (package["splitCount"], package["endedFen"]) == (bill.splits, ended)
        assert package["recordCount"] == len(bill.records)

    def compare_all(self) -> None:
        for bill in self.bills.values():
            self.compare(bill)
        used = self.world.read("invoices", "invoice", bills.KEY, party(self.world, "debtor"))
        accepted = sum(
            bill.face
            for bill in self.bills.values()
            if any(
                piece.status in (oracle.ACCEPTED, oracle.RECEIVED) for piece in bill.pieces.values()
            )
        )
        assert used["usedFen"] == accepted


ACTS: dict[Callable[[BillCampaign], None], int] = {
    BillCampaign.draw: 6,
    BillCampaign.advance: 60,
    BillCampaign.disclose: 8,
    BillCampaign.endorse: 24,
    BillCampaign.request: 24,
    BillCampaign.answer: 24,
    BillCampaign.freeze: 5,
    BillCampaign.title: 4,
}
