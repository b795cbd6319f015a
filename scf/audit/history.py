"""
The whole life of one thing: every act with its place on the chain, day, signers, rules, and what
the books said before and after.

    history = history_of(store, subject_of(store, "0x3f…"))
    for act in history.acts:
        act.day, act.title, act.signers, act.rules, act.changes

Only the events that speak of the thing are read, found by the store's index, and folded; those of a
party, whose money and units come from everywhere, need the whole ledger's, from checkpoint to
checkpoint where it did nothing. What a party's officers did is its own. How a kind of thing is told
is said in its room (`scf.audit.rooms`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from scf.audit.acts import Act, Change, Happened, History, RuleInForce, Signer
from scf.audit.checkpoints import load
from scf.audit.dues import Standing
from scf.audit.reading import fold_event
from scf.audit.records import StoredEvent, Subject
from scf.audit.rooms import EVENTS, STORIES
from scf.audit.rooms.room import Facts, Story, Told
from scf.audit.rooms.telling import Telling, rule_text
from scf.audit.store import Store
from scf.audit.stretches import stretches
from scf.audit.subjects import find_subjects, kind_named, subject_of
from scf.errors import UnsoundError, UsageError
from scf.model.fold import Fold
from scf.model.folding.state import NOBODY

_UNIT_BITS, _UNIT_DIGITS = 80, 20
PartyOf = Callable[[str, int], str | None]
"""For which party an officer acted at a place."""

_RULE_SET, _OFFICER_SET = ("Rulebook", "RuleSet"), ("Participants", "OfficerSet")


def history_of(
    store: Store, subject: Subject, *, tell: Telling | None = None, until: int | None = None
) -> History:
    """
    The history of a thing up to a place (`Store.place_at`), the end if none is given.

    Raises:
        UsageError: a kind of thing that has no history.
        UnsoundError: a checkpoint is not what was put there.
    """
    story = STORIES.get(subject.kind)
    if story is None:
        raise UsageError("kind", subject.kind, f"one of {', '.join(STORIES)}")
    telling = tell or Telling()
    rules, officers = _rulebook(store, until), _officers(store)
    own = _own(store, story, subject, until, officers)
    places = {event.place for event in own}
    acts = []
    running = _Running(store, story, subject.key)
    for group in running.groups(own, until):
        is_own = not places.isdisjoint(event.place for event in group)
        if story.is_whole and not is_own:
            running.apply(group)
            continue
        near = frozenset(_certificates(group))
        before = running.facts(near)
        running.apply(group)
        after = running.facts(near)
        # An act that does not name the thing may change it: a confirmation its invoice.
        if is_own or before != after:
            logs = store.events_of_transaction(group[0].tx_hash)
            acts.append(_act(logs, places, telling, rules, officers, (before, after)))
    return History(kind=subject.kind, key=subject.key, acts=tuple(acts), now=running.facts(None))


def _own(
    store: Store, story: Story, subject: Subject, until: int | None, officers: PartyOf
) -> list[StoredEvent]:
    """The events that make the thing's life: those that speak of it, and those of its parts."""
    own = {event.place: event for event in store.events_of(subject, until=until)}
    if subject.kind == "bill":
        for part in ranges_of(store, subject.key):
            own |= {event.place: event for event in store.events_of(part, until=until)}
    if subject.kind == "party":
        keys = {event.args["officer"] for event in own.values() if _place_of(event) == _OFFICER_SET}
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


class _Running:
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

    @property
    def state(self) -> Standing:
        return self._fold.state


def _transactions(events: Iterable[StoredEvent]) -> Iterator[list[StoredEvent]]:
    for _, group in groupby(events, key=attrgetter("tx_hash")):
        yield list(group)


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


def _certificates(events: Iterable[StoredEvent]) -> Iterator[int]:
    for event in events:
        for name, value in event.args.items():
            if isinstance(value, int) and kind_named(event.contract, name) == "certificate":
                yield value


