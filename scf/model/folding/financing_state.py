"""The books of financing while they are written: the fields of `FinancingBooks`, mutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from scf.model.financing_books import (
    Collected,
    Deal,
    FinancingBooks,
    InterestShare,
    Loan,
    RecourseClaim,
    Repo,
    Spent,
)


@dataclass(slots=True, kw_only=True)
class FinancingState:
    """See `FinancingBooks`."""

    epochs: dict[str, int] = field(default_factory=dict)
    deals: dict[bytes, Deal] = field(default_factory=dict)
    costs: dict[tuple[bytes, str], int] = field(default_factory=dict)
    spent: dict[tuple[int, str, int], Spent] = field(default_factory=dict)
    claims: dict[bytes, RecourseClaim] = field(default_factory=dict)
    shares: dict[int, InterestShare] = field(default_factory=dict)
    bill_shares: dict[int, InterestShare] = field(default_factory=dict)
    offers: set[bytes] = field(default_factory=set)
    collections: dict[int, Collected] = field(default_factory=dict)
    loans: dict[bytes, Loan] = field(default_factory=dict)
    pledges: dict[tuple[int, str], tuple[tuple[bytes, int], ...]] = field(default_factory=dict)
    repos: dict[int, Repo] = field(default_factory=dict)
    bill_pledges: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def books(self) -> FinancingBooks:
        """A view that later events do not change."""
        frozen: dict[str, Mapping[object, object]] = {
            item.name: MappingProxyType(dict(getattr(self, item.name)))
            for item in fields(self)
            if item.name != "offers"
        }
        offers = frozenset(self.offers)
        return FinancingBooks(offers=offers, **frozen)  # type: ignore[arg-type]  # field by field
