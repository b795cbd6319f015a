"""
Books against contracts: every balance, pair, lock, limit and claim, at the same block.

    view = View(state=books, day=…, parties=tuple(books.parties), contracts=…)
    outcome = reconcile(view, asker(chain, contracts, block))
    outcome.is_clean, outcome.findings, outcome.digest

A check is a kind of thing that is asked of the contracts (`MATTERS`) or a sum within the books
(`SUMS`); each has a name and can be run alone. Whoever compares uses the same table of subjects and
expected answers: this module with a node, the random campaigns with an EVM inside Python.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.rooms import MATTERS, SUMS
from scf.audit.rooms.room import Expected, Finding, View
from scf.chain.abi import Contract
from scf.chain.chain import Chain
from scf.chain.rpc import RpcError
from scf.errors import UsageError
from scf.model.tables import did_you_mean

PAIRS_MAX = 200_000
Call = tuple[str, str, bytes]
"""A contract's name, a function of it, ABI-encoded arguments."""

Ask = Callable[[Iterable[Call]], Iterator[bytes | str]]
"""Asks many calls; for each, in order, the answer or, as text, why there was none."""

Decode = Callable[[str, str, bytes], str]
"""Makes an answer readable: contract, function, answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """
    What one check found.

    Attributes:
        name, title: of the check.
        against: `contracts`, or `books` for a sum within them.
        compared: answers, or sums looked at (one per check).
        findings: differences; none is good.
        digest: SHA-256 of calls and answers, empty for a sum.
    """

    name: str
    title: str
    against: str
    compared: int
    findings: tuple[Finding, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All checks of one run."""

    results: tuple[CheckResult, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every difference."""
        return tuple(finding for result in self.results for finding in result.findings)

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs."""
        return not self.findings

    @property
    def compared(self) -> int:
        """Answers and sums looked at."""
        return sum(result.compared for result in self.results)

    @property
    def digest(self) -> str:
        """SHA-256 over all calls and answers: two nodes that tell the same give the same."""
        parts = [f"{item.name}:{item.digest}" for item in self.results if item.digest]
        return "0x" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check_names() -> Mapping[str, str]:
    """Titles of all checks by name: first those against the contracts, then sums."""
    return {name: item.title for name, item in MATTERS.items()} | {
        name: item.title for name, item in SUMS.items()
    }


def require_known(names: Sequence[str], known: Mapping[str, str]) -> None:
    """UsageError for a name that is none of these checks; it says which are near."""
    for name in names:
        if name not in known:
            raise UsageError("check", name, f"one of {', '.join(known)}{did_you_mean(name, known)}")


def reconcile(view: View, ask: Ask, decode: Decode, names: Sequence[str] = ()) -> Outcome:
    """
    Run checks, all of them unless `names` are given, and report everything they find.

    Raises:
        UsageError: no check of that name.
        UnavailableError: the node did not answer.
    """
    known = check_names()
    require_known(names, known)
    results = [
        against_contracts(name, view, ask, decode) if name in MATTERS else within_books(name, view)
        for name in known
        if not names or name in names
    ]
    return Outcome(results=tuple(results))


def against_contracts(name: str, view: View, ask: Ask, decode: Decode) -> CheckResult:
    """One kind of thing in the books against what the contracts answer about it."""
    matter = MATTERS[name]
    waiting: deque[tuple[tuple[Any, ...], Expected]] = deque()

    def calls() -> Iterator[Call]:
        for key in matter.known(view):
            for expected in matter.asked(view, *key):
                waiting.append((key, expected))
                yield expected.contract, expected.function, expected.arguments

    digest, findings, compared = hashlib.sha256(), [], 0
    for answer in ask(calls()):
        key, expected = waiting.popleft()
        compared += 1
        said = answer if isinstance(answer, bytes) else answer.encode()
        call = f"{expected.contract}.{expected.function}"
        for part in (call.encode(), expected.arguments, said):
            digest.update(len(part).to_bytes(4, "big") + part)
        if not isinstance(answer, bytes) or not expected.is_met_by(answer):
            findings.append(_difference(name, key, expected, answer, decode))
    return CheckResult(
        name=name,
        title=matter.title,
        against="contracts",
        compared=compared,
        findings=tuple(findings),
        digest=digest.hexdigest(),
    )


def within_books(name: str, view: View) -> CheckResult:
    """One sum within the books."""
    item = SUMS[name]
    findings = tuple(
        Finding(check=name, subject=subject, about=about, found=str(found), expected=str(needed))
        for subject, about, found, needed in item.faults(view)
    )
    return CheckResult(name=name, title=item.title, against="books", compared=1, findings=findings)


def asker(chain: Chain, contracts: Mapping[str, Contract], block: int) -> Ask:
    """
    Asks a node at a block, in batches; UnavailableError if it does not answer.

    Args:
        contracts: by name.
    """
    tag = hex(block)

    def ask(calls: Iterable[Call]) -> Iterator[bytes | str]:
        requests = (
            ("eth_call", [{"to": contracts[name].address, "data": _data(contracts, call)}, tag])
            for call in calls
            for name in (call[0],)
        )
        for answer in chain.rpc.batch_iter(requests):
            yield str(answer) if isinstance(answer, RpcError) else bytes.fromhex(answer[2:])

    return ask


def decoder(contracts: Mapping[str, Contract]) -> Decode:
    """Makes answers of these contracts readable."""

    def decode(contract: str, function: str, answer: bytes) -> str:
        try:
            return _readable(contracts[contract].decode_output(function, answer))
        except ValueError:
            return "0x" + answer.hex()

    return decode


def view_of(state: Any, day: int, contracts: Mapping[str, str]) -> View:
    """
    What to ask about a whole ledger: every party about every certificate while that stays within
    `PAIRS_MAX` pairs, beyond that only those whom the books name.
    """
    pairs = len(state.parties) * max(len(state.certificates), 1)
    parties = tuple(state.parties) if pairs <= PAIRS_MAX else ()
    return View(state=state, day=day, parties=parties, contracts=contracts)


def _data(contracts: Mapping[str, Contract], call: Call) -> str:
    name, function, arguments = call
    return "0x" + (contracts[name].abi.function(function).selector + arguments).hex()


def _difference(
    check: str,
    key: tuple[Any, ...],
    expected: Expected,
    answer: bytes | str,
    decode: Decode,
) -> Finding:
    place = expected.contract, expected.function
    return Finding(
        check=check,
        subject=" ".join((check, *(_shown(part) for part in key))),
        about=".".join(place),
        found=decode(*place, answer) if isinstance(answer, bytes) else f"refused: {answer}",
        expected=decode(*place, expected.answer),
    )


def _readable(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_readable(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "(" + ", ".join(_readable(item) for item in value) + ")"
    return _shown(value) if isinstance(value, bytes) else str(value)


def _shown(part: Any) -> str:
    if isinstance(part, bytes):
        return "0x" + part.hex()
    return f"0x{part:064x}" if isinstance(part, int) and part > 2**64 else str(part)
