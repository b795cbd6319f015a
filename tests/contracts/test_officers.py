"""Participants: changes of officers, handover, the last administrator, recovery of lost keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scf.chain.keys import Signer
from scf.chain.typed import struct_hash
from tests.stories import (
    STRANGER,
    ZERO,
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    change_of,
    change_officer,
    check_refusals,
    clerk,
    freeze,
    party,
    put,
    signed_by,
    suspend,
)
from tests.typed import CHANGE, RECOVERY
from tests.world import ADMIN, ALL_POWERS, MAKE, World, officer_key

NEW = officer_key("new key", 0)


def hash_of(terms: dict[str, Any]) -> bytes:
    return struct_hash("OfficerChange", CHANGE, terms)


def officers_of(world: World, who: str) -> dict[str, int]:
    """Powers by key, for the keys a test knows."""
    keys = [key.address for key in world.actors[who].officers] + [NEW.address]
    return {key: world.read("participants", "officer", key)["powers"] for key in keys}


# Change


def change_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "supplier", ADMIN)
    case.terms = change_of(world, "supplier", NEW.address)
    case.second, case.key = ("supplier", 1), NEW
    return case


def send_change(world: World, case: SimpleNamespace) -> None:
    digest = world.digest("participants", "OfficerChange", CHANGE, case.terms)
    who, index = case.second
    approval = world.approval(who, digest, officer=index)
    acceptance = case.key.sign_typed(digest)
    world.send(case.by, "participants", "changeOfficer", case.terms, approval, acceptance)


def concerned(place: str, index: int) -> Any:
    return put(place, lambda world: world.actors["supplier"].officers[index].address)


def test_changeOfficer__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """MUST-14, MUST-26: two administrators of the party, neither concerned; the new key signs."""
    rules: list[Rule] = [
        *authority_rules("supplier", amount=False),
        ("ParticipantsApproverParty", by_actor("tier2")),
        ("GovernedSameOfficer", put("second", ("supplier", 0))),
        ("GovernedSignatureExpired", put("terms.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("tier2", 0))),
        ("ParticipantsApproverConcerned", concerned("terms.replaces", 0)),
        ("ParticipantsApproverConcerned", concerned("terms.replaces", 1)),
        ("ParticipantsChangeNonce", put("terms.nonce", 99)),
        ("ParticipantsOfficerUnknown", put("terms.replaces", STRANGER.address)),
        ("GovernedSignatureInvalid", put("key", STRANGER)),
    ]

    check_refusals(world, change_case, send_change, rules)


def test_changeOfficer__own_powers__are_refused(world: World) -> None:  # noqa: N802
    """An approver decides nothing about itself."""
    for index in (0, 1):
        key = world.actors["supplier"].officers[index].address
        with world.refused("ParticipantsApproverConcerned", approver=key):
            change_officer(world, "supplier", change_of(world, "supplier", key, powers=MAKE))


def test_changeOfficer__new_key__accepts_with_its_signature(world: World) -> None:  # noqa: N802
    """MUST-26: a handover takes two steps; the old key ends in the same act."""
    old = world.actors["supplier"].officers[2].address
    terms = change_of(world, "supplier", NEW.address, replaces=old, powers=MAKE, limitFen=7)

    with world.refused("GovernedSignatureInvalid", officer=NEW.address):
        change_officer(world, "supplier", terms)
    receipt = change_officer(world, "supplier", terms, key=NEW)

    powers = officers_of(world, "supplier")
    assert (powers[old], powers[NEW.address]) == (0, MAKE)
    assert [log.args["powers"] for log in receipt.logs] == [0, MAKE]
    assert world.read("participants", "party", party(world, "supplier"))["changes"] == 1
    with world.refused("ParticipantsOfficerUnknown"):
        world.send(old, "invoices", "revokeSignature", bytes(32))


def test_changeOfficer__same_signatures_again__are_refused(world: World) -> None:  # noqa: N802
    """MUST-21: the nonce moves with every change."""
    terms = change_of(world, "supplier", NEW.address)
    change_officer(world, "supplier", terms, key=NEW)

    with world.refused("ParticipantsChangeNonce", actual=0, needed=1):
        change_officer(world, "supplier", terms, key=NEW)


def test_changeOfficer__removed_key__serves_no_other_party(world: World) -> None:  # noqa: N802
    """PRT-2: history must not be reassigned to somebody else's acts."""
    old = world.actors["supplier"].officers[2]
    change_officer(world, "supplier", change_of(world, "supplier", old.address, powers=0))

    with world.refused("ParticipantsOfficerTaken", officer=old.address):
        change_officer(world, "tier2", change_of(world, "tier2", old.address), key=old)
    back = change_of(world, "supplier", old.address)
    with world.refused("GovernedSignatureInvalid"):
        change_officer(world, "supplier", back)
    change_officer(world, "supplier", back, key=old)
    assert officers_of(world, "supplier")[old.address] == ALL_POWERS


