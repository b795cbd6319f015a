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

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from scf.audit.acts import Act, Change, Happened, History, RuleInForce, Signer
from scf.audit.gathering import OFFICER_SET, PartyOf, Running, own_events
from scf.audit.records import StoredEvent, Subject
from scf.audit.rooms import EVENTS, STORIES
from scf.audit.rooms.room import Facts, Told
from scf.audit.rooms.telling import Telling, rule_text
from scf.audit.store import Store
from scf.audit.subjects import find_subjects, kind_named
from scf.errors import UsageError

_RULE_SET = ("Rulebook", "RuleSet")


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
    own = own_events(store, story, subject, until, officers)
    places = {event.place for event in own}
    acts = []
    running = Running(store, story, subject.key)
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

    @cache
    def acting(officer: str) -> list[tuple[int, str]]:
        return [
            (event.place, event.args["party"])
            for subject in find_subjects(store, officer, kind="officer")
            for event in store.events_of(subject)
            if (event.contract, event.name) == OFFICER_SET and event.args["officer"] == officer
        ]

    def party(officer: str, place: int) -> str | None:
        found = [own for at, own in acting(officer) if at <= place]
        return found[-1] if found else None

    return party
