"""
Between a log's words and an event's arguments, by fixed layout, without a general decoder.

A *body* is what the store keeps of a log: its topics after the first, then its data. Most events
are a fixed number of 32-byte words; those with structs, arrays or text take the general way, with
the same result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import call
from struct import Struct
from typing import Any

from scf.audit.subjects import kind_of

WORD = 32
Body = bytes
Convert = Callable[[Any], Any]


class Addresses(dict[bytes, str]):
    """Addresses by their bytes; each text is made once, which saves time and memory."""

    def __missing__(self, raw: bytes) -> str:
        text = self[raw] = "0x" + raw.hex()
        return text


class EventReader:
    """
    How one event of one contract is read.

    Args:
        contract: its name.
        inputs: those of the event's ABI entry.
        addresses: shared by the readers of one store, so that each address is one object.

    Attributes:
        args: the arguments of a body, as `scf.chain.events.Log.args`.
        topic_count: topics of such a log.
        size: bytes of its body, None if that varies.
        subject_kinds: kinds of the subjects it names (`scf.audit.subjects`).
        subject_ids: takes their ids out of the body, 20 or 32 bytes each.
    """

    def __init__(
        self,
        contract: str,
        inputs: Sequence[Mapping[str, Any]],
        addresses: Addresses | None = None,
    ) -> None:
        named = [
            dict(item, name=item["name"] or f"arg{place}") for place, item in enumerate(inputs)
        ]
        indexed = [item for item in named if item["indexed"]]
        plain = [item for item in named if not item["indexed"]]
        self.topic_count = len(indexed) + 1
        self.names = tuple(item["name"] for item in named)
        words = [*indexed, *plain]
        self._codec_inputs = plain
        self._indexed = indexed
        is_fixed = all(_is_word(item["type"]) for item in plain)
        self.size = len(words) * WORD if is_fixed else None
        places = [words.index(item) for item in named]
        known = Addresses() if addresses is None else addresses
        self._unpack_indexed = _unpacker([item["type"] for item in indexed], known)
        self.args = (
            self._args_dynamic
            if self.size is None
            else _args_reader(self.names, places, [item["type"] for item in words], known)
        )
        # What follows a struct, an array or text lies somewhere else.
        findable = [*indexed, *itertools.takewhile(lambda item: _is_word(item["type"]), plain)]
        kinds = [kind_of(contract, item) for item in findable]
        self.subject_kinds = tuple(kind for kind in kinds if kind)
        forms = ("12x20s" if item["type"] == "address" else "32s" for item in findable)
        self.subject_ids = Struct(
            "".join(form if kind else "32x" for form, kind in zip(forms, kinds, strict=True))
        ).unpack_from

    def fits(self, body: Body) -> bool:
        """Whether this is a body of such an event."""
        if self.size is not None:
            return len(body) == self.size
        from eth_abi.exceptions import DecodingError

        try:
            self._args_dynamic(body)
        except (DecodingError, ValueError, OverflowError):
            return False
        return True

    def _args_dynamic(self, body: Body) -> dict[str, Any]:
        from scf.chain.abi import Codec

        head = len(self._indexed) * WORD
        names = [item["name"] for item in self._indexed]
        found = dict(zip(names, self._unpack_indexed(body[:head]), strict=True))
        values = Codec.of(self._codec_inputs).decode(body[head:])
        found |= dict(zip((item["name"] for item in self._codec_inputs), values, strict=True))
        return {name: found[name] for name in self.names}


def _is_word(type_: str) -> bool:
    return not (type_.endswith("]") or type_ in ("string", "bytes", "tuple", "function"))


def _args_reader(
    names: Sequence[str], places: Sequence[int], types: Sequence[str], addresses: Addresses
) -> Callable[[Body], dict[str, Any]]:
    """
    Reads the arguments of a body, by name. Written as code for each event, since millions are read:
    a general loop takes half as long again.
    """
    packed = [_packing(type_, addresses) for type_ in types]
    ready = (int, bytes, bool)  # as they come out of the words
    parts = [
        f"{name!r}: v{place}" if packed[place][1] in ready else f"{name!r}: to{place}(v{place})"
        for name, place in zip(names, places, strict=True)
    ]
    values = "".join(f"v{place}, " for place in range(len(types)))
    code = f"lambda body: (lambda {values}: {{{', '.join(parts)}}})(*unpack(body))"
    known = {f"to{place}": convert for place, (_, convert) in enumerate(packed)}
    known["unpack"] = Struct(">" + "".join(form for form, _ in packed)).unpack
    # Nothing of the store gets into the code but names, as literals.
    reader: Callable[[Body], dict[str, Any]] = eval(code, known)  # noqa: S307 - see above
    return reader


def _unpacker(types: Sequence[str], addresses: Addresses) -> Callable[[bytes], Iterator[Any]]:
    """Reads words of these types, one after the other."""
    packed = [_packing(type_, addresses) for type_ in types]
    unpack = Struct(">" + "".join(form for form, _ in packed)).unpack
    conversions = tuple(convert for _, convert in packed)
    return lambda words: map(call, conversions, unpack(words))


def _packing(type_: str, addresses: Addresses) -> tuple[str, Convert]:
    """How a word is unpacked (`struct`), and how what comes out becomes the argument."""
    if type_ == "address":
        return "12x20s", addresses.__getitem__
    if type_ == "bool":
        return "31x?", bool
    if type_.startswith(("uint", "int")) and _is_word(type_):
        letters = "bhiq" if type_.startswith("int") else "BHIQ"
        size = int(type_.lstrip("uint"))
        for letter, bits in zip(letters, (8, 16, 32, 64), strict=True):
            if size <= bits:
                return f"{WORD - bits // 8}x{letter}", int
        return "32s", _signed if type_.startswith("int") else int.from_bytes
    size = int(type_.removeprefix("bytes")) if type_.startswith("bytes") and _is_word(type_) else 32
    return f"{size}s{WORD - size}x", bytes


def _signed(word: bytes) -> int:
    return int.from_bytes(word, "big", signed=True)
