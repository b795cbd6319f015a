"""Guarantees: B16 and bills §10. Who may, in what order refused, what follows the range."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.recourse_stories import (
    EXPIRED,
    FACE,
    REJECTED,
    TYPE_BANK,
    WITHDRAWN,
    acts,
    as_debtor,
    bill_number,
    chain,
    dishonoured,
    endorse,
    freeze_range,
    fund,
    part_of,
    present,
    pursue,
    range_,
    received,
    settle,
    state,
    token,
)
from tests.stories import (
    ZERO,
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    freeze,
    party,
    put,
    suspend,
    then,
)
from tests.typed import FIGURES, GUARANTEE_TERMS
from tests.world import ENTERPRISE, FOREVER, MAKE, SMALL, Receipt, World, hashed, make_actor

OP_GUARANTEE = 5
DRAWER, ACCEPTOR, PAYEE = "agency", "debtor", "supplier"


def terms_of(
    world: World, id_: int, *, guarantor: str = "bank2", guaranteed: str | None = None
) -> dict[str, Any]:
    return {
        "tokenId": id_,
        "guarantor": party(world, guarantor),
        "guaranteed": party(world, guaranteed) if guaranteed else ZERO,
        "acts": acts(world, id_),
        "documentHash": hashed("guarantee"),
        "deadline": FOREVER,
    }


def request(world: World, terms: dict[str, Any], by: str, *, day: int | None = None) -> bytes:
    last = world.today if day is None else day
    return bytes(world.act(by, "guarantees", "requestGuarantee", terms, last).result)


def give(world: World, terms: dict[str, Any], asked_by: str, by: str) -> Receipt:
    return world.act(by, "guarantees", "giveGuarantee", terms, party(world, asked_by))


def given(
    world: World, id_: int, *, by: str, guarantor: str = "tier3", guaranteed: str | None = None
) -> Receipt:
    """Asked by a debtor and given."""
    terms = terms_of(world, id_, guarantor=guarantor, guaranteed=guaranteed)
    request(world, terms, by)
    return give(world, terms, by, guarantor)


def give_signed(
    world: World, terms: dict[str, Any], debtor: str, guarantor: str, *, caller: str | None = None
) -> Receipt:
    digest = world.digest("guarantees", "GuaranteeTerms", GUARANTEE_TERMS, terms)
    sender = caller or debtor
    approvals = [
        world.by_caller(name) if name == sender else world.approval(name, digest)
        for name in (debtor, guarantor)
    ]
    return world.act(sender, "guarantees", "giveSigned", terms, *approvals)


def covering(world: World, id_: int) -> list[tuple[str, str]]:
    """Names of guarantor and guaranteed party of each guarantee that covers a range."""
    names = {actor.id: name for name, actor in world.actors.items()}
    found = world.read("guarantees", "covering", id_)
    return [(names[item["guarantor"]], names[item["guaranteed"]]) for item in found]


def disclose(world: World, id_: int, by: str = ACCEPTOR) -> None:
    number = part_of(id_).number
    statement = world.read("disclosures", "derivedStatement", number)
    world.act(by, "disclosures", "disclose", number, statement)


def drawn(world: World, serial: int = 1) -> int:
    """A bill that is drawn and no more."""
    number = bill_number(world, serial)
    drawing = {
        "billNo": number,
        "payee": party(world, PAYEE),
        "acceptor": party(world, ACCEPTOR),
        "faceFen": FACE,
        "maturity": world.today + 60,
        "divisible": True,
        "tradeKey": bytes(32),
        "documentHash": hashed("bill"),
    }
    world.act(DRAWER, "acceptances", "draw", drawing)
    return token(number, 1, FACE)


# Giving


def test_request__locks_the_range_and_keeps_its_pair(world: World) -> None:
    """B16: pair unchanged; no other act meanwhile."""
    id_ = received(world)
    before = state(world, id_)

    request(world, terms_of(world, id_, guarantor="tier3"), ACCEPTOR)

    found = range_(world, id_)
    assert found["pendingOp"] == OP_GUARANTEE
    assert (found["status"], found["flag"]) == (before["status"], before["flag"])
    with world.refused("BillsPending"):
        endorse(world, id_, PAYEE, "tier2")


@pytest.mark.parametrize(
    ("how", "by", "closed"),
    [("reject", "tier3", REJECTED), ("withdraw", ACCEPTOR, WITHDRAWN), ("expire", "bank", EXPIRED)],
)
@pytest.mark.parametrize("before", ["rest", "frozen"])
def test_request__that_comes_to_nothing__restores_exactly(
    world: World, how: str, by: str, closed: int, before: str
) -> None:
    """B16, MUST-12: also where everything was frozen or suspended since."""
    id_ = received(world)
    exact = state(world, id_)
    pending = request(world, terms_of(world, id_, guarantor="tier3"), ACCEPTOR)
    if before == "frozen":
        for name in (ACCEPTOR, "tier3"):
            freeze(world, name)
            suspend(world, name)
    if how == "expire":
        with world.refused("TwoSidedNotExpired"):
            world.act(by, "guarantees", how, pending)
        world.pass_days(1)

    closing = world.act(by, "guarantees", how, pending)

    assert closing.event("PendingClosed").args["state"] == closed
    assert state(world, id_) == exact
    assert covering(world, id_) == []


@pytest.mark.parametrize(
    ("status", "asked_by", "default"),
    [("drawn", DRAWER, DRAWER), ("received", ACCEPTOR, ACCEPTOR), ("received", DRAWER, ACCEPTOR)],
)
def test_party_not_named__is_the_acceptor_once_accepted_else_the_drawer(
    world: World, status: str, asked_by: str, default: str
) -> None:
    """NIL-47."""
    id_ = drawn(world) if status == "drawn" else received(world)

    done = given(world, id_, by=asked_by)

    assert covering(world, id_) == [("tier3", default)]
    assert done.event("GuaranteeGiven").args["guaranteed"] == party(world, default)
    assert range_(world, id_)["guarantees"] == 1


def test_several_guarantors__stand_beside_each_other(world: World) -> None:
    """NIL-51: and the same one for two parties."""
    id_ = chain(world, PAYEE, "tier2")

    given(world, id_, by=ACCEPTOR, guarantor="tier3")
    given(world, id_, by=PAYEE, guarantor="tier3", guaranteed=PAYEE)

    assert covering(world, id_) == [("tier3", ACCEPTOR), ("tier3", PAYEE)]
    guaranteed = world.read("guarantees", "guaranteedBy", id_, party(world, "tier3"))
    assert list(guaranteed) == [party(world, ACCEPTOR), party(world, PAYEE)]
    with world.refused("GuaranteesGiven"):
        request(world, terms_of(world, id_, guarantor="tier3"), ACCEPTOR)


def test_guarantee__follows_every_piece_and_nothing_else(world: World) -> None:
    """GRT-2: the guaranteed piece's own pieces, not its sibling; a sibling never swallows it."""
    id_ = received(world)
    part = endorse(world, id_, PAYEE, "tier2", first=1, last=FACE // 4)
    rest = token(part_of(id_).number, FACE // 4 + 1, FACE)
    given(world, rest, by=ACCEPTOR)

    piece = endorse(world, rest, PAYEE, "tier2", first=FACE // 4 + 1, last=FACE // 2)

    assert covering(world, part) == []
    assert covering(world, rest) == covering(world, piece) == [("tier3", ACCEPTOR)]
    assert world.read("guarantees", "isGuarantor", piece, party(world, "tier3"),
                      party(world, ACCEPTOR))  # fmt: skip


def test_piece_that_comes_back__does_not_swallow_a_guarantee(world: World) -> None:
    """A part withdrawn after the rest was guaranteed stays a range of its own."""
    id_ = received(world)
    number = part_of(id_).number
    terms = {
        "tokenId": id_,
        "acts": acts(world, id_),
        "first": 1,
        "last": FACE // 4,
        "from": party(world, PAYEE),
        "to": party(world, "tier2"),
        "marked": False,
        "evidenceHash": hashed("hop"),
        "deadline": FOREVER,
    }
    pending, part = world.act(
        PAYEE, "endorsements", "requestEndorsement", terms, world.today
    ).result
    rest = token(number, FACE // 4 + 1, FACE)
    given(world, rest, by=ACCEPTOR)

    world.act(PAYEE, "endorsements", "withdraw", pending)

    assert range_(world, part)["holder"] == range_(world, rest)["holder"] == party(world, PAYEE)
    assert covering(world, rest) == [("tier3", ACCEPTOR)]
    assert covering(world, part) == []


def test_signed__both_at_once__counts_as_an_act(world: World) -> None:
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")

    give_signed(world, terms, ACCEPTOR, "tier3")

    assert covering(world, id_) == [("tier3", ACCEPTOR)]
    with world.refused("GuaranteesActs"):
        give_signed(world, terms, ACCEPTOR, "tier3")


def test_signed__sent_by_somebody_else__is_refused(world: World) -> None:
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    digest = world.digest("guarantees", "GuaranteeTerms", GUARANTEE_TERMS, terms)
    approvals = [world.approval(name, digest) for name in (ACCEPTOR, "tier3")]

    with world.refused("GovernedCaller"):
        world.act("clearing", "guarantees", "giveSigned", terms, *approvals)


# Refusals


def case_of(world: World) -> SimpleNamespace:
    """The payee's 25 % of a bill endorsed on; the acceptor asks tier3."""
    id_ = received(world)
    endorse(world, id_, PAYEE, "tier2", first=1, last=FACE // 4)
    rest = token(part_of(id_).number, FACE // 4 + 1, FACE)
    terms = terms_of(world, rest, guarantor="tier3")
    return caller_case(world, ACCEPTOR, MAKE, terms=terms, day=world.today, whole=id_)


def presented(world: World, case: SimpleNamespace) -> None:
    present(world, case.terms["tokenId"])
    case.terms["acts"] = acts(world, case.terms["tokenId"])


def test_requestGuarantee__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B16: the range, the officer, the parties (NIL-45), the document, OP-15, the day."""
    rules: list[Rule] = [
        ("GuaranteesPair", presented),
        ("GuaranteesActs", lambda w, case: case.terms.update(acts=case.terms["acts"] + 9)),
        *authority_rules(ACCEPTOR),
        ("GuaranteesNoDebtor", put("terms.guaranteed", lambda w: party(w, "clearing"))),
        ("GuaranteesDebtor", put("terms.guarantor", lambda w: party(w, DRAWER))),
        ("GuaranteesDocument", put("terms.documentHash", bytes(32))),
        ("ParticipantsPartySuspended", then(lambda w: suspend(w, "tier3"))),
        ("RuleViolated", then(lambda w: w.set_rule("OP-15", 0))),
        ("GuaranteesDeadline", put("day", lambda w: w.today - 1)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "guarantees", "requestGuarantee", case.terms, case.day)

    check_refusals(world, case_of, act, rules)


def asked_case(world: World, who: str) -> SimpleNamespace:
    """tier3 was asked by the acceptor and has until the day after tomorrow."""
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    request(world, terms, ACCEPTOR, day=world.today + 2)
    return caller_case(world, who, MAKE, terms=terms, asker=party(world, ACCEPTOR), id=id_)


def test_giveGuarantee__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B16 at the answer: the officer, what was asked, the day, and the preconditions again."""
    rules: list[Rule] = [
        *authority_rules("tier3"),
        ("TwoSidedState", put("terms.documentHash", hashed("another text"))),
        ("TwoSidedParty", by_actor("bank2")),
        ("TwoSidedExpired", then(lambda w: w.pass_days(3))),
        ("BillsFrozen", lambda w, case: freeze_range(w, case.id)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "guarantees", "giveGuarantee", case.terms, case.asker)

    check_refusals(world, lambda w: asked_case(w, "tier3"), act, rules)


def test_refuse__rules__answer_in_order(world: World) -> None:
    """B16: what was asked, then an officer of the holder; no freeze stops it (MUST-12)."""
    rules: list[Rule] = [
        ("TwoSidedState", put("asker", lambda w: party(w, DRAWER))),
        *authority_rules(PAYEE, amount=False, standing=False),
        ("TwoSidedParty", by_actor("bank2")),
    ]

    def prepare(w: World) -> SimpleNamespace:
        case = asked_case(w, PAYEE)
        freeze_range(w, case.id)
        freeze(w, PAYEE)
        return case

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "guarantees", "refuse", case.terms, case.asker)

    check_refusals(world, prepare, act, rules)


def test_giveSigned__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """B16 by both signatures, each over what is sent."""

    def prepare(w: World) -> SimpleNamespace:
        id_ = received(w)
        terms = terms_of(w, id_, guarantor="tier3")
        by = w.actors[ACCEPTOR].officers[0].address
        other = received(w, serial=2)
        present(w, other)
        sides = {"debtor": ACCEPTOR, "guarantor": "tier3"}
        return SimpleNamespace(by=by, terms=terms, id=id_, presented=other, **sides)

    def act(w: World, case: SimpleNamespace) -> None:
        digest = w.digest("guarantees", "GuaranteeTerms", GUARANTEE_TERMS, case.terms)
        sides = [w.approval(name, digest) for name in (case.debtor, case.guarantor)]
        w.send(case.by, "guarantees", "giveSigned", case.terms, *sides)

    def frozen(w: World, case: SimpleNamespace) -> None:
        freeze_range(w, case.id)
        case.terms["acts"] = acts(w, case.id)

    def owes_nothing(w: World, case: SimpleNamespace) -> None:
        case.debtor = "clearing"
        case.by = w.actors["clearing"].officers[0].address

    rules: list[Rule] = [
        ("GovernedCaller", by_actor("bank")),
        ("GuaranteesPair", lambda w, case: case.terms.update(tokenId=case.presented)),
        ("GuaranteesActs", put("terms.acts", 1)),
        ("GovernedSignatureExpired", put("terms.deadline", 1)),
        ("TwoSidedParty", put("guarantor", "bank2")),
        ("BillsFrozen", frozen),
        ("GuaranteesNoDebtor", owes_nothing),
        ("GuaranteesDocument", put("terms.documentHash", bytes(32))),
    ]
    check_refusals(world, prepare, act, rules)


def test_request__by_who_owes_nothing__is_refused(world: World) -> None:
    """The holder that has endorsed nothing is no debtor."""
    id_ = received(world)
    for name in (PAYEE, "clearing"):
        with world.refused("GuaranteesNoDebtor", party=party(world, name)):
            request(world, terms_of(world, id_, guarantor="tier3"), name)


@pytest.mark.parametrize("guarantor", [DRAWER, ACCEPTOR, PAYEE, "tier2"])
def test_guarantor__debtor_or_holder__is_refused(world: World, guarantor: str) -> None:
    """NIL-45: drawer, acceptor, endorser; the holder neither."""
    id_ = chain(world, PAYEE, "tier2")

    with world.refused("GuaranteesDebtor", guarantor=party(world, guarantor)):
        request(world, terms_of(world, id_, guarantor=guarantor), ACCEPTOR)


@pytest.mark.parametrize("days", [59, 60])
def test_deadline__before_maturity(world: World, days: int) -> None:
    """OP-31."""
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")

    if days == 59:
        request(world, terms, ACCEPTOR, day=world.today + days)
    else:
        with world.refused("GuaranteesDeadline", latest=world.today + 59):
            request(world, terms, ACCEPTOR, day=world.today + days)


def test_answer__checks_again(world: World) -> None:
    """Preconditions at request and at answer: the guarantor was suspended, the day has passed."""
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    request(world, terms, ACCEPTOR)

    with world.anchor():
        suspend(world, "tier3")
        with world.refused("ParticipantsPartySuspended"):
            give(world, terms, ACCEPTOR, "tier3")
    with world.refused("TwoSidedParty"):
        give(world, terms, ACCEPTOR, "tier2")
    world.pass_days(1)
    with world.refused("TwoSidedExpired"):
        give(world, terms, ACCEPTOR, "tier3")


def test_frozen_range__is_left_alone(world: World) -> None:
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    freeze_range(world, id_)
    terms["acts"] = acts(world, id_)

    with world.refused("BillsFrozen"):
        request(world, terms, ACCEPTOR)


def test_range_frozen_since__takes_no_guarantee(world: World) -> None:
    """B40 at the answer too; taking the request back works (MUST-12)."""
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    pending = request(world, terms, ACCEPTOR)
    freeze_range(world, id_)

    with world.refused("BillsFrozen"):
        give(world, terms, ACCEPTOR, "tier3")
    world.act(ACCEPTOR, "guarantees", "withdraw", pending)

    assert covering(world, id_) == []


def test_holder__ends_a_request_and_is_not_locked_again(world: World) -> None:
    """Nobody locks another's bill for long: refused once, that party asks with signatures only."""
    id_ = received(world)
    terms = terms_of(world, id_, guarantor="tier3")
    request(world, terms, ACCEPTOR)

    with world.refused("TwoSidedParty"):
        world.act("tier2", "guarantees", "refuse", terms, party(world, ACCEPTOR))
    world.act(PAYEE, "guarantees", "refuse", terms, party(world, ACCEPTOR))

    with world.refused("GuaranteesRefused"):
        request(world, terms_of(world, id_, guarantor="tier3"), ACCEPTOR)
    give_signed(world, terms_of(world, id_, guarantor="tier3"), ACCEPTOR, "tier3")
    assert covering(world, id_) == [("tier3", ACCEPTOR)]


def test_bill__with_31_guarantees__takes_no_more(world: World) -> None:
    """A bill's guarantees are looked through at every question, so there is an end to them."""
    id_ = received(world)
    for number in range(32):
        actor = make_actor(f"guarantor {number}", ENTERPRISE, SMALL, 1)
        world.actors[actor.name] = actor
        world.enrol(actor)
        if number < 31:
            give_signed(world, terms_of(world, id_, guarantor=actor.name), ACCEPTOR, actor.name)
    assert len(covering(world, id_)) == range_(world, id_)["guarantees"] == 31

    with world.refused("GuaranteesFull", max=31):
        request(world, terms_of(world, id_, guarantor="guarantor 31"), ACCEPTOR)
    for number in range(32):
        del world.actors[f"guarantor {number}"]


# The gates of banks: X3, X5


def test_bank__guarantees_only_what_is_disclosed_as_it_is(world: World) -> None:
    """X3: missing, different, then right; an enterprise needs none of it."""
    id_ = received(world)
    number = part_of(id_).number
    terms = terms_of(world, id_, guarantor="bank2")

    with world.refused("DisclosuresGate", disclosed=False):
        request(world, terms, ACCEPTOR)
    world.act(ACCEPTOR, "disclosures", "disclose", number, hashed("something else"))
    with world.refused("DisclosuresGate", disclosed=True):
        request(world, terms, ACCEPTOR)
    disclose(world, id_)
    request(world, terms, ACCEPTOR)
    give(world, terms, ACCEPTOR, "bank2")

    assert covering(world, id_) == [("bank2", ACCEPTOR)]


def test_bank__answers_after_the_disclosure_was_changed__is_refused(world: World) -> None:
    """X3 again at the answer: a later edit closes the gate."""
    id_ = received(world)
    disclose(world, id_)
    terms = terms_of(world, id_, guarantor="bank2")
    request(world, terms, ACCEPTOR)
    world.act(ACCEPTOR, "disclosures", "disclose", part_of(id_).number, hashed("edited"))

    with world.refused("DisclosuresGate"):
        give(world, terms, ACCEPTOR, "bank2")


def test_bill_of_a_bank__needs_no_disclosure(world: World) -> None:
    terms = {
        "acceptor": party(world, "bank"),
        "totalAssetsFen": 10**15,
        "depositsFen": 10**15,
        "marginFen": 0,
        "asOfDay": world.today,
        "evidenceHash": hashed("figures"),
        "deadline": FOREVER,
    }
    digest = world.digest("disclosures", "Figures", FIGURES, terms)
    approval = world.approval("regulator", digest, officer=1)
    world.act("regulator", "disclosures", "stateFigures", terms, approval)
    id_ = received(world, acceptor="bank", kind=TYPE_BANK)

    given(world, id_, by="bank", guarantor="bank2")

    assert covering(world, id_) == [("bank2", "bank")]


def test_recourse__reads_the_guarantee(world: World) -> None:
    """NIL-50: the holder may ask the guarantor directly, who takes the bill over."""
    fund(world, "tier3")
    id_ = chain(world, PAYEE, "tier2")
    given(world, id_, by=PAYEE, guaranteed=PAYEE)
    dishonoured(world, id_)
    pursue(world, id_, debtors=[as_debtor(world, "tier3", PAYEE)])

    settle(world, id_, "tier3", guaranteed=PAYEE)

    assert range_(world, id_)["holder"] == party(world, "tier3")
