"""Financing as the auditor reads it: compared, summed, told."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scf.audit.database import Database
from scf.audit.gathering import key_text
from scf.audit.history import history_of
from scf.audit.names import Names
from scf.audit.provenance import provenance
from scf.audit.reading import Reading, Way, read
from scf.audit.reconcile import decoder, reconcile, view_of
from scf.audit.rooms.financing import FINANCING
from scf.audit.rooms.room import View
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from scf.audit.subjects import subject_of
from scf.audit.views import make_views
from scf.model.financing_enums import ClaimState, DealState, LoanState
from scf.model.folding.state import State
from tests import financing_stories as deals
from tests.audit.reading.following import follow
from tests.audit.reading.recording import asker_of, recorded_world, store_of
from tests.audit.reading.second_reading import FIGURES, FINANCING_FIGURES
from tests.bill_loan_stories import advance_on_bill, bill_loan_terms
from tests.contracts.test_bill_discounting import discount, financeable, ready, repo_quote
from tests.recourse_stories import part_of, received
from tests.stories import FACE, STRANGER, YUAN, active, party, pay_part, quote_id, sell
from tests.world import World, hashed

BILL_PART = 40_000 * YUAN
PART, PLEDGED, PRINCIPAL = 400_000 * YUAN, 500_000 * YUAN, 400_000 * YUAN
Change = Callable[[State, "FinancingTale"], object]


@dataclass(frozen=True)
class FinancingTale:
    """
    A recorded World in which a bank's claims on one certificate were partly paid and one sale of
    two bought back, a second certificate was paid early, a third is pledged for a loan in default
    after one repaid, a bill was sold with the right to redeem, and of another a part is pledged.
    """

    world: World
    sold: int
    quote: bytes
    bought_back: bytes
    early: int
    claims: tuple[bytes, bytes]
    offer: bytes
    pledged: int
    loan: bytes
    repaid: bytes
    repo: int
    bill: int
    bill_loan: bytes


@pytest.fixture(scope="module")
def told() -> FinancingTale:
    world = recorded_world()
    for who in ("supplier", "debtor", "bank"):
        world.mint(who, 10 * FACE, f"own money of {who}")
    sold, _ = active(world)
    first = deals.recourse_quote(world, sold, PART)
    second = deals.recourse_quote(world, sold, PART // 2, registryReceipt=hashed("receipt/2"))
    deals.undertake_interest(world, sold, 250_000, 1_000 * YUAN)
    sell(world, first | {"buyerSharePpm": 250_000})
    first |= {"buyerSharePpm": 250_000}
    sell(world, second)
    early, _ = active(world, invoiceKey=hashed("invoice/2"), reference_=hashed("reference/2"))
    offer = deals.early_offer(world, early, PART)
    deals.take_early(world, offer)
    pledged, _ = active(world, invoiceKey=hashed("invoice/3"), reference_=hashed("reference/3"))
    loan = deals.loan_terms(world, pledged, PLEDGED, PRINCIPAL)
    other = loan | {"pledgedFen": 1_000 * YUAN, "principalFen": 900 * YUAN}
    other |= {"registryReceipt": hashed("receipt/other loan")}
    deals.advance(world, loan)
    deals.advance(world, other)
    repaid = deals.loan_id(world, other)
    deals.repay(world, repaid, deals.ALL, pledged)
    world.act("tier3", "participants", "endEpoch")
    day, _ = world.read("receivables", "payDayOf", sold)
    world.go_to(day + 5)
    pay_part(world, sold, FACE // 4, "supplier", "bank")
    deals.state_costs(world, first, 50 * YUAN)
    deals.buy_back(world, second, 1)
    claims = [
        deals.recourse_claim(world, sold, "bank", [0], amount, reference_=hashed(f"claim/{amount}"))
        for amount in (100_000 * YUAN, 50_000 * YUAN)
    ]
    for claim in claims:
        deals.claim(world, claim)
    deals.pay_claim(world, "supplier", claims[0])
    world.send(STRANGER.address, "loans", "declareDefault", deals.loan_id(world, loan))
    repo = ready(world)
    args = (part_of(repo).number, 500_000, 1_000 * YUAN, world.today + 10)
    world.act("debtor", "billdiscounting", "undertakeInterest", *args)
    discount(world, repo_quote(world, repo))
    other_bill = received(world, serial=2)
    financeable(world, other_bill)
    terms = bill_loan_terms(world, other_bill, 1_000 * YUAN, last=BILL_PART)
    bill_loan, bill = advance_on_bill(world, terms).result
    ids = [bytes(world.read("factoringclaims", "claimIdOf", claim)) for claim in claims]
    return FinancingTale(
        world=world,
        sold=sold,
        quote=quote_id(world, first),
        bought_back=quote_id(world, second),
        early=early,
        claims=(ids[0], ids[1]),
        offer=deals.offer_id(world, offer),
        pledged=pledged,
        loan=deals.loan_id(world, loan),
        repaid=repaid,
        repo=repo,
        bill=int(bill),
        bill_loan=bytes(bill_loan),
    )


@pytest.fixture(scope="module")
def deal_store(told: FinancingTale, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with store_of(told.world, tmp_path_factory.mktemp("deals") / "audit.sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def books(deal_store: Store) -> Reading:
    return read(deal_store)


@pytest.fixture(scope="module")
def who(told: FinancingTale) -> Names:
    actors = told.world.actors
    return Names(
        codes={actor.id: actor.uscc for actor in actors.values()},
        names={actor.id: name for name, actor in actors.items()},
    )


@pytest.fixture
def view(books: Reading, told: FinancingTale) -> View:
    """The books, to be spoilt."""
    return view_of(copy.deepcopy(books.state), told.world.today, books.contracts)


def run(view: View, told: FinancingTale, *names: str) -> Any:
    return reconcile(view, asker_of(told.world), decoder(told.world.ledger), names)


def test_sound_books__differ_nowhere(view: View, told: FinancingTale) -> None:
    outcome = run(view, told)

    assert outcome.is_clean, [str(item) for item in outcome.findings]
    assert all(item.compared for item in outcome.results if item.name in FINANCING.matters)


def test_books__hold_what_happened(books: Reading, told: FinancingTale) -> None:
    """What is compared is worth comparing."""
    own = books.state.financing

    assert own.deals[told.quote].state == DealState.OPEN
    assert own.deals[told.bought_back].state == DealState.BOUGHT_BACK
    assert [own.claims[id_].state for id_ in told.claims] == [ClaimState.PAID, ClaimState.OPEN]
    assert own.loans[told.loan].state == LoanState.DEFAULTED
    assert own.loans[told.repaid].state == LoanState.REPAID
    assert own.pledges == {
        (told.pledged, party(told.world, "supplier")): ((told.loan, PLEDGED),),
    }
    assert own.shares[told.sold].left_fen < 1_000 * YUAN
    assert own.offers == {told.offer}
    assert set(own.repos) == {told.repo}


# Each change must be found by the check that is there for it.


def _change(field: str, key: Callable[[FinancingTale], Any], **changes: Any) -> Change:
    def change(state: State, told: FinancingTale) -> None:
        records = getattr(state.financing, field)
        records[key(told)] = replace(records[key(told)], **changes)

    return change


def _spent(**changes: Any) -> Change:
    def change(state: State, told: FinancingTale) -> None:
        place = told.sold, party(told.world, "bank"), 0
        state.financing.spent[place] = replace(state.financing.spent[place], **changes)

    return change


def _pledges(*pledges: tuple[bytes | None, int]) -> Change:
    """Other pledges on the pledged certificate; None: for the loan that is there."""

    def change(state: State, told: FinancingTale) -> None:
        place = told.pledged, party(told.world, "supplier")
        state.financing.pledges[place] = tuple((id_ or told.loan, fen) for id_, fen in pledges)

    return change


def _bill_pledges(loan_id: bytes) -> Change:
    """The pledged bill secures something else."""

    def change(state: State, told: FinancingTale) -> None:
        for place in state.financing.bill_pledges:
            state.financing.bill_pledges[place] = loan_id

    return change


def _at_nobody_elses(state: State, told: FinancingTale) -> None:
    """A pledge for a loan of somebody else."""
    loan = state.financing.loans[told.loan]
    state.financing.loans[told.loan] = replace(loan, borrower=party(told.world, "tier3"))


SPOILT: list[tuple[str, Change]] = [
    ("party", lambda s, t: s.financing.epochs.update({party(t.world, "tier3"): 5})),
    ("party", lambda s, t: s.financing.epochs.clear()),
    ("share", _change("shares", lambda t: t.sold, left_fen=1)),
    ("share", _change("shares", lambda t: t.sold, until_day=1)),
    ("bill-share", _change("bill_shares", lambda t: part_of(t.repo).number, left_fen=1)),
    ("collected", _change("collections", lambda t: t.sold, principal_fen=1)),
    ("collected", _change("collections", lambda t: t.sold, fen_days=1)),
    ("deal", _change("deals", lambda t: t.quote, state=DealState.SETTLED)),
    ("deal", _change("deals", lambda t: t.bought_back, state=DealState.OPEN)),
    ("costs", lambda s, t: s.financing.costs.update(dict.fromkeys(s.financing.costs, 1))),
    ("spent", _spent(amount_fen=1)),
    ("spent", _spent(paid_fen=1)),
    ("recourse-claim", _change("claims", lambda t: t.claims[0], state=ClaimState.OPEN)),
    ("recourse-claim", _change("claims", lambda t: t.claims[1], state=ClaimState.WITHDRAWN)),
    ("offer", lambda s, t: s.financing.offers.add(b"\1" * 32)),
    ("loan", _change("loans", lambda t: t.loan, interest_fen=1)),
    ("loan", _change("loans", lambda t: t.loan, state=LoanState.RUNNING)),
    ("loan", _change("loans", lambda t: t.repaid, principal_fen=1)),
    ("pledge", _pledges((None, PLEDGED - 1))),
    ("pledge", _pledges((b"\1" * 32, PLEDGED))),
    ("repo", _change("repos", lambda t: t.repo, price_fen=1)),
    ("repo", _change("repos", lambda t: t.repo, redeem_until=1)),
    ("bill-pledge", _bill_pledges(b"\1" * 32)),
    ("secured", lambda s, t: s.financing.bill_pledges.clear()),
    ("bill-pledges", _bill_pledges(b"\1" * 32)),
    ("bill-pledges", lambda s, t: s.financing.bill_pledges.clear()),
    ("bill-pledges", lambda s, t: s.bills.records.clear()),
    ("locks", _pledges((None, PLEDGED - 1))),
    ("loans-repaid", _change("loans", lambda t: t.repaid, principal_fen=1)),
    ("loans-repaid", _change("loans", lambda t: t.loan, principal_fen=0)),
    ("pledged", _pledges((b"\1" * 32, PLEDGED))),
    ("pledged", _pledges((None, 0))),
    ("pledged", _pledges((None, 1), (None, PLEDGED - 1))),
    ("pledged", _at_nobody_elses),
    ("undertakings-spent", _spent(amount_fen=PART + 1)),
    ("undertakings-spent", lambda s, t: s.undertakings.clear()),
    ("deals", lambda s, t: s.undertakings.clear()),
    ("deals", _change("deals", lambda t: t.quote, part_fen=PART + 1)),
    ("collections", _change("collections", lambda t: t.sold, principal_fen=FACE)),
    ("repos", _change("repos", lambda t: t.repo, redeem_until=1)),
    ("repos", lambda s, t: s.bills.words.pop(t.repo)),
]


@pytest.mark.parametrize(("check", "change"), SPOILT)
def test_spoilt_books__are_found_by_the_check(
    view: View, told: FinancingTale, check: str, change: Change
) -> None:
    assert run(view, told, check).is_clean

    change(view.state, told)

    assert {item.check for item in run(view, told, check).findings} == {check}


def test_every_check__is_seen_to_catch_something() -> None:
    assert {check for check, _ in SPOILT} - {"locks", "party"} == {
        *FINANCING.matters,
        *FINANCING.sums,
    }


# Histories


def test_changes__lead_from_nothing_to_now(deal_store: Store) -> None:
    told = follow(deal_store)

    assert told["loan"] >= 4
    assert told["claim"] == 3
    assert told["offer"] == 1
    assert told["certificate"] > 10


def test_life_of_a_loan__in_words(deal_store: Store, told: FinancingTale, who: Names) -> None:
    subject = subject_of(deal_store, key_text(told.loan), kind="loan")

    history = history_of(deal_store, subject, tell=Telling(names=who.names))

    assert [act.title.split(" with ")[0] for act in history.acts] == [
        f"bank lends supplier 400,000.00 at 4.00 % until {history.now['repay_day']}",
        "in default",
    ]
    assert history.now["state"] == "defaulted"
    assert history.now[f"pledged_fen.{key_text(told.pledged)}"] == PLEDGED


def test_life_of_a_loan_on_a_bill__names_the_bill(
    deal_store: Store, told: FinancingTale, who: Names
) -> None:
    subject = subject_of(deal_store, key_text(told.bill_loan), kind="loan")

    history = history_of(deal_store, subject, tell=Telling(names=who.names))

    assert any("lends" in act.title for act in history.acts)
    assert history.now[f"pledged_bill.{told.bill >> 80:030d}"] == "endorsement record 1"


def test_pledged_bill__is_drawn_to_its_pledgee(deal_store: Store, told: FinancingTale) -> None:
    subject = subject_of(deal_store, f"0x{told.bill >> 80:064x}", kind="bill")

    graph = provenance(deal_store, subject)

    assert "pledged" in {line for edge in graph.edges for line in edge.lines}


def test_units_given_back__are_told_apart_from_units_passed_on(
    books: Reading, told: FinancingTale
) -> None:
    """Bought back and paid for on a claim: neither is a hop along the chain."""
    ways = [move.way for move in books.moves if move.asset == key_text(told.sold)]

    assert ways.count(Way.CLAIMED) == 2
    assert Way.PASSED not in ways


def test_pledged_certificate__shows_what_is_locked(deal_store: Store, told: FinancingTale) -> None:
    subject = subject_of(deal_store, key_text(told.pledged), kind="certificate")
    supplier = party(told.world, "supplier")

    assert history_of(deal_store, subject).now[f"locked_fen.{supplier}"] == PLEDGED


@pytest.mark.parametrize("kind", ["certificate", "party"])
def test_sale__names_both_sides_and_the_price(
    deal_store: Store, told: FinancingTale, who: Names, kind: str
) -> None:
    """With recourse the price is what was financed; the seller's life tells it as the paper's."""
    key = key_text(told.sold) if kind == "certificate" else party(told.world, "supplier")
    subject = subject_of(deal_store, key, kind=kind)

    history = history_of(deal_store, subject, tell=Telling(names=who.names))

    sales = [act for act in history.acts if "supplier sells" in act.title]
    assert [act.title.split(" for ")[0] for act in sales] == [
        "supplier sells 400,000.00 to bank",
        "supplier sells 200,000.00 to bank",
    ]
    assert " for 318," in sales[0].title


def test_early_payment__is_a_payment_of_the_debtor(
    deal_store: Store, books: Reading, told: FinancingTale
) -> None:
    key = key_text(told.early)

    graph = provenance(deal_store, subject_of(deal_store, key, kind="certificate"))

    assert "Paid early" in {line for node in graph.nodes for line in node.lines}
    assert [move.way for move in books.moves if move.asset == key] == [Way.OPENED, Way.PAID]
    assert [
        (item.principal_fen, item.interest_fen) for item in books.payments if item.asset == key
    ] == [(PART, 0)]


@pytest.fixture(scope="module")
def sql(deal_store: Store) -> Database:
    make_views(deal_store)
    return deal_store.database


@pytest.mark.parametrize("name", FIGURES)
def test_sql__gives_the_figures_of_the_fold(name: str, sql: Database, books: Reading) -> None:
    figure = FIGURES[name]

    assert figure.by_sql(sql) == figure.by_fold(books.state)
    assert figure.by_fold(books.state) or name not in FINANCING_FIGURES
