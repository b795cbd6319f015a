"""Parties, rules and orders: what they are compared on, their history, how they are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scf.audit.dues import Standing
from scf.audit.rooms.room import (
    Expected,
    Facts,
    Matter,
    Near,
    Room,
    Story,
    Told,
    View,
    bytes_of,
    singles,
    words,
)
from scf.audit.rooms.sums import ORDER_SUMS, PARTY_SUMS
from scf.audit.rooms.telling import iso_day, rule_text
from scf.model.enums import OrderKind, PartyStatus, Powers, Roles

_RULE_DAYS_AHEAD = 40


def _party(view: View, id_: str) -> Iterator[Expected]:
    party = view.state.parties.get(id_)
    if party is None:
        yield Expected("Participants", "party", words(id_), bytes(352))
        return
    officers = [item for item in view.state.officers.values() if item.party == id_ and item.powers]
    answer = words(
        party.roles,
        party.status,
        party.size,
        party.frozen_until,
        party.enrolled_day,
        sum(1 for item in officers if item.powers & Powers.ADMINISTER),
        len(officers),
        party.changes,
        view.state.financing.epochs.get(id_, 0),
        party.uscc,
        party.name_hash,
    )
    yield Expected("Participants", "party", words(id_), answer)
    recovery = view.state.recoveries.get(id_)
    waiting = (recovery.change_hash, recovery.earliest_day) if recovery else (0, 0)
    yield Expected("Participants", "recovery", words(id_), words(*waiting))
    tag = bytes.fromhex(id_[2:22])
    yield Expected("Participants", "partyOfTag", words(tag), words(id_))


def _officer(view: View, key: str) -> Iterator[Expected]:
    officer = view.state.officers.get(key)
    shown = (officer.party, officer.powers, officer.limit_fen) if officer else (0, 0, 0)
    yield Expected("Participants", "officer", words(key), words(*shown))


def _rule(view: View, rule: bytes) -> Iterator[Expected]:
    versions = view.state.rules.get(rule, ())
    yield Expected("Rulebook", "versionCount", words(rule), words(len(versions)))
    for number, version in enumerate(versions, 1):
        shown = words(version.value, version.effective_from)
        yield Expected("Rulebook", "versionAt", words(rule, number), shown)
    starts = (version.effective_from - 1 for version in versions[-3:])
    for day in dict.fromkeys((view.day, view.day + _RULE_DAYS_AHEAD, *starts)):
        answer = words(0, 0)
        for number, version in enumerate(versions, 1):
            if version.effective_from <= day:
                answer = words(version.value, number)
        yield Expected("Rulebook", "valueOrZero", words(rule, day), answer)


def _calendar(view: View, year: int) -> Iterator[Expected]:
    found = view.state.calendars.get(year)
    answer = words(1, *found) if found else words(0, 0, 0)
    yield Expected("Rulebook", "calendar", words(year), answer)


def _order(view: View, id_: bytes) -> Iterator[Expected]:
    order = view.state.orders.get(id_)
    answer = words(order.state, order.party, order.officer) if order else words(0, 0, 0)
    yield Expected("Orders", "stateOf", words(id_), answer)


def _revoked(view: View, contract: str, party: str, digest: bytes) -> Iterator[Expected]:
    is_revoked = (contract, party, digest) in view.state.revoked
    yield Expected(contract, "isRevoked", words(party, digest), words(is_revoked))


def _approval(view: View, contract: str, digest: bytes, officer: str) -> Iterator[Expected]:
    stands = (contract, digest, officer) in view.state.approvals
    yield Expected(contract, "isApproved", words(digest, officer), words(stands))


# Told


def _party_facts(state: Standing, key: str, near: Near) -> Facts:
    party = state.parties.get(key)
    if party is None:
        return {}
    facts: dict[str, Any] = {
        "status": PartyStatus(party.status).name.lower(),
        "roles": _roles(party.roles),
        "frozen_until": iso_day(party.frozen_until),
        "name_hash": "0x" + party.name_hash.hex(),
        "cash_fen": state.cash.get(key, 0),
    }
    if near is None:
        facts["held_fen"] = sum(held.get(key, 0) for held in state.holdings.values())
        facts["locked_fen"] = sum(n for (_, holder), n in state.locks.items() if holder == key)
    else:
        for id_ in near:
            facts[f"held_fen.0x{id_:064x}"] = state.holdings.get(id_, {}).get(key, 0)
            facts[f"locked_fen.0x{id_:064x}"] = state.locks.get((id_, key), 0)
    account = state.debtors.get(key)
    if account is not None:
        facts |= {
            "owes_fen": account.outstanding_fen,
            "limit_fen": account.limit_fen,
            "overdue_certificates": account.overdue_count,
            "bars": account.bar_reasons,
        }
    for address, officer in state.officers.items():
        if officer.party == key:
            facts[f"powers.{address}"] = _powers(officer.powers)
            facts[f"officer_limit_fen.{address}"] = officer.limit_fen
    if (recovery := state.recoveries.get(key)) is not None:
        facts["recovery_from"] = iso_day(recovery.earliest_day)
    return facts


def _officer_facts(state: Standing, key: str, near: Near) -> Facts:
    officer = state.officers.get(key)
    if officer is None:
        return {}
    return {
        "party": officer.party,
        "powers": _powers(officer.powers),
        "limit_fen": officer.limit_fen,
    }


def _rule_facts(state: Standing, key: str, near: Near) -> Facts:
    versions = state.rules.get(bytes_of(key), ())
    return {
        f"version_{number}": f"{version.value} from {iso_day(version.effective_from)}"
        for number, version in enumerate(versions, 1)
    }


def _order_facts(state: Standing, key: str, near: Near) -> Facts:
    order = state.orders.get(bytes_of(key))
    if order is None:
        return {}
    return {
        "state": order.state.name.lower(),
        "kind": order.kind.name.lower(),
        "expiry_day": iso_day(order.expiry_day),
        "amount_fen": order.amount_fen,
    }


def _roles(roles: int) -> str:
    return ", ".join(str(item.name).lower() for item in Roles(roles)) or "none"


def _powers(powers: int) -> str:
    return ", ".join(str(item.name).lower() for item in Powers(powers)) or "none"


def _proposed(args: Any, tell: Any) -> str:
    order = args["order"]
    kind = OrderKind(order["kind"]).name.lower()
    amount = f" of {tell.fen(order['amountFen'])}" if order["amountFen"] else ""
    return (
        f"{tell.party(args['party'])} proposes: {kind}{amount} until {tell.day(order['expiryDay'])}"
    )


def _by_party(text: str) -> Any:
    return lambda args, tell: f"{tell.party(args['party'])} {text}"


_DUE_PROCESS = ("SYS-14", "OP-28")

PARTIES = Room(
    contracts=("Participants",),
    sums=PARTY_SUMS,
    matters={
        "party": Matter(
            title="parties: roles, status, size class, freeze, officers, code, name",
            known=lambda view: singles(view.parties_near(view.state.parties)),
            asked=_party,
        ),
        "officer": Matter(
            title="officers: party, powers, limit",
            known=lambda view: singles(view.state.officers),
            asked=_officer,
        ),
        "approval": Matter(
            title="approvals on chain, not used yet",
            known=lambda view: view.state.approvals,
            asked=_approval,
        ),
        "revoked": Matter(
            title="signatures taken back", known=lambda view: view.state.revoked, asked=_revoked
        ),
    },
    stories={
        "party": Story(facts=_party_facts, folded=frozenset(), is_whole=True),
        "officer": Story(facts=_officer_facts, folded=frozenset(("Participants",)), is_whole=True),
    },
    events={
        "PartyEnrolled": Told(
            words=lambda args, tell: (
                f"{tell.party(args['party'])} enrolled: {_roles(args['roles'])}"
            ),
            rules=("MUST-2",),
            weight=5,
        ),
        "PartyRestated": Told(words=_by_party("restated"), weight=5),
        "PartySuspended": Told(words=_by_party("suspended"), weight=5),
        "PartyResumed": Told(words=_by_party("resumed"), weight=5),
        "PartyFrozen": Told(
            words=lambda args, tell: (
                f"{tell.party(args['party'])} frozen until {tell.day(args['untilDay'])}"
            ),
            rules=_DUE_PROCESS,
            weight=5,
        ),
        "PartyUnfrozen": Told(words=_by_party("no longer frozen"), rules=_DUE_PROCESS, weight=5),
        "OfficerSet": Told(
            words=lambda args, tell: (
                f"officer {tell.party(args['officer'])} of {tell.party(args['party'])} may: "
                f"{_powers(args['powers'])}"
            ),
            rules=("MUST-2", "MUST-26"),
            weight=2,
            signed=("by",),
        ),
        "RecoveryProposed": Told(
            words=lambda args, tell: (
                f"recovery of {tell.party(args['party'])}'s keys from "
                f"{tell.day(args['earliestDay'])}"
            ),
            rules=("MUST-2",),
            weight=4,
        ),
        "RecoveryObjected": Told(words=_by_party("objects to the recovery"), weight=4),
    },
)

RULES = Room(
    contracts=("Rulebook",),
    matters={
        "rule": Matter(
            title="rules: every version, and the value on several days",
            known=lambda view: singles(view.state.rules),
            asked=_rule,
        ),
        "calendar": Matter(
            title="calendars of non-business days",
            known=lambda view: singles(view.state.calendars),
            asked=_calendar,
        ),
    },
    stories={"rule": Story(facts=_rule_facts, folded=frozenset(("Rulebook",)))},
    events={
        "RuleSet": Told(
            words=lambda args, tell: (
                f"rule {rule_text(args['ruleId'])} v{args['version']}: {args['value']} from "
                f"{tell.day(args['effectiveFrom'])}"
            ),
            rules=("SYS-2",),
            weight=3,
        ),
        "CalendarSet": Told(
            words=lambda args, tell: f"calendar of {args['year']}",
            rules=("CAL-2", "CAL-5"),
            weight=3,
        ),
    },
)

ORDERS = Room(
    contracts=("Orders",),
    sums=ORDER_SUMS,
    matters={
        "order": Matter(
            title="legal orders: state, proposer",
            known=lambda view: singles(view.state.orders),
            asked=_order,
        ),
    },
    stories={"order": Story(facts=_order_facts, folded=frozenset(("Orders",)))},
    events={
        "OrderProposed": Told(words=_proposed, rules=_DUE_PROCESS, weight=6),
        "OrderWithdrawn": Told(
            words=_by_party("withdraws the order"), rules=_DUE_PROCESS, weight=6
        ),
        "OrderCarriedOut": Told(
            words=_by_party("carries the order out"), rules=_DUE_PROCESS, weight=6
        ),
    },
)

COMMON = {
    "Approved": Told(
        words=lambda args, tell: (
            f"{tell.party(args['officer'])} approves {tell.hash(args['digest'])}"
        )
    ),
    "ApprovalUsed": Told(
        words=lambda args, tell: f"the approval of {tell.party(args['officer'])} on chain is used",
        rules=("MUST-21",),
        weight=0,
    ),
    "SignatureRevoked": Told(
        words=lambda args, tell: (
            f"{tell.party(args['party'])} takes back its signature of {tell.hash(args['digest'])}"
        ),
        rules=("MUST-21",),
    ),
}
"""Events that every contract has."""
