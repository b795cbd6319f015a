"""
Disclosures: the acceptor's account, desk (X1), months (X2), lists (X4, X5), ceilings (R4-24).

The doors are called as the rooms of the bills call them, so that every history can be made; what
only a real bill shows (statements, gates) is in `test_bill_disclosures.py`.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from scf.chain.transactions import keccak
from scf.units import civil_day, from_civil_day
from tests.contracts.bill_doors import (
    DOORS,
    book,
    count_overdue,
    open_doors,
    settle_overdue,
    unbook,
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
    suspend,
    then,
)
from tests.typed import BAN_REMOVAL, FIGURES
from tests.world import FOREVER, MAKE, Receipt, World, hashed

BANK, FINANCE_COMPANY, ENTERPRISE = range(3)
YUAN = 100
FACE = 1_000 * YUAN
WHO = "debtor"


@pytest.fixture(scope="module")
def ledger(ledger: World) -> World:
    """The file's ledger, with doors that keys can use."""
    return open_doors(ledger)


def account(world: World, who: str = WHO) -> dict[str, Any]:
    return dict(world.read("disclosures", "accountOf", party(world, who)))


def late(world: World, who: str = WHO) -> int:
    return int(world.read("disclosures", "lateCount", party(world, who)))


def suspended(world: World, who: str = WHO, day: int | None = None) -> bool:
    return bool(world.read("disclosures", "isSuspended", party(world, who), day or world.today))


def banned(world: World, who: str = WHO, day: int | None = None) -> tuple[bool, int]:
    return tuple(world.read("disclosures", "isBanned", party(world, who), day or world.today))


def state_figures(world: World, who: str, *, second: int = 1, **changes: Any) -> Receipt:
    terms = {
        "acceptor": party(world, who),
        "totalAssetsFen": 100 * FACE,
        "depositsFen": 10 * FACE,
        "marginFen": FACE,
        "asOfDay": world.today,
        "evidenceHash": hashed("balance sheet"),
        "deadline": FOREVER,
    } | changes
    approval = world.approval(
        "regulator", world.digest("disclosures", "Figures", FIGURES, terms), officer=second
    )
    return world.act("regulator", "disclosures", "stateFigures", terms, approval)


def remove_ban(world: World, who: str = WHO, *, by: str = "regulator") -> Receipt:
    terms = {
        "acceptor": party(world, who),
        "causeHash": hashed("clearing system down"),
        "deadline": FOREVER,
    }
    digest = world.digest("disclosures", "BanRemoval", BAN_REMOVAL, terms)
    approval = world.approval(by, digest, officer=1)
    return world.act(by, "disclosures", "removeBan", *terms.values(), approval)


def fail(world: World, number: int, *, paid: bool, who: str = WHO) -> None:
    """A bill not paid in time; paid after all with `paid`. What was accepted is much."""
    if account(world, who)["acceptedFen"] == 0:
        if who == "bank":
            state_figures(world, who, totalAssetsFen=10**6 * FACE)
        book(world, 999, who, face=10**4 * FACE, kind=BANK if who == "bank" else ENTERPRISE)
    count_overdue(world, number, who, FACE)
    if paid:
        settle_overdue(world, number, who, FACE)


def month_of(day: dt.date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def month_end(month: int) -> dt.date:
    year, index = divmod(month + 1, 12)
    return dt.date(1970 + year, index + 1, 1) - dt.timedelta(days=1)


def two_years_later(day: dt.date) -> dt.date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + 2, day=28 if leap else day.day)


# The account


def test_book_and_unbook__balance_and_total(world: World) -> None:
    book(world, 1, WHO, face=FACE)
    book(world, 2, WHO, face=3 * FACE)
    unbook(world, WHO, FACE)

    found = account(world)
    assert (found["acceptedFen"], found["balanceFen"]) == (4 * FACE, 3 * FACE)
    assert (found["overdueFen"], found["overdueBalanceFen"], found["overdueMonths"]) == (0, 0, 0)


