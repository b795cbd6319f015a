"""
The columns of an invoice file, and how the names of another system map to them.

| column | holds |
|---|---|
| `seller_name` | the supplier: issuer of the invoice, creditor |
| `seller_uscc` | its unified social credit code (统一社会信用代码), both check digits right |
| `buyer_name` | the buyer: debtor of the invoice |
| `buyer_uscc` | its unified social credit code |
| `invoice_no` | 20 digits of an e-invoice (数电票), or code and number of an older one |
| `issue_day` | civil day of issue |
| `due_day` | civil day on which payment is due, not before the issue |
| `amount` | yuan, at most two decimals, thousands separators allowed (in quotes), above zero |
| `settled_day` | optional: day on which the buyer paid; empty while unpaid |
| `delivery_day` | optional: day of delivery, from which the payment term of R802-1a runs |
| `evidence_hash` | optional: 32 bytes in hex, hash of the delivery or acceptance evidence |

Names are matched without regard to case and blanks around them; the order does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scf.errors import UsageError
from scf.model.tables import did_you_mean, is_it_meant, open_text

REQUIRED = (
    "seller_name",
    "seller_uscc",
    "buyer_name",
    "buyer_uscc",
    "invoice_no",
    "issue_day",
    "due_day",
    "amount",
)
OPTIONAL = ("settled_day", "delivery_day", "evidence_hash")
KNOWN = REQUIRED + OPTIONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """
    Where each of our columns stands in a file.

    Attributes:
        index: position by our name; absent optional columns are missing.
        width: number of columns in the file.
        ignored: names in the file that are not ours.
    """

    index: Mapping[str, int]
    width: int
    ignored: tuple[str, ...]


def parse_column_map(text: str) -> dict[str, str]:
    """
    Read `theirs=ours,theirs=ours`; blanks around names do not count.

    Raises:
        UsageError: a part without both names, a name of ours that does not exist, or a name twice.
    """
    return _column_map(text.split(","))


def load_column_map(path: Path | str) -> dict[str, str]:
    """
    Read a file with one `theirs=ours` per line, skipping empty lines and those that begin with `#`.

    Raises:
        UsageError: unreadable, not UTF-8, or refused by the rules of `parse_column_map`.
    """
    with open_text(path) as stream:
        try:
            lines = [line.strip() for line in stream]
        except UnicodeDecodeError as exc:
            raise UsageError("file", str(path), "UTF-8 text") from exc
    return _column_map([line for line in lines if line and not line.startswith("#")])


def _column_map(parts: Sequence[str]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    for part in parts:
        theirs, equals, ours = (piece.strip() for piece in part.rpartition("="))
        if not (theirs and equals and ours):
            raise UsageError("map", part.strip(), "theirs=ours")
        if ours not in KNOWN:
            hint = did_you_mean(ours, KNOWN)
            raise UsageError("map", part.strip(), f"one of our columns {', '.join(KNOWN)}{hint}")
        if theirs in mapped or ours in mapped.values():
            raise UsageError("map", part.strip(), "each name once")
        mapped[theirs] = ours
    return mapped


def read_header(cells: Sequence[str], column_map: Mapping[str, str]) -> Header:
    """
    Find our columns in the first line of a file.

    Columns of other names are ignored, unless the name looks like a misspelt optional one of ours.

    Raises:
        UsageError: a required or mapped column is missing, a column is there twice, or a name is
            nearly one of ours.
    """
    theirs = [cell.strip() for cell in cells]
    for name in column_map:
        if name not in theirs:
            hint = did_you_mean(name, theirs)
            raise UsageError("map", name, f"a column of the file: {', '.join(theirs)}{hint}")
    taken = set(column_map.values())
    names = [column_map.get(name) or _ours(name, taken) for name in theirs]
    for name in KNOWN:
        if names.count(name) > 1:
            raise UsageError("header", name, "each column once")
    index = {name: place for place, name in enumerate(names) if name in KNOWN}
    others = tuple(name for name, ours in zip(theirs, names, strict=True) if ours not in KNOWN)
    _require_columns(index, others)
    return Header(index=index, width=len(theirs), ignored=tuple(filter(None, others)))


def _ours(name: str, taken: set[str]) -> str:
    """Our name for a column that the map does not mention; the map has the first say."""
    lower = name.lower()
    return "" if lower in taken else lower


def _require_columns(index: Mapping[str, int], others: Sequence[str]) -> None:
    lower = [name.lower() for name in others]
    missing = [name for name in REQUIRED if name not in index]
    if missing:
        hint = is_it_meant(missing, others)
        expected = f"the columns {', '.join(missing)} too (or a map to them){hint}"
        raise UsageError("header", ",".join(others) or "(no other columns)", expected)
    absent = [name for name in OPTIONAL if name not in index]
    for name in lower:
        if hint := did_you_mean(name, absent, strict=True):
            raise UsageError("header", name, f"a known column, or a plainly different name{hint}")
