"""How the events of financing are told, and under which rules their acts stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scf.audit.rooms.room import Told
from scf.audit.rooms.telling import Telling, range_text
from scf.units import format_rate

Args = Mapping[str, Any]
_PRICE = ("R77-5", "R77-10", "FEN-2", "FEN-4")
_FILED = ("R77-6", "CC-445")


def _advanced(args: Args, tell: Telling) -> str:
    return (
        f"{tell.party(args['lender'])} lends {tell.party(args['borrower'])} "
        f"{tell.fen(args['principalFen'])} at {format_rate(args['ratePpm'])} until "
        f"{tell.day(args['repayDay'])}"
    )


def _loan_paid(args: Args, tell: Telling) -> str:
    return (
        f"costs {tell.fen(args['costsFen'])}, interest {tell.fen(args['interestFen'])}, "
        f"principal {tell.fen(args['principalFen'])} paid"
    )


def _shared(args: Args, tell: Telling) -> str:
    return f"{tell.fen(args['paidFen'])} of the interest borne by {_payer(args, tell)}"


def _undertaken(args: Args, tell: Telling) -> str:
    share, until = format_rate(args["sharePpm"]), tell.day(args["untilDay"])
    return (
        f"{_payer(args, tell)} undertakes {share} of the interest until {until}, "
        f"{tell.fen(args['capFen'])} in all"
    )


def _payer(args: Args, tell: Telling) -> str:
    return tell.party(args.get("payer") or args["debtor"])


def _collected(args: Args, tell: Telling) -> str:
    return (
        f"of a pledged part {tell.fen(args['lenderFen'])} to the lender, "
        f"{tell.fen(args['pledgorFen'])} to the pledgor"
    )


def _bought_back(args: Args, tell: Telling) -> str:
    return (
        f"{tell.party(args['supplier'])} buys {tell.fen(args['amountFen'])} back from "
        f"{tell.party(args['factor'])} for {tell.fen(args['paidFen'])}"
    )


def _discounted(args: Args, tell: Telling) -> str:
    return (
        f"range {range_text(args['tokenId'])} discounted by {tell.party(args['funder'])} for "
        f"{tell.party(args['seller'])}: interest {tell.fen(args['interestFen'])}, fee "
        f"{tell.fen(args['feeFen'])}"
    )


def _claimed(args: Args, tell: Telling) -> str:
    return (
        f"{tell.party(args['claimant'])} claims for {tell.fen(args['amountFen'])} against "
        f"{tell.party(args['against'])}"
    )


def _sold_pledge(args: Args, tell: Telling) -> str:
    return (
        f"pledged {tell.fen(args['amountFen'])} sold to {tell.party(args['buyer'])} for "
        f"{tell.fen(args['priceFen'])}, surplus {tell.fen(args['surplusFen'])}"
    )


FINANCING_EVENTS: Mapping[str, Told] = {
    "EpochEnded": Told(
        words=lambda args, tell: f"{tell.party(args['party'])} takes back all open quotes",
        rules=("MUST-21",),
        weight=3,
    ),
    "FactoredWithRecourse": Told(
        words=lambda args, tell: f"with recourse, {tell.fen(args['advanceFen'])} financed",
        rules=("CC-766",),
        weight=2,
    ),
    "InterestShared": Told(words=_shared, rules=("R77-10",)),
    "InterestShareUndertaken": Told(words=_undertaken, rules=("R77-10",), weight=3),
    "ReceiptFiled": Told(
        words=lambda args, tell: f"filing {tell.hash(args['registryReceipt'])} used", rules=_FILED
    ),
    "CertificateRetired": Told(
        words=lambda args, tell: f"{tell.fen(args['principalFen'])} discharged before its day",
        rules=("R802-3",),
        weight=5,
    ),
    "CostsStated": Told(
        words=lambda args, tell: (
            f"{tell.party(args['factor'])} states costs of {tell.fen(args['costsFen'])}"
        ),
        rules=("CC-766",),
        weight=3,
    ),
    "UndertakingSpent": Told(
        words=lambda args, tell: (
            f"undertaking {args['index']} to {tell.party(args['to'])} answers for "
            f"{tell.fen(args['amountFen'])}"
        ),
        rules=("CC-766",),
    ),
    "RecourseClaimed": Told(words=_claimed, rules=("CC-766",), weight=6),
    "RecourseClaimWithdrawn": Told(words=lambda args, tell: "claim withdrawn", weight=3),
    "BoughtBack": Told(words=_bought_back, rules=("CC-766",), weight=8),
    "SurplusReturned": Told(
        words=lambda args, tell: (
            f"{tell.party(args['factor'])} returns {tell.fen(args['refundFen'])} to "
            f"{tell.party(args['supplier'])}"
        ),
        rules=("CC-766", "CC-767"),
        weight=8,
    ),
    "RecoursePaid": Told(
        words=lambda args, tell: (
            f"{tell.party(args['payer'])} pays {tell.fen(args['paidFen'])} to "
            f"{tell.party(args['claimant'])} for {tell.fen(args['amountFen'])}"
        ),
        rules=("CC-766",),
        weight=8,
    ),
    "PaidEarly": Told(
        words=lambda args, tell: (
            f"{tell.party(args['holder'])} is paid {tell.fen(args['amountFen'])} early, less "
            f"{tell.fen(args['discountFen'])}"
        ),
        rules=("R802-3", "FEN-2", "FEN-4"),
        weight=8,
    ),
    "BidsCleared": Told(
        words=lambda args, tell: (
            f"{args['count']} bids cleared, down to {format_rate(args['lowestAprPpm'])}"
        ),
        rules=("R802-3",),
        weight=9,
    ),
    "PartPledged": Told(
        words=lambda args, tell: (
            f"{tell.party(args['pledgor'])} pledges {tell.fen(args['amountFen'])} to "
            f"{tell.party(args['pledgee'])}"
        ),
        rules=("CC-445", "MUST-1"),
        weight=4,
    ),
    "PledgeFreed": Told(
        words=lambda args, tell: f"{tell.fen(args['amountFen'])} no longer pledged",
        rules=("CC-445",),
        weight=2,
    ),
    "LoanAdvanced": Told(words=_advanced, rules=(*_PRICE, *_FILED, "R77-9"), weight=8),
    "LoanPaid": Told(words=_loan_paid, rules=("FEN-2", "FEN-4"), weight=2),
    "LoanRepaid": Told(words=lambda args, tell: "loan repaid", weight=3),
    "LoanRepayment": Told(
        words=lambda args, tell: (
            f"{tell.party(args['borrower'])} repays {tell.fen(args['paidFen'])}"
        ),
        weight=6,
    ),
    "LoanDefaulted": Told(
        words=lambda args, tell: f"in default with {tell.fen(args['owedFen'])}",
        rules=("CC-436",),
        weight=7,
    ),
    "LoanCostsStated": Told(
        words=lambda args, tell: f"costs of enforcement {tell.fen(args['costsFen'])}",
        rules=("CC-437",),
        weight=3,
    ),
    "LoanToppedUp": Told(
        words=lambda args, tell: f"more pledged: {tell.certificate(args['certificateId'])}",
        rules=_FILED,
        weight=5,
    ),
    "PledgeReleased": Told(
        words=lambda args, tell: f"{tell.fen(args['amountFen'])} released", weight=3
    ),
    "PledgeCollected": Told(words=_collected, rules=("CC-436", "CC-438"), weight=3),
    "PledgeSold": Told(words=_sold_pledge, rules=("CC-436", "CC-437", "CC-438"), weight=8),
    "BillDiscounted": Told(
        words=_discounted,
        rules=("R4-15", "R4-16", "R4-28", "R802-3", "X3", "X5", "X6", "FEN-5", *_PRICE),
        weight=8,
    ),
    "RepoOpened": Told(
        words=lambda args, tell: (
            f"may be redeemed from {tell.day(args['redeemFrom'])} to "
            f"{tell.day(args['redeemUntil'])}"
        ),
        weight=2,
    ),
    "BillRedeemed": Told(
        words=lambda args, tell: (
            f"{tell.party(args['seller'])} redeems for {tell.fen(args['paidFen'])}"
        ),
        weight=8,
    ),
    "RepoEnded": Told(words=lambda args, tell: "not redeemed: outright", weight=5),
    "BillPledged": Told(
        words=lambda args, tell: (
            f"{tell.party(args['pledgor'])} pledges range {range_text(args['tokenId'])} to "
            f"{tell.party(args['pledgee'])}"
        ),
        rules=("NIL-35", "R4-15", "X3", "X5", "MUST-1"),
        weight=7,
    ),
    "BillBorrowed": Told(
        words=lambda args, tell: f"consent to borrow on range {range_text(args['tokenId'])}",
        rules=("R802-3",),
    ),
    "BillPledgeReleased": Told(
        words=lambda args, tell: (
            f"range {range_text(args['tokenId'])} no longer pledged, with {tell.party(args['to'])}"
        ),
        rules=("NIL-35",),
        weight=5,
    ),
    "BillPledgeCollected": Told(
        words=lambda args, tell: (
            f"of pledged range {range_text(args['tokenId'])} {tell.fen(args['lenderFen'])} to the "
            f"lender, {tell.fen(args['pledgorFen'])} to the pledgor"
        ),
        rules=("NIL-35", "CC-436"),
        weight=3,
    ),
    "CollectedOnline": Told(
        words=lambda args, tell: (
            f"range {range_text(args['tokenId'])} collected online by "
            f"{tell.party(args['holder'])}: {tell.party(args['payer'])} debited with "
            f"{tell.fen(args['paidFen'])} ({args['reason'].decode()})"
        ),
        rules=("NIL-68", "NIL-70"),
        weight=8,
    ),
    "BillShareUndertaken": Told(words=_undertaken, rules=("R77-10",), weight=3),
    "BillInterestShared": Told(words=_shared, rules=("R77-10",)),
}
