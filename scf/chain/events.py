"""
Logs to events, quickly: most events have a fixed layout of 32-byte words, which needs no general
decoder.

Events with dynamic types (strings, arrays, structs) take the slower, general way; the result is the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scf.chain.transactions import keccak

_WORD_HEX = 64
RawLog = Mapping[str, Any]
ReadWord = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Log:
    """
    One event as it happened.

    Attributes:
        address: the contract, 0x in lower case.
        name: the event's name.
        args: its arguments by name; an indexed dynamic one is its hash.
        block_number, block_hash, tx_hash, log_index: where it stands on the chain.
    """

    address: str
    name: str
    args: Mapping[str, Any]
    block_number: int
    block_hash: str
    tx_hash: str
    log_index: int


@dataclass(frozen=True, slots=True)
class EventLayout:
    """How one event lies in topics and data."""

    name: str
    signature: str
    topic: str
    is_anonymous: bool
    _indexed: tuple[tuple[str, ReadWord], ...]
    _fixed: tuple[tuple[str, ReadWord, int, int], ...]
    _dynamic: tuple[Mapping[str, Any], ...]
    _order: tuple[str, ...] | None

    @classmethod
    def of(cls, entry: Mapping[str, Any], signature: str) -> EventLayout:
        """The layout of an event's ABI entry."""
        inputs = [
            dict(item, name=item["name"] or f"arg{place}")
            for place, item in enumerate(entry["inputs"])
        ]
        indexed = tuple(
            (item["name"], _reader(item["type"]) or _bytes_reader(32))
            for item in inputs
            if item["indexed"]
        )
        plain = [item for item in inputs if not item["indexed"]]
        readers = [_reader(item["type"]) for item in plain]
        fixed = tuple(
            (item["name"], reader, 2 + place * _WORD_HEX, 2 + (place + 1) * _WORD_HEX)
            for place, (item, reader) in enumerate(zip(plain, readers, strict=True))
            if reader
        )
        names = tuple(item["name"] for item in inputs)
        came = tuple(name for name, _ in indexed) + tuple(item["name"] for item in plain)
        return cls(
            name=entry["name"],
            signature=signature,
            topic="0x" + keccak(signature.encode()).hex(),
            is_anonymous=bool(entry.get("anonymous")),
            _indexed=indexed,
            _fixed=fixed if len(fixed) == len(plain) else (),
            _dynamic=() if len(fixed) == len(plain) else tuple(plain),
            _order=None if names == came else names,
        )

    def decode(self, raw: RawLog) -> Log:
        """
        The event of a log as the node writes it.

        Raises:
            ValueError: the log is not laid out like this event.
        """
        data: str = raw["data"]
        topics = raw["topics"]
        if len(topics) != len(self._indexed) + 1:
            raise ValueError(f"{self.name} has {len(self._indexed)} indexed arguments")
        args: dict[str, Any] = {}
        place = 1
        for name, read in self._indexed:
            args[name] = read(topics[place][2:])
            place += 1
        if self._dynamic:
            args.update(self._decode_dynamic(data))
        else:
            for name, read, start, end in self._fixed:
                args[name] = read(data[start:end])
        if self._order is not None:
            args = {name: args[name] for name in self._order}
        return Log(
            raw["address"],
            self.name,
            args,
            int(raw["blockNumber"], 16),
            raw["blockHash"],
            raw["transactionHash"],
            int(raw["logIndex"], 16),
        )

    def _decode_dynamic(self, data: str) -> Mapping[str, Any]:
        from scf.chain.abi import Codec

        values = Codec.of(self._dynamic).decode(bytes.fromhex(data[2:]))
        return {item["name"]: value for item, value in zip(self._dynamic, values, strict=True)}


def _reader(type_: str) -> ReadWord | None:
    """
    How to read one word (64 hex digits) of an elementary type; None for types of other
    lengths.
    """
    if type_.endswith("]") or type_ in ("string", "bytes", "tuple", "function"):
        return None
    if type_ == "address":
        return _read_address
    if type_ == "bool":
        return _read_bool
    if type_.startswith("uint"):
        return _read_uint
    if type_.startswith("int"):
        return _read_int
    return _bytes_reader(int(type_.removeprefix("bytes")))


def _read_uint(word: str) -> int:
    return int(word, 16)


def _read_int(word: str) -> int:
    number = int(word, 16)
    return number - (1 << 256) if word[0] in "89abcdefABCDEF" else number


def _read_bool(word: str) -> bool:
    return int(word, 16) != 0


def _read_address(word: str) -> str:
    return "0x" + word[24:64]


def _bytes_reader(size: int) -> ReadWord:
    digits = size * 2

    def read(word: str) -> bytes:
        return bytes.fromhex(word[:digits])

    return read
