"""
The rows of the specification of bills as one table: what is done, and the pair of status and flag
before it and after each step. `test_bill_rows` walks it; `scripts/rows.py` prints it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests import bill_loan_stories as loans
from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.contracts import test_bill_discounting as deals
from tests.contracts.test_bills import correct, correction, move
from tests.contracts.test_endorsements import revoke
from tests.contracts.test_guarantees import given, terms_of
from tests.recourse_stories import (
    ACCEPTED,
    AWAITING,
    DRAWN,
    ENDED,
    IN_COLLECTION,
    LOCKED,
    MATURED,
    NOT_TRANSFERABLE,
    PLEDGED,
    RECEIVED,
    REDEMPTION,
    SETTLED,
    TERMINATED,
    TRANSFERABLE,
    UNDER_RECOURSE,
)
from tests.stories import party
from tests.world import FOREVER, World, hashed

Pair = tuple[int, int]
Make = Callable[[World], int]
# A step is given the range and says which one to look at next; None: the same.
Step = Callable[[World, int], int | None]


@dataclass(frozen=True)
class Act:
    """
    One way through a row of the specification.

    `make` brings a range into the first of `pairs`; each of `steps` is one act and leads to the
    next. `restores`: the last step brings back everything but the count of acts, the range and its
    siblings included (INV-4).
    """

    row: str
    name: str
    make: Make
    steps: tuple[Step, ...]
    pairs: tuple[Pair, ...]
    restores: bool = False


DRAWN_, ACCEPTED_ = (DRAWN, AWAITING), (ACCEPTED, AWAITING)
OFFERED_, TENDERED_ = (DRAWN, LOCKED), (ACCEPTED, LOCKED)
HELD, MARKED, REQUESTED = (
    (RECEIVED, TRANSFERABLE),
    (RECEIVED, NOT_TRANSFERABLE),
    (RECEIVED, LOCKED),
)
DUE, DUE_MARKED, OFFERED = (MATURED, TRANSFERABLE), (MATURED, NOT_TRANSFERABLE), (MATURED, LOCKED)
EARLY, COLLECTED = (RECEIVED, IN_COLLECTION), (MATURED, IN_COLLECTION)
PURSUED, PURSUED_EARLY = (MATURED, UNDER_RECOURSE), (RECEIVED, UNDER_RECOURSE)
IN_REPO, IN_PLEDGE = (RECEIVED, REDEMPTION), (RECEIVED, PLEDGED)
DUE_IN_PLEDGE = (MATURED, PLEDGED)
PAID, GONE = (SETTLED, ENDED), (TERMINATED, ENDED)
QUARTER = claims.FACE // 4
REASON = hashed("reason")


# Where a row begins


def _whole(make: Callable[..., dict[str, Any]]) -> Make:
    """A bill drawn and accepted by debtor, payable to supplier."""
    return lambda world: bills.whole(make(world))


def _held(world: World, *, marked: bool = False) -> int:
    """Drawn by agency, accepted by debtor, in supplier's hands; everybody has money."""
    claims.fund(world, "debtor", "agency", "supplier", "tier2", "tier3", "bank")
    return claims.received(world, marked=marked)


def _held_by_tier2(world: World, *, marked: bool = False) -> int:
    return claims.endorse(world, _held(world), "supplier", "tier2", marked=marked)


def _at(day: int, make: Make = _held) -> Make:
    def made(world: World) -> int:
        id_ = make(world)
        world.go_to(day)
        return id_

    return made


def _dishonoured(world: World) -> int:
    return claims.dishonoured(world, _held_by_tier2(world))


def _pursued(world: World) -> int:
    id_ = _dishonoured(world)
    claims.pursue(world, id_, "supplier", "agency", "debtor")
    return id_


def _taken_over(world: World) -> int:
    """The endorser has paid and holds the bill again."""
    id_ = _pursued(world)
    claims.settle(world, id_, "supplier")
    return id_


# What is done


def _do(who: str, contract: str, function: str, *args: Any) -> Step:
    """An act on the whole bill, by its number."""

    def step(world: World, id_: int) -> None:
        world.act(who, contract, function, id_ >> 80, *args)

    return step


