"""Compiled contracts as package data: what deploying, calling and decoding need, and no more."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from scf.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """
    One compiled contract.

    Attributes:
        abi: entries as the compiler gives them; shared between callers, so never change one.
        bytecode: creation code, constructor arguments to be appended.
        deployed_bytecode: code on chain, with zeros where immutables go.
        immutable_references: (start, length) in bytes of each immutable in `deployed_bytecode`.
        compiler: version with commit.
        evm_version: the instruction set it was compiled for.
    """

    contract_name: str
    source_name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: tuple[tuple[int, int], ...]
    compiler: str
    evm_version: str

    def without_immutables(self, code: bytes) -> bytes:
        """Code read from a chain with immutables zeroed, to compare with `deployed_bytecode`."""
        cleared = bytearray(code)
        for start, length in self.immutable_references:
            cleared[start : start + length] = bytes(length)
        return bytes(cleared)

    def as_json(self) -> str:
        """The shipped file: sorted keys, no spaces, one line."""
        shape = {
            "abi": self.abi,
            "bytecode": self.bytecode.hex(),
            "compiler": self.compiler,
            "contractName": self.contract_name,
            "deployedBytecode": self.deployed_bytecode.hex(),
            "evmVersion": self.evm_version,
            "immutableReferences": self.immutable_references,
            "sourceName": self.source_name,
        }
        return json.dumps(shape, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


@functools.cache
def load(name: str) -> Artifact:
    """
    The shipped artifact of contract `name` (`Receivables`).

    Raises:
        UsageError: no contract of that name is shipped.
    """
    file = resources.files(__package__) / "artifacts" / f"{name}.json"
    if not name.isidentifier() or not file.is_file():
        raise UsageError("contract", name, f"one of {', '.join(names())}")
    shape = json.loads(file.read_text(encoding="utf-8"))
    return Artifact(
        contract_name=shape["contractName"],
        source_name=shape["sourceName"],
        abi=tuple(shape["abi"]),
        bytecode=bytes.fromhex(shape["bytecode"]),
        deployed_bytecode=bytes.fromhex(shape["deployedBytecode"]),
        immutable_references=tuple(
            (start, length) for start, length in shape["immutableReferences"]
        ),
        compiler=shape["compiler"],
        evm_version=shape["evmVersion"],
    )


def names() -> tuple[str, ...]:
    """Names of all shipped contracts, sorted."""
    folder = resources.files(__package__) / "artifacts"
    if not folder.is_dir():
        return ()
    return tuple(sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".json")))


def differences(artifacts: Iterable[Artifact], folder: Path) -> tuple[str, ...]:
    """One line per file of `folder` that is missing, too many or not what `artifacts` say."""
    wanted = {f"{item.contract_name}.json": item.as_json().encode() for item in artifacts}
    present = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    return tuple(
        f"{name}: {_difference(wanted.get(name), present.get(name))}"
        for name in sorted(wanted | present)
        if wanted.get(name) != present.get(name)
    )


def write(artifacts: Iterable[Artifact], folder: Path) -> tuple[str, ...]:
    """Make `folder` hold exactly `artifacts`; the lines of `differences` as they were before."""
    items = tuple(artifacts)
    changed = differences(items, folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{item.contract_name}.json": item.as_json() for item in items}
    for path in folder.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return changed


def _difference(wanted: bytes | None, present: bytes | None) -> str:
    if present is None:
        return "missing"
    return "no such contract" if wanted is None else "differs from what the contracts compile to"
