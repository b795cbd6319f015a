"""Legal orders (冻结, 非交易过户): the face of contract `Orders`, and of who carries them out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from scf.chain.abi import checked_address
from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import bill_checks, checks
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, Several, tx_of, write
from scf.errors import UsageError
from scf.model.records import NO_HASH, NOBODY, Order, OrderEntry, OrderKind, OrderState
from scf.model.results import OrderMoved


class Orders(Face):
    """
    Freezes and transfers by legal order: one officer proposes, another carries out.

    The whole ones (`freeze_party` …) take both: the signer proposes, `second` carries out. Orders
    are done once each; their hash includes the document and the expiry.
    """

    contract = "Orders"

    # Reading

    def order_id(self, order: Order) -> bytes:
        """The hash by which an order is known."""
        found: bytes = self._read("orderIdOf", _struct(order))
        return found

    def entry(self, order_id: bytes) -> OrderEntry:
        """How far an order is."""
        key = checks.hash32(order_id, "order_id")
        state, party, officer = self._read("stateOf", key)
        return OrderEntry(order_id=key, state=OrderState(state), party=party, officer=officer)

    # Describing

    def order(
        self,
        kind: OrderKind,
        *,
        document_hash: bytes,
        expiry: dt.date,
        party: str | None = None,
        certificate_id: int | None = None,
        range_: AnyRange | None = None,
        from_party: str | None = None,
        to_party: str | None = None,
        amount: int = 0,
    ) -> Order:
        """
        An order about a party, a certificate, a sub-range of a bill, or (with none) cash; checked,
        not sent.

        Raises:
            UsageError: more than one of them, a transfer without its two parties and amount, or
                another kind with them, or a stop of payment of anything but a sub-range.
        """
        kind = checks.member(OrderKind, kind, "kind")
        target, subject = _subject(party, certificate_id, range_)
        is_transfer = kind is OrderKind.TRANSFER
        is_fitting = is_transfer == (target == "Cash") or target in ("Receivables", "Bills")
        if not is_fitting or (kind is OrderKind.STOP_PAYMENT and target != "Bills"):
            raise UsageError("kind", kind.name, "a kind that fits what the order is about")
        if is_transfer != (from_party is not None and to_party is not None):
            raise UsageError("order", kind.name, "from_party and to_party for transfers, only")
        return Order(
            kind=kind,
            target=self._own(target).address,
            subject=subject,
            from_party=checks.party(from_party, "from_party") if from_party else NOBODY,
            to_party=checks.party(to_party, "to_party") if to_party else NOBODY,
            amount=checks.amount(amount) if is_transfer else 0,
            document_hash=checks.hash32(document_hash, "document_hash"),
            expiry_day=_day(expiry),
        )

    # Writing, step by step

    @write
    def propose(self, order: Order) -> Prepared[OrderMoved]:
        """Enter an order. Freezes: an officer of regulator or court; transfers: of a court."""
        return self._act("propose", (_struct(order),), self._moved("OrderProposed", order.kind))

    @write
    def withdraw(self, order_id: bytes) -> Prepared[OrderMoved]:
        """Take back an order that is not carried out."""
        key = checks.hash32(order_id, "order_id")
        return self._act("withdraw", (key,), self._moved("OrderWithdrawn", None))

    @write
    def carry_out(self, order: Order) -> Prepared[OrderMoved]:
        """Carry out a proposed order; another officer of the party that proposed it."""
        name = self._target_of(order)
        read = self._moved("OrderCarriedOut", order.kind)
        return self._act("carryOut", (_struct(order),), read, contract=name)

    # Writing, both steps

    @write
    def freeze_party(
        self, party: str, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """Freeze a party until a day; it may still receive, and pay what it owes."""
        kind = OrderKind.FREEZE
        order = self.order(kind, party=party, document_hash=document_hash, expiry=expiry)
        return self._both(order, second)

    @write
    def unfreeze_party(
        self, party: str, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """End the freeze of a party."""
        kind = OrderKind.UNFREEZE
        order = self.order(kind, party=party, document_hash=document_hash, expiry=expiry)
        return self._both(order, second)

    @write
    def freeze_certificate(
        self, certificate_id: int, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """Freeze a certificate until a day."""
        order = self.order(
            OrderKind.FREEZE,
            certificate_id=certificate_id,
            document_hash=document_hash,
            expiry=expiry,
        )
        return self._both(order, second)

    @write
    def unfreeze_certificate(
        self, certificate_id: int, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """End the freeze of a certificate."""
        order = self.order(
            OrderKind.UNFREEZE,
            certificate_id=certificate_id,
            document_hash=document_hash,
            expiry=expiry,
        )
        return self._both(order, second)

    @write
    def transfer_certificate(
        self,
        certificate_id: int,
        *,
        from_party: str,
        to_party: str,
        amount: int,
        document_hash: bytes,
        expiry: dt.date,
        second: Signer,
    ) -> Several[OrderMoved]:
        """Move a part of a certificate on legal title. Two officers of a court."""
        order = self.order(
            OrderKind.TRANSFER,
            certificate_id=certificate_id,
            from_party=from_party,
            to_party=to_party,
            amount=amount,
            document_hash=document_hash,
            expiry=expiry,
        )
        return self._both(order, second)

    @write
    def transfer_cash(
        self,
        *,
        from_party: str,
        to_party: str,
        amount: int,
        document_hash: bytes,
        expiry: dt.date,
        second: Signer,
    ) -> Several[OrderMoved]:
        """Move money on legal title. Two officers of a court."""
        order = self.order(
            OrderKind.TRANSFER,
            from_party=from_party,
            to_party=to_party,
            amount=amount,
            document_hash=document_hash,
            expiry=expiry,
        )
        return self._both(order, second)

    @write
    def freeze_range(
        self, range_: AnyRange, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """Freeze a sub-range of a bill until a day (B40)."""
        return self._about(OrderKind.FREEZE, range_, document_hash, expiry, second)

    @write
    def stop_payment(
        self, range_: AnyRange, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """Stop the payment of a sub-range of a bill until a day (止付, B40)."""
        return self._about(OrderKind.STOP_PAYMENT, range_, document_hash, expiry, second)

    @write
    def unfreeze_range(
        self, range_: AnyRange, *, document_hash: bytes, expiry: dt.date, second: Signer
    ) -> Several[OrderMoved]:
        """End freeze and stop of payment of a sub-range."""
        return self._about(OrderKind.UNFREEZE, range_, document_hash, expiry, second)

    @write
    def transfer_range(
        self,
        range_: AnyRange,
        *,
        from_party: str,
        to_party: str,
        amount: int,
        document_hash: bytes,
        expiry: dt.date,
        second: Signer,
    ) -> Several[OrderMoved]:
        """Move a whole sub-range of a bill on legal title (B41). Two officers of a court."""
        order = self.order(
            OrderKind.TRANSFER,
            range_=range_,
            from_party=from_party,
            to_party=to_party,
            amount=amount,
            document_hash=document_hash,
            expiry=expiry,
        )
        return self._both(order, second)

    # Internals

    def _about(
        self,
        kind: OrderKind,
        range_: AnyRange,
        document_hash: bytes,
        expiry: dt.date,
        second: Signer,
    ) -> Several[OrderMoved]:
        order = self.order(kind, range_=range_, document_hash=document_hash, expiry=expiry)
        return self._both(order, second)

    def _both(self, order: Order, second: Signer) -> Several[OrderMoved]:
        if not isinstance(second, Signer):
            raise UsageError("second", type(second).__name__, "a Signer")
        parts = (self.propose.prepare(order), replace(self.carry_out.prepare(order), signer=second))
        return Several(parts=parts, merge=lambda results: results[-1])

    def _target_of(self, order: Order) -> str:
        for name, contract in self._context.contracts.items():
            if contract.address == order.target:
                return name
        raise UsageError("target", order.target, "a contract of this ledger")

    def _moved(self, name: str, kind: OrderKind | None) -> Any:
        def read(outcome: Outcome) -> OrderMoved:
            order_id = self._event(outcome, name)["orderId"]
            return OrderMoved(tx=tx_of(outcome), order_id=order_id, kind=kind)

        return read


def _subject(
    party: str | None, certificate_id: int | None, range_: AnyRange | None
) -> tuple[str, bytes]:
    """The contract that keeps what an order is about, and what that is."""
    if sum(item is not None for item in (party, certificate_id, range_)) > 1:
        raise UsageError("order", "two subjects", "a party, a certificate or a sub-range")
    if party is not None:
        return "Participants", _padded(checks.party(party))
    if certificate_id is not None:
        return "Receivables", checks.certificate_id(certificate_id).to_bytes(32)
    if range_ is not None:
        return "Bills", bill_checks.range_(range_).token_id.to_bytes(32)
    return "Cash", NO_HASH


def _day(day: dt.date) -> dt.date:
    checks.day(day, "expiry")
    return day


def _padded(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def _struct(order: Order) -> dict[str, Any]:
    kind = checks.member(OrderKind, order.kind, "kind")
    giver, taker, amount = order.from_party, order.to_party, order.amount
    if kind is OrderKind.TRANSFER:
        giver, taker = checks.party(giver, "from_party"), checks.party(taker, "to_party")
        amount = checks.amount(amount)
    elif (giver, taker, amount) != (NOBODY, NOBODY, 0):
        raise UsageError("order", kind.name, "from_party, to_party and amount for transfers, only")
    return {
        "kind": int(kind),
        "target": checked_address(order.target, "target"),
        "subject": checks.hash_or_zero(order.subject, "subject"),
        "from": giver,
        "to": taker,
        "amountFen": amount,
        "documentHash": checks.hash32(order.document_hash, "document_hash"),
        "expiryDay": checks.day(order.expiry_day, "expiry"),
    }
