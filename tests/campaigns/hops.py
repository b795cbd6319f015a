"""Random acts on certificates: hops of every kind, pending acts, consent, sales."""

from __future__ import annotations

from typing import Any

from scf.model.records import PendingState
from tests.campaigns.openings import NO_HASH
from tests.campaigns.table import FUNDERS, TRADERS, Attempt, Table
from tests.world import MAKE, PAY


def transfer(t: Table) -> Attempt | None:
    hop = _hop(t, with_consent=True)
    if hop is None:
        return None
    args = (hop["id"], hop["to"], hop["amountFen"], hop["evidenceHash"])
    sender = t.sender(t.names[hop["from"]], MAKE)
    return Attempt(sender, "receivables", "transfer", args, _touched(hop))


def transfer_with_recourse(t: Table) -> Attempt | None:
    hop = _hop(t, with_consent=True)
    if hop is None:
        return None
    sender = t.sender(t.names[hop["from"]], MAKE)
    return Attempt(sender, "receivables", "transferWithRecourse", (hop,), _touched(hop))


def transfer_signed(t: Table) -> Attempt | None:
    hop = _hop(t)
    if hop is None:
        return None
    terms = {"hop": hop, "reference_": t.fresh("transfer"), "deadline": t.deadline()}
    if t.transfers and t.chance(10):
        terms = dict(t.pick(t.transfers)[0])
        hop = terms["hop"]
        t.spoiled = None  # that was about the hop just drawn
    transfer_id = t.digest("receivables", "Transfer", terms)
    consent = _consent(t)
    taking = {"transferId": transfer_id, "consentHash": consent}
    digest = t.digest("receivables", "Taking", taking)
    sender = t.sender(t.names[hop["from"]], MAKE)
    from_ = {"officer": sender, "signature": b""}
    to = t.approval("receivables", t.names[hop["to"]], MAKE, digest)
    if terms["deadline"] < t.world.timestamp:
        t.spoil("deadline passed")
    t.transfers.append((terms, transfer_id))
    args = (terms, consent, from_, to)
    subjects = (*_touched(hop), ("pending", transfer_id))
    return Attempt(sender, "receivables", "transferSigned", args, subjects)


def request_transfer(t: Table) -> Attempt | None:
    hop = _hop(t)
    if hop is None:
        return None
    terms = {"hop": hop, "reference_": t.fresh("transfer"), "deadline": 0}
    transfer_id = t.digest("receivables", "Transfer", terms)
    due = t.state.certificates[hop["id"]].due_day
    last = t.random.randint(t.today, max(due - 1, t.today)) + (5 if t.chance(3) else 0)
    t.transfers.append((terms, transfer_id))
    subjects = (*_touched(hop), ("pending", transfer_id))
    sender = t.sender(t.names[hop["from"]], MAKE)
    return Attempt(sender, "receivables", "requestTransfer", (terms, last), subjects)


def take_transfer(t: Table) -> Attempt | None:
    found = _waiting(t)
    if found is None:
        return None
    terms, transfer_id = found
    hop = terms["hop"]
    args = (terms, _consent(t))
    subjects = (*_touched(hop), ("pending", transfer_id))
    sender = t.sender(t.names[hop["to"]], MAKE)
    return Attempt(sender, "receivables", "takeTransfer", args, subjects)


def reject(t: Table) -> Attempt | None:
    return _close(t, "reject", "to", "from")


def withdraw(t: Table) -> Attempt | None:
    return _close(t, "withdraw", "from", "to")


def expire(t: Table) -> Attempt | None:
    found = _waiting(t)
    if found is None:
        return None
    terms, transfer_id = found
    waiting = t.state.pending.get(transfer_id)
    if waiting is None or waiting.deadline_day >= t.today:
        t.spoil("not expired")
    subjects = (*_touched(terms["hop"]), ("pending", transfer_id))
    return Attempt(t.stranger.address, "receivables", "expire", (transfer_id,), subjects)


