"""Dishonour and auto-dishonour (B31, B32): reasons, scope, counting, idempotence."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from scf.chain.transactions import keccak
from scf.units import civil_day
from tests.recourse_stories import (
    ACCEPTOR_LAST,
    BANK_LAST,
    DC00,
    DC05,
    DC06,
    DC07,
    DC08,
    DC09,
    FACE,
    MATURED,
    NOT_TRANSFERABLE,
    SCOPE_ALL,
    SCOPE_NARROW,
    SCOPE_NONE,
    STOP_PAYMENT,
    TRANSFERABLE,
    M,
    W,
    account,
    auto_dishonour,
    bank_bill,
    carried,
    dishonour,
    dishonoured,
    endorse,
    freeze_range,
    pair,
    part_of,
    present,
    present_due,
    pursue,
    received,
    state,
    token,
)
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    party,
    put,
)
from tests.world import MAKE, World, hashed

REASON = hashed("reason")
DISHONOURS_SLOT = 3  # of Presentations._dishonours, after the three mappings of Governed


def go(world: World, case: SimpleNamespace) -> None:
    world.go_to(getattr(case, "day", world.today))


# B31: dishonour


def dishonour_case(world: World) -> SimpleNamespace:
    id_ = received(world)
    case = caller_case(world, "debtor", MAKE, id=id_, other=received(world, serial=2))
    case.code, case.reason, case.day = DC09, REASON, M
    world.go_to(M)
    present(world, id_)
    return case


def test_dishonour__rules__answer_in_order(world: World) -> None:
    """NIL-62: open to a frozen acceptor; a code that contradicts the ledger is refused."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("debtor", amount=False, standing=False),
        ("PresentationsParty", by_actor("supplier")),
        ("PresentationsCode", put("code", DC07)),
        ("PresentationsReasonMissing", put("reason", bytes(32))),
        ("PresentationsDay", put("day", ACCEPTOR_LAST + 1)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "presentations", "dishonour", case.id, case.code, case.reason)

    check_refusals(world, dishonour_case, act, rules)


@pytest.mark.parametrize("marked", [False, True])
def test_dishonour__at_maturity__restores_the_pair_and_stands(world: World, marked: bool) -> None:
    """B31: the pair before the presentation, status matured, the proof on the range."""
    id_ = received(world, marked=marked)
    world.go_to(M)
    present(world, id_)

    receipt = dishonour(world, id_)

    flag = NOT_TRANSFERABLE if marked else TRANSFERABLE
    assert pair(world, id_) == (MATURED, flag)
    assert carried(world, id_) == {
        "day": M,
        "presentedDay": M,
        "code": DC08,
        "scope": SCOPE_ALL,
        "counted": True,
    }
    event = receipt.event("BillDishonoured").args
    assert (event["index"], event["scope"], event["code"]) == (1, SCOPE_ALL, DC08)
    assert account(world)["overdueBalanceFen"] == FACE


def test_dishonour__before_maturity__opens_nothing(world: World) -> None:
    """B27: refusal restores everything; present again at maturity."""
    id_ = received(world)
    before = state(world, id_)
    present(world, id_)

    receipt = dishonour(world, id_, code=DC07)

    assert state(world, id_) == before
    assert receipt.event("BillDishonoured").args["scope"] == SCOPE_NONE
    assert account(world)["overdueFen"] == 0
    with world.refused("RecourseNoGround"):
        pursue(world, id_, "supplier")


SCOPES = [
    # presented, answered, scope
    (M - 5, M, SCOPE_ALL),
    (M - 5, W, SCOPE_ALL),
    (M, W, SCOPE_ALL),
    (M, W + 1, SCOPE_ALL),
    (W, W + 1, SCOPE_ALL),
    (M - 5, W + 1, SCOPE_NARROW),
    (W + 1, W + 1, SCOPE_NARROW),
    (W + 1, W + 40, SCOPE_NARROW),
]


@pytest.mark.parametrize(("presented", "answered", "scope"), SCOPES)
def test_dishonour__days__decide_the_scope(
    world: World, presented: int, answered: int, scope: int
) -> None:
    """§6, by a bank's bill, whose acceptor has no last day."""
    id_ = bank_bill(world)
    world.go_to(presented)
    present(world, id_, reason=REASON)
    world.go_to(answered)

    dishonour(world, id_, by="bank2", code=DC00)

    assert carried(world, id_)["scope"] == scope


