"""Random acts of financing: recourse, early payment, loans on pledges, default, enforcement."""

from __future__ import annotations

from typing import Any

from scf.model.financing_books import Loan
from scf.model.financing_enums import ClaimState, LoanState
from scf.model.records import NO_HASH, CertificateStatus
from tests.campaigns.table import DEBTORS, FUNDERS, TRADERS, Attempt, Table
from tests.world import MAKE, PAY

ALL = 2**64 - 1
OWED = (LoanState.RUNNING, LoanState.DEFAULTED)


# Sales with recourse


def buy_back(t: Table) -> Attempt | None:
    quote = _sold_quote(t)
    if quote is None:
        return None
    name = t.names[quote["seller"]]
    place = _undertaking(t, quote)
    _provide(t, name, 2 * quote["amountFen"])
    args = (quote, place)
    return Attempt(t.sender(name, PAY), "factoring", "buyBack", args, _deal(t, quote))


def return_surplus(t: Table) -> Attempt | None:
    quote = _sold_quote(t, paid=True)
    if quote is None:
        return None
    name = t.names[quote["funder"]]
    if t.chance(3):
        t.spoil("not the factor")
        name = t.names[quote["seller"]]
    _provide(t, name, quote["amountFen"])
    sender = t.sender(name, PAY)
    return Attempt(sender, "factoring", "returnSurplus", (quote,), _deal(t, quote))


def state_costs(t: Table) -> Attempt | None:
    quote = _sold_quote(t)
    if quote is None:
        return None
    id_ = t.digest("settlement", "Quote", quote)
    args = (id_, t.pick((0, 1, 500, 10_000)), t.fresh("costs"))
    if args[1] == 0:
        t.spoil("no costs")
    sender = t.sender(t.names[quote["funder"]], MAKE)
    subjects = (("costs", id_, quote["funder"]),)
    return Attempt(sender, "factoringclaims", "stateCosts", args, subjects)


def claim(t: Table) -> Attempt | None:
    """Against somebody along a path, mostly of real undertakings on something overdue."""
    state = t.state
    places = [
        place
        for place in state.undertakings
        if state.certificates[place[0]].due_day < t.today and state.holdings[place[0]].get(place[1])
    ]
    if not places:
        return None
    id_, claimant = t.pick(places)
    path, to = [], claimant
    for _ in range(t.random.randint(1, 3)):
        found = state.undertakings.get((id_, to), ())
        if not found:
            break
        path.append(t.random.randrange(len(found)))
        to = found[path[-1]].from_party
    if t.chance(3):
        t.spoil("no path")
        path = []
    terms = {
        "certificateId": id_,
        "claimant": claimant,
        "path": path,
        "amountFen": t.around(state.holdings[id_][claimant]),
        "evidenceHash": t.fresh("evidence"),
        "reference_": t.fresh("reference"),
    }
    t.claims.append(terms)
    sender = t.sender(t.names[claimant], MAKE)
    return Attempt(sender, "factoringclaims", "claim", (terms,), _claim(t, terms))


def pay_claim(t: Table) -> Attempt | None:
    found = _open_claim(t)
    if found is None:
        return None
    terms, id_ = found
    known = t.state.financing.claims.get(id_)
    name = t.names[known.against] if known else t.pick(TRADERS)
    if t.chance(4):
        t.spoil("not the party claimed against")
        name = t.names[terms["claimant"]]
    _provide(t, name, 2 * terms["amountFen"])
    return Attempt(t.sender(name, PAY), "factoring", "payClaim", (terms,), _claim(t, terms))


def withdraw_claim(t: Table) -> Attempt | None:
    found = _open_claim(t)
    if found is None:
        return None
    terms, id_ = found
    sender = t.sender(t.names[terms["claimant"]], MAKE)
    return Attempt(sender, "factoringclaims", "withdrawClaim", (id_,), (("recourse-claim", id_),))


def undertake_interest(t: Table) -> Attempt | None:
    found = t.live()
    if found is None:
        return None
    id_, certificate = found
    name = t.names[certificate.debtor]
    if t.chance(3):
        t.spoil("not the debtor")
        name = t.pick([item for item in TRADERS if item != name])
    args = (id_, t.pick((0, 250_000, 1_000_000)), t.pick((0, 1_000, 10**6)), t.today + 40)
    sender = t.sender(name, PAY)
    return Attempt(sender, "settlement", "undertakeInterest", args, (("share", id_),))


def end_epoch(t: Table) -> Attempt:
    name = t.pick(TRADERS)
    sender = t.sender(name, MAKE)
    subjects = (("party", t.ids[name]),)
    return Attempt(sender, "participants", "endEpoch", (), subjects)


# Early payment


