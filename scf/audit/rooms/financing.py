"""Financing: what it is compared on, the history of loans, claims and offers, its events told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scf.audit.dues import Standing
from scf.audit.rooms.financing_sums import FINANCING_SUMS
from scf.audit.rooms.financing_telling import FINANCING_EVENTS
from scf.audit.rooms.room import (
    Expected,
    Facts,
    Matter,
    Near,
    Room,
    Story,
    View,
    bytes_of,
    singles,
    words,
)
from scf.audit.rooms.telling import iso_day
from scf.model.bill_enums import BillFlag
from scf.model.bill_words import RangeWord
from scf.model.financing_books import Collected, Spent
from scf.model.financing_enums import DealState
from scf.model.records import NO_HASH

FINANCING_CONTRACTS = (
    *("FactoringClaims", "Factoring", "EarlyPayments", "Pledges", "Loans", "BillDiscounting"),
    "BillLoans",
)
_FOLDED = frozenset((*FINANCING_CONTRACTS, "Invoices", "Receivables", "Settlement"))
_GROUNDS: Mapping[str, frozenset[str] | None] = {
    "certificate": None,
    "invoice": frozenset(("InvoiceRegistered", "InvoiceConflict", "InvoiceConfirmed")),
    "pending": frozenset(("PendingClosed",)),
    "quote": frozenset(("FactoredWithRecourse",)),
}


# Reconciled


def _share(view: View, id_: int) -> Iterator[Expected]:
    share = view.state.financing.shares.get(id_)
    shown = (share.payer, share.share_ppm, share.until_day, share.left_fen) if share else (0,) * 4
    yield Expected("Settlement", "interestShareOf", words(id_), words(*shown))


def _bill_share(view: View, number: int) -> Iterator[Expected]:
    share = view.state.financing.bill_shares.get(number)
    shown = (share.payer, share.share_ppm, share.until_day, share.left_fen) if share else (0,) * 4
    yield Expected("BillDiscounting", "billShareOf", words(number), words(*shown))


def _collected(view: View, id_: int) -> Iterator[Expected]:
    paid = view.state.financing.collections.get(id_, Collected())
    shown = words(paid.principal_fen, paid.interest_fen, paid.fen_days)
    yield Expected("Receivables", "collections", words(id_), shown)


def _deal(view: View, id_: bytes) -> Iterator[Expected]:
    deal = view.state.financing.deals.get(id_)
    state = deal.state if deal else DealState.OPEN
    yield Expected("FactoringClaims", "dealStateOf", words(id_), words(state))


def _costs(view: View, id_: bytes, factor: str) -> Iterator[Expected]:
    costs = view.state.financing.costs.get((id_, factor), 0)
    yield Expected("FactoringClaims", "costsOf", words(id_, factor), words(costs))


def _spent(view: View, id_: int, to: str, index: int) -> Iterator[Expected]:
    spent = view.state.financing.spent.get((id_, to, index), Spent())
    shown = words(spent.amount_fen, spent.paid_fen)
    yield Expected("FactoringClaims", "spentOf", words(id_, to, index), shown)


def _claim(view: View, id_: bytes) -> Iterator[Expected]:
    claim = view.state.financing.claims.get(id_)
    shown = (claim.claimant, claim.state) if claim else (0, 0)
    yield Expected("FactoringClaims", "claimOf", words(id_), words(*shown))


def _offer(view: View, id_: bytes) -> Iterator[Expected]:
    is_used = id_ in view.state.financing.offers
    yield Expected("EarlyPayments", "isOfferUsed", words(id_), words(is_used))


def _loan(view: View, id_: bytes) -> Iterator[Expected]:
    loan = view.state.financing.loans.get(id_)
    if loan is None:
        yield Expected("Loans", "loan", words(id_), bytes(352))
        return
    shown = words(
        loan.lender,
        loan.borrower,
        loan.principal_fen,
        loan.interest_fen,
        loan.costs_fen,
        loan.since_day,
        loan.rate_ppm,
        loan.late_rate_ppm,
        loan.repay_day,
        loan.state,
        loan.has_costs,
    )
    yield Expected("Loans", "loan", words(id_), shown)


def _pledges(view: View, id_: int, pledgor: str) -> Iterator[Expected]:
    found = view.state.financing.pledges.get((id_, pledgor), ())
    parts = [words(debt, amount) for debt, amount in found]
    answer = words(32, len(found)) + b"".join(parts)
    yield Expected("Pledges", "pledgesOf", words(id_, pledgor), answer)


def _repo(view: View, token_id: int) -> Iterator[Expected]:
    repo = view.state.financing.repos.get(token_id)
    shown = (
        (
            repo.seller,
            repo.day,
            repo.redeem_from,
            repo.redeem_until,
            repo.price_fen,
            repo.redeem_fen,
            repo.redeem_rate_ppm,
        )
        if repo
        else (0,) * 7
    )
    yield Expected("BillDiscounting", "repoOf", words(token_id), words(*shown))


def _bill_pledge(view: View, number: int, record: int) -> Iterator[Expected]:
    loan_id = view.state.financing.bill_pledges[number, record]
    yield Expected("BillLoans", "pledgeAt", words(number, record), words(loan_id))


def _secured(view: View, token_id: int) -> Iterator[Expected]:
    """What was freed secures nothing, whoever has it later."""
    own, financing = view.state.bills, view.state.financing
    word = RangeWord.of(own.words[token_id])
    if word.status.is_over or token_id not in own.holders:
        return
    loan_id = financing.bill_pledges.get((token_id >> 80, word.head), NO_HASH)
    loan = financing.loans.get(loan_id)
    has_it = loan is not None and loan.lender == own.holders[token_id]
    secures = has_it and word.flag_at_rest == BillFlag.PLEDGED
    yield Expected("BillLoans", "pledgeOf", words(token_id), words(loan_id if secures else 0))


# Told


def _loan_facts(state: Standing, key: str, near: Near) -> Facts:
    loan = state.financing.loans.get(bytes_of(key))
    if loan is None:
        return {}
    facts: dict[str, Any] = {
        "state": loan.state.name.lower(),
        "principal_fen": loan.principal_fen,
        "interest_left_fen": loan.interest_fen,
        "costs_fen": loan.costs_fen,
        "repay_day": iso_day(loan.repay_day),
    }
    for (id_, _), pledges in state.financing.pledges.items():
        for debt, amount in pledges:
            if debt == bytes_of(key):
                facts[f"pledged_fen.0x{id_:064x}"] = amount
    for (number, record), debt in state.financing.bill_pledges.items():
        if debt == bytes_of(key):
            facts[f"pledged_bill.{number:030d}"] = f"endorsement record {record}"
    return facts


def _claim_facts(state: Standing, key: str, near: Near) -> Facts:
    claim = state.financing.claims.get(bytes_of(key))
    if claim is None:
        return {}
    return {
        "state": claim.state.name.lower(),
        "amount_fen": claim.amount_fen,
        "certificate": f"0x{claim.certificate_id:064x}",
    }


def _offer_facts(state: Standing, key: str, near: Near) -> Facts:
    return {"used": True} if bytes_of(key) in state.financing.offers else {}


FINANCING = Room(
    contracts=(*FINANCING_CONTRACTS, "Settlement", "Participants", "Receivables"),
    matters={
        "share": Matter(
            title="interest that debtors undertook to bear (R77-10)",
            known=lambda view: singles(view.state.financing.shares),
            asked=_share,
        ),
        "bill-share": Matter(
            title="interest on bills that drawers and acceptors undertook to bear",
            known=lambda view: singles(view.state.financing.bill_shares),
            asked=_bill_share,
        ),
        "collected": Matter(
            title="what debtors have paid on certificates",
            known=lambda view: singles(view.state.certificates),
            asked=_collected,
        ),
        "deal": Matter(
            title="sales with recourse: open, bought back, settled",
            known=lambda view: singles(view.state.financing.deals),
            asked=_deal,
        ),
        "costs": Matter(
            title="costs of collection", known=lambda view: view.state.financing.costs, asked=_costs
        ),
        "spent": Matter(
            title="what of recourse undertakings was used",
            known=lambda view: view.state.financing.spent,
            asked=_spent,
        ),
        "recourse-claim": Matter(
            title="recourse claims on certificates (E10)",
            known=lambda view: singles(view.state.financing.claims),
            asked=_claim,
        ),
        "offer": Matter(
            title="early-payment offers used",
            known=lambda view: singles(view.state.financing.offers),
            asked=_offer,
        ),
        "loan": Matter(
            title="loans: parties, debt, days, rates, state",
            known=lambda view: singles(view.state.financing.loans),
            asked=_loan,
        ),
        "pledge": Matter(
            title="pledges by certificate and pledgor",
            known=lambda view: view.state.financing.pledges,
            asked=_pledges,
        ),
        "repo": Matter(
            title="bills discounted with the right to redeem",
            known=lambda view: singles(view.state.financing.repos),
            asked=_repo,
        ),
        "bill-pledge": Matter(
            title="pledges of bills, by the endorsement record that each wrote",
            known=lambda view: view.state.financing.bill_pledges,
            asked=_bill_pledge,
        ),
        "secured": Matter(
            title="the loan that each sub-range secures, or none (NIL-35)",
            known=lambda view: singles(view.state.bills.holders),
            asked=_secured,
        ),
    },
    sums=FINANCING_SUMS,
    stories={
        "loan": Story(facts=_loan_facts, folded=_FOLDED, grounds=_GROUNDS),
        "claim": Story(facts=_claim_facts, folded=_FOLDED, grounds=_GROUNDS),
        "offer": Story(facts=_offer_facts, folded=_FOLDED, grounds=_GROUNDS),
    },
    events=FINANCING_EVENTS,
)
