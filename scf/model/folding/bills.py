"""
What the events of Bills and Endorsements do to the books: ranges, their words and holders, chains,
orders, pending acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scf.model.bill_books import Bill, EndorsementRecord, PendingAct, Restraint
from scf.model.bill_enums import AcceptorKind, BillFlag, BillStatus, PendingOp, RecordKind
from scf.model.bill_words import status_of
from scf.model.folding.exposure import owe
from scf.model.folding.state import NOBODY, Args, FoldError, Handler, State, known, no_change
from scf.model.records import NO_HASH, PendingState

_BILL_SHIFT = 80
_UNIT_SHIFT = 40
_UNIT_MASK = 2**40 - 1
_HEAD_MASK = 2**16 - 1
_RESTRAINED_SHIFT = 84  # frozen, payment stopped
_FEN_MASK = 2**40 - 1
_DAY_MASK = 2**24 - 1
_PAIR_MASK = 0xFF << 64
_SPLIT = (BillStatus.SPLIT | BillFlag.ENDED << 4) << 64
_ONE_ACT = 1 << 16
_TERMINATED, _SETTLED = BillStatus.TERMINATED.value, BillStatus.SETTLED.value


def amount_of(state: State, token_id: int) -> int:
    """Fen of a range; the face for an indivisible bill."""
    first = token_id >> _UNIT_SHIFT & _UNIT_MASK
    if first:
        return (token_id & _UNIT_MASK) - first + 1
    return known(state.bills.bills, token_id >> _BILL_SHIFT, "bill").face_fen


def close_pending(state: State, args: Args, day: int) -> None:
    """The end of a pending act that an event of its own opened."""
    waiting = known(state.bills.pending, args["pendingId"], "pending act")
    if waiting.state != PendingState.PENDING:
        raise FoldError(f"pending act {args['pendingId'].hex()} was closed twice")
    state.bills.pending[args["pendingId"]] = replace(waiting, state=PendingState(args["state"]))


def _bill_issued(state: State, args: Args, day: int) -> None:
    parties, terms = args["parties"], args["terms"]
    state.bills.bills[args["billNo"]] = Bill(
        drawer=NOBODY,
        acceptor=args["acceptor"],
        payee=args["payee"],
        kind=AcceptorKind(parties >> 240 & 0xFF),
        divisible=bool(parties >> 249 & 1),
        face_fen=terms & _FEN_MASK,
        issue_day=terms >> 80 & _DAY_MASK,
        maturity=terms >> 104 & _DAY_MASK,
        trade_key=args["tradeKey"],
    )


def _transfer(state: State, args: Args, day: int) -> None:
    """ERC-721: division burns and mints; a bill's first range is minted to its drawer."""
    own, id_, to = state.bills, args["id"], args["to"]
    before = own.holders.get(id_, NOBODY)
    if before != args["from"]:
        raise FoldError(f"range {id_:#x} left {args['from']}, but {before} held it")
    if to == NOBODY:
        del own.holders[id_]
        return
    own.holders[id_] = to
    if before == NOBODY:
        bill = known(own.bills, id_ >> _BILL_SHIFT, "bill")
        if bill.drawer == NOBODY:
            own.bills[id_ >> _BILL_SHIFT] = replace(bill, drawer=to)


def _range_written(state: State, args: Args, day: int) -> None:
    own, id_, word = state.bills, args["tokenId"], args["word"]
    head = word & _HEAD_MASK
    if head and (id_ >> _BILL_SHIFT, head) not in own.records:
        raise FoldError(f"range {id_:#x} has a chain of which an event is missing")
    own.word_before = own.words.get(id_, 0)
    own.words[id_] = word
    if status_of(word) in (_TERMINATED, _SETTLED):
        _end(state, id_)


def _end(state: State, id_: int) -> None:
    """The range is no longer owed: by its acceptor, nor as the drawer's debt from its trade."""
    own, number, amount = state.bills, id_ >> _BILL_SHIFT, amount_of(state, id_)
    bill = known(own.bills, number, "bill")
    own.ended_fen[number] = own.ended_fen.get(number, 0) + amount
    if bill.acceptance_day:
        account = own.acceptors[bill.acceptor]
        own.acceptors[bill.acceptor] = replace(account, balance_fen=account.balance_fen - amount)
        if bill.trade_key != NO_HASH:
            owe(state, bill.drawer, -amount)


