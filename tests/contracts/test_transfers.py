"""Receivables, passing on: E5 and E6 under standing consent, by two signatures, by request."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from scf.chain.keys import Signer
from tests.stories import (
    FACE,
    FREEZE,
    FULL,
    LIMITED,
    MOVE,
    NO_RECOURSE,
    STRANGER,
    Rule,
    active,
    as_bytes,
    authority_rules,
    books,
    by_actor,
    caller_case,
    carry_out,
    certificate,
    check_refusals,
    claimed,
    consent,
    freeze,
    freeze_certificate,
    hop,
    opening,
    order_of,
    own_party,
    party,
    pass_on,
    place,
    put,
    request,
    suspend,
    take_transfer,
    taking_digest,
    then,
    transfer_id,
    transfer_signed,
    transfer_terms,
    unfreeze,
    units,
)
from tests.world import MAKE, World, hashed, officer_key

PART = 1_000


def the_id(world: World) -> int:
    return int(world.read("invoices", "certificateIdOf", *place(opening(world))))


def go_to_due_day(world: World) -> None:
    world.pass_days(50)


def freeze_it(world: World) -> None:
    freeze_certificate(world, the_id(world))


def not_yet_promised(name: str) -> Callable[[World, SimpleNamespace], None]:
    """The act names a certificate that is only claimed."""

    def breach(world: World, case: SimpleNamespace) -> None:
        put(name, case.claim)(world, case)

    return breach


def no_consent(world: World) -> None:
    consent(world, "debtor", "supplier", until=0)


def suspended_transferee(name: str) -> Callable[[World, SimpleNamespace], None]:
    def breach(world: World, case: SimpleNamespace) -> None:
        put(name, party(world, "tier2"))(world, case)
        suspend(world, "tier2")

    return breach


def passing(prefix: str) -> list[Rule]:
    """What every hop is asked about the certificate, in order; `prefix` leads to the hop."""
    return [
        ("ReceivablesStatus", not_yet_promised(f"{prefix}id")),
        ("ReceivablesTransferee", put(f"{prefix}to", lambda w: party(w, "debtor"))),
        ("ReceivablesEvidenceMissing", put(f"{prefix}evidenceHash", bytes(32))),
        ("ReceivablesRecourseCap", put(f"{prefix}capFen", 5)),
        ("ReceivablesAvailable", put(f"{prefix}amountFen", FACE + 1)),
        ("ReceivablesDue", then(go_to_due_day)),
        ("ReceivablesFrozen", then(freeze_it)),
    ]


def hop_case(world: World, **fields: Any) -> SimpleNamespace:
    claim, _ = claimed(world, invoiceKey=hashed("invoice/2"))
    id_, _ = active(world)
    for who in ("tier2", "debtor"):
        consent(world, who, "supplier")
    case = caller_case(world, "supplier", MAKE, claim=claim, id=id_, **fields)
    case.hop = hop(world, id_, "supplier", "tier2", PART)
    return case


# Under standing consent


def test_transfer__rules__answer_in_order(world: World) -> None:
    """R77-3, R77-9: authority, consent, then the hop itself."""
    steps = [rule for rule in passing("hop.") if rule[0] != "ReceivablesRecourseCap"]
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartySuspended", suspended_transferee("hop.to")),
        ("ReceivablesConsentNotGiven", by_actor("bank")),
        *steps,
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        terms = case.hop
        args = (terms["id"], terms["to"], terms["amountFen"], terms["evidenceHash"])
        w.send(case.by, "receivables", "transfer", *args)

    # The debtor as transferee consents too, so that the transferee rule is the one that answers.
    check_refusals(world, hop_case, act, rules)


def test_transferWithRecourse__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartySuspended", suspended_transferee("hop.to")),
        ("ReceivablesConsentNotGiven", own_party(no_consent)),
        ("ReceivablesParty", put("hop.from", lambda w: party(w, "tier3"))),
        *passing("hop."),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "receivables", "transferWithRecourse", case.hop)

    check_refusals(world, hop_case, act, rules)


@pytest.mark.parametrize("recourse", [LIMITED, FULL, NO_RECOURSE])
def test_transferWithRecourse__done__records_the_undertaking(  # noqa: N802
    world: World, recourse: int
) -> None:
    """SYS-4: who answers to whom, for how much, from which hop."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    cap = 400 if recourse == LIMITED else 0

    terms = hop(world, id_, "supplier", "tier2", PART, recourse=recourse, capFen=cap)
    receipt = world.act("supplier", "receivables", "transferWithRecourse", terms)

    found = world.read("receivables", "undertakings", id_, party(world, "tier2"))
    told = [log.args for log in receipt.logs if log.name == "RecourseUndertaken"]
    if recourse == NO_RECOURSE:
        assert (found, told) == ((), [])
        return
    wanted = {"from": party(world, "supplier"), "amountFen": PART, "capFen": cap}
    assert [dict(item) for item in found] == [wanted | {"kind": recourse}]
    assert told == [wanted | {"id": id_, "to": party(world, "tier2"), "recourse": recourse}]


