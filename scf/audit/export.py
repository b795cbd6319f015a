"""
Every table as CSV or Parquet, with a data dictionary, in a directory of its own.

    report = export(store, Path("audit-2026-06"), form="parquet", tables=("balances",))

`index.json` says from which chain, block and digest the files come and what their sha256 is;
`check` holds an export against it. A directory that is there is complete: it is written beside its
place and moved there at the end.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from scf.audit.sql import Reading
from scf.audit.views import Column, View
from scf.build.manifest import package_version
from scf.errors import UnsoundError, UsageError

FORMAT = 1
FORMS = ("csv", "parquet")
INDEX = "index.json"
DICTIONARY = "dictionary.json"
_ROWS_AT_ONCE = 20_000
_INTEGER_MAX = 2**63 - 1
Row = Sequence[Any]
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file of an export: its table, how many rows, and its sha256 (0x and hex)."""

    name: str
    table: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written where; `digest` is that of the events it comes from."""

    directory: Path
    block_number: int
    digest: str
    files: tuple[ExportedFile, ...]


def export(
    reading: Reading,
    directory: Path,
    *,
    form: str = "csv",
    tables: Iterable[str] = (),
    on_progress: OnProgress | None = None,
) -> ExportReport:
    """
    Write tables into a new directory.

    Args:
        form: `csv` or `parquet`.
        tables: views by name; all that have rows unless given.
        on_progress: is told the table, how many are done and of how many.

    Raises:
        UsageError: no such table or form, the directory exists or cannot be written, or Parquet's
            library is not installed.
    """
    if form not in FORMS:
        raise UsageError("format", form, f"one of {', '.join(FORMS)}")
    if directory.exists():
        raise UsageError("directory", str(directory), "a directory that does not exist yet")
    views = [reading.view(name) for name in tables] or reading.views
    write = _parquet_writer() if form == "parquet" else _write_csv
    part = directory.with_name(directory.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        files = []
        for done, view in enumerate(views):
            if on_progress is not None:
                on_progress(view.name, done, len(views))
            path = part / f"{view.name}.{form}"
            rows = _write(reading, view, path, write)
            if not rows and not tables:
                path.unlink()
                continue
            files.append(
                ExportedFile(name=path.name, table=view.name, rows=rows, sha256=_sha256(path))
            )
        report = _finish(reading, part, directory, files)
        part.rename(directory)
    except OSError as exc:
        shutil.rmtree(part, ignore_errors=True)
        raise UsageError("directory", str(directory), f"a writable place ({exc})") from exc
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return report


def check(directory: Path) -> int:
    """
    Hold an export against its index; how many files there are.

    Raises:
        UsageError: no export of this version.
        UnsoundError: a file is missing, too many, or not what was written.
    """
    try:
        index = json.loads((directory / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError("directory", str(directory), "an export of this package") from exc
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        raise UsageError("directory", str(directory), f"an export of format {FORMAT}")
    body = {name: value for name, value in index.items() if name != "seal"}
    if index.get("seal") != _seal(body):
        raise UnsoundError(INDEX, "it is not what was written")
    stated = {item["name"]: item["sha256"] for item in index["files"]}
    present = {path.name for path in directory.iterdir()} - {INDEX}
    for name in sorted(stated.keys() | present):
        if name not in present:
            raise UnsoundError(name, "it is missing")
        if name not in stated:
            raise UnsoundError(name, "it does not belong to the export")
        if _sha256(directory / name) != stated[name]:
            raise UnsoundError(name, "it is not what was written (sha256)")
    return len(stated)


def dictionary(views: Iterable[View]) -> list[dict[str, Any]]:
    """What each table and column means, as `dictionary.json` has it."""
    return [
        {
            "table": view.name,
            "meaning": view.meaning,
            "columns": [
                {"name": item.name, "type": item.type, "meaning": item.meaning}
                for item in view.columns
            ],
        }
        for view in views
    ]


def _finish(
    reading: Reading, part: Path, directory: Path, files: Sequence[ExportedFile]
) -> ExportReport:
    shown = [reading.view(item.table) for item in files]
    text = json.dumps(dictionary(shown), indent=2, ensure_ascii=False) + "\n"
    (part / DICTIONARY).write_text(text, encoding="utf-8")
    described = ExportedFile(
        name=DICTIONARY, table="", rows=len(shown), sha256=_sha256(part / DICTIONARY)
    )
    deployment, last = reading.store.deployment, reading.store.last_block()
    report = ExportReport(
        directory=directory,
        block_number=deployment.synced_block or 0,
        digest=last.digest if last else "",
        files=(*files, described),
    )
    body = {
        "format": FORMAT,
        "package_version": package_version(),
        "chain_id": deployment.manifest.chain_id,
        "genesis_hash": deployment.manifest.genesis_hash,
        "manifest_hash": deployment.manifest_hash,
        "block_number": report.block_number,
        "block_hash": deployment.synced_hash,
        "digest": report.digest,
        "files": [
            {"name": item.name, "table": item.table, "rows": item.rows, "sha256": item.sha256}
            for item in report.files
        ],
    }
    index = json.dumps(body | {"seal": _seal(body)}, indent=2) + "\n"
    (part / INDEX).write_text(index, encoding="utf-8")
    return report


def _seal(body: dict[str, Any]) -> str:
    return "0x" + sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _write(
    reading: Reading,
    view: View,
    path: Path,
    write: Callable[[Path, Sequence[Column], Iterable[Row]], int],
) -> int:
    columns = [_fitted(reading, view, item) for item in view.columns]
    order = " ORDER BY place" if any(item.name == "place" for item in columns) else ""
    names = ", ".join(f'"{item.name}"' for item in columns)
    _, rows = reading.query(f"SELECT {names} FROM {view.name}{order}")
    return write(path, columns, rows)


def _fitted(reading: Reading, view: View, column: Column) -> Column:
    """An integer column with values beyond 63 bits is text in the export, to be exact."""
    if column.type != "integer":
        return column
    _, rows = reading.query(f'SELECT MAX("{column.name}") FROM {view.name}')
    ((most,),) = rows
    if most is None or (not isinstance(most, str) and int(most) <= _INTEGER_MAX):
        return column
    return Column(name=column.name, type="text", meaning=column.meaning)


def _write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([item.name for item in columns])
        for row in rows:
            writer.writerow(["" if value is None else value for value in row])
            count += 1
    return count


def _parquet_writer() -> Callable[[Path, Sequence[Column], Iterable[Row]], int]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as exc:
        raise UsageError("format", "parquet", "csv, or pip install 'scf[parquet]' first") from exc
    types = {"integer": pa.int64(), "text": pa.string(), "boolean": pa.bool_()}
    makers: dict[str, Callable[[Any], Any]] = {"integer": int, "text": str, "boolean": bool}

    def write(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
        schema = pa.schema(
            [
                pa.field(item.name, types[item.type], metadata={"meaning": item.meaning})
                for item in columns
            ]
        )
        count = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for chunk in _chunks(rows):
                arrays = [
                    pa.array(
                        [None if row[at] is None else makers[item.type](row[at]) for row in chunk],
                        types[item.type],
                    )
                    for at, item in enumerate(columns)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                count += len(chunk)
        return count

    return write


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while chunk := list(islice(source, _ROWS_AT_ONCE)):
        yield chunk


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return "0x" + digest.hexdigest()
