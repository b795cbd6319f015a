from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from chain_worlds import World, make_world

from scf.chain.abi import Contract
from scf.chain.acts import Act
from scf.chain.chain import Chain, Read
from scf.chain.journal import Journal
from scf.chain.keys import Signer
from scf.chain.node import Anvil, Ganache
from scf.chain.sender import Sender
from scf.chain.transactions import keccak
from scf.errors import ContractRefusal, ManifestError, RuleRef, UnavailableError, UsageError


def key_of(name: str) -> bytes:
    return keccak(name.encode())


def counting(world: World, name: str, *, by: int = 0, **options: object) -> Act:
    return Act(
        to=world.probe,
        function="count",
        args=(key_of(name),),
        signer=world.signers[by],
        **options,  # type: ignore[arg-type]
    )


def count_of(world: World, name: str) -> int:
    return int(world.chain.call(world.probe, "countOf", key_of(name)))


def test_send__outcome_tells_where_and_what(world: World) -> None:
    outcome = world.sender().send(counting(world, "told"))

    block = world.chain.block(outcome.block_number or 0)
    (log,) = outcome.events(world.probe)
    assert (outcome.block_hash, outcome.timestamp) == (block.hash, block.timestamp)
    assert 40_000 < outcome.gas_used < 200_000
    assert log.name == "Counted"
    assert log.args == {
        "key": key_of("told"),
        "who": world.signers[0].address,
        "count": 1,
        "delta": -1,
        "first": True,
    }


def test_send_refused__typed_error_and_nothing_sent(world: World) -> None:
    before = world.chain.rpc.call("eth_getTransactionCount", world.signers[1].address, "latest")
    act = Act(to=world.probe, function="refuse", args=(7, 8, 9), signer=world.signers[1])

    with pytest.raises(ContractRefusal) as caught:
        world.sender().send(act)

    after = world.chain.rpc.call("eth_getTransactionCount", world.signers[1].address, "latest")
    assert caught.value.name == "ProbeRefused"
    assert caught.value.fields == {"subject": 7, "actual": 8, "needed": 9}
    assert before == after


def test_send_refused_by_rule__rule_named(world: World) -> None:
    act = Act(to=world.probe, function="refuseByRule", args=(b"\1" * 32,), signer=world.signers[1])

    with pytest.raises(ContractRefusal) as caught:
        world.sender().send(act)

    assert caught.value.rule == RuleRef(id="R77-2a", version=3)


@pytest.mark.parametrize(
    ("function", "args", "name", "fields"),
    [
        ("refuseWithText", (), "Error", {"message": "plain words"}),
        ("refuseSilently", (), "UnknownRevert", {"data": "0x"}),
        ("panic", (0,), "Panic", {"code": 0x12, "meaning": "division by zero"}),
        ("refuseUnknown", (), "UnknownRevert", {"data": "0xdeadbeef" + "00" * 32}),
    ],
)
@pytest.mark.parametrize("options", [{}, {"gas": 100_000}, {"gas": 100_000, "check": False}])
def test_every_kind_of_refusal__same_before_and_after_mining(
    world: World,
    function: str,
    args: tuple[int, ...],
    name: str,
    fields: dict[str, object],
    options: dict[str, object],
) -> None:
    act = Act(
        to=world.probe,
        function=function,
        args=args,
        signer=world.signers[1],
        **options,  # type: ignore[arg-type]
    )

    (outcome,) = world.sender().send_many([act])

    assert isinstance(outcome.error, ContractRefusal)
    assert (outcome.error.name, outcome.error.fields) == (name, fields)
    assert (outcome.tx_hash is not None) == ("check" in options)


def test_gas_runs_out__named(world: World) -> None:
    act = counting(world, "gasless", gas=30_000, check=False)

    (outcome,) = world.sender().send_many([act])

    assert isinstance(outcome.error, ContractRefusal)
    assert outcome.error.name == "OutOfGas"
    assert count_of(world, "gasless") == 0