def test_changeOfficer__removing_a_stranger__is_refused(world: World) -> None:  # noqa: N802
    for key in (STRANGER.address, world.actors["tier2"].officers[0].address):
        with world.refused("ParticipantsOfficerUnknown", officer=key):
            change_officer(world, "supplier", change_of(world, "supplier", key, powers=0))


def test_changeOfficer__last_administrator__stays() -> None:  # noqa: N802
    """PRT-3, MUST-26: two must approve, so the last of them can never be removed by a change."""
    world = World.create()
    keys = world.actors["supplier"].officers
    gone = change_of(world, "supplier", keys[2].address, powers=0)
    change_officer(world, "supplier", gone)

    with world.refused("ParticipantsApproverConcerned"):
        change_officer(world, "supplier", change_of(world, "supplier", keys[1].address, powers=0))
    assert world.read("participants", "party", party(world, "supplier"))["adminCount"] == 2


def test_changeOfficer__powers_of_an_officer__change_without_its_signature(  # noqa: N802
    world: World,
) -> None:
    key = world.actors["supplier"].officers[2].address

    change_officer(world, "supplier", change_of(world, "supplier", key, powers=MAKE, limitFen=9))

    found = world.read("participants", "officer", key)
    assert (found["powers"], found["limitFen"]) == (MAKE, 9)
    counts = world.read("participants", "party", party(world, "supplier"))
    assert (counts["adminCount"], counts["officerCount"]) == (2, 3)


# Recovery


def propose(world: World, terms: dict[str, Any], *, caller: int = 0, second: int = 1) -> Any:
    message = {"changeHash": hash_of(terms), "deadline": terms["deadline"]}
    digest = world.digest("participants", "RecoveryProposal", RECOVERY, message)
    approval = world.approval("operator", digest, officer=second)
    args = (terms, approval)
    return world.act("operator", "participants", "proposeRecovery", *args, officer=caller)


def recover(world: World, terms: dict[str, Any], key: Signer, *, by: str = "operator") -> Any:
    digest = world.digest("participants", "OfficerChange", CHANGE, terms)
    return world.act(by, "participants", "recover", terms, key.sign_typed(digest))


