"""
What an accepted act must have obeyed, told from its events and the books just before each of them.

Contracts and fold could be wrong together: both would believe a hop that must never have been. So
every fact is held against the rules here, which know nothing of how the contracts check them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scf.chain.events import Log
from scf.model.bill_enums import BillFlag, PendingOp
from scf.model.bill_numbers import range_of_token
from scf.model.bill_words import RangeWord
from scf.model.financing_books import Spent
from scf.model.financing_enums import LoanState
from scf.model.folding.state import NOBODY
from scf.model.records import NO_HASH, CertificateStatus, OrderState, Recourse
from scf.units import interest_fen, largest_remainder
from tests.campaigns.table import Table
from tests.world import rule_id

Args = Mapping[str, Any]
LIVE = (CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)
SPLIT_MIN_UNIT_FEN = 100_000


def require_lawful(t: Table, log: Log, act: Sequence[Log]) -> None:
    """AssertionError if the fact of `log`, one of the events of `act`, may not follow the books."""
    rule = RULES.get(log.name)
    if rule is not None:
        rule(t, log.args, act)


def _is_frozen(t: Table, until: int) -> bool:
    return until != 0 and until >= t.today


def _may_dispose(t: Table, party: str) -> bool:
    found = t.state.parties[party]
    return found.status == 1 and not _is_frozen(t, found.frozen_until)


def _units_moved(t: Table, args: Args, act: Sequence[Log]) -> None:
    from_, to = args["from"], args["to"]
    if NOBODY in (from_, to):
        return
    id_, amount = args["id"], args["amount"]
    certificate = t.state.certificates[id_]
    assert from_ != to, "a self-transfer"
    assert to in t.names, "units went to no party"
    assert to != certificate.debtor, "units went to the debtor"
    assert amount > 0, "an empty hop"
    names = {log.name for log in act}
    if "CertificateMovedByOrder" in names:
        assert certificate.status in LIVE
        return
    if names & {"BoughtBack", "RecoursePaid"}:
        assert certificate.status in LIVE
        assert t.today > certificate.due_day, "recourse before the day"
        assert not _is_frozen(t, certificate.frozen_until), "units of a frozen certificate moved"
        assert amount <= t.available(id_, from_), "locked units moved"
        return
    assert certificate.status == CertificateStatus.ACTIVE, certificate.status
    assert certificate.due_day > t.today, "a hop after the due day"
    assert not _is_frozen(t, certificate.frozen_until), "a hop of a frozen certificate"
    if "PledgeSold" not in names:
        assert _may_dispose(t, from_), "a frozen or suspended party disposed"
    assert t.state.parties[to].status == 1, "a suspended party took"
    available = t.available(id_, from_)
    assert amount <= available, "locked units moved"
    if certificate.layers_max:
        assert t.state.layers.get((id_, from_), 0) < certificate.layers_max, "one layer too many"
    if amount < t.state.holdings[id_][from_]:
        assert certificate.splits_left != 1, "one split too many"
    if amount < available:
        least = certificate.split_min_thousands * SPLIT_MIN_UNIT_FEN
        assert min(amount, available - amount) >= least, "a part too small"


def _hop_done(t: Table, args: Args, act: Sequence[Log]) -> None:
    assert any(args["evidenceHash"]), "a hop without evidence"
    names = {log.name for log in act}
    if not names & {"TransferTaken", "CertificateSold", "PledgeSold"}:
        move = t.state.last_move
        assert move is not None
        until = t.state.consents.get((move["to"], move["from"]), 0)
        assert until >= t.today, "a hop without consent"


def _requested(t: Table, args: Args, act: Sequence[Log]) -> None:
    certificate = t.state.certificates[args["id"]]
    assert certificate.status == CertificateStatus.ACTIVE
    assert 0 < args["amountFen"] <= t.available(args["id"], args["from"]), "locked twice"
    assert t.today <= args["deadlineDay"] < certificate.due_day
    assert _may_dispose(t, args["from"])


def _closed(t: Table, args: Args, act: Sequence[Log]) -> None:
    waiting = t.state.pending.get(args["pendingId"])
    if waiting is None:
        return
    answered = {2: waiting.counterparty, 3: waiting.counterparty, 4: waiting.requester}
    if args["state"] == 5:
        assert t.today > waiting.deadline_day, "expired too early"
    else:
        assert args["party"] == answered[args["state"]], "the wrong side answered"
    if args["state"] == 2:
        assert t.today <= waiting.deadline_day, "taken too late"


def _sold(t: Table, args: Args, act: Sequence[Log]) -> None:
    assert args["registryReceipt"] not in t.state.receipts, "a receipt or quote used twice"
    move = t.state.last_move
    assert move is not None
    assert move["id"] == args["certificateId"]
    seller, funder = move["from"], move["to"]
    assert t.state.parties[funder].roles & 6, "an unlicensed funder"
    deal = next((log.args for log in act if log.name == "FactoredWithRecourse"), None)
    financed = deal["advanceFen"] if deal else move["amount"]
    money = [(m["from"], m["to"], m["amount"]) for m in _money(act)]
    price = financed - args["interestFen"] - args["feeFen"]
    expected = [(funder, seller, price)]
    shared = next((log.args for log in act if log.name == "InterestShared"), None)
    if shared:
        share = t.state.financing.shares[args["certificateId"]]
        assert shared["paidFen"] <= share.left_fen, "the debtor bore more than it undertook"
        assert share.until_day >= t.today
        expected.append((share.payer, seller, shared["paidFen"]))
    assert money == expected, "the price is not what was agreed"


def _confirmed(t: Table, args: Args, act: Sequence[Log]) -> None:
    maker, checker = (t.state.officers[args[name]] for name in ("maker", "checker"))
    certificate = t.state.certificates[args["id"]]
    assert args["maker"] != args["checker"], "maker is checker"
    assert {maker.party, checker.party} == {certificate.debtor}, "not the debtor's officers"
    assert maker.powers & 1, "the maker may not make"
    assert checker.powers & 2, "the checker may not check"
    account = t.state.debtors[certificate.debtor]
    assert not account.overdue_count, "an overdue debtor promised"
    assert not account.bar_reasons, "a barred debtor promised"
    assert account.outstanding_fen + args["amountFen"] <= account.limit_fen, "above the limit"
    invoice = t.state.invoices[certificate.invoice_key, certificate.debtor]
    assert invoice.used_fen + args["amountFen"] <= invoice.amount_fen, "one invoice used twice"
    assert invoice.status == 2 or not invoice.is_conflicted, "a conflicting invoice"
    assert (invoice.supplier, invoice.debtor) == (certificate.supplier, certificate.debtor)
    assert t.state.outstanding[args["id"]] == args["amountFen"]


def _paid(t: Table, args: Args, act: Sequence[Log]) -> None:
    """Who gets what, by the library's own arithmetic."""
    id_ = args["id"]
    certificate = t.state.certificates[id_]
    assert certificate.status in LIVE
    assert t.today >= certificate.due_day, "paid before the day"
    assert not _is_frozen(t, certificate.frozen_until), "a frozen certificate was paid"
    burns = {log.args["from"]: log.args["amount"] for log in act if log.name == "TransferSingle"}
    money: Counter[str] = Counter()
    for moved in _money(act):
        assert moved["from"] == certificate.debtor
        money[moved["to"]] += moved["amount"]
    before = {
        holder: t.state.holdings[id_].get(holder, 0) + burnt for holder, burnt in burns.items()
    }
    if burns != before:
        parts = largest_remainder(args["principalFen"], [before[holder] for holder in burns])
        assert list(burns.values()) == parts, "not pro rata"
    interest = {holder: _late_interest(t, id_, burnt) for holder, burnt in burns.items()}
    expected = Counter({holder: burnt + interest[holder] for holder, burnt in burns.items()})
    for log in act:
        if log.name == "PledgeCollected":
            loan = t.state.financing.loans[log.args["loanId"]]
            expected[loan.borrower] -= log.args["lenderFen"]
            expected[loan.lender] += log.args["lenderFen"]
    assert +money == +expected, "not the holders and pledgees of the moment"
    assert min(expected.values()) >= 0, "a lender took more than its part brought in"
    assert args["principalFen"] == sum(burns.values())
    assert args["interestFen"] == sum(interest.values())
    assert (args["status"] == CertificateStatus.PAID) == (t.state.outstanding[id_] == 0)


