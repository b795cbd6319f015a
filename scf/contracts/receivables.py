"""
Receivable certificates (应收账款电子凭证): the face of contract `Receivables`, and through its
base of the openings in `Invoices`. Amounts in fen.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.chain import Read
from scf.contracts import checks, signing
from scf.contracts.face import Prepared, fresh_key, tx_of, write
from scf.contracts.holders import holders_of
from scf.contracts.openings import Openings
from scf.contracts.signing import Approver
from scf.errors import ContractRefusal, UsageError
from scf.model.records import (
    NO_HASH,
    Certificate,
    CertificateStatus,
    Pending,
    PendingState,
    Position,
    Recourse,
    RolledDay,
    TransferTerms,
    Undertaking,
)
from scf.model.results import (
    ConsentSet,
    MarkedOverdue,
    PendingClosed,
    Transferred,
    TransferRequested,
)
from scf.units import Fen, from_civil_day

_SPLIT_MIN_UNIT_FEN = 100_000


class Receivables(Openings):
    """Certificates: opening them (base), passing them on, and reading them."""

    contract = "Receivables"

    # Reading

    def certificate(self, certificate_id: int) -> Certificate:
        """A certificate; UsageError if the ledger has none of that id."""
        id_ = checks.certificate_id(certificate_id)
        found = self._read("certificate", id_)
        if found["status"] == CertificateStatus.NONE:
            raise UsageError("certificate_id", f"0x{id_:064x}", "a certificate of this ledger")
        debtor, late_rate = self._many(
            ("Participants", "partyOfTag", found["debtorTag"]), ("Receivables", "lateRateOf", id_)
        )
        splits, least = found["splitsLeft"], found["splitMinThousands"]
        return Certificate(
            id=id_,
            debtor=debtor,
            status=CertificateStatus(found["status"]),
            outstanding=found["outstandingFen"],
            due_day=from_civil_day(found["dueDay"]),
            opened_day=from_civil_day(found["dueDay"] - found["tenorDays"]),
            tenor_days=found["tenorDays"],
            frozen_until=checks.day_or_none(found["frozenUntil"]),
            layers_max=found["layersMax"] or None,
            splits_left=splits - 1 if splits else None,
            split_min=least * _SPLIT_MIN_UNIT_FEN if least else None,
            has_locks=found["hasLocks"],
            late_rate=late_rate,
        )

    def balance(self, certificate_id: int, holder: str) -> Fen:
        """What a party holds of a certificate, locked or not."""
        id_, party = checks.certificate_id(certificate_id), checks.party(holder, "holder")
        return Fen(self._read("balanceOf", party, id_))

    def position(self, certificate_id: int, holder: str) -> Position:
        """What a party holds of a certificate, what of it is locked, and its layer."""
        id_, party = checks.certificate_id(certificate_id), checks.party(holder, "holder")
        found, balance = self._many(
            ("Receivables", "position", id_, party), ("Receivables", "balanceOf", party, id_)
        )
        return Position(
            certificate_id=id_,
            holder=party,
            balance=balance,
            locked=found["lockedFen"],
            layer=found["layer"],
        )

    def undertakings(self, certificate_id: int, to: str) -> list[Undertaking]:
        """The recourse undertakings (追索承诺) given to a transferee."""
        id_, party = checks.certificate_id(certificate_id), checks.party(to, "to")
        return [
            Undertaking(
                certificate_id=id_,
                from_party=item["from"],
                to_party=party,
                amount=item["amountFen"],
                recourse=Recourse(item["kind"]),
                cap=item["capFen"],
            )
            for item in self._read("undertakings", id_, party)
        ]

    def holders(self, certificate_id: int) -> list[str]:
        """Who holds a part now, ascending; found from events since the first block."""
        return holders_of(self._context, checks.certificate_id(certificate_id))

    def standing_consent(self, *, to: str, from_party: str) -> dt.date | None:
        """Until when `to` takes certificates from `from_party` unasked; None if it does not."""
        args = (checks.party(to, "to"), checks.party(from_party, "from_party"))
        return checks.day_or_none(self._read("standingConsent", *args))

    def pending(self, pending_id: bytes) -> Pending:
        """A requested transfer; of state NONE if there is none of that id."""
        key = checks.hash32(pending_id, "pending_id")
        found = self._read("pending", key)
        return Pending(
            id=key,
            requester=found["requester"],
            counterparty=found["counterparty"],
            state=PendingState(found["state"]),
            deadline_day=from_civil_day(found["deadlineDay"]),
            amount=found["amountFen"],
            certificate_id=found["subject"],
        )

    def pay_day(self, certificate_id: int) -> RolledDay:
        """The day on which payment is owed: the due day, rolled to a business day."""
        day, provisional = self._read("payDayOf", checks.certificate_id(certificate_id))
        return RolledDay(day=from_civil_day(day), provisional=provisional)

    def late_interest(self, certificate_id: int, amount: int, day: dt.date) -> Fen:
        """Late interest on an amount of it if it were paid on a day (R802-4), half-up."""
        id_ = checks.certificate_id(certificate_id)
        args = (id_, checks.amount_or_zero(amount), checks.day(day))
        return Fen(self._read("lateInterestOf", *args))

    # Terms and digests

    def terms(
        self,
        certificate_id: int,
        *,
        from_party: str,
        to: str,
        amount: int,
        evidence_hash: bytes,
        recourse: Recourse = Recourse.NONE,
        cap: int = 0,
        reference: bytes | None = None,
        deadline: int | None = None,
    ) -> TransferTerms:
        """What a transfer by two approvals moves, checked; `reference` is random unless given."""
        found = TransferTerms(
            certificate_id=certificate_id,
            from_party=checks.party(from_party, "from_party"),
            to_party=checks.party(to, "to"),
            amount=amount,
            evidence_hash=evidence_hash,
            reference=secrets.token_bytes(32) if reference is None else reference,
            deadline=self._context.deadline(deadline),
            recourse=recourse,
            cap=cap,
        )
        _transfer(found)
        return found

    def transfer_digest(self, terms: TransferTerms) -> bytes:
        """What the transferor signs; also the id of the pending transfer."""
        return self._digest("Transfer", _transfer(terms))

    def taking_digest(self, terms: TransferTerms, consent_hash: bytes) -> bytes:
        """What the transferee signs for `transfer_signed`."""
        consent = checks.hash32(consent_hash, "consent_hash")
        message = {"transferId": self.transfer_digest(terms), "consentHash": consent}
        return self._digest("Taking", message)

    # Passing on: E5, E6

    @write
    def transfer(
        self,
        certificate_id: int,
        *,
        to: str,
        amount: int,
        evidence_hash: bytes,
        recourse: Recourse | None = None,
        cap: int = 0,
        repeat: int = 0,
    ) -> Prepared[Transferred]:
        """
        Pass a part on to a party that gave standing consent (转让).

        Args:
            evidence_hash: trade evidence of this hop (R77-3).
            recourse: how the signer's party answers for payment; `cap` for a limited one, fen.
            repeat: tells a second transfer of equal words from a repetition of the first.
        """
        id_, taker = checks.certificate_id(certificate_id), checks.party(to, "to")
        evidence = checks.hash32(evidence_hash, "evidence_hash")
        kind, cap = _recourse(recourse or Recourse.NONE, cap)
        if kind is Recourse.NONE:
            args: tuple[Any, ...] = (id_, taker, checks.amount(amount), evidence)
            return self._act("transfer", args, self._transferred, repeat=repeat)
        giver = self._context.party_of(self._context.caller.address)
        hop = {
            "id": id_,
            "from": giver,
            "to": taker,
            "amountFen": checks.amount(amount),
            "evidenceHash": evidence,
            "recourse": int(kind),
            "capFen": cap,
        }
        return self._act("transferWithRecourse", (hop,), self._transferred, repeat=repeat)

    @write
    def transfer_signed(
        self, terms: TransferTerms, *, consent_hash: bytes, giver: Approver, taker: Approver
    ) -> Prepared[Transferred]:
        """Pass a part on with both approvals in one transaction."""
        taking = self.taking_digest(terms, consent_hash)
        args = (
            _transfer(terms),
            consent_hash,
            signing.approval_by(giver, self.transfer_digest(terms), "giver"),
            signing.approval_by(taker, taking, "taker"),
        )
        return self._act("transferSigned", args, self._transferred)

    @write
    def request_transfer(
        self, terms: TransferTerms, *, deadline_day: dt.date
    ) -> Prepared[TransferRequested]:
        """Ask the transferee; the part is locked until answered, at the latest on a day."""
        args = (_transfer(terms), checks.day(deadline_day, "deadline_day"))
        return self._act("requestTransfer", args, self._requested)

    @write
    def take_transfer(self, terms: TransferTerms, *, consent_hash: bytes) -> Prepared[Transferred]:
        """The transferee takes what was requested (签收)."""
        args = (_transfer(terms), checks.hash32(consent_hash, "consent_hash"))
        return self._act("takeTransfer", args, self._transferred)

    @write
    def reject_transfer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The transferee refuses a requested transfer."""
        return self._act("reject", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def withdraw_transfer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The transferor takes its request back."""
        return self._act("withdraw", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def expire_transfer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """Anyone ends a request after its last day."""
        return self._act("expire", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def set_standing_consent(
        self, *, from_party: str, until: dt.date | None, consent_hash: bytes = NO_HASH
    ) -> Prepared[ConsentSet]:
        """Take one party's certificates unasked until a day (R77-9); None takes that back."""
        giver = checks.party(from_party, "from_party")
        last = 0 if until is None else checks.day(until, "until")
        if until is not None:
            checks.hash32(consent_hash, "consent_hash")
        args = (giver, last, checks.hash_or_zero(consent_hash, "consent_hash"))
        return self._act("setStandingConsent", args, self._consent_set, key=fresh_key())

    @write
    def mark_overdue(self, certificate_id: int) -> Prepared[MarkedOverdue]:
        """E9: anyone marks a certificate overdue once its day ended unpaid."""
        args = (checks.certificate_id(certificate_id),)
        return self._act("markOverdue", args, self._overdue)

    # Internals

    def _many(self, *rows: tuple[Any, ...]) -> list[Any]:
        reads = [
            Read(contract=self._own(name), function=function, args=args)
            for name, function, *args in rows
        ]
        answers = self._context.chain.call_many(reads, errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ContractRefusal):
                raise answer
        return answers

    def _transferred(self, outcome: Outcome) -> Transferred:
        events = {log.name: log.args for log in self._events(outcome)}
        moved = events["TransferSingle"]
        taken: Mapping[str, Any] = events.get("TransferTaken", {})
        return Transferred(
            tx=tx_of(outcome),
            certificate_id=moved["id"],
            from_party=moved["from"],
            to_party=moved["to"],
            amount=moved["amount"],
            transfer_id=taken.get("pendingId"),
        )

    def _requested(self, outcome: Outcome) -> TransferRequested:
        event = self._event(outcome, "TransferRequested")
        return TransferRequested(
            tx=tx_of(outcome),
            pending_id=event["pendingId"],
            certificate_id=event["id"],
            from_party=event["from"],
            to_party=event["to"],
            amount=event["amountFen"],
            deadline_day=from_civil_day(event["deadlineDay"]),
        )

    def _closed(self, outcome: Outcome) -> PendingClosed:
        event = self._event(outcome, "PendingClosed")
        state = PendingState(event["state"])
        return PendingClosed(tx=tx_of(outcome), pending_id=event["pendingId"], state=state)

    def _consent_set(self, outcome: Outcome) -> ConsentSet:
        event = self._event(outcome, "StandingConsentSet")
        return ConsentSet(
            tx=tx_of(outcome),
            to_party=event["to"],
            from_party=event["from"],
            until=checks.day_or_none(event["untilDay"]),
        )

    def _overdue(self, outcome: Outcome) -> MarkedOverdue:
        event = self._event(outcome, "CertificateOverdue")
        return MarkedOverdue(
            tx=tx_of(outcome),
            certificate_id=event["id"],
            debtor=event["debtor"],
            outstanding=event["outstandingFen"],
        )


def _recourse(recourse: Recourse, cap: int) -> tuple[Recourse, int]:
    kind = checks.member(Recourse, recourse, "recourse")
    if kind is Recourse.LIMITED:
        return kind, checks.amount(cap, "cap")
    if cap != 0:
        raise UsageError("cap", cap, "nothing, unless the recourse is limited")
    return kind, 0


def _transfer(terms: TransferTerms) -> Mapping[str, Any]:
    giver, taker = checks.party(terms.from_party, "from_party"), checks.party(terms.to_party, "to")
    if giver == taker:
        raise UsageError("to", terms.to_party, "another party than the transferor")
    recourse, cap = _recourse(terms.recourse, terms.cap)
    hop = {
        "id": checks.certificate_id(terms.certificate_id),
        "from": giver,
        "to": taker,
        "amountFen": checks.amount(terms.amount),
        "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
        "recourse": int(recourse),
        "capFen": cap,
    }
    return {
        "hop": hop,
        "reference_": checks.hash_or_zero(terms.reference, "reference"),
        "deadline": checks.seconds(terms.deadline),
    }
