"""Acceptances: from drawing to delivery, B1 to B10 and the drawer's mark of B14."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.bill_stories import (
    CANCELLED,
    CLEARED_OUT,
    DAYS,
    EXPIRED_BY,
    FACE,
    KEY,
    OP_ACCEPTANCE,
    OP_DELIVERY,
    REFUSED,
    TYPE_SUPPLY_CHAIN_BANK,
    UNUSED,
    WITHDRAWN_BY,
    accept,
    accept_and_deliver,
    accept_signed,
    acceptance,
    acceptance_digest,
    accepted,
    accepted_delivery,
    accepted_delivery_digest,
    delivered,
    delivery,
    drawing,
    drawn,
    offered_for_acceptance,
    take_delivery,
    tendered,
    trade,
    whole,
)
from tests.bill_stories import DELIVERY as DELIVERY_TYPE
from tests.contracts.test_disclosures import state_figures
from tests.recourse_stories import (
    ACCEPTED,
    AWAITING,
    DRAWN,
    ENDED,
    LOCKED,
    NOT_TRANSFERABLE,
    RECEIVED,
    TERMINATED,
    TRANSFERABLE,
    acts,
    bill_number,
    freeze_range,
    holder,
    pair,
    range_,
    state,
    unfreeze_range,
)
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    restate,
    set_bar,
    suspend,
    then,
)
from tests.world import BANK, CHECK, MAKE, MEDIUM, World, hashed

UNKNOWN_PARTY = "0x" + "11" * 20
REASON = hashed("reason")


def exposure(world: World, debtor: str = "debtor") -> tuple[int, int]:
    """What of the invoice is used, and what its debtor owes."""
    used = world.read("invoices", "invoice", KEY, party(world, debtor))["usedFen"]
    account = world.read("invoices", "debtorAccount", party(world, debtor))
    return used, account["outstandingFen"]


def booked(world: World, acceptor: str = "debtor") -> int:
    return int(world.read("disclosures", "accountOf", party(world, acceptor))["balanceFen"])


def at_maturity(days: int = DAYS) -> Callable[[World], None]:
    return lambda world: world.pass_days(days)


def off_by_one_digit(world: World) -> int:
    number = bill_number(world, 1, 7)
    return number - number % 10 + (number + 1) % 10


def of_yesterday(world: World) -> int:
    with world.anchor():
        world.timestamp -= 86_400
        return bill_number(world, 1, 7)


# B1


def draw_case(world: World) -> SimpleNamespace:
    trade(world)
    return caller_case(world, "debtor", MAKE, terms=drawing(world))


def send_draw(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "acceptances", "draw", case.terms)


def test_draw__rules__answer_in_order(world: World) -> None:
    """B1: who; the number (SH-7); NIL-22 items; SH-1; R4-25; the trade; then whether it is new."""
    rules: list[Rule] = [
        *authority_rules("debtor"),
        ("ParticipantsPartyUnknown", put("terms.payee", UNKNOWN_PARTY)),
        ("ParticipantsPartyUnknown", put("terms.acceptor", UNKNOWN_PARTY)),
    ]
    number: list[Rule] = [
        ("AcceptancesNumber", put("terms.billNo", 10**30)),
        ("AcceptancesCheckDigit", put("terms.billNo", off_by_one_digit)),
        ("RuleViolated", put("terms.billNo", lambda w: bill_number(w, 1, 2))),
        ("AcceptancesType", put("terms.billNo", lambda w: bill_number(w, 1, 8))),
        ("AcceptancesNumber", put("terms.billNo", of_yesterday)),
    ]
    rest: list[Rule] = [
        ("AcceptancesSelf", put("terms.payee", lambda w: party(w, "debtor"))),
        ("AcceptancesIncomplete", put("terms.documentHash", bytes(32))),
        ("RuleViolated", put("terms.faceFen", 10**11 + 1)),
        ("AcceptancesMaturity", put("terms.maturity", lambda w: w.today)),
        ("RuleViolated", put("terms.maturity", lambda w: w.today + 200)),
        ("InvoicesDebtorBarred", then(lambda w: set_bar(w, "debtor", 2))),
        ("InvoicesDebtorLimit", then(lambda w: w.set_limit("debtor", 1))),
        ("InvoicesParties", put("terms.payee", lambda w: party(w, "tier2"))),
        ("InvoicesCapacity", put("terms.faceFen", FACE + 1)),
        ("BillsExists", then(lambda w: w.act("debtor", "acceptances", "draw", drawing(w)))),
    ]

    check_refusals(world, draw_case, send_draw, [*rules, *number, *rest])


def test_draw__done__is_the_drawers_whole_bill(world: World) -> None:
    trade(world)
    terms = drawing(world)

    receipt = world.act("debtor", "acceptances", "draw", terms)

    id_ = whole(terms)
    assert receipt.result == id_
    assert (pair(world, id_), holder(world, id_)) == ((DRAWN, AWAITING), "debtor")
    bill = world.read("bills", "bill", terms["billNo"])
    assert bill["drawer"] == bill["acceptor"] == party(world, "debtor")
    assert bill["payee"] == party(world, "supplier")
    assert (bill["faceFen"], bill["endedFen"], bill["liveCount"]) == (FACE, 0, 1)
    assert (bill["issueDay"], bill["maturity"]) == (world.today, terms["maturity"])
    assert (bill["acceptanceDay"], bill["splitCount"], bill["recordCount"]) == (0, 0, 0)
    assert exposure(world) == (0, 0)


def test_draw__tenor__ends_on_the_corresponding_day(world: World) -> None:
    """INV-14, R4-25: six months to the day; one day more is refused by rule and version."""
    trade(world)
    terms = drawing(world, maturity=world.today + 184)
    with world.refused("RuleViolated", version=1, actual=world.today + 185):
        world.act("debtor", "acceptances", "draw", terms | {"maturity": world.today + 185})

    world.act("debtor", "acceptances", "draw", terms)


@pytest.mark.parametrize("face", [0, 10**11 + 1, 2**40 - 1])
def test_draw__face_outside_the_package__is_refused(world: World, face: int) -> None:
    """SH-1, MUST-16."""
    with world.refused("RuleViolated", needed=10**11, actual=face):
        world.act("debtor", "acceptances", "draw", drawing(world, faceFen=face))


@pytest.mark.parametrize(
    ("kind", "acceptor", "error"),
    [
        (5, "bank", None),
        (8, "fincorp", None),
        (6, "debtor", None),
        (7, "bank", "AcceptancesType"),
        (6, "fincorp", "AcceptancesType"),
        (5, "debtor", "AcceptancesType"),
        (1, "bank", "RuleViolated"),
        (2, "debtor", "RuleViolated"),
        (9, "debtor", "RuleViolated"),
    ],
)
def test_draw__type__says_what_the_acceptor_is(
    world: World, kind: int, acceptor: str, error: str | None
) -> None:
    """SH-7; types 7 and 8 are in the order of the supply-chain platforms."""
    trade(world)
    terms = drawing(world, kind=kind, acceptor=acceptor)
    if error is None:
        world.act("debtor", "acceptances", "draw", terms)
        return

    with world.refused(error):
        world.act("debtor", "acceptances", "draw", terms)


def test_draw__without_trade__only_for_institution_types(world: World) -> None:
    """Types 7 and 8 need their trade record; 5 and 6 may go without."""
    with world.refused("AcceptancesIncomplete"):
        world.act("debtor", "acceptances", "draw", drawing(world, tradeKey=bytes(32)))

    terms = drawing(world, kind=6, tradeKey=bytes(32))
    world.act("debtor", "acceptances", "draw", terms)
    world.act("debtor", "acceptances", "requestAcceptance", terms["billNo"])
    accept(world, terms)
    assert exposure(world) == (0, 0)
    assert booked(world) == FACE


@pytest.mark.parametrize("place", range(30))
def test_draw__one_wrong_digit__is_never_accepted(world: World, place: int) -> None:
    """The check digit catches every single error."""
    trade(world)
    terms = drawing(world, serial=12_345_678)
    number = terms["billNo"]
    digit = number // 10**place % 10
    wrong = number + ((digit + 1) % 10 - digit) * 10**place

    with world.refused("AcceptancesCheckDigit"):
        world.act("debtor", "acceptances", "draw", terms | {"billNo": wrong})


# B2


STAGES: dict[str, Callable[..., Any]] = {
    "drawn": drawn,
    "offered": offered_for_acceptance,
    "accepted": accepted,
    "tendered": tendered,
    "delivered": delivered,
}


def case_of(world: World, who: str, power: int, make: Callable[..., Any]) -> SimpleNamespace:
    """A bill for the act, and one at every other stage beside it."""
    trade(world, amount=10 * FACE)
    others = {
        name: stage(world, serial=10 + index) for index, (name, stage) in enumerate(STAGES.items())
    }
    terms = make(world)
    number, id_ = terms["billNo"], whole(terms)
    return caller_case(world, who, power, terms=terms, number=number, id=id_, others=others)


def sender(function: str, *more: Any) -> Callable[[World, SimpleNamespace], None]:
    def send(world: World, case: SimpleNamespace) -> None:
        world.send(case.by, "acceptances", function, case.number, *more)

    return send


def frozen_bill(world: World, case: SimpleNamespace) -> None:
    """A freeze is an act: what was signed before it is signed anew."""
    freeze_range(world, case.id)
    if hasattr(case, "sign"):
        case.sign(world, case)


def other_bill(stage: str) -> Callable[[World, SimpleNamespace], None]:
    """The act names a bill at another stage."""

    def breach(world: World, case: SimpleNamespace) -> None:
        found = case.others[stage]
        case.number = found["billNo"] if stage != "delivered" else found >> 80

    return breach


UNKNOWN: Rule = ("BillsUnknown", put("number", lambda w: bill_number(w, 99)))


def test_requestAcceptance__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B2: the bill, the drawer, the day, the freeze."""
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("offered")),
        ("BillsStatus", other_bill("accepted")),
        *authority_rules("debtor"),
        ("AcceptancesParty", by_actor("supplier")),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
    ]

    def prepare(w: World) -> SimpleNamespace:
        return case_of(w, "debtor", MAKE, drawn)

    check_refusals(world, prepare, sender("requestAcceptance"), rules)


