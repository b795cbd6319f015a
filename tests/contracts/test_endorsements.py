"""Endorsements: B11 to B13 by request and by both signatures, the mark of B14, lifting it (B15)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.bill_stories import (
    DAYS,
    FACE,
    KIND_ENDORSEMENT,
    KIND_LIFTED,
    MARK_REVOCATION,
    OP_ENDORSEMENT,
    OP_MARK,
    PENDING_REVOCATION,
    accepted,
    chain_of,
    delivered,
    endorse_signed,
    endorsement,
    endorsement_id,
    request,
    taking_digest,
    trade,
    whole,
)
from tests.recourse_stories import (
    LOCKED,
    NO_FLAG,
    NONE,
    NOT_TRANSFERABLE,
    RECEIVED,
    SPLIT,
    STOP_PAYMENT,
    TRANSFERABLE,
    acts,
    bill_number,
    freeze_range,
    guarantee,
    holder,
    pair,
    part_of,
    range_,
    state,
    token,
    unfreeze_range,
)
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    carry_out,
    check_refusals,
    freeze,
    order_of,
    party,
    put,
    suspend,
    then,
)
from tests.world import FOREVER, MAKE, World, hashed

UNKNOWN_PARTY = "0x" + "11" * 20
CONSENT = hashed("consent")
PART = 30_000_00
FRONT = {"first": 1, "last": PART}
BACK = {"first": FACE - PART + 1, "last": FACE}
MOVE = 2


def received(world: World) -> int:
    """One bill in the supplier's hands, with room on its invoice for more."""
    trade(world, amount=10 * FACE)
    return delivered(world)


def package(world: World, token_id: int) -> dict[str, Any]:
    return dict(world.read("bills", "bill", part_of(token_id).number))


def at_last_day(world: World) -> None:
    world.pass_days(DAYS - 1)


def past_last_day(world: World) -> None:
    world.pass_days(DAYS)


def of_another(name: str) -> Callable[[World, SimpleNamespace], None]:
    """The act names another range, whose state does not allow it."""

    def breach(world: World, case: SimpleNamespace) -> None:
        id_ = case.others[name]
        units = part_of(id_)
        case.e |= {"tokenId": id_, "first": units.first, "last": units.last}
        case.e["acts"] = acts(world, id_)

    return breach


def others(world: World) -> dict[str, int]:
    found = {
        "undelivered": not_delivered(world),
        "requested": delivered(world, serial=22),
        "marked": delivered(world, serial=23, marked=True),
    }
    request(world, endorsement(world, found["requested"], "supplier", "tier2"))
    return found


def not_delivered(world: World) -> int:
    return whole(accepted(world, serial=21))


def frozen_range(world: World, case: SimpleNamespace) -> None:
    """A freeze is an act: the terms name the state after it."""
    freeze_range(world, case.e["tokenId"])
    case.e["acts"] = acts(world, case.e["tokenId"])


# What every endorsement is asked about the range, in order.
RANGE: list[Rule] = [
    ("BillsUnknown", put("e.tokenId", lambda w: token(bill_number(w, 99), 1, FACE))),
    ("BillsStatus", of_another("undelivered")),
    ("BillsPending", of_another("requested")),
    ("RuleViolated", of_another("marked")),
    ("BillsActs", put("e.acts", 3)),
]


# B11


def request_case(world: World) -> SimpleNamespace:
    id_ = received(world)
    case = caller_case(world, "supplier", MAKE, id=id_, others=others(world))
    case.e = endorsement(world, id_, "supplier", "tier2")
    case.day = world.today + 5
    return case


def suspended_endorsee(world: World, case: SimpleNamespace) -> None:
    case.e["to"] = party(world, "tier2")
    suspend(world, "tier2")


def send_request(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "endorsements", "requestEndorsement", case.e, case.day)


