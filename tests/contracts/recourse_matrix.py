"""Rows of the matrix (`test_matrix`) about presentation and recourse, and the scene they meet."""

from __future__ import annotations

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.contracts.bill_matrix import (
    DOCUMENT,
    INNER,
    KEY,
    Row,
    _id,
    anyone_late,
    by_party,
    inner,
)
from tests.stories import ZERO, party
from tests.world import World

STAGES = ("pursued", "settling", "ended")


def _range(world: World, stage: str) -> int:
    serial = 40 + STAGES.index(stage)
    return bills.whole(bills.drawing(world, serial=serial, tradeKey=KEY))


def _offer(world: World) -> bytes:
    found = world.read("recourse", "offerOf", _range(world, "settling"))
    return bytes(found["pendingId"])


def _debtor(world: World) -> dict[str, str]:
    return claims.as_debtor(world, "debtor")


def set_scene(world: World) -> None:
    """A range pursued, and one with an offer to settle, since their acceptor is bankrupt."""
    for index, stage in enumerate(STAGES):
        bills.delivered(world, serial=40 + index, tradeKey=KEY)
        claims.pursue_without(world, _range(world, stage), "debtor")
    claims.offer(world, _range(world, "settling"), "debtor")


RECOURSE_MATRIX: dict[tuple[str, str], Row] = {
    ("presentations", "present"): by_party(
        lambda w: (_id(w, "held"), DOCUMENT), "PresentationsParty"
    ),
    ("presentations", "presentDue"): anyone_late(lambda w: (_id(w, "held"),), "PresentationsPair"),
    ("presentations", "withdrawPresentation"): by_party(
        lambda w: (_id(w, "presented"),), "PresentationsParty"
    ),
    ("presentations", "dishonour"): by_party(
        lambda w: (_id(w, "presented"), claims.DC07, DOCUMENT), "PresentationsParty"
    ),
    ("presentations", "autoDishonour"): anyone_late(
        lambda w: (_id(w, "presented"),), "PresentationsDay"
    ),
    ("presentations", "setAccessBank"): by_party(
        lambda w: (party(w, "tier3"),), "PresentationsAccessBank"
    ),
    ("presentations", "redeem"): inner(lambda w: (_id(w, "presented"), party(w, "debtor"))),
    ("presentations", "closeBooks"): inner(lambda w: (_id(w, "held"),)),
    ("presentations", "lapse"): anyone_late(lambda w: (_id(w, "held"),), "PresentationsPair"),
    ("recourse", "pursue"): by_party(
        lambda w: (_id(w, "held"), [_debtor(w)], 0, bytes(32)), "RecourseParty"
    ),
    ("recourse", "pursueWithoutDishonour"): by_party(
        lambda w: (_id(w, "held"), claims.BANKRUPT, [_debtor(w)], 0, DOCUMENT), "RecourseParty"
    ),
    ("recourse", "pursueFurther"): by_party(
        lambda w: (_range(w, "pursued"), [_debtor(w)]), "RecourseParty"
    ),
    ("recourse", "forwardNotice"): by_party(
        lambda w: (_range(w, "pursued"), _debtor(w)), "RecourseNotPursued"
    ),
    ("recourse", "withdrawPursuit"): by_party(lambda w: (_range(w, "pursued"),), "RecourseParty"),
    ("recourse", "offerSettlement"): by_party(
        lambda w: (_range(w, "pursued"), 1, bills.FACE, ZERO, 2 * bills.FACE, w.today),
        "RecourseNotPursued",
    ),
    ("recourse", "take"): inner(
        lambda w: (_range(w, "settling"), party(w, "supplier"), party(w, "supplier"))
    ),
    ("recourse", "settle"): inner(
        lambda w: (
            claims.settlement_terms(w, _range(w, "pursued"), "debtor"),
            party(w, "supplier"),
            party(w, "supplier"),
        )
    ),
    ("recourse", "dischargeResidual"): inner(
        lambda w: (_range(w, "ended"), party(w, "debtor"), party(w, "debtor"))
    ),
    ("recourse", "reject"): by_party(lambda w: (_offer(w),), "TwoSidedParty"),
    ("recourse", "withdraw"): by_party(lambda w: (_offer(w),), "TwoSidedParty"),
    ("recourse", "expire"): anyone_late(lambda w: (_offer(w),), "TwoSidedNotExpired"),
    ("settlement", "payBills"): by_party(lambda w: ([_id(w, "presented")],), "PresentationsParty"),
    ("settlement", "takeSettlement"): by_party(lambda w: (_range(w, "settling"),), "RecourseParty"),
    ("settlement", "settleSigned"): (
        lambda w: (
            claims.settlement_terms(w, _range(w, "pursued"), "debtor"),
            w.by_caller("debtor"),
            w.by_caller("supplier"),
        ),
        INNER,
        "tier3",
        INNER,
    ),
    ("settlement", "payResidual"): by_party(lambda w: (_range(w, "ended"),), "RecourseNoResidual"),
}
