"""
What the ledger keeps, as plain data; its enums (`scf.model.enums`) can be had here too.

Amounts are integer fen, rates integer ppm a year, days civil days (UTC+8), hashes 32 bytes, parties
and officers `0x` with 40 lower-case hex digits, certificate ids integers (content hashes).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.model.enums import (
    BarReason,
    CancelCause,
    CertificateStatus,
    InvoiceStatus,
    OrderKind,
    OrderState,
    PartyStatus,
    PendingState,
    Powers,
    Recourse,
    Roles,
    SizeClass,
)
from scf.units import all_in_apr_ppm

__all__ = [
    "NOBODY",
    "NO_HASH",
    "BarReason",
    "CancelCause",
    "Certificate",
    "CertificateStatus",
    "DebtorAccount",
    "Invoice",
    "InvoiceStatus",
    "Officer",
    "Opening",
    "Order",
    "OrderEntry",
    "OrderKind",
    "OrderState",
    "Party",
    "PartyDetails",
    "PartyStatus",
    "Pending",
    "PendingState",
    "Position",
    "Powers",
    "Quote",
    "QuoteTerms",
    "Recourse",
    "Recovery",
    "Roles",
    "RolledDay",
    "RuleValue",
    "SignedQuote",
    "SizeClass",
    "TransferTerms",
    "Undertaking",
]

NO_HASH = bytes(32)
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDetails:
    """
    What enrolment states about a party.

    Attributes:
        uscc: unified social credit code (统一社会信用代码).
        name: registered name; only its hash goes on chain.
        roles: at least one.
        size_class: R802-7.
        lei: legal entity identifier, if any.
    """

    uscc: str
    name: str
    roles: Roles
    size_class: SizeClass = SizeClass.UNSTATED
    lei: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party as enrolled. `frozen_until` is the last day of a freeze, None if not frozen."""

    id: str
    uscc: str
    name_hash: bytes
    roles: Roles
    status: PartyStatus
    size_class: SizeClass
    frozen_until: dt.date | None
    enrolled_day: dt.date
    admin_count: int
    officer_count: int
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Whom a key acts for, with which powers, up to how many fen an act."""

    address: str
    party: str
    powers: Powers
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A recovery of a party's keys that waits; it can be done from `earliest_day` on."""

    party: str
    change_hash: bytes
    earliest_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValue:
    """The value of a rule on a day, and the version that says so."""

    rule_id: str
    value: int
    version: int
    day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledDay:
    """A business day; `provisional` if a year on the way is not loaded (CAL-2)."""

    day: dt.date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    A legal order (冻结, 非交易过户).

    Attributes:
        target: the contract that keeps the party or asset.
        subject: the party or certificate as 32 bytes; zero for cash.
        from_party, to_party, amount: transfers only.
        document_hash: of the order's text and case number.
        expiry_day: last day of a freeze; last day to carry out the others.
    """

    kind: OrderKind
    target: str
    subject: bytes
    from_party: str = NOBODY
    to_party: str = NOBODY
    amount: int = 0
    document_hash: bytes
    expiry_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEntry:
    """How far an order is, and who proposed it."""

    order_id: bytes
    state: OrderState
    party: str
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What backs certificates: the registered amount and what is used of it, fen."""

    key: bytes
    amount: int
    used: int
    status: InvoiceStatus
    conflicted: bool
    supplier_tag: bytes
    document_tag: bytes

    @property
    def capacity(self) -> int:
        """What it can still back, fen."""
        return self.amount - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorAccount:
    """What a debtor owes over all instruments, and whether it may promise more."""

    debtor: str
    outstanding: int
    limit: int
    overdue_count: int
    bar_reasons: BarReason

    @property
    def available(self) -> int:
        """What it may still promise, fen; bars not considered."""
        return max(self.limit - self.outstanding, 0)

    @property
    def is_barred(self) -> bool:
        """Whether it may open nothing (R77-7)."""
        return self.overdue_count > 0 or self.bar_reasons != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """
    What a certificate is opened with (开立).

    Attributes:
        invoice_key: the invoice's key (`scf.model.identifiers.invoice_key`).
        reference: 32 bytes that tell several certificates on one invoice apart.
        supplier, debtor: identifier or USCC.
        amount: of the certificate, fen; `invoice_amount`: of the whole invoice.
        delivery_day: from which the payment term counts (R802-1); `due_day`: of payment.
        document_hash: trade evidence (R77-3).
        late_rate: agreed annual rate after the due day, ppm; 0 is the statutory daily rate.
        bank_review_hash: needed above the plain tenor (R77-2b).
        term_reason_hash: needed above the payment term for SMEs (R802-1).
        consent_hash: the supplier's consent record (R77-9); needed where the supplier opens.
        deadline: of signatures over it, unix seconds; 0 is the start of the due day.
    """

    invoice_key: bytes
    reference: bytes
    supplier: str
    debtor: str
    amount: int
    invoice_amount: int
    delivery_day: dt.date
    due_day: dt.date
    document_hash: bytes
    late_rate: int = 0
    bank_review_hash: bytes = NO_HASH
    term_reason_hash: bytes = NO_HASH
    consent_hash: bytes = NO_HASH
    deadline: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    A receivable certificate (应收账款电子凭证).

    Attributes:
        outstanding: what is owed, fen; before the debtor is bound, what it is asked to promise.
        frozen_until: last day of a freeze; None if not frozen.
        tenor_days: from opening to the due day.
        layers_max, splits_left, split_min: limits of R77-8 fixed at opening; None is no limit.
            `split_min` in fen.
        late_rate: agreed annual late rate, ppm; 0 is the statutory daily rate.
    """

    id: int
    debtor: str
    status: CertificateStatus
    outstanding: int
    due_day: dt.date
    opened_day: dt.date
    tenor_days: int
    frozen_until: dt.date | None
    layers_max: int | None
    splits_left: int | None
    split_min: int | None
    has_locks: bool
    late_rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What a party holds of a certificate, what of it a request locks (fen), and its layer."""

    certificate_id: int
    holder: str
    balance: int
    locked: int
    layer: int

    @property
    def available(self) -> int:
        """What it can dispose of, fen."""
        return max(self.balance - self.locked, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """A transferor's recourse undertaking from one hop; `cap` in fen, 0 unless limited."""

    certificate_id: int
    from_party: str
    to_party: str
    amount: int
    recourse: Recourse
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferTerms:
    """
    What one transfer by two approvals moves.

    Attributes:
        reference: 32 bytes that tell equal transfers apart.
        deadline: of signatures, unix seconds.
        cap: limit of a limited recourse, fen.
    """

    certificate_id: int
    from_party: str
    to_party: str
    amount: int
    evidence_hash: bytes
    reference: bytes
    deadline: int
    recourse: Recourse = Recourse.NONE
    cap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A two-sided act; `deadline_day` is the last on which it can be agreed."""

    id: bytes
    requester: str
    counterparty: str
    state: PendingState
    deadline_day: dt.date
    amount: int
    certificate_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """
    A funder's offer for a part of a certificate, with or without recourse (保理).

    Attributes:
        amount: of the part, fen.
        rate: annual, ppm, ACT/360 from the funding day to the rolled due day.
        fee: all fees together, fen (R77-10).
        registry_receipt: hash of the filing receipt (中登网), used once (R77-6).
        deadline: unix seconds.
        recourse, cap: whether the seller answers for payment, and to how many fen if limited.
        advance: what is financed of the part, fen; 0 is all of it, less only with recourse.
        costs_max: what the funder may add for costs of collection, with recourse, fen.
        buyer_share: part of the interest that the debtor bears, ppm; it has undertaken so.
        epoch: the funder's, `participants.epoch`.
    """

    funder: str
    seller: str
    certificate_id: int
    amount: int
    rate: int
    fee: int = 0
    registry_receipt: bytes
    deadline: int
    recourse: Recourse = Recourse.NONE
    cap: int = 0
    advance: int = 0
    costs_max: int = 0
    buyer_share: int = 0
    epoch: int = 0

    @property
    def financed(self) -> int:
        """What is financed, fen."""
        return self.advance or self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedQuote:
    """A quote with the approval of the funder's officer (65 bytes; empty if approved on chain)."""

    quote: Quote
    officer: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTerms:
    """
    What a quote costs on a day: fen, and days to the rolled due day.

    `net` is what the funder pays; `buyer_part` of the interest comes from the debtor on top.
    """

    amount: int
    interest: int
    fee: int
    net: int
    tenor_days: int
    buyer_part: int = 0
    financed: int = 0

    @property
    def received(self) -> int:
        """What the seller receives, fen."""
        return self.net + self.buyer_part

    @property
    def apr(self) -> int | None:
        """All-in APR to the seller, ppm, ACT/365 (financing.md §1); None if there is none."""
        if self.net <= 0 or self.tenor_days <= 0:
            return None
        return all_in_apr_ppm(
            interest=self.interest - self.buyer_part,
            fees=self.fee,
            net=self.received + self.fee,
            days=self.tenor_days,
        )
