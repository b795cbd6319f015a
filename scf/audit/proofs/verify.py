"""
Verifying evidence: a file and one block hash; no node, no database.

Whatever the file states that could be derived is derived again from the bytes under the block hash,
and compared. The first thing that does not fit is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from scf.audit.proofs import evidence
from scf.audit.proofs.concerns import Subject, concerning
from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import variable
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of
from scf.audit.proofs.prove import compare
from scf.audit.proofs.receipts import Receipt, check_receipts
from scf.audit.proofs.signed import SignedTransaction
from scf.audit.proofs.state import Account, account_of, word_of
from scf.audit.proofs.trie import follow, node_map
from scf.audit.proofs.wanted import check_sums, fold_of, slots_of
from scf.build.artifacts import load, names
from scf.build.manifest import Manifest
from scf.chain.rlp import encode_int
from scf.chain.transactions import keccak
from scf.errors import ManifestError, UsageError
from scf.model.records import Roles

_HASH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """
    What a file proves.

    Attributes:
        subject: about what.
        coverage: "acts", or "blocks" where no act can be missing.
        first, last: blocks.
        block_hash: of the last; everything follows from it.
        chain_id: of the manifest; the signatures are for it where they are proven.
        manifest_hash: keccak-256 of the manifest's text.
        operator: the operating party.
        acts: how many, all listed in the file.
        transactions: how many senders are proven; 0 where they are not.
        slots: how many storage slots are proven.
        is_folded: whether the acts were replayed and give what the slots hold.
        statement: all this in words.
    """

    subject: str
    coverage: str
    first: int
    last: int
    block_hash: str
    chain_id: int
    manifest_hash: str
    operator: str
    acts: int
    transactions: int
    slots: int
    is_folded: bool
    statement: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """A proven transaction: its hash and the key that signed it."""

    hash: str
    sender: str


def verify_file(
    path: Path,
    block_hash: str,
    *,
    manifest: Manifest | None = None,
    tell: Tell = tell_nobody,
) -> Verified:
    """
    Verify a file; see `verify`. Messages begin with the file's name.

    Raises:
        Misfit: the first thing that does not fit.
    """
    try:
        return verify(evidence.read(path), block_hash, manifest=manifest, tell=tell)
    except Misfit as exc:
        raise exc.within(path.name) from exc


def verify(
    shape: Mapping[str, Any],
    block_hash: str,
    *,
    manifest: Manifest | None = None,
    tell: Tell = tell_nobody,
) -> Verified:
    """
    Hold everything in an evidence file against one block hash.

    Args:
        shape: the file's JSON (`evidence.read`), its schema checked.
        block_hash: of the file's last block, from a source that the reader trusts.
        manifest: of the ledger, if the reader has it from elsewhere; the file's must be the same.
        tell: is told how far it is.

    Raises:
        Misfit: the first thing that does not fit; names it, what was expected and what was found.
        UsageError: `block_hash` is no hash.
    """
    headers = _headers(shape, block_hash)
    described = _manifest(shape, manifest, headers[0])
    subject, coverage = _subject(shape), str(shape["coverage"])
    nodes = node_map(bytes_of(node, "stateNodes") for node in shape["stateNodes"])
    used: dict[bytes, None] = {}
    accounts = _accounts(shape, described, headers[-1], nodes, used)
    reader = Reader(described)
    said, signed = _blocks(shape, reader, headers, described, coverage, tell)
    acts = concerning(subject, said)
    _require_no_idle_receipts(shape, subject, coverage, acts)
    are_signed = _acts(shape, acts, signed)
    books = fold_of(subject, acts, described, headers[0].number, coverage)
    tell("slots", 0, len(shape["slots"]))
    _slots(shape, described, accounts, slots_of(subject, acts, books, described), nodes, used)
    _require_all_used("stateNodes", nodes, used)
    statement = evidence.statement_of(
        subject=subject, coverage=coverage, first=headers[0], last=headers[-1],
        manifest=described, acts=len(acts), slots=len(shape["slots"]), are_signed=are_signed,
        is_folded=books is not None,
    )  # fmt: skip
    _require_same("statement", statement, shape["statement"])
    return Verified(
        subject=str(subject),
        coverage=coverage,
        first=headers[0].number,
        last=headers[-1].number,
        block_hash=hex_of(headers[-1].hash),
        chain_id=described.chain_id,
        manifest_hash=hex_of(keccak(described.as_json().encode())),
        operator=described.operator,
        acts=len(acts),
        transactions=len(signed),
        slots=len(shape["slots"]),
        is_folded=books is not None,
        statement=tuple(statement),
    )


def _headers(shape: Mapping[str, Any], block_hash: str) -> list[Header]:
    wanted = block_hash.lower()
    if len(wanted) != 2 + 2 * _HASH or not wanted.startswith("0x"):
        raise UsageError("block-hash", block_hash, "0x and 64 hex digits")
    first, last = int(shape["first"]), int(shape["last"])
    if last < first:
        raise Misfit("last", expected=f"a block from {first} on", found=last)
    headers = evidence.unpacked_headers(shape["headers"], last - first + 1)
    if headers[0].number != first:
        raise Misfit("headers: first", expected=f"block {first}", found=headers[0].number)
    # From the end, which is trusted, so that the block named is the one that was changed.
    found = hex_of(headers[-1].hash)
    if found != wanted:
        raise Misfit(f"hash of block {last}", expected=wanted, found=found)
    for below, above in zip(headers[-2::-1], headers[:0:-1], strict=True):
        item = f"headers: block {above.number - 1}"
        _require_same(f"{item}: number", above.number - 1, below.number)
        _require_same(f"{item}: hash", hex_of(above.parent_hash), hex_of(below.hash))
    _require_same("blockHash", found, shape["blockHash"])
    return headers


def _manifest(shape: Mapping[str, Any], known: Manifest | None, first: Header) -> Manifest:
    try:
        found = Manifest.parse(json.dumps(shape["manifest"]), "manifest")
    except ManifestError as exc:
        raise Misfit("manifest", expected=exc.expected, found=exc.value) from exc
    _require_same("manifest", json.loads(found.as_json()), shape["manifest"])
    if known is not None:
        _require_same("manifest", json.loads(known.as_json()), shape["manifest"])
    if first.number == 0:
        _require_same("manifest: genesisHash", hex_of(first.hash), found.genesis_hash)
    _require_same("manifest: contracts", list(names()), sorted(found.contracts))
    for name in found.contracts:
        artifact = load(name)
        _require_same("manifest: compiler", artifact.compiler, found.compiler)
        _require_same("manifest: evmVersion", artifact.evm_version, found.evm_version)
    return found


def _subject(shape: Mapping[str, Any]) -> Subject:
    key = shape["subject"]["key"]
    try:
        return Subject(shape["subject"]["kind"], "" if key == "0x" else key)
    except UsageError as exc:
        raise Misfit("subject", expected=exc.expected, found=exc.value) from exc


def _accounts(
    shape: Mapping[str, Any],
    manifest: Manifest,
    last: Header,
    nodes: Mapping[bytes, bytes],
    used: dict[bytes, None],
) -> dict[str, Account]:
    """Each contract's account, and that its code is what this package ships."""
    _require_same("immutables", sorted(manifest.contracts), sorted(shape["immutables"]))
    accounts = {}
    for name, item in manifest.contracts.items():
        account = account_of(last, item.address, nodes, used=used)
        proven = hex_of(account.code_hash)
        _require_same(f"manifest: code hash of {name}", proven, item.code_hash)
        made = hex_of(keccak(_code(name, shape["immutables"][name])))
        _require_same(f"immutables: hash of the code that scf ships as {name}", proven, made)
        accounts[name] = account
    return accounts


