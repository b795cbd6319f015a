"""
A campaign: random acts on one ledger; after each, contracts against fold and books against rules.

    campaign = Campaign(Ground.create(), Random(seed))
    campaign.run(2_000)
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from scf.audit.rooms.room import Subject
from scf.build.artifacts import Artifact
from scf.chain.events import Log
from scf.errors import ContractRefusal
from scf.model.fold import Fold
from scf.model.folding.state import NOBODY
from scf.model.records import CertificateStatus
from tests.campaigns import bill_financing, financing, hops, money, offices, openings
from tests.campaigns.comparison import Comparison
from tests.campaigns.oracle import require_lawful
from tests.campaigns.table import SUPPLIERS, TRADERS, Attempt, Table
from tests.engines import Engine
from tests.world import World, hashed

ACTS = {
    **openings.ACTS,
    **hops.ACTS,
    **money.ACTS,
    **financing.ACTS,
    **bill_financing.ACTS,
    **offices.ACTS,
}
BILL_CONTRACTS = (
    *("Bills", "Acceptances", "Disclosures", "Presentations", "Recourse"),
    *("Endorsements", "Guarantees"),
)
COMPARE_ALL_EVERY = 250
MOVE_DAYS_PERCENT = 8
BUGS = ("Panic", "UnknownRevert", "Error")


@dataclass
class Ground:
    """A ledger ready for acts, its books, and the events behind them; `World.anchor` resets it."""

    world: World
    fold: Fold
    history: tuple[tuple[Log, int], ...]

    @classmethod
    def create(
        cls, artifacts: Mapping[str, Artifact] | None = None, engine: Engine | None = None
    ) -> Ground:
        world = World.create(artifacts=artifacts, engine=engine)
        for name in ("supplier", "bank2"):
            world.set_limit(name, 10**9)
        for name in ("debtor", "agency", "bank", "bank2"):
            world.mint(name, 50_000_000, f"first/{name}")
        for to in TRADERS:
            for from_ in SUPPLIERS:
                if to != from_ and (len(to) + len(from_)) % 3:
                    args = (world.actors[from_].id, world.today + 400, hashed("consent"))
                    world.act(to, "receivables", "setStandingConsent", *args)
        fold = Fold({item.address: name for name, item in world.ledger.items()})
        history = tuple((log, world.timestamp) for log in world.logs)
        for log, timestamp in history:
            fold.apply(log, timestamp)
        world.logs.clear()
        return cls(world, fold, history)

    def books(self) -> Fold:
        """A fold that goes on from here, apart from this one."""
        return copy.deepcopy(self.fold)


class Campaign:
    """Acts on one world, one after the other; `move_days_percent` of them some days later."""

    move_days_percent = MOVE_DAYS_PERCENT

    def __init__(self, ground: Ground, random: Random) -> None:
        self.table = Table(ground.world, ground.books(), random)
        self.comparison = Comparison(ground.world, self.table.state)
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.days_passed = 0
        self._acts, self._weights = list(ACTS), list(ACTS.values())
        self._cash_made = self.table.state.cash_supply
        self._forced: set[int] = set()

    @property
    def count(self) -> int:
        return self.accepted.total() + self.refused.total()

    def run(self, acts: int) -> None:
        """So many acts, everything compared at the end; AssertionError at the first difference."""
        while self.count < acts:
            self.step()
        self.compare_all()

    def step(self) -> None:
        """One act, perhaps days later than the one before."""
        t = self.table
        if t.chance(self.move_days_percent):
            days = t.pick((1, 1, 1, 2, 4))
            t.world.pass_days(days)
            self.days_passed += days
        draw = t.random.choices(self._acts, self._weights)[0]
        if t.chance(5) and any(party.status == 2 for party in t.state.parties.values()):
            draw = offices.suspend_or_resume
        t.spoiled = None
        attempt = draw(t)
        prepared = self._follow(t.world.logs)
        if attempt is None:
            self.comparison.check(prepared)
            return
        name = draw.__module__.rpartition(".")[2] + "." + draw.__name__
        self._try(name, attempt, dict.fromkeys(attempt.subjects) | prepared)
        if self.count % COMPARE_ALL_EVERY == 0:
            self.compare_all()

    def compare_all(self) -> None:
        self.comparison.check_all()

    # Internals

    def _try(self, name: str, attempt: Attempt, subjects: dict[Subject, None]) -> None:
        t = self.table
        refusal = _refusal(t.world, attempt)
        if refusal is None:
            assert t.spoiled is None, f"{name} was accepted, although: {t.spoiled}"
            self.accepted[name] += 1
            subjects |= self._follow(t.world.logs)
        else:
            assert refusal.name not in BUGS, f"{name}: {refusal}"
            assert not t.world.logs
            self.refused[name] += 1
            self.refusals[refusal.name] += 1
        self.comparison.check(subjects)
        self.comparison.check_money()
        assert t.state.cash_supply == self._cash_made
        assert sum(t.state.cash.values()) == self._cash_made
        for subject in subjects:
            if subject[0] == "certificate" and subject[1] in t.state.certificates:
                self._check_units(subject[1])

    def _follow(self, logs: list[Log]) -> dict[Subject, None]:
        """Folds what happened, each fact held against the rules first; the subjects it touched."""
        t, subjects = self.table, {}
        act = tuple(logs)
        logs.clear()
        for log in act:
            require_lawful(t, log, act)
            t.fold.apply(log, t.world.timestamp)
            subjects |= dict.fromkeys(_subjects(t, log))
            if log.name == "CashMinted":
                self._cash_made += log.args["amountFen"]
            elif log.name == "CashBurnt":
                self._cash_made -= log.args["amountFen"]
            elif log.name == "CertificateMovedByOrder":
                self._forced.add(log.args["id"])
        return subjects

    def _check_units(self, id_: int) -> None:
        """One controller per fen: units sum up, and nobody has locked more than it holds."""
        state = self.table.state
        certificate, held = state.certificates[id_], state.holdings[id_]
        assert sum(held.values()) == state.outstanding[id_]
        assert min(held.values(), default=1) > 0
        is_live = certificate.status == CertificateStatus.ACTIVE
        if is_live and certificate.due_day > self.table.today and id_ not in self._forced:
            for holder, amount in held.items():
                assert state.locks.get((id_, holder), 0) <= amount


def _refusal(world: World, attempt: Attempt) -> ContractRefusal | None:
    try:
        world.send(attempt.sender, attempt.contract, attempt.function, *attempt.args)
    except ContractRefusal as refusal:
        return refusal
    return None


def _pledge_subjects(args: Mapping[str, Any]) -> list[Subject]:
    place = args["certificateId"], args["pledgor"]
    return [("pledge", *place), ("certificate", place[0]), ("loan", args["debtId"])]


def _subjects(t: Table, log: Log) -> list[Subject]:
    """What one event speaks of."""
    args, name = log.args, log.name
    if name == "SignatureRevoked":
        contract = t.fold.contracts[log.address]
        return [("revoked", contract, args["party"], args["digest"])]
    if name in ("Approved", "ApprovalUsed"):
        contract = t.fold.contracts[log.address]
        return [("approval", contract, args["digest"], args["officer"])]
    if t.fold.contracts[log.address] in BILL_CONTRACTS:
        id_ = args.get("tokenId", args.get("id"))
        return [("range", id_)] if id_ in t.state.bills.words else []
    if name in OWN_SUBJECTS:
        return OWN_SUBJECTS[name](args)
    found: list[Subject] = [(kind, args[field]) for field, kind in SUBJECT_FIELDS if field in args]
    if name in ("CertificateConfirmed", "CertificateCancelled"):
        certificate = t.state.certificates[args["id"]]
        found.append(("invoice", certificate.invoice_key, certificate.debtor))
        found.append(("debtor", certificate.debtor))
    if "debtor" in args and (key := args.get("key", args.get("invoiceKey"))):
        found.append(("invoice", key, args["debtor"]))
    if name != "OfficerSet":
        found = [item for item in found if item[0] != "officer"]
    return [item for item in found if item[1] != NOBODY]


OWN_SUBJECTS: Mapping[str, Callable[[Mapping[str, Any]], list[Subject]]] = {
    "PartPledged": _pledge_subjects,
    "PledgeFreed": _pledge_subjects,
    "UndertakingSpent": lambda args: [("spent", args["certificateId"], args["to"], args["index"])],
    "CostsStated": lambda args: [("costs", args["dealId"], args["factor"])],
    "RepoOpened": lambda args: [("repo", args["tokenId"]), ("range", args["tokenId"])],
    "BillRedeemed": lambda args: [("repo", args["tokenId"]), ("range", args["tokenId"])],
    "RepoEnded": lambda args: [("repo", args["tokenId"]), ("range", args["tokenId"])],
    "BillPledged": lambda args: [
        ("bill-pledge", args["tokenId"] >> 80, args["record"]),
        ("range", args["tokenId"]),
        ("loan", args["loanId"]),
    ],
    "BillPledgeCollected": lambda args: [("range", args["tokenId"]), ("loan", args["loanId"])],
    "BillPledgeReleased": lambda args: [("range", args["tokenId"])],
    "BillDiscounted": lambda args: [("range", args["tokenId"])],
    "RecourseUndertaken": lambda args: [
        ("undertaking", args["id"], args["to"]),
        ("certificate", args["id"]),
    ],
    "StandingConsentSet": lambda args: [("consent", args["to"], args["from"])],
    "Approval": lambda args: [("allowance", args["owner"], args["spender"])],
    "EpochEnded": lambda args: [("party", args["party"])],
}
SUBJECT_FIELDS = (
    ("id", "certificate"),
    ("certificateId", "certificate"),
    ("debtor", "debtor"),
    ("pendingId", "pending"),
    ("paymentId", "payment"),
    ("registryReceipt", "receipt"),
    ("loanId", "loan"),
    ("claimId", "recourse-claim"),
    ("offerId", "offer"),
    ("quoteId", "deal"),
    ("orderId", "order"),
    ("ruleId", "rule"),
    ("year", "calendar"),
    ("party", "party"),
    ("officer", "officer"),
)
