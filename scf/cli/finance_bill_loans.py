"""`scf finance`: loans on pledged bills, in the order of their life."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scf.cli.bill_values import PartAmount, RangeOption
from scf.cli.finance_bill_quotes import range_option
from scf.cli.finance_quotes import app, end_of
from scf.cli.runner import Run, command
from scf.cli.values import (
    ConsentOption,
    EvidenceOption,
    amount_of,
    checked,
    day_of,
    hash_of,
    party_of,
)
from scf.units import parse_fen, parse_rate

_Terms = Annotated[
    Path, typer.Option("--terms", metavar="FILE", help="What `scf finance lend-bill` wrote.")
]


@command(app, "lend-bill")
def lend_bill(
    run: Run,
    range_: RangeOption,
    borrower: Annotated[
        str, checked("--borrower", party_of, metavar="PARTY", help="Who holds it.")
    ],
    principal: Annotated[
        str, checked("--principal", amount_of, metavar="YUAN", help="What is lent.")
    ],
    rate: Annotated[str, checked("--rate", parse_rate, help="A year, ACT/360: '4 %'.")],
    late_rate: Annotated[
        str, checked("--late-rate", parse_rate, help="From the day of repayment on.")
    ],
    repay_day: Annotated[str, checked("--repay-by", day_of, metavar="DAY", help="A business day.")],
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")],
    amount: PartAmount = None,
    fee: Annotated[str, checked("--fee", parse_fen, metavar="YUAN", help="Kept back.")] = "0",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path(
        "loan.json"
    ),
) -> object:
    """
    The bank's officer signs the terms of a loan on a pledged bill; nothing is sent.

    Result: {"loan_id", "file", "principal_fen", "paid_out_fen", "interest_fen", "apr_ppm"}.
    """
    from scf.cli.files import save_signed
    from scf.units import all_in_apr_ppm, interest_fen

    face = run.ledger.bill_loans
    terms = face.terms_for(
        range_option(range_),
        lender=run.own_party,
        borrower=party_of(borrower, field="borrower"),
        amount=None if amount is None else amount_of(amount),
        principal=amount_of(principal, field="principal"),
        rate=parse_rate(rate),
        late_rate=parse_rate(late_rate, field="late_rate"),
        repay_day=day_of(repay_day, field="repay_by"),
        evidence_hash=hash_of(evidence, field="evidence"),
        fee=parse_fen(fee, field="fee"),
        deadline=end_of(until),
    )
    approval = face.sign_terms(terms, run.officer)
    save_signed(out, terms, approval.officer, approval.signature)
    days = (terms.repay_day - run.reader.today()).days
    interest = interest_fen(terms.principal, days=days, rate_ppm=terms.rate)
    return {
        "loan_id": face.loan_id(terms),
        "file": out,
        "principal_fen": terms.principal,
        "paid_out_fen": terms.principal - terms.fee,
        "interest_fen": interest,
        "apr_ppm": all_in_apr_ppm(
            interest=interest, fees=terms.fee, net=terms.principal, days=days
        ),
    }


@command(app, "pledge-bill")
def pledge_bill(run: Run, terms: _Terms, consent: ConsentOption) -> object:
    """
    The holder's officer accepts a loan on its bill: endorsed in pledge and paid out at once.

    Result: {"loan_id", "range", "pledgor", "pledgee", "principal_fen", "paid_out_fen", "tx"}.
    """
    from scf.cli.files import load_signed
    from scf.contracts.signing import Approval
    from scf.model.financing_records import BillLoanTerms

    agreed, lender = load_signed(terms, BillLoanTerms)
    return run.ledger.bill_loans.advance(
        agreed,
        consent_hash=hash_of(consent, field="consent"),
        lender=lender,
        borrower=Approval(officer=run.officer.address),
    )


@command(app, "top-up-bill")
def top_up_bill(
    run: Run,
    loan: Annotated[
        str, checked("--loan", hash_of, metavar="ID", help="Loan id: 0x and 64 hex digits.")
    ],
    range_: RangeOption,
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to use it.")],
    lender_key: Annotated[
        str, typer.Option("--lender-key", metavar="NAME", help="Key of the lender's officer.")
    ],
    amount: PartAmount = None,
) -> object:
    """
    The borrower pledges a bill as more security for a loan that runs; the lender's officer signs.

    Result: {"loan_id", "range", "pledgor", "pledgee", "tx"}.
    """
    from scf.contracts.signing import Approval

    lender, face = run.signer(lender_key), run.ledger.bill_loans
    terms = face.top_up_for(
        range_option(range_),
        loan_id=hash_of(loan, field="loan"),
        amount=None if amount is None else amount_of(amount),
        evidence_hash=hash_of(evidence, field="evidence"),
        deadline=end_of(until),
    )
    borrower = Approval(officer=run.officer.address)
    return face.top_up(terms, lender=lender, borrower=borrower)


@command(app, "release-bill")
def release_bill(run: Run, range_: RangeOption, amount: PartAmount = None) -> object:
    """
    Release a pledged bill, or a part at its front: the lender, or anyone once the loan is repaid.

    Result: {"range", "holder", "tx"}.
    """
    part = None if amount is None else amount_of(amount)
    return run.ledger.bill_loans.release(range_option(range_), amount=part)
