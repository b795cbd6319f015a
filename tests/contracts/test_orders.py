"""Orders: entering, withdrawing and carrying out legal orders about parties and certificates."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.stories import (
    FACE,
    FREEZE,
    MOVE,
    STRANGER,
    UNFREEZE,
    Rule,
    active,
    as_bytes,
    authority_rules,
    books,
    by_actor,
    caller_case,
    carry_out,
    check_refusals,
    claimed,
    clerk,
    freeze,
    order_of,
    party,
    pass_on,
    put,
    suspend,
    unfreeze,
    units,
)
from tests.world import CHECK, MAKE, RULES, World, hashed


def freeze_terms(world: World) -> dict:
    return order_of(world, FREEZE, "participants", party(world, "supplier"))


def move_terms(world: World, id_: int, amount: int, *, to: str = "tier2") -> dict:
    terms = order_of(world, MOVE, "receivables", id_, amountFen=amount)
    return terms | {"from": party(world, "supplier"), "to": party(world, to)}


# Entering


def test_propose__rules__answer_in_order(world: World) -> None:
    """SYS-14, MUST-9: state, authority, content, time."""
    rules: list[Rule] = [
        ("OrdersState", lambda w, case: setattr(case, "terms", case.present)),
        *authority_rules("court"),
        ("ParticipantsRoleLacking", by_actor("operator")),
        ("OrdersTarget", put("terms.target", "0x" + "00" * 20)),
        ("OrdersIncomplete", put("terms.documentHash", bytes(32))),
        ("OrdersExpiry", put("terms.expiryDay", lambda w: w.today - 1)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        present = order_of(w, MOVE, "cash", 1, amountFen=9)
        case = caller_case(w, "court", MAKE)
        case.terms = move_terms(w, 7, 5)
        present |= {"from": party(w, "supplier"), "to": party(w, "tier2")}
        case.present = present
        w.act("court", "orders", "propose", present)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "orders", "propose", case.terms)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize("kind", [FREEZE, UNFREEZE])
@pytest.mark.parametrize("who", ["regulator", "court"])
def test_propose__freeze__regulator_and_court_may(world: World, kind: int, who: str) -> None:
    terms = order_of(world, kind, "participants", party(world, "supplier"))

    receipt = world.act(who, "orders", "propose", terms)

    told = receipt.event("OrderProposed").args
    assert told["party"] == party(world, who)
    assert told["orderId"] == world.read("orders", "orderIdOf", terms)


@pytest.mark.parametrize("who", ["regulator", "operator", "bank"])
def test_propose__transfer__only_the_court_may(world: World, who: str) -> None:
    """ORD-2, MUST-9: freezing and forcing a transfer take different roles."""
    with world.refused("ParticipantsRoleLacking", party=party(world, who)):
        world.act(who, "orders", "propose", move_terms(world, 7, 5))


@pytest.mark.parametrize(
    "change",
    [
        {"documentHash": bytes(32)},
        {"to": "0x" + "00" * 20},
        {"amountFen": 0},
    ],
)
def test_propose__without_a_needed_part__is_refused(world: World, change: dict) -> None:
    with world.refused("OrdersIncomplete"):
        world.act("court", "orders", "propose", move_terms(world, 7, 5) | change)


def test_propose__from_a_party_to_itself__is_refused(world: World) -> None:
    """MUST-9."""
    with world.refused("OrdersIncomplete"):
        world.act("court", "orders", "propose", move_terms(world, 7, 5, to="supplier"))


def test_propose__target_that_is_no_contract_of_the_ledger__is_never_carried_out(
    world: World,
) -> None:
    """MUST-23, ORD-1: else a proposer could enter a colleague's name in the log by itself."""
    key = world.actors["court"].officers[0].address
    terms = freeze_terms(world) | {"target": key}
    colleague = world.actors["court"].officers[1].address

    with world.refused("OrdersTarget", actual=key):
        world.act("court", "orders", "propose", terms)
    with world.refused("OrdersState"):
        world.send(key, "orders", "carryOut", terms, colleague)


@pytest.mark.parametrize("name", ["orders", "rulebook", "invoices", "settlement"])
def test_propose__target_that_carries_nothing_out__is_refused(world: World, name: str) -> None:
    target = world.contracts[name].address

    with world.refused("OrdersTarget", actual=target):
        world.act("court", "orders", "propose", freeze_terms(world) | {"target": target})


