"""
Which stretches of a ledger must be folded to see it before and after each of some events: what lies
between checkpoints, and speaks of nothing asked for, is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scf.audit import checkpoints
from scf.audit.records import block_of
from scf.audit.store import Store

_BETWEEN_MIN = 3  # reading a checkpoint costs about what folding one's events does


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """
    Events to fold.

    Attributes:
        start: block of the checkpoint to begin from; None goes on from the stretch before.
        after, until: places; the first is left out, the last included.
    """

    start: int | None
    after: int
    until: int


def stretches(store: Store, places: Sequence[int], until: int | None) -> Iterator[Stretch]:
    """
    The stretches that lead through all of these places to the end.

    Args:
        places: of events, rising.
        until: the last place, where the store ends if None.
    """
    end = store.place_at() if until is None else until
    known = checkpoints.numbers(store)
    start, after = None, 0
    for here, there in pairwise((None, *places, end)):
        first = 0 if here is None else bisect_left(known, block_of(here))
        last = bisect_left(known, block_of(there or end)) - 1
        if last - first + 1 < _BETWEEN_MIN:
            continue
        if here is not None:
            yield Stretch(start=start, after=after, until=store.place_at(block=block_of(here)))
        start, after = known[last], store.place_at(block=known[last])
    yield Stretch(start=start, after=after, until=end)