def _late_interest(t: Table, id_: int, amount: int) -> int:
    certificate = t.state.certificates[id_]
    pay_day = t.world.read("receivables", "payDayOf", id_)[0]
    days = max(t.today - pay_day, 0)
    rate, basis = certificate.late_rate_ppm, _rule(t, "OP-11", certificate.opened_day)
    if not rate:
        rate, basis = _rule(t, "R802-4", certificate.opened_day), 1
    return int(interest_fen(amount, days=days, rate_ppm=rate, basis=basis)) if days else 0


def _rule(t: Table, rule: str, day: int) -> int:
    versions = t.state.rules[rule_id(rule)]
    return next(item.value for item in reversed(versions) if item.effective_from <= day)


def _overdue(t: Table, args: Args, act: Sequence[Log]) -> None:
    certificate = t.state.certificates[args["id"]]
    assert certificate.status == CertificateStatus.ACTIVE
    assert t.today > certificate.due_day, "overdue too early"


def _rule_dated(t: Table, args: Args, act: Sequence[Log]) -> None:
    assert args["effectiveFrom"] >= t.today, "a rule dated in the past"
    assert args["officer"] != args["approver"]


def _order_done(t: Table, args: Args, act: Sequence[Log]) -> None:
    order = t.state.orders[args["orderId"]]
    assert order.state == OrderState.PROPOSED, "an order carried out twice"
    assert order.officer != args["officer"], "one officer proposed and carried out"
    assert order.party == args["party"]
    assert order.expiry_day >= t.today, "an expired order"


