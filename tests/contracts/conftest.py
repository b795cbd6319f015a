"""One ledger per file; every test finds it as it was when the file began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.world import World


@pytest.fixture(scope="module")
def ledger() -> World:
    """The file's ledger: rules, calendars and every actor, no trade yet."""
    return World.create()


@pytest.fixture
def world(ledger: World) -> Iterator[World]:
    """The ledger, put back afterwards."""
    with ledger.anchor():
        yield ledger
