"""
Making evidence: from a chain and a subject, a file that needs neither node nor database.

    places = scan(chain, manifest, subject)          # or from a store of events
    shape = prove(chain, manifest, subject, places)
    evidence.write(shape, path)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from scf.audit.proofs.scan import Place
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
class _Read:
    """A proven block, the places of the receipts to show of it, and the ledger's events in them."""

    block: ProvenBlock
    receipts: list[int]
    events: list[LedgerEvent]


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
    is_partial = coverage == "acts"
    blocks = list(_read(chain, reader, wanted, by_block if is_partial else None, tell))
    acts = concerning(subject, [event for block in blocks for event in block.events])
    is_signed = all(one.block.transactions is not None for one in blocks)
    spoken: dict[int, set[int]] = {}
    for act in acts:
        spoken.setdefault(act.number, set()).add(act.transaction)
    if is_partial:
        _require_acts(subject, by_block, spoken)
    books, ranges = fold_of(subject, acts, manifest, start, coverage)
    facts = slots_of(subject, acts, books, manifest)
    tell("state", 0, len(facts))
    state, slots = _state(chain, manifest, chained[-1], facts)
    statement = evidence.statement_of(
        subject=subject, coverage=coverage, first=chained[0], last=chained[-1], manifest=manifest,
        acts=len(acts), slots=len(slots), ranges=ranges, are_signed=is_signed,
        is_folded=books is not None,
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
        "acts": _acts(acts, blocks, is_signed=is_signed),
        "slots": slots,
        "blocks": [
            _part(
                one,
                spoken.get(one.block.header.number, set()),
                is_partial=is_partial,
                is_signed=is_signed,
            )
            for one in blocks
        ],
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


def _read(
    chain: Chain,
    reader: Reader,
    wanted: Sequence[Header],
    places: Mapping[int, set[int]] | None,
    tell: Tell,
) -> Iterator[_Read]:
    """Blocks and the receipts to show of each: those at `places`, or all."""
    for done, block in enumerate(proven_blocks(chain, wanted), 1):
        receipts = set(range(len(block.receipts)))
        if places is not None:
            absent = places[block.header.number] - receipts
            if absent:
                item = f"transactions of block {block.header.number}"
                raise Misfit(item, expected=f"number {min(absent)}", found=len(receipts))
            receipts = places[block.header.number]
        events = [
            event
            for at in sorted(receipts)
            for event in reader.events(block.header, at, block.outcomes[at], block.hashes[at])
        ]
        yield _Read(block=block, receipts=sorted(receipts), events=events)
        tell("blocks", done, len(wanted))


def _require_acts(
    subject: Subject, places: Mapping[int, set[int]], spoken: Mapping[int, set[int]]
) -> None:
    for number, asked in places.items():
        for at in sorted(asked - spoken.get(number, set())):
            place = f"transaction {at} of block {number}"
            raise UsageError("places", place, f"transactions with acts about {subject}")


def _part(read: _Read, spoken: set[int], *, is_partial: bool, is_signed: bool) -> dict[str, Any]:
    """What a file shows of a block; `spoken` are the transactions with acts."""
    block, nodes = read.block, dict[bytes, None]()
    if is_partial:
        trie = build_list(block.receipts)
        for at in read.receipts:
            nodes |= dict.fromkeys(trie.proof(encode_int(at)))
    transactions = {}
    if is_signed and block.transactions is not None:
        trie = build_list(block.transactions)
        for at in sorted(spoken):
            nodes |= dict.fromkeys(trie.proof(encode_int(at)))
            transactions[str(at)] = hex_of(block.transactions[at])
    return {
        "number": block.header.number,
        "receipts": {str(at): hex_of(block.receipts[at]) for at in read.receipts},
        "transactions": transactions,
        "nodes": [hex_of(node) for node in nodes],
    }


def _acts(acts: Sequence[LedgerEvent], blocks: Sequence[_Read], *, is_signed: bool) -> list[Any]:
    """The acts as a file states them."""
    senders: dict[str, str] = {}
    spoken = {act.log.tx_hash for act in acts}
    for read in blocks:
        for hash_, raw in zip(read.block.hashes, read.block.transactions or (), strict=False):
            if hash_ in spoken:
                senders[hash_] = SignedTransaction.of_bytes(raw).sender
    if not is_signed:
        return [evidence.act_json(act, None, None) for act in acts]
    return [evidence.act_json(act, act.log.tx_hash, senders[act.log.tx_hash]) for act in acts]


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