def pay_early(t: Table) -> Attempt | None:
    found = t.live()
    if found is None:
        return None
    id_, certificate = found
    holder, debtor = t.holder(id_), t.names[certificate.debtor]
    offer = {
        "debtor": t.ids[debtor],
        "holder": t.ids[holder],
        "certificateId": id_,
        "amountFen": t.around(t.available(id_, t.ids[holder])),
        "aprPpm": t.pick((0, 30_000, 90_000)),
        "reference_": t.fresh("offer"),
        "epoch": _epoch(t, t.ids[debtor]),
        "deadline": t.deadline(),
    }
    if t.offers and t.chance(8):
        offer = t.pick(t.offers)
        holder, debtor = t.names[offer["holder"]], t.names[offer["debtor"]]
        if t.digest("earlypayments", "EarlyPayment", offer) in t.state.financing.offers:
            t.spoil("an offer used before")
    t.offers.append(offer)
    _provide(t, debtor, offer["amountFen"])
    consent = _consent(t)
    id_of = t.digest("earlypayments", "EarlyPayment", offer)
    if t.chance(50):
        approval = t.approval("earlypayments", debtor, PAY, id_of)
        sender, function = t.sender(holder, MAKE), "takeEarly"
    else:
        message = {"offerId": id_of, "consentHash": consent}
        digest = t.digest("earlypayments", "EarlySale", message)
        approval = t.approval("earlypayments", holder, MAKE, digest)
        sender, function = t.sender(debtor, PAY), "payEarly"
    subjects = (("certificate", offer["certificateId"]), ("offer", id_of))
    return Attempt(sender, "earlypayments", function, (offer, consent, approval), subjects)


# Loans