def _settled(t: Table, args: Args, act: Sequence[Log]) -> None:
    """Holders paid in full leave the debtor enough for the rest: no preference among holders."""
    id_ = args["certificateId"]
    paid = {log.args["from"] for log in act if log.name == "TransferSingle"}
    held = t.state.holdings[id_]
    if paid.isdisjoint(held):
        assert t.state.cash.get(args["debtor"], 0) >= sum(held.values()), "others are left short"


def _money_moved(t: Table, args: Args, act: Sequence[Log]) -> None:
    """Money that moves alone is disposed of: by transfer, or on an allowance."""
    if "amount" not in args:
        _range_moved(t, args, act)
    elif {log.name for log in act} <= {"Transfer", "Approval"}:
        assert _may_dispose(t, args["from"]), "money of a frozen or suspended party was disposed of"
        assert t.state.parties[args["to"]].status == 1, "a suspended party took money"


def _money(act: Sequence[Log]) -> list[Args]:
    return [log.args for log in act if log.name == "Transfer" and "amount" in log.args]


def _moved_money(act: Sequence[Log], *expected: tuple[str, str, int]) -> None:
    """The act moved this money and no other, in any order; nothing is not moved."""
    moved = [(m["from"], m["to"], m["amount"]) for m in _money(act) if m["amount"]]
    assert sorted(moved) == sorted(item for item in expected if item[2]), "not the money due"


def _repaid(t: Table, args: Args, act: Sequence[Log]) -> None:
    loan = t.state.financing.loans[args["loanId"]]
    _moved_money(act, (loan.borrower, loan.lender, args["paidFen"]))


def _advanced(t: Table, args: Args, act: Sequence[Log]) -> None:
    lender, borrower = args["lender"], args["borrower"]
    assert args["registryReceipt"] not in t.state.receipts, "a receipt used twice"
    assert t.state.parties[lender].roles & 6, "an unlicensed lender"
    assert _may_dispose(t, lender), "a frozen or suspended lender"
    assert _may_dispose(t, borrower), "a frozen or suspended borrower"
    price = args["principalFen"] - args["feeFen"]
    assert [(m["from"], m["to"], m["amount"]) for m in _money(act)] == [(lender, borrower, price)]
    if args["registryReceipt"] == NO_HASH:
        assert any(log.name == "BillPledged" for log in act), "money before the pledge"
        return
    assert any(log.name == "PartPledged" and log.args["debtId"] == args["loanId"] for log in act)
    assert any(log.name == "ReceiptFiled" for log in act), "money before the filing"


