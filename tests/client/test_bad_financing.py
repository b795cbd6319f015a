"""
Financing: what cannot be right is refused before a node is asked, function by function and field by
field. The ledger stands on a node that is not there, as in `test_bad_arguments`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

import scf
from scf.errors import UnavailableError, UsageError
from scf.model.bill_numbers import build_bill_number, range_of_token
from scf.model.financing_records import (
    BillLoanTerms,
    BillQuote,
    BillTopUp,
    ClaimTerms,
    EarlyOffer,
    LoanTerms,
    PledgeSale,
    TopUp,
)
from tests.client.test_bad_arguments import (
    AMOUNTS,
    DAYS,
    HASHES,
    KEY,
    NOW,
    OTHER,
    PARTIES,
    QUOTE,
    SECONDS,
    SIGNERS,
    H,
    P,
    Q,
    nowhere,
)

__all__ = ["nowhere"]

DAY = dt.date(2026, 4, 20)
NUMBER = int(build_bill_number(kind=7, bank="1" * 12, issue_day=DAY, serial=1))
TOKEN = NUMBER << 80 | 1 << 40 | 100
RANGE = range_of_token(TOKEN)
FEES = (-1, 1.5, True, 10**18)
RATES = (-1, 1.5, "3 %")
UNITS = (-1, 2**40, 1.5, "1")
PATHS = ((), tuple(range(17)))
BAD: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("funder", "seller", "lender", "borrower", "debtor", "holder"), PARTIES),
    **dict.fromkeys(("buyer", "claimant"), PARTIES),
    **dict.fromkeys(("evidence_hash", "registry_receipt", "loan_id"), HASHES),
    **dict.fromkeys(("amount", "principal", "pledged", "price"), AMOUNTS),
    **dict.fromkeys(("fee", "costs_max", "redeem_amount"), FEES),
    **dict.fromkeys(("rate", "late_rate", "apr", "redeem_rate"), RATES),
    **dict.fromkeys(("certificate_id", "token_id"), (0, -1, 2**256, "0x1", True)),
    **dict.fromkeys(("first", "last"), UNITS),
    "acts": (-1, 2**16, "1"),
    "buyer_share": (-1, 10**6 + 1, 1.5),
    "deadline": (*SECONDS, NOW - 1),
    "epoch": (-1, 2**32, "0"),
    "repay_day": DAYS,
    "redeem_from": (*DAYS, None),
    "redeem_until": (*DAYS, None),
    "sale_floor": (-1, 2**32),
}
LOAN = LoanTerms(
    lender=P,
    borrower=Q,
    certificate_id=1,
    pledged=100,
    principal=90,
    rate=40_000,
    late_rate=60_000,
    repay_day=DAY,
    evidence_hash=H,
    registry_receipt=H,
    deadline=NOW + 1,
)
BILL_LOAN = BillLoanTerms(
    lender=P,
    borrower=Q,
    token_id=TOKEN,
    acts=5,
    first=1,
    last=100,
    principal=90,
    rate=40_000,
    late_rate=60_000,
    repay_day=DAY,
    evidence_hash=H,
    deadline=NOW + 1,
)
BILL_QUOTE = BillQuote(
    funder=P,
    seller=Q,
    token_id=TOKEN,
    acts=5,
    first=1,
    last=100,
    rate=24_000,
    deadline=NOW + 1,
    redeem_from=DAY,
    redeem_until=DAY,
)
TOP_UP = TopUp(
    loan_id=H,
    certificate_id=1,
    amount=5,
    evidence_hash=H,
    registry_receipt=H,
    deadline=NOW + 1,
)
BILL_TOP_UP = BillTopUp(
    loan_id=H,
    token_id=TOKEN,
    acts=5,
    first=1,
    last=100,
    evidence_hash=H,
    deadline=NOW + 1,
)
SALE = PledgeSale(
    loan_id=H,
    certificate_id=1,
    buyer=P,
    amount=5,
    price=5,
    evidence_hash=H,
    registry_receipt=H,
    deadline=NOW + 1,
)
EARLY = EarlyOffer(
    debtor=P, holder=Q, certificate_id=1, amount=5, apr=60_000, reference=H, deadline=NOW + 1
)
CLAIM = ClaimTerms(certificate_id=1, claimant=P, path=(0,), amount=5, evidence_hash=H, reference=H)
SIDES = {"lender": KEY, "borrower": OTHER}
BOTH = {"evidence_hash": H, "consent_hash": H, "seller": KEY, "funder": OTHER}


@dataclass(frozen=True)
class Case:
    """A function, the record it takes, and its other arguments with values that cannot be right."""

    call: Callable[..., Any]
    record: Any = None
    more: dict[str, Any] = dataclasses.field(default_factory=dict)
    bad: dict[str, tuple[Any, ...]] = dataclasses.field(default_factory=dict)
    skip: frozenset[str] = frozenset()


def _on(face: str, name: str) -> Callable[..., Any]:
    def call(ledger: scf.Ledger, *args: Any, **kwargs: Any) -> Any:
        function = getattr(getattr(ledger, face), name)
        return getattr(function, "build", function)(*args, **kwargs)

    return call


CASES = {
    "advance": Case(
        _on("loans", "advance"),
        LOAN,
        {"consent_hash": H, **SIDES},
        {"consent_hash": HASHES, "lender": SIGNERS, "borrower": SIGNERS},
    ),
    "top up": Case(_on("loans", "top_up"), TOP_UP, SIDES, {"lender": SIGNERS}),
    "enforce": Case(
        lambda ledger, sale, **more: ledger.loans.enforce.build(LOAN, sale, **more),
        SALE,
        {"buyer": KEY},
        {"buyer": SIGNERS},
    ),
    "state costs": Case(
        lambda ledger, terms, **more: ledger.loans.state_costs.build(terms, **more),
        LOAN,
        {"costs": 5, "evidence_hash": H},
        {"costs": AMOUNTS, "evidence_hash": HASHES},
        frozenset(("deadline",)),
    ),
    "repay": Case(
        _on("loans", "repay"),
        more={"loan_id": H, "amount": 5, "release": (1,)},
        bad={"loan_id": HASHES, "amount": AMOUNTS, "release": ((0,), ("1",))},
    ),
    "release": Case(
        _on("loans", "release"),
        more={"loan_id": H, "certificate_id": 1, "amount": 5},
        bad={"loan_id": HASHES, "certificate_id": BAD["certificate_id"], "amount": AMOUNTS},
    ),
    "declare default": Case(
        _on("loans", "declare_default"), more={"loan_id": H}, bad={"loan_id": HASHES}
    ),
    "loan": Case(_on("loans", "loan"), more={"loan_id": H}, bad={"loan_id": HASHES}),
    "bill advance": Case(
        _on("bill_loans", "advance"),
        BILL_LOAN,
        {"consent_hash": H, **SIDES},
        {"consent_hash": HASHES, "lender": SIGNERS, "borrower": SIGNERS},
    ),
    "bill top up": Case(_on("bill_loans", "top_up"), BILL_TOP_UP, SIDES, {"borrower": SIGNERS}),
    "bill release": Case(
        _on("bill_loans", "release"),
        more={"range_": RANGE, "amount": 5},
        bad={"range_": ("", "1/1-2", 5), "amount": (*AMOUNTS[:3], 101)},
    ),
    "bill discount": Case(
        _on("bill_discounting", "discount"),
        BILL_QUOTE,
        BOTH,
        {"evidence_hash": HASHES, "consent_hash": HASHES, "seller": SIGNERS, "funder": SIGNERS},
    ),
    "sell": Case(
        lambda ledger, quote, **more: ledger.discounting.sell.build(
            ledger.discounting.sign_quote(quote, KEY), **more
        ),
        QUOTE,
        {"evidence_hash": H, "consent_hash": H},
        {"evidence_hash": HASHES, "consent_hash": HASHES},
    ),
    "take early": Case(
        _on("early_payments", "take"),
        EARLY,
        {"consent_hash": H, "debtor": KEY},
        {"consent_hash": HASHES, "debtor": SIGNERS},
    ),
    "pay early": Case(
        _on("early_payments", "pay"),
        EARLY,
        {"consent_hash": H, "holder": KEY},
        {"consent_hash": HASHES, "holder": SIGNERS},
    ),
    "claim": Case(_on("factoring", "claim"), CLAIM, bad={}),
    "collect online": Case(
        _on("recourse", "collect_online"),
        more={"range_": RANGE, "debtors": [P]},
        bad={"range_": ("", 5), "debtors": ([], ["nobody"])},
    ),
}


def cases() -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    for name, case in CASES.items():
        for field, values in case.bad.items():
            yield name, f"={field}", values
        if case.record is None:
            continue
        for item in dataclasses.fields(case.record):
            if item.name in BAD and item.name not in case.skip:
                yield name, item.name, BAD[item.name]


@pytest.mark.parametrize(
    ("name", "field", "values"), list(cases()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_wrong_value__is_refused_before_a_node_is_asked(
    nowhere: scf.Ledger,
    name: str,
    field: str,
    values: tuple[Any, ...],
) -> None:
    case, missed = CASES[name], []

    for value in values:
        record, more = case.record, dict(case.more)
        if field.startswith("="):
            more[field[1:]] = value
        else:
            record = dataclasses.replace(record, **{field: value})
        try:
            case.call(nowhere, *([record] if record is not None else []), **more)
        except UsageError:
            continue
        except UnavailableError:
            missed.append(f"{value!r}: asked the node")
        else:
            missed.append(f"{value!r}: accepted")

    assert missed == []


@pytest.mark.parametrize("name", CASES)
def test_good_values__are_not_refused(nowhere: scf.Ledger, name: str) -> None:
    """Or the wrong ones might be refused for another reason."""
    case = CASES[name]

    with suppress(UnavailableError):
        case.call(nowhere, *([case.record] if case.record is not None else []), **case.more)