def set_standing_consent(t: Table) -> Attempt:
    to, from_ = t.pick(TRADERS), t.pick(TRADERS)
    until = t.pick((0, t.today, t.today + 10, t.today + 100, t.today + 300))
    args = (t.ids[from_], until, _consent(t) if until else t.fresh("consent"))
    subjects = (("consent", t.ids[to], t.ids[from_]),)
    return Attempt(t.sender(to, MAKE), "receivables", "setStandingConsent", args, subjects)


def sell(t: Table) -> Attempt | None:
    return _sale(t, is_by_seller=True)


def buy(t: Table) -> Attempt | None:
    return _sale(t, is_by_seller=False)


def token_paths(t: Table) -> Attempt | None:
    """The entry points of ERC-1155 itself, and the ones kept for other contracts."""
    found = t.live()
    if found is None:
        return None
    t.spoil("no such path")
    id_, certificate = found
    from_, to = t.ids[t.holder(id_)], t.ids[t.pick(TRADERS)]
    function, args = t.pick(
        (
            ("safeTransferFrom", (from_, to, id_, 1, b"")),
            ("safeBatchTransferFrom", (from_, to, [id_, id_], [1, 1], b"")),
            ("setApprovalForAll", (to, True)),
            ("issue", (id_ + 1, to, 1, 0)),
            ("advance", (id_, 2**9 - 1, 5)),
            ("reduce", (id_, from_, 1)),
            ("assign", (_plain_hop(t, id_, from_, to),)),
            ("redeem", (id_, certificate.debtor, [from_])),
            ("redeemPart", (id_, certificate.debtor, 1, [from_])),
        )
    )
    sender = t.signer(t.names[from_], MAKE).address
    return Attempt(sender, "receivables", function, args, (("certificate", id_),))


def _hop(t: Table, *, with_consent: bool = False, is_sale: bool = False) -> dict[str, Any] | None:
    found = t.live()
    if found is None:
        return None
    id_, certificate = found
    from_ = t.ids[t.holder(id_)]
    others = [t.ids[name] for name in TRADERS if t.ids[name] not in (from_, certificate.debtor)]
    if with_consent and not t.chance(5):
        consents = t.state.consents
        others = [to for to in others if consents.get((to, from_), 0) >= t.today] or others
    to = t.pick(others)
    if not is_sale and t.chance(2):
        t.spoil("to the transferor or the debtor")
        to = t.pick((from_, certificate.debtor))
    recourse = t.pick((0, 0, 1, 2))
    evidence = t.fresh("evidence")
    if t.chance(2):
        t.spoil("no evidence")
        evidence = NO_HASH
    return {
        "id": id_,
        "from": from_,
        "to": to,
        "amountFen": t.around(t.available(id_, from_)),
        "evidenceHash": evidence,
        "recourse": recourse,
        "capFen": t.random.randint(1, 1000) if recourse == 1 else 0,
    }


def _plain_hop(t: Table, id_: int, from_: str, to: str) -> dict[str, Any]:
    return {
        "id": id_,
        "from": from_,
        "to": to,
        "amountFen": 1,
        "evidenceHash": t.fresh("evidence"),
        "recourse": 0,
        "capFen": 0,
    }


