"""
A ledger inside Python: the compiled contracts in an EVM (pyrevm), actors with names, a clock that
only moves when told.

    world = World.create()
    world.act("supplier", "receivables", "open", opening)      # as the supplier's first officer
    with world.refused("ReceivablesStatus"): ...

Every act is one transaction. Gas figures mean something on a node only (`engines.OnNode`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from scf.build.artifacts import Artifact, load, names
from scf.build.deploy import plan
from scf.chain.abi import Abi, Contract
from scf.chain.events import Log
from scf.chain.keys import Signer
from scf.chain.refusals import Errors, decode_revert, errors_of
from scf.chain.transactions import keccak
from scf.chain.typed import Domain, typed_digest
from scf.errors import ContractRefusal
from scf.model.calendars import cn_calendar_year
from scf.model.identifiers import build_uscc, party_address
from scf.units import civil_day
from tests.engines import Engine, InProcess, Reverted

MAKE, CHECK, PAY, ADMIN = 1, 2, 4, 8
ALL_POWERS = 15
UNLIMITED = 2**80 - 1
FOREVER = 2**64 - 1
START = dt.date(2026, 3, 2)
DEPLOYER = "0x" + "d0" * 20
RECOVERY_DELAY_DAYS = 14

ENTERPRISE, BANK, FUNDER, CLEARING_BANK = 1 << 0, 1 << 1, 1 << 2, 1 << 4
OPERATOR, REGULATOR, COURT = 1 << 6, 1 << 9, 1 << 10
REGISTER_OPERATOR, FINANCE_COMPANY = 1 << 7, 1 << 13
MICRO, SMALL, MEDIUM, LARGE, STATE = 1, 2, 3, 4, 5

RULES = {
    "R77-2a": 6,
    "R77-2b": 12,
    "R77-3": 1,
    "R77-6": 1,
    "R77-7": 1,
    "R77-9": 1,
    "R802-1a": 60,
    "R802-1b": 30,
    "R802-1b.max": 60,
    "R802-4": 500,
    "R802-4.lpr": 30_000,
    "OP-11": 365,
    "OP-28": 180,
    "R4-24a": 150_000,
    "R4-24b": 100_000,
    "R4-36": 24,
    "X1": 1,
    "X2": 10,
    "X3": 1,
    "X4.count": 3,
    "X4.months": 6,
    "X5.count": 3,
    "X5.months": 6,
    "OP-15": 1,
    "R4-25": 6,
    "R802-3": 1,
    "SH-1.max": 10**11,
    "SH-2": 500,
    "SH-7": 1,
    "NIL-22": 1,
    "NIL-27": 1,
    "NIL-33": 1,
    "NIL-36": 1,
    "NIL-41": 3,
    "OP-7": 1,
    "OP-14": 1,
    "NIL-17a": 24,
    "NIL-17b": 6,
    "NIL-17c": 3,
    "NIL-34": 1,
    "NIL-52": 1,
    "NIL-53": 10,
    "NIL-61": 1,
    "NIL-62": 1,
    "NIL-65": 1,
    "NIL-66a": 3,
    "NIL-68": 1,
    "NIL-69": 1,
    "SH-5": 3,
    "OP-9": 36_000,
}


def officer_key(name: str, index: int) -> Signer:
    """The deterministic key of a party's officer."""
    return Signer.from_key(keccak(f"{name}/{index}".encode()))


def rule_id(text: str) -> bytes:
    """A rule id as the contracts hold it."""
    return text.encode().ljust(32, b"\0")


def hashed(text: str) -> bytes:
    """A 32-byte hash to stand for a document."""
    return keccak(text.encode())


@dataclass(frozen=True)
class Actor:
    """One party: its name, identifier, code and officers."""

    name: str
    uscc: str
    roles: int
    size: int
    officers: tuple[Signer, ...]

    @property
    def id(self) -> str:
        return party_address(self.uscc).lower()