def test_requestEndorsement__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B11: officer and parties, the range, the hop, the day, the freeze."""
    rules: list[Rule] = [
        ("BillsUnits", put("e.last", 0)),
        *authority_rules("supplier"),
        ("ParticipantsPartyUnknown", put("e.to", UNKNOWN_PARTY)),
        ("ParticipantsPartySuspended", suspended_endorsee),
        ("BillsParty", put("e.from", lambda w: party(w, "tier3"))),
        *RANGE,
        ("BillsSelf", put("e.to", lambda w: party(w, "supplier"))),
        ("EndorsementsEvidenceMissing", put("e.evidenceHash", bytes(32))),
        ("RuleViolated", then(past_last_day)),
        ("EndorsementsDeadline", put("day", 0)),
        ("BillsFrozen", frozen_range),
        ("BillsUnits", lambda w, case: case.e.update(first=2, last=FACE - 1)),
    ]

    check_refusals(world, request_case, send_request, rules)


def test_requestEndorsement__by_another_holder__is_refused(world: World) -> None:  # noqa: N802
    """NIL-31: only the holder endorses, whoever signs for itself."""
    id_ = received(world)
    e = endorsement(world, id_, "tier3", "tier2")

    with world.refused("BillsParty", actual=party(world, "tier3"), needed=party(world, "supplier")):
        request(world, e, "tier3")


@pytest.mark.parametrize(
    ("days", "fits"), [(-1, False), (0, True), (DAYS - 1, True), (DAYS, False)]
)
def test_requestEndorsement__deadline__is_at_most_the_last_day(  # noqa: N802
    world: World, days: int, fits: bool
) -> None:
    """OP-31, OP-7."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2")
    if fits:
        request(world, e, days=days)
        return

    with world.refused("EndorsementsDeadline", latest=world.today + DAYS - 1):
        request(world, e, days=days)


@pytest.mark.parametrize("units", [{}, FRONT, BACK, {"last": 1}, {"last": FACE - 1}])
def test_requestEndorsement__done__locks_the_part_and_leaves_the_rest_free(  # noqa: N802
    world: World, units: dict[str, int]
) -> None:
    """B11; §5: Σ children = parent, no gap, no overlap."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2", **units)

    _, part_id = request(world, e)

    found = range_(world, part_id)
    assert (found["status"], found["flag"], found["previousFlag"]) == (
        RECEIVED,
        LOCKED,
        TRANSFERABLE,
    )
    assert found["pendingOp"] == OP_ENDORSEMENT
    assert part_of(part_id) == part_of(token(id_ >> 80, e["first"], e["last"]))
    assert holder(world, part_id) == "supplier"
    if part_id == id_:
        assert package(world, id_)["liveCount"] == 1
        return
    rest = other_piece(id_, part_id)
    assert (pair(world, rest), holder(world, rest)) == ((RECEIVED, TRANSFERABLE), "supplier")
    assert part_of(rest).amount + part_of(part_id).amount == FACE
    assert range_(world, id_)["status"] == SPLIT
    assert (package(world, id_)["liveCount"], package(world, id_)["splitCount"]) == (2, 1)


def other_piece(parent: int, part: int) -> int:
    whole_, taken = part_of(parent), part_of(part)
    if taken.first == whole_.first:
        return token(whole_.number, taken.last + 1, whole_.last)
    return token(whole_.number, whole_.first, taken.first - 1)


# B12


def take_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "tier2", MAKE, id=received(world), consent=CONSENT)
    case.e = endorsement(world, case.id, "supplier", "tier2", **FRONT)
    _, case.part = request(world, case.e)
    return case


def send_take(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "endorsements", "takeEndorsement", case.e, case.consent)


def test_takeEndorsement__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B12: preconditions again at the answer; the terms are those requested."""

    def freeze_part(w: World, case: SimpleNamespace) -> None:
        freeze_range(w, case.part)

    rules: list[Rule] = [
        *authority_rules("tier2"),
        ("ParticipantsPartyFrozen", then(lambda w: freeze(w, "supplier"))),
        ("TwoSidedState", put("e.evidenceHash", hashed("another hop"))),
        ("TwoSidedParty", by_actor("tier3")),
        ("TwoSidedExpired", then(lambda w: w.pass_days(6))),
        ("EndorsementsConsentMissing", put("consent", bytes(32))),
        ("BillsFrozen", freeze_part),
    ]

    check_refusals(world, take_case, send_take, rules)


