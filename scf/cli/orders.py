"""What all commands about legal orders share."""

from __future__ import annotations

from typing import Any

from scf.cli.runner import Run
from scf.cli.values import day_of, hash_of


def order_of(run: Run, document: str, until: str, second: str) -> dict[str, Any]:
    """The words of every order, with the key of the officer who carries it out."""
    return {
        "document_hash": hash_of(document, field="document"),
        "expiry": day_of(until, field="until"),
        "second": run.signer(second),
    }
