"""
ABI encoding of what contracts mostly speak, compiled once per parameter list: several times as fast
as the general encoder.

Stricter than that one: whatever is not plainly right raises here, and the caller asks the general
encoder, which takes it or finds the fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORD = 32
_PAD = bytes(_WORD)
_UINT = re.compile(r"uint(\d+)")
_BYTES = re.compile(r"bytes(\d+)")
Parameters = Sequence[Mapping[str, Any]]
Encode = Callable[[Any], bytes]
Decode = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """
    How values of one type lie in call data.

    Attributes:
        size: bytes in the head; None for a type of varying length, which has an offset there.
        encode: its bytes. decode: the value of `size` bytes; None where that varies.
    """

    size: int | None
    encode: Encode
    decode: Decode | None


def layout_of(parameters: Parameters) -> Layout | None:
    """The layout of a parameter list or a struct's fields; None if a type is not known here."""
    parts = [_layout(parameter) for parameter in parameters]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    names = tuple(parameter["name"] for parameter in parameters)
    sizes = [part.size for part in known if part.size is not None]
    size = sum(sizes) if len(sizes) == len(known) else None
    encode = _encoder(tuple(known), names)
    return Layout(size, encode, _decoder(tuple(known)) if size is not None else None)


def word_layout(type_: str) -> Layout | None:
    """The layout of a type of one word; None if it is not known here."""
    if match := _UINT.fullmatch(type_):
        return _uint(int(match[1]))
    if match := _BYTES.fullmatch(type_):
        return _fixed_bytes(int(match[1]))
    return {"address": _ADDRESS, "bool": _BOOL}.get(type_)


def _layout(parameter: Mapping[str, Any]) -> Layout | None:
    type_ = str(parameter["type"])
    if type_.endswith("[]"):
        return _array(_layout(dict(parameter, type=type_[:-2])))
    if type_ == "tuple":
        found = layout_of(parameter["components"])
        return found and _struct(found, [part["name"] for part in parameter["components"]])
    if type_ == "bytes":
        return Layout(None, _encode_bytes, None)
    if type_ == "string":
        return Layout(None, lambda value: _encode_bytes(value.encode("utf-8")), None)
    return word_layout(type_)


def _encoder(parts: tuple[Layout, ...], names: tuple[str, ...]) -> Encode:
    encoders = tuple(part.encode for part in parts)
    if all(part.size is not None for part in parts):

        def encode_fixed(values: Any) -> bytes:
            values = _in_order(values, names)
            return b"".join([encode(value) for encode, value in zip(encoders, values, strict=True)])

        return encode_fixed

    def encode_mixed(values: Any) -> bytes:
        return _head_and_tail(parts, _in_order(values, names))

    return encode_mixed


def _in_order(values: Any, names: tuple[str, ...]) -> Sequence[Any]:
    if isinstance(values, Mapping):
        if len(values) != len(names):
            raise ValueError("not the fields of the struct")
        return [values[name] for name in names]
    if not isinstance(values, list | tuple):
        raise TypeError("not a sequence")
    return values


def _head_and_tail(parts: Sequence[Layout], values: Sequence[Any]) -> bytes:
    offset = sum(_WORD if part.size is None else part.size for part in parts)
    head, tail = [], []
    for part, value in zip(parts, values, strict=True):
        encoded = part.encode(value)
        if part.size is None:
            head.append(offset.to_bytes(_WORD))
            tail.append(encoded)
            offset += len(encoded)
        else:
            head.append(encoded)
    return b"".join(head + tail)


def _decoder(parts: tuple[Layout, ...]) -> Decode:
    steps: list[tuple[Decode, int, int]] = []
    place = 0
    for part in parts:
        if part.size is not None and part.decode is not None:
            steps.append((part.decode, place, place + part.size))
            place += part.size

    def decode(data: bytes) -> tuple[Any, ...]:
        if len(data) < place:
            raise ValueError("too short")
        return tuple([step(data[start:end]) for step, start, end in steps])

    return decode


def _struct(fields: Layout, names: Sequence[str]) -> Layout:
    inner = fields.decode
    if inner is None:
        return fields
    return Layout(
        fields.size, fields.encode, lambda data: dict(zip(names, inner(data), strict=True))
    )


def _array(item: Layout | None) -> Layout | None:
    if item is None:
        return None

    def encode(values: Any) -> bytes:
        if not isinstance(values, list | tuple):
            raise TypeError("not a sequence")
        return len(values).to_bytes(_WORD) + _head_and_tail([item] * len(values), values)

    return Layout(None, encode, None)


def _uint(bits: int) -> Layout:
    most = (1 << bits) - 1

    def encode(value: Any) -> bytes:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError("not such a number")
        return value.to_bytes(_WORD)

    def decode(word: bytes) -> int:
        number = int.from_bytes(word)
        if number > most:
            raise ValueError("not such a number")
        return number

    return Layout(_WORD, encode, decode)


def _fixed_bytes(size: int) -> Layout:
    padding = _PAD[size:]

    def encode(value: Any) -> bytes:
        if type(value) is not bytes or len(value) != size:
            raise ValueError("not such bytes")
        return value + padding

    def decode(word: bytes) -> bytes:
        if word[size:] != padding:
            raise ValueError("not such bytes")
        return word[:size]

    return Layout(_WORD, encode, decode)


def _encode_address(value: Any) -> bytes:
    if type(value) is not str or value[:2] != "0x" or len(value) != 42 or value.lower() != value:
        raise ValueError("not an address in lower case")
    found = bytes.fromhex(value[2:])
    if len(found) != 20:
        raise ValueError("not an address")
    return _PAD[20:] + found


def _decode_address(word: bytes) -> str:
    if word[:12] != _PAD[:12]:
        raise ValueError("not an address")
    return "0x" + word[12:].hex()


def _encode_bool(value: Any) -> bytes:
    if type(value) is not bool:
        raise ValueError("not a truth value")
    return value.to_bytes(_WORD)


def _decode_bool(word: bytes) -> bool:
    number = int.from_bytes(word)
    if number > 1:
        raise ValueError("not a truth value")
    return number == 1


def _encode_bytes(value: Any) -> bytes:
    if type(value) is not bytes:
        raise ValueError("not bytes")
    return len(value).to_bytes(_WORD) + value + bytes(-len(value) % _WORD)


_ADDRESS = Layout(_WORD, _encode_address, _decode_address)
_BOOL = Layout(_WORD, _encode_bool, _decode_bool)
