"""Sale of certificates, with or without recourse (保理): base of `Settlement`. In fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.records import Quote, QuoteTerms, Recourse, SignedQuote
from scf.model.results import Sold, TxRef


class Discounting(Face):
    """Quotes, and sales on them: certificate and money in one transaction."""

    contract = "Settlement"

    # Reading and signing

    def quote_id(self, quote: Quote) -> bytes:
        """The digest of a quote: its id, and what the funder's officer signs."""
        return self._digest("Quote", quote_struct(quote))

    def sale_digest(self, quote: Quote, *, evidence_hash: bytes, consent_hash: bytes) -> bytes:
        """What the seller's officer signs for `buy`."""
        message = {
            "quoteId": self.quote_id(quote),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "consentHash": checks.hash32(consent_hash, "consent_hash"),
        }
        return self._digest("Sale", message)

    def sign_quote(self, quote: Quote, signer: Signer) -> SignedQuote:
        """A quote signed by an officer of the funder; asks nothing of the chain."""
        digest = self.quote_id(quote)
        return SignedQuote(quote=quote, officer=signer.address, signature=signer.sign_typed(digest))

    def terms(self, quote: Quote) -> QuoteTerms:
        """What a quote costs today. `net` is 0 where interest and fee would eat up the part."""
        interest, net, buyer_part, tenor = self._read("termsOf", quote_struct(quote))
        return QuoteTerms(
            amount=quote.amount,
            financed=quote.financed,
            interest=interest,
            fee=quote.fee,
            net=net,
            buyer_part=buyer_part,
            tenor_days=tenor,
        )

    def receipt_used_by(self, registry_receipt: bytes) -> bytes | None:
        """The quote that used a filing receipt; None if none did (R77-6)."""
        key = checks.hash32(registry_receipt, "registry_receipt")
        found: bytes = self._read("receiptUsedBy", key)
        return found if any(found) else None

    # Writing

    @write
    def sell(
        self, signed_quote: SignedQuote, *, evidence_hash: bytes, consent_hash: bytes
    ) -> Prepared[Sold]:
        """
        The seller's officer accepts a quote that the funder signed.

        Args:
            evidence_hash: trade evidence that the funder checked (R77-3).
            consent_hash: the seller's consent record (R77-9).

        Raises:
            UsageError: the quote has expired, or an argument cannot be right.
        """
        quote = signed_quote.quote
        message = quote_struct(quote)
        self._require_open(quote.deadline, "quote")
        funder = Approval(officer=signed_quote.officer, signature=signed_quote.signature)
        args = (
            message,
            checks.hash32(evidence_hash, "evidence_hash"),
            checks.hash32(consent_hash, "consent_hash"),
            signing.approval_by(funder, b"", "signed_quote"),
        )
        return self._act("sell", args, self._sold)

    @write
    def buy(
        self, quote: Quote, *, evidence_hash: bytes, consent_hash: bytes, seller: Approver
    ) -> Prepared[Sold]:
        """The funder's officer buys on its own quote; the seller has signed `sale_digest`."""
        digest = self.sale_digest(quote, evidence_hash=evidence_hash, consent_hash=consent_hash)
        self._require_open(quote.deadline, "quote")
        approval = signing.approval_by(seller, digest, "seller")
        args = (quote_struct(quote), evidence_hash, consent_hash, approval)
        return self._act("buy", args, self._sold)

    @write
    def undertake_interest(
        self, certificate_id: int, *, share: int, cap: int, until: dt.date | None
    ) -> Prepared[TxRef]:
        """
        The debtor undertakes to bear a share of the interest when its certificate is financed.

        Args:
            share: ppm; 0 takes it back for sales to come.
            cap: in all, fen.
            until: last day; None with a share of 0.
        """
        day = checks.day(until, "until") if until is not None else 0
        args = (
            checks.certificate_id(certificate_id),
            checks.number(share, "share", 10**6),
            checks.amount_or_zero(cap, "cap"),
            day,
        )
        return self._act("undertakeInterest", args, self._tx, key=fresh_key())

    @write
    def revoke(self, quote: Quote) -> Prepared[TxRef]:
        """
        Take back a quote that is not used yet. Any officer of the funder.

        Raises:
            UsageError: the signer acts for another party, whose word changes nothing.
        """
        args, caller = (self.quote_id(quote),), self._context.caller.address
        if self._context.party_of(caller) != checks.party(quote.funder, "funder"):
            raise UsageError("signer", caller, f"a key of the funder {quote.funder}")
        return self._act("revokeSignature", args, self._tx, key=fresh_key())

    # Internals

    def _sold(self, outcome: Outcome) -> Sold:
        event = self._event(outcome, "CertificateSold")
        move = self._event(outcome, "TransferSingle")
        paid = [log.args for log in self._events(outcome) if log.name == "Transfer"]
        from_funder = next(item for item in paid if item["from"] == move["to"])
        return Sold(
            tx=tx_of(outcome),
            quote_id=event["quoteId"],
            certificate_id=event["certificateId"],
            seller=move["from"],
            funder=move["to"],
            amount=move["amount"],
            interest=event["interestFen"],
            fee=event["feeFen"],
            net=from_funder["amount"],
            buyer_part=sum(item["amount"] for item in paid) - from_funder["amount"],
        )


def quote_struct(quote: Quote) -> Mapping[str, Any]:
    """A quote as the contracts take it; UsageError for what cannot be one."""
    funder, seller = checks.party(quote.funder, "funder"), checks.party(quote.seller, "seller")
    if funder == seller:
        raise UsageError("funder", quote.funder, "another party than the seller")
    amount, fee = checks.amount(quote.amount), checks.amount_or_zero(quote.fee, "fee")
    if fee >= amount:
        raise UsageError("fee", fee, f"less than the part of {amount} fen")
    recourse = checks.member(Recourse, quote.recourse, "recourse")
    if quote.financed > amount or (recourse == Recourse.NONE and quote.financed != amount):
        raise UsageError("advance", quote.advance, "all of the part, or less with recourse")
    if (recourse == Recourse.LIMITED) != (quote.cap > 0):
        raise UsageError("cap", quote.cap, "an amount where the recourse is limited, else 0")
    return {
        "funder": funder,
        "seller": seller,
        "certificateId": checks.certificate_id(quote.certificate_id),
        "amountFen": amount,
        "advanceFen": quote.financed,
        "ratePpm": checks.rate(quote.rate),
        "feeFen": fee,
        "buyerSharePpm": checks.number(quote.buyer_share, "buyer_share", 10**6),
        "recourse": recourse,
        "capFen": checks.amount_or_zero(quote.cap, "cap"),
        "costsMaxFen": checks.amount_or_zero(quote.costs_max, "costs_max"),
        "registryReceipt": checks.hash32(quote.registry_receipt, "registry_receipt"),
        "epoch": checks.number(quote.epoch, "epoch", 2**32 - 1),
        "deadline": checks.seconds(quote.deadline),
    }
