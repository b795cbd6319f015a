"""Random acts on money: mint, burn, transfer, allowance; payment of certificates; overdue."""

from __future__ import annotations

from typing import Any

from scf.model.records import CertificateStatus
from tests.campaigns.table import DEBTORS, TRADERS, Attempt, Table
from tests.world import PAY

PAYABLE = (CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)


def mint(t: Table) -> Attempt:
    to = t.pick(DEBTORS) if t.chance(70) else t.pick(TRADERS)
    amount = t.random.randint(1, 20_000_000)
    return _by_clearing_bank(t, "mint", t.ids[to], amount)


def burn(t: Table) -> Attempt:
    held = t.state.cash.get(t.ids["clearing"], 0)
    return _by_clearing_bank(t, "burn", t.around(held))


def transfer(t: Table) -> Attempt:
    from_, to = t.pick(TRADERS), t.pick(TRADERS)
    amount = t.around(t.state.cash.get(t.ids[from_], 0))
    return Attempt(t.sender(from_, PAY), "cash", "transfer", (t.ids[to], amount))


def approve(t: Table) -> Attempt:
    owner, spender = t.pick(TRADERS), t.pick(TRADERS)
    amount = t.pick((0, 1, 10_000, 1_000_000, 2**80 - 1))
    subjects = (("allowance", t.ids[owner], t.ids[spender]),)
    args = (t.ids[spender], amount)
    return Attempt(t.sender(owner, PAY), "cash", "approve(address,uint256)", args, subjects)


def transfer_from(t: Table) -> Attempt:
    owner, spender = t.pick(TRADERS), t.pick(TRADERS)
    allowances = [key for key, left in t.state.allowances.items() if left]
    if allowances and not t.chance(5):
        pair = t.pick(allowances)
        owner, spender = t.names[pair[0]], t.names[pair[1]]
    allowed = t.state.allowances.get((t.ids[owner], t.ids[spender]), 0)
    amount = t.around(min(allowed, t.state.cash.get(t.ids[owner], 0)))
    if amount > allowed:
        t.spoil("more than was allowed")
    args = (t.ids[owner], t.ids[t.pick(TRADERS)], amount)
    subjects = (("allowance", t.ids[owner], t.ids[spender]),)
    return Attempt(t.sender(spender, PAY), "cash", "transferFrom", args, subjects)


def other_paths(t: Table) -> Attempt:
    """The entry points that are kept for Settlement, and the one that is switched off."""
    t.spoil("no such path")
    from_, to = t.ids[t.pick(TRADERS)], t.ids[t.pick(TRADERS)]
    function, args = t.pick(
        (
            ("move", (from_, to, 1)),
            ("payOut", (from_, [to], [1])),
            ("permit", (from_, to, 1, 2**64, 27, b"\1" * 32, b"\1" * 32)),
        )
    )
    sender = t.signer(t.names[from_], PAY).address
    return Attempt(sender, "cash", function, args)


def pay_at_maturity(t: Table) -> Attempt | None:
    """All holders, or some; a debtor without the money is given it first, mostly."""
    found = _due(t)
    if found is None:
        return None
    id_, debtor = found
    holders = _holders(t, id_, some_percent=25)
    _provide(t, id_, debtor)
    if set(holders) < set(t.state.holdings[id_]) and t.chance(25):
        _leave_short(t, id_, debtor)
    sender = t.sender(debtor, PAY)
    return _payment(t, sender, "payAtMaturity", id_, (id_, holders))


def pay_part(t: Table) -> Attempt | None:
    found = _due(t)
    if found is None:
        return None
    id_, debtor = found
    holders = _holders(t, id_)
    if t.spoiled is None and len(holders) > 1 and t.chance(8):
        t.spoil("a holder is left out")
        holders = holders[1:]
    _provide(t, id_, debtor)
    amount = t.around(t.state.outstanding[id_])
    sender = t.sender(debtor, PAY)
    return _payment(t, sender, "payPart", id_, (id_, amount, holders))