def _act(
    logs: Sequence[StoredEvent],
    own: set[int],
    tell: Telling,
    rules: Callable[[str, int], RuleInForce],
    officers: PartyOf,
    facts: tuple[Facts, Facts],
) -> Act:
    first = logs[0]
    told = [(event, EVENTS.get((event.contract, event.name))) for event in logs]
    own = own | {
        event.place
        for event, how in told
        if how and any(item.place in own for item in _above(event, how, logs))
    }
    words = {event.place: _words(event, how, logs, tell) for event, how in told}
    known = [(event, how) for event, how in told if how]
    mine = [(event, how) for event, how in known if event.place in own] or known
    heaviest = max(mine, key=lambda pair: pair[1].weight, default=None)
    title = words[heaviest[0].place] if heaviest else "an event that this version cannot read"
    named = dict.fromkeys(rule for _, how in told if how for rule in how.rules)
    return Act(
        block=first.block_number,
        block_hash=first.block_hash,
        tx=first.tx_hash,
        timestamp=first.timestamp,
        day=first.day,
        title=title,
        signers=tuple(_signers(told, officers)),
        rules=tuple(rules(rule, first.day) for rule in named),
        changes=tuple(_changes(*facts)),
        events=tuple(
            Happened(
                contract=event.contract,
                event=event.name,
                log_index=event.log_index,
                words=words[event.place],
                own=event.place in own,
            )
            for event in logs
        ),
        logs=tuple(logs),
    )


def _above(event: StoredEvent, how: Told, logs: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
    """The events before one that it says more of: the last of each name."""
    named = {
        item.name: item for item in logs if item.name in how.above and item.place < event.place
    }
    return tuple(named.values())


def _words(event: StoredEvent, how: Told | None, logs: Sequence[StoredEvent], tell: Telling) -> str:
    if how is None:
        return f"unknown event {event.topics[:1]}"
    above = {item.name: item.args for item in _above(event, how, logs)}
    return how.words({**event.args, **above}, tell)


def _signers(
    told: Iterable[tuple[StoredEvent, Told | None]], officers: PartyOf
) -> Iterator[Signer]:
    seen: set[tuple[str, str]] = set()
    for event, how in told:
        for part in how.signed if how else ():
            value = event.args.get(part)
            party = officers(value, event.place) if isinstance(value, str) else None
            # Units are also moved by contracts, which sign nothing.
            if value is None or (part == "operator" and party is None) or (part, value) in seen:
                continue
            seen.add((part, value))
            yield Signer(part=part, officer=value, party=party)


def _changes(before: Facts, after: Facts) -> Iterator[Change]:
    for fact in {**before, **after}:
        was, is_ = before.get(fact), after.get(fact)
        if was != is_:
            yield Change(fact=fact, before=was, after=is_)


def _rulebook(store: Store, until: int | None) -> Callable[[str, int], RuleInForce]:
    """What the rulebook said of a rule on a day."""
    versions: dict[str, list[tuple[int, int, int]]] = {}
    for event in store.events(contract=_RULE_SET[0], name=_RULE_SET[1], until=until):
        args = event.args
        versions.setdefault(rule_text(args["ruleId"]), []).append(
            (args["version"], args["effectiveFrom"], args["value"])
        )

    def rule(id_: str, day: int) -> RuleInForce:
        started = [item for item in versions.get(id_, ()) if item[1] <= day]
        if not started:
            return RuleInForce(id=id_)
        version, _, value = max(started)
        return RuleInForce(id=id_, version=version, value=value)

    return rule


def _officers(store: Store) -> PartyOf:
    """For which party an officer acted at a place; each officer is looked up once."""
    types = [
        item.id for item in store.event_types.values() if (item.contract, item.name) == _OFFICER_SET
    ]
    marks = ", ".join("?" * len(types)) or "NULL"

    @cache
    def acting(officer: str) -> list[tuple[int, str]]:
        rows = store.database.rows(
            f"SELECT place, args FROM events WHERE type_id IN ({marks})"  # marks only
            " AND args LIKE ? ORDER BY place",
            (*types, f'%"officer":"{officer}"%'),
        )
        return [(place, json.loads(args)["party"]) for place, args in rows]

    def party(officer: str, place: int) -> str | None:
        found = [own for at, own in acting(officer) if at <= place]
        return found[-1] if found else None

    return party


def _is_empty(value: Any) -> bool:
    """Whether an id names nothing: zero, no hash, nobody."""
    return value == NOBODY or not (any(value) if isinstance(value, bytes) else value)


def key_text(value: Any) -> str:
    """An id as the store writes it: 0x and hex."""
    if isinstance(value, int):
        return f"0x{value:064x}"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
