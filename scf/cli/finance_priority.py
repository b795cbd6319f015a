"""`scf finance priority`: who is paid first out of one receivable that several have financed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.finance_quotes import app
from scf.cli.output import Answer, Table, tables_text
from scf.cli.runner import Run, command
from scf.cli.values import AmountOption, amount_of
from scf.errors import UnsoundError, UsageError
from scf.units import format_fen

if TYPE_CHECKING:
    from scf.model.priority import Claim

_FIELDS = {
    "name": "",
    "registered_at": None,
    "registry_sequence": 0,
    "notice_at": None,
    "financed_fen": 0,
    "owed_fen": None,
}
_UTC8 = dt.timezone(dt.timedelta(hours=8))


@command(app, "priority")
def priority(
    run: Run,
    claims: Annotated[
        Path,
        typer.Option(
            "--claims", metavar="FILE", help="JSON: the receivable's financings, see below."
        ),
    ],
    amount: AmountOption,
) -> object:
    """
    What each of several claims on one receivable gets out of a payment (民法典 768).

    FILE holds {"claims": [{"name", "registered_at", "registry_sequence", "notice_at",
    "financed_fen", "owed_fen"}]}: times such as 2026-03-05T10:30:00 (UTC+8 unless they say
    otherwise), null where a claim was not filed or the debtor not notified. Filed claims come
    first, by time, then by the registry's number; then notified ones by time; the rest share by
    what they financed. The contract says it, and it is worked out here once more.

    Result: {"claims": [{"name", "rank", "paid_fen", "unpaid_fen"}], "left_fen"}.
    """
    from scf.model.priority import allocate

    names, given = _read(claims)
    paid = amount_of(amount)
    parts, left = run.reader.factoring.priority(given, paid)
    if (parts, left) != allocate(given, paid):
        raise UnsoundError("priority", "the contract divides the payment otherwise than CC-768")
    rows = [
        (name, _rank(claim), part, claim.owed_fen - part)
        for name, claim, part in zip(names, given, parts, strict=True)
    ]
    columns = ("name", "rank", "paid_fen", "unpaid_fen")
    result = {"claims": [dict(zip(columns, row, strict=True)) for row in rows], "left_fen": left}
    shown = [
        *((name, rank, format_fen(part), format_fen(unpaid)) for name, rank, part, unpaid in rows),
        ("nobody's", "", format_fen(left), ""),
    ]
    table = Table(title="", columns=("claim", "ranks", "paid, yuan", "unpaid, yuan"), rows=shown)
    return Answer(result=result, text=tables_text([table]))


def _rank(claim: Claim) -> str:
    if claim.registered_at:
        return f"filed {_shown(claim.registered_at)}, number {claim.registry_sequence}"
    return f"notified {_shown(claim.notice_at)}" if claim.notice_at else "with the rest"


def _shown(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, _UTC8).isoformat(sep=" ")[:19]


def _read(path: Path) -> tuple[list[str], list[Claim]]:
    from scf.cli.files import read_object

    rows = read_object(path, "claims").get("claims")
    if not isinstance(rows, list) or not rows:
        raise UsageError("claims", str(path), 'a list under "claims"')
    names, found = [], []
    for place, row in enumerate(rows, 1):
        name, claim = _claim(row, place)
        names.append(name)
        found.append(claim)
    return names, found


def _claim(row: Any, place: int) -> tuple[str, Claim]:
    """
    Raises:
        UsageError: names the claim by its place, the field, and what belongs there.
    """
    from scf.model.priority import Claim

    where = f"claim {place}"
    if not isinstance(row, Mapping) or not row.keys() <= _FIELDS.keys() or "owed_fen" not in row:
        raise UsageError("claims", where, f"an object with owed_fen, and of {', '.join(_FIELDS)}")
    given = _FIELDS | dict(row)
    return str(given["name"] or where), Claim(
        registered_at=_time(given["registered_at"], f"{where}, registered_at"),
        registry_sequence=_number(given["registry_sequence"], f"{where}, registry_sequence"),
        notice_at=_time(given["notice_at"], f"{where}, notice_at"),
        financed_fen=_number(given["financed_fen"], f"{where}, financed_fen"),
        owed_fen=_number(given["owed_fen"], f"{where}, owed_fen"),
    )


def _time(value: Any, where: str) -> int:
    if value is None:
        return 0
    try:
        found = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageError("claims", f"{where}: {value}", "a time: 2026-03-05T10:30:00") from None
    return int((found if found.tzinfo else found.replace(tzinfo=_UTC8)).timestamp())


def _number(value: Any, where: str) -> int:
    if type(value) is not int or value < 0:
        raise UsageError("claims", f"{where}: {value}", "a whole number that is not negative")
    return value
