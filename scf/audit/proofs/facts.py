"""
What the books say a storage slot must hold: one function per variable of `scf.audit.proofs.layout`.

A slot's fields that no event tells (how many officers' changes there were) are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.bill_facts import BILL_KEYS, BILL_SAID
from scf.audit.proofs.financing_facts import FINANCING_KEYS, FINANCING_SAID
from scf.audit.proofs.layout import id_key
from scf.audit.proofs.misfit import hex_of
from scf.model.books import Books, DebtorAccount
from scf.model.folding.state import State
from scf.model.records import Powers

Records = Books | State
Said = Mapping[str, Any]

_NOBODY = "0x" + "00" * 20
_TAG, _SHORT_TAG = 10, 7


@dataclass(frozen=True, slots=True)
class Fact:
    """One slot by its variable and keys, and what the books say of its fields."""

    contract: str
    name: str
    keys: tuple[str, ...]
    said: Said


def facts_of(books: Records) -> Iterator[Fact]:
    """Everything in the books that a slot holds."""
    for (contract, name), keys_of in _KEYS.items():
        said_of = SAID[contract, name]
        for keys in keys_of(books):
            yield Fact(contract, name, keys, said_of(books, *keys))


def said_of(books: Records, contract: str, name: str, keys: tuple[str, ...]) -> Said:
    """What the books say of one slot; of one they never heard of, that it is empty."""
    return SAID[contract, name](books, *keys)


def _certificate(books: Records, key: str) -> Said:
    id_ = int(key, 16)
    found = books.certificates.get(id_)
    if found is None:
        return {"outstandingFen": 0, "status": 0}
    return {
        "outstandingFen": books.outstanding.get(id_, 0),
        "hasLocks": found.has_locks,
        "hasPledges": found.has_pledges,
        "splitMinThousands": found.split_min_thousands,
        "splitsLeft": found.splits_left,
        "layersMax": found.layers_max,
        "status": int(found.status),
        "tenorDays": found.due_day - found.opened_day,
        "frozenUntil": found.frozen_until,
        "dueDay": found.due_day,
        "debtorTag": found.debtor[: 2 + 2 * _TAG],
    }


def _holding(books: Records, key: str, holder: str) -> Said:
    return {"amountFen": books.holdings.get(int(key, 16), {}).get(holder, 0)}


def _position(books: Records, key: str, holder: str) -> Said:
    place = int(key, 16), holder
    said = {"lockedFen": books.locks.get(place, 0)}
    certificate = books.certificates.get(place[0])
    if certificate is not None and certificate.layers_max:
        said["layer"] = books.layers.get(place, 0)
    return said


def _pending(books: Records, key: str) -> Said:
    found = books.pending.get(bytes.fromhex(key[2:]))
    if found is None:
        return {"state": 0}
    said: dict[str, Any] = {"state": int(found.state)}
    if found.requester is not None:
        said |= {"requester": found.requester, "deadlineDay": found.deadline_day}
    return said


def _pending_part(books: Records, key: str) -> Said:
    found = books.pending.get(bytes.fromhex(key[2:]))
    if found is None or found.requester is None:
        return {}
    return {"counterparty": found.counterparty, "amountFen": found.amount_fen}


def _late_rate(books: Records, key: str) -> Said:
    found = books.certificates.get(int(key, 16))
    return {"ratePpm": found.late_rate_ppm if found else 0}


def _disputed(books: Records, key: str) -> Said:
    found = books.certificates.get(int(key, 16))
    return {"amountFen": found.disputed_fen if found else 0}


def _consent(books: Records, to: str, giver: str) -> Said:
    return {"untilDay": books.consents.get((to, giver), 0)}


def _invoice(books: Records, key: str, debtor: str) -> Said:
    found = books.invoices.get((bytes.fromhex(key[2:]), debtor))
    if found is None:
        return {"amountFen": 0, "status": 0}
    return {
        "amountFen": found.amount_fen,
        "usedFen": found.used_fen,
        "status": int(found.status),
        "isConflicted": found.is_conflicted,
        "supplierTag": found.supplier[: 2 + 2 * _SHORT_TAG],
        "documentTag": hex_of(found.document_hash[:_SHORT_TAG]),
    }


def _debtor(books: Records, party: str) -> Said:
    found = books.debtors.get(party) or DebtorAccount()
    return {
        "outstandingFen": found.outstanding_fen,
        "limitFen": found.limit_fen,
        "overdueCount": found.overdue_count,
        "barReasons": int(found.bar_reasons),
    }


def _cash(books: Records, party: str) -> Said:
    return {"amountFen": books.cash.get(party, 0)}


def _supply(books: Records) -> Said:
    return {"amountFen": books.cash_supply}


def _allowance(books: Records, owner: str, spender: str) -> Said:
    return {"amountFen": books.allowances.get((owner, spender), 0)}


def _payment(books: Records, key: str) -> Said:
    return {"isUsed": bytes.fromhex(key[2:]) in books.payment_ids}


def _receipt(books: Records, key: str) -> Said:
    return {"quoteId": hex_of(books.receipts.get(bytes.fromhex(key[2:]), bytes(32)))}


def _party(books: Records, id_: str) -> Said:
    found = books.parties.get(id_)
    if found is None:
        return {"status": 0, "roles": 0}
    officers = [one for one in books.officers.values() if one.party == id_ and one.powers]
    return {
        "roles": found.roles,
        "status": int(found.status),
        "sizeClass": int(found.size),
        "frozenUntil": found.frozen_until,
        "enrolledDay": found.enrolled_day,
        "adminCount": sum(1 for one in officers if one.powers & Powers.ADMINISTER),
        "officerCount": len(officers),
        "epoch": books.financing.epochs.get(id_, 0),
    }


def _code(books: Records, id_: str) -> Said:
    found = books.parties.get(id_)
    return {"uscc": hex_of(found.uscc if found else bytes(18))}


def _registered_name(books: Records, id_: str) -> Said:
    found = books.parties.get(id_)
    return {"nameHash": hex_of(found.name_hash if found else bytes(32))}


def _officer(books: Records, key: str) -> Said:
    found = books.officers.get(key)
    if found is None:
        return {"party": _NOBODY, "powers": 0, "limitFen": 0}
    return {"party": found.party, "powers": found.powers, "limitFen": found.limit_fen}


def _order(books: Records, key: str) -> Said:
    found = books.orders.get(bytes.fromhex(key[2:]))
    if found is None:
        return {"state": 0}
    return {"state": int(found.state), "party": found.party}


def _version_count(books: Records, key: str) -> Said:
    return {"count": len(books.rules.get(bytes.fromhex(key[2:]), ()))}


def _version(books: Records, key: str, number: str) -> Said:
    versions, place = books.rules.get(bytes.fromhex(key[2:]), ()), int(number, 16) - 1
    if not 0 <= place < len(versions):
        return {"value": 0, "effectiveFrom": 0}
    found = versions[place]
    return {"value": found.value, "effectiveFrom": found.effective_from}


SAID: Mapping[tuple[str, str], Callable[..., Said]] = {
    ("Receivables", "certificate"): _certificate,
    ("Receivables", "balance"): _holding,
    ("Receivables", "position"): _position,
    ("Receivables", "pending"): _pending,
    ("Receivables", "pendingPart"): _pending_part,
    ("Receivables", "lateRate"): _late_rate,
    ("Receivables", "consent"): _consent,
    ("Invoices", "invoice"): _invoice,
    ("Invoices", "debtor"): _debtor,
    ("Invoices", "disputed"): _disputed,
    ("Cash", "balance"): _cash,
    ("Cash", "supply"): _supply,
    ("Cash", "allowance"): _allowance,
    ("Cash", "payment"): _payment,
    ("Settlement", "receipt"): _receipt,
    ("Participants", "party"): _party,
    ("Participants", "code"): _code,
    ("Participants", "registeredName"): _registered_name,
    ("Participants", "officer"): _officer,
    ("Orders", "order"): _order,
    ("Rulebook", "versionCount"): _version_count,
    ("Rulebook", "version"): _version,
    **BILL_SAID,
    **FINANCING_SAID,
}

KeysOf = Callable[[Records], Iterator[tuple[str, ...]]]


def _certificates(books: Records) -> Iterator[tuple[str, ...]]:
    return ((id_key(id_),) for id_ in books.certificates)


def _holders(books: Records) -> Iterator[tuple[str, ...]]:
    """Also of those that hold nothing any more: an empty slot is a fact."""
    seen = {(id_, holder): None for id_, held in books.holdings.items() for holder in held}
    seen |= dict.fromkeys(books.locks) | dict.fromkeys(books.layers)
    return ((id_key(id_), holder) for id_, holder in seen)


def _pairs(records: Mapping[tuple[str, str], Any]) -> Iterator[tuple[str, ...]]:
    return iter(records)


def _hashes(records: Any) -> Iterator[tuple[str, ...]]:
    return ((hex_of(key),) for key in sorted(records))


def _names(records: Any) -> Iterator[tuple[str, ...]]:
    return ((key,) for key in records)


_KEYS: Mapping[tuple[str, str], KeysOf] = {
    ("Receivables", "certificate"): _certificates,
    ("Receivables", "balance"): _holders,
    ("Receivables", "position"): _holders,
    ("Receivables", "pending"): lambda books: _hashes(books.pending),
    ("Receivables", "pendingPart"): lambda books: _hashes(books.pending),
    ("Receivables", "lateRate"): _certificates,
    ("Receivables", "consent"): lambda books: _pairs(books.consents),
    ("Invoices", "invoice"): lambda books: ((hex_of(key), who) for key, who in books.invoices),
    ("Invoices", "debtor"): lambda books: _names(books.debtors),
    ("Invoices", "disputed"): _certificates,
    ("Cash", "balance"): lambda books: _names(books.cash),
    ("Cash", "supply"): lambda books: iter(((),)),
    ("Cash", "allowance"): lambda books: _pairs(books.allowances),
    ("Cash", "payment"): lambda books: _hashes(books.payment_ids),
    ("Settlement", "receipt"): lambda books: _hashes(books.receipts),
    ("Participants", "party"): lambda books: _names(books.parties),
    ("Participants", "code"): lambda books: _names(books.parties),
    ("Participants", "registeredName"): lambda books: _names(books.parties),
    ("Participants", "officer"): lambda books: _names(books.officers),
    ("Orders", "order"): lambda books: _hashes(books.orders),
    ("Rulebook", "versionCount"): lambda books: _hashes(books.rules),
    ("Rulebook", "version"): lambda books: (
        (hex_of(rule), id_key(number))
        for rule, versions in books.rules.items()
        for number in range(1, len(versions) + 1)
    ),
    **BILL_KEYS,
    **FINANCING_KEYS,
}
