"""
A made-up but lawful history of any length: the logs that a node would give, block by block.

    .venv/bin/python scripts/make_history.py STORE [--events N] [--seed TEXT]

writes it into an event store, for measurements and tests that need up to a million events.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scf.audit.rows import RawLog, RowMaker  # noqa: E402  the scripts are no package
from scf.audit.store import Store  # noqa: E402
from scf.audit.writing import Writer  # noqa: E402
from scf.build.artifacts import load, names  # noqa: E402
from scf.build.manifest import Deployed, Manifest  # noqa: E402
from scf.chain.abi import event_topic  # noqa: E402
from scripts.history_acts import FIRST_DAY, OPENINGS_A_DAY, Act, History, address, hashed  # noqa: E402

DAY_SECONDS = 86_400
LOGS_IN_A_BLOCK = 500
BLOCKS_AT_ONCE = 20
Header = dict[str, str]


def made_up_manifest(seed: str) -> Manifest:
    """A manifest for a history that has no chain."""
    contracts = {
        name: Deployed(address=address(seed, name), code_hash="0x" + hashed(name).hex())
        for name in names()
    }
    return Manifest(
        chain_id=31_337,
        genesis_hash="0x" + hashed(seed, "genesis").hex(),
        first_block=1,
        operator=address(seed, "operator"),
        contracts=contracts,
        compiler="none",
        evm_version="paris",
        package_version="0",
    )


class Node:
    """Puts acts into blocks, in the words of a node."""

    def __init__(self, manifest: Manifest, seed: str) -> None:
        self._addresses = {name: item.address for name, item in manifest.contracts.items()}
        self._entries = {
            (name, entry["name"]): (event_topic(entry), entry["inputs"])
            for name in manifest.contracts
            for entry in load(name).abi
            if entry["type"] == "event"
        }
        self._seed, self._number = seed, 0

    def block(self, day: int, acts: list[Act]) -> tuple[Header, list[dict[str, Any]]]:
        """One block with these transactions, and its logs."""
        self._number += 1
        number = hex(self._number)
        header = {
            "number": number,
            "hash": "0x" + hashed(self._seed, "block", self._number).hex(),
            "parentHash": "0x" + hashed(self._seed, "block", self._number - 1).hex(),
            "timestamp": hex(day * DAY_SECONDS + self._number % 30_000),
            "stateRoot": "0x" + hashed(self._seed, "state", self._number).hex(),
            "receiptsRoot": "0x" + hashed(self._seed, "receipts", self._number).hex(),
        }
        logs: list[dict[str, Any]] = []
        for place, act in enumerate(acts):
            tx = "0x" + hashed(self._seed, "tx", self._number, place).hex()
            for contract, name, args in act:
                topic, inputs = self._entries[contract, name]
                if unknown := args.keys() - {item["name"] for item in inputs}:
                    raise ValueError(f"{contract}.{name} has no {', '.join(unknown)}")
                # What the contracts say besides, this history leaves at zero.
                words = [(item["indexed"], _word(args.get(item["name"], 0))) for item in inputs]
                logs.append({
                    "address": self._addresses[contract],
                    "topics": [topic, *("0x" + word for indexed, word in words if indexed)],
                    "data": "0x" + "".join(word for indexed, word in words if not indexed),
                    "blockNumber": number, "blockHash": header["hash"],
                    "transactionHash": tx, "transactionIndex": hex(place),
                    "logIndex": hex(len(logs)),
                })  # fmt: skip
        return header, logs


def _word(value: int | str | bytes) -> str:
    if isinstance(value, int):
        return f"{value:064x}"
    return value[2:].rjust(64, "0") if isinstance(value, str) else value.hex().ljust(64, "0")


def blocks(
    seed: str, events: int, openings_a_day: int = OPENINGS_A_DAY
) -> Iterator[tuple[Header, list[dict[str, Any]]]]:
    """Blocks of a history until they hold so many events."""
    node, made = Node(made_up_manifest(seed), seed), 0
    waiting: list[Act] = []
    waiting_day = FIRST_DAY
    for day, act in History(seed, openings_a_day).acts():
        if waiting and (day != waiting_day or sum(map(len, waiting)) >= LOGS_IN_A_BLOCK):
            header, logs = node.block(waiting_day, waiting)
            yield header, logs
            waiting, made = [], made + len(logs)
            if made >= events:
                return
        waiting_day = day
        waiting.append(act)


class LogWriter:
    """Appends ranges of logs to a store, as a sync would."""

    def __init__(self, store: Store) -> None:
        self._writer = Writer(store)
        own = store.deployment
        self._maker = RowMaker(own.id, own.manifest, store.event_types.values())

    def append(self, logs: list[RawLog], headers: Mapping[str, Header], last: Header) -> None:
        """Logs in order, headers of their blocks by number, header of the range's last block."""
        self._writer.append(self._maker.rows(logs, headers, self._writer.digest), last)


def write(
    where: str | Path,
    events: int,
    seed: str = "audit",
    *,
    openings_a_day: int = OPENINGS_A_DAY,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Manifest:
    """Write a history into a store; the manifest it stands under."""
    manifest = made_up_manifest(seed)
    with Store.open(where, manifest) as store:
        writer, done = LogWriter(store), 0
        source = blocks(seed, events, openings_a_day)
        while chunk := list(islice(source, BLOCKS_AT_ONCE)):
            logs = [log for _, found in chunk for log in found]
            headers = {header["number"]: header for header, _ in chunk}
            writer.append(logs, headers, chunk[-1][0])
            done += len(logs)
            on_progress(done)
    return manifest


def main() -> None:
    """Write a store."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", default="audit")
    options = parser.parse_args()
    write(
        options.store, options.events, options.seed, on_progress=lambda done: print(done, end="\r")
    )


if __name__ == "__main__":
    main()
