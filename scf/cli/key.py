"""`scf key`: officers' keys in encrypted files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from scf.cli.runner import Run, command, group
from scf.errors import KeyFileError

app = group("key", "Make, list and import officers' keys.")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="What the key will be called.")]


@command(app, "new")
def new(run: Run, name: _Name) -> object:
    """
    Make a random key and keep it, encrypted.

    Result: {"name", "address", "path"}.
    """
    return run.keystore.new(name, run.password)


@command(app, "list")
def list_(run: Run) -> object:
    """
    Show the keys there are, without opening them.

    Result: {"directory", "keys": [{"name", "address", "path"}]}.
    """
    return {"directory": run.keystore.directory, "keys": run.keystore.entries()}


@command(app, "import")
def import_(
    run: Run,
    name: _Name,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="A keystore file of another wallet, of the same password."),
    ] = None,
    raw_file: Annotated[
        Path | None,
        typer.Option("--raw-file", help="A file with 64 hex digits; `-` reads standard input."),
    ] = None,
) -> object:
    """
    Keep a key made elsewhere; exactly one of --file and --raw-file says where it is.

    Result: {"name", "address", "path"}.
    """
    if (file is None) == (raw_file is None):
        raise KeyFileError("file", "(none or both)", "either --file or --raw-file")
    if file is not None:
        return run.keystore.import_file(name, run.password, file)
    assert raw_file is not None  # noqa: S101 - for the type checker: one of the two is there
    return run.keystore.import_key(name, run.password, _raw(raw_file))


def _raw(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.readline()
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as exc:
        raise KeyFileError("raw-file", str(path), "a readable file of 64 hex digits") from exc
