"""Offer, settlement, re-recourse (B36–B38): refusals in order, exact restoration, what follows."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from scf.units import civil_day
from tests.recourse_stories import (
    AGREED,
    AS_ACCEPTOR,
    AS_DRAWER,
    AS_ENDORSER,
    ENDED,
    EXPIRED,
    FACE,
    LIMIT,
    LOCKED,
    MATURED,
    NO_GROUND,
    NOT_LIABLE,
    OP_SETTLEMENT,
    OWNERS,
    REJECTED,
    SETTLED,
    TRANSFERABLE,
    UNDER_RECOURSE,
    WITHDRAWN,
    acts,
    claim,
    freeze_range,
    fund,
    holder,
    liability,
    money,
    offer,
    only_range,
    pair,
    part_of,
    pursue,
    pursued_beside_another,
    received,
    settle,
    settle_signed,
    settlement_terms,
    state,
    take,
    three_hands,
    token,
    unfreeze_range,
)
from tests.stories import (
    ZERO,
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    suspend,
    then,
)
from tests.world import MAKE, PAY, World, hashed

REASON = hashed("reason")


# B36: offer


def offer_case(world: World) -> SimpleNamespace:
    id_, other = pursued_beside_another(world)
    case = caller_case(world, "tier2", PAY, id=id_, other=other)
    case.first, case.last, case.guaranteed, case.most = 1, FACE, ZERO, 2 * FACE
    case.deadline = world.today + 5
    return case


def test_offerSettlement__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Not asked: the payer's standing. Who pays what it owes may be frozen (MUST-12)."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("tier2", standing=False),
        ("RecourseNotPursued", by_actor("supplier")),
        ("RecourseNotLiable", put("guaranteed", lambda w: party(w, "supplier"))),
        ("BillsUnits", put("last", FACE + 1)),
        ("RecourseAmount", put("most", FACE - 1)),
        ("RecourseDeadline", put("deadline", lambda w: LIMIT + 1)),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        args = (case.id, case.first, case.last, case.guaranteed, case.most, case.deadline)
        w.send(case.by, "recourse", "offerSettlement", *args)

    check_refusals(world, offer_case, act, rules)


def test_offerSettlement__second__waits_for_the_first(world: World) -> None:  # noqa: N802
    """INV-10: while one offer stands nobody else may offer."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", "supplier")
    pending, taken = offer(world, id_, "tier2")
    assert taken == id_
    assert pair(world, id_) == (MATURED, LOCKED)

    with world.refused("RecoursePair", pendingOp=OP_SETTLEMENT):
        offer(world, id_, "supplier")
    world.act("tier3", "recourse", "reject", pending)
    offer(world, id_, "supplier")


@pytest.mark.parametrize(
    ("how", "by", "closed"),
    [("reject", "tier3", REJECTED), ("withdraw", "tier2", WITHDRAWN), ("expire", "bank", EXPIRED)],
)
@pytest.mark.parametrize(("first", "last"), [(1, FACE), (1, 30), (FACE - 30, FACE)])
def test_offer__rejected_withdrawn_or_expired__restores_exactly(
    world: World, how: str, by: str, closed: int, first: int, last: int
) -> None:
    """INV-4, MUST-12: pair, holder, range, claim and pursuit, under every freeze."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", costs=99)
    before = state(world, id_), world.read("recourse", "pursuitOf", id_), claim(world, id_)
    pending, taken = offer(world, id_, "tier2", first=first, last=last, days=3)
    assert world.read("recourse", "offerOf", taken)["pendingId"] == pending
    freeze_range(world, taken)
    for name in ("tier2", "tier3"):
        freeze(world, name)
        suspend(world, name)
    if how == "expire":
        world.pass_days(4)

    world.act(by, "recourse", how, pending)

    whole = (first, last) == (1, FACE)
    assert world.read("recourse", "pending", pending)["state"] == closed
    if not whole:
        # A frozen piece stays a range of its own; its pair and holder are those before.
        assert pair(world, taken) == (MATURED, UNDER_RECOURSE)
        assert holder(world, taken) == "tier3"
        return
    after = state(world, id_)
    assert after == before[0] | {"frozen": True}
    assert world.read("recourse", "pursuitOf", id_) == before[1]
    if how != "expire":
        assert claim(world, id_) == before[2]


@pytest.mark.parametrize(("how", "by"), [("reject", "tier3"), ("withdraw", "tier2")])
@pytest.mark.parametrize(("first", "last"), [(1, 30), (FACE - 30, FACE)])
def test_offer_of_a_part__comes_to_nothing__rejoins_its_range(
    world: World, how: str, by: str, first: int, last: int
) -> None:
    """INV-4: the range is whole again, with its claim, costs and pursuit."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", costs=99)
    before = state(world, id_), world.read("recourse", "pursuitOf", id_), claim(world, id_)
    pending, taken = offer(world, id_, "tier2", first=first, last=last)

    world.act(by, "recourse", how, pending)

    assert (
        state(world, id_),
        world.read("recourse", "pursuitOf", id_),
        claim(world, id_),
    ) == before
    assert world.read("recourse", "pursuitOf", taken)["ground"] == NO_GROUND
    with world.refused("TwoSidedState"):
        world.act(by, "recourse", how, pending)


