"""
Disclosures with its doors open to plain keys, which call as the rooms of the bills do: histories of
years that no real bill could have in a test.
"""

from __future__ import annotations

from collections.abc import Mapping

from scf.build.artifacts import Artifact, load
from scf.chain.abi import Abi, Contract
from tests.world import DEPLOYER, Receipt, World

ENTERPRISE = 2
DOORS = {
    name: "0x" + f"{place:02x}" * 20
    for place, name in enumerate(("acceptances", "presentations", "recourse"), 0xA1)
}


def open_doors(world: World, artifacts: Mapping[str, Artifact] | None = None) -> World:
    """The same ledger with a Disclosures of its own in the place of the one deployed with it."""
    artifact = (artifacts or {}).get("Disclosures") or load("Disclosures")
    abi = Abi.parse(artifact.abi)
    names = ("participants", "rulebook", "bills")
    args = [*(world.contracts[name].address for name in names), *DOORS.values()]
    code = artifact.bytecode + abi.constructor.encode(args, "Disclosures")
    address, _ = world.engine.create(DEPLOYER, code)
    world.contracts["disclosures"] = Contract(address, abi)
    return world


def book(
    world: World,
    number: int,
    acceptor: str,
    *,
    face: int = 1_000_00,
    kind: int = ENTERPRISE,
    drawer: str = "tier3",
) -> Receipt:
    """An acceptance, as Acceptances books it."""
    args = (number, world.actors[drawer].id, world.actors[acceptor].id, kind, face)
    return _as(world, "acceptances", "book", *args)


def unbook(world: World, acceptor: str, amount: int) -> Receipt:
    """The end of a range that never was overdue."""
    return _as(world, "presentations", "unbook", world.actors[acceptor].id, amount)


def count_overdue(world: World, number: int, acceptor: str, amount: int) -> Receipt:
    """A dishonour that counts."""
    return _as(world, "presentations", "countOverdue", number, world.actors[acceptor].id, amount)


def settle_overdue(world: World, number: int, acceptor: str, amount: int) -> Receipt:
    """Payment after all."""
    return _as(world, "recourse", "settleOverdue", number, world.actors[acceptor].id, amount)


def _as(world: World, room: str, function: str, *args: object) -> Receipt:
    return world.send(DOORS[room], "disclosures", function, *args)
