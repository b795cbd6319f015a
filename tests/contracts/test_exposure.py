"""Invoices, exposure side: keys, capacity, conflicts, the debtor's account, bars and limits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.stories import (
    FACE,
    STRANGER,
    Rule,
    active,
    as_bytes,
    authority_rules,
    by_actor,
    caller_case,
    certificate,
    check_refusals,
    claimed,
    confirm,
    confirm_draft,
    confirm_invoice,
    drafted,
    open_by,
    open_confirmed,
    opening,
    party,
    pay,
    place,
    put,
    set_bar,
    suspend,
    then,
)
from tests.typed import INVOICE_CONFIRMATION, OPENING_BAR
from tests.world import CHECK, FOREVER, MAKE, OPENING_LIMIT, World, hashed

KEY = hashed("invoice/1")


def register(
    world: World,
    who: str = "supplier",
    *,
    debtor: str = "debtor",
    amount: int = FACE,
    document: str = "document",
    key: bytes = KEY,
) -> Any:
    args = (key, party(world, debtor), amount, hashed(document))
    return world.act(who, "invoices", "register", *args)


def invoice(world: World, key: bytes = KEY, debtor: str = "debtor") -> dict[str, Any]:
    return dict(world.read("invoices", "invoice", key, party(world, debtor)))


def account(world: World, who: str = "debtor") -> dict[str, Any]:
    return dict(world.read("invoices", "debtorAccount", party(world, who)))


# Registration


def test_register__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartyUnknown", put("debtor", "0x" + "11" * 20)),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "debtor"))),
        ("InvoicesIncomplete", put("key", bytes(32))),
    ]

    def prepare(w: World) -> SimpleNamespace:
        return caller_case(w, "supplier", MAKE, key=KEY, debtor=party(w, "debtor"))

    def act(w: World, case: SimpleNamespace) -> None:
        args = (case.key, case.debtor, FACE, hashed("document"))
        w.send(case.by, "invoices", "register", *args)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize(
    "change",
    [
        {"key": bytes(32)},
        {"amount": 0},
        {"debtor": "supplier"},
    ],
)
def test_register__incomplete__is_refused(world: World, change: dict[str, Any]) -> None:
    with world.refused("InvoicesIncomplete"):
        register(world, **change)
    with world.refused("InvoicesIncomplete"):
        args = (KEY, party(world, "debtor"), FACE, bytes(32))
        world.act("supplier", "invoices", "register", *args)


def test_register__twice__changes_nothing_the_second_time(world: World) -> None:
    assert register(world).event("InvoiceRegistered").args["amountFen"] == FACE
    before = invoice(world)

    receipt = register(world)

    assert (receipt.logs, invoice(world)) == ((), before)


@pytest.mark.parametrize("change", [{"amount": FACE + 1}, {"document": "other"}, {"who": "tier2"}])
def test_register__same_key_with_other_content__is_flagged_not_stored(
    world: World, change: dict[str, Any]
) -> None:
    """MUST-1: amount, date and address make no new key; what differs is flagged."""
    register(world)
    before = invoice(world)

    receipt = register(world, **change)

    assert as_bytes(receipt.event("InvoiceConflict").args["key"]) == KEY
    assert invoice(world) == before | {"conflicted": True}


def test_register__same_key_for_another_debtor__is_an_account_of_its_own(world: World) -> None:
    """MUST-22: who names another debtor neither occupies nor flags this debtor's key."""
    register(world)
    before = invoice(world)

    receipt = register(world, debtor="agency", amount=5)

    assert [log.name for log in receipt.logs] == ["InvoiceRegistered"]
    assert receipt.event("InvoiceRegistered").args["debtor"] == party(world, "agency")
    assert invoice(world) == before
    found = invoice(world, debtor="agency")
    assert (found["amountFen"], found["conflicted"]) == (5, False)


def test_conflict__on_an_unconfirmed_key__waits_for_the_debtor(world: World) -> None:
    """MUST-1, MUST-22: the debtor decides by hand, which also settles the conflict."""
    register(world, document="other")
    id_, o = claimed(world)

    with world.refused("InvoicesConflicted"):
        confirm(world, o)
    receipt = confirm_invoice(world, KEY)
    confirm(world, o)

    assert receipt.event("InvoiceConfirmed").args["amountFen"] == FACE
    assert (invoice(world)["conflicted"], certificate(world, id_)["status"]) == (False, 5)


def test_conflict__after_confirmation__stops_nothing(world: World) -> None:
    """MUST-19: a stranger's noise costs the parties nothing."""
    _, o = active(world, amountFen=FACE - 10)
    register(world, "tier2", amount=5)

    rest = o | {"reference_": hashed("reference/2"), "amountFen": 10}
    open_confirmed(world, rest)

    assert invoice(world)["usedFen"] == FACE
    assert invoice(world)["amountFen"] == FACE


# Occupied keys


