"""Parties of a file that the ledger does not know yet, and the limits of its debtors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from scf.importing.officers import Officers, Pair
from scf.model.records import Opening, PartyDetails, Powers, Roles, SizeClass

if TYPE_CHECKING:
    from scf.ledger import Ledger

OnProgress = Callable[[str, int, int], None]


def missing_parties(ledger: Ledger, usccs: Iterable[str]) -> frozenset[str]:
    """Those codes that nobody enrolled."""
    return frozenset(code for code in usccs if ledger.participants.party(code) is None)


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
        from scf.contracts.participants import OfficerGrant

        acts = (
            self._ledger.participants.enrol.prepare(
                details=PartyDetails(
                    uscc=uscc,
                    name=name,
                    roles=roles,
                    size_class=self._sizes.get(uscc, SizeClass.UNSTATED),
                ),
                officers=[
                    OfficerGrant(officer=key, powers=Powers.ALL)
                    for key in self._officers.pair(uscc)
                ],
                approver=self._approver,
            )
            for uscc, name in names.items()
        )
        self._give_gas(names)
        for count, sent in enumerate(self._ledger.send_stream(acts), 1):
            _ = sent.result
            self._on_progress("parties", count, len(names))
        return len(names)

    def raise_limits(self, openings: Iterable[Opening]) -> int:
        """
        Let every debtor owe what it owes now and these openings; how many limits were raised.

        Raises:
            ContractRefusal: one was refused.
        """
        wanted: Counter[str] = Counter()
        for opening in openings:
            wanted[opening.debtor] += opening.amount
        accounts = {debtor: self._ledger.invoices.debtor(debtor) for debtor in wanted}
        low = [debtor for debtor in wanted if accounts[debtor].available < wanted[debtor]]
        acts = (
            self._ledger.invoices.set_opening_limit.prepare(
                debtor=debtor,
                limit=accounts[debtor].outstanding + wanted[debtor],
                approver=self._approver,
            )
            for debtor in low
        )
        for count, sent in enumerate(self._ledger.send_stream(acts), 1):
            _ = sent.result
            self._on_progress("limits", count, len(low))
        return len(low)

    def _give_gas(self, usccs: Iterable[str]) -> None:
        """Keys of a local chain get gas from its node; elsewhere gas is the officers' business."""
        chain = self._ledger.chain
        if chain.capabilities.balance_method is not None:
            chain.fund(key.address for uscc in usccs for key in self._officers.pair(uscc))