def test_offer_of_a_part__rest_moved_on__part_stays_a_range(world: World) -> None:
    """The rest was settled meanwhile: the part keeps its own exact pair, holder and claim."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", "supplier", costs=99)
    fund(world, "supplier")
    pending, part = offer(world, id_, "tier2", first=1, last=30)
    rest = token(part_of(id_).number, 31, FACE)
    settle(world, rest, "supplier")

    world.act("tier3", "recourse", "reject", pending)

    assert pair(world, part) == (MATURED, UNDER_RECOURSE)
    assert (holder(world, part), holder(world, rest)) == ("tier3", "supplier")
    assert claim(world, part) == 30 + 99
    fund(world, "tier2")
    settle(world, part, "tier2")


# B37: settlement


def take_case(world: World) -> SimpleNamespace:
    case = offer_case(world)
    fund(world, "tier2", amount=FACE + 10)
    _, case.id = offer(world, case.id, "tier2", most=FACE + 10_000, days=20)
    return caller_case(world, "tier3", MAKE, id=case.id, other=case.other, day=world.today)


def test_takeSettlement__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Everything is checked again at the answer."""
    rules: list[Rule] = [
        *authority_rules("tier3", amount=False, standing=False),
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseAmount", lambda w, c: setattr(c, "day", c.day + 40)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        w.send(case.by, "settlement", "takeSettlement", case.id)

    check_refusals(world, take_case, act, rules)


def test_takeSettlement__after_the_last_day__is_refused(world: World) -> None:  # noqa: N802
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    offer(world, id_, "tier2", days=2)
    world.pass_days(3)

    with world.refused("TwoSidedExpired"):
        take(world, id_)


def test_takeSettlement__frozen_range__waits(world: World) -> None:  # noqa: N802
    """INV-20: no settlement of a frozen range; lifted, it goes on."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", "debtor")
    fund(world, "tier2", "debtor")
    pending, _ = offer(world, id_, "tier2")
    freeze_range(world, id_)

    with world.refused("BillsFrozen"):
        take(world, id_)
    unfreeze_range(world, id_)
    take(world, id_)
    assert world.read("recourse", "pending", pending)["state"] == AGREED


def test_takeSettlement__frozen_and_suspended_parties__may(world: World) -> None:  # noqa: N802
    """MUST-12: a freeze of an account stops no payment of what is owed, nor its receipt."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    for name in ("tier2", "tier3"):
        freeze(world, name)
        suspend(world, name)

    settle(world, id_, "tier2")

    assert holder(world, id_) == "tier2"


def test_takeSettlement__no_money__moves_nothing(world: World) -> None:  # noqa: N802
    """RCS-4, MUST-13: under DVP the state changes only when the money settles."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    offer(world, id_, "tier2")
    before = state(world, id_)

    with world.refused("CashBalance"):
        take(world, id_)

    assert state(world, id_) == before


def test_takeSettlement__officers_limit__counts_what_is_taken(world: World) -> None:  # noqa: N802
    case = take_case(world)

    with world.refused("ParticipantsAmountLimit"):
        world.send(case.limited, "settlement", "takeSettlement", case.id)


@pytest.mark.parametrize(
    ("payer", "ends", "owner"),
    [
        ("debtor", True, "tier3"),
        ("agency", True, "tier3"),
        ("tier2", False, "tier2"),
        ("supplier", False, "supplier"),
    ],
)
def test_takeSettlement__payer__decides_what_follows(  # noqa: N802
    world: World, payer: str, ends: bool, owner: str
) -> None:
    """B37: acceptor and drawer end the bill (OP-32); an endorser becomes its holder."""
    id_ = three_hands(world)
    pursue(world, id_, "debtor", "agency", "tier2", "supplier", costs=10)
    fund(world, payer)
    world.pass_days(36)
    owed = claim(world, id_)

    _, paid = settle(world, id_, payer)

    assert paid == owed == FACE + FACE // 100 + 10 - FACE // 100 + 36 * 1000
    assert money(world, "tier3") == paid
    assert pair(world, id_) == ((SETTLED, ENDED) if ends else (MATURED, TRANSFERABLE))
    assert holder(world, id_) == owner
    basis = world.read("recourse", "basisOf", id_)
    assert basis["paidFen"] == (0 if ends else paid)
    assert world.read("recourse", "pursuitOf", id_)["ground"] == NO_GROUND


def test_settleSigned__both_sides__in_one_transaction(world: World) -> None:  # noqa: N802
    """B36 and B37 at once, for a part; nothing is pending, no signature fits twice (MUST-21)."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    terms = settlement_terms(world, id_, "tier2", last=40)

    receipt = settle_signed(world, terms, "tier2", "tier3")

    part = token(part_of(id_).number, 1, 40)
    assert receipt.event("SettlementTaken").args["tokenId"] == part
    assert (holder(world, part), money(world, "tier3")) == ("tier2", 40)
    rest = token(part_of(id_).number, 41, FACE)
    assert pair(world, rest) == (MATURED, UNDER_RECOURSE)
    with world.refused("BillsUnknown"):
        settle_signed(world, terms, "tier2", "tier3")


def signed_case(world: World) -> SimpleNamespace:
    case = offer_case(world)
    fund(world, "tier2")
    case.terms = settlement_terms(world, case.id, "tier2")
    case.payer, case.taker = "tier2", "tier3"
    return case


def frozen_and_signed_anew(world: World, case: SimpleNamespace) -> None:
    """A freeze is an act on the range as well, so terms name it."""
    freeze_range(world, case.id)
    case.terms["acts"] = acts(world, case.id)


def test_settleSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("SettlementParty", put("payer", "supplier")),
        ("BillsUnknown", put("terms.tokenId", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: c.terms.update(tokenId=c.other)),
        ("RecourseActs", put("terms.acts", 1)),
        ("RecourseParty", put("taker", "bank")),
        ("RecourseNotLiable", put("terms.guaranteed", lambda w: party(w, "supplier"))),
        ("BillsUnits", put("terms.last", FACE + 1)),
        ("RecourseAmount", put("terms.amountMaxFen", 5)),
        ("BillsFrozen", frozen_and_signed_anew),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        settle_signed(w, case.terms, case.payer, case.taker)

    check_refusals(world, signed_case, act, rules)


def test_settleSigned__third_party_or_too_late__is_refused(world: World) -> None:  # noqa: N802
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    terms = settlement_terms(world, id_, "tier2", deadline=world.timestamp)
    approvals = world.by_caller("tier2"), world.by_caller("tier3")

    with world.refused("GovernedCaller"):
        world.act("bank", "settlement", "settleSigned", terms, *approvals)
    world.pass_days(1)
    with world.refused("GovernedSignatureExpired"):
        settle_signed(world, terms, "tier2", "tier3")


# B38: re-recourse


def test_re_recourse__claim_grows_hop_by_hop(world: World) -> None:
    """B38, NIL-71: all that was paid, interest on it, costs of the notices."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2", costs=100)
    fund(world, "tier2", "supplier", "agency")
    world.pass_days(10)
    _, first = settle(world, id_, "tier2")
    assert first == FACE + 10 * 1000 + 100
    world.pass_days(30)

    pursue(world, id_, "supplier", costs=7)
    _, second = settle(world, id_, "supplier")
    world.pass_days(90)
    pursue(world, id_, "agency")
    _, third = settle(world, id_, "agency")

    assert second == first + 30_030 + 7  # 10 010 100 × 30 × 3.6 % / 360 = 30 030.3
    assert third == second + (second * 90 + 5_000) // 10_000
    assert [money(world, name) - 10**13 for name in ("tier2", "supplier", "agency")] == [
        second - first,
        third - second,
        -third,
    ]


def test_re_recourse__three_months__then_only_acceptor_and_drawer(world: World) -> None:
    """INV-23, NIL-17c: prior parties within three months of the settlement."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    world.pass_days(10)
    settle(world, id_, "tier2")
    last = civil_day(dt.date(2026, 8, 11))
    assert world.read("recourse", "limitsOf", id_) == (LIMIT, last)
    world.go_to(last)
    with world.anchor():
        pursue(world, id_, "supplier")
    world.go_to(last + 1)

    with world.refused("RecourseTimeBarred", lastDay=last, ruleId="NIL-17c"):
        pursue(world, id_, "supplier")
    pursue(world, id_, "debtor", "agency")


def test_liability__roles__are_told_apart(world: World) -> None:
    id_ = three_hands(world)

    found = {name: liability(world, id_, name) for name in ("debtor", "agency", *OWNERS, "bank")}

    assert found == {
        "debtor": AS_ACCEPTOR,
        "agency": AS_DRAWER,
        "supplier": AS_ENDORSER,
        "tier2": AS_ENDORSER,
        "tier3": NOT_LIABLE,
        "bank": NOT_LIABLE,
    }


def test_doors__others__are_refused(world: World) -> None:
    """MUST-14: money and range move together, through Settlement only."""
    id_ = received(world)
    supplier = party(world, "supplier")
    terms = settlement_terms(world, id_, "supplier")

    with world.refused("GovernedCaller"):
        world.act("supplier", "recourse", "take", id_, supplier, supplier)
    with world.refused("GovernedCaller"):
        world.act("supplier", "recourse", "settle", terms, supplier, supplier)
    with world.refused("GovernedCaller"):
        world.act("supplier", "recourse", "dischargeResidual", id_, supplier, supplier)
    assert acts(world, id_) > 0


@pytest.mark.parametrize("again", [False, True])
def test_offer_for_a_part__given_up__keeps_a_pursuit_begun_since(world: World, again: bool) -> None:
    """
    The rest was pursued again while the offer stood, others with other costs: the payer does not
    undo that by taking its offer back.
    """
    id_ = three_hands(world)
    pursue(world, id_, "tier2", costs=500)
    number = part_of(id_).number
    pending, taken = offer(world, id_, "tier2", first=1, last=100)
    rest = token(number, 101, FACE)
    if again:
        world.act("tier3", "recourse", "withdrawPursuit", rest)
        pursue(world, rest, "supplier", costs=7)

    world.act("tier2", "recourse", "withdraw", pending)

    ranges = {taken: 500, rest: 7} if again else {id_: 500}
    for range_id, costs in ranges.items():
        assert pair(world, range_id) == (MATURED, UNDER_RECOURSE)
        assert world.read("recourse", "pursuitOf", range_id)["costsFen"] == costs
    notice = world.read("recourse", "noticeOf", rest if again else id_, party(world, "supplier"))
    assert notice["pursued"] == again
