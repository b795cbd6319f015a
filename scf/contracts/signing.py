"""
What officers sign: every EIP-712 type of the contracts, in one place.

A digest binds chain, contract and content. An approval is given by signature, or by the officer's
own transaction `approve(digest)` on the contract, or by being the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from scf.chain.keys import Signer
from scf.chain.typed import Domain, Types, typed_digest
from scf.contracts import checks
from scf.errors import UsageError

_SIGNATURE_BYTES = 65

# contract → struct → fields, as the contract's type hash spells them.
TYPES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Participants": {
            "Enrolment": (
                "bytes18 uscc,bytes20 lei,bytes32 nameHash,uint32 roles,uint8 sizeClass,"
                "Grant[] officers,uint64 deadline"
            ),
            "Grant": "address officer,uint8 powers,uint80 limitFen",
            "OfficerChange": (
                "address party,address officer,uint8 powers,uint80 limitFen,address replaces,"
                "uint32 nonce,uint64 deadline"
            ),
            "RecoveryProposal": "bytes32 changeHash,uint64 deadline",
            "Restatement": (
                "address party,bytes32 nameHash,uint32 roles,uint8 sizeClass,uint64 deadline"
            ),
            "Suspension": "address party,bytes32 reasonHash,bool suspended,uint64 deadline",
        },
        "Rulebook": {
            "RuleEntry": (
                "bytes32 ruleId,uint128 value,uint32 effectiveFrom,bytes32 basisHash,"
                "uint64 deadline"
            ),
            "CalendarEntry": (
                "uint16 year,uint256[2] nonBusiness,bytes32 basisHash,uint64 deadline"
            ),
        },
        "Invoices": {
            "InvoiceConfirmation": "bytes32 key,address supplier,uint64 amountFen,uint64 deadline",
            "OpeningBar": "address debtor,uint8 reasons,bytes32 evidenceHash,uint64 deadline",
            "OpeningLimit": "address debtor,uint64 limitFen,uint64 deadline",
            "Opening": (
                "bytes32 invoiceKey,bytes32 reference,address supplier,address debtor,"
                "uint64 amountFen,uint64 invoiceFen,uint32 deliveryDay,uint32 dueDay,"
                "uint24 lateRatePpm,bytes32 documentHash,bytes32 bankReviewHash,"
                "bytes32 termReasonHash,bytes32 consentHash,uint64 deadline"
            ),
            "Confirmation": (
                "bytes32 invoiceKey,bytes32 reference,address supplier,uint64 amountFen,"
                "uint32 dueDay,bytes32 documentHash,uint64 deadline"
            ),
        },
        "Receivables": {
            "Transfer": "Hop hop,bytes32 reference,uint64 deadline",
            "Hop": (
                "uint256 id,address from,address to,uint64 amountFen,bytes32 evidenceHash,"
                "uint8 recourse,uint64 capFen"
            ),
            "Taking": "bytes32 transferId,bytes32 consentHash",
        },
        "Acceptances": {
            "Acceptance": (
                "uint128 billNo,uint16 acts,uint64 faceFen,uint32 maturity,bytes32 documentHash,"
                "uint64 deadline"
            ),
            "AcceptedDelivery": (
                "uint128 billNo,uint16 acts,uint64 faceFen,uint32 maturity,bool marked,"
                "bytes32 documentHash,bytes32 consentHash,uint64 deadline"
            ),
            "Delivery": (
                "uint128 billNo,uint16 acts,bool marked,bytes32 consentHash,uint64 deadline"
            ),
        },
        "Endorsements": {
            "Endorsement": (
                "uint256 tokenId,uint16 acts,uint40 first,uint40 last,address from,address to,"
                "bool marked,bytes32 evidenceHash,uint64 deadline"
            ),
            "Taking": "bytes32 endorsementId,bytes32 consentHash",
            "MarkRevocation": "uint256 tokenId,uint16 acts,uint64 deadline",
            "PendingRevocation": "bytes32 pendingId,bytes32 evidenceHash,uint64 deadline",
        },
        "Bills": {
            "Correction": (
                "uint8 kind,uint256 tokenId,uint16 acts,address to,bytes32 evidenceHash,"
                "uint64 deadline"
            ),
        },
        "Disclosures": {
            "Figures": (
                "address acceptor,uint64 totalAssetsFen,uint64 depositsFen,uint64 marginFen,"
                "uint24 asOfDay,bytes32 evidenceHash,uint64 deadline"
            ),
            "BanRemoval": "address acceptor,bytes32 causeHash,uint64 deadline",
        },
        "Guarantees": {
            "GuaranteeTerms": (
                "uint256 tokenId,address guarantor,address guaranteed,uint16 acts,"
                "bytes32 documentHash,uint64 deadline"
            ),
            "GuaranteeRequest": "bytes32 termsHash,address requester",
        },
        "Settlement": {
            "SettlementTerms": (
                "uint256 tokenId,uint40 first,uint40 last,address payer,address guaranteed,"
                "uint64 amountMaxFen,uint16 acts,uint64 deadline"
            ),
            "Quote": (
                "address funder,address seller,uint256 certificateId,uint64 amountFen,"
                "uint64 advanceFen,uint32 ratePpm,uint64 feeFen,uint32 buyerSharePpm,"
                "uint8 recourse,uint64 capFen,uint64 costsMaxFen,bytes32 registryReceipt,"
                "uint32 epoch,uint64 deadline"
            ),
            "Sale": "bytes32 quoteId,bytes32 evidenceHash,bytes32 consentHash",
        },
        "EarlyPayments": {
            "EarlyPayment": (
                "address debtor,address holder,uint256 certificateId,uint64 amountFen,"
                "uint32 aprPpm,bytes32 reference,uint32 epoch,uint64 deadline"
            ),
            "EarlySale": "bytes32 offerId,bytes32 consentHash",
        },
        "Loans": {
            "LoanTerms": (
                "address lender,address borrower,uint256 certificateId,uint64 pledgedFen,"
                "uint64 principalFen,uint64 feeFen,uint24 ratePpm,uint24 lateRatePpm,"
                "uint24 repayDay,uint32 saleFloorPpm,uint64 costsMaxFen,bytes32 evidenceHash,"
                "bytes32 registryReceipt,uint32 epoch,uint64 deadline"
            ),
            "Borrowing": "bytes32 termsHash,bytes32 consentHash",
            "TopUp": (
                "bytes32 loanId,uint256 certificateId,uint64 amountFen,bytes32 evidenceHash,"
                "bytes32 registryReceipt,uint64 deadline"
            ),
            "PledgeSale": (
                "bytes32 loanId,uint256 certificateId,address buyer,uint64 amountFen,"
                "uint64 priceFen,bytes32 evidenceHash,bytes32 registryReceipt,uint64 deadline"
            ),
        },
        "BillDiscounting": {
            "BillQuote": (
                "address funder,address seller,uint256 tokenId,uint16 acts,uint40 first,"
                "uint40 last,uint32 ratePpm,uint64 feeFen,uint32 buyerSharePpm,uint24 redeemFrom,"
                "uint24 redeemUntil,uint64 redeemFen,uint32 redeemRatePpm,bool interbank,"
                "uint32 epoch,uint64 deadline"
            ),
            "BillSale": "bytes32 quoteId,bytes32 evidenceHash,bytes32 consentHash",
        },
        "BillLoans": {
            "BillLoanTerms": (
                "address lender,address borrower,uint256 tokenId,uint16 acts,uint40 first,"
                "uint40 last,uint64 principalFen,uint64 feeFen,uint24 ratePpm,uint24 lateRatePpm,"
                "uint24 repayDay,bytes32 evidenceHash,uint32 epoch,uint64 deadline"
            ),
            "BillBorrowing": "bytes32 termsHash,bytes32 consentHash",
            "BillTopUp": (
                "bytes32 loanId,uint256 tokenId,uint16 acts,uint40 first,uint40 last,"
                "bytes32 evidenceHash,uint64 deadline"
            ),
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An officer's approval: 65 bytes r ‖ s ‖ v, or none for a caller or an approval on chain."""

    officer: str
    signature: bytes = b""


