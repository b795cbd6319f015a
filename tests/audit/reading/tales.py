"""One lively history that many tests read: tiers, a sale, requests, orders, an overdue debt."""

from __future__ import annotations

from dataclasses import dataclass

from tests.audit.reading.recording import recorded_world
from tests.stories import (
    YUAN,
    active,
    carry_out,
    claimed,
    consent,
    drafted,
    freeze,
    freeze_certificate,
    order_of,
    party,
    pass_on,
    pay,
    quote,
    quote_id,
    request,
    sell,
    set_bar,
    transfer_terms,
)
from tests.world import World, hashed

MOVE = 2
REASON = hashed("reason for the term")


@dataclass(frozen=True)
class Tale:
    """A recorded World and the ids in its history."""

    world: World
    paid: int
    overdue: int
    frozen: int
    long: int
    claim: int
    draft: int
    quote: bytes
    pending: bytes
    rejected: bytes
    invoice: bytes


def tell_tale(world: World | None = None) -> Tale:
    """
    What happened, in a World of its own unless one is given.

    Certificate `paid` splits over three tiers, is financed and paid; `overdue` is not paid;
    `frozen` is frozen and partly moved by order; `long` runs on; a claim and a draft wait.
    """
    world = world or recorded_world()
    for to, from_ in (("tier2", "supplier"), ("tier3", "tier2"), ("supplier", "tier2")):
        consent(world, to, from_)
    for who in ("debtor", "bank", "bank2"):
        world.mint(who, 3_000_000 * YUAN, f"first/{who}")
    paid, o = active(world, amountFen=1_000_000 * YUAN)
    pass_on(world, paid, "supplier", "tier2", 600_000 * YUAN)
    pass_on(world, paid, "tier2", "tier3", 200_000 * YUAN)
    pass_on(world, paid, "tier2", "supplier", 100_000 * YUAN)
    q = quote(world, paid, 250_000 * YUAN, seller=party(world, "tier2"))
    sell(world, q)
    rejected = request(world, transfer_terms(world, paid, "supplier", "tier3", 5_000 * YUAN))
    world.act("tier3", "receivables", "reject", rejected)
    pending = request(
        world,
        transfer_terms(world, paid, "supplier", "tier3", 7_000 * YUAN, reference_=hashed("2")),
    )
    second = {"invoiceKey": hashed("invoice/2"), "reference_": hashed("reference/2")}
    overdue, _ = active(
        world, **second, amountFen=300_000 * YUAN, debtor="agency", dueDay=world.today + 20
    )
    third = {"invoiceKey": hashed("invoice/3"), "reference_": hashed("reference/3")}
    frozen, _ = active(world, **third, amountFen=400_000 * YUAN)
    order = order_of(world, MOVE, "receivables", frozen) | {
        "from": world.actors["supplier"].id,
        "to": world.actors["tier3"].id,
        "amountFen": 50_000 * YUAN,
    }
    carry_out(world, order)
    freeze_certificate(world, frozen)
    fourth = {"invoiceKey": hashed("invoice/4"), "reference_": hashed("reference/4")}
    claim, _ = claimed(world, **fourth, amountFen=70_000 * YUAN)
    draft, _ = drafted(
        world, **fourth | {"reference_": hashed("reference/5")}, amountFen=80_000 * YUAN
    )
    sixth = {"invoiceKey": hashed("invoice/6"), "reference_": hashed("reference/6")}
    late = world.today + 170
    long, _ = active(world, **sixth, amountFen=120_000 * YUAN, dueDay=late, termReasonHash=REASON)
    world.go_to(world.today + 30)
    world.act("tier3", "receivables", "markOverdue", overdue)
    world.go_to(o["dueDay"] + 1)
    pay(world, paid, "supplier", "tier2", "tier3", "bank")
    freeze(world, "tier2")
    set_bar(world, "agency", 1)
    return Tale(
        world=world,
        paid=paid,
        overdue=overdue,
        frozen=frozen,
        long=long,
        claim=claim,
        draft=draft,
        quote=quote_id(world, q),
        pending=pending,
        rejected=rejected,
        invoice=o["invoiceKey"],
    )
