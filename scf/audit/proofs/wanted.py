"""
Which slots belong to a piece of evidence, and what the fold of its acts says of them.

Prover and verifier both ask here, so that a slot left out is as plain as one that was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scf.audit.proofs.concerns import Subject, certificates_moved
from scf.audit.proofs.facts import Fact, facts_of
from scf.audit.proofs.ledger_events import LedgerEvent
from scf.audit.proofs.misfit import Misfit
from scf.build.manifest import Manifest
from scf.model.books import Books
from scf.model.fold import Fold, FoldError

_CERTIFICATE = ("Receivables", "certificate")
_BALANCE = ("Receivables", "balance")
_INVOICE = ("Invoices", "invoice")
_OF_CERTIFICATES = (
    *(_CERTIFICATE, _BALANCE, _INVOICE),
    *(("Receivables", name) for name in ("position", "lateRate", "pending", "pendingPart")),
    ("Invoices", "disputed"),
)
# Fields that acts on other certificates of the same invoice change too.
_SHARED: Mapping[str, frozenset[str]] = {
    "certificate": frozenset(("usedFen", "status")),
    "invoice": frozenset(),
}
_OPERATOR = ("Participants", "party")


def is_whole(manifest: Manifest, first: int, coverage: str) -> bool:
    """Whether evidence about a period holds every act since the ledger began."""
    return coverage == "blocks" and first <= manifest.first_block


def fold_of(
    subject: Subject, acts: Sequence[LedgerEvent], manifest: Manifest, first: int, coverage: str
) -> Books | None:
    """
    The books after the acts, where these are a complete history of something; None otherwise.

    Raises:
        Misfit: they cannot have followed one another: one is missing or out of order.
    """
    is_period = subject.kind == "period"
    if subject.kind == "party" or (is_period and not is_whole(manifest, first, coverage)):
        return None
    running = Fold({item.address: name for name, item in manifest.contracts.items()})
    for place, act in enumerate(acts):
        try:
            running.apply(act.log, act.timestamp)
        except FoldError as exc:
            item = f"act {place} ({act.contract}.{act.log.name})"
            raise Misfit(item, expected="what can follow the acts before it", found=exc) from exc
    return running.books()


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


def check_sums(facts: Sequence[Fact], means: Sequence[Mapping[str, object]]) -> None:
    """
    The holders' balances of each certificate against what is outstanding on it (RCV-1).

    Raises:
        Misfit: a holder is missing, so acts are.
    """
    outstanding: dict[str, object] = {}
    held: dict[str, int] = {}
    for fact, meaning in zip(facts, means, strict=True):
        if (fact.contract, fact.name) == _CERTIFICATE:
            outstanding[fact.keys[0]] = meaning["outstandingFen"]
        elif (fact.contract, fact.name) == _BALANCE:
            held[fact.keys[0]] = held.get(fact.keys[0], 0) + int(str(meaning["amountFen"]))
    for id_, amount in outstanding.items():
        if held.get(id_, 0) != amount:
            item = f"balances of certificate {id_}"
            raise Misfit(item, expected=f"{amount} fen together", found=held.get(id_, 0))


def _of_books(subject: Subject, books: Books) -> Iterator[Fact]:
    for fact in facts_of(books):
        row = fact.contract, fact.name
        if subject.kind == "period":
            yield fact
        elif row == _INVOICE:
            shared = _SHARED[subject.kind]
            said = {name: value for name, value in fact.said.items() if name not in shared}
            yield Fact(*row, fact.keys, said)
        elif row in _OF_CERTIFICATES:
            yield fact


def _of_party(party: str, acts: Sequence[LedgerEvent]) -> Iterator[Fact]:
    for name in ("party", "code", "registeredName"):
        yield Fact("Participants", name, (party,), {})
    yield Fact("Cash", "balance", (party,), {})
    yield Fact("Invoices", "debtor", (party,), {})
    for id_ in certificates_moved(acts, party):
        yield Fact("Receivables", "balance", (id_, party), {})
        yield Fact("Receivables", "position", (id_, party), {})
