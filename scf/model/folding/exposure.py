"""What the events of Invoices do to the books: keys, debtors, openings."""

from __future__ import annotations

from collections.abc import Mapping

from scf.model.books import Certificate, Invoice
from scf.model.folding.state import NOBODY, Args, FoldError, Handler, State, changed, known
from scf.model.records import CertificateStatus, InvoiceStatus

_NO_HASH = bytes(32)


def owe(state: State, debtor: str, by_fen: int) -> None:
    """Adds to what a debtor has promised and not paid."""
    account = state.debtors[debtor]
    left = account.outstanding_fen + by_fen
    if left < 0:
        raise FoldError(f"debtor {debtor} would owe {left}: an event is missing before it")
    state.debtors[debtor] = changed(account, outstanding_fen=left)


def _invoice_registered(state: State, args: Args, day: int) -> None:
    state.invoices[args["key"], args["debtor"]] = Invoice(
        supplier=args["supplier"],
        debtor=args["debtor"],
        amount_fen=args["amountFen"],
        document_hash=args["documentHash"],
        status=InvoiceStatus.REGISTERED,
    )


def _invoice_conflict(state: State, args: Args, day: int) -> None:
    invoice = known(state.invoices, (args["key"], args["debtor"]), "invoice")
    state.invoices[args["key"], args["debtor"]] = changed(invoice, is_conflicted=True)


def _invoice_confirmed(state: State, args: Args, day: int) -> None:
    before = state.invoices.get((args["key"], args["debtor"]))
    state.invoices[args["key"], args["debtor"]] = Invoice(
        supplier=args["supplier"],
        debtor=args["debtor"],
        amount_fen=args["amountFen"],
        document_hash=before.document_hash if before else _NO_HASH,
        status=InvoiceStatus.CONFIRMED,
        used_fen=before.used_fen if before else 0,
    )


def _opening_bar_set(state: State, args: Args, day: int) -> None:
    account = state.debtors[args["debtor"]]
    state.debtors[args["debtor"]] = changed(account, bar_reasons=args["reasons"])


def _opening_limit_set(state: State, args: Args, day: int) -> None:
    account = state.debtors[args["debtor"]]
    state.debtors[args["debtor"]] = changed(account, limit_fen=args["limitFen"])


def _certificate_opened(state: State, args: Args, day: int) -> None:
    id_ = args["id"]
    minted = state.last_move
    if minted is None or minted["id"] != id_ or minted["from"] != NOBODY:
        raise FoldError(f"certificate {id_} was opened without its units")
    is_draft = args["consentHash"] == _NO_HASH
    state.certificates[id_] = Certificate(
        debtor=args["debtor"],
        supplier=args["supplier"],
        invoice_key=args["invoiceKey"],
        reference=args["reference_"],
        face_fen=minted["amount"],
        opened_day=day,
        due_day=args["dueDay"],
        status=CertificateStatus.DRAFTED if is_draft else CertificateStatus.CLAIMED,
        document_hash=args["documentHash"],
        maker=args["officer"] if is_draft else None,
    )


def _certificate_terms_agreed(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    state.certificates[args["id"]] = changed(certificate, late_rate_ppm=args["lateRatePpm"])


def _certificate_limits_fixed(state: State, args: Args, day: int) -> None:
    state.certificates[args["id"]] = changed(
        known(state.certificates, args["id"], "certificate"),
        layers_max=args["layersMax"],
        splits_left=args["splitsLeft"],
        split_min_thousands=args["splitMinThousands"],
    )


def _certificate_confirmed(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    is_draft = certificate.status == CertificateStatus.DRAFTED
    state.certificates[args["id"]] = changed(
        certificate,
        status=CertificateStatus.OFFERED if is_draft else CertificateStatus.ACTIVE,
        maker=None,
        disputed_fen=0,
    )
    place = certificate.invoice_key, certificate.debtor
    invoice = known(state.invoices, place, "invoice")
    state.invoices[place] = changed(
        invoice,
        status=InvoiceStatus.CONFIRMED,
        used_fen=invoice.used_fen + args["amountFen"],
    )
    owe(state, certificate.debtor, args["amountFen"])


def _certificate_taken(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    state.certificates[args["id"]] = changed(certificate, status=CertificateStatus.ACTIVE)


def _certificate_cancelled(state: State, args: Args, day: int) -> None:
    """An offered one gives back what its confirmation used: the units burnt just before."""
    id_ = args["id"]
    certificate = known(state.certificates, id_, "certificate")
    if certificate.status == CertificateStatus.OFFERED:
        burnt = state.last_move
        if burnt is None or burnt["id"] != id_ or burnt["to"] != NOBODY:
            raise FoldError(f"certificate {id_} was cancelled with its units alive")
        place = certificate.invoice_key, certificate.debtor
        invoice = known(state.invoices, place, "invoice")
        left = invoice.used_fen - burnt["amount"]
        state.invoices[place] = changed(invoice, used_fen=left)
        owe(state, certificate.debtor, -burnt["amount"])
    state.certificates[id_] = changed(
        certificate, status=CertificateStatus.CANCELLED, maker=None, disputed_fen=0
    )


def _certificate_disputed(state: State, args: Args, day: int) -> None:
    state.certificates[args["id"]] = changed(
        known(state.certificates, args["id"], "certificate"),
        status=CertificateStatus.DISPUTED,
        disputed_fen=args["disputedFen"],
    )


INVOICES: Mapping[str, Handler] = {
    "InvoiceRegistered": _invoice_registered,
    "InvoiceConflict": _invoice_conflict,
    "InvoiceConfirmed": _invoice_confirmed,
    "OpeningBarSet": _opening_bar_set,
    "OpeningLimitSet": _opening_limit_set,
    "CertificateOpened": _certificate_opened,
    "CertificateTermsAgreed": _certificate_terms_agreed,
    "CertificateLimitsFixed": _certificate_limits_fixed,
    "CertificateConfirmed": _certificate_confirmed,
    "CertificateTaken": _certificate_taken,
    "CertificateCancelled": _certificate_cancelled,
    "CertificateDisputed": _certificate_disputed,
}
