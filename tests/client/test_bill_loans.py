"""A loan on a pledged bill through the faces: pledged, topped up, paid by the acceptor, divided."""

from __future__ import annotations

import datetime as dt

import pytest

import scf
from scf import Approval
from scf.cli.finance_story import DUE, START, Teller
from scf.units import interest_fen


@pytest.fixture(scope="module")
def teller():
    """The parties of the story, and its bill."""
    with scf.local(start_day=START) as ledger:
        made = Teller(ledger, lambda step: None)
        made._enrol()
        yield made


def test_pledged_bill__is_paid_to_the_lender_and_the_surplus_to_the_pledgor(teller: Teller) -> None:
    bill, ledger, bank = teller._bill(), teller.ledger, "haihe bank"
    desk = teller.as_("tooling").bill_loans
    terms = desk.terms_for(
        bill,
        lender=teller.ids[bank],
        borrower=teller.ids["tooling"],
        amount=4_000_000,
        principal=3_000_000,
        rate=40_000,
        late_rate=60_000,
        repay_day=dt.date(2026, 5, 11),
        evidence_hash=b"\1" * 32,
        deadline=teller._deadline(),
        fee=100,
    )
    pledged = desk.advance(
        terms,
        consent_hash=b"\2" * 32,
        lender=desk.sign_terms(terms, teller.keys[bank][0]),
        borrower=Approval(officer=teller.keys["tooling"][0].address),
    )
    released = teller.as_(bank).bill_loans.release(pledged.range, amount=1_000_000)
    assert (pledged.loan_id, pledged.paid_out) == (desk.loan_id(terms), 2_999_900)
    assert released.holder == teller.ids["tooling"]
    rest = next(
        item.range for item in ledger.bills.parts(bill.bill_no) if item.holder == teller.ids[bank]
    )
    assert ledger.bill_loans.pledge_of(rest) == pledged.loan_id
    assert ledger.bill_loans.pledge_of(released.range) is None

    ledger.chain.move_to(DUE)
    (paid,) = teller.as_("core").bills.pay([rest]).parts

    days = (DUE - START).days
    debt = 3_000_000 + interest_fen(3_000_000, days=days, rate_ppm=40_000)
    assert (paid.amount, paid.to_pledgor) == (3_000_000, max(3_000_000 - debt, 0))
    assert ledger.loans.debt(pledged.loan_id).total == debt - 3_000_000
