"""How an invoice becomes a promise (开立, 确权, 签收, 拒收): openings of contract `Invoices`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.clock import start_of
from scf.chain.transactions import keccak
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.records import CancelCause, CertificateStatus, Opening
from scf.model.results import Cancelled, Confirmed, Disputed, Opened, Taken
from scf.units import from_civil_day

_CONTRACT = "Invoices"
_LATE_RATE_MAX = 2**24 - 1


class Openings(Face):
    """Operations E1 to E4, and the dispute of E13."""

    # Digests

    def certificate_id(self, *, invoice_key: bytes, reference: bytes, supplier: str) -> int:
        """The id a certificate has or will have; asks nothing of the chain."""
        return certificate_id_of(invoice_key, reference, supplier)

    def opening_digest(self, opening: Opening) -> bytes:
        """What supplier, maker and checker sign for `open_confirmed`."""
        return self._digest("Opening", _opening(opening), _CONTRACT)

    def confirmation_digest(
        self,
        *,
        invoice_key: bytes,
        reference: bytes,
        supplier: str,
        document_hash: bytes,
        deadline: int,
        amount: int | None = None,
        due_day: dt.date | None = None,
    ) -> bytes:
        """
        What the debtor's maker signs for `confirm`: amount (fen) and due day of the claim included.

        Both are read from the chain where they are not given.
        """
        message = _confirmation(invoice_key, reference, supplier, document_hash, deadline)
        return self._confirmation_digest(message, amount, due_day)

    def _confirmation_digest(
        self, message: Mapping[str, Any], amount: int | None, due_day: dt.date | None
    ) -> bytes:
        if amount is None or due_day is None:
            id_ = certificate_id_of(
                message["invoiceKey"], message["reference_"], message["supplier"]
            )
            found = self._read("certificate", id_, contract="Receivables")
            amount, number = found["outstandingFen"], found["dueDay"]
        else:
            amount, number = checks.amount(amount), checks.day(due_day, "due_day")
        terms = {"amountFen": amount, "dueDay": number}
        return self._digest("Confirmation", {**message, **terms}, _CONTRACT)

    # Writing

    @write
    def open(self, opening: Opening) -> Prepared[Opened]:
        """
        E1: open a certificate (开立). A debtor's maker drafts it; a supplier claims it.

        A repeated opening is refused (`ReceivablesExists`); repeated by the same officer word for
        word it is told apart and done once.
        """
        return self._write("open", (_opening(opening),), self._opened)

    @write
    def open_confirmed(
        self, opening: Opening, *, supplier: Approver, maker: Approver, checker: Approver
    ) -> Prepared[Opened]:
        """E1 to E3 in one transaction; the signer is one of the three, or hands it in."""
        message = _opening(opening)
        checks.hash32(opening.consent_hash, "consent_hash")
        digest = self._digest("Opening", message, _CONTRACT)
        args = (
            message,
            signing.approval_by(supplier, digest, "supplier"),
            signing.approval_by(maker, digest, "maker"),
            signing.approval_by(checker, digest, "checker"),
        )
        return self._write("openConfirmed", args, self._opened)

    @write
    def confirm(
        self,
        *,
        invoice_key: bytes,
        reference: bytes,
        supplier: str,
        document_hash: bytes,
        maker: Approver,
        deadline: int | None = None,
        amount: int | None = None,
        due_day: dt.date | None = None,
    ) -> Prepared[Confirmed]:
        """
        E2: the debtor confirms a claim (确权), of a disputed one the rest. Signer: checker.

        The maker's signature covers the claim's amount and due day, read from the chain where they
        are not given; a claim that differs is refused (`GovernedSignatureInvalid`).
        """
        until = self._context.deadline(deadline)
        message = _confirmation(invoice_key, reference, supplier, document_hash, until)
        digest = self._confirmation_digest(message, amount, due_day)
        args = (message, signing.approval_by(maker, digest, "maker"))
        return self._write("confirm", args, self._confirmed)

    @write
    def confirm_draft(
        self, *, invoice_key: bytes, reference: bytes, supplier: str, document_hash: bytes
    ) -> Prepared[Confirmed]:
        """E2: the debtor's checker confirms its maker's draft, which is then offered."""
        args = (*_key(invoice_key, reference, supplier), _document(document_hash))
        return self._write("confirmDraft", args, self._confirmed)

    @write
    def take(self, *, invoice_key: bytes, reference: bytes, consent_hash: bytes) -> Prepared[Taken]:
        """E3: the supplier takes what is offered (签收); `consent_hash` of its consent record."""
        key = checks.hash32(invoice_key, "invoice_key")
        consent = checks.hash32(consent_hash, "consent_hash")
        args = (key, checks.hash_or_zero(reference, "reference"), consent)
        return self._write("take", args, self._taken)

    @write
    def refuse(
        self, *, invoice_key: bytes, reference: bytes, supplier: str, reason_hash: bytes
    ) -> Prepared[Cancelled]:
        """E4: the side that did not open refuses (拒收)."""
        reason = checks.hash_or_zero(reason_hash, "reason_hash")
        args = (*_key(invoice_key, reference, supplier), reason)
        return self._write("refuse", args, self._cancelled)

    @write
    def withdraw_opening(
        self, *, invoice_key: bytes, reference: bytes, supplier: str
    ) -> Prepared[Cancelled]:
        """E4: the side that opened takes it back before it is a promise."""
        args = _key(invoice_key, reference, supplier)
        return self._write("withdrawOpening", args, self._cancelled)

    @write
    def expire_opening(
        self, *, invoice_key: bytes, reference: bytes, supplier: str
    ) -> Prepared[Cancelled]:
        """Anyone ends an opening that its day has overtaken."""
        args = _key(invoice_key, reference, supplier)
        return self._write("expireOpening", args, self._cancelled)

    @write
    def dispute(
        self, certificate_id: int, *, amount: int, reason_hash: bytes
    ) -> Prepared[Disputed]:
        """E13: the debtor disputes a part of a claim before confirming the rest (R802-5)."""
        args = (
            checks.certificate_id(certificate_id),
            checks.amount(amount),
            checks.hash_or_zero(reason_hash, "reason_hash"),
        )
        return self._write("dispute", args, self._disputed)

    # Internals

    def _write(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        return self._act(function, args, read, contract=_CONTRACT)

    def _opened(self, outcome: Outcome) -> Opened:
        events = {log.name: log.args for log in self._events(outcome)}
        event = events["CertificateOpened"]
        if "CertificateConfirmed" in events:
            status = CertificateStatus.ACTIVE
        elif self._context.party_of(event["officer"]) == event["supplier"]:
            status = CertificateStatus.CLAIMED
        else:
            status = CertificateStatus.DRAFTED
        return Opened(
            tx=tx_of(outcome),
            certificate_id=event["id"],
            supplier=event["supplier"],
            debtor=event["debtor"],
            amount=events["TransferSingle"]["amount"],
            due_day=from_civil_day(event["dueDay"]),
            status=status,
            conflicted="InvoiceConflict" in events,
        )

    def _confirmed(self, outcome: Outcome) -> Confirmed:
        event = self._event(outcome, "CertificateConfirmed")
        return Confirmed(
            tx=tx_of(outcome),
            certificate_id=event["id"],
            debtor=event["debtor"],
            amount=event["amountFen"],
        )

    def _taken(self, outcome: Outcome) -> Taken:
        event = self._event(outcome, "CertificateTaken")
        return Taken(tx=tx_of(outcome), certificate_id=event["id"], supplier=event["supplier"])

    def _cancelled(self, outcome: Outcome) -> Cancelled:
        event = self._event(outcome, "CertificateCancelled")
        cause = CancelCause(event["cause"])
        return Cancelled(tx=tx_of(outcome), certificate_id=event["id"], cause=cause)

    def _disputed(self, outcome: Outcome) -> Disputed:
        event = self._event(outcome, "CertificateDisputed")
        return Disputed(
            tx=tx_of(outcome),
            certificate_id=event["id"],
            debtor=event["debtor"],
            amount=event["disputedFen"],
        )


def certificate_id_of(invoice_key: bytes, reference: bytes, supplier: str) -> int:
    """A certificate's id: the hash of what it is about, not a counter."""
    key, ref, party = _key(invoice_key, reference, supplier)
    return int.from_bytes(keccak(key + ref + bytes(12) + bytes.fromhex(party[2:])))


