"""
Where a World's contracts run: inside Python (pyrevm: thousands of acts a second, no true gas), or
on a real node (gas of real transactions). Same contracts, same calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyrevm

from scf.chain.rpc import Rpc

GAS = 30_000_000
# Above EIP-170, which the build checks: planted bugs can make a contract grow.
CODE_SIZE_MAX = 2**16


class Reverted(Exception):
    """A call reverted; `data` is what it gave back."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data.hex())
        self.data = data


@dataclass(frozen=True)
class Executed:
    """A transaction that went through. Logs are shaped as nodes give them."""

    output: bytes
    gas_used: int
    logs: tuple[Mapping[str, Any], ...]


class Engine(Protocol):
    """What a World needs."""

    chain_id: int

    def create(self, deployer: str, code: bytes) -> tuple[str, Executed]: ...
    def transact(self, sender: str, to: str, data: bytes) -> Executed: ...
    def read(self, to: str, data: bytes) -> bytes: ...
    def storage(self, address: str, place: int) -> int: ...
    def set_time(self, timestamp: int) -> None: ...
    def checkpoint(self) -> Any: ...
    def restore(self, checkpoint: Any) -> None: ...


class InProcess:
    """The EVM of pyrevm. Slots stay warm between acts, so its gas is not a transaction's."""

    chain_id = 1

    def __init__(self) -> None:
        cfg = pyrevm.CfgEnv(chain_id=self.chain_id, limit_contract_code_size=CODE_SIZE_MAX)
        self._evm = pyrevm.EVM(pyrevm.Env(cfg=cfg), spec_id="MERGE")
        self._block = 0

    def create(self, deployer: str, code: bytes) -> tuple[str, Executed]:
        address = self._evm.deploy(deployer, code)
        return address.lower(), self._executed(b"")

    def transact(self, sender: str, to: str, data: bytes) -> Executed:
        return self._executed(self._call(sender, to, data, False))

    def read(self, to: str, data: bytes) -> bytes:
        return self._call("0x" + "00" * 19 + "01", to, data, True)

    def storage(self, address: str, place: int) -> int:
        return int(self._evm.storage(address, place))

    def set_time(self, timestamp: int) -> None:
        self._block += 1
        block = pyrevm.BlockEnv(number=self._block, timestamp=timestamp, basefee=0, gas_limit=2**62)
        self._evm.set_block_env(block)

    def checkpoint(self) -> Any:
        return self._evm.snapshot()

    def restore(self, checkpoint: Any) -> None:
        self._evm.revert(checkpoint)

    def _call(self, sender: str, to: str, data: bytes, is_static: bool) -> bytes:
        try:
            return bytes(
                self._evm.message_call(sender, to, calldata=data, gas=GAS, is_static=is_static)
            )
        except RuntimeError as exc:
            found = re.search(r"output: 0x([0-9a-f]*)", str(exc))
            if found is None:
                raise
            raise Reverted(bytes.fromhex(found[1])) from None

    def _executed(self, output: bytes) -> Executed:
        result = self._evm.result
        return Executed(output, result.gas_used, tuple(_shaped(log) for log in result.logs))


class OnNode:
    """A local anvil that sends for any address (auto-impersonation)."""

    def __init__(self, url: str) -> None:
        self._rpc = Rpc(url)
        self.chain_id = int(self._rpc.call("eth_chainId"), 16)
        self._rpc.call("anvil_autoImpersonateAccount", True)
        self._funded: set[str] = set()

    def create(self, deployer: str, code: bytes) -> tuple[str, Executed]:
        receipt = self._mined({"from": deployer, "data": "0x" + code.hex()})
        return receipt["contractAddress"], _of(receipt)

    def transact(self, sender: str, to: str, data: bytes) -> Executed:
        fields = {"from": sender, "to": to, "data": "0x" + data.hex()}
        output = self._ask(fields)
        executed = _of(self._mined(fields))
        return Executed(output, executed.gas_used, executed.logs)

    def read(self, to: str, data: bytes) -> bytes:
        return self._ask({"to": to, "data": "0x" + data.hex()})

    def storage(self, address: str, place: int) -> int:
        return int(self._rpc.call("eth_getStorageAt", address, hex(place), "latest"), 16)

    def set_time(self, timestamp: int) -> None:
        self._rpc.call("evm_setNextBlockTimestamp", hex(timestamp))
        self._rpc.call("evm_mine")

    def checkpoint(self) -> Any:
        return self._rpc.call("evm_snapshot")

    def restore(self, checkpoint: Any) -> None:
        self._rpc.call("evm_revert", checkpoint)

    def _ask(self, fields: Mapping[str, str]) -> bytes:
        from scf.chain.rpc import RpcError

        try:
            return bytes.fromhex(self._rpc.call("eth_call", fields, "latest")[2:])
        except RpcError as exc:
            if not isinstance(exc.data, str):
                raise
            raise Reverted(bytes.fromhex(exc.data[2:])) from None

    def _mined(self, fields: Mapping[str, str]) -> dict[str, Any]:
        if fields["from"] not in self._funded:
            self._rpc.call("anvil_setBalance", fields["from"], hex(10**24))
            self._funded.add(fields["from"])
        gas = {"gas": hex(GAS), "gasPrice": hex(10**10)}
        hashed = self._rpc.call("eth_sendTransaction", dict(fields) | gas)
        self._rpc.call("evm_mine")
        receipt = self._rpc.call("eth_getTransactionReceipt", hashed)
        assert receipt["status"] == "0x1", receipt
        return dict(receipt)


def _of(receipt: Mapping[str, Any]) -> Executed:
    return Executed(b"", int(receipt["gasUsed"], 16), tuple(receipt["logs"]))


def _shaped(raw: Any) -> Mapping[str, Any]:
    topics: Sequence[bytes]
    topics, data = raw.data
    return {
        "address": raw.address.lower(),
        "topics": ["0x" + bytes(topic).hex() for topic in topics],
        "data": "0x" + bytes(data).hex(),
        "blockNumber": "0x0",
        "blockHash": "0x" + "00" * 32,
        "transactionHash": "0x" + "00" * 32,
        "logIndex": "0x0",
    }
