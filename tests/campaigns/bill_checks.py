"""After every act: contracts against fold, and both against the campaign's own arithmetic."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scf.audit.rooms.room import Subject
from scf.chain.events import Log
from scf.model.bill_books import Restraint
from scf.model.bill_words import RangeWord
from tests.campaigns import bill_accounts as accounts
from tests.campaigns import bill_law as law
from tests.campaigns.bill_life import Living
from tests.campaigns.bill_oracle import DRAWN, MATURED, RECEIVED, Units
from tests.campaigns.comparison import Comparison
from tests.stories import ZERO

if TYPE_CHECKING:
    from tests.campaigns.bill_table import BillTable

# Pairs of `bills.md` §3, and (CS03, TF0402) of B34 before maturity.
_LIVE = {2, 3, 4, 5, 7, 8}
PAIRS = {1: {1, 3}, 2: {1, 3}, 3: _LIVE | {6}, 4: _LIVE, 5: {9}, 6: {9}}
RANGE_MATTERS = ("range", "claim", "restraint")


class Checks:
    """Holds one table against its world."""

    def __init__(self, table: BillTable) -> None:
        self.table = table
        self.comparison = Comparison(table.world, table.fold.state)
        self._ended: dict[int, tuple[str, int]] = {}
        self.claims = 0

    def follow(self) -> list[Log]:
        """Folds what happened since."""
        world = self.table.world
        logs = list(world.logs)
        world.logs.clear()
        for log in logs:
            self.table.fold.apply(log, world.timestamp)
        return logs

    def after_act(self, bills: Sequence[Living]) -> None:
        """Everything the act may have touched."""
        logs, t = self.follow(), self.table
        subjects = dict.fromkeys(item for log in logs for item in _subjects(log))
        for bill in bills:
            subjects[("bill", bill.number)] = None
            subjects[("guarantee", bill.number)] = None
            subjects[("acceptor", t.world.actors[bill.acceptor].id)] = None
            subjects[("listing", t.world.actors[bill.acceptor].id)] = None
            subjects[("debtor", t.world.actors[bill.drawer].id)] = None
        self.comparison.check(item for item in subjects if self._is_known(item))
        if any(log.name in ("Transfer", "CashMinted") for log in logs):
            self.comparison.check_money()
            self.check_cash()
        for bill in bills:
            self.check_bill(bill)
            self.check_accounts(bill)
            if bill.number in t.bills:
                self.check_rights(bill, t.pick(list(bill.pieces)))
        if t.bills and t.chance(10):
            self.check_bill(t.pick(list(t.bills.values())))

    def check_all(self) -> None:
        self.comparison.check_all()
        for bill in self.table.bills.values():
            self.check_bill(bill)
            self.check_accounts(bill)
            for units in bill.pieces:
                self.check_rights(bill, units)
        self.check_cash()

    def _is_known(self, subject: Subject) -> bool:
        kind, *key = subject
        own = self.table.fold.state.bills
        if kind == "dishonour":
            return key[1] > 0
        known: dict[str, Any] = {
            "range": own.words,
            "claim": own.words,
            "restraint": own.words,
            "bill-pending": own.pending,
            "order": self.table.fold.state.orders,
            "disclosure": own.disclosures,
            "overdue-bill": own.overdue_bills,
        }
        return kind not in known or key[0] in known[kind]

    # Ranges

    def check_bill(self, bill: Living) -> None:
        """Ranges disjoint and covering, one holder each, lawful pairs, as the oracle has them."""
        t, own, today = self.table, self.table.fold.state.bills, self.table.today
        edges = sorted(bill.pieces)
        assert (edges[0][0], edges[-1][1]) == (1, bill.face)
        assert all(a[1] + 1 == b[0] for a, b in itertools.pairwise(edges))
        held = {id_ for id_ in own.holders if id_ >> 80 == bill.number}
        assert held == {bill.token(units) for units in edges}
        ended = 0
        for units in edges:
            piece, id_ = bill.piece(units), bill.token(units)
            word = RangeWord.of(own.words[id_])
            assert t.name_of(own.holders[id_]) == piece.holder, (units, piece)
            found = (word.status, word.flag, word.previous_flag, word.resting_flag)
            wanted = (piece.status, piece.flag, piece.before, piece.resting)
            assert (*found, word.pending_op) == (*wanted, piece.op), (units, word, piece)
            assert word.flag in PAIRS[bill.status(units, today)], word
            assert (word.frozen, word.payment_stopped) == (piece.frozen, piece.stopped)
            assert word.drawers_rights == piece.drawers_rights
            assert word.guarantees == piece.guarantees
            assert bool(word.dishonour) == (piece.dishonour is not None)
            assert self._chain(bill, word.head) == list(piece.chain)
            if piece.is_live:
                self._check_live(bill, units, word)
            else:
                ended += accounts.amount(units)
                stands = (own.holders[id_], own.words[id_])
                assert self._ended.setdefault(id_, stands) == stands, "moved after its end"
        assert own.ended_fen.get(bill.number, 0) == ended
        assert own.splits.get(bill.number, 0) == bill.splits

    def _check_live(self, bill: Living, units: Units, word: RangeWord) -> None:
        piece, own, id_ = bill.piece(units), self.table.fold.state.bills, bill.token(units)
        until = own.restraints.get(id_, Restraint())
        frozen, stopped = piece.frozen and until.frozen_until, piece.stopped and until.stopped_until
        assert (frozen, stopped) == (
            piece.frozen and piece.frozen_until,
            piece.stopped and piece.stopped_until,
        )
        if piece.status == RECEIVED:
            presented = word.presented and bill.issue_day + word.presented - 1
            assert presented == piece.presented, (presented, piece)
        if piece.dishonour is not None:
            d = own.dishonours[bill.number, word.dishonour]
            found = (d.day, d.presented_day, d.code, d.scope, d.is_counted)
            given = piece.dishonour
            wanted = (given.day, given.presented, given.code, given.scope, given.counted)
            assert found == wanted, (found, wanted)
        pursuit, basis = own.pursuits.get(id_), own.bases.get(id_)
        assert (pursuit is None) == (piece.pursuit is None), (units, pursuit, piece)
        if pursuit is not None and piece.pursuit is not None:
            p = piece.pursuit
            found_ = (pursuit.ground, pursuit.scope, pursuit.refusal_day, pursuit.costs_fen)
            assert found_ == (p.ground, p.scope, p.refusal_day, p.costs), (found_, p)
        assert (basis is None) == (piece.basis is None)
        if basis is not None and piece.basis is not None:
            assert (basis.paid_fen, basis.settled_day) == (piece.basis.paid, piece.basis.day)
        assert (own.offers.get(id_) is None) == (piece.offer is None)

    def _chain(self, bill: Living, head: int) -> list[int]:
        """From the payee on; each record says who passed the range on, marked or not."""
        chain, own = [], self.table.fold.state.bills
        while head:
            record = own.records[bill.number, head]
            who, marked = bill.records[head - 1]
            assert (self.table.name_of(record.party), record.marked) == (who, marked)
            chain.append(head)
            head = record.previous
        return chain[::-1]

    # Claims

    def check_rights(self, bill: Living, units: Units) -> None:
        """Who answers, for how much, until when: asked of the contract, reckoned here."""
        t, piece = self.table, bill.piece(units)
        if not DRAWN < piece.status <= MATURED:
            return
        world, id_, read = t.world, bill.token(units), t.world.read
        day = t.today + t.pick((0, 0, 1, 40, 400))
        whom: list[tuple[str, str | None]] = [(t.pick(t.anybody), None), (bill.acceptor, None)]
        whom += [(who, of) for who, of, _ in bill.guaranteed[-1:]]
        who, of = t.pick(whom)
        debtor = {"party": world.actors[who].id, "guaranteed": world.actors[of].id if of else ZERO}
        b = law.bearing(bill, units)
        liability = law.answers(bill, units, who, of, b.scope)
        last = law.last_day(bill, units, liability, b.refusal_day) if liability else 0
        owed = law.claim(bill, units, t.rates, day)
        assert read("recourse", "claimOf", id_, day) == owed, (units, piece)
        found = read("recourse", "liabilityOf", id_, debtor)
        assert tuple(found) == (law.CODES[liability], last), (found, liability, who, of, piece)
        root = piece.pursuit.root if piece.pursuit else 0
        pursued = bill.notices.get((root, who), (0, False, False))[2]
        against = owed if liability and (pursued or day <= last) else 0
        assert read("recourse", "claimAgainst", id_, debtor, day) == against
        self.claims += 3

    # Sums

    def check_accounts(self, bill: Living) -> None:
        """Acceptor, invoice and debtor, added up over the ranges."""
        t, state = self.table, self.table.fold.state
        bills, acceptor = list(t.bills.values()), bill.acceptor
        account = state.bills.acceptors.get(t.world.actors[acceptor].id)
        found = (
            (account.accepted_fen, account.balance_fen, account.overdue_fen)
            if account
            else (0, 0, 0)
        )
        own = t.accounts
        balance = accounts.balance(bills, acceptor)
        assert found == (own.accepted[acceptor], balance, own.overdue[acceptor])
        overdue = account.overdue_balance_fen if account else 0
        assert overdue == accounts.overdue_balance(bills, acceptor)
        drawer = t.world.actors[bill.drawer].id
        assert state.debtors[drawer].outstanding_fen == accounts.outstanding(bills, bill.drawer)
        if bill.trade != bytes(32):
            used = state.invoices[bill.trade, drawer].used_fen
            assert used == own.used[bill.trade, bill.drawer]

    def check_cash(self) -> None:
        """Money is where it was paid to, and none came or went but by minting."""
        t, state = self.table, self.table.fold.state
        for name, actor in t.world.actors.items():
            assert state.cash.get(actor.id, 0) == t.accounts.cash[name], name
        assert state.cash_supply == t.accounts.made == sum(state.cash.values())


def _subjects(log: Log) -> list[Subject]:
    """What one event speaks of."""
    args = log.args
    found: list[Subject] = [
        (kind, args[field]) for field, kinds in _BY_FIELD if field in args for kind in kinds
    ]
    if log.name in _BY_EVENT:
        found.append(_BY_EVENT[log.name](args))
    return found


_BY_FIELD: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((field, RANGE_MATTERS) for field in ("tokenId", "partId", "restId", "parentId", "takenId")),
    ("pendingId", ("bill-pending",)),
    ("billNo", ("disclosure", "overdue-bill")),
    ("orderId", ("order",)),
)
_BY_EVENT: dict[str, Callable[[Mapping[str, Any]], Subject]] = {
    "BillDishonoured": lambda args: ("dishonour", args["tokenId"] >> 80, args["index"]),
    "NoticeGiven": lambda args: ("notice", args["tokenId"], args["to"]),
    "DisclosureChecked": lambda args: ("disclosure-check", args["billNo"], args["party"]),
    "RecordWritten": lambda args: ("record", args["billNo"], args["record"] >> 240),
    "AccessBankSet": lambda args: ("access-bank", args["acceptor"]),
}
