"""The log of who looked at everything: appended only, and every change to it is seen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scf.audit.access_log import note, read_log
from scf.errors import UsageError


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "audit-access.jsonl"
    for number in range(4):
        note(path, "audit report", {"number": number})
    return path


def test_looks__are_kept_in_order(log: Path) -> None:
    entries = read_log(log)

    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.details["number"] for entry in entries] == [0, 1, 2, 3]
    assert {entry.what for entry in entries} == {"audit report"}
    assert all(entry.who and entry.when.endswith("+00:00") for entry in entries)


def _changed(lines: list[str]) -> list[str]:
    shape = json.loads(lines[1])
    return [lines[0], json.dumps(shape | {"who": "nobody"}, sort_keys=True), *lines[2:]]


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (_changed, 3),
        (lambda lines: [*lines[:1], *lines[2:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [*lines, lines[-1]], 5),
        (lambda lines: [*lines[:2], "{}", *lines[2:]], 3),
        (lambda lines: [*lines[:3], lines[3][:-10]], 4),
    ],
    ids=["changed", "dropped", "swapped", "doubled", "foreign", "cut"],
)
def test_tampering__names_the_first_line_that_does_not_fit(log: Path, tamper, line: int) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("\n".join(tamper(lines)) + "\n", encoding="utf-8")

    with pytest.raises(UsageError, match=f"line {line} of"):
        read_log(log)
    with pytest.raises(UsageError, match=f"line {line} of"):
        note(log, "audit report", {})


def test_two_at_once__write_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "log"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: note(path, "look", {"n": n}), range(40)))

    assert len(read_log(path)) == 40


def test_missing_log__is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="readable"):
        read_log(tmp_path / "nowhere")


def test_place_that_cannot_be_written__is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match="append"):
        note(tmp_path / "file" / "log", "look", {})


def test_log__is_flushed_to_disk(log: Path) -> None:
    assert log.stat().st_size == len(log.read_bytes()) > 0