def test_requestAcceptance__done__locks_the_whole_bill(world: World) -> None:  # noqa: N802
    terms = offered_for_acceptance(world)

    found = range_(world, whole(terms))

    assert (found["status"], found["flag"], found["previousFlag"]) == (DRAWN, LOCKED, AWAITING)
    assert (found["pendingOp"], found["presentedDay"]) == (OP_ACCEPTANCE, world.today)


# B3


def accept_case(world: World) -> SimpleNamespace:
    case = case_of(world, "debtor", CHECK, offered_for_acceptance)
    case.sign = sign_acceptance
    case.sign(world, case)
    return case


def sign_acceptance(world: World, case: SimpleNamespace) -> None:
    """The words as they fit now, approved by all."""
    case.words = acceptance(world, case.terms)
    case.digest = acceptance_digest(world, case.terms, case.words)
    case.drawer = world.approval("debtor", case.digest, officer=2)
    case.maker = world.approval("debtor", case.digest, officer=1)
    case.checker = world.by_caller("debtor")


def send_accept(world: World, case: SimpleNamespace) -> None:
    world.send(case.by, "acceptances", "accept", case.words | {"billNo": case.number}, case.maker)


def no_longer_enterprise(world: World, case: SimpleNamespace) -> None:
    case.by = case.own
    restate(world, "debtor", roles=BANK, size=MEDIUM)


