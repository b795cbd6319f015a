"""How bills fill the filings about them: X1, X2, and the lists X4 and X5."""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.dues import add_business_days, rule_value
from scf.audit.listing import listing_of, month_of
from scf.audit.names import Names
from scf.audit.reading import Reading
from scf.audit.rooms.telling import bill_text, iso_day, month_text
from scf.audit.supervision.filing import Row
from scf.model.bill_enums import AcceptorKind


def acceptances(reading: Reading, names: Names) -> Iterator[Row]:
    """Every accepted bill of an enterprise or finance company: its acceptor discloses it (X1)."""
    own = reading.state.bills
    for number, bill in sorted(own.bills.items()):
        if not bill.acceptance_day or bill.kind is AcceptorKind.BANK:
            continue
        days = rule_value(reading.state, "X1", bill.acceptance_day)
        stated = own.disclosures.get(number)
        yield (
            bill_text(number),
            iso_day(bill.issue_day),
            iso_day(bill.acceptance_day),
            names.codes.get(bill.drawer, bill.drawer),
            names.codes.get(bill.acceptor, bill.acceptor),
            bill.face_fen,
            iso_day(bill.maturity),
            ""
            if days is None
            else iso_day(add_business_days(reading.state, bill.acceptance_day, days)),
            iso_day(stated.day) if stated else "",
            ("yes" if stated.matches else "no") if stated else "",
        )


def acceptors(reading: Reading, names: Names) -> Iterator[Row]:
    """What each acceptor accepted, owes, and owes too late (X2)."""
    for acceptor, account in sorted(reading.state.bills.acceptors.items()):
        yield (
            names.codes.get(acceptor, acceptor),
            month_text(month_of(reading.day)),
            account.accepted_fen,
            account.balance_fen,
            account.overdue_fen,
            account.overdue_balance_fen,
        )


def listings(reading: Reading, names: Names) -> Iterator[Row]:
    """Acceptors with overdue months, and what follows for them (X4, X5)."""
    for acceptor in sorted(reading.state.bills.overdue_months):
        found = listing_of(reading.state, acceptor, reading.day)
        if found is not None:
            yield (
                names.codes.get(acceptor, acceptor),
                month_text(month_of(reading.day) - 1),
                found.events,
                found.balance_fen,
                "yes" if found.suspended else "no",
                iso_day(found.banned_until) if found.banned_until else "",
            )
