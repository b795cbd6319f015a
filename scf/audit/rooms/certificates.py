"""Certificates: what they are compared on, their history, how their events are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scf.audit.dues import Standing, late_interest, late_terms, pay_day
from scf.audit.rooms.bills import BILL_CONTRACTS, bill_pending_facts
from scf.audit.rooms.room import (
    Expected,
    Facts,
    Matter,
    Near,
    Room,
    Story,
    Told,
    View,
    bytes_of,
    number_of,
    singles,
    words,
)
from scf.audit.rooms.sums import CERTIFICATE_SUMS
from scf.audit.rooms.telling import iso_day
from scf.model.books import PendingTransfer
from scf.model.enums import CancelCause, CertificateStatus, PendingState

_FOLDED = frozenset(("Invoices", "Receivables", "Settlement", "Pledges"))
_REGISTRATION = frozenset(("InvoiceRegistered", "InvoiceConflict", "InvoiceConfirmed"))
_GROUNDS = {"invoice": _REGISTRATION, "pending": frozenset(("PendingClosed",))}
_WITH_CERTIFICATE = {**_GROUNDS, "certificate": None}


# Reconciled


def _certificate(view: View, id_: int) -> Iterator[Expected]:
    certificate = view.state.certificates.get(id_)
    if certificate is None:
        yield Expected("Receivables", "certificate", words(id_), bytes(352))
        return
    answer = words(
        bytes.fromhex(certificate.debtor[2:22]),
        certificate.due_day,
        certificate.frozen_until,
        certificate.due_day - certificate.opened_day,
        certificate.status,
        certificate.layers_max,
        certificate.splits_left,
        certificate.split_min_thousands,
        certificate.has_locks,
        certificate.has_pledges,
        view.state.outstanding[id_],
    )
    yield Expected("Receivables", "certificate", words(id_), answer)
    yield Expected("Receivables", "lateRateOf", words(id_), words(certificate.late_rate_ppm))


def _holdings(view: View, id_: int) -> Iterator[Expected]:
    held = view.state.holdings.get(id_, {})
    for party in view.parties_near(held):
        yield Expected("Receivables", "balanceOf", words(party, id_), words(held.get(party, 0)))


def _custody(view: View, id_: int) -> Iterator[Expected]:
    """No contract of the ledger holds units (R77-4)."""
    for address in view.contracts.values():
        yield Expected("Receivables", "balanceOf", words(address, id_), words(0))


def _positions(view: View, id_: int) -> Iterator[Expected]:
    certificate = view.state.certificates.get(id_)
    has_layers = certificate is not None and certificate.layers_max != 0
    for party in view.parties_near(view.state.holdings.get(id_, {})):
        layer = view.state.layers.get((id_, party), 0) if has_layers else 0
        locked = view.state.locks.get((id_, party), 0)
        yield Expected("Receivables", "position", words(id_, party), words(locked, layer))


def _undertakings(view: View, id_: int, to: str) -> Iterator[Expected]:
    found = view.state.undertakings.get((id_, to), ())
    parts = [words(u.from_party, u.amount_fen, u.recourse, u.cap_fen) for u in found]
    answer = words(32, len(found)) + b"".join(parts)
    yield Expected("Receivables", "undertakings", words(id_, to), answer)


def _pending(view: View, id_: bytes) -> Iterator[Expected]:
    found = view.state.pending.get(id_) or PendingTransfer(state=PendingState.NONE)
    answer = words(
        found.requester or 0,
        found.deadline_day,
        found.state,
        found.counterparty or 0,
        found.amount_fen,
        found.certificate_id,
    )
    yield Expected("Receivables", "pending", words(id_), answer)


def _consent(view: View, to: str, from_: str) -> Iterator[Expected]:
    until = view.state.consents.get((to, from_), 0)
    yield Expected("Receivables", "standingConsent", words(to, from_), words(until))


def _receipt(view: View, receipt: bytes) -> Iterator[Expected]:
    quote = view.state.receipts.get(receipt, b"")
    yield Expected("Settlement", "receiptUsedBy", words(receipt), words(quote))


def _late_claim(view: View, id_: int) -> Iterator[Expected]:
    """What a holder may claim for lateness today."""
    certificate, day = view.state.certificates[id_], view.day
    amount = view.state.outstanding[id_]
    if not amount or late_terms(view.state, certificate, day) is None:
        return
    answer = words(pay_day(view.state, certificate.due_day))
    unknown = frozenset((1,))  # whether the calendar is provisional
    yield Expected("Receivables", "payDayOf", words(id_), answer + bytes(32), unknown)
    interest = late_interest(view.state, certificate, amount, day)
    yield Expected("Receivables", "lateInterestOf", words(id_, amount, day), words(interest))


# Told


def _certificate_facts(state: Standing, key: str, near: Near) -> Facts:
    id_ = number_of(key)
    certificate = state.certificates.get(id_)
    if certificate is None:
        return {}
    facts: dict[str, Any] = {
        "status": CertificateStatus(certificate.status).name.lower(),
        "outstanding_fen": state.outstanding.get(id_, 0),
        "due_day": iso_day(certificate.due_day),
        "frozen_until": iso_day(certificate.frozen_until),
        "disputed_fen": certificate.disputed_fen,
        "late_rate_ppm": certificate.late_rate_ppm,
        "splits_left": certificate.splits_left,
    }
    for party, amount in state.holdings.get(id_, {}).items():
        facts[f"held_fen.{party}"] = amount
    for (own, party), amount in state.locks.items():
        if own == id_:
            facts[f"locked_fen.{party}"] = amount
    for (own, party), layer in state.layers.items():
        if own == id_ and layer:
            facts[f"layer.{party}"] = layer
    for (own, party), given in state.undertakings.items():
        if own == id_:
            facts[f"recourse_fen.{party}"] = sum(item.amount_fen for item in given)
    return facts


def _pending_facts(state: Standing, key: str, near: Near) -> Facts:
    found = state.pending.get(bytes_of(key))
    if found is None:
        return bill_pending_facts(state, key)
    facts: dict[str, Any] = {"state": found.state.name.lower()}
    if found.requester is not None:
        locked = found.amount_fen if found.state == PendingState.PENDING else 0
        facts |= {
            "certificate": f"0x{found.certificate_id:064x}",
            "amount_fen": found.amount_fen,
            f"locked_fen.{found.requester}": locked,
            "deadline_day": iso_day(found.deadline_day),
        }
    return facts


def _quote_facts(state: Standing, key: str, near: Near) -> Facts:
    receipts = [receipt for receipt, quote in state.receipts.items() if quote == bytes_of(key)]
    return {"used_with_receipt": "0x" + receipts[0].hex()} if receipts else {}


def _receipt_facts(state: Standing, key: str, near: Near) -> Facts:
    quote = state.receipts.get(bytes_of(key))
    return {"used_by": "0x" + quote.hex()} if quote else {}


def _moved(args: Any, tell: Any) -> str:
    amount = tell.fen(args["amount"])
    if not int(args["from"], 16):
        return f"{amount} made for {tell.party(args['to'])}"
    if not int(args["to"], 16):
        return f"{amount} of {tell.party(args['from'])} ended"
    return f"{amount} from {tell.party(args['from'])} to {tell.party(args['to'])}"


def _undertaken(args: Any, tell: Any) -> str:
    kind = tell.recourse(args["recourse"])
    cap = f", at most {tell.fen(args['capFen'])}" if args["capFen"] else ""
    given = f"{tell.party(args['from'])} answers to {tell.party(args['to'])}"
    return f"{given} for {tell.fen(args['amountFen'])} ({kind} recourse{cap})"


def _requested(args: Any, tell: Any) -> str:
    who = f"{tell.party(args['from'])} asks {tell.party(args['to'])}"
    return f"{who} to take {tell.fen(args['amountFen'])} until {tell.day(args['deadlineDay'])}"


def _closed(args: Any, tell: Any) -> str:
    return f"request {PendingState(args['state']).name.lower()} by {tell.party(args['party'])}"


def _sold(args: Any, tell: Any) -> str:
    move, money = args["TransferSingle"], args["Transfer"]
    return (
        f"{tell.party(move['from'])} sells {tell.fen(move['amount'])} to "
        f"{tell.party(move['to'])} for {tell.fen(money['amount'])} (interest "
        f"{tell.fen(args['interestFen'])}, fee {tell.fen(args['feeFen'])})"
    )


def _paid(args: Any, tell: Any) -> str:
    late = f" and {tell.fen(args['interestFen'])} late interest" if args["interestFen"] else ""
    return f"{tell.party(args['debtor'])} pays {tell.fen(args['principalFen'])}{late}"


def _terms(args: Any, tell: Any) -> str:
    parts = []
    if any(args["bankReviewHash"]):
        parts.append("bank review of the tenor")
    if any(args["termReasonHash"]):
        parts.append("reason for the payment term")
    if args["lateRatePpm"]:
        parts.append(f"late rate {args['lateRatePpm']} ppm a year")
    return "terms: " + ", ".join(parts)


def _opened(args: Any, tell: Any) -> str:
    kind = "claim of the supplier" if any(args["consentHash"]) else "draft of the debtor"
    who = f"{tell.party(args['debtor'])} owes {tell.party(args['supplier'])}"
    return f"opened ({kind}): {who}, due {tell.day(args['dueDay'])}"


def _cancelled(args: Any, tell: Any) -> str:
    return f"cancelled ({CancelCause(args['cause']).name.lower()}) by {tell.party(args['party'])}"


_OPENING_RULES = ("R77-1", "R77-2a", "R77-2b", "R77-3", "R802-1a", "R802-1b", "R802-3")

CERTIFICATES = Room(
    contracts=("Receivables", "Invoices", "Settlement"),
    sums=CERTIFICATE_SUMS,
    matters={
        "certificate": Matter(
            title="certificates: status, days, limits, outstanding amount, late rate",
            known=lambda view: singles(view.state.certificates),
            asked=_certificate,
        ),
        "holding": Matter(
            title="units of every certificate by holder",
            known=lambda view: singles(view.state.certificates),
            asked=_holdings,
        ),
        "custody": Matter(
            title="no units of any certificate with a contract (R77-4)",
            known=lambda view: singles(view.state.certificates),
            asked=_custody,
        ),
        "position": Matter(
            title="locks and layers of every certificate by holder",
            known=lambda view: singles(view.state.certificates),
            asked=_positions,
        ),
        "late-claim": Matter(
            title="day of payment and late interest of every live certificate",
            known=lambda view: singles(view.state.certificates),
            asked=_late_claim,
        ),
        "undertaking": Matter(
            title="recourse undertakings of transferors",
            known=lambda view: view.state.undertakings,
            asked=_undertakings,
        ),
        "pending": Matter(
            title="transfers asked for and how they ended",
            known=lambda view: singles(view.state.pending),
            asked=_pending,
        ),
        "consent": Matter(
            title="standing consents", known=lambda view: view.state.consents, asked=_consent
        ),
        "receipt": Matter(
            title="filing receipts and the quotes that used them (R77-6)",
            known=lambda view: singles(view.state.receipts),
            asked=_receipt,
        ),
    },
    stories={
        "certificate": Story(
            facts=_certificate_facts,
            folded=_FOLDED,
            parts=frozenset(("pending", "order")),
            grounds=_GROUNDS,
        ),
        "pending": Story(
            facts=_pending_facts,
            folded=_FOLDED | frozenset(BILL_CONTRACTS),
            grounds={**_WITH_CERTIFICATE, "pending": None, "bill": None, "range": None},
        ),
        "quote": Story(facts=_quote_facts, folded=_FOLDED, grounds=_WITH_CERTIFICATE),
        "receipt": Story(facts=_receipt_facts, folded=_FOLDED, grounds=_WITH_CERTIFICATE),
    },
    events={
        "TransferSingle": Told(words=_moved, weight=4, signed=("operator",)),
        "CertificateOpened": Told(words=_opened, rules=_OPENING_RULES, weight=5),
        "CertificateTermsAgreed": Told(words=_terms, rules=("R77-2b", "R802-1a", "R802-4")),
        "CertificateLimitsFixed": Told(
            words=lambda args, tell: (
                f"limits: {args['layersMax'] or 'any'} layers, "
                f"{args['splitsLeft'] - 1 if args['splitsLeft'] else 'any'} splits"
            ),
            rules=("R77-8", "OP-3", "OP-4", "OP-5"),
        ),
        "CertificateConfirmed": Told(
            words=lambda args, tell: (
                f"{tell.party(args['debtor'])} promises {tell.fen(args['amountFen'])}"
            ),
            rules=("R77-7", "SYS-1", "MUST-2"),
            weight=6,
        ),
        "CertificateTaken": Told(
            words=lambda args, tell: f"{tell.party(args['supplier'])} takes it",
            rules=("R802-3", "R77-9"),
            weight=5,
        ),
        "CertificateCancelled": Told(words=_cancelled, weight=7),
        "CertificateDisputed": Told(
            words=lambda args, tell: (
                f"{tell.party(args['debtor'])} disputes {tell.fen(args['disputedFen'])}"
            ),
            rules=("R802-5",),
            weight=5,
        ),
        "CertificateTransferred": Told(
            words=lambda args, tell: f"passed on, evidence {tell.hash(args['evidenceHash'])}",
            rules=("R77-3", "R77-8"),
        ),
        "RecourseUndertaken": Told(words=_undertaken, rules=("R77-13",), weight=2),
        "TransferRequested": Told(words=_requested, rules=("R77-3",), weight=5),
        "PendingClosed": Told(words=_closed, weight=3),
        "TransferTaken": Told(
            words=lambda args, tell: f"{tell.party(args['to'])} takes the transfer",
            rules=("R802-3", "R77-9"),
            weight=3,
        ),
        "StandingConsentSet": Told(
            words=lambda args, tell: (
                f"{tell.party(args['to'])} consents to transfers from "
                f"{tell.party(args['from'])} until {tell.day(args['untilDay'])}"
            ),
            rules=("R802-3", "R77-9"),
        ),
        "CertificateSold": Told(
            words=_sold,
            rules=("R77-5", "R77-6", "R77-9", "R77-10", "FEN-2", "FEN-4"),
            weight=8,
            above=("TransferSingle", "Transfer"),
        ),
        "CertificatePaid": Told(words=_paid, rules=("R77-4", "R802-4", "FEN-3"), weight=8),
        "PaymentSettled": Told(
            words=lambda args, tell: (
                f"{tell.fen(args['totalFen'])} moved from {tell.party(args['debtor'])} to holders"
            ),
            rules=("R77-4",),
        ),
        "CertificateOverdue": Told(
            words=lambda args, tell: (
                f"overdue with {tell.fen(args['outstandingFen'])}, said by {tell.party(args['by'])}"
            ),
            rules=("R77-7", "R802-4"),
            weight=8,
        ),
        "CertificateFrozen": Told(
            words=lambda args, tell: f"frozen until {tell.day(args['untilDay'])}",
            rules=("SYS-14", "OP-28"),
            weight=7,
        ),
        "CertificateUnfrozen": Told(
            words=lambda args, tell: "freeze lifted", rules=("SYS-14",), weight=7
        ),
        "CertificateMovedByOrder": Told(
            words=lambda args, tell: (
                f"{tell.fen(args['amountFen'])} moved by legal order from "
                f"{tell.party(args['from'])} to {tell.party(args['to'])}"
            ),
            rules=("SYS-14",),
            weight=8,
        ),
    },
)
