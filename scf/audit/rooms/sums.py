"""
What must add up in the books by themselves, whatever the contracts say.

Each function has one shape: it takes a view and yields a fault for each thing that does not hold:
(subject, what was looked at, found, expected). Faults are values: an audit reports them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scf.audit.rooms.room import Sum, View
from scf.model.enums import (
    CertificateStatus,
    OrderKind,
    OrderState,
    PendingState,
    Powers,
    Roles,
)

Fault = tuple[str, str, Any, Any]
OWED = (CertificateStatus.OFFERED, CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)
ENDED = (CertificateStatus.PAID, CertificateStatus.CANCELLED)


# Certificates


def _units(view: View) -> Iterator[Fault]:
    for id_ in view.state.certificates:
        held = sum(view.state.holdings.get(id_, {}).values())
        outstanding = view.state.outstanding.get(id_, 0)
        if held != outstanding:
            yield _certificate(id_), "sum of its holders' units", held, outstanding


def _holders(view: View) -> Iterator[Fault]:
    for id_, certificate in view.state.certificates.items():
        for holder, amount in view.state.holdings.get(id_, {}).items():
            about = f"holder {holder}"
            if amount <= 0:
                yield _certificate(id_), about, amount, "above zero"
            if holder not in view.state.parties:
                yield _certificate(id_), about, "no party", "an enrolled party"
            if holder == certificate.debtor:
                yield _certificate(id_), about, "its debtor", "another party"


def _one_controller(view: View) -> Iterator[Fault]:
    """A legal order may take locked units; then the lock stands until it is answered."""
    forced = _moved_by_order(view)
    for (id_, holder), locked in view.state.locks.items():
        certificate = view.state.certificates.get(id_)
        if certificate is None or certificate.status != CertificateStatus.ACTIVE or id_ in forced:
            continue
        held = view.state.holdings.get(id_, {}).get(holder, 0)
        if locked > held and certificate.due_day > view.day:
            yield _certificate(id_), f"locked with {holder}", locked, f"at most {held}, what it has"


def _locks(view: View) -> Iterator[Fault]:
    waiting: Counter[tuple[int, str]] = Counter()
    for item in view.state.pending.values():
        if item.state == PendingState.PENDING and item.requester is not None:
            waiting[item.certificate_id, item.requester] += item.amount_fen
    for (id_, pledgor), pledges in view.state.financing.pledges.items():
        waiting[id_, pledgor] += sum(amount for _, amount in pledges)
    for place in waiting.keys() | view.state.locks.keys():
        found, needed = view.state.locks.get(place, 0), waiting[place]
        if found != needed:
            yield _certificate(place[0]), f"locked with {place[1]}", found, needed


def _ended(view: View) -> Iterator[Fault]:
    for id_, certificate in view.state.certificates.items():
        left = view.state.outstanding.get(id_, 0)
        status = certificate.status.name.lower()
        if certificate.status in ENDED and left:
            yield _certificate(id_), f"outstanding, being {status}", left, 0
        if certificate.status not in ENDED and not left:
            yield _certificate(id_), f"outstanding, being {status}", 0, "above zero"


def _faces(view: View) -> Iterator[Fault]:
    for id_, certificate in view.state.certificates.items():
        left = view.state.outstanding.get(id_, 0)
        if left > certificate.face_fen:
            yield _certificate(id_), "outstanding", left, f"at most its face {certificate.face_fen}"


def _layers(view: View) -> Iterator[Fault]:
    for (id_, holder), layer in view.state.layers.items():
        certificate = view.state.certificates.get(id_)
        if certificate and certificate.layers_max and layer > certificate.layers_max:
            yield _certificate(id_), f"layer of {holder}", layer, f"<= {certificate.layers_max}"


def _filings(view: View) -> Iterator[Fault]:
    uses = Counter(view.state.receipts.values())
    for quote, count in uses.items():
        if count > 1:
            yield f"quote 0x{quote.hex()}", "filing receipts used", count, 1


# Invoices


def _use(view: View) -> Iterator[Fault]:
    """An invoice backs at most its amount; what is paid stays consumed."""
    live: Counter[tuple[bytes, str]] = Counter()
    for id_, certificate in view.state.certificates.items():
        if certificate.status in OWED:
            place = certificate.invoice_key, certificate.debtor
            live[place] += view.state.outstanding.get(id_, 0)
    for place, left in _on_trades(view):
        live[place] += left
    for (key, debtor), invoice in view.state.invoices.items():
        subject = f"invoice 0x{key.hex()} of debtor {debtor}"
        if invoice.used_fen > invoice.amount_fen:
            yield subject, "used", invoice.used_fen, f"at most its amount {invoice.amount_fen}"
        if live[key, debtor] > invoice.used_fen:
            yield subject, "live on it", live[key, debtor], f"at most used {invoice.used_fen}"
    for key, debtor in live.keys() - view.state.invoices.keys():
        subject = f"invoice 0x{key.hex()} of debtor {debtor}"
        yield subject, "live on it", live[key, debtor], "an invoice in the books"


def _owed(view: View) -> Iterator[Fault]:
    owed: Counter[str] = Counter()
    for id_, certificate in view.state.certificates.items():
        if certificate.status in OWED:
            owed[certificate.debtor] += view.state.outstanding.get(id_, 0)
    for (_, drawer), left in _on_trades(view):
        owed[drawer] += left
    for debtor in owed.keys() | view.state.debtors.keys():
        account = view.state.debtors.get(debtor)
        found = account.outstanding_fen if account else 0
        if found != owed[debtor]:
            yield f"debtor {debtor}", "outstanding", found, owed[debtor]


def _on_trades(view: View) -> Iterator[tuple[tuple[bytes, str], int]]:
    """What accepted bills still use of their trade's invoice, which is their drawer's debt."""
    for number, bill in view.state.bills.bills.items():
        if bill.acceptance_day and any(bill.trade_key):
            left = bill.face_fen - view.state.bills.ended_fen.get(number, 0)
            yield (bill.trade_key, bill.drawer), left


def _overdue(view: View) -> Iterator[Fault]:
    late = Counter(
        item.debtor
        for item in view.state.certificates.values()
        if item.status == CertificateStatus.OVERDUE
    )
    for debtor in late.keys() | view.state.debtors.keys():
        account = view.state.debtors.get(debtor)
        found = account.overdue_count if account else 0
        if found != late[debtor]:
            yield f"debtor {debtor}", "overdue certificates", found, late[debtor]


# Money


def _money(view: View) -> Iterator[Fault]:
    total = sum(view.state.cash.values())
    if total != view.state.cash_supply:
        yield "cash", "sum of balances", total, view.state.cash_supply
    for holder, amount in view.state.cash.items():
        if amount < 0:
            yield f"party {holder}", "cash", amount, "not below zero"
        if holder not in view.state.parties and holder not in view.contracts.values():
            yield f"holder {holder}", "cash", amount, "an enrolled party"


def _no_pool(view: View) -> Iterator[Fault]:
    """Neither a contract nor the platform's operator holds money or certificates."""
    barred = {address: f"contract {name}" for name, address in view.contracts.items()} | {
        id_: f"operator {id_}"
        for id_, party in view.state.parties.items()
        if party.roles & Roles.PLATFORM_OPERATOR
    }
    for holder, shown in barred.items():
        if amount := view.state.cash.get(holder, 0):
            yield shown, "cash", amount, 0
    for id_, held in view.state.holdings.items():
        for holder in held.keys() & barred.keys():
            yield barred[holder], f"units of {_certificate(id_)}", held[holder], 0


