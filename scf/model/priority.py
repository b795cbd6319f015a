"""
Who is paid first out of one receivable that several have financed (优先顺位, CC-768).

The same arithmetic as the contract's `priorityOf`, for auditors who recompute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scf.units import largest_remainder

CLAIMS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One claim on a receivable.

    Attributes:
        registered_at: unix seconds of the filing; 0 = not registered.
        registry_sequence: the registry's number, for filings of the same second.
        notice_at: unix seconds at which the notice reached the debtor; 0 = not notified.
        financed_fen: weight among claims that are neither registered nor notified.
        owed_fen: what the claim may receive at most.
    """

    registered_at: int = 0
    registry_sequence: int = 0
    notice_at: int = 0
    financed_fen: int = 0
    owed_fen: int = 0


def allocate(claims: Sequence[Claim], amount_fen: int) -> tuple[tuple[int, ...], int]:
    """
    What each claim receives, in the order given, and what none may receive, fen.

    Registered claims by time, then sequence number; then notified ones by time; then the rest pro
    rata to what they financed. Nobody gets more than it is owed: the rest passes down.
    """
    parts = [0] * len(claims)
    left = amount_fen
    for place in sorted(range(len(claims)), key=lambda i: (*_rank(claims[i]), i)):
        if not _is_ranked(claims[place]):
            break
        parts[place] = min(left, claims[place].owed_fen)
        left -= parts[place]
    sharing = [
        place
        for place, item in enumerate(claims)
        if not _is_ranked(item) and item.owed_fen and item.financed_fen
    ]
    while left and sharing:
        shares = largest_remainder(left, [claims[place].financed_fen for place in sharing])
        capped = {
            place
            for place, share in zip(sharing, shares, strict=True)
            if share >= claims[place].owed_fen
        }
        if not capped:
            for place, share in zip(sharing, shares, strict=True):
                parts[place] = share
            return tuple(parts), 0
        for place in capped:
            parts[place] = claims[place].owed_fen
            left -= parts[place]
        sharing = [place for place in sharing if place not in capped]
    return tuple(parts), left


def _is_ranked(claim: Claim) -> bool:
    return bool(claim.registered_at or claim.notice_at)


def _rank(claim: Claim) -> tuple[int, int, int]:
    if claim.registered_at:
        return 0, claim.registered_at, claim.registry_sequence
    if claim.notice_at:
        return 1, claim.notice_at, 0
    return 2, 0, 0
