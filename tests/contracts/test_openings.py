"""Invoices, opening side: E1 to E4 and the dispute of E13."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.stories import (
    ACTIVE,
    CANCELLED,
    CLAIMED,
    DISPUTED,
    DRAFTED,
    FACE,
    OFFERED,
    STRANGER,
    Breach,
    Rule,
    active,
    as_bytes,
    authority_rules,
    books,
    by_actor,
    caller_case,
    certificate,
    check_refusals,
    claimed,
    clerk,
    confirm,
    confirm_draft,
    confirmation,
    confirmation_digest,
    drafted,
    freeze,
    freeze_certificate,
    offered,
    open_by,
    open_confirmed,
    opening,
    opening_digest,
    party,
    place,
    put,
    set_bar,
    suspend,
    take,
    then,
    units,
    use,
)
from tests.world import CHECK, MAKE, World, hashed, officer_key

UNKNOWN_PARTY = "0x" + "11" * 20
TAKEN = hashed("taken")


def same_exposure(rules: list[Rule]) -> list[Rule]:
    """The last questions of an opening: is the debtor barred, and is it at its limit."""
    return [
        *rules,
        ("InvoicesDebtorBarred", then(lambda world: set_bar(world, "debtor", 1))),
        ("InvoicesDebtorLimit", then(lambda world: world.set_limit("debtor", 0))),
    ]


TERMS: list[Rule] = [
    ("OpeningsEvidenceMissing", put("terms.documentHash", bytes(32))),
    ("OpeningsAmount", put("terms.amountFen", FACE + 1)),
    ("OpeningsDueDay", put("terms.dueDay", lambda world: world.today)),
    # A due day cannot be both too early and too late: the rows below set it anew.
    ("RuleViolated", put("terms.deliveryDay", lambda world: world.today + 1)),
    ("RuleViolated", put("terms.dueDay", lambda world: world.today + 60)),
    ("RuleViolated", put("terms.lateRatePpm", 29_999)),
]


def open_case(world: World, who: str, **changes: Any) -> SimpleNamespace:
    claimed(world, reference_=TAKEN)
    return caller_case(world, who, MAKE, terms=opening(world, **changes))


def send_open(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "invoices", "open", case.terms)


# Opening


def test_open_claim__rules__answer_in_order(world: World) -> None:
    """R77-1, R77-3, R77-7, R77-9, R802-1: who, what, when, then whether the debtor may."""
    rules = same_exposure(
        [
            *authority_rules("supplier"),
            ("ParticipantsPartyUnknown", put("terms.debtor", UNKNOWN_PARTY)),
            ("ParticipantsPartySuspended", then(lambda w: suspend(w, "debtor"))),
            ("OpeningsConsentMissing", put("terms.consentHash", bytes(32))),
            *TERMS,
            ("ReceivablesExists", put("terms.reference_", TAKEN)),
        ]
    )

    check_refusals(world, lambda w: open_case(w, "supplier"), send_open, rules)


def test_open_draft__rules__answer_in_order(world: World) -> None:
    """The debtor's maker drafts; a third party can open nothing."""
    rules = same_exposure(
        [
            *authority_rules("debtor"),
            ("OpeningsParty", by_actor("tier2")),
            ("ParticipantsPartyUnknown", put("terms.supplier", UNKNOWN_PARTY)),
            ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
            *TERMS,
            ("ReceivablesExists", put("terms.reference_", TAKEN)),
        ]
    )

    def prepare(w: World) -> SimpleNamespace:
        return open_case(w, "debtor", consentHash=bytes(32))

    check_refusals(world, prepare, send_open, rules)


def test_open__supplier_against_itself__is_refused(world: World) -> None:
    o = opening(world, supplier="debtor")

    with world.refused("OpeningsSelf", party=party(world, "debtor")):
        open_by(world, "debtor", o)


@pytest.mark.parametrize("amount", [0, FACE + 1])
def test_open__amount_of_nothing_or_above_the_invoice__is_refused(
    world: World, amount: int
) -> None:
    """INV-13: not one fen above the invoice."""
    with world.refused("OpeningsAmount", actual=amount, needed=FACE):
        claimed(world, amountFen=amount)


def test_open__claim__gives_locked_units_and_uses_nothing(world: World) -> None:
    id_, o = claimed(world)

    found = certificate(world, id_)
    assert (found["status"], found["outstandingFen"]) == (CLAIMED, FACE)
    assert (found["dueDay"], found["tenorDays"]) == (o["dueDay"], 50)
    assert found["debtorTag"] == bytes.fromhex(o["debtor"][2:])[:10]
    assert units(world, id_, "supplier") == FACE
    assert world.read("invoices", "capacityOf", o["invoiceKey"], o["debtor"]) == FACE
    assert world.read("invoices", "debtorAccount", o["debtor"])["outstandingFen"] == 0


