"""Random acts from the drawing to the delivery, and what acceptors disclose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scf.chain.transactions import keccak
from tests import bill_stories as stories
from tests.campaigns import bill_accounts as accounts
from tests.campaigns import bill_days as days
from tests.campaigns import bill_oracle as oracle
from tests.campaigns.bill_life import BANK, ENTERPRISE, FINANCE_COMPANY, Held, Living
from tests.campaigns.bill_table import LIVE_MAX, BillTable, bar
from tests.stories import party
from tests.typed import BAN_REMOVAL
from tests.world import FOREVER, hashed

KINDS = {"bank": BANK, "bank2": BANK, "clearing": BANK, "fincorp": FINANCE_COMPANY}
BARE, TRADED = {ENTERPRISE: 6}, {ENTERPRISE: 7}
STAGES = (oracle.DRAWN, oracle.ACCEPTED)


def _kind(acceptor: str) -> str:
    return KINDS.get(acceptor, ENTERPRISE)


def draw(t: BillTable) -> None:
    if sum(bill.is_live for bill in t.bills.values()) >= LIVE_MAX:
        return
    drawer = t.pick(("debtor", "agency"))
    fit = [name for name in t.acceptors if t.may_accept(name, drawer, _kind(name))]
    acceptor = t.pick(fit) if fit and t.chance(95) else t.pick(t.acceptors)
    if drawer in fit and t.chance(15):
        acceptor = drawer
    kind, traded = _kind(acceptor), t.chance(60)
    trade = hashed(f"trade {drawer}") if traded else bytes(32)
    type_ = (TRADED if traded else BARE).get(kind, 8 if traded else 5)
    latest = days.months(t.today, 6)
    maturity = t.today + t.pick((2, 5, 9, 20, 40, 75))
    if t.chance(8):
        maturity = latest + t.pick((0, 0, 1))
    face = t.pick((1, 2, 7, 1_000, 12_345, 99_999, 1_000_000, 10**11, 10**11 + 1))
    face = t.random.randint(500, 50_000) if t.chance(70) else face
    terms = stories.drawing(
        t.world,
        serial=t.serial(),
        kind=type_,
        acceptor=acceptor,
        faceFen=face,
        maturity=maturity,
        divisible=t.chance(90),
        tradeKey=trade,
    )
    if t.chance(3):
        terms["billNo"] += 1 if terms["billNo"] % 10 < 9 else -1
        barred: str | None = "check digit"
    else:
        barred = bar(tenor=maturity <= latest, face=face <= 10**11)
    number = terms["billNo"]
    bill = Living(
        number,
        drawer,
        "supplier",
        acceptor,
        face,
        maturity,
        kind=kind,
        divisible=terms["divisible"],
        trade=trade,
        terms=terms,
        issue_day=t.today,
    )
    bill.pieces[bill.whole] = Held(holder=drawer)

    def effect(_: Any) -> None:
        t.bills[number] = bill

    t.attempt(
        "draw",
        barred,
        lambda: t.world.act(drawer, "acceptances", "draw", terms),
        effect,
        *([] if barred else [bill]),
    )


def advance(t: BillTable) -> None:
    """One step on the way to the payee, or back, or out."""
    found = t.range(lambda b, u, p: p.status in STAGES)
    if found is None:
        return
    bill, whole = found[0], found[0].whole
    piece = bill.pieces.get(whole)
    stage = (piece.status, piece.op) if piece else (0, 0)
    wanted = [name for name, (_, at, _) in STEPS.items() if stage in at]
    forward = [name for name in wanted if STEPS[name][2] in (FORWARD, BINDING)]
    if forward and t.chance(75):
        wanted = forward
    name = t.pick(wanted) if wanted and not t.chance(10) else t.pick(list(STEPS))
    if bill.maturity - t.today in (0, 1) and t.chance(50):
        # The last day of one thing and the first of another.
        name = "takeDelivery" if stage == _TENDERED and t.chance(50) else "clearOut"
    step, at, kind = STEPS[name]
    live = t.today < bill.maturity
    free = piece is not None and not bill.is_frozen(whole, t.today)
    barred = bar(
        stage=stage in at,
        unmatured=live or kind in (BACK, OUT, AFTER),
        matured=not live or kind != AFTER,
        free=free or kind in (BACK, OUT, AFTER),
        standing=kind != BINDING or t.may_accept(bill.acceptor, bill.drawer, bill.kind),
        late=name != "expireAcceptance" or (live and t.today > days.roll(bill.asked_day + 3)),
    )
    act, effect = step(t, bill)
    t.attempt(name, barred, act, lambda _: effect(), bill)


Step = tuple[Callable[[], Any], Callable[[], object]]
FORWARD, BINDING, BACK, OUT, AFTER = range(5)


def _ask(t: BillTable, b: Living) -> Step:
    def effect() -> None:
        b.lock(b.whole, b.whole, oracle.OP_ACCEPTANCE)
        b.asked_day = t.today

    return lambda: _by(t, b.drawer, "requestAcceptance", b.number), effect


def _accept(t: BillTable, b: Living) -> Step:
    def effect() -> None:
        b.change(b.whole, status=oracle.ACCEPTED, flag=oracle.AWAITING, before=0, op=0)
        _bind(t, b)

    return lambda: stories.accept(t.world, b.terms, by=b.acceptor), effect


def _accept_signed(t: BillTable, b: Living) -> Step:
    def effect() -> None:
        b.change(b.whole, status=oracle.ACCEPTED)
        _bind(t, b)

    def act() -> Any:
        words = stories.acceptance(t.world, b.terms)
        digest = stories.acceptance_digest(t.world, b.terms, words)
        sides = (
            t.world.approval(b.drawer, digest, officer=1),
            t.world.approval(b.acceptor, digest, officer=1),
            t.world.by_caller(b.acceptor),
        )
        return _by(t, b.acceptor, "acceptSigned", words, *sides)

    return act, effect


def _accept_and_deliver(t: BillTable, b: Living) -> Step:
    marked = t.chance(12)

    def effect() -> None:
        b.mark = marked
        _bind(t, b)
        _deliver(b)

    sides = {"drawer": b.drawer, "acceptor": b.acceptor, "payee": b.payee}
    return (
        lambda: stories.accept_and_deliver(t.world, b.terms, marked=marked, **sides),
        effect,
    )


def _refuse(t: BillTable, b: Living) -> Step:
    args = (b.number, t.chance(20), bytes(32))
    return lambda: _by(t, b.acceptor, "refuseAcceptance", *args), lambda: b.restore(b.whole)


def _withdraw(t: BillTable, b: Living) -> Step:
    return lambda: _by(t, b.drawer, "withdrawAcceptance", b.number), lambda: b.restore(b.whole)


def _expire(t: BillTable, b: Living) -> Step:
    return lambda: _by(t, "tier3", "expireAcceptance", b.number), lambda: b.restore(b.whole)


def _tender(t: BillTable, b: Living) -> Step:
    marked = t.chance(12)

    def effect() -> None:
        b.lock(b.whole, b.whole, oracle.OP_DELIVERY)
        b.mark = marked

    return lambda: _by(t, b.drawer, "tenderDelivery", b.number, marked), effect


def _take(t: BillTable, b: Living) -> Step:
    return lambda: stories.take_delivery(t.world, b.terms, by=b.payee), lambda: _deliver(b)


def _untender(t: BillTable, b: Living) -> Step:
    def effect() -> None:
        b.mark = False
        b.restore(b.whole)

    return lambda: _by(t, b.drawer, "withdrawDelivery", b.number), effect


def _decline(t: BillTable, b: Living) -> Step:
    _, effect = _untender(t, b)
    return lambda: _by(t, b.payee, "refuseDelivery", b.number, bytes(32)), effect


def _cancel(t: BillTable, b: Living) -> Step:
    return lambda: _by(t, b.drawer, "cancel", b.number, bytes(32)), lambda: _end(t, b)


def _clear_out(t: BillTable, b: Living) -> Step:
    return lambda: _by(t, "tier3", "clearOut", b.number), lambda: _end(t, b)


def _by(t: BillTable, who: str, function: str, *args: Any) -> Any:
    return t.world.act(who, "acceptances", function, *args)


def _bind(t: BillTable, b: Living) -> None:
    b.accepted_day = t.today
    t.accounts.accept(b)


def _deliver(b: Living) -> None:
    flag = oracle.NOT_TRANSFERABLE if b.mark else oracle.TRANSFERABLE
    b.change(b.whole, status=oracle.RECEIVED, flag=flag, before=0, op=0, holder=b.payee)


def _end(t: BillTable, b: Living) -> None:
    if b.pieces[b.whole].status == oracle.ACCEPTED:
        t.accounts.release(b)
    b.end(b.whole, oracle.TERMINATED)


_DRAWN, _ASKED = (oracle.DRAWN, 0), (oracle.DRAWN, oracle.OP_ACCEPTANCE)
_ACCEPTED, _TENDERED = (oracle.ACCEPTED, 0), (oracle.ACCEPTED, oracle.OP_DELIVERY)
STEPS: dict[str, tuple[Callable[[BillTable, Living], Step], tuple[tuple[int, int], ...], int]] = {
    "requestAcceptance": (_ask, (_DRAWN,), FORWARD),
    "accept": (_accept, (_ASKED,), BINDING),
    "acceptSigned": (_accept_signed, (_DRAWN,), BINDING),
    "acceptAndDeliver": (_accept_and_deliver, (_DRAWN,), BINDING),
    "refuseAcceptance": (_refuse, (_ASKED,), BACK),
    "withdrawAcceptance": (_withdraw, (_ASKED,), BACK),
    "expireAcceptance": (_expire, (_ASKED,), BACK),
    "tenderDelivery": (_tender, (_ACCEPTED,), FORWARD),
    "takeDelivery": (_take, (_TENDERED,), FORWARD),
    "withdrawDelivery": (_untender, (_TENDERED,), BACK),
    "refuseDelivery": (_decline, (_TENDERED,), BACK),
    "cancel": (_cancel, (_DRAWN, _ACCEPTED), OUT),
    "clearOut": (_clear_out, (_DRAWN, _ASKED, _ACCEPTED, _TENDERED), AFTER),
}


# Disclosure


def disclose(t: BillTable) -> None:
    """Mostly as the ledger derives it; sometimes otherwise, or again."""
    due = [b for b in t.bills.values() if b.accepted_day and b.kind != BANK and not b.told]
    bills = list(t.bills.values()) if t.chance(4) else due
    if not bills:
        return
    bill, wrong = t.pick(bills), t.chance(5)
    by = t.other(bill.acceptor)
    derived = t.world.read("disclosures", "derivedStatement", bill.number)
    statement = t.fresh("statement") if wrong else derived
    barred = bar(
        due=bill.accepted_day > 0 and bill.kind != BANK,
        acceptor=by == bill.acceptor,
    )

    def effect(_: Any) -> None:
        bill.disclosed = not wrong
        bill.told = bill.told or not wrong

    act = lambda: t.world.act(by, "disclosures", "disclose", bill.number, statement)  # noqa: E731
    t.attempt("disclose", barred, act, effect, bill)
    late = t.world.read("disclosures", "lateCount", party(t.world, bill.acceptor))
    assert late == accounts.late(t.bills.values(), bill.acceptor, t.today)


def check_disclosure(t: BillTable) -> None:
    if t.bills:
        bill, who = t.pick(list(t.bills.values())), t.pick(t.anybody)
        act = lambda: t.world.act(who, "disclosures", "recordCheck", bill.number)  # noqa: E731
        t.attempt("recordCheck", None, act, lambda _: None, bill)


def list_acceptor(t: BillTable) -> None:
    """X4: suspended and banned as this campaign reckons it."""
    name = t.pick(t.acceptors)
    id_ = party(t.world, name)
    act = lambda: t.world.act("tier3", "disclosures", "publishListing", id_)  # noqa: E731
    t.attempt("publishListing", None, act, lambda _: None)
    read, today = t.world.read, t.today
    assert read("disclosures", "isSuspended", id_, today) == t.accounts.is_suspended(name, today)
    assert read("disclosures", "isBanned", id_, today)[0] == t.accounts.is_banned(name, today)


def reconcile(t: BillTable) -> None:
    name, right = t.pick(t.acceptors), t.chance(70)
    fen = accounts.balance(t.bills.values(), name) + (0 if right else 1)

    def effect(receipt: Any) -> None:
        assert receipt.result == right

    act = lambda: t.world.act(name, "disclosures", "reconcile", fen, hashed("book"))  # noqa: E731
    t.attempt("reconcile", None, act, effect)


def disclose_month(t: BillTable) -> None:
    """X2: mostly the month before, as this campaign adds it up."""
    name, right, present = t.pick(t.acceptors), t.chance(85), days.month(t.today)
    month = present - t.pick((1, 1, 1, 1, 0, 2, 3, 7))
    found = t.accounts.month_end(name, month)
    derived = _month_statement(t, name, month, found or accounts.NOTHING)
    statement = derived if right else t.fresh("statement")

    def effect(receipt: Any) -> None:
        told = receipt.event("MonthDisclosed").args
        late = t.today > days.month_end(month) + 10
        assert (told["matches"], told["late"]) == (right, late), (name, month, found)
        if right:
            t.accounts.disclosed[name] = max(t.accounts.disclosed[name], month)

    args = ("disclosures", "discloseMonth", month, statement)
    barred = bar(over=month < present, kept=found is not None)
    t.attempt("discloseMonth", barred, lambda: t.world.act(name, *args), effect)


def _month_statement(t: BillTable, name: str, month: int, figures: accounts.Figures) -> bytes:
    words = (int(party(t.world, name), 16), month, *figures)
    return keccak(b"".join(word.to_bytes(32) for word in words))


def announce_cleared(t: BillTable) -> None:
    """X4: lifted at once where all overdue is paid and everything disclosed."""
    own, today = t.accounts, t.today
    listed = [name for name in t.acceptors if own.is_suspended(name, today)]
    name = t.pick(listed) if listed and t.chance(80) else t.pick(t.acceptors)
    bills, month = t.bills.values(), days.month(today)
    barred = bar(
        paid=accounts.overdue_balance(bills, name) == 0,
        told=accounts.late(bills, name, today) == 0,
        disclosed=own.disclosed[name] == month - 1,
    )

    def effect(_: Any) -> None:
        own.cleared[name] = month
        assert not t.world.read("disclosures", "isSuspended", party(t.world, name), today)

    args = ("disclosures", "announceCleared", t.fresh("announcement"))
    t.attempt("announceCleared", barred, lambda: t.world.act(name, *args), effect)


def remove_ban(t: BillTable) -> None:
    """X5: for a cause that is not credit, by two officers of the regulator."""
    own, today = t.accounts, t.today
    banned = [name for name in t.acceptors if own.is_banned(name, today)]
    if not banned and not t.chance(20):
        return
    name = t.pick(banned) if banned and t.chance(95) else t.pick(t.acceptors)
    words = {
        "acceptor": party(t.world, name),
        "causeHash": t.fresh("cause"),
        "deadline": FOREVER,
    }
    digest = t.world.digest("disclosures", "BanRemoval", BAN_REMOVAL, words)
    by = "operator" if t.chance(5) else "regulator"
    approver = t.world.approval(by, digest, officer=1)

    def effect(_: Any) -> None:
        own.removed[name] = days.month(today) - 1
        assert not t.world.read("disclosures", "isBanned", words["acceptor"], today)[0]

    args = ("disclosures", "removeBan", *words.values(), approver)
    barred = bar(regulator=by == "regulator", banned=name in banned)
    t.attempt("removeBan", barred, lambda: t.world.act(by, *args), effect)


ACTS = {
    draw: 18,
    advance: 40,
    disclose: 20,
    check_disclosure: 1,
    list_acceptor: 2,
    reconcile: 1,
    disclose_month: 3,
    announce_cleared: 2,
    remove_ban: 1,
}
