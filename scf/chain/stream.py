"""
One run of acts: prepared on the caller's thread, handed over on a second, collected on a third.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from scf.chain.acts import Act, Outcome, act_key, act_subject
from scf.chain.chain import Chain
from scf.chain.flights import Flight, Flights, call_object, signed
from scf.chain.journal import ActState, Entry, Journal
from scf.chain.nonces import Nonces
from scf.chain.receipts import receipts_by_hash
from scf.chain.recovery import recover
from scf.chain.refusals import Errors, refusal_of
from scf.chain.rpc import RpcError
from scf.errors import ScfError, UnavailableError, UsageError

_LAUNCHES_AHEAD = 2
_FILL_ROUNDS = 3
# Gas is no scarce good where each act has a block of its own; nodes cap it for one transaction.
_GAS_PER_BLOCK = 15_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """An act with what is derived from it."""

    act: Act
    key: str
    subject: str
    data: bytes


class Stream:
    """
    One run; closing its threads is up to the caller.

    Args:
        chain, journal, nonces, errors: the sender's.
        window: most transactions under way.
        timeout: seconds without progress until the node counts as unavailable.
        launcher, collector: a thread each.
    """

    def __init__(
        self,
        chain: Chain,
        journal: Journal,
        nonces: Nonces,
        *,
        errors: Errors,
        window: int,
        timeout: float,
        launcher: ThreadPoolExecutor,
        collector: ThreadPoolExecutor,
    ) -> None:
        self._chain = chain
        self._journal = journal
        self._nonces = nonces
        self._errors = errors
        self._window = window
        self._timeout = timeout
        self._launcher = launcher
        self._collector = collector
        self._launches: deque[Future[None]] = deque()
        self._gatherings: deque[Future[None]] = deque()
        self._order: deque[str] = deque()
        self._waiting: Counter[str] = Counter()
        self._unkeyed = 0
        self._flights = Flights(chain, journal, nonces, errors=errors, timeout=timeout)

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
        results = self._flights.results
        known = self._known(wishes)
        hashes: dict[str, str] = {}
        for wish in wishes:
            entry = known.get(wish.key)
            if entry is None:
                continue
            if entry.subject != wish.subject:
                expected = f"a key not used yet (it stands for {entry.subject})"
                misuse = UsageError("key", wish.key, expected)
                results[wish.key] = Outcome(key=wish.key, error=misuse)
                continue
            for hash_ in (entry.hash, *self._journal.attempts(wish.key)):
                hashes[hash_] = wish.key
        for receipt in receipts_by_hash(self._chain.rpc, hashes):
            if receipt.succeeded:
                key = hashes[receipt.tx_hash]
                results[key] = self._flights.outcome(key, receipt)
        for key, entry in known.items():
            if entry.state in (ActState.SENT, ActState.MINED) and key not in results:
                error = UnavailableError(
                    f"act {key} was sent earlier, and the node has no receipt of it yet"
                )
                results[key] = Outcome(key=key, tx_hash=entry.hash, error=error)
        return [wish for wish in wishes if wish.key not in results]

    def _known(self, wishes: list[_Wish]) -> dict[str, Entry]:
        """What the journal has of the acts, after freeing those of earlier runs that are stuck."""
        keys = [wish.key for wish in wishes]
        known = self._journal.find(keys)
        # ganache at times forgets a filler that comes while it mines the one before.
        for _ in range(_FILL_ROUNDS):
            stuck = [wish.act for wish in wishes if _is_open(known.get(wish.key))]
            if not stuck:
                break
            self.drain()
            for act in {act.signer.address: act for act in stuck}.values():
                for nonce in self._nonces.gaps(act.signer.address):
                    self._flights.fill(act, nonce)
            recover(self._chain, self._journal, timeout=self._timeout)
            known = self._journal.find(keys)
        return known

    def _ask(
        self, wishes: list[_Wish]
    ) -> tuple[list[tuple[_Wish, int]], list[tuple[_Wish, ScfError]]]:
        """
        Ask the node about the acts: those it would do, with their gas; those it refuses, with
        why.
        """
        can = self._chain.capabilities
        # Not an estimate there: ganache never answers one that meets a block being made.
        usual = _GAS_PER_BLOCK if can.mines_each else None
        gases = [usual if wish.act.gas is None else wish.act.gas for wish in wishes]
        asks = [wish.act.check or wish.act.gas is None for wish in wishes]
        questions = zip(wishes, gases, asks, strict=True)
        answers = iter(
            self._chain.rpc.batch(
                _question(wish, gas) for wish, gas, is_asked in questions if is_asked
            )
        )
        passed: list[tuple[_Wish, int]] = []
        refused: list[tuple[_Wish, ScfError]] = []
        for wish, gas, is_asked in zip(wishes, gases, asks, strict=True):
            answer: Any = next(answers) if is_asked else None
            if isinstance(answer, RpcError):
                refused.append((wish, refusal_of(answer, {**self._errors, **wish.act.errors})))
            else:
                passed.append((wish, int(answer, 16) * 5 // 4 + 5_000 if gas is None else gas))
        return passed, refused

    def _fly(self, passed: Sequence[tuple[_Wish, int]]) -> None:
        if not passed:
            return
        nonces, chain = self._nonces, self._chain
        nonces.load(wish.act.signer.address for wish, _ in passed)
        if chain.capabilities.repeats_first:
            self._flights.spend_first(wish.act for wish, _ in passed)
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
        self._journal.write(flight.entry for flight in flights)
        self._launches.append(self._launcher.submit(self._launch, flights))
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
        job = self._collector.submit(self._flights.gather, self._window)
        self._gatherings.append(job)


def _question(wish: _Wish, gas: int | None) -> tuple[str, list[object]]:
    call = call_object(wish.act, wish.data)
    if gas is None:
        return "eth_estimateGas", [call]
    return "eth_call", [call | {"gas": hex(gas)}, "latest"]


def _is_open(entry: Entry | None) -> bool:
    return entry is not None and entry.state is ActState.SENT
