"""Three modes of reading give the same events, say what they reached, and find a node that lies."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from proof_worlds import Life

from scf.audit.proofs.blocks import header
from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.reading import Mode, Reading, compare_nodes
from scf.audit.proofs.storage import differences
from scf.chain.chain import Chain
from scf.model.fold import fold


def read(life: Life, mode: Mode, chain: Chain | None = None) -> Reading:
    last = life.chain.head()
    return Reading(chain or life.chain, life.ledger.manifest, 0, last, mode)


def test_all_modes__read_the_same_events_and_say_what_they_reached(life: Life) -> None:
    readings = {mode: read(life, mode) for mode in Mode}
    events = {mode: list(reading.events()) for mode, reading in readings.items()}

    logs = {mode: [event.log for event in found] for mode, found in events.items()}
    assert logs[Mode.FAST] == logs[Mode.PROVED] == logs[Mode.FULL]
    assert len(logs[Mode.FAST]) > 100
    reached = {mode: reading.reached for mode, reading in readings.items()}
    head = life.chain.head()
    assert reached[Mode.FAST].blocks == 0
    assert reached[Mode.PROVED].blocks == reached[Mode.FULL].blocks == head + 1
    assert 0 < reached[Mode.PROVED].rebuilt < reached[Mode.FULL].rebuilt <= head + 1
    assert reached[Mode.FULL].are_signers_proven
    assert not reached[Mode.PROVED].are_signers_proven
    assert reached[Mode.FULL].block_hash == life.chain.block(head).hash
    assert reached[Mode.FULL].digest == reached[Mode.PROVED].digest != reached[Mode.FAST].digest
    for mode, one in reached.items():
        assert (one.mode, one.first, one.last, one.events) == (mode, 0, head, len(logs[mode]))


def test_books_of_a_full_reading__are_what_proven_storage_holds(life: Life) -> None:
    manifest, last = life.ledger.manifest, header(life.chain, life.chain.head())
    names = {item.address: name for name, item in manifest.contracts.items()}
    events = list(read(life, Mode.FULL).events())
    books = fold(((event.log, event.timestamp) for event in events), names)

    assert list(differences(life.chain.rpc, manifest, last, books)) == []

    without = [event for event in events if event.log.name != "Transfer"]
    poorer = fold(((event.log, event.timestamp) for event in without), names)
    found = list(differences(life.chain.rpc, manifest, last, poorer))
    assert {(one.contract, one.variable, one.field) for one in found} == {
        ("Cash", "supply", "amountFen")
    }
    assert (found[0].books, found[0].storage) == (0, books.cash_supply)


class Lying(Chain):
    """The same chain through a node that changes its answers."""

    def __init__(self, honest: Chain, lie: Callable[[str, Any], Any]) -> None:
        super().__init__(
            copy.copy(honest.rpc),
            chain_id=honest.id,
            genesis_hash=honest.genesis_hash,
            capabilities=honest.capabilities,
        )
        call, batch = honest.rpc.call, honest.rpc.batch_iter

        def batch_iter(requests: Any) -> Iterator[Any]:
            asked = list(requests)
            for (method, _), answer in zip(asked, batch(asked), strict=True):
                yield lie(method, answer)

        self.rpc.call = lambda method, *params: lie(method, call(method, *params))  # type: ignore[method-assign]
        self.rpc.batch_iter = batch_iter  # type: ignore[method-assign]


def receipts_in(method: str, answer: Any) -> list[dict[str, Any]]:
    """Receipts in an answer, however they were asked for."""
    if method == "eth_getBlockReceipts":
        return list(answer)
    return [answer] if method == "eth_getTransactionReceipt" else []


def hide_event(method: str, answer: Any) -> Any:
    for receipt in receipts_in(method, answer):
        if len(receipt["logs"]) > 2:
            receipt["logs"].pop()
    if method == "eth_getLogs":
        return answer[:-1]
    return answer


def hide_event_and_fit_the_filter(method: str, answer: Any) -> Any:
    for receipt in receipts_in(method, answer):
        if receipt["logs"]:
            receipt["logs"], receipt["logsBloom"] = [], "0x" + "00" * 256
    return answer


def hide_receipt(method: str, answer: Any) -> Any:
    if method == "eth_getBlockReceipts" and len(answer) > 1:
        return answer[:-1]
    if method == "eth_getTransactionReceipt":
        answer["transactionIndex"] = "0x1"
    return answer


def fail_receipt(method: str, answer: Any) -> Any:
    for receipt in receipts_in(method, answer):
        receipt["status"] = "0x0"
    return answer


def other_amount(method: str, answer: Any) -> Any:
    for receipt in receipts_in(method, answer):
        for log in receipt["logs"]:
            if len(log["data"]) > 2:
                log["data"] = log["data"][:-1] + ("1" if log["data"][-1] != "1" else "2")
    return answer


def other_parent(method: str, answer: Any) -> Any:
    if method == "eth_getBlockByNumber" and answer["number"] == "0x5":
        answer["parentHash"] = "0x" + "11" * 32
    return answer


def skipped_block(method: str, answer: Any) -> Any:
    if method == "eth_getBlockByNumber" and answer["number"] == "0x5":
        return None
    return answer


def empty_roots(method: str, answer: Any) -> Any:
    if method == "eth_getBlockByNumber" and answer["number"] == "0x5":
        answer["receiptsRoot"] = answer["transactionsRoot"] = (
            "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
        )
    return answer


LIES = {
    "an event hidden": (hide_event, r"block \d+: receipt \d+: filter of events"),
    "events hidden, filter fitted": (
        hide_event_and_fit_the_filter,
        r"block \d+: root of its \d+ receipts",
    ),
    "a receipt hidden": (hide_receipt, r"block \d+: (root of its \d+ )?receipts"),
    "a failure invented": (fail_receipt, r"block \d+: root of its \d+ receipts"),
    "another amount": (other_amount, r"block \d+: root of its \d+ receipts"),
    "another parent": (other_parent, r"block 5: hash of its 1\d fields"),
    "a block emptied": (empty_roots, r"block 5: hash of its 1\d fields"),
}


@pytest.mark.parametrize("mode", [Mode.PROVED, Mode.FULL])
@pytest.mark.parametrize("lie", LIES)
def test_a_node_that_lies__is_caught_at_the_block(life: Life, mode: Mode, lie: str) -> None:
    change, message = LIES[lie]
    lying = Lying(life.chain, lambda method, answer: change(method, copy.deepcopy(answer)))

    with pytest.raises(Misfit, match=rf"reading in mode {mode.value}: {message}"):
        list(read(life, mode, lying).events())


@pytest.mark.parametrize("mode", Mode)
def test_two_honest_nodes__agree(anvil_life: Life, mode: Mode) -> None:
    other = Lying(anvil_life.chain, lambda method, answer: answer)
    args = anvil_life.ledger.manifest, 0, anvil_life.chain.head(), mode

    reached = compare_nodes(anvil_life.chain, other, *args)

    alone = read(anvil_life, mode)
    list(alone.events())
    assert reached == alone.reached


def test_two_nodes_of_which_one_hides_an_event__differ(anvil_life: Life) -> None:
    """Fast reading believes each of them; holding one against the other does not."""
    lying = Lying(anvil_life.chain, hide_event)
    head, manifest = anvil_life.chain.head(), anvil_life.ledger.manifest
    hidden = list(read(anvil_life, Mode.FAST, lying).events())

    assert len(hidden) == len(list(read(anvil_life, Mode.FAST).events())) - 1
    with pytest.raises(Misfit, match=rf"block {head} at http.*: expected 0x.* with \d+ events"):
        compare_nodes(anvil_life.chain, lying, manifest, 0, head, Mode.FAST)


def test_signers_that_cannot_be_proven__are_said_to_be_so(anvil_life: Life) -> None:
    """A node that lets anybody's address send has transactions that nobody signed."""

    def unsigned(method: str, answer: Any) -> Any:
        if method == "eth_getBlockByHash":
            answer = copy.deepcopy(answer)
            for shown in answer["transactions"]:
                shown["s"] = "0x1"
        return answer

    reading = read(anvil_life, Mode.FULL, Lying(anvil_life.chain, unsigned))
    assert len(list(reading.events())) > 100

    assert not reading.reached.are_signers_proven
    assert "transaction 0: hash of its fields" in reading.reached.why