def test_overdue__counts_a_bill_once_and_its_ranges_by_amount(world: World) -> None:
    """An event is a bill by number: dividing it makes no second one (A)."""
    book(world, 1, WHO, face=FACE)
    count_overdue(world, 1, WHO, 300)
    count_overdue(world, 1, WHO, 200)
    settle_overdue(world, 1, WHO, 300)

    found = account(world)
    assert (found["overdueFen"], found["overdueBalanceFen"]) == (500, 200)
    assert found["balanceFen"] == FACE - 300
    (month,) = world.read("disclosures", "overdueMonths", party(world, WHO))
    assert (month["events"], month["balanceFen"]) == (1, 200)
    assert world.read("disclosures", "overdueOf", 1)["openFen"] == 200


@pytest.mark.parametrize(("grace", "days", "events"), [(0, 0, 1), (3, 3, 0), (3, 4, 1)])
def test_grace__paid_within_it_and_the_month__is_no_event(
    world: World, grace: int, days: int, events: int
) -> None:
    """OP-12; the listing follows the events that are left."""
    world.set_rule("OP-12", grace)
    fail(world, 1, paid=False)
    world.pass_days(days)

    settle_overdue(world, 1, WHO, FACE)

    (month,) = world.read("disclosures", "overdueMonths", party(world, WHO))
    assert month["events"] == events


def test_grace__over_the_end_of_the_month__counts(world: World) -> None:
    world.set_rule("OP-12", 5)
    world.go_to(dt.date(2026, 3, 31))
    fail(world, 1, paid=False)
    world.go_to(dt.date(2026, 4, 1))
    settle_overdue(world, 1, WHO, FACE)

    months = world.read("disclosures", "overdueMonths", party(world, WHO))
    assert [month["events"] for month in months] == [1, 0]


@pytest.mark.parametrize(
    ("function", "args", "needed"),
    [
        ("book", (1, "tier2", WHO, ENTERPRISE, FACE), "acceptances"),
        ("unbook", (WHO, FACE), "presentations"),
        ("countOverdue", (1, WHO, FACE), "presentations"),
        ("settleOverdue", (1, WHO, FACE), "presentations"),
    ],
)
def test_doors__anybody_else__is_refused(
    world: World, function: str, args: tuple[Any, ...], needed: str
) -> None:
    sent = [party(world, item) if item in world.actors else item for item in args]

    with world.refused("GovernedCaller", needed=DOORS[needed]):
        world.act(WHO, "disclosures", function, *sent)
    if function in ("countOverdue", "settleOverdue"):
        with world.refused("GovernedCaller"):
            world.send(DOORS["acceptances"], "disclosures", function, *sent)


# X1: the desk


def test_desk__until_the_next_business_day__accepts_on(world: World) -> None:
    """X1 over a weekend: three days' acceptances share one last day; on the day after, late."""
    world.go_to(dt.date(2026, 3, 6))  # Friday
    book(world, 1, WHO)
    for number, day in ((2, 7), (3, 8), (4, 9)):  # Saturday, Sunday, Monday
        world.go_to(dt.date(2026, 3, day))
        book(world, number, WHO)
    assert late(world) == 0

    world.go_to(dt.date(2026, 3, 10))
    assert late(world) == 3
    with world.refused("DisclosuresLate", count=3):
        book(world, 5, WHO)

    world.go_to(dt.date(2026, 3, 11))
    assert late(world) == 4


def test_desk__older_buckets_stay_late(world: World) -> None:
    """A calendar moved since (CAL-5) is asked again before anything is called late."""
    world.go_to(dt.date(2026, 4, 30))  # before the May holiday: last day 6 May
    book(world, 1, WHO)
    world.go_to(dt.date(2026, 5, 6))
    assert late(world) == 0
    book(world, 2, WHO)
    world.go_to(dt.date(2026, 5, 7))
    assert late(world) == 1


