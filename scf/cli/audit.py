"""
`scf audit …`: every event in a store of one's own, and everything that can be read from it.

The verbs lie in files of their own, which put them into the group when they are imported.
"""

from __future__ import annotations

from scf.cli import (
    audit_books,
    audit_evidence,
    audit_export,
    audit_reading,
    audit_report,
    audit_sync,
)
from scf.cli.audit_group import app

__all__ = ["VERBS", "app"]

VERBS = (audit_sync, audit_books, audit_export, audit_reading, audit_report, audit_evidence)
