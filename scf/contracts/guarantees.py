"""Guarantees on bills (保证, B16): the face of contract `Guarantees`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_checks import AnyBill, AnyRange
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.contracts.signing import Approver
from scf.model.bill_numbers import BillRange, range_of_token
from scf.model.bill_records import BillPart, Guarantee, GuaranteeTerms
from scf.model.bill_results import GuaranteeGiven, GuaranteeRequested
from scf.model.records import NOBODY, PendingState
from scf.model.results import PendingClosed
from scf.units import from_civil_day


class Guarantees(Face):
    """Who guarantees whom on which range; there is no condition (NIL-48)."""

    contract = "Guarantees"

    # Reading and terms

    def of_bill(self, bill_no: AnyBill) -> list[Guarantee]:
        """Every guarantee of a bill, oldest first."""
        number = bill_checks.number(bill_no)
        return guarantees_from(number, self._read("guaranteesOf", number))

    def covering(self, range_: AnyRange) -> list[Guarantee]:
        """The guarantees that cover a range, oldest first."""
        own = bill_checks.range_(range_)
        return guarantees_from(own.bill_no, self._read("covering", own.token_id))

    def terms(
        self,
        range_: AnyRange,
        *,
        guarantor: str,
        document_hash: bytes,
        guaranteed: str = NOBODY,
        deadline: int | None = None,
    ) -> GuaranteeTerms:
        """
        What debtor and guarantor approve, as the range stands now.

        Args:
            guaranteed: whom; the acceptor if accepted, else the drawer, unless given (NIL-47).
            document_hash: of the guarantee's text.
        """
        own = bill_checks.range_(range_)
        if isinstance(range_, BillPart):
            acts = range_.acts
        else:
            acts = self._read("range", own.token_id, contract="Bills")["acts"]
        named = NOBODY if guaranteed == NOBODY else checks.party(guaranteed, "guaranteed")
        return GuaranteeTerms(
            range=own,
            guarantor=checks.party(guarantor, "guarantor"),
            guaranteed=named,
            acts=acts,
            document_hash=checks.hash32(document_hash, "document_hash"),
            deadline=checks.seconds(self._context.deadline(deadline)),
        )

    def digest(self, terms: GuaranteeTerms) -> bytes:
        """What debtor and guarantor sign for `give_signed`."""
        return self._digest("GuaranteeTerms", _terms(terms))

    # Writing: B16

    @write
    def request(
        self, terms: GuaranteeTerms, *, deadline_day: dt.date
    ) -> Prepared[GuaranteeRequested]:
        """A debtor of the bill asks for a guarantee; the range is locked until it is answered."""
        args = (_terms(terms), checks.day(deadline_day, "deadline_day"))
        return self._act("requestGuarantee", args, self._requested)

    @write
    def give(self, terms: GuaranteeTerms, *, requester: str) -> Prepared[GuaranteeGiven]:
        """The guarantor gives what was asked for."""
        args = (_terms(terms), checks.party(requester, "requester"))
        return self._act("giveGuarantee", args, self._given)

    @write
    def give_signed(
        self, terms: GuaranteeTerms, *, debtor: Approver, guarantor: Approver
    ) -> Prepared[GuaranteeGiven]:
        """Both approvals in one transaction, sent by one of the two who approve."""
        digest = self.digest(terms)
        args = (
            _terms(terms),
            signing.approval_by(debtor, digest, "debtor"),
            signing.approval_by(guarantor, digest, "guarantor"),
        )
        return self._act("giveSigned", args, self._given)

    @write
    def refuse(self, terms: GuaranteeTerms, *, requester: str) -> Prepared[PendingClosed]:
        """The holder of the range ends another party's request."""
        args = (_terms(terms), checks.party(requester, "requester"))
        return self._act("refuse", args, self._closed)

    @write
    def reject(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The guarantor refuses."""
        return self._act("reject", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def withdraw(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The debtor takes its request back."""
        return self._act("withdraw", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def expire(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """Anyone ends a request after its last day."""
        return self._act("expire", (checks.hash32(pending_id, "pending_id"),), self._closed)

    # Internals

    def _requested(self, outcome: Outcome) -> GuaranteeRequested:
        event = self._event(outcome, "GuaranteeRequested")
        return GuaranteeRequested(
            tx=tx_of(outcome),
            pending_id=event["pendingId"],
            range=range_of_token(event["tokenId"]),
            requester=event["requester"],
            guarantor=event["guarantor"],
            guaranteed=event["guaranteed"],
        )

    def _given(self, outcome: Outcome) -> GuaranteeGiven:
        event = self._event(outcome, "GuaranteeGiven")
        return GuaranteeGiven(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            guarantor=event["guarantor"],
            guaranteed=event["guaranteed"],
        )

    def _closed(self, outcome: Outcome) -> PendingClosed:
        event = self._event(outcome, "PendingClosed")
        state = PendingState(event["state"])
        return PendingClosed(tx=tx_of(outcome), pending_id=event["pendingId"], state=state)


def guarantees_from(bill_no: int, found: list[dict[str, Any]]) -> list[Guarantee]:
    """Guarantees as the contract answers them."""
    return [
        Guarantee(
            guarantor=item["guarantor"],
            guaranteed=item["guaranteed"],
            range=BillRange(bill_no, item["first"], item["last"]),
            day=from_civil_day(item["day"]),
        )
        for item in found
    ]


def _terms(terms: GuaranteeTerms) -> dict[str, Any]:
    return {
        "tokenId": terms.range.token_id,
        "guarantor": terms.guarantor,
        "guaranteed": terms.guaranteed,
        "acts": terms.acts,
        "documentHash": terms.document_hash,
        "deadline": terms.deadline,
    }
