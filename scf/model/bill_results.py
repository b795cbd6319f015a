"""What writes about bills return; units as in `scf.model.bill_records`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.model.bill_enums import Cause, DishonourCode, Liability, PresentationKind, Scope
from scf.model.bill_numbers import BillRange
from scf.model.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn(Done):
    """A new bill, in its drawer's hands."""

    bill_no: int
    range: BillRange
    drawer: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceAsked(Done):
    """A bill was presented for acceptance."""

    bill_no: int
    acceptor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Done):
    """A bill was accepted; `late` after the days of NIL-41."""

    bill_no: int
    acceptor: str
    amount: int
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BillClosed(Done):
    """A pending acceptance or delivery, or the bill itself, came to nothing."""

    bill_no: int
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendered(Done):
    """A bill was tendered to its payee."""

    bill_no: int
    payee: str
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Done):
    """The payee took the bill."""

    bill_no: int
    payee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementRequested(Done):
    """An endorsement waits for the endorsee until `deadline_day`."""

    pending_id: bytes
    range: BillRange
    part: BillRange
    to_party: str
    deadline_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsed(Done):
    """A range changed hands by endorsement."""

    part: BillRange
    from_party: str
    to_party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRevocationRequested(Done):
    """The lifting of a mark waits for whoever set it."""

    pending_id: bytes
    range: BillRange
    setter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkLifted(Done):
    """A range can be transferred again."""

    range: BillRange
    setter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented(Done):
    """A range was presented for payment."""

    range: BillRange
    holder: str
    kind: PresentationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationWithdrawn(Done):
    """A presentation was taken back."""

    range: BillRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Dishonoured(Done):
    """Payment was refused, or not answered in time; recourse opens by `scope`."""

    range: BillRange
    day: dt.date
    code: DishonourCode
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessBankSet(Done):
    """Who may answer presentations for an acceptor; None: nobody but itself."""

    acceptor: str
    bank: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPaid:
    """
    What was paid for one range; with interest if it was in arrears, fen.

    Of a pledged range its holder got `amount + interest − to_pledgor`, the rest its pledgor (B23).
    """

    range: BillRange
    holder: str
    amount: int
    interest: int
    to_pledgor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BillsPaid(Done):
    """Ranges paid in full, straight to their holders."""

    acceptor: str
    total: int
    parts: tuple[PartPaid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Done):
    """A range ended since 24 months have passed since maturity (B43)."""

    range: BillRange
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A notice to a debtor (NIL-66); `late` after its day, which keeps recourse."""

    party: str
    guaranteed: str
    late: bool
    pursued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursued(Done):
    """A range is under recourse; who was told."""

    range: BillRange
    notices: tuple[Noticed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PursuitWithdrawn(Done):
    """A pursuit was taken back; the range is as it was before."""

    range: BillRange


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementOffered(Done):
    """An offer to settle stands on a range until it is taken, or `deadline_day` has passed."""

    pending_id: bytes
    range: BillRange
    payer: str
    amount_max: int
    deadline_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementTaken(Done):
    """Money moved and the range with it; `ended` where nobody is left to pursue on the bill."""

    range: BillRange
    payer: str
    holder: str
    liability: Liability
    paid: int
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualPaid(Done):
    """A claim left after the bill's end was paid."""

    range: BillRange
    claimant: str
    debtor: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeRequested(Done):
    """A guarantee waits for the guarantor's answer."""

    pending_id: bytes
    range: BillRange
    requester: str
    guarantor: str
    guaranteed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeGiven(Done):
    """A guarantee stands."""

    range: BillRange
    guarantor: str
    guaranteed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDisclosed(Done):
    """A bill was disclosed; `matches` if the statement is what the ledger derives."""

    bill_no: int
    matches: bool
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDisclosed(Done):
    """A month's four figures were disclosed (X2)."""

    acceptor: str
    month: dt.date
    matches: bool
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureChecked(Done):
    """What a party saw of a disclosure is on record (X6)."""

    bill_no: int
    snapshot_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Done):
    """An acceptor's standing of a month; None if it was published before."""

    acceptor: str
    suspended: bool | None
    banned_until: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookReconciled(Done):
    """An institution's own balance beside the ledger's (X7)."""

    book_balance: int
    balance: int
    matches: bool
