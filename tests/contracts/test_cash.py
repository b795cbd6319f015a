"""Cash: minting and burning under payment ids, moving, allowances, orders, refused token paths."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.stories import (
    FREEZE,
    MOVE,
    STRANGER,
    Rule,
    as_bytes,
    authority_rules,
    by_actor,
    caller_case,
    carry_out,
    cash,
    check_refusals,
    clerk,
    freeze,
    order_of,
    own_party,
    party,
    put,
    suspend,
)
from tests.world import PAY, World, hashed, officer_key

PERMIT2 = "0x000000000022d473030f116ddee9f6b43ac78ba3"
BIGGEST = 2**64 - 1


def money_case(world: World, who: str, **fields: object) -> SimpleNamespace:
    world.mint(who, 500, "start")
    return caller_case(world, who, PAY, to=party(world, "tier2"), amount=100, **fields)


# Mint and burn


def test_mint__rules__answer_in_order(world: World) -> None:
    """MUST-13, MUST-14: a settlement bank's payment officer, to a party, under a new payment id."""
    rules: list[Rule] = [
        *authority_rules("clearing"),
        ("ParticipantsRoleLacking", by_actor("bank")),
        ("ParticipantsPartyUnknown", put("to", "0x" + "11" * 20)),
        ("CashAmount", put("amount", BIGGEST + 1)),
        ("CashPaymentIdUsed", put("payment", hashed("start"))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "cash", "mint", case.to, case.amount, case.payment)

    check_refusals(world, lambda w: money_case(w, "clearing", payment=hashed("p")), act, rules)


def test_burn__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        *authority_rules("clearing"),
        ("ParticipantsRoleLacking", by_actor("bank")),
        ("CashAmount", put("amount", BIGGEST + 1)),
        ("CashPaymentIdUsed", put("payment", hashed("start"))),
        ("CashBalance", put("amount", 501)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "cash", "burn", case.amount, case.payment)

    check_refusals(world, lambda w: money_case(w, "clearing", payment=hashed("p")), act, rules)


@pytest.mark.parametrize("amount", [0, BIGGEST + 1])
@pytest.mark.parametrize("function", ["mint", "burn"])
def test_mint_or_burn__amount_of_nothing_or_too_large__is_refused(
    world: World, function: str, amount: int
) -> None:
    """MUST-16."""
    to = (party(world, "tier2"),) if function == "mint" else ()

    with world.refused("CashAmount", amountFen=amount):
        world.act("clearing", "cash", function, *to, amount, hashed("p"))
    with world.refused("CashPaymentIdEmpty"):
        world.act("clearing", "cash", function, *to, 1, bytes(32))


def test_mint__largest_amount__is_credited_in_full(world: World) -> None:
    receipt = world.mint("tier2", BIGGEST, "p")

    assert cash(world, "tier2") == world.read("cash", "totalSupply") == BIGGEST
    told = receipt.event("CashMinted").args
    assert (told["amountFen"], as_bytes(told["paymentId"])) == (BIGGEST, hashed("p"))
    assert told["bank"] == party(world, "clearing")


def test_burn__after_mint_with_the_same_payment__is_refused(world: World) -> None:
    """MUST-13: one payment id serves once, whichever way the money went."""
    world.mint("clearing", 10, "p")

    with world.refused("CashPaymentIdUsed", paymentId="0x" + hashed("p").hex()):
        world.act("clearing", "cash", "burn", 10, hashed("p"))
    receipt = world.act("clearing", "cash", "burn", 4, hashed("out"))

    assert (cash(world, "clearing"), world.read("cash", "totalSupply")) == (6, 6)
    assert receipt.event("CashBurnt").args["from"] == party(world, "clearing")


@pytest.mark.parametrize("who", ["operator", "regulator"])
def test_mint__by_the_platform__is_refused(world: World, who: str) -> None:
    """INV-21: whoever runs the platform makes no money."""
    with world.refused("ParticipantsRoleLacking"):
        world.act(who, "cash", "mint", party(world, who), 1, hashed("p"))


def test_mint__to_the_platform__is_refused(world: World) -> None:
    """INV-21: the platform cannot hold money."""
    with world.refused("ParticipantsRoleLacking"):
        world.mint("operator", 1, "p")


# Transfer


def test_transfer__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartyUnknown", put("to", "0x" + "11" * 20)),
        ("CashBalance", put("amount", 501)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "cash", "transfer", case.to, case.amount)

    check_refusals(world, lambda w: money_case(w, "supplier"), act, rules)


def test_transfer__of_nothing__is_refused_and_of_everything_done(world: World) -> None:
    world.mint("supplier", 500, "p")
    tier2 = party(world, "tier2")

    with world.refused("CashAmount", amountFen=0):
        world.act("supplier", "cash", "transfer", tier2, 0)
    with world.refused("CashBalance", available=500, needed=501):
        world.act("supplier", "cash", "transfer", tier2, 501)
    receipt = world.act("supplier", "cash", "transfer", tier2, 500)

    assert (cash(world, "supplier"), cash(world, "tier2")) == (0, 500)
    assert receipt.event("Transfer").args == {
        "from": party(world, "supplier"),
        "to": tier2,
        "amount": 500,
    }


def test_transfer__to_itself__changes_nothing(world: World) -> None:
    world.mint("supplier", 500, "p")

    world.act("supplier", "cash", "transfer", party(world, "supplier"), 300)

    assert cash(world, "supplier") == 500


def test_transfer__to_a_frozen_party__is_received(world: World) -> None:
    world.mint("supplier", 500, "p")
    freeze(world, "tier2")

    world.act("supplier", "cash", "transfer", party(world, "tier2"), 1)

    with world.refused("ParticipantsPartyFrozen"):
        world.act("tier2", "cash", "transfer", party(world, "supplier"), 1)


# Allowances


def test_transferFrom__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """MUST-7: an allowance is given by a party to a party; the giver's freeze binds its taker."""
    rules: list[Rule] = [
        *authority_rules("bank"),
        ("InsufficientAllowance", by_actor("tier3")),
        ("ParticipantsPartySuspended", own_party(lambda w: suspend(w, "supplier"))),
        ("ParticipantsPartyFrozen", own_party(lambda w: freeze(w, "supplier"))),
        ("ParticipantsPartyUnknown", put("to", "0x" + "11" * 20)),
        ("CashBalance", put("amount", 501)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        w.mint("supplier", 500, "p")
        w.act("supplier", "cash", "approve(address,uint256)", party(w, "bank"), 600)
        return caller_case(w, "bank", PAY, to=party(w, "tier2"), amount=100)

    def act(w: World, case: SimpleNamespace) -> None:
        args = (party(w, "supplier"), case.to, case.amount)
        w.send(case.by, "cash", "transferFrom", *args)

    check_refusals(world, prepare, act, rules)


def test_approve__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartyUnknown", put("to", "0x" + "11" * 20)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "cash", "approve(address,uint256)", case.to, case.amount)

    check_refusals(world, lambda w: money_case(w, "supplier"), act, rules)


def test_transferFrom__within_the_allowance__uses_it_up(world: World) -> None:  # noqa: N802
    world.mint("supplier", 500, "p")
    world.act("supplier", "cash", "approve(address,uint256)", party(world, "bank"), 100)
    sides = (party(world, "supplier"), party(world, "tier2"))

    world.act("bank", "cash", "transferFrom", *sides, 60)

    assert world.read("cash", "allowance", sides[0], party(world, "bank")) == 40
    with world.refused("InsufficientAllowance"):
        world.act("bank", "cash", "transferFrom", *sides, 41)
    assert (cash(world, "supplier"), cash(world, "tier2")) == (440, 60)


def test_permit2__canonical_contract__has_no_allowance(world: World) -> None:
    """MUST-7: the base token would hand everybody's money to one outside contract."""
    world.mint("supplier", 500, "p")
    sides = (party(world, "supplier"), party(world, "tier2"))

    assert world.read("cash", "allowance", sides[0], PERMIT2) == 0
    with world.refused("ParticipantsOfficerUnknown"):
        world.send(PERMIT2, "cash", "transferFrom", *sides, 1)


def test_permit__any_signature__is_refused(world: World) -> None:
    """MUST-7, MUST-21: no party has a key that could sign one."""
    args = (party(world, "supplier"), party(world, "bank"), 1, 2**64 - 1)

    for sender in (STRANGER.address, world.actors["supplier"].officers[0].address):
        with world.refused("CashPermitDisabled"):
            world.send(sender, "cash", "permit", *args, 27, hashed("r"), hashed("s"))


@pytest.mark.parametrize(("function", "args"), [("move", (1,)), ("payOut", None)])
def test_inner_functions__called_from_outside__are_refused(
    world: World, function: str, args: tuple[int] | None
) -> None:
    world.mint("supplier", 500, "p")
    supplier, tier2 = party(world, "supplier"), party(world, "tier2")
    given = (supplier, tier2, 1) if args else (supplier, [tier2], [1])

    for sender in (STRANGER.address, world.actors["supplier"].officers[0].address):
        with world.refused("GovernedCaller", caller=sender):
            world.send(sender, "cash", function, *given)


# Orders


def test_carryOut__transfer_order__moves_a_frozen_partys_money(world: World) -> None:  # noqa: N802
    """SYS-14: on legal title money moves whatever its holder's state; the log names the order."""
    world.mint("supplier", 500, "p")
    freeze(world, "supplier")
    terms = order_of(world, MOVE, "cash", amountFen=500)
    terms |= {"from": party(world, "supplier"), "to": party(world, "tier2")}

    receipt = carry_out(world, terms)

    assert (cash(world, "supplier"), cash(world, "tier2")) == (0, 500)
    order_id = world.read("orders", "orderIdOf", terms)
    assert receipt.event("CashMovedByOrder").args["orderId"] == order_id
    assert receipt.event("OrderCarriedOut").args["orderId"] == order_id


def test_carryOut__order_that_does_not_fit__is_refused(world: World) -> None:  # noqa: N802
    """Kind, receiver, balance: in this order."""
    world.mint("supplier", 500, "p")
    move = order_of(world, MOVE, "cash", amountFen=501)
    move |= {"from": party(world, "supplier"), "to": "0x" + "11" * 20}

    with world.refused("CashOrderKind"):
        carry_out(world, order_of(world, FREEZE, "cash"))
    with world.refused("ParticipantsPartyUnknown"):
        carry_out(world, move)
    with world.refused("CashBalance", available=500, needed=501):
        carry_out(world, move | {"to": party(world, "tier2")})


def test_metadata__of_the_token__is_in_fen(world: World) -> None:
    assert world.read("cash", "decimals") == 2
    assert world.read("cash", "symbol") == "CNYD"
    assert "CNY" in world.read("cash", "name")


def test_transfer__officer_at_its_limit__may_pay(world: World) -> None:
    """MUST-16: the limit itself is allowed, one fen more is not."""
    key = clerk(world, "supplier", PAY, 300)
    world.mint("supplier", 500, "p")

    with world.refused("ParticipantsAmountLimit", limit=300, needed=301):
        world.send(key.address, "cash", "transfer", party(world, "tier2"), 301)
    world.send(key.address, "cash", "transfer", party(world, "tier2"), 300)
    with world.refused("ParticipantsOfficerUnknown"):
        unknown = officer_key("nobody", 1).address
        world.send(unknown, "cash", "transfer", party(world, "tier2"), 1)
