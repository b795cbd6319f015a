"""
What every command shares: settings, keys, the connection, output.

A command is a function that takes a `Run` and its own options, and returns what it found or did.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.output import print_answer
from scf.errors import KeyFileError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from scf.chain.chain import Chain
    from scf.chain.keys import Keystore, Signer
    from scf.chain.sender import Sender
    from scf.ledger import Ledger

DEFAULT_URL = "http://127.0.0.1:8545"
_PANEL: dict[str, Any] = {"rich_help_panel": "Settings", "show_default": False}

_SETTINGS: Mapping[str, Any] = {
    "url": Annotated[
        str | None,
        typer.Option("--url", envvar="SCF_URL", help=f"The node ({DEFAULT_URL}).", **_PANEL),
    ],
    "manifest": Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            envvar="SCF_MANIFEST",
            help="What `scf deploy` wrote (HOME/manifest.json).",
            **_PANEL,
        ),
    ],
    "home": Annotated[
        Path | None,
        typer.Option(
            "--home",
            envvar="SCF_HOME",
            help="Directory of keys, journal and manifest (the user's data directory).",
            **_PANEL,
        ),
    ],
    "key": Annotated[
        str | None,
        typer.Option(
            "--key",
            "--maker",
            envvar="SCF_KEY",
            help="Name or address of the key of the officer who acts.",
            **_PANEL,
        ),
    ],
    "password_file": Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            help="File whose first line opens the keys (else SCF_PASSWORD, else asked for).",
            **_PANEL,
        ),
    ],
    "json": Annotated[
        bool, typer.Option("--json", help="Print one JSON object (see `scf --help`).", **_PANEL)
    ],
}


class Run:
    """
    The settings of one command, and what they lead to, opened when first asked for.

    Args:
        url, manifest, home, key, password_file: as on the command line; None for the default.
    """

    def __init__(
        self,
        *,
        url: str | None = None,
        manifest: Path | None = None,
        home: Path | None = None,
        key: str | None = None,
        password_file: Path | None = None,
        json: bool = False,
    ) -> None:
        self.url = url or DEFAULT_URL
        self._home = home
        self._manifest = manifest
        self._key = key
        self._password_file = password_file
        self.json = json

    @cached_property
    def home(self) -> Path:
        """Where keys, journal and manifest lie."""
        from scf.chain.keys import user_data_directory

        return (self._home or user_data_directory()).expanduser()

    @property
    def manifest_path(self) -> Path:
        """The manifest of the ledger."""
        return self._manifest or self.home / "manifest.json"

    @property
    def names_manifest(self) -> bool:
        """Whether the command line says which manifest, so that it must be there."""
        return self._manifest is not None

    @cached_property
    def keystore(self) -> Keystore:
        """The directory of keys."""
        import os

        from scf.chain.keys import KEYS_ENV, Keystore

        chosen = os.environ.get(KEYS_ENV)
        return Keystore(Path(chosen) if chosen else self.home / "keys")

    @cached_property
    def password(self) -> str:
        """
        What opens the keys.

        Raises:
            KeyFileError: it is nowhere, and there is no terminal to ask at.
        """
        import os
        import sys

        if self._password_file is not None:
            return _first_line(self._password_file)
        if found := os.environ.get("SCF_PASSWORD"):
            return found
        if not sys.stdin.isatty():
            places = "--password-file, SCF_PASSWORD, or a terminal to ask at"
            raise KeyFileError("password", "(none)", places)
        return str(typer.prompt("Password", hide_input=True, err=True))

    def signer(self, name: str) -> Signer:
        """The key of that name or address, opened."""
        return self.keystore.unlock(name, self.password)

    @cached_property
    def officer(self) -> Signer:
        """
        The officer who acts.

        Raises:
            UsageError: no key was named.
        """
        if self._key is None:
            raise UsageError("key", "(none)", "--key NAME or SCF_KEY; `scf key list` shows names")
        return self.signer(self._key)

    @cached_property
    def chain(self) -> Chain:
        """The chain, without its ledger."""
        from scf.chain.chain import Chain

        return Chain.connect(self.url)

    def open_sender(self) -> AbstractContextManager[Sender]:
        """What sends acts before there is a ledger; closed at the end of the `with`."""
        from contextlib import contextmanager

        from scf.chain.journal import Journal
        from scf.chain.sender import Sender

        @contextmanager
        def opened() -> Iterator[Sender]:
            journal = Journal(None)
            try:
                yield Sender(self.chain, journal)
            finally:
                journal.close()

        return opened()

    @cached_property
    def reader(self) -> Ledger:
        """The ledger, for reading."""
        from scf.ledger import connect

        return connect(self.url, self.manifest_path, home=self.home)

    def give_gas(self, addresses: Sequence[str]) -> None:
        """Keys of a local chain get gas from its node; elsewhere gas is the officers' business."""
        if self.chain.capabilities.balance_method is not None:
            self.chain.fund(addresses)

    @property
    def own_party(self) -> str:
        """
        The party that the officer acts for.

        Raises:
            UsageError: it acts for nobody.
        """
        found = self.ledger.participants.officer(self.officer.address)
        if found is None:
            raise UsageError("key", self.officer.address, "the key of an enrolled party's officer")
        return found.party

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger with the officer's key, opened before the node is asked, for acting."""
        officer = self.officer
        return self.reader.with_signer(officer)


def group(name: str, text: str) -> typer.Typer:
    """An empty group of commands."""
    return typer.Typer(
        name=name, help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False
    )


def command(
    app: typer.Typer, name: str, *, alone: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    Make a function the command `name` of a group (or, if `alone`, the group itself).

    The function's first parameter takes the `Run`; the settings are added to its options.
    """
    noun = str(app.info.name)

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        path = noun if alone else f"{noun} {name}"

        def run(**values: Any) -> None:
            settings = {setting: values.pop(setting) for setting in _SETTINGS}
            answer = function(Run(**settings), **values)
            if answer is not None:
                code = print_answer(path, answer, as_json=settings["json"])
                if code:
                    raise typer.Exit(code)

        _, *own = inspect.signature(function, eval_str=True).parameters.values()
        shared = [
            inspect.Parameter(
                setting,
                inspect.Parameter.KEYWORD_ONLY,
                default=False if setting == "json" else None,
                annotation=annotation,
            )
            for setting, annotation in _SETTINGS.items()
        ]
        everything = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in own] + shared
        run.__signature__ = inspect.Signature(everything)  # type: ignore[attr-defined]  # read by typer
        run.__annotations__ = {item.name: item.annotation for item in everything}
        app.command(name, help=inspect.getdoc(function))(run)
        return function

    return register


def _first_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise KeyFileError("password file", str(path), "a readable text file") from exc
    if not lines or not lines[0]:
        raise KeyFileError("password file", str(path), "a password in its first line")
    return lines[0]
