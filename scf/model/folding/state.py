"""The books while they are written: mutable containers of frozen records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import repeat
from operator import attrgetter, call
from types import MappingProxyType
from typing import Any, TypeVar

from scf.errors import ScfError
from scf.model.books import (
    Books,
    Certificate,
    DebtorAccount,
    Invoice,
    LegalOrder,
    Officer,
    Party,
    PendingTransfer,
    Recovery,
    RuleVersion,
    Undertaking,
)
from scf.model.folding.bill_state import BillState
from scf.model.folding.financing_state import FinancingState

NOBODY = "0x" + "00" * 20

Args = Mapping[str, Any]
Key = TypeVar("Key")
Record = TypeVar("Record")
Value = TypeVar("Value")


class FoldError(ScfError):
    """An event that cannot have happened after those before it: one is missing, or not ours."""


@dataclass(slots=True, kw_only=True)
class State:
    """The fields of `Books`, to be written; `last_move` is the latest move of certificate units."""

    parties: dict[str, Party] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    recoveries: dict[str, Recovery] = field(default_factory=dict)
    rules: dict[bytes, tuple[RuleVersion, ...]] = field(default_factory=dict)
    calendars: dict[int, tuple[int, int]] = field(default_factory=dict)
    orders: dict[bytes, LegalOrder] = field(default_factory=dict)
    cash: dict[str, int] = field(default_factory=dict)
    cash_supply: int = 0
    payment_ids: set[bytes] = field(default_factory=set)
    allowances: dict[tuple[str, str], int] = field(default_factory=dict)
    invoices: dict[tuple[bytes, str], Invoice] = field(default_factory=dict)
    debtors: defaultdict[str, DebtorAccount] = field(
        default_factory=lambda: defaultdict(DebtorAccount)
    )
    certificates: dict[int, Certificate] = field(default_factory=dict)
    outstanding: dict[int, int] = field(default_factory=dict)
    holdings: dict[int, dict[str, int]] = field(default_factory=dict)
    locks: dict[tuple[int, str], int] = field(default_factory=dict)
    layers: dict[tuple[int, str], int] = field(default_factory=dict)
    undertakings: dict[tuple[int, str], tuple[Undertaking, ...]] = field(default_factory=dict)
    pending: dict[bytes, PendingTransfer] = field(default_factory=dict)
    consents: dict[tuple[str, str], int] = field(default_factory=dict)
    receipts: dict[bytes, bytes] = field(default_factory=dict)
    approvals: set[tuple[str, bytes, str]] = field(default_factory=set)
    revoked: set[tuple[str, str, bytes]] = field(default_factory=set)
    bills: BillState = field(default_factory=BillState)
    financing: FinancingState = field(default_factory=FinancingState)
    last_move: Args | None = None

    def books(self) -> Books:
        """A view that later events do not change."""
        return Books(
            parties=_frozen(self.parties),
            officers=_frozen(self.officers),
            recoveries=_frozen(self.recoveries),
            rules=_frozen(self.rules),
            calendars=_frozen(self.calendars),
            orders=_frozen(self.orders),
            cash=_frozen(self.cash),
            cash_supply=self.cash_supply,
            payment_ids=frozenset(self.payment_ids),
            allowances=_frozen(self.allowances),
            invoices=_frozen(self.invoices),
            debtors=_frozen(self.debtors),
            certificates=_frozen(self.certificates),
            outstanding=_frozen(self.outstanding),
            holdings=_frozen({id_: _frozen(held) for id_, held in self.holdings.items()}),
            locks=_frozen(self.locks),
            layers=_frozen(self.layers),
            undertakings=_frozen(self.undertakings),
            pending=_frozen(self.pending),
            consents=_frozen(self.consents),
            receipts=_frozen(self.receipts),
            approvals=frozenset(self.approvals),
            revoked=frozenset(self.revoked),
            bills=self.bills.books(),
            financing=self.financing.books(),
        )


Handler = Callable[[State, Args, int], None]
"""What one event does: the state, the event's arguments, the civil day of its block."""


def changed(record: Record, **changes: Any) -> Record:
    """
    A copy of a frozen record with some fields changed: `dataclasses.replace`, several times as
    fast, for records whose fields are all they are.
    """
    kind: Any = type(record)
    setters, read, places = _fields_of(kind)
    copy: Record = object.__new__(kind)
    values = list(read(record))
    for name, value in changes.items():
        values[places[name]] = value
    any(map(call, setters, repeat(copy), values))  # a loop in C: setters return None
    return copy


@cache
def _fields_of(
    kind: Any,
) -> tuple[tuple[Callable[[Any, Any], None], ...], Callable[[Any], Sequence[Any]], dict[str, int]]:
    """How to write each field of a class with slots, how to read all of them, and their places."""
    names = [item.name for item in fields(kind)]
    read: Any = attrgetter(*names)
    setters = tuple(getattr(kind, name).__set__ for name in names)
    places = {name: place for place, name in enumerate(names)}
    return setters, read if len(names) > 1 else lambda record: (read(record),), places


def known(records: Mapping[Key, Value], key: Key, what: str) -> Value:
    """The record an event refers to; FoldError if no event before it made one."""
    found = records.get(key)
    if found is None:
        shown = key.hex() if isinstance(key, bytes) else key
        raise FoldError(f"an event speaks of {what} {shown}, which no event before it made")
    return found


def shifted(amounts: dict[Key, int], key: Key, by_fen: int, what: str) -> None:
    """Adds to an amount; zero is left out; FoldError below zero."""
    left = amounts.get(key, 0) + by_fen
    if left < 0:
        raise FoldError(f"the {what} of {key} would fall to {left}: an event is missing before it")
    if left:
        amounts[key] = left
    else:
        amounts.pop(key, None)


def no_change(state: State, args: Args, day: int) -> None:
    """For events that only say more about a fact another event has told already."""


def _frozen(records: Mapping[Key, Value]) -> Mapping[Key, Value]:
    return MappingProxyType(dict(records))
