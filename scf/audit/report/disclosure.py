"""Bills in the report: what acceptors owe, and the disclosure and overdue lists X1 to X5."""

from __future__ import annotations

from scf.audit.report.blocks import Block, Column, Section, Table, Tile, Tiles, Words
from scf.audit.report.scope import Scope, cut, fen
from scf.audit.supervision.bill_rows import acceptances, listings
from scf.model.bill_words import RangeWord

_NONE = "There is no bill on this ledger."


def bills(scope: Scope) -> Section:
    """Bills and their acceptors (X2)."""
    own = scope.state.bills
    title = "Commercial bills (商业汇票)"
    if not own.bills:
        return Section(id="bills", title=title, blocks=(Words(text=_NONE),), obtained=_OBTAINED)
    balance = sum(item.balance_fen for item in own.acceptors.values())
    late = sum(item.overdue_balance_fen for item in own.acceptors.values())
    live = sum(not RangeWord.of(own.words[id_]).status.is_over for id_ in own.holders)
    tiles = Tiles(
        tiles=(
            Tile(label="Accepted, not ended", value=fen(balance), hint=f"{len(own.bills)} bills"),
            Tile(label="Overdue", value=fen(late), tone="bad" if late else "good"),
            Tile(label="Live sub-ranges", value=str(live), hint=f"of {len(own.holders)}"),
            Tile(label="Pursuits", value=str(len(own.pursuits)), hint="recourse under way"),
        )
    )
    rows = [
        (
            scope.party(acceptor),
            fen(item.accepted_fen),
            fen(item.balance_fen),
            fen(item.overdue_fen),
            fen(item.overdue_balance_fen),
        )
        for acceptor, item in sorted(own.acceptors.items(), key=lambda pair: -pair[1].balance_fen)
    ]
    table = Table(
        caption="Acceptors (X2)",
        columns=(
            Column(head="Acceptor"),
            Column(head="Accepted so far", kind="figure"),
            Column(head="Balance", kind="figure"),
            Column(head="Overdue so far", kind="figure"),
            Column(head="Overdue now", kind="figure"),
        ),
        rows=rows,
        empty="nobody accepted a bill",
    )
    blocks = (tiles, cut(table), cut(_unpaid(scope)))
    return Section(id="bills", title=title, blocks=blocks, obtained=_OBTAINED)


def _unpaid(scope: Scope) -> Table:
    """Sub-ranges that were dishonoured, or whose day of payment is over."""
    late = [item for item in scope.bills_owed() if item.word.dishonour or item.pay_day < scope.day]
    return Table(
        caption="Dishonoured, or not paid on their day",
        columns=(
            Column(head="Sub-range", kind="id"),
            Column(head="Acceptor"),
            Column(head="Holder"),
            Column(head="Amount", kind="figure"),
            Column(head="To be paid on", kind="day"),
            Column(head="Days past", kind="figure"),
            Column(head="How it stands"),
        ),
        rows=[
            (
                str(item.part),
                scope.party(item.acceptor),
                scope.party(item.holder),
                fen(item.amount_fen),
                scope.tell.day(item.pay_day),
                str(max(scope.day - item.pay_day, 0)),
                ("dishonoured, " if item.word.dishonour else "")
                + item.word.flag.name.lower().replace("_", " "),
            )
            for item in sorted(late, key=lambda item: (item.pay_day, item.part))
        ],
        total=("all", "", "", fen(sum(item.amount_fen for item in late)), "", "", "")
        if late
        else (),
        empty="every bill is paid or not yet due",
    )


def lists(scope: Scope) -> Section:
    """Disclosures that are missing or differ (X1, X3), and the lists X4 and X5."""
    title = "Disclosure and overdue lists X1–X5 (信息披露与逾期名单)"
    if not scope.state.bills.bills:
        return Section(id="lists", title=title, blocks=(Words(text=_NONE),), obtained=_LISTED)
    today = scope.tell.day(scope.day)
    open_ = [row for row in acceptances(scope.reading, scope.names) if row[9] != "yes"]
    shown = {code: scope.party(id_) for id_, code in scope.names.codes.items() if code}
    missing = Table(
        caption="Accepted bills without a statement, or with another one than the ledger derives",
        columns=(
            Column(head="Bill", kind="id"),
            Column(head="Acceptor"),
            Column(head="Face", kind="figure"),
            Column(head="Accepted", kind="day"),
            Column(head="To disclose by", kind="day"),
            Column(head="Stated", kind="day"),
            Column(head="Late"),
        ),
        rows=[
            (
                *(row[0], shown.get(row[4]) or row[4], fen(row[5])),
                *(row[2], row[7], row[8], _is_late(row[7], today)),
            )
            for row in open_
        ],
        empty="every bill that must be disclosed is",
    )
    listed = Table(
        caption="Acceptors with overdue months",
        columns=(
            Column(head="Acceptor"),
            Column(head="Month"),
            Column(head="Events", kind="figure"),
            Column(head="Overdue at its end", kind="figure"),
            Column(head="Suspended (X4)"),
            Column(head="Banned until (X5)", kind="day"),
        ),
        rows=[
            (shown.get(row[0]) or row[0], row[1], str(row[2]), fen(row[3]), row[4], row[5])
            for row in listings(scope.reading, scope.names)
            if row[2] or row[3] or row[4] == "yes" or row[5]
        ],
        empty="no acceptor is overdue, suspended or banned",
    )
    blocks: tuple[Block, ...] = (cut(missing), cut(listed))
    return Section(id="lists", title=title, blocks=blocks, obtained=_LISTED)


def _is_late(by: str, today: str) -> str:
    return "late" if by and by < today else ""


_OBTAINED = (
    "Acceptances, ends and overdue events of every bill, added up by acceptor; the books and the "
    "contracts are compared on the same figures (X2, DIS-1, DIS-2)."
)
_LISTED = (
    "X1: bills of enterprises and finance companies, to be disclosed by the next business day "
    "after acceptance; a statement is held against what the ledger derives. X4: events of the "
    "last month that is over and of those before it, by the dated values X4.count and X4.months. "
    "X5: months in which X4 held, by X5.count and X5.months; the ban lasts as R4-36 says."
)
