"""
Calls by name: from an artifact's ABI to call data and back.

Addresses are `0x` and 40 lower-case hex digits everywhere; `bytes` types are `bytes`; enums are
integers; structs go in as mappings or sequences and come out as dicts by field name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scf.chain.events import EventLayout, Log
from scf.chain.refusals import ErrorLayout
from scf.chain.transactions import keccak
from scf.chain.words import Layout, layout_of
from scf.errors import UsageError

JsonAbi = Sequence[Mapping[str, Any]]
_ADDRESS = re.compile(r"0x[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Codec:
    """Encodes and decodes one list of parameters; types are resolved once."""

    parameters: tuple[Mapping[str, Any], ...]
    types: tuple[str, ...]
    _encode: Callable[[Sequence[Any]], bytes]
    _has_structs: bool
    _layout: Layout | None

    @classmethod
    def of(cls, parameters: JsonAbi) -> Codec:
        """The codec of a parameter list of an ABI (`inputs`, `outputs`)."""
        from eth_abi.registry import registry

        types = tuple(canonical_type(parameter) for parameter in parameters)
        encode: Any = registry.get_encoder(f"({','.join(types)})") if types else _encode_nothing
        has_structs = any(type_.startswith("(") for type_ in types)
        return cls(tuple(parameters), types, encode, has_structs, layout_of(parameters))

    def encode(self, values: Sequence[Any], of: str) -> bytes:
        """
        The values in ABI encoding.

        Args:
            values: one per parameter.
            of: whose parameters they are, for the message of an error.

        Raises:
            UsageError: a value does not fit its parameter, or their number is wrong.
        """
        if len(values) != len(self.types):
            raise UsageError(of, f"{len(values)} arguments", f"{len(self.types)}")
        if self._layout is not None:
            try:
                return self._layout.encode(values)
            except (ValueError, KeyError, TypeError, AttributeError):
                pass  # the general encoder below takes it or says what is wrong
        if self._has_structs:
            pairs = zip(values, self.parameters, strict=True)
            values = [_plain(value, parameter) for value, parameter in pairs]
        try:
            return self._encode(values)
        except Exception as exc:
            raise self._misfit(values, of) from exc

    def decode(self, data: bytes) -> tuple[Any, ...]:
        """The values in `data`, one per parameter; ValueError if it does not hold them."""
        if self._layout is not None and self._layout.decode is not None:
            try:
                return tuple(self._layout.decode(data))
            except ValueError:
                pass  # the general decoder below says what is wrong
        from eth_abi.abi import decode

        values = decode(self.types, data)
        return tuple(
            _named(value, parameter)
            for value, parameter in zip(values, self.parameters, strict=True)
        )

    def _misfit(self, values: Sequence[Any], of: str) -> UsageError:
        from eth_abi.abi import encode

        for value, type_, parameter in zip(values, self.types, self.parameters, strict=True):
            try:
                encode([type_], [value])
            except Exception:  # noqa: BLE001 - whatever the encoder dislikes is the misfit
                name = parameter.get("name") or "argument"
                return UsageError(f"{of}.{name}", value, f"a value of type {type_}")
        return UsageError(of, values, f"({', '.join(self.types)})")


@dataclass(frozen=True, slots=True)
class Function:
    """One function: name, signature, selector and the codecs of both directions."""

    name: str
    signature: str
    selector: bytes
    inputs: Codec
    outputs: Codec

    def encode(self, args: Sequence[Any]) -> bytes:
        """Call data of the function; UsageError names an argument that does not fit."""
        return self.selector + self.inputs.encode(args, self.name)

    def decode_output(self, data: bytes) -> Any:
        """What the function returned: nothing, the one value, or a tuple of several."""
        values = self.outputs.decode(data)
        if len(values) == 1:
            return values[0]
        return values or None


@dataclass(frozen=True)
class Abi:
    """
    A parsed ABI.

    Attributes:
        functions: by name, and by signature (`count(bytes32)`) for overloads.
        events: by topic (0x…, the hash of the signature).
        errors: by selector (4 bytes).
        constructor: the codec of the constructor's arguments.
    """

    functions: Mapping[str, Function]
    events: Mapping[str, EventLayout]
    errors: Mapping[bytes, ErrorLayout]
    constructor: Codec
    _by_event_name: Mapping[str, EventLayout] = field(repr=False)

    @classmethod
    def parse(cls, abi: JsonAbi) -> Abi:
        """Read an ABI as compilers write it."""
        functions: dict[str, Function] = {}
        for entry in _entries(abi, "function"):
            signature = _signature(entry)
            inputs, outputs = Codec.of(entry["inputs"]), Codec.of(entry.get("outputs", ()))
            selector = keccak(signature.encode())[:4]
            function = Function(entry["name"], signature, selector, inputs, outputs)
            functions[signature] = function
            functions.setdefault(function.name, function)
        events = [EventLayout.of(entry, _signature(entry)) for entry in _entries(abi, "event")]
        errors = [
            ErrorLayout.of(entry["name"], _signature(entry), Codec.of(entry["inputs"]))
            for entry in _entries(abi, "error")
        ]
        constructors = _entries(abi, "constructor")
        return cls(
            functions=functions,
            events={event.topic: event for event in events if not event.is_anonymous},
            errors={error.selector: error for error in errors},
            constructor=Codec.of(constructors[0]["inputs"] if constructors else ()),
            _by_event_name={event.name: event for event in events},
        )

    def function(self, name: str) -> Function:
        """The function of that name or signature; UsageError names the nearest ones."""
        found = self.functions.get(name)
        if found is None:
            raise UsageError("function", name, _did_you_mean(name, self.functions))
        return found

    def event(self, name: str) -> EventLayout:
        """The event of that name; UsageError names the nearest ones."""
        found = self._by_event_name.get(name)
        if found is None:
            raise UsageError("event", name, _did_you_mean(name, self._by_event_name))
        return found


@dataclass(frozen=True)
class Contract:
    """
    A contract at its address.

    Args:
        address: 0x and 40 hex digits, any case.
        abi: its parsed ABI; parse once, share among contracts of a kind.

    Raises:
        UsageError: not an address.
    """

    address: str
    abi: Abi = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", checked_address(self.address))

    @cached_property
    def address_bytes(self) -> bytes:
        """The address as 20 bytes."""
        return bytes.fromhex(self.address[2:])

    def encode(self, function: str, *args: Any) -> bytes:
        """
        Call data.

        Raises:
            UsageError: no such function, or an argument that does not fit.
        """
        return self.abi.function(function).encode(args)

    def decode_output(self, function: str, data: bytes) -> Any:
        """
        What `function` returned: nothing, the one value, or a tuple of several; structs are
        dicts.
        """
        return self.abi.function(function).decode_output(data)

    def decode_log(self, raw: Mapping[str, Any]) -> Log | None:
        """A log as the node writes it, decoded; None for an event the ABI does not have."""
        topics = raw["topics"]
        layout = self.abi.events.get(topics[0]) if topics else None
        return layout.decode(raw) if layout else None


def checked_address(address: str, field_name: str = "address") -> str:
    """The address in lower case; UsageError if it is none."""
    lowered = address.lower() if isinstance(address, str) else ""
    if not _ADDRESS.fullmatch(lowered):
        raise UsageError(field_name, address, "0x and 40 hex digits")
    return lowered


def canonical_type(parameter: Mapping[str, Any]) -> str:
    """The type as it stands in a signature: tuples spelled out."""
    type_ = str(parameter["type"])
    if not type_.startswith("tuple"):
        return type_
    inner = ",".join(canonical_type(component) for component in parameter["components"])
    return f"({inner}){type_[5:]}"


def event_topic(entry: Mapping[str, Any]) -> str:
    """The first topic of an event's logs: 0x and the hash of its signature."""
    return "0x" + keccak(_signature(entry).encode()).hex()


