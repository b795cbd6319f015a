"""
Merkle-Patricia tries: built from sorted keys, proven and followed.

A trie is what its root says: who knows the 32 bytes of the root can check a value with the few
nodes on its way. `build` makes receipts' and transactions' tries at a rate that keeps up with
reading them; `follow` takes nodes from anybody and believes nothing but hashes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scf.audit.proofs.misfit import Misfit, hex_of
from scf.chain.rlp import Item, RlpError, decode, encode, encode_bytes, encode_int, encode_list
from scf.chain.transactions import keccak

EMPTY_ROOT = bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")

_BRANCH, _PAIR = 17, 2
_AFTER_DIGITS = "g"
_EMPTY = b"\x80"
_HASH = 32
_LEAF_EVEN, _LEAF_ODD, _WAY_EVEN, _WAY_ODD = "20", "3", "00", "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trie:
    """A trie that was built: its root, and its nodes by hash."""

    root: bytes
    nodes: Mapping[bytes, bytes]

    def proof(self, key: bytes) -> list[bytes]:
        """The nodes on the way to a key, the root first; they also prove that it is not there."""
        used: dict[bytes, None] = {}
        follow(self.root, key, self.nodes, used=used)
        return [self.nodes[hash_] for hash_ in used]


def build(pairs: Iterable[tuple[bytes, bytes]]) -> Trie:
    """
    The trie of (key, value) pairs.

    Args:
        pairs: rising by key, no key twice or the beginning of another, no empty value.

    Raises:
        ValueError: they are not so.
    """
    keys, values = [], []
    for key, value in pairs:
        keys.append(key.hex())
        values.append(value)
    for before, after in pairwise(keys):
        if not before < after or after.startswith(before):
            raise ValueError(f"key {after} does not stand after {before}")
    if not all(values):
        raise ValueError("a trie holds no empty values")
    if not keys:
        return Trie(root=EMPTY_ROOT, nodes={keccak(_EMPTY): _EMPTY})
    nodes: dict[bytes, bytes] = {}
    node = _node(keys, values, 0, len(keys), 0, nodes)
    root = keccak(node)
    nodes[root] = node
    return Trie(root=root, nodes=nodes)


def build_list(values: Sequence[bytes]) -> Trie:
    """The trie of a list, as of a block's receipts: keys are the places, from 0, in RLP."""
    return build(sorted((encode_int(place), value) for place, value in enumerate(values)))


def follow(
    root: bytes,
    key: bytes,
    nodes: Mapping[bytes, bytes],
    *,
    used: dict[bytes, None] | None = None,
) -> bytes | None:
    """
    What a trie holds under a key.

    Args:
        root: its hash.
        key: as it stands in the trie (hashed already, where the trie is one of hashed keys).
        nodes: by hash, from anybody; each is hashed here before it is believed.
        used: filled with the hashes of the nodes on the way, in order.

    Returns:
        The value, or None where the nodes prove that there is none.

    Raises:
        Misfit: a node on the way is missing, does not hash to its name, or is malformed.
    """
    way = key.hex()
    if root == EMPTY_ROOT and root not in nodes:
        return None
    node = _fetch(root, nodes, used)
    while True:
        if node == b"":
            return None
        if not isinstance(node, list) or len(node) not in (_BRANCH, _PAIR):
            raise Misfit("trie node", expected="a branch, an extension or a leaf", found=node)
        if len(node) == _BRANCH:
            if not way:
                return _value(node[16]) or None
            node, way = node[int(way[0], 16)], way[1:]
        else:
            part, is_leaf = _part(node[0])
            if is_leaf:
                return _value(node[1]) if way == part else None
            if not way.startswith(part):
                return None
            node, way = node[1], way[len(part) :]
        if isinstance(node, bytes) and node:
            node = _fetch(node, nodes, used)


def node_map(nodes: Iterable[bytes]) -> dict[bytes, bytes]:
    """Nodes by their hashes."""
    return {keccak(node): node for node in nodes}


def _node(
    keys: list[str],
    values: list[bytes],
    first: int,
    end: int,
    depth: int,
    nodes: dict[bytes, bytes],
) -> bytes:
    """The encoded node above the keys from `first` to `end`, which agree in `depth` digits."""
    key = keys[first]
    if end - first == 1:
        return _leaf(key, values[first], depth)
    fork, last = depth, keys[end - 1]
    while key[fork] == last[fork]:
        fork += 1
    if fork > depth:
        rest = key[depth:fork]
        head = _WAY_ODD if len(rest) % 2 else _WAY_EVEN
        part = encode_bytes(bytes.fromhex(head + rest))
        below = _node(keys, values, first, end, fork, nodes)
        return encode_list((part, _named(below, nodes)))
    children = [_EMPTY] * _BRANCH
    while first < end:
        digit, start = keys[first][depth], first
        first += 1
        if first < end and keys[first][depth] == digit:
            first = bisect_left(keys, key[:depth] + digit + _AFTER_DIGITS, first, end)
            node = _node(keys, values, start, first, depth + 1, nodes)
        else:
            node = _leaf(keys[start], values[start], depth + 1)
        if len(node) >= _HASH:
            hash_ = keccak(node)
            nodes[hash_] = node
            node = b"\xa0" + hash_
        children[int(digit, 16)] = node
    return encode_list(children)


def _leaf(key: str, value: bytes, depth: int) -> bytes:
    rest = key[depth:]
    head = _LEAF_ODD if len(rest) % 2 else _LEAF_EVEN
    return encode_list((encode_bytes(bytes.fromhex(head + rest)), encode_bytes(value)))


def _named(node: bytes, nodes: dict[bytes, bytes]) -> bytes:
    """How a node stands in the one above it: a short one as it is, others by hash."""
    if len(node) < _HASH:
        return node
    hash_ = keccak(node)
    nodes[hash_] = node
    return b"\xa0" + hash_


def _fetch(hash_: bytes, nodes: Mapping[bytes, bytes], used: dict[bytes, None] | None) -> Item:
    node = nodes.get(hash_)
    if node is None:
        raise Misfit(f"trie node {hex_of(hash_)}", expected="a node of that hash", found="none")
    if keccak(node) != hash_:
        raise Misfit("hash of a trie node", expected=hash_, found=keccak(node))
    if used is not None:
        used[hash_] = None
    try:
        return decode(node)
    except RlpError as exc:
        raise Misfit(f"trie node {hex_of(hash_)}", expected="RLP", found=exc) from exc


def _part(item: Item) -> tuple[str, bool]:
    """The digits of a leaf or an extension, and whether it is a leaf."""
    text = item.hex() if isinstance(item, bytes) else ""
    if text[:1] not in ("0", "1", "2", "3") or (text[0] in "02" and text[1] != "0"):
        raise Misfit("trie node", expected="a path in hex-prefix form", found=text or "none")
    rest = text[1:] if text[0] in "13" else text[2:]
    return rest, text[0] in "23"


def _value(item: Item) -> bytes:
    return item if isinstance(item, bytes) else encode(item)
