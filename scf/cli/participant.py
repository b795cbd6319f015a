"""`scf participant`: parties, their officers, suspension, freezes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.orders import order_of
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
    checked,
    hash_of,
    limit_of,
    member_of,
    members_of,
)
from scf.errors import UsageError
from scf.model.identifiers import parse_lei, parse_uscc

if TYPE_CHECKING:
    from scf.chain.keys import Signer
    from scf.contracts.participants import OfficerChange
    from scf.model.records import Powers, Roles, SizeClass

app = group("participant", "Enrol parties; their officers, suspension, freezes.")
_RECOVERY_SECONDS = 60 * 86_400


def _roles_of(text: str, *, field: str = "roles") -> Roles:
    from scf.model.records import Roles

    return members_of(Roles, text, field)


def _size_of(text: str, *, field: str = "size") -> SizeClass:
    from scf.model.records import SizeClass

    return member_of(SizeClass, text, field)


def _powers_of(text: str, *, field: str = "powers") -> Powers:
    from scf.model.records import Powers

    return Powers(0) if text == "none" else members_of(Powers, text, field)


_Uscc = Annotated[
    str,
    checked("--uscc", parse_uscc, metavar="CODE", help="18-character code (统一社会信用代码)."),
]
_Name = Annotated[str, typer.Option("--name", help="Registered name; its hash goes on chain.")]
_Roles = Annotated[
    str,
    checked(
        "--roles",
        _roles_of,
        metavar="ROLES",
        help="Comma-separated: enterprise, bank, funder, clearing_bank …",
    ),
]
_Size = Annotated[
    str,
    checked(
        "--size", _size_of, metavar="SIZE", help="micro, small, medium, large, state, unstated."
    ),
]
_Officer = Annotated[
    str, typer.Option("--officer", metavar="NAME", help="Key of the officer that changes.")
]
_Powers = Annotated[
    str,
    checked(
        "--powers",
        _powers_of,
        metavar="POWERS",
        help="Comma-separated: make, check, pay, administer, all; none.",
    ),
]
_Limit = Annotated[
    str, checked("--limit", limit_of, metavar="YUAN", help="Most of one act, or `unlimited`.")
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
    lei: Annotated[
        str | None, checked("--lei", parse_lei, metavar="LEI", help="Legal entity identifier.")
    ] = None,
) -> object:
    """
    Enrol a party: two administrators of the operator, and every first officer signs.

    POWERS of an officer are joined by `+` (`make+check`); all of them unless given.

    Result: {"party", "tx"}.
    """
    from scf.contracts.participants import OfficerGrant
    from scf.model.records import PartyDetails, Powers

    grants = []
    for part in officers.split(","):
        key, _, powers = part.strip().partition(":")
        given = members_of(Powers, powers.replace("+", ","), "officers") if powers else Powers.ALL
        grants.append(OfficerGrant(officer=run.signer(key), powers=given))
    details = PartyDetails(
        uscc=uscc,
        name=name,
        roles=_roles_of(roles),
        size_class=_size_of(size),
        lei=lei,
    )
    second, participants = run.signer(approver), run.ledger.participants
    run.give_gas([grant.address for grant in grants])
    return participants.enrol(details, grants, approver=second)


@command(app, "restate")
def restate(
    run: Run, uscc: _Uscc, name: _Name, roles: _Roles, size: _Size, approver: ApproverOption
) -> object:
    """
    Restate a party's name, roles and size class; two of the operator.

    Result: {"party", "tx"}.
    """
    from scf.model.records import PartyDetails

    details = PartyDetails(uscc=uscc, name=name, roles=_roles_of(roles), size_class=_size_of(size))
    second = run.signer(approver)
    return run.ledger.participants.restate(details, approver=second)


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
    from scf.contracts import checks

    key = checks.officer(address, "address")
    found = run.reader.participants.officer(key)
    if found is None:
        raise UsageError("address", address, "the key of an enrolled party's officer")
    return found


@command(app, "suspend")
def suspend(run: Run, party: PartyOption, reason: ReasonOption, approver: ApproverOption) -> object:
    """
    Stop a party's new acts; two of the operator.

    Result: {"party", "tx"}.
    """
    second = run.signer(approver)
    return run.ledger.participants.suspend(
        party, reason_hash=hash_of(reason, field="reason"), approver=second
    )


@command(app, "resume")
def resume(run: Run, party: PartyOption, reason: ReasonOption, approver: ApproverOption) -> object:
    """
    End a suspension; two of the operator.

    Result: {"party", "tx"}.
    """
    second = run.signer(approver)
    return run.ledger.participants.resume(
        party, reason_hash=hash_of(reason, field="reason"), approver=second
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
    key, second = run.signer(officer), run.signer(approver)
    change = _change(run, party, key, powers, limit, replaces)
    run.give_gas([key.address])
    return run.ledger.participants.change_officer(change, approver=second, acceptance=key)


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

    key, second = run.signer(officer), run.signer(approver)
    change = _change(run, party, key, "all", limit, replaces, seconds=_RECOVERY_SECONDS)
    save_change(Path(save), change)
    return run.ledger.participants.propose_recovery(change, approver=second)


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

    change, key = load_change(Path(saved)), run.signer(officer)
    participants = run.ledger.participants
    run.give_gas([key.address])
    return participants.recover(change, acceptance=key)


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
    order = order_of(run, document, until, second)
    return run.ledger.orders.freeze_party(party, **order)


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
    order = order_of(run, document, until, second)
    return run.ledger.orders.unfreeze_party(party, **order)


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
    order = order_of(run, document, until, second)
    return run.ledger.orders.transfer_cash(
        from_party=giver, to_party=to, amount=amount_of(amount), **order
    )


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
    ended = run.keystore.find(replaces).address if replaces else None
    participants = run.ledger.participants
    return participants.officer_change(
        party,
        key,
        powers=_powers_of(powers),
        limit=limit_of(limit),
        replaces=ended,
        deadline=None if seconds is None else run.chain.block().timestamp + seconds,
    )
