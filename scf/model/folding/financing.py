"""What the events of financing do to the books: recourse, early payment, loans, discount."""

from __future__ import annotations

from collections.abc import Mapping

from scf.model.financing_books import (
    Collected,
    Deal,
    InterestShare,
    Loan,
    RecourseClaim,
    Repo,
    Spent,
)
from scf.model.financing_enums import ClaimState, DealState, LoanState
from scf.model.folding.state import (
    Args,
    FoldError,
    Handler,
    State,
    changed,
    known,
    no_change,
    shifted,
)

_BILL_SHIFT = 80

# Sales with recourse


def factored_with_recourse(state: State, args: Args, day: int) -> None:
    """The sale is the move just before: its parties, certificate and amount."""
    move = state.last_move
    if move is None:
        raise FoldError("a sale with recourse moved nothing")
    state.financing.deals[args["quoteId"]] = Deal(
        certificate_id=move["id"],
        supplier=move["from"],
        factor=move["to"],
        part_fen=move["amount"],
        advance_fen=args["advanceFen"],
        rate_ppm=args["ratePpm"],
        costs_max_fen=args["costsMaxFen"],
    )


def interest_share_undertaken(state: State, args: Args, day: int) -> None:
    """What a debtor bears from now on; it replaces what it undertook before."""
    state.financing.shares[args["certificateId"]] = InterestShare(
        payer=args["debtor"],
        share_ppm=args["sharePpm"],
        until_day=args["untilDay"],
        left_fen=args["capFen"],
    )


def interest_shared(state: State, args: Args, day: int) -> None:
    """Takes what the debtor bore off what it undertook."""
    id_ = args["certificateId"]
    share = known(state.financing.shares, id_, "interest share of certificate")
    state.financing.shares[id_] = changed(share, left_fen=share.left_fen - args["paidFen"])


def collected(state: State, id_: int, principal: int, interest: int, late_days: int) -> None:
    """Adds a payment of the debtor to what a certificate has brought in."""
    paid = state.financing.collections.get(id_, Collected())
    state.financing.collections[id_] = Collected(
        principal_fen=paid.principal_fen + principal,
        interest_fen=paid.interest_fen + interest,
        fen_days=paid.fen_days + principal * late_days,
    )


def _costs_stated(state: State, args: Args, day: int) -> None:
    state.financing.costs[args["dealId"], args["factor"]] = args["costsFen"]


def _undertaking_spent(state: State, args: Args, day: int) -> None:
    place = args["certificateId"], args["to"], args["index"]
    spent = state.financing.spent.get(place, Spent())
    state.financing.spent[place] = Spent(
        amount_fen=spent.amount_fen + args["amountFen"], paid_fen=spent.paid_fen + args["paidFen"]
    )


def _recourse_claimed(state: State, args: Args, day: int) -> None:
    state.financing.claims[args["claimId"]] = RecourseClaim(
        certificate_id=args["certificateId"],
        claimant=args["claimant"],
        against=args["against"],
        amount_fen=args["amountFen"],
        state=ClaimState.OPEN,
    )


def _claim_closed(to: ClaimState) -> Handler:
    def handle(state: State, args: Args, day: int) -> None:
        claim = known(state.financing.claims, args["claimId"], "claim")
        state.financing.claims[args["claimId"]] = changed(claim, state=to)

    return handle


def _deal_closed(to: DealState) -> Handler:
    def handle(state: State, args: Args, day: int) -> None:
        deal = known(state.financing.deals, args["quoteId"], "sale with recourse")
        state.financing.deals[args["quoteId"]] = changed(deal, state=to)

    return handle


# Early payment


def _paid_early(state: State, args: Args, day: int) -> None:
    state.financing.offers.add(args["offerId"])


# Loans and pledges


def _loan_advanced(state: State, args: Args, day: int) -> None:
    state.financing.loans[args["loanId"]] = Loan(
        lender=args["lender"],
        borrower=args["borrower"],
        principal_fen=args["principalFen"],
        rate_ppm=args["ratePpm"],
        late_rate_ppm=args["lateRatePpm"],
        repay_day=args["repayDay"],
        since_day=day,
    )


def _loan_paid(state: State, args: Args, day: int) -> None:
    loan = known(state.financing.loans, args["loanId"], "loan")
    left = loan.principal_fen - args["principalFen"], loan.costs_fen - args["costsFen"]
    if min(left) < 0:
        raise FoldError(f"loan {args['loanId'].hex()} was paid more than was owed")
    state.financing.loans[args["loanId"]] = changed(
        loan,
        principal_fen=left[0],
        costs_fen=left[1],
        interest_fen=args["accruedFen"],
        since_day=day,
    )


def _loan_in(to: LoanState) -> Handler:
    def handle(state: State, args: Args, day: int) -> None:
        loan = known(state.financing.loans, args["loanId"], "loan")
        state.financing.loans[args["loanId"]] = changed(loan, state=to)

    return handle


def _loan_costs_stated(state: State, args: Args, day: int) -> None:
    loan = known(state.financing.loans, args["loanId"], "loan")
    state.financing.loans[args["loanId"]] = changed(
        loan, costs_fen=args["costsFen"], has_costs=True
    )


