"""What a node can do, found by asking it to; version strings are only shown, never believed."""

from __future__ import annotations

from dataclasses import dataclass

from scf.chain.rpc import Rpc, RpcError


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """
    What a node can do.

    Attributes:
        client: what it calls itself.
        block_receipts: has `eth_getBlockReceipts`.
        movable_clock: its clock can be moved (local nodes).
        mines_each: a local node that makes a block for each transaction as it comes.
        mines_on_demand: it makes a block only when asked to, so the sender asks.
        balance_method: the method that sets an account's ether, or None.
        repeats_first: does an account's first transaction again as often as it is sent: ganache
            reads the nonce 0 as none given. Acts must not be sent with it.
    """

    client: str
    block_receipts: bool
    movable_clock: bool
    mines_each: bool
    mines_on_demand: bool
    balance_method: str | None
    repeats_first: bool


_NOBODY = "0x00000000000000000000000000000000000000ff"
_BALANCE_METHODS = ("evm_setAccountBalance", "anvil_setBalance", "hardhat_setBalance")


def probe(rpc: Rpc) -> Capabilities:
    """
    Ask a node what it can do; changes nothing that anyone could notice.

    Raises:
        UnavailableError: nobody answered.
    """
    client = _ask(rpc, "web3_clientVersion")
    movable = _has(rpc, "evm_increaseTime", 0)
    automatic = _ask(rpc, "anvil_getAutomine") if movable else None
    interval = _ask(rpc, "anvil_getIntervalMining") if automatic is False else None
    balance = None
    if movable:
        balance = next((name for name in _BALANCE_METHODS if _knows(rpc, name)), None)
    return Capabilities(
        client=client if isinstance(client, str) else "unknown",
        block_receipts=_has(rpc, "eth_getBlockReceipts", "latest"),
        movable_clock=movable,
        mines_each=movable and automatic is not False,
        mines_on_demand=automatic is False and not interval,
        balance_method=balance,
        repeats_first=balance == _BALANCE_METHODS[0],  # which only ganache has
    )


def _has(rpc: Rpc, method: str, *params: object) -> bool:
    try:
        return rpc.call(method, *params) is not None
    except RpcError:
        return False


def _ask(rpc: Rpc, method: str) -> object:
    try:
        return rpc.call(method)
    except RpcError:
        return None


def _knows(rpc: Rpc, method: str) -> bool:
    """Whether the node knows the method: it complains about the arguments, not about the name."""
    try:
        rpc.call(method, _NOBODY)
    except RpcError as error:
        return not error.is_unknown_method
    return True
