"""`scf finance`: quotes for bills, redemption of what was discounted with that right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.bill_values import PartAmount, RangeOption, range_of
from scf.cli.finance_quotes import app, asked_by, end_of
from scf.cli.runner import Run, command
from scf.cli.values import checked, day_of, party_of
from scf.units import parse_fen, parse_rate

if TYPE_CHECKING:
    import datetime as dt

    from scf.model.bill_numbers import BillRange


def range_option(text: str, *, field: str = "range") -> BillRange:
    """A sub-range of a bill."""
    from scf.contracts import bill_checks

    return bill_checks.range_(text, field)


@command(app, "quote-bill")
def quote_bill(
    run: Run,
    rate: Annotated[
        str, checked("--rate", parse_rate, help="A year, ACT/360: '2.40 %' or '24000 ppm'.")
    ],
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day of the offer.")],
    request: Annotated[
        Path | None, typer.Option("--request", metavar="FILE", help="The holder's request.")
    ] = None,
    range_: Annotated[
        str | None,
        checked("--range", range_of, metavar="RANGE", help="Sub-range, without a request."),
    ] = None,
    seller: Annotated[
        str | None, checked("--seller", party_of, metavar="PARTY", help="Who holds it.")
    ] = None,
    amount: PartAmount = None,
    fee: Annotated[
        str, checked("--fee", parse_fen, metavar="YUAN", help="All fees together.")
    ] = "0",
    buyer_share: Annotated[
        str,
        checked("--buyer-share", parse_rate, help="Interest drawer or acceptor bears: '50 %'."),
    ] = "0 %",
    redeem_from: Annotated[
        str | None,
        checked("--redeem-from", day_of, metavar="DAY", help="First day to redeem: a repo."),
    ] = None,
    redeem_until: Annotated[
        str | None, checked("--redeem-until", day_of, metavar="DAY", help="Last day to redeem.")
    ] = None,
    redeem_price: Annotated[
        str,
        checked("--redeem-price", parse_fen, metavar="YUAN", help="Agreed price; 0: by rate."),
    ] = "0",
    redeem_rate: Annotated[
        str, checked("--redeem-rate", parse_rate, help="A year, on the price paid.")
    ] = "0 %",
    interbank: Annotated[
        bool, typer.Option("--interbank", help="Between banks, discounted paper (转贴现).")
    ] = False,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path(
        "quote.json"
    ),
) -> object:
    """
    The bank's officer signs an offer for a bill as it stands now; nothing is sent.

    Result: {"quote_id", "file", "funder", "seller", "range", "amount_fen", "rate_ppm", "fee_fen",
    "apr_ppm", "deadline"}.
    """
    from scf.cli.files import save_signed

    text, held_by, part = asked_by(request, range_, seller, amount, option="--range")
    face = run.ledger.bill_discounting
    offer = face.quote_for(
        range_option(text),
        funder=run.own_party,
        seller=party_of(held_by, field="seller"),
        amount=part,
        rate=parse_rate(rate),
        fee=parse_fen(fee, field="fee"),
        buyer_share=parse_rate(buyer_share, field="buyer_share"),
        redeem_from=_day(redeem_from, "redeem_from"),
        redeem_until=_day(redeem_until, "redeem_until"),
        redeem_amount=parse_fen(redeem_price, field="redeem_price"),
        redeem_rate=parse_rate(redeem_rate, field="redeem_rate"),
        interbank=interbank,
        deadline=end_of(until),
    )
    approval = face.sign_quote(offer, run.officer)
    save_signed(out, offer, approval.officer, approval.signature)
    return {
        "quote_id": face.quote_id(offer),
        "file": out,
        "funder": offer.funder,
        "seller": offer.seller,
        "range": text,
        "amount_fen": offer.last - offer.first + 1,
        "rate_ppm": offer.rate,
        "fee_fen": offer.fee,
        "apr_ppm": face.terms(offer).apr,
        "deadline": offer.deadline,
    }


@command(app, "redeem")
def redeem(run: Run, range_: RangeOption) -> object:
    """
    The seller redeems a bill within the window of its repo discount.

    Result: {"token_id", "paid_fen", "tx"}.
    """
    return run.ledger.bill_discounting.redeem(range_option(range_).token_id)


@command(app, "end-repo")
def end_repo(run: Run, range_: RangeOption) -> object:
    """
    State that a repo was not redeemed in time: the discount is outright. Anyone.

    Result: {"range", "tx"}.
    """
    tx = run.ledger.bill_discounting.end_repo(range_option(range_).token_id)
    return {"range": range_, "tx": tx}


def _day(text: str | None, field: str) -> dt.date | None:
    return None if text is None else day_of(text, field=field)
