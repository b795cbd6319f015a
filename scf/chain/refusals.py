"""
Reverts to exceptions: from the bytes a contract reverted with to a `ContractRefusal` with name,
fields and rule.

A custom error with arguments `ruleId` (bytes32, ASCII, padded with zeros) and `version` names the
dated rule that caused it. Bytes that no known error explains are kept whole, as `UnknownRevert`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scf.chain.advice import advice_for
from scf.chain.rpc import RpcError
from scf.chain.transactions import keccak
from scf.errors import ContractRefusal, RuleRef

if TYPE_CHECKING:
    from scf.chain.abi import Abi, Codec

Errors = Mapping[bytes, "ErrorLayout"]

UNKNOWN_REVERT = "UnknownRevert"
OUT_OF_GAS = "OutOfGas"
_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_PANICS = {
    0x01: "assertion failed",
    0x11: "arithmetic overflow",
    0x12: "division by zero",
    0x21: "no such enum member",
    0x22: "broken storage",
    0x31: "pop from an empty array",
    0x32: "index out of bounds",
    0x41: "out of memory",
    0x51: "call of an empty function",
}
_REVERT_CODE = 3
_REVERT_WORDS = ("revert", "invalid opcode", "out of gas", "stack underflow", "invalid jump")


@dataclass(frozen=True, slots=True)
class ErrorLayout:
    """One custom error: name, signature, selector, parameters."""

    name: str
    signature: str
    selector: bytes
    parameters: Codec

    @classmethod
    def of(cls, name: str, signature: str, parameters: Codec) -> ErrorLayout:
        """The layout of the error with that signature."""
        return cls(name, signature, keccak(signature.encode())[:4], parameters)


def errors_of(*abis: Abi) -> Errors:
    """
    The custom errors of several contracts by selector, for calls that pass through more than
    one.
    """
    return {selector: error for abi in abis for selector, error in abi.errors.items()}


def decode_revert(data: bytes, errors: Errors) -> ContractRefusal:
    """The refusal in a contract's revert data; never fails, whatever the bytes."""
    selector, body = data[:4], data[4:]
    if selector == _ERROR_STRING:
        return _standard("Error", "message", "string", body, data)
    if selector == _PANIC:
        return _standard("Panic", "code", "uint256", body, data)
    layout = errors.get(selector)
    if layout is None:
        return _unknown(data)
    try:
        values = layout.parameters.decode(body)
    except Exception:  # noqa: BLE001 - any bytes may come from a contract
        return _unknown(data)
    names = [
        item["name"] or f"arg{place}" for place, item in enumerate(layout.parameters.parameters)
    ]
    fields = dict(zip(names, values, strict=True))
    rule = _rule(fields)
    if rule is not None:
        fields["ruleId"] = rule.id
    shown = {name: _showable(value) for name, value in fields.items()}
    return ContractRefusal(layout.name, shown, rule=rule, advice=advice_for(layout.name))


def revert_data(error: RpcError) -> bytes | None:
    """
    The bytes a contract reverted with, wherever the node put them; None if `error` is no revert.

    Nodes differ: the data stands alone, under `data` or `result`, or behind the word "Reverted".
    """
    data = error.data
    if isinstance(data, Mapping):
        data = data.get("data") or data.get("result")
    if isinstance(data, str):
        text = data.removeprefix("Reverted ").strip()
        if text.startswith("0x"):
            try:
                found = bytes.fromhex(text[2:])
            except ValueError:
                found = b""
            if found or is_revert(error):
                return found
    return b"" if is_revert(error) else None


def is_revert(error: RpcError) -> bool:
    """Whether the node says that the contract, not the node, refused."""
    words = error.message.lower()
    return error.code == _REVERT_CODE or any(word in words for word in _REVERT_WORDS)


def refusal_of(error: RpcError, errors: Errors) -> ContractRefusal | RpcError:
    """A node's error as the contract's refusal, if it is one; otherwise the error itself."""
    data = revert_data(error)
    if data is None:
        return error
    if not data and "out of gas" in error.message.lower():
        return out_of_gas()
    return decode_revert(data, errors)


def out_of_gas(gas: int | None = None) -> ContractRefusal:
    """The refusal of an act that used up the gas it was given."""
    advice = "allow it more gas, or leave the gas to be estimated"
    return ContractRefusal(OUT_OF_GAS, {} if gas is None else {"gas": gas}, advice=advice)


def _standard(name: str, field: str, type_: str, body: bytes, data: bytes) -> ContractRefusal:
    from eth_abi.abi import decode

    try:
        (value,) = decode([type_], body)
    except Exception:  # noqa: BLE001 - any bytes may come from a contract
        return _unknown(data)
    fields: dict[str, Any] = {field: value}
    if name == "Panic":
        fields["meaning"] = _PANICS.get(value, "unknown")
    return ContractRefusal(name, fields, advice=advice_for(name))


def _unknown(data: bytes) -> ContractRefusal:
    fields = {"data": "0x" + data.hex()}
    return ContractRefusal(UNKNOWN_REVERT, fields, advice=advice_for(UNKNOWN_REVERT))


def _rule(fields: Mapping[str, Any]) -> RuleRef | None:
    rule, version = fields.get("ruleId"), fields.get("version")
    if not isinstance(rule, bytes) or not isinstance(version, int):
        return None
    return RuleRef(id=rule.rstrip(b"\0").decode("ascii", errors="replace"), version=version)


def _showable(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple | list):
        return [_showable(item) for item in value]
    if isinstance(value, dict):
        return {name: _showable(item) for name, item in value.items()}
    return value
