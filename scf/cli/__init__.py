"""The `scf` command. `scf.cli.app` has the groups, `scf.cli.runner` what all commands share."""

from __future__ import annotations


def main() -> None:
    """Run the command line; ends the process with its exit code."""
    from scf.cli.app import build

    build()(prog_name="scf")
