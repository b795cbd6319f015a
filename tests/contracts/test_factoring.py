"""Sales with recourse: undertaking, buying back, surplus, the walk along undertakings, priority."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.financing_stories import (
    BOUGHT_BACK,
    CLAIM_OPEN,
    CLAIM_PAID,
    CLAIM_WITHDRAWN,
    SETTLED,
    account,
    buy_back,
    claim,
    limited_quote,
    pay_claim,
    recourse_claim,
    recourse_quote,
    return_surplus,
    state_costs,
    undertake_interest,
)
from tests.stories import (
    FACE,
    FULL,
    LIMITED,
    NO_RECOURSE,
    Rule,
    active,
    as_bytes,
    buy,
    by_actor,
    caller_case,
    cash,
    certificate_id,
    check_refusals,
    consent,
    freeze,
    freeze_certificate,
    hop,
    opening,
    own_party,
    party,
    pass_on,
    pay,
    pay_part,
    put,
    quote,
    sell,
    suspend,
    then,
    units,
    use,
)
from tests.world import MAKE, PAY, World, hashed

PART = 400_000
RATE, LATE_PER_DAY = 36_000, 500  # ppm a year, ppm a day (R802-4)


def half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def sold(world: World, amount: int = PART, **changes: Any) -> tuple[int, dict[str, Any]]:
    """A part sold with recourse, and money on both sides to settle it."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.mint("supplier", FACE, "own money")
    q = recourse_quote(world, id_, amount, **changes)
    sell(world, q)
    return id_, q


def overdue(world: World, id_: int, days: int = 1) -> None:
    """So many days after the day of payment."""
    day, _ = world.read("receivables", "payDayOf", id_)
    world.go_to(day + days)


# The sale


@pytest.mark.parametrize("trade", [sell, buy])
def test_sale_with_recourse__done__finances_the_advance_and_notes_the_undertaking(
    world: World, trade: Any
) -> None:
    """F5, E7, E10: interest on what is financed; the seller answers for the whole part."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = recourse_quote(world, id_, PART)
    pay_day, _ = world.read("receivables", "payDayOf", id_)
    advance = PART * 4 // 5
    interest = half_up(Fraction(advance * (pay_day - world.today) * RATE, 360 * 10**6))

    receipt = trade(world, q)

    assert receipt.result == advance - interest - 1_000 == cash(world, "supplier")
    assert units(world, id_, "bank") == PART
    assert world.read("receivables", "undertakings", id_, party(world, "bank")) == (
        {
            "from": party(world, "supplier"),
            "amountFen": PART,
            "kind": LIMITED,
            "capFen": advance,
        },
    )
    told = receipt.event("FactoredWithRecourse").args
    assert (told["advanceFen"], told["costsMaxFen"]) == (advance, 100_00)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"recourse": NO_RECOURSE, "costsMaxFen": 0}, "DiscountingAdvance"),
        ({"advanceFen": PART + 1}, "DiscountingAdvance"),
        ({"advanceFen": 0}, "ReceivablesRecourseCap"),
        ({"recourse": LIMITED}, "ReceivablesRecourseCap"),
        ({"capFen": 1}, "ReceivablesRecourseCap"),
        ({"recourse": LIMITED, "capFen": 2**64 - 1, "advanceFen": 1_000}, "DiscountingNothingLeft"),
    ],
)
def test_sale_with_recourse__terms_that_do_not_fit__are_refused(
    world: World, changes: dict[str, Any], error: str
) -> None:
    """CC-767: without recourse all of the part is financed; a cap goes with limited recourse."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")

    with world.refused(error):
        sell(world, recourse_quote(world, id_, PART, **changes))


# The debtor's share of the interest


