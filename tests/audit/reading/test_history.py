"""The life of one thing: acts, signers, rules, before and after, for every kind of thing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from scf.audit import gathering
from scf.audit.acts import History
from scf.audit.finding import find
from scf.audit.gathering import key_text
from scf.audit.history import history_of
from scf.audit.names import Names
from scf.audit.reading import Reading
from scf.audit.records import Subject
from scf.audit.replay import replay
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from scf.audit.subjects import find_subjects, subject_of
from scf.errors import UsageError
from tests.audit.reading.following import follow
from tests.audit.reading.recording import store_of
from tests.audit.reading.tales import Tale
from tests.stories import YUAN


@pytest.fixture(scope="module")
def paid(store: Store, tale: Tale, tell: Telling) -> History:
    return history_of(store, subject_of(store, key_text(tale.paid)), tell=tell)


def test_certificate__tells_its_acts_in_order(paid: History) -> None:
    assert [act.title for act in paid.acts] == [
        "debtor promises 1,000,000.00",
        "600,000.00 from supplier to tier2",
        "200,000.00 from tier2 to tier3",
        "100,000.00 from tier2 to supplier",
        "tier2 sells 250,000.00 to bank for 248,740.00 (interest 1,250.00, fee 10.00)",
        "supplier asks tier3 to take 5,000.00 until 2026-03-12",
        "request rejected by tier3",
        "supplier asks tier3 to take 7,000.00 until 2026-03-12",
        "debtor pays 1,000,000.00 and 500.00 late interest",
    ]


def test_certificate__ends_as_the_books_say(paid: History, tale: Tale, reading: Reading) -> None:
    state = reading.state

    assert paid.now["status"] == "paid"
    assert paid.now["outstanding_fen"] == state.outstanding[tale.paid] == 0
    assert not [fact for fact in paid.now if fact.startswith("held_fen")]


def test_every_act__says_who_signed(paid: History, tale: Tale) -> None:
    opened, hop, *_ = paid.acts
    sold = paid.acts[4]
    actors = tale.world.actors

    assert [(item.part, item.party) for item in opened.signers] == [
        ("officer", actors["supplier"].id),
        ("maker", actors["debtor"].id),
        ("checker", actors["debtor"].id),
    ]
    assert opened.signers[0].officer == actors["supplier"].officers[0].address
    assert [(item.part, item.party) for item in hop.signers] == [
        ("operator", actors["supplier"].id)
    ]
    assert {item.part: item.party for item in sold.signers} == {
        "sellerOfficer": actors["tier2"].id,
        "funderOfficer": actors["bank"].id,
    }


def test_rules__come_with_the_version_of_that_day(paid: History) -> None:
    rules = {rule.id: rule for rule in paid.acts[0].rules}

    assert (rules["R77-2a"].version, rules["R77-2a"].value) == (1, 6)
    assert rules["SYS-1"].version is None
    assert {rule.id for rule in paid.acts[4].rules} >= {"R77-6", "R77-10", "R77-4", "R77-8"}


def test_changes__lead_from_nothing_to_now(store: Store, tell: Telling) -> None:
    assert follow(store, officers(store), tell).total() > 50


def test_party__money_and_units_follow_each_act(store: Store, tale: Tale, tell: Telling) -> None:
    tier2 = tale.world.actors["tier2"].id
    history = history_of(store, subject_of(store, tier2, kind="party"), tell=tell)
    cash = [c for act in history.acts for c in act.changes if c.fact == "cash_fen"]

    assert [(c.before, c.after) for c in cash] == [
        (None, 0),
        (0, 24_874_000),
        (24_874_000, 29_876_500),
    ]
    assert history.now["cash_fen"] == 29_876_500
    assert history.now["held_fen"] == 0
    assert history.acts[-1].title == "tier2 frozen until 2026-05-22"


def test_officer__is_found_in_every_act_it_signed(store: Store, tale: Tale) -> None:
    key = tale.world.actors["bank"].officers[0].address
    subject = find(store, key[:12], Names())

    history = history_of(store, subject)

    assert (subject.kind, subject.key) == ("officer", key)
    assert any("CertificateSold" in {e.event for e in act.events} for act in history.acts)
    assert history.now["party"] == tale.world.actors["bank"].id


def test_party__has_the_acts_of_its_officers(store: Store, tale: Tale) -> None:
    """Also those in which the party itself is not named."""
    bank = tale.world.actors["bank"]
    own = {item.place for item in store.events_of(subject_of(store, bank.id, kind="party"))}
    signed = {
        item.tx_hash
        for officer in bank.officers
        for found in find_subjects(store, officer.address.lower(), kind="officer")
        for item in store.events_of(found)
    }

    found_acts = history_of(store, subject_of(store, bank.id, kind="party")).acts

    assert {act.tx for act in found_acts} >= signed
    assert signed
    assert own


def test_contracts__are_no_officers(store: Store) -> None:
    """Units are moved by contracts too, which are nobody's keys."""
    officers = {item.key for item in find_subjects(store, kind="officer")}

    assert officers.isdisjoint(store.deployment.contracts)
    assert officers


