"""Ways to tamper with evidence about financing; as in `tampering` and `bill_tampering`."""

from __future__ import annotations

from bill_tampering import _act, _argument, _do, _drop, _meaning, _minus, _plus, _slot
from tampering import Change, Shape, Tampering, changed_hex

SOLD, PLEDGED, BILL, PLEDGED_BILL = "sold", "pledged", "bill", "pledged bill"


def _without(event: str, place: int = 0) -> Change:
    """Leave a whole transaction out, with its acts and all that proves it."""

    def change(shape: Shape) -> None:
        act = _act(shape, event, place)
        at = act["block"], act["transaction"]
        shape["acts"] = [one for one in shape["acts"] if (one["block"], one["transaction"]) != at]
        block = next(one for one in shape["blocks"] if one["number"] == at[0])
        assert list(block["receipts"]) == [str(at[1])]
        shape["blocks"].remove(block)

    return _do(change)


def _left_out(variable: str, place: int = 0) -> Change:
    return _do(lambda shape: shape["slots"].remove(_slot(shape, variable, place)))


def _swapped(variable: str) -> Change:
    def change(shape: Shape) -> None:
        one, two = _slot(shape, variable, 0), _slot(shape, variable, 1)
        for name in ("value", "means"):
            one[name], two[name] = two[name], one[name]

    return _do(change)


_MISSED = r"by the acts|slot \d+ \(.*\): |act \d+ \(|block \d+: receipts about certificate"
FINANCING_TAMPERINGS: dict[str, Tampering] = {
    # storage
    "pledge of less": Tampering(
        PLEDGED, _meaning("pledge", "amountFen", _minus), r"Pledges\.pledge.*means: amountFen"
    ),
    "pledge for another loan": Tampering(
        PLEDGED, _meaning("pledge", "debtTag", changed_hex), r"Pledges\.pledge.*means: debtTag"
    ),
    "pledge left out": Tampering(PLEDGED, _left_out("pledge"), r"slot \d+ \(Pledges\.pledge"),
    "end of the pledges left out": Tampering(
        PLEDGED, _left_out("pledge", 1), r"slot \d+ \(Pledges\.pledge"
    ),
    "loan of less": Tampering(
        PLEDGED, _meaning("loan", "principalFen", _minus), r"Loans\.loan.*means: principalFen"
    ),
    "loan of another lender": Tampering(
        PLEDGED, _meaning("loan", "lenderTag", changed_hex), r"Loans\.loan.*means: lenderTag"
    ),
    "loan said to be repaid": Tampering(
        PLEDGED, _meaning("loan", "state", lambda state: 4 - state), r"means: state: expected"
    ),
    "loans exchanged": Tampering(PLEDGED, _swapped("loan"), r"Loans\.loan.*: value: expected"),
    "loan left out": Tampering(PLEDGED, _left_out("loan"), r"slot \d+ \(Loans\.loan"),
    "interest forgotten": Tampering(
        PLEDGED, _meaning("arrears", "interestFen", _plus), r"Loans\.arrears.*means: interestFen"
    ),
    "offer said to be open": Tampering(
        PLEDGED, _meaning("offer", "isUsed", lambda used: not used), r"EarlyPayments\.offer.*isUsed"
    ),
    "sale said to be open": Tampering(
        SOLD, _meaning("dealState", "state", lambda state: 1 - state), r"dealState.*means: state"
    ),
    "sales exchanged": Tampering(SOLD, _swapped("dealState"), r"dealState.*: value: expected"),
    "more costs of collection": Tampering(
        SOLD, _meaning("costs", "costsFen", _plus), r"FactoringClaims\.costs.*means: costsFen"
    ),
    "undertaking less used": Tampering(
        SOLD, _meaning("spent", "amountFen", _minus), r"FactoringClaims\.spent.*means: amountFen"
    ),
    "claim of another": Tampering(
        SOLD, _meaning("claim", "claimant", changed_hex), r"claim of .*means: claimant"
    ),
    "claims exchanged": Tampering(SOLD, _swapped("claim"), r"claim of .*: value: expected"),
    "claim left out": Tampering(SOLD, _left_out("claim"), r"slot \d+ \(FactoringClaims\.claim"),
    "more collected": Tampering(
        SOLD, _meaning("collected", "principalFen", _plus), r"collected.*means: principalFen"
    ),
    "less borne of the interest": Tampering(
        SOLD, _meaning("shareLeft", "leftFen", _plus), r"Settlement\.shareLeft.*means: leftFen"
    ),
    "redemption by another": Tampering(
        BILL, _meaning("repo", "seller", changed_hex), r"BillDiscounting\.repo of .*means: seller"
    ),
    "redemption at another price": Tampering(
        BILL, _meaning("repoPrice", "priceFen", _plus), r"repoPrice.*means: priceFen"
    ),
    "right to redeem left out": Tampering(
        BILL, _left_out("repo"), r"slot \d+ \(BillDiscounting\.repo"
    ),
    "bill pledged for another loan": Tampering(
        PLEDGED_BILL, _meaning("pledged", "loanId", changed_hex), r"BillLoans\.pledged.*loanId"
    ),
    "pledge of a bill left out": Tampering(
        PLEDGED_BILL, _left_out("pledged"), r"slot \d+ \(BillLoans\.pledged"
    ),
    "loan on a bill of less": Tampering(
        PLEDGED_BILL, _meaning("loan", "principalFen", _minus), r"Loans\.loan.*principalFen"
    ),
    # acts
    "repayment of more": Tampering(
        PLEDGED, _argument("LoanPaid", "principalFen", _plus), r"LoanPaid.*args: principalFen"
    ),
    "dropped loan": Tampering(PLEDGED, _drop("LoanAdvanced"), r"act \d+ \("),
    "dropped pledge": Tampering(PLEDGED, _drop("PartPledged"), r"act \d+ \("),
    "another price of the claim": Tampering(
        SOLD, _argument("RecoursePaid", "paidFen", _plus), r"RecoursePaid.*args: paidFen"
    ),
    "another advance": Tampering(
        SOLD, _argument("FactoredWithRecourse", "advanceFen", _minus), r"args: advanceFen"
    ),
    # transactions, with all that proves them
    "repayment left out with its proof": Tampering(PLEDGED, _without("LoanPaid", -1), _MISSED),
    "loan left out with its proof": Tampering(PLEDGED, _without("LoanAdvanced"), _MISSED),
    "sale left out with its proof": Tampering(SOLD, _without("FactoredWithRecourse"), _MISSED),
    "buying back left out with its proof": Tampering(SOLD, _without("BoughtBack"), _MISSED),
    "costs left out with their proof": Tampering(SOLD, _without("CostsStated"), _MISSED),
    "claim left out with its proof": Tampering(SOLD, _without("RecourseClaimed"), _MISSED),
    "claim's end left out with its proof": Tampering(
        SOLD, _without("RecourseClaimWithdrawn"), _MISSED
    ),
    "discount left out with its proof": Tampering(BILL, _without("BillDiscounted"), _MISSED),
}
