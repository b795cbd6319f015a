"""What stood out: unusual patterns, and differences between books and contracts."""

from __future__ import annotations

from scf.audit.patterns import PATTERNS, sightings
from scf.audit.report.blocks import Column, Section, Table, Tile, Tiles, Words
from scf.audit.report.scope import Scope, cut, fen
from scf.audit.rooms.telling import short


def unusual(scope: Scope) -> Section:
    """Hints for a person to look at."""
    seen = sightings(scope.reading, scope.thresholds)
    rows = [
        (
            PATTERNS[item.pattern].title,
            item.text.format(*(scope.tell.party(party) for party in item.parties)),
            short(item.assets[0]) if item.assets else "",
            fen(item.amount_fen),
            _period(scope, item.first_day, item.last_day),
            ", ".join(short(tx) for tx in item.txs[:3]) + (" …" if len(item.txs) > 3 else ""),
        )
        for item in seen
    ]
    limits = scope.thresholds
    tiles = Tiles(
        tiles=[
            Tile(
                label=pattern.title,
                value=str(sum(item.pattern == name for item in seen)),
                hint=pattern.meaning,
                tone="note" if any(item.pattern == name for item in seen) else "",
            )
            for name, pattern in PATTERNS.items()
        ]
    )
    return Section(
        id="unusual",
        title="Unusual patterns (异常交易线索)",
        blocks=(
            tiles,
            cut(
                Table(
                    caption="What was seen; hints, not verdicts",
                    columns=(
                        Column(head="Pattern"),
                        Column(head="What"),
                        Column(head="Asset", kind="id"),
                        Column(head="Amount", kind="figure"),
                        Column(head="When", kind="day"),
                        Column(head="Transactions", kind="id"),
                    ),
                    rows=rows,
                    empty="nothing stood out",
                )
            ),
        ),
        obtained="Every hop between parties, asset by asset, in the order of the chain. "
        f"Thresholds: round trips within {limits.round_trip_days} days; {limits.flip_hops} hops "
        f"within {limits.flip_days} days; {limits.just_under_count} parts within "
        f"{limits.just_under_ppm // 10_000} % under an officer's limit; circles of 3 to "
        f"{limits.ring_parties} parties within {limits.ring_days} days; invoices used and sold in "
        "full (R77-8, MUST-4).",
    )


def reconciliation(scope: Scope) -> Section:
    """Whether the contracts say the same as the books."""
    done = scope.reconciled
    if done is None:
        text = "No node was asked for this report: run `scf audit report` with --url to compare."
        return Section(
            id="reconciliation",
            title="Reconciliation (对账)",
            blocks=(Words(text=text, tone="note"),),
        )
    outcome = done.outcome
    found = len(outcome.findings)
    tiles = Tiles(
        tiles=(
            Tile(
                label="Differences",
                value=str(found),
                hint="books against contracts and sums within them",
                tone="bad" if found else "good",
            ),
            Tile(
                label="Answers compared", value=f"{outcome.compared:,}", hint=f"block {done.block}"
            ),
            Tile(label="Reading mode reached", value=done.mode, hint=", ".join(done.nodes)),
        )
    )
    checks = Table(
        caption="Checks",
        columns=(
            Column(head="Check"),
            Column(head="What"),
            Column(head="Against"),
            Column(head="Compared", kind="figure"),
            Column(head="Differences", kind="figure"),
        ),
        rows=[
            (item.name, item.title, item.against, f"{item.compared:,}", str(len(item.findings)))
            for item in outcome.results
        ],
    )
    differences = Table(
        caption="Differences",
        columns=(
            Column(head="Check"),
            Column(head="Subject", kind="id"),
            Column(head="About"),
            Column(head="Contracts say"),
            Column(head="Books say"),
        ),
        rows=[
            (item.check, item.subject, item.about, item.found, item.expected)
            for item in outcome.findings
        ],
        empty="none",
    )
    return Section(
        id="reconciliation",
        title="Reconciliation (对账)",
        blocks=(tiles, checks, cut(differences)),
        obtained="Each line compares every answer of the contracts at that block with what the "
        f"books say, byte for byte. Digest of all answers: {outcome.digest}.",
    )


def _period(scope: Scope, first: int, last: int) -> str:
    start, end = scope.tell.day(first), scope.tell.day(last)
    return start if start == end else f"{start} to {end}"