def test_history_of_a_party__is_the_same_from_checkpoints(
    tale: Tale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies between its acts and several checkpoints is not folded."""
    read_from: list[int] = []
    honest = gathering.load

    def noting(store: Store, block: int) -> Any:
        read_from.append(block)
        return honest(store, block)

    with store_of(tale.world, tmp_path / "audit.sqlite") as store:
        subjects = find_subjects(store, kind="party")
        plain = [history_of(store, item) for item in subjects]
        replay(store, checkpoint_events=5)
        monkeypatch.setattr(gathering, "load", noting)

        assert [history_of(store, item) for item in subjects] == plain
        assert read_from
        middle = store.place_at(block=(store.deployment.synced_block or 0) // 2)
        for item in subjects[:3]:
            before = history_of(store, item, until=middle)
            store.database.run("DELETE FROM checkpoints")
            assert history_of(store, item, until=middle) == before
            replay(store, checkpoint_events=5)


def test_history_at_a_moment__knows_nothing_later(store: Store, tale: Tale, paid: History) -> None:
    second = paid.acts[1]
    until = store.place_at(block=second.block)

    earlier = history_of(store, subject_of(store, key_text(tale.paid)), until=until)

    assert len(earlier.acts) == 2
    assert earlier.now["outstanding_fen"] == 1_000_000 * YUAN


def test_act__shows_the_money_beside_the_units(paid: History) -> None:
    sold = paid.acts[4]
    words = {event.event: event for event in sold.events}

    assert not words["Transfer"].own
    assert words["Transfer"].words == "248,740.00 yuan from bank to tier2"


def test_order__runs_from_proposal_to_carrying_out(store: Store, tell: Telling) -> None:
    orders = find_subjects(store, kind="order")

    lives = [history_of(store, subject, tell=tell) for subject in orders]

    assert len(lives) == 3
    for life in lives:
        assert life.acts[0].events[0].event == "OrderProposed"
        assert life.now["state"] == "carried_out"
        assert {signer.party for act in life.acts for signer in act.signers} == {
            next(iter(life.acts[0].signers)).party
        }


def test_kind_without_history__is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="one of certificate"):
        history_of(store, Subject(id=1, kind="weather", key="0x00"))


def test_history_of_an_asset__is_quick(store: Store, tale: Tale) -> None:
    subject = subject_of(store, key_text(tale.paid))
    history_of(store, subject)
    started = time.perf_counter()

    history_of(store, subject)

    assert time.perf_counter() - started < 0.5


class TestFinding:
    """By id, prefix, code, name, rule; and what is said when nothing is found."""

    def test_prefix__is_enough(self, store: Store, tale: Tale) -> None:
        key = key_text(tale.paid)

        assert find(store, key[:10].upper().replace("0X", "0x"), Names()).key == key

    def test_code__finds_its_party(self, store: Store, tale: Tale, names: Names) -> None:
        actor = tale.world.actors["tier2"]

        assert find(store, actor.uscc, names).key == actor.id

    def test_name__finds_its_party(self, store: Store, tale: Tale, names: Names) -> None:
        assert find(store, "tier2", names).key == tale.world.actors["tier2"].id

    def test_part_of_several_names__says_which(self, store: Store, names: Names) -> None:
        with pytest.raises(UsageError, match=r"one of them: tier\d"):
            find(store, "tier", names)

    def test_rule__by_its_id(self, store: Store) -> None:
        assert find(store, "R77-2a", Names()).kind == "rule"

    def test_rule_misspelt__gets_did_you_mean(self, store: Store, names: Names) -> None:
        with pytest.raises(UsageError, match=r"did you mean .*R77-2a"):
            find(store, "R77-2", names)

    def test_unknown_id__says_what_there_is(self, store: Store) -> None:
        with pytest.raises(UsageError, match="certificate"):
            find(store, "0x1234567890", Names())

    def test_broken_code__says_what_is_wrong(self, store: Store, tale: Tale, names: Names) -> None:
        code = tale.world.actors["tier2"].uscc[:-1] + "0"

        with pytest.raises(UsageError, match=r"check digit.*did you mean"):
            find(store, code, names)


def officers(store: Store) -> list[Subject]:
    events = store.events(contract="Participants", name="OfficerSet")
    keys = sorted({event.args["officer"] for event in events})[:3]
    return [subject_of(store, key, kind="officer") for key in keys]