@dataclass(frozen=True)
class Receipt:
    """What one transaction did."""

    gas_used: int
    result: Any
    logs: tuple[Log, ...]

    def event(self, name: str) -> Log:
        found = [log for log in self.logs if log.name == name]
        assert len(found) == 1, (name, [log.name for log in self.logs])
        return found[0]


ACTORS = {
    # name: (roles, size class, number of officers)
    "operator": (OPERATOR, MEDIUM, 4),
    "regulator": (REGULATOR, STATE, 2),
    "court": (COURT, STATE, 2),
    "clearing": (CLEARING_BANK | BANK, LARGE, 2),
    "debtor": (ENTERPRISE, LARGE, 3),
    "supplier": (ENTERPRISE, MEDIUM, 3),
    "tier2": (ENTERPRISE, SMALL, 2),
    "tier3": (ENTERPRISE, MICRO, 2),
    "bank": (BANK | FUNDER, LARGE, 2),
    "bank2": (BANK | FUNDER, LARGE, 2),
    "agency": (ENTERPRISE, STATE, 2),
    "fincorp": (FINANCE_COMPANY, LARGE, 2),
    "register": (REGISTER_OPERATOR, STATE, 2),
}
DOMAINS = {
    "discounting": "SCF Settlement",
    "factoringclaims": "SCF FactoringClaims",
    "earlypayments": "SCF EarlyPayments",
    "billdiscounting": "SCF BillDiscounting",
    "billloans": "SCF BillLoans",
}
FOUNDERS = ("operator", "regulator", "court")


def make_actor(name: str, roles: int, size: int, officers: int) -> Actor:
    """An actor whose code is derived from its name."""
    digits = str(int.from_bytes(keccak(name.encode())[:5]))[:8].zfill(8)
    uscc = build_uscc("91310000" + digits)
    keys = tuple(officer_key(name, index) for index in range(officers))
    return Actor(name, uscc, roles, size, keys)