def test_open__claim__tells_the_opening(world: World) -> None:
    o = opening(world, lateRatePpm=40_000, bankReviewHash=hashed("review"))

    receipt = world.act("supplier", "invoices", "open", o)

    args = receipt.event("CertificateOpened").args
    assert args["id"] == receipt.result
    assert (args["debtor"], args["supplier"]) == (o["debtor"], o["supplier"])
    assert (as_bytes(args["invoiceKey"]), as_bytes(args["reference_"])) == place(o)[:2]
    assert (args["dueDay"], as_bytes(args["consentHash"])) == (o["dueDay"], o["consentHash"])
    assert args["officer"] == world.actors["supplier"].officers[0].address
    assert receipt.event("CertificateTermsAgreed").args["lateRatePpm"] == 40_000
    assert receipt.event("TransferSingle").args["amount"] == FACE
    assert receipt.event("InvoiceRegistered").args["amountFen"] == FACE


def test_open__draft_with_a_consent_record__is_refused(world: World) -> None:
    """SYS-15: the consent record tells a claim from a draft, so the debtor may not give one."""
    with world.refused("OpeningsConsentNotYours"):
        open_by(world, "debtor", opening(world))


def test_open__same_invoice_and_reference_again__is_refused(world: World) -> None:
    """A repeated send is refused by name, never done twice; also after the first was cancelled."""
    id_, o = claimed(world)
    world.act("supplier", "invoices", "withdrawOpening", *place(o))

    with world.refused("ReceivablesExists"):
        open_by(world, "supplier", o)
    assert certificate(world, id_)["status"] == CANCELLED


# Opening by all at once


def all_case(world: World) -> SimpleNamespace:
    o = opening(world)
    claimed(world, reference_=TAKEN)
    return SimpleNamespace(
        by=world.actors["supplier"].officers[0].address,
        terms=o,
        supplier=("supplier", 0),
        maker=("debtor", 0),
        checker=("debtor", 1),
        signer=None,
    )


def one_officer_twice(world: World, case: SimpleNamespace) -> None:
    case.maker = case.checker = ("debtor", 0)


def another_supplier(world: World, case: SimpleNamespace) -> None:
    case.by, case.supplier = world.actors["tier2"].officers[0].address, ("tier2", 0)


def debtor_signs(after: Callable[..., object]) -> Breach:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.maker = ("debtor", 0)
        after(world, "debtor")

    return breach


def send_all(world: World, case: SimpleNamespace) -> None:
    digest = opening_digest(world, case.terms)
    sides = [
        world.approval(name, digest, officer=index)
        if world.actors[name].officers[index].address != case.by
        else world.by_caller(name, officer=index)
        for name, index in (case.supplier, case.maker, case.checker)
    ]
    if case.signer is not None:
        sides[1] = {"officer": sides[1]["officer"], "signature": case.signer.sign_typed(digest)}
    world.send(case.by, "invoices", "openConfirmed", case.terms, *sides)


