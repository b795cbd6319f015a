"""Rulebook: dated values, the business calendar, rolling of days."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scf.model.calendars import cn_calendar_year
from scf.units import civil_day, from_civil_day
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    opening,
    put,
)
from tests.world import (
    CALENDAR_ENTRY,
    FOREVER,
    MAKE,
    RULE_ENTRY,
    World,
    hashed,
    rule_id,
)

ODD_WORDS = (1 << 183, 0)


def value(world: World, rule: str, day: int | None = None) -> tuple[int, int]:
    found = world.read(
        "rulebook", "valueOrZero", rule_id(rule), world.today if day is None else day
    )
    return tuple(found)


# Rules


def rule_case(world: World) -> SimpleNamespace:
    for number in range(64):
        world.set_rule("full", number)
    case = caller_case(world, "regulator", MAKE)
    case.entry = {
        "ruleId": rule_id("R77-2a"),
        "value": 5,
        "effectiveFrom": world.today,
        "basisHash": hashed("basis"),
        "deadline": FOREVER,
    }
    case.second = ("regulator", 1)
    return case


def send_rule(world: World, case: SimpleNamespace) -> None:
    digest = world.digest("rulebook", "RuleEntry", RULE_ENTRY, case.entry)
    approval = world.approval(case.second[0], digest, officer=case.second[1])
    world.send(case.by, "rulebook", "setRule", case.entry, approval)


def test_setRule__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """SYS-2, MUST-14: the regulator's maker and checker, a free version, a day not passed."""
    rules: list[Rule] = [
        *authority_rules("regulator", amount=False),
        ("ParticipantsRoleLacking", by_actor("operator")),
        ("GovernedSameOfficer", put("second", ("regulator", 0))),
        ("GovernedSignatureExpired", put("entry.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("operator", 1))),
        ("RulebookVersionsFull", put("entry.ruleId", rule_id("full"))),
        ("RulebookDatedInPast", put("entry.effectiveFrom", lambda w: w.today - 1)),
    ]

    check_refusals(world, rule_case, send_rule, rules)


def test_setRule__empty_id__is_refused(world: World) -> None:  # noqa: N802
    with world.refused("RulebookRuleIdEmpty"):
        world.set_rule("", 1)


@pytest.mark.parametrize(("rule", "who"), [("OP-3..5", "regulator"), ("R77-2a", "operator")])
def test_setRule__of_the_other_authority__is_refused(  # noqa: N802
    world: World, rule: str, who: str
) -> None:
    """Law rules by the regulator, operating values by the operator."""
    entry = {
        "ruleId": rule_id(rule),
        "value": 5,
        "effectiveFrom": world.today,
        "basisHash": hashed("basis"),
        "deadline": FOREVER,
    }
    digest = world.digest("rulebook", "RuleEntry", RULE_ENTRY, entry)

    with world.refused("ParticipantsRoleLacking"):
        world.act(who, "rulebook", "setRule", entry, world.approval(who, digest, officer=1))


def test_setRule__loaded_ahead__switches_on_its_day(world: World) -> None:  # noqa: N802
    """SYS-2, RUL-1: several versions ahead; each starts by itself, and the past stays readable."""
    start = world.today
    world.set_rule("R77-2a", 3, day=start + 10)
    world.set_rule("R77-2a", 4, day=start + 20)

    assert value(world, "R77-2a") == (6, 1)
    for passed, wanted in ((9, (6, 1)), (10, (3, 2)), (19, (3, 2)), (20, (4, 3)), (900, (4, 3))):
        assert value(world, "R77-2a", start + passed) == wanted
    world.pass_days(25)
    assert value(world, "R77-2a") == (4, 3)
    assert value(world, "R77-2a", start) == (6, 1)
    assert value(world, "R77-2a", start - 1) == (0, 0)
    assert world.read("rulebook", "versionCount", rule_id("R77-2a")) == 3
    assert tuple(world.read("rulebook", "versionAt", rule_id("R77-2a"), 2)) == (3, start + 10)


def test_setRule__later_decision_for_the_same_day__replaces(world: World) -> None:  # noqa: N802
    start = world.today
    world.set_rule("R77-2a", 3, day=start + 10)
    world.set_rule("R77-2a", 9, day=start + 5)

    assert value(world, "R77-2a", start + 5) == (9, 3)
    assert value(world, "R77-2a", start + 10) == (9, 3)


def test_setRule__switch__changes_openings_without_redeployment(world: World) -> None:  # noqa: N802
    """R77-2, SYS-2: on the day of the announced cut the longer tenor is refused."""
    day = world.today + 5
    world.set_rule("R77-2a", 1, day=day)
    world.go_to(day - 1)
    world.act("supplier", "invoices", "open", opening(world))

    world.go_to(day)
    with world.refused("RuleViolated", ruleId="R77-2a", version=2):
        again = opening(world, reference_=hashed("reference/2"))
        world.act("supplier", "invoices", "open", again)


def decide_any(world: World, number: int, day: int, index: int) -> None:
    """The regulator decides; the deadline keeps equal decisions apart."""
    entry = {
        "ruleId": rule_id("R-any"),
        "value": number,
        "effectiveFrom": day,
        "basisHash": hashed("basis"),
        "deadline": FOREVER - index,
    }
    by = world.actors["regulator"].officers[0].address
    send_rule(world, SimpleNamespace(by=by, entry=entry, second=("regulator", 1)))


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(0, 99)), max_size=8))
def test_valueOn__any_history__is_the_latest_decision_in_force(  # noqa: N802
    world: World, history: list[tuple[int, int, int]]
) -> None:
    """RUL-1: the highest version whose day has come, as a plain list says it."""
    with world.anchor():
        versions: list[tuple[int, int]] = []
        start = world.today
        for index, (wait, ahead, number) in enumerate(history):
            world.pass_days(wait)
            decide_any(world, number, world.today + ahead, index)
            versions.append((world.today + ahead, number))

        for day in range(start, world.today + 14):
            found = [
                (number, index + 1)
                for index, (since, number) in enumerate(versions)
                if since <= day
            ]
            assert value(world, "R-any", day) == (found[-1] if found else (0, 0))


