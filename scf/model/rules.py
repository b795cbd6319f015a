"""
The dated numbers of the trade: which value, from which day, on what basis.

The values ship as `rules.csv` beside this module. One line is one version of one rule. Columns:

- `rule_id`: the id of the rulebook, at most 31 ASCII characters. Where one id has several numbers,
  each takes a suffix after a dot (`REG-1.min`, `REG-1.max`, `X4.count`, `R802-1b.max`).
- `param`: the name of the number. `unit`: what it counts (`RuleUnit`).
- `value`: an integer in that unit; empty if the operator must set it before acts that need it.
- `hint`: for such a rule, what a local trial chain uses (practice, or this project's choice).
- `effective_from`, `effective_to`: first and last day (ISO), both inclusive; empty is open.
- `fixed_at`: which day of a case picks the version (`FixedAt`). `basis`: the source in words.
- `mark`: its standing: L law seen, L? law not checked, P documented practice, P? market practice,
  A this project's decision.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from scf.errors import UsageError
from scf.model.tables import LineFault, did_you_mean, open_text, refuse_faults
from scf.units import parse_day

VALUE_MAX = 2**128 - 1

_COLUMNS = (
    "rule_id",
    "param",
    "value",
    "hint",
    "unit",
    "effective_from",
    "effective_to",
    "fixed_at",
    "basis",
    "mark",
)
_MARKS = ("L", "L?", "P", "P?", "A")
_RULE_ID = re.compile(r"[A-Z]+[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*(?:\.{1,2}[A-Za-z0-9]+)?", re.ASCII)
_PARAM = re.compile(r"[a-z][A-Za-z0-9]*", re.ASCII)
_RULE_ID_CHARS_MAX = 31

_Kind = TypeVar("_Kind", bound=StrEnum)


_THOUSAND_YUAN = 1_000_00


class FixedAt(StrEnum):
    """Which day of a case picks the version of a rule."""

    ISSUE = "issue"
    CONTRACT = "contract"
    ACT = "act"
    EVENT = "event"


class RuleUnit(StrEnum):
    """What the value of a rule counts."""

    BUSINESS_DAY = "businessDay"
    CHARACTER = "character"
    COUNT = "count"
    DAY = "day"
    DAY_BASIS = "dayBasis"
    DAY_OF_MONTH = "dayOfMonth"
    DIGIT = "digit"
    FEN = "fen"
    FLAG = "flag"
    HOUR = "hour"
    MONTH = "month"
    PACKED = "packed"
    PPM = "ppm"
    PPM_PER_DAY = "ppmPerDay"
    PPM_PER_YEAR = "ppmPerYear"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """
    One version of one dated rule; the columns are those of the module's data file.

    Attributes:
        value: in `unit`; `None` if the operator has to set it.
        hint: a value for trial chains; only where `value` is `None`.
        effective_from: first day; `None` if the sources name none.
        effective_to: last day; `None` if open.
    """

    rule_id: str
    param: str
    value: int | None
    hint: int | None
    unit: RuleUnit
    effective_from: dt.date | None
    effective_to: dt.date | None
    fixed_at: FixedAt
    basis: str
    mark: str

    @property
    def key(self) -> bytes:
        """The rule id as the 32 bytes that the chain uses: ASCII, filled up with zeros."""
        return self.rule_id.encode("ascii").ljust(32, b"\0")

    @property
    def basis_hash(self) -> bytes:
        """SHA-256 of `basis`, kept on chain beside the value."""
        return hashlib.sha256(self.basis.encode("utf-8")).digest()

    def in_force_on(self, day: dt.date) -> bool:
        """Whether `day` lies in the days of this version."""
        return (self.effective_from or dt.date.min) <= day <= (self.effective_to or dt.date.max)


def rule_on(rules: Iterable[RuleVersion], rule_id: str, day: dt.date) -> RuleVersion:
    """
    The version of a rule on a day: of those in force, the one that began last.

    Raises:
        UsageError: no such rule, or none in force on that day.
    """
    versions = tuple(rules)
    named = [rule for rule in versions if rule.rule_id == rule_id]
    if not named:
        hint = did_you_mean(rule_id, {rule.rule_id for rule in versions})
        raise UsageError("rule", rule_id, f"the id of a loaded rule{hint}")
    in_force = [rule for rule in named if rule.in_force_on(day)]
    if not in_force:
        raise UsageError("day", day.isoformat(), f"a day on which {rule_id} is in force")
    return max(in_force, key=lambda rule: rule.effective_from or dt.date.min)


def load_rules(path: Path | str | None = None) -> tuple[RuleVersion, ...]:
    """
    Read rule versions from `path`, by default from the file shipped with the package.

    Returns them in the order of the file.

    Raises:
        UsageError: unreadable file, wrong columns, or bad lines, all of them reported together.
    """
    source = Path(path) if path is not None else Path(__file__).with_name("rules.csv")
    rules: list[RuleVersion] = []
    lines: list[int] = []
    faults: list[LineFault] = []
    with open_text(source) as stream:
        try:
            reader = csv.DictReader(stream, strict=True)
            _check_header(reader.fieldnames or ())
            for row in reader:
                try:
                    rule = _rule_from(row)
                    _check_against(rule, rules, lines)
                except UsageError as error:
                    faults.append(LineFault.of(reader.line_num, error))
                else:
                    rules.append(rule)
                    lines.append(reader.line_num)
        except (UnicodeDecodeError, csv.Error) as exc:
            raise UsageError("file", str(source), f"UTF-8 text in CSV form ({exc})") from exc
    refuse_faults(source, faults)
    return tuple(rules)


def _check_header(found: Iterable[str]) -> None:
    header = tuple(found)
    if header != _COLUMNS:
        raise UsageError("header", ",".join(header), f"the columns {','.join(_COLUMNS)}")


def _rule_from(row: Mapping[str, str | None]) -> RuleVersion:
    if None in row.values() or len(row) != len(_COLUMNS):
        raise UsageError("line", "", f"{len(_COLUMNS)} fields; a comma in a text needs quotes")
    cells = {name: (text or "").strip() for name, text in row.items()}
    rule_id, param = cells["rule_id"], cells["param"]
    if len(rule_id) > _RULE_ID_CHARS_MAX or _RULE_ID.fullmatch(rule_id) is None:
        raise UsageError("rule_id", rule_id, "at most 31 ASCII characters such as R802-1b.max")
    if _PARAM.fullmatch(param) is None:
        raise UsageError("param", param, "a name such as certTenorMax")
    if cells["mark"] not in _MARKS:
        raise UsageError("mark", cells["mark"], f"one of {', '.join(_MARKS)}")
    if not cells["basis"]:
        raise UsageError("basis", "", "the source of the value in words")
    value, hint = _number("value", cells["value"]), _number("hint", cells["hint"])
    if value is not None and hint is not None:
        raise UsageError("hint", cells["hint"], "nothing, as the rule has a value")
    first = _day_or_none("effective_from", cells["effective_from"])
    last = _day_or_none("effective_to", cells["effective_to"])
    if first and last and last < first:
        raise UsageError("effective_to", last.isoformat(), f"a day from {first.isoformat()} on")
    return RuleVersion(
        rule_id=rule_id,
        param=param,
        value=value,
        hint=hint,
        unit=_member(RuleUnit, "unit", cells["unit"]),
        effective_from=first,
        effective_to=last,
        fixed_at=_member(FixedAt, "fixed_at", cells["fixed_at"]),
        basis=cells["basis"],
        mark=cells["mark"],
    )


def _check_against(rule: RuleVersion, earlier: list[RuleVersion], lines: list[int]) -> None:
    for other, line in zip(earlier, lines, strict=True):
        if other.rule_id != rule.rule_id:
            continue
        if (other.param, other.unit) != (rule.param, rule.unit):
            expected = f"{other.param} in {other.unit.value} as on line {line}, or a suffixed id"
            raise UsageError("param", f"{rule.param} in {rule.unit.value}", expected)
        if other.effective_from == rule.effective_from:
            day = rule.effective_from.isoformat() if rule.effective_from else ""
            raise UsageError("effective_from", day, f"another day than on line {line}")


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,39}", text, re.ASCII) is None or int(text) > VALUE_MAX:
        raise UsageError(name, text, "a whole number below 2^128, or nothing")
    return int(text)


def _day_or_none(name: str, text: str) -> dt.date | None:
    return parse_day(text, field=name) if text else None


def _member(kinds: type[_Kind], name: str, text: str) -> _Kind:
    try:
        return kinds(text)
    except ValueError as exc:
        raise UsageError(name, text, f"one of {', '.join(kinds)}") from exc


def split_limits(*, min_part: int = 0, layers: int = 0, splits: int | None = None) -> int:
    """
    The value of rule `OP-3..5` (R77-8): three limits that every opening needs, in one.

    Args:
        min_part: smallest part, fen, rounded up to 1,000 yuan; 0 for no limit (OP-3).
        layers: how often a part can be passed on; 0 for no limit (OP-4).
        splits: how often a certificate can be divided; None for no limit (OP-5).

    Raises:
        UsageError: a number outside its range.
    """
    thousands = -(-min_part // _THOUSAND_YUAN)
    counted = 0 if splits is None else splits + 1
    for field, value, most in (
        ("min_part", thousands, 0xFF),
        ("layers", layers, 0xFF),
        ("splits", counted, 0xFFFF),
    ):
        if not 0 <= value <= most:
            raise UsageError(field, value, f"a number from 0 to {most}")
    return thousands | layers << 8 | counted << 16


def trial_rules() -> tuple[RuleVersion, ...]:
    """The shipped rules for a trial ledger: hints stand where the operator has to set a value."""
    return tuple(
        replace(rule, value=rule.hint) if rule.value is None else rule for rule in load_rules()
    )
