"""
What the events of Acceptances, Disclosures and Guarantees do to the books: from drawing to
delivery, what acceptors owe and disclose, who guarantees whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scf.model.bill_books import (
    Disclosure,
    Figures,
    Guarantee,
    OverdueMonth,
    PendingAct,
)
from scf.model.bill_enums import PendingOp
from scf.model.folding.bills import amount_of, close_pending
from scf.model.folding.exposure import owe
from scf.model.folding.state import Args, Handler, State, known, no_change
from scf.model.records import NO_HASH, InvoiceStatus, PendingState

_BILL_SHIFT = 80


def _bill_drawn(state: State, args: Args, day: int) -> None:
    bill = known(state.bills.bills, args["billNo"], "bill")
    state.bills.bills[args["billNo"]] = replace(bill, document_hash=args["documentHash"])


def _acceptance_given(state: State, args: Args, day: int) -> None:
    """The acceptor owes the face; the trade's invoice backs it, and so the drawer owes it too."""
    bill, face = known(state.bills.bills, args["billNo"], "bill"), args["faceFen"]
    state.bills.bills[args["billNo"]] = replace(bill, acceptance_day=day)
    account = state.bills.acceptors[bill.acceptor]
    state.bills.acceptors[bill.acceptor] = replace(
        account,
        accepted_fen=account.accepted_fen + face,
        balance_fen=account.balance_fen + face,
    )
    if bill.trade_key != NO_HASH:
        place = bill.trade_key, bill.drawer
        invoice = known(state.invoices, place, "invoice")
        state.invoices[place] = replace(
            invoice, status=InvoiceStatus.CONFIRMED, used_fen=invoice.used_fen + face
        )
        owe(state, bill.drawer, face)


def _bill_terminated(state: State, args: Args, day: int) -> None:
    """What was owed went with the range, which ended beside this event; here the capacity."""
    bill = known(state.bills.bills, args["billNo"], "bill")
    if bill.acceptance_day and bill.trade_key != NO_HASH:
        place = bill.trade_key, bill.drawer
        invoice = known(state.invoices, place, "invoice")
        state.invoices[place] = replace(invoice, used_fen=invoice.used_fen - bill.face_fen)


def _bill_disclosed(state: State, args: Args, day: int) -> None:
    before = state.bills.disclosures.get(args["billNo"])
    state.bills.disclosures[args["billNo"]] = Disclosure(
        day=day,
        edits=before.edits + 1 if before else 0,
        matches=args["matches"],
        ended=args["matches"] or (before is not None and before.ended),
        statement_hash=args["statementHash"],
    )


def _month_disclosed(state: State, args: Args, day: int) -> None:
    place = args["acceptor"], args["month"]
    # A month once stated as it was stays disclosed, whatever is stated of it afterwards.
    matched = args["matches"] or state.bills.months.get(place, (b"", False))[1]
    state.bills.months[place] = args["statementHash"], matched


def _disclosure_checked(state: State, args: Args, day: int) -> None:
    state.bills.checks[args["billNo"], args["party"]] = args["snapshotHash"]


def _overdue_counted(state: State, args: Args, day: int) -> None:
    own, acceptor, amount = state.bills, args["acceptor"], args["amountFen"]
    account = own.acceptors[acceptor]
    own.acceptors[acceptor] = replace(
        account,
        overdue_fen=account.overdue_fen + amount,
        overdue_balance_fen=account.overdue_balance_fen + amount,
    )
    since, open_fen = own.overdue_bills.get(args["billNo"], (0, 0))
    own.overdue_bills[args["billNo"]] = (day if args["counted"] else since, open_fen + amount)
    _note_month(state, acceptor, args["month"], 1 if args["counted"] else 0)


def _overdue_settled(state: State, args: Args, day: int) -> None:
    """The balance of acceptances falls with the range itself, which ends beside this event."""
    own, acceptor, amount = state.bills, args["acceptor"], args["amountFen"]
    account = own.acceptors[acceptor]
    left = account.overdue_balance_fen - amount
    own.acceptors[acceptor] = replace(account, overdue_balance_fen=left)
    since, open_fen = known(own.overdue_bills, args["billNo"], "overdue bill")
    own.overdue_bills[args["billNo"]] = (0 if args["uncounted"] else since, open_fen - amount)
    _note_month(state, acceptor, args["month"], -1 if args["uncounted"] else 0)


def _note_month(state: State, acceptor: str, month: int, events: int) -> None:
    months = state.bills.overdue_months.get(acceptor, ())
    balance = state.bills.acceptors[acceptor].overdue_balance_fen
    if months and months[-1].month == month:
        events, months = events + months[-1].events, months[:-1]
    noted = OverdueMonth(month=month, events=events, balance_fen=balance)
    state.bills.overdue_months[acceptor] = (*months, noted)


def _acceptor_listed(state: State, args: Args, day: int) -> None:
    state.bills.listed[args["acceptor"]] = args["month"]


def _clearance_announced(state: State, args: Args, day: int) -> None:
    state.bills.cleared[args["acceptor"]] = args["month"]


def _ban_removed(state: State, args: Args, day: int) -> None:
    state.bills.unbanned[args["acceptor"]] = args["month"]


def _figures_stated(state: State, args: Args, day: int) -> None:
    state.bills.figures[args["acceptor"]] = Figures(
        total_assets_fen=args["totalAssetsFen"],
        deposits_fen=args["depositsFen"],
        margin_fen=args["marginFen"],
        as_of_day=args["asOfDay"],
    )


def _guarantee_requested(state: State, args: Args, day: int) -> None:
    state.bills.pending[args["pendingId"]] = PendingAct(
        state=PendingState.PENDING,
        op=PendingOp.GUARANTEE,
        requester=args["requester"],
        counterparty=args["guarantor"],
        token_id=args["tokenId"],
        amount_fen=amount_of(state, args["tokenId"]),
        deadline_day=args["deadlineDay"],
    )


def _guarantee_given(state: State, args: Args, day: int) -> None:
    number = args["tokenId"] >> _BILL_SHIFT
    given = Guarantee(
        guarantor=args["guarantor"],
        guaranteed=args["guaranteed"],
        token_id=args["tokenId"],
        day=day,
    )
    state.bills.guarantees[number] = (*state.bills.guarantees.get(number, ()), given)


ACCEPTANCES: Mapping[str, Handler] = {
    "BillDrawn": _bill_drawn,
    "AcceptanceRequested": no_change,
    "AcceptanceGiven": _acceptance_given,
    "AcceptanceClosed": no_change,
    "DeliveryTendered": no_change,
    "DeliveryTaken": no_change,
    "DeliveryClosed": no_change,
    "BillTerminated": _bill_terminated,
}
DISCLOSURES: Mapping[str, Handler] = {
    "BillDisclosed": _bill_disclosed,
    "MonthDisclosed": _month_disclosed,
    "DisclosureChecked": _disclosure_checked,
    "OverdueCounted": _overdue_counted,
    "OverdueSettled": _overdue_settled,
    "AcceptorListed": _acceptor_listed,
    "ClearanceAnnounced": _clearance_announced,
    "BanRemoved": _ban_removed,
    "FiguresStated": _figures_stated,
    "BookReconciled": no_change,
}
GUARANTEES: Mapping[str, Handler] = {
    "GuaranteeRequested": _guarantee_requested,
    "GuaranteeGiven": _guarantee_given,
    "PendingClosed": close_pending,
}
