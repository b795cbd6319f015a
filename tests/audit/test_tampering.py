"""Whatever is changed in a store or an export afterwards is found, and named."""

from __future__ import annotations

import json
import shutil

import pytest

from scf.audit.export import check, export
from scf.audit.replay import replay
from scf.audit.soundness import faults, require_sound
from scf.audit.sql import Reading
from scf.audit.store import Store
from scf.errors import ManifestError, UnsoundError, UsageError

OTHER = "0x" + "ab" * 32
PLACE = "(SELECT place FROM events ORDER BY place LIMIT 1 OFFSET 100)"
NEXT = "(SELECT place FROM events ORDER BY place LIMIT 1 OFFSET 101)"
BLOCK = "(SELECT number FROM blocks ORDER BY number LIMIT 1 OFFSET 5)"
TX = "(SELECT id FROM transactions ORDER BY id LIMIT 1 OFFSET 50)"
NAMED = "SELECT MIN(subject_id) FROM event_subjects"

STORE = {
    # what was done: the statements, the table that is named
    "an amount in the log": (
        [
            "UPDATE events SET body = CAST(substr(body, 1, length(body) - 1) || x'77' AS BLOB)"
            f" WHERE place = {PLACE}"
        ],
        "events",
    ),
    "a topic of the log": (
        [
            "UPDATE events SET"
            " body = CAST(substr(body, 1, 20) || x'77' || substr(body, 22) AS BLOB)"
            f" WHERE place = {PLACE}"
        ],
        "events",
    ),
    "the checksum": (
        [f"UPDATE events SET checksum = checksum + 1 WHERE place = {PLACE}"],
        "events",
    ),
    "the type of an event": (
        [
            "UPDATE events SET type_id = (SELECT MAX(id) FROM event_types)"
            f" WHERE place = {PLACE}"
        ],
        "events",
    ),
    "a dropped event": (
        [f"DELETE FROM events WHERE place = {PLACE}"],
        "blocks",
    ),
    "an added event": (
        [
            "INSERT INTO events SELECT place + 1000, transaction_id, type_id, body, checksum"
            f" FROM events WHERE place = {PLACE}"
        ],
        "events",
    ),
    "a moved event": (
        [f"UPDATE events SET place = place + 500000 WHERE place = {PLACE}"],
        "events",
    ),
    "two swapped bodies": (
        [
            "CREATE TEMP TABLE two AS SELECT place, body, checksum, type_id FROM events"
            f" WHERE place IN ({PLACE}, {NEXT})",
            "UPDATE events SET (body, checksum, type_id) = (SELECT body, checksum, type_id"
            " FROM two WHERE two.place <> events.place)"
            " WHERE place IN (SELECT place FROM two)",
        ],
        "events",
    ),
    "an event in another transaction": (
        [f"UPDATE events SET transaction_id = {TX} WHERE place = {PLACE}"],
        "events",
    ),
    "a transaction's hash": (
        [f"UPDATE transactions SET hash = '{OTHER}' WHERE id = {TX}"],
        "events",
    ),
    "an added transaction": (
        [f"INSERT INTO transactions (id, hash) VALUES ({TX} + 900000, '{OTHER}')"],
        "transactions",
    ),
    "a block's hash": (
        [f"UPDATE blocks SET hash = '{OTHER}' WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's parent": (
        [f"UPDATE blocks SET parent_hash = '{OTHER}' WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's time": (
        [f"UPDATE blocks SET timestamp = timestamp + 1 WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's day": ([f"UPDATE blocks SET day = day + 1 WHERE number = {BLOCK}"], "blocks"),
    "a block's state root": (
        [f"UPDATE blocks SET state_root = '{OTHER}' WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's receipts root": (
        [f"UPDATE blocks SET receipts_root = '{OTHER}' WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's count": (
        [f"UPDATE blocks SET event_count = event_count - 1 WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block's digest": (
        [f"UPDATE blocks SET digest = '{OTHER}' WHERE number = {BLOCK}"],
        "blocks",
    ),
    "a block dropped with all it holds": (
        [
            f"DELETE FROM event_subjects WHERE first_place >> 20 & 68719476735 = {BLOCK}",
            f"DELETE FROM events WHERE place >> 20 & 68719476735 = {BLOCK}",
            f"DELETE FROM transactions WHERE id >> 20 & 68719476735 = {BLOCK}",
            f"DELETE FROM blocks WHERE number = {BLOCK}",
        ],
        "blocks",
    ),
    "a block dropped alone": ([f"DELETE FROM blocks WHERE number = {BLOCK}"], "events"),
    "an event's name": (
        ["UPDATE event_types SET name = 'CertificatePaid' WHERE name = 'CertificateOpened'"],
        "event_types",
    ),
    "a contract's name": (
        ["UPDATE event_types SET contract = 'Cash' WHERE contract = 'Receivables'"],
        "event_types",
    ),
    "an event's inputs": (
        [
            "UPDATE event_types SET inputs = replace(inputs, 'amountFen', 'faceFen')"
            " WHERE name = 'InvoiceRegistered'"
        ],
        "event_types",
    ),
    "an event hidden from a subject": (
        [f"UPDATE event_subjects SET offsets = '[0]' WHERE subject_id = ({NAMED}"
         " WHERE length(offsets) > 3)"],
        "event_subjects",
    ),
    "a subject without its events": (
        [f"DELETE FROM event_subjects WHERE subject_id = ({NAMED})"],
        "event_subjects",
    ),
    "an event shown under another subject": (
        [f"INSERT INTO event_subjects SELECT ({NAMED}) - 1 + 300, {PLACE}, '[0]'"
         " ON CONFLICT DO NOTHING"],
        "event_subjects",
    ),
    "an event that is not there": (
        [f"UPDATE event_subjects SET offsets = '[0, 99999999]' WHERE subject_id = ({NAMED})"],
        "event_subjects",
    ),
    "an index cut off": (
        [f"UPDATE event_subjects SET offsets = '[0' WHERE subject_id = ({NAMED})"],
        "event_subjects",
    ),
    "a renamed subject": (
        ["UPDATE subjects SET key = replace(key, '0x0', '0x1') WHERE key LIKE '0x0%'"],
        "event_subjects",
    ),
    "a moved end": (["UPDATE deployments SET synced_block = 3"], "deployments"),
    "a checkpoint's content": (
        [
            "UPDATE checkpoints SET"
            " body = CAST(substr(body, 1, length(body) - 2) || x'5a5a' AS BLOB)"
        ],
        "checkpoints",
    ),
    "a checkpoint's block": (
        [f"UPDATE checkpoints SET block_hash = '{OTHER}'"],
        "checkpoints",
    ),
    "a checkpoint's count": (
        ["UPDATE checkpoints SET event_count = event_count + 1"],
        "checkpoints",
    ),
}  # fmt: skip


@pytest.fixture
def sound(store_file):
    with Store.open(store_file) as store:
        replay(store, checkpoint_events=4_000)
        assert list(faults(store)) == []
        yield store


@pytest.mark.parametrize("what", STORE)
def test_changed_store__is_found_and_named(sound, what) -> None:
    statements, table = STORE[what]
    sound.database.run("PRAGMA foreign_keys = OFF")
    before = sound.database.rows("SELECT total_changes()")
    for statement in statements:
        sound.database.run(statement)
    assert sound.database.rows("SELECT total_changes()") != before, "nothing was tampered with"

    with pytest.raises(UnsoundError) as caught:
        require_sound(sound)

    assert caught.value.what.split()[0] == table, str(caught.value)


def test_true_looking_checkpoint__is_found_by_folding_anew(sound) -> None:
    from scf.audit import checkpoints

    found = checkpoints.load(sound, sound.last_block().number)
    assert found is not None
    block, count, state = found
    state.cash_supply += 1
    checkpoints.save(sound, block, count, state)

    (fault,) = faults(sound)

    assert (fault.table, fault.row) == ("checkpoints", f"at block {block.number}")
    assert "not what the events say" in fault.why


def test_replaced_manifest__is_refused(store_file) -> None:
    with Store.open(store_file) as store:
        store.database.run("UPDATE deployments SET manifest = replace(manifest, '31337', '1')")

    with pytest.raises(ManifestError, match="text whose hash is"):
        Store.open(store_file)


@pytest.fixture(scope="module")
def written(history_file, tmp_path_factory):
    directory = tmp_path_factory.mktemp("export") / "all"
    with Store.open(history_file, read_only=True) as store:
        export(Reading(store), directory, tables=("balances", "certificates", "log"))
    return directory


@pytest.fixture
def exported(written, tmp_path):
    shutil.copytree(written, tmp_path / "export")
    return tmp_path / "export"


def _reindexed(directory, **changed) -> None:
    path = directory / "index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed), encoding="utf-8")


EXPORT = {
    "a changed amount": (lambda d: _swap(d / "balances.csv", ",1", ",2"), "balances.csv"),
    "a truncated file": (lambda d: _cut(d / "log.csv"), "log.csv"),
    "a dropped file": (lambda d: (d / "certificates.csv").unlink(), "certificates.csv"),
    "an added file": (lambda d: (d / "more.csv").write_text("a\n"), "more.csv"),
    "two swapped files": (
        lambda d: (
            (d / "log.csv").rename(d / "x"),
            (d / "balances.csv").rename(d / "log.csv"),
            (d / "x").rename(d / "balances.csv"),
        ),
        "balances.csv",
    ),
    "another dictionary": (lambda d: _swap(d / "dictionary.json", "fen", "yuan"), "dictionary"),
    "another digest": (lambda d: _reindexed(d, digest=OTHER), "index.json"),
    "another chain": (lambda d: _reindexed(d, chain_id=1), "index.json"),
}


def _swap(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _cut(path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("what", EXPORT)
def test_changed_export__is_found_and_named(exported, what) -> None:
    assert check(exported) == 4
    tamper, name = EXPORT[what]
    tamper(exported)

    with pytest.raises(UnsoundError, match=name):
        check(exported)


def test_export_of_another_format__is_refused(exported) -> None:
    _reindexed(exported, format=99)

    with pytest.raises(UsageError, match="format 1"):
        check(exported)