def test_endorseUntil__changed_after_the_drawing__binds_new_bills_only(world: World) -> None:  # noqa: N802
    """OP-7 as of the drawing: nobody's bill gets harder to pass on afterwards."""
    old = received(world)
    world.set_rule("OP-7", 30)
    new = delivered(world, serial=40)
    world.pass_days(DAYS - 30)
    for id_ in (old, new):
        endorse_signed(world, id_, "supplier", "tier2")
    world.pass_days(1)

    endorse_signed(world, old, "tier2", "tier3")
    with world.refused("RuleViolated", ruleId="OP-7", version=2, needed=world.today - 1):
        endorse_signed(world, new, "tier2", "tier3")


def test_takeEndorsement__holder_changed_by_order_meanwhile__is_refused(  # noqa: N802
    world: World,
) -> None:
    """B41: who got the title has not offered anything."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2")
    pending, _ = request(world, e)
    move_title(world, id_, "supplier", "tier3")

    with world.refused("BillsParty", actual=party(world, "supplier")):
        world.act("tier2", "endorsements", "takeEndorsement", e, CONSENT)
    world.act("supplier", "endorsements", "withdraw", pending)
    assert (pair(world, id_), holder(world, id_)) == ((RECEIVED, TRANSFERABLE), "tier3")


def move_title(world: World, id_: int, from_: str, to: str) -> None:
    sides = {"from": party(world, from_), "to": party(world, to)}
    terms = order_of(world, MOVE, "bills", id_, amountFen=part_of(id_).amount, **sides)
    carry_out(world, terms)


def test_takeEndorsement__done__puts_the_endorser_into_the_chain(world: World) -> None:  # noqa: N802
    """NIL-37: the endorser is liable on that range, and only there."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2", **FRONT)
    _, part = request(world, e)

    world.act("tier2", "endorsements", "takeEndorsement", e, CONSENT)

    assert (pair(world, part), holder(world, part)) == ((RECEIVED, TRANSFERABLE), "tier2")
    assert chain_of(world, part) == ["supplier"]
    assert chain_of(world, other_piece(id_, part)) == []
    record = world.read("bills", "record", id_ >> 80, 1)
    assert (record["kind"], record["depth"], record["previous"]) == (KIND_ENDORSEMENT, 1, 0)
    assert (record["day"], record["marked"]) == (world.today, False)


# B13


def reject(world: World, pending: bytes) -> None:
    world.act("tier2", "endorsements", "reject", pending)


def withdraw(world: World, pending: bytes) -> None:
    world.act("supplier", "endorsements", "withdraw", pending)


def expire(world: World, pending: bytes) -> None:
    world.pass_days(6)
    world.act("tier3", "endorsements", "expire", pending)


def expire_after_maturity(world: World, pending: bytes) -> None:
    """NT06: restored first, then time does what it does."""
    world.pass_days(DAYS + 10)
    world.act("tier3", "endorsements", "expire", pending)


def withdraw_under_freeze(world: World, pending: bytes) -> None:
    """MUST-12."""
    freeze(world, "supplier")
    suspend(world, "supplier")
    withdraw(world, pending)


ENDINGS = (reject, withdraw, expire, withdraw_under_freeze)


