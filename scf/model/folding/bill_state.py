"""The books of the bills while they are written: the fields of `BillBooks`, mutable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from scf.model.bill_books import (
    AcceptorAccount,
    Basis,
    Bill,
    BillBooks,
    Disclosure,
    Dishonour,
    EndorsementRecord,
    Figures,
    Guarantee,
    Notice,
    Offer,
    OverdueMonth,
    PendingAct,
    Pursuit,
    Residual,
    Restraint,
)


@dataclass(slots=True, kw_only=True)
class BillState:
    """See `BillBooks`; `word_before` is what the range written last was before."""

    bills: dict[int, Bill] = field(default_factory=dict)
    holders: dict[int, str] = field(default_factory=dict)
    words: dict[int, int] = field(default_factory=dict)
    records: dict[tuple[int, int], EndorsementRecord] = field(default_factory=dict)
    splits: dict[int, int] = field(default_factory=dict)
    ended_fen: dict[int, int] = field(default_factory=dict)
    restraints: dict[int, Restraint] = field(default_factory=dict)
    pending: dict[bytes, PendingAct] = field(default_factory=dict)
    dishonours: dict[tuple[int, int], Dishonour] = field(default_factory=dict)
    access_banks: dict[str, str] = field(default_factory=dict)
    guarantees: dict[int, tuple[Guarantee, ...]] = field(default_factory=dict)
    acceptors: defaultdict[str, AcceptorAccount] = field(
        default_factory=lambda: defaultdict(AcceptorAccount)
    )
    overdue_months: dict[str, tuple[OverdueMonth, ...]] = field(default_factory=dict)
    overdue_bills: dict[int, tuple[int, int]] = field(default_factory=dict)
    disclosures: dict[int, Disclosure] = field(default_factory=dict)
    months: dict[tuple[str, int], tuple[bytes, bool]] = field(default_factory=dict)
    checks: dict[tuple[int, str], bytes] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    cleared: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    unbanned: dict[str, int] = field(default_factory=dict)
    pursuits: dict[int, Pursuit] = field(default_factory=dict)
    notices: dict[tuple[bytes, str], Notice] = field(default_factory=dict)
    bases: dict[int, Basis] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    residuals: dict[int, Residual] = field(default_factory=dict)
    word_before: int = 0

    def books(self) -> BillBooks:
        """A view that later events do not change."""
        frozen: dict[str, Mapping[object, object]] = {
            item.name: MappingProxyType(dict(getattr(self, item.name)))
            for item in fields(self)
            if item.name != "word_before"
        }
        return BillBooks(**frozen)  # type: ignore[arg-type]  # one field each, of the same type
