"""
Many invoices into certificates, as fast as the node takes them, each once.

What is on the ledger already is found by its content, not by a note of an earlier run, so a file
can be imported again from anywhere: the second run does nothing and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scf.errors import UsageError
from scf.importing.enrolment import Enroller, missing_parties
from scf.importing.officers import Officers, Pair
from scf.importing.plan import (
    REFERENCE,
    BadRowsError,
    PlannedOpening,
    RowRefusal,
    RowsRefusedError,
    faults_on,
    plan_openings,
    unknown_party_faults,
)
from scf.importing.reader import ImportFile
from scf.importing.rows import InvoiceRow
from scf.model.records import CertificateStatus
from scf.model.tables import LineFault

if TYPE_CHECKING:
    from scf.chain.keys import Signer
    from scf.contracts.face import Prepared
    from scf.contracts.receivables import Receivables
    from scf.ledger import Ledger

OnProgress = Callable[[str, int, int], None]


class Side(StrEnum):
    """Whose keys are there: both sides open at once, one side does its half."""

    BOTH = "both"
    SELLER = "seller"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """
    What an import did.

    Attributes:
        path: the file. rows: its good rows.
        opened, confirmed: certificates made now; `opened_fen` their amount.
        already: rows whose certificate (or half of it) was there before.
        settled: rows that the file says are paid; nothing is owed on them.
        enrolled: parties enrolled now. limits_set: debtors whose limit was raised.
        skipped: bad rows, left out. warnings: names that differ.
    """

    path: Path
    rows: int
    opened: int
    confirmed: int
    opened_fen: int
    already: int
    settled: int
    enrolled: int
    limits_set: int
    skipped: tuple[LineFault, ...]
    warnings: tuple[LineFault, ...]

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.opened or self.confirmed or self.enrolled or self.limits_set)


class BulkImport:
    """
    Imports files into one ledger.

    Args:
        ledger: the ledger.
        officers: finds the parties' keys.
        consortium_key: makes invoice keys.
        operator: two officers of the operator, to enrol unknown parties and raise limits; without
            them rows of unknown parties are faults.
        side: what to do: open and confirm at once, or one side's half.
        on_progress: is told the stage, how many are done and of how many.
    """

    def __init__(
        self,
        ledger: Ledger,
        officers: Officers,
        consortium_key: bytes,
        *,
        operator: Pair | None = None,
        side: Side = Side.BOTH,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._ledger = ledger
        self._officers = officers
        self._consortium_key = consortium_key
        self._operator = operator
        self._side = side
        self._on_progress = on_progress or (lambda stage, done, total: None)
        self._refusals: list[RowRefusal] = []

    def run(self, file: ImportFile, *, skip_bad: bool = False) -> ImportReport:
        """
        Import a file.

        Raises:
            BadRowsError: there are bad rows and `skip_bad` is not set; nothing was sent.
            RowsRefusedError: the ledger refused some rows; the others are done.
            UnavailableError: the node did not answer; run again later.
        """
        today = self._ledger.today()
        unpaid = [row for row in file.rows if (row.settled_day or dt.date.max) > today]
        good, faults, unknown = self._good_rows(file, unpaid, today)
        if faults and not skip_bad:
            raise BadRowsError(file.path, faults)
        planned = plan_openings(good, self._consortium_key)
        todo = self._todo(planned, unknown)
        enroller = self._enroller()
        used = {uscc for item in todo for uscc in (item.row.seller_uscc, item.row.buyer_uscc)}
        names: dict[str, str] = {}
        limits: list[Prepared[Any]] = []
        if enroller is not None and todo:
            names = {uscc: name for uscc, name in file.parties.items() if uscc in unknown & used}
            limits = enroller.limits((item.debtor, item.row.amount) for item in todo)
        enrolments = enroller.enrolments(names) if enroller is not None else iter(())
        first = chain(enrolments, limits)
        done = self._send(first, len(names) + len(limits), todo)
        report = ImportReport(
            path=file.path,
            rows=len(file.rows),
            opened=0 if self._side is Side.BUYER else len(done),
            confirmed=0 if self._side is Side.SELLER else len(done),
            opened_fen=sum(item.row.amount for item in done),
            already=len(planned) - len(todo),
            settled=len(file.rows) - len(unpaid),
            enrolled=len(names),
            limits_set=len(limits),
            skipped=tuple(faults),
            warnings=file.warnings,
        )
        if self._refusals:
            raise RowsRefusedError(self._refusals, report)
        return report

    def _good_rows(
        self, file: ImportFile, rows: Sequence[InvoiceRow], today: dt.date
    ) -> tuple[list[InvoiceRow], list[LineFault], frozenset[str]]:
        faults = [*file.faults, *faults_on(rows, today)]
        unknown = missing_parties(self._ledger, file.parties)
        if self._operator is None:
            faults += unknown_party_faults(rows, unknown)
        bad = {fault.line for fault in faults}
        faults.sort(key=lambda fault: fault.line)
        return [row for row in rows if row.line not in bad], faults, unknown

    def _enroller(self) -> Enroller | None:
        if self._operator is None:
            return None
        return Enroller(self._ledger, self._officers, self._operator, self._on_progress)

    def _todo(
        self, planned: Sequence[PlannedOpening], unknown: frozenset[str]
    ) -> list[PlannedOpening]:
        """What is not on the ledger yet; on the buyer's side what waits for confirmation."""
        # Nobody holds a certificate of a party that the ledger does not know.
        old = [item for item in planned if unknown.isdisjoint(item.parties)]
        found = zip(old, statuses_of(self._ledger, [i.certificate_id for i in old]), strict=True)
        known = {item.certificate_id: status for item, status in found}
        statuses = [known.get(item.certificate_id, CertificateStatus.NONE) for item in planned]
        wanted = CertificateStatus.NONE
        if self._side is Side.BUYER:
            wanted = CertificateStatus.CLAIMED
            absent = [
                item
                for item, status in zip(planned, statuses, strict=True)
                if status is CertificateStatus.NONE
            ]
            if absent:
                raise UsageError(
                    "side", "buyer", f"that the seller has opened line {absent[0].row.line} first"
                )
        return [item for item, status in zip(planned, statuses, strict=True) if status is wanted]

    def _send(
        self, first: Iterable[Prepared[Any]], first_count: int, todo: Sequence[PlannedOpening]
    ) -> list[PlannedOpening]:
        """One stream, so that certificates are built while parties are enrolled."""
        done: list[PlannedOpening] = []
        ledger = self._ledger.for_building()
        faces = cache(lambda signer: ledger.with_signer(signer).receivables)
        acts = (replace(self._act(item, faces), stage=1) for item in todo)
        results = ledger.send_stream(chain(first, acts))
        for count, sent in enumerate(islice(results, first_count), 1):
            _ = sent.result
            self._on_progress("parties and limits", count, first_count)
        for count, (item, sent) in enumerate(zip(todo, results, strict=True), 1):
            if sent.error is None:
                done.append(item)
            else:
                self._refusals.append(RowRefusal.of(item.row.line, self._side.value, sent.error))
            self._on_progress("certificates", count, len(todo))
        return done

    def _act(self, item: PlannedOpening, faces: Callable[[Signer], Receivables]) -> Prepared[Any]:
        buyer = self._officers.pair(item.row.buyer_uscc) if self._side is not Side.SELLER else None
        if buyer is None:
            seller, _ = self._officers.pair(item.row.seller_uscc)
            return faces(seller).open.prepare(opening=item.opening())
        maker, checker = buyer
        face = faces(checker)
        if self._side is Side.BUYER:
            return face.confirm.prepare(
                invoice_key=item.invoice_key,
                reference=REFERENCE,
                supplier=item.supplier,
                document_hash=item.document_hash,
                maker=maker,
            )
        seller, _ = self._officers.pair(item.row.seller_uscc)
        return face.open_confirmed.prepare(
            opening=item.opening(), supplier=seller, maker=maker, checker=checker
        )


def statuses_of(ledger: Ledger, ids: Sequence[int]) -> list[CertificateStatus]:
    """The status of each certificate, `NONE` where there is none, in few requests."""
    found = ledger.read_many("Receivables", "certificate", ids)
    return [CertificateStatus(item["status"]) for item in found]