def test_sale__debtor_bears_half_of_the_interest__pays_it_in_the_same_transaction(
    world: World,
) -> None:
    """R77-10: the debtor's part half-up, the seller's the rest, out of what it undertook."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.mint("debtor", FACE, "debtor's money")
    undertake_interest(world, id_, 500_000, 10_000)
    q = quote(world, id_, PART, buyerSharePpm=500_000)
    interest, net, part, _ = world.read("settlement", "termsOf", q)

    sell(world, q)

    assert part == half_up(Fraction(interest, 2))
    assert cash(world, "supplier") == net + part
    assert (cash(world, "bank"), cash(world, "debtor")) == (FACE - net, FACE - part)
    left = world.read("settlement", "interestShareOf", id_)["leftFen"]
    assert left == 10_000 - part


@pytest.mark.parametrize("case", ["none", "share", "cap", "ended", "taken back", "no money"])
def test_sale__debtor_has_not_undertaken_that_much__is_refused(world: World, case: str) -> None:
    """DSC-2: enforced, not promised."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    if case != "no money":
        world.mint("debtor", FACE, "debtor's money")
    if case != "none":
        share = 499_999 if case == "share" else 500_000
        undertake_interest(world, id_, share, 1 if case == "cap" else 10_000, days=1)
    if case == "ended":
        world.pass_days(2)
    if case == "taken back":
        freeze(world, "debtor")
        undertake_interest(world, id_, 0, 0)

    with world.refused("CashBalance" if case == "no money" else "DiscountingShare"):
        sell(world, quote(world, id_, PART, buyerSharePpm=500_000))


def test_undertakeInterest__rules__answer(world: World) -> None:  # noqa: N802
    """Only the certificate's debtor, with power to pay and unfrozen."""
    id_, _ = active(world)

    with world.refused("DiscountingParty"):
        undertake_interest(world, id_, 1, 1, by="supplier")
    with world.refused("DiscountingShare"):
        undertake_interest(world, id_, 1_000_001, 1)
    freeze(world, "debtor")
    with world.refused("ParticipantsPartyFrozen"):
        undertake_interest(world, id_, 1, 1)


# Buying back: F8, F9


def test_buyBack__debtor_late__costs_advance_interest_and_costs(world: World) -> None:  # noqa: N802
    """CC-766, F8 formula: claim = advance + interest + costs − collected; the part comes back."""
    id_, q = sold(world)
    overdue(world, id_, 10)
    state_costs(world, q, 50_00)
    before = cash(world, "supplier"), cash(world, "bank")
    interest = half_up(Fraction(q["advanceFen"] * 10 * RATE, 360 * 10**6))
    due = q["advanceFen"] + interest + 50_00

    receipt = buy_back(world, q)

    assert receipt.result == (PART, due)
    assert (cash(world, "supplier"), cash(world, "bank")) == (before[0] - due, before[1] + due)
    assert (units(world, id_, "bank"), units(world, id_, "supplier")) == (0, FACE)
    deal = as_bytes(world.read("settlement", "quoteIdOf", q))
    assert world.read("factoringclaims", "dealStateOf", deal) == BOUGHT_BACK
    world.mint("debtor", 2 * FACE, "at last")
    pay(world, id_, "supplier")
    with world.refused("FactoringDealState"):
        return_surplus(world, q)


def test_buyBack__costs_above_the_quote__count_up_to_it(world: World) -> None:  # noqa: N802
    """What the supplier agreed to is the limit; costs are stated once."""
    id_, q = sold(world)
    state_costs(world, q, 100_01)
    with world.refused("FactoringCosts"):
        state_costs(world, q, 1)
    overdue(world, id_)

    assert account(world, q)["owedFen"] == q["advanceFen"] + 100_00 + half_up(
        Fraction(q["advanceFen"] * RATE, 360 * 10**6)
    )


