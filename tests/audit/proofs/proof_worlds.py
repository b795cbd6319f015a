"""A ledger that has lived: certificates of all states, locks, sales, payments, a failure."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scf import LocalLedger, Recourse
from scf.audit.proofs.concerns import Subject
from scf.audit.proofs.layout import id_key
from scf.audit.proofs.misfit import hex_of
from scf.audit.proofs.prove import prove
from scf.audit.proofs.scan import scan
from scf.chain.chain import Chain
from scf.model.fold import Fold
from tests.client.client_world import Town, build_town, hashed

EVIDENCE, CONSENT = hashed("evidence"), hashed("consent")


@dataclass
class Life:
    """
    A town and what happened in it.

    Attributes:
        certificate: one that was split, sold, requested and half paid.
        invoice_key: of the invoice behind it.
    """

    town: Town
    certificate: int
    invoice_key: bytes

    @property
    def ledger(self) -> LocalLedger:
        return self.town.ledger

    @property
    def chain(self) -> Chain:
        return self.ledger.chain

    def subject(self, kind: str) -> Subject:
        key = {
            "certificate": id_key(self.certificate),
            "invoice": hex_of(self.invoice_key),
            "party": self.town.ids["tier2"],
            "period": "",
        }
        return Subject(kind, key[kind])

    def evidence(self, kind: str, coverage: str, **options: Any) -> dict[str, Any]:
        """Evidence about one of the kinds, found by scanning."""
        subject, manifest = self.subject(kind), self.ledger.manifest
        places = scan(self.chain, manifest, subject)
        return prove(self.chain, manifest, subject, places, coverage=coverage, **options)

    @cached_property
    def fold(self) -> Fold:
        """The books, from the logs as the node gives them."""
        return fold_of_logs(self.ledger)


def fold_of_logs(ledger: LocalLedger) -> Fold:
    """The books of a ledger, from the logs as its node gives them."""
    manifest, chain = ledger.manifest, ledger.chain
    names = {item.address: name for name, item in manifest.contracts.items()}
    contracts = ledger._context.contracts
    fold = Fold(names)
    for raw in chain.logs(manifest.first_block, chain.head(), list(names)):
        log = contracts[names[raw["address"].lower()]].decode_log(raw)
        assert log is not None
        fold.apply(log, chain.block(log.block_number).timestamp)
    return fold


def live(ledger: LocalLedger) -> Life:
    """Live through it."""
    town = build_town(ledger)
    for giver in ("supplier", "tier2"):
        town.consent("tier2" if giver == "supplier" else "bank", giver)
    supplier, tier2 = town.as_("supplier").receivables, town.as_("tier2").receivables
    opening = town.opening(100_000_00, days=3, late_rate=180_000)
    certificate = town.as_("supplier").receivables.open_confirmed(
        opening,
        supplier=town.keys["supplier"][0],
        maker=town.keys["debtor"][0],
        checker=town.keys["debtor"][1],
    )
    id_ = certificate.certificate_id
    supplier.transfer(id_, to=town.ids["tier2"], amount=30_000_01, evidence_hash=EVIDENCE)
    tier2.transfer(
        id_, to=town.ids["bank"], amount=7_00, evidence_hash=EVIDENCE,
        recourse=Recourse.LIMITED, cap=5_00,
    )  # fmt: skip
    for amount in (100, 200):
        requested = _request(town, id_, amount)
        (tier2.reject_transfer if amount == 100 else supplier.withdraw_transfer)(requested)
    quote = town.ledger.discounting.sign_quote(town.quote(id_, 60_000_00), town.keys["bank"][0])
    town.as_("supplier").discounting.sell(quote, evidence_hash=EVIDENCE, consent_hash=CONSENT)
    waiting = town.active(days=30)
    _request(town, waiting, 500)
    _freeze(town, waiting)
    claimed = supplier.open(town.opening(9_000_00))
    town.as_("debtor", 1).receivables.dispute(
        claimed.certificate_id, amount=1_000_00, reason_hash=hashed("damaged")
    )
    town.as_("debtor").receivables.open(town.opening(consent_hash=bytes(32)))
    town.as_("debtor").cash.approve(spender=town.ids["bank"], amount=5_00)
    _fail(town)
    town.go((ledger.receivables.pay_day(id_).day - ledger.today()).days + 2)
    town.as_("bank").receivables.mark_overdue(id_)
    town.as_("debtor").settlement.pay_part(id_, 40_000_01)
    return Life(town, id_, opening.invoice_key)


def _request(town: Town, id_: int, amount: int) -> bytes:
    supplier = town.as_("supplier").receivables
    terms = supplier.terms(
        id_,
        from_party=town.ids["supplier"],
        to=town.ids["tier2"],
        amount=amount,
        evidence_hash=EVIDENCE,
    )
    return supplier.request_transfer(terms, deadline_day=town.ledger.today()).pending_id


def _freeze(town: Town, id_: int) -> None:
    court = town.ledger.officers["court"]
    town.as_("court").orders.freeze_certificate(
        id_, document_hash=hashed("order"), expiry=dt.date(2026, 6, 30), second=court[1]
    )


def _fail(town: Town) -> None:
    """A transaction that the ledger refuses, on the chain all the same: a receipt of failure."""
    rpc = town.ledger.chain.rpc
    sender = rpc.call("eth_accounts")[0]
    call: Mapping[str, str] = {
        "from": sender,
        "to": town.ledger.manifest.address("Cash"),
        "data": "0x" + "00" * 4,
        "gas": "0x30000",
        "gasPrice": hex(town.ledger.chain.gas_price()),
    }
    hash_ = rpc.call("eth_sendTransaction", call)
    if town.ledger.chain.capabilities.mines_on_demand:
        town.ledger.chain.mine()
    deadline = time.monotonic() + 30
    while (receipt := rpc.call("eth_getTransactionReceipt", hash_)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert receipt["status"] == "0x0"
