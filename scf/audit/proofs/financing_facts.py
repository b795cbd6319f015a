"""
What the books say the storage of the contracts of financing must hold; see
`scf.audit.proofs.facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from scf.audit.proofs.claim_facts import tag_of, word_key
from scf.audit.proofs.misfit import hex_of
from scf.model.financing_books import Collected, InterestShare, Spent
from scf.model.financing_enums import DealState
from scf.model.records import NO_HASH, NOBODY

if TYPE_CHECKING:
    from scf.audit.proofs.facts import KeysOf, Records, Said

_DEBT_TAG = 24


# Pledges and loans


def _pledge(books: Records, key: str, pledgor: str, place: str) -> Said:
    """The first empty place ends a list, so that it is a fact too."""
    pledges, index = books.financing.pledges.get((int(key, 16), pledgor), ()), int(place, 16)
    if not index < len(pledges):
        return {"amountFen": 0, "debtTag": hex_of(bytes(_DEBT_TAG))}
    debt, amount = pledges[index]
    return {"amountFen": amount, "debtTag": hex_of(debt[:_DEBT_TAG])}


def _loan(books: Records, key: str) -> Said:
    found = books.financing.loans.get(bytes.fromhex(key[2:]))
    if found is None:
        return {"principalFen": 0, "state": 0}
    return {
        "principalFen": found.principal_fen,
        "lenderTag": tag_of(found.lender),
        "sinceDay": found.since_day,
        "repayDay": found.repay_day,
        "ratePpm": found.rate_ppm,
        "lateRatePpm": found.late_rate_ppm,
        "state": int(found.state),
        "hasCosts": found.has_costs,
    }


def _arrears(books: Records, key: str) -> Said:
    found = books.financing.loans.get(bytes.fromhex(key[2:]))
    if found is None:
        return {"interestFen": 0, "costsFen": 0}
    return {"interestFen": found.interest_fen, "costsFen": found.costs_fen}


# Sales, claims, payment before the day


def _deal_state(books: Records, key: str) -> Said:
    found = books.financing.deals.get(bytes.fromhex(key[2:]))
    return {"state": int(found.state if found else DealState.OPEN)}


def _costs(books: Records, key: str, factor: str) -> Said:
    return {"costsFen": books.financing.costs.get((bytes.fromhex(key[2:]), factor), 0)}


def _spent(books: Records, key: str, to: str, place: str) -> Said:
    found = books.financing.spent.get((int(key, 16), to, int(place, 16)), Spent())
    return {"amountFen": found.amount_fen, "paidFen": found.paid_fen}


def _claim(books: Records, key: str) -> Said:
    found = books.financing.claims.get(bytes.fromhex(key[2:]))
    if found is None:
        return {"claimant": NOBODY, "state": 0}
    return {"claimant": found.claimant, "state": int(found.state)}


def _collected(books: Records, key: str) -> Said:
    found = books.financing.collections.get(int(key, 16), Collected())
    return {
        "principalFen": found.principal_fen,
        "interestFen": found.interest_fen,
        "fenDays": found.fen_days,
    }


def _offer(books: Records, key: str) -> Said:
    return {"isUsed": bytes.fromhex(key[2:]) in books.financing.offers}


# Interest that others bear


def _share(books: Records, key: str) -> Said:
    return _share_of(books.financing.shares.get(int(key, 16)))


def _share_left(books: Records, key: str) -> Said:
    return _left_of(books.financing.shares.get(int(key, 16)))


def _bill_share(books: Records, key: str) -> Said:
    return _share_of(books.financing.bill_shares.get(int(key, 16)))


def _bill_share_left(books: Records, key: str) -> Said:
    return _left_of(books.financing.bill_shares.get(int(key, 16)))


def _share_of(found: InterestShare | None) -> Said:
    if found is None:
        return {"payer": NOBODY, "sharePpm": 0}
    return {"payer": found.payer, "sharePpm": found.share_ppm, "untilDay": found.until_day}


def _left_of(found: InterestShare | None) -> Said:
    return {"leftFen": found.left_fen if found else 0}


# Bills sold with the right to redeem


def _repo(books: Records, key: str) -> Said:
    found = books.financing.repos.get(int(key, 16))
    if found is None:
        return {"seller": NOBODY, "day": 0}
    return {
        "seller": found.seller,
        "day": found.day,
        "redeemFrom": found.redeem_from,
        "redeemUntil": found.redeem_until,
    }


def _repo_price(books: Records, key: str) -> Said:
    found = books.financing.repos.get(int(key, 16))
    if found is None:
        return {"priceFen": 0}
    return {
        "priceFen": found.price_fen,
        "redeemFen": found.redeem_fen,
        "redeemRatePpm": found.redeem_rate_ppm,
    }


def _bill_pledged(books: Records, key: str, record: str) -> Said:
    found = books.financing.bill_pledges.get((int(key, 16), int(record, 16)), NO_HASH)
    return {"loanId": hex_of(found)}


# Where they are


def _pledges(books: Records) -> Iterator[tuple[str, ...]]:
    """
    Each place of each list and the empty one behind it; of a certificate that ever was pledged,
    also those of holders whose list is empty.
    """
    holders = {
        (id_, holder): 0
        for id_, held in books.holdings.items()
        if id_ in books.certificates and books.certificates[id_].has_pledges
        for holder in held
    }
    counts = holders | {place: len(found) for place, found in books.financing.pledges.items()}
    for (id_, pledgor), count in counts.items():
        for index in range(count + 1):
            yield word_key(id_), pledgor, word_key(index)


def _costed(books: Records) -> Iterator[tuple[str, ...]]:
    """Costs of collection, also of sales whose factor has stated none: an empty slot is a fact."""
    own = books.financing
    places = dict.fromkeys((id_, deal.factor) for id_, deal in own.deals.items())
    return ((hex_of(id_), factor) for id_, factor in places | dict.fromkeys(own.costs))


def _hashes(ids: Iterable[bytes]) -> Iterator[tuple[str, ...]]:
    return ((hex_of(id_),) for id_ in sorted(ids))


def _numbers(ids: Iterable[int]) -> Iterator[tuple[str, ...]]:
    return ((word_key(id_),) for id_ in ids)


FINANCING_SAID: Mapping[tuple[str, str], Callable[..., Said]] = {
    ("Pledges", "pledge"): _pledge,
    ("Loans", "loan"): _loan,
    ("Loans", "arrears"): _arrears,
    ("FactoringClaims", "dealState"): _deal_state,
    ("FactoringClaims", "costs"): _costs,
    ("FactoringClaims", "spent"): _spent,
    ("FactoringClaims", "claim"): _claim,
    ("Receivables", "collected"): _collected,
    ("Settlement", "share"): _share,
    ("Settlement", "shareLeft"): _share_left,
    ("EarlyPayments", "offer"): _offer,
    ("BillDiscounting", "repo"): _repo,
    ("BillDiscounting", "repoPrice"): _repo_price,
    ("BillLoans", "pledged"): _bill_pledged,
    ("BillDiscounting", "share"): _bill_share,
    ("BillDiscounting", "shareLeft"): _bill_share_left,
}
FINANCING_KEYS: Mapping[tuple[str, str], KeysOf] = {
    ("Pledges", "pledge"): _pledges,
    ("Loans", "loan"): lambda books: _hashes(books.financing.loans),
    ("Loans", "arrears"): lambda books: _hashes(books.financing.loans),
    ("FactoringClaims", "dealState"): lambda books: _hashes(books.financing.deals),
    ("FactoringClaims", "costs"): _costed,
    ("FactoringClaims", "spent"): lambda books: (
        (word_key(id_), to, word_key(index)) for id_, to, index in books.financing.spent
    ),
    ("FactoringClaims", "claim"): lambda books: _hashes(books.financing.claims),
    ("Receivables", "collected"): lambda books: _numbers(books.certificates),
    ("Settlement", "share"): lambda books: _numbers(books.certificates),
    ("Settlement", "shareLeft"): lambda books: _numbers(books.financing.shares),
    ("EarlyPayments", "offer"): lambda books: _hashes(books.financing.offers),
    # Also of ranges that nobody may redeem, and paper of which nobody bears the interest.
    ("BillDiscounting", "repo"): lambda books: _numbers(books.bills.holders),
    ("BillDiscounting", "repoPrice"): lambda books: _numbers(books.financing.repos),
    # By the endorsement record that each pledge wrote; also of records that were no pledge.
    ("BillLoans", "pledged"): lambda books: (
        (word_key(number), word_key(index)) for number, index in books.bills.records
    ),
    ("BillDiscounting", "share"): lambda books: _numbers(books.bills.bills),
    ("BillDiscounting", "shareLeft"): lambda books: _numbers(books.financing.bill_shares),
}