def test_valueOn__nothing_in_force__is_refused(world: World) -> None:  # noqa: N802
    """SYS-2: there are no silent defaults."""
    with world.refused("ParameterNotSet"):
        world.read("rulebook", "valueOn", rule_id("unheard"), world.today)
    with world.refused("ParameterNotSet"):
        world.read("rulebook", "valueOn", rule_id("R77-2a"), world.today - 1)


def test_replayed_rule__after_a_later_decision__is_refused(world: World) -> None:
    """MUST-21: one officer alone cannot bring an older decision back."""
    day = world.today + 5
    world.set_rule("R77-2a", 12, day=day)
    world.set_rule("R77-2a", 3, day=day)

    with world.refused("GovernedApprovalUsed"):
        world.set_rule("R77-2a", 12, day=day)
    assert value(world, "R77-2a", day)[0] == 3


# Calendar


def calendar_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "operator", MAKE)
    case.entry = {
        "year": 2026,
        "nonBusiness": list(cn_calendar_year(2026).words()),
        "basisHash": hashed("basis"),
        "deadline": FOREVER,
    }
    case.second = ("operator", 1)
    return case


def send_calendar(world: World, case: SimpleNamespace) -> None:
    digest = world.digest("rulebook", "CalendarEntry", CALENDAR_ENTRY, case.entry)
    approval = world.approval(case.second[0], digest, officer=case.second[1])
    world.send(case.by, "rulebook", "setCalendar", case.entry, approval)