def test_accept__rules__answer_in_order(world: World) -> None:
    """B3: the bill and its state, four eyes, the day, the freeze, the invoice."""
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("drawn")),
        ("BillsActs", put("words.acts", 9)),
        *authority_rules("debtor"),
        ("AcceptancesParty", by_actor("supplier")),
        ("ParticipantsRoleLacking", no_longer_enterprise),
        ("GovernedSameOfficer", put("maker", lambda w: w.by_caller("debtor"))),
        ("GovernedSignatureInvalid", put("words.documentHash", hashed("another text"))),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
        ("InvoicesDebtorBarred", then(lambda w: set_bar(w, "debtor", 1))),
        ("InvoicesDebtorLimit", then(lambda w: w.set_limit("debtor", 0))),
    ]

    check_refusals(world, accept_case, send_accept, rules)


def test_accept__done__binds_acceptor_and_invoice(world: World) -> None:
    """ACP-1, ACP-2, NIL-44: from now on the face is used and owed."""
    terms = offered_for_acceptance(world)

    receipt = accept(world, terms)

    id_ = whole(terms)
    found = range_(world, id_)
    assert (pair(world, id_), holder(world, id_)) == ((ACCEPTED, AWAITING), "debtor")
    assert (found["presentedDay"], found["pendingOp"]) == (0, 0)
    assert world.read("bills", "bill", terms["billNo"])["acceptanceDay"] == world.today
    assert (exposure(world), booked(world)) == ((FACE, FACE), FACE)
    told = receipt.event("AcceptanceGiven").args
    assert (told["late"], told["faceFen"]) == (False, FACE)
    assert told["maker"] == world.actors["debtor"].officers[1].address
    assert told["checker"] == world.actors["debtor"].officers[0].address


