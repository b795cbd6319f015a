"""`scf participant`: parties, their officers, suspension, freezes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import (
    AmountOption,
    ApproverOption,
    DocumentOption,
    ExpiryOption,
    FromOption,
    PartyOption,
    ReasonOption,
    SecondOption,
    ToOption,
    amount_of,
    day_of,
    hash_of,
    limit_of,
    member_of,
    members_of,
)
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.chain.keys import Signer
    from scf.contracts.participants import OfficerChange

app = group("participant", "Enrol parties; their officers, suspension, freezes.")
_Uscc = Annotated[str, typer.Option("--uscc", help="18-character code (统一社会信用代码).")]
_Name = Annotated[str, typer.Option("--name", help="Registered name; its hash goes on chain.")]
_Roles = Annotated[
    str, typer.Option("--roles", help="Comma-separated: enterprise, bank, funder, clearing_bank …")
]
_Size = Annotated[str, typer.Option("--size", help="micro, small, medium, large, state, unstated.")]
_Officer = Annotated[
    str, typer.Option("--officer", metavar="NAME", help="Key of the officer that changes.")
]
_Powers = Annotated[
    str, typer.Option("--powers", help="Comma-separated: make, check, pay, administer, all; none.")
]
_Limit = Annotated[
    str, typer.Option("--limit", metavar="YUAN", help="Most of one act, or `unlimited`.")
]
_Replaces = Annotated[
    str | None, typer.Option("--replaces", metavar="NAME", help="Key that ends in the same act.")
]


@command(app, "enrol")
def enrol(
    run: Run,
    uscc: _Uscc,
    name: _Name,
    officers: Annotated[
        str,
        typer.Option("--officers", metavar="NAMES", help="Keys NAME[:POWERS], comma-separated."),
    ],
    approver: ApproverOption,
    roles: _Roles = "enterprise",
    size: _Size = "unstated",
    lei: Annotated[str | None, typer.Option("--lei", help="Legal entity identifier.")] = None,
) -> object:
    """
    Enrol a party: two administrators of the operator, and every first officer signs.

    POWERS of an officer are joined by `+` (`make+check`); all of them unless given.

    Result: {"party", "tx"}.
    """
    from scf.contracts.participants import OfficerGrant
    from scf.model.records import PartyDetails, Powers, Roles, SizeClass

    grants = []
    for part in officers.split(","):
        key, _, powers = part.strip().partition(":")
        given = members_of(Powers, powers.replace("+", ","), "officers") if powers else Powers.ALL
        grants.append(OfficerGrant(officer=run.signer(key), powers=given))
    details = PartyDetails(
        uscc=uscc,
        name=name,
        roles=members_of(Roles, roles, "roles"),
        size_class=member_of(SizeClass, size, "size"),
        lei=lei,
    )
    run.give_gas([grant.address for grant in grants])
    return run.ledger.participants.enrol(details, grants, approver=run.signer(approver))


@command(app, "restate")
def restate(
    run: Run, uscc: _Uscc, name: _Name, roles: _Roles, size: _Size, approver: ApproverOption
) -> object:
    """
    Restate a party's name, roles and size class; two of the operator.

    Result: {"party", "tx"}.
    """
    from scf.model.records import PartyDetails, Roles, SizeClass

    details = PartyDetails(
        uscc=uscc,
        name=name,
        roles=members_of(Roles, roles, "roles"),
        size_class=member_of(SizeClass, size, "size"),
    )
    return run.ledger.participants.restate(details, approver=run.signer(approver))


@command(app, "show")
def show(run: Run, party: PartyOption) -> object:
    """
    A party as enrolled.

    Result: {"id", "uscc", "name_hash", "roles", "status", "size_class", "frozen_until",
    "enrolled_day", "admin_count", "officer_count", "changes"}.
    """
    found = run.reader.participants.party(party)
    if found is None:
        raise UsageError("party", party, "an enrolled party")
    return found


@command(app, "officer")
def officer_(
    run: Run, address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A key's address.")]
) -> object:
    """
    Whom a key acts for.

    Result: {"address", "party", "powers", "limit_fen"}.
    """
    found = run.reader.participants.officer(address)
    if found is None:
        raise UsageError("address", address, "the key of an enrolled party's officer")
    return found


@command(app, "suspend")
def suspend(run: Run, party: PartyOption, reason: ReasonOption, approver: ApproverOption) -> object:
    """
    Stop a party's new acts; two of the operator.

    Result: {"party", "tx"}.
    """
    return run.ledger.participants.suspend(
        party, reason_hash=hash_of(reason, field="reason"), approver=run.signer(approver)
    )


@command(app, "resume")
def resume(run: Run, party: PartyOption, reason: ReasonOption, approver: ApproverOption) -> object:
    """
    End a suspension; two of the operator.

    Result: {"party", "tx"}.
    """
    return run.ledger.participants.resume(
        party, reason_hash=hash_of(reason, field="reason"), approver=run.signer(approver)
    )


@command(app, "officer-set")
def officer_set(
    run: Run,
    party: PartyOption,
    officer: _Officer,
    powers: _Powers,
    approver: ApproverOption,
    limit: _Limit = "unlimited",
    replaces: _Replaces = None,
) -> object:
    """
    Add, change, replace or (with `--powers none`) remove an officer; two of the party.

    Result: {"party", "officer", "powers", "limit_fen", "tx"}.
    """
    key = run.signer(officer)
    change = _change(run, party, key, powers, limit, replaces)
    run.give_gas([key.address])
    return run.ledger.participants.change_officer(
        change, approver=run.signer(approver), acceptance=key
    )


@command(app, "recover-propose")
def recover_propose(
    run: Run,
    party: PartyOption,
    officer: _Officer,
    approver: ApproverOption,
    limit: _Limit = "unlimited",
    replaces: _Replaces = None,
    save: Annotated[
        str, typer.Option("--save", metavar="FILE", help="Where the change is kept.")
    ] = "recovery.json",
) -> object:
    """
    Start the recovery of a party that lost its keys: two of the operator, then a delay.

    Result: {"party", "change_hash", "earliest_day", "tx"}.
    """
    from pathlib import Path

    from scf.cli.files import save_change

    change = _change(run, party, run.signer(officer), "all", limit, replaces, seconds=60 * 86_400)
    done = run.ledger.participants.propose_recovery(change, approver=run.signer(approver))
    save_change(Path(save), change)
    return done


@command(app, "recover-object")
def recover_object(run: Run, party: PartyOption) -> object:
    """
    Stop a recovery; any officer of the party.

    Result: {"party", "tx"}.
    """
    return run.ledger.participants.object_to_recovery(party)


@command(app, "recover")
def recover(
    run: Run,
    officer: _Officer,
    saved: Annotated[
        str, typer.Option("--saved", metavar="FILE", help="What `recover-propose` kept.")
    ] = "recovery.json",
) -> object:
    """
    Carry out a recovery after its delay; an administrator of the operator.

    Result: {"party", "officer", "powers", "limit_fen", "tx"}.
    """
    from pathlib import Path

    from scf.cli.files import load_change

    key = run.signer(officer)
    run.give_gas([key.address])
    return run.ledger.participants.recover(load_change(Path(saved)), acceptance=key)


@command(app, "freeze")
def freeze(
    run: Run,
    party: PartyOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    Freeze a party by legal order: regulator or court, two officers. It may receive and pay.

    Result: {"order_id", "kind", "tx"}.
    """
    return run.ledger.orders.freeze_party(party, **_order(run, document, until, second))


