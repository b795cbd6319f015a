"""
Prints what each operation costs (gas of real transactions, on a local anvil) beside its limit.

    .venv/bin/python scripts/gas.py [--write] [--json]

With --write it renews the checked snapshot and the table in both READMEs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scf.chain.node import Anvil  # noqa: E402  the tests are no installed package
from tests.gas.costs import BEGINNING, LIMITS, measure  # noqa: E402  as above

SNAPSHOT = ROOT / "tests" / "gas" / "snapshot.json"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
FRAME = re.compile(r"(<!-- gas table: begin[^>]*-->\n)(.*?)(<!-- gas table: end -->)", re.S)


def main() -> int:
    """Measure, print, and with --write renew the snapshot; 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the checked snapshot")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    with Anvil(start_time=BEGINNING) as node:
        measured = measure(node.url)
    if options.json:
        print(json.dumps(measured, indent=2))
    else:
        for operation, gas in measured.items():
            limit = LIMITS.get(operation)
            print(f"{gas:>9,}  {f'of {limit:,}' if limit else '':>12}  {operation}")
    if options.write:
        SNAPSHOT.write_text(json.dumps(measured, indent=2) + "\n")
        for path in READMES:
            text = FRAME.sub(lambda found: found[1] + table(measured) + found[3], path.read_text())
            path.write_text(text)
    return int(any(measured[operation] > limit for operation, limit in LIMITS.items()))


def table(measured: Mapping[str, int]) -> str:
    """The figures as Markdown, each beside its limit if it has one."""
    lines = ["| Operation | Gas | Limit |", "|---|---:|---:|"]
    for operation, gas in measured.items():
        limit = LIMITS.get(operation)
        lines.append(f"| {operation} | {gas:,} | {f'{limit:,}' if limit else ''} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
