"""Early payment by the debtor (动态折扣): the face of contract `EarlyPayments`. Amounts in fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.financing_records import EarlyOffer
from scf.model.financing_results import PaidEarly

BIDS_MAX = 50


class EarlyPayments(Face):
    """Offers and bids: the debtor pays before the day, less a discount the holder agrees to."""

    contract = "EarlyPayments"

    # Reading and signing

    def offer_id(self, offer: EarlyOffer) -> bytes:
        """The digest of an offer: its id, and what the debtor's officer signs."""
        return self._digest("EarlyPayment", _struct(offer))

    def sale_digest(self, offer: EarlyOffer, *, consent_hash: bytes) -> bytes:
        """What the holder's officer signs for `pay` and `clear`."""
        message = {
            "offerId": self.offer_id(offer),
            "consentHash": checks.hash32(consent_hash, "consent_hash"),
        }
        return self._digest("EarlySale", message)

    def sign_offer(self, offer: EarlyOffer, signer: Signer) -> Approval:
        """The debtor's approval of an offer; asks nothing of the chain."""
        signature = signer.sign_typed(self.offer_id(offer))
        return Approval(officer=signer.address, signature=signature)

    def discount(self, offer: EarlyOffer) -> tuple[int, int]:
        """What an offer costs the holder today, fen, and how many days early it is."""
        discount, days = self._read("discountOf", _struct(offer))
        return int(discount), int(days)

    def is_used(self, offer: EarlyOffer) -> bool:
        """Whether an offer was used."""
        return bool(self._read("isOfferUsed", self.offer_id(offer)))

    # Writing

    @write
    def take(
        self, offer: EarlyOffer, *, consent_hash: bytes, debtor: Approver
    ) -> Prepared[PaidEarly]:
        """Y2, Y4: the holder's officer takes an offer that the debtor signed."""
        approval = signing.approval_by(debtor, self.offer_id(offer), "debtor")
        self._require_open(offer.deadline, "offer")
        args = (_struct(offer), checks.hash32(consent_hash, "consent_hash"), approval)
        return self._act("takeEarly", args, self._paid)

    @write
    def pay(
        self, offer: EarlyOffer, *, consent_hash: bytes, holder: Approver
    ) -> Prepared[PaidEarly]:
        """The debtor's officer pays with the holder's signature of `sale_digest`."""
        digest = self.sale_digest(offer, consent_hash=consent_hash)
        approval = signing.approval_by(holder, digest, "holder")
        self._require_open(offer.deadline, "offer")
        return self._act("payEarly", (_struct(offer), consent_hash, approval), self._paid)

    @write
    def clear(
        self, bids: Sequence[tuple[EarlyOffer, bytes, Approver]]
    ) -> Prepared[tuple[PaidEarly, ...]]:
        """
        Y3: the debtor pays bids in one transaction, best rate first, ties in the order given.

        Args:
            bids: offer, consent record and the holder's approval of each; `cleared` picks them.
        """
        checks.number(len(bids), "bids", BIDS_MAX, 1)
        ordered = sorted(bids, key=lambda bid: -bid[0].apr)
        approvals = [
            signing.approval_by(
                holder, self.sale_digest(offer, consent_hash=consent), "bids.holder"
            )
            for offer, consent, holder in ordered
        ]
        offers = [_struct(offer) for offer, _, _ in ordered]
        self._require_open(min(offer.deadline for offer, _, _ in ordered), "bids")
        args = (offers, [consent for _, consent, _ in ordered], approvals)
        return self._act("clearBids", args, self._cleared, bills=len(bids))

    # Internals

    def _paid(self, outcome: Outcome) -> PaidEarly:
        return self._cleared(outcome)[0]

    def _cleared(self, outcome: Outcome) -> tuple[PaidEarly, ...]:
        return tuple(
            PaidEarly(
                tx=tx_of(outcome),
                offer_id=log.args["offerId"],
                certificate_id=log.args["certificateId"],
                holder=log.args["holder"],
                amount=log.args["amountFen"],
                discount=log.args["discountFen"],
            )
            for log in self._events(outcome)
            if log.name == "PaidEarly"
        )


def cleared(bids: Sequence[tuple[EarlyOffer, int]], cash: int) -> tuple[EarlyOffer, ...]:
    """
    Y3: the bids that win: best rate to the buyer first until the cash is used, ties by time.

    A bid whose price no longer fits is passed over, and smaller ones behind it may still win.

    Args:
        bids: each with its price (amount less discount, fen), in the order in which they came.
        cash: of the debtor, fen.
    """
    won = []
    for offer, price in sorted(bids, key=lambda bid: -bid[0].apr):
        if price <= cash:
            won.append(offer)
            cash -= price
    return tuple(won)


def _struct(offer: EarlyOffer) -> Mapping[str, Any]:
    debtor, holder = checks.party(offer.debtor, "debtor"), checks.party(offer.holder, "holder")
    if debtor == holder:
        raise UsageError("holder", offer.holder, "another party than the debtor")
    return {
        "debtor": debtor,
        "holder": holder,
        "certificateId": checks.certificate_id(offer.certificate_id),
        "amountFen": checks.amount(offer.amount),
        "aprPpm": checks.rate(offer.apr, "apr"),
        "reference_": checks.hash_or_zero(offer.reference, "reference"),
        "epoch": checks.number(offer.epoch, "epoch", 2**32 - 1),
        "deadline": checks.seconds(offer.deadline),
    }