def test_desk__a_bank__has_nothing_to_disclose(world: World) -> None:
    state_figures(world, "bank")
    book(world, 1, "bank", kind=BANK)
    world.pass_days(30)

    assert late(world, "bank") == 0
    book(world, 2, "bank", kind=BANK)


def test_desk__holiday_declared_meanwhile__moves_the_last_day(world: World) -> None:
    """CAL-5: nobody is late by a day that has become a holiday."""
    world.go_to(dt.date(2026, 11, 4))  # Wednesday
    book(world, 1, WHO)
    first, second = world.read("rulebook", "calendar", 2026)[1]
    index = dt.date(2026, 11, 5).timetuple().tm_yday - 1 - 183
    world.set_calendar(2026, (first, second | 1 << index))
    world.go_to(dt.date(2026, 11, 6))

    assert late(world) == 0
    world.go_to(dt.date(2026, 11, 7))
    assert late(world) == 1


# X2: months


def statement(world: World, month: int, who: str = WHO) -> bytes:
    found = world.read("disclosures", "monthEndOf", party(world, who), month)
    names = ("acceptedFen", "balanceFen", "overdueFen", "overdueBalanceFen")
    words = (int(party(world, who), 16), month, *(found[name] for name in names))
    return keccak(b"".join(word.to_bytes(32) for word in words))


def test_month__figures_at_its_end__stand_beside_the_statement(world: World) -> None:
    book(world, 1, WHO, face=FACE)
    march = month_of(dt.date(2026, 3, 1))
    world.go_to(dt.date(2026, 4, 2))
    unbook(world, WHO, FACE)

    ended = world.read("disclosures", "monthEndOf", party(world, WHO), march)
    assert (ended["acceptedFen"], ended["balanceFen"]) == (FACE, FACE)
    args = (march, statement(world, march))
    event = world.act(WHO, "disclosures", "discloseMonth", *args).event("MonthDisclosed")
    assert (event.args["matches"], event.args["late"]) == (True, False)
    assert world.read("disclosures", "deskOf", party(world, WHO))["disclosedMonth"] == march


@pytest.mark.parametrize(("day", "is_late"), [(10, False), (11, True)])
def test_month__after_the_tenth__is_late(world: World, day: int, is_late: bool) -> None:
    """X2; a statement that differs says so and does not count."""
    book(world, 1, WHO)
    world.go_to(dt.date(2026, 4, day))
    month = month_of(dt.date(2026, 3, 1))

    event = world.act(WHO, "disclosures", "discloseMonth", month, hashed("other")).event(
        "MonthDisclosed"
    )

    assert (event.args["matches"], event.args["late"]) == (False, is_late)
    assert world.read("disclosures", "deskOf", party(world, WHO))["disclosedMonth"] == 0


@pytest.mark.parametrize("shift", [0, -3])
def test_month__not_over_or_no_longer_kept__is_refused(world: World, shift: int) -> None:
    book(world, 1, WHO)
    world.go_to(dt.date(2026, 4, 15))
    unbook(world, WHO, 1)

    month = month_of(dt.date(2026, 4, 15)) + shift
    with world.refused("DisclosuresMonth", month=month):
        world.act(WHO, "disclosures", "discloseMonth", month, hashed("statement"))


# X4 and X5


