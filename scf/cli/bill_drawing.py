"""`scf bill`, first part: from drawing to delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.bill_values import (
    BillOption,
    FileOption,
    OptionalBill,
    SkipBad,
    bills_of,
    drawings_of,
    outcomes,
)
from scf.cli.runner import Run, command, group
from scf.cli.values import (
    ConsentOption,
    ReasonOption,
    amount_of,
    checked,
    day_of,
    hash_of,
    party_of,
)
from scf.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from scf.model.bill_records import Drawing

app = group("bill", "Commercial bills: draw, accept, endorse, present, pay, show.")
_Maker = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Key of the acceptor's maker; --key checks.")
]
_Marked = Annotated[
    bool, typer.Option("--not-transferable", help="Mark it 不得转让: it cannot be passed on.")
]
_Document = Annotated[
    str,
    checked("--document", hash_of, metavar="HASH", help="Text of the bill: hash, or file:PATH."),
]


@command(app, "number")
def number(
    run: Run,
    kind: Annotated[
        int, typer.Option("--type", help="5 银, 6 商 (institution); 7 商, 8 银 (supply chain).")
    ],
    bank: Annotated[str, typer.Option("--bank", help="Payment-system bank number: 12 digits.")],
    day: Annotated[str, checked("--day", day_of, metavar="DAY", help="Day of drawing.")],
    serial: Annotated[int, typer.Option("--serial", help="Serial of the day.")] = 1,
) -> object:
    """
    Make a bill number with its check digit; asks nothing of the chain.

    Result: {"bill_no"}.
    """
    from scf.model.bill_numbers import build_bill_number

    made = build_bill_number(kind=kind, bank=bank, issue_day=day_of(day), serial=serial)
    return {"bill_no": int(made)}


@command(app, "draw")
def draw(
    run: Run,
    bill: OptionalBill = None,
    payee: Annotated[str | None, checked("--payee", party_of, metavar="PARTY")] = None,
    acceptor: Annotated[str | None, checked("--acceptor", party_of, metavar="PARTY")] = None,
    amount: Annotated[
        str | None, checked("--amount", amount_of, metavar="YUAN", help="Face.")
    ] = None,
    maturity: Annotated[str | None, checked("--maturity", day_of, metavar="DAY")] = None,
    document: Annotated[
        str | None, checked("--document", hash_of, metavar="HASH", help="Text of the bill.")
    ] = None,
    invoice: Annotated[
        str | None, checked("--invoice", hash_of, metavar="KEY", help="Trade (`scf invoice key`).")
    ] = None,
    indivisible: Annotated[bool, typer.Option("--indivisible", help="One piece for ever.")] = False,
    file: FileOption = None,
    skip_bad: SkipBad = False,
) -> object:
    """
    Draw a bill (出票), or with --file many: columns bill_no, payee, acceptor, amount, maturity,
    document, and where wanted invoice and divisible.

    Result: {"bill_no", "range", "drawer", "amount_fen", "tx"}; for a file {"done", "refused",
    "items": [{"item", "done", "tx", "why"}]}.
    """
    if file is not None:
        drawings = _several(file, skip_bad, bill)
        return outcomes((d.bill_no for d in drawings), run.ledger.bills.draw_many(drawings))
    from scf.model.bill_records import Drawing
    from scf.model.records import NO_HASH

    drawing = Drawing(
        bill_no=_needed(bill, "bill"),
        payee=_needed(payee, "payee"),
        acceptor=_needed(acceptor, "acceptor"),
        amount=amount_of(_needed(amount, "amount")),
        maturity=day_of(_needed(maturity, "maturity"), field="maturity"),
        document_hash=hash_of(_needed(document, "document"), field="document"),
        trade_key=hash_of(invoice, field="invoice") if invoice else NO_HASH,
        divisible=not indivisible,
    )
    return run.ledger.bills.draw(drawing)


@command(app, "present-acceptance")
def present_acceptance(run: Run, bill: OptionalBill = None, file: FileOption = None) -> object:
    """
    Present a bill, or those of a file, for acceptance (提示承兑). The drawer.

    Result: {"bill_no", "acceptor", "tx"}; for a file as for `draw`.
    """
    numbers = bills_of(bill, file)
    if file is not None:
        return outcomes(numbers, run.ledger.bills.present_many_for_acceptance(numbers))
    return run.ledger.bills.present_for_acceptance(numbers[0])


@command(app, "accept")
def accept(
    run: Run,
    by: _Maker,
    document: _Document,
    bill: OptionalBill = None,
    file: FileOption = None,
) -> object:
    """
    Accept a bill, or those of a file (承兑): the acceptor's checker, with its maker's key.

    Result: {"bill_no", "acceptor", "amount_fen", "late", "tx"}; for a file as for `draw`.
    """
    numbers, maker = bills_of(bill, file), run.signer(by)
    checked = hash_of(document, field="document")
    terms = run.ledger.bills.acceptances(numbers, document_hash=checked)
    if file is not None:
        return outcomes(numbers, run.ledger.bills.accept_many(terms, maker=maker))
    return run.ledger.bills.accept(terms[0], maker=maker)


@command(app, "refuse")
def refuse(
    run: Run,
    bill: BillOption,
    reason: ReasonOption,
    conditional: Annotated[
        bool, typer.Option("--conditional", help="Accepted on a condition only (NIL-43).")
    ] = False,
) -> object:
    """
    Refuse to accept a bill, or as its payee to take it.

    Result: {"bill_no", "cause", "tx"}.
    """
    from scf.model.bill_enums import PendingOp

    face, why = run.ledger.bills, hash_of(reason, field="reason")
    part = face.part(face.bill(bill).whole)
    if part.pending_op is PendingOp.DELIVERY:
        return face.refuse_delivery(bill, reason_hash=why)
    return face.refuse_acceptance(bill, reason_hash=why, conditional=conditional)


@command(app, "withdraw")
def withdraw(run: Run, bill: BillOption) -> object:
    """
    Take back what was presented for acceptance or tendered. The drawer.

    Result: {"bill_no", "cause", "tx"}.
    """
    from scf.model.bill_enums import PendingOp

    face = run.ledger.bills
    part = face.part(face.bill(bill).whole)
    is_tender = part.pending_op is PendingOp.DELIVERY
    return face.withdraw_delivery(bill) if is_tender else face.withdraw_acceptance(bill)


@command(app, "cancel")
def cancel(run: Run, bill: BillOption, reason: ReasonOption) -> object:
    """
    Cancel a bill before its payee has signed (撤票). The drawer.

    Result: {"bill_no", "cause", "tx"}.
    """
    return run.ledger.bills.cancel(bill, reason_hash=hash_of(reason, field="reason"))


@command(app, "clear-out")
def clear_out(run: Run, bill: BillOption) -> object:
    """
    End a bill that was not delivered by its maturity. Anyone.

    Result: {"bill_no", "cause", "tx"}.
    """
    return run.ledger.bills.clear_out(bill)


@command(app, "tender")
def tender(
    run: Run, bill: OptionalBill = None, file: FileOption = None, marked: _Marked = False
) -> object:
    """
    Tender a bill, or those of a file, to the payee (提示收票). The drawer.

    Result: {"bill_no", "payee", "marked", "tx"}; for a file as for `draw`.
    """
    numbers = bills_of(bill, file)
    if file is not None:
        return outcomes(numbers, run.ledger.bills.tender_many(numbers, marked=marked))
    return run.ledger.bills.tender(numbers[0], marked=marked)


@command(app, "take")
def take(
    run: Run, consent: ConsentOption, bill: OptionalBill = None, file: FileOption = None
) -> object:
    """
    Take a bill, or those of a file (收票). The payee, whose consent is free (R802-3).

    Result: {"bill_no", "payee", "tx"}; for a file as for `draw`.
    """
    numbers, record = bills_of(bill, file), hash_of(consent, field="consent")
    if file is not None:
        return outcomes(numbers, run.ledger.bills.take_many(numbers, consent_hash=record))
    return run.ledger.bills.take(numbers[0], consent_hash=record)


def _several(file: Path, skip_bad: bool, bill: str | None) -> list[Drawing]:
    if bill is not None:
        raise UsageError("bill", bill, "either --bill or --file")
    return drawings_of(file, skip_bad=skip_bad)


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise UsageError(name, "(none)", f"--{name}, or --file for many")
    return value
