"""`scf bill show` and `list`: bills as trees and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scf.cli.bill_drawing import app
from scf.cli.bill_values import BillOption
from scf.cli.output import Answer, Table, plain, tables_text
from scf.cli.runner import Run, command
from scf.cli.values import PartyOption
from scf.units import format_fen

if TYPE_CHECKING:
    from rich.tree import Tree

    from scf.model.bill_records import BillTree, PartTree


@command(app, "show")
def show(run: Run, bill: BillOption) -> object:
    """
    A bill with its sub-ranges, and on each its chain, guarantees, dishonour and claim.

    Result: {"bill": {...}, "parts": [{"part": {...}, "chain": [...], "guarantees": [...],
    "dishonour", "pursuit", "claim"}], "disclosure"}.
    """
    tree = run.reader.bills.tree(bill)
    return Answer(result=tree, text=tree_text(tree))


@command(app, "list")
def list_(run: Run, party: PartyOption) -> object:
    """
    The sub-ranges that a party holds and that have not ended.

    Result: {"holder", "total_fen", "parts": [{"range", "amount_fen", "status", "flag", ...}]}.
    """
    from scf.contracts import checks

    holder = checks.party(party)
    parts = run.reader.bills.held_by(holder)
    total = sum(part.amount for part in parts)
    result = {"holder": holder, "total": total, "parts": parts}
    rows = [(str(part.range), format_fen(part.amount), part.pair) for part in parts]
    text = tables_text([Table(title="", columns=("range", "amount", "pair"), rows=rows)])
    answer = {"holder": holder, "total_fen": total, "parts": plain(result["parts"])}
    return Answer(result=answer, text=f"{text}\ntotal {format_fen(total)}")


def tree_text(tree: BillTree) -> str:
    """A bill as a tree of text: its parts below it, and what hangs on each below that."""
    from io import StringIO

    from rich.console import Console
    from rich.tree import Tree

    bill = tree.bill
    root = Tree(f"bill {bill.number}  {format_fen(bill.face)}  due {bill.maturity}")
    root.add(f"drawer {bill.drawer}")
    accepted = f" on {bill.acceptance_day}" if bill.acceptance_day else ", not accepted"
    root.add(f"acceptor {bill.acceptor} ({bill.kind.name.lower()}){accepted}")
    root.add(f"payee {bill.payee}")
    if tree.disclosure is not None:
        matches = "as it is" if tree.disclosure.matches else "differently"
        day = tree.disclosure.day
        root.add(f"disclosed {matches} on {day}" if day else "not disclosed")
    for item in tree.parts:
        _add_part(root, item)
    stream = StringIO()
    Console(file=stream, width=200, color_system=None).print(root)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _add_part(root: Tree, item: PartTree) -> None:
    part = item.part
    held = "ended, last with" if part.status.is_over else "held by"
    branch = root.add(
        f"{part.range.units}  {format_fen(part.amount)}  {part.pair}  {held} {part.holder}"
    )
    if part.pending_op:
        branch.add(f"pending: {_words(part.pending_op)}")
    for name, is_set in (("frozen", part.frozen), ("payment stopped", part.payment_stopped)):
        if is_set:
            branch.add(name)
    if item.chain:
        chain = branch.add("chain, from the holder back")
        for link in item.chain:
            mark = ", 不得转让" if link.marked else ""
            chain.add(f"{link.party}  {_words(link.kind)} on {link.day}{mark}")
    for guarantee in item.guarantees:
        branch.add(
            f"guaranteed by {guarantee.guarantor} for {guarantee.guaranteed}"
            f" on {guarantee.range.units}"
        )
    if item.dishonour is not None:
        found = item.dishonour
        branch.add(f"dishonoured {found.day}, {found.code.code}, recourse: {_words(found.scope)}")
    if item.pursuit is not None:
        pursuit = item.pursuit
        branch.add(f"pursued since {pursuit.opened_day}, costs {format_fen(pursuit.costs)}")
    if item.claim is not None:
        branch.add(f"claim today {format_fen(item.claim.amount)}")


def _words(member: Any) -> str:
    return str(member.name).lower().replace("_", " ")
