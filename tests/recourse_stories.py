"""
What actors do with a bill from its delivery on, in one line each: presentation, payment, dishonour,
pursuit, offer, settlement. Ranges are token ids; parties are actors' names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scf.units import civil_day, from_civil_day
from tests.stories import FREEZE, UNFREEZE, ZERO, carry_out, order_of, party
from tests.typed import ACCEPTANCE, FIGURES
from tests.world import FOREVER, Receipt, World, _struct, hashed

# Drawn on Monday 2026-03-02 for 60 days: M is 1 May, inside the holiday 1–5 May; 9 May (Saturday)
# is a swap-working day; W is Monday 11 May.
M = civil_day(dt.date(2026, 5, 1))
W = civil_day(dt.date(2026, 5, 11))
ACCEPTOR_LAST = civil_day(dt.date(2026, 5, 8))
BANK_LAST = civil_day(dt.date(2026, 5, 9))
LIMIT = civil_day(dt.date(2028, 5, 1))
PRIOR_LIMIT = civil_day(dt.date(2026, 11, 1))

NONE, DRAWN, ACCEPTED, RECEIVED, MATURED, TERMINATED, SETTLED, SPLIT = range(8)
(
    NO_FLAG,
    AWAITING,
    TRANSFERABLE,
    LOCKED,
    NOT_TRANSFERABLE,
    PLEDGED,
    REDEMPTION,
    IN_COLLECTION,
    UNDER_RECOURSE,
    ENDED,
) = range(10)
STOP_PAYMENT = 3
NO_OP, OP_PRESENTATION, OP_SETTLEMENT = 0, 6, 7
SCOPE_NONE, SCOPE_NARROW, SCOPE_ALL = range(3)
DC00, DC05, DC06, DC07, DC08, DC09 = 0, 5, 6, 7, 8, 9
NO_GROUND, DISHONOUR, BANKRUPT, STOPPED_BUSINESS, FLIGHT = range(5)
NOT_LIABLE, AS_ACCEPTOR, AS_DRAWER, AS_ENDORSER = range(4)
OPEN, AGREED, REJECTED, WITHDRAWN, EXPIRED = range(1, 6)
TYPE_BANK, TYPE_ENTERPRISE = 5, 6
DAYS = 60
OWNERS = ("supplier", "tier2", "tier3")
FACE = 100_000_00
NAMES = ("debtor", "agency", "supplier", "tier2", "tier3", "bank", "bank2", "fincorp", "clearing")

SETTLEMENT_TERMS = {
    "SettlementTerms": _struct(
        "uint256 tokenId",
        "uint40 first",
        "uint40 last",
        "address payer",
        "address guaranteed",
        "uint64 amountMaxFen",
        "uint16 acts",
        "uint64 deadline",
    )
}


# Bills


def bill_number(world: World, serial: int, kind: int = TYPE_ENTERPRISE) -> int:
    """A number of 30 digits drawn today, check digit included."""
    date = from_civil_day(world.today).strftime("%Y%m%d")
    body = f"{kind}{'1' * 12}{date}{serial:08d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return int(body + str(-total % 10))


def token(number: int, first: int, last: int) -> int:
    return number << 80 | first << 40 | last


@dataclass(frozen=True)
class Part:
    """A range, taken apart."""

    number: int
    first: int
    last: int

    @property
    def amount(self) -> int:
        return self.last - self.first + 1


def part_of(token_id: int) -> Part:
    units = 2**40 - 1
    return Part(token_id >> 80, token_id >> 40 & units, token_id & units)


def received(
    world: World,
    *,
    face: int = FACE,
    days: int = DAYS,
    drawer: str = "agency",
    acceptor: str = "debtor",
    payee: str = "supplier",
    kind: int = TYPE_ENTERPRISE,
    serial: int = 1,
    marked: bool = False,
) -> int:
    """A bill drawn, accepted and delivered today: its only range."""
    number = bill_number(world, serial, kind)
    maturity = world.today + days
    drawing = {
        "billNo": number,
        "payee": party(world, payee),
        "acceptor": party(world, acceptor),
        "faceFen": face,
        "maturity": maturity,
        "divisible": True,
        "tradeKey": bytes(32),
        "documentHash": hashed("bill"),
    }
    world.act(drawer, "acceptances", "draw", drawing)
    world.act(drawer, "acceptances", "requestAcceptance", number)
    id_ = token(number, 1, face)
    words = {"billNo": number, "acts": acts(world, id_), "documentHash": hashed("bill")}
    words["deadline"] = FOREVER
    signed = words | {"faceFen": face, "maturity": maturity}
    maker = world.approval(
        acceptor, world.digest("acceptances", "Acceptance", ACCEPTANCE, signed), officer=1
    )
    world.act(acceptor, "acceptances", "accept", words, maker)
    world.act(drawer, "acceptances", "tenderDelivery", number, marked)
    world.act(payee, "acceptances", "takeDelivery", number, hashed("consent"))
    return id_


def drawn(world: World) -> int:
    """The range of a bill that was only drawn."""
    number = bill_number(world, 77)
    drawing = {
        "billNo": number,
        "payee": party(world, "supplier"),
        "acceptor": party(world, "debtor"),
        "faceFen": FACE,
        "maturity": world.today + DAYS,
        "divisible": True,
        "tradeKey": bytes(32),
        "documentHash": hashed("bill"),
    }
    world.act("agency", "acceptances", "draw", drawing)
    return token(number, 1, FACE)


def bank_bill(world: World, **fields: Any) -> int:
    """A 银票: accepted by a bank whose figures are stated."""
    figures = {
        "acceptor": party(world, "bank2"),
        "totalAssetsFen": 10**15,
        "depositsFen": 10**14,
        "marginFen": 0,
        "asOfDay": world.today,
        "evidenceHash": hashed("figures"),
        "deadline": FOREVER,
    }
    digest = world.digest("disclosures", "Figures", FIGURES, figures)
    approver = world.approval("regulator", digest, officer=1)
    world.act("regulator", "disclosures", "stateFigures", figures, approver)
    return received(world, acceptor="bank2", kind=TYPE_BANK, **fields)


def endorse(
    world: World,
    token_id: int,
    from_: str,
    to: str,
    *,
    first: int | None = None,
    last: int | None = None,
    marked: bool = False,
) -> int:
    """An endorsement of a range or one end of it; the range the endorsee holds."""
    whole = part_of(token_id)
    terms = {
        "tokenId": token_id,
        "acts": acts(world, token_id),
        "first": whole.first if first is None else first,
        "last": whole.last if last is None else last,
        "from": party(world, from_),
        "to": party(world, to),
        "marked": marked,
        "evidenceHash": hashed("hop"),
        "deadline": FOREVER,
    }
    world.act(from_, "endorsements", "requestEndorsement", terms, world.today)
    return int(world.act(to, "endorsements", "takeEndorsement", terms, hashed("consent")).result)


def chain(world: World, *names: str, **fields: Any) -> int:
    """A bill passed down `names`, the first of whom is its payee: the last one's range."""
    id_ = received(world, payee=names[0], **fields)
    for from_, to in pairwise(names):
        id_ = endorse(world, id_, from_, to)
    return id_