def test_accept__on_an_invoice_used_elsewhere__stops_at_the_first_fen(world: World) -> None:
    """SYS-1, INV-13: the second bill on one invoice fails at the answer, not only at drawing."""
    trade(world, amount=FACE + FACE - 1)
    first = offered_for_acceptance(world, serial=1)
    second = offered_for_acceptance(world, serial=2)
    accept(world, first)

    with world.refused("InvoicesCapacity", available=FACE - 1, needed=FACE):
        accept(world, second)


def test_accept__acceptor_suspended_meanwhile__is_refused_at_the_answer(world: World) -> None:
    """INV-11."""
    terms = offered_for_acceptance(world, acceptor="tier3", by="debtor")
    suspend(world, "tier3")

    with world.refused("ParticipantsPartySuspended"):
        accept(world, terms, by="tier3")


def test_accept__acceptor_late_with_a_disclosure__is_refused(world: World) -> None:
    """SYS-8: X1 closes the door to the next acceptance."""
    trade(world, amount=10 * FACE)
    accepted(world, serial=1)
    world.pass_days(10)
    terms = offered_for_acceptance(world, serial=2)

    with world.refused("DisclosuresLate"):
        accept(world, terms)


def test_accept__after_the_days__is_flagged_late(world: World) -> None:
    """NIL-41: three days, the last one rolled; later is late, and valid."""
    terms = offered_for_acceptance(world)
    day, _ = world.read("acceptances", "acceptanceDayOf", terms["billNo"])
    assert day == world.today + 3

    world.go_to(day + 1)
    assert accept(world, terms).event("AcceptanceGiven").args["late"]


def test_acceptSigned__at_once__is_the_same_acceptance(world: World) -> None:  # noqa: N802
    terms = drawn(world)

    accept_signed(world, terms)

    assert pair(world, whole(terms)) == (ACCEPTED, AWAITING)
    assert exposure(world) == (FACE, FACE)


def signed_case(world: World) -> SimpleNamespace:
    case = case_of(world, "debtor", MAKE, drawn)
    case.sign = sign_acceptance
    case.sign(world, case)
    return case


def send_accept_signed(world: World, case: SimpleNamespace) -> None:
    words = case.words | {"billNo": case.number}
    args = (words, case.drawer, case.maker, case.checker)
    world.send(case.by, "acceptances", "acceptSigned", *args)