def _sale(t: Table, *, is_by_seller: bool) -> Attempt | None:
    hop = _hop(t, is_sale=True)
    if hop is None:
        return None
    funder = t.pick(FUNDERS) if not t.chance(3) else "tier3"
    amount, recourse = hop["amountFen"], t.pick((0, 0, 1, 2))
    share = t.state.financing.shares.get(hop["id"])
    advance = amount * 4 // 5 if recourse and t.chance(50) else amount
    if t.chance(2) and amount > 1 and not recourse:
        t.spoil("a part is held back without recourse")
        advance = amount - 1
    quote = {
        "funder": t.ids[funder],
        "seller": hop["from"],
        "certificateId": hop["id"],
        "amountFen": amount,
        "advanceFen": advance,
        "ratePpm": t.pick((0, 18_000, 36_000, 240_000)),
        "feeFen": t.pick((0, 0, 1, 500)),
        "buyerSharePpm": t.pick((0, share.share_ppm)) if share else 0,
        "recourse": recourse,
        "capFen": max(amount // 3, 1) if recourse == 1 else 0,
        "costsMaxFen": 1_000 if recourse else 0,
        "registryReceipt": t.fresh("receipt"),
        "epoch": t.state.financing.epochs.get(t.ids[funder], 0),
        "deadline": t.deadline(),
    }
    if t.state.receipts and t.chance(6):
        quote["registryReceipt"] = t.pick(list(t.state.receipts))
        t.spoil("receipt used before")
    if t.quotes and t.chance(8):
        quote = dict(t.pick(t.quotes))
        t.spoiled = None  # that was about the quote just drawn
        if quote["registryReceipt"] in t.state.receipts:
            t.spoil("quote used before")
        if hop["evidenceHash"] == NO_HASH:
            t.spoil("no evidence")
    if quote["epoch"] != t.state.financing.epochs.get(quote["funder"], 0):
        t.spoil("a quote of an epoch that ended")
    if quote["deadline"] < t.world.timestamp:
        t.spoil("deadline passed")
    t.quotes.append(quote)
    return _signed_sale(t, quote, hop["evidenceHash"], is_by_seller=is_by_seller)


def _signed_sale(
    t: Table, quote: dict[str, Any], evidence: bytes, *, is_by_seller: bool
) -> Attempt:
    consent = _consent(t)
    quote_id = t.digest("settlement", "Quote", quote)
    seller, funder = t.names[quote["seller"]], t.names[quote["funder"]]
    if is_by_seller:
        sender = t.sender(seller, MAKE)
        approval = t.approval("settlement", funder, PAY, quote_id)
    else:
        sender = t.sender(funder, PAY)
        sale = {"quoteId": quote_id, "evidenceHash": evidence, "consentHash": consent}
        approval = t.approval("settlement", seller, MAKE, t.digest("settlement", "Sale", sale))
    subjects = (
        ("certificate", quote["certificateId"]),
        ("receipt", quote["registryReceipt"]),
        ("share", quote["certificateId"]),
        ("deal", quote_id),
    )
    args = (quote, evidence, consent, approval)
    return Attempt(sender, "settlement", "sell" if is_by_seller else "buy", args, subjects)


def _waiting(t: Table) -> tuple[Any, bytes] | None:
    pending = t.state.pending
    found = [
        item
        for item in t.transfers
        if item[1] in pending and pending[item[1]].state == PendingState.PENDING
    ]
    if t.chance(8):
        found = t.transfers
    return t.pick(found) if found else None


def _close(t: Table, function: str, side: str, other: str) -> Attempt | None:
    found = _waiting(t)
    if found is None:
        return None
    terms, transfer_id = found
    if t.chance(8):
        t.spoil("the other side closes")
        side = other
    sender = t.sender(t.names[terms["hop"][side]], MAKE)
    subjects = (*_touched(terms["hop"]), ("pending", transfer_id))
    return Attempt(sender, "receivables", function, (transfer_id,), subjects)


def _consent(t: Table) -> bytes:
    if t.chance(2):
        t.spoil("no consent")
        return NO_HASH
    return t.fresh("consent")


def _touched(hop: dict[str, Any]) -> tuple[Any, ...]:
    return (("certificate", hop["id"]), ("undertaking", hop["id"], hop["to"]))


ACTS = {
    transfer: 8,
    transfer_with_recourse: 6,
    transfer_signed: 5,
    request_transfer: 6,
    take_transfer: 4,
    reject: 1,
    withdraw: 2,
    expire: 1,
    set_standing_consent: 4,
    sell: 6,
    buy: 4,
    token_paths: 1,
}
