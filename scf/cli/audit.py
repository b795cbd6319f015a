"""`scf audit`: all of its commands."""

from __future__ import annotations

from scf.cli import audit_evidence, audit_reading, audit_report  # they add their commands
from scf.cli.audit_app import app

__all__ = ["app", "audit_evidence", "audit_reading", "audit_report"]
