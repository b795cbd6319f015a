"""Parties of a file that the ledger does not know yet, and the limits of its debtors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from scf.importing.officers import Officers, Pair
from scf.importing.plan import party_of
from scf.model.records import PartyDetails, PartyStatus, Powers, Roles, SizeClass

if TYPE_CHECKING:
    from scf.contracts.face import Prepared
    from scf.ledger import Ledger

OnProgress = Callable[[str, int, int], None]
# So that the first are enrolled while the keys of the others are still being made.
_FUNDED_TOGETHER = 40


def missing_parties(ledger: Ledger, usccs: Iterable[str]) -> frozenset[str]:
    """Those codes that nobody enrolled."""
    codes = list(usccs)
    found = ledger.read_many("Participants", "party", [party_of(code) for code in codes])
    return frozenset(
        code
        for code, party in zip(codes, found, strict=True)
        if party["status"] == PartyStatus.NONE
    )


class Enroller:
    """
    Enrols parties and sets limits with two officers of the operator.

    Args:
        ledger: the ledger.
        officers: finds the new parties' keys; each gets every power, without a limit.
        operator: the officer who sends and the one who approves.
        on_progress: is told the stage, how many are done and of how many.
        sizes: size class by code (R802-7); unstated where it says nothing.
    """

    def __init__(
        self,
        ledger: Ledger,
        officers: Officers,
        operator: Pair,
        on_progress: OnProgress | None = None,
        *,
        sizes: Mapping[str, SizeClass] | None = None,
    ) -> None:
        self._ledger = ledger.with_signer(operator[0])
        self._approver = operator[1]
        self._officers = officers
        self._on_progress = on_progress or (lambda stage, done, total: None)
        self._sizes = sizes or {}

    def enrol(self, names: Mapping[str, str], *, roles: Roles = Roles.ENTERPRISE) -> int:
        """
        Enrol parties by code and name; how many.

        Raises:
            ContractRefusal: one was refused.
        """
        return self._send("parties", self.enrolments(names, roles=roles), len(names))

    def raise_limits(self, owed: Iterable[tuple[str, int]]) -> int:
        """
        Let every debtor owe what it owes now and more; how many limits were raised.

        Args:
            owed: debtors and what each will owe more, fen; a debtor may be named many times.

        Raises:
            ContractRefusal: one was refused.
        """
        acts = self.limits(owed)
        return self._send("limits", acts, len(acts))

    def enrolments(
        self, names: Mapping[str, str], *, roles: Roles = Roles.ENTERPRISE
    ) -> Iterator[Prepared[Any]]:
        """The acts of `enrol`, which the operator's officer does one after the other."""
        from scf.contracts.participants import OfficerGrant

        if not names:
            return
        participants = self._ledger.for_building().participants
        codes = iter(names)
        while some := list(islice(codes, _FUNDED_TOGETHER)):
            self._give_gas(some)
            for uscc in some:
                details = PartyDetails(
                    uscc=uscc,
                    name=names[uscc],
                    roles=roles,
                    size_class=self._sizes.get(uscc, SizeClass.UNSTATED),
                )
                officers = [
                    OfficerGrant(officer=key, powers=Powers.ALL)
                    for key in self._officers.pair(uscc)
                ]
                yield participants.enrol.prepare(
                    details=details, officers=officers, approver=self._approver
                )

    def limits(self, owed: Iterable[tuple[str, int]]) -> list[Prepared[Any]]:
        """The acts of `raise_limits`, done by the same officer after the enrolments."""
        wanted: Counter[str] = Counter()
        for debtor, amount in owed:
            wanted[debtor] += amount
        accounts = self._ledger.read_many("Invoices", "debtorAccount", wanted)
        invoices = self._ledger.for_building().invoices
        return [
            invoices.set_opening_limit.prepare(debtor=debtor, limit=least, approver=self._approver)
            for debtor, account in zip(wanted, accounts, strict=True)
            if account["limitFen"] < (least := account["outstandingFen"] + wanted[debtor])
        ]

    def _send(self, stage: str, acts: Iterable[Prepared[Any]], total: int) -> int:
        for count, sent in enumerate(self._ledger.send_stream(acts), 1):
            _ = sent.result
            self._on_progress(stage, count, total)
        return total

    def _give_gas(self, usccs: Iterable[str]) -> None:
        """Keys of a local chain get gas from its node; elsewhere gas is the officers' business."""
        chain = self._ledger.chain
        if chain.capabilities.balance_method is not None:
            chain.fund(key.address for uscc in usccs for key in self._officers.pair(uscc))
