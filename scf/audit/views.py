"""
Views ready for SQL: one for each event, one for all, and the books computed from them
(`*_views.sql`).

They are temporary and belong to a connection, so they follow the ABI of the package, and a store
needs no migration when an instrument is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from scf.audit.cutting import PostgresCutter, SqliteCutter, cuts, whole_body
from scf.audit.packed import packed_columns
from scf.audit.store import Store
from scf.build.artifacts import load

_FILES = (
    *("certificate_views.sql", "bill_views.sql", "bill_order_views.sql", "disclosure_views.sql"),
    *("exposure_views.sql", "financing_views.sql"),
)
_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_VIEW_NAME = re.compile(r"CREATE TEMP VIEW (\w+)")
_RENAMED = {
    "day": "act_day",
    "from": "from_party",
    "to": "to_party",
    "by": "by_officer",
    "order": "legal_order",
}
_PLACE_COLUMNS = ("place", "block_number", "day", "tx_hash", "tx_place", "sender", "log_index")
_BLOCK_OF = "(e.place >> 20) & 68719476735"
_INDEX_OF = "e.place & 1048575"
_UNITS = (
    # how a column's name ends: what it holds
    ("_fen", "integer fen (0.01 CNY)"),
    ("_ppm", "parts per million a year"),
    ("_day", "civil day number (UTC+8, days since 1970-01-01)"),
    ("_hash", "hash, 0x and 64 digits"),
    ("_thousands", "thousands of yuan"),
)
_KNOWN = {
    "place": "key of the event: deployment, block and log index in one number",
    "block_number": "number of the block",
    "day": "civil day number of the block (UTC+8, days since 1970-01-01)",
    "timestamp": "of the block, Unix seconds",
    "tx_hash": "hash of the transaction",
    "tx_place": "key of the transaction: deployment, block and index in one number",
    "sender": "the key that sent the transaction; empty until asked for",
    "log_index": "index of the log in its block",
    "amount": "integer fen (0.01 CNY)",
    "status": "number of the status, as in scf.model.enums.CertificateStatus",
    "from_party": "party it comes from; all zeros: newly made",
    "to_party": "party it goes to; all zeros: paid off or burnt",
    "holder": "party that holds it",
    "contract": "name of the contract",
    "event": "name of the event",
    "body": "the log itself: topics after the first, then its data, hex",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A column of a view or table.

    Attributes:
        type: `integer`, `text` or `boolean`; an integer beyond 63 bits is hex in SQLite.
        meaning: what it holds, in which unit.
    """

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view: its name, what it shows, its columns, and the statement that makes it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    sql: str


def make_views(store: Store) -> list[View]:
    """Make all views on the store's connection; what they are."""
    views = [_log_view(store), *_event_views(store)]
    for view in views:
        store.database.run(view.sql)
    computed = list(_computed())
    for name, sql in computed:
        store.database.run(sql)
        columns, _ = store.database.describe(f"SELECT * FROM {name} LIMIT 0")
        views.append(
            View(
                name=name,
                meaning="computed from the events by SQL",
                columns=tuple(_column(column, _type_of(column)) for column in columns),
                sql=sql,
            )
        )
    return views


def snake(name: str) -> str:
    """A name of an ABI as SQL writes it: `amountFen` is `amount_fen`."""
    plain = _WORD_BREAK.sub("_", name).lower().strip("_")
    return _RENAMED.get(plain, plain)


def _log_view(store: Store) -> View:
    names = "".join(
        f" WHEN {item.id} THEN '{item.contract}.{item.name}'" for item in store.event_types.values()
    )
    event = f"CASE e.type_id{names} END" if names else "NULL"
    cutter = PostgresCutter() if store.database.is_postgres else SqliteCutter()
    columns = (*_PLACE_COLUMNS, "event", "body")
    sql = (
        f"CREATE TEMP VIEW log AS SELECT {_places()}, {event} AS event,"
        f" {whole_body(cutter)} AS body"
        f" FROM events e {_joins(store)}"
        f" WHERE e.place BETWEEN {store.place_at(block=-1) + 1} AND {store.place_at()}"
    )
    return View(
        name="log",
        meaning="every event of the deployment",
        columns=tuple(_column(name, _type_of(name)) for name in columns),
        sql=sql,
    )


def _event_views(store: Store) -> Iterator[View]:
    ids: dict[tuple[str, str], list[int]] = {}
    for item in store.event_types.values():
        if item.name:
            ids.setdefault((item.contract, item.name), []).append(item.id)
    for contract in store.deployment.manifest.contracts:
        for entry in load(contract).abi:
            if entry["type"] == "event":
                yield _event_view(store, contract, entry, ids.get((contract, entry["name"]), []))


def _event_view(store: Store, contract: str, entry: Mapping[str, Any], ids: list[int]) -> View:
    name = f"{snake(contract)}_{snake(entry['name'])}"
    columns = [_column(column, _type_of(column)) for column in _PLACE_COLUMNS]
    cutter = PostgresCutter() if store.database.is_postgres else SqliteCutter()
    parts = []
    for cut in cuts(contract, entry["inputs"], cutter):
        column = "_".join(map(snake, cut.names))
        parts.append(f'{cut.sql} AS "{column}"')
        columns.append(_column(column, cut.type, f"id of a {cut.kind}" if cut.kind else ""))
    for given, part, type_, sql in packed_columns(contract, entry["inputs"], cutter):
        column = f"{snake(given)}_{part}"
        parts.append(f'{sql} AS "{column}"')
        columns.append(_column(column, type_, f"{part.replace('_', ' ')} in {snake(given)}"))
    chosen = ", ".join(map(str, ids)) or "NULL"
    sql = (
        f"CREATE TEMP VIEW {name} AS SELECT {', '.join([_places(), *parts])}"
        f" FROM events e {_joins(store)} WHERE e.type_id IN ({chosen})"
    )
    meaning = f"event {entry['name']} of {contract}"
    return View(name=name, meaning=meaning, columns=tuple(columns), sql=sql)


def _computed() -> Iterator[tuple[str, str]]:
    for file in _FILES:
        text = (resources.files(__package__) / file).read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if not line.startswith("--"))
        for statement in "\n".join(lines).split(";"):
            if found := _VIEW_NAME.search(statement):
                yield found[1], statement.strip()


def _places() -> str:
    return (
        f"e.place AS place, {_BLOCK_OF} AS block_number, b.day AS day, t.hash AS tx_hash,"
        f" e.transaction_id AS tx_place, t.sender AS sender, {_INDEX_OF} AS log_index"
    )


def _joins(store: Store) -> str:
    """Left joins on keys: a query that asks for none of their columns does without them."""
    own = store.deployment.id
    return (
        f"LEFT JOIN blocks b ON b.deployment_id = {own} AND b.number = {_BLOCK_OF}"
        " LEFT JOIN transactions t ON t.id = e.transaction_id"
    )


def _type_of(name: str) -> str:
    """The type of a column that no ABI names."""
    numbers = ("place", "number", "day", "index", "fen", "status", "timestamp")
    return "integer" if name.rpartition("_")[2] in numbers else "text"


def _column(name: str, type_: str, meaning: str = "") -> Column:
    known = _KNOWN.get(name) or next((text for ending, text in _UNITS if name.endswith(ending)), "")
    return Column(name=name, type=type_, meaning=known or meaning or name.replace("_", " "))
