"""`scf audit report`, `supervise` and `access-log`: what is shown, to whom, and who looked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.audit_group import AtOption, NamesOption, StoreOption, app, store_of
from scf.cli.runner import Run, command
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.audit.modes import Done
    from scf.audit.reading import Reading
    from scf.audit.store import Store

_Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the page.")]
_Folder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="A folder that does not exist yet.")
]
_Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why everything is looked at; logged.")
]


@command(app, "report")
def report(
    run: Run,
    out: _Out = Path("report.html"),
    party: Annotated[
        str | None,
        typer.Option("--for", metavar="PARTY", help="Only what this party took part in."),
    ] = None,
    mode: Annotated[
        str,
        typer.Option("--mode", help="How far to check: none (no node), fast, proved or full."),
    ] = "none",
    names: NamesOption = None,
    reason: _Reason = "",
    at: AtOption = None,
    store: StoreOption = None,
) -> object:
    """
    One HTML file for an auditor or supervisor, or with --for for one party.

    A report on everybody is written down in the access log of HOME.

    Result: {"file", "bytes", "for", "block", "day", "events", "reached", "differences", "logged"}.
    """
    from scf.audit.names import names_of
    from scf.audit.report import Scope, party_page, render, whole_page
    from scf.cli.files import require_writable, write_text

    require_writable(out, field="out")
    with store_of(run, store) as opened:
        reading, done = _read(run, opened, at, mode)
        known = names_of(reading.state, names)
        scope = Scope(
            reading=reading,
            names=known,
            identity=_identity(opened, reading),
            reconciled=_quoted(done),
        )
    logged = None
    if party is None:
        logged = _log(run, "audit report", reading, {"out": str(out), "reason": reason})
        page = whole_page(scope)
    else:
        page = party_page(scope, _party(known, party))
    write_text(out, render(page), field="out")
    return {
        "file": out,
        "bytes": out.stat().st_size,
        "for": party or "everybody",
        "block": reading.block,
        "day": scope.tell.day(reading.day),
        "events": reading.event_count,
        "reached": done.reached if done else "none",
        "differences": len(done.outcome.findings) if done else None,
        "logged": logged,
    }


@command(app, "supervise")
def supervise(
    run: Run,
    out: _Folder,
    only: Annotated[
        list[str] | None,
        typer.Option("--file", metavar="NAME", help="Only this file; can be said several times."),
    ] = None,
    rows_as_json: Annotated[
        bool, typer.Option("--rows-json", help="Write rows as JSON instead of CSV.")
    ] = False,
    reason: _Reason = "",
    names: NamesOption = None,
    at: AtOption = None,
    store: StoreOption = None,
) -> object:
    """
    Write what the rules ask to be reported: R77-12, X1, X2, registry filings, arrears of R802-6.

    `files.json` beside them says what every column means. It is written down in the access log.
    Result: {"folder", "files", "block", "day", "digest", "logged"}.
    """
    from scf.audit.names import names_of
    from scf.audit.reading import read
    from scf.audit.rooms.telling import iso_day
    from scf.audit.supervision import FILINGS, files_of, write_files
    from scf.model.tables import did_you_mean

    for name in only or ():
        if name not in FILINGS:
            known = f"one of {', '.join(FILINGS)}{did_you_mean(name, FILINGS)}"
            raise UsageError("file", name, known)
    with store_of(run, store) as opened:
        reading = read(opened, until=_until(opened, at))
        about = dict(_identity(opened, reading)) | {"day": iso_day(reading.day)}
    made = files_of(reading, names_of(reading.state, names), only or ())
    logged = _log(run, "audit supervise", reading, {"out": str(out), "reason": reason})
    files = write_files(made, out, about=about, as_json=rows_as_json)
    return {
        "folder": out,
        "files": dict(files),
        "block": reading.block,
        "day": iso_day(reading.day),
        "digest": reading.digest,
        "logged": logged,
    }


@command(app, "access-log")
def access_log(run: Run) -> object:
    """
    Who looked at everything, when, and at what; every line is held against the one before.

    Result: {"file", "entries": [{"number", "when", "who", "what", "details"}]}.
    """
    from scf.audit.access_log import NAME, read_log

    path = run.home / NAME
    entries = read_log(path) if path.exists() else []
    return {"file": path, "entries": entries}


def _read(run: Run, store: Store, at: str | None, mode: str) -> tuple[Reading, Done | None]:
    from scf.audit.modes import MODES, Request, run_checks
    from scf.audit.reading import read

    if mode not in ("none", *MODES):
        raise UsageError("mode", mode, f"one of none, {', '.join(MODES)}")
    reading = read(store, until=_until(store, at))
    if mode == "none":
        return reading, None
    return reading, run_checks(store, run.chain, Request(mode=mode, at=at))


def _until(store: Store, at: str | None) -> int:
    from scf.audit.replay import block_at

    return store.place_at(block=block_at(store, at))


def _quoted(done: Done | None) -> Any:
    from scf.audit.report import Reconciled

    if done is None:
        return None
    return Reconciled(
        outcome=done.outcome, block=done.block, mode=done.reached, nodes=tuple(done.nodes)
    )


def _identity(store: Store, reading: Reading) -> tuple[tuple[str, str], ...]:
    deployment = store.deployment
    manifest = deployment.manifest
    return (
        ("chain", str(manifest.chain_id)),
        ("genesis", manifest.genesis_hash),
        ("manifest", deployment.manifest_hash),
        ("block", f"{reading.block} ({reading.block_hash})"),
        ("events", f"{reading.event_count:,}"),
        ("digest", reading.digest),
    )


def _log(run: Run, what: str, reading: Reading, details: dict[str, Any]) -> int:
    from scf.audit.access_log import NAME, note

    shown = details | {"block": reading.block, "digest": reading.digest}
    return note(run.home / NAME, what, shown).number


def _party(names: Any, text: str) -> str:
    wanted = text.strip().lower()
    if wanted in names.codes:
        return wanted
    found = [id_ for id_ in names.find(text) if id_ in names.codes]
    if len(found) != 1:
        from scf.model.tables import did_you_mean

        known = [*names.codes.values(), *names.names.values()]
        hint = did_you_mean(text, known)
        raise UsageError("for", text, f"the code, id or name of one enrolled party{hint}")
    return str(found[0])
