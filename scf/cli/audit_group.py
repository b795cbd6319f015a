"""The group `scf audit`, and the store that its commands open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.runner import Run, group

if TYPE_CHECKING:
    from scf.audit.store import Store

STORE_ENV = "SCF_STORE"
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PATH|URL",
        help=f"The event store: a file, or postgresql://… (HOME/audit.sqlite, or {STORE_ENV}).",
    ),
]

AtOption = Annotated[
    str | None,
    typer.Option("--at", metavar="BLOCK|DAY", help="As of a block or the end of a civil day."),
]
NamesOption = Annotated[
    Path | None,
    typer.Option(
        "--names", metavar="FILE", help="Names of parties: CSV with the columns uscc and name."
    ),
]

app = group("audit", "Read everything, replay it, prove it without trusting the operator.")


def store_place(run: Run, store: str | None) -> str | Path:
    """Where the store is: as asked, from the environment, or in the home directory."""
    return store or os.environ.get(STORE_ENV) or run.home / "audit.sqlite"


@contextmanager
def store_of(run: Run, store: str | None, *, write: bool = False) -> Iterator[Store]:
    """
    The store of the command's manifest; of its only deployment where there is no manifest.

    Args:
        write: open it for writing where that is possible, to keep checkpoints.
    """
    from scf.audit.store import Store
    from scf.build.manifest import Manifest

    place = store_place(run, store)
    path = run.manifest_path
    manifest = Manifest.load(path) if run.names_manifest or path.is_file() else None
    is_readable_only = isinstance(place, Path) and not os.access(place, os.W_OK)
    with Store.open(place, manifest, read_only=not write or is_readable_only, make=False) as opened:
        yield opened
