"""
MUST-12 for financed bills: whoever is frozen, suspended or without its role at any step of any
flow, the others get what is theirs. As `test_freeze_walk`, which has certificates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from scf.errors import ContractRefusal
from tests import recourse_stories as bills
from tests.bill_loan_stories import advance_on_bill, bill_loan_id, bill_loan_terms
from tests.contracts.test_bill_discounting import bill_quote, discount, financeable, repo_quote
from tests.financing_stories import ALL, loan, owed, repay
from tests.recourse_stories import FACE, holder, part_of
from tests.stories import STRANGER, cash, freeze, party, restate, suspend
from tests.world import World

Step = Callable[[World, dict[str, Any]], object]
MONEY = 3 * FACE
PARTIES = ("supplier", "bank", "bank2", "debtor", "agency")


@dataclass(frozen=True)
class Flow:
    """`free` are disposals, which a restraint may stop; `owed` are what nothing may stop."""

    name: str
    free: tuple[Step, ...]
    owed: tuple[Step, ...]


def _discount(w: World, s: dict[str, Any]) -> None:
    discount(w, bill_quote(w, s["id"]))


def _repo(w: World, s: dict[str, Any]) -> None:
    discount(w, repo_quote(w, s["id"]))


def _lend(w: World, s: dict[str, Any]) -> None:
    t = bill_loan_terms(w, s["id"], FACE // 2)
    advance_on_bill(w, t)
    s["loan"] = bill_loan_id(w, t)


def _pledge_on(w: World, s: dict[str, Any]) -> None:
    """The discounter pledges what it bought to another bank."""
    sides = {"lender": party(w, "bank2"), "borrower": party(w, "bank")}
    t = bill_loan_terms(w, s["id"], FACE // 2, **sides)
    advance_on_bill(w, t)
    s["loan"] = bill_loan_id(w, t)


def _in_window(w: World, s: dict[str, Any]) -> None:
    w.pass_days(6)


def _after_window(w: World, s: dict[str, Any]) -> None:
    w.pass_days(21)


def _redeem(w: World, s: dict[str, Any]) -> None:
    before = cash(w, "bank")
    paid = w.act("supplier", "billdiscounting", "redeem", s["id"]).result
    assert (holder(w, s["id"]), cash(w, "bank") - before) == ("supplier", paid)


def _end_repo(w: World, s: dict[str, Any]) -> None:
    w.send(STRANGER.address, "billdiscounting", "endRepo", s["id"])
    assert holder(w, s["id"]) == "bank"


def _repay(w: World, s: dict[str, Any]) -> None:
    repay(w, s["loan"], ALL)
    assert owed(w, s["loan"]) == 0


def _default(w: World, s: dict[str, Any]) -> None:
    w.go_to(loan(w, s["loan"])["repayDay"] + 1)
    w.send(STRANGER.address, "loans", "declareDefault", s["loan"])


def _release(w: World, s: dict[str, Any]) -> None:
    whole = part_of(s["id"])
    args = (s["id"], whole.first, whole.last)
    w.send(STRANGER.address, "billloans", "release", *args)
    assert holder(w, s["id"]) == "supplier"


def _mature(w: World, s: dict[str, Any]) -> None:
    w.go_to(bills.maturity(w, s["id"]))


def _present(w: World, s: dict[str, Any]) -> None:
    bills.present(w, s["id"])


def _pay(w: World, s: dict[str, Any]) -> None:
    to, before = holder(w, s["id"]), {name: cash(w, name) for name in PARTIES}
    debt = owed(w, s["loan"]) if "loan" in s and to == "bank" else FACE
    bills.pay_bills(w, s["id"])
    assert cash(w, to) - before[to] == min(debt, FACE)
    if debt < FACE:
        assert cash(w, "supplier") - before["supplier"] == FACE - debt


def _dishonour(w: World, s: dict[str, Any]) -> None:
    bills.present(w, s["id"])
    bills.dishonour(w, s["id"])


def _pursue(w: World, s: dict[str, Any]) -> None:
    bills.pursue(w, s["id"], "debtor", "agency")


def _settle(w: World, s: dict[str, Any]) -> None:
    bills.settle(w, s["id"], "agency")
    assert bills.pair(w, s["id"])[0] == bills.SETTLED


def _collect_online(w: World, s: dict[str, Any]) -> None:
    before, claim = cash(w, "bank"), bills.claim(w, s["id"])
    args = (s["id"], [bills.as_debtor(w, "debtor")])
    w.act("bank", "settlement", "collectOnline", *args)
    assert cash(w, "bank") - before == claim


def _collect_online_on_pledge(w: World, s: dict[str, Any]) -> None:
    before, claim = (cash(w, "bank2"), cash(w, "bank")), bills.claim(w, s["id"])
    debt = owed(w, s["loan"])
    w.act("bank2", "settlement", "collectOnline", s["id"], [bills.as_debtor(w, "debtor")])
    gained = cash(w, "bank2") - before[0], cash(w, "bank") - before[1]
    assert gained == (debt, claim - debt)


def _allow_bank2(w: World, s: dict[str, Any]) -> None:
    w.act("debtor", "cash", "approve", party(w, "bank2"), MONEY)


def _allow(w: World, s: dict[str, Any]) -> None:
    w.act("debtor", "cash", "approve", party(w, "bank"), MONEY)


FLOWS = (
    Flow("discount, paid", (_discount,), (_mature, _present, _pay)),
    Flow("repo, redeemed", (_repo,), (_in_window, _redeem, _mature, _pay)),
    Flow("repo, outright", (_repo,), (_after_window, _end_repo, _mature, _pay)),
    Flow("pledge, repaid", (_lend,), (_repay, _release, _mature, _pay)),
    Flow("pledge, collected", (_lend,), (_mature, _present, _pay)),
    Flow("pledge, in default", (_lend,), (_default, _mature, _pay)),
    Flow("pledge, dishonoured", (_lend,), (_mature, _dishonour, _pursue, _settle)),
    Flow("online", (_allow, _discount), (_mature, _dishonour, _pursue, _collect_online)),
    Flow(
        "online, pledged on",
        (_allow_bank2, _discount, _pledge_on),
        (_mature, _dishonour, _pursue, _collect_online_on_pledge),
    ),
)
RESTRAINTS: dict[str, Callable[[World, str], object]] = {
    "frozen": lambda w, who: freeze(w, who, days=170),
    "suspended": suspend,
    "without its role": lambda w, who: restate(w, who, roles=1 << 12, size=4),
}
CASES = [
    (flow, step, who, restraint)
    for flow in FLOWS
    for who in PARTIES
    for restraint in RESTRAINTS
    for step in range(len(flow.free) + len(flow.owed))
]


@pytest.mark.parametrize(
    ("flow", "at", "who", "restraint"),
    CASES,
    ids=[f"{flow.name}/{at}/{who}/{restraint}" for flow, at, who, restraint in CASES],
)
def test_flow__one_party_restrained_at_one_step__strands_nobody(
    world: World, flow: Flow, at: int, who: str, restraint: str
) -> None:
    state: dict[str, Any] = {"id": bills.received(world)}
    financeable(world, state["id"], "bank")
    for name in PARTIES:
        world.mint(name, MONEY, f"money of {name}")
    total = sum(cash(world, name) for name in world.actors)

    for place, step in enumerate((*flow.free, *flow.owed)):
        if place == at:
            RESTRAINTS[restraint](world, who)
        if place >= len(flow.free):
            step(world, state)
            continue
        before = holder(world, state["id"]), _purses(world)
        try:
            step(world, state)
        except ContractRefusal:
            assert place >= at, "nothing was restrained yet"
            assert (holder(world, state["id"]), _purses(world)) == before
            return

    assert sum(cash(world, name) for name in world.actors) == total


def _purses(world: World) -> list[int]:
    return [cash(world, name) for name in PARTIES]


@pytest.mark.parametrize("kind", [bills.STOP_PAYMENT, 0])
def test_frozen_pledged_range__is_released_once_the_order_ends(world: World, kind: int) -> None:
    """The asset waits; nobody's money is in it, and nobody's debt is lost."""
    id_ = bills.received(world)
    financeable(world, id_)
    world.mint("bank", MONEY, "bank")
    world.mint("supplier", MONEY, "supplier")
    t = bill_loan_terms(world, id_, FACE // 2)
    advance_on_bill(world, t)
    bills.freeze_range(world, id_, days=5, kind=kind)

    repay(world, bill_loan_id(world, t), ALL)
    whole = part_of(id_)
    args = (id_, whole.first, whole.last)
    if kind == 0:
        with world.refused("BillsFrozen"):
            world.send(STRANGER.address, "billloans", "release", *args)
        world.pass_days(6)
    world.send(STRANGER.address, "billloans", "release", *args)

    assert holder(world, id_) == "supplier"
