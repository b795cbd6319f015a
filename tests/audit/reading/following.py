"""The histories of all things in a store, followed change by change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scf.audit.history import history_of
from scf.audit.records import Subject
from scf.audit.rooms import STORIES
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from scf.audit.subjects import find_subjects

PLAIN = Telling()


def follow(
    store: Store, more: Iterable[Subject] = (), tell: Telling = PLAIN, *, every: int = 1
) -> Counter[str]:
    """
    Whatever the kind, the changes of all acts put together are how the thing stands; AssertionError
    where they are not. Returns how many acts of each kind of thing were followed; parties, whose
    facts are endless, are left out, and officers, whose history is the whole ledger's, if not among
    `more`. Of long histories only one in `every` things of the store.
    """
    told: Counter[str] = Counter()
    found = [item for item in find_subjects(store) if item.kind not in ("party", "officer")]
    for subject in [*found[::every], *more]:
        if subject.kind not in STORIES:
            continue
        history = history_of(store, subject, tell=tell)
        facts: dict[str, object] = {}
        for act in history.acts:
            for change in act.changes:
                assert facts.get(change.fact) == change.before, (subject, change)
                facts[change.fact] = change.after
        told[subject.kind] += len(history.acts)
        left = {name: value for name, value in facts.items() if value is not None}
        assert left == history.now, subject
    return told
