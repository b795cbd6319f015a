"""
What the books say the storage of Disclosures and Recourse must hold; see `scf.audit.proofs.facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scf.audit.proofs.misfit import hex_of
from scf.model.bill_books import AcceptorAccount
from scf.model.records import NO_HASH, NOBODY

if TYPE_CHECKING:
    from scf.audit.proofs.facts import KeysOf, Records, Said

_TAG, _STATEMENT_TAG, _ROOT = 10, 25, 15


def word_key(number: int) -> str:
    """A bill's number, a range's token id, a place or an index as a key."""
    return f"0x{number:064x}"


def tag_of(party: str) -> str:
    """The part of a party's identifier that the contracts keep of it."""
    return party[: 2 + 2 * _TAG]


# Disclosures


def _account(books: Records, party: str) -> Said:
    found = books.bills.acceptors.get(party) or AcceptorAccount()
    return {
        "acceptedFen": found.accepted_fen,
        "balanceFen": found.balance_fen,
        "overdueFen": found.overdue_fen,
        "overdueBalanceFen": found.overdue_balance_fen,
        "overdueMonths": len(books.bills.overdue_months.get(party, ())),
    }


def _overdue_month(books: Records, party: str, place: str) -> Said:
    months = books.bills.overdue_months.get(party, ())
    if not int(place, 16) < len(months):
        return {"month": 0}
    found = months[int(place, 16)]
    return {"month": found.month, "events": found.events, "balanceFen": found.balance_fen}


def _overdue_bill(books: Records, key: str) -> Said:
    day, open_fen = books.bills.overdue_bills.get(int(key, 16), (0, 0))
    return {"day": day, "openFen": open_fen}


def _desk(books: Records, party: str) -> Said:
    own = books.bills
    matched = (month for (who, month), (_, ok) in own.months.items() if who == party and ok)
    return {
        "disclosedMonth": max(matched, default=0),
        "clearedMonth": own.cleared.get(party, 0),
        "removedMonth": own.unbanned.get(party, 0),
        "listedMonth": own.listed.get(party, 0),
    }


def _figures(books: Records, party: str) -> Said:
    found = books.bills.figures.get(party)
    if found is None:
        return {"asOfDay": 0}
    return {
        "totalAssetsFen": found.total_assets_fen,
        "depositsFen": found.deposits_fen,
        "marginFen": found.margin_fen,
        "asOfDay": found.as_of_day,
    }


def _disclosure(books: Records, key: str) -> Said:
    found = books.bills.disclosures.get(int(key, 16))
    if found is None:
        return {"day": 0}
    return {
        "day": found.day,
        "edits": found.edits,
        "matches": found.matches,
        "ended": found.ended,
        "statementTag": hex_of(found.statement_hash[:_STATEMENT_TAG]),
    }


def _check(books: Records, key: str, party: str) -> Said:
    return {"snapshotHash": hex_of(books.bills.checks.get((int(key, 16), party), NO_HASH))}


# Recourse


def _pursuit(books: Records, key: str) -> Said:
    found = books.bills.pursuits.get(int(key, 16))
    if found is None:
        return {"root": hex_of(bytes(_ROOT)), "openedDay": 0}
    return {
        "root": hex_of(found.root),
        "ground": int(found.ground),
        "scope": int(found.scope),
        "openedDay": found.opened_day,
        "refusalDay": found.refusal_day,
        "costsFen": found.costs_fen,
    }


def _notice(books: Records, root: str, to: str) -> Said:
    found = books.bills.notices.get((bytes.fromhex(root[2:])[:_ROOT], to))
    if found is None:
        return {"day": 0}
    return {"day": found.day, "late": found.late, "pursued": found.pursued}


def _basis(books: Records, key: str) -> Said:
    found = books.bills.bases.get(int(key, 16))
    if found is None:
        return {"paidFen": 0, "settledDay": 0}
    return {
        "paidFen": found.paid_fen,
        "settledDay": found.settled_day,
        "ground": int(found.ground),
        "guaranteedTag": tag_of(found.guaranteed),
    }


def _offer(books: Records, key: str) -> Said:
    found = books.bills.offers.get(int(key, 16))
    return {"pendingId": hex_of(found.pending_id if found else NO_HASH)}


def _offered_for(books: Records, key: str) -> Said:
    found = books.bills.offers.get(int(key, 16))
    return {"guaranteed": found.guaranteed if found else NOBODY}


def _offered_from(books: Records, key: str) -> Said:
    found = books.bills.offers.get(int(key, 16))
    return {"parentId": word_key(found.parent_id if found else 0)}


def _residual(books: Records, key: str) -> Said:
    found = books.bills.residuals.get(int(key, 16))
    if found is None:
        return {"claimant": NOBODY}
    return {"claimant": found.claimant, "settledDay": found.settled_day, "paid": found.paid}


def _residual_debtor(books: Records, key: str) -> Said:
    found = books.bills.residuals.get(int(key, 16))
    if found is None:
        return {"debtor": NOBODY, "paidFen": 0}
    return {"debtor": found.debtor, "paidFen": found.paid_fen}


# Where they are


def _acceptors(books: Records) -> Iterator[tuple[str, ...]]:
    return ((party,) for party in books.bills.acceptors)


def _claimed(books: Records) -> Iterator[tuple[str, ...]]:
    """Ranges on which anything of recourse stands; what does not is an empty slot."""
    own = books.bills
    ids = dict.fromkeys((*own.pursuits, *own.bases, *own.offers, *own.residuals))
    return ((word_key(id_),) for id_ in ids)


CLAIM_SAID: Mapping[tuple[str, str], Callable[..., Said]] = {
    ("Disclosures", "account"): _account,
    ("Disclosures", "overdueMonth"): _overdue_month,
    ("Disclosures", "overdueBill"): _overdue_bill,
    ("Disclosures", "desk"): _desk,
    ("Disclosures", "figures"): _figures,
    ("Disclosures", "disclosure"): _disclosure,
    ("Disclosures", "check"): _check,
    ("Recourse", "pursuit"): _pursuit,
    ("Recourse", "notice"): _notice,
    ("Recourse", "basis"): _basis,
    ("Recourse", "offer"): _offer,
    ("Recourse", "offeredFor"): _offered_for,
    ("Recourse", "offeredFrom"): _offered_from,
    ("Recourse", "residual"): _residual,
    ("Recourse", "residualDebtor"): _residual_debtor,
}
CLAIM_KEYS: Mapping[tuple[str, str], KeysOf] = {
    ("Disclosures", "account"): _acceptors,
    ("Disclosures", "overdueMonth"): lambda books: (
        (party, word_key(place))
        for party, months in books.bills.overdue_months.items()
        for place in range(len(months))
    ),
    ("Disclosures", "overdueBill"): lambda books: (
        (word_key(number),) for number in books.bills.overdue_bills
    ),
    ("Disclosures", "desk"): _acceptors,
    ("Disclosures", "figures"): lambda books: ((party,) for party in books.bills.figures),
    ("Disclosures", "disclosure"): lambda books: (
        (word_key(number),) for number in books.bills.disclosures
    ),
    ("Disclosures", "check"): lambda books: (
        (word_key(number), party) for number, party in books.bills.checks
    ),
    **{
        ("Recourse", name): _claimed
        for name in (
            *("pursuit", "basis", "offer", "offeredFor", "offeredFrom"),
            *("residual", "residualDebtor"),
        )
    },
    ("Recourse", "notice"): lambda books: (
        (hex_of(root.ljust(32, b"\0")), to) for root, to in books.bills.notices
    ),
}
