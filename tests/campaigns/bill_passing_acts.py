"""Random acts between parties before maturity: endorsements, marks, guarantees."""

from __future__ import annotations

from typing import Any

from tests import bill_stories as stories
from tests.campaigns import bill_oracle as oracle
from tests.campaigns.bill_life import OP_GUARANTEE, OP_MARK, Held, Living
from tests.campaigns.bill_oracle import Units
from tests.campaigns.bill_table import GUARANTORS, HOLDERS, MARKS_BLOCK_UNTIL, BillTable, bar
from tests.stories import ZERO, party
from tests.typed import GUARANTEE_TERMS
from tests.world import FOREVER, hashed

GUARANTEES_MAX = 31


def _passable(bill: Living, units: Units, piece: Held) -> bool:
    return piece.status == oracle.RECEIVED and piece.flag == oracle.TRANSFERABLE and not piece.op


def endorse(t: BillTable) -> None:
    found = t.range(lambda b, u, p: _passable(b, u, p) and t.today < b.maturity)
    if found is None:
        return
    bill, units = found
    part, to = t.part(bill, units), t.pick(HOLDERS)
    marked, from_ = t.chance(25), t.other(bill.pieces[units].holder)
    barred = _endorse_bar(t, bill, units, part, from_, to)
    first, last = _named(bill, part)
    fields = {"first": first, "last": last, "marked": marked}

    def effect(_: Any) -> None:
        bill.cut(units, part)
        _pass(t, bill, part, to, marked)

    token = bill.token(units)
    act = lambda: stories.endorse_signed(t.world, token, from_, to, **fields)  # noqa: E731
    t.attempt("endorseSigned", barred, act, effect, bill)


def request(t: BillTable) -> None:
    found = t.range(lambda b, u, p: _passable(b, u, p) and t.today < b.maturity)
    if found is None:
        return
    bill, units = found
    part, to, from_ = t.part(bill, units), t.pick(HOLDERS), bill.pieces[units].holder
    # The eve of maturity is the last day for an answer, maturity the first too late.
    left = max(bill.maturity - t.today, 0)
    count = t.pick((0, 1, 3, 6, 100, left, max(left - 1, 0)))
    last_day, marked = t.today + count, t.chance(10)
    barred = _endorse_bar(t, bill, units, part, from_, to) or bar(deadline=last_day < bill.maturity)
    first, last = _named(bill, part)
    e = stories.endorsement(
        t.world, bill.token(units), from_, to, first=first, last=last, marked=marked
    )

    def effect(result: Any) -> None:
        bill.lock(units, part, oracle.OP_ENDORSEMENT)
        terms = {"bill": bill, "part": part, "e": e, "from": from_, "to": to, "last": last_day}
        t.requests[result[0]] = terms | {"kind": "endorsement", "marked": marked}

    act = lambda: stories.request(t.world, e, from_, days=count)  # noqa: E731
    t.attempt("requestEndorsement", barred, act, effect, bill)


def _endorse_bar(
    t: BillTable, bill: Living, units: Units, part: Units, from_: str, to: str
) -> str | None:
    return bar(
        endorsable=bill.can_endorse(units, t.today),
        undishonoured=bill.piece(units).dishonour is None,
        holder=from_ == bill.pieces[units].holder,
        other=to != from_,
        part=bill.can_cut(units, part),
    )


def _pass(t: BillTable, bill: Living, part: Units, to: str, marked: bool) -> None:
    """A mark blocks the endorsee while OP-14 is on; its other effect it always has (NIL-34)."""
    bill.endorse(part, to, marked)
    if t.today >= MARKS_BLOCK_UNTIL:
        bill.change(part, flag=oracle.TRANSFERABLE)


def _named(bill: Living, part: Units) -> Units:
    return part if bill.divisible else (0, 0)


def answer(t: BillTable) -> None:
    """A request to endorse, to lift a mark or to guarantee is answered, taken back or expires."""
    if not t.requests:
        return
    pending = t.pick(list(t.requests))
    r = t.requests[pending]
    how = t.pick(("take", "take", "take", "take", "reject", "withdraw", "expire", "expire"))
    _ANSWERS[r["kind"]](t, pending, r, how)


def _answer_endorsement(t: BillTable, pending: bytes, r: dict[str, Any], how: str) -> None:
    bill, part, act, today = r["bill"], r["part"], t.world.act, t.today
    if how == "take":
        by = t.other(r["to"])
        barred = bar(
            taker=by == r["to"],
            in_time=today <= r["last"],
            holder=bill.pieces[part].holder == r["from"],
            unmatured=today < bill.maturity,
            free=not bill.is_frozen(part, today),
        )

        def effect(_: Any) -> None:
            _pass(t, bill, part, r["to"], r["marked"])
            del t.requests[pending]

        args = ("endorsements", "takeEndorsement", r["e"], hashed("consent"))
        t.attempt("takeEndorsement", barred, lambda: act(by, *args), effect, bill)
        return
    by = {"reject": r["to"], "withdraw": r["from"], "expire": "tier3"}[how]
    _close(t, pending, r, "endorsements", how, by)


