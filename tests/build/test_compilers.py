"""Which compiler is taken, and the npm one behind its shim."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scf.build import compilers
from scf.build.compile import contracts_folder
from scf.build.compilers import (
    SOLC_FULL_VERSION,
    SOLC_VARIABLE,
    CompilerMissingError,
    find_compiler,
)
from scf.errors import UsageError

SHIM = contracts_folder().parent / "scf" / "build" / "solc_shim.cjs"
PIPE_BYTES = 65_536


def fake_solc(path: Path, version: str = SOLC_FULL_VERSION) -> Path:
    """An executable that answers with a version and does nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'Version: {version}.Linux.g++'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of installed compilers, no configured one, and no network."""
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(folder))
    monkeypatch.delenv(SOLC_VARIABLE, raising=False)
    monkeypatch.setattr(compilers, "_PROBE", "raise SystemExit(1)")
    return folder


def test_find__takes_the_configured_one_before_an_installed_one(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_solc(installed / "solc-v0.8.30")
    configured = fake_solc(tmp_path / "mine")
    monkeypatch.setenv(SOLC_VARIABLE, str(configured))

    found = find_compiler()

    assert (found.path, found.origin) == (configured, "configured")


@pytest.mark.parametrize("version", ["0.8.29+commit.ab55807c", "0.8.30+commit.00000000"])
def test_find_configured_of_another_version__is_refused(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv(SOLC_VARIABLE, str(fake_solc(tmp_path / "mine", version)))

    with pytest.raises(UsageError, match=r"a solc that reports 0\.8\.30\+commit"):
        find_compiler()


def test_find__takes_an_installed_one_before_a_download(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = fake_solc(installed / "solc-v0.8.30")
    monkeypatch.setattr(compilers, "_PROBE", "pass")

    found = find_compiler()

    assert (found.path, found.origin) == (binary, "installed")


def test_find__takes_a_download_before_npm(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = fake_solc(tmp_path / "elsewhere" / "solc")
    target = installed / "solc-v0.8.30"
    monkeypatch.setattr(compilers, "_PROBE", "pass")
    monkeypatch.setattr(
        compilers, "_DOWNLOAD", f"import shutil; shutil.copy({str(downloaded)!r}, {str(target)!r})"
    )

    found = find_compiler()

    assert (found.path, found.origin) == (target, "downloaded")


def test_find_without_network__falls_back_to_npm(installed: Path) -> None:
    found = find_compiler()

    assert (found.path, found.origin) == (SHIM, "npm")


def test_find_with_a_network_that_hangs__gives_up(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilers, "_PROBE", "import threading; threading.Event().wait()")
    monkeypatch.setattr(compilers, "PROBE_SECONDS", 1)

    found = find_compiler()

    assert found.origin == "npm"


def test_find__passes_over_an_installed_one_that_does_not_run(installed: Path) -> None:
    fake_solc(installed / "solc-v0.8.30").write_text("#!/bin/sh\nexit 1\n")

    found = find_compiler()

    assert found.origin == "npm"


def test_find_nothing__says_how_to_get_one(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilers, "_SHIM", tmp_path / "none")

    with pytest.raises(CompilerMissingError, match="npm ci"):
        find_compiler()


# The shim


def request(comment_bytes: int) -> bytes:
    """A compilation whose input and output are both longer than a pipe holds."""
    functions = "".join(
        f"function f{i}(uint256 a) external pure returns (uint256) {{ return a ** {i % 9}; }}\n"
        for i in range(200)
    )
    source = f"pragma solidity 0.8.30; /* {'x' * comment_bytes} */ contract Long {{ {functions} }}"
    settings = {"outputSelection": {"*": {"": ["ast"], "*": ["abi"]}}}
    shape = {"language": "Solidity", "sources": {"Long.sol": {"content": source}}}
    return json.dumps(shape | {"settings": settings}).encode()


def run_shim(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SHIM, *arguments], input=stdin, capture_output=True, check=False)


def test_shim_standard_json__reads_and_writes_more_than_a_pipe_holds() -> None:
    sent = request(comment_bytes=2 * PIPE_BYTES)

    done = run_shim("--standard-json", "--allow-paths", ".", stdin=sent)

    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout) > 4 * PIPE_BYTES
    assert len(answer["contracts"]["Long.sol"]["Long"]["abi"]) == 200


def test_shim_standard_json__reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "input.json"
    file.write_bytes(request(comment_bytes=0))

    done = run_shim("--standard-json", str(file))

    assert "Long" in json.loads(done.stdout)["contracts"]["Long.sol"]


def test_shim_version__is_told_as_the_native_compiler_tells_it() -> None:
    from solcx.wrapper import get_version_str_from_solc_binary

    assert get_version_str_from_solc_binary(SHIM) == SOLC_FULL_VERSION


def test_shim_other_option__is_refused() -> None:
    done = run_shim("--bin")

    assert done.returncode == 1
    assert b"unrecognised option" in done.stderr
