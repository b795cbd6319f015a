"""Bills and their sub-ranges: what they are compared on, their history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scf.audit.dues import Standing
from scf.audit.listing import listing_of
from scf.audit.rooms.bill_claims import CLAIM_MATTERS
from scf.audit.rooms.bill_sums import BILL_SUMS
from scf.audit.rooms.bill_telling import BILL_EVENTS
from scf.audit.rooms.room import (
    Expected,
    Facts,
    Matter,
    Near,
    Room,
    Story,
    View,
    bytes_of,
    number_of,
    singles,
    words,
)
from scf.audit.rooms.telling import bill_text, iso_day, range_text
from scf.model.bill_books import AcceptorAccount, PendingAct, Restraint
from scf.model.bill_enums import BillFlag, BillStatus, PendingOp
from scf.model.bill_words import RangeWord
from scf.model.enums import PendingState
from scf.model.records import NOBODY

BILL_CONTRACTS = (
    *("Bills", "Endorsements", "Acceptances", "Presentations"),
    *("Disclosures", "Guarantees", "Recourse"),
)
_FOLDED = frozenset((*BILL_CONTRACTS, "Invoices"))
_REGISTRATION = frozenset(("InvoiceRegistered", "InvoiceConflict", "InvoiceConfirmed"))
_GROUNDS = {"bill": None, "range": None, "pending": None, "invoice": _REGISTRATION}
_BILL_SHIFT, _UNIT_SHIFT, _UNIT_MASK = 80, 40, 2**40 - 1
_PENDING_AT = {
    PendingOp.ENDORSEMENT: "Endorsements",
    PendingOp.MARK_REVOCATION: "Endorsements",
    PendingOp.GUARANTEE: "Guarantees",
    PendingOp.SETTLEMENT: "Recourse",
}
_TAG_BYTES, _STATEMENT_BYTES = 10, 25


# Reconciled


def _bill(view: View, number: int) -> Iterator[Expected]:
    own, bill = view.state.bills, view.state.bills.bills[number]
    live = [id_ for id_ in own.holders if id_ >> _BILL_SHIFT == number]
    open_ = [id_ for id_ in live if not RangeWord.of(own.words[id_]).status.is_over]
    answer = words(
        bill.drawer,
        bill.acceptor,
        bill.payee,
        bill.kind,
        bill.drawers_mark,
        bill.divisible,
        bill.face_fen,
        own.ended_fen.get(number, 0),
        bill.issue_day,
        bill.maturity,
        bill.acceptance_day,
        own.splits.get(number, 0),
        max((index for of, index in own.records if of == number), default=0),
        len(open_),
        bill.trade_key,
    )
    yield Expected("Bills", "bill", words(number), answer)


def _range(view: View, id_: int) -> Iterator[Expected]:
    own = view.state.bills
    holder = own.holders.get(id_, NOBODY)  # nobody, where the range was divided
    yield Expected("Bills", "wordOf", words(id_), words(holder, own.words[id_]))


def _record(view: View, number: int, index: int) -> Iterator[Expected]:
    item = view.state.bills.records[number, index]
    answer = words(item.party, item.previous, item.day, item.kind, item.depth, item.marked)
    yield Expected("Bills", "record", words(number, index), answer)


def _restraint(view: View, id_: int) -> Iterator[Expected]:
    item = view.state.bills.restraints.get(id_, Restraint())
    answer = words(item.frozen_until, item.stopped_until)
    yield Expected("Bills", "restraint", words(id_), answer)


def _pending(view: View, id_: bytes) -> Iterator[Expected]:
    item: PendingAct = view.state.bills.pending[id_]
    answer = words(
        item.requester,
        item.deadline_day,
        item.state,
        item.counterparty,
        item.amount_fen,
        item.token_id,
    )
    yield Expected(_PENDING_AT[item.op], "pending", words(id_), answer)


def _dishonour(view: View, number: int, index: int) -> Iterator[Expected]:
    item = view.state.bills.dishonours[number, index]
    answer = words(item.day, item.presented_day, item.code, item.scope, item.is_counted)
    yield Expected("Presentations", "dishonourAt", words(number, index), answer)


def _access_bank(view: View, acceptor: str) -> Iterator[Expected]:
    bank = view.state.bills.access_banks.get(acceptor, 0)
    yield Expected("Presentations", "accessBankOf", words(acceptor), words(bank))


def _guarantees(view: View, number: int) -> Iterator[Expected]:
    given = view.state.bills.guarantees.get(number, ())
    parts = [
        words(
            item.guarantor,
            item.token_id >> _UNIT_SHIFT & _UNIT_MASK,
            item.token_id & _UNIT_MASK,
            item.guaranteed,
            item.day,
        )
        for item in given
    ]
    answer = words(32, len(given)) + b"".join(parts)
    yield Expected("Guarantees", "guaranteesOf", words(number), answer)


def _acceptor(view: View, party: str) -> Iterator[Expected]:
    account = view.state.bills.acceptors.get(party) or AcceptorAccount()
    months = view.state.bills.overdue_months.get(party, ())
    answer = words(
        account.accepted_fen,
        account.balance_fen,
        account.overdue_fen,
        account.overdue_balance_fen,
        0,
        len(months),
    )
    unknown = frozenset((4,))  # month of the last change
    yield Expected("Disclosures", "accountOf", words(party), answer, unknown)
    parts = [words(item.month, item.events, item.balance_fen) for item in months]
    listed = words(32, len(months)) + b"".join(parts)
    yield Expected("Disclosures", "overdueMonths", words(party), listed)
    own = view.state.bills
    matched = (month for (who, month), (_, ok) in own.months.items() if who == party and ok)
    latest = (own.cleared, own.unbanned, own.listed)
    noted = words(*(0,) * 7, max(matched, default=0), *(item.get(party, 0) for item in latest))
    unknown = frozenset(range(7))  # deadlines of X1, which hang on the calendar
    yield Expected("Disclosures", "deskOf", words(party), noted, unknown)


def _listing(view: View, party: str) -> Iterator[Expected]:
    """Whether it may accept today (X4), and until when it is banned (X5)."""
    found = listing_of(view.state, party, view.day)
    if found is not None:
        asked, until = words(party, view.day), found.banned_until
        yield Expected("Disclosures", "isSuspended", asked, words(found.suspended))
        yield Expected("Disclosures", "isBanned", asked, words(until > 0, until))


def _figures(view: View, party: str) -> Iterator[Expected]:
    item = view.state.bills.figures[party]
    answer = words(item.total_assets_fen, item.deposits_fen, item.margin_fen, item.as_of_day)
    yield Expected("Disclosures", "figuresOf", words(party), answer)


def _overdue_bill(view: View, number: int) -> Iterator[Expected]:
    day, open_fen = view.state.bills.overdue_bills[number]
    yield Expected("Disclosures", "overdueOf", words(number), words(day, open_fen))


def _disclosure(view: View, number: int) -> Iterator[Expected]:
    item = view.state.bills.disclosures[number]
    tag = item.statement_hash[:_STATEMENT_BYTES]
    answer = words(item.day, item.edits, item.matches, item.ended, tag)
    yield Expected("Disclosures", "disclosureOf", words(number), answer)


def _check(view: View, number: int, party: str) -> Iterator[Expected]:
    snapshot = view.state.bills.checks[number, party]
    unknown = frozenset((1,))  # whether it is still current hangs on the acceptor's next statement
    yield Expected("Disclosures", "checkOf", words(number, party), words(snapshot, 0), unknown)


def _claim(view: View, id_: int) -> Iterator[Expected]:
    own = view.state.bills
    pursuit, basis = own.pursuits.get(id_), own.bases.get(id_)
    offer, residual = own.offers.get(id_), own.residuals.get(id_)
    pursued = (
        (0,) * 6
        if pursuit is None
        else (
            pursuit.root,
            pursuit.ground,
            pursuit.scope,
            pursuit.opened_day,
            pursuit.refusal_day,
            pursuit.costs_fen,
        )
    )
    yield Expected("Recourse", "pursuitOf", words(id_), words(*pursued))
    based = (
        (0,) * 4
        if basis is None
        else (
            basis.paid_fen,
            basis.settled_day,
            basis.ground,
            bytes.fromhex(basis.guaranteed[2 : 2 + 2 * _TAG_BYTES]),
        )
    )
    yield Expected("Recourse", "basisOf", words(id_), words(*based))
    offered = (
        (0,) * 3
        if offer is None
        else (
            offer.pending_id,
            offer.guaranteed,
            offer.parent_id,
        )
    )
    yield Expected("Recourse", "offerOf", words(id_), words(*offered))
    left = (
        (0,) * 5
        if residual is None
        else (
            residual.claimant,
            residual.settled_day,
            residual.paid,
            residual.debtor,
            residual.paid_fen,
        )
    )
    yield Expected("Recourse", "residualOf", words(id_), words(*left))


def _notices(view: View) -> Iterator[tuple[int, str]]:
    own = view.state.bills
    for id_, pursuit in own.pursuits.items():
        yield from ((id_, to) for root, to in own.notices if root == pursuit.root)


def _notice(view: View, id_: int, to: str) -> Iterator[Expected]:
    own = view.state.bills
    item = own.notices[own.pursuits[id_].root, to]
    answer = words(item.day, item.late, item.pursued)
    yield Expected("Recourse", "noticeOf", words(id_, to), answer)


# Told


def _bill_facts(state: Standing, key: str, near: Near) -> Facts:
    own, number = state.bills, number_of(key)
    bill = own.bills.get(number)
    if bill is None:
        return {}
    facts: dict[str, Any] = {
        "number": bill_text(number),
        "face_fen": bill.face_fen,
        "ended_fen": own.ended_fen.get(number, 0),
        "issue_day": iso_day(bill.issue_day),
        "maturity": iso_day(bill.maturity),
        "acceptance_day": iso_day(bill.acceptance_day),
        "divisions": own.splits.get(number, 0),
    }
    for id_, holder in own.holders.items():
        if id_ >> _BILL_SHIFT == number:
            facts |= _range_of(state, id_, holder, f"{range_text(id_)} ")
    for item in own.guarantees.get(number, ()):
        facts[f"guaranteed by.{item.guarantor}"] = f"for {item.guaranteed}"
    if (disclosed := own.disclosures.get(number)) is not None:
        facts["disclosure"] = "as derived" if disclosed.matches else "differs"
    if (late := own.overdue_bills.get(number)) is not None:
        facts["overdue_fen"] = late[1]
    return facts


def _range_facts(state: Standing, key: str, near: Near) -> Facts:
    own, id_ = state.bills, number_of(key)
    holder = own.holders.get(id_)
    if holder is None:
        return {"exists": False} if id_ in own.words else {}
    facts = _range_of(state, id_, holder, "")
    if (pursuit := own.pursuits.get(id_)) is not None:
        facts["pursued_for"] = pursuit.ground.name.lower().replace("_", " ")
        facts["costs_fen"] = pursuit.costs_fen
    if (basis := own.bases.get(id_)) is not None:
        facts["settled_fen"] = basis.paid_fen
    if (residual := own.residuals.get(id_)) is not None:
        facts["residual_fen"] = 0 if residual.paid else residual.paid_fen
    return facts


def _range_of(state: Standing, id_: int, holder: str, prefix: str) -> dict[str, Any]:
    word = RangeWord.of(state.bills.words[id_])
    facts: dict[str, Any] = {
        f"{prefix}holder": holder,
        f"{prefix}status": _pair(word.status, word.flag),
        f"{prefix}pending": word.pending_op.name.lower().replace("_", " "),
    }
    restraint = state.bills.restraints.get(id_)
    if restraint is not None:
        facts[f"{prefix}frozen_until"] = iso_day(restraint.frozen_until)
        facts[f"{prefix}payment_stopped_until"] = iso_day(restraint.stopped_until)
    return facts


def _pair(status: BillStatus, flag: BillFlag) -> str:
    names = f"{status.name} {flag.name}".lower().replace("_", " ")
    return f"{names} ({status.code} {flag.code})".replace(" )", ")")


def bill_pending_facts(state: Standing, key: str) -> Facts:
    """An act asked for on a bill; nothing if it is of another instrument."""
    item = state.bills.pending.get(bytes_of(key))
    if item is None:
        return {}
    return {
        "state": PendingState(item.state).name.lower(),
        "act": item.op.name.lower().replace("_", " "),
        "range": f"0x{item.token_id:064x}",
        "amount_fen": item.amount_fen,
        "deadline_day": iso_day(item.deadline_day),
    }


BILLS = Room(
    contracts=(*BILL_CONTRACTS, "Settlement"),
    matters={
        "bill": Matter(
            title="bills: parties, days, face, ended, divisions, records, live ranges, trade",
            known=lambda view: singles(view.state.bills.bills),
            asked=_bill,
        ),
        "range": Matter(
            title="sub-ranges: holder, and the whole word (status, flag, pending, chain, acts)",
            known=lambda view: singles(view.state.bills.words),
            asked=_range,
        ),
        "record": Matter(
            title="endorsement records",
            known=lambda view: view.state.bills.records,
            asked=_record,
        ),
        "restraint": Matter(
            title="freezes and stops of payment on sub-ranges",
            known=lambda view: singles(view.state.bills.words),
            asked=_restraint,
        ),
        "bill-pending": Matter(
            title="acts asked for on bills and how they ended",
            known=lambda view: singles(view.state.bills.pending),
            asked=_pending,
        ),
        "dishonour": Matter(
            title="dishonours that opened recourse",
            known=lambda view: view.state.bills.dishonours,
            asked=_dishonour,
        ),
        "access-bank": Matter(
            title="access banks of acceptors",
            known=lambda view: singles(
                dict.fromkeys((*view.state.bills.access_banks, *view.state.bills.acceptors))
            ),
            asked=_access_bank,
        ),
        "guarantee": Matter(
            title="guarantees on bills",
            known=lambda view: singles(view.state.bills.bills),
            asked=_guarantees,
        ),
        "acceptor": Matter(
            title="acceptors: accepted, balance, overdue, by month (X2, X4)",
            known=lambda view: singles(view.state.bills.acceptors),
            asked=_acceptor,
        ),
        "listing": Matter(
            title="acceptors suspended as overdue (X4), banned as persistently overdue (X5)",
            known=lambda view: singles(view.state.bills.acceptors),
            asked=_listing,
        ),
        "figures": Matter(
            title="figures of banks and finance companies (R4-24)",
            known=lambda view: singles(view.state.bills.figures),
            asked=_figures,
        ),
        "overdue-bill": Matter(
            title="bills that fell overdue",
            known=lambda view: singles(view.state.bills.overdue_bills),
            asked=_overdue_bill,
        ),
        "disclosure": Matter(
            title="statements about bills, held against what the ledger derives (X1)",
            known=lambda view: singles(view.state.bills.disclosures),
            asked=_disclosure,
        ),
        "disclosure-check": Matter(
            title="recorded checks of disclosures (X6)",
            known=lambda view: view.state.bills.checks,
            asked=_check,
        ),
        "claim": Matter(
            title="pursuits, settled amounts, offers, residual claims",
            known=lambda view: singles(view.state.bills.words),
            asked=_claim,
        ),
        **CLAIM_MATTERS,
        "notice": Matter(title="notices of recourse", known=_notices, asked=_notice),
    },
    sums=BILL_SUMS,
    stories={
        "bill": Story(
            facts=_bill_facts,
            folded=_FOLDED,
            parts=frozenset(("pending", "order", "range")),
            grounds=_GROUNDS,
        ),
        "range": Story(
            facts=_range_facts,
            folded=_FOLDED,
            parts=frozenset(("pending", "order")),
            grounds=_GROUNDS,
        ),
    },
    events=BILL_EVENTS,
)
