"""
Which events make the life of one thing, and which must be folded to know it before and after each.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from scf.audit.checkpoints import load
from scf.audit.reading import fold_event
from scf.audit.records import StoredEvent, Subject
from scf.audit.rooms.room import Facts, Story
from scf.audit.store import Store
from scf.audit.stretches import stretches
from scf.audit.subjects import find_subjects, kind_named, subject_of
from scf.errors import UnsoundError
from scf.model.fold import Fold
from scf.model.folding.state import NOBODY

OFFICER_SET = ("Participants", "OfficerSet")
_UNIT_BITS, _UNIT_DIGITS = 80, 20
PartyOf = Callable[[str, int], str | None]
"""For which party an officer acted at a place."""


def own_events(
    store: Store, story: Story, subject: Subject, until: int | None, officers: PartyOf
) -> list[StoredEvent]:
    """The events that make the thing's life: those that speak of it, and those of its parts."""
    own = {event.place: event for event in store.events_of(subject, until=until)}
    if subject.kind == "bill":
        for part in ranges_of(store, subject.key):
            own |= {event.place: event for event in store.events_of(part, until=until)}
    if subject.kind == "party":
        keys = {event.args["officer"] for event in own.values() if _place_of(event) == OFFICER_SET}
        for key in sorted(keys):
            acts = store.events_of(subject_of(store, key, kind="officer"), until=until)
            own |= {item.place: item for item in acts if officers(key, item.place) == subject.key}
    for kind, key in dict.fromkeys(_named(list(own.values()), story.parts)):
        for event in store.events_of(subject_of(store, key, kind=kind), until=until):
            own[event.place] = event
    return [own[place] for place in sorted(own)]


def ranges_of(store: Store, bill: str) -> list[Subject]:
    """The sub-ranges that a bill ever had: their ids begin with its number."""
    return find_subjects(
        store, f"0x{int(bill, 16) << _UNIT_BITS:064x}"[:-_UNIT_DIGITS], kind="range"
    )


class Running:
    """The fold over what a story needs, transaction by transaction."""

    def __init__(self, store: Store, story: Story, key: str) -> None:
        self._store = store
        self._story = story
        self._key = key
        contracts = store.deployment.contracts
        self._fold = Fold(
            {
                address: name
                for address, name in contracts.items()
                if name in (story.folded or contracts.values())
            }
        )

    def groups(self, own: Sequence[StoredEvent], until: int | None) -> Iterator[list[StoredEvent]]:
        """All events that are needed, one list for each transaction."""
        if not self._story.is_whole:
            yield from _transactions(_with_grounds(self._store, self._story, own, until))
            return
        if self._story.folded:
            yield from _transactions(_with_contracts(self._store, self._story, own, until))
            return
        for stretch in stretches(self._store, [event.place for event in own], until):
            if stretch.start is not None:
                found = load(self._store, stretch.start)
                if found is None:
                    raise UnsoundError(f"checkpoint at block {stretch.start}", "it is gone")
                self._fold.state = found[2]
            events = self._store.events(after=stretch.after, until=stretch.until)
            yield from _transactions(events)

    def apply(self, group: Iterable[StoredEvent]) -> None:
        for event in group:
            fold_event(self._fold, event)

    def facts(self, near: frozenset[int] | None) -> Facts:
        return dict(self._story.facts(self._fold.state, self._key, near))


def _transactions(events: Iterable[StoredEvent]) -> Iterator[list[StoredEvent]]:
    for _, group in groupby(events, key=attrgetter("tx_hash")):
        yield list(group)


def _with_contracts(
    store: Store, story: Story, own: Sequence[StoredEvent], until: int | None
) -> list[StoredEvent]:
    """The thing's own events and all those of the contracts that its facts come from."""
    events = {event.place: event for event in own}
    for contract in story.folded:
        events |= {event.place: event for event in store.events(contract=contract, until=until)}
    return [events[place] for place in sorted(events)]


def _place_of(event: StoredEvent) -> tuple[str, str]:
    return event.contract, event.name


def _with_grounds(
    store: Store, story: Story, own: Sequence[StoredEvent], until: int | None
) -> list[StoredEvent]:
    """The thing's own events and those of others that its fold stands on."""
    events = {event.place: event for event in own}
    seen: set[tuple[str, str]] = set()
    fresh: Sequence[StoredEvent] = own
    while fresh:
        found: list[StoredEvent] = []
        for kind, key in _named(fresh, story.grounds):
            if (kind, key) in seen:
                continue
            seen.add((kind, key))
            names = story.grounds[kind]
            for event in _spoken(store, kind, key, until):
                if event.place not in events and (names is None or event.name in names):
                    events[event.place] = event
                    found.append(event)
        fresh = found
    return [events[place] for place in sorted(events)]


def _spoken(store: Store, kind: str, key: str, until: int | None) -> list[StoredEvent]:
    """The events of a thing that others stand on; of a bill or range, those of the whole bill."""
    if kind not in ("bill", "range"):
        return store.events_of(subject_of(store, key, kind=kind), until=until)
    bill = key if kind == "bill" else f"0x{int(key, 16) >> _UNIT_BITS:064x}"
    subjects = [subject_of(store, bill, kind="bill"), *ranges_of(store, bill)]
    return [event for item in subjects for event in store.events_of(item, until=until)]


def _named(events: Iterable[StoredEvent], kinds: Container[str]) -> Iterator[tuple[str, str]]:
    for event in events:
        for name, value in event.args.items():
            kind = kind_named(event.contract, name)
            if kind is not None and kind in kinds and not _is_empty(value):
                yield kind, key_text(value)


def _is_empty(value: Any) -> bool:
    """Whether an id names nothing: zero, no hash, nobody."""
    return value == NOBODY or not (any(value) if isinstance(value, bytes) else value)


def key_text(value: Any) -> str:
    """An id as the store writes it: 0x and hex."""
    if isinstance(value, int):
        return f"0x{value:064x}"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
