"""
Transactions under way: handed to the node, mined, told apart.

Everything here works on transactions that the journal has already. What the node would not take for
its price is signed again under the same nonce; under another only once a block shows that another
transaction has used it, for then alone the first can never be mined. A nonce that stays empty is
filled, so that the signer's later transactions can be mined.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scf.chain.acts import Act, Outcome
from scf.chain.autopsy import cause_of_failure
from scf.chain.broadcast import Reception, broadcast
from scf.chain.chain import Chain
from scf.chain.journal import ActState, Entry, Journal, Settled
from scf.chain.nonces import Nonces, chain_counts, user_of
from scf.chain.receipts import Receipt, ReceiptWatch, receipts_by_hash
from scf.chain.refusals import Errors
from scf.chain.rpc import RpcError
from scf.chain.transactions import TxFields, transaction_hash
from scf.errors import UnavailableError

_log = logging.getLogger(__name__)

RESIGNED_MAX = 3
REBROADCAST_SECONDS = 5.0
_IMPATIENT_SECONDS = 5.0
_PAUSE_MIN, _PAUSE_MAX = 0.005, 0.25
_REBROADCAST_MAX = 200
_FILLER_GAS = 21_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """One signed transaction of one act."""

    act: Act
    key: str
    subject: str
    data: bytes
    gas: int
    price: int
    nonce: int
    raw: bytes
    hash: str
    resigned: int = 0

    @property
    def entry(self) -> Entry:
        """Its row of the journal."""
        return Entry(
            key=self.key,
            subject=self.subject,
            signer=self.act.signer.address,
            nonce=self.nonce,
            hash=self.hash,
            raw=self.raw,
        )


def signed(
    act: Act,
    chain_id: int,
    *,
    key: str,
    subject: str,
    data: bytes,
    gas: int,
    price: int,
    nonce: int,
) -> Flight:
    """Sign an act as a transaction."""
    to = act.to.address_bytes if act.to else b""
    fields = TxFields(chain_id=chain_id, nonce=nonce, gas=gas, gas_price=price, to=to, data=data)
    raw = act.signer.sign_transaction(fields)
    return Flight(
        act=act,
        key=key,
        subject=subject,
        data=data,
        gas=gas,
        price=price,
        nonce=nonce,
        raw=raw,
        hash=transaction_hash(raw),
    )


class Flights:
    """
    The transactions under way of one stream of acts: one thread launches, one collects, a third
    reads `results`.

    Args:
        chain, journal, nonces: shared with the sender.
        errors: custom errors of contracts further down a call.
        timeout: seconds without any progress until the node counts as unavailable.
    """

    def __init__(
        self, chain: Chain, journal: Journal, nonces: Nonces, *, errors: Errors, timeout: float
    ) -> None:
        self.results: dict[str, Outcome] = {}
        self.stopping = threading.Event()
        self._chain = chain
        self._rpc = chain.rpc
        self._journal = journal
        self._nonces = nonces
        self._errors = errors
        self._timeout = timeout
        self._under_way: dict[str, Flight] = {}
        self._handing_over = threading.Lock()
        self._watch = ReceiptWatch(chain.rpc, by_block=chain.capabilities.block_receipts)

    @property
    def count(self) -> int:
        """How many are under way."""
        return len(self._under_way)

    def launch(self, flights: Sequence[Flight]) -> None:
        """
        Hand journalled transactions to the node.

        Raises:
            UnavailableError: the node did not answer; any of them may have been taken.
        """
        with self._handing_over:
            self._hand_over(flights)
        if flights and self._chain.capabilities.mines_on_demand:
            self._chain.mine()

    def gather(self, keep: int) -> None:
        """Take in what was mined; wait a little until no more than `keep` are under way."""
        self._collect(keep, is_patient=False)

    def collect(self) -> None:
        """
        Wait until nothing is under way.

        Raises:
            UnavailableError: the node did not answer, or nothing was mined for too long.
        """
        self._collect(0, is_patient=True)

    def spend_first(self, acts: Iterable[Act]) -> None:
        """
        Use up the first nonces of the signers of those acts, on a node that would repeat them
        (`Capabilities.repeats_first`); only a transfer of nothing is repeated without harm.

        Raises:
            UnavailableError: the node does not mine them.
        """
        news = {act.signer.address: act for act in acts if self._nonces.is_new(act.signer.address)}
        spent = [address for address, act in news.items() if self._is_first_spent(act)]
        start = time.monotonic()
        while any(not count for count in chain_counts(self._rpc, spent, "latest").values()):
            if time.monotonic() > start + self._timeout:
                raise UnavailableError(
                    f"the first transactions of {', '.join(spent)} were not mined within"
                    f" {self._timeout:.0f} s"
                )
            self.stopping.wait(_PAUSE_MIN)

    def fill(self, act: Act, nonce: int) -> Reception:
        """
        Use up a nonce that no act needs any more, by a transfer of nothing to oneself; what the
        node did with that.
        """
        fields = TxFields(
            chain_id=self._chain.id,
            nonce=nonce,
            gas=_FILLER_GAS,
            gas_price=self._chain.gas_price(),
            to=bytes.fromhex(act.signer.address[2:]),
            data=b"",
        )
        ((reception, error),) = broadcast(self._rpc, [act.signer.sign_transaction(fields)])
        if reception not in (Reception.TAKEN, Reception.NONCE_USED):
            extra = {"signer": act.signer.address, "nonce": nonce, "error": str(error)}
            _log.warning("a nonce stays empty", extra=extra)
        return reception

    def outcome(self, key: str, receipt: Receipt, flight: Flight | None = None) -> Outcome:
        """What a receipt means for an act."""
        error = None
        if not receipt.succeeded and flight is not None:
            errors = {**self._errors, **flight.act.errors}
            error = cause_of_failure(
                self._rpc, call_object(flight.act, flight.data), flight.gas, receipt, errors
            )
        return Outcome(
            key=key,
            tx_hash=receipt.tx_hash,
            block_number=receipt.block_number,
            block_hash=receipt.block_hash,
            timestamp=receipt.timestamp,
            gas_used=receipt.gas_used,
            created=receipt.created,
            logs=receipt.logs,
            error=error,
            replayed=flight is None,
        )

    def _is_first_spent(self, act: Act) -> bool:
        """False if the node does not take it: nor will it take the act then."""
        nonce = self._nonces.take(act.signer.address)
        for _ in range(1 + RESIGNED_MAX):
            reception = self.fill(act, nonce)
            if reception in (Reception.TAKEN, Reception.NONCE_USED):
                return True
            if reception is Reception.REFUSED:
                break
        self._nonces.give_back(act.signer.address, nonce)
        return False

    def _collect(self, keep: int, *, is_patient: bool) -> None:
        pause = _PAUSE_MIN
        progress = sent = time.monotonic()
        while self._under_way and not self.stopping.is_set():
            receipts = self._watch.look(self._under_way)
            self._settle(receipts)
            now = time.monotonic()
            if receipts:
                progress, pause = now, _PAUSE_MIN
            if len(self._under_way) <= keep:
                return
            if receipts:
                continue
            if not is_patient and now - progress > _IMPATIENT_SECONDS:
                # The launch that comes next may hold the nonce that these wait for.
                return
            if now - progress > self._timeout:
                raise UnavailableError(
                    f"{self.count} transactions were not mined within {self._timeout:.0f} s;"
                    " they are journalled: the same acts can be sent again safely"
                )
            if self._chain.capabilities.mines_on_demand:
                self._chain.mine()
            if now - max(progress, sent) > REBROADCAST_SECONDS:
                self._send_again()
                sent = now
            self.stopping.wait(pause)
            pause = min(pause * 1.6, _PAUSE_MAX)

    def _settle(self, receipts: Iterable[Receipt]) -> None:
        settled, outcomes = [], {}
        for receipt in receipts:
            flight = self._under_way.pop(receipt.tx_hash, None)
            if flight is None:
                continue
            settled.append(settled_by(flight.key, receipt))
            outcomes[flight.key] = self.outcome(flight.key, receipt, flight)
        if settled:
            self._journal.settle(settled)
            self.results.update(outcomes)

    def _hand_over(self, flights: Sequence[Flight], *, is_first: bool = True) -> None:
        refused: list[tuple[Flight, RpcError]] = []
        waiting = list(flights)
        while waiting:
            again: list[Flight] = []
            # Before they leave: what the collecting thread does not look for, it would miss.
            self._under_way.update((flight.hash, flight) for flight in waiting)
            receptions = broadcast(self._rpc, (flight.raw for flight in waiting))
            for flight, (reception, error) in zip(waiting, receptions, strict=True):
                if error is None or (reception is Reception.NONCE_USED and self._may_land(flight)):
                    continue
                if reception is not Reception.REFUSED and flight.resigned < RESIGNED_MAX:
                    again.append(self._signed_again(flight, reception))
                elif is_first:
                    refused.append((flight, error))
            self._journal.resign(flight.entry for flight in again)
            waiting = again
        for flight, error in refused:
            self._refuse(flight, error)

    def _may_land(self, flight: Flight) -> bool:
        """Whether a transaction of the act is mined, or may be: no other is seen in its place."""
        hashes = [flight.hash, *self._journal.attempts(flight.key)]
        user = user_of(self._rpc, flight.act.signer.address, flight.nonce)
        if user in hashes:
            self._under_way.pop(flight.hash, None)
            self._under_way[user] = flight
            self._settle(receipts_by_hash(self._rpc, [user]))
        return user is None or user in hashes

    def _signed_again(self, flight: Flight, reception: Reception) -> Flight:
        if reception is not Reception.NONCE_USED:
            return self._signed_dearer(flight)
        address = flight.act.signer.address
        self._nonces.reload([address])
        return self._replaced(flight, flight.price, self._nonces.take(address))

    def _signed_dearer(self, flight: Flight) -> Flight:
        price = max(self._chain.gas_price(), flight.price * 5 // 4)
        return self._replaced(flight, price, flight.nonce)

    def _replaced(self, flight: Flight, price: int, nonce: int) -> Flight:
        self._under_way.pop(flight.hash, None)
        again = signed(
            flight.act,
            self._chain.id,
            key=flight.key,
            subject=flight.subject,
            data=flight.data,
            gas=flight.gas,
            price=price,
            nonce=nonce,
        )
        return replace(again, resigned=flight.resigned + 1)

    def _refuse(self, flight: Flight, error: RpcError) -> None:
        reception = self.fill(flight.act, flight.nonce)
        if reception is Reception.NONCE_USED and self._may_land(flight):
            return
        self._under_way.pop(flight.hash, None)
        self._journal.settle([Settled(key=flight.key, hash=flight.hash, state=ActState.LOST)])
        if reception not in (Reception.TAKEN, Reception.NONCE_USED):
            self._nonces.give_back(flight.act.signer.address, flight.nonce)
        self.results[flight.key] = Outcome(key=flight.key, error=error)

    def _send_again(self) -> None:
        with self._handing_over:
            _log.info("sending again", extra={"under_way": self.count})
            oldest = list(self._under_way.copy().values())[:_REBROADCAST_MAX]
            self._settle(receipts_by_hash(self._rpc, [flight.hash for flight in oldest]))
            left = [flight for flight in oldest if flight.hash in self._under_way]
            # Twice the base fee, so what is under half of it cannot be mined any more.
            least = self._chain.gas_price() // 2
            cheap = [flight for flight in left if flight.price < least]
            dearer = [self._signed_dearer(flight) for flight in cheap]
            self._journal.resign(flight.entry for flight in dearer)
            rest = [flight for flight in left if flight.price >= least]
            # What the node took once may be mined elsewhere: no refusal gives it up.
            self._hand_over([*dearer, *rest], is_first=False)


def settled_by(key: str, receipt: Receipt) -> Settled:
    """What a receipt means for the journal."""
    return Settled(
        key=key,
        hash=receipt.tx_hash,
        state=ActState.MINED if receipt.succeeded else ActState.REVERTED,
        block_number=receipt.block_number,
        block_hash=receipt.block_hash,
    )


def call_object(act: Act, data: bytes) -> dict[str, str]:
    """The act as nodes want it for questions about it."""
    call = {"from": act.signer.address, "data": "0x" + data.hex()}
    return call | {"to": act.to.address} if act.to else call
