"""
Officers' keys: encrypted files (keystore V3, as every wallet writes them) and the signers they open
to.

The password is always handed in; where it comes from (prompt, file, environment) is the command
line's business. Nothing here prints, logs or puts into an error a key or a password.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scf.chain.transactions import TxFields, keccak, signed_transaction
from scf.errors import KeyFileError, UsageError

if TYPE_CHECKING:
    from coincurve import PrivateKey

KEYS_ENV = "SCF_KEYS"
_KEY_BYTES = 32
SCRYPT_N = 2**18
SCRYPT_N_LIGHT = 2**12
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Signer:
    """
    One key that signs. Shows its address, never its key.

    Args:
        key: the private key, 32 bytes; `Signer.create()` and `Signer.from_key()` make one.
    """

    __slots__ = ("_key", "address")

    def __init__(self, key: bytes) -> None:
        from coincurve import PrivateKey

        self._key: PrivateKey = PrivateKey(key)
        public = self._key.public_key.format(compressed=False)
        self.address: str = "0x" + keccak(public[1:])[12:].hex()

    @classmethod
    def create(cls) -> Signer:
        """A signer with a new random key."""
        from coincurve import PrivateKey

        return cls(PrivateKey().secret)

    @classmethod
    def from_key(cls, key: bytes | str) -> Signer:
        """
        The signer of a private key (32 bytes, or hex).

        Raises:
            KeyFileError: not a private key.
        """
        try:
            secret = bytes.fromhex(key.removeprefix("0x")) if isinstance(key, str) else key
            if len(secret) != _KEY_BYTES:
                raise ValueError
            return cls(secret)
        except ValueError:
            # What libraries say about a key can quote it.
            raise KeyFileError("key", "(hidden)", "32 bytes in hex") from None

    def __repr__(self) -> str:
        return f"Signer({self.address})"

    def __reduce__(self) -> Any:
        raise TypeError("a signer cannot be pickled: it would carry its key")

    def sign_transaction(self, fields: TxFields) -> bytes:
        """The raw signed transaction, byte for byte what eth-account makes of the same fields."""
        return signed_transaction(fields, self._sign)

    def sign_typed(self, digest: bytes) -> bytes:
        """
        The signature of an EIP-712 digest (`scf.chain.typed.typed_digest`): r ‖ s ‖ v, 65 bytes, v
        27 or 28.

        Raises:
            UsageError: not 32 bytes.
        """
        if len(digest) != 32:
            raise UsageError("digest", f"{len(digest)} bytes", "32 bytes")
        signature = self._sign(digest)
        return signature[:64] + bytes((signature[64] + 27,))

    def encrypted(self, password: str, *, light: bool = False) -> dict[str, Any]:
        """The key as a keystore V3 object; `light` is quick and weak, for tests."""
        from eth_account import Account

        cost = SCRYPT_N_LIGHT if light else SCRYPT_N
        return dict(Account.encrypt(self._key.secret, password, kdf="scrypt", iterations=cost))

    def _sign(self, digest: bytes) -> bytes:
        return self._key.sign_recoverable(digest, hasher=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """
    One key file: the name it goes by, the address it opens to (0x, lower case), where it
    lies.
    """

    name: str
    address: str
    path: Path


class Keystore:
    """
    A directory of encrypted keys, `<name>.json` each, readable by their owner only.

    Args:
        directory: by default the environment's `SCF_KEYS`, else the user's data directory.
        light: encrypt quickly and weakly, for tests.
    """

    def __init__(self, directory: Path | None = None, *, light: bool = False) -> None:
        self.directory = directory or default_directory()
        self._light = light

    def new(self, name: str, password: str) -> KeyEntry:
        """
        Make a random key and keep it under `name`.

        Raises:
            KeyFileError: the name is taken, or no file can be written.
            UsageError: the name is not usable as one, or the password is empty.
        """
        return self._write(name, password, Signer.create())

    def import_key(self, name: str, password: str, key: str) -> KeyEntry:
        """
        Keep a private key (64 hex digits) under `name`; errors as in `new`, and for a wrong
        key.
        """
        return self._write(name, password, Signer.from_key(key.strip()))

    def import_file(self, name: str, password: str, path: Path) -> KeyEntry:
        """Keep a keystore V3 file of another wallet under `name`; it must open with `password`."""
        return self._write(name, password, _open(path, path.stem, password))

    def entries(self) -> list[KeyEntry]:
        """Every key of the directory by name; files that are no keystore are left out."""
        found = []
        for path in sorted(self.directory.glob("*.json")):
            try:
                found.append(KeyEntry(name=path.stem, address=_address(_read(path)), path=path))
            except KeyFileError:
                continue
        return found

    def find(self, name: str) -> KeyEntry:
        """
        The key called `name`, or the one with that address.

        Raises:
            KeyFileError: no such key.
        """
        wanted = name.lower()
        for entry in self.entries():
            if name == entry.name or wanted == entry.address:
                return entry
        known = ", ".join(entry.name for entry in self.entries()) or "none yet"
        raise KeyFileError(
            "key", name, f"a key of {self.directory} ({known}); `scf key new` makes one"
        )

    def unlock(self, name: str, password: str) -> Signer:
        """
        Open the key called `name` (or with that address).

        Raises:
            KeyFileError: no such key, unreadable, or the password is wrong.
        """
        entry = self.find(name)
        return _open(entry.path, entry.name, password)

    def _write(self, name: str, password: str, signer: Signer) -> KeyEntry:
        if not _NAME.fullmatch(name):
            raise UsageError("name", name, "letters, digits, dot, dash, underscore; at most 64")
        if not password:
            raise UsageError("password", "(empty)", "a password")
        path = self.directory / f"{name}.json"
        text = json.dumps(signer.encrypted(password, light=self._light))
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as exc:
            raise KeyFileError("name", name, "a name that no key has yet") from exc
        except OSError as exc:
            raise KeyFileError(
                "directory", str(self.directory), f"a writable place ({exc.strerror})"
            ) from exc
        return KeyEntry(name=name, address=signer.address, path=path)


def default_directory() -> Path:
    """
    Where keys lie unless told otherwise: `SCF_KEYS`, else `keys` in the user's data
    directory.
    """
    chosen = os.environ.get(KEYS_ENV)
    return Path(chosen).expanduser() if chosen else user_data_directory() / "keys"


def user_data_directory() -> Path:
    """The platform's place for a program's own files of one user."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "scf"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "scf"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "scf"


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise KeyFileError("key file", str(path), "a readable keystore V3 file") from exc
    if not isinstance(content, dict) or content.get("version") != 3:
        raise KeyFileError("key file", str(path), "a keystore V3 file")
    return content


def _address(content: dict[str, Any]) -> str:
    address = str(content.get("address", "")).lower().removeprefix("0x")
    if not re.fullmatch(r"[0-9a-f]{40}", address):
        raise KeyFileError("key file", "(no address)", "a keystore V3 file with its address")
    return "0x" + address


def _open(path: Path, name: str, password: str) -> Signer:
    from eth_account import Account

    content = _read(path)
    try:
        key = bytes(Account.decrypt(content, password))
    except Exception:  # noqa: BLE001 - what libraries raise here can quote the key
        raise KeyFileError("password", "(hidden)", f"the password of key {name}") from None
    return Signer.from_key(key)
