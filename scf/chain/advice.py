"""What to do about a contract's refusal: one sentence per custom error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "Error": "the contract's own words say why",
        "Panic": "a fault of the contract, not of the call; report it with the transaction",
        "UnknownRevert": "the contract's error is none that this version of scf knows",
    }
)


def advice_for(name: str) -> str:
    """What a caller can do about the custom error `name`; empty if nothing is known."""
    return ADVICE.get(name, "")
