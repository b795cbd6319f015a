"""
The same store on a real PostgreSQL server: same digest, same books, same SQL.

Where PostgreSQL is not installed these tests do not exist, and the run's summary says so.
"""

from __future__ import annotations

import pytest

from scf.audit.records import place_of
from scf.audit.replay import replay
from scf.audit.rollforward import roll_forward
from scf.audit.soundness import faults
from scf.audit.sql import Reading
from scf.audit.store import Store
from scf.audit.subjects import find_subjects, subject_of
from scf.audit.writing import roll_back
from scf.errors import UnavailableError, UsageError
from scripts.make_history import LogWriter, blocks, made_up_manifest, write
from tests.audit.conftest import EVENTS, SEED
from tests.audit.postgres import server

VIEWS = ("balances", "cash_balances", "certificates", "debtor_outstanding", "invoice_use", "locks")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with server(tmp_path_factory.mktemp("postgres")) as address:
        write(address, EVENTS, SEED, openings_a_day=8)
        yield address


@pytest.fixture
def both(url, store_file):
    manifest = made_up_manifest(SEED)
    with Store.open(url, manifest) as there, Store.open(store_file, manifest) as here:
        yield there, here


def test_store__is_the_same_as_in_a_file(both) -> None:
    there, here = both

    assert list(there.blocks()) == list(here.blocks())
    assert list(there.events()) == list(here.events())
    assert list(faults(there)) == []
    key = find_subjects(here, kind="certificate")[3].key
    assert there.events_of(subject_of(there, key)) == here.events_of(subject_of(here, key))


def test_books_and_checkpoints__are_the_same(both) -> None:
    there, here = both

    assert replay(there, checkpoint_events=2_000).state == replay(here).state
    assert replay(there).state == replay(here).state
    assert roll_forward(there, None, replay(there)) == roll_forward(here, None, replay(here))
    assert list(faults(there)) == []


def test_sql__says_the_same_and_only_reads(url, both) -> None:
    _, here = both
    with Store.open(url, made_up_manifest(SEED), read_only=True) as there:
        reading, local = Reading(there), Reading(here)

        for view in VIEWS:
            assert sorted(reading.query(f"SELECT * FROM {view}")[1]) == sorted(
                local.query(f"SELECT * FROM {view}")[1]
            ), view
        with pytest.raises(UsageError, match="read-only"):
            reading.query("DELETE FROM events")


def test_range_half_written__is_not_there(url) -> None:
    manifest = made_up_manifest("half")
    (header, logs), *_ = blocks("half", 600)
    with Store.open(url, manifest) as store:
        taken = place_of(store.deployment.id, int(header["number"], 16))
        store.database.run("INSERT INTO transactions (id, hash) VALUES (?, '0x')", (taken,))
        with pytest.raises(UsageError, match="duplicate key"):
            LogWriter(store).append(logs, {header["number"]: header}, header)
        assert store.event_count() == 0
        assert store.refresh().synced_block is None
        store.database.run("DELETE FROM transactions WHERE id = ?", (taken,))

        LogWriter(store).append(logs, {header["number"]: header}, header)
        assert store.event_count() == len(logs)
        assert roll_back(store, None) == len(logs)
        assert store.event_count() == 0


def test_server_that_does_not_answer__is_unavailable() -> None:
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1"):
        Store.open("postgresql://scf:secret@127.0.0.1:1/none")
