"""What the acts on bills cost in gas of real transactions: rows of the checked snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.world import World, hashed

ACCEPT_AND_TAKE = "bill: accept (maker and checker) and take delivery, two transactions"
LIMITS = {
    "bill: draw (new number, registered invoice)": 190_000,
    ACCEPT_AND_TAKE: 155_000,
    "bill: endorse a whole sub-range, both signatures in one transaction": 120_000,
    "bill: endorse a part (split included), both signatures in one transaction": 175_000,
    "bill: present and pay at maturity": 120_000,
}


def rows(world: World) -> Iterator[tuple[str, int]]:
    """Gas by operation, in a world where every party has held, drawn and accepted bills before."""
    for serial in (90, 91):
        history = bills.delivered(world, serial=serial, tradeKey=_trade(world, serial))
        for from_, to in (("supplier", "tier2"), ("tier2", "tier3")):
            bills.endorse_signed(world, history, from_, to, first=1, last=bills.FACE // 2)
            history = claims.token(history >> 80, 1, bills.FACE // 2)
    drawing = bills.drawing(world, serial=1, tradeKey=_trade(world, 1))
    gas = world.act("debtor", "acceptances", "draw", drawing).gas_used
    yield "bill: draw (new number, registered invoice)", gas
    number, whole = drawing["billNo"], bills.whole(drawing)
    world.act("debtor", "acceptances", "requestAcceptance", number)
    accepting = bills.accept(world, drawing).gas_used
    world.act("debtor", "acceptances", "tenderDelivery", number, False)
    taking = bills.take_delivery(world, drawing).gas_used
    yield ACCEPT_AND_TAKE, accepting + taking
    yield "bill: accept (maker and checker)", accepting
    yield "bill: take delivery", taking
    _, receipt = bills.endorse_signed(world, whole, "supplier", "tier2")
    yield "bill: endorse a whole sub-range, both signatures in one transaction", receipt.gas_used
    _, receipt = bills.endorse_signed(world, whole, "tier2", "tier3", last=30_000_00)
    yield (
        "bill: endorse a part (split included), both signatures in one transaction",
        receipt.gas_used,
    )
    world.mint("debtor", bills.FACE, "money for the bill")
    world.mint("tier3", 1, "a first fen")
    world.go_to(claims.maturity(world, whole))
    part = claims.token(number, 1, 30_000_00)
    yield "bill: present and pay at maturity", claims.pay_bills(world, part).gas_used


def _trade(world: World, serial: int) -> bytes:
    return bills.trade(world, key=hashed(f"trade {serial}"))
