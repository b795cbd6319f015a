"""What random acts are drawn from: the parties and their keys, the books, a seeded choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from scf.audit.rooms.room import Subject
from scf.chain.keys import Signer
from scf.model.bill_words import RangeWord
from scf.model.books import Certificate
from scf.model.fold import Fold
from scf.model.folding.state import State
from scf.model.records import CertificateStatus
from tests.typed import TYPES
from tests.world import CHECK, FOREVER, MAKE, World, hashed, officer_key

Item = TypeVar("Item")

DEBTORS = ("debtor", "agency", "supplier", "bank2")
SUPPLIERS = ("supplier", "tier2", "tier3", "bank", "debtor")
TRADERS = ("debtor", "supplier", "tier2", "tier3", "bank", "bank2", "agency", "clearing")
FUNDERS = ("bank", "bank2")
KEYS_PER_PARTY = 6


@dataclass(frozen=True, slots=True)
class Attempt:
    """One act to try: who calls what, and what it may touch."""

    sender: str
    contract: str
    function: str
    args: tuple[Any, ...]
    subjects: tuple[Subject, ...] = ()


class Table:
    """One world, its books, and draws; `spoiled` says why the act drawn must be refused."""

    def __init__(self, world: World, fold: Fold, random: Random) -> None:
        self.world = world
        self.fold = fold
        self.random = random
        self.spoiled: str | None = None
        self.ids = {name: actor.id for name, actor in world.actors.items()}
        self.names = {id_: name for name, id_ in self.ids.items()}
        self.keys = {
            name: [officer_key(name, index) for index in range(KEYS_PER_PARTY)] for name in self.ids
        }
        self.stranger = officer_key("stranger", 0)
        self.quotes: list[Mapping[str, Any]] = []
        self.transfers: list[tuple[Mapping[str, Any], bytes]] = []
        self.claims: list[dict[str, Any]] = []
        self.offers: list[dict[str, Any]] = []
        self.loans: list[dict[str, Any]] = []
        self.bill_quotes: list[dict[str, Any]] = []
        self.words_before: dict[int, RangeWord] = {}
        self.bill_loans: list[dict[str, Any]] = []
        self.bill_count = 0
        self.orders: list[Mapping[str, Any]] = []
        self.changes: list[Mapping[str, Any]] = []
        self._count = 0

    @property
    def state(self) -> State:
        return self.fold.state

    @property
    def today(self) -> int:
        return self.world.today

    # Draws

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.random.randrange(len(items))]

    def fresh(self, what: str) -> bytes:
        """A hash never drawn before in this world."""
        self._count += 1
        return hashed(f"{what}/{self._count}")

    def around(self, amount: int) -> int:
        """Around what there is: nothing, 1 %, half, all, one fen too much, or any part."""
        kind = self.random.randrange(16)
        if kind == 0:
            return 0
        if kind == 1:
            return amount + 1
        if kind < 5:
            return max(amount // 100, 1)
        if kind < 9:
            return max(amount // 2, 1)
        if kind < 12:
            return amount
        return self.random.randint(1, max(amount, 1))

    def deadline(self) -> int:
        """A signature's deadline, sometimes past."""
        if self.chance(3):
            self.spoil("deadline passed")
            return self.world.timestamp - 1
        return self.pick((FOREVER - self.random.randrange(10**6), self.world.timestamp))

    def spoil(self, why: str) -> None:
        self.spoiled = why

    def debtor(self) -> str:
        """The name of a debtor that may open; sometimes of one that may not."""
        accounts = self.state.debtors
        free = [
            name
            for name in DEBTORS
            if not accounts[self.ids[name]].overdue_count
            and not accounts[self.ids[name]].bar_reasons
            and accounts[self.ids[name]].limit_fen - accounts[self.ids[name]].outstanding_fen
            > 10**6
        ]
        return self.pick(free) if free and not self.chance(8) else self.pick(DEBTORS)

    # Certificates

    def certificate(
        self, *statuses: CertificateStatus, due_after: int = 0
    ) -> tuple[int, Certificate] | None:
        """A certificate in one of these statuses, due after that day; sometimes any."""
        state = self.state
        if not state.certificates:
            return None
        found = [
            id_
            for id_, item in state.certificates.items()
            if item.status in statuses and item.due_day > due_after
        ]
        if self.chance(4):
            found = list(state.certificates)
        if not found:
            return None
        id_ = self.pick(found)
        return id_, state.certificates[id_]

    def live(self) -> tuple[int, Certificate] | None:
        """A certificate that can still be passed on; sometimes any."""
        state, today = self.state, self.today
        found = [
            id_
            for id_, item in state.certificates.items()
            if item.status == CertificateStatus.ACTIVE and item.due_day > today
        ]
        if not found or self.chance(4):
            return self.certificate(CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)
        frozen = [id_ for id_ in found if state.certificates[id_].frozen_until >= today]
        id_ = self.pick(frozen if frozen and self.chance(20) else found)
        return id_, state.certificates[id_]

    def holder(self, id_: int) -> str:
        """The name of a holder, now and then of a frozen one; sometimes of anybody."""
        parties = list(self.state.holdings.get(id_, {}))
        frozen = [
            party for party in parties if self.state.parties[party].frozen_until >= self.today
        ]
        held = [self.names[party] for party in (frozen if self.chance(20) else ()) or parties]
        return self.pick(held) if held and not self.chance(4) else self.pick(TRADERS)

    def available(self, id_: int, party: str) -> int:
        held = self.state.holdings.get(id_, {}).get(party, 0)
        return max(held - self.state.locks.get((id_, party), 0), 0)

    # Keys

    def sender(self, name: str, powers: int) -> str:
        """The address of an officer with these powers; sometimes a stranger's."""
        if self.chance(2):
            self.spoil("a stranger calls")
            return self.stranger.address
        return self.signer(name, powers).address

    def signer(self, name: str, powers: int, but: str | None = None) -> Signer:
        officers = self.state.officers
        able = [
            key
            for key in self.keys[name]
            if key.address != but
            and key.address in officers
            and officers[key.address].powers & powers == powers
        ]
        return self.pick(able) if able else self.pick(self.keys[name])

    def digest(self, contract: str, primary: str, message: Mapping[str, Any]) -> bytes:
        plain = {
            {"reference_": "reference"}.get(name, name): value for name, value in message.items()
        }
        return self.world.digest(contract, primary, TYPES, plain)

    def approval(
        self, contract: str, name: str, powers: int, digest: bytes, but: str | None = None
    ) -> dict[str, Any]:
        """An officer's approval: by signature, or on chain before; sometimes worthless."""
        key = self.signer(name, powers, but)
        if but is not None and self.chance(2):
            self.spoil("maker is checker")
            return {"officer": but, "signature": b""}
        kind = self.random.randrange(40)
        if kind == 0:
            self.spoil("another text was signed")
            return {"officer": key.address, "signature": key.sign_typed(hashed("another"))}
        if kind == 1:
            self.spoil("a stranger signed")
            return {"officer": key.address, "signature": self.stranger.sign_typed(digest)}
        if kind == 2 and self.has_powers(key.address):
            self.world.send(key.address, contract, "revokeSignature", digest)
            self.spoil("the signature was revoked")
            return {"officer": key.address, "signature": key.sign_typed(digest)}
        if kind == 3:
            self.world.send(key.address, contract, "approve", digest)
            return {"officer": key.address, "signature": b""}
        if kind == 4:
            return {"officer": key.address, "signature": b""}
        return {"officer": key.address, "signature": key.sign_typed(digest)}

    def has_powers(self, key: str) -> bool:
        officer = self.state.officers.get(key)
        return officer is not None and officer.powers != 0

    def two_officers(
        self, contract: str, name: str, primary: str, message: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """A caller who makes and an approver who checks, of one party."""
        powers = (8, 8) if contract == "participants" else (MAKE, CHECK)
        sender = self.sender(name, powers[0])
        digest = self.digest(contract, primary, message)
        return sender, self.approval(contract, name, powers[1], digest, but=sender)
