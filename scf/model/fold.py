"""
The fold: events to books, and nothing else.

    fold = Fold({manifest address: "Receivables", …})
    for log, timestamp in history:
        fold.apply(log, timestamp)
    books = fold.books()

Events must come in the order of the chain. Each states a fact; what an event leaves to the one
before it (an amount in `TransferSingle`) is taken from there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from scf.errors import UsageError
from scf.model.books import Books
from scf.model.folding.acceptances import ACCEPTANCES, DISCLOSURES, GUARANTEES
from scf.model.folding.bills import BILLS, ENDORSEMENTS
from scf.model.folding.certificates import RECEIVABLES
from scf.model.folding.exposure import INVOICES
from scf.model.folding.financing import (
    BILL_DISCOUNTING,
    BILL_LOANS,
    EARLY_PAYMENTS,
    FACTORING,
    FACTORING_CLAIMS,
    LOANS,
    PLEDGES,
)
from scf.model.folding.governance import ORDERS, PARTICIPANTS, RULEBOOK
from scf.model.folding.money import CASH, SETTLEMENT
from scf.model.folding.recourse import PRESENTATIONS, RECOURSE
from scf.model.folding.state import Args, FoldError, Handler, State

if TYPE_CHECKING:
    from scf.chain.events import Log

__all__ = ["Fold", "FoldError", "fold"]

HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "Participants": PARTICIPANTS,
    "Rulebook": RULEBOOK,
    "Orders": ORDERS,
    "Cash": CASH,
    "OpeningTerms": {},
    "Invoices": INVOICES,
    "Receivables": RECEIVABLES,
    "Settlement": SETTLEMENT,
    "Bills": BILLS,
    "Endorsements": ENDORSEMENTS,
    "Acceptances": ACCEPTANCES,
    "Presentations": PRESENTATIONS,
    "Disclosures": DISCLOSURES,
    "Guarantees": GUARANTEES,
    "Recourse": RECOURSE,
    "FactoringClaims": FACTORING_CLAIMS,
    "Pledges": PLEDGES,
    "Factoring": FACTORING,
    "EarlyPayments": EARLY_PAYMENTS,
    "Loans": LOANS,
    "BillDiscounting": BILL_DISCOUNTING,
    "BillLoans": BILL_LOANS,
}
_SECONDS_PER_DAY = 86_400
_UTC8_SECONDS = 8 * 3600


class Fold:
    """
    Books being written, event by event.

    Args:
        contracts: name (`Receivables`) by address (0x, lower case).

    Raises:
        UsageError: a name that is no contract of the ledger.

    Attributes:
        contracts: name by address, as given.
        state: the books as they are written; read it, and leave writing to `apply`.
    """

    def __init__(self, contracts: Mapping[str, str]) -> None:
        self.state = State()
        self.contracts = dict(contracts)
        self._handlers = {address: _handlers_of(name) for address, name in self.contracts.items()}

    def apply(self, log: Log, timestamp: int) -> None:
        """
        Writes one event down; events of other contracts are passed over.

        Args:
            log: the event.
            timestamp: of its block, unix seconds.

        Raises:
            FoldError: an event of ours that is unknown, or cannot follow those before it.
        """
        if log.address in self._handlers:
            handler = self.handler(log.address, log.name)
            handler(self.state, log.args, (timestamp + _UTC8_SECONDS) // _SECONDS_PER_DAY)

    def handler(self, address: str, name: str) -> Handler:
        """
        What writes an event of one of the contracts down, for those who have many to write.

        Raises:
            FoldError: the contract has no such event.
        """
        handler = self._handlers[address].get(name)
        if handler is None:
            raise FoldError(f"{self.contracts[address]} has an unknown event {name}")
        return handler

    def books(self) -> Books:
        """The books after the last event, as a view that later events do not change."""
        return self.state.books()


def fold(history: Iterable[tuple[Log, int]], contracts: Mapping[str, str]) -> Books:
    """
    The books after a history of (event, timestamp of its block); see `Fold`.

    Raises:
        FoldError: an event of ours that is unknown, or cannot follow those before it.
    """
    running = Fold(contracts)
    for log, timestamp in history:
        running.apply(log, timestamp)
    return running.books()


def _handlers_of(contract: str) -> Mapping[str, Handler]:
    common: Mapping[str, Handler] = {
        "Approved": partial(_approved, contract),
        "ApprovalUsed": partial(_approval_used, contract),
        "SignatureRevoked": partial(_signature_revoked, contract),
    }
    if contract not in HANDLERS:
        raise UsageError("contract", contract, f"one of {', '.join(HANDLERS)}")
    return {**common, **HANDLERS[contract]}


def _approved(contract: str, state: State, args: Args, day: int) -> None:
    state.approvals.add((contract, args["digest"], args["officer"]))


def _approval_used(contract: str, state: State, args: Args, day: int) -> None:
    approval = contract, args["digest"], args["officer"]
    if approval not in state.approvals:
        raise FoldError(f"an approval of {args['officer']} was used, which no event before gave")
    state.approvals.discard(approval)


def _signature_revoked(contract: str, state: State, args: Args, day: int) -> None:
    state.revoked.add((contract, args["party"], args["digest"]))