@dataclass
class Oracle:
    """The lists, straight from the words of X4 and X5."""

    events: dict[int, int] = field(default_factory=dict)
    balances: list[tuple[dt.date, int]] = field(default_factory=list)

    def note(self, day: dt.date, *, event: bool, balance: int) -> None:
        month = month_of(day)
        self.events[month] = self.events.get(month, 0) + event
        self.balances.append((day, balance))

    def balance_at(self, day: dt.date) -> int:
        return next((fen for noted, fen in reversed(self.balances) if noted <= day), 0)

    def overdue(self, month: int) -> bool:
        counted = sum(self.events.get(month - back, 0) for back in range(6))
        own = self.events.get(month, 0) > 0 or self.balance_at(month_end(month)) > 0
        return counted >= 3 and own

    def persistent(self, month: int) -> bool:
        return sum(self.overdue(month - back) for back in range(6)) >= 3

    def suspended(self, day: dt.date) -> bool:
        return self.overdue(month_of(day) - 1)

    def banned(self, day: dt.date) -> bool:
        last = month_of(day) - 1
        ends = [month_end(month) for month in range(last - 30, last + 1) if self.persistent(month)]
        return any(end < day <= two_years_later(end) for end in ends)


@pytest.mark.parametrize("seed", range(12))
def test_lists__random_histories__are_those_of_the_rules(world: World, seed: int) -> None:
    """X4, X5 over four years of failures and payments, months without any between them."""
    chance = random.Random(seed)
    oracle, open_bills, number = Oracle(), [], 0
    end = dt.date(2030, 3, 1)
    rate = chance.choice((0.25, 0.5, 0.8))
    while (today := from_civil_day(world.today)) < end:
        if chance.random() < rate:
            number += 1
            fail(world, number, paid=False, who="bank")
            open_bills.append(number)
            oracle.note(today, event=True, balance=len(open_bills) * FACE)
        if open_bills and chance.random() < 0.3:
            settle_overdue(world, open_bills.pop(0), "bank", FACE)
            oracle.note(today, event=False, balance=len(open_bills) * FACE)

        for ahead in (0, 40, 400):
            day = today + dt.timedelta(days=ahead) if not ahead else today
            assert suspended(world, "bank", civil_day(day)) == oracle.suspended(day), day
            assert banned(world, "bank", civil_day(day))[0] == oracle.banned(day), day
        world.pass_days(chance.choice((1, 9, 20, 33, 70)))
    assert number > 3


@pytest.fixture
def listed(world: World) -> World:
    """Three bills unpaid in March, paid again; 1 April."""
    for number in (1, 2, 3):
        fail(world, number, paid=True)
    world.act("tier2", "disclosures", "publishListing", party(world, WHO))
    world.go_to(dt.date(2026, 4, 1))
    return world


def test_x4__in_the_month_after__suspends_and_falls_away_by_itself(listed: World) -> None:
    with listed.refused("DisclosuresSuspended", acceptor=party(listed, WHO)):
        book(listed, 9, WHO)

    listed.go_to(dt.date(2026, 5, 1))
    assert not suspended(listed)


def test_x4__two_events__suspend_nobody(world: World) -> None:
    for number in (1, 2):
        fail(world, number, paid=False)
    world.go_to(dt.date(2026, 4, 1))

    assert not suspended(world)


def test_x4__three_events_and_a_balance_left__stay_listed(world: World) -> None:
    for number, paid in ((1, True), (2, True), (3, False)):
        fail(world, number, paid=paid)

    for month in (4, 5, 6, 7, 8, 9):
        world.go_to(dt.date(2026, month, 15))
        assert suspended(world), month
    world.go_to(dt.date(2026, 10, 1))  # March is not among the six months up to September
    assert not suspended(world)


def test_listing__published_once_a_month(listed: World) -> None:
    first = listed.act("tier2", "disclosures", "publishListing", party(listed, WHO))
    again = listed.act("tier3", "disclosures", "publishListing", party(listed, WHO))

    event = first.event("AcceptorListed")
    assert (event.args["suspended"], event.args["bannedUntil"]) == (True, 0)
    assert again.logs == ()


def persistent(world: World) -> None:
    """X4 at the end of March, April and May: banned from 1 June."""
    for number, paid in ((1, True), (2, True), (3, False)):
        fail(world, number, paid=paid, who="bank")
    world.go_to(dt.date(2026, 6, 1))


