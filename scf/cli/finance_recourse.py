"""`scf finance`: what a sale with recourse leaves to be settled; claims along undertakings."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from scf.cli.finance_quotes import QuoteOption, app
from scf.cli.runner import Run, command
from scf.cli.values import (
    AmountOption,
    CertificateOption,
    EvidenceOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
)
from scf.units import parse_fen, parse_rate

_Place = Annotated[
    int,
    typer.Option("--undertaking", metavar="N", help="Place in the factor's list, from 0."),
]
_Terms = Annotated[
    Path, typer.Option("--claim", metavar="FILE", help="What `scf finance claim` wrote.")
]


def places_of(text: str, *, field: str = "path") -> tuple[int, ...]:
    """Places of undertakings, comma-separated."""
    from scf.errors import UsageError

    try:
        return tuple(int(place) for place in text.split(","))
    except ValueError as exc:
        raise UsageError(field, text, "whole numbers, comma-separated: 0,0,1") from exc


@command(app, "account")
def account(run: Run, quote: QuoteOption) -> object:
    """
    What a part sold with recourse has brought in, and what is owed on it, today.

    Result: {"collected_fen", "owed_fen", "left_fen", "is_due", "claim_fen", "surplus_fen"}.
    """
    from scf.cli.files import load_quote

    offered = load_quote(quote).quote
    found = run.reader.factoring.account(offered)
    return {
        "collected_fen": found.collected,
        "owed_fen": found.owed,
        "left_fen": found.left,
        "is_due": found.is_due,
        "claim_fen": found.claim,
        "surplus_fen": found.surplus,
    }


@command(app, "costs")
def costs(run: Run, quote: QuoteOption, amount: AmountOption, evidence: EvidenceOption) -> object:
    """
    The factor states, once, what collection cost it.

    Result: {"quote_id", "costs_fen", "tx"}.
    """
    from scf.cli.files import load_quote

    offered = load_quote(quote).quote
    ledger = run.ledger
    id_ = ledger.discounting.quote_id(offered)
    evidence_hash = hash_of(evidence, field="evidence")
    tx = ledger.factoring.state_costs(id_, amount_of(amount), evidence_hash=evidence_hash)
    return {"quote_id": id_, "costs_fen": amount_of(amount), "tx": tx}


@command(app, "buy-back")
def buy_back(run: Run, quote: QuoteOption, undertaking: _Place = 0) -> object:
    """
    The supplier repays advance, interest and costs of an overdue part and gets it back.

    Result: {"quote_id", "certificate_id", "units", "paid_fen", "tx"}.
    """
    from scf.cli.files import load_quote

    offered = load_quote(quote).quote
    return run.ledger.factoring.buy_back(offered, undertaking=undertaking)


@command(app, "return-surplus")
def return_surplus(run: Run, quote: QuoteOption) -> object:
    """
    The factor returns what the debtor paid above advance, interest and costs.

    Result: {"quote_id", "refund_fen", "tx"}.
    """
    from scf.cli.files import load_quote

    offered = load_quote(quote).quote
    return run.ledger.factoring.return_surplus(offered)


@command(app, "claim")
def claim(
    run: Run,
    certificate: CertificateOption,
    amount: AmountOption,
    evidence: EvidenceOption,
    path: Annotated[
        str,
        checked("--path", places_of, metavar="N,N", help="Places of undertakings, from your own."),
    ] = "0",
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="For the party claimed against.")
    ] = Path("claim.json"),
) -> object:
    """
    The holder of an overdue part claims against a party its undertakings reach (E10).

    Result: {"claim_id", "against", "file", "tx"}.
    """
    from scf.cli.files import write_object
    from scf.model.financing_records import ClaimTerms

    terms = ClaimTerms(
        certificate_id=certificate_of(certificate),
        claimant=run.own_party,
        path=places_of(path),
        amount=amount_of(amount),
        evidence_hash=hash_of(evidence, field="evidence"),
        reference=secrets.token_bytes(32),
    )
    done = run.ledger.factoring.claim(terms)
    write_object(
        out,
        {
            "certificate_id": f"0x{terms.certificate_id:064x}",
            "claimant": terms.claimant,
            "path": list(terms.path),
            "amount_fen": terms.amount,
            "evidence_hash": "0x" + terms.evidence_hash.hex(),
            "reference": "0x" + terms.reference.hex(),
        },
    )
    return {"claim_id": done.claim_id, "against": done.against, "file": out, "tx": done.tx}


@command(app, "pay-claim")
def pay_claim(run: Run, claim: _Terms) -> object:
    """
    The party claimed against pays and gets the units.

    Result: {"claim_id", "units", "paid_fen", "tx"}.
    """
    from scf.cli.files import load_claim

    terms = load_claim(claim)
    return run.ledger.factoring.pay_claim(terms)


@command(app, "bear-interest")
def bear_interest(
    run: Run,
    certificate: CertificateOption,
    share: Annotated[
        str, checked("--share", parse_rate, help="Of the interest: '50 %'; 0 % ends it.")
    ],
    cap: Annotated[str, checked("--cap", parse_fen, metavar="YUAN", help="In all.")],
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day.")],
) -> object:
    """
    The debtor undertakes to bear a share of the interest when its certificate is financed.

    Result: {"certificate_id", "share_ppm", "cap_fen", "until", "tx"}.
    """
    id_, part = certificate_of(certificate), parse_rate(share, field="share")
    day, most = day_of(until, field="until"), parse_fen(cap, field="cap")
    tx = run.ledger.discounting.undertake_interest(id_, share=part, cap=most, until=day)
    return {"certificate_id": id_, "share_ppm": part, "cap_fen": most, "until": day, "tx": tx}
