"""Good and wrong arguments of the faces of bills and financing, by the argument's name or type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.keys import Signer
from scf.model.bill_enums import BillFlag, BillStatus, DishonourCode, Ground, PendingOp
from scf.model.bill_numbers import build_bill_number, whole_range
from scf.model.bill_records import (
    AcceptanceTerms,
    BillPart,
    DeliveryTerms,
    Drawing,
    EndorsementTerms,
    GuaranteeTerms,
    SettlementTerms,
)
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
from scf.model.priority import Claim
from scf.model.records import NOBODY

P, Q, H = "0x" + "11" * 20, "0x" + "22" * 20, b"\x07" * 32
DAY, NOW = dt.date(2026, 4, 20), 1_772_000_000
LATER = NOW + 1
NUMBER = build_bill_number(kind=7, bank="1" * 12, issue_day=DAY, serial=1)
BILL_NO = int(NUMBER)
WRONG_NO = str(BILL_NO)[:-1] + str((BILL_NO + 1) % 10)
RANGE = whole_range(BILL_NO, 100)

BILL = {"bill_no": BILL_NO, "acts": 1, "deadline": LATER}
TOKEN = {"token_id": RANGE.token_id, "acts": 1, "first": 1, "last": 50}
MATURITY = {"amount": 100, "maturity": DAY + dt.timedelta(days=90), "document_hash": H}
TRADE = {"evidence_hash": H, "registry_receipt": H, "deadline": LATER}
MONEY = {"principal": 50, "rate": 36_000, "late_rate": 54_000, "repay_day": DAY}

RECORDS: dict[str, Any] = {
    "AcceptanceTerms": AcceptanceTerms(**BILL, **MATURITY),
    "BillLoanTerms": BillLoanTerms(
        lender=P, borrower=Q, **TOKEN, **MONEY, evidence_hash=H, deadline=LATER
    ),
    "BillPart": BillPart(
        range=RANGE,
        holder=P,
        amount=100,
        status=BillStatus(1),
        flag=BillFlag(0),
        pending_op=PendingOp(0),
        presented_day=None,
        acts=1,
        head=1,
        dishonour=0,
        frozen=False,
        payment_stopped=False,
        drawers_rights=False,
    ),
    "BillQuote": BillQuote(funder=P, seller=Q, **TOKEN, rate=36_000, deadline=LATER),
    "BillTopUp": BillTopUp(loan_id=H, **TOKEN, evidence_hash=H, deadline=LATER),
    "ClaimTerms": ClaimTerms(
        certificate_id=1, claimant=P, path=(0,), amount=100, evidence_hash=H, reference=H
    ),
    "DeliveryTerms": DeliveryTerms(**BILL, marked=False, consent_hash=H),
    "Drawing": Drawing(bill_no=BILL_NO, payee=P, acceptor=Q, trade_key=H, **MATURITY),
    "EarlyOffer": EarlyOffer(
        debtor=P, holder=Q, certificate_id=1, amount=100, apr=36_000, reference=H, deadline=LATER
    ),
    "EndorsementTerms": EndorsementTerms(
        range=RANGE,
        acts=1,
        part=RANGE,
        from_party=P,
        to_party=Q,
        marked=False,
        evidence_hash=H,
        deadline=LATER,
    ),
    "GuaranteeTerms": GuaranteeTerms(
        range=RANGE, guarantor=P, guaranteed=Q, acts=1, document_hash=H, deadline=LATER
    ),
    "LoanTerms": LoanTerms(lender=P, borrower=Q, certificate_id=1, pledged=100, **MONEY, **TRADE),
    "PledgeSale": PledgeSale(loan_id=H, certificate_id=1, buyer=P, amount=50, price=40, **TRADE),
    "SettlementTerms": SettlementTerms(
        range=RANGE,
        part=RANGE,
        payer=P,
        guaranteed=NOBODY,
        amount_max=100,
        acts=1,
        deadline=LATER,
    ),
    "TopUp": TopUp(loan_id=H, certificate_id=1, amount=50, **TRADE),
}
GOOD: dict[str, Any] = {
    **dict.fromkeys(("acceptor", "bank", "claimant", "pledgor", "requester"), P),
    **dict.fromkeys(("announcement_hash", "book_hash", "cause_hash", "claim_id", "costs_hash"), H),
    **dict.fromkeys(("loan_id", "proof_hash", "quote_id", "statement_hash"), H),
    **dict.fromkeys(("amount_max", "costs", "deposits", "margin", "total_assets"), 100),
    **dict.fromkeys(("book_balance", "undertaking"), 0),
    **dict.fromkeys(("conditional", "marked"), False),
    **dict.fromkeys(("as_of", "month"), DAY.replace(day=1)),
    "acts": 1,
    "bids": [(RECORDS["EarlyOffer"], H, Signer.create())],
    "bill_no": BILL_NO,
    "bill_nos": [BILL_NO],
    "claims": [Claim(registered_at=1, financed_fen=100, owed_fen=100)],
    "code": DishonourCode(1),
    "debtors": [P],
    "drawings": [RECORDS["Drawing"]],
    "found": {"faceFen": 100, "maturity": 20_600},
    "ground": Ground.BANKRUPT,
    "guaranteed": NOBODY,
    "guarantor": P,
    "lender": P,
    "borrower": Q,
    "funder": P,
    "seller": Q,
    "number": BILL_NO,
    "part": RANGE,
    "path": (0,),
    "payer": P,
    "ranges": [RANGE],
    "rate": 36_000,
    "release": (),
    "share": 500_000,
    "token_id": RANGE.token_id,
}

_PARTIES = ("nobody", NOBODY, "91310000MA1FL10100", 7)
_HASHES = (b"", b"\x07" * 31, "0x12", None)
_AMOUNTS = (0, -1, 1.5, True, 10**18, "5")
_RANGES = ("", "1/1-2", 5, f"{WRONG_NO}/1-2")
_NUMBERS = (WRONG_NO, "", "12", 7)
_DAYS = ("2026-04-20", dt.datetime(2026, 4, 20, tzinfo=dt.UTC), dt.date(1969, 1, 1), 5)
BAD: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("acceptor", "claimant", "lender", "borrower", "buyer", "seller"), _PARTIES),
    **dict.fromkeys(("payee", "payer", "pledgor", "requester", "guarantor"), _PARTIES),
    **dict.fromkeys(("bank", "guaranteed"), ("nobody", "91310000MA1FL10100", 7)),
    **dict.fromkeys(("announcement_hash", "book_hash", "cause_hash", "claim_id"), _HASHES),
    **dict.fromkeys(("loan_id", "proof_hash", "quote_id"), _HASHES),
    **dict.fromkeys(("costs_hash", "statement_hash", "trade_key"), _HASHES[:3]),
    **dict.fromkeys(("amount_max", "principal", "pledged", "total_assets"), _AMOUNTS),
    **dict.fromkeys(("book_balance", "costs", "deposits", "margin", "price"), (-1, 1.5, True)),
    **dict.fromkeys(("as_of", "maturity", "month", "repay_day"), _DAYS),
    **dict.fromkeys(("redeem_from", "redeem_until"), _DAYS),
    **dict.fromkeys(("acts", "epoch", "first", "last", "token_id"), (-1, 1.5, "1")),
    **dict.fromkeys(("apr", "late_rate", "redeem_rate"), (-1, 1.5, "3 %")),
    **dict.fromkeys(("bill_nos",), tuple([wrong] for wrong in _NUMBERS)),
    **dict.fromkeys(("ranges",), tuple([wrong] for wrong in _RANGES)),
    **dict.fromkeys(("part", "range"), _RANGES),
    "bill_no": _NUMBERS,
    "buyer_share": (-1, 1_000_001, 1.5),
    "code": (99, "DC07"),
    "costs_max": (-1, 1.5),
    "debtors": ([], ["nobody"]),
    "ground": (99, "bankrupt"),
    "path": ([-1], ["0"]),
    "redeem_amount": (-1, 1.5, 10**18),
    "release": ([0], [-1], ["1"]),
    "sale_floor": (-1, 1.5, 1_000_001),
    "share": (-1, 1_000_001, 1.5),
    "undertaking": (-1, 1.5),
}