def test_openConfirmed__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Consent, three approvals by three officers of two parties, then the terms."""
    rules = same_exposure(
        [
            ("OpeningsConsentMissing", put("terms.consentHash", bytes(32))),
            ("GovernedSameOfficer", one_officer_twice),
            ("GovernedCaller", put("by", STRANGER.address)),
            ("OpeningsParty", another_supplier),
            ("ParticipantsPartySuspended", debtor_signs(suspend)),
            ("ParticipantsPartyFrozen", debtor_signs(freeze)),
            (
                "GovernedSignatureExpired",
                put("terms.deadline", lambda w: w.timestamp - 1),
            ),
            ("GovernedSignatureInvalid", put("signer", officer_key("debtor", 2))),
            ("OpeningsParty", put("maker", ("tier2", 0))),
            ("OpeningsParty", put("checker", ("tier2", 1))),
            *TERMS,
            ("ReceivablesExists", put("terms.reference_", TAKEN)),
        ]
    )

    check_refusals(world, all_case, send_all, rules)


def test_openConfirmed__done__is_a_promise_that_uses_the_invoice(world: World) -> None:  # noqa: N802
    """MUST-2: both signing officers of the debtor and the document stand in the event."""
    o = opening(world)

    receipt = open_confirmed(world, o)

    assert certificate(world, receipt.result)["status"] == ACTIVE
    assert world.read("invoices", "capacityOf", o["invoiceKey"], o["debtor"]) == 0
    assert world.read("invoices", "debtorAccount", o["debtor"])["outstandingFen"] == FACE
    args = receipt.event("CertificateConfirmed").args
    officers = world.actors["debtor"].officers
    assert (args["maker"], args["checker"]) == (officers[0].address, officers[1].address)
    assert (as_bytes(args["documentHash"]), args["amountFen"]) == (o["documentHash"], FACE)


def test_openConfirmed__signatures_sent_again__are_refused(world: World) -> None:  # noqa: N802
    _, o = active(world)

    with world.refused("ReceivablesExists"):
        open_confirmed(world, o)


# Confirmation


def confirm_case(world: World) -> SimpleNamespace:
    _, o = claimed(world)
    terms = confirmation(o)
    return caller_case(world, "debtor", CHECK, terms=terms, maker=("debtor", 1), key=None)


def send_confirm(world: World, case: SimpleNamespace) -> None:
    name, index = case.maker
    digest = confirmation_digest(world, case.terms)
    approval = world.approval(name, digest, officer=index)
    if case.key is not None:
        approval["signature"] = case.key.sign_typed(digest)
    world.send(case.by, "invoices", "confirm", case.terms, approval)


def revoked(world: World, case: SimpleNamespace) -> None:
    case.maker = ("debtor", 1)
    digest = confirmation_digest(world, case.terms)
    world.act("debtor", "invoices", "revokeSignature", digest, officer=2)


def go_to_due_day(world: World) -> None:
    world.pass_days(50)


def freeze_it(world: World) -> None:
    id_ = world.read("invoices", "certificateIdOf", *place(opening(world)))
    freeze_certificate(world, id_)


def dispute_all(world: World) -> None:
    id_ = world.read("invoices", "certificateIdOf", *place(opening(world)))
    world.act("debtor", "invoices", "dispute", id_, FACE, hashed("why"))


def test_confirm__rules__answer_in_order(world: World) -> None:
    """MUST-2, MUST-3, MUST-14: status, officer, party, day, order, second officer, exposure."""
    rules = same_exposure(
        [
            ("ReceivablesStatusOneOf", put("terms.reference_", hashed("another"))),
            *authority_rules("debtor"),
            ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
            ("OpeningsParty", by_actor("tier2")),
            ("OpeningsDue", then(go_to_due_day)),
            ("OpeningsFrozen", then(freeze_it)),
            ("GovernedSameOfficer", put("maker", ("debtor", 0))),
            ("GovernedSignatureRevoked", revoked),
            ("GovernedSignatureInvalid", put("key", officer_key("debtor", 2))),
            ("GovernedOtherParty", put("maker", ("tier2", 0))),
            ("OpeningsAmount", then(dispute_all)),
        ]
    )

    check_refusals(world, confirm_case, send_confirm, rules)


def test_confirm__signature_too_old__is_refused(world: World) -> None:
    """MUST-21: to the second. On its last second it still holds."""
    case = confirm_case(world)
    case.terms["deadline"] = world.timestamp - 1

    with world.refused("GovernedSignatureExpired", timestamp=world.timestamp):
        send_confirm(world, case)
    case.terms["deadline"] = world.timestamp
    send_confirm(world, case)


def test_confirm__claim__becomes_a_promise(world: World) -> None:
    id_, o = claimed(world)

    receipt = confirm(world, o)

    assert certificate(world, id_)["status"] == ACTIVE
    assert world.read("invoices", "invoice", o["invoiceKey"], o["debtor"])["usedFen"] == FACE
    assert world.read("invoices", "invoice", o["invoiceKey"], o["debtor"])["status"] == 2
    assert receipt.event("CertificateConfirmed").args["amountFen"] == FACE


@pytest.mark.parametrize("step", ["claimed", "offered", "active"])
def test_confirm__twice__is_refused(world: World, step: str) -> None:
    """TWO-1: a promise is made once and never altered."""
    _, o = {"claimed": claimed, "offered": offered, "active": active}[step](world)
    if step == "claimed":
        confirm(world, o)

    with world.refused("ReceivablesStatusOneOf"):
        confirm(world, o)


def test_confirm__signature_given_before_the_claim__binds_its_amount(world: World) -> None:
    """MUST-21: what an officer signs carries the amount: a larger claim needs a new one."""
    small = opening(world, amountFen=FACE // 10, invoiceFen=FACE // 10)
    terms = confirmation(small)
    with world.anchor():
        open_by(world, "supplier", small)
        signature = world.approval("debtor", confirmation_digest(world, terms))
    claimed(world)

    with world.refused("GovernedSignatureInvalid", officer=signature["officer"]):
        world.act("debtor", "invoices", "confirm", terms, signature, officer=1)


def test_confirm__officer_at_its_limit__may_confirm(world: World) -> None:
    """MUST-16: the limit itself is allowed, one fen more is not."""
    key = clerk(world, "debtor", limit=FACE)
    _, o = claimed(world)
    other, more = claimed(
        world, invoiceKey=hashed("invoice/2"), amountFen=FACE + 1, invoiceFen=FACE + 1
    )
    approvals = [
        world.approval("debtor", confirmation_digest(world, confirmation(item)))
        for item in (o, more)
    ]

    with world.refused("ParticipantsAmountLimit", limit=FACE, needed=FACE + 1):
        world.send(key.address, "invoices", "confirm", confirmation(more), approvals[1])
    world.send(key.address, "invoices", "confirm", confirmation(o), approvals[0])
    assert certificate(world, other)["status"] == CLAIMED


def test_confirmDraft__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules = same_exposure(
        [
            ("ReceivablesStatusOneOf", put("reference", hashed("another"))),
            *authority_rules("debtor"),
            ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
            ("OpeningsParty", by_actor("tier2")),
            ("OpeningsDue", then(go_to_due_day)),
            ("OpeningsFrozen", then(freeze_it)),
            ("GovernedSameOfficer", by_actor("debtor")),
        ]
    )

    def prepare(w: World) -> SimpleNamespace:
        _, o = drafted(w)
        return caller_case(w, "debtor", CHECK, officer=1, terms=o, reference=o["reference_"])

    def act(w: World, case: SimpleNamespace) -> None:
        o = case.terms
        args = (o["invoiceKey"], case.reference, o["supplier"], o["documentHash"])
        w.send(case.by, "invoices", "confirmDraft", *args)

    check_refusals(world, prepare, act, rules)


def test_take__rules__answer_in_order(world: World) -> None:
    """R802-3, R77-9: only the supplier takes, with consent, before the day."""
    rules: list[Rule] = [
        *authority_rules("supplier", amount=False),
        ("ReceivablesStatusOneOf", by_actor("tier2")),
        ("ParticipantsAmountLimit", use("limited")),
        ("OpeningsConsentMissing", put("consent", bytes(32))),
        ("OpeningsDue", then(go_to_due_day)),
        ("OpeningsFrozen", then(freeze_it)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        _, o = offered(w)
        return caller_case(w, "supplier", MAKE, terms=o, consent=hashed("consent"))

    def act(w: World, case: SimpleNamespace) -> None:
        key, reference, _ = place(case.terms)
        w.send(case.by, "invoices", "take", key, reference, case.consent)

    check_refusals(world, prepare, act, rules)


def test_take__offered__is_active_and_on_record(world: World) -> None:
    id_, o = drafted(world)
    assert certificate(world, id_)["status"] == DRAFTED
    confirm_draft(world, o)
    assert certificate(world, id_)["status"] == OFFERED

    receipt = take(world, o)

    assert certificate(world, id_)["status"] == ACTIVE
    assert as_bytes(receipt.event("CertificateTaken").args["consentHash"]) == hashed("consent")


# Refusing, withdrawing, expiring


ANSWERS = {
    # how it was opened: (function that opens, who may refuse, who may withdraw)
    "claimed": (claimed, "debtor", "supplier"),
    "drafted": (drafted, "supplier", "debtor"),
    "offered": (offered, "supplier", "debtor"),
}


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("function", ["refuse", "withdrawOpening"])
def test_cancel__by_the_right_side_only__rules_answer_in_order(
    world: World, step: str, function: str
) -> None:
    """E4, INV-4, MUST-12: also for a frozen or suspended side."""
    start, refuser, withdrawer = ANSWERS[step]
    right, wrong = (refuser, withdrawer) if function == "refuse" else (withdrawer, refuser)
    rules: list[Rule] = [
        ("ReceivablesStatusOneOf", put("reference", hashed("another"))),
        *authority_rules(right, amount=False, standing=False),
        ("OpeningsParty", by_actor(wrong)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        _, o = start(w)
        case = caller_case(w, right, MAKE, terms=o, reference=o["reference_"])
        freeze(w, right)
        suspend(w, right)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        key, _, supplier = place(case.terms)
        last = (hashed("reason"),) if function == "refuse" else ()
        w.send(case.by, "invoices", function, key, case.reference, supplier, *last)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("function", ["refuse", "withdrawOpening", "expireOpening"])
def test_cancel__any_way__restores_the_books_exactly(
    world: World, step: str, function: str
) -> None:
    """E4, INV-4: capacity and the debtor's account are as before; the key is never freed."""
    start, refuser, withdrawer = ANSWERS[step]
    before = world.read("invoices", "debtorAccount", party(world, "debtor"))
    id_, o = start(world)
    if function == "expireOpening":
        world.pass_days(50)

    sender = {"refuse": refuser, "withdrawOpening": withdrawer}.get(function, "tier3")
    last = (hashed("reason"),) if function == "refuse" else ()
    receipt = world.act(sender, "invoices", function, *place(o), *last)

    assert certificate(world, id_)["status"] == CANCELLED
    assert certificate(world, id_)["outstandingFen"] == 0
    assert units(world, id_, "supplier") == 0
    assert world.read("invoices", "debtorAccount", o["debtor"]) == before
    found = world.read("invoices", "invoice", o["invoiceKey"], o["debtor"])
    assert (found["usedFen"], found["amountFen"]) == (0, FACE)
    assert found["status"] == (2 if step == "offered" else 1)
    causes = {"refuse": 0, "withdrawOpening": 1, "expireOpening": 2}
    args = receipt.event("CertificateCancelled").args
    assert args["cause"] == causes[function]


