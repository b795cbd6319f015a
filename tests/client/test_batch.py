"""Many acts at once: each has its own outcome, and the dependent ones wait."""

from __future__ import annotations

from dataclasses import replace

import pytest
from client_world import Town, hashed

from scf import ContractRefusal, UsageError

EVIDENCE = hashed("evidence")


def test_a_batch__reports_each_act_for_itself(town: Town) -> None:
    id_ = town.active(1_000_00)
    town.consent("tier2", "supplier")
    amounts = [100 + place for place in range(10)]
    amounts[4] = 10**9

    with town.as_("supplier").batch() as batch:
        handles = [
            batch.receivables.transfer(
                id_, to=town.ids["tier2"], amount=amount, evidence_hash=EVIDENCE
            )
            for amount in amounts
        ]

    errors = [handle.error for handle in handles]
    assert isinstance(errors[4], ContractRefusal)
    assert errors[4].name == "ReceivablesAvailable"
    assert errors[:4] + errors[5:] == [None] * 9
    assert handles[9].result.amount == 109
    assert town.ledger.receivables.balance(id_, town.ids["tier2"]) == sum(amounts) - 10**9
    with pytest.raises(ContractRefusal):
        _ = handles[4].result


def test_a_barrier__lets_one_signers_act_need_anothers(town: Town) -> None:
    openings = [town.opening(1_000 + place) for place in range(3)]

    with town.as_("supplier").batch() as batch:
        opened = [batch.receivables.open(opening) for opening in openings]
        batch.barrier()
        checker = batch.with_signer(town.keys["debtor"][1])
        confirmed = [
            checker.receivables.confirm(
                invoice_key=opening.invoice_key,
                reference=opening.reference,
                supplier=opening.supplier,
                document_hash=opening.document_hash,
                maker=town.keys["debtor"][0],
                amount=opening.amount,
                due_day=opening.due_day,
            )
            for opening in openings
        ]
        assert len(batch) == 6
        assert not opened[0].is_sent

    ids = [handle.result.certificate_id for handle in opened]
    assert [handle.result.certificate_id for handle in confirmed] == ids


def test_a_write_of_two_acts__is_one_handle(town: Town) -> None:
    court = town.as_("court")
    second = town.ledger.officers["court"][1]

    with court.batch() as batch:
        handle = batch.orders.transfer_cash(
            from_party=town.ids["debtor"],
            to_party=town.ids["tier2"],
            amount=3,
            document_hash=hashed("batch"),
            expiry=town.ledger.today(),
            second=second,
        )

    assert handle.result.tx.block > 0


def test_a_batch_that_raises__sends_nothing(town: Town) -> None:
    before = town.ledger.cash.balance(town.ids["tier2"])
    batch = town.as_("debtor").batch()

    def spoilt() -> None:
        with batch:
            batch.cash.transfer(to=town.ids["tier2"], amount=11)
            batch.cash.transfer(to=town.ids["tier2"], amount=-1)

    with pytest.raises(UsageError):
        spoilt()

    assert town.ledger.cash.balance(town.ids["tier2"]) == before
    assert len(batch) == 1


def test_an_outcome_before_sending__is_not_there(town: Town) -> None:
    handle = town.as_("debtor").batch().cash.transfer(to=town.ids["tier2"], amount=12)

    with pytest.raises(UsageError):
        _ = handle.error


def test_a_stream__yields_outcomes_in_order_and_repeats_safely(town: Town) -> None:
    face = town.as_("debtor").cash
    acts = [face.acts.transfer(to=town.ids["tier2"], amount=20 + place) for place in range(5)]
    acts.append(replace(acts[0], repeat=1))

    first = list(town.ledger.send_stream(iter(acts)))
    second = town.ledger.send_many(acts)

    assert [sent.result.amount for sent in first] == [20, 21, 22, 23, 24, 20]
    assert [sent.outcome.replayed for sent in first] == [False] * 6
    assert [sent.outcome.replayed for sent in second] == [True] * 6


def test_an_unknown_act__is_named(town: Town) -> None:
    with pytest.raises(UsageError) as wrong:
        town.ledger.batch().cash.balance("x")

    assert "mint" in wrong.value.expected
