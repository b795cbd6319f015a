"""Disclosure of real bills: what the ledger derives, the clock of X1, edits (X6), X4."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from scf.chain.transactions import keccak
from scf.units import from_civil_day
from tests import bill_stories as bills
from tests import recourse_stories as claims
from tests.recourse_stories import FACE, TYPE_BANK, part_of, received
from tests.stories import (
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    suspend,
)
from tests.typed import FIGURES
from tests.world import FOREVER, MAKE, Receipt, World, hashed

WHO = "debtor"


def disclose(world: World, number: int, statement: bytes | None = None) -> Receipt:
    if statement is None:
        statement = bytes(world.read("disclosures", "derivedStatement", number))
    return world.act(WHO, "disclosures", "disclose", number, statement)


def late(world: World) -> int:
    return int(world.read("disclosures", "lateCount", party(world, WHO)))


def test_the_statement__is_all_that_x1_lists(world: World) -> None:
    """X1: issue date, acceptance date, number, drawer, acceptor, code, face, maturity."""
    number = part_of(received(world)).number
    bill = world.read("bills", "bill", number)
    code = world.actors[WHO].uscc.encode()
    numbers = (number, bill["issueDay"], bill["acceptanceDay"])
    words = [value.to_bytes(32) for value in numbers]
    words += [bytes(12) + bytes.fromhex(bill[side][2:]) for side in ("drawer", "acceptor")]
    words += [code.ljust(32, b"\0"), FACE.to_bytes(32), bill["maturity"].to_bytes(32)]

    assert world.read("disclosures", "derivedStatement", number) == keccak(b"".join(words))


def test_a_statement_that_differs__does_not_end_the_clock(world: World) -> None:
    """X1, X3: any hash is no disclosure; the true one is, also late."""
    number = part_of(received(world)).number

    first = disclose(world, number, hashed("something")).event("BillDisclosed")
    world.pass_days(3)
    assert late(world) == 1
    assert not world.read("disclosures", "isDisclosed", number)
    second = disclose(world, number).event("BillDisclosed")

    assert (first.args["matches"], first.args["late"]) == (False, False)
    assert (second.args["matches"], second.args["late"]) == (True, True)
    assert late(world) == 0
    assert world.read("disclosures", "isDisclosed", number)


def test_an_edit__closes_the_gate_and_is_seen_by_who_checked(world: World) -> None:
    """X6: a later edit, even back to the same text, is another snapshot; X1 stays done."""
    number = part_of(received(world)).number
    disclose(world, number)
    seen = world.act("bank", "disclosures", "recordCheck", number).result

    def check() -> tuple[bytes, bool]:
        return tuple(world.read("disclosures", "checkOf", number, party(world, "bank")))

    assert check() == (seen, True)
    disclose(world, number, hashed("edited"))
    assert check() == (seen, False)
    with world.refused("DisclosuresGate", disclosed=True):
        world.read("disclosures", "requireFinanceable", number, True)
    disclose(world, number)
    assert check() == (seen, False)
    world.read("disclosures", "requireFinanceable", number, True)
    assert world.read("disclosures", "disclosureOf", number)["edits"] == 2
    world.pass_days(5)
    assert late(world) == 0


@pytest.mark.parametrize("accepted_by_bank", [False, True])
def test_nothing_due__is_refused(world: World, accepted_by_bank: bool) -> None:
    """Not accepted yet, or accepted by a bank, which discloses nothing here."""
    if accepted_by_bank:
        figures = {
            "acceptor": party(world, "bank"),
            "totalAssetsFen": 10**15,
            "depositsFen": 10**15,
            "marginFen": 0,
            "asOfDay": world.today,
            "evidenceHash": hashed("figures"),
            "deadline": FOREVER,
        }
        digest = world.digest("disclosures", "Figures", FIGURES, figures)
        approval = world.approval("regulator", digest, officer=1)
        world.act("regulator", "disclosures", "stateFigures", figures, approval)
        number = part_of(received(world, acceptor="bank", kind=TYPE_BANK)).number
    else:
        number = bills.drawn(world)["billNo"]

    with world.refused("DisclosuresNothingDue", billNo=number):
        world.act(WHO, "disclosures", "disclose", number, hashed("statement"))


def test_disclose__rules__answer_in_order(world: World) -> None:
    rules: list[Rule] = [
        *authority_rules(WHO, amount=False, standing=False),
        ("DisclosuresParty", by_actor("tier2")),
        ("DisclosuresIncomplete", put("statement", bytes(32))),
    ]

    def prepare(w: World) -> SimpleNamespace:
        number = part_of(received(w)).number
        case = caller_case(w, WHO, MAKE, number=number, statement=hashed("statement"))
        freeze(w, WHO)
        suspend(w, WHO)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "disclosures", "disclose", case.number, case.statement)

    check_refusals(world, prepare, act, rules)


def test_three_unpaid_bills__stop_the_next_acceptance(world: World) -> None:
    """X4 from real dishonours: booked, counted and enforced in the act of accepting."""
    ids = [received(world, serial=serial) for serial in (1, 2, 3)]
    for id_ in ids:
        disclose(world, part_of(id_).number)
    world.go_to(claims.maturity(world, ids[0]))
    for id_ in ids:
        claims.present(world, id_)
        claims.dishonour(world, id_)
    account = world.read("disclosures", "accountOf", party(world, WHO))
    assert (account["overdueBalanceFen"], account["balanceFen"]) == (3 * FACE, 3 * FACE)
    first = from_civil_day(world.today).replace(day=28) + dt.timedelta(days=4)
    world.go_to(first.replace(day=1))

    with world.refused("DisclosuresSuspended", acceptor=party(world, WHO)):
        received(world, serial=9)
    claims.fund(world, WHO)
    claims.pursue(world, ids[0], WHO)
    claims.settle(world, ids[0], WHO)

    account = world.read("disclosures", "accountOf", party(world, WHO))
    assert (account["overdueBalanceFen"], account["balanceFen"]) == (2 * FACE, 2 * FACE)
