"""The campaign's ground, built once, and its one line in the summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.campaigns.campaign import Ground

_LINES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground.create()


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Adds a line to the summary of the run."""
    return pytestconfig.stash.setdefault(_LINES, []).append


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Planting takes minutes of compiling, so it runs when it is asked for only."""
    if not config.getoption("--planted"):
        planted = [item for item in items if item.get_closest_marker("planted")]
        config.hook.pytest_deselected(items=planted)
        items[:] = [item for item in items if item not in planted]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "planted: bugs planted in the contracts, with --planted")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_LINES, []):
        terminalreporter.write_line(line)
