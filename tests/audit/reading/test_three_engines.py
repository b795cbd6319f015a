"""
Three engines agree: on long random histories the fold, plain SQL over the event store, and the
contracts' own storage give the same figures to the fen.

One history is of certificates and their financing, one of bills through their whole life.
`--campaign 50000` makes both long; short ones run every time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from scf.audit.database import Database
from scf.audit.reading import Reading, read
from scf.audit.reconcile import decoder, reconcile, view_of
from scf.audit.replay import replay
from scf.audit.views import make_views
from scf.model.enums import PendingState
from tests.audit.reading import histories
from tests.audit.reading.following import follow
from tests.audit.reading.histories import HISTORIES, SHORT_ACTS, Told
from tests.audit.reading.recording import asker_of
from tests.audit.reading.second_reading import FIGURES, unpaid

LONG_ACTS = 50_000
# What each history must have something of; the rest is in the told histories of this folder.
CERTIFICATES_HAVE = (
    *("units", "certificates", "locks", "collections", "cash", "cash supply", "invoice use"),
    *("debtors", "limits", "pledges", "loans", "deals", "costs", "spent", "claims"),
    *("interest shares", "offers"),
)
BILLS_HAVE = (
    *("bills", "ranges", "words", "records", "guarantees", "acceptors", "overdue bills"),
    *("pursuits", "bases", "residuals", "cash", "cash supply", "invoice use", "debtors"),
    *("disclosures", "disclosed months", "disclosure checks", "overdue months", "lists"),
    *("restraints", "dishonours", "pending"),
)
HAVE = {"certificates": CERTIFICATES_HAVE, "bills": BILLS_HAVE}
CONTRACTS_HAVE = {
    "certificates": (
        *("certificate", "holding", "position", "invoice", "debtor", "cash", "supply", "pledge"),
        *("loan", "deal", "costs", "spent", "recourse-claim", "share", "collected", "offer"),
    ),
    "bills": (
        *("bill", "range", "record", "claim", "guarantee", "acceptor", "overdue-bill", "dishonour"),
        *("invoice", "debtor", "cash", "supply", "notice", "bill-pending", "restraint"),
    ),
}


@pytest.fixture(scope="module", params=HISTORIES)
def told(
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Told]:
    asked = pytestconfig.getoption("--campaign")
    acts = asked if asked >= LONG_ACTS else SHORT_ACTS
    where = tmp_path_factory.mktemp("engines") / "audit.sqlite"
    with histories.told(request.param, acts, where) as made:
        yield made


@pytest.fixture(scope="module")
def reading(told: Told) -> Reading:
    return read(told.store)


@pytest.fixture(scope="module")
def sql(told: Told) -> Database:
    make_views(told.store)
    return told.store.database


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

    state = reading.state
    report(
        f"three engines: {told.name}, {told.acts} acts, {reading.event_count} events, "
        f"{len(state.certificates)} certificates, {len(state.bills.bills)} bills, "
        f"{outcome.compared} answers compared in {time.monotonic() - started:.0f} s"
    )
    assert outcome.is_clean, [str(item) for item in outcome.findings[:5]]
    compared = {item.name for item in outcome.results if item.compared}
    assert compared >= set(CONTRACTS_HAVE[told.name])


@pytest.mark.parametrize("name", FIGURES)
def test_sql__gives_the_figures_of_the_fold(
    name: str, told: Told, reading: Reading, sql: Database
) -> None:
    figure = FIGURES[name]
    folded = figure.by_fold(reading.state)

    assert figure.by_sql(sql) == folded
    assert folded or name not in HAVE[told.name]


def test_sql__finds_the_money_of_every_payment(
    told: Told, sql: Database, report: Callable[[str], None]
) -> None:
    """What holders of bills were paid is what cash moved, and money in all what was made of it."""
    ((count, fen),) = sql.rows("SELECT COUNT(*), COALESCE(SUM(amount_fen), 0) FROM bill_payments")
    ((held,),) = sql.rows("SELECT SUM(balance_fen) FROM cash_balances")
    ((made,),) = sql.rows("SELECT supply_fen FROM cash_supply")

    report(f"three engines: {told.name}, {count} payments on bills of {fen} fen, cash {held} fen")
    assert unpaid(sql) == 0
    assert held == made
    assert count or told.name != "bills"


def test_histories__lead_from_nothing_to_now(told: Told) -> None:
    """On things where every room has acted, each history folds by itself."""
    if told.name == "bills":
        return  # those of bills are followed on told histories
    acts = follow(told.store, every=max(told.acts // SHORT_ACTS, 1))

    assert acts.keys() >= {"certificate", "quote", "pending", "loan", "claim", "offer"}


def test_history__is_long_and_mixed(told: Told, reading: Reading) -> None:
    """What agrees is worth agreeing on."""
    state = reading.state

    assert reading.event_count > told.acts
    assert told.store.event_count() == reading.event_count
    if told.name == "certificates":
        statuses = {item.status for item in state.certificates.values()}
        assert len(statuses) >= (6 if told.acts == SHORT_ACTS else 3)  # after years most are paid
        assert any(item.state == PendingState.PENDING for item in state.pending.values())
        assert state.financing.bill_pledges
        assert any(True for _ in told.store.events(name="RepoOpened"))
        assert state.financing.loans
        assert reading.sales
        assert reading.payments
