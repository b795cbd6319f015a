"""
Compiles the contracts of a checkout, the same bytes everywhere.

One exact compiler, the *paris* instruction set (older consortium chains and ganache know nothing
later), no metadata in the code, every source handed over by content, results sorted.

The sources are first read together, which finds every fault and warning; then each contract is made
from the sources it needs and no others, several at a time. So its bytes depend on nothing else, and
a change costs the contracts it concerns: the compiler's answers are kept under `.build/` by the
hash of all that went in.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scf.build.artifacts import Artifact
from scf.build.compilers import SOLC_FULL_VERSION, SOLC_VERSION, Compiler, find_compiler
from scf.errors import ScfError, UsageError

EVM_VERSION = "paris"
OPTIMIZER_RUNS = 400
VIA_IR = True
CODE_SIZE_MAX = 24_576  # EIP-170
CACHE_ENTRIES_MAX = 256

# The name in an import, and where the pinned package keeps it below contracts/.
LIBRARY_PREFIX = "solady/"
LIBRARY_FOLDER = "node_modules/solady/src/"

WANTED = (
    "abi",
    "evm.bytecode.linkReferences",
    "evm.bytecode.object",
    "evm.bytecode.sourceMap",
    "evm.deployedBytecode.immutableReferences",
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.sourceMap",
    "evm.methodIdentifiers",
    "storageLayout",
)

_IMPORT = re.compile(r"""\bimport\b[^;"']*["']([^"']+)["']\s*;""")


class CompileError(ScfError):
    """The contracts do not compile, or not to deployable code; `messages` has one per fault."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        super().__init__("\n".join(message.rstrip() for message in messages))
        self.messages = messages


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledContract:
    """
    One deployable contract: what is shipped, and what only builders and tests ask for.

    The instruction counts of creation and deployed code tell where code ends and data begins.
    """

    artifact: Artifact
    method_identifiers: Mapping[str, str]
    storage_layout: Mapping[str, Any]
    creation_instructions: int
    deployed_instructions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The deployable contracts by name, the compiler's warnings, the settings that made them."""

    contracts: tuple[CompiledContract, ...]
    warnings: tuple[str, ...]
    settings: Mapping[str, Any]

    def __getitem__(self, name: str) -> CompiledContract:
        return next(item for item in self.contracts if item.artifact.contract_name == name)


def contracts_folder() -> Path:
    """The contracts of this checkout; UsageError where the package was installed without one."""
    folder = Path(__file__).resolve().parents[2] / "contracts"
    if not folder.is_dir():
        raise UsageError(
            "contracts",
            str(folder),
            "a checkout of the repository",
        )
    return folder


def compile_contracts(
    folder: Path, *, cache: Path | None = None, library: Path | None = None
) -> Build:
    """
    Compile every `*.sol` below `folder`, `node_modules` excepted.

    Args:
        folder: the root of the sources; its name begins every source name.
        cache: a directory of compiler answers; without one the compiler always runs.
        library: where `solady/…` is found, `folder/node_modules/solady/src` unless given.

    Raises:
        CompileError: compiler errors, code above `CODE_SIZE_MAX`, a name used twice, external
            libraries.
        CompilerMissingError: no compiler of the pinned version.
        UsageError: `folder` holds no source.
    """
    request = standard_input(folder, library or folder / LIBRARY_FOLDER)
    # Looked for once, and only if an answer is not at hand.
    compiler = functools.cache(find_compiler)
    reading = _answer(request, cache, compiler)
    units = [_unit(request, reading["sources"], name) for name in _deployable(reading["sources"])]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        answers = list(pool.map(lambda unit: _answer(unit, cache, compiler), units))
    contracts = sorted(
        (made for answer in answers for made in _made(answer)),
        key=lambda item: (item.artifact.contract_name, item.artifact.source_name),
    )
    _refuse_undeployable(contracts)
    warnings = dict.fromkeys(
        message["formattedMessage"]
        for answer in (reading, *answers)
        for message in answer.get("errors", ())
        if message["severity"] != "error"
    )
    return Build(contracts=tuple(contracts), warnings=tuple(warnings), settings=request["settings"])


def standard_input(folder: Path, library: Path) -> dict[str, Any]:
    """The compiler's input to read every source below `folder`, with what they import."""
    own = {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.sol"))
        if "node_modules" not in path.relative_to(folder).parts
    }
    if not own:
        raise UsageError("contracts", str(folder), "a folder with .sol files")

    prefix = f"{folder.name}/{LIBRARY_FOLDER}"
    sources = own | _imported(own, library, prefix)
    return {
        "language": "Solidity",
        "settings": {
            "evmVersion": EVM_VERSION,
            "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
            "optimizer": {"enabled": True, "runs": OPTIMIZER_RUNS},
            "outputSelection": {name: {"": ["ast"]} for name in sorted(sources)},
            "remappings": [f"{LIBRARY_PREFIX}={prefix}"],
            "viaIR": VIA_IR,
        },
        "sources": {name: {"content": sources[name]} for name in sorted(sources)},
    }