@pytest.mark.parametrize("units", [{}, FRONT, BACK])
@pytest.mark.parametrize("end", ENDINGS)
def test_unanswered__however_it_ends__restores_exactly(
    world: World, end: Callable[[World, bytes], None], units: dict[str, int]
) -> None:
    """INV-4: pair, holder and range, and the package's counts."""
    id_ = received(world)
    before = (state(world, id_), package(world, id_))
    pending, part = request(world, endorsement(world, id_, "supplier", "tier2", **units))

    end(world, pending)

    assert (state(world, id_), package(world, id_)) == before
    if part != id_:
        assert pair(world, part) == pair(world, other_piece(id_, part)) == (NONE, NO_FLAG)
    with world.refused("TwoSidedState"):
        world.act("supplier", "endorsements", "withdraw", pending)


def test_expire__after_maturity__restores_and_lets_time_go_on(world: World) -> None:
    id_ = received(world)
    before = state(world, id_)
    pending, _ = request(world, endorsement(world, id_, "supplier", "tier2", **FRONT))

    expire_after_maturity(world, pending)

    assert state(world, id_) == before | {"status": RECEIVED + 1}


def touched_by_endorsement(world: World, rest: int) -> None:
    endorse_signed(world, rest, "supplier", "tier3")


def touched_by_guarantee(world: World, rest: int) -> None:
    guarantee(world, rest, "debtor", "tier3")


def touched_by_freeze(world: World, rest: int) -> None:
    freeze_range(world, rest)


def touched_by_request(world: World, rest: int) -> None:
    request(world, endorsement(world, rest, "supplier", "tier3", last=part_of(rest).first))


@pytest.mark.parametrize(
    "touch", [touched_by_endorsement, touched_by_guarantee, touched_by_freeze, touched_by_request]
)
def test_unanswered__rest_has_moved_on__part_stays_a_range_of_its_own(
    world: World, touch: Callable[[World, int], None]
) -> None:
    """§5: what moved on is not pulled back; the part has its exact pair and holder."""
    id_ = received(world)
    before = state(world, id_)
    pending, part = request(world, endorsement(world, id_, "supplier", "tier2", **FRONT))
    rest = other_piece(id_, part)
    touch(world, rest)
    rest_state = range_(world, rest)

    withdraw(world, pending)

    assert state(world, part) == before
    assert range_(world, rest) == rest_state
    assert range_(world, id_)["status"] == SPLIT


def test_unanswered__nested_requests__go_back_in_the_order_they_can(world: World) -> None:
    """The inner division is undone first; the outer one then finds its rest as it was left."""
    id_ = received(world)
    before = (state(world, id_), package(world, id_))
    outer, part = request(world, endorsement(world, id_, "supplier", "tier2", **FRONT))
    rest = other_piece(id_, part)
    second = endorsement(world, rest, "supplier", "tier3", last=part_of(rest).first + 5)
    inner, _ = request(world, second)

    world.act("tier3", "endorsements", "reject", inner)
    withdraw(world, outer)

    assert (state(world, id_), package(world, id_)) == before


def test_signature__over_a_state_that_came_back__does_not_fit_again(world: World) -> None:
    """MUST-21: restoring brings back everything but the count of acts."""
    id_ = received(world)
    e = endorsement(world, id_, "supplier", "tier2")
    signed = world.approval("tier2", taking_digest(world, e, CONSENT))
    pending, _ = request(world, endorsement(world, id_, "supplier", "tier3", **FRONT))
    withdraw(world, pending)

    with world.refused("BillsActs"):
        approvals = (world.by_caller("supplier"), signed)
        world.act("supplier", "endorsements", "endorseSigned", e, CONSENT, *approvals)


def test_signature__over_a_piece_that_came_back__does_not_fit_again(world: World) -> None:
    """MUST-21: a piece that is divided off a second time goes on counting where it stopped."""
    id_ = received(world)
    terms = endorsement(world, id_, "supplier", "tier2", **FRONT)
    pending, part = request(world, terms)
    first_count = acts(world, part)
    withdraw(world, pending)
    request(world, endorsement(world, id_, "supplier", "tier2", **FRONT))

    assert acts(world, part) > first_count


# Both signatures


