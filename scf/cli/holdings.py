"""`scf receivable`, second half: certificates that are promises."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.openings import app
from scf.cli.orders import order_of
from scf.cli.runner import Run, command
from scf.cli.values import (
    AgainOption,
    AmountOption,
    CertificateOption,
    ConsentOption,
    DocumentOption,
    EvidenceOption,
    ExpiryOption,
    FromOption,
    PartyOption,
    SecondOption,
    ToOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
    party_of,
    text_hash,
)
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.model.records import Recourse, TransferTerms


def _recourse_word(text: str, *, field: str) -> None:
    if text not in ("none", "full"):
        raise UsageError(field, text, "none or full (with --cap: limited)")


def _day_or_never(text: str, *, field: str) -> dt.date | None:
    return None if text == "never" else day_of(text, field=field)


_Pending = Annotated[
    str,
    checked("--pending", hash_of, metavar="ID", help="What `request` returned: 0x and 64 digits."),
]
_Recourse = Annotated[
    str,
    checked(
        "--recourse",
        _recourse_word,
        metavar="WORD",
        help="Does the transferor answer for payment: none or full.",
    ),
]
_Cap = Annotated[
    str | None,
    checked("--cap", amount_of, metavar="YUAN", help="Answer for so much at most."),
]
_Reference = Annotated[
    str, typer.Option("--reference", help="Tells equal transfers apart; any text.")
]


@command(app, "transfer")
def transfer(
    run: Run,
    certificate: CertificateOption,
    to: ToOption,
    amount: AmountOption,
    evidence: EvidenceOption,
    recourse: _Recourse = "none",
    cap: _Cap = None,
    again: AgainOption = 0,
) -> object:
    """
    Pass a part on to a party that gave standing consent (`consent`).

    Result: {"certificate_id", "from_party", "to_party", "amount_fen", "transfer_id", "tx"}.
    """
    return run.ledger.receivables.transfer(
        certificate_id=certificate_of(certificate),
        to=to,
        amount=amount_of(amount),
        evidence_hash=hash_of(evidence, field="evidence"),
        recourse=_recourse_of(recourse, cap),
        cap=amount_of(cap, field="cap") if cap else 0,
        repeat=again,
    )


@command(app, "request")
def request(
    run: Run,
    certificate: CertificateOption,
    to: ToOption,
    amount: AmountOption,
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to answer.")],
    reference: _Reference = "1",
    recourse: _Recourse = "none",
    cap: _Cap = None,
) -> object:
    """
    Ask a party to take a part; it is locked until the answer.

    Result: {"pending_id", "certificate_id", "from_party", "to_party", "amount_fen",
    "deadline_day", "tx"}.
    """
    return run.ledger.receivables.request_transfer(
        terms=_terms(run, certificate, to, amount, evidence, reference, recourse, cap),
        deadline_day=day_of(until, field="until"),
    )


@command(app, "accept")
def accept(
    run: Run,
    certificate: CertificateOption,
    giver: FromOption,
    amount: AmountOption,
    evidence: EvidenceOption,
    consent: ConsentOption,
    reference: _Reference = "1",
    recourse: _Recourse = "none",
    cap: _Cap = None,
) -> object:
    """
    Take what was requested, in the same words as the request.

    Result: {"certificate_id", "from_party", "to_party", "amount_fen", "transfer_id", "tx"}.
    """
    return run.ledger.receivables.take_transfer(
        terms=_terms(
            run, certificate, None, amount, evidence, reference, recourse, cap, giver=giver
        ),
        consent_hash=hash_of(consent, field="consent"),
    )


@command(app, "reject")
def reject(run: Run, pending: _Pending) -> object:
    """
    Refuse what was requested.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.receivables.reject_transfer(pending_id=hash_of(pending, field="pending"))


@command(app, "withdraw-request")
def withdraw_request(run: Run, pending: _Pending) -> object:
    """
    Take a request back.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.receivables.withdraw_transfer(pending_id=hash_of(pending, field="pending"))


@command(app, "expire")
def expire(run: Run, pending: _Pending) -> object:
    """
    End a request that was not answered by its last day; any key may.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.receivables.expire_transfer(pending_id=hash_of(pending, field="pending"))


@command(app, "undertakings")
def undertakings(run: Run, certificate: CertificateOption, party: PartyOption) -> object:
    """
    Who answers for payment to a holder, hop by hop (追索承诺).

    Result: {"undertakings": [{"certificate_id", "from_party", "to_party", "amount_fen",
    "recourse", "cap_fen"}]}.
    """
    found = run.reader.receivables.undertakings(certificate_of(certificate), party)
    return {"undertakings": found}


@command(app, "consent")
def consent_(
    run: Run,
    giver: FromOption,
    until: Annotated[
        str,
        checked(
            "--until", _day_or_never, metavar="DAY", help="Last day, or `never` to take it back."
        ),
    ],
    consent: ConsentOption,
) -> object:
    """
    Give standing consent to certificates from one named party (R77-9), or take it back.

    Result: {"to_party", "from_party", "until", "tx"}.
    """
    return run.ledger.receivables.set_standing_consent(
        from_party=giver,
        until=_day_or_never(until, field="until"),
        consent_hash=hash_of(consent, field="consent"),
    )


