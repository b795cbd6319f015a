"""Which subjects events speak of: the index from subjects to events."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from scf.audit.layouts import EventReader
from scf.audit.records import block_of, index_of
from scf.errors import UnsoundError

SubjectName = tuple[str, bytes]  # kind, and an address or 32 bytes
_NOTHING = (bytes(20), bytes(32))  # nobody, and no hash


class Mentions:
    """
    Finds the subjects of events.

    Args:
        readers: how events are read, by the id of their type; others name nothing.
        contracts: addresses of the ledger's contracts, 0x and hex. As officers, which move units,
            they are left out.
    """

    def __init__(self, readers: Mapping[int, EventReader], contracts: Iterable[str]) -> None:
        self._contracts = [bytes.fromhex(address.removeprefix("0x")) for address in contracts]
        self._found: dict[str, defaultdict[bytes, list[int]]] = {}
        self._types: dict[int, tuple[list[defaultdict[bytes, list[int]]], EventReader]] = {}
        for type_id, reader in readers.items():
            self.learn(type_id, reader)

    def learn(self, type_id: int, reader: EventReader) -> None:
        """Read one more type of event."""
        named = [self._found.setdefault(kind, defaultdict(list)) for kind in reader.subject_kinds]
        self._types[type_id] = named, reader

    def of(
        self, events: Iterable[tuple[int, int, bytes]]
    ) -> Iterator[tuple[SubjectName, list[int]]]:
        """
        Each subject that events name, with the places of those events.

        Args:
            events: place, type and body of each, in order.
        """
        types = self._types
        for place, type_id, body in events:
            if type_id in types:
                named, reader = types[type_id]
                for found, id_ in zip(named, reader.subject_ids(body), strict=True):
                    places = found[id_]
                    # An event may name a subject twice.
                    if not places or places[-1] != place:
                        places.append(place)
        for kind, found in self._found.items():
            for nothing in _NOTHING if kind != "officer" else (*_NOTHING, *self._contracts):
                found.pop(nothing, None)
            yield from (((kind, id_), places) for id_, places in found.items())
            found.clear()


def offsets_text(places: list[int]) -> str:
    """Places as the store keeps them beside the first."""
    first = places[0]
    return str([place - first for place in places])


def places_in(first: int, offsets: str) -> list[int]:
    """
    The places of a row.

    Raises:
        UnsoundError: somebody wrote something else there.
    """
    try:
        return [first + offset for offset in json.loads(offsets)]
    except (ValueError, TypeError) as exc:
        row = f"event_subjects block {block_of(first)}, log {index_of(first)}"
        raise UnsoundError(row, f"{offsets!r} are no offsets") from exc
