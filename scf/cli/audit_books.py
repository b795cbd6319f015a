"""`scf audit books`: what the events add up to, at any moment."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.audit_group import StoreOption, app, store_of
from scf.cli.progress import progress
from scf.cli.runner import Run, command
from scf.cli.values import day_of
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.audit.replay import Moment
    from scf.audit.store import Store

_ROWS_SHOWN = 50
_MOVING = ("rollforward", "diff")


@command(app, "books")
def books(
    run: Run,
    store: StoreOption = None,
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            metavar="TABLE",
            help="totals, holdings, locks, exposure, financiers, invoices, overdue, cash; with "
            "--from also rollforward and diff. May be repeated (totals, exposure).",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="BLOCK|DAY", help="The moment (where the store ends)."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="BLOCK|DAY", help="The earlier moment of a comparison."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="The legal day of lateness (that of --at)."),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--of", metavar="ID", help="Only rows that name this party or asset."),
    ] = None,
) -> object:
    """
    The books at the end of a block or civil day, as folded from the events.

    A roll-forward has opening + in - out - settled = closing for each holder and asset; its
    difference is zero in sound books, and the exit code 1 if one is not.

    Result: {"block_number", "block_hash", "day", "as_of", "events", "digest", TABLE: [rows] …}.
    """
    from scf.audit.replay import block_at, replay
    from scf.units import from_civil_day

    wanted = _tables(show, has_opening=from_ is not None)
    with store_of(run, store, write=True) as opened, progress(run) as tell:
        moment = replay(
            opened,
            block=block_at(opened, at),
            on_progress=lambda done, total: tell("folding", done, total),
        )
        opening = None
        if from_ is not None:
            first = block_at(opened, from_, field="from")
            if first > moment.block_number:
                raise UsageError("from", from_, f"a moment before block {moment.block_number}")
            opening = replay(opened, block=first)
        day = day_of(as_of, field="as-of") if as_of else from_civil_day(moment.day)
        key = _subject(opened, subject)
        found = {
            name: _limited(run, _of(key, _rows(opened, name, moment, opening, day)))
            for name in wanted
        }
        head = _head(moment, opening, day)
    _require_balanced(found)
    return head | found


def _tables(show: list[str] | None, *, has_opening: bool) -> list[str]:
    from scf.audit.books import TABLES

    known = [*TABLES, *_MOVING]
    wanted = show or (["rollforward"] if has_opening else ["totals", "exposure"])
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(name, known, 2)
            hint = f"did you mean {' or '.join(close)}? One" if close else "one"
            raise UsageError("show", name, f"{hint} of {', '.join(known)}")
        if name in _MOVING and not has_opening:
            raise UsageError("from", "(none)", f"--from BLOCK|DAY, which {name} needs")
    return wanted


def _head(moment: Moment, opening: Moment | None, day: dt.date) -> dict[str, Any]:
    from scf.units import from_civil_day

    head: dict[str, Any] = {
        "block_number": moment.block_number,
        "last_block_with_events": moment.last.number if moment.last else None,
        "day": from_civil_day(moment.day),
        "as_of": day,
        "events": moment.event_count,
        "digest": moment.last.digest if moment.last else None,
    }
    return head | ({"from_block": opening.block_number} if opening else {})


def _rows(
    store: Store, name: str, moment: Moment, opening: Moment | None, day: dt.date
) -> Iterable[Any]:
    from scf.audit.books import TABLES
    from scf.audit.differences import differences
    from scf.audit.rollforward import roll_forward

    if name == "rollforward":
        return [
            {
                "holder": row.holder,
                "asset": row.asset,
                "opening_fen": row.opening,
                "in_fen": row.incoming,
                "out_fen": row.outgoing,
                "settled_fen": row.settled,
                "closing_fen": row.closing,
                "difference_fen": row.difference,
            }
            for row in roll_forward(store, opening, moment)
        ]
    if name == "diff" and opening is not None:
        return differences(opening.state, moment.state)
    return TABLES[name](moment.state, day)


def _subject(store: Store, key: str | None) -> str | None:
    from scf.audit.subjects import find_subjects, subject_of

    if key is None:
        return None
    # The same id may be known as several kinds of things; any of them will do here.
    same = {item.key for item in find_subjects(store, key) if item.key == key.lower()}
    return same.pop() if same else subject_of(store, key).key


def _of(key: str | None, rows: Iterable[Any]) -> Iterator[Any]:
    """Rows as they are printed, those that name `key` only."""
    from scf.cli.output import plain

    for row in rows:
        shown = plain(row)
        if key is None or any(key in str(value).split() for value in shown.values()):
            yield shown


def _limited(run: Run, rows: Iterator[Any]) -> list[Any]:
    """All rows in JSON; the first ones for people, and how many more there are."""
    if run.json:
        return list(rows)
    shown = list(islice(rows, _ROWS_SHOWN))
    more = sum(1 for _ in rows)
    if more:
        note = f"… and {more:,} more (--json shows all)"
        shown.append({name: note if at == 0 else None for at, name in enumerate(shown[0])})
    return shown


def _require_balanced(found: dict[str, list[Any]]) -> None:
    from scf.errors import UnsoundError

    for row in found.get("rollforward", []):
        if row["difference_fen"]:
            what = f"roll-forward of {row['holder']} in {row['asset']}"
            raise UnsoundError(what, f"it differs by {row['difference_fen']} fen")
