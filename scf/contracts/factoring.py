"""
What a sale with recourse leaves to be settled (有追索权保理, 追索): contracts `Factoring` and
`FactoringClaims`. Amounts in fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import checks
from scf.contracts.discounting import quote_struct
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.model.financing_enums import DealState
from scf.model.financing_records import ClaimTerms, DealAccount, WalkStep
from scf.model.financing_results import BoughtBack, Claimed, RecoursePaid, SurplusReturned
from scf.model.priority import CLAIMS_MAX, Claim
from scf.model.records import Quote
from scf.model.results import TxRef

_CLAIMS = "FactoringClaims"
HOPS_MAX = 16
UNDERTAKINGS_MAX = 32


class Factoring(Face):
    """Buying back, returning the surplus, claims along recourse undertakings."""

    contract = "Factoring"

    # Reading

    def account(self, quote: Quote) -> DealAccount:
        """What a part financed with recourse has brought in, and what is owed on it, today."""
        found = self._read("accountOf", quote_struct(quote))
        return DealAccount(
            collected=found["collectedFen"],
            owed=found["owedFen"],
            left=found["leftFen"],
            is_due=found["isDue"],
        )

    def state(self, quote_id: bytes) -> DealState:
        """How far a sale with recourse is."""
        return DealState(
            self._read("dealStateOf", checks.hash32(quote_id, "quote_id"), contract=_CLAIMS)
        )

    def walk(
        self, certificate_id: int, claimant: str, path: Sequence[int], amount: int
    ) -> tuple[WalkStep, ...]:
        """
        E10: who answers to the claimant for `amount` along a path, and with how much, today.

        Raises:
            ContractRefusal: the path leaves the undertakings, or one covers less.
        """
        party = checks.party(claimant, "claimant")
        args = (checks.certificate_id(certificate_id), party, _path(path), checks.amount(amount))
        found = self._read("walk", *args, contract=_CLAIMS)
        return tuple(
            WalkStep(party=step["party"], units=step["unitsFen"], owed=step["owedFen"])
            for step in found
        )

    def claim_id(self, terms: ClaimTerms) -> bytes:
        """The id of a claim."""
        found: bytes = self._read("claimIdOf", _claim(terms), contract=_CLAIMS)
        return found

    def priority(self, claims: Sequence[Claim], amount: int) -> tuple[tuple[int, ...], int]:
        """CC-768 by the contract: what each claim receives, and what is left, fen."""
        checks.number(len(claims), "claims", CLAIMS_MAX)
        rows = [
            {
                "registeredAt": claim.registered_at,
                "registrySequence": claim.registry_sequence,
                "noticeAt": claim.notice_at,
                "financedFen": claim.financed_fen,
                "owedFen": claim.owed_fen,
            }
            for claim in claims
        ]
        parts, left = self._read("priorityOf", rows, checks.amount(amount), contract=_CLAIMS)
        return tuple(parts), left

    # Writing

    @write
    def buy_back(self, quote: Quote, *, undertaking: int = 0) -> Prepared[BoughtBack]:
        """
        F8, F9: the supplier repays advance, interest and costs, and gets the unpaid part back.

        Args:
            undertaking: place of the supplier's undertaking in the factor's list.
        """
        place = checks.number(undertaking, "undertaking", UNDERTAKINGS_MAX - 1)
        return self._act("buyBack", (quote_struct(quote), place), self._bought_back)

    @write
    def return_surplus(self, quote: Quote) -> Prepared[SurplusReturned]:
        """F8: the factor returns what it received above advance, interest and costs."""
        return self._act("returnSurplus", (quote_struct(quote),), self._surplus)

    @write
    def state_costs(self, quote_id: bytes, costs: int, *, evidence_hash: bytes) -> Prepared[TxRef]:
        """The factor states, once, what collection cost it; counted up to the quote's limit."""
        args = (
            checks.hash32(quote_id, "quote_id"),
            checks.amount(costs, "costs"),
            checks.hash32(evidence_hash, "evidence_hash"),
        )
        return self._act("stateCosts", args, self._tx, contract=_CLAIMS)

    @write
    def claim(self, terms: ClaimTerms) -> Prepared[Claimed]:
        """E10: the holder of an overdue part claims against a party its undertakings reach."""
        return self._act("claim", (_claim(terms),), self._claimed, contract=_CLAIMS)

    @write
    def withdraw_claim(self, claim_id: bytes) -> Prepared[TxRef]:
        """The claimant takes its claim back."""
        args = (checks.hash32(claim_id, "claim_id"),)
        return self._act("withdrawClaim", args, self._tx, contract=_CLAIMS)

    @write
    def pay_claim(self, terms: ClaimTerms) -> Prepared[RecoursePaid]:
        """E10, E11: the party claimed against pays and gets the units."""
        return self._act("payClaim", (_claim(terms),), self._paid)

    # Internals

    def _bought_back(self, outcome: Outcome) -> BoughtBack:
        event = self._event(outcome, "BoughtBack")
        return BoughtBack(
            tx=tx_of(outcome),
            quote_id=event["quoteId"],
            certificate_id=event["certificateId"],
            units=event["amountFen"],
            paid=event["paidFen"],
        )

    def _surplus(self, outcome: Outcome) -> SurplusReturned:
        event = self._event(outcome, "SurplusReturned")
        return SurplusReturned(
            tx=tx_of(outcome), quote_id=event["quoteId"], refund=event["refundFen"]
        )

    def _claimed(self, outcome: Outcome) -> Claimed:
        event = self._event(outcome, "RecourseClaimed")
        return Claimed(tx=tx_of(outcome), claim_id=event["claimId"], against=event["against"])

    def _paid(self, outcome: Outcome) -> RecoursePaid:
        event = self._event(outcome, "RecoursePaid")
        return RecoursePaid(
            tx=tx_of(outcome),
            claim_id=event["claimId"],
            units=event["amountFen"],
            paid=event["paidFen"],
        )


def _path(path: Sequence[int]) -> list[int]:
    checks.number(len(path), "path", HOPS_MAX, 1)
    return [checks.number(place, "path", UNDERTAKINGS_MAX - 1) for place in path]


def _claim(terms: ClaimTerms) -> Mapping[str, Any]:
    return {
        "certificateId": checks.certificate_id(terms.certificate_id),
        "claimant": checks.party(terms.claimant, "claimant"),
        "path": _path(terms.path),
        "amountFen": checks.amount(terms.amount),
        "evidenceHash": checks.hash_or_zero(terms.evidence_hash, "evidence_hash"),
        "reference_": checks.hash_or_zero(terms.reference, "reference"),
    }
