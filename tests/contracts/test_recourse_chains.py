"""
Recourse along the chain: who is out of reach for ever (INV-6, INV-7, INV-8), guarantors and what is
left when a bill ends (NIL-52, OP-32), division of claims, and every claim against exact decimals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scf.units import civil_day
from tests.recourse_stories import (
    AS_ACCEPTOR,
    AS_DRAWER,
    AS_ENDORSER,
    ENDED,
    FACE,
    MATURED,
    NOT_LIABLE,
    SETTLED,
    TRANSFERABLE,
    UNDER_RECOURSE,
    as_debtor,
    chain,
    claim,
    dishonour,
    dishonoured,
    endorse,
    fund,
    guarantee,
    holder,
    liability,
    money,
    offer,
    pair,
    part_of,
    pay_bills,
    present,
    pursue,
    pursue_without,
    received,
    settle,
    take,
    token,
)
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    use,
)
from tests.world import ENTERPRISE, PAY, SMALL, World, make_actor

M = civil_day(dt.date(2026, 5, 1))
EXAMPLES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
OWNERS = ("supplier", "tier2", "tier3")
RATE = 36_000
PACKAGE = 10**11


GUARANTOR, SECOND = "micro1", "micro2"


def enrol_guarantors(world: World) -> None:
    """Two enterprises more, that only guarantee."""
    for name in (GUARANTOR, SECOND):
        world.actors[name] = make_actor(name, ENTERPRISE, SMALL, 2)
        world.enrol(world.actors[name])


@pytest.fixture
def world(ledger: World) -> Iterator[World]:
    """As every test's world, with the guarantors."""
    with ledger.anchor():
        enrol_guarantors(ledger)
        yield ledger
        for name in (GUARANTOR, SECOND):
            del ledger.actors[name]


