"""Tokenised deposits: what they are compared on, how their events are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scf.audit.dues import Standing
from scf.audit.rooms.room import (
    Expected,
    Facts,
    Matter,
    Near,
    Room,
    Story,
    Told,
    View,
    bytes_of,
    singles,
    words,
)
from scf.audit.rooms.sums import CASH_SUMS


def _supply(view: View) -> Iterator[Expected]:
    yield Expected("Cash", "totalSupply", b"", words(view.state.cash_supply))


def _balance(view: View, holder: str) -> Iterator[Expected]:
    yield Expected("Cash", "balanceOf", words(holder), words(view.state.cash.get(holder, 0)))


def _contract(view: View, address: str) -> Iterator[Expected]:
    """No contract of the ledger holds money (R77-4)."""
    yield Expected("Cash", "balanceOf", words(address), words(0))


def _allowance(view: View, owner: str, spender: str) -> Iterator[Expected]:
    left = view.state.allowances.get((owner, spender), 0)
    yield Expected("Cash", "allowance", words(owner, spender), words(left))


def _payment(view: View, payment: bytes) -> Iterator[Expected]:
    is_used = payment in view.state.payment_ids
    yield Expected("Cash", "isPaymentUsed", words(payment), words(is_used))


def _payment_facts(state: Standing, key: str, near: Near) -> Facts:
    return {"used": True} if bytes_of(key) in state.payment_ids else {}


def _moved(args: Any, tell: Any) -> str:
    return (
        f"{tell.fen(args['amount'])} yuan from {tell.party(args['from'])} to "
        f"{tell.party(args['to'])}"
    )


CASH = Room(
    contracts=("Cash",),
    sums=CASH_SUMS,
    matters={
        "supply": Matter(title="money in all", known=lambda view: [()], asked=_supply),
        "cash": Matter(
            title="money of every party",
            known=lambda view: singles(view.parties_near(view.state.cash)),
            asked=_balance,
        ),
        "contract": Matter(
            title="no money with a contract (R77-4)",
            known=lambda view: singles(view.contracts.values()),
            asked=_contract,
        ),
        "allowance": Matter(
            title="allowances", known=lambda view: view.state.allowances, asked=_allowance
        ),
        "payment": Matter(
            title="payment ids used by banks",
            known=lambda view: singles(view.state.payment_ids),
            asked=_payment,
        ),
    },
    stories={"payment": Story(facts=_payment_facts, folded=frozenset(("Cash",)))},
    events={
        "Transfer": Told(words=_moved, rules=("R77-4",), weight=1),
        "Approval": Told(
            words=lambda args, tell: (
                f"{tell.party(args['owner'])} lets {tell.party(args['spender'])} draw "
                f"{tell.fen(args['amount'])}"
            ),
        ),
        "CashMinted": Told(
            words=lambda args, tell: (
                f"{tell.party(args['bank'])} credits {tell.fen(args['amountFen'])} to "
                f"{tell.party(args['to'])}"
            ),
            rules=("R77-4", "MUST-13"),
            weight=3,
        ),
        "CashBurnt": Told(
            words=lambda args, tell: (
                f"{tell.party(args['bank'])} pays {tell.fen(args['amountFen'])} out to "
                f"{tell.party(args['from'])}"
            ),
            rules=("R77-4", "MUST-13"),
            weight=3,
        ),
        "CashMovedByOrder": Told(
            words=lambda args, tell: (
                f"{tell.fen(args['amountFen'])} moved by legal order from "
                f"{tell.party(args['from'])} to {tell.party(args['to'])}"
            ),
            rules=("SYS-14",),
            weight=5,
        ),
    },
)
