"""
The arithmetic of recourse in integers, held against exact decimals and fractions (INV-15, MUST-20):
scope (bills.md §6), first recourse, re-recourse in chains, a payer's basis over the pieces.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scf.build.compile import LIBRARY_FOLDER, compile_contracts, contracts_folder
from scf.chain.abi import Abi, Contract
from tests.engines import InProcess

PACKAGE_MAX = 10**11  # SH-1, fen
SOURCES = (
    "interfaces/IPresentations.sol",
    "libraries/Apportionment.sol",
    "libraries/Interest.sol",
    "libraries/RecourseClaims.sol",
)
NONE, NARROW, ALL = 0, 1, 2
DAY = 20_000
EXACT = Context(prec=60)

amounts = st.one_of(st.integers(1, 9), st.integers(1, PACKAGE_MAX), st.just(PACKAGE_MAX))
rates = st.one_of(
    st.just(0), st.sampled_from([1, 18_000, 36_000, 500_000]), st.integers(0, 999_999)
)
spans = st.one_of(st.integers(0, 3), st.integers(0, 800))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """The library behind its harness, in an EVM."""
    folder = tmp_path_factory.mktemp("claims") / "contracts"
    for name in SOURCES:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(contracts_folder() / name, target)
    shutil.copy(Path(__file__).parent / "harness" / "Claims.sol", folder / "Claims.sol")
    artifact = compile_contracts(folder, library=contracts_folder() / LIBRARY_FOLDER)[
        "Claims"
    ].artifact
    engine = InProcess()
    address, _ = engine.create("0x" + "d0" * 20, artifact.bytecode)
    contract = Contract(address, Abi.parse(artifact.abi))

    def call(function: str, *args: Any) -> Any:
        return contract.decode_output(
            function, engine.read(address, contract.encode(function, *args))
        )

    return call


def interest(principal: int, days: int, ppm: int) -> int:
    """FEN-2, FEN-4 in exact decimals: yuan, percent a year, ACT/360, 四舍五入 to 0.01."""
    yuan = EXACT.divide(Decimal(principal), Decimal(100))
    percent = EXACT.divide(Decimal(ppm), Decimal(10_000))
    numerator = EXACT.multiply(EXACT.multiply(yuan, percent), Decimal(days))
    # The fen part is decided on the exact numerator: 360 does not divide a decimal exactly.
    whole, rest = divmod(int(EXACT.multiply(numerator, Decimal(10**6))), 36_000 * 10**4)
    rounded = EXACT.divide(Decimal(rest), Decimal(36_000 * 10**4)).quantize(
        Decimal(1), ROUND_HALF_UP
    )
    return whole + int(rounded)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(principal=amounts, ppm=rates, days=spans, costs=st.integers(0, 10**6))
def test_claim__any_amount__is_the_exact_formula(
    library: Callable[..., Any], principal: int, ppm: int, days: int, costs: int
) -> None:
    """NIL-70: a + I(a, start, settled) + costs; the same in decimals, fractions and integers."""
    found = library("claim", principal, ppm, DAY, DAY + days, costs)

    exact = Fraction(principal * days * ppm, 360 * 10**6)
    assert found == principal + interest(principal, days, ppm) + costs
    assert found == principal + int(exact + Fraction(1, 2)) + costs


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data(), days=st.integers(1, 730), ppm=st.integers(1, 999_999))
def test_claim__exact_half_fen__goes_up(
    library: Callable[..., Any], data: st.DataObject, days: int, ppm: int
) -> None:
    """INV-15: where the interest is n + ½ fen, it is n + 1; one unit of numerator less, n."""
    half = 180 * 10**6
    step = days * ppm
    # The smallest principal on or past an odd multiple of half a fen.
    odd = 2 * data.draw(st.integers(0, min(PACKAGE_MAX * step // half // 2, 10**6))) + 1
    principal = -(-odd * half // step)

    found = library("claim", principal, ppm, DAY, DAY + days, 0) - principal
    below = library("claim", principal - 1, ppm, DAY, DAY + days, 0) - principal + 1

    assert found == int(Fraction(principal * step, 2 * half) + Fraction(1, 2)) >= (odd + 1) // 2
    assert below <= (odd - 1) // 2 if (principal - 1) * step < odd * half else below == found


def test_claim__known_ties__round_up(library: Callable[..., Any]) -> None:
    """Own numbers: 36 000.00 for 10 days at 1 % is 10.00; one fen for half of 360 days at 100 %."""
    assert library("claim", 3_600_000, 10_000, DAY, DAY + 10, 0) == 3_601_000
    assert library("claim", 1, 1_000_000, DAY, DAY + 180, 0) == 2
    assert library("claim", 1, 1_000_000, DAY, DAY + 179, 0) == 1
    assert library("claim", 1_000, 18_000, DAY, DAY + 10, 0) == 1_001  # exactly half a fen
    assert library("claim", 999, 18_000, DAY, DAY + 10, 0) == 999


@settings(max_examples=200, deadline=None, derandomize=True)
@given(principal=amounts, ppm=rates, early=st.integers(0, 400), costs=st.integers(0, 99))
def test_claim__before_its_start__bears_no_interest(
    library: Callable[..., Any], principal: int, ppm: int, early: int, costs: int
) -> None:
    assert library("claim", principal, ppm, DAY, DAY - early, costs) == principal + costs


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    face=amounts,
    hops=st.lists(st.tuples(spans, rates, st.integers(0, 10**5)), min_size=1, max_size=12),
)
def test_claim__chain_of_re_recourse__compounds_hop_by_hop(
    library: Callable[..., Any], face: int, hops: list[tuple[int, int, int]]
) -> None:
    """NIL-71: each payer claims what it paid, with interest from its own payment, and its costs."""
    found = expected = face
    day = DAY
    for days, ppm, costs in hops:
        found = library("claim", found, ppm, day, day + days, costs)
        expected += interest(expected, days, ppm) + costs
        day += days

    assert found == expected
    assert found >= face + sum(costs for _, _, costs in hops)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(paid=st.integers(0, 2 * PACKAGE_MAX), front=amounts, back=amounts)
def test_divide__any_parts__is_the_largest_remainder(
    library: Callable[..., Any], paid: int, front: int, back: int
) -> None:
    """FEN-3: the parts sum to the whole, nobody gains a whole fen, ties to the front."""
    for_front, for_back = library("divide", paid, front, back)

    exact = Fraction(paid * front, front + back)
    assert for_front + for_back == paid
    assert abs(for_front - exact) <= Fraction(1, 2)
    assert for_front == int(exact + Fraction(1, 2))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(paid=amounts, cuts=st.lists(st.integers(1, 99), min_size=1, max_size=8), face=amounts)
def test_divide__again_and_again__loses_no_fen(
    library: Callable[..., Any], paid: int, cuts: list[int], face: int
) -> None:
    """MUST-20, RCS-5: however a range is cut, the bases of its pieces sum to what was paid."""
    pieces, left_face, left_paid = [], face, paid
    for cut in cuts:
        part = left_face * cut // 100
        if part == 0 or part == left_face:
            continue
        taken, left_paid = library("divide", left_paid, part, left_face - part)
        pieces.append(taken)
        left_face -= part

    assert sum(pieces) + left_paid == paid


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    window=st.integers(10, 20),
    presented=st.integers(-30, 40),
    answer=st.integers(0, 40),
    register=st.booleans(),
)
def test_scopeOf__any_days__is_the_rule(  # noqa: N802
    library: Callable[..., Any], window: int, presented: int, answer: int, register: bool
) -> None:
    """§6: A < M none; M ≤ A ≤ W all; later all only where presented in [M, W] (OP-8 apart)."""
    m, w, p = DAY, DAY + window, DAY + presented
    a = p + answer

    if a < m:
        needed = NONE
    elif a <= w or (m <= p <= w and not register):
        needed = ALL
    else:
        needed = NARROW
    assert library("scopeOf", m, w, p, a, register) == needed


def test_scopeOf__every_edge__is_the_rule(library: Callable[..., Any]) -> None:  # noqa: N802
    m, w = DAY, DAY + 10
    rows = (
        (m - 5, m - 1, NONE),
        (m - 5, m, ALL),
        (m - 1, w, ALL),
        (m - 1, w + 1, NARROW),
        (m, w + 1, ALL),
        (w, w + 1, ALL),
        (w, w, ALL),
        (w + 1, w + 1, NARROW),
    )
    for presented, answered, needed in rows:
        assert library("scopeOf", m, w, presented, answered, False) == needed, (presented, answered)
    assert library("scopeOf", m, w, w, w + 1, True) == NARROW
    assert library("scopeOf", m, w, w, w, True) == ALL
