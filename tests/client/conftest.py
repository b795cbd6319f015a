"""One ganache with one ledger for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from client_world import START, Town, build_town

import scf


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    with scf.local(start_day=START, calendars=(2026,)) as ledger:
        yield build_town(ledger)
