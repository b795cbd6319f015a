"""
Every row of the specification of bills: the exact pair after each act, and everything as it was
where nothing came of it (INV-4). Who may, and what is refused in which order, is with the tests of
each contract.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests import bill_stories as bills
from tests.contracts.bill_rows import ACTS, Act
from tests.recourse_stories import pair, state
from tests.world import World

ROWS = (*range(1, 25), *range(27, 44))
IDS = [f"{act.row} {act.name} {number}" for number, act in enumerate(ACTS)]


@pytest.mark.parametrize("act", ACTS, ids=IDS)
def test_row__act_by_act__leads_to_its_pairs(world: World, act: Act) -> None:
    id_ = act.make(world)
    before, day = _everything(world, id_, world.today), world.today
    assert pair(world, id_) == act.pairs[0]

    for step, after in zip(act.steps, act.pairs[1:], strict=True):
        id_ = step(world, id_) or id_
        assert pair(world, id_) == after

    if act.restores:
        assert _everything(world, id_, day) == before


def test_rows__of_the_specification__are_all_walked() -> None:
    assert {act.row for act in ACTS} == {f"B{number}" for number in ROWS}


def _everything(world: World, id_: int, day: int) -> list[Any]:
    """The bill, and each of its ranges with what it would cost on a day; not the counts of acts."""
    number = id_ >> 80
    live = bills.live_ranges(world, number)
    return [
        dict(world.read("bills", "bill", number)),
        [(one, state(world, one), bills.chain_of(world, one)) for one in live],
        [world.read("recourse", "claimOf", one, day) for one in live],
    ]
