"""
Three engines agree: on a long random history the fold, plain SQL over the event store, and the
contracts' own storage give the same figures to the fen.

`--campaign 50000` makes it long; a short one runs every time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from scf.audit.database import Database
from scf.audit.reading import Reading, read
from scf.audit.reconcile import decoder, reconcile, view_of
from scf.audit.replay import replay
from scf.audit.store import Store
from scf.audit.views import make_views
from scf.model.calendars import CalendarYear
from scf.model.enums import PendingState
from scf.model.folding.state import State
from tests.audit.reading.following import follow
from tests.audit.reading.recording import Recording, asker_of, store_of
from tests.campaigns.campaign import Campaign, Ground
from tests.world import World

SHORT_ACTS = 1_500
LATER_YEARS = range(2027, 2032)
SEED = 20_261_128


class Unwatched(Campaign):
    """Random acts whose comparison waits until the end: that is what this test is about."""

    def run(self, acts: int) -> None:
        for check in ("check", "check_money", "check_all"):
            setattr(self.comparison, check, lambda *_: None)
        while self.count < acts:
            self.step()


class Told:
    """What the three engines are asked: a world, its campaign's books, its store."""

    def __init__(self, world: World, state: State, store: Store, acts: int) -> None:
        self.world, self.state, self.store, self.acts = world, state, store, acts


@pytest.fixture(scope="module")
def told(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    asked = pytestconfig.getoption("--campaign")
    acts = asked if asked >= 50_000 else SHORT_ACTS
    ground = Ground.create(engine=Recording())
    for year in LATER_YEARS:
        weekends = CalendarYear(year=year, holidays=frozenset(), workdays=frozenset(), basis="")
        ground.world.set_calendar(year, weekends.words())
    campaign = Unwatched(ground, Random(SEED))
    if acts > SHORT_ACTS:
        campaign.move_days_percent = 1  # so that the calendars last
    campaign.run(acts)
    with store_of(ground.world, tmp_path_factory.mktemp("engines") / "audit.sqlite") as store:
        yield Told(ground.world, campaign.table.state, store, acts)


@pytest.fixture(scope="module")
def reading(told: Told) -> Reading:
    return read(told.store)


@pytest.fixture(scope="module")
def sql(told: Told) -> Database:
    make_views(told.store)
    return told.store.database


def rows(sql: Database, query: str) -> dict[Any, Any]:
    """The last column by the columns before it."""
    return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in sql.rows(query)}


def key(id_: int) -> str:
    return f"0x{id_:064x}"


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def test_fold__of_the_store_is_that_of_the_campaign(told: Told, reading: Reading) -> None:
    """Both passes over the store give the books that were written while the acts happened."""
    books = told.state.books()

    assert reading.state.books() == books
    assert replay(told.store, keep=False).books() == books


def test_contracts__say_what_the_fold_says(
    told: Told, reading: Reading, report: Callable[[str], None]
) -> None:
    started = time.monotonic()
    everybody = tuple(actor.id for actor in told.world.actors.values())
    view = replace(view_of(reading.state, told.world.today, reading.contracts), parties=everybody)

    outcome = reconcile(view, asker_of(told.world), decoder(told.world.ledger))

    report(
        f"three engines: {told.acts} acts, {reading.event_count} events, "
        f"{len(reading.state.certificates)} certificates, {outcome.compared} answers compared in "
        f"{time.monotonic() - started:.0f} s"
    )
    assert outcome.is_clean, [str(item) for item in outcome.findings[:5]]
    assert outcome.compared > len(reading.state.certificates) * len(everybody)


def test_histories__lead_from_nothing_to_now(told: Told) -> None:
    """On certificates where every room has acted, each history folds by itself."""
    acts = follow(told.store)

    assert acts.keys() >= {"certificate", "quote", "pending", "loan", "claim", "offer"}


class TestSql:
    """Plain SQL over the events gives the figures of the fold."""

    def test_units(self, sql: Database, reading: Reading) -> None:
        found = rows(sql, "SELECT certificate_id, holder, amount_fen FROM balances")

        assert found == {
            (key(id_), holder): amount
            for id_, held in reading.state.holdings.items()
            for holder, amount in held.items()
        }

    def test_outstanding_and_status(self, sql: Database, reading: Reading) -> None:
        outstanding = rows(sql, "SELECT certificate_id, outstanding_fen FROM certificates")
        statuses = rows(sql, "SELECT certificate_id, status FROM certificates")
        state = reading.state

        assert outstanding == {key(id_): amount for id_, amount in state.outstanding.items()}
        assert statuses == {key(id_): int(c.status) for id_, c in state.certificates.items()}

    def test_money(self, sql: Database, reading: Reading) -> None:
        assert rows(sql, "SELECT party, balance_fen FROM cash_balances") == reading.state.cash
        ((supply,),) = sql.rows("SELECT SUM(balance_fen) FROM cash_balances")
        assert supply == reading.state.cash_supply

    def test_invoices(self, sql: Database, reading: Reading) -> None:
        found = rows(sql, "SELECT invoice_key, debtor, used_fen FROM invoice_use")

        assert {place: used for place, used in found.items() if used} == {
            (hexed(own), debtor): item.used_fen
            for (own, debtor), item in reading.state.invoices.items()
            if item.used_fen
        }

    def test_debtors(self, sql: Database, reading: Reading) -> None:
        owed = rows(sql, "SELECT debtor, outstanding_fen FROM debtor_outstanding")
        limits = rows(sql, "SELECT debtor, limit_fen FROM limits")
        accounts = reading.state.debtors

        assert {debtor: n for debtor, n in owed.items() if n} == {
            debtor: item.outstanding_fen
            for debtor, item in accounts.items()
            if item.outstanding_fen
        }
        assert {debtor: n for debtor, n in limits.items() if n} == {
            debtor: item.limit_fen for debtor, item in accounts.items() if item.limit_fen
        }

    def test_locks(self, sql: Database, reading: Reading) -> None:
        found = rows(sql, "SELECT certificate_id, holder, locked_fen FROM locks")

        assert found == {
            (key(id_), holder): amount for (id_, holder), amount in reading.state.locks.items()
        }


def test_history__is_long_and_mixed(told: Told, reading: Reading) -> None:
    """What agrees is worth agreeing on."""
    state = reading.state

    assert reading.event_count > told.acts
    assert len({item.status for item in state.certificates.values()}) >= 6
    assert any(item.state == PendingState.PENDING for item in state.pending.values())
    assert state.financing.pledges
    assert state.financing.offers
    assert state.financing.bill_pledges
    assert state.financing.repos
    assert state.financing.loans
    assert state.financing.deals
    assert reading.sales
    assert reading.payments
    assert told.store.event_count() == reading.event_count
    assert Path(told.store.database.shown).exists()
