"""Bills: division (§5), the doors and who may use them, orders (B40, B41), corrections (B42)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pyrevm import AccountInfo

from tests.bill_stories import (
    CORRECTION,
    DAYS,
    FACE,
    HOLDER_CHANGED,
    OP_ACCEPTANCE,
    OP_DELIVERY,
    OP_ENDORSEMENT,
    OP_GUARANTEE,
    OP_MARK,
    PENDING_REVOKED,
    accepted,
    chain_of,
    delivered,
    drawn,
    endorse_signed,
    endorsement,
    live_ranges,
    offered_for_acceptance,
    request,
    tendered,
    trade,
    whole,
)
from tests.recourse_stories import (
    ACCEPTED,
    AWAITING,
    DRAWN,
    ENDED,
    IN_COLLECTION,
    LOCKED,
    NOT_TRANSFERABLE,
    OP_PRESENTATION,
    OP_SETTLEMENT,
    PLEDGED,
    RECEIVED,
    REDEMPTION,
    SETTLED,
    SPLIT,
    STOP_PAYMENT,
    TERMINATED,
    TRANSFERABLE,
    UNDER_RECOURSE,
    acts,
    bill_number,
    freeze_range,
    holder,
    pair,
    part_of,
    range_,
    state,
    token,
    unfreeze_range,
)
from tests.stories import (
    FREEZE,
    MOVE,
    STRANGER,
    UNFREEZE,
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    carry_out,
    check_refusals,
    order_of,
    party,
    put,
    suspend,
    then,
)
from tests.world import FOREVER, MAKE, Receipt, World, hashed

NO_OP, OP_PLEDGE, OP_DISCOUNT = 0, 8, 9
ROOMS = {
    OP_ACCEPTANCE: "acceptances",
    OP_DELIVERY: "acceptances",
    OP_ENDORSEMENT: "endorsements",
    OP_MARK: "endorsements",
    OP_GUARANTEE: "guarantees",
    OP_PRESENTATION: "presentations",
    OP_SETTLEMENT: "recourse",
    OP_PLEDGE: "settlement",
    OP_DISCOUNT: "settlement",
}


def door(world: World, room: str, function: str, *args: Any) -> Receipt:
    """A door, used by the contract of a room."""
    return as_key(world, world.contracts[room].address, function, *args)


def as_key(world: World, address: str, function: str, *args: Any) -> Receipt:
    """An act of any address on Bills; without its code meanwhile, which the EVM would refuse."""
    evm = world.engine._evm  # type: ignore[attr-defined]
    before = evm.basic(address)
    code = evm.get_code(address)
    evm.insert_account_info(address, AccountInfo(balance=0, nonce=before.nonce))
    try:
        return world.send(address, "bills", function, *args)
    finally:
        info = AccountInfo(balance=0, nonce=before.nonce, code=code, code_hash=before.code_hash)
        evm.insert_account_info(address, info)


def received(world: World, **changes: Any) -> int:
    if not world.read("invoices", "capacityOf", hashed("trade"), party(world, "debtor")):
        trade(world, amount=1_000 * FACE)
    return delivered(world, **changes)


def cut(world: World, id_: int, first: int, last: int, *, to: str = "tier2") -> int:
    """One end of a range, endorsed away by its holder."""
    return endorse_signed(world, id_, holder(world, id_), to, first=first, last=last)[0]


def package(world: World, id_: int) -> dict[str, Any]:
    return dict(world.read("bills", "bill", id_ >> 80))


# Division


def test_division__at_random__covers_the_bill_without_gap_or_overlap(world: World) -> None:
    """BIL-1, INV-1, §5.4: held against plain arithmetic after every cut."""
    rng = random.Random(20_261_125)
    id_ = received(world)
    ranges = {(1, FACE)}
    for _ in range(40):
        first, last = rng.choice(sorted(item for item in ranges if item[0] < item[1]))
        at = rng.choice([first, last - 1, rng.randint(first, last - 1)])
        taken = rng.choice([(first, at), (at + 1, last)])
        parent = token(id_ >> 80, first, last)
        to = "tier3" if holder(world, parent) == "tier2" else "tier2"
        cut(world, parent, *taken, to=to)
        ranges = ranges - {(first, last)} | {(first, at), (at + 1, last)}

        live = [part_of(item) for item in live_ranges(world, id_ >> 80)]
        assert {(item.first, item.last) for item in live} == ranges
        edges = sorted(ranges)
        assert (edges[0][0], edges[-1][1]) == (1, FACE)
        assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(edges))
        found = package(world, id_)
        assert (found["liveCount"], found["splitCount"]) == (len(ranges), len(ranges) - 1)
    assert range_(world, id_)["status"] == SPLIT


@pytest.mark.parametrize(
    ("first", "last"),
    [(2, FACE - 1), (0, 5), (1, FACE + 1), (FACE, FACE + 1), (FACE + 1, FACE + 2), (5, 4)],
)
def test_division__units_that_are_no_end_of_the_range__are_refused(
    world: World, first: int, last: int
) -> None:
    """OP-6: from the front or from the back; never across, outside or from the middle."""
    id_ = received(world)

    with world.refused("BillsUnits"):
        cut(world, id_, first, last)


def test_division__indivisible_bill__moves_whole_only(world: World) -> None:
    """§5.6, NIL-33."""
    id_ = received(world, divisible=False)
    assert part_of(id_) == part_of(token(id_ >> 80, 0, 0))
    with world.refused("RuleViolated", ruleId="NIL-33"):
        cut(world, id_, 1, 5)

    cut(world, id_, 0, 0)

    assert holder(world, id_) == "tier2"
    assert world.read("bills", "amountOf", id_) == FACE


def test_division__before_the_delivery__is_impossible(world: World) -> None:
    """§5.2: neither acceptance, tender nor cancellation is divisible."""
    trade(world)
    id_ = whole(drawn(world))

    with world.refused("BillsStatus", needed=RECEIVED):
        door(world, "guarantees", "lock", id_, 1, 5, OP_GUARANTEE, AWAITING)


def test_division__more_often_than_the_rule__is_refused(world: World) -> None:
    """SH-2, as of the day of the act; undoing a division gives the count back."""
    world.set_rule("SH-2", 2)
    id_ = received(world)
    part = cut(world, id_, 1, 10)
    cut(world, part, 1, 5, to="tier3")

    with world.refused("RuleViolated", ruleId="SH-2", version=2, needed=2):
        cut(world, token(id_ >> 80, 11, FACE), 11, 12)


def test_division__one_fen__is_the_end_of_it(world: World) -> None:
    id_ = received(world)
    one = cut(world, id_, 1, 1)

    assert world.read("bills", "amountOf", one) == 1
    cut(world, one, 1, 1, to="tier3")
    assert holder(world, one) == "tier3"


def test_division__pieces__share_their_history(world: World) -> None:
    """§5.3: the records before the split are those of both pieces, and later ones of one alone."""
    id_ = received(world)
    endorse_signed(world, id_, "supplier", "tier2")
    front = cut(world, id_, 1, 10, to="tier3")
    back = token(id_ >> 80, 11, FACE)
    endorse_signed(world, front, "tier3", "bank")

    assert chain_of(world, front) == ["tier3", "tier2", "supplier"]
    assert chain_of(world, back) == ["supplier"]
    assert package(world, id_)["recordCount"] == 3


def test_division__stopped_range__both_pieces_are_stopped(world: World) -> None:
    """B40: a stop of payment lets a range pass on, and goes with it."""
    id_ = received(world)
    freeze_range(world, id_, kind=STOP_PAYMENT)

    part = cut(world, id_, 1, 10)

    for piece in (part, token(id_ >> 80, 11, FACE)):
        assert range_(world, piece)["paymentStopped"]
        with world.refused("BillsPaymentStopped"):
            door(world, "presentations", "end", piece, OP_PRESENTATION, SETTLED)


# Token paths


@pytest.mark.parametrize(
    "call",
    [
        ("transferFrom", "own", "other", "id"),
        ("safeTransferFrom(address,address,uint256)", "own", "other", "id"),
        ("safeTransferFrom(address,address,uint256,bytes)", "own", "other", "id", b""),
        ("approve(address,uint256)", "other", "id"),
        ("setApprovalForAll", "other", True),
    ],
    ids=lambda call: call[0],
)
def test_token_paths__of_the_standard__are_closed(world: World, call: tuple[Any, ...]) -> None:
    """MUST-7: every entry of ERC-721, for holders, officers and contracts."""
    id_ = received(world)
    values = {"own": party(world, "supplier"), "other": party(world, "tier2"), "id": id_}
    args = [values.get(item, item) if isinstance(item, str) else item for item in call[1:]]

    for sender in (world.actors["supplier"].officers[0].address, party(world, "supplier")):
        with world.refused("BillsTransferPath"):
            world.send(sender, "bills", call[0], *args)


# Doors


DOORS: dict[str, Callable[[int, int], tuple[Any, ...]]] = {
    "lock": lambda id_, op: (id_, 1, FACE, op, LOCKED),
    "unlock": lambda id_, op: (id_, op),
    "close": lambda id_, op: (id_, op, TRANSFERABLE),
    "divide": lambda id_, op: (id_, 1, 5, op),
    "pass": lambda id_, op: (id_, id_, op, "to", 1, False, TRANSFERABLE),
    "end": lambda id_, op: (id_, op, SETTLED),
}
FIXED = {
    "issue": ("acceptances", OP_ACCEPTANCE),
    "markAccepted": ("acceptances", OP_ACCEPTANCE),
    "setDrawersMark": ("acceptances", OP_DELIVERY),
    "deliver": ("acceptances", OP_DELIVERY),
    "acceptAndDeliver": ("acceptances", OP_ACCEPTANCE),
    "liftMark": ("endorsements", OP_MARK),
    "moveTo": ("recourse", OP_SETTLEMENT),
    "beginRecourse": ("recourse", OP_SETTLEMENT),
    "endRecourse": ("recourse", OP_SETTLEMENT),
    "markPresented": ("presentations", OP_PRESENTATION),
    "markDishonoured": ("presentations", OP_PRESENTATION),
}


@pytest.mark.parametrize("op", range(10))
@pytest.mark.parametrize("function", DOORS)
def test_door__of_an_act__opens_to_its_room_only(world: World, function: str, op: int) -> None:
    """MUST-14: no other contract, no officer, and nobody at all for no act."""
    id_ = received(world)
    args = tuple(
        party(world, "tier2") if item == "to" else item for item in DOORS[function](id_, op)
    )
    rooms = {name for name in set(ROOMS.values()) | {"invoices"} if name != ROOMS.get(op)}
    senders = [world.contracts[name].address for name in sorted(rooms)]
    senders += [STRANGER.address, world.actors["supplier"].officers[0].address]

    for sender in senders:
        with world.refused("BillsRoom", op=op, actual=sender):
            as_key(world, sender, function, *args)


@pytest.mark.parametrize("function", FIXED)
def test_door__of_one_room__opens_to_no_other(world: World, function: str) -> None:
    id_ = received(world)
    room, op = FIXED[function]
    to = party(world, "tier2")
    arguments: dict[str, tuple[Any, ...]] = {
        "issue": (bill_number(world, 50), to, to, to, 2, True, 5, 1, 2, bytes(32)),
        "markAccepted": (id_,),
        "setDrawersMark": (id_, True),
        "deliver": (id_, to),
        "acceptAndDeliver": (id_, to, False),
        "liftMark": (id_,),
        "moveTo": (id_, to, 0, TRANSFERABLE, False),
        "beginRecourse": (id_,),
        "endRecourse": (id_,),
        "markPresented": (id_, world.today),
        "markDishonoured": (id_, 1, True),
    }

    for name in sorted(set(ROOMS.values()) - {room}):
        with world.refused("BillsRoom", op=op):
            door(world, name, function, *arguments[function])
    with world.refused("BillsRoom", op=op):
        world.send(STRANGER.address, "bills", function, *arguments[function])


def test_lock__on_a_range_with_a_pending_act__is_refused(world: World) -> None:
    """BIL-2: for every act beside the one that is pending, from every room."""
    id_ = received(world)
    request(world, endorsement(world, id_, "supplier", "tier2"))

    for op, room in ROOMS.items():
        with world.refused("BillsPending", actual=OP_ENDORSEMENT):
            door(world, room, "lock", id_, 1, FACE, op, LOCKED)
    with world.refused("BillsPending"):
        door(world, "presentations", "markPresented", id_, world.today)
    with world.refused("BillsPending"):
        door(world, "recourse", "beginRecourse", id_)
    with world.refused("BillsPending"):
        door(world, "presentations", "end", id_, OP_PRESENTATION, SETTLED)
    with world.refused("BillsPending"):
        door(world, "recourse", "moveTo", id_, party(world, "bank"), 0, TRANSFERABLE, False)


@pytest.mark.parametrize("status", [SETTLED, TERMINATED])
def test_end__then__nothing_moves(world: World, status: int) -> None:
    """INV-3: every door is closed, orders and corrections too."""
    id_ = received(world)
    op = OP_PRESENTATION
    assert door(world, "presentations", "end", id_, op, status).result is True
    assert pair(world, id_) == (status, ENDED)
    assert package(world, id_)["endedFen"] == FACE

    for other, room in ROOMS.items():
        for function, arguments in DOORS.items():
            args = tuple(
                party(world, "tier2") if item == "to" else item for item in arguments(id_, other)
            )
            with world.refused("BillsStatus", actual=status):
                door(world, room, function, *args)
    with world.refused("BillsStatus"):
        freeze_range(world, id_)
    with world.refused("BillsStatus"):
        correct(world, correction(world, id_, HOLDER_CHANGED, to="bank"))
    with world.refused("BillsStatus"):
        world.act("tier3", "bills", "expireRestraint", id_)


def test_end__of_parts__counts_until_the_last(world: World) -> None:
    """INV-1: live = face − ended after each."""
    id_ = received(world)
    part = cut(world, id_, 1, 10)
    rest = token(id_ >> 80, 11, FACE)

    assert door(world, "presentations", "end", part, OP_PRESENTATION, SETTLED).result is False
    found = package(world, id_)
    assert (found["endedFen"], found["liveCount"]) == (10, 1)
    assert door(world, "presentations", "end", rest, OP_PRESENTATION, TERMINATED).result is True
    assert package(world, id_)["endedFen"] == FACE


@pytest.mark.parametrize(
    ("room", "op", "status"),
    [
        ("acceptances", OP_ACCEPTANCE, SETTLED),
        ("endorsements", OP_ENDORSEMENT, SETTLED),
        ("recourse", OP_SETTLEMENT, TERMINATED),
        ("presentations", OP_PRESENTATION, RECEIVED),
        ("recourse", OP_SETTLEMENT, SPLIT),
    ],
)
def test_end__in_a_status_that_is_not_the_rooms__is_refused(
    world: World, room: str, op: int, status: int
) -> None:
    id_ = received(world)

    with world.refused("BillsStatus"):
        door(world, room, "end", id_, op, status)


# The pairs of bills.md §3, as the doors can be made to write them.
ALLOWED = {
    "received": {
        *(TRANSFERABLE, LOCKED, NOT_TRANSFERABLE, PLEDGED),
        *(REDEMPTION, IN_COLLECTION, UNDER_RECOURSE),
    },
    "matured": {TRANSFERABLE, LOCKED, NOT_TRANSFERABLE, PLEDGED, IN_COLLECTION, UNDER_RECOURSE},
    "drawn": {AWAITING, LOCKED},
    "accepted": {AWAITING, LOCKED},
}


@pytest.mark.parametrize("flag", range(10))
@pytest.mark.parametrize("stage", ALLOWED)
def test_pair__not_of_the_table__is_never_written(world: World, stage: str, flag: int) -> None:
    """BIL-3: whatever a room asks for."""
    make = {
        "received": received,
        "matured": received,
        "drawn": lambda w: whole(drawn(w)),
        "accepted": lambda w: whole(accepted(w)),
    }[stage]
    id_ = make(world)
    if stage == "matured":
        world.pass_days(DAYS)
    args = (id_, 1, FACE, OP_GUARANTEE, flag)

    if flag in ALLOWED[stage]:
        door(world, "guarantees", "lock", *args)
        assert range_(world, id_)["flag"] == flag
    else:
        with world.refused("BillsPair", flag=flag):
            door(world, "guarantees", "lock", *args)


@pytest.mark.parametrize("op", sorted(set(ROOMS) - {OP_ACCEPTANCE, OP_DELIVERY}))
@pytest.mark.parametrize("units", [(1, FACE), (1, 10), (FACE - 9, FACE)])
def test_unlock__after_lock__restores_exactly(
    world: World, op: int, units: tuple[int, int]
) -> None:
    """INV-4, for every act that a room can put on a range or on one end of it."""
    id_ = received(world)
    before = (state(world, id_), package(world, id_))
    room = ROOMS[op]

    part = door(world, room, "lock", id_, *units, op, LOCKED).result
    assert range_(world, part)["pendingOp"] == op
    assert door(world, room, "unlock", part, op).result == id_

    assert (state(world, id_), package(world, id_)) == before


def test_beginRecourse__and_back__keeps_the_flag_at_rest(world: World) -> None:  # noqa: N802
    """B35: through an offer that came to nothing, too."""
    id_ = received(world)
    before = state(world, id_)
    door(world, "recourse", "beginRecourse", id_)
    assert pair(world, id_) == (RECEIVED, UNDER_RECOURSE)
    with world.refused("BillsFlag", actual=UNDER_RECOURSE):
        door(world, "recourse", "beginRecourse", id_)

    part = door(world, "recourse", "lock", id_, 1, 5, OP_SETTLEMENT, LOCKED).result
    door(world, "recourse", "unlock", part, OP_SETTLEMENT)
    door(world, "recourse", "endRecourse", id_)

    assert state(world, id_) == before
    with world.refused("BillsFlag", actual=TRANSFERABLE):
        door(world, "recourse", "endRecourse", id_)


def test_guarantees__more_than_a_range_can_count__are_refused(world: World) -> None:
    """MUST-16: the count of a range does not wrap."""
    id_ = received(world)
    for _ in range(31):
        door(world, "guarantees", "lock", id_, 1, FACE, OP_GUARANTEE, TRANSFERABLE)
        door(world, "guarantees", "close", id_, OP_GUARANTEE, TRANSFERABLE)
    assert range_(world, id_)["guarantees"] == 31

    door(world, "guarantees", "lock", id_, 1, FACE, OP_GUARANTEE, TRANSFERABLE)
    with world.refused("BillsGuarantees", actual=31):
        door(world, "guarantees", "close", id_, OP_GUARANTEE, TRANSFERABLE)


def test_every_write__is_counted_and_told(world: World) -> None:
    """DESIGN §2.6: a range's acts are its RangeWritten events, and RangeDivided once divided."""
    id_ = received(world)
    pending, part = request(world, endorsement(world, id_, "supplier", "tier2", last=10))
    world.act("supplier", "endorsements", "withdraw", pending)
    request(world, endorsement(world, id_, "supplier", "tier2", last=10))

    for tracked in (part, token(id_ >> 80, 11, FACE)):
        told = [
            log.args["word"]
            for log in world.logs
            if log.name == "RangeWritten" and log.args["tokenId"] == tracked
        ]
        assert told[-1] >> 16 & 0xFFFF == acts(world, tracked)
        assert told[-1] == world.read("bills", "wordOf", tracked)[1]
    own = [
        log
        for log in world.logs
        if (log.name == "RangeWritten" and log.args["tokenId"] == id_)
        or (log.name == "RangeDivided" and log.args["parentId"] == id_)
    ]
    assert len(own) == acts(world, id_)


