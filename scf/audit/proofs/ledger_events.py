"""The ledger's events in proven receipts, decoded by the ABIs that ship with this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scf.audit.proofs.headers import ADDRESS, HASH, Header
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of, number_of
from scf.audit.proofs.receipts import Event, Receipt, may_hold
from scf.build.artifacts import load
from scf.build.manifest import Manifest
from scf.chain.abi import Abi
from scf.chain.events import EventLayout, Log

_SAFE_INTEGER = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """
    One event of the ledger.

    Attributes:
        number, timestamp: of its block; a log of a node that does not tell the time has 0.
        transaction: place of its transaction in the block.
        place: of the event in its receipt.
        contract: name (`Receivables`).
        event: as it stands in the receipt.
        log: the same, decoded; `log_index` counts within the block where all of it is known, else
            within the receipt.
    """

    number: int
    timestamp: int
    transaction: int
    place: int
    contract: str
    event: Event
    log: Log


class Reader:
    """
    Finds and decodes the events of one deployment.

    Args:
        manifest: of the deployment.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.names = {item.address: name for name, item in manifest.contracts.items()}
        self._addresses = [bytes.fromhex(address[2:]) for address in self.names]
        self._layouts = {
            bytes.fromhex(address[2:]): (name, Abi.parse(load(name).abi).events)
            for address, name in self.names.items()
        }

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """Of the contracts."""
        return tuple(self.names)

    def logged(self, raw: Mapping[str, Any]) -> LedgerEvent:
        """
        A log of one of the contracts as a node gives it, of which nothing is proven.

        Raises:
            Misfit: its contract's ABI does not have it, or it is malformed.
        """
        address = bytes_of(raw.get("address"), "address of a log", size=ADDRESS)
        name, layouts = self._layouts[address]
        topics = tuple(bytes_of(topic, "topic", size=HASH) for topic in raw["topics"])
        log = _decoded({**raw, "address": hex_of(address)}, layouts, name)
        return LedgerEvent(
            number=log.block_number,
            timestamp=number_of(raw.get("blockTimestamp") or "0x", "time of a log"),
            transaction=number_of(raw.get("transactionIndex"), "transaction of a log"),
            place=log.log_index,
            contract=name,
            event=Event(address, topics, bytes_of(raw.get("data"), "data of a log")),
            log=log,
        )

    def may_speak_in(self, header: Header) -> bool:
        """
        Whether the block's filter admits an event of one of the contracts; if not, it holds none.
        """
        return any(may_hold(header.logs_bloom, address) for address in self._addresses)

    def events(
        self, header: Header, transaction: int, receipt: Receipt, tx_hash: str, *, before: int = 0
    ) -> Iterator[LedgerEvent]:
        """
        The ledger's events in a receipt.

        Args:
            header: of the block.
            transaction: place of the transaction in it.
            receipt: proven.
            tx_hash: of the transaction.
            before: events of the block before this receipt's, where they are known.

        Raises:
            Misfit: a contract of the ledger said something that its ABI does not have.
        """
        for place, event in enumerate(receipt.events):
            found = self._layouts.get(event.address)
            if found is None:
                continue
            name, layouts = found
            raw = {
                "address": hex_of(event.address),
                "topics": [hex_of(topic) for topic in event.topics],
                "data": hex_of(event.data),
                "blockNumber": hex(header.number),
                "blockHash": hex_of(header.hash),
                "transactionHash": tx_hash,
                "logIndex": hex(before + place),
            }
            yield LedgerEvent(
                number=header.number,
                timestamp=header.timestamp,
                transaction=transaction,
                place=place,
                contract=name,
                event=event,
                log=_decoded(raw, layouts, name),
            )


def raw_of(event: Event) -> dict[str, Any]:
    """An event as nodes and evidence write it."""
    return {
        "address": hex_of(event.address),
        "topics": [hex_of(topic) for topic in event.topics],
        "data": hex_of(event.data),
    }


def json_of(value: Any) -> Any:
    """
    An argument in JSON: bytes and numbers too long for a float in hex, structs as objects.
    """
    if isinstance(value, bytes):
        return hex_of(value)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE_INTEGER else f"0x{value:064x}"
    if isinstance(value, Mapping):
        return {str(name): json_of(item) for name, item in value.items()}
    return [json_of(item) for item in value]


def _decoded(raw: Mapping[str, Any], layouts: Mapping[str, EventLayout], name: str) -> Log:
    topics = raw["topics"]
    layout = layouts.get(topics[0]) if topics else None
    if layout is None:
        raise Misfit(f"event of {name}", expected="one of its ABI", found=topics)
    try:
        return layout.decode(raw)
    except Exception as exc:
        item = f"event {layout.name} of {name}"
        raise Misfit(item, expected=layout.signature, found=exc) from exc
