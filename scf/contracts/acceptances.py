"""A bill from drawing to delivery (出票, 承兑, 收票): contract `Acceptances`. In fen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import bill_checks, checks
from scf.contracts.bill_checks import AnyBill
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.bill_enums import Cause
from scf.model.bill_numbers import BillType, parse_bill_number, range_of_token, whole_range
from scf.model.bill_records import AcceptanceTerms, DeliveryTerms, Drawing
from scf.model.bill_results import (
    AcceptanceAsked,
    Accepted,
    BillClosed,
    Delivered,
    Drawn,
    Tendered,
)
from scf.model.records import NO_HASH
from scf.units import from_civil_day

_CONTRACT = "Acceptances"
_FACE_MAX = 2**40 - 1


class Acceptances(Face):
    """Operations B1 to B10, and the drawer's mark of B14. Until delivery the whole bill moves."""

    # Terms and digests

    def acceptance(
        self, bill_no: AnyBill, *, document_hash: bytes, deadline: int | None = None
    ) -> AcceptanceTerms:
        """What is accepted, as the bill stands now; drawer, maker and checker approve it."""
        number = bill_checks.number(bill_no)
        checks.hash32(document_hash, "document_hash")
        checks.seconds(self._context.deadline(deadline))
        found = self._read("bill", number, contract="Bills")
        token = whole_range(number, found["faceFen"], divisible=found["divisible"]).token_id
        acts = self._read("range", token, contract="Bills")["acts"]
        return self.acceptance_of(number, found, acts, document_hash, deadline)

    def acceptance_of(
        self,
        number: int,
        found: Mapping[str, Any],
        acts: int,
        document_hash: bytes,
        deadline: int | None,
    ) -> AcceptanceTerms:
        """As `acceptance`, of a bill read before."""
        return AcceptanceTerms(
            bill_no=number,
            acts=bill_checks.acts(acts),
            amount=found["faceFen"],
            maturity=from_civil_day(found["maturity"]),
            document_hash=checks.hash32(document_hash, "document_hash"),
            deadline=checks.seconds(self._context.deadline(deadline)),
        )

    def acceptance_digest(self, terms: AcceptanceTerms) -> bytes:
        """What the acceptor's maker signs for `accept`; drawer and checker for `accept_signed`."""
        message = {
            **_acceptance(terms),
            "faceFen": checks.amount(terms.amount),
            "maturity": checks.day(terms.maturity, "maturity"),
        }
        return self._digest("Acceptance", message, _CONTRACT)

    def delivery(
        self,
        bill_no: AnyBill,
        *,
        consent_hash: bytes,
        marked: bool = False,
        deadline: int | None = None,
    ) -> DeliveryTerms:
        """What drawer and payee approve for `deliver_signed`, as the bill stands now."""
        number, consent = bill_checks.number(bill_no), checks.hash32(consent_hash, "consent_hash")
        until = checks.seconds(self._context.deadline(deadline))
        found = self._read("bill", number, contract="Bills")
        token = whole_range(number, found["faceFen"], divisible=found["divisible"]).token_id
        return DeliveryTerms(
            bill_no=number,
            acts=self._read("range", token, contract="Bills")["acts"],
            marked=marked,
            consent_hash=consent,
            deadline=until,
        )

    def delivery_digest(self, terms: DeliveryTerms) -> bytes:
        """What drawer and payee sign for `deliver_signed`."""
        return self._digest("Delivery", _delivery(terms), _CONTRACT)

    # Drawing: B1

    @write
    def draw(self, drawing: Drawing) -> Prepared[Drawn]:
        """
        B1: draw a bill. The signer's party is the drawer, and the debtor of the trade.

        Raises:
            UsageError: a number with a wrong check digit or no civil day in it, a maturity that is
                not after the day of issue, a missing trade key (types 7 and 8), the payee as
                acceptor of its own bill to itself, an amount outside a package.
            ContractRefusal: a rule says no, with its id and version: a tenor one day too long
                (R4-25), a package too large (SH-1), a drawer in arrears (R77-7).
        """
        return self._write("draw", (_drawing(drawing),), self._drawn)

    # Acceptance: B2 to B5

    @write
    def present_for_acceptance(self, bill_no: AnyBill) -> Prepared[AcceptanceAsked]:
        """B2: the drawer presents the whole bill for acceptance (提示承兑)."""
        return self._again("requestAcceptance", (bill_checks.number(bill_no),), self._asked)

    @write
    def accept(self, terms: AcceptanceTerms, *, maker: Approver) -> Prepared[Accepted]:
        """B3: the acceptor's checker accepts; `maker` is its other officer (MUST-2)."""
        approval = self._approval(maker, self.acceptance_digest(terms), "maker")
        return self._write("accept", (_acceptance(terms), approval), self._accepted)

    @write
    def accept_signed(
        self, terms: AcceptanceTerms, *, drawer: Approver, maker: Approver, checker: Approver
    ) -> Prepared[Accepted]:
        """B2 and B3 in one transaction, sent by one of the three."""
        digest = self.acceptance_digest(terms)
        args = (
            _acceptance(terms),
            self._approval(drawer, digest, "drawer"),
            self._approval(maker, digest, "maker"),
            self._approval(checker, digest, "checker"),
        )
        return self._write("acceptSigned", args, self._accepted)

    @write
    def refuse_acceptance(
        self, bill_no: AnyBill, *, reason_hash: bytes = NO_HASH, conditional: bool = False
    ) -> Prepared[BillClosed]:
        """B4: the acceptor refuses; accepting on a condition is the same (NIL-43)."""
        reason = checks.hash_or_zero(reason_hash, "reason_hash")
        args = (bill_checks.number(bill_no), conditional, reason)
        return self._again("refuseAcceptance", args, self._closed("AcceptanceClosed"))

    @write
    def withdraw_acceptance(self, bill_no: AnyBill) -> Prepared[BillClosed]:
        """B4: the drawer takes it back."""
        args = (bill_checks.number(bill_no),)
        return self._again("withdrawAcceptance", args, self._closed("AcceptanceClosed"))

    @write
    def expire_acceptance(self, bill_no: AnyBill) -> Prepared[BillClosed]:
        """Anyone, after the acceptor's days (NIL-41): the bill goes back to its drawer."""
        args = (bill_checks.number(bill_no),)
        return self._again("expireAcceptance", args, self._closed("AcceptanceClosed"))

    @write
    def cancel(self, bill_no: AnyBill, *, reason_hash: bytes = NO_HASH) -> Prepared[BillClosed]:
        """B6: the drawer cancels before the payee has signed (撤票)."""
        args = (bill_checks.number(bill_no), checks.hash_or_zero(reason_hash, "reason_hash"))
        return self._write("cancel", args, self._closed("BillTerminated"))

    @write
    def clear_out(self, bill_no: AnyBill) -> Prepared[BillClosed]:
        """B5, B7: anyone, from the maturity day: a bill not delivered by then ends."""
        args = (bill_checks.number(bill_no),)
        return self._write("clearOut", args, self._closed("BillTerminated"))

    # Delivery: B8 to B10

    @write
    def tender(self, bill_no: AnyBill, *, marked: bool = False) -> Prepared[Tendered]:
        """B8, B14: the drawer tenders the bill to its payee, `marked` 不得转让 or not."""
        return self._again("tenderDelivery", (bill_checks.number(bill_no), marked), self._tendered)

    @write
    def take(self, bill_no: AnyBill, *, consent_hash: bytes) -> Prepared[Delivered]:
        """B9: the payee takes it (收票); its consent is free and on record (R802-3)."""
        args = (bill_checks.number(bill_no), checks.hash32(consent_hash, "consent_hash"))
        return self._write("takeDelivery", args, self._delivered)

    @write
    def deliver_signed(
        self, terms: DeliveryTerms, *, drawer: Approver, payee: Approver
    ) -> Prepared[Delivered]:
        """B8 and B9 in one transaction, sent by one of the two."""
        digest = self.delivery_digest(terms)
        args = (
            _delivery(terms),
            self._approval(drawer, digest, "drawer"),
            self._approval(payee, digest, "payee"),
        )
        return self._write("deliverSigned", args, self._delivered)

    def accepted_delivery_digest(
        self, terms: AcceptanceTerms, *, consent_hash: bytes, marked: bool = False
    ) -> bytes:
        """What drawer, maker, checker and payee sign for `accept_and_deliver`."""
        words = _accepted_delivery(terms, consent_hash, marked)
        more = {
            "faceFen": checks.amount(terms.amount),
            "maturity": checks.day(terms.maturity, "maturity"),
        }
        return self._digest("AcceptedDelivery", words | more, _CONTRACT)

    @write
    def accept_and_deliver(
        self,
        terms: AcceptanceTerms,
        *,
        consent_hash: bytes,
        drawer: Approver,
        maker: Approver,
        checker: Approver,
        payee: Approver,
        marked: bool = False,
    ) -> Prepared[Accepted]:
        """
        B2, B3, B8 and B9 in one transaction, sent by one of those who approve.

        Where the drawer is the acceptor, its maker may approve for both.
        """
        words = _accepted_delivery(terms, consent_hash, marked)
        digest = self.accepted_delivery_digest(terms, consent_hash=consent_hash, marked=marked)
        approvers = {"drawer": drawer, "maker": maker, "checker": checker, "payee": payee}
        approvals = [self._approval(who, digest, name) for name, who in approvers.items()]
        return self._write("acceptAndDeliver", (words, *approvals), self._accepted)

    @write
    def refuse_delivery(
        self, bill_no: AnyBill, *, reason_hash: bytes = NO_HASH
    ) -> Prepared[BillClosed]:
        """B10: the payee refuses (拒收)."""
        args = (bill_checks.number(bill_no), checks.hash_or_zero(reason_hash, "reason_hash"))
        return self._again("refuseDelivery", args, self._closed("DeliveryClosed"))

    @write
    def withdraw_delivery(self, bill_no: AnyBill) -> Prepared[BillClosed]:
        """B10: the drawer takes the tender back."""
        args = (bill_checks.number(bill_no),)
        return self._again("withdrawDelivery", args, self._closed("DeliveryClosed"))

    # Internals

    def _write(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        return self._act(function, args, read, contract=_CONTRACT)

    def _again(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        # The same words can be meant again: tendered, withdrawn, tendered once more.
        return self._act(function, args, read, contract=_CONTRACT, key=fresh_key())

    def _drawn(self, outcome: Outcome) -> Drawn:
        events = {log.name: log.args for log in self._events(outcome)}
        part = range_of_token(events["RangeWritten"]["tokenId"])
        return Drawn(
            tx=tx_of(outcome),
            bill_no=part.bill_no,
            range=part,
            drawer=events["BillDrawn"]["drawer"],
            amount=events["BillIssued"]["terms"] & _FACE_MAX,
        )

    def _asked(self, outcome: Outcome) -> AcceptanceAsked:
        event = self._event(outcome, "AcceptanceRequested")
        return AcceptanceAsked(
            tx=tx_of(outcome), bill_no=event["billNo"], acceptor=event["acceptor"]
        )

    def _accepted(self, outcome: Outcome) -> Accepted:
        event = self._event(outcome, "AcceptanceGiven")
        return Accepted(
            tx=tx_of(outcome),
            bill_no=event["billNo"],
            acceptor=event["acceptor"],
            amount=event["faceFen"],
            late=event["late"],
        )

    def _closed(self, name: str) -> Any:
        def read(outcome: Outcome) -> BillClosed:
            event = self._event(outcome, name)
            return BillClosed(
                tx=tx_of(outcome), bill_no=event["billNo"], cause=Cause(event["cause"])
            )

        return read

    def _tendered(self, outcome: Outcome) -> Tendered:
        event = self._event(outcome, "DeliveryTendered")
        return Tendered(
            tx=tx_of(outcome),
            bill_no=event["billNo"],
            payee=event["payee"],
            marked=event["marked"],
        )

    def _delivered(self, outcome: Outcome) -> Delivered:
        event = self._event(outcome, "DeliveryTaken")
        return Delivered(tx=tx_of(outcome), bill_no=event["billNo"], payee=event["payee"])


def _drawing(drawing: Drawing) -> Mapping[str, Any]:
    number = bill_checks.number(drawing.bill_no)
    parsed = parse_bill_number(number)
    payee = checks.party(drawing.payee, "payee")
    acceptor = checks.party(drawing.acceptor, "acceptor")
    maturity = checks.day(drawing.maturity, "maturity")
    if drawing.maturity <= parsed.issue_day:
        expected = f"a day after the day of issue in the number, {parsed.issue_day} (NIL-22)"
        raise UsageError("maturity", drawing.maturity, expected)
    trade = checks.hash_or_zero(drawing.trade_key, "trade_key")
    if parsed.type.needs_trade and trade == NO_HASH:
        kinds = f"{BillType.SUPPLY_CHAIN_ENTERPRISE:d} and {BillType.SUPPLY_CHAIN_BANK:d}"
        raise UsageError("trade_key", "none", f"an invoice key for types {kinds} (NIL-22)")
    return {
        "billNo": number,
        "payee": payee,
        "acceptor": acceptor,
        "faceFen": checks.number(checks.amount(drawing.amount), "amount", _FACE_MAX),
        "maturity": maturity,
        "divisible": drawing.divisible,
        "tradeKey": trade,
        "documentHash": checks.hash32(drawing.document_hash, "document_hash"),
    }


def _acceptance(terms: AcceptanceTerms) -> dict[str, Any]:
    return {
        "billNo": bill_checks.number(terms.bill_no),
        "acts": bill_checks.acts(terms.acts),
        "documentHash": checks.hash32(terms.document_hash, "document_hash"),
        "deadline": checks.seconds(terms.deadline),
    }


def _accepted_delivery(terms: AcceptanceTerms, consent_hash: bytes, marked: bool) -> dict[str, Any]:
    return {
        "billNo": bill_checks.number(terms.bill_no),
        "acts": bill_checks.acts(terms.acts),
        "marked": marked,
        "documentHash": checks.hash32(terms.document_hash, "document_hash"),
        "consentHash": checks.hash32(consent_hash, "consent_hash"),
        "deadline": checks.seconds(terms.deadline),
    }


def _delivery(terms: DeliveryTerms) -> dict[str, Any]:
    return {
        "billNo": bill_checks.number(terms.bill_no),
        "acts": bill_checks.acts(terms.acts),
        "marked": terms.marked,
        "consentHash": checks.hash32(terms.consent_hash, "consent_hash"),
        "deadline": checks.seconds(terms.deadline),
    }
