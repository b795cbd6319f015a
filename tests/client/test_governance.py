"""Parties' standing, legal orders, rules, limits and money through the faces, on a real node."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from client_world import LIMIT, Town, hashed

from scf import (
    BarReason,
    CertificateStatus,
    ContractRefusal,
    OrderKind,
    OrderState,
    PartyDetails,
    PartyStatus,
    Roles,
    SizeClass,
    UsageError,
)
from scf.model.calendars import cn_calendar_year
from scf.model.identifiers import build_uscc
from scf.model.records import InvoiceStatus
from scf.model.rules import load_rules

CASE = hashed("case 1")


def test_suspending__stops_and_resuming_restores(town: Town) -> None:
    face, id_ = town.ledger.participants, town.ids["tier2"]
    reason = {"reason_hash": hashed("reason"), "approver": town.operators[1]}

    face.suspend(id_, **reason)
    stopped = face.party(id_)
    with pytest.raises(ContractRefusal) as refused:
        town.as_("tier2").receivables.set_standing_consent(
            from_party=town.ids["bank"], until=dt.date(2027, 1, 1), consent_hash=hashed("c")
        )
    face.resume(id_, **reason)
    restored = face.party(id_)

    assert stopped is not None
    assert restored is not None
    assert stopped.status is PartyStatus.SUSPENDED
    assert refused.value.name == "ParticipantsPartySuspended"
    assert restored.status is PartyStatus.ACTIVE


def test_restating__changes_name_and_size(town: Town) -> None:
    details = PartyDetails(
        uscc=build_uscc("91310000MA1FL104"),
        name="tier two, renamed",
        roles=Roles.ENTERPRISE,
        size_class=SizeClass.MICRO,
    )

    done = town.ledger.participants.restate(details, approver=town.operators[1])

    found = town.ledger.participants.party(done.party)
    assert found is not None
    assert found.size_class is SizeClass.MICRO


def test_a_frozen_party__cannot_dispose_until_unfrozen(town: Town) -> None:
    orders = town.as_("regulator").orders
    second = town.ledger.officers["regulator"][1]
    expiry, id_ = town.ledger.today() + dt.timedelta(days=30), town.ids["bank"]
    lifting = hashed("lifted")

    frozen = orders.freeze_party(id_, document_hash=CASE, expiry=expiry, second=second)
    found = town.ledger.participants.party(id_)
    with pytest.raises(ContractRefusal) as refused:
        town.as_("bank").cash.transfer(to=town.ids["tier2"], amount=1)
    orders.unfreeze_party(id_, document_hash=lifting, expiry=expiry, second=second)

    assert found is not None
    assert found.frozen_until == expiry
    assert orders.entry(frozen.order_id).state is OrderState.CARRIED_OUT
    assert refused.value.name == "ParticipantsPartyFrozen"
    assert town.as_("bank").cash.transfer(to=town.ids["tier2"], amount=1).amount == 1


def test_orders_about_certificates__freeze_and_move_them(town: Town) -> None:
    id_ = town.active(1_000_00)
    court = town.as_("court").orders
    second = town.ledger.officers["court"][1]
    expiry = town.ledger.today() + dt.timedelta(days=5)

    court.freeze_certificate(id_, document_hash=CASE, expiry=expiry, second=second)
    frozen = town.ledger.receivables.certificate(id_)
    court.unfreeze_certificate(id_, document_hash=hashed("2"), expiry=expiry, second=second)
    court.transfer_certificate(
        id_,
        from_party=town.ids["supplier"],
        to_party=town.ids["bank"],
        amount=400_00,
        document_hash=hashed("3"),
        expiry=expiry,
        second=second,
    )

    assert frozen.frozen_until == expiry
    assert town.ledger.receivables.certificate(id_).frozen_until is None
    assert town.ledger.receivables.balance(id_, town.ids["bank"]) == 400_00


def test_an_order_about_cash__moves_it_and_can_be_withdrawn_before(town: Town) -> None:
    court, second = town.as_("court").orders, town.ledger.officers["court"][1]
    terms = {
        "from_party": town.ids["debtor"],
        "to_party": town.ids["tier2"],
        "amount": 7_00,
        "expiry": town.ledger.today(),
    }
    before = town.ledger.cash.balance(town.ids["tier2"])

    court.transfer_cash(**terms, document_hash=hashed("4"), second=second)
    order = court.order(OrderKind.TRANSFER, **terms, document_hash=hashed("5"))
    proposed = court.propose(order)
    court.withdraw(proposed.order_id)

    assert town.ledger.cash.balance(town.ids["tier2"]) == before + 7_00
    assert proposed.order_id == court.order_id(order)
    assert court.entry(proposed.order_id).state is OrderState.WITHDRAWN


def test_money__is_minted_paid_allowed_and_burnt(town: Town) -> None:
    clearing, cash = town.as_("clearing").cash, town.ledger.cash
    payment = town.unique("payment")
    supply = cash.total_supply()

    clearing.mint(to=town.ids["clearing"], amount=500, payment_id=payment)
    clearing.transfer(to=town.ids["tier2"], amount=100)
    replayed = clearing.transfer(to=town.ids["tier2"], amount=100)
    meant = clearing.transfer(to=town.ids["tier2"], amount=100, repeat=1)
    clearing.approve(spender=town.ids["bank"], amount=50)
    taken = town.as_("bank").cash.transfer_from(
        from_party=town.ids["clearing"], to=town.ids["tier2"], amount=50
    )
    clearing.burn(amount=250, payment_id=town.unique("payment"))

    assert replayed.tx.replayed
    assert not meant.tx.replayed
    assert taken.amount == 50
    assert cash.allowance(town.ids["clearing"], town.ids["bank"]) == 0
    assert cash.balances([town.ids["clearing"]]) == [0]
    assert cash.total_supply() == supply + 250
    assert cash.is_payment_used(payment)


def test_a_payment_id__is_used_once(town: Town) -> None:
    payment = town.unique("payment")
    town.as_("clearing").cash.mint(to=town.ids["bank"], amount=1, payment_id=payment)

    with pytest.raises(ContractRefusal) as refused:
        town.as_("clearing").cash.mint(to=town.ids["bank"], amount=2, payment_id=payment)

    assert refused.value.name == "CashPaymentIdUsed"
    assert refused.value.advice


def test_rules__are_entered_ahead_and_read_by_day(town: Town) -> None:
    regulators, rulebook = town.ledger.officers["regulator"], town.ledger.rulebook
    today = town.ledger.today()
    later = today + dt.timedelta(days=400)

    entered = town.as_("regulator").rulebook.set_rule(
        "R77-2b", 18, effective_from=later, basis_hash=hashed("law"), approver=regulators[1]
    )

    now, then = rulebook.value("R77-2b"), rulebook.value("R77-2b", later)
    assert now is not None
    assert then is not None
    assert (now.value, then.value, then.version) == (12, 18, entered.version)
    assert [item.value for item in rulebook.versions("R77-2b")] == [12, 18]
    assert rulebook.value("NO-SUCH") is None


def test_loading_rules__enters_what_one_side_may(town: Town) -> None:
    rules = [
        dataclasses.replace(rule, value=rule.hint)
        for rule in load_rules()
        if rule.rule_id in ("OP-20", "R77-2a")
    ]

    entered = town.ledger.rulebook.load_rules(rules, approver=town.operators[1], operators=True)

    assert [(item.rule_id, item.value) for item in entered] == [("OP-20", 300_000)]


def test_the_calendar__rolls_over_holidays(town: Town) -> None:
    rulebook = town.ledger.rulebook

    rolled = rulebook.roll(dt.date(2026, 10, 1))
    unknown = rulebook.roll(dt.date(2029, 1, 6))
    town.ledger.rulebook.set_calendar(cn_calendar_year(2025), approver=town.operators[1])

    assert rolled.day > dt.date(2026, 10, 6)
    assert not rolled.provisional
    assert unknown.provisional
    assert not rulebook.is_business_day(dt.date(2026, 10, 1))
    loaded = rulebook.calendar(2025)
    assert loaded is not None
    assert loaded.words() == cn_calendar_year(2025).words()
    assert rulebook.calendar(2024) is None


def test_limits_and_bars__bind_the_debtor(town: Town) -> None:
    invoices, id_ = town.ledger.invoices, town.ids["debtor"]
    approver = town.operators[1]

    invoices.set_opening_limit(id_, 1, approver=approver)
    with pytest.raises(ContractRefusal) as too_much:
        town.as_("supplier").receivables.open(town.opening())
    invoices.set_opening_limit(id_, LIMIT, approver=approver)
    invoices.set_opening_bar(
        id_, BarReason.PUBLIC_BOND_DEFAULT, evidence_hash=hashed("press"), approver=approver
    )
    barred = invoices.debtor(id_)
    invoices.set_opening_bar(id_, BarReason(0), evidence_hash=hashed("cleared"), approver=approver)

    assert too_much.value.name == "InvoicesDebtorLimit"
    assert barred.is_barred
    assert not invoices.debtor(id_).is_barred
    assert invoices.debtor(id_).available > 0


def test_a_conflicting_invoice__is_flagged_and_settled_by_hand(town: Town) -> None:
    key = town.unique("invoice")
    supplier, terms = town.as_("supplier").invoices, {"debtor": town.ids["debtor"]}

    first = supplier.register(key, **terms, amount=100, document_hash=hashed("d"))
    second = supplier.register(key, **terms, amount=101, document_hash=hashed("d"))
    flagged = town.ledger.invoices.invoice(key, town.ids["debtor"])
    confirmed = town.as_("debtor", 1).invoices.confirm(
        key, supplier=town.ids["supplier"], amount=101, maker=town.keys["debtor"][0]
    )

    assert not first.conflicted
    assert second.conflicted
    assert flagged.conflicted
    assert confirmed.amount == 101
    assert town.ledger.invoices.invoice(key, town.ids["debtor"]).status is InvoiceStatus.CONFIRMED


def test_approving_on_chain__stands_for_a_signature(town: Town) -> None:
    from scf import Approval

    opening = town.opening()
    face = town.as_("supplier").receivables
    digest = face.opening_digest(opening)
    maker, checker = town.keys["debtor"][:2]
    for place in (0, 1):
        town.as_("debtor", place).invoices.approve_digest(digest=digest)

    opened = face.open_confirmed(
        opening,
        supplier=town.keys["supplier"][0],
        maker=Approval(officer=maker.address),
        checker=Approval(officer=checker.address),
    )

    assert opened.status is CertificateStatus.ACTIVE
    assert not town.ledger.invoices.is_revoked(town.ids["debtor"], digest)


def test_orders_that_fit_nothing__are_not_sent(town: Town) -> None:
    day, court = town.ledger.today(), town.as_("court").orders
    common = {"document_hash": CASE, "expiry": day}

    for kind, subject in (
        (OrderKind.TRANSFER, {"party": town.ids["bank"]}),
        (OrderKind.FREEZE, {}),
        (OrderKind.TRANSFER, {"certificate_id": 5}),
        (OrderKind.FREEZE, {"certificate_id": 5, "party": town.ids["bank"]}),
    ):
        with pytest.raises(UsageError):
            court.order(kind, **subject, **common)
