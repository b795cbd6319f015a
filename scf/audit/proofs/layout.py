"""
Where the contracts keep their facts: which storage slot holds which variable, and what its bits
mean.

One row per variable. Slots of Solidity's own mappings are the compiler's; a test holds them against
its storage layout. Solady's tokens choose theirs by seeds.

A new contract is new rows: here what its slots are, in `scf.audit.proofs.facts` what the books say
of them, and in `scf.audit.proofs.concerns` what its acts lead to.
"""

from __future__ import annotations

from collections.abc import Mapping

from scf.audit.proofs.bill_layout import BILL_ROWS
from scf.audit.proofs.financing_layout import FINANCING_ROWS
from scf.audit.proofs.variables import (
    HASH,
    PARTY,
    Field,
    Variable,
    erc20_allowance,
    erc20_balance,
    erc20_supply,
    erc1155_balance,
)
from scf.errors import UsageError

_AMOUNT = (Field("amountFen", 256),)
_ROWS = (
    Variable(contract="Receivables", name="certificate", keys=(HASH,),
             solidity="_certificates", root=(4, 0), fields=(
                 Field("outstandingFen", 64), Field("hasLocks", 1, "flag"),
                 Field("hasPledges", 7, "flag"),
                 Field("splitMinThousands", 8), Field("splitsLeft", 16), Field("layersMax", 8),
                 Field("status", 8), Field("tenorDays", 16), Field("frozenUntil", 24),
                 Field("dueDay", 24), Field("debtorTag", 80, "hex"))),
    Variable(contract="Receivables", name="balance", keys=(HASH, PARTY), fields=_AMOUNT,
             place=erc1155_balance),
    Variable(contract="Receivables", name="position", keys=(HASH, PARTY), solidity="_positions",
             root=(5, 0), fields=(Field("lockedFen", 64), Field("layer", 8))),
    Variable(contract="Receivables", name="pending", keys=(HASH,), solidity="_pending",
             root=(3, 0), fields=(
                 Field("requester", 160, "hex"), Field("deadlineDay", 32), Field("state", 8))),
    Variable(contract="Receivables", name="pendingPart", keys=(HASH,), solidity="_pending",
             root=(3, 1), fields=(Field("counterparty", 160, "hex"), Field("amountFen", 64))),
    Variable(contract="Receivables", name="lateRate", keys=(HASH,), solidity="lateRateOf",
             root=(6, 0), fields=(Field("ratePpm", 24),)),
    Variable(contract="Receivables", name="consent", keys=(PARTY, PARTY),
             solidity="standingConsent", root=(7, 0), fields=(Field("untilDay", 32),)),
    Variable(contract="Invoices", name="invoice", keys=(HASH, PARTY), solidity="_invoices",
             root=(3, 0), fields=(
                 Field("amountFen", 64), Field("usedFen", 64), Field("status", 8),
                 Field("isConflicted", 8, "flag"), Field("supplierTag", 56, "hex"),
                 Field("documentTag", 56, "hex"))),
    Variable(contract="Invoices", name="debtor", keys=(PARTY,), solidity="_debtors",
             root=(4, 0), fields=(
                 Field("outstandingFen", 64), Field("limitFen", 64), Field("overdueCount", 32),
                 Field("barReasons", 8))),
    Variable(contract="Invoices", name="disputed", keys=(HASH,), solidity="_disputedFen",
             root=(6, 0), fields=(Field("amountFen", 64),)),
    Variable(contract="Cash", name="balance", keys=(PARTY,), fields=_AMOUNT, place=erc20_balance),
    Variable(contract="Cash", name="supply", keys=(), fields=_AMOUNT, place=erc20_supply),
    Variable(contract="Cash", name="allowance", keys=(PARTY, PARTY), fields=_AMOUNT,
             place=erc20_allowance),
    Variable(contract="Cash", name="payment", keys=(HASH,), solidity="isPaymentUsed", root=(3, 0),
             fields=(Field("isUsed", 8, "flag"),)),
    Variable(contract="Settlement", name="receipt", keys=(HASH,), solidity="receiptUsedBy",
             root=(3, 0), fields=(Field("quoteId", 256, "hex"),)),
    Variable(contract="Participants", name="party", keys=(PARTY,), solidity="_parties",
             root=(3, 0), fields=(
                 Field("roles", 32), Field("status", 8), Field("sizeClass", 8),
                 Field("frozenUntil", 32), Field("enrolledDay", 32), Field("adminCount", 16),
                 Field("officerCount", 16), Field("changes", 32), Field("epoch", 32))),
    Variable(contract="Participants", name="code", keys=(PARTY,), solidity="_parties",
             root=(3, 1), fields=(Field("uscc", 144, "hex"),)),
    Variable(contract="Participants", name="registeredName", keys=(PARTY,), solidity="_parties",
             root=(3, 2), fields=(Field("nameHash", 256, "hex"),)),
    Variable(contract="Participants", name="officer", keys=(PARTY,), solidity="_officers",
             root=(4, 0), fields=(
                 Field("party", 160, "hex"), Field("powers", 8), Field("limitFen", 80))),
    Variable(contract="Orders", name="order", keys=(HASH,), solidity="stateOf", root=(3, 0),
             fields=(Field("state", 8), Field("party", 160, "hex"))),
    Variable(contract="Rulebook", name="versionCount", keys=(HASH,), solidity="_heads",
             root=(3, 0), fields=(
                 Field("value", 128), Field("effectiveFrom", 32), Field("nextFrom", 32),
                 Field("version", 16), Field("count", 16))),
    Variable(contract="Rulebook", name="version", keys=(HASH, HASH), solidity="_versions",
             root=(4, 0), fields=(Field("value", 128), Field("effectiveFrom", 32))),
)  # fmt: skip
VARIABLES: Mapping[tuple[str, str], Variable] = {
    (row.contract, row.name): row for row in (*_ROWS, *BILL_ROWS, *FINANCING_ROWS)
}


def variable(contract: str, name: str) -> Variable:
    """The row of a variable; UsageError names those there are."""
    found = VARIABLES.get((contract, name))
    if found is None:
        known = ", ".join(f"{contract}.{name}" for contract, name in VARIABLES)
        raise UsageError("variable", f"{contract}.{name}", f"one of {known}")
    return found


def slot_of(contract: str, name: str, *keys: str) -> int:
    """The slot of a variable under its keys (0x and hex); see `Variable.slot`."""
    return variable(contract, name).slot(keys)


def id_key(number: int) -> str:
    """A certificate's id as a key."""
    return f"0x{number:064x}"