@pytest.mark.parametrize(("recourse", "cap"), [(LIMITED, 0), (FULL, 1), (NO_RECOURSE, 1)])
def test_transferWithRecourse__cap_that_does_not_fit__is_refused(  # noqa: N802
    world: World, recourse: int, cap: int
) -> None:
    id_, _ = active(world)
    consent(world, "tier2", "supplier")

    with world.refused("ReceivablesRecourseCap", kind=recourse, capFen=cap):
        terms = hop(world, id_, "supplier", "tier2", PART, recourse=recourse, capFen=cap)
        world.act("supplier", "receivables", "transferWithRecourse", terms)


def test_transfer__of_a_part__moves_exactly_that(world: World) -> None:
    id_, _ = active(world)

    receipt = pass_on(world, id_, "supplier", "tier2", 1)

    assert (units(world, id_, "supplier"), units(world, id_, "tier2")) == (FACE - 1, 1)
    assert certificate(world, id_)["outstandingFen"] == FACE
    moved = receipt.event("TransferSingle").args
    assert (moved["from"], moved["to"]) == (party(world, "supplier"), party(world, "tier2"))
    assert moved["operator"] == world.actors["supplier"].officers[0].address
    assert as_bytes(receipt.event("CertificateTransferred").args["evidenceHash"]) == hashed(
        "evidence"
    )


@pytest.mark.parametrize("amount", [0, FACE + 1, 2**64 - 1])
def test_transfer__of_nothing_or_too_much__is_refused(world: World, amount: int) -> None:
    """MUST-16: no amount wraps."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")

    with world.refused("ReceivablesAvailable" if amount else "ReceivablesAmount"):
        pass_on(world, id_, "supplier", "tier2", amount)


@pytest.mark.parametrize("to", ["supplier", "debtor"])
def test_transfer__to_itself_or_to_the_debtor__is_refused(world: World, to: str) -> None:
    """MUST-9: a self-transfer makes no second copy of anything."""
    id_, _ = active(world)

    with world.refused("ReceivablesTransferee", to=party(world, to)):
        pass_on(world, id_, "supplier", to, PART)


def test_transfer__on_the_last_day__is_done_and_on_the_due_day_refused(world: World) -> None:
    """MUST-17, MUST-25: strictly before the day."""
    id_, o = active(world)
    consent(world, "tier2", "supplier")
    world.pass_days(49)
    pass_on(world, id_, "supplier", "tier2", 1)

    world.pass_days(1)
    with world.refused("ReceivablesDue", dueDay=o["dueDay"], today=o["dueDay"]):
        pass_on(world, id_, "supplier", "tier2", 1)


def test_transfer__to_a_frozen_party__is_received(world: World) -> None:
    """A frozen party may receive; it may not dispose."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    freeze(world, "tier2")

    pass_on(world, id_, "supplier", "tier2", PART)

    assert units(world, id_, "tier2") == PART
    consent(world, "tier3", "tier2")
    with world.refused("ParticipantsPartyFrozen"):
        pass_on(world, id_, "tier2", "tier3", PART)
    unfreeze(world, "tier2")
    pass_on(world, id_, "tier2", "tier3", PART)


