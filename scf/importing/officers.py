"""Whose keys act for the parties of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from scf.errors import KeyFileError, UsageError
from scf.model.identifiers import parse_uscc

if TYPE_CHECKING:
    from scf.chain.keys import Keystore, Signer

Pair = tuple["Signer", "Signer"]


class Officers(Protocol):
    """Finds a party's maker and checker by its unified social credit code."""

    def pair(self, uscc: str) -> Pair:
        """
        The party's maker and another officer, its checker.

        Raises:
            UsageError: there are no keys for that party.
        """


class KeystoreOfficers:
    """
    Keys of a keystore, named `<uscc>-maker` and `<uscc>-checker`.

    Args:
        keystore: the directory of keys.
        password: gives the password of all of them; asked for when the first is opened.
    """

    def __init__(self, keystore: Keystore, password: Callable[[], str]) -> None:
        self._keystore = keystore
        self._password = password
        self._pairs: dict[str, Pair] = {}

    def pair(self, uscc: str) -> Pair:
        """See `Officers`."""
        if uscc not in self._pairs:
            names = [f"{parse_uscc(uscc)}-{duty}" for duty in ("maker", "checker")]
            known = {entry.name for entry in self._keystore.entries()}
            for name in names:
                if name not in known:
                    expected = f"a key of that name in {self._keystore.directory}"
                    raise KeyFileError("key", name, expected)
            maker, checker = (self._keystore.unlock(name, self._password()) for name in names)
            self._pairs[uscc] = (maker, checker)
        return self._pairs[uscc]


class DerivedOfficers:
    """
    Keys made from one master key, the same ones every time: for local chains only, since whoever
    has the master key acts for everybody.

    Args:
        master: the master key.
        movable_clock: whether the chain's clock can be moved, by which a local chain is known.

    Raises:
        UsageError: the chain is not a local one.
    """

    def __init__(self, master: Signer, *, movable_clock: bool) -> None:
        if not movable_clock:
            raise UsageError("chain", "(shared)", "a local chain, or keys of each party's own")
        self._master = master
        self._pairs: dict[str, Pair] = {}

    def pair(self, uscc: str) -> Pair:
        """See `Officers`."""
        if uscc not in self._pairs:
            maker, checker = (derived(self._master, f"{uscc}/{place}") for place in (0, 1))
            self._pairs[uscc] = (maker, checker)
        return self._pairs[uscc]


def derived(master: Signer, name: str) -> Signer:
    """
    A key that only the holder of `master` can make again.

    Signatures are deterministic (RFC 6979), so a signature over the name is a secret of the name.
    """
    from scf.chain.keys import Signer
    from scf.chain.transactions import keccak

    secret = master.sign_typed(keccak(b"scf derived officer\0" + name.encode("utf-8")))
    return Signer.from_key(keccak(secret))