def test_setCalendar__rules__answer_in_order(world: World) -> None:  # noqa: N802
    rules: list[Rule] = [
        *authority_rules("operator", amount=False),
        ("ParticipantsRoleLacking", by_actor("regulator")),
        ("GovernedSameOfficer", put("second", ("operator", 0))),
        ("GovernedSignatureExpired", put("entry.deadline", lambda w: w.timestamp - 1)),
        ("GovernedOtherParty", put("second", ("regulator", 1))),
        ("RulebookCalendarInvalid", put("entry.nonBusiness", list(ODD_WORDS))),
        ("RulebookCalendarPast", put("entry.year", 2025)),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = calendar_case(w)
        case.entry["nonBusiness"][1] ^= 1 << 100
        return case

    check_refusals(world, prepare, send_calendar, rules)


def flipped(day: dt.date) -> tuple[int, int]:
    words = list(cn_calendar_year(day.year).words())
    index = day.timetuple().tm_yday - 1
    words[index // 183] ^= 1 << (index % 183)
    return words[0], words[1]


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (dt.date(2026, 1, 1), True),
        (dt.date(2026, 3, 1), True),
        (dt.date(2026, 3, 2), True),
        (dt.date(2026, 3, 3), False),
        (dt.date(2026, 7, 2), False),
        (dt.date(2026, 7, 3), False),
        (dt.date(2026, 12, 31), False),
    ],
)
def test_setCalendar__changed_day__only_if_it_has_not_come(  # noqa: N802
    world: World, day: dt.date, refused: bool
) -> None:
    """RUL-2, INV-22, CAL-5: today is past already."""
    if not refused:
        receipt = world.set_calendar(2026, flipped(day))
        assert receipt.event("CalendarSet").args["year"] == 2026
        return

    with world.refused("RulebookCalendarPast", year=2026):
        world.set_calendar(2026, flipped(day))


@pytest.mark.parametrize("today", [dt.date(2026, 7, 2), dt.date(2026, 7, 3), dt.date(2026, 12, 31)])
def test_setCalendar__around_half_year__past_stays(world: World, today: dt.date) -> None:  # noqa: N802
    """INV-22, MUST-17: the two words meet between 2 and 3 July."""
    world.go_to(today)

    for past in (today, today - dt.timedelta(days=1), dt.date(2026, 1, 5)):
        with world.refused("RulebookCalendarPast"):
            world.set_calendar(2026, flipped(past))
    if today.month < 12:
        world.set_calendar(2026, flipped(today + dt.timedelta(days=1)))


def test_setCalendar__year_gone_by__is_closed(world: World) -> None:  # noqa: N802
    """CAL-5: but a year never loaded may be entered late."""
    with world.refused("RulebookCalendarPast", year=2025):
        world.set_calendar(2025, flipped(dt.date(2025, 12, 31)))
    world.set_calendar(2024)
    with world.refused("RulebookCalendarPast", year=2024):
        world.set_calendar(2024, flipped(dt.date(2024, 12, 31)))


@pytest.mark.parametrize("words", [(1 << 183, 0), (0, 1 << 183), (0, 1 << 255)])
def test_setCalendar__bits_outside_the_words__are_refused(  # noqa: N802
    world: World, words: tuple[int, int]
) -> None:
    with world.refused("RulebookCalendarInvalid"):
        world.set_calendar(2027, words)


def test_setCalendar__bit_after_the_last_day_of_a_common_year__is_refused(  # noqa: N802
    world: World,
) -> None:
    """A calendar says nothing about days that are not in its year."""
    with world.refused("RulebookCalendarInvalid", year=2027):
        world.set_calendar(2027, (0, 1 << 182))
    world.set_calendar(2028, (0, 1 << 182))


def closed_run(first: int, length: int) -> tuple[int, int]:
    """The words of a year that is closed on these days of it only."""
    days = ((1 << length) - 1) << first
    return days & ((1 << 183) - 1), days >> 183


