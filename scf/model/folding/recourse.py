"""What the events of Presentations and Recourse do to the books: dishonours, pursuits, claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scf.model.bill_books import Basis, Dishonour, Notice, Offer, PendingAct, Pursuit, Residual
from scf.model.bill_enums import DishonourCode, Ground, PendingOp, Scope
from scf.model.folding.bills import close_pending
from scf.model.folding.state import NOBODY, Args, FoldError, Handler, State, known, no_change
from scf.model.records import PendingState

_BILL_SHIFT = 80
_DISHONOUR_SHIFT = 32


def _bill_dishonoured(state: State, args: Args, day: int) -> None:
    """
    The first dishonour that opens recourse stands; a later one may widen its scope, and one without
    a court's order takes the place of one that had it (bills §6, MUST-19).
    """
    own, index = state.bills, args["index"]
    place = args["tokenId"] >> _BILL_SHIFT, index
    if not index or place in own.dishonours:
        return
    code = DishonourCode(args["code"])
    given = Dishonour(
        day=args["day"],
        presented_day=args["presentedDay"],
        code=code,
        scope=Scope(args["scope"]),
        is_counted=code != DishonourCode.COURT_ORDER,
    )
    before = own.dishonours.get((place[0], own.word_before >> _DISHONOUR_SHIFT & 0xFFFF))
    if before is not None:
        given = replace(
            before,
            code=before.code if before.is_counted else given.code,
            scope=max(before.scope, given.scope),
            is_counted=before.is_counted or given.is_counted,
        )
    own.dishonours[place] = given


def _access_bank_set(state: State, args: Args, day: int) -> None:
    if args["bank"] == NOBODY:
        state.bills.access_banks.pop(args["acceptor"], None)
    else:
        state.bills.access_banks[args["acceptor"]] = args["bank"]


def _pursuit_opened(state: State, args: Args, day: int) -> None:
    state.bills.pursuits[args["tokenId"]] = Pursuit(
        root=args["root"],
        ground=Ground(args["ground"]),
        scope=Scope(args["scope"]),
        opened_day=day,
        refusal_day=args["refusalDay"],
        costs_fen=args["costsFen"],
    )


def _pursuit_withdrawn(state: State, args: Args, day: int) -> None:
    known(state.bills.pursuits, args["tokenId"], "pursuit of range")
    del state.bills.pursuits[args["tokenId"]]


def _notice_given(state: State, args: Args, day: int) -> None:
    """Several notices are allowed; the first one's day counts (INV-24)."""
    pursuit = known(state.bills.pursuits, args["tokenId"], "pursuit of range")
    place = pursuit.root, args["to"]
    first = state.bills.notices.get(place)
    if first is None:
        first = Notice(day=day, late=args["late"], pursued=args["pursued"])
    elif args["pursued"]:
        first = replace(first, pursued=True)
    state.bills.notices[place] = first


def _settlement_offered(state: State, args: Args, day: int) -> None:
    id_ = args["tokenId"]
    state.bills.offers[id_] = Offer(
        pending_id=args["pendingId"],
        payer=args["payer"],
        guaranteed=args["guaranteed"],
        parent_id=args["parentId"],
        amount_max_fen=args["amountMaxFen"],
    )
    state.bills.pending[args["pendingId"]] = PendingAct(
        state=PendingState.PENDING,
        op=PendingOp.SETTLEMENT,
        requester=args["payer"],
        counterparty=known(state.bills.holders, id_, "holder of range"),
        token_id=id_,
        amount_fen=args["amountMaxFen"],
        deadline_day=args["deadlineDay"],
    )


def _pending_closed(state: State, args: Args, day: int) -> None:
    close_pending(state, args, day)
    state.bills.offers.pop(state.bills.pending[args["pendingId"]].token_id, None)


def _claim_divided(state: State, args: Args, day: int) -> None:
    """Both pieces go on with the pursuit; the parent's stays noted, in case it comes back."""
    own, parent = state.bills, args["parentId"]
    taken, rest = args["takenId"], args["restId"]
    pursuit = known(own.pursuits, parent, "pursuit of range")
    own.pursuits[taken] = pursuit
    own.pursuits[rest] = replace(pursuit, costs_fen=0)
    basis = own.bases.get(parent)
    if basis is not None:
        if args["takenBasisFen"] + args["restBasisFen"] != basis.paid_fen:
            raise FoldError(f"the basis of range {parent:#x} is not that of its pieces")
        own.bases[taken] = replace(basis, paid_fen=args["takenBasisFen"])
        own.bases[rest] = replace(basis, paid_fen=args["restBasisFen"])


def _settlement_taken(state: State, args: Args, day: int) -> None:
    own, id_ = state.bills, args["tokenId"]
    own.offers.pop(id_, None)
    own.bases.pop(id_, None)
    pursuit = known(own.pursuits, id_, "pursuit of range")
    del own.pursuits[id_]
    if not args["ended"]:
        own.bases[id_] = Basis(
            paid_fen=args["paidFen"],
            settled_day=day,
            ground=pursuit.ground,
            guaranteed=args["guaranteed"],
        )


def _residual_recorded(state: State, args: Args, day: int) -> None:
    state.bills.residuals[args["tokenId"]] = Residual(
        claimant=args["claimant"],
        debtor=args["debtor"],
        paid_fen=args["paidFen"],
        settled_day=day,
    )


def _residual_paid(state: State, args: Args, day: int) -> None:
    residual = known(state.bills.residuals, args["tokenId"], "residual claim on range")
    state.bills.residuals[args["tokenId"]] = replace(residual, paid=True)


PRESENTATIONS: Mapping[str, Handler] = {
    "BillPresented": no_change,
    "PresentationWithdrawn": no_change,
    "BillPaid": no_change,
    "BillDishonoured": _bill_dishonoured,
    "BillLapsed": no_change,
    "AccessBankSet": _access_bank_set,
}
RECOURSE: Mapping[str, Handler] = {
    "PursuitOpened": _pursuit_opened,
    "PursuitWithdrawn": _pursuit_withdrawn,
    "NoticeGiven": _notice_given,
    "SettlementOffered": _settlement_offered,
    "ClaimDivided": _claim_divided,
    "SettlementTaken": _settlement_taken,
    "ResidualRecorded": _residual_recorded,
    "ResidualPaid": _residual_paid,
    "PendingClosed": _pending_closed,
}
