"""Governed: what counts as an officer's approval, on every road it can come (MUST-21)."""

from __future__ import annotations

from typing import Any

import pytest

from scf.chain.keys import Signer
from tests.stories import (
    FACE,
    STRANGER,
    active,
    as_signed,
    certificate,
    change_of,
    change_officer,
    opening,
    opening_digest,
    other_digest,
    party,
    quote,
    quote_id,
    sell,
    suspend,
    transfer_id,
    transfer_signed,
    transfer_terms,
    units,
)
from tests.typed import CHANGE, OPENING
from tests.world import DEPLOYER, World, hashed, officer_key

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

# Wallets that speak EIP-1271. The first accepts whoever shows the digest itself, the second
# anything, the third gives back nothing, the fourth reverts.
MAGIC = "7f1626ba7e" + "00" * 28
WALLETS = {
    "strict": "600435606435" + "14" + MAGIC + "02" + "600052" + "60206000f3",
    "open": MAGIC + "600052" + "60206000f3",
    "silent": "00",
    "reverting": "60006000fd",
}


def wallet(world: World, kind: str) -> str:
    """The address of a new wallet contract."""
    code = bytes.fromhex(WALLETS[kind])
    creation = bytes([0x60, len(code)]) + bytes.fromhex("80600b6000396000f3")
    address, _ = world.engine.create(DEPLOYER, creation + code)
    return address


def approve_all(world: World, o: dict[str, Any]) -> list[dict[str, Any]]:
    digest = opening_digest(world, o)
    return [
        world.approval("supplier", digest),
        world.approval("debtor", digest),
        world.approval("debtor", digest, officer=1),
    ]


SUPPLIER, MAKER, CHECKER = range(3)


def send(
    world: World, o: dict[str, Any], approvals: list[dict[str, Any]], *, by: int = SUPPLIER
) -> int:
    """One of the three officers sends; the others' approvals count by signature."""
    args = (o, *approvals)
    return int(world.send(approvals[by]["officer"], "invoices", "openConfirmed", *args).result)


# Who may send


@pytest.mark.parametrize("by", [SUPPLIER, MAKER, CHECKER])
def test_openConfirmed__sent_by_any_approver__is_done(world: World, by: int) -> None:  # noqa: N802
    o = opening(world)

    id_ = send(world, o, approve_all(world, o), by=by)

    assert certificate(world, id_)["status"] == 5


@pytest.mark.parametrize("key", [STRANGER, officer_key("supplier", 1), officer_key("debtor", 2)])
def test_openConfirmed__sent_by_a_stranger__is_refused(world: World, key: Signer) -> None:  # noqa: N802
    """Who only finds the signatures decides nothing by sending them, colleagues neither."""
    o = opening(world)
    approvals = approve_all(world, o)
    needed = approvals[CHECKER]["officer"]

    with world.refused("GovernedCaller", caller=key.address, needed=needed):
        world.send(key.address, "invoices", "openConfirmed", o, *approvals)
    send(world, o, approvals)


# What is signed


@pytest.mark.parametrize(
    "domain",
    [
        {"chain_id": 31337},
        {"contract": "0x" + "99" * 20},
        {"name": "SCF Receivables"},
        {"version": "2"},
    ],
)
def test_signature__for_another_chain_or_contract__is_refused(
    world: World, domain: dict[str, Any]
) -> None:
    o = opening(world)
    approvals = approve_all(world, o)
    digest = other_digest(world, "invoices", "Opening", OPENING, as_signed(o), **domain)
    approvals[1] = world.approval("debtor", digest)

    with world.refused("GovernedSignatureInvalid", officer=approvals[1]["officer"]):
        send(world, o, approvals)
    send(world, o, approve_all(world, o))


CHANGED = {
    "invoiceKey": hashed("k"),
    "reference_": hashed("r"),
    "amountFen": FACE - 1,
    "invoiceFen": FACE + 1,
    "deliveryDay": 20_000,
    "dueDay": 20_560,
    "lateRatePpm": 40_000,
    "documentHash": hashed("d"),
    "bankReviewHash": hashed("b"),
    "termReasonHash": hashed("t"),
    "consentHash": hashed("c"),
    "deadline": 2**64 - 2,
}


@pytest.mark.parametrize(("by", "asked"), [(SUPPLIER, MAKER), (MAKER, SUPPLIER), (MAKER, CHECKER)])
@pytest.mark.parametrize("name", CHANGED)
def test_signature__over_other_terms__is_refused(
    world: World, name: str, by: int, asked: int
) -> None:
    """Every field of the opening is signed: asset, amount, days, documents, deadline."""
    o = opening(world)
    changed = o | {name: CHANGED[name]}
    approvals = approve_all(world, changed)
    approvals[asked] = approve_all(world, o)[asked]

    with world.refused("GovernedSignatureInvalid", officer=approvals[asked]["officer"]):
        send(world, changed, approvals, by=by)


