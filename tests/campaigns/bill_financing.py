"""Random acts of financing on bills: discount, repo, pledge, what comes in on them, recourse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scf.audit.rooms.room import Subject
from scf.errors import ContractRefusal
from scf.model.bill_enums import BillFlag, BillStatus, PendingOp, RecordKind
from scf.model.bill_numbers import range_of_token
from scf.model.bill_words import RangeWord
from scf.model.financing_enums import LoanState
from tests import recourse_stories as bills
from tests.campaigns.financing import ALL, _consent, _epoch, _provide
from tests.campaigns.table import FUNDERS, TRADERS, Attempt, Table
from tests.stories import MOVE, ZERO, order_of
from tests.typed import TYPES
from tests.world import CHECK, FOREVER, MAKE, PAY

ACCEPTORS = ("debtor", "agency", "supplier")
PAYEES = ("tier2", "tier3")
TYPES_SIGNED = TYPES | bills.SETTLEMENT_TERMS
Found = tuple[int, str, RangeWord]
BILL_SHIFT = 80


# Bills


def draw(t: Table) -> Attempt | None:
    """A bill that reached its payee; the act is that its acceptor discloses it."""
    acceptor, payee = t.pick(ACCEPTORS), t.pick(PAYEES)
    drawer = t.pick([name for name in ("debtor", "agency") if name != payee])
    t.bill_count += 1
    words = {"face": t.pick((10_000, 99_999)), "days": t.pick((10, 30, 90)), "acceptor": acceptor}
    try:
        id_ = bills.received(t.world, drawer=drawer, payee=payee, serial=t.bill_count, **words)
    except ContractRefusal:
        return None
    number = id_ >> BILL_SHIFT
    statement = t.world.read("disclosures", "derivedStatement", number)
    statement = bytes(statement if isinstance(statement, bytes) else statement[0])
    if t.chance(12):
        statement = t.fresh("another statement")
    sender = t.sender(acceptor, MAKE)
    return Attempt(sender, "disclosures", "disclose", (number, statement), (("range", id_),))


def check(t: Table) -> Attempt | None:
    found = _live(t)
    if found is None:
        return None
    sender = t.sender(t.pick(FUNDERS), MAKE)
    return Attempt(sender, "disclosures", "recordCheck", (found[0] >> BILL_SHIFT,))


# Discount


def discount(t: Table) -> Attempt | None:
    found = _live(t)
    if found is None:
        return None
    id_, seller, word = found
    others = [name for name in FUNDERS if name != seller]
    checked = [name for name in others if _has_checked(t, id_, name)]
    funder = t.pick(checked if checked and not t.chance(10) else others)
    record = t.state.bills.records.get((id_ >> BILL_SHIFT, word.head))
    between = record is not None and record.kind == RecordKind.DISCOUNT and seller in FUNDERS
    q: dict[str, Any] = {
        "funder": t.ids[funder],
        "seller": t.ids[seller],
        "tokenId": id_,
        "acts": _acts(t, word),
        **_part(t, id_),
        "ratePpm": t.pick((0, 24_000, 90_000)),
        "feeFen": t.pick((0, 1, 100)),
        "buyerSharePpm": 0,
        **_window(t),
        "interbank": between and t.chance(80),
        "epoch": _epoch(t, t.ids[funder]),
        "deadline": t.deadline(),
    }
    if t.bill_quotes and t.chance(8):
        q = t.pick(t.bill_quotes)
        t.spoiled = None  # whatever spoils it, it is another one
        seller, funder = t.names[q["seller"]], t.names[q["funder"]]
    t.bill_quotes.append(q)
    _provide(t, funder, 100_000)
    evidence, consent = t.fresh("evidence"), _consent(t)
    quote_id = t.digest("billdiscounting", "BillQuote", q)
    message = {"quoteId": quote_id, "evidenceHash": evidence, "consentHash": consent}
    sale = t.digest("billdiscounting", "BillSale", message)
    sender, *approvals = _sides(t, "billdiscounting", (seller, sale), (funder, quote_id))
    args = (q, evidence, consent, *approvals)
    return Attempt(sender, "billdiscounting", "discount", args, _ranges(t, id_))


def redeem(t: Table) -> Attempt | None:
    repos = t.state.financing.repos
    if not repos:
        return None
    open_ = [i for i, repo in repos.items() if repo.redeem_from <= t.today <= repo.redeem_until]
    id_ = t.pick(open_ if open_ and not t.chance(15) else list(repos))
    repo, name = repos[id_], t.names[repos[id_].seller]
    if not repo.redeem_from <= t.today <= repo.redeem_until:
        t.spoil("outside the window")
    if t.chance(4):
        t.spoil("not the seller")
        name = t.pick([item for item in TRADERS if item != name])
    _provide(t, name, 200_000)
    sender = t.sender(name, PAY)
    return Attempt(sender, "billdiscounting", "redeem", (id_,), (*_ranges(t, id_), ("repo", id_)))


def end_repo(t: Table) -> Attempt | None:
    repos = t.state.financing.repos
    over = [id_ for id_, repo in repos.items() if repo.redeem_until < t.today]
    found = over if over and not t.chance(8) else list(repos)
    if not found:
        return None
    id_ = t.pick(found)
    if repos[id_].redeem_until >= t.today:
        t.spoil("the window is open")
    subjects = (*_ranges(t, id_), ("repo", id_))
    return Attempt(t.stranger.address, "billdiscounting", "endRepo", (id_,), subjects)


# Pledge


def bill_advance(t: Table) -> Attempt | None:
    found = _live(t)
    if found is None:
        return None
    id_, borrower, word = found
    lender = t.pick([name for name in FUNDERS if name != borrower])
    day = t.today + t.random.randint(1, 40)
    while not t.world.read("rulebook", "isBusinessDay", day)[0]:
        day += 1
    terms: dict[str, Any] = {
        "lender": t.ids[lender],
        "borrower": t.ids[borrower],
        "tokenId": id_,
        "acts": _acts(t, word),
        **_part(t, id_),
        "principalFen": t.random.randint(1, 120_000),
        "feeFen": 0,
        "ratePpm": t.pick((0, 40_000)),
        "lateRatePpm": t.pick((0, 60_000)),
        "repayDay": day,
        "evidenceHash": t.fresh("evidence"),
        "epoch": _epoch(t, t.ids[lender]),
        "deadline": t.deadline(),
    }
    if t.bill_loans and t.chance(6):
        terms = t.pick(t.bill_loans)
        t.spoiled = None  # whatever spoils it, it is another one
        lender, borrower = t.names[terms["lender"]], t.names[terms["borrower"]]
    t.bill_loans.append(terms)
    _provide(t, lender, terms["principalFen"])
    consent = _consent(t)
    digest = t.digest("billloans", "BillLoanTerms", terms)
    message = {"termsHash": digest, "consentHash": consent}
    borrowing = t.digest("billloans", "BillBorrowing", message)
    sender, *approvals = _sides(t, "billloans", (lender, digest), (borrower, borrowing), first=PAY)
    subjects = (*_ranges(t, id_), ("loan", _loan_id(t, terms)))
    return Attempt(sender, "billloans", "advance", (terms, consent, *approvals), subjects)


def bill_top_up(t: Table) -> Attempt | None:
    found = _live(t)
    loans = [
        (id_, loan)
        for id_, loan in t.state.financing.loans.items()
        if loan.state == LoanState.RUNNING and found and t.names[loan.borrower] == found[1]
    ]
    if found is None or not loans:
        return None
    (id_, borrower, word), (loan_id, loan) = found, t.pick(loans)
    message = {
        "loanId": loan_id,
        "tokenId": id_,
        "acts": _acts(t, word),
        **_part(t, id_),
        "evidenceHash": t.fresh("evidence"),
        "deadline": t.deadline(),
    }
    digest = t.digest("billloans", "BillTopUp", message)
    sides = (t.names[loan.lender], digest), (borrower, digest)
    sender, *approvals = _sides(t, "billloans", *sides)
    subjects = (*_ranges(t, id_), ("loan", loan_id))
    return Attempt(sender, "billloans", "topUp", (message, *approvals), subjects)


def bill_release(t: Table) -> Attempt | None:
    found = _flagged(t, BillFlag.PLEDGED)
    if found is None:
        return None
    id_, holder, word = found
    loan_id = t.state.financing.bill_pledges.get((id_ >> BILL_SHIFT, word.head), b"")
    loan = t.state.financing.loans.get(loan_id)
    secures = loan is not None and t.names[loan.lender] == holder
    if loan is None or not secures or loan.state == LoanState.REPAID:
        sender = t.stranger.address
    elif t.chance(15):
        t.spoil("not the lender")
        sender = t.signer(t.pick([n for n in TRADERS if n != holder]), MAKE).address
    else:
        sender = t.sender(holder, MAKE)
    part = _part(t, id_)
    args = (id_, part["first"], part["last"])
    return Attempt(sender, "billloans", "release", args, _ranges(t, id_))


def bill_repay(t: Table) -> Attempt | None:
    """Of loans that bills secure; pledges are released in an act of their own."""
    secured = set(t.state.financing.bill_pledges.values())
    loans = [
        (id_, loan)
        for id_, loan in t.state.financing.loans.items()
        if id_ in secured and loan.state in (LoanState.RUNNING, LoanState.DEFAULTED)
    ]
    if not loans:
        return None
    id_, loan = t.pick(loans)
    name = t.names[loan.borrower]
    amount = ALL if t.chance(50) else t.around(loan.principal_fen)
    _provide(t, name, 2 * loan.principal_fen + 10_000)
    return Attempt(t.sender(name, PAY), "loans", "repay", (id_, amount, []), (("loan", id_),))


def bill_title(t: Table) -> Attempt | None:
    """B41: a court gives a range to another, mostly a pledged one, which secures nothing then."""
    rows = [row for row in _all(t) if row[2].status == BillStatus.RECEIVED and row[1] in TRADERS]
    pledged = [row for row in rows if row[2].flag == BillFlag.PLEDGED]
    rows = pledged if pledged and t.chance(70) else rows
    if not rows:
        return None
    freed = [(row, name) for row in _all(t) if (name := _former_lender(t, row)) in TRADERS]
    if freed and t.chance(40):
        (id_, holder, _), to = t.pick(freed)
    else:
        id_, holder, _ = t.pick(rows)
        to = t.pick([name for name in TRADERS if name != holder])
    from_ = holder
    if t.chance(5):
        t.spoil("not the holder's")
        from_, to = to, holder
    part = range_of_token(id_)
    order = order_of(
        *(t.world, MOVE, "bills", id_),
        **{"from": t.ids[from_], "to": t.ids[to], "documentHash": t.fresh("order")},
        amountFen=part.amount(t.state.bills.bills[part.bill_no].face_fen),
    )
    try:
        proposer = t.signer("court", MAKE).address
        t.world.send(proposer, "orders", "propose", order)
    except ContractRefusal:
        return None
    sender = t.signer("court", CHECK, but=proposer).address
    subjects = (*_ranges(t, id_), ("order", t.world.read("orders", "orderIdOf", order)))
    return Attempt(sender, "bills", "carryOut", (order,), subjects)


def _former_lender(t: Table, row: Found) -> str | None:
    """Who had a range in pledge, by the record that still heads its chain, and has it no more."""
    id_, holder, word = row
    financing = t.state.financing
    loan = financing.loans.get(financing.bill_pledges.get((id_ >> BILL_SHIFT, word.head), b""))
    lender = t.names[loan.lender] if loan else None
    return lender if lender != holder and holder in TRADERS else None


# What comes in


def present(t: Table) -> Attempt | None:
    found = _matured(t)
    if found is None:
        return None
    id_, holder, _ = found
    sender = t.sender(holder, MAKE)
    return Attempt(sender, "presentations", "present", (id_, t.fresh("reason")), _ranges(t, id_))


def pay(t: Table) -> Attempt | None:
    """One or two matured ranges of one acceptor."""
    ids = [id_ for id_, _, word in _all(t) if _is_matured(t, id_, word) and not word.status.is_over]
    if not ids:
        return None
    first = t.pick(ids)
    acceptor = t.state.bills.bills[first >> BILL_SHIFT].acceptor
    same = [i for i in ids if t.state.bills.bills[i >> BILL_SHIFT].acceptor == acceptor]
    chosen = list(dict.fromkeys((first, t.pick(same))))
    name = t.names[acceptor]
    if t.chance(4):
        t.spoil("not the acceptor")
        name = t.pick([item for item in TRADERS if item != name])
    _provide(t, name, 300_000)
    subjects = tuple(subject for id_ in chosen for subject in _ranges(t, id_))
    return Attempt(t.sender(name, PAY), "settlement", "payBills", (chosen,), subjects)


def dishonour(t: Table) -> Attempt | None:
    found = _flagged(t, BillFlag.IN_COLLECTION)
    if found is None:
        return None
    id_, _, _ = found
    if t.chance(40):
        sender = t.stranger.address
        return Attempt(sender, "presentations", "autoDishonour", (id_,), _ranges(t, id_))
    acceptor = t.names[t.state.bills.bills[id_ >> BILL_SHIFT].acceptor]
    args = (id_, t.pick((bills.DC00, bills.DC08)), t.fresh("reason"))
    sender = t.sender(acceptor, MAKE)
    return Attempt(sender, "presentations", "dishonour", args, _ranges(t, id_))


def pursue(t: Table) -> Attempt | None:
    found = _matured(t, lambda word: word.dishonour != 0)
    if found is None:
        return None
    id_, holder, _ = found
    parties = _debtors(t, id_)
    parties = parties if t.chance(40) else parties[:1]
    debtors = [{"party": party, "guaranteed": ZERO} for party in parties]
    args = (id_, debtors, t.pick((0, 50)), t.fresh("costs"))
    return Attempt(t.sender(holder, MAKE), "recourse", "pursue", args, _ranges(t, id_))


def settle(t: Table) -> Attempt | None:
    found = _flagged(t, BillFlag.UNDER_RECOURSE)
    if found is None:
        return None
    id_, holder, word = found
    payer = t.names[t.pick(_debtors(t, id_))]
    message = {
        "tokenId": id_,
        **_part(t, id_),
        "payer": t.ids[payer],
        "guaranteed": ZERO,
        "amountMaxFen": 500_000,
        "acts": _acts(t, word),
        "deadline": FOREVER,
    }
    _provide(t, payer, 200_000)
    digest = t.world.digest("discounting", "SettlementTerms", TYPES_SIGNED, message)
    sides = (payer, digest), (holder, digest)
    sender, *approvals = _sides(t, "settlement", *sides, first=PAY)
    args = (message, *approvals)
    return Attempt(sender, "settlement", "settleSigned", args, _ranges(t, id_))


def collect_online(t: Table) -> Attempt | None:
    """The acceptor allows it first, mostly."""
    pursued = [row for row in _all(t) if row[2].flag == BillFlag.UNDER_RECOURSE]
    discounted = [row for row in pursued if _is_discounted(t, row[0])]
    rows = discounted if discounted and not t.chance(10) else pursued
    if not rows:
        return None
    found = t.pick(rows)
    id_, holder, _ = found
    acceptor = t.state.bills.bills[id_ >> BILL_SHIFT].acceptor
    name = t.names[acceptor]
    _provide(t, name, 300_000)
    if t.chance(80):
        try:
            key = t.signer(name, PAY).address
            t.world.send(key, "cash", "approve(address,uint256)", t.ids[holder], 10**6)
        except ContractRefusal:
            pass
    debtors = [{"party": acceptor, "guaranteed": ZERO}]
    if t.chance(10):
        t.spoil("not the acceptor first")
        debtors = [{"party": t.ids[holder], "guaranteed": ZERO}]
    subjects = (*_ranges(t, id_), ("allowance", acceptor, t.ids[holder]))
    sender = t.sender(holder, MAKE)
    return Attempt(sender, "settlement", "collectOnline", (id_, debtors), subjects)


def bill_doors(t: Table) -> Attempt | None:
    """The entry points kept for other rooms."""
    found = _live(t)
    if found is None:
        return None
    t.spoil("no such path")
    id_, holder, _ = found
    from_, to, loan = t.ids[holder], t.ids[t.pick(TRADERS)], t.fresh("loan")
    contract, function, args = t.pick(
        (
            ("settlement", "passBill", (id_, id_, from_, to, 3, 2, 1)),
            ("settlement", "returnBill", (id_, id_, from_, to, 1)),
            ("billloans", "collect", (loan, id_, 1)),
            ("loans", "collectFor", (loan, 1)),
            ("cash", "debit", (from_, to, to, 1)),
            ("bills", "pass", (id_, id_, 8, to, 2, False, 5)),
            ("bills", "giveBack", (id_, 8, to, 2)),
        )
    )
    sender = t.signer(holder, MAKE).address
    return Attempt(sender, contract, function, args, _ranges(t, id_))


# Internals


def _all(t: Table) -> Iterator[Found]:
    """Ranges that have a holder and have not ended."""
    own = t.state.bills
    for id_, holder in own.holders.items():
        word = RangeWord.of(own.words[id_])
        if not word.status.is_over and holder in t.names:
            yield id_, t.names[holder], word


def _is_matured(t: Table, id_: int, word: RangeWord) -> bool:
    bill = t.state.bills.bills[id_ >> BILL_SHIFT]
    return word.status == BillStatus.RECEIVED and bill.maturity <= t.today


def _live(t: Table) -> Found | None:
    """A range that can be financed; sometimes any."""
    every = list(_all(t))
    free = [
        (id_, holder, word)
        for id_, holder, word in every
        if word.flag == BillFlag.TRANSFERABLE
        and word.pending_op == PendingOp.NONE
        and word.status == BillStatus.RECEIVED
        and t.state.bills.bills[id_ >> BILL_SHIFT].maturity > t.today
        and holder in TRADERS
    ]
    disclosed = [row for row in free if _is_disclosed(t, row[0])]
    found = free if t.chance(25) else disclosed
    if t.chance(3):
        found = [row for row in every if row[1] in TRADERS]
    return t.pick(found) if found else None


def _flagged(t: Table, flag: BillFlag) -> Found | None:
    every = list(_all(t))
    found = [row for row in every if row[2].flag == flag]
    if t.chance(3):
        found = every
    return t.pick(found) if found else None


def _matured(t: Table, also: Callable[[RangeWord], bool] = lambda word: True) -> Found | None:
    every = list(_all(t))
    found = [row for row in every if _is_matured(t, row[0], row[2]) and also(row[2])]
    resting = [row for row in found if row[2].flag in (BillFlag.TRANSFERABLE, BillFlag.PLEDGED)]
    if t.chance(3):
        resting = every
    return t.pick(resting) if resting else None


def _debtors(t: Table, id_: int) -> list[str]:
    """Acceptor, drawer, and who stands in the chain."""
    own, number = t.state.bills, id_ >> BILL_SHIFT
    found = [own.bills[number].acceptor, own.bills[number].drawer]
    index = RangeWord.of(own.words[id_]).head
    while index:
        record = own.records[number, index]
        if record.kind != RecordKind.PLEDGE:
            found.append(record.party)
        index = record.previous
    others = [party for party in dict.fromkeys(found) if party != own.holders[id_]]
    return others or found[:1]


def _is_disclosed(t: Table, id_: int) -> bool:
    return bool(t.world.read("disclosures", "isDisclosed", id_ >> BILL_SHIFT))


def _is_discounted(t: Table, id_: int) -> bool:
    own, number = t.state.bills, id_ >> BILL_SHIFT
    index = RangeWord.of(own.words[id_]).head
    while index and own.records[number, index].kind != RecordKind.DISCOUNT:
        index = own.records[number, index].previous
    return index != 0


def _has_checked(t: Table, id_: int, name: str) -> bool:
    return bool(t.world.read("disclosures", "checkOf", id_ >> BILL_SHIFT, t.ids[name])[1])


def _acts(t: Table, word: RangeWord) -> int:
    if t.chance(3):
        t.spoil("another state of the range")
        return word.acts + 1
    return word.acts


def _part(t: Table, id_: int) -> dict[str, int]:
    """The whole range or one end of it, rarely what it cannot be."""
    units = bills.part_of(id_)
    kind = t.random.randrange(20)
    middle = (units.first + units.last) // 2
    if kind == 0:
        t.spoil("units outside the range")
        return {"first": units.first, "last": units.last + 1}
    if kind < 5 and middle < units.last:
        return {"first": units.first, "last": middle}
    if kind < 8 and middle < units.last:
        return {"first": middle + 1, "last": units.last}
    return {"first": units.first, "last": units.last}


def _window(t: Table) -> dict[str, int]:
    if not t.chance(40):
        return dict.fromkeys(("redeemFrom", "redeemUntil", "redeemFen", "redeemRatePpm"), 0)
    from_ = t.today + t.random.randrange(4)
    return {
        "redeemFrom": from_,
        "redeemUntil": from_ + t.random.randrange(6),
        "redeemFen": t.pick((0, 0, 9_000)),
        "redeemRatePpm": t.pick((0, 24_000)),
    }


def _sides(
    t: Table, contract: str, one: tuple[str, bytes], two: tuple[str, bytes], *, first: int = MAKE
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Both approvals in the order of the contract, sent by either side."""
    second = PAY if first == MAKE and contract == "billdiscounting" else MAKE
    if t.chance(50):
        sender = t.sender(one[0], first)
        return sender, by(sender), t.approval(contract, two[0], second, two[1])
    sender = t.sender(two[0], second)
    return sender, t.approval(contract, one[0], first, one[1]), by(sender)


def by(sender: str) -> dict[str, Any]:
    """The approval of who calls."""
    return {"officer": sender, "signature": b""}


def _ranges(t: Table, id_: int) -> tuple[Subject, ...]:
    return (("range", id_),)


def _loan_id(t: Table, terms: dict[str, Any]) -> bytes:
    digest = t.digest("billloans", "BillLoanTerms", terms)
    return digest[:14] + bytes.fromhex(terms["borrower"][2:22]) + bytes(8)


ACTS = {
    draw: 7,
    check: 8,
    discount: 9,
    redeem: 4,
    end_repo: 2,
    bill_advance: 7,
    bill_top_up: 3,
    bill_release: 4,
    bill_repay: 3,
    bill_title: 2,
    present: 4,
    pay: 3,
    dishonour: 4,
    pursue: 6,
    settle: 4,
    collect_online: 4,
    bill_doors: 1,
}
