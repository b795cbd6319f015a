from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from chain_worlds import World

from scf.chain.chain import Chain
from scf.chain.clock import day_of, start_of
from scf.chain.node import ANVIL_ENV, Anvil, Ganache, LocalNode
from scf.errors import UnavailableError, UsageError

KINDS: list[type[LocalNode]] = [Ganache, Anvil]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_start_in_the_past__first_block_there_and_stop_ends_it(kind: type[LocalNode]) -> None:
    start = datetime(2023, 5, 1, 12, tzinfo=UTC)

    with kind(start_time=start, chain_id=4242) as node:
        chain = Chain.connect(node.url)
        first, chain_id = chain.block(0).timestamp, chain.id
    node.stop()

    assert (first, chain_id) == (int(start.timestamp()), 4242)
    assert not node.is_running
    assert not listens(node.port)
    assert not node.log.exists()


@pytest.mark.parametrize("kind", ["Ganache", "Anvil"])
def test_parent_killed__node_ends_too(kind: str) -> None:
    code = (
        "import sys, scf.chain.node as n\n"
        f"node = n.{kind}().start()\n"
        "print(node.port, node._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": root},
        text=True,
    )
    assert parent.stdout is not None
    port, watchdog = (int(word) for word in parent.stdout.readline().split())
    was_up = listens(port)
    end_of_watchdog = os.pidfd_open(watchdog)

    parent.send_signal(signal.SIGKILL)
    parent.communicate()

    # The watchdog ends after the node.
    ended, _, _ = select.select([end_of_watchdog], [], [], 20)
    os.close(end_of_watchdog)
    assert ended
    assert was_up
    assert not listens(port)


def test_kept_chain__continues_where_it_stopped(tmp_path: Path) -> None:
    start = datetime(2023, 5, 1, tzinfo=UTC)
    with Ganache(data=tmp_path, start_time=start) as node:
        chain = Chain.connect(node.url)
        chain.move_to(date(2023, 9, 1))
        before = (chain.genesis_hash, chain.head())

    with Ganache(data=tmp_path, start_time=start) as node:
        again = Chain.connect(node.url)
        after = (again.genesis_hash, again.head())
        again.mine()
        today = again.today()

    assert before == after
    assert today == date(2023, 9, 1)


def test_node_that_dies_at_start__end_of_its_log_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ANVIL_ENV, sys.executable)

    with pytest.raises(UnavailableError, match=r"unknown option|unrecognized|usage"):
        Anvil().start()


@pytest.mark.parametrize(
    ("options", "field"),
    [({"port": 70_000}, "port"), ({"start_time": datetime(2023, 1, 1)}, "start_time")],  # noqa: DTZ001 - the mistake under test
)
def test_wrong_options__usage_error(options: dict[str, object], field: str) -> None:
    with pytest.raises(UsageError, match=field):
        Ganache(**options)  # type: ignore[arg-type]


def test_move_to__day_begins_and_time_goes_on_from_there(world: World) -> None:
    target = world.chain.today() + timedelta(days=3)

    world.chain.move_to(target)
    world.chain.mine()

    moved = world.chain.block().timestamp
    assert world.chain.today() == target
    assert start_of(target) <= moved < start_of(target) + 3_600
    assert world.chain.call(world.probe, "today") == (target - date(1970, 1, 1)).days


def test_move_to_the_past__refused(world: World) -> None:
    with pytest.raises(UsageError, match="not before the last block"):
        world.chain.move_to(world.chain.today() - timedelta(days=1))


def test_move_to_without_zone__refused(world: World) -> None:
    with pytest.raises(UsageError, match="zone"):
        world.chain.move_to(datetime(2090, 1, 1))  # noqa: DTZ001 - the mistake under test


def test_snapshot__undone_at_the_end(world: World) -> None:
    before = (world.chain.head(), world.chain.today())

    with world.chain.snapshot():
        world.chain.move_to(world.chain.today() + timedelta(days=400))

    assert (world.chain.head(), world.chain.today()) == before


def test_days__change_at_midnight_in_china() -> None:
    midnight = int(datetime(2024, 1, 1, 16, tzinfo=UTC).timestamp())

    days = (day_of(midnight - 1), day_of(midnight))

    assert days == (date(2024, 1, 1), date(2024, 1, 2))
    assert start_of(date(2024, 1, 2)) == midnight


def test_capabilities__found_by_asking(ganache_world: World, anvil_world: World) -> None:
    ganache, anvil = ganache_world.chain.capabilities, anvil_world.chain.capabilities

    assert (ganache.block_receipts, ganache.mines_on_demand) == (False, False)
    assert (anvil.block_receipts, anvil.mines_on_demand) == (True, True)
    assert ganache.movable_clock
    assert anvil.movable_clock


def test_web3_handle__same_chain(world: World) -> None:
    assert world.chain.w3.eth.chain_id == world.chain.id
    assert world.chain.w3.eth.get_block("latest")["number"] == world.chain.head()
