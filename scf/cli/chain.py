"""`scf chain`: a local node, the state of any chain, the clock of a local one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scf.cli.output import print_answer
from scf.cli.runner import Run, command, group
from scf.cli.values import day_of
from scf.errors import UsageError

app = group("chain", "Run a local chain; see its state; move its clock.")
PORT = 8545
_NODES = ("ganache", "anvil")
_OPENING_HOUR = 9


@command(app, "start")
def start(
    run: Run,
    node: Annotated[str, typer.Option("--node", help="ganache or anvil.")] = "ganache",
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep the chain here (ganache only).")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Where it listens on 127.0.0.1.")] = PORT,
    start_day: Annotated[
        str | None, typer.Option("--start-day", metavar="DAY", help="First civil day of the chain.")
    ] = None,
    deterministic: Annotated[
        bool, typer.Option("--deterministic", help="The well-known test keys for the node's own.")
    ] = False,
) -> None:
    """
    Run a node until Ctrl-C. `scf deploy --demo-founders` then makes a ledger on it.

    Result: {"url", "chain_id", "node", "start_day", "data"}, printed once it answers.
    """
    from datetime import datetime, time, timedelta, timezone

    from scf.chain.node import Anvil, Ganache

    if node not in _NODES:
        raise UsageError("node", node, " or ".join(_NODES))
    if data is not None and node != "ganache":
        raise UsageError("data", str(data), "ganache: anvil keeps nothing")
    day = day_of(start_day, field="start-day") if start_day else None
    zone = timezone(timedelta(hours=8))
    morning = datetime.combine(day, time(_OPENING_HOUR), zone) if day else None
    if node == "ganache":
        runner: Ganache | Anvil = Ganache(
            data=data, start_time=morning, deterministic=deterministic, port=port
        )
    else:
        runner = Anvil(start_time=morning, deterministic=deterministic, port=port)
    with runner as local:
        shown = {"url": local.url, "chain_id": local.chain_id, "node": node, "data": data}
        print_answer("chain start", shown | {"start_day": day}, as_json=run.json)
        _wait()


def _wait() -> None:
    import signal
    import threading

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


@command(app, "status")
def status(run: Run) -> object:
    """
    What chain answers at the URL, and whether the manifest describes it.

    Result: {"url", "chain_id", "genesis_hash", "block", "today", "movable_clock", "ledger":
    {"manifest", "operator", "first_block", "contracts": {name: address}} or null}.
    """
    from scf.build.manifest import Manifest

    chain = run.chain
    ledger = None
    if run.manifest_path.exists():
        manifest = Manifest.load(run.manifest_path)
        manifest.check(chain)
        ledger = {
            "manifest": run.manifest_path,
            "operator": manifest.operator,
            "first_block": manifest.first_block,
            "contracts": {name: item.address for name, item in manifest.contracts.items()},
        }
    return {
        "url": chain.rpc.shown,
        "chain_id": chain.id,
        "genesis_hash": chain.genesis_hash,
        "block": chain.head(),
        "today": chain.today(),
        "movable_clock": chain.capabilities.movable_clock,
        "ledger": ledger,
    }


@command(app, "move-to")
def move_to(
    run: Run,
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="A later civil day, such as 2026-08-03.")
    ],
) -> object:
    """
    Move a local chain's clock forward to the start of a civil day (UTC+8).

    Result: {"today"}.
    """
    morning = day_of(day)
    run.chain.move_to(morning)
    return {"today": run.chain.today()}
