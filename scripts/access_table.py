"""
Writes the role × function table into `contracts/README.md`.

    .venv/bin/python scripts/access_table.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.contracts.access import table  # noqa: E402  the tests are no installed package

README = ROOT / "contracts" / "README.md"
FRAME = re.compile(r"(<!-- access table: begin[^>]*-->\n)(.*?)(<!-- access table: end -->)", re.S)


def main() -> None:
    """Replace what stands between the two marks."""
    text = README.read_text(encoding="utf-8")
    text = FRAME.sub(lambda found: found[1] + table() + found[3], text)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
