"""What must add up in the books of financing by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scf.audit.dues import Standing
from scf.audit.rooms.room import Sum, View
from scf.audit.rooms.sums import Fault, named_sum
from scf.model.bill_enums import BillFlag, RecordKind
from scf.model.bill_words import RangeWord
from scf.model.enums import Recourse
from scf.model.financing_enums import LoanState

_BILL_SHIFT = 80


def _debts(view: View) -> Iterator[Fault]:
    """A repaid loan owes nothing, and any other owes something."""
    for id_, loan in view.state.financing.loans.items():
        owed = loan.principal_fen + loan.interest_fen + loan.costs_fen
        if loan.state == LoanState.REPAID and owed:
            yield f"loan 0x{id_.hex()}", "owed, being repaid", owed, 0
        if loan.state != LoanState.REPAID and not owed:
            status = loan.state.name.lower()
            yield f"loan 0x{id_.hex()}", f"owed, being {status}", 0, "above zero"


def _pledged(view: View) -> Iterator[Fault]:
    """A pledge is for a loan of its pledgor that is in the books."""
    for (id_, pledgor), pledges in view.state.financing.pledges.items():
        for debt, amount in pledges:
            loan = view.state.financing.loans.get(debt)
            subject = f"certificate 0x{id_:064x}"
            if loan is None or loan.borrower != pledgor:
                yield subject, f"pledged by {pledgor}", f"0x{debt.hex()}", "a loan of the pledgor"
            if amount <= 0:
                yield subject, f"pledged by {pledgor}", amount, "above zero"
        if len({debt for debt, _ in pledges}) != len(pledges):
            yield f"certificate 0x{id_:064x}", f"pledges of {pledgor}", "a loan twice", "each once"


def _undertakings(view: View) -> Iterator[Fault]:
    """Nobody answers for more units than it undertook."""
    for (id_, to, index), spent in view.state.financing.spent.items():
        given = view.state.undertakings.get((id_, to), ())
        subject = f"certificate 0x{id_:064x}"
        if index >= len(given):
            yield subject, f"undertaking {index} to {to}", "spent", "in the books"
        elif spent.amount_fen > given[index].amount_fen:
            limit = given[index].amount_fen
            yield subject, f"spent of {index} to {to}", spent.amount_fen, f"at most {limit}"


def _deals(view: View) -> Iterator[Fault]:
    """A sale with recourse rests on an undertaking of its supplier to its factor."""
    for id_, deal in view.state.financing.deals.items():
        given = view.state.undertakings.get((deal.certificate_id, deal.factor), ())
        found = any(
            item.from_party == deal.supplier
            and item.amount_fen == deal.part_fen
            and item.recourse != Recourse.NONE
            for item in given
        )
        if not found:
            yield f"quote 0x{id_.hex()}", "undertaking", "none", "one of its supplier"


def _collections(view: View) -> Iterator[Fault]:
    """What was collected is at most the face."""
    for id_, paid in view.state.financing.collections.items():
        certificate = view.state.certificates.get(id_)
        face = certificate.face_fen if certificate else 0
        left = view.state.outstanding.get(id_, 0)
        if paid.principal_fen + left > face:
            subject = f"certificate 0x{id_:064x}"
            yield subject, "paid and outstanding", paid.principal_fen + left, f"at most {face}"


def _repos(view: View) -> Iterator[Fault]:
    """A repo is of a range in the books, and can be redeemed on some day."""
    for token_id, repo in view.state.financing.repos.items():
        if repo.redeem_from > repo.redeem_until:
            yield f"range 0x{token_id:064x}", "window", repo.redeem_from, repo.redeem_until
        if token_id not in view.state.bills.words:
            yield f"range 0x{token_id:064x}", "range", "none", "in the books"


def _ranges_in_pledge(state: Standing) -> Iterator[int]:
    """Flagged so, also while presented or pursued."""
    for token_id, word in state.bills.words.items():
        found = RangeWord.of(word)
        if BillFlag.PLEDGED not in (found.flag, found.previous_flag, found.resting_flag):
            continue
        if token_id in state.bills.holders and not found.status.is_over:
            yield token_id


def _bill_pledges(view: View) -> Iterator[Fault]:
    """A range in pledge is known to secure a loan, and a pledge is of a record in the books."""
    state = view.state
    for (number, record), loan_id in state.financing.bill_pledges.items():
        subject = f"bill {number:030d}"
        if loan_id not in state.financing.loans:
            yield (
                subject,
                f"pledged by record {record}",
                f"0x{loan_id.hex()}",
                "a loan in the books",
            )
        written = state.bills.records.get((number, record))
        if written is None or written.kind != RecordKind.PLEDGE:
            yield subject, f"record {record}", "no pledge", "a pledge"
    for token_id in _ranges_in_pledge(state):
        number, head = token_id >> _BILL_SHIFT, RangeWord.of(state.bills.words[token_id]).head
        written = state.bills.records.get((number, head))
        # Title by order may have given it to a prior party, whose chain ends before the pledge.
        if written is None or written.kind != RecordKind.PLEDGE:
            continue
        if (number, head) not in state.financing.bill_pledges:
            yield f"range 0x{token_id:064x}", "in pledge for", "nothing", "a loan"


FINANCING_SUMS: Mapping[str, Sum] = {
    "loans-repaid": named_sum("a repaid loan owes nothing, others do", "MUST-24", _debts),
    "pledged": named_sum("every pledge is for a loan of its pledgor", "MUST-1 CC-445", _pledged),
    "undertakings-spent": named_sum(
        "undertakings answer for what they say", "CC-766", _undertakings
    ),
    "deals": named_sum("sales with recourse rest on undertakings", "CC-766", _deals),
    "collections": named_sum("paid and outstanding stay within the face", "INV-1", _collections),
    "bill-pledges": named_sum("bills in pledge secure loans", "NIL-35", _bill_pledges),
    "repos": named_sum("repos are of ranges in the books", "INV-2", _repos),
}