def test_acceptSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def other_drawer(w: World, case: SimpleNamespace) -> None:
        case.drawer = w.approval("supplier", case.digest)

    def other_maker(w: World, case: SimpleNamespace) -> None:
        case.maker = w.approval("supplier", case.digest)

    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("offered")),
        ("BillsStatus", other_bill("accepted")),
        ("BillsActs", put("words.acts", 9)),
        ("GovernedCaller", by_actor("bank2")),
        ("GovernedSameOfficer", put("maker", lambda w: w.by_caller("debtor"))),
        ("GovernedSignatureInvalid", put("words.documentHash", hashed("another text"))),
        ("AcceptancesParty", other_drawer),
        ("AcceptancesParty", other_maker),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
        ("InvoicesDebtorLimit", then(lambda w: w.set_limit("debtor", 0))),
    ]

    check_refusals(world, signed_case, send_accept_signed, rules)


def test_acceptSigned__used_once__never_again(world: World) -> None:  # noqa: N802
    """MUST-21: the act changed the range, so the same words no longer fit it."""
    case = signed_case(world)
    send_accept_signed(world, case)

    with world.refused("BillsStatus"):
        send_accept_signed(world, case)


# B4, B5, B6, B7


ANSWERS = {
    "refuseAcceptance": (offered_for_acceptance, "debtor", (True, REASON), REFUSED),
    "withdrawAcceptance": (offered_for_acceptance, "debtor", (), WITHDRAWN_BY),
    "refuseDelivery": (tendered, "supplier", (REASON,), REFUSED),
    "withdrawDelivery": (tendered, "debtor", (), WITHDRAWN_BY),
}


@pytest.mark.parametrize("function", ANSWERS)
def test_answer_without_agreement__rules__answer_in_order(world: World, function: str) -> None:
    """B4, B10: the bill, its pending act, the officer, the side; no freeze stops it (MUST-12)."""
    make, who, more, _ = ANSWERS[function]
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("drawn")),
        *authority_rules(who, amount=False, standing=False),
        ("AcceptancesParty", by_actor("tier3")),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, who, MAKE, make)
        freeze_range(w, case.id)
        freeze(w, who)
        return case

    check_refusals(world, prepare, sender(function, *more), rules)


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("function", ANSWERS)
def test_answer_without_agreement__restores_exactly(
    world: World, function: str, marked: bool
) -> None:
    """INV-4: pair, holder, mark, and everything else but the count of acts."""
    make, who, more, cause = ANSWERS[function]
    before_delivery = make is tendered
    terms = accepted(world) if before_delivery else drawn(world)
    id_, number = whole(terms), terms["billNo"]
    before = (state(world, id_), world.read("bills", "bill", number), exposure(world))
    if before_delivery:
        world.act("debtor", "acceptances", "tenderDelivery", number, marked)
    else:
        world.act("debtor", "acceptances", "requestAcceptance", number)

    receipt = world.act(who, "acceptances", function, number, *more)

    assert (state(world, id_), world.read("bills", "bill", number), exposure(world)) == before
    event = "DeliveryClosed" if before_delivery else "AcceptanceClosed"
    assert receipt.event(event).args["cause"] == cause


def test_refuseAcceptance__conditional__is_a_refusal(world: World) -> None:  # noqa: N802
    """INV-9, NIL-43: an acceptance on a condition is on record as refused."""
    terms = offered_for_acceptance(world)

    args = (terms["billNo"], True, hashed("if the goods arrive"))
    receipt = world.act("debtor", "acceptances", "refuseAcceptance", *args)

    assert receipt.event("AcceptanceClosed").args["conditional"]
    assert pair(world, whole(terms)) == (DRAWN, AWAITING)


def test_expireAcceptance__after_the_days__gives_it_back(world: World) -> None:  # noqa: N802
    """NT07; NIL-41: anyone, the day after the last."""
    terms = drawn(world)
    before = state(world, whole(terms))
    world.act("debtor", "acceptances", "requestAcceptance", terms["billNo"])
    day, _ = world.read("acceptances", "acceptanceDayOf", terms["billNo"])

    world.go_to(day)
    with world.refused("AcceptancesNotDue", day=day):
        world.act("tier3", "acceptances", "expireAcceptance", terms["billNo"])
    world.pass_days(1)
    receipt = world.act("tier3", "acceptances", "expireAcceptance", terms["billNo"])

    assert state(world, whole(terms)) == before
    assert receipt.event("AcceptanceClosed").args["cause"] == EXPIRED_BY


