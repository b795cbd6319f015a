"""Books at any moment: checkpoints change nothing, three readings agree, roll-forwards balance."""

from __future__ import annotations

import datetime as dt

import pytest

from scf.audit import checkpoints
from scf.audit.books import TABLES, late_interest, overdue
from scf.audit.differences import differences
from scf.audit.replay import block_at, replay
from scf.audit.rollforward import roll_forward
from scf.audit.sql import Reading
from scf.audit.store import Store
from scf.chain.events import Log
from scf.errors import UnsoundError, UsageError
from scf.model.fold import fold
from scf.model.folding.state import FoldError, State
from scf.units import from_civil_day


@pytest.fixture
def store(store_file):
    with Store.open(store_file) as opened:
        yield opened


def test_replay__is_the_fold_of_the_events(store) -> None:
    history = (
        (
            Log(item.address, item.name, item.args, item.block_number, item.block_hash,
                item.tx_hash, item.log_index),
            item.timestamp,
        )
        for item in store.events()
    )  # fmt: skip

    assert replay(store).books() == fold(history, store.deployment.contracts)


def test_checkpoints__change_nothing(store) -> None:
    blocks = [block.number for block in store.blocks()]
    plain = {
        block: replay(store, block=block, keep=False, from_checkpoint=False).state
        for block in blocks[::4]
    }

    replay(store, checkpoint_events=700)

    assert len(checkpoints.numbers(store)) >= 4
    for block, state in plain.items():
        again = replay(store, block=block, checkpoint_events=700)
        assert again.state == state
        assert again.event_count == store.event_count(until_block=block)


def test_packed_state__comes_back_equal_and_goes_on(store) -> None:
    state = replay(store).state

    assert checkpoints.unpack(checkpoints.pack(state)) == state
    assert checkpoints.unpack(checkpoints.pack(State())) == State()
    unpacked = checkpoints.unpack(checkpoints.pack(state))
    assert unpacked.debtors["0x" + "99" * 20].outstanding_fen == 0


