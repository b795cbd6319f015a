"""Bills as the auditor reads them: compared, summed, told, drawn, listed, filed."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scf.audit.database import Database
from scf.audit.drawing import draw
from scf.audit.finding import find
from scf.audit.gathering import key_text
from scf.audit.history import history_of
from scf.audit.listing import listing_of, month_of
from scf.audit.names import Names
from scf.audit.provenance import provenance
from scf.audit.reading import Reading, read
from scf.audit.reconcile import decoder, reconcile, view_of
from scf.audit.report import Scope, render, whole_page
from scf.audit.rooms.bills import BILLS
from scf.audit.rooms.room import View
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from scf.audit.subjects import subject_of
from scf.audit.supervision import files_of
from scf.audit.views import make_views
from scf.model.bill_books import Figures, OverdueMonth, Residual
from scf.model.bill_enums import Scope as Reach
from scf.model.folding.state import State
from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.audit.reading.following import follow
from tests.audit.reading.recording import asker_of, recorded_world, store_of
from tests.audit.reading.second_reading import FIGURES, unpaid
from tests.contracts.test_guarantees import disclose, given
from tests.recourse_stories import FACE, part_of, token
from tests.stories import party
from tests.world import World

HALF, QUARTER = FACE // 2, FACE // 4
Change = Callable[[State, "BillTale"], object]


@dataclass(frozen=True)
class BillTale:
    """A recorded World, and two bills in it: one with trade, divided; one dishonoured."""

    world: World
    traded: int
    chained: int
    taken: int
    pending: bytes

    @property
    def numbers(self) -> tuple[int, int]:
        return part_of(self.traded).number, part_of(self.chained).number


@pytest.fixture(scope="module")
def told() -> BillTale:
    world = recorded_world()
    claims.fund(world, "debtor", "supplier", "tier2", "tier3", "bank", "agency")
    id_ = bills.delivered(world)
    number = part_of(id_).number
    disclose(world, id_)
    world.act("bank", "disclosures", "recordCheck", number)
    part = claims.endorse(world, id_, "supplier", "tier2", first=1, last=HALF)
    rest = token(number, HALF + 1, FACE)
    given(world, rest, by="debtor")
    e = bills.endorsement(world, part, "tier2", "tier3", first=1, last=QUARTER)
    day = world.today + 3
    pending, _ = world.act("tier2", "endorsements", "requestEndorsement", e, day).result
    claims.freeze_range(world, rest, days=5)
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    chained = claims.chain(world, "supplier", "tier2", "tier3", serial=77)
    claims.dishonoured(world, chained)
    claims.pursue(world, chained, "tier2", "supplier", costs=100)
    world.pass_days(4)
    taken, _ = claims.settle(world, chained, "tier2", first=1, last=QUARTER)
    left = token(part_of(chained).number, QUARTER + 1, FACE)
    claims.offer(world, left, "supplier")
    return BillTale(world, id_, chained, taken, pending)


@pytest.fixture(scope="module")
def bill_store(told: BillTale, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with store_of(told.world, tmp_path_factory.mktemp("bills") / "audit.sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def books(bill_store: Store) -> Reading:
    return read(bill_store)


@pytest.fixture(scope="module")
def who(told: BillTale) -> Names:
    actors = told.world.actors
    return Names(
        codes={actor.id: actor.uscc for actor in actors.values()},
        names={actor.id: name for name, actor in actors.items()},
    )


@pytest.fixture
def view(books: Reading, told: BillTale) -> View:
    return view_of(copy.deepcopy(books.state), told.world.today, books.contracts)


def run(view: View, told: BillTale, *names: str) -> Any:
    return reconcile(view, asker_of(told.world), decoder(told.world.ledger), names)


def test_sound_books__differ_nowhere(view: View, told: BillTale) -> None:
    outcome = run(view, told)

    assert outcome.is_clean, [str(item) for item in outcome.findings]


# Each change must be found by the check that is there for it.


def _change(field: str, key: Callable[[BillTale], Any], **changes: Any) -> Change:
    def change(state: State, told: BillTale) -> None:
        records = getattr(state.bills, field)
        records[key(told)] = replace(records[key(told)], **changes)

    return change


def _put(field: str, key: Callable[[BillTale], Any], value: Any) -> Change:
    return lambda state, told: getattr(state.bills, field).__setitem__(key(told), value)


def _traded(told: BillTale) -> int:
    return told.numbers[0]


def _debtor(told: BillTale) -> str:
    return party(told.world, "debtor")


def _rest(told: BillTale) -> int:
    return token(told.numbers[0], HALF + 1, FACE)


def _first(field: str, **changes: Any) -> Change:
    def change(state: State, told: BillTale) -> None:
        records = getattr(state.bills, field)
        key = next(iter(records))
        records[key] = replace(records[key], **changes)

    return change


def _word(change: Callable[[int], int]) -> Change:
    def changed(state: State, told: BillTale) -> None:
        state.bills.words[_rest(told)] = change(state.bills.words[_rest(told)])

    return changed


def _months(state: State, told: BillTale) -> None:
    """Three events in the month before: the books would list it, the contract does not."""
    month = month_of(told.world.today) - 1
    kept = OverdueMonth(month=month, events=3, balance_fen=1)
    state.bills.overdue_months[_debtor(told)] = (kept,)


SPOILT: list[tuple[str, Change]] = [
    ("bill", _change("bills", _traded, maturity=30_000)),
    ("bill", _change("bills", _traded, drawers_mark=True)),
    ("bill", _put("splits", _traded, 9)),
    ("range", _word(lambda word: word + (1 << 16))),
    ("range", _put("holders", _rest, "0x" + "77" * 20)),
    ("record", _first("records", marked=True)),
    ("restraint", _change("restraints", _rest, frozen_until=30_000)),
    ("bill-pending", _change("pending", lambda told: told.pending, amount_fen=1)),
    ("dishonour", _first("dishonours", day=1)),
    ("access-bank", _put("access_banks", _debtor, "0x" + "77" * 20)),
    ("guarantee", lambda state, told: state.bills.guarantees.clear()),
    ("acceptor", _change("acceptors", _debtor, accepted_fen=1)),
    ("acceptor", lambda state, told: state.bills.overdue_months.clear()),
    ("listing", _months),
    ("figures", _put("figures", _debtor, Figures(
        total_assets_fen=1, deposits_fen=1, margin_fen=1, as_of_day=1
    ))),
    ("overdue-bill", lambda s, told: s.bills.overdue_bills.update({told.numbers[1]: (1, 1)})),
    ("disclosure", _change("disclosures", _traded, edits=5)),
    ("disclosure-check", lambda s, told: s.bills.checks.update(
        dict.fromkeys(s.bills.checks, b"\x01" * 32)
    )),
    ("claim", _first("pursuits", costs_fen=99)),
    ("claim", _first("bases", paid_fen=1)),
    ("claim", _first("offers", parent_id=1)),
    ("claim", _put("residuals", _rest, Residual(
        claimant="0x" + "11" * 20, debtor="0x" + "22" * 20, paid_fen=1, settled_day=1
    ))),
    ("claim-today", lambda state, told: state.bills.pursuits.update(
        {id_: replace(item, costs_fen=99) for id_, item in state.bills.pursuits.items()}
    )),
    ("claim-today", _put("residuals", _rest, Residual(
        claimant="0x" + "11" * 20, debtor="0x" + "22" * 20, paid_fen=1, settled_day=30_000
    ))),
    ("claim-against", lambda state, told: state.bills.pursuits.update(
        {id_: replace(item, scope=Reach.DRAWER_ACCEPTOR_ONLY)
         for id_, item in state.bills.pursuits.items()}
    )),
    ("notice", _first("notices", late=True)),
    ("ranges", lambda state, told: state.bills.holders.pop(_rest(told))),
    ("bill-ended", _put("ended_fen", _traded, 5)),
    ("accepted", _change("acceptors", _debtor, balance_fen=1)),
    ("bill-overdue", _change("acceptors", _debtor, overdue_balance_fen=1)),
    ("chains", lambda state, told: state.bills.records.clear()),
    ("pursuits", _word(lambda word: word & ~(15 << 64) | 6 << 64)),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change"), SPOILT)
def test_spoilt_books__are_found_by_the_check(
    view: View, told: BillTale, check: str, change: Change
) -> None:
    if check == "pursuits":
        view.state.bills.pursuits[_rest(told)] = next(iter(view.state.bills.pursuits.values()))
    assert run(view, told, check).is_clean

    change(view.state, told)  # type: ignore[arg-type]  # a copy of the fold's own

    assert {item.check for item in run(view, told, check).findings} == {check}


def test_every_check__is_seen_to_catch_something() -> None:
    assert {check for check, _ in SPOILT} == {*BILLS.matters, *BILLS.sums}


# Histories


def test_changes__lead_from_nothing_to_now(bill_store: Store) -> None:
    told = follow(bill_store)

    assert told["bill"] + told["range"] > 40


def test_bill__by_its_number_and_sub_range(bill_store: Store, told: BillTale, who: Names) -> None:
    number = f"{told.numbers[0]:030d}"

    bill = find(bill_store, number, who)
    part = find(bill_store, f"{number}:{HALF + 1}-{FACE}", who)

    assert (bill.kind, int(bill.key, 16)) == ("bill", told.numbers[0])
    assert (part.kind, int(part.key, 16)) == ("range", _rest(told))


def test_life_of_a_bill__in_words(bill_store: Store, told: BillTale, who: Names) -> None:
    key = key_text(told.numbers[0])
    tell = Telling(names=who.names)

    history = history_of(bill_store, subject_of(bill_store, key, kind="bill"), tell=tell)

    titles = [act.title for act in history.acts]
    assert titles[0].startswith(f"bill {told.numbers[0]:030d} over 100,000.00 for supplier")
    assert "debtor accepts 100,000.00" in titles
    assert "supplier takes delivery" in titles
    assert f"supplier endorses range 1-{HALF} to tier2" in titles
    assert "debtor discloses the bill, as the ledger derives" in titles
    accepted = history.acts[titles.index("debtor accepts 100,000.00")]
    assert {signer.part for signer in accepted.signers} == {"maker", "checker"}
    assert "NIL-44" in {rule.id for rule in accepted.rules}


def test_dishonoured_bill__tells_its_recourse(bill_store: Store, told: BillTale) -> None:
    key = key_text(told.numbers[1])

    history = history_of(bill_store, subject_of(bill_store, key, kind="bill"))

    titles = " | ".join(act.title for act in history.acts)
    for words in ("dishonoured", "pursues", "in recourse", "offers to settle"):
        assert words in titles


@pytest.mark.parametrize("which", [0, 1])
def test_bill__is_drawn(bill_store: Store, told: BillTale, which: int) -> None:
    key = key_text(told.numbers[which])

    graph = provenance(bill_store, subject_of(bill_store, key, kind="bill"))

    ET.fromstring(draw(graph))  # noqa: S314 - our own
    words = {line for node in graph.nodes for line in node.lines}
    assert f"units {QUARTER + 1 if which else HALF + 1}-{FACE}" in words
    assert ("Dishonoured" in words) == bool(which)
    assert {line for edge in graph.edges for line in edge.lines} >= {"delivered", "endorsed"}


# Lists, files, report


def test_listing__follows_the_dated_values(books: Reading, told: BillTale) -> None:
    state = copy.deepcopy(books.state)
    debtor, day = _debtor(told), told.world.today
    month = month_of(day) - 1

    def months(*events: int) -> None:
        state.bills.overdue_months[debtor] = tuple(
            OverdueMonth(month=month - back, events=count, balance_fen=1)
            for back, count in reversed(list(enumerate(events)))
        )

    months(1, 1, 1)
    three = listing_of(state, debtor, day)
    months(1, 0, 1)
    two = listing_of(state, debtor, day)
    months(3, 3, 3)
    persistent = listing_of(state, debtor, day)
    state.bills.cleared[debtor] = month + 1
    cleared = listing_of(state, debtor, day)
    state.bills.unbanned[debtor] = month
    removed = listing_of(state, debtor, day)

    assert three is not None and two is not None and persistent is not None  # noqa: PT018
    assert (three.suspended, three.banned_until, three.events) == (True, 0, 3)
    assert (two.suspended, two.events) == (False, 2)
    assert persistent.banned_until > day + 650
    assert cleared is not None and not cleared.suspended  # noqa: PT018
    assert removed is not None and removed.banned_until == 0  # noqa: PT018


def test_filings__have_the_bills(books: Reading, who: Names, told: BillTale) -> None:
    files = {item.name: item.rows for item in files_of(books, who)}
    disclosed = {row[0]: row for row in files["x1-acceptances"]}

    assert set(disclosed) == {f"{number:030d}" for number in told.numbers}
    assert disclosed[f"{told.numbers[0]:030d}"][9] == "yes"
    assert disclosed[f"{told.numbers[1]:030d}"][8:] == ("", "")
    (row,) = files["x2-monthly"]
    account = books.state.bills.acceptors[_debtor(told)]
    assert row[2:] == (
        account.accepted_fen,
        account.balance_fen,
        account.overdue_fen,
        account.overdue_balance_fen,
    )
    assert row[5] > 0
    assert files["x4-x5-lists"][0][4] == "no"


def test_report__shows_bills_and_lists(books: Reading, who: Names, told: BillTale) -> None:
    html = render(whole_page(Scope(reading=books, names=who)))

    assert f"{told.numbers[1]:030d}" in html
    assert "There is no bill on this ledger" not in html


@pytest.fixture(scope="module")
def sql(bill_store: Store) -> Database:
    make_views(bill_store)
    return bill_store.database


@pytest.mark.parametrize("name", FIGURES)
def test_sql__gives_the_figures_of_the_fold(name: str, sql: Database, books: Reading) -> None:
    figure = FIGURES[name]

    assert figure.by_sql(sql) == figure.by_fold(books.state)
    assert unpaid(sql) == 0


def test_sql__knows_the_access_banks(bill_store: Store, books: Reading) -> None:
    figure = FIGURES["access banks"]
    with Store.open(bill_store.database.shown, read_only=True) as store:
        make_views(store)

        assert figure.by_sql(store.database) == figure.by_fold(books.state) != {}
