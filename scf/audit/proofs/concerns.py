"""
Which acts concern what: the certificate, bill, sub-range, invoice or party that evidence is about.

An act concerns what it names. From the acts of a subject the search goes on to what they lead to:
pending requests, legal orders, the invoice behind a certificate or bill, the certificates and bills
on an invoice, the loans that paper is pledged for, a certificate's sales and recourse claims, the
ranges that a range was divided from. A new instrument is a row in `_FOLLOWED` and the names of its
arguments in `_assets_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.ledger_events import LedgerEvent
from scf.audit.proofs.misfit import hex_of
from scf.errors import UsageError

_RANGE_NAMES = ("parentId", "partId", "restId", "takenId")
# Loans on a certificate, its sales, and the claims it gave rise to.
_FINANCING_NAMES = ("debtId", "quoteId", "claimId")
_FOLLOWED: Mapping[str, tuple[str, ...]] = {
    # kind: arguments of its acts that name what belongs to it
    "certificate": ("pendingId", "orderId", "invoiceKey", *_FINANCING_NAMES),
    "bill": ("pendingId", "orderId", "tradeKey", "tokenId", "loanId", *_RANGE_NAMES),
    "range": ("pendingId", "orderId", "tradeKey", "loanId"),
    "invoice": ("pendingId", "orderId", "id", "billNo", "loanId", *_FINANCING_NAMES),
    "party": (),
    "period": (),
}
_CERTIFICATE_NAMES = ("id", "certificateId")
_INVOICE_NAMES = ("invoiceKey", "tradeKey")
_BYTES = {"certificate": 32, "bill": 32, "range": 32, "invoice": 32, "party": 20}
_WORD_MIN = 1 << 128  # ids are hashes; smaller numbers are amounts and days
_BILL_SHIFT = 80
_NOTHING = hex_of(bytes(32))


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What evidence is about.

    Attributes:
        kind: "certificate", "bill", "range", "invoice", "party" or "period".
        key: its id (0x and hex); a bill's number as 32 bytes; empty for a period.
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


@dataclass(frozen=True, slots=True)
class _Act:
    """
    An event and what it names.

    Attributes:
        names: ids, hashes and addresses in its arguments.
        assets: certificates, bills and ranges that it is an act on, a range's bill included.
        ranges: of these, the ranges.
    """

    event: LedgerEvent
    names: frozenset[str]
    assets: frozenset[str]
    ranges: frozenset[str]


def concerning(subject: Subject, events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The acts among `events` that concern the subject, in their order."""
    if subject.kind == "period":
        return list(events)
    acts = [_act(event) for event in events]
    ids = {subject.key}
    if subject.kind == "range":
        ids.add(_bill_of(int(subject.key, 16)))
    found: list[_Act] = []
    before = -1
    while before != len(ids):
        before = len(ids)
        found = [act for act in acts if _concerns(subject.kind, act, ids)]
        for act in found:
            for name in _FOLLOWED[subject.kind]:
                ids |= _ids(act.event.log.args, name) - {_NOTHING}
            if subject.kind == "range":
                ids |= _kin(act, ids)
    return [act.event for act in found]


def certificates_moved(events: Sequence[LedgerEvent], holder: str) -> list[str]:
    """Ids (0x and 64 digits) of certificates whose units a holder gave or got, in order."""
    return _moved(events, holder, "Receivables", "TransferSingle")


def ranges_moved(events: Sequence[LedgerEvent], holder: str) -> list[str]:
    """Token ids (0x and 64 digits) of ranges that a holder gave or got, in order."""
    return _moved(events, holder, "Bills", "Transfer")


def _moved(events: Sequence[LedgerEvent], holder: str, contract: str, name: str) -> list[str]:
    moved: dict[str, None] = {}
    for event in events:
        args = event.log.args
        is_move = (event.contract, event.log.name) == (contract, name)
        if is_move and holder in (args["from"], args["to"]):
            moved[f"0x{args['id']:064x}"] = None
    return list(moved)


def _concerns(kind: str, act: _Act, ids: set[str]) -> bool:
    """An act on some asset concerns another one only by naming it."""
    if kind == "party":
        return not ids.isdisjoint(act.names)
    if kind == "range":
        return not ids.isdisjoint(act.ranges or act.assets or act.names)
    if act.assets and kind == "invoice":
        args = act.event.log.args
        if any(not ids.isdisjoint(_names(args.get(name))) for name in _INVOICE_NAMES):
            return True
    return not ids.isdisjoint(act.assets or act.names)


def _kin(act: _Act, ids: set[str]) -> set[str]:
    """What ranges among `ids` were divided from, and the pieces that went back into them."""
    args = act.event.log.args
    if act.event.log.name == "RangeDivided" and not ids.isdisjoint(act.ranges):
        return set(_names(args["parentId"]))
    return set(act.ranges) if act.event.log.name == "RangesMerged" else set()


def _act(event: LedgerEvent) -> _Act:
    args = event.log.args
    assets = set()
    if event.contract == "Bills" and "id" in args:
        ranges = [args["id"]]
    else:
        assets |= {one for name in _CERTIFICATE_NAMES for one in _names(args.get(name))}
        # An act on a part that also says what it was taken from is one on the part.
        named = ("tokenId",) if "tokenId" in args else _RANGE_NAMES
        ranges = [args[name] for name in named if name in args]
    keys = {f"0x{id_:064x}" for id_ in ranges}
    assets |= keys | {_bill_of(id_) for id_ in ranges}
    assets |= _ids(args, "billNo")
    return _Act(event, frozenset(_names(args)), frozenset(assets), frozenset(keys))


def _bill_of(token_id: int) -> str:
    return f"0x{token_id >> _BILL_SHIFT:064x}"


def _ids(args: Mapping[str, Any], name: str) -> set[str]:
    """The ids in one argument; a bill's number is too short to be known as one without its name."""
    if name == "billNo" and name in args:
        return {f"0x{args[name]:064x}"}
    return set(_names(args.get(name)))


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
