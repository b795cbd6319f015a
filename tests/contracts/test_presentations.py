"""Presentations: B27–B29, the access bank, B43. Who, in what order refused, exact restoration."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from scf.units import civil_day
from tests.recourse_stories import (
    ENDED,
    FACE,
    IN_COLLECTION,
    LIMIT,
    MATURED,
    RECEIVED,
    TERMINATED,
    M,
    W,
    account,
    dishonoured,
    drawn,
    freeze_range,
    fund,
    money,
    offer,
    only_range,
    pair,
    pay_bills,
    present,
    present_due,
    pursue,
    pursue_without,
    received,
    state,
    token,
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
from tests.world import ADMIN, MAKE, World, hashed

REASON = hashed("reason")


def go(world: World, case: SimpleNamespace) -> None:
    world.go_to(getattr(case, "day", world.today))


# B27–B29: presentation


def present_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "supplier", MAKE, id=received(world), drawn=drawn(world))
    case.reason = bytes(32)
    return case


def test_present__rules__answer_in_order(world: World) -> None:
    """Not asked: the holder's standing. Getting what one is owed is open to a frozen party too."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.drawn)),
        *authority_rules("supplier", amount=False, standing=False),
        ("PresentationsParty", by_actor("tier3")),
        ("PresentationsDay", put("day", LIMIT + 1)),
        ("PresentationsReasonMissing", put("day", W + 1)),
        ("BillsFrozen", then(lambda w: freeze_range(w, only_range(w)))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "presentations", "present", case.id, case.reason)

    check_refusals(world, present_case, act, rules)


@pytest.mark.parametrize(
    ("day", "kind", "status"),
    [
        (M - 1, 0, RECEIVED),
        (M, 1, MATURED),
        (W, 1, MATURED),
        (W + 1, 2, MATURED),
        (LIMIT, 2, MATURED),
    ],
)
def test_present__day__decides_the_kind(world: World, day: int, kind: int, status: int) -> None:
    """B27, B28, B29: early, in [M, W], late until 24 months after M; the pair after."""
    id_ = received(world)
    world.go_to(day)

    receipt = present(world, id_, reason=REASON if kind == 2 else bytes(32))

    assert receipt.event("BillPresented").args["kind"] == kind
    assert pair(world, id_) == (status, IN_COLLECTION)


def test_present__twice__is_refused(world: World) -> None:
    id_ = received(world)
    present(world, id_)

    with world.refused("PresentationsPair", flag=IN_COLLECTION):
        present(world, id_)


def test_present__frozen_holder__is_paid(world: World) -> None:
    """MUST-12, MUST-18: a frozen or suspended holder presents and is paid."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)
    freeze(world, "supplier")
    suspend(world, "supplier")

    present(world, id_)
    pay_bills(world, id_)

    assert money(world, "supplier") == FACE


def test_presentDue__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """SH-4: anyone, in [M, W]; also a frozen range, whose acceptor answers DC06."""
    case_id = received(world)
    fresh = drawn(world)

    with world.refused("BillsUnknown"):
        present_due(world, token(1, 1, 1))
    with world.refused("PresentationsPair"):
        present_due(world, fresh)
    with world.refused("PresentationsPair", status=RECEIVED):
        present_due(world, case_id)
    for day in (W + 1, LIMIT + 1):
        with world.anchor():
            world.go_to(day)
            with world.refused("PresentationsDay", earliest=M, latest=W):
                present_due(world, case_id)
    world.go_to(M)
    freeze_range(world, case_id)

    present_due(world, case_id)

    assert pair(world, case_id) == (MATURED, IN_COLLECTION)


def test_presentDue__early_presentation_pending__is_replaced(world: World) -> None:  # noqa: N802
    """§6: the automatic presentation takes an early one's place, so P lies in the window."""
    id_ = received(world)
    world.pass_days(5)
    present(world, id_)
    with world.refused("PresentationsDay"):
        present_due(world, id_)
    world.go_to(M)

    present_due(world, id_)

    assert world.read("bills", "range", id_)["presentedDay"] == M
    with world.refused("PresentationsPair"):
        present_due(world, id_)


def test_presentDue__dishonoured_range__is_refused(world: World) -> None:  # noqa: N802
    """A stranger must not keep a holder from its recourse."""
    id_ = dishonoured(world, received(world))

    with world.refused("PresentationsPair"):
        present_due(world, id_)
    present(world, id_)

    assert pair(world, id_) == (MATURED, IN_COLLECTION)


@pytest.mark.parametrize("day", [M - 10, M, W + 5])
@pytest.mark.parametrize("marked", [False, True])
def test_withdrawPresentation__any_kind__restores_exactly(  # noqa: N802
    world: World, day: int, marked: bool
) -> None:
    """B27–B29 taken back: pair, holder, range and every other field, also when frozen."""
    id_ = received(world, marked=marked)
    world.go_to(day)
    before = state(world, id_)
    present(world, id_, reason=REASON)
    freeze_range(world, id_)
    freeze(world, "supplier")

    world.act("supplier", "presentations", "withdrawPresentation", id_)

    assert state(world, id_) == before | {"frozen": True}


