"""
A made-up but lawful history of any length: the logs that a node would give, block by block.

    .venv/bin/python scripts/make_history.py STORE [--events N] [--seed TEXT]

writes it into an event store, for measurements and tests that need a million events. Certificates
are opened (by either side), confirmed, passed on with and without recourse, asked for and refused,
sold, and paid on their day, late, or never; the order of events is that of the contracts.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scf.audit.store import Store  # noqa: E402  the scripts are no installed package
from scf.audit.writing import Writer  # noqa: E402
from scf.build.artifacts import load, names  # noqa: E402
from scf.build.manifest import Deployed, Manifest  # noqa: E402
from scf.chain.abi import event_topic  # noqa: E402

FIRST_DAY = 20_150  # 2025-03-03
DAY_SECONDS = 86_400
OPENINGS_A_DAY = 100
LOGS_IN_A_BLOCK = 500
BLOCKS_AT_ONCE = 20
DEBTORS, SUPPLIERS, FUNDERS = 40, 400, 12
NOBODY = "0x" + "00" * 20
NO_HASH = bytes(32)
Act = list[tuple[str, str, dict[str, Any]]]
Header = dict[str, str]


def hashed(*parts: object) -> bytes:
    """32 bytes that look like any hash."""
    return sha256("/".join(map(str, parts)).encode()).digest()


def address(*parts: object) -> str:
    """An address of its own."""
    return "0x" + hashed(*parts)[12:].hex()


def made_up_manifest(seed: str) -> Manifest:
    """A manifest for a history that has no chain."""
    contracts = {
        name: Deployed(address=address(seed, name), code_hash="0x" + hashed(name).hex())
        for name in names()
    }
    return Manifest(
        chain_id=31_337,
        genesis_hash="0x" + hashed(seed, "genesis").hex(),
        first_block=1,
        operator=address(seed, "operator"),
        contracts=contracts,
        compiler="none",
        evm_version="paris",
        package_version="0",
    )


@dataclass
class Certificate:
    """What the history remembers of a certificate while it lives."""

    id: int
    debtor: str
    due_day: int
    held: dict[str, int]
    steps: int = 0


@dataclass
class History:
    """The acts of one seed, day after day."""

    seed: str
    random: Random = field(init=False)
    day: int = FIRST_DAY
    later: defaultdict[int, list[Callable[[], Iterator[Act]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    cash: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    count: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  # repeatable, not secret
        self.debtors = [address(self.seed, "debtor", turn) for turn in range(DEBTORS)]
        self.suppliers = [address(self.seed, "supplier", turn) for turn in range(SUPPLIERS)]
        self.funders = [address(self.seed, "funder", turn) for turn in range(FUNDERS)]
        self.bank = address(self.seed, "clearing")

    def unique(self, what: str) -> bytes:
        """A hash not used before."""
        self.count += 1
        return hashed(self.seed, what, self.count)

    def acts(self) -> Iterator[tuple[int, Act]]:
        """Without end: the day and the events of one transaction."""
        for act in self._founding():
            yield self.day, act
        while True:
            for act in self._one_day():
                yield self.day, act
            self.day += 1

    def _founding(self) -> Iterator[Act]:
        everybody = [self.bank, *self.debtors, *self.suppliers, *self.funders]
        for turn, party in enumerate(everybody):
            enrolled = {
                "party": party, "uscc": f"{turn:018d}".encode(), "lei": bytes(20),
                "nameHash": hashed(party), "roles": 7, "sizeClass": 1 + turn % 4,
                "officer": self.key(self.bank), "approver": self.key(self.bank, 1),
            }  # fmt: skip
            officers = [
                {"party": party, "officer": self.key(party, place), "powers": 15,
                 "limitFen": 2**63, "by": self.key(self.bank)}
                for place in range(2)
            ]  # fmt: skip
            yield [("Participants", "PartyEnrolled", enrolled),
                   *(("Participants", "OfficerSet", item) for item in officers)]  # fmt: skip
        for debtor in self.debtors:
            yield [("Invoices", "OpeningLimitSet", {
                "debtor": debtor, "limitFen": 10**15,
                "officer": self.key(self.bank), "approver": self.key(self.bank, 1)})]  # fmt: skip

    def key(self, party: str, place: int = 0) -> str:
        """The key of an officer of a party."""
        return "0x" + hashed(party, place)[:20].hex()

    def _one_day(self) -> Iterator[Act]:
        todo: list[Callable[[], Iterator[Act]]] = self.later.pop(self.day, [])
        todo += [self._open] * OPENINGS_A_DAY
        self.random.shuffle(todo)
        for step in todo:
            yield from step()

    def _open(self) -> Iterator[Act]:
        dice, debtor = self.random, self.random.choice(self.debtors)
        supplier = dice.choice(self.suppliers)
        amount = dice.randrange(100_00, 2_000_000_00)
        id_ = int.from_bytes(self.unique("certificate"))
        key, is_draft = self.unique("invoice"), dice.random() < 0.3
        live = Certificate(id_, debtor, self.day + dice.randint(20, 180), {supplier: amount})
        opened = [
            ("Receivables", "TransferSingle", self._units(NOBODY, supplier, id_, amount)),
            ("Invoices", "InvoiceRegistered", {
                "key": key, "supplier": supplier, "debtor": debtor, "amountFen": amount,
                "documentHash": hashed(key), "officer": self.key(supplier)}),
            ("Invoices", "CertificateOpened", {
                "id": id_, "debtor": debtor, "supplier": supplier, "invoiceKey": key,
                "reference_": hashed("first"), "dueDay": live.due_day, "documentHash": hashed(key),
                "consentHash": NO_HASH if is_draft else hashed(key, "consent"),
                "officer": self.key(debtor if is_draft else supplier)}),
        ]  # fmt: skip
        if dice.random() < 0.3:
            opened.append(("Invoices", "CertificateLimitsFixed", {
                "id": id_, "layersMax": 6, "splitsLeft": 21, "splitMinThousands": 1}))  # fmt: skip
        confirmed = ("Invoices", "CertificateConfirmed", {
            "id": id_, "debtor": debtor, "amountFen": amount, "documentHash": hashed(key),
            "maker": self.key(debtor), "checker": self.key(debtor, 1)})  # fmt: skip
        if is_draft:
            yield opened
            yield [confirmed]
            yield [("Invoices", "CertificateTaken", {
                "id": id_, "supplier": supplier, "consentHash": hashed(id_),
                "officer": self.key(supplier)})]  # fmt: skip
        else:
            yield [*opened, confirmed]
        self._plan(live)

    def _plan(self, live: Certificate) -> None:
        dice = self.random
        for _ in range(dice.choice((0, 1, 1, 2, 2, 3))):
            self._at(dice.randint(self.day + 1, live.due_day - 5), lambda: self._hop(live))
        if dice.random() < 0.6:
            self._at(dice.randint(self.day + 1, live.due_day - 2), lambda: self._sell(live))
        fate = dice.random()
        if fate < 0.93:
            self._at(live.due_day, lambda: self._pay(live, status=7))
        elif fate < 0.98:
            self._at(live.due_day + 1, lambda: self._mark_overdue(live))
            self._at(live.due_day + dice.randint(2, 60), lambda: self._pay(live, status=7))
        else:
            self._at(live.due_day + 1, lambda: self._mark_overdue(live))

    def _at(self, day: int, step: Callable[[], Iterator[Act]]) -> None:
        self.later[max(day, self.day + 1)].append(step)

    def _hop(self, live: Certificate) -> Iterator[Act]:
        dice = self.random
        holder = dice.choice(list(live.held))
        to = dice.choice(self.suppliers)
        if to == holder:
            return
        amount = dice.randint(1, live.held[holder]) if dice.random() < 0.7 else live.held[holder]
        move = [
            ("Receivables", "TransferSingle", self._units(holder, to, live.id, amount)),
            ("Receivables", "CertificateTransferred", {
                "id": live.id, "evidenceHash": hashed(live.id, live.steps)}),
        ]  # fmt: skip
        live.steps += 1
        if dice.random() < 0.2:
            yield from self._asked(live, holder, to, amount, move)
            return
        self._move(live, holder, to, amount)
        if dice.random() < 0.2:
            move.append(("Receivables", "RecourseUndertaken", {
                "id": live.id, "from": holder, "to": to, "amountFen": amount, "recourse": 1,
                "capFen": 0}))  # fmt: skip
        yield move

    def _asked(
        self, live: Certificate, holder: str, to: str, amount: int, move: Act
    ) -> Iterator[Act]:
        pending = self.unique("pending")
        yield [("Receivables", "TransferRequested", {
            "pendingId": pending, "id": live.id, "from": holder, "to": to, "amountFen": amount,
            "deadlineDay": self.day + 10, "officer": self.key(holder)})]  # fmt: skip
        is_agreed = self.random.random() < 0.7
        closed = ("Receivables", "PendingClosed", {
            "pendingId": pending, "state": 2 if is_agreed else 3, "party": to,
            "officer": self.key(to)})  # fmt: skip
        if not is_agreed:
            yield [closed]
            return
        self._move(live, holder, to, amount)
        yield [closed, *move, ("Receivables", "TransferTaken", {
            "pendingId": pending, "to": to, "consentHash": hashed(pending),
            "officer": self.key(to), "fromOfficer": self.key(holder)})]  # fmt: skip

    def _sell(self, live: Certificate) -> Iterator[Act]:
        dice, seller = self.random, self.random.choice(list(live.held))
        funder = dice.choice(self.funders)
        if seller == funder:
            return
        amount = live.held[seller]
        interest = amount * (live.due_day - self.day) // 10_000
        yield from self._mint(funder, amount)
        self._move(live, seller, funder, amount)
        yield [
            ("Settlement", "CertificateSold", {
                "certificateId": live.id, "seller": seller, "funder": funder,
                "quoteId": self.unique("quote"), "amountFen": amount, "interestFen": interest,
                "feeFen": 0, "registryReceipt": self.unique("receipt"), "consentHash": NO_HASH,
                "sellerOfficer": self.key(seller), "funderOfficer": self.key(funder)}),
            ("Receivables", "TransferSingle", self._units(seller, funder, live.id, amount)),
            ("Receivables", "CertificateTransferred", {
                "id": live.id, "evidenceHash": hashed(live.id, "sale")}),
            self._money(funder, seller, amount - interest),
        ]  # fmt: skip

    def _mark_overdue(self, live: Certificate) -> Iterator[Act]:
        yield [("Receivables", "CertificateOverdue", {
            "id": live.id, "debtor": live.debtor, "outstandingFen": sum(live.held.values()),
            "by": self.key(self.bank)})]  # fmt: skip

    def _pay(self, live: Certificate, *, status: int) -> Iterator[Act]:
        principal = sum(live.held.values())
        late = max(self.day - live.due_day, 0)
        interest = {holder: part * late * 5 // 10_000 for holder, part in live.held.items()}
        yield from self._mint(live.debtor, principal + sum(interest.values()))
        yield [
            *(("Receivables", "TransferSingle", self._units(holder, NOBODY, live.id, part))
              for holder, part in live.held.items()),
            ("Receivables", "CertificatePaid", {
                "id": live.id, "debtor": live.debtor, "principalFen": principal,
                "interestFen": sum(interest.values()), "status": status}),
            *(self._money(live.debtor, holder, part + interest[holder])
              for holder, part in live.held.items()),
            ("Settlement", "PaymentSettled", {
                "certificateId": live.id, "debtor": live.debtor,
                "totalFen": principal + sum(interest.values()),
                "officer": self.key(live.debtor)}),
        ]  # fmt: skip
        live.held.clear()

    def _mint(self, party: str, needed: int) -> Iterator[Act]:
        if self.cash[party] >= needed:
            return
        amount = 20 * needed
        yield [
            self._money(NOBODY, party, amount),
            ("Cash", "CashMinted", {
                "to": party, "paymentId": self.unique("payment"), "amountFen": amount,
                "bank": self.bank, "officer": self.key(self.bank)}),
        ]  # fmt: skip

    def _money(self, from_: str, to: str, amount: int) -> tuple[str, str, dict[str, Any]]:
        self.cash[from_] -= amount
        self.cash[to] += amount
        return "Cash", "Transfer", {"from": from_, "to": to, "amount": amount}

    def _units(self, from_: str, to: str, id_: int, amount: int) -> dict[str, Any]:
        return {"operator": self.bank, "from": from_, "to": to, "id": id_, "amount": amount}

    def _move(self, live: Certificate, from_: str, to: str, amount: int) -> None:
        live.held[from_] -= amount
        if not live.held[from_]:
            del live.held[from_]
        live.held[to] = live.held.get(to, 0) + amount


class Node:
    """Puts acts into blocks, in the words of a node."""

    def __init__(self, manifest: Manifest, seed: str) -> None:
        self._addresses = {name: item.address for name, item in manifest.contracts.items()}
        self._entries = {
            (name, entry["name"]): (event_topic(entry), entry["inputs"])
            for name in manifest.contracts
            for entry in load(name).abi
            if entry["type"] == "event"
        }
        self._seed, self._number = seed, 0

    def block(self, day: int, acts: list[Act]) -> tuple[Header, list[dict[str, Any]]]:
        """One block with these transactions, and its logs."""
        self._number += 1
        number = hex(self._number)
        header = {
            "number": number,
            "hash": "0x" + hashed(self._seed, "block", self._number).hex(),
            "parentHash": "0x" + hashed(self._seed, "block", self._number - 1).hex(),
            "timestamp": hex(day * DAY_SECONDS + self._number % 30_000),
            "stateRoot": "0x" + hashed(self._seed, "state", self._number).hex(),
            "receiptsRoot": "0x" + hashed(self._seed, "receipts", self._number).hex(),
        }
        logs: list[dict[str, Any]] = []
        for place, act in enumerate(acts):
            tx = "0x" + hashed(self._seed, "tx", self._number, place).hex()
            for contract, name, args in act:
                topic, inputs = self._entries[contract, name]
                words = [(item["indexed"], _word(args[item["name"]])) for item in inputs]
                logs.append({
                    "address": self._addresses[contract],
                    "topics": [topic, *("0x" + word for indexed, word in words if indexed)],
                    "data": "0x" + "".join(word for indexed, word in words if not indexed),
                    "blockNumber": number, "blockHash": header["hash"],
                    "transactionHash": tx, "transactionIndex": hex(place),
                    "logIndex": hex(len(logs)),
                })  # fmt: skip
        return header, logs


def _word(value: int | str | bytes) -> str:
    if isinstance(value, int):
        return f"{value:064x}"
    return value[2:].rjust(64, "0") if isinstance(value, str) else value.hex().ljust(64, "0")


def blocks(seed: str, events: int) -> Iterator[tuple[Header, list[dict[str, Any]]]]:
    """Blocks of a history until they hold so many events."""
    node, waiting, waiting_day, made = Node(made_up_manifest(seed), seed), [], FIRST_DAY, 0
    for day, act in History(seed).acts():
        if waiting and (day != waiting_day or sum(map(len, waiting)) >= LOGS_IN_A_BLOCK):
            header, logs = node.block(waiting_day, waiting)
            yield header, logs
            waiting, made = [], made + len(logs)
            if made >= events:
                return
        waiting_day = day
        waiting.append(act)


def write(
    where: str | Path, events: int, seed: str = "audit",
    on_progress: Callable[[int], None] = lambda done: None,
) -> Manifest:  # fmt: skip
    """Write a history into a store; the manifest it stands under."""
    manifest = made_up_manifest(seed)
    with Store.open(where, manifest) as store:
        writer, done = Writer(store), 0
        logs: list[Mapping[str, Any]] = []
        headers: dict[str, Header] = {}
        last = None
        for header, found in blocks(seed, events):
            logs += found
            headers[header["number"]] = last = header
            if len(headers) == BLOCKS_AT_ONCE:
                writer.append(logs, headers, last)
                done += len(logs)
                on_progress(done)
                logs, headers = [], {}
        if last is not None and headers:
            writer.append(logs, headers, last)
    return manifest


def main() -> None:
    """Write a store."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", default="audit")
    options = parser.parse_args()
    write(options.store, options.events, options.seed, lambda done: print(done, end="\r"))


if __name__ == "__main__":
    main()
