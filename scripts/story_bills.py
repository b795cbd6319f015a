"""
One bill, three tiers, one guarantee, one dishonour: the story of a supply-chain bill.

    python scripts/story_bills.py

The acts stand in `scf/cli/bill_story.py`, which `scf demo bills` tells too; read them there.
"""

from __future__ import annotations

import scf
from scf.cli.bill_show import tree_text
from scf.cli.bill_story import START, live_through, step_line


def main(node: str = "ganache") -> None:
    """Tell the story step by step, show the bill at maturity and at its end, and add up."""
    with scf.local(node=node, start_day=START) as ledger:
        story = live_through(ledger, tell=lambda step: print(step_line(step)))
    assert story.at_maturity is not None
    assert story.at_the_end is not None
    print("\nwhile one part is under recourse\n" + tree_text(story.at_maturity))
    print("\nin the end\n" + tree_text(story.at_the_end) + "\n")
    for item in story.sums:
        left, right = scf.format_fen(item.left_fen), scf.format_fen(item.right_fen)
        print(f"{item.what}: {left} = {item.equals}: {right}")
    assert story.adds_up


if __name__ == "__main__":
    main()
