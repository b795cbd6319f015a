"""Real nodes: blocks hash, receipts and transactions are in their roots, storage is proven."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from bill_worlds import BillLife
from proof_worlds import Life

from scf.audit.proofs.bill_layout import BILL_ROWS
from scf.audit.proofs.blocks import header, headers, proven_blocks
from scf.audit.proofs.facts import facts_of
from scf.audit.proofs.financing_layout import FINANCING_ROWS
from scf.audit.proofs.headers import Header
from scf.audit.proofs.layout import VARIABLES, slot_of, variable
from scf.audit.proofs.misfit import Misfit, hex_of
from scf.audit.proofs.receipts import block_receipts
from scf.audit.proofs.signed import SignedTransaction, transaction_bytes
from scf.audit.proofs.state import prove_state
from scf.audit.proofs.variables import HASH, PARTY, erc721_owner
from scf.build.compile import compile_contracts, contracts_folder
from scf.build.manifest import Manifest
from scf.chain.abi import Abi
from scf.chain.chain import Chain
from scf.chain.node import Anvil, Ganache, LocalNode
from scf.chain.rpc import Rpc
from scf.chain.transactions import keccak
from scf.errors import UsageError
from scf.model.folding.state import State
from tests.engines import InProcess


def test_every_block__is_what_its_hash_says(life: Life) -> None:
    chain = life.chain
    chained = list(headers(chain, 0, chain.head()))

    blocks = list(proven_blocks(chain, chained))

    assert [one.header for one in blocks] == chained
    assert chained[0].hash.hex() == chain.genesis_hash[2:]
    assert not any(one.why for one in blocks)
    kinds = {outcome.kind for one in blocks for outcome in one.outcomes}
    assert kinds <= {0, 2}
    outcomes = [outcome.succeeded for one in blocks for outcome in one.outcomes]
    assert outcomes.count(False) == 1
    assert len(outcomes) > 100


def test_every_fact_of_the_books__is_in_proven_storage(life: Life) -> None:
    told = require_facts_in_storage(life.chain, life.ledger.manifest, life.fold.state)

    others = {row for row, found in VARIABLES.items() if found in (*BILL_ROWS, *FINANCING_ROWS)}
    assert told - others == set(VARIABLES) - others


def test_every_fact_about_bills__is_in_proven_storage(bill_life: BillLife) -> None:
    told = require_facts_in_storage(
        bill_life.chain, bill_life.ledger.manifest, bill_life.fold.state
    )

    assert told >= {(row.contract, row.name) for row in BILL_ROWS}


def require_facts_in_storage(
    chain: Chain, manifest: Manifest, state: State
) -> set[tuple[str, str]]:
    """Everything the books say of storage is so; which variables they speak of."""
    facts = list(facts_of(state))
    wanted: dict[str, list[int]] = {item.address: [] for item in manifest.contracts.values()}
    for fact in facts:
        slot = slot_of(fact.contract, fact.name, *fact.keys)
        wanted[manifest.address(fact.contract)].append(slot)

    proof = prove_state(chain.rpc, header(chain, chain.head()), wanted)

    for fact in facts:
        row = variable(fact.contract, fact.name)
        word = proof.words[manifest.address(fact.contract), row.slot(fact.keys)]
        means = row.decode(word)
        assert {name: means[name] for name in fact.said} == fact.said, fact
    for item in manifest.contracts.values():
        assert item.code_hash == hex_of(proof.accounts[item.address].code_hash)
    return {(fact.contract, fact.name) for fact in facts}


def test_an_empty_slot__is_proven_empty(life: Life) -> None:
    address = life.ledger.manifest.address("Cash")
    slot = slot_of("Cash", "balance", "0x" + "ab" * 20)

    state = prove_state(life.chain.rpc, header(life.chain, life.chain.head()), {address: [slot]})

    assert state.words[address, slot] == 0


def test_state_of_the_past__is_proven_too(life: Life) -> None:
    """At the block that opened the certificate, the supplier held all of it."""
    log = life.fold.state.certificates[life.certificate]
    place = life.evidence("certificate", "acts")["acts"][0]["block"]
    key = f"0x{life.certificate:064x}"
    address = life.ledger.manifest.address("Receivables")
    slots = [
        slot_of("Receivables", "balance", key, life.town.ids["supplier"]),
        slot_of("Receivables", "certificate", key),
    ]

    state = prove_state(life.chain.rpc, header(life.chain, place), {address: slots})

    assert state.words[address, slots[0]] == log.face_fen == 100_000_00
    opened = variable("Receivables", "certificate").decode(state.words[address, slots[1]])
    assert opened["outstandingFen"] == 100_000_00
    assert opened["status"] == 5


@pytest.mark.parametrize("field", ["value", "storageHash", "codeHash", "node", "dropped node"])
def test_a_node_that_lies_about_storage__is_caught(
    life: Life, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rpc, address = life.chain.rpc, life.ledger.manifest.address("Cash")
    honest = rpc.batch

    def lying(requests: Any) -> list[Any]:
        (answer,) = honest(requests)
        slot = answer["storageProof"][0]
        if field == "value":
            slot["value"] = "0x1"
        elif field == "node":
            slot["proof"][-1] = slot["proof"][-1][:-2] + "ff"
        elif field == "dropped node":
            slot["proof"].pop()
        else:
            answer[field] = "0x" + "11" * 32
        return [answer]

    monkeypatch.setattr(rpc, "batch", lying)
    message = {
        "value": "slot 0x.* of 0x.*: expected 0x.*, found 0x1",
        "node": "slot 0x.*: trie node 0x.*: expected a node of that hash, found none",
        "dropped node": "slot 0x.*: trie node 0x.*: expected a node of that hash, found none",
    }.get(field, f"{field} of {address}")
    with pytest.raises(Misfit, match=message):
        prove_state(
            rpc,
            header(life.chain, life.chain.head()),
            {address: [slot_of("Cash", "balance", life.town.ids["debtor"])]},
        )


def test_nobodys_account__is_named(life: Life) -> None:
    with pytest.raises(Misfit, match=r"account 0x(ab)+: expected a contract, found nobody"):
        prove_state(life.chain.rpc, header(life.chain, life.chain.head()), {"0x" + "ab" * 20: []})


def test_state_changed_outside_of_blocks__is_refused_until_the_next_block() -> None:
    with Anvil() as node:
        chain = Chain.connect(node.url)
        someone = chain.rpc.call("eth_accounts")[0]
        chain.mine()
        chain.fund(["0x" + "ab" * 20])

        with pytest.raises(Misfit, match=r"block 1: state: .* changed outside of blocks"):
            prove_state(chain.rpc, header(chain, 1), {someone: []})
        chain.mine()
        prove_state(chain.rpc, header(chain, 2), {someone: []})
        chain.close()


def test_the_table_of_slots__is_the_compilers() -> None:
    folder = contracts_folder()
    build = compile_contracts(folder, cache=folder.parent / ".build")
    for row in VARIABLES.values():
        assert len({field.name for field in row.fields}) == len(row.fields)
        if row.solidity is None:
            assert row.place is not None, row.name
            continue
        layout = build[row.contract].storage_layout
        (entry,) = [item for item in layout["storage"] if item["label"] == row.solidity]
        assert int(entry["slot"]) == row.root[0], row.name
        kinds, type_ = layout["types"], layout["types"][entry["type"]]
        for size in row.keys:
            if type_["encoding"] == "dynamic_array":
                assert (size, row.element) == (HASH, _words(kinds[type_["base"]])), row.name
                type_ = kinds[type_["base"]]
                continue
            # Numbers and short hashes stand in keys of 32 bytes.
            assert int(kinds[type_["key"]]["numberOfBytes"]) in _KEY_BYTES[size], row.name
            type_ = kinds[type_["value"]]
        members = [one for one in type_.get("members", ()) if int(one["slot"]) == row.root[1]]
        if members:
            assert [kinds[one["type"]]["numberOfBytes"] for one in members][: len(row.fields)] == [
                str(field.bits // 8) for field in row.fields
            ], row.name


_KEY_BYTES = {PARTY: (20,), HASH: (2, 15, 16, 32)}


def _words(type_: dict[str, Any]) -> int:
    return int(type_["numberOfBytes"]) // 32


TITLES = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC721} from "solady/tokens/ERC721.sol";

contract Titles is ERC721 {
    function name() public pure override returns (string memory) {
        return "Titles";
    }

    function symbol() public pure override returns (string memory) {
        return "T";
    }

    function tokenURI(uint256) public pure override returns (string memory) {
        return "";
    }

    function mint(address to, uint256 id, uint96 extra) external {
        _mint(to, id);
        _setExtraData(id, extra);
    }
}
"""


