"""The campaigns are seen to catch what they are there for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from scf.build.artifacts import Artifact
from scf.model.fold import FoldError
from tests.campaigns import bill_lives
from tests.campaigns.campaign import Campaign, Ground
from tests.campaigns.planted import BILL_CONTRACTS, BUGS, is_chosen, ledger_with, planted_rounds

ACTS_PER_WORLD = 1_500
WORLDS = 10


@pytest.mark.planted
@pytest.mark.parametrize("of_bills", [False, True], ids=["others", "bills"])
def test_planted_bug__is_caught(
    pytestconfig: pytest.Config, tmp_path: Path, report: Callable[[str], None], of_bills: bool
) -> None:
    only = pytestconfig.getoption("--bug")
    chosen = [
        bug for bug in BUGS if (bug.contract in BILL_CONTRACTS) == of_bills and is_chosen(bug, only)
    ]
    missed = []

    for bugs, compiled in planted_rounds(tmp_path, chosen):
        for bug in bugs:
            artifacts = ledger_with(bug, compiled)
            caught = _caught_with_bills(artifacts) if of_bills else _caught(artifacts)
            line = f"planted: {bug.name} ({bug.contract}): {caught or 'MISSED'}"
            report(line)
            if caught is None:
                missed.append(bug.name)

    assert missed == []
    assert len(BUGS) >= 12


def _caught(artifacts: Mapping[str, Artifact]) -> str | None:
    """After how many acts, and as what; None if never."""
    ground = Ground.create(artifacts)
    for number in range(WORLDS):
        with ground.world.anchor():
            campaign = Campaign(ground, Random(number))
            try:
                campaign.run(ACTS_PER_WORLD)
            except (AssertionError, FoldError) as found:
                return _said(number * ACTS_PER_WORLD + campaign.count, found)
    return None


def _caught_with_bills(artifacts: Mapping[str, Artifact]) -> str | None:
    """As `_caught`, by the campaign of the bills."""
    ground = bill_lives.create(artifacts)
    for number in range(WORLDS):
        with ground.world.anchor():
            lives = bill_lives.BillLives(ground, Random(number))
            try:
                lives.run(ACTS_PER_WORLD)
            except (AssertionError, FoldError) as found:
                return _said(number * ACTS_PER_WORLD + lives.table.count, found)
    return None


def _said(acts: int, found: BaseException) -> str:
    return f"act {acts}: {type(found).__name__} {str(found).partition(chr(10))[0][:120]}"
