"""`scf bill`: all of its commands."""

from __future__ import annotations

from scf.cli import bill_passing, bill_paying, bill_show  # they add their commands to the group
from scf.cli.bill_drawing import app

__all__ = ["app", "bill_passing", "bill_paying", "bill_show"]
