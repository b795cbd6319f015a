"""What to do about refusals of the financing contracts; part of `scf.chain.advice`."""

from __future__ import annotations

_SALES = {
    "DiscountingParty": "let the quote's own seller or funder act",
    "DiscountingReceiptMissing": "file the assignment first and state the receipt (R77-6)",
    "DiscountingReceiptUsed": "ask for a new quote with its own filing receipt",
    "DiscountingConsentMissing": "add the hash of the seller's consent record",
    "DiscountingAdvance": "finance all of the part, or less of it with recourse",
    "DiscountingNothingLeft": "ask for a better quote: interest and fees eat up the part",
    "DiscountingShare": "ask the debtor to undertake that share of the interest, or do without",
    "FactoringUnknown": "use the quote that the sale was made on, word for word",
    "FactoringParty": "let the supplier buy back, and the factor return the surplus",
    "FactoringDealState": "look up the deal: it is bought back or settled already",
    "FactoringWithoutRecourse": "without recourse the funder keeps surplus and loss (CC-767)",
    "FactoringNotDue": "wait until the debtor's day of payment has passed unpaid",
    "FactoringNotCollected": "wait until the certificate is paid in full",
    "FactoringNothingOwed": "nothing is owed, under a cap or at all, or the part is held no more",
    "FactoringCosts": "state costs once, above zero",
    "FactoringUndertaking": "name the place of the supplier's own undertaking",
    "FactoringCover": "claim no more than is held and the undertaking still covers",
    "FactoringPath": "name between one and 16 undertakings that do not lead back to you",
    "FactoringClaimState": "look up the claim: it is not open, or was made before",
    "FactoringClaimParty": "let the claimant, or the party it claims against, do this",
    "PriorityClaimCount": "divide over at most 64 claims at once",
}
_EARLY = {
    "EarlyPaymentsParty": "let the offer's own debtor or holder act",
    "EarlyPaymentsUsed": "ask for another offer with a reference of its own",
    "EarlyPaymentsConsentMissing": "add the hash of the holder's consent record (R802-3)",
    "EarlyPaymentsNothingLeft": "ask for a lower rate: the discount eats up the amount",
    "EarlyPaymentsOrder": "list bids with the best rate for the debtor first",
    "EarlyPaymentsCount": "clear between one and 50 bids, each with consent and approval",
}
_LOANS = {
    "PledgesFull": "release a pledge on this certificate first; a holding carries 16",
    "PledgesAmount": "free no more than is pledged for this loan",
    "LoansState": "look up the loan: it is not in the state this needs",
    "LoansParty": "let the loan's own lender, borrower or buyer do this",
    "LoansConsentMissing": "add the hash of the borrower's consent record",
    "LoansEvidenceMissing": "add the hash of the trade documents the lender checked",
    "LoansAmount": "choose an amount above zero and within what is owed or lent",
    "LoansRepayDay": "choose a later day that is a business day",
    "LoansNotLate": "wait until the day of repayment has passed",
    "LoansTerms": "use the terms of the loan word for word",
    "LoansCosts": "state costs once, above zero and within what was agreed",
    "LoansFloor": "sell at the agreed floor or above",
}
_BILL_DISCOUNT = {
    "BillDiscountingParty": "let the quote's own seller or funder, drawer or acceptor act",
    "BillDiscountingEvidenceMissing": "add the hash of the trade documents (R4-15, R4-16)",
    "BillDiscountingConsentMissing": "add the hash of the seller's consent record (R802-3)",
    "BillDiscountingUnchecked": "record the check of the disclosure as it stands now first",
    "BillDiscountingMatured": "present the bill: its maturity has come",
    "BillDiscountingNothingLeft": "ask for a better quote: interest and fees eat up the range",
    "BillDiscountingWindow": "choose a window from today on that ends before maturity",
    "BillDiscountingFirst": "discount it first; banks trade discounted paper only",
    "BillDiscountingNoRepo": "nothing to redeem: the range was not discounted with that right",
    "BillDiscountingDay": "redeem within the window, or end the repo after it",
    "BillDiscountingShare": "ask drawer or acceptor to undertake that share, or do without",
    "SettlementRoom": "act through the contract that this step belongs to, not through its door",
}
_BILL_LOANS = {
    "BillLoansParty": "let the loan's own lender or borrower do this",
    "BillLoansEvidenceMissing": "add the hash of the trade documents the lender checked (R4-15)",
    "BillLoansConsentMissing": "add the hash of the borrower's consent record (R802-3)",
    "BillLoansAmount": "lend more than the fees that are kept back",
    "BillLoansRepayDay": "choose a day of repayment that lies ahead and is a business day",
    "BillLoansMatured": "present the bill instead of pledging it: its maturity has come",
    "BillLoansState": "look up the loan: more can be pledged only while it runs",
    "SettlementNotDiscounted": "pursue it step by step: only discounted bills are collected online",
    "SettlementOrder": "name the acceptor first, then its guarantor, the discounter, its guarantor",
    "SettlementNothingToDebit": "have a debtor allow the bank to debit it, and have the money",
}
_CERTIFICATES = {
    "ParticipantsEpochEnded": "ask for a new quote: all earlier ones were taken back at once",
    "ReceivablesUndertakingNone": "name a place in the list; the chain of recourse ends here",
    "ReceivablesUndertakingsFull": "pass it on without recourse; a holder has 32 undertakings",
}
FINANCING_ADVICE = _SALES | _EARLY | _LOANS | _BILL_DISCOUNT | _BILL_LOANS | _CERTIFICATES
