"""The filings that exist, and how certificates fill them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from scf.audit.dues import add_business_days, late_interest, pay_day
from scf.audit.names import Names
from scf.audit.reading import Reading, Way
from scf.audit.rooms.telling import iso_day
from scf.audit.supervision.bill_rows import acceptances, acceptors, listings
from scf.audit.supervision.filing import Filing, Made, Row, made
from scf.model.enums import CertificateStatus, SizeClass

_OWED = (CertificateStatus.OFFERED, CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)
_SMES = (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM)
_LARGE = (SizeClass.LARGE, SizeClass.STATE)
_CANCEL_WITHIN = 10  # REG-4
_HOPS = (Way.PASSED, Way.SOLD, Way.CLAIMED, Way.ENFORCED, Way.ORDERED)


def files_of(reading: Reading, names: Names, wanted: Iterable[str] = ()) -> tuple[Made, ...]:
    """All filings, or those named, with their rows."""
    chosen = tuple(wanted) or tuple(FILINGS)
    return tuple(made(name, FILINGS[name], reading, names) for name in chosen)


def _certificates(reading: Reading, names: Names) -> Iterator[Row]:
    sold: Counter[str] = Counter()
    for sale in reading.sales:
        sold[sale.asset] += sale.amount_fen
    hops = Counter(move.asset for move in reading.moves if move.way in _HOPS)
    state = reading.state
    for id_, item in sorted(state.certificates.items(), key=lambda pair: pair[1].opened_day):
        key = f"0x{id_:064x}"
        due = pay_day(state, item.due_day)
        is_owed = item.status in _OWED
        yield (
            key,
            names.codes.get(item.debtor, item.debtor),
            names.codes.get(item.supplier, item.supplier),
            "0x" + item.invoice_key.hex(),
            item.face_fen,
            state.outstanding[id_],
            iso_day(item.opened_day),
            iso_day(item.due_day),
            iso_day(due),
            item.status.name.lower(),
            len(state.holdings[id_]),
            hops[key],
            sold[key],
            max(reading.day - due, 0) if is_owed else 0,
        )


def _monthly(reading: Reading, names: Names) -> Iterator[Row]:
    months: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(day: int, what: str, amount: int) -> None:
        month = months[_month(day)]
        month[what] += amount
        month[what + " count"] += 1

    for promise in reading.promises:
        add(promise.day, "promised", promise.amount_fen)
    for move in reading.moves:
        if move.way is Way.PASSED:
            add(move.day, "passed", move.amount_fen)
    for sale in reading.sales:
        add(sale.day, "sold", sale.amount_fen)
    for payment in reading.payments:
        add(payment.day, "paid", payment.principal_fen)
        months[_month(payment.day)]["late"] += payment.interest_fen
    for month, found in sorted(months.items()):
        yield (
            month,
            found["promised count"],
            found["promised"],
            found["passed count"],
            found["passed"],
            found["sold count"],
            found["sold"],
            found["paid count"],
            found["paid"],
            found["late"],
        )


def _filed(reading: Reading, names: Names) -> Iterator[Row]:
    """One filing a sale; it is to be cancelled ten business days after the debt is paid (REG-4)."""
    state = reading.state
    paid_on = {
        item.asset: item.day
        for item in reading.payments
        if state.certificates[int(item.asset, 16)].status == CertificateStatus.PAID
    }
    for sale in reading.sales:
        certificate = state.certificates[int(sale.asset, 16)]
        paid = paid_on.get(sale.asset)
        cancel = add_business_days(state, paid, _CANCEL_WITHIN) if paid is not None else None
        yield (
            sale.receipt,
            sale.asset,
            sale.quote,
            names.codes.get(sale.seller, sale.seller),
            names.codes.get(sale.funder, sale.funder),
            names.codes.get(certificate.debtor, certificate.debtor),
            sale.amount_fen,
            sale.interest_fen,
            sale.fee_fen,
            iso_day(sale.day),
            iso_day(certificate.due_day),
            iso_day(paid) if paid is not None else "",
            iso_day(cancel) if cancel is not None else "",
            sale.tx,
        )


def _arrears(reading: Reading, names: Names) -> Iterator[Row]:
    """What large enterprises and public bodies owe small ones beyond the day of payment."""
    state = reading.state
    for id_, item in sorted(state.certificates.items(), key=lambda pair: pair[1].due_day):
        due = pay_day(state, item.due_day)
        if item.status not in _OWED or reading.day <= due:
            continue
        debtor, supplier = state.parties[item.debtor], state.parties[item.supplier]
        if debtor.size not in _LARGE or supplier.size not in _SMES:
            continue
        interest = sum(
            late_interest(state, item, amount, reading.day)
            for amount in state.holdings[id_].values()
        )
        yield (
            names.codes.get(item.debtor, item.debtor),
            debtor.size.name.lower(),
            names.codes.get(item.supplier, item.supplier),
            supplier.size.name.lower(),
            f"0x{id_:064x}",
            state.outstanding[id_],
            iso_day(due),
            reading.day - due,
            interest,
            "yes" if item.status == CertificateStatus.OVERDUE else "no",
        )


def _month(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).strftime("%Y-%m")


FILINGS: Mapping[str, Filing] = {
    "r77-12-certificates": Filing(
        title="Receivable certificates, one by one (应收账款电子凭证明细)",
        rules=("R77-12",),
        to="the register (aggregation and monitoring)",
        columns={
            "certificate": "id on the ledger",
            "debtor_uscc": "unified social credit code of the debtor",
            "supplier_uscc": "the same of its first holder",
            "invoice_key": "keyed hash of the invoice behind it; no clear number",
            "face_fen": "amount at opening",
            "outstanding_fen": "not paid yet",
            "opened_day": "day of opening",
            "due_day": "day written on it",
            "payment_day": "the same, rolled to a business day (CAL-3)",
            "status": "drafted, claimed, disputed, offered, active, overdue, paid, cancelled",
            "holders_count": "holders now",
            "hops_count": "transfers so far, sales included (R77-8)",
            "financed_fen": "sold to funders so far",
            "late_days": "days past the day of payment, 0 if none",
        },
        rows=_certificates,
    ),
    "r77-12-monthly": Filing(
        title="Receivable certificates by month (应收账款电子凭证业务月报)",
        rules=("R77-12",),
        to="the register (aggregation and monitoring)",
        columns={
            "month": "year and month",
            "promised_count": "certificates confirmed",
            "promised_fen": "their amount",
            "passed_count": "transfers, sales left out",
            "passed_fen": "their amount",
            "financed_count": "sales to funders",
            "financed_fen": "their amount",
            "paid_count": "payments",
            "paid_fen": "principal paid",
            "late_interest_fen": "late interest paid (R802-4)",
        },
        rows=_monthly,
    ),
    "x1-acceptances": Filing(
        title="Accepted bills to be disclosed (承兑信息披露)",
        rules=("X1",),
        to="the disclosure platform, by the next business day",
        columns={
            "bill": "number",
            "drawn_day": "day of issue",
            "accepted_day": "day of acceptance",
            "drawer_uscc": "code of the drawer",
            "acceptor_uscc": "code of the acceptor",
            "face_fen": "amount",
            "maturity_day": "day of maturity",
            "disclose_by_day": "last day to disclose",
            "disclosed_day": "day of the acceptor's latest statement; empty if there is none",
            "as_derived": "whether it says what the ledger derives: yes, no, or empty",
        },
        rows=acceptances,
    ),
    "x2-monthly": Filing(
        title="Acceptors' monthly disclosure (承兑人月度披露)",
        rules=("X2",),
        to="the disclosure platform, by the 10th",
        columns={
            "acceptor_uscc": "code of the acceptor",
            "month": "year and month",
            "accepted_fen": "accepted so far",
            "balance_fen": "accepted and not paid",
            "overdue_total_fen": "overdue so far",
            "overdue_fen": "overdue now",
        },
        rows=acceptors,
    ),
    "x4-x5-lists": Filing(
        title="Acceptors overdue and persistently overdue (承兑人逾期名单, 持续逾期名单)",
        rules=("X4", "X5", "R4-36"),
        to="the disclosure platform, early each month",
        columns={
            "acceptor_uscc": "code of the acceptor",
            "month": "last month that is over, which decides",
            "events_count": "events in it and the months before that count",
            "overdue_fen": "overdue balance at its end",
            "suspended": "X4: may not accept",
            "banned_until_day": "X5: last day of the ban; empty if there is none",
        },
        rows=listings,
    ),
    "registry-filings": Filing(
        title="Financings and their filings (动产融资统一登记)",
        rules=("R77-6", "REG-4", "CC-768"),
        to="the registry (中登网)",
        columns={
            "receipt": "hash of the filing receipt, used once",
            "certificate": "id on the ledger",
            "quote": "hash of the funder's offer",
            "seller_uscc": "code of the seller",
            "funder_uscc": "code of the funder",
            "debtor_uscc": "code of the debtor",
            "amount_fen": "part sold",
            "interest_fen": "interest up front",
            "fee_fen": "all fees (R77-10)",
            "funded_day": "day of payment to the seller",
            "due_day": "day written on the certificate",
            "discharged_day": "day on which the debt was paid in full; empty if it is not",
            "cancel_by_day": "last day to cancel the filing (REG-4); empty if not due",
            "transaction": "on the ledger",
        },
        rows=_filed,
    ),
    "r802-6-arrears": Filing(
        title="Overdue payments to small and medium enterprises (拖欠中小企业款项)",
        rules=("R802-6", "R802-4"),
        to="annual report, or publication by 31 March",
        columns={
            "debtor_uscc": "code of the large enterprise or public body",
            "debtor_size": "large or state",
            "supplier_uscc": "code of the small or medium enterprise that delivered",
            "supplier_size": "micro, small or medium",
            "certificate": "id on the ledger",
            "overdue_fen": "principal not paid",
            "payment_day": "day on which it was to be paid",
            "late_days": "days since",
            "late_interest_fen": "accrued to the day of the file (R802-4)",
            "marked": "whether it was marked overdue on the ledger",
        },
        rows=_arrears,
    ),
}
