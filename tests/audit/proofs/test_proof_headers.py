"""Headers, receipts and transactions of public networks hash to what those networks agreed on."""

from __future__ import annotations

from typing import Any

import proof_vectors as vectors
import pytest

from scf.audit.proofs.headers import Header, linked
from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.receipts import Receipt, block_receipts, check_bloom, may_hold, receipt_bytes
from scf.audit.proofs.signed import SignedTransaction, transaction_bytes
from scf.audit.proofs.trie import build_list
from scf.chain.rlp import decode_list


@pytest.mark.parametrize("fork", vectors.HEADERS)
def test_a_header__hashes_to_its_block(fork: str) -> None:
    raw = vectors.HEADERS[fork]

    header = Header.of_rpc(raw)

    assert header.hash.hex() == raw["hash"][2:]
    assert header.state_root.hex() == raw["stateRoot"][2:]
    assert header.receipts_root.hex() == raw["receiptsRoot"][2:]
    assert header.timestamp == int(raw["timestamp"], 16)
    assert Header.of_rlp(header.rlp) == header


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ({"totalDifficulty": "0x1", "size": "0x1", "uncles": []}, "noise"),
        ({"difficulty": "0x00", "baseFeePerGas": "0x07"}, "leading zeros"),
        ({"gasUsed": "0x"}, "zero without a digit"),
        ({"futureField": "0x1"}, "a field not known here"),
    ],
)
def test_a_header_as_odd_nodes_write_it__is_the_same(shown: dict[str, Any], why: str) -> None:
    assert Header.of_rpc(vectors.ERIGON_PRAGUE | shown) == Header.of_rpc(vectors.ERIGON_PRAGUE), why


def test_a_field_that_the_chain_does_not_hash__is_left_out() -> None:
    shown = vectors.SEPOLIA_GENESIS | {"withdrawalsRoot": vectors.EMPTY_TRIE, "blobGasUsed": "0x0"}

    assert Header.of_rpc(shown) == Header.of_rpc(vectors.SEPOLIA_GENESIS)


@pytest.mark.parametrize("field", [*vectors.header(), "stateRoot", "gasLimit", "timestamp"])
def test_a_changed_field__is_another_block(field: str) -> None:
    raw = vectors.MAINNET_ONE
    text = raw[field]
    changed = text[:-1] + ("1" if text[-1] != "1" else "2")
    if field == "extraData":
        changed = text + "00"

    with pytest.raises(Misfit, match=r"block \d+: hash of its 15 fields"):
        Header.of_rpc(raw | {field: changed})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stateRoot": None}, r"block 1: stateRoot: expected a header's field, found nothing"),
        ({"stateRoot": "0x00"}, r"block 1: stateRoot: expected 32 bytes in hex"),
        ({"miner": 5}, r"block 1: miner: expected 20 bytes in hex, found 5"),
        ({"gasUsed": "many"}, r"block 1: gasUsed: expected a number in hex, found many"),
        ({"number": None}, r"block number: expected a number in hex"),
    ],
)
def test_a_malformed_header__is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Misfit, match=message):
        Header.of_rpc(vectors.MAINNET_ONE | change)


@pytest.mark.parametrize(
    ("rlp", "message"),
    [
        (b"", "cut off"),
        (b"\x83dog", "a string where a list is needed"),
        (b"\xc0", "a list of 15 to 32 fields"),
        (Header.of_rpc(vectors.MAINNET_ONE).rlp + b"\0", "1 bytes after the end"),
    ],
)
def test_bytes_that_are_no_header__are_refused(rlp: bytes, message: str) -> None:
    with pytest.raises(Misfit, match=message):
        Header.of_rlp(rlp)


def test_headers_in_a_chain__follow_one_another() -> None:
    genesis, one = map(Header.of_rpc, (vectors.MAINNET_GENESIS, vectors.MAINNET_ONE))

    assert list(linked([genesis, one])) == [genesis, one]
    with pytest.raises(Misfit, match="chain of headers: expected block 2, found block 1"):
        list(linked([one, one]))
    with pytest.raises(Misfit, match="block 1: parent hash"):
        list(linked([one], parent=Header.of_rpc(vectors.GOERLI_GENESIS)))


