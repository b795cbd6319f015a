"""
What every face shares: a write is built as data (`Prepared`), then sent, batched or streamed.

    ledger.cash.transfer(to=…, amount=…)            sends and returns the result
    ledger.cash.transfer.prepare(to=…, amount=…)    the act, not sent; also `cash.acts.transfer`
"""

from __future__ import annotations

import functools
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from scf.build.manifest import Manifest
from scf.chain.abi import Contract
from scf.chain.acts import Act, Outcome
from scf.chain.chain import Chain, Read
from scf.chain.clock import day_of
from scf.chain.events import Log
from scf.chain.keys import Signer
from scf.chain.refusals import Errors
from scf.chain.sender import Sender
from scf.chain.typed import Domain
from scf.contracts import checks, gas, signing
from scf.contracts.signing import Approver
from scf.errors import ContractRefusal, ScfError, UsageError
from scf.model.records import NOBODY
from scf.model.results import TxRef

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
F = TypeVar("F", bound="Face")
SIGNATURE_SECONDS = 7 * 86_400
_REPEATS_MAX = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """
    What faces speak through; shared by all faces of a ledger.

    Attributes:
        contracts: by name (`Receivables`).
        errors: custom errors of all of them.
        signer: who signs; None for reading only.
        fund: gives new officers' keys gas where that is ours to do.
        fixed_now: the time for signatures, asked once where many acts are built.
        parties: whom keys act for, as learnt; a key never changes its party.
    """

    chain: Chain
    sender: Sender
    manifest: Manifest
    contracts: Mapping[str, Contract]
    errors: Errors
    signer: Signer | None
    fund: Callable[[Sequence[str]], None] | None = None
    fixed_now: int | None = None
    parties: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def caller(self) -> Signer:
        """The signer; UsageError without one."""
        if self.signer is None:
            raise UsageError("signer", "none", "a signer: ledger.with_signer(signer)")
        return self.signer

    def party_of(self, key: str) -> str:
        """The party a key acts for, or acted for; UsageError if none ever."""
        if key not in self.parties:
            contract = self.contracts["Participants"]
            party = str(self.chain.call(contract, "officer", key)["party"])
            if party == NOBODY:
                raise UsageError("signer", key, "a key that acts for a party")
            self.parties[key] = party
        return self.parties[key]

    def now(self) -> int:
        """The time of the chain's last block, unix seconds."""
        return self.fixed_now if self.fixed_now is not None else self.chain.block().timestamp

    def deadline(self, given: int | None) -> int:
        """A deadline for signatures: as given, or a week from now (whichever clock is ahead)."""
        if given is not None:
            return checks.seconds(given)
        return max(self.now(), int(time.time())) + SIGNATURE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Act, Generic[R_co]):
    """An act with how to read its outcome; `dataclasses.replace` sets `key`, `repeat`, `stage`."""

    read: Callable[[Outcome], R_co] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Generic[R_co]):
    """Acts that make one write, each after the one before, and how their results make one."""

    parts: Sequence[Prepared[Any]]
    merge: Callable[[Sequence[Any]], R_co]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Generic[R_co]):
    """An act of a stream with its outcome."""

    act: Prepared[R_co]
    outcome: Outcome

    @property
    def error(self) -> ScfError | None:
        """Why it was not done; None if it was."""
        return self.outcome.error

    @property
    def result(self) -> R_co:
        """What came of it; raises its error."""
        if self.outcome.error is not None:
            raise self.outcome.error
        return self.act.read(self.outcome)


class WriteMethod(Generic[P, R]):
    """One write of one face: call it to do it, or `prepare` it."""

    def __init__(self, face: Face, build: Callable[..., Prepared[R] | Several[R]]) -> None:
        self._face = face
        self._build = build
        functools.update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it; raises ContractRefusal, UsageError or UnavailableError."""
        return self._face.run(self._build(self._face, *args, **kwargs))

    def build(self, *args: P.args, **kwargs: P.kwargs) -> Prepared[R] | Several[R]:
        """The act or acts, not sent."""
        return self._build(self._face, *args, **kwargs)

    def prepare(self, *args: P.args, **kwargs: P.kwargs) -> Prepared[R]:
        """
        The act, not sent; its gas is a limit that needs no question to the node.

        Raises:
            UsageError: an argument cannot be right, or the write takes several acts.
        """
        built = self._build(self._face, *args, **kwargs)
        if isinstance(built, Several):
            if len(built.parts) != 1:
                name = self._build.__name__
                raise UsageError(name, f"{len(built.parts)} acts", "a write of one act")
            merge, part = built.merge, built.parts[0]
            return replace(part, read=lambda outcome: merge([part.read(outcome)]))
        return built


class Write(Generic[F, P, R]):
    """The descriptor behind `@write`."""

    def __init__(self, build: Callable[Concatenate[F, P], Prepared[R] | Several[R]]) -> None:
        self._build = build
        self.__doc__ = build.__doc__
        self.__wrapped__ = build

    @overload
    def __get__(self, face: None, owner: type[F]) -> Write[F, P, R]: ...
    @overload
    def __get__(self, face: F, owner: type[F]) -> WriteMethod[P, R]: ...
    def __get__(self, face: F | None, owner: type[F]) -> Write[F, P, R] | WriteMethod[P, R]:
        """The write of a face; the descriptor itself on the class."""
        return self if face is None else WriteMethod(face, self._build)


def write(build: Callable[Concatenate[F, P], Prepared[R] | Several[R]]) -> Write[F, P, R]:
    """Make a builder of acts a write."""
    return Write(build)


class Acts:
    """The writes of a face as builders: `face.acts.transfer(…)` is an act, not sent."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def __getattr__(self, name: str) -> Callable[..., Prepared[Any]]:
        method = getattr(self._face, name, None)
        if not isinstance(method, WriteMethod):
            raise UsageError("act", name, f"one of {', '.join(self._face.writes())}")
        return method.prepare


