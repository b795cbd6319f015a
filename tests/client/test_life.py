"""The life of certificates through the faces, on a real node."""

from __future__ import annotations

import datetime as dt

import pytest
from client_world import Town, hashed

from scf import (
    CancelCause,
    CertificateStatus,
    ContractRefusal,
    OfficerGrant,
    PendingState,
    Powers,
    Recourse,
    Signer,
    UsageError,
)
from scf.model.records import InvoiceStatus

EVIDENCE = hashed("evidence")
CONSENT = hashed("consent")


def test_reading_a_party__says_what_was_enrolled(town: Town) -> None:
    found = town.ledger.participants.party(town.ids["debtor"])
    officer = town.ledger.participants.officer(town.keys["debtor"][0].address)

    assert found is not None
    assert officer is not None
    assert town.ledger.participants.party(found.uscc) == found
    assert (found.officer_count, found.admin_count) == (3, 3)
    assert (officer.party, officer.powers) == (found.id, Powers.ALL)
    assert town.ledger.participants.party("0x" + "77" * 20) is None
    assert town.ledger.participants.officer("0x" + "77" * 20) is None


def test_a_claim__is_confirmed_by_two(town: Town) -> None:
    opening = town.opening(50_000_00)

    opened = town.as_("supplier").receivables.open(opening)
    confirmed = town.as_("debtor", 1).receivables.confirm(
        invoice_key=opening.invoice_key,
        reference=opening.reference,
        supplier=opening.supplier,
        document_hash=opening.document_hash,
        maker=town.keys["debtor"][0],
    )

    found = town.ledger.receivables.certificate(opened.certificate_id)
    assert opened.status is CertificateStatus.CLAIMED
    assert (opened.amount, opened.due_day) == (50_000_00, opening.due_day)
    assert confirmed.amount == 50_000_00
    assert found.status is CertificateStatus.ACTIVE
    assert (found.debtor, found.due_day) == (town.ids["debtor"], opening.due_day)
    assert town.ledger.receivables.balance(found.id, town.ids["supplier"]) == 50_000_00
    assert town.ledger.invoices.capacity(opening.invoice_key, opening.debtor) == 0
    invoice = town.ledger.invoices.invoice(opening.invoice_key, opening.debtor)
    assert invoice.status is InvoiceStatus.CONFIRMED


def test_a_draft__is_confirmed_and_taken(town: Town) -> None:
    opening = town.opening(consent_hash=bytes(32))
    key = {"invoice_key": opening.invoice_key, "reference": opening.reference}

    opened = town.as_("debtor").receivables.open(opening)
    town.as_("debtor", 1).receivables.confirm_draft(
        **key, supplier=opening.supplier, document_hash=opening.document_hash
    )
    taken = town.as_("supplier").receivables.take(**key, consent_hash=CONSENT)

    assert opened.status is CertificateStatus.DRAFTED
    assert taken.certificate_id == town.ledger.receivables.certificate_id(
        **key, supplier=opening.supplier
    )
    found = town.ledger.receivables.certificate(taken.certificate_id)
    assert found.status is CertificateStatus.ACTIVE


def test_an_opening_said_twice__is_done_once(town: Town) -> None:
    opening = town.opening()

    first = town.as_("supplier").receivables.open(opening)
    again = town.as_("supplier").receivables.open(opening)

    assert not first.tx.replayed
    assert again.tx.replayed
    assert (again.tx.hash, again.certificate_id) == (first.tx.hash, first.certificate_id)


def test_openings_that_end__say_why(town: Town) -> None:
    refused, withdrawn, expired = (town.opening(days=3) for _ in range(3))
    supplier, debtor = town.as_("supplier").receivables, town.as_("debtor").receivables
    for opening in (refused, withdrawn, expired):
        supplier.open(opening)

    def key(opening: object) -> dict[str, object]:
        return {
            "invoice_key": opening.invoice_key,
            "reference": opening.reference,
            "supplier": opening.supplier,
        }

    first = debtor.refuse(**key(refused), reason_hash=hashed("no"))
    second = supplier.withdraw_opening(**key(withdrawn))
    town.go(3)
    third = town.as_("bank").receivables.expire_opening(**key(expired))

    assert first.cause is CancelCause.REFUSED
    assert second.cause is CancelCause.WITHDRAWN
    assert third.cause is CancelCause.EXPIRED
    found = town.ledger.receivables.certificate(first.certificate_id)
    assert found.status is CertificateStatus.CANCELLED


