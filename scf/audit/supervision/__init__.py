"""
What the rules ask to be reported, written in one pass: report once, in files that say what is in
them (SYS-15).

    write_files(files_of(reading, names), Path("report-2026-11"))

Each file is a `Filing`: a rule, columns with their meaning, rows. `FILINGS` lists them; the next
instrument adds its rows to those that exist, or a filing of its own.
"""

from __future__ import annotations

from scf.audit.supervision.filing import Filing, Made, made, write_files
from scf.audit.supervision.filings import FILINGS, files_of

__all__ = ["FILINGS", "Filing", "Made", "files_of", "made", "write_files"]
