"""Which Solidity compiler runs: one exact version, from the first place that has it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scf.errors import ScfError, UsageError

SOLC_VERSION = "0.8.30"
SOLC_FULL_VERSION = "0.8.30+commit.73712a01"
SOLC_VARIABLE = "SCF_SOLC"

PROBE_SECONDS = 4
DOWNLOAD_SECONDS = 120

# Both run in a child because py-solc-x gives its requests no time limit.
_PROBE = """
import requests, solcx.install
requests.head(solcx.install.BINARY_DOWNLOAD_BASE.split("{")[0], timeout=3)
"""
_DOWNLOAD = f"import solcx; solcx.install_solc('{SOLC_VERSION}')"

_SHIM = Path(__file__).with_name("solc_shim.cjs")

_log = logging.getLogger(__name__)


class CompilerMissingError(ScfError):
    """No compiler of the pinned version can be run here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """A compiler that answered with the pinned version; `origin` is the place it came from."""

    path: Path
    origin: str


def find_compiler() -> Compiler:
    """
    The first compiler of exactly `SOLC_FULL_VERSION`.

    Order: the binary named by the environment variable `SCF_SOLC`; one that py-solc-x has
    installed; a download by py-solc-x where the network allows (given up within seconds where it
    does not); the pinned npm `solc`. All of them give the same bytes.

    Raises:
        UsageError: `SCF_SOLC` names something that is not this compiler.
        CompilerMissingError: none of the places has it.
    """
    for origin, find in _places():
        for path in find():
            if _full_version(path) == SOLC_FULL_VERSION:
                _log.debug("compiler found", extra={"origin": origin, "version": SOLC_FULL_VERSION})
                return Compiler(path=path, origin=origin)
            if origin == "configured":
                raise UsageError(
                    SOLC_VARIABLE, str(path), f"a solc that reports {SOLC_FULL_VERSION}"
                )
    raise CompilerMissingError(
        f"no solc {SOLC_FULL_VERSION}; run `npm ci` in contracts/ (Node 18 or newer), "
        f"or let {SOLC_VARIABLE} name one"
    )


def _places() -> tuple[tuple[str, Callable[[], Iterator[Path]]], ...]:
    return (
        ("configured", _configured),
        ("installed", _installed),
        ("downloaded", _downloaded),
        ("npm", _npm),
    )


def _configured() -> Iterator[Path]:
    value = os.environ.get(SOLC_VARIABLE)
    if value:
        yield Path(value)


def _installed() -> Iterator[Path]:
    import solcx
    from packaging.version import Version

    version = Version(SOLC_VERSION)
    if version in solcx.get_installed_solc_versions():
        yield solcx.install.get_executable(version)


def _downloaded() -> Iterator[Path]:
    if _succeeds(_PROBE, PROBE_SECONDS) and _succeeds(_DOWNLOAD, DOWNLOAD_SECONDS):
        yield from _installed()


def _npm() -> Iterator[Path]:
    yield _SHIM


def _succeeds(code: str, seconds: int) -> bool:
    try:
        child = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def _full_version(path: Path) -> str | None:
    from solcx.exceptions import SolcError
    from solcx.wrapper import get_version_str_from_solc_binary

    try:
        return get_version_str_from_solc_binary(path)
    except (OSError, subprocess.SubprocessError, SolcError):
        return None