def test_proposeRecovery__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        ("ParticipantsPartyUnknown", put("terms.party", "0x" + "11" * 20)),
        *authority_rules("operator", amount=False),
        ("ParticipantsApproverParty", by_actor("supplier")),
        ("GovernedSameOfficer", put("second", ("operator", 0))),
        ("GovernedSignatureExpired", put("terms.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("supplier", 0))),
        ("ParticipantsChangeNonce", put("terms.nonce", 99)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "operator", ADMIN)
        case.terms, case.second = change_of(w, "supplier", NEW.address), ("operator", 1)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        message = {"changeHash": hash_of(case.terms), "deadline": case.terms["deadline"]}
        digest = w.digest("participants", "RecoveryProposal", RECOVERY, message)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "participants", "proposeRecovery", case.terms, approval)

    check_refusals(world, prepare, act, rules)


def test_recover__rules__answer_in_order(world: World) -> None:
    """MUST-2, MUST-15: after the delay, by the operator, what was proposed and nothing else."""
    rules: list[Rule] = [
        ("ParticipantsRecoveryUnknown", put("terms.powers", MAKE)),
        *authority_rules("operator", amount=False),
        ("ParticipantsApproverParty", by_actor("supplier")),
        ("ParticipantsRecoveryEarly", put("days", 13)),
        ("GovernedSignatureInvalid", put("key", STRANGER)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "operator", ADMIN)
        case.terms, case.key, case.days = change_of(w, "supplier", NEW.address), NEW, 14
        propose(w, case.terms)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.pass_days(case.days)
        digest = w.digest("participants", "OfficerChange", CHANGE, case.terms)
        acceptance = case.key.sign_typed(digest)
        w.send(case.by, "participants", "recover", case.terms, acceptance)

    check_refusals(world, prepare, act, rules)


def test_recover__after_the_delay__gives_the_new_key_power(world: World) -> None:
    lost = world.actors["supplier"].officers[0].address
    terms = change_of(world, "supplier", NEW.address, replaces=lost)
    receipt = propose(world, terms)
    assert receipt.event("RecoveryProposed").args["earliestDay"] == world.today + 14
    freeze(world, "supplier")
    suspend(world, "supplier")

    world.pass_days(14)
    recover(world, terms, NEW)

    powers = officers_of(world, "supplier")
    assert (powers[lost], powers[NEW.address]) == (0, ALL_POWERS)
    with world.refused("ParticipantsRecoveryUnknown"):
        recover(world, terms, NEW)


def test_objectToRecovery__by_an_officer__ends_it(world: World) -> None:  # noqa: N802
    """MUST-2: a rotation with delay, which any officer of the party stops, frozen or not."""
    terms = change_of(world, "supplier", NEW.address)
    propose(world, terms)
    freeze(world, "supplier")
    suspend(world, "supplier")
    supplier = party(world, "supplier")

    with world.refused("ParticipantsOfficerUnknown"):
        world.send(STRANGER.address, "participants", "objectToRecovery", supplier)
    with world.refused("ParticipantsRecoveryUnknown"):
        world.act("tier2", "participants", "objectToRecovery", party(world, "tier3"))
    with world.refused("ParticipantsApproverParty"):
        world.act("tier2", "participants", "objectToRecovery", supplier)
    receipt = world.act("supplier", "participants", "objectToRecovery", supplier, officer=2)

    assert receipt.event("RecoveryObjected").args["party"] == supplier
    world.pass_days(30)
    with world.refused("ParticipantsRecoveryUnknown"):
        recover(world, terms, NEW)


def test_replayed_recovery__after_an_objection__is_refused(world: World) -> None:
    """MUST-21, MUST-19: one operator alone cannot wear a party out with the same proposal."""
    terms = change_of(world, "supplier", NEW.address)
    propose(world, terms)
    world.act("supplier", "participants", "objectToRecovery", party(world, "supplier"))

    with world.refused("GovernedApprovalUsed"):
        propose(world, terms)


def test_recovery__party_changes_its_officers_meanwhile__is_void(world: World) -> None:
    """Who can still change officers has not lost its keys."""
    terms = change_of(world, "supplier", NEW.address)
    propose(world, terms)
    clerk(world, "supplier", MAKE)

    world.pass_days(14)
    with world.refused("ParticipantsRecoveryUnknown"):
        recover(world, terms, NEW)


def test_recovery__of_an_unknown_party__is_refused(world: World) -> None:
    terms = change_of(world, "supplier", NEW.address) | {"party": "0x" + "11" * 20}

    with world.refused("ParticipantsPartyUnknown"):
        propose(world, terms)
    with world.refused("ParticipantsRecoveryUnknown"):
        recover(world, terms, NEW)


def test_officer__limit_of_one_fen_less__cannot_act(world: World) -> None:
    """MUST-16: limits hold to the fen, at every size."""
    for limit in (0, 1, 2**64 - 1, 2**80 - 1):
        with world.anchor():
            key = clerk(world, "supplier", MAKE, limit)
            world.read("participants", "authorize", key.address, MAKE, limit, 0, 0)
            with world.refused("ParticipantsAmountLimit", limit=limit, needed=limit + 1):
                world.read("participants", "authorize", key.address, MAKE, limit + 1, 0, 0)


def test_signed_by__a_key_that_is_no_officer__is_refused(world: World) -> None:
    terms = change_of(world, "supplier", NEW.address, replaces=ZERO)
    digest = world.digest("participants", "OfficerChange", CHANGE, terms)

    with world.refused("ParticipantsOfficerUnknown", officer=STRANGER.address):
        args = (terms, signed_by(STRANGER, digest), NEW.sign_typed(digest))
        world.act("supplier", "participants", "changeOfficer", *args)