def _close(
    t: BillTable, pending: bytes, r: dict[str, Any], contract: str, how: str, needed: str
) -> None:
    by, bill, part = needed if how == "expire" else t.other(needed), r["bill"], r["part"]
    barred = bar(side=by == needed, expired=how != "expire" or t.today > r["last"])

    def effect(_: Any) -> None:
        bill.restore(part)
        del t.requests[pending]

    act = lambda: t.world.act(by, contract, how, pending)  # noqa: E731
    t.attempt(f"{contract}.{how}", barred, act, effect, bill)


# Marks


def lift_mark(t: BillTable) -> None:
    """B15, by both signatures."""
    found = _marked_range(t)
    if found is None:
        return
    bill, units = found
    by, setter = t.other(bill.pieces[units].holder), _mark(bill, units)[0]
    m = {
        "tokenId": bill.token(units),
        "acts": stories.acts(t.world, bill.token(units)),
        "deadline": FOREVER,
    }
    digest = t.world.digest("endorsements", "MarkRevocation", stories.MARK_REVOCATION, m)
    sides = (t.world.approval(by, digest), t.world.approval(setter, digest))
    barred = _lift_bar(t, bill, units, by)
    act = lambda: t.world.act(by, "endorsements", "liftMarkSigned", m, *sides)  # noqa: E731
    t.attempt("liftMarkSigned", barred, act, lambda _: _lifted(bill, units), bill)


def request_lifting(t: BillTable) -> None:
    """B15, asked for: the range is locked until whoever set the mark answers."""
    found = _marked_range(t)
    if found is None:
        return
    bill, units = found
    by, last_day = t.other(bill.pieces[units].holder), t.today + t.pick((0, 1, 3, 6, 100))
    barred = _lift_bar(t, bill, units, by) or bar(deadline=last_day < bill.maturity)

    def effect(receipt: Any) -> None:
        setter = _mark(bill, units)[0]
        bill.lock(units, units, OP_MARK)
        r = {"bill": bill, "part": units, "from": by, "to": setter, "last": last_day}
        t.requests[receipt.result] = r | {"kind": "mark"}

    args = ("endorsements", "requestMarkRevocation", bill.token(units), last_day)
    t.attempt("requestMarkRevocation", barred, lambda: t.world.act(by, *args), effect, bill)


def _answer_mark(t: BillTable, pending: bytes, r: dict[str, Any], how: str) -> None:
    bill, units = r["bill"], r["part"]
    if how != "take":
        by = {"reject": r["to"], "withdraw": r["from"], "expire": "tier3"}[how]
        _close(t, pending, r, "endorsements", how, by)
        return
    by = t.other(r["to"])
    barred = bar(
        setter=by == r["to"],
        in_time=t.today <= r["last"],
        free=not bill.is_frozen(units, t.today),
    )

    def effect(_: Any) -> None:
        _lifted(bill, units)
        bill.change(units, before=0, op=0)
        del t.requests[pending]

    act = lambda: t.world.act(by, "endorsements", "liftMark", pending)  # noqa: E731
    t.attempt("liftMark", barred, act, effect, bill)


def _marked_range(t: BillTable) -> tuple[Living, Units] | None:
    return t.range(
        lambda b, u, p: p.rests and p.flag == oracle.NOT_TRANSFERABLE and t.today < b.maturity
    )


def _mark(bill: Living, units: Units) -> tuple[str, bool]:
    """Who passed the range on to its holder, and whether with a mark."""
    chain = bill.pieces[units].chain
    return bill.records[chain[-1] - 1] if chain else (bill.drawer, bill.mark)


def _lift_bar(t: BillTable, bill: Living, units: Units, by: str) -> str | None:
    piece = bill.piece(units)
    return bar(
        received=piece.rests and t.today < bill.maturity,
        blocked=piece.flag == oracle.NOT_TRANSFERABLE,
        holder=by == piece.holder,
        marked=_mark(bill, units)[1],
        free=not bill.is_frozen(units, t.today),
    )


def _lifted(bill: Living, units: Units) -> None:
    """The range gets a record of its own without the mark: pieces share theirs."""
    chain = bill.pieces[units].chain
    if chain:
        bill.records.append((_mark(bill, units)[0], False))
        chain = (*chain[:-1], len(bill.records))
    bill.change(units, flag=oracle.TRANSFERABLE, chain=chain)


# Guarantees


