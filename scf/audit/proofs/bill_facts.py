"""
What the books say the storage of the contracts of bills must hold; see `scf.audit.proofs.facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scf.audit.proofs.claim_facts import CLAIM_KEYS, CLAIM_SAID, tag_of, word_key
from scf.audit.proofs.misfit import hex_of
from scf.model.bill_books import PendingAct, Restraint
from scf.model.bill_enums import PendingOp
from scf.model.bill_words import RangeWord
from scf.model.records import NO_HASH, NOBODY

if TYPE_CHECKING:
    from scf.audit.proofs.facts import KeysOf, Records, Said

_UNIT_SHIFT, _UNIT_MASK = 40, 2**40 - 1
_PENDING_OPS = {
    "Endorsements": (PendingOp.ENDORSEMENT, PendingOp.MARK_REVOCATION),
    "Guarantees": (PendingOp.GUARANTEE,),
    "Recourse": (PendingOp.SETTLEMENT,),
}


# Bills


def _parties(books: Records, key: str) -> Said:
    found = books.bills.bills.get(int(key, 16))
    if found is None:
        return {"drawerTag": tag_of(NOBODY), "acceptorTag": tag_of(NOBODY)}
    return {
        "drawerTag": tag_of(found.drawer),
        "acceptorTag": tag_of(found.acceptor),
        "payeeTag": tag_of(found.payee),
        "acceptorKind": int(found.kind),
        "drawersMark": found.drawers_mark,
        "divisible": found.divisible,
    }


def _terms(books: Records, key: str) -> Said:
    own, number = books.bills, int(key, 16)
    found = own.bills.get(number)
    if found is None:
        return {"faceFen": 0, "issueDay": 0}
    records = 0
    while (number, records + 1) in own.records:
        records += 1
    return {
        "faceFen": found.face_fen,
        "endedFen": own.ended_fen.get(number, 0),
        "issueDay": found.issue_day,
        "maturity": found.maturity,
        "acceptanceDay": found.acceptance_day,
        "splitCount": own.splits.get(number, 0),
        "recordCount": records,
    }


def _trade_key(books: Records, key: str) -> Said:
    found = books.bills.bills.get(int(key, 16))
    return {"invoiceKey": hex_of(found.trade_key if found else NO_HASH)}


def _record(books: Records, key: str, index: str) -> Said:
    found = books.bills.records.get((int(key, 16), int(index, 16)))
    if found is None:
        return {"party": NOBODY, "depth": 0}
    return {
        "party": found.party,
        "previous": found.previous,
        "day": found.day,
        "kind": int(found.kind),
        "depth": found.depth,
        "marked": found.marked,
    }


def _restraint(books: Records, key: str) -> Said:
    found = books.bills.restraints.get(int(key, 16), Restraint())
    return {"frozenUntil": found.frozen_until, "stoppedUntil": found.stopped_until}


def _range(books: Records, key: str) -> Said:
    id_ = int(key, 16)
    word = RangeWord.of(books.bills.words.get(id_, 0))
    return {
        "holder": books.bills.holders.get(id_, NOBODY),  # nobody, where the range was divided
        "head": word.head,
        "acts": word.acts,
        "dishonour": word.dishonour,
        "presented": word.presented,
        "guarantees": word.guarantees,
        "status": int(word.status),
        "flag": int(word.flag),
        "previousFlag": int(word.previous_flag),
        "restingFlag": int(word.resting_flag),
        "pendingOp": int(word.pending_op),
        "frozen": word.frozen,
        "stopped": word.payment_stopped,
        "drawersRights": word.drawers_rights,
        "detached": word.detached,
        "depth": word.depth,
    }


# Pending acts


def _waiting(books: Records, key: str) -> PendingAct | None:
    return books.bills.pending.get(bytes.fromhex(key[2:]))


def _pending(books: Records, key: str) -> Said:
    found = _waiting(books, key)
    if found is None:
        return {"state": 0}
    return {
        "requester": found.requester,
        "deadlineDay": found.deadline_day,
        "state": int(found.state),
    }


def _pending_part(books: Records, key: str) -> Said:
    found = _waiting(books, key)
    if found is None:
        return {"amountFen": 0}
    return {"counterparty": found.counterparty, "amountFen": found.amount_fen}


def _pending_range(books: Records, key: str) -> Said:
    found = _waiting(books, key)
    return {"tokenId": word_key(found.token_id if found else 0)}


# Presentations, guarantees


def _dishonour_count(books: Records, key: str) -> Said:
    number, count = int(key, 16), 0
    while (number, count + 1) in books.bills.dishonours:
        count += 1
    return {"count": count}


def _dishonour(books: Records, key: str, place: str) -> Said:
    found = books.bills.dishonours.get((int(key, 16), int(place, 16) + 1))
    if found is None:
        return {"day": 0}
    return {
        "day": found.day,
        "presentedDay": found.presented_day,
        "code": int(found.code),
        "scope": int(found.scope),
        "isCounted": found.is_counted,
    }


def _access_bank(books: Records, acceptor: str) -> Said:
    return {"bank": books.bills.access_banks.get(acceptor, NOBODY)}


def _guarantee_count(books: Records, key: str) -> Said:
    return {"count": len(books.bills.guarantees.get(int(key, 16), ()))}


def _guarantee(books: Records, key: str, place: str) -> Said:
    given = books.bills.guarantees.get(int(key, 16), ())
    if not int(place, 16) < len(given):
        return {"guarantor": NOBODY}
    found = given[int(place, 16)]
    return {
        "guarantor": found.guarantor,
        "first": found.token_id >> _UNIT_SHIFT & _UNIT_MASK,
        "last": found.token_id & _UNIT_MASK,
    }


def _guaranteed(books: Records, key: str, place: str) -> Said:
    given = books.bills.guarantees.get(int(key, 16), ())
    if not int(place, 16) < len(given):
        return {"guaranteed": NOBODY}
    found = given[int(place, 16)]
    return {"guaranteed": found.guaranteed, "day": found.day}


# Where they are


def _bills(books: Records) -> Iterator[tuple[str, ...]]:
    return ((word_key(number),) for number in books.bills.bills)


def _ranges(books: Records) -> Iterator[tuple[str, ...]]:
    return ((word_key(id_),) for id_ in books.bills.words)


def _waiting_at(contract: str) -> KeysOf:
    def keys(books: Records) -> Iterator[tuple[str, ...]]:
        for key, found in books.bills.pending.items():
            if found.op in _PENDING_OPS[contract]:
                yield (hex_of(key),)

    return keys


def _places(books: Records) -> Iterator[tuple[str, ...]]:
    for number, given in books.bills.guarantees.items():
        for place in range(len(given)):
            yield word_key(number), word_key(place)


BILL_SAID: Mapping[tuple[str, str], Callable[..., Said]] = {
    ("Bills", "parties"): _parties,
    ("Bills", "terms"): _terms,
    ("Bills", "tradeKey"): _trade_key,
    ("Bills", "record"): _record,
    ("Bills", "restraint"): _restraint,
    ("Bills", "range"): _range,
    **{(contract, "pending"): _pending for contract in _PENDING_OPS},
    **{(contract, "pendingPart"): _pending_part for contract in _PENDING_OPS},
    **{(contract, "pendingRange"): _pending_range for contract in _PENDING_OPS},
    ("Presentations", "dishonourCount"): _dishonour_count,
    ("Presentations", "dishonour"): _dishonour,
    ("Presentations", "accessBank"): _access_bank,
    ("Guarantees", "guaranteeCount"): _guarantee_count,
    ("Guarantees", "guarantee"): _guarantee,
    ("Guarantees", "guaranteed"): _guaranteed,
    **CLAIM_SAID,
}
BILL_KEYS: Mapping[tuple[str, str], KeysOf] = {
    ("Bills", "parties"): _bills,
    ("Bills", "terms"): _bills,
    ("Bills", "tradeKey"): _bills,
    ("Bills", "record"): lambda books: (
        (word_key(number), word_key(index)) for number, index in books.bills.records
    ),
    ("Bills", "restraint"): lambda books: ((word_key(id_),) for id_ in books.bills.restraints),
    ("Bills", "range"): _ranges,
    **{
        (contract, name): _waiting_at(contract)
        for contract in _PENDING_OPS
        for name in ("pending", "pendingPart", "pendingRange")
    },
    ("Presentations", "dishonourCount"): _bills,
    ("Presentations", "dishonour"): lambda books: (
        (word_key(number), word_key(index - 1)) for number, index in books.bills.dishonours
    ),
    ("Presentations", "accessBank"): lambda books: (
        (party,) for party in dict.fromkeys((*books.bills.access_banks, *books.bills.acceptors))
    ),
    ("Guarantees", "guaranteeCount"): _bills,
    ("Guarantees", "guarantee"): _places,
    ("Guarantees", "guaranteed"): _places,
    **CLAIM_KEYS,
}