def test_occupied_key__registered_by_a_stranger__debtor_confirmation_wins(world: World) -> None:
    """MUST-22: a stranger who registers first holds nothing."""
    register(world, "tier3", amount=1)
    id_, o = claimed(world)

    with world.refused("InvoicesParties"):
        confirm(world, o)
    confirm_invoice(world, KEY)
    confirm(world, o)

    assert certificate(world, id_)["status"] == 5


def test_occupied_key__confirmed_by_a_stranger_as_debtor__does_not_bind_the_debtor(
    world: World,
) -> None:
    """MUST-22: who calls itself the debtor of a foreign key occupies nothing of the real one's."""
    _, o = claimed(world)
    confirm_invoice(world, KEY, debtor="bank2", supplier="tier3", amount=1)

    confirm(world, o)

    assert account(world)["outstandingFen"] == FACE


def test_occupied_key__confirmed_between_others__is_refused_by_name(world: World) -> None:
    confirm_invoice(world, KEY, supplier="tier2")

    with world.refused("InvoicesParties", supplier=party(world, "supplier")):
        claimed(world)


# Confirmation by hand


def test_confirmInvoice__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *authority_rules("debtor"),
        ("GovernedSameOfficer", put("second", ("debtor", 0))),
        ("GovernedSignatureExpired", put("message.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("tier2", 0))),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
        ("InvoicesIncomplete", put("message.key", bytes(32))),
        ("InvoicesConfirmed", then(active)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "debtor", CHECK, second=("debtor", 1))
        case.message = {
            "key": KEY,
            "supplier": party(w, "supplier"),
            "amountFen": FACE,
            "deadline": FOREVER,
        }
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        types = INVOICE_CONFIRMATION
        digest = w.digest("invoices", "InvoiceConfirmation", types, case.message)
        maker = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "invoices", "confirmInvoice", *case.message.values(), maker)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize("change", [{"amount": 0}, {"supplier": "debtor"}])
def test_confirmInvoice__incomplete__is_refused(world: World, change: dict[str, Any]) -> None:  # noqa: N802
    with world.refused("InvoicesIncomplete"):
        confirm_invoice(world, KEY, **change)


# Capacity


def test_capacity__to_the_last_fen__and_not_one_more(world: World) -> None:
    """IVC-1, INV-13, SYS-1: the first fen above the rest is refused, over all openings."""
    _, o = active(world, amountFen=FACE - 7)
    more = o | {"reference_": hashed("reference/2"), "amountFen": 8}

    with world.refused("InvoicesCapacity", available=7, needed=8):
        open_confirmed(world, more)
    open_confirmed(world, more | {"amountFen": 7})

    assert world.read("invoices", "capacityOf", KEY, party(world, "debtor")) == 0
    with world.refused("InvoicesCapacity", available=0, needed=1):
        open_by(world, "supplier", o | {"reference_": hashed("r/3"), "amountFen": 1})


def test_capacity__two_claims_of_the_whole__one_is_confirmed(world: World) -> None:
    """SYS-1: claims use nothing; the debtor's promise does."""
    _, first = claimed(world)
    _, second = claimed(world, reference_=hashed("reference/2"))
    confirm(world, first)

    with world.refused("InvoicesCapacity", available=0, needed=FACE):
        confirm(world, second)


def test_capacity__draft_and_claim_of_the_whole__one_wins(world: World) -> None:
    _, first = drafted(world)
    _, second = claimed(world, reference_=hashed("reference/2"))
    confirm_draft(world, first)

    with world.refused("InvoicesCapacity", available=0, needed=FACE):
        confirm(world, second)


def test_capacity__after_payment__stays_used(world: World) -> None:
    """MUST-1: paid amounts stay consumed; a key is never freed."""
    id_, o = active(world)
    world.mint("debtor", FACE, "money")
    world.pass_days(50)
    pay(world, id_, "supplier")

    assert account(world)["outstandingFen"] == 0
    with world.refused("InvoicesCapacity", available=0):
        later = opening(world, reference_=hashed("reference/2"))
        open_confirmed(world, later)
    assert invoice(world)["usedFen"] == o["amountFen"]


def test_capacity__confirmed_amount__is_not_raised_by_a_larger_invoice(world: World) -> None:
    """IVC-2: the amount confirmed first stands."""
    active(world)

    with world.refused("InvoicesCapacity", available=0):
        larger = opening(world, reference_=hashed("r/2"), invoiceFen=3 * FACE)
        open_confirmed(world, larger)


def test_capacity__largest_amount__does_not_wrap(world: World) -> None:
    """MUST-16."""
    huge = 2**64 - 1
    world.set_limit("debtor", huge)

    _, o = active(world, amountFen=huge, invoiceFen=huge)

    assert account(world)["outstandingFen"] == huge
    assert world.read("invoices", "capacityOf", KEY, party(world, "debtor")) == 0
    with world.refused("InvoicesDebtorLimit", available=0, needed=1):
        more = o | {"invoiceKey": hashed("k"), "amountFen": 1}
        open_confirmed(world, more)


# Bars and limits


def test_limit__to_the_last_fen__and_not_one_more(world: World) -> None:
    """MUST-3: a cap per debtor, over all invoices, given back by payment."""
    world.set_limit("debtor", FACE)
    id_, o = active(world, amountFen=FACE - 1)
    second = o | {"invoiceKey": hashed("invoice/2"), "amountFen": 2}

    with world.refused("InvoicesDebtorLimit", available=1, needed=2):
        open_confirmed(world, second)
    world.mint("debtor", FACE, "money")
    world.pass_days(50)
    pay(world, id_, "supplier")
    later = opening(world, invoiceKey=hashed("invoice/2"))
    open_confirmed(world, later)


def test_limit__cut_below_what_is_owed__stops_new_promises_only(world: World) -> None:
    """MUST-4: new draws stop at once; what was promised stands."""
    id_, o = active(world)
    world.set_limit("debtor", 5)

    with world.refused("InvoicesDebtorLimit", available=0):
        open_confirmed(world, o | {"invoiceKey": hashed("k"), "amountFen": 1})
    assert certificate(world, id_)["status"] == 5


def test_limit__cut_between_claim_and_confirmation__is_asked_again(world: World) -> None:
    _, o = claimed(world)
    world.set_limit("debtor", FACE - 1)

    with world.refused("InvoicesDebtorLimit", available=FACE - 1):
        confirm(world, o)


@pytest.mark.parametrize("reasons", [1, 2, 3])
def test_bar__set__stops_openings_until_cleared(world: World, reasons: int) -> None:
    """R77-7: and stays what it is when it is set again."""
    receipt = set_bar(world, "debtor", reasons)
    assert receipt.event("OpeningBarSet").args["reasons"] == reasons

    with world.refused("InvoicesDebtorBarred", ruleId="R77-7", version=1, reasons=reasons):
        claimed(world)
    set_bar(world, "debtor", 0)
    claimed(world)


def oversight_case(world: World, message: dict[str, Any]) -> SimpleNamespace:
    return caller_case(world, "operator", MAKE, second=("operator", 1), message=message)


OVERSIGHT: list[Rule] = [
    *authority_rules("operator", amount=False),
    ("ParticipantsRoleLacking", by_actor("debtor")),
    ("GovernedSameOfficer", put("second", ("operator", 0))),
    ("GovernedSignatureExpired", put("message.deadline", lambda w: w.timestamp - 1)),
    ("GovernedOtherParty", put("second", ("regulator", 1))),
]


def test_setOpeningBar__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [*OVERSIGHT, ("InvoicesBarReason", put("message.reasons", 4))]

    def prepare(w: World) -> SimpleNamespace:
        message = {
            "debtor": party(w, "debtor"),
            "reasons": 1,
            "evidenceHash": hashed("evidence"),
            "deadline": FOREVER,
        }
        return oversight_case(w, message)

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("invoices", "OpeningBar", OPENING_BAR, case.message)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "invoices", "setOpeningBar", *case.message.values(), approval)

    check_refusals(world, prepare, act, rules)


