"""Discounting: sale of a certificate on a signed quote, from either side."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines import Reverted
from tests.stories import (
    FACE,
    Breach,
    Rule,
    active,
    as_bytes,
    authority_rules,
    books,
    buy,
    by_actor,
    caller_case,
    cash,
    certificate_id,
    check_refusals,
    claimed,
    clerk,
    freeze,
    freeze_certificate,
    open_confirmed,
    opening,
    other_digest,
    own_party,
    party,
    pass_on,
    put,
    quote,
    quote_id,
    request,
    restate,
    sale_digest,
    sell,
    suspend,
    then,
    transfer_terms,
    units,
)
from tests.typed import QUOTE, SALE
from tests.world import MAKE, PAY, World, hashed, officer_key

PART = 400_000
Trade = Callable[[World, dict[str, Any]], Any]


def the_id(world: World) -> int:
    return certificate_id(world, opening(world))


def sale_case(world: World, who: str, power: int) -> SimpleNamespace:
    claim, _ = claimed(world, invoiceKey=hashed("invoice/2"))
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.mint("supplier", 77, "own money")
    sell(world, quote(world, id_, 5_000, registryReceipt=hashed("used")))
    case = caller_case(world, who, power, claim=claim, id=id_)
    case.q = quote(world, id_, PART)
    case.evidence, case.consent = hashed("evidence"), hashed("consent")
    case.signer, case.key = "bank" if who == "supplier" else "supplier", None
    return case


def spend(world: World) -> None:
    left = cash(world, "bank") - 10
    world.act("bank", "cash", "transfer", party(world, "bank2"), left)


GATES: list[Rule] = [
    ("DiscountingConsentMissing", put("consent", bytes(32))),
    ("DiscountingAdvance", put("q.advanceFen", PART - 1)),
    ("DiscountingReceiptMissing", put("q.registryReceipt", bytes(32))),
    ("DiscountingReceiptUsed", put("q.registryReceipt", hashed("used"))),
    ("ReceivablesStatus", lambda w, c: c.q.__setitem__("certificateId", c.claim)),
    ("ReceivablesEvidenceMissing", put("evidence", bytes(32))),
    ("ReceivablesAvailable", lambda w, c: c.q.update(amountFen=FACE, advanceFen=FACE)),
    ("ReceivablesFrozen", then(lambda w: freeze_certificate(w, the_id(w)))),
    ("DiscountingNothingLeft", put("q.feeFen", FACE)),
    ("CashBalance", then(spend)),
]


def signer_is(who: str, act: Callable[[World, str], object] | None = None) -> Breach:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.signer = who
        if act is not None:
            act(world, who)

    return breach


def end_epoch(world: World, who: str) -> None:
    world.act(who, "participants", "endEpoch")


def send(world: World, case: SimpleNamespace, function: str) -> None:
    if function == "sell":
        digest = quote_id(world, case.q)
    else:
        message = {
            "quoteId": quote_id(world, case.q),
            "evidenceHash": case.evidence,
            "consentHash": case.consent,
        }
        digest = world.digest("discounting", "Sale", SALE, message)
    approval = world.approval(case.signer, digest)
    if case.key is not None:
        approval["signature"] = case.key.sign_typed(digest)
    world.send(case.by, "discounting", function, case.q, case.evidence, case.consent, approval)


def test_sell__rules__answer_in_order(world: World) -> None:
    """R77-5, R77-6, R77-9, INV-13: seller, funder, records, price, certificate, money."""
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("ParticipantsPartySuspended", signer_is("bank", suspend)),
        ("ParticipantsRoleLacking", signer_is("tier2")),
        ("ParticipantsPartyFrozen", signer_is("bank", freeze)),
        ("ParticipantsEpochEnded", signer_is("bank", end_epoch)),
        ("DiscountingParty", by_actor("tier3")),
        ("DiscountingParty", signer_is("bank2")),
        ("GovernedSignatureInvalid", put("key", officer_key("bank", 1))),
        *GATES,
    ]

    check_refusals(
        world,
        lambda w: sale_case(w, "supplier", MAKE),
        lambda w, case: send(w, case, "sell"),
        rules,
    )


def test_buy__rules__answer_in_order(world: World) -> None:
    """R77-5: only a licensed party buys; the seller's own signature binds evidence and consent."""
    authority = [
        *authority_rules("bank")[:4],
        ("ParticipantsRoleLacking", by_actor("tier3")),
        ("ParticipantsPartyFrozen", own_party(lambda w: freeze(w, "bank"))),
        ("ParticipantsEpochEnded", own_party(lambda w: end_epoch(w, "bank"))),
    ]
    rules: list[Rule] = [
        ("ParticipantsPartySuspended", signer_is("supplier", suspend)),
        ("ParticipantsPartyFrozen", signer_is("supplier", freeze)),
        *authority,
        ("DiscountingParty", signer_is("tier2")),
        ("DiscountingParty", by_actor("bank2")),
        ("GovernedSignatureInvalid", put("key", officer_key("supplier", 1))),
        *GATES,
    ]

    check_refusals(
        world, lambda w: sale_case(w, "bank", PAY), lambda w, case: send(w, case, "buy"), rules
    )