def signed_case(world: World) -> SimpleNamespace:
    id_ = received(world)
    return SimpleNamespace(
        id=id_,
        others=others(world),
        e=endorsement(world, id_, "supplier", "tier2"),
        by=world.actors["supplier"].officers[0].address,
        from_=("supplier", 0),
        to=("tier2", 0),
        consent=CONSENT,
    )


def send_signed(world: World, case: SimpleNamespace) -> None:
    """Both sign what is sent, so that what is refused is not the signature."""
    from_ = world.approval(case.from_[0], endorsement_id(world, case.e), officer=case.from_[1])
    digest = taking_digest(world, case.e, case.consent)
    to = world.approval(case.to[0], digest, officer=case.to[1])
    world.send(case.by, "endorsements", "endorseSigned", case.e, case.consent, from_, to)


def test_endorseSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("GovernedCaller", put("by", lambda w: w.actors["bank2"].officers[0].address)),
        ("BillsUnits", put("e.last", 0)),
        ("BillsParty", put("to", ("tier3", 0))),
        *RANGE,
        ("EndorsementsEvidenceMissing", put("e.evidenceHash", bytes(32))),
        ("EndorsementsConsentMissing", put("consent", bytes(32))),
        ("RuleViolated", then(past_last_day)),
        ("BillsFrozen", frozen_range),
    ]

    check_refusals(world, signed_case, send_signed, rules)


@pytest.mark.parametrize("side", ["from", "to"])
def test_endorseSigned__by_an_officer_of_another_party__is_refused(  # noqa: N802
    world: World, side: str
) -> None:
    case = signed_case(world)
    if side == "from":
        case.from_, case.by = ("tier3", 0), world.actors["tier3"].officers[0].address
    else:
        case.to = ("tier3", 0)

    with world.refused("BillsParty", actual=party(world, "tier3")):
        send_signed(world, case)


@pytest.mark.parametrize("units", [{}, FRONT, BACK, {"last": 1}, {"last": FACE - 1}])
def test_endorseSigned__same_as_request_and_answer(  # noqa: N802
    world: World, units: dict[str, int]
) -> None:
    """Both ways lead to the same ranges, holders, pairs and chains."""
    id_ = received(world)

    def outcome(part: int) -> list[Any]:
        pieces = [part] if part == id_ else [part, other_piece(id_, part)]
        found = [(state(world, piece), chain_of(world, piece)) for piece in pieces]
        return [part, found, package(world, id_)]

    with world.anchor():
        part, _ = endorse_signed(world, id_, "supplier", "tier2", **units)
        at_once = outcome(part)
    e = endorsement(world, id_, "supplier", "tier2", **units)
    request(world, e)
    part = world.act("tier2", "endorsements", "takeEndorsement", e, CONSENT).result

    assert outcome(part) == at_once


def test_endorseSigned__used_once__never_again(world: World) -> None:  # noqa: N802
    """MUST-21: no nonce is needed, the act changed the range."""
    case = signed_case(world)
    send_signed(world, case)
    with world.refused("BillsActs"):
        send_signed(world, case)

    back = endorsement(world, case.id, "tier2", "supplier")
    approvals = (
        world.by_caller("tier2"),
        world.approval("supplier", taking_digest(world, back, CONSENT)),
    )
    world.act("tier2", "endorsements", "endorseSigned", back, CONSENT, *approvals)
    with world.refused("BillsActs"):
        send_signed(world, case)


def test_endorseSigned__on_the_last_day__is_done_and_after_refused(world: World) -> None:  # noqa: N802
    """MUST-17, OP-7: maturity less one day, inclusive."""
    id_ = received(world)
    at_last_day(world)
    endorse_signed(world, id_, "supplier", "tier2")
    world.pass_days(1)

    with world.refused("RuleViolated", actual=world.today, needed=world.today - 1):
        endorse_signed(world, id_, "tier2", "tier3")


