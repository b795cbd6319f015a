"""
What the events of financing add up to; part of `Books`. Fen, ppm a year, civil days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scf.model.financing_enums import ClaimState, DealState, LoanState


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """
    A part of a certificate sold with recourse (有追索权保理).

    Attributes:
        advance_fen: what was financed of `part_fen`; the rest comes after collection.
        rate_ppm: of the advance, also for the days after the due day.
        costs_max_fen: what the factor may add for costs of collection.
    """

    certificate_id: int
    supplier: str
    factor: str
    part_fen: int
    advance_fen: int
    rate_ppm: int
    costs_max_fen: int
    state: DealState = DealState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What of a recourse undertaking was used: units given back, money paid for them."""

    amount_fen: int = 0
    paid_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecourseClaim:
    """A holder's claim against a former holder of a certificate (E10)."""

    certificate_id: int
    claimant: str
    against: str
    amount_fen: int
    state: ClaimState


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestShare:
    """What a party undertook to bear of the interest when paper of its own is financed."""

    payer: str
    share_ppm: int
    until_day: int
    left_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a debtor has paid on a certificate; `fen_days`: each fen times its days late."""

    principal_fen: int = 0
    interest_fen: int = 0
    fen_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """
    An advance on pledges; interest accrued since `since_day` is not in `interest_fen`.

    Attributes:
        repay_day: after it `late_rate_ppm` counts.
        has_costs: the lender has stated its costs of enforcement, which it does once.
    """

    lender: str
    borrower: str
    principal_fen: int
    rate_ppm: int
    late_rate_ppm: int
    repay_day: int
    since_day: int
    interest_fen: int = 0
    costs_fen: int = 0
    state: LoanState = LoanState.RUNNING
    has_costs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """A discount of a bill that its seller may redeem; `redeem_fen` 0: price with interest."""

    seller: str
    day: int
    redeem_from: int
    redeem_until: int
    price_fen: int
    redeem_fen: int
    redeem_rate_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingBooks:
    """
    Everything about financing, after the last event.

    Attributes:
        epochs: of parties that have ended one; a quote of an earlier one is void.
        deals: sales with recourse by quote id.
        costs: costs of collection by (quote id, factor).
        spent: by (certificate id, transferee, place in its undertakings).
        claims: recourse claims by id.
        shares: by certificate id; bill_shares: by bill number.
        offers: ids of early-payment offers that were used.
        collections: by certificate id.
        loans: by loan id.
        pledges: (loan id, fen) in the contract's order, by (certificate id, pledgor).
        repos: open ones by token id.
        bill_pledges: loan ids by (bill number, endorsement record): a pledged range is known by the
            record at its head, which all its pieces share. Those that ended are among them.
    """

    epochs: Mapping[str, int]
    deals: Mapping[bytes, Deal]
    costs: Mapping[tuple[bytes, str], int]
    spent: Mapping[tuple[int, str, int], Spent]
    claims: Mapping[bytes, RecourseClaim]
    shares: Mapping[int, InterestShare]
    bill_shares: Mapping[int, InterestShare]
    offers: frozenset[bytes]
    collections: Mapping[int, Collected]
    loans: Mapping[bytes, Loan]
    pledges: Mapping[tuple[int, str], tuple[tuple[bytes, int], ...]]
    repos: Mapping[int, Repo]
    bill_pledges: Mapping[tuple[int, int], bytes]
