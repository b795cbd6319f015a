"""Options that the commands of bills share, files of many bills, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from scf.cli.values import amount_of, checked, day_of, hash_of, party_of
from scf.errors import UsageError
from scf.model.tables import LineFault, open_text, refuse_faults

if TYPE_CHECKING:
    from scf.contracts.face import Sent
    from scf.model.bill_numbers import BillRange
    from scf.model.bill_records import Debtor, Drawing

Item = TypeVar("Item")


def number_of(text: str, *, field: str = "bill") -> int:
    """A bill number with a valid check digit."""
    from scf.contracts import bill_checks

    return bill_checks.number(text, field)


def range_of(text: str, *, field: str = "range") -> BillRange:
    """A sub-range: NUMBER/first-last, NUMBER/0, or a token id."""
    from scf.contracts import bill_checks

    return bill_checks.range_(text, field)


def debtor_of(text: str, *, field: str = "debtor") -> Debtor:
    """A party, or GUARANTOR:GUARANTEED."""
    from scf.model.bill_records import Debtor
    from scf.model.records import NOBODY

    party, _, guaranteed = text.partition(":")
    named = party_of(guaranteed, field=field) if guaranteed else NOBODY
    return Debtor(party_of(party, field=field), named)


BillOption = Annotated[
    str, checked("--bill", number_of, metavar="NUMBER", help="Bill number: 30 digits.")
]
OptionalBill = Annotated[
    str | None, checked("--bill", number_of, metavar="NUMBER", help="Bill number: 30 digits.")
]
RangeOption = Annotated[
    str,
    checked(
        "--range",
        range_of,
        metavar="RANGE",
        help="Sub-range NUMBER/first-last; NUMBER/0 if indivisible.",
    ),
]
PartAmount = Annotated[
    str | None,
    checked(
        "--amount",
        amount_of,
        metavar="YUAN",
        help="Part at the front; the whole range unless given.",
    ),
]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", metavar="CSV", help="Many at once; a column `bill_no` or `range`."),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Leave out lines of the file that are wrong.")
]
PendingOption = Annotated[
    str,
    checked("--pending", hash_of, metavar="ID", help="What the request returned: 0x, 64 digits."),
]
_DRAW_COLUMNS = ("bill_no", "payee", "acceptor", "amount", "maturity", "document")
_TRUE = {"": True, "yes": True, "no": False}


def drawings_of(path: Path, *, skip_bad: bool) -> list[Drawing]:
    """
    Drawings from a CSV file: columns bill_no, payee, acceptor, amount (yuan), maturity, document
    (hash or file:PATH), and where wanted invoice (trade key) and divisible (yes, no).

    Raises:
        UsageError: names every wrong line; nothing is drawn then, unless they are skipped.
    """
    from scf.model.bill_records import Drawing
    from scf.model.records import NO_HASH

    def read(row: dict[str, str]) -> Drawing:
        return Drawing(
            bill_no=number_of(row["bill_no"], field="bill_no"),
            payee=row["payee"],
            acceptor=row["acceptor"],
            amount=amount_of(row["amount"]),
            maturity=day_of(row["maturity"], field="maturity"),
            document_hash=hash_of(row["document"], field="document"),
            trade_key=hash_of(row["invoice"], field="invoice") if row.get("invoice") else NO_HASH,
            divisible=_divisible(row.get("divisible") or ""),
        )

    drawings = rows_of(path, _DRAW_COLUMNS, read, skip_bad=skip_bad)
    _refuse_doubles(path, [str(item.bill_no) for item in drawings])
    return drawings


def bills_of(bill: str | None, path: Path | None) -> list[int]:
    """
    One bill number, or those of a file.

    Raises:
        UsageError: neither or both, or a number that cannot be right.
    """
    if (bill is None) == (path is None):
        raise UsageError("bill", bill or "(none)", "either --bill or --file")
    if path is not None:
        return rows_of(path, ("bill_no",), lambda row: number_of(row["bill_no"], field="bill_no"))
    return [number_of(bill or "")]


def ranges_of(range_: str | None, path: Path | None) -> list[Any]:
    """One sub-range, or those of a file; as `bills_of`."""
    if (range_ is None) == (path is None):
        raise UsageError("range", range_ or "(none)", "either --range or --file")
    if path is not None:
        return rows_of(path, ("range",), lambda row: range_of(row["range"]))
    return [range_of(range_ or "")]


def rows_of(
    path: Path,
    columns: Sequence[str],
    read: Callable[[dict[str, str]], Item],
    *,
    skip_bad: bool = False,
) -> list[Item]:
    """The rows of a CSV file; UsageError names every line that is wrong."""
    import csv

    found: list[Item] = []
    faults: list[LineFault] = []
    with open_text(path) as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise UsageError("columns", ", ".join(missing), "these columns in the first line")
        for row in reader:
            try:
                found.append(
                    read({key: (value or "").strip() for key, value in row.items() if key})
                )
            except UsageError as exc:
                faults.append(LineFault.of(reader.line_num, exc))
    if faults and not skip_bad:
        refuse_faults(str(path), faults)
    return found


def outcomes(names: Iterable[Any], sent: Sequence[Sent[Any]]) -> dict[str, Any]:
    """What became of each of many: `done`, `refused`, and a row for each in order."""
    from scf.cli.output import plain

    rows = []
    for name, item in zip(names, sent, strict=True):
        error = item.error
        why = None if error is None else str(error)
        tx = None if error is not None else item.outcome.tx_hash
        rows.append({"item": plain(name, "bill_no"), "done": error is None, "tx": tx, "why": why})
    done = sum(row["done"] is True for row in rows)
    return {"done": done, "refused": len(rows) - done, "items": rows}


def _divisible(text: str) -> bool:
    if text not in _TRUE:
        raise UsageError("divisible", text, "yes or no")
    return _TRUE[text]


def _refuse_doubles(path: Path, numbers: Sequence[str]) -> None:
    doubles = {number for number, count in Counter(numbers).items() if count > 1}
    if doubles:
        raise UsageError(str(path), ", ".join(sorted(doubles)), "each bill number once")
