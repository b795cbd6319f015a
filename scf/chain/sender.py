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

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice

from scf.chain.acts import Act, Outcome, act_key, act_subject
from scf.chain.chain import Chain
from scf.chain.flights import Flight, Flights, call_object, signed
from scf.chain.journal import ActState, Journal
from scf.chain.nonces import Nonces
from scf.chain.receipts import receipts_by_hash
from scf.chain.recovery import check_same_chain, recover
from scf.chain.refusals import Errors, refusal_of
from scf.chain.rpc import RpcError
from scf.errors import ScfError, UnavailableError, UsageError

BATCH = 200
WINDOW = 1_000
TIMEOUT_SECONDS = 120.0
_LAUNCHES_AHEAD = 2
OnProgress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """An act with what is derived from it."""

    act: Act
    key: str
    subject: str
    data: bytes


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
            UnavailableError: the node did not answer.
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
        self.recover()
        with ThreadPoolExecutor(1) as launcher, ThreadPoolExecutor(1) as collector:
            stream = _Stream(self, launcher, collector)
            self._is_settled = False
            try:
                for _, stage in groupby(acts, key=lambda act: act.stage):
                    while chunk := list(islice(stage, self.batch)):
                        stream.take(chunk)
                        yield from stream.ready()
                    stream.drain()
                    yield from stream.ready()
                self._is_settled = True
            finally:
                stream.stop()
                if not self._is_settled:
                    self.nonces.forget()

    def recover(self) -> int:
        """
        Resolve what an earlier, interrupted send left behind; how many acts were mined after
        all.
        """
        if self._is_settled:
            return 0
        self.nonces.forget()
        count = recover(self.chain, self.journal, timeout=self.timeout)
        self._is_settled = True
        return count


