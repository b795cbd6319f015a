"""`scf audit history` and `scf audit reconcile`: the life of one thing; books against contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.audit_group import AtOption, NamesOption, StoreOption, app, store_of
from scf.cli.output import Answer, Table, tables_text
from scf.cli.runner import Run, command
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.audit.acts import History
    from scf.audit.names import Names
    from scf.audit.reconcile import Outcome
    from scf.audit.rooms.telling import Telling


@command(app, "history")
def history(
    run: Run,
    text: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Id or its first digits, a party's code or name, a rule's id, an officer.",
        ),
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", help="Which, where one id names several things.")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Also draw where units went.")
    ] = None,
    names: NamesOption = None,
    at: AtOption = None,
    store: StoreOption = None,
) -> object:
    """
    The whole life of a certificate, invoice, party, quote, request, order, rule or officer.

    Result: {"kind", "id", "name", "acts": [{"block", "block_hash", "tx", "day", "timestamp",
    "title", "signers": [{"part", "officer", "party", "name"}], "rules": [{"id", "version",
    "value"}], "changes": [{"fact", "before", "after"}], "events"}], "now", "svg"}.
    """
    from scf.audit.drawing import draw
    from scf.audit.finding import find
    from scf.audit.history import history_of
    from scf.audit.names import names_in
    from scf.audit.provenance import provenance
    from scf.audit.replay import block_at
    from scf.audit.rooms.telling import Telling
    from scf.audit.subjects import KINDS
    from scf.cli.files import require_writable, write_text

    if svg is not None:
        require_writable(svg, field="svg")
    if kind is not None and kind not in KINDS.values():
        raise UsageError("kind", kind, f"one of {', '.join(sorted(set(KINDS.values())))}")
    with store_of(run, store) as opened:
        until = opened.place_at(block=block_at(opened, at))
        known = names_in(opened, names, until=until)
        subject = find(opened, text, known, kind=kind)
        tell = Telling(names=known.shown)
        found = history_of(opened, subject, tell=tell, until=until)
        if svg is not None:
            graph = provenance(opened, subject, tell=tell, until=until)
            write_text(svg, draw(graph) + "\n", field="svg")
    return Answer(result=_result(found, known, svg), text=_text(found, tell))


@command(app, "reconcile")
def reconcile(
    run: Run,
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="NAME", help="Only this check; can be said several times."),
    ] = None,
    show_list: Annotated[
        bool, typer.Option("--list", help="Show the checks there are and do nothing.")
    ] = False,
    mode: Annotated[
        str, typer.Option("--mode", help="fast, proved or full (see the handbook).")
    ] = "fast",
    second: Annotated[
        str | None,
        typer.Option("--second", metavar="URL", help="Another node, which must say the same."),
    ] = None,
    at: AtOption = None,
    store: StoreOption = None,
) -> object:
    """
    Hold the books against the contracts at the same block; exit code 1 on any difference.

    Result: {"is_clean", "block", "block_hash", "day", "mode", "reached", "compared", "digest",
    "nodes", "checks": [{"name", "title", "against", "compared", "differences"}], "findings":
    [{"check", "subject", "about", "found", "expected"}]}.
    """
    from scf.audit.modes import MODES, Request, all_checks, run_checks
    from scf.audit.reconcile import require_known
    from scf.audit.replay import block_at
    from scf.chain.rpc import Rpc

    if show_list:
        known = all_checks()
        rows = [(name, title) for name, title in known.items()]
        table = Table(title="Checks", columns=["name", "what"], rows=rows)
        listed = [{"name": name, "title": title} for name, title in known.items()]
        return Answer(result={"checks": listed}, text=tables_text([table]))
    if mode not in MODES:
        raise UsageError("mode", mode, f"one of {', '.join(MODES)}")
    require_known(check or (), all_checks())
    if second is not None:
        Rpc(second)  # refuses what is no address
    with store_of(run, store) as opened:
        block_at(opened, at)
        request = Request(names=tuple(check or ()), mode=mode, second=second, at=at)
        done = run_checks(opened, run.chain, request)
    return Answer(
        result=done.as_dict(),
        text=_outcome_text(done.outcome, done.headline()),
        exit_code=0 if done.is_clean else 1,
    )


def _result(found: History, names: Names, svg: Path | None) -> dict[str, Any]:
    from scf.audit.rooms.telling import iso_day

    return {
        "kind": found.kind,
        "id": found.key,
        "name": names.shown.get(found.key),
        "acts": [
            {
                "block": act.block,
                "block_hash": act.block_hash,
                "tx": act.tx,
                "day": iso_day(act.day),
                "timestamp": act.timestamp,
                "title": act.title,
                "signers": [
                    {
                        "part": item.part,
                        "officer": item.officer,
                        "party": item.party,
                        "name": names.shown.get(item.party or ""),
                    }
                    for item in act.signers
                ],
                "rules": [
                    {"id": item.id, "version": item.version, "value": item.value}
                    for item in act.rules
                ],
                "changes": [
                    {"fact": item.fact, "before": item.before, "after": item.after}
                    for item in act.changes
                ],
                "events": [
                    {
                        "contract": item.contract,
                        "event": item.event,
                        "log_index": item.log_index,
                        "words": item.words,
                        "own": item.own,
                    }
                    for item in act.events
                ],
            }
            for act in found.acts
        ],
        "now": dict(found.now),
        "svg": svg,
    }


def _text(found: History, tell: Telling) -> str:
    from scf.audit.rooms.telling import iso_day, short

    rows = [
        (
            str(act.block),
            iso_day(act.day),
            act.title,
            "; ".join(
                f"{item.part} {tell.party(item.party) if item.party else short(item.officer)}"
                for item in act.signers
            ),
            " ".join(item.id for item in act.rules),
            short(act.tx),
        )
        for act in found.acts
    ]
    acts = Table(
        title=f"{found.kind} {found.key}",
        columns=["block", "day", "act", "signed", "rules", "transaction"],
        rows=rows,
    )
    changes = [
        (
            str(act.block),
            _fact(change.fact, tell),
            _value(change.fact, change.before),
            _value(change.fact, change.after),
        )
        for act in found.acts
        for change in act.changes
    ]
    told = Table(
        title="before and after", columns=["block", "what", "before", "after"], rows=changes
    )
    return tables_text([acts, told] if changes else [acts])


def _fact(fact: str, tell: Telling) -> str:
    name, _, part = fact.partition(".")
    words = name.removesuffix("_fen").removesuffix("_ppm").replace("_", " ")
    return f"{words}: {tell.party(part)}" if part else words


def _value(fact: str, value: Any) -> str:
    from scf.units import format_fen

    if value is None:
        return "-"
    if fact.partition(".")[0].endswith("_fen") and isinstance(value, int):
        return format_fen(value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _outcome_text(outcome: Outcome, headline: str) -> str:
    tables = [
        Table(
            title=headline,
            columns=["check", "what", "against", "compared", "differences"],
            rows=[
                (item.name, item.title, item.against, str(item.compared), str(len(item.findings)))
                for item in outcome.results
            ],
        )
    ]
    if outcome.findings:
        tables.append(
            Table(
                title="differences",
                columns=["check", "subject", "about", "found", "expected"],
                rows=[
                    (item.check, item.subject, item.about, item.found, item.expected)
                    for item in outcome.findings
                ],
            )
        )
    return tables_text(tables)