# B40, B41


def order_case(world: World, kind: int, **changes: Any) -> SimpleNamespace:
    id_ = received(world)
    terms = order_of(world, kind, "bills", id_, **changes)
    world.act("court", "orders", "propose", terms)
    return SimpleNamespace(id=id_, order=terms, by=world.actors["court"].officers[1].address)


def send_order(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "bills", "carryOut", case.order)


def test_carryOut__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def with_another_bill(w: World, case: SimpleNamespace) -> None:
        unknown = token(bill_number(w, 99), 1, FACE)
        case.order = case.order | {"subject": unknown.to_bytes(32)}

    def moved(w: World) -> SimpleNamespace:
        sides = {"from": party(w, "supplier"), "to": party(w, "bank")}
        return order_case(w, MOVE, amountFen=FACE, **sides)

    rules: list[Rule] = [
        ("BillsUnknown", with_another_bill),
        ("OrdersState", put("order.documentHash", hashed("another order"))),
        ("GovernedSameOfficer", by_actor("court")),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "bank"))),
    ]
    check_refusals(world, moved, send_order, rules)


@pytest.mark.parametrize("kind", [FREEZE, STOP_PAYMENT, UNFREEZE])
def test_order__of_each_kind__by_whom(world: World, kind: int) -> None:
    """ORD-2, MUST-9: regulator or court freeze and stop; nobody else, and not alone."""
    id_ = received(world)
    for who in ("regulator", "court"):
        terms = order_of(world, kind, "bills", id_, documentHash=hashed(who))
        carry_out(world, terms, by=who)
    for who in ("operator", "register", "supplier"):
        with world.refused("ParticipantsRoleLacking"):
            carry_out(world, order_of(world, kind, "bills", id_), by=who)