@dataclass(repr=False)
class World:
    """The contracts, the actors and the clock."""

    engine: Engine
    contracts: dict[str, Contract]
    actors: dict[str, Actor]
    timestamp: int
    logs: list[Log] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short: megabytes of contracts would drown what a failing test has to say."""
        return f"<World on day {self.today}, {len(self.logs)} events>"

    @property
    def ledger(self) -> dict[str, Contract]:
        """The contracts by the names that a manifest has, each once."""
        return {name: self.contracts[name.lower()] for name in names()}

    # Construction

    @classmethod
    def create(
        cls,
        *,
        day: dt.date = START,
        engine: Engine | None = None,
        artifacts: Mapping[str, Artifact] | None = None,
        rules: Mapping[str, int] = RULES,
        enrolled: bool = True,
    ) -> World:
        """A ledger on `day`: rules, calendars, every actor enrolled, the debtors' limits set."""
        engine = engine or InProcess()
        actors = {name: make_actor(name, *row) for name, row in ACTORS.items()}
        world = cls(engine, {}, actors, timestamp_of(day))
        engine.set_time(world.timestamp)
        founders = [world.enrolment(actors[name]) for name in FOUNDERS]
        creations = plan(
            DEPLOYER,
            0,
            founders=founders,
            recovery_delay_days=RECOVERY_DELAY_DAYS,
            artifacts=artifacts,
        )
        for creation in creations:
            artifact = (artifacts or {}).get(creation.name) or load(creation.name)
            contract = Contract(creation.address, Abi.parse(artifact.abi))
            world.contracts[creation.name.lower()] = contract
            address, executed = engine.create(DEPLOYER, creation.code)
            assert address == creation.address
            world._record(executed.logs)
        # Settlement is built on Discounting: one contract, two matters.
        world.contracts["discounting"] = world.contracts["settlement"]
        world.errors = errors_of(*(contract.abi for contract in world.contracts.values()))
        if enrolled:
            world._prepare(rules)
        return world

    def _prepare(self, rules: Mapping[str, int]) -> None:
        for name, actor in self.actors.items():
            if name not in FOUNDERS:
                self.enrol(actor)
        for name, value in rules.items():
            self.set_rule(name, value)
        for year in (2025, 2026):
            self.set_calendar(year)
        for name in ("debtor", "agency"):
            self.set_limit(name, 10**15)

    # Acts

    def act(self, who: str, contract: str, function: str, *args: Any, officer: int = 0) -> Receipt:
        """One transaction by an officer of `who`; raises ContractRefusal."""
        return self.send(self.actors[who].officers[officer].address, contract, function, *args)

    def send(self, sender: str, contract: str, function: str, *args: Any) -> Receipt:
        """One transaction by any address."""
        target = self.contracts[contract]
        data = target.encode(function, *args)
        try:
            executed = self.engine.transact(sender, target.address, data)
        except Reverted as exc:
            raise decode_revert(exc.data, self.errors) from None
        return Receipt(
            gas_used=executed.gas_used,
            result=target.decode_output(function, executed.output),
            logs=self._record(executed.logs),
        )

    def read(self, contract: str, function: str, *args: Any) -> Any:
        """What a view returns."""
        target = self.contracts[contract]
        try:
            output = self.engine.read(target.address, target.encode(function, *args))
        except Reverted as exc:
            raise decode_revert(exc.data, self.errors) from None
        return target.decode_output(function, output)

    @contextmanager
    def refused(self, name: str, **fields: Any) -> Iterator[None]:
        """The block must be refused with this error, and these fields among its own."""
        with pytest.raises(ContractRefusal) as caught:
            yield
        refusal = caught.value
        assert refusal.name == name, f"{refusal} instead of {name}"
        assert {key: refusal.fields.get(key) for key in fields} == fields

    @contextmanager
    def anchor(self) -> Iterator[None]:
        """Put everything back as it was when the block ends."""
        checkpoint, stamp, count = self.engine.checkpoint(), self.timestamp, len(self.logs)
        try:
            yield
        finally:
            self.engine.restore(checkpoint)
            self.timestamp = stamp
            del self.logs[count:]
            self.engine.set_time(stamp)

    # Signatures

    def approval(self, who: str, digest: bytes, *, officer: int = 0) -> dict[str, Any]:
        """An officer's approval by signature."""
        key = self.actors[who].officers[officer]
        return {"officer": key.address, "signature": key.sign_typed(digest)}

    def by_caller(self, who: str, *, officer: int = 0) -> dict[str, Any]:
        """The approval of the officer who calls, or who approved on chain before."""
        return {"officer": self.actors[who].officers[officer].address, "signature": b""}

    def digest(self, contract: str, primary: str, types: Mapping[str, Any], message: Any) -> bytes:
        """The EIP-712 digest of a message for a contract."""
        domain = Domain(
            name=DOMAINS.get(contract, f"SCF {contract.capitalize()}"),
            version="1",
            chain_id=self.engine.chain_id,
            contract=self.contracts[contract].address,
        )
        return typed_digest(domain, primary, types, message)

    # Clock

    @property
    def today(self) -> int:
        return (self.timestamp + 8 * 3600) // 86_400

    def go_to(self, day: dt.date | int) -> None:
        """Move the clock to noon of a later civil day."""
        self.timestamp = timestamp_of(day)
        self.engine.set_time(self.timestamp)

    def pass_days(self, days: int) -> None:
        self.go_to(self.today + days)

    # Common acts of governance

    def enrolment(self, actor: Actor) -> dict[str, Any]:
        grants = [
            {"officer": key.address, "powers": ALL_POWERS, "limitFen": UNLIMITED}
            for key in actor.officers
        ]
        return {
            "uscc": actor.uscc.encode(),
            "lei": bytes(20),
            "nameHash": hashed(actor.name),
            "roles": actor.roles,
            "sizeClass": actor.size,
            "officers": grants,
            "deadline": FOREVER,
        }

    def enrol(self, actor: Actor) -> Receipt:
        message = self.enrolment(actor)
        digest = self.digest("participants", "Enrolment", ENROLMENT, message)
        signatures = [key.sign_typed(digest) for key in actor.officers]
        approver = self.approval("operator", digest, officer=1)
        return self.act("operator", "participants", "enrol", message, signatures, approver)

    def set_rule(self, rule: str, value: int, *, day: int | None = None) -> Receipt:
        entry = {
            "ruleId": rule_id(rule),
            "value": value,
            "effectiveFrom": self.today if day is None else day,
            "basisHash": hashed(rule),
            "deadline": FOREVER,
        }
        who = "operator" if rule.startswith("OP-") else "regulator"
        digest = self.digest("rulebook", "RuleEntry", RULE_ENTRY, entry)
        return self.act(who, "rulebook", "setRule", entry, self.approval(who, digest, officer=1))

    def set_calendar(self, year: int, words: tuple[int, int] | None = None) -> Receipt:
        entry = {
            "year": year,
            "nonBusiness": list(words or cn_calendar_year(year).words()),
            "basisHash": hashed(str(year)),
            "deadline": FOREVER,
        }
        digest = self.digest("rulebook", "CalendarEntry", CALENDAR_ENTRY, entry)
        approver = self.approval("operator", digest, officer=1)
        return self.act("operator", "rulebook", "setCalendar", entry, approver)

    def set_limit(self, debtor: str, limit: int) -> Receipt:
        party = self.actors[debtor].id
        message = {"debtor": party, "limitFen": limit, "deadline": FOREVER}
        digest = self.digest("invoices", "OpeningLimit", OPENING_LIMIT, message)
        approver = self.approval("operator", digest, officer=1)
        args = (party, limit, FOREVER, approver)
        return self.act("operator", "invoices", "setOpeningLimit", *args)

    def mint(self, who: str, amount: int, reference: str) -> Receipt:
        return self.act("clearing", "cash", "mint", self.actors[who].id, amount, hashed(reference))

    # Internals

    def _record(self, raw_logs: Any) -> tuple[Log, ...]:
        logs = tuple(self._decoded(log) for log in raw_logs)
        self.logs.extend(logs)
        return logs

    def _decoded(self, raw: Mapping[str, Any]) -> Log:
        by_address = {contract.address: contract for contract in self.contracts.values()}
        log = by_address[raw["address"]].decode_log(raw)
        assert log is not None
        return log


