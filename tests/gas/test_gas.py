"""The cost of every named operation stands in a snapshot, and below what was promised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scf.chain.node import Anvil
from tests.gas.costs import BEGINNING, LIMITS, measure

SNAPSHOT = Path(__file__).with_name("snapshot.json")


@pytest.fixture(scope="module")
def measured():
    with Anvil(start_time=BEGINNING) as node:
        return measure(node.url)


def test_gas__is_what_the_snapshot_says(measured):
    assert measured == json.loads(SNAPSHOT.read_text()), "run scripts/gas.py --write, and say why"


@pytest.mark.parametrize("operation", LIMITS)
def test_gas__is_below_its_limit(measured, operation):
    assert measured[operation] <= LIMITS[operation]
