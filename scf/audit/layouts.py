"""
Between a log's words and an event's arguments, by fixed layout, without a general decoder.

A *body* is what the store keeps of a log: its topics after the first, then its data. Most events
are a fixed number of 32-byte words; those with structs, arrays or text take the general way, with
the same result.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import call, itemgetter
from struct import Struct
from typing import Any

from scf.audit.subjects import kind_of

WORD = 32
SQL_INTEGER_MAX = 2**63 - 1
_DIGITS = 2 * WORD
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
        subject_digits: cuts their ids out of the body in hex; 40 or 64 digits each.
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
        self._named = named
        self._contract = contract
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
        forms = [_json_form(item, contract) for item in named]
        self._digits = _parts(
            slice(place * _DIGITS + form.start, place * _DIGITS + form.stop)
            for place, form in zip(places, forms, strict=True)
        )
        self._template = (
            "{"
            + ",".join(
                f'"{name}":{form.text}' for name, form in zip(self.names, forms, strict=True)
            )
            + "}"
        )
        self._converted = tuple(
            (place, form.convert) for place, form in enumerate(forms) if form.convert
        )
        # What follows a struct, an array or text lies somewhere else.
        plain_words = itertools.takewhile(lambda item: _is_word(item["type"]), plain)
        findable = [item["name"] for item in (*indexed, *plain_words)]
        kinds = [kind_of(contract, item) if item["name"] in findable else None for item in named]
        self.subject_kinds = tuple(kind for kind in kinds if kind)
        self.subject_digits = _parts(
            slice(
                places[place] * _DIGITS + (24 if named[place]["type"] == "address" else 0),
                (places[place] + 1) * _DIGITS,
            )
            for place, kind in enumerate(kinds)
            if kind
        )

    def text(self, digits: str) -> str | None:
        """
        The arguments as the store's JSON; None if this is no body of such an event.

        Args:
            digits: the body in hex.
        """
        if self.size is None:
            return self._text_dynamic(bytes.fromhex(digits))
        if len(digits) != 2 * self.size:
            return None
        values = self._digits(digits)
        if not self._converted:
            return self._template % values
        changed = list(values)
        for place, convert in self._converted:
            changed[place] = convert(values[place])
        return self._template % tuple(changed)

    def _args_dynamic(self, body: Body) -> dict[str, Any]:
        from scf.chain.abi import Codec

        head = len(self._indexed) * WORD
        names = [item["name"] for item in self._indexed]
        found = dict(zip(names, self._unpack_indexed(body[:head]), strict=True))
        values = Codec.of(self._codec_inputs).decode(body[head:])
        found |= dict(zip((item["name"] for item in self._codec_inputs), values, strict=True))
        return {name: found[name] for name in self.names}

    def _text_dynamic(self, body: Body) -> str | None:
        from eth_abi.exceptions import DecodingError

        try:
            args = self._args_dynamic(body)
        except (DecodingError, ValueError, OverflowError):
            return None
        shown = {
            item["name"]: _shown(args[item["name"]], item, self._contract) for item in self._named
        }
        return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)


def _is_word(type_: str) -> bool:
    return not (type_.endswith("]") or type_ in ("string", "bytes", "tuple", "function"))


def _parts(places: Iterable[slice]) -> Callable[[Any], tuple[Any, ...]]:
    """Cuts a sequence at several places at once."""
    cuts = list(places)
    if len(cuts) == 1:
        (only,) = cuts
        return lambda whole: (whole[only],)
    return itemgetter(*cuts) if cuts else lambda whole: ()


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


@dataclass(frozen=True, slots=True)
class _JsonForm:
    """How a word in hex becomes JSON: which of its digits, in what text, converted how."""

    start: int
    stop: int
    text: str
    convert: Callable[[str], Any] | None = None


def _json_form(item: Mapping[str, Any], contract: str) -> _JsonForm:
    type_ = item["type"]
    if not _is_word(type_):
        return _JsonForm(0, _DIGITS, '"0x%s"')  # the hash of an indexed one
    if type_ == "address":
        return _JsonForm(24, _DIGITS, '"0x%s"')
    if type_ == "bool":
        return _JsonForm(
            _DIGITS - 1, _DIGITS, "%s", lambda digit: "false" if digit == "0" else "true"
        )
    if type_.startswith("uint") and not kind_of(contract, item):
        size = int(type_.removeprefix("uint"))
        convert = _small_number if size < 64 else _number
        return _JsonForm(_DIGITS - size // 4, _DIGITS, "%s", convert)
    if type_.startswith("int"):
        return _JsonForm(0, _DIGITS, "%s", _signed_number)
    size = 2 * int(type_.removeprefix("bytes")) if type_.startswith("bytes") else _DIGITS
    return _JsonForm(0, size, '"0x%s"')


def _small_number(digits: str) -> int:
    return int(digits, 16)


def _number(digits: str) -> int | str:
    number = int(digits, 16)
    return number if number <= SQL_INTEGER_MAX else f'"{number}"'


def _signed_number(digits: str) -> int | str:
    number = int.from_bytes(bytes.fromhex(digits), "big", signed=True)
    return number if abs(number) <= SQL_INTEGER_MAX else f'"{number}"'


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