def malleable(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[32:64])
    return signature[:32] + s.to_bytes(32) + bytes([55 - signature[64]])


SPOILED = {
    "malleable": malleable,
    "zero": lambda signature: bytes(65),
    "zero with v": lambda signature: bytes(64) + b"\x1b",
    "short": lambda signature: signature[:64],
    "long": lambda signature: signature + b"\0",
    "one byte": lambda signature: b"\1",
    "other v": lambda signature: signature[:64] + bytes([55 - signature[64]]),
    "v of another kind": lambda signature: signature[:64] + b"\x1d",
    "swapped": lambda signature: signature[32:64] + signature[:32] + signature[64:],
    "compact": lambda signature: signature[:32] + signature[32:64],
}


@pytest.mark.parametrize("kind", SPOILED)
def test_signature__malleable_zero_or_malformed__is_refused(world: World, kind: str) -> None:
    o = opening(world)
    approvals = approve_all(world, o)
    approvals[CHECKER]["signature"] = SPOILED[kind](approvals[CHECKER]["signature"])

    with world.refused("GovernedSignatureInvalid", officer=approvals[CHECKER]["officer"]):
        send(world, o, approvals)


def test_signature__in_another_officers_name__is_refused(world: World) -> None:
    """MUST-2: the wrong officer's key, and a key of nobody."""
    o = opening(world)
    approvals = approve_all(world, o)
    swapped = [approvals[0], approvals[2] | {"officer": approvals[1]["officer"]}, approvals[2]]
    zero = [approvals[0], {"officer": "0x" + "00" * 20, "signature": bytes(65)}, approvals[2]]

    with world.refused("GovernedSignatureInvalid"):
        send(world, o, swapped)
    with world.refused("ParticipantsOfficerUnknown"):
        send(world, o, zero)


def test_signature__of_an_officer_removed_since__is_refused(world: World) -> None:
    o = opening(world)
    approvals = approve_all(world, o)
    approvals[2] = world.approval("debtor", opening_digest(world, o), officer=2)
    key = approvals[2]["officer"]
    change_officer(world, "debtor", change_of(world, "debtor", key, powers=0))

    with world.refused("ParticipantsOfficerUnknown", officer=key):
        send(world, o, approvals)


def test_deadline__to_the_second__holds(world: World) -> None:
    o = opening(world, deadline=world.timestamp)
    approvals = approve_all(world, o)

    with world.anchor():
        world.timestamp += 1
        world.engine.set_time(world.timestamp)
        with world.refused("GovernedSignatureExpired", deadline=o["deadline"]):
            send(world, o, approvals)
    send(world, o, approvals)


# Revoking


def test_revoke__by_another_officer_of_the_party__takes_it_back(world: World) -> None:
    """Always possible, also for a suspended party; only for the party's own signatures."""
    o = opening(world)
    approvals, digest = approve_all(world, o), opening_digest(world, o)

    world.act("tier2", "invoices", "revokeSignature", digest)
    with world.anchor():
        send(world, o, approvals)
    suspend(world, "debtor")
    receipt = world.act("debtor", "invoices", "revokeSignature", digest, officer=2)
    suspend(world, "debtor", end=True)

    assert receipt.event("SignatureRevoked").args["party"] == party(world, "debtor")
    assert world.read("invoices", "isRevoked", party(world, "debtor"), digest) is True
    assert world.read("invoices", "isRevoked", party(world, "supplier"), digest) is False
    with world.refused("GovernedSignatureRevoked", party=party(world, "debtor")):
        send(world, o, approvals)


def test_revoke__in_one_contract__does_not_reach_another(world: World) -> None:
    id_, _ = active(world)
    terms = transfer_terms(world, id_, "supplier", "tier2", 5)
    digest = transfer_id(world, terms)
    world.act("supplier", "invoices", "revokeSignature", digest)
    with world.anchor():
        transfer_signed(world, terms)

    world.act("supplier", "receivables", "revokeSignature", digest)

    with world.refused("GovernedSignatureRevoked"):
        transfer_signed(world, terms)
    assert units(world, id_, "tier2") == 0


def test_revoke__by_a_stranger__is_refused(world: World) -> None:
    with world.refused("ParticipantsOfficerUnknown"):
        world.send(STRANGER.address, "invoices", "revokeSignature", hashed("digest"))


