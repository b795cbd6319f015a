"""
Which contracts make a ledger, in what order, and with what arguments; and creating them.

Contracts name each other as immutables, both ways, so every address is computed before the first is
created: the deployer's consecutive nonces decide them. Nothing is set afterwards, so nothing can be
set again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scf.build.artifacts import Artifact, load
from scf.build.manifest import Deployed, Manifest, hash_of, package_version
from scf.chain.abi import Abi
from scf.chain.acts import Act
from scf.chain.nonces import chain_counts
from scf.chain.transactions import created_address
from scf.errors import UnavailableError
from scf.model.identifiers import party_address

if TYPE_CHECKING:
    from scf.chain.chain import Chain
    from scf.chain.keys import Signer
    from scf.chain.sender import Sender

# In order of creation; each takes the addresses of the contracts it names, then its own settings.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "Participants": ("Orders", "recovery_delay_days", "founders"),
    "Rulebook": ("Participants",),
    "Orders": ("Participants", "Rulebook", "Cash", "Receivables", "Bills"),
    "Cash": ("Participants", "Orders", "Settlement"),
    "OpeningTerms": ("Participants", "Rulebook"),
    "Invoices": (
        *("Participants", "Rulebook", "Receivables", "OpeningTerms"),
        *("Acceptances", "Presentations", "Recourse"),
    ),
    "Receivables": ("Participants", "Rulebook", "Orders", "Invoices", "Settlement", "Pledges"),
    "Bills": (
        *("Participants", "Rulebook", "Orders", "Acceptances", "Endorsements"),
        *("Guarantees", "Presentations", "Recourse", "Settlement"),
    ),
    "Acceptances": ("Participants", "Rulebook", "Invoices", "Bills", "Disclosures"),
    "Endorsements": ("Participants", "Rulebook", "Bills"),
    "Disclosures": (
        *("Participants", "Rulebook", "Bills"),
        *("Acceptances", "Presentations", "Recourse"),
    ),
    "Presentations": (
        *("Participants", "Rulebook", "Bills", "Invoices", "Disclosures"),
        *("Recourse", "Settlement"),
    ),
    "Guarantees": ("Participants", "Rulebook", "Bills", "Disclosures"),
    "Recourse": (
        *("Participants", "Rulebook", "Bills", "Presentations"),
        *("Guarantees", "Settlement"),
    ),
    "Settlement": (
        *("Participants", "Rulebook", "Receivables", "Cash"),
        *("Bills", "Presentations", "Recourse"),
        *("Loans", "Factoring", "EarlyPayments", "BillDiscounting", "BillLoans"),
    ),
    "FactoringClaims": ("Participants", "Receivables", "Factoring"),
    "Pledges": ("Participants", "Receivables", "Loans"),
    "Factoring": ("Participants", "Settlement", "FactoringClaims"),
    "EarlyPayments": ("Participants", "Rulebook", "Receivables", "Settlement"),
    "Loans": ("Participants", "Rulebook", "Receivables", "Pledges", "Settlement", "BillLoans"),
    "BillDiscounting": ("Participants", "Rulebook", "Bills", "Disclosures", "Settlement"),
    "BillLoans": ("Participants", "Rulebook", "Bills", "Disclosures", "Loans", "Settlement"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """One contract to create: its name, its future address, its creation code with arguments."""

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
    The creations, in the order in which the deployer must send them, with nothing in between.

    Args:
        deployer: address of the sending key; it has no rights afterwards.
        nonce: its next nonce.
        founders: enrolments (fields of `IParticipants.Enrolment`): the operator first, then
            regulator and court.
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


def deploy(
    chain: Chain,
    sender: Sender,
    deployer: Signer,
    founders: Sequence[Mapping[str, Any]],
    *,
    recovery_delay_days: int = 14,
) -> Manifest:
    """
    Create the contracts of a ledger and say where they are.

    Args:
        chain, sender: where, and through what.
        deployer: pays for it and has no rights afterwards; must send nothing else meanwhile.
        founders, recovery_delay_days: as for `plan`.

    Raises:
        ContractRefusal: a founder's enrolment is not acceptable.
        UnavailableError: the node did not answer, or the deployer's nonces were used elsewhere.
    """
    nonce = chain_counts(chain.rpc, [deployer.address], "pending")[deployer.address]
    if chain.capabilities.repeats_first:
        nonce = max(nonce, 1)  # the sender uses up the first one by itself
    creations = plan(
        deployer.address, nonce, founders=founders, recovery_delay_days=recovery_delay_days
    )
    acts = [
        Act(
            to=None,
            code=creation.code,
            abi=Abi.parse(load(creation.name).abi),
            signer=deployer,
            key=f"deploy/{deployer.address}/{nonce}/{creation.name}",
        )
        for creation in creations
    ]
    outcomes = sender.send_many(acts)
    first_block = None
    for creation, outcome in zip(creations, outcomes, strict=True):
        if outcome.error is not None:
            raise outcome.error
        if outcome.created is None or outcome.created.lower() != creation.address:
            raise UnavailableError(
                f"{creation.name} came to {outcome.created} instead of {creation.address}:"
                " the deploying key was used elsewhere meanwhile; deploy again"
            )
        first_block = outcome.block_number if first_block is None else first_block
    return _manifest(chain, creations, first_block or 0, str(founders[0]["uscc"], "ascii"))


def _manifest(
    chain: Chain, creations: Sequence[Creation], first_block: int, operator: str
) -> Manifest:
    artifact = load(creations[0].name)
    return Manifest(
        chain_id=chain.id,
        genesis_hash=chain.genesis_hash,
        first_block=first_block,
        operator=party_address(operator).lower(),
        contracts={
            creation.name: Deployed(
                address=creation.address, code_hash=hash_of(chain.code(creation.address))
            )
            for creation in creations
        },
        compiler=artifact.compiler,
        evm_version=artifact.evm_version,
        package_version=package_version(),
    )
