"""
Accounts and storage slots proven against a block's state root (EIP-1186).

The node is asked for nodes of the trie; its own statements of values are held against them. Slots
are always sent as 32 bytes, which anvil insists on and the others accept. What anvil shows as the
state of a block includes changes made after it without a block, and then proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.audit.proofs.headers import HASH, Header
from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of, number_of
from scf.audit.proofs.trie import follow, node_map
from scf.chain.rlp import RlpError, decode, decode_list
from scf.chain.rpc import Rpc, RpcError
from scf.chain.transactions import keccak
from scf.errors import UnavailableError

_ACCOUNT_FIELDS = 4
_SLOTS_PER_REQUEST = 200
_OUT = (
    "another state: it was changed outside of blocks (anvil's balances are), or this block's is "
    "gone; take the next block"
)
_REQUESTS_PER_BATCH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A contract's account at a block: the root of its storage and the hash of its code."""

    storage_root: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProof:
    """
    Storage of some contracts at one block, proven.

    Attributes:
        header: of the block.
        accounts: by address.
        words: the 32 bytes of each slot asked for, by address and slot.
        nodes: the nodes of the tries that prove all of it, by hash.
    """

    header: Header
    accounts: Mapping[str, Account]
    words: Mapping[tuple[str, int], int]
    nodes: Mapping[bytes, bytes]


def prove_state(rpc: Rpc, header: Header, wanted: Mapping[str, Sequence[int]]) -> StateProof:
    """
    Ask a node for storage at a block, and hold what it says against the block's state root.

    Args:
        rpc: the node; it must still have the state of that block.
        header: of the block.
        wanted: slots by address; an address without slots proves its account alone.

    Raises:
        Misfit: the node's nodes do not lead from the root to what it says; names contract and slot.
        UnavailableError: the node did not answer, or has no `eth_getProof` for that block.
    """
    asked = [(address, chunk) for address, slots in wanted.items() for chunk in _chunks(slots)]
    nodes: dict[bytes, bytes] = {}
    accounts: dict[str, Account] = {}
    words: dict[tuple[str, int], int] = {}
    requests = [
        ("eth_getProof", [address, [f"0x{slot:064x}" for slot in chunk], hex(header.number)])
        for address, chunk in asked
    ]
    for start in range(0, len(requests), _REQUESTS_PER_BATCH):
        end = start + _REQUESTS_PER_BATCH
        answers = rpc.batch(requests[start:end])
        for (address, chunk), answer in zip(asked[start:end], answers, strict=True):
            shown = _checked(answer, address, header)
            nodes |= node_map(_nodes(shown))
            if header.state_root not in nodes:
                raise Misfit(
                    f"block {header.number}: state", expected=header.state_root, found=_OUT
                )
            accounts[address] = account_of(header, address, nodes)
            for slot in chunk:
                words[address, slot] = word_of(accounts[address], address, slot, nodes)
            _compare(shown, address, accounts[address], words)
    used: dict[bytes, None] = {}
    for address, account in accounts.items():
        account_of(header, address, nodes, used=used)
        for slot in wanted[address]:
            word_of(account, address, slot, nodes, used=used)
    proven = {hash_: nodes[hash_] for hash_ in used}
    return StateProof(header=header, accounts=accounts, words=words, nodes=proven)


def account_of(
    header: Header,
    address: str,
    nodes: Mapping[bytes, bytes],
    *,
    used: dict[bytes, None] | None = None,
) -> Account:
    """
    The account at an address.

    Args:
        header: of the block.
        address: 0x and 40 hex digits.
        nodes: of the state's trie, from anybody.
        used: filled with the hashes of the nodes on the way.

    Raises:
        Misfit: the nodes do not lead there, or nobody has that address.
    """
    item = f"block {header.number}: account {address}"
    try:
        data = follow(header.state_root, keccak(bytes.fromhex(address[2:])), nodes, used=used)
        if data is None:
            raise Misfit(item, expected="a contract", found="nobody")
        fields = decode_list(data)
    except RlpError as exc:
        raise Misfit(item, expected="an account in RLP", found=exc) from exc
    except Misfit as exc:
        raise exc if exc.item == item else exc.within(item) from exc
    if len(fields) != _ACCOUNT_FIELDS or not all(isinstance(one, bytes) for one in fields):
        raise Misfit(item, expected="nonce, balance, storage and code", found=fields)
    storage, code = (bytes(field) for field in fields[2:] if isinstance(field, bytes))
    return Account(storage_root=storage, code_hash=code)


def word_of(
    account: Account,
    address: str,
    slot: int,
    nodes: Mapping[bytes, bytes],
    *,
    used: dict[bytes, None] | None = None,
) -> int:
    """
    The 32 bytes of a slot as a number; 0 where the nodes prove that it is empty.

    Raises:
        Misfit: the nodes do not lead there.
    """
    item = f"slot {slot:#x} of {address}"
    try:
        data = follow(account.storage_root, keccak(slot.to_bytes(HASH)), nodes, used=used)
        value = b"" if data is None else decode(data)
    except RlpError as exc:
        raise Misfit(item, expected="a number in RLP", found=exc) from exc
    except Misfit as exc:
        raise exc.within(item) from exc
    if not isinstance(value, bytes) or len(value) > HASH:
        raise Misfit(item, expected="at most 32 bytes", found=value)
    return int.from_bytes(value)


def _chunks(slots: Sequence[int]) -> Iterable[Sequence[int]]:
    if not slots:
        return [()]
    return [
        slots[start : start + _SLOTS_PER_REQUEST]
        for start in range(0, len(slots), _SLOTS_PER_REQUEST)
    ]


def _checked(answer: Any, address: str, header: Header) -> Mapping[str, Any]:
    if isinstance(answer, RpcError):
        raise answer
    if not isinstance(answer, dict):
        raise UnavailableError(f"the node has no proof of {address} at block {header.number}")
    return answer


def _nodes(shown: Mapping[str, Any]) -> list[bytes]:
    texts = list(shown.get("accountProof") or ())
    for slot in shown.get("storageProof") or ():
        texts += slot.get("proof") or ()
    return [bytes_of(text, "trie node") for text in texts]


def _compare(
    shown: Mapping[str, Any],
    address: str,
    account: Account,
    words: Mapping[tuple[str, int], int],
) -> None:
    """What the node states beside its nodes."""
    stated = {"storageHash": account.storage_root, "codeHash": account.code_hash}
    for name, proven in stated.items():
        found = bytes_of(shown.get(name), f"{name} of {address}", size=HASH)
        if found != proven:
            raise Misfit(f"{name} of {address}", expected=proven, found=found)
    for slot in shown.get("storageProof") or ():
        number = number_of(slot.get("key"), f"key of a slot of {address}")
        item = f"slot {number:#x} of {address}"
        value, proven_word = number_of(slot.get("value"), item), words.get((address, number))
        if value != proven_word:
            raise Misfit(item, expected=hex_of((proven_word or 0).to_bytes(HASH)), found=hex(value))