def _signature(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']}({','.join(canonical_type(item) for item in entry['inputs'])})"


def _entries(abi: JsonAbi, kind: str) -> list[Mapping[str, Any]]:
    return [entry for entry in abi if entry.get("type") == kind]


def _encode_nothing(values: Sequence[Any]) -> bytes:
    return b""


def _plain(value: Any, parameter: Mapping[str, Any]) -> Any:
    """Structs given as mappings, at any depth, in the order of their fields."""
    type_ = str(parameter["type"])
    if not type_.startswith("tuple"):
        return value
    if type_.endswith("]"):
        inner = dict(parameter, type=type_[: type_.rindex("[")])
        return [_plain(item, inner) for item in value]
    components = parameter["components"]
    if isinstance(value, Mapping):
        names = {component["name"] for component in components}
        if set(value) != names:
            raise UsageError(
                str(parameter.get("name")), sorted(value), f"the fields {sorted(names)}"
            )
        value = [value[component["name"]] for component in components]
    return tuple(_plain(item, part) for item, part in zip(value, components, strict=True))


def _named(value: Any, parameter: Mapping[str, Any]) -> Any:
    """Decoded structs as dicts by field name, at any depth."""
    type_ = str(parameter["type"])
    if not type_.startswith("tuple"):
        return value
    if type_.endswith("]"):
        inner = dict(parameter, type=type_[: type_.rindex("[")])
        return tuple(_named(item, inner) for item in value)
    components = parameter["components"]
    return {
        component["name"]: _named(item, component)
        for item, component in zip(value, components, strict=True)
    }


def _did_you_mean(name: str, known: Mapping[str, Any]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return f"one of the ABI (did you mean {' or '.join(near)}?)" if near else "one of the ABI"