def test_stop_of_payment__of_anything_but_a_bill__is_refused(world: World) -> None:
    for target, subject in (("participants", party(world, "tier3")), ("receivables", 5)):
        with world.refused("OrdersKind", kind=STOP_PAYMENT):
            terms = order_of(world, STOP_PAYMENT, target, subject)
            world.act("court", "orders", "propose", terms)


def test_freeze__blocks_every_act_and_lifting_restores_the_pair(world: World) -> None:
    """INV-20, §4 of the invariants: payment too, by every door but those that restore."""
    id_ = received(world)
    before = state(world, id_)
    freeze_range(world, id_)
    assert state(world, id_) == before | {"frozen": True}

    for op, room in ROOMS.items():
        with world.refused("BillsFrozen"):
            door(world, room, "lock", id_, 1, FACE, op, LOCKED)
        with world.refused("BillsFrozen"):
            door(world, room, "divide", id_, 1, 5, op)
        with world.refused("BillsFrozen"):
            args = (id_, id_, op, party(world, "tier2"), 1, False, TRANSFERABLE)
            door(world, room, "pass", *args)
    for room, op in (("presentations", OP_PRESENTATION), ("recourse", OP_SETTLEMENT)):
        with world.refused("BillsFrozen"):
            door(world, room, "end", id_, op, SETTLED)
    with world.refused("BillsFrozen"):
        door(world, "recourse", "moveTo", id_, party(world, "bank"), 0, TRANSFERABLE, False)
    with world.refused("BillsFrozen"):
        world.read("bills", "requireNotFrozen", id_)

    unfreeze_range(world, id_)
    assert state(world, id_) == before
    endorse_signed(world, id_, "supplier", "tier2")


