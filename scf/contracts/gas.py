"""
Most gas an act may use when nobody asks the node first: in batches and streams, where an act may
depend on one that is not mined yet, so that an estimate would be a refusal.

Figures are of transactions, measured, with a margin of at least a half. What is not used is not
paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFAULT = 400_000
_PER_OFFICER = 90_000
_PER_HOLDER = 75_000
_PER_BILL = 150_000
_PER_DEBTOR = 120_000

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "Participants.enrol": 400_000,
        "Participants.restate": 300_000,
        "Participants.changeOfficer": 250_000,
        "Rulebook.setRule": 400_000,
        "Rulebook.setCalendar": 600_000,
        "Orders.propose": 200_000,
        "Cash.mint": 180_000,
        "Cash.burn": 150_000,
        "Cash.transfer": 130_000,
        "Cash.approve": 130_000,
        "Cash.transferFrom": 150_000,
        "Invoices.register": 150_000,
        "Invoices.confirmInvoice": 200_000,
        "Invoices.setOpeningLimit": 300_000,
        "Invoices.setOpeningBar": 300_000,
        "Invoices.open": 300_000,
        "Invoices.confirm": 200_000,
        "Invoices.confirmDraft": 200_000,
        "Invoices.openConfirmed": 400_000,
        "Invoices.take": 150_000,
        "Invoices.refuse": 200_000,
        "Invoices.withdrawOpening": 200_000,
        "Invoices.expireOpening": 200_000,
        "Invoices.dispute": 150_000,
        "Receivables.setStandingConsent": 120_000,
        "Receivables.transfer": 200_000,
        "Receivables.transferWithRecourse": 300_000,
        "Receivables.transferSigned": 400_000,
        "Receivables.requestTransfer": 300_000,
        "Receivables.takeTransfer": 350_000,
        "Receivables.markOverdue": 180_000,
        "Acceptances.draw": 320_000,
        "Acceptances.requestAcceptance": 160_000,
        "Acceptances.accept": 320_000,
        "Acceptances.acceptSigned": 350_000,
        "Acceptances.tenderDelivery": 160_000,
        "Acceptances.takeDelivery": 160_000,
        "Acceptances.deliverSigned": 220_000,
        "Endorsements.requestEndorsement": 400_000,
        "Endorsements.takeEndorsement": 300_000,
        "Endorsements.endorseSigned": 350_000,
        "Presentations.present": 160_000,
        "Presentations.presentDue": 160_000,
        "Presentations.dishonour": 400_000,
        "Presentations.autoDishonour": 400_000,
        "Guarantees.requestGuarantee": 350_000,
        "Guarantees.giveGuarantee": 350_000,
        "Guarantees.giveSigned": 400_000,
        "Disclosures.disclose": 200_000,
        "Recourse.pursue": 350_000,
        "Recourse.pursueWithoutDishonour": 350_000,
        "Recourse.pursueFurther": 250_000,
        "Recourse.offerSettlement": 600_000,
        "Settlement.payBills": 200_000,
        "Settlement.takeSettlement": 600_000,
        "Settlement.settleSigned": 600_000,
        "Settlement.payAtMaturity": 250_000,
        "Settlement.payPart": 250_000,
        "Settlement.sell": 350_000,
        "Settlement.buy": 350_000,
        "Settlement.undertakeInterest": 150_000,
        "Factoring.buyBack": 400_000,
        "Factoring.returnSurplus": 250_000,
        "Factoring.payClaim": 900_000,
        "FactoringClaims.claim": 600_000,
        "FactoringClaims.stateCosts": 150_000,
        "FactoringClaims.withdrawClaim": 120_000,
        "EarlyPayments.takeEarly": 300_000,
        "EarlyPayments.payEarly": 300_000,
        "Loans.advance": 400_000,
        "Loans.topUp": 350_000,
        "Loans.repay": 250_000,
        "Loans.release": 150_000,
        "Loans.declareDefault": 120_000,
        "Loans.enforce": 500_000,
        "BillDiscounting.discount": 500_000,
        "BillDiscounting.redeem": 250_000,
        "BillDiscounting.endRepo": 150_000,
        "BillLoans.advance": 550_000,
        "BillLoans.topUp": 450_000,
        "BillLoans.release": 350_000,
        "Settlement.collectOnline": 500_000,
    }
)


def limit(
    contract: str,
    function: str,
    *,
    officers: int = 0,
    holders: int = 0,
    bills: int = 0,
    debtors: int = 0,
) -> int:
    """The limit for a function, with what each listed officer, holder, bill or debtor adds."""
    base = LIMITS.get(f"{contract}.{function}", DEFAULT)
    listed = officers * _PER_OFFICER + holders * _PER_HOLDER
    return base + listed + bills * _PER_BILL + debtors * _PER_DEBTOR
