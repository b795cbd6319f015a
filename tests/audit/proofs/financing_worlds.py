"""A ledger on which paper was financed: sales with recourse, loans, early payment, a repo."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proof_worlds import fold_of_logs

from scf import (
    Approval,
    BillRange,
    BillType,
    ClaimTerms,
    Drawing,
    EarlyOffer,
    LocalLedger,
    TopUp,
    build_bill_number,
)
from scf.audit.proofs.claim_facts import word_key
from scf.audit.proofs.concerns import Subject
from scf.audit.proofs.prove import prove
from scf.audit.proofs.scan import scan
from scf.chain.chain import Chain
from scf.model.fold import Fold
from tests.client.client_world import Town, build_town, hashed
from tests.client.test_financing import CONSENT, EVIDENCE, lent, pay_day, sold_with_recourse

BANK_NUMBER, FACE = "102290000001", 50_000_00


@dataclass
class FinancedLife:
    """
    A town and what was financed in it.

    Attributes:
        sold: a certificate sold twice with recourse, paid in part and late, claimed on, and bought
            back in part.
        pledged: one pledged for two loans, one of which is repaid, and paid early in part.
        topped: one pledged besides for the loan that runs.
        bill_no: of a bill sold with the right to redeem, its buyer's interest shared.
        pledged_bill: of one pledged for a loan of its own.
    """

    town: Town
    sold: int
    pledged: int
    topped: int
    bill_no: int
    pledged_bill: int

    @property
    def ledger(self) -> LocalLedger:
        return self.town.ledger

    @property
    def chain(self) -> Chain:
        return self.ledger.chain

    @cached_property
    def fold(self) -> Fold:
        return fold_of_logs(self.ledger)

    def subject(self, kind: str) -> Subject:
        certificates = {"sold": self.sold, "pledged": self.pledged, "topped": self.topped}
        if kind in certificates:
            return Subject("certificate", word_key(certificates[kind]))
        bills = {"bill": self.bill_no, "pledged bill": self.pledged_bill}
        if kind in bills:
            return Subject("bill", word_key(bills[kind]))
        (token_id,) = (id_ for id_ in self.fold.state.bills.holders if id_ >> 80 == self.bill_no)
        return Subject("range", word_key(token_id))

    def evidence(self, kind: str) -> dict[str, Any]:
        """Evidence of acts, found by scanning."""
        subject, manifest = self.subject(kind), self.ledger.manifest
        return prove(self.chain, manifest, subject, scan(self.chain, manifest, subject))


def live_financed(ledger: LocalLedger) -> FinancedLife:
    """Live through it."""
    town = build_town(ledger)
    town.mint("supplier", 10**9)
    sold, pledged, topped = (town.active(100_000_00, days=20) for _ in range(3))
    until = ledger.today() + dt.timedelta(days=10)
    town.as_("debtor").discounting.undertake_interest(sold, share=250_000, cap=500_00, until=until)
    quotes = [sold_with_recourse(town, sold, amount) for amount in (30_000_00, 20_000_00)]
    ids = [ledger.discounting.quote_id(quote) for quote in quotes]  # type: ignore[arg-type]
    running = _lend(town, pledged, topped)
    _pay_early(town, pledged)
    bill_no, pledged_bill = _redeemable(town), _pledged_bill(town)
    pay_day(town, sold, late=5)
    town.as_("debtor").settlement.pay_part(sold, 10_000_00)
    town.as_("bank").factoring.state_costs(ids[0], 60_00, evidence_hash=EVIDENCE)
    town.as_("supplier").factoring.buy_back(quotes[1], undertaking=1)  # type: ignore[arg-type]
    _claim(town, sold)
    town.as_("supplier").loans.repay(running, 1_000_00)
    return FinancedLife(town, sold, pledged, topped, bill_no, pledged_bill)


def _lend(town: Town, pledged: int, topped: int) -> bytes:
    """Two loans on one certificate, the first topped up from another, the second repaid."""
    _, running = lent(town, pledged, 50_000_00, 40_000_00)
    _, repaid = lent(town, pledged, 10_000_00, 8_000_00)
    supplier = town.as_("supplier")
    more = TopUp(
        loan_id=running,
        certificate_id=topped,
        amount=1_000_00,
        evidence_hash=EVIDENCE,
        registry_receipt=town.unique("receipt"),
        deadline=town.ledger.chain.block().timestamp + 86_400,
    )
    borrower = Approval(officer=town.keys["supplier"][0].address)
    supplier.loans.top_up(more, lender=town.keys["bank"][0], borrower=borrower)
    town.go(2)
    supplier.loans.repay(repaid, release=[pledged])
    return running


def _pay_early(town: Town, id_: int) -> None:
    offer = EarlyOffer(
        debtor=town.ids["debtor"],
        holder=town.ids["supplier"],
        certificate_id=id_,
        amount=10_000_00,
        apr=60_000,
        reference=town.unique("offer"),
        deadline=town.ledger.chain.block().timestamp + 86_400,
    )
    signed = town.as_("debtor").early_payments.sign_offer(offer, town.keys["debtor"][0])
    town.as_("supplier").early_payments.take(offer, consent_hash=CONSENT, debtor=signed)


def _claim(town: Town, id_: int) -> None:
    """Two claims of the bank: one paid, one taken back."""
    for amount in (5_000_00, 2_000_00):
        terms = ClaimTerms(
            certificate_id=id_,
            claimant=town.ids["bank"],
            path=(0,),
            amount=amount,
            evidence_hash=EVIDENCE,
            reference=town.unique("claim"),
        )
        made = town.as_("bank").factoring.claim(terms)
        if amount == 5_000_00:
            town.as_("supplier").factoring.pay_claim(terms)
        else:
            town.as_("bank").factoring.withdraw_claim(made.claim_id)


def _redeemable(town: Town) -> int:
    """A bill of the debtor that the supplier sells to the bank and may redeem."""
    ledger, today, own = town.ledger, town.ledger.today(), _received(town, 1)
    town.as_("debtor").bill_discounting.undertake_interest(
        own.bill_no, share=500_000, cap=300_00, until=today + dt.timedelta(days=10)
    )
    quote = ledger.bill_discounting.quote_for(
        own,
        funder=town.ids["bank"],
        seller=town.ids["supplier"],
        rate=30_000,
        deadline=ledger.chain.block().timestamp + 86_400,
        buyer_share=500_000,
        redeem_from=today + dt.timedelta(days=1),
        redeem_until=today + dt.timedelta(days=30),
        redeem_rate=35_000,
    )
    town.as_("supplier").bill_discounting.discount(
        quote,
        evidence_hash=EVIDENCE,
        consent_hash=CONSENT,
        seller=Approval(officer=town.keys["supplier"][0].address),
        funder=town.keys["bank"][0],
    )
    return own.bill_no


def _pledged_bill(town: Town) -> int:
    """A bill that the supplier pledges to the bank for an advance."""
    ledger, own = town.ledger, _received(town, 2)
    terms = ledger.bill_loans.terms_for(
        own,
        lender=town.ids["bank"],
        borrower=town.ids["supplier"],
        principal=30_000_00,
        rate=40_000,
        late_rate=60_000,
        repay_day=ledger.rulebook.roll(ledger.today() + dt.timedelta(days=30)).day,
        evidence_hash=EVIDENCE,
        deadline=ledger.chain.block().timestamp + 86_400,
    )
    town.as_("supplier").bill_loans.advance(
        terms,
        consent_hash=CONSENT,
        lender=town.keys["bank"][0],
        borrower=Approval(officer=town.keys["supplier"][0].address),
    )
    return own.bill_no


def _received(town: Town, serial: int) -> BillRange:
    """A bill of the debtor that the supplier holds."""
    today, key = town.ledger.today(), town.unique("invoice")
    debtor, supplier = town.as_("debtor"), town.as_("supplier")
    supplier.invoices.register(
        key=key, debtor=town.ids["debtor"], amount=FACE, document_hash=hashed("documents")
    )
    number = build_bill_number(
        kind=BillType.SUPPLY_CHAIN_ENTERPRISE, bank=BANK_NUMBER, issue_day=today, serial=serial
    )
    drawn = debtor.bills.draw(
        Drawing(
            bill_no=number,
            payee=town.ids["supplier"],
            acceptor=town.ids["debtor"],
            amount=FACE,
            maturity=today + dt.timedelta(days=60),
            document_hash=hashed("text"),
            trade_key=key,
        )
    )
    maker, checker, _ = town.keys["debtor"]
    desk = town.as_("debtor", 1).bills
    terms = desk.acceptance(drawn.bill_no, document_hash=hashed("text"))
    desk.accept_signed(terms, drawer=maker, maker=maker, checker=checker)
    debtor.disclosures.disclose(drawn.bill_no)
    debtor.bills.tender(drawn.bill_no)
    supplier.bills.take(drawn.bill_no, consent_hash=CONSENT)
    town.as_("bank").disclosures.record_check(drawn.bill_no)
    return drawn.range
