"""One line of an invoice file, checked."""

from __future__ import annotations

import datetime as dt
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scf.errors import UsageError
from scf.importing.columns import REQUIRED, Header
from scf.model.identifiers import DocKind, canonical_fingerprint, parse_invoice_no, parse_uscc
from scf.model.tables import LineFault
from scf.units import Fen, parse_day, parse_fen

NAME_CHARS_MAX = 200

_HASH = re.compile(r"(?:0x)?([0-9a-f]{64})")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """
    An invoice as its file gives it; every field is canonical.

    Attributes:
        line: line number in the file, the header being 1.
        seller_name, seller_uscc: the issuer and creditor.
        buyer_name, buyer_uscc: the debtor.
        invoice_no: as `parse_invoice_no` returns it.
        issue_day, due_day: civil days.
        amount: fen, above zero.
        settled_day: day of payment; `None` while unpaid.
        delivery_day: day of delivery, if the file says.
        evidence_hash: 32 bytes, if the file says.
    """

    line: int
    seller_name: str
    seller_uscc: str
    buyer_name: str
    buyer_uscc: str
    invoice_no: str
    issue_day: dt.date
    due_day: dt.date
    amount: Fen
    settled_day: dt.date | None = None
    delivery_day: dt.date | None = None
    evidence_hash: bytes | None = None

    @property
    def fingerprint(self) -> str:
        """The canonical identity text of the invoice (receivables §8)."""
        return canonical_fingerprint(
            kind=DocKind.INVOICE,
            doc_no=self.invoice_no,
            issuer=self.seller_uscc,
            debtor=self.buyer_uscc,
        )


class RowParser:
    """Turns the cells of one line into an `InvoiceRow`, collecting every fault of the line."""

    def __init__(self, header: Header, date_format: str) -> None:
        self._header = header
        self._date_format = date_format

    def parse(self, line: int, cells: Sequence[str]) -> InvoiceRow | list[LineFault]:
        """The row, or all its faults."""
        if len(cells) != self._header.width:
            expected = f"{self._header.width} fields; a comma inside a field needs quotes"
            found = f"{len(cells)} fields"
            return [LineFault(line=line, field="line", value=found, expected=expected)]
        fields = _Fields(line, {name: cells[at] for name, at in self._header.index.items()})
        row = self._row(line, fields)
        return row if row is not None and not fields.faults else fields.faults

    def _row(self, line: int, fields: _Fields) -> InvoiceRow | None:
        issue = fields.take("issue_day", self._day)
        due = fields.take("due_day", self._day)
        settled = fields.take("settled_day", self._day)
        delivery = fields.take("delivery_day", self._day)
        evidence = fields.take("evidence_hash", _evidence_hash)
        amount = fields.take("amount", _amount)
        seller, buyer = fields.take("seller_uscc", _uscc), fields.take("buyer_uscc", _uscc)
        names = fields.take("seller_name", _name), fields.take("buyer_name", _name)
        number = fields.take(
            "invoice_no", lambda field, text: parse_invoice_no(text, field=field, issue_day=issue)
        )
        if seller and seller == buyer:
            fields.fault("buyer_uscc", "another party than the seller")
        if issue and due and due < issue:
            fields.fault("due_day", f"a day from the issue day {issue.isoformat()} on")
        if issue and settled and settled < issue:
            fields.fault("settled_day", f"a day from the issue day {issue.isoformat()} on")
        if not (issue and due and amount and seller and buyer and number and names[0] and names[1]):
            return None
        return InvoiceRow(
            line=line,
            seller_name=names[0],
            seller_uscc=seller,
            buyer_name=names[1],
            buyer_uscc=buyer,
            invoice_no=number,
            issue_day=issue,
            due_day=due,
            amount=amount,
            settled_day=settled,
            delivery_day=delivery,
            evidence_hash=evidence,
        )

    def _day(self, field: str, text: str) -> dt.date:
        return parse_day(text, self._date_format, field=field)


class _Fields:
    """The named texts of one line and what is wrong with them."""

    def __init__(self, line: int, texts: dict[str, str]) -> None:
        self._line = line
        self._texts = texts
        self.faults: list[LineFault] = []

    def take(self, name: str, parse: Callable[[str, str], _T]) -> _T | None:
        text = self._texts.get(name, "")
        if not text.strip():
            if name in REQUIRED:
                self.fault(name, "a value")
            return None
        try:
            return parse(name, text)
        except UsageError as error:
            self.faults.append(LineFault.of(self._line, error))
            return None

    def fault(self, name: str, expected: str) -> None:
        value = self._texts.get(name, "")
        self.faults.append(LineFault(line=self._line, field=name, value=value, expected=expected))


def _uscc(field: str, text: str) -> str:
    # A file names few parties many times: sharing the text keeps 100,000 rows small.
    return sys.intern(parse_uscc(text, field=field))


def _name(field: str, text: str) -> str:
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(name) > NAME_CHARS_MAX or not name.isprintable():
        raise UsageError(field, text, f"at most {NAME_CHARS_MAX} printable characters")
    return sys.intern(name)


def _amount(field: str, text: str) -> Fen:
    amount = parse_fen(text, field=field)
    if amount == 0:
        raise UsageError(field, text, "an amount above zero")
    return amount


def _evidence_hash(field: str, text: str) -> bytes:
    match = _HASH.fullmatch(text.strip().lower())
    if match is None:
        raise UsageError(field, text, "32 bytes in hex (64 digits, 0x before them allowed)")
    return bytes.fromhex(match[1])
