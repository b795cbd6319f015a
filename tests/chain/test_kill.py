"""`kill -9` at random moments: every act happens exactly once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from chain_worlds import World

from scf.chain.chain import Read
from scf.chain.journal import Journal
from scf.chain.keys import Signer

KILLS_MIN = 10
ACTS_PER_ROUND = {"ganache": 40, "anvil": 600}


def run_until_killed(world: World, journal: Path, first: int, last: int, seconds: float) -> bool:
    """Send the acts in another process; whether it was killed before it was done."""
    script = str(Path(__file__).with_name("acting.py"))
    command = [sys.executable, script, world.node.url, world.probe.address, str(journal)]
    paths = {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [*command, str(first), str(last)], env=os.environ | paths, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    assert code == 0
    return False


@pytest.mark.parametrize("kind", ["ganache", "anvil"])
def test_killed_at_random_moments__every_act_exactly_once(
    kind: str,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    tmp_path: Path,
) -> None:
    world: World = request.getfixturevalue(f"{kind}_world")
    seed = random.randrange(2**32)
    record_property("seed", seed)
    moments = random.Random(seed)
    world.chain.fund(Signer.from_key((number + 1).to_bytes(32)).address for number in range(3))
    journal = tmp_path / "journal.db"
    kills = done = 0

    while kills < KILLS_MIN:
        todo = done + ACTS_PER_ROUND[kind]
        limit = moments.uniform(0, 0.6)
        while run_until_killed(world, journal, done, todo, limit):
            kills += 1
            limit = moments.uniform(0, 0.6) if kills < KILLS_MIN else 60
        done = todo

    reads = [
        Read(contract=world.probe, function="countOf", args=(number.to_bytes(32),))
        for number in range(done)
    ]
    assert set(world.chain.call_many(reads)) == {1}, f"seed {seed}"
    assert Journal(journal).unresolved() == []


def test_killed_between_journal_and_node__sent_after_all(world: World, tmp_path: Path) -> None:
    from scf.chain.acts import Act, act_key, act_subject
    from scf.chain.flights import signed
    from scf.chain.nonces import Nonces

    signer = world.signers[3]
    act = Act(to=world.probe, function="count", args=(b"\7" * 32,), signer=signer)
    journal = Journal(tmp_path / "journal.db")
    journal.bind(world.chain.id, world.chain.genesis_hash)
    nonces = Nonces(world.chain.rpc, journal)
    nonces.load([signer.address])
    flight = signed(
        act,
        world.chain.id,
        key=act_key(act, world.chain.id, act.data),
        subject=act_subject(act, act.data),
        data=act.data,
        gas=150_000,
        price=world.chain.gas_price(),
        nonce=nonces.take(signer.address),
    )
    journal.write([flight.entry])

    outcome = world.sender(journal).send(act)

    assert outcome.replayed
    assert outcome.tx_hash == flight.hash
    assert world.chain.call(world.probe, "countOf", b"\7" * 32) == 1
