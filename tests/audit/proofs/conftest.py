"""One ledger that has lived on each kind of node, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bill_worlds import BillLife, live_with_bills
from financing_worlds import FinancedLife, live_financed
from proof_worlds import Life, live

import scf
from scf.cli import bill_story
from tests.client.client_world import START


@pytest.fixture(scope="session")
def ganache_life() -> Iterator[Life]:
    with scf.local(node="ganache", start_day=START, calendars=(2026,)) as ledger:
        yield live(ledger)


@pytest.fixture(scope="session")
def anvil_life() -> Iterator[Life]:
    with scf.local(node="anvil", start_day=START, calendars=(2026,)) as ledger:
        yield live(ledger)


@pytest.fixture(params=["ganache", "anvil"])
def life(request: pytest.FixtureRequest) -> Life:
    found = request.getfixturevalue(f"{request.param}_life")
    assert isinstance(found, Life)
    return found


@pytest.fixture(scope="session")
def ganache_bills() -> Iterator[BillLife]:
    with scf.local(node="ganache", start_day=bill_story.START, calendars=(2026,)) as ledger:
        yield live_with_bills(ledger)


@pytest.fixture(scope="session")
def anvil_bills() -> Iterator[BillLife]:
    with scf.local(node="anvil", start_day=bill_story.START, calendars=(2026,)) as ledger:
        yield live_with_bills(ledger)


@pytest.fixture(params=["ganache", "anvil"])
def bill_life(request: pytest.FixtureRequest) -> BillLife:
    found = request.getfixturevalue(f"{request.param}_bills")
    assert isinstance(found, BillLife)
    return found


@pytest.fixture(scope="session")
def ganache_financed() -> Iterator[FinancedLife]:
    with scf.local(node="ganache", start_day=START, calendars=(2026,)) as ledger:
        yield live_financed(ledger)


@pytest.fixture(scope="session")
def anvil_financed() -> Iterator[FinancedLife]:
    with scf.local(node="anvil", start_day=START, calendars=(2026,)) as ledger:
        yield live_financed(ledger)


@pytest.fixture(params=["ganache", "anvil"])
def financed(request: pytest.FixtureRequest) -> FinancedLife:
    found = request.getfixturevalue(f"{request.param}_financed")
    assert isinstance(found, FinancedLife)
    return found