def test_dishonour__register_reading__is_narrow_after_the_window(world: World) -> None:
    """OP-8: switchable, by the day of the answer."""
    id_ = bank_bill(world)
    world.go_to(M)
    present(world, id_)
    world.set_rule("OP-8", 1)
    world.go_to(W + 1)

    dishonour(world, id_, by="bank2", code=DC00)

    assert carried(world, id_)["scope"] == SCOPE_NARROW


def test_dishonour__presented_again__never_narrows(world: World) -> None:
    """PRS-1, MUST-19: neither scope nor clocks change by a later presentation and refusal."""
    id_ = dishonoured(world, received(world))
    first = carried(world, id_)
    world.go_to(W + 10)
    present(world, id_, reason=REASON)

    receipt = dishonour(world, id_, code=DC05)

    assert receipt.event("BillDishonoured").args["scope"] == SCOPE_NARROW
    assert carried(world, id_) == first
    assert account(world)["overdueFen"] == FACE


@pytest.mark.parametrize("kind", [0, STOP_PAYMENT])
def test_dishonour__restrained_range__knows_dc06_only(world: World, kind: int) -> None:
    """INV-20: the acceptor answers DC06, and that counts against nobody."""
    id_ = received(world)
    world.go_to(M)
    present(world, id_)
    with world.refused("PresentationsCode", code=DC06):
        dishonour(world, id_, code=DC06)
    freeze_range(world, id_, days=3, kind=kind)
    with world.refused("PresentationsCode", code=DC08):
        dishonour(world, id_, code=DC08)

    dishonour(world, id_, code=DC06)

    assert carried(world, id_)["scope"] == SCOPE_ALL
    assert account(world)["overdueFen"] == 0
    # Once the order is over, not paying counts; the dishonour in time stands.
    world.pass_days(4)
    present(world, id_)
    dishonour(world, id_, code=DC08)
    assert account(world)["overdueFen"] == FACE
    assert carried(world, id_) == {
        "day": M,
        "presentedDay": M,
        "code": DC08,
        "scope": SCOPE_ALL,
        "counted": True,
    }


@pytest.mark.parametrize(
    ("code", "day", "fits"),
    [
        (DC05, M, False),
        (DC05, W + 1, True),
        (DC07, M - 1, True),
        (DC07, M, False),
        (DC08, M, True),
        (DC00, M, True),
    ],
)
def test_dishonour__code__must_not_contradict_the_ledger(
    world: World, code: int, day: int, fits: bool
) -> None:
    id_ = received(world)
    world.go_to(day)
    present(world, id_, reason=REASON)

    if fits:
        dishonour(world, id_, code=code)
    else:
        with world.refused("PresentationsCode"):
            dishonour(world, id_, code=code)


def test_dishonour__dc08__is_for_commercial_bills(world: World) -> None:
    id_ = bank_bill(world)
    world.go_to(M)
    present(world, id_)

    with world.refused("PresentationsCode"):
        dishonour(world, id_, by="bank2", code=DC08)


def test_dishonour__access_bank__has_one_business_day_more(world: World) -> None:
    """PS00: the proxy answers presentations and nothing else, until R + 4."""
    id_ = received(world)
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    world.go_to(M)
    present(world, id_)
    assert world.read("presentations", "answerDaysOf", id_) == (ACCEPTOR_LAST, BANK_LAST)
    world.go_to(ACCEPTOR_LAST)
    with world.anchor():
        dishonour(world, id_)
    world.go_to(BANK_LAST)
    with world.refused("PresentationsDay", latest=ACCEPTOR_LAST):
        dishonour(world, id_)
    with world.anchor():
        dishonour(world, id_, by="bank")
    world.go_to(BANK_LAST + 1)
    with world.refused("PresentationsDay", latest=BANK_LAST):
        dishonour(world, id_, by="bank")


def test_dishonour__pieces__share_one_record(world: World) -> None:
    """The same answer on many ranges of one bill is written down once."""
    id_ = received(world)
    part = endorse(world, id_, "supplier", "tier2", last=10)
    rest = token(part_of(id_).number, 11, FACE)
    world.go_to(M)
    for one in (part, rest):
        present(world, one)
        dishonour(world, one)

    assert world.read("bills", "range", part)["dishonour"] == 1
    assert world.read("bills", "range", rest)["dishonour"] == 1
    assert world.read("presentations", "dishonourAt", part_of(id_).number, 1)["day"] == M
    assert account(world)["overdueBalanceFen"] == FACE


