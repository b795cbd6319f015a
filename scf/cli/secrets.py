"""The consortium's key, which makes invoice numbers unguessable: a file of 64 hex digits."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from scf.errors import KeyFileError
from scf.model.identifiers import CONSORTIUM_KEY_BYTES


def consortium_key(path: Path) -> bytes:
    """
    Read the key.

    Raises:
        KeyFileError: no such file, or something else in it.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as exc:
        raise KeyFileError("consortium key file", str(path), "a file of 64 hex digits") from exc
    if len(key) != CONSORTIUM_KEY_BYTES:
        raise KeyFileError("consortium key file", str(path), "a file of 64 hex digits")
    return key


def make_consortium_key(path: Path) -> bytes:
    """The key in `path`; a new one is made if there is no such file."""
    if path.exists():
        return consortium_key(path)
    key = secrets.token_bytes(CONSORTIUM_KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
    except OSError as exc:
        expected = f"a writable place ({exc.strerror})"
        raise KeyFileError("consortium key file", str(path), expected) from exc
    return key
