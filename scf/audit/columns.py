"""
The fold's state as bytes and back, exactly, by the types of its fields.

Records of one class are written column by column, which reads back many times as fast as record by
record: a column is a few words of JSON and a block of bytes. Only the types that a state is made of
are known: integers, bytes, text, truth, enums, records of these, tuples, sets and dictionaries, and
what may be None. Nothing read is ever run.
"""

from __future__ import annotations

import sys
import types
import typing
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import IntEnum, IntFlag
from functools import cache, partial
from itertools import chain, islice
from operator import attrgetter
from typing import Any

_SIZES = (("B", 2**8), ("H", 2**16), ("I", 2**32), ("Q", 2**64))
_WORD = 32
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """
    How the values of one type are written and read.

    Attributes:
        pack: values to JSON's own types; blocks of bytes are appended to the list.
        unpack: and back, taking the blocks in the same order.
    """

    pack: Callable[[Values, list[bytes]], Any]
    unpack: Callable[[Any, Iterator[bytes]], Values]


@cache
def column_of(type_: Any) -> Column:
    """
    The column for a type.

    Raises:
        TypeError: a type that no state should hold.
    """
    origin, args = typing.get_origin(type_), typing.get_args(type_)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not type(None))
        return _optional(column_of(inner))
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return _repeated(column_of(args[0]), tuple)
        return _product([column_of(arg) for arg in args], _turned, _turned)
    if origin in (set, frozenset):
        return _repeated(column_of(args[0]), origin, sort=True)
    if origin is not None and issubclass(origin, dict):
        make: Any = partial(defaultdict, args[1]) if issubclass(origin, defaultdict) else dict
        return _dictionaries(column_of(args[0]), column_of(args[1]), make)
    if origin is not None and issubclass(origin, Mapping):
        return Column(
            lambda values, blocks: [_tag(item) for item in values],
            lambda raw, blocks: [_untag(item) for item in raw],
        )
    if isinstance(type_, type):
        return _plain(type_)
    raise TypeError(f"no column for {type_}")


def _plain(type_: type[Any]) -> Column:
    if is_dataclass(type_):
        return _records(type_)
    if issubclass(type_, bool):
        return _converted(_INTEGERS, bool)
    if issubclass(type_, IntEnum | IntFlag):
        return _converted(_INTEGERS, type_)
    if issubclass(type_, int):
        return _INTEGERS
    if issubclass(type_, bytes):
        return _shared(Column(_pack_bytes, _unpack_bytes))
    if issubclass(type_, str):
        return _shared(_TEXTS)
    raise TypeError(f"no column for {type_.__name__}")


def _records(type_: type[Any]) -> Column:
    hints = typing.get_type_hints(type_)
    names = [item.name for item in fields(type_)]
    setters = [getattr(type_, name).__set__ for name in names]

    def take(records: Values) -> list[Values]:
        return [list(map(attrgetter(name), records)) for name in names]

    def make(columns: Sequence[Values]) -> Values:
        records = [object.__new__(type_) for _ in columns[0]]
        for set_field, values in zip(setters, columns, strict=True):
            any(map(set_field, records, values))
        return records

    return _product([column_of(hints[name]) for name in names], take, make)


def _product(
    columns: Sequence[Column],
    take: Callable[[Values], Sequence[Values]],
    make: Callable[[Sequence[Values]], Values],
) -> Column:
    """Values made of a fixed number of parts, each in a column of its own."""

    def pack(values: Values, blocks: list[bytes]) -> Any:
        parts = take(values) or [()] * len(columns)
        return [column.pack(part, blocks) for column, part in zip(columns, parts, strict=True)]

    def unpack(raw: Any, blocks: Iterator[bytes]) -> Values:
        parts = [column.unpack(part, blocks) for column, part in zip(columns, raw, strict=True)]
        if len({len(part) for part in parts}) > 1:
            raise ValueError("columns of different lengths")
        return make(parts)

    return Column(pack, unpack)


def _turned(rows: Sequence[Values]) -> list[Values]:
    """Rows to columns, or columns to rows."""
    return list(zip(*rows, strict=True))


def _repeated(
    column: Column, make: Callable[[Iterable[Any]], Any], *, sort: bool = False
) -> Column:
    """Values that hold any number of one type."""

    def pack(values: Values, blocks: list[bytes]) -> Any:
        rows = [sorted(item) if sort else item for item in values]
        lengths = _INTEGERS.pack([len(row) for row in rows], blocks)
        return [lengths, column.pack([*chain.from_iterable(rows)], blocks)]

    def unpack(raw: Any, blocks: Iterator[bytes]) -> Values:
        lengths = _INTEGERS.unpack(raw[0], blocks)
        rest = iter(column.unpack(raw[1], blocks))
        return [make(islice(rest, length)) for length in lengths]

    return Column(pack, unpack)


