"""
Making evidence: from a chain and a subject, a file that needs neither node nor database.

    places = scan(chain, manifest, subject)          # or from a store of events
    shape = prove(chain, manifest, subject, places)
    evidence.write(shape, path)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs import evidence
from scf.audit.proofs.blocks import ProvenBlock, headers, proven_blocks
from scf.audit.proofs.concerns import Subject, concerning
from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.facts import Fact
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import variable
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.audit.proofs.misfit import Misfit, hex_of
from scf.audit.proofs.receipts import Event
from scf.audit.proofs.signed import SignedTransaction
from scf.audit.proofs.state import StateProof, prove_state
from scf.audit.proofs.trie import build_list
from scf.audit.proofs.wanted import check_sums, fold_of, slots_of
from scf.build.artifacts import load
from scf.build.manifest import Manifest
from scf.chain.chain import Chain
from scf.chain.rlp import encode_int
from scf.errors import UsageError

_STEP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A transaction by its block's number and its place in it."""

    block: int
    transaction: int


def scan(
    chain: Chain,
    manifest: Manifest,
    subject: Subject,
    *,
    first: int | None = None,
    last: int | None = None,
    tell: Tell = tell_nobody,
) -> list[Place]:
    """
    Find the transactions about a subject in the logs, without a store.

    Args:
        chain, manifest: where.
        subject: about what.
        first, last: blocks; by default from the ledger's first to the chain's last.
        tell: is told how far it is.

    Raises:
        UsageError: nothing is about it.
        UnavailableError: the node did not answer.
    """
    reader = Reader(manifest)
    start = manifest.first_block if first is None else first
    end = chain.head() if last is None else last
    found: list[LedgerEvent] = []
    for block in range(start, end + 1, _STEP):
        until = min(block + _STEP - 1, end)
        logs = chain.logs(block, until, reader.addresses)
        found.extend(_logged(reader, raw) for raw in logs)
        tell("logs", until - start + 1, end - start + 1)
    places = [(act.number, act.transaction) for act in concerning(subject, found)]
    if not places and subject.kind != "period":
        expected = f"the id of a {subject.kind} with acts in blocks {start} to {end}"
        raise UsageError(subject.kind, subject.key, expected)
    return [Place(block=block, transaction=at) for block, at in sorted(set(places))]


def prove(
    chain: Chain,
    manifest: Manifest,
    subject: Subject,
    places: Iterable[Place],
    *,
    coverage: str = "acts",
    first: int | None = None,
    last: int | None = None,
    tell: Tell = tell_nobody,
) -> dict[str, Any]:
    """
    Evidence about a subject.

    Args:
        chain, manifest: where it is.
        subject: about what.
        places: the transactions to prove (`scan`, or a store of events).
        coverage: "acts" proves each act; "blocks" also that none is missing between first and last.
        first: first block; by default that of the first transaction, or the ledger's first where
            nothing may be missing.
        last: last block, the chain's last unless given. The node must still have its state.
        tell: is told how far it is.

    Returns:
        The JSON shape of the file.

    Raises:
        Misfit: the node's answers do not fit its own block hashes, or the fold's result is not what
            the contracts' storage holds.
        UsageError: blocks out of order, or contracts of another version of this package.
        UnavailableError: the node did not answer, or no longer has the state of `last`.
    """
    by_block: dict[int, set[int]] = {}
    for place in places:
        by_block.setdefault(place.block, set()).add(place.transaction)
    start, end = _span(chain, manifest, sorted(by_block), coverage, first, last)
    reader = Reader(manifest)
    chained: list[Header] = []
    for one in headers(chain, start, end):
        chained.append(one)
        if len(chained) % _STEP == 0:
            tell("headers", len(chained), end - start + 1)
    if coverage == "blocks":
        wanted = [one for one in chained if reader.may_speak_in(one)]
    else:
        wanted = [chained[number - start] for number in sorted(by_block)]
    parts, acts, are_signed = _blocks(chain, reader, subject, wanted, by_block, coverage, tell)
    books = fold_of(subject, [act for act, _, _ in acts], manifest, start, coverage)
    facts = slots_of(subject, [act for act, _, _ in acts], books, manifest)
    tell("state", 0, len(facts))
    state, slots = _state(chain, manifest, chained[-1], facts)
    statement = evidence.statement_of(
        subject=subject, coverage=coverage, first=chained[0], last=chained[-1], manifest=manifest,
        acts=len(acts), slots=len(slots), are_signed=are_signed, is_folded=books is not None,
    )  # fmt: skip
    return {
        "format": evidence.FORMAT,
        "version": evidence.VERSION,
        "subject": {"kind": subject.kind, "key": subject.key or "0x"},
        "coverage": coverage,
        "first": start,
        "last": end,
        "blockHash": hex_of(chained[-1].hash),
        "statement": statement,
        "manifest": json.loads(manifest.as_json()),
        "immutables": _immutables(chain, manifest),
        "acts": [
            evidence.act_json(act, hash_ if are_signed else None, sender if are_signed else None)
            for act, hash_, sender in acts
        ],
        "slots": slots,
        "blocks": parts,
        "stateNodes": [hex_of(node) for node in state.nodes.values()],
        "headers": evidence.packed_headers(chained),
    }


