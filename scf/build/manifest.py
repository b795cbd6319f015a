"""
The manifest of a deployment: which contracts stand where, on which chain, made by which compiler.

A manifest is public. Connecting with one checks it against the chain, so that nobody signs for a
contract that is not the one he thinks it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scf.build.artifacts import load, names
from scf.chain.transactions import keccak
from scf.errors import ManifestError

if TYPE_CHECKING:
    from scf.chain.chain import Chain

FORMAT = 1
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One contract: its address (0x, lower case) and the keccak-256 of its code on chain."""

    address: str
    code_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    One deployment.

    Attributes:
        chain_id, genesis_hash: the chain.
        first_block: number of the block of the first contract; no event is older.
        operator: identifier of the operating party (0x, lower case).
        contracts: by name (`Receivables`).
        compiler, evm_version, package_version: what made it.
    """

    chain_id: int
    genesis_hash: str
    first_block: int
    operator: str
    contracts: Mapping[str, Deployed]
    compiler: str
    evm_version: str
    package_version: str

    def address(self, name: str) -> str:
        """The address of contract `name`; ManifestError if it has none."""
        found = self.contracts.get(name)
        if found is None:
            raise ManifestError("contracts", name, f"one of {', '.join(self.contracts)}")
        return found.address

    def save(self, path: Path) -> None:
        """
        Write the manifest as JSON; a half-written file is never seen.

        Raises:
            ManifestError: the place is not writable.
        """
        require_place(path)
        part = _part_of(path)
        part.write_text(self.as_json(), encoding="utf-8")
        part.replace(path)

    def as_json(self) -> str:
        """The file's text: two spaces, sorted keys."""
        shape = {
            "chainId": self.chain_id,
            "compiler": self.compiler,
            "contracts": {
                name: {"address": item.address, "codeHash": item.code_hash}
                for name, item in self.contracts.items()
            },
            "evmVersion": self.evm_version,
            "firstBlock": self.first_block,
            "format": FORMAT,
            "genesisHash": self.genesis_hash,
            "operator": self.operator,
            "packageVersion": self.package_version,
        }
        return json.dumps(shape, indent=2, sort_keys=True) + "\n"

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """
        Read a manifest.

        Raises:
            ManifestError: unreadable, not JSON, a field missing or of another kind, or a format
                that this version does not know.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as exc:
            raise ManifestError("manifest", str(path), "a readable manifest in JSON") from exc
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, source: str) -> Manifest:
        """
        A manifest from its text; `source` says in messages where that came from.

        Raises:
            ManifestError: as for `load`.
        """
        try:
            shape = json.loads(text)
        except ValueError as exc:
            raise ManifestError("manifest", source, "a readable manifest in JSON") from exc
        if not isinstance(shape, dict) or shape.get("format") != FORMAT:
            raise ManifestError("manifest", source, f"a manifest of format {FORMAT}")
        try:
            return cls(
                chain_id=_typed(shape, "chainId", int),
                genesis_hash=_typed(shape, "genesisHash", str),
                first_block=_typed(shape, "firstBlock", int),
                operator=_address(shape, "operator"),
                contracts={
                    name: Deployed(
                        address=_address(item, "address").lower(),
                        code_hash=_typed(item, "codeHash", str),
                    )
                    for name, item in _typed(shape, "contracts", dict).items()
                },
                compiler=_typed(shape, "compiler", str),
                evm_version=_typed(shape, "evmVersion", str),
                package_version=_typed(shape, "packageVersion", str),
            )
        except (KeyError, TypeError, AttributeError) as exc:
            raise ManifestError("manifest", source, f"all of its fields ({exc})") from exc

    def check(self, chain: Chain) -> None:
        """
        Make sure that the manifest describes this chain and these contracts.

        Raises:
            ManifestError: names what differs: the chain id, the genesis hash, a contract that is
                missing, the code at an address, or contracts of another version of the package.
        """
        if chain.id != self.chain_id:
            raise ManifestError("chain id", chain.id, f"{self.chain_id}, as the manifest says")
        if chain.genesis_hash != self.genesis_hash:
            expected = f"{self.genesis_hash}, as the manifest says (was the chain reset?)"
            raise ManifestError("genesis hash", chain.genesis_hash, expected)
        missing = sorted(set(names()) - set(self.contracts))
        if missing:
            raise ManifestError("contracts", ", ".join(self.contracts), f"also {missing[0]}")
        for name, item in self.contracts.items():
            self._check_code(chain, name, item)

    def _check_code(self, chain: Chain, name: str, item: Deployed) -> None:
        code = chain.code(item.address)
        found = hash_of(code)
        if found != item.code_hash:
            shown = found if code else f"no code at {item.address}"
            expected = f"{item.code_hash}, as the manifest says"
            raise ManifestError(f"code hash of {name}", shown, expected)
        artifact = load(name)
        if artifact.without_immutables(code) != artifact.deployed_bytecode:
            expected = f"the code that scf {package_version()} was made with"
            raise ManifestError(f"version of {name}", self.package_version, expected)


def require_place(path: Path) -> None:
    """
    Make sure that a manifest can be written there, before contracts are made for it.

    Raises:
        ManifestError: it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _part_of(path).touch()
        _part_of(path).unlink()
    except OSError as exc:
        expected = f"a writable place ({exc.strerror})"
        raise ManifestError("manifest", str(path), expected) from exc


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def hash_of(code: bytes) -> str:
    """The keccak-256 of code, 0x and 64 hex digits."""
    return "0x" + keccak(code).hex()


def package_version() -> str:
    """The version of the installed package; `0+checkout` where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("scf")
    except PackageNotFoundError:
        return "0+checkout"


def _address(shape: Mapping[str, Any], name: str) -> str:
    found = str(_typed(shape, name, str))
    if not _ADDRESS.fullmatch(found):
        raise TypeError(f"{name}: {found!r} is no address")
    return found


def _typed(shape: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    value = shape[name]
    if type(value) is not kind:
        raise TypeError(f"{name} is no {kind.__name__}")
    return value