def test_a_disputed_claim__is_confirmed_for_the_rest(town: Town) -> None:
    opening = town.opening(10_000_00)
    opened = town.as_("supplier").receivables.open(opening)

    disputed = town.as_("debtor", 1).receivables.dispute(
        opened.certificate_id, amount=1_000_00, reason_hash=hashed("damaged")
    )
    confirmed = town.as_("debtor", 1).receivables.confirm(
        invoice_key=opening.invoice_key,
        reference=opening.reference,
        supplier=opening.supplier,
        document_hash=opening.document_hash,
        maker=town.keys["debtor"][0],
    )

    assert disputed.amount == 1_000_00
    assert confirmed.amount == 9_000_00


def test_transfers__move_parts_in_every_way(town: Town) -> None:
    id_ = town.active(100_000_00)
    town.consent("tier2", "supplier")
    supplier, tier2 = town.as_("supplier").receivables, town.as_("tier2").receivables
    terms = supplier.terms(
        id_,
        from_party=town.ids["supplier"],
        to=town.ids["tier2"],
        amount=4_000_00,
        evidence_hash=EVIDENCE,
    )
    other = supplier.terms(
        id_,
        from_party=town.ids["supplier"],
        to=town.ids["bank"],
        amount=5_000_00,
        evidence_hash=EVIDENCE,
    )

    plain = supplier.transfer(id_, to=town.ids["tier2"], amount=1_000_00, evidence_hash=EVIDENCE)
    backed = supplier.transfer(
        id_,
        to=town.ids["tier2"],
        amount=2_000_00,
        evidence_hash=EVIDENCE,
        recourse=Recourse.LIMITED,
        cap=500_00,
    )
    requested = supplier.request_transfer(terms, deadline_day=town.ledger.today())
    locked = supplier.position(id_, town.ids["supplier"])
    taken = tier2.take_transfer(terms, consent_hash=CONSENT)
    signed = supplier.transfer_signed(
        other,
        consent_hash=CONSENT,
        giver=town.keys["supplier"][0],
        taker=town.keys["bank"][0],
    )

    assert (plain.from_party, plain.to_party) == (town.ids["supplier"], town.ids["tier2"])
    assert plain.transfer_id is None
    assert backed.amount == 2_000_00
    assert (locked.locked, locked.available) == (4_000_00, 93_000_00)
    assert taken.transfer_id == requested.pending_id == supplier.transfer_digest(terms)
    assert signed.to_party == town.ids["bank"]
    assert supplier.pending(requested.pending_id).state is PendingState.AGREED
    undertaking = supplier.undertakings(id_, town.ids["tier2"])[0]
    assert (undertaking.recourse, undertaking.cap) == (Recourse.LIMITED, 500_00)
    assert supplier.holders(id_) == sorted(
        (town.ids["supplier"], town.ids["tier2"], town.ids["bank"])
    )
    assert supplier.balance(id_, town.ids["tier2"]) == 7_000_00


def test_requests__are_rejected_withdrawn_or_expire(town: Town) -> None:
    id_ = town.active()
    supplier, tier2 = town.as_("supplier").receivables, town.as_("tier2").receivables
    pending = []
    for amount in (100, 200, 300):
        terms = supplier.terms(
            id_,
            from_party=town.ids["supplier"],
            to=town.ids["tier2"],
            amount=amount,
            evidence_hash=EVIDENCE,
        )
        requested = supplier.request_transfer(terms, deadline_day=town.ledger.today())
        pending.append(requested.pending_id)

    rejected = tier2.reject_transfer(pending[0])
    withdrawn = supplier.withdraw_transfer(pending[1])
    town.go(1)
    expired = town.as_("bank").receivables.expire_transfer(pending[2])

    states = [item.state for item in (rejected, withdrawn, expired)]
    assert states == [PendingState.REJECTED, PendingState.WITHDRAWN, PendingState.EXPIRED]
    assert supplier.position(id_, town.ids["supplier"]).locked == 0


