"""Books against contracts: everything is compared, any difference is found and named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scf.audit.reading import Reading
from scf.audit.reconcile import (
    PAIRS_MAX,
    Outcome,
    check_names,
    decoder,
    reconcile,
    view_of,
)
from scf.audit.rooms import MATTERS, ROOMS
from scf.audit.rooms.bills import BILLS
from scf.audit.rooms.financing import FINANCING
from scf.audit.rooms.room import Expected, View, words
from scf.errors import UsageError
from scf.model.books import Undertaking
from scf.model.enums import CertificateStatus, OrderState, PartyStatus, PendingState, Recourse
from scf.model.folding.state import State
from tests.audit.reading.recording import asker_of
from tests.audit.reading.tales import Tale

Change = Callable[[State, Tale], object]
NOBODY_ELSE = "0x" + "77" * 20


@pytest.fixture
def view(reading: Reading, tale: Tale) -> View:
    """The books, to be spoilt."""
    return view_of(copy.deepcopy(reading.state), tale.world.today, reading.contracts)


def run(view: View, tale: Tale, *names: str) -> Outcome:
    return reconcile(view, asker_of(tale.world), decoder(tale.world.ledger), names)


def test_sound_books__differ_nowhere(view: View, tale: Tale) -> None:
    outcome = run(view, tale)

    assert outcome.is_clean, [str(item) for item in outcome.findings]
    assert [item.name for item in outcome.results] == list(check_names())
    assert outcome.compared > 300
    empty = {"undertaking", "revoked", "allowance", "approval", *BILLS.matters, *FINANCING.matters}
    assert all(item.compared for item in outcome.results if item.name not in empty)


def test_digest__is_the_same_twice_and_hangs_on_every_answer(view: View, tale: Tale) -> None:
    before = run(view, tale).digest
    with tale.world.anchor():
        tale.world.mint("tier3", 1, "digest")
        after = run(view, tale).digest

    assert run(view, tale).digest == before != after


def test_one_check__runs_alone(view: View, tale: Tale) -> None:
    outcome = run(view, tale, "cash", "money")

    assert [item.name for item in outcome.results] == ["cash", "money"]


def test_unknown_check__gets_did_you_mean(view: View, tale: Tale) -> None:
    with pytest.raises(UsageError, match="did you mean 'holding'"):
        run(view, tale, "holdings")


def test_refused_call__is_a_finding(view: View, tale: Tale) -> None:
    def ask(calls: Any) -> Any:
        return ("the node said no" for _ in calls)

    outcome = reconcile(view, ask, decoder({"Cash": tale.world.contracts["cash"]}), ["supply"])

    assert [item.found for item in outcome.findings] == ["refused: the node said no"]


def test_words_that_events_do_not_tell__are_not_compared() -> None:
    expected = Expected("Any", "thing", b"", words(1, 2, 3), frozenset((1,)))

    assert expected.is_met_by(words(1, 99, 3))
    assert not expected.is_met_by(words(1, 99, 4))
    assert not expected.is_met_by(words(1, 99))


def test_large_ledger__asks_only_whom_the_books_name(reading: Reading) -> None:
    state = copy.copy(reading.state)
    state.certificates = dict.fromkeys(
        range(PAIRS_MAX), next(iter(reading.state.certificates.values()))
    )

    assert view_of(state, 0, {}).parties == ()
    assert view_of(reading.state, 0, {}).parties == tuple(reading.state.parties)


# Each change must be found by the check that is there for it; key: the check.


def _certificate(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        state.certificates[tale.overdue] = replace(state.certificates[tale.overdue], **changes)

    return change


def _hold_more(state: State, tale: Tale) -> None:
    held = state.holdings[tale.overdue]
    held[next(iter(held))] += 1


def _party(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        id_ = tale.world.actors["tier3"].id
        state.parties[id_] = replace(state.parties[id_], **changes)

    return change


def _officer(state: State, tale: Tale) -> None:
    key = next(iter(state.officers))
    state.officers[key] = replace(state.officers[key], limit_fen=5)


def _rule(state: State, tale: Tale) -> None:
    rule = next(iter(state.rules))
    (version,) = state.rules[rule]
    state.rules[rule] = (replace(version, value=version.value + 1),)


def _invoice(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        place = next(place for place in state.invoices if place[0] == tale.invoice)
        state.invoices[place] = replace(state.invoices[place], **changes)

    return change


def _debtor(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        id_ = tale.world.actors["agency"].id
        state.debtors[id_] = replace(state.debtors[id_], **changes)

    return change


def _pending(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        state.pending[tale.pending] = replace(state.pending[tale.pending], **changes)

    return change


def _order(**changes: Any) -> Change:
    def change(state: State, tale: Tale) -> None:
        for id_ in state.orders:
            state.orders[id_] = replace(state.orders[id_], **changes)

    return change


def _put(name: str, key: Callable[[Tale], Any], value: Any) -> Change:
    return lambda state, tale: getattr(state, name).__setitem__(key(tale), value)


def _bank(tale: Tale) -> str:
    return tale.world.actors["bank"].id


def _cash_of_bank(state: State, tale: Tale) -> None:
    state.cash[_bank(tale)] += 1


def _lock(state: State, tale: Tale) -> None:
    place = tale.paid, tale.world.actors["supplier"].id
    state.locks[place] += 1


PROMISE = Undertaking(from_party=NOBODY_ELSE, amount_fen=5, recourse=Recourse.FULL, cap_fen=0)
SPOILT: list[tuple[str, Change]] = [
    ("certificate", _certificate(due_day=40_000)),
    ("certificate", _certificate(status=CertificateStatus.ACTIVE)),
    ("certificate", _certificate(frozen_until=30_000)),
    ("late-claim", _certificate(due_day=20_540)),
    ("late-claim", _certificate(late_rate_ppm=7)),
    ("holding", _hold_more),
    ("units", _hold_more),
    ("holding", lambda s, t: s.holdings[t.paid].update({_bank(t): 5})),
    ("position", _lock),
    ("locks", _lock),
    ("undertaking", _put("undertakings", lambda t: (t.paid, _bank(t)), (PROMISE,))),
    ("pending", _pending(amount_fen=1)),
    ("pending", _pending(state=PendingState.AGREED)),
    ("consent", lambda s, t: s.consents.update(dict.fromkeys(s.consents, 1))),
    ("receipt", _put("receipts", lambda t: b"\1" * 32, b"\2" * 32)),
    ("filings", lambda s, t: s.receipts.update({b"\1" * 32: t.quote})),
    ("invoice", _invoice(used_fen=1)),
    ("invoice", _invoice(is_conflicted=True)),
    ("invoice", _invoice(supplier=NOBODY_ELSE)),
    ("invoice-use", _invoice(amount_fen=1)),
    ("debtor", _debtor(outstanding_fen=1)),
    ("debtor", _debtor(bar_reasons=2)),
    ("owed", _debtor(outstanding_fen=1)),
    ("overdue-count", _debtor(overdue_count=2)),
    ("supply", lambda s, t: setattr(s, "cash_supply", 1)),
    ("cash", _cash_of_bank),
    ("money", _cash_of_bank),
    ("allowance", _put("allowances", lambda t: (_bank(t), NOBODY_ELSE), 7)),
    ("payment", lambda s, t: s.payment_ids.add(b"\1" * 32)),
    ("no-pool", lambda s, t: s.cash.update({t.world.actors["operator"].id: 1})),
    ("no-pool", lambda s, t: s.cash.update({t.world.contracts["cash"].address: 1})),
    (
        "no-pool",
        lambda s, t: s.holdings[t.frozen].update({t.world.contracts["settlement"].address: 1}),
    ),
    ("party", _party(status=PartyStatus.SUSPENDED)),
    ("party", _party(name_hash=b"\1" * 32)),
    ("party", lambda s, t: s.parties.pop(_bank(t))),
    ("holders", lambda s, t: s.holdings[t.frozen].update({NOBODY_ELSE: 1})),
    ("holders", lambda s, t: s.holdings[t.frozen].update({t.world.actors["debtor"].id: 1})),
    ("one-controller", lambda s, t: s.locks.update({(t.long, _bank(t)): 10**15})),
    ("ended", _certificate(status=CertificateStatus.PAID)),
    ("ended", lambda s, t: s.outstanding.update({t.overdue: 0})),
    ("faces", _certificate(face_fen=1)),
    (
        "layers",
        lambda s, t: (
            _certificate(layers_max=1)(s, t),
            s.layers.update({(t.overdue, _bank(t)): 2}),
        ),
    ),
    ("officer", _officer),
    ("officers", lambda s, t: s.officers.clear()),
    ("officers", lambda s, t: s.officers.update(
        {k: replace(v, party=NOBODY_ELSE) for k, v in list(s.officers.items())[:1]}
    )),
    ("revoked", lambda s, t: s.revoked.add(("Cash", _bank(t), b"\1" * 32))),
    ("approval", lambda s, t: s.approvals.add(("Cash", b"\1" * 32, NOBODY_ELSE))),
    ("party", _party(changes=9)),
    ("rule", _rule),
    ("calendar", lambda s, t: s.calendars.update({2026: (1, 1)})),
    ("order", _order(state=OrderState.PROPOSED)),
    ("freezes", _order(expiry_day=1)),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change"), SPOILT)
def test_spoilt_books__are_found_by_the_check(
    view: View, tale: Tale, check: str, change: Change
) -> None:
    assert run(view, tale, check).is_clean

    change(view.state, tale)
    found = run(view, tale, check).findings

    assert found
    for finding in found:
        assert finding.check == check
        assert finding.found != finding.expected
        assert finding.subject
        assert finding.about


@pytest.mark.parametrize("check", ["custody", "contract"])
def test_contract_that_holds_something__is_found(view: View, tale: Tale, check: str) -> None:
    """As if a holder's address were a contract's."""
    supplier, bank = (tale.world.actors[name].id for name in ("supplier", "bank"))

    found = run(replace(view, contracts={**view.contracts, "X": supplier, "Y": bank}), tale, check)

    assert found.findings


def test_every_check__is_seen_to_catch_something() -> None:
    """Those of bills are in `test_bills`, those of financing in `test_financing`."""
    here = [room for room in ROOMS if room not in (BILLS, FINANCING)]
    others = {name for room in here for name in (*room.matters, *room.sums)}

    assert {check for check, _ in SPOILT} | {"custody", "contract"} == others


@pytest.mark.parametrize("kind", ["party", "certificate", "invoice"])
def test_things_the_books_never_heard_of__must_not_be_there(tale: Tale, kind: str) -> None:
    state = State()
    view = View(state=state, day=1, parties=(), contracts={})
    keys = {
        "party": (_bank(tale),),
        "certificate": (tale.paid,),
        "invoice": (tale.invoice, tale.world.actors["debtor"].id),
    }
    (expected,) = MATTERS[kind].asked(view, *keys[kind])
    (answer,) = asker_of(tale.world)([(expected.contract, expected.function, expected.arguments)])

    assert isinstance(answer, bytes)
    assert not expected.is_met_by(answer)
