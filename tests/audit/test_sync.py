"""Sync on real nodes: everything once, through reorganisations, kills, outages and refusals."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scf import local
from scf.audit.books import overdue
from scf.audit.replay import replay
from scf.audit.senders import ask_senders
from scf.audit.soundness import chain_digest, faults
from scf.audit.store import Store
from scf.audit.sync import sync
from scf.build.artifacts import load
from scf.chain.abi import Abi
from scf.chain.chain import Chain
from scf.errors import ManifestError, UnavailableError, UsageError
from scf.model.fold import fold
from tests.audit.conftest import act
from tests.audit.refusing import RefusingDoor
from tests.client.client_world import START, build_town

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys, time
from pathlib import Path
from scf.audit import fetching, writing
from scf.audit.store import Store
from scf.audit.sync import sync
from scf.build.manifest import Manifest
from scf.chain.chain import Chain

url, store, manifest, ranges = sys.argv[1:]
fetching.FIRST_BLOCKS = fetching.LOG_BLOCKS_MAX = 4  # many ranges from few blocks
insert, written = writing.Writer._insert, []

def insert_and_wait(self, rows):
    insert(self, rows)
    written.append(rows)
    if len(written) > int(ranges):
        print("inside a range", flush=True)
        time.sleep(600)

writing.Writer._insert = insert_and_wait
with Store.open(store, Manifest.load(Path(manifest))) as opened:
    sync(opened, Chain.connect(url))
"""


@pytest.fixture
def opened(town, tmp_path):
    with Store.open(tmp_path / "audit.sqlite", town.ledger.manifest) as store:
        yield store


def fresh_digest(town, tmp_path) -> str | None:
    with Store.open(tmp_path / "fresh.sqlite", town.ledger.manifest) as store:
        return sync(store, town.ledger.chain).digest


def folded(ledger):
    """The fold of the chain's logs, read in the general way."""
    names = {item.address: name for name, item in ledger.manifest.contracts.items()}
    abis = {address: Abi.parse(load(name).abi) for address, name in names.items()}
    chain, times = ledger.chain, {}
    history = []
    for raw in chain.logs(0, chain.head(), tuple(names)):
        number = int(raw["blockNumber"], 16)
        times.setdefault(number, chain.block(number).timestamp)
        layout = abis[raw["address"]].events[raw["topics"][0]]
        history.append((layout.decode(raw), times[number]))
    return history, fold(history, names)


def test_sync__holds_every_event_once(town, opened) -> None:
    report = sync(opened, town.ledger.chain)
    history, books = folded(town.ledger)

    stored = list(opened.events())
    assert [(item.block_number, item.log_index) for item in stored] == [
        (log.block_number, log.log_index) for log, _ in history
    ]
    assert [item.args for item in stored] == [dict(log.args) for log, _ in history]
    assert replay(opened).books() == books
    assert report.events == len(history)
    assert not report.unreadable
    assert list(faults(opened)) == []


def test_sync_again__adds_what_is_new_and_nothing_twice(town, opened) -> None:
    first = sync(opened, town.ledger.chain)
    idle = sync(opened, town.ledger.chain)
    act(town)
    later = sync(opened, town.ledger.chain)

    assert (idle.events, idle.blocks_read) == (0, 0)
    assert later.events > 3
    assert opened.event_count() == first.events + later.events
    assert later.digest == chain_digest(town.ledger.chain, opened) != first.digest


def test_sync_until_a_block__stops_there(town, opened) -> None:
    head = town.ledger.chain.head()

    sync(opened, town.ledger.chain, until=head - 5)

    assert opened.refresh().synced_block == head - 5
    with pytest.raises(UsageError, match="until"):
        sync(opened, town.ledger.chain, until=head - 6)
    with pytest.raises(UsageError, match="a block up to"):
        sync(opened, town.ledger.chain, until=head + 100)


def test_reorganisation__is_rolled_back_by_hashes(town, opened, tmp_path) -> None:
    rpc = town.ledger.chain.rpc
    before = rpc.call("evm_snapshot")
    gone = act(town)
    sync(opened, town.ledger.chain)
    assert gone in replay(opened, checkpoint_events=1).state.certificates
    rpc.call("evm_revert", before)
    town.ledger.sender.nonces.forget()
    town.ledger.chain.mine()
    other = act(town)

    report = sync(opened, town.ledger.chain)

    assert report.taken_back > 3
    certificates = replay(opened).state.certificates
    assert gone not in certificates
    assert other in certificates
    assert report.digest == fresh_digest(town, tmp_path)
    assert list(faults(opened)) == []