def test_freeze__on_its_last_day_holds__and_ends_by_itself(world: World) -> None:
    """INV-20, MUST-17: acts do not wait for anybody to take it off."""
    id_ = received(world)
    freeze_range(world, id_, days=5)
    world.pass_days(5)
    with world.refused("BillsFrozen", untilDay=world.today):
        endorse_signed(world, id_, "supplier", "tier2")
    with world.refused("BillsRestrained", untilDay=world.today):
        world.act("tier3", "bills", "expireRestraint", id_)

    world.pass_days(1)
    with world.anchor():
        endorse_signed(world, id_, "supplier", "tier2")
    world.act("tier3", "bills", "expireRestraint", id_)
    assert range_(world, id_)["frozen"] is False
    with world.refused("BillsRestrained"):
        world.act("tier3", "bills", "expireRestraint", id_)


def test_freeze__by_a_second_order__is_never_shortened(world: World) -> None:
    id_ = received(world)
    freeze_range(world, id_, days=20)
    freeze_range(world, id_, days=10)

    assert world.read("bills", "restraint", id_)["frozenUntil"] == world.today + 20


def test_stop_of_payment__stops_payment_and_nothing_else(world: World) -> None:
    """B40."""
    id_ = received(world)
    freeze_range(world, id_, kind=STOP_PAYMENT)
    endorse_signed(world, id_, "supplier", "tier2")

    for room, op in (("presentations", OP_PRESENTATION), ("recourse", OP_SETTLEMENT)):
        with world.refused("BillsPaymentStopped"):
            door(world, room, "end", id_, op, SETTLED)
    with world.refused("BillsPaymentStopped"):
        door(world, "recourse", "moveTo", id_, party(world, "bank"), 0, TRANSFERABLE, False)
    with world.refused("BillsPaymentStopped"):
        world.read("bills", "requirePayable", id_)
    unfreeze_range(world, id_)
    door(world, "presentations", "end", id_, OP_PRESENTATION, SETTLED)


