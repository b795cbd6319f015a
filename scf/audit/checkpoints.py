"""
The fold's state, kept in the store every so many events, so that no replay starts at genesis.

A checkpoint stands for one block: its digest covers the state, the block's hash, the digest of all
events before, and the code of the fold. One that does not fit is an error, never used; whether one
that fits is also true, `scf.audit.soundness` finds by folding anew.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, get_type_hints

from scf.audit.collector import without_collector
from scf.audit.columns import column_of
from scf.audit.records import StoredBlock
from scf.audit.store import Store
from scf.errors import UnsoundError
from scf.model.folding.state import State

_LENGTH_BYTES = 4


def save(store: Store, block: StoredBlock, event_count: int, state: State) -> None:
    """Keep the state after a block; one that is there already is replaced."""
    body = pack(state)
    fold = fold_version()
    with store.database.transaction():
        store.database.run(
            "INSERT INTO checkpoints (deployment_id, block_number, block_hash, events_digest,"
            " event_count, fold_version, sha256, body) SELECT ?, ?, ?, ?, ?, ?, ?, ?"
            " WHERE EXISTS (SELECT 1 FROM blocks WHERE deployment_id = ? AND number = ?"
            " AND digest = ?) ON CONFLICT (deployment_id, block_number) DO UPDATE SET"
            " block_hash = excluded.block_hash, events_digest = excluded.events_digest,"
            " event_count = excluded.event_count, fold_version = excluded.fold_version,"
            " sha256 = excluded.sha256, body = excluded.body",
            (
                store.deployment.id,
                block.number,
                block.hash,
                block.digest,
                event_count,
                fold,
                _digest(block, event_count, fold, body),
                body,
                store.deployment.id,
                block.number,
                block.digest,
            ),
        )


def load(store: Store, until_block: int) -> tuple[StoredBlock, int, State] | None:
    """
    The last checkpoint of this fold up to a block: its block, the events before it, its state.

    Raises:
        UnsoundError: it is not what was put there.
    """
    rows = store.database.rows(
        "SELECT block_number, block_hash, events_digest, event_count, sha256, body"
        " FROM checkpoints WHERE deployment_id = ? AND block_number <= ? AND fold_version = ?"
        " ORDER BY block_number DESC LIMIT 1",
        (store.deployment.id, until_block, fold_version()),
    )
    if not rows:
        return None
    number, hash_, digest, event_count, stated, body = rows[0]
    what = f"checkpoint at block {number}"
    block = store.block(number)
    if block is None or (block.hash, block.digest) != (hash_, digest):
        raise UnsoundError(what, "it belongs to another block than the store holds")
    if _digest(block, event_count, fold_version(), bytes(body)) != stated:
        raise UnsoundError(what, "its content is not what was put there (sha256)")
    with without_collector():
        return block, event_count, unpack(bytes(body), what)


def numbers(store: Store) -> list[int]:
    """The blocks that this fold has checkpoints of."""
    rows = store.database.rows(
        "SELECT block_number FROM checkpoints WHERE deployment_id = ? AND fold_version = ?"
        " ORDER BY block_number",
        (store.deployment.id, fold_version()),
    )
    return [row[0] for row in rows]


def pack(state: State) -> bytes:
    """A state as bytes: the length of a text in JSON, the text, blocks of bytes (`columns`)."""
    blocks: list[bytes] = []
    shape = {
        name: column_of(type_).pack([getattr(state, name)], blocks)
        for name, type_ in _fields().items()
    }
    head = json.dumps([shape, [*map(len, blocks)]], separators=(",", ":")).encode()
    return b"".join((len(head).to_bytes(_LENGTH_BYTES, "big"), head, *blocks))


def unpack(body: bytes, what: str = "checkpoint") -> State:
    """
    The state that was packed.

    Raises:
        UnsoundError: it cannot be read; `what` says of what.
    """
    try:
        at = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "big")
        shape, lengths = json.loads(body[_LENGTH_BYTES:at])
        blocks = []
        for length in lengths:
            blocks.append(body[at : at + length])
            at += length
        rest = iter(blocks)
        found = {
            name: column_of(type_).unpack(shape[name], rest)[0] for name, type_ in _fields().items()
        }
    except (ValueError, LookupError, TypeError, StopIteration, RuntimeError) as exc:
        raise UnsoundError(what, f"it cannot be read ({type(exc).__name__}: {exc})") from exc
    return State(**found)


@cache
def fold_version() -> str:
    """The hash of the code that folds: its checkpoints are of no use to any other."""
    code = sha256()
    for package, folder in (("scf.model", ""), ("scf.model", "folding")):
        root = resources.files(package) / folder
        for file in sorted(root.iterdir(), key=lambda item: item.name):
            if file.name.endswith(".py"):
                code.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return "0x" + code.hexdigest()


def _fields() -> dict[str, Any]:
    hints = get_type_hints(State)
    return {item.name: hints[item.name] for item in fields(State)}


def _digest(block: StoredBlock, event_count: int, fold: str, body: bytes) -> str:
    head = f"{block.number} {block.hash} {block.digest} {event_count} {fold}\n"
    return "0x" + sha256(head.encode() + body).hexdigest()