def grown(principal: int, days: int, costs: int = 0, rate: int = RATE) -> int:
    """NIL-70, NIL-71 in exact decimals: fen, ACT/360, half-up."""
    exact = Fraction(principal * days * rate, 360 * 10**6)
    whole = exact.numerator // exact.denominator
    rest = exact - whole
    up = (Decimal(rest.numerator) / Decimal(rest.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return principal + whole + int(up) + costs


def refused(world: World, id_: int, name: str, rule: str, guaranteed: str | None = None) -> None:
    """Pursuing this debtor is refused by that rule, and its claim is nothing."""
    with world.refused("RecourseNotLiable", ruleId=rule):
        pursue(world, id_, debtors=[as_debtor(world, name, guaranteed)])
    debtor = as_debtor(world, name, guaranteed)
    assert world.read("recourse", "claimAgainst", id_, debtor, world.today) == 0


# INV-6: later parties


def test_payer__pursues__only_those_before_it(world: World) -> None:
    """INV-6, NIL-69, NIL-72: hop by hop, and nobody later in between."""
    id_ = dishonoured(world, chain(world, *OWNERS, "bank"))
    fund(world, "tier3", "supplier")
    pursue(world, id_, "tier3")
    settle(world, id_, "tier3")

    for later in ("bank", "tier3"):
        refused(world, id_, later, "NIL-69")
    assert liability(world, id_, "tier2") == liability(world, id_, "supplier") == AS_ENDORSER
    pursue(world, id_, "supplier")
    settle(world, id_, "supplier")
    for later in ("tier2", "tier3", "bank"):
        refused(world, id_, later, "NIL-69")
    assert liability(world, id_, "agency") == AS_DRAWER
    assert liability(world, id_, "debtor") == AS_ACCEPTOR


def test_endorser__holder_again__pursues_only_before_its_first_endorsement(world: World) -> None:
    """NIL-69: endorsed back to tier2, who has no recourse against those after it."""
    id_ = dishonoured(world, chain(world, "supplier", "tier2", "tier3", "tier2"))

    refused(world, id_, "tier3", "NIL-69")
    refused(world, id_, "tier2", "NIL-69")
    assert liability(world, id_, "supplier") == AS_ENDORSER


def test_payer__stands_twice_in_the_chain__keeps_its_earliest_rights(world: World) -> None:
    """INV-6: tier2 pays as it stands late in the chain, and is bound by its early endorsement."""
    id_ = dishonoured(world, chain(world, "supplier", "tier2", "tier3", "tier2", "bank"))
    fund(world, "tier2")
    pursue(world, id_, "tier2")
    settle(world, id_, "tier2")

    refused(world, id_, "tier3", "NIL-69")
    assert liability(world, id_, "supplier") == AS_ENDORSER


def test_acceptor__holder_of_its_own_bill__pursues_nobody(world: World) -> None:
    """NIL-69: everybody's claim would come back to it."""
    id_ = chain(world, "supplier", "debtor")
    world.go_to(M)
    present(world, id_)
    dishonour(world, id_)

    for name in ("supplier", "agency", "debtor"):
        refused(world, id_, name, "NIL-69")


# INV-7: the drawer as holder


def test_drawer__holder__pursues_no_prior_party(world: World) -> None:
    """INV-7: only the acceptor's duty to pay stays."""
    id_ = dishonoured(world, chain(world, "supplier", "tier2", "agency"))

    for name in ("supplier", "tier2", "agency"):
        refused(world, id_, name, "NIL-69")
    assert liability(world, id_, "debtor") == AS_ACCEPTOR
    pursue(world, id_, "debtor")


def test_drawer__payer_where_the_bill_goes_on__reaches_the_acceptor_only(world: World) -> None:
    """OP-32 off: the drawer holds the bill with the drawer's rights."""
    world.set_rule("OP-32", 0)
    id_ = dishonoured(world, chain(world, *OWNERS))
    fund(world, "agency")
    pursue(world, id_, "agency")

    settle(world, id_, "agency")

    assert (pair(world, id_), holder(world, id_)) == ((MATURED, TRANSFERABLE), "agency")
    assert world.read("bills", "range", id_)["drawersRights"] is True
    for name in ("supplier", "tier2", "tier3"):
        refused(world, id_, name, "NIL-69")
    assert liability(world, id_, "debtor") == AS_ACCEPTOR


# INV-8: the endorser's mark


def test_marked_endorser__later_holder__cannot_reach_it(world: World) -> None:
    """INV-8, NIL-34: liable to its own endorsee only; a payer before it reaches it again."""
    world.set_rule("OP-14", 0)
    id_ = received(world)
    id_ = endorse(world, id_, "supplier", "tier2", marked=True)
    id_ = endorse(world, id_, "tier2", "tier3")
    dishonoured(world, id_)

    refused(world, id_, "supplier", "NIL-34")
    assert liability(world, id_, "tier2") == AS_ENDORSER
    fund(world, "tier2")
    pursue(world, id_, "tier2")
    settle(world, id_, "tier2")
    # tier2 is the endorsee of the marked endorsement.
    assert liability(world, id_, "supplier") == AS_ENDORSER
    pursue(world, id_, "supplier")


def test_marked_endorser__guarantor_of_it__is_as_free(world: World) -> None:
    """NIL-34, NIL-50: a guarantor answers as the party it guarantees."""
    world.set_rule("OP-14", 0)
    id_ = endorse(world, received(world), "supplier", "tier2", marked=True)
    guarantee(world, id_, "supplier", GUARANTOR)
    assert liability(world, id_, GUARANTOR, "supplier") == NOT_LIABLE  # nobody is dishonoured yet
    id_ = endorse(world, id_, "tier2", "tier3")
    dishonoured(world, id_)

    refused(world, id_, GUARANTOR, "NIL-34", "supplier")


# Guarantors: NIL-50, NIL-51, NIL-52


def guaranteed_chain(world: World, debtor: str, *guarantors: str) -> int:
    id_ = chain(world, *OWNERS)
    for name in guarantors:
        guarantee(world, id_, debtor, name)
    return dishonoured(world, id_)


def test_guarantor_of_endorser__paid__pursues_it_and_those_before(world: World) -> None:
    """NIL-52: the guaranteed party and its prior parties; no co-guarantor, nobody later."""
    id_ = guaranteed_chain(world, "supplier", GUARANTOR, SECOND)
    assert liability(world, id_, GUARANTOR, "supplier") == AS_ENDORSER
    assert liability(world, id_, GUARANTOR) == NOT_LIABLE
    assert liability(world, id_, GUARANTOR, "tier2") == NOT_LIABLE
    fund(world, GUARANTOR, "supplier")
    pursue(world, id_, debtors=[as_debtor(world, GUARANTOR, "supplier")])

    _, paid = settle(world, id_, GUARANTOR, guaranteed="supplier")

    assert (holder(world, id_), money(world, "tier3")) == (GUARANTOR, paid)
    refused(world, id_, SECOND, "NIL-52", "supplier")
    refused(world, id_, "tier2", "NIL-69")
    refused(world, id_, GUARANTOR, "NIL-52", "supplier")
    assert liability(world, id_, "supplier") == AS_ENDORSER
    assert liability(world, id_, "agency") == AS_DRAWER
    pursue(world, id_, "supplier")
    settle(world, id_, "supplier")
    assert holder(world, id_) == "supplier"
    refused(world, id_, GUARANTOR, "NIL-69", "supplier")


@pytest.mark.parametrize(("debtor", "names"), [("debtor", "acceptor"), ("agency", "drawer")])
def test_guarantor_of_acceptor_or_drawer__paid__ends_the_bill_and_keeps_a_claim(
    world: World, debtor: str, names: str
) -> None:
    """B37, NIL-52: a claim of its own, which moves nothing on the bill; everybody else is free."""
    id_ = guaranteed_chain(world, debtor, GUARANTOR)
    fund(world, GUARANTOR, debtor)
    pursue(world, id_, debtors=[as_debtor(world, GUARANTOR, debtor)])

    _, paid = settle(world, id_, GUARANTOR, guaranteed=debtor)

    assert pair(world, id_) == (SETTLED, ENDED)
    residual = world.read("recourse", "residualOf", id_)
    assert (residual["claimant"].lower(), residual["debtor"].lower(), residual["paidFen"]) == (
        party(world, GUARANTOR),
        party(world, debtor),
        paid,
    )
    world.pass_days(50)
    owed = grown(paid, 50)
    assert world.read("recourse", "residualClaimOf", id_, world.today) == owed
    before = money(world, GUARANTOR)

    world.act(debtor, "settlement", "payResidual", id_)

    assert money(world, GUARANTOR) == before + owed
    assert world.read("recourse", "residualClaimOf", id_, world.today) == 0
    with world.refused("RecourseNoResidual"):
        world.act(debtor, "settlement", "payResidual", id_)


def test_drawer__paid__keeps_its_claim_against_the_acceptor(world: World) -> None:
    """OP-32: the bill ends, the claim against a different acceptor is a record of its own."""
    id_ = dishonoured(world, chain(world, *OWNERS))
    fund(world, "agency", "debtor", "tier2")
    pursue(world, id_, "agency")
    _, paid = settle(world, id_, "agency")

    assert world.read("recourse", "residualOf", id_)["debtor"].lower() == party(world, "debtor")
    with world.refused("RecourseParty"):
        world.act("tier2", "settlement", "payResidual", id_)
    world.act("debtor", "settlement", "payResidual", id_)
    assert money(world, "agency") == 10**13 - paid + paid


def test_payResidual__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B37: the officer, the claim, its debtor, the amount, the money; not when it was frozen."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = dishonoured(w, chain(w, *OWNERS))
        fund(w, "agency", "debtor")
        pursue(w, id_, "agency")
        settle(w, id_, "agency")
        case = caller_case(w, "debtor", PAY, id=id_)
        freeze(w, "debtor")
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "settlement", "payResidual", case.id)

    rules: list[Rule] = [
        *authority_rules("debtor", amount=False, standing=False),
        ("RecourseNoResidual", put("id", token(1, 1, 1))),
        ("RecourseParty", by_actor("tier2")),
        ("ParticipantsAmountLimit", use("limited")),
    ]
    check_refusals(world, prepare, act, rules)


def test_drawer_that_accepted__paid__leaves_no_claim(world: World) -> None:
    """INV-5: the acceptor paid in full, whatever else it is."""
    id_ = dishonoured(world, chain(world, *OWNERS, drawer="debtor"))
    fund(world, "debtor")
    pursue(world, id_, "debtor")
    settle(world, id_, "debtor")

    assert pair(world, id_) == (SETTLED, ENDED)
    with world.refused("RecourseNoResidual"):
        world.act("debtor", "settlement", "payResidual", id_)


def test_guarantors__of_one_debtor__are_jointly_liable(world: World) -> None:
    """NIL-50, NIL-51: the holder may ask either for the whole, and pursues both."""
    id_ = guaranteed_chain(world, "tier2", GUARANTOR, SECOND)
    debtors = [as_debtor(world, name, "tier2") for name in (GUARANTOR, SECOND)]
    fund(world, SECOND)
    pursue(world, id_, debtors=debtors)

    for debtor in debtors:
        assert world.read("recourse", "claimAgainst", id_, debtor, world.today) == FACE
    settle(world, id_, SECOND, guaranteed="tier2")

    assert holder(world, id_) == SECOND


# Parts


def test_settlement_of_a_part__both_ranges__go_on_with_their_own_claims(world: World) -> None:
    """§8: a whole sub-range, interest on its amount, the costs to the first settled part."""
    id_ = dishonoured(world, chain(world, *OWNERS))
    pursue(world, id_, "tier2", "supplier", costs=77)
    fund(world, "tier2", "supplier")
    world.pass_days(25)
    cut = 33_333_33
    rest = token(part_of(id_).number, cut + 1, FACE)

    part, paid = settle(world, id_, "tier2", last=cut)
    _, other = settle(world, rest, "supplier")

    assert (paid, other) == (grown(cut, 25, 77), grown(FACE - cut, 25))
    assert (holder(world, part), holder(world, rest)) == ("tier2", "supplier")
    assert pair(world, part) == pair(world, rest) == (MATURED, TRANSFERABLE)


def test_part_settled_by_the_acceptor__rest__stays_pursued(world: World) -> None:
    """INV-1, INV-3: the settled part ends, the rest goes on; the sums hold."""
    id_ = dishonoured(world, chain(world, *OWNERS))
    pursue(world, id_, "debtor")
    fund(world, "debtor")
    rest = token(part_of(id_).number, 1, FACE - 10)

    part, _ = settle(world, id_, "debtor", first=FACE - 9)

    assert (pair(world, part), pair(world, rest)) == ((SETTLED, ENDED), (MATURED, UNDER_RECOURSE))
    assert world.read("bills", "bill", part_of(id_).number)["endedFen"] == 10
    assert world.read("disclosures", "accountOf", party(world, "debtor"))["balanceFen"] == FACE - 10


def test_piece_that_went_back__is_divided_again__starts_afresh(world: World) -> None:
    """A pursuit leaves nothing behind on the pieces of an offer that came to nothing."""
    id_ = received(world)
    world.go_to(M - 9)
    pursue_without(world, id_, "debtor", costs=5)
    pending, part = offer(world, id_, "debtor", last=30)
    world.act("supplier", "recourse", "reject", pending)
    world.act("supplier", "recourse", "withdrawPursuit", id_)
    rest = token(part_of(id_).number, 31, FACE)

    endorse(world, id_, "supplier", "tier2", last=30)

    for one in (part, rest):
        assert world.read("recourse", "pursuitOf", one)["ground"] == 0
        assert claim(world, one) == 0
        with world.refused("RecourseNoGround"):
            pursue(world, one, "debtor")


def test_settlement_of_everything__money__adds_up(world: World) -> None:
    """MUST-24: cash and claims after a cascade through all prior parties; nothing counted twice."""
    id_ = dishonoured(world, chain(world, *OWNERS, "bank"))
    everybody = ("supplier", "tier2", "tier3", "bank", "agency", "debtor")
    fund(world, *everybody)
    before = sum(money(world, name) for name in everybody)
    for payer in ("tier3", "tier2", "supplier", "agency"):
        world.pass_days(20)
        pursue(world, id_, payer, costs=3)
        settle(world, id_, payer)
    world.pass_days(20)
    world.act("debtor", "settlement", "payResidual", id_)

    assert sum(money(world, name) for name in everybody) == before
    gains = {name: money(world, name) - 10**13 for name in everybody}
    # Each hop's interest on what it paid; the acceptor bears it all.
    assert sum(gains.values()) == 0
    assert gains["debtor"] == -sum(value for name, value in gains.items() if name != "debtor")
    assert gains["bank"] == grown(FACE, 20, 3)


# Against exact decimals, through the contracts


@EXAMPLES
@given(
    face=st.one_of(st.integers(1, 9), st.integers(1, PACKAGE), st.just(PACKAGE)),
    rate=st.one_of(st.sampled_from([1, 18_000, 36_000]), st.integers(0, 999_999)),
    delays=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=2, max_size=3),
)
def test_claims__any_bill_and_days__are_the_exact_formulas(
    world: World, face: int, rate: int, delays: list[tuple[int, int]]
) -> None:
    """INV-15, SYS-3: first recourse and each re-recourse, one-fen bills to the largest package."""
    payers = ("tier2", "supplier", "agency")
    with world.anchor():
        world.set_rule("OP-9", rate)
        id_ = dishonoured(world, chain(world, *OWNERS, face=face))
        fund(world, *payers)
        expected = face
        for payer, (days, costs) in zip(payers, delays, strict=False):
            bounded = min(costs, face)
            pursue(world, id_, payer, costs=bounded)
            world.pass_days(days)
            expected = grown(expected, days, bounded, rate)
            assert claim(world, id_) == expected

            offer(world, id_, payer, most=2**63)
            assert take(world, id_) == expected


