"""The enums of financing, in the order of the contracts."""

from __future__ import annotations

from enum import IntEnum


class LoanState(IntEnum):
    """How far a loan is."""

    NONE = 0
    RUNNING = 1
    DEFAULTED = 2
    REPAID = 3


class DealState(IntEnum):
    """How far a sale with recourse is."""

    OPEN = 0
    BOUGHT_BACK = 1
    SETTLED = 2


class ClaimState(IntEnum):
    """How far a recourse claim on a certificate is."""

    NONE = 0
    OPEN = 1
    PAID = 2
    WITHDRAWN = 3