def test_expireAcceptance__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("drawn")),
        ("AcceptancesMatured", then(at_maturity(DAYS - 5))),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, "tier3", MAKE, offered_for_acceptance)
        w.pass_days(5)
        return case

    check_refusals(world, prepare, sender("expireAcceptance"), rules)


@pytest.mark.parametrize(
    ("make", "cause", "before"),
    [
        (offered_for_acceptance, CLEARED_OUT, 0),
        (drawn, UNUSED, 0),
        (accepted, UNUSED, FACE),
        (tendered, UNUSED, FACE),
    ],
)
def test_clearOut__at_maturity__ends_what_was_not_delivered(  # noqa: N802
    world: World, make: Callable[..., dict[str, Any]], cause: int, before: int
) -> None:
    """B5 (the one exception to exact restoration), B7: capacity and balance are given back."""
    terms = make(world)
    assert (exposure(world), booked(world)) == ((before, before), before)
    world.pass_days(DAYS - 1)
    with world.refused("AcceptancesNotDue"):
        world.act("tier3", "acceptances", "clearOut", terms["billNo"])

    world.pass_days(1)
    receipt = world.act("tier3", "acceptances", "clearOut", terms["billNo"])

    assert pair(world, whole(terms)) == (TERMINATED, ENDED)
    assert receipt.event("BillTerminated").args["cause"] == cause
    assert (exposure(world), booked(world)) == ((0, 0), 0)
    bill = world.read("bills", "bill", terms["billNo"])
    assert (bill["endedFen"], bill["liveCount"]) == (FACE, 0)
    with world.refused("BillsStatus"):
        world.act("tier3", "acceptances", "clearOut", terms["billNo"])


def test_clearOut__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, "tier3", MAKE, drawn)
        w.pass_days(DAYS)
        return case

    rules: list[Rule] = [UNKNOWN, ("BillsStatus", other_bill("delivered"))]
    check_refusals(world, prepare, sender("clearOut"), rules)


@pytest.mark.parametrize("make", [drawn, accepted])
def test_cancel__before_the_payee_signed__ends_the_bill(
    world: World, make: Callable[..., dict[str, Any]]
) -> None:
    """B6: by the drawer alone, the whole package; what acceptance used is given back."""
    terms = make(world)

    receipt = world.act("debtor", "acceptances", "cancel", terms["billNo"], REASON)

    assert pair(world, whole(terms)) == (TERMINATED, ENDED)
    assert receipt.event("BillTerminated").args["cause"] == CANCELLED
    assert (exposure(world), booked(world)) == ((0, 0), 0)


def test_cancel__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("tendered")),
        ("BillsStatus", other_bill("delivered")),
        *authority_rules("debtor"),
        ("AcceptancesParty", by_actor("supplier")),
    ]

    def prepare(w: World) -> SimpleNamespace:
        return case_of(w, "debtor", MAKE, accepted)

    check_refusals(world, prepare, sender("cancel", REASON), rules)


# B8, B9, B14


def test_tenderDelivery__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("tendered")),
        ("BillsStatus", other_bill("drawn")),
        *authority_rules("debtor"),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
        ("AcceptancesParty", by_actor("tier3")),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
    ]

    def prepare(w: World) -> SimpleNamespace:
        return case_of(w, "debtor", MAKE, accepted)

    check_refusals(world, prepare, sender("tenderDelivery", False), rules)


