"""What SQL cuts out of a log is what the encoder put there, for every event of every contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from random import Random
from typing import Any

import pytest
from eth_abi import encode

from scf.audit.cutting import Cutter, PostgresCutter, SqliteCutter, cuts, whole_body
from scf.audit.database import Database, open_database
from scf.build.artifacts import load, names
from scf.chain.abi import canonical_type
from tests.audit.postgres import programs, server

EVENTS = [
    pytest.param(contract, entry, id=f"{contract}.{entry['name']}")
    for contract in names()
    for entry in load(contract).abi
    if entry["type"] == "event"
]
DATABASES = ["sqlite", "postgres"] if programs() else ["sqlite"]
ROUNDS = 4


@pytest.fixture(scope="module", params=DATABASES)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("cutting")
    if request.param == "sqlite":
        with _bodies(str(folder / "bodies.sqlite")) as database:
            yield database
    else:
        with server(folder) as url, _bodies(url) as database:
            yield database


@contextmanager
def _bodies(where: str) -> Iterator[Database]:
    with closing(open_database(where)) as database:
        database.script("CREATE TABLE bodies (body BLOB NOT NULL) STRICT;")
        yield database


@pytest.mark.parametrize(("contract", "entry"), EVENTS)
def test_sql__reads_what_was_encoded(
    database: Database, contract: str, entry: Mapping[str, Any]
) -> None:
    cutter: Cutter = PostgresCutter() if database.is_postgres else SqliteCutter()
    dice = Random(entry["name"])
    wanted = list(cuts(contract, entry["inputs"], cutter))
    columns = ", ".join(cut.sql for cut in wanted)

    for turn in range(ROUNDS):
        values = [_made_up(dice, item, is_large=turn % 2 == 0) for item in entry["inputs"]]
        body = _body(entry["inputs"], values)
        database.run("DELETE FROM bodies")
        database.run("INSERT INTO bodies (body) VALUES (?)", (body,))

        ((whole, *found),) = database.rows(f"SELECT {whole_body(cutter)}, {columns} FROM bodies e")

        expected = [
            value
            for item, whole_value in zip(entry["inputs"], values, strict=True)
            for value in _parts(item, whole_value, body)
        ]
        assert whole == "0x" + body.hex()
        for cut, value, seen in zip(wanted, expected, found, strict=True):
            is_hex = isinstance(seen, str) and isinstance(value, int) and not cut.kind
            assert not is_hex or (value >= 2**63 and not database.is_postgres), cut.names
            assert (int(seen, 16) if is_hex else seen) == _told(cut.kind, value), cut.names


def _made_up(dice: Random, item: Mapping[str, Any], *, is_large: bool) -> Any:
    type_ = item["type"]
    if type_.endswith("]"):
        inner, _, length = type_[:-1].rpartition("[")
        part = dict(item, type=inner)
        return tuple(_made_up(dice, part, is_large=is_large) for _ in range(int(length or 3)))
    if type_ == "tuple":
        return tuple(_made_up(dice, part, is_large=is_large) for part in item["components"])
    if type_ == "string":
        return "价值 " * dice.randrange(1, 20)
    if type_ == "bool":
        return dice.random() < 0.5
    if type_ == "address":
        return "0x" + dice.randbytes(20).hex()
    if type_.startswith("bytes"):
        return dice.randbytes(int(type_.removeprefix("bytes")))
    bits = int(type_.removeprefix("uint"))
    return dice.getrandbits(bits if is_large else min(bits, 40))


def _body(inputs: list[Mapping[str, Any]], values: list[Any]) -> bytes:
    """Topics after the first, then the data, as a node gives them."""
    pairs = list(zip(inputs, values, strict=True))
    topics = b"".join(
        encode([canonical_type(item)], [value]) for item, value in pairs if item["indexed"]
    )
    plain = [(canonical_type(item), value) for item, value in pairs if not item["indexed"]]
    return topics + encode([type_ for type_, _ in plain], [value for _, value in plain])


def _parts(item: Mapping[str, Any], value: Any, body: bytes) -> Iterator[Any]:
    if item["type"] in ("string", "uint256[]"):
        topics = {"string": 1, "uint256[]": 3}[item["type"]]  # of URI, of TransferBatch
        yield body[32 * topics :]
    elif isinstance(value, tuple):
        yield from value
    else:
        yield value


def _told(kind: str | None, value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return f"0x{value:064x}" if kind and isinstance(value, int) else value