def guarantee(t: BillTable) -> None:
    """B16: asked for, or both signatures at once."""
    found = t.range(lambda b, u, p: p.op == 0 and p.status < 5 and t.today < b.maturity)
    if found is None:
        return
    bill, units = found
    debtors = [bill.acceptor, bill.drawer]
    debtors += [bill.records[n - 1][0] for n in bill.pieces[units].chain]
    asker, guarantor = t.other(t.pick(debtors)), t.pick(GUARANTORS)
    named = t.pick(debtors) if t.chance(70) else None
    whom = named or (bill.acceptor if bill.accepted_day else bill.drawer)
    terms = {
        "tokenId": bill.token(units),
        "guarantor": party(t.world, guarantor),
        "guaranteed": party(t.world, named) if named else ZERO,
        "acts": stories.acts(t.world, bill.token(units)),
        "documentHash": t.fresh("guarantee"),
        "deadline": FOREVER,
    }
    barred = _pair_bar(t, bill, units) or _guarantee_bar(t, bill, units, asker, guarantor, whom)
    barred = barred or bar(idle=bill.pieces[units].op == 0, free=not bill.is_frozen(units, t.today))
    if t.chance(50):
        digest = t.world.digest("guarantees", "GuaranteeTerms", GUARANTEE_TERMS, terms)
        sides = (t.world.by_caller(asker), t.world.approval(guarantor, digest))
        sign = lambda: t.world.act(asker, "guarantees", "giveSigned", terms, *sides)  # noqa: E731
        given = lambda _: _guaranteed(bill, units, guarantor, whom)  # noqa: E731
        if asker == guarantor:
            return
        t.attempt("giveSigned", barred, sign, given, bill)
        return
    last_day = t.today + t.pick((0, 2, 5, 90))
    barred = barred or bar(
        deadline=last_day < bill.maturity, unrefused=(units, asker) not in bill.refused
    )

    def effect(receipt: Any) -> None:
        flag = bill.pieces[units].flag
        bill.change(units, before=flag, op=OP_GUARANTEE)
        r = {"bill": bill, "part": units, "e": terms, "from": asker, "to": guarantor}
        t.requests[receipt.result] = r | {"kind": "guarantee", "last": last_day, "whom": whom}

    act = lambda: t.world.act(asker, "guarantees", "requestGuarantee", terms, last_day)  # noqa: E731
    t.attempt("requestGuarantee", barred, act, effect, bill)


def _pair_bar(t: BillTable, bill: Living, units: Units) -> str | None:
    piece = bill.piece(units)
    early = piece.status in (oracle.DRAWN, oracle.ACCEPTED) and piece.flag == oracle.AWAITING
    held = bill.status(units, t.today) == oracle.RECEIVED and piece.flag in (
        oracle.TRANSFERABLE,
        oracle.NOT_TRANSFERABLE,
    )
    return bar(pair=early or held)


def _guarantee_bar(
    t: BillTable, bill: Living, units: Units, asker: str, guarantor: str, whom: str
) -> str | None:
    financial = guarantor in ("bank", "bank2", "fincorp", "clearing")
    gated = financial and bill.accepted_day > 0 and bill.kind != "bank"
    holder = bill.pieces[units].holder
    concerned = guarantor in (holder, bill.acceptor, bill.payee)
    return bar(
        asker=bill.is_debtor(units, asker),
        whom=bill.is_debtor(units, whom),
        guarantor=not concerned and not bill.is_debtor(units, guarantor),
        ungiven=not bill.is_guarantor(units, guarantor, whom),
        room=len(bill.guaranteed) < GUARANTEES_MAX,
        unbanned=not t.accounts.is_banned(bill.acceptor, t.today),
        disclosed=not gated or bill.disclosed,
    )


def _guaranteed(bill: Living, units: Units, guarantor: str, whom: str) -> None:
    bill.guaranteed.append((guarantor, whom, units))
    bill.change(units, guarantees=bill.piece(units).guarantees + 1)


def _answer_guarantee(t: BillTable, pending: bytes, r: dict[str, Any], how: str) -> None:
    bill, units, act, today = r["bill"], r["part"], t.world.act, t.today
    asker = party(t.world, r["from"])
    if how == "take":
        by = t.other(r["to"])
        whom = r["whom"]
        if r["e"]["guaranteed"] == ZERO and bill.accepted_day:
            whom = bill.acceptor
        barred = bar(taker=by == r["to"], in_time=today <= r["last"]) or (
            _pair_bar(t, bill, units)
            or _guarantee_bar(t, bill, units, r["from"], r["to"], whom)
            or bar(free=not bill.is_frozen(units, today))
        )

        def effect(_: Any) -> None:
            bill.change(units, before=0, op=0)
            _guaranteed(bill, units, r["to"], whom)
            del t.requests[pending]

        give = lambda: act(by, "guarantees", "giveGuarantee", r["e"], asker)  # noqa: E731
        t.attempt("giveGuarantee", barred, give, effect, bill)
        return
    if how == "reject" and t.chance(50):
        holder = bill.pieces[units].holder
        by = t.other(holder)

        def refused(_: Any) -> None:
            bill.refused.add((units, r["from"]))
            bill.restore(units)
            del t.requests[pending]

        refuse = lambda: act(by, "guarantees", "refuse", r["e"], asker)  # noqa: E731
        t.attempt("guarantees.refuse", bar(holder=by == holder), refuse, refused, bill)
        return
    by = {"reject": r["to"], "withdraw": r["from"], "expire": "tier3"}[how]
    _close(t, pending, r, "guarantees", how, by)


_ANSWERS = {
    "endorsement": _answer_endorsement,
    "mark": _answer_mark,
    "guarantee": _answer_guarantee,
}
ACTS = {
    endorse: 28,
    request: 12,
    answer: 16,
    lift_mark: 2,
    request_lifting: 4,
    guarantee: 9,
}
