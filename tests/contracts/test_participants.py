"""Participants: enrolment, restatement, suspension."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyrevm
import pytest

from scf.chain.transactions import keccak
from scf.model.identifiers import party_address
from tests.stories import (
    STRANGER,
    Rule,
    active,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    party,
    pass_on,
    put,
    restate,
    suspend,
)
from tests.typed import RESTATEMENT, SUSPENSION
from tests.world import (
    ADMIN,
    ENROLMENT,
    FOREVER,
    UNLIMITED,
    World,
    hashed,
    make_actor,
    officer_key,
)

NEW = make_actor("newcomer", 1, 2, 2)


def enrol_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "operator", ADMIN)
    case.message = world.enrolment(NEW)
    case.keys = list(NEW.officers)
    case.second, case.signatures = ("operator", 1), None
    return case


def send_enrolment(world: World, case: SimpleNamespace) -> None:
    digest = world.digest("participants", "Enrolment", ENROLMENT, case.message)
    signatures = [key.sign_typed(digest) for key in case.keys]
    who, index = case.second
    approval = world.approval(who, digest, officer=index)
    world.send(case.by, "participants", "enrol", case.message, signatures, approval)


def same_second(world: World, case: SimpleNamespace) -> None:
    case.second = ("operator", 0)


def test_enrol__rules__answer_in_order(world: World) -> None:
    """MUST-2, MUST-14: two administrators of the operator, the keys' signatures, the details."""
    rules: list[Rule] = [
        *authority_rules("operator", amount=False),
        ("ParticipantsApproverParty", by_actor("regulator")),
        ("GovernedSameOfficer", same_second),
        ("GovernedSignatureExpired", put("message.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("regulator", 1))),
        ("ParticipantsOfficerCount", put("keys", NEW.officers[:1])),
        ("GovernedSignatureInvalid", put("keys", NEW.officers[::-1])),
        ("ParticipantsPartyEnrolled", lambda w, c: enrolled_code(c, w.actors["tier2"].uscc)),
        ("ParticipantsUsccInvalid", lambda w, c: enrolled_code(c, NEW.uscc[:-1] + "0")),
        ("ParticipantsFieldInvalid", put("message.nameHash", bytes(32))),
        ("ParticipantsFieldInvalid", put("message.roles", 0)),
    ]

    check_refusals(world, enrol_case, send_enrolment, rules)


def enrolled_code(case: SimpleNamespace, uscc: str) -> None:
    case.message["uscc"] = uscc.encode()


def test_enrol__newcomer__is_a_party_with_its_officers(world: World) -> None:
    """PRT-1: the identifier is the hash of the code."""
    receipt = world.enrol(NEW)

    assert receipt.result == NEW.id == party_address(NEW.uscc).lower()
    found = world.read("participants", "party", NEW.id)
    assert (found["status"], found["roles"], found["sizeClass"]) == (1, 1, 2)
    assert (found["adminCount"], found["officerCount"], found["changes"]) == (2, 2, 0)
    assert found["enrolledDay"] == world.today
    told = receipt.event("PartyEnrolled").args
    operators = world.actors["operator"].officers
    assert (told["officer"], told["approver"]) == (operators[0].address, operators[1].address)
    named = [log.args["officer"] for log in receipt.logs if log.name == "OfficerSet"]
    assert named == [key.address for key in NEW.officers]
    for key in NEW.officers:
        assert world.read("participants", "officer", key.address)["party"] == NEW.id


@pytest.mark.parametrize("place", range(18))
def test_enrol__code_with_a_wrong_character__is_refused(world: World, place: int) -> None:
    """PRT-1: one wrong character anywhere is noticed."""
    character = "A" if NEW.uscc[place] != "A" else "B"
    wrong = NEW.uscc[:place] + character + NEW.uscc[place + 1 :]
    case = enrol_case(world)
    case.message["uscc"] = wrong.encode()

    with world.refused("ParticipantsUsccInvalid"):
        send_enrolment(world, case)


@pytest.mark.parametrize("code", [b"9131000012345678IO", b"\xff" * 18, bytes(18)])
def test_enrol__code_of_other_characters__is_refused(world: World, code: bytes) -> None:
    case = enrol_case(world)
    case.message["uscc"] = code

    with world.refused("ParticipantsUsccInvalid"):
        send_enrolment(world, case)


@pytest.mark.parametrize("roles", [0, 1 << 14, 2**32 - 1])
def test_enrol__roles_that_do_not_exist__are_refused(world: World, roles: int) -> None:
    case = enrol_case(world)
    case.message["roles"] = roles

    with world.refused("ParticipantsFieldInvalid"):
        send_enrolment(world, case)


def grants(*powers: int) -> list[dict[str, Any]]:
    return [
        {"officer": officer_key("many", place).address, "powers": power, "limitFen": UNLIMITED}
        for place, power in enumerate(powers)
    ]


@pytest.mark.parametrize(
    ("powers", "error"),
    [
        ((), "ParticipantsOfficerCount"),
        ((15,) * 33, "ParticipantsOfficerCount"),
        ((15, 0), "ParticipantsFieldInvalid"),
        ((7, 7), "ParticipantsLastAdministrator"),
    ],
)
def test_enrol__officers_that_cannot_stand__are_refused(
    world: World, powers: tuple[int, ...], error: str
) -> None:
    """MUST-19, PRT-3."""
    case = enrol_case(world)
    case.message["officers"] = grants(*powers)
    case.keys = [officer_key("many", place) for place in range(len(powers))]

    with world.refused(error):
        send_enrolment(world, case)


def test_enrol__as_many_officers_as_allowed__is_done(world: World) -> None:
    case = enrol_case(world)
    case.message["officers"] = grants(*(15,) * 32)
    case.keys = [officer_key("many", place) for place in range(32)]

    send_enrolment(world, case)

    assert world.read("participants", "party", NEW.id)["officerCount"] == 32


def test_enrol__key_of_another_party__is_refused(world: World) -> None:
    """PRT-2: a key acts for one party at most."""
    key = world.actors["tier2"].officers[0]
    case = enrol_case(world)
    case.message["officers"][0]["officer"] = key.address
    case.keys[0] = key

    with world.refused(
        "ParticipantsOfficerTaken", officer=key.address, party=party(world, "tier2")
    ):
        send_enrolment(world, case)


def test_enrol__code_at_the_identifier__is_refused(world: World) -> None:
    """MUST-10: what a party is can never call back."""
    engine: Any = world.engine
    account = pyrevm.AccountInfo(code=bytes.fromhex("00"))
    engine._evm.insert_account_info(NEW.id, account)

    try:
        with world.refused("ParticipantsPartyHasCode", party=NEW.id):
            world.enrol(NEW)
    finally:
        engine._evm.insert_account_info(NEW.id, pyrevm.AccountInfo())


def test_enrol__tag_that_another_party_has__is_refused() -> None:
    """Assets store ten bytes of an identifier; two parties may never share them."""
    world = World.create()
    engine: Any = world.engine
    address = world.contracts["participants"].address
    tag = bytes.fromhex(party(world, "tier2")[2:])[:10].ljust(32, b"\0")
    slot = next(
        number
        for number in range(32)
        if engine.storage(address, place_of(tag, number)) == int(party(world, "tier2"), 16)
    )
    new_tag = bytes.fromhex(NEW.id[2:])[:10].ljust(32, b"\0")
    engine._evm.insert_account_storage(address, place_of(new_tag, slot), 0xABC)

    with world.refused("ParticipantsTagTaken"):
        world.enrol(NEW)


def place_of(key: bytes, slot: int) -> int:
    return int.from_bytes(keccak(key + slot.to_bytes(32)))


def test_enrol__again__is_refused(world: World) -> None:
    world.enrol(NEW)

    with world.refused("GovernedApprovalUsed"):
        world.enrol(NEW)
    case = enrol_case(world)
    case.message["deadline"] = FOREVER - 1
    with world.refused("ParticipantsPartyEnrolled", party=NEW.id):
        send_enrolment(world, case)


def test_enrol__platform_role_with_a_trading_role__is_refused(world: World) -> None:
    """INV-21: who runs the platform neither holds nor moves money."""
    with world.refused("ParticipantsFieldInvalid"):
        world.enrol(make_actor("both", (1 << 6) | 1, 2, 2))
    with world.refused("ParticipantsFieldInvalid"):
        restate(world, "operator", roles=(1 << 6) | 1, size=3)


def test_suspend__operator_by_itself__is_refused(world: World) -> None:
    """MUST-26: nobody could end it."""
    with world.refused("ParticipantsOperatorItself", operator=party(world, "operator")):
        suspend(world, "operator")


# Restatement and suspension


def operator_rules() -> list[Rule]:
    return [
        *authority_rules("operator", amount=False),
        ("ParticipantsApproverParty", by_actor("regulator")),
    ]


def test_restate__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        ("ParticipantsPartyUnknown", put("id", "0x" + "11" * 20)),
        *operator_rules(),
        ("GovernedSignatureInvalid", put("approval.officer", second_operator)),
        ("ParticipantsFieldInvalid", put("roles", 1 << 14)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "operator", ADMIN, id=party(w, "tier2"), roles=1)
        case.approval = {"officer": ""}
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        message = {
            "party": case.id,
            "nameHash": hashed("new"),
            "roles": case.roles,
            "sizeClass": 3,
            "deadline": FOREVER,
        }
        digest = w.digest("participants", "Restatement", RESTATEMENT, message)
        approval = w.approval("operator", digest, officer=1)
        if case.approval["officer"]:
            approval["officer"] = case.approval["officer"]
        w.send(case.by, "participants", "restate", *message.values(), approval)

    check_refusals(world, prepare, act, rules)


def second_operator(world: World) -> str:
    return world.actors["operator"].officers[2].address


def test_restate__done__counts_from_then_on(world: World) -> None:
    """R802-7: what stood before keeps its class."""
    receipt = restate(world, "tier2", roles=3, size=4)

    found = world.read("participants", "party", party(world, "tier2"))
    assert (found["roles"], found["sizeClass"], found["status"]) == (3, 4, 1)
    assert receipt.event("PartyRestated").args["roles"] == 3


@pytest.mark.parametrize(("function", "wrong"), [("suspend", True), ("resume", False)])
def test_suspend_or_resume__rules__answer_in_order(
    world: World, function: str, wrong: bool
) -> None:
    rules: list[Rule] = [
        ("ParticipantsPartyUnknown", put("id", "0x" + "11" * 20)),
        ("ParticipantsPartyStatus", put("id", lambda w: party(w, "tier2" if wrong else "tier3"))),
        *operator_rules(),
        ("GovernedSameOfficer", put("second", 0)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        suspend(w, "tier2")
        case = caller_case(w, "operator", ADMIN, second=1)
        case.id = party(w, "tier3" if wrong else "tier2")
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        message = {
            "party": case.id,
            "reasonHash": hashed("reason"),
            "suspended": wrong,
            "deadline": FOREVER - 1,
        }
        digest = w.digest("participants", "Suspension", SUSPENSION, message)
        approval = w.approval("operator", digest, officer=case.second)
        args = (case.id, message["reasonHash"], FOREVER - 1, approval)
        w.send(case.by, "participants", function, *args)

    check_refusals(world, prepare, act, rules)


def test_suspend__party__can_do_nothing_new_until_resumed(world: World) -> None:
    id_, _ = active(world)
    suspend(world, "supplier")

    with world.refused("ParticipantsPartySuspended", party=party(world, "supplier")):
        pass_on(world, id_, "supplier", "tier2", 1)
    suspend(world, "supplier", end=True, deadline=FOREVER - 1)
    pass_on(world, id_, "supplier", "tier2", 1)


def test_replayed_restatement__within_its_deadline__is_refused(world: World) -> None:
    """MUST-21: an approval serves once; else one officer alone could bring old roles back."""
    restate(world, "tier2", roles=3, size=4)
    restate(world, "tier2", roles=1, size=2)

    with world.refused("GovernedApprovalUsed"):
        restate(world, "tier2", roles=3, size=4)
    assert world.read("participants", "party", party(world, "tier2"))["roles"] == 1


def test_replayed_suspension__after_the_party_was_resumed__is_refused(world: World) -> None:
    """MUST-21, MUST-26: two officers decide each time."""
    suspend(world, "tier2")
    suspend(world, "tier2", end=True)

    with world.refused("GovernedApprovalUsed"):
        suspend(world, "tier2")


# Views that others rely on


def test_requireMove__sides__are_checked_in_order(world: World) -> None:  # noqa: N802
    unknown = "0x" + "11" * 20
    tier2, tier3 = party(world, "tier2"), party(world, "tier3")

    with world.refused("ParticipantsPartyUnknown", party=unknown):
        world.read("participants", "requireMove", unknown, unknown)
    with world.refused("ParticipantsPartyUnknown"):
        world.read("participants", "requireMove", tier2, unknown)
    suspend(world, "tier3")
    with world.refused("ParticipantsPartySuspended", party=tier3):
        world.read("participants", "requireMove", tier2, tier3)
    with world.refused("ParticipantsPartySuspended", party=tier3):
        world.read("participants", "requireDisposing", tier3)
    with world.refused("ParticipantsRoleLacking"):
        world.read("participants", "requireActive", tier2, 1 << 6)


def test_authorize__zero_address_and_strangers__never_pass(world: World) -> None:
    """MUST-14: a zero or unset authority never passes."""
    for key in ("0x" + "00" * 20, STRANGER.address, party(world, "operator")):
        with world.refused("ParticipantsOfficerUnknown", officer=key):
            world.read("participants", "authorize", key, 0, 0, 0, 1)
