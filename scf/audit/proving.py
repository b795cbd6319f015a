"""
Checks that trust neither node nor store: headers by hash, storage by proof, events by receipts, and
another node's word.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scf.audit.proofs.blocks import headers, proven_blocks
from scf.audit.proofs.facts import Fact, facts_of
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import variable
from scf.audit.proofs.misfit import hex_of
from scf.audit.proofs.receipts import Event
from scf.audit.proofs.state import prove_state
from scf.audit.proofs.trie import EMPTY_ROOT
from scf.audit.reconcile import CheckResult, Outcome
from scf.audit.records import StoredEvent
from scf.audit.replay import Moment
from scf.audit.rooms.room import Finding
from scf.audit.store import Store
from scf.audit.sync import sync
from scf.chain.chain import Chain
from scf.errors import UsageError


def prove_books(store: Store, chain: Chain, number: int, moment: Moment) -> list[CheckResult]:
    """
    Every header links to the one before; every slot that the books speak of is proven.

    Raises:
        Misfit: a proof does not fit.
        UnavailableError: the node did not answer, or has no proofs of that block.
    """
    first = store.deployment.manifest.first_block
    stored = {item.number: item.hash for item in store.blocks(first, number)}
    findings, count, last = [], 0, None
    for last in headers(chain, first, number):
        count += 1
        known = stored.get(last.number)
        if known is not None and known != hex_of(last.hash):
            subject = f"block {last.number}"
            findings.append(finding("headers", subject, "hash", known, hex_of(last.hash)))
    linked = CheckResult(
        name="headers",
        title="every header hashes to its block and links to the one before",
        against="chain",
        compared=count,
        findings=tuple(findings),
    )
    if last is None:
        raise UsageError("block", number, f"a block from {first} on")
    return [linked, _storage(store, chain, last, moment)]


def _storage(store: Store, chain: Chain, header: Header, moment: Moment) -> CheckResult:
    addresses = {name: item.address for name, item in store.deployment.manifest.contracts.items()}
    facts: dict[tuple[str, int], Fact] = {}
    for fact in facts_of(moment.state):
        slot = variable(fact.contract, fact.name).slot(fact.keys)
        facts[addresses[fact.contract], slot] = fact
    wanted: dict[str, list[int]] = {address: [] for address in addresses.values()}
    for address, slot in facts:
        wanted[address].append(slot)
    proof = prove_state(chain.rpc, header, wanted)
    findings = []
    for name, item in store.deployment.manifest.contracts.items():
        code = hex_of(proof.accounts[item.address].code_hash)
        if code != item.code_hash:
            findings.append(finding("storage", name, "code hash", code, item.code_hash))
    digest = hashlib.sha256()
    for place, fact in facts.items():
        word = proof.words[place]
        digest.update(f"{place[0]}:{place[1]:x}={word:x}\n".encode())
        findings += _slot_differences(fact, word)
    return CheckResult(
        name="storage",
        title="storage slots behind the books, proven against the state root",
        against="chain",
        compared=len(facts),
        findings=tuple(findings),
        digest=digest.hexdigest(),
    )


def _slot_differences(fact: Fact, word: int) -> Iterator[Finding]:
    decoded = variable(fact.contract, fact.name).decode(word)
    subject = f"{fact.contract}.{fact.name} {' '.join(fact.keys)}".strip()
    for name, said in fact.said.items():
        if decoded[name] != said:
            yield finding("storage", subject, name, decoded[name], said)


def rebuild_receipts(store: Store, chain: Chain, number: int, moment: Moment) -> list[CheckResult]:
    """
    Every block's receipts make its root, and hold exactly the events that are stored.

    Raises:
        Misfit: a block's receipts are not those of its header.
        UnavailableError: the node did not answer.
    """
    first = store.deployment.manifest.first_block
    findings: list[Finding] = []
    blocks = 0
    stored = store.events(until=store.place_at(block=number))
    waiting = next(stored, None)
    wanted = (one for one in headers(chain, first, number) if one.receipts_root != EMPTY_ROOT)
    ours = {bytes.fromhex(item[2:]) for item in store.deployment.contracts}
    for block in proven_blocks(chain, wanted, with_transactions=False):
        blocks += 1
        there: list[StoredEvent] = []
        while waiting is not None and waiting.block_number <= block.header.number:
            there.append(waiting)
            waiting = next(stored, None)
        index = 0
        shown: dict[int, tuple[str, Event]] = {}
        for at, receipt in enumerate(block.outcomes):
            for event in receipt.events:
                if event.address in ours:
                    shown[index] = block.hashes[at], event
                index += 1
        findings += _event_differences(block.header.number, there, shown)
    if waiting is not None:
        place = f"block {waiting.block_number}, log {waiting.log_index}"
        findings.append(finding("receipts", place, waiting.name, "in the store", "not on chain"))
    return [
        CheckResult(
            name="receipts",
            title="every block's receipts rebuilt: no event missing, none too many, none changed",
            against="chain",
            compared=blocks,
            findings=tuple(findings),
        )
    ]


def _event_differences(
    number: int, stored: Sequence[StoredEvent], shown: Mapping[int, tuple[str, Event]]
) -> Iterator[Finding]:
    places = Counter(item.block_number for item in stored)
    for item in stored:
        subject = f"block {item.block_number}, log {item.log_index}"
        found = shown.get(item.log_index) if item.block_number == number else None
        if found is None:
            yield finding("receipts", subject, item.name, "in the store", "not in the receipts")
            continue
        tx, event = found
        pairs = (
            ("transaction", item.tx_hash, tx),
            ("contract", item.address, hex_of(event.address)),
            ("topics", _hexes(item.topics), _hexes(event.topics)),
            ("data", hex_of(item.data), hex_of(event.data)),
        )
        for about, in_store, on_chain in pairs:
            if in_store != on_chain:
                yield finding("receipts", subject, about, in_store, on_chain)
    known = {item.log_index for item in stored if item.block_number == number}
    for index in shown.keys() - known:
        subject = f"block {number}, log {index}"
        found_there = f"{places[number]} events in the store"
        yield finding("receipts", subject, "event", found_there, "this one too")


def compare_node(
    store: Store, other: Chain, number: int, hash_: str, outcome: Outcome, again: Outcome
) -> list[CheckResult]:
    """
    What a second node answers, and the events it has, must be the same.

    Raises:
        ManifestError: it is of another chain.
        UnavailableError: it did not answer.
    """
    store.deployment.manifest.check(other)
    findings = []
    seen = other.block(number).hash
    if seen != hash_:
        findings.append(finding("second-node", f"block {number}", "hash", seen, hash_))
    pairs = zip(outcome.results, again.results, strict=True)
    for one, two in pairs:
        if one.digest != two.digest:
            about = f"digest of {one.compared} answers"
            findings.append(finding("second-node", one.name, about, two.digest, one.digest))
    last = store.last_block(until_block=number)
    mine, theirs = last.digest if last else None, _digest_from(store, other, number)
    if mine != theirs:
        findings.append(finding("second-node", "events", "digest", theirs, mine))
    return [
        CheckResult(
            name="second-node",
            title="another node gives the same block, answers and events",
            against="chain",
            compared=again.compared + 2,
            findings=tuple(findings),
        )
    ]


def _digest_from(store: Store, chain: Chain, number: int) -> str | None:
    """The digest of the events as this node gives them."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = store.deployment.manifest
        with Store.open(Path(folder) / "second.sqlite", manifest) as another:
            return sync(another, chain, until=number).digest


def finding(check: str, subject: str, about: str, found: object, expected: object) -> Finding:
    """A finding with its values as text."""
    return Finding(
        check=check, subject=subject, about=about, found=str(found), expected=str(expected)
    )


def _hexes(values: Sequence[bytes]) -> str:
    return " ".join(map(hex_of, values))
