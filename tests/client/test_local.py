"""Ledgers of one's own: kept in a directory, on the other node, and priced as the limits say."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from client_world import Town, hashed

import scf
from scf import UsageError
from scf.contracts import gas


def test_a_kept_ledger__continues_with_its_keys_and_acts(tmp_path: Path) -> None:
    with scf.local(data=tmp_path, load_rules=False) as first:
        operator = first.participants.operator
        limited = first.invoices.set_opening_limit(
            operator, 5, approver=first.officers["operator"][1]
        )
        kept = (first.manifest, first.consortium_key, first.officers["court"][0].address)

    with scf.local(data=tmp_path) as second:
        assert (second.manifest, second.consortium_key) == kept[:2]
        assert second.officers["court"][0].address == kept[2]
        assert second.invoices.debtor(limited.debtor).limit == 5

    (tmp_path / "local.json").write_text("{}")
    with pytest.raises(UsageError):
        scf.local(data=tmp_path)


def test_a_ledger_on_anvil__begins_on_its_day_with_the_rules_in_force(tmp_path: Path) -> None:
    day = dt.date(2025, 6, 20)

    with scf.local(node="anvil", start_day=day, deterministic=True, home=tmp_path) as ledger:
        tenor, later = ledger.rulebook.value("R77-2a"), ledger.rulebook.versions("RD-1")

        assert ledger.today() == day
        assert tenor is not None
        assert (tenor.value, tenor.version) == (6, 1)
        assert [item.day for item in later] == [dt.date(2026, 1, 19)]
        assert ledger.rulebook.calendar(2025) is not None
        assert list(tmp_path.glob("*.sqlite"))


def test_gas_limits__leave_a_margin_over_what_acts_used(town: Town) -> None:
    # The gas that a call needs is above what it is billed: a refund comes at the end.
    id_ = town.active()
    supplier = town.as_("supplier")
    opening = town.opening()
    town.consent("bank", "supplier")

    used = {
        "Invoices.open": supplier.receivables.open(opening).tx.gas_used,
        "Invoices.confirm": town.as_("debtor", 1)
        .receivables.confirm(
            invoice_key=opening.invoice_key,
            reference=opening.reference,
            supplier=opening.supplier,
            document_hash=opening.document_hash,
            maker=town.keys["debtor"][0],
        )
        .tx.gas_used,
        "Receivables.transfer": supplier.receivables.transfer(
            id_, to=town.ids["bank"], amount=5, evidence_hash=hashed("gas")
        ).tx.gas_used,
        "Settlement.sell": supplier.discounting.sell(
            town.ledger.discounting.sign_quote(town.quote(id_, 10_000_00), town.keys["bank"][0]),
            evidence_hash=hashed("gas"),
            consent_hash=hashed("gas"),
        ).tx.gas_used,
    }

    assert all(amount * 3 // 2 <= gas.LIMITS[name] for name, amount in used.items()), used
