"""The enums and flags of the contracts, in their order; a test compares them."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class PartyStatus(IntEnum):
    """Whether a party takes part."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2


class SizeClass(IntEnum):
    """Size classes of rule R802-7; `STATE` is a government body or public institution."""

    UNSTATED = 0
    MICRO = 1
    SMALL = 2
    MEDIUM = 3
    LARGE = 4
    STATE = 5


class Roles(IntFlag):
    """What a party is."""

    ENTERPRISE = 1 << 0
    BANK = 1 << 1
    FUNDER = 1 << 2
    GUARANTOR = 1 << 3
    CLEARING_BANK = 1 << 4
    ACCESS_INSTITUTION = 1 << 5
    PLATFORM_OPERATOR = 1 << 6
    REGISTER_OPERATOR = 1 << 7
    CENTRAL_BANK = 1 << 8
    REGULATOR = 1 << 9
    COURT = 1 << 10
    AUDITOR = 1 << 11
    ORACLE = 1 << 12
    FINANCE_COMPANY = 1 << 13


class Powers(IntFlag):
    """What an officer may do for its party."""

    MAKE = 1
    CHECK = 2
    PAY = 4
    ADMINISTER = 8
    ALL = 15


class BarReason(IntFlag):
    """Why a debtor may not open, beyond unpaid certificates (R77-7)."""

    PUBLIC_BOND_DEFAULT = 1
    BILLS_PERSISTENTLY_OVERDUE = 2


class InvoiceStatus(IntEnum):
    """How far an invoice is."""

    NONE = 0
    REGISTERED = 1
    CONFIRMED = 2


class CertificateStatus(IntEnum):
    """How far a certificate is. Due is time, not a status."""

    NONE = 0
    DRAFTED = 1
    CLAIMED = 2
    DISPUTED = 3
    OFFERED = 4
    ACTIVE = 5
    OVERDUE = 6
    PAID = 7
    CANCELLED = 8


class CancelCause(IntEnum):
    """Why an opening ended."""

    REFUSED = 0
    WITHDRAWN = 1
    EXPIRED = 2


class Recourse(IntEnum):
    """Whether a transferor answers for payment."""

    NONE = 0
    LIMITED = 1
    FULL = 2


class PendingState(IntEnum):
    """How far a two-sided act is."""

    NONE = 0
    PENDING = 1
    AGREED = 2
    REJECTED = 3
    WITHDRAWN = 4
    EXPIRED = 5


class OrderKind(IntEnum):
    """What a legal order does; UNFREEZE ends a stop of payment too."""

    FREEZE = 0
    UNFREEZE = 1
    TRANSFER = 2
    STOP_PAYMENT = 3


class OrderState(IntEnum):
    """How far a legal order is."""

    NONE = 0
    PROPOSED = 1
    CARRIED_OUT = 2
    WITHDRAWN = 3
