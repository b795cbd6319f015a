"""
Role × function: every function that can change anything, called by a key of nobody and by an
officer with every power whose party has no business there (MUST-14). The rows are held against the
ABI.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scf.build.artifacts import load
from scf.build.artifacts import names as artifact_names
from scf.chain.typed import struct_hash
from tests.contracts import financing_matrix
from tests.contracts.bill_matrix import BILL_MATRIX, set_scene
from tests.contracts.disclosure_matrix import DISCLOSURE_MATRIX, set_disclosure_scene
from tests.contracts.financing_matrix import FINANCING_MATRIX
from tests.contracts.recourse_matrix import RECOURSE_MATRIX
from tests.contracts.recourse_matrix import set_scene as set_recourse_scene
from tests.stories import (
    FACE,
    FREEZE,
    MOVE,
    STRANGER,
    active,
    certificate_id,
    change_of,
    claimed,
    clerk,
    confirmation,
    drafted,
    freeze,
    hop,
    offered,
    opening,
    order_of,
    party,
    place,
    quote,
    request,
    suspend,
    transfer_id,
    transfer_terms,
)
from tests.typed import CHANGE, RECOVERY
from tests.world import CHECK, FOREVER, World, hashed, make_actor, officer_key

ANYONE = ""
NOBODY = {"officer": "0x" + "00" * 20, "signature": b""}
KEY = officer_key("matrix", 0)
NAMES = {name.lower(): name for name in artifact_names()}
# ERC-721 declares these payable; all of them are refused whatever comes with them.
CLOSED = {"transferFrom", "safeTransferFrom", "approve"}
DOCUMENT = hashed("document")

Arguments = Callable[[World], tuple[Any, ...]]
Row = tuple[Arguments, str, str, str]


def _id(world: World) -> int:
    return certificate_id(world, opening(world))


def _other(world: World, name: str) -> dict[str, Any]:
    return opening(world, invoiceKey=hashed(name), consentHash=bytes(32))


def _approval(world: World, who: str) -> dict[str, Any]:
    return world.by_caller(who, officer=1)


def _order(world: World, kind: int, target: str) -> dict[str, Any]:
    subject = {"participants": party(world, "tier3"), "receivables": _id(world), "cash": 0}[target]
    moved = {"from": party(world, "supplier"), "to": party(world, "tier2"), "amountFen": 1}
    return order_of(world, kind, target, subject, **(moved if kind == MOVE else {}))


def _terms(world: World) -> dict[str, Any]:
    return transfer_terms(world, _id(world), "supplier", "tier2", 5)


def _rule_entry(world: World) -> dict[str, Any]:
    return {
        "ruleId": hashed("rule"),
        "value": 1,
        "effectiveFrom": world.today,
        "basisHash": DOCUMENT,
        "deadline": FOREVER,
    }


def _calendar_entry(world: World) -> dict[str, Any]:
    return {"year": 2030, "nonBusiness": [0, 0], "basisHash": DOCUMENT, "deadline": FOREVER}


def _change(world: World) -> dict[str, Any]:
    return change_of(world, "supplier", KEY.address)


def _holders(world: World) -> list[str]:
    return [party(world, "supplier")]


def _tier2(world: World) -> str:
    return party(world, "tier2")


UNKNOWN = "ParticipantsOfficerUnknown"
NO_ROLE = "ParticipantsRoleLacking"
OTHER = "ParticipantsApproverParty"
INNER = "GovernedCaller"


def operators(arguments: Arguments) -> Row:
    return (arguments, UNKNOWN, "tier2", OTHER)


def inner(arguments: Arguments) -> Row:
    return (arguments, INNER, "operator", INNER)


def own(contract: str) -> dict[tuple[str, str], Row]:
    """What every contract has: approving binds nobody but its officer, revoking one's own party."""
    return {
        (contract, "approve(bytes32)"): (lambda w: (DOCUMENT,), ANYONE, "tier2", ANYONE),
        (contract, "revokeSignature(bytes32)"): (lambda w: (DOCUMENT,), UNKNOWN, "tier2", ANYONE),
    }