def test_send_many__outcomes_in_order_each_with_its_own_error(world: World) -> None:
    seen: list[int] = []
    acts = [counting(world, f"many {number}", by=number % 4) for number in range(20)]
    acts[3] = Act(to=world.probe, function="refuse", args=(3, 0, 0), signer=world.signers[0])
    acts[5] = Act(to=world.probe, function="count", args=("no bytes",), signer=world.signers[0])

    outcomes = world.sender().send_many(acts, on_progress=seen.append)

    assert [place for place, outcome in enumerate(outcomes) if outcome.error] == [3, 5]
    assert isinstance(outcomes[3].error, ContractRefusal)
    assert isinstance(outcomes[5].error, UsageError)
    assert outcomes[5].error.field == "count.key"
    assert seen == list(range(1, 21))
    assert {count_of(world, f"many {number}") for number in range(20)} == {0, 1}


def test_acts_that_need_each_other__all_done_in_one_stream(world: World) -> None:
    names = [f"chain {number}" for number in range(4)]
    acts = [counting(world, names[0])] + [
        Act(
            to=world.probe,
            function="countAfter",
            args=(key_of(name), key_of(earlier)),
            signer=world.signers[place % 4],
        )
        for place, (earlier, name) in enumerate(pairwise(names))
    ]

    outcomes = world.sender().send_many(acts)

    assert all(outcome.is_done for outcome in outcomes)
    assert [count_of(world, name) for name in names] == [1, 1, 1, 1]


def test_stages__later_mined_after_earlier(world: World) -> None:
    first = [counting(world, f"stage {n}", gas=150_000, check=False) for n in range(6)]
    second = [
        Act(
            to=world.probe,
            function="countAfter",
            args=(key_of(f"staged {n}"), key_of(f"stage {n}")),
            signer=world.signers[1 + n % 3],
            gas=150_000,
            check=False,
            stage=1,
        )
        for n in range(6)
    ]

    outcomes = world.sender().send_many([*first, *second])

    assert all(outcome.is_done for outcome in outcomes)


def test_same_act_again__answered_from_the_journal(world: World) -> None:
    journal = Journal()
    first = world.sender(journal).send(counting(world, "once"))

    again = world.sender(journal).send(counting(world, "once"))

    assert again.replayed
    assert not first.replayed
    assert (again.tx_hash, again.timestamp, again.logs) == (
        first.tx_hash,
        first.timestamp,
        first.logs,
    )
    assert count_of(world, "once") == 1


def test_same_act_twice_in_one_stream__done_once(world: World) -> None:
    act = counting(world, "twin")

    first, second = world.sender().send_many([act, act])

    assert first.tx_hash == second.tx_hash
    assert count_of(world, "twin") == 1


def test_repeat__done_again(world: World) -> None:
    acts = [counting(world, "repeated", repeat=number) for number in range(3)]

    outcomes = world.sender().send_many(acts)

    assert all(outcome.is_done for outcome in outcomes)
    assert count_of(world, "repeated") == 3


def test_key_for_two_things__refused(world: World) -> None:
    journal = Journal()
    world.sender(journal).send(counting(world, "keyed", key="invoice 1"))

    with pytest.raises(UsageError, match="invoice 1"):
        world.sender(journal).send(counting(world, "keyed", by=1, key="invoice 1"))


def test_refused_act__may_be_tried_again(world: World) -> None:
    journal = Journal()
    act = Act(
        to=world.probe,
        function="countAfter",
        args=(key_of("late"), key_of("early")),
        signer=world.signers[0],
        gas=150_000,
        check=False,
    )
    (reverted,) = world.sender(journal).send_many([act])
    world.sender(journal).send(counting(world, "early"))

    outcome = world.sender(journal).send(act)

    assert isinstance(reverted.error, ContractRefusal)
    assert reverted.error.name == "ProbeRefused"
    assert outcome.is_done
    assert not outcome.replayed


