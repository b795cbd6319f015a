"""Recourse: B33–B38. Who may, in what order refused, the pair after, exact restoration."""

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
    BANKRUPT,
    DISHONOUR,
    ENDED,
    EXPIRED,
    FACE,
    FLIGHT,
    LOCKED,
    MATURED,
    NO_GROUND,
    NOT_LIABLE,
    NOT_TRANSFERABLE,
    OP_SETTLEMENT,
    RECEIVED,
    REJECTED,
    SCOPE_ALL,
    SCOPE_NARROW,
    SETTLED,
    STOPPED_BUSINESS,
    TRANSFERABLE,
    UNDER_RECOURSE,
    WITHDRAWN,
    acts,
    as_debtor,
    chain,
    claim,
    dishonour,
    dishonoured,
    freeze_range,
    fund,
    holder,
    liability,
    money,
    offer,
    pair,
    part_of,
    present,
    pursue,
    pursue_without,
    received,
    settle,
    settle_signed,
    settlement_terms,
    state,
    take,
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

M = civil_day(dt.date(2026, 5, 1))
W = civil_day(dt.date(2026, 5, 11))
LIMIT = civil_day(dt.date(2028, 5, 1))
PRIOR_LIMIT = civil_day(dt.date(2026, 11, 1))
REASON = hashed("reason")
OWNERS = ("supplier", "tier2", "tier3")


def three_hands(world: World) -> int:
    """Drawn by agency, accepted by debtor, passed supplier → tier2 → tier3, dishonoured at M."""
    return dishonoured(world, chain(world, *OWNERS))


def only_range(world: World) -> int:
    """The range of the first bill, whole."""
    issued = next(log for log in world.logs if log.name == "BillIssued")
    return token(int(issued.args["billNo"]), 1, FACE)


# B33: pursue on dishonour


def pursue_case(world: World) -> SimpleNamespace:
    id_ = chain(world, *OWNERS)
    fresh = chain(world, *OWNERS, serial=2)
    dishonoured(world, id_)
    case = caller_case(world, "tier3", MAKE, id=id_, fresh=fresh)
    case.debtors = [as_debtor(world, "tier2"), as_debtor(world, "agency")]
    case.costs, case.hash, case.day = 100, hashed("costs"), M
    return case