class _Stream:
    """
    One run of `send_stream`: the caller's thread prepares acts, one hands them over, one
    collects.
    """

    def __init__(
        self, sender: Sender, launcher: ThreadPoolExecutor, collector: ThreadPoolExecutor
    ) -> None:
        self._sender = sender
        self._chain = sender.chain
        self._launcher = launcher
        self._collector = collector
        self._launches: deque[Future[None]] = deque()
        self._gatherings: deque[Future[None]] = deque()
        self._order: deque[str] = deque()
        self._waiting: Counter[str] = Counter()
        self._unkeyed = 0
        self._flights = Flights(
            sender.chain,
            sender.journal,
            sender.nonces,
            errors=sender.errors,
            timeout=sender.timeout,
        )

    def take(self, acts: Sequence[Act]) -> None:
        """Prepare acts and send them on their way; refused ones have their outcome at once."""
        wishes = self._unknown([wish for act in acts if (wish := self._wish(act))])
        while wishes:
            was_busy = self._is_busy
            passed, refused = self._ask(wishes)
            self._fly(passed)
            if not refused:
                return
            if not was_busy and not passed:
                for wish, error in refused:
                    self._flights.results[wish.key] = Outcome(key=wish.key, error=error)
                return
            self.drain()
            wishes = [wish for wish, _ in refused]

    def ready(self) -> Iterator[Outcome]:
        """The outcomes that are known, as far as their order allows."""
        results = self._flights.results
        while self._order and self._order[0] in results:
            key = self._order.popleft()
            self._waiting[key] -= 1
            if self._waiting[key]:
                yield results[key]
            else:
                del self._waiting[key]
                yield results.pop(key)

    def drain(self) -> None:
        """Wait until nothing is under way."""
        while self._launches:
            self._launches.popleft().result()
        self._gatherings.append(self._collector.submit(self._flights.collect))
        while self._gatherings:
            self._gatherings.popleft().result()

    def stop(self) -> None:
        """Stop the threads, whatever is under way; the journal knows it."""
        self._flights.stopping.set()
        for job in (*self._launches, *self._gatherings):
            job.cancel()

    @property
    def _is_busy(self) -> bool:
        return self._flights.count > 0 or any(not job.done() for job in self._launches)

    def _wish(self, act: Act) -> _Wish | None:
        """The act with its key, put in line; None if it has its outcome or is in line already."""
        try:
            data = act.data
        except UsageError as error:
            self._unkeyed += 1
            key = act.key or f"unsendable {self._unkeyed}"
            self._flights.results[key] = Outcome(key=key, error=error)
            self._line_up(key)
            return None
        key = act_key(act, self._chain.id, data)
        is_new = key not in self._waiting
        self._line_up(key)
        wish = _Wish(act=act, key=key, subject=act_subject(act, data), data=data)
        return wish if is_new else None

    def _line_up(self, key: str) -> None:
        self._order.append(key)
        self._waiting[key] += 1

    def _unknown(self, wishes: list[_Wish]) -> list[_Wish]:
        """The acts that the journal does not know as done; the others get their outcome."""
        known = self._sender.journal.find([wish.key for wish in wishes])
        if not known:
            return wishes
        hashes: dict[str, str] = {}
        for wish in wishes:
            entry = known.get(wish.key)
            if entry is None:
                continue
            if entry.subject != wish.subject:
                expected = f"a key not used yet (it stands for {entry.subject})"
                misuse = UsageError("key", wish.key, expected)
                self._flights.results[wish.key] = Outcome(key=wish.key, error=misuse)
                continue
            for hash_ in (entry.hash, *self._sender.journal.attempts(wish.key)):
                hashes[hash_] = wish.key
        for receipt in receipts_by_hash(self._chain.rpc, hashes):
            if receipt.succeeded:
                key = hashes[receipt.tx_hash]
                self._flights.results[key] = self._flights.outcome(key, receipt)
        for key, entry in known.items():
            if entry.state in (ActState.SENT, ActState.MINED) and key not in self._flights.results:
                error = UnavailableError(
                    f"act {key} was sent by another process; its receipt is not there yet"
                )
                self._flights.results[key] = Outcome(key=key, tx_hash=entry.hash, error=error)
        return [wish for wish in wishes if wish.key not in self._flights.results]

    def _ask(
        self, wishes: list[_Wish]
    ) -> tuple[list[tuple[_Wish, int]], list[tuple[_Wish, ScfError]]]:
        """
        Ask the node about the acts: those it would do, with their gas; those it refuses, with
        why.
        """
        asked = [wish for wish in wishes if wish.act.check or wish.act.gas is None]
        can = self._chain.capabilities
        if asked and can.movable_clock and not can.mines_on_demand:
            # ganache at times never answers an estimate that meets a block being made.
            self.drain()
        answers = iter(self._chain.rpc.batch(_question(wish) for wish in asked))
        passed: list[tuple[_Wish, int]] = []
        refused: list[tuple[_Wish, ScfError]] = []
        for wish in wishes:
            gas = wish.act.gas
            if wish.act.check or gas is None:
                answer = next(answers)
                if isinstance(answer, RpcError):
                    errors = {**self._sender.errors, **wish.act.errors}
                    refused.append((wish, refusal_of(answer, errors)))
                    continue
                gas = gas if gas is not None else int(answer, 16) * 5 // 4 + 5_000
            passed.append((wish, gas))
        return passed, refused

    def _fly(self, passed: Sequence[tuple[_Wish, int]]) -> None:
        if not passed:
            return
        nonces, chain = self._sender.nonces, self._chain
        nonces.load(wish.act.signer.address for wish, _ in passed)
        price = chain.gas_price()
        flights = [
            signed(
                wish.act,
                chain.id,
                key=wish.key,
                subject=wish.subject,
                data=wish.data,
                gas=gas,
                price=price,
                nonce=nonces.take(wish.act.signer.address),
            )
            for wish, gas in passed
        ]
        taken = set(self._sender.journal.write(flight.entry for flight in flights))
        for flight in flights:
            if flight.key in taken:
                self._flights.fill(flight.act, flight.nonce)
                error = UnavailableError(f"act {flight.key} is being sent by another process")
                self._flights.results[flight.key] = Outcome(key=flight.key, error=error)
        mine = [flight for flight in flights if flight.key not in taken]
        self._launches.append(self._launcher.submit(self._launch, mine))
        while len(self._launches) > _LAUNCHES_AHEAD or self._launches[0].done():
            self._launches.popleft().result()
            if not self._launches:
                return

    def _launch(self, flights: Sequence[Flight]) -> None:
        """On the launcher's thread: not too far ahead of the collector."""
        if self._flights.stopping.is_set():
            return
        while len(self._gatherings) > _LAUNCHES_AHEAD:
            self._gatherings.popleft().result()
        self._flights.launch(flights)
        job = self._collector.submit(self._flights.gather, self._sender.window)
        self._gatherings.append(job)


def _question(wish: _Wish) -> tuple[str, list[object]]:
    call = call_object(wish.act, wish.data)
    if wish.act.gas is None:
        return "eth_estimateGas", [call]
    return "eth_call", [call | {"gas": hex(wish.act.gas)}, "latest"]