def _range_divided(state: State, args: Args, day: int) -> None:
    parent = args["parentId"]
    number = parent >> _BILL_SHIFT
    state.bills.splits[number] = state.bills.splits.get(number, 0) + 1
    state.bills.words[parent] = (state.bills.words[parent] & ~_PAIR_MASK | _SPLIT) + _ONE_ACT
    if state.bills.words[args["parentId"]] >> _RESTRAINED_SHIFT & 3:
        restraint = known(state.bills.restraints, args["parentId"], "order about range")
        del state.bills.restraints[args["parentId"]]
        state.bills.restraints[args["partId"]] = restraint
        state.bills.restraints[args["restId"]] = restraint


def _ranges_merged(state: State, args: Args, day: int) -> None:
    number = args["parentId"] >> _BILL_SHIFT
    left = known(state.bills.splits, number, "division of bill") - 1
    if left:
        state.bills.splits[number] = left
    else:
        del state.bills.splits[number]
    for piece in (args["partId"], args["restId"]):
        state.bills.pursuits.pop(piece, None)
        state.bills.bases.pop(piece, None)


def _record_written(state: State, args: Args, day: int) -> None:
    """The record as `BillSlots.RecordWord` packs it, its index above."""
    records, number, word = state.bills.records, args["billNo"], args["record"]
    previous = word >> 160 & 0xFFFF
    before = known(records, (number, previous), "endorsement") if previous else None
    depth = before.depth + 1 if before else 1
    if depth != word >> 208 & 0xFFFF:
        raise FoldError(f"record {word:#x} of bill {number} is not the {depth}th of its chain")
    records[number, word >> 240] = EndorsementRecord(
        party=f"0x{word & (1 << 160) - 1:040x}",
        previous=previous,
        day=word >> 176 & _DAY_MASK,
        kind=RecordKind(word >> 200 & 0xFF),
        depth=depth,
        marked=bool(word >> 224 & 1),
    )


def _drawers_mark_set(state: State, args: Args, day: int) -> None:
    bill = known(state.bills.bills, args["billNo"], "bill")
    state.bills.bills[args["billNo"]] = replace(bill, drawers_mark=args["marked"])


def _endorsement_requested(state: State, args: Args, day: int) -> None:
    state.bills.pending[args["pendingId"]] = PendingAct(
        state=PendingState.PENDING,
        op=PendingOp.ENDORSEMENT,
        requester=args["from"],
        counterparty=args["to"],
        token_id=args["partId"],
        amount_fen=amount_of(state, args["partId"]),
        deadline_day=args["deadlineDay"],
    )


def _mark_revocation_requested(state: State, args: Args, day: int) -> None:
    id_ = args["tokenId"]
    state.bills.pending[args["pendingId"]] = PendingAct(
        state=PendingState.PENDING,
        op=PendingOp.MARK_REVOCATION,
        requester=known(state.bills.holders, id_, "holder of range"),
        counterparty=args["setter"],
        token_id=id_,
        # No money is asked for: by that the contract tells it from an endorsement.
        amount_fen=0,
        deadline_day=args["deadlineDay"],
    )


def _range_frozen(state: State, args: Args, day: int) -> None:
    before = state.bills.restraints.get(args["tokenId"], Restraint())
    state.bills.restraints[args["tokenId"]] = replace(before, frozen_until=args["untilDay"])


def _payment_stopped(state: State, args: Args, day: int) -> None:
    before = state.bills.restraints.get(args["tokenId"], Restraint())
    state.bills.restraints[args["tokenId"]] = replace(before, stopped_until=args["untilDay"])


def _range_unfrozen(state: State, args: Args, day: int) -> None:
    state.bills.restraints.pop(args["tokenId"], None)


BILLS: Mapping[str, Handler] = {
    "Transfer": _transfer,
    "Approval": no_change,
    "ApprovalForAll": no_change,
    "BillIssued": _bill_issued,
    "RangeWritten": _range_written,
    "RangeDivided": _range_divided,
    "RangesMerged": _ranges_merged,
    "RecordWritten": _record_written,
    "DrawersMarkSet": _drawers_mark_set,
    "RangeFrozen": _range_frozen,
    "RangePaymentStopped": _payment_stopped,
    "RangeUnfrozen": _range_unfrozen,
    "RestraintExpired": no_change,
    "TitleTransferred": no_change,
    "BillCorrected": no_change,
}
ENDORSEMENTS: Mapping[str, Handler] = {
    "EndorsementRequested": _endorsement_requested,
    "Endorsed": no_change,
    "MarkRevocationRequested": _mark_revocation_requested,
    "MarkLifted": no_change,
    "PendingRevoked": no_change,
    "PendingClosed": close_pending,
}
