"""What the events of Cash and Settlement do to the books."""

from __future__ import annotations

from collections.abc import Mapping

from scf.model.folding.financing import (
    factored_with_recourse,
    interest_share_undertaken,
    interest_shared,
)
from scf.model.folding.state import NOBODY, Args, Handler, State, no_change, shifted


def _transfer(state: State, args: Args, day: int) -> None:
    amount = args["amount"]
    if args["from"] == NOBODY:
        state.cash_supply += amount
    else:
        shifted(state.cash, args["from"], -amount, "cash")
    if args["to"] == NOBODY:
        state.cash_supply -= amount
    else:
        shifted(state.cash, args["to"], amount, "cash")


def _approval(state: State, args: Args, day: int) -> None:
    state.allowances[args["owner"], args["spender"]] = args["amount"]


def _payment_used(state: State, args: Args, day: int) -> None:
    state.payment_ids.add(args["paymentId"])


def _certificate_sold(state: State, args: Args, day: int) -> None:
    state.receipts[args["registryReceipt"]] = args["quoteId"]


def _receipt_filed(state: State, args: Args, day: int) -> None:
    state.receipts[args["registryReceipt"]] = args["useId"]


CASH: Mapping[str, Handler] = {
    "Transfer": _transfer,
    "Approval": _approval,
    "CashMinted": _payment_used,
    "CashBurnt": _payment_used,
    "CashMovedByOrder": no_change,
}
SETTLEMENT: Mapping[str, Handler] = {
    "CertificateSold": _certificate_sold,
    "FactoredWithRecourse": factored_with_recourse,
    "InterestShared": interest_shared,
    "InterestShareUndertaken": interest_share_undertaken,
    "ReceiptFiled": _receipt_filed,
    "PaymentSettled": no_change,
    "BillsPaid": no_change,
    "OverdueInterestPaid": no_change,
    "CollectedOnline": no_change,
}