def test_takeDelivery__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B9: who, consent (R802-3), the day, the freeze."""
    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("accepted")),
        *authority_rules("supplier"),
        ("AcceptancesParty", by_actor("tier3")),
        ("ParticipantsPartyFrozen", then(lambda w: freeze(w, "debtor"))),
        ("AcceptancesConsentMissing", put("consent", bytes(32))),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, "supplier", MAKE, tendered)
        case.consent = hashed("consent")
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "acceptances", "takeDelivery", case.number, case.consent)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize(("marked", "flag"), [(False, TRANSFERABLE), (True, NOT_TRANSFERABLE)])
def test_takeDelivery__done__is_the_payees_bill(  # noqa: N802
    world: World, marked: bool, flag: int
) -> None:
    """B9, B14: with the drawer's mark it cannot be passed on (NIL-27)."""
    terms = tendered(world, marked=marked)
    locked = range_(world, whole(terms))
    assert (locked["status"], locked["flag"], locked["pendingOp"]) == (
        ACCEPTED,
        LOCKED,
        OP_DELIVERY,
    )

    take_delivery(world, terms)

    id_ = whole(terms)
    assert (pair(world, id_), holder(world, id_)) == ((RECEIVED, flag), "supplier")
    assert world.read("bills", "bill", terms["billNo"])["drawersMark"] == marked
    assert world.read("bills", "isInChain", id_, party(world, "debtor"))[0] is False


@pytest.mark.parametrize("marked", [False, True])
def test_deliverSigned__at_once__is_the_same_delivery(  # noqa: N802
    world: World, marked: bool
) -> None:
    terms = accepted(world)
    words = delivery(world, terms, marked=marked)
    digest = world.digest("acceptances", "Delivery", DELIVERY_TYPE, words)

    args = (words, world.by_caller("debtor"), world.approval("supplier", digest))
    world.act("debtor", "acceptances", "deliverSigned", *args)

    flag = NOT_TRANSFERABLE if marked else TRANSFERABLE
    assert pair(world, whole(terms)) == (RECEIVED, flag)
    with world.refused("BillsStatus"):
        world.act("debtor", "acceptances", "deliverSigned", *args)


def test_deliverSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, "debtor", MAKE, accepted)
        case.sign = sign
        case.sign(w, case)
        return case

    def sign(w: World, case: SimpleNamespace) -> None:
        case.words, case.drawer = delivery(w, case.terms), w.by_caller("debtor")
        case.digest = w.digest("acceptances", "Delivery", DELIVERY_TYPE, case.words)
        case.payee = w.approval("supplier", case.digest)

    def act(w: World, case: SimpleNamespace) -> None:
        words = case.words | {"billNo": case.number}
        w.send(case.by, "acceptances", "deliverSigned", words, case.drawer, case.payee)

    def other_payee(w: World, case: SimpleNamespace) -> None:
        case.payee = w.approval("tier3", case.digest)

    def without_consent(w: World, case: SimpleNamespace) -> None:
        case.words = case.words | {"consentHash": bytes(32)}
        digest = w.digest("acceptances", "Delivery", DELIVERY_TYPE, case.words)
        case.payee = w.approval("supplier", digest)

    rules: list[Rule] = [
        ("GovernedCaller", by_actor("bank2")),
        UNKNOWN,
        ("BillsPending", other_bill("tendered")),
        ("BillsStatus", other_bill("drawn")),
        ("BillsActs", put("words.acts", 9)),
        ("GovernedSignatureInvalid", put("words.marked", True)),
        ("AcceptancesParty", other_payee),
    ]
    check_refusals(world, prepare, act, rules)
    late: list[Rule] = [
        ("AcceptancesConsentMissing", without_consent),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
    ]
    check_refusals(world, prepare, act, late)


def test_bank_bill__drawn_on_a_bank__is_the_drawers_debt_and_the_banks_acceptance(
    world: World,
) -> None:
    """B1 to B9 with three parties: R4-24 figures first."""
    state_figures(world, "bank", totalAssetsFen=10**12, depositsFen=10**12)
    id_ = delivered(world, kind=TYPE_SUPPLY_CHAIN_BANK, acceptor="bank")

    assert exposure(world) == (FACE, FACE)
    assert (booked(world, "bank"), booked(world, "debtor")) == (FACE, 0)
    assert pair(world, id_) == (RECEIVED, TRANSFERABLE)


def test_frozen_bill__until_unfrozen__stays_as_it_is(world: World) -> None:
    """INV-20: every business act before delivery is stopped, and goes on afterwards."""
    terms = drawn(world)
    freeze_range(world, whole(terms))
    count = acts(world, whole(terms))
    with world.refused("BillsFrozen"):
        world.act("debtor", "acceptances", "requestAcceptance", terms["billNo"])
    assert acts(world, whole(terms)) == count

    unfreeze_range(world, whole(terms))
    world.act("debtor", "acceptances", "requestAcceptance", terms["billNo"])


