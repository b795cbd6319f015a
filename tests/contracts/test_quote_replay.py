"""
MUST-21: every kind of signed offer × every way to use it where, when or how it was not meant.

An offer is signed once by whom it binds; each row changes one thing, and each is refused. Beside
each refusal the offer as it was signed still does its work, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests import recourse_stories as bills
from tests.bill_loan_stories import bill_loan_terms
from tests.contracts.test_bill_discounting import bill_quote, ready
from tests.contracts.test_signatures import wallet_officer
from tests.financing_stories import early_offer, loan_terms
from tests.stories import FACE, STRANGER, active, quote
from tests.typed import TYPES
from tests.world import World, hashed

N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
Offer = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of offer: where it is signed for, by whom, and how the other side accepts it."""

    contract: str
    primary: str
    signer: str
    make: Callable[[World], Offer]
    function: str
    again: str
    asset: str
    records: int = 2
    caller_last: bool = False

    def digest(self, world: World, offer: Mapping[str, Any]) -> bytes:
        plain = {("reference" if k == "reference_" else k): v for k, v in offer.items()}
        return world.digest(self.contract, self.primary, TYPES, plain)

    def signed(self, world: World, offer: Offer) -> dict[str, Any]:
        return world.approval(self.signer, self.digest(world, offer))

    def accept(
        self, world: World, offer: Offer, approval: Mapping[str, Any], sender: str | None = None
    ) -> Any:
        records = [hashed("evidence"), hashed("consent")][-self.records :]
        own = world.by_caller("supplier")
        approvals = [approval]
        if self.contract == "billdiscounting":
            approvals = [own, approval]
        elif self.caller_last:
            approvals = [approval, own]
        key = sender or world.actors["supplier"].officers[0].address
        target = {"discounting": "settlement"}.get(self.contract, self.contract)
        return world.send(key, target, self.function, offer, *records, *approvals)


def _certificate(world: World) -> int:
    id_, _ = active(world)
    for name in ("bank", "debtor"):
        world.mint(name, 3 * FACE, name)
    return id_


KINDS = {
    "certificate": Kind(
        contract="discounting",
        primary="Quote",
        signer="bank",
        make=lambda w: quote(w, _certificate(w), 400_000),
        function="sell",
        again="DiscountingReceiptUsed",
        asset="certificateId",
    ),
    "bill": Kind(
        contract="billdiscounting",
        primary="BillQuote",
        signer="bank",
        make=lambda w: bill_quote(w, ready(w)),
        function="discount",
        again="BillsActs",
        asset="tokenId",
    ),
    "loan": Kind(
        contract="loans",
        primary="LoanTerms",
        signer="bank",
        make=lambda w: loan_terms(w, _certificate(w), 400_000, 300_000),
        function="advance",
        again="LoansState",
        asset="certificateId",
        records=1,
        caller_last=True,
    ),
    "bill loan": Kind(
        contract="billloans",
        primary="BillLoanTerms",
        signer="bank",
        make=lambda w: bill_loan_terms(w, ready(w), 300_000),
        function="advance",
        again="BillsFlag",
        asset="tokenId",
        records=1,
        caller_last=True,
    ),
    "early payment": Kind(
        contract="earlypayments",
        primary="EarlyPayment",
        signer="debtor",
        make=lambda w: early_offer(w, _certificate(w), 400_000),
        function="takeEarly",
        again="EarlyPaymentsUsed",
        asset="certificateId",
        records=1,
    ),
}
INVALID = "GovernedSignatureInvalid"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.mark.parametrize("where", ["another chain", "another contract"])
def test_offer__signed_for_elsewhere__is_refused(world: World, kind: Kind, where: str) -> None:
    offer = kind.make(world)
    contracts, chain = dict(world.contracts), world.engine.chain_id
    if where == "another chain":
        world.engine.chain_id = chain + 1
    else:
        world.contracts[kind.contract] = contracts["cash"]
    approval = kind.signed(world, offer)
    world.contracts.update(contracts)
    world.engine.chain_id = chain

    with world.refused(INVALID):
        kind.accept(world, offer, approval)
    kind.accept(world, offer, kind.signed(world, offer))


@pytest.mark.parametrize("how", ["malleable", "zero", "short", "of a stranger"])
def test_offer__signature_not_the_signers_own__is_refused(
    world: World, kind: Kind, how: str
) -> None:
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    good = approval["signature"]
    r, s, v = good[:32], int.from_bytes(good[32:64], "big"), good[64]
    bad = {
        "malleable": r + (N - s).to_bytes(32, "big") + bytes([55 - v]),
        "zero": bytes(65),
        "short": good[:64],
        "of a stranger": STRANGER.sign_typed(kind.digest(world, offer)),
    }[how]

    with world.refused(INVALID):
        kind.accept(world, offer, approval | {"signature": bad})
    kind.accept(world, offer, approval)