def _key(invoice_key: bytes, reference: bytes, supplier: str) -> tuple[bytes, bytes, str]:
    return (
        checks.hash32(invoice_key, "invoice_key"),
        checks.hash_or_zero(reference, "reference"),
        checks.party(supplier, "supplier"),
    )


def _document(document_hash: bytes) -> bytes:
    return checks.hash32(document_hash, "document_hash")


def _confirmation(
    invoice_key: bytes, reference: bytes, supplier: str, document_hash: bytes, deadline: int
) -> Mapping[str, Any]:
    key, ref, party = _key(invoice_key, reference, supplier)
    return {
        "invoiceKey": key,
        "reference_": ref,
        "supplier": party,
        "documentHash": _document(document_hash),
        "deadline": checks.seconds(deadline),
    }


def _opening(opening: Opening) -> Mapping[str, Any]:
    """The `Opening` struct, checked for what no rule and no chain needs to be asked."""
    key, ref, supplier = _key(opening.invoice_key, opening.reference, opening.supplier)
    debtor = checks.party(opening.debtor, "debtor")
    if supplier == debtor:
        raise UsageError("debtor", opening.debtor, "another party than the supplier")
    amount = checks.amount(opening.amount)
    invoiced = checks.amount(opening.invoice_amount, "invoice_amount")
    if amount > invoiced:
        raise UsageError("amount", amount, f"at most the invoice's {invoiced} fen (R77-3)")
    due_day = checks.day(opening.due_day, "due_day")
    rate = checks.number(checks.rate(opening.late_rate, "late_rate"), "late_rate", _LATE_RATE_MAX)
    return {
        "invoiceKey": key,
        "reference_": ref,
        "supplier": supplier,
        "debtor": debtor,
        "amountFen": amount,
        "invoiceFen": invoiced,
        "deliveryDay": checks.day(opening.delivery_day, "delivery_day"),
        "dueDay": due_day,
        "lateRatePpm": rate,
        "documentHash": _document(opening.document_hash),
        "bankReviewHash": checks.hash_or_zero(opening.bank_review_hash, "bank_review_hash"),
        "termReasonHash": checks.hash_or_zero(opening.term_reason_hash, "term_reason_hash"),
        "consentHash": checks.hash_or_zero(opening.consent_hash, "consent_hash"),
        # Until the day on which it could not be opened anyway.
        "deadline": checks.seconds(opening.deadline or start_of(opening.due_day)),
    }
