"""The contracts compile to what is shipped, for chains that stop at paris, and faults are named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import pytest

from scf.build import __main__ as command
from scf.build import artifacts, compilers
from scf.build.compile import (
    CODE_SIZE_MAX,
    Build,
    CompiledContract,
    CompileError,
    compile_contracts,
    contracts_folder,
    standard_input,
)
from scf.errors import UsageError

ROOT = contracts_folder().parent
LIBRARY = ROOT / "contracts" / "node_modules" / "solady" / "src"
HEAD = "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.30;\n"
COIN = """
import {ERC20} from "solady/tokens/ERC20.sol";

interface IOwned {
    error OwnedStranger(address caller);
}

library Fen {
    function twice(uint256 fen) internal pure returns (uint256) {
        return fen * 2;
    }
}

abstract contract Owned is IOwned {
    address public immutable owner = msg.sender;
}

contract Coin is ERC20, Owned {
    function name() public pure override returns (string memory) {
        return "Coin";
    }

    function symbol() public pure override returns (string memory) {
        return "COIN";
    }

    function mint(address to, uint256 fen) external {
        require(msg.sender == owner, OwnedStranger(msg.sender));
        _mint(to, Fen.twice(fen));
    }
}
"""

PUSH_FIRST, PUSH_LAST, INVALID = 0x60, 0x7F, 0xFE
LATER_THAN_PARIS = {0x49: "BLOBHASH", 0x4A: "BLOBBASEFEE", 0x5C: "TLOAD", 0x5D: "TSTORE"}
LATER_THAN_PARIS |= {0x5E: "MCOPY", 0x5F: "PUSH0"}


def opcodes(code: bytes) -> Iterator[int]:
    """The instructions of `code`, without the data that PUSH carries."""
    at = 0
    while at < len(code):
        opcode = code[at]
        yield opcode
        at += 1 + (opcode - PUSH_FIRST + 1 if PUSH_FIRST <= opcode <= PUSH_LAST else 0)


def later_than_paris(contract: CompiledContract) -> set[str]:
    """Names of instructions in creation or deployed code that a paris chain does not know."""
    made = contract.artifact
    creation = islice(opcodes(made.bytecode), contract.creation_instructions)
    deployed = islice(opcodes(made.deployed_bytecode), contract.deployed_instructions)
    return {LATER_THAN_PARIS[op] for op in chain(creation, deployed) if op in LATER_THAN_PARIS}


@pytest.fixture
def npm_solc(monkeypatch: pytest.MonkeyPatch) -> None:
    """No looking around for other compilers: they cost seconds where the network hangs."""
    monkeypatch.setenv(compilers.SOLC_VARIABLE, str(ROOT / "scf" / "build" / "solc_shim.cjs"))


@pytest.fixture(scope="module")
def shipped() -> Build:
    return compile_contracts(contracts_folder(), cache=ROOT / ".build")


@pytest.fixture(scope="module")
def coin(tmp_path_factory: pytest.TempPathFactory) -> CompiledContract:
    folder = tmp_path_factory.mktemp("coin") / "contracts"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "Coin.sol").write_text(HEAD + COIN)
    return compile_contracts(folder, library=LIBRARY)["Coin"]


@pytest.fixture
def tree(tmp_path: Path, npm_solc: None) -> Path:
    folder = tmp_path / "contracts"
    (folder / "assets").mkdir(parents=True)
    return folder


# What is shipped


def test_recompile__gives_the_shipped_artifacts_byte_for_byte(shipped: Build) -> None:
    made = [item.artifact for item in shipped.contracts]

    differences = artifacts.differences(made, ROOT / "scf" / "build" / "artifacts")

    assert differences == ()
    assert artifacts.names() == tuple(item.contract_name for item in made)


def test_settings__are_for_paris_without_metadata(shipped: Build) -> None:
    settings = shipped.settings

    assert settings["evmVersion"] == "paris"
    assert settings["optimizer"]["enabled"] is True
    assert settings["metadata"] == {"appendCBOR": False, "bytecodeHash": "none"}
    assert {artifacts.load(name).evm_version for name in artifacts.names()} == {"paris"}


def test_shipped_code__knows_no_instruction_later_than_paris(shipped: Build) -> None:
    found = {item.artifact.contract_name: later_than_paris(item) for item in shipped.contracts}

    assert found
    assert {name: later for name, later in found.items() if later} == {}


def test_shipped_code__fits_a_deployment() -> None:
    sizes = {name: len(artifacts.load(name).deployed_bytecode) for name in artifacts.names()}

    assert {name: size for name, size in sizes.items() if not 0 < size <= CODE_SIZE_MAX} == {}


def test_shipped_sources__compile_without_a_warning(shipped: Build) -> None:
    assert shipped.warnings == ()


def test_instruction_search__finds_push0_of_a_later_setting(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "Coin.sol").write_text(HEAD + COIN)
    monkeypatch.setattr("scf.build.compile.EVM_VERSION", "cancun")

    build = compile_contracts(tree, library=LIBRARY)

    assert [item.artifact.contract_name for item in build.contracts] == ["Coin"]
    assert "PUSH0" in later_than_paris(build["Coin"])


# One small tree


def test_compile__describes_a_contract_as_the_chain_and_the_client_need_it(
    coin: CompiledContract,
) -> None:
    made = coin.artifact

    errors = {entry["name"] for entry in made.abi if entry["type"] == "error"}

    assert (made.contract_name, made.source_name) == ("Coin", "contracts/assets/Coin.sol")
    assert coin.method_identifiers["mint(address,uint256)"] == "40c10f19"
    assert coin.storage_layout["storage"] == []
    assert made.compiler == compilers.SOLC_FULL_VERSION
    assert "OwnedStranger" in errors


def test_without_immutables__undoes_what_the_constructor_wrote(coin: CompiledContract) -> None:
    made = coin.artifact
    on_chain = bytearray(made.deployed_bytecode)
    for start, length in made.immutable_references:
        on_chain[start : start + length] = b"\x11" * length

    cleared = made.without_immutables(bytes(on_chain))

    assert bytes(on_chain) != made.deployed_bytecode
    assert cleared == made.deployed_bytecode


def test_compile_again__asks_the_compiler_only_when_a_source_changed(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tree / "Coin.sol"
    source.write_text(HEAD + COIN)
    first = compile_contracts(tree, library=LIBRARY, cache=tmp_path / "cache")
    monkeypatch.setenv(compilers.SOLC_VARIABLE, str(tmp_path / "none"))

    second = compile_contracts(tree, library=LIBRARY, cache=tmp_path / "cache")

    assert second == first
    source.write_text(HEAD + COIN.replace("fen * 2", "fen * 3"))
    with pytest.raises(UsageError, match="SCF_SOLC"):
        compile_contracts(tree, library=LIBRARY, cache=tmp_path / "cache")


def test_compile_again__makes_only_the_contracts_that_a_change_concerns(
    tree: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    (tree / "Base.sol").write_text(f"{HEAD}abstract contract Base {{ uint256 public a; }}")
    (tree / "One.sol").write_text(HEAD + 'import {Base} from "./Base.sol"; contract One is Base {}')
    (tree / "Two.sol").write_text(f"{HEAD}contract Two {{ uint256 public b; }}")
    before = compile_contracts(tree, library=LIBRARY, cache=cache)
    kept = set(cache.iterdir())

    (tree / "Base.sol").write_text(f"{HEAD}abstract contract Base {{ uint256 public c; }}")
    after = compile_contracts(tree, library=LIBRARY, cache=cache)

    assert after["Two"] == before["Two"]
    assert after["One"].method_identifiers != before["One"].method_identifiers
    assert len(set(cache.iterdir()) - kept) == 2  # all read together, and One


def test_compile_again__sees_a_change_inside_the_library(tree: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "tokens").mkdir(parents=True)
    (library / "tokens" / "ERC20.sol").write_text('import "../utils/Deep.sol";')
    (library / "utils").mkdir()
    (library / "utils" / "Deep.sol").write_text("// one")
    (tree / "Coin.sol").write_text(HEAD + COIN)

    before = standard_input(tree, library)
    (library / "utils" / "Deep.sol").write_text("// two")
    after = standard_input(tree, library)

    deep = "contracts/node_modules/solady/src/utils/Deep.sol"
    assert before["sources"][deep] != after["sources"][deep]


# Faults


def test_compile_broken__names_file_line_and_reason_of_every_fault(tree: Path) -> None:
    (tree / "assets" / "Bad.sol").write_text(
        HEAD + "contract Bad {\n    uint256 a = missing;\n    uint256 b = absent;\n}\n"
    )

    with pytest.raises(CompileError) as caught:
        compile_contracts(tree)

    first, second = caught.value.messages
    assert "contracts/assets/Bad.sol:4:17" in first
    assert "Undeclared identifier" in first
    assert "contracts/assets/Bad.sol:5:17" in second
    assert str(caught.value).count("Undeclared identifier") == 2


def test_compile_too_large__names_the_contract_and_its_size(tree: Path) -> None:
    digests = (hashlib.sha256(bytes([n % 256, n >> 8])).hexdigest() for n in range(400))
    text = "".join(digests)[: CODE_SIZE_MAX + 1]
    body = f'function f() external pure returns (string memory) {{ return "{text}"; }}'
    (tree / "Huge.sol").write_text(f"{HEAD}contract Huge {{ {body} }}")

    with pytest.raises(CompileError, match=r"Huge: \d\d,\d{3} bytes, above 24,576"):
        compile_contracts(tree)


def test_compile_same_name_twice__names_both_places(tree: Path) -> None:
    (tree / "A.sol").write_text(f"{HEAD}contract Twin {{ uint256 public a; }}")
    (tree / "assets" / "B.sol").write_text(f"{HEAD}contract Twin {{ uint256 public b; }}")

    with pytest.raises(CompileError, match=r"Twin is defined in .*A\.sol and in .*assets/B\.sol"):
        compile_contracts(tree)


def test_compile_external_library__is_refused_by_name(tree: Path) -> None:
    (tree / "A.sol").write_text(
        f"{HEAD}library Lib {{ function f() external pure returns (uint256) {{ return 1; }} }}"
        "contract User { function g() external pure returns (uint256) { return Lib.f(); } }"
    )

    with pytest.raises(CompileError, match=r"User calls external libraries \['Lib'\]"):
        compile_contracts(tree)


def test_compile_nothing__asks_for_sources(tree: Path) -> None:
    with pytest.raises(UsageError, match=r"\.sol files"):
        compile_contracts(tree)


# The command


@pytest.fixture
def checkout(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tree / "node_modules").symlink_to(ROOT / "contracts" / "node_modules")
    monkeypatch.setattr(command, "contracts_folder", lambda: tree)
    monkeypatch.setattr(command, "__file__", str(tmp_path / "package" / "__main__.py"))
    return tree


def test_build_command__writes_then_checks_then_names_what_differs(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "Coin.sol").write_text(HEAD + COIN)
    folder = tmp_path / "package" / "artifacts"

    missing = command.main(["--check"])
    written = command.main([])
    same = command.main(["--check"])
    capsys.readouterr()
    (folder / "Coin.json").write_bytes((folder / "Coin.json").read_bytes() + b" ")
    (folder / "Gone.json").write_text("{}")
    different = command.main(["--check"])

    assert (missing, written, same, different) == (1, 0, 0, 1)
    shown = capsys.readouterr().err
    assert "scf/build/artifacts/Coin.json: differs" in shown
    assert "scf/build/artifacts/Gone.json: no such contract" in shown


def test_build_command__prints_warnings_and_fails_the_check_for_them(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "Odd.sol").write_text(
        f"{HEAD}contract Odd {{ function f() external pure {{ uint256 a; }} }}"
    )

    written = command.main([])
    checked = command.main(["--check"])

    assert (written, checked) == (0, 1)
    assert "Unused local variable" in capsys.readouterr().err


def test_build_command__prints_faults_and_writes_nothing(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "Bad.sol").write_text(HEAD + "contract Bad { uint256 a = missing; }")

    code = command.main([])

    assert code == 1
    assert "contracts/Bad.sol:3:28" in capsys.readouterr().err
    assert not (tmp_path / "package").exists()


# Artifacts


def test_write__removes_the_artifact_of_a_contract_that_is_gone(
    coin: CompiledContract, tmp_path: Path
) -> None:
    (tmp_path / "Gone.json").write_text("{}")

    changed = artifacts.write([coin.artifact], tmp_path)

    assert changed == ("Coin.json: missing", "Gone.json: no such contract")
    assert [path.name for path in tmp_path.iterdir()] == ["Coin.json"]


def test_load_unknown__lists_what_there_is() -> None:
    with pytest.raises(UsageError, match="expected one of") as caught:
        artifacts.load("Receivable")

    assert caught.value.field == "contract"


@pytest.mark.parametrize("name", ["../secret", "", "a/b"])
def test_load_path__is_not_a_name(name: str) -> None:
    with pytest.raises(UsageError):
        artifacts.load(name)


def test_load_twice__reads_the_file_once() -> None:
    name = artifacts.names()[0]

    assert artifacts.load(name) is artifacts.load(name)
