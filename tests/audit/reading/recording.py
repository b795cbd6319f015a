"""
A World whose history can be read by auditors: every transaction becomes a block of a chain that
never was, with the logs that the contracts really emitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scf.audit.reconcile import Ask, Call
from scf.audit.store import Store
from scf.build.manifest import Deployed, Manifest
from scf.chain.transactions import keccak
from scripts.make_history import LogWriter
from tests.engines import Executed, InProcess, Reverted
from tests.world import World

RawLog = Mapping[str, Any]


@dataclass
class Transaction:
    """The logs of one transaction, and when."""

    timestamp: int
    logs: tuple[RawLog, ...]


@dataclass
class Recording(InProcess):
    """The EVM inside Python, remembering each transaction's logs."""

    transactions: list[Transaction] = field(default_factory=list)
    timestamp: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def create(self, deployer: str, code: bytes) -> tuple[str, Executed]:
        address, executed = super().create(deployer, code)
        self._keep(executed)
        return address, executed

    def transact(self, sender: str, to: str, data: bytes) -> Executed:
        executed = super().transact(sender, to, data)
        self._keep(executed)
        return executed

    def set_time(self, timestamp: int) -> None:
        self.timestamp = timestamp
        super().set_time(timestamp)

    def checkpoint(self) -> Any:
        return super().checkpoint(), len(self.transactions)

    def restore(self, checkpoint: Any) -> None:
        state, count = checkpoint
        super().restore(state)
        del self.transactions[count:]

    def _keep(self, executed: Executed) -> None:
        if executed.logs:
            self.transactions.append(Transaction(self.timestamp, executed.logs))


def recorded_world(**options: Any) -> World:
    """A World on a recording engine."""
    return World.create(engine=Recording(), **options)


def manifest_of(world: World) -> Manifest:
    """The manifest of a World's contracts."""
    contracts = {
        name: Deployed(address=item.address, code_hash=_hash("code", name))
        for name, item in world.ledger.items()
    }
    return Manifest(
        chain_id=world.engine.chain_id,
        genesis_hash=_hash("block", 0),
        first_block=1,
        operator=world.actors["operator"].id,
        contracts=contracts,
        compiler="none",
        evm_version="paris",
        package_version="test",
    )


def store_of(world: World, where: Any) -> Store:
    """The history of a recorded World, in a new store."""
    engine = world.engine
    assert isinstance(engine, Recording)
    store = Store.open(where, manifest_of(world))
    writer = LogWriter(store)
    for start in range(0, len(engine.transactions), 5_000):
        write(writer, engine.transactions[start : start + 5_000], start + 1)
    store.refresh()
    return store


def write(writer: LogWriter, transactions: list[Transaction], first: int) -> None:
    """Append transactions as blocks, one for each."""
    logs, headers = [], {}
    for number, transaction in enumerate(transactions, first):
        headers[hex(number)] = header = _header(number, transaction.timestamp)
        for index, raw in enumerate(transaction.logs):
            place = {
                "blockNumber": hex(number),
                "blockHash": header["hash"],
                "transactionHash": _hash("transaction", number),
                "transactionIndex": "0x0",
                "logIndex": hex(index),
            }
            logs.append(dict(raw) | place)
    writer.append(logs, headers, header)


def asker_of(world: World) -> Ask:
    """Asks the contracts of a World."""

    def ask(calls: Any) -> Any:
        for call in calls:
            yield _answer(world, call)

    return ask


def _answer(world: World, call: Call) -> bytes | str:
    name, function, arguments = call
    target = world.contracts[name.lower()]
    selector = target.abi.function(function).selector
    try:
        return world.engine.read(target.address, selector + arguments)
    except Reverted as exc:
        return str(exc)


def _header(number: int, timestamp: int) -> dict[str, str]:
    return {
        "number": hex(number),
        "hash": _hash("block", number),
        "parentHash": _hash("block", number - 1),
        "timestamp": hex(timestamp),
        "stateRoot": _hash("state", number),
        "receiptsRoot": _hash("receipts", number),
    }


def _hash(what: str, number: object) -> str:
    return "0x" + keccak(f"{what}/{number}".encode()).hex()
