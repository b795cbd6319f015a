"""Ways to tamper with an evidence file: a change to its JSON, and what the verifier must say."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs import evidence
from scf.audit.proofs.headers import Header
from scf.audit.proofs.misfit import hex_of
from scf.chain.rlp import Item, decode_list, encode

Shape = dict[str, Any]
Change = Callable[[Shape, Shape], None]
"""Takes the file to change, and an honest one of another chain."""


@dataclass(frozen=True)
class Tampering:
    """One way: which file it starts from, the change, and the message as a pattern."""

    of: str
    change: Change
    says: str


def changed_hex(text: str, at: int = -1) -> str:
    """The same hex with another digit."""
    at %= len(text)
    return text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]


def repacked(shape: Shape, change: Callable[[list[Header]], list[bytes]]) -> None:
    """Put other headers in."""
    count = shape["last"] - shape["first"] + 1
    headers = evidence.unpacked_headers(shape["headers"], count)
    shape["headers"] = packed(change(headers))


def packed(parts: list[bytes]) -> str:
    """Bytes of headers as they stand in the file."""
    import base64
    import zlib

    return base64.b64encode(zlib.compress(b"".join(parts))).decode()


def forged(header: Header, place: int, value: bytes) -> bytes:
    """A header with another field."""
    fields = decode_list(header.rlp)
    fields[place] = value
    return encode(fields)


def edited_receipt(text: str, change: Callable[[list[Item]], None]) -> str:
    """A receipt with a change to its four fields."""
    data = bytes.fromhex(text[2:])
    kind = data[:1] if data[0] < 0x80 else b""
    fields = decode_list(data[len(kind) :])
    change(fields)
    return hex_of(kind + encode(fields))


def last_block(shape: Shape) -> Shape:
    """The last block with an act."""
    return shape["blocks"][-1]


def first_key(record: dict[str, Any]) -> str:
    """The first name of an object."""
    return next(iter(record))


def _receipt(change: Callable[[list[Item]], None]) -> Change:
    def tamper(shape: Shape, other: Shape) -> None:
        receipts = last_block(shape)["receipts"]
        place = list(receipts)[-1]
        receipts[place] = edited_receipt(receipts[place], change)

    return tamper


def _log_data(fields: list[Item]) -> None:
    log = fields[3][0]  # type: ignore[index]
    data = bytearray(log[2])  # type: ignore[index,arg-type]
    data[-1] ^= 1
    log[2] = bytes(data)  # type: ignore[index,call-overload]


def _status(fields: list[Item]) -> None:
    fields[0] = b""


def _gas(fields: list[Item]) -> None:
    fields[1] = b"\x01"


def _bloom(fields: list[Item]) -> None:
    fields[2] = bytes(256)


def _drop_log(fields: list[Item]) -> None:
    fields[3].pop()  # type: ignore[union-attr]


def _set(*path: Any, to: Any) -> Change:
    """Put a value (or what a function makes of the old one) at a place."""

    def tamper(shape: Shape, other: Shape) -> None:
        inner: Any = shape
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to(inner[path[-1]]) if callable(to) else to

    return tamper


def _do(action: Callable[[Shape], object]) -> Change:
    return lambda shape, other: (action(shape), None)[1]


def _swap(name: str, one: int, two: int) -> Change:
    def tamper(shape: Shape, other: Shape) -> None:
        items = shape[name]
        items[one], items[two] = items[two], items[one]

    return tamper


def _plus(number: int) -> int:
    return number + 1


def _from_other(*names: str) -> Change:
    def tamper(shape: Shape, other: Shape) -> None:
        for name in names:
            shape[name] = copy.deepcopy(other[name])

    return tamper


def _headers(change: Callable[[list[Header]], list[bytes]]) -> Change:
    return lambda shape, other: repacked(shape, change)


def _rlp(headers: list[Header]) -> list[bytes]:
    return [header.rlp for header in headers]


def _forge_state_root(shape: Shape, other: Shape) -> None:
    """A whole new end of the chain: the file is right in itself, but for the hash one trusts."""
    count = shape["last"] - shape["first"] + 1
    headers = evidence.unpacked_headers(shape["headers"], count)
    made = forged(headers[-1], 3, bytes(32))
    shape["headers"] = packed([*_rlp(headers[:-1]), made])
    shape["blockHash"] = hex_of(Header.of_rlp(made).hash)


def _exchange_addresses(shape: Shape, other: Shape) -> None:
    contracts = shape["manifest"]["contracts"]
    one, two = contracts["Cash"], contracts["Receivables"]
    one["address"], two["address"] = two["address"], one["address"]


def _exchange_receipts(shape: Shape, other: Shape) -> None:
    block = next(block for block in shape["blocks"] if len(block["receipts"]) > 1)
    receipts = block["receipts"]
    one, two = list(receipts)[:2]
    receipts[one], receipts[two] = receipts[two], receipts[one]


def _drop_receipt(shape: Shape) -> None:
    block = next(block for block in shape["blocks"] if len(block["receipts"]) > 1)
    del block["receipts"][list(block["receipts"])[-1]]


def _drop_all_signatures(shape: Shape) -> None:
    for block in shape["blocks"]:
        block["transactions"] = {}


def _other_signature(shape: Shape) -> None:
    """A transaction of another act, which is as well signed."""
    first, last = shape["blocks"][0]["transactions"], shape["blocks"][-1]["transactions"]
    last[first_key(last)] = first[first_key(first)]


def _change_first(record: dict[str, str]) -> None:
    name = first_key(record)
    record[name] = changed_hex(record[name])


def _change_amount(shape: Shape) -> None:
    act = next(act for act in shape["acts"] if act["event"] == "TransferSingle")
    act["args"]["amount"] += 1


CERTIFICATE, WHOLE, PARTY = "certificate acts", "period blocks", "party acts"
TAMPERINGS: dict[str, Tampering] = {
    # receipts
    "changed amount in a receipt": Tampering(
        CERTIFICATE, _receipt(_log_data), r"block \d+: receipt \d+: keccak-256: expected 0x"
    ),
    "changed receipt status": Tampering(
        CERTIFICATE, _receipt(_status), r"block \d+: receipt \d+: keccak-256"
    ),
    "changed gas of a receipt": Tampering(
        CERTIFICATE, _receipt(_gas), r"block \d+: receipt \d+: keccak-256"
    ),
    "changed filter of a receipt": Tampering(
        CERTIFICATE, _receipt(_bloom), r"block \d+: receipt \d+: keccak-256"
    ),
    "changed amount in a whole block": Tampering(
        WHOLE, _receipt(_log_data), r"block \d+: root of its \d+ receipts: expected 0x"
    ),
    "changed status in a whole block": Tampering(
        WHOLE, _receipt(_status), r"block \d+: root of its \d+ receipts"
    ),
    "dropped event in a receipt": Tampering(
        WHOLE, _receipt(_drop_log), r"block \d+: root of its \d+ receipts"
    ),
    "dropped receipt of a whole block": Tampering(
        WHOLE, _do(_drop_receipt), r"block \d+: root of its \d+ receipts"
    ),
    "receipts exchanged": Tampering(
        WHOLE, _exchange_receipts, r"block \d+: root of its \d+ receipts"
    ),
    "dropped block": Tampering(
        WHOLE, _do(lambda shape: shape["blocks"].pop(2)), r"blocks: 2: expected \d+, found \d+"
    ),
    "dropped last block": Tampering(
        WHOLE, _do(lambda shape: shape["blocks"].pop()), r"blocks: \d+: expected \d+, found nothing"
    ),
    "duplicated block": Tampering(
        WHOLE,
        _do(lambda shape: shape["blocks"].insert(1, shape["blocks"][0])),
        r"blocks: expected \d+ to \d+, rising, found \d+",
    ),
    "blocks out of order": Tampering(WHOLE, _swap("blocks", 0, 1), r"blocks: expected .* rising"),
    "block beyond the headers": Tampering(
        CERTIFICATE, _set("blocks", -1, "number", to=10**6), r"blocks: expected .* found 1000000"
    ),
    "receipt of another block": Tampering(
        CERTIFICATE, _set("blocks", 0, "number", to=_plus), r"block|blocks"
    ),
    "dropped trie node": Tampering(
        CERTIFICATE,
        _do(lambda shape: last_block(shape)["nodes"].pop(0)),
        r"block \d+: (receipt|transaction) \d+: trie node 0x.*: expected a node of that hash",
    ),
    "changed trie node": Tampering(
        CERTIFICATE,
        _set("blocks", -1, "nodes", 0, to=changed_hex),
        r"block \d+: (receipt|transaction) \d+: trie node 0x.*: expected a node of that hash",
    ),
    "idle trie node": Tampering(
        CERTIFICATE,
        _do(lambda shape: last_block(shape)["nodes"].append("0xc0")),
        r"block \d+: nodes: .* which proves nothing",
    ),
    "trie node twice": Tampering(
        CERTIFICATE,
        _do(lambda shape: last_block(shape)["nodes"].append(last_block(shape)["nodes"][0])),
        r"block \d+: nodes: expected each node once",
    ),
    # transactions
    "changed transaction": Tampering(
        CERTIFICATE,
        _do(lambda shape: _change_first(shape["blocks"][0]["transactions"])),
        r"block \d+: transaction \d+: keccak-256: expected 0x.*, by its block",
    ),
    "another's transaction": Tampering(
        CERTIFICATE, _do(_other_signature), r"block \d+: transaction \d+: keccak-256"
    ),
    "one transaction left out": Tampering(
        CERTIFICATE,
        _set("blocks", 0, "transactions", to=lambda old: {}),
        r"block \d+: nodes: .* which proves nothing",
    ),
    # acts
    "changed amount of an act": Tampering(
        CERTIFICATE,
        _do(_change_amount),
        r"act \d+ \(Receivables\.TransferSingle in block .*\): args: amount: expected",
    ),
    "dropped act": Tampering(
        CERTIFICATE, _do(lambda shape: shape["acts"].pop(3)), r"act 3 \(.*\): "
    ),
    "dropped last act": Tampering(
        CERTIFICATE, _do(lambda shape: shape["acts"].pop()), r"act \d+: expected .*, found none"
    ),
    "duplicated act": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["acts"].insert(2, shape["acts"][1])),
        r"act 2 \(.*\): ",
    ),
    "one act too many": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["acts"].append(shape["acts"][-1])),
        r"act \d+: expected none: the receipts hold no more, found",
    ),
    "swapped acts": Tampering(CERTIFICATE, _swap("acts", 0, 1), r"act 0 \(.*\): "),
    "changed raw log": Tampering(
        CERTIFICATE, _set("acts", 0, "raw", "data", to=changed_hex), r"act 0 .*: raw: data"
    ),
    "changed time": Tampering(
        CERTIFICATE, _set("acts", 0, "timestamp", to=_plus), r"act 0 .*: timestamp"
    ),
    "changed signer": Tampering(
        CERTIFICATE, _set("acts", 0, "sender", to=changed_hex), r"act 0 .*: sender"
    ),
    "changed transaction hash": Tampering(
        CERTIFICATE, _set("acts", 0, "hash", to=changed_hex), r"act 0 .*: hash"
    ),
    "event renamed": Tampering(
        CERTIFICATE, _set("acts", 0, "event", to="CertificatePaid"), r"act 0 .*: event"
    ),
    "contract renamed": Tampering(
        CERTIFICATE, _set("acts", 0, "contract", to="Cash"), r"act 0 .*: contract"
    ),
    "an argument more": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["acts"][0]["args"].update(rebate=5)),
        r"act 0 .*: args: rebate: expected no such field, found 5",
    ),
    # state
    "changed slot value": Tampering(
        CERTIFICATE, _set("slots", 1, "value", to=changed_hex), r"slot 1 \(.*\): value"
    ),
    "changed meaning of a slot": Tampering(
        CERTIFICATE,
        _set("slots", 1, "means", "outstandingFen", to=_plus),
        r"slot 1 \(Receivables\.certificate of .*\): means: outstandingFen",
    ),
    "truth as a number": Tampering(
        CERTIFICATE,
        _set("slots", 1, "means", "hasLocks", to=1),
        r"slot 1 .*: means: hasLocks: expected True, found 1",
    ),
    "wrong slot key": Tampering(
        CERTIFICATE, _set("slots", 1, "keys", 0, to=changed_hex), r"slot 1 .*: keys: 0"
    ),
    "wrong slot": Tampering(
        CERTIFICATE, _set("slots", 1, "slot", to=changed_hex), r"slot 1 .*: slot: expected"
    ),
    "slot of another contract": Tampering(
        CERTIFICATE, _set("slots", 1, "contract", to="Invoices"), r"slot 1 .*: contract"
    ),
    "slot of another variable": Tampering(
        CERTIFICATE, _set("slots", 1, "variable", to="lateRate"), r"slot 1 .*: variable"
    ),
    "dropped slot": Tampering(
        CERTIFICATE, _do(lambda shape: shape["slots"].pop(2)), r"slot 2 \(.*\): "
    ),
    "dropped last slot": Tampering(
        CERTIFICATE, _do(lambda shape: shape["slots"].pop()), r"slot \d+: expected .*found none"
    ),
    "swapped slots": Tampering(CERTIFICATE, _swap("slots", 1, 2), r"slot 1 \(.*\): "),
    "changed state node": Tampering(
        CERTIFICATE, _set("stateNodes", -1, to=changed_hex), r"trie node 0x.*: expected a node"
    ),
    "dropped state node": Tampering(
        PARTY, _do(lambda shape: shape["stateNodes"].pop()), r"trie node 0x.*: expected a node"
    ),
    "idle state node": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["stateNodes"].append("0xc0")),
        r"stateNodes: .* which proves nothing",
    ),
    "state of another chain": Tampering(
        CERTIFICATE, _from_other("slots", "stateNodes"), r"account 0x.*: trie node 0x"
    ),
    # headers
    "forged last header": Tampering(
        CERTIFICATE, _forge_state_root, r"hash of block \d+: expected 0x.*, found 0x"
    ),
    "forged header in between": Tampering(
        WHOLE,
        _headers(lambda all_: [*_rlp(all_[:2]), forged(all_[2], 5, bytes(32)), *_rlp(all_[3:])]),
        r"headers: block \d+: hash: expected 0x",
    ),
    "cut header chain": Tampering(
        WHOLE, _headers(lambda all_: _rlp(all_[:3] + all_[4:])), r"headers: expected \d+ headers"
    ),
    "cut header chain, numbers fitted": Tampering(
        WHOLE,
        lambda shape, other: (
            repacked(shape, lambda all_: _rlp(all_[1:])),
            shape.update(first=shape["first"] + 1),
        )[1],
        r"blocks: expected",
    ),
    "swapped headers": Tampering(
        WHOLE,
        _headers(lambda all_: _rlp([all_[0], all_[2], all_[1], *all_[3:]])),
        r"headers: block \d+: (number|hash)",
    ),
    "header twice": Tampering(
        WHOLE,
        _headers(lambda all_: _rlp([all_[0], *all_[:-2], all_[-1]])),
        r"headers: (first|block \d+: (number|hash))",
    ),
    "headers cut off": Tampering(
        WHOLE, _set("headers", to=lambda text: text[: len(text) // 8 * 4]), r"headers: expected"
    ),
    "headers that are no headers": Tampering(
        WHOLE, _set("headers", to="AAAA"), r"headers: expected RLP in zlib in base64"
    ),
    "headers of another chain": Tampering(
        CERTIFICATE,
        _from_other("headers", "first", "last", "blockHash"),
        r"hash of block \d+: expected 0x.*, found 0x",
    ),
    "another block hash": Tampering(
        CERTIFICATE, _set("blockHash", to=changed_hex), r"blockHash: expected 0x"
    ),
    "first block moved": Tampering(
        WHOLE, _set("first", to=_plus), r"headers: expected \d+ headers"
    ),
    "last before first": Tampering(WHOLE, _set("last", to=0), r"last: expected a block from"),
    # manifest, code, subject
    "replaced manifest": Tampering(
        CERTIFICATE,
        _from_other("manifest"),
        r"account 0x\w+: (expected a contract, found nobody|trie node 0x\w+: .* found none)",
    ),
    "address misspelt": Tampering(
        CERTIFICATE,
        _set("manifest", "contracts", "Loans", "address", to=lambda old: "7" + old[1:]),
        r"manifest: expected all of its fields \(address: '7x",
    ),
    "contracts exchanged": Tampering(
        CERTIFICATE, _exchange_addresses, r"manifest: code hash of (Cash|Receivables)"
    ),
    "changed code hash": Tampering(
        CERTIFICATE,
        _set("manifest", "contracts", "Cash", "codeHash", to=changed_hex),
        r"manifest: code hash of Cash: expected 0x",
    ),
    "contract left out": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["manifest"]["contracts"].pop("Cash")),
        r"manifest: contracts: \d+: expected Cash",
    ),
    "changed chain id": Tampering(
        CERTIFICATE,
        _set("manifest", "chainId", to=_plus),
        r"manifest: chainId, by block \d+: transaction \d+: expected 1337, found 1338",
    ),
    "changed genesis": Tampering(
        "period from genesis",
        _set("manifest", "genesisHash", to=changed_hex),
        r"manifest: genesisHash: expected 0x",
    ),
    "another operator": Tampering(
        CERTIFICATE, _set("manifest", "operator", to="0x" + "ab" * 20), r"slot 0 .*: keys: 0"
    ),
    "another compiler": Tampering(
        CERTIFICATE, _set("manifest", "compiler", to="0.8.29"), r"manifest: compiler: expected"
    ),
    "another instruction set": Tampering(
        CERTIFICATE, _set("manifest", "evmVersion", to="cancun"), r"manifest: evmVersion: expected"
    ),
    "manifest of another format": Tampering(
        CERTIFICATE, _set("manifest", "format", to=2), r"manifest: expected a manifest of format 1"
    ),
    "manifest with a field more": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["manifest"].update(owner="me")),
        r"manifest: owner: expected no such field, found me",
    ),
    "changed immutable": Tampering(
        CERTIFICATE,
        _set("immutables", "Receivables", 0, to=changed_hex),
        r"immutables: hash of the code that scf ships as Receivables",
    ),
    "immutable left out": Tampering(
        CERTIFICATE,
        _do(lambda shape: shape["immutables"]["Cash"].pop()),
        r"immutables of Cash: how many",
    ),
    "another certificate": Tampering(
        CERTIFICATE, _set("subject", "key", to=changed_hex), r"block \d+: receipts about"
    ),
    "certificate as a party": Tampering(
        CERTIFICATE, _set("subject", "kind", to="party"), r"subject: expected 0x and 40 hex digits"
    ),
    "period about something": Tampering(
        WHOLE, _set("subject", "key", to="0x12"), r"subject: expected no key, found 0x12"
    ),
    "more claimed than shown": Tampering(
        CERTIFICATE, _set("coverage", to="blocks"), r"blocks: \d+: expected \d+, found \d+"
    ),
    "less claimed than shown": Tampering(
        WHOLE, _set("coverage", to="acts"), r"block \d+: receipt|block \d+: receipts about"
    ),
    "changed statement": Tampering(
        CERTIFICATE, _set("statement", 2, to="All is well."), r"statement: 2: expected \d+ acts"
    ),
    "sentence left out": Tampering(
        CERTIFICATE, _do(lambda shape: shape["statement"].pop(3)), r"statement: 3: expected"
    ),
    "signers hidden": Tampering(
        CERTIFICATE, _do(_drop_all_signatures), r"block \d+: nodes: .* which proves nothing"
    ),
    # the file's shape
    "unknown version": Tampering(
        CERTIFICATE, _set("version", to=2), r"version: expected 1, found 2"
    ),
    "unknown format": Tampering(
        CERTIFICATE, _set("format", to="scf-manifest"), r"format: expected scf-evidence, found"
    ),
    "unknown field": Tampering(
        CERTIFICATE, _do(lambda shape: shape.update(comment="true")), r"file: expected must not"
    ),
    "field left out": Tampering(
        CERTIFICATE, _do(lambda shape: shape.pop("stateNodes")), r"file: expected must contain"
    ),
    "text for a number": Tampering(
        CERTIFICATE, _set("acts", 0, "block", to="11"), r"acts\.0\.block: expected must be integer"
    ),
    "capital hex": Tampering(
        CERTIFICATE,
        _set("slots", 0, "value", to=lambda text: "0x" + "A" + text[3:]),
        r"slots\.0\.value: expected must match pattern",
    ),
    "a negative block": Tampering(
        CERTIFICATE, _set("first", to=-1), r"first: expected must be big"
    ),
    "unknown coverage": Tampering(
        CERTIFICATE, _set("coverage", to="all"), r"coverage: expected must be one of"
    ),
    "unknown subject": Tampering(
        CERTIFICATE, _set("subject", "kind", to="bond"), r"subject\.kind: expected must be one of"
    ),
}
