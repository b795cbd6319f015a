"""Interest, Apportionment and Certificates, through what the contracts show (INV-15, MUST-20)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stories import active, certificate, parties, party, pass_on, pay_part
from tests.world import World

HOLDERS = ("supplier", "tier2", "tier3", "bank", "bank2")
QUIET = [HealthCheck.function_scoped_fixture]


def largest_remainder(total: int, weights: list[int]) -> list[int]:
    """FEN-3 in exact fractions: floors, then one fen each to the largest remainders, first come."""
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in shares]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - shares[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(
    weights=st.lists(
        st.one_of(st.integers(1, 4), st.integers(1, 10**13)), min_size=1, max_size=len(HOLDERS)
    ),
    percent=st.integers(0, 100),
    late=st.sampled_from([0, 0, 1, 9, 400]),
)
def test_payPart__any_holdings__is_the_exact_apportionment(  # noqa: N802
    world: World, weights: list[int], percent: int, late: int
) -> None:
    """MUST-20, INV-1: parts sum to the whole, ties to the first listed, interest on each part."""
    with world.anchor():
        face = sum(weights)
        id_, _ = active(world, amountFen=face, invoiceFen=face)
        names = HOLDERS[: len(weights)]
        for name, weight in zip(names[1:], weights[1:], strict=True):
            pass_on(world, id_, "supplier", name, weight)
        pay_day, _ = world.read("receivables", "payDayOf", id_)
        world.mint("debtor", 3 * face, "money")
        world.go_to(pay_day + late)
        amount = max(1, face * percent // 100)
        listed = parties(world, *names)
        held = [world.read("receivables", "balanceOf", holder, id_) for holder in listed]

        pay_part(world, id_, amount, *names)

        parts = largest_remainder(amount, held)
        paid = [world.read("cash", "balanceOf", holder) for holder in listed]
        interest = [int(Fraction(part * late * 500, 10**6) + Fraction(1, 2)) for part in parts]
        assert paid == [part + extra for part, extra in zip(parts, interest, strict=True)]
        left = [world.read("receivables", "balanceOf", holder, id_) for holder in listed]
        assert left == [have - part for have, part in zip(held, parts, strict=True)]
        assert certificate(world, id_)["outstandingFen"] == sum(left)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(
    amount=st.integers(1, 2**64 - 1),
    days=st.integers(1, 3000),
    rate=st.one_of(st.just(0), st.integers(30_000, 2**24 - 1)),
)
def test_lateInterestOf__any_amount__is_the_exact_formula(  # noqa: N802
    world: World, amount: int, days: int, rate: int
) -> None:
    """INV-15: the same in integers and in exact fractions, ties of half a fen included."""
    with world.anchor():
        id_, _ = active(world, lateRatePpm=rate)
        pay_day, _ = world.read("receivables", "payDayOf", id_)

        found = world.read("receivables", "lateInterestOf", id_, amount, pay_day + days)

        ppm, basis = (rate, 365) if rate else (500, 1)
        assert found == int(Fraction(amount * days * ppm, basis * 10**6) + Fraction(1, 2))


def test_lateInterestOf__exact_half_fen__rounds_up(world: World) -> None:  # noqa: N802
    """INV-15: 1 000 fen, one day, 0.05 % is half a fen."""
    id_, _ = active(world)
    pay_day, _ = world.read("receivables", "payDayOf", id_)

    assert world.read("receivables", "lateInterestOf", id_, 999, pay_day + 1) == 0
    assert world.read("receivables", "lateInterestOf", id_, 1_000, pay_day + 1) == 1


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(
    limits=st.integers(0, 2**32 - 1),
    amount=st.integers(1, 10**15),
    ahead=st.integers(1, 59),
)
def test_certificate__any_fields__come_back_as_they_went_in(
    world: World, limits: int, amount: int, ahead: int
) -> None:
    """MUST-16: no field of the packed slot touches its neighbour."""
    with world.anchor():
        world.set_rule("OP-3..5", limits)

        id_, o = active(world, amountFen=amount, invoiceFen=amount, dueDay=world.today + ahead)

        assert certificate(world, id_) == {
            "debtorTag": bytes.fromhex(o["debtor"][2:])[:10],
            "dueDay": world.today + ahead,
            "frozenUntil": 0,
            "tenorDays": ahead,
            "status": 5,
            "layersMax": limits >> 8 & 255,
            "splitsLeft": limits >> 16,
            "splitMinThousands": limits & 255,
            "hasLocks": False,
            "hasPledges": False,
            "outstandingFen": amount,
        }
        assert world.read("participants", "partyOfTag", certificate(world, id_)["debtorTag"]) == (
            party(world, "debtor")
        )
