"""CC-768: how several claims on one receivable share what it brings in."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scf.model.priority import Claim, allocate
from tests.world import World


def claim(
    registered: int = 0, sequence: int = 0, notice: int = 0, financed: int = 0, owed: int = -1
):
    return Claim(
        registered_at=registered,
        registry_sequence=sequence,
        notice_at=notice,
        financed_fen=financed,
        owed_fen=financed if owed < 0 else owed,
    )


def on_chain(world: World, claims: Sequence[Claim], amount: int) -> tuple[tuple[int, ...], int]:
    rows = [
        {
            "registeredAt": item.registered_at,
            "registrySequence": item.registry_sequence,
            "noticeAt": item.notice_at,
            "financedFen": item.financed_fen,
            "owedFen": item.owed_fen,
        }
        for item in claims
    ]
    parts, left = world.read("factoringclaims", "priorityOf", rows, amount)
    return tuple(parts), left


CASES: list[tuple[str, list[Claim], int, tuple[int, ...], int]] = [
    (
        "registered beats notified",
        [claim(notice=1, financed=100), claim(9, financed=100)],
        120,
        (20, 100),
        0,
    ),
    (
        "earlier registration wins whatever the funding",
        [claim(5, financed=100), claim(4, financed=100)],
        120,
        (20, 100),
        0,
    ),
    (
        "same second: the registry's number",
        [claim(5, 2, financed=100), claim(5, 1, financed=100)],
        150,
        (50, 100),
        0,
    ),
    (
        "first notice wins among unregistered",
        [claim(notice=8, financed=60), claim(notice=7, financed=60)],
        70,
        (10, 60),
        0,
    ),
    ("notified beats neither", [claim(financed=60), claim(notice=7, financed=60)], 70, (10, 60), 0),
    ("neither: pro rata to financing", [claim(financed=30), claim(financed=10)], 20, (15, 5), 0),
    ("largest remainder, ties to the lower index", [claim(financed=1)] * 3, 2, (1, 1, 0), 0),
    (
        "never more than is owed, the rest passes down",
        [claim(3, financed=100, owed=40), claim(financed=10), claim(financed=30)],
        60,
        (40, 5, 15),
        0,
    ),
    (
        "a capped share passes to its class",
        [claim(financed=30, owed=5), claim(financed=10), claim(financed=10)],
        20,
        (5, 8, 7),
        0,
    ),
    (
        "above all claims something is left",
        [claim(3, financed=10), claim(financed=10)],
        50,
        (10, 10),
        30,
    ),
    ("nothing to divide", [claim(3, financed=10)], 0, (0,), 0),
    ("no claims", [], 7, (), 7),
]


@pytest.mark.parametrize(
    ("name", "claims", "amount", "parts", "left"), CASES, ids=[c[0] for c in CASES]
)
def test_priority__rows_of_the_rule(
    world: World, name: str, claims: list[Claim], amount: int, parts: tuple[int, ...], left: int
) -> None:
    """INV-16, receivables.md §6."""
    assert on_chain(world, claims, amount) == (parts, left)
    assert allocate(claims, amount) == (parts, left)


def test_priority__more_claims_than_one_receivable_can_have__is_refused(world: World) -> None:
    with world.refused("PriorityClaimCount"):
        on_chain(world, [claim(1, financed=1)] * 65, 1)


CLAIMS = st.builds(
    claim,
    st.one_of(st.just(0), st.integers(1, 4)),
    st.integers(0, 3),
    st.one_of(st.just(0), st.integers(1, 4)),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(CLAIMS, max_size=12), st.integers(0, 10**13))
def test_priority__any_claims__contract_and_client_agree_and_nothing_is_lost(
    world: World, claims: list[Any], amount: int
) -> None:
    """Σ parts + left = amount; nobody above what it is owed; a better rank comes first."""
    parts, left = allocate(claims, amount)

    assert on_chain(world, claims, amount) == (parts, left)
    assert sum(parts) + left == amount
    assert all(part <= item.owed_fen for part, item in zip(parts, claims, strict=True))
    ranked = [(p, c) for p, c in zip(parts, claims, strict=True) if c.registered_at or c.notice_at]
    short = [c for p, c in ranked if p < c.owed_fen]
    if short:
        assert left == 0
        rest = [
            p for p, c in zip(parts, claims, strict=True) if not (c.registered_at or c.notice_at)
        ]
        assert not any(rest)
    rest_claims = [
        (p, c) for p, c in zip(parts, claims, strict=True) if not (c.registered_at or c.notice_at)
    ]
    open_ = [(p, c) for p, c in rest_claims if p < c.owed_fen and c.financed_fen]
    if len(open_) > 1:
        weight = sum(c.financed_fen for _, c in open_)
        total = sum(p for p, _ in open_)
        for part, item in open_:
            assert abs(part - Fraction(total * item.financed_fen, weight)) <= 1
