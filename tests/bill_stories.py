"""
What actors do with a bill until it has reached its holders, in one line each: drawing, acceptance,
delivery, endorsement, marks, corrections. What comes later is in `tests.recourse_stories`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.recourse_stories import acts, bill_number, part_of, token
from tests.stories import party
from tests.typed import ACCEPTANCE
from tests.world import FOREVER, Receipt, World, _struct, hashed

TYPE_SUPPLY_CHAIN, TYPE_SUPPLY_CHAIN_BANK = 7, 8
OP_ACCEPTANCE, OP_DELIVERY, OP_ENDORSEMENT, OP_MARK, OP_GUARANTEE = range(1, 6)
REFUSED, WITHDRAWN_BY, EXPIRED_BY, CLEARED_OUT, CANCELLED, UNUSED = range(6)
KIND_ENDORSEMENT, KIND_PLEDGE, KIND_DISCOUNT, KIND_LIFTED = range(1, 5)
PENDING_REVOKED, HOLDER_CHANGED = 1, 2
FACE = 100_000_00
DAYS = 60
KEY = hashed("trade")

DELIVERY = {
    "Delivery": _struct(
        "uint128 billNo", "uint16 acts", "bool marked", "bytes32 consentHash", "uint64 deadline"
    )
}
ACCEPTED_DELIVERY = {
    "AcceptedDelivery": _struct(
        "uint128 billNo",
        "uint16 acts",
        "uint64 faceFen",
        "uint32 maturity",
        "bool marked",
        "bytes32 documentHash",
        "bytes32 consentHash",
        "uint64 deadline",
    )
}
ENDORSEMENT = {
    "Endorsement": _struct(
        "uint256 tokenId",
        "uint16 acts",
        "uint40 first",
        "uint40 last",
        "address from",
        "address to",
        "bool marked",
        "bytes32 evidenceHash",
        "uint64 deadline",
    )
}
TAKING = {"Taking": _struct("bytes32 endorsementId", "bytes32 consentHash")}
MARK_REVOCATION = {
    "MarkRevocation": _struct("uint256 tokenId", "uint16 acts", "uint64 deadline"),
}
PENDING_REVOCATION = {
    "PendingRevocation": _struct("bytes32 pendingId", "bytes32 evidenceHash", "uint64 deadline"),
}
CORRECTION = {
    "Correction": _struct(
        "uint8 kind",
        "uint256 tokenId",
        "uint16 acts",
        "address to",
        "bytes32 evidenceHash",
        "uint64 deadline",
    )
}


# Drawing


def trade(
    world: World,
    *,
    key: bytes = KEY,
    amount: int = FACE,
    debtor: str = "debtor",
    supplier: str = "supplier",
) -> bytes:
    """A supplier's invoice against a debtor, registered: its key."""
    args = (key, party(world, debtor), amount, hashed("invoice document"))
    world.act(supplier, "invoices", "register", *args)
    return key


def drawing(
    world: World, *, serial: int = 1, kind: int = TYPE_SUPPLY_CHAIN, **changes: Any
) -> dict[str, Any]:
    """The terms of a supply-chain bill on the debtor itself; parties may be actors' names."""
    terms = {
        "billNo": bill_number(world, serial, kind),
        "payee": "supplier",
        "acceptor": "debtor",
        "faceFen": FACE,
        "maturity": world.today + DAYS,
        "divisible": True,
        "tradeKey": KEY,
        "documentHash": hashed("bill"),
    } | changes
    for side in ("payee", "acceptor"):
        terms[side] = world.actors[terms[side]].id if terms[side] in world.actors else terms[side]
    return terms


def whole(terms: Mapping[str, Any]) -> int:
    """The only range of a bill that was never divided."""
    last = terms["faceFen"] if terms["divisible"] else 0
    return token(terms["billNo"], 1 if last else 0, last)


def drawn(world: World, *, by: str = "debtor", **changes: Any) -> dict[str, Any]:
    """A bill drawn: its terms."""
    terms = drawing(world, **changes)
    if (
        terms["tradeKey"] == KEY
        and not world.read("invoices", "invoice", KEY, party(world, by))["status"]
    ):
        trade(world, debtor=by)
    world.act(by, "acceptances", "draw", terms)
    return terms


# Acceptance and delivery


def acceptance(world: World, terms: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "billNo": terms["billNo"],
        "acts": acts(world, whole(terms)),
        "documentHash": terms["documentHash"],
        "deadline": FOREVER,
    } | changes


def acceptance_digest(world: World, terms: Mapping[str, Any], words: Mapping[str, Any]) -> bytes:
    signed = dict(words) | {"faceFen": terms["faceFen"], "maturity": terms["maturity"]}
    return world.digest("acceptances", "Acceptance", ACCEPTANCE, signed)


def offered_for_acceptance(world: World, *, by: str = "debtor", **changes: Any) -> dict[str, Any]:
    terms = drawn(world, by=by, **changes)
    world.act(by, "acceptances", "requestAcceptance", terms["billNo"])
    return terms


def accept(world: World, terms: Mapping[str, Any], *, by: str = "debtor") -> Receipt:
    """The acceptor's second officer made it, its first checks."""
    words = acceptance(world, terms)
    maker = world.approval(by, acceptance_digest(world, terms, words), officer=1)
    return world.act(by, "acceptances", "accept", words, maker)


def accepted(
    world: World, *, by: str = "debtor", acceptor: str = "debtor", **changes: Any
) -> dict[str, Any]:
    terms = offered_for_acceptance(world, by=by, acceptor=acceptor, **changes)
    accept(world, terms, by=acceptor)
    return terms


