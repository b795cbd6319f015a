"""The dated numbers that ship, and every way in which a file of them can be wrong."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from scf.errors import UsageError
from scf.model.rules import FixedAt, RuleUnit, load_rules, rule_on, split_limits

HEADER = "rule_id,param,value,hint,unit,effective_from,effective_to,fixed_at,basis,mark\n"
LINE = "R77-2a,certTenorMax,6,,month,2025-06-15,,issue,a law,L?\n"


@pytest.mark.parametrize(
    ("rule_id", "value", "unit", "first"),
    [
        ("R77-2a", 6, "month", "2025-06-15"),
        ("R77-2b", 12, "month", "2025-06-15"),
        ("R802-1a", 60, "day", "2025-06-01"),
        ("R802-1b", 30, "day", "2025-06-01"),
        ("R802-1b.max", 60, "day", "2025-06-01"),
        ("R802-4", 500, "ppmPerDay", "2025-06-01"),
        ("REG-1.min", 1, "month", "2022-02-01"),
        ("REG-1.max", 360, "month", "2022-02-01"),
        ("REG-2", 90, "day", "2022-02-01"),
        ("REG-4", 10, "businessDay", "2022-02-01"),
        ("FEN-4", 360, "dayBasis", None),
        ("OP-11", 365, "dayBasis", None),
        ("OP-33", 1, "day", None),
        ("R4-25", 6, "month", "2023-01-01"),
        ("R4-24a", 150_000, "ppm", "2024-01-01"),
        ("R4-24b", 100_000, "ppm", "2024-01-01"),
        ("R4-36", 24, "month", "2023-01-01"),
        ("NIL-41", 3, "day", "1996-01-01"),
        ("NIL-53", 10, "day", "1996-01-01"),
        ("NIL-66a", 3, "day", "1996-01-01"),
        ("NIL-17a", 24, "month", "1996-01-01"),
        ("NIL-17b", 6, "month", "1996-01-01"),
        ("NIL-17c", 3, "month", "1996-01-01"),
        ("RD-1", 15_000, "ppmPerYear", "2026-01-19"),
        ("SH-1.max", 1_000_000_000_00, "fen", None),
        ("SH-1.min", 1, "fen", None),
        ("SH-2", 500, "count", None),
        ("SH-5", 3, "businessDay", "2022-01-01"),
        ("X1", 1, "businessDay", "2021-08-01"),
        ("X2", 10, "dayOfMonth", "2021-08-01"),
        ("X4.count", 3, "count", None),
        ("X4.months", 6, "month", None),
        ("X5.count", 3, "count", "2023-01-01"),
        ("X5.months", 6, "month", "2023-01-01"),
    ],
)
def test_load_rules__ships_the_values_of_the_rulebook(rule_id, value, unit, first):
    found = [rule for rule in load_rules() if rule.rule_id == rule_id]

    assert len(found) == 1
    assert (found[0].value, found[0].unit) == (value, RuleUnit(unit))
    assert found[0].effective_from == (dt.date.fromisoformat(first) if first else None)


def test_load_rules__leaves_the_announced_rule_out():
    assert not [rule for rule in load_rules() if rule.rule_id == "R77-2c"]


@pytest.mark.parametrize("rule_id", ["OP-28", "R802-4.lpr"])
def test_load_rules__leaves_operator_values_open_with_a_hint(rule_id):
    rule = next(rule for rule in load_rules() if rule.rule_id == rule_id)

    assert rule.value is None
    assert rule.hint is not None


def test_load_rules__gives_operator_values_no_law_mark_of_certainty():
    assert not [
        rule for rule in load_rules() if rule.rule_id.startswith("OP-") and rule.mark == "L"
    ]


def test_rule_version__has_chain_key_and_basis_hash():
    rule = next(rule for rule in load_rules() if rule.rule_id == "R77-2a")

    assert rule.key == b"R77-2a" + bytes(26)
    assert rule.basis_hash == hashlib.sha256(rule.basis.encode()).digest()
    assert rule.fixed_at is FixedAt.ISSUE
    assert rule.mark == "L?"


def test_load_rules__chain_keys_are_distinct():
    keys = [(rule.key, rule.effective_from) for rule in load_rules()]

    assert len(set(keys)) == len(keys)


def test_rule_on__picks_the_version_of_the_day(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(
        HEADER + LINE + "R77-2a,certTenorMax,3,,month,2027-01-01,2027-12-31,issue,a later law,L\n",
        encoding="utf-8",
    )
    rules = load_rules(path)

    values = [
        rule_on(rules, "R77-2a", dt.date.fromisoformat(day)).value
        for day in ("2025-06-15", "2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01")
    ]

    assert values == [6, 6, 3, 3, 6]


def test_rule_on__refuses_unknown_rules_and_days():
    rules = load_rules()

    with pytest.raises(UsageError, match="did you mean 'R77-2a'"):
        rule_on(rules, "R77-2A", dt.date(2026, 1, 1))
    with pytest.raises(UsageError, match="a day on which R77-2a is in force"):
        rule_on(rules, "R77-2a", dt.date(2025, 6, 14))
    assert rule_on(rules, "R4-25h", dt.date(2022, 12, 31)).value == 12
    with pytest.raises(UsageError, match="in force"):
        rule_on(rules, "R4-25h", dt.date(2023, 1, 1))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("r77,p,1,,day,,,act,b,A", "line 3: rule_id: 'r77'"),
        (f"R{'7' * 31},p,1,,day,,,act,b,A", "at most 31 ASCII"),
        ("R\u0667,p,1,,day,,,act,b,A", "at most 31 ASCII"),
        ("R1,Max value,1,,day,,,act,b,A", "param: 'Max value'"),
        ("R1,p,-1,,day,,,act,b,A", "value: '-1'"),
        ("R1,p,1.5,,day,,,act,b,A", "value: '1.5'"),
        (f"R1,p,{2**128},,day,,,act,b,A", "below 2\\^128"),
        ("R1,p,1,2,day,,,act,b,A", "hint: '2': expected nothing"),
        ("R1,p,,x,day,,,act,b,A", "hint: 'x'"),
        ("R1,p,1,,week,,,act,b,A", "unit: 'week': expected one of businessDay"),
        ("R1,p,1,,day,2025-1-1,,act,b,A", "effective_from: '2025-1-1'"),
        ("R1,p,1,,day,,2025-02-30,act,b,A", "effective_to: '2025-02-30'"),
        ("R1,p,1,,day,2025-01-02,2025-01-01,act,b,A", "a day from 2025-01-02 on"),
        ("R1,p,1,,day,,,whenever,b,A", "fixed_at: 'whenever'"),
        ("R1,p,1,,day,,,act,,A", "basis: ''"),
        ("R1,p,1,,day,,,act,b,Q", "mark: 'Q'"),
        ("R1,p,1,,day,,,act,b", "10 fields"),
        ("R1,p,1,,day,,,act,b,A,more", "10 fields"),
        (LINE.strip(), "another day than on line 2"),
        ("R77-2a,other,6,,month,2026-01-01,,issue,b,A", "certTenorMax in month as on line 2"),
        ("R77-2a,certTenorMax,6,,day,2026-01-01,,issue,b,A", "certTenorMax in month as on line 2"),
    ],
)
def test_load_rules__reports_the_bad_line(tmp_path, line, says):
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + LINE + line + "\n", encoding="utf-8")

    with pytest.raises(UsageError, match=says) as caught:
        load_rules(path)

    assert "1 bad line" in str(caught.value)


def test_load_rules__reports_all_bad_lines_and_counts_the_rest(tmp_path):
    path = tmp_path / "rules.csv"
    path.write_text(HEADER + "x,p,1,,day,,,act,b,A\n" * 25, encoding="utf-8")

    with pytest.raises(UsageError) as caught:
        load_rules(path)

    assert "25 bad line(s)" in str(caught.value)
    assert "line 21:" in str(caught.value)
    assert "and 5 more" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the columns rule_id,"),
        (b"rule,value\n", "the columns rule_id,"),
        (HEADER.encode() + b"\xff\n", "UTF-8"),
        (HEADER.encode() + b'"R1\n', "CSV form"),
    ],
)
def test_load_rules__refuses_other_files(tmp_path, content, says):
    path = tmp_path / "rules.csv"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=says):
        load_rules(path)


def test_load_rules__refuses_a_directory(tmp_path):
    with pytest.raises(UsageError, match="a readable file"):
        load_rules(tmp_path)


def test_split_limits__packs_what_the_contract_reads():
    packed = split_limits(min_part=1_000_01, layers=10, splits=500)

    assert packed == 2 | 10 << 8 | 501 << 16
    assert split_limits() == 0


@pytest.mark.parametrize(
    "limits", [{"min_part": 256_000_00}, {"layers": 256}, {"splits": 65_535}, {"layers": -1}]
)
def test_split_limits__refuses_what_does_not_fit(limits):
    with pytest.raises(UsageError):
        split_limits(**limits)
