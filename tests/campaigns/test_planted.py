"""The campaign is seen to catch what it is there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from scf.model.fold import FoldError
from tests.campaigns.campaign import Campaign, Ground
from tests.campaigns.planted import BUGS, ledger_with, planted_rounds

ACTS_PER_WORLD = 1_500
WORLDS = 10


@pytest.mark.planted
def test_planted_bug__is_caught(tmp_path: Path, report: Callable[[str], None]) -> None:
    missed = []

    for bugs, compiled in planted_rounds(tmp_path):
        for bug in bugs:
            ground = Ground.create(ledger_with(bug, compiled))
            caught = _caught(ground)
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
