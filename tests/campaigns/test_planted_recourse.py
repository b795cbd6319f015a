"""Every rule of presentation and recourse has a test that is seen to fail without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scf.errors import ContractRefusal
from tests.campaigns.planted import ledger_with, planted_rounds
from tests.campaigns.planted_recourse import PLANTED
from tests.world import World

NEEDED = {
    *("INV-5", "INV-6", "INV-7", "INV-8", "INV-10", "INV-23", "INV-24", "INV-25"),
    *("MUST-5", "MUST-13", "MUST-18", "MUST-24", "MUST-25"),
}


def test_planted__covers_every_rule_it_should() -> None:
    assert {item.breaks for item in PLANTED} >= NEEDED


def test_caught_by__sound_contracts__passes() -> None:
    """The tests named do hold without the bugs, so a failure means the bug."""
    world = World.create()
    for item in PLANTED:
        with world.anchor():
            item.caught_by(world)


@pytest.mark.planted
def test_planted_bug__in_recourse__is_caught(tmp_path: Path, report: Callable[[str], None]) -> None:
    by_bug = {item.bug: item for item in PLANTED}
    missed = []

    for bugs, compiled in planted_rounds(tmp_path, by_bug):
        for bug in bugs:
            world = World.create(artifacts=ledger_with(bug, compiled))
            # A refusal that did not come fails as pytest's own outcome, which is no Exception.
            try:
                by_bug[bug].caught_by(world)
            except (AssertionError, ContractRefusal, pytest.fail.Exception) as found:
                caught = f"{type(found).__name__} {str(found).partition(chr(10))[0][:100]}"
                report(f"planted: {by_bug[bug].breaks} {bug.name}: {caught}")
            else:
                report(f"planted: {by_bug[bug].breaks} {bug.name}: MISSED")
                missed.append(bug.name)

    assert missed == []
