"""Ways to tamper with evidence about bills, and what the verifier must say; as in `tampering`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tampering import Change, Shape, Tampering, changed_hex

BILL, RANGE, OPEN, MERGED = "bill", "range", "open bill", "merged range"


def _act(shape: Shape, name: str, place: int = 0) -> dict[str, Any]:
    return [act for act in shape["acts"] if act["event"] == name][place]


def _slot(shape: Shape, name: str, place: int = 0) -> dict[str, Any]:
    return [slot for slot in shape["slots"] if slot["variable"] == name][place]


def _do(action: Callable[[Shape], object]) -> Change:
    return lambda shape, other: (action(shape), None)[1]


def _argument(event: str, name: str, to: Callable[[Any], Any]) -> Change:
    def change(shape: Shape) -> None:
        args = _act(shape, event)["args"]
        args[name] = to(args[name])

    return _do(change)


def _meaning(variable: str, name: str, to: Callable[[Any], Any], place: int = 0) -> Change:
    def change(shape: Shape) -> None:
        means = _slot(shape, variable, place)["means"]
        means[name] = to(means[name])

    return _do(change)


def _drop(event: str) -> Change:
    return _do(lambda shape: shape["acts"].remove(_act(shape, event)))


def _drop_with_receipt(event: str) -> Change:
    """The whole transaction: its acts, receipt, signature, and the nodes that prove them."""

    def change(shape: Shape) -> None:
        act = _act(shape, event)
        at = act["block"], act["transaction"]
        shape["acts"] = [one for one in shape["acts"] if (one["block"], one["transaction"]) != at]
        block = next(one for one in shape["blocks"] if one["number"] == at[0])
        assert list(block["receipts"]) == [str(at[1])]
        shape["blocks"].remove(block)

    return _do(change)


def _swap_slots(variable: str, *fields: str) -> Change:
    def change(shape: Shape) -> None:
        one, two = _slot(shape, variable, 0), _slot(shape, variable, 1)
        for name in fields:
            one[name], two[name] = two[name], one[name]

    return _do(change)


def _swap_ranges(shape: Shape) -> None:
    acts = [act for act in shape["acts"] if act["event"] == "RangeWritten"]
    one, two = acts[0]["args"], acts[-1]["args"]
    one["tokenId"], two["tokenId"] = two["tokenId"], one["tokenId"]


def _from_other(*names: str) -> Change:
    def change(shape: Shape, other: Shape) -> None:
        for name in names:
            shape[name] = copy.deepcopy(other[name])

    return change


def _other_slot(variable: str) -> Change:
    """The word of another bill's slot, which is as well in storage."""

    def change(shape: Shape, other: Shape) -> None:
        mine, theirs = _slot(shape, variable), _slot(other, variable)
        mine["value"], mine["means"] = theirs["value"], theirs["means"]

    return change


def _plus(number: int) -> int:
    return number + 1


def _minus(number: int) -> int:
    return number - 1


