"""
What the holder of a range may claim in recourse on a day, told from the books alone:票据法 70 and
71 (bills §8), by the rulebook's dated values.

Amounts fen, days civil day numbers.
"""

from __future__ import annotations

from scf.audit.dues import Standing, rule_value
from scf.model.bill_enums import BillFlag, Ground
from scf.model.bill_words import RangeWord
from scf.units import interest_fen

RATE_RULE, FROM_PRESENTATION_RULE = "OP-9", "OP-10"
_BILL_SHIFT, _UNIT_SHIFT, _UNIT_MASK = 80, 40, 2**40 - 1


def claim_of(state: Standing, token_id: int, day: int) -> int | None:
    """
    The claim of a range's holder if it were paid on a day: in first recourse the range's fen, in
    re-recourse what the holder paid, with interest from maturity or payment on, and its costs.

    Zero where nothing opened recourse; None where the rulebook has no rate for the first day.
    """
    own, number = state.bills, token_id >> _BILL_SHIFT
    ground, start = _ground(state, token_id)
    if ground == Ground.NONE:
        return 0
    pursuit, basis = own.pursuits.get(token_id), own.bases.get(token_id)
    first, last = token_id >> _UNIT_SHIFT & _UNIT_MASK, token_id & _UNIT_MASK
    principal = last - first + 1 if first else own.bills[number].face_fen
    if basis is not None:
        principal = basis.paid_fen
    grown = _grown(state, principal, start, day)
    return None if grown is None else grown + (pursuit.costs_fen if pursuit else 0)


def residual_of(state: Standing, token_id: int, day: int) -> int | None:
    """
    A claim left when a range ended by another payment than the acceptor's, if paid on a day.

    Zero where it was paid or there is none; None where the rulebook has no rate.
    """
    found = state.bills.residuals.get(token_id)
    if found is None or found.paid:
        return 0
    return _grown(state, found.paid_fen, found.settled_day, day)


def _ground(state: Standing, token_id: int) -> tuple[Ground, int]:
    """What opened recourse on a range, and from when interest runs."""
    own, number = state.bills, token_id >> _BILL_SHIFT
    word, start = RangeWord.of(own.words[token_id]), own.bills[number].maturity
    ground = Ground.NONE
    if word.dishonour:
        ground = Ground.DISHONOUR
        presented = own.dishonours[number, word.dishonour].presented_day
        if rule_value(state, FROM_PRESENTATION_RULE, presented) and presented > start:
            start = presented
    if (basis := own.bases.get(token_id)) is not None:
        ground, start = basis.ground, basis.settled_day
    pursuit = own.pursuits.get(token_id)
    if word.resting_flag != BillFlag.NONE and pursuit is not None:
        ground = pursuit.ground
    return ground, start


def _grown(state: Standing, principal_fen: int, start: int, day: int) -> int | None:
    """With simple interest of the first day's rate, ACT/360, half-up to one fen."""
    if day <= start:
        return principal_fen
    rate = rule_value(state, RATE_RULE, start)
    if rate is None:
        return None
    return principal_fen + interest_fen(principal_fen, days=day - start, rate_ppm=rate)
