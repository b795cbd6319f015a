"""Options that the commands of `scf audit` share, and the store they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.runner import Run

if TYPE_CHECKING:
    from scf.audit.store import Store

STORE_NAME = "audit.sqlite"

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        envvar="SCF_STORE",
        metavar="FILE",
        help="The event store, or its postgresql:// URL (HOME/audit.sqlite).",
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


def open_store(run: Run, store: str | None) -> Store:
    """
    The store, for reading.

    Raises:
        UsageError: there is none, or one of another version.
        ManifestError: it does not hold the manifest's deployment.
    """
    from scf.audit.store import Store
    from scf.build.manifest import Manifest

    path = run.manifest_path
    manifest = Manifest.load(path) if path.exists() else None
    return Store.open(store or run.home / STORE_NAME, manifest, read_only=True)
