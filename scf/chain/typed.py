"""
EIP-712: the digest an officer signs.

Types are given as eth-account and wallets take them: struct name → list of {"name", "type"}; nested
structs and arrays included. Same digests as eth-account, without parsing types again for each
message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scf.chain.transactions import keccak
from scf.chain.words import word_layout
from scf.errors import UsageError

Types = Mapping[str, Sequence[Mapping[str, str]]]
_DOMAIN_FIELDS = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """
    Whom a signature is for.

    Attributes:
        name, version: of the contract's signing domain.
        chain_id: the chain.
        contract: the address that verifies.
    """

    name: str
    version: str
    chain_id: int
    contract: str


def typed_digest(
    domain: Domain, primary_type: str, types: Types, message: Mapping[str, Any]
) -> bytes:
    """
    The 32 bytes to sign for `message`, a struct of `primary_type`.

    Raises:
        UsageError: a field is missing, too many, or does not fit its type.
    """
    return keccak(
        b"\x19\x01" + domain_separator(domain) + struct_hash(primary_type, types, message)
    )


@lru_cache(maxsize=256)
def domain_separator(domain: Domain) -> bytes:
    """The hash that binds a signature to one contract of one chain."""
    values = {
        "name": domain.name,
        "version": domain.version,
        "chainId": domain.chain_id,
        "verifyingContract": domain.contract,
    }
    fields = [{"name": name, "type": _DOMAIN_FIELDS[name]} for name in values]
    return struct_hash("EIP712Domain", {"EIP712Domain": fields}, values)


def struct_hash(name: str, types: Types, message: Mapping[str, Any]) -> bytes:
    """The hash of one struct; errors as in `typed_digest`."""
    if name not in types:
        raise UsageError("type", name, f"one of {', '.join(types)}")
    fields = types[name]
    if message.keys() != {item["name"] for item in fields}:
        wanted = ", ".join(item["name"] for item in fields)
        raise UsageError(name, ", ".join(message), f"the fields {wanted}")
    words = [_type_hash(_type_text(name, types))]
    for item in fields:
        field, type_ = item["name"], item["type"]
        words.append(_word(type_, types, message[field], name, field))
    return keccak(b"".join(words))


def _word(type_: str, types: Types, value: Any, struct: str, field: str) -> bytes:
    if type_.endswith("]"):
        inner = type_[: type_.rindex("[")]
        return keccak(b"".join(_word(inner, types, item, struct, field) for item in value))
    if type_ in types:
        return struct_hash(type_, types, value)
    if type_ == "string" and isinstance(value, str):
        return keccak(value.encode())
    if type_ == "bytes" and isinstance(value, bytes):
        return keccak(value)
    try:
        return bytes(_encoder(type_)(value))
    except Exception as exc:
        raise UsageError(f"{struct}.{field}", value, f"a value of type {type_}") from exc


@lru_cache(maxsize=256)
def _encoder(type_: str) -> Any:
    from eth_abi.registry import registry

    general: Any = registry.get_encoder(type_)
    layout = word_layout(type_)
    if layout is None:
        return general
    quick = layout.encode

    def encode(value: Any) -> bytes:
        try:
            return quick(value)
        except ValueError:
            return bytes(general(value))

    return encode


@lru_cache(maxsize=256)
def _type_hash(text: str) -> bytes:
    return keccak(text.encode())


def _type_text(name: str, types: Types) -> str:
    """`Quote(address bank,…)Part(…)`: the struct, then those it uses, by name."""
    used: set[str] = set()
    _collect(name, types, used)
    ordered = [name, *sorted(used - {name})]
    return "".join(
        struct + "(" + ",".join(f"{item['type']} {item['name']}" for item in types[struct]) + ")"
        for struct in ordered
    )


def _collect(name: str, types: Types, used: set[str]) -> None:
    if name in used or name not in types:
        return
    used.add(name)
    for item in types[name]:
        _collect(item["type"].partition("[")[0], types, used)
