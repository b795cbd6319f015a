"""
Roll-forwards: for each holder and asset, opening + in - out - settled = closing.

Opening and closing come from the fold; what went in, out and was settled is summed from the moves
between the two moments. So the difference column, which must be zero, holds the fold against the
plain events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scf.audit.records import place_of
from scf.audit.replay import Moment
from scf.audit.store import Store
from scf.model.folding.bills import amount_of
from scf.model.folding.state import NOBODY, State

CASH = "cash"
Args = Mapping[str, Any]
Key = tuple[str, str]
Balances = Callable[[State], Iterator[tuple[str, str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledForward:
    """
    One holder's part of one asset, from moment to moment, in fen.

    Attributes:
        asset: `cash`, or the asset's id (0x and 64 digits).
        incoming, outgoing: moved to and from other parties, or created.
        settled: paid off or burnt; of a bill's range also divided or merged into others.
        difference: opening + incoming - outgoing - settled - closing; zero in sound books.
    """

    holder: str
    asset: str
    opening: int
    incoming: int
    outgoing: int
    settled: int
    closing: int

    @property
    def difference(self) -> int:
        """What is left over; zero in sound books."""
        return self.opening + self.incoming - self.outgoing - self.settled - self.closing


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of asset: where its balances stand in the state, and which event moves it.

    Attributes:
        contract, event: the event; its arguments `from`, `to`.
        asset, amount: of the event's arguments (the amount also of the state at the end).
        balances: holder, asset and amount of everything that is held.
    """

    contract: str
    event: str
    asset: Callable[[Args], str]
    amount: Callable[[State, Args], int]
    balances: Balances


def _cash_balances(state: State) -> Iterator[tuple[str, str, int]]:
    return ((party, CASH, balance) for party, balance in state.cash.items())


def _unit_balances(state: State) -> Iterator[tuple[str, str, int]]:
    return (
        (holder, asset_id(id_), amount)
        for id_, held in state.holdings.items()
        for holder, amount in held.items()
    )


def _range_balances(state: State) -> Iterator[tuple[str, str, int]]:
    return (
        (holder, asset_id(id_), amount_of(state, id_))
        for id_, holder in state.bills.holders.items()
    )


def asset_id(id_: int) -> str:
    """An asset's id as it is shown everywhere."""
    return f"0x{id_:064x}"


KINDS: tuple[Kind, ...] = (
    # A new instrument adds its row, and is in every roll-forward.
    Kind("Cash", "Transfer", lambda args: CASH, lambda _, args: args["amount"], _cash_balances),
    Kind(
        "Receivables",
        "TransferSingle",
        lambda args: asset_id(args["id"]),
        lambda _, args: args["amount"],
        _unit_balances,
    ),
    Kind(
        "Bills",
        "Transfer",
        lambda args: asset_id(args["id"]),
        lambda state, args: amount_of(state, args["id"]),
        _range_balances,
    ),
)


def roll_forward(
    store: Store, opening: Moment | None, closing: Moment, *, changed_only: bool = True
) -> list[RolledForward]:
    """
    Every holder and asset between two moments, by asset and holder.

    Args:
        opening: None for the beginning.
        changed_only: leave out what neither moved nor differs.
    """
    sums: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for kind in KINDS:
        if opening is not None:
            for holder, asset, amount in kind.balances(opening.state):
                sums[asset, holder][0] += amount
        for args in _moves(store, kind, opening, closing):
            asset, amount = kind.asset(args), kind.amount(closing.state, args)
            if args["from"] != NOBODY:
                sums[asset, args["from"]][3 if args["to"] == NOBODY else 2] += amount
            if args["to"] != NOBODY:
                sums[asset, args["to"]][1] += amount
        for holder, asset, amount in kind.balances(closing.state):
            sums[asset, holder][4] += amount
    rows = (
        RolledForward(
            holder=holder,
            asset=asset,
            opening=found[0],
            incoming=found[1],
            outgoing=found[2],
            settled=found[3],
            closing=found[4],
        )
        for (asset, holder), found in sorted(sums.items())
    )
    return [
        row
        for row in rows
        if not changed_only or row.incoming or row.outgoing or row.settled or row.difference
    ]


def _moves(store: Store, kind: Kind, opening: Moment | None, closing: Moment) -> Iterator[Args]:
    first = opening.block_number + 1 if opening is not None else 0
    types = [
        item.id
        for item in store.event_types.values()
        if (item.contract, item.name) == (kind.contract, kind.event)
    ]
    for type_id in types:
        read = store.readers[type_id].args
        rows = store.database.stream(
            "SELECT body FROM events WHERE type_id = ? AND place BETWEEN ? AND ? ORDER BY place",
            (
                type_id,
                place_of(store.deployment.id, first),
                store.place_at(block=closing.block_number),
            ),
        )
        for (body,) in rows:
            yield read(body)