def _close(who: str, contract: str, how: str, days: int = 0) -> Step:
    """The latest request comes to nothing."""

    def step(world: World, _: int) -> int | None:
        requested = next(log for log in reversed(world.logs) if "pendingId" in log.args)
        world.pass_days(days)
        world.act(who, contract, how, requested.args["pendingId"])
        return None

    return step


def _back_to_whole(step: Step, whole: Callable[[int], int]) -> Step:
    def then(world: World, id_: int) -> int:
        step(world, id_)
        return whole(id_)

    return then


def _terms(world: World, id_: int) -> dict[str, Any]:
    """What was drawn, as the stories ask for it."""
    bill = world.read("bills", "bill", id_ >> 80)
    return {
        "billNo": id_ >> 80,
        "divisible": True,
        "documentHash": hashed("bill"),
        "faceFen": bill["faceFen"],
        "maturity": bill["maturity"],
    }


def _accept(world: World, id_: int) -> None:
    bills.accept(world, _terms(world, id_))


def _accept_signed(world: World, id_: int) -> None:
    bills.accept_signed(world, _terms(world, id_))


def _accept_and_deliver(world: World, id_: int, *, marked: bool = False) -> None:
    bills.accept_and_deliver(world, _terms(world, id_), marked=marked)


def _deliver_signed(world: World, id_: int) -> None:
    words = bills.delivery(world, _terms(world, id_))
    digest = world.digest("acceptances", "Delivery", bills.DELIVERY, words)
    sides = (world.by_caller("debtor"), world.approval("supplier", digest))
    world.act("debtor", "acceptances", "deliverSigned", words, *sides)


def _expire_acceptance(world: World, id_: int) -> None:
    day, _ = world.read("acceptances", "acceptanceDayOf", id_ >> 80)
    world.go_to(day + 1)
    world.act("tier3", "acceptances", "expireAcceptance", id_ >> 80)


def _clear_out(world: World, id_: int) -> None:
    world.go_to(claims.maturity(world, id_))
    world.act("tier3", "acceptances", "clearOut", id_ >> 80)


def _request(world: World, id_: int, **part: Any) -> int:
    return bills.request(world, bills.endorsement(world, id_, "supplier", "tier2", **part))[1]


def _take(world: World, id_: int, **fields: Any) -> None:
    """What was requested just before: the state it names is the one before the request."""
    acts = claims.acts(world, id_) - 1
    e = bills.endorsement(world, id_, "supplier", "tier2", acts=acts, **fields)
    world.act("tier2", "endorsements", "takeEndorsement", e, hashed("consent"))


def _endorse_signed(world: World, id_: int, **fields: Any) -> int:
    return bills.endorse_signed(world, id_, "supplier", "tier2", **fields)[0]


def _ask_to_lift(world: World, id_: int) -> None:
    world.act("tier2", "endorsements", "requestMarkRevocation", id_, world.today + 3)


def _lift_signed(world: World, id_: int) -> None:
    m = {"tokenId": id_, "acts": claims.acts(world, id_), "deadline": FOREVER}
    digest = world.digest("endorsements", "MarkRevocation", bills.MARK_REVOCATION, m)
    sides = (world.by_caller("tier2"), world.approval("supplier", digest))
    world.act("tier2", "endorsements", "liftMarkSigned", m, *sides)


def _ask_guarantee(world: World, id_: int, by: str = "debtor") -> None:
    terms = terms_of(world, id_, guarantor="tier3")
    world.act(by, "guarantees", "requestGuarantee", terms, world.today)


def _give_guarantee(world: World, id_: int, by: str = "debtor") -> None:
    given(world, id_, by=by)


def _refuse_guarantee(world: World, id_: int) -> None:
    terms = terms_of(world, id_, guarantor="tier3")
    terms["acts"] -= 1
    asker = party(world, "debtor")
    world.act("supplier", "guarantees", "refuse", terms, asker)


def _present(world: World, id_: int) -> None:
    claims.present(world, id_)


