"""
What actors do to finance a certificate, in one line each: recourse, early payment, loans.

As in `tests.stories`: the World first, parties by name, terms as dicts in the contracts' shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.stories import FULL, LIMITED, as_bytes, as_signed, name_of, party, quote
from tests.typed import BORROWING, EARLY_SALE, LOAN_TERMS, PLEDGE_SALE, TOP_UP
from tests.world import FOREVER, Receipt, World, hashed

ALL = 2**64 - 1
OPEN, BOUGHT_BACK, SETTLED = range(3)
NO_LOAN, RUNNING, DEFAULTED, REPAID = range(4)
CLAIM_NONE, CLAIM_OPEN, CLAIM_PAID, CLAIM_WITHDRAWN = range(4)


# Sales with recourse


def recourse_quote(world: World, id_: int, amount: int, **changes: Any) -> dict[str, Any]:
    """A bank's quote with full recourse, four fifths financed, 100 yuan of costs at most."""
    terms = {
        "advanceFen": amount * 4 // 5,
        "recourse": FULL,
        "costsMaxFen": 100_00,
    } | changes
    return quote(world, id_, amount, **terms)


def limited_quote(world: World, id_: int, amount: int, cap: int, **changes: Any) -> dict[str, Any]:
    """A bank's quote with recourse up to a cap, all financed."""
    terms = {"advanceFen": amount, "recourse": LIMITED, "capFen": cap, "costsMaxFen": 0} | changes
    return quote(world, id_, amount, **terms)


def undertake_interest(
    world: World, id_: int, share: int, cap: int, *, days: int = 100, by: str = "debtor"
) -> Receipt:
    """The debtor undertakes to bear a share of the interest."""
    args = (id_, share, cap, world.today + days)
    return world.act(by, "settlement", "undertakeInterest", *args)


def account(world: World, q: Mapping[str, Any]) -> dict[str, Any]:
    """The account of a sale with recourse."""
    return dict(world.read("factoring", "accountOf", q))


def state_costs(world: World, q: Mapping[str, Any], costs: int) -> Receipt:
    """The factor states what collection cost it."""
    id_ = as_bytes(world.read("settlement", "quoteIdOf", q))
    args = (id_, costs, hashed("bill of costs"))
    return world.act(name_of(world, q["funder"]), "factoringclaims", "stateCosts", *args)


def buy_back(world: World, q: Mapping[str, Any], undertaking: int = 0) -> Receipt:
    """F8, F9: the supplier repays and gets the part back."""
    return world.act(name_of(world, q["seller"]), "factoring", "buyBack", q, undertaking)


def return_surplus(world: World, q: Mapping[str, Any]) -> Receipt:
    """F8: the factor returns what is above its claim."""
    return world.act(name_of(world, q["funder"]), "factoring", "returnSurplus", q)


def recourse_claim(
    world: World, id_: int, claimant: str, path: list[int], amount: int, **changes: Any
) -> dict[str, Any]:
    """A holder's claim along a path of undertakings."""
    terms = {
        "certificateId": id_,
        "claimant": party(world, claimant),
        "path": path,
        "amountFen": amount,
        "evidenceHash": hashed("default"),
        "reference_": hashed("claim/1"),
    }
    return terms | changes


def claim(world: World, c: Mapping[str, Any]) -> Receipt:
    """E10: the holder claims."""
    return world.act(name_of(world, c["claimant"]), "factoringclaims", "claim", c)


def pay_claim(world: World, who: str, c: Mapping[str, Any]) -> Receipt:
    """E10: the party claimed against pays."""
    return world.act(who, "factoring", "payClaim", c)


# Early payment


def early_offer(world: World, id_: int, amount: int, **changes: Any) -> dict[str, Any]:
    """The debtor's offer to pay the supplier early at 6 % a year."""
    terms = {
        "debtor": party(world, "debtor"),
        "holder": party(world, "supplier"),
        "certificateId": id_,
        "amountFen": amount,
        "aprPpm": 60_000,
        "reference_": hashed("offer/1"),
        "epoch": 0,
        "deadline": FOREVER,
    }
    return terms | changes


def offer_id(world: World, o: Mapping[str, Any]) -> bytes:
    """The id of an offer, which is also what the debtor signs."""
    return as_bytes(world.read("earlypayments", "offerIdOf", o))


def early_sale_digest(world: World, o: Mapping[str, Any]) -> bytes:
    """What the holder signs."""
    message = {"offerId": offer_id(world, o), "consentHash": hashed("consent")}
    return world.digest("earlypayments", "EarlySale", EARLY_SALE, message)


def take_early(world: World, o: Mapping[str, Any]) -> Receipt:
    """The holder takes the debtor's signed offer."""
    debtor = world.approval(name_of(world, o["debtor"]), offer_id(world, o))
    args = (o, hashed("consent"), debtor)
    return world.act(name_of(world, o["holder"]), "earlypayments", "takeEarly", *args)


def pay_early(world: World, o: Mapping[str, Any]) -> Receipt:
    """The debtor pays with the holder's signature."""
    holder = world.approval(name_of(world, o["holder"]), early_sale_digest(world, o))
    args = (o, hashed("consent"), holder)
    return world.act(name_of(world, o["debtor"]), "earlypayments", "payEarly", *args)


