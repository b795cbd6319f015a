"""The access table of the README is what the contracts enforce, function by function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.access import ACCESS, table
from tests.contracts.test_matrix import MATRIX, scene
from tests.stories import clerk
from tests.world import ALL_POWERS, World

README = Path(__file__).parents[2] / "contracts" / "README.md"
ROWS = [(contract, function) for contract, rows in ACCESS.items() for function in rows]
POWERED = [(c, f) for c, f in ROWS if ACCESS[c][f].power]

__all__ = ["scene"]


def test_access__has_a_row_for_every_function():
    assert set(ROWS) == set(MATRIX)


@pytest.mark.parametrize(("contract", "function"), POWERED, ids=" ".join)
def test_function__without_its_power__is_refused_for_it(
    scene: World, contract: str, function: str
) -> None:
    row, (arguments, *_) = ACCESS[contract][function], MATRIX[contract, function]
    key = clerk(scene, row.actor, ALL_POWERS & ~row.power)

    with scene.refused("ParticipantsPowerLacking", needed=row.power):
        scene.send(key.address, contract, function, *arguments(scene))


def test_readme__holds_the_table():
    assert table() in README.read_text(encoding="utf-8"), "run scripts/access_table.py"
