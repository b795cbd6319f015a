"""The group `scf audit`, which several modules add their commands to."""

from __future__ import annotations

from scf.cli.runner import group

app = group("audit", "Read everything, replay it, prove it without trusting the operator.")
