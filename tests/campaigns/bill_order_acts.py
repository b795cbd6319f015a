"""Random orders on ranges, corrections of the register's operator, and new money."""

from __future__ import annotations

from typing import Any

from tests import bill_stories as stories
from tests.campaigns import bill_oracle as oracle
from tests.campaigns.bill_accounts import amount
from tests.campaigns.bill_table import HOLDERS, BillTable, bar
from tests.stories import MOVE, ZERO, carry_out, order_of, party
from tests.world import FOREVER

FREEZE, UNFREEZE, STOP = 0, 1, 3
HOLDER_CHANGED, PENDING_REVOKED = 2, 1


def restrain(t: BillTable) -> None:
    """B40, and its lifting."""
    kind = t.pick((FREEZE, FREEZE, STOP, UNFREEZE, UNFREEZE))
    again = kind == UNFREEZE or t.chance(30)
    found = t.range(lambda b, u, p: p.is_live and ((p.frozen or p.stopped) == again))
    if found is None:
        return
    bill, units = found
    piece, until = bill.piece(units), t.today + t.pick((0, 2, 5, 12, 180, 181))
    limited = kind == UNFREEZE or until - t.today <= 180
    barred = bar(live=piece.is_live, expiry=limited)

    def effect(_: Any) -> None:
        if kind == FREEZE:
            bill.change(units, frozen=True, frozen_until=max(piece.frozen_until, until))
        elif kind == STOP:
            bill.change(units, stopped=True, stopped_until=max(piece.stopped_until, until))
        else:
            bill.change(units, frozen=False, stopped=False, frozen_until=0, stopped_until=0)

    name = {FREEZE: "freeze", STOP: "stopPayment", UNFREEZE: "unfreeze"}[kind]
    terms = order_of(t.world, kind, "bills", bill.token(units), expiryDay=until)
    terms["documentHash"] = t.fresh("order")
    t.attempt(name, barred, lambda: carry_out(t.world, terms), effect, bill)


def expire_restraint(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.is_live and (p.frozen or p.stopped))
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    frozen, stopped = bill.is_frozen(units, t.today), bill.is_stopped(units, t.today)
    over = (piece.frozen and not frozen) or (piece.stopped and not stopped)

    def effect(_: Any) -> None:
        bill.change(units, frozen=piece.frozen and frozen, stopped=piece.stopped and stopped)

    args = ("bills", "expireRestraint", bill.token(units))
    barred = bar(live=piece.is_live, over=over)
    t.attempt("expireRestraint", barred, lambda: t.world.act("tier3", *args), effect, bill)


def move_title(t: BillTable) -> None:
    """B41 by order of a court, or B42 by the register's operator."""
    pending = t.chance(40)  # what is asked for is then no longer the holder's to give
    found = t.range(lambda b, u, p: p.status == oracle.RECEIVED and (p.op != 0 or not pending))
    if found is None:
        return
    bill, units = found
    piece, to = bill.piece(units), t.pick(HOLDERS)
    if to == piece.holder:
        return
    barred, token = bar(received=piece.status == oracle.RECEIVED), bill.token(units)
    effect = lambda _: bill.move_title(units, to)  # noqa: E731
    if t.chance(60):
        sides = {"from": party(t.world, piece.holder), "to": party(t.world, to)}
        terms = order_of(t.world, MOVE, "bills", token, amountFen=amount(units), **sides)
        terms["documentHash"] = t.fresh("order")
        t.attempt("title", barred, lambda: carry_out(t.world, terms), effect, bill)
    else:
        act = lambda: _correct(t, token, HOLDER_CHANGED, party(t.world, to))  # noqa: E731
        t.attempt("correct.holder", barred, act, effect, bill)


def revoke_pending(t: BillTable) -> None:
    """B42 before the delivery."""
    pending = (oracle.OP_ACCEPTANCE, oracle.OP_DELIVERY)
    found = t.range(lambda b, u, p: p.op in pending)
    if found is None:
        return
    bill, units = found
    piece, token = bill.piece(units), bill.token(units)

    def effect(_: Any) -> None:
        if piece.op == oracle.OP_DELIVERY:
            bill.mark = False
        bill.restore(units)

    barred = bar(live=piece.is_live, pending=piece.op in pending)
    act = lambda: _correct(t, token, PENDING_REVOKED, ZERO)  # noqa: E731
    t.attempt("correct.pending", barred, act, effect, bill)


def revoke_request(t: BillTable) -> None:
    """B42 of a pending endorsement or lifting of a mark; a guarantee has its own ends."""
    if not t.requests:
        return
    pending = t.pick(list(t.requests))
    r = t.requests[pending]
    words = {
        "pendingId": pending,
        "evidenceHash": t.fresh("revocation"),
        "deadline": FOREVER,
    }
    digest = t.world.digest("endorsements", "PendingRevocation", stories.PENDING_REVOCATION, words)
    by = "operator" if t.chance(10) else "register"
    approver = t.world.approval(by, digest, officer=1)

    def effect(_: Any) -> None:
        r["bill"].restore(r["part"])
        del t.requests[pending]

    args = ("endorsements", "revokePending", *words.values(), approver)
    barred = bar(register=by == "register", own=r["kind"] != "guarantee")
    t.attempt("revokePending", barred, lambda: t.world.act(by, *args), effect, r["bill"])


def _correct(t: BillTable, token: int, kind: int, to: str) -> Any:
    words = {
        "kind": kind,
        "tokenId": token,
        "acts": stories.acts(t.world, token),
        "to": to,
        "evidenceHash": t.fresh("correction"),
        "deadline": FOREVER,
    }
    digest = t.world.digest("bills", "Correction", stories.CORRECTION, words)
    approver = t.world.approval("register", digest, officer=1)
    return t.world.act("register", "bills", "correct", words, approver)


def mint(t: BillTable) -> None:
    name = t.pick(t.anybody)
    fen = t.pick((1_000, 50_000, 10**12))
    act = lambda: t.world.mint(name, fen, f"money {t.serial()}")  # noqa: E731

    def effect(_: Any) -> None:
        t.accounts.cash[name] += fen
        t.accounts.made += fen

    t.attempt("mint", None, act, effect)


ACTS = {
    restrain: 5,
    expire_restraint: 2,
    move_title: 3,
    revoke_pending: 1,
    revoke_request: 1,
    mint: 1,
}
