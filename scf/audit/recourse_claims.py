"""
What the holder of a range may claim in recourse on a day, told from the books alone: articles 70
and 71 of the bills law (bills §8), by the rulebook's dated values.

Amounts fen, days civil day numbers. Against whom is `scf.audit.recourse_debtors`.
"""

from __future__ import annotations

from dataclasses import dataclass

from scf.audit.dues import Standing, rule_value
from scf.model.bill_enums import BillFlag, Ground, Scope
from scf.model.bill_words import RangeWord
from scf.units import interest_fen

RATE_RULE, FROM_PRESENTATION_RULE = "OP-9", "OP-10"
_BILL_SHIFT, _UNIT_SHIFT, _UNIT_MASK = 80, 40, 2**40 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """
    What opened recourse on a range.

    Attributes:
        ground, scope: why, and how far it reaches; NONE where nothing did.
        start_day: from which interest runs. refusal_day: from which earlier parties answer.
    """

    ground: Ground
    scope: Scope
    start_day: int
    refusal_day: int


def claim_of(state: Standing, token_id: int, day: int) -> int | None:
    """
    The claim of a range's holder if it were paid on a day: in first recourse the range's fen, in
    re-recourse what the holder paid, with interest from maturity or payment on, and its costs.

    Zero where nothing opened recourse; None where the rulebook has no rate for the first day.
    """
    own, number = state.bills, token_id >> _BILL_SHIFT
    bearing = bearing_of(state, token_id)
    if bearing.ground == Ground.NONE:
        return 0
    pursuit, basis = own.pursuits.get(token_id), own.bases.get(token_id)
    first, last = units_of(token_id)
    principal = last - first + 1 if first else own.bills[number].face_fen
    if basis is not None:
        principal = basis.paid_fen
    grown = _grown(state, principal, bearing.start_day, day)
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


def bearing_of(state: Standing, token_id: int) -> Bearing:
    """
    A dishonour opens recourse by its scope, a pursuit by what was true when it began; whoever paid
    goes on from the ground it paid on. Interest runs from maturity, or by OP-10 from presentation.
    """
    own, number = state.bills, token_id >> _BILL_SHIFT
    word, start = RangeWord.of(own.words[token_id]), own.bills[number].maturity
    ground, scope, refusal = Ground.NONE, Scope.NONE, 0
    if word.dishonour:
        found = own.dishonours[number, word.dishonour]
        ground, scope, refusal = Ground.DISHONOUR, found.scope, found.day
        from_presentation = rule_value(state, FROM_PRESENTATION_RULE, found.presented_day)
        if from_presentation and found.presented_day > start:
            start = found.presented_day
    if (basis := own.bases.get(token_id)) is not None:
        ground, start = basis.ground, basis.settled_day
        scope = scope if ground == Ground.DISHONOUR else Scope.ALL
    pursuit = own.pursuits.get(token_id)
    if word.resting_flag != BillFlag.NONE and pursuit is not None:
        ground, scope, refusal = pursuit.ground, pursuit.scope, pursuit.refusal_day
    return Bearing(ground=ground, scope=scope, start_day=start, refusal_day=refusal)


def units_of(token_id: int) -> tuple[int, int]:
    """First and last unit of a range; zeros for an indivisible bill."""
    return token_id >> _UNIT_SHIFT & _UNIT_MASK, token_id & _UNIT_MASK


def _grown(state: Standing, principal_fen: int, start: int, day: int) -> int | None:
    """With simple interest of the first day's rate, ACT/360, half-up to one fen."""
    if day <= start:
        return principal_fen
    rate = rule_value(state, RATE_RULE, start)
    if rate is None:
        return None
    return principal_fen + interest_fen(principal_fen, days=day - start, rate_ppm=rate)
