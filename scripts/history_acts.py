"""
The acts behind a made-up history: what happens on each day, as events in the contracts' order.

Certificates are opened (by either side), confirmed, passed on with and without recourse, asked for
and refused, sold, and paid on their day, late, or never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

FIRST_DAY = 20_150  # 2025-03-03
OPENINGS_A_DAY = 100
DEBTORS, SUPPLIERS, FUNDERS = 40, 400, 12
NOBODY = "0x" + "00" * 20
NO_HASH = bytes(32)
PAID = 7
Act = list[tuple[str, str, dict[str, Any]]]


def hashed(*parts: object) -> bytes:
    """32 bytes that look like any hash."""
    return sha256("/".join(map(str, parts)).encode()).digest()


def address(*parts: object) -> str:
    """An address of its own."""
    return "0x" + hashed(*parts)[12:].hex()


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
    openings_a_day: int = OPENINGS_A_DAY
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
                 "limitFen": 2**63, "changes": place + 1, "by": self.key(self.bank)}
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
        todo += [self._open] * self.openings_a_day
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
            self._at(live.due_day, lambda: self._pay(live, status=PAID))
        elif fate < 0.98:
            self._at(live.due_day + 1, lambda: self._mark_overdue(live))
            self._at(live.due_day + dice.randint(2, 60), lambda: self._pay(live, status=PAID))
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
            ("Receivables", "TransferSingle", self._units(seller, funder, live.id, amount)),
            ("Receivables", "CertificateTransferred", {
                "id": live.id, "evidenceHash": hashed(live.id, "sale")}),
            self._money(funder, seller, amount - interest),
            ("Settlement", "CertificateSold", {
                "certificateId": live.id, "quoteId": self.unique("quote"), "interestFen": interest,
                "feeFen": 0, "registryReceipt": self.unique("receipt"), "consentHash": NO_HASH,
                "sellerOfficer": self.key(seller), "funderOfficer": self.key(funder)}),
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
                "interestFen": sum(interest.values()), "lateDays": late, "status": status}),
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