def test_pursue__rules__answer_in_order(world: World) -> None:
    """NIL-65, NIL-68, NIL-70: any, some or all; not asked: the holder's standing."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: (setattr(c, "id", c.fresh), present(w, c.fresh))),
        *authority_rules("tier3", amount=False, standing=False),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseNoGround", lambda w, c: setattr(c, "id", c.fresh)),
        ("RecourseProofMissing", put("hash", bytes(32))),
        ("RecourseDebtorCount", put("debtors", [])),
        ("RecourseCosts", put("costs", FACE + 1)),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w), days=180))),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
        ("RecourseTimeBarred", put("day", PRIOR_LIMIT + 1)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        w.send(case.by, "recourse", "pursue", case.id, case.debtors, case.costs, case.hash)

    check_refusals(world, pursue_case, act, rules)


def test_pursue__too_many_debtors__is_refused(world: World) -> None:
    id_ = three_hands(world)

    with world.refused("RecourseDebtorCount", actual=51, max=50):
        pursue(world, id_, debtors=[as_debtor(world, "tier2")] * 51)


@pytest.mark.parametrize("names", [("tier2",), ("debtor",), ("agency", "supplier"), ()])
def test_pursue__any_some_or_all__comes_under_recourse(
    world: World, names: tuple[str, ...]
) -> None:
    """B33, NIL-68: in no order; the pair after, the notices, the pursuit written down."""
    id_ = three_hands(world)
    named = names or ("debtor", "agency", "tier2", "supplier")

    receipt = pursue(world, id_, *named, costs=500)

    assert pair(world, id_) == (MATURED, UNDER_RECOURSE)
    found = world.read("recourse", "pursuitOf", id_)
    assert (found["ground"], found["scope"], found["costsFen"]) == (DISHONOUR, SCOPE_ALL, 500)
    assert (found["openedDay"], found["refusalDay"]) == (M, M)
    for name in named:
        notice = world.read("recourse", "noticeOf", id_, party(world, name))
        assert notice == {"day": M, "late": False, "pursued": True}
    assert len([log for log in receipt.logs if log.name == "NoticeGiven"]) == len(named)
    with world.refused("RecoursePair", flag=UNDER_RECOURSE):
        pursue(world, id_, "debtor")


def test_pursue__frozen_holder__may(world: World) -> None:
    """MUST-12: asking for what one is owed disposes of nothing."""
    id_ = three_hands(world)
    freeze(world, "tier3")
    suspend(world, "tier3")

    pursue(world, id_, "tier2")


def test_pursue__narrow_scope__loses_endorsers(world: World) -> None:
    """§6, NIL-65: presented late, prior endorsers are lost; drawer and acceptor stay."""
    id_ = chain(world, *OWNERS)
    world.go_to(W + 1)
    present(world, id_, reason=REASON)
    dishonour(world, id_)

    for lost in ("supplier", "tier2"):
        with world.refused("RecourseNotLiable", ruleId="NIL-65"):
            pursue(world, id_, lost)
    pursue(world, id_, "agency", "debtor")

    assert world.read("recourse", "pursuitOf", id_)["scope"] == SCOPE_NARROW
    assert liability(world, id_, "agency") == AS_DRAWER
    assert liability(world, id_, "tier2") == NOT_LIABLE


# Clocks: INV-23, NIL-17


def test_pursue__last_day_of_each_clock__is_usable(world: World) -> None:
    """INV-23: prior parties six months from refusal, acceptor and drawer 24 from maturity."""
    id_ = three_hands(world)
    assert world.read("recourse", "limitsOf", id_) == (LIMIT, PRIOR_LIMIT)
    world.go_to(PRIOR_LIMIT)
    with world.anchor():
        pursue(world, id_, "tier2")
    world.go_to(PRIOR_LIMIT + 1)
    with world.refused("RecourseTimeBarred", lastDay=PRIOR_LIMIT, ruleId="NIL-17b"):
        pursue(world, id_, "supplier")
    world.go_to(LIMIT)
    with world.anchor():
        pursue(world, id_, "debtor", "agency")
    world.go_to(LIMIT + 1)
    with world.refused("RecourseTimeBarred", lastDay=LIMIT, ruleId="NIL-17a"):
        pursue(world, id_, "debtor")


def test_claimAgainst__after_its_clock__is_nothing_unless_pursued(world: World) -> None:  # noqa: N802
    """Limitation ends what nobody asked for; a pursuit begun in time keeps its claim."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")

    def against(name: str, day: int) -> int:
        return int(world.read("recourse", "claimAgainst", id_, as_debtor(world, name), day))

    assert against("supplier", PRIOR_LIMIT) == claim(world, id_, PRIOR_LIMIT) > FACE
    assert against("supplier", PRIOR_LIMIT + 1) == 0
    assert against("tier2", PRIOR_LIMIT + 1) == claim(world, id_, PRIOR_LIMIT + 1)
    assert against("debtor", LIMIT) == claim(world, id_, LIMIT)
    assert against("debtor", LIMIT + 1) == against("bank", M) == 0


def test_limits__rolling__extend_a_holiday_end(world: World) -> None:
    """OP-13 on: 1 November 2026 is a Sunday."""
    world.set_rule("OP-13", 1)
    id_ = chain(world, *OWNERS)
    dishonoured(world, id_)
    words = (0, 0)
    world.set_calendar(2028, words)

    assert world.read("recourse", "limitsOf", id_) == (LIMIT, PRIOR_LIMIT + 1)


def test_settlement__pursued_in_time__is_paid_after_the_clock(world: World) -> None:
    """MUST-25: a payment is never refused for being late."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    fund(world, "tier2")
    world.go_to(PRIOR_LIMIT + 30)

    taken, paid = settle(world, id_, "tier2")

    assert (holder(world, taken), paid) == ("tier2", money(world, "tier3"))


# B34: without dishonour


def without_case(world: World) -> SimpleNamespace:
    id_ = chain(world, *OWNERS)
    case = caller_case(world, "tier3", MAKE, id=id_, fresh=chain(world, *OWNERS, serial=2))
    present(world, case.fresh)
    case.debtors, case.costs = [as_debtor(world, "tier2")], 0
    case.ground, case.hash, case.day = BANKRUPT, hashed("proof"), M - 20
    return case


def test_pursueWithoutDishonour__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """NIL-61: no recourse without proof."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.fresh)),
        *authority_rules("tier3", amount=False, standing=False),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseNoGround", put("ground", DISHONOUR)),
        ("RecourseProofMissing", put("hash", bytes(32))),
        ("RecourseDebtorCount", put("debtors", [])),
        ("RecourseCosts", put("costs", FACE + 1)),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        args = (case.id, case.ground, case.debtors, case.costs, case.hash)
        w.send(case.by, "recourse", "pursueWithoutDishonour", *args)

    check_refusals(world, without_case, act, rules)