def advance(t: Table) -> Attempt | None:
    found = t.live()
    if found is None:
        return None
    id_, certificate = found
    borrower = t.holder(id_)
    lender = t.pick([name for name in FUNDERS if name != borrower])
    if t.ids[lender] == certificate.debtor:
        t.spoil("pledged to the debtor itself")
    pledged = t.around(t.available(id_, t.ids[borrower]))
    day = t.today + t.random.randint(1, 30)
    while not t.world.read("rulebook", "isBusinessDay", day)[0]:
        day += 1
    terms = {
        "lender": t.ids[lender],
        "borrower": t.ids[borrower],
        "certificateId": id_,
        "pledgedFen": pledged,
        "principalFen": max(pledged * t.pick((50, 90, 150)) // 100, 1),
        "feeFen": 0,
        "ratePpm": t.pick((0, 40_000)),
        "lateRatePpm": t.pick((0, 60_000)),
        "repayDay": day,
        "saleFloorPpm": t.pick((0, 900_000, 1_000_000)),
        "costsMaxFen": t.pick((0, 5_000)),
        "evidenceHash": t.fresh("evidence"),
        "registryReceipt": t.fresh("receipt"),
        "epoch": _epoch(t, t.ids[lender]),
        "deadline": t.deadline(),
    }
    if t.state.receipts and t.chance(5):
        t.spoil("receipt used before")
        terms["registryReceipt"] = t.pick(list(t.state.receipts))
    _provide(t, lender, terms["principalFen"])
    t.loans.append(terms)
    consent = _consent(t)
    loan_id = _loan_id(t, terms)
    digest = t.digest("loans", "LoanTerms", terms)
    borrowing = t.digest("loans", "Borrowing", {"termsHash": digest, "consentHash": consent})
    if t.chance(50):
        sender = t.sender(borrower, MAKE)
        approvals = (
            t.approval("loans", lender, PAY, digest),
            {"officer": sender, "signature": b""},
        )
    else:
        sender = t.sender(lender, PAY)
        approvals = (
            {"officer": sender, "signature": b""},
            t.approval("loans", borrower, MAKE, borrowing),
        )
    subjects = (
        ("certificate", id_),
        ("receipt", terms["registryReceipt"]),
        ("loan", loan_id),
        ("pledge", id_, terms["borrower"]),
    )
    return Attempt(sender, "loans", "advance", (terms, consent, *approvals), subjects)


def repay(t: Table) -> Attempt | None:
    found = _loan(t, *OWED)
    if found is None:
        return None
    terms, id_, loan = found
    name = t.names[loan.borrower]
    if t.chance(3):
        t.spoil("not the borrower")
        name = t.names[loan.lender]
    amount = ALL if t.chance(40) else t.around(loan.principal_fen)
    release = [terms["certificateId"]] if amount == ALL and _pledged(t, terms, id_) else []
    _provide(t, name, 2 * loan.principal_fen + 10_000)
    sender = t.sender(name, PAY)
    return Attempt(sender, "loans", "repay", (id_, amount, release), _touched(terms, id_))


def release(t: Table) -> Attempt | None:
    found = _loan(t, *OWED, LoanState.REPAID, pledged=True)
    if found is None:
        return None
    terms, id_, loan = found
    amount = t.around(_pledged(t, terms, id_))
    name = t.names[loan.lender]
    if loan.state == LoanState.REPAID:
        sender = t.stranger.address
    elif t.chance(5):
        t.spoil("not the lender")
        sender = t.signer(t.names[loan.borrower], MAKE).address
    else:
        sender = t.sender(name, MAKE)
    args = (id_, terms["certificateId"], amount)
    return Attempt(sender, "loans", "release", args, _touched(terms, id_))


def declare_default(t: Table) -> Attempt | None:
    late = [item for item in _loans(t, LoanState.RUNNING) if item[2].repay_day < t.today]
    found = t.pick(late) if late and not t.chance(10) else _loan(t, *OWED)
    if found is None:
        return None
    terms, id_, loan = found
    if loan.repay_day >= t.today or loan.state != LoanState.RUNNING:
        t.spoil("not late, or said before")
    sender = t.stranger.address
    return Attempt(sender, "loans", "declareDefault", (id_,), _touched(terms, id_))


def loan_costs(t: Table) -> Attempt | None:
    found = _loan(t, LoanState.DEFAULTED)
    if found is None:
        return None
    terms, id_, loan = found
    args = (terms, t.pick((1, 5_000, 5_001)), t.fresh("costs"))
    if args[1] > terms["costsMaxFen"] or loan.has_costs:
        t.spoil("costs above what was agreed, or stated before")
    sender = t.sender(t.names[loan.lender], MAKE)
    return Attempt(sender, "loans", "stateCosts", args, _touched(terms, id_))


def enforce(t: Table) -> Attempt | None:
    early = t.chance(15)
    found = _loan(t, LoanState.RUNNING if early else LoanState.DEFAULTED, pledged=True)
    if found is None:
        return None
    terms, id_, loan = found
    if loan.state != LoanState.DEFAULTED:
        t.spoil("no default")
    buyer = t.pick(FUNDERS)
    pledged = _pledged(t, terms, id_)
    amount = pledged if t.chance(60) else t.around(pledged)
    sale = {
        "loanId": id_,
        "certificateId": terms["certificateId"],
        "buyer": t.ids[buyer],
        "amountFen": amount,
        "priceFen": amount * t.pick((89, 95, 100)) // 100,
        "evidenceHash": t.fresh("evidence"),
        "registryReceipt": t.fresh("receipt"),
        "deadline": t.deadline(),
    }
    if sale["priceFen"] * 10**6 < amount * terms["saleFloorPpm"]:
        t.spoil("below the floor")
    _provide(t, buyer, amount)
    lender = t.names[loan.lender]
    sender = t.sender(lender, MAKE)
    if buyer == lender:
        approval = {"officer": sender, "signature": b""}
    else:
        approval = t.approval("loans", buyer, PAY, t.digest("loans", "PledgeSale", sale))
    subjects = (*_touched(terms, id_), ("receipt", sale["registryReceipt"]))
    return Attempt(sender, "loans", "enforce", (terms, sale, approval), subjects)


def doors(t: Table) -> Attempt | None:
    """The entry points kept for other rooms."""
    found = t.live()
    if found is None:
        return None
    t.spoil("no such path")
    id_, certificate = found
    from_, to = t.ids[t.holder(id_)], t.ids[t.pick(TRADERS)]
    loan = t.fresh("loan")
    contract, function, args = t.pick(
        (
            ("receivables", "lock", (id_, from_, to, 1)),
            ("receivables", "unlock", (id_, from_, 1)),
            ("receivables", "reassign", (id_, from_, to, 1)),
            ("receivables", "retire", (id_, certificate.debtor, from_, 1)),
            ("pledges", "pledge", (id_, from_, to, loan, 1)),
            ("pledges", "free", (id_, from_, loan, 1)),
            ("settlement", "file", (t.fresh("receipt"), loan)),
            ("settlement", "pay", (from_, to, 1)),
            ("settlement", "giveBack", (id_, from_, to, 1, 1)),
            ("settlement", "retire", (id_, certificate.debtor, from_, 1, 1)),
            ("loans", "collect", (id_, [from_], [1], [0])),
        )
    )
    sender = t.signer(t.names[from_], MAKE).address
    return Attempt(sender, contract, function, args, (("certificate", id_),))


# Internals


def _sold_quote(t: Table, *, paid: bool = False) -> dict[str, Any] | None:
    """A quote that was sold on with recourse; sometimes any."""
    deals = t.state.financing.deals
    sold = []
    for quote in t.quotes:
        deal = deals.get(t.state.receipts.get(quote["registryReceipt"], NO_HASH))
        if deal is None or deal.state:
            continue
        certificate = t.state.certificates[deal.certificate_id]
        is_paid = certificate.status == CertificateStatus.PAID
        if is_paid if paid else (certificate.due_day < t.today and not is_paid):
            sold.append(quote)
    if t.chance(5):
        sold = [dict(quote) for quote in t.quotes]
    return dict(t.pick(sold)) if sold else None


def _undertaking(t: Table, quote: dict[str, Any]) -> int:
    found = t.state.undertakings.get((quote["certificateId"], quote["funder"]), ())
    places = [i for i, item in enumerate(found) if item.from_party == quote["seller"]]
    return t.pick(places) if places else 0


def _deal(t: Table, quote: dict[str, Any]) -> tuple[Any, ...]:
    id_, funder = quote["certificateId"], quote["funder"]
    places = range(len(t.state.undertakings.get((id_, funder), ())))
    return (
        ("certificate", id_),
        ("deal", t.digest("settlement", "Quote", quote)),
        *(("spent", id_, funder, place) for place in places),
    )


def _open_claim(t: Table) -> tuple[dict[str, Any], bytes] | None:
    claims = t.state.financing.claims
    rows = [(terms, _claim_id(t, terms)) for terms in t.claims[-40:]]
    open_ = [row for row in rows if row[1] in claims and claims[row[1]].state == ClaimState.OPEN]
    unpaid = [row for row in open_ if t.state.outstanding[row[0]["certificateId"]]]
    found = rows if t.chance(8) else unpaid
    return t.pick(found) if found else None


def _claim_id(t: Table, terms: dict[str, Any]) -> bytes:
    return bytes(t.world.read("factoringclaims", "claimIdOf", terms))


def _claim(t: Table, terms: dict[str, Any]) -> tuple[Any, ...]:
    return ("certificate", terms["certificateId"]), ("recourse-claim", _claim_id(t, terms))


def _loan_id(t: Table, terms: dict[str, Any]) -> bytes:
    digest = t.digest("loans", "LoanTerms", terms)
    return digest[:14] + bytes.fromhex(terms["borrower"][2:22]) + bytes(8)


def _loans(t: Table, *states: LoanState) -> list[tuple[dict[str, Any], bytes, Loan]]:
    loans = t.state.financing.loans
    rows = [(terms, _loan_id(t, terms)) for terms in t.loans]
    found = [(terms, id_, loans[id_]) for terms, id_ in rows if id_ in loans]
    return [row for row in found if row[2].state in states]


def _loan(
    t: Table, *states: LoanState, pledged: bool = False
) -> tuple[dict[str, Any], bytes, Loan] | None:
    """A loan in one of the states, and with something pledged; sometimes any."""
    if t.chance(4):
        found = _loans(t, *LoanState)
    else:
        found = [row for row in _loans(t, *states) if not pledged or _pledged(t, *row[:2])]
    return t.pick(found) if found else None


def _pledged(t: Table, terms: dict[str, Any], id_: bytes) -> int:
    place = terms["certificateId"], terms["borrower"]
    return dict(t.state.financing.pledges.get(place, ())).get(id_, 0)


def _touched(terms: dict[str, Any], id_: bytes) -> tuple[Any, ...]:
    return (
        ("certificate", terms["certificateId"]),
        ("loan", id_),
        ("pledge", terms["certificateId"], terms["borrower"]),
    )


def _epoch(t: Table, party: str) -> int:
    epoch = t.state.financing.epochs.get(party, 0)
    if t.chance(3):
        t.spoil("a quote of another epoch")
        return epoch + 1
    return epoch


def _consent(t: Table) -> bytes:
    if t.chance(2):
        t.spoil("no consent")
        return NO_HASH
    return t.fresh("consent")


def _provide(t: Table, name: str, needed: int) -> None:
    """Money to do it with, mostly, if the clearing bank can make some."""
    bank = t.signer("clearing", PAY).address
    officer = t.state.officers[bank]
    able = officer.powers & PAY and officer.limit_fen >= needed > 0
    parties = [t.state.parties[t.ids[item]] for item in ("clearing", name)]
    active = all(
        p.status == 1 and not (p.frozen_until >= t.today > 0 and p.frozen_until) for p in parties
    )
    if (
        able
        and active
        and parties[0].roles & (1 << 4)
        and name in {*TRADERS, *DEBTORS}
        and t.chance(80)
    ):
        t.world.send(bank, "cash", "mint", t.ids[name], needed, t.fresh("payment"))


ACTS = {
    buy_back: 4,
    return_surplus: 3,
    state_costs: 2,
    claim: 4,
    pay_claim: 4,
    withdraw_claim: 1,
    undertake_interest: 3,
    end_epoch: 1,
    pay_early: 4,
    advance: 7,
    repay: 5,
    release: 3,
    declare_default: 3,
    loan_costs: 1,
    enforce: 6,
    doors: 1,
}