def _code(name: str, words: Sequence[str]) -> bytes:
    artifact = load(name)
    code = bytearray(artifact.deployed_bytecode)
    places = artifact.immutable_references
    _require_same(f"immutables of {name}: how many", len(places), len(words))
    for (start, length), word in zip(places, words, strict=True):
        code[start : start + length] = bytes_of(word, f"immutables of {name}", size=length)
    return bytes(code)


def _blocks(
    shape: Mapping[str, Any],
    reader: Reader,
    headers: Sequence[Header],
    manifest: Manifest,
    coverage: str,
    tell: Tell,
) -> tuple[list[LedgerEvent], dict[tuple[int, int], _Signature]]:
    """All events of the ledger in the receipts shown, and the transactions that are proven."""
    first = headers[0].number
    parts = shape["blocks"]
    _require_rising("blocks", [part["number"] for part in parts], first, headers[-1].number)
    if coverage == "blocks":
        needed = [one.number for one in headers if reader.may_speak_in(one)]
        _require_same("blocks", needed, [part["number"] for part in parts])
    said: list[LedgerEvent] = []
    signed: dict[tuple[int, int], _Signature] = {}
    for done, part in enumerate(parts, 1):
        header = headers[part["number"] - first]
        nodes = node_map(bytes_of(node, "trie node") for node in part["nodes"])
        used: dict[bytes, None] = {}
        proven = _transactions(part, header, manifest, nodes, used)
        signed |= {(header.number, at): found for at, found in proven.items()}
        for at, receipt in _receipts(part, header, coverage, nodes, used):
            hash_ = proven[at].hash if at in proven else "0x"
            said += _events(reader, header, at, receipt, hash_)
        _require_all_used(f"block {header.number}: nodes", nodes, used)
        tell("blocks", done, len(parts))
    return said, signed