def _part_pledged(state: State, args: Args, day: int) -> None:
    id_, pledgor, debt, amount = (
        args["certificateId"],
        args["pledgor"],
        args["debtId"],
        args["amountFen"],
    )
    certificate = known(state.certificates, id_, "certificate")
    if not certificate.has_pledges:
        state.certificates[id_] = changed(certificate, has_locks=True, has_pledges=True)
    shifted(state.locks, (id_, pledgor), amount, "lock")
    pledges = list(state.financing.pledges.get((id_, pledgor), ()))
    for place, (other, pledged) in enumerate(pledges):
        if other == debt:
            pledges[place] = (debt, pledged + amount)
            break
    else:
        pledges.append((debt, amount))
    state.financing.pledges[id_, pledgor] = tuple(pledges)


def _pledge_freed(state: State, args: Args, day: int) -> None:
    """The last pledge takes the place of one that is freed whole, as in the contract."""
    place = args["certificateId"], args["pledgor"]
    shifted(state.locks, place, -args["amountFen"], "lock")
    pledges = list(known(state.financing.pledges, place, "pledges of"))
    index = next((i for i, (debt, _) in enumerate(pledges) if debt == args["debtId"]), None)
    if index is None or pledges[index][1] < args["amountFen"]:
        raise FoldError(f"more was freed for {args['debtId'].hex()} than was pledged")
    left = pledges[index][1] - args["amountFen"]
    if left:
        pledges[index] = (args["debtId"], left)
    else:
        pledges[index] = pledges[-1]
        del pledges[-1]
    state.financing.pledges[place] = tuple(pledges)
    if not pledges:
        del state.financing.pledges[place]


# Discount of bills


def _repo_opened(state: State, args: Args, day: int) -> None:
    state.financing.repos[args["tokenId"]] = Repo(
        seller=args["seller"],
        day=day,
        redeem_from=args["redeemFrom"],
        redeem_until=args["redeemUntil"],
        price_fen=args["priceFen"],
        redeem_fen=args["redeemFen"],
        redeem_rate_ppm=args["redeemRatePpm"],
    )


def _repo_closed(state: State, args: Args, day: int) -> None:
    known(state.financing.repos, args["tokenId"], "repo of range")
    del state.financing.repos[args["tokenId"]]


def _bill_share_undertaken(state: State, args: Args, day: int) -> None:
    state.financing.bill_shares[args["billNo"]] = InterestShare(
        payer=args["payer"],
        share_ppm=args["sharePpm"],
        until_day=args["untilDay"],
        left_fen=args["capFen"],
    )


def _bill_interest_shared(state: State, args: Args, day: int) -> None:
    share = known(state.financing.bill_shares, args["billNo"], "interest share of bill")
    state.financing.bill_shares[args["billNo"]] = changed(
        share, left_fen=share.left_fen - args["paidFen"]
    )


# Pledge of bills


def _bill_pledged(state: State, args: Args, day: int) -> None:
    """By the record that the pledge wrote: whatever is divided off later has it at its head."""
    known(state.financing.loans, args["loanId"], "loan")
    state.financing.bill_pledges[args["tokenId"] >> _BILL_SHIFT, args["record"]] = args["loanId"]


FACTORING_CLAIMS: Mapping[str, Handler] = {
    "CostsStated": _costs_stated,
    "UndertakingSpent": _undertaking_spent,
    "RecourseClaimed": _recourse_claimed,
    "RecourseClaimWithdrawn": _claim_closed(ClaimState.WITHDRAWN),
}
FACTORING: Mapping[str, Handler] = {
    "BoughtBack": _deal_closed(DealState.BOUGHT_BACK),
    "SurplusReturned": _deal_closed(DealState.SETTLED),
    "RecoursePaid": _claim_closed(ClaimState.PAID),
}
EARLY_PAYMENTS: Mapping[str, Handler] = {
    "PaidEarly": _paid_early,
    "BidsCleared": no_change,
}
PLEDGES: Mapping[str, Handler] = {
    "PartPledged": _part_pledged,
    "PledgeFreed": _pledge_freed,
}
LOANS: Mapping[str, Handler] = {
    "LoanAdvanced": _loan_advanced,
    "LoanPaid": _loan_paid,
    "LoanRepaid": _loan_in(LoanState.REPAID),
    "LoanRepayment": no_change,
    "LoanDefaulted": _loan_in(LoanState.DEFAULTED),
    "LoanCostsStated": _loan_costs_stated,
    "LoanToppedUp": no_change,
    "PledgeReleased": no_change,
    "PledgeCollected": no_change,
    "PledgeSold": no_change,
}
BILL_DISCOUNTING: Mapping[str, Handler] = {
    "BillDiscounted": no_change,
    "RepoOpened": _repo_opened,
    "BillRedeemed": _repo_closed,
    "RepoEnded": _repo_closed,
    "BillShareUndertaken": _bill_share_undertaken,
    "BillInterestShared": _bill_interest_shared,
}
BILL_LOANS: Mapping[str, Handler] = {
    "BillPledged": _bill_pledged,
    "BillBorrowed": no_change,
    "BillPledgeReleased": no_change,
    "BillPledgeCollected": no_change,
}
