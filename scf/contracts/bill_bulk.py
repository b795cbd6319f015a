"""
Many bills in one pipelined call: each act has its own outcome, one refused hinders no other.

A core enterprise draws and accepts thousands on one day. What has to be known of each bill is asked
in few requests, acts are built without asking the node, and refusals are found beforehand: each
act is tried (`eth_call`) before any is sent, so that a bill that a rule refuses never leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.chain import Read
from scf.chain.keys import Signer
from scf.contracts import bill_checks, checks
from scf.contracts.acceptances import Acceptances
from scf.contracts.bill_checks import AnyBill, AnyRange
from scf.contracts.endorsements import Endorsements
from scf.contracts.face import Prepared, Sent
from scf.contracts.presentations import Presentations
from scf.errors import ContractRefusal
from scf.model.bill_numbers import whole_range
from scf.model.bill_records import AcceptanceTerms, Drawing, EndorsementTerms
from scf.model.bill_results import (
    AcceptanceAsked,
    Accepted,
    Delivered,
    Drawn,
    EndorsementRequested,
    Presented,
    Tendered,
)


class BulkBills(Acceptances, Endorsements, Presentations):
    """The acts that a core enterprise and its banks do by the thousand."""

    def draw_many(self, drawings: Iterable[Drawing]) -> list[Sent[Drawn]]:
        """B1 for many; see the module."""
        return self._many(self.draw.prepare(item) for item in drawings)

    def present_many_for_acceptance(
        self, bill_nos: Iterable[AnyBill]
    ) -> list[Sent[AcceptanceAsked]]:
        """B2 for many."""
        return self._many(self.present_for_acceptance.prepare(item) for item in bill_nos)

    def acceptances(
        self,
        bill_nos: Iterable[AnyBill],
        *,
        document_hash: bytes | None = None,
        deadline: int | None = None,
    ) -> list[AcceptanceTerms]:
        """
        What is accepted of many bills, read in two requests.

        Args:
            document_hash: of what the acceptor checked, for all of them; each bill's own number as
                a hash unless given.
        """
        numbers = [bill_checks.number(item, "bill_nos") for item in bill_nos]
        if document_hash is not None:
            checks.hash32(document_hash, "document_hash")
        own, until = self._own("Bills"), checks.seconds(self._context.deadline(deadline))
        bills = self._answers(Read(contract=own, function="bill", args=(n,)) for n in numbers)
        tokens = [
            whole_range(number, found["faceFen"], divisible=found["divisible"]).token_id
            for number, found in zip(numbers, bills, strict=True)
        ]
        ranges = self._answers(Read(contract=own, function="range", args=(t,)) for t in tokens)
        return [
            self.acceptance_of(
                number, found, part["acts"], document_hash or number.to_bytes(32), until
            )
            for number, found, part in zip(numbers, bills, ranges, strict=True)
        ]

    def accept_many(
        self, terms: Iterable[AcceptanceTerms], *, maker: Signer
    ) -> list[Sent[Accepted]]:
        """B3 for many: `maker` signs each, the ledger's signer is the checker."""
        return self._many(self.accept.prepare(item, maker=maker) for item in terms)

    def tender_many(
        self, bill_nos: Iterable[AnyBill], *, marked: bool = False
    ) -> list[Sent[Tendered]]:
        """B8 for many."""
        return self._many(self.tender.prepare(item, marked=marked) for item in bill_nos)

    def take_many(
        self, bill_nos: Iterable[AnyBill], *, consent_hash: bytes
    ) -> list[Sent[Delivered]]:
        """B9 for many, on one consent record."""
        return self._many(self.take.prepare(item, consent_hash=consent_hash) for item in bill_nos)

    def endorse_many(
        self, terms: Iterable[EndorsementTerms], *, deadline_day: dt.date
    ) -> list[Sent[EndorsementRequested]]:
        """B11 for many."""
        return self._many(
            self.request_endorsement.prepare(item, deadline_day=deadline_day) for item in terms
        )

    def present_many(self, ranges: Iterable[AnyRange]) -> list[Sent[Presented]]:
        """B27, B28 for many, by their holder."""
        return self._many(self.present.prepare(item) for item in ranges)

    # Internals

    def _many(self, acts: Iterable[Prepared[Any]]) -> list[Sent[Any]]:
        """Try all, send those that may go, and put the outcomes back in order."""
        built = list(acts)
        refusals = list(self._tried(built))
        going = [act for act, refusal in zip(built, refusals, strict=True) if refusal is None]
        outcomes = iter(self._context.sender.send_many(going))
        return [
            Sent(
                act=act,
                outcome=next(outcomes) if refusal is None else Outcome(key=act.key, error=refusal),
            )
            for act, refusal in zip(built, refusals, strict=True)
        ]

    def _tried(self, acts: Sequence[Prepared[Any]]) -> Iterator[ContractRefusal | None]:
        """What the contract says of each act now, asked for all of one signer at once."""
        by_signer: dict[str, list[int]] = {}
        for place, act in enumerate(acts):
            by_signer.setdefault(act.signer.address, []).append(place)
        found: dict[int, ContractRefusal | None] = {}
        for signer, places in by_signer.items():
            reads = [
                Read(contract=act.to, function=act.function, args=act.args)
                for act in (acts[place] for place in places)
                if act.to is not None
            ]
            answers = self._context.chain.call_many(
                reads, sender=signer, errors=self._context.errors
            )
            for place, answer in zip(places, answers, strict=True):
                found[place] = answer if isinstance(answer, ContractRefusal) else None
        yield from (found[place] for place in range(len(acts)))

    def _answers(self, reads: Iterable[Read]) -> list[Any]:
        answers = self._context.chain.call_many(list(reads), errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ContractRefusal):
                raise answer
        return answers