def test_cancel__active__is_refused(world: World) -> None:
    """The promise is irrevocable after E3."""
    id_, o = active(world)
    before = books(world, id_, o)

    for function in ("withdrawOpening", "expireOpening"):
        with world.refused("ReceivablesStatusOneOf"):
            world.act("supplier", "invoices", function, *place(o))
    with world.refused("ReceivablesStatusOneOf"):
        world.act("debtor", "invoices", "refuse", *place(o), hashed("reason"))
    assert books(world, id_, o) == before


def test_expireOpening__before_its_day__is_refused(world: World) -> None:  # noqa: N802
    """MUST-17: on the due day it may end, the day before not; only what exists."""
    _, o = claimed(world)
    world.pass_days(49)

    with world.refused("ReceivablesStatusOneOf"):
        world.send(
            "0x" + "77" * 20, "invoices", "expireOpening", *place(o)[:2], party(world, "tier2")
        )
    with world.refused("OpeningsNotDue", dueDay=o["dueDay"], today=o["dueDay"] - 1):
        world.send("0x" + "77" * 20, "invoices", "expireOpening", *place(o))
    world.pass_days(1)
    world.send("0x" + "77" * 20, "invoices", "expireOpening", *place(o))


# Dispute


def test_dispute__rules__answer_in_order(world: World) -> None:
    """E13: before confirmation only, by the debtor's checker, an amount within the claim."""
    rules: list[Rule] = [
        ("ReceivablesStatusOneOf", put("id", 7)),
        *authority_rules("debtor", amount=False),
        ("OpeningsParty", by_actor("supplier")),
        ("OpeningsAmount", put("amount", FACE + 1)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        id_, _ = claimed(w)
        return caller_case(w, "debtor", CHECK, id=id_, amount=1)

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "invoices", "dispute", case.id, case.amount, hashed("why"))

    check_refusals(world, prepare, act, rules)


def test_dispute__of_nothing_or_of_a_promise__is_refused(world: World) -> None:
    """CC-763: after confirmation the debtor may not raise non-existence."""
    id_, o = claimed(world)

    with world.refused("OpeningsAmount", actual=0):
        world.act("debtor", "invoices", "dispute", id_, 0, hashed("why"))
    confirm(world, o)
    with world.refused("ReceivablesStatusOneOf", actual=ACTIVE):
        world.act("debtor", "invoices", "dispute", id_, 1, hashed("why"))


def test_dispute__then_confirm__promises_the_undisputed_rest(world: World) -> None:
    """R802-5: the disputed part is burnt, the rest is promised and uses only itself."""
    id_, o = claimed(world)
    receipt = world.act("debtor", "invoices", "dispute", id_, 300, hashed("why"))
    assert certificate(world, id_)["status"] == DISPUTED
    assert receipt.event("CertificateDisputed").args["disputedFen"] == 300

    done = confirm(world, o)

    assert certificate(world, id_)["status"] == ACTIVE
    assert certificate(world, id_)["outstandingFen"] == FACE - 300
    assert units(world, id_, "supplier") == FACE - 300
    assert world.read("invoices", "capacityOf", o["invoiceKey"], o["debtor"]) == 300
    assert done.event("CertificateConfirmed").args["amountFen"] == FACE - 300


def test_dispute__of_all_but_one_fen__leaves_one_fen(world: World) -> None:
    id_, o = claimed(world)
    world.act("debtor", "invoices", "dispute", id_, FACE - 1, hashed("why"))

    confirm(world, o)

    assert units(world, id_, "supplier") == 1
