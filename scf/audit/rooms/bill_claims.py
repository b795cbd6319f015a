"""What holders may claim in recourse today: the books' formula against the contract's view."""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.recourse_claims import claim_of, residual_of
from scf.audit.rooms.room import Expected, Matter, View, singles, words


def _claim_today(view: View, id_: int) -> Iterator[Expected]:
    """What the contract refuses to tell is not asked: there is no rate, or no residual claim."""
    asked = words(id_, view.day)
    claim = claim_of(view.state, id_, view.day)
    if claim is not None:
        yield Expected("Recourse", "claimOf", asked, words(claim))
    if id_ in view.state.bills.residuals:
        left = residual_of(view.state, id_, view.day)
        if left is not None:
            yield Expected("Recourse", "residualClaimOf", asked, words(left))


CLAIM_TODAY = Matter(
    title="what holders of bills may claim in recourse today (NIL-70, NIL-71)",
    known=lambda view: singles(view.state.bills.holders),
    asked=_claim_today,
)
