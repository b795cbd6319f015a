"""
Money in all, reckoned past the fold: what banks said they made less what they paid out, read from
the store's events, against the sum of all balances (R77-4, MUST-13).
"""

from __future__ import annotations

from scf.audit.reconcile import CheckResult
from scf.audit.replay import Moment
from scf.audit.rooms.room import Finding
from scf.audit.store import Store

NAME = "money-made"
TITLE = "minted less burnt is the sum of all balances (MUST-13)"


def made_fen(store: Store, block: int) -> tuple[int, int]:
    """What was minted up to the end of a block less what was burnt, fen; how many acts that was."""
    until, fen, count = store.place_at(block=block), 0, 0
    for name, sign in (("CashMinted", 1), ("CashBurnt", -1)):
        for event in store.events(contract="Cash", name=name, until=until):
            fen += sign * event.args["amountFen"]
            count += 1
    return fen, count


def money_made(store: Store, moment: Moment) -> CheckResult:
    """Minted less burnt against the balances of the books, of all holders together."""
    made, count = made_fen(store, moment.block_number)
    held = sum(moment.state.cash.values())
    findings: tuple[Finding, ...] = ()
    if made != held:
        found, expected = f"{held}", f"{made}, minted less burnt"
        findings = (
            Finding(
                check=NAME,
                subject="cash",
                about="sum of balances",
                found=found,
                expected=expected,
            ),
        )
    return CheckResult(
        name=NAME, title=TITLE, against="books", compared=count + 1, findings=findings
    )