_COUNT = r"acts of range 0x[0-9a-f]{64}: expected number \d+.*, found \d+"
BILL_TAMPERINGS: dict[str, Tampering] = {
    # acts
    "dropped endorsement": Tampering(BILL, _drop("Endorsed"), r"act \d+ \(.*\): "),
    "dropped record of the chain": Tampering(BILL, _drop("RecordWritten"), r"act \d+ \("),
    "dropped word of a range": Tampering(RANGE, _drop("RangeWritten"), r"act \d+ \("),
    "endorsement to another": Tampering(
        BILL, _argument("Endorsed", "to", changed_hex), r"act \d+ \(Endorsements.*args: to"
    ),
    "another word": Tampering(
        BILL, _argument("RangeWritten", "word", changed_hex), r"act \d+ \(Bills.*args: word"
    ),
    "ranges exchanged in acts": Tampering(
        BILL, _do(_swap_ranges), r"act \d+ \(Bills\.RangeWritten.*\): args: tokenId"
    ),
    "another division": Tampering(
        BILL, _argument("RangeDivided", "partId", changed_hex), r"RangeDivided.*args: partId"
    ),
    "another payment in recourse": Tampering(
        BILL, _argument("SettlementTaken", "paidFen", _plus), r"SettlementTaken.*args: paidFen"
    ),
    "another dishonour": Tampering(
        BILL, _argument("BillDishonoured", "code", _minus), r"BillDishonoured.*args: code"
    ),
    # transactions, with all that proves them
    "endorsement left out with its proof": Tampering(BILL, _drop_with_receipt("Endorsed"), _COUNT),
    "presentation left out with its proof": Tampering(
        BILL, _drop_with_receipt("BillPresented"), _COUNT
    ),
    "guarantee left out with its proof": Tampering(
        BILL, _drop_with_receipt("GuaranteeGiven"), _COUNT
    ),
    "settlement left out with its proof": Tampering(
        RANGE, _drop_with_receipt("SettlementTaken"), _COUNT
    ),
    "rejection left out with its proof": Tampering(
        MERGED,
        _drop_with_receipt("RangesMerged"),
        r"act \d+ \(Bills\.RangeDivided",  # the piece's acts are no longer led to
    ),
    "freeze left out with its proof": Tampering(
        OPEN,
        _drop_with_receipt("RangeFrozen"),
        r"slot \d+ \(.*\): (variable|keys)|Bills\.range of .*: .* by the acts",
    ),
    "last settlement left out with its proof": Tampering(
        BILL,
        _do(lambda shape: shape["blocks"].pop()),
        r"slot \d+|by the acts, found|act \d+: expected none",
    ),
    # storage
    "another head": Tampering(BILL, _meaning("range", "head", _plus), r"means: head: expected"),
    "another count of acts": Tampering(
        BILL, _meaning("range", "acts", _minus), r"means: acts: expected \d+, found \d+"
    ),
    "another holder": Tampering(
        BILL, _meaning("range", "holder", changed_hex, 1), r"means: holder: expected 0x"
    ),
    "another status": Tampering(BILL, _meaning("range", "status", _minus), r"means: status"),
    "another face": Tampering(BILL, _meaning("terms", "faceFen", _plus), r"means: faceFen"),
    "another acceptor": Tampering(
        BILL, _meaning("parties", "acceptorTag", changed_hex), r"means: acceptorTag"
    ),
    "another record": Tampering(BILL, _meaning("record", "party", changed_hex), r"means: party"),
    "another guarantor": Tampering(
        BILL, _meaning("guarantee", "guarantor", changed_hex), r"means: guarantor"
    ),
    "another scope of recourse": Tampering(
        BILL, _meaning("dishonour", "scope", _minus), r"means: scope"
    ),
    "frozen ranges set free": Tampering(
        OPEN, _meaning("restraint", "frozenUntil", lambda day: 0), r"means: frozenUntil"
    ),
    "ranges swapped": Tampering(BILL, _swap_slots("range", "value", "means"), r"value: expected"),
    "ranges swapped with their keys": Tampering(
        BILL, _swap_slots("range", "keys", "slot", "value", "means"), r"slot \d+ .*: keys: 0"
    ),
    "records swapped": Tampering(BILL, _swap_slots("record", "value", "means"), r"value: expected"),
    "range left out": Tampering(
        BILL, _do(lambda shape: shape["slots"].remove(_slot(shape, "range", -1))), r"slot \d+"
    ),
    "another bill's terms": Tampering(BILL, _other_slot("terms"), r"Bills\.terms.*: value"),
    "another bill's proof": Tampering(BILL, _from_other("slots", "stateNodes"), r"slot 1 .*: keys"),
    "another bill's acts": Tampering(BILL, _from_other("acts"), r"act 0 \("),
    "another bill's blocks": Tampering(BILL, _from_other("blocks", "acts"), r"block|blocks|act"),
    # subject and statement
    "another bill": Tampering(BILL, _from_other("subject"), r"block \d+: receipts about bill"),
    "a range as a bill": Tampering(
        RANGE, _do(lambda shape: shape["subject"].update(kind="bill")), r"receipts about bill"
    ),
    "a bill as a range": Tampering(
        BILL, _do(lambda shape: shape["subject"].update(kind="range")), r"receipts about range"
    ),
    "more ranges than counted": Tampering(
        BILL,
        _do(
            lambda shape: shape["statement"].__setitem__(3, shape["statement"][3].replace("5", "6"))
        ),
        r"statement: 3: expected Each of 5 sub-ranges",
    ),
    "a party's number for a bill's": Tampering(
        BILL,
        _do(lambda shape: shape["subject"].update(key="0x12")),
        r"subject: expected 0x and 64 hex digits",
    ),
}
