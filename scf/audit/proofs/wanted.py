"""
Which slots belong to a piece of evidence, and what the fold of its acts says of them.

Prover and verifier both ask here, so that a slot left out is as plain as one that was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scf.audit.proofs.claim_facts import word_key
from scf.audit.proofs.concerns import Subject, certificates_moved, ranges_moved
from scf.audit.proofs.counting import check_counts
from scf.audit.proofs.facts import Fact, facts_of, said_of
from scf.audit.proofs.ledger_events import LedgerEvent
from scf.audit.proofs.misfit import Misfit
from scf.build.manifest import Manifest
from scf.model.bill_enums import BillStatus
from scf.model.books import Books
from scf.model.fold import Fold, FoldError

_CERTIFICATE = ("Receivables", "certificate")
_BALANCE = ("Receivables", "balance")
_INVOICE = ("Invoices", "invoice")
_OF_CERTIFICATES = (
    *(_CERTIFICATE, _BALANCE, _INVOICE),
    *(("Receivables", name) for name in ("position", "lateRate", "pending", "pendingPart")),
    ("Invoices", "disputed"),
    *(("Pledges", "pledge"), ("Loans", "loan"), ("Loans", "arrears"), ("EarlyPayments", "offer")),
    *(("FactoringClaims", name) for name in ("dealState", "costs", "spent", "claim")),
    *(("Receivables", "collected"), ("Settlement", "share"), ("Settlement", "shareLeft")),
)
_TERMS, _RANGE = ("Bills", "terms"), ("Bills", "range")
_OF_RANGES = (
    # by the range's token id
    *(_RANGE, ("Bills", "restraint")),
    *(("Recourse", name) for name in ("pursuit", "basis", "offer", "offeredFor", "offeredFrom")),
    *(("Recourse", name) for name in ("residual", "residualDebtor")),
    *(("BillDiscounting", name) for name in ("repo", "repoPrice")),
)
_OF_BILLS_AND_RANGES = (
    *(_INVOICE, _TERMS, ("Bills", "parties"), ("Bills", "tradeKey"), ("Bills", "record")),
    *(
        (contract, name)
        for contract in ("Endorsements", "Guarantees", "Recourse")
        for name in ("pending", "pendingPart", "pendingRange")
    ),
    ("Presentations", "dishonour"),
    *(("Disclosures", name) for name in ("overdueBill", "disclosure", "check")),
    *(("BillDiscounting", name) for name in ("share", "shareLeft")),
    *(("BillLoans", "pledged"), ("Loans", "loan"), ("Loans", "arrears")),
    *_OF_RANGES,
)
_OF_BILLS = (
    *_OF_BILLS_AND_RANGES,
    *(("Presentations", "dishonourCount"), ("Recourse", "notice")),
    *(("Guarantees", name) for name in ("guaranteeCount", "guarantee", "guaranteed")),
)
_OF: Mapping[str, frozenset[tuple[str, str]]] = {
    # What acts on other ranges of the bill write too is no part of evidence about one.
    "certificate": frozenset(_OF_CERTIFICATES),
    "bill": frozenset(_OF_BILLS),
    "range": frozenset(_OF_BILLS_AND_RANGES),
    "invoice": frozenset((*_OF_CERTIFICATES, *_OF_BILLS)),
}
# Fields that acts on other assets of the same invoice, or other ranges of the bill, change too.
_USE = frozenset(("usedFen", "status"))
_SHARED: Mapping[tuple[str, tuple[str, str]], frozenset[str]] = {
    ("certificate", _INVOICE): _USE,
    ("bill", _INVOICE): _USE,
    ("range", _INVOICE): _USE,
    ("range", _TERMS): frozenset(("endedFen", "splitCount")),
}
_OWN = {"certificate": _CERTIFICATE, "bill": _TERMS, "range": _RANGE}
_OPERATOR = ("Participants", "party")
_BILL_SHIFT, _UNIT_SHIFT, _UNIT_MASK = 80, 40, 2**40 - 1


def is_whole(manifest: Manifest, first: int, coverage: str) -> bool:
    """Whether evidence about a period holds every act since the ledger began."""
    return coverage == "blocks" and first <= manifest.first_block


def fold_of(
    subject: Subject, acts: Sequence[LedgerEvent], manifest: Manifest, first: int, coverage: str
) -> tuple[Books | None, int]:
    """
    The books after the acts, where these are a complete history of something; None otherwise.

    Returns:
        The books, and how many sub-ranges of bills are in them, all acts of which are counted.

    Raises:
        Misfit: they cannot have followed one another: one is missing or out of order.
    """
    is_period = subject.kind == "period"
    if subject.kind == "party" or (is_period and not is_whole(manifest, first, coverage)):
        return None, 0
    ranges = check_counts(acts)
    running = Fold({item.address: name for name, item in manifest.contracts.items()})
    for place, act in enumerate(acts):
        try:
            running.apply(act.log, act.timestamp)
        except FoldError as exc:
            item = f"act {place} ({act.contract}.{act.log.name})"
            raise Misfit(item, expected="what can follow the acts before it", found=exc) from exc
    return running.books(), ranges


def slots_of(
    subject: Subject, acts: Sequence[LedgerEvent], books: Books | None, manifest: Manifest
) -> list[Fact]:
    """
    The slots that evidence must prove, in order, and what the books say of each.

    The first is the operator's record, which ties the manifest's operator to the contracts.
    """
    facts = [Fact(*_OPERATOR, (manifest.operator,), {})]
    if subject.kind == "party":
        facts += _of_party(subject.key, acts)
    elif books is not None:
        facts += _of_books(subject, books)
    return list({(fact.contract, fact.name, fact.keys): fact for fact in facts}.values())


def check_sums(facts: Sequence[Fact], means: Sequence[Mapping[str, Any]]) -> None:
    """
    The holders' balances of each certificate against what is outstanding on it (RCV-1), and the
    live ranges of each bill against its face less what has ended (BIL-1).

    Raises:
        Misfit: a holder or a range is missing, so acts are.
    """
    needed: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str], int] = {}
    for fact, meaning in zip(facts, means, strict=True):
        row = fact.contract, fact.name
        if row == _CERTIFICATE:
            needed["balances of certificate", fact.keys[0]] = meaning["outstandingFen"]
        elif row == _BALANCE:
            place = "balances of certificate", fact.keys[0]
            found[place] = found.get(place, 0) + meaning["amountFen"]
        elif row == _TERMS and "endedFen" in fact.said:
            needed["live ranges of bill", fact.keys[0]] = meaning["faceFen"] - meaning["endedFen"]
        elif row == _RANGE and 0 < meaning["status"] < BillStatus.TERMINATED:
            place = "live ranges of bill", word_key(int(fact.keys[0], 16) >> _BILL_SHIFT)
            found[place] = found.get(place, 0) + _amount(int(fact.keys[0], 16), needed.get(place))
    for place, amount in needed.items():
        if found.get(place, 0) != amount:
            expected = f"{amount} fen together"
            raise Misfit(" ".join(place), expected=expected, found=found.get(place, 0))


def _amount(token_id: int, face: int | None) -> int:
    """Fen of a range; an indivisible bill's is its face, live whole or not at all."""
    first, last = token_id >> _UNIT_SHIFT & _UNIT_MASK, token_id & _UNIT_MASK
    return last - first + 1 if first else face or 0


