"""Discount of bill ranges (贴现, 回购式贴现, 转贴现): contract `BillDiscounting`. In fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.financing_records import BillQuote, RepoTerms
from scf.model.financing_results import Discounted, Redeemed
from scf.model.records import QuoteTerms
from scf.model.results import TxRef
from scf.units import from_civil_day

_UNITS_MAX = 2**40 - 1


class BillDiscounting(Face):
    """Quotes for bill ranges, discount on them, redemption of repos."""

    contract = "BillDiscounting"

    # Reading and signing

    def quote_id(self, quote: BillQuote) -> bytes:
        """The digest of a quote: its id, and what the funder's officer signs."""
        return self._digest("BillQuote", _struct(quote))

    def sale_digest(self, quote: BillQuote, *, evidence_hash: bytes, consent_hash: bytes) -> bytes:
        """What the seller's officer signs."""
        message = {
            "quoteId": self.quote_id(quote),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "consentHash": checks.hash32(consent_hash, "consent_hash"),
        }
        return self._digest("BillSale", message)

    def quote_for(
        self,
        part: AnyRange,
        *,
        funder: str,
        seller: str,
        rate: int,
        deadline: int,
        amount: int | None = None,
        **terms: Any,
    ) -> BillQuote:
        """
        A quote for a range as it stands now, or for `amount` at its front; asks the chain.

        Args:
            terms: further fields of `BillQuote`.
        """
        whole = bill_checks.range_(part)
        piece = bill_checks.piece(whole, None, amount)
        giver, taker = checks.party(funder, "funder"), checks.party(seller, "seller")
        checks.rate(rate)
        checks.seconds(deadline)
        found = self._read("range", whole.token_id, contract="Bills")
        party = self._read("party", giver, contract="Participants")
        return BillQuote(
            funder=giver,
            seller=taker,
            token_id=whole.token_id,
            acts=found["acts"],
            first=piece.first,
            last=piece.last,
            rate=rate,
            deadline=deadline,
            epoch=party["epoch"],
            **terms,
        )

    def sign_quote(self, quote: BillQuote, signer: Signer) -> Approval:
        """The funder's approval of a quote; asks nothing of the chain."""
        return Approval(officer=signer.address, signature=signer.sign_typed(self.quote_id(quote)))

    def terms(self, quote: BillQuote) -> QuoteTerms:
        """What a quote costs today."""
        interest, net, buyer_part, tenor = self._read("termsOf", _struct(quote))
        amount = interest + net + quote.fee
        return QuoteTerms(
            amount=amount,
            financed=amount,
            interest=interest,
            fee=quote.fee,
            net=net,
            buyer_part=buyer_part,
            tenor_days=tenor,
        )

    def repo(self, range_: AnyRange) -> RepoTerms | None:
        """The open repo of a range; None if it was not discounted with the right to redeem."""
        found = self._read("repoOf", bill_checks.range_(range_).token_id)
        if not found["redeemUntil"]:
            return None
        return RepoTerms(
            seller=found["seller"],
            day=from_civil_day(found["day"]),
            redeem_from=from_civil_day(found["redeemFrom"]),
            redeem_until=from_civil_day(found["redeemUntil"]),
            price=found["priceFen"],
            redeem_amount=found["redeemFen"],
            redeem_rate=found["redeemRatePpm"],
        )

    def redemption(self, token_id: int) -> int:
        """What redeeming a repo would cost today."""
        return int(self._read("redemptionOf", _token(token_id)))

    # Writing

    @write
    def discount(
        self,
        quote: BillQuote,
        *,
        evidence_hash: bytes,
        consent_hash: bytes,
        seller: Approver,
        funder: Approver,
    ) -> Prepared[Discounted]:
        """
        B17, B18, B24: the range against its price; the signer is one of the two officers.

        Args:
            evidence_hash: trade evidence (R4-15, R4-16).
            consent_hash: the seller's consent record (R802-3).
            seller, funder: each signs, or is `Approval(officer=…)` of the signer itself.
        """
        digest = self.sale_digest(quote, evidence_hash=evidence_hash, consent_hash=consent_hash)
        self._require_open(quote.deadline, "quote")
        args = (
            _struct(quote),
            evidence_hash,
            consent_hash,
            signing.approval_by(seller, digest, "seller"),
            signing.approval_by(funder, self.quote_id(quote), "funder"),
        )
        return self._act("discount", args, self._discounted)

    @write
    def revoke(self, quote: BillQuote) -> Prepared[TxRef]:
        """
        Take back a quote that is not used yet. Any officer of the funder.

        Raises:
            UsageError: the signer acts for another party, whose word changes nothing.
        """
        args, caller = (self.quote_id(quote),), self._context.caller.address
        if self._context.party_of(caller) != checks.party(quote.funder, "funder"):
            raise UsageError("signer", caller, f"a key of the funder {quote.funder}")
        return self._act("revokeSignature", args, self._tx, key=fresh_key())

    @write
    def redeem(self, token_id: int) -> Prepared[Redeemed]:
        """B19: the seller redeems within the window."""
        return self._act("redeem", (_token(token_id),), self._redeemed, key=fresh_key())

    @write
    def end_repo(self, token_id: int) -> Prepared[TxRef]:
        """B20: not redeemed in time, the discount is outright. Anyone."""
        return self._act("endRepo", (_token(token_id),), self._tx, key=fresh_key())

    @write
    def undertake_interest(
        self, bill_no: int, *, share: int, cap: int, until: dt.date | None
    ) -> Prepared[TxRef]:
        """Drawer or acceptor undertakes to bear a share (ppm) of the interest (买方付息)."""
        args = (
            bill_checks.number(bill_no),
            checks.number(share, "share", 10**6),
            checks.amount_or_zero(cap, "cap"),
            checks.day(until, "until") if until is not None else 0,
        )
        return self._act("undertakeInterest", args, self._tx, key=fresh_key())

    # Internals

    def _discounted(self, outcome: Outcome) -> Discounted:
        event = self._event(outcome, "BillDiscounted")
        paid = next(
            log.args["amount"]
            for log in self._events(outcome)
            if log.name == "Transfer"
            and log.args.get("from") == event["funder"]
            and "amount" in log.args
        )
        return Discounted(
            tx=tx_of(outcome),
            quote_id=event["quoteId"],
            token_id=event["tokenId"],
            seller=event["seller"],
            funder=event["funder"],
            interest=event["interestFen"],
            fee=event["feeFen"],
            net=paid,
        )

    def _redeemed(self, outcome: Outcome) -> Redeemed:
        event = self._event(outcome, "BillRedeemed")
        return Redeemed(tx=tx_of(outcome), token_id=event["tokenId"], paid=event["paidFen"])