def test_transfer__frozen_certificate__moves_again_when_the_freeze_ends(world: World) -> None:
    """INV-20: on its last day the freeze holds, the day after it is over by itself."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    freeze_certificate(world, id_, days=5)

    world.pass_days(5)
    with world.refused("ReceivablesFrozen", untilDay=world.today):
        pass_on(world, id_, "supplier", "tier2", 1)
    world.pass_days(1)
    pass_on(world, id_, "supplier", "tier2", 1)


# Standing consent


def test_setStandingConsent__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *authority_rules("tier2", amount=False),
        ("ReceivablesConsentMissing", put("consent", bytes(32))),
    ]

    def prepare(w: World) -> SimpleNamespace:
        return caller_case(w, "tier2", MAKE, consent=hashed("consent"))

    def act(w: World, case: SimpleNamespace) -> None:
        args = (party(w, "supplier"), w.today, case.consent)
        w.send(case.by, "receivables", "setStandingConsent", *args)

    check_refusals(world, prepare, act, rules)


def test_setStandingConsent__until_a_day__holds_on_that_day_and_not_after(  # noqa: N802
    world: World,
) -> None:
    id_, _ = active(world)
    receipt = consent(world, "tier2", "supplier", until=world.today + 3)
    assert receipt.event("StandingConsentSet").args["untilDay"] == world.today + 3

    world.pass_days(3)
    pass_on(world, id_, "supplier", "tier2", 1)
    world.pass_days(1)
    with world.refused("ReceivablesConsentNotGiven", untilDay=world.today - 1):
        pass_on(world, id_, "supplier", "tier2", 1)


def test_setStandingConsent__taken_back_while_frozen__ends_at_once(world: World) -> None:  # noqa: N802
    """MUST-12: consent is free, so a freeze cannot hold a party to it."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    freeze(world, "tier2")
    suspend(world, "tier2")

    args = (party(world, "supplier"), 0, bytes(32))
    world.act("tier2", "receivables", "setStandingConsent", *args)

    suspend(world, "tier2", end=True)
    args = (id_, party(world, "tier2"), 1, hashed("evidence"))
    with world.refused("ReceivablesConsentNotGiven"):
        world.act("supplier", "receivables", "transfer", *args)


def test_setStandingConsent__to_one_party__does_not_serve_another(world: World) -> None:  # noqa: N802
    id_, _ = active(world)
    consent(world, "tier2", "tier3")

    args = (id_, party(world, "tier2"), 1, hashed("evidence"))
    with world.refused("ReceivablesConsentNotGiven"):
        world.act("supplier", "receivables", "transfer", *args)


# Both approvals at once


def signed_case(world: World, sender: str) -> SimpleNamespace:
    case = hop_case(world)
    case.by, case.sender = None, sender
    case.terms = transfer_terms(world, case.id, "supplier", "tier2", PART)
    case.from_, case.to, case.consent = ("supplier", 1), ("tier2", 0), hashed("consent")
    return case


def send_signed(world: World, case: SimpleNamespace) -> None:
    digests = (transfer_id(world, case.terms), taking_digest(world, case.terms, case.consent))
    approvals = [
        world.approval(name, digest, officer=index)
        for (name, index), digest in zip((case.from_, case.to), digests, strict=True)
    ]
    name, index = getattr(case, case.sender)
    by = case.by or world.actors[name].officers[index].address
    world.send(by, "receivables", "transferSigned", case.terms, case.consent, *approvals)


def signs(side: str, who: str, act: Callable[[World, str], object]) -> Callable[..., None]:
    def breach(world: World, case: SimpleNamespace) -> None:
        setattr(case, side, (who, 0))
        act(world, who)

    return breach


@pytest.mark.parametrize("sender", ["from_", "to"])
def test_transferSigned__rules__answer_in_order(world: World, sender: str) -> None:  # noqa: N802
    steps = [rule for rule in passing("terms.hop.") if rule[0] != "ReceivablesTransferee"]
    rules: list[Rule] = [
        ("GovernedCaller", put("by", STRANGER.address)),
        ("ParticipantsPartySuspended", signs("from_", "supplier", suspend)),
        ("ParticipantsPartyFrozen", signs("from_", "supplier", freeze)),
        ("ReceivablesParty", put("from_", ("bank", 0))),
        ("ParticipantsPartySuspended", signs("to", "tier2", suspend)),
        ("ReceivablesParty", put("to", ("tier3", 0))),
        ("ReceivablesConsentMissing", put("consent", bytes(32))),
        *steps,
    ]

    check_refusals(world, lambda w: signed_case(w, sender), send_signed, rules)


