"""Every event and every kind of thing has its place in a room."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from scf.audit.reading import NOTES
from scf.audit.rooms import EVENTS, MATTERS, ROOMS, STORIES, SUMS
from scf.audit.rooms.room import OFFICERS
from scf.audit.rooms.telling import Telling
from scf.audit.subjects import KINDS
from scf.build.artifacts import load, names
from scf.model.fold import HANDLERS

EVENT_NAMES = {
    (contract, entry["name"])
    for contract in names()
    for entry in load(contract).abi
    if entry["type"] == "event"
}
INPUTS = {
    entry["name"]: entry
    for contract in names()
    for entry in load(contract).abi
    if entry["type"] == "event"
}
# Of the token standards; the ledger never emits them, or says more in an event of its own.
UNTOLD = {
    "ApprovalForAll",
    "TransferBatch",
    "URI",
}
INTERFACES = ("Cash", "Discounting", "Invoices", "Openings", "Participants", "Settlement")


def test_every_event__is_told() -> None:
    missing = {
        (contract, name)
        for contract, name in EVENT_NAMES
        if (contract, name) not in EVENTS and name not in UNTOLD
    }

    assert missing == set()


def test_told_events__exist() -> None:
    contracts = {contract for contract, _ in EVENT_NAMES}
    told = {
        (contract, name) for room in ROOMS for contract in room.contracts for name in room.events
    }

    assert {contract for contract, _ in EVENTS} == contracts
    assert {name for _, name in told} <= {name for _, name in EVENT_NAMES}


def test_noted_events__exist() -> None:
    assert set(NOTES) <= EVENT_NAMES


def test_names__are_given_once() -> None:
    for table in ("matters", "sums", "stories"):
        counted = Counter(name for room in ROOMS for name in getattr(room, table))
        assert counted.most_common(1)[0][1] == 1

    assert not MATTERS.keys() & SUMS.keys()


def test_stories__are_of_kinds_that_the_store_indexes() -> None:
    assert set(STORIES) <= set(KINDS.values())
    assert {kind for story in STORIES.values() for kind in story.grounds} <= set(KINDS.values())


def test_folded_contracts__are_those_of_the_fold() -> None:
    folded = {contract for story in STORIES.values() for contract in story.folded}

    assert folded <= set(HANDLERS)


def test_officers__are_all_arguments_that_name_a_key() -> None:
    named = {
        item["name"]
        for contract in names()
        for entry in load(contract).abi
        if entry["type"] == "event"
        for item in entry["inputs"]
        if item["type"] == "address" and KINDS.get(item["name"]) == "officer"
    }

    assert named - {"operator"} == {*OFFICERS, "debtorOfficer"}


def test_rules_of_events__are_ids() -> None:
    families = "R77|R802|R4|REG|OP|FEN|CAL|SYS|INV|MUST|CC|NIL|SH"
    for told in EVENTS.values():
        for rule in told.rules:
            assert re.fullmatch(rf"({families})-\w+|X[1-7]", rule), rule


def test_rules_of_the_interfaces__are_among_those_told() -> None:
    """What an interface cites for all of its acts, its events cite too."""
    told = {rule for item in EVENTS.values() for rule in item.rules}
    folder = Path(__file__).parents[3] / "contracts" / "interfaces"
    cited = {
        rule.strip()
        for name in INTERFACES
        for line in re.findall(
            r"@custom:rule (.+)", (folder / f"I{name}.sol").read_text(encoding="utf-8")
        )
        for rule in line.split(",")
    }

    assert cited
    assert {rule for rule in cited if not any(item.startswith(rule) for item in told)} == set()


def test_every_event__can_be_told_with_its_own_arguments() -> None:
    """Whatever the ABI says that an event carries, its sentence is made of it and those above."""
    for contract in names():
        for entry in load(contract).abi:
            if entry["type"] != "event" or entry["name"] in UNTOLD:
                continue
            args = _arguments(entry)
            told = EVENTS[contract, entry["name"]]
            above = {name: _arguments(INPUTS[name]) for name in told.above}

            assert told.words({**args, **above}, Telling()), (contract, entry["name"])
            assert {name for name in told.signed if name in args} or not any(
                name in args for name in OFFICERS if name != "officer"
            )


def _arguments(entry: dict[str, Any]) -> dict[str, Any]:
    return {item["name"]: _value(item) for item in entry["inputs"]}


def _value(item: dict[str, Any]) -> Any:
    kind = item["type"]
    if kind == "tuple":
        return {part["name"]: _value(part) for part in item["components"]}
    if kind.endswith("]"):
        return [1, 1]
    if kind == "address":
        return "0x" + "11" * 20
    if kind.startswith("bytes"):
        return b"\1" * int(kind.removeprefix("bytes") or 1)
    return True if kind == "bool" else 1
