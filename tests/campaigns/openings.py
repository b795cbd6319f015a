"""Random acts on invoices: registering, opening, confirming, taking, cancelling, disputing."""

from __future__ import annotations

from typing import Any

from scf.model.books import Certificate
from scf.model.records import CertificateStatus
from tests.campaigns.table import DEBTORS, SUPPLIERS, Attempt, Table
from tests.world import CHECK, MAKE

NO_HASH = bytes(32)
UNBOUND = (
    CertificateStatus.DRAFTED,
    CertificateStatus.CLAIMED,
    CertificateStatus.DISPUTED,
    CertificateStatus.OFFERED,
)


def register(t: Table) -> Attempt:
    key, supplier, debtor, amount = _invoice(t)
    document = t.fresh("document") if t.chance(50) else key
    args = (key, t.ids[debtor], amount, document)
    subjects = (("invoice", key, t.ids[debtor]), ("debtor", t.ids[debtor]))
    return Attempt(t.sender(supplier, MAKE), "invoices", "register", args, subjects)


def confirm_invoice(t: Table) -> Attempt:
    key, supplier, debtor, amount = _invoice(t)
    message = {
        "key": key,
        "supplier": t.ids[supplier],
        "amountFen": amount,
        "deadline": t.deadline(),
    }
    sender = t.sender(debtor, CHECK)
    digest = t.digest("invoices", "InvoiceConfirmation", message)
    maker = t.approval("invoices", debtor, MAKE, digest, but=sender)
    args = (*message.values(), maker)
    return Attempt(sender, "invoices", "confirmInvoice", args, (("invoice", key, t.ids[debtor]),))


def claim(t: Table) -> Attempt:
    supplier, _, opening = _opening(t)
    if opening["consentHash"] == NO_HASH:
        t.spoil("no consent")
    return _open(t, t.sender(supplier, MAKE), opening)


def draft(t: Table) -> Attempt:
    _, debtor, opening = _opening(t)
    opening["consentHash"] = NO_HASH
    if t.chance(3):
        t.spoil("the debtor consents for the supplier")
        opening["consentHash"] = t.fresh("consent")
    return _open(t, t.sender(debtor, MAKE), opening)


def open_confirmed(t: Table) -> Attempt:
    supplier, debtor, opening = _opening(t)
    if opening["consentHash"] == NO_HASH:
        t.spoil("no consent")
    opening["deadline"] = t.deadline()
    digest = t.digest("invoices", "Opening", opening)
    maker = t.signer(debtor, MAKE).address
    approvals = (
        t.approval("invoices", supplier, MAKE, digest),
        t.world.by_caller(debtor) | {"officer": maker},
        t.approval("invoices", debtor, CHECK, digest, but=maker),
    )
    id_ = t.world.read("invoices", "certificateIdOf", *_place(opening))
    return Attempt(
        maker, "invoices", "openConfirmed", (opening, *approvals), _touched(id_, opening)
    )


def confirm(t: Table) -> Attempt | None:
    found = t.certificate(CertificateStatus.CLAIMED, CertificateStatus.DISPUTED, due_after=t.today)
    if found is None:
        return None
    id_, certificate = found
    debtor = t.names[certificate.debtor]
    message = {
        "invoiceKey": certificate.invoice_key,
        "reference_": certificate.reference,
        "supplier": certificate.supplier,
        "documentHash": t.fresh("document"),
        "deadline": t.deadline(),
    }
    sender = t.sender(debtor, CHECK)
    standing = {"amountFen": t.state.outstanding[id_], "dueDay": certificate.due_day}
    digest = t.digest("invoices", "Confirmation", message | standing)
    maker = t.approval("invoices", debtor, MAKE, digest, but=sender)
    subjects = _subjects(id_, certificate)
    return Attempt(sender, "invoices", "confirm", (message, maker), subjects)


def confirm_draft(t: Table) -> Attempt | None:
    found = t.certificate(CertificateStatus.DRAFTED, due_after=t.today)
    if found is None:
        return None
    id_, certificate = found
    debtor = t.names[certificate.debtor]
    sender = t.signer(debtor, CHECK, but=certificate.maker).address
    if certificate.maker and t.chance(5):
        t.spoil("maker is checker")
        sender = certificate.maker
    args = (*_terms(certificate), t.fresh("document"))
    return Attempt(sender, "invoices", "confirmDraft", args, _subjects(id_, certificate))


def take(t: Table) -> Attempt | None:
    found = t.certificate(CertificateStatus.OFFERED, due_after=t.today)
    if found is None:
        return None
    id_, certificate = found
    supplier = t.names[certificate.supplier]
    consent = t.fresh("consent")
    if t.chance(3):
        t.spoil("no consent")
        consent = NO_HASH
    args = (certificate.invoice_key, certificate.reference, consent)
    sender = t.sender(supplier, MAKE)
    return Attempt(sender, "invoices", "take", args, _subjects(id_, certificate))


def refuse(t: Table) -> Attempt | None:
    return _cancel(t, "refuse", (t.fresh("reason"),))


def withdraw_opening(t: Table) -> Attempt | None:
    return _cancel(t, "withdrawOpening", ())


