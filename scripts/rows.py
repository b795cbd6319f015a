"""
Shows what carries each row of the specification: functions, pairs, errors, tests.

    .venv/bin/python scripts/rows.py [--write] [ROW ...]

Without a row the whole table; with rows also the name of every test. With --write it renews the
table in `contracts/README.md`. 1 if a row lacks something.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.contracts import rows  # noqa: E402  the tests are no installed package

README = ROOT / "contracts" / "README.md"
FRAME = re.compile(r"(<!-- rows table: begin[^>]*-->\n)(.*?)(<!-- rows table: end -->)", re.S)


def main() -> int:
    """Print, and with --write renew the table; 1 if a row lacks something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the table in the README")
    parser.add_argument("row", nargs="*", help="rows to show with their tests")
    options = parser.parse_args()
    for row in options.row:
        print(row, *(f"{place}.{name}" for place, name in rows.functions_of(row)))
        print("   ", *rows.pairs_of(row))
        print("   ", *rows.errors_of(row))
        for test in rows.tests_of(row):
            print(f"    {test.file}::{test.name}")
    if options.write:
        text = README.read_text(encoding="utf-8")
        text = FRAME.sub(lambda found: found[1] + rows.table() + found[3], text)
        README.write_text(text, encoding="utf-8")
    elif not options.row:
        print(rows.table(), end="")
    faults = rows.faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main())