def test_dishonour__as_many_as_a_word_can_name__is_refused(world: World) -> None:
    """MUST-16: the index never wraps. 65 535 acts are too many for a test, so the count is set."""
    id_ = received(world)
    address = world.contracts["presentations"].address
    slot = int.from_bytes(keccak(part_of(id_).number.to_bytes(32) + DISHONOURS_SLOT.to_bytes(32)))
    world.engine._evm.insert_account_storage(address, slot, 2**16 - 1)
    world.go_to(M)
    present(world, id_)

    with world.refused("PresentationsFull", max=2**16 - 1):
        dishonour(world, id_)


# B32: auto-dishonour


def test_autoDishonour__day_after_the_banks_last__flips_once(world: World) -> None:  # noqa: N802
    """INV-25, PRS-2: anyone, A = that day; a second run changes nothing."""
    id_ = received(world)
    world.go_to(M)
    present_due(world, id_)
    world.go_to(BANK_LAST)
    with world.refused("PresentationsDay", earliest=BANK_LAST + 1):
        auto_dishonour(world, id_)
    world.go_to(BANK_LAST + 3)

    first = auto_dishonour(world, id_)
    after = world.read("bills", "range", id_)
    second = auto_dishonour(world, id_, by="tier3")

    assert first.result is True
    assert second.result is False
    assert second.logs == ()
    assert world.read("bills", "range", id_) == after
    assert carried(world, id_)["day"] == BANK_LAST
    assert account(world)["overdueFen"] == FACE
    assert pair(world, id_) == (MATURED, TRANSFERABLE)


def test_autoDishonour__early_presentation__counts_from_maturity(world: World) -> None:  # noqa: N802
    """§7: one that came early binds the acceptor from maturity only."""
    id_ = received(world)
    world.pass_days(3)
    present(world, id_)
    world.go_to(M)
    with world.refused("PresentationsDay", earliest=BANK_LAST + 1):
        auto_dishonour(world, id_)
    world.go_to(BANK_LAST + 1)

    auto_dishonour(world, id_)

    assert carried(world, id_)["scope"] == SCOPE_ALL


def test_autoDishonour__wrong_ranges__are_refused(world: World) -> None:  # noqa: N802
    """商票 only, presented only."""
    commercial, bank = received(world), bank_bill(world, serial=2)
    world.go_to(M)

    with world.refused("BillsUnknown"):
        auto_dishonour(world, token(1, 1, 1))
    with world.refused("PresentationsPair"):
        auto_dishonour(world, commercial)
    present(world, bank)
    world.go_to(BANK_LAST + 30)
    with world.refused("PresentationsNotCommercial"):
        auto_dishonour(world, bank)
    with world.refused("PresentationsNotCommercial"):
        world.read("presentations", "answerDaysOf", bank)


def test_autoDishonour__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B32: the range, presented or not, 商票 or not, the day after the bank's last."""

    def prepare(w: World) -> SimpleNamespace:
        found = SimpleNamespace(id=received(w), resting=received(w, serial=3))
        found.bank = bank_bill(w, serial=2)
        w.go_to(M)
        present(w, found.id)
        present(w, found.bank)
        found.day = BANK_LAST + 1
        return found

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        auto_dishonour(w, case.id)

    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda _, case: put("id", case.resting)(_, case)),
        ("PresentationsNotCommercial", lambda _, case: put("id", case.bank)(_, case)),
        ("PresentationsDay", put("day", BANK_LAST)),
    ]
    check_refusals(world, prepare, act, rules)


def test_autoDishonour__frozen_range__is_by_court_order(world: World) -> None:  # noqa: N802
    id_ = received(world)
    world.go_to(M)
    present(world, id_)
    freeze_range(world, id_)
    world.go_to(BANK_LAST + 1)

    auto_dishonour(world, id_)

    assert carried(world, id_)["code"] == DC06
    assert account(world)["overdueFen"] == 0


def test_autoDishonour__year_not_loaded__refuses(world: World) -> None:  # noqa: N802
    """CAL-2: a due event of a year without calendar waits for it."""
    world.go_to(civil_day(dt.date(2026, 10, 8)))
    id_ = received(world, days=84)  # 31 December
    world.pass_days(84)
    present(world, id_)
    world.pass_days(30)

    with world.refused("RulebookCalendarMissing", year=2027):
        auto_dishonour(world, id_)
    world.set_calendar(2027, (sum(1 << day for day in (1, 2, 8, 9)), 0))
    auto_dishonour(world, id_)

    assert carried(world, id_)["scope"] == SCOPE_ALL
