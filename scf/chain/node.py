"""
Local nodes: start ganache or anvil, wait until it answers, end it with its parent.

Both listen on a free port of 127.0.0.1 and make blocks in the way that takes pipelined transactions
best: ganache mines each transaction as it comes, anvil is told when (by the sender), since it
stalls under automatic mining when many are in flight. Keys of the node itself are random unless
asked for; nobody needs them, because officers' keys get gas from `Chain.fund`.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from scf.chain import watchdog
from scf.chain.rpc import Rpc, RpcError
from scf.errors import UnavailableError, UsageError

GANACHE_VERSION = "7.9.2"
GANACHE_ENV = "SCF_GANACHE"
ANVIL_ENV = "SCF_ANVIL"
CHAIN_ID = 1337
BLOCK_GAS_LIMIT = 60_000_000
READY_SECONDS = 90.0
_POLL_SECONDS = 0.05
_LOG_TAIL_LINES = 15


class LocalNode(ABC):
    """
    A node run as a child of this process; use it as a context manager or call `stop`.

    Args:
        chain_id: the chain's id.
        start_time: the first block's time, for chains that live through the past; aware, or None
            for now.
        deterministic: the well-known test keys instead of random ones.
        port: a free one unless given.
        log: where the node writes; a temporary file unless given.

    Raises:
        UsageError: a port or time that cannot be, or no such program.
        UnavailableError: it did not start; the end of its log is in the message.
    """

    def __init__(
        self,
        *,
        chain_id: int = CHAIN_ID,
        start_time: datetime | None = None,
        deterministic: bool = False,
        port: int | None = None,
        log: Path | None = None,
    ) -> None:
        if start_time is not None and start_time.tzinfo is None:
            raise UsageError("start_time", start_time, "a time with its zone")
        if port is not None and not 0 < port < 65536:
            raise UsageError("port", port, "a port between 1 and 65535")
        self.chain_id = chain_id
        self.start_time = start_time
        self.deterministic = deterministic
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log or _temporary_log()
        self._keep_log = log is not None
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The command line that runs the node."""

    def start(self) -> Self:
        """Start the node and wait until it answers."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__, str(self.log), *self.command()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the node and everything it started; safe to repeat."""
        process, self._process = self._process, None
        if process is None:
            return
        _close(process.stdin)
        process.wait()
        if not self._keep_log:
            self.log.unlink(missing_ok=True)

    @property
    def is_running(self) -> bool:
        """Whether the node was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        return self if self.is_running else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait_until_ready(self) -> None:
        rpc = Rpc(self.url, timeout=5)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if not self.is_running:
                raise self._failure("ended at its start")
            if _listens(self.port) and _answers(rpc):
                rpc.close()
                return
            time.sleep(_POLL_SECONDS)
        raise self._failure(f"did not answer within {READY_SECONDS:.0f} s")

    def _failure(self, what: str) -> UnavailableError:
        name = type(self).__name__.lower()
        return UnavailableError(f"{name} {what}; its log ends:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        if not self.log.exists():
            return "(empty)"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LOG_TAIL_LINES:]) or "(empty)"


class Ganache(LocalNode):
    """
    ganache, the default local chain; persistent when given a directory.

    Args:
        data: the directory that keeps the chain; its later starts continue where it stopped.
        **options: as for `LocalNode`.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        chain_id: int = CHAIN_ID,
        start_time: datetime | None = None,
        deterministic: bool = False,
        port: int | None = None,
        log: Path | None = None,
    ) -> None:
        super().__init__(
            chain_id=chain_id,
            start_time=start_time,
            deterministic=deterministic,
            port=port,
            log=log or (data / "node.log" if data else None),
        )
        self.data = data

    def start(self) -> Self:
        """Start the node; a kept chain's clock never falls behind its last block."""
        super().start()
        if self.data is not None:
            self._catch_up()
        return self

    def command(self) -> list[str]:
        options = [
            "--server.host=127.0.0.1",
            f"--server.port={self.port}",
            f"--chain.chainId={self.chain_id}",
            f"--chain.networkId={self.chain_id}",
            f"--miner.blockGasLimit={BLOCK_GAS_LIMIT}",
            f"--miner.callGasLimit={BLOCK_GAS_LIMIT}",
            # Otherwise each send waits for its block, and one with a nonce too high waits for ever.
            "--miner.instamine=strict",
            "--logging.quiet=true",
        ]
        if self.deterministic:
            options.append("--wallet.deterministic=true")
        if self.start_time is not None:
            options.append(f"--chain.time={self.start_time.isoformat()}")
        if self.data is not None:
            self.data.mkdir(parents=True, exist_ok=True)
            options.append(f"--database.dbPath={self.data / 'chain'}")
        return [*_ganache_program(), *options]

    def _catch_up(self) -> None:
        rpc = Rpc(self.url)
        last = int(rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        if last > time.time() or self.start_time is not None:
            rpc.call("evm_setTime", (last + 1) * 1000)
        rpc.close()


class Anvil(LocalNode):
    """
    anvil, for large volumes. Keeps nothing.

    Args:
        block_seconds: a block every so many seconds; by default only when the sender asks for one.
        **options: as for `LocalNode`.
    """

    def __init__(
        self,
        *,
        block_seconds: int | None = None,
        chain_id: int = CHAIN_ID,
        start_time: datetime | None = None,
        deterministic: bool = False,
        port: int | None = None,
        log: Path | None = None,
    ) -> None:
        super().__init__(
            chain_id=chain_id,
            start_time=start_time,
            deterministic=deterministic,
            port=port,
            log=log,
        )
        self.block_seconds = block_seconds

    def command(self) -> list[str]:
        options = [
            "--host=127.0.0.1",
            f"--port={self.port}",
            f"--chain-id={self.chain_id}",
            f"--gas-limit={BLOCK_GAS_LIMIT}",
            "--hardfork=shanghai",
            # Equal prices keep each signer's order and, between signers, the order of arrival.
            "--order=fifo",
            "--quiet",
        ]
        options.append(
            f"--block-time={self.block_seconds}" if self.block_seconds else "--no-mining"
        )
        if not self.deterministic:
            options.append("--mnemonic-random=12")
        if self.start_time is not None:
            options.append(f"--timestamp={int(self.start_time.timestamp())}")
        return [_anvil_program(), *options]


def _ganache_program() -> list[str]:
    chosen = os.environ.get(GANACHE_ENV)
    if chosen:
        return ["node", chosen] if chosen.endswith(".js") else [chosen]
    for modules in _node_modules():
        script = modules / "ganache" / "dist" / "node" / "cli.js"
        if script.is_file():
            return ["node", str(script)]
    if shutil.which("npx") is None:
        raise UsageError("node", "ganache", f"Node.js with npx on the PATH, or {GANACHE_ENV} set")
    return ["npx", "--yes", f"ganache@{GANACHE_VERSION}"]


def _anvil_program() -> str:
    chosen = os.environ.get(ANVIL_ENV)
    if chosen:
        return chosen
    system = {"darwin": "darwin", "win32": "win32"}.get(sys.platform, "linux")
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
    for modules in _node_modules():
        program = modules / "@foundry-rs" / f"anvil-{system}-{machine}" / "bin" / "anvil"
        if program.is_file():
            return str(program)
    found = shutil.which("anvil")
    if found is None:
        raise UsageError("node", "anvil", f"anvil on the PATH, or {ANVIL_ENV} set")
    return found


def _node_modules() -> list[Path]:
    """
    Where build tools may be installed: the repository this package lies in, or the working
    directory.
    """
    roots = (Path(__file__).resolve().parents[2], Path.cwd())
    return [root / "contracts" / "node_modules" for root in roots]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _temporary_log() -> Path:
    handle, name = tempfile.mkstemp(prefix="scf-node-", suffix=".log")
    os.close(handle)
    return Path(name)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(rpc: Rpc) -> bool:
    try:
        rpc.call("eth_blockNumber")
    except RpcError:
        return True
    except UnavailableError:
        return False
    return True


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()
