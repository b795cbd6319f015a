"""
Bills as the client reads and writes them. Amounts in fen, days civil days (UTC+8), hashes 32 bytes,
parties `0x` with 40 lower-case hex digits.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scf.model.bill_enums import (
    AcceptorKind,
    BillFlag,
    BillStatus,
    DishonourCode,
    Ground,
    Liability,
    PendingOp,
    RecordKind,
    Scope,
)
from scf.model.bill_numbers import BillNumber, BillRange
from scf.model.records import NO_HASH, NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """
    What a bill is drawn with (出票). The drawer is the signer's party, the day is today.

    Attributes:
        bill_no: 30 digits (`scf.build_bill_number`); its date is the day of drawing.
        payee, acceptor: identifier or USCC; the drawer may be the acceptor (商票).
        amount: face, fen.
        document_hash: of the bill's text with all items of NIL-22.
        trade_key: invoice key; the supplier is the payee, the debtor the drawer. Not needed for
            types 5 and 6.
        divisible: whether units of 0.01 yuan can be divided off.
    """

    bill_no: str | int | BillNumber
    payee: str
    acceptor: str
    amount: int
    maturity: dt.date
    document_hash: bytes
    trade_key: bytes = NO_HASH
    divisible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as a package; `ended` is settled or terminated so far, fen."""

    number: BillNumber
    drawer: str
    acceptor: str
    payee: str
    kind: AcceptorKind
    face: int
    ended: int
    issue_day: dt.date
    maturity: dt.date
    acceptance_day: dt.date | None
    drawers_mark: bool
    divisible: bool
    splits: int
    trade_key: bytes

    @property
    def bill_no(self) -> int:
        """Its number as it stands on chain."""
        return int(self.number)

    @property
    def whole(self) -> BillRange:
        """The range of the undivided bill."""
        first, last = (1, self.face) if self.divisible else (0, 0)
        return BillRange(self.bill_no, first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPart:
    """
    One sub-range as it stands.

    Attributes:
        status, flag: the pair; the status as of the chain's day.
        presented_day: of a presentation; before acceptance, of the presentment for it.
        acts: count of acts, which signatures name.
        dishonour: index into the bill's dishonours; 0 is none.
        drawers_rights: the holder has the drawer's rights only.
    """

    range: BillRange
    holder: str
    amount: int
    status: BillStatus
    flag: BillFlag
    pending_op: PendingOp
    presented_day: dt.date | None
    acts: int
    head: int
    dishonour: int
    frozen: bool
    payment_stopped: bool
    drawers_rights: bool

    @property
    def pair(self) -> str:
        """Status and flag in the register's codes (`CS03,TF0301`)."""
        return f"{self.status.code},{self.flag.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """A party that passed a range on, and how."""

    party: str
    day: dt.date
    kind: RecordKind
    marked: bool
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceTerms:
    """What drawer, maker and checker approve of an acceptance; `deadline` in unix seconds."""

    bill_no: int
    acts: int
    amount: int
    maturity: dt.date
    document_hash: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """What drawer and payee approve of a delivery in one transaction."""

    bill_no: int
    acts: int
    marked: bool
    consent_hash: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementTerms:
    """What endorser and endorsee approve; `part` is `range` or one end of it."""

    range: BillRange
    acts: int
    part: BillRange
    from_party: str
    to_party: str
    marked: bool
    evidence_hash: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeTerms:
    """What debtor and guarantor approve; `guaranteed` `NOBODY` leaves it to NIL-47."""

    range: BillRange
    guarantor: str
    guaranteed: str
    acts: int
    document_hash: bytes
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementTerms:
    """What payer and holder approve of a settlement in recourse; up to `amount_max` is paid."""

    range: BillRange
    part: BillRange
    payer: str
    guaranteed: str
    amount_max: int
    acts: int
    deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """Who guarantees whom on a range and every piece of it."""

    guarantor: str
    guaranteed: str
    range: BillRange
    day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Dishonour:
    """The dishonour a range carries; `presented_day` is that of the presentation it answered."""

    day: dt.date
    presented_day: dt.date
    code: DishonourCode
    scope: Scope


@dataclass(frozen=True, slots=True)
class Debtor:
    """Somebody who answers for a range: in its own name, or as guarantor of `guaranteed`."""

    party: str
    guaranteed: str = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursuit:
    """A pursuit under way; `costs` of proof and notices, fen."""

    ground: Ground
    scope: Scope
    opened_day: dt.date
    refusal_day: dt.date
    costs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    What the holder of a range can claim, and from whom.

    Attributes:
        amount: fen, on the day asked.
        against: debtors with their liability and the last day for pursuing them.
    """

    amount: int
    against: tuple[tuple[Debtor, Liability, dt.date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptorAccount:
    """
    An acceptor's account and standing.

    Attributes:
        accepted, balance: all ever accepted, and what of it is not ended, fen.
        overdue, overdue_balance: the same of what fell overdue.
        late_disclosures: bills whose day for disclosure has passed (X1).
        suspended: on the overdue list of the month (X4).
        banned_until: last day of a ban (X5); None without one.
    """

    acceptor: str
    accepted: int
    balance: int
    overdue: int
    overdue_balance: int
    late_disclosures: int
    suspended: bool
    banned_until: dt.date | None

    @property
    def may_accept(self) -> bool:
        """Whether nothing of the disclosure rules stands against a new acceptance."""
        return not (self.late_disclosures or self.suspended or self.banned_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A bill's disclosure: `matches` if it says what the ledger derives. `day` None: none yet."""

    bill_no: int
    day: dt.date | None
    edits: int
    matches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTree:
    """A sub-range with everything that hangs on it."""

    part: BillPart
    chain: tuple[ChainLink, ...]
    guarantees: tuple[Guarantee, ...]
    dishonour: Dishonour | None
    pursuit: Pursuit | None
    claim: Claim | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTree:
    """A bill with its live and ended sub-ranges, in order of their units."""

    bill: Bill
    parts: tuple[PartTree, ...]
    disclosure: Disclosure | None
