"""`scf audit export` and `scf audit sql`: the store for other tools."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from scf.cli.audit_group import StoreOption, app, store_of
from scf.cli.output import Answer, Table, tables_text
from scf.cli.progress import progress
from scf.cli.runner import Run, command
from scf.errors import UsageError

_ROWS_SHOWN = 200


@command(app, "export")
def export(
    run: Run,
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Made by this command.")],
    store: StoreOption = None,
    form: Annotated[str, typer.Option("--format", metavar="csv|parquet")] = "csv",
    table: Annotated[
        list[str] | None,
        typer.Option("--table", metavar="NAME", help="Only this one; may be repeated."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; check an export against its index.")
    ] = False,
) -> object:
    """
    Every table as CSV or Parquet, with a data dictionary (`dictionary.json`).

    Result: {"directory", "block_number", "digest", "files": [{"name", "table", "rows", "sha256"}]};
    with --check {"directory", "files": count}.
    """
    from scf.audit.export import check as check_export
    from scf.audit.export import export as write
    from scf.audit.sql import Reading

    if check:
        return {"directory": directory, "files": check_export(directory)}
    with store_of(run, store) as opened, progress(run) as tell:
        return write(Reading(opened), directory, form=form, tables=table or (), on_progress=tell)


@command(app, "sql")
def sql(
    run: Run,
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="One SELECT over the views.")
    ] = None,
    store: StoreOption = None,
    views: Annotated[bool, typer.Option("--views", help="Show what can be asked.")] = False,
) -> object:
    """
    Ask the store in SQL; it can only be read. `--views` lists the views and their columns.

    Result: {"columns": [names], "rows": [[values]]}; with --views [{"table", "meaning",
    "columns"}].
    """
    from scf.audit.export import dictionary
    from scf.audit.sql import Reading

    if views == (query is not None):
        raise UsageError("query", query, "either a query or --views")
    with store_of(run, store) as opened:
        asked = Reading(opened)
        if query is None:
            return _shown_views(dictionary(asked.views))
        columns, found = asked.query(query)
        rows = [list(row) for row in (found if run.json else islice(found, _ROWS_SHOWN + 1))]
    shown = [["" if value is None else str(value) for value in row] for row in rows[:_ROWS_SHOWN]]
    text = tables_text([Table(title="", columns=columns, rows=shown)])
    if len(rows) > _ROWS_SHOWN:
        text += f"\n… and more than these {_ROWS_SHOWN} rows (--json shows all)"
    return Answer(result={"columns": columns, "rows": rows}, text=text)


def _shown_views(found: list[dict[str, Any]]) -> Answer:
    def names(columns: list[Mapping[str, str]]) -> str:
        return ", ".join(item["name"] for item in columns)

    rows = [[item["table"], item["meaning"], names(item["columns"])] for item in found]
    table = Table(title="", columns=("view", "meaning", "columns"), rows=rows)
    return Answer(result=found, text=tables_text([table]))