class Face:
    """Base of the faces; `contract` names its own one."""

    contract: str = ""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def acts(self) -> Acts:
        """This face's writes as builders of acts."""
        return Acts(self)

    @property
    def address(self) -> str:
        """The contract's address."""
        return self._own().address

    @classmethod
    def writes(cls) -> Iterator[str]:
        """The names of its writes."""
        for name in dir(cls):
            if isinstance(getattr(cls, name), Write):
                yield name

    def run(self, built: Prepared[R] | Several[R]) -> R:
        """Send what was built, one after the other, and read what came of it."""
        if isinstance(built, Several):
            return built.merge([self.run(part) for part in built.parts])
        return built.read(self._context.sender.send(replace(built, gas=None, check=True)))

    @write
    def approve_digest(self, *, digest: bytes) -> Prepared[TxRef]:
        """Approve a digest on chain instead of by signature, to be used once."""
        return self._act("approve(bytes32)", [checks.hash32(digest, "digest")], self._tx)

    @write
    def revoke_signature(self, *, digest: bytes) -> Prepared[TxRef]:
        """Take back a signature of the signer's party that is not used yet."""
        return self._act("revokeSignature", [checks.hash32(digest, "digest")], self._tx)

    def is_revoked(self, party: str, digest: bytes) -> bool:
        """Whether a party took a signature back."""
        args = checks.party(party), checks.hash32(digest, "digest")
        return bool(self._read("isRevoked", *args))

    # For the faces

    def _own(self, contract: str = "") -> Contract:
        return self._context.contracts[contract or self.contract]

    def _read(self, function: str, *args: Any, contract: str = "") -> Any:
        own = self._own(contract)
        return self._context.chain.call(own, function, *args, errors=self._context.errors)

    def _read_many(self, function: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
        own = self._own()
        reads = [Read(contract=own, function=function, args=row) for row in rows]
        answers = self._context.chain.call_many(reads, errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ContractRefusal):
                raise answer
        return answers

    def _act(
        self,
        function: str,
        args: Sequence[Any],
        read: Callable[[Outcome], R],
        *,
        contract: str = "",
        key: str = "",
        repeat: int = 0,
        **listed: int,
    ) -> Prepared[R]:
        name = contract or self.contract
        return Prepared(
            to=self._own(name),
            function=function,
            args=args,
            signer=self._context.caller,
            key=key,
            repeat=checks.number(repeat, "repeat", _REPEATS_MAX),
            gas=gas.limit(name, function, **listed),
            check=False,
            read=read,
        )

    def _domain(self, contract: str = "") -> Domain:
        name = contract or self.contract
        return signing.domain_of(name, self._context.chain.id, self._own(name).address)

    def _require_open(self, deadline: int, field: str) -> None:
        """Refuse what was signed for a time that is over, before anything is sent."""
        now = self._context.now()
        if deadline < now:
            expected = f"one that is still open; this one ended {now - deadline} s ago"
            raise UsageError(field, deadline, expected)

    def _approval(self, who: Approver, digest: bytes, field: str) -> dict[str, Any]:
        """The `Approval` struct; who sends the act needs no signature, which saves its gas."""
        if isinstance(who, Signer) and who.address == self._context.caller.address:
            return {"officer": who.address, "signature": b""}
        return signing.approval_by(who, digest, field)

    def _digest(self, primary: str, message: Mapping[str, Any], contract: str = "") -> bytes:
        return signing.digest_of(self._domain(contract), primary, message)

    def _tx(self, outcome: Outcome) -> TxRef:
        return tx_of(outcome)

    def _events(self, outcome: Outcome) -> list[Log]:
        return list(outcome.events(*self._context.contracts.values()))

    def _requested_event(self, name: str, pending_id: bytes, contract: str = "") -> dict[str, Any]:
        """The event that opened a pending act; UsageError if there is none of that id."""
        own, chain = self._own(contract), self._context.chain
        topics = [[own.abi.event(name).topic], "0x" + pending_id.hex()]
        first, head = self._context.manifest.first_block, chain.head()
        for raw in chain.logs(first, head, [own.address], topics=topics):
            log = own.decode_log(raw)
            if log is not None:
                return dict(log.args)
        raise UsageError("pending_id", "0x" + pending_id.hex(), "the id of a request made here")

    def _event(self, outcome: Outcome, name: str) -> dict[str, Any]:
        for log in self._events(outcome):
            if log.name == name:
                return dict(log.args)
        raise UsageError("transaction", outcome.tx_hash, f"one that wrote {name}")


def tx_of(outcome: Outcome) -> TxRef:
    """The transaction of an act that was done."""
    return TxRef(
        hash=outcome.tx_hash or "",
        block=outcome.block_number or 0,
        day=day_of(outcome.timestamp or 0),
        gas_used=outcome.gas_used,
        replayed=outcome.replayed,
    )


def fresh_key() -> str:
    """A key for acts that set a state, which may be meant again at any time."""
    return f"once/{secrets.token_hex(16)}"
