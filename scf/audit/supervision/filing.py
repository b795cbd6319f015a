"""A file for a supervisor: its columns, its rows, and how a whole set is written at once."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scf.audit.names import Names
from scf.audit.reading import Reading
from scf.errors import UsageError

Row = Sequence[Any]
Source = Callable[[Reading, Names], Iterable[Row]]
INDEX = "files.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """
    One file that a rule asks for.

    Attributes:
        title: English and Chinese. rules: that ask for it. to: who receives it.
        columns: meaning by name; amounts end in `_fen`, days are ISO.
        rows: makes them.
    """

    title: str
    rules: tuple[str, ...]
    to: str
    columns: Mapping[str, str]
    rows: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A filing with its rows."""

    name: str
    filing: Filing
    rows: tuple[tuple[Any, ...], ...]


def made(name: str, filing: Filing, reading: Reading, names: Names) -> Made:
    """The rows of one filing; each as long as its columns."""
    rows = tuple(tuple(row) for row in filing.rows(reading, names))
    for row in rows:
        if len(row) != len(filing.columns):
            raise ValueError(f"{name} has {len(filing.columns)} columns, not {len(row)}")
    return Made(name=name, filing=filing, rows=rows)


def write_files(
    files: Sequence[Made], folder: Path, *, about: Mapping[str, Any], as_json: bool = False
) -> Mapping[str, int]:
    """
    Write all files and their index `files.json`; a folder that is half written is never seen.

    Args:
        about: chain, block, day and digest of the events behind them.
        as_json: rows as JSON objects instead of CSV.

    Returns:
        Rows by file name.

    Raises:
        UsageError: the folder exists and is not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("out", str(folder), "a folder that does not exist yet or is empty")
    part = folder.with_name(folder.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        index = []
        for item in files:
            name = item.name + (".json" if as_json else ".csv")
            text = _json(item) if as_json else _csv(item)
            (part / name).write_text(text, encoding="utf-8", newline="")
            index.append(_described(item, name, text))
        shape = {"format": 1, "about": dict(about), "files": index}
        (part / INDEX).write_text(
            json.dumps(shape, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as exc:
        reason = exc.strerror or "it cannot be written"
        raise UsageError("out", str(folder), f"a folder to write to ({reason})") from exc
    return {entry["file"]: entry["rows"] for entry in index}


def _described(item: Made, name: str, text: str) -> dict[str, Any]:
    return {
        "file": name,
        "title": item.filing.title,
        "rules": list(item.filing.rules),
        "to": item.filing.to,
        "rows": len(item.rows),
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "columns": [
            {"name": column, "meaning": meaning, "type": _type(column)}
            for column, meaning in item.filing.columns.items()
        ],
    }


def _type(column: str) -> str:
    if column.endswith("_fen"):
        return "integer, fen (0.01 CNY)"
    if column.endswith("_day"):
        return "ISO day, UTC+8"
    if column.endswith(("_days", "_count")):
        return "integer"
    if column.endswith("_ppm"):
        return "integer, parts per million"
    return "text"


def _csv(item: Made) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(item.filing.columns)
    writer.writerows(item.rows)
    return stream.getvalue()


def _json(item: Made) -> str:
    rows = [dict(zip(item.filing.columns, row, strict=True)) for row in item.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