@pytest.mark.parametrize("trade", [sell, buy])
def test_sale__done__moves_certificate_and_money_at_once(world: World, trade: Trade) -> None:
    """STL-1: value against value; price to the fen."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    exact = Fraction(PART * (pay_day - world.today) * 36_000, 360 * 10**6)
    interest = int(exact + Fraction(1, 2))

    receipt = trade(world, q)

    net = PART - interest - 1_000
    assert receipt.result == net
    assert (cash(world, "supplier"), cash(world, "bank")) == (net, FACE - net)
    assert (units(world, id_, "supplier"), units(world, id_, "bank")) == (FACE - PART, PART)
    told = receipt.event("CertificateSold").args
    assert (told["interestFen"], told["feeFen"]) == (interest, 1_000)
    moved = receipt.event("TransferSingle").args
    assert (moved["from"], moved["to"], moved["amount"]) == (q["seller"], q["funder"], PART)
    assert as_bytes(told["quoteId"]) == quote_id(world, q)
    assert world.read("receivables", "undertakings", id_, party(world, "bank")) == ()


@pytest.mark.parametrize("second", [sell, buy])
def test_sale__same_quote_again__is_refused(world: World, second: Trade) -> None:
    """DSC-1, MUST-21: a quote works once, whichever side submits it."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    sell(world, quote(world, id_, PART))

    with world.refused("DiscountingReceiptUsed"):
        second(world, quote(world, id_, PART))


def test_sale__same_receipt_by_another_bank__is_refused(world: World) -> None:
    """R77-6, INV-13: a filing backs one sale over the whole ledger."""
    id_, _ = active(world)
    for bank in ("bank", "bank2"):
        world.mint(bank, FACE, bank)
    sell(world, quote(world, id_, PART))

    with world.refused("DiscountingReceiptUsed"):
        sell(world, quote(world, id_, PART, funder=party(world, "bank2")))


def test_sale__two_banks_for_the_same_fen__exactly_one_wins(world: World) -> None:
    """SYS-1, MUST-1: both quotes are good, the units are sold once, the loser keeps its money."""
    id_, _ = active(world)
    for bank in ("bank", "bank2"):
        world.mint(bank, FACE, bank)
    late = quote(
        world, id_, FACE, funder=party(world, "bank2"), registryReceipt=hashed("receipt/2")
    )
    sell(world, quote(world, id_, FACE))

    with world.refused("ReceivablesAvailable", available=0, needed=FACE):
        sell(world, late)
    assert cash(world, "bank2") == FACE
    assert world.read("discounting", "receiptUsedBy", hashed("receipt/2")) == bytes(32)


def test_sale__of_a_locked_part__is_refused(world: World) -> None:
    """MUST-1: one lock shared by discount and transfer."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    request(world, transfer_terms(world, id_, "supplier", "tier2", FACE - 1))

    with world.refused("ReceivablesAvailable", available=1):
        sell(world, quote(world, id_, PART))


@pytest.mark.parametrize("step", ["claimed", "none"])
def test_sale__before_the_debtor_confirmed__is_refused(world: World, step: str) -> None:
    """MUST-3: no financing before confirmation."""
    world.mint("bank", FACE, "money")
    id_ = claimed(world)[0] if step == "claimed" else 7

    with world.refused("ReceivablesStatus"):
        sell(world, quote(world, id_, PART))


def test_sale__on_the_due_day__is_refused(world: World) -> None:
    """MUST-25: funded after the day must be refused; the day before it is done."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.pass_days(49)
    sell(world, quote(world, id_, PART))
    world.pass_days(1)

    with world.refused("ReceivablesDue"):
        sell(world, quote(world, id_, PART, registryReceipt=hashed("receipt/2")))


