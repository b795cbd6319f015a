"""Endorsement of bills and parts of them (背书转让): the face of contract `Endorsements`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import bill_checks, checks
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.bill_numbers import range_of_token
from scf.model.bill_records import BillPart, EndorsementTerms
from scf.model.bill_results import (
    Endorsed,
    EndorsementRequested,
    MarkLifted,
    MarkRevocationRequested,
)
from scf.model.records import Pending, PendingState
from scf.model.results import PendingClosed
from scf.units import from_civil_day

_CONTRACT = "Endorsements"
_ACTS_BACK = 8


class Endorsements(Face):
    """Operations B11 to B15: passing a range or one end of it on, the mark, and lifting it."""

    # Terms and digests

    def endorsement(
        self,
        range_: AnyRange,
        *,
        to: str,
        evidence_hash: bytes,
        amount: int | None = None,
        part: AnyRange | None = None,
        marked: bool = False,
        deadline: int | None = None,
    ) -> EndorsementTerms:
        """
        What is endorsed, as the range stands now.

        Args:
            range_: the endorser's range; a `BillPart` read before saves asking the chain.
            to: the endorsee.
            evidence_hash: trade evidence of this hop.
            amount: fen taken from the front (OP-6); all of it unless given.
            part: instead of an amount, one end of the range.
            marked: the endorser writes 不得转让 (NIL-34).

        Raises:
            UsageError: a part outside or across the range, or the endorser as endorsee.
        """
        own = bill_checks.range_(range_)
        piece = bill_checks.piece(own, part, amount)
        taker, evidence = checks.party(to, "to"), checks.hash32(evidence_hash, "evidence_hash")
        until = checks.seconds(self._context.deadline(deadline))
        if isinstance(range_, BillPart):
            holder, acts = range_.holder, range_.acts
        else:
            found = self._read("range", own.token_id, contract="Bills")
            holder, acts = found["holder"], found["acts"]
        if taker == holder:
            raise UsageError("to", to, "another party than the holder")
        return EndorsementTerms(
            range=own,
            acts=acts,
            part=piece,
            from_party=holder,
            to_party=taker,
            marked=marked,
            evidence_hash=evidence,
            deadline=until,
        )

    def endorsement_digest(self, terms: EndorsementTerms) -> bytes:
        """What the endorser signs; also the id of the pending endorsement."""
        return self._digest("Endorsement", _endorsement(terms), _CONTRACT)

    def taking_digest(self, terms: EndorsementTerms, consent_hash: bytes) -> bytes:
        """What the endorsee signs for `endorse`."""
        consent = checks.hash32(consent_hash, "consent_hash")
        message = {"endorsementId": self.endorsement_digest(terms), "consentHash": consent}
        return self._digest("Taking", message, _CONTRACT)

    def mark_revocation_digest(self, part: BillPart, *, deadline: int) -> bytes:
        """What holder and setter sign for `lift_mark_signed`."""
        own = bill_checks.part(part)
        message = {
            "tokenId": own.range.token_id,
            "acts": own.acts,
            "deadline": checks.seconds(deadline),
        }
        return self._digest("MarkRevocation", message, _CONTRACT)

    def pending_endorsement(self, pending_id: bytes) -> Pending:
        """A requested endorsement or lifting of a mark; the asset is named by its token id."""
        key = checks.hash32(pending_id, "pending_id")
        found = self._read("pending", key, contract=_CONTRACT)
        return Pending(
            id=key,
            requester=found["requester"],
            counterparty=found["counterparty"],
            state=PendingState(found["state"]),
            deadline_day=from_civil_day(found["deadlineDay"]),
            amount=found["amountFen"],
            certificate_id=found["subject"],
        )

    def requested_endorsement(self, pending_id: bytes) -> EndorsementTerms:
        """
        The terms of a requested endorsement, from its event: what the endorsee takes.

        Raises:
            UsageError: no endorsement of that id was requested here, or its range has moved on.
        """
        key = checks.hash32(pending_id, "pending_id")
        event = self._requested_event("EndorsementRequested", key, _CONTRACT)
        own, part = range_of_token(event["tokenId"]), range_of_token(event["partId"])
        acts = self._read("range", own.token_id, contract="Bills")["acts"]
        for before in range(acts - 1, max(acts - _ACTS_BACK, -1), -1):
            terms = EndorsementTerms(
                range=own,
                acts=before,
                part=part,
                from_party=event["from"],
                to_party=event["to"],
                marked=event["marked"],
                evidence_hash=event["evidenceHash"],
                deadline=checks.SECONDS_MAX,
            )
            if self.endorsement_digest(terms) == key:
                return terms
        raise UsageError("pending_id", "0x" + key.hex(), "an endorsement that is still pending")

    # Endorsing: B11 to B13

    @write
    def request_endorsement(
        self, terms: EndorsementTerms, *, deadline_day: dt.date
    ) -> Prepared[EndorsementRequested]:
        """B11: the holder asks the endorsee; the part is locked until answered."""
        args = (_unsigned(terms), checks.day(deadline_day, "deadline_day"))
        return self._hop("requestEndorsement", args, self._requested)

    @write
    def take_endorsement(
        self, terms: EndorsementTerms, *, consent_hash: bytes
    ) -> Prepared[Endorsed]:
        """B12: the endorsee takes what was requested (背书签收)."""
        args = (_unsigned(terms), checks.hash32(consent_hash, "consent_hash"))
        return self._hop("takeEndorsement", args, self._endorsed)

    @write
    def endorse(
        self, terms: EndorsementTerms, *, consent_hash: bytes, giver: Approver, taker: Approver
    ) -> Prepared[Endorsed]:
        """B11 and B12 in one transaction, sent by one of the two who approve."""
        taking = self.taking_digest(terms, consent_hash)
        args = (
            _endorsement(terms),
            consent_hash,
            self._approval(giver, self.endorsement_digest(terms), "giver"),
            self._approval(taker, taking, "taker"),
        )
        return self._hop("endorseSigned", args, self._endorsed)

    @write
    def reject_endorsement(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """B13: the endorsee refuses, or whoever set a mark refuses to lift it."""
        return self._hop("reject", (checks.hash32(pending_id, "pending_id"),), self._ended)

    @write
    def withdraw_endorsement(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """B13: the holder takes its request back."""
        return self._hop("withdraw", (checks.hash32(pending_id, "pending_id"),), self._ended)

    @write
    def expire_endorsement(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """Anyone ends a request after its last day."""
        return self._hop("expire", (checks.hash32(pending_id, "pending_id"),), self._ended)

    # The mark: B15

    @write
    def request_mark_revocation(
        self, range_: AnyRange, *, deadline_day: dt.date
    ) -> Prepared[MarkRevocationRequested]:
        """B15: the holder asks the party that set the mark to lift it."""
        token = bill_checks.range_(range_).token_id
        args = (token, checks.day(deadline_day, "deadline_day"))
        return self._act(
            "requestMarkRevocation",
            args,
            self._mark_requested,
            contract=_CONTRACT,
            key=fresh_key(),
        )

    @write
    def lift_mark(self, pending_id: bytes) -> Prepared[MarkLifted]:
        """B15: the party that set the mark lifts it."""
        return self._hop("liftMark", (checks.hash32(pending_id, "pending_id"),), self._lifted)

    @write
    def lift_mark_signed(
        self, part: BillPart, *, holder: Approver, setter: Approver, deadline: int
    ) -> Prepared[MarkLifted]:
        """B15 in one transaction, sent by one of the two who approve."""
        digest = self.mark_revocation_digest(part, deadline=deadline)
        args = (
            {"tokenId": part.range.token_id, "acts": part.acts, "deadline": deadline},
            self._approval(holder, digest, "holder"),
            self._approval(setter, digest, "setter"),
        )
        return self._hop("liftMarkSigned", args, self._lifted)

    # Internals

    def _hop(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        return self._act(function, args, read, contract=_CONTRACT)

    def _requested(self, outcome: Outcome) -> EndorsementRequested:
        event = self._event(outcome, "EndorsementRequested")
        return EndorsementRequested(
            tx=tx_of(outcome),
            pending_id=event["pendingId"],
            range=range_of_token(event["tokenId"]),
            part=range_of_token(event["partId"]),
            to_party=event["to"],
            deadline_day=from_civil_day(event["deadlineDay"]),
        )

    def _endorsed(self, outcome: Outcome) -> Endorsed:
        event = self._event(outcome, "Endorsed")
        return Endorsed(
            tx=tx_of(outcome),
            part=range_of_token(event["partId"]),
            from_party=event["from"],
            to_party=event["to"],
        )

    def _ended(self, outcome: Outcome) -> PendingClosed:
        event = self._event(outcome, "PendingClosed")
        state = PendingState(event["state"])
        return PendingClosed(tx=tx_of(outcome), pending_id=event["pendingId"], state=state)

    def _mark_requested(self, outcome: Outcome) -> MarkRevocationRequested:
        event = self._event(outcome, "MarkRevocationRequested")
        return MarkRevocationRequested(
            tx=tx_of(outcome),
            pending_id=event["pendingId"],
            range=range_of_token(event["tokenId"]),
            setter=event["setter"],
        )

    def _lifted(self, outcome: Outcome) -> MarkLifted:
        event = self._event(outcome, "MarkLifted")
        return MarkLifted(
            tx=tx_of(outcome), range=range_of_token(event["tokenId"]), setter=event["setter"]
        )


def _unsigned(terms: EndorsementTerms) -> dict[str, Any]:
    """Terms that nobody signs have no deadline: either side can find them again from the event."""
    return _endorsement(terms) | {"deadline": checks.SECONDS_MAX}


def _endorsement(terms: EndorsementTerms) -> dict[str, Any]:
    part = bill_checks.range_(terms.part, "part")
    return {
        "tokenId": bill_checks.range_(terms.range).token_id,
        "acts": bill_checks.acts(terms.acts),
        "first": part.first,
        "last": part.last,
        "from": checks.party(terms.from_party, "from_party"),
        "to": checks.party(terms.to_party, "to_party"),
        "marked": terms.marked,
        "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
        "deadline": checks.seconds(terms.deadline),
    }
