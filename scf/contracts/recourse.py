"""Recourse on bills (追索, 再追索): the face of contract `Recourse`, and its money. In fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.chain import Read
from scf.contracts import bill_checks, checks
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import ContractRefusal, UsageError
from scf.model.bill_enums import Ground, Liability, Scope
from scf.model.bill_numbers import range_of_token
from scf.model.bill_records import BillPart, Claim, Debtor, Pursuit, SettlementTerms
from scf.model.bill_results import (
    Noticed,
    Pursued,
    PursuitWithdrawn,
    ResidualPaid,
    SettlementOffered,
    SettlementTaken,
)
from scf.model.financing_results import CollectedOnline
from scf.model.records import NO_HASH, NOBODY, PendingState
from scf.model.results import PendingClosed
from scf.units import Fen, from_civil_day

DEBTORS_MAX = 50


class Recourse(Face):
    """Operations B33 to B38: pursuit, offer, settlement, and what is left of them."""

    contract = "Recourse"

    # Reading

    def claim_of(self, range_: AnyRange, day: dt.date | None = None) -> Fen:
        """What the holder of a range can claim if it is settled on a day, today unless given."""
        token = bill_checks.range_(range_).token_id
        return Fen(self._read("claimOf", token, self._day(day)))

    def claim_against(
        self, range_: AnyRange, debtor: Debtor | str, day: dt.date | None = None
    ) -> Fen:
        """What it can claim from one debtor: 0 where that one does not answer, or no more."""
        token = bill_checks.range_(range_).token_id
        return Fen(self._read("claimAgainst", token, _debtor(debtor), self._day(day)))

    def liability(self, range_: AnyRange, debtor: Debtor | str) -> tuple[Liability, dt.date | None]:
        """As what a debtor answers to the holder, and the last day for pursuing it."""
        token = bill_checks.range_(range_).token_id
        found, last = self._read("liabilityOf", token, _debtor(debtor))
        return Liability(found), checks.day_or_none(last)

    def claim(
        self, range_: AnyRange, debtors: Sequence[Debtor | str], day: dt.date | None = None
    ) -> Claim:
        """The claim on a range, and which of some parties answer for it until when."""
        token = bill_checks.range_(range_).token_id
        own = self._own()
        asked = _debtors(debtors)
        reads = [Read(contract=own, function="claimOf", args=(token, self._day(day)))]
        reads += [Read(contract=own, function="liabilityOf", args=(token, item)) for item in asked]
        answers = self._context.chain.call_many(reads, errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ContractRefusal):
                raise answer
        against = tuple(
            (
                Debtor(item["party"], item["guaranteed"]),
                Liability(liability),
                from_civil_day(last),
            )
            for item, (liability, last) in zip(asked, answers[1:], strict=True)
            if liability != Liability.NONE
        )
        return Claim(amount=answers[0], against=against)

    def pursuit(self, range_: AnyRange) -> Pursuit | None:
        """The pursuit under way on a range; None if there is none."""
        return pursuit_from(self._read("pursuitOf", bill_checks.range_(range_).token_id))

    def residual(self, range_: AnyRange, day: dt.date | None = None) -> tuple[str, str, Fen] | None:
        """Claimant, debtor and amount of a claim left after the bill's end, if there is one."""
        token = bill_checks.range_(range_).token_id
        if day is not None:
            checks.day(day)
        found = self._read("residualOf", token)
        if found["claimant"] == NOBODY:
            return None
        amount = Fen(self._read("residualClaimOf", token, self._day(day)))
        return found["claimant"], found["debtor"], amount

    # Pursuit: B33 to B35, B38

    @write
    def pursue(
        self,
        range_: AnyRange,
        debtors: Sequence[Debtor | str],
        *,
        costs: int = 0,
        costs_hash: bytes = NO_HASH,
    ) -> Prepared[Pursued]:
        """
        B33, B38: the holder pursues any, some or all debtors on a dishonour (NIL-68).

        Args:
            debtors: 1 to 50; a party stands for itself, a `Debtor` also for whom it guarantees.
            costs: of proof and notices, fen, with the hash of their evidence.
        """
        args = (
            bill_checks.range_(range_).token_id,
            _debtors(debtors),
            checks.amount_or_zero(costs, "costs"),
            checks.hash_or_zero(costs_hash, "costs_hash"),
        )
        if costs and costs_hash == NO_HASH:
            raise UsageError("costs_hash", "none", "the hash of the evidence for the costs")
        return self._once("pursue", args, self._pursued, debtors=len(debtors))

    @write
    def pursue_without_dishonour(
        self,
        range_: AnyRange,
        debtors: Sequence[Debtor | str],
        *,
        ground: Ground,
        proof_hash: bytes,
        costs: int = 0,
    ) -> Prepared[Pursued]:
        """B34: the acceptor is bankrupt, ordered to stop business, dead or in flight (NIL-61)."""
        kind = checks.member(Ground, ground, "ground")
        if kind in (Ground.NONE, Ground.DISHONOUR):
            raise UsageError("ground", kind.name, "BANKRUPT, STOPPED_BUSINESS or DEATH_OR_FLIGHT")
        args = (
            bill_checks.range_(range_).token_id,
            int(kind),
            _debtors(debtors),
            checks.amount_or_zero(costs, "costs"),
            checks.hash32(proof_hash, "proof_hash"),
        )
        return self._once("pursueWithoutDishonour", args, self._pursued, debtors=len(debtors))

    @write
    def pursue_further(
        self, range_: AnyRange, debtors: Sequence[Debtor | str]
    ) -> Prepared[Pursued]:
        """The holder goes on notifying others in a pursuit under way."""
        args = (bill_checks.range_(range_).token_id, _debtors(debtors))
        return self._once("pursueFurther", args, self._pursued, debtors=len(debtors))

    @write
    def forward_notice(self, range_: AnyRange, to: Debtor | str) -> Prepared[Pursued]:
        """A party that was told tells a prior party (NIL-66)."""
        args = (bill_checks.range_(range_).token_id, _debtor(to))
        return self._once("forwardNotice", args, self._pursued)

    @write
    def withdraw_pursuit(self, range_: AnyRange) -> Prepared[PursuitWithdrawn]:
        """B35: the holder takes the pursuit back, while no offer stands."""
        args = (bill_checks.range_(range_).token_id,)
        return self._once("withdrawPursuit", args, self._withdrawn)

    # Settlement: B36, B37

    @write
    def offer(
        self,
        range_: AnyRange,
        *,
        amount_max: int,
        deadline_day: dt.date,
        guaranteed: str = NOBODY,
        amount: int | None = None,
        part: AnyRange | None = None,
    ) -> Prepared[SettlementOffered]:
        """
        B36: a pursued debtor offers to settle a range or a part of it (同意清偿).

        Args:
            amount_max: most it pays, fen; what is paid is the claim of the day it is taken.
            guaranteed: for whom it answers as guarantor.
            amount, part: what is divided off, as in `endorsement`; all of it unless given.
        """
        own = bill_checks.range_(range_)
        piece = bill_checks.piece(own, part, amount)
        args = (
            own.token_id,
            piece.first,
            piece.last,
            checks.party_or_nobody(guaranteed, "guaranteed"),
            checks.amount(amount_max, "amount_max"),
            checks.day(deadline_day, "deadline_day"),
        )
        return self._once("offerSettlement", args, self._offered)

    @write
    def take(self, range_: AnyRange) -> Prepared[SettlementTaken]:
        """B37: the holder takes the settlement offered; money and range move at once (清偿签收)."""
        args = (bill_checks.range_(range_).token_id,)
        return self._act(
            "takeSettlement", args, self._taken, contract="Settlement", key=fresh_key()
        )

    def settlement(
        self,
        part: BillPart,
        *,
        payer: str,
        amount_max: int,
        guaranteed: str = NOBODY,
        amount: int | None = None,
        deadline: int | None = None,
    ) -> SettlementTerms:
        """What payer and holder approve for `settle_signed`."""
        own = bill_checks.part(part)
        return SettlementTerms(
            range=own.range,
            part=bill_checks.piece(own.range, None, amount),
            payer=checks.party(payer, "payer"),
            guaranteed=checks.party_or_nobody(guaranteed, "guaranteed"),
            amount_max=checks.amount(amount_max, "amount_max"),
            acts=own.acts,
            deadline=checks.seconds(self._context.deadline(deadline)),
        )

    def settlement_digest(self, terms: SettlementTerms) -> bytes:
        """What payer and holder sign for `settle_signed`."""
        return self._digest("SettlementTerms", _terms(terms), "Settlement")

    @write
    def settle_signed(
        self, terms: SettlementTerms, *, payer: Approver, holder: Approver
    ) -> Prepared[SettlementTaken]:
        """B36 and B37 in one transaction, sent by an officer of either side."""
        digest = self.settlement_digest(terms)
        args = (
            _terms(terms),
            self._approval(payer, digest, "payer"),
            self._approval(holder, digest, "holder"),
        )
        return self._act("settleSigned", args, self._taken, contract="Settlement")

    @write
    def reject_offer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The holder refuses an offer."""
        return self._act("reject", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def withdraw_offer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """The payer takes its offer back."""
        return self._act("withdraw", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def expire_offer(self, pending_id: bytes) -> Prepared[PendingClosed]:
        """Anyone ends an offer after its last day."""
        return self._act("expire", (checks.hash32(pending_id, "pending_id"),), self._closed)

    @write
    def collect_online(
        self, range_: AnyRange, debtors: Sequence[Debtor | str]
    ) -> Prepared[CollectedOnline]:
        """
        B39, 线上追偿: the holder of a discounted bill under recourse is paid by the first that can.

        Args:
            debtors: acceptor, its guarantor, first discounter, its guarantor, in that order; each
                is debited only for what it allowed the holder (`cash.approve`).
        """
        args = (bill_checks.range_(range_).token_id, _debtors(debtors))
        return self._act(
            "collectOnline", args, self._collected, contract="Settlement", key=fresh_key()
        )

    @write
    def pay_residual(self, range_: AnyRange) -> Prepared[ResidualPaid]:
        """The debtor pays a claim that was left when the bill ended (OP-32, NIL-52)."""
        args = (bill_checks.range_(range_).token_id,)
        return self._act("payResidual", args, self._residual_paid, contract="Settlement")

    # Internals

    def _day(self, day: dt.date | None) -> int:
        return checks.day(self._context.chain.today() if day is None else day)

    def _once(self, function: str, args: Any, read: Any, debtors: int = 0) -> Prepared[Any]:
        # The same words can be meant again: pursued, withdrawn, pursued once more.
        return self._act(function, args, read, key=fresh_key(), debtors=debtors)

    def _pursued(self, outcome: Outcome) -> Pursued:
        notices = [log.args for log in self._events(outcome) if log.name == "NoticeGiven"]
        return Pursued(
            tx=tx_of(outcome),
            range=range_of_token(notices[0]["tokenId"]),
            notices=tuple(
                Noticed(
                    party=item["to"],
                    guaranteed=item["guaranteed"],
                    late=item["late"],
                    pursued=item["pursued"],
                )
                for item in notices
            ),
        )

    def _withdrawn(self, outcome: Outcome) -> PursuitWithdrawn:
        event = self._event(outcome, "PursuitWithdrawn")
        return PursuitWithdrawn(tx=tx_of(outcome), range=range_of_token(event["tokenId"]))

    def _offered(self, outcome: Outcome) -> SettlementOffered:
        event = self._event(outcome, "SettlementOffered")
        return SettlementOffered(
            tx=tx_of(outcome),
            pending_id=event["pendingId"],
            range=range_of_token(event["tokenId"]),
            payer=event["payer"],
            amount_max=event["amountMaxFen"],
            deadline_day=from_civil_day(event["deadlineDay"]),
        )

    def _taken(self, outcome: Outcome) -> SettlementTaken:
        event = self._event(outcome, "SettlementTaken")
        return SettlementTaken(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            payer=event["payer"],
            holder=event["holder"],
            liability=Liability(event["liability"]),
            paid=event["paidFen"],
            ended=event["ended"],
        )

    def _collected(self, outcome: Outcome) -> CollectedOnline:
        event = self._event(outcome, "CollectedOnline")
        return CollectedOnline(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            payer=event["payer"],
            reason=event["reason"].decode("ascii"),
            paid=event["paidFen"],
        )

    def _closed(self, outcome: Outcome) -> PendingClosed:
        event = self._event(outcome, "PendingClosed")
        state = PendingState(event["state"])
        return PendingClosed(tx=tx_of(outcome), pending_id=event["pendingId"], state=state)

    def _residual_paid(self, outcome: Outcome) -> ResidualPaid:
        event = self._event(outcome, "ResidualPaid")
        return ResidualPaid(
            tx=tx_of(outcome),
            range=range_of_token(event["tokenId"]),
            claimant=event["claimant"],
            debtor=event["debtor"],
            total=event["totalFen"],
        )


def pursuit_from(found: Mapping[str, Any]) -> Pursuit | None:
    """A pursuit as the contract answers it; None where there is none."""
    if found["ground"] == Ground.NONE:
        return None
    return Pursuit(
        ground=Ground(found["ground"]),
        scope=Scope(found["scope"]),
        opened_day=from_civil_day(found["openedDay"]),
        refusal_day=from_civil_day(found["refusalDay"]),
        costs=found["costsFen"],
    )


def _debtor(value: Debtor | str) -> dict[str, str]:
    debtor = value if isinstance(value, Debtor) else Debtor(value)
    return {
        "party": checks.party(debtor.party, "debtor"),
        "guaranteed": checks.party_or_nobody(debtor.guaranteed, "guaranteed"),
    }


def _debtors(values: Sequence[Debtor | str]) -> list[dict[str, str]]:
    if isinstance(values, str) or not 1 <= len(values) <= DEBTORS_MAX:
        shown = values if isinstance(values, str) else len(values)
        raise UsageError("debtors", shown, f"a list of 1 to {DEBTORS_MAX} debtors")
    return [_debtor(value) for value in values]


def _terms(terms: SettlementTerms) -> dict[str, Any]:
    part = bill_checks.range_(terms.part, "part")
    return {
        "tokenId": bill_checks.range_(terms.range).token_id,
        "first": part.first,
        "last": part.last,
        "payer": checks.party(terms.payer, "payer"),
        "guaranteed": checks.party_or_nobody(terms.guaranteed, "guaranteed"),
        "amountMaxFen": checks.amount(terms.amount_max, "amount_max"),
        "acts": bill_checks.acts(terms.acts),
        "deadline": checks.seconds(terms.deadline),
    }
