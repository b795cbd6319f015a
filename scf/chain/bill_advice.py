"""What to do about refusals of the bills' contracts; part of `scf.chain.advice`."""

from __future__ import annotations

_BILLS = {
    "BillsUnknown": "check the bill number and the units of the range; there is none like it",
    "BillsExists": "this bill number was used; take the next serial of the day",
    "BillsStatus": "look up the bill: it is not in the status this needs",
    "BillsFlag": "look up the range: its flag does not allow this now",
    "BillsPending": "first answer, withdraw or expire the act that is pending on the range",
    "BillsPair": "a fault of the contract, not of the call; report it with the transaction",
    "BillsRoom": "act through the contract that this step belongs to",
    "BillsParty": "let the range's holder, or whoever the step names, do this",
    "BillsSelf": "name another party than the one that holds the range already",
    "BillsUnits": "name units inside the range, at one end of it",
    "BillsActs": "the range has changed since; read it, approve and sign anew",
    "BillsDepth": "the chain is as long as it may be; let the bill be paid, or discount it",
    "BillsGuarantees": "the range carries as many guarantees as it can count",
    "BillsFrozen": "wait until the order that froze this range ends or is lifted",
    "BillsPaymentStopped": "wait until the order that stopped payment of this range is lifted",
    "BillsRestrained": "wait until the day of the order has passed",
    "BillsOrder": "correct the order: it must name the range's holder and its whole amount",
    "BillsCorrection": "state the kind, the evidence and the pending act as they are",
    "BillsTransferPath": "endorse it: a hop needs evidence and the endorsee's consent",
}
_ACCEPTANCES = {
    "AcceptancesCheckDigit": "correct the number; its last digit must be the one named",
    "AcceptancesNumber": "use a number of 30 digits whose date is the day of drawing",
    "AcceptancesType": "use the type for this acceptor: 6 or 7 an enterprise, 5 or 8 a bank",
    "AcceptancesIncomplete": "complete the named item; a bill is void without it",
    "AcceptancesParty": "let the drawer, acceptor or payee of the bill do this, as it says",
    "AcceptancesSelf": "name a payee other than the drawer",
    "AcceptancesMaturity": "choose a maturity after the day of issue",
    "AcceptancesMatured": "its maturity has come; let it be cleared out and draw another",
    "AcceptancesNotDue": "wait for the named day, or let a side end it",
    "AcceptancesConsentMissing": "add the hash of the payee's consent record",
}
_ENDORSEMENTS = {
    "EndorsementsEvidenceMissing": "add the hash of this endorsement's trade documents",
    "EndorsementsConsentMissing": "add the hash of the endorsee's consent record",
    "EndorsementsUnmarked": "nothing is to be lifted: the range carries no mark",
    "EndorsementsDeadline": "choose a last day from today to the last day for endorsing",
}
_PRESENTATIONS = {
    "PresentationsPair": "look up the range: it cannot be presented, answered or ended now",
    "PresentationsParty": "let the holder present, the acceptor or its access bank answer",
    "PresentationsReasonMissing": "add the hash of the reason's text",
    "PresentationsCode": "choose the reason code that fits what the ledger knows of the range",
    "PresentationsDay": "do it within the days that are named",
    "PresentationsNotCommercial": "only bills accepted by an enterprise are dishonoured by time",
    "PresentationsFull": "this bill carries all the dishonours it can",
    "PresentationsAccessBank": "name a bank other than the acceptor",
}
_RECOURSE = {
    "RecoursePair": "look up the range: its status and flag do not allow this now",
    "RecourseParty": "let the holder of the range, or the debtor named, do this",
    "RecourseNoGround": "present it from maturity on and have it dishonoured, or name a ground",
    "RecourseNotLiable": "leave out this party: by the named rule it does not answer to the holder",
    "RecourseTimeBarred": "the period has ended; the acceptor's own duty may still run",
    "RecourseNotPursued": "the holder must first pursue this debtor",
    "RecourseAmount": "offer at least the claim of that day, interest and costs included",
    "RecourseDeadline": "choose a last day from today to the end of the bill's limitation",
    "RecourseProofMissing": "add the hash of the proof",
    "RecourseDebtorCount": "name between one and 50 debtors",
    "RecourseCosts": "state costs within the face of the range",
    "RecourseActs": "the range moved since these terms were approved; approve new ones",
    "RecourseNoResidual": "no claim is left on this range, or it is paid",
}
_GUARANTEES = {
    "GuaranteesPair": "a guarantee needs a bill at rest before its maturity",
    "GuaranteesNoDebtor": "name the drawer, the acceptor or an endorser of this range",
    "GuaranteesDebtor": "name a guarantor that is neither a debtor of the bill nor its holder",
    "GuaranteesGiven": "this guarantee stands already",
    "GuaranteesFull": "the bill carries as many guarantees as it can",
    "GuaranteesDeadline": "choose a last day from today to the day before maturity",
    "GuaranteesDocument": "add the hash of the guarantee's text",
    "GuaranteesRefused": "the holder refused this once; ask with both signatures",
    "GuaranteesActs": "the range has moved on; read it and let both sides approve again",
}
_DISCLOSURES = {
    "DisclosuresLate": "the acceptor must first disclose the bills it is late with",
    "DisclosuresSuspended": "the acceptor is on this month's overdue list; it must clear it first",
    "DisclosuresBanned": "the party is banned as persistently overdue until the named day",
    "DisclosuresFiguresMissing": "have the regulator state this institution's figures first",
    "DisclosuresGate": "the acceptor must first disclose the bill as it is",
    "DisclosuresParty": "let the bill's acceptor disclose it",
    "DisclosuresNothingDue": "nothing to disclose: not accepted yet, or accepted by a bank",
    "DisclosuresMonth": "choose a month that is over and whose figures are kept",
    "DisclosuresNotCleared": "settle all overdue bills and bring disclosure up to date first",
    "DisclosuresNotBanned": "there is no ban to remove",
    "DisclosuresIncomplete": "complete the named field",
}
_PAYMENT = {
    "SettlementBillCount": "pay between one and 100 bills in one transaction",
    "SettlementAcceptors": "pay the bills of one acceptor at a time",
    "SettlementParty": "let the payer that the terms name approve, or the holder collect",
}
BILL_ADVICE = (
    _BILLS
    | _ACCEPTANCES
    | _ENDORSEMENTS
    | _PRESENTATIONS
    | _RECOURSE
    | _GUARANTEES
    | _DISCLOSURES
    | _PAYMENT
)