def test_pending_act__under_a_freeze__is_restored_and_not_agreed(world: World) -> None:
    """MUST-12."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2")
    pending, _ = request(world, e)
    freeze_range(world, id_)

    with world.refused("BillsFrozen"):
        world.act("tier2", "endorsements", "takeEndorsement", e, hashed("consent"))
    world.act("supplier", "endorsements", "withdraw", pending)
    assert pair(world, id_) == (RECEIVED, TRANSFERABLE)


def move(world: World, id_: int, from_: str, to_: str, **changes: Any) -> Receipt:
    sides = {"from": party(world, from_), "to": party(world, to_)}
    terms = {"amountFen": part_of(id_).amount} | sides | changes
    return carry_out(world, order_of(world, MOVE, "bills", id_, **terms))


def test_title__moved_by_order__gives_no_better_rights(world: World) -> None:
    """B41, NIL-11: the successor pursues nobody whom its predecessor could not."""
    id_ = received(world)
    for from_, to in (("supplier", "tier2"), ("tier2", "tier3"), ("tier3", "tier2")):
        endorse_signed(world, id_, from_, to)

    move(world, id_, "tier2", "bank")

    assert (holder(world, id_), pair(world, id_)) == ("bank", (RECEIVED, TRANSFERABLE))
    assert chain_of(world, id_) == ["supplier"]
    assert range_(world, id_)["drawersRights"] is False


def test_title__of_the_drawer__carries_the_drawers_rights(world: World) -> None:
    """INV-7: whoever succeeds a drawer that held its own bill has none against prior parties."""
    id_ = received(world)
    endorse_signed(world, id_, "supplier", "debtor")

    move(world, id_, "debtor", "bank")

    assert range_(world, id_)["drawersRights"] is True


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amountFen": FACE - 1}, "BillsOrder"),
        ({"from": "tier3"}, "BillsOrder"),
        ({"to": "operator"}, "ParticipantsRoleLacking"),
    ],
)
def test_title__that_does_not_fit__is_refused(
    world: World, changes: dict[str, Any], error: str
) -> None:
    """Whole ranges of the holder named, to who may hold them (R77-5)."""
    id_ = received(world)
    given = {k: party(world, v) if isinstance(v, str) else v for k, v in changes.items()}

    with world.refused(error):
        move(world, id_, "supplier", "bank", **given)


def test_title__before_the_delivery__is_refused(world: World) -> None:
    trade(world)
    id_ = whole(accepted(world))

    with world.refused("BillsStatus", actual=ACCEPTED):
        move(world, id_, "debtor", "bank")


# B42


def correction(
    world: World, id_: int, kind: int, *, to: str = "", **changes: Any
) -> dict[str, Any]:
    return {
        "kind": kind,
        "tokenId": id_,
        "acts": acts(world, id_),
        "to": party(world, to) if to else "0x" + "00" * 20,
        "evidenceHash": hashed("evidence"),
        "deadline": FOREVER,
    } | changes


def correct(world: World, c: dict[str, Any], *, by: str = "register") -> Receipt:
    digest = world.digest("bills", "Correction", CORRECTION, c)
    return world.act(by, "bills", "correct", c, world.approval(by, digest, officer=1))


def test_correct__rules__answer_in_order(world: World) -> None:
    """B42: two officers of the register operator; the range in the state both saw."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = received(w)
        case = caller_case(w, "register", MAKE, c=correction(w, id_, HOLDER_CHANGED, to="bank"))
        case.second = "register"
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("bills", "Correction", CORRECTION, case.c)
        approval = w.approval(case.second, digest, officer=1)
        w.send(case.by, "bills", "correct", case.c, approval)

    rules: list[Rule] = [
        *authority_rules("register", amount=False),
        ("ParticipantsRoleLacking", by_actor("operator")),
        ("GovernedOtherParty", put("second", "court")),
        ("BillsUnknown", put("c.tokenId", lambda w: token(bill_number(w, 99), 1, FACE))),
        ("BillsActs", put("c.acts", 1)),
        ("BillsCorrection", put("c.evidenceHash", bytes(32))),
        ("BillsSelf", put("c.to", lambda w: party(w, "supplier"))),
    ]
    check_refusals(world, prepare, act, rules)


