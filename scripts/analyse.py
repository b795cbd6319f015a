"""
Slither over every contract; fails on any finding that `analysis.toml` does not explain.

It compiles exactly what is shipped (same compiler, same settings, solady included) and reports only
what is below `contracts/` itself.

    python scripts/analyse.py [CONTRACTS [ACCEPTED]]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from scf.build.compile import LIBRARY_FOLDER, standard_input
from scf.build.compilers import find_compiler

ROOT = Path(__file__).resolve().parents[1]
SLITHER = ROOT / ".venv-analysis" / "bin" / "slither"
TROUBLE = re.compile(r"\b(ERROR|Traceback|Failed to|InvalidCompilation)\b")
ANALYZED = re.compile(r"analyzed \((\d+) contracts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Findings of one detector that are right as they stand."""

    check: str
    where: tuple[str, ...]
    reason: str


class AnalysisFailedError(Exception):
    """Slither did not run to its end, so it has found nothing and proved nothing."""


def main(arguments: list[str]) -> int:
    """Print what is left to explain; 0 when nothing is."""
    folder = Path(arguments[0]).resolve() if arguments else ROOT / "contracts"
    listed = Path(arguments[1]) if len(arguments) > 1 else ROOT / "scripts" / "analysis.toml"
    accepted = tuple(_accepted(listed))

    findings, contracts = _slither(folder)
    used: set[tuple[str, str]] = set()
    left = [finding for finding in findings if not _explained(finding, accepted, used)]
    idle = [
        f"{entry.check} at {pattern}"
        for entry in accepted
        for pattern in entry.where
        if (entry.check, pattern) not in used
    ]

    for finding in left:
        print(f"{finding['check']} ({finding['impact']}) at {_place(finding)}")
        print(finding["description"].rstrip(), end="\n\n")
    for line in idle:
        print(f"{listed.name} accepts {line}, but Slither finds no such thing any more")
    print(f"slither: {contracts} contracts, {len(findings)} findings, {len(left)} unexplained")
    return 1 if left or idle else 0


def _accepted(file: Path) -> Iterator[Accepted]:
    for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("accepted", []):
        if len(entry["reason"]) < 20:
            raise AnalysisFailedError(f"{file.name}: {entry['check']} needs a reason in words")
        yield Accepted(check=entry["check"], where=tuple(entry["where"]), reason=entry["reason"])


def _slither(folder: Path) -> tuple[list[dict[str, Any]], int]:
    request = standard_input(folder, folder / LIBRARY_FOLDER)
    for name, source in request["sources"].items():
        if "slither-disable" in source["content"] and "node_modules" not in name:
            raise AnalysisFailedError(f"{name} silences Slither itself; say why in analysis.toml")
    outputs = ["abi", "devdoc", "evm.bytecode", "evm.deployedBytecode", "userdoc"]
    request["settings"]["outputSelection"] = {"*": {"": ["ast"], "*": outputs}}
    work = ROOT / ".build" / "analysis"
    work.mkdir(parents=True, exist_ok=True)
    source, result = work / "input.json", work / "findings.json"
    source.write_text(json.dumps(request), encoding="utf-8")
    result.unlink(missing_ok=True)

    command = [str(SLITHER), str(source), "--compile-force-framework", "solc-json"]
    command += ["--solc", str(find_compiler().path), "--filter-paths", "node_modules"]
    child = subprocess.run(
        [*command, "--json", str(result)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )

    # Its exit code counts findings too, so the log has to tell whether it ran to its end.
    analyzed = ANALYZED.search(child.stderr)
    if not analyzed or TROUBLE.search(child.stderr) or not result.is_file():
        raise AnalysisFailedError(child.stderr or f"no log, exit code {child.returncode}")
    report = json.loads(result.read_text(encoding="utf-8"))
    if not report["success"]:
        raise AnalysisFailedError(report["error"])
    return report["results"].get("detectors", []), int(analyzed.group(1))


def _explained(
    finding: dict[str, Any], accepted: tuple[Accepted, ...], used: set[tuple[str, str]]
) -> bool:
    place = _place(finding)
    fits = [
        (entry.check, pattern)
        for entry in accepted
        for pattern in entry.where
        if entry.check == finding["check"] and fnmatchcase(place, pattern)
    ]
    used.update(fits)
    return bool(fits)


def _place(finding: dict[str, Any]) -> str:
    # The element a finding is about comes first; its parents lead up to the contract.
    element = finding["elements"][0]
    names: list[str] = []
    while element and element["type"] != "file":
        if element["type"] != "node":
            names.insert(0, element["name"])
        element = element.get("type_specific_fields", {}).get("parent")
    return ".".join(names) or finding["elements"][0]["name"]


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except AnalysisFailedError as failure:
        raise SystemExit(f"the analysis did not run: {failure}") from failure
