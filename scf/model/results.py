"""
What writes return: the transaction, and what came of it. Units as in `scf.model.records`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.model.records import CancelCause, CertificateStatus, OrderKind, PendingState, Powers


@dataclass(frozen=True, slots=True, kw_only=True)
class TxRef:
    """
    A mined transaction.

    Attributes:
        hash: 0x and 64 hex digits.
        block: number of its block.
        day: civil day (UTC+8) of its block.
        gas_used: gas.
        replayed: the act was done by an earlier send; nothing was sent now.
    """

    hash: str
    block: int
    day: dt.date
    gas_used: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that has nothing to tell but that it was done."""

    tx: TxRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled(Done):
    """A new party."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(Done):
    """A party's statement or status changed."""

    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChanged(Done):
    """An officer's powers now; none: the key acts for nobody any more."""

    party: str
    officer: str
    powers: Powers
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryProposed(Done):
    """A recovery waits until `earliest_day`."""

    party: str
    change_hash: bytes
    earliest_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntered(Done):
    """A version of a rule was entered."""

    rule_id: str
    version: int
    value: int
    effective_from: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntered(Done):
    """A year's calendar was entered."""

    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoved(Done):
    """An order was proposed, withdrawn or carried out."""

    order_id: bytes
    kind: OrderKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashIssued(Done):
    """Money minted or burnt."""

    party: str
    amount: int
    payment_id: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMoved(Done):
    """Money moved."""

    from_party: str
    to_party: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CashAllowed(Done):
    """An allowance now."""

    owner: str
    spender: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRegistered(Done):
    """An invoice was registered; with `conflicted`, it was known with other content."""

    key: bytes
    conflicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceConfirmed(Done):
    """A debtor confirmed an invoice by hand."""

    key: bytes
    supplier: str
    debtor: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorSet(Done):
    """A debtor's limit or bar was set."""

    debtor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Done):
    """A certificate was opened; `conflicted` if its invoice was known with other content."""

    certificate_id: int
    supplier: str
    debtor: str
    amount: int
    due_day: dt.date
    status: CertificateStatus
    conflicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Done):
    """A debtor bound itself (确权)."""

    certificate_id: int
    debtor: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken(Done):
    """A supplier took a certificate (签收)."""

    certificate_id: int
    supplier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Done):
    """An opening ended before it was a promise."""

    certificate_id: int
    cause: CancelCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed(Done):
    """A debtor disputed a claim."""

    certificate_id: int
    debtor: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(Done):
    """A part changed hands. `transfer_id` is None where standing consent carried it."""

    certificate_id: int
    from_party: str
    to_party: str
    amount: int
    transfer_id: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(Done):
    """A part is locked until the transferee answers."""

    pending_id: bytes
    certificate_id: int
    from_party: str
    to_party: str
    amount: int
    deadline_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingClosed(Done):
    """A two-sided act ended."""

    pending_id: bytes
    state: PendingState


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSet(Done):
    """Standing consent to one party's certificates, until a day; None: taken back."""

    to_party: str
    from_party: str
    until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedOverdue(Done):
    """A certificate is overdue, and its debtor barred from opening (R77-7)."""

    certificate_id: int
    debtor: str
    outstanding: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderPaid:
    """What one holder was paid, fen; `to_lenders` of it went to those it had pledged parts to."""

    holder: str
    principal: int
    interest: int
    to_lenders: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """
    A debtor's payment.

    Attributes:
        txs: its transactions, in order; `tx` is the last.
        total: what left the debtor's account: principal and late interest.
        status: of the certificate afterwards.
        holders: who received what.
    """

    txs: tuple[TxRef, ...]
    certificate_id: int
    debtor: str
    total: int
    principal: int
    interest: int
    status: CertificateStatus
    holders: tuple[HolderPaid, ...]

    @property
    def tx(self) -> TxRef:
        """The last transaction."""
        return self.txs[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold(Done):
    """A part was sold for money; `net` is what the funder paid, `buyer_part` the debtor on top."""

    quote_id: bytes
    certificate_id: int
    seller: str
    funder: str
    amount: int
    interest: int
    fee: int
    net: int
    buyer_part: int = 0