def timestamp_of(day: dt.date | int) -> int:
    """Noon (UTC+8) of a civil day, unix seconds."""
    number = day if isinstance(day, int) else civil_day(day)
    return number * 86_400 + 4 * 3600


def _struct(*fields: str) -> list[dict[str, str]]:
    return [dict(zip(("type", "name"), item.split(), strict=True)) for item in fields]


GRANT = _struct("address officer", "uint8 powers", "uint80 limitFen")
ENROLMENT = {
    "Enrolment": _struct(
        "bytes18 uscc",
        "bytes20 lei",
        "bytes32 nameHash",
        "uint32 roles",
        "uint8 sizeClass",
        "Grant[] officers",
        "uint64 deadline",
    ),
    "Grant": GRANT,
}
RULE_ENTRY = {
    "RuleEntry": _struct(
        "bytes32 ruleId",
        "uint128 value",
        "uint32 effectiveFrom",
        "bytes32 basisHash",
        "uint64 deadline",
    )
}
CALENDAR_ENTRY = {
    "CalendarEntry": _struct(
        "uint16 year", "uint256[2] nonBusiness", "bytes32 basisHash", "uint64 deadline"
    )
}
OPENING_LIMIT = {"OpeningLimit": _struct("address debtor", "uint64 limitFen", "uint64 deadline")}
