"""The campaign is seen to catch what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from scf.model.fold import FoldError
from tests.campaigns.bill_campaign import BillCampaign, create
from tests.campaigns.campaign import Campaign, Ground
from tests.campaigns.planted import BILL_CONTRACTS, BUGS, ledger_with, planted_rounds
from tests.world import World

ACTS_PER_WORLD = 1_500
WORLDS = 10


@pytest.mark.planted
def test_planted_bug__is_caught(tmp_path: Path, report: Callable[[str], None]) -> None:
    missed = []

    for bugs, compiled in planted_rounds(tmp_path):
        for bug in bugs:
            artifacts = ledger_with(bug, compiled)
            if bug.contract in BILL_CONTRACTS:
                caught = _caught_with_bills(create(artifacts))
            else:
                caught = _caught(Ground.create(artifacts))
            report(f"planted: {bug.name} ({bug.contract}): {caught or 'MISSED'}")
            if caught is None:
                missed.append(bug.name)

    assert missed == []
    assert len(BUGS) >= 12


def _caught(ground: Ground) -> str | None:
    """After how many acts, and as what; None if never."""
    for number in range(WORLDS):
        with ground.world.anchor():
            campaign = Campaign(ground, Random(number))
            try:
                campaign.run(ACTS_PER_WORLD)
            except (AssertionError, FoldError) as found:
                acts = number * ACTS_PER_WORLD + campaign.count
                return (
                    f"act {acts}: {type(found).__name__} {str(found).partition(chr(10))[0][:120]}"
                )
    return None


def _caught_with_bills(world: World) -> str | None:
    """As `_caught`, by the campaign of the bills."""
    for number in range(WORLDS):
        with world.anchor():
            campaign = BillCampaign(world, Random(number))
            try:
                campaign.run(ACTS_PER_WORLD)
                campaign.compare_all()
            except (AssertionError, FoldError) as found:
                acts = number * ACTS_PER_WORLD + campaign.count
                return (
                    f"act {acts}: {type(found).__name__} {str(found).partition(chr(10))[0][:120]}"
                )
    return None
