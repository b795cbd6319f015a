"""
One pass over the store for whoever reads a whole ledger: the books, and what moved when.

    reading = read(store, until=store.place_at(block=1_200))
    reading.state, reading.moves, reading.sales

Every instrument tells its moves in `NOTES`, by contract and event; the next one adds its own there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from scf.audit.records import StoredEvent, block_of
from scf.audit.store import Store
from scf.model.bill_numbers import NUMBER_DIGITS, range_of_token
from scf.model.fold import Fold
from scf.model.folding.state import NOBODY, State


class Way(StrEnum):
    """How units got from one party to another."""

    OPENED = "opened"
    PASSED = "passed on"
    SOLD = "sold"
    CLAIMED = "given back for what was owed on them"
    ENFORCED = "sold out of a pledge"
    ORDERED = "moved by order"
    PAID = "paid"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Units of an instrument that moved: `asset` is its id as text, `way` how it came about."""

    place: int
    day: int
    tx: str
    asset: str
    from_party: str
    to_party: str
    amount_fen: int
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A part of an instrument sold for money (R77-6)."""

    place: int
    day: int
    tx: str
    asset: str
    seller: str
    funder: str
    amount_fen: int
    interest_fen: int
    fee_fen: int
    receipt: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What a debtor paid on an instrument; early, `principal_fen` is what that discharged."""

    place: int
    day: int
    tx: str
    asset: str
    debtor: str
    principal_fen: int
    interest_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A debtor's promise: a certificate confirmed, a bill accepted."""

    place: int
    day: int
    tx: str
    asset: str
    debtor: str
    amount_fen: int


@dataclass(slots=True, kw_only=True)
class Reading:
    """
    A ledger as it was read.

    Attributes:
        state: the books. day, block, block_hash: of the last block read.
        event_count: events read. digest: of them (`blocks.digest`).
        moves, sales, payments, promises: of certificates, in the order of the chain.
        bill_sales, bill_payments, bill_promises: of bills, likewise.
    """

    state: State
    contracts: Mapping[str, str]
    day: int = 0
    block: int = 0
    block_hash: str = ""
    event_count: int = 0
    digest: str = ""
    moves: list[Move] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    bill_sales: list[Sale] = field(default_factory=list)
    bill_payments: list[Payment] = field(default_factory=list)
    bill_promises: list[Promise] = field(default_factory=list)


Note = Callable[[Reading, StoredEvent, Sequence[StoredEvent]], None]
"""Takes the reading, an event and all events of its transaction."""


def read(store: Store, *, until: int | None = None) -> Reading:
    """
    Read everything up to a place (`Store.place_at`).

    Raises:
        FoldError: an event is missing or not ours.
    """
    contracts = store.deployment.contracts
    fold = Fold(contracts)
    addresses = {name: address for address, name in contracts.items()}
    reading = Reading(state=fold.state, contracts=addresses)
    for _, group in groupby(store.events(until=until), key=attrgetter("tx_hash")):
        events = list(group)
        for event in events:
            fold_event(fold, event)
        note(reading, events)
        reading.event_count += len(events)
    last = None if until is None else block_of(until)
    _at(reading, store, last)
    return reading


def fold_event(fold: Fold, event: StoredEvent) -> None:
    """
    Write an event of the store down, if the fold takes its contract.

    Raises:
        FoldError: it cannot follow those before it, or this version cannot read it.
    """
    if event.address in fold.contracts:
        fold.handler(event.address, event.name)(fold.state, event.args, event.day)


def note(reading: Reading, events: Sequence[StoredEvent]) -> None:
    """Take down what the events of one transaction moved."""
    for event in events:
        found = NOTES.get((event.contract, event.name))
        if found is not None:
            found(reading, event, events)


def _at(reading: Reading, store: Store, last: int | None) -> None:
    """When the reading ends: at the store's tip, or at the last block asked for."""
    deployment = store.deployment
    block = store.last_block() if last is None else store.last_block(until_block=last)
    if block is not None:
        reading.day, reading.block = block.day, block.number
        reading.block_hash, reading.digest = block.hash, block.digest
    tip, when = deployment.synced_block, deployment.synced_timestamp
    if tip is not None and when is not None and (last is None or tip <= last):
        reading.block, reading.block_hash = tip, deployment.synced_hash or ""
        reading.day = (when + 8 * 3600) // 86_400