def test_x5__two_lists_apart__bans_until_24_months_after_the_month(world: World) -> None:
    """X4 and X5 are two lists: paid up and off the first, still on the second."""
    persistent(world)
    settle_overdue(world, 3, "bank", FACE)
    assert banned(world, "bank") == (True, civil_day(dt.date(2028, 5, 31)))
    world.go_to(dt.date(2026, 10, 10))
    assert not suspended(world, "bank")

    with world.refused("DisclosuresBanned", party=party(world, "bank")):
        book(world, 9, "bank", kind=BANK)
    last = banned(world, "bank")[1]
    assert banned(world, "bank", last)[0]
    assert not banned(world, "bank", last + 1)[0]


def test_x5__banned_drawer__no_bank_accepts_for_it(world: World) -> None:
    """R4-36: a bank or finance company refuses; a 商票 by somebody else does not."""
    for number, paid in ((1, True), (2, True), (3, False)):
        fail(world, number, paid=paid)
    world.go_to(dt.date(2026, 6, 1))
    for who in ("bank", "fincorp"):
        state_figures(world, who)

    for acceptor, kind in (("bank", BANK), ("fincorp", FINANCE_COMPANY)):
        with world.refused("DisclosuresBanned", party=party(world, WHO)):
            book(world, 9, acceptor, kind=kind, drawer=WHO)
    book(world, 9, "tier2", drawer=WHO)


def test_removal__cause_not_credit__ends_the_ban_and_what_led_to_it(world: World) -> None:
    """X5."""
    persistent(world)

    remove_ban(world, "bank")

    assert not banned(world, "bank")[0]
    world.go_to(dt.date(2026, 7, 1))
    assert not banned(world, "bank")[0]
    with world.refused("DisclosuresNotBanned"):
        remove_ban(world, "tier2")


def test_removal__by_others_than_the_regulator__is_refused(world: World) -> None:
    """X5."""
    persistent(world)
    with world.refused("ParticipantsRoleLacking"):
        remove_ban(world, "bank", by="operator")


@pytest.mark.parametrize(
    ("open_fen", "month_disclosed", "cleared"),
    [(0, True, True), (1, True, False), (0, False, False)],
)
def test_clearance__everything_paid_and_disclosed__lifts_the_suspension_at_once(
    world: World, open_fen: int, month_disclosed: bool, cleared: bool
) -> None:
    """X4: all overdue cleared, disclosure current, announced; a bank has no bills to disclose."""
    for number in (1, 2, 3):
        fail(world, number, paid=False, who="bank")
    world.go_to(dt.date(2026, 4, 3))
    march = month_of(dt.date(2026, 3, 1))
    if month_disclosed:
        world.act("bank", "disclosures", "discloseMonth", march, statement(world, march, "bank"))
    for number in (1, 2, 3):
        settle_overdue(world, number, "bank", FACE - (open_fen if number == 3 else 0))
    assert suspended(world, "bank")

    if cleared:
        world.act("bank", "disclosures", "announceCleared", hashed("announcement"))
        assert not suspended(world, "bank")
    else:
        with world.refused("DisclosuresNotCleared", overdueFen=open_fen):
            world.act("bank", "disclosures", "announceCleared", hashed("announcement"))


def test_clearance__late_with_a_bill__is_not_current(listed: World) -> None:
    """X4."""
    march = month_of(dt.date(2026, 3, 1))
    listed.act(WHO, "disclosures", "discloseMonth", march, statement(listed, march))

    with listed.refused("DisclosuresNotCleared", lateCount=1):
        listed.act(WHO, "disclosures", "announceCleared", hashed("announcement"))
    with listed.refused("DisclosuresIncomplete"):
        listed.act(WHO, "disclosures", "announceCleared", bytes(32))


# R4-24


