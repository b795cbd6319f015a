"""The rows of the matrix about guarantee, presentation, recourse and disclosure."""

from __future__ import annotations

from typing import Any

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.contracts.bill_matrix import (
    ANYONE,
    DOCUMENT,
    NO_ROLE,
    NOBODY,
    UNKNOWN,
    Row,
    _id,
    _number,
    anyone_late,
    by_party,
    inner,
)
from tests.stories import party
from tests.world import FOREVER, World

ZERO = "0x" + "00" * 20


def _guarantee(world: World, stage: str) -> dict[str, Any]:
    return {
        "tokenId": _id(world, stage),
        "guarantor": party(world, "tier2"),
        "guaranteed": party(world, "debtor"),
        "acts": 5,
        "documentHash": DOCUMENT,
        "deadline": FOREVER,
    }


def _debtors(world: World) -> list[dict[str, str]]:
    return [claims.as_debtor(world, "debtor")]


def _settlement(world: World) -> dict[str, Any]:
    return claims.settlement_terms(world, _id(world, "pursued"), "debtor")


def _figures(world: World) -> dict[str, Any]:
    return {
        "acceptor": party(world, "bank"),
        "totalAssetsFen": 1,
        "depositsFen": 1,
        "marginFen": 1,
        "asOfDay": world.today,
        "evidenceHash": DOCUMENT,
        "deadline": FOREVER,
    }


def _request(world: World) -> bytes:
    args = (_guarantee(world, "guaranteed"), party(world, "debtor"))
    return bytes(world.read("guarantees", "requestIdOf", *args))


def _offer(world: World) -> bytes:
    return bytes(world.read("recourse", "offerOf", _id(world, "offered for"))["pendingId"])


def set_claims(world: World) -> None:
    """A request for a guarantee, a pursuit, and an offer to settle one."""
    terms = _guarantee(world, "guaranteed")
    world.act("debtor", "guarantees", "requestGuarantee", terms, world.today)
    for stage in ("pursued", "offered for"):
        claims.pursue_without(world, _id(world, stage), "debtor")
    claims.offer(world, _id(world, "offered for"), "debtor")