def _receipts(
    part: Mapping[str, Any],
    header: Header,
    coverage: str,
    nodes: Mapping[bytes, bytes],
    used: dict[bytes, None],
) -> Iterator[tuple[int, Receipt]]:
    leaves = _leaves(part["receipts"], f"block {header.number}: receipts")
    if coverage == "blocks":
        _require_same(f"block {header.number}: receipts", [*range(len(leaves))], [*leaves])
        check_receipts(header, list(leaves.values()))
    for at, data in leaves.items():
        item = f"block {header.number}: receipt {at}"
        if coverage == "acts":
            _require_leaf(item, header.receipts_root, at, data, nodes, used)
        try:
            yield at, Receipt.of_bytes(data)
        except Misfit as exc:
            raise exc.within(item) from exc


def _transactions(
    part: Mapping[str, Any],
    header: Header,
    manifest: Manifest,
    nodes: Mapping[bytes, bytes],
    used: dict[bytes, None],
) -> dict[int, _Signature]:
    proven = {}
    for at, data in _leaves(part["transactions"], f"block {header.number}: transactions").items():
        item = f"block {header.number}: transaction {at}"
        _require_leaf(item, header.transactions_root, at, data, nodes, used)
        try:
            found = SignedTransaction.of_bytes(data)
        except Misfit as exc:
            raise exc.within(item) from exc
        if found.chain_id is not None:
            _require_same(f"manifest: chainId, by {item}", found.chain_id, manifest.chain_id)
        proven[at] = _Signature(hash=hex_of(found.hash), sender=found.sender)
    return proven


def _events(
    reader: Reader, header: Header, at: int, receipt: Receipt, tx_hash: str
) -> Iterator[LedgerEvent]:
    try:
        yield from reader.events(header, at, receipt, tx_hash)
    except Misfit as exc:
        raise exc.within(f"block {header.number}: receipt {at}") from exc


def _leaves(shown: Mapping[str, str], item: str) -> dict[int, bytes]:
    places = [int(place) for place in shown]
    _require_rising(item, places, 0, 1 << 32)
    return {at: bytes_of(data, item) for at, data in zip(places, shown.values(), strict=True)}


def _require_leaf(
    item: str,
    root: bytes,
    at: int,
    data: bytes,
    nodes: Mapping[bytes, bytes],
    used: dict[bytes, None],
) -> None:
    try:
        found = follow(root, encode_int(at), nodes, used=used)
    except Misfit as exc:
        raise exc.within(item) from exc
    if found != data:
        shown = "none" if found is None else hex_of(keccak(found))
        raise Misfit(
            f"{item}: keccak-256", expected=f"{shown}, by its block", found=hex_of(keccak(data))
        )


def _require_no_idle_receipts(
    shape: Mapping[str, Any], subject: Subject, coverage: str, acts: Sequence[LedgerEvent]
) -> None:
    """Receipts and transactions are shown for their acts; nothing else belongs in a file."""
    spoken: dict[int, set[int]] = {}
    for act in acts:
        spoken.setdefault(act.number, set()).add(act.transaction)
    for part in shape["blocks"]:
        needed = [str(at) for at in sorted(spoken.get(part["number"], ()))]
        item = f"block {part['number']}"
        if coverage == "acts":
            expected = f"those with acts about {subject}"
            if [*part["receipts"]] != needed:
                raise Misfit(
                    f"{item}: receipts", expected=f"{needed}, {expected}", found=[*part["receipts"]]
                )
        if part["transactions"]:
            _require_same(f"{item}: transactions", needed, [*part["transactions"]])


