"""A ledger on which bills have lived: the story of three tiers, and acts that it does not tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proof_worlds import fold_of_logs

from scf import LocalLedger
from scf.audit.proofs.claim_facts import word_key
from scf.audit.proofs.concerns import Subject
from scf.audit.proofs.misfit import hex_of
from scf.audit.proofs.prove import prove
from scf.audit.proofs.scan import scan
from scf.chain.chain import Chain
from scf.cli.bill_story import BANK_NUMBER, Teller
from scf.model.bill_enums import DishonourCode
from scf.model.bill_numbers import BillRange, BillType, build_bill_number
from scf.model.bill_records import Drawing
from scf.model.bill_words import RangeWord
from scf.model.fold import Fold
from tests.client.client_world import hashed

FACE, PART = 50_000_00, 20_000_00
TEXT, CONSENT, HOP = hashed("text"), hashed("consent"), hashed("hop")


@dataclass
class BillLife:
    """
    Bills on a real node.

    Attributes:
        teller: who lived through the story, with ids and keys of its parties.
        told: the story's bill: divided, guaranteed, paid in part, dishonoured, settled.
        failed: a bank's bill that the bank did not pay and its drawer did.
        open: one on which acts are pending, one was rejected, and a part is frozen.
        waiting: its part with a pending endorsement.
    """

    teller: Teller
    told: int
    failed: BillRange
    open: BillRange
    waiting: BillRange

    @property
    def ledger(self) -> LocalLedger:
        return self.teller.ledger

    @property
    def chain(self) -> Chain:
        return self.ledger.chain

    @cached_property
    def fold(self) -> Fold:
        return fold_of_logs(self.ledger)

    def ranges(self, number: int) -> list[int]:
        """Token ids of every range there ever was of a bill."""
        return [id_ for id_ in self.fold.state.bills.words if id_ >> 80 == number]

    def subject(self, kind: str) -> Subject:
        books = self.fold.state.bills
        key = {
            "bill": word_key(self.told),
            "open bill": word_key(self.open.bill_no),
            "failed bill": word_key(self.failed.bill_no),
            "range": word_key(self.last(self.told)),
            "open range": word_key(self.waiting.token_id),
            "merged range": word_key(self.open.token_id),
            "invoice": hex_of(books.bills[self.told].trade_key),
            "party": self.teller.ids["core"],
            "period": "",
        }[kind]
        return Subject(kind.rsplit(maxsplit=1)[-1], key)

    def last(self, number: int) -> int:
        """The range of a bill with the most acts."""
        words = self.fold.state.bills.words
        return max(self.ranges(number), key=lambda id_: RangeWord.of(words[id_]).acts)

    def evidence(self, kind: str, coverage: str, **options: Any) -> dict[str, Any]:
        """Evidence found by scanning."""
        subject, manifest = self.subject(kind), self.ledger.manifest
        places = scan(self.chain, manifest, subject)
        return prove(self.chain, manifest, subject, places, coverage=coverage, **options)


def live_with_bills(ledger: LocalLedger) -> BillLife:
    """Live through it."""
    teller = Teller(ledger, lambda step: None)
    story = teller.live()
    assert story.adds_up
    assert story.at_the_end is not None
    told = story.at_the_end.bill.bill_no
    failed = _failed(teller)
    whole, waiting = _open(teller)
    return BillLife(teller, told, failed, whole, waiting)


def _received(teller: Teller, kind: BillType, *, acceptor: str, days: int) -> BillRange:
    """A bill of the core on `acceptor`, in the hands of castings."""
    ledger, today = teller.ledger, teller.ledger.today()
    key = hashed(f"invoice behind {kind}")
    teller.as_("castings").invoices.register(
        key=key, debtor=teller.ids["core"], amount=FACE, document_hash=TEXT
    )
    number = build_bill_number(kind=kind, bank=BANK_NUMBER, issue_day=today, serial=7)
    drawn = teller.as_("core").bills.draw(
        Drawing(
            bill_no=number,
            payee=teller.ids["castings"],
            acceptor=teller.ids[acceptor],
            amount=FACE,
            maturity=today + dt.timedelta(days=days),
            document_hash=TEXT,
            trade_key=key,
        )
    )
    maker, checker = teller.keys[acceptor]
    desk = ledger.with_signer(checker).bills
    terms = desk.acceptance(number, document_hash=TEXT)
    desk.accept_signed(terms, drawer=teller.keys["core"][0], maker=maker, checker=checker)
    teller.as_("core").bills.tender(number)
    teller.as_("castings").bills.take(number, consent_hash=CONSENT)
    return drawn.range


def _failed(teller: Teller) -> BillRange:
    """Not paid by its bank; the drawer pays, and has a claim left against the bank."""
    regulator = teller.ledger.officers["regulator"]
    teller.ledger.with_signer(regulator[0]).disclosures.state_figures(
        teller.ids["bank"],
        total_assets=10**12,
        deposits=10**11,
        margin=10**9,
        as_of=teller.ledger.today(),
        evidence_hash=HOP,
        approver=regulator[1],
    )
    own = _received(teller, BillType.SUPPLY_CHAIN_BANK, acceptor="bank", days=30)
    bill = teller.ledger.bills.bill(own.bill_no)
    teller.ledger.chain.move_to(bill.maturity)
    teller.as_("castings").bills.present(own)
    teller.as_("bank").bills.dishonour(own, code=DishonourCode.OTHER, reason_hash=HOP)
    teller.as_("castings").recourse.pursue(own, [teller.ids["core"]])
    claim = teller.ledger.recourse.claim_of(own)
    today = teller.ledger.today()
    teller.as_("core").recourse.offer(own, amount_max=claim, deadline_day=today)
    teller.as_("castings").recourse.take(own)
    return own


def _open(teller: Teller) -> tuple[BillRange, BillRange]:
    """Rejected and merged back, then divided for good, waiting on one side, frozen on the other."""
    whole = _received(teller, BillType.SUPPLY_CHAIN_ENTERPRISE, acceptor="core", days=20)
    castings, today = teller.as_("castings").bills, teller.ledger.today()
    core, bank = teller.as_("core"), teller.as_("bank")
    core.disclosures.disclose(whole.bill_no)
    bank.disclosures.record_check(whole.bill_no)
    core.bills.set_access_bank(teller.ids["bank"])
    for taker in ("foundry", "tooling"):
        terms = castings.endorsement(whole, to=teller.ids[taker], amount=PART, evidence_hash=HOP)
        asked = castings.request_endorsement(terms, deadline_day=today)
        if taker == "foundry":
            teller.as_("foundry").bills.reject_endorsement(asked.pending_id)
    rest = BillRange(whole.bill_no, PART + 1, FACE)
    last = teller._endorse("castings", "tooling", rest, PART)
    terms = core.guarantees.terms(last, guarantor=teller.ids["bank"], document_hash=TEXT)
    core.guarantees.request(terms, deadline_day=today)
    kept = BillRange(whole.bill_no, 2 * PART + 1, FACE)
    court = teller.ledger.officers["court"]
    teller.ledger.with_signer(court[0]).orders.freeze_range(
        kept, document_hash=HOP, expiry=today + dt.timedelta(days=9), second=court[1]
    )
    return whole, BillRange(whole.bill_no, 1, PART)