# Approving on chain


def test_approve__on_chain__serves_once(world: World) -> None:
    """An empty signature stands for it, and it is used up."""
    o = opening(world)
    digest, maker = opening_digest(world, o), world.actors["debtor"].officers[0].address
    approvals = approve_all(world, o)
    approvals[1] = world.by_caller("debtor")

    with world.refused("GovernedSignatureInvalid", officer=maker):
        send(world, o, approvals)
    receipt = world.act("debtor", "invoices", "approve", digest)
    assert receipt.event("Approved").args["officer"] == maker
    send(world, o, approvals)

    with world.refused("GovernedSignatureInvalid"):
        send(world, o, approvals)


def test_approve__by_another_officer__does_not_serve(world: World) -> None:
    o = opening(world)
    approvals = approve_all(world, o)
    approvals[1] = world.by_caller("debtor")
    digest = opening_digest(world, o)
    world.act("debtor", "invoices", "approve", digest, officer=2)
    world.send(STRANGER.address, "invoices", "approve", digest)

    with world.refused("GovernedSignatureInvalid"):
        send(world, o, approvals)


def test_approve__after_the_deadline_or_revoked__does_not_serve(world: World) -> None:
    o = opening(world, deadline=world.timestamp + 86_400)
    approvals = approve_all(world, o)
    approvals[1] = world.by_caller("debtor")
    world.act("debtor", "invoices", "approve", opening_digest(world, o))

    with world.anchor():
        world.act("debtor", "invoices", "revokeSignature", opening_digest(world, o))
        with world.refused("GovernedSignatureRevoked"):
            send(world, o, approvals)
    world.pass_days(2)
    approvals[0] = world.by_caller("supplier")
    with world.refused("GovernedSignatureExpired"):
        world.act("supplier", "invoices", "openConfirmed", o, *approvals)


# EIP-1271


def wallet_officer(world: World, kind: str, who: str = "debtor") -> str:
    """A wallet contract as an officer of a party; a strict one accepts its own appointment."""
    address = wallet(world, kind)
    terms = change_of(world, who, address)
    digest = world.digest("participants", "OfficerChange", CHANGE, terms)
    approval = world.approval(who, digest, officer=1)
    world.act(who, "participants", "changeOfficer", terms, approval, digest)
    return address


def test_wallet__that_accepts__is_an_officer_like_others(world: World) -> None:
    address = wallet_officer(world, "strict")
    o = opening(world)
    approvals, digest = approve_all(world, o), opening_digest(world, o)

    approvals[1] = {"officer": address, "signature": hashed("not the digest")}
    with world.refused("GovernedSignatureInvalid", officer=address):
        send(world, o, approvals)
    approvals[1]["signature"] = digest
    id_ = send(world, o, approvals)

    assert certificate(world, id_)["status"] == 5


@pytest.mark.parametrize("kind", ["silent", "reverting"])
def test_wallet__that_does_not_answer__cannot_be_an_officer(world: World, kind: str) -> None:
    """MUST-18: and its refusal reads like any other wrong signature."""
    with world.refused("GovernedSignatureInvalid"):
        wallet_officer(world, kind)


def test_wallet__with_a_second_signature__is_no_second_officer(world: World) -> None:
    """MUST-2: whatever a wallet accepts, maker and checker are two officers."""
    address = wallet_officer(world, "open")
    o = opening(world)
    approvals = approve_all(world, o)
    both = {"officer": address, "signature": b"anything"}

    with world.refused("GovernedSameOfficer", officer=address):
        send(world, o, [approvals[0], both, both])


# Attackers


@pytest.mark.parametrize("key", [STRANGER, officer_key("tier2", 0)])
def test_quote__signed_by_another_than_the_funder__is_refused(world: World, key: Signer) -> None:
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, FACE)
    officer = world.actors["bank"].officers[0].address
    forged = {"officer": officer, "signature": key.sign_typed(quote_id(world, q))}

    with world.refused("GovernedSignatureInvalid"):
        args = (q, hashed("e"), hashed("c"), forged)
        world.act("supplier", "discounting", "sell", *args)
    assert sell(world, q).result > 0


def test_failed_act__of_any_kind__leaves_no_event(world: World) -> None:
    id_, _ = active(world)
    before = len(world.logs)

    with world.refused("ReceivablesTransferee"):
        pass_on_unconsented(world, id_)

    assert len(world.logs) == before


def pass_on_unconsented(world: World, id_: int) -> None:
    terms = transfer_terms(world, id_, "supplier", "debtor", 5)
    world.act("supplier", "receivables", "requestTransfer", terms, world.today)
