"""The books' tools on a history of every instrument: as the campaign makes it, and of bills."""

from __future__ import annotations

from random import Random

import pytest

from scf.audit import checkpoints
from scf.audit.replay import replay
from scf.audit.rollforward import roll_forward
from scf.audit.soundness import faults
from scf.model.folding.bills import amount_of
from tests.audit.reading.recording import Recording, store_of
from tests.audit.reading.test_bills import bill_store, told
from tests.campaigns.campaign import Campaign, Ground

__all__ = ["bill_store", "told"]  # fixtures of the bills

ACTS = 500
SEED = 7_301


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    ground = Ground.create(engine=Recording())
    campaign = Campaign(ground, Random(SEED))
    campaign.run(ACTS)
    with store_of(ground.world, tmp_path_factory.mktemp("campaign") / "audit.sqlite") as store:
        yield campaign.table.state, store


def test_replay__is_the_campaigns_fold(played) -> None:
    state, store = played

    assert replay(store, keep=False).books() == state.books()
    assert list(faults(store)) == []


def test_checkpoints__carry_every_instrument(played) -> None:
    state, store = played

    again = checkpoints.unpack(checkpoints.pack(state))

    assert again == state
    replay(store, checkpoint_events=300)
    assert len(checkpoints.numbers(store)) >= 2
    assert replay(store).state.books() == state.books()
    assert list(faults(store)) == []


def test_roll_forward__balances_for_every_instrument(played) -> None:
    _, store = played
    middle = replay(store, block=(store.deployment.synced_block or 0) // 2)

    for opening in (None, middle):
        rows = roll_forward(store, opening, replay(store))

        assert not [row for row in rows if row.difference]
        assert {row.asset for row in rows} >= {"cash"}


def test_bills__are_carried_and_rolled_forward(bill_store) -> None:
    moment = replay(bill_store, checkpoint_events=5)
    state = moment.state
    assert state.bills.holders

    assert checkpoints.unpack(checkpoints.pack(state)) == state
    assert len(checkpoints.numbers(bill_store)) > 5
    assert list(faults(bill_store)) == []
    rows = roll_forward(bill_store, None, moment)
    assert not [row for row in rows if row.difference]
    closing = {row.asset: row.closing for row in rows if row.closing}
    for id_ in state.bills.holders:
        assert closing[f"0x{id_:064x}"] == amount_of(state, id_)
