"""Comparisons that name the first difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from scf.audit.proofs.misfit import Misfit, bytes_of, hex_of
from scf.audit.proofs.trie import node_map

_NOTHING = "nothing"


def require_same(item: str, expected: object, found: object) -> None:
    """
    Two values in JSON's own types are the same, true and 1 told apart.

    Raises:
        Misfit: names the field or the place in a list where they first differ.
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in {**expected, **found}:
            if name not in found or name not in expected:
                needed = expected.get(name, "no such field")
                raise Misfit(f"{item}: {name}", expected=needed, found=found.get(name, _NOTHING))
            require_same(f"{item}: {name}", expected[name], found[name])
    elif isinstance(expected, list) and isinstance(found, list):
        pairs = zip_longest(expected, found, fillvalue=_NOTHING)
        for place, (one, other) in enumerate(pairs):
            require_same(f"{item}: {place}", one, other)
    elif type(expected) is not type(found) or expected != found:
        raise Misfit(item, expected=expected, found=found)


def require_rising(item: str, numbers: Sequence[int], least: int, most: int) -> None:
    """
    Numbers between `least` and `most`, each above the one before.

    Raises:
        Misfit: names the first that is not.
    """
    before = least - 1
    for number in numbers:
        if not before < number <= most:
            raise Misfit(item, expected=f"{before + 1} to {most}, rising", found=number)
        before = number


class Nodes:
    """
    Trie nodes of a file, and which of them were needed.

    Args:
        item: where they stand, for messages.
        texts: 0x and hex.

    Raises:
        Misfit: no such bytes, or a node twice.
    """

    def __init__(self, item: str, texts: Iterable[Any]) -> None:
        data = [bytes_of(text, item) for text in texts]
        self.item = item
        self.by_hash = node_map(data)
        self.used: dict[bytes, None] = {}
        if len(self.by_hash) != len(data):
            raise Misfit(item, expected="each node once", found=f"{len(data)} nodes, some twice")

    def require_all_used(self) -> None:
        """
        Nothing is there that proves nothing.

        Raises:
            Misfit: names a node that was not needed.
        """
        for hash_ in self.by_hash:
            if hash_ not in self.used:
                found = f"node {hex_of(hash_)}, which proves nothing"
                raise Misfit(self.item, expected="only nodes on the way to the shown", found=found)
