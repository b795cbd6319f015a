"""Pursuit (B33–B35) and notices: who is asked, refusals in order, clocks, exact restoration."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from scf.units import civil_day
from tests.recourse_stories import (
    AS_DRAWER,
    BANKRUPT,
    DISHONOUR,
    FACE,
    FLIGHT,
    LIMIT,
    LOCKED,
    MATURED,
    NO_GROUND,
    NOT_LIABLE,
    NOT_TRANSFERABLE,
    OP_SETTLEMENT,
    OWNERS,
    PRIOR_LIMIT,
    RECEIVED,
    SCOPE_ALL,
    SCOPE_NARROW,
    STOPPED_BUSINESS,
    UNDER_RECOURSE,
    M,
    W,
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
    only_range,
    pair,
    present,
    pursue,
    pursue_without,
    pursued_beside_another,
    received,
    settle,
    state,
    three_hands,
    token,
)
from tests.stories import (
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
from tests.world import MAKE, World, hashed

REASON = hashed("reason")


# B33: pursue on dishonour


def frozen_for_long(world: World) -> None:
    """A freeze that outlasts the six months of NIL-17b."""
    world.set_rule("OP-28", 400)
    freeze_range(world, only_range(world), days=300)


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
        ("RecourseCosts", put("costs", FACE + 1)),
        ("RecourseDebtorCount", put("debtors", [])),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
        ("RecourseTimeBarred", put("day", PRIOR_LIMIT + 1)),
        ("BillsFrozen", then(frozen_for_long)),
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
        ("RecourseCosts", put("costs", FACE + 1)),
        ("RecourseDebtorCount", put("debtors", [])),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
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
    assert settle(world, taken, "supplier")[1] == paid + 36_000  # 10 000 070 × 0.36 %


# B33 goes on; B35: withdrawal


def further_case(world: World) -> SimpleNamespace:
    id_, other = pursued_beside_another(world)
    case = caller_case(world, "tier3", MAKE, id=id_, other=other)
    case.debtors, case.day = [as_debtor(world, "supplier")], M
    return case


def test_pursueFurther__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("RecoursePair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("tier3", amount=False, standing=False),
        ("RecourseParty", by_actor("tier2")),
        ("RecourseDebtorCount", put("debtors", [])),
        ("RecourseNotLiable", put("debtors", lambda w: [as_debtor(w, "bank")])),
        ("RecourseTimeBarred", put("day", PRIOR_LIMIT + 1)),
        ("BillsFrozen", then(frozen_for_long)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
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


def test_forwardNotice__lapsed_range__is_refused(world: World) -> None:  # noqa: N802
    """B43: the pursuit is kept as a record; nothing moves any more."""
    id_ = three_hands(world)
    pursue(world, id_, "tier2")
    world.go_to(LIMIT + 1)
    world.act("tier3", "presentations", "lapse", id_)

    with world.refused("RecoursePair"):
        world.act("tier2", "recourse", "forwardNotice", id_, as_debtor(world, "supplier"))
