"""Presentation, payment and dishonour of bills (提示付款, 付款, 拒付): contract `Presentations`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import bill_checks, checks
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.errors import UsageError
from scf.model.bill_enums import DishonourCode, PresentationKind, Scope
from scf.model.bill_numbers import range_of_token
from scf.model.bill_records import Dishonour
from scf.model.bill_results import (
    AccessBankSet,
    BillsPaid,
    Dishonoured,
    Lapsed,
    PartPaid,
    PresentationWithdrawn,
    Presented,
)
from scf.model.records import NO_HASH, NOBODY
from scf.units import from_civil_day

_CONTRACT = "Presentations"
BILLS_MAX = 100


class Presentations(Face):
    """Operations B27 to B32, and the lapse of B43."""

    # Reading

    def window(self, range_: AnyRange) -> tuple[dt.date, dt.date]:
        """First and last day for presentation at maturity (NIL-53), the last one rolled."""
        token = bill_checks.range_(range_).token_id
        first, last, _ = self._read("windowOf", token, contract=_CONTRACT)
        return from_civil_day(first), from_civil_day(last)

    def dishonour_of(self, range_: AnyRange) -> Dishonour | None:
        """The dishonour a range carries; None if none opened recourse."""
        token = bill_checks.range_(range_).token_id
        return dishonour_from(self._read("dishonourOf", token, contract=_CONTRACT))

    def access_bank(self, acceptor: str) -> str | None:
        """Who answers presentations for an acceptor; None if only itself does."""
        found = self._read("accessBankOf", checks.party(acceptor, "acceptor"), contract=_CONTRACT)
        return None if found == NOBODY else str(found)

    # Presentation: B27 to B29

    @write
    def present(self, range_: AnyRange, *, reason_hash: bytes = NO_HASH) -> Prepared[Presented]:
        """The holder presents for payment; after the window a reason is needed (NIL-53)."""
        reason = checks.hash_or_zero(reason_hash, "reason_hash")
        return self._once("present", (bill_checks.range_(range_).token_id, reason), self._presented)

    @write
    def present_due(self, range_: AnyRange) -> Prepared[Presented]:
        """Anyone presents a range in the window in its holder's place (SH-4)."""
        return self._once("presentDue", (bill_checks.range_(range_).token_id,), self._presented)

    @write
    def withdraw_presentation(self, range_: AnyRange) -> Prepared[PresentationWithdrawn]:
        """The holder takes a presentation back before it is answered."""
        args = (bill_checks.range_(range_).token_id,)
        return self._once("withdrawPresentation", args, self._presentation_withdrawn)

    # Answer: B30 to B32

    @write
    def pay(self, ranges: Sequence[AnyRange]) -> Prepared[BillsPaid]:
        """
        B30: the acceptor, or its access bank, pays ranges of one acceptor in full, straight to
        their holders; what nobody has presented yet is presented by it.

        Raises:
            UsageError: none, more than 100, or one of them twice.
        """
        tokens = [bill_checks.range_(item, "ranges").token_id for item in ranges]
        if not 1 <= len(tokens) <= BILLS_MAX or len(set(tokens)) != len(tokens):
            raise UsageError("ranges", len(tokens), f"1 to {BILLS_MAX} ranges, each once")
        return self._act(
            "payBills", (tokens,), self._paid, contract="Settlement", bills=len(tokens)
        )

    @write
    def dishonour(
        self, range_: AnyRange, *, code: DishonourCode, reason_hash: bytes = NO_HASH
    ) -> Prepared[Dishonoured]:
        """B31: the acceptor or its access bank refuses payment, with the register's reason code."""
        kind = checks.member(DishonourCode, code, "code")
        reason = checks.hash_or_zero(reason_hash, "reason_hash")
        if kind is DishonourCode.OTHER and reason == NO_HASH:
            raise UsageError("reason_hash", "none", "the hash of the reason's text with OTHER")
        args = (bill_checks.range_(range_).token_id, int(kind), reason)
        return self._once("dishonour", args, self._dishonoured)

    @write
    def auto_dishonour(self, range_: AnyRange) -> Prepared[Dishonoured | None]:
        """B32: anyone, after the last day for an answer of a 商票. None: it was done before."""
        args = (bill_checks.range_(range_).token_id,)
        return self._once("autoDishonour", args, self._dishonoured_or_not)

    @write
    def set_access_bank(self, bank: str | None) -> Prepared[AccessBankSet]:
        """Name the bank that may answer presentations and debit for the signer's party."""
        args = (NOBODY if bank is None else checks.party(bank, "bank"),)
        return self._once("setAccessBank", args, self._bank_set)

    @write
    def lapse(self, range_: AnyRange) -> Prepared[Lapsed]:
        """B43: anyone ends a range 24 months after maturity; the civil claim survives (NIL-18)."""
        return self._once("lapse", (bill_checks.range_(range_).token_id,), self._lapsed)

    # Internals

    def _once(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        # The same words can be meant again: presented, withdrawn, presented once more.
        return self._act(function, args, read, contract=_CONTRACT, key=fresh_key())

    def _presented(self, outcome: Outcome) -> Presented:
        event = self._event(outcome, "BillPresented")
        return Presented(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            holder=event["holder"],
            kind=PresentationKind(event["kind"]),
        )

    def _presentation_withdrawn(self, outcome: Outcome) -> PresentationWithdrawn:
        event = self._event(outcome, "PresentationWithdrawn")
        return PresentationWithdrawn(tx=tx_of(outcome), range=range_of_token(event["tokenId"]))

    def _paid(self, outcome: Outcome) -> BillsPaid:
        events = self._events(outcome)
        interest = {
            log.args["tokenId"]: log.args["interestFen"]
            for log in events
            if log.name == "OverdueInterestPaid"
        }
        surplus = {
            log.args["tokenId"]: log.args["pledgorFen"]
            for log in events
            if log.name == "BillPledgeCollected"
        }
        settled = next(log.args for log in events if log.name == "BillsPaid")
        parts = tuple(
            PartPaid(
                range=range_of_token(log.args["tokenId"]),
                holder=log.args["holder"],
                amount=log.args["amountFen"],
                interest=interest.get(log.args["tokenId"], 0),
                to_pledgor=surplus.get(log.args["tokenId"], 0),
            )
            for log in events
            if log.name == "BillPaid"
        )
        return BillsPaid(
            tx=tx_of(outcome),
            acceptor=settled["acceptor"],
            total=settled["totalFen"],
            parts=parts,
        )

    def _dishonoured(self, outcome: Outcome) -> Dishonoured:
        event = self._event(outcome, "BillDishonoured")
        return Dishonoured(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            day=from_civil_day(event["day"]),
            code=DishonourCode(event["code"]),
            scope=Scope(event["scope"]),
        )

    def _dishonoured_or_not(self, outcome: Outcome) -> Dishonoured | None:
        is_done = any(log.name == "BillDishonoured" for log in self._events(outcome))
        return self._dishonoured(outcome) if is_done else None

    def _bank_set(self, outcome: Outcome) -> AccessBankSet:
        event = self._event(outcome, "AccessBankSet")
        bank = None if event["bank"] == NOBODY else event["bank"]
        return AccessBankSet(tx=tx_of(outcome), acceptor=event["acceptor"], bank=bank)

    def _lapsed(self, outcome: Outcome) -> Lapsed:
        event = self._event(outcome, "BillLapsed")
        return Lapsed(
            tx=tx_of(outcome), range=range_of_token(event["tokenId"]), holder=event["holder"]
        )


def dishonour_from(found: Any) -> Dishonour | None:
    """A dishonour as the contract answers it; None where there is none."""
    if found["scope"] == Scope.NONE:
        return None
    return Dishonour(
        day=from_civil_day(found["day"]),
        presented_day=from_civil_day(found["presentedDay"]),
        code=DishonourCode(found["code"]),
        scope=Scope(found["scope"]),
    )
