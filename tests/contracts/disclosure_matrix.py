"""Rows of the matrix (`test_matrix`) for disclosures and guarantees, and their scene."""

from __future__ import annotations

from typing import Any

from tests import bill_stories as bills
from tests.contracts.bill_matrix import (
    DOCUMENT,
    KEY,
    NO_ROLE,
    NOBODY,
    Row,
    anyone_late,
    by_party,
    inner,
)
from tests.recourse_stories import part_of
from tests.stories import party
from tests.world import FOREVER, World, hashed

ANYONE = ""
REQUESTED, HELD = 95, 96


def _id(world: World, serial: int) -> int:
    return bills.whole(bills.drawing(world, serial=serial, tradeKey=KEY))


def _number(world: World) -> int:
    return part_of(_id(world, HELD)).number


def _terms(world: World, serial: int) -> dict[str, Any]:
    """As they were written when the bill had been delivered, by five acts before it."""
    return {
        "tokenId": _id(world, serial),
        "guarantor": party(world, "tier3"),
        "guaranteed": party(world, "debtor"),
        "acts": 5,
        "documentHash": hashed("guarantee"),
        "deadline": FOREVER,
    }


def _request(world: World) -> tuple[dict[str, Any], str]:
    return _terms(world, REQUESTED), party(world, "debtor")


def _pending(world: World) -> bytes:
    return bytes(world.read("guarantees", "requestIdOf", *_request(world)))


def _month(world: World) -> int:
    return (2026 - 1970) * 12 + 2


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


def set_disclosure_scene(world: World) -> None:
    """Two bills that the supplier holds; on one a guarantee is asked for."""
    for serial in (REQUESTED, HELD):
        bills.delivered(world, serial=serial, tradeKey=KEY)
    args = (_terms(world, REQUESTED), world.today)
    world.act("debtor", "guarantees", "requestGuarantee", *args)


DISCLOSURE_MATRIX: dict[tuple[str, str], Row] = {
    ("disclosures", "book"): inner(
        lambda w: (_number(w), party(w, "debtor"), party(w, "debtor"), 2, 1)
    ),
    ("disclosures", "unbook"): inner(lambda w: (party(w, "debtor"), 1)),
    ("disclosures", "countOverdue"): inner(lambda w: (_number(w), party(w, "debtor"), 1)),
    ("disclosures", "settleOverdue"): inner(lambda w: (_number(w), party(w, "debtor"), 1)),
    ("disclosures", "disclose"): by_party(lambda w: (_number(w), DOCUMENT), "DisclosuresParty"),
    ("disclosures", "discloseMonth"): by_party(lambda w: (_month(w), DOCUMENT), "DisclosuresMonth"),
    ("disclosures", "recordCheck"): by_party(lambda w: (_number(w),), ANYONE),
    ("disclosures", "reconcile"): by_party(lambda w: (1, DOCUMENT), ANYONE),
    ("disclosures", "publishListing"): anyone_late(lambda w: (party(w, "debtor"),), ANYONE),
    ("disclosures", "announceCleared"): by_party(lambda w: (DOCUMENT,), "DisclosuresNotCleared"),
    ("disclosures", "removeBan"): by_party(
        lambda w: (party(w, "debtor"), DOCUMENT, FOREVER, NOBODY), NO_ROLE, "operator"
    ),
    ("disclosures", "stateFigures"): by_party(lambda w: (_figures(w), NOBODY), NO_ROLE, "operator"),
    ("guarantees", "requestGuarantee"): by_party(
        lambda w: (_terms(w, HELD), w.today), "GuaranteesNoDebtor", "bank"
    ),
    ("guarantees", "giveGuarantee"): by_party(_request, "TwoSidedParty", "bank"),
    ("guarantees", "refuse"): by_party(_request, "TwoSidedParty", "bank"),
    ("guarantees", "giveSigned"): inner(
        lambda w: (_terms(w, HELD), w.by_caller("debtor"), w.by_caller("tier3"))
    ),
    ("guarantees", "reject"): by_party(lambda w: (_pending(w),), "TwoSidedParty", "bank"),
    ("guarantees", "withdraw"): by_party(lambda w: (_pending(w),), "TwoSidedParty", "bank"),
    ("guarantees", "expire"): anyone_late(lambda w: (_pending(w),), "TwoSidedNotExpired"),
}
