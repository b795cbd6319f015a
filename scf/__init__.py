"""
An open ledger for supply-chain finance (供应链金融): invoices become certificates, which travel
down the tiers, are financed, and are paid on their day; and bills (商业汇票), which are drawn,
accepted, endorsed in parts, paid, and pursued where they are not.

    with scf.local() as ledger:        # a chain of one's own, on this machine
        ledger.participants.enrol(…)

    ledger = scf.connect(url, manifest, signer)

Everything public stands here; the rest may change. Names are loaded when they are first used, so
that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scf.batch import Batch, Handle
    from scf.build.manifest import Manifest
    from scf.chain.keys import Keystore, Signer
    from scf.contracts.participants import OfficerChange, OfficerGrant
    from scf.contracts.signing import Approval
    from scf.errors import (
        ContractRefusal,
        KeyFileError,
        ManifestError,
        RefusedError,
        RuleRef,
        ScfError,
        UnavailableError,
        UsageError,
    )
    from scf.ledger import Ledger, connect
    from scf.local_ledger import LocalLedger, local
    from scf.model.bill_enums import (
        AcceptorKind,
        BillFlag,
        BillStatus,
        DishonourCode,
        Ground,
        Liability,
        PendingOp,
        Scope,
    )
    from scf.model.bill_numbers import (
        BillNumber,
        BillRange,
        BillType,
        build_bill_number,
        parse_bill_number,
        parse_bill_range,
    )
    from scf.model.bill_records import (
        AcceptanceTerms,
        AcceptorAccount,
        Bill,
        BillPart,
        BillTree,
        Debtor,
        Drawing,
        EndorsementTerms,
        GuaranteeTerms,
        SettlementTerms,
    )
    from scf.model.financing_records import (
        BillLoanTerms,
        BillQuote,
        BillTopUp,
        ClaimTerms,
        Debt,
        EarlyOffer,
        Loan,
        LoanTerms,
        Pledge,
        PledgeSale,
        TopUp,
    )
    from scf.model.identifiers import (
        DocKind,
        canonical_fingerprint,
        invoice_key,
        party_address,
    )
    from scf.model.records import (
        BarReason,
        CancelCause,
        Certificate,
        CertificateStatus,
        DebtorAccount,
        Invoice,
        InvoiceStatus,
        Officer,
        Opening,
        Order,
        OrderKind,
        OrderState,
        Party,
        PartyDetails,
        PartyStatus,
        Pending,
        PendingState,
        Position,
        Powers,
        Quote,
        QuoteTerms,
        Recourse,
        Roles,
        RuleValue,
        SignedQuote,
        SizeClass,
        TransferTerms,
        Undertaking,
    )
    from scf.model.results import Paid, TxRef
    from scf.units import (
        Fen,
        Rate,
        all_in_apr_ppm,
        format_fen,
        format_rate,
        parse_fen,
        parse_rate,
    )

_HOMES = {
    "scf.batch": "Batch Handle",
    "scf.build.manifest": "Manifest",
    "scf.chain.keys": "Keystore Signer",
    "scf.contracts.participants": "OfficerChange OfficerGrant",
    "scf.contracts.signing": "Approval",
    "scf.errors": (
        "ContractRefusal KeyFileError ManifestError RefusedError RuleRef ScfError"
        " UnavailableError UsageError"
    ),
    "scf.ledger": "Ledger connect",
    "scf.local_ledger": "LocalLedger local",
    "scf.model.bill_enums": (
        "AcceptorKind BillFlag BillStatus DishonourCode Ground Liability PendingOp Scope"
    ),
    "scf.model.bill_numbers": (
        "BillNumber BillRange BillType build_bill_number parse_bill_number parse_bill_range"
    ),
    "scf.model.bill_records": (
        "AcceptanceTerms AcceptorAccount Bill BillPart BillTree Debtor Drawing EndorsementTerms"
        " GuaranteeTerms SettlementTerms"
    ),
    "scf.model.financing_records": (
        "BillLoanTerms BillQuote BillTopUp ClaimTerms Debt EarlyOffer Loan LoanTerms Pledge"
        " PledgeSale TopUp"
    ),
    "scf.model.identifiers": "DocKind canonical_fingerprint invoice_key party_address",
    "scf.model.records": (
        "BarReason CancelCause Certificate CertificateStatus DebtorAccount Invoice InvoiceStatus"
        " Officer Opening Order OrderKind OrderState Party PartyDetails PartyStatus Pending"
        " PendingState Position Powers Quote QuoteTerms Recourse Roles RuleValue SignedQuote"
        " SizeClass TransferTerms Undertaking"
    ),
    "scf.model.results": "Paid TxRef",
    "scf.units": "Fen Rate all_in_apr_ppm format_fen format_rate parse_fen parse_rate",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "AcceptanceTerms",
    "AcceptorAccount",
    "AcceptorKind",
    "Approval",
    "BarReason",
    "Batch",
    "Bill",
    "BillFlag",
    "BillLoanTerms",
    "BillNumber",
    "BillPart",
    "BillQuote",
    "BillRange",
    "BillStatus",
    "BillTopUp",
    "BillTree",
    "BillType",
    "CancelCause",
    "Certificate",
    "CertificateStatus",
    "ClaimTerms",
    "ContractRefusal",
    "Debt",
    "Debtor",
    "DebtorAccount",
    "DishonourCode",
    "DocKind",
    "Drawing",
    "EarlyOffer",
    "EndorsementTerms",
    "Fen",
    "Ground",
    "GuaranteeTerms",
    "Handle",
    "Invoice",
    "InvoiceStatus",
    "KeyFileError",
    "Keystore",
    "Ledger",
    "Liability",
    "Loan",
    "LoanTerms",
    "LocalLedger",
    "Manifest",
    "ManifestError",
    "Officer",
    "OfficerChange",
    "OfficerGrant",
    "Opening",
    "Order",
    "OrderKind",
    "OrderState",
    "Paid",
    "Party",
    "PartyDetails",
    "PartyStatus",
    "Pending",
    "PendingOp",
    "PendingState",
    "Pledge",
    "PledgeSale",
    "Position",
    "Powers",
    "Quote",
    "QuoteTerms",
    "Rate",
    "Recourse",
    "RefusedError",
    "Roles",
    "RuleRef",
    "RuleValue",
    "ScfError",
    "Scope",
    "SettlementTerms",
    "SignedQuote",
    "Signer",
    "SizeClass",
    "TopUp",
    "TransferTerms",
    "TxRef",
    "UnavailableError",
    "Undertaking",
    "UsageError",
    "all_in_apr_ppm",
    "build_bill_number",
    "canonical_fingerprint",
    "connect",
    "format_fen",
    "format_rate",
    "invoice_key",
    "local",
    "parse_bill_number",
    "parse_bill_range",
    "parse_fen",
    "parse_rate",
    "party_address",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'scf' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
