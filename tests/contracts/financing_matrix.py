"""The rows of the matrix (`test_matrix`) that concern financing, and the scene they meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests import bill_stories as bills
from tests.bill_loan_stories import advance_on_bill, bill_loan_terms, bill_top_up_terms
from tests.contracts.test_bill_discounting import financeable
from tests.financing_stories import (
    advance,
    early_offer,
    loan_id,
    loan_terms,
    pledge_sale,
    recourse_claim,
    recourse_quote,
    top_up_terms,
)
from tests.recourse_stories import part_of, received
from tests.stories import STRANGER, active, certificate_id, hop, opening, party, sell
from tests.world import World, hashed

ANYONE = ""
DOCUMENT = hashed("document")
KEY = hashed("invoice of the financing matrix")
UNKNOWN, NO_ROLE, INNER = "ParticipantsOfficerUnknown", "ParticipantsRoleLacking", "GovernedCaller"
DOOR = "SettlementRoom"

Arguments = Callable[[World], tuple[Any, ...]]
Row = tuple[Arguments, str, str, str]


def _id(world: World) -> int:
    return certificate_id(world, opening(world, invoiceKey=KEY))


def _quote(world: World) -> dict[str, Any]:
    return recourse_quote(world, _id(world), 100_000, registryReceipt=hashed("matrix/sale"))


def _terms(world: World, name: str = "running") -> dict[str, Any]:
    """Loan terms as they were signed, whatever day it is now."""
    day = SCENE[id(world.contracts["loans"].abi), name]
    terms = loan_terms(world, _id(world), 50_000, 40_000, registryReceipt=hashed(f"matrix/{name}"))
    return terms | {"repayDay": day}


def _late(world: World) -> dict[str, Any]:
    return _terms(world, "late")


def _offer(world: World) -> dict[str, Any]:
    return early_offer(world, _id(world), 1_000, reference_=hashed("matrix"))


def _claim(world: World) -> dict[str, Any]:
    return recourse_claim(world, _id(world), "bank", [0], 1)


def _sale(world: World) -> dict[str, Any]:
    return pledge_sale(world, _late(world), 1_000, 1_000)


def _held(world: World) -> int:
    return int(bills.whole(bills.drawing(world, serial=64, tradeKey=hashed("trade of the matrix"))))


def _bill_quote(world: World) -> dict[str, Any]:
    id_ = _held(world)
    units = 2**40 - 1
    return {
        "funder": party(world, "bank"),
        "seller": party(world, "supplier"),
        "tokenId": id_,
        "acts": world.read("bills", "range", id_)["acts"],
        "first": id_ >> 40 & units,
        "last": id_ & units,
        "ratePpm": 1,
        "feeFen": 0,
        "buyerSharePpm": 0,
        "redeemFrom": 0,
        "redeemUntil": 0,
        "redeemFen": 0,
        "redeemRatePpm": 0,
        "interbank": False,
        "epoch": 0,
        "deadline": 2**64 - 1,
    }


def _bill_terms(world: World) -> dict[str, Any]:
    return bill_loan_terms(world, _held(world), 1_000)


def _pledged(world: World) -> int:
    return SCENE[id(world.contracts["loans"].abi), "bill"]


def _opening(world: World) -> dict[str, Any]:
    return {
        "loanId": DOCUMENT,
        "lender": party(world, "bank"),
        "borrower": _who(world),
        "principalFen": 1,
        "feeFen": 0,
        "ratePpm": 0,
        "lateRatePpm": 0,
        "repayDay": world.today + 1,
        "registryReceipt": DOCUMENT,
        "consentHash": DOCUMENT,
        "lenderOfficer": world.actors["bank"].officers[0].address,
        "borrowerOfficer": world.actors["supplier"].officers[0].address,
    }


SCENE: dict[tuple[int, str], int] = {}


def set_scene(world: World) -> None:
    """A sale with recourse, loans that run and one in default; comes first, since days pass."""
    id_, _ = active(world, invoiceKey=KEY)
    world.mint("bank", 10**9, "money of the financing matrix")
    sell(world, _quote_at(world, id_))
    for name, days in (("late", 1), ("running", 40)):
        day = world.today + days
        while not world.read("rulebook", "isBusinessDay", day)[0]:
            day += 1
        SCENE[id(world.contracts["loans"].abi), name] = day
        advance(world, _terms(world, name))
    bill = received(world, serial=65)
    financeable(world, bill)
    advance_on_bill(world, bill_loan_terms(world, bill, 1_000))
    SCENE[id(world.contracts["loans"].abi), "bill"] = bill
    world.go_to(_late(world)["repayDay"] + 1)
    world.send(STRANGER.address, "loans", "declareDefault", loan_id(world, _late(world)))


def _quote_at(world: World, id_: int) -> dict[str, Any]:
    return recourse_quote(world, id_, 100_000, registryReceipt=hashed("matrix/sale"))


def by_party(arguments: Arguments, error: str, who: str = "tier3") -> Row:
    return (arguments, UNKNOWN, who, error)


def inner(arguments: Arguments) -> Row:
    return (arguments, INNER, "operator", INNER)


def door(arguments: Arguments) -> Row:
    return (arguments, DOOR, "operator", DOOR)


def _who(world: World) -> str:
    return party(world, "supplier")


def _deal(world: World) -> dict[str, Any]:
    return {
        "id": DOCUMENT,
        "certificateId": _id(world),
        "supplier": _who(world),
        "factor": party(world, "bank"),
        "partFen": 1,
        "advanceFen": 1,
        "ratePpm": 0,
        "costsMaxFen": 0,
        "recourse": 2,
        "capFen": 0,
    }


FINANCING_MATRIX: dict[tuple[str, str], Row] = {
    ("participants", "endEpoch"): by_party(lambda w: (), ANYONE),
    ("receivables", "assign"): inner(lambda w: (hop(w, _id(w), "supplier", "tier2", 1),)),
    ("receivables", "reassign"): inner(lambda w: (_id(w), _who(w), party(w, "tier2"), 1)),
    ("receivables", "retire"): inner(lambda w: (_id(w), party(w, "debtor"), _who(w), 1)),
    ("receivables", "lock"): inner(lambda w: (_id(w), _who(w), party(w, "bank"), 1)),
    ("receivables", "unlock"): inner(lambda w: (_id(w), _who(w), 1)),
    ("bills", "giveBack"): (
        lambda w: (_held(w), 9, party(w, "tier3"), 2),
        "BillsRoom",
        "operator",
        "BillsRoom",
    ),
    ("settlement", "undertakeInterest"): by_party(
        lambda w: (_id(w), 1, 1, w.today), "DiscountingParty"
    ),
    ("settlement", "file"): door(lambda w: (DOCUMENT, DOCUMENT)),
    ("settlement", "pay"): door(lambda w: (_who(w), party(w, "tier2"), 1)),
    ("settlement", "giveBack"): inner(lambda w: (_id(w), _who(w), party(w, "tier2"), 1, 1)),
    ("settlement", "retire"): inner(lambda w: (_id(w), party(w, "debtor"), _who(w), 1, 1)),
    ("settlement", "sellPledged"): inner(
        lambda w: (hop(w, _id(w), "supplier", "tier2", 1), party(w, "bank"), 1, 1)
    ),
    ("settlement", "passBill"): door(
        lambda w: (_held(w), _held(w), _who(w), party(w, "tier2"), 3, 2, 1)
    ),
    ("settlement", "collectOnline"): by_party(lambda w: (_held(w), []), "SettlementParty"),
    ("settlement", "returnBill"): door(
        lambda w: (_held(w), _held(w), _who(w), party(w, "tier2"), 1)
    ),
    ("factoringclaims", "stateCosts"): by_party(lambda w: (DOCUMENT, 1, DOCUMENT), ANYONE),
    ("factoringclaims", "claim"): by_party(lambda w: (_claim(w),), "FactoringClaimParty"),
    ("factoringclaims", "withdrawClaim"): by_party(lambda w: (DOCUMENT,), "FactoringClaimState"),
    ("factoringclaims", "repurchase"): inner(lambda w: (_deal(w), 0)),
    ("factoringclaims", "surplus"): inner(lambda w: (_deal(w),)),
    ("factoringclaims", "answer"): inner(lambda w: (_claim(w), _who(w))),
    ("factoring", "buyBack"): by_party(lambda w: (_quote(w), 0), "FactoringParty"),
    ("factoring", "returnSurplus"): by_party(lambda w: (_quote(w),), "FactoringParty"),
    ("factoring", "payClaim"): by_party(lambda w: (_claim(w),), "FactoringClaimState"),
    ("earlypayments", "takeEarly"): by_party(
        lambda w: (_offer(w), DOCUMENT, w.by_caller("debtor")), "EarlyPaymentsParty"
    ),
    ("earlypayments", "payEarly"): by_party(
        lambda w: (_offer(w), DOCUMENT, w.by_caller("supplier")), "EarlyPaymentsParty"
    ),
    ("earlypayments", "clearBids"): by_party(
        lambda w: ([_offer(w)], [DOCUMENT], [w.by_caller("supplier")]), "EarlyPaymentsParty"
    ),
    ("pledges", "pledge"): inner(lambda w: (_id(w), _who(w), party(w, "bank"), DOCUMENT, 1)),
    ("pledges", "free"): inner(lambda w: (_id(w), _who(w), DOCUMENT, 1)),
    ("loans", "advance"): inner(
        lambda w: (
            _terms(w) | {"registryReceipt": hashed("matrix/new")},
            DOCUMENT,
            w.by_caller("bank"),
            w.by_caller("supplier"),
        )
    ),
    ("loans", "topUp"): inner(
        lambda w: (
            top_up_terms(w, loan_id(w, _terms(w)), _id(w), 1),
            w.by_caller("bank"),
            w.by_caller("supplier"),
        )
    ),
    ("loans", "repay"): by_party(lambda w: (loan_id(w, _terms(w)), 1, []), "LoansParty"),
    ("loans", "release"): by_party(lambda w: (loan_id(w, _terms(w)), _id(w), 1), "LoansParty"),
    ("loans", "declareDefault"): (
        lambda w: (loan_id(w, _terms(w)),),
        "LoansNotLate",
        "tier3",
        "LoansNotLate",
    ),
    ("loans", "stateCosts"): by_party(lambda w: (_late(w), 1, DOCUMENT), "LoansParty"),
    ("loans", "enforce"): by_party(lambda w: (_late(w), _sale(w), w.by_caller("bank2")), NO_ROLE),
    ("loans", "collect"): inner(lambda w: (_id(w), [_who(w)], [1], [0])),
    ("billdiscounting", "discount"): inner(
        lambda w: (
            _bill_quote(w),
            DOCUMENT,
            DOCUMENT,
            w.by_caller("supplier"),
            w.by_caller("bank"),
        )
    ),
    ("billdiscounting", "redeem"): by_party(lambda w: (_held(w),), "BillDiscountingNoRepo"),
    ("billdiscounting", "endRepo"): (
        lambda w: (_held(w),),
        "BillDiscountingNoRepo",
        "tier3",
        "BillDiscountingNoRepo",
    ),
    ("billdiscounting", "undertakeInterest"): by_party(
        lambda w: (_held(w) >> 80, 1, 1, w.today), "BillDiscountingParty"
    ),
    ("loans", "open"): inner(lambda w: (_opening(w),)),
    ("loans", "collectFor"): inner(lambda w: (DOCUMENT, 1)),
    ("billloans", "advance"): inner(
        lambda w: (
            _bill_terms(w),
            DOCUMENT,
            w.by_caller("bank"),
            w.by_caller("supplier"),
        )
    ),
    ("billloans", "topUp"): inner(
        lambda w: (
            bill_top_up_terms(w, loan_id(w, _terms(w)), _held(w)),
            w.by_caller("bank"),
            w.by_caller("supplier"),
        )
    ),
    ("billloans", "release"): by_party(
        lambda w: (_pledged(w), part_of(_pledged(w)).first, part_of(_pledged(w)).last),
        "BillLoansParty",
    ),
    ("billloans", "collect"): inner(lambda w: (DOCUMENT, _held(w), 1)),
}
