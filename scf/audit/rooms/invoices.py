"""Invoices and debtors: what they are compared on, their history, how their events are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scf.audit.dues import Standing
from scf.audit.rooms.bills import BILL_CONTRACTS
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
    singles,
    words,
)
from scf.audit.rooms.sums import INVOICE_SUMS
from scf.model.books import DebtorAccount
from scf.model.enums import BarReason, InvoiceStatus


def _invoice(view: View, key: bytes, debtor: str) -> Iterator[Expected]:
    invoice = view.state.invoices.get((key, debtor))
    if invoice is None:
        yield Expected("Invoices", "invoice", words(key, debtor), bytes(192))
        return
    answer = words(
        invoice.amount_fen,
        invoice.used_fen,
        invoice.status,
        invoice.is_conflicted,
        bytes.fromhex(invoice.supplier[2:16]),
        invoice.document_hash[:7],
    )
    yield Expected("Invoices", "invoice", words(key, debtor), answer)


def _debtor(view: View, party: str) -> Iterator[Expected]:
    account = view.state.debtors.get(party) or DebtorAccount()
    answer = words(
        account.outstanding_fen, account.limit_fen, account.overdue_count, account.bar_reasons
    )
    yield Expected("Invoices", "debtorAccount", words(party), answer)


def _invoice_facts(state: Standing, key: str, near: Near) -> Facts:
    own = bytes_of(key)
    facts: dict[str, Any] = {}
    for (found, debtor), invoice in state.invoices.items():
        if found == own:
            facts |= {
                f"status.{debtor}": InvoiceStatus(invoice.status).name.lower(),
                f"amount_fen.{debtor}": invoice.amount_fen,
                f"used_fen.{debtor}": invoice.used_fen,
                f"conflicted.{debtor}": invoice.is_conflicted,
            }
    return facts


def _registered(args: Any, tell: Any) -> str:
    who = f"{tell.party(args['supplier'])} on {tell.party(args['debtor'])}"
    return f"invoice of {who} over {tell.fen(args['amountFen'])}"


def _barred(args: Any, tell: Any) -> str:
    reasons = BarReason(args["reasons"])
    named = ", ".join(str(item.name).lower().replace("_", " ") for item in reasons)
    done = f"barred from opening ({named})" if reasons else "free to open again"
    return f"{tell.party(args['debtor'])} {done}"


INVOICES = Room(
    contracts=("Invoices",),
    sums=INVOICE_SUMS,
    matters={
        "invoice": Matter(
            title="invoices: amount, use, status, conflict, supplier, document",
            known=lambda view: view.state.invoices,
            asked=_invoice,
        ),
        "debtor": Matter(
            title="debtors: outstanding, limit, overdue certificates, bars",
            known=lambda view: singles(view.parties_near(view.state.debtors)),
            asked=_debtor,
        ),
    },
    stories={
        "invoice": Story(
            facts=_invoice_facts,
            folded=frozenset(("Invoices", "Receivables", "Settlement", *BILL_CONTRACTS)),
            grounds={"certificate": None, "pending": None, "bill": None, "range": None},
        ),
    },
    events={
        "InvoiceRegistered": Told(
            words=lambda args, tell: "registered: " + _registered(args, tell),
            rules=("R77-3", "MUST-1", "MUST-22"),
            weight=2,
        ),
        "InvoiceConflict": Told(
            words=lambda args, tell: "conflicting words: " + _registered(args, tell),
            rules=("MUST-1",),
            weight=4,
        ),
        "InvoiceConfirmed": Told(
            words=lambda args, tell: "confirmed: " + _registered(args, tell),
            rules=("R77-3", "MUST-22"),
            weight=3,
        ),
        "OpeningBarSet": Told(words=_barred, rules=("R77-7",), weight=3),
        "OpeningLimitSet": Told(
            words=lambda args, tell: (
                f"{tell.party(args['debtor'])} may promise up to {tell.fen(args['limitFen'])}"
            ),
            rules=("R77-11",),
            weight=3,
        ),
    },
)
