"""`scf receivable`, first half: certificates until they are promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import (
    AmountOption,
    CertificateOption,
    ConsentOption,
    EvidenceOption,
    KeyHashOption,
    ReasonOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
    party_of,
    text_hash,
)

if TYPE_CHECKING:
    from scf.model.records import Opening

app = group("receivable", "Certificates: open, confirm, transfer, pay, see holders.")
_Supplier = Annotated[str, checked("--supplier", party_of, metavar="PARTY", help="Who is owed.")]
_Debtor = Annotated[str, checked("--debtor", party_of, metavar="PARTY", help="Who owes.")]
_Due = Annotated[str, checked("--due", day_of, metavar="DAY", help="Day of payment.")]
_Delivery = Annotated[str, checked("--delivery", day_of, metavar="DAY", help="Day of delivery.")]
_InvoiceAmount = Annotated[
    str | None,
    checked("--invoice-amount", amount_of, metavar="YUAN", help="Of the whole invoice (--amount)."),
]
_Reference = Annotated[
    str,
    typer.Option("--reference", help="Tells several certificates on one invoice apart; any text."),
]
_Consent = Annotated[
    str | None,
    checked("--consent", hash_of, metavar="HASH", help="Supplier's consent record (R77-9)."),
]
_Maker = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Key of the debtor's maker; --key checks.")
]


@command(app, "open")
def open_(
    run: Run,
    invoice: KeyHashOption,
    supplier: _Supplier,
    debtor: _Debtor,
    amount: AmountOption,
    delivery: _Delivery,
    due: _Due,
    evidence: EvidenceOption,
    invoice_amount: _InvoiceAmount = None,
    reference: _Reference = "1",
    consent: _Consent = None,
    signers: Annotated[
        str | None,
        typer.Option(
            "--sign",
            metavar="NAMES",
            help="Keys SUPPLIER,MAKER,CHECKER: open and confirm in one transaction.",
        ),
    ] = None,
) -> object:
    """
    Open a certificate: the supplier claims it, or the debtor's maker drafts it.

    Result: {"certificate_id", "supplier", "debtor", "amount_fen", "due_day", "status",
    "conflicted", "tx"}.
    """
    from scf.model.records import NO_HASH, Opening

    face = amount_of(amount)
    opening = Opening(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        supplier=supplier,
        debtor=debtor,
        amount=face,
        invoice_amount=amount_of(invoice_amount, field="invoice-amount")
        if invoice_amount
        else face,
        delivery_day=day_of(delivery, field="delivery"),
        due_day=day_of(due, field="due"),
        document_hash=hash_of(evidence, field="evidence"),
        consent_hash=hash_of(consent, field="consent") if consent else NO_HASH,
    )
    if signers is None:
        return run.ledger.receivables.open(opening)
    return _open_confirmed(run, opening, signers)


def _open_confirmed(run: Run, opening: Opening, names: str) -> object:
    from scf.errors import UsageError

    parts = [part.strip() for part in names.split(",")]
    if len(parts) != 3 or not all(parts):
        raise UsageError("sign", names, "three names of keys: SUPPLIER,MAKER,CHECKER")
    supplier, maker, checker = (run.signer(part) for part in parts)
    return run.reader.with_signer(checker).receivables.open_confirmed(
        opening, supplier=supplier, maker=maker, checker=checker
    )


@command(app, "confirm")
def confirm(
    run: Run,
    invoice: KeyHashOption,
    supplier: _Supplier,
    evidence: EvidenceOption,
    by: _Maker,
    reference: _Reference = "1",
) -> object:
    """
    The debtor confirms a supplier's claim: maker and checker in one transaction.

    Result: {"certificate_id", "debtor", "amount_fen", "tx"}.
    """
    maker = run.signer(by)
    return run.ledger.receivables.confirm(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        supplier=supplier,
        document_hash=hash_of(evidence, field="evidence"),
        maker=maker,
    )


@command(app, "confirm-draft")
def confirm_draft(
    run: Run,
    invoice: KeyHashOption,
    supplier: _Supplier,
    evidence: EvidenceOption,
    reference: _Reference = "1",
) -> object:
    """
    The debtor's checker confirms what its maker drafted; the supplier then takes it.

    Result: {"certificate_id", "debtor", "amount_fen", "tx"}.
    """
    return run.ledger.receivables.confirm_draft(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        supplier=supplier,
        document_hash=hash_of(evidence, field="evidence"),
    )


@command(app, "take")
def take(
    run: Run, invoice: KeyHashOption, consent: ConsentOption, reference: _Reference = "1"
) -> object:
    """
    The supplier takes an offered certificate (签收).

    Result: {"certificate_id", "supplier", "tx"}.
    """
    return run.ledger.receivables.take(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        consent_hash=hash_of(consent, field="consent"),
    )


@command(app, "refuse")
def refuse(
    run: Run,
    invoice: KeyHashOption,
    supplier: _Supplier,
    reason: ReasonOption,
    reference: _Reference = "1",
) -> object:
    """
    The supplier refuses a draft or offer (拒收), or the debtor a claim.

    Result: {"certificate_id", "cause", "tx"}.
    """
    return run.ledger.receivables.refuse(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        supplier=supplier,
        reason_hash=hash_of(reason, field="reason"),
    )


@command(app, "withdraw")
def withdraw(
    run: Run, invoice: KeyHashOption, supplier: _Supplier, reference: _Reference = "1"
) -> object:
    """
    Whoever opened a certificate takes it back before it is a promise.

    Result: {"certificate_id", "cause", "tx"}.
    """
    return run.ledger.receivables.withdraw_opening(
        invoice_key=hash_of(invoice, field="invoice"),
        reference=text_hash(reference),
        supplier=supplier,
    )


@command(app, "dispute")
def dispute(
    run: Run, certificate: CertificateOption, amount: AmountOption, reason: ReasonOption
) -> object:
    """
    The debtor disputes a part of a claim before confirming the rest (R802-5).

    Result: {"certificate_id", "debtor", "amount_fen", "tx"}.
    """
    return run.ledger.receivables.dispute(
        certificate_of(certificate),
        amount=amount_of(amount),
        reason_hash=hash_of(reason, field="reason"),
    )
