"""
Which acts concern what: the certificate, invoice or party that evidence is about.

An act concerns what it names. From the acts of a certificate or an invoice the search goes on to
what they lead to: pending requests, legal orders, the invoice behind a certificate, the
certificates on an invoice. A new instrument is a row in `_FOLLOWED`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.ledger_events import LedgerEvent
from scf.audit.proofs.misfit import hex_of
from scf.errors import UsageError

_FOLLOWED: Mapping[str, tuple[str, ...]] = {
    # kind: arguments of its acts that name what belongs to it
    "certificate": ("pendingId", "orderId", "invoiceKey"),
    "invoice": ("pendingId", "orderId", "id"),
    "party": (),
    "period": (),
}
_CERTIFICATE_NAMES = ("id", "certificateId")
_INVOICE_NAME = "invoiceKey"
_BYTES = {"certificate": 32, "invoice": 32, "party": 20}
_WORD_MIN = 1 << 128  # ids are hashes; smaller numbers are amounts and days


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What evidence is about.

    Attributes:
        kind: "certificate", "invoice", "party" or "period".
        key: its id (0x and hex); empty for a period.
    """

    kind: str
    key: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _FOLLOWED:
            raise UsageError("subject", self.kind, f"one of {', '.join(_FOLLOWED)}")
        size = _BYTES.get(self.kind, 0)
        try:
            data = bytes.fromhex(self.key.removeprefix("0x"))
        except ValueError:
            data = b"?"
        if self.key != (hex_of(data) if size else "") or len(data) != size:
            expected = f"0x and {2 * size} hex digits in lower case" if size else "no key"
            raise UsageError(self.kind, self.key, expected)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}" if self.key else "the whole ledger"


def concerning(subject: Subject, events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The acts among `events` that concern the subject, in their order."""
    if subject.kind == "period":
        return list(events)
    named = [(event, frozenset(_names(event.log.args))) for event in events]
    ids = {subject.key}
    found: list[tuple[LedgerEvent, frozenset[str]]] = []
    before = -1
    while before != len(ids):
        before = len(ids)
        found = [pair for pair in named if _concerns(subject.kind, *pair, ids)]
        for event, _ in found:
            for name in _FOLLOWED[subject.kind]:
                ids |= set(_names(event.log.args.get(name)))
    return [event for event, _ in found]


def certificates_moved(events: Sequence[LedgerEvent], holder: str) -> list[str]:
    """Ids (0x and 64 digits) of certificates whose units a holder gave or got, in order."""
    moved: dict[str, None] = {}
    for event in events:
        args = event.log.args
        if event.log.name == "TransferSingle" and holder in (args["from"], args["to"]):
            moved[f"0x{args['id']:064x}"] = None
    return list(moved)


def _concerns(kind: str, event: LedgerEvent, names: frozenset[str], ids: set[str]) -> bool:
    """An act on some certificate concerns another one only by naming it."""
    args = event.log.args
    if kind == "party":
        return not ids.isdisjoint(names)
    own = {one for name in _CERTIFICATE_NAMES for one in _names(args.get(name))}
    if own and kind == "invoice" and not ids.isdisjoint(_names(args.get(_INVOICE_NAME))):
        return True
    return not ids.isdisjoint(own or names)


def _names(value: Any) -> Iterator[str]:
    """Ids, hashes and addresses in an argument."""
    if isinstance(value, bytes):
        yield hex_of(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)
    elif isinstance(value, int) and value >= _WORD_MIN:
        yield f"0x{value:064x}"
