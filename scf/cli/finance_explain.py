"""`scf finance explain`: the arithmetic behind a quote, a deal or a loan, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scf.cli.finance_quotes import app, explained
from scf.cli.output import Answer
from scf.cli.runner import Run, command
from scf.cli.values import hash_of
from scf.units import format_fen, format_rate


@command(app, "explain")
def explain(
    run: Run,
    what: Annotated[str, typer.Argument(metavar="ID", help="A loan's id, or a quote's file.")],
) -> object:
    """
    How the numbers of a quote, a sale with recourse or a loan come about, to the fen.

    Result: {"lines": [text, …]}.
    """
    lines = _loan_lines(run, what) if what.startswith("0x") else _quote_lines(run, Path(what))
    return Answer(result={"lines": lines}, text="\n".join(lines))


def _loan_lines(run: Run, text: str) -> list[str]:
    from scf.units import interest_fen

    found = run.reader.loans.loan(hash_of(text, field="id"))
    owed, today = run.reader.loans.debt(found.id), run.reader.today()
    turn = min(max(found.repay_day, found.since_day), today)
    early, late = (turn - found.since_day).days, (today - turn).days
    principal = format_fen(found.principal)
    lines = [f"principal since {found.since_day}    {principal} yuan"]
    if found.interest:
        lines.append(f"interest left from before       {format_fen(found.interest)} yuan")
    for days, rate in ((early, found.rate), (late, found.late_rate)):
        if days:
            part = interest_fen(found.principal, days=days, rate_ppm=rate)
            lines.append(
                f"interest  {principal} × {days} days × {format_rate(rate)} / 360 = "
                f"{format_fen(part)} yuan, half-up"
            )
    lines += [
        f"costs of enforcement            {format_fen(owed.costs)} yuan",
        f"owed in all                     {format_fen(owed.total)} yuan",
        "payments go to costs, then interest, then principal; what is above is the pledgor's",
    ]
    return lines


def _quote_lines(run: Run, path: Path) -> list[str]:
    from scf.cli.files import load_quote
    from scf.model.records import Recourse

    quote = load_quote(path).quote
    face = run.reader.discounting
    lines = explained(quote, face.terms(quote)).splitlines()
    is_sold = face.receipt_used_by(quote.registry_receipt) == face.quote_id(quote)
    if not is_sold or quote.recourse == Recourse.NONE:
        return lines
    account = run.reader.factoring.account(quote)
    lines += [
        f"sold with recourse; collected    {format_fen(account.collected)} yuan",
        f"advance, late interest, costs   {format_fen(account.owed)} yuan",
        f"still unpaid of the part        {format_fen(account.left)} yuan",
    ]
    if account.left:
        lines.append(
            f"to buy it back  {format_fen(account.owed)} − {format_fen(account.collected)} = "
            f"{format_fen(account.claim)} yuan"
        )
    else:
        lines.append(
            f"surplus to return  {format_fen(account.collected)} − {format_fen(account.owed)} = "
            f"{format_fen(account.surplus)} yuan"
        )
    return lines
