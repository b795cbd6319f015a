"""What the events of Participants, Rulebook and Orders do to the books."""

from __future__ import annotations

from collections.abc import Mapping

from scf.model.books import LegalOrder, Officer, Party, Recovery, RuleVersion
from scf.model.folding.state import Args, FoldError, Handler, State, changed, known
from scf.model.records import OrderKind, OrderState, PartyStatus, SizeClass


def _party_enrolled(state: State, args: Args, day: int) -> None:
    state.parties[args["party"]] = Party(
        uscc=args["uscc"],
        lei=args["lei"],
        name_hash=args["nameHash"],
        roles=args["roles"],
        status=PartyStatus.ACTIVE,
        size=SizeClass(args["sizeClass"]),
        enrolled_day=day,
    )


def _party_restated(state: State, args: Args, day: int) -> None:
    state.parties[args["party"]] = changed(
        known(state.parties, args["party"], "party"),
        name_hash=args["nameHash"],
        roles=args["roles"],
        size=SizeClass(args["sizeClass"]),
    )


def _party_suspended(state: State, args: Args, day: int) -> None:
    party = known(state.parties, args["party"], "party")
    state.parties[args["party"]] = changed(party, status=PartyStatus.SUSPENDED)


def _party_resumed(state: State, args: Args, day: int) -> None:
    party = known(state.parties, args["party"], "party")
    state.parties[args["party"]] = changed(party, status=PartyStatus.ACTIVE)


def _party_frozen(state: State, args: Args, day: int) -> None:
    party = known(state.parties, args["party"], "party")
    state.parties[args["party"]] = changed(party, frozen_until=args["untilDay"])


def _party_unfrozen(state: State, args: Args, day: int) -> None:
    party = known(state.parties, args["party"], "party")
    state.parties[args["party"]] = changed(party, frozen_until=0)


def _officer_set(state: State, args: Args, day: int) -> None:
    party = known(state.parties, args["party"], "party")
    state.parties[args["party"]] = changed(party, changes=args["changes"])
    state.officers[args["officer"]] = Officer(
        party=args["party"], powers=args["powers"], limit_fen=args["limitFen"]
    )
    state.recoveries.pop(args["party"], None)


def _recovery_proposed(state: State, args: Args, day: int) -> None:
    state.recoveries[args["party"]] = Recovery(
        change_hash=args["changeHash"], earliest_day=args["earliestDay"]
    )


def _recovery_objected(state: State, args: Args, day: int) -> None:
    known(state.recoveries, args["party"], "recovery")
    del state.recoveries[args["party"]]


def _rule_set(state: State, args: Args, day: int) -> None:
    versions = state.rules.get(args["ruleId"], ())
    if args["version"] != len(versions) + 1:
        raise FoldError(f"version {args['version']} of a rule follows version {len(versions)}")
    state.rules[args["ruleId"]] = (
        *versions,
        RuleVersion(
            value=args["value"],
            effective_from=args["effectiveFrom"],
            basis_hash=args["basisHash"],
        ),
    )


def _calendar_set(state: State, args: Args, day: int) -> None:
    first, second = args["nonBusiness"]
    state.calendars[args["year"]] = (first, second)


def _order_proposed(state: State, args: Args, day: int) -> None:
    order = args["order"]
    state.orders[args["orderId"]] = LegalOrder(
        state=OrderState.PROPOSED,
        party=args["party"],
        officer=args["officer"],
        kind=OrderKind(order["kind"]),
        target=order["target"],
        subject=order["subject"],
        from_party=order["from"],
        to_party=order["to"],
        amount_fen=order["amountFen"],
        document_hash=order["documentHash"],
        expiry_day=order["expiryDay"],
    )


def _order_withdrawn(state: State, args: Args, day: int) -> None:
    order = known(state.orders, args["orderId"], "order")
    state.orders[args["orderId"]] = changed(order, state=OrderState.WITHDRAWN)


def _order_carried_out(state: State, args: Args, day: int) -> None:
    order = known(state.orders, args["orderId"], "order")
    state.orders[args["orderId"]] = changed(order, state=OrderState.CARRIED_OUT)


def _epoch_ended(state: State, args: Args, day: int) -> None:
    state.financing.epochs[args["party"]] = args["epoch"]


PARTICIPANTS: Mapping[str, Handler] = {
    "EpochEnded": _epoch_ended,
    "PartyEnrolled": _party_enrolled,
    "PartyRestated": _party_restated,
    "PartySuspended": _party_suspended,
    "PartyResumed": _party_resumed,
    "PartyFrozen": _party_frozen,
    "PartyUnfrozen": _party_unfrozen,
    "OfficerSet": _officer_set,
    "RecoveryProposed": _recovery_proposed,
    "RecoveryObjected": _recovery_objected,
}
RULEBOOK: Mapping[str, Handler] = {"RuleSet": _rule_set, "CalendarSet": _calendar_set}
ORDERS: Mapping[str, Handler] = {
    "OrderProposed": _order_proposed,
    "OrderWithdrawn": _order_withdrawn,
    "OrderCarriedOut": _order_carried_out,
}
