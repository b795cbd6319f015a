"""
Where the contracts of bills keep their facts; see `scf.audit.proofs.layout`.

Bill numbers and token ids are keys of 32 bytes, as are places in lists and indices of records. The
root of a pursuit (15 bytes) stands at the front of its key.
"""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.proofs.variables import HASH, PARTY, Field, Variable, erc721_owner

_PENDING_ROOTS = {"Endorsements": 3, "Guarantees": 3, "Recourse": 3}


def _pending() -> Iterator[Variable]:
    """The pending acts, which three contracts keep alike."""
    for contract, root in _PENDING_ROOTS.items():
        yield Variable(contract=contract, name="pending", keys=(HASH,), solidity="_pending",
                       root=(root, 0), fields=(
                           Field("requester", 160, "hex"), Field("deadlineDay", 32),
                           Field("state", 8)))  # fmt: skip
        yield Variable(contract=contract, name="pendingPart", keys=(HASH,), solidity="_pending",
                       root=(root, 1), fields=(
                           Field("counterparty", 160, "hex"), Field("amountFen", 64)))  # fmt: skip
        yield Variable(contract=contract, name="pendingRange", keys=(HASH,), solidity="_pending",
                       root=(root, 2), fields=(Field("tokenId", 256, "hex"),))  # fmt: skip