MATRIX: dict[tuple[str, str], Row] = {
    **own("participants"),
    ("participants", "enrol"): operators(
        lambda w: (w.enrolment(make_actor("newcomer", 1, 2, 2)), [b"", b""], NOBODY)
    ),
    ("participants", "restate"): operators(lambda w: (_tier2(w), DOCUMENT, 1, 1, FOREVER, NOBODY)),
    ("participants", "suspend"): operators(lambda w: (_tier2(w), DOCUMENT, FOREVER, NOBODY)),
    ("participants", "resume"): operators(
        lambda w: (party(w, "agency"), DOCUMENT, FOREVER, NOBODY)
    ),
    ("participants", "carryOut"): (
        lambda w: (_order(w, FREEZE, "participants"),),
        UNKNOWN,
        "bank",
        NO_ROLE,
    ),
    ("participants", "changeOfficer"): (
        lambda w: (_change(w), _approval(w, "supplier"), b""),
        UNKNOWN,
        "tier2",
        OTHER,
    ),
    ("participants", "proposeRecovery"): operators(lambda w: (_change(w), NOBODY)),
    ("participants", "objectToRecovery"): operators(lambda w: (party(w, "bank2"),)),
    ("participants", "recover"): operators(lambda w: (change_of(w, "bank2", KEY.address), b"")),
    **own("rulebook"),
    ("rulebook", "setRule"): (
        lambda w: (_rule_entry(w), NOBODY),
        UNKNOWN,
        "operator",
        NO_ROLE,
    ),
    ("rulebook", "setCalendar"): (
        lambda w: (_calendar_entry(w), NOBODY),
        UNKNOWN,
        "regulator",
        NO_ROLE,
    ),
    **own("orders"),
    ("orders", "propose"): (
        lambda w: (_order(w, MOVE, "cash") | {"documentHash": DOCUMENT},),
        UNKNOWN,
        "regulator",
        NO_ROLE,
    ),
    ("orders", "withdraw"): (
        lambda w: (w.read("orders", "orderIdOf", _order(w, FREEZE, "participants")),),
        UNKNOWN,
        "regulator",
        "GovernedOtherParty",
    ),
    ("orders", "carryOut"): (
        lambda w: (
            _order(w, FREEZE, "participants"),
            w.actors["court"].officers[1].address,
        ),
        "OrdersTarget",
        "regulator",
        "OrdersTarget",
    ),
    **own("cash"),
    ("cash", "mint"): (lambda w: (_tier2(w), 1, DOCUMENT), UNKNOWN, "operator", NO_ROLE),
    ("cash", "burn"): (lambda w: (1, DOCUMENT), UNKNOWN, "supplier", NO_ROLE),
    ("cash", "transfer"): (lambda w: (_tier2(w), 1), UNKNOWN, "operator", NO_ROLE),
    ("cash", "approve(address,uint256)"): (
        lambda w: (_tier2(w), 1),
        UNKNOWN,
        "tier3",
        ANYONE,
    ),
    ("cash", "transferFrom"): (
        lambda w: (party(w, "supplier"), _tier2(w), 1),
        UNKNOWN,
        "tier3",
        "InsufficientAllowance",
    ),
    ("cash", "move"): inner(lambda w: (party(w, "supplier"), _tier2(w), 1)),
    ("cash", "payOut"): inner(lambda w: (party(w, "supplier"), [_tier2(w)], [1])),
    ("cash", "debit"): inner(lambda w: (party(w, "supplier"), _tier2(w), _tier2(w), 1)),
    ("cash", "carryOut"): (lambda w: (_order(w, MOVE, "cash"),), UNKNOWN, "regulator", NO_ROLE),
    **own("invoices"),
    ("invoices", "register"): (
        lambda w: (DOCUMENT, party(w, "debtor"), 5, DOCUMENT),
        UNKNOWN,
        "operator",
        NO_ROLE,
    ),
    ("invoices", "confirmInvoice"): (
        lambda w: (hashed("by hand"), party(w, "supplier"), 5, FOREVER, _approval(w, "debtor")),
        UNKNOWN,
        "tier2",
        "GovernedSignatureInvalid",
    ),
    ("invoices", "open"): (
        lambda w: (_other(w, "new"),),
        UNKNOWN,
        "tier2",
        "OpeningsParty",
    ),
    ("invoices", "openConfirmed"): (
        lambda w: (
            opening(w, invoiceKey=hashed("new")),
            w.by_caller("supplier"),
            w.by_caller("debtor"),
            _approval(w, "debtor"),
        ),
        INNER,
        "tier2",
        INNER,
    ),
    ("invoices", "confirm"): (
        lambda w: (confirmation(_other(w, "claim")), _approval(w, "debtor")),
        UNKNOWN,
        "tier2",
        "OpeningsParty",
    ),
    ("invoices", "confirmDraft"): (
        lambda w: (*place(_other(w, "draft")), DOCUMENT),
        UNKNOWN,
        "tier2",
        "OpeningsParty",
    ),
    ("invoices", "take"): (
        lambda w: (*place(_other(w, "offer"))[:2], DOCUMENT),
        UNKNOWN,
        "tier2",
        "ReceivablesStatusOneOf",
    ),
    ("invoices", "refuse"): (
        lambda w: (*place(_other(w, "claim")), DOCUMENT),
        UNKNOWN,
        "supplier",
        "OpeningsParty",
    ),
    ("invoices", "withdrawOpening"): (
        lambda w: place(_other(w, "claim")),
        UNKNOWN,
        "debtor",
        "OpeningsParty",
    ),
    ("invoices", "expireOpening"): (
        lambda w: place(_other(w, "claim")),
        "OpeningsNotDue",
        "tier2",
        "OpeningsNotDue",
    ),
    ("invoices", "dispute"): (
        lambda w: (certificate_id(w, _other(w, "claim")), 1, DOCUMENT),
        UNKNOWN,
        "supplier",
        "OpeningsParty",
    ),
    ("invoices", "setOpeningBar"): (
        lambda w: (party(w, "debtor"), 1, DOCUMENT, FOREVER, NOBODY),
        UNKNOWN,
        "debtor",
        NO_ROLE,
    ),
    ("invoices", "setOpeningLimit"): (
        lambda w: (party(w, "debtor"), 1, FOREVER, NOBODY),
        UNKNOWN,
        "debtor",
        NO_ROLE,
    ),
    ("invoices", "discharge"): inner(lambda w: (party(w, "debtor"), 1, True)),
    ("invoices", "countOverdue"): inner(lambda w: (party(w, "debtor"),)),
    **own("receivables"),
    ("receivables", "issue"): inner(lambda w: (7, _tier2(w), 1, 0)),
    ("receivables", "advance"): inner(lambda w: (_id(w), 2**9 - 1, 1)),
    ("receivables", "reduce"): inner(lambda w: (_id(w), party(w, "supplier"), 1)),
    ("receivables", "redeem"): inner(lambda w: (_id(w), party(w, "debtor"), _holders(w))),
    ("receivables", "redeemPart"): inner(lambda w: (_id(w), party(w, "debtor"), 1, _holders(w))),
    ("receivables", "setStandingConsent"): (
        lambda w: (party(w, "supplier"), w.today, DOCUMENT),
        UNKNOWN,
        "tier2",
        ANYONE,
    ),
    ("receivables", "transfer"): (
        lambda w: (_id(w), _tier2(w), 5, DOCUMENT),
        UNKNOWN,
        "tier3",
        "ReceivablesConsentNotGiven",
    ),
    ("receivables", "transferWithRecourse"): (
        lambda w: (hop(w, _id(w), "supplier", "tier2", 5),),
        UNKNOWN,
        "tier3",
        "ReceivablesConsentNotGiven",
    ),
    ("receivables", "transferSigned"): (
        lambda w: (_terms(w), DOCUMENT, w.by_caller("supplier"), w.by_caller("tier2")),
        INNER,
        "tier3",
        INNER,
    ),
    ("receivables", "requestTransfer"): (
        lambda w: (_terms(w) | {"reference_": DOCUMENT}, w.today),
        UNKNOWN,
        "tier3",
        "ReceivablesParty",
    ),
    ("receivables", "takeTransfer"): (
        lambda w: (_terms(w), DOCUMENT),
        UNKNOWN,
        "supplier",
        "TwoSidedParty",
    ),
    ("receivables", "reject"): (
        lambda w: (transfer_id(w, _terms(w)),),
        UNKNOWN,
        "supplier",
        "TwoSidedParty",
    ),
    ("receivables", "withdraw"): (
        lambda w: (transfer_id(w, _terms(w)),),
        UNKNOWN,
        "tier2",
        "TwoSidedParty",
    ),
    ("receivables", "expire"): (
        lambda w: (transfer_id(w, _terms(w)),),
        "TwoSidedNotExpired",
        "tier2",
        "TwoSidedNotExpired",
    ),
    ("receivables", "markOverdue"): (
        lambda w: (_id(w),),
        "ReceivablesNotDue",
        "tier2",
        "ReceivablesNotDue",
    ),
    ("receivables", "carryOut"): (
        lambda w: (_order(w, MOVE, "receivables"),),
        UNKNOWN,
        "regulator",
        NO_ROLE,
    ),
    **own("settlement"),
    ("settlement", "sell"): (
        lambda w: (quote(w, _id(w), 5), DOCUMENT, DOCUMENT, _approval(w, "bank")),
        UNKNOWN,
        "tier2",
        "DiscountingParty",
    ),
    ("settlement", "buy"): (
        lambda w: (quote(w, _id(w), 5), DOCUMENT, DOCUMENT, _approval(w, "supplier")),
        UNKNOWN,
        "tier2",
        NO_ROLE,
    ),
    ("settlement", "payAtMaturity"): (
        lambda w: (_id(w), _holders(w)),
        UNKNOWN,
        "tier2",
        "ReceivablesParty",
    ),
    ("settlement", "payPart"): (
        lambda w: (_id(w), 1, _holders(w)),
        UNKNOWN,
        "tier2",
        "ReceivablesParty",
    ),
    **own("bills"),
    **own("acceptances"),
    **own("endorsements"),
    **own("factoringclaims"),
    **own("pledges"),
    **own("factoring"),
    **own("earlypayments"),
    **own("loans"),
    **own("billdiscounting"),
    **own("billloans"),
    **own("disclosures"),
    **own("guarantees"),
    **own("presentations"),
    **own("recourse"),
    **BILL_MATRIX,
    **DISCLOSURE_MATRIX,
    **RECOURSE_MATRIX,
    **FINANCING_MATRIX,
}


