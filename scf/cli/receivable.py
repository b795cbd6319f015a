"""`scf receivable`: all of its commands."""

from __future__ import annotations

from scf.cli import holdings  # it adds its commands to the group
from scf.cli.openings import app

__all__ = ["app", "holdings"]