def _token(token_id: int) -> int:
    return bill_checks.range_(token_id, "token_id").token_id


def _struct(quote: BillQuote) -> Mapping[str, Any]:
    funder, seller = checks.party(quote.funder, "funder"), checks.party(quote.seller, "seller")
    if funder == seller:
        raise UsageError("funder", quote.funder, "another party than the seller")
    window = (quote.redeem_from, quote.redeem_until)
    if (window[0] is None) != (window[1] is None):
        raise UsageError("redeem_until", str(window[1]), "both days of the window, or neither")
    return {
        "funder": funder,
        "seller": seller,
        "tokenId": checks.certificate_id(quote.token_id, "token_id"),
        "acts": checks.number(quote.acts, "acts", 2**16 - 1),
        "first": checks.number(quote.first, "first", _UNITS_MAX),
        "last": checks.number(quote.last, "last", _UNITS_MAX, quote.first),
        "ratePpm": checks.rate(quote.rate),
        "feeFen": checks.amount_or_zero(quote.fee, "fee"),
        "buyerSharePpm": checks.number(quote.buyer_share, "buyer_share", 10**6),
        "redeemFrom": checks.day(window[0], "redeem_from") if window[0] else 0,
        "redeemUntil": checks.day(window[1], "redeem_until") if window[1] else 0,
        "redeemFen": checks.amount_or_zero(quote.redeem_amount, "redeem_amount"),
        "redeemRatePpm": checks.rate(quote.redeem_rate, "redeem_rate"),
        "interbank": quote.interbank,
        "epoch": checks.number(quote.epoch, "epoch", 2**32 - 1),
        "deadline": checks.seconds(quote.deadline),
    }
