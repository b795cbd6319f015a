"""Random acts of settlement in recourse: offers, answers, both at once, what is left of them."""

from __future__ import annotations

from typing import Any

from tests.campaigns import bill_days as days
from tests.campaigns import bill_law as law
from tests.campaigns.bill_accounts import amount
from tests.campaigns.bill_life import OP_SETTLEMENT, SETTLED, Living, Offer, shared
from tests.campaigns.bill_oracle import Units
from tests.campaigns.bill_table import RATES, BillTable, bar
from tests.recourse_stories import SETTLEMENT_TERMS, settlement_terms
from tests.stories import ZERO, party


def _payer(t: BillTable, bill: Living, units: Units) -> tuple[str, str | None]:
    """One of those pursued, in its own name or as guarantor."""
    pursuit = bill.piece(units).pursuit
    root = pursuit.root if pursuit else 0
    pursued = [who for (at, who), notice in bill.notices.items() if at == root and notice[2]]
    who = t.other(t.pick(pursued)) if pursued else t.pick(t.anybody)
    scope = law.bearing(bill, units).scope
    whom = [of for guarantor, of, _ in bill.guaranteed if guarantor == who]
    names: list[str | None] = [None, *whom]
    fits = [of for of in names if law.answers(bill, units, who, of, scope)]
    return who, t.pick(fits if fits and not t.chance(6) else names)


def _settle_bar(
    t: BillTable, bill: Living, units: Units, payer: str, guaranteed: str | None
) -> str | None:
    pursuit, scope = bill.piece(units).pursuit, law.bearing(bill, units).scope
    root = pursuit.root if pursuit else 0
    return bar(
        pursued=bill.notices.get((root, payer), (0, False, False))[2],
        liable=law.answers(bill, units, payer, guaranteed, scope) is not None,
    )


def _claim_of(t: BillTable, bill: Living, units: Units, part: Units) -> int:
    """Of a part: on its face, or on its share of what the holder paid; with all the costs."""
    piece = bill.piece(units)
    principal = amount(part)
    if piece.basis is not None:
        principal = piece.basis.paid
        if part != units:
            rest = amount(units) - amount(part)
            sizes = (amount(part), rest) if part[0] == units[0] else (rest, amount(part))
            shares = shared(piece.basis.paid, sizes)
            principal = shares[0] if part[0] == units[0] else shares[1]
    return law.claim(bill, units, RATES, t.today, principal)


def offer(t: BillTable) -> None:
    """B36: for a whole range or one end of it."""
    found = t.range(lambda b, u, p: p.is_pursued)
    if found is None:
        return
    bill, units = found
    part, piece = t.part(bill, units), bill.piece(units)
    payer, guaranteed = _payer(t, bill, units)
    limit = days.months(bill.maturity, 24)
    deadline = t.pick((t.today, t.today + 1, t.today + 4, limit, limit + 1))
    cuts = bill.can_cut(units, part)
    owed = _claim_of(t, bill, units, part) if cuts else 0
    most = t.pick((owed, owed + 50, 2 * owed, max(owed - 1, 0)))
    barred = bar(pursued=piece.is_pursued) or _settle_bar(t, bill, units, payer, guaranteed)
    barred = barred or bar(
        part=cuts,
        most=most >= owed,
        deadline=t.today <= deadline <= limit,
        free=not bill.is_frozen(units, t.today),
    )
    first, last = part if bill.divisible else (0, 0)
    whom = party(t.world, guaranteed) if guaranteed else ZERO
    args = (bill.token(units), first, last, whom, most, deadline)

    def effect(receipt: Any) -> None:
        id_, holder = receipt.result[0], piece.holder
        terms = Offer(id_, payer, guaranteed, most, deadline, holder, piece)
        bill.offer(units, part, terms)

    act = lambda: t.world.act(payer, "recourse", "offerSettlement", *args)  # noqa: E731
    t.attempt("offerSettlement", barred, act, effect, bill)


def take(t: BillTable) -> None:
    """B37, B38."""
    found = t.range(lambda b, u, p: p.op == OP_SETTLEMENT)
    if found is None:
        return
    bill, units = found
    piece = bill.piece(units)
    by, o = t.other(piece.holder), piece.offer
    owed = law.claim(bill, units, RATES, t.today)
    barred = bar(offered=o is not None, holder=by == piece.holder)
    if o is not None:
        barred = barred or _settle_bar(t, bill, units, o.payer, o.guaranteed)
        barred = barred or bar(
            taker=by == o.taker,
            in_time=t.today <= o.deadline,
            most=owed <= o.most,
            free=not bill.is_restrained(units, t.today),
            money=t.may_pay(o.payer, owed),
        )

    def effect(receipt: Any) -> None:
        assert o is not None
        assert receipt.result == owed
        _settled(t, bill, units, o.payer, o.guaranteed, owed)

    act = lambda: t.world.act(by, "settlement", "takeSettlement", bill.token(units))  # noqa: E731
    t.attempt("takeSettlement", barred, act, effect, bill)


