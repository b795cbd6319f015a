"""What a replay comes to: who held what, who paid what, what it cost, and whether it adds up."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from scf.importing.history import History
from scf.importing.plan import RowRefusal
from scf.units import all_in_apr_ppm

if TYPE_CHECKING:
    from scf.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    """One party's certificates: what came in and where it went, fen."""

    name: str
    opened_for_it_fen: int
    received_fen: int
    passed_on_fen: int
    sold_fen: int
    bought_fen: int
    collected_fen: int
    late_interest_fen: int
    still_held_fen: int
    cash_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorLine:
    """One debtor: what it promised and paid, fen, and how often it was late."""

    name: str
    promised_fen: int
    paid_fen: int
    late_interest_fen: int
    owed_fen: int
    certificates: int
    paid_late: int
    days_late_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One sale to the bank: amounts in fen, rates in ppm; `apr_ppm` is the all-in cost a year."""

    day: dt.date
    seller: str
    debtor: str
    amount_fen: int
    days: int
    rate_ppm: int
    interest_fen: int
    fee_fen: int
    net_fen: int
    apr_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingLine:
    """All sales together; `apr_ppm` weighs each with amount and days."""

    sales: int
    amount_fen: int
    interest_fen: int
    fee_fen: int
    net_fen: int
    apr_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLine:
    """Two sums that must be the same, fen, and by how much they are not."""

    what: str
    left_fen: int
    equals: str
    right_fen: int
    difference_fen: int

    @classmethod
    def of(cls, what: str, left: int, equals: str, right: int) -> SumLine:
        """The line for two sums."""
        return cls(
            what=what, left_fen=left, equals=equals, right_fen=right, difference_fen=left - right
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """
    A whole replay.

    Attributes:
        first_day, last_day: of the chain. invoices: rows of the file. acts: transactions.
        opened, passed_on, paid, overdue: how many certificates, transfers, payments, markings.
        refusals: rows that the ledger refused, by line.
    """

    first_day: dt.date
    last_day: dt.date
    invoices: int
    acts: int
    opened: int
    passed_on: int
    sold: int
    paid: int
    overdue: int
    holders: tuple[HolderLine, ...]
    debtors: tuple[DebtorLine, ...]
    sales: tuple[SaleLine, ...]
    financing: FinancingLine | None
    sums: tuple[SumLine, ...]
    refusals: tuple[RowRefusal, ...]

    @property
    def adds_up(self) -> bool:
        """Whether every difference is zero."""
        return all(line.difference_fen == 0 for line in self.sums)

    def as_dict(self) -> dict[str, Any]:
        """Every field by name, and `adds_up`."""
        shown = {item.name: getattr(self, item.name) for item in fields(self)}
        return shown | {"adds_up": self.adds_up}


def report_on(ledger: Ledger, history: History, invoices: int) -> ReplayReport:
    """The report of a replay; holdings, cash, debts and sums are read from the chain."""
    parties = list(history.names)
    cash = dict(zip(parties, ledger.cash.balances(parties), strict=True))
    held = _held(ledger, history)
    sales = tuple(_sales(history))
    return ReplayReport(
        first_day=history.first_day,
        last_day=history.last_day,
        invoices=invoices,
        acts=history.acts,
        opened=len(history.opened),
        passed_on=len(history.transferred),
        sold=len(history.sold),
        paid=len(history.paid),
        overdue=len(history.overdue),
        holders=tuple(_holders(history, held, cash)),
        debtors=tuple(_debtors(ledger, history)),
        sales=sales,
        financing=_together(sales),
        sums=tuple(_sums(ledger, history, held, cash)),
        refusals=tuple(history.refusals),
    )


def _held(ledger: Ledger, history: History) -> dict[str, int]:
    """What each party holds of all certificates, as the chain says."""
    touched: dict[int, set[str]] = defaultdict(set)
    for opened in history.opened:
        touched[opened.certificate_id].add(opened.supplier)
    for moved in history.transferred:
        touched[moved.certificate_id].add(moved.to_party)
    for sale in history.sold:
        touched[sale.result.certificate_id].add(sale.result.funder)
    held: dict[str, int] = defaultdict(int)
    for certificate, parties in touched.items():
        for party in parties:
            held[party] += ledger.receivables.balance(certificate, party)
    return held


def _holders(
    history: History, held: Mapping[str, int], cash: Mapping[str, int]
) -> Iterable[HolderLine]:
    sums: dict[str, dict[str, int]] = {party: defaultdict(int) for party in history.names}
    for opened in history.opened:
        sums[opened.supplier]["opened"] += opened.amount
    for moved in history.transferred:
        sums[moved.from_party]["passed"] += moved.amount
        sums[moved.to_party]["received"] += moved.amount
    for sale in history.sold:
        sums[sale.result.seller]["sold"] += sale.result.amount
        sums[sale.result.funder]["bought"] += sale.result.amount
    for payment in history.paid:
        for share in payment.holders:
            sums[share.holder]["collected"] += share.principal
            sums[share.holder]["interest"] += share.interest
    for party, name in history.names.items():
        found = sums[party]
        if found:
            yield HolderLine(
                name=name,
                opened_for_it_fen=found["opened"],
                received_fen=found["received"],
                passed_on_fen=found["passed"],
                sold_fen=found["sold"],
                bought_fen=found["bought"],
                collected_fen=found["collected"],
                late_interest_fen=found["interest"],
                still_held_fen=held.get(party, 0),
                cash_fen=cash[party],
            )


def _debtors(ledger: Ledger, history: History) -> Iterable[DebtorLine]:
    debtors = dict.fromkeys(item.debtor for item in history.opened)
    for debtor in debtors:
        opened = [item for item in history.opened if item.debtor == debtor]
        paid = [item for item in history.paid if item.debtor == debtor]
        delays = [
            (item.tx.day - ledger.receivables.pay_day(item.certificate_id).day).days
            for item in paid
        ]
        late = [days for days in delays if days > 0]
        yield DebtorLine(
            name=history.names[debtor],
            promised_fen=sum(item.amount for item in opened),
            paid_fen=sum(item.principal for item in paid),
            late_interest_fen=sum(item.interest for item in paid),
            owed_fen=ledger.invoices.debtor(debtor).outstanding,
            certificates=len(opened),
            paid_late=len(late),
            days_late_max=max(late, default=0),
        )


def _sales(history: History) -> Iterable[SaleLine]:
    debtors = {item.certificate_id: item.debtor for item in history.opened}
    for sale in history.sold:
        item = sale.result
        yield SaleLine(
            day=item.tx.day,
            seller=history.names[item.seller],
            debtor=history.names[debtors[item.certificate_id]],
            amount_fen=item.amount,
            days=sale.days,
            rate_ppm=sale.rate_ppm,
            interest_fen=item.interest,
            fee_fen=item.fee,
            net_fen=item.net,
            apr_ppm=all_in_apr_ppm(
                interest=item.interest, fees=item.fee, net=item.net + item.fee, days=sale.days
            ),
        )


def _together(sales: tuple[SaleLine, ...]) -> FinancingLine | None:
    if not sales:
        return None
    cost = sum(line.interest_fen + line.fee_fen for line in sales)
    net_days = sum(line.net_fen * line.days for line in sales)
    return FinancingLine(
        sales=len(sales),
        amount_fen=sum(line.amount_fen for line in sales),
        interest_fen=sum(line.interest_fen for line in sales),
        fee_fen=sum(line.fee_fen for line in sales),
        net_fen=sum(line.net_fen for line in sales),
        apr_ppm=(2 * cost * 365 * 1_000_000 + net_days) // (2 * net_days),
    )


def _sums(
    ledger: Ledger, history: History, held: Mapping[str, int], cash: Mapping[str, int]
) -> Iterable[SumLine]:
    certificates = [ledger.receivables.certificate(item.certificate_id) for item in history.opened]
    outstanding = sum(item.outstanding for item in certificates if item is not None)
    used = sum(ledger.invoices.invoice(key, debtor).used for key, debtor in history.invoice_keys)
    debtors = {item.debtor for item in history.opened}
    owed = sum(ledger.invoices.debtor(debtor).outstanding for debtor in debtors)
    opened = sum(item.amount for item in history.opened)
    paid = sum(item.principal for item in history.paid)
    supply = ledger.cash.total_supply()
    holdings = sum(held.values())
    yield SumLine.of("certificates still owed", outstanding, "what holders hold", holdings)
    yield SumLine.of("certificates still owed", outstanding, "what debtors owe", owed)
    yield SumLine.of("certificates opened", opened, "paid and still owed", paid + outstanding)
    yield SumLine.of("certificates opened", opened, "invoices used", used)
    yield SumLine.of("money on the ledger", supply, "what parties have", sum(cash.values()))
    yield SumLine.of("money on the ledger", supply, "money brought in", history.minted)