def test_correct__holder__is_an_entry_and_no_erasure(world: World) -> None:
    id_ = received(world)
    endorse_signed(world, id_, "supplier", "tier2")

    receipt = correct(world, correction(world, id_, HOLDER_CHANGED, to="tier3"))

    assert holder(world, id_) == "tier3"
    assert chain_of(world, id_) == ["supplier"]
    told = receipt.event("BillCorrected").args
    assert (told["from"], told["to"]) == (party(world, "tier2"), party(world, "tier3"))


@pytest.mark.parametrize(
    ("make", "pair_after"),
    [(offered_for_acceptance, (DRAWN, AWAITING)), (tendered, (ACCEPTED, AWAITING))],
)
def test_correct__pending_act_before_delivery__is_taken_back(
    world: World, make: Callable[..., dict[str, Any]], pair_after: tuple[int, int]
) -> None:
    fields = {"marked": True} if make is tendered else {}
    terms = make(world, **fields)
    id_ = whole(terms)

    correct(world, correction(world, id_, PENDING_REVOKED))

    assert pair(world, id_) == pair_after
    assert package(world, id_)["drawersMark"] is False


def test_correct__where_nothing_fits__is_refused(world: World) -> None:
    id_ = received(world)
    with world.refused("BillsPending", actual=NO_OP):
        correct(world, correction(world, id_, PENDING_REVOKED))
    request(world, endorsement(world, id_, "supplier", "tier2"))
    with world.refused("BillsPending", actual=OP_ENDORSEMENT):
        correct(world, correction(world, id_, PENDING_REVOKED))
    with world.refused("BillsCorrection", kind=0):
        correct(world, correction(world, id_, 0))
