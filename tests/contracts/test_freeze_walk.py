"""
MUST-12: whoever is frozen, suspended or without its role at any step of any flow, the others get
what is theirs.

Every flow is a list of steps. For each step, party and restraint the flow is begun afresh, the
restraint falls just before that step, and what others are owed must still be done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from scf.errors import ContractRefusal
from tests.financing_stories import (
    ALL,
    advance,
    buy_back,
    claim,
    early_offer,
    enforce,
    loan_id,
    loan_terms,
    locked,
    owed,
    pay_claim,
    pledge_sale,
    recourse_claim,
    recourse_quote,
    repay,
    return_surplus,
    take_early,
)
from tests.stories import (
    FACE,
    STRANGER,
    active,
    cash,
    freeze,
    party,
    pay,
    quote,
    restate,
    sell,
    suspend,
)
from tests.world import World, hashed

Step = Callable[[World, dict[str, Any]], object]


@dataclass(frozen=True)
class Flow:
    """
    Steps, and from which step on they are duties or rights that no restraint may stop.

    `free` are disposals: a restraint of a party that takes part may stop them, and nothing is lost.
    """

    name: str
    parties: tuple[str, ...]
    free: tuple[Step, ...]
    owed: tuple[Step, ...]


def _open(w: World, s: dict[str, Any]) -> None:
    s["id"], _ = active(w)


def _sell(w: World, s: dict[str, Any]) -> None:
    s["q"] = recourse_quote(w, s["id"], 400_000)
    sell(w, s["q"])


def _lend(w: World, s: dict[str, Any]) -> None:
    s["t"] = loan_terms(w, s["id"], 500_000, 400_000)
    advance(w, s["t"])


def _late(w: World, s: dict[str, Any]) -> None:
    w.go_to(w.read("receivables", "payDayOf", s["id"])[0] + 2)


def _due(w: World, s: dict[str, Any]) -> None:
    w.go_to(w.read("receivables", "payDayOf", s["id"])[0])


def _debtor_pays(*holders: str) -> Step:
    def step(w: World, s: dict[str, Any]) -> None:
        before = {name: cash(w, name) for name in (*holders, "bank")}
        pay(w, s["id"], *holders)
        assert any(cash(w, name) > before[name] for name in holders)

    return step


def _claims(w: World, s: dict[str, Any]) -> None:
    s["claim"] = recourse_claim(w, s["id"], "bank", [0], 400_000)
    claim(w, s["claim"])


def _default(w: World, s: dict[str, Any]) -> None:
    w.go_to(s["t"]["repayDay"] + 1)
    w.send(STRANGER.address, "loans", "declareDefault", loan_id(w, s["t"]))


def _repay(w: World, s: dict[str, Any]) -> None:
    repay(w, loan_id(w, s["t"]), ALL, s["id"])
    assert locked(w, s["id"], "supplier") == 0
    assert owed(w, loan_id(w, s["t"])) == 0


FLOWS = (
    Flow(
        "factoring, paid",
        ("supplier", "bank", "debtor"),
        (_open, _sell),
        (
            _due,
            _debtor_pays("supplier", "bank"),
            lambda w, s: return_surplus(w, s["q"]),
        ),
    ),
    Flow(
        "factoring, bought back",
        ("supplier", "bank", "debtor"),
        (_open, _sell),
        (
            _late,
            lambda w, s: buy_back(w, s["q"]),
            _debtor_pays("supplier"),
        ),
    ),
    Flow(
        "recourse claim",
        ("supplier", "bank", "debtor"),
        (_open, _sell),
        (
            _late,
            _claims,
            lambda w, s: pay_claim(w, "supplier", s["claim"]),
            _debtor_pays("bank", "supplier"),
        ),
    ),
    Flow(
        "loan, repaid",
        ("supplier", "bank", "debtor"),
        (_open, _lend),
        (
            _repay,
            _due,
            _debtor_pays("supplier"),
        ),
    ),
    Flow(
        "loan, collected",
        ("supplier", "bank", "debtor"),
        (_open, _lend),
        (
            _due,
            _debtor_pays("supplier"),
        ),
    ),
    Flow(
        "loan, defaulted and repaid late",
        ("supplier", "bank"),
        (_open, _lend),
        (
            _default,
            _repay,
        ),
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
    for who in flow.parties
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
    for name in ("supplier", "bank", "debtor"):
        world.mint(name, 3 * FACE, f"money of {name}")
    state: dict[str, Any] = {}
    total = sum(cash(world, name) for name in world.actors)

    for place, step in enumerate((*flow.free, *flow.owed)):
        if place == at:
            RESTRAINTS[restraint](world, who)
        if place >= len(flow.free):
            step(world, state)
            continue
        try:
            step(world, state)
        except ContractRefusal:
            assert place >= at, "nothing was restrained yet"
            _require_untouched(world, state)
            return

    assert sum(cash(world, name) for name in world.actors) == total


def _require_untouched(world: World, state: dict[str, Any]) -> None:
    """A disposal that was refused left money and units where they were."""
    assert all(cash(world, name) == 3 * FACE for name in ("supplier", "bank", "debtor"))
    if "id" in state:
        assert locked(world, state["id"], "supplier") == 0
        held = world.read("receivables", "balanceOf", party(world, "supplier"), state["id"])
        assert held == FACE


def test_enforcement__pledgor_restrained__goes_on(world: World) -> None:
    """The lender's right is not the pledgor's to lose; a frozen lender waits, nobody else does."""
    id_, _ = active(world)
    for name in ("supplier", "bank", "bank2"):
        world.mint(name, 3 * FACE, name)
    t = loan_terms(world, id_, 500_000, 400_000)
    advance(world, t)
    world.go_to(t["repayDay"] + 1)
    world.send(STRANGER.address, "loans", "declareDefault", loan_id(world, t))
    freeze(world, "supplier")

    enforce(world, t, pledge_sale(world, t, 500_000, 480_000))

    assert locked(world, id_, "supplier") == 0


def test_early_offer__debtor_frozen_meanwhile__changes_nothing(world: World) -> None:
    """A disposal that is stopped leaves holder and debt as they were."""
    id_, _ = active(world)
    world.mint("debtor", FACE, "own cash")
    freeze(world, "debtor")

    with world.refused("ParticipantsPartyFrozen"):
        take_early(world, early_offer(world, id_, 1_000))
    assert world.read("receivables", "balanceOf", party(world, "supplier"), id_) == FACE


def test_quotes__open_while_a_bank_is_restrained__can_be_taken_back(world: World) -> None:
    """Withdrawing an offer always works, one by one and all at once."""
    id_, _ = active(world)
    q = quote(world, id_, 1_000, registryReceipt=hashed("open"))
    digest = world.read("settlement", "quoteIdOf", q)
    for restraint in ("frozen", "suspended"):
        with world.anchor():
            RESTRAINTS[restraint](world, "bank")
            world.act("bank", "settlement", "revokeSignature", digest)
            world.act("bank", "participants", "endEpoch")
