"""
A ledger: a chain, the contracts of one deployment on it, and who signs.

    ledger = scf.connect(url, Path("manifest.json"), signer)
    ledger.receivables.transfer(id_, to=bank, amount=500_00, evidence_hash=evidence)

`scf.local()` (`scf.local_ledger`) makes one of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

from scf.batch import Batch
from scf.build.artifacts import load
from scf.build.manifest import Manifest
from scf.chain.abi import Abi, Contract
from scf.chain.chain import Chain, Read
from scf.chain.clock import day_of
from scf.chain.events import Log
from scf.chain.journal import Journal
from scf.chain.keys import Signer, user_data_directory
from scf.chain.refusals import errors_of
from scf.chain.sender import OnProgress, Sender
from scf.contracts.bill_discounting import BillDiscounting
from scf.contracts.bill_loans import BillLoans
from scf.contracts.bills import Bills
from scf.contracts.cash import Cash
from scf.contracts.disclosures import Disclosures
from scf.contracts.discounting import Discounting
from scf.contracts.early_payments import EarlyPayments
from scf.contracts.face import Context, Prepared, Sent
from scf.contracts.factoring import Factoring
from scf.contracts.guarantees import Guarantees
from scf.contracts.invoices import Invoices
from scf.contracts.loans import Loans
from scf.contracts.orders import Orders
from scf.contracts.participants import Participants
from scf.contracts.receivables import Receivables
from scf.contracts.recourse import Recourse
from scf.contracts.rulebook import Rulebook
from scf.contracts.settlement import Settlement
from scf.errors import ScfError


class Faces:
    """One face per contract, over a context."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @cached_property
    def participants(self) -> Participants:
        """Parties and officers."""
        return Participants(self._context)

    @cached_property
    def rulebook(self) -> Rulebook:
        """Dated rules and the business calendar."""
        return Rulebook(self._context)

    @cached_property
    def orders(self) -> Orders:
        """Legal orders."""
        return Orders(self._context)

    @cached_property
    def cash(self) -> Cash:
        """Tokenised deposits."""
        return Cash(self._context)

    @cached_property
    def invoices(self) -> Invoices:
        """Trade background and debtors."""
        return Invoices(self._context)

    @cached_property
    def receivables(self) -> Receivables:
        """Certificates, from their opening on."""
        return Receivables(self._context)

    @cached_property
    def bills(self) -> Bills:
        """Bills, from drawing to payment."""
        return Bills(self._context)

    @cached_property
    def disclosures(self) -> Disclosures:
        """What acceptors disclose, and the lists of those overdue."""
        return Disclosures(self._context)

    @cached_property
    def guarantees(self) -> Guarantees:
        """Guarantees on bills."""
        return Guarantees(self._context)

    @cached_property
    def recourse(self) -> Recourse:
        """Recourse on bills that were not paid."""
        return Recourse(self._context)

    @cached_property
    def factoring(self) -> Factoring:
        """What a sale with recourse leaves to be settled; claims along undertakings."""
        return Factoring(self._context)

    @cached_property
    def early_payments(self) -> EarlyPayments:
        """Early payment by the debtor."""
        return EarlyPayments(self._context)

    @cached_property
    def loans(self) -> Loans:
        """Loans on pledged certificates."""
        return Loans(self._context)

    @cached_property
    def bill_discounting(self) -> BillDiscounting:
        """Discount of bills."""
        return BillDiscounting(self._context)

    @cached_property
    def bill_loans(self) -> BillLoans:
        """Loans on pledged bills."""
        return BillLoans(self._context)

    @cached_property
    def settlement(self) -> Settlement:
        """Payment on the due day."""
        return Settlement(self._context)

    @cached_property
    def discounting(self) -> Discounting:
        """Sale of certificates."""
        return Discounting(self._context)


