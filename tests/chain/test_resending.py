"""What a node does not take at once: prices, empty nonces, second copies, second senders."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from chain_worlds import World

from scf.chain.acts import Act
from scf.chain.broadcast import Reception, broadcast
from scf.chain.chain import Chain
from scf.chain.flights import Flight, signed
from scf.chain.journal import ActState, Journal
from scf.chain.keys import Signer
from scf.chain.nonces import user_of
from scf.chain.recovery import recover
from scf.chain.rpc import Rpc, RpcError
from scf.chain.transactions import keccak
from scf.errors import UnavailableError

HOLDER = """
import sys
from pathlib import Path
from scf.chain.journal import Journal

with Journal(Path(sys.argv[1])).sending():
    print("sending", flush=True)
    sys.stdin.read()
"""
GAS = 150_000
LOCKED = "transaction can't be replaced, mining has already started."


def counting(world: World, name: str, signer: Signer) -> Act:
    arg = keccak(name.encode())
    return Act(
        to=world.probe, function="count", args=(arg,), signer=signer, gas=GAS, check=False, key=name
    )


def count_of(world: World, name: str) -> int:
    return int(world.chain.call(world.probe, "countOf", keccak(name.encode())))


def sent_by(world: World, signer: Signer) -> int:
    return int(world.chain.rpc.call("eth_getTransactionCount", signer.address, "latest"), 16)


def flight_of(world: World, act: Act, ahead: int) -> Flight:
    return signed(
        act,
        world.chain.id,
        key=act.key,
        subject=f"{act.signer.address} {world.probe.address} {act.data[:4].hex()}",
        data=act.data,
        gas=GAS,
        price=world.chain.gas_price(),
        nonce=sent_by(world, act.signer) + ahead,
    )


def newcomer(world: World) -> Signer:
    signer = Signer.create()
    world.chain.fund([signer.address])
    # ganache repeats a first transaction; the sender knows, these tests send their own.
    world.sender().send(counting(world, f"first of {signer.address}", signer))
    return signer


def set_balance(world: World, signer: Signer, wei: int) -> None:
    method = world.chain.capabilities.balance_method
    assert method is not None
    world.chain.rpc.call(method, signer.address, hex(wei))


def test_second_copy__counts_as_taken(world: World) -> None:
    # A nonce ahead of its turn keeps both copies waiting in the node.
    flight = flight_of(world, counting(world, "copied", newcomer(world)), 5)

    first = broadcast(world.chain.rpc, [flight.raw])
    second = broadcast(world.chain.rpc, [flight.raw])

    assert [first, second] == [[(Reception.TAKEN, None)]] * 2


def test_copy_while_it_is_mined__waited_for_and_done_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = counting(world, "locked", newcomer(world))
    batch = Rpc.batch

    def locked(self: Rpc, requests: Any) -> list[Any]:
        asked = list(requests)
        answers = batch(self, asked)
        is_send = asked and asked[0][0] == "eth_sendRawTransaction"
        return [RpcError(asked[0][0], -32003, LOCKED)] * len(asked) if is_send else answers

    monkeypatch.setattr(Rpc, "batch", locked)

    outcome = world.sender().send(act)

    assert not outcome.replayed
    assert count_of(world, "locked") == 1


def test_price_too_low__signed_again_and_done_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal()
    act = counting(world, "cheap", newcomer(world))
    gas_price = Chain.gas_price
    prices = iter([1])
    monkeypatch.setattr("scf.chain.flights.REBROADCAST_SECONDS", 0.1)
    monkeypatch.setattr(Chain, "gas_price", lambda chain: next(prices, gas_price(chain)))

    outcome = world.sender(journal).send(act)

    assert outcome.is_done
    assert count_of(world, "cheap") == 1
    assert len(journal.attempts("cheap")) == 1


def test_signer_without_gas__done_after_it_got_some(world: World) -> None:
    pauper = Signer.create()
    sender = world.sender()
    names = [f"poor {world.chain.id} {n}" for n in range(3)]
    before = sender.send_many(counting(world, name, pauper) for name in names)
    world.chain.fund([pauper.address])

    after = sender.send_many(counting(world, name, pauper) for name in names)

    assert [outcome.is_done for outcome in (*before, *after)] == [False] * 3 + [True] * 3
    assert [count_of(world, name) for name in names] == [1] * 3


def test_nonce_left_empty__filled_by_the_next_send(world: World) -> None:
    journal = Journal()
    signer = newcomer(world)
    before = sent_by(world, signer)
    behind = counting(world, "behind a gap", signer)
    journal.write([flight_of(world, behind, 2).entry])

    outcome = world.sender(journal).send(behind)

    assert outcome.replayed
    assert count_of(world, "behind a gap") == 1
    assert sent_by(world, signer) == before + 3


def test_nonce_left_empty__used_by_another_act(world: World) -> None:
    journal = Journal()
    signer = newcomer(world)
    behind, ahead = counting(world, "waits", signer), counting(world, "goes ahead", signer)
    journal.write([flight_of(world, behind, 1).entry])

    outcomes = world.sender(journal).send_many([ahead, behind])

    assert [outcome.is_done for outcome in outcomes] == [True, True]
    assert [count_of(world, name) for name in ("waits", "goes ahead")] == [1, 1]


def test_nonce_cannot_be_filled__said_and_later_done(world: World) -> None:
    journal = Journal()
    signer = newcomer(world)
    act = counting(world, "unfilled", signer)
    journal.write([flight_of(world, act, 1).entry])
    set_balance(world, signer, 0)
    with pytest.raises(UnavailableError):
        world.sender(journal).send(act)
    world.chain.fund([signer.address])

    outcome = world.sender(journal).send(act)

    assert outcome.is_done
    assert count_of(world, "unfilled") == 1


def test_nonce_used_by_another_transaction__given_up_and_done_anew(world: World) -> None:
    journal = Journal()
    signer = newcomer(world)
    act = counting(world, "overtaken", signer)
    journal.write([flight_of(world, act, 0).entry])
    world.sender().send(counting(world, "overtaker", signer))

    mined = recover(world.chain, journal, timeout=20)
    state = journal.find(["overtaken"])["overtaken"].state
    outcome = world.sender(journal).send(act)

    assert (mined, state) == (0, ActState.LOST)
    assert not outcome.replayed
    assert count_of(world, "overtaken") == 1


def blind(monkeypatch: pytest.MonkeyPatch, hidden: set[str], seconds: float) -> None:
    """The node shows nothing about a mined transaction for a while, but for its nonce."""
    methods = {"eth_getTransactionByHash", "eth_getTransactionReceipt", "eth_getBlockReceipts"}
    batch, call = Rpc.batch, Rpc.call
    until = time.monotonic() + seconds

    def blind_batch(self: Rpc, requests: Any) -> list[Any]:
        asked = list(requests)
        answers = batch(self, asked)
        if time.monotonic() >= until:
            return answers
        nothing: dict[str, Any] = dict.fromkeys(methods) | {"eth_getBlockReceipts": []}
        return [
            nothing.get(method, answer) for (method, _), answer in zip(asked, answers, strict=True)
        ]

    def blind_call(self: Rpc, method: str, *params: Any) -> Any:
        is_hidden = method in hidden and time.monotonic() < until
        return None if is_hidden else call(self, method, *params)

    monkeypatch.setattr(Rpc, "batch", blind_batch)
    monkeypatch.setattr(Rpc, "call", blind_call)


@pytest.mark.parametrize("hidden", [set(), {"eth_getBlockByNumber"}], ids=["block", "nothing"])
def test_nonce_counted_and_nothing_shown__waited_for_and_done_once(
    hidden: set[str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal()
    act = counting(world, f"hidden {hidden} {world.chain.id}", newcomer(world))
    journal.write([flight_of(world, act, 0).entry])
    with monkeypatch.context() as patching:
        blind(patching, set(), 0)
        broadcast(world.chain.rpc, [journal.unresolved()[0].raw or b""])
        if world.chain.capabilities.mines_on_demand:
            world.chain.mine()
    sender = world.sender(journal)
    blind(monkeypatch, hidden, 4.0)

    outcome = sender.send(act)

    assert outcome.is_done
    assert outcome.replayed
    assert count_of(world, act.key or "") == 1


@pytest.mark.parametrize("hidden", [set(), {"eth_getBlockByNumber"}], ids=["block", "nothing"])
def test_second_copy_called_too_late_and_nothing_shown__done_once(
    hidden: set[str], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = counting(world, f"late {hidden} {world.chain.id}", newcomer(world))
    sender = world.sender()
    blind(monkeypatch, hidden, 3.0)
    shown = Rpc.batch

    def late(self: Rpc, requests: Any) -> list[Any]:
        asked = list(requests)
        answers = shown(self, asked)
        is_send = bool(asked) and asked[0][0] == "eth_sendRawTransaction"
        return [RpcError(asked[0][0], -32003, "nonce too low")] * len(asked) if is_send else answers

    monkeypatch.setattr(Rpc, "batch", late)

    outcome = sender.send(act)

    assert outcome.is_done
    assert count_of(world, act.key or "") == 1


def test_first_transaction_sent_again__done_once(world: World) -> None:
    # ganache does the same bytes again when they carry the nonce 0.
    signer = Signer.create()
    world.chain.fund([signer.address])
    journal = Journal()
    acts = [counting(world, f"{n} of {signer.address}", signer) for n in range(3)]
    outcomes = world.sender(journal).send_many(acts)
    mined = [outcome.tx_hash for outcome in outcomes]
    numbers = {outcome.block_number for outcome in outcomes}
    blocks = [world.chain.rpc.call("eth_getBlockByNumber", hex(n or 0), True) for n in numbers]
    nonces = {tx["hash"]: int(tx["nonce"], 16) for block in blocks for tx in block["transactions"]}
    is_moved = world.chain.capabilities.repeats_first

    assert [nonces[hash_ or ""] for hash_ in mined] == [n + is_moved for n in range(3)]

    for act, nonce in zip(acts, range(is_moved, 3 + is_moved), strict=True):
        again = signed(
            act,
            world.chain.id,
            key=act.key,
            subject="again",
            data=act.data,
            gas=GAS,
            price=world.chain.gas_price(),
            nonce=nonce,
        )
        ((reception, _),) = broadcast(world.chain.rpc, [again.raw])
        assert reception in (Reception.TAKEN, Reception.NONCE_USED)
    world.sender().send(counting(world, f"last of {signer.address}", signer))
    assert [count_of(world, act.key or "") for act in acts] == [1] * 3


def test_user_of_a_nonce__is_the_transaction_in_its_block(world: World) -> None:
    signer = newcomer(world)
    first = sent_by(world, signer)
    acts = [counting(world, f"used {n} {world.chain.id}", signer) for n in range(9)]
    outcomes = world.sender().send_many(acts)
    rpc = world.chain.rpc

    users = [user_of(rpc, signer.address, first + place) for place in range(10)]

    assert users == [*(outcome.tx_hash for outcome in outcomes), None]
    assert user_of(rpc, Signer.create().address, 0) is None


def test_journal_in_use_by_another_process__refused_by_name(
    ganache_world: World, tmp_path: Path
) -> None:
    path = tmp_path / "journal.db"
    act = counting(ganache_world, "shared journal", ganache_world.signers[0])
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"sending\n"
        with pytest.raises(UnavailableError, match=r"journal\.db is in use"):
            ganache_world.sender(Journal(path)).send(act)
        other.kill()

    outcome = ganache_world.sender(Journal(path)).send(act)

    assert outcome.is_done


def test_send_inside_a_stream_of_the_same_journal__refused(anvil_world: World) -> None:
    sender = anvil_world.sender()
    acts = [counting(anvil_world, f"outer {n}", anvil_world.signers[1]) for n in range(3)]
    stream = sender.send_stream(acts)
    next(stream)

    with pytest.raises(UnavailableError, match="in use"):
        sender.send(counting(anvil_world, "inner", anvil_world.signers[1]))

    assert len(list(stream)) == 2


def test_gas_not_given__no_estimate_where_each_act_has_its_block(
    ganache_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ganache never answers an estimate that meets a block being made.
    world = ganache_world
    asked: list[str] = []
    batch = Rpc.batch

    def listening(self: Rpc, requests: Any) -> list[Any]:
        sent = list(requests)
        asked.extend(method for method, _ in sent)
        return batch(self, sent)

    monkeypatch.setattr(Rpc, "batch", listening)
    act = Act(to=world.probe, function="count", args=(b"\4" * 32,), signer=newcomer(world))

    outcome = world.sender().send(act)

    assert outcome.is_done
    assert "eth_call" in asked
    assert "eth_estimateGas" not in asked
