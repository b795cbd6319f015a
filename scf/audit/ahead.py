"""
A stretch of the chain, range by range, made into rows while the ranges before are being written.

    with read_ahead(RangeReader(chain, deployment, types), wanted, is_long=True) as ranges:
        for ready in ranges:
            ...

A long read is done by a process of its own, since reading and writing cost about the same; it only
reads, and it ends with its parent. A short one would be over before a process is there.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, cast

from scf.audit.collector import without_collector
from scf.audit.fetching import Range, fetch_range
from scf.audit.records import Deployment, EventType
from scf.audit.rows import Header, RowMaker, Rows
from scf.chain.chain import Chain
from scf.errors import ScfError, UnavailableError

_SERVE = "from scf.audit.ahead import serve; serve()"
_HELLO = b"!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    A stretch of blocks that is wanted.

    Attributes:
        first, target: its first block and its last.
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
    """A range that was read: its first block, the header of its last, its rows."""

    first: int
    last: Header
    rows: Rows

    @property
    def last_number(self) -> int:
        """The number of the last block."""
        return int(self.last["number"], 16)


class RangeReader:
    """
    Reads one deployment's events.

    Args:
        chain: where from.
        deployment: whose contracts' events.
        types: event types that the store has already.
    """

    def __init__(self, chain: Chain, deployment: Deployment, types: Iterable[EventType]) -> None:
        self._chain, self._deployment = chain, deployment
        self._addresses = tuple(deployment.contracts)
        self._maker = RowMaker(deployment.id, deployment.manifest, types)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process makes its own, and goes on with the numbers of event types.
        return RangeReader, (self._chain, self._deployment, self._maker.types)

    def ranges(self, wanted: Wanted) -> Generator[Ready]:
        """
        Read a stretch, a bounded range at a time; the next is fetched while one is made into rows.

        Raises:
            Moved: the chain is no longer the one that `wanted.parent` was on, or moved meanwhile.
            UnavailableError: the node did not answer, or with logs out of order or twice.
        """
        with ThreadPoolExecutor(max_workers=1) as beside:
            fetching = beside.submit(self._fetch, wanted)
            while True:
                found = fetching.result()
                after = _after(found, wanted)
                if after is not None:
                    fetching = beside.submit(self._fetch, after)
                ready = self._make(found, wanted.previous)
                yield ready
                if after is None:
                    return
                wanted = _known(after, ready)

    def first(self, wanted: Wanted) -> tuple[Ready, Wanted | None]:
        """The first range of a stretch, and the rest of it; raises what `ranges` does."""
        found = self._fetch(wanted)
        ready = self._make(found, wanted.previous)
        after = _after(found, wanted)
        return ready, after and _known(after, ready)

    def _fetch(self, wanted: Wanted) -> Range:
        return fetch_range(
            self._chain, wanted.first, wanted.target, self._addresses, wanted.parent, wanted.size
        )

    def _make(self, found: Range, previous: str) -> Ready:
        rows = self._maker.rows(found.logs, found.headers, previous)
        return Ready(first=found.first, last=found.last, rows=rows)


def _after(found: Range, wanted: Wanted) -> Wanted | None:
    """What is left of a stretch; `previous` is not known yet."""
    if found.last_number >= wanted.target:
        return None
    return Wanted(
        first=found.last_number + 1,
        target=wanted.target,
        parent=found.last["hash"],
        previous=wanted.previous,
        size=found.next_size,
    )


def _known(after: Wanted, ready: Ready) -> Wanted:
    blocks = ready.rows.blocks
    return replace(after, previous=blocks[-1].digest) if blocks else after


@contextmanager
def read_ahead(reader: RangeReader, wanted: Wanted, *, is_long: bool) -> Iterator[Iterator[Ready]]:
    """The ranges of a stretch as `RangeReader.ranges` gives them, by a process if `is_long`."""
    if not is_long:
        with closing(reader.ranges(wanted)) as ranges:
            yield ranges
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
            yield _from_process(reader, wanted, process)
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError):
                cast("IO[bytes]", process.stdin).close()  # of what it did not take


def _from_process(
    reader: RangeReader, wanted: Wanted, process: subprocess.Popen[bytes]
) -> Iterator[Ready]:
    rest: Wanted | None = wanted
    while rest is not None and not _has_begun(process):
        ready, rest = reader.first(rest)
        yield ready
    if rest is None:
        return
    _ask(process, (reader, rest))
    last_number = rest.first - 1
    while last_number < rest.target:
        ready = _answer(process)
        yield ready
        last_number = ready.last_number


def _has_begun(process: subprocess.Popen[bytes]) -> bool:
    """Whether it is there, or has ended; it takes its time to start."""
    stream = cast("IO[bytes]", process.stdout)
    if not select.select([stream], [], [], 0)[0]:
        return False
    stream.read(len(_HELLO))
    return True


def _ask(process: subprocess.Popen[bytes], what: Any) -> None:
    try:
        _put(what, cast("IO[bytes]", process.stdin))
    except OSError as exc:
        raise _ended(process) from exc


def _answer(process: subprocess.Popen[bytes]) -> Ready:
    try:
        answer: Ready | ScfError = pickle.load(  # noqa: S301 - from `serve`
            cast("IO[bytes]", process.stdout)
        )
    except (EOFError, pickle.UnpicklingError) as exc:
        raise _ended(process) from exc
    if isinstance(answer, ScfError):
        raise answer
    return answer


def _ended(process: subprocess.Popen[bytes]) -> UnavailableError:
    return UnavailableError(f"the process that reads the chain ended (code {process.wait()})")


def serve() -> None:
    """The other end: a reader and what is wanted of it, then every range of that."""
    # Ctrl-C reaches the whole group; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with without_collector(), contextlib.suppress(EOFError, BrokenPipeError):
        answers.write(_HELLO)
        answers.flush()
        reader, wanted = pickle.load(asked)  # noqa: S301 - from the parent
        try:
            for ready in reader.ranges(wanted):
                _put(ready, answers)
        except ScfError as exc:
            _put(exc, answers)
    # What cannot be said to anybody is not said at the end either.
    os._exit(0)


def _put(what: Any, stream: IO[bytes]) -> None:
    pickle.dump(what, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()
