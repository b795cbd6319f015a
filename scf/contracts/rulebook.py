"""Dated rules and the business calendar: the face of contract `Rulebook`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.calendars import CalendarYear
from scf.model.records import RolledDay, RuleValue
from scf.model.results import CalendarEntered, RuleEntered
from scf.model.rules import VALUE_MAX, RuleVersion
from scf.units import from_civil_day

_RULE_ID_CHARS_MAX = 31
_UINT32_MAX = 2**32 - 1
OPERATOR_PREFIX = "OP-"


class Rulebook(Face):
    """Dated rules and the business calendar."""

    contract = "Rulebook"

    # Reading

    def value(self, rule_id: str, day: dt.date | None = None) -> RuleValue | None:
        """The value of a rule on a day (today unless given); None if it has none then."""
        on = self._context.chain.today() if day is None else day
        value, version = self._read("valueOrZero", rule_key(rule_id), checks.day(on))
        if version == 0:
            return None
        return RuleValue(rule_id=rule_id, value=value, version=version, day=on)

    def versions(self, rule_id: str) -> list[RuleValue]:
        """Every version of a rule, `day` being the first on which it applies."""
        key = rule_key(rule_id)
        count = self._read("versionCount", key)
        rows = self._read_many("versionAt", [(key, version) for version in range(1, count + 1)])
        return [
            RuleValue(rule_id=rule_id, value=value, version=version, day=from_civil_day(first))
            for version, (value, first) in enumerate(rows, start=1)
        ]

    def roll(self, day: dt.date) -> RolledDay:
        """The first business day on or after `day` (顺延, CAL-3)."""
        rolled, provisional = self._read("roll", checks.day(day))
        return RolledDay(day=from_civil_day(rolled), provisional=provisional)

    def is_business_day(self, day: dt.date) -> bool:
        """Whether a day is a business day; in a year not loaded, whether it is no weekend."""
        business, _ = self._read("isBusinessDay", checks.day(day))
        return bool(business)

    def calendar(self, year: int) -> CalendarYear | None:
        """A year's calendar as loaded; None if it is not."""
        checks.number(year, "year", dt.MAXYEAR, 1970)
        loaded, words = self._read("calendar", year)
        if not loaded:
            return None
        return CalendarYear.from_words(year, (words[0], words[1]), basis="the ledger")

    # Digests

    def rule_digest(
        self, rule_id: str, value: int, effective_from: dt.date, basis_hash: bytes, deadline: int
    ) -> bytes:
        """What the second officer signs for a version of a rule."""
        entry = _rule_entry(rule_id, value, effective_from, basis_hash, deadline)
        return self._digest("RuleEntry", entry)

    def calendar_digest(self, calendar: CalendarYear, deadline: int) -> bytes:
        """What the second officer signs for a calendar."""
        return self._digest("CalendarEntry", _calendar_entry(calendar, deadline))

    # Writing

    @write
    def set_rule(
        self,
        rule_id: str,
        value: int,
        *,
        effective_from: dt.date,
        basis_hash: bytes,
        approver: Approver,
        deadline: int | None = None,
    ) -> Prepared[RuleEntered]:
        """
        Enter a version of a rule: law by two of the regulator, `OP-` by two of the operator.

        Args:
            value: in whole units of the rule (`scf.model.rules`).
            effective_from: first day; today or later.
            basis_hash: hash of the text it rests on.
        """
        until = self._context.deadline(deadline)
        entry = _rule_entry(rule_id, value, effective_from, basis_hash, until)
        approval = signing.approval_by(approver, self._digest("RuleEntry", entry))
        return self._act("setRule", (entry, approval), self._rule_entered)

    @write
    def set_calendar(
        self, calendar: CalendarYear, *, approver: Approver, deadline: int | None = None
    ) -> Prepared[CalendarEntered]:
        """Enter or change a year's calendar. Two of the operator; past days cannot change."""
        entry = _calendar_entry(calendar, self._context.deadline(deadline))
        approval = signing.approval_by(approver, self._digest("CalendarEntry", entry))
        return self._act("setCalendar", (entry, approval), self._calendar_entered)

    def load_rules(
        self,
        rules: Iterable[RuleVersion],
        *,
        approver: Approver,
        first_day: dt.date | None = None,
        operators: bool,
    ) -> list[RuleEntered]:
        """
        Enter those rules of a file that one side may set, in one go (`scf.model.rules`).

        Args:
            first_day: the ledger's first day, today unless given: what is in force already starts
                on it, what starts later is entered ahead.
            operators: the signer and `approver` are the operator's and enter `OP-` rules; otherwise
                the regulator's, who enter the others.

        Returns:
            What was entered. Rules without a value are left out.

        Raises:
            ContractRefusal: the first refusal, after all others were sent.
        """
        start = first_day or self._context.chain.today()
        acts = [
            self.set_rule.prepare(
                rule.rule_id,
                rule.value,
                effective_from=effective,
                basis_hash=rule.basis_hash,
                approver=approver,
            )
            for rule, effective in rules_to_enter(rules, start)
            if rule.value is not None and rule.rule_id.startswith(OPERATOR_PREFIX) == operators
        ]
        outcomes = self._context.sender.send_many(acts)
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        return [act.read(outcome) for act, outcome in zip(acts, outcomes, strict=True)]

    # Internals

    def _rule_entered(self, outcome: Outcome) -> RuleEntered:
        event = self._event(outcome, "RuleSet")
        return RuleEntered(
            tx=tx_of(outcome),
            rule_id=event["ruleId"].rstrip(b"\0").decode("ascii"),
            version=event["version"],
            value=event["value"],
            effective_from=from_civil_day(event["effectiveFrom"]),
        )

    def _calendar_entered(self, outcome: Outcome) -> CalendarEntered:
        event = self._event(outcome, "CalendarSet")
        return CalendarEntered(tx=tx_of(outcome), year=event["year"])