def _pledged(t: Table, args: Args, act: Sequence[Log]) -> None:
    certificate = t.state.certificates[args["certificateId"]]
    assert certificate.status == CertificateStatus.ACTIVE
    assert certificate.due_day > t.today
    assert not _is_frozen(t, certificate.frozen_until)
    available = t.available(args["certificateId"], args["pledgor"])
    assert 0 < args["amountFen"] <= available, "one fen in two financings"


def _loan_paid(t: Table, args: Args, act: Sequence[Log]) -> None:
    """costs → interest → principal, and interest by the library's own arithmetic."""
    loan = t.state.financing.loans[args["loanId"]]
    turn = min(max(loan.repay_day, loan.since_day), t.today)
    interest = loan.interest_fen
    for days, rate in (
        (turn - loan.since_day, loan.rate_ppm),
        (t.today - turn, loan.late_rate_ppm),
    ):
        interest += interest_fen(loan.principal_fen, days=days, rate_ppm=rate, basis=360)
    assert args["interestFen"] + args["accruedFen"] == interest
    assert args["costsFen"] <= loan.costs_fen
    if args["costsFen"] < loan.costs_fen:
        assert args["interestFen"] == 0, "interest before costs"
    if args["accruedFen"]:
        assert args["principalFen"] == 0, "principal before interest"
    assert args["principalFen"] <= loan.principal_fen


# Bills


FINANCED = {"BillDiscounted", "BillPledged"}
COLLECTED = {"PledgeCollected", "BillPledgeCollected"}


def _word(t: Table, id_: int) -> RangeWord:
    return RangeWord.of(t.state.bills.words[id_])


def _free_before(t: Table, id_: int) -> None:
    """What is financed was in nobody else's financing."""
    word = _word(t, id_)
    assert word.flag == BillFlag.TRANSFERABLE, f"one fen in two financings: {word.flag.name}"
    assert word.pending_op == PendingOp.NONE, "an act was pending"
    assert word.dishonour == 0, "financed after a refusal"
    assert t.state.bills.bills[id_ >> 80].maturity > t.today, "financed at maturity"
    restraint = t.state.bills.restraints.get(id_)
    assert restraint is None or not _is_frozen(t, restraint.frozen_until), "a frozen range"


def _range_moved(t: Table, args: Args, act: Sequence[Log]) -> None:
    """A whole range changes hands; a part is made out anew, see `_range_divided`."""
    if NOBODY not in (args["from"], args["to"]) and {log.name for log in act} & FINANCED:
        _free_before(t, args["id"])
        assert t.state.bills.holders[args["id"]] == args["from"]


def _range_divided(t: Table, args: Args, act: Sequence[Log]) -> None:
    if {log.name for log in act} & FINANCED:
        _free_before(t, args["parentId"])


def _bill_discounted(t: Table, args: Args, act: Sequence[Log]) -> None:
    seller, funder = args["seller"], args["funder"]
    assert t.state.parties[funder].roles & 6, "an unlicensed discounter"
    assert _may_dispose(t, funder), "a restrained discounter"
    assert _may_dispose(t, seller), "a restrained seller"
    units = args["tokenId"] & (2**40 - 1), args["tokenId"] >> 40 & (2**40 - 1)
    price = units[0] - units[1] + 1 - args["interestFen"] - args["feeFen"]
    moved = [(m["from"], m["to"], m["amount"]) for m in _money(act)]
    assert moved == [(funder, seller, price)], "a bill without its money"
    assert t.state.bills.holders[args["tokenId"]] == funder, "money without its bill"
    _disclosed(t, args["tokenId"])
    snapshot, current = t.world.read("disclosures", "checkOf", args["tokenId"] >> 80, funder)
    assert any(bytes(snapshot)), "discounted unread (X6)"
    assert current, "discounted on a disclosure that was edited since (X6)"


