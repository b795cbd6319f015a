"""
What the events of the bills add up to; part of `Books`. Units as there; token ids as
`bill_numbers.BillRange.token_id`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scf.model.bill_enums import (
    AcceptorKind,
    DishonourCode,
    Ground,
    PendingOp,
    RecordKind,
    Scope,
)
from scf.model.enums import PendingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """
    One bill, as a package.

    Attributes:
        drawer: who drew it; `NOBODY` between its first two events.
        trade_key: invoice key; zero where none is needed.
        document_hash: of the text with all items of NIL-22.
        acceptance_day: 0 = not accepted.
    """

    drawer: str
    acceptor: str
    payee: str
    kind: AcceptorKind
    divisible: bool
    face_fen: int
    issue_day: int
    maturity: int
    trade_key: bytes
    document_hash: bytes = bytes(32)
    acceptance_day: int = 0
    drawers_mark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementRecord:
    """A party in the chain of every range whose head leads to it; `previous` 0 ends the chain."""

    party: str
    previous: int
    day: int
    kind: RecordKind
    depth: int
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """Last days of a freeze and of a stop of payment by order; 0 = none."""

    frozen_until: int = 0
    stopped_until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingAct:
    """A two-sided act on a range that a request names; `op` says which."""

    state: PendingState
    op: PendingOp
    requester: str
    counterparty: str
    token_id: int
    amount_fen: int
    deadline_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dishonour:
    """
    The first dishonour that opened recourse on a range; its pieces share it.

    `is_counted`: among the acceptor's overdue bills, as one under a court's order is not.
    """

    day: int
    presented_day: int
    code: DishonourCode
    scope: Scope
    is_counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Who guarantees whom on the range of a token and all its pieces."""

    guarantor: str
    guaranteed: str
    token_id: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptorAccount:
    """All that was ever accepted, what of it is not ended, and the same of what fell overdue."""

    accepted_fen: int = 0
    balance_fen: int = 0
    overdue_fen: int = 0
    overdue_balance_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueMonth:
    """Events of a month (from January 1970 = 0), and the overdue balance at its end."""

    month: int
    events: int
    balance_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The acceptor's latest statement about a bill, beside what the ledger derives."""

    day: int
    edits: int
    matches: bool
    ended: bool
    statement_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of a bank or finance company behind the ceilings of R4-24."""

    total_assets_fen: int
    deposits_fen: int
    margin_fen: int
    as_of_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """A pursuit under way on a range; pieces share its root."""

    root: bytes
    ground: Ground
    scope: Scope
    opened_day: int
    refusal_day: int
    costs_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice given to a debtor in one pursuit (NIL-66)."""

    day: int
    late: bool
    pursued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """
    What a payer-holder paid and when; its re-recourse claim grows from here (NIL-71).

    `guaranteed` is the party it paid for as guarantor, `NOBODY` if it paid in its own name.
    """

    paid_fen: int
    settled_day: int
    ground: Ground
    guaranteed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer to settle that stands on a range."""

    pending_id: bytes
    payer: str
    guaranteed: str
    parent_id: int
    amount_max_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """A claim left when a bill ended by another payment than the acceptor's (OP-32, NIL-52)."""

    claimant: str
    debtor: str
    paid_fen: int
    settled_day: int
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BillBooks:
    """
    Everything about bills, after the last event.

    Attributes:
        bills: by bill number.
        holders: by token id, of every range that exists, ended ones included.
        words: packed word by token id (`bill_words.RangeWord`), of every range that ever was.
        records: by (bill number, index).
        splits, ended_fen: by bill number; zeros are left out.
        dishonours: by (bill number, index).
        access_banks: bank by acceptor.
        guarantees: by bill number, oldest first.
        overdue_months: by acceptor, oldest first.
        overdue_bills: (day of the event, fen still overdue) by bill number.
        months: latest statement hash by (acceptor, month), and whether any of them matched.
        checks: snapshot hash by (bill number, party).
        cleared, listed, unbanned: latest month by acceptor.
        pursuits, bases, offers, residuals: by token id; the first two stay noted for a range that
            was divided since, as it may come back.
        notices: by (root of the pursuit, debtor).
    """

    bills: Mapping[int, Bill]
    holders: Mapping[int, str]
    words: Mapping[int, int]
    records: Mapping[tuple[int, int], EndorsementRecord]
    splits: Mapping[int, int]
    ended_fen: Mapping[int, int]
    restraints: Mapping[int, Restraint]
    pending: Mapping[bytes, PendingAct]
    dishonours: Mapping[tuple[int, int], Dishonour]
    access_banks: Mapping[str, str]
    guarantees: Mapping[int, tuple[Guarantee, ...]]
    acceptors: Mapping[str, AcceptorAccount]
    overdue_months: Mapping[str, tuple[OverdueMonth, ...]]
    overdue_bills: Mapping[int, tuple[int, int]]
    disclosures: Mapping[int, Disclosure]
    months: Mapping[tuple[str, int], tuple[bytes, bool]]
    checks: Mapping[tuple[int, str], bytes]
    figures: Mapping[str, Figures]
    cleared: Mapping[str, int]
    listed: Mapping[str, int]
    unbanned: Mapping[str, int]
    pursuits: Mapping[int, Pursuit]
    notices: Mapping[tuple[bytes, str], Notice]
    bases: Mapping[int, Basis]
    offers: Mapping[int, Offer]
    residuals: Mapping[int, Residual]
