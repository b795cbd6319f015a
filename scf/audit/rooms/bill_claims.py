"""What holders may claim in recourse today: the books' formula against the contract's view."""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.recourse_claims import claim_of, residual_of
from scf.audit.rooms.room import Expected, Matter, View, singles, words


def _claim_today(view: View, id_: int) -> Iterator[Expected]:
    """Nothing is asked where the rulebook has no rate: the contract refuses to tell."""
    asked = words(id_, view.day)
    for function, fen in (
        ("claimOf", claim_of(view.state, id_, view.day)),
        ("residualClaimOf", residual_of(view.state, id_, view.day)),
    ):
        if fen is not None:
            yield Expected("Recourse", function, asked, words(fen))


CLAIM_TODAY = Matter(
    title="what holders of bills may claim in recourse today (NIL-70, NIL-71)",
    known=lambda view: singles(view.state.bills.holders),
    asked=_claim_today,
)