def test_setOpeningLimit__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *OVERSIGHT,
        ("ParticipantsPartyUnknown", put("message.debtor", "0x" + "11" * 20)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        message = {"debtor": party(w, "debtor"), "limitFen": 7, "deadline": FOREVER}
        return oversight_case(w, message)

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("invoices", "OpeningLimit", OPENING_LIMIT, case.message)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "invoices", "setOpeningLimit", *case.message.values(), approval)

    check_refusals(world, prepare, act, rules)


def test_replayed_limit__after_it_was_cut__is_refused(world: World) -> None:
    """MUST-21, MUST-26: one officer alone cannot raise a limit again."""
    world.set_limit("debtor", 7)

    with world.refused("GovernedApprovalUsed"):
        world.set_limit("debtor", 10**15)
    assert account(world)["limitFen"] == 7


def test_replayed_bar__after_a_new_one__is_refused(world: World) -> None:
    """MUST-21: one officer alone cannot clear a bar with an old approval."""
    set_bar(world, "debtor", 0)
    set_bar(world, "debtor", 1)

    with world.refused("GovernedApprovalUsed"):
        set_bar(world, "debtor", 0)


@pytest.mark.parametrize(("function", "args"), [("discharge", (1, False)), ("countOverdue", ())])
def test_inner_functions__called_from_outside__are_refused(
    world: World, function: str, args: tuple[Any, ...]
) -> None:
    for sender in (STRANGER.address, world.actors["operator"].officers[0].address):
        with world.refused("GovernedCaller", caller=sender):
            world.send(sender, "invoices", function, party(world, "debtor"), *args)


def test_key__of_a_cancelled_offer__keeps_its_parties(world: World) -> None:
    """MUST-1, IVC-2: never freed after confirmation, by no way of ending."""
    _, o = drafted(world)
    confirm_draft(world, o)
    world.act("supplier", "invoices", "refuse", *place(o), hashed("reason"))

    assert (invoice(world)["status"], invoice(world)["usedFen"]) == (2, 0)
    with world.refused("InvoicesParties"):
        claimed(world, supplier="tier2")
