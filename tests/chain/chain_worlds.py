"""Real nodes and the test contract on each, for the tests of this folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from scf.chain.abi import Abi, Contract
from scf.chain.acts import Act
from scf.chain.chain import Chain
from scf.chain.journal import Journal
from scf.chain.keys import Signer
from scf.chain.node import LocalNode
from scf.chain.sender import Sender

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class World:
    """A chain with the test contract and keys that have gas."""

    node: LocalNode
    chain: Chain
    probe: Contract
    signers: tuple[Signer, ...]

    def sender(self, journal: Journal | None = None) -> Sender:
        return Sender(self.chain, journal or Journal(), timeout=30)


def probe_abi() -> Abi:
    return Abi.parse(json.loads((FIXTURES / "Probe.json").read_text())["abi"])


def probe_code() -> bytes:
    return bytes.fromhex(json.loads((FIXTURES / "Probe.json").read_text())["bytecode"][2:])


def make_world(node: LocalNode) -> World:
    chain = Chain.connect(node.url)
    signers = tuple(Signer.create() for _ in range(4))
    chain.fund(signer.address for signer in signers)
    creation = Act.creation(probe_abi(), probe_code(), signer=signers[0])
    created = Sender(chain, Journal()).send(creation).created
    assert created is not None
    return World(node, chain, Contract(created, probe_abi()), signers)