def test_propose__freeze_longer_than_the_rule__is_refused(world: World) -> None:
    """OP-28: its last day is allowed, one more is not; other kinds have no such end."""
    terms = freeze_terms(world)
    last = world.today + 180

    with world.refused("OrdersExpiry", expiryDay=last + 1, latest=last):
        world.act("court", "orders", "propose", terms | {"expiryDay": last + 1})
    world.act("court", "orders", "propose", terms | {"expiryDay": last})
    world.act("court", "orders", "propose", terms | {"kind": UNFREEZE, "expiryDay": last + 9})


def test_freeze__limit_rule_of_any_size__is_not_cut_short(world: World) -> None:
    """MUST-16: a limit above 32 bits is no small limit."""
    world.set_rule("OP-28", 2**32 + 5)

    world.act("court", "orders", "propose", freeze_terms(world))


# Withdrawing


def test_withdraw__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        ("OrdersState", put("id", hashed("unknown"))),
        *authority_rules("court", amount=False, standing=False),
        ("GovernedOtherParty", by_actor("regulator")),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "court", MAKE)
        case.id = as_bytes(w.act("court", "orders", "propose", freeze_terms(w)).result)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "orders", "withdraw", case.id)

    check_refusals(world, prepare, act, rules)


def test_withdraw__withdrawn_order__can_never_be_carried_out(world: World) -> None:
    terms = freeze_terms(world)
    order_id = world.act("court", "orders", "propose", terms).result

    receipt = world.act("court", "orders", "withdraw", order_id, officer=1)

    assert receipt.event("OrderWithdrawn").args["party"] == party(world, "court")
    with world.refused("OrdersState", actual=3, needed=1):
        world.act("court", "participants", "carryOut", terms, officer=1)
    with world.refused("OrdersState", actual=3, needed=0):
        world.act("court", "orders", "propose", terms)


# Carrying out


def test_carryOut__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """ORD-1, MUST-14: asset, state, second officer, its authority, party, time."""
    rules: list[Rule] = [
        ("ParticipantsPartyUnknown", put("terms.subject", (7).to_bytes(32))),
        ("OrdersState", put("terms.documentHash", hashed("another"))),
        ("GovernedSameOfficer", by_actor("court")),
        ("ParticipantsOfficerUnknown", lambda w, c: setattr(c, "by", c.stranger)),
        ("ParticipantsPowerLacking", lambda w, c: setattr(c, "by", c.powerless)),
        ("ParticipantsPartySuspended", lambda w, c: (setattr(c, "by", c.own), suspend(w, "court"))),
        ("ParticipantsRoleLacking", by_actor("operator")),
        ("GovernedOtherParty", by_actor("regulator")),
        ("OrdersExpiry", lambda w, c: w.pass_days(31)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "court", CHECK, officer=1)
        case.terms = freeze_terms(w)
        w.act("court", "orders", "propose", case.terms)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "participants", "carryOut", case.terms)

    check_refusals(world, prepare, act, rules)


def test_carryOut__called_by_another_than_the_target__is_refused(world: World) -> None:  # noqa: N802
    terms = freeze_terms(world)
    world.act("court", "orders", "propose", terms)
    second = world.actors["court"].officers[1].address

    for sender in (STRANGER.address, second):
        with world.refused("OrdersTarget", actual=sender):
            world.send(sender, "orders", "carryOut", terms, second)


def test_carryOut__by_another_contract_than_the_target__is_refused(world: World) -> None:  # noqa: N802
    """MUST-23: an order about money moves no certificate."""
    id_, _ = active(world)
    terms = move_terms(world, id_, 5) | {"target": world.contracts["cash"].address}
    world.act("court", "orders", "propose", terms)

    with world.refused("OrdersTarget"):
        world.act("court", "receivables", "carryOut", terms, officer=1)


def test_carryOut__twice__is_refused(world: World) -> None:  # noqa: N802
    """ORD-1."""
    id_, _ = active(world)
    terms = move_terms(world, id_, 5)
    carry_out(world, terms)

    with world.refused("OrdersState", actual=2):
        world.act("court", "receivables", "carryOut", terms, officer=1)
    with world.refused("OrdersState", actual=2):
        world.act("court", "orders", "propose", terms)
    assert units(world, id_, "tier2") == 5


