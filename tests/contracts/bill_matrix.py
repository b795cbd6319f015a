"""The rows of the matrix (`test_matrix`) that concern bills, and the scene they meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.stories import FREEZE, order_of, party
from tests.world import FOREVER, World, hashed

ANYONE = ""
NOBODY = {"officer": "0x" + "00" * 20, "signature": b""}
DOCUMENT = hashed("document")
KEY = hashed("trade of the matrix")
UNKNOWN, NO_ROLE, INNER = "ParticipantsOfficerUnknown", "ParticipantsRoleLacking", "GovernedCaller"
ROOM, PATH = "BillsRoom", "BillsTransferPath"
ZERO = "0x" + "00" * 20

Arguments = Callable[[World], tuple[Any, ...]]
Row = tuple[Arguments, str, str, str]
STAGES = ("drawn", "offered", "accepted", "tendered", "held", "requested", "marked", "presented")


def _terms(world: World, stage: str) -> dict[str, Any]:
    return bills.drawing(world, serial=60 + STAGES.index(stage), tradeKey=KEY)


def _number(world: World, stage: str) -> int:
    return int(_terms(world, stage)["billNo"])


def _id(world: World, stage: str) -> int:
    return bills.whole(_terms(world, stage))


def _endorsement(world: World, stage: str) -> dict[str, Any]:
    """As it was written when the range had been delivered, by five acts before it."""
    return bills.endorsement(world, _id(world, stage), "supplier", "tier2", acts=5)


def _pending(world: World) -> bytes:
    return bills.endorsement_id(world, _endorsement(world, "requested"))


def _mark(world: World) -> dict[str, Any]:
    return {"tokenId": _id(world, "marked"), "acts": 5, "deadline": FOREVER}


def _mark_pending(world: World) -> bytes:
    message = _mark(world) | {"deadline": 0}
    return world.digest("endorsements", "MarkRevocation", bills.MARK_REVOCATION, message)


def _order(world: World) -> dict[str, Any]:
    return order_of(world, FREEZE, "bills", _id(world, "held"))


def _correction(world: World) -> dict[str, Any]:
    return {
        "kind": bills.HOLDER_CHANGED,
        "tokenId": _id(world, "held"),
        "acts": 5,
        "to": party(world, "tier2"),
        "evidenceHash": DOCUMENT,
        "deadline": FOREVER,
    }


def set_scene(world: World) -> None:
    """A bill at every stage, all on one invoice."""
    bills.trade(world, key=KEY, amount=100 * bills.FACE)
    makers = {
        "drawn": bills.drawn,
        "offered": bills.offered_for_acceptance,
        "accepted": bills.accepted,
        "tendered": bills.tendered,
    }
    for index, stage in enumerate(STAGES):
        make = makers.get(stage, bills.delivered)
        fields = {"marked": True} if stage == "marked" else {}
        make(world, serial=60 + index, tradeKey=KEY, **fields)
    bills.request(world, _endorsement(world, "requested"))
    args = (_id(world, "marked"), world.today)
    world.act("supplier", "endorsements", "requestMarkRevocation", *args)
    claims.present(world, _id(world, "presented"))
    world.act("court", "orders", "propose", _order(world))


def by_party(arguments: Arguments, error: str, who: str = "tier3") -> Row:
    return (arguments, UNKNOWN, who, error)


def anyone_late(arguments: Arguments, error: str) -> Row:
    return (arguments, error, "tier3", error)


def room(arguments: Arguments) -> Row:
    return (arguments, ROOM, "operator", ROOM)


def inner(arguments: Arguments) -> Row:
    return (arguments, INNER, "operator", INNER)


def path(arguments: Arguments) -> Row:
    return (arguments, PATH, "supplier", PATH)


BILL_MATRIX: dict[tuple[str, str], Row] = {
    ("invoices", "useFor"): inner(lambda w: (KEY, bytes(10), party(w, "debtor"), 1)),
    ("invoices", "release"): inner(lambda w: (KEY, party(w, "debtor"), 1)),
    ("acceptances", "draw"): by_party(
        lambda w: (bills.drawing(w, serial=90, tradeKey=KEY),), NO_ROLE, "operator"
    ),
    ("acceptances", "requestAcceptance"): by_party(
        lambda w: (_number(w, "drawn"),), "AcceptancesParty"
    ),
    ("acceptances", "accept"): by_party(
        lambda w: (
            bills.acceptance(w, _terms(w, "offered")),
            w.by_caller("debtor", officer=1),
        ),
        "AcceptancesParty",
    ),
    ("acceptances", "acceptSigned"): inner(
        lambda w: (
            bills.acceptance(w, _terms(w, "drawn")),
            *(w.by_caller("debtor", officer=officer) for officer in (2, 1, 0)),
        )
    ),
    ("acceptances", "acceptAndDeliver"): inner(
        lambda w: (
            bills.accepted_delivery(w, _terms(w, "drawn")),
            *(w.by_caller("debtor", officer=officer) for officer in (2, 1, 0)),
            w.by_caller("supplier"),
        )
    ),
    ("acceptances", "refuseAcceptance"): by_party(
        lambda w: (_number(w, "offered"), False, DOCUMENT), "AcceptancesParty"
    ),
    ("acceptances", "withdrawAcceptance"): by_party(
        lambda w: (_number(w, "offered"),), "AcceptancesParty"
    ),
    ("acceptances", "expireAcceptance"): anyone_late(
        lambda w: (_number(w, "offered"),), "AcceptancesNotDue"
    ),
    ("acceptances", "cancel"): by_party(
        lambda w: (_number(w, "drawn"), DOCUMENT), "AcceptancesParty"
    ),
    ("acceptances", "clearOut"): anyone_late(lambda w: (_number(w, "drawn"),), "AcceptancesNotDue"),
    ("acceptances", "tenderDelivery"): by_party(
        lambda w: (_number(w, "accepted"), False), "AcceptancesParty"
    ),
    ("acceptances", "takeDelivery"): by_party(
        lambda w: (_number(w, "tendered"), DOCUMENT), "AcceptancesParty"
    ),
    ("acceptances", "deliverSigned"): inner(
        lambda w: (
            bills.delivery(w, _terms(w, "accepted")),
            w.by_caller("debtor"),
            w.by_caller("supplier"),
        )
    ),
    ("acceptances", "refuseDelivery"): by_party(
        lambda w: (_number(w, "tendered"), DOCUMENT), "AcceptancesParty"
    ),
    ("acceptances", "withdrawDelivery"): by_party(
        lambda w: (_number(w, "tendered"),), "AcceptancesParty"
    ),
    ("endorsements", "requestEndorsement"): by_party(
        lambda w: (_endorsement(w, "held"), w.today), "BillsParty"
    ),
    ("endorsements", "takeEndorsement"): by_party(
        lambda w: (_endorsement(w, "requested"), DOCUMENT), "TwoSidedParty"
    ),
    ("endorsements", "endorseSigned"): inner(
        lambda w: (
            _endorsement(w, "held"),
            DOCUMENT,
            w.by_caller("supplier"),
            w.by_caller("tier2"),
        )
    ),
    ("endorsements", "revokePending"): by_party(
        lambda w: (_pending(w), DOCUMENT, FOREVER, NOBODY), NO_ROLE, "operator"
    ),
    ("endorsements", "reject"): by_party(lambda w: (_pending(w),), "TwoSidedParty"),
    ("endorsements", "withdraw"): by_party(lambda w: (_pending(w),), "TwoSidedParty"),
    ("endorsements", "expire"): anyone_late(lambda w: (_pending(w),), "TwoSidedNotExpired"),
    ("endorsements", "requestMarkRevocation"): by_party(
        lambda w: (_id(w, "held"), w.today), "BillsFlag"
    ),
    ("endorsements", "liftMark"): by_party(lambda w: (_mark_pending(w),), "TwoSidedParty"),
    ("endorsements", "liftMarkSigned"): inner(
        lambda w: (_mark(w), w.by_caller("supplier"), w.by_caller("debtor"))
    ),
    ("bills", "carryOut"): by_party(lambda w: (_order(w),), NO_ROLE, "bank"),
    ("bills", "expireRestraint"): anyone_late(lambda w: (_id(w, "held"),), "BillsRestrained"),
    ("bills", "correct"): by_party(lambda w: (_correction(w), NOBODY), NO_ROLE, "operator"),
    ("bills", "issue"): room(
        lambda w: (5, ZERO, ZERO, ZERO, 0, True, 5, w.today, w.today, DOCUMENT)
    ),
    ("bills", "markAccepted"): room(lambda w: (_id(w, "offered"),)),
    ("bills", "setDrawersMark"): room(lambda w: (_id(w, "tendered"), True)),
    ("bills", "deliver"): room(lambda w: (_id(w, "tendered"), party(w, "tier3"))),
    ("bills", "acceptAndDeliver"): room(lambda w: (_id(w, "drawn"), party(w, "tier3"), False)),
    ("bills", "lock"): room(lambda w: (_id(w, "held"), 1, bills.FACE, 0, claims.LOCKED)),
    ("bills", "unlock"): room(lambda w: (_id(w, "requested"), bills.OP_ENDORSEMENT)),
    ("bills", "close"): room(lambda w: (_id(w, "held"), 0, claims.PLEDGED)),
    ("bills", "divide"): room(lambda w: (_id(w, "held"), 1, 5, 0)),
    ("bills", "pass"): room(
        lambda w: (_id(w, "held"), _id(w, "held"), 0, party(w, "tier3"), 1, False, 2)
    ),
    ("bills", "liftMark"): room(lambda w: (_id(w, "marked"),)),
    ("bills", "moveTo"): room(lambda w: (_id(w, "held"), party(w, "tier3"), 0, 2, False)),
    ("bills", "beginRecourse"): room(lambda w: (_id(w, "held"),)),
    ("bills", "endRecourse"): room(lambda w: (_id(w, "held"),)),
    ("bills", "markPresented"): room(lambda w: (_id(w, "held"), w.today)),
    ("bills", "markDishonoured"): room(lambda w: (_id(w, "presented"), 1, True)),
    ("bills", "end"): room(lambda w: (_id(w, "held"), 0, claims.SETTLED)),
    ("bills", "transferFrom"): path(
        lambda w: (party(w, "supplier"), party(w, "tier2"), _id(w, "held"))
    ),
    ("bills", "safeTransferFrom(address,address,uint256)"): path(
        lambda w: (party(w, "supplier"), party(w, "tier2"), _id(w, "held"))
    ),
    ("bills", "safeTransferFrom(address,address,uint256,bytes)"): path(
        lambda w: (party(w, "supplier"), party(w, "tier2"), _id(w, "held"), b"")
    ),
    ("bills", "approve(address,uint256)"): path(lambda w: (party(w, "tier2"), _id(w, "held"))),
}
