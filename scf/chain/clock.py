"""
The chain's day, and moving it on local nodes.

A day is a civil day in UTC+8: (timestamp + 8 h) / 1 day. Time only moves forward; ganache would
take it back, and every dated rule would then be read against an impossible history.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scf.chain.rpc import RpcError
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.chain.chain import Chain

DAY_SECONDS = 86_400
ZONE_SECONDS = 8 * 3_600
_EPOCH = date(1970, 1, 1)


def day_of(timestamp: int) -> date:
    """The civil day (UTC+8) of a time in seconds since 1970, UTC."""
    return _EPOCH + timedelta(days=(timestamp + ZONE_SECONDS) // DAY_SECONDS)


def start_of(day: date) -> int:
    """The first second of a civil day (UTC+8), in seconds since 1970, UTC."""
    return (day - _EPOCH).days * DAY_SECONDS - ZONE_SECONDS


def today(chain: Chain) -> date:
    """The civil day of the chain's last block."""
    return day_of(chain.block().timestamp)


def move_to(chain: Chain, when: date | datetime | int) -> None:
    """
    Move a local chain's clock and make a block there.

    Args:
        chain: a local chain.
        when: a day (its first second), an aware time, or seconds since 1970, UTC. The present is
            fine and does nothing.

    Raises:
        UsageError: the chain's clock cannot be moved, or `when` lies before its last block.
    """
    target = _timestamp(when)
    if not chain.capabilities.movable_clock:
        raise UsageError(
            "chain", chain.rpc.shown, "a local chain; the clock of this one cannot be moved"
        )
    now = chain.block().timestamp
    if target < now:
        last = datetime.fromtimestamp(now, UTC).isoformat()
        raise UsageError("when", when, f"a time not before the last block ({last})")
    if target == now:
        return
    try:
        chain.rpc.call("evm_setTime", target * 1000)
    except RpcError as error:
        if not error.is_unknown_method:
            raise
        chain.rpc.call("evm_setNextBlockTimestamp", target)
    chain.rpc.call("evm_mine")


@contextmanager
def snapshot(chain: Chain) -> Iterator[None]:
    """
    What happens inside is undone at the end, on nodes that can; for tests, with a journal of their
    own.

    Raises:
        UsageError: the chain cannot do that.
    """
    try:
        mark = chain.rpc.call("evm_snapshot")
    except RpcError as exc:
        raise UsageError("chain", chain.rpc.shown, "a local chain that takes snapshots") from exc
    try:
        yield
    finally:
        chain.rpc.call("evm_revert", mark)


def _timestamp(when: date | datetime | int) -> int:
    if isinstance(when, datetime):
        if when.tzinfo is None:
            raise UsageError("when", when, "a time with its zone")
        return int(when.timestamp())
    if isinstance(when, date):
        return start_of(when)
    return when