def clear_bids(world: World, bids: list[dict[str, Any]]) -> Receipt:
    """The debtor pays several bids at once."""
    holders = [
        world.approval(name_of(world, o["holder"]), early_sale_digest(world, o)) for o in bids
    ]
    consents = [hashed("consent")] * len(bids)
    return world.act("debtor", "earlypayments", "clearBids", bids, consents, holders)


# Loans


def loan_terms(
    world: World, id_: int, pledged: int, principal: int, **changes: Any
) -> dict[str, Any]:
    """A bank's loan to the supplier for 30 days at 4 %, then 6 %."""
    day = world.today + 30
    while not world.read("rulebook", "isBusinessDay", day)[0]:
        day += 1
    terms = {
        "lender": party(world, "bank"),
        "borrower": party(world, "supplier"),
        "certificateId": id_,
        "pledgedFen": pledged,
        "principalFen": principal,
        "feeFen": 500,
        "ratePpm": 40_000,
        "lateRatePpm": 60_000,
        "repayDay": day,
        "saleFloorPpm": 900_000,
        "costsMaxFen": 300_00,
        "evidenceHash": hashed("evidence"),
        "registryReceipt": hashed("receipt/loan"),
        "epoch": 0,
        "deadline": FOREVER,
    }
    return terms | changes


def loan_id(world: World, t: Mapping[str, Any]) -> bytes:
    """The id of a loan."""
    return as_bytes(world.read("loans", "loanIdOf", t))


def loan_digest(world: World, t: Mapping[str, Any]) -> bytes:
    """What the lender signs."""
    return world.digest("loans", "LoanTerms", LOAN_TERMS, t)


def borrowing_digest(world: World, t: Mapping[str, Any]) -> bytes:
    """What the borrower signs."""
    message = {"termsHash": loan_digest(world, t), "consentHash": hashed("consent")}
    return world.digest("loans", "Borrowing", BORROWING, message)


def advance(world: World, t: Mapping[str, Any], *, by: str = "") -> Receipt:
    """Pledge and advance, sent by the borrower, or by the lender."""
    lender, borrower = name_of(world, t["lender"]), name_of(world, t["borrower"])
    by = by or borrower
    approvals = (
        world.by_caller(lender) if by == lender else world.approval(lender, loan_digest(world, t)),
        world.by_caller(borrower)
        if by == borrower
        else world.approval(borrower, borrowing_digest(world, t)),
    )
    return world.act(by, "loans", "advance", t, hashed("consent"), *approvals)


def repay(
    world: World, loan: bytes, amount: int = ALL, *certificates: int, by: str = "supplier"
) -> Receipt:
    """The borrower repays, and has the pledges named released with the last fen."""
    return world.act(by, "loans", "repay", loan, amount, list(certificates))


def top_up_terms(
    world: World, loan: bytes, id_: int, amount: int, **changes: Any
) -> dict[str, Any]:
    """A further pledge."""
    terms = {
        "loanId": loan,
        "certificateId": id_,
        "amountFen": amount,
        "evidenceHash": hashed("evidence"),
        "registryReceipt": hashed("receipt/top-up"),
        "deadline": FOREVER,
    }
    return terms | changes


def top_up(world: World, t: Mapping[str, Any]) -> Receipt:
    """Both sides pledge more; sent by the borrower."""
    lender = world.approval("bank", world.digest("loans", "TopUp", TOP_UP, t))
    return world.act("supplier", "loans", "topUp", t, lender, world.by_caller("supplier"))


def pledge_sale(
    world: World, t: Mapping[str, Any], amount: int, price: int, **changes: Any
) -> dict[str, Any]:
    """The sale of a pledged part to another bank."""
    terms = {
        "loanId": loan_id(world, t),
        "certificateId": t["certificateId"],
        "buyer": party(world, "bank2"),
        "amountFen": amount,
        "priceFen": price,
        "evidenceHash": hashed("evidence"),
        "registryReceipt": hashed("receipt/sale"),
        "deadline": FOREVER,
    }
    return terms | changes


def enforce(world: World, t: Mapping[str, Any], sale: Mapping[str, Any]) -> Receipt:
    """The lender sells; the buyer signed, unless the lender takes the part over."""
    lender, buyer = name_of(world, t["lender"]), name_of(world, sale["buyer"])
    digest = world.digest("loans", "PledgeSale", PLEDGE_SALE, as_signed(sale))
    approval = world.by_caller(buyer) if buyer == lender else world.approval(buyer, digest)
    return world.act(lender, "loans", "enforce", t, sale, approval)


def loan(world: World, id_: bytes) -> dict[str, Any]:
    """The loan as it is."""
    return dict(world.read("loans", "loan", id_))


def owed(world: World, id_: bytes) -> int:
    """All that is owed on a loan today."""
    debt = world.read("loans", "debtOf", id_)
    return int(debt["costsFen"] + debt["interestFen"] + debt["principalFen"])


def pledged(world: World, id_: int, who: str, loan: bytes) -> int:
    """What is pledged for a loan."""
    return int(world.read("pledges", "pledgedFor", id_, party(world, who), loan))


def locked(world: World, id_: int, who: str) -> int:
    """What of a holding is locked."""
    return int(world.read("receivables", "position", id_, party(world, who))["lockedFen"])
