"""The fold against the contracts, over whole lives of bills: after every step everything agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from scf.chain.transactions import keccak
from scf.model.fold import Fold, FoldError, fold
from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.bill_comparison import check, folded
from tests.campaigns import bill_days as days
from tests.contracts.test_guarantees import disclose, given
from tests.recourse_stories import FACE, as_debtor, part_of, token
from tests.stories import MOVE, ZERO, carry_out, order_of, party
from tests.world import World, hashed

HALF, QUARTER = FACE // 2, FACE // 4


class Follower:
    """Folds what happened since it looked last, and holds the contracts against it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fold: Fold | None = None
        self.done = 0

    def look(self) -> int:
        self.fold = folded(self.world, self.fold, self.done)
        self.done = len(self.world.logs)
        return check(self.world, self.fold.books())


@pytest.fixture
def follower(world: World, monkeypatch: pytest.MonkeyPatch) -> Follower:
    """One that looks before the clock moves: an event belongs to the day it was written."""
    found, go_to = Follower(world), world.go_to

    def look_and_go(day: dt.date | int) -> None:
        found.look()
        go_to(day)

    monkeypatch.setattr(world, "go_to", look_and_go)
    claims.fund(world, "debtor", "supplier", "tier2", "tier3", "bank")
    return found


def test_a_bill_paid__by_parts(world: World, follower: Follower) -> None:
    """Trade, endorsement of parts, guarantee, disclosure, check, payment: all of it adds up."""
    id_ = bills.delivered(world)
    follower.look()
    number = part_of(id_).number
    disclose(world, id_)
    world.act("bank", "disclosures", "recordCheck", number)
    part = claims.endorse(world, id_, "supplier", "tier2", first=1, last=HALF)
    follower.look()
    rest = token(number, HALF + 1, FACE)
    given(world, rest, by="debtor")
    inner = claims.endorse(world, part, "tier2", "tier3", first=1, last=QUARTER, marked=True)
    follower.look()
    world.go_to(claims.maturity(world, id_))
    claims.present(world, rest)
    follower.look()
    claims.pay_bills(world, rest, inner, token(number, QUARTER + 1, HALF))

    assert follower.look() > 30
    books = follower.fold.books()
    assert books.debtors[party(world, "debtor")].outstanding_fen == 0
    assert books.bills.acceptors[party(world, "debtor")].balance_fen == 0


def test_bills_that_come_to_nothing(world: World, follower: Follower) -> None:
    """B4 to B7, B10: refused, withdrawn, cancelled after acceptance, cleared out."""
    refused = bills.offered_for_acceptance(world, serial=1, faceFen=HALF)
    args = (refused["billNo"], False, hashed("reason"))
    world.act("debtor", "acceptances", "refuseAcceptance", *args)
    follower.look()
    accepted = bills.accepted(world, serial=2, faceFen=QUARTER)
    follower.look()
    world.act("debtor", "acceptances", "cancel", accepted["billNo"], hashed("reason"))
    follower.look()
    tendered = bills.tendered(world, serial=3, faceFen=QUARTER, marked=True)
    args = (tendered["billNo"], hashed("reason"))
    world.act("supplier", "acceptances", "refuseDelivery", *args)
    follower.look()
    world.go_to(tendered["maturity"])
    for terms in (refused, tendered):
        world.act("tier2", "acceptances", "clearOut", terms["billNo"])

    follower.look()
    books = follower.fold.books()
    assert books.debtors[party(world, "debtor")].outstanding_fen == 0
    assert sum(item.used_fen for item in books.invoices.values()) == 0


@pytest.mark.parametrize("how", ["reject", "withdraw", "expire"])
def test_a_division_undone(world: World, how: str) -> None:
    """Pieces that go back into their parent, and pieces whose rest has moved on meanwhile."""
    id_ = bills.delivered(world)
    for moved in (False, True):
        with world.anchor():
            own = Follower(world)
            own.look()
            e = bills.endorsement(world, id_, "supplier", "tier2", first=1, last=QUARTER)
            pending, _ = world.act(
                "supplier", "endorsements", "requestEndorsement", e, world.today
            ).result
            own.look()
            if moved:
                rest = token(part_of(id_).number, QUARTER + 1, FACE)
                claims.endorse(world, rest, "supplier", "tier3")
            own.look()
            if how == "expire":
                world.pass_days(1)
            by = {"reject": "tier2", "withdraw": "supplier", "expire": "bank"}[how]
            world.act(by, "endorsements", how, pending)
            own.look()
            assert (id_ in own.fold.books().bills.holders) is not moved


