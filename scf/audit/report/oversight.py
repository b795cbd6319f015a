"""Ceilings, freezes, orders, rules, and how it was all obtained."""

from __future__ import annotations

from scf.audit.report.blocks import Block, Column, Section, Table, Words
from scf.audit.report.scope import Scope, asset, cut, fen, share
from scf.audit.rooms.telling import rule_text, short
from scf.model.bill_numbers import range_of_token
from scf.model.enums import BarReason, OrderKind, PartyStatus


def ceilings(scope: Scope) -> Section:
    """How far each debtor is within its limit, and who is barred."""
    rows = []
    accounts = scope.state.debtors.items()
    for id_, account in sorted(accounts, key=lambda item: -_used(item[1])):
        if not account.limit_fen and not account.outstanding_fen and not account.bar_reasons:
            continue
        reasons = [
            str(item.name).lower().replace("_", " ") for item in BarReason(account.bar_reasons)
        ]
        if account.overdue_count:
            reasons.insert(0, f"{account.overdue_count} overdue")
        rows.append(
            (
                scope.party(id_),
                fen(account.limit_fen),
                fen(account.outstanding_fen),
                fen(max(account.limit_fen - account.outstanding_fen, 0)),
                share(account.outstanding_fen, account.limit_fen),
                ", ".join(reasons),
            )
        )
    table = Table(
        caption="Limits of debtors",
        columns=(
            Column(head="Debtor"),
            Column(head="Limit", kind="figure"),
            Column(head="Outstanding", kind="figure"),
            Column(head="Free", kind="figure"),
            Column(head="Used", kind="figure"),
            Column(head="Barred because"),
        ),
        rows=rows,
        empty="no debtor has a limit",
    )
    return Section(
        id="ceilings",
        title="Ceilings and bars (限额与停止新开立)",
        blocks=(cut(table),),
        obtained="Limits set by the operator (OpeningLimitSet) beside what the books say is "
        "outstanding; a debtor is barred while a certificate of it is overdue, or for the reasons "
        "of R77-7 that were recorded.",
    )


def orders(scope: Scope) -> Section:
    """Freezes in force and every legal order."""
    state, today = scope.state, scope.day
    restraints = [
        *(
            (f"party {scope.party(id_)}", "frozen", item.frozen_until)
            for id_, item in state.parties.items()
        ),
        *(
            (f"certificate {asset(id_)}", "frozen", item.frozen_until)
            for id_, item in state.certificates.items()
        ),
        *(
            (_range(id_), measure, until)
            for id_, item in state.bills.restraints.items()
            for measure, until in (
                ("frozen", item.frozen_until),
                ("payment stopped", item.stopped_until),
            )
        ),
    ]
    frozen = [
        (what, measure, scope.tell.day(until))
        for what, measure, until in restraints
        if until >= today
    ]
    suspended = [
        scope.party(id_)
        for id_, item in state.parties.items()
        if item.status == PartyStatus.SUSPENDED
    ]
    listed = [
        (
            short("0x" + id_.hex()),
            OrderKind(item.kind).name.lower(),
            _subject(scope, item.subject),
            fen(item.amount_fen) if item.amount_fen else "",
            scope.party(item.party),
            item.state.name.lower().replace("_", " "),
            scope.tell.day(item.expiry_day),
        )
        for id_, item in state.orders.items()
    ]
    blocks: list[Block] = [
        Table(
            caption="Freezes in force",
            columns=(Column(head="What"), Column(head="Measure"), Column(head="Until", kind="day")),
            rows=frozen,
            empty="nothing is frozen",
        ),
        cut(
            Table(
                caption="Legal orders",
                columns=(
                    Column(head="Order", kind="id"),
                    Column(head="Kind"),
                    Column(head="About"),
                    Column(head="Amount", kind="figure"),
                    Column(head="Authority"),
                    Column(head="State"),
                    Column(head="Expires", kind="day"),
                ),
                rows=listed,
                empty="no order was ever entered",
            )
        ),
    ]
    if suspended:
        blocks.append(Words(text="Suspended: " + ", ".join(suspended), tone="note"))
    return Section(
        id="orders",
        title="Freezes and orders (冻结与司法协助)",
        blocks=blocks,
        obtained="Orders proposed, withdrawn and carried out by two officers of an authority "
        "(SYS-14); a freeze is in force up to and including its last day.",
    )


def rulebook(scope: Scope) -> Section:
    """The dated rules in force on the day."""
    rows = []
    for rule, versions in sorted(scope.state.rules.items()):
        started = [
            (number, item)
            for number, item in enumerate(versions, 1)
            if item.effective_from <= scope.day
        ]
        ahead = len(versions) - len(started)
        number, item = started[-1] if started else (0, None)
        rows.append(
            (
                rule_text(rule),
                str(item.value) if item else "not yet",
                str(number) if item else "",
                scope.tell.day(item.effective_from) if item else "",
                str(ahead) if ahead else "",
            )
        )
    table = Table(
        caption="Rules on the day of the report",
        columns=(
            Column(head="Rule"),
            Column(head="Value", kind="figure"),
            Column(head="Version", kind="figure"),
            Column(head="From"),
            Column(head="Loaded ahead", kind="figure"),
        ),
        rows=rows,
        empty="the rulebook is empty",
    )
    years = ", ".join(str(year) for year in sorted(scope.state.calendars)) or "none"
    return Section(
        id="rules",
        title="Rules in force (现行规则)",
        blocks=(table, Words(text=f"Business calendars loaded: {years}.")),
        obtained="Events RuleSet and CalendarSet; of the versions that have started, the highest "
        "holds (SYS-2). Units are those of the rulebook.",
    )


def method(scope: Scope) -> Section:
    """How figures come about at all."""
    reading = scope.reading
    return Section(
        id="method",
        title="How the figures were obtained (取数方法)",
        blocks=(
            Words(
                text=f"Every figure comes from {reading.event_count:,} events of the ledger's "
                f"contracts up to block {reading.block} ({reading.block_hash}), read in the order "
                "of the chain and folded into books by one pure function. Nothing was typed in; "
                "only names of parties come from a file, and each was checked against the hash "
                "that was enrolled."
            ),
            Words(
                text=f"Digest of these events: {reading.digest}. Whoever reads the same chain gets "
                "the same digest and the same figures (`scf audit sync`, `scf audit report`)."
            ),
            Words(
                text="Amounts are yuan with two decimals, counted in fen; shares are rounded down. "
                "Days are civil days in UTC+8. Below each part stands how its own figures were "
                "made, and under which rules of the rulebook."
            ),
        ),
    )


def _used(account: object) -> int:
    outstanding = getattr(account, "outstanding_fen", 0)
    limit = getattr(account, "limit_fen", 0)
    return int(outstanding * 10**6 // limit) if limit else 0


def _subject(scope: Scope, subject: bytes) -> str:
    if not any(subject):
        return "money"
    party = "0x" + subject[12:].hex()
    if party in scope.state.parties:
        return f"party {scope.party(party)}"
    id_ = int.from_bytes(subject)
    return _range(id_) if id_ in scope.state.bills.words else f"certificate {asset(id_)}"


def _range(id_: int) -> str:
    return f"bill {range_of_token(id_)}"