def _present_late(world: World, id_: int) -> None:
    claims.present(world, id_, reason=REASON)


def _present_due(world: World, id_: int) -> None:
    claims.present_due(world, id_)


def _unpresent(world: World, id_: int) -> None:
    world.act("supplier", "presentations", "withdrawPresentation", id_)


def _pay(world: World, id_: int) -> None:
    claims.pay_bills(world, id_)


def _dishonour(world: World, id_: int, *, code: int = claims.DC08) -> None:
    claims.dishonour(world, id_, code=code)


def _leave_unanswered(world: World, id_: int) -> None:
    world.go_to(claims.BANK_LAST + 1)
    claims.auto_dishonour(world, id_)


def _pursue(world: World, id_: int) -> None:
    claims.pursue(world, id_, "agency", "debtor")


def _pursue_without(world: World, id_: int) -> None:
    claims.pursue_without(world, id_, "debtor")


def _pursue_further(world: World, id_: int) -> None:
    debtors = [claims.as_debtor(world, "debtor")]
    world.act(claims.holder(world, id_), "recourse", "pursueFurther", id_, debtors)


def _unpursue(world: World, id_: int) -> None:
    world.act(claims.holder(world, id_), "recourse", "withdrawPursuit", id_)


def _offer(payer: str) -> Step:
    return lambda world, id_: claims.offer(world, id_, payer)[1]


def _offer_part(world: World, id_: int) -> int:
    return claims.offer(world, id_, "supplier", first=1, last=QUARTER)[1]


def _settle(world: World, id_: int) -> None:
    claims.take(world, id_)


def _settle_signed(world: World, id_: int) -> None:
    terms = claims.settlement_terms(world, id_, "supplier")
    claims.settle_signed(world, terms, "supplier", "tier2")


def _freeze(world: World, id_: int, **fields: Any) -> None:
    claims.freeze_range(world, id_, **fields)


def _unfreeze(world: World, id_: int) -> None:
    claims.unfreeze_range(world, id_)


def _outlive(world: World, id_: int) -> None:
    world.pass_days(6)
    world.act("tier3", "bills", "expireRestraint", id_)


def _move_title(world: World, id_: int) -> None:
    move(world, id_, "supplier", "bank")


def _correct(kind: int, to: str = "") -> Step:
    def step(world: World, id_: int) -> None:
        correct(world, correction(world, id_, kind, to=to))

    return step


def _revoke(world: World, _: int) -> None:
    requested = next(log for log in reversed(world.logs) if "pendingId" in log.args)
    revoke(world, requested.args["pendingId"])


def _lapse(world: World, id_: int) -> None:
    world.go_to(claims.LIMIT + 1)
    world.act("tier3", "presentations", "lapse", id_)


# Financing


def _financeable(world: World) -> int:
    """Disclosed, checked by banks that have money, and the acceptor has it too."""
    id_ = deals.ready(world)
    claims.fund(world, "debtor", "supplier", amount=10**9)
    return id_


def _discount(world: World, id_: int) -> None:
    deals.discount(world, deals.bill_quote(world, id_))


def _discount_repo(world: World, id_: int) -> None:
    deals.discount(world, deals.repo_quote(world, id_))


def _between_banks(make: Callable[..., dict[str, Any]]) -> Step:
    def step(world: World, id_: int) -> None:
        sides = {"seller": party(world, "bank"), "funder": party(world, "bank2")}
        deals.discount(world, make(world, id_, interbank=True, **sides))

    return step


def _redeem(by: str) -> Step:
    def step(world: World, id_: int) -> None:
        world.pass_days(7)
        world.act(by, "billdiscounting", "redeem", id_)

    return step


def _outlive_window(world: World, id_: int) -> None:
    world.pass_days(21)
    world.act("tier3", "billdiscounting", "endRepo", id_)


def _pledge(world: World, id_: int) -> None:
    loans.advance_on_bill(world, loans.bill_loan_terms(world, id_, QUARTER))


def _release(world: World, id_: int) -> None:
    loans.release_bill(world, id_)


