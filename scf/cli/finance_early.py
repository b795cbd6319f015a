"""`scf finance`: early payment by the debtor itself."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from scf.cli.finance_quotes import app, end_of
from scf.cli.runner import Run, command
from scf.cli.values import (
    AmountOption,
    CertificateOption,
    ConsentOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
    party_of,
)
from scf.units import parse_rate

_Offer = Annotated[
    Path, typer.Option("--offer", metavar="FILE", help="What `scf finance early-offer` wrote.")
]


@command(app, "early-offer")
def early_offer(
    run: Run,
    certificate: CertificateOption,
    holder: Annotated[
        str, checked("--holder", party_of, metavar="PARTY", help="Whom to pay early.")
    ],
    amount: AmountOption,
    rate: Annotated[str, checked("--rate", parse_rate, help="Discount a year, ACT/360: '6 %'.")],
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path(
        "early.json"
    ),
) -> object:
    """
    The debtor's officer signs an offer to pay a holder early; nothing is sent.

    Result: {"offer_id", "file", "amount_fen", "discount_fen", "paid_fen", "days_early"}.
    """
    from scf.cli.files import save_signed
    from scf.model.financing_records import EarlyOffer

    offer = EarlyOffer(
        debtor=run.own_party,
        holder=party_of(holder, field="holder"),
        certificate_id=certificate_of(certificate),
        amount=amount_of(amount),
        apr=parse_rate(rate),
        reference=secrets.token_bytes(32),
        epoch=run.reader.participants.epoch(run.own_party),
        deadline=end_of(until),
    )
    face = run.ledger.early_payments
    approval = face.sign_offer(offer, run.officer)
    save_signed(out, offer, approval.officer, approval.signature)
    discount, days = face.discount(offer)
    return {
        "offer_id": face.offer_id(offer),
        "file": out,
        "amount_fen": offer.amount,
        "discount_fen": discount,
        "paid_fen": offer.amount - discount,
        "days_early": days,
    }


@command(app, "early-pay")
def early_pay(run: Run, offer: _Offer, consent: ConsentOption) -> object:
    """
    The holder's officer takes the debtor's offer: paid now, less the discount.

    Result: {"offer_id", "certificate_id", "holder", "amount_fen", "discount_fen", "tx"}.
    """
    from scf.cli.files import load_signed
    from scf.model.financing_records import EarlyOffer

    terms, debtor = load_signed(offer, EarlyOffer)
    consent_hash = hash_of(consent, field="consent")
    return run.ledger.early_payments.take(terms, consent_hash=consent_hash, debtor=debtor)
