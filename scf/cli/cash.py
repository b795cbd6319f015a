"""`scf cash`: tokenised deposits."""

from __future__ import annotations

from typing import Annotated

from scf.cli.runner import Run, command, group
from scf.cli.values import (
    AgainOption,
    AmountOption,
    PartyOption,
    ToOption,
    amount_of,
    checked,
    hash_of,
    party_of,
)
from scf.units import parse_fen

app = group("cash", "Tokenised deposits: mint, burn, transfer, balance.")
_Payment = Annotated[
    str,
    checked(
        "--payment",
        hash_of,
        metavar="HASH",
        help="Payment id, used once: 0x and 64 digits, or file:PATH.",
    ),
]


@command(app, "mint")
def mint(run: Run, to: ToOption, amount: AmountOption, payment: _Payment) -> object:
    """
    Credit a party with money that a settlement bank received for it.

    Result: {"party", "amount_fen", "payment_id", "tx"}.
    """
    return run.ledger.cash.mint(
        to=to, amount=amount_of(amount), payment_id=hash_of(payment, field="payment")
    )


@command(app, "burn")
def burn(run: Run, amount: AmountOption, payment: _Payment) -> object:
    """
    Destroy money of the settlement bank's own, after it paid it out.

    Result: {"party", "amount_fen", "payment_id", "tx"}.
    """
    return run.ledger.cash.burn(
        amount=amount_of(amount), payment_id=hash_of(payment, field="payment")
    )


@command(app, "transfer")
def transfer(run: Run, to: ToOption, amount: AmountOption, again: AgainOption = 0) -> object:
    """
    Pay another party.

    Result: {"from_party", "to_party", "amount_fen", "tx"}; "replayed" in "tx" tells that the same
    payment was made before and was not made again (see --again).
    """
    return run.ledger.cash.transfer(to=to, amount=amount_of(amount), repeat=again)


@command(app, "allow")
def allow(
    run: Run,
    to: Annotated[
        str, checked("--to", party_of, metavar="PARTY", help="Who may debit the signer's party.")
    ],
    amount: Annotated[
        str, checked("--amount", parse_fen, metavar="YUAN", help="In all; 0 takes it back.")
    ],
) -> object:
    """
    Let another party debit so much in all: for online collection (线上追偿), for instance.

    Result: {"owner", "spender", "amount_fen", "tx"}.
    """
    return run.ledger.cash.approve(spender=to, amount=parse_fen(amount))


@command(app, "balance")
def balance(run: Run, party: PartyOption) -> object:
    """
    What a party has.

    Result: {"party", "balance_fen", "today"}.
    """
    from scf.contracts import checks

    return {
        "party": checks.party(party),
        "balance_fen": run.reader.cash.balance(party),
        "today": run.reader.today(),
    }


@command(app, "supply")
def supply(run: Run) -> object:
    """
    All the money on the ledger: minted less burnt.

    Result: {"total_fen", "today"}.
    """
    return {"total_fen": run.reader.cash.total_supply(), "today": run.reader.today()}