def test_reorganisation_of_empty_blocks__is_seen(town, opened, tmp_path) -> None:
    rpc = town.ledger.chain.rpc
    before = rpc.call("evm_snapshot")
    rpc.call("evm_mine")
    sync(opened, town.ledger.chain)
    rpc.call("evm_revert", before)
    rpc.call("evm_increaseTime", 5)
    rpc.call("evm_mine")
    act(town)

    report = sync(opened, town.ledger.chain)

    assert report.digest == fresh_digest(town, tmp_path)


@pytest.mark.parametrize("ranges", [0, 2])
def test_killed_inside_a_range__leaves_whole_ranges_and_goes_on(town, tmp_path, ranges) -> None:
    manifest, path = tmp_path / "manifest.json", tmp_path / "audit.sqlite"
    town.ledger.manifest.save(manifest)
    words = [town.ledger.node.url, str(path), str(manifest), str(ranges)]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "inside a range\n"
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()

    with Store.open(path, town.ledger.manifest) as store:
        tip = store.deployment.synced_block
        last = store.last_block()
        assert (tip is None) == (ranges == 0)
        assert last is None or last.number <= (tip or 0)
        assert list(faults(store)) == []

        report = sync(store, town.ledger.chain)

        assert report.digest == fresh_digest(town, tmp_path)
        assert list(faults(store)) == []


def test_log_ranges_refused__shrink(town, opened, tmp_path) -> None:
    with RefusingDoor(town.ledger.node.url, blocks_max=3) as door:
        report = sync(opened, Chain.connect(door.url))

        assert door.refused > 0
        assert door.widest <= 3
    assert report.digest == fresh_digest(town, tmp_path)


def test_node_away_and_back__goes_on(tmp_path) -> None:
    with local(node="ganache", data=tmp_path / "chain", start_day=START) as ledger:
        path, port = tmp_path / "audit.sqlite", ledger.node.port
        with Store.open(path, ledger.manifest) as store:
            head = ledger.chain.head()
            sync(store, ledger.chain, until=head // 2)
            half = store.event_count()
            ledger.node.stop()

            with pytest.raises(UnavailableError):
                sync(store, ledger.chain)
            assert store.event_count() == half

            ledger.node.start()
            assert ledger.node.port == port
            report = sync(store, ledger.chain)

            history, books = folded(ledger)
            assert store.event_count() == len(history) > half
            assert replay(store).books() == books
            assert report.digest == chain_digest(ledger.chain, store)


def test_several_chains__lie_side_by_side(town, opened, tmp_path) -> None:
    alone = sync(opened, town.ledger.chain)
    with local(node="anvil", start_day=START) as other:
        build_town(other)
        with Store.open(tmp_path / "audit.sqlite", other.manifest) as second:
            theirs = sync(second, other.chain)

            assert [item.id for item in second.deployments()] == [1, 2]
            assert second.event_count() == theirs.events
            assert list(faults(second)) == []
            with pytest.raises(ManifestError, match=r"genesis hash|code hash"):
                sync(second, town.ledger.chain)
    assert sync(opened, town.ledger.chain).events == 0
    assert opened.event_count() == alone.events
    assert list(faults(opened)) == []


def test_senders__are_asked_for_once(town, opened) -> None:
    sync(opened, town.ledger.chain)

    asked = ask_senders(opened, town.ledger.chain)

    assert asked == len(list(opened.transactions())) > 0
    assert ask_senders(opened, town.ledger.chain) == 0
    raw = town.ledger.chain.rpc
    for item in list(opened.transactions())[-3:]:
        assert item.sender == raw.call("eth_getTransactionByHash", item.hash)["from"]


def test_lateness__is_what_the_contract_says(town, opened) -> None:
    id_ = town.active(123_456_78, days=40)
    sync(opened, town.ledger.chain)
    state = replay(opened).state

    day = town.ledger.today() + dt.timedelta(days=77)
    (row,) = [row for row in overdue(state, day) if row.certificate_id == id_]

    asked = town.ledger.receivables.late_interest(certificate_id=id_, amount=123_456_78, day=day)
    assert row.interest == asked > 0
