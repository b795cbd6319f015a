"""What actors do with pledged bills, in one line each; the rest is in `tests.recourse_stories`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.recourse_stories import acts, part_of
from tests.stories import as_bytes, name_of, party
from tests.typed import BILL_BORROWING, BILL_LOAN_TERMS, BILL_TOP_UP
from tests.world import FOREVER, Receipt, World, hashed


def bill_loan_terms(world: World, id_: int, principal: int, **changes: Any) -> dict[str, Any]:
    """A bank's loan to the supplier on a whole range, for 30 days at 4 %, then 6 %."""
    whole, day = part_of(id_), world.today + 30
    while not world.read("rulebook", "isBusinessDay", day)[0]:
        day += 1
    terms = {
        "lender": party(world, "bank"),
        "borrower": party(world, "supplier"),
        "tokenId": id_,
        "acts": acts(world, id_),
        "first": whole.first,
        "last": whole.last,
        "principalFen": principal,
        "feeFen": 500,
        "ratePpm": 40_000,
        "lateRatePpm": 60_000,
        "repayDay": day,
        "evidenceHash": hashed("evidence"),
        "epoch": 0,
        "deadline": FOREVER,
    }
    return terms | changes


def bill_loan_id(world: World, t: Mapping[str, Any]) -> bytes:
    """The id of a loan."""
    return as_bytes(world.read("billloans", "loanIdOf", t))


def terms_digest(world: World, t: Mapping[str, Any]) -> bytes:
    """What the lender signs."""
    return world.digest("billloans", "BillLoanTerms", BILL_LOAN_TERMS, t)


def borrowing_digest(world: World, t: Mapping[str, Any], consent: bytes | None = None) -> bytes:
    """What the borrower signs."""
    consent = hashed("consent") if consent is None else consent
    message = {"termsHash": terms_digest(world, t), "consentHash": consent}
    return world.digest("billloans", "BillBorrowing", BILL_BORROWING, message)


def advance_on_bill(world: World, t: Mapping[str, Any], *, by: str = "") -> Receipt:
    """B21 with an advance, sent by the borrower, or by the lender."""
    lender, borrower = name_of(world, t["lender"]), name_of(world, t["borrower"])
    by = by or borrower
    if by == lender:
        approvals = world.by_caller(lender), world.approval(borrower, borrowing_digest(world, t))
    else:
        approvals = world.approval(lender, terms_digest(world, t)), world.by_caller(borrower)
    return world.act(by, "billloans", "advance", t, hashed("consent"), *approvals)


def bill_top_up_terms(world: World, loan: bytes, id_: int, **changes: Any) -> dict[str, Any]:
    """A whole range as more security."""
    whole = part_of(id_)
    terms = {
        "loanId": loan,
        "tokenId": id_,
        "acts": acts(world, id_),
        "first": whole.first,
        "last": whole.last,
        "evidenceHash": hashed("evidence"),
        "deadline": FOREVER,
    }
    return terms | changes


def top_up_with_bill(world: World, t: Mapping[str, Any], *, by: str = "supplier") -> Receipt:
    """Both sides approve; sent by the borrower or the lender."""
    digest = world.digest("billloans", "BillTopUp", BILL_TOP_UP, t)
    if by == "bank":
        approvals = world.by_caller("bank"), world.approval("supplier", digest)
    else:
        approvals = world.approval("bank", digest), world.by_caller("supplier")
    return world.act(by, "billloans", "topUp", t, *approvals)


def release_bill(
    world: World, id_: int, *, first: int | None = None, last: int | None = None, by: str = "bank"
) -> int:
    """B22: the range that is free again."""
    whole = part_of(id_)
    first, last = whole.first if first is None else first, whole.last if last is None else last
    return int(world.act(by, "billloans", "release", id_, first, last).result)


def pledged_loan(world: World, id_: int) -> bytes:
    """The loan that a range secures; zeros: none."""
    return bytes(world.read("billloans", "pledgeOf", id_))
