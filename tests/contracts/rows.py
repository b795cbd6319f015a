"""
The rows of the specification (B1 …, E1 …, F8 …, X1 …) beside what carries them: the functions whose
natspec cites a row, the pairs the rows of bills lead to, the errors their tests provoke, the tests.

Nothing here is listed by hand but which rows there have to be. A test belongs to the rows that its
docstring cites, and to those of the function it is named for (`test_draw__…`).
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scf.build.artifacts import load, names
from scf.model.bill_enums import BillFlag, BillStatus
from tests.contracts.access import ACCESS
from tests.contracts.bill_rows import ACTS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "contracts"
INTERFACES = SOURCES / "interfaces"
TESTS = ROOT / "tests" / "contracts"
STORIES = ROOT / "tests" / "stories.py"

# The rows of bills, which are complete; others are shown where a contract cites them.
NEEDED = (
    *(f"B{number}" for number in (*range(1, 17), *range(27, 39), *range(40, 44))),
    *(f"X{number}" for number in range(1, 8)),
)
_CITED = re.compile(r"\b([BEFX])(\d+)(?:(?:–| to )\1?(\d+))?\b")
_FUNCTION = re.compile(r"((?:^ *///.*\n)+) *function (\w+)\(", re.M)
_BASES = re.compile(r"^(?:interface|(?:abstract )?contract) (\w+) is ([\w, ]+)", re.M)
_VIEW = re.compile(r"function (\w+)\([^;]*?\b(?:view|pure)\b[^;]*;", re.S)


@dataclass(frozen=True)
class Test:
    """One test function: its file, the rows it is about, the errors it provokes, in order."""

    file: str
    name: str
    rows: frozenset[str]
    errors: tuple[str, ...]
    in_order: bool


def cited(text: str) -> frozenset[str]:
    """The rows a text names, `B27–B29` and `B4 to B7` as all of theirs."""
    found: set[str] = set()
    for letter, first, last in _CITED.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def by_number(row: str) -> tuple[str, int]:
    """B2 before B10."""
    return row[0], int(row[1:])


@cache
def functions() -> Mapping[tuple[str, str], frozenset[str]]:
    """Rows by (contract, function), from the natspec of the interfaces."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for path in sorted(INTERFACES.glob("*.sol")):
        text = path.read_text(encoding="utf-8")
        for doc, name in _FUNCTION.findall(text):
            rows_ = cited(doc)
            if rows_:
                place = home(path.stem), name
                found[place] = found.get(place, frozenset()) | rows_
    return found


@cache
def _heirs() -> Mapping[str, tuple[str, ...]]:
    """The interfaces and contracts that build on each."""
    found: dict[str, tuple[str, ...]] = {}
    for path in SOURCES.rglob("*.sol"):
        if "node_modules" not in path.parts:
            for name, bases in _BASES.findall(path.read_text(encoding="utf-8")):
                for base in re.findall(r"\w+", bases):
                    found[base] = (*found.get(base, ()), name)
    return found


def home(name: str) -> str:
    """The contract that has the functions of an interface or base; where several do, the base."""
    while len(heirs := _heirs().get(name, ())) == 1:
        name = heirs[0]
    return name


@cache
def _homes() -> Mapping[str, str]:
    """Contracts by what a file of tests is named after: the contract, or an interface of it."""
    stems = {path.stem: path.stem.removeprefix("I").lower() for path in INTERFACES.glob("*.sol")}
    return {stem: home(name) for name, stem in stems.items()} | {n.lower(): n for n in names()}


@cache
def _owners() -> Mapping[str, frozenset[str]]:
    """The contracts that have a function, by its name."""
    found: dict[str, set[str]] = {}
    for name in names():
        for entry in load(name).abi:
            if entry["type"] == "function":
                found.setdefault(entry["name"], set()).add(name)
    return {name: frozenset(owners) for name, owners in found.items()}


@cache
def views() -> frozenset[str]:
    """Functions that change nothing: nobody needs a power for them."""
    texts = (path.read_text(encoding="utf-8") for path in INTERFACES.glob("*.sol"))
    return frozenset(name for text in texts for name in _VIEW.findall(text))


@cache
def errors() -> frozenset[str]:
    """Every error that a contract can answer with."""
    return frozenset(
        entry["name"] for name in names() for entry in load(name).abi if entry["type"] == "error"
    )


@cache
def tests() -> tuple[Test, ...]:
    """The tests that are about a row, by file and name."""
    return tuple(
        test for path in sorted(TESTS.glob("test_*.py")) for test in _tests_of(path) if test.rows
    )