def _of_books(subject: Subject, books: Books) -> Iterator[Fact]:
    """Also of a subject that the acts never tell of: that it is not there is a fact."""
    if subject.kind in _OWN:
        row = _OWN[subject.kind]
        yield _part(subject, Fact(*row, (subject.key,), said_of(books, *row, (subject.key,))))
    for fact in facts_of(books):
        row = fact.contract, fact.name
        if subject.kind == "period":
            yield fact
        elif row in _OF[subject.kind] and (
            subject.kind != "range" or row not in _OF_RANGES or _is_kin(fact, books)
        ):
            yield _part(subject, fact)


def _part(subject: Subject, fact: Fact) -> Fact:
    """The fact without what acts that are not about the subject change too."""
    shared = _SHARED.get((subject.kind, (fact.contract, fact.name)))
    if shared is None:
        return fact
    said = {name: value for name, value in fact.said.items() if name not in shared}
    return Fact(fact.contract, fact.name, fact.keys, said)


def _is_kin(fact: Fact, books: Books) -> bool:
    """Whether it is of a range all acts of which are shown, not of a sibling they mention."""
    return int(fact.keys[0], 16) in books.bills.words


def _of_party(party: str, acts: Sequence[LedgerEvent]) -> Iterator[Fact]:
    for name in ("party", "code", "registeredName"):
        yield Fact("Participants", name, (party,), {})
    yield Fact("Cash", "balance", (party,), {})
    yield Fact("Invoices", "debtor", (party,), {})
    for name in ("account", "desk", "figures"):
        yield Fact("Disclosures", name, (party,), {})
    yield Fact("Presentations", "accessBank", (party,), {})
    for id_ in certificates_moved(acts, party):
        yield Fact("Receivables", "balance", (id_, party), {})
        yield Fact("Receivables", "position", (id_, party), {})
    for id_ in ranges_moved(acts, party):
        yield Fact(*_RANGE, (id_,), {})
