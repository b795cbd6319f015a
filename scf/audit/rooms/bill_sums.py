"""What must add up in the books of the bills; shape and purpose as `scf.audit.rooms.sums`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise

from scf.audit.rooms.room import Sum, View
from scf.audit.rooms.sums import Fault, named_sum
from scf.audit.rooms.telling import bill_text, range_text
from scf.model.bill_enums import BillStatus
from scf.model.bill_words import RangeWord
from scf.model.folding.state import NOBODY

_BILL_SHIFT, _UNIT_SHIFT, _UNIT_MASK = 80, 40, 2**40 - 1


def _ranges(view: View) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for id_ in sorted(view.state.bills.holders):
        found[id_ >> _BILL_SHIFT].append(id_)
    return found


def _covering(view: View) -> Iterator[Fault]:
    """Ranges are disjoint and cover the face: no fen lost, none twice."""
    ranges = _ranges(view)
    for number, bill in view.state.bills.bills.items():
        spans = [_span(id_, bill.face_fen) for id_ in ranges.get(number, ())]
        shown = f"bill {bill_text(number)}"
        total = sum(last - first + 1 for first, last in spans)
        if total != bill.face_fen:
            yield shown, "sum of its ranges", total, bill.face_fen
        for one, two in pairwise(sorted(spans)):
            if one[1] + 1 != two[0]:
                yield shown, f"range after {one[1]}", f"from {two[0]}", f"from {one[1] + 1}"


def _ended(view: View) -> Iterator[Fault]:
    own, ended = view.state.bills, Counter[int]()
    for id_ in own.holders:
        if RangeWord.of(own.words[id_]).status.is_over:
            bill = own.bills[id_ >> _BILL_SHIFT]
            first, last = _span(id_, bill.face_fen)
            ended[id_ >> _BILL_SHIFT] += last - first + 1
    for number in own.bills:
        found = own.ended_fen.get(number, 0)
        if found != ended[number]:
            yield f"bill {bill_text(number)}", "ended", found, ended[number]


def _accepted(view: View) -> Iterator[Fault]:
    """An acceptor's balance is what it accepted and what has not ended (DIS-1, INV-11)."""
    own, balances = view.state.bills, Counter[str]()
    for number, bill in own.bills.items():
        if bill.acceptance_day:
            balances[bill.acceptor] += bill.face_fen - own.ended_fen.get(number, 0)
    for acceptor in balances.keys() | own.acceptors.keys():
        account = own.acceptors.get(acceptor)
        found = account.balance_fen if account else 0
        if found != balances[acceptor]:
            yield f"acceptor {acceptor}", "balance", found, balances[acceptor]


def _overdue(view: View) -> Iterator[Fault]:
    """What is overdue with an acceptor is the sum over its bills (DIS-2)."""
    own, late = view.state.bills, Counter[str]()
    for number, (_, open_fen) in own.overdue_bills.items():
        late[own.bills[number].acceptor] += open_fen
    for acceptor, account in own.acceptors.items():
        if account.overdue_balance_fen != late[acceptor]:
            subject = f"acceptor {acceptor}"
            yield subject, "overdue balance", account.overdue_balance_fen, late[acceptor]
        if account.overdue_balance_fen > account.balance_fen:
            subject = f"acceptor {acceptor}"
            most = f"at most {account.balance_fen}"
            yield subject, "overdue balance", account.overdue_balance_fen, most


def _chains(view: View) -> Iterator[Fault]:
    """The chain of every live range leads from record to record to its payee (NIL-31)."""
    own = view.state.bills
    for id_, holder in own.holders.items():
        word, number = RangeWord.of(own.words[id_]), id_ >> _BILL_SHIFT
        index, depth = word.head, 0
        while index and depth <= len(own.records):
            record = own.records.get((number, index))
            if record is None:
                yield f"range {range_text(id_)} of {bill_text(number)}", "chain", index, "a record"
                break
            index, depth = record.previous, depth + 1
        if depth != word.depth:
            subject = f"range {range_text(id_)} of {bill_text(number)}"
            yield subject, "length of its chain", depth, word.depth
        if holder == NOBODY or holder not in view.state.parties:
            yield f"range {range_text(id_)} of {bill_text(number)}", "holder", holder, "a party"


def _claims(view: View) -> Iterator[Fault]:
    """Payment releases everybody. A range that lapsed keeps its pursuit as a record (NIL-18)."""
    own = view.state.bills
    for id_ in own.pursuits:
        if id_ in own.holders and RangeWord.of(own.words[id_]).status is BillStatus.SETTLED:
            subject = f"range {range_text(id_)} of {bill_text(id_ >> _BILL_SHIFT)}"
            yield subject, "pursued", "after it was settled", "until then"


def _span(id_: int, face_fen: int) -> tuple[int, int]:
    first, last = id_ >> _UNIT_SHIFT & _UNIT_MASK, id_ & _UNIT_MASK
    return (first, last) if first else (1, face_fen)


BILL_SUMS: Mapping[str, Sum] = {
    "ranges": named_sum("ranges are disjoint and cover the face", "INV-1", _covering),
    "bill-ended": named_sum("what has ended is counted", "INV-1 INV-3", _ended),
    "accepted": named_sum("acceptors owe what they accepted and did not end", "INV-11", _accepted),
    "bill-overdue": named_sum("overdue balances are sums over bills", "X2 X4", _overdue),
    "chains": named_sum("every chain of endorsements is whole", "NIL-31", _chains),
    "pursuits": named_sum("nothing is pursued after it was settled", "INV-5", _claims),
}
