"""`scf finance`: all of its commands."""

from __future__ import annotations

# They add their commands to the group.
from scf.cli import (
    finance_bill_loans,
    finance_bill_quotes,
    finance_early,
    finance_explain,
    finance_loans,
    finance_priority,
    finance_recourse,
)
from scf.cli.finance_quotes import app

__all__ = [
    "app",
    "finance_bill_loans",
    "finance_bill_quotes",
    "finance_early",
    "finance_explain",
    "finance_loans",
    "finance_priority",
    "finance_recourse",
]
