"""
Verifying evidence: a file and one block hash; no node, no database.

Whatever the file states that could be derived is derived again from the bytes under the block hash,
and compared. The first thing that does not fit is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from scf.audit.proofs import evidence
from scf.audit.proofs.comparing import Nodes, require_same
from scf.audit.proofs.concerns import Subject, concerning
from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.facts import Fact
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import variable
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of
from scf.audit.proofs.prove import compare
from scf.audit.proofs.shown import check_acts, read_blocks
from scf.audit.proofs.state import Account, account_of, word_of
from scf.audit.proofs.wanted import check_sums, fold_of, slots_of
from scf.build.artifacts import load, names
from scf.build.manifest import Manifest
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
        ranges: how many sub-ranges of bills count their acts and have all of them here.
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
    ranges: int
    is_folded: bool
    statement: tuple[str, ...]


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
    nodes = Nodes("stateNodes", shape["stateNodes"])
    accounts = _accounts(shape, described, headers[-1], nodes)
    shown = read_blocks(shape, headers, described, tell=tell)
    acts = concerning(subject, shown.events)
    are_signed = check_acts(shape, subject, acts, shown)
    books, ranges = fold_of(subject, acts, described, headers[0].number, coverage)
    tell("slots", 0, len(shape["slots"]))
    _slots(shape, described, accounts, slots_of(subject, acts, books, described), nodes)
    nodes.require_all_used()
    statement = evidence.statement_of(
        subject=subject, coverage=coverage, first=headers[0], last=headers[-1],
        manifest=described, acts=len(acts), slots=len(shape["slots"]), ranges=ranges,
        are_signed=are_signed, is_folded=books is not None,
    )  # fmt: skip
    require_same("statement", statement, shape["statement"])
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
        transactions=len(shown.signatures),
        slots=len(shape["slots"]),
        ranges=ranges,
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
        require_same(f"{item}: number", above.number - 1, below.number)
        require_same(f"{item}: hash", hex_of(above.parent_hash), hex_of(below.hash))
    require_same("blockHash", found, shape["blockHash"])
    return headers


def _manifest(shape: Mapping[str, Any], known: Manifest | None, first: Header) -> Manifest:
    try:
        found = Manifest.parse(json.dumps(shape["manifest"]), "manifest")
    except ManifestError as exc:
        raise Misfit("manifest", expected=exc.expected, found=exc.value) from exc
    require_same("manifest", json.loads(found.as_json()), shape["manifest"])
    if known is not None:
        require_same("manifest", json.loads(known.as_json()), shape["manifest"])
    if first.number == 0:
        require_same("manifest: genesisHash", hex_of(first.hash), found.genesis_hash)
    require_same("manifest: contracts", list(names()), sorted(found.contracts))
    for name in found.contracts:
        artifact = load(name)
        require_same("manifest: compiler", artifact.compiler, found.compiler)
        require_same("manifest: evmVersion", artifact.evm_version, found.evm_version)
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
    nodes: Nodes,
) -> dict[str, Account]:
    """Each contract's account, and that its code is what this package ships."""
    require_same("immutables", sorted(manifest.contracts), sorted(shape["immutables"]))
    accounts = {}
    for name, item in manifest.contracts.items():
        account = account_of(last, item.address, nodes.by_hash, used=nodes.used)
        proven = hex_of(account.code_hash)
        require_same(f"manifest: code hash of {name}", proven, item.code_hash)
        made = hex_of(keccak(_code(name, shape["immutables"][name])))
        require_same(f"immutables: hash of the code that scf ships as {name}", proven, made)
        accounts[name] = account
    return accounts


def _code(name: str, words: Sequence[str]) -> bytes:
    artifact = load(name)
    code = bytearray(artifact.deployed_bytecode)
    places = artifact.immutable_references
    require_same(f"immutables of {name}: how many", len(places), len(words))
    for (start, length), word in zip(places, words, strict=True):
        code[start : start + length] = bytes_of(word, f"immutables of {name}", size=length)
    return bytes(code)


def _slots(
    shape: Mapping[str, Any],
    manifest: Manifest,
    accounts: Mapping[str, Account],
    facts: Sequence[Fact],
    nodes: Nodes,
) -> None:
    meanings = []
    for place, (fact, stated) in enumerate(zip_longest(facts, shape["slots"])):
        if fact is None or stated is None:
            named = stated["variable"] if fact is None else f"{fact.contract}.{fact.name}"
            expected, found = ("none", named) if fact is None else (f"{named} {fact.keys}", "none")
            raise Misfit(f"slot {place}", expected=expected, found=found)
        item = f"slot {place} ({fact.contract}.{fact.name} of {', '.join(fact.keys) or 'all'})"
        require_same(f"{item}: contract", fact.contract, stated["contract"])
        require_same(f"{item}: variable", fact.name, stated["variable"])
        require_same(f"{item}: keys", list(fact.keys), stated["keys"])
        row = variable(fact.contract, fact.name)
        slot = row.slot(fact.keys)
        account, address = accounts[fact.contract], manifest.address(fact.contract)
        word = word_of(account, address, slot, nodes.by_hash, used=nodes.used)
        means = row.decode(word)
        made = evidence.slot_json(fact.contract, fact.name, fact.keys, slot, word, means)
        for name in ("slot", "value", "means"):
            require_same(f"{item}: {name}", made[name], stated[name])
        compare(fact, means)
        meanings.append(means)
    check_sums(facts, meanings)
    if not meanings[0]["roles"] & Roles.PLATFORM_OPERATOR:
        expected = "the identifier of a party with the operator's role"
        raise Misfit("manifest: operator", expected=expected, found=manifest.operator)
