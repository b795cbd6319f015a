"""
What has a history: which arguments of events name it, of which kind it is, and finding it by id.

A new instrument adds its names here; a test holds this list against every event of the ABIs.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scf.audit.records import Subject
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.audit.store import Store

KINDS: Mapping[str, str] = {
    # argument, or contract and argument where the same name means something else: kind
    "id": "certificate",
    "certificateId": "certificate",
    "key": "invoice",
    "invoiceKey": "invoice",
    "pendingId": "pending",
    "quoteId": "quote",
    "dealId": "quote",
    "loanId": "loan",
    "debtId": "loan",
    "claimId": "claim",
    "offerId": "offer",
    "registryReceipt": "receipt",
    "orderId": "order",
    "paymentId": "payment",
    "ruleId": "rule",
    "party": "party",
    "from": "party",
    "to": "party",
    "bank": "party",
    "owner": "party",
    "spender": "party",
    "debtor": "party",
    "supplier": "party",
    "seller": "party",
    "funder": "party",
    "factor": "party",
    "against": "party",
    "lender": "party",
    "borrower": "party",
    "buyer": "party",
    "pledgor": "party",
    "pledgee": "party",
    "billNo": "bill",
    "Bills.id": "range",
    "tokenId": "range",
    "parentId": "range",
    "partId": "range",
    "restId": "range",
    "takenId": "range",
    "tradeKey": "invoice",
    "drawer": "party",
    "acceptor": "party",
    "payee": "party",
    "holder": "party",
    "setter": "party",
    "requester": "party",
    "guarantor": "party",
    "guaranteed": "party",
    "payer": "party",
    "claimant": "party",
    "proxy": "party",
    "account": "party",
    # Keys that acted; of units moved, a contract of the ledger may stand here, which is left out.
    **dict.fromkeys(("officer", "approver", "by", "maker", "checker", "operator"), "officer"),
    **dict.fromkeys(("fromOfficer", "holderOfficer", "debtorOfficer"), "officer"),
    **dict.fromkeys(("sellerOfficer", "funderOfficer", "buyerOfficer"), "officer"),
    **dict.fromkeys(("lenderOfficer", "borrowerOfficer"), "officer"),
}
UNNAMED = frozenset(
    # hashes of documents and reasons, digests
    (
        *("documentHash", "consentHash", "reasonHash", "evidenceHash", "basisHash", "nameHash"),
        *("changeHash", "bankReviewHash", "termReasonHash", "reference_", "digest"),
        # what a filing receipt was used for, of whichever kind
        "useId",
        # bills: hashes of statements and proofs; packed words
        *("statementHash", "snapshotHash", "announcementHash", "causeHash", "bookHash"),
        *("proofHash", "parties", "terms"),
    )
)
_SUGGESTIONS_MAX = 3
_NEAR_DIGITS_MIN = 4
_NEAR_MAX = 200
_WORD_TYPES = ("address", "bytes32", "uint128", "uint256")


def kind_of(contract: str, item: Mapping[str, Any]) -> str | None:
    """
    The kind of subject that an argument names, or None.

    Args:
        contract: whose event it is.
        item: the argument's entry in the ABI.
    """
    if item["type"] not in _WORD_TYPES:
        return None
    return kind_named(contract, item["name"])


def kind_named(contract: str, argument: str) -> str | None:
    """The kind of subject that an argument of that name names in a contract's events."""
    return KINDS.get(f"{contract}.{argument}") or KINDS.get(argument)


def find_subjects(store: Store, key: str = "", *, kind: str | None = None) -> list[Subject]:
    """Subjects whose id starts with `key` (all of them if empty), of one kind if given."""
    text = key.lower()
    rows = store.database.rows(
        "SELECT id, kind, key FROM subjects WHERE deployment_id = ? AND key >= ? AND key < ?"
        " ORDER BY key, kind",
        (store.deployment.id, text, text + "g"),
    )
    found = [Subject(id=row[0], kind=row[1], key=row[2]) for row in rows]
    return [item for item in found if kind in (None, item.kind)]


def subject_of(store: Store, key: str, *, kind: str | None = None) -> Subject:
    """
    The subject with an id, given whole or by its first digits.

    Raises:
        UsageError: none, or several; the message says which there are.
    """
    text = key.lower()
    found = find_subjects(store, text, kind=kind) if text.startswith("0x") and text[2:] else []
    exact = [item for item in found if item.key == text] or found
    if len(exact) == 1:
        return exact[0]
    if exact:
        shown = ", ".join(f"{item.kind} {item.key}" for item in exact[:_SUGGESTIONS_MAX])
        raise UsageError("id", key, f"one of them, by more digits or its kind: {shown}")
    raise UsageError("id", key, _suggestion(store, text, kind))


def _suggestion(store: Store, key: str, kind: str | None) -> str:
    rows = store.database.rows(
        "SELECT kind, COUNT(*) FROM subjects WHERE deployment_id = ? GROUP BY kind ORDER BY kind",
        (store.deployment.id,),
    )
    what = ", ".join(f"{name} ({count})" for name, count in rows) or "nothing yet, sync first"
    near: set[str] = set()
    for length in range(len(key) - 1, _NEAR_DIGITS_MIN - 1, -1):
        near = {item.key for item in find_subjects(store, key[:length], kind=kind)}
        if near:
            break
    close = difflib.get_close_matches(key, sorted(near)[:_NEAR_MAX], _SUGGESTIONS_MAX, 0.5)
    hint = f"did you mean {' or '.join(close)}? The store knows: " if close else "an id of: "
    return hint + what
