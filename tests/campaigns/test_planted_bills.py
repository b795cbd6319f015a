"""Every rule of bills, from drawing to recourse, has a test that is seen to fail without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scf.build.artifacts import Artifact
from scf.errors import ContractRefusal
from tests.campaigns import planted_bills, planted_recourse
from tests.campaigns.planted import Planted, is_chosen, ledger_with, planted_rounds
from tests.contracts.bill_doors import open_doors
from tests.world import World

PLANTED = (*planted_bills.PLANTED, *planted_recourse.PLANTED)
# Lines of the invariants that say something about bills. Not here, since no bug in a contract
# breaks them: sizes, events and exports (MUST-27 to MUST-30); what bills do not have (collateral,
# tokens that call back, upgrades, allow-lists of assets: MUST-6, MUST-10, MUST-15, MUST-23).
NEEDED = {
    *(f"INV-{number}" for number in (*range(1, 16), *range(20, 26))),
    *("MUST-1", "MUST-2", "MUST-3", "MUST-4", "MUST-5", "MUST-7", "MUST-8", "MUST-9", "MUST-11"),
    *("MUST-12", "MUST-13", "MUST-14", "MUST-16", "MUST-17", "MUST-18", "MUST-19", "MUST-20"),
    *("MUST-21", "MUST-22", "MUST-24", "MUST-25", "MUST-26"),
    *("DIS-1", "DIS-2", "DIS-3", "GRT-1", "GRT-2", "PRS-1"),
}


def test_planted__covers_every_rule_it_should() -> None:
    assert NEEDED - {item.breaks for item in PLANTED} == set()
    assert len({item.bug.name for item in PLANTED}) == len(PLANTED)


def test_caught_by__sound_contracts__passes() -> None:
    """The tests named do hold without the bugs, so a failure means the bug."""
    world = World.create()
    for item in PLANTED:
        if not item.open_doors:
            with world.anchor():
                item.caught_by(world)
    opened = open_doors(World.create())
    for item in PLANTED:
        if item.open_doors:
            with opened.anchor():
                item.caught_by(opened)


@pytest.mark.planted
def test_planted_bug__in_bills__is_caught(
    pytestconfig: pytest.Config, tmp_path: Path, report: Callable[[str], None]
) -> None:
    only = pytestconfig.getoption("--bug")
    by_bug = {item.bug: item for item in PLANTED if is_chosen(item.bug, only)}
    missed = []

    for bugs, compiled in planted_rounds(tmp_path, by_bug):
        for bug in bugs:
            item = by_bug[bug]
            caught = _caught(item, ledger_with(bug, compiled))
            line = f"planted: {item.breaks} {bug.name} ({bug.contract}): {caught or 'MISSED'}"
            report(line)
            if caught is None:
                missed.append(bug.name)

    assert missed == []


def _caught(item: Planted, artifacts: Mapping[str, Artifact]) -> str | None:
    """By which test, as what; None if it passes all the same."""
    world = World.create(artifacts=artifacts)
    if item.open_doors:
        open_doors(world, artifacts)
    # A refusal that did not come fails as pytest's own outcome, which is no Exception.
    try:
        item.caught_by(world)
    except (AssertionError, ContractRefusal, pytest.fail.Exception) as found:
        said = str(found).partition(chr(10))[0][:90]
        return f"{_name(item.caught_by)}: {type(found).__name__} {said}"
    return None


def _name(check: object) -> str:
    """The test's own name, whatever values it was given."""
    inner = getattr(check, "func", check)
    return str(getattr(inner, "__name__", inner))
