"""Random acts of governance: rules, calendars, limits, standing, officers, recovery, orders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.typed import struct_hash
from scf.model.records import OrderState
from scf.units import from_civil_day
from tests.campaigns.table import DEBTORS, TRADERS, Attempt, Table
from tests.typed import TYPES
from tests.world import (
    ALL_POWERS,
    CHECK,
    ENROLMENT,
    MAKE,
    RULES,
    UNLIMITED,
    make_actor,
    rule_id,
)

NOBODY = "0x" + "00" * 20
WHO = (*TRADERS, "operator", "regulator", "court")


def set_rule(t: Table) -> Attempt:
    if t.chance(70):
        values = (0, 0, 1 | 3 << 8 | 4 << 16, 9 << 16, 2 << 8, 4 << 8 | 3 << 16)
        rule, value = "OP-3..5", t.pick(values)
    else:
        rule = t.pick(("R802-4", "R802-4.lpr", "OP-11", "R77-2a", "R802-1a"))
        value = RULES[rule] + t.random.randrange(2)
    day = t.today + t.pick((0, 0, 1, 5, 30))
    if t.chance(4):
        t.spoil("dated in the past")
        day = t.today - 1
    entry = {
        "ruleId": rule_id(rule),
        "value": value,
        "effectiveFrom": day,
        "basisHash": t.fresh("basis"),
        "deadline": t.deadline(),
    }
    who = "operator" if rule.startswith("OP-") else "regulator"
    sender, approver = t.two_officers("rulebook", who, "RuleEntry", entry)
    args, subjects = (entry, approver), (("rule", entry["ruleId"]),)
    return Attempt(sender, "rulebook", "setRule", args, subjects)


def set_calendar(t: Table) -> Attempt:
    year = from_civil_day(t.today).year + t.pick((-1, 0, 1, 1))
    first = dt.date(year, 1, 1).weekday()
    bits = sum(1 << index for index in range(365) if (first + index) % 7 > 4)
    if t.chance(50):
        bits |= 1 << t.random.randrange(365)
    words = [bits % (1 << 183), bits >> 183]
    entry = {
        "year": year,
        "nonBusiness": words,
        "basisHash": t.fresh("basis"),
        "deadline": t.deadline(),
    }
    sender, approver = t.two_officers("rulebook", "operator", "CalendarEntry", entry)
    return Attempt(sender, "rulebook", "setCalendar", (entry, approver), (("calendar", year),))


def set_opening_bar(t: Table) -> Attempt:
    barred = [t.ids[name] for name in DEBTORS if t.state.debtors[t.ids[name]].bar_reasons]
    debtor = t.pick(barred) if barred else t.ids[t.pick(DEBTORS)]
    reasons = 0 if barred else t.pick((0, 1, 2, 3, 4))
    if reasons == 4:
        t.spoil("no such reason")
    message = {
        "debtor": debtor,
        "reasons": reasons,
        "evidenceHash": t.fresh("evidence"),
        "deadline": t.deadline(),
    }
    sender, approver = t.two_officers("invoices", "operator", "OpeningBar", message)
    args = (*message.values(), approver)
    return Attempt(sender, "invoices", "setOpeningBar", args, (("debtor", debtor),))


def set_opening_limit(t: Table) -> Attempt:
    debtor = t.ids[t.pick(DEBTORS)]
    owed = t.state.debtors[debtor].outstanding_fen
    limit = t.pick((10**15, 10**15, 10**15, owed + 9_000_000, owed // 2))
    message = {"debtor": debtor, "limitFen": limit, "deadline": t.deadline()}
    sender, approver = t.two_officers("invoices", "operator", "OpeningLimit", message)
    args = (debtor, limit, message["deadline"], approver)
    return Attempt(sender, "invoices", "setOpeningLimit", args, (("debtor", debtor),))


def suspend_or_resume(t: Table) -> Attempt:
    """Resumes whoever is suspended, mostly, so that the world does not fall silent."""
    suspended = [name for name in TRADERS if t.state.parties[t.ids[name]].status == 2]
    name = t.pick(suspended) if suspended else t.pick(TRADERS)
    is_suspending = not suspended or t.chance(10)
    if is_suspending and t.state.parties[t.ids[name]].status == 2:
        t.spoil("suspended already")
    message = {
        "party": t.ids[name],
        "reasonHash": t.fresh("reason"),
        "suspended": is_suspending,
        "deadline": t.deadline(),
    }
    sender, approver = t.two_officers("participants", "operator", "Suspension", message)
    args = (message["party"], message["reasonHash"], message["deadline"], approver)
    function = "suspend" if is_suspending else "resume"
    return Attempt(sender, "participants", function, args, (("party", message["party"]),))


def restate(t: Table) -> Attempt:
    name = t.pick(TRADERS)
    party = t.state.parties[t.ids[name]]
    message = {
        "party": t.ids[name],
        "nameHash": t.fresh("name"),
        "roles": party.roles if t.chance(95) else 0,
        "sizeClass": party.size,
        "deadline": t.deadline(),
    }
    if not message["roles"]:
        t.spoil("no role")
    sender, approver = t.two_officers("participants", "operator", "Restatement", message)
    args = (*message.values(), approver)
    return Attempt(sender, "participants", "restate", args, (("party", t.ids[name]),))


def enrol(t: Table) -> Attempt:
    """A new party, with the signatures of all its officers; sometimes one signs something else."""
    actor = make_actor(f"newcomer {t.random.randrange(10**9)}", 1, 2, t.pick((1, 2)))
    message = t.world.enrolment(actor) | {"deadline": t.deadline()}
    digest = t.world.digest("participants", "Enrolment", ENROLMENT, message)
    signatures = [key.sign_typed(digest) for key in actor.officers]
    if t.chance(10):
        t.spoil("an officer did not sign")
        signatures[-1] = t.stranger.sign_typed(digest)
    sender = t.sender("operator", 8)
    approver = t.approval("participants", "operator", 8, digest, but=sender)
    args, subjects = (message, signatures, approver), (("party", actor.id),)
    return Attempt(sender, "participants", "enrol", args, subjects)


def enrol_again(t: Table) -> Attempt:
    t.spoil("enrolled already")
    message = t.world.enrolment(t.world.actors[t.pick(TRADERS)])
    sender = t.sender("operator", 8)
    args = (message, [b"\0" * 65] * len(message["officers"]), t.world.by_caller("operator"))
    return Attempt(sender, "participants", "enrol", args)


def change_officer(t: Table) -> Attempt:
    name = t.pick(WHO)
    change = _change(t, name)
    digest = t.digest("participants", "OfficerChange", change)
    sender = t.sender(name, 8)
    approver = t.approval("participants", name, 8, digest, but=sender)
    acceptance = _key(t, change).sign_typed(digest)
    return _officers(t, sender, "changeOfficer", change, (change, approver, acceptance))


def propose_recovery(t: Table) -> Attempt:
    name = t.pick(TRADERS)
    change = _change(t, name)
    message = {
        "changeHash": struct_hash("OfficerChange", TYPES, change),
        "deadline": change["deadline"],
    }
    sender, approver = t.two_officers("participants", "operator", "RecoveryProposal", message)
    t.changes.append(change)
    return _officers(t, sender, "proposeRecovery", change, (change, approver))


def recover(t: Table) -> Attempt | None:
    waiting = [item for item in t.changes if item["party"] in t.state.recoveries]
    if not waiting:
        return None
    change = t.pick(waiting)
    recovery = t.state.recoveries[change["party"]]
    if recovery.earliest_day > t.today:
        t.spoil("too early")
    digest = t.digest("participants", "OfficerChange", change)
    acceptance = _key(t, change).sign_typed(digest)
    sender = t.sender("operator", 8)
    return _officers(t, sender, "recover", change, (change, acceptance))


def object_to_recovery(t: Table) -> Attempt | None:
    party = t.pick(list(t.state.recoveries)) if t.state.recoveries else t.ids["tier2"]
    sender = t.sender(t.names[party], 0)
    subjects = (("party", party),)
    return Attempt(sender, "participants", "objectToRecovery", (party,), subjects)


def propose_order(t: Table) -> Attempt | None:
    kind = t.pick((0, 0, 1, 2, 2))
    order = _party_order(t, kind) if t.chance(35) and kind != 2 else _asset_order(t, kind)
    if order is None:
        return None
    if t.chance(3):
        t.spoil("expired")
        order["expiryDay"] = t.today - 1
    who = "court" if kind == 2 or t.chance(50) else "regulator"
    t.orders.append(order)
    return _orders(t, t.sender(who, MAKE), "orders", "propose", order)


def carry_out(t: Table) -> Attempt | None:
    waiting = _proposed(t)
    if not waiting:
        return None
    order = t.pick(waiting)
    entry = t.state.orders[t.world.read("orders", "orderIdOf", order)]
    sender = t.signer(t.names[entry.party], CHECK, but=entry.officer).address
    if t.chance(6):
        t.spoil("proposer carries out")
        sender = entry.officer
    contract = next(
        name for name, item in t.world.contracts.items() if item.address == order["target"]
    )
    return _orders(t, sender, contract, "carryOut", order)


def withdraw_order(t: Table) -> Attempt | None:
    waiting = _proposed(t)
    if not waiting:
        return None
    order = t.pick(waiting)
    id_ = t.world.read("orders", "orderIdOf", order)
    sender = t.sender(t.names[t.state.orders[id_].party], MAKE)
    return Attempt(sender, "orders", "withdraw", (id_,), (("order", id_),))


def approve_digest(t: Table) -> Attempt:
    contract = t.pick(("receivables", "cash", "orders"))
    sender = t.signer(t.pick(WHO), 0).address
    return Attempt(sender, contract, "approve(bytes32)", (t.fresh("digest"),))


def revoke_signature(t: Table) -> Attempt:
    name, contract = t.pick(WHO), t.pick(("receivables", "settlement", "invoices"))
    digest = t.fresh("digest")
    sender = t.sender(name, 0)
    if t.chance(15):
        t.spoil("a stranger calls")
        sender = t.stranger.address
    subjects = (("revoked", contract.capitalize(), t.ids[name], digest),)
    return Attempt(sender, contract, "revokeSignature", (digest,), subjects)


def kept_for_receivables(t: Table) -> Attempt:
    t.spoil("no such path")
    debtor = t.ids[t.pick(DEBTORS)]
    function, args = t.pick((("discharge", (debtor, 0, False)), ("countOverdue", (debtor,))))
    sender = t.signer("debtor", MAKE).address
    return Attempt(sender, "invoices", function, args, (("debtor", debtor),))


def _change(t: Table, name: str) -> dict[str, Any]:
    powers = t.pick((ALL_POWERS, ALL_POWERS, ALL_POWERS, 7, 0))
    keys = t.keys[name]
    key = t.pick(keys if powers else keys[2:]).address
    replaces = t.pick(keys[2:]).address if t.chance(20) else NOBODY
    changes = t.state.parties[t.ids[name]].changes
    return {
        "party": t.ids[name],
        "officer": key,
        "powers": powers,
        "limitFen": t.pick((UNLIMITED, UNLIMITED, 10_000_000)),
        "replaces": replaces,
        "nonce": changes + (1 if t.chance(3) else 0),
        "deadline": t.deadline(),
    }


def _key(t: Table, change: dict[str, Any] | Any) -> Any:
    keys = t.keys[t.names[change["party"]]]
    return next(key for key in keys if key.address == change["officer"])


def _officers(t: Table, sender: str, function: str, change: Any, args: tuple[Any, ...]) -> Attempt:
    subjects = (("party", change["party"]), ("officer", change["officer"]))
    return Attempt(sender, "participants", function, args, subjects)


def _party_order(t: Table, kind: int) -> dict[str, Any]:
    frozen = [p for p in t.ids.values() if t.state.parties[p].frozen_until >= t.today]
    party = t.pick(frozen) if frozen and kind == 1 else t.ids[t.pick(TRADERS)]
    target = t.world.contracts["participants"].address
    subject = bytes.fromhex(party[2:]).rjust(32, b"\0")
    return _order(t, kind, target, subject, NOBODY, NOBODY, 0)


def _asset_order(t: Table, kind: int) -> dict[str, Any] | None:
    if kind == 2 and t.chance(30):
        from_, to = t.ids[t.pick(TRADERS)], t.ids[t.pick(TRADERS)]
        amount = t.around(t.state.cash.get(from_, 0))
        target = t.world.contracts["cash"].address
        return _order(t, kind, target, bytes(32), from_, to, amount)
    found = t.live()
    if found is None:
        return None
    id_ = found[0]
    target = t.world.contracts["receivables"].address
    from_, to, amount = NOBODY, NOBODY, 0
    if kind == 2:
        from_, to = t.ids[t.holder(id_)], t.ids[t.pick(TRADERS)]
        amount = t.around(t.state.holdings[id_].get(from_, 0))
    return _order(t, kind, target, id_.to_bytes(32, "big"), from_, to, amount)


def _order(t: Table, kind: int, target: str, subject: bytes, *transfer: Any) -> dict[str, Any]:
    from_, to, amount = transfer
    return {
        "kind": kind,
        "target": target,
        "subject": subject,
        "from": from_,
        "to": to,
        "amountFen": amount,
        "documentHash": t.fresh("order"),
        "expiryDay": t.today + t.pick((0, 1, 3, 6)),
    }


def _proposed(t: Table) -> list[Any]:
    proposed = {
        item.document_hash
        for item in t.state.orders.values()
        if item.state == OrderState.PROPOSED and item.expiry_day >= t.today
    }
    return [order for order in t.orders if order["documentHash"] in proposed]


def _orders(t: Table, sender: str, contract: str, function: str, order: Any) -> Attempt:
    id_ = t.world.read("orders", "orderIdOf", order)
    subjects: list[Any] = [("order", id_)]
    if order["target"] == t.world.contracts["receivables"].address:
        subjects.append(("certificate", int.from_bytes(order["subject"], "big")))
    elif order["target"] == t.world.contracts["participants"].address:
        subjects.append(("party", "0x" + order["subject"][12:].hex()))
    return Attempt(sender, contract, function, (order,), tuple(subjects))


ACTS = {
    set_rule: 2,
    set_calendar: 1,
    set_opening_bar: 1,
    set_opening_limit: 2,
    suspend_or_resume: 2,
    restate: 1,
    enrol: 1,
    enrol_again: 1,
    change_officer: 1,
    propose_recovery: 1,
    recover: 1,
    object_to_recovery: 1,
    propose_order: 5,
    carry_out: 6,
    withdraw_order: 1,
    approve_digest: 1,
    revoke_signature: 1,
    kept_for_receivables: 1,
}