@pytest.mark.parametrize("ground", [BANKRUPT, STOPPED_BUSINESS, FLIGHT])
@pytest.mark.parametrize(
    ("day", "status", "scope"),
    [
        (M - 30, RECEIVED, SCOPE_ALL),
        (M, MATURED, SCOPE_ALL),
        (W, MATURED, SCOPE_ALL),
        (W + 1, MATURED, SCOPE_NARROW),
    ],
)
def test_pursueWithoutDishonour__before_and_after_maturity__opens_recourse(  # noqa: N802
    world: World, ground: int, day: int, status: int, scope: int
) -> None:
    """B34, NIL-61: scope ALL while the bill could still be presented in time; NIL-65 after that."""
    id_ = chain(world, *OWNERS)
    world.go_to(day)

    pursue_without(world, id_, "agency", ground=ground)

    found = world.read("recourse", "pursuitOf", id_)
    assert (found["ground"], found["scope"], found["refusalDay"]) == (ground, scope, day)
    assert pair(world, id_) == (status, UNDER_RECOURSE)


@pytest.mark.parametrize("ground", [NO_GROUND, DISHONOUR])
def test_pursueWithoutDishonour__no_ground__is_refused(world: World, ground: int) -> None:  # noqa: N802
    id_ = received(world)

    with world.refused("RecourseNoGround", ruleId="NIL-61"):
        pursue_without(world, id_, "debtor", ground=ground)


def test_pursueWithoutDishonour__narrow_dishonour__stays_narrow(world: World) -> None:  # noqa: N802
    """A ground that comes later does not bring lost endorsers back (NIL-65)."""
    id_ = chain(world, *OWNERS)
    world.go_to(W + 1)
    present(world, id_, reason=REASON)
    dishonour(world, id_)

    with world.refused("RecourseNotLiable", ruleId="NIL-65"):
        pursue_without(world, id_, "tier2")


def test_pursueWithoutDishonour__before_maturity__costs_no_interest(world: World) -> None:  # noqa: N802
    """NIL-70: interest runs from maturity; the payer's from its payment, and nothing circulates."""
    id_ = chain(world, *OWNERS)
    world.go_to(M - 30)
    pursue_without(world, id_, "tier2", costs=70)
    fund(world, "tier2", "supplier")

    taken, paid = settle(world, id_, "tier2")

    assert paid == FACE + 70
    assert pair(world, taken) == (RECEIVED, NOT_TRANSFERABLE)
    # Re-recourse goes on from the same ground, without a dishonour.
    world.pass_days(36)
    pursue(world, taken, "supplier")
    assert world.read("recourse", "pursuitOf", taken)["ground"] == BANKRUPT
    assert settle(world, taken, "supplier")[1] == paid + round(paid * 36 / 3600)


# B33 goes on; B35: withdrawal


def further_case(world: World) -> SimpleNamespace:
    id_ = three_hands(world)
    other = dishonoured_second(world)
    pursue(world, id_, "tier2")
    case = caller_case(world, "tier3", MAKE, id=id_, other=other)
    case.debtors, case.day = [as_debtor(world, "supplier")], M
    return case


def dishonoured_second(world: World) -> int:
    """Another range, dishonoured and not pursued."""
    id_ = received(world, serial=9, days=1)
    world.pass_days(1)
    present(world, id_)
    return id_


