"""The command line inside this process: words in; exit code, output and JSON out."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scf.cli.app import build

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    @property
    def result(self) -> dict[str, Any]:
        assert self.code == 0, (self.out, self.err)
        assert self.json["ok"] is True
        return self.json["result"]

    def require(self) -> None:
        """Fail unless it was done."""
        assert self.result is not None

    @property
    def error(self) -> dict[str, Any]:
        assert self.code != 0, self.out
        assert self.json["ok"] is False
        return self.json["error"]


def scf(*words: str) -> Said:
    """Run `scf WORDS…`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            build().main(list(words), prog_name="scf")
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code=code, out=out.getvalue(), err=err.getvalue())


@dataclass(frozen=True)
class Desk:
    """A ledger on a node, with a home directory full of keys."""

    url: str
    home: Path
    codes: dict[str, str]

    def scf(self, *words: str, key: str | None = None) -> Said:
        """Run a command against it, with JSON."""
        settings = ["--url", self.url, "--home", str(self.home), "--json"]
        return scf(*words, *settings, *(["--key", key] if key else []))