def _disclosed(t: Table, id_: int) -> None:
    """X3."""
    number = id_ >> 80
    assert t.world.read("disclosures", "isDisclosed", number), "financed without disclosure"


def _bill_pledged(t: Table, args: Args, act: Sequence[Log]) -> None:
    loan = t.state.financing.loans[args["loanId"]]
    assert (loan.lender, loan.borrower) == (args["pledgee"], args["pledgor"])
    assert loan.state == LoanState.RUNNING
    assert t.state.parties[loan.lender].roles & 6, "an unlicensed pledgee"
    assert t.state.bills.holders[args["tokenId"]] == loan.lender, "no pledge in hand"
    assert _word(t, args["tokenId"]).flag == BillFlag.PLEDGED
    place = args["tokenId"] >> 80, args["record"]
    assert place not in t.state.financing.bill_pledges, "one record, two pledges"
    _disclosed(t, args["tokenId"])


def _bill_released(t: Table, args: Args, act: Sequence[Log]) -> None:
    """To its pledgor; or, where a title that moved left it securing nothing, to its holder."""
    secured = [
        id_
        for id_ in t.state.bills.holders
        if range_of_token(id_).covers(range_of_token(args["tokenId"]))
    ]
    (id_,) = secured
    holder = t.state.bills.holders[id_]
    loan_id = t.state.financing.bill_pledges.get((id_ >> 80, _word(t, id_).head), NO_HASH)
    loan = t.state.financing.loans.get(loan_id)
    secures = loan is not None and loan.lender == holder
    assert args["loanId"] == (loan_id if secures else NO_HASH)
    expected = loan.borrower if loan is not None and secures else holder
    assert args["to"] == expected, "released to somebody else"


def _collected(t: Table, args: Args, act: Sequence[Log]) -> None:
    """The lender gets no more than its debt; above it the money is the pledgor's."""
    loan = t.state.financing.loans[args["loanId"]]
    paid = sum(
        log.args["costsFen"] + log.args["interestFen"] + log.args["principalFen"]
        for log in act
        if log.name == "LoanPaid" and log.args["loanId"] == args["loanId"]
    )
    same = [
        log.args for log in act if log.name in COLLECTED and log.args["loanId"] == args["loanId"]
    ]
    assert sum(item["lenderFen"] for item in same) == paid, "the lender got more than was booked"
    left = loan.principal_fen + loan.interest_fen + loan.costs_fen
    if args["pledgorFen"] and args is same[-1]:
        assert left == 0, "a surplus beside a debt"


def _bill_collected(t: Table, args: Args, act: Sequence[Log]) -> None:
    _collected(t, args, act)
    loan = t.state.financing.loans[args["loanId"]]
    mine = [log.args for log in act if log.name == "BillPledgeCollected"]
    if len(mine) == 1 and len([log for log in act if log.name == "BillPaid"]) <= 1:
        got = sum(m["amount"] for m in _money(act) if m["to"] == loan.lender)
        assert got == args["lenderFen"], "the lender's part"


def _bill_redeemed(t: Table, args: Args, act: Sequence[Log]) -> None:
    repo = t.state.financing.repos[args["tokenId"]]
    assert repo.redeem_from <= t.today <= repo.redeem_until, "redeemed outside the window"
    days = t.today - repo.day
    price = repo.redeem_fen or repo.price_fen + interest_fen(
        repo.price_fen, days=days, rate_ppm=repo.redeem_rate_ppm, basis=360
    )
    assert [m["amount"] for m in _money(act)] == [price] == [args["paidFen"]]


def _repo_ended(t: Table, args: Args, act: Sequence[Log]) -> None:
    repo = t.state.financing.repos[args["tokenId"]]
    assert t.today > repo.redeem_until, "outright while it can be redeemed"


def _range_written(t: Table, args: Args, act: Sequence[Log]) -> None:
    """Noted for the payment that ends the range: its word just before."""
    if args["tokenId"] in t.state.bills.words:
        t.words_before[args["tokenId"]] = _word(t, args["tokenId"])