BILL_ROWS = (
    Variable(contract="Bills", name="parties", keys=(HASH,), solidity="_parties", root=(3, 0),
             fields=(
                 Field("drawerTag", 80, "hex"), Field("acceptorTag", 80, "hex"),
                 Field("payeeTag", 80, "hex"), Field("acceptorKind", 8),
                 Field("drawersMark", 1, "flag"), Field("divisible", 1, "flag"))),
    Variable(contract="Bills", name="terms", keys=(HASH,), solidity="_terms", root=(4, 0),
             fields=(
                 Field("faceFen", 40), Field("endedFen", 40), Field("issueDay", 24),
                 Field("maturity", 24), Field("acceptanceDay", 24), Field("splitCount", 16),
                 Field("recordCount", 16), Field("liveCount", 16),
                 Field("endorseDaysBefore", 8))),
    Variable(contract="Bills", name="tradeKey", keys=(HASH,), solidity="tradeKeyOf", root=(5, 0),
             fields=(Field("invoiceKey", 256, "hex"),)),
    Variable(contract="Bills", name="record", keys=(HASH, HASH), solidity="_records", root=(6, 0),
             fields=(
                 Field("party", 160, "hex"), Field("previous", 16), Field("day", 24),
                 Field("kind", 8), Field("depth", 16), Field("marked", 1, "flag"))),
    Variable(contract="Bills", name="restraint", keys=(HASH,), solidity="_restraints",
             root=(7, 0), fields=(Field("frozenUntil", 32), Field("stoppedUntil", 32))),
    Variable(contract="Bills", name="range", keys=(HASH,), place=erc721_owner, fields=(
        Field("holder", 160, "hex"), Field("head", 16), Field("acts", 16),
        Field("dishonour", 16), Field("presented", 11), Field("guarantees", 5),
        Field("status", 4), Field("flag", 4), Field("previousFlag", 4), Field("restingFlag", 4),
        Field("pendingOp", 4), Field("frozen", 1, "flag"), Field("stopped", 1, "flag"),
        Field("drawersRights", 1, "flag"), Field("detached", 1, "flag"), Field("depth", 8))),
    *_pending(),
    Variable(contract="Presentations", name="dishonourCount", keys=(HASH,),
             solidity="_dishonours", root=(3, 0), fields=(Field("count", 256),)),
    Variable(contract="Presentations", name="dishonour", keys=(HASH, HASH),
             solidity="_dishonours", root=(3, 0), element=1, fields=(
                 Field("day", 24), Field("presentedDay", 24), Field("code", 8),
                 Field("scope", 8), Field("isCounted", 8, "flag"))),
    Variable(contract="Presentations", name="accessBank", keys=(PARTY,), solidity="accessBankOf",
             root=(4, 0), fields=(Field("bank", 160, "hex"),)),
    Variable(contract="Guarantees", name="guaranteeCount", keys=(HASH,), solidity="_guarantees",
             root=(4, 0), fields=(Field("count", 256),)),
    Variable(contract="Guarantees", name="guarantee", keys=(HASH, HASH), solidity="_guarantees",
             root=(4, 0), element=2, fields=(
                 Field("guarantor", 160, "hex"), Field("first", 40), Field("last", 40))),
    Variable(contract="Guarantees", name="guaranteed", keys=(HASH, HASH),
             solidity="_guarantees", root=(4, 1), element=2, fields=(
                 Field("guaranteed", 160, "hex"), Field("day", 24))),
    Variable(contract="Disclosures", name="account", keys=(PARTY,), solidity="_accounts",
             root=(3, 0), fields=(
                 Field("acceptedFen", 56), Field("balanceFen", 56), Field("overdueFen", 56),
                 Field("overdueBalanceFen", 56), Field("month", 16), Field("overdueMonths", 16))),
    Variable(contract="Disclosures", name="overdueMonth", keys=(PARTY, HASH),
             solidity="_overdueMonths", root=(5, 0), fields=(
                 Field("month", 16), Field("events", 16), Field("balanceFen", 56))),
    Variable(contract="Disclosures", name="overdueBill", keys=(HASH,), solidity="_overdueBills",
             root=(6, 0), fields=(Field("day", 24), Field("openFen", 56))),
    Variable(contract="Disclosures", name="desk", keys=(PARTY,), solidity="_desks", root=(7, 0),
             fields=(
                 Field("currentFrom", 24), Field("currentBy", 24), Field("currentCount", 24),
                 Field("previousFrom", 24), Field("previousBy", 24), Field("previousCount", 24),
                 Field("olderCount", 24), Field("disclosedMonth", 16), Field("clearedMonth", 16),
                 Field("removedMonth", 16), Field("listedMonth", 16))),
    Variable(contract="Disclosures", name="figures", keys=(PARTY,), solidity="figuresOf",
             root=(8, 0), fields=(
                 Field("totalAssetsFen", 64), Field("depositsFen", 64), Field("marginFen", 64),
                 Field("asOfDay", 24))),
    Variable(contract="Disclosures", name="disclosure", keys=(HASH,), solidity="_disclosures",
             root=(9, 0), fields=(
                 Field("day", 24), Field("edits", 16), Field("matches", 8, "flag"),
                 Field("ended", 8, "flag"), Field("statementTag", 200, "hex"))),
    Variable(contract="Disclosures", name="check", keys=(HASH, PARTY), solidity="_checks",
             root=(10, 0), fields=(Field("snapshotHash", 256, "hex"),)),
    Variable(contract="Recourse", name="pursuit", keys=(HASH,), solidity="_pursuits", root=(4, 0),
             fields=(
                 Field("root", 120, "hex"), Field("ground", 8), Field("scope", 8),
                 Field("openedDay", 24), Field("refusalDay", 24), Field("costsFen", 64))),
    Variable(contract="Recourse", name="notice", keys=(HASH, PARTY), solidity="_notices",
             root=(5, 0), fields=(
                 Field("day", 24), Field("late", 8, "flag"), Field("pursued", 8, "flag"))),
    Variable(contract="Recourse", name="basis", keys=(HASH,), solidity="_bases", root=(6, 0),
             fields=(
                 Field("paidFen", 64), Field("settledDay", 24), Field("ground", 8),
                 Field("guaranteedTag", 80, "hex"))),
    Variable(contract="Recourse", name="offer", keys=(HASH,), solidity="_offers", root=(7, 0),
             fields=(Field("pendingId", 256, "hex"),)),
    Variable(contract="Recourse", name="offeredFor", keys=(HASH,), solidity="_offers",
             root=(7, 1), fields=(Field("guaranteed", 160, "hex"),)),
    Variable(contract="Recourse", name="offeredFrom", keys=(HASH,), solidity="_offers",
             root=(7, 2), fields=(Field("parentId", 256, "hex"),)),
    Variable(contract="Recourse", name="residual", keys=(HASH,), solidity="_residuals",
             root=(8, 0), fields=(
                 Field("claimant", 160, "hex"), Field("settledDay", 24), Field("paid", 8, "flag"))),
    Variable(contract="Recourse", name="residualDebtor", keys=(HASH,), solidity="_residuals",
             root=(8, 1), fields=(Field("debtor", 160, "hex"), Field("paidFen", 64))),
)  # fmt: skip