# Parties and orders


def _officers(view: View) -> Iterator[Fault]:
    able: Counter[str] = Counter()
    for address, officer in view.state.officers.items():
        if officer.party not in view.state.parties:
            yield f"officer {address}", "party", officer.party, "an enrolled party"
        if officer.powers & Powers.ADMINISTER:
            able[officer.party] += 1
    for id_ in view.state.parties:
        if not able[id_]:
            yield f"party {id_}", "officers who administer", 0, "at least one (MUST-26)"


def _freezes(view: View) -> Iterator[Fault]:
    """A freeze rests on an order that was carried out and runs as long."""
    until: dict[bytes, set[int]] = {}
    for order in view.state.orders.values():
        if order.state == OrderState.CARRIED_OUT and order.kind == OrderKind.FREEZE:
            until.setdefault(order.subject, set()).add(order.expiry_day)
    frozen = {
        f"party {id_}": (bytes.fromhex(id_[2:]).rjust(32, b"\0"), item.frozen_until)
        for id_, item in view.state.parties.items()
    } | {
        _certificate(id_): (id_.to_bytes(32, "big"), item.frozen_until)
        for id_, item in view.state.certificates.items()
    }
    for shown, (subject, day) in frozen.items():
        if day and day not in until.get(subject, ()):
            yield shown, "frozen until day", day, "the last day of an order carried out"


def _moved_by_order(view: View) -> set[int]:
    return {
        int.from_bytes(order.subject, "big")
        for order in view.state.orders.values()
        if order.kind == OrderKind.TRANSFER and order.state == OrderState.CARRIED_OUT
    }


def _certificate(id_: int) -> str:
    return f"certificate 0x{id_:064x}"


def named_sum(title: str, rules: str, faults: Any) -> Sum:
    """A sum; rules in one text, separated by blanks."""
    return Sum(title=title, rules=tuple(rules.split()), faults=faults)


CERTIFICATE_SUMS: Mapping[str, Sum] = {
    "units": named_sum("holders' units add up to what is outstanding", "INV-1", _units),
    "holders": named_sum("holders are enrolled parties other than the debtor", "MUST-23", _holders),
    "one-controller": named_sum("nobody has locked more than it holds", "INV-2", _one_controller),
    "locks": named_sum("locks are the sum of requests that wait and of pledges", "INV-4", _locks),
    "ended": named_sum("nothing is outstanding after the end, something before", "INV-3", _ended),
    "faces": named_sum("no certificate outgrows its face", "INV-1", _faces),
    "layers": named_sum("layers stay within their limit", "R77-8", _layers),
    "filings": named_sum("each quote has one filing receipt", "R77-6", _filings),
}
INVOICE_SUMS: Mapping[str, Sum] = {
    "invoice-use": named_sum(
        "live <= used <= amount of every invoice", "SYS-1 INV-13 MUST-1", _use
    ),
    "owed": named_sum("a debtor owes the sum of its certificates", "R77-11", _owed),
    "overdue-count": named_sum("overdue certificates are counted", "R77-7", _overdue),
}
CASH_SUMS: Mapping[str, Sum] = {
    "money": named_sum("balances add up to the money in all", "MUST-13 MUST-24", _money),
    "no-pool": named_sum("neither contract nor operator holds anything", "R77-4 INV-21", _no_pool),
}
PARTY_SUMS: Mapping[str, Sum] = {
    "officers": named_sum("every party has an administrator", "MUST-26", _officers)
}
ORDER_SUMS: Mapping[str, Sum] = {
    "freezes": named_sum("every freeze rests on an order", "SYS-14 INV-20", _freezes)
}