# B2, B3, B8 and B9 at once


@pytest.mark.parametrize(("marked", "flag"), [(False, TRANSFERABLE), (True, NOT_TRANSFERABLE)])
def test_acceptAndDeliver__at_once__is_the_same_as_step_by_step(  # noqa: N802
    world: World, marked: bool, flag: int
) -> None:
    with world.anchor():
        id_ = delivered(world, marked=marked)
        stepwise = (state(world, id_), world.read("bills", "bill", id_ >> 80), exposure(world))

    receipt = accept_and_deliver(world, drawn(world), marked=marked)

    assert stepwise == (state(world, id_), world.read("bills", "bill", id_ >> 80), exposure(world))
    assert (pair(world, id_), booked(world)) == ((RECEIVED, flag), FACE)
    assert [log.name for log in receipt.logs if log.name in ("AcceptanceGiven", "DeliveryTaken")]


def test_acceptAndDeliver__of_a_bank_bill__takes_the_drawer_too(world: World) -> None:  # noqa: N802
    state_figures(world, "bank", totalAssetsFen=10**12, depositsFen=10**12)
    terms = drawn(world, kind=TYPE_SUPPLY_CHAIN_BANK, acceptor="bank")
    with world.refused("AcceptancesParty", needed=party(world, "debtor")):
        accept_and_deliver(world, terms, drawer="bank", acceptor="bank")

    accept_and_deliver(world, terms, acceptor="bank")

    assert holder(world, whole(terms)) == "supplier"


def send_accept_and_deliver(world: World, case: SimpleNamespace) -> None:
    words = case.words | {"billNo": case.number}
    args = (words, case.maker, case.maker, case.checker, case.payee)
    world.send(case.by, "acceptances", "acceptAndDeliver", *args)


def sign_at_once(world: World, case: SimpleNamespace) -> None:
    case.words = accepted_delivery(world, case.terms)
    case.digest = accepted_delivery_digest(world, case.terms, case.words)
    case.maker = world.approval("debtor", case.digest, officer=1)
    case.checker = world.by_caller("debtor")
    case.payee = world.approval("supplier", case.digest)


def test_acceptAndDeliver__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        case = case_of(w, "debtor", MAKE, drawn)
        case.sign = sign_at_once
        case.sign(w, case)
        return case

    def other_payee(w: World, case: SimpleNamespace) -> None:
        case.payee = w.approval("tier3", case.digest)

    def other_maker(w: World, case: SimpleNamespace) -> None:
        case.maker = w.approval("supplier", case.digest)

    def without_consent(w: World, case: SimpleNamespace) -> None:
        case.words = case.words | {"consentHash": bytes(32)}
        case.digest = accepted_delivery_digest(w, case.terms, case.words)
        case.maker = w.approval("debtor", case.digest, officer=1)
        case.payee = w.approval("supplier", case.digest)

    rules: list[Rule] = [
        UNKNOWN,
        ("BillsPending", other_bill("offered")),
        ("BillsStatus", other_bill("accepted")),
        ("BillsActs", put("words.acts", 9)),
        ("GovernedCaller", by_actor("bank2")),
        ("GovernedSameOfficer", put("maker", lambda w: w.by_caller("debtor"))),
        ("GovernedSignatureInvalid", put("words.marked", True)),
        ("AcceptancesParty", other_maker),
        ("AcceptancesParty", other_payee),
    ]
    check_refusals(world, prepare, send_accept_and_deliver, rules)
    late: list[Rule] = [
        ("AcceptancesConsentMissing", without_consent),
        ("AcceptancesMatured", then(at_maturity())),
        ("BillsFrozen", frozen_bill),
        ("InvoicesDebtorLimit", then(lambda w: w.set_limit("debtor", 0))),
    ]
    check_refusals(world, prepare, send_accept_and_deliver, late)
