"""Early payment by the debtor: its offer, the holder's consent, bids cleared best first."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tests.financing_stories import (
    advance,
    clear_bids,
    early_offer,
    early_sale_digest,
    loan_terms,
    offer_id,
    pay_early,
    take_early,
)
from tests.stories import (
    ACTIVE,
    FACE,
    PAID,
    Rule,
    active,
    authority_rules,
    by_actor,
    caller_case,
    cash,
    certificate,
    certificate_id,
    check_refusals,
    consent,
    freeze,
    freeze_certificate,
    opening,
    own_party,
    party,
    pass_on,
    put,
    suspend,
    then,
    units,
)
from tests.world import MAKE, PAY, World, hashed, officer_key

PART, APR = 300_000, 60_000


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


@pytest.mark.parametrize("way", [take_early, pay_early])
def test_early__agreed__pays_less_the_discount_and_discharges(world: World, way: Any) -> None:
    """Y4: amount − discount to the holder, that part of the debt is gone, to the fen."""
    id_, _ = active(world)
    world.mint("debtor", FACE, "own cash")
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    discount = half_up(Fraction(PART * (pay_day - world.today) * APR, 360 * 10**6))
    owed = world.read("invoices", "debtorAccount", party(world, "debtor"))["outstandingFen"]

    receipt = way(world, early_offer(world, id_, PART))

    assert receipt.result == PART - discount == cash(world, "supplier")
    assert cash(world, "debtor") == FACE - PART + discount
    assert units(world, id_, "supplier") == FACE - PART
    found = certificate(world, id_)
    assert (found["outstandingFen"], found["status"]) == (FACE - PART, ACTIVE)
    now = world.read("invoices", "debtorAccount", party(world, "debtor"))["outstandingFen"]
    assert owed - now == PART
    assert receipt.event("PaidEarly").args["discountFen"] == discount


def test_early__last_part__ends_the_certificate(world: World) -> None:
    """Paid, though before its day; the invoice stays used up (receivables.md §8)."""
    id_, o = active(world)
    world.mint("debtor", FACE, "own cash")

    take_early(world, early_offer(world, id_, FACE))

    assert certificate(world, id_)["status"] == PAID
    invoice = world.read("invoices", "invoice", o["invoiceKey"], o["debtor"])
    assert invoice["usedFen"] == FACE


def early_case(world: World, who: str, power: int) -> SimpleNamespace:
    id_, _ = active(world)
    world.mint("debtor", FACE, "own cash")
    done = early_offer(world, id_, 1_000)
    take_early(world, done)
    o = early_offer(world, id_, PART, reference_=hashed("offer/2"))
    signer = "debtor" if who == "supplier" else "supplier"
    case = caller_case(world, who, power, o=o, done=done, signer=signer, key=None)
    case.consent = hashed("consent")
    return case


def send(world: World, case: SimpleNamespace, function: str) -> None:
    from tests.typed import EARLY_SALE

    digest = offer_id(world, case.o)
    if function == "payEarly":
        message = {"offerId": digest, "consentHash": case.consent}
        digest = world.digest("earlypayments", "EarlySale", EARLY_SALE, message)
    approval = world.approval(case.signer, digest)
    if case.key is not None:
        approval["signature"] = case.key.sign_typed(digest)
    world.send(case.by, "earlypayments", function, case.o, case.consent, approval)


def signer_is(who: str, act: Any = None) -> Any:
    def breach(world: World, case: SimpleNamespace) -> None:
        case.signer = who
        if act is not None:
            act(world, who)

    return breach


def end_epoch(world: World, who: str) -> None:
    world.act(who, "participants", "endEpoch")


GATES: list[Rule] = [
    ("EarlyPaymentsUsed", lambda w, c: setattr(c, "o", dict(c.done))),
    ("EarlyPaymentsConsentMissing", put("consent", bytes(32))),
    ("EarlyPaymentsNothingLeft", put("o.aprPpm", 2**32 - 1)),
    ("ReceivablesAvailable", put("o.amountFen", FACE)),
    (
        "ReceivablesFrozen",
        then(lambda w: freeze_certificate(w, certificate_id(w, opening(w)))),
    ),
    (
        "CashBalance",
        then(
            lambda w: w.act("debtor", "cash", "transfer", party(w, "bank"), cash(w, "debtor") - 1)
        ),
    ),
]


def test_takeEarly__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """R802-3: consent on record; authority of both, records, price, asset, money."""
    rules: list[Rule] = [
        *authority_rules("supplier"),
        ("EarlyPaymentsParty", by_actor("tier3")),
        ("ParticipantsPartySuspended", signer_is("debtor", suspend)),
        ("ParticipantsPartyFrozen", signer_is("debtor", freeze)),
        ("ParticipantsEpochEnded", signer_is("debtor", end_epoch)),
        ("GovernedSignatureInvalid", put("key", officer_key("debtor", 1))),
        ("EarlyPaymentsParty", signer_is("agency")),
        *GATES,
    ]

    check_refusals(
        world,
        lambda w: early_case(w, "supplier", MAKE),
        lambda w, case: send(w, case, "takeEarly"),
        rules,
    )


def test_payEarly__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """No discount may be forced: the holder's own signature binds offer and consent record."""
    rules: list[Rule] = [
        *authority_rules("debtor"),
        (
            "ParticipantsEpochEnded",
            own_party(lambda w: w.act("debtor", "participants", "endEpoch")),
        ),
        ("EarlyPaymentsParty", by_actor("agency")),
        ("ParticipantsPartySuspended", signer_is("supplier", suspend)),
        ("ParticipantsPartyFrozen", signer_is("supplier", freeze)),
        ("GovernedSignatureInvalid", put("key", officer_key("supplier", 1))),
        ("EarlyPaymentsParty", signer_is("tier2")),
        *GATES,
    ]

    check_refusals(
        world,
        lambda w: early_case(w, "debtor", PAY),
        lambda w, case: send(w, case, "payEarly"),
        rules,
    )


