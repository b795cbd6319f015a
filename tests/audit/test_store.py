"""The store: one place for each log, subjects by their ids, versions and manifests by name."""

from __future__ import annotations

import sqlite3

import pytest

from scf.audit.digests import NO_DIGEST
from scf.audit.history import history_of
from scf.audit.layouts import EventReader
from scf.audit.records import block_of, index_of, place_of
from scf.audit.rows import RowMaker
from scf.audit.store import Store
from scf.audit.subjects import KINDS, UNNAMED, find_subjects, subject_of
from scf.build.artifacts import load, names
from scf.chain.abi import Abi
from scf.errors import ManifestError, UnavailableError, UsageError
from scripts.make_history import LogWriter, blocks, made_up_manifest


def test_place__sorts_like_the_chain_and_comes_apart_again() -> None:
    places = [place_of(1, 2, 3), place_of(1, 2, 4), place_of(1, 3, 0), place_of(2, 0, 0)]

    assert places == sorted(places)
    assert [(block_of(place), index_of(place)) for place in places[:3]] == [(2, 3), (2, 4), (3, 0)]


def test_every_argument_of_an_event__names_a_subject_or_is_listed_as_none() -> None:
    for contract in names():
        for entry in load(contract).abi:
            for item in entry["inputs"] if entry["type"] == "event" else ():
                if item["type"] in ("address", "bytes32") or item["name"].lower().endswith("id"):
                    name = item["name"]
                    known = name in KINDS or f"{contract}.{name}" in KINDS or name in UNNAMED
                    assert known, f"{contract}.{entry['name']}.{name}"


def test_reader__reads_what_the_general_decoder_reads() -> None:
    manifest = made_up_manifest("reader")
    by_address = {item.address: name for name, item in manifest.contracts.items()}
    seen = set()
    for _, logs in blocks("reader", 4_000):
        for raw in logs:
            contract = by_address[raw["address"]]
            layout = Abi.parse(load(contract).abi).events[raw["topics"][0]]
            if layout.name in seen:
                continue
            seen.add(layout.name)
            entry = next(item for item in load(contract).abi if item.get("name") == layout.name)
            digits = "".join(topic[2:] for topic in raw["topics"][1:]) + raw["data"][2:]

            found = EventReader(contract, entry["inputs"]).args(bytes.fromhex(digits))

            assert found == layout.decode(raw).args
            assert list(found) == [item["name"] for item in entry["inputs"]]
    assert len(seen) > 12


def test_unreadable_log__is_kept_counted_and_named_by_its_topic() -> None:
    manifest = made_up_manifest("reader")
    header, logs = next(blocks("reader", 10))
    strange = dict(logs[0], topics=["0x" + "ab" * 32], data="0x")
    short = dict(logs[1], data=logs[1]["data"][:-64])

    rows = RowMaker(1, manifest).rows([strange, short], {header["number"]: header}, NO_DIGEST)

    assert [item.name for item in rows.types if not item.name] == ["", ""]
    assert len(rows.events) == 2


def test_log_given_twice__is_refused() -> None:
    header, logs = next(blocks("reader", 10))

    with pytest.raises(UnavailableError, match="twice"):
        RowMaker(1, made_up_manifest("reader")).rows(
            [logs[0], logs[0]], {header["number"]: header}, NO_DIGEST
        )


def test_two_writers__do_not_mix(tmp_path) -> None:
    manifest = made_up_manifest("two")
    (first, logs), (second, more), *_ = list(blocks("two", 1_500))
    with Store.open(tmp_path / "s.sqlite", manifest) as one:
        slow, quick = LogWriter(one), LogWriter(one)
        quick.append(logs, {first["number"]: first}, first)

        with pytest.raises(UnavailableError, match="another run"):
            slow.append(more, {second["number"]: second}, second)
        assert one.event_count() == len(logs)


def test_history_of_a_subject__is_every_event_that_names_it(store_file) -> None:
    with Store.open(store_file, read_only=True) as store:
        event = next(store.events(name="CertificateOpened"))
        key = f"0x{event.args['id']:064x}"

        found = store.events_of(subject_of(store, key))

        assert found == [item for item in store.events() if event.args["id"] in _ids(item.args)]
        assert {item.name for item in found} >= {"TransferSingle", "CertificateOpened"}


def test_history__of_every_kind_of_subject(store_file) -> None:
    """The made-up history keeps the order of the contracts' events, which its readers rely on."""
    with Store.open(store_file, read_only=True) as store:
        of_kind = {item.kind: item for item in find_subjects(store)}

        histories = {kind: history_of(store, subject) for kind, subject in of_kind.items()}

    assert histories.keys() >= {"party", "certificate", "invoice", "quote", "receipt", "pending"}
    assert all(history.acts for history in histories.values())


def test_transaction_and_blocks__are_found(store_file) -> None:
    with Store.open(store_file, read_only=True) as store:
        first = next(store.events())

        assert first in store.events_of_transaction(first.tx_hash)
        block = store.block(first.block_number)
        assert block is not None
        assert (block.hash, block.day) == (first.block_hash, first.day)
        assert sum(item.event_count for item in store.blocks()) == store.event_count()
        assert next(store.transactions()).hash == first.tx_hash


def test_unknown_id__gets_did_you_mean(store_file) -> None:
    with Store.open(store_file, read_only=True) as store:
        key = find_subjects(store, kind="certificate")[0].key
        wrong = key[:-1] + ("0" if key[-1] != "0" else "1")

        with pytest.raises(UsageError, match=f"did you mean {key}"):
            subject_of(store, wrong)
        with pytest.raises(UsageError, match=r"certificate \("):
            subject_of(store, "nonsense")
        with pytest.raises(UsageError, match="more digits"):
            subject_of(store, "0x0")
        assert subject_of(store, key[:20], kind="certificate").key == key


def test_store_of_another_version__is_refused_by_name(store_file) -> None:
    with sqlite3.connect(store_file) as raw:
        raw.execute("UPDATE meta SET value = '99' WHERE name = 'schema_version'")

    with pytest.raises(UsageError, match="store version: '99"):
        Store.open(store_file, read_only=True)


def test_manifest_that_the_store_does_not_hold__is_refused_by_name(store_file) -> None:
    with pytest.raises(ManifestError, match="chain 31337"):
        Store.open(store_file, made_up_manifest("another"), read_only=True)


def test_file_that_is_no_store__is_refused(tmp_path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("no database" * 100, encoding="utf-8")

    with pytest.raises(UsageError, match="store"):
        Store.open(path, read_only=True)
    with pytest.raises(UsageError, match="scf audit sync"):
        Store.open(tmp_path / "missing.sqlite", read_only=True)


def test_deployments_side_by_side__need_a_manifest(store_file) -> None:
    other = made_up_manifest("another")
    with Store.open(store_file, other) as store:
        assert store.deployment.id == 2
        assert store.event_count() == 0

    with pytest.raises(UsageError, match="--manifest"):
        Store.open(store_file)


def _ids(args) -> list[int]:
    return [args[name] for name in ("id", "certificateId") if name in args]