def expire_opening(t: Table) -> Attempt | None:
    found = t.certificate(*UNBOUND)
    if found is None:
        return None
    id_, certificate = found
    if certificate.due_day > t.today:
        t.spoil("not due")
    args = _terms(certificate)
    subjects = _subjects(id_, certificate)
    return Attempt(t.stranger.address, "invoices", "expireOpening", args, subjects)


def dispute(t: Table) -> Attempt | None:
    found = t.certificate(CertificateStatus.CLAIMED)
    if found is None:
        return None
    id_, certificate = found
    amount = t.around(t.state.outstanding[id_])
    args = (id_, amount, t.fresh("reason"))
    sender = t.sender(t.names[certificate.debtor], CHECK)
    return Attempt(sender, "invoices", "dispute", args, _subjects(id_, certificate))


def _invoice(t: Table) -> tuple[bytes, str, str, int]:
    supplier, debtor = t.pick(SUPPLIERS), t.pick(DEBTORS)
    if t.state.invoices and t.chance(50):
        key, found = t.pick(list(t.state.invoices))
        invoice = t.state.invoices[key, found]
        if t.chance(80):
            supplier, debtor = t.names[invoice.supplier], t.names[invoice.debtor]
        amount = invoice.amount_fen if t.chance(70) else t.around(invoice.amount_fen)
        return key, supplier, debtor, amount
    return t.fresh("invoice"), supplier, debtor, t.random.randint(1, 5_000_000)


def _opening(t: Table) -> tuple[str, str, dict[str, Any]]:
    supplier, debtor = t.pick(SUPPLIERS), t.debtor()
    key, invoice_fen = t.fresh("invoice"), t.random.randint(1, 5_000_000)
    document, capacity = key, invoice_fen
    if t.state.invoices and t.chance(30):
        key, found = t.pick(list(t.state.invoices))
        invoice = t.state.invoices[key, found]
        if t.chance(90):
            supplier, debtor = t.names[invoice.supplier], t.names[invoice.debtor]
        capacity = invoice.amount_fen - invoice.used_fen
        invoice_fen = invoice.amount_fen + (1 if t.chance(5) else 0)
        document = invoice.document_hash
    elif supplier == debtor:
        supplier = "tier3"
    delivery = t.today - t.random.randrange(20)
    if t.chance(2):
        t.spoil("delivery in the future")
        delivery = t.today + 1
    opening = {
        "invoiceKey": key,
        "reference_": t.fresh("reference") if t.chance(90) else NO_HASH,
        "supplier": t.ids[supplier],
        "debtor": t.ids[debtor],
        "amountFen": t.around(capacity),
        "invoiceFen": invoice_fen,
        "deliveryDay": delivery,
        "dueDay": t.today + t.pick((1, 2, 3, 5, 5, 8, 8, 13, 13, 13, 21, 21, 40, 40, 90, 200)),
        "lateRatePpm": t.pick((0, 0, 0, 0, 29_999, 30_000, 120_000)),
        "documentHash": document,
        "bankReviewHash": t.fresh("review") if t.chance(20) else NO_HASH,
        "termReasonHash": t.fresh("reason") if t.chance(85) else NO_HASH,
        "consentHash": t.fresh("consent") if t.chance(97) else NO_HASH,
        "deadline": t.world.timestamp,
    }
    return supplier, debtor, opening


def _open(t: Table, sender: str, opening: dict[str, Any]) -> Attempt:
    id_ = t.world.read("invoices", "certificateIdOf", *_place(opening))
    return Attempt(sender, "invoices", "open", (opening,), _touched(id_, opening))


def _cancel(t: Table, function: str, more: tuple[Any, ...]) -> Attempt | None:
    found = t.certificate(*UNBOUND)
    if found is None:
        return None
    id_, certificate = found
    opener_is_supplier = certificate.status in (
        CertificateStatus.CLAIMED,
        CertificateStatus.DISPUTED,
    )
    by_supplier = opener_is_supplier == (function == "withdrawOpening")
    if t.chance(10):
        t.spoil("the other side calls")
        by_supplier = not by_supplier
    party = certificate.supplier if by_supplier else certificate.debtor
    args = (*_terms(certificate), *more)
    sender = t.sender(t.names[party], MAKE)
    return Attempt(sender, "invoices", function, args, _subjects(id_, certificate))


def _place(opening: dict[str, Any]) -> tuple[Any, ...]:
    return opening["invoiceKey"], opening["reference_"], opening["supplier"]


def _terms(certificate: Certificate) -> tuple[Any, ...]:
    return certificate.invoice_key, certificate.reference, certificate.supplier


def _touched(id_: int, opening: dict[str, Any]) -> tuple[Any, ...]:
    return (
        ("certificate", id_),
        ("invoice", opening["invoiceKey"], opening["debtor"]),
        ("debtor", opening["debtor"]),
    )


def _subjects(id_: int, certificate: Certificate) -> tuple[Any, ...]:
    return (
        ("certificate", id_),
        ("invoice", certificate.invoice_key, certificate.debtor),
        ("debtor", certificate.debtor),
    )


ACTS = {
    register: 2,
    confirm_invoice: 2,
    claim: 9,
    draft: 4,
    open_confirmed: 7,
    confirm: 9,
    confirm_draft: 4,
    take: 4,
    refuse: 1,
    withdraw_opening: 1,
    expire_opening: 1,
    dispute: 1,
}