def asset_of(id_: int) -> str:
    """A certificate's id as text."""
    return f"0x{id_:064x}"


def _unit_move(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    reading.moves.append(
        Move(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=asset_of(args["id"]),
            from_party=args["from"],
            to_party=args["to"],
            amount_fen=args["amount"],
            way=_way(args["from"], args["to"], events),
        )
    )


_DISCHARGES = {"CertificatePaid", "CertificateRetired"}
"""The debtor pays at maturity or later, or early."""


_CLAIMS = {"BoughtBack", "RecoursePaid"}
"""Units go back to who answers for them: bought back (E11), paid for on a claim (E10)."""


def _way(from_: str, to: str, events: Iterable[StoredEvent]) -> Way:
    names = {event.name for event in events}
    if from_ == NOBODY:
        return Way.OPENED
    if to == NOBODY:
        return Way.PAID if names & _DISCHARGES else Way.ENDED
    if "CertificateSold" in names:
        return Way.SOLD
    if names & _CLAIMS:
        return Way.CLAIMED
    if "PledgeSold" in names:
        return Way.ENFORCED
    return Way.ORDERED if "CertificateMovedByOrder" in names else Way.PASSED


def _sale(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args, move = event.args, _move_before(event, events)
    reading.sales.append(
        Sale(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=asset_of(args["certificateId"]),
            seller=move["from"],
            funder=move["to"],
            amount_fen=move["amount"],
            interest_fen=args["interestFen"],
            fee_fen=args["feeFen"],
            receipt="0x" + args["registryReceipt"].hex(),
            quote="0x" + args["quoteId"].hex(),
        )
    )


def _move_before(event: StoredEvent, events: Sequence[StoredEvent]) -> Mapping[str, Any]:
    """The move of units that a sale's own event leaves to the one before it."""
    moves = [item for item in events if item.name == "TransferSingle" and item.place < event.place]
    return moves[-1].args


def _payment(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    reading.payments.append(
        Payment(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=asset_of(args["id"]),
            debtor=args["debtor"],
            principal_fen=args["principalFen"],
            interest_fen=args.get("interestFen", 0),
        )
    )


def _promise(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    reading.promises.append(
        Promise(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=asset_of(args["id"]),
            debtor=args["debtor"],
            amount_fen=args["amountFen"],
        )
    )


def _accepted(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    reading.bill_promises.append(
        Promise(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=f"{args['billNo']:0{NUMBER_DIGITS}d}",
            debtor=args["acceptor"],
            amount_fen=args["faceFen"],
        )
    )


def _discounted(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    part = range_of_token(args["tokenId"])
    reading.bill_sales.append(
        Sale(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=str(part),
            seller=args["seller"],
            funder=args["funder"],
            amount_fen=part.amount(reading.state.bills.bills[part.bill_no].face_fen),
            interest_fen=args["interestFen"],
            fee_fen=args["feeFen"],
            receipt="",
            quote="0x" + args["quoteId"].hex(),
        )
    )


def _bill_paid(reading: Reading, event: StoredEvent, events: Sequence[StoredEvent]) -> None:
    args = event.args
    reading.bill_payments.append(
        Payment(
            place=event.place,
            day=event.day,
            tx=event.tx_hash,
            asset=str(range_of_token(args["tokenId"])),
            debtor=args["acceptor"],
            principal_fen=args["amountFen"],
            interest_fen=0,
        )
    )


NOTES: Mapping[tuple[str, str], Note] = {
    ("Receivables", "TransferSingle"): _unit_move,
    ("Settlement", "CertificateSold"): _sale,
    ("Receivables", "CertificatePaid"): _payment,
    ("Receivables", "CertificateRetired"): _payment,
    ("Invoices", "CertificateConfirmed"): _promise,
    ("Acceptances", "AcceptanceGiven"): _accepted,
    ("BillDiscounting", "BillDiscounted"): _discounted,
    ("Presentations", "BillPaid"): _bill_paid,
}