def test_tokens_of_soladys_erc721__lie_where_the_table_says(tmp_path: Path) -> None:
    (tmp_path / "Titles.sol").write_text(TITLES, encoding="utf-8")
    library = contracts_folder() / "node_modules" / "solady" / "src"
    titles = compile_contracts(tmp_path, library=library)["Titles"].artifact
    abi, engine = Abi.parse(titles.abi), InProcess()
    address, _ = engine.create("0x" + "01" * 20, titles.bytecode)
    owner, id_, extra = "0x" + "cd" * 20, keccak(b"title"), 0xABC

    engine.transact(
        "0x" + "01" * 20, address, abi.function("mint").encode([owner, int.from_bytes(id_), extra])
    )

    word = engine._evm.storage(address, erc721_owner([id_]))
    assert word == extra << 160 | int(owner, 16)


def test_keys_that_do_not_fit__are_named() -> None:
    with pytest.raises(Misfit, match="keys of balance: expected 1, found 0"):
        slot_of("Cash", "balance")
    with pytest.raises(Misfit, match="key of balance: expected 20 bytes in hex, found 0x00"):
        slot_of("Cash", "balance", "0x00")
    with pytest.raises(UsageError, match=r"variable: 'Cash\.balances' is not accepted"):
        slot_of("Cash", "balances")
    with pytest.raises(Misfit, match=r"slot of Invoices\.debtor: expected no more bits"):
        variable("Invoices", "debtor").decode(1 << 255)