@pytest.mark.parametrize("place", [0, 3, 10, 400, -1])
def test_changed_checkpoint__is_never_used(store, place) -> None:
    replay(store, checkpoint_events=2_000)
    ((number, body),) = store.database.rows(
        "SELECT block_number, body FROM checkpoints ORDER BY block_number DESC LIMIT 1"
    )
    changed = bytearray(body)
    changed[place] ^= 1
    store.database.run("UPDATE checkpoints SET body = ? WHERE block_number = ?",
                       (bytes(changed), number))  # fmt: skip

    with pytest.raises(UnsoundError, match=f"checkpoint at block {number}"):
        replay(store)
    with pytest.raises(UnsoundError):
        checkpoints.unpack(bytes(changed[: len(changed) // 2]))


def test_moments__by_block_day_and_end(store) -> None:
    last = store.last_block()
    day = from_civil_day(last.day - 1).isoformat()

    assert block_at(store, None) == block_at(store, last.number) == last.number
    assert store.block(block_at(store, day)).day == last.day - 1
    assert block_at(store, "2020-01-01") <= 1
    with pytest.raises(UsageError, match="the last one synced"):
        block_at(store, last.number + 1)
    with pytest.raises(UsageError, match="a day up to"):
        block_at(store, "2099-01-01")


def test_roll_forward__balances_for_everybody(store) -> None:
    middle = replay(store, block=store.last_block().number // 2)
    end = replay(store)

    from_nothing = roll_forward(store, None, end)
    later = roll_forward(store, middle, end)

    assert from_nothing
    assert later
    assert not [row for row in (*from_nothing, *later) if row.difference]
    assert any(row.settled for row in from_nothing)
    assert any(row.opening and row.outgoing for row in later)
    assert sum(row.closing for row in from_nothing if row.asset == "cash") == end.state.cash_supply


def test_roll_forward__shows_a_move_that_the_books_do_not_have(store) -> None:
    end = replay(store)
    party = next(iter(end.state.cash))
    end.state.cash[party] += 1

    rows = roll_forward(store, None, end)

    assert [(row.holder, row.difference) for row in rows if row.difference] == [(party, -1)]


def test_sql__says_what_the_fold_says(store) -> None:
    state = replay(store).state
    ask = Reading(store).query

    def table(sql):
        return list(ask(sql)[1])

    assert {(int(id_, 16), holder): amount for id_, holder, amount in table(
        "SELECT certificate_id, holder, amount_fen FROM balances")} == {
        (id_, holder): amount
        for id_, held in state.holdings.items() for holder, amount in held.items()}  # fmt: skip
    assert dict(table("SELECT party, balance_fen FROM cash_balances")) == state.cash
    assert {(bytes.fromhex(key[2:]), debtor): used for key, debtor, used in table(
        "SELECT invoice_key, debtor, used_fen FROM invoice_use")} == {
        place: item.used_fen
        for place, item in state.invoices.items() if item.used_fen}  # fmt: skip
    assert dict(table("SELECT debtor, outstanding_fen FROM debtor_outstanding")) == {
        debtor: item.outstanding_fen for debtor, item in state.debtors.items()}  # fmt: skip
    assert {int(id_, 16): (status, left) for id_, status, left in table(
        "SELECT certificate_id, status, outstanding_fen FROM certificates")} == {
        id_: (int(item.status), state.outstanding[id_])
        for id_, item in state.certificates.items()}  # fmt: skip
    assert {(int(id_, 16), holder): locked for id_, holder, locked in table(
        "SELECT certificate_id, holder, locked_fen FROM locks")} == state.locks  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM events",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA journal_mode = DELETE",
        "CREATE TABLE x (y)",
        "UPDATE meta SET value = '2'",
    ],
)
def test_sql__can_only_read(store, sql) -> None:
    with pytest.raises(UsageError, match="one query that reads"):
        Reading(store).query(sql)


def test_sql__unknown_names_get_did_you_mean(store) -> None:
    with pytest.raises(UsageError, match="did you mean balances"):
        Reading(store).query("SELECT * FROM balance")


def test_tables__have_the_same_sums(store) -> None:
    moment = replay(store)
    day = from_civil_day(moment.day)
    rows = {name: list(table(moment.state, day)) for name, table in TABLES.items()}

    (total,) = rows["totals"]
    assert total.outstanding == sum(row.outstanding for row in rows["exposure"])
    assert total.used == sum(row.used for row in rows["invoices"])
    assert total.locked == sum(row.locked for row in rows["locks"])
    assert total.balance == sum(row.balance for row in rows["cash"])
    assert sum(row.amount for row in rows["holdings"]) == sum(moment.state.outstanding.values())


def test_lateness__follows_the_legal_day(store) -> None:
    state = replay(store).state
    last_due = max(item.due_day for item in state.certificates.values())

    none = list(overdue(state, dt.date(2025, 3, 3)))
    everything = list(overdue(state, from_civil_day(last_due + 30)))

    assert none == []
    assert len(everything) == sum(1 for left in state.outstanding.values() if left)
    assert min(row.days_late for row in everything) >= 28


def test_differences__are_those_between_the_moments(store) -> None:
    first = replay(store, block=2).state
    last = replay(store).state

    found = list(differences(first, last))

    assert list(differences(last, last)) == []
    opened = [row for row in found if row.section == "certificates" and row.before is None]
    assert len(opened) == len(last.certificates) - len(first.certificates)
    assert all(row.section == "cash" for row in differences(first, last, section="cash"))


def test_missing_event__is_named_by_the_fold(store) -> None:
    opened = next(store.events(name="CertificateOpened"))
    store.database.run("DELETE FROM events WHERE place = ?", (opened.place,))

    with pytest.raises(FoldError, match=r"block \d+, log \d+ \(Invoices\.Certificate"):
        replay(store)


def test_late_interest__without_a_rule_is_none(store) -> None:
    state = replay(store).state
    certificate = next(iter(state.certificates.values()))

    state.rules.clear()

    assert late_interest(state, certificate, 10**9, certificate.due_day + 60) == 0
