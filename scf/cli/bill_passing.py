"""`scf bill`, second part: endorsement, marks and guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.bill_drawing import app
from scf.cli.bill_values import PartAmount, PendingOption, RangeOption
from scf.cli.runner import Run, command
from scf.cli.values import (
    ConsentOption,
    EvidenceOption,
    ToOption,
    amount_of,
    checked,
    day_of,
    hash_of,
    party_of,
)
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.chain.keys import Signer

_Until = Annotated[
    str | None, checked("--until", day_of, metavar="DAY", help="Ask; last day for the answer.")
]
_Marked = Annotated[bool, typer.Option("--not-transferable", help="Endorse it 不得转让.")]
_Consent = Annotated[
    str | None, checked("--consent", hash_of, metavar="HASH", help="Consent record, with --sign.")
]


@command(app, "endorse")
def endorse(
    run: Run,
    range_: RangeOption,
    to: ToOption,
    evidence: EvidenceOption,
    amount: PartAmount = None,
    marked: _Marked = False,
    until: _Until = None,
    sign: Annotated[
        str | None,
        typer.Option("--sign", metavar="NAME", help="Key of the endorsee: both at once."),
    ] = None,
    consent: _Consent = None,
) -> object:
    """
    Endorse a range or a part of it (背书转让): with --until ask, with --sign both sides at once.

    Result: {"pending_id", "range", "part", "to_party", "deadline_day", "tx"}, or {"part",
    "from_party", "to_party", "tx"}.
    """
    if (until is None) == (sign is None):
        raise UsageError("until", until or "(none)", "either --until or --sign")
    if sign is not None and consent is None:
        raise UsageError("consent", "(none)", "--consent with --sign")
    taker = None if sign is None else run.signer(sign)
    face = run.ledger.bills
    terms = face.endorsement(
        range_,
        to=to,
        evidence_hash=hash_of(evidence, field="evidence"),
        amount=amount_of(amount) if amount else None,
        marked=marked,
    )
    if taker is None or consent is None:
        return face.request_endorsement(terms, deadline_day=day_of(until or "", field="until"))
    return face.endorse(
        terms,
        consent_hash=hash_of(consent, field="consent"),
        giver=run.officer,
        taker=taker,
    )


@command(app, "take-endorsement")
def take_endorsement(run: Run, pending: PendingOption, consent: ConsentOption) -> object:
    """
    Take what was endorsed (背书签收). The endorsee.

    Result: {"part", "from_party", "to_party", "tx"}.
    """
    face = run.ledger.bills
    terms = face.requested_endorsement(hash_of(pending, field="pending"))
    return face.take_endorsement(terms, consent_hash=hash_of(consent, field="consent"))


@command(app, "reject-endorsement")
def reject_endorsement(run: Run, pending: PendingOption) -> object:
    """
    Refuse an endorsement, or to lift a mark.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.bills.reject_endorsement(hash_of(pending, field="pending"))


@command(app, "withdraw-endorsement")
def withdraw_endorsement(run: Run, pending: PendingOption) -> object:
    """
    Take back an endorsement that waits for its answer.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.bills.withdraw_endorsement(hash_of(pending, field="pending"))


@command(app, "ask-lift")
def ask_lift(
    run: Run,
    range_: RangeOption,
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to answer.")],
) -> object:
    """
    Ask the party that marked a range 不得转让 to lift the mark. The holder.

    Result: {"pending_id", "range", "setter", "tx"}.
    """
    day = day_of(until, field="until")
    return run.ledger.bills.request_mark_revocation(range_, deadline_day=day)


@command(app, "lift")
def lift(run: Run, pending: PendingOption) -> object:
    """
    Lift a mark. The party that set it.

    Result: {"range", "setter", "tx"}.
    """
    return run.ledger.bills.lift_mark(hash_of(pending, field="pending"))


@command(app, "guarantee")
def guarantee(
    run: Run,
    range_: RangeOption,
    guarantor: Annotated[str, checked("--guarantor", party_of, metavar="PARTY")],
    document: Annotated[str, checked("--document", hash_of, metavar="HASH", help="Its text.")],
    guaranteed: Annotated[
        str | None,
        checked("--for", party_of, metavar="PARTY", help="Whom; else acceptor or drawer (NIL-47)."),
    ] = None,
    until: _Until = None,
    sign: Annotated[
        str | None,
        typer.Option("--sign", metavar="NAME", help="Key of the guarantor: both at once."),
    ] = None,
) -> object:
    """
    Have a range guaranteed (保证): with --until ask, with --sign both sides at once.

    Result: {"pending_id", "range", "requester", "guarantor", "guaranteed", "tx"}, or {"range",
    "guarantor", "guaranteed", "tx"}.
    """
    from scf.model.records import NOBODY

    if (until is None) == (sign is None):
        raise UsageError("until", until or "(none)", "either --until or --sign")
    giver: Signer | None = None if sign is None else run.signer(sign)
    face = run.ledger.guarantees
    terms = face.terms(
        range_,
        guarantor=guarantor,
        document_hash=hash_of(document, field="document"),
        guaranteed=guaranteed or NOBODY,
    )
    if giver is not None:
        return face.give_signed(terms, debtor=run.officer, guarantor=giver)
    return face.request(terms, deadline_day=day_of(until or "", field="until"))


@command(app, "give-guarantee")
def give_guarantee(run: Run, pending: PendingOption) -> object:
    """
    Give a guarantee that was asked for. The guarantor.

    Result: {"range", "guarantor", "guaranteed", "tx"}.
    """
    terms, requester = run.ledger.guarantees.requested(hash_of(pending, field="pending"))
    return run.ledger.guarantees.give(terms, requester=requester)


@command(app, "refuse-guarantee")
def refuse_guarantee(run: Run, pending: PendingOption) -> object:
    """
    Refuse a guarantee, as its guarantor, or as the holder of the range.

    Result: {"pending_id", "state", "tx"}.
    """
    key = hash_of(pending, field="pending")
    face = run.ledger.guarantees
    terms, requester = face.requested(key)
    if run.own_party == terms.guarantor:
        return face.reject(key)
    return face.refuse(terms, requester=requester)
