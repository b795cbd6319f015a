"""
What the books say at a moment, in the tables that an auditor asks for.

    moment = replay(store, block=block_at(store, "2026-06-30"))
    for row in TABLES["overdue"](moment.state, as_of):
        ...

Each table is a function of the fold's state and a legal day: the state says what happened, the day
what follows from it by then (what is late, what it costs). Money is fen.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scf.audit.dues import late_interest, pay_day
from scf.model.books import DebtorAccount
from scf.model.enums import BarReason, CertificateStatus, InvoiceStatus, PendingState, Roles
from scf.model.folding.state import State
from scf.units import civil_day, from_civil_day

OWED = (CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)
FINANCIERS = Roles.BANK | Roles.FUNDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The size of the books, in numbers and sums."""

    parties: int
    certificates: int
    outstanding: int
    overdue_certificates: int
    invoices: int
    invoice_amount: int
    used: int
    locked: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a party holds of a certificate, and what of it a request locks."""

    certificate_id: int
    holder: str
    debtor: str
    amount: int
    locked: int
    layer: int
    status: CertificateStatus
    due_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A request that waits, and what it locks."""

    pending_id: bytes
    certificate_id: int
    holder: str
    to: str
    locked: int
    last_day: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a debtor has promised, may promise, and owes too late (R77-7)."""

    debtor: str
    outstanding: int
    limit: int
    available: int
    certificates: int
    overdue_certificates: int
    bar_reasons: BarReason


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancierExposure:
    """What a bank or funder holds of a debtor's promises."""

    financier: str
    debtor: str
    amount: int
    certificates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceUse:
    """How much of an invoice backs something (SYS-1)."""

    key: bytes
    debtor: str
    supplier: str
    amount: int
    used: int
    capacity: int
    status: InvoiceStatus
    conflicted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """
    A certificate that is due and not paid.

    Attributes:
        pay_day: the due day, rolled to the next business day by the calendars of the books.
        days_late, interest: on the legal day; the interest is each holder's, summed (R802-4).
        marked: whether the ledger knows (`CertificateOverdue`).
    """

    certificate_id: int
    debtor: str
    outstanding: int
    due_day: dt.date
    pay_day: dt.date
    days_late: int
    interest: int
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CashBalance:
    """What a party has in tokenised money."""

    party: str
    balance: int


def totals(state: State, as_of: dt.date) -> Iterator[Totals]:
    """One row."""
    statuses = Counter(item.status for item in state.certificates.values())
    yield Totals(
        parties=len(state.parties),
        certificates=len(state.certificates),
        outstanding=sum(item.outstanding_fen for item in state.debtors.values()),
        overdue_certificates=statuses[CertificateStatus.OVERDUE],
        invoices=len(state.invoices),
        invoice_amount=sum(item.amount_fen for item in state.invoices.values()),
        used=sum(item.used_fen for item in state.invoices.values()),
        locked=sum(state.locks.values()),
        balance=state.cash_supply,
    )


def holdings(state: State, as_of: dt.date) -> Iterator[Holding]:
    """Every part of every certificate, by its holder."""
    for id_, held in state.holdings.items():
        certificate = state.certificates[id_]
        for holder, amount in held.items():
            yield Holding(
                certificate_id=id_,
                holder=holder,
                debtor=certificate.debtor,
                amount=amount,
                locked=state.locks.get((id_, holder), 0),
                layer=state.layers.get((id_, holder), 0),
                status=certificate.status,
                due_day=from_civil_day(certificate.due_day),
            )


def locks(state: State, as_of: dt.date) -> Iterator[Lock]:
    """Every request that waits."""
    for id_, item in state.pending.items():
        if item.state is PendingState.PENDING and item.requester is not None:
            yield Lock(
                pending_id=id_,
                certificate_id=item.certificate_id,
                holder=item.requester,
                to=item.counterparty or "",
                locked=item.amount_fen,
                last_day=from_civil_day(item.deadline_day),
            )


def exposures(state: State, as_of: dt.date) -> Iterator[Exposure]:
    """Every debtor, the largest first."""
    counts = Counter(
        item.debtor
        for id_, item in state.certificates.items()
        if item.status in OWED and state.outstanding.get(id_)
    )
    accounts = {**{debtor: DebtorAccount() for debtor in counts}, **state.debtors}
    for debtor, account in sorted(
        accounts.items(), key=lambda pair: (-pair[1].outstanding_fen, pair[0])
    ):
        yield Exposure(
            debtor=debtor,
            outstanding=account.outstanding_fen,
            limit=account.limit_fen,
            available=max(account.limit_fen - account.outstanding_fen, 0),
            certificates=counts[debtor],
            overdue_certificates=account.overdue_count,
            bar_reasons=BarReason(account.bar_reasons),
        )


def financiers(state: State, as_of: dt.date) -> Iterator[FinancierExposure]:
    """Every bank and funder by debtor, the largest first."""
    amounts: defaultdict[tuple[str, str], int] = defaultdict(int)
    counts: Counter[tuple[str, str]] = Counter()
    banks = {id_ for id_, item in state.parties.items() if item.roles & FINANCIERS}
    for id_, held in state.holdings.items():
        for holder in banks.intersection(held):
            place = holder, state.certificates[id_].debtor
            amounts[place] += held[holder]
            counts[place] += 1
    for place, amount in sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield FinancierExposure(
            financier=place[0], debtor=place[1], amount=amount, certificates=counts[place]
        )


def invoices(state: State, as_of: dt.date) -> Iterator[InvoiceUse]:
    """Every invoice key."""
    for (key, debtor), item in state.invoices.items():
        yield InvoiceUse(
            key=key,
            debtor=debtor,
            supplier=item.supplier,
            amount=item.amount_fen,
            used=item.used_fen,
            capacity=item.amount_fen - item.used_fen,
            status=item.status,
            conflicted=item.is_conflicted,
        )


def overdue(state: State, as_of: dt.date) -> Iterator[Late]:
    """Every certificate that should have been paid by the legal day, the latest first."""
    found, today = [], civil_day(as_of)
    for id_, item in state.certificates.items():
        outstanding = state.outstanding.get(id_, 0)
        if item.status not in OWED or not outstanding or item.due_day >= today:
            continue
        payable = pay_day(state, item.due_day)
        if today <= payable:
            continue
        parts = state.holdings[id_].values()
        found.append(
            Late(
                certificate_id=id_,
                debtor=item.debtor,
                outstanding=outstanding,
                due_day=from_civil_day(item.due_day),
                pay_day=from_civil_day(payable),
                days_late=today - payable,
                interest=sum(late_interest(state, item, part, today) for part in parts),
                marked=item.status is CertificateStatus.OVERDUE,
            )
        )
    yield from sorted(found, key=lambda row: (-row.days_late, row.certificate_id))


def cash(state: State, as_of: dt.date) -> Iterator[CashBalance]:
    """Every party with money, the richest first."""
    for party, balance in sorted(state.cash.items(), key=lambda pair: (-pair[1], pair[0])):
        yield CashBalance(party=party, balance=balance)


TABLES: Mapping[str, Callable[[State, dt.date], Iterator[Any]]] = {
    "totals": totals,
    "holdings": holdings,
    "locks": locks,
    "exposure": exposures,
    "financiers": financiers,
    "invoices": invoices,
    "overdue": overdue,
    "cash": cash,
}
