"""
The bills' contracts against the fold: everything the books know, asked of the contracts. What is
asked and what must come back is the auditor's (`scf.audit.rooms`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scf.audit.reconcile import Call, against_contracts, decoder, within_books
from scf.audit.rooms import MATTERS, SUMS
from scf.audit.rooms.room import View
from scf.model.books import Books
from scf.model.fold import Fold
from tests.engines import Reverted
from tests.world import World


def folded(world: World, fold: Fold | None = None, done: int = 0) -> Fold:
    """The fold of all that happened in a world; goes on with one that knows `done` events."""
    if fold is None:
        fold = Fold({item.address: name for name, item in world.ledger.items()})
    for log in world.logs[done:]:
        fold.apply(log, world.timestamp)
    return fold


def check(world: World, books: Books) -> int:
    """Every answer of the contracts is what the books say; how many were asked."""
    contracts = world.ledger
    view = View(
        state=books,
        day=world.today,
        parties=tuple(actor.id for actor in world.actors.values()),
        contracts={name: item.address for name, item in contracts.items()},
    )

    def ask(calls: Iterable[Call]) -> Iterator[bytes | str]:
        for contract, function, arguments in calls:
            target = contracts[contract]
            selector = target.abi.function(function).selector
            try:
                yield world.engine.read(target.address, selector + arguments)
            except Reverted as exc:
                yield str(exc)

    checked = 0
    for name in MATTERS:
        result = against_contracts(name, view, ask, decoder(contracts))
        assert not result.findings, str(result.findings[0])
        checked += result.compared
    for name in SUMS:
        result = within_books(name, view)
        assert not result.findings, str(result.findings[0])
    return checked
