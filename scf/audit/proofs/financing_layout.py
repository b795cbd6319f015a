"""
Where the contracts of financing keep their facts; see `scf.audit.proofs.layout`.

Loans, quotes, claims and offers are keys of 32 bytes, as are certificates, bill numbers, token ids
and places in lists. `Factoring` itself keeps nothing.
"""

from __future__ import annotations

from scf.audit.proofs.variables import HASH, PARTY, Field, Variable

FINANCING_ROWS = (
    Variable(contract="Pledges", name="pledge", keys=(HASH, PARTY, HASH), solidity="_pledges",
             root=(3, 0), fields=(Field("amountFen", 64), Field("debtTag", 192, "hex"))),
    Variable(contract="Loans", name="loan", keys=(HASH,), solidity="_loans", root=(3, 0),
             fields=(
                 Field("principalFen", 64), Field("lenderTag", 80, "hex"), Field("sinceDay", 24),
                 Field("repayDay", 24), Field("ratePpm", 24), Field("lateRatePpm", 24),
                 Field("state", 8), Field("hasCosts", 8, "flag"))),
    Variable(contract="Loans", name="arrears", keys=(HASH,), solidity="_arrears", root=(4, 0),
             fields=(Field("interestFen", 64), Field("costsFen", 64))),
    Variable(contract="FactoringClaims", name="dealState", keys=(HASH,), solidity="dealStateOf",
             root=(3, 0), fields=(Field("state", 8),)),
    Variable(contract="FactoringClaims", name="costs", keys=(HASH, PARTY), solidity="costsOf",
             root=(4, 0), fields=(Field("costsFen", 64),)),
    Variable(contract="FactoringClaims", name="spent", keys=(HASH, PARTY, HASH),
             solidity="_spent", root=(5, 0), fields=(
                 Field("amountFen", 64), Field("paidFen", 64))),
    Variable(contract="FactoringClaims", name="claim", keys=(HASH,), solidity="_claims",
             root=(6, 0), fields=(Field("claimant", 160, "hex"), Field("state", 8))),
    Variable(contract="Receivables", name="collected", keys=(HASH,), solidity="_collections",
             root=(9, 0), fields=(
                 Field("principalFen", 64), Field("interestFen", 80), Field("fenDays", 112))),
    Variable(contract="Settlement", name="share", keys=(HASH,), solidity="_shares", root=(4, 0),
             fields=(
                 Field("payer", 160, "hex"), Field("sharePpm", 32), Field("untilDay", 32))),
    Variable(contract="Settlement", name="shareLeft", keys=(HASH,), solidity="_shares",
             root=(4, 1), fields=(Field("leftFen", 64),)),
    Variable(contract="EarlyPayments", name="offer", keys=(HASH,), solidity="isOfferUsed",
             root=(3, 0), fields=(Field("isUsed", 8, "flag"),)),
    Variable(contract="BillDiscounting", name="repo", keys=(HASH,), solidity="_repos",
             root=(3, 0), fields=(
                 Field("seller", 160, "hex"), Field("day", 24), Field("redeemFrom", 24),
                 Field("redeemUntil", 24))),
    Variable(contract="BillDiscounting", name="repoPrice", keys=(HASH,), solidity="_repos",
             root=(3, 1), fields=(
                 Field("priceFen", 64), Field("redeemFen", 64), Field("redeemRatePpm", 32))),
    Variable(contract="BillLoans", name="pledged", keys=(HASH, HASH), solidity="pledgeAt",
             root=(3, 0), fields=(Field("loanId", 256, "hex"),)),
    Variable(contract="BillDiscounting", name="share", keys=(HASH,), solidity="_shares",
             root=(4, 0), fields=(
                 Field("payer", 160, "hex"), Field("sharePpm", 32), Field("untilDay", 32))),
    Variable(contract="BillDiscounting", name="shareLeft", keys=(HASH,), solidity="_shares",
             root=(4, 1), fields=(Field("leftFen", 64),)),
)  # fmt: skip