def _span(
    chain: Chain,
    manifest: Manifest,
    blocks: Sequence[int],
    coverage: str,
    first: int | None,
    last: int | None,
) -> tuple[int, int]:
    if coverage not in evidence.COVERAGES:
        raise UsageError("coverage", coverage, " or ".join(evidence.COVERAGES))
    end = chain.head() if last is None else last
    if first is not None:
        start = first
    elif coverage == "blocks" or not blocks:
        start = manifest.first_block
    else:
        start = blocks[0]
    if not 0 <= start <= end <= chain.head():
        raise UsageError("blocks", f"{start} to {end}", f"blocks up to {chain.head()}, in order")
    outside = [number for number in blocks if not start <= number <= end]
    if outside:
        raise UsageError("blocks", f"{start} to {end}", f"also block {outside[0]}, with an act")
    return start, end


def _blocks(
    chain: Chain,
    reader: Reader,
    subject: Subject,
    wanted: Sequence[Header],
    by_block: Mapping[int, set[int]],
    coverage: str,
    tell: Tell,
) -> tuple[list[dict[str, Any]], list[tuple[LedgerEvent, str, str]], bool]:
    """What is shown of each block; the acts with hash and sender; whether senders are proven."""
    shown: list[tuple[ProvenBlock, set[int]]] = []
    said: list[LedgerEvent] = []
    for done, block in enumerate(proven_blocks(chain, wanted), 1):
        number = block.header.number
        receipts = set(range(len(block.receipts)))
        if coverage == "acts":
            absent = by_block[number] - receipts
            if absent:
                item = f"transactions of block {number}"
                raise Misfit(item, expected=f"number {min(absent)}", found=len(receipts))
            receipts = by_block[number]
        shown.append((block, receipts))
        for at in sorted(receipts):
            said += reader.events(block.header, at, block.outcomes[at], block.hashes[at])
        tell("blocks", done, len(wanted))
    acts = concerning(subject, said)
    signed = all(block.transactions is not None for block, _ in shown)
    spoken: dict[int, set[int]] = {}
    for act in acts:
        spoken.setdefault(act.number, set()).add(act.transaction)
    parts = [
        _part(block, receipts, spoken.get(block.header.number, set()), coverage, signed)
        for block, receipts in shown
    ]
    senders: dict[str, str] = {}
    for block, _ in shown:
        for at in spoken.get(block.header.number, set()) if signed else ():
            raw = (block.transactions or ())[at]
            senders[block.hashes[at]] = SignedTransaction.of_bytes(raw).sender
    found = [(act, act.log.tx_hash, senders.get(act.log.tx_hash, "")) for act in acts]
    return parts, found, signed


def _part(
    block: ProvenBlock, receipts: set[int], spoken: set[int], coverage: str, signed: bool
) -> dict[str, Any]:
    nodes: dict[bytes, None] = {}
    if coverage == "acts":
        trie = build_list(block.receipts)
        for at in sorted(receipts):
            nodes |= dict.fromkeys(trie.proof(encode_int(at)))
    transactions = block.transactions if signed else None
    if transactions is not None:
        trie = build_list(transactions)
        for at in sorted(spoken):
            nodes |= dict.fromkeys(trie.proof(encode_int(at)))
    return {
        "number": block.header.number,
        "receipts": {str(at): hex_of(block.receipts[at]) for at in sorted(receipts)},
        "transactions": {str(at): hex_of(transactions[at]) for at in sorted(spoken)}
        if transactions is not None
        else {},
        "nodes": [hex_of(node) for node in nodes],
    }


def _state(
    chain: Chain, manifest: Manifest, last: Header, facts: Sequence[Fact]
) -> tuple[StateProof, list[dict[str, Any]]]:
    wanted: dict[str, list[int]] = {item.address: [] for item in manifest.contracts.values()}
    places = []
    for fact in facts:
        row = variable(fact.contract, fact.name)
        address, slot = manifest.address(fact.contract), row.slot(fact.keys)
        wanted[address].append(slot)
        places.append((row, address, slot))
    state = prove_state(chain.rpc, last, wanted)
    for name, item in manifest.contracts.items():
        found = hex_of(state.accounts[item.address].code_hash)
        if found != item.code_hash:
            raise Misfit(f"code hash of {name}", expected=item.code_hash, found=found)
    slots, meanings = [], []
    for fact, (row, address, slot) in zip(facts, places, strict=True):
        word = state.words[address, slot]
        means = row.decode(word)
        compare(fact, means)
        meanings.append(means)
        slots.append(evidence.slot_json(fact.contract, fact.name, fact.keys, slot, word, means))
    check_sums(facts, meanings)
    return state, slots


def compare(fact: Fact, means: Mapping[str, Any]) -> None:
    """
    What the fold says of a slot against what it holds.

    Raises:
        Misfit: names the field that differs.
    """
    for name, said in fact.said.items():
        if means[name] != said:
            item = f"{fact.contract}.{fact.name} of {', '.join(fact.keys)}: {name}"
            raise Misfit(item, expected=f"{said}, by the acts", found=f"{means[name]} in storage")


def _immutables(chain: Chain, manifest: Manifest) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for name, item in manifest.contracts.items():
        artifact, code = load(name), chain.code(item.address)
        if artifact.without_immutables(code) != artifact.deployed_bytecode:
            expected = "contracts of this version of the package"
            raise UsageError(f"code of {name}", item.address, expected)
        places = artifact.immutable_references
        words[name] = [hex_of(code[start : start + length]) for start, length in places]
    return words


def _logged(reader: Reader, raw: Mapping[str, Any]) -> LedgerEvent:
    """A log as the node gives it: where to look, not yet proven."""
    address = raw["address"].lower()
    log = reader.decode(raw)
    return LedgerEvent(
        number=log.block_number,
        timestamp=0,
        transaction=int(raw["transactionIndex"], 16),
        place=log.log_index,
        contract=reader.names[address],
        event=Event(bytes.fromhex(address[2:]), (), b""),
        log=log,
    )