def test_standing_consent__is_given_taken_back_and_given_again(town: Town) -> None:
    tier2, until = town.as_("tier2").receivables, dt.date(2028, 1, 1)
    bank = {"from_party": town.ids["bank"]}

    given = tier2.set_standing_consent(**bank, until=until, consent_hash=CONSENT)
    ended = tier2.set_standing_consent(**bank, until=None)
    again = tier2.set_standing_consent(**bank, until=until, consent_hash=CONSENT)

    assert (given.until, ended.until) == (until, None)
    assert not again.tx.replayed
    assert tier2.standing_consent(to=town.ids["tier2"], **bank) == until


def test_a_sale_on_a_signed_quote__moves_part_and_money(town: Town) -> None:
    id_ = town.active(100_000_00)
    quote = town.quote(id_, 60_000_00)
    before = town.ledger.cash.balance(town.ids["supplier"])

    terms = town.ledger.discounting.terms(quote)
    signed = town.ledger.discounting.sign_quote(quote, town.keys["bank"][0])
    sold = town.as_("supplier").discounting.sell(
        signed, evidence_hash=EVIDENCE, consent_hash=CONSENT
    )

    assert terms.net == 60_000_00 - terms.interest - 10_00
    assert terms.tenor_days >= 40
    assert (sold.net, sold.interest, sold.fee) == (terms.net, terms.interest, 10_00)
    assert sold.quote_id == town.ledger.discounting.quote_id(quote)
    assert town.ledger.cash.balance(town.ids["supplier"]) == before + sold.net
    assert town.ledger.discounting.receipt_used_by(quote.registry_receipt) == sold.quote_id


def test_buying__needs_the_sellers_signature(town: Town) -> None:
    id_ = town.active(100_000_00)
    quote = town.quote(id_, 1_000_00)
    hashes = {"evidence_hash": EVIDENCE, "consent_hash": CONSENT}

    with pytest.raises(ContractRefusal) as refused:
        town.as_("bank").discounting.buy(quote, **hashes, seller=town.keys["tier2"][0])
    bought = town.as_("bank").discounting.buy(quote, **hashes, seller=town.keys["supplier"][0])

    assert refused.value.name == "DiscountingParty"
    assert bought.funder == town.ids["bank"]


def test_a_revoked_quote__sells_nothing(town: Town) -> None:
    id_ = town.active()
    quote = town.quote(id_, 1_000_00)
    signed = town.ledger.discounting.sign_quote(quote, town.keys["bank"][0])

    town.as_("bank").discounting.revoke(quote)

    with pytest.raises(ContractRefusal) as refused:
        town.as_("supplier").discounting.sell(signed, evidence_hash=EVIDENCE, consent_hash=CONSENT)
    assert refused.value.name == "GovernedSignatureRevoked"


def test_an_expired_quote__is_not_even_sent(town: Town) -> None:
    quote = town.quote(town.active(), 1_000_00, deadline=1_700_000_000)
    signed = town.ledger.discounting.sign_quote(quote, town.keys["bank"][0])

    with pytest.raises(UsageError) as wrong:
        town.as_("supplier").discounting.sell(signed, evidence_hash=EVIDENCE, consent_hash=CONSENT)

    assert wrong.value.field == "quote"


def test_payment__goes_to_the_holders_found_in_events(town: Town) -> None:
    id_ = town.active(10_000_01, days=2)
    town.consent("tier2", "supplier")
    town.as_("supplier").receivables.transfer(
        id_, to=town.ids["tier2"], amount=3_333_34, evidence_hash=EVIDENCE
    )
    day = town.ledger.receivables.pay_day(id_).day
    town.go((day - town.ledger.today()).days)

    part = town.as_("debtor").settlement.pay_part(id_, 1_000_01)
    paid = town.as_("debtor").settlement.pay_at_maturity(id_)

    assert part.principal == sum(item.principal for item in part.holders) == 1_000_01
    assert part.status is CertificateStatus.ACTIVE
    assert (paid.total, paid.interest) == (9_000_00, 0)
    assert paid.status is CertificateStatus.PAID
    assert {item.holder for item in paid.holders} == {town.ids["supplier"], town.ids["tier2"]}
    assert town.ledger.receivables.holders(id_) == []