@pytest.mark.parametrize("trade", [sell, buy])
def test_sale__quote_too_old__is_refused_from_either_side(world: World, trade: Trade) -> None:
    """MUST-21: the quote's end binds also the side that submits it."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")

    with world.refused("GovernedSignatureExpired"):
        trade(world, quote(world, id_, PART, deadline=world.timestamp - 1))
    trade(world, quote(world, id_, PART, deadline=world.timestamp))


def test_sale__revoked_quote__is_refused(world: World) -> None:
    """MUST-21, MUST-12: a frozen bank can still take its quote back."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    freeze(world, "bank", days=1)
    world.act("bank", "discounting", "revokeSignature", quote_id(world, q), officer=1)
    world.pass_days(2)

    with world.refused("GovernedSignatureRevoked", party=party(world, "bank")):
        sell(world, q)


def test_sale__all_quotes_taken_back_at_once__are_refused(world: World) -> None:
    """MUST-21: ending the epoch voids every open quote; quotes of the new one are good."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    freeze(world, "bank", days=1)
    told = world.act("bank", "participants", "endEpoch", officer=1).event("EpochEnded").args
    world.pass_days(2)

    assert told["epoch"] == 1
    for number in range(2):
        q = quote(world, id_, PART, registryReceipt=hashed(f"receipt/{number}"))
        with world.refused("ParticipantsEpochEnded", epoch=0, current=1):
            sell(world, q)
    with world.refused("ParticipantsEpochEnded", epoch=2):
        sell(world, quote(world, id_, PART, epoch=2))
    sell(world, quote(world, id_, PART, epoch=1))


@pytest.mark.parametrize("field", ["chain_id", "contract", "name", "version"])
def test_sale__quote_signed_for_elsewhere__is_refused(world: World, field: str) -> None:
    """MUST-21: another chain, contract, name or version."""
    id_, _ = active(world)
    q = quote(world, id_, PART)
    elsewhere: dict[str, object] = {
        "chain_id": 2,
        "contract": world.contracts["receivables"].address,
        "name": "SCF Loans",
        "version": "2",
    }
    domain = {"name": "SCF Settlement", field: elsewhere[field]}
    digest = other_digest(world, "discounting", "Quote", QUOTE, q, **domain)

    with world.refused("GovernedSignatureInvalid"):
        args = (q, hashed("evidence"), hashed("consent"), world.approval("bank", digest))
        world.act("supplier", "discounting", "sell", *args)


def test_sale__malleable_signature__is_refused(world: World) -> None:
    """MUST-21: the other half of the curve signs the same digest."""
    id_, _ = active(world)
    q = quote(world, id_, PART)
    approval = world.approval("bank", quote_id(world, q))
    r, s, v = approval["signature"][:32], approval["signature"][32:64], approval["signature"][64]
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    other = r + (order - int.from_bytes(s)).to_bytes(32) + bytes([27 + (28 - v)])

    with world.refused("GovernedSignatureInvalid"):
        args = (q, hashed("evidence"), hashed("consent"), approval | {"signature": other})
        world.act("supplier", "discounting", "sell", *args)


def test_sale__quote_with_more_bits_than_its_types__is_refused(world: World) -> None:
    """The digest is made of the words as sent: a dirty one is nobody's quote."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    args = (q, hashed("evidence"), hashed("consent"), world.approval("bank", quote_id(world, q)))
    target = world.contracts["settlement"]
    data = bytearray(target.encode("sell", *args))
    sender = world.actors["supplier"].officers[0].address
    for word in (0, 3, 5, 8, 12, 13):
        dirty = data.copy()
        dirty[4 + 32 * word] = 1
        with pytest.raises(Reverted):
            world.engine.transact(sender, target.address, bytes(dirty))


def test_sale__front_run_by_the_same_call__changes_nothing(world: World) -> None:
    """MUST-21: whoever copies a seller's call is no officer of the seller; its own then works."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    args = (q, hashed("evidence"), hashed("consent"), world.approval("bank", quote_id(world, q)))
    for copycat in ("tier3", "bank2", "bank"):
        with world.refused("DiscountingParty"):
            world.act(copycat, "discounting", "sell", *args)

    world.act("supplier", "discounting", "sell", *args)


def test_sale__other_holders_act_meanwhile__quote_stays_good(world: World) -> None:
    """A quote binds its part of the certificate, not what other holders do."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    pass_on(world, id_, "supplier", "tier2", PART)
    pass_on(world, id_, "tier2", "tier3", 1_000)

    sell(world, q)


