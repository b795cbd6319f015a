"""The EIP-712 types that officers sign in tests, beside those of `tests.world`."""

from __future__ import annotations

from tests.world import CALENDAR_ENTRY, OPENING_LIMIT, RULE_ENTRY, _struct

_HOP = _struct(
    "uint256 id",
    "address from",
    "address to",
    "uint64 amountFen",
    "bytes32 evidenceHash",
    "uint8 recourse",
    "uint64 capFen",
)
TYPES = {
    **RULE_ENTRY,
    **CALENDAR_ENTRY,
    **OPENING_LIMIT,
    "Opening": _struct(
        "bytes32 invoiceKey",
        "bytes32 reference",
        "address supplier",
        "address debtor",
        "uint64 amountFen",
        "uint64 invoiceFen",
        "uint32 deliveryDay",
        "uint32 dueDay",
        "uint24 lateRatePpm",
        "bytes32 documentHash",
        "bytes32 bankReviewHash",
        "bytes32 termReasonHash",
        "bytes32 consentHash",
        "uint64 deadline",
    ),
    "Confirmation": _struct(
        "bytes32 invoiceKey",
        "bytes32 reference",
        "address supplier",
        "uint64 amountFen",
        "uint32 dueDay",
        "bytes32 documentHash",
        "uint64 deadline",
    ),
    "InvoiceConfirmation": _struct(
        "bytes32 key", "address supplier", "uint64 amountFen", "uint64 deadline"
    ),
    "OpeningBar": _struct(
        "address debtor", "uint8 reasons", "bytes32 evidenceHash", "uint64 deadline"
    ),
    "Hop": _HOP,
    "Transfer": _struct("Hop hop", "bytes32 reference", "uint64 deadline"),
    "Taking": _struct("bytes32 transferId", "bytes32 consentHash"),
    "Quote": _struct(
        "address funder",
        "address seller",
        "uint256 certificateId",
        "uint64 amountFen",
        "uint64 advanceFen",
        "uint32 ratePpm",
        "uint64 feeFen",
        "uint32 buyerSharePpm",
        "uint8 recourse",
        "uint64 capFen",
        "uint64 costsMaxFen",
        "bytes32 registryReceipt",
        "uint32 epoch",
        "uint64 deadline",
    ),
    "Sale": _struct("bytes32 quoteId", "bytes32 evidenceHash", "bytes32 consentHash"),
    "EarlyPayment": _struct(
        "address debtor",
        "address holder",
        "uint256 certificateId",
        "uint64 amountFen",
        "uint32 aprPpm",
        "bytes32 reference",
        "uint32 epoch",
        "uint64 deadline",
    ),
    "EarlySale": _struct("bytes32 offerId", "bytes32 consentHash"),
    "LoanTerms": _struct(
        "address lender",
        "address borrower",
        "uint256 certificateId",
        "uint64 pledgedFen",
        "uint64 principalFen",
        "uint64 feeFen",
        "uint24 ratePpm",
        "uint24 lateRatePpm",
        "uint24 repayDay",
        "uint32 saleFloorPpm",
        "uint64 costsMaxFen",
        "bytes32 evidenceHash",
        "bytes32 registryReceipt",
        "uint32 epoch",
        "uint64 deadline",
    ),
    "Borrowing": _struct("bytes32 termsHash", "bytes32 consentHash"),
    "TopUp": _struct(
        "bytes32 loanId",
        "uint256 certificateId",
        "uint64 amountFen",
        "bytes32 evidenceHash",
        "bytes32 registryReceipt",
        "uint64 deadline",
    ),
    "PledgeSale": _struct(
        "bytes32 loanId",
        "uint256 certificateId",
        "address buyer",
        "uint64 amountFen",
        "uint64 priceFen",
        "bytes32 evidenceHash",
        "bytes32 registryReceipt",
        "uint64 deadline",
    ),
    "BillQuote": _struct(
        "address funder",
        "address seller",
        "uint256 tokenId",
        "uint16 acts",
        "uint40 first",
        "uint40 last",
        "uint32 ratePpm",
        "uint64 feeFen",
        "uint32 buyerSharePpm",
        "uint24 redeemFrom",
        "uint24 redeemUntil",
        "uint64 redeemFen",
        "uint32 redeemRatePpm",
        "bool interbank",
        "uint32 epoch",
        "uint64 deadline",
    ),
    "BillLoanTerms": _struct(
        "address lender",
        "address borrower",
        "uint256 tokenId",
        "uint16 acts",
        "uint40 first",
        "uint40 last",
        "uint64 principalFen",
        "uint64 feeFen",
        "uint24 ratePpm",
        "uint24 lateRatePpm",
        "uint24 repayDay",
        "bytes32 evidenceHash",
        "uint32 epoch",
        "uint64 deadline",
    ),
    "BillBorrowing": _struct("bytes32 termsHash", "bytes32 consentHash"),
    "BillTopUp": _struct(
        "bytes32 loanId",
        "uint256 tokenId",
        "uint16 acts",
        "uint40 first",
        "uint40 last",
        "bytes32 evidenceHash",
        "uint64 deadline",
    ),
    "BillSale": _struct("bytes32 quoteId", "bytes32 evidenceHash", "bytes32 consentHash"),
    "OfficerChange": _struct(
        "address party",
        "address officer",
        "uint8 powers",
        "uint80 limitFen",
        "address replaces",
        "uint32 nonce",
        "uint64 deadline",
    ),
    "Figures": _struct(
        "address acceptor",
        "uint64 totalAssetsFen",
        "uint64 depositsFen",
        "uint64 marginFen",
        "uint24 asOfDay",
        "bytes32 evidenceHash",
        "uint64 deadline",
    ),
    "Acceptance": _struct(
        "uint128 billNo",
        "uint16 acts",
        "uint64 faceFen",
        "uint32 maturity",
        "bytes32 documentHash",
        "uint64 deadline",
    ),
    "BanRemoval": _struct("address acceptor", "bytes32 causeHash", "uint64 deadline"),
    "GuaranteeTerms": _struct(
        "uint256 tokenId",
        "address guarantor",
        "address guaranteed",
        "uint16 acts",
        "bytes32 documentHash",
        "uint64 deadline",
    ),
    "GuaranteeRequest": _struct("bytes32 termsHash", "address requester"),
    "RecoveryProposal": _struct("bytes32 changeHash", "uint64 deadline"),
    "Restatement": _struct(
        "address party", "bytes32 nameHash", "uint32 roles", "uint8 sizeClass", "uint64 deadline"
    ),
    "Suspension": _struct(
        "address party", "bytes32 reasonHash", "bool suspended", "uint64 deadline"
    ),
}

