"""`scf recourse`: pursuit, offers, settlement and claims on bills that were not paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.bill_values import PartAmount, PendingOption, RangeOption, debtor_of
from scf.cli.runner import Run, command, group
from scf.cli.values import amount_of, checked, day_of, hash_of, member_of, party_of

if TYPE_CHECKING:
    pass

app = group("recourse", "Recourse on bills: pursue, offer, take, see claims.")
_Debtors = Annotated[
    list[str],
    checked(
        "--debtor",
        debtor_of,
        metavar="PARTY[:PARTY]",
        help="Once for each; GUARANTOR:GUARANTEED for a guarantor.",
    ),
]
_Costs = Annotated[
    str | None, checked("--costs", amount_of, metavar="YUAN", help="Proof and notices.")
]
_Proof = Annotated[str | None, checked("--proof", hash_of, metavar="HASH", help="Their evidence.")]


@command(app, "collect-online")
def collect_online(run: Run, range_: RangeOption, debtors: _Debtors) -> object:
    """
    Debit the first of these that allowed it and can pay (线上追偿).

    The holder of a discounted bill under recourse. In order: acceptor, its guarantor, first
    discounter, its guarantor.

    Result: {"range", "payer", "reason", "paid_fen", "tx"}.
    """
    return run.ledger.recourse.collect_online(range_, [debtor_of(text) for text in debtors])


@command(app, "pursue")
def pursue(
    run: Run,
    range_: RangeOption,
    debtors: _Debtors,
    costs: _Costs = None,
    proof: _Proof = None,
    ground: Annotated[
        str | None,
        typer.Option("--ground", help="Without dishonour: bankrupt, stopped_business, …"),
    ] = None,
) -> object:
    """
    Pursue any, some or all debtors of a range (追索通知). The holder.

    Result: {"range", "notices": [{"party", "guaranteed", "late", "pursued"}], "tx"}.
    """
    from scf.model.bill_enums import Ground
    from scf.model.records import NO_HASH

    named = [debtor_of(text) for text in debtors]
    amount = amount_of(costs, field="costs") if costs else 0
    evidence = hash_of(proof, field="proof") if proof else NO_HASH
    if ground is not None:
        return run.ledger.recourse.pursue_without_dishonour(
            range_,
            named,
            ground=member_of(Ground, ground, "ground"),
            proof_hash=evidence,
            costs=amount,
        )
    return run.ledger.recourse.pursue(range_, named, costs=amount, costs_hash=evidence)


@command(app, "pursue-further")
def pursue_further(run: Run, range_: RangeOption, debtors: _Debtors) -> object:
    """
    Notify others in a pursuit under way.

    Result: as for `pursue`.
    """
    return run.ledger.recourse.pursue_further(range_, [debtor_of(text) for text in debtors])


@command(app, "forward")
def forward(
    run: Run,
    range_: RangeOption,
    to: Annotated[str, checked("--to", party_of, metavar="PARTY", help="A prior party.")],
) -> object:
    """
    Tell a prior party what one was told (NIL-66).

    Result: as for `pursue`.
    """
    return run.ledger.recourse.forward_notice(range_, debtor_of(to))


@command(app, "withdraw")
def withdraw(run: Run, range_: RangeOption) -> object:
    """
    Take a pursuit back, while no offer stands. The holder.

    Result: {"range", "tx"}.
    """
    return run.ledger.recourse.withdraw_pursuit(range_)


@command(app, "offer")
def offer(
    run: Run,
    range_: RangeOption,
    most: Annotated[
        str, checked("--most", amount_of, metavar="YUAN", help="Highest claim to pay.")
    ],
    until: Annotated[str, checked("--until", day_of, metavar="DAY", help="Last day to take it.")],
    amount: PartAmount = None,
    guaranteed: Annotated[
        str | None, checked("--for", party_of, metavar="PARTY", help="As guarantor of whom.")
    ] = None,
) -> object:
    """
    Offer to settle a range or a part of it (同意清偿). A pursued debtor.

    Result: {"pending_id", "range", "payer", "amount_max_fen", "deadline_day", "tx"}.
    """
    from scf.model.records import NOBODY

    return run.ledger.recourse.offer(
        range_,
        amount_max=amount_of(most, field="most"),
        deadline_day=day_of(until, field="until"),
        guaranteed=guaranteed or NOBODY,
        amount=amount_of(amount) if amount else None,
    )


@command(app, "take")
def take(run: Run, range_: RangeOption) -> object:
    """
    Take the settlement offered: the claim of today against the range (清偿签收). The holder.

    Result: {"range", "payer", "holder", "liability", "paid_fen", "ended", "tx"}.
    """
    return run.ledger.recourse.take(range_)


@command(app, "reject")
def reject(run: Run, pending: PendingOption) -> object:
    """
    Refuse an offer. The holder.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.recourse.reject_offer(hash_of(pending, field="pending"))


@command(app, "withdraw-offer")
def withdraw_offer(run: Run, pending: PendingOption) -> object:
    """
    Take an offer back. The payer.

    Result: {"pending_id", "state", "tx"}.
    """
    return run.ledger.recourse.withdraw_offer(hash_of(pending, field="pending"))


@command(app, "claim")
def claim(
    run: Run,
    range_: RangeOption,
    debtors: Annotated[
        list[str] | None,
        checked("--debtor", debtor_of, metavar="PARTY[:PARTY]", help="Who answers?"),
    ] = None,
    day: Annotated[
        str | None, checked("--day", day_of, metavar="DAY", help="Settled on; today unless given.")
    ] = None,
) -> object:
    """
    What the holder of a range can claim on a day, and which debtors answer for it.

    Result: {"range", "amount_fen", "against": [{"party", "guaranteed", "liability", "last_day"}]}.
    """
    from scf.contracts import bill_checks

    found = run.reader.recourse.claim(
        range_,
        [debtor_of(text) for text in debtors or ()],
        day_of(day) if day else None,
    )
    return {
        "range": str(bill_checks.range_(range_)),
        "amount_fen": found.amount,
        "against": [
            {
                "party": debtor.party,
                "guaranteed": debtor.guaranteed,
                "liability": liability,
                "last_day": last,
            }
            for debtor, liability, last in found.against
        ],
    }


@command(app, "show")
def show(run: Run, range_: RangeOption) -> object:
    """
    How a range stands in recourse: dishonour, pursuit, claim, and what is left after its end.

    Result: {"range", "dishonour", "pursuit", "claim_fen", "residual"}.
    """
    from scf.contracts import bill_checks

    reader = run.reader
    residual = reader.recourse.residual(range_)
    keys = ("claimant", "debtor", "amount_fen")
    return {
        "range": str(bill_checks.range_(range_)),
        "dishonour": reader.bills.dishonour_of(range_),
        "pursuit": reader.recourse.pursuit(range_),
        "claim_fen": reader.recourse.claim_of(range_),
        "residual": None if residual is None else dict(zip(keys, residual, strict=True)),
    }


@command(app, "pay-residual")
def pay_residual(run: Run, range_: RangeOption) -> object:
    """
    Pay a claim that was left when the bill ended (OP-32, NIL-52). Its debtor.

    Result: {"range", "claimant", "debtor", "total_fen", "tx"}.
    """
    return run.ledger.recourse.pay_residual(range_)