def test_pursueFurther__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("tier3", amount=False, standing=False),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseDebtorCount", put("debtors", [])),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w), days=180))),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
        ("RecourseTimeBarred", put("day", PRIOR_LIMIT + 1)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(max(case.day, w.today))
        w.send(case.by, "recourse", "pursueFurther", case.id, case.debtors)

    check_refusals(world, further_case, act, rules)


def test_pursueFurther__offer_pending__waits(world: World) -> None:  # noqa: N802
    """B33, B36: before an offer the holder may go on notifying others."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    args = (id_, [as_debtor(world, "supplier")])
    with world.anchor():
        world.act("tier3", "recourse", "pursueFurther", *args)
        assert world.read("recourse", "noticeOf", id_, party(world, "supplier"))["pursued"]
    offer(world, id_, "tier2")

    with world.refused("RecoursePair", pendingOp=OP_SETTLEMENT):
        world.act("tier3", "recourse", "pursueFurther", *args)


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("without", [False, True])
def test_withdrawPursuit__restores_exactly(world: World, marked: bool, without: bool) -> None:  # noqa: N802
    """B35, INV-4: pair, holder and range; also when frozen."""
    id_ = received(world, marked=marked)
    if without:
        world.go_to(M - 9)
    else:
        dishonoured(world, id_)
    before = state(world, id_)
    pursue_without(world, id_, "debtor") if without else pursue(world, id_, "debtor")
    freeze_range(world, id_)
    freeze(world, "supplier")

    world.act("supplier", "recourse", "withdrawPursuit", id_)

    assert state(world, id_) == before | {"frozen": True}
    assert world.read("recourse", "pursuitOf", id_)["ground"] == NO_GROUND
    assert world.read("recourse", "noticeOf", id_, party(world, "debtor"))["pursued"] is False


def test_withdrawPursuit__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("tier3", amount=False, standing=False),
        ("RecourseParty", by_actor("tier2")),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "recourse", "withdrawPursuit", case.id)

    check_refusals(world, further_case, act, rules)


def test_withdrawPursuit__offer_pending__is_refused(world: World) -> None:  # noqa: N802
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    offer(world, id_, "tier2")

    with world.refused("RecoursePair", flag=LOCKED, pendingOp=OP_SETTLEMENT):
        world.act("tier3", "recourse", "withdrawPursuit", id_)


# Notices: NIL-66, INV-24


def test_notice__late__keeps_recourse(world: World) -> None:
    """NIL-66a: roll(proof + 3), flagged after it; INV-24: two notices, the first one counts."""
    id_ = three_hands(world)
    # Proof on 1 May: 4 May lies in the holiday, so 6 May is the last day.
    last = civil_day(dt.date(2026, 5, 6))
    assert world.read("recourse", "noticeDayOf", id_, party(world, "tier3")) == (last, False)
    world.go_to(last)
    pursue(world, id_, "tier2")
    world.go_to(last + 1)

    receipt = world.act(
        "tier3",
        "recourse",
        "pursueFurther",
        id_,
        [as_debtor(world, "supplier"), as_debtor(world, "tier2")],
    )

    late = [log.args["late"] for log in receipt.logs if log.name == "NoticeGiven"]
    assert late == [True, True]
    told = {name: world.read("recourse", "noticeOf", id_, party(world, name)) for name in OWNERS}
    assert told["supplier"] == {"day": last + 1, "late": True, "pursued": True}
    assert told["tier2"] == {"day": last, "late": False, "pursued": True}
    fund(world, "supplier")
    settle(world, id_, "supplier")


def test_forwardNotice__prior_party__has_its_own_three_days(world: World) -> None:  # noqa: N802
    """NIL-66: each prior party three days on; it pursues nobody."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    last = civil_day(dt.date(2026, 5, 6))
    assert world.read("recourse", "noticeDayOf", id_, party(world, "tier2")) == (last, False)
    assert world.read("recourse", "noticeDayOf", id_, party(world, "supplier")) == (0, False)

    receipt = world.act("tier2", "recourse", "forwardNotice", id_, as_debtor(world, "supplier"))

    assert receipt.event("NoticeGiven").args["pursued"] is False
    with world.refused("RecourseNotPursued"):
        offer(world, id_, "supplier")
    world.go_to(last + 1)
    receipt = world.act("supplier", "recourse", "forwardNotice", id_, as_debtor(world, "agency"))
    assert receipt.event("NoticeGiven").args["late"] is True


def test_forwardNotice__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = further_case(w)
        own = caller_case(w, "tier2", MAKE, id=case.id, other=case.other)
        own.to = as_debtor(w, "supplier")
        return own

    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("tier2", amount=False, standing=False),
        ("RecourseNotPursued", by_actor("bank")),
        ("RecourseParty", put("to", lambda w: as_debtor(w, "tier2"))),
        ("RecourseNotLiable", put("to", lambda w: as_debtor(w, "bank"))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "recourse", "forwardNotice", case.id, case.to)

    check_refusals(world, prepare, act, rules)


# B36: offer


def offer_case(world: World) -> SimpleNamespace:
    id_ = three_hands(world)
    other = dishonoured_second(world)
    pursue(world, id_, "tier2")
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

    assert (state(world, id_), world.read("recourse", "pursuitOf", id_), claim(world, id_)) == before
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
    own = caller_case(world, "tier3", MAKE, id=case.id, other=case.other, day=world.today)
    return own


def test_takeSettlement__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Everything is checked again at the answer."""
    rules: list[Rule] = [
        *authority_rules("tier3", amount=False, standing=False),
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseAmount", lambda w, c: setattr(c, "day", c.day + 40)),
        ("TwoSidedExpired", lambda w, c: setattr(c, "day", c.day + 1)),
    ]
    del rules[-1]

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
    with world.refused("RecoursePair"):
        settle_signed(world, terms, "tier2", "tier3")


def signed_case(world: World) -> SimpleNamespace:
    case = offer_case(world)
    fund(world, "tier2")
    case.terms = settlement_terms(world, case.id, "tier2")
    case.payer, case.taker = "tier2", "tier3"
    return case


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
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
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

    assert second == first + 30_003 + 7  # 1 001 010 100 × 30 × 3.6 % / 360 = 30 030.3
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
