"""Orders that pieces inherit, and refusals that add up, as plain SQL reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scf.audit.database import Database
from scf.audit.reading import read
from scf.audit.store import Store
from scf.audit.views import make_views
from scf.model.folding.state import State
from tests import recourse_stories as claims
from tests.audit.reading.recording import recorded_world, store_of
from tests.audit.reading.second_reading import FIGURES, key
from tests.recourse_stories import DC00, DC05, DC06, DC07, FACE, STOP_PAYMENT, M, W, part_of, token
from tests.world import World, hashed

HALF, QUARTER = FACE // 2, FACE // 4
Told = tuple[Store, State, World, dict[str, int]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A stopped bill divided twice, one piece set free; bills refused twice, in several ways."""
    world, ids = recorded_world(), {}
    stopped = claims.received(world, serial=1)
    claims.freeze_range(world, stopped, days=170, kind=STOP_PAYMENT)
    half = claims.endorse(world, stopped, "supplier", "tier2", last=HALF)
    ids["quarter"] = claims.endorse(world, half, "tier2", "tier3", last=QUARTER)
    ids["second"] = token(part_of(stopped).number, QUARTER + 1, HALF)
    ids["rest"] = token(part_of(stopped).number, HALF + 1, FACE)
    claims.unfreeze_range(world, ids["rest"])
    claims.freeze_range(world, ids["second"], days=30)
    refused = claims.received(world, serial=2)
    for serial, name in ((4, "ordered"), (5, "late")):
        ids[name] = claims.received(world, serial=serial)
        claims.freeze_range(world, ids[name], days=170, kind=STOP_PAYMENT)
    over = claims.received(world, serial=6)
    claims.freeze_range(world, over, days=2, kind=STOP_PAYMENT)
    world.pass_days(3)
    world.act("tier3", "bills", "expireRestraint", over)
    ids["after"] = claims.endorse(world, over, "supplier", "tier2", last=HALF)
    claims.freeze_range(world, ids["after"], days=30)
    world.go_to(M - 1)
    claims.present(world, refused, reason=hashed("reason"))
    claims.dishonour(world, refused, code=DC07)
    world.go_to(M)
    claims.present(world, refused)
    claims.dishonour(world, refused, code=DC00)
    claims.present(world, ids["ordered"])
    claims.dishonour(world, ids["ordered"], code=DC06)
    claims.unfreeze_range(world, ids["ordered"])
    claims.present(world, ids["ordered"])
    claims.dishonour(world, ids["ordered"], code=DC00)
    claims.present(world, ids["late"])
    claims.dishonour(world, ids["late"], code=DC06)
    claims.unfreeze_range(world, ids["late"])
    reason = hashed("reason")
    world.go_to(W + 1)
    claims.present(world, ids["late"], reason=reason)
    claims.dishonour(world, ids["late"], code=DC05)
    ids["refused"] = refused
    with store_of(world, tmp_path_factory.mktemp("orders") / "audit.sqlite") as store:
        make_views(store)
        yield store, read(store).state, world, ids


@pytest.fixture
def sql(told: Told) -> Database:
    return told[0].database


@pytest.mark.parametrize("name", ["restraints", "dishonours", "words", "records"])
def test_sql__gives_what_the_fold_gives(told: Told, sql: Database, name: str) -> None:
    found = FIGURES[name].by_sql(sql)

    assert found == FIGURES[name].by_fold(told[1]) != {}


def test_order__goes_on_in_pieces_of_pieces(told: Told, sql: Database) -> None:
    _, _, world, ids = told
    found = FIGURES["restraints"].by_sql(sql)

    assert found.keys() == {key(ids[place]) for place in ("quarter", "second", "after")}
    frozen, stopped = found[key(ids["second"])]
    assert found[key(ids["quarter"])] == (0, stopped)
    assert 0 < frozen < stopped
    for place in ("quarter", "second", "after"):
        told_by = world.read("bills", "restraint", ids[place])
        assert found[key(ids[place])] == (told_by["frozenUntil"], told_by["stoppedUntil"])


def test_refusals__first_day_widest_scope_first_code_without_an_order(
    told: Told, sql: Database
) -> None:
    _, _, world, ids = told
    found = FIGURES["dishonours"].by_sql(sql)

    for place in ("refused", "ordered", "late"):
        carried = claims.carried(world, ids[place])
        number = ids[place] >> 80
        index = world.read("bills", "range", ids[place])["dishonour"]
        day, presented, code, scope, counted = found[key(number), index]
        assert (day, presented, code, scope) == (
            *(carried["day"], carried["presentedDay"], carried["code"], carried["scope"]),
        )
        assert counted == 1
    for place in ("ordered", "late"):
        assert (key(ids[place] >> 80), 2) in found