def test_carryOut__officer_at_its_limit__may_move(world: World) -> None:  # noqa: N802
    """MUST-16."""
    id_, _ = active(world)
    key = clerk(world, "court", CHECK, 5)
    for amount in (5, 6):
        world.act("court", "orders", "propose", move_terms(world, id_, amount))

    with world.refused("ParticipantsAmountLimit", limit=5, needed=6):
        world.send(key.address, "receivables", "carryOut", move_terms(world, id_, 6))
    world.send(key.address, "receivables", "carryOut", move_terms(world, id_, 5))


# Parties


def test_freeze_party__then_unfreeze__restores_it(world: World) -> None:
    """INV-20: the day itself is frozen, the next is not, and lifting restores everything."""
    before = world.read("participants", "party", party(world, "supplier"))

    receipt = freeze(world, "supplier")
    told = receipt.event("PartyFrozen").args
    assert (told["party"], told["untilDay"]) == (party(world, "supplier"), world.today + 30)
    lifted = unfreeze(world, "supplier")

    assert world.read("participants", "party", party(world, "supplier")) == before
    assert lifted.event("PartyUnfrozen").args["party"] == party(world, "supplier")


def test_freeze_party__expired__lifts_by_itself(world: World) -> None:
    id_, _ = active(world)
    freeze(world, "supplier", days=3)
    world.pass_days(3)

    with world.refused("ParticipantsPartyFrozen", untilDay=world.today):
        pass_on(world, id_, "supplier", "tier2", 1)
    world.pass_days(1)
    pass_on(world, id_, "supplier", "tier2", 1)


def test_carryOut__transfer_of_a_party__is_refused(world: World) -> None:  # noqa: N802
    terms = move_terms(world, 0, 5) | {
        "target": world.contracts["participants"].address,
        "subject": bytes(12) + bytes.fromhex(party(world, "supplier")[2:]),
    }

    with world.refused("ParticipantsOrderKind"):
        carry_out(world, terms)


def test_freeze_party__subject_that_is_no_identifier__is_refused(world: World) -> None:
    """MUST-16: what does not fit an identifier names no party."""
    dirty = b"\x01" + bytes(11) + bytes.fromhex(party(world, "supplier")[2:])

    with world.refused("ParticipantsOrderKind"):
        carry_out(world, freeze_terms(world) | {"subject": dirty})
    assert world.read("participants", "party", party(world, "supplier"))["frozenUntil"] == 0


# Certificates


def test_carryOut__certificate_rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Exists, order, status, receiver, holding."""
    claim, _ = claimed(world, invoiceKey=hashed("invoice/2"))
    id_, o = active(world)
    before = books(world, id_, o)

    with world.refused("ReceivablesStatus", actual=0):
        carry_out(world, move_terms(world, 7, 1))
    with world.refused("ReceivablesStatus"):
        carry_out(world, move_terms(world, claim, 1))
    with world.refused("ReceivablesOrder"):
        carry_out(world, move_terms(world, id_, 1, to="debtor"))
    with world.refused("ReceivablesOrder"):
        carry_out(world, move_terms(world, id_, 2**64))
    with world.refused("ReceivablesAvailable", available=FACE, needed=FACE + 1):
        carry_out(world, move_terms(world, id_, FACE + 1))
    suspend(world, "tier2")
    with world.refused("ParticipantsPartySuspended"):
        carry_out(world, move_terms(world, id_, 1))
    assert books(world, id_, o) == before


def test_carryOut__on_a_frozen_certificate_of_a_frozen_party__moves(world: World) -> None:  # noqa: N802
    """SYS-14: the order is what the freeze waits for."""
    id_, _ = active(world)
    freeze(world, "supplier")
    carry_out(world, order_of(world, FREEZE, "receivables", id_))

    receipt = carry_out(world, move_terms(world, id_, FACE))

    assert (units(world, id_, "supplier"), units(world, id_, "tier2")) == (0, FACE)
    told = receipt.event("CertificateMovedByOrder").args
    assert (told["amountFen"], told["to"]) == (FACE, party(world, "tier2"))


def test_freeze_certificate__beyond_its_field__is_refused() -> None:
    """MUST-16: without the limit of OP-28 a day may be too far to be written down."""
    world = World.create(rules={name: v for name, v in RULES.items() if name != "OP-28"})
    id_, _ = active(world)

    with world.refused("ReceivablesOrder"):
        carry_out(world, order_of(world, FREEZE, "receivables", id_, expiryDay=2**24))
    carry_out(world, order_of(world, FREEZE, "receivables", id_, expiryDay=2**24 - 1))
