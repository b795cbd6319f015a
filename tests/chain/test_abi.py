from __future__ import annotations

from typing import Any

import pytest
from chain_worlds import World
from eth_abi.abi import encode

from scf.chain.abi import Abi, Contract
from scf.chain.chain import Read
from scf.chain.refusals import decode_revert, errors_of, revert_data
from scf.chain.rpc import RpcError
from scf.chain.transactions import keccak
from scf.errors import ContractRefusal, UsageError

ADDRESS = "0x" + "1a" * 20


def raw_log(topics: list[str], data: bytes) -> dict[str, Any]:
    return {
        "address": ADDRESS,
        "topics": topics,
        "data": "0x" + data.hex(),
        "blockNumber": "0x5",
        "blockHash": "0xb1",
        "transactionHash": "0xt1",
        "logIndex": "0x2",
    }


def test_encode__selector_and_words(abi: Abi) -> None:
    contract = Contract(ADDRESS.upper().replace("X", "x"), abi)

    data = contract.encode("mark", b"\1" * 32, 500)

    assert contract.address == ADDRESS
    assert data == keccak(b"mark(bytes32,uint256)")[:4] + b"\1" * 32 + (500).to_bytes(32)


@pytest.mark.parametrize(
    ("function", "args", "field"),
    [
        ("mark", (b"\1" * 33, 1), "mark.key"),
        ("mark", (b"\1" * 32, -1), "mark.amount"),
        ("mark", (b"\1" * 32, 1.0), "mark.amount"),
        ("mark", (b"\1" * 32,), "mark"),
        ("marc", (), "function"),
        ("sumOf", ([{"holder": ADDRESS}], 1), "parts"),
    ],
)
def test_encode_misfit__names_the_argument(
    abi: Abi, function: str, args: tuple[Any, ...], field: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Contract(ADDRESS, abi).encode(function, *args)

    assert caught.value.field == field


def test_unknown_function__nearest_named(abi: Abi) -> None:
    with pytest.raises(UsageError, match="did you mean countOf"):
        abi.function("countof")


def test_wrong_address__refused(abi: Abi) -> None:
    with pytest.raises(UsageError, match="40 hex digits"):
        Contract("0x12", abi)


def test_structs__mappings_in_and_dicts_out(world: World) -> None:
    caller = world.signers[0].address
    parts = [{"amount": 4, "holder": caller}, (caller, 5)]

    total = world.chain.call(world.probe, "sumOf", parts, -10)
    found = world.chain.call(world.probe, "partsOf", 2, sender=caller)

    assert total == -1
    assert found == (
        ({"holder": caller, "amount": 0}, {"holder": caller, "amount": 1}),
        "parts",
        0,
    )


def test_call_many__refusals_in_their_place(world: World) -> None:
    reads = [
        Read(contract=world.probe, function="total"),
        Read(contract=world.probe, function="refuse", args=(1, 2, 3)),
        Read(contract=world.probe, function="refuseWithStruct"),
    ]

    total, refused, angry = world.chain.call_many(reads, sender=ADDRESS)

    assert isinstance(total, int)
    assert isinstance(refused, ContractRefusal)
    assert refused.name == "ProbeRefused"
    assert angry.fields == {
        "actual": 1,
        "text": "不",
        "parts": [{"holder": ADDRESS, "amount": 5}],
    }


def test_call_where_no_contract_is__refused(world: World) -> None:
    with pytest.raises(UsageError, match="address of such a contract"):
        world.chain.call(Contract(ADDRESS, world.probe.abi), "total")


def test_events_of_both_layouts__decoded_from_the_chain(world: World) -> None:
    from scf.chain.acts import Act

    args = (7, "供应链", [1, 2, 3], b"\xff\0")
    act = Act(to=world.probe, function="note", args=args, signer=world.signers[0])

    noted, labelled = world.sender().send(act).events(world.probe)

    assert (noted.name, noted.args) == (
        "Noted",
        {"id": 7, "text": "供应链", "parts": (1, 2, 3), "blob": b"\xff\0"},
    )
    assert labelled.args == {
        "label": keccak("供应链".encode()),
        "day": 20_000,
        "tag": b"\1\2\3\4",
        "mood": 1,
    }


def test_log_of_unknown_event__none(abi: Abi) -> None:
    contract = Contract(ADDRESS, abi)

    decoded = (
        contract.decode_log(raw_log(["0x" + "00" * 32], b"")),
        contract.decode_log(raw_log([], b"")),
    )

    assert decoded == (None, None)


def test_log_with_wrong_topics__value_error(abi: Abi) -> None:
    with pytest.raises(ValueError, match="2 indexed"):
        abi.event("Counted").decode(raw_log([abi.event("Counted").topic], b"\0" * 96))


@pytest.mark.parametrize("data", [b"", b"\1", bytes.fromhex("08c379a0"), b"\xde\xad\xbe\xef\0"])
def test_unreadable_revert__kept_whole(abi: Abi, data: bytes) -> None:
    refusal = decode_revert(data, errors_of(abi))

    assert (refusal.name, refusal.fields) == ("UnknownRevert", {"data": "0x" + data.hex()})


def test_truncated_known_error__kept_whole(abi: Abi) -> None:
    selector = keccak(b"ProbeRefused(uint256,uint256,uint256)")[:4]

    refusal = decode_revert(selector + b"\0" * 40, abi.errors)

    assert refusal.name == "UnknownRevert"


def test_rule_refusal__fields_and_rule(abi: Abi) -> None:
    selector = keccak(b"ProbeRuled(bytes32,bytes32,uint32)")[:4]
    words = encode(["bytes32", "bytes32", "uint32"], [b"\2" * 32, b"R77-2a", 3])

    refusal = decode_revert(selector + words, abi.errors)

    assert "[rule R77-2a v3]" in str(refusal)
    assert refusal.fields == {"subject": "0x" + "02" * 32, "ruleId": "R77-2a", "version": 3}


@pytest.mark.parametrize(
    ("code", "message", "data", "expected"),
    [
        (3, "execution reverted", "0x0102", b"\1\2"),
        (-32000, "VM Exception: revert", {"result": "0x0102"}, b"\1\2"),
        (-32015, "VM execution error.", "Reverted 0x0102", b"\1\2"),
        (-32000, "execution reverted", None, b""),
        (-32000, "header not found", None, None),
        (-32602, "invalid params", "not hex", None),
    ],
)
def test_revert_data__found_wherever_nodes_put_it(
    code: int, message: str, data: object, expected: bytes | None
) -> None:
    assert revert_data(RpcError("eth_call", code, message, data)) == expected
