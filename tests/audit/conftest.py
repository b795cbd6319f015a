"""Stores with a made-up history, and ledgers on real nodes."""

from __future__ import annotations

import shutil

import pytest

from scripts.make_history import write
from tests.audit.postgres import programs
from tests.client.client_world import START, build_town

EVENTS = 6_000
SEED = "tests"


@pytest.fixture(scope="session")
def history_file(tmp_path_factory):
    """A store of some thousand events, and its manifest beside it; not to be written to."""
    path = tmp_path_factory.mktemp("history") / "audit.sqlite"
    manifest = write(path, EVENTS, SEED, openings_a_day=8)
    manifest.save(path.with_name("manifest.json"))
    return path


@pytest.fixture
def store_file(history_file, tmp_path):
    """A copy of it to do anything to."""
    path = tmp_path / "audit.sqlite"
    shutil.copy(history_file, path)
    shutil.copy(history_file.with_name("manifest.json"), tmp_path / "manifest.json")
    return path


@pytest.fixture(scope="session")
def town():
    """Parties on anvil, some certificates opened and passed on."""
    from scf import local

    with local(node="anvil", start_day=START) as ledger:
        town = build_town(ledger)
        town.consent("tier2", "supplier")
        for _ in range(3):
            act(town)
        yield town


def act(town) -> int:
    """One certificate is opened and half of it passed on."""
    id_ = town.active(100_000_00)
    town.as_("supplier").receivables.transfer(
        id_, to=town.ids["tier2"], amount=40_000_00, evidence_hash=b"\1" * 32
    )
    return id_


# Tests that need PostgreSQL are not collected where it is missing: a test that did not run is no
# success, and the summary names it.
collect_ignore = [] if programs() else ["test_postgres.py", "test_postgres_figures.py"]


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what was not run."""
    if collect_ignore:
        for name in collect_ignore:
            terminalreporter.write_line(f"NOT RUN: tests/audit/{name} (no PostgreSQL here)")
