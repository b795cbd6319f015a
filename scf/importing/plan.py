"""From the rows of a file to what has to be done on the ledger. Pure: nothing is sent here."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scf.errors import RefusedError, ScfError, UsageError
from scf.importing.rows import InvoiceRow
from scf.model.identifiers import invoice_key, party_address
from scf.model.records import Opening
from scf.model.tables import LineFault

_SHOWN_MAX = 20
# One certificate for each invoice of a file: the same file always makes the same certificates.
REFERENCE = hashlib.sha256(b"scf import").digest()


class BadRowsError(UsageError):
    """
    Lines of a file cannot be imported; nothing was.

    Attributes:
        faults: all of them.
    """

    def __init__(self, path: Path, faults: Sequence[LineFault]) -> None:
        lines = "".join(f"\n  {fault.sentence()}" for fault in faults)
        expected = f"good lines only; correct them, or leave them out with --skip-bad:{lines}"
        super().__init__(str(path), f"{len(faults)} fault(s)", expected)
        self.faults = tuple(faults)

    def as_dict(self) -> dict[str, Any]:
        """As for every error, with `faults`."""
        return super().as_dict() | {"faults": [fault.as_dict() for fault in self.faults]}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefusal:
    """A row that the ledger refused: its line, what was tried, and the refusal as JSON has it."""

    line: int
    act: str
    message: str
    error: dict[str, Any]

    @classmethod
    def of(cls, line: int, act: str, error: ScfError) -> RowRefusal:
        """The refusal that `error` makes of a row."""
        return cls(line=line, act=act, message=str(error), error=error.as_dict())


class RowsRefusedError(RefusedError):
    """Some rows were refused by the ledger; the others are done, and a second run tries again."""

    def __init__(self, refusals: Sequence[RowRefusal], report: Any) -> None:
        shown = [f"\n  line {item.line}: {item.act}: {item.message}" for item in refusals]
        lines = "".join(shown[:_SHOWN_MAX])
        if len(shown) > _SHOWN_MAX:
            lines += f"\n  and {len(shown) - _SHOWN_MAX} more; --json lists all of them"
        super().__init__(f"{len(refusals)} row(s) refused; the others are on the ledger:{lines}")
        self.refusals = tuple(refusals)
        self.report = report

    def as_dict(self) -> dict[str, Any]:
        """As for every error, with the whole `report` and every refusal."""
        return super().as_dict() | {"refusals": self.refusals, "report": self.report}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOpening:
    """A row with the keys by which the ledger knows it."""

    row: InvoiceRow
    supplier: str
    debtor: str
    invoice_key: bytes
    certificate_id: int

    @property
    def parties(self) -> tuple[str, str]:
        """The codes of seller and buyer."""
        return self.row.seller_uscc, self.row.buyer_uscc

    @property
    def document_hash(self) -> bytes:
        """The row's evidence, or the hash of what the row says."""
        return self.row.evidence_hash or _row_hash(self.row)

    @property
    def consent_hash(self) -> bytes:
        """What stands for the supplier's consent: its own invoice, with its evidence."""
        return hashlib.sha256(b"supplier's consent\0" + self.document_hash).digest()

    def opening(self) -> Opening:
        """The certificate on the whole invoice."""
        row = self.row
        return Opening(
            invoice_key=self.invoice_key,
            reference=REFERENCE,
            supplier=self.supplier,
            debtor=self.debtor,
            amount=row.amount,
            invoice_amount=row.amount,
            delivery_day=row.delivery_day or row.issue_day,
            due_day=row.due_day,
            document_hash=self.document_hash,
            consent_hash=self.consent_hash,
        )


def party_of(uscc: str) -> str:
    """A party's identifier as the ledger writes it."""
    return party_address(uscc).lower()


def plan_openings(rows: Iterable[InvoiceRow], consortium_key: bytes) -> list[PlannedOpening]:
    """What the rows would open, in their order."""
    # A file names few parties many times.
    parties = cache(party_of)
    return [
        _planned(row, parties(row.seller_uscc), parties(row.buyer_uscc), consortium_key)
        for row in rows
    ]


def faults_on(rows: Iterable[InvoiceRow], today: dt.date) -> list[LineFault]:
    """Rows that cannot be promises on `today`: due already, or delivered in the future."""
    faults = []
    for row in rows:
        if row.due_day <= today:
            expected = f"a day after the chain's {today.isoformat()} (or --replay)"
            faults.append(_fault(row, "due_day", row.due_day, expected))
        elif (delivered := row.delivery_day or row.issue_day) > today:
            field = "delivery_day" if row.delivery_day else "issue_day"
            expected = f"a day up to the chain's {today.isoformat()} (or --replay)"
            faults.append(_fault(row, field, delivered, expected))
    return faults


def unknown_party_faults(rows: Iterable[InvoiceRow], unknown: frozenset[str]) -> list[LineFault]:
    """Rows with a party that is not enrolled."""
    return [
        _fault(row, field, uscc, "an enrolled party (or --enrol with the operator's keys)")
        for row in rows
        for field, uscc in (("seller_uscc", row.seller_uscc), ("buyer_uscc", row.buyer_uscc))
        if uscc in unknown
    ]


def _planned(row: InvoiceRow, supplier: str, debtor: str, consortium_key: bytes) -> PlannedOpening:
    from scf.chain.transactions import keccak

    key = invoice_key(consortium_key, row.fingerprint)
    words = key + REFERENCE + bytes(12) + bytes.fromhex(supplier[2:])
    return PlannedOpening(
        row=row,
        supplier=supplier,
        debtor=debtor,
        invoice_key=key,
        certificate_id=int.from_bytes(keccak(words)),
    )


def _fault(row: InvoiceRow, field: str, value: object, expected: str) -> LineFault:
    return LineFault(line=row.line, field=field, value=str(value), expected=expected)


def _row_hash(row: InvoiceRow) -> bytes:
    words = (row.fingerprint, str(row.amount), row.issue_day.isoformat(), row.due_day.isoformat())
    return hashlib.sha256("|".join(words).encode("utf-8")).digest()
