"""A local ledger with parties on it, and what they do in one line, for the tests of this folder."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field

from scf import (
    Ledger,
    LocalLedger,
    OfficerGrant,
    Opening,
    PartyDetails,
    Quote,
    Roles,
    Signer,
    SizeClass,
)
from scf.chain.transactions import keccak
from scf.model.identifiers import build_uscc

START = dt.date(2026, 3, 2)
LIMIT = 10**15
PARTIES = {
    # name: (first 16 of the USCC, roles, size class)
    "clearing": ("91310000MA1FL101", Roles.CLEARING_BANK | Roles.BANK, SizeClass.LARGE),
    "debtor": ("91310000MA1FL102", Roles.ENTERPRISE, SizeClass.LARGE),
    "supplier": ("91310000MA1FL103", Roles.ENTERPRISE, SizeClass.MEDIUM),
    "tier2": ("91310000MA1FL104", Roles.ENTERPRISE, SizeClass.SMALL),
    "bank": ("91310000MA1FL105", Roles.BANK | Roles.FUNDER, SizeClass.LARGE),
}


def hashed(text: str) -> bytes:
    """A 32-byte hash to stand for a document."""
    return keccak(text.encode())


@dataclass
class Town:
    """The ledger, its parties and their officers (three each)."""

    ledger: LocalLedger
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[Signer, ...]] = field(default_factory=dict)
    counter: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def operators(self) -> tuple[Signer, ...]:
        return self.ledger.officers["operator"]

    def as_(self, name: str, officer: int = 0) -> Ledger:
        """The ledger as an officer of a party or founder sees it."""
        keys = self.ledger.officers.get(name) or self.keys[name]
        return self.ledger.with_signer(keys[officer])

    def enrol(self, name: str, first16: str, roles: Roles, size: SizeClass) -> None:
        keys = tuple(Signer.create() for _ in range(3))
        details = PartyDetails(uscc=build_uscc(first16), name=name, roles=roles, size_class=size)
        grants = [OfficerGrant(officer=key) for key in keys]
        done = self.ledger.participants.enrol(details, grants, approver=self.operators[1])
        self.ids[name], self.keys[name] = done.party, keys

    def unique(self, text: str) -> bytes:
        """A hash nobody used before."""
        return hashed(f"{text} {next(self.counter)}")

    def mint(self, name: str, amount: int) -> None:
        payment = self.unique("payment")
        self.as_("clearing").cash.mint(to=self.ids[name], amount=amount, payment_id=payment)

    def opening(self, amount: int = 100_000_00, *, days: int = 40, **changed: object) -> Opening:
        """An opening by supplier on debtor, due some days from today."""
        today = self.ledger.today()
        fields = {
            "invoice_key": self.unique("invoice"),
            "reference": hashed("first"),
            "supplier": self.ids["supplier"],
            "debtor": self.ids["debtor"],
            "amount": amount,
            "invoice_amount": amount,
            "delivery_day": today,
            "due_day": today + dt.timedelta(days=days),
            "document_hash": hashed("documents"),
            "consent_hash": hashed("consent"),
        }
        return Opening(**(fields | changed))  # type: ignore[arg-type]

    def active(self, amount: int = 100_000_00, *, days: int = 40) -> int:
        """An active certificate that the supplier holds."""
        opened = self.as_("supplier").receivables.open_confirmed(
            self.opening(amount, days=days),
            supplier=self.keys["supplier"][0],
            maker=self.keys["debtor"][0],
            checker=self.keys["debtor"][1],
        )
        return opened.certificate_id

    def consent(self, to: str, from_party: str) -> None:
        """Standing consent until the end of the year after next."""
        self.as_(to).receivables.set_standing_consent(
            from_party=self.ids[from_party],
            until=dt.date(2028, 12, 31),
            consent_hash=hashed("standing"),
        )

    def quote(self, certificate_id: int, amount: int, **changed: object) -> Quote:
        fields = {
            "funder": self.ids["bank"],
            "seller": self.ids["supplier"],
            "certificate_id": certificate_id,
            "amount": amount,
            "rate": 36_000,
            "fee": 10_00,
            "registry_receipt": self.unique("receipt"),
            "epoch": self.ledger.participants.epoch(self.ids["bank"]),
            "deadline": self.ledger.chain.block().timestamp + 86_400,
        }
        return Quote(**(fields | changed))  # type: ignore[arg-type]

    def go(self, days: int) -> None:
        """Move the clock."""
        self.ledger.chain.move_to(self.ledger.today() + dt.timedelta(days=days))


def build_town(ledger: LocalLedger) -> Town:
    """Everybody enrolled, the debtor's limit set, money in the purses."""
    town = Town(ledger)
    for name, row in PARTIES.items():
        town.enrol(name, *row)
    town.ledger.invoices.set_opening_limit(town.ids["debtor"], LIMIT, approver=town.operators[1])
    for name in ("debtor", "bank"):
        town.mint(name, 10**12)
    return town
