"""`scf finance`: loans on pledged certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.finance_quotes import app, end_of
from scf.cli.runner import Run, command
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
from scf.errors import UsageError
from scf.units import parse_fen, parse_rate

if TYPE_CHECKING:
    from scf.chain.keys import Signer

_Loan = Annotated[
    str, checked("--loan", hash_of, metavar="ID", help="Loan id: 0x and 64 hex digits.")
]
_Terms = Annotated[
    Path, typer.Option("--terms", metavar="FILE", help="What `scf finance lend` wrote.")
]


@command(app, "lend")
def lend(
    run: Run,
    certificate: CertificateOption,
    borrower: Annotated[
        str, checked("--borrower", party_of, metavar="PARTY", help="Who holds it.")
    ],
    pledged: Annotated[
        str, checked("--pledged", parse_fen, metavar="YUAN", help="The part pledged.")
    ],
    amount: AmountOption,
    rate: Annotated[str, checked("--rate", parse_rate, help="A year, ACT/360: '4 %'.")],
    late_rate: Annotated[
        str, checked("--late-rate", parse_rate, help="From the day of repayment on.")
    ],
    repay_day: Annotated[str, checked("--repay-by", day_of, metavar="DAY", help="A business day.")],
    receipt: Annotated[
        str,
        checked("--receipt", hash_of, metavar="HASH", help="Filing receipt (中登网), used once."),
    ],
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")],
    fee: Annotated[str, checked("--fee", parse_fen, metavar="YUAN", help="Kept back.")] = "0",
    sale_floor: Annotated[
        str, checked("--sale-floor", parse_rate, help="Least price of a part sold after default.")
    ] = "90 %",
    costs_max: Annotated[
        str, checked("--costs-max", parse_fen, metavar="YUAN", help="Most costs of enforcement.")
    ] = "0",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path(
        "loan.json"
    ),
) -> object:
    """
    The bank's officer signs the terms of a loan on a pledge; nothing is sent.

    Result: {"loan_id", "file", "principal_fen", "paid_out_fen", "interest_fen", "apr_ppm"}.
    """
    from scf.cli.files import save_signed
    from scf.model.financing_records import LoanTerms
    from scf.units import all_in_apr_ppm, interest_fen

    terms = LoanTerms(
        lender=run.own_party,
        borrower=party_of(borrower, field="borrower"),
        certificate_id=certificate_of(certificate),
        pledged=parse_fen(pledged, field="pledged"),
        principal=amount_of(amount),
        rate=parse_rate(rate),
        late_rate=parse_rate(late_rate, field="late_rate"),
        repay_day=day_of(repay_day, field="repay_by"),
        evidence_hash=hash_of(evidence, field="evidence"),
        registry_receipt=hash_of(receipt, field="receipt"),
        deadline=end_of(until),
        fee=parse_fen(fee, field="fee"),
        sale_floor=parse_rate(sale_floor, field="sale_floor"),
        costs_max=parse_fen(costs_max, field="costs_max"),
        epoch=run.reader.participants.epoch(run.own_party),
    )
    face = run.ledger.loans
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


@command(app, "pledge")
def pledge(run: Run, terms: _Terms, consent: ConsentOption) -> object:
    """
    The holder's officer accepts a loan: pledged and paid out in one transaction.

    Result: {"loan_id", "lender", "borrower", "principal_fen", "paid_out_fen", "tx"}.
    """
    from scf.cli.files import load_signed
    from scf.contracts.signing import Approval
    from scf.model.financing_records import LoanTerms

    agreed, lender = load_signed(terms, LoanTerms)
    return run.ledger.loans.advance(
        agreed,
        consent_hash=hash_of(consent, field="consent"),
        lender=lender,
        borrower=Approval(officer=run.officer.address),
    )


@command(app, "loan")
def loan(run: Run, loan: _Loan) -> object:
    """
    A loan and what is owed on it today.

    Result: {"id", "lender", "borrower", "principal_fen", "state", "repay_day", "costs_owed_fen",
    "interest_owed_fen", "total_owed_fen"}.
    """
    id_ = hash_of(loan, field="loan")
    found, owed = run.reader.loans.loan(id_), run.reader.loans.debt(id_)
    return {
        "id": found.id,
        "lender": found.lender,
        "borrower": found.borrower,
        "principal_fen": found.principal,
        "state": found.state,
        "repay_day": found.repay_day,
        "costs_owed_fen": owed.costs,
        "interest_owed_fen": owed.interest,
        "total_owed_fen": owed.total,
    }


@command(app, "repay")
def repay(
    run: Run,
    loan: _Loan,
    amount: Annotated[
        str | None,
        checked("--amount", amount_of, metavar="YUAN", help="A part; all of it if left out."),
    ] = None,
    release: Annotated[
        list[str] | None, checked("--release", hash_of, metavar="ID", help="Pledge to end with it.")
    ] = None,
) -> object:
    """
    The borrower repays: costs, then interest, then principal.

    Result: {"loan_id", "paid_fen", "costs_fen", "interest_fen", "principal_fen", "is_repaid",
    "tx"}.
    """
    part = None if amount is None else amount_of(amount)
    ids = [certificate_of(item) for item in release or ()]
    return run.ledger.loans.repay(hash_of(loan, field="loan"), part, release=ids)


@command(app, "release")
def release(run: Run, loan: _Loan, certificate: CertificateOption, amount: AmountOption) -> object:
    """
    Release a pledged part: the lender at any time, anyone once the loan is repaid.

    Result: {"loan_id", "certificate_id", "amount_fen", "tx"}.
    """
    id_, part = certificate_of(certificate), amount_of(amount)
    tx = run.ledger.loans.release(hash_of(loan, field="loan"), id_, part)
    return {"loan_id": loan, "certificate_id": id_, "amount_fen": part, "tx": tx}


@command(app, "default")
def default(run: Run, loan: _Loan) -> object:
    """
    State that a loan was not repaid on its day.

    Result: {"loan_id", "tx"}.
    """
    return {"loan_id": loan, "tx": run.ledger.loans.declare_default(hash_of(loan, field="loan"))}


@command(app, "top-up")
def top_up(
    run: Run,
    loan: _Loan,
    certificate: CertificateOption,
    amount: AmountOption,
    receipt: Annotated[
        str,
        checked("--receipt", hash_of, metavar="HASH", help="Filing receipt (中登网), used once."),
    ],
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to use it.")],
    lender_key: Annotated[
        str, typer.Option("--lender-key", metavar="NAME", help="Key of the lender's officer.")
    ],
) -> object:
    """
    The borrower pledges more for a loan that runs; the lender's officer signs too.

    Result: {"loan_id", "certificate_id", "amount_fen", "tx"}.
    """
    from scf.contracts.signing import Approval
    from scf.model.financing_records import TopUp

    terms = TopUp(
        loan_id=hash_of(loan, field="loan"),
        certificate_id=certificate_of(certificate),
        amount=amount_of(amount),
        evidence_hash=hash_of(evidence, field="evidence"),
        registry_receipt=hash_of(receipt, field="receipt"),
        deadline=end_of(until),
    )
    lender, borrower = run.signer(lender_key), Approval(officer=run.officer.address)
    tx = run.ledger.loans.top_up(terms, lender=lender, borrower=borrower)
    return {
        "loan_id": loan,
        "certificate_id": terms.certificate_id,
        "amount_fen": terms.amount,
        "tx": tx,
    }


@command(app, "loan-costs")
def loan_costs(run: Run, terms: _Terms, amount: AmountOption, evidence: EvidenceOption) -> object:
    """
    After default the lender states, once, its costs of enforcement.

    Result: {"loan_id", "costs_fen", "tx"}.
    """
    from scf.cli.files import load_signed
    from scf.model.financing_records import LoanTerms

    agreed, _ = load_signed(terms, LoanTerms)
    face, costs = run.ledger.loans, amount_of(amount)
    evidence_hash = hash_of(evidence, field="evidence")
    tx = face.state_costs(agreed, costs, evidence_hash=evidence_hash)
    return {"loan_id": face.loan_id(agreed), "costs_fen": costs, "tx": tx}


@command(app, "enforce")
def enforce(
    run: Run,
    terms: _Terms,
    amount: AmountOption,
    price: Annotated[
        str, checked("--price", amount_of, metavar="YUAN", help="At the agreed floor or above.")
    ],
    receipt: Annotated[
        str,
        checked("--receipt", hash_of, metavar="HASH", help="Filing receipt (中登网), used once."),
    ],
    evidence: EvidenceOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to use it.")],
    buyer_key: Annotated[
        str | None,
        typer.Option("--buyer-key", metavar="NAME", help="Key of the buyer; else the lender buys."),
    ] = None,
) -> object:
    """
    After default the lender sells a pledged part; what is above the debt goes to the pledgor.

    Result: {"loan_id", "certificate_id", "buyer", "price_fen", "surplus_fen", "tx"}.
    """
    from scf.cli.files import load_signed
    from scf.contracts.signing import Approval
    from scf.model.financing_records import LoanTerms, PledgeSale

    agreed, _ = load_signed(terms, LoanTerms)
    key: Signer | None = None if buyer_key is None else run.signer(buyer_key)
    face, buyer = run.ledger.loans, run.own_party
    if key is not None:
        found = run.reader.participants.officer(key.address)
        if found is None:
            raise UsageError("buyer_key", buyer_key, "the key of an enrolled party's officer")
        buyer = found.party
    sale = PledgeSale(
        loan_id=face.loan_id(agreed),
        certificate_id=agreed.certificate_id,
        buyer=buyer,
        amount=amount_of(amount),
        price=amount_of(price, field="price"),
        evidence_hash=hash_of(evidence, field="evidence"),
        registry_receipt=hash_of(receipt, field="receipt"),
        deadline=end_of(until),
    )
    return face.enforce(agreed, sale, buyer=key or Approval(officer=run.officer.address))
