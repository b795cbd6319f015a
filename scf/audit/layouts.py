"""
Between a log's words and an event's arguments, by fixed layout, without a general decoder.

A *body* is what the store keeps of a log: its topics after the first, then its data. Most events
are a fixed number of 32-byte words; those with structs, arrays or text take the general way, with
the same result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from scf.audit.subjects import kind_of

WORD = 32
SQL_INTEGER_MAX = 2**63 - 1
_DIGITS = 2 * WORD
_NO_DIGITS = "0" * _DIGITS
Body = bytes
Subjects = list[tuple[str, str]]
ReadBytes = Callable[[bytes], Any]
ReadHex = Callable[[str], Any]


class _Addresses(dict[bytes, str]):
    """Addresses by their words; each text is made once, which saves time and memory."""

    def __missing__(self, word: bytes) -> str:
        text = self[word] = "0x" + word[12:].hex()
        return text


_ADDRESSES = _Addresses()


class EventReader:
    """
    How one event of one contract is read.

    Args:
        contract: its name.
        inputs: those of the event's ABI entry.

    Attributes:
        topic_count: topics of such a log.
        size: bytes of its body, None if that varies.
    """

    def __init__(self, contract: str, inputs: Sequence[Mapping[str, Any]]) -> None:
        named = [
            dict(item, name=item["name"] or f"arg{place}") for place, item in enumerate(inputs)
        ]
        indexed = [item for item in named if item["indexed"]]
        plain = [item for item in named if not item["indexed"]]
        self.topic_count = len(indexed) + 1
        self.names = tuple(item["name"] for item in named)
        words = [*indexed, *plain]
        self._is_fixed = all(_is_word(item["type"]) for item in plain)
        self._codec_inputs = plain
        self._indexed = indexed
        self._named = named
        self._contract = contract
        self.size = len(words) * WORD if self._is_fixed else None
        places = [words.index(item) for item in named]
        self._readers = tuple(_byte_reader(item["type"]) for item in named)
        self._byte_words = _slices([place * WORD for place in places], WORD)
        self._hex_words = _slices([place * _DIGITS for place in places], _DIGITS)
        self._json = tuple(_json_reader(item, contract) for item in named)
        self._template = "{" + ",".join(f'"{name}":%s' for name in self.names) + "}"
        kinds = [kind_of(contract, item) for item in named]
        self._subjects = tuple(
            (place, kind, named[place]["type"] == "address")
            for place, kind in enumerate(kinds)
            if kind is not None
        )

    def args(self, body: Body) -> dict[str, Any]:
        """The arguments of a body, as `scf.chain.events.Log.args`."""
        if not self._is_fixed:
            return self._args_dynamic(body)
        return {
            name: read(word)
            for name, read, word in zip(
                self.names, self._readers, self._byte_words(body), strict=True
            )
        }

    def text(self, digits: str) -> tuple[str, Subjects]:
        """
        The arguments of a body in hex as the store's JSON, and the subjects they name.

        Raises:
            ValueError: not the body of such an event.
        """
        if not self._is_fixed:
            return self._text_dynamic(bytes.fromhex(digits))
        words = self._hex_words(digits)
        values = tuple([read(word) for read, word in zip(self._json, words, strict=True)])
        subjects = [
            (kind, "0x" + (words[place][24:] if is_address else words[place]))
            for place, kind, is_address in self._subjects
            if words[place] != _NO_DIGITS
        ]
        return self._template % values, subjects

    def _args_dynamic(self, body: Body) -> dict[str, Any]:
        from scf.chain.abi import Codec

        head = len(self._indexed) * WORD
        found = {
            item["name"]: _byte_reader(item["type"])(body[place * WORD : (place + 1) * WORD])
            for place, item in enumerate(self._indexed)
        }
        values = Codec.of(self._codec_inputs).decode(body[head:])
        found |= dict(zip((item["name"] for item in self._codec_inputs), values, strict=True))
        return {name: found[name] for name in self.names}

    def _text_dynamic(self, body: Body) -> tuple[str, Subjects]:
        args = self._args_dynamic(body)
        shown = {
            item["name"]: _shown(args[item["name"]], item, self._contract) for item in self._named
        }
        subjects = [
            (kind, shown[self.names[place]])
            for place, kind, _ in self._subjects
            if int(shown[self.names[place]], 16)
        ]
        return json.dumps(shown, separators=(",", ":"), ensure_ascii=False), subjects


def _is_word(type_: str) -> bool:
    return not (type_.endswith("]") or type_ in ("string", "bytes", "tuple", "function"))


def _slices(starts: Sequence[int], size: int) -> Callable[[Any], tuple[Any, ...]]:
    parts = [slice(start, start + size) for start in starts]
    if len(parts) == 1:
        (only,) = parts
        return lambda words: (words[only],)
    return itemgetter(*parts) if parts else lambda words: ()


def _byte_reader(type_: str) -> ReadBytes:
    if type_ == "address":
        return _ADDRESSES.__getitem__
    if type_ == "bool":
        return lambda word: word[31] != 0
    if type_.startswith("uint"):
        return _unsigned
    if type_.startswith("int"):
        return lambda word: int.from_bytes(word, "big", signed=True)
    if type_ == "bytes32" or not _is_word(type_):
        return bytes
    size = int(type_.removeprefix("bytes"))
    return lambda word: word[:size]


def _unsigned(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _json_reader(item: Mapping[str, Any], contract: str) -> ReadHex:
    type_ = item["type"]
    if type_ == "address":
        return lambda word: f'"0x{word[24:]}"'
    if type_ == "bool":
        return lambda word: "true" if word[-1] != "0" else "false"
    if type_.startswith("uint"):
        return _hex_json if kind_of(contract, item) else _number_json
    if type_.startswith("int"):
        return lambda word: _json_integer(int.from_bytes(bytes.fromhex(word), "big", signed=True))
    size = _DIGITS if not _is_word(type_) else 2 * int(type_.removeprefix("bytes"))
    return lambda word: f'"0x{word[:size]}"'


def _hex_json(word: str) -> str:
    return f'"0x{word}"'


def _number_json(word: str) -> str | int:
    number = int(word, 16)
    return number if number <= SQL_INTEGER_MAX else f'"{number}"'


def _json_integer(number: int) -> str:
    return str(number) if abs(number) <= SQL_INTEGER_MAX else f'"{number}"'


def _shown(value: Any, item: Mapping[str, Any], contract: str) -> Any:
    """A value of any type as the store's JSON writes it."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if kind_of(contract, item):
            return f"0x{value:064x}"
        return value if abs(value) <= SQL_INTEGER_MAX else str(value)
    if isinstance(value, Mapping):
        parts = {part["name"]: part for part in item["components"]}
        return {name: _shown(inner, parts[name], contract) for name, inner in value.items()}
    inner_type = item["type"].rpartition("[")[0]
    return [_shown(inner, dict(item, type=inner_type), contract) for inner in value]
