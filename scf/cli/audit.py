"""`scf audit`: all of its commands."""

from __future__ import annotations

from scf.cli import audit_evidence  # it adds its commands to the group
from scf.cli.audit_app import app

__all__ = ["app", "audit_evidence"]