@pytest.mark.parametrize("side", ["supplier", "tier2"])
def test_transferSigned__sent_by_either_side__moves_once(world: World, side: str) -> None:  # noqa: N802
    """MUST-21: the same signatures do nothing a second time."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)
    sender = world.actors[side].officers[0].address

    receipt = transfer_signed(world, terms, sender=sender)

    assert units(world, id_, "tier2") == PART
    taken = receipt.event("TransferTaken").args
    assert taken["fromOfficer"] == world.actors["supplier"].officers[0].address
    assert taken["officer"] == world.actors["tier2"].officers[0].address
    with world.refused("TwoSidedState", actual=2, needed=0):
        transfer_signed(world, terms, sender=sender)


@pytest.mark.parametrize("key", [STRANGER, officer_key("supplier", 1), officer_key("tier2", 1)])
def test_transferSigned__sent_by_a_stranger__is_refused(world: World, key: Signer) -> None:  # noqa: N802
    """Who only finds the signatures decides nothing by sending them, colleagues neither."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)
    needed = world.actors["supplier"].officers[0].address

    with world.refused("GovernedCaller", caller=key.address, needed=needed):
        transfer_signed(world, terms, sender=key.address)
    transfer_signed(world, terms)


@pytest.mark.parametrize("side", ["supplier", "tier2"])
def test_transferSigned__too_old__is_refused(world: World, side: str) -> None:  # noqa: N802
    id_, _ = active(world)
    late = world.timestamp - 1
    terms = transfer_terms(world, id_, "supplier", "tier2", PART, deadline=late)

    with world.refused("GovernedSignatureExpired", deadline=late):
        transfer_signed(world, terms, sender=world.actors[side].officers[0].address)


def test_transferSigned__of_a_pending_request__is_refused(world: World) -> None:  # noqa: N802
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)
    request(world, terms)

    with world.refused("TwoSidedState", actual=1):
        transfer_signed(world, terms)


# Request and answer


def test_requestTransfer__rules__answer_in_order(world: World) -> None:  # noqa: N802
    steps = [
        rule
        for rule in passing("terms.hop.")
        if rule[0] not in ("ReceivablesDue", "ReceivablesFrozen")
    ]
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartySuspended", suspended_transferee("terms.hop.to")),
        ("ReceivablesParty", by_actor("tier3")),
        *steps,
        ("ReceivablesFrozen", then(freeze_it)),
        ("ReceivablesDue", put("day", lambda w: w.today + 50)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = hop_case(w, day=w.today)
        case.terms = transfer_terms(w, case.id, "supplier", "tier2", PART)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "receivables", "requestTransfer", case.terms, case.day)

    check_refusals(world, prepare, act, rules)


def test_requestTransfer__to_be_answered_before_today__is_refused(world: World) -> None:  # noqa: N802
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)

    with world.refused("ReceivablesDueDay"):
        request(world, terms, days=-1)


def test_requestTransfer__pending__locks_exactly_its_part(world: World) -> None:  # noqa: N802
    """RCV-2, MUST-8: what is locked can be neither passed on nor asked for again."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", FACE - 10)

    pending_id = request(world, terms)

    found = world.read("receivables", "pending", pending_id)
    assert (found["state"], found["amountFen"], found["subject"]) == (1, FACE - 10, id_)
    position = world.read("receivables", "position", id_, party(world, "supplier"))
    assert position["lockedFen"] == FACE - 10
    with world.refused("ReceivablesAvailable", available=10, needed=11):
        pass_on(world, id_, "supplier", "tier3", 11)
    pass_on(world, id_, "supplier", "tier3", 10)
    with world.refused("ReceivablesAvailable", available=0):
        request(world, terms | {"reference_": hashed("again")})


def test_requestTransfer__two_pending__lock_their_sum(world: World) -> None:  # noqa: N802
    """RCV-2: closing one act lifts its own lock and no other's."""
    id_, _ = active(world)
    first = request(world, transfer_terms(world, id_, "supplier", "tier2", 600))
    request(world, transfer_terms(world, id_, "supplier", "tier3", 50))
    supplier = party(world, "supplier")
    assert world.read("receivables", "position", id_, supplier)["lockedFen"] == 650

    world.act("tier2", "receivables", "reject", first)

    assert world.read("receivables", "position", id_, supplier)["lockedFen"] == 50


