"""What is asked of the chain (`Act`) and what came of it (`Outcome`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scf.chain.abi import Abi, Contract
from scf.chain.events import Log
from scf.chain.keys import Signer
from scf.errors import ScfError


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """
    One act to be done once.

    Attributes:
        to: the contract; None creates one (see `creation`).
        function: its function, by name or signature.
        args: the arguments.
        signer: who signs.
        key: the act's idempotency key: an act whose key is mined already is not sent again. Empty
            derives it from chain, contract, call data, signer and `repeat`, so the same words said
            twice are done once.
        repeat: tells deliberate repetitions of one act apart when the key is derived.
        gas: most gas it may use; None asks the node, which also finds refusals.
        check: with a given `gas`, whether to call first to find a refusal before it costs anything.
        stage: acts are sent when all acts of other stages before them in the stream are mined.
        code: creation code, arguments included, when `to` is None.
        abi: what names the errors of a constructor.
    """

    to: Contract | None
    function: str = ""
    args: Sequence[Any] = ()
    signer: Signer
    key: str = ""
    repeat: int = 0
    gas: int | None = None
    check: bool = True
    stage: int = 0
    code: bytes = field(default=b"", repr=False)
    abi: Abi | None = field(default=None, repr=False)

    @classmethod
    def creation(
        cls, abi: Abi, bytecode: bytes, *args: Any, signer: Signer, key: str = "", repeat: int = 0
    ) -> Act:
        """The act of creating a contract; UsageError if a constructor argument does not fit."""
        code = bytecode + abi.constructor.encode(args, "constructor")
        return cls(to=None, code=code, abi=abi, signer=signer, key=key, repeat=repeat)

    @property
    def data(self) -> bytes:
        """Call data or creation code; UsageError for arguments that do not fit."""
        if self.to is None:
            return self.code
        return self.to.abi.function(self.function).encode(self.args)

    @property
    def errors(self) -> Mapping[bytes, Any]:
        """The custom errors its contract declares."""
        abi = self.abi if self.to is None else self.to.abi
        return abi.errors if abi is not None else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What came of one act.

    Attributes:
        key: the act's idempotency key.
        tx_hash: its transaction; None if none was sent.
        block_number, block_hash, timestamp: where and when it was mined (seconds since 1970, UTC).
        gas_used: gas.
        created: the address of a created contract.
        logs: its logs as the node wrote them.
        error: why it was not done; None if it was.
        replayed: it was done before, by an earlier send of the same key; nothing was sent now.
    """

    key: str
    tx_hash: str | None = None
    block_number: int | None = None
    block_hash: str | None = None
    timestamp: int | None = None
    gas_used: int = 0
    created: str | None = None
    logs: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    error: ScfError | None = None
    replayed: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the act was done."""
        return self.error is None

    def events(self, *contracts: Contract) -> Iterator[Log]:
        """The logs that those contracts wrote, decoded, in order."""
        by_address = {contract.address: contract for contract in contracts}
        for raw in self.logs:
            contract = by_address.get(raw["address"].lower())
            log = contract.decode_log(raw) if contract else None
            if log is not None:
                yield log


def act_key(act: Act, chain_id: int, data: bytes) -> str:
    """The act's own key, or one derived from what it says."""
    if act.key:
        return act.key
    to = act.to.address_bytes if act.to else b""
    words = (chain_id.to_bytes(32), to, act.signer.address.encode(), act.repeat.to_bytes(32), data)
    return hashlib.sha256(b"|".join(words)).hexdigest()


def act_subject(act: Act, data: bytes) -> str:
    """What a key stands for: who does what where."""
    to = act.to.address if act.to else "creation"
    return f"{act.signer.address} {to} {data[:4].hex() if act.to else ''}".strip()
