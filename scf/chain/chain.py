"""One chain behind one URL: reads, logs, the clock, gas for keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scf.chain import clock
from scf.chain.abi import Contract
from scf.chain.capabilities import Capabilities, probe
from scf.chain.refusals import Errors, refusal_of
from scf.chain.rpc import Rpc, RpcError
from scf.errors import ContractRefusal, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from web3 import Web3

BlockId = int | str
GAS_BALANCE_WEI = 10**24
LOG_BLOCKS_MAX = 2_000
_RANGE_COMPLAINTS = ("range", "limit", "too many", "more than", "exceed", "too large", "timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    A block's header.

    Attributes:
        number, hash, parent_hash: which.
        timestamp: seconds since 1970, UTC.
        raw: all of it as the node wrote it; proof-of-authority chains put more into `extraData`,
            which is fine.
    """

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One read among many: a contract's view function and its arguments."""

    contract: Contract
    function: str
    args: Sequence[Any] = ()


class Chain:
    """
    A chain to read from; `Chain.connect(url)` makes one.

    Attributes:
        rpc: the endpoint.
        id: its chain id.
        genesis_hash: the hash of block 0, which no other chain has.
        capabilities: what its node can do.
    """

    def __init__(
        self, rpc: Rpc, *, chain_id: int, genesis_hash: str, capabilities: Capabilities
    ) -> None:
        self.rpc = rpc
        self.id = chain_id
        self.genesis_hash = genesis_hash
        self.capabilities = capabilities
        self._log_blocks = LOG_BLOCKS_MAX
        self._log_blocks_refused = LOG_BLOCKS_MAX + 1

    @classmethod
    def connect(cls, url: str, *, timeout: float = 30) -> Chain:
        """
        Attach to a node.

        Raises:
            UsageError: not a URL.
            UnavailableError: nobody answered there, or something that is no node.
        """
        rpc = Rpc(url, timeout=timeout)
        chain_id = int(rpc.call("eth_chainId"), 16)
        genesis = rpc.call("eth_getBlockByNumber", "0x0", False)
        return cls(rpc, chain_id=chain_id, genesis_hash=genesis["hash"], capabilities=probe(rpc))

    def __repr__(self) -> str:
        return f"Chain({self.rpc.shown!r}, id={self.id})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _attached_again, (self.rpc, self.id, self.genesis_hash, self.capabilities)

    def call(
        self,
        contract: Contract,
        function: str,
        *args: Any,
        sender: str | None = None,
        block: BlockId = "latest",
        errors: Errors | None = None,
    ) -> Any:
        """
        Ask a contract.

        Args:
            contract, function, args: what is asked.
            sender: as whom.
            block: at which block (number, hash-free tag such as `latest`).
            errors: custom errors of contracts further down the call.

        Returns:
            Nothing, the one value, or a tuple of several.

        Raises:
            ContractRefusal: the contract refused.
            UsageError: no such function, an argument does not fit, or no contract at that address.
            UnavailableError: the node did not answer.
        """
        read = Read(contract=contract, function=function, args=args)
        (result,) = self.call_many([read], sender=sender, block=block, errors=errors)
        if isinstance(result, ContractRefusal | RpcError):
            raise result
        return result

    def call_many(
        self,
        reads: Iterable[Read],
        *,
        sender: str | None = None,
        block: BlockId = "latest",
        errors: Errors | None = None,
    ) -> list[Any]:
        """Ask many things in few requests; a `ContractRefusal` stands where a contract refused."""
        reads = list(reads)
        tag = hex(block) if isinstance(block, int) else block
        answers = self.rpc.batch(("eth_call", [_call(read, sender), tag]) for read in reads)
        pairs = zip(reads, answers, strict=True)
        return [_read_answer(read, answer, errors or {}) for read, answer in pairs]

    def block(self, number: BlockId = "latest") -> Block:
        """The header of a block; UsageError if the chain has none of that number."""
        tag = hex(number) if isinstance(number, int) else number
        raw = self.rpc.call("eth_getBlockByNumber", tag, False)
        if raw is None:
            raise UsageError("block", number, f"a block up to {self.head()}")
        return Block(
            number=int(raw["number"], 16),
            hash=raw["hash"],
            parent_hash=raw["parentHash"],
            timestamp=int(raw["timestamp"], 16),
            raw=raw,
        )

    def head(self) -> int:
        """The number of the last block."""
        return int(self.rpc.call("eth_blockNumber"), 16)

    def code(self, address: str) -> bytes:
        """The code at an address; empty if there is none."""
        return bytes.fromhex(self.rpc.call("eth_getCode", address, "latest")[2:])

    def logs(
        self, first: int, last: int, addresses: Collection[str] = (), *, topics: Sequence[Any] = ()
    ) -> Iterator[Mapping[str, Any]]:
        """
        Raw logs of the blocks from `first` to `last`, both included, in order.

        Asks for bounded ranges, and for shorter ones when the node complains.
        """
        start = first
        while start <= last:
            logs, end = self.logs_from(start, last, addresses, topics=topics)
            yield from logs
            start = end + 1

    def logs_from(
        self, first: int, last: int, addresses: Collection[str] = (), *, topics: Sequence[Any] = ()
    ) -> tuple[list[Mapping[str, Any]], int]:
        """
        The raw logs of one bounded range that starts at `first`, and the range's last block.

        The range is shorter after a complaint of the node, and grows again from answer to answer.

        Raises:
            UnavailableError: the node did not answer.
            RpcError: it refused even a single block, or for another reason.
        """
        while True:
            end = min(first + self._log_blocks - 1, last)
            query: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(end)}
            if addresses:
                query["address"] = list(addresses)
            if topics:
                query["topics"] = list(topics)
            try:
                logs = self.rpc.call("eth_getLogs", query)
            except RpcError as error:
                complains = any(word in error.message.lower() for word in _RANGE_COMPLAINTS)
                if end == first or not complains:
                    raise
                self._log_blocks = max((end - first + 1) // 2, 1)
                self._log_blocks_refused = end - first + 1
                continue
            grown = min(2 * self._log_blocks, LOG_BLOCKS_MAX)
            if grown < self._log_blocks_refused:
                self._log_blocks = grown
            return logs, end

    def fund(self, addresses: Iterable[str]) -> None:
        """
        Give keys of a local chain gas for a lifetime; those that have ether already are left alone.

        Raises:
            UsageError: this chain's ether is not ours to give.
        """
        wanted = list(dict.fromkeys(addresses))
        balances = self.rpc.batch(("eth_getBalance", [address, "latest"]) for address in wanted)
        poor = [
            address
            for address, balance in zip(wanted, balances, strict=True)
            if int(balance, 16) < GAS_BALANCE_WEI // 2
        ]
        method = self.capabilities.balance_method
        if poor and method is None:
            raise UsageError(
                "chain", self.rpc.shown, "a local chain, or keys that hold ether for gas"
            )
        for answer in self.rpc.batch((str(method), [item, hex(GAS_BALANCE_WEI)]) for item in poor):
            if isinstance(answer, RpcError):
                raise answer

    def gas_price(self) -> int:
        """Wei per gas that the next blocks will accept: zero on chains where gas is free."""
        price, latest = self.rpc.batch(
            [("eth_gasPrice", []), ("eth_getBlockByNumber", ["latest", False])]
        )
        for answer in (price, latest):
            if isinstance(answer, RpcError):
                raise answer
        return max(int(price, 16), 2 * int(latest.get("baseFeePerGas") or "0x0", 16))

    def mine(self) -> None:
        """Make a block, on nodes that do so when asked."""
        self.rpc.call("evm_mine")

    def today(self) -> date:
        """The civil day (UTC+8) of the last block."""
        return clock.today(self)

    def move_to(self, when: date | datetime | int) -> None:
        """Move a local chain's clock forward; see `scf.chain.clock.move_to`."""
        clock.move_to(self, when)

    def snapshot(self) -> AbstractContextManager[None]:
        """Undo what happens inside the `with`; see `scf.chain.clock.snapshot`."""
        return clock.snapshot(self)

    @cached_property
    def w3(self) -> Web3:
        """
        The same chain as a web3.py object, for integrators; proof-of-authority headers
        included.
        """
        from web3 import HTTPProvider, Web3
        from web3.middleware import ExtraDataToPOAMiddleware

        w3 = Web3(HTTPProvider(self.rpc.secret_url))
        w3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        return w3

    def close(self) -> None:
        """Close the connections to the node."""
        self.rpc.close()


def _attached_again(rpc: Rpc, id_: int, genesis_hash: str, capabilities: Capabilities) -> Chain:
    return Chain(rpc, chain_id=id_, genesis_hash=genesis_hash, capabilities=capabilities)


def _call(read: Read, sender: str | None) -> dict[str, Any]:
    data = read.contract.encode(read.function, *read.args)
    call = {"to": read.contract.address, "data": "0x" + data.hex()}
    return call | {"from": sender} if sender else call


def _read_answer(read: Read, answer: Any, errors: Errors) -> Any:
    if isinstance(answer, RpcError):
        return refusal_of(answer, {**errors, **read.contract.abi.errors})
    data = bytes.fromhex(answer[2:])
    try:
        return read.contract.decode_output(read.function, data)
    except Exception as exc:
        place = f"{read.contract.address} (asked {read.function})"
        raise UsageError("contract", place, "the address of such a contract on this chain") from exc