def test_endorseSigned__operator_lets_the_maturity_day_in__it_is_matured_all_the_same(  # noqa: N802
    world: World,
) -> None:
    """B11 needs CS03: OP-7 of zero changes nothing on the maturity day."""
    world.set_rule("OP-7", 0)
    id_ = received(world)
    world.pass_days(DAYS)

    with world.refused("BillsStatus"):
        endorse_signed(world, id_, "supplier", "tier2")


def test_chain__down_and_up_again__tells_every_hop(world: World) -> None:
    """回头背书: a party may stand in the chain twice; its earliest record decides (NIL-69)."""
    id_ = received(world)
    for from_, to in (("supplier", "tier2"), ("tier2", "tier3"), ("tier3", "supplier")):
        endorse_signed(world, id_, from_, to)
    endorse_signed(world, id_, "supplier", "bank")

    assert chain_of(world, id_) == ["supplier", "tier3", "tier2", "supplier"]
    read = lambda name, who: world.read("bills", name, id_, party(world, who))  # noqa: E731
    assert read("isInChain", "supplier") == (True, 4)
    assert read("isInChain", "bank")[0] is False
    assert (read("earliestRecordOf", "supplier"), read("earliestRecordOf", "tier3")) == (1, 3)
    assert (read("headFor", "supplier"), read("headFor", "tier3"), read("headFor", "bank")) == (
        0,
        2,
        4,
    )


def test_chain__at_its_greatest_length__refuses_one_more(world: World) -> None:
    """MUST-19: every walk is bounded."""
    id_ = received(world)
    names = ("supplier", "tier2")
    for hop in range(200):
        endorse_signed(world, id_, names[hop % 2], names[(hop + 1) % 2])

    assert len(chain_of(world, id_)) == 200
    with world.refused("BillsDepth", actual=201, needed=200):
        endorse_signed(world, id_, "supplier", "tier2")


# B14, B15


@pytest.mark.parametrize(("blocks", "flag"), [(1, NOT_TRANSFERABLE), (0, TRANSFERABLE)])
def test_mark__of_an_endorser__blocks_as_the_rule_says_and_is_recorded(
    world: World, blocks: int, flag: int
) -> None:
    """OP-14 and NIL-34: the block and the exemption are two effects."""
    if not blocks:
        world.set_rule("OP-14", 0)
    id_ = received(world)

    endorse_signed(world, id_, "supplier", "tier2", marked=True)

    assert pair(world, id_) == (RECEIVED, flag)
    assert world.read("bills", "record", id_ >> 80, 1)["marked"]
    if blocks:
        with world.refused("RuleViolated", ruleId="OP-14"):
            endorse_signed(world, id_, "tier2", "tier3")


def test_mark__of_the_drawer__names_its_own_rule(world: World) -> None:
    """NIL-27."""
    trade(world)
    id_ = delivered(world, marked=True)

    with world.refused("RuleViolated", ruleId="NIL-27"):
        endorse_signed(world, id_, "supplier", "tier2")


def lift(world: World, id_: int, holder_: str, setter: str) -> bytes:
    args = (id_, world.today + 3)
    pending = bytes(world.act(holder_, "endorsements", "requestMarkRevocation", *args).result)
    world.act(setter, "endorsements", "liftMark", pending)
    return pending


def test_liftMark__of_the_drawer__lets_the_bill_move(world: World) -> None:  # noqa: N802
    trade(world)
    id_ = delivered(world, marked=True)

    lift(world, id_, "supplier", "debtor")

    assert pair(world, id_) == (RECEIVED, TRANSFERABLE)
    endorse_signed(world, id_, "supplier", "tier2")


def test_liftMark__of_an_endorser__ends_its_exemption_too(world: World) -> None:  # noqa: N802
    """§11 (A): the range gets a record without the mark; the old one stays for other pieces."""
    id_ = received(world)
    endorse_signed(world, id_, "supplier", "tier2", marked=True)

    lift(world, id_, "tier2", "supplier")

    records, indices = world.read("bills", "recordsOf", id_)
    assert [(r["kind"], r["marked"], r["depth"]) for r in records] == [(KIND_LIFTED, False, 1)]
    assert list(indices) == [2]
    assert world.read("bills", "record", id_ >> 80, 1)["marked"]
    endorse_signed(world, id_, "tier2", "tier3")
    assert chain_of(world, id_) == ["tier2", "supplier"]


