"""
The contracts against the books, inside Python: the calls and the answers they must give are those
of `scf.audit.reconcile`.

Comparing bytes needs no decoding, so that some twenty thousand answers a second can be compared;
only a difference is decoded, to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scf.audit.reconcile import Call, against_contracts, decoder, within_books
from scf.audit.rooms import MATTERS, SUMS
from scf.audit.rooms.room import Expected, Subject, View
from scf.model.folding.state import State
from tests.engines import Reverted
from tests.world import World

TOUCHED = {
    "certificate": ("certificate", "holding", "position", "collected"),
    "range": ("range", "secured"),
}


class Comparison:
    """Holds one world against the state of one fold."""

    def __init__(self, world: World, state: State) -> None:
        self.world = world
        self.state = state
        self.parties = tuple(actor.id for actor in world.actors.values())
        self.contracts = world.ledger
        self.answers = 0
        self._addresses = {name: item.address for name, item in self.contracts.items()}
        self._selectors: dict[tuple[str, str], tuple[str, bytes]] = {}
        self._decode = decoder(self.contracts)

    @property
    def view(self) -> View:
        """The books, now."""
        return View(
            state=self.state,
            day=self.world.today,
            parties=self.parties,
            contracts=self._addresses,
        )

    def check(self, subjects: Iterable[Subject]) -> None:
        """Every answer about these subjects is what the books say; AssertionError otherwise."""
        view = self.view
        for kind, *key in subjects:
            for name in TOUCHED.get(kind, (kind,)):
                for expected in MATTERS[name].asked(view, *key):
                    self._check((name, *key), expected)

    def check_money(self) -> None:
        """All money is where the books say."""
        self.check([("supply",), *(("cash", party) for party in self.parties)])

    def check_all(self) -> None:
        """Everything the books know, and what every party and contract has of it."""
        view = self.view
        for name in MATTERS:
            result = against_contracts(name, view, self._ask, self._decode)
            self.answers += result.compared
            assert not result.findings, str(result.findings[0])
        for name in SUMS:
            result = within_books(name, view)
            assert not result.findings, str(result.findings[0])

    def _ask(self, calls: Iterable[Call]) -> Iterator[bytes | str]:
        for contract, function, arguments in calls:
            yield self._answer(contract, function, arguments)

    def _answer(self, contract: str, function: str, arguments: bytes) -> bytes | str:
        found = self._selectors.get((contract, function))
        if found is None:
            target = self.contracts[contract]
            found = target.address, target.abi.function(function).selector
            self._selectors[contract, function] = found
        try:
            return self.world.engine.read(found[0], found[1] + arguments)
        except Reverted as exc:
            return str(exc)

    def _check(self, subject: Subject, expected: Expected) -> None:
        place = expected.contract, expected.function
        answer = self._answer(*place, expected.arguments)
        self.answers += 1
        assert isinstance(answer, bytes), f"{subject}: {place} was refused: {answer}"
        if not expected.is_met_by(answer):
            shown, wanted = self._decode(*place, answer), self._decode(*place, expected.answer)
            raise AssertionError(f"{subject}: {'.'.join(place)} says {shown}, the books {wanted}")
