"""
Every room as its reader sees it; the next instrument is one more of `ROOMS`.

`MATTERS`, `SUMS` and `STORIES` are the rooms' tables put together by name, `EVENTS` by contract and
name.
"""

from __future__ import annotations

from collections.abc import Mapping

from scf.audit.rooms.bills import BILLS
from scf.audit.rooms.cash import CASH
from scf.audit.rooms.certificates import CERTIFICATES
from scf.audit.rooms.financing import FINANCING
from scf.audit.rooms.governance import COMMON, ORDERS, PARTIES, RULES
from scf.audit.rooms.invoices import INVOICES
from scf.audit.rooms.room import Matter, Room, Story, Sum, Told

ROOMS: tuple[Room, ...] = (
    CERTIFICATES,
    BILLS,
    FINANCING,
    INVOICES,
    CASH,
    PARTIES,
    RULES,
    ORDERS,
)

MATTERS: Mapping[str, Matter] = {
    name: matter for room in ROOMS for name, matter in room.matters.items()
}
SUMS: Mapping[str, Sum] = {name: item for room in ROOMS for name, item in room.sums.items()}
STORIES: Mapping[str, Story] = {
    name: story for room in ROOMS for name, story in room.stories.items()
}
EVENTS: Mapping[tuple[str, str], Told] = {
    (contract, name): told
    for room in ROOMS
    for contract in room.contracts
    for name, told in {**COMMON, **room.events}.items()
}