def test_requestTransfer__same_terms_again__is_refused_for_ever(world: World) -> None:  # noqa: N802
    """TWO-1: an id is used once, whatever became of it."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)
    pending_id = request(world, terms)

    with world.refused("TwoSidedState", actual=1, needed=0):
        request(world, terms)
    world.act("tier2", "receivables", "reject", pending_id)
    with world.refused("TwoSidedState", actual=3):
        request(world, terms)


def test_takeTransfer__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """Every precondition is asked again when the other side answers."""
    rules: list[Rule] = [
        *authority_rules("tier2"),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "supplier"))),
        ("ParticipantsPartyFrozen", then(lambda w: freeze(w, "supplier"))),
        ("TwoSidedState", put("terms.reference_", hashed("another"))),
        ("TwoSidedParty", by_actor("tier3")),
        ("TwoSidedExpired", then(lambda w: w.pass_days(11))),
        ("ReceivablesConsentMissing", put("consent", bytes(32))),
        ("ReceivablesFrozen", then(freeze_it)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        id_, _ = active(w)
        terms = transfer_terms(w, id_, "supplier", "tier2", PART)
        request(w, terms)
        return caller_case(w, "tier2", MAKE, terms=terms, consent=hashed("consent"))

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "receivables", "takeTransfer", case.terms, case.consent)

    check_refusals(world, prepare, act, rules)


def test_takeTransfer__done__moves_and_unlocks(world: World) -> None:  # noqa: N802
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART, recourse=FULL)
    pending_id = request(world, terms)

    receipt = take_transfer(world, terms)

    position = world.read("receivables", "position", id_, party(world, "supplier"))
    assert position["lockedFen"] == 0
    assert units(world, id_, "tier2") == PART
    assert receipt.event("PendingClosed").args["state"] == 2
    assert as_bytes(receipt.event("TransferTaken").args["pendingId"]) == pending_id
    assert len(world.read("receivables", "undertakings", id_, party(world, "tier2"))) == 1
    with world.refused("TwoSidedState", actual=2, needed=1):
        take_transfer(world, terms)


def test_takeTransfer__after_an_order_took_the_units__is_refused(world: World) -> None:  # noqa: N802
    """A lock is no title: a forced transfer goes before it, and nothing is counted twice."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", FACE)
    pending_id = request(world, terms)
    order = order_of(world, MOVE, "receivables", id_, amountFen=FACE)
    carry_out(world, order | {"from": party(world, "supplier"), "to": party(world, "tier3")})

    with world.refused("ReceivablesAvailable"):
        take_transfer(world, terms)
    world.act("supplier", "receivables", "withdraw", pending_id)
    assert units(world, id_, "tier3") == FACE


@pytest.mark.parametrize("function", ["reject", "withdraw"])
def test_close__rules__answer_in_order(world: World, function: str) -> None:
    """TWO-2, MUST-12: the right side, also when frozen and suspended."""
    right = {"reject": "tier2", "withdraw": "supplier"}[function]
    rules: list[Rule] = [
        ("TwoSidedState", put("id", hashed("unknown"))),
        *authority_rules(right, amount=False, standing=False),
        ("TwoSidedParty", by_actor("tier3")),
    ]

    def prepare(w: World) -> SimpleNamespace:
        id_, _ = active(w)
        case = caller_case(w, right, MAKE)
        case.id = request(w, transfer_terms(w, id_, "supplier", "tier2", PART))
        freeze(w, right)
        suspend(w, right)
        freeze_certificate(w, id_)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "receivables", function, case.id)

    check_refusals(world, prepare, act, rules)


@pytest.mark.parametrize(("function", "state"), [("reject", 3), ("withdraw", 4), ("expire", 5)])
def test_close__without_agreement__restores_the_books_exactly(
    world: World, function: str, state: int
) -> None:
    """INV-4: but for the mark that a lock was ever asked for, everything is as before."""
    id_, o = active(world)
    before = books(world, id_, o)
    pending_id = request(world, transfer_terms(world, id_, "supplier", "tier2", PART))
    freeze(world, "supplier")
    if function == "expire":
        world.pass_days(11)

    sender = {"reject": "tier2", "withdraw": "supplier", "expire": "tier3"}[function]
    receipt = world.act(sender, "receivables", function, pending_id)

    after = books(world, id_, o)
    after["certificate"]["hasLocks"] = False
    assert after == before
    assert receipt.event("PendingClosed").args["state"] == state
    for again in ("reject", "withdraw", "expire"):
        with world.refused("TwoSidedState", actual=state):
            world.act("tier2", "receivables", again, pending_id)


