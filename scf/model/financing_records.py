"""
What parties agree on when they finance, as plain data; units as in `scf.model.records`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.model.financing_enums import LoanState


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyOffer:
    """
    A debtor's offer to pay a holder before the day (动态折扣).

    Attributes:
        amount: of the debt, fen.
        apr: annual rate of the discount, ppm, ACT/360.
        reference: 32 bytes that tell equal offers apart: one is used once.
        epoch: the debtor's.
        deadline: unix seconds.
    """

    debtor: str
    holder: str
    certificate_id: int
    amount: int
    apr: int
    reference: bytes
    deadline: int
    epoch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """
    A loan on a pledged part of a certificate (质押融资).

    Attributes:
        pledged, principal, fee: fen; the fee is kept back from what is paid out.
        rate, late_rate: annual, ppm, ACT/360; the second from `repay_day` on.
        repay_day: a business day.
        sale_floor: least share of a part's amount for which it may be sold after default, ppm.
        costs_max: what the lender may add for costs of enforcement, fen.
        evidence_hash: trade evidence the lender checked (R77-3).
        registry_receipt: hash of the filing receipt, used once (R77-6).
        epoch: the lender's.
        deadline: unix seconds.
    """

    lender: str
    borrower: str
    certificate_id: int
    pledged: int
    principal: int
    rate: int
    late_rate: int
    repay_day: dt.date
    evidence_hash: bytes
    registry_receipt: bytes
    deadline: int
    fee: int = 0
    sale_floor: int = 900_000
    costs_max: int = 0
    epoch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """More security for a loan that runs."""

    loan_id: bytes
    certificate_id: int
    amount: int
    evidence_hash: bytes
    registry_receipt: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeSale:
    """The sale of a pledged part after default."""

    loan_id: bytes
    certificate_id: int
    buyer: str
    amount: int
    price: int
    evidence_hash: bytes
    registry_receipt: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """A loan as written down; interest since `since_day` is not in `interest` (see `Debt`)."""

    id: bytes
    lender: str
    borrower: str
    principal: int
    interest: int
    costs: int
    since_day: dt.date
    rate: int
    late_rate: int
    repay_day: dt.date
    state: LoanState


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What is owed on a loan today, in the order in which payments go to it, fen."""

    costs: int
    interest: int
    principal: int

    @property
    def total(self) -> int:
        """All of it, fen."""
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """A part of a certificate pledged for a loan."""

    certificate_id: int
    pledgor: str
    loan_id: bytes
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DealAccount:
    """
    The account of a sale with recourse on a day, fen.

    `collected` is what the part has brought in, `owed` advance, interest after the due day and
    costs, `left` what of the part is unpaid.
    """

    collected: int
    owed: int
    left: int
    is_due: bool

    @property
    def claim(self) -> int:
        """What the supplier would pay to buy the part back, caps not considered."""
        return max(self.owed - self.collected, 0)

    @property
    def surplus(self) -> int:
        """What the factor would return if nothing is left unpaid."""
        return max(self.collected - self.owed, 0) if not self.left else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTerms:
    """
    A holder's claim on an overdue certificate against a former holder (E10).

    Attributes:
        path: places of undertakings, each in the list of the party reached so far.
        reference: 32 bytes that tell equal claims apart.
    """

    certificate_id: int
    claimant: str
    path: tuple[int, ...]
    amount: int
    evidence_hash: bytes
    reference: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStep:
    """One party that a claim reaches: for how many units, and what it owes for them, fen."""

    party: str
    units: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillQuote:
    """
    A funder's offer for a range of a bill, or one end of it (贴现).

    Attributes:
        token_id, acts: the range and its state, so that a quote is used once at most.
        first, last: the units taken; 0 and 0 for an indivisible bill.
        rate: annual, ppm, ACT/360 to the rolled maturity; fee: all together, fen.
        buyer_share: part of the interest borne by who undertook it for the bill, ppm.
        redeem_from, redeem_until: the seller's window to redeem; None is an outright discount.
        redeem_amount: agreed redemption price, fen; 0 is the price with interest at `redeem_rate`.
        interbank: between banks, of paper discounted before (B24).
        epoch: the funder's.
        deadline: unix seconds.
    """

    funder: str
    seller: str
    token_id: int
    acts: int
    first: int
    last: int
    rate: int
    deadline: int
    fee: int = 0
    buyer_share: int = 0
    redeem_from: dt.date | None = None
    redeem_until: dt.date | None = None
    redeem_amount: int = 0
    redeem_rate: int = 0
    interbank: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLoanTerms:
    """
    A loan on a pledged range of a bill, or one end of it (票据质押, B21).

    Attributes:
        token_id, acts: the range and its state, so that terms are used once at most.
        first, last: the units pledged; 0 and 0 for an indivisible bill.
        principal, fee: fen; the fee is kept back from what is paid out.
        rate, late_rate: annual, ppm, ACT/360; the second from `repay_day` on.
        repay_day: a business day.
        evidence_hash: trade evidence the lender checked (R4-15).
        epoch: the lender's.
        deadline: unix seconds.
    """

    lender: str
    borrower: str
    token_id: int
    acts: int
    first: int
    last: int
    principal: int
    rate: int
    late_rate: int
    repay_day: dt.date
    evidence_hash: bytes
    deadline: int
    fee: int = 0
    epoch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTopUp:
    """A range of a bill, or one end of it, as more security for a loan that runs."""

    loan_id: bytes
    token_id: int
    acts: int
    first: int
    last: int
    evidence_hash: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoTerms:
    """An open repo of a bill (回购式贴现): `price` was paid; ppm a year on it, amounts in fen."""

    seller: str
    day: dt.date
    redeem_from: dt.date
    redeem_until: dt.date
    price: int
    redeem_amount: int
    redeem_rate: int