def guarantee(world: World, token_id: int, debtor: str, guarantor: str) -> None:
    """`guarantor` guarantees `debtor` on a range, at its request."""
    terms = {
        "tokenId": token_id,
        "guarantor": party(world, guarantor),
        "guaranteed": party(world, debtor),
        "acts": acts(world, token_id),
        "documentHash": hashed("guarantee"),
        "deadline": FOREVER,
    }
    world.act(debtor, "guarantees", "requestGuarantee", terms, world.today)
    world.act(guarantor, "guarantees", "giveGuarantee", terms, party(world, debtor))


# Reading


def range_(world: World, token_id: int) -> dict[str, Any]:
    return dict(world.read("bills", "range", token_id))


def acts(world: World, token_id: int) -> int:
    return int(range_(world, token_id)["acts"])


def pair(world: World, token_id: int) -> tuple[int, int]:
    found = range_(world, token_id)
    return found["status"], found["flag"]


def holder(world: World, token_id: int) -> str:
    """The name of the actor that holds a range."""
    found = range_(world, token_id)["holder"].lower()
    return next(name for name, actor in world.actors.items() if actor.id == found)


def state(world: World, token_id: int) -> dict[str, Any]:
    """What anything but agreement must restore: all but the count of acts."""
    found = range_(world, token_id)
    del found["acts"]
    return found


def maturity(world: World, token_id: int) -> int:
    return int(world.read("bills", "bill", part_of(token_id).number)["maturity"])


def claim(world: World, token_id: int, day: int | None = None) -> int:
    return int(world.read("recourse", "claimOf", token_id, world.today if day is None else day))


def as_debtor(world: World, name: str, guaranteed: str | None = None) -> dict[str, str]:
    """A debtor in its own name, or as guarantor."""
    return {
        "party": party(world, name),
        "guaranteed": party(world, guaranteed) if guaranteed else ZERO,
    }


def liability(world: World, token_id: int, name: str, guaranteed: str | None = None) -> int:
    return int(
        world.read("recourse", "liabilityOf", token_id, as_debtor(world, name, guaranteed))[0]
    )


def only_range(world: World) -> int:
    """The range of the first bill, whole."""
    issued = next(log for log in world.logs if log.name == "BillIssued")
    return token(int(issued.args["billNo"]), 1, FACE)


def account(world: World, acceptor: str = "debtor") -> dict[str, int]:
    return dict(world.read("disclosures", "accountOf", party(world, acceptor)))


def carried(world: World, id_: int) -> dict[str, Any]:
    return dict(world.read("presentations", "dishonourOf", id_))


def money(world: World, who: str) -> int:
    return int(world.read("cash", "balanceOf", party(world, who)))


# Presentation


def present(world: World, token_id: int, *, reason: bytes = bytes(32)) -> Receipt:
    return world.act(holder(world, token_id), "presentations", "present", token_id, reason)


