"""What the blocks of an evidence file show: receipts, transactions and the acts in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from scf.audit.proofs import evidence
from scf.audit.proofs.comparing import Nodes, require_rising, require_same
from scf.audit.proofs.concerns import Subject
from scf.audit.proofs.evidence import Tell
from scf.audit.proofs.headers import Header
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of
from scf.audit.proofs.receipts import Receipt, check_receipts
from scf.audit.proofs.signed import SignedTransaction
from scf.audit.proofs.trie import follow
from scf.build.manifest import Manifest
from scf.chain.rlp import encode_int
from scf.chain.transactions import keccak

_PLACES_MAX = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A proven transaction: its hash, and the key that signed it."""

    hash: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    Everything that the blocks of a file prove.

    Attributes:
        events: all of the ledger's in the receipts shown, in order.
        signatures: of the transactions shown, by block and place.
    """

    events: list[LedgerEvent] = field(default_factory=list)
    signatures: dict[tuple[int, int], Signature] = field(default_factory=dict)


def read_blocks(
    shape: Mapping[str, Any],
    headers: Sequence[Header],
    manifest: Manifest,
    *,
    tell: Tell,
) -> Shown:
    """
    The blocks of a file, each held against its header.

    Raises:
        Misfit: names block and receipt or transaction; also a block that is not shown though it may
            hold an act, where the file says that none is missing.
    """
    reader, parts, coverage = Reader(manifest), shape["blocks"], shape["coverage"]
    first, numbers = headers[0].number, [part["number"] for part in parts]
    require_rising("blocks", numbers, first, headers[-1].number)
    if coverage == "blocks":
        needed = [one.number for one in headers if reader.may_speak_in(one)]
        require_same("blocks", needed, numbers)
    shown = Shown()
    for done, part in enumerate(parts, 1):
        header = headers[part["number"] - first]
        nodes = Nodes(f"block {header.number}: nodes", part["nodes"])
        signatures = dict(_transactions(part, header, manifest, nodes))
        for at, receipt in _receipts(part, header, coverage, nodes):
            hash_ = signatures[at].hash if at in signatures else "0x"
            shown.events.extend(_events(reader, header, at, receipt, hash_))
        shown.signatures.update({(header.number, at): one for at, one in signatures.items()})
        nodes.require_all_used()
        tell("blocks", done, len(parts))
    return shown


def check_acts(
    shape: Mapping[str, Any], subject: Subject, acts: Sequence[LedgerEvent], shown: Shown
) -> bool:
    """
    The acts that a file states against those that its receipts hold.

    Returns:
        Whether their signers are proven.

    Raises:
        Misfit: names the first act that is missing, too many, out of order or changed, and receipts
            and transactions that are shown without an act about the subject.
    """
    _require_no_idle(shape, subject, acts)
    are_signed = bool(shown.signatures) or not acts
    for place, (act, stated) in enumerate(zip_longest(acts, shape["acts"])):
        item = f"act {place}"
        if act is None:
            raise Misfit(item, expected="none: the receipts hold no more", found=_named(stated))
        signature = shown.signatures.get((act.number, act.transaction))
        if are_signed and signature is None:
            at = f"block {act.number}: transaction {act.transaction}"
            raise Misfit(at, expected="its bytes, as for the others", found="none")
        hash_, sender = (signature.hash, signature.sender) if signature else (None, None)
        made = evidence.act_json(act, hash_, sender)
        if stated is None:
            raise Misfit(item, expected=_named(made), found="none")
        require_same(f"{item} ({_named(made)})", made, stated)
    return are_signed


def _receipts(
    part: Mapping[str, Any], header: Header, coverage: str, nodes: Nodes
) -> Iterator[tuple[int, Receipt]]:
    block = f"block {header.number}"
    leaves = _leaves(part["receipts"], f"{block}: receipts")
    if coverage == "blocks":
        require_same(f"{block}: receipts", list(range(len(leaves))), list(leaves))
        check_receipts(header, list(leaves.values()))
    for at, data in leaves.items():
        item = f"{block}: receipt {at}"
        if coverage == "acts":
            _require_leaf(item, header.receipts_root, at, data, nodes)
        try:
            yield at, Receipt.of_bytes(data)
        except Misfit as exc:
            raise exc.within(item) from exc


def _transactions(
    part: Mapping[str, Any], header: Header, manifest: Manifest, nodes: Nodes
) -> Iterator[tuple[int, Signature]]:
    block = f"block {header.number}"
    for at, data in _leaves(part["transactions"], f"{block}: transactions").items():
        item = f"{block}: transaction {at}"
        _require_leaf(item, header.transactions_root, at, data, nodes)
        try:
            found = SignedTransaction.of_bytes(data)
        except Misfit as exc:
            raise exc.within(item) from exc
        if found.chain_id is not None:
            require_same(f"manifest: chainId, by {item}", found.chain_id, manifest.chain_id)
        yield at, Signature(hash=hex_of(found.hash), sender=found.sender)


def _events(
    reader: Reader, header: Header, at: int, receipt: Receipt, tx_hash: str
) -> Iterator[LedgerEvent]:
    try:
        yield from reader.events(header, at, receipt, tx_hash)
    except Misfit as exc:
        raise exc.within(f"block {header.number}: receipt {at}") from exc


def _leaves(stated: Mapping[str, str], item: str) -> dict[int, bytes]:
    places = [int(place) for place in stated]
    require_rising(item, places, 0, _PLACES_MAX)
    return {at: bytes_of(data, item) for at, data in zip(places, stated.values(), strict=True)}


def _require_leaf(item: str, root: bytes, at: int, data: bytes, nodes: Nodes) -> None:
    try:
        found = follow(root, encode_int(at), nodes.by_hash, used=nodes.used)
    except Misfit as exc:
        raise exc.within(item) from exc
    if found != data:
        proven = "none" if found is None else hex_of(keccak(found))
        expected = f"{proven}, by its block"
        raise Misfit(f"{item}: keccak-256", expected=expected, found=hex_of(keccak(data)))


def _require_no_idle(
    shape: Mapping[str, Any], subject: Subject, acts: Sequence[LedgerEvent]
) -> None:
    """Receipts and transactions are shown for their acts; nothing else belongs in a file."""
    spoken: dict[int, set[int]] = {}
    for act in acts:
        spoken.setdefault(act.number, set()).add(act.transaction)
    for part in shape["blocks"]:
        needed = [str(at) for at in sorted(spoken.get(part["number"], ()))]
        item = f"block {part['number']}"
        if shape["coverage"] == "acts":
            require_same(f"{item}: receipts about {subject}", needed, list(part["receipts"]))
        if part["transactions"]:
            require_same(f"{item}: transactions", needed, list(part["transactions"]))


def _named(act: Mapping[str, Any]) -> str:
    place = f"block {act['block']}, transaction {act['transaction']}, log {act['log']}"
    return f"{act['contract']}.{act['event']} in {place}"
