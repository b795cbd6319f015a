"""What holders may claim in recourse today: the books' formula against the contract's views."""

from __future__ import annotations

from collections.abc import Iterator

from scf.audit.recourse_claims import bearing_of, claim_of, residual_of
from scf.audit.recourse_debtors import claim_against, debtors_of
from scf.audit.rooms.room import Expected, Matter, View, singles, words
from scf.model.bill_enums import Ground


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


def _claim_against(view: View, id_: int) -> Iterator[Expected]:
    """Of a range on which nothing opened recourse nobody owes anything (`_claim_today`)."""
    if bearing_of(view.state, id_).ground == Ground.NONE:
        return
    for party, guaranteed in debtors_of(view.state, id_):
        owed = claim_against(view.state, id_, (party, guaranteed), view.day)
        if owed is not None:
            asked = words(id_, party, guaranteed, view.day)
            yield Expected("Recourse", "claimAgainst", asked, words(owed))


CLAIM_MATTERS = {
    "claim-today": Matter(
        title="what holders of bills may claim in recourse today (NIL-70, NIL-71)",
        known=lambda view: singles(view.state.bills.holders),
        asked=_claim_today,
    ),
    "claim-against": Matter(
        title="what each debtor of a bill owes its holder today (NIL-17, NIL-68, NIL-72)",
        known=lambda view: singles(view.state.bills.holders),
        asked=_claim_against,
    ),
}
