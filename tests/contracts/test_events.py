"""What events may carry: fixed words that anybody can index, hashes instead of text."""

from __future__ import annotations

import pytest

from scf.build.artifacts import load, names

EVENTS = sorted(
    {
        (name, entry["name"]): entry["inputs"]
        for name in names()
        for entry in load(name).abi
        if entry["type"] == "event"
    }.items()
)
STANDARD = {"URI"}  # of ERC-1155, never emitted


@pytest.mark.parametrize(("where", "inputs"), EVENTS, ids=[" ".join(key) for key, _ in EVENTS])
def test_event__declared__carries_no_text_and_indexes_no_dynamic_type(
    where: tuple[str, str], inputs: list[dict[str, object]]
) -> None:
    """MUST-29, MUST-30: free text never goes on chain, and what is indexed can be read back."""
    if where[1] in STANDARD:
        return

    for item in inputs:
        kind = str(item["type"])
        assert kind not in ("string", "bytes"), item
        if item["indexed"]:
            assert not kind.endswith("]"), item
            assert not kind.startswith("tuple"), item
