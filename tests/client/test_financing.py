"""Financing through the faces: recourse, early payment, loans; every figure explained."""

from __future__ import annotations

import datetime as dt

import pytest

from scf import Approval, ClaimTerms, EarlyOffer, LoanTerms, PledgeSale, Recourse, TopUp, UsageError
from scf.contracts.early_payments import cleared
from scf.errors import ContractRefusal
from scf.model.financing_enums import DealState, LoanState
from tests.client.client_world import Town, hashed

EVIDENCE, CONSENT = hashed("evidence"), hashed("consent")


def sold_with_recourse(town: Town, id_: int, amount: int) -> object:
    """A part sold with full recourse, nine tenths of it financed."""
    quote = town.quote(
        id_, amount, recourse=Recourse.FULL, advance=amount * 9 // 10, costs_max=100_00
    )
    signed = town.ledger.discounting.sign_quote(quote, town.keys["bank"][0])
    town.as_("supplier").discounting.sell(signed, evidence_hash=EVIDENCE, consent_hash=CONSENT)
    return quote


def pay_day(town: Town, id_: int, *, late: int = 0) -> None:
    """Go to the day of payment, or so many days after it."""
    day = town.ledger.receivables.pay_day(id_).day
    town.go((day - town.ledger.today()).days + late)


def loan_terms(town: Town, id_: int, pledged: int, principal: int, **changed: object) -> LoanTerms:
    """Terms for some thirty days, repaid on a business day."""
    day = town.ledger.rulebook.roll(town.ledger.today() + dt.timedelta(days=30)).day
    fields = {
        "lender": town.ids["bank"],
        "borrower": town.ids["supplier"],
        "certificate_id": id_,
        "pledged": pledged,
        "principal": principal,
        "rate": 40_000,
        "late_rate": 60_000,
        "repay_day": day,
        "evidence_hash": EVIDENCE,
        "registry_receipt": town.unique("receipt"),
        "epoch": town.ledger.participants.epoch(town.ids["bank"]),
        "deadline": town.ledger.chain.block().timestamp + 86_400,
        "costs_max": 50_00,
    }
    return LoanTerms(**(fields | changed))  # type: ignore[arg-type]


def lent(town: Town, id_: int, pledged: int, principal: int) -> tuple[LoanTerms, bytes]:
    """A loan paid out; the supplier sends."""
    terms = loan_terms(town, id_, pledged, principal)
    supplier = town.as_("supplier")
    done = supplier.loans.advance(
        terms,
        consent_hash=CONSENT,
        lender=supplier.loans.sign_terms(terms, town.keys["bank"][0]),
        borrower=Approval(officer=town.keys["supplier"][0].address),
    )
    assert done.loan_id == supplier.loans.loan_id(terms)
    assert done.paid_out == principal - terms.fee
    return terms, done.loan_id


def test_a_sale_with_recourse__paid_late__is_bought_back(town: Town) -> None:
    id_ = town.active(100_000_00, days=20)
    quote = sold_with_recourse(town, id_, 50_000_00)
    quote_id = town.ledger.discounting.quote_id(quote)
    pay_day(town, id_, late=10)
    town.as_("bank").factoring.state_costs(quote_id, 60_00, evidence_hash=EVIDENCE)
    town.mint("supplier", 10**8)

    account = town.ledger.factoring.account(quote)
    done = town.as_("supplier").factoring.buy_back(quote)

    assert (account.collected, account.left, account.is_due) == (0, 50_000_00, True)
    assert done.units == 50_000_00
    assert done.paid == account.claim == account.owed
    assert town.ledger.factoring.state(quote_id) is DealState.BOUGHT_BACK


def test_a_sale_with_recourse__paid_in_time__returns_the_surplus(town: Town) -> None:
    id_ = town.active(100_000_00, days=20)
    quote = sold_with_recourse(town, id_, 50_000_00)
    pay_day(town, id_)
    town.as_("debtor").settlement.pay_at_maturity(id_)

    account = town.ledger.factoring.account(quote)
    done = town.as_("bank").factoring.return_surplus(quote)

    assert done.refund == account.surplus == 5_000_00


def test_a_claim__walks_back_and_is_paid(town: Town) -> None:
    id_ = town.active(100_000_00, days=20)
    sold_with_recourse(town, id_, 50_000_00)
    pay_day(town, id_, late=5)
    town.mint("supplier", 10**8)
    terms = ClaimTerms(
        certificate_id=id_,
        claimant=town.ids["bank"],
        path=(0,),
        amount=10_000_00,
        evidence_hash=EVIDENCE,
        reference=town.unique("claim"),
    )

    step = town.ledger.factoring.walk(id_, town.ids["bank"], (0,), 10_000_00)[0]
    made = town.as_("bank").factoring.claim(terms)
    paid = town.as_("supplier").factoring.pay_claim(terms)

    assert made.against == step.party == town.ids["supplier"]
    assert (paid.units, paid.paid) == (step.units, step.owed)
    assert made.claim_id == town.ledger.factoring.claim_id(terms) == paid.claim_id