def _tests_of(path: Path) -> Iterator[Test]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    shared = {
        target.id: node.value
        for node in tree.body
        for target in _targets(node)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            rows = cited(ast.get_docstring(node) or "") | _named_for(path.stem, node.name)
            provoked = tuple(dict.fromkeys(_provoked(node, shared)))
            yield Test(path.name, node.name, rows, provoked, "rules__answer_in_order" in node.name)


def _targets(node: ast.stmt) -> Iterator[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    yield from (target for target in targets if isinstance(target, ast.Name))


def _named_for(stem: str, test: str) -> frozenset[str]:
    """The rows of the function a test is named for: of the file's contract, or of the only one."""
    function = test.removeprefix("test_").partition("__")[0]
    owners, own = _owners().get(function, frozenset()), _homes().get(_bare(stem))
    if own in owners:
        return functions().get((own, function), frozenset())
    return functions().get((*owners, function), frozenset()) if len(owners) == 1 else frozenset()


def _bare(stem: str) -> str:
    return stem.removeprefix("test_").replace("_", "")


def _provoked(node: ast.AST, shared: Mapping[str, ast.AST]) -> Iterator[str]:
    """Names of errors within, in the order of the text; lists of the file are looked into."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and child.value in errors():
            yield str(child.value)
        elif isinstance(child, ast.Name) and child.id in shared:
            yield from _provoked(shared[child.id], {})
        elif isinstance(child, ast.Name) and child.id == _AUTHORITY:
            yield from authority()
        yield from _provoked(child, shared)


_AUTHORITY = "authority_rules"


@cache
def authority() -> tuple[str, ...]:
    """What the acting officer and its party are asked, as the tests share it."""
    tree = ast.parse(STORIES.read_text(encoding="utf-8"))
    shared = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == _AUTHORITY
    )
    return tuple(dict.fromkeys(_provoked(shared, {})))


# What a row has


def rows() -> list[str]:
    """All that have to be, and all that a function cites."""
    found = {row for cites in functions().values() for row in cites}
    return sorted(found | set(NEEDED), key=by_number)


def functions_of(row: str) -> list[tuple[str, str]]:
    return sorted(key for key, cites in functions().items() if row in cites)


def tests_of(row: str) -> list[Test]:
    return [test for test in tests() if row in test.rows]


def errors_of(row: str) -> list[str]:
    """First what is refused in order, then what other tests of the row provoke."""
    found = sorted(tests_of(row), key=lambda test: not test.in_order)
    return list(dict.fromkeys(error for test in found for error in test.errors))


def pairs_of(row: str) -> list[str]:
    """The pairs that the acts of a row lead to, and whether some restore what was."""
    own = [act for act in ACTS if act.row == row]
    after = dict.fromkeys(_codes(act.pairs[-1]) for act in own if not act.restores)
    return [*after, *(["as before"] if any(act.restores for act in own) else [])]


def _codes(pair: tuple[int, int]) -> str:
    return f"({BillStatus(pair[0]).code}, {BillFlag(pair[1]).code})"


def table() -> str:
    """The rows as Markdown."""
    lines = ["| Row | Functions | Pair after | Refusals | Tests |", "|---|---|---|---|---|"]
    lines += [
        f"| {row} | {_listed(f'`{place}.{name}`' for place, name in functions_of(row))} "
        f"| {_listed(pairs_of(row))} | {_listed(_shown(errors_of(row)))} "
        f"| {_listed(_counted(tests_of(row)))} |"
        for row in rows()
    ]
    return "\n".join(lines) + "\n"


def _shown(names_: Iterable[str]) -> list[str]:
    """What every act asks its officer and party, as one word."""
    found, shared = list(names_), authority()
    asked = any(name in shared for name in found)
    return (["*authority*"] if asked else []) + [f"`{n}`" for n in found if n not in shared]


def _counted(found: Iterable[Test]) -> list[str]:
    return [f"`{file}` {count}" for file, count in Counter(test.file for test in found).items()]


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "–"


# What is wrong


def faults() -> list[str]:
    """Rows without a function, a test, a refusal or a pair; functions that nobody may call."""
    found = []
    for row in rows():
        if not functions_of(row):
            found.append(f"{row}: no function's natspec cites it")
        if not tests_of(row):
            found.append(f"{row}: no test is about it")
        if not errors_of(row):
            found.append(f"{row}: no test of it provokes a refusal")
        if row in NEEDED and row.startswith("B") and not pairs_of(row):
            found.append(f"{row}: no pair is known after it")
        found += [
            f"{row}: {place}.{name} is not in the access table"
            for place, name in functions_of(row)
            if name not in views() and not _has_callers(place, name)
        ]
    return found


def _has_callers(place: str, name: str) -> bool:
    rooms = [
        rows_ for room, rows_ in ACCESS.items() if place == "TwoSided" or room == place.lower()
    ]
    return any(function.partition("(")[0] == name for rows_ in rooms for function in rows_)
