"""Every error that an interface declares is provoked by some test, by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
INTERFACES = TESTS.parent / "contracts" / "interfaces"
DECLARED = sorted(
    {
        name
        for path in INTERFACES.glob("*.sol")
        for name in re.findall(r"^\s*error (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
)


@pytest.fixture(scope="module")
def named() -> set[str]:
    """Every quoted name in the tests."""
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r'"([A-Z]\w+)"', text)}


def test_interfaces__declare__errors_that_start_with_their_room() -> None:
    assert len(DECLARED) > 80


@pytest.mark.parametrize("error", DECLARED)
def test_error__declared__is_provoked_by_a_test(error: str, named: set[str]) -> None:
    assert error in named
