"""One node of each kind for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chain_worlds import World, make_world, probe_abi

from scf.chain.abi import Abi
from scf.chain.node import Anvil, Ganache


@pytest.fixture(scope="session")
def abi() -> Abi:
    return probe_abi()


@pytest.fixture(scope="session")
def ganache_world() -> Iterator[World]:
    with Ganache() as node:
        yield make_world(node)


@pytest.fixture(scope="session")
def anvil_world() -> Iterator[World]:
    with Anvil() as node:
        yield make_world(node)


@pytest.fixture(params=["ganache", "anvil"])
def world(request: pytest.FixtureRequest) -> World:
    found = request.getfixturevalue(f"{request.param}_world")
    assert isinstance(found, World)
    return found
