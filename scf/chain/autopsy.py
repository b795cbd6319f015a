"""Why a mined transaction failed: from its trace, else by calling again around its block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scf.chain.receipts import Receipt
from scf.chain.refusals import Errors, decode_revert, out_of_gas, revert_data
from scf.chain.rpc import Rpc, RpcError
from scf.errors import ContractRefusal

_TRACE = {"disableStorage": True, "disableMemory": True, "disableStack": True}


def cause_of_failure(
    rpc: Rpc, call: Mapping[str, Any], gas: int, receipt: Receipt, errors: Errors
) -> ContractRefusal:
    """
    The refusal behind a failed receipt.

    Args:
        rpc: the node.
        call: the transaction as an `eth_call` object.
        gas: what it was allowed.
        receipt: its receipt.
        errors: the custom errors to decode with.
    """
    data = _traced(rpc, receipt.tx_hash)
    if not data and receipt.gas_used >= gas:
        return out_of_gas(gas)
    if not data:
        before, after = hex(max(receipt.block_number - 1, 0)), hex(receipt.block_number)
        data = _called(rpc, call, before) or _called(rpc, call, after)
    return decode_revert(data or b"", errors)


def _traced(rpc: Rpc, tx_hash: str) -> bytes | None:
    try:
        trace = rpc.call("debug_traceTransaction", tx_hash, _TRACE)
    except RpcError:
        return None
    value = trace.get("returnValue") if isinstance(trace, dict) else None
    if not isinstance(value, str):
        return None
    return bytes.fromhex(value.removeprefix("0x"))


def _called(rpc: Rpc, call: Mapping[str, Any], block: str) -> bytes | None:
    try:
        rpc.call("eth_call", call, block)
    except RpcError as error:
        return revert_data(error)
    return None
