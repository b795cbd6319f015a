"""Totals, maturities, concentration, activity: what is promised, to whom, and until when."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping

from scf.audit.dues import late_interest, pay_day
from scf.audit.report.blocks import Column, Drawing, Section, Table, Tile, Tiles, Words
from scf.audit.report.charts import Bar, Group, grouped, rows
from scf.audit.report.scope import Scope, cut, fen, share
from scf.model.enums import CertificateStatus, Roles

_TOP = 10
_MONTHS = 18
_LADDER = ((7, "≤ 7 d"), (30, "8–30 d"), (60, "31–60 d"), (90, "61–90 d"), (180, "91–180 d"))
_BEYOND = "> 180 d"
_INSTRUMENTS = ("certificates", "bills")
_FINANCIERS = Roles.BANK | Roles.FUNDER


def totals(scope: Scope) -> Section:
    """The figures that everybody asks for first."""
    state, owed = scope.state, scope.owed()
    outstanding = sum(state.outstanding[id_] for id_ in owed)
    late = [id_ for id_ in owed if is_late(scope, id_)]
    overdue = sum(state.outstanding[id_] for id_ in late)
    financed = sum(
        amount
        for id_ in owed
        for holder, amount in state.holdings[id_].items()
        if is_financier(scope, holder)
    )
    used = sum(item.used_fen for item in state.invoices.values())
    backing = sum(item.amount_fen for item in state.invoices.values() if item.used_fen)
    bills = scope.bills_owed()
    holders = {holder for id_ in owed for holder in state.holdings[id_]}
    holders |= {item.holder for item in bills}
    payments = (*scope.reading.payments, *scope.reading.bill_payments)
    sales = (*scope.reading.sales, *scope.reading.bill_sales)
    tiles = (
        Tile(label="Promised, not paid", value=fen(outstanding), hint=f"{len(owed)} certificates"),
        Tile(
            label="Accepted bills, not ended",
            value=fen(sum(item.amount_fen for item in bills)),
            hint=f"{len({item.part.bill_no for item in bills})} bills",
        ),
        Tile(
            label="Past the day of payment",
            value=fen(overdue),
            hint=f"{len(late)} certificates, {share(overdue, outstanding)}",
            tone="bad" if overdue else "good",
        ),
        Tile(
            label="Held by banks and funders",
            value=fen(financed),
            hint=f"{share(financed, outstanding)} of what is promised",
        ),
        Tile(
            label="Holders", value=str(len(holders)), hint=f"{len(state.parties)} parties enrolled"
        ),
        Tile(
            label="Invoices used", value=fen(used), hint=f"{share(used, backing)} of their amount"
        ),
        Tile(label="Money on the ledger", value=fen(state.cash_supply), hint="tokenised deposits"),
        Tile(
            label="Paid so far",
            value=fen(sum(item.principal_fen for item in payments)),
            hint=f"{len(payments)} payments",
        ),
        Tile(
            label="Sold so far",
            value=fen(sum(item.amount_fen for item in sales)),
            hint=f"{len(sales)} sales and discounts",
        ),
    )
    return Section(
        id="totals",
        title="Totals (总览)",
        blocks=(Tiles(tiles=tiles),),
        obtained="Sums over the books: certificates offered, active or overdue; sub-ranges of "
        "accepted bills; holdings by party; used amount of every invoice; supply of cash. Payments "
        "and sales are counted from their events, of certificates and bills. Past the day of "
        "payment means after a certificate's due day rolled to a business day (CAL-3).",
    )


def maturity(scope: Scope) -> Section:
    """How much falls due when."""
    amounts = {name: Counter[str]() for name in _INSTRUMENTS}
    counts = {name: Counter[str]() for name in _INSTRUMENTS}
    for id_, certificate in scope.owed().items():
        label = _bucket(scope, pay_day(scope.state, certificate.due_day))
        amounts["certificates"][label] += scope.state.outstanding[id_]
        counts["certificates"][label] += 1
    for item in scope.bills_owed():
        label = _bucket(scope, item.pay_day)
        amounts["bills"][label] += item.amount_fen
        counts["bills"][label] += 1
    labels = ("past", *(label for _, label in _LADDER), _BEYOND)
    total = sum(found.total() for found in amounts.values())
    table = Table(
        caption="Amounts by days to the day of payment",
        columns=(
            Column(head="Days"),
            Column(head="Certificates", kind="figure"),
            Column(head="Amount", kind="figure"),
            Column(head="Parts of bills", kind="figure"),
            Column(head="Amount", kind="figure"),
            Column(head="Share of all", kind="figure"),
        ),
        rows=[
            (
                label,
                *_pair(label, amounts, counts),
                share(sum(found[label] for found in amounts.values()), total),
            )
            for label in labels
        ],
        total=(
            "all",
            *(
                text
                for name in _INSTRUMENTS
                for text in (str(counts[name].total()), fen(amounts[name].total()))
            ),
            "",
        ),
    )
    groups = [
        Group(label=label, amounts=tuple(amounts[name][label] for name in _INSTRUMENTS))
        for label in labels
    ]
    drawing = Drawing(
        caption="Outstanding by days to payment, yuan",
        svg=grouped("Maturities", _INSTRUMENTS, groups),
    )
    return Section(
        id="maturity",
        title="Maturity ladder (到期分布)",
        blocks=(drawing if total else Words(text="Nothing is outstanding."), table),
        obtained="Outstanding amount of every certificate that binds its debtor and of every "
        "accepted bill, by the days from the day of the report to the day of payment: due day or "
        "maturity, rolled by the calendars in the books.",
    )


def _pair(
    label: str, amounts: Mapping[str, Counter[str]], counts: Mapping[str, Counter[str]]
) -> tuple[str, ...]:
    return tuple(
        text
        for name in _INSTRUMENTS
        for text in (str(counts[name][label]), fen(amounts[name][label]))
    )


def exposure(scope: Scope) -> Section:
    """Who owes most, and who holds most."""
    by_debtor: Counter[str] = Counter()
    by_financier: Counter[str] = Counter()
    pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for id_, certificate in scope.owed().items():
        for holder, amount in scope.state.holdings[id_].items():
            by_debtor[certificate.debtor] += amount
            pairs[certificate.debtor][holder] += amount
            if is_financier(scope, holder):
                by_financier[holder] += amount
    on_bills: Counter[str] = Counter()
    for item in scope.bills_owed():
        on_bills[item.acceptor] += item.amount_fen
        pairs[item.acceptor][item.holder] += item.amount_fen
        if is_financier(scope, item.holder):
            by_financier[item.holder] += item.amount_fen
    by_debtor += on_bills
    total = by_debtor.total()
    index = sum(amount * amount for amount in by_debtor.values()) * 10_000 // (total * total or 1)
    first = by_debtor.most_common(1)
    first_share = share(first[0][1], total) if first else "-"
    return Section(
        id="exposure",
        title="Exposure and top debtors (敞口集中度)",
        blocks=(
            Words(
                text=f"The largest debtor owes {first_share} of everything. Concentration "
                f"(Herfindahl–Hirschman index): {index} of 10,000."
            ),
            _chart("Largest debtors, yuan", _bars(scope, by_debtor)),
            cut(_debtors(scope, by_debtor, on_bills, pairs)),
            _chart("Largest banks and funders, yuan", _bars(scope, by_financier)),
        ),
        obtained="Holdings of every certificate that binds its debtor and of every accepted bill, "
        "added up by debtor or acceptor and by holder; banks and funders are parties with one of "
        "these roles. Limits and bars are those of the exposure ledger (R77-7, R77-11).",
    )


def activity(scope: Scope) -> Section:
    """What happened month by month."""
    months: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    reading = scope.reading
    for promise in (*reading.promises, *reading.bill_promises):
        months[_month(promise.day)][0] += promise.amount_fen
    for sale in (*reading.sales, *reading.bill_sales):
        months[_month(sale.day)][1] += sale.amount_fen
    for payment in (*reading.payments, *reading.bill_payments):
        months[_month(payment.day)][2] += payment.principal_fen
    shown = sorted(months)[-_MONTHS:]
    names = ("promised", "financed", "paid")
    table = Table(
        caption="By month",
        columns=(Column(head="Month"), *(Column(head=name, kind="figure") for name in names)),
        rows=[(month, *(fen(amount) for amount in months[month])) for month in shown],
        empty="nothing happened",
    )
    svg = grouped("By month", names, [Group(label=m, amounts=months[m]) for m in shown])
    return Section(
        id="activity",
        title="Month by month (业务动态)",
        blocks=(Drawing(caption="Promised, financed, paid, yuan", svg=svg), table)
        if shown
        else (table,),
        obtained="Amounts of the events CertificateConfirmed and AcceptanceGiven, CertificateSold "
        "and BillDiscounted, CertificatePaid, CertificateRetired and BillPaid by the month of "
        "their block (UTC+8).",
    )


def overdue(scope: Scope) -> Section:
    """What is not paid, since when, and what it costs."""
    rows_ = []
    principal = interest = 0
    for id_ in sorted(scope.owed(), key=lambda item: scope.state.certificates[item].due_day):
        if not is_late(scope, id_):
            continue
        certificate = scope.state.certificates[id_]
        amount = scope.state.outstanding[id_]
        late = sum(
            late_interest(scope.state, certificate, part, scope.day)
            for part in scope.state.holdings[id_].values()
        )
        principal, interest = principal + amount, interest + late
        since = pay_day(scope.state, certificate.due_day)
        marked = certificate.status == CertificateStatus.OVERDUE
        rows_.append(
            (
                f"0x{id_:064x}"[:18] + "…",
                scope.party(certificate.debtor),
                fen(amount),
                scope.tell.day(since),
                str(scope.day - since),
                fen(late),
                "yes" if marked else "no",
            )
        )
    table = Table(
        caption="Certificates not paid on their day",
        columns=(
            Column(head="Certificate", kind="id"),
            Column(head="Debtor"),
            Column(head="Unpaid", kind="figure"),
            Column(head="Due since", kind="day"),
            Column(head="Days", kind="figure"),
            Column(head="Late interest", kind="figure"),
            Column(head="Marked"),
        ),
        rows=rows_,
        total=("all", "", fen(principal), "", "", fen(interest), "") if rows_ else (),
        empty="every certificate is paid or not yet due",
    )
    return Section(
        id="overdue",
        title="Overdue (逾期)",
        blocks=(cut(table),),
        obtained="Outstanding amounts after the day of payment. Late interest per holder, half-up "
        "to one fen, at the agreed rate (OP-11) or the statutory daily rate (R802-4), as if paid "
        "on the day of the report. Marked: whether somebody has had it marked overdue (E9), which "
        "bars the debtor from opening (R77-7).",
    )


def is_late(scope: Scope, id_: int) -> bool:
    """Whether a certificate is past its day of payment."""
    return scope.day > pay_day(scope.state, scope.state.certificates[id_].due_day)


def is_financier(scope: Scope, party: str) -> bool:
    """Whether a party is a bank or a funder."""
    found = scope.state.parties.get(party)
    return found is not None and bool(found.roles & _FINANCIERS)


def _chart(caption: str, bars: list[Bar]) -> Drawing | Words:
    if not bars:
        return Words(text=f"{caption}: none.")
    return Drawing(caption=caption, svg=rows(caption, bars))


def _bars(scope: Scope, amounts: Counter[str]) -> list[Bar]:
    first = [Bar(label=scope.tell.party(id_), amount=n) for id_, n in amounts.most_common(_TOP)]
    rest = amounts.total() - sum(bar.amount for bar in first)
    return [*first, Bar(label="all others", amount=rest, tone="soft")] if rest else first


def _debtors(
    scope: Scope,
    by_debtor: Counter[str],
    on_bills: Counter[str],
    pairs: dict[str, Counter[str]],
) -> Table:
    rows_ = []
    for id_, amount in by_debtor.most_common():
        account = scope.state.debtors[id_]
        holder, held = pairs[id_].most_common(1)[0]
        barred = account.overdue_count > 0 or account.bar_reasons != 0
        rows_.append(
            (
                scope.party(id_),
                fen(amount),
                share(amount, by_debtor.total()),
                fen(account.limit_fen),
                share(account.outstanding_fen, account.limit_fen),
                str(account.overdue_count),
                "barred" if barred else "",
                fen(on_bills[id_]),
                f"{scope.tell.party(holder)} {share(held, amount)}",
            )
        )
    return Table(
        caption="Debtors",
        columns=(
            Column(head="Debtor"),
            Column(head="Owes", kind="figure"),
            Column(head="Share", kind="figure"),
            Column(head="Limit", kind="figure"),
            Column(head="Used", kind="figure"),
            Column(head="Overdue", kind="figure"),
            Column(head="Opening"),
            Column(head="Of it on bills", kind="figure"),
            Column(head="Largest holder"),
        ),
        rows=rows_,
        total=("all", fen(by_debtor.total()), *[""] * 5, fen(on_bills.total()), "")
        if rows_
        else (),
        empty="nobody owes anything",
    )


def _bucket(scope: Scope, day: int) -> str:
    days = day - scope.day
    if days < 0:
        return "past"
    return next((label for most, label in _LADDER if days <= most), _BEYOND)


def _month(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).strftime("%Y-%m")
