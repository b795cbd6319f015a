"""What to do about a contract's refusal: one sentence per custom error, written for a treasurer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scf.chain.bill_advice import BILL_ADVICE
from scf.chain.financing_advice import FINANCING_ADVICE

_GENERAL = {
    "Error": "the contract's own words say why",
    "Panic": "a fault of the contract, not of the call; report it with the transaction",
    "UnknownRevert": "the contract's error is none that this version of scf knows",
}
_APPROVALS = {
    "GovernedApprovalUsed": "approve again with another deadline; an approval counts once",
    "GovernedCaller": "send it as an officer who approves; other steps are the contracts' own",
    "GovernedSignatureInvalid": "let the named officer sign exactly these terms again",
    "GovernedSignatureExpired": "sign again with a later deadline",
    "GovernedSignatureRevoked": "the party took this approval back; ask it for a new one",
    "GovernedSameOfficer": "a second officer of the same party must approve (four eyes)",
    "GovernedOtherParty": "let an officer of the party that is asked for approve",
}
_PARTIES = {
    "ParticipantsOfficerUnknown": "have this key appointed as an officer of its party first",
    "ParticipantsOfficerTaken": "use a new key; a key stays with its first party for good",
    "ParticipantsPowerLacking": "let an officer with this power act, or have it granted",
    "ParticipantsAmountLimit": "let an officer with a higher limit act, or split the amount",
    "ParticipantsPartyUnknown": "check the code of the party, or have it enrolled first",
    "ParticipantsPartyEnrolled": "the party is enrolled already; restate it if details changed",
    "ParticipantsTagTaken": "two identifiers collide; the operator must enrol under another code",
    "ParticipantsPartySuspended": "wait until the operator ends the party's suspension",
    "ParticipantsPartyStatus": "look up the party: it is in this state already, or unknown",
    "ParticipantsPartyFrozen": "nothing can be disposed of until the order ends or is lifted",
    "ParticipantsRoleLacking": "act through a party with this role, or have the role stated",
    "ParticipantsUsccInvalid": "correct the unified social credit code; its check digits fail",
    "ParticipantsPartyHasCode": "this identifier belongs to a contract and cannot be a party",
    "ParticipantsFieldInvalid": "complete or correct the named field of the enrolment",
    "ParticipantsOfficerCount": "list between one and 32 officers, with one signature each",
    "ParticipantsApproverParty": "let two officers of the party that is asked for approve",
    "ParticipantsApproverConcerned": "let two other administrators decide about this officer",
    "ParticipantsLastAdministrator": "appoint another administrator before removing this one",
    "ParticipantsChangeNonce": "the party's officers changed since; prepare and sign it anew",
    "ParticipantsRecoveryUnknown": "no such recovery waits; propose it, or check its terms",
    "ParticipantsRecoveryEarly": "wait until the days for objections are over",
    "ParticipantsOperatorItself": "the operator cannot suspend itself; nobody could end it",
    "ParticipantsOrderKind": "orders about parties freeze or unfreeze; move assets by their own",
}
_RULES = {
    "RuleViolated": "keep within the named rule, which states the value that is needed",
    "ParameterNotSet": "have this rule's value entered in the rulebook first",
    "RulebookDatedInPast": "let the version start today or later",
    "RulebookVersionsFull": "this rule takes no more versions; use another rule id",
    "RulebookRuleIdEmpty": "name the rule",
    "RulebookCalendarPast": "leave the days that have passed as they are in the calendar",
    "RulebookCalendarInvalid": "correct the calendar: it has days no year has, or no business days",
    "RulebookBusinessDays": "count at most a month of business days at once",
    "RulebookCalendarMissing": "have the operator load the business calendar of that year",
}
_ORDERS = {
    "OrdersState": "look up the order: it is done, withdrawn, or not proposed yet",
    "OrdersExpiry": "choose an expiry between today and the longest one order may ask",
    "OrdersIncomplete": "state document, target and, for transfers, two parties and an amount",
    "OrdersKind": "choose a kind of order that its target knows",
    "OrdersTarget": "carry the order out at the contract it names",
}
_CASH = {
    "CashPaymentIdUsed": "this payment is booked already; check it before booking another",
    "CashPaymentIdEmpty": "state the payment's id",
    "CashAmount": "state an amount above zero that one account can hold",
    "CashBalance": "pay money in first, or pay less",
    "CashOrderKind": "orders about money move it; freeze the party instead",
    "CashPermitDisabled": "let an officer call approve; a party has no key for permits",
}
_INVOICES = {
    "InvoicesDebtorBarred": "the debtor must first pay what is overdue, or be cleared (R77-7)",
    "InvoicesDebtorLimit": "ask the operator for a higher limit, or wait for payments",
    "InvoicesBarReason": "use the reasons that exist",
    "InvoicesIncomplete": "state key, both parties, amount and document of the invoice",
    "InvoicesParties": "this invoice belongs to other parties; check its number and codes",
    "InvoicesConflicted": "the debtor must confirm this invoice by hand, as it came twice",
    "InvoicesCapacity": "the invoice backs too much already; open less, or on another invoice",
    "InvoicesConfirmed": "the invoice is confirmed already and stays as it is",
}
_OPENINGS = {
    "OpeningsParty": "let the party that is asked for do this",
    "OpeningsSelf": "supplier and debtor must be two parties",
    "OpeningsAmount": "choose an amount above zero and within what it is taken from",
    "OpeningsDueDay": "choose a due day after today",
    "OpeningsDue": "its due day has come; let it expire and open a new one",
    "OpeningsNotDue": "before the due day only its parties can end it",
    "OpeningsFrozen": "wait until the order on this certificate ends or is lifted",
    "OpeningsEvidenceMissing": "add the hash of the trade documents",
    "OpeningsConsentNotYours": "leave the consent out; the supplier gives it when it takes",
    "OpeningsConsentMissing": "add the hash of the supplier's consent record",
}
_CERTIFICATES = {
    "ReceivablesStatus": "look up the certificate: it is not in the state this needs",
    "ReceivablesStatusOneOf": "look up the certificate: it is in none of the states this needs",
    "ReceivablesExists": "it is open already; for another one choose another reference",
    "ReceivablesParty": "let the party that is asked for do this",
    "ReceivablesAmount": "choose an amount above zero and within what it is taken from",
    "ReceivablesAvailable": "choose less, or first end the requests that lock the rest",
    "ReceivablesPartTooSmall": "move a larger part, leave a larger rest, or move all of it",
    "ReceivablesDueDay": "choose a day that is not before the one needed",
    "ReceivablesDue": "its day has come: it can only be paid now",
    "ReceivablesNotDue": "wait for the due day",
    "ReceivablesFrozen": "wait until the order on this certificate ends or is lifted",
    "ReceivablesEvidenceMissing": "add the hash of this hop's trade documents",
    "ReceivablesConsentMissing": "add the hash of the consent record",
    "ReceivablesConsentNotGiven": "ask the transferee for standing consent, or request instead",
    "ReceivablesRecourseCap": "give a cap for limited recourse, and none otherwise",
    "ReceivablesTransferee": "choose another transferee than the transferor or the debtor",
    "ReceivablesHolderOrder": "list each present holder once, in ascending order",
    "ReceivablesHolderCount": "list between one and 200 holders in one payment",
    "ReceivablesHoldersIncomplete": "list all holders; a part is paid to all of them pro rata",
    "ReceivablesTransferPath": "use transfer: every hop needs evidence and consent",
    "ReceivablesOrder": "correct the order's amount, parties or kind",
}
_PAYMENT_AND_SALE = {
    "SettlementPreference": "have money for all holders before paying some, or pay pro rata",
}
_TWO_SIDED = {
    "TwoSidedState": "look up the request: it is answered already, or was never made",
    "TwoSidedParty": "let the party that is asked for answer or withdraw",
    "TwoSidedExpired": "its last day has passed; request it again",
    "TwoSidedNotExpired": "wait until its last day is over, or let a side end it",
}
ADVICE: Mapping[str, str] = MappingProxyType(
    _GENERAL
    | _APPROVALS
    | _PARTIES
    | _RULES
    | _ORDERS
    | _CASH
    | _INVOICES
    | _OPENINGS
    | _CERTIFICATES
    | _PAYMENT_AND_SALE
    | _TWO_SIDED
    | BILL_ADVICE
    | FINANCING_ADVICE
)


def advice_for(name: str) -> str:
    """What a caller can do about the custom error `name`; empty if nothing is known."""
    return ADVICE.get(name, "")