def test_offer__after_its_deadline__is_refused(world: World, kind: Kind) -> None:
    """The last second is in time, the next is not."""
    offer = kind.make(world) | {"deadline": world.timestamp}
    approval = kind.signed(world, offer)
    with world.anchor():
        world.timestamp += 1
        world.engine.set_time(world.timestamp)
        with world.refused("GovernedSignatureExpired"):
            kind.accept(world, offer, approval)

    kind.accept(world, offer, approval)


@pytest.mark.parametrize("how", ["this one", "all"])
def test_offer__taken_back__is_refused(world: World, kind: Kind, how: str) -> None:
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    if how == "this one":
        target = {"discounting": "settlement"}.get(kind.contract, kind.contract)
        world.act(kind.signer, target, "revokeSignature", kind.digest(world, offer))
    else:
        world.act(kind.signer, "participants", "endEpoch")

    with world.refused(
        "GovernedSignatureRevoked" if how == "this one" else "ParticipantsEpochEnded"
    ):
        kind.accept(world, offer, approval)


def test_offer__used_before__is_refused(world: World, kind: Kind) -> None:
    """Its nonce is the filing receipt, the reference, the loan's id or the range's state."""
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    kind.accept(world, offer, approval)

    with world.refused(kind.again):
        kind.accept(world, offer, approval)


def test_offer__for_another_asset__is_refused(world: World, kind: Kind) -> None:
    """Same holder, same debtor, as good: not the one that was signed for."""
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    if kind.asset == "tokenId":
        other = bills.received(world, serial=2)
        changed = offer | {"tokenId": other, "acts": bills.acts(world, other)}
    else:
        keys = {"invoiceKey": hashed("invoice/2"), "reference_": hashed("reference/2")}
        changed = offer | {"certificateId": active(world, **keys)[0]}

    with world.refused(INVALID):
        kind.accept(world, changed, approval)
    kind.accept(world, offer, approval)


@pytest.mark.parametrize("name", ["bill", "bill loan"])
def test_offer__for_a_bill_in_another_endorsement_state__is_refused(
    world: World, name: str
) -> None:
    """A bill that was passed on and came back is not the bill that was quoted."""
    kind = KINDS[name]
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    moved = bills.endorse(world, offer["tokenId"], "supplier", "tier2")
    bills.endorse(world, moved, "tier2", "supplier")

    with world.refused("BillsActs"):
        kind.accept(world, offer, approval)


@pytest.mark.parametrize("name", ["certificate", "loan", "early payment"])
def test_offer__for_a_certificate_others_hold_too__stays_good(world: World, name: str) -> None:
    """What other holders do with their parts does not touch a holder's quote."""
    kind = KINDS[name]
    offer = kind.make(world)
    approval = kind.signed(world, offer)
    args = (world.actors["supplier"].id, world.today + 5, hashed("consent"))
    world.act("tier2", "receivables", "setStandingConsent", *args)
    hop = {
        "id": offer["certificateId"],
        "from": world.actors["supplier"].id,
        "to": world.actors["tier2"].id,
        "amountFen": 100_000,
        "evidenceHash": hashed("trade"),
        "recourse": 0,
        "capFen": 0,
    }
    world.act("supplier", "receivables", "transfer", *_transfer_args(hop))

    kind.accept(world, offer, approval)


def _transfer_args(hop: Mapping[str, Any]) -> tuple[Any, ...]:
    return hop["id"], hop["to"], hop["amountFen"], hop["evidenceHash"]


def test_offer__seen_and_sent_first_by_a_stranger__is_not_used_up(world: World, kind: Kind) -> None:
    """Front-running: a copied call does nothing, and the copied one still counts."""
    offer = kind.make(world)
    approval = kind.signed(world, offer)

    with world.refused(
        "GovernedCaller"
        if kind.contract in ("billdiscounting", "loans", "billloans")
        else "ParticipantsOfficerUnknown"
    ):
        kind.accept(world, offer, approval, STRANGER.address)
    kind.accept(world, offer, approval)


def test_offer__signed_by_a_wallet__counts_as_the_wallet_answers(world: World, kind: Kind) -> None:
    """EIP-1271: asked for this digest with this signature; it serves once like any other."""
    address = wallet_officer(world, "strict", kind.signer)
    offer = kind.make(world)
    digest = kind.digest(world, offer)

    with world.refused(INVALID, officer=address):
        kind.accept(world, offer, {"officer": address, "signature": hashed("not the digest")})
    kind.accept(world, offer, {"officer": address, "signature": digest})
    with world.refused(kind.again):
        kind.accept(world, offer, {"officer": address, "signature": digest})


# The other side's answer, where the offer's side sends


