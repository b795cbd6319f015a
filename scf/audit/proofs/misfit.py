"""What does not fit: the one exception of all proofs, and readers of hex that raise it."""

from __future__ import annotations

from typing import Any

from scf.errors import ScfError


class Misfit(ScfError):
    """
    Something shown does not follow from what it is held against.

    Args:
        item: what: a block, a receipt, a slot, a part of a file.
        expected: what would fit.
        found: what is there.
    """

    def __init__(self, item: str, *, expected: object, found: object) -> None:
        super().__init__(f"{item}: expected {_shown(expected)}, found {_shown(found)}")
        self.item = item
        self.expected = expected
        self.found = found

    def as_dict(self) -> dict[str, Any]:
        """The shape of `--json`."""
        return super().as_dict() | {
            "item": self.item,
            "expected": _shown(self.expected),
            "found": _shown(self.found),
        }

    def within(self, place: str) -> Misfit:
        """The same with the place it is part of in front."""
        return Misfit(f"{place}: {self.item}", expected=self.expected, found=self.found)


def number_of(value: object, item: str) -> int:
    """
    A quantity as nodes write it: `0x` and hex digits of any number, also `0x` for zero.

    Raises:
        Misfit: not such a quantity.
    """
    if isinstance(value, str) and value.startswith("0x"):
        try:
            return int(value[2:] or "0", 16)
        except ValueError:
            pass
    raise Misfit(item, expected="a number in hex", found=value)


def bytes_of(value: object, item: str, *, size: int | None = None) -> bytes:
    """
    Bytes as nodes write them.

    Args:
        value: `0x` and an even number of hex digits.
        item: what it is, for the message.
        size: how many bytes, if that is fixed.

    Raises:
        Misfit: not such bytes.
    """
    if isinstance(value, str) and value.startswith("0x"):
        try:
            data = bytes.fromhex(value[2:])
        except ValueError:
            data = None
        if data is not None and size in (None, len(data)):
            return data
    wanted = "bytes in hex" if size is None else f"{size} bytes in hex"
    raise Misfit(item, expected=wanted, found=value)


def hex_of(data: bytes) -> str:
    """`0x` and the hex digits."""
    return "0x" + data.hex()


_CHARS_MAX = 160


def _shown(value: object) -> str:
    text = hex_of(value) if isinstance(value, bytes) else str(value)
    return text if len(text) <= _CHARS_MAX else f"{text[: _CHARS_MAX - 1]}…"