@command(app, "unfreeze")
def unfreeze(
    run: Run,
    party: PartyOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    End the freeze of a party by legal order; two officers.

    Result: {"order_id", "kind", "tx"}.
    """
    return run.ledger.orders.unfreeze_party(party, **_order(run, document, until, second))


@command(app, "transfer-cash-by-order")
def transfer_cash_by_order(
    run: Run,
    giver: FromOption,
    to: ToOption,
    amount: AmountOption,
    document: DocumentOption,
    until: ExpiryOption,
    second: SecondOption,
) -> object:
    """
    Move money on legal title: two officers of a court.

    Result: {"order_id", "kind", "tx"}.
    """
    return run.ledger.orders.transfer_cash(
        from_party=giver,
        to_party=to,
        amount=amount_of(amount),
        **_order(run, document, until, second),
    )


def _order(run: Run, document: str, until: str, second: str) -> dict[str, Any]:
    return {
        "document_hash": hash_of(document, field="document"),
        "expiry": day_of(until, field="until"),
        "second": run.signer(second),
    }


def _change(
    run: Run,
    party: str,
    key: Signer,
    powers: str,
    limit: str,
    replaces: str | None,
    *,
    seconds: int | None = None,
) -> OfficerChange:
    from scf.model.records import Powers

    given = Powers(0) if powers == "none" else members_of(Powers, powers, "powers")
    deadline = None if seconds is None else run.chain.block().timestamp + seconds
    return run.ledger.participants.officer_change(
        party,
        key,
        powers=given,
        limit=limit_of(limit),
        replaces=run.keystore.find(replaces).address if replaces else None,
        deadline=deadline,
    )
