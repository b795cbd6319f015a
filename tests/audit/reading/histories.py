"""
Long random histories for the auditors' readings: the campaigns' acts, whose comparison waits until
the end, recorded as a store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from scf.audit.store import Store
from scf.model.calendars import CalendarYear
from scf.model.folding.state import State
from tests.audit.reading.recording import Recording, store_of
from tests.campaigns import bill_lives
from tests.campaigns.bill_lives import BillLives
from tests.campaigns.campaign import Campaign, Ground
from tests.world import World

SHORT_ACTS = 1_500
CERTIFICATE_SEED, BILL_SEED = 20_261_168, 20_261_145
_LATER_YEARS = range(2027, 2032)
_LONG_MOVES_PERCENT = 15
"""So many of the acts of a long history may be days later, so that the calendars last."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    What the three engines are asked.

    Attributes:
        name: of the history. acts: tried, refused ones among them.
        state: the books that were written while it happened.
    """

    name: str
    world: World
    state: State
    store: Store
    acts: int


class Unwatched(Campaign):
    """Random acts on certificates and their financing, compared by whoever asks for them."""

    def run(self, acts: int) -> None:
        for check in ("check", "check_money", "check_all"):
            setattr(self.comparison, check, lambda *_: None)
        while self.count < acts:
            self.step()


class UnwatchedLives(BillLives):
    """Random acts on bills, from drawing to the last claim, likewise."""

    def run(self, acts: int) -> None:
        checks = self.table.checks
        for check in ("check_bill", "check_accounts", "check_rights", "check_cash"):
            setattr(checks, check, lambda *_: None)
        for check in ("check", "check_money", "check_all"):
            setattr(checks.comparison, check, lambda *_: None)
        t, moved, is_long = self.table, -1, acts > SHORT_ACTS
        while t.count < acts:
            if t.count > moved:
                moved = t.count
                if not is_long or t.chance(_LONG_MOVES_PERCENT):
                    t.move_days()
            t.random.choices(self._acts, self._weights)[0](t)


def _certificates(acts: int) -> tuple[World, State]:
    ground = Ground.create(engine=Recording())
    for year in _LATER_YEARS:
        weekends = CalendarYear(year=year, holidays=frozenset(), workdays=frozenset(), basis="")
        ground.world.set_calendar(year, weekends.words())
    campaign = Unwatched(ground, Random(CERTIFICATE_SEED))
    if acts > SHORT_ACTS:
        campaign.move_days_percent = 1
    campaign.run(acts)
    return ground.world, campaign.table.state


def _bills(acts: int) -> tuple[World, State]:
    lives = UnwatchedLives(bill_lives.create(engine=Recording()), Random(BILL_SEED))
    lives.run(acts)
    return lives.table.world, lives.table.fold.state


HISTORIES = {"certificates": _certificates, "bills": _bills}


@contextmanager
def told(name: str, acts: int, where: Path | str) -> Iterator[Told]:
    """A history of so many acts, and its store: a file, or a database by its URL."""
    world, state = HISTORIES[name](acts)
    with store_of(world, where) as store:
        yield Told(name, world, state, store, acts)
