"""One range of blocks from a node: its logs, the headers of their blocks, and nothing torn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scf.audit.rows import Header, RawLog
from scf.chain.chain import LOG_BLOCKS_MAX, Chain
from scf.chain.rpc import RpcError
from scf.errors import ScfError

LOGS_WANTED = 4_000
FIRST_BLOCKS = 16


class Moved(ScfError):
    """The chain moved while a range of it was read; read again from where it still stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """
    What a range of blocks holds.

    Attributes:
        first, last: number of its first block, header of its last.
        logs: of the contracts asked for, in order.
        headers: of the blocks with logs, by number as the node writes it.
        next_size: how many blocks to ask for next, for an answer of a bounded size.
    """

    first: int
    last: Header
    logs: Sequence[RawLog]
    headers: dict[str, Header]
    next_size: int

    @property
    def last_number(self) -> int:
        """The number of the last block."""
        return int(self.last["number"], 16)


def fetch_range(
    chain: Chain,
    first: int,
    target: int,
    addresses: Sequence[str],
    parent: str | None,
    size: int | None = None,
) -> Range:
    """
    The range from `first`, as long as node and memory like it, up to `target`.

    Args:
        addresses: of the contracts whose logs are wanted.
        parent: hash that the block before `first` must have, None if any will do.
        size: blocks to ask for at first.

    Raises:
        Moved: the chain is no longer the one that `parent` was on, or moved meanwhile.
        UnavailableError: the node did not answer.
    """
    wanted = min(first + (size or FIRST_BLOCKS) - 1, target)
    before = header_of(chain, wanted)
    logs, end = chain.logs_from(first, wanted, addresses)
    if end != wanted:
        before = None
    numbers = dict.fromkeys(log["blockNumber"] for log in logs)
    edges = [hex(end)] + ([hex(first - 1)] if parent is not None else [])
    answers = chain.rpc.batch(
        ("eth_getBlockByNumber", [number, False]) for number in [*numbers, *edges]
    )
    found: list[Header] = []
    for answer in answers:
        if isinstance(answer, RpcError):
            raise answer
        if answer is None:
            raise Moved("a block is gone")
        found.append(answer)
    headers = dict(zip(numbers, found, strict=False))
    last = found[len(numbers)]
    if parent is not None and found[-1]["hash"] != parent:
        raise Moved(f"block {first - 1} is another one now")
    _require_whole(last, before, logs, headers)
    return Range(
        first=first,
        last=last,
        logs=logs,
        headers=headers,
        next_size=_next_size(end - first + 1, len(logs)),
    )


def header_of(chain: Chain, number: int) -> Header | None:
    """The header of a block as the node writes it; None if the chain is shorter."""
    found: Header | None = chain.rpc.call("eth_getBlockByNumber", hex(number), False)
    return found


def _require_whole(
    last: Header,
    before: Header | None,
    logs: Sequence[RawLog],
    headers: dict[str, Header],
) -> None:
    """The logs are of the chain that ends in `last`, before they came and after."""
    if before is not None and before["hash"] != last["hash"]:
        raise Moved(f"block {last['number']} changed while its logs were read")
    for log in logs:
        if log["blockHash"] != headers[log["blockNumber"]]["hash"]:
            raise Moved(f"block {log['blockNumber']} changed while its logs were read")
    if any(log.get("removed") for log in logs):
        raise Moved("logs were removed")


def _next_size(blocks: int, logs: int) -> int:
    """Twice as many blocks at most, and no more than hold the logs wanted."""
    fitting = blocks * LOGS_WANTED // max(logs, 1)
    return max(1, min(2 * blocks, fitting, LOG_BLOCKS_MAX))
