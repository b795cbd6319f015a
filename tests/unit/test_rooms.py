"""The code's own rule: which room may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "scf"
# From the ground up; a room imports from those before it, and from itself.
ORDER = (
    ("errors", "units"),
    ("model",),
    ("chain",),
    ("build",),
    ("contracts",),
    ("batch", "ledger", "local_ledger"),
    ("importing", "audit"),
    ("cli",),
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(module: Path) -> Iterator[tuple[int, str]]:
    """The rooms that a module imports from, with the line; for type checkers does not count."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    unreal = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in unreal:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scf."):
            yield node.lineno, str(node.module).split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (
                (node.lineno, item.name.split(".")[1])
                for item in node.names
                if item.name.startswith("scf.")
            )


def test_every_room__has_its_place() -> None:
    assert {room_of(module) for module in MODULES} - {"__init__"} <= set(RANK)


@pytest.mark.parametrize("module", MODULES, ids=lambda item: str(item.relative_to(PACKAGE)))
def test_imports__point_down(module: Path) -> None:
    own = RANK.get(room_of(module), len(ORDER))

    up = [f"line {line}: {room}" for line, room in imports_of(module) if RANK[room] > own]

    assert up == []