def present_due(world: World, token_id: int, by: str = "clearing") -> Receipt:
    return world.act(by, "presentations", "presentDue", token_id)


def dishonour(
    world: World, token_id: int, *, by: str = "debtor", code: int = DC08, reason: bytes = bytes(32)
) -> Receipt:
    return world.act(by, "presentations", "dishonour", token_id, code, reason)


def auto_dishonour(world: World, token_id: int, by: str = "clearing") -> Receipt:
    return world.act(by, "presentations", "autoDishonour", token_id)


def pay_bills(world: World, *tokens: int, by: str = "debtor") -> Receipt:
    return world.act(by, "settlement", "payBills", list(tokens))


def dishonoured(world: World, token_id: int, *, after: int = 0) -> int:
    """Presented at maturity and dishonoured `after` days later, with scope ALL."""
    world.go_to(maturity(world, token_id))
    present(world, token_id)
    world.pass_days(after)
    dishonour(world, token_id)
    return token_id


# Recourse


def three_hands(world: World) -> int:
    """Drawn by agency, accepted by debtor, passed supplier → tier2 → tier3, dishonoured at M."""
    return dishonoured(world, chain(world, *OWNERS))


def pursued_beside_another(world: World) -> tuple[int, int]:
    """A range pursued by tier3, and one that nobody pursues."""
    id_, other = chain(world, *OWNERS), received(world, serial=9)
    dishonoured(world, id_)
    pursue(world, id_, "tier2")
    return id_, other


def pursue(
    world: World, token_id: int, *names: str, costs: int = 0, debtors: list[Any] | None = None
) -> Receipt:
    listed = [as_debtor(world, name) for name in names] if debtors is None else debtors
    evidence = hashed("costs") if costs else bytes(32)
    return world.act(
        holder(world, token_id), "recourse", "pursue", token_id, listed, costs, evidence
    )


def pursue_without(
    world: World, token_id: int, *names: str, ground: int = BANKRUPT, costs: int = 0
) -> Receipt:
    listed = [as_debtor(world, name) for name in names]
    return world.act(
        holder(world, token_id),
        "recourse",
        "pursueWithoutDishonour",
        token_id,
        ground,
        listed,
        costs,
        hashed("proof"),
    )


def offer(
    world: World,
    token_id: int,
    payer: str,
    *,
    first: int | None = None,
    last: int | None = None,
    guaranteed: str | None = None,
    most: int | None = None,
    days: int = 10,
) -> tuple[bytes, int]:
    """An offer to settle a range or one end of it: the pending act's id, the range it locks."""
    whole = part_of(token_id)
    args = (
        token_id,
        whole.first if first is None else first,
        whole.last if last is None else last,
        party(world, guaranteed) if guaranteed else ZERO,
        2 * FACE if most is None else most,
        world.today + days,
    )
    result = world.act(payer, "recourse", "offerSettlement", *args).result
    return bytes(result[0]), int(result[1])


def take(world: World, token_id: int) -> int:
    """The holder takes the settlement offered: what was paid."""
    by = holder(world, token_id)
    return int(world.act(by, "settlement", "takeSettlement", token_id).result)


def settle(
    world: World,
    token_id: int,
    payer: str,
    *,
    first: int | None = None,
    last: int | None = None,
    guaranteed: str | None = None,
) -> tuple[int, int]:
    """Offer and answer: the range settled, what was paid."""
    _, taken = offer(world, token_id, payer, first=first, last=last, guaranteed=guaranteed)
    return taken, take(world, taken)


def settlement_terms(world: World, token_id: int, payer: str, **changes: Any) -> dict[str, Any]:
    whole = part_of(token_id)
    terms: dict[str, Any] = {
        "tokenId": token_id,
        "first": whole.first,
        "last": whole.last,
        "payer": party(world, payer),
        "guaranteed": ZERO,
        "amountMaxFen": 2 * FACE,
        "acts": acts(world, token_id),
        "deadline": FOREVER,
    }
    return terms | changes


def settle_signed(world: World, terms: dict[str, Any], payer: str, taker: str) -> Receipt:
    """Both approvals, sent by the payer."""
    digest = world.digest("discounting", "SettlementTerms", SETTLEMENT_TERMS, terms)
    approvals = world.by_caller(payer), world.approval(taker, digest)
    return world.act(payer, "settlement", "settleSigned", terms, *approvals)


def freeze_range(world: World, token_id: int, *, days: int = 90, kind: int = FREEZE) -> Receipt:
    """The court freezes a range, or with STOP_PAYMENT stops its payment."""
    expiry = world.today + days
    return carry_out(world, order_of(world, kind, "bills", token_id, expiryDay=expiry))


def unfreeze_range(world: World, token_id: int) -> Receipt:
    return carry_out(world, order_of(world, UNFREEZE, "bills", token_id))


def fund(world: World, *names: str, amount: int = 10**13) -> None:
    for name in names:
        world.mint(name, amount, f"money of {name}")
