"""
Invoice files: decoding, lines, and invoices that stand in a file more than once.

An invoice is the same if seller and number are the same. Repeated unchanged it is a *duplicate*:
the first line counts. With another buyer, amount, day or evidence it is a *conflict*: nobody here
can know which line is right, so all of its lines are withheld.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scf.errors import UsageError
from scf.importing.columns import read_header
from scf.importing.rows import InvoiceRow, RowParser
from scf.model.tables import FaultKind, LineFault, open_text
from scf.units import check_date_format, format_fen

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", ";", "\t")

_TERMS = (
    "buyer_uscc",
    "amount",
    "issue_day",
    "due_day",
    "settled_day",
    "delivery_day",
    "evidence_hash",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFile:
    """
    What a file of invoices holds.

    Attributes:
        path: the file.
        rows: the good rows in the order of the file; nothing withheld is among them.
        faults: everything that is wrong, by line.
        warnings: one party under two names; the name of its first line is used.
        ignored_columns: columns that are not ours.
        parties: name by unified social credit code, of the good rows.
    """

    path: Path
    rows: tuple[InvoiceRow, ...]
    faults: tuple[LineFault, ...]
    warnings: tuple[LineFault, ...]
    ignored_columns: tuple[str, ...]
    parties: Mapping[str, str]


def read_invoices(
    path: Path | str,
    *,
    column_map: Mapping[str, str] | None = None,
    date_format: str = "%Y-%m-%d",
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> ImportFile:
    """
    Read a CSV file of invoices; the columns are those of `scf.importing.columns`.

    A byte order mark, CRLF line ends, quoted fields and empty lines are fine. The file is read
    once, line by line.

    Args:
        path: the file.
        column_map: our column by the file's name for it, from `parse_column_map`.
        date_format: the form of all days: year, month and day as `strptime` spells them.
        encoding: `utf-8-sig` (UTF-8 with or without a mark) or `gb18030` (covers GBK and GB2312).
        delimiter: comma, semicolon or tab.

    Raises:
        UsageError: the file as a whole cannot be read: missing, empty, of another encoding, with
            wrong columns, or an unknown argument. Bad lines are not raised but reported in
            `faults`.
    """
    if encoding not in ENCODINGS:
        raise UsageError("encoding", encoding, " or ".join(ENCODINGS))
    if delimiter not in DELIMITERS:
        raise UsageError("delimiter", delimiter, "a comma, a semicolon or a tab")
    check_date_format(date_format)
    with open_text(path, encoding=encoding) as stream:
        try:
            return _read(Path(path), stream, column_map or {}, date_format, delimiter)
        except UnicodeDecodeError as exc:
            other = next(name for name in ENCODINGS if name != encoding)
            expected = f"text in {encoding}; perhaps it is {other}"
            raise UsageError("file", str(path), expected) from exc


def _read(
    path: Path,
    stream: IO[str],
    column_map: Mapping[str, str],
    date_format: str,
    delimiter: str,
) -> ImportFile:
    lines = _lines(stream, delimiter)
    first = next(lines, None)
    if first is None:
        raise UsageError("file", str(path), "a line of column names and lines of invoices")
    if isinstance(first, LineFault):
        raise UsageError("header", first.value, first.expected)
    header = read_header(first[1], column_map)
    parser, collected = RowParser(header, date_format), _Collected()
    for item in lines:
        if isinstance(item, LineFault):
            collected.faults.append(item)
            continue
        parsed = parser.parse(*item)
        if isinstance(parsed, InvoiceRow):
            collected.add(parsed)
        else:
            collected.faults += parsed
    if not collected.rows and not collected.faults:
        raise UsageError("file", str(path), "at least one line of an invoice")
    return collected.finish(path, header.ignored)


def _lines(stream: IO[str], delimiter: str) -> Iterator[tuple[int, list[str]] | LineFault]:
    """Cells with the number of the line where they begin; a quoted field may run over several."""
    reader = csv.reader(stream, strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            expected = f"well-formed CSV with closed quotes ({error})"
            yield LineFault(line=line, field="line", value="", expected=expected)
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


class _Collected:
    """Rows so far, and which lines tell of the same invoice."""

    def __init__(self) -> None:
        self.rows: list[InvoiceRow] = []
        self.faults: list[LineFault] = []
        self._first: dict[tuple[str, str], InvoiceRow] = {}
        self._withheld: set[tuple[str, str]] = set()
        self._names: dict[str, tuple[str, int]] = {}
        self._warnings: list[LineFault] = []

    def add(self, row: InvoiceRow) -> None:
        identity = (row.seller_uscc, row.invoice_no)
        first = self._first.setdefault(identity, row)
        if first is row:
            self._note_names(row)
            self.rows.append(row)
        elif (fault := _conflict(row, first)) is None:
            self.faults.append(_duplicate(row, first))
        else:
            self.faults.append(fault)
            if identity not in self._withheld:
                self._withheld.add(identity)
                self.faults += filter(None, [_conflict(first, row)])

    def _note_names(self, row: InvoiceRow) -> None:
        for field, uscc, name in (
            ("seller_name", row.seller_uscc, row.seller_name),
            ("buyer_name", row.buyer_uscc, row.buyer_name),
        ):
            known, line = self._names.setdefault(uscc, (name, row.line))
            if known != name:
                expected = f"{known!r} as on line {line}, the first name given for {uscc}"
                self._warnings.append(
                    LineFault(line=row.line, field=field, value=name, expected=expected)
                )

    def finish(self, path: Path, ignored: tuple[str, ...]) -> ImportFile:
        kept = tuple(
            row for row in self.rows if (row.seller_uscc, row.invoice_no) not in self._withheld
        )
        used = {uscc for row in kept for uscc in (row.seller_uscc, row.buyer_uscc)}
        return ImportFile(
            path=path,
            rows=kept,
            faults=tuple(sorted(self.faults, key=lambda fault: fault.line)),
            warnings=tuple(self._warnings),
            ignored_columns=ignored,
            parties={uscc: name for uscc, (name, _) in self._names.items() if uscc in used},
        )


def _duplicate(row: InvoiceRow, first: InvoiceRow) -> LineFault:
    return LineFault(
        line=row.line,
        field="invoice_no",
        value=row.invoice_no,
        expected=f"each invoice once (it is on line {first.line})",
        kind=FaultKind.DUPLICATE,
    )


def _conflict(row: InvoiceRow, other: InvoiceRow) -> LineFault | None:
    """The first term in which two lines about one invoice differ, as a fault of `row`."""
    for field in _TERMS:
        found, there = getattr(row, field), getattr(other, field)
        if found != there:
            expected = f"{_shown(there)} as for the same invoice on line {other.line}"
            return LineFault(
                line=row.line,
                field=field,
                value=_shown(found),
                expected=expected,
                kind=FaultKind.CONFLICT,
            )
    return None


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case int():
            return format_fen(value)
        case bytes():
            return value.hex()
        case _:
            return str(value)