def test_buyBack__after_a_part_was_paid__costs_the_rest(world: World) -> None:  # noqa: N802
    """F6, F8: what was collected reduces the claim; only what is unpaid comes back."""
    id_, q = sold(world, PART)
    world.mint("debtor", 2 * FACE, "debtor's money")
    overdue(world, id_, 5)
    pay_part(world, id_, FACE // 4, "supplier", "bank")
    world.pass_days(5)
    a = account(world, q)

    units_back, paid = buy_back(world, q).result

    assert a["leftFen"] == PART - PART // 4 == units_back
    late = half_up(Fraction(PART // 4 * 5 * LATE_PER_DAY, 10**6))
    assert a["collectedFen"] == PART // 4 + late
    fen_days = PART // 4 * 5 + (PART - PART // 4) * 10
    interest = half_up(Fraction(q["advanceFen"] * fen_days * RATE, 360 * 10**6 * PART))
    assert a["owedFen"] == q["advanceFen"] + interest
    assert paid == a["owedFen"] - a["collectedFen"]


def test_buyBack__limited__takes_as_many_units_as_the_cap_pays(world: World) -> None:  # noqa: N802
    """receivables.md §4: Limited caps what the hop owes; the rest is without recourse."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.mint("supplier", FACE, "own money")
    q = limited_quote(world, id_, PART, 100_000)
    sell(world, q)
    overdue(world, id_)
    owed = account(world, q)["owedFen"]

    units_back, paid = buy_back(world, q).result

    assert paid == 100_000
    assert units_back == PART * 100_000 // owed
    assert units(world, id_, "bank") == PART - units_back


def test_buyBack__cap_spent_on_a_claim__is_refused(world: World) -> None:  # noqa: N802
    """A deal is not bought back for nothing: what the supplier answers for is paid."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    world.mint("supplier", FACE, "own money")
    q = limited_quote(world, id_, PART, 100_000)
    sell(world, q)
    overdue(world, id_)
    c = recourse_claim(world, id_, "bank", [0], PART)
    claim(world, c)
    assert pay_claim(world, "supplier", c).result[1] == 100_000

    with world.refused("FactoringNothingOwed"):
        buy_back(world, q)


def test_buyBack__factor_passed_a_part_on__concerns_what_it_holds(world: World) -> None:  # noqa: N802
    """Who holds the units claims for them."""
    id_, q = sold(world)
    pass_on(world, id_, "bank", "tier2", PART // 4)
    overdue(world, id_)
    owed = account(world, q)["owedFen"]

    units_back, paid = buy_back(world, q).result

    assert units_back == PART * 3 // 4
    assert paid == -(-owed * units_back // PART)


def buy_back_case(world: World) -> SimpleNamespace:
    id_, q = sold(world)
    never = recourse_quote(world, id_, 1, registryReceipt=hashed("never"))
    plain = quote(world, id_, 1_000_00, feeFen=0, registryReceipt=hashed("plain"))
    sell(world, plain)
    overdue(world, id_)
    return caller_case(world, "supplier", PAY, id=id_, never=never, plain=plain, q=q, undertaking=0)


def test_buyBack__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """exists → authority → status → amount → orders → money."""
    rules: list[Rule] = [
        ("FactoringUnknown", lambda w, c: setattr(c, "q", c.never)),
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
        ("FactoringParty", by_actor("tier3")),
        (
            "FactoringWithoutRecourse",
            lambda w, c: (setattr(c, "q", c.plain), setattr(c, "by", c.own)),
        ),
        ("ReceivablesUndertakingNone", put("undertaking", 1)),
        ("ParticipantsAmountLimit", use("limited")),
        (
            "ReceivablesFrozen",
            own_party(lambda w: freeze_certificate(w, certificate_id(w, opening(w)))),
        ),
        ("CashBalance", then(lambda w: spend(w, "supplier"))),
    ]

    check_refusals(
        world,
        buy_back_case,
        lambda w, c: w.send(c.by, "factoring", "buyBack", c.q, c.undertaking),
        rules,
    )


def test_buyBack__with_the_undertaking_of_another_sale__is_refused(world: World) -> None:  # noqa: N802
    """The undertaking must be the sale's own, or one just like it."""
    id_, q = sold(world)
    other = limited_quote(world, id_, 1_000_00, 500_00, registryReceipt=hashed("other"))
    sell(world, other)
    overdue(world, id_)

    with world.refused("FactoringUndertaking"):
        buy_back(world, q, 1)


def test_claim__on_a_part_not_all_financed__reaches_what_was_financed(world: World) -> None:
    """Whoever the chain brings asks the seller for the advance at most."""
    id_, q = sold(world)
    overdue(world, id_, 30)
    c = recourse_claim(world, id_, "bank", [0], PART)
    claim(world, c)

    units_back, paid = pay_claim(world, "supplier", c).result

    assert paid == q["advanceFen"]
    assert units_back < PART


def spend(world: World, who: str) -> None:
    world.act(who, "cash", "transfer", party(world, "bank2"), cash(world, who) - 1)


def test_buyBack__factor_holds_none_of_the_part__is_refused(world: World) -> None:  # noqa: N802
    """Who holds the units claims for them; the factor that passed all of them on has no claim."""
    id_, q = sold(world)
    pass_on(world, id_, "bank", "tier2", PART)
    overdue(world, id_)

    with world.refused("FactoringNothingOwed"):
        buy_back(world, q)


def test_buyBack__before_the_debtor_is_late__is_refused(world: World) -> None:  # noqa: N802
    """F8: collected or overdue."""
    id_, q = sold(world)
    overdue(world, id_, 0)

    with world.refused("FactoringNotDue"):
        buy_back(world, q)


@pytest.mark.parametrize("who", ["supplier", "bank"])
@pytest.mark.parametrize("act", [freeze, suspend])
def test_buyBack__either_side_frozen_or_suspended__is_done(  # noqa: N802
    world: World, who: str, act: Any
) -> None:
    """MUST-12: no freeze strands what the other side is owed."""
    id_, q = sold(world)
    overdue(world, id_)
    act(world, who)

    assert buy_back(world, q).result[0] == PART


# The surplus: F8


def test_returnSurplus__debtor_paid_in_time__returns_what_was_not_financed(world: World) -> None:  # noqa: N802
    """CC-766: refund = collected − (advance + interest + costs)."""
    id_, q = sold(world)
    world.mint("debtor", FACE, "debtor's money")
    overdue(world, id_, 0)
    state_costs(world, q, 30_00)
    with world.refused("FactoringNotCollected"):
        return_surplus(world, q)
    pay(world, id_, "supplier", "bank")
    before = cash(world, "supplier")

    receipt = return_surplus(world, q)

    assert receipt.result == PART - q["advanceFen"] - 30_00 == cash(world, "supplier") - before
    deal = as_bytes(world.read("settlement", "quoteIdOf", q))
    assert world.read("factoringclaims", "dealStateOf", deal) == SETTLED
    with world.refused("FactoringDealState"):
        return_surplus(world, q)


def test_returnSurplus__debtor_paid_late__counts_both_interests(world: World) -> None:  # noqa: N802
    """The debtor's late interest is collected, the factor's goes on: the supplier gets the rest."""
    id_, q = sold(world)
    world.mint("debtor", 2 * FACE, "debtor's money")
    overdue(world, id_, 20)
    pay(world, id_, "supplier", "bank")
    freeze(world, "bank")

    refund = return_surplus(world, q).result

    late = half_up(Fraction(PART * 20 * LATE_PER_DAY, 10**6))
    interest = half_up(Fraction(q["advanceFen"] * 20 * RATE, 360 * 10**6))
    assert abs(refund - (PART + late - q["advanceFen"] - interest)) <= 1


def test_returnSurplus__without_recourse__is_the_factors(world: World) -> None:  # noqa: N802
    """CC-767: the funder keeps the surplus, and owes no account."""
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    q = quote(world, id_, PART)
    sell(world, q)

    with world.refused("FactoringWithoutRecourse"):
        return_surplus(world, q)
    with world.refused("FactoringParty"):
        world.act("supplier", "factoring", "returnSurplus", q)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    part=st.integers(10_000, FACE),
    financed=st.integers(500_000, 1_000_000),
    days=st.integers(0, 400),
    costs=st.integers(0, 200_00),
    paid_ppm=st.integers(0, 1_000_000),
)
def test_account__any_course__is_the_exact_formula_within_a_fen(
    world: World, part: int, financed: int, days: int, costs: int, paid_ppm: int
) -> None:
    """F8 against exact arithmetic: floors and one half-up differ by three fen at most."""
    with world.anchor():
        advance = max(part * financed // 10**6, 2_000)
        id_, q = sold(world, part, advanceFen=advance)
        overdue(world, id_, days)
        if costs:
            state_costs(world, q, costs)
        paid = FACE * paid_ppm // 10**6
        if paid:
            world.mint("debtor", 4 * FACE, "debtor's money")
            holders = ["bank"] if part == FACE else ["supplier", "bank"]
            pay_part(world, id_, paid, *holders)
        world.pass_days(7)

        a = account(world, q)

        share = Fraction(part, FACE)
        late_paid = Fraction(paid * days * LATE_PER_DAY, 10**6)
        collected = share * (paid + late_paid)
        fen_days = share * paid * days + (part - share * paid) * (days + 7)
        owed = (
            advance + Fraction(advance * RATE, 360 * 10**6) * fen_days / part + min(costs, 100_00)
        )
        assert abs(a["leftFen"] - (part - share * paid)) <= 1
        assert abs(a["collectedFen"] - collected) <= 3
        assert abs(a["owedFen"] - owed) <= 2


# The walk along undertakings: E10


def chain(world: World, *kinds: int, caps: tuple[int, ...] = ()) -> int:
    """supplier → tier2 → tier3 → bank, PART each, with these kinds of recourse."""
    id_, _ = active(world)
    names = ("supplier", "tier2", "tier3", "bank")
    for place, kind in enumerate(kinds):
        from_, to = names[place], names[place + 1]
        consent(world, to, from_)
        cap = caps[place] if kind == LIMITED else 0
        terms = hop(world, id_, from_, to, PART, recourse=kind, capFen=cap)
        if kind == NO_RECOURSE:
            pass_on(world, id_, from_, to, PART)
        else:
            world.act(from_, "receivables", "transferWithRecourse", terms)
        world.mint(from_, 2 * FACE, f"money of {from_}")
    return id_


def walk(world: World, id_: int, path: list[int], amount: int = PART) -> Any:
    args = (id_, party(world, "bank"), path, amount)
    return world.read("factoringclaims", "walk", *args)


def test_walk__all_with_recourse__reaches_the_first(world: World) -> None:
    """E10: from the claimant's own acquisition back, each hop's party, units and debt."""
    id_ = chain(world, FULL, FULL, FULL)
    overdue(world, id_, 3)
    due = PART + half_up(Fraction(PART * 3 * LATE_PER_DAY, 10**6))

    steps = walk(world, id_, [0, 0, 0])

    names = ("tier3", "tier2", "supplier")
    assert [step["party"] for step in steps] == [party(world, name) for name in names]
    assert {(step["unitsFen"], step["owedFen"]) for step in steps} == {(PART, due)}


def test_walk__first_hop_without__ends_it(world: World) -> None:
    """receivables.md §4: the first hop with None ends the walk."""
    id_ = chain(world, FULL, NO_RECOURSE, FULL)
    overdue(world, id_)

    assert len(walk(world, id_, [0])) == 1
    with world.refused("ReceivablesUndertakingNone", to=party(world, "tier3")):
        walk(world, id_, [0, 0])


def test_walk__limited_hop__caps_whoever_is_behind_it(world: World) -> None:
    """A cap limits what that hop owes, and so all that is reached through it."""
    id_ = chain(world, FULL, LIMITED, FULL, caps=(0, 100_000, 0))
    overdue(world, id_)

    full, capped, behind = walk(world, id_, [0, 0, 0])

    assert full["owedFen"] > PART
    assert capped["owedFen"] == behind["owedFen"] == 100_000
    assert behind["unitsFen"] == PART * 100_000 // full["owedFen"]


@pytest.mark.parametrize(("path", "error"), [([], "FactoringPath"), ([0] * 17, "FactoringPath")])
def test_walk__path_empty_or_too_long__is_refused(
    world: World, path: list[int], error: str
) -> None:
    id_ = chain(world, FULL, FULL, FULL)

    with world.refused(error):
        walk(world, id_, path)


def test_payClaim__by_a_party_far_back__gets_the_units_and_spends_every_hop(  # noqa: N802
    world: World,
) -> None:
    """E10, E11: payment and units in one transaction; nobody in between answers for them again."""
    id_ = chain(world, FULL, FULL, FULL)
    overdue(world, id_, 3)
    due = PART + half_up(Fraction(PART * 3 * LATE_PER_DAY, 10**6))
    c = recourse_claim(world, id_, "bank", [0, 0, 0], PART)
    told = claim(world, c).event("RecourseClaimed").args
    before = cash(world, "supplier")

    assert pay_claim(world, "supplier", c).result == (PART, due)

    assert told["against"] == party(world, "supplier")
    assert (cash(world, "supplier"), cash(world, "bank")) == (before - due, due)
    assert (units(world, id_, "bank"), units(world, id_, "supplier")) == (0, FACE)
    with world.refused("FactoringCover", available=0):
        walk(world, id_, [0], 1)
    claim_id = as_bytes(world.read("factoringclaims", "claimIdOf", c))
    assert world.read("factoringclaims", "claimOf", claim_id)[1] == CLAIM_PAID


def test_claim__then_paid_step_by_step__each_goes_back_one_hop(world: World) -> None:
    """A payer goes on against its own transferor with the units it got; never a later party."""
    id_ = chain(world, FULL, FULL, FULL)
    overdue(world, id_)
    c = recourse_claim(world, id_, "bank", [0], PART)
    claim(world, c)
    pay_claim(world, "tier3", c)
    again = recourse_claim(world, id_, "tier3", [0, 0], PART)
    claim(world, again)

    pay_claim(world, "supplier", again)

    assert units(world, id_, "supplier") == FACE
    later = recourse_claim(world, id_, "supplier", [0], PART)
    with world.refused("ReceivablesUndertakingNone", to=party(world, "supplier")):
        claim(world, later)


@pytest.mark.parametrize("case", ["twice", "withdrawn", "other", "unknown"])
def test_payClaim__claim_closed_or_another_partys__is_refused(world: World, case: str) -> None:  # noqa: N802
    id_ = chain(world, FULL, FULL, FULL)
    overdue(world, id_)
    c = recourse_claim(world, id_, "bank", [0], PART // 2)
    claim(world, c)
    id_of = as_bytes(world.read("factoringclaims", "claimIdOf", c))
    assert world.read("factoringclaims", "claimOf", id_of) == (party(world, "bank"), CLAIM_OPEN)
    payer, error = "tier3", "FactoringClaimState"
    if case == "twice":
        pay_claim(world, "tier3", c)
    elif case == "withdrawn":
        with world.refused("FactoringClaimParty"):
            world.act("tier3", "factoringclaims", "withdrawClaim", id_of)
        freeze(world, "bank")
        world.act("bank", "factoringclaims", "withdrawClaim", id_of)
        assert world.read("factoringclaims", "claimOf", id_of)[1] == CLAIM_WITHDRAWN
    elif case == "other":
        payer, error = "tier2", "FactoringClaimParty"
    else:
        c = c | {"reference_": hashed("other")}

    with world.refused(error):
        pay_claim(world, payer, c)


def test_payClaim__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """authority → exists → party → amount → money."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = chain(w, FULL, FULL, FULL)
        overdue(w, id_)
        c = recourse_claim(w, id_, "bank", [0], PART)
        claim(w, c)
        return caller_case(w, "tier3", PAY, c=c)

    rules: list[Rule] = [
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
        ("FactoringClaimState", lambda w, case: case.c.update(reference_=hashed("another"))),
        ("FactoringClaimParty", by_actor("tier2")),
        ("ParticipantsAmountLimit", use("limited")),
        ("CashBalance", then(lambda w: spend(w, "tier3"))),
    ]

    check_refusals(
        world, prepare, lambda w, case: w.send(case.by, "factoring", "payClaim", case.c), rules
    )


def test_claim__rules__answer_in_order(world: World) -> None:
    """exists → authority → amount → time; also a frozen or suspended holder claims."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = chain(w, FULL, FULL, FULL)
        overdue(w, id_)
        done = recourse_claim(w, id_, "bank", [0], 1)
        claim(w, done)
        c = recourse_claim(w, id_, "bank", [0], PART - 1, reference_=hashed("claim/2"))
        return caller_case(w, "bank", MAKE, c=c, done=done)

    rules: list[Rule] = [
        ("FactoringClaimState", lambda w, case: setattr(case, "c", dict(case.done))),
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
        ("ParticipantsAmountLimit", use("limited")),
        ("FactoringClaimParty", by_actor("tier3")),
        (
            "FactoringCover",
            lambda w, case: (case.c.update(amountFen=PART + 1), setattr(case, "by", case.own)),
        ),
        ("ReceivablesUndertakingNone", put("c.path", [1])),
    ]

    check_refusals(
        world, prepare, lambda w, case: w.send(case.by, "factoringclaims", "claim", case.c), rules
    )


def test_claim__before_the_debtor_is_late__is_refused(world: World) -> None:
    id_ = chain(world, FULL, FULL, FULL)
    overdue(world, id_, 0)

    with world.refused("FactoringNotDue"):
        claim(world, recourse_claim(world, id_, "bank", [0], PART))


def test_undertakings__as_many_as_one_holder_can_have__then_refused(world: World) -> None:
    """MUST-19: bounded, so that no stranger makes a holder's list too long to read."""
    id_, _ = active(world)
    consent(world, "tier2", "supplier")
    terms = hop(world, id_, "supplier", "tier2", 1, recourse=FULL)
    for _ in range(32):
        world.act("supplier", "receivables", "transferWithRecourse", terms)

    with world.refused("ReceivablesUndertakingsFull"):
        world.act("supplier", "receivables", "transferWithRecourse", terms)
    pass_on(world, id_, "supplier", "tier2", 1)