def _unit(request: Mapping[str, Any], read: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The input that makes the contracts of one source, with the sources it needs."""
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        source = waiting.pop()
        if source not in needed:
            needed.add(source)
            waiting += read[source]["imports"]
    outputs = {contract: list(WANTED) for contract in read[name]["contracts"]}
    return {
        **request,
        "settings": {**request["settings"], "outputSelection": {name: outputs}},
        "sources": {source: request["sources"][source] for source in sorted(needed)},
    }


def _imported(own: Mapping[str, str], library: Path, prefix: str) -> dict[str, str]:
    # The compiler would read these itself, but then the cache would not see them change.
    found: dict[str, str] = {}
    waiting = [
        library / target.removeprefix(LIBRARY_PREFIX)
        for text in own.values()
        for target in _IMPORT.findall(text)
        if target.startswith(LIBRARY_PREFIX)
    ]
    while waiting:
        path = waiting.pop()
        name = prefix + path.relative_to(library).as_posix()
        if name in found or not path.is_file():
            continue
        found[name] = path.read_text(encoding="utf-8")
        waiting += [
            Path(os.path.normpath(path.parent / target)) for target in _IMPORT.findall(found[name])
        ]
    return found


def _answer(
    request: Mapping[str, Any], cache: Path | None, compiler: Callable[[], Compiler]
) -> dict[str, Any]:
    if cache is None:
        return _run(request, compiler())
    key = hashlib.sha256(
        json.dumps([SOLC_FULL_VERSION, request], sort_keys=True).encode()
    ).hexdigest()
    entry = cache / f"{key}.json"
    if entry.is_file():
        kept: dict[str, Any] = json.loads(entry.read_text(encoding="utf-8"))
        return kept

    answer = _run(request, compiler())
    cache.mkdir(parents=True, exist_ok=True)
    part = entry.with_suffix(".part")
    part.write_text(json.dumps(answer), encoding="utf-8")
    part.replace(entry)
    newest_first = sorted(cache.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[CACHE_ENTRIES_MAX:]:
        old.unlink(missing_ok=True)
    return answer


def _run(request: Mapping[str, Any], compiler: Compiler) -> dict[str, Any]:
    import solcx
    from solcx.exceptions import SolcError

    try:
        answer: dict[str, Any] = solcx.compile_standard(dict(request), solc_binary=compiler.path)
    except SolcError as exc:
        raise CompileError(_messages(exc)) from exc

    for source in answer["sources"].values():
        source.update(_facts(source.pop("ast", {"nodes": ()})["nodes"]))
    return answer


def _facts(nodes: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What is kept of a source's syntax tree: what it imports, and which contracts it defines."""
    return {
        "imports": [
            node["absolutePath"] for node in nodes if node["nodeType"] == "ImportDirective"
        ],
        "contracts": [
            node["name"]
            for node in nodes
            if node["nodeType"] == "ContractDefinition"
            and node["contractKind"] == "contract"
            and not node["abstract"]
        ],
    }


def _messages(exc: Any) -> tuple[str, ...]:
    faults = tuple(
        fault["formattedMessage"] for fault in exc.error_dict or () if fault["severity"] == "error"
    )
    return faults or (f"solc {SOLC_VERSION} failed: {exc.stderr_data or exc.message}",)


def _deployable(read: Mapping[str, Any]) -> list[str]:
    """The sources of ours that define contracts to deploy."""
    return [
        name for name, source in read.items() if source["contracts"] and LIBRARY_FOLDER not in name
    ]


def _made(answer: Mapping[str, Any]) -> Iterator[CompiledContract]:
    for source_name, contracts in answer.get("contracts", {}).items():
        for name, output in contracts.items():
            yield _compiled(source_name, name, output)


def _compiled(source_name: str, name: str, output: Mapping[str, Any]) -> CompiledContract:
    evm = output["evm"]
    if evm["bytecode"]["linkReferences"]:
        libraries = sorted(
            entry for refs in evm["bytecode"]["linkReferences"].values() for entry in refs
        )
        raise CompileError(
            (f"{name} calls external libraries {libraries}; make their functions internal",)
        )
    places = evm["deployedBytecode"]["immutableReferences"].values()
    artifact = Artifact(
        contract_name=name,
        source_name=source_name,
        abi=tuple(output["abi"]),
        bytecode=bytes.fromhex(evm["bytecode"]["object"]),
        deployed_bytecode=bytes.fromhex(evm["deployedBytecode"]["object"]),
        immutable_references=tuple(
            sorted((place["start"], place["length"]) for entry in places for place in entry)
        ),
        compiler=SOLC_FULL_VERSION,
        evm_version=EVM_VERSION,
    )
    return CompiledContract(
        artifact=artifact,
        method_identifiers=dict(sorted(evm["methodIdentifiers"].items())),
        storage_layout=output["storageLayout"],
        creation_instructions=_instructions(evm["bytecode"]),
        deployed_instructions=_instructions(evm["deployedBytecode"]),
    )


def _instructions(code: Mapping[str, Any]) -> int:
    # The source map has one entry for each instruction and none for data.
    return str(code["sourceMap"]).count(";") + 1


def _refuse_undeployable(contracts: list[CompiledContract]) -> None:
    artifacts = [item.artifact for item in contracts]
    faults = [
        f"{item.contract_name}: {len(item.deployed_bytecode):,} bytes, above {CODE_SIZE_MAX:,}"
        for item in artifacts
        if len(item.deployed_bytecode) > CODE_SIZE_MAX
    ]
    faults += [
        f"{after.contract_name} is defined in {before.source_name} and in {after.source_name}"
        for before, after in itertools.pairwise(artifacts)
        if before.contract_name == after.contract_name
    ]
    if faults:
        raise CompileError(tuple(faults))
