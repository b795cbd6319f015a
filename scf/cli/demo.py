"""`scf demo`: a supply chain's invoices become money, on a local chain, from the shipped sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.output import Answer
from scf.cli.progress import progress
from scf.cli.runner import Run, command, group
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.importing.reader import ImportFile
    from scf.model.records import SizeClass

app = group("demo", "Watch a supply chain's invoices become money, on a local chain.")
_SHARE_PPM = 400_000
_RATE_PPM = 36_000
_FEE_FEN = 150_00
_NOTES = (
    "A core enterprise buys on credit from its suppliers, they from theirs, and so on.",
    "Its confirmed invoices become certificates; its suppliers pay theirs with parts of them.",
    "Who needs money early sells a part to the bank, at the rate of the core enterprise.",
)


@command(app, "demo", alone=True)
def demo(
    run: Run,
    story: Annotated[
        str,
        typer.Argument(metavar="[STORY]", help="certificates (the default), bills or finance."),
    ] = "certificates",
    node: Annotated[str, typer.Option("--node", help="ganache or anvil.")] = "ganache",
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep the chain here (ganache).")
    ] = None,
) -> object:
    """
    Live through the shipped sample file and show who held, paid and financed what; or through one
    supply-chain bill: endorsed in parts, guaranteed, dishonoured, pursued, paid in the end; or
    through what a small firm does to turn its claims into money.

    Result: {"first_day", "last_day", "invoices", "acts", "opened", "passed_on",
    "sold", "paid", "overdue", "holders": […], "debtors": […], "sales": […], "financing": {…},
    "sums": [{"what", "left_fen", "equals", "right_fen", "difference_fen"}], "adds_up",
    "refusals": []}; amounts are read from the chain or from the results of the acts. For bills
    {"steps": [{"day", "what", "amount_fen"}], "at_maturity", "at_the_end" (as `bill show`),
    "sums", "adds_up"}. For finance {"steps", "explained": {what: text}, "sums", "adds_up"}.
    """
    if story == "bills":
        return _bills(node, data)
    if story == "finance":
        return _finance(node, data)
    if story != "certificates":
        raise UsageError("story", story, "certificates, bills or finance")
    from scf.cli.story import story as told_as
    from scf.importing.history import Financing, ReplayOptions
    from scf.importing.reader import read_invoices
    from scf.importing.study import Study, live_through

    sample = Path(__file__).parents[1] / "importing" / "samples" / "three_tiers.csv"
    file = read_invoices(sample)
    options = ReplayOptions(
        pass_down=True,
        financing=Financing(share_ppm=_SHARE_PPM, rate_ppm=_RATE_PPM, fee=_FEE_FEN, every=2),
        sizes=_sizes(file),
    )
    with progress(run) as told:
        report = live_through(file, Study(options=options, node=node, data=data, on_progress=told))
    return Answer(result=report.as_dict(), text=told_as(report, _NOTES))


def _bills(node: str, data: Path | None) -> Answer:
    from scf.cli.bill_show import tree_text
    from scf.cli.bill_story import START, live_through, step_line
    from scf.cli.output import Table, tables_text
    from scf.local_ledger import local
    from scf.units import format_fen

    with local(node=node, data=data, start_day=START) as ledger:
        story = live_through(ledger)
    trees = [
        f"{title}\n{tree_text(tree)}"
        for title, tree in (
            ("While one part is under recourse", story.at_maturity),
            ("In the end", story.at_the_end),
        )
        if tree is not None
    ]
    sums = Table(
        title="Does it add up?",
        columns=("this", "yuan", "must equal", "yuan"),
        rows=[
            (item.what, format_fen(item.left_fen), item.equals, format_fen(item.right_fen))
            for item in story.sums
        ],
    )
    verdict = "Everything adds up." if story.adds_up else "IT DOES NOT ADD UP; please report this."
    steps = "\n".join(step_line(step) for step in story.steps)
    text = "\n\n".join([steps, *trees, tables_text([sums]), verdict])
    return Answer(result=story.as_dict(), text=text)


def _finance(node: str, data: Path | None) -> Answer:
    from scf.cli.bill_story import step_line
    from scf.cli.finance_story import START, live_through
    from scf.cli.output import Table, tables_text
    from scf.local_ledger import local
    from scf.units import format_fen

    with local(node=node, data=data, start_day=START) as ledger:
        story = live_through(ledger)
    sums = Table(
        title="Does it add up?",
        columns=("this", "yuan", "must equal", "yuan"),
        rows=[
            (item.what, format_fen(item.left_fen), item.equals, format_fen(item.right_fen))
            for item in story.sums
        ],
    )
    reasons = [f"{title}\n{text}" for title, text in story.explained.items()]
    verdict = "Everything adds up." if story.adds_up else "IT DOES NOT ADD UP; please report this."
    steps = "\n".join(step_line(step) for step in story.steps)
    text = "\n\n".join([steps, *reasons, tables_text([sums]), verdict])
    return Answer(result=story.as_dict(), text=text)


def _sizes(file: ImportFile) -> dict[str, SizeClass]:
    """Who buys from nobody is large; the others are smaller tier by tier."""
    from scf.model.records import SizeClass

    order = (SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.MICRO)
    sellers = {row.seller_uscc for row in file.rows}
    tier = {row.buyer_uscc for row in file.rows} - sellers
    sizes: dict[str, SizeClass] = {}
    for size in order:
        sizes |= {uscc: size for uscc in tier if uscc not in sizes}
        tier = {row.seller_uscc for row in file.rows if row.buyer_uscc in tier}
    return sizes
