"""
Which contracts make a ledger, in what order, and with what arguments.

Contracts name each other as immutables, both ways, so every address is computed before the first is created: the
deployer's consecutive nonces decide them. Nothing is set afterwards, so nothing can be set again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scf.build.artifacts import Artifact, load
from scf.chain.abi import Abi
from scf.chain.transactions import created_address

# In order of creation; each takes the addresses of the contracts it names, then its own settings.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "Participants": ("Orders", "recovery_delay_days", "founders"),
    "Rulebook": ("Participants",),
    "Orders": ("Participants", "Rulebook"),
    "Cash": ("Participants", "Orders", "Settlement"),
    "Invoices": ("Participants", "Rulebook", "Receivables"),
    "Receivables": ("Participants", "Rulebook", "Orders", "Invoices", "Settlement"),
    "Settlement": ("Participants", "Rulebook", "Receivables", "Cash"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """One contract to create: its name, the address it will have, and its creation code with arguments."""

    name: str
    address: str
    code: bytes


def plan(
    deployer: str,
    nonce: int,
    *,
    founders: Sequence[Mapping[str, Any]],
    recovery_delay_days: int,
    artifacts: Mapping[str, Artifact] | None = None,
) -> list[Creation]:
    """
    The creations, in the order in which the deployer must send them, without a transaction in between.

    Args:
        deployer: address of the sending key; it has no rights afterwards.
        nonce: its next nonce.
        founders: enrolments (fields of `IParticipants.Enrolment`): the operator first, then regulator and court.
        recovery_delay_days: days in which a party can object to the recovery of its keys.
        artifacts: instead of the shipped ones.
    """
    creator = bytes.fromhex(deployer.removeprefix("0x"))
    values: dict[str, Any] = {
        name: created_address(creator, nonce + index) for index, name in enumerate(ARGUMENTS)
    }
    values |= {"founders": list(founders), "recovery_delay_days": recovery_delay_days}
    creations = []
    for name, arguments in ARGUMENTS.items():
        artifact = artifacts[name] if artifacts else load(name)
        encoded = Abi.parse(artifact.abi).constructor.encode(
            [values[argument] for argument in arguments], name
        )
        creations.append(
            Creation(name=name, address=values[name], code=artifact.bytecode + encoded)
        )
    return creations
