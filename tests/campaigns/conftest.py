"""The campaign's ground, built once, and its one line in the summary."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.campaigns.campaign import Ground

_LINE = "campaign line"
_LOG = logging.getLogger(__name__)


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground.create()


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Adds a line to the summary of the run, from a worker process too, and to the log at once."""

    def add(line: str) -> None:
        _LOG.info(line)
        request.node.user_properties.append((_LINE, line))

    return add


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Planting takes minutes of compiling, so it runs when it is asked for only."""
    if not config.getoption("--planted"):
        planted = [item for item in items if item.get_closest_marker("planted")]
        config.hook.pytest_deselected(items=planted)
        items[:] = [item for item in items if item not in planted]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "planted: bugs planted in the contracts, with --planted")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for test in terminalreporter.getreports(outcome):
            for name, line in test.user_properties:
                if name == _LINE and test.when == "call":
                    terminalreporter.write_line(line)