CLAIM_MATRIX: dict[tuple[str, str], Row] = {
    ("guarantees", "requestGuarantee"): by_party(
        lambda w: (_guarantee(w, "held"), w.today), "GuaranteesNoDebtor"
    ),
    ("guarantees", "giveGuarantee"): by_party(
        lambda w: (_guarantee(w, "guaranteed"), party(w, "debtor")), "TwoSidedParty"
    ),
    ("guarantees", "refuse"): by_party(
        lambda w: (_guarantee(w, "guaranteed"), party(w, "debtor")), "TwoSidedParty"
    ),
    ("guarantees", "giveSigned"): anyone_late(
        lambda w: (_guarantee(w, "held"), w.by_caller("debtor"), w.by_caller("tier2")),
        "GovernedSignatureInvalid",
    ),
    ("guarantees", "reject"): by_party(lambda w: (_request(w),), "TwoSidedParty"),
    ("guarantees", "withdraw"): by_party(lambda w: (_request(w),), "TwoSidedParty"),
    ("guarantees", "expire"): anyone_late(lambda w: (_request(w),), "TwoSidedNotExpired"),
    ("presentations", "present"): by_party(
        lambda w: (_id(w, "held"), bytes(32)), "PresentationsParty"
    ),
    ("presentations", "presentDue"): anyone_late(lambda w: (_id(w, "held"),), "PresentationsPair"),
    ("presentations", "withdrawPresentation"): by_party(
        lambda w: (_id(w, "presented"),), "PresentationsParty"
    ),
    ("presentations", "dishonour"): by_party(
        lambda w: (_id(w, "presented"), claims.DC07, bytes(32)), "PresentationsParty"
    ),
    ("presentations", "autoDishonour"): anyone_late(
        lambda w: (_id(w, "presented"),), "PresentationsDay"
    ),
    ("presentations", "setAccessBank"): (
        lambda w: (ZERO,),
        UNKNOWN,
        "tier3",
        ANYONE,
    ),
    ("presentations", "redeem"): inner(lambda w: (_id(w, "presented"), party(w, "debtor"))),
    ("presentations", "closeBooks"): inner(lambda w: (_id(w, "presented"),)),
    ("presentations", "lapse"): anyone_late(lambda w: (_id(w, "held"),), "PresentationsPair"),
    ("recourse", "pursue"): by_party(
        lambda w: (_id(w, "held"), _debtors(w), 0, bytes(32)), "RecourseParty"
    ),
    ("recourse", "pursueWithoutDishonour"): by_party(
        lambda w: (_id(w, "held"), claims.BANKRUPT, _debtors(w), 0, DOCUMENT), "RecourseParty"
    ),
    ("recourse", "pursueFurther"): by_party(
        lambda w: (_id(w, "pursued"), _debtors(w)), "RecourseParty"
    ),
    ("recourse", "forwardNotice"): by_party(
        lambda w: (_id(w, "pursued"), claims.as_debtor(w, "debtor")), "RecourseNotPursued"
    ),
    ("recourse", "withdrawPursuit"): by_party(lambda w: (_id(w, "pursued"),), "RecourseParty"),
    ("recourse", "offerSettlement"): by_party(
        lambda w: (_id(w, "pursued"), 1, bills.FACE, ZERO, 2 * bills.FACE, w.today),
        "RecourseNotPursued",
    ),
    ("recourse", "take"): inner(
        lambda w: (_id(w, "offered for"), party(w, "supplier"), party(w, "supplier"))
    ),
    ("recourse", "settle"): inner(
        lambda w: (_settlement(w), party(w, "supplier"), party(w, "supplier"))
    ),
    ("recourse", "dischargeResidual"): inner(
        lambda w: (_id(w, "held"), party(w, "debtor"), party(w, "debtor"))
    ),
    ("recourse", "reject"): by_party(lambda w: (_offer(w),), "TwoSidedParty"),
    ("recourse", "withdraw"): by_party(lambda w: (_offer(w),), "TwoSidedParty"),
    ("recourse", "expire"): anyone_late(lambda w: (_offer(w),), "TwoSidedNotExpired"),
    ("settlement", "payBills"): by_party(lambda w: ([_id(w, "presented")],), "PresentationsParty"),
    ("settlement", "takeSettlement"): by_party(lambda w: (_id(w, "offered for"),), "RecourseParty"),
    ("settlement", "settleSigned"): inner(
        lambda w: (_settlement(w), w.by_caller("debtor"), w.by_caller("supplier"))
    ),
    ("settlement", "payResidual"): by_party(lambda w: (_id(w, "held"),), "RecourseNoResidual"),
    ("disclosures", "book"): inner(lambda w: (5, party(w, "debtor"), party(w, "debtor"), 2, 1)),
    ("disclosures", "unbook"): inner(lambda w: (party(w, "debtor"), 1)),
    ("disclosures", "countOverdue"): inner(lambda w: (5, party(w, "debtor"), 1)),
    ("disclosures", "settleOverdue"): inner(lambda w: (5, party(w, "debtor"), 1)),
    ("disclosures", "disclose"): by_party(
        lambda w: (_number(w, "held"), DOCUMENT), "DisclosuresParty"
    ),
    ("disclosures", "discloseMonth"): (lambda w: (673, DOCUMENT), UNKNOWN, "tier3", ANYONE),
    ("disclosures", "recordCheck"): (lambda w: (_number(w, "held"),), UNKNOWN, "tier3", ANYONE),
    ("disclosures", "reconcile"): (lambda w: (0, DOCUMENT), UNKNOWN, "tier3", ANYONE),
    ("disclosures", "publishListing"): (
        lambda w: (party(w, "debtor"),),
        ANYONE,
        "tier3",
        ANYONE,
    ),
    ("disclosures", "announceCleared"): by_party(lambda w: (DOCUMENT,), "DisclosuresNotCleared"),
    ("disclosures", "removeBan"): by_party(
        lambda w: (party(w, "debtor"), DOCUMENT, FOREVER, NOBODY), NO_ROLE, "operator"
    ),
    ("disclosures", "stateFigures"): by_party(lambda w: (_figures(w), NOBODY), NO_ROLE, "operator"),
}
