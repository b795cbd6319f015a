"""The enums of the bills' contracts, in their order; a test compares them."""

from __future__ import annotations

from enum import IntEnum


class AcceptorKind(IntEnum):
    """Who accepts: 银票, 财票 or 商票; told by the acceptor's roles."""

    BANK = 0
    FINANCE_COMPANY = 1
    ENTERPRISE = 2


class BillStatus(IntEnum):
    """How far a range is (bills §3); RECEIVED reads as MATURED from the maturity day on."""

    NONE = 0
    DRAWN = 1
    ACCEPTED = 2
    RECEIVED = 3
    MATURED = 4
    TERMINATED = 5
    SETTLED = 6
    SPLIT = 7

    @property
    def code(self) -> str:
        """The register's code (`CS03`); empty for NONE."""
        return _STATUS_CODES[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing moves any more."""
        return self >= BillStatus.TERMINATED


class BillFlag(IntEnum):
    """What may be done with a range (bills §3)."""

    NONE = 0
    AWAITING_RECEIPT = 1
    TRANSFERABLE = 2
    LOCKED = 3
    NOT_TRANSFERABLE = 4
    PLEDGED = 5
    AWAITING_REDEMPTION = 6
    IN_COLLECTION = 7
    UNDER_RECOURSE = 8
    ENDED = 9

    @property
    def code(self) -> str:
        """The register's code (`TF0301`); empty for NONE."""
        return _FLAG_CODES[self]


class PendingOp(IntEnum):
    """The act pending on a range; one at most."""

    NONE = 0
    ACCEPTANCE = 1
    DELIVERY = 2
    ENDORSEMENT = 3
    MARK_REVOCATION = 4
    GUARANTEE = 5
    PRESENTATION = 6
    SETTLEMENT = 7
    PLEDGE = 8
    DISCOUNT = 9


class RecordKind(IntEnum):
    """Why a party stands in the chain; MARK_LIFTED is the record before it without its mark."""

    NONE = 0
    ENDORSEMENT = 1
    PLEDGE = 2
    DISCOUNT = 3
    MARK_LIFTED = 4


class CorrectionKind(IntEnum):
    """What the register's operator corrected (B42)."""

    NONE = 0
    PENDING_REVOKED = 1
    HOLDER_CHANGED = 2


class Cause(IntEnum):
    """How an act pending before delivery, or the bill itself, came to nothing (B4–B7, B10)."""

    REFUSED = 0
    WITHDRAWN = 1
    EXPIRED = 2
    CLEARED_OUT = 3
    CANCELLED = 4
    RETURNED_UNUSED = 5


class PresentationKind(IntEnum):
    """How a range was presented for payment (B27–B29); AUTOMATIC is the system's own (NT01)."""

    EARLY = 0
    AT_MATURITY = 1
    LATE = 2
    AUTOMATIC = 3


class Scope(IntEnum):
    """Against whom a dishonour opens recourse (bills §6)."""

    NONE = 0
    DRAWER_ACCEPTOR_ONLY = 1
    ALL = 2


class DishonourCode(IntEnum):
    """The register's reason codes DC00 to DC09 (B31)."""

    DIRECT_COUNTERPARTY_BREACH = 0
    FRAUD_OR_THEFT = 1
    BAD_FAITH_TAKER = 2
    DEFENCE_KNOWN = 3
    GROSS_NEGLIGENCE = 4
    PERIOD_PASSED = 5
    COURT_ORDER = 6
    NOT_DUE = 7
    INSUFFICIENT_BALANCE = 8
    OTHER = 9

    @property
    def code(self) -> str:
        """The register's code (`DC08`)."""
        return f"DC{self:02d}"


class Ground(IntEnum):
    """Why a range is pursued: dishonour, or without one those of NIL-61 (RC00, RC01 …)."""

    NONE = 0
    DISHONOUR = 1
    BANKRUPT = 2
    STOPPED_BUSINESS = 3
    DEATH_OR_FLIGHT = 4


class Liability(IntEnum):
    """As what a debtor, or the party it guarantees, stands in the bill."""

    NONE = 0
    ACCEPTOR = 1
    DRAWER = 2
    ENDORSER = 3


_STATUS_CODES = ("", "CS01", "CS02", "CS03", "CS04", "CS05", "CS06", "CS99")
_FLAG_CODES = (
    "",
    "TF0101",
    "TF0301",
    "TF0302",
    "TF0303",
    "TF0304",
    "TF0305",
    "TF0401",
    "TF0402",
    "TF0501",
)
