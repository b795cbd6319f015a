"""`scf finance`: sale of certificates to a bank on its signed quote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import (
    AmountOption,
    CertificateOption,
    ConsentOption,
    EvidenceOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
    party_of,
)
from scf.units import parse_fen, parse_rate

app = group("finance", "Sell certificates to a bank on its signed quote.")
_Quote = Annotated[
    Path, typer.Option("--quote", metavar="FILE", help="What `scf finance quote` wrote.")
]
_OUT = Path("quote.json")


@command(app, "quote")
def quote(
    run: Run,
    certificate: CertificateOption,
    seller: Annotated[str, checked("--seller", party_of, metavar="PARTY", help="Who holds it.")],
    amount: AmountOption,
    rate: Annotated[
        str,
        checked(
            "--rate", parse_rate, metavar="RATE", help="A year, ACT/360: '3.60 %' or '36000 ppm'."
        ),
    ],
    receipt: Annotated[
        str,
        checked("--receipt", hash_of, metavar="HASH", help="Filing receipt (中登网), used once."),
    ],
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")],
    fee: Annotated[
        str, checked("--fee", parse_fen, metavar="YUAN", help="All fees together.")
    ] = "0",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = _OUT,
) -> object:
    """
    The bank's officer signs an offer and writes it to a file; nothing is sent.

    Result: {"quote_id", "file", "funder", "seller", "certificate_id", "amount_fen", "rate_ppm",
    "fee_fen", "deadline"}.
    """
    import datetime as dt

    from scf.chain.clock import start_of
    from scf.cli.files import save_quote
    from scf.model.records import Quote

    offer = Quote(
        funder=run.own_party,
        seller=party_of(seller, field="seller"),
        certificate_id=certificate_of(certificate),
        amount=amount_of(amount),
        rate=parse_rate(rate),
        fee=parse_fen(fee, field="fee"),
        registry_receipt=hash_of(receipt, field="receipt"),
        deadline=start_of(day_of(until, field="until") + dt.timedelta(days=1)) - 1,
    )
    face = run.ledger.discounting
    save_quote(out, face.sign_quote(offer, run.officer))
    return {
        "quote_id": face.quote_id(offer),
        "file": out,
        "funder": offer.funder,
        "seller": offer.seller,
        "certificate_id": offer.certificate_id,
        "amount_fen": offer.amount,
        "rate_ppm": offer.rate,
        "fee_fen": offer.fee,
        "deadline": offer.deadline,
    }


@command(app, "terms")
def terms(run: Run, quote: _Quote) -> object:
    """
    What a quote would cost today, and its all-in APR with fees.

    Result: {"amount_fen", "interest_fen", "fee_fen", "net_fen", "tenor_days", "apr_ppm"}.
    """
    from scf.cli.files import load_quote
    from scf.units import all_in_apr_ppm

    offer = load_quote(quote).quote
    found = run.reader.discounting.terms(offer)
    apr = None
    if found.net > 0 and found.tenor_days > 0:
        apr = all_in_apr_ppm(
            interest=found.interest,
            fees=found.fee,
            net=found.net + found.fee,
            days=found.tenor_days,
        )
    return {
        "amount_fen": found.amount,
        "interest_fen": found.interest,
        "fee_fen": found.fee,
        "net_fen": found.net,
        "tenor_days": found.tenor_days,
        "apr_ppm": apr,
    }


@command(app, "sell")
def sell(run: Run, quote: _Quote, evidence: EvidenceOption, consent: ConsentOption) -> object:
    """
    The holder's officer accepts a quote: certificate against money in one transaction.

    Result: {"quote_id", "certificate_id", "seller", "funder", "amount_fen", "interest_fen",
    "fee_fen", "net_fen", "tx"}.
    """
    from scf.cli.files import load_quote

    offer = load_quote(quote)
    return run.ledger.discounting.sell(
        offer,
        evidence_hash=hash_of(evidence, field="evidence"),
        consent_hash=hash_of(consent, field="consent"),
    )


@command(app, "buy")
def buy(
    run: Run,
    quote: _Quote,
    evidence: EvidenceOption,
    consent: ConsentOption,
    seller_key: Annotated[
        str, typer.Option("--seller-key", metavar="NAME", help="Key of the seller's officer.")
    ],
) -> object:
    """
    The bank's officer buys on its own quote; the seller's officer has signed the sale.

    Result: as for `sell`.
    """
    from scf.cli.files import load_quote

    offer, seller = load_quote(quote).quote, run.signer(seller_key)
    return run.ledger.discounting.buy(
        offer,
        evidence_hash=hash_of(evidence, field="evidence"),
        consent_hash=hash_of(consent, field="consent"),
        seller=seller,
    )


@command(app, "revoke")
def revoke(run: Run, quote: _Quote) -> object:
    """
    The bank takes a quote back that is not used yet.

    Result: {"quote_id", "tx"}.
    """
    from scf.cli.files import load_quote

    offer = load_quote(quote).quote
    face = run.ledger.discounting
    return {"quote_id": face.quote_id(offer), "tx": face.revoke(offer)}
