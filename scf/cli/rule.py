"""`scf rule`: dated parameters and business calendars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import ApproverOption, checked, day_of, hash_of
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.chain.keys import Signer

app = group("rule", "Dated parameters and business calendars.")
_RuleId = Annotated[str, typer.Argument(metavar="RULE", help="Id of the rule, such as R77-2a.")]
_Day = Annotated[str | None, checked("--day", day_of, metavar="DAY", help="On this day (today).")]
_Basis = Annotated[
    str, checked("--basis", hash_of, metavar="HASH", help="What it rests on: hash, or file:PATH.")
]


@command(app, "list")
def list_(run: Run, day: _Day = None) -> object:
    """
    The rules in force on a day, as the chain has them.

    Result: {"day", "rules": [{"rule_id", "value", "version", "unit", "basis"}]}.
    """
    from scf.model.rules import trial_rules

    ledger = run.reader
    when = day_of(day) if day else ledger.today()
    rules = []
    for rule in {item.rule_id: item for item in trial_rules()}.values():
        found = ledger.rulebook.value(rule.rule_id, when)
        if found is None:
            continue
        rules.append(
            {
                "rule_id": rule.rule_id,
                "value": found.value,
                "version": found.version,
                "unit": rule.unit.value,
                "basis": rule.basis,
            }
        )
    return {"day": when, "rules": rules}


@command(app, "show")
def show(run: Run, rule: _RuleId, day: _Day = None) -> object:
    """
    One rule's value on a day.

    Result: {"rule_id", "value", "version", "day"}.
    """
    from scf.contracts.rulebook import rule_key

    rule_key(rule)
    found = run.reader.rulebook.value(rule, day_of(day) if day else None)
    if found is None:
        raise UsageError("rule", rule, "the id of a rule that has a value on that day")
    return found


@command(app, "set")
def set_(
    run: Run,
    rule: _RuleId,
    value: Annotated[int, typer.Option("--value", min=0, help="In the rule's unit.")],
    effective_from: Annotated[str, checked("--from", day_of, metavar="DAY", help="First day.")],
    basis: _Basis,
    approver: ApproverOption,
) -> object:
    """
    Enter a version of a rule: the regulator law, the operator `OP-` values; two officers.

    Result: {"rule_id", "version", "value", "effective_from", "tx"}.
    """
    from scf.contracts.rulebook import rule_key

    rule_key(rule)
    second = run.signer(approver)
    return run.ledger.rulebook.set_rule(
        rule,
        value,
        effective_from=day_of(effective_from, field="from"),
        basis_hash=hash_of(basis, field="basis"),
        approver=second,
    )


@command(app, "load")
def load(
    run: Run,
    regulator: Annotated[
        str, typer.Option("--regulator", metavar="NAMES", help="Two keys: MAKER,CHECKER.")
    ],
    operator: Annotated[
        str, typer.Option("--operator", metavar="NAMES", help="Two keys: MAKER,CHECKER.")
    ],
    file: Annotated[
        Path | None, typer.Option("--file", help="Rules as CSV; by default those of the package.")
    ] = None,
    trial: Annotated[
        bool, typer.Option("--trial", help="The package's rules, with hints where values lack.")
    ] = False,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Let rules of a later first day start today too.")
    ] = False,
) -> object:
    """
    Load rules from a file: what is in force today and all later versions.

    Result: {"loaded": [{"rule_id", "version", "value", "effective_from", "tx"}]}.
    """
    from scf.importing.study import todays_rules
    from scf.model.rules import load_rules, trial_rules

    rules = tuple(trial_rules()) if trial else load_rules(file)
    if from_start:
        rules = todays_rules(rules)
    pairs = _pair(run, regulator, "regulator"), _pair(run, operator, "operator")
    loaded = []
    for (maker, checker), operators in zip(pairs, (False, True), strict=True):
        face = run.reader.with_signer(maker).rulebook
        loaded += face.load_rules(rules, approver=checker, operators=operators)
    return {"loaded": loaded}


@command(app, "calendar-load")
def calendar_load(
    run: Run,
    approver: ApproverOption,
    year: Annotated[
        int | None, typer.Option("--year", help="A year the package's holiday library knows.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="CSV with the columns day and kind.")
    ] = None,
    basis: Annotated[str, typer.Option("--basis", help="The notice behind the file.")] = "",
) -> object:
    """
    Load the business calendar of a year, from the holiday library or a file; two officers.

    Result: {"loaded": [{"year", "basis", "tx"}]}.
    """
    from scf.model.calendars import cn_calendar_year, load_calendar

    if (year is None) == (file is None):
        raise UsageError("year", year, "either --year or --file")
    if file is not None:
        years = list(load_calendar(file, basis=basis).years.values())
    else:
        years = [cn_calendar_year(year or 0)]
    second = run.signer(approver)
    loaded = []
    for entry in years:
        done = run.ledger.rulebook.set_calendar(entry, approver=second)
        loaded.append({"year": entry.year, "basis": entry.basis, "tx": done.tx})
    return {"loaded": loaded}


@command(app, "roll")
def roll(
    run: Run, day: Annotated[str, typer.Argument(metavar="DAY", help="A civil day.")]
) -> object:
    """
    The first business day from a day on.

    Result: {"day", "provisional"}.
    """
    asked = day_of(day)
    return run.reader.rulebook.roll(asked)


def _pair(run: Run, names: str, field: str) -> tuple[Signer, Signer]:
    parts = [part.strip() for part in names.split(",")]
    if len(parts) != 2 or not all(parts):
        raise UsageError(field, names, "two names of keys: MAKER,CHECKER")
    return run.signer(parts[0]), run.signer(parts[1])
