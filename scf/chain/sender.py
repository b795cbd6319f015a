"""
The one way to change a chain: acts in, outcomes out, each act once.

How an act travels: its key is looked up in the journal (done before? then that is the answer); the
node is asked whether the contract would refuse it; it is signed under a local nonce, journalled,
forced to disk, handed over with many others in one request, and mined. Signing and asking go on
while others are under way.

Refusals found by asking first count only when nothing sent earlier is still under way, so acts that
need each other may stand in one stream: the later is asked again once the earlier is mined. For
speed give such acts their `gas` with `check=False`, and put a `stage` between those of different
signers; a refusal is then found in the block.

A failure of the node raises, and nothing is assumed: send the same acts again later. A process
killed at any moment does the same when it starts again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice

from scf.chain.acts import Act, Outcome
from scf.chain.chain import Chain
from scf.chain.journal import Journal
from scf.chain.nonces import Nonces
from scf.chain.recovery import check_same_chain, recover
from scf.chain.refusals import Errors
from scf.chain.stream import Stream

BATCH = 100
_FIRST_BATCH = 25
WINDOW = 1_000
TIMEOUT_SECONDS = 120.0
OnProgress = Callable[[int], None]


class Sender:
    """
    Sends acts to one chain.

    Args:
        chain: the chain.
        journal: its journal.
        errors: custom errors of contracts that calls pass through (`scf.chain.refusals.errors_of`).
        batch: acts in one request, and in one block where blocks are made on demand.
        window: most transactions under way.
        timeout: seconds without progress until the node counts as unavailable.

    Raises:
        ManifestError: the journal belongs to another chain, or the chain was reset.
    """

    def __init__(
        self,
        chain: Chain,
        journal: Journal,
        *,
        errors: Errors | None = None,
        batch: int = BATCH,
        window: int = WINDOW,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        check_same_chain(chain, journal)
        self.chain = chain
        self.journal = journal
        self.errors: Errors = errors or {}
        self.batch = batch
        self.window = window
        self.timeout = timeout
        self.nonces = Nonces(chain.rpc, journal)
        self._is_settled = False

    def send(self, act: Act) -> Outcome:
        """
        Do one act.

        Raises:
            ContractRefusal: a contract refused; nothing changed.
            UsageError: an argument does not fit.
            UnavailableError: the node did not answer or would not take it; sending again is safe.
        """
        (outcome,) = self.send_many([act])
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def send_many(
        self, acts: Iterable[Act], on_progress: OnProgress | None = None
    ) -> list[Outcome]:
        """
        Do many acts; the outcomes in their order, each with its own error.

        Args:
            acts: the acts; see the module about acts that need each other.
            on_progress: is told after each how many are done.

        Raises:
            UnavailableError: the node did not answer, or another sender uses the journal.
        """
        outcomes = []
        for outcome in self.send_stream(acts):
            outcomes.append(outcome)
            if on_progress is not None:
                on_progress(len(outcomes))
        return outcomes

    def send_stream(self, acts: Iterable[Act]) -> Iterator[Outcome]:
        """
        Like `send_many`, holding no more than what is under way; stop early by closing the
        iterator.
        """
        with (
            self.journal.sending(),
            ThreadPoolExecutor(1) as launcher,
            ThreadPoolExecutor(1) as collector,
        ):
            self._recover()
            stream = Stream(
                self.chain,
                self.journal,
                self.nonces,
                errors=self.errors,
                window=self.window,
                timeout=self.timeout,
                launcher=launcher,
                collector=collector,
            )
            self._is_settled = False
            try:
                chunks = _chunks(acts, self.batch)
                following = next(chunks, None)
                while chunk := following:
                    stream.take(chunk)
                    # Built while the node works, also across the end of a stage.
                    following = next(chunks, None)
                    if following is None or following[0].stage != chunk[0].stage:
                        stream.drain()
                    yield from stream.ready()
                self._is_settled = True
            finally:
                stream.stop()

    def recover(self) -> int:
        """
        Resolve what an earlier, interrupted send left behind; how many acts were mined after
        all.

        Raises:
            UnavailableError: the node did not answer, or another sender uses the journal.
        """
        with self.journal.sending():
            return self._recover()

    def _recover(self) -> int:
        if self._is_settled:
            return 0
        self.nonces.forget()
        count = recover(self.chain, self.journal, timeout=self.timeout)
        self._is_settled = True
        return count


def _chunks(acts: Iterable[Act], size: int) -> Iterator[list[Act]]:
    """
    The acts in order, at most `size` together, each chunk of one stage; the first chunks are small,
    so that the node has something to do soon.
    """
    growing = min(_FIRST_BATCH, size)
    for _, stage in groupby(acts, key=lambda act: act.stage):
        while chunk := list(islice(stage, growing)):
            yield chunk
            growing = min(2 * growing, size)