@pytest.mark.parametrize(("who", "kind"), [("bank", BANK), ("fincorp", FINANCE_COMPANY)])
def test_ceilings__figures_of_the_regulator__bound_the_balance(
    world: World, who: str, kind: int
) -> None:
    """R4-24a: 15 % of total assets; one fen above is refused, and room comes back by payment."""
    with world.refused("DisclosuresFiguresMissing", acceptor=party(world, who)):
        book(world, 1, who, kind=kind)
    state_figures(world, who, totalAssetsFen=100 * FACE)
    book(world, 1, who, kind=kind, face=15 * FACE)

    with world.refused("RuleViolated", actual=15 * FACE + 1, needed=15 * FACE):
        book(world, 2, who, kind=kind, face=1)
    unbook(world, who, 1)
    book(world, 2, who, kind=kind, face=1)


def test_ceilings__margin_above_a_tenth_of_deposits__refuses(world: World) -> None:
    """R4-24b."""
    state_figures(world, "bank", depositsFen=10 * FACE, marginFen=FACE + 1)

    with world.refused("RuleViolated", actual=FACE + 1, needed=FACE):
        book(world, 1, "bank", kind=BANK)
    state_figures(world, "bank", depositsFen=10 * FACE, marginFen=FACE)
    book(world, 1, "bank", kind=BANK)


@pytest.mark.parametrize(
    "changes",
    [
        {"totalAssetsFen": 0},
        {"depositsFen": 0},
        {"asOfDay": 0},
        {"asOfDay": 99_999},
        {"evidenceHash": bytes(32)},
    ],
)
def test_figures__incomplete__are_refused(world: World, changes: dict[str, Any]) -> None:
    with world.refused("DisclosuresIncomplete"):
        state_figures(world, "bank", **changes)


def test_figures__one_officer_alone__is_refused(world: World) -> None:
    with world.refused("GovernedSameOfficer"):
        state_figures(world, "bank", second=0)


def test_figures__stated_twice_with_one_approval__is_refused(world: World) -> None:
    state_figures(world, "bank")
    with world.refused("GovernedApprovalUsed"):
        state_figures(world, "bank")


# Order of refusals at acceptance


def test_book__rules__answer_in_order(world: World) -> None:
    """Banned before suspended before late."""
    for number, paid in ((1, True), (2, True), (3, False)):
        fail(world, number, paid=paid)
    world.go_to(dt.date(2026, 4, 1))
    with world.refused("DisclosuresSuspended"):
        book(world, 9, WHO)
    world.go_to(dt.date(2026, 6, 1))
    with world.refused("DisclosuresBanned"):
        book(world, 9, WHO)
    world.go_to(banned(world)[1] + 1)
    while banned(world)[0]:
        world.go_to(banned(world)[1] + 1)
    with world.refused("DisclosuresLate"):
        book(world, 9, WHO)


def test_discloseMonth__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """X2 binds an officer of the acceptor; neither freeze nor suspension of the party stops it."""
    book(world, 1, "tier2")
    world.go_to(dt.date(2026, 4, 3))
    month = month_of(dt.date(2026, 3, 1))

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "tier2", MAKE, month=month)
        freeze(w, "tier2")
        suspend(w, "tier2")
        return case

    check_refusals(
        world,
        prepare,
        lambda w, case: w.send(case.by, "disclosures", "discloseMonth", case.month, hashed("x")),
        [
            *authority_rules("tier2", amount=False, standing=False),
            ("DisclosuresMonth", put("month", month + 1)),
        ],
    )