def answer_offer(t: BillTable) -> None:
    """Nothing comes of it."""
    found = t.range(lambda b, u, p: p.op == OP_SETTLEMENT)
    if found is None:
        return
    bill, units = found
    o = bill.piece(units).offer
    if o is None:
        return
    how = t.pick(("reject", "withdraw", "expire"))
    needed = {"reject": o.taker, "withdraw": o.payer, "expire": "tier3"}[how]
    by = needed if how == "expire" else t.other(needed)
    barred = bar(side=by == needed, expired=how != "expire" or t.today > o.deadline)
    act = lambda: t.world.act(by, "recourse", how, o.id)  # noqa: E731
    t.attempt(f"recourse.{how}", barred, act, lambda _: bill.drop_offer(units), bill)


def settle_signed(t: BillTable) -> None:
    found = t.range(lambda b, u, p: p.is_pursued)
    if found is None:
        return
    bill, units = found
    piece, part = bill.piece(units), t.part(bill, units)
    payer, guaranteed = _payer(t, bill, units)
    taker = t.other(piece.holder)
    cuts = bill.can_cut(units, part)
    owed = _claim_of(t, bill, units, part) if cuts else 0
    most = t.pick((owed, owed + 1, max(owed - 1, 0)))
    first, last = part if bill.divisible else (0, 0)
    terms = settlement_terms(
        t.world,
        bill.token(units),
        payer,
        first=first,
        last=last,
        guaranteed=party(t.world, guaranteed) if guaranteed else ZERO,
        amountMaxFen=most,
    )
    barred = bar(pursued=piece.is_pursued, holder=taker == piece.holder)
    barred = barred or _settle_bar(t, bill, units, payer, guaranteed)
    barred = barred or bar(
        part=cuts,
        most=most >= owed,
        free=not bill.is_restrained(units, t.today),
        money=t.may_pay(payer, owed),
    )
    digest = t.world.digest("discounting", "SettlementTerms", SETTLEMENT_TERMS, terms)
    sides = (t.world.by_caller(payer), t.world.approval(taker, digest))

    def effect(receipt: Any) -> None:
        assert receipt.result == owed
        bill.cut(units, part)
        bill.divide_claim(units, part, piece)
        _settled(t, bill, part, payer, guaranteed, owed)

    act = lambda: t.world.act(payer, "settlement", "settleSigned", terms, *sides)  # noqa: E731
    t.attempt("settleSigned", barred, act, effect, bill)


def _settled(
    t: BillTable, bill: Living, units: Units, payer: str, guaranteed: str | None, paid: int
) -> None:
    scope = law.bearing(bill, units).scope
    liability = law.answers(bill, units, payer, guaranteed, scope)
    t.accounts.pay(payer, bill.pieces[units].holder, paid)
    if liability == law.ENDORSER:
        bill.take_over(units, payer, guaranteed, paid, t.today)
        return
    bill.end(units, SETTLED)
    bill.change(units, basis=None)
    debtor = guaranteed or (bill.acceptor if liability == law.DRAWER else None)
    if debtor is not None:
        left = {"claimant": payer, "debtor": debtor, "paid": paid, "day": t.today, "open": True}
        bill.residuals[units] = left


def pay_residual(t: BillTable) -> None:
    """What is left when the bill has ended (NIL-52, OP-32)."""
    left = [(b, u) for b in t.bills.values() for u, r in b.residuals.items()]
    open_ = [(b, u) for b, u in left if b.residuals[u]["open"]]
    pool = open_ if open_ and not t.chance(10) else left
    if not pool:
        return
    bill, units = t.pick(pool)
    r = bill.residuals[units]
    by = t.other(r["debtor"])
    owed = law.grown(r["paid"], RATES.on(r["day"]), r["day"], t.today)
    barred = bar(open=r["open"], debtor=by == r["debtor"], money=t.may_pay(by, owed))

    def effect(receipt: Any) -> None:
        assert receipt.result == owed
        t.accounts.pay(by, r["claimant"], owed)
        r["open"] = False

    act = lambda: t.world.act(by, "settlement", "payResidual", bill.token(units))  # noqa: E731
    t.attempt("payResidual", barred, act, effect, bill)


ACTS = {
    offer: 18,
    take: 20,
    answer_offer: 6,
    settle_signed: 12,
    pay_residual: 4,
}
