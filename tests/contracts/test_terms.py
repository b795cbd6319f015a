"""Invoices, terms of an opening: tenor, terms for small firms, late rate, limits of R77-8."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scf.errors import ContractRefusal
from scf.units import civil_day, from_civil_day
from tests.stories import (
    FACE,
    active,
    as_bytes,
    certificate,
    claimed,
    clerk,
    opening,
    party,
    pass_on,
    quote,
    request,
    restate,
    sell,
    take_transfer,
    transfer_terms,
    units,
)
from tests.world import MAKE, RULES, World, hashed

LONG = hashed("reason for a longer term")
REVIEW = hashed("review")
THOUSAND = 1_000_00


def months_later(day: int, months: int) -> int:
    """The corresponding day, or the last one of that month (CAL-4)."""
    start = from_civil_day(day)
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    for last in (start.day, 30, 29, 28):
        try:
            return civil_day(dt.date(year, month, last))
        except ValueError:
            continue
    raise AssertionError(day)


# Tenor


@pytest.mark.parametrize(
    ("review", "rule", "months"), [(bytes(32), "R77-2a", 6), (REVIEW, "R77-2b", 12)]
)
def test_tenor__one_day_too_long__is_refused(
    world: World, review: bytes, rule: str, months: int
) -> None:
    """INV-14, R77-2: with a bank's review the longer limit applies, and it has an end too."""
    last = months_later(world.today, months)
    terms = {"termReasonHash": LONG, "bankReviewHash": review}

    with world.refused("RuleViolated", ruleId=rule, version=1, actual=last + 1, needed=last):
        claimed(world, dueDay=last + 1, **terms)
    id_, _ = claimed(world, dueDay=last, **terms)

    assert certificate(world, id_)["tenorDays"] == last - world.today


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(day=st.dates(dt.date(2026, 3, 2), dt.date(2032, 12, 31)), months=st.integers(1, 24))
def test_tenor__from_any_day__ends_on_the_corresponding_day(
    world: World, day: dt.date, months: int
) -> None:
    """MUST-17, CAL-4: month ends, half years and leap days, through the one function."""
    with world.anchor():
        world.go_to(day)
        world.set_rule("R77-2a", months)
        last = months_later(civil_day(day), months)

        with world.refused("RuleViolated", needed=last):
            claimed(world, dueDay=last + 1, termReasonHash=LONG)
        claimed(world, dueDay=last, termReasonHash=LONG)


def test_tenor__rule_not_loaded__is_refused() -> None:
    """SYS-2: no silent default."""
    world = World.create(rules={name: v for name, v in RULES.items() if name != "R77-2a"})

    with world.refused("ParameterNotSet"):
        claimed(world)
    claimed(world, bankReviewHash=REVIEW)


@pytest.mark.parametrize("due", [2**24, 2**32 - 1])
def test_tenor__day_far_away__is_refused_not_cut_short(world: World, due: int) -> None:
    """MUST-16."""
    with world.refused("RuleViolated", ruleId="R77-2a", actual=due):
        claimed(world, dueDay=due, termReasonHash=LONG)


def test_tenor__rule_of_centuries__is_not_cut_short(world: World) -> None:
    """MUST-16: a tenor that does not fit its field is refused, not written down as another one."""
    world.set_rule("R77-2a", 12 * 300)
    far = world.today + 2**16 + 5

    with pytest.raises(ContractRefusal, match=r"Openings|RuleViolated|Panic|Receivables|Error"):
        claimed(world, dueDay=far, termReasonHash=LONG)


# Payment terms for small firms


CASES = [
    # supplier's size, debtor's size, days from delivery, reason, refused by
    (3, 4, 60, False, None),
    (3, 4, 61, False, "R802-1a"),
    (1, 4, 61, False, "R802-1a"),
    (2, 4, 61, True, None),
    (4, 4, 61, False, None),
    (0, 4, 61, False, None),
    (3, 3, 61, False, None),
    (3, 5, 30, False, None),
    (3, 5, 31, False, "R802-1b"),
    (3, 5, 60, True, None),
    (3, 5, 61, True, "R802-1b.max"),
    (5, 5, 61, False, None),
]


@pytest.mark.parametrize(("size", "debtor", "days", "reason", "rule"), CASES)
def test_sme_term__days_from_delivery__are_counted_by_size(
    world: World, size: int, debtor: int, days: int, reason: bool, rule: str | None
) -> None:
    """R802-1, R802-7: the clock starts at delivery; a government body has a hard end."""
    restate(world, "supplier", roles=1, size=size)
    restate(world, "debtor", roles=1, size=debtor)
    delivery = world.today - 3
    terms = {
        "deliveryDay": delivery,
        "dueDay": delivery + days,
        "termReasonHash": LONG if reason else bytes(32),
    }

    if rule is None:
        claimed(world, **terms)
    else:
        with world.refused("RuleViolated", ruleId=rule, needed=delivery + days - 1):
            claimed(world, **terms)


def test_delivery__today__is_real_trade_and_tomorrow_is_not(world: World) -> None:
    """R77-3: no prepayment."""
    with world.refused("RuleViolated", ruleId="R77-3", actual=world.today + 1):
        claimed(world, deliveryDay=world.today + 1)
    claimed(world, deliveryDay=world.today)