@command(app, "pay")
def pay(run: Run, certificate: CertificateOption) -> object:
    """
    The debtor pays all holders on or after the due day, late interest included.

    Result: {"txs", "certificate_id", "debtor", "total_fen", "principal_fen", "interest_fen",
    "status", "holders": [{"holder", "principal_fen", "interest_fen"}]}.
    """
    return run.ledger.settlement.pay_at_maturity(certificate_id=certificate_of(certificate))


@command(app, "pay-part")
def pay_part(run: Run, certificate: CertificateOption, amount: AmountOption) -> object:
    """
    The debtor pays a part of the principal to all holders pro rata, with its late interest.

    Result: as for `pay`.
    """
    return run.ledger.settlement.pay_part(
        certificate_id=certificate_of(certificate), amount=amount_of(amount)
    )


@command(app, "overdue")
def overdue(run: Run, certificate: CertificateOption) -> object:
    """
    Mark a certificate overdue after its day; any key may, and its debtor is barred (R77-7).

    Result: {"certificate_id", "debtor", "outstanding_fen", "tx"}.
    """
    return run.ledger.receivables.mark_overdue(certificate_id=certificate_of(certificate))


@command(app, "show")
def show(run: Run, certificate: CertificateOption) -> object:
    """
    A certificate as it stands.

    Result: {"id", "debtor", "status", "outstanding_fen", "due_day", "opened_day", "tenor_days",
    "frozen_until", "layers_max", "splits_left", "split_min_fen", "has_locks", "late_rate_ppm"}.
    """
    return run.reader.receivables.certificate(certificate_of(certificate))


@command(app, "holders")
def holders(run: Run, certificate: CertificateOption) -> object:
    """
    Who holds how much, from the events of the chain.

    Result: {"certificate_id", "holders": [{"holder", "amount_fen"}]}.
    """
    number = certificate_of(certificate)
    face = run.reader.receivables
    rows = [
        {"holder": holder, "amount_fen": face.balance(number, holder)}
        for holder in face.holders(number)
    ]
    return {"certificate_id": number, "holders": rows}


@command(app, "position")
def position(run: Run, certificate: CertificateOption, party: PartyOption) -> object:
    """
    What one party holds of a certificate, and what of it is locked.

    Result: {"certificate_id", "holder", "balance_fen", "locked_fen", "layer"}.
    """
    return run.reader.receivables.position(certificate_of(certificate), party)


@command(app, "freeze")
def freeze(
    run: Run,
    certificate: CertificateOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    Freeze a certificate by legal order: regulator or court, two officers.

    Result: {"order_id", "kind", "tx"}.
    """
    order = order_of(run, document, until, second)
    return run.ledger.orders.freeze_certificate(certificate_of(certificate), **order)


@command(app, "unfreeze")
def unfreeze(
    run: Run,
    certificate: CertificateOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    End the freeze of a certificate by legal order; two officers.

    Result: {"order_id", "kind", "tx"}.
    """
    order = order_of(run, document, until, second)
    return run.ledger.orders.unfreeze_certificate(certificate_of(certificate), **order)


@command(app, "transfer-by-order")
def transfer_by_order(
    run: Run,
    certificate: CertificateOption,
    giver: FromOption,
    to: ToOption,
    amount: AmountOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    Move a part on legal title (非交易过户): two officers of a court.

    Result: {"order_id", "kind", "tx"}.
    """
    order = order_of(run, document, until, second)
    return run.ledger.orders.transfer_certificate(
        certificate_of(certificate),
        from_party=giver,
        to_party=to,
        amount=amount_of(amount),
        **order,
    )


def _recourse_of(text: str, cap: str | None = None) -> Recourse:
    from scf.model.records import Recourse

    if cap is not None:
        return Recourse.LIMITED
    return Recourse.FULL if text == "full" else Recourse.NONE


def _terms(
    run: Run,
    certificate: str,
    to: str | None,
    amount: str,
    evidence: str,
    reference: str,
    recourse: str,
    cap: str | None,
    *,
    giver: str | None = None,
) -> TransferTerms:
    """The words of a request; requester and taker must say the same."""
    from scf.model.records import TransferTerms

    number = certificate_of(certificate)
    own = run.own_party
    return TransferTerms(
        certificate_id=number,
        from_party=party_of(giver, field="from") if giver else own,
        to_party=party_of(to, field="to") if to else own,
        amount=amount_of(amount),
        evidence_hash=hash_of(evidence, field="evidence"),
        reference=text_hash(reference),
        deadline=2**64 - 1,
        recourse=_recourse_of(recourse, cap),
        cap=amount_of(cap, field="cap") if cap else 0,
    )