@EXAMPLES
@given(
    face=st.one_of(st.integers(2, 30), st.integers(2, PACKAGE)),
    percent=st.integers(0, 100),
    front=st.booleans(),
    days=st.integers(0, 180),
)
def test_basis__divided__is_the_largest_remainder(
    world: World, face: int, percent: int, front: bool, days: int
) -> None:
    """RCS-5, MUST-20: what a payer paid, over two pieces; the claims are those of each piece."""
    with world.anchor():
        id_ = dishonoured(world, chain(world, *OWNERS, face=face))
        fund(world, "tier2", "supplier")
        world.pass_days(days)
        pursue(world, id_, "tier2", costs=min(face, 7))
        offer(world, id_, "tier2", most=2**63)
        paid = take(world, id_)
        size = max(1, min(face - 1, face * percent // 100))
        first, last = (1, size) if front else (face - size + 1, face)
        rest = token(part_of(id_).number, *((size + 1, face) if front else (1, face - size)))
        pursue(world, id_, "supplier")

        _, part = offer(world, id_, "supplier", first=first, last=last, most=2**63)

        bases = [world.read("recourse", "basisOf", one)["paidFen"] for one in (part, rest)]
        exact = [Fraction(paid * size, face), Fraction(paid * (face - size), face)]
        assert sum(bases) == paid
        for basis, share in zip(bases, exact, strict=True):
            assert abs(basis - share) <= Fraction(1, 2)
        at_front = bases[0] if front else bases[1]
        assert at_front == int(exact[0 if front else 1] + Fraction(1, 2))
        assert claim(world, part) == bases[0]
        assert take(world, part) == bases[0]


@pytest.mark.parametrize("start", [0, 1])
def test_interest__starts__at_maturity_or_presentation(world: World, start: int) -> None:
    """OP-10; the rate is that of the day interest starts (OP-9)."""
    world.set_rule("OP-10", start)
    id_ = chain(world, *OWNERS)
    world.go_to(M + 4)
    world.set_rule("OP-9", 72_000)
    present(world, id_)
    world.pass_days(1)
    dishonour(world, id_)

    assert claim(world, id_, M + 14) == (
        grown(FACE, 10, rate=72_000) if start else grown(FACE, 14, rate=RATE)
    )


def test_payBills__range_taken_over_without_dishonour__pays_the_claim(world: World) -> None:  # noqa: N802
    """NIL-71: whoever paid before maturity is owed what it paid, and interest since."""
    id_ = chain(world, *OWNERS)
    world.go_to(M - 10)
    pursue_without(world, id_, "tier2", costs=100)
    fund(world, "tier2", "debtor")
    _, paid = settle(world, id_, "tier2")
    world.go_to(M)

    pay_bills(world, id_)

    assert money(world, "tier2") == 10**13 - paid + grown(paid, 10)
