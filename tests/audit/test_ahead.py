"""Long syncs are read by a process of their own: the same rows, and no other way to fail."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scf.audit import ahead
from scf.audit import sync as syncing
from scf.audit.fetching import Moved
from scf.audit.soundness import faults
from scf.audit.store import Store
from scf.audit.sync import sync
from scf.chain.chain import Chain
from scf.chain.rpc import RpcError
from scf.errors import ManifestError, UnavailableError, UsageError
from tests.audit.conftest import act

ROOT = Path(__file__).resolve().parents[2]
ERRORS = [
    UsageError("amount", 5, "more"),
    ManifestError("chain", "1", "2"),
    RpcError("eth_getLogs", -32000, "no", {"a": 1}),
    UnavailableError("nobody"),
    Moved("a block is gone"),
]
PARENT = """
import sys, time
from scf.audit import ahead
from scf.audit.store import Store
from scf.build.manifest import Manifest
from scf.chain.chain import Chain
from pathlib import Path

url, path, manifest = sys.argv[1:]
with Store.open(path, Manifest.load(Path(manifest))) as store:
    class Shown(ahead.subprocess.Popen):
        def __init__(self, *words, **options):
            super().__init__(*words, **options)
            print(self.pid, flush=True)

    ahead.subprocess.Popen = Shown
    reader = ahead.RangeReader(Chain.connect(url), store.deployment, ())
    wanted = ahead.Wanted(first=0, target=5, parent=None, previous="")
    with ahead.read_ahead(reader, wanted, is_long=True):
        time.sleep(600)
"""


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "LONG_BLOCKS", 0)


@pytest.fixture
def opened(town, tmp_path):
    with Store.open(tmp_path / "audit.sqlite", town.ledger.manifest) as store:
        yield store


def beside(town, tmp_path) -> str | None:
    """The digest of a store that was read by a thread."""
    with Store.open(tmp_path / "beside.sqlite", town.ledger.manifest) as store:
        return sync(store, town.ledger.chain).digest


def test_read_by_a_process__the_same_rows(town, opened, tmp_path, monkeypatch) -> None:
    expected = beside(town, tmp_path)
    monkeypatch.setattr(syncing, "LONG_BLOCKS", 0)

    report = sync(opened, town.ledger.chain)
    act(town)
    later = sync(opened, town.ledger.chain)

    assert report.digest == expected
    assert later.events > 3
    assert opened.event_count() == report.events + later.events
    assert list(faults(opened)) == []


@pytest.mark.usefixtures("apart")
def test_reorganisation__seen_by_the_process(town, opened, tmp_path) -> None:
    rpc = town.ledger.chain.rpc
    before = rpc.call("evm_snapshot")
    act(town)
    sync(opened, town.ledger.chain)
    rpc.call("evm_revert", before)
    town.ledger.sender.nonces.forget()
    town.ledger.chain.mine()
    act(town)

    report = sync(opened, town.ledger.chain)

    assert report.taken_back > 3
    assert report.digest == beside(town, tmp_path)


@pytest.mark.usefixtures("apart")
def test_process_killed__said_and_the_next_run_goes_on(town, opened, tmp_path, monkeypatch) -> None:
    def killed(process: subprocess.Popen[bytes]) -> bool:
        process.kill()
        process.wait()
        return True

    with monkeypatch.context() as patching:
        patching.setattr(ahead, "_has_begun", killed)
        with pytest.raises(UnavailableError, match=r"reads the chain ended \(code -9\)"):
            sync(opened, town.ledger.chain)

    assert sync(opened, town.ledger.chain).digest == beside(town, tmp_path)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("alone", [True, False], ids=["never there", "there at once"])
def test_process_that_is_late_or_early__the_same_rows(
    town, opened, tmp_path, monkeypatch, alone
) -> None:
    """All ranges are read here, or all of them there."""
    has_begun = ahead._has_begun

    def there(process: subprocess.Popen[bytes]) -> bool:
        while not has_begun(process):
            time.sleep(0.01)
        return True

    monkeypatch.setattr(ahead, "_has_begun", (lambda process: False) if alone else there)

    assert sync(opened, town.ledger.chain).digest == beside(town, tmp_path)


@pytest.mark.parametrize("begun", [True, False])
def test_node_that_refuses__its_words_come_through(town, opened, monkeypatch, begun) -> None:
    chain = Chain.connect(town.ledger.node.url)
    chain.rpc = type(chain.rpc)("http://127.0.0.1:9", timeout=1)
    reader = ahead.RangeReader(chain, opened.deployment, ())
    wanted = ahead.Wanted(first=0, target=5, parent=None, previous="")
    monkeypatch.setattr(ahead, "_has_begun", lambda process: begun and process.stdout.read(1))

    with (
        ahead.read_ahead(reader, wanted, is_long=True) as ranges,
        pytest.raises(UnavailableError, match=r"127\.0\.0\.1:9"),
    ):
        next(ranges)


def test_parent_killed__the_process_ends(town, tmp_path) -> None:
    manifest = tmp_path / "manifest.json"
    town.ledger.manifest.save(manifest)
    words = [town.ledger.node.url, str(tmp_path / "audit.sqlite"), str(manifest)]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()

    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the reading process outlived its parent")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors__are_whole_after_a_journey(error) -> None:
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own

    assert type(arrived) is type(error)
    assert (str(arrived), arrived.as_dict()) == (str(error), error.as_dict())
    assert vars(arrived) == vars(error)