class Ledger(Faces):
    """
    A ledger to read and, with a signer, to act on.

    Attributes:
        chain, sender, manifest: what it speaks through.
        signer: who signs; None for reading only.
    """

    @property
    def chain(self) -> Chain:
        """The chain."""
        return self._context.chain

    @property
    def sender(self) -> Sender:
        """What sends its acts."""
        return self._context.sender

    @property
    def manifest(self) -> Manifest:
        """The deployment."""
        return self._context.manifest

    @property
    def signer(self) -> Signer | None:
        """Who signs."""
        return self._context.signer

    def with_signer(self, signer: Signer | None) -> Ledger:
        """The same ledger with another signer; chain, sender and journal are shared."""
        return Ledger(replace(self._context, signer=signer))

    def for_building(self) -> Ledger:
        """
        The same ledger for building many acts: it asks the chain for its time once, and leaves gas
        for new keys to the caller.
        """
        return Ledger(replace(self._context, fixed_now=self._context.now(), fund=None))

    def read_many(self, contract: str, function: str, args: Iterable[Any]) -> list[Any]:
        """
        What a function of a contract says of each of its arguments, in few requests.

        Raises:
            UnavailableError: the node did not answer.
        """
        own = self._context.contracts[contract]
        reads = (Read(contract=own, function=function, args=(arg,)) for arg in args)
        answers = self.chain.call_many(reads, errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ScfError):
                raise answer
        return answers

    def events_about(self, id_: bytes, contracts: Iterable[str]) -> list[tuple[dt.date, Log]]:
        """
        The events of these contracts that have an id among their indexed words, with their days.

        Raises:
            UnavailableError: the node did not answer.
        """
        owns = {own.address: own for own in (self._context.contracts[name] for name in contracts)}
        first, head, found = self.manifest.first_block, self.chain.head(), {}
        for place in range(1, 4):
            topics = (*(None,) * place, "0x" + id_.hex())
            for raw in self.chain.logs(first, head, list(owns), topics=topics):
                log = owns[raw["address"].lower()].decode_log(raw)
                if log is not None:
                    found[int(raw["blockNumber"], 16), int(raw["logIndex"], 16)] = log
        blocks = dict.fromkeys(number for number, _ in found)
        days = {number: day_of(self.chain.block(number).timestamp) for number in blocks}
        return [(days[place[0]], log) for place, log in sorted(found.items(), key=itemgetter(0))]

    def events_of(self, tx_hash: str, contracts: Iterable[str]) -> list[Log]:
        """
        The events of these contracts in a transaction, in order.

        Raises:
            UnavailableError: the node did not answer.
        """
        owns = {own.address: own for own in (self._context.contracts[name] for name in contracts)}
        receipt = self.chain.rpc.call("eth_getTransactionReceipt", tx_hash)
        found = [
            owns[raw["address"].lower()].decode_log(raw)
            for raw in receipt["logs"]
            if raw["address"].lower() in owns
        ]
        return [log for log in found if log is not None]

    def today(self) -> dt.date:
        """The civil day (UTC+8) of the chain's last block."""
        return self.chain.today()

    def batch(self) -> Batch:
        """Collect many acts and send them together; see `Batch`."""
        return Batch(self._context, Faces)

    def send_stream(self, acts: Iterable[Prepared[Any]]) -> Iterator[Sent[Any]]:
        """
        Send prepared acts as they come, holding no more than what is under way.

        Acts come from `face.acts.…` or `face.….prepare(…)`; where one needs another that a
        different signer does, give it a later `stage` (`dataclasses.replace`).

        Returns:
            For each act, in order, its outcome: `.result` or `.error`.

        Raises:
            UnavailableError: the node did not answer; the same acts can be sent again safely.
        """
        waiting: list[Prepared[Any]] = []

        def noted() -> Iterator[Prepared[Any]]:
            for act in acts:
                waiting.append(act)
                yield act

        for outcome in self.sender.send_stream(noted()):
            yield Sent(act=waiting.pop(0), outcome=outcome)

    def send_many(
        self, acts: Sequence[Prepared[Any]], on_progress: OnProgress | None = None
    ) -> list[Sent[Any]]:
        """As `send_stream`, for a list."""
        outcomes = self.sender.send_many(acts, on_progress)
        return [Sent(act=act, outcome=outcome) for act, outcome in zip(acts, outcomes, strict=True)]

    def close(self) -> None:
        """Close the connections and the journal."""
        self.chain.close()
        self.sender.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def context_of(
    chain: Chain, sender: Sender, manifest: Manifest, signer: Signer | None = None
) -> Context:
    """The contracts of a deployment, ready to speak to."""
    contracts = {
        name: Contract(item.address, Abi.parse(load(name).abi))
        for name, item in manifest.contracts.items()
    }
    errors = errors_of(*(contract.abi for contract in contracts.values()))
    sender.errors = errors
    return Context(
        chain=chain,
        sender=sender,
        manifest=manifest,
        contracts=contracts,
        errors=errors,
        signer=signer,
    )


def connect(
    url: str, manifest: Path | Manifest, signer: Signer | None = None, *, home: Path | None = None
) -> Ledger:
    """
    Connect to a ledger.

    Args:
        url: of a node (JSON-RPC over HTTP).
        manifest: of the deployment, or its file.
        signer: who signs; without one the ledger is for reading.
        home: the directory of the journal that makes repeated sends safe; the user's data directory
            unless given.

    Raises:
        UsageError: not a URL.
        ManifestError: the manifest, the chain, the package and the journal do not belong together.
        UnavailableError: nobody answered.
    """
    described = manifest if isinstance(manifest, Manifest) else Manifest.load(manifest)
    chain = Chain.connect(url)
    try:
        described.check(chain)
        folder = (home or user_data_directory()) / "journals"
        folder.mkdir(parents=True, exist_ok=True)
        journal = Journal(folder / f"{chain.id}-{chain.genesis_hash[2:18]}.sqlite")
        return Ledger(context_of(chain, Sender(chain, journal), described, signer))
    except BaseException:
        chain.close()
        raise
