"""What the acts on bills cost in gas of real transactions: rows of the checked snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.world import World, hashed

ACCEPT_AND_TAKE = "bill: accept and take delivery, all approvals in one transaction"
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
    yield ACCEPT_AND_TAKE, bills.accept_and_deliver(world, drawing).gas_used
    other = bills.offered_for_acceptance(world, serial=2, tradeKey=_trade(world, 2))
    yield "bill: accept (maker and checker)", bills.accept(world, other).gas_used
    world.act("debtor", "acceptances", "tenderDelivery", other["billNo"], False)
    yield "bill: take delivery", bills.take_delivery(world, other).gas_used
    _, receipt = bills.endorse_signed(world, whole, "supplier", "tier2")
    yield "bill: endorse a whole sub-range, both signatures in one transaction", receipt.gas_used
    _, receipt = bills.endorse_signed(world, whole, "tier2", "tier3", last=30_000_00)
    yield (
        "bill: endorse a part (split included), both signatures in one transaction",
        receipt.gas_used,
    )
    yield from _payments(world, number, bills.whole(other))


def _payments(world: World, number: int, other: int) -> Iterator[tuple[str, int]]:
    """The acceptor's first payment of a month also closes the figures of the months before."""
    world.mint("debtor", 2 * bills.FACE, "money for the bills")
    for name in ("supplier", "tier2", "tier3"):
        world.mint(name, 1, f"a first fen of {name}")
    part = claims.token(number, 1, 30_000_00)
    rest = claims.token(number, 30_000_01, bills.FACE)
    world.go_to(claims.maturity(world, part))
    gas = claims.pay_bills(world, rest).gas_used
    yield "bill: present and pay at maturity, the acceptor's first of the month", gas
    yield "bill: present and pay at maturity", claims.pay_bills(world, part).gas_used
    yield "bill: present", claims.present(world, other).gas_used
    yield "bill: pay what was presented", claims.pay_bills(world, other).gas_used


def _trade(world: World, serial: int) -> bytes:
    return bills.trade(world, key=hashed(f"trade {serial}"))
