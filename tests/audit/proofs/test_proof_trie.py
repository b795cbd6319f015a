"""Tries against the library that the Ethereum Foundation keeps, over random and adverse keys."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie

from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.trie import EMPTY_ROOT, build, build_list, follow, node_map
from scf.chain.rlp import RlpError, decode, encode, encode_int, split

KEYS = st.binary(min_size=3, max_size=3)
VALUES = st.binary(min_size=1, max_size=80)
# Few different digits make long common ways, short leaves and nodes inside nodes.
NEAR_KEYS = st.lists(st.sampled_from([0x00, 0x01, 0x10, 0x11]), min_size=3, max_size=3).map(bytes)


def library_root(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    made = HexaryTrie({})
    for key, value in pairs:
        made[key] = value
    return bytes(made.root_hash)


@given(st.dictionaries(st.one_of(KEYS, NEAR_KEYS), st.one_of(VALUES, st.just(b"\x01"))))
@settings(max_examples=200, deadline=None)
def test_a_trie__has_the_librarys_root_and_proves_every_key(pairs: dict[bytes, bytes]) -> None:
    made = build(sorted(pairs.items()))

    assert made.root == library_root(list(pairs.items()))
    for key, value in pairs.items():
        assert follow(made.root, key, node_map(made.proof(key))) == value


@given(st.dictionaries(NEAR_KEYS, VALUES, min_size=1), NEAR_KEYS)
@settings(max_examples=200, deadline=None)
def test_a_key_that_is_not_there__is_proven_so(pairs: dict[bytes, bytes], key: bytes) -> None:
    made = build(sorted(pairs.items()))

    assert follow(made.root, key, node_map(made.proof(key))) == pairs.get(key)


@given(st.dictionaries(NEAR_KEYS, VALUES, min_size=2), st.data())
@settings(max_examples=200, deadline=None)
def test_a_changed_node__is_found(pairs: dict[bytes, bytes], data: st.DataObject) -> None:
    made = build(sorted(pairs.items()))
    key = data.draw(st.sampled_from(sorted(pairs)))
    proof = made.proof(key)
    place = data.draw(st.integers(0, len(proof) - 1))
    byte = data.draw(st.integers(0, len(proof[place]) - 1))
    node = bytearray(proof[place])
    node[byte] ^= data.draw(st.integers(1, 255))
    proof[place] = bytes(node)

    with pytest.raises(Misfit, match=r"trie node 0x[0-9a-f]{64}: expected a node of that hash"):
        follow(made.root, key, node_map(proof))


@given(st.dictionaries(NEAR_KEYS, VALUES, min_size=2), st.data())
@settings(max_examples=100, deadline=None)
def test_a_node_left_out__is_found(pairs: dict[bytes, bytes], data: st.DataObject) -> None:
    made = build(sorted(pairs.items()))
    key = data.draw(st.sampled_from(sorted(pairs)))
    proof = made.proof(key)
    del proof[data.draw(st.integers(0, len(proof) - 1))]

    with pytest.raises(Misfit, match="expected a node of that hash, found none"):
        follow(made.root, key, node_map(proof))


def test_a_node_under_anothers_hash__is_not_believed() -> None:
    made = build_list([b"one" * 20, b"two" * 20])
    nodes = dict(made.nodes)
    nodes[made.root] = next(node for hash_, node in nodes.items() if hash_ != made.root)

    with pytest.raises(Misfit, match="hash of a trie node"):
        follow(made.root, encode_int(0), nodes)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 16, 17, 127, 128, 129, 130, 255, 256, 300])
def test_a_list_of_any_length__has_the_librarys_root(count: int) -> None:
    values = [random.Random(place).randbytes(1 + place % 90) for place in range(count)]

    made = build_list(values)

    keyed = [(rlp.encode(place), value) for place, value in enumerate(values)]
    assert made.root == library_root(keyed)
    if count:
        assert follow(made.root, encode_int(count - 1), made.nodes) == values[-1]
    assert follow(made.root, encode_int(count), made.nodes) is None


def test_nothing__has_the_well_known_root() -> None:
    assert build([]).root == EMPTY_ROOT
    assert follow(EMPTY_ROOT, b"any", {}) is None


@pytest.mark.parametrize(
    "pairs",
    [
        [(b"b", b"1"), (b"a", b"1")],
        [(b"a", b"1"), (b"a", b"2")],
        [(b"a", b"1"), (b"ab", b"2")],
        [(b"a", b"")],
    ],
)
def test_keys_that_make_no_such_trie__are_refused(pairs: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(ValueError, match=r"key|empty"):
        build(pairs)


def test_the_short_builder__beats_the_library() -> None:
    values = [random.Random(place).randbytes(600) for place in range(2_000)]

    began = time.process_time()
    mine = build_list(values).root
    ours = time.process_time() - began
    began = time.process_time()
    theirs = library_root([(encode_int(place), value) for place, value in enumerate(values)])

    assert mine == theirs
    assert time.process_time() - began > 4 * ours


ITEMS = st.recursive(st.binary(max_size=80), lambda inner: st.lists(inner, max_size=5))


@given(ITEMS)
@settings(max_examples=300, deadline=None)
def test_rlp__is_the_librarys(item: bytes | list[object]) -> None:
    encoded = encode(item)  # type: ignore[arg-type]

    assert encoded == rlp.encode(item)
    assert decode(encoded) == item
    assert split(encoded + encoded) == [encoded, encoded]


@given(st.binary(max_size=12))
@settings(max_examples=500, deadline=None)
def test_rlp_in_another_form__is_refused(data: bytes) -> None:
    try:
        item = decode(data)
    except RlpError:
        return
    assert encode(item) == data