def mark_case(world: World) -> SimpleNamespace:
    trade(world, amount=10 * FACE)
    id_, other = (delivered(world, serial=serial, marked=True) for serial in (1, 31))
    args = (other, world.today + 3)
    world.act("supplier", "endorsements", "requestMarkRevocation", *args)
    return caller_case(world, "supplier", MAKE, id=id_, pending=other, day=world.today + 3)


def send_mark_request(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "endorsements", "requestMarkRevocation", case.id, case.day)


def test_requestMarkRevocation__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def pending(w: World, case: SimpleNamespace) -> None:
        case.id = case.pending

    def frozen(w: World, case: SimpleNamespace) -> None:
        freeze_range(w, case.id)

    rules: list[Rule] = [
        *authority_rules("supplier", amount=False),
        ("BillsUnknown", put("id", lambda w: token(bill_number(w, 99), 1, FACE))),
        ("BillsStatus", put("id", not_delivered)),
        ("BillsPending", pending),
        ("BillsFlag", put("id", lambda w: delivered(w, serial=30))),
        ("BillsParty", by_actor("tier3")),
        ("EndorsementsDeadline", put("day", lambda w: w.today + DAYS)),
        ("BillsFrozen", frozen),
    ]

    check_refusals(world, mark_case, send_mark_request, rules)


def test_liftMark__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = mark_case(w)
        args = (case.id, w.today + 3)
        result = w.act("supplier", "endorsements", "requestMarkRevocation", *args).result
        found = caller_case(w, "debtor", MAKE, id=case.id, pending=bytes(result))
        assert range_(w, case.id)["pendingOp"] == OP_MARK
        return found

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "endorsements", "liftMark", case.pending)

    def frozen(w: World, case: SimpleNamespace) -> None:
        freeze_range(w, case.id)

    rules: list[Rule] = [
        *authority_rules("debtor", amount=False),
        ("TwoSidedState", put("pending", hashed("another"))),
        ("TwoSidedParty", by_actor("tier3")),
        ("TwoSidedExpired", then(lambda w: w.pass_days(4))),
        ("BillsFrozen", frozen),
    ]
    check_refusals(world, prepare, act, rules)


def test_mark_revocation__not_answered__restores_exactly(world: World) -> None:
    """INV-4."""
    case = mark_case(world)
    before = state(world, case.id)
    for end, who in (("reject", "debtor"), ("withdraw", "supplier")):
        args = (case.id, world.today + 3)
        result = world.act("supplier", "endorsements", "requestMarkRevocation", *args).result
        world.act(who, "endorsements", end, bytes(result))
        assert state(world, case.id) == before


def test_liftMarkSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = mark_case(w)
        case.m = {"tokenId": case.id, "acts": acts(w, case.id), "deadline": FOREVER}
        case.setter = "debtor"
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("endorsements", "MarkRevocation", MARK_REVOCATION, case.m)
        approvals = (w.by_caller("supplier"), w.approval(case.setter, digest))
        w.send(case.by, "endorsements", "liftMarkSigned", case.m, *approvals)

    def frozen(w: World, case: SimpleNamespace) -> None:
        freeze_range(w, case.id)
        case.m["acts"] = acts(w, case.id)

    rules: list[Rule] = [
        ("GovernedCaller", by_actor("bank2")),
        ("BillsUnknown", put("m.tokenId", lambda w: token(bill_number(w, 99), 1, FACE))),
        ("BillsFlag", put("m.tokenId", lambda w: delivered(w, serial=30))),
        ("BillsActs", put("m.acts", 3)),
        ("BillsParty", put("setter", "tier3")),
        ("BillsFrozen", frozen),
    ]
    check_refusals(world, prepare, act, rules)


