"""
Who may call what: the role × function table of `contracts/README.md`.

A row says who acts, which power its officer needs, and an actor of `tests.world` that is entitled;
`test_access.py` holds every row against the contracts: an officer of that actor with every power
but this one is refused for just this power.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.world import ADMIN, CHECK, MAKE, PAY

POWER_NAMES = {0: "any", MAKE: "make", CHECK: "check", PAY: "pay", ADMIN: "administer"}
OPERATOR = "operator, and a second officer"


@dataclass(frozen=True)
class Access:
    """One row: who, the power (0: any officer; None: no officer needed), an entitled actor."""

    who: str
    power: int | None
    actor: str = ""


def _anyone(who: str = "anyone") -> Access:
    return Access(who, None)


_APPROVALS = {
    "approve(bytes32)": Access("any key, for its own approval", None),
    "revokeSignature(bytes32)": Access("the party that signed", 0, "supplier"),
}

ACCESS: dict[str, dict[str, Access]] = {
    "participants": {
        **_APPROVALS,
        "enrol": Access(OPERATOR + "; the party's officers sign", ADMIN, "operator"),
        "restate": Access(OPERATOR, ADMIN, "operator"),
        "suspend": Access(OPERATOR, ADMIN, "operator"),
        "resume": Access(OPERATOR, ADMIN, "operator"),
        "changeOfficer": Access("the party, and a second officer", ADMIN, "supplier"),
        "proposeRecovery": Access(OPERATOR, ADMIN, "operator"),
        "objectToRecovery": Access("the party", 0, "bank2"),
        "endEpoch": Access("the party", 0, "supplier"),
        "recover": Access("operator, after the delay", ADMIN, "operator"),
        "carryOut": Access("regulator or court, not the proposer", CHECK, "court"),
    },
    "rulebook": {
        **_APPROVALS,
        "setRule": Access("regulator, `OP-` operator; and a second officer", MAKE, "regulator"),
        "setCalendar": Access(OPERATOR, MAKE, "operator"),
    },
    "orders": {
        **_APPROVALS,
        "propose": Access(
            "freeze, stop of payment: regulator or court; transfer: court", MAKE, "court"
        ),
        "withdraw": Access("the party that proposed", MAKE, "court"),
        "carryOut": _anyone("the order's target contract"),
    },
    "cash": {
        **_APPROVALS,
        "mint": Access("clearing bank", PAY, "clearing"),
        "burn": Access("clearing bank, its own holding", PAY, "clearing"),
        "transfer": Access("holder", PAY, "supplier"),
        "approve(address,uint256)": Access("holder", PAY, "supplier"),
        "transferFrom": Access("the party allowed", PAY, "tier3"),
        "move": _anyone("Settlement"),
        "payOut": _anyone("Settlement"),
        "debit": _anyone("Settlement"),
        "carryOut": Access("court, not the proposer", CHECK, "court"),
    },
    "invoices": {
        **_APPROVALS,
        "register": Access("supplier", MAKE, "supplier"),
        "confirmInvoice": Access("debtor's checker; its maker signs", CHECK, "debtor"),
        "open": Access("supplier (claim) or debtor's maker (draft)", MAKE, "supplier"),
        "openConfirmed": _anyone("supplier, debtor's maker or checker; all three approve"),
        "confirm": Access("debtor's checker; its maker signs", CHECK, "debtor"),
        "confirmDraft": Access("debtor's checker, not the drafter", CHECK, "debtor"),
        "take": Access("supplier", MAKE, "supplier"),
        "refuse": Access("the side that did not open", MAKE, "debtor"),
        "withdrawOpening": Access("the side that opened", MAKE, "supplier"),
        "expireOpening": _anyone("anyone, from the due day"),
        "dispute": Access("debtor", CHECK, "debtor"),
        "setOpeningBar": Access(OPERATOR, MAKE, "operator"),
        "setOpeningLimit": Access(OPERATOR, MAKE, "operator"),
        "discharge": _anyone("Receivables, Presentations or Recourse"),
        "useFor": _anyone("Acceptances"),
        "release": _anyone("Acceptances"),
        "countOverdue": _anyone("Receivables"),
    },
    "receivables": {
        **_APPROVALS,
        "issue": _anyone("Invoices"),
        "advance": _anyone("Invoices"),
        "reduce": _anyone("Invoices"),
        "assign": _anyone("Settlement"),
        "reassign": _anyone("Settlement"),
        "retire": _anyone("Settlement"),
        "lock": _anyone("Pledges"),
        "unlock": _anyone("Pledges"),
        "redeem": _anyone("Settlement"),
        "redeemPart": _anyone("Settlement"),
        "setStandingConsent": Access("transferee", MAKE, "tier2"),
        "transfer": Access("holder, to a party that consented", MAKE, "supplier"),
        "transferWithRecourse": Access("holder, to a party that consented", MAKE, "supplier"),
        "transferSigned": _anyone("holder or transferee; both approve"),
        "requestTransfer": Access("holder", MAKE, "supplier"),
        "takeTransfer": Access("transferee", MAKE, "tier2"),
        "reject": Access("transferee", MAKE, "tier2"),
        "withdraw": Access("holder", MAKE, "supplier"),
        "expire": _anyone("anyone, after the last day"),
        "markOverdue": _anyone("anyone, after the day"),
        "carryOut": Access("freeze: regulator or court; transfer: court", CHECK, "court"),
    },
    "bills": {
        **_APPROVALS,
        "carryOut": Access("freeze, stop: regulator or court; transfer: court", CHECK, "court"),
        "expireRestraint": _anyone("anyone, after the last day"),
        "correct": Access("register operator, and a second officer", MAKE, "register"),
        "issue": _anyone("Acceptances"),
        "markAccepted": _anyone("Acceptances"),
        "setDrawersMark": _anyone("Acceptances"),
        "deliver": _anyone("Acceptances"),
        "acceptAndDeliver": _anyone("Acceptances"),
        "lock": _anyone("the act's room"),
        "unlock": _anyone("the act's room"),
        "close": _anyone("the act's room"),
        "divide": _anyone("the act's room"),
        "pass": _anyone("the act's room"),
        "end": _anyone("Acceptances, Presentations or Recourse"),
        "liftMark": _anyone("Endorsements"),
        "giveBack": _anyone("the act's room"),
        "moveTo": _anyone("Recourse"),
        "beginRecourse": _anyone("Recourse"),
        "endRecourse": _anyone("Recourse"),
        "markPresented": _anyone("Presentations"),
        "markDishonoured": _anyone("Presentations"),
        "transferFrom": _anyone("nobody"),
        "safeTransferFrom(address,address,uint256)": _anyone("nobody"),
        "safeTransferFrom(address,address,uint256,bytes)": _anyone("nobody"),
        "approve(address,uint256)": _anyone("nobody"),
    },
    "acceptances": {
        **_APPROVALS,
        "draw": Access("drawer", MAKE, "debtor"),
        "requestAcceptance": Access("drawer", MAKE, "debtor"),
        "accept": Access("acceptor's checker; its maker signs", CHECK, "debtor"),
        "acceptSigned": _anyone("drawer, acceptor's maker or checker; all three approve"),
        "acceptAndDeliver": _anyone("drawer, acceptor's maker or checker, payee; all approve"),
        "refuseAcceptance": Access("acceptor", MAKE, "debtor"),
        "withdrawAcceptance": Access("drawer", MAKE, "debtor"),
        "expireAcceptance": _anyone("anyone, after the acceptor's days"),
        "cancel": Access("drawer", MAKE, "debtor"),
        "clearOut": _anyone("anyone, from the maturity day"),
        "tenderDelivery": Access("drawer", MAKE, "debtor"),
        "takeDelivery": Access("payee", MAKE, "supplier"),
        "deliverSigned": _anyone("drawer or payee; both approve"),
        "refuseDelivery": Access("payee", MAKE, "supplier"),
        "withdrawDelivery": Access("drawer", MAKE, "debtor"),
    },
    "endorsements": {
        **_APPROVALS,
        "requestEndorsement": Access("holder", MAKE, "supplier"),
        "takeEndorsement": Access("endorsee", MAKE, "tier2"),
        "endorseSigned": _anyone("holder or endorsee; both approve"),
        "reject": Access("endorsee; whoever set the mark", MAKE, "tier2"),
        "withdraw": Access("holder", MAKE, "supplier"),
        "expire": _anyone("anyone, after the last day"),
        "revokePending": Access("register operator, and a second officer", MAKE, "register"),
        "requestMarkRevocation": Access("holder", MAKE, "supplier"),
        "liftMark": Access("whoever set the mark", MAKE, "debtor"),
        "liftMarkSigned": _anyone("holder or whoever set the mark; both approve"),
    },
    "disclosures": {
        **_APPROVALS,
        "book": _anyone("Acceptances"),
        "unbook": _anyone("Acceptances, Presentations or Recourse"),
        "countOverdue": _anyone("Presentations or Recourse"),
        "settleOverdue": _anyone("Presentations or Recourse"),
        "disclose": Access("acceptor", MAKE, "debtor"),
        "discloseMonth": Access("acceptor", MAKE, "debtor"),
        "recordCheck": Access("any party", MAKE, "supplier"),
        "reconcile": Access("any party", MAKE, "supplier"),
        "publishListing": _anyone(),
        "announceCleared": Access("acceptor", MAKE, "debtor"),
        "removeBan": Access("regulator, and a second officer", MAKE, "regulator"),
        "stateFigures": Access("regulator, and a second officer", MAKE, "regulator"),
    },
    "guarantees": {
        **_APPROVALS,
        "requestGuarantee": Access("debtor of the bill", MAKE, "debtor"),
        "giveGuarantee": Access("guarantor", MAKE, "tier3"),
        "refuse": Access("holder", MAKE, "supplier"),
        "giveSigned": _anyone("debtor of the bill or guarantor; both approve"),
        "reject": Access("guarantor", MAKE, "tier3"),
        "withdraw": Access("debtor that asked", MAKE, "debtor"),
        "expire": _anyone("anyone, after the last day"),
    },
    "presentations": {
        **_APPROVALS,
        "present": Access("holder", MAKE, "supplier"),
        "presentDue": _anyone("anyone, in the window"),
        "withdrawPresentation": Access("holder", MAKE, "supplier"),
        "dishonour": Access("acceptor, or its access bank", MAKE, "debtor"),
        "autoDishonour": _anyone("anyone, after the last day for an answer"),
        "setAccessBank": Access("acceptor", ADMIN, "debtor"),
        "redeem": _anyone("Settlement"),
        "closeBooks": _anyone("Recourse"),
        "lapse": _anyone("anyone, after 24 months"),
    },
    "recourse": {
        **_APPROVALS,
        "pursue": Access("holder", MAKE, "supplier"),
        "pursueWithoutDishonour": Access("holder", MAKE, "supplier"),
        "pursueFurther": Access("holder", MAKE, "supplier"),
        "forwardNotice": Access("a debtor that was told", MAKE, "debtor"),
        "withdrawPursuit": Access("holder", MAKE, "supplier"),
        "offerSettlement": Access("a pursued debtor", PAY, "debtor"),
        "take": _anyone("Settlement"),
        "settle": _anyone("Settlement"),
        "dischargeResidual": _anyone("Settlement"),
        "reject": Access("holder", MAKE, "supplier"),
        "withdraw": Access("the debtor that offered", MAKE, "debtor"),
        "expire": _anyone("anyone, after the last day"),
    },
    "settlement": {
        **_APPROVALS,
        "sell": Access("seller; the funder signed the quote", MAKE, "supplier"),
        "buy": Access("bank or factor; the seller signed", PAY, "bank"),
        "undertakeInterest": Access("debtor", PAY, "debtor"),
        "file": _anyone("rooms of financing"),
        "pay": _anyone("rooms of financing"),
        "giveBack": _anyone("Factoring"),
        "retire": _anyone("EarlyPayments"),
        "sellPledged": _anyone("Loans"),
        "passBill": _anyone("BillDiscounting or BillLoans"),
        "returnBill": _anyone("BillDiscounting or BillLoans"),
        "payAtMaturity": Access("debtor", PAY, "debtor"),
        "payPart": Access("debtor", PAY, "debtor"),
        "payBills": Access("acceptor; its access bank for what is presented", PAY, "debtor"),
        "takeSettlement": Access("holder", MAKE, "supplier"),
        "settleSigned": _anyone("payer or holder; both approve"),
        "collectOnline": Access("holder of a discounted bill", MAKE, "supplier"),
        "payResidual": Access("the claim's debtor", PAY, "debtor"),
    },
    "factoringclaims": {
        **_APPROVALS,
        "stateCosts": Access("factor", MAKE, "bank"),
        "claim": Access("holder", MAKE, "bank"),
        "withdrawClaim": Access("claimant", MAKE, "bank"),
        "repurchase": _anyone("Factoring"),
        "surplus": _anyone("Factoring"),
        "answer": _anyone("Factoring"),
    },
    "pledges": {
        **_APPROVALS,
        "pledge": _anyone("Loans"),
        "free": _anyone("Loans"),
    },
    "factoring": {
        **_APPROVALS,
        "buyBack": Access("supplier", PAY, "supplier"),
        "returnSurplus": Access("factor", PAY, "bank"),
        "payClaim": Access("the party claimed against", PAY, "supplier"),
    },
    "earlypayments": {
        **_APPROVALS,
        "takeEarly": Access("holder; the debtor signed the offer", MAKE, "supplier"),
        "payEarly": Access("debtor; the holder signed", PAY, "debtor"),
        "clearBids": Access("debtor; the holders signed", PAY, "debtor"),
    },
    "loans": {
        **_APPROVALS,
        "advance": _anyone("borrower or lender; both approve"),
        "topUp": _anyone("borrower or lender; both approve"),
        "repay": Access("borrower", PAY, "supplier"),
        "release": Access("lender; anyone once repaid", MAKE, "bank"),
        "declareDefault": _anyone("anyone, after the day"),
        "stateCosts": Access("lender", MAKE, "bank"),
        "enforce": Access("lender; the buyer signed", MAKE, "bank"),
        "collect": _anyone("Settlement"),
        "open": _anyone("BillLoans"),
        "collectFor": _anyone("BillLoans"),
    },
    "billdiscounting": {
        **_APPROVALS,
        "discount": _anyone("holder or discounter; both approve"),
        "redeem": Access("seller, in the window", PAY, "supplier"),
        "endRepo": _anyone("anyone, after the window"),
        "undertakeInterest": Access("drawer or acceptor", PAY, "debtor"),
    },
    "billloans": {
        **_APPROVALS,
        "advance": _anyone("borrower or lender; both approve"),
        "topUp": _anyone("borrower or lender; both approve"),
        "release": Access("lender; anyone once repaid", MAKE, "bank"),
        "collect": _anyone("Settlement"),
    },
}


def table() -> str:
    """The rows as Markdown, one table for all contracts."""
    lines = ["| Contract | Function | Who | Power |", "|---|---|---|---|"]
    for contract, rows in ACCESS.items():
        for function, row in rows.items():
            if function in _APPROVALS:
                continue
            power = "–" if row.power is None else POWER_NAMES[row.power]
            name = function.partition("(")[0]
            lines.append(f"| `{contract.capitalize()}` | `{name}` | {row.who} | {power} |")
    for function, row in _APPROVALS.items():
        power = "–" if row.power is None else POWER_NAMES[row.power]
        lines.append(f"| each | `{function.partition('(')[0]}` | {row.who} | {power} |")
    return "\n".join(lines) + "\n"