@pytest.mark.parametrize("first", [0, 100, 168, 175, 182, 183, 349])
def test_setCalendar__longer_without_business_than_any_holiday__is_refused(  # noqa: N802
    world: World, first: int
) -> None:
    """MUST-12: payments due then could not be made; 15 closed days in a row, not one more."""
    with world.refused("RulebookCalendarInvalid", year=2027):
        world.set_calendar(2027, closed_run(first, 16))
    world.set_calendar(2027, closed_run(first, 15))


def test_roll__two_longest_runs_around_new_year__still_ends(world: World) -> None:
    """MUST-12: each year's run is allowed, and the day after both is found."""
    world.set_calendar(2027, closed_run(350, 15))
    world.set_calendar(2028, closed_run(0, 15))

    first = civil_day(dt.date(2027, 12, 17))
    assert world.read("rulebook", "rollDue", first) == first + 30


def test_replayed_calendar__after_a_correction__is_refused(world: World) -> None:
    """MUST-21."""
    world.set_calendar(2027, (0, 0))
    world.set_calendar(2027, (1, 0))

    with world.refused("GovernedApprovalUsed"):
        world.set_calendar(2027, (0, 0))


def test_isBusinessDay__every_day_of_the_loaded_years__as_the_calendar_says(  # noqa: N802
    world: World,
) -> None:
    calendar = {year: cn_calendar_year(year) for year in (2025, 2026)}
    day = dt.date(2025, 1, 1)

    while day.year < 2027:
        found = tuple(world.read("rulebook", "isBusinessDay", civil_day(day)))
        assert found == (calendar[day.year].is_business_day(day), False), day
        day += dt.timedelta(days=1)


def test_calendar__read_back__is_what_was_entered(world: World) -> None:
    assert world.read("rulebook", "calendar", 2026) == (True, cn_calendar_year(2026).words())
    assert world.read("rulebook", "calendar", 2031) == (False, (0, 0))


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(civil_day(dt.date(2025, 1, 1)), civil_day(dt.date(2028, 12, 31))))
def test_roll__any_day__is_the_first_business_day(world: World, number: int) -> None:
    """CAL-2: over loaded years exactly; beyond them on weekends only, marked provisional."""
    loaded = {year: cn_calendar_year(year) for year in (2025, 2026)}
    day, missing = from_civil_day(number), 0
    while True:
        year: Any = loaded.get(day.year)
        if year is None:
            missing = missing or day.year
        if year.is_business_day(day) if year else day.weekday() < 5:
            break
        day += dt.timedelta(days=1)

    assert tuple(world.read("rulebook", "roll", number)) == (civil_day(day), missing > 0)
    if missing:
        with world.refused("RulebookCalendarMissing", year=missing):
            world.read("rulebook", "rollDue", number)
    else:
        assert world.read("rulebook", "rollDue", number) == civil_day(day)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(civil_day(dt.date(2025, 1, 1)), civil_day(dt.date(2028, 12, 31))),
    st.integers(0, 31),
)
def test_addBusinessDays__any_day_and_count__counts_one_by_one(  # noqa: N802
    world: World, number: int, count: int
) -> None:
    """Rules §12: the day itself never counts; beyond loaded years on weekends only."""
    loaded = {year: cn_calendar_year(year) for year in (2025, 2026)}
    day, left, missing = from_civil_day(number), count, 0
    while left:
        day += dt.timedelta(days=1)
        year: Any = loaded.get(day.year)
        if year is None:
            missing = missing or day.year
        left -= year.is_business_day(day) if year else day.weekday() < 5

    found = tuple(world.read("rulebook", "addBusinessDays", number, count))
    assert found == (civil_day(day), missing > 0)
    if missing:
        with world.refused("RulebookCalendarMissing", year=missing):
            world.read("rulebook", "addBusinessDaysDue", number, count)
    else:
        assert world.read("rulebook", "addBusinessDaysDue", number, count) == civil_day(day)


def test_addBusinessDays__more_than_a_month__is_refused(world: World) -> None:  # noqa: N802
    with world.refused("RulebookBusinessDays", actual=32, max=31):
        world.read("rulebook", "addBusinessDays", world.today, 32)