def _rests_pledged(word: RangeWord) -> bool:
    if word.resting_flag:
        return word.resting_flag == BillFlag.PLEDGED
    return (word.previous_flag if word.pending_op else word.flag) == BillFlag.PLEDGED


def _bills_paid(t: Table, args: Args, act: Sequence[Log]) -> None:
    moved = _money(act)
    assert sum(m["amount"] for m in moved if m["from"] == args["acceptor"]) == args["totalFen"]
    collected = {log.args["tokenId"] for log in act if log.name == "BillPledgeCollected"}
    pledges, own = t.state.financing.bill_pledges, t.state.bills
    for log in act:
        if log.name != "BillPaid":
            continue
        id_ = log.args["tokenId"]
        secured = pledges.get((id_ >> 80, _word(t, id_).head))
        is_held = (
            secured
            and t.state.financing.loans[secured].lender == own.holders[id_]
            and _rests_pledged(t.words_before[id_])
        )
        assert bool(is_held) == (id_ in collected), "what came in on a pledge was not divided"


def _settlement_taken(t: Table, args: Args, act: Sequence[Log]) -> None:
    """The claim to the holder; on a pledge what is above the debt is the pledgor's."""
    id_, payer, holder = args["tokenId"], args["payer"], args["holder"]
    word = t.words_before[id_]
    loan = t.state.financing.loans.get(
        t.state.financing.bill_pledges.get((id_ >> 80, word.head), b"")
    )
    told = [log.args for log in act if log.name == "BillPledgeCollected"]
    if loan is None or loan.lender != holder or not _rests_pledged(word):
        assert not told, "divided although it secured nothing"
        _moved_money(act, (payer, holder, args["paidFen"]))
        return
    assert [item["tokenId"] for item in told] == [id_], "what came in on a pledge was not divided"
    lender, surplus = told[0]["lenderFen"], told[0]["pledgorFen"]
    assert lender + surplus == args["paidFen"]
    _moved_money(act, (payer, holder, lender), (payer, loan.borrower, surplus))


def _allowed(t: Table, args: Args, act: Sequence[Log]) -> None:
    """A debit is taken off what was allowed: on a pledged range, one for the loan, one above it."""
    if any(log.name == "CollectedOnline" for log in act):
        off = t.state.allowances[args["owner"], args["spender"]] - args["amount"]
        debits = [m["amount"] for m in _money(act) if m["from"] == args["owner"]]
        assert off in debits, "debited beside what was allowed"


def _collected_online(t: Table, args: Args, act: Sequence[Log]) -> None:
    moved = [(m["from"], m["amount"]) for m in _money(act)]
    assert sum(amount for _, amount in moved) == args["paidFen"]
    assert {payer for payer, _ in moved} == {args["payer"]}, "another was debited"


def _pledge_sold(t: Table, args: Args, act: Sequence[Log]) -> None:
    loan = t.state.financing.loans[args["loanId"]]
    paid = any(log.name == "LoanPaid" for log in act)
    assert loan.state == LoanState.DEFAULTED or (paid and loan.state == LoanState.REPAID)
    assert t.today > loan.repay_day, "enforced before default"
    buyer, surplus = args["buyer"], args["surplusFen"]
    booked = sum(
        log.args["costsFen"] + log.args["interestFen"] + log.args["principalFen"]
        for log in act
        if log.name == "LoanPaid"
    )
    assert args["priceFen"] - surplus == booked, "the surplus is the pledgor's"
    # A lender that takes the part over sets the price off against its debt.
    set_off = 0 if buyer == loan.lender else booked
    _moved_money(act, (buyer, loan.lender, set_off), (buyer, loan.borrower, surplus))
    assert t.state.parties[buyer].roles & 6, "an unlicensed buyer"


def _given_back(t: Table, args: Args, act: Sequence[Log]) -> None:
    """What answers for a debtor moves as money, from who answers to who is answered."""
    sides = {"supplier": "factor", "payer": "claimant"}
    ((from_, to),) = ((args[a], args[b]) for a, b in sides.items() if a in args)
    moved = [(m["from"], m["to"], m["amount"]) for m in _money(act)]
    assert moved == [(from_, to, args["paidFen"])], "units given back without their money"


