"""What writes of financing come to; amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass

from scf.model.bill_numbers import BillRange
from scf.model.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtBack(Done):
    """The supplier repaid a factor and got `units` of the certificate back."""

    quote_id: bytes
    certificate_id: int
    units: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurplusReturned(Done):
    """The factor returned what was above its claim."""

    quote_id: bytes
    refund: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Done):
    """A recourse claim is open."""

    claim_id: bytes
    against: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoursePaid(Done):
    """A recourse claim was paid, and `units` came to the payer."""

    claim_id: bytes
    units: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidEarly(Done):
    """A part was paid before its day."""

    offer_id: bytes
    certificate_id: int
    holder: str
    amount: int
    discount: int

    @property
    def paid(self) -> int:
        """What the holder received, fen."""
        return self.amount - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced(Done):
    """A part was pledged and a loan paid out on it."""

    loan_id: bytes
    lender: str
    borrower: str
    principal: int
    paid_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaid(Done):
    """A payment on a loan: what went to costs, interest and principal; whether it ended it."""

    loan_id: bytes
    paid: int
    costs: int
    interest: int
    principal: int
    is_repaid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced(Done):
    """A pledged part was sold: what the lender and the pledgor got of the price."""

    loan_id: bytes
    certificate_id: int
    buyer: str
    price: int
    surplus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discounted(Done):
    """A range of a bill was sold before its day; `net` is what the funder paid."""

    quote_id: bytes
    token_id: int
    seller: str
    funder: str
    interest: int
    fee: int
    net: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed(Done):
    """A repo was redeemed: the range is the seller's again."""

    token_id: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPledged(Done):
    """A range is with its pledgee; with an advance, what was lent and paid out on it, else 0."""

    loan_id: bytes
    range: BillRange
    pledgor: str
    pledgee: str
    principal: int
    paid_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeReleased(Done):
    """A range is no longer pledged; who has it now."""

    range: BillRange
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedOnline(Done):
    """A debtor was debited for a bill under recourse (B39); `reason` is RT01 or RT02."""

    range: BillRange
    payer: str
    reason: str
    paid: int