def _acts(
    shape: Mapping[str, Any],
    acts: Sequence[LedgerEvent],
    signed: Mapping[tuple[int, int], _Signature],
) -> bool:
    """The acts stated against those found in the receipts; whether they are signed."""
    are_signed = bool(signed) or not acts
    for place, (act, stated) in enumerate(zip_longest(acts, shape["acts"])):
        item = f"act {place}"
        if act is None:
            raise Misfit(item, expected="none: the receipts hold no more", found=_named(stated))
        signature = signed.get((act.number, act.transaction))
        if are_signed and signature is None:
            at = f"block {act.number}: transaction {act.transaction}"
            raise Misfit(at, expected="its bytes, as for the others", found="none")
        made = evidence.act_json(
            act,
            signature.hash if signature else None,
            signature.sender if signature else None,
        )
        if stated is None:
            raise Misfit(item, expected=_named(made), found="none")
        for name, value in made.items():
            _require_same(f"{item} ({_named(made)}): {name}", value, stated[name])
    return are_signed


def _named(act: Mapping[str, Any]) -> str:
    place = f"block {act['block']}, transaction {act['transaction']}, log {act['log']}"
    return f"{act['contract']}.{act['event']} in {place}"


def _slots(
    shape: Mapping[str, Any],
    manifest: Manifest,
    accounts: Mapping[str, Account],
    facts: Sequence[Any],
    nodes: Mapping[bytes, bytes],
    used: dict[bytes, None],
) -> None:
    meanings = []
    for place, (fact, stated) in enumerate(zip_longest(facts, shape["slots"])):
        if fact is None or stated is None:
            named = stated["variable"] if fact is None else f"{fact.contract}.{fact.name}"
            expected, found = ("none", named) if fact is None else (f"{named} {fact.keys}", "none")
            raise Misfit(f"slot {place}", expected=expected, found=found)
        item = f"slot {place} ({fact.contract}.{fact.name} of {', '.join(fact.keys) or 'all'})"
        _require_same(f"{item}: contract", fact.contract, stated["contract"])
        _require_same(f"{item}: variable", fact.name, stated["variable"])
        _require_same(f"{item}: keys", list(fact.keys), stated["keys"])
        row = variable(fact.contract, fact.name)
        slot = row.slot(fact.keys)
        word = word_of(
            accounts[fact.contract], manifest.address(fact.contract), slot, nodes, used=used
        )
        means = row.decode(word)
        made = evidence.slot_json(fact.contract, fact.name, fact.keys, slot, word, means)
        for name in ("slot", "value", "means"):
            _require_same(f"{item}: {name}", made[name], stated[name])
        compare(fact, means)
        meanings.append(means)
    check_sums(facts, meanings)
    if not meanings[0]["roles"] & Roles.PLATFORM_OPERATOR:
        expected = "the identifier of a party with the operator's role"
        raise Misfit("manifest: operator", expected=expected, found=manifest.operator)


def _require_rising(item: str, numbers: Sequence[int], least: int, most: int) -> None:
    before = least - 1
    for number in numbers:
        if not before < number <= most:
            raise Misfit(item, expected=f"{before + 1} to {most}, rising", found=number)
        before = number


def _require_all_used(item: str, nodes: Mapping[bytes, bytes], used: Mapping[bytes, None]) -> None:
    for hash_ in nodes:
        if hash_ not in used:
            found = f"node {hex_of(hash_)}, which proves nothing"
            raise Misfit(item, expected="only nodes on the way to what is shown", found=found)


def _require_same(item: str, expected: object, found: object) -> None:
    if expected == found and type(expected) is type(found):
        return
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *found]:
            if name not in found or name not in expected:
                there = "there" if name in expected else "no such field"
                raise Misfit(f"{item}: {name}", expected=there, found=found.get(name, "nothing"))
            _require_same(f"{item}: {name}", expected[name], found[name])
        return
    if isinstance(expected, list) and isinstance(found, list):
        for place, (one, other) in enumerate(zip_longest(expected, found, fillvalue="nothing")):
            if one != other:
                raise Misfit(f"{item}: {place}", expected=one, found=other)
        return
    raise Misfit(item, expected=expected, found=found)