def _surplus_returned(t: Table, args: Args, act: Sequence[Log]) -> None:
    moved = [(m["from"], m["to"], m["amount"]) for m in _money(act)]
    expected = [(args["factor"], args["supplier"], args["refundFen"])]
    assert moved == (expected if args["refundFen"] else []), "no refund"


def _retired(t: Table, args: Args, act: Sequence[Log]) -> None:
    certificate = t.state.certificates[args["id"]]
    assert certificate.status == CertificateStatus.ACTIVE
    assert certificate.due_day > t.today
    assert not _is_frozen(t, certificate.frozen_until)
    told = next(log.args for log in act if log.name == "PaidEarly")
    pay_day = t.world.read("receivables", "payDayOf", args["id"])[0]
    moved = _money(act)
    assert [(m["from"], m["to"]) for m in moved] == [(certificate.debtor, told["holder"])]
    assert moved[0]["amount"] == args["principalFen"] - told["discountFen"]
    assert told["discountFen"] == 0 or pay_day > t.today
    assert _may_dispose(t, told["holder"])
    assert _may_dispose(t, certificate.debtor)


def _spent(t: Table, args: Args, act: Sequence[Log]) -> None:
    place = args["certificateId"], args["to"]
    undertaking = t.state.undertakings[place][args["index"]]
    spent = t.state.financing.spent.get((*place, args["index"]), Spent())
    assert spent.amount_fen + args["amountFen"] <= undertaking.amount_fen, "answered twice"
    if undertaking.recourse == Recourse.LIMITED and any(log.name == "RecoursePaid" for log in act):
        assert spent.paid_fen + args["paidFen"] <= undertaking.cap_fen, "above the cap"


def _officer_set(t: Table, args: Args, act: Sequence[Log]) -> None:
    """A change counts once, however many officers it sets; an enrolment does not count."""
    before = t.state.parties[args["party"]].changes
    is_first = next(log for log in act if log.name == "OfficerSet").args is args
    is_change = all(log.name != "PartyEnrolled" for log in act)
    assert args["changes"] == before + (is_change and is_first), "a change counted wrongly"


def _payment_id(t: Table, args: Args, act: Sequence[Log]) -> None:
    assert args["paymentId"] not in t.state.payment_ids, "a payment id used twice"


RULES: Mapping[str, Callable[[Table, Args, Sequence[Log]], None]] = {
    "TransferSingle": _units_moved,
    "CertificateTransferred": _hop_done,
    "TransferRequested": _requested,
    "PendingClosed": _closed,
    "CertificateSold": _sold,
    "CertificateConfirmed": _confirmed,
    "CertificatePaid": _paid,
    "CertificateOverdue": _overdue,
    "RuleSet": _rule_dated,
    "OrderCarriedOut": _order_done,
    "PaymentSettled": _settled,
    "Transfer": _money_moved,
    "CashMinted": _payment_id,
    "CashBurnt": _payment_id,
    "LoanAdvanced": _advanced,
    "PartPledged": _pledged,
    "LoanPaid": _loan_paid,
    "LoanRepayment": _repaid,
    "SettlementTaken": _settlement_taken,
    "PledgeSold": _pledge_sold,
    "PledgeCollected": _collected,
    "BoughtBack": _given_back,
    "RecoursePaid": _given_back,
    "SurplusReturned": _surplus_returned,
    "CertificateRetired": _retired,
    "UndertakingSpent": _spent,
    "OfficerSet": _officer_set,
    "RangeDivided": _range_divided,
    "RangeWritten": _range_written,
    "BillDiscounted": _bill_discounted,
    "BillPledged": _bill_pledged,
    "BillPledgeReleased": _bill_released,
    "BillPledgeCollected": _bill_collected,
    "BillRedeemed": _bill_redeemed,
    "RepoEnded": _repo_ended,
    "BillsPaid": _bills_paid,
    "CollectedOnline": _collected_online,
    "Approval": _allowed,
}