def test_early__from_the_due_day_on__is_payment_not_early(world: World) -> None:
    id_, _ = active(world)
    world.mint("debtor", FACE, "own cash")
    world.pass_days(50)

    with world.refused("ReceivablesDue"):
        take_early(world, early_offer(world, id_, PART))


def test_early__by_another_debtor__is_refused(world: World) -> None:
    """Only who owes can discharge."""
    id_, _ = active(world)
    world.mint("agency", FACE, "own cash")

    with world.refused("ReceivablesParty"):
        take_early(world, early_offer(world, id_, PART, debtor=party(world, "agency")))


def test_early__pledged_part__stays(world: World) -> None:
    """The lender's security is not paid out under it."""
    id_, _ = active(world)
    for who in ("debtor", "bank"):
        world.mint(who, FACE, who)
    advance(world, loan_terms(world, id_, FACE - PART + 1, 1_000))

    with world.refused("ReceivablesAvailable", available=PART - 1):
        take_early(world, early_offer(world, id_, PART))


def test_early__expired_from_either_side__is_refused(world: World) -> None:
    id_, _ = active(world)
    world.mint("debtor", FACE, "own cash")
    o = early_offer(world, id_, PART, deadline=world.timestamp - 1)

    for way in (take_early, pay_early):
        with world.refused("GovernedSignatureExpired"):
            way(world, o)


# Bids: Y3


def bids(world: World, *rates: int) -> list[dict[str, Any]]:
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    pass_on(world, id_, "supplier", "tier2", FACE // 2)
    holders = ("supplier", "tier2", "supplier", "tier2")
    return [
        early_offer(
            world,
            id_,
            PART // 3,
            holder=party(world, holders[place]),
            aprPpm=rate,
            reference_=hashed(f"bid/{place}"),
        )
        for place, rate in enumerate(rates)
    ]


def test_clearBids__best_rate_first__pays_all(world: World) -> None:  # noqa: N802
    """Y3: best for the debtor first; equal rates in the order given."""
    world.mint("debtor", FACE, "own cash")

    receipt = clear_bids(world, bids(world, 90_000, 80_000, 80_000))

    told = receipt.event("BidsCleared").args
    assert (told["count"], told["lowestAprPpm"]) == (3, 80_000)
    assert [log.args["discountFen"] for log in receipt.logs if log.name == "PaidEarly"]
    assert cash(world, "supplier") > 0 < cash(world, "tier2")


def test_clearBids__worse_rate_first__is_refused(world: World) -> None:  # noqa: N802
    world.mint("debtor", FACE, "own cash")

    with world.refused("EarlyPaymentsOrder", aprPpm=90_000, bestPpm=80_000):
        clear_bids(world, bids(world, 80_000, 90_000))


def test_clearBids__count_that_does_not_fit__is_refused(world: World) -> None:  # noqa: N802
    with world.refused("EarlyPaymentsCount"):
        clear_bids(world, [])
    offers = bids(world, 80_000)
    holder = world.approval("supplier", early_sale_digest(world, offers[0]))
    for args in (
        (offers * 51, [hashed("c")] * 51, [holder] * 51),
        (offers, [], [holder]),
        (offers, [hashed("c")], []),
    ):
        with world.refused("EarlyPaymentsCount"):
            world.act("debtor", "earlypayments", "clearBids", *args)
