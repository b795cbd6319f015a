"""
The next range of blocks, fetched and made into rows while the one before is being written.

    with read_ahead(RangeReader(chain, deployment, types), is_long=True) as ahead:
        ahead.ask(wanted)
        ready = ahead.result()

A long read is done by a process of its own, since fetching and writing cost about the same; it only
reads, and it ends with its parent. A short one would be over before a process is there.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Protocol, cast

from scf.audit.collector import without_collector
from scf.audit.fetching import fetch_range
from scf.audit.records import Deployment, EventType
from scf.audit.rows import Header, RowMaker, Rows
from scf.chain.chain import Chain
from scf.errors import ScfError, UnavailableError

_SERVE = "from scf.audit.ahead import serve; serve()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    A range that is wanted.

    Attributes:
        first, target: its first block, and the last that it may have.
        parent: hash that the block before it must have, None if any will do.
        previous: digest of the last block with events before it.
        size: blocks to ask for at first, None if that is not known.
    """

    first: int
    target: int
    parent: str | None
    previous: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A range that was read: its first block, the header of its last, its rows; then as `Range`."""

    first: int
    last: Header
    rows: Rows
    next_size: int

    @property
    def last_number(self) -> int:
        """The number of the last block."""
        return int(self.last["number"], 16)


class RangeReader:
    """
    Reads ranges of one deployment.

    Args:
        chain: where from.
        deployment: whose contracts' events.
        types: event types that the store has already.
    """

    def __init__(self, chain: Chain, deployment: Deployment, types: Iterable[EventType]) -> None:
        self._made_of = chain, deployment, tuple(types)
        self._chain = chain
        self._addresses = tuple(deployment.contracts)
        self._maker = RowMaker(deployment.id, deployment.manifest, self._made_of[2])

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process makes its own.
        return RangeReader, self._made_of

    def read(self, wanted: Wanted) -> Ready:
        """
        Fetch a range and make its rows.

        Raises:
            Moved: the chain is no longer the one that `wanted.parent` was on, or moved meanwhile.
            UnavailableError: the node did not answer, or with logs out of order or twice.
        """
        found = fetch_range(
            self._chain, wanted.first, wanted.target, self._addresses, wanted.parent, wanted.size
        )
        rows = self._maker.rows(found.logs, found.headers, wanted.previous)
        return Ready(first=found.first, last=found.last, rows=rows, next_size=found.next_size)


class Ahead(Protocol):
    """One range at a time: asked for, then taken."""

    def ask(self, wanted: Wanted) -> None:
        """Begin with a range."""

    def result(self) -> Ready:
        """The range asked for last; raises what `RangeReader.read` does."""


@contextmanager
def read_ahead(reader: RangeReader, *, is_long: bool) -> Iterator[Ahead]:
    """Read with `reader` beside the caller: in a process if `is_long`, else in a thread."""
    if not is_long:
        with ThreadPoolExecutor(max_workers=1) as executor:
            yield _InThread(reader, executor)
        return
    # What it finds must be the package that runs here, wherever that was found.
    places = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | places,
    ) as process:
        try:
            yield _InProcess(reader, process)
        finally:
            process.kill()


class _InThread:
    def __init__(self, reader: RangeReader, executor: ThreadPoolExecutor) -> None:
        self._reader, self._executor = reader, executor
        self._waiting: list[Future[Ready]] = []

    def ask(self, wanted: Wanted) -> None:
        self._waiting.append(self._executor.submit(self._reader.read, wanted))

    def result(self) -> Ready:
        return self._waiting.pop().result()


class _InProcess:
    def __init__(self, reader: RangeReader, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._to: IO[bytes] = cast("IO[bytes]", process.stdin)
        self._from: IO[bytes] = cast("IO[bytes]", process.stdout)
        self._send(reader)

    def ask(self, wanted: Wanted) -> None:
        self._send(wanted)

    def result(self) -> Ready:
        try:
            answer: Ready | ScfError = pickle.load(self._from)  # noqa: S301 - from `serve`
        except (EOFError, pickle.UnpicklingError) as exc:
            code = self._process.wait()
            raise UnavailableError(f"the process that reads the chain ended (code {code})") from exc
        if isinstance(answer, ScfError):
            raise answer
        return answer

    def _send(self, what: Any) -> None:
        try:
            _put(what, self._to)
        except OSError as exc:
            code = self._process.wait()
            raise UnavailableError(f"the process that reads the chain ended (code {code})") from exc


def serve() -> None:
    """The other end: a reader, then ranges wanted, until nobody asks any more."""
    # Ctrl-C reaches the whole group; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with without_collector(), contextlib.suppress(EOFError, BrokenPipeError):
        reader: RangeReader = pickle.load(asked)  # noqa: S301 - from the parent
        while True:
            wanted: Wanted = pickle.load(asked)  # noqa: S301 - from the parent
            try:
                answer: Ready | ScfError = reader.read(wanted)
            except ScfError as exc:
                answer = exc
            _put(answer, answers)
    # What cannot be said to anybody is not said at the end either.
    os._exit(0)


def _put(what: Any, stream: IO[bytes]) -> None:
    pickle.dump(what, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()
