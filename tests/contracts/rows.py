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
from dataclasses import dataclass, replace
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

# The rows of bills, complete but for B25 and B26 (with the central bank, and pools of deposits),
# and of financing; others are shown where a contract cites them.
NEEDED = (
    *(f"B{number}" for number in (*range(1, 25), *range(27, 44))),
    *("E7", "E10", "E11"),
    *(f"X{number}" for number in range(1, 8)),
)
_CITED = re.compile(r"\b([BEFX])(\d+)(?:(?:–| to )\1?(\d+))?\b")
_FUNCTION = re.compile(r"((?:^ *///.*\n)+) *function (\w+)\(", re.M)
_BASES = re.compile(r"^(?:interface|(?:abstract )?contract) (\w+) is ([\w, ]+)", re.M)
_VIEW = re.compile(r"function (\w+)\([^;]*?\b(?:view|pure)\b[^;]*;", re.S)


@dataclass(frozen=True)
class Test:
    """One test function: its file, the rows it is about, the errors it provokes, what it names."""

    file: str
    name: str
    rows: frozenset[str]
    errors: tuple[str, ...]
    words: frozenset[str]

    @property
    def function(self) -> str:
        """The function it is named for, if it is."""
        return self.name.removeprefix("test_").partition("__")[0]

    @property
    def in_order(self) -> bool:
        """Whether it looks which of several broken rules answers."""
        return self.name.endswith(("rules__answer_in_order", "rules_answer_in_order"))


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
    """Every test of a contract, by file and name."""
    return tuple(test for path in sorted(TESTS.glob("test_*.py")) for test in _tests_of(path))


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
            said = tuple(dict.fromkeys(_said(node, shared)))
            test = Test(path.name, node.name, frozenset(), (), frozenset(said))
            rows_ = cited(ast.get_docstring(node) or "") | _named_for(path.stem, test.function)
            provoked = tuple(word for word in said if word in errors())
            yield replace(test, rows=rows_, errors=provoked)


def _targets(node: ast.stmt) -> Iterator[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    yield from (target for target in targets if isinstance(target, ast.Name))


def _named_for(stem: str, function: str) -> frozenset[str]:
    """The rows of the function a test is named for: of the file's contract, or of the only one."""
    owners, own = _owners().get(function, frozenset()), _homes().get(_bare(stem), "")
    if own not in owners:
        owners = frozenset(name for name in owners if not own or name.startswith(own))
        own = next(iter(owners)) if len(owners) == 1 else ""
    return functions().get((own, function), frozenset())


def _bare(stem: str) -> str:
    return stem.removeprefix("test_").replace("_", "")


def _said(node: ast.AST, shared: Mapping[str, ast.AST]) -> Iterator[str]:
    """The texts within, in their order; constants of the file are looked into."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value
        elif isinstance(child, ast.Name) and child.id in shared:
            yield from _said(ast.Expression(shared[child.id]), {})  # type: ignore[arg-type]
        elif isinstance(child, ast.Name) and child.id == _AUTHORITY:
            yield from authority()
        yield from _said(child, shared)


_AUTHORITY = "authority_rules"


@cache
def authority() -> tuple[str, ...]:
    """What the acting officer and its party are asked, as the tests share it."""
    tree = ast.parse(STORIES.read_text(encoding="utf-8"))
    shared = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == _AUTHORITY
    )
    return tuple(dict.fromkeys(word for word in _said(shared, {}) if word in errors()))


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
        f"| {_listed(_counted(row))} |"
        for row in rows()
    ]
    return "\n".join(lines) + "\n"


def _shown(names_: Iterable[str]) -> list[str]:
    """What every act asks its officer and party, as one word."""
    found, shared = list(names_), authority()
    asked = any(name in shared for name in found)
    return (["*authority*"] if asked else []) + [f"`{n}`" for n in found if n not in shared]


def _counted(row: str) -> list[str]:
    """How many tests in which file; of the table of acts, how many of its rows."""
    found = Counter(test.file for test in tests_of(row))
    found["test_bill_rows.py"] += sum(act.row == row for act in ACTS)
    return [f"`{file}` {count}" for file, count in sorted(found.items()) if count]


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "–"


# What is wrong


def faults() -> list[str]:
    """Rows without a function, a test, a refusal or a pair; functions without caller or order."""
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
        for place, name in functions_of(row):
            powers = _powers(place, name)
            if name not in views() and not powers:
                found.append(f"{row}: {place}.{name} is not in the access table")
            if row in NEEDED and any(p is not None for p in powers) and not _is_ordered(name):
                found.append(f"{row}: no test tells in what order {place}.{name} refuses")
    return found


def _powers(place: str, name: str) -> list[int | None]:
    """What the access table says of a function; of the two-step acts in any contract."""
    rooms = ACCESS.values() if place == "TwoSided" else (ACCESS.get(place.lower(), {}),)
    return [
        access.power
        for room in rooms
        for function, access in room.items()
        if function.partition("(")[0] == name
    ]


def _is_ordered(name: str) -> bool:
    """Whether a test of the order of refusals is named for a function, or names it."""
    return any(test.in_order and name in (test.function, *test.words) for test in tests())