def test_late_payment__carries_interest_and_lifts_the_bar(town: Town) -> None:
    id_ = town.active(10_000_00, days=2)
    day = town.ledger.receivables.pay_day(id_).day
    town.go((day - town.ledger.today()).days + 4)
    expected = town.ledger.receivables.late_interest(id_, 10_000_00, town.ledger.today())

    marked = town.as_("bank").receivables.mark_overdue(id_)
    barred = town.ledger.invoices.debtor(town.ids["debtor"])
    with pytest.raises(ContractRefusal) as refused:
        town.as_("supplier").receivables.open(town.opening())
    paid = town.as_("debtor").settlement.pay_at_maturity(id_, holders=[town.ids["supplier"]])

    assert marked.outstanding == 10_000_00
    assert barred.is_barred
    assert refused.value.name == "InvoicesDebtorBarred"
    assert refused.value.rule is not None
    assert refused.value.rule.id == "R77-7"
    assert "paid" in refused.value.advice or "pay" in refused.value.advice
    assert expected == 10_000_00 * 4 * 500 // 1_000_000
    assert (paid.interest, paid.total) == (expected, 10_000_00 + expected)
    assert not town.ledger.invoices.debtor(town.ids["debtor"]).is_barred


def test_officers__change_by_two_others_and_a_new_key_accepts(town: Town) -> None:
    new = Signer.create()
    face = town.as_("tier2").participants
    change = face.officer_change(
        town.ids["tier2"], new, powers=Powers.MAKE, limit=500_00, replaces=None
    )

    done = face.change_officer(change, approver=town.keys["tier2"][1], acceptance=new)

    found = town.ledger.participants.officer(new.address)
    assert found is not None
    assert (done.powers, found.limit, found.party) == (Powers.MAKE, 500_00, town.ids["tier2"])


def test_recovery__waits_can_be_objected_to_and_is_carried_out(town: Town) -> None:
    new = Signer.create()
    operator = town.as_("operator").participants
    until = town.ledger.chain.block().timestamp + 40 * 86_400
    refused = operator.officer_change(town.ids["bank"], new, deadline=until)
    change = operator.officer_change(town.ids["bank"], new, deadline=until + 1)

    operator.propose_recovery(refused, approver=town.operators[1])
    town.as_("bank").participants.object_to_recovery(town.ids["bank"])
    assert operator.recovery(town.ids["bank"]) is None
    with pytest.raises(ContractRefusal) as replayed:
        operator.propose_recovery(refused, approver=town.operators[1])
    assert replayed.value.name == "GovernedApprovalUsed"
    proposed = operator.propose_recovery(change, approver=town.operators[1])
    town.go((proposed.earliest_day - town.ledger.today()).days)
    done = operator.recover(change, acceptance=new)

    assert done.officer == new.address
    assert town.ledger.participants.officer(new.address) is not None


def test_enrolling__takes_ready_signatures(town: Town) -> None:
    from scf.model.identifiers import build_uscc
    from scf.model.records import PartyDetails, Roles

    key, face = Signer.create(), town.ledger.participants
    details = PartyDetails(uscc=build_uscc("91310000MA1FL120"), name="雪", roles=Roles.ENTERPRISE)
    grants, deadline = [OfficerGrant(officer=key.address)], 2**40
    digest = face.enrolment_digest(details, grants, deadline=deadline)

    done = face.enrol(
        details,
        grants,
        approver=town.operators[1],
        signatures=[key.sign_typed(digest)],
        deadline=deadline,
    )

    found = face.party(details.uscc)
    assert found is not None
    assert found.id == done.party
