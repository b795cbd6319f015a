"""`scf import`: a file of invoices into certificates, at once or day by day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.output import Answer
from scf.cli.progress import progress
from scf.cli.runner import Run, command, group
from scf.cli.values import checked
from scf.errors import UsageError
from scf.units import parse_fen, parse_rate

if TYPE_CHECKING:
    from scf.importing.officers import Officers, Pair
    from scf.importing.reader import ImportFile

app = group("import", "Bring in a CSV file of invoices, or live through it.")


def _share_of(text: str, *, field: str) -> int:
    part = parse_rate(text, field=field)
    if not 0 < part <= 1_000_000:
        raise UsageError(field, text, "above 0 % and at most 100 %")
    return part


_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


@command(app, "import", alone=True)
def import_(
    run: Run,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV; columns below.")],
    column_map: Annotated[
        str | None,
        typer.Option("--map", help="theirs=ours,… or a file of such lines: other column names."),
    ] = None,
    date_format: Annotated[
        str, typer.Option("--date-format", help="Year, month and day as strptime spells them.")
    ] = "%Y-%m-%d",
    encoding: Annotated[
        str, typer.Option("--encoding", help="utf-8-sig or gb18030.")
    ] = "utf-8-sig",
    delimiter: Annotated[
        str, typer.Option("--delimiter", help="comma, semicolon or tab.")
    ] = "comma",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad lines out instead of doing nothing.")
    ] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Read and check the file; touch no chain.")
    ] = False,
    enrol: Annotated[
        str | None,
        typer.Option(
            "--enrol",
            metavar="NAMES",
            help="Two operator's keys MAKER,APPROVER: enrol unknown parties, raise limits.",
        ),
    ] = None,
    party_keys: Annotated[
        str,
        typer.Option(
            "--party-keys",
            help="`keystore`: keys USCC-maker and USCC-checker; `derived`: made from the first"
            " --enrol key (local chains only).",
        ),
    ] = "keystore",
    side: Annotated[
        str, typer.Option("--side", help="both, or one side's half: seller, buyer.")
    ] = "both",
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--consortium-key-file",
            envvar="SCF_CONSORTIUM_KEY_FILE",
            help="File of 64 hex digits (HOME/consortium.key).",
        ),
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Live through the file on a local chain of its own.")
    ] = False,
    node: Annotated[str, typer.Option("--node", help="Replay on ganache or anvil.")] = "ganache",
    data: Annotated[
        Path | None, typer.Option("--data", help="Replay: keep the chain here (ganache).")
    ] = None,
    pass_down: Annotated[
        bool,
        typer.Option("--pass-down", help="Replay: pay invoices with certificates where they fit."),
    ] = False,
    finance_share: Annotated[
        str | None,
        checked(
            "--finance-share",
            _share_of,
            metavar="RATE",
            help="Replay: part that holders sell to a bank, '40 %'.",
        ),
    ] = None,
    finance_rate: Annotated[
        str,
        checked(
            "--finance-rate", parse_rate, metavar="RATE", help="Replay: the bank's rate a year."
        ),
    ] = "3.60 %",
    finance_fee: Annotated[
        str,
        checked("--finance-fee", parse_fen, metavar="YUAN", help="Replay: its fee for each sale."),
    ] = "0",
    rules_from_start: Annotated[
        bool,
        typer.Option(
            "--rules-from-start", help="Replay: today's rules from the first day, for old files."
        ),
    ] = False,
) -> object:
    """
    Turn a file of invoices into certificates; safe to run again, nothing is done twice.

    Columns: seller_name, seller_uscc, buyer_name, buyer_uscc, invoice_no, issue_day, due_day,
    amount; optional settled_day, delivery_day, evidence_hash. With a bad line nothing is imported,
    unless --skip-bad. With --replay the chain starts on the first issue day and moves day by day.

    Result: {"path", "rows", "opened", "confirmed", "opened_fen", "already", "settled", "enrolled",
    "limits_set", "skipped": [{"line", "field", "value", "expected", "kind"}], "warnings", "idle"};
    with --replay the object of `scf demo --json`. Rows that the ledger refused make exit code 1;
    "error" then has "report" with all of it.
    """
    from scf.importing.reader import read_invoices

    if delimiter not in _DELIMITERS:
        raise UsageError("delimiter", delimiter, ", ".join(_DELIMITERS))
    found = read_invoices(
        file,
        column_map=_column_map(column_map),
        date_format=date_format,
        encoding=encoding,
        delimiter=_DELIMITERS[delimiter],
    )
    if check_only:
        return _checked(found, skip_bad=skip_bad)
    if replay:
        financing = _financing(finance_share, finance_rate, finance_fee)
        return _replay(
            run,
            found,
            skip_bad=skip_bad,
            options={"pass_down": pass_down, "financing": financing},
            study={"node": node, "data": data, "rules_from_start": rules_from_start},
        )
    operator = _operator(run, enrol)
    officers = _officers(run, party_keys, operator)
    return _bulk(run, found, officers, operator, side, key_file, skip_bad=skip_bad)


def _bulk(
    run: Run,
    file: ImportFile,
    officers: Officers,
    operator: Pair | None,
    side: str,
    key_file: Path | None,
    *,
    skip_bad: bool,
) -> Answer:
    from scf.cli.output import plain, render
    from scf.cli.secrets import consortium_key
    from scf.importing.bulk import BulkImport, Side

    if side not in list(Side):
        raise UsageError("side", side, ", ".join(Side))
    secret = consortium_key(key_file or run.home / "consortium.key")
    with progress(run) as told:
        job = BulkImport(
            run.reader, officers, secret, operator=operator, side=Side(side), on_progress=told
        )
        report = job.run(file, skip_bad=skip_bad)
    result = plain(report) | {"idle": report.is_idle}
    text = render(result)
    if report.is_idle:
        text += "\nNothing to do: everything in this file is on the ledger already."
    return Answer(result=result, text=text)


def _replay(
    run: Run,
    file: ImportFile,
    *,
    skip_bad: bool,
    options: dict[str, Any],
    study: dict[str, Any],
) -> Answer:
    from scf.cli.story import story
    from scf.importing.history import ReplayOptions
    from scf.importing.study import Study, live_through

    with progress(run) as told:
        plan = Study(options=ReplayOptions(**options), on_progress=told, **study)
        report = live_through(file, plan, skip_bad=skip_bad)
    notes = ["Today's rules applied from the chain's first day."] if plan.rules_from_start else []
    result = report.as_dict() | {"rules_from_start": plan.rules_from_start}
    return Answer(result=result, text=story(report, notes))


def _checked(file: ImportFile, *, skip_bad: bool) -> dict[str, Any]:
    from scf.importing.plan import BadRowsError

    if file.faults and not skip_bad:
        raise BadRowsError(file.path, file.faults)
    return {
        "path": file.path,
        "rows": len(file.rows),
        "amount_fen": sum(row.amount for row in file.rows),
        "parties": len(file.parties),
        "skipped": [fault.as_dict() for fault in file.faults],
        "warnings": [fault.as_dict() for fault in file.warnings],
        "ignored_columns": list(file.ignored_columns),
    }


def _column_map(text: str | None) -> dict[str, str] | None:
    from scf.importing.columns import load_column_map, parse_column_map

    if text is None:
        return None
    return parse_column_map(text) if "=" in text else load_column_map(text)


def _financing(share: str | None, rate: str, fee: str) -> object:
    from scf.importing.history import Financing

    if share is None:
        return None
    return Financing(
        share_ppm=_share_of(share, field="finance-share"),
        rate_ppm=parse_rate(rate, field="finance-rate"),
        fee=parse_fen(fee, field="finance-fee"),
    )


def _operator(run: Run, names: str | None) -> Pair | None:
    if names is None:
        return None
    parts = [part.strip() for part in names.split(",")]
    if len(parts) != 2 or not all(parts):
        raise UsageError("enrol", names, "two names of keys: MAKER,APPROVER")
    return run.signer(parts[0]), run.signer(parts[1])


def _officers(run: Run, kind: str, operator: Pair | None) -> Officers:
    from scf.importing.officers import DerivedOfficers, KeystoreOfficers

    if kind == "keystore":
        return KeystoreOfficers(run.keystore, lambda: run.password)
    if kind != "derived":
        raise UsageError("party-keys", kind, "keystore or derived")
    if operator is None:
        raise UsageError("party-keys", kind, "--enrol with it, whose first key is the master")
    return DerivedOfficers(operator[0], movable_clock=run.chain.capabilities.movable_clock)
