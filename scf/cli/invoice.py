"""`scf invoice`: trade background and the exposure ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import (
    AmountOption,
    ApproverOption,
    EvidenceOption,
    KeyHashOption,
    PartyOption,
    amount_of,
    checked,
    hash_of,
    members_of,
    party_of,
)
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.model.records import BarReason

app = group("invoice", "Trade background: register, confirm, see what is used.")
_Supplier = Annotated[str, checked("--supplier", party_of, metavar="PARTY", help="Who issued it.")]
_Debtor = Annotated[str, checked("--debtor", party_of, metavar="PARTY", help="Who owes it.")]


def _reasons_of(text: str, *, field: str) -> BarReason:
    from scf.model.records import BarReason

    return BarReason(0) if text == "none" else members_of(BarReason, text, field)


_Reasons = Annotated[
    str,
    checked(
        "--reasons",
        _reasons_of,
        metavar="REASONS",
        help="Comma-separated: public_bond_default, bills_persistently_overdue; none.",
    ),
]


@command(app, "key")
def key(
    run: Run,
    number: Annotated[str, typer.Option("--number", help="The invoice's number.")],
    supplier: Annotated[str, typer.Option("--supplier", help="Issuer's 18-character code.")],
    debtor: Annotated[str, typer.Option("--debtor", help="Debtor's 18-character code.")],
    kind: Annotated[
        str, typer.Option("--kind", help="INVOICE, ORDER or CONTRACT_INSTALMENT.")
    ] = "INVOICE",
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--consortium-key-file",
            envvar="SCF_CONSORTIUM_KEY_FILE",
            help="File of 64 hex digits (HOME/consortium.key).",
        ),
    ] = None,
) -> object:
    """
    The key that stands for a document on the ledger; needs the consortium's key, no chain.

    Result: {"key", "fingerprint", "consortium_key_id"}.
    """
    from scf.cli.secrets import consortium_key
    from scf.model.identifiers import (
        DocKind,
        canonical_fingerprint,
        consortium_key_id,
        invoice_key,
    )

    if kind not in DocKind.__members__:
        raise UsageError("kind", kind, ", ".join(DocKind.__members__))
    fingerprint = canonical_fingerprint(
        kind=DocKind[kind], doc_no=number, issuer=supplier, debtor=debtor
    )
    secret = consortium_key(key_file or run.home / "consortium.key")
    return {
        "key": invoice_key(secret, fingerprint),
        "fingerprint": fingerprint,
        "consortium_key_id": consortium_key_id(secret),
    }


@command(app, "register")
def register(
    run: Run,
    invoice: KeyHashOption,
    debtor: _Debtor,
    amount: AmountOption,
    evidence: EvidenceOption,
) -> object:
    """
    Register an invoice of the officer's party; other content under the same key is flagged.

    Result: {"key", "conflicted", "tx"}.
    """
    return run.ledger.invoices.register(
        hash_of(invoice, field="invoice"),
        debtor=debtor,
        amount=amount_of(amount),
        document_hash=hash_of(evidence, field="evidence"),
    )


@command(app, "confirm")
def confirm(
    run: Run,
    invoice: KeyHashOption,
    supplier: _Supplier,
    amount: AmountOption,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Key of the debtor's maker; --key checks.")
    ],
) -> object:
    """
    The debtor confirms an invoice amount by hand, which also settles a conflict.

    Result: {"key", "supplier", "debtor", "amount_fen", "tx"}.
    """
    maker = run.signer(by)
    return run.ledger.invoices.confirm(
        hash_of(invoice, field="invoice"),
        supplier=supplier,
        amount=amount_of(amount),
        maker=maker,
    )


@command(app, "show")
def show(run: Run, invoice: KeyHashOption, debtor: _Debtor) -> object:
    """
    What the ledger knows of an invoice.

    Result: {"key", "amount_fen", "used_fen", "status", "conflicted", "supplier_tag",
    "document_tag"}.
    """
    return run.reader.invoices.invoice(hash_of(invoice, field="invoice"), debtor)


@command(app, "debtor")
def debtor(run: Run, party: PartyOption) -> object:
    """
    What a debtor owes over all instruments, and its limit.

    Result: {"debtor", "outstanding_fen", "limit_fen", "overdue_count", "bar_reasons"}.
    """
    return run.reader.invoices.debtor(party)


@command(app, "limit")
def limit(run: Run, party: PartyOption, amount: AmountOption, approver: ApproverOption) -> object:
    """
    The operator limits what a debtor may owe; two officers.

    Result: {"debtor", "tx"}.
    """
    second = run.signer(approver)
    return run.ledger.invoices.set_opening_limit(party, amount_of(amount), approver=second)


@command(app, "bar")
def bar(
    run: Run,
    party: PartyOption,
    reasons: _Reasons,
    evidence: EvidenceOption,
    approver: ApproverOption,
) -> object:
    """
    The operator bars a debtor from opening for what the ledger cannot see, or clears it (R77-7).

    Result: {"debtor", "tx"}.
    """
    second = run.signer(approver)
    return run.ledger.invoices.set_opening_bar(
        party,
        _reasons_of(reasons, field="reasons"),
        evidence_hash=hash_of(evidence, field="evidence"),
        approver=second,
    )