def _after(make: Make, *steps: Step) -> Make:
    def made(world: World) -> int:
        id_ = make(world)
        for step in steps:
            id_ = step(world, id_) or id_
        return id_

    return made


def _go_due(world: World, id_: int) -> None:
    world.go_to(claims.maturity(world, id_))


def _pursue_acceptor(world: World, id_: int) -> None:
    claims.dishonoured(world, id_)
    claims.pursue(world, id_, "debtor")


def _collect_online(world: World, id_: int) -> None:
    world.act("debtor", "cash", "approve", party(world, "bank"), 10**9)
    debtors = [claims.as_debtor(world, "debtor")]
    world.act("bank", "settlement", "collectOnline", id_, debtors)


_PART, _ENDORSEMENTS = {"last": QUARTER}, "endorsements"


def _rest(_: World, id_: int) -> int:
    return claims.token(id_ >> 80, QUARTER + 1, claims.FACE)


def _parent(id_: int) -> int:
    return claims.token(id_ >> 80, 1, claims.FACE)


ACTS = (
    Act("B1", "draw", _whole(bills.drawn), (), (DRAWN_,)),
    Act(
        "B2",
        "requestAcceptance",
        _whole(bills.drawn),
        (_do("debtor", "acceptances", "requestAcceptance"),),
        (DRAWN_, OFFERED_),
    ),
    Act("B3", "accept", _whole(bills.offered_for_acceptance), (_accept,), (OFFERED_, ACCEPTED_)),
    Act("B3", "acceptSigned", _whole(bills.drawn), (_accept_signed,), (DRAWN_, ACCEPTED_)),
    *(
        Act(
            "B4",
            name,
            _whole(bills.drawn),
            (_do("debtor", "acceptances", "requestAcceptance"), step),
            (DRAWN_, OFFERED_, DRAWN_),
            restores=True,
        )
        for name, step in {
            "refuseAcceptance": _do("debtor", "acceptances", "refuseAcceptance", False, REASON),
            "withdrawAcceptance": _do("debtor", "acceptances", "withdrawAcceptance"),
            "expireAcceptance": _expire_acceptance,
        }.items()
    ),
    Act("B5", "clearOut", _whole(bills.offered_for_acceptance), (_clear_out,), (OFFERED_, GONE)),
    *(
        Act(
            "B6",
            "cancel",
            _whole(make),
            (_do("debtor", "acceptances", "cancel", REASON),),
            (pair, GONE),
        )
        for make, pair in ((bills.drawn, DRAWN_), (bills.accepted, ACCEPTED_))
    ),
    *(
        Act("B7", "clearOut", _whole(make), (_clear_out,), (pair, GONE))
        for make, pair in (
            (bills.drawn, DRAWN_),
            (bills.accepted, ACCEPTED_),
            (bills.tendered, TENDERED_),
        )
    ),
    Act(
        "B8",
        "tenderDelivery",
        _whole(bills.accepted),
        (_do("debtor", "acceptances", "tenderDelivery", False),),
        (ACCEPTED_, TENDERED_),
    ),
    Act(
        "B9",
        "takeDelivery",
        _whole(bills.tendered),
        (_do("supplier", "acceptances", "takeDelivery", REASON),),
        (TENDERED_, HELD),
    ),
    Act("B9", "deliverSigned", _whole(bills.accepted), (_deliver_signed,), (ACCEPTED_, HELD)),
    Act("B9", "acceptAndDeliver", _whole(bills.drawn), (_accept_and_deliver,), (DRAWN_, HELD)),
    *(
        Act(
            "B10",
            name,
            _whole(bills.accepted),
            (_do("debtor", "acceptances", "tenderDelivery", marked), step),
            (ACCEPTED_, TENDERED_, ACCEPTED_),
            restores=True,
        )
        for marked in (False, True)
        for name, step in {
            "refuseDelivery": _do("supplier", "acceptances", "refuseDelivery", REASON),
            "withdrawDelivery": _do("debtor", "acceptances", "withdrawDelivery"),
        }.items()
    ),
    Act("B11", "requestEndorsement", _held, (_request,), (HELD, REQUESTED)),
    Act(
        "B11",
        "requestEndorsement, a part",
        _held,
        (
            partial(_request, **_PART),
            lambda _, id_: claims.token(id_ >> 80, QUARTER + 1, bills.FACE),
        ),
        (HELD, REQUESTED, HELD),
    ),
    Act("B12", "takeEndorsement", _held, (_request, _take), (HELD, REQUESTED, HELD)),
    Act("B12", "endorseSigned", _held, (_endorse_signed,), (HELD, HELD)),
    Act("B12", "endorseSigned, a part", _held, (partial(_endorse_signed, **_PART),), (HELD, HELD)),
    *(
        Act(
            "B13",
            f"{how}, {what}",
            _held,
            (
                partial(_request, **part),
                _back_to_whole(_close(by, _ENDORSEMENTS, how, days), _parent),
            ),
            (HELD, REQUESTED, HELD),
            restores=True,
        )
        for what, part in {"whole": {}, "front": _PART, "back": {"first": QUARTER}}.items()
        for how, by, days in (
            ("reject", "tier2", 0),
            ("withdraw", "supplier", 0),
            ("expire", "tier3", 6),
        )
    ),
    Act(
        "B14",
        "tenderDelivery, marked",
        _whole(bills.accepted),
        (
            _do("debtor", "acceptances", "tenderDelivery", True),
            _do("supplier", "acceptances", "takeDelivery", REASON),
        ),
        (ACCEPTED_, TENDERED_, MARKED),
    ),
    Act(
        "B14",
        "acceptAndDeliver, marked",
        _whole(bills.drawn),
        (partial(_accept_and_deliver, marked=True),),
        (DRAWN_, MARKED),
    ),
    Act(
        "B14",
        "requestEndorsement, marked",
        _held,
        (partial(_request, marked=True), partial(_take, marked=True)),
        (HELD, REQUESTED, MARKED),
    ),
    Act(
        "B15",
        "requestMarkRevocation",
        partial(_held_by_tier2, marked=True),
        (_ask_to_lift, _close("supplier", _ENDORSEMENTS, "liftMark")),
        (MARKED, REQUESTED, HELD),
    ),
    Act(
        "B15",
        "liftMarkSigned",
        partial(_held_by_tier2, marked=True),
        (_lift_signed,),
        (MARKED, HELD),
    ),
    *(
        Act(
            "B15",
            how,
            partial(_held_by_tier2, marked=True),
            (_ask_to_lift, _close(by, _ENDORSEMENTS, how, days)),
            (MARKED, REQUESTED, MARKED),
            restores=True,
        )
        for how, by, days in (
            ("reject", "supplier", 0),
            ("withdraw", "tier2", 0),
            ("expire", "tier3", 4),
        )
    ),
    *(
        Act("B16", f"giveGuarantee, {what}", make, (_give_guarantee,), (pair, pair))
        for what, make, pair in (
            ("drawn", _whole(bills.drawn), DRAWN_),
            ("accepted", _whole(bills.accepted), ACCEPTED_),
            ("received", _held, HELD),
            ("marked", partial(_held, marked=True), MARKED),
        )
    ),
    *(
        Act("B16", how, _held, (_ask_guarantee, step), (HELD, HELD, HELD), restores=True)
        for how, step in {
            "reject": _close("tier3", "guarantees", "reject"),
            "withdraw": _close("debtor", "guarantees", "withdraw"),
            "expire": _close("tier2", "guarantees", "expire", 1),
            "refuse": _refuse_guarantee,
        }.items()
    ),
    Act("B27", "present", _held, (_present,), (HELD, EARLY)),
    Act("B27", "payBills", _held, (_present, _pay), (HELD, EARLY, PAID)),
    *(
        Act("B27", name, make, (_present, step), (pair, EARLY, pair), restores=True)
        for name, step in {
            "dishonour": partial(_dishonour, code=claims.DC07),
            "withdrawPresentation": _unpresent,
        }.items()
        for make, pair in ((_held, HELD), (partial(_held, marked=True), MARKED))
    ),
    Act("B28", "present", _at(claims.M), (_present,), (DUE, COLLECTED)),
    Act("B28", "present, last day", _at(claims.W), (_present,), (DUE, COLLECTED)),
    Act("B28", "presentDue", _at(claims.M), (_present_due,), (DUE, COLLECTED)),
    Act(
        "B28",
        "withdrawPresentation",
        _at(claims.M),
        (_present, _unpresent),
        (DUE, COLLECTED, DUE),
        restores=True,
    ),
    Act("B29", "present", _at(claims.W + 1), (_present_late,), (DUE, COLLECTED)),
    Act("B29", "present, last day", _at(claims.LIMIT), (_present_late,), (DUE, COLLECTED)),
    Act(
        "B29",
        "withdrawPresentation",
        _at(claims.W + 1),
        (_present_late, _unpresent),
        (DUE, COLLECTED, DUE),
        restores=True,
    ),
    Act("B30", "payBills, presented", _at(claims.M), (_present, _pay), (DUE, COLLECTED, PAID)),
    Act("B30", "payBills, not presented", _at(claims.M), (_pay,), (DUE, PAID)),
    Act("B30", "payBills, late", _at(claims.W + 1), (_pay,), (DUE, PAID)),
    Act("B30", "payBills, dishonoured", _dishonoured, (_pay,), (DUE, PAID)),
    *(
        Act(
            "B31", "dishonour", _at(claims.M, make), (_present, _dishonour), (pair, COLLECTED, pair)
        )
        for make, pair in ((_held, DUE), (partial(_held, marked=True), DUE_MARKED))
    ),
    Act(
        "B32",
        "autoDishonour",
        _at(claims.M),
        (_present, _leave_unanswered),
        (DUE, COLLECTED, DUE),
    ),
    Act("B17", "discount", _financeable, (_discount,), (HELD, HELD)),
    Act("B18", "discount, to be redeemed", _financeable, (_discount_repo,), (HELD, IN_REPO)),
    Act(
        "B19",
        "redeem",
        _financeable,
        (_discount_repo, _redeem("supplier")),
        (HELD, IN_REPO, HELD),
    ),
    Act("B20", "endRepo", _financeable, (_discount_repo, _outlive_window), (HELD, IN_REPO, HELD)),
    Act("B21", "advance", _financeable, (_pledge,), (HELD, IN_PLEDGE)),
    Act("B22", "release", _financeable, (_pledge, _release), (HELD, IN_PLEDGE, HELD)),
    Act(
        "B22",
        "release, matured",
        _financeable,
        (_pledge, _go_due, _release),
        (HELD, IN_PLEDGE, DUE_IN_PLEDGE, DUE),
    ),
    Act(
        "B23",
        "present, payBills",
        _financeable,
        (_pledge, _go_due, _present, _pay),
        (HELD, IN_PLEDGE, DUE_IN_PLEDGE, COLLECTED, PAID),
    ),
    *(
        Act("B24", f"discount, {what}", _after(_financeable, _discount), steps, pairs)
        for what, steps, pairs in (
            ("outright", (_between_banks(deals.bill_quote),), (HELD, HELD)),
            (
                "redeemed",
                (_between_banks(deals.repo_quote), _redeem("bank")),
                (HELD, IN_REPO, HELD),
            ),
            (
                "not redeemed",
                (_between_banks(deals.repo_quote), _outlive_window),
                (HELD, IN_REPO, HELD),
            ),
        )
    ),
    Act(
        "B39",
        "collectOnline",
        _after(_financeable, _discount, _go_due),
        (_pursue_acceptor, _collect_online),
        (DUE, PURSUED, PAID),
    ),
    Act("B33", "pursue", _dishonoured, (_pursue,), (DUE, PURSUED)),
    Act("B33", "pursueFurther", _dishonoured, (_pursue, _pursue_further), (DUE, PURSUED, PURSUED)),
    Act("B34", "pursueWithoutDishonour", _held, (_pursue_without,), (HELD, PURSUED_EARLY)),
    Act(
        "B34",
        "pursueWithoutDishonour, matured",
        _at(claims.M),
        (_pursue_without,),
        (DUE, PURSUED),
    ),
    *(
        Act("B35", f"withdrawPursuit, {what}", make, (step, _unpursue), pairs, restores=True)
        for what, make, step, pairs in (
            ("dishonoured", _dishonoured, _pursue, (DUE, PURSUED, DUE)),
            ("not dishonoured", _held, _pursue_without, (HELD, PURSUED_EARLY, HELD)),
            (
                "marked",
                partial(_held, marked=True),
                _pursue_without,
                (MARKED, PURSUED_EARLY, MARKED),
            ),
        )
    ),
    Act("B36", "offerSettlement", _pursued, (_offer("supplier"),), (PURSUED, OFFERED)),
    *(
        Act(
            "B36",
            f"{how}, {what}",
            _pursued,
            (offer, _back_to_whole(_close(by, "recourse", how, days), _parent)),
            (PURSUED, OFFERED, PURSUED),
            restores=True,
        )
        for what, offer in {"whole": _offer("supplier"), "part": _offer_part}.items()
        for how, by, days in (
            ("reject", "tier2", 0),
            ("withdraw", "supplier", 0),
            ("expire", "tier3", 11),
        )
    ),
    *(
        Act(
            "B37",
            f"takeSettlement, {what}",
            _pursued,
            (_offer(payer), _settle),
            (PURSUED, OFFERED, pair),
        )
        for what, payer, pair in (
            ("endorser", "supplier", DUE),
            ("drawer", "agency", PAID),
            ("acceptor", "debtor", PAID),
        )
    ),
    Act("B37", "settleSigned, endorser", _pursued, (_settle_signed,), (PURSUED, DUE)),
    Act("B38", "pursue", _taken_over, (_pursue,), (DUE, PURSUED)),
    *(
        Act("B40", name, _held, steps, (HELD, HELD, HELD), restores=True)
        for name, steps in {
            "carryOut, freeze lifted": (_freeze, _unfreeze),
            "carryOut, stop lifted": (partial(_freeze, kind=claims.STOP_PAYMENT), _unfreeze),
            "expireRestraint, freeze": (partial(_freeze, days=5), _outlive),
            "expireRestraint, stop": (
                partial(_freeze, days=5, kind=claims.STOP_PAYMENT),
                _outlive,
            ),
        }.items()
    ),
    Act("B41", "carryOut, transfer", _held, (_move_title,), (HELD, HELD)),
    Act(
        "B42",
        "correct, holder",
        _held,
        (_correct(bills.HOLDER_CHANGED, "bank"),),
        (HELD, HELD),
    ),
    Act(
        "B42",
        "correct, acceptance",
        _whole(bills.drawn),
        (
            _do("debtor", "acceptances", "requestAcceptance"),
            _correct(bills.PENDING_REVOKED),
        ),
        (DRAWN_, OFFERED_, DRAWN_),
        restores=True,
    ),
    Act(
        "B42",
        "correct, delivery",
        _whole(bills.accepted),
        (
            _do("debtor", "acceptances", "tenderDelivery", True),
            _correct(bills.PENDING_REVOKED),
        ),
        (ACCEPTED_, TENDERED_, ACCEPTED_),
        restores=True,
    ),
    Act(
        "B42",
        "revokePending, endorsement",
        _held,
        (partial(_request, **_PART), _back_to_whole(_revoke, _parent)),
        (HELD, REQUESTED, HELD),
        restores=True,
    ),
    Act(
        "B42",
        "revokePending, mark",
        partial(_held_by_tier2, marked=True),
        (_ask_to_lift, _revoke),
        (MARKED, REQUESTED, MARKED),
        restores=True,
    ),
    *(
        Act("B43", f"lapse, {what}", make, (_lapse,), (pair, GONE))
        for what, make, pair in (
            ("at rest", _at(claims.M), DUE),
            ("dishonoured", _dishonoured, DUE),
            ("pursued", _pursued, PURSUED),
        )
    ),
    Act("B43", "lapse, presented", _at(claims.M), (_present, _lapse), (DUE, COLLECTED, GONE)),
)
