"""One told history in a store, and one on a node, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from scf.audit.names import Names
from scf.audit.reading import Reading, read
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from tests.audit.reading.recording import store_of
from tests.audit.reading.tales import Tale, tell_tale

_LINES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def tale() -> Tale:
    return tell_tale()


@pytest.fixture(scope="session")
def store(tale: Tale, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with store_of(tale.world, tmp_path_factory.mktemp("tale") / "audit.sqlite") as made:
        yield made


@pytest.fixture(scope="session")
def reading(store: Store) -> Reading:
    return read(store)


@pytest.fixture(scope="session")
def names(tale: Tale) -> Names:
    """Every actor under its name."""
    actors = tale.world.actors
    return Names(
        codes={actor.id: actor.uscc for actor in actors.values()},
        names={actor.id: name for name, actor in actors.items()},
    )


@pytest.fixture(scope="session")
def tell(names: Names) -> Telling:
    return Telling(names=names.shown)


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Adds a line to the summary of the run."""
    return pytestconfig.stash.setdefault(_LINES, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_LINES, []):
        terminalreporter.write_line(line)