@pytest.mark.parametrize("ahead", [0, -1])
def test_due_day__not_after_today__is_refused(world: World, ahead: int) -> None:
    with world.refused("OpeningsDueDay", earliest=world.today + 1):
        claimed(world, dueDay=world.today + ahead)
    claimed(world, dueDay=world.today + 1)


def test_late_rate__below_the_prime_rate__is_refused(world: World) -> None:
    """R802-4: an agreed rate may not be below the one-year prime rate of the day of signing."""
    with world.refused("RuleViolated", ruleId="R802-4.lpr", actual=29_999, needed=30_000):
        claimed(world, lateRatePpm=29_999)
    id_, _ = claimed(world, lateRatePpm=30_000)
    assert world.read("receivables", "lateRateOf", id_) == 30_000
    world.set_rule("R802-4.lpr", 30_001)
    with world.refused("RuleViolated", version=2):
        claimed(world, reference_=hashed("r/2"), lateRatePpm=30_000)


# Limits of R77-8


def set_limits(world: World, *, thousands: int = 0, layers: int = 0, splits: int = 0) -> None:
    """OP-3, OP-4 and OP-5; splits are given as allowed, the rule holds one more."""
    packed = thousands | layers << 8 | (splits + 1 if splits else 0) << 16
    world.set_rule("OP-3..5", packed)


def test_limits__set__are_fixed_at_opening(world: World) -> None:
    """R77-8: nobody's certificate gets harder to pass on afterwards."""
    before, _ = active(world)
    world.set_rule("OP-3..5", 2 | 3 << 8 | 4 << 16)
    o = opening(world, invoiceKey=hashed("invoice/2"))

    receipt = world.act("supplier", "invoices", "open", o)

    found = certificate(world, receipt.result)
    assert (found["splitMinThousands"], found["layersMax"], found["splitsLeft"]) == (2, 3, 4)
    told = receipt.event("CertificateLimitsFixed").args
    assert (told["splitMinThousands"], told["layersMax"], told["splitsLeft"]) == (2, 3, 4)
    pass_on(world, before, "supplier", "tier2", 1)


@pytest.mark.parametrize(
    ("part", "refused"),
    [
        (2 * THOUSAND - 1, True),
        (2 * THOUSAND, False),
        (FACE - 2 * THOUSAND, False),
        (FACE - 2 * THOUSAND + 1, True),
        (FACE, False),
    ],
)
def test_part__smaller_than_allowed__is_refused(world: World, part: int, refused: bool) -> None:
    """OP-3, MUST-19: neither the part nor what is left; a whole holding always moves."""
    set_limits(world, thousands=2)
    id_, _ = active(world)

    if refused:
        with world.refused("ReceivablesPartTooSmall", ruleId="OP-3..5", needed=2 * THOUSAND):
            pass_on(world, id_, "supplier", "tier2", part)
    else:
        pass_on(world, id_, "supplier", "tier2", part)
        assert units(world, id_, "tier2") == part


def test_layers__one_more_than_allowed__is_refused(world: World) -> None:
    """OP-4: counted along the chain; the highest layer that reached a holder counts."""
    set_limits(world, layers=2)
    id_, _ = active(world)
    pass_on(world, id_, "supplier", "tier2", 100)
    pass_on(world, id_, "tier2", "tier3", 50)

    with world.refused("RuleViolated", ruleId="OP-3..5", actual=3, needed=2):
        pass_on(world, id_, "tier3", "bank", 10)
    pass_on(world, id_, "supplier", "tier3", 10)
    assert world.read("receivables", "position", id_, party(world, "tier3"))["layer"] == 2
    with world.refused("RuleViolated"):
        pass_on(world, id_, "tier3", "bank", 10)


def test_splits__one_more_than_allowed__is_refused(world: World) -> None:
    """OP-5: parts count, whole holdings do not."""
    world.set_rule("OP-3..5", 3 << 16)
    id_, _ = active(world)
    pass_on(world, id_, "supplier", "tier2", 100)
    pass_on(world, id_, "supplier", "tier2", 100)
    assert certificate(world, id_)["splitsLeft"] == 1

    with world.refused("RuleViolated", ruleId="OP-3..5"):
        pass_on(world, id_, "supplier", "tier2", 100)
    pass_on(world, id_, "tier2", "tier3", 200)
    pass_on(world, id_, "supplier", "tier3", FACE - 200)


def test_limits__any_path__are_kept(world: World) -> None:
    """MUST-7: no path goes around them: request, sale, recourse."""
    world.set_rule("OP-3..5", 1 << 16)
    id_, _ = active(world)
    world.mint("bank", FACE, "money")
    terms = transfer_terms(world, id_, "supplier", "tier2", 100)
    request(world, terms)

    with world.refused("RuleViolated", ruleId="OP-3..5"):
        take_transfer(world, terms)
    with world.refused("RuleViolated", ruleId="OP-3..5"):
        sell(world, quote(world, id_, 100_000))


def test_clerk__with_the_power_to_make__may_open(world: World) -> None:
    """MUST-14: an officer needs the power for its act, and no other."""
    key = clerk(world, "supplier", MAKE, FACE)

    receipt = world.send(key.address, "invoices", "open", opening(world))

    told = receipt.event("CertificateOpened").args
    assert told["officer"] == key.address
    assert as_bytes(told["documentHash"]) == hashed("document")
