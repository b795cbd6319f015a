"""The doors of Disclosures, called as the rooms of the bills call them."""

from __future__ import annotations

from tests.world import Receipt, World

ENTERPRISE = 2


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
    return world.send(world.contracts[room].address, "disclosures", function, *args)
