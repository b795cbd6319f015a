"""The tables of a replay, as a treasurer would read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scf.cli.output import Table, tables_text
from scf.units import format_fen, format_rate

if TYPE_CHECKING:
    from scf.importing.report import ReplayReport


def story(report: ReplayReport, notes: Sequence[str]) -> str:
    """All tables, with a few sentences around them."""
    summary = (
        f"From {report.first_day} to {report.last_day}: {report.invoices} invoices,"
        f" {report.opened} certificates opened, {report.passed_on} parts passed on,"
        f" {report.sold} parts sold to the bank, {report.paid} certificates paid,"
        f" {report.overdue} marked overdue; {report.acts} transactions. Amounts in yuan."
    )
    tables = [_debtors(report), _holders(report)]
    if report.financing is not None:
        tables += [_sales(report), _financing(report)]
    tables.append(_sums(report))
    if report.refusals:
        tables.append(_refusals(report))
    verdict = "Everything adds up." if report.adds_up else "IT DOES NOT ADD UP; please report this."
    return "\n".join([*notes, summary]) + "\n\n" + tables_text(tables) + "\n\n" + verdict


def _debtors(report: ReplayReport) -> Table:
    return Table(
        title="Who paid what",
        columns=(
            "debtor",
            "certificates",
            "promised",
            "paid",
            "late interest",
            "still owed",
            "paid late",
            "days late at most",
        ),
        rows=[
            (
                line.name,
                str(line.certificates),
                format_fen(line.promised_fen),
                format_fen(line.paid_fen),
                format_fen(line.late_interest_fen),
                format_fen(line.owed_fen),
                str(line.paid_late),
                str(line.days_late_max),
            )
            for line in report.debtors
        ],
    )


def _holders(report: ReplayReport) -> Table:
    columns = (
        "holder",
        "own certificates",
        "received",
        "passed on",
        "sold",
        "bought",
        "collected",
        "late interest",
        "still held",
        "money now",
    )
    amounts = [
        (
            line.opened_for_it_fen,
            line.received_fen,
            line.passed_on_fen,
            line.sold_fen,
            line.bought_fen,
            line.collected_fen,
            line.late_interest_fen,
            line.still_held_fen,
            line.cash_fen,
        )
        for line in report.holders
    ]
    rows = [
        (line.name, *(format_fen(amount) if amount else "-" for amount in row))
        for line, row in zip(report.holders, amounts, strict=True)
    ]
    return Table(title="Who held what", columns=columns, rows=rows)


def _sales(report: ReplayReport) -> Table:
    return Table(
        title="What was sold to the bank",
        columns=(
            "day",
            "seller",
            "debtor",
            "amount",
            "days",
            "rate",
            "interest",
            "fee",
            "paid out",
            "all-in APR",
        ),
        rows=[
            (
                str(line.day),
                line.seller,
                line.debtor,
                format_fen(line.amount_fen),
                str(line.days),
                format_rate(line.rate_ppm),
                format_fen(line.interest_fen),
                format_fen(line.fee_fen),
                format_fen(line.net_fen),
                format_rate(line.apr_ppm),
            )
            for line in report.sales
        ],
    )


def _financing(report: ReplayReport) -> Table:
    line = report.financing
    if line is None:
        return Table(title="", columns=(), rows=())
    return Table(
        title="What financing cost",
        columns=("sales", "amount", "interest", "fees", "paid out", "all-in APR"),
        rows=[
            (
                str(line.sales),
                format_fen(line.amount_fen),
                format_fen(line.interest_fen),
                format_fen(line.fee_fen),
                format_fen(line.net_fen),
                format_rate(line.apr_ppm),
            )
        ],
    )


def _sums(report: ReplayReport) -> Table:
    return Table(
        title="Does it add up?",
        columns=("this", "yuan", "must equal", "yuan", "difference"),
        rows=[
            (
                line.what,
                format_fen(line.left_fen),
                line.equals,
                format_fen(line.right_fen),
                format_fen(line.difference_fen),
            )
            for line in report.sums
        ],
    )


def _refusals(report: ReplayReport) -> Table:
    return Table(
        title="What the ledger refused",
        columns=("line", "act", "why"),
        rows=[(str(item.line), item.act, item.message) for item in report.refusals],
    )