def test_recourse__down_the_chain_in_parts(world: World, follower: Follower) -> None:
    """Dishonour, pursuit, partial offers that fail and that are taken, re-recourse to the end."""
    id_ = claims.chain(world, "supplier", "tier2", "tier3")
    claims.dishonoured(world, id_)
    follower.look()
    claims.pursue(world, id_, "tier2", "supplier", costs=100)
    follower.look()
    pending, _ = claims.offer(world, id_, "tier2", first=1, last=QUARTER)
    follower.look()
    world.act("tier3", "recourse", "reject", pending)
    follower.look()
    world.pass_days(4)
    taken, _ = claims.settle(world, id_, "tier2", first=1, last=QUARTER)
    follower.look()
    claims.pursue(world, taken, "supplier", "debtor")
    part, _ = claims.settle(world, taken, "supplier", first=1, last=QUARTER // 3)
    follower.look()
    claims.pursue(world, part, "debtor", "agency")
    claims.settle(world, part, "debtor")
    follower.look()
    rest = token(part_of(id_).number, QUARTER + 1, FACE)
    claims.settle(world, rest, "supplier")
    follower.look()
    claims.pursue(world, rest, "agency")
    world.mint("agency", 10**12, "agency's money")
    claims.settle(world, rest, "agency")

    follower.look()
    assert rest in follower.fold.books().bills.residuals


def test_recourse__by_a_guarantor_and_withdrawn(world: World, follower: Follower) -> None:
    id_ = claims.chain(world, "supplier", "tier2")
    given(world, id_, by="supplier", guaranteed="supplier")
    claims.pursue_without(world, id_, "supplier")
    follower.look()
    world.act("tier2", "recourse", "withdrawPursuit", id_)
    follower.look()
    claims.dishonoured(world, id_, after=1)
    claims.pursue(world, id_, debtors=[as_debtor(world, "tier3", "supplier")])
    follower.look()
    claims.settle(world, id_, "tier3", guaranteed="supplier")

    follower.look()
    basis = follower.fold.books().bills.bases[id_]
    assert basis.guaranteed == party(world, "supplier")


@pytest.mark.parametrize("how", ["reject", "withdraw", "liftMark"])
def test_a_mark__asked_to_be_lifted(world: World, follower: Follower, how: str) -> None:
    """B15: a request for no amount, pending and closed."""
    id_ = claims.endorse(world, claims.received(world), "supplier", "tier2", marked=True)
    args = (id_, world.today + 3)
    pending = world.act("tier2", "endorsements", "requestMarkRevocation", *args).result
    follower.look()
    assert follower.fold.books().bills.pending[bytes(pending)].amount_fen == 0
    by = {"reject": "supplier", "withdraw": "tier2", "liftMark": "supplier"}[how]
    world.act(by, "endorsements", how, pending)

    follower.look()


def test_a_month__stated_again_and_differently__stays_disclosed(
    world: World, follower: Follower
) -> None:
    """X2: what was once stated as it was is not undone by a later statement."""
    claims.received(world)
    month = days.month(world.today)
    world.go_to(days.month_end(month) + 2)
    figures = world.read("disclosures", "monthEndOf", party(world, "debtor"), month)
    names = ("acceptedFen", "balanceFen", "overdueFen", "overdueBalanceFen")
    words = (int(party(world, "debtor"), 16), month, *(figures[name] for name in names))
    true = keccak(b"".join(word.to_bytes(32) for word in words))
    for statement in (true, hashed("another statement")):
        world.act("debtor", "disclosures", "discloseMonth", month, statement)
        follower.look()

    desk = world.read("disclosures", "deskOf", party(world, "debtor"))
    assert desk["disclosedMonth"] == month
    told = follower.fold.books().bills.months[party(world, "debtor"), month]
    assert told == (hashed("another statement"), True)


def test_orders__corrections_and_an_access_bank(world: World, follower: Follower) -> None:
    id_ = claims.received(world)
    claims.freeze_range(world, id_, days=5)
    part = token(part_of(id_).number, 1, HALF)
    follower.look()
    world.pass_days(6)
    world.act("bank", "bills", "expireRestraint", id_)
    claims.endorse(world, id_, "supplier", "tier2", first=1, last=HALF)
    claims.freeze_range(world, part, kind=claims.STOP_PAYMENT)
    follower.look()
    claims.unfreeze_range(world, part)
    moved = {"from": party(world, "tier2"), "to": party(world, "tier3"), "amountFen": HALF}
    carry_out(world, order_of(world, MOVE, "bills", part, **moved))
    follower.look()
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    follower.look()
    world.act("debtor", "presentations", "setAccessBank", ZERO)

    follower.look()
    assert follower.fold.books().bills.access_banks == {}


def test_dishonour__under_an_order_then_without(world: World, follower: Follower) -> None:
    """DC06 is no event of the acceptor's; the refusal without an order after it is."""
    id_ = claims.received(world)
    world.go_to(claims.maturity(world, id_))
    claims.freeze_range(world, id_, days=3)
    claims.present_due(world, id_)
    claims.dishonour(world, id_, code=claims.DC06)
    follower.look()
    world.pass_days(4)
    claims.present(world, id_)
    claims.dishonour(world, id_)
    follower.look()
    months = follower.fold.books().bills.overdue_months[party(world, "debtor")]
    assert [month.events for month in months] == [1]
    world.act("bank", "disclosures", "publishListing", party(world, "debtor"))

    follower.look()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda logs: [log for log in logs if log.name != "BillIssued"],
        lambda logs: [log for log in logs if log.name != "RecordWritten"],
        lambda logs: [log for log in logs if log.name != "EndorsementRequested"],
        lambda logs: [log for log in logs if log.name != "InvoiceRegistered"],
    ],
)
def test_an_event_left_out__is_noticed(world: World, spoil: Callable[[list], list]) -> None:
    """The fold refuses a history that cannot be one."""
    id_ = bills.delivered(world)
    claims.endorse(world, id_, "supplier", "tier2", first=1, last=HALF)
    claims.endorse(world, token(part_of(id_).number, 1, HALF), "tier2", "tier3")
    full = folded(world)
    logs = spoil(list(world.logs))
    assert len(logs) < len(world.logs)

    with pytest.raises(FoldError):
        fold(((log, world.timestamp) for log in logs), full.contracts)