def test_mark__lifted_by_a_title_taken_over__has_nobody_to_ask(world: World) -> None:
    """B41 with NIL-11: whose mark is no longer in the range's chain cannot be asked to lift it."""
    id_ = received(world)
    endorse_signed(world, id_, "supplier", "tier2")
    endorse_signed(world, id_, "tier2", "supplier", marked=True)
    move_title(world, id_, "supplier", "bank")

    with world.refused("EndorsementsUnmarked", head=0):
        args = (id_, world.today + 1)
        world.act("bank", "endorsements", "requestMarkRevocation", *args)


# B42


def test_revokePending__by_the_register__restores_exactly(world: World) -> None:  # noqa: N802
    """B42: logged, two officers, as if the requester had withdrawn."""
    id_ = received(world)
    before = state(world, id_)
    pending, _ = request(world, endorsement(world, id_, "supplier", "tier2", **FRONT))

    receipt = revoke(world, pending)

    assert state(world, id_) == before
    assert receipt.event("PendingClosed").args["party"] == party(world, "register")
    assert receipt.event("PendingRevoked").args["officer"] == (
        world.actors["register"].officers[0].address
    )


def revoke(world: World, pending: bytes, *, by: str = "register") -> Any:
    evidence = hashed("evidence")
    message = {"pendingId": pending, "evidenceHash": evidence, "deadline": FOREVER}
    digest = world.digest("endorsements", "PendingRevocation", PENDING_REVOCATION, message)
    approval = world.approval(by, digest, officer=1)
    return world.act(by, "endorsements", "revokePending", pending, evidence, FOREVER, approval)


def test_revokePending__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B42: an officer of the register, a second one with the power to check, what is pending."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = received(w)
        pending, _ = request(w, endorsement(w, id_, "supplier", "tier2"))
        freeze_range(w, id_)  # MUST-12: coming to nothing is never barred
        return caller_case(w, "register", MAKE, pending=pending, second=("register", 1))

    def act(w: World, case: SimpleNamespace) -> None:
        evidence = hashed("evidence")
        message = {"pendingId": case.pending, "evidenceHash": evidence, "deadline": FOREVER}
        digest = w.digest("endorsements", "PendingRevocation", PENDING_REVOCATION, message)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        args = (case.pending, evidence, FOREVER, approval)
        w.send(case.by, "endorsements", "revokePending", *args)

    rules: list[Rule] = [
        *authority_rules("register", amount=False),
        ("ParticipantsRoleLacking", by_actor("operator")),
        ("GovernedOtherParty", put("second", ("court", 1))),
        ("TwoSidedState", put("pending", hashed("another"))),
    ]
    check_refusals(world, prepare, act, rules)


def test_revokePending__by_anybody_else__is_refused(world: World) -> None:  # noqa: N802
    """MUST-26: not the platform's operator, not the court, not the parties."""
    id_ = received(world)
    pending, _ = request(world, endorsement(world, id_, "supplier", "tier2"))

    for who in ("operator", "court", "supplier"):
        with world.refused("ParticipantsRoleLacking"):
            revoke(world, pending, by=who)
    with world.refused("TwoSidedState"):
        revoke(world, hashed("another"))


def test_withdraw__stop_of_payment_lifted_meanwhile__is_forgotten(world: World) -> None:
    """B40: the range that comes back knows nothing of an order that was lifted on its pieces."""
    id_ = delivered(world)
    freeze_range(world, id_, kind=STOP_PAYMENT, days=100)
    pending, part = request(world, endorsement(world, id_, "supplier", "tier2", last=100))
    for piece in (part, token(part_of(id_).number, 101, FACE)):
        unfreeze_range(world, piece)
    world.act("supplier", "endorsements", "withdraw", pending)

    freeze_range(world, id_, kind=STOP_PAYMENT, days=20)

    restraint = world.read("bills", "restraint", id_)
    assert restraint == {"frozenUntil": 0, "stoppedUntil": world.today + 20}
