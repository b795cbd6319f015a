"""
`scf finance explain`: the arithmetic behind a figure of financing, line by line.

What is named may be a file (a quote, terms of a loan, an early-payment offer, a claim), a range of
a bill, or the id of something that happened: its events are read from the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.finance_quotes import app, explained
from scf.cli.output import Answer
from scf.cli.runner import Run, command
from scf.cli.values import hash_of
from scf.errors import UsageError
from scf.units import all_in_apr_ppm, format_fen, format_rate, interest_fen, rate_giving

if TYPE_CHECKING:
    import datetime as dt

    from scf.chain.events import Log
    from scf.ledger import Ledger

_CONTRACTS = (
    *("Settlement", "Loans", "BillLoans", "BillDiscounting"),
    *("EarlyPayments", "FactoringClaims", "Factoring"),
)
Args = Mapping[str, Any]


@command(app, "explain")
def explain(
    run: Run,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Id of a sale, loan, offer, claim or certificate; a range; a file."
        ),
    ],
) -> object:
    """
    How the numbers of anything in financing come about, to the fen.

    Result: {"lines": [text, …]}.
    """
    if what.startswith("0x"):
        lines = _id_lines(run, hash_of(what, field="id"))
    elif "/" in what and what[:30].isdigit():
        lines = _range_lines(run, what)
    else:
        lines = _file_lines(run, Path(what))
    return Answer(result={"lines": lines}, text="\n".join(lines))


# By id: what happened


def _id_lines(run: Run, id_: bytes) -> list[str]:
    events = run.reader.events_about(id_, _CONTRACTS)
    if not events:
        raise UsageError(
            "id", "0x" + id_.hex(), "the id of a sale, loan, offer, claim or certificate made here"
        )
    lines: list[str] = []
    for day, log in events:
        if log.name in _SALES:
            told = _SALES[log.name](run.reader, day, log)
        else:
            told = _TOLD[log.name](log.args) if log.name in _TOLD else []
        lines += [f"{day}  {line}" for line in told]
    if any(log.name == "LoanAdvanced" for _, log in events):
        lines += ["", "today:", *loan_lines(run.reader, id_)]
    return lines


def _certificate_sold(ledger: Ledger, day: dt.date, log: Log) -> list[str]:
    id_ = log.args["certificateId"]
    act = ledger.events_of(log.tx_hash, ("Receivables", "Settlement"))
    amount = next(
        item.args["amount"]
        for item in reversed(act)
        if item.name == "TransferSingle"
        and item.args["id"] == id_
        and item.log_index < log.log_index
    )
    with_recourse = (
        item.args
        for item in act
        if item.name == "FactoredWithRecourse" and item.args["quoteId"] == log.args["quoteId"]
    )
    financed = next((args["advanceFen"] for args in with_recourse), amount)
    lines = [f"sold of the certificate  {_yuan(amount)}, financed {_yuan(financed)}"]
    return lines + _price_lines(ledger.receivables.pay_day(id_).day, day, log, financed)


def _bill_discounted(ledger: Ledger, day: dt.date, log: Log) -> list[str]:
    from scf.model.bill_numbers import range_of_token

    found = range_of_token(log.args["tokenId"])
    bill = ledger.bills.bill(found.bill_no)
    amount = found.last - found.first + 1 if found.first else bill.face
    lines = [f"bill {found} discounted  {_yuan(amount)}"]
    return lines + _price_lines(ledger.rulebook.roll(bill.maturity).day, day, log, amount)


def _price_lines(pay_day: dt.date, day: dt.date, log: Log, financed: int) -> list[str]:
    """From what was financed to what was paid; the rate is worked back from the interest."""
    interest, fee, days = log.args["interestFen"], log.args["feeFen"], (pay_day - day).days
    net = financed - interest - fee
    rate = rate_giving(interest, amount=financed, days=days) if days > 0 else None
    if rate is None:
        lines = [f"interest  {_yuan(interest)}"]
    else:
        lines = [
            _interest_line("interest", financed, days, rate),
            "the rate agreed stands in the quote; this is the roundest that gives the interest",
        ]
    lines.append(f"paid  {_yuan(financed)} − {_yuan(interest)} − fees {_yuan(fee)} = {_yuan(net)}")
    if days > 0 and net > 0:
        apr = all_in_apr_ppm(interest=interest, fees=fee, net=net + fee, days=days)
        cost = f"{_yuan(interest + fee)} / {_yuan(net)}"
        lines.append(f"all-in APR  {cost} × 365 / {days} = {format_rate(apr)}")
    return lines


def _advanced(args: Args) -> list[str]:
    principal, fee = args["principalFen"], args["feeFen"]
    return [
        (
            f"lent {_yuan(principal)} at {format_rate(args['ratePpm'])}, then "
            f"{format_rate(args['lateRatePpm'])}; paid out {_yuan(principal)} − {_yuan(fee)} = "
            f"{_yuan(principal - fee)}"
        )
    ]


def _loan_paid(args: Args) -> list[str]:
    parts = args["costsFen"], args["interestFen"], args["principalFen"]
    lines = [
        (
            f"paid {_yuan(sum(parts))} = costs {_yuan(parts[0])} + interest {_yuan(parts[1])} + "
            f"principal {_yuan(parts[2])}, in this order"
        )
    ]
    if args["accruedFen"]:
        lines.append(f"interest of {_yuan(args['accruedFen'])} stays owed")
    return lines


def _split(name: str) -> Callable[[Args], list[str]]:
    def tell(args: Args) -> list[str]:
        lender, pledgor = args["lenderFen"], args["pledgorFen"]
        return [
            (
                f"{name} brought in {_yuan(lender + pledgor)}: {_yuan(lender)} to the lender up "
                f"to its debt, {_yuan(pledgor)} to the pledgor"
            )
        ]

    return tell


def _pledge_sold(args: Args) -> list[str]:
    price, surplus = args["priceFen"], args["surplusFen"]
    return [
        (
            f"pledged {_yuan(args['amountFen'])} sold for {_yuan(price)}: {_yuan(price)} − debt "
            f"{_yuan(price - surplus)} = {_yuan(surplus)} surplus to the pledgor"
        )
    ]


def _paid_early(args: Args) -> list[str]:
    amount, discount = args["amountFen"], args["discountFen"]
    return [
        f"paid early: {_yuan(amount)} − discount {_yuan(discount)} = {_yuan(amount - discount)}"
    ]


def _units(verb: str) -> Callable[[Args], list[str]]:
    def tell(args: Args) -> list[str]:
        return [f"{verb} {_yuan(args['amountFen'])} for {_yuan(args['paidFen'])}"]

    return tell


def _line(text: str, *fields: str) -> Callable[[Args], list[str]]:
    return lambda args: [text.format(*(_yuan(args[field]) for field in fields))]


_SALES: Mapping[str, Callable[[Ledger, dt.date, Log], list[str]]] = {
    "CertificateSold": _certificate_sold,
    "BillDiscounted": _bill_discounted,
}
_TOLD: Mapping[str, Callable[[Args], list[str]]] = {
    "FactoredWithRecourse": _line("with recourse for {} financed", "advanceFen"),
    "InterestShared": _line("the debtor bore {} of the interest", "paidFen"),
    "BillInterestShared": _line("drawer or acceptor bore {} of the interest", "paidFen"),
    "RepoOpened": _line("may be redeemed; price paid {}", "priceFen"),
    "BillRedeemed": _line("redeemed for {}", "paidFen"),
    "LoanAdvanced": _advanced,
    "LoanPaid": _loan_paid,
    "LoanRepaid": lambda args: ["nothing is owed any more"],
    "LoanDefaulted": _line("in default with {} owed", "owedFen"),
    "LoanCostsStated": _line("costs of enforcement {}", "costsFen"),
    "PledgeCollected": _split("the pledged part"),
    "BillPledgeCollected": _split("the pledged bill"),
    "PledgeSold": _pledge_sold,
    "PaidEarly": _paid_early,
    "CostsStated": _line("costs of collection {}", "costsFen"),
    "BoughtBack": _units("bought back"),
    "SurplusReturned": _line("surplus of {} returned to the supplier", "refundFen"),
    "RecourseClaimed": _line("claimed for {} of the certificate", "amountFen"),
    "RecourseClaimWithdrawn": lambda args: ["claim withdrawn"],
    "RecoursePaid": _units("the claim was paid: back go"),
    "PaymentSettled": _line("the debtor paid {}", "totalFen"),
    "CollectedOnline": _line("collected online {}", "paidFen"),
}


def _yuan(fen: int) -> str:
    return f"{format_fen(fen)} yuan"


# As it stands today


def loan_lines(ledger: Ledger, id_: bytes) -> list[str]:
    """What is owed on a loan today, line by line."""
    found = ledger.loans.loan(id_)
    owed, today = ledger.loans.debt(id_), ledger.today()
    turn = min(max(found.repay_day, found.since_day), today)
    early, late = (turn - found.since_day).days, (today - turn).days
    lines = [f"principal since {found.since_day}      {_yuan(found.principal)}"]
    if found.interest:
        lines.append(f"interest left from before       {_yuan(found.interest)}")
    lines += [
        _interest_line("interest", found.principal, days, rate)
        for days, rate in ((early, found.rate), (late, found.late_rate))
        if days
    ]
    lines += [
        f"costs of enforcement            {_yuan(owed.costs)}",
        f"owed in all                     {_yuan(owed.total)}",
        "payments go to costs, then interest, then principal; what is above is the pledgor's",
    ]
    return lines


def _interest_line(name: str, amount: int, days: int, rate: int) -> str:
    part = interest_fen(amount, days=days, rate_ppm=rate)
    product = f"{_yuan(amount)} × {days} days × {format_rate(rate)} / 360"
    return f"{name}  {product} = {_yuan(part)}, half-up"


def _range_lines(run: Run, text: str) -> list[str]:
    """A repo, or a pledge, as it stands today."""
    from scf.contracts import bill_checks

    found = bill_checks.range_(text)
    repo, loan = run.reader.bill_discounting.repo(found), run.reader.bill_loans.pledge_of(found)
    if loan is not None:
        lines = [f"pledged for loan 0x{loan.hex()}"]
        return [*lines, *loan_lines(run.reader, loan)]
    if repo is None:
        raise UsageError("range", text, "a range that is pledged, or discounted with redemption")
    lines = [
        f"price paid on {repo.day}        {_yuan(repo.price)}",
        f"may be redeemed                 {repo.redeem_from} to {repo.redeem_until}",
    ]
    if repo.redeem_amount:
        return [*lines, f"agreed redemption price         {_yuan(repo.redeem_amount)}"]
    days = (run.reader.today() - repo.day).days
    interest = interest_fen(repo.price, days=days, rate_ppm=repo.redeem_rate)
    price, total = _yuan(repo.price), _yuan(repo.price + interest)
    return [
        *lines,
        _interest_line("interest on it", repo.price, days, repo.redeem_rate),
        f"to redeem today  {price} + {_yuan(interest)} = {total}",
    ]


# By file: what was agreed or offered


def _file_lines(run: Run, path: Path) -> list[str]:
    from scf.cli.files import read_object

    found = read_object(path, "id")
    if "apr" in found:
        return _early_lines(run, path)
    if "repay_day" in found:
        return _terms_lines(run, path, is_bill="token_id" in found)
    if "path" in found:
        return _claim_lines(run, path)
    return _quote_lines(run, path)


def _quote_lines(run: Run, path: Path) -> list[str]:
    from scf.cli.files import load_offer
    from scf.model.records import Quote, Recourse

    quote = load_offer(path)[0]
    if not isinstance(quote, Quote):
        return explained(quote, run.reader.bill_discounting.terms(quote)).splitlines()
    face = run.reader.discounting
    lines = explained(quote, face.terms(quote)).splitlines()
    is_sold = face.receipt_used_by(quote.registry_receipt) == face.quote_id(quote)
    if not is_sold or quote.recourse == Recourse.NONE:
        return lines
    account = run.reader.factoring.account(quote)
    lines += [
        f"sold with recourse; collected   {_yuan(account.collected)}",
        f"advance, late interest, costs   {_yuan(account.owed)}",
        f"still unpaid of the part        {_yuan(account.left)}",
    ]
    owed, collected = _yuan(account.owed), _yuan(account.collected)
    if account.left:
        lines.append(f"to buy it back  {owed} − {collected} = {_yuan(account.claim)}")
    else:
        lines.append(f"surplus to return  {collected} − {owed} = {_yuan(account.surplus)}")
    return lines


def _early_lines(run: Run, path: Path) -> list[str]:
    from scf.cli.files import load_signed
    from scf.model.financing_records import EarlyOffer

    offer, _ = load_signed(path, EarlyOffer)
    discount, days = run.reader.early_payments.discount(offer)
    amount = _yuan(offer.amount)
    return [
        f"amount of the debt              {amount}",
        (
            f"discount  {amount} × {days} days × {format_rate(offer.apr)} / 360 = "
            f"{_yuan(discount)}, half-up"
        ),
        f"paid today  {amount} − {_yuan(discount)} = {_yuan(offer.amount - discount)}",
    ]


def _terms_lines(run: Run, path: Path, *, is_bill: bool) -> list[str]:
    from scf.cli.files import load_signed
    from scf.model.financing_records import BillLoanTerms, LoanTerms

    terms: BillLoanTerms | LoanTerms
    if is_bill:
        terms, _ = load_signed(path, BillLoanTerms)
    else:
        terms, _ = load_signed(path, LoanTerms)
    days = (terms.repay_day - run.reader.today()).days
    if days <= 0:
        raise UsageError("id", str(path), f"terms to be repaid after today, not {terms.repay_day}")
    interest = interest_fen(terms.principal, days=days, rate_ppm=terms.rate)
    apr = all_in_apr_ppm(interest=interest, fees=terms.fee, net=terms.principal, days=days)
    out = terms.principal - terms.fee
    return [
        f"principal                       {_yuan(terms.principal)}",
        f"paid out  {_yuan(terms.principal)} − fees {_yuan(terms.fee)} = {_yuan(out)}",
        _interest_line(f"interest until {terms.repay_day}", terms.principal, days, terms.rate),
        (
            f"all-in APR  {_yuan(interest + terms.fee)} / {_yuan(out)} × 365 / {days} = "
            f"{format_rate(apr)}"
        ),
        f"after that day                  {format_rate(terms.late_rate)} a year",
    ]


def _claim_lines(run: Run, path: Path) -> list[str]:
    from scf.cli.files import load_claim

    terms = load_claim(path)
    id_, today = terms.certificate_id, run.reader.today()
    late = run.reader.receivables.late_interest(id_, terms.amount, today)
    steps = run.reader.factoring.walk(id_, terms.claimant, terms.path, terms.amount)
    claim = terms.amount + late
    lines = [
        f"claimed of the certificate      {_yuan(terms.amount)}",
        f"late interest until today       {_yuan(late)}",
        f"the claim  {_yuan(terms.amount)} + {_yuan(late)} = {_yuan(claim)}",
    ]
    for place, step in enumerate(steps, 1):
        capped = "" if step.owed == claim else ", capped by a limited recourse on the way"
        lines.append(
            f"hop {place}: {step.party} owes {_yuan(step.owed)} for {_yuan(step.units)}{capped}"
        )
    return lines
