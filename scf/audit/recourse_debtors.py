"""
Who answers to the holder of a range, as what, until when and for how much on a day, told from the
books alone: articles 17, 34, 50 and 68 to 72 of the bills law (bills §8, §10, §11).

Amounts fen, days civil day numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.dues import Standing, pay_day, rule_value
from scf.audit.recourse_claims import Bearing, bearing_of, claim_of, units_of
from scf.model.bill_books import EndorsementRecord
from scf.model.bill_enums import Ground, Liability, RecordKind, Scope
from scf.model.bill_words import RangeWord
from scf.model.records import NOBODY
from scf.units import add_months, civil_day, from_civil_day

LIMIT_RULES = ("NIL-17a", "NIL-17b", "NIL-17c")
ROLL_RULE = "OP-13"
_BILL_SHIFT = 80

Debtor = tuple[str, str]
"""A party, and the party that it guarantees, NOBODY if it answers in its own name."""


def debtors_of(state: Standing, token_id: int) -> Iterator[Debtor]:
    """Everybody who may have to answer: acceptor, drawer, the chain, and who guarantees them."""
    own, number = state.bills, token_id >> _BILL_SHIFT
    bill = own.bills[number]
    parties = (bill.acceptor, bill.drawer, *(item.party for item in _chain(state, token_id)))
    yield from ((party, NOBODY) for party in dict.fromkeys(parties))
    first, last = units_of(token_id)
    for given in own.guarantees.get(number, ()):
        from_, to = units_of(given.token_id)
        if from_ <= first and last <= to:
            yield given.guarantor, given.guaranteed


def claim_against(state: Standing, token_id: int, debtor: Debtor, day: int) -> int | None:
    """
    What one of `debtors_of` owes the holder on a day: all of the claim while its period runs, and
    after it if it was pursued in time.

    Zero where it does not answer; None where the rulebook has no rate or period.
    """
    bearing = bearing_of(state, token_id)
    liability = liability_of(state, token_id, debtor, bearing)
    if bearing.ground == Ground.NONE or liability == Liability.NONE:
        return 0
    last = _last_day(state, token_id, liability, bearing)
    if last is None:
        return None
    pursuit = state.bills.pursuits.get(token_id)
    notice = state.bills.notices.get((pursuit.root, debtor[0])) if pursuit else None
    if day > last and not (notice and notice.pursued):
        return 0
    return claim_of(state, token_id, day)


def liability_of(state: Standing, token_id: int, debtor: Debtor, bearing: Bearing) -> Liability:
    """As what a debtor, or whom it guarantees, answers to the holder of a range."""
    own, number = state.bills, token_id >> _BILL_SHIFT
    bill, holder, basis = own.bills[number], own.holders[token_id], own.bases.get(token_id)
    party, guaranteed = debtor
    answers = party if guaranteed == NOBODY else guaranteed
    # Who paid for a party pursues that party, not those who guaranteed it too.
    if guaranteed != NOBODY and basis is not None and basis.guaranteed == guaranteed:
        return Liability.NONE
    if holder in (party, answers, bill.acceptor):
        return Liability.NONE
    if answers == bill.acceptor:
        return Liability.ACCEPTOR
    if RangeWord.of(own.words[token_id]).drawers_rights or holder == bill.drawer:
        return Liability.NONE
    if answers == bill.drawer:
        return Liability.DRAWER
    is_reached = bearing.scope == Scope.ALL and _endorsed(_chain(state, token_id), holder, answers)
    return Liability.ENDORSER if is_reached else Liability.NONE


def _endorsed(chain: list[EndorsementRecord], holder: str, debtor: str) -> bool:
    """
    Whether a party stands before the holder's own first endorsement; one who marked its own answers
    to its endorsee only, and a pledge is no endorsement to answer for.
    """
    own = [place for place, item in enumerate(chain) if item.party == holder]
    before = [item for item in chain[own[-1] + 1 if own else 0 :] if item.kind != RecordKind.PLEDGE]
    return any(
        item.party == debtor and not (item.marked and place) for place, item in enumerate(before)
    )


def _chain(state: Standing, token_id: int) -> list[EndorsementRecord]:
    """The endorsements behind a range, the latest first."""
    own, number = state.bills, token_id >> _BILL_SHIFT
    chain, index = [], RangeWord.of(own.words[token_id]).head
    while index:
        chain.append(own.records[number, index])
        index = chain[-1].previous
    return chain


def _last_day(state: Standing, token_id: int, liability: Liability, bearing: Bearing) -> int | None:
    """Two years from maturity, six months from refusal, three from payment (article 17)."""
    rule, start = LIMIT_RULES[0], state.bills.bills[token_id >> _BILL_SHIFT].maturity
    if liability == Liability.ENDORSER:
        basis = state.bills.bases.get(token_id)
        rule, start = LIMIT_RULES[1], bearing.refusal_day
        if basis is not None:
            rule, start = LIMIT_RULES[2], basis.settled_day
    months = rule_value(state, rule, start)
    if months is None:
        return None
    last = civil_day(add_months(from_civil_day(start), months))
    return pay_day(state, last) if rule_value(state, ROLL_RULE, start) else last
