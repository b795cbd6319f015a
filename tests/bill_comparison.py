"""The bills' contracts against the fold: everything the books know, asked of the contracts."""

from __future__ import annotations

from typing import Any

from scf.model.bill_books import BillBooks
from scf.model.bill_enums import BillStatus, PendingOp
from scf.model.bill_words import RangeWord
from scf.model.books import Books
from scf.model.fold import Fold
from scf.model.records import NOBODY
from tests.world import World

_ROOMS = {
    PendingOp.ENDORSEMENT: "endorsements",
    PendingOp.MARK_REVOCATION: "endorsements",
    PendingOp.GUARANTEE: "guarantees",
    PendingOp.SETTLEMENT: "recourse",
}
_NAMES = {
    name.lower(): name
    for name in (
        *("Participants", "Rulebook", "Orders", "Cash", "Invoices", "Receivables", "Settlement"),
        *("Bills", "Acceptances", "Endorsements", "Presentations", "Disclosures"),
        *("Guarantees", "Recourse", "OpeningTerms"),
    )
}


def folded(world: World, fold: Fold | None = None, done: int = 0) -> Fold:
    """The fold of all that happened in a world; goes on with one that knows `done` events."""
    if fold is None:
        contracts = {
            item.address: _NAMES[name]
            for name, item in world.contracts.items()
            if name != "discounting"
        }
        fold = Fold(contracts)
    for log in world.logs[done:]:
        fold.apply(log, world.timestamp)
    return fold


def check(world: World, books: Books) -> int:
    """Every answer of the contracts is what the books say; how many were asked."""
    own = books.bills
    checked = 0
    for part in (_bills, _ranges, _chains, _acceptors, _claims, _pending):
        for (contract, function, *args), wanted in part(world, own):
            found = _plain(world.read(contract, function, *args))
            assert found == _plain(wanted), (contract, function, args)
            checked += 1
    for (key, debtor), invoice in books.invoices.items():
        assert world.read("invoices", "invoice", key, debtor)["usedFen"] == invoice.used_fen
    for debtor, account in books.debtors.items():
        found = world.read("invoices", "debtorAccount", debtor)
        assert found["outstandingFen"] == account.outstanding_fen
    _check_sums(own)
    return checked


def _bills(world: World, own: BillBooks) -> Any:
    for number, bill in own.bills.items():
        found = world.read("bills", "bill", number)
        wanted = found | {
            "drawer": bill.drawer,
            "acceptor": bill.acceptor,
            "payee": bill.payee,
            "acceptorKind": int(bill.kind),
            "drawersMark": bill.drawers_mark,
            "divisible": bill.divisible,
            "faceFen": bill.face_fen,
            "endedFen": own.ended_fen.get(number, 0),
            "issueDay": bill.issue_day,
            "maturity": bill.maturity,
            "acceptanceDay": bill.acceptance_day,
            "splitCount": own.splits.get(number, 0),
            "recordCount": sum(place[0] == number for place in own.records),
            "tradeKey": bill.trade_key,
        }
        yield ("bills", "bill", number), wanted
        yield (
            ("guarantees", "guaranteesOf", number),
            [
                {
                    "guarantor": item.guarantor,
                    "guaranteed": item.guaranteed,
                    "first": item.token_id >> 40 & 2**40 - 1,
                    "last": item.token_id & 2**40 - 1,
                    "day": item.day,
                }
                for item in own.guarantees.get(number, ())
            ],
        )


def _ranges(world: World, own: BillBooks) -> Any:
    for token, word in own.words.items():
        yield ("bills", "wordOf", token), (own.holders.get(token, NOBODY), word)
    for token, restraint in own.restraints.items():
        wanted = {
            "frozenUntil": restraint.frozen_until,
            "stoppedUntil": restraint.stopped_until,
        }
        yield ("bills", "restraint", token), wanted


def _chains(world: World, own: BillBooks) -> Any:
    for (number, index), record in own.records.items():
        wanted = {
            "party": record.party,
            "previous": record.previous,
            "day": record.day,
            "kind": int(record.kind),
            "depth": record.depth,
            "marked": record.marked,
        }
        yield ("bills", "record", number, index), wanted
    for (number, index), found in own.dishonours.items():
        yield (
            ("presentations", "dishonourAt", number, index),
            {
                "day": found.day,
                "presentedDay": found.presented_day,
                "code": int(found.code),
                "scope": int(found.scope),
                "counted": found.is_counted,
            },
        )
    for acceptor, bank in own.access_banks.items():
        yield ("presentations", "accessBankOf", acceptor), bank