def test_receipts_of_a_block__have_its_root_and_filter() -> None:
    header = Header.of_rpc(vectors.CANCUN_BLOCK)

    (data,) = block_receipts(header, [vectors.CANCUN_RECEIPT])
    receipt = Receipt.of_bytes(data)

    check_bloom(header, [receipt])
    assert (receipt.kind, receipt.succeeded, receipt.gas_total) == (2, True, 0x9DCF)
    assert [len(event.topics) for event in receipt.events] == [3, 4]
    first = receipt.events[0]
    assert may_hold(header.logs_bloom, first.address, *first.topics)
    assert not may_hold(header.logs_bloom, first.address, b"nobody said this")


def test_a_receipt_before_byzantium__holds_a_states_root() -> None:
    data = receipt_bytes(vectors.FIRST_RECEIPT, "receipt")

    assert build_list([data]).root.hex() == vectors.FIRST_RECEIPTS_ROOT[2:]
    assert Receipt.of_bytes(data).succeeded is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "0x0"}, "block 354: root of its 1 receipts"),
        ({"type": "0x0"}, "block 354: root of its 1 receipts"),
        ({"type": "0x7e"}, "receipt 0: type: expected 0x0 to 0x4, found 0x7e"),
        ({"cumulativeGasUsed": "0x1"}, "block 354: root of its 1 receipts"),
        ({"status": "0x2"}, "receipt 0: status: expected 0x0 or 0x1"),
        ({"status": None}, "receipt 0: expected a status, or the state's root, found neither"),
        ({"logsBloom": vectors.NO_BLOOM}, "receipt 0: filter of events"),
        ({"logs": []}, "receipt 0: filter of events"),
        ({"logs": [], "logsBloom": vectors.NO_BLOOM}, "block 354: root of its 1 receipts"),
        ({"transactionIndex": "0x1"}, "receipts: expected one of transaction 0, found one of"),
    ],
)
def test_a_changed_receipt__is_named(change: dict[str, Any], message: str) -> None:
    header = Header.of_rpc(vectors.CANCUN_BLOCK)

    with pytest.raises(Misfit, match=message):
        block_receipts(header, [vectors.CANCUN_RECEIPT | change])


def test_a_missing_receipt__is_named() -> None:
    with pytest.raises(Misfit, match="block 354: root of its 0 receipts"):
        block_receipts(Header.of_rpc(vectors.CANCUN_BLOCK), [])


@pytest.mark.parametrize(
    ("raw", "root", "chain_id"),
    [
        (vectors.FIRST_TRANSACTION, vectors.FIRST_TRANSACTIONS_ROOT, None),
        (vectors.LEGACY_TRANSACTION, vectors.LEGACY_TRANSACTIONS_ROOT, 0x1720),
    ],
)
def test_a_transaction__proves_its_sender(
    raw: dict[str, Any], root: str, chain_id: int | None
) -> None:
    data = transaction_bytes(raw, "transaction")
    signed = SignedTransaction.of_bytes(data)

    assert build_list([data]).root.hex() == root[2:]
    assert signed.sender == raw["from"]
    assert signed.to == raw["to"]
    assert signed.data.hex() == raw["input"][2:]
    assert signed.chain_id == chain_id
    assert len(decode_list(data)) == 9


@pytest.mark.parametrize("field", ["nonce", "gasPrice", "gas", "to", "value", "v", "r", "s"])
def test_a_changed_transaction__has_another_hash(field: str) -> None:
    text = vectors.LEGACY_TRANSACTION[field]
    changed = text[:-1] + ("1" if text[-1] != "1" else "2")

    with pytest.raises(Misfit, match="transaction: hash of its fields"):
        transaction_bytes(vectors.LEGACY_TRANSACTION | {field: changed}, "transaction")
