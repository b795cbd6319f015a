"""What each operation costs in gas of real transactions: the rows of the checked snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.engines import OnNode
from tests.gas import bill_costs
from tests.typed import CONFIRMATION, LOAN_TERMS, OPENING, QUOTE
from tests.world import ENTERPRISE, FOREVER, SMALL, World, hashed, make_actor

# What the requirement allows, by operation.
LIMITS = {
    "supplier opens (new invoice key, new certificate)": 150_000,
    "debtor confirms (maker and checker in one transaction)": 75_000,
    "open and confirm in one transaction, with signatures": 195_000,
    "transfer of a part to a new holder, standing consent": 76_000,
    "sale of a part to a bank on a signed quote, money included": 145_000,
    "sale of a part with recourse, money and undertaking included": 180_000,
    "sale of a part with limited recourse": 180_000,
    "pledge and advance in one transaction": 210_000,
    "repayment in full with release": 95_000,
    "payment at maturity, per holder in a call of 20": 25_000,
    **bill_costs.LIMITS,
}
HOLDERS = 20
BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Case:
    """The world to measure in, with some history: nothing is new but what the row says."""

    world: World

    def opening(self, number: int) -> dict[str, Any]:
        world = self.world
        return {
            "invoiceKey": hashed(f"invoice {number}"),
            "reference_": hashed(f"reference {number}"),
            "supplier": world.actors["supplier"].id,
            "debtor": world.actors["debtor"].id,
            "amountFen": 100_000_00,
            "invoiceFen": 120_000_00,
            "deliveryDay": world.today - 5,
            "dueDay": world.today + 50,
            "lateRatePpm": 0,
            "documentHash": hashed("delivery note"),
            "bankReviewHash": bytes(32),
            "termReasonHash": bytes(32),
            "consentHash": hashed("consent record"),
            "deadline": FOREVER,
        }

    def open(self, number: int) -> tuple[int, int]:
        receipt = self.world.act("supplier", "invoices", "open", self.opening(number))
        return receipt.result, receipt.gas_used

    def confirm(self, number: int) -> int:
        opening = self.opening(number)
        names = ("invoiceKey", "reference_", "supplier", "documentHash", "deadline")
        confirmation = {name: opening[name] for name in names}
        signed = {name: opening[name] for name in (*names, "amountFen", "dueDay")}
        digest = self.world.digest("invoices", "Confirmation", CONFIRMATION, _signed(signed))
        maker = self.world.approval("debtor", digest, officer=1)
        receipt = self.world.act("debtor", "invoices", "confirm", confirmation, maker, officer=2)
        return receipt.gas_used

    def open_confirmed(self, number: int) -> int:
        world, opening = self.world, self.opening(number)
        digest = world.digest("invoices", "Opening", OPENING, _signed(opening))
        receipt = world.act(
            "debtor",
            "invoices",
            "openConfirmed",
            opening,
            world.approval("supplier", digest),
            world.approval("debtor", digest, officer=1),
            world.by_caller("debtor", officer=2),
            officer=2,
        )
        return receipt.gas_used

    def consent(self, to: str) -> None:
        supplier = self.world.actors["supplier"].id
        args = (supplier, self.world.today + 100, hashed("standing consent"))
        self.world.act(to, "receivables", "setStandingConsent", *args)

    def transfer(self, certificate: int, to: str, amount: int) -> int:
        args = (certificate, self.world.actors[to].id, amount, hashed("invoice of this hop"))
        return self.world.act("supplier", "receivables", "transfer", *args).gas_used

    def quote(self, certificate: int, receipt: str, **changes: Any) -> dict[str, Any]:
        world = self.world
        return {
            "funder": world.actors["bank"].id,
            "seller": world.actors["supplier"].id,
            "certificateId": certificate,
            "amountFen": 10_000_00,
            "advanceFen": 10_000_00,
            "ratePpm": 36_000,
            "feeFen": 50_00,
            "buyerSharePpm": 0,
            "recourse": 0,
            "capFen": 0,
            "costsMaxFen": 0,
            "registryReceipt": hashed(receipt),
            "epoch": 0,
            "deadline": world.timestamp + 3_600,
        } | changes

    def sell(self, certificate: int, receipt: str, **changes: Any) -> int:
        world, quote = self.world, self.quote(certificate, receipt, **changes)
        digest = world.digest("discounting", "Quote", QUOTE, quote)
        args = (quote, hashed("trade"), hashed("consent"), world.approval("bank", digest))
        return world.act("supplier", "discounting", "sell", *args).gas_used

    def terms(self, certificate: int, receipt: str) -> dict[str, Any]:
        world = self.world
        return {
            "lender": world.actors["bank"].id,
            "borrower": world.actors["supplier"].id,
            "certificateId": certificate,
            "pledgedFen": 20_000_00,
            "principalFen": 16_000_00,
            "feeFen": 50_00,
            "ratePpm": 40_000,
            "lateRatePpm": 60_000,
            "repayDay": world.today + 29,
            "saleFloorPpm": 900_000,
            "costsMaxFen": 500_00,
            "evidenceHash": hashed("trade"),
            "registryReceipt": hashed(receipt),
            "epoch": 0,
            "deadline": world.timestamp + 3_600,
        }

    def advance(self, terms: dict[str, Any]) -> tuple[bytes, int]:
        world = self.world
        digest = world.digest("loans", "LoanTerms", LOAN_TERMS, terms)
        lender = world.approval("bank", digest)
        args = (terms, hashed("consent"), lender, world.by_caller("supplier"))
        receipt = world.act("supplier", "loans", "advance", *args)
        return receipt.result, receipt.gas_used


def measure(url: str) -> dict[str, int]:
    """Gas by operation, on the anvil at `url`."""
    return dict(_rows(Case(World.create(engine=OnNode(url)))))


def _rows(case: Case) -> Iterator[tuple[str, int]]:
    world = case.world
    world.mint("bank", 10**12, "funds of the bank")
    case.open(0)
    case.confirm(0)
    certificate, gas = case.open(1)
    yield "supplier opens (new invoice key, new certificate)", gas
    yield "debtor confirms (maker and checker in one transaction)", case.confirm(1)
    yield "open and confirm in one transaction, with signatures", case.open_confirmed(2)
    case.consent("tier2")
    gas = case.transfer(certificate, "tier2", 30_000_00)
    yield "transfer of a part to a new holder, standing consent", gas
    yield "transfer of a part to a present holder", case.transfer(certificate, "tier2", 1_00)
    yield "sale of a part, the seller's first money ever", case.sell(certificate, "filing 1")
    third, _ = case.open(3)
    case.confirm(3)
    gas = case.sell(third, "filing 2")
    yield "sale of a part to a bank on a signed quote, money included", gas
    gas = case.sell(third, "filing 3", recourse=2, costsMaxFen=100_00)
    yield "sale of a part with recourse, to a present holder", gas
    fourth, _ = case.open(4)
    case.confirm(4)
    changes = {"recourse": 2, "advanceFen": 9_000_00, "costsMaxFen": 100_00}
    gas = case.sell(fourth, "filing 4", **changes)
    yield "sale of a part with recourse, money and undertaking included", gas
    fifth, _ = case.open(5)
    case.confirm(5)
    gas = case.sell(fifth, "filing 5", recourse=1, capFen=4_000_00)
    yield "sale of a part with limited recourse", gas
    loan, gas = case.advance(case.terms(fifth, "filing 6"))
    yield "pledge and advance in one transaction", gas
    world.pass_days(1)
    gas = world.act("supplier", "loans", "repay", loan, 2**64 - 1, [fifth]).gas_used
    yield "repayment in full with release", gas
    yield "payment at maturity, per holder in a call of 20", _payment(case, third)
    yield from bill_costs.rows(world)


def _payment(case: Case, certificate: int) -> int:
    world = case.world
    names = [f"holder {number}" for number in range(HOLDERS - 2)]
    for name in names:
        actor = world.actors[name] = make_actor(name, ENTERPRISE, SMALL, 1)
        world.enrol(actor)
        world.mint(name, 100, name)
        case.consent(name)
        case.transfer(certificate, name, 1_000_00)
    world.mint("debtor", 10**12, "money of the debtor")
    world.pass_days(50)
    holders = sorted(world.actors[name].id for name in [*names, "supplier", "bank"])
    receipt = world.act("debtor", "settlement", "payAtMaturity", certificate, holders)
    return -(-receipt.gas_used // HOLDERS)


def _signed(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in fields.items()}