def rule_key(rule_id: str) -> bytes:
    """A rule id as the contracts hold it: ASCII, padded with zeros."""
    fits = isinstance(rule_id, str) and rule_id.isascii() and rule_id.isprintable()
    if not fits or not 0 < len(rule_id) <= _RULE_ID_CHARS_MAX:
        raise UsageError("rule_id", rule_id, "1 to 31 ASCII characters, such as R77-2a")
    return rule_id.encode("ascii").ljust(32, b"\0")


def rules_to_enter(
    rules: Iterable[RuleVersion], start: dt.date
) -> list[tuple[RuleVersion, dt.date]]:
    """
    Which versions a ledger that begins on `start` needs, with their first day, oldest first.

    Of the versions of a rule in force on `start` the last one counts, and starts that day; later
    ones keep their day; what has ended is left out.
    """
    in_force: dict[str, RuleVersion] = {}
    later: list[tuple[RuleVersion, dt.date]] = []
    for rule in rules:
        first = rule.effective_from or dt.date.min
        if first > start:
            later.append((rule, first))
        elif rule.in_force_on(start):
            present = in_force.get(rule.rule_id)
            if present is None or (present.effective_from or dt.date.min) <= first:
                in_force[rule.rule_id] = rule
    later.sort(key=lambda pair: pair[1])
    return [(rule, start) for rule in in_force.values()] + later


def _rule_entry(
    rule_id: str, value: int, effective_from: dt.date, basis_hash: bytes, deadline: int
) -> Mapping[str, Any]:
    return {
        "ruleId": rule_key(rule_id),
        "value": checks.number(value, "value", VALUE_MAX),
        "effectiveFrom": checks.number(
            checks.day(effective_from, "effective_from"), "effective_from", _UINT32_MAX
        ),
        "basisHash": checks.hash32(basis_hash, "basis_hash"),
        "deadline": checks.seconds(deadline),
    }


def _calendar_entry(calendar: CalendarYear, deadline: int) -> Mapping[str, Any]:
    return {
        "year": calendar.year,
        "nonBusiness": list(calendar.words()),
        "basisHash": calendar.basis_hash(),
        "deadline": checks.seconds(deadline),
    }
