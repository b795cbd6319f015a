"""
Many acts sent together, each with its own outcome.

    with ledger.batch() as batch:
        first = batch.receivables.transfer(id_, to=bank, amount=100, evidence_hash=evidence)
        batch.barrier()
        second = batch.with_signer(other).cash.transfer(to=supplier, amount=100)
    first.result; second.error

Acts between two barriers travel together, up to hundreds in one request. Those of one signer are
done in their order; those of different signers in any order, so a barrier stands between acts that
need each other. Nobody asks the node first: a refusal is found in the block and decoded there, and
hinders no other act. Nothing is sent if the block under `with` raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.chain.sender import OnProgress
from scf.contracts.face import Context, Face, Prepared, Several, WriteMethod
from scf.errors import ScfError, UsageError


class Handle:
    """What becomes of one write of a batch."""

    def __init__(self, parts: int, read: Callable[[list[Outcome]], Any]) -> None:
        self._outcomes: list[Outcome] = []
        self._parts = parts
        self._read = read

    def settle(self, outcome: Outcome) -> None:
        """Note what came of one of its acts."""
        self._outcomes.append(outcome)

    @property
    def is_sent(self) -> bool:
        """Whether its outcome is known."""
        return len(self._outcomes) == self._parts

    @property
    def error(self) -> ScfError | None:
        """Why it was not done; None if it was. UsageError before the batch is sent."""
        self._require_sent()
        errors = (outcome.error for outcome in self._outcomes)
        return next((error for error in errors if error is not None), None)

    @property
    def result(self) -> Any:
        """The result that the same write returns when it is called directly; raises its error."""
        error = self.error
        if error is not None:
            raise error
        return self._read(self._outcomes)

    def _require_sent(self) -> None:
        if not self.is_sent:
            raise UsageError("batch", "not sent", "the outcome after the batch was sent")


@dataclass(slots=True)
class _Queue:
    """The acts of a batch in order, shared by its views for different signers."""

    acts: list[tuple[Prepared[Any], Handle]] = field(default_factory=list)
    stage: int = 0


class Recorder:
    """A face whose writes are noted instead of sent; each returns a `Handle`."""

    def __init__(self, face: Face, queue: _Queue) -> None:
        self._face = face
        self._queue = queue

    def __getattr__(self, name: str) -> Callable[..., Handle]:
        method = getattr(self._face, name, None)
        if not isinstance(method, WriteMethod):
            raise UsageError("act", name, f"one of {', '.join(self._face.writes())}")

        def record(*args: Any, **kwargs: Any) -> Handle:
            return self._record(method.build(*args, **kwargs))

        return record

    def _record(self, built: Prepared[Any] | Several[Any]) -> Handle:
        queue = self._queue
        if isinstance(built, Prepared):
            handle = Handle(1, lambda outcomes: built.read(outcomes[0]))
            queue.acts.append((replace(built, stage=queue.stage), handle))
            return handle

        def read(outcomes: list[Outcome]) -> Any:
            pairs = zip(built.parts, outcomes, strict=True)
            return built.merge([part.read(outcome) for part, outcome in pairs])

        handle = Handle(len(built.parts), read)
        for place, part in enumerate(built.parts):
            # Each waits for the one before, which another signer may send.
            queue.stage += 1 if place else 0
            queue.acts.append((replace(part, stage=queue.stage), handle))
        return handle


class Batch:
    """
    Collects writes; see the module.

    Args:
        context: of the ledger.
        faces: what makes its faces.
    """

    def __init__(
        self, context: Context, faces: Callable[[Context], Any], queue: _Queue | None = None
    ) -> None:
        fixed = context.fixed_now
        now = context.chain.block().timestamp if fixed is None else fixed
        self._context = replace(context, fixed_now=now)
        self._make_faces = faces
        self._faces = faces(self._context)
        self._queue = queue or _Queue()

    @property
    def participants(self) -> Recorder:
        """Parties and officers."""
        return self._recorder("participants")

    @property
    def rulebook(self) -> Recorder:
        """Dated rules and the business calendar."""
        return self._recorder("rulebook")

    @property
    def orders(self) -> Recorder:
        """Legal orders."""
        return self._recorder("orders")

    @property
    def cash(self) -> Recorder:
        """Tokenised deposits."""
        return self._recorder("cash")

    @property
    def invoices(self) -> Recorder:
        """Trade background and debtors."""
        return self._recorder("invoices")

    @property
    def receivables(self) -> Recorder:
        """Certificates."""
        return self._recorder("receivables")

    @property
    def bills(self) -> Recorder:
        """Bills, from drawing to payment."""
        return self._recorder("bills")

    @property
    def disclosures(self) -> Recorder:
        """What acceptors disclose."""
        return self._recorder("disclosures")

    @property
    def guarantees(self) -> Recorder:
        """Guarantees on bills."""
        return self._recorder("guarantees")

    @property
    def recourse(self) -> Recorder:
        """Recourse on bills."""
        return self._recorder("recourse")

    @property
    def settlement(self) -> Recorder:
        """Payment on the due day."""
        return self._recorder("settlement")

    @property
    def discounting(self) -> Recorder:
        """Sale of certificates."""
        return self._recorder("discounting")

    def with_signer(self, signer: Signer) -> Batch:
        """The same batch for another signer's acts."""
        context = replace(self._context, signer=signer)
        return Batch(context, self._make_faces, self._queue)

    def barrier(self) -> None:
        """What follows is sent when all before it is mined."""
        self._queue.stage += 1

    def send(self, on_progress: OnProgress | None = None) -> None:
        """
        Send what was collected since the last time; its handles then know.

        Args:
            on_progress: is told after each act how many are done.

        Raises:
            UnavailableError: the node did not answer; sending the batch again is safe.
        """
        acts = self._queue.acts
        outcomes = self._context.sender.send_many([act for act, _ in acts], on_progress)
        for (_, handle), outcome in zip(acts, outcomes, strict=True):
            handle.settle(outcome)
        acts.clear()

    def __len__(self) -> int:
        return len(self._queue.acts)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.send()

    def _recorder(self, name: str) -> Recorder:
        return Recorder(getattr(self._faces, name), self._queue)
