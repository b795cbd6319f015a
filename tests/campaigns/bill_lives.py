"""
The campaign of bills: random acts from the drawing to the last claim, one after the other on one
ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from scf.build.artifacts import Artifact
from scf.model.fold import Fold
from tests.campaigns import (
    bill_opening_acts,
    bill_order_acts,
    bill_passing_acts,
    bill_paying_acts,
    bill_pursuit_acts,
    bill_settlement_acts,
)
from tests.campaigns.bill_table import ANYBODY, POOR, BillTable, prepare
from tests.campaigns.campaign import Ground
from tests.engines import Engine
from tests.world import World

ACTS = {
    **bill_opening_acts.ACTS,
    **bill_passing_acts.ACTS,
    **bill_paying_acts.ACTS,
    **bill_order_acts.ACTS,
    **bill_pursuit_acts.ACTS,
    **bill_settlement_acts.ACTS,
}
COMPARE_ALL_EVERY = 250


def create(artifacts: Mapping[str, Artifact] | None = None, engine: Engine | None = None) -> Ground:
    """A ledger ready for acts, and its books."""
    world = World.create(artifacts=artifacts, engine=engine)
    prepare(world)
    fold = Fold({item.address: name for name, item in world.ledger.items()})
    history = tuple((log, world.timestamp) for log in world.logs)
    for log, timestamp in history:
        fold.apply(log, timestamp)
    world.logs.clear()
    return Ground(world, fold, history)


class BillLives:
    """Acts on one world; AssertionError at the first difference."""

    def __init__(self, ground: Ground, random: Random) -> None:
        self.table = BillTable(ground.world, ground.books(), random)
        for name in ANYBODY:
            self.table.mint(name, 50_000 if name in POOR else 10**13)
        self.table.checks.follow()
        self._acts, self._weights = list(ACTS), list(ACTS.values())

    def run(self, acts: int) -> None:
        """So many acts; everything compared now and then, and at the end."""
        t, moved, compared = self.table, -1, 0
        while t.count < acts:
            if t.count > moved:
                moved = t.count
                t.move_days()
            t.random.choices(self._acts, self._weights)[0](t)
            if t.count - compared >= COMPARE_ALL_EVERY:
                compared = t.count
                t.checks.check_all()
        t.checks.check_all()