def accept_signed(
    world: World, terms: Mapping[str, Any], *, drawer: str = "debtor", acceptor: str = "debtor"
) -> Receipt:
    words = acceptance(world, terms)
    digest = acceptance_digest(world, terms, words)
    approvals = (
        world.approval(drawer, digest, officer=2),
        world.approval(acceptor, digest, officer=1),
        world.by_caller(acceptor),
    )
    return world.act(acceptor, "acceptances", "acceptSigned", words, *approvals)


def tendered(world: World, *, marked: bool = False, **changes: Any) -> dict[str, Any]:
    terms = accepted(world, **changes)
    drawer = changes.get("by", "debtor")
    world.act(drawer, "acceptances", "tenderDelivery", terms["billNo"], marked)
    return terms


def take_delivery(world: World, terms: Mapping[str, Any], *, by: str = "supplier") -> Receipt:
    return world.act(by, "acceptances", "takeDelivery", terms["billNo"], hashed("consent"))


def delivered(world: World, *, marked: bool = False, **changes: Any) -> int:
    """A bill in its payee's hands: its only range."""
    terms = tendered(world, marked=marked, **changes)
    take_delivery(world, terms, by=changes.get("payee", "supplier"))
    return whole(terms)


def delivery(world: World, terms: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "billNo": terms["billNo"],
        "acts": acts(world, whole(terms)),
        "marked": False,
        "consentHash": hashed("consent"),
        "deadline": FOREVER,
    } | changes


def accepted_delivery(world: World, terms: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "billNo": terms["billNo"],
        "acts": acts(world, whole(terms)),
        "marked": False,
        "documentHash": terms["documentHash"],
        "consentHash": hashed("consent"),
        "deadline": FOREVER,
    } | changes


def accepted_delivery_digest(
    world: World, terms: Mapping[str, Any], words: Mapping[str, Any]
) -> bytes:
    signed = dict(words) | {"faceFen": terms["faceFen"], "maturity": terms["maturity"]}
    return world.digest("acceptances", "AcceptedDelivery", ACCEPTED_DELIVERY, signed)


def accept_and_deliver(
    world: World,
    terms: Mapping[str, Any],
    *,
    drawer: str = "debtor",
    acceptor: str = "debtor",
    payee: str = "supplier",
    **changes: Any,
) -> Receipt:
    """Everything from the drawn bill to the payee's, sent by the acceptor's checker."""
    words = accepted_delivery(world, terms, **changes)
    digest = accepted_delivery_digest(world, terms, words)
    maker = world.approval(acceptor, digest, officer=1)
    approvals = (
        maker if drawer == acceptor else world.approval(drawer, digest),
        maker,
        world.by_caller(acceptor),
        world.approval(payee, digest),
    )
    return world.act(acceptor, "acceptances", "acceptAndDeliver", words, *approvals)


# Endorsement


def endorsement(world: World, token_id: int, from_: str, to: str, **changes: Any) -> dict[str, Any]:
    """The terms of an endorsement of a whole range, unless `first` or `last` say otherwise."""
    units = part_of(token_id)
    return {
        "tokenId": token_id,
        "acts": acts(world, token_id),
        "first": units.first,
        "last": units.last,
        "from": party(world, from_),
        "to": party(world, to),
        "marked": False,
        "evidenceHash": hashed("hop"),
        "deadline": FOREVER,
    } | changes


def endorsement_id(world: World, e: Mapping[str, Any]) -> bytes:
    return world.digest("endorsements", "Endorsement", ENDORSEMENT, e)


def taking_digest(world: World, e: Mapping[str, Any], consent: bytes) -> bytes:
    message = {"endorsementId": endorsement_id(world, e), "consentHash": consent}
    return world.digest("endorsements", "Taking", TAKING, message)


def request(
    world: World, e: Mapping[str, Any], from_: str = "supplier", *, days: int = 5
) -> tuple[bytes, int]:
    """A request to take an endorsement: its id, the range it locks."""
    args = (e, world.today + days)
    result = world.act(from_, "endorsements", "requestEndorsement", *args).result
    return bytes(result[0]), int(result[1])


def endorse_signed(
    world: World, token_id: int, from_: str, to: str, **changes: Any
) -> tuple[int, Receipt]:
    """Both signatures in one transaction, sent by the endorser: the endorsee's range."""
    e = endorsement(world, token_id, from_, to, **changes)
    consent = hashed("consent")
    approvals = (
        world.by_caller(from_),
        world.approval(to, taking_digest(world, e, consent)),
    )
    receipt = world.act(from_, "endorsements", "endorseSigned", e, consent, *approvals)
    return int(receipt.result), receipt


def chain_of(world: World, token_id: int) -> list[str]:
    """The endorsers of a range from its holder back to the payee, by name."""
    records, _ = world.read("bills", "recordsOf", token_id)
    names = {actor.id: name for name, actor in world.actors.items()}
    return [names[record["party"].lower()] for record in records]


def live_ranges(world: World, number: int) -> list[int]:
    """The ranges of a bill that have a holder and have not ended, by what the events say."""
    found: set[int] = set()
    for log in world.logs:
        if log.name == "RangeWritten" and log.args["tokenId"] >> 80 == number:
            found.add(log.args["tokenId"])
    states = {id_: world.read("bills", "range", id_) for id_ in found}
    return sorted(id_ for id_, state in states.items() if 1 <= state["status"] <= 4)