ANSWERS: Mapping[str, tuple[str, str, str]] = {
    "certificate": ("buy", "Sale", "quoteId"),
    "bill": ("discount", "BillSale", "quoteId"),
    "loan": ("advance", "Borrowing", "termsHash"),
    "bill loan": ("advance", "BillBorrowing", "termsHash"),
    "early payment": ("payEarly", "EarlySale", "offerId"),
}


@dataclass(frozen=True)
class Answer:
    """The holder's approval of one offer, for one evidence and consent."""

    name: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    def digest(self, world: World, offer: Offer, consent: str = "consent") -> bytes:
        _, primary, id_ = ANSWERS[self.name]
        message = {id_: self.kind.digest(world, offer), "consentHash": hashed(consent)}
        if self.kind.records == 2:
            message["evidenceHash"] = hashed("evidence")
        return world.digest(self.kind.contract, primary, TYPES, message)

    def send(self, world: World, offer: Offer, approval: Mapping[str, Any]) -> Any:
        function, own = ANSWERS[self.name][0], world.by_caller(self.kind.signer)
        records = [hashed("evidence"), hashed("consent")][-self.kind.records :]
        approvals: list[Any] = [approval]
        if self.kind.contract == "billdiscounting":
            approvals = [approval, own]
        elif self.kind.caller_last:
            approvals = [own, approval]
        target = {"discounting": "settlement"}.get(self.kind.contract, self.kind.contract)
        return world.act(self.kind.signer, target, function, offer, *records, *approvals)


@pytest.fixture(params=ANSWERS)
def answer(request: pytest.FixtureRequest) -> Answer:
    return Answer(request.param)


@pytest.mark.parametrize("where", ["another chain", "another contract"])
def test_answer__signed_for_elsewhere__is_refused(world: World, answer: Answer, where: str) -> None:
    offer = answer.kind.make(world)
    good = world.approval("supplier", answer.digest(world, offer))
    contracts, chain = dict(world.contracts), world.engine.chain_id
    # The digest of the offer inside is the right one; only the domain of the answer is not.
    id_ = answer.kind.digest(world, offer)
    if where == "another chain":
        world.engine.chain_id = chain + 1
    else:
        world.contracts[answer.kind.contract] = contracts["cash"]
    _, primary, field = ANSWERS[answer.name]
    message = {field: id_, "consentHash": hashed("consent")}
    if answer.kind.records == 2:
        message["evidenceHash"] = hashed("evidence")
    elsewhere = world.digest(answer.kind.contract, primary, TYPES, message)
    world.contracts.update(contracts)
    world.engine.chain_id = chain

    with world.refused(INVALID):
        answer.send(world, offer, world.approval("supplier", elsewhere))
    answer.send(world, offer, good)


@pytest.mark.parametrize("how", ["malleable", "zero", "of a stranger", "another consent"])
def test_answer__not_the_holders_own__is_refused(world: World, answer: Answer, how: str) -> None:
    offer = answer.kind.make(world)
    digest = answer.digest(world, offer)
    approval = world.approval("supplier", digest)
    good = approval["signature"]
    r, s, v = good[:32], int.from_bytes(good[32:64], "big"), good[64]
    other = world.approval("supplier", answer.digest(world, offer, "another consent"))
    bad = {
        "malleable": r + (N - s).to_bytes(32, "big") + bytes([55 - v]),
        "zero": bytes(65),
        "of a stranger": STRANGER.sign_typed(digest),
        "another consent": other["signature"],
    }[how]

    with world.refused(INVALID):
        answer.send(world, offer, approval | {"signature": bad})
    answer.send(world, offer, approval)
    with world.refused(answer.kind.again):
        answer.send(world, offer, approval)


def test_answer__for_another_offer_or_taken_back__is_refused(world: World, answer: Answer) -> None:
    """What was agreed to is one offer, word for word, until it is taken back."""
    offer = answer.kind.make(world)
    approval = world.approval("supplier", answer.digest(world, offer))
    target = {"discounting": "settlement"}.get(answer.kind.contract, answer.kind.contract)

    with world.refused(INVALID):
        answer.send(world, offer | {"deadline": offer["deadline"] - 1}, approval)
    world.act("supplier", target, "revokeSignature", answer.digest(world, offer))
    with world.refused("GovernedSignatureRevoked"):
        answer.send(world, offer, approval)


def test_answer__of_a_wallet__counts_as_the_wallet_answers(world: World, answer: Answer) -> None:
    address = wallet_officer(world, "strict", "supplier")
    offer = answer.kind.make(world)

    with world.refused(INVALID, officer=address):
        answer.send(world, offer, {"officer": address, "signature": hashed("not the digest")})
    answer.send(world, offer, {"officer": address, "signature": answer.digest(world, offer)})