Approver = Signer | Approval


@cache
def types_of(contract: str) -> Types:
    """The types of a contract as eth-account and wallets take them."""
    return {
        struct: [
            dict(zip(("type", "name"), part.split(), strict=True)) for part in fields.split(",")
        ]
        for struct, fields in TYPES[contract].items()
    }


def domain_of(contract: str, chain_id: int, address: str) -> Domain:
    """The signing domain of a contract."""
    return Domain(name=f"SCF {contract}", version="1", chain_id=chain_id, contract=address)


def digest_of(domain: Domain, primary: str, message: Mapping[str, Any]) -> bytes:
    """The 32 bytes to sign for `message`; `reference_` of the ABI is `reference` here."""
    contract = domain.name.removeprefix("SCF ")
    return typed_digest(domain, primary, types_of(contract), _spelled(message))


def approval_by(who: Approver, digest: bytes, field: str = "approver") -> dict[str, Any]:
    """The `Approval` struct of the ABI: a signer signs, a ready approval is taken as it is."""
    if isinstance(who, Signer):
        return {"officer": who.address, "signature": who.sign_typed(digest)}
    if not isinstance(who, Approval):
        raise UsageError(field, type(who).__name__, "a Signer or an Approval")
    if len(who.signature) not in (0, _SIGNATURE_BYTES):
        # Contract wallets (EIP-1271) may take other lengths; they are longer than a key's.
        checks.number(len(who.signature), f"{field}.signature", 2**16, _SIGNATURE_BYTES)
    return {"officer": checks.officer(who.officer, field), "signature": who.signature}


def signature_by(who: Signer | bytes, digest: bytes, field: str) -> bytes:
    """A signature: made by a signer, or ready."""
    if isinstance(who, Signer):
        return who.sign_typed(digest)
    if not isinstance(who, bytes):
        raise UsageError(field, type(who).__name__, "a Signer or a signature in bytes")
    return who


def _spelled(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in message.items()}
