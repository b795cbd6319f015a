"""
How far a reading is to be trusted: *fast* believes the node's logs and answers; *proved* also links
every header by hash and proves each slot of storage that the books speak of; *full* also rebuilds
every block's receipts and holds them against its header and the store, so that no event can be
missing. What was reached is said beside every result.

    done = run_checks(store, chain, Request(mode="full", second="http://…"))
    done.reached, done.is_clean, done.outcome.findings
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scf.audit import minted
from scf.audit.proofs.misfit import Misfit
from scf.audit.proving import compare_node, finding, prove_books, rebuild_receipts
from scf.audit.reconcile import (
    CheckResult,
    Outcome,
    asker,
    check_names,
    decoder,
    reconcile,
    require_known,
    view_of,
)
from scf.audit.replay import Moment, block_at, replay
from scf.audit.rooms.telling import iso_day
from scf.audit.store import Store
from scf.build.artifacts import load
from scf.chain.abi import Abi, Contract
from scf.chain.chain import Chain
from scf.chain.rpc import RpcError
from scf.errors import UnavailableError, UsageError

FAST, PROVED, FULL = "fast", "proved", "full"
MODES: Mapping[str, str] = {
    FAST: "logs and answers as the node gives them",
    PROVED: "headers linked by hash; storage proven against the state root (EIP-1186)",
    FULL: "also every block's receipts rebuilt and held against its header and the store",
}
_UTC8_SECONDS, _DAY_SECONDS = 8 * 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What to run.

    Attributes:
        names: checks, all if empty. mode: how far to go. second: another node's URL.
        at: a block, a civil day, or None for where the store ends.
    """

    names: Sequence[str] = ()
    mode: str = FAST
    second: str | None = None
    at: str | int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """
    A reconciliation that was run.

    Attributes:
        outcome: all checks. moment: the books. block, block_hash, day: at which.
        mode: asked for. reached: what could be done in truth.
        nodes: who was asked, without what may not be shown of a URL.
    """

    outcome: Outcome
    moment: Moment
    block: int
    block_hash: str
    day: int
    mode: str
    reached: str
    nodes: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing differs, and the mode that was asked for was reached."""
        return self.outcome.is_clean and self.mode == self.reached

    def headline(self) -> str:
        """The result in a line."""
        found = len(self.outcome.findings)
        return (
            f"{self.outcome.compared} compared at block {self.block} ({iso_day(self.day)}), "
            f"{found} differences; mode reached: {self.reached}"
        )

    def as_dict(self) -> dict[str, Any]:
        """The result for `--json`."""
        return {
            "is_clean": self.is_clean,
            "block": self.block,
            "block_hash": self.block_hash,
            "day": iso_day(self.day),
            "mode": self.mode,
            "reached": self.reached,
            "compared": self.outcome.compared,
            "digest": self.outcome.digest,
            "nodes": list(self.nodes),
            "checks": [
                {
                    "name": item.name,
                    "title": item.title,
                    "against": item.against,
                    "compared": item.compared,
                    "differences": len(item.findings),
                }
                for item in self.outcome.results
            ],
            "findings": list(self.outcome.findings),
        }


def all_checks() -> Mapping[str, str]:
    """Titles by name of all checks: of the books (`reconcile.check_names`), then of the store."""
    return {**check_names(), minted.NAME: minted.TITLE}


def run_checks(store: Store, chain: Chain, request: Request) -> Done:
    """
    Hold the books of the store against the contracts at one block.

    Raises:
        ManifestError: the chain is not the store's.
        UsageError: no such check or moment, or the store's block is not the chain's any more.
        UnavailableError: the node did not answer.
    """
    manifest = store.deployment.manifest
    require_known(request.names, all_checks())
    manifest.check(chain)
    number = block_at(store, request.at)
    block = chain.block(number)
    _require_same_block(store, number, block.hash)
    moment = replay(store, block=number, keep=False)
    day = (block.timestamp + _UTC8_SECONDS) // _DAY_SECONDS
    contracts = {
        name: Contract(item.address, Abi.parse(load(name).abi))
        for name, item in manifest.contracts.items()
    }
    addresses = {name: item.address for name, item in contracts.items()}
    view = view_of(moment.state, day, addresses)
    decode = decoder(contracts)
    of_books = [name for name in request.names or check_names() if name != minted.NAME]

    def hold(node: Chain) -> Outcome:
        asked = asker(node, contracts, number)
        return reconcile(view, asked, decode, of_books) if of_books else Outcome(results=())

    outcome = hold(chain)
    results = list(outcome.results)
    if not request.names or minted.NAME in request.names:
        results.append(minted.money_made(store, moment))
    reached, nodes = FAST, [chain.rpc.shown]
    if request.second is not None:
        other = Chain.connect(request.second)
        nodes.append(other.rpc.shown)
        again = hold(other)
        results += compare_node(store, other, number, block.hash, outcome, again)
    for mode, step in ((PROVED, prove_books), (FULL, rebuild_receipts)):
        if request.mode not in (mode, FULL):
            break
        made, went_well = _step(mode, partial(step, store, chain, number, moment))
        results += made
        if not went_well:
            break
        reached = mode
    return Done(
        outcome=Outcome(results=tuple(results)),
        moment=moment,
        block=number,
        block_hash=block.hash,
        day=day,
        mode=request.mode,
        reached=reached,
        nodes=tuple(nodes),
    )


def _step(mode: str, run: Callable[[], list[CheckResult]]) -> tuple[list[CheckResult], bool]:
    """A step whose failure is a finding: a proof that does not fit, a node that gives none."""
    title = MODES[mode]
    try:
        return run(), True
    except Misfit as exc:
        found = finding(mode, exc.item, "its proof", exc.found, exc.expected)
    except (UnavailableError, RpcError) as exc:
        found = finding(mode, "node", "what a proof needs", exc, "an answer")
    failed = CheckResult(name=mode, title=title, against="chain", compared=0, findings=(found,))
    return [failed], False


def _require_same_block(store: Store, number: int, hash_: str) -> None:
    deployment, block = store.deployment, store.block(number)
    known = deployment.synced_hash if number == deployment.synced_block else None
    known = block.hash if block is not None else known
    if known is not None and known != hash_:
        expected = f"{hash_}, as the chain has it now; run `scf audit sync`"
        raise UsageError(f"block {number} of the store", known, expected)
