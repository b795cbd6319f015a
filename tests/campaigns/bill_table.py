"""
What random acts on bills are drawn from, and how one is tried: the oracle says beforehand what bars
it, the contract must answer the same, and then contracts, fold and oracle are compared on what it
touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from scf.errors import ContractRefusal
from scf.model.fold import Fold
from tests import bill_stories as stories
from tests.campaigns import bill_accounts as accounts
from tests.campaigns import bill_days as days
from tests.campaigns import bill_law as law
from tests.campaigns.bill_accounts import Accounts
from tests.campaigns.bill_checks import Checks
from tests.campaigns.bill_life import BANK, ENTERPRISE, Held, Living
from tests.campaigns.bill_oracle import Units
from tests.stories import party
from tests.typed import FIGURES
from tests.world import FOREVER, World, hashed

Item = TypeVar("Item")
Fits = Callable[[Living, Units, Held], bool]

HOLDERS = ("supplier", "tier2", "tier3", "bank", "debtor", "agency")
ACCEPTORS = ("debtor", "agency", "tier2", "tier3", "bank", "bank2", "fincorp", "clearing")
GUARANTORS = ("bank", "bank2", "fincorp", "clearing", "tier3", "agency")
ANYBODY = (*HOLDERS, "bank2", "fincorp", "clearing")
POOR = ("tier3",)
RATES = law.Rates(((0, 36_000), (20_700, 43_500), (21_000, 28_777)))
MARKS_BLOCK_UNTIL = 20_590
BUGS = ("Panic", "UnknownRevert", "Error", "BillsPair", "BillsRoom")
LIVE_MAX = 36
NEAR_DAYS, FAR_DAYS, FAR_PERCENT = 30, 1_000, 5


def prepare(world: World) -> None:
    """Calendars, dated rates, trades, money and figures, once for all campaigns."""
    days.load(world)
    for since, ppm in RATES.by_day[1:]:
        world.set_rule("OP-9", ppm, day=since)
    world.set_rule("OP-14", 0, day=MARKS_BLOCK_UNTIL)
    for drawer in ("debtor", "agency"):
        stories.trade(world, key=hashed(f"trade {drawer}"), amount=10**14, debtor=drawer)
    for name in ("bank", "bank2", "clearing", "fincorp"):
        figures = {
            "acceptor": party(world, name),
            "totalAssetsFen": 10**15,
            "depositsFen": 10**14,
            "marginFen": 0,
            "asOfDay": world.today,
            "evidenceHash": hashed("figures"),
            "deadline": FOREVER,
        }
        digest = world.digest("disclosures", "Figures", FIGURES, figures)
        approver = world.approval("regulator", digest, officer=1)
        world.act("regulator", "disclosures", "stateFigures", figures, approver)


def bar(**rules: bool) -> str | None:
    """The first rule that does not hold."""
    return next((name for name, holds in rules.items() if not holds), None)


class BillTable:
    """One world, its books by fold and by plain arithmetic, and draws."""

    anybody, rates = ANYBODY, RATES

    def __init__(self, world: World, fold: Fold, random: Random) -> None:
        self.world, self.fold, self.random = world, fold, random
        self.names = {actor.id: name for name, actor in world.actors.items()}
        # A few, so that one may fail often enough to be listed (X4).
        self.acceptors = random.sample(ACCEPTORS, 4)
        self.bills: dict[int, Living] = {}
        self.requests: dict[bytes, dict[str, Any]] = {}
        self.access_banks: dict[str, str] = {}
        self.listed: set[tuple[str, int]] = set()
        self.accounts = Accounts()
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.bars: Counter[str] = Counter()
        self.touched: set[int] = set()
        self.roots = 0
        self.days_passed = 0
        self._serial = 0
        self.checks = Checks(self)

    @property
    def today(self) -> int:
        return self.world.today

    @property
    def count(self) -> int:
        return self.accepted.total() + self.refused.total()

    # Draws

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.random.randrange(len(items))]

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    def fresh(self, what: str) -> bytes:
        return hashed(f"{what}/{self.serial()}")

    def range(self, fits: Fits) -> tuple[Living, Units] | None:
        """A range that fits; sometimes any; None where none does and chance does not ask for it."""
        if self.chance(95):
            found = [
                (bill, units)
                for bill in self.bills.values()
                for units in bill.pieces
                if fits(bill, units, bill.piece(units))
            ]
            if found:
                return self.pick(found)
            if self.chance(96):
                return None
        if not self.bills:
            return None
        bill = self.pick(list(self.bills.values()))
        return bill, self.pick(list(bill.pieces))

    def part(self, bill: Living, units: Units) -> Units:
        """The whole, either end, the middle, or a unit beyond."""
        first, last = units
        at = self.pick((first, last, (first + last) // 2, self.random.randint(first, last)))
        kind = self.random.randrange(20)
        if kind < 8 or not bill.divisible:
            return units
        if kind < 13:
            return first, at
        if kind < 18:
            return at, last
        return (first, last + 1) if kind == 18 else (first + 1, max(last - 1, first + 1))

    def other(self, name: str, percent: float = 3) -> str:
        """The one who may; sometimes another."""
        if not self.chance(percent):
            return name
        return self.pick([who for who in ANYBODY if who != name])

    def name_of(self, id_: str) -> str:
        return self.names[id_.lower()]

    # Days

    def move_days(self) -> None:
        """Mostly on by a little; sometimes to the eve, the day or the morrow of a limit."""
        if self.chance(7):
            self._pass(self.pick((1, 1, 1, 2, 3)))
        elif self.chance(2.5):
            most = self.today + (FAR_DAYS if self.chance(FAR_PERCENT) else NEAR_DAYS)
            ahead = sorted(day for day in self._limits() if self.today < day <= most)
            if ahead:
                self._pass(self.pick(ahead) - self.today)

    def _limits(self) -> set[int]:
        ends = {
            day
            for bill in self.bills.values()
            for units, piece in bill.pieces.items()
            if piece.is_live  # type: ignore[attr-defined]
            for day in law.limits(bill, units)
        }
        return {day + by for day in ends for by in (-1, 0, 1)}

    def _pass(self, count: int) -> None:
        self.world.pass_days(count)
        self.days_passed += count

    # Trying

    def attempt(
        self,
        name: str,
        barred: str | None,
        act: Callable[[], Any],
        effect: Callable[[Any], object],
        *bills: Living,
    ) -> None:
        """The act is done exactly where nothing bars it; then everything it touched is compared."""
        refusal, result = None, None
        try:
            result = act()
        except ContractRefusal as exc:
            refusal = exc
        self.touched = {bill.number for bill in bills}
        if refusal is not None:
            assert refusal.name not in BUGS, f"{name}: {refusal}"
            assert barred is not None, f"{name} was refused: {refusal}"
            self.refused[name] += 1
            self.bars[f"{name}: {barred} ({refusal.name})"] += 1
        else:
            assert barred is None, f"{name} was accepted, although: {barred}"
            self.accepted[name] += 1
            effect(result)
        for bill in bills:
            self.accounts.close(bill.acceptor, self.bills.values(), self.today)
        self.checks.after_act(bills)

    # Money

    def mint(self, name: str, fen: int) -> None:
        self.world.mint(name, fen, f"money {self.serial()}")
        self.accounts.cash[name] += fen
        self.accounts.made += fen

    def may_pay(self, name: str, fen: int) -> bool:
        return self.accounts.cash[name] >= fen

    def may_accept(self, acceptor: str, drawer: str, kind: str) -> bool:
        """X1, X4, X5."""
        own, today = self.accounts, self.today
        return not (
            own.is_suspended(acceptor, today)
            or own.is_banned(acceptor, today)
            or (kind != ENTERPRISE and own.is_banned(drawer, today))
            or (kind != BANK and accounts.late(self.bills.values(), acceptor, today))
        )