def _acceptors(world: World, own: BillBooks) -> Any:
    for party, account in own.acceptors.items():
        found = world.read("disclosures", "accountOf", party)
        wanted = found | {
            "acceptedFen": account.accepted_fen,
            "balanceFen": account.balance_fen,
            "overdueFen": account.overdue_fen,
            "overdueBalanceFen": account.overdue_balance_fen,
            "overdueMonths": len(own.overdue_months.get(party, ())),
        }
        yield ("disclosures", "accountOf", party), wanted
        desk = world.read("disclosures", "deskOf", party)
        matched = [month for (who, month), (_, ok) in own.months.items() if who == party and ok]
        wanted = desk | {
            "disclosedMonth": max(matched, default=0),
            "clearedMonth": own.cleared.get(party, 0),
            "removedMonth": own.unbanned.get(party, 0),
            "listedMonth": own.listed.get(party, 0),
        }
        yield ("disclosures", "deskOf", party), wanted
        yield (
            ("disclosures", "overdueMonths", party),
            [
                {"month": item.month, "events": item.events, "balanceFen": item.balance_fen}
                for item in own.overdue_months.get(party, ())
            ],
        )
    for number, (day, open_fen) in own.overdue_bills.items():
        yield ("disclosures", "overdueOf", number), {"day": day, "openFen": open_fen}
    for number, item in own.disclosures.items():
        yield (
            ("disclosures", "disclosureOf", number),
            {
                "day": item.day,
                "edits": item.edits,
                "matches": item.matches,
                "ended": item.ended,
                "statementTag": item.statement_hash[:25],
            },
        )
    for (number, party), snapshot in own.checks.items():
        current = world.read("disclosures", "checkOf", number, party)[1]
        yield ("disclosures", "checkOf", number, party), (snapshot, current)
    for party, figures in own.figures.items():
        yield (
            ("disclosures", "figuresOf", party),
            (
                figures.total_assets_fen,
                figures.deposits_fen,
                figures.margin_fen,
                figures.as_of_day,
            ),
        )


def _claims(world: World, own: BillBooks) -> Any:
    for token in own.words:
        pursuit, basis = own.pursuits.get(token), own.bases.get(token)
        offer, residual = own.offers.get(token), own.residuals.get(token)
        yield (
            ("recourse", "pursuitOf", token),
            {
                "root": pursuit.root if pursuit else bytes(15),
                "ground": int(pursuit.ground) if pursuit else 0,
                "scope": int(pursuit.scope) if pursuit else 0,
                "openedDay": pursuit.opened_day if pursuit else 0,
                "refusalDay": pursuit.refusal_day if pursuit else 0,
                "costsFen": pursuit.costs_fen if pursuit else 0,
            },
        )
        yield (
            ("recourse", "basisOf", token),
            {
                "paidFen": basis.paid_fen if basis else 0,
                "settledDay": basis.settled_day if basis else 0,
                "ground": int(basis.ground) if basis else 0,
                "guaranteedTag": bytes.fromhex((basis.guaranteed if basis else NOBODY)[2:22]),
            },
        )
        yield (
            ("recourse", "offerOf", token),
            {
                "pendingId": offer.pending_id if offer else bytes(32),
                "guaranteed": offer.guaranteed if offer else NOBODY,
                "parentId": offer.parent_id if offer else 0,
            },
        )
        yield (
            ("recourse", "residualOf", token),
            {
                "claimant": residual.claimant if residual else NOBODY,
                "settledDay": residual.settled_day if residual else 0,
                "paid": residual.paid if residual else False,
                "debtor": residual.debtor if residual else NOBODY,
                "paidFen": residual.paid_fen if residual else 0,
            },
        )
        if pursuit is None:
            continue
        for (root, party), notice in own.notices.items():
            if root == pursuit.root:
                wanted = {"day": notice.day, "late": notice.late, "pursued": notice.pursued}
                yield ("recourse", "noticeOf", token, party), wanted


def _pending(world: World, own: BillBooks) -> Any:
    for key, act in own.pending.items():
        yield (
            (_ROOMS[act.op], "pending", key),
            {
                "requester": act.requester,
                "deadlineDay": act.deadline_day,
                "state": int(act.state),
                "counterparty": act.counterparty,
                "amountFen": act.amount_fen,
                "subject": act.token_id,
            },
        )


def _check_sums(own: BillBooks) -> None:
    """INV-1, INV-11: parts make the bill, and bills the acceptors' balances."""
    balances = dict.fromkeys(own.acceptors, 0)
    for number, bill in own.bills.items():
        live = 0
        for token in own.holders:
            if token >> 80 == number:
                status = RangeWord.of(own.words[token]).status
                first, last = token >> 40 & 2**40 - 1, token & 2**40 - 1
                amount = last - first + 1 if first else bill.face_fen
                live += 0 if status in (BillStatus.TERMINATED, BillStatus.SETTLED) else amount
        assert live + own.ended_fen.get(number, 0) == bill.face_fen, number
        if bill.acceptance_day:
            balances[bill.acceptor] += live
    for party, account in own.acceptors.items():
        assert account.balance_fen == balances[party], party


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
