"""How what is pending on a range ends without agreement: B13, B15, B16, B36, one test for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.contracts.test_guarantees import request as request_guarantee
from tests.contracts.test_guarantees import terms_of
from tests.recourse_stories import AGREED, REJECTED, WITHDRAWN, freeze_range
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    put,
    suspend,
)
from tests.world import MAKE, World, hashed


@dataclass(frozen=True)
class Pending:
    """A kind of request: its contract, who asks whom, and how it is made: its id."""

    contract: str
    asks: str
    asked: str
    make: Callable[[World], tuple[bytes, int]]


def _endorsement(world: World) -> tuple[bytes, int]:
    id_ = claims.received(world)
    return bills.request(world, bills.endorsement(world, id_, "supplier", "tier2"))


def _mark(world: World) -> tuple[bytes, int]:
    id_ = claims.endorse(world, claims.received(world), "supplier", "tier2", marked=True)
    args = (id_, world.today + 5)
    return bytes(world.act("tier2", "endorsements", "requestMarkRevocation", *args).result), id_


def _guarantee(world: World) -> tuple[bytes, int]:
    id_ = claims.received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    return request_guarantee(world, terms, "debtor", day=world.today + 5), id_


def _offer(world: World) -> tuple[bytes, int]:
    id_ = claims.three_hands(world)
    claims.pursue(world, id_, "tier2")
    return claims.offer(world, id_, "tier2", days=5)


KINDS = {
    "B13": Pending("endorsements", "supplier", "tier2", _endorsement),
    "B15": Pending("endorsements", "tier2", "supplier", _mark),
    "B16": Pending("guarantees", "debtor", "tier3", _guarantee),
    "B36": Pending("recourse", "tier2", "tier3", _offer),
}


def _case(world: World, kind: Pending, who: str) -> SimpleNamespace:
    """Everybody and everything is frozen, which stops none of it (MUST-12)."""
    pending, id_ = kind.make(world)
    case = caller_case(world, who, MAKE, pending=pending)
    freeze_range(world, id_)
    for name in (kind.asks, kind.asked):
        freeze(world, name)
        suspend(world, name)
    return case


@pytest.mark.parametrize("function", ["reject", "withdraw"])
@pytest.mark.parametrize("row", KINDS)
def test_taken_back__rules__answer_in_order(world: World, row: str, function: str) -> None:
    """B13, B15, B16, B36: what is pending, the officer, the side; no freeze stops it."""
    kind = KINDS[row]
    who = kind.asked if function == "reject" else kind.asks
    rules: list[Rule] = [
        ("TwoSidedState", put("pending", hashed("another"))),
        *authority_rules(who, amount=False, standing=False),
        ("TwoSidedParty", by_actor("bank2")),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, kind.contract, function, case.pending)

    check_refusals(world, lambda w: _case(w, kind, who), act, rules)


@pytest.mark.parametrize("row", KINDS)
def test_expire__rules__answer_in_order(world: World, row: str) -> None:
    """B13, B15, B16, B36: anyone, on the day after the last one and not before."""
    kind = KINDS[row]

    def prepare(w: World) -> SimpleNamespace:
        case = _case(w, kind, kind.asks)
        case.day = w.today + 6
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(case.day)
        w.act("clearing", kind.contract, "expire", case.pending)

    rules: list[Rule] = [
        ("TwoSidedState", put("pending", hashed("another"))),
        ("TwoSidedNotExpired", put("day", lambda w: w.today + 5)),
    ]
    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize(
    ("function", "closed"), [("reject", REJECTED), ("withdraw", WITHDRAWN), ("expire", 5)]
)
@pytest.mark.parametrize("row", KINDS)
def test_closed_once__never_again(world: World, row: str, function: str, closed: int) -> None:
    """TWO-1: B13, B15, B16, B36; whatever is tried afterwards finds it closed."""
    kind = KINDS[row]
    pending, _ = kind.make(world)
    sides: dict[str, Any] = {"reject": kind.asked, "withdraw": kind.asks, "expire": "clearing"}
    if function == "expire":
        world.pass_days(6)
    world.act(sides[function], kind.contract, function, pending)

    for again, by in sides.items():
        with world.refused("TwoSidedState", actual=closed):
            world.act(by, kind.contract, again, pending)
    assert closed != AGREED
