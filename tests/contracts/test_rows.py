"""Every row of the specification of bills has functions, pairs, refusals and tests; so it says."""

from __future__ import annotations

from tests.contracts import rows


def test_rows__of_the_specification__lack_nothing() -> None:
    assert rows.faults() == []


def test_readme__holds_the_rows() -> None:
    readme = (rows.ROOT / "contracts" / "README.md").read_text(encoding="utf-8")

    assert rows.table() in readme, "run scripts/rows.py --write"


def test_cited__ranges_and_lists__are_all_of_their_rows() -> None:
    assert rows.cited("B2–B5, B8 and B10 to B12") == {
        *("B2", "B3", "B4", "B5", "B8", "B10", "B11", "B12"),
    }
    assert rows.cited("R802-3, NIL-22, CS01, TF0301 and 0xB1") == frozenset()
