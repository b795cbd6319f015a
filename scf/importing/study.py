"""A file lived through on a chain of its own, from an empty ledger to the report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scf.errors import UsageError
from scf.importing.enrolment import Enroller
from scf.importing.history import Cast, History, ReplayOptions
from scf.importing.officers import DerivedOfficers
from scf.importing.plan import BadRowsError, party_of, plan_openings
from scf.importing.reader import ImportFile
from scf.importing.replay import Replay
from scf.importing.report import ReplayReport, report_on
from scf.model.calendars import Calendar, CalendarYear, cn_calendar_year, cn_years_known
from scf.model.identifiers import build_uscc
from scf.model.records import Roles

if TYPE_CHECKING:
    from scf.local_ledger import LocalLedger
    from scf.model.rules import RuleVersion

OnProgress = Callable[[str, int, int], None]
BANK = ("Trial bank 演示银行", build_uscc("91990100MADEMBNK"))
CLEARING_BANK = ("Trial settlement bank 演示结算银行", build_uscc("91990100MADEMCLR"))
_WEEKENDS_ONLY = "weekends only: the holidays of this year are not published yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """
    How to live through a file.

    Attributes:
        options: what happens to the invoices.
        node: ganache or anvil. data: keeps a ganache chain, with its keys.
        rules_from_start: today's rules from the chain's first day; otherwise each from its own.
        on_progress: is told the stage (a day while living), how many are done and of how many.
    """

    options: ReplayOptions = field(default_factory=ReplayOptions)
    node: str = "ganache"
    data: Path | None = None
    rules_from_start: bool = False
    on_progress: OnProgress = lambda stage, done, total: None


def live_through(file: ImportFile, study: Study, *, skip_bad: bool = False) -> ReplayReport:
    """
    Start a chain before the first issue day, live through the file, and report.

    Raises:
        BadRowsError: there are bad lines and `skip_bad` is not set; nothing was started.
        UsageError: no rows, or `data` holds a chain that is past the first issue day.
        UnavailableError: the node did not start or answer.
    """
    if file.faults and not skip_bad:
        raise BadRowsError(file.path, file.faults)
    if not file.rows:
        raise UsageError("file", str(file.path), "at least one good line")
    first = min(row.issue_day for row in file.rows)
    calendar = _calendar(file, first)
    with _ledger(study, first, calendar) as ledger:
        if ledger.today() > first:
            expected = f"a directory without a chain, or one not later than {first.isoformat()}"
            raise UsageError("data", str(study.data), expected)
        return _lived(ledger, file, study, calendar)


def todays_rules(rules: tuple[RuleVersion, ...]) -> tuple[RuleVersion, ...]:
    """Of each rule the version that has no end, without its first day."""
    open_ended = {rule.rule_id: rule for rule in rules if rule.effective_to is None}
    return tuple(replace(rule, effective_from=None) for rule in open_ended.values())


def _lived(ledger: LocalLedger, file: ImportFile, study: Study, calendar: Calendar) -> ReplayReport:
    operator = ledger.officers["operator"]
    officers = DerivedOfficers(operator[0], movable_clock=ledger.chain.capabilities.movable_clock)
    pair = (operator[0], operator[1])
    enroller = Enroller(ledger, officers, pair, study.on_progress, sizes=study.options.sizes)
    enroller.enrol(file.parties)
    enroller.enrol({BANK[1]: BANK[0]}, roles=Roles.BANK | Roles.FUNDER)
    enroller.enrol({CLEARING_BANK[1]: CLEARING_BANK[0]}, roles=Roles.BANK | Roles.CLEARING_BANK)
    planned = plan_openings(file.rows, ledger.consortium_key)
    enroller.raise_limits((item.debtor, item.row.amount) for item in planned)
    cast = Cast(
        operator=pair,
        clearing=officers.pair(CLEARING_BANK[1]),
        bank=officers.pair(BANK[1]),
        bank_party=party_of(BANK[1]),
    )
    replay = Replay(
        ledger,
        officers,
        cast,
        calendar,
        consortium_key=ledger.consortium_key,
        options=study.options,
        on_day=lambda day, done, total: study.on_progress(day.isoformat(), done, total),
    )
    history: History = replay.run(file)
    history.names[party_of(BANK[1])] = BANK[0]
    return report_on(ledger, history, len(file.rows))


def _calendar(file: ImportFile, first: dt.date) -> Calendar:
    """Every year that matters: from the first issue day to after the last day of the file."""
    last = max(max(row.due_day, row.settled_day or row.due_day) for row in file.rows)
    known = cn_years_known()
    return Calendar.of(
        cn_calendar_year(year) if year in known else _weekends(year)
        for year in range(first.year, (last + dt.timedelta(days=31)).year + 1)
    )


def _weekends(year: int) -> CalendarYear:
    return CalendarYear(year=year, holidays=frozenset(), workdays=frozenset(), basis=_WEEKENDS_ONLY)


def _ledger(study: Study, first: dt.date, calendar: Calendar) -> LocalLedger:
    from scf.local_ledger import local
    from scf.model.rules import trial_rules

    known = [year for year in calendar.years if year in cn_years_known()]
    ledger = local(
        node=study.node,
        data=study.data,
        start_day=first,
        load_rules=not study.rules_from_start,
        calendars=known,
    )
    try:
        _complete(ledger, study, calendar.years, tuple(trial_rules()))
    except BaseException:
        ledger.close()
        raise
    return ledger


def _complete(
    ledger: LocalLedger,
    study: Study,
    years: Mapping[int, CalendarYear],
    rules: tuple[RuleVersion, ...],
) -> None:
    """What the local ledger did not load by itself."""
    operators, regulators = ledger.officers["operator"], ledger.officers["regulator"]
    rulebook = ledger.with_signer(operators[0]).rulebook
    for year, calendar in years.items():
        if rulebook.calendar(year) is None:
            rulebook.set_calendar(calendar, approver=operators[1])
    if study.rules_from_start and rulebook.value("R77-2a") is None:
        law = ledger.with_signer(regulators[0]).rulebook
        law.load_rules(todays_rules(rules), approver=regulators[1], operators=False)
        rulebook.load_rules(todays_rules(rules), approver=operators[1], operators=True)