@pytest.mark.parametrize(
    ("function", "rules"),
    [
        ("recordCheck", []),
        ("reconcile", [("DisclosuresIncomplete", put("args", (FACE, bytes(32))))]),
        (
            "announceCleared",
            [
                ("DisclosuresIncomplete", put("args", (bytes(32),))),
                ("DisclosuresNotCleared", then(lambda w: count_overdue(w, 1, "bank", FACE))),
            ],
        ),
    ],
)
def test_acceptors_word__rules__answer_in_order(
    world: World, function: str, rules: list[Rule]
) -> None:
    """X4, X6, X7: an officer of the party, also when it is frozen or suspended; then the words."""
    words = {
        "recordCheck": (1,),
        "reconcile": (FACE, hashed("book")),
        "announceCleared": (hashed("announcement"),),
    }

    def prepare(w: World) -> SimpleNamespace:
        case = caller_case(w, "bank", MAKE, args=words[function])
        month = month_of(from_civil_day(w.today)) - 1
        w.act("bank", "disclosures", "discloseMonth", month, statement(w, month, "bank"))
        freeze(w, "bank")
        suspend(w, "bank")
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "disclosures", function, *case.args)

    asked = authority_rules("bank", amount=False, standing=False)
    check_refusals(world, prepare, act, [*asked, *rules])


def regulators_case(world: World, **fields: Any) -> SimpleNamespace:
    return caller_case(world, "regulator", MAKE, second=("regulator", 1), **fields)


REGULATORS: list[Rule] = [
    *authority_rules("regulator", amount=False),
    ("ParticipantsRoleLacking", by_actor("operator")),
    ("GovernedOtherParty", put("second", ("court", 1))),
]


def test_removeBan__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """X5: two officers of the regulator, a cause, a ban."""

    def prepare(w: World) -> SimpleNamespace:
        persistent(w)
        return regulators_case(w, cause=hashed("system down"), acceptor="bank")

    def act(w: World, case: SimpleNamespace) -> None:
        words = {"acceptor": party(w, case.acceptor), "causeHash": case.cause, "deadline": FOREVER}
        digest = w.digest("disclosures", "BanRemoval", BAN_REMOVAL, words)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "disclosures", "removeBan", *words.values(), approval)

    rules: list[Rule] = [
        ("DisclosuresIncomplete", put("cause", bytes(32))),
        ("DisclosuresNotBanned", put("acceptor", "tier2")),
    ]
    check_refusals(world, prepare, act, [*REGULATORS, *rules])


def test_stateFigures__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """R4-24: two officers of the regulator, an active acceptor, every figure."""

    def prepare(w: World) -> SimpleNamespace:
        terms = {
            "acceptor": party(w, "bank"),
            "totalAssetsFen": 100 * FACE,
            "depositsFen": 10 * FACE,
            "marginFen": FACE,
            "asOfDay": w.today,
            "evidenceHash": hashed("balance sheet"),
            "deadline": FOREVER,
        }
        return regulators_case(w, terms=terms)

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("disclosures", "Figures", FIGURES, case.terms)
        approval = w.approval(case.second[0], digest, officer=case.second[1])
        w.send(case.by, "disclosures", "stateFigures", case.terms, approval)

    rules: list[Rule] = [
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "bank"))),
        ("DisclosuresIncomplete", put("terms.totalAssetsFen", 0)),
        ("DisclosuresIncomplete", put("terms.depositsFen", 0)),
        ("DisclosuresIncomplete", put("terms.asOfDay", 0)),
        ("DisclosuresIncomplete", put("terms.evidenceHash", bytes(32))),
    ]
    check_refusals(world, prepare, act, [*REGULATORS, *rules])


def test_reconcile__book_beside_the_register(world: World) -> None:
    """X7: the difference is on record."""
    book(world, 1, WHO, face=FACE)

    for stated in (FACE, FACE - 1):
        event = world.act(WHO, "disclosures", "reconcile", stated, hashed("book")).event(
            "BookReconciled"
        )
        assert event.args["matches"] == (stated == FACE)
        assert (event.args["bookBalanceFen"], event.args["balanceFen"]) == (stated, FACE)
    with world.refused("DisclosuresIncomplete"):
        world.act(WHO, "disclosures", "reconcile", FACE, bytes(32))