@pytest.fixture(scope="module")
def scene(ledger: World) -> World:
    """One of everything that an attacker could meet on the way."""
    financing_matrix.set_scene(ledger)
    active(ledger)
    claimed(ledger, invoiceKey=hashed("claim"))
    drafted(ledger, invoiceKey=hashed("draft"))
    offered(ledger, invoiceKey=hashed("offer"))
    request(ledger, _terms(ledger))
    ledger.mint("supplier", FACE, "money")
    suspend(ledger, "agency")
    for kind, target in ((FREEZE, "participants"), (MOVE, "cash"), (MOVE, "receivables")):
        terms = _order(ledger, kind, target)
        ledger.act("court", "orders", "propose", terms)
    propose_recovery(ledger)
    set_scene(ledger)
    set_disclosure_scene(ledger)
    set_recourse_scene(ledger)
    return ledger


def propose_recovery(world: World) -> None:
    terms = change_of(world, "bank2", KEY.address)
    message = {"changeHash": struct_hash("OfficerChange", CHANGE, terms), "deadline": FOREVER}
    digest = world.digest("participants", "RecoveryProposal", RECOVERY, message)
    approval = world.approval("operator", digest, officer=1)
    world.act("operator", "participants", "proposeRecovery", terms, approval)


@pytest.mark.parametrize("row", MATRIX, ids=" ".join)
def test_function__called_by_those_without_authority__is_refused(
    scene: World, row: tuple[str, str]
) -> None:
    contract, function = row
    arguments, stranger, who, other = MATRIX[row]
    attempts = (
        (STRANGER.address, stranger),
        ("0x" + "00" * 20, stranger),
        (scene.actors[who].officers[0].address, other),
    )

    for sender, error in attempts:
        with scene.anchor():
            given = arguments(scene)
            if error == ANYONE:
                scene.send(sender, contract, function, *given)
                continue
            with scene.refused(error):
                scene.send(sender, contract, function, *given)


