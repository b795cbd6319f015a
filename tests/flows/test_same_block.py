"""Two banks for the same fen in one block of a node: exactly one wins, the other pays nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from scf.chain.node import Anvil
from scf.chain.rpc import Rpc
from tests.bill_loan_stories import bill_loan_terms, terms_digest
from tests.contracts.test_bill_discounting import bill_quote, quote_id, ready
from tests.engines import GAS, OnNode
from tests.financing_stories import loan_digest, loan_terms
from tests.recourse_stories import FACE as BILL_FACE
from tests.recourse_stories import holder
from tests.stories import FACE, active, cash, party, quote
from tests.stories import quote_id as certificate_quote_id
from tests.world import START, World, hashed

Call = tuple[str, str, str, tuple[Any, ...]]


@pytest.fixture
def node() -> Iterator[tuple[World, Rpc]]:
    """A ledger on a node of its own."""
    with Anvil(start_time=dt.datetime.combine(START, dt.time(), dt.UTC)) as anvil:
        yield World.create(engine=OnNode(anvil.url)), Rpc(anvil.url)


def race(world: World, rpc: Rpc, *calls: Call) -> list[bool]:
    """All of them in one block, in this order: which were done."""
    sent = []
    for who, contract, function, args in calls:
        key, target = world.actors[who].officers[0].address, world.contracts[contract]
        fields = {"from": key, "to": target.address, "gas": hex(GAS), "gasPrice": hex(10**10)}
        fields["data"] = "0x" + target.encode(function, *args).hex()
        rpc.call("anvil_setBalance", key, hex(10**24))
        sent.append(rpc.call("eth_sendTransaction", fields))
    rpc.call("evm_mine")
    receipts = [rpc.call("eth_getTransactionReceipt", hashed_) for hashed_ in sent]
    assert len({receipt["blockNumber"] for receipt in receipts}) == 1
    return [receipt["status"] == "0x1" for receipt in receipts]


def certificate_sale(world: World, id_: int, bank: str, *, by: str) -> Call:
    terms = quote(
        world, id_, FACE, funder=party(world, bank), registryReceipt=hashed(f"filing of {bank}")
    )
    if by == "seller":
        funder = world.approval(bank, certificate_quote_id(world, terms))
        return "supplier", "settlement", "sell", (terms, hashed("e"), hashed("c"), funder)
    message = {
        "quoteId": certificate_quote_id(world, terms),
        "evidenceHash": hashed("e"),
        "consentHash": hashed("c"),
    }
    from tests.typed import TYPES

    seller = world.approval("supplier", world.digest("discounting", "Sale", TYPES, message))
    return bank, "settlement", "buy", (terms, hashed("e"), hashed("c"), seller)


def test_certificate__two_banks_buy_at_once__one_wins(node: tuple[World, Rpc]) -> None:
    world, rpc = node
    id_, _ = active(world)
    for bank in ("bank", "bank2"):
        world.mint(bank, 2 * FACE, bank)

    calls = [certificate_sale(world, id_, bank, by="bank") for bank in ("bank", "bank2")]
    done = race(world, rpc, *calls)

    assert sorted(done) == [False, True]
    loser = ("bank", "bank2")[done.index(False)]
    assert cash(world, loser) == 2 * FACE
    assert world.read("receivables", "balanceOf", party(world, loser), id_) == 0


def test_certificate__bought_and_pledged_at_once__one_wins(node: tuple[World, Rpc]) -> None:
    world, rpc = node
    id_, _ = active(world)
    for bank in ("bank", "bank2"):
        world.mint(bank, 2 * FACE, bank)
    t = loan_terms(world, id_, FACE, FACE // 2)
    lender = world.approval("bank", loan_digest(world, t))
    pledge = (t, hashed("consent"), lender, world.by_caller("supplier"))
    calls = [
        certificate_sale(world, id_, "bank2", by="bank"),
        ("supplier", "loans", "advance", pledge),
    ]

    done = race(world, rpc, *calls)

    assert sorted(done) == [False, True]
    assert 2 * FACE in (cash(world, "bank"), cash(world, "bank2"))


@pytest.mark.parametrize("second", ["discount", "pledge"])
def test_bill__two_banks_at_once__one_wins(node: tuple[World, Rpc], second: str) -> None:
    world, rpc = node
    id_ = ready(world)
    one = bill_quote(world, id_)
    discount = (hashed("trade"), hashed("consent"), world.by_caller("supplier"))
    calls: list[Call] = [
        (
            "supplier",
            "billdiscounting",
            "discount",
            (one, *discount, world.approval("bank", quote_id(world, one))),
        )
    ]
    if second == "discount":
        two = bill_quote(world, id_, funder=party(world, "bank2"))
        funder = world.approval("bank2", quote_id(world, two))
        calls.append(("supplier", "billdiscounting", "discount", (two, *discount, funder)))
    else:
        t = bill_loan_terms(world, id_, BILL_FACE // 2, lender=party(world, "bank2"))
        lender = world.approval("bank2", terms_digest(world, t))
        args = (t, hashed("consent"), lender, world.by_caller("supplier"))
        calls.append(("supplier", "billloans", "advance", args))

    done = race(world, rpc, *calls)

    assert sorted(done) == [False, True]
    loser = ("bank", "bank2")[done.index(False)]
    assert cash(world, loser) == 10 * BILL_FACE
    assert holder(world, id_) != loser


def test_same_quote__accepted_twice_at_once__counts_once(node: tuple[World, Rpc]) -> None:
    """Front-running by the same call changes nothing but who paid for the gas."""
    world, rpc = node
    id_, _ = active(world)
    world.mint("bank", 2 * FACE, "bank")
    call = certificate_sale(world, id_, "bank", by="seller")

    done = race(world, rpc, call, call)

    assert sorted(done) == [False, True]
    assert world.read("receivables", "balanceOf", party(world, "bank"), id_) == FACE
