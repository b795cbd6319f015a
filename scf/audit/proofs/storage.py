"""The books against proven storage at one block: every balance, lock, limit and status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.evidence import Tell, tell_nobody
from scf.audit.proofs.facts import Records, facts_of
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import variable
from scf.audit.proofs.state import prove_state
from scf.build.manifest import Manifest
from scf.chain.rpc import Rpc

_FACTS_PER_ROUND = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of one slot that the books and the contract's proven storage say differently."""

    contract: str
    variable: str
    keys: tuple[str, ...]
    field: str
    books: Any
    storage: Any


def differences(
    rpc: Rpc, manifest: Manifest, header: Header, books: Records, *, tell: Tell = tell_nobody
) -> Iterator[Difference]:
    """
    Every fact of the books that storage holds otherwise; nothing where all is well.

    Args:
        rpc: a node that has the state of the block.
        manifest: of the ledger.
        header: of the block after whose last event the books stand.
        books: of that moment.
        tell: is told how far it is.

    Raises:
        Misfit: the node's proofs do not fit the block.
        UnavailableError: the node did not answer.
    """
    facts = list(facts_of(books))
    for start in range(0, len(facts), _FACTS_PER_ROUND):
        some = facts[start : start + _FACTS_PER_ROUND]
        wanted: dict[str, list[int]] = {}
        for fact in some:
            slot = variable(fact.contract, fact.name).slot(fact.keys)
            wanted.setdefault(manifest.address(fact.contract), []).append(slot)
        state = prove_state(rpc, header, wanted)
        for fact in some:
            row = variable(fact.contract, fact.name)
            means = row.decode(state.words[manifest.address(fact.contract), row.slot(fact.keys)])
            for field, said in fact.said.items():
                if means[field] != said:
                    yield Difference(
                        contract=fact.contract, variable=fact.name, keys=fact.keys,
                        field=field, books=said, storage=means[field],
                    )  # fmt: skip
        tell("slots", start + len(some), len(facts))
