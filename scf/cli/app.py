"""
The groups of `scf`. A group's module is imported when one of its commands runs, so that
`scf --help` stays quick.

With `--json` every command prints one JSON object on standard output, whatever happens:

    {"ok": true, "command": "cash balance", "result": {...}}
    {"ok": false, "command": "cash balance", "error": {"error": ..., "message": ..., "retry": ...}}

Amounts are integers of fen (their names end in `_fen`), rates integers of ppm, days ISO, hashes and
addresses `0x` and hex, certificate ids `0x` and 64 digits. Exit codes: 0 done, 1 refused by a rule
of the trade, 2 wrong usage, 3 the node did not answer.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from scf.errors import ScfError

GROUPS = {
    "chain": "Run a local chain; see its state; move its clock.",
    "key": "Make, list and import officers' keys.",
    "deploy": "Put the contracts on a chain and write the manifest.",
    "participant": "Enrol parties; their officers, suspension, freezes.",
    "rule": "Dated parameters and business calendars.",
    "cash": "Tokenised deposits: mint, burn, transfer, balance.",
    "invoice": "Trade background: register, confirm, see what is used.",
    "receivable": "Certificates: open, confirm, transfer, pay, see holders.",
    "finance": "Turn a claim into money: quotes, recourse, early payment, loans.",
    "bill": "Commercial bills: draw, accept, endorse, present, pay, show.",
    "recourse": "Recourse on bills: pursue, offer, take, see claims.",
    "audit": "Read everything, replay it, prove it without trusting the operator.",
    "import": "Bring in a CSV file of invoices, or live through it.",
    "demo": "Watch a supply chain's invoices become money, on a local chain.",
}


class Commands(TyperGroup):
    """The groups by name; what they hold is loaded when it is used."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command to run, its module imported."""
        name, _, rest = super().resolve_command(ctx, args)
        module = import_module(f"scf.cli.{name}_" if name == "import" else f"scf.cli.{name}")
        command = get_command(module.app)
        command.name = name
        return name, command, rest

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        """Run, report whatever goes wrong in one way, and end with the exit code."""
        words = sys.argv[1:] if args is None else list(args)
        options["standalone_mode"] = False
        try:
            code = super().main(words, *others, **options)
        except (ScfError, typer.Abort, typer.TyperException) as error:
            from scf.cli.output import print_error

            sys.exit(print_error(error, as_json="--json" in words, words=words))
        sys.exit(code or 0)


def build() -> Commands:
    """The whole command line."""
    return Commands(
        name="scf",
        help="An open supply-chain finance ledger.\n\n"
        "Settings come from options or from SCF_URL, SCF_MANIFEST, SCF_KEY, SCF_HOME and "
        "SCF_PASSWORD. Every command takes --json.",
        commands=[TyperCommand(name=name, help=text) for name, text in GROUPS.items()],
        no_args_is_help=True,
        rich_markup_mode=None,
        add_help_option=True,
    )
