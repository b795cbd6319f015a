"""
The store's events through the fold: the state at any block, from the nearest checkpoint.

    moment = replay(store, block=1_200)      # or at the end of a civil day, or where the store ends
    moment.state.holdings, moment.books()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit import checkpoints
from scf.audit.collector import without_collector
from scf.audit.records import Deployment, StoredBlock, block_of, index_of, place_of
from scf.audit.store import Store
from scf.errors import UsageError
from scf.model.books import Books
from scf.model.fold import Fold
from scf.model.folding.state import FoldError, Handler, State
from scf.units import civil_day, from_civil_day, parse_day

CHECKPOINT_EVENTS = 50_000
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    The state of the books after a block.

    Attributes:
        block_number: the block asked for; it may hold no event.
        last: the last block with events up to it, None if there is none.
        day: the civil day of the moment.
        event_count: events up to it.
        state: what the fold says; not to be written to.
    """

    block_number: int
    last: StoredBlock | None
    day: int
    event_count: int
    state: State

    def books(self) -> Books:
        """The same as a view that nobody can change."""
        return self.state.books()


def block_at(store: Store, at: str | int | None, *, field: str = "at") -> int:
    """
    The block that a moment means: a block number, a civil day (its end), or the end of the store.

    Raises:
        UsageError: neither, or a moment that the store has not reached; `field` names it.
    """
    deployment = store.deployment
    if deployment.synced_block is None:
        raise UsageError("store", store.database.shown, "a store that was synced")
    if at is None:
        return deployment.synced_block
    if isinstance(at, str) and not at.isdecimal():
        day = civil_day(parse_day(at, field=field))
        return _end_of_day(store, deployment, day, field)
    number = int(at)
    if number > deployment.synced_block:
        expected = f"a block up to {deployment.synced_block}, the last one synced"
        raise UsageError(field, at, expected)
    return number


def replay(
    store: Store,
    *,
    block: int | None = None,
    checkpoint_events: int = CHECKPOINT_EVENTS,
    keep: bool = True,
    from_checkpoint: bool = True,
    on_progress: OnProgress | None = None,
) -> Moment:
    """
    The state at the end of a block.

    Args:
        block: its number; where the store ends unless given.
        checkpoint_events: how many events lie between checkpoints at least.
        keep: whether checkpoints are kept, where the store is open for writing.
        from_checkpoint: whether to start from the nearest one.
        on_progress: is told how many events are folded, of how many.

    Raises:
        FoldError: the events are not those of a ledger; the message names the first that is wrong.
        UnsoundError: a checkpoint is not what was put there.
    """
    number = block_at(store, block)
    start = checkpoints.load(store, number) if from_checkpoint else None
    fold = Fold(store.deployment.contracts)
    after, count = 0, 0
    if start is not None:
        at, count, fold.state = start
        after = store.place_at(block=at.number)
    total = store.event_count(until_block=number)
    with without_collector():
        for reached, folded in _segments(store, fold, after, number, checkpoint_events):
            count += folded
            if keep and not store.is_read_only and folded >= checkpoint_events:
                checkpoints.save(store, reached, count, fold.state)
            if on_progress is not None:
                on_progress(count, total)
    last = store.last_block(until_block=number)
    return Moment(
        block_number=number,
        last=last,
        day=_day_of(store, number, last),
        event_count=count,
        state=fold.state,
    )


def states_at(store: Store, numbers: Sequence[int]) -> Iterator[tuple[int, int, State]]:
    """
    The states after several blocks, by one fold from the beginning.

    Returns:
        For each number (ascending): itself, the events up to it, and the state, which is written on
        when the next is asked for.

    Raises:
        FoldError: as for `replay`.
    """
    fold = Fold(store.deployment.contracts)
    first, count = 0, 0
    for number in numbers:
        blocks = list(store.blocks(first, number))
        if blocks:
            with without_collector():
                count += _fold_blocks(store, fold, blocks)
        yield number, count, fold.state
        first = number + 1


def _segments(
    store: Store, fold: Fold, after: int, until_block: int, size: int
) -> Iterator[tuple[StoredBlock, int]]:
    """Fold whole blocks, some `size` events at a time; the last block of each and its events."""
    blocks: list[StoredBlock] = []
    held = 0
    first = block_of(after) + 1 if after else 0
    for block in list(store.blocks(first, until_block)):
        blocks.append(block)
        held += block.event_count
        if held >= size:
            yield block, _fold_blocks(store, fold, blocks)
            blocks, held = [], 0
    if blocks:
        yield blocks[-1], _fold_blocks(store, fold, blocks)


def _fold_blocks(store: Store, fold: Fold, blocks: list[StoredBlock]) -> int:
    """Fold the events of consecutive blocks; how many there were."""
    days = {block.number: block.day for block in blocks}
    own = store.deployment.id
    first, last = place_of(own, blocks[0].number), store.place_at(block=blocks[-1].number)
    steps = _steps(store, fold)
    state, count, block_end, day = fold.state, 0, 0, 0
    place = type_id = 0
    rows = store.database.stream(
        "SELECT place, type_id, body FROM events WHERE place BETWEEN ? AND ? ORDER BY place",
        (first, last),
    )
    try:
        for place, type_id, body in rows:
            if place > block_end:
                number = block_of(place)
                block_end, day = place_of(own, number + 1) - 1, days[number]
            handler, read = steps[type_id]
            handler(state, read(body), day)
            count += 1
    except (FoldError, KeyError) as exc:
        kind = store.event_types.get(type_id)
        shown = f"{kind.contract}.{kind.name or 'unreadable'}" if kind else f"type {type_id}"
        why = (
            str(exc)
            if isinstance(exc, FoldError)
            else f"neither it nor an event before it told {exc}"
        )
        raise FoldError(f"block {block_of(place)}, log {index_of(place)} ({shown}): {why}") from exc
    return count


def _steps(
    store: Store, fold: Fold
) -> Mapping[int, tuple[Handler, Callable[[bytes], Mapping[str, Any]]]]:
    """For each event type what folds it and what reads its arguments."""
    return {
        id_: (
            (fold.handler(item.address, item.name), store.readers[id_].args)
            if item.name
            else (_refuse, _nothing)
        )
        for id_, item in store.event_types.items()
    }


def _refuse(state: State, args: Mapping[str, Any], day: int) -> None:
    raise FoldError("this version cannot read it")


def _nothing(body: bytes) -> Mapping[str, Any]:
    return {}


def _end_of_day(store: Store, deployment: Deployment, day: int, field: str) -> int:
    """The last block with events of a civil day; what lies between it and the next has none."""
    last = store.last_block_of_day(day)
    if last is None:
        return deployment.manifest.first_block
    after = next(store.blocks(last.number + 1), None)
    if after is None:
        tip = (deployment.synced_timestamp or 0) + 8 * 3600
        if day > tip // 86_400:
            shown = from_civil_day(tip // 86_400)
            raise UsageError(field, from_civil_day(day).isoformat(), f"a day up to {shown}")
    return last.number


def _day_of(store: Store, number: int, last: StoredBlock | None) -> int:
    deployment = store.deployment
    if number == deployment.synced_block and deployment.synced_timestamp is not None:
        return (deployment.synced_timestamp + 8 * 3600) // 86_400
    return last.day if last else 0