def _dictionaries(keys: Column, values: Column, make: Callable[[Iterable[Any]], Any]) -> Column:
    items = _repeated(_product([keys, values], _turned, _turned), make)

    def pack(rows: Values, blocks: list[bytes]) -> Any:
        return items.pack([row.items() for row in rows], blocks)

    return Column(pack, items.unpack)


def _optional(column: Column) -> Column:
    def pack(values: Values, blocks: list[bytes]) -> Any:
        present = _INTEGERS.pack([item is not None for item in values], blocks)
        return [present, column.pack([item for item in values if item is not None], blocks)]

    def unpack(raw: Any, blocks: Iterator[bytes]) -> Values:
        present = _INTEGERS.unpack(raw[0], blocks)
        rest = iter(column.unpack(raw[1], blocks))
        return [next(rest) if is_there else None for is_there in present]

    return Column(pack, unpack)


def _converted(column: Column, make: Callable[[Any], Any]) -> Column:
    """Values that are as few as an enum's members, made from those of another column."""

    def unpack(raw: Any, blocks: Iterator[bytes]) -> Values:
        found = column.unpack(raw, blocks)
        made = {value: make(value) for value in set(found)}
        return [*map(made.__getitem__, found)]

    return Column(column.pack, unpack)


def _shared(column: Column) -> Column:
    """Values that come again and again, as parties do: each once, and where it stands."""

    def pack(values: Values, blocks: list[bytes]) -> Any:
        places = {value: place for place, value in enumerate(dict.fromkeys(values))}
        if 2 * len(places) > len(values):
            return [None, column.pack(values, blocks)]
        where = _INTEGERS.pack([places[value] for value in values], blocks)
        return [where, column.pack(list(places), blocks)]

    def unpack(raw: Any, blocks: Iterator[bytes]) -> Values:
        if raw[0] is None:
            return column.unpack(raw[1], blocks)
        places = _INTEGERS.unpack(raw[0], blocks)
        return [*map(column.unpack(raw[1], blocks).__getitem__, places)]

    return Column(pack, unpack)


def _pack_integers(values: Values, blocks: list[bytes]) -> Any:
    """In as few bytes as the largest needs; 32 for ids."""
    most = max(values, default=0)
    if min(values, default=0) < 0 or most >= 1 << 8 * _WORD:
        raise ValueError("an integer that fits no word")
    for letter, limit in _SIZES:
        if most < limit:
            blocks.append(_little(array(letter, values)).tobytes())
            return letter
    blocks.append(b"".join([item.to_bytes(_WORD, "big") for item in values]))
    return "word"


def _unpack_integers(raw: Any, blocks: Iterator[bytes]) -> Values:
    block = next(blocks)
    if raw == "word":
        return [int.from_bytes(block[at : at + _WORD]) for at in range(0, len(block), _WORD)]
    numbers = array(raw)
    numbers.frombytes(block)
    return _little(numbers).tolist()


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _pack_bytes(values: Values, blocks: list[bytes]) -> Any:
    """End to end where all are of one length, as hashes are."""
    sizes = {len(item) for item in values}
    if len(sizes) == 1 and (size := sizes.pop()):
        blocks.append(b"".join(values))
        return size
    return [item.hex() for item in values]


def _unpack_bytes(raw: Any, blocks: Iterator[bytes]) -> Values:
    if isinstance(raw, list):
        return [*map(bytes.fromhex, raw)]
    block = next(blocks)
    return [block[at : at + raw] for at in range(0, len(block), raw)]


def _tag(value: Any) -> Any:
    """A value of no declared type; bytes and tuples are marked."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Mapping):
        return {"map": {key: _tag(item) for key, item in value.items()}}
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_tag(item) for item in value]}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"no column for {type(value).__name__}")


def _untag(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "bytes":
        return bytes.fromhex(inner)
    if kind == "map":
        return {key: _untag(item) for key, item in inner.items()}
    return {"tuple": tuple, "list": list}[kind](_untag(item) for item in inner)


_INTEGERS = Column(_pack_integers, _unpack_integers)
_TEXTS = Column(lambda values, blocks: list(values), lambda raw, blocks: raw)
