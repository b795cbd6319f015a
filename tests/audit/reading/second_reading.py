"""
What plain SQL over the events must say: for each figure the query, and the same from the fold.

The last column of a row is by the columns before it, or the last `width` ones where a figure has
several parts. Ids are 0x and hex, as the store writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scf.audit.database import Database
from scf.model.bill_enums import BillStatus
from scf.model.bill_words import RangeWord
from scf.model.folding.bills import amount_of
from scf.model.folding.state import State

Rows = Mapping[Any, Any]
_UNITS = 2**40 - 1


@dataclass(frozen=True, slots=True)
class Figure:
    """
    A figure that both readings give.

    Attributes:
        query: its rows. width: columns at the end that are the figure itself.
        folded: the same, from the fold's state.
        keeps_zeros: whether a row without amount is a row.
    """

    query: str
    folded: Callable[[State], Rows]
    width: int = 1
    keeps_zeros: bool = False

    def by_sql(self, sql: Database) -> Rows:
        rows = sql.rows(self.query)
        found = {self._alone(row[: -self.width]): self._alone(row[-self.width :]) for row in rows}
        assert len(found) == len(rows), "a place comes twice"
        return self._shown(found)

    def by_fold(self, state: State) -> Rows:
        return self._shown(self.folded(state))

    def _shown(self, rows: Rows) -> Rows:
        if self.width > 1 or self.keeps_zeros:
            return rows
        return {place: amount for place, amount in rows.items() if amount}

    @staticmethod
    def _alone(row: tuple[Any, ...]) -> Any:
        return row if len(row) > 1 else row[0]


def key(id_: int) -> str:
    return f"0x{id_:064x}"


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def _words(state: State) -> Rows:
    """Of a range that was divided, both readings know only that it was."""
    found: dict[str, tuple[int | None, ...]] = {}
    for id_, packed in state.bills.words.items():
        w = RangeWord.of(packed)
        rest: tuple[int | None, ...] = (None,) * 13
        if w.status is not BillStatus.SPLIT:
            flags = (w.frozen, w.payment_stopped, w.drawers_rights, w.detached)
            rest = (
                *(int(w.previous_flag), int(w.resting_flag), int(w.pending_op), w.head, w.acts),
                *(w.dishonour, w.presented, w.guarantees, *map(int, flags), w.depth),
            )
        found[key(id_)] = (int(w.status), int(w.flag), *rest)
    return found


def _ranges(state: State) -> Rows:
    own = state.bills
    found = {}
    for id_, holder in own.holders.items():
        number, first = id_ >> 80, id_ >> 40 & _UNITS
        last = id_ & _UNITS or own.bills[number].face_fen
        word = RangeWord.of(own.words[id_])
        amount = amount_of(state, id_)
        spot = (key(number), holder, first or 1, last, amount)
        found[key(id_)] = (*spot, int(word.status), int(word.flag))
    return found


def _bills(state: State) -> Rows:
    own = state.bills
    return {
        key(number): (
            *(item.drawer, item.acceptor, item.payee, int(item.kind), int(item.divisible)),
            *(hexed(item.trade_key), item.face_fen, item.issue_day, item.maturity),
            *(item.acceptance_day, item.face_fen, own.ended_fen.get(number, 0), 0),
        )
        for number, item in own.bills.items()
    }


def _restraints(state: State) -> Rows:
    """Of ranges that are under an order now; what stood about a range before stays noted."""
    found = {}
    for id_, item in state.bills.restraints.items():
        word = RangeWord.of(state.bills.words[id_])
        if word.frozen or word.payment_stopped:
            found[key(id_)] = (item.frozen_until, item.stopped_until)
    return found


def _loans(state: State) -> Rows:
    return {
        hexed(id_): (
            *(item.lender, item.borrower, item.principal_fen, item.interest_fen, item.costs_fen),
            *(item.since_day, item.rate_ppm, item.late_rate_ppm, item.repay_day, int(item.state)),
        )
        for id_, item in state.financing.loans.items()
    }


def _pledges(state: State) -> Rows:
    return {
        (key(id_), pledgor, hexed(loan)): amount
        for (id_, pledgor), pledges in state.financing.pledges.items()
        for loan, amount in pledges
    }


CERTIFICATE_FIGURES: Mapping[str, Figure] = {
    "units": Figure(
        "SELECT certificate_id, holder, amount_fen FROM balances",
        lambda state: {
            (key(id_), holder): amount
            for id_, held in state.holdings.items()
            for holder, amount in held.items()
        },
    ),
    "certificates": Figure(
        "SELECT certificate_id, debtor, supplier, due_day, outstanding_fen, status"
        " FROM certificates",
        lambda state: {
            key(id_): (
                *(item.debtor, item.supplier, item.due_day),
                *(state.outstanding[id_], int(item.status)),
            )
            for id_, item in state.certificates.items()
        },
        width=5,
    ),
    "locks": Figure(
        "SELECT certificate_id, holder, locked_fen FROM locks",
        lambda state: {(key(id_), who): fen for (id_, who), fen in state.locks.items()},
    ),
    "collections": Figure(
        "SELECT certificate_id, principal_fen, interest_fen, fen_days FROM collections",
        lambda state: {
            key(id_): (item.principal_fen, item.interest_fen, item.fen_days)
            for id_, item in state.financing.collections.items()
        },
        width=3,
    ),
}
COMMON_FIGURES: Mapping[str, Figure] = {
    "cash": Figure("SELECT party, balance_fen FROM cash_balances", lambda state: state.cash),
    "cash supply": Figure(
        "SELECT 'all', supply_fen FROM cash_supply", lambda state: {"all": state.cash_supply}
    ),
    "invoice use": Figure(
        "SELECT invoice_key, debtor, used_fen FROM invoice_use",
        lambda state: {
            (hexed(own), debtor): item.used_fen for (own, debtor), item in state.invoices.items()
        },
    ),
    "debtors": Figure(
        "SELECT debtor, outstanding_fen FROM debtor_outstanding",
        lambda state: {who: item.outstanding_fen for who, item in state.debtors.items()},
    ),
    "limits": Figure(
        "SELECT debtor, limit_fen FROM limits",
        lambda state: {who: item.limit_fen for who, item in state.debtors.items()},
    ),
}
FINANCING_FIGURES: Mapping[str, Figure] = {
    "pledges": Figure(
        "SELECT certificate_id, pledgor, loan_id, pledged_fen FROM pledges", _pledges
    ),
    "bill pledges": Figure(
        "SELECT bill_no, record, loan_id FROM bill_pledges",
        lambda state: {
            (key(number), record): hexed(loan)
            for (number, record), loan in state.financing.bill_pledges.items()
        },
    ),
    "loans": Figure(
        "SELECT loan_id, lender, borrower, principal_fen, interest_fen, costs_fen, since_day,"
        " rate_ppm, late_rate_ppm, repay_day, state FROM loans",
        _loans,
        width=10,
    ),
    "deals": Figure(
        "SELECT quote_id, certificate_id, supplier, factor, part_fen, advance_fen, rate_ppm,"
        " costs_max_fen, state FROM factoring_deals",
        lambda state: {
            hexed(id_): (
                *(key(item.certificate_id), item.supplier, item.factor, item.part_fen),
                *(item.advance_fen, item.rate_ppm, item.costs_max_fen, int(item.state)),
            )
            for id_, item in state.financing.deals.items()
        },
        width=8,
    ),
    "costs": Figure(
        "SELECT quote_id, factor, costs_fen FROM collection_costs",
        lambda state: {(hexed(id_), who): fen for (id_, who), fen in state.financing.costs.items()},
    ),
    "spent": Figure(
        "SELECT certificate_id, to_party, undertaking, amount_fen, paid_fen"
        " FROM undertakings_spent",
        lambda state: {
            (key(id_), to, index): (item.amount_fen, item.paid_fen)
            for (id_, to, index), item in state.financing.spent.items()
        },
        width=2,
    ),
    "claims": Figure(
        "SELECT claim_id, certificate_id, claimant, against, amount_fen, state"
        " FROM recourse_claims",
        lambda state: {
            hexed(id_): (
                *(key(item.certificate_id), item.claimant, item.against),
                *(item.amount_fen, int(item.state)),
            )
            for id_, item in state.financing.claims.items()
        },
        width=5,
    ),
    "interest shares": Figure(
        "SELECT certificate_id, debtor, share_ppm, until_day, left_fen FROM interest_shares",
        lambda state: {
            key(id_): (item.payer, item.share_ppm, item.until_day, item.left_fen)
            for id_, item in state.financing.shares.items()
        },
        width=4,
    ),
    "bill interest shares": Figure(
        "SELECT bill_no, payer, share_ppm, until_day, left_fen FROM bill_interest_shares",
        lambda state: {
            key(number): (item.payer, item.share_ppm, item.until_day, item.left_fen)
            for number, item in state.financing.bill_shares.items()
        },
        width=4,
    ),
    "offers": Figure(
        "SELECT offer_id, 1 FROM early_payments_paid_early",
        lambda state: {hexed(id_): 1 for id_ in state.financing.offers},
    ),
    "discounted ranges": Figure(
        "SELECT token_id, seller, opened_day, redeem_from, redeem_until, price_fen, redeem_fen,"
        " redeem_rate_ppm FROM discounted_ranges",
        lambda state: {
            key(id_): (
                *(item.seller, item.day, item.redeem_from, item.redeem_until),
                *(item.price_fen, item.redeem_fen, item.redeem_rate_ppm),
            )
            for id_, item in state.financing.repos.items()
        },
        width=7,
    ),
}
BILL_FIGURES: Mapping[str, Figure] = {
    "bills": Figure(
        "SELECT bill_no, drawer, acceptor, payee, acceptor_kind, divisible, trade_key, face_fen,"
        " issue_day, maturity_day, acceptance_day, ranges_fen, ended_fen, gap_count FROM bills",
        _bills,
        width=13,
    ),
    "ranges": Figure(
        "SELECT token_id, bill_no, holder, first_fen, last_fen, amount_fen, status, flag"
        " FROM bill_ranges",
        _ranges,
        width=7,
    ),
    "words": Figure(
        "SELECT token_id, status, flag, previous_flag, resting_flag, pending_op, head, acts,"
        " dishonour, presented, guarantees, frozen, stopped, drawers_rights, detached, depth"
        " FROM range_words",
        _words,
        width=15,
    ),
    "records": Figure(
        "SELECT bill_no, record_index, party, previous, record_day, record_kind, record_depth,"
        " record_marked FROM endorsement_records",
        lambda state: {
            (key(number), index): (
                *(item.party, item.previous, item.day, int(item.kind), item.depth),
                int(item.marked),
            )
            for (number, index), item in state.bills.records.items()
        },
        width=6,
    ),
    "guarantees": Figure(
        'SELECT token_id, guarantor, guaranteed, day, "index" FROM guarantees_guarantee_given',
        lambda state: {
            (key(item.token_id), item.guarantor, item.guaranteed, item.day): place
            for given in state.bills.guarantees.values()
            for place, item in enumerate(given)
        },
        keeps_zeros=True,
    ),
    "acceptors": Figure(
        "SELECT acceptor, accepted_fen, balance_fen, overdue_fen, overdue_balance_fen"
        " FROM acceptor_accounts",
        lambda state: {
            who: (
                *(item.accepted_fen, item.balance_fen),
                *(item.overdue_fen, item.overdue_balance_fen),
            )
            for who, item in state.bills.acceptors.items()
        },
        width=4,
    ),
    "overdue bills": Figure(
        "SELECT bill_no, open_fen FROM overdue_bills",
        lambda state: {key(number): fen for number, (_, fen) in state.bills.overdue_bills.items()},
        keeps_zeros=True,
    ),
    "pursuits": Figure(
        "SELECT token_id, ground, scope, opened_day, refusal_day, costs_fen FROM bill_pursuits",
        lambda state: {
            key(id_): (
                *(int(item.ground), int(item.scope), item.opened_day),
                *(item.refusal_day, item.costs_fen),
            )
            for id_, item in state.bills.pursuits.items()
        },
        width=5,
    ),
    "bases": Figure(
        "SELECT token_id, paid_fen FROM bill_bases",
        lambda state: {key(id_): item.paid_fen for id_, item in state.bills.bases.items()},
    ),
    "residuals": Figure(
        "SELECT token_id, claimant, debtor, paid_fen, is_paid FROM bill_residuals",
        lambda state: {
            key(id_): (item.claimant, item.debtor, item.paid_fen, int(item.paid))
            for id_, item in state.bills.residuals.items()
        },
        width=4,
    ),
}
DISCLOSURE_FIGURES: Mapping[str, Figure] = {
    "disclosures": Figure(
        "SELECT bill_no, stated_day, edits, is_matched, is_ended, statement_hash"
        " FROM bill_disclosures",
        lambda state: {
            key(number): (
                *(item.day, item.edits, int(item.matches), int(item.ended)),
                hexed(item.statement_hash),
            )
            for number, item in state.bills.disclosures.items()
        },
        width=5,
    ),
    "disclosed months": Figure(
        "SELECT acceptor, month, statement_hash, is_matched FROM disclosed_months",
        lambda state: {
            place: (hexed(statement), int(matched))
            for place, (statement, matched) in state.bills.months.items()
        },
        width=2,
    ),
    "disclosure checks": Figure(
        "SELECT bill_no, party, snapshot_hash FROM disclosure_checks",
        lambda state: {
            (key(number), party): hexed(snapshot)
            for (number, party), snapshot in state.bills.checks.items()
        },
    ),
    "overdue months": Figure(
        "SELECT acceptor, month, event_count, balance_fen FROM overdue_months",
        lambda state: {
            (who, item.month): (item.events, item.balance_fen)
            for who, months in state.bills.overdue_months.items()
            for item in months
        },
        width=2,
    ),
    "lists": Figure(
        "SELECT acceptor, listed, cleared, unbanned FROM acceptor_lists",
        lambda state: {
            who: tuple(
                months.get(who, 0)
                for months in (state.bills.listed, state.bills.cleared, state.bills.unbanned)
            )
            for who in {*state.bills.listed, *state.bills.cleared, *state.bills.unbanned}
        },
        width=3,
    ),
    "figures": Figure(
        "SELECT acceptor, total_assets_fen, deposits_fen, margin_fen, as_of_day FROM bank_figures",
        lambda state: {
            who: (item.total_assets_fen, item.deposits_fen, item.margin_fen, item.as_of_day)
            for who, item in state.bills.figures.items()
        },
        width=4,
    ),
    "access banks": Figure(
        "SELECT acceptor, bank FROM access_banks", lambda state: state.bills.access_banks
    ),
}
ORDER_FIGURES: Mapping[str, Figure] = {
    "restraints": Figure(
        "SELECT token_id, frozen_until_day, stopped_until_day FROM bill_restraints",
        _restraints,
        width=2,
    ),
    "dishonours": Figure(
        "SELECT bill_no, dishonour, first_day, presented_day, code, scope, is_counted"
        " FROM bill_dishonours",
        lambda state: {
            (key(number), index): (
                *(item.day, item.presented_day, int(item.code), int(item.scope)),
                int(item.is_counted),
            )
            for (number, index), item in state.bills.dishonours.items()
        },
        width=5,
    ),
    "pending": Figure(
        "SELECT pending_id, op, requester, counterparty, token_id, amount_fen, deadline_day, state"
        " FROM bill_pending",
        lambda state: {
            hexed(id_): (
                *(int(item.op), item.requester, item.counterparty, key(item.token_id)),
                *(item.amount_fen, item.deadline_day, int(item.state)),
            )
            for id_, item in state.bills.pending.items()
        },
        width=7,
    ),
}
FIGURES: Mapping[str, Figure] = {
    **CERTIFICATE_FIGURES,
    **COMMON_FIGURES,
    **FINANCING_FIGURES,
    **BILL_FIGURES,
    **DISCLOSURE_FIGURES,
    **ORDER_FIGURES,
}
UNPAID = """
SELECT COUNT(*) FROM (
    SELECT p.kind, p.payer, p.payee, p.amount_fen, p.tx_place FROM bill_payments p
    WHERE p.payer <> p.payee AND p.amount_fen > 0 AND NOT EXISTS (
        SELECT 1 FROM moved m WHERE m.tx_place = p.tx_place AND m.from_party = p.payer
            AND m.to_party = p.payee AND m.amount = p.amount_fen
    )
) u
"""
"""Payments of bills without their move of cash; `moved` is what cash did."""


def unpaid(sql: Database) -> int:
    """How many payments on bills have no move of cash of the same parties and fen beside them."""
    moved = "SELECT tx_place, from_party, to_party, amount FROM cash_transfer"
    ((count,),) = sql.rows(f"WITH moved AS MATERIALIZED ({moved}) {UNPAID}")
    assert isinstance(count, int)
    return count