def test_withdrawPresentation__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        id_ = received(w)
        other = received(w, serial=2)
        present(w, id_)
        return caller_case(w, "supplier", MAKE, id=id_, other=other)

    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("supplier", amount=False, standing=False),
        ("PresentationsParty", by_actor("debtor")),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "presentations", "withdrawPresentation", case.id)

    check_refusals(world, prepare, act, rules)


# The access bank


def test_setAccessBank__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        return caller_case(w, "debtor", ADMIN, bank=party(w, "bank"))

    rules: list[Rule] = [
        *authority_rules("debtor", amount=False),
        ("PresentationsAccessBank", put("bank", lambda w: party(w, "debtor"))),
        ("ParticipantsRoleLacking", put("bank", lambda w: party(w, "tier3"))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "presentations", "setAccessBank", case.bank)

    check_refusals(world, prepare, act, rules)


def test_setAccessBank__zero__takes_the_mandate_back_even_frozen(world: World) -> None:  # noqa: N802
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    freeze(world, "debtor")

    world.act("debtor", "presentations", "setAccessBank", ZERO)

    assert world.read("presentations", "accessBankOf", party(world, "debtor")) == ZERO


# B43: lapse


def _resting(world: World, id_: int) -> None:
    """As it is."""


def _presented(world: World, id_: int) -> None:
    world.go_to(LIMIT)
    present(world, id_, reason=REASON)


def _pursued(world: World, id_: int) -> None:
    dishonoured(world, id_)
    pursue(world, id_, "debtor")


@pytest.mark.parametrize("before", [_resting, _presented, _pursued])
def test_lapse__after_24_months__ends_the_bill_act(world: World, before: Any) -> None:
    """B43, NIL-18: anyone, the day after, whatever was asked of the acceptor; balances follow."""
    id_ = received(world)
    before(world, id_)
    world.go_to(LIMIT)
    with world.refused("PresentationsDay", earliest=LIMIT + 1):
        world.act("tier3", "presentations", "lapse", id_)
    world.go_to(LIMIT + 1)

    world.act("tier3", "presentations", "lapse", id_)

    assert pair(world, id_) == (TERMINATED, ENDED)
    assert account(world)["balanceFen"] == account(world)["overdueBalanceFen"] == 0
    with world.refused("PresentationsPair"):
        world.act("tier3", "presentations", "lapse", id_)


def test_lapse__rules__answer_in_order(world: World) -> None:
    """B43: the range, what is pending on it, the day after the two years."""

    def prepare(w: World) -> SimpleNamespace:
        found = SimpleNamespace(id=received(w), offered=received(w, serial=2), day=LIMIT + 1)
        w.go_to(LIMIT - 5)
        pursue_without(w, found.offered, "debtor")
        offer(w, found.offered, "debtor", days=5)
        return found

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        w.act("tier3", "presentations", "lapse", case.id)

    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, case: put("id", case.offered)(w, case)),
        ("PresentationsDay", put("day", LIMIT)),
    ]
    check_refusals(world, prepare, act, rules)


def test_lapse__limitation_rolls__waits_for_the_business_day(world: World) -> None:
    """OP-13 extends a holiday end; 1 May 2028 is one."""
    world.set_rule("OP-13", 1)
    id_ = received(world)
    world.go_to(M)
    words = cal_2028()
    world.set_calendar(2028, words)
    world.go_to(LIMIT + 1)

    with world.refused("PresentationsDay", earliest=LIMIT + 2):
        world.act("tier3", "presentations", "lapse", id_)


def cal_2028() -> tuple[int, int]:
    """2028 with weekends, and 1 May, a Monday, closed."""
    closed = 0
    for index in range(366):
        day = dt.date(2028, 1, 1) + dt.timedelta(days=index)
        if day.weekday() >= 5 or day == dt.date(2028, 5, 1):
            closed |= 1 << index
    return closed & (1 << 183) - 1, closed >> 183


def test_lapse__offer_pending__waits_for_its_end(world: World) -> None:
    """An offer ends by the last day, so nothing is left hanging on an ended range."""
    id_ = dishonoured(world, received(world))
    pursue(world, id_, "debtor")
    world.go_to(LIMIT - 1)
    pending, taken = offer(world, id_, "debtor", days=1)
    world.go_to(LIMIT + 1)

    with world.refused("PresentationsPair"):
        world.act("tier3", "presentations", "lapse", taken)
    world.act("tier3", "recourse", "expire", pending)
    world.act("tier3", "presentations", "lapse", taken)

    assert pair(world, taken) == (TERMINATED, ENDED)


# Doors and views


def test_windowOf__unloaded_year__is_provisional(world: World) -> None:  # noqa: N802
    id_ = received(world)

    assert world.read("presentations", "windowOf", id_) == (M, W, False)
    world.go_to(civil_day(dt.date(2026, 10, 8)))
    late = received(world, days=80, serial=2, acceptor="tier3")
    assert world.read("presentations", "windowOf", late)[2] is True


def test_doors__others__are_refused(world: World) -> None:
    """MUST-14: redeem is Settlement's, closeBooks is Recourse's."""
    id_ = received(world)

    with world.refused("GovernedCaller"):
        world.act("debtor", "presentations", "redeem", id_, party(world, "debtor"))
    with world.refused("GovernedCaller"):
        world.act("debtor", "presentations", "closeBooks", id_)
