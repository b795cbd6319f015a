"""What never reaches the chain, and ledgers that do not belong together."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client_world import Town, hashed

import scf
from scf import (
    Manifest,
    ManifestError,
    OfficerGrant,
    PartyDetails,
    Powers,
    Recourse,
    Roles,
    Signer,
    UnavailableError,
    UsageError,
)
from scf.build.manifest import Deployed

HASH = hashed("hash")
P = "0x" + "11" * 20
Q = "0x" + "22" * 20

WRONG: dict[str, tuple[str, Callable[[scf.Ledger, Signer], Any]]] = {
    "zero amount": ("amount", lambda x, s: x.cash.transfer(to=P, amount=0)),
    "negative amount": ("amount", lambda x, s: x.cash.transfer(to=P, amount=-1)),
    "float amount": ("amount", lambda x, s: x.cash.transfer(to=P, amount=1.5)),
    "bool amount": ("amount", lambda x, s: x.cash.transfer(to=P, amount=True)),
    "huge amount": ("amount", lambda x, s: x.cash.transfer(to=P, amount=10**18)),
    "no party": ("to", lambda x, s: x.cash.transfer(to="nobody", amount=1)),
    "zero party": ("to", lambda x, s: x.cash.transfer(to="0x" + "00" * 20, amount=1)),
    "wrong check digit": ("to", lambda x, s: x.cash.transfer(to="91310000MA1FL10100", amount=1)),
    "no payment id": ("payment_id", lambda x, s: x.cash.burn(amount=1, payment_id=bytes(32))),
    "short payment id": ("payment_id", lambda x, s: x.cash.burn(amount=1, payment_id=b"1")),
    "text for a hash": ("payment_id", lambda x, s: x.cash.burn(amount=1, payment_id="0x12")),
    "negative id": ("certificate_id", lambda x, s: x.receivables.mark_overdue(-1)),
    "text for an id": ("certificate_id", lambda x, s: x.receivables.mark_overdue("0x1")),
    "no evidence": (
        "evidence_hash",
        lambda x, s: x.receivables.transfer(1, to=P, amount=1, evidence_hash=bytes(32)),
    ),
    "cap without limit": (
        "cap",
        lambda x, s: x.receivables.transfer(1, to=P, amount=1, evidence_hash=HASH, cap=5),
    ),
    "limit without cap": (
        "cap",
        lambda x, s: x.receivables.transfer(
            1, to=P, amount=1, evidence_hash=HASH, recourse=Recourse.LIMITED
        ),
    ),
    "to oneself": (
        "to",
        lambda x, s: x.receivables.terms(1, from_party=P, to=P, amount=1, evidence_hash=HASH),
    ),
    "no consent": (
        "consent_hash",
        lambda x, s: x.receivables.set_standing_consent(from_party=P, until=dt.date(2030, 1, 1)),
    ),
    "datetime for a day": (
        "until",
        lambda x, s: x.receivables.set_standing_consent(
            from_party=P, until=dt.datetime(2030, 1, 1, tzinfo=dt.UTC), consent_hash=HASH
        ),
    ),
    "holders twice": ("holders", lambda x, s: x.settlement.pay_at_maturity(1, holders=[P, P])),
    "nobody holds it": ("certificate_id", lambda x, s: x.settlement.pay_at_maturity(1)),
    "unknown certificate": ("certificate_id", lambda x, s: x.receivables.certificate(1)),
    "rule id": (
        "rule_id",
        lambda x, s: x.rulebook.set_rule(
            "规则", 1, effective_from=dt.date(2030, 1, 1), basis_hash=HASH, approver=s
        ),
    ),
    "rule value": (
        "value",
        lambda x, s: x.rulebook.set_rule(
            "R1", -1, effective_from=dt.date(2030, 1, 1), basis_hash=HASH, approver=s
        ),
    ),
    "approver": (
        "approver",
        lambda x, s: x.invoices.set_opening_limit(P, 1, approver=None),
    ),
    "bar reasons": (
        "reasons",
        lambda x, s: x.invoices.set_opening_bar(P, 8, evidence_hash=HASH, approver=s),
    ),
    "second": (
        "second",
        lambda x, s: x.orders.freeze_party(
            P, document_hash=HASH, expiry=dt.date(2030, 1, 1), second=None
        ),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument__is_named_and_nothing_is_sent(town: Town, case: str) -> None:
    field, act = WRONG[case]
    head = town.ledger.chain.head()

    with pytest.raises(UsageError) as wrong:
        act(town.as_("operator"), town.operators[1])

    assert wrong.value.field == field
    assert town.ledger.chain.head() == head


OPENINGS: dict[str, dict[str, Any]] = {
    "amount": {"amount": 2, "invoice_amount": 1},
    "debtor": {"debtor": "supplier"},
    "document_hash": {"document_hash": bytes(32)},
    "late_rate": {"late_rate": -1},
    "due_day": {"due_day": "2026-01-01"},
    "delivery_day": {"delivery_day": dt.date(1969, 1, 1)},
    "invoice_key": {"invoice_key": bytes(32)},
    "reference": {"reference": b""},
    "consent_hash": {"consent_hash": b"yes"},
    "supplier": {"supplier": "91310000MA1FL103XX"},
}


@pytest.mark.parametrize("field", OPENINGS)
def test_a_wrong_opening__names_its_field(town: Town, field: str) -> None:
    changed = OPENINGS[field]
    if changed == {"debtor": "supplier"}:
        changed = {"debtor": town.ids["supplier"]}

    with pytest.raises(UsageError) as wrong:
        town.as_("supplier").receivables.open(town.opening(**changed))

    assert wrong.value.field == field


QUOTES: dict[str, dict[str, Any]] = {
    "rate": {"rate": -5},
    "fee": {"fee": 100},
    "registry_receipt": {"registry_receipt": bytes(32)},
    "deadline": {"deadline": 0},
    "certificate_id": {"certificate_id": 0},
}


@pytest.mark.parametrize("field", QUOTES)
def test_a_wrong_quote__names_its_field(town: Town, field: str) -> None:
    fields: dict[str, Any] = {"certificate_id": 1, "amount": 100, "fee": 0} | QUOTES[field]

    with pytest.raises(UsageError) as wrong:
        town.ledger.discounting.sign_quote(town.quote(**fields), town.keys["bank"][0])

    assert wrong.value.field == field


ENROLMENTS: dict[str, dict[str, Any]] = {
    "uscc": {"uscc": "91310000MA1FL10100"},
    "lei": {"lei": "529900T8BM49AURSDO00"},
    "name": {"name": " "},
    "roles": {"roles": Roles(0)},
    "size_class": {"size_class": 9},
}


@pytest.mark.parametrize("field", ENROLMENTS)
def test_wrong_details__name_their_field(town: Town, field: str) -> None:
    uscc = town.ledger.participants.party(town.ids["bank"])
    assert uscc is not None
    fields = {"uscc": uscc.uscc, "name": "x", "roles": Roles.BANK} | ENROLMENTS[field]
    grants = [OfficerGrant(officer=Signer.create())]

    with pytest.raises(UsageError) as wrong:
        town.ledger.participants.enrol(PartyDetails(**fields), grants, approver=town.operators[1])

    assert wrong.value.field == field


@pytest.mark.parametrize("case", ["none", "twice", "no administrator", "address without signature"])
def test_wrong_officers__are_refused(town: Town, case: str) -> None:
    key = Signer.create()
    grants = {
        "none": [],
        "twice": [OfficerGrant(officer=key)] * 2,
        "no administrator": [OfficerGrant(officer=key, powers=Powers.MAKE)],
        "address without signature": [OfficerGrant(officer=key.address)],
    }[case]
    found = town.ledger.participants.party(town.ids["bank"])
    assert found is not None
    details = PartyDetails(uscc=found.uscc, name="x", roles=Roles.BANK)

    with pytest.raises(UsageError) as wrong:
        town.ledger.participants.enrol(details, grants, approver=town.operators[1])

    assert wrong.value.field == "officers"


def test_writing_without_a_signer__says_how(town: Town) -> None:
    with pytest.raises(UsageError) as wrong:
        town.ledger.with_signer(None).cash.transfer(to=P, amount=1)

    assert wrong.value.field == "signer"


# Ledgers


def test_connecting__reads_the_same_ledger(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    town.ledger.manifest.save(path)

    with scf.connect(town.ledger.node.url, path, town.operators[0], home=tmp_path) as other:
        assert other.manifest == town.ledger.manifest
        assert other.cash.total_supply() == town.ledger.cash.total_supply()
        assert other.today() == town.ledger.today()


def _moved(manifest: Manifest, **changed: str) -> Manifest:
    item = dataclasses.replace(manifest.contracts["Cash"], **changed)
    return dataclasses.replace(manifest, contracts={**manifest.contracts, "Cash": item})


WRONG_MANIFESTS: dict[str, Callable[[Manifest], Manifest]] = {
    "chain id": lambda m: dataclasses.replace(m, chain_id=5),
    "genesis hash": lambda m: dataclasses.replace(m, genesis_hash="0x" + "11" * 32),
    "code hash of Cash": lambda m: _moved(m, code_hash="0x" + "11" * 32),
    "contracts": lambda m: dataclasses.replace(
        m, contracts={name: item for name, item in m.contracts.items() if name != "Cash"}
    ),
    "version of Cash": lambda m: dataclasses.replace(
        m, contracts={**m.contracts, "Cash": m.contracts["Orders"]}
    ),
}


@pytest.mark.parametrize("field", WRONG_MANIFESTS)
def test_a_manifest_of_another_ledger__is_refused_by_name(
    town: Town, tmp_path: Path, field: str
) -> None:
    wrong = WRONG_MANIFESTS[field](town.ledger.manifest)

    with pytest.raises(ManifestError) as refused:
        scf.connect(town.ledger.node.url, wrong, home=tmp_path)

    assert refused.value.field == field
    assert not list(tmp_path.iterdir())


def test_an_address_without_code__is_refused(town: Town, tmp_path: Path) -> None:
    wrong = _moved(town.ledger.manifest, address="0x" + "44" * 20)

    with pytest.raises(ManifestError, match="no code at"):
        scf.connect(town.ledger.node.url, wrong, home=tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 1}', '{"format": 1, "chainId": "5"}', "\xff"]
)
def test_an_unreadable_manifest__is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(ManifestError):
        Manifest.load(path)


def test_a_manifest__comes_back_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "manifest.json"
    manifest = Manifest(
        chain_id=1,
        genesis_hash="0x12",
        first_block=3,
        operator=P,
        contracts={"Cash": Deployed(address=Q, code_hash="0x34")},
        compiler="c",
        evm_version="paris",
        package_version="1",
    )

    manifest.save(path)

    assert Manifest.load(path) == manifest
    with pytest.raises(ManifestError):
        manifest.address("Bills")


def test_an_unreachable_node__is_told(town: Town, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError):
        scf.connect("http://127.0.0.1:9", town.ledger.manifest, home=tmp_path)
    with pytest.raises(ManifestError):
        scf.connect(town.ledger.node.url, tmp_path / "none.json")


@pytest.mark.parametrize("options", [{"node": "geth"}, {"node": "anvil", "data": Path("x")}])
def test_a_local_ledger_that_cannot_be__is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        scf.local(**options)
