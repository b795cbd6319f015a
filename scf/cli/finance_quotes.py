"""`scf finance`: request, quote, compare and accept; the bank's side of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.bill_values import range_of
from scf.cli.output import Answer
from scf.cli.runner import Run, command, group
from scf.cli.values import (
    ConsentOption,
    EvidenceOption,
    amount_of,
    certificate_of,
    checked,
    day_of,
    hash_of,
    member_of,
    party_of,
)
from scf.errors import UsageError
from scf.model.enums import Recourse
from scf.units import format_fen, format_rate, parse_fen, parse_rate

if TYPE_CHECKING:
    from scf.model.financing_records import BillQuote
    from scf.model.records import Quote, QuoteTerms

app = group("finance", "Turn a claim into money: quotes, recourse, early payment, loans.")
QuoteOption = Annotated[
    Path, typer.Option("--quote", metavar="FILE", help="What `scf finance quote` wrote.")
]
_Until = Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")]
_OUT = Path("quote.json")


def recourse_of(text: str, *, field: str = "recourse") -> Recourse:
    """A kind of recourse by its name in lower case."""
    return member_of(Recourse, text, field)


def end_of(day: str) -> int:
    """The last second of a day, unix seconds."""
    from scf.chain.clock import start_of

    return start_of(day_of(day, field="until") + dt.timedelta(days=1)) - 1


@command(app, "request")
def request(
    run: Run,
    until: _Until,
    certificate: Annotated[
        str | None,
        checked("--id", certificate_of, metavar="ID", help="Of a certificate, with --amount."),
    ] = None,
    range_: Annotated[
        str | None,
        checked(
            "--range", range_of, metavar="RANGE", help="Of a bill: sub-range NUMBER/first-last."
        ),
    ] = None,
    amount: Annotated[
        str | None,
        checked("--amount", amount_of, metavar="YUAN", help="The part; of a bill, at its front."),
    ] = None,
    recourse: Annotated[
        str,
        checked(
            "--recourse", recourse_of, help="none, limited or full: what the holder would give."
        ),
    ] = "none",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="To send to banks.")] = Path(
        "request.json"
    ),
) -> object:
    """
    The holder asks banks for quotes on a part of a certificate or bill; nothing is sent or signed.

    Result: {"file", "seller", "certificate_id" or "range", "amount_fen", "recourse", "until"}.
    """
    from scf.cli.files import write_object

    asked: dict[str, Any] = {"seller": run.own_party}
    if certificate is not None and range_ is None:
        asked |= _asked_certificate(run, certificate, amount)
    elif range_ is not None and certificate is None:
        asked |= _asked_range(run, range_, amount)
    else:
        raise UsageError("id", certificate or "(none)", "either --id or --range")
    asked |= {
        "recourse": recourse_of(recourse).name.lower(),
        "until": day_of(until, field="until").isoformat(),
    }
    write_object(out, asked)
    return {"file": out} | asked


def _asked_certificate(run: Run, certificate: str, amount: str | None) -> Mapping[str, Any]:
    id_ = certificate_of(certificate)
    if amount is None:
        raise UsageError("amount", "(none)", "the part of the certificate, in yuan")
    part, position = amount_of(amount), run.reader.receivables.position(id_, run.own_party)
    if part > position.available:
        raise UsageError("amount", part, f"at most {position.available} fen that are free")
    return {"certificate_id": f"0x{id_:064x}", "amount_fen": part}


def _asked_range(run: Run, text: str, amount: str | None) -> Mapping[str, Any]:
    from scf.contracts import bill_checks

    whole = bill_checks.range_(text)
    part = bill_checks.piece(whole, None, None if amount is None else amount_of(amount))
    found = run.reader.bills.part(whole)
    if found.holder != run.own_party:
        raise UsageError("range", text, f"a range of yours; {found.holder} holds it")
    return {"range": str(whole), "amount_fen": part.last - part.first + 1}


@command(app, "quote")
def quote(
    run: Run,
    rate: Annotated[
        str, checked("--rate", parse_rate, help="A year, ACT/360: '3.60 %' or '36000 ppm'.")
    ],
    receipt: Annotated[
        str,
        checked("--receipt", hash_of, metavar="HASH", help="Filing receipt (中登网), used once."),
    ],
    until: _Until,
    request: Annotated[
        Path | None, typer.Option("--request", metavar="FILE", help="The holder's request.")
    ] = None,
    certificate: Annotated[
        str | None,
        checked("--id", certificate_of, metavar="ID", help="Certificate, without a request."),
    ] = None,
    seller: Annotated[
        str | None, checked("--seller", party_of, metavar="PARTY", help="Who holds it.")
    ] = None,
    amount: Annotated[
        str | None, checked("--amount", amount_of, metavar="YUAN", help="The part, in yuan.")
    ] = None,
    fee: Annotated[
        str, checked("--fee", parse_fen, metavar="YUAN", help="All fees together.")
    ] = "0",
    recourse: Annotated[
        str, checked("--recourse", recourse_of, help="none, limited or full.")
    ] = "none",
    cap: Annotated[
        str, checked("--cap", parse_fen, metavar="YUAN", help="Limit of a limited recourse.")
    ] = "0",
    advance: Annotated[
        str | None, checked("--advance", parse_fen, metavar="YUAN", help="Financed of the part.")
    ] = None,
    costs_max: Annotated[
        str, checked("--costs-max", parse_fen, metavar="YUAN", help="Most costs of collection.")
    ] = "0",
    buyer_share: Annotated[
        str, checked("--buyer-share", parse_rate, help="Interest the debtor bears: '50 %'.")
    ] = "0 %",
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = _OUT,
) -> object:
    """
    The bank's officer signs an offer and writes it to a file; nothing is sent.

    Result: {"quote_id", "file", "funder", "seller", "certificate_id", "amount_fen", "rate_ppm",
    "fee_fen", "recourse", "apr_ppm", "deadline"}.
    """
    from scf.cli.files import save_quote
    from scf.model.records import Quote

    text, held_by, part = asked_by(request, certificate, seller, amount, option="--id")
    if part is None:
        raise UsageError("amount", "(none)", "the part of the certificate, in yuan")
    offer = Quote(
        funder=run.own_party,
        seller=party_of(held_by, field="seller"),
        certificate_id=certificate_of(text),
        amount=part,
        rate=parse_rate(rate),
        fee=parse_fen(fee, field="fee"),
        recourse=recourse_of(recourse),
        cap=parse_fen(cap, field="cap"),
        advance=part if advance is None else parse_fen(advance, field="advance"),
        costs_max=parse_fen(costs_max, field="costs_max"),
        buyer_share=parse_rate(buyer_share, field="buyer_share"),
        registry_receipt=hash_of(receipt, field="receipt"),
        epoch=run.reader.participants.epoch(run.own_party),
        deadline=end_of(until),
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
        "recourse": offer.recourse,
        "apr_ppm": face.terms(offer).apr,
        "deadline": offer.deadline,
    }


@command(app, "compare")
def compare(
    run: Run,
    quotes: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Quotes to compare.")],
) -> object:
    """
    Quotes side by side, the lowest all-in APR first, before anybody signs (R77-10).

    For certificates and bills alike; what is discounted of a bill is always with recourse.

    Result: {"quotes": [{"file", "funder", "recourse", "amount_fen", "received_fen", "cost_fen",
    "apr_ppm", "is_open"}], "best"}.
    """
    from scf.cli.files import load_offer

    rows = []
    for path in quotes:
        offer = load_offer(path)[0]
        terms, now = _terms_of(run, offer), run.chain.block().timestamp
        rows.append((path, offer, terms, offer.deadline >= now))
    rows.sort(key=lambda row: (not row[3], row[2].apr is None, row[2].apr or 0))
    found = [
        {
            "file": path,
            "funder": signed.funder,
            "recourse": getattr(signed, "recourse", Recourse.FULL),
            "amount_fen": terms.amount,
            "received_fen": terms.received,
            "cost_fen": terms.financed - terms.received,
            "apr_ppm": terms.apr,
            "is_open": is_open,
        }
        for path, signed, terms, is_open in rows
    ]
    return {"quotes": found, "best": found[0]["file"] if found[0]["is_open"] else None}


@command(app, "terms")
def terms(run: Run, quote: QuoteOption) -> object:
    """
    What a quote would cost today, and its all-in APR with fees, line by line.

    Result: {"amount_fen", "financed_fen", "interest_fen", "buyer_part_fen", "fee_fen", "net_fen",
    "received_fen", "tenor_days", "apr_ppm"}.
    """
    from scf.cli.files import load_offer

    offer = load_offer(quote)[0]
    found = _terms_of(run, offer)
    return Answer(result=_terms(found), text=explained(offer, found))


@command(app, "accept")
def accept(
    run: Run, quote: QuoteOption, evidence: EvidenceOption, consent: ConsentOption
) -> object:
    """
    The holder's officer accepts a quote: certificate or bill against money in one transaction.

    Result: {"quote_id", "certificate_id" or "token_id", "seller", "funder", "amount_fen",
    "interest_fen", "fee_fen", "net_fen", "buyer_part_fen", "tx"}.
    """
    from scf.cli.files import load_offer
    from scf.contracts.signing import Approval
    from scf.model.records import Quote, SignedQuote

    offer, funder = load_offer(quote)
    hashes = _records(evidence, consent)
    if isinstance(offer, Quote):
        signed = SignedQuote(quote=offer, officer=funder.officer, signature=funder.signature)
        return run.ledger.discounting.sell(signed, **hashes)
    seller = Approval(officer=run.officer.address)
    return run.ledger.bill_discounting.discount(offer, **hashes, seller=seller, funder=funder)


@command(app, "buy")
def buy(
    run: Run,
    quote: QuoteOption,
    evidence: EvidenceOption,
    consent: ConsentOption,
    seller_key: Annotated[
        str, typer.Option("--seller-key", metavar="NAME", help="Key of the seller's officer.")
    ],
) -> object:
    """
    The bank's officer buys on its own quote; the seller's officer has signed the sale.

    Result: as for `accept`.
    """
    from scf.cli.files import load_offer
    from scf.contracts.signing import Approval
    from scf.model.records import Quote

    offer, hashes = load_offer(quote)[0], _records(evidence, consent)
    seller = run.signer(seller_key)
    if isinstance(offer, Quote):
        return run.ledger.discounting.buy(offer, **hashes, seller=seller)
    funder = Approval(officer=run.officer.address)
    return run.ledger.bill_discounting.discount(offer, **hashes, seller=seller, funder=funder)


@command(app, "revoke")
def revoke(run: Run, quote: QuoteOption) -> object:
    """
    The bank takes a quote back that is not used yet.

    Result: {"quote_id", "tx"}.
    """
    from scf.cli.files import load_offer
    from scf.model.records import Quote

    offer = load_offer(quote)[0]
    if isinstance(offer, Quote):
        certificates = run.ledger.discounting
        return {"quote_id": certificates.quote_id(offer), "tx": certificates.revoke(offer)}
    bills = run.ledger.bill_discounting
    return {"quote_id": bills.quote_id(offer), "tx": bills.revoke(offer)}


@command(app, "revoke-all")
def revoke_all(run: Run) -> object:
    """
    Take back, at once, every quote, loan offer and early-payment offer not used yet.

    Result: {"party", "epoch", "tx"}.
    """
    tx = run.ledger.participants.end_epoch()
    return {
        "party": run.own_party,
        "epoch": run.reader.participants.epoch(run.own_party),
        "tx": tx,
    }


def _records(evidence: str, consent: str) -> dict[str, bytes]:
    return {
        "evidence_hash": hash_of(evidence, field="evidence"),
        "consent_hash": hash_of(consent, field="consent"),
    }


def _terms_of(run: Run, offer: Quote | BillQuote) -> QuoteTerms:
    from scf.model.records import Quote

    if isinstance(offer, Quote):
        return run.reader.discounting.terms(offer)
    return run.reader.bill_discounting.terms(offer)


def explained(offer: Quote | BillQuote, terms: QuoteTerms) -> str:
    """The arithmetic of a quote, line by line."""
    from scf.model.records import Quote

    part, rate = format_fen(terms.financed), format_rate(offer.rate)
    interest, fee = format_fen(terms.interest), format_fen(terms.fee)
    lines = [
        f"part sold                      {format_fen(terms.amount)} yuan",
        f"financed of it                 {part} yuan",
        f"interest  {part} × {terms.tenor_days} days × {rate} / 360 = {interest} yuan, half-up",
        f"fees                           {fee} yuan",
        f"the bank pays  {part} − {interest} − {fee} = {format_fen(terms.net)} yuan",
    ]
    if terms.buyer_part:
        lines.append(
            f"the debtor pays  {format_rate(offer.buyer_share)} of the interest = "
            f"{format_fen(terms.buyer_part)} yuan"
        )
    lines.append(f"you receive                    {format_fen(terms.received)} yuan")
    if terms.apr is not None:
        cost = terms.financed - terms.received
        lines.append(
            f"all-in APR  {format_fen(cost)} / {format_fen(terms.received)} × 365 / "
            f"{terms.tenor_days} = {format_rate(terms.apr)}"
        )
    if isinstance(offer, Quote):
        lines.append(f"recourse                       {offer.recourse.name.lower()}")
    else:
        lines += _of_a_bill(offer)
    return "\n".join(lines)


def _of_a_bill(offer: BillQuote) -> list[str]:
    """What a discount of a bill leaves behind."""
    lines = ["recourse                       by the law of bills, whatever is agreed"]
    if offer.redeem_from is not None:
        price = "the price paid"
        if offer.redeem_amount:
            price = f"{format_fen(offer.redeem_amount)} yuan"
        elif offer.redeem_rate:
            price = f"the price paid, and {format_rate(offer.redeem_rate)} a year on it"
        window = f"{offer.redeem_from} to {offer.redeem_until}"
        lines.append(f"you may redeem                 {window} for {price}")
    return lines


def _terms(found: QuoteTerms) -> Mapping[str, Any]:
    return {
        "amount_fen": found.amount,
        "financed_fen": found.financed,
        "interest_fen": found.interest,
        "buyer_part_fen": found.buyer_part,
        "fee_fen": found.fee,
        "net_fen": found.net,
        "received_fen": found.received,
        "tenor_days": found.tenor_days,
        "apr_ppm": found.apr,
    }


def asked_by(
    request: Path | None, thing: str | None, seller: str | None, amount: str | None, *, option: str
) -> tuple[str, str, int | None]:
    """What a bank quotes for: text of its id, who holds it, the part in fen (None: all)."""
    from scf.cli.files import read_object

    given = {option: thing, "--seller": seller, "--amount": amount}
    if request is None:
        if thing is None or seller is None:
            missing = option if thing is None else "--seller"
            raise UsageError(missing, "(none)", f"--request FILE, or {option} and --seller")
        return thing, seller, None if amount is None else amount_of(amount)
    if extra := [name for name, value in given.items() if value is not None]:
        raise UsageError(extra[0], str(given[extra[0]]), "nothing that the request says already")
    name = {"--id": "certificate_id", "--range": "range"}[option]
    found = read_object(request, "request")
    if missing_fields := {"seller", name, "amount_fen"} - set(found):
        raise UsageError("request", str(request), f"a file with {min(missing_fields)}")
    part = found["amount_fen"]
    if type(part) is not int or part <= 0:
        raise UsageError("request", str(request), "a file with amount_fen above zero")
    return str(found[name]), str(found["seller"]), part