def test_matrix__held_against_the_abi__misses_no_function(ledger: World) -> None:
    """A new function without a row fails here."""
    # Settlement is built on Discounting: one contract, two matters.
    names = sorted(set(ledger.contracts) - {"discounting"})
    overloaded = {
        *("approve(address,uint256)", "approve(bytes32)", "revokeSignature(bytes32)"),
        "safeTransferFrom(address,address,uint256)",
        "safeTransferFrom(address,address,uint256,bytes)",
    }
    found = set()
    for name in names:
        for entry in load(NAMES[name]).abi:
            if entry["type"] != "function" or entry["stateMutability"] in ("view", "pure"):
                continue
            types = ",".join(item["type"] for item in entry["inputs"])
            signature = f"{entry['name']}({types})"
            found.add((name, signature if signature in overloaded else entry["name"]))

    assert found == set(MATRIX)
    assert not any(
        entry["type"] in ("receive", "fallback")
        or (entry.get("stateMutability") == "payable" and entry["name"] not in CLOSED)
        for name in names
        for entry in load(NAMES[name]).abi
    )


def test_powers__of_another_kind__do_not_serve(ledger: World) -> None:
    """MUST-14: the power needed, not just any; a frozen caller's power neither."""
    with ledger.anchor():
        key = clerk(ledger, "court", CHECK)
        with ledger.refused("ParticipantsPowerLacking", held=CHECK, needed=1):
            ledger.send(key.address, "orders", "propose", order_of(ledger, FREEZE, "cash"))
        freeze(ledger, "supplier")
        with ledger.refused("ParticipantsPartyFrozen"):
            ledger.act("supplier", "invoices", "open", opening(ledger))
