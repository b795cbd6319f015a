"""`scf audit sync`: from the chain into the store."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scf.cli.audit_group import StoreOption, app, store_of, store_place
from scf.cli.output import Answer
from scf.cli.progress import progress
from scf.cli.runner import Run, command
from scf.cli.values import hash_of
from scf.errors import UnsoundError, UsageError


@command(app, "sync")
def sync(
    run: Run,
    store: StoreOption = None,
    until: Annotated[
        int | None, typer.Option("--until", metavar="BLOCK", min=0, help="Stop after this block.")
    ] = None,
    senders: Annotated[
        bool, typer.Option("--senders", help="Also ask which key sent each transaction.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Read nothing new; check that the store is what it was."),
    ] = False,
    digest: Annotated[
        str | None,
        typer.Option("--digest", metavar="HASH", help="With --check: the digest noted down."),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="URL", help="With --check: a node to compare with."),
    ] = None,
) -> object:
    """
    Bring the store up to the chain at the URL; makes the store when it is missing.

    Goes on where the last run stopped; blocks that are no longer on the chain are taken back. The
    `digest` stands for all events: note it down, and `--check --digest` finds any later change.

    Result: {"deployment", "first_block", "last_block", "blocks", "events", "taken_back",
    "unreadable": {event: count}, "digest", "seconds", "events_per_second"}; with --check
    {"deployment", "last_block", "events", "digest", "faults": []}, exit code 1 on the first fault.
    """
    if check:
        return _check(run, store, digest, against)
    if digest is not None or against is not None:
        raise UsageError("check", False, "--check, with --digest and --against")
    return _sync(run, store, until, senders=senders)


def _sync(run: Run, where: str | None, until: int | None, *, senders: bool) -> object:
    from scf.audit.database import require_place
    from scf.audit.replay import replay
    from scf.audit.senders import ask_senders
    from scf.audit.store import Store
    from scf.audit.sync import SyncReport
    from scf.audit.sync import sync as bring_up
    from scf.build.manifest import Manifest

    manifest = Manifest.load(run.manifest_path)
    place = store_place(run, where)
    require_place(place)
    manifest.check(run.chain)
    with Store.open(place, manifest) as store, progress(run) as tell:

        def show(report: SyncReport) -> None:
            done = report.last_block - report.first_block + 1
            stage = f"{report.events:,} events, {report.events_per_second:,.0f}/s"
            tell(stage, done, report.target - report.first_block + 1)

        report = bring_up(store, run.chain, until=until, on_progress=show)
        if senders:
            ask_senders(store, run.chain, lambda done, total: tell("senders", done, total))
        if store.last_block() is not None and not report.unreadable:
            replay(store, on_progress=lambda done, total: tell("checkpoints", done, total))
        deployment = store.refresh()
    return {
        "deployment": deployment.id,
        "first_block": report.first_block,
        "last_block": report.last_block,
        "blocks": report.blocks_read,
        "events": report.events,
        "taken_back": report.taken_back,
        "unreadable": dict(report.unreadable),
        "digest": report.digest,
        "seconds": f"{report.seconds:.1f}",
        "events_per_second": round(report.events_per_second),
    }


def _check(run: Run, where: str | None, noted: str | None, against: str | None) -> object:
    from itertools import islice

    from scf.audit.soundness import chain_digest, faults
    from scf.chain.chain import Chain

    if noted is not None:
        hash_of(noted, field="digest")
    with store_of(run, where) as store:
        found = [str(item) for item in islice(faults(store), _FAULTS_MAX)]
        last = store.last_block()
        digest = last.digest if last else None
        if noted is not None and noted.lower() != digest:
            found.append(f"digest: {digest} is not {noted}, which was noted down")
        if against is not None:
            chain = Chain.connect(against)
            store.deployment.manifest.check(chain)
            there = chain_digest(chain, store)
            if there != (digest or there):
                found.append(f"digest: {digest} is not {there}, which the node's events have")
        result: dict[str, Any] = {
            "deployment": store.deployment.id,
            "last_block": store.deployment.synced_block,
            "events": store.event_count(),
            "digest": digest,
            "faults": found,
        }
    if found:
        raise UnsoundError("store", "; ".join(found))
    return Answer(result=result)


_FAULTS_MAX = 20