def test_early_payment__is_offered_taken_and_cleared(town: Town) -> None:
    id_ = town.active(100_000_00)
    debtor, key = town.as_("debtor"), town.keys["debtor"][0]

    def offer(apr: int, amount: int = 10_000_00) -> EarlyOffer:
        return EarlyOffer(
            debtor=town.ids["debtor"],
            holder=town.ids["supplier"],
            certificate_id=id_,
            amount=amount,
            apr=apr,
            reference=town.unique("offer"),
            deadline=town.ledger.chain.block().timestamp + 86_400,
        )

    first = offer(60_000)
    discount, days = town.ledger.early_payments.discount(first)
    taken = town.as_("supplier").early_payments.take(
        first, consent_hash=CONSENT, debtor=debtor.early_payments.sign_offer(first, key)
    )
    bids = [offer(50_000), offer(90_000), offer(70_000, 60_000_00)]
    prices = [(bid, bid.amount - town.ledger.early_payments.discount(bid)[0]) for bid in bids]
    won = cleared(prices, 30_000_00)
    paid = debtor.early_payments.clear([(bid, CONSENT, town.keys["supplier"][0]) for bid in won])

    assert (taken.discount, taken.paid) == (discount, first.amount - discount)
    assert days >= 40
    assert town.ledger.early_payments.is_used(first)
    assert [bid.apr for bid in won] == [90_000, 50_000]
    assert [item.amount for item in paid] == [10_000_00, 10_000_00]
    with pytest.raises(UsageError):
        debtor.early_payments.offer_id(offer(1, 0))


def test_a_loan__is_repaid_in_parts_and_released(town: Town) -> None:
    id_, second = town.active(100_000_00), town.active(100_000_00)
    _, loan_id = lent(town, id_, 50_000_00, 40_000_00)
    supplier = town.as_("supplier")
    town.go(10)
    owed = town.ledger.loans.debt(loan_id)
    top_up = TopUp(
        loan_id=loan_id,
        certificate_id=second,
        amount=1_000_00,
        evidence_hash=EVIDENCE,
        registry_receipt=town.unique("receipt"),
        deadline=town.ledger.chain.block().timestamp + 86_400,
    )

    supplier.loans.top_up(
        top_up,
        lender=town.keys["bank"][0],
        borrower=Approval(officer=town.keys["supplier"][0].address),
    )
    part = supplier.loans.repay(loan_id, 10_000_00)
    town.as_("bank").loans.release(loan_id, id_, 20_000_00)
    town.mint("supplier", 10**8)
    rest = supplier.loans.repay(loan_id, release=[id_, second])

    assert (part.interest, part.is_repaid) == (owed.interest, False)
    assert rest.is_repaid
    assert part.principal + rest.principal == 40_000_00
    assert town.ledger.loans.loan(loan_id).state is LoanState.REPAID
    assert town.ledger.loans.pledges(id_, town.ids["supplier"]) == ()
    assert town.ledger.receivables.position(id_, town.ids["supplier"]).available == 100_000_00


def test_a_pledged_certificate__is_paid_to_lender_and_pledgor(town: Town) -> None:
    id_ = town.active(100_000_00, days=45)
    _, loan_id = lent(town, id_, 50_000_00, 40_000_00)
    assert town.ledger.loans.pledges(id_, town.ids["supplier"])[0].amount == 50_000_00
    pay_day(town, id_, late=3)
    owed = town.ledger.loans.debt(loan_id).total

    paid = town.as_("debtor").settlement.pay_at_maturity(id_)

    (holder,) = paid.holders
    assert (holder.principal, holder.to_lenders) == (100_000_00, owed)
    assert holder.principal + holder.interest == paid.total
    assert town.ledger.loans.loan(loan_id).state is LoanState.REPAID


def test_a_defaulted_loan__is_enforced(town: Town) -> None:
    id_ = town.active(100_000_00, days=45)
    terms, loan_id = lent(town, id_, 50_000_00, 40_000_00)
    town.go((terms.repay_day - town.ledger.today()).days + 1)
    bank = town.as_("bank")
    bank.loans.declare_default(loan_id)
    bank.loans.state_costs(terms, 50_00, evidence_hash=EVIDENCE)
    owed = town.ledger.loans.debt(loan_id)
    sale = PledgeSale(
        loan_id=loan_id,
        certificate_id=id_,
        buyer=town.ids["bank"],
        amount=50_000_00,
        price=48_000_00,
        evidence_hash=EVIDENCE,
        registry_receipt=town.unique("receipt"),
        deadline=town.ledger.chain.block().timestamp + 86_400,
    )

    done = bank.loans.enforce(terms, sale, buyer=Approval(officer=town.keys["bank"][0].address))

    assert owed.costs == 50_00
    assert done.surplus == 48_000_00 - owed.total


def test_taking_back_all_quotes__voids_them_at_once(town: Town) -> None:
    id_ = town.active()
    quote = town.quote(id_, 1_000_00)
    signed = town.ledger.discounting.sign_quote(quote, town.keys["bank"][0])

    town.as_("bank").participants.end_epoch()

    epoch = town.ledger.participants.epoch(town.ids["bank"])
    with pytest.raises(ContractRefusal) as refused:
        town.as_("supplier").discounting.sell(signed, evidence_hash=EVIDENCE, consent_hash=CONSENT)
    assert refused.value.name == "ParticipantsEpochEnded"
    fresh = town.quote(id_, 1_000_00, epoch=epoch)
    signed = town.ledger.discounting.sign_quote(fresh, town.keys["bank"][0])
    town.as_("supplier").discounting.sell(signed, evidence_hash=EVIDENCE, consent_hash=CONSENT)


def test_an_unknown_loan__is_named(town: Town) -> None:
    with pytest.raises(UsageError) as wrong:
        town.ledger.loans.loan(hashed("nothing"))

    assert wrong.value.field == "loan_id"
