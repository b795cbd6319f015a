"""What commands print: one JSON object, or text and tables for people."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, Flag
from pathlib import Path
from typing import Any

import typer

from scf.errors import ScfError
from scf.model.bill_numbers import BillNumber, BillRange
from scf.units import format_fen, format_rate

_CERTIFICATE_NAMES = ("certificate_id", "id")
_MONEY = (
    *("amount", "outstanding", "limit", "used", "capacity", "available", "balance", "locked"),
    *("total", "principal", "interest", "fee", "net", "cap", "split_min", "invoice_amount"),
    *("face", "ended", "amount_max", "costs", "accepted", "overdue", "overdue_balance"),
    *("book_balance", "paid", "buyer_part", "claim", "collected", "costs_owed", "discount"),
    *("interest_owed", "owed", "paid_out", "price", "refund", "surplus", "total_owed"),
    *("to_pledgor",),
)
_RATES = frozenset(("rate", "late_rate"))
_SAFE_INTEGER = 2**53
_NODE_ADVICE = "is the node running and the URL right? Sending again is safe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What a command found or did.

    Attributes:
        result: the object under `result` in JSON.
        text: what people read instead; the result as lines and tables if empty.
        exit_code: 1 if what was found is no good (`ok` is false then).
    """

    result: Any
    text: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for people: a title, columns and rows of text; amounts stand to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def plain(value: Any, name: str = "") -> Any:
    """`value` in JSON's own types, in the form that `scf.cli.app` documents."""
    if isinstance(value, Flag):
        return [str(member.name).lower() for member in value]
    if isinstance(value, Enum):
        return value.name.lower()
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return _plain_integer(value, name)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dt.date | Path | BillNumber | BillRange):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return dict(_plain_fields(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item, name) for item in value]
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _plain_integer(value: int, name: str) -> int | str:
    if name in _CERTIFICATE_NAMES:
        return f"0x{value:064x}"
    if name == "bill_no":
        return f"{value:030d}"
    return value if abs(value) < _SAFE_INTEGER else str(value)


def _plain_fields(value: Any) -> Iterable[tuple[str, Any]]:
    for field in fields(value):
        found = getattr(value, field.name)
        unit = "_fen" if field.name in _MONEY else "_ppm" if field.name in _RATES else ""
        yield field.name + ("" if isinstance(found, bool) else unit), plain(found, field.name)


def print_answer(command: str, answer: Any, *, as_json: bool) -> int:
    """Print what a command found or did; the exit code."""
    found = answer if isinstance(answer, Answer) else Answer(result=answer)
    if as_json:
        ok = found.exit_code == 0
        shown = {"ok": ok, "command": command, "result": plain(found.result)}
        say(json.dumps(shown, ensure_ascii=False))
    else:
        say(found.text or render(plain(found.result)))
    return found.exit_code


def print_error(error: Exception, *, as_json: bool, words: Sequence[str]) -> int:
    """Print what went wrong, on standard output as JSON or on standard error; the exit code."""
    if isinstance(error, ScfError):
        details, code = error.as_dict(), error.exit_code
        text = f"Error: {error}"
        if code == 3:
            text += f"\n{_NODE_ADVICE}"
    elif isinstance(error, typer.Abort):
        details, code = {"error": "Aborted", "message": "stopped", "retry": True}, 1
        text = "Stopped."
    else:
        code = getattr(error, "exit_code", 2)
        message = getattr(error, "format_message", lambda: str(error))()
        details = {"error": "UsageError", "message": message, "retry": False}
        text = f"Error: {message}"
        if context := getattr(error, "ctx", None):
            text = f"{context.get_usage()}\n{text}" if message else context.get_help()
    if as_json:
        command = " ".join(words[: _options_start(words)])
        shown = {"ok": False, "command": command, "error": plain(details)}
        say(json.dumps(shown, ensure_ascii=False))
    else:
        typer.echo(text, err=True)
    return int(code)


def say(text: str) -> None:
    """Print on standard output; a reader that went away (`| head`) is no error of ours."""
    try:
        typer.echo(text)
    except BrokenPipeError:
        # Standard output leads nowhere from now on: closing it at exit must not fail either.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _options_start(words: Sequence[str]) -> int:
    """Noun and verb stand first; `import` and `demo` have no verb."""
    if words and words[0] in ("import", "demo", "deploy"):
        return 1
    return next((at for at, word in enumerate(words[:2]) if word.startswith("-")), 2)


def render(value: Any) -> str:
    """JSON-like data for people: names and values, or a table for a list of objects."""
    if isinstance(value, Mapping):
        parts = [_line(key, item) for key, item in value.items() if not _is_rows(item)]
        tables = [_rows_table(key, item) for key, item in value.items() if _is_rows(item)]
        return "\n".join(parts + [tables_text([table]) for table in tables])
    if _is_rows(value):
        return tables_text([_rows_table("", value)])
    if isinstance(value, list):
        return "\n".join(str(item) for item in value) or "nothing"
    return "done" if value is None else str(value)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _rows_table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = list(rows[0])
    return Table(
        title=_words(title),
        columns=[_words(name) for name in columns],
        rows=[[_shown(name, row.get(name)) for name in columns] for row in rows],
    )


def _line(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_words(key)} {_shown(key, item)}" for key, item in value.items())
        return f"{_words(name)}: {inner}"
    return f"{_words(name)}: {_shown(name, value)}"


def _words(name: str) -> str:
    return name.removesuffix("_fen").removesuffix("_ppm").replace("_", " ")


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_fen"):
        return format_fen(value)
    if isinstance(value, int) and name.endswith("_ppm"):
        return format_rate(value)
    if isinstance(value, list):
        return ", ".join(_shown("", item) for item in value) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(key)} {_shown(key, item)}" for key, item in value.items())
    return str(value)


def tables_text(tables: Sequence[Table]) -> str:
    """Tables as text, drawn with rich, as wide as their content needs."""
    from io import StringIO

    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable

    stream = StringIO()
    console = Console(file=stream, width=400, color_system=None)
    for table in tables:
        drawn = RichTable(title=table.title or None, title_justify="left", box=box.SIMPLE_HEAD)
        for place, column in enumerate(table.columns):
            cells = [row[place] for row in table.rows]
            drawn.add_column(column, justify="right" if _are_numbers(cells) else "left")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
    lines = stream.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _are_numbers(cells: Sequence[str]) -> bool:
    found = [cell for cell in cells if cell not in ("", "-")]
    return bool(found) and all(
        cell.replace(",", "").replace(".", "").replace(" %", "").lstrip("-").isdigit()
        for cell in found
    )
