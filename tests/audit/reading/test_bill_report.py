"""Bills on the page, and in a party's statement: figures of the books, and nobody else's steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scf.audit.names import Names
from scf.audit.reading import Reading, read
from scf.audit.report import Scope, party_page, render, whole_page
from scf.audit.report.blocks import Page, Table, Tiles
from scf.audit.store import Store
from scf.model.bill_numbers import range_of_token
from scf.units import format_fen
from tests.audit.reading import histories
from tests.audit.reading.histories import SHORT_ACTS, Told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    where = tmp_path_factory.mktemp("report") / "audit.sqlite"
    with histories.told("certificates", SHORT_ACTS, where) as made:
        yield made


@pytest.fixture(scope="module")
def store(told: Told) -> Store:
    return told.store


@pytest.fixture(scope="module")
def reading(store: Store) -> Reading:
    return read(store)


@pytest.fixture(scope="module")
def scope(told: Told, reading: Reading) -> Scope:
    actors = told.world.actors
    names = Names(
        codes={actor.id: actor.uscc for actor in actors.values()},
        names={actor.id: name for name, actor in actors.items()},
    )
    return Scope(reading=reading, names=names)


@pytest.fixture(scope="module")
def page(scope: Scope) -> Page:
    return whole_page(scope)


def tables(page: Page, id_: str) -> list[Table]:
    section = next(item for item in page.sections if item.id == id_)
    return [block for block in section.blocks if isinstance(block, Table)]


def fen(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))


def test_maturity_ladder__has_what_the_acceptors_owe(page: Page, reading: Reading) -> None:
    (ladder,) = tables(page, "maturity")
    balance = sum(item.balance_fen for item in reading.state.bills.acceptors.values())

    assert balance
    assert ladder.total[4] == format_fen(balance)
    assert sum(fen(row[4]) for row in ladder.rows) == balance
    assert sum(fen(row[2]) for row in ladder.rows) == fen(ladder.total[2])


def test_exposure__adds_acceptors_to_debtors(page: Page, scope: Scope) -> None:
    (debtors,) = tables(page, "exposure")
    owed = scope.bills_owed()
    by_name = {row[0]: row for row in debtors.rows}

    for acceptor in {item.acceptor for item in owed}:
        part = sum(item.amount_fen for item in owed if item.acceptor == acceptor)
        assert fen(by_name[scope.party(acceptor)][7]) == part
    certificates = sum(scope.state.outstanding[id_] for id_ in scope.owed())
    assert fen(debtors.total[1]) == certificates + sum(item.amount_fen for item in owed)


def test_months__have_acceptances_discounts_and_payments(page: Page, reading: Reading) -> None:
    (months,) = tables(page, "activity")
    sums = [sum(fen(row[column]) for row in months.rows) for column in (1, 2, 3)]
    accepted = [item.amount_fen for item in (*reading.promises, *reading.bill_promises)]
    sold = [item.amount_fen for item in (*reading.sales, *reading.bill_sales)]
    paid = [item.principal_fen for item in (*reading.payments, *reading.bill_payments)]

    assert sums == [sum(accepted), sum(sold), sum(paid)]
    assert all((reading.bill_promises, reading.bill_sales, reading.bill_payments))


def test_unpaid_parts__are_listed_with_who_owes_and_who_waits(page: Page, scope: Scope) -> None:
    _, late = tables(page, "bills")
    expected = [
        item for item in scope.bills_owed() if item.word.dishonour or item.pay_day < scope.day
    ]

    assert len(late.rows) == len(expected) > 0
    assert fen(late.total[3]) == sum(item.amount_fen for item in expected)
    assert any("dishonoured" in row[6] for row in late.rows)


def test_orders__name_the_bill_that_they_are_about(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    where = tmp_path_factory.mktemp("orders") / "audit.sqlite"
    with histories.told("bills", SHORT_ACTS, where) as made:
        found = whole_page(Scope(reading=read(made.store), names=Names(codes={}, names={})))

    about = {row[2] for row in tables(found, "orders")[1].rows}
    assert any(text.startswith("bill ") and len(text.split("/")[0]) == 35 for text in about)
    assert not any("0x0000" in text for text in about)


@pytest.mark.parametrize("who", ["bank", "bank2", "tier2", "tier3", "debtor", "supplier"])
def test_statement__shows_own_bills_and_no_step_of_others(
    scope: Scope, told: Told, who: str
) -> None:
    own = told.world.actors[who].id
    page = party_page(scope, own)
    held, accepted, steps = tables(page, "bills")
    owed = scope.bills_owed()

    assert [row[0] for row in held.rows] == [str(i.part) for i in owed if i.holder == own]
    assert sum(fen(row[2]) for row in accepted.rows) == sum(
        item.amount_fen for item in owed if item.acceptor == own
    )
    records = scope.state.bills.records
    own_steps = [item for item in records.values() if item.party == own]
    assert len([row for row in steps.rows if row[4] == "taken"]) >= len(
        [item for item in own_steps if item.kind.name != "MARK_LIFTED"]
    )
    html = render(page)
    for id_, holder in scope.state.bills.holders.items():
        part = range_of_token(id_)
        is_mine = own in (holder, scope.state.bills.bills[part.bill_no].acceptor)
        sold = any(
            own in (sale.seller, sale.funder) and sale.asset == str(part)
            for sale in scope.reading.bill_sales
        )
        if not is_mine and not sold:
            assert str(part) not in html


def test_tiles__count_bills(page: Page, scope: Scope) -> None:
    tiles = {
        tile.label: tile
        for block in page.sections[0].blocks
        if isinstance(block, Tiles)
        for tile in block.tiles
    }
    owed = scope.bills_owed()

    assert fen(tiles["Accepted bills, not ended"].value) == sum(item.amount_fen for item in owed)
    sales = (*scope.reading.sales, *scope.reading.bill_sales)
    assert tiles["Sold so far"].hint == f"{len(sales)} sales and discounts"
