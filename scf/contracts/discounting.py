"""Sale of certificates without recourse (无追索权保理): base of `Settlement`. In fen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.records import Quote, QuoteTerms, SignedQuote
from scf.model.results import Sold, TxRef


class Discounting(Face):
    """Quotes, and sales on them: certificate and money in one transaction."""

    contract = "Settlement"

    # Reading and signing

    def quote_id(self, quote: Quote) -> bytes:
        """The digest of a quote: its id, and what the funder's officer signs."""
        return self._digest("Quote", _struct(quote))

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
        interest, net, tenor = self._read("termsOf", _struct(quote))
        return QuoteTerms(
            amount=quote.amount, interest=interest, fee=quote.fee, net=net, tenor_days=tenor
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
        message = _struct(quote)
        self._require_open(quote)
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
        self._require_open(quote)
        approval = signing.approval_by(seller, digest, "seller")
        args = (_struct(quote), evidence_hash, consent_hash, approval)
        return self._act("buy", args, self._sold)

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

    def _require_open(self, quote: Quote) -> None:
        now = self._context.now()
        if quote.deadline < now:
            expected = f"a quote that is still open; this one ended {now - quote.deadline} s ago"
            raise UsageError("quote", quote.deadline, expected)

    def _sold(self, outcome: Outcome) -> Sold:
        event = self._event(outcome, "CertificateSold")
        interest, fee = event["interestFen"], event["feeFen"]
        return Sold(
            tx=tx_of(outcome),
            quote_id=event["quoteId"],
            certificate_id=event["certificateId"],
            seller=event["seller"],
            funder=event["funder"],
            amount=event["amountFen"],
            interest=interest,
            fee=fee,
            net=event["amountFen"] - interest - fee,
        )


def _struct(quote: Quote) -> Mapping[str, Any]:
    funder, seller = checks.party(quote.funder, "funder"), checks.party(quote.seller, "seller")
    if funder == seller:
        raise UsageError("funder", quote.funder, "another party than the seller")
    amount, fee = checks.amount(quote.amount), checks.amount_or_zero(quote.fee, "fee")
    if fee >= amount:
        raise UsageError("fee", fee, f"less than the part of {amount} fen")
    return {
        "funder": funder,
        "seller": seller,
        "certificateId": checks.certificate_id(quote.certificate_id),
        "amountFen": amount,
        "ratePpm": checks.rate(quote.rate),
        "feeFen": fee,
        "registryReceipt": checks.hash32(quote.registry_receipt, "registry_receipt"),
        "deadline": checks.seconds(quote.deadline),
    }
