"""What a replay is told, and what it remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from scf.importing.officers import Pair
from scf.importing.plan import PlannedOpening, RowRefusal
from scf.model.records import SizeClass
from scf.model.results import MarkedOverdue, Opened, Paid, Sold, Transferred


@dataclass(frozen=True, slots=True, kw_only=True)
class Financing:
    """
    How holders sell to the bank.

    Attributes:
        share_ppm: part of what came in that is sold, ppm.
        rate_ppm: the bank's rate, ppm a year.
        fee: its fee for each sale, fen.
        after_days: days from receipt to sale.
        every: of the receipts, one in so many is financed.
    """

    share_ppm: int
    rate_ppm: int
    fee: int = 0
    after_days: int = 10
    every: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """
    How to live through a file.

    Attributes:
        pass_down: pay invoices by passing certificates on, where the buyer holds one of enough
            amount that is due no later; otherwise each invoice becomes a certificate of its own.
        financing: how much is sold to the bank; None for nothing.
        sizes: size class by code (R802-7), unstated where it says nothing.
    """

    pass_down: bool = False
    financing: Financing | None = None
    sizes: Mapping[str, SizeClass] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who acts besides the parties of the file: officers of operator, money's bank, financier."""

    operator: Pair
    clearing: Pair
    bank: Pair
    bank_party: str


@dataclass(slots=True)
class Standing:
    """One certificate as the replay knows it: its row, its days, its holders."""

    item: PlannedOpening
    debtor: str
    pay_day: dt.date
    settles: dt.date
    holders: dict[str, int]
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Something a party received and may sell: when, of which certificate, how much."""

    day: dt.date
    certificate_id: int
    holder: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A sale to the bank: what the act told, the rate of the quote (ppm), days to payment."""

    result: Sold
    rate_ppm: int
    days: int


@dataclass(slots=True)
class History:
    """All that happened, as the results of the acts tell it."""

    first_day: dt.date
    last_day: dt.date
    opened: list[Opened] = field(default_factory=list)
    transferred: list[Transferred] = field(default_factory=list)
    sold: list[Sale] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    overdue: list[MarkedOverdue] = field(default_factory=list)
    minted: int = 0
    acts: int = 0
    refusals: list[RowRefusal] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    due_days: dict[int, dt.date] = field(default_factory=dict)
    invoice_keys: list[tuple[bytes, str]] = field(default_factory=list)
    standing: dict[int, Standing] = field(default_factory=dict)
