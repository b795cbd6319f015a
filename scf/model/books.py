"""
What the events of a ledger add up to: plain records, as they stood after the last event.

Money is fen. Days are civil day numbers (UTC+8, days since 1970-01-01), since the contracts take
every `uint32`, "for ever" included, which no calendar date holds. Identifiers are `0x` and 40
lower-case hex digits, hashes and keys 32 bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scf.model.bill_books import BillBooks
from scf.model.financing_books import FinancingBooks
from scf.model.records import (
    CertificateStatus,
    InvoiceStatus,
    OrderKind,
    OrderState,
    PartyStatus,
    PendingState,
    Recourse,
    SizeClass,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """
    A party; `frozen_until` is the last day of a freeze, 0 if there is none; `changes` is the nonce
    that the next change of its officers carries.
    """

    uscc: bytes
    lei: bytes
    name_hash: bytes
    roles: int
    status: PartyStatus
    size: SizeClass
    enrolled_day: int
    frozen_until: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A key and what it may do for its party; removed ones stay, without powers."""

    party: str
    powers: int
    limit_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """A recovery of keys that waits for its day."""

    change_hash: bytes
    earliest_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """One dated value of a rule; where several have started, the highest version holds (SYS-2)."""

    value: int
    effective_from: int
    basis_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalOrder:
    """A legal order, who proposed it and how far it got."""

    state: OrderState
    party: str
    officer: str
    kind: OrderKind
    target: str
    subject: bytes
    from_party: str
    to_party: str
    amount_fen: int
    document_hash: bytes
    expiry_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice's key in the exposure ledger: how much of it backs something already (SYS-1)."""

    supplier: str
    debtor: str
    amount_fen: int
    document_hash: bytes
    status: InvoiceStatus
    used_fen: int = 0
    is_conflicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorAccount:
    """What a debtor has promised and not paid, and what stands against new promises (R77-7)."""

    outstanding_fen: int = 0
    limit_fen: int = 0
    overdue_count: int = 0
    bar_reasons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    One certificate.

    Attributes:
        face_fen: amount at opening.
        maker: the debtor's officer who drafted it, while it is a draft.
        late_rate_ppm: agreed annual rate after the due day; 0 = the statutory daily rate.
        layers_max, split_min_thousands: limits of R77-8, 0 = none.
        splits_left: splits still allowed plus one, 0 = no limit.
        frozen_until: last day of a freeze, 0 if there is none.
        disputed_fen: disputed before confirmation (R802-5).
        has_locks: whether a transfer of it was ever requested; has_pledges: a part ever pledged.
    """

    debtor: str
    supplier: str
    invoice_key: bytes
    reference: bytes
    face_fen: int
    opened_day: int
    due_day: int
    status: CertificateStatus
    document_hash: bytes
    maker: str | None = None
    late_rate_ppm: int = 0
    layers_max: int = 0
    splits_left: int = 0
    split_min_thousands: int = 0
    frozen_until: int = 0
    disputed_fen: int = 0
    has_locks: bool = False
    has_pledges: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """A transferor's recourse undertaking (追索承诺) to the transferee of one hop."""

    from_party: str
    amount_fen: int
    recourse: Recourse
    cap_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTransfer:
    """A transfer asked for; one signed by both sides at once was never pending and has no terms."""

    state: PendingState
    certificate_id: int = 0
    requester: str | None = None
    counterparty: str | None = None
    amount_fen: int = 0
    deadline_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """
    Everything, after the last event.

    Attributes:
        rules: all versions by rule id, version 1 first.
        calendars: the two words of each loaded year, as in `calendars.CalendarYear.words`.
        cash: balance by party; zero balances are left out.
        allowances: by (owner, spender).
        invoices: by (key, debtor).
        holdings: by certificate id, then holder; zero holdings are left out.
        locks: fen that pending acts and pledges lock, by (certificate id, holder); no zeros.
        layers: highest layer at which units reached (certificate id, holder); the supplier's is 0.
        undertakings: by (certificate id, transferee), in order.
        consents: last day of standing consent by (transferee, transferor).
        receipts: by filing receipt what it backs: a quote, a loan, a pledge added.
        approvals: (contract, digest, officer) of approvals given on chain and not used yet.
        revoked: (contract, party, digest) of signatures taken back.
        bills: everything about bills; financing: about financing.
    """

    parties: Mapping[str, Party]
    officers: Mapping[str, Officer]
    recoveries: Mapping[str, Recovery]
    rules: Mapping[bytes, tuple[RuleVersion, ...]]
    calendars: Mapping[int, tuple[int, int]]
    orders: Mapping[bytes, LegalOrder]
    cash: Mapping[str, int]
    cash_supply: int
    payment_ids: frozenset[bytes]
    allowances: Mapping[tuple[str, str], int]
    invoices: Mapping[tuple[bytes, str], Invoice]
    debtors: Mapping[str, DebtorAccount]
    certificates: Mapping[int, Certificate]
    outstanding: Mapping[int, int]
    holdings: Mapping[int, Mapping[str, int]]
    locks: Mapping[tuple[int, str], int]
    layers: Mapping[tuple[int, str], int]
    undertakings: Mapping[tuple[int, str], tuple[Undertaking, ...]]
    pending: Mapping[bytes, PendingTransfer]
    consents: Mapping[tuple[str, str], int]
    receipts: Mapping[bytes, bytes]
    approvals: frozenset[tuple[str, bytes, str]]
    revoked: frozenset[tuple[str, str, bytes]]
    bills: BillBooks
    financing: FinancingBooks
