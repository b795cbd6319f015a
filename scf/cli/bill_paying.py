"""`scf bill`, third part: presentation, payment, dishonour, disclosure."""

from __future__ import annotations

from typing import Annotated

import typer

from scf.cli.bill_drawing import app
from scf.cli.bill_values import (
    BillOption,
    FileOption,
    RangeOption,
    number_of,
    outcomes,
    range_of,
    ranges_of,
)
from scf.cli.runner import Run, command
from scf.cli.values import PartyOption, checked, day_of, hash_of, member_of
from scf.errors import UsageError

_OptionalRange = Annotated[
    str | None, checked("--range", range_of, metavar="RANGE", help="Sub-range NUMBER/first-last.")
]
_Reason = Annotated[
    str | None, checked("--reason", hash_of, metavar="HASH", help="Record of the reason.")
]


@command(app, "present")
def present(
    run: Run, range_: _OptionalRange = None, reason: _Reason = None, file: FileOption = None
) -> object:
    """
    Present a range, or those of a file, for payment (提示付款). The holder.

    Result: {"range", "holder", "kind", "tx"}; for a file {"done", "refused", "items"}.
    """
    from scf.model.records import NO_HASH

    ranges = ranges_of(range_, file)
    if file is not None:
        return outcomes(ranges, run.ledger.bills.present_many(ranges))
    why = hash_of(reason, field="reason") if reason else NO_HASH
    return run.ledger.bills.present(ranges[0], reason_hash=why)


@command(app, "present-due")
def present_due(run: Run, range_: RangeOption) -> object:
    """
    Present a range in its window in the holder's place (SH-4). Anyone.

    Result: {"range", "holder", "kind", "tx"}.
    """
    return run.ledger.bills.present_due(range_)


@command(app, "withdraw-presentation")
def withdraw_presentation(run: Run, range_: RangeOption) -> object:
    """
    Take a presentation back before it is answered. The holder.

    Result: {"range", "tx"}.
    """
    return run.ledger.bills.withdraw_presentation(range_)


@command(app, "pay")
def pay(
    run: Run,
    ranges: Annotated[
        list[str], checked("--range", range_of, metavar="RANGE", help="Once for each sub-range.")
    ],
) -> object:
    """
    Pay ranges of one acceptor in full, straight to their holders. The acceptor.

    Result: {"acceptor", "total_fen", "parts": [{"range", "holder", "amount_fen",
    "interest_fen", "to_pledgor_fen"}], "tx"}.
    """
    return run.ledger.bills.pay(ranges)


@command(app, "dishonour")
def dishonour(
    run: Run,
    range_: RangeOption,
    code: Annotated[
        str, typer.Option("--code", help="Reason, such as insufficient_balance (DC08).")
    ],
    reason: _Reason = None,
) -> object:
    """
    Refuse payment (拒付). The acceptor.

    Result: {"range", "day", "code", "scope", "tx"}.
    """
    from scf.model.bill_enums import DishonourCode
    from scf.model.records import NO_HASH

    by_code = {item.code.lower(): item.name for item in DishonourCode}
    kind = member_of(DishonourCode, by_code.get(code.lower(), code), "code")
    why = hash_of(reason, field="reason") if reason else NO_HASH
    return run.ledger.bills.dishonour(range_, code=kind, reason_hash=why)


@command(app, "auto-dishonour")
def auto_dishonour(run: Run, range_: RangeOption) -> object:
    """
    Dishonour a 商票 whose acceptor did not answer in time (SH-5). Anyone; again changes nothing.

    Result: {"range", "day", "code", "scope", "tx"}, or {"done": false}.
    """
    return run.ledger.bills.auto_dishonour(range_) or {"done": False}


@command(app, "lapse")
def lapse(run: Run, range_: RangeOption) -> object:
    """
    End a range 24 months after maturity (票据权利失效). Anyone.

    Result: {"range", "holder", "tx"}.
    """
    return run.ledger.bills.lapse(range_)


@command(app, "disclose")
def disclose(
    run: Run,
    bill: Annotated[str | None, checked("--bill", number_of, metavar="NUMBER")] = None,
    month: Annotated[
        str | None,
        checked("--month", day_of, metavar="DAY", help="Any day of a month that is over."),
    ] = None,
    statement: Annotated[
        str | None,
        checked("--statement", hash_of, metavar="HASH", help="Else what the ledger has."),
    ] = None,
) -> object:
    """
    Disclose an accepted bill (X1), or the four figures of a month (X2). The acceptor.

    Result: {"bill_no", "matches", "late", "tx"}, or {"acceptor", "month", "matches", "late", "tx"}.
    """
    if (bill is None) == (month is None):
        raise UsageError("bill", bill or "(none)", "either --bill or --month")
    said = hash_of(statement, field="statement") if statement else None
    if month is not None:
        day = day_of(month, field="month")
        return run.ledger.disclosures.disclose_month(day, statement_hash=said)
    return run.ledger.disclosures.disclose(bill or "", statement_hash=said)


@command(app, "check")
def check(run: Run, bill: BillOption) -> object:
    """
    Put on record that one's party read a bill's disclosure as it is now (X6).

    Result: {"bill_no", "snapshot_hash", "tx"}.
    """
    return run.ledger.disclosures.record_check(bill)


@command(app, "acceptor")
def acceptor(run: Run, party: PartyOption) -> object:
    """
    What a party accepted and failed to pay, and whether it may accept today.

    Result: {"acceptor", "accepted_fen", "balance_fen", "overdue_fen", "overdue_balance_fen",
    "late_disclosures", "suspended", "banned_until"}.
    """
    return run.reader.disclosures.account(party)