def test_sale__revoked_by_the_seller__cannot_be_bought(world: World) -> None:
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    world.act("supplier", "discounting", "revokeSignature", sale_digest(world, q))

    with world.refused("GovernedSignatureRevoked"):
        buy(world, q)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amountFen", PART + 1),
        ("advanceFen", PART - 1),
        ("buyerSharePpm", 1),
        ("recourse", 2),
        ("capFen", 1),
        ("costsMaxFen", 1),
        ("ratePpm", 1),
        ("feeFen", 0),
        ("certificateId", 1),
        ("registryReceipt", hashed("other")),
        ("deadline", 2**64 - 2),
    ],
)
def test_sale__quote_changed_after_signing__is_refused(
    world: World, name: str, value: object
) -> None:
    """MUST-21: every field of the quote is signed."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    funder = world.approval("bank", quote_id(world, q))

    with world.refused("GovernedSignatureInvalid"):
        args = (q | {name: value}, hashed("evidence"), hashed("consent"), funder)
        world.act("supplier", "discounting", "sell", *args)


def test_sale__to_the_debtor_or_to_oneself__is_refused(world: World) -> None:
    for who in ("debtor", "supplier"):
        with world.anchor():
            id_, _ = active(world)
            restate(world, who, roles=5, size=4)
            world.mint(who, FACE, "money")
            with world.refused("ReceivablesTransferee", to=party(world, who)):
                sell(world, quote(world, id_, PART, funder=party(world, who)))


def test_sale__by_the_platform__is_refused(world: World) -> None:
    """INV-21, R77-5."""
    id_, _ = active(world)

    with world.refused("ParticipantsRoleLacking"):
        sell(world, quote(world, id_, PART, funder=party(world, "operator")))


def test_sell__officer_at_its_limit__may_sell(world: World) -> None:
    """MUST-16: on the part's face."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    key = clerk(world, "supplier", MAKE, PART)
    for amount, refused in ((PART + 1, True), (PART, False)):
        q = quote(world, id_, amount)
        args = (q, hashed("e"), hashed("c"), world.approval("bank", quote_id(world, q)))
        if refused:
            with world.refused("ParticipantsAmountLimit", limit=PART):
                world.send(key.address, "discounting", "sell", *args)
        else:
            world.send(key.address, "discounting", "sell", *args)


def test_sale__refused_for_lack_of_money__leaves_the_receipt_unused(world: World) -> None:
    """STL-1: a failed act changes nothing, so the same quote works later."""
    id_, o = active(world)
    q = quote(world, id_, PART)
    before = books(world, id_, o)

    with world.refused("CashBalance"):
        sell(world, q)
    assert books(world, id_, o) == before
    world.mint("bank", FACE, "money")
    sell(world, q)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amount=st.integers(1, 2**64 - 1),
    rate=st.integers(0, 2**32 - 1),
    fee=st.integers(0, 10**6),
    ago=st.integers(0, 60),
)
def test_termsOf__any_quote__is_the_exact_formula(  # noqa: N802
    world: World, amount: int, rate: int, fee: int, ago: int
) -> None:
    """INV-15, FEN-2, FEN-4: interest half-up, ACT/360, first day counted, last not."""
    with world.anchor():
        id_ = int(open_confirmed(world, opening(world)).result)
        pay_day, _ = world.read("receivables", "payDayOf", id_)
        world.pass_days(ago)

        q = quote(world, id_, amount, ratePpm=rate, feeFen=fee)
        interest, net, _, days = world.read("discounting", "termsOf", q)

        assert days == max(pay_day - world.today, 0)
        assert interest == int(Fraction(amount * days * rate, 360 * 10**6) + Fraction(1, 2))
        assert net == max(amount - interest - fee, 0)


def test_sale__at_a_tie_of_half_a_fen__rounds_up(world: World) -> None:
    """INV-15: 5 fen, 36 days, 1 000 000 ppm cost 0.5 fen, so one."""
    id_, _ = active(world, dueDay=world.today + 36)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    assert pay_day == world.today + 36

    interest, _, _, _ = world.read(
        "discounting", "termsOf", quote(world, id_, 5, ratePpm=1_000_000, feeFen=0)
    )

    assert interest == 1
