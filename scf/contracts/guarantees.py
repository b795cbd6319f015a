"""Guarantees on bills (保证, B16): the face of contract `Guarantees`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.transactions import keccak
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_checks import AnyBill, AnyRange
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.bill_numbers import BillRange, range_of_token
from scf.model.bill_records import BillPart, Guarantee, GuaranteeTerms
from scf.model.bill_results import GuaranteeGiven, GuaranteeRequested
from scf.model.records import NOBODY, PendingState
from scf.model.results import PendingClosed
from scf.units import from_civil_day

_ACTS_BACK = 8


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
        giver = checks.party(guarantor, "guarantor")
        named = checks.party_or_nobody(guaranteed, "guaranteed")
        document = checks.hash32(document_hash, "document_hash")
        until = checks.seconds(self._context.deadline(deadline))
        if isinstance(range_, BillPart):
            acts = range_.acts
        else:
            acts = self._read("range", own.token_id, contract="Bills")["acts"]
        return GuaranteeTerms(
            range=own,
            guarantor=giver,
            guaranteed=named,
            acts=acts,
            document_hash=document,
            deadline=until,
        )

    def digest(self, terms: GuaranteeTerms) -> bytes:
        """What debtor and guarantor sign for `give_signed`."""
        return self._digest("GuaranteeTerms", _terms(terms))

    def requested(self, pending_id: bytes) -> tuple[GuaranteeTerms, str]:
        """
        The terms of a requested guarantee and who asked, from its event: what the guarantor gives.

        Raises:
            UsageError: no guarantee of that id was requested here, or its range has moved on.
        """
        key = checks.hash32(pending_id, "pending_id")
        event = self._requested_event("GuaranteeRequested", key)
        own = range_of_token(event["tokenId"])
        acts = self._read("range", own.token_id, contract="Bills")["acts"]
        for before in range(acts - 1, max(acts - _ACTS_BACK, -1), -1):
            for named in (NOBODY, event["guaranteed"]):
                terms = GuaranteeTerms(
                    range=own,
                    guarantor=event["guarantor"],
                    guaranteed=named,
                    acts=before,
                    document_hash=event["documentHash"],
                    deadline=checks.SECONDS_MAX,
                )
                message = {"termsHash": _terms_hash(terms), "requester": event["requester"]}
                if self._digest("GuaranteeRequest", message) == key:
                    return terms, event["requester"]
        raise UsageError("pending_id", "0x" + key.hex(), "a guarantee that is still asked for")

    # Writing: B16

    @write
    def request(
        self, terms: GuaranteeTerms, *, deadline_day: dt.date
    ) -> Prepared[GuaranteeRequested]:
        """A debtor of the bill asks for a guarantee; the range is locked until it is answered."""
        args = (_unsigned(terms), checks.day(deadline_day, "deadline_day"))
        return self._act("requestGuarantee", args, self._requested)

    @write
    def give(self, terms: GuaranteeTerms, *, requester: str) -> Prepared[GuaranteeGiven]:
        """The guarantor gives what was asked for."""
        args = (_unsigned(terms), checks.party(requester, "requester"))
        return self._act("giveGuarantee", args, self._given)

    @write
    def give_signed(
        self, terms: GuaranteeTerms, *, debtor: Approver, guarantor: Approver
    ) -> Prepared[GuaranteeGiven]:
        """Both approvals in one transaction, sent by one of the two who approve."""
        digest = self.digest(terms)
        args = (
            _terms(terms),
            self._approval(debtor, digest, "debtor"),
            self._approval(guarantor, digest, "guarantor"),
        )
        return self._act("giveSigned", args, self._given)

    @write
    def refuse(self, terms: GuaranteeTerms, *, requester: str) -> Prepared[PendingClosed]:
        """The holder of the range ends another party's request."""
        args = (_unsigned(terms), checks.party(requester, "requester"))
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


def _unsigned(terms: GuaranteeTerms) -> dict[str, Any]:
    """Terms that nobody signs have no deadline: either side can find them again from the event."""
    return _terms(terms) | {"deadline": checks.SECONDS_MAX}


def _terms_hash(terms: GuaranteeTerms) -> bytes:
    """The struct hash of terms (EIP-712)."""
    from eth_abi.abi import encode

    names = signing.TYPES["Guarantees"]["GuaranteeTerms"]
    kind = keccak(f"GuaranteeTerms({names})".encode())
    types = ["bytes32", *(field.split()[0] for field in names.split(","))]
    return keccak(encode(types, [kind, *_terms(terms).values()]))


def _terms(terms: GuaranteeTerms) -> dict[str, Any]:
    return {
        "tokenId": bill_checks.range_(terms.range).token_id,
        "guarantor": checks.party(terms.guarantor, "guarantor"),
        "guaranteed": checks.party_or_nobody(terms.guaranteed, "guaranteed"),
        "acts": bill_checks.acts(terms.acts),
        "documentHash": checks.hash32(terms.document_hash, "document_hash"),
        "deadline": checks.seconds(terms.deadline),
    }