def test_key_used_elsewhere_meanwhile__signed_again_and_done_once(world: World) -> None:
    sender = world.sender()
    sender.send(counting(world, "before theft", by=2))
    world.sender(Journal()).send(counting(world, "thief", by=2, repeat=1))

    outcomes = sender.send_many([counting(world, f"theft {n}", by=2) for n in range(5)])

    assert all(outcome.is_done for outcome in outcomes)
    assert [count_of(world, f"theft {n}") for n in range(5)] == [1] * 5


def test_signer_without_gas__fails_alone(world: World) -> None:
    pauper = Signer.create()
    act = Act(
        to=world.probe,
        function="count",
        args=(key_of("pauper"),),
        signer=pauper,
        gas=150_000,
        check=False,
    )

    outcomes = world.sender().send_many([counting(world, "rich"), act, counting(world, "richer")])

    assert [outcome.is_done for outcome in outcomes] == [True, False, True]
    assert "insufficient funds" in str(outcomes[1].error).lower()


def test_stream_closed_early__rest_not_sent_and_next_run_completes(world: World) -> None:
    journal = Journal()
    acts = [counting(world, f"early {n}", gas=150_000, check=False) for n in range(500)]
    acts = acts if world.chain.capabilities.mines_on_demand else acts[:40]
    stream = world.sender(journal).send_stream(iter(acts))
    next(stream)
    stream.close()  # type: ignore[attr-defined]

    outcomes = world.sender(journal).send_many(acts)

    reads = [count_of(world, f"early {n}") for n in range(0, len(acts), 7)]
    assert all(outcome.is_done for outcome in outcomes)
    assert set(reads) == {1}


def test_journal_of_another_chain__refused_by_name(
    ganache_world: World, anvil_world: World, tmp_path: Path
) -> None:
    path = tmp_path / "journal.db"
    ganache_world.sender(Journal(path))

    with pytest.raises(ManifestError, match=r"journal.*genesis_hash"):
        Sender(anvil_world.chain, Journal(path))


def test_chain_started_afresh__recognised(anvil_world: World) -> None:
    journal = Journal()

    with anvil_world.chain.snapshot():
        anvil_world.sender(journal).send(counting(anvil_world, "undone"))

    with pytest.raises(ManifestError, match="reset"):
        anvil_world.sender(journal)


def test_node_gone_midway__unavailable_then_resumed(tmp_path: Path) -> None:
    journal = Journal()
    with Ganache(data=tmp_path / "chain") as node:
        world = make_world(node)
        acts = [counting(world, f"gone {n}", gas=150_000, check=False) for n in range(120)]
        stream = Sender(world.chain, journal, batch=10).send_stream(acts)
        next(stream)
        node.stop()
        with pytest.raises(UnavailableError):
            list(stream)

    with Ganache(data=tmp_path / "chain") as node:
        chain = Chain.connect(node.url)
        outcomes = Sender(chain, journal).send_many(acts)
        probe = Contract(world.probe.address, world.probe.abi)
        reads = [
            Read(contract=probe, function="countOf", args=(key_of(f"gone {n}"),))
            for n in range(120)
        ]
        counts = list(chain.call_many(reads))

    assert [str(outcome.error) for outcome in outcomes if outcome.error] == []
    assert any(outcome.replayed for outcome in outcomes)
    assert counts == [1] * 120


def test_interval_mining__pipelined() -> None:
    with Anvil(block_seconds=1) as node:
        world = make_world(node)
        acts = [
            counting(world, f"tick {n}", by=n % 4, gas=150_000, check=False) for n in range(450)
        ]

        outcomes = world.sender().send_many(acts)

    assert all(outcome.is_done for outcome in outcomes)
    assert len({outcome.block_number for outcome in outcomes}) < 5
