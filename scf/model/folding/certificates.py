"""What the events of Receivables do to the books: units, hops, pending acts, payment."""

from __future__ import annotations

from collections.abc import Mapping

from scf.model.books import PendingTransfer, Undertaking
from scf.model.folding.exposure import owe
from scf.model.folding.financing import collected
from scf.model.folding.state import (
    NOBODY,
    Args,
    FoldError,
    Handler,
    State,
    changed,
    known,
    no_change,
    shifted,
)
from scf.model.records import CertificateStatus, PendingState, Recourse


def _transfer_single(state: State, args: Args, day: int) -> None:
    id_, amount = args["id"], args["amount"]
    held = state.holdings.setdefault(id_, {})
    if args["from"] == NOBODY:
        state.outstanding[id_] = state.outstanding.get(id_, 0) + amount
    else:
        shifted(held, args["from"], -amount, "holding")
    if args["to"] == NOBODY:
        state.outstanding[id_] = state.outstanding.get(id_, 0) - amount
    else:
        shifted(held, args["to"], amount, "holding")
    state.last_move = args


def _certificate_transferred(state: State, args: Args, day: int) -> None:
    """Counts the split if a part was left behind, and raises the transferee's layer (R77-8)."""
    id_, move = args["id"], state.last_move
    if move is None or move["id"] != id_:
        raise FoldError(f"a hop of certificate {id_} moved nothing")
    certificate = known(state.certificates, id_, "certificate")
    if certificate.splits_left and move["from"] in state.holdings[id_]:
        state.certificates[id_] = changed(certificate, splits_left=certificate.splits_left - 1)
    layer = state.layers.get((id_, move["from"]), 0) + 1
    if layer > state.layers.get((id_, move["to"]), 0):
        state.layers[id_, move["to"]] = layer


def _recourse_undertaken(state: State, args: Args, day: int) -> None:
    place = args["id"], args["to"]
    undertaking = Undertaking(
        from_party=args["from"],
        amount_fen=args["amountFen"],
        recourse=Recourse(args["recourse"]),
        cap_fen=args["capFen"],
    )
    state.undertakings[place] = (*state.undertakings.get(place, ()), undertaking)


def _transfer_requested(state: State, args: Args, day: int) -> None:
    id_ = args["id"]
    certificate = known(state.certificates, id_, "certificate")
    if not certificate.has_locks:
        state.certificates[id_] = changed(certificate, has_locks=True)
    shifted(state.locks, (id_, args["from"]), args["amountFen"], "lock")
    state.pending[args["pendingId"]] = PendingTransfer(
        state=PendingState.PENDING,
        certificate_id=id_,
        requester=args["from"],
        counterparty=args["to"],
        amount_fen=args["amountFen"],
        deadline_day=args["deadlineDay"],
    )


def _pending_closed(state: State, args: Args, day: int) -> None:
    closed = PendingState(args["state"])
    waiting = state.pending.get(args["pendingId"])
    if waiting is None:
        if closed != PendingState.AGREED:
            raise FoldError(f"pending act {args['pendingId'].hex()} was closed before its request")
        state.pending[args["pendingId"]] = PendingTransfer(state=closed)
        return
    if waiting.requester is None or waiting.state != PendingState.PENDING:
        raise FoldError(f"pending act {args['pendingId'].hex()} was closed twice")
    place = waiting.certificate_id, waiting.requester
    shifted(state.locks, place, -waiting.amount_fen, "lock")
    state.pending[args["pendingId"]] = changed(waiting, state=closed)


def _standing_consent_set(state: State, args: Args, day: int) -> None:
    state.consents[args["to"], args["from"]] = args["untilDay"]


def _certificate_paid(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    status = CertificateStatus(args["status"])
    owe(state, certificate.debtor, -args["principalFen"])
    collected(state, args["id"], args["principalFen"], args["interestFen"], args["lateDays"])
    if certificate.status == CertificateStatus.OVERDUE and status == CertificateStatus.PAID:
        _count_overdue(state, certificate.debtor, -1)
    state.certificates[args["id"]] = changed(certificate, status=status)


def _certificate_retired(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    owe(state, certificate.debtor, -args["principalFen"])
    status = CertificateStatus(args["status"])
    state.certificates[args["id"]] = changed(certificate, status=status)


def _certificate_overdue(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    state.certificates[args["id"]] = changed(certificate, status=CertificateStatus.OVERDUE)
    _count_overdue(state, certificate.debtor, 1)


def _certificate_frozen(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    state.certificates[args["id"]] = changed(certificate, frozen_until=args["untilDay"])


def _certificate_unfrozen(state: State, args: Args, day: int) -> None:
    certificate = known(state.certificates, args["id"], "certificate")
    state.certificates[args["id"]] = changed(certificate, frozen_until=0)


def _count_overdue(state: State, debtor: str, by: int) -> None:
    account = state.debtors[debtor]
    state.debtors[debtor] = changed(account, overdue_count=account.overdue_count + by)


RECEIVABLES: Mapping[str, Handler] = {
    "TransferSingle": _transfer_single,
    "CertificateTransferred": _certificate_transferred,
    "RecourseUndertaken": _recourse_undertaken,
    "TransferRequested": _transfer_requested,
    "PendingClosed": _pending_closed,
    "TransferTaken": no_change,
    "StandingConsentSet": _standing_consent_set,
    "CertificatePaid": _certificate_paid,
    "CertificateRetired": _certificate_retired,
    "CertificateOverdue": _certificate_overdue,
    "CertificateFrozen": _certificate_frozen,
    "CertificateUnfrozen": _certificate_unfrozen,
    "CertificateMovedByOrder": no_change,
}