def test_expire__on_the_last_day__is_refused(world: World) -> None:
    """MUST-19: strangers end nothing early; on the last day the answer still counts."""
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", PART)
    pending_id = request(world, terms)
    world.pass_days(10)

    with world.refused("TwoSidedState"):
        world.send(STRANGER.address, "receivables", "expire", hashed("unknown"))
    with world.refused("TwoSidedNotExpired", today=world.today, deadlineDay=world.today):
        world.send(STRANGER.address, "receivables", "expire", pending_id)
    take_transfer(world, terms)


# Token entry points


def test_token_paths__all__are_refused(world: World) -> None:
    """MUST-7: no entry of ERC-1155 moves a certificate, for its own officer or anybody else."""
    id_, o = active(world)
    before = books(world, id_, o)
    supplier, tier2 = party(world, "supplier"), party(world, "tier2")
    officer = world.actors["supplier"].officers[0].address

    for sender in (officer, STRANGER.address, supplier):
        with world.refused("ReceivablesTransferPath"):
            args = (supplier, tier2, id_, 1, b"")
            world.send(sender, "receivables", "safeTransferFrom", *args)
        with world.refused("ReceivablesTransferPath"):
            args = (supplier, tier2, [id_, id_], [FACE, FACE], b"")
            world.send(sender, "receivables", "safeBatchTransferFrom", *args)
        with world.refused("ReceivablesTransferPath"):
            world.send(sender, "receivables", "setApprovalForAll", tier2, True)

    assert books(world, id_, o) == before
    assert world.read("receivables", "isApprovedForAll", supplier, officer) is False


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("issue", (7, "0x" + "22" * 20, 5, 0)),
        ("advance", (7, 2**9 - 1, 5)),
        ("reduce", (7, "0x" + "22" * 20, 5)),
        ("assign", ((7, "0x" + "22" * 20, "0x" + "33" * 20, 5, hashed("x"), 0, 0),)),
        ("reassign", (7, "0x" + "22" * 20, "0x" + "33" * 20, 5)),
        ("retire", (7, "0x" + "22" * 20, "0x" + "33" * 20, 5)),
        ("lock", (7, "0x" + "22" * 20, "0x" + "33" * 20, 5)),
        ("unlock", (7, "0x" + "22" * 20, 5)),
        ("redeem", (7, "0x" + "22" * 20, ["0x" + "33" * 20])),
        ("redeemPart", (7, "0x" + "22" * 20, 5, ["0x" + "33" * 20])),
    ],
)
def test_inner_functions__called_from_outside__are_refused(
    world: World, function: str, args: tuple[Any, ...]
) -> None:
    """MUST-14: only the named contract may call, no officer of anybody."""
    for sender in (STRANGER.address, world.actors["operator"].officers[0].address):
        with world.refused("GovernedCaller", caller=sender):
            world.send(sender, "receivables", function, *args)


def test_balances__after_many_hops__sum_to_the_outstanding(world: World) -> None:
    """INV-1, RCV-1."""
    id_, _ = active(world)

    pass_on(world, id_, "supplier", "tier2", 333)
    pass_on(world, id_, "tier2", "tier3", 332)
    pass_on(world, id_, "tier3", "supplier", 100)

    held = [units(world, id_, name) for name in world.actors]
    assert sum(held) == certificate(world, id_)["outstandingFen"] == FACE
    assert units(world, id_, "tier2") == 1


def test_freeze_order__shown__in_the_certificate(world: World) -> None:
    """INV-20: freezing and unfreezing restore the pair."""
    id_, o = active(world)
    before = books(world, id_, o)

    receipt = freeze_certificate(world, id_)
    assert certificate(world, id_)["frozenUntil"] == world.today + 30
    assert receipt.event("CertificateFrozen").args["untilDay"] == world.today + 30
    lifted = carry_out(world, order_of(world, FREEZE + 1, "receivables", id_))

    assert books(world, id_, o) == before
    assert lifted.event("CertificateUnfrozen").args["id"] == id_