def mark_overdue(t: Table) -> Attempt | None:
    active = [
        id_
        for id_, item in t.state.certificates.items()
        if item.status == CertificateStatus.ACTIVE and item.due_day < t.today
    ]
    if not t.chance(10):
        if not active:
            return None
        id_ = t.pick(active)
    else:
        found = t.certificate(CertificateStatus.ACTIVE)
        if found is None:
            return None
        id_ = found[0]
    certificate = t.state.certificates[id_]
    if certificate.due_day >= t.today:
        t.spoil("not due")
    subjects = (("certificate", id_), ("debtor", certificate.debtor))
    return Attempt(t.stranger.address, "receivables", "markOverdue", (id_,), subjects)


def _by_clearing_bank(t: Table, function: str, *args: Any) -> Attempt:
    payment = t.fresh("payment")
    if t.state.payment_ids and t.chance(5):
        t.spoil("payment id used before")
        payment = min(t.state.payment_ids)
    sender = t.sender("clearing", PAY)
    if t.chance(3):
        t.spoil("not a clearing bank")
        sender = t.signer("bank2", PAY).address
    return Attempt(sender, "cash", function, (*args, payment), (("payment", payment),))


def _due(t: Table) -> tuple[int, str] | None:
    due = [
        id_
        for id_, item in t.state.certificates.items()
        if item.status in PAYABLE and item.due_day <= t.today
    ]
    overdue = [id_ for id_ in due if t.state.certificates[id_].status == PAYABLE[1]]
    if not t.chance(5):
        if not due:
            return None
        id_ = t.pick(overdue if overdue and t.chance(60) else due)
    else:
        found = t.certificate(*PAYABLE)
        if found is None:
            return None
        id_ = found[0]
        if t.state.certificates[id_].due_day > t.today:
            t.spoil("not due")
    debtor = t.names[t.state.certificates[id_].debtor]
    if t.chance(3):
        t.spoil("not the debtor")
        debtor = t.pick([name for name in TRADERS if name != debtor])
    return id_, debtor


def _holders(t: Table, id_: int, some_percent: int = 0) -> list[str]:
    holders = sorted(t.state.holdings[id_]) or [t.ids["supplier"]]
    if t.chance(some_percent):
        holders = holders[: t.random.randint(1, len(holders))]
    if len(holders) > 1 and t.chance(4):
        t.spoil("holders out of order")
        holders.reverse()
    elif t.chance(3):
        t.spoil("a holder twice")
        holders.append(holders[-1])
    return holders


def _provide(t: Table, id_: int, debtor: str) -> None:
    needed = 2 * t.state.outstanding[id_]
    bank = t.signer("clearing", PAY).address
    able = t.state.officers[bank].powers & PAY and t.state.officers[bank].limit_fen >= needed
    ready = able and _is_active(t, "clearing") and _is_active(t, debtor) and needed
    if ready and t.chance(80):
        t.world.send(bank, "cash", "mint", t.ids[debtor], needed, t.fresh("payment"))


def _leave_short(t: Table, id_: int, debtor: str) -> None:
    """Leaves the debtor one fen less than it owes on the certificate, if it can dispose at all."""
    held = t.world.read("cash", "balanceOf", t.ids[debtor])
    too_much = held - t.state.outstanding[id_] + 1
    key, to = t.signer(debtor, PAY).address, "bank" if debtor != "bank" else "bank2"
    officer = t.state.officers[key]
    able = officer.powers & PAY and officer.limit_fen >= too_much > 0
    if able and _is_active(t, debtor) and t.state.parties[t.ids[to]].status == 1:
        t.world.send(key, "cash", "transfer", t.ids[to], too_much)
        t.spoil("other holders are left short")


def _is_active(t: Table, name: str) -> bool:
    party = t.state.parties[t.ids[name]]
    is_frozen = party.frozen_until != 0 and party.frozen_until >= t.today
    has_role = name != "clearing" or party.roles & (1 << 4)
    return bool(party.status == 1 and not is_frozen and has_role)


def _payment(t: Table, sender: str, function: str, id_: int, args: tuple[Any, ...]) -> Attempt:
    subjects = (("certificate", id_), ("debtor", t.state.certificates[id_].debtor))
    return Attempt(sender, "settlement", function, args, subjects)


ACTS = {
    mint: 4,
    burn: 1,
    transfer: 4,
    approve: 2,
    transfer_from: 3,
    other_paths: 1,
    pay_at_maturity: 9,
    pay_part: 5,
    mark_overdue: 3,
}