class _Fork(LocalNode):
    """A node of another fork than the ones this package starts."""

    fork = ""


class _Ganache(_Fork, Ganache):
    def command(self) -> list[str]:
        return [*super().command(), f"--chain.hardfork={self.fork}"]


class _Anvil(_Fork, Anvil):
    def command(self) -> list[str]:
        words = [word for word in super().command() if not word.startswith("--hardfork")]
        return [*words, f"--hardfork={self.fork}"]


FORKS = [
    *((_Ganache, fork) for fork in ("istanbul", "berlin", "london", "merge")),
    *((_Anvil, fork) for fork in ("berlin", "london", "paris", "cancun", "prague", "osaka")),
]
# Init code: LOG2 with 32 bytes of data and two topics, or a refusal.
SPEAKING, REFUSING = "0x60016000526005600460206000a260006000f3", "0x60006000fd"


@pytest.mark.parametrize(("kind", "fork"), FORKS, ids=lambda item: getattr(item, "__name__", item))
def test_nodes_of_other_forks__are_read_too(kind: type[_Fork], fork: str) -> None:
    node = kind()
    node.fork = fork
    with node:
        rpc = Rpc(node.url)
        sender, other = rpc.call("eth_accounts")[:2]
        price = {"from": sender, "gas": "0x30000", "gasPrice": "0x2540be400"}
        acts: list[dict[str, Any]] = [
            price | {"data": SPEAKING},
            price | {"data": REFUSING},
            price | {"to": other, "value": "0x1"},
        ]
        if fork != "istanbul":
            entry = {"address": other, "storageKeys": ["0x" + "00" * 31 + "01"]}
            acts.append(price | {"to": other, "accessList": [entry], "type": "0x1"})
        if fork not in ("istanbul", "berlin"):
            fees = {"maxFeePerGas": "0x2540be400", "maxPriorityFeePerGas": "0x1"}
            acts.append({"from": sender, "gas": "0x30000", "to": other} | fees)
        for act in acts:
            _mined(rpc, act)
        kinds = set()
        for number in range(int(rpc.call("eth_blockNumber"), 16) + 1):
            block = rpc.call("eth_getBlockByNumber", hex(number), True)
            header_ = Header.of_rpc(block)
            shown = block["transactions"]
            receipts = [rpc.call("eth_getTransactionReceipt", one["hash"]) for one in shown]
            assert len(block_receipts(header_, receipts)) == len(shown)
            for one in shown:
                signed = SignedTransaction.of_bytes(transaction_bytes(one, "transaction"))
                assert signed.sender == one["from"].lower()
                kinds.add(signed.kind)
        rpc.close()

    assert kinds == {"istanbul": {0}, "berlin": {0, 1}}.get(fork, {0, 1, 2})


def _mined(rpc: Rpc, act: dict[str, Any]) -> None:
    hash_, deadline = rpc.call("eth_sendTransaction", act), time.monotonic() + 30
    while rpc.call("eth_getTransactionReceipt", hash_) is None:
        assert time.monotonic() < deadline, act
        rpc.call("evm_mine")