OPENING = {"Opening": TYPES["Opening"]}
CONFIRMATION = {"Confirmation": TYPES["Confirmation"]}
INVOICE_CONFIRMATION = {"InvoiceConfirmation": TYPES["InvoiceConfirmation"]}
OPENING_BAR = {"OpeningBar": TYPES["OpeningBar"]}
TAKING = {"Taking": TYPES["Taking"]}
QUOTE = {"Quote": TYPES["Quote"]}
SALE = {"Sale": TYPES["Sale"]}
EARLY_PAYMENT = {"EarlyPayment": TYPES["EarlyPayment"]}
EARLY_SALE = {"EarlySale": TYPES["EarlySale"]}
LOAN_TERMS = {"LoanTerms": TYPES["LoanTerms"]}
BORROWING = {"Borrowing": TYPES["Borrowing"]}
BILL_QUOTE = {"BillQuote": TYPES["BillQuote"]}
BILL_SALE = {"BillSale": TYPES["BillSale"]}
BILL_LOAN_TERMS = {"BillLoanTerms": TYPES["BillLoanTerms"]}
BILL_BORROWING = {"BillBorrowing": TYPES["BillBorrowing"]}
BILL_TOP_UP = {"BillTopUp": TYPES["BillTopUp"]}
TOP_UP = {"TopUp": TYPES["TopUp"]}
PLEDGE_SALE = {"PledgeSale": TYPES["PledgeSale"]}
CHANGE = {"OfficerChange": TYPES["OfficerChange"]}
RECOVERY = {"RecoveryProposal": TYPES["RecoveryProposal"]}
RESTATEMENT = {"Restatement": TYPES["Restatement"]}
SUSPENSION = {"Suspension": TYPES["Suspension"]}
FIGURES = {"Figures": TYPES["Figures"]}
BAN_REMOVAL = {"BanRemoval": TYPES["BanRemoval"]}
ACCEPTANCE = {"Acceptance": TYPES["Acceptance"]}
GUARANTEE_TERMS = {"GuaranteeTerms": TYPES["GuaranteeTerms"]}
