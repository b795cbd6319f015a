"""Trade background (贸易背景) and exposure: the face of contract `Invoices`. Amounts in fen."""

from __future__ import annotations

from collections.abc import Callable

from scf.chain.acts import Outcome
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.model.records import BarReason, DebtorAccount, Invoice, InvoiceStatus
from scf.model.results import DebtorSet, InvoiceConfirmed, InvoiceRegistered
from scf.units import Fen


class Invoices(Face):
    """Invoices by key (`scf.model.identifiers.invoice_key`), and what debtors may owe."""

    contract = "Invoices"

    # Reading

    def invoice(self, key: bytes, debtor: str) -> Invoice:
        """A debtor's invoice; of status NONE if nobody registered it."""
        found = self._read("invoice", checks.hash32(key, "key"), checks.party(debtor, "debtor"))
        return Invoice(
            key=key,
            amount=found["amountFen"],
            used=found["usedFen"],
            status=InvoiceStatus(found["status"]),
            conflicted=found["conflicted"],
            supplier_tag=found["supplierTag"],
            document_tag=found["documentTag"],
        )

    def capacity(self, key: bytes, debtor: str) -> Fen:
        """What a debtor's invoice can still back, fen."""
        id_ = checks.party(debtor, "debtor")
        return Fen(self._read("capacityOf", checks.hash32(key, "key"), id_))

    def debtor(self, party: str) -> DebtorAccount:
        """What a party owes, may owe, and whether it is barred from opening."""
        id_ = checks.party(party)
        found = self._read("debtorAccount", id_)
        return DebtorAccount(
            debtor=id_,
            outstanding=found["outstandingFen"],
            limit=found["limitFen"],
            overdue_count=found["overdueCount"],
            bar_reasons=BarReason(found["barReasons"]),
        )

    # Digests

    def confirmation_digest(
        self, key: bytes, *, supplier: str, amount: int, deadline: int
    ) -> bytes:
        """What the debtor's maker signs for a confirmation by hand."""
        message = {
            "key": checks.hash32(key, "key"),
            "supplier": checks.party(supplier, "supplier"),
            "amountFen": checks.amount(amount),
            "deadline": checks.seconds(deadline),
        }
        return self._digest("InvoiceConfirmation", message)

    def limit_digest(self, debtor: str, limit: int, *, deadline: int) -> bytes:
        """What the operator's second officer signs for a limit."""
        message = {
            "debtor": checks.party(debtor, "debtor"),
            "limitFen": checks.amount_or_zero(limit, "limit"),
            "deadline": checks.seconds(deadline),
        }
        return self._digest("OpeningLimit", message)

    # Writing

    @write
    def register(
        self, key: bytes, *, debtor: str, amount: int, document_hash: bytes
    ) -> Prepared[InvoiceRegistered]:
        """Register an invoice of the signer's party against a debtor. Harmless to repeat."""
        args = (
            checks.hash32(key, "key"),
            checks.party(debtor, "debtor"),
            checks.amount(amount),
            checks.hash32(document_hash, "document_hash"),
        )

        def read(outcome: Outcome) -> InvoiceRegistered:
            names = {log.name for log in self._events(outcome)}
            return InvoiceRegistered(
                tx=tx_of(outcome), key=key, conflicted="InvoiceConflict" in names
            )

        return self._act("register", args, read)

    @write
    def confirm(
        self,
        key: bytes,
        *,
        supplier: str,
        amount: int,
        maker: Approver,
        deadline: int | None = None,
    ) -> Prepared[InvoiceConfirmed]:
        """The debtor confirms an amount by hand, which also settles a conflict. Signer: checker."""
        until = self._context.deadline(deadline)
        digest = self.confirmation_digest(key, supplier=supplier, amount=amount, deadline=until)
        approval = signing.approval_by(maker, digest, "maker")
        args = (key, checks.party(supplier, "supplier"), amount, until, approval)
        return self._act("confirmInvoice", args, self._confirmed)

    @write
    def set_opening_limit(
        self, debtor: str, limit: int, *, approver: Approver, deadline: int | None = None
    ) -> Prepared[DebtorSet]:
        """Limit what a debtor may owe (授信额度). Two officers of the operator."""
        until = self._context.deadline(deadline)
        digest = self.limit_digest(debtor, limit, deadline=until)
        id_ = checks.party(debtor, "debtor")
        args = (id_, limit, until, signing.approval_by(approver, digest))
        return self._act("setOpeningLimit", args, _debtor_set(id_), key=fresh_key())

    @write
    def set_opening_bar(
        self,
        debtor: str,
        reasons: BarReason,
        *,
        evidence_hash: bytes,
        approver: Approver,
        deadline: int | None = None,
    ) -> Prepared[DebtorSet]:
        """Bar a debtor from opening for what the ledger cannot see, or clear it (R77-7)."""
        message = {
            "debtor": checks.party(debtor, "debtor"),
            "reasons": int(checks.flags(BarReason, reasons, "reasons", empty=True)),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "deadline": self._context.deadline(deadline),
        }
        approval = signing.approval_by(approver, self._digest("OpeningBar", message))
        read = _debtor_set(str(message["debtor"]))
        return self._act("setOpeningBar", (*message.values(), approval), read, key=fresh_key())

    def _confirmed(self, outcome: Outcome) -> InvoiceConfirmed:
        event = self._event(outcome, "InvoiceConfirmed")
        return InvoiceConfirmed(
            tx=tx_of(outcome),
            key=event["key"],
            supplier=event["supplier"],
            debtor=event["debtor"],
            amount=event["amountFen"],
        )


def _debtor_set(debtor: str) -> Callable[[Outcome], DebtorSet]:
    def read(outcome: Outcome) -> DebtorSet:
        return DebtorSet(tx=tx_of(outcome), debtor=debtor)

    return read
