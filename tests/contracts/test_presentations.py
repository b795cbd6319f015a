"""Presentations: B27–B32 and B43. Who, in what order refused, the pair after, exact restoration."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from scf.units import civil_day
from tests.recourse_stories import (
    DAYS,
    DC00,
    DC05,
    DC06,
    DC07,
    DC08,
    DC09,
    ENDED,
    FACE,
    IN_COLLECTION,
    MATURED,
    NOT_TRANSFERABLE,
    RECEIVED,
    SCOPE_ALL,
    SCOPE_NARROW,
    SCOPE_NONE,
    SETTLED,
    STOP_PAYMENT,
    TERMINATED,
    TRANSFERABLE,
    TYPE_BANK,
    acts,
    as_debtor,
    auto_dishonour,
    bill_number,
    chain,
    claim,
    dishonour,
    dishonoured,
    endorse,
    freeze_range,
    fund,
    holder,
    maturity,
    money,
    offer,
    pair,
    part_of,
    pay_bills,
    present,
    present_due,
    pursue,
    pursue_without,
    received,
    settle,
    state,
    token,
    unfreeze_range,
)
from tests.stories import (
    ZERO,
    Rule,
    authority_rules,
    by_actor,
    caller_case,
    check_refusals,
    clerk,
    freeze,
    party,
    put,
    suspend,
    then,
)
from tests.world import ADMIN, MAKE, PAY, World, hashed

REASON = hashed("reason")
# Drawn on Monday 2026-03-02 for 60 days: M is 1 May, inside the holiday 1–5 May; 9 May (Saturday)
# is a swap-working day; W is Monday 11 May.
M = civil_day(dt.date(2026, 5, 1))
W = civil_day(dt.date(2026, 5, 11))
ACCEPTOR_LAST = civil_day(dt.date(2026, 5, 8))
BANK_LAST = civil_day(dt.date(2026, 5, 9))
LIMIT = civil_day(dt.date(2028, 5, 1))


def drawn(world: World) -> int:
    """The range of a bill that was only drawn."""
    number = bill_number(world, 77)
    drawing = {
        "billNo": number,
        "payee": party(world, "supplier"),
        "acceptor": party(world, "debtor"),
        "faceFen": FACE,
        "maturity": world.today + DAYS,
        "divisible": True,
        "tradeKey": bytes(32),
        "documentHash": hashed("bill"),
    }
    world.act("agency", "acceptances", "draw", drawing)
    return token(number, 1, FACE)


def bank_bill(world: World, **fields: Any) -> int:
    """A 银票: accepted by a bank whose figures are stated."""
    figures = {
        "acceptor": party(world, "bank2"),
        "totalAssetsFen": 10**15,
        "depositsFen": 10**14,
        "marginFen": 0,
        "asOfDay": world.today,
        "evidenceHash": hashed("figures"),
        "deadline": 2**64 - 1,
    }
    from tests.typed import FIGURES

    digest = world.digest("disclosures", "Figures", FIGURES, figures)
    approver = world.approval("regulator", digest, officer=1)
    world.act("regulator", "disclosures", "stateFigures", figures, approver)
    return received(world, acceptor="bank2", kind=TYPE_BANK, **fields)


def go(world: World, case: SimpleNamespace) -> None:
    world.go_to(getattr(case, "day", world.today))


def the_id(world: World) -> int:
    """The range that `received` makes first."""
    return token(bill_number_of_start(world), 1, FACE)


def bill_number_of_start(world: World) -> int:
    issued = [log for log in world.logs if log.name == "BillIssued"]
    return int(issued[0].args["billNo"])


def account(world: World, acceptor: str = "debtor") -> dict[str, int]:
    return dict(world.read("disclosures", "accountOf", party(world, acceptor)))


def carried(world: World, id_: int) -> dict[str, Any]:
    return dict(world.read("presentations", "dishonourOf", id_))


# B27–B29: presentation


def present_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "supplier", MAKE, id=received(world), drawn=drawn(world))
    case.reason = bytes(32)
    return case


def test_present__rules__answer_in_order(world: World) -> None:
    """Not asked: the holder's standing. Getting what one is owed is open to a frozen party too."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.drawn)),
        *authority_rules("supplier", amount=False, standing=False),
        ("PresentationsParty", by_actor("tier3")),
        ("PresentationsDay", put("day", LIMIT + 1)),
        ("PresentationsReasonMissing", put("day", W + 1)),
        ("BillsFrozen", then(lambda w: freeze_range(w, the_id(w)))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "presentations", "present", case.id, case.reason)

    check_refusals(world, present_case, act, rules)


@pytest.mark.parametrize(
    ("day", "kind", "status"),
    [(M - 1, 0, RECEIVED), (M, 1, MATURED), (W, 1, MATURED), (W + 1, 2, MATURED), (LIMIT, 2, MATURED)],
)
def test_present__day__decides_the_kind(world: World, day: int, kind: int, status: int) -> None:
    """B27, B28, B29: early, in [M, W], late until 24 months after M; the pair after."""
    id_ = received(world)
    world.go_to(day)

    receipt = present(world, id_, reason=REASON if kind == 2 else bytes(32))

    assert receipt.event("BillPresented").args["kind"] == kind
    assert pair(world, id_) == (status, IN_COLLECTION)


def test_present__twice__is_refused(world: World) -> None:
    id_ = received(world)
    present(world, id_)

    with world.refused("PresentationsPair", flag=IN_COLLECTION):
        present(world, id_)


def test_present__frozen_holder__is_paid(world: World) -> None:
    """MUST-12, MUST-18: a frozen or suspended holder presents and is paid."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)
    freeze(world, "supplier")
    suspend(world, "supplier")

    present(world, id_)
    pay_bills(world, id_)

    assert money(world, "supplier") == FACE


def test_presentDue__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """SH-4: anyone, in [M, W]; also a frozen range, whose acceptor answers DC06."""
    case_id = received(world)
    fresh = drawn(world)

    with world.refused("BillsUnknown"):
        present_due(world, token(1, 1, 1))
    with world.refused("PresentationsPair"):
        present_due(world, fresh)
    with world.refused("PresentationsPair", status=RECEIVED):
        present_due(world, case_id)
    for day in (W + 1, LIMIT + 1):
        with world.anchor():
            world.go_to(day)
            with world.refused("PresentationsDay", earliest=M, latest=W):
                present_due(world, case_id)
    world.go_to(M)
    freeze_range(world, case_id)

    present_due(world, case_id)

    assert pair(world, case_id) == (MATURED, IN_COLLECTION)


def test_presentDue__early_presentation_pending__is_replaced(world: World) -> None:  # noqa: N802
    """§6: the automatic presentation takes an early one's place, so P lies in the window."""
    id_ = received(world)
    world.pass_days(5)
    present(world, id_)
    with world.refused("PresentationsDay"):
        present_due(world, id_)
    world.go_to(M)

    present_due(world, id_)

    assert world.read("bills", "range", id_)["presentedDay"] == M
    with world.refused("PresentationsPair"):
        present_due(world, id_)


def test_presentDue__dishonoured_range__is_refused(world: World) -> None:  # noqa: N802
    """A stranger must not keep a holder from its recourse."""
    id_ = dishonoured(world, received(world))

    with world.refused("PresentationsPair"):
        present_due(world, id_)
    present(world, id_)

    assert pair(world, id_) == (MATURED, IN_COLLECTION)


@pytest.mark.parametrize("day", [M - 10, M, W + 5])
@pytest.mark.parametrize("marked", [False, True])
def test_withdrawPresentation__any_kind__restores_exactly(  # noqa: N802
    world: World, day: int, marked: bool
) -> None:
    """B27–B29 taken back: pair, holder, range and every other field, also when frozen."""
    id_ = received(world, marked=marked)
    world.go_to(day)
    before = state(world, id_)
    present(world, id_, reason=REASON)
    freeze_range(world, id_)
    freeze(world, "supplier")

    world.act("supplier", "presentations", "withdrawPresentation", id_)

    assert state(world, id_) == before | {"frozen": True}


def test_withdrawPresentation__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        id_ = received(w)
        other = received(w, serial=2)
        present(w, id_)
        return caller_case(w, "supplier", MAKE, id=id_, other=other)

    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("supplier", amount=False, standing=False),
        ("PresentationsParty", by_actor("debtor")),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "presentations", "withdrawPresentation", case.id)

    check_refusals(world, prepare, act, rules)


# B30: payment


def pay_case(world: World) -> SimpleNamespace:
    case = caller_case(world, "debtor", PAY, id=received(world), drawn=drawn(world))
    case.ids = [case.id]
    fund(world, "debtor", amount=FACE)
    return case


def test_payBills__rules__answer_in_order(world: World) -> None:  # noqa: N802
    """NIL-54, MUST-12: in full, and no standing is asked of who pays what it owes."""
    rules: list[Rule] = [
        ("SettlementBillCount", put("ids", [])),
        *authority_rules("debtor", amount=False, standing=False),
        ("BillsUnknown", put("ids", [token(1, 1, 1)])),
        ("PresentationsPair", lambda w, c: setattr(c, "ids", [c.drawn])),
        ("PresentationsParty", by_actor("agency")),
        ("BillsFrozen", then(lambda w: freeze_range(w, the_id(w)))),
        ("BillsPaymentStopped", then(lambda w: freeze_range(w, the_id(w), kind=STOP_PAYMENT))),
        ("ParticipantsAmountLimit", lambda w, c: setattr(c, "by", c.limited)),
        ("CashBalance", then(lambda w: w.act("debtor", "cash", "transfer", party(w, "tier3"), 1))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.go_to(M)
        w.send(case.by, "settlement", "payBills", case.ids)

    check_refusals(world, pay_case, act, rules)


@pytest.mark.parametrize(
    ("day", "presented"), [(M - 9, True), (M, False), (M, True), (W + 3, False), (LIMIT, True)]
)
def test_payBills__before_at_and_after_maturity__ends_the_range(  # noqa: N802
    world: World, day: int, presented: bool
) -> None:
    """B30, INV-3, INV-5, MUST-5: the face to the holder of that moment, everybody released."""
    id_ = chain(world, "supplier", "tier2", "tier3")
    fund(world, "debtor")
    world.go_to(day)
    if presented:
        present(world, id_, reason=REASON)
    before = money(world, "debtor")
    # After the bank's last day a presented 商票 is dishonoured first; here it is paid on its day.
    receipt = pay_bills(world, id_)

    assert pair(world, id_) == (SETTLED, ENDED)
    assert money(world, "tier3") == FACE == before - money(world, "debtor")
    assert receipt.event("BillPaid").args["presented"] is presented
    assert account(world)["balanceFen"] == 0
    with world.refused("PresentationsPair"):
        present(world, id_)
    with world.refused("RecoursePair"):
        pursue(world, id_, "debtor")
    with world.refused("PresentationsPair"):
        pay_bills(world, id_)


def test_payBills__before_maturity_unpresented__is_refused(world: World) -> None:  # noqa: N802
    id_ = received(world)
    fund(world, "debtor")

    with world.refused("PresentationsPair", status=RECEIVED):
        pay_bills(world, id_)


def test_payBills__part_endorsed_on__pays_each_holder(world: World) -> None:  # noqa: N802
    """INV-1, MUST-5: three ranges of one bill, three holders, one call."""
    id_ = received(world)
    a = endorse(world, id_, "supplier", "tier2", last=30_000_00)
    rest = token(part_of(id_).number, 30_000_01, FACE)
    b = endorse(world, rest, "supplier", "tier3", first=FACE)
    c = token(part_of(id_).number, 30_000_01, FACE - 1)
    fund(world, "debtor", amount=FACE)
    world.go_to(M)

    pay_bills(world, a, b, c)

    assert [money(world, name) for name in ("tier2", "tier3", "supplier", "debtor")] == [
        30_000_00,
        1,
        FACE - 30_000_01,
        0,
    ]
    assert world.read("bills", "bill", part_of(id_).number)["endedFen"] == FACE


def test_payBills__frozen_payee_and_frozen_range__blocks_only_itself(world: World) -> None:  # noqa: N802
    """MUST-18: a blocked payee or range never keeps another from its money."""
    id_ = received(world)
    part = endorse(world, id_, "supplier", "tier2", last=10)
    rest = token(part_of(id_).number, 11, FACE)
    fund(world, "debtor")
    freeze(world, "tier2")
    world.go_to(M)
    freeze_range(world, rest)

    with world.refused("BillsFrozen"):
        pay_bills(world, part, rest)
    pay_bills(world, part)
    unfreeze_range(world, rest)
    pay_bills(world, rest)

    assert (money(world, "tier2"), money(world, "supplier")) == (10, FACE - 10)


def test_payBills__two_acceptors__is_refused(world: World) -> None:  # noqa: N802
    one, other = received(world), received(world, serial=2, acceptor="tier3")
    fund(world, "debtor")
    world.act("tier3", "presentations", "setAccessBank", party(world, "bank"))
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    world.go_to(M)
    present(world, one)
    present(world, other)

    with world.refused("SettlementAcceptors"):
        pay_bills(world, one, other, by="bank")


def test_payBills__too_many__is_refused(world: World) -> None:  # noqa: N802
    with world.refused("SettlementBillCount", actual=101, max=100):
        pay_bills(world, *range(101))


def test_payBills__same_range_twice__is_refused(world: World) -> None:  # noqa: N802
    """MUST-8, MUST-24: a duplicate in a batch is not paid twice."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)

    with world.refused("PresentationsPair", status=SETTLED):
        pay_bills(world, id_, id_)

    assert money(world, "supplier") == 0


def test_payBills__after_dishonour__costs_interest(world: World) -> None:  # noqa: N802
    """MUST-25, NIL-70: paying after default stays possible, for face and interest."""
    id_ = dishonoured(world, received(world))
    fund(world, "debtor")
    world.pass_days(20)
    owed = claim(world, id_)

    receipt = pay_bills(world, id_)

    assert owed == money(world, "supplier") == FACE + 20 * 100 * 10
    assert receipt.event("OverdueInterestPaid").args["interestFen"] == owed - FACE
    assert pair(world, id_) == (SETTLED, ENDED)
    assert (account(world)["overdueBalanceFen"], account(world)["overdueFen"]) == (0, FACE)


def test_payBills__under_recourse__is_for_settlement(world: World) -> None:  # noqa: N802
    id_ = dishonoured(world, received(world))
    pursue(world, id_, "debtor")
    fund(world, "debtor")

    with world.refused("PresentationsPair"):
        pay_bills(world, id_)


def test_payBills__answer_overdue__dishonours_first(world: World) -> None:  # noqa: N802
    """SH-5: whoever pays after the bank's last day has failed, whether or not somebody said so."""
    id_ = received(world)
    fund(world, "debtor")
    world.go_to(M)
    present(world, id_)
    world.go_to(BANK_LAST + 1)

    receipt = pay_bills(world, id_)

    assert receipt.event("BillDishonoured").args["day"] == BANK_LAST
    assert account(world)["overdueFen"] == FACE
    assert money(world, "supplier") == FACE + (BANK_LAST + 1 - M) * 1000


def test_payBills__access_bank__debits_the_acceptor(world: World) -> None:  # noqa: N802
    """NT05: automatic debit by the named bank, for what was presented only."""
    id_ = received(world)
    fund(world, "debtor", "bank")
    world.go_to(M)
    with world.refused("PresentationsParty"):
        pay_bills(world, id_, by="bank")
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    with world.refused("PresentationsParty"):
        pay_bills(world, id_, by="bank")
    present_due(world, id_)
    own = money(world, "bank")

    receipt = pay_bills(world, id_, by="bank")

    assert (money(world, "supplier"), money(world, "bank")) == (FACE, own)
    assert receipt.event("BillPaid").args["proxy"].lower() == party(world, "bank")


# B31: dishonour


def dishonour_case(world: World) -> SimpleNamespace:
    id_ = received(world)
    case = caller_case(world, "debtor", MAKE, id=id_, other=received(world, serial=2))
    case.code, case.reason, case.day = DC09, REASON, M
    world.go_to(M)
    present(world, id_)
    return case


def test_dishonour__rules__answer_in_order(world: World) -> None:
    """NIL-62: refusing is open to a frozen acceptor; a code that contradicts the ledger is refused."""
    rules: list[Rule] = [
        ("BillsUnknown", put("id", token(1, 1, 1))),
        ("PresentationsPair", lambda w, c: setattr(c, "id", c.other)),
        *authority_rules("debtor", amount=False, standing=False),
        ("PresentationsParty", by_actor("supplier")),
        ("PresentationsCode", put("code", DC07)),
        ("PresentationsReasonMissing", put("reason", bytes(32))),
        ("PresentationsDay", put("day", ACCEPTOR_LAST + 1)),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        go(w, case)
        w.send(case.by, "presentations", "dishonour", case.id, case.code, case.reason)

    check_refusals(world, dishonour_case, act, rules)


@pytest.mark.parametrize("marked", [False, True])
def test_dishonour__at_maturity__restores_the_pair_and_stands(world: World, marked: bool) -> None:
    """B31: the pair before the presentation, status matured, the proof on the range."""
    id_ = received(world, marked=marked)
    world.go_to(M)
    present(world, id_)

    receipt = dishonour(world, id_)

    flag = NOT_TRANSFERABLE if marked else TRANSFERABLE
    assert pair(world, id_) == (MATURED, flag)
    assert carried(world, id_) == {
        "day": M,
        "presentedDay": M,
        "code": DC08,
        "scope": SCOPE_ALL,
        "counted": True,
    }
    event = receipt.event("BillDishonoured").args
    assert (event["index"], event["scope"], event["code"]) == (1, SCOPE_ALL, DC08)
    assert account(world)["overdueBalanceFen"] == FACE


def test_dishonour__before_maturity__opens_nothing(world: World) -> None:
    """B27: refusal restores everything; present again at maturity."""
    id_ = received(world)
    before = state(world, id_)
    present(world, id_)

    receipt = dishonour(world, id_, code=DC07)

    assert state(world, id_) == before
    assert receipt.event("BillDishonoured").args["scope"] == SCOPE_NONE
    assert account(world)["overdueFen"] == 0
    with world.refused("RecourseNoGround"):
        pursue(world, id_, "supplier")


SCOPES = [
    # presented, answered, scope
    (M - 5, M, SCOPE_ALL),
    (M - 5, W, SCOPE_ALL),
    (M, W, SCOPE_ALL),
    (M, W + 1, SCOPE_ALL),
    (W, W + 1, SCOPE_ALL),
    (M - 5, W + 1, SCOPE_NARROW),
    (W + 1, W + 1, SCOPE_NARROW),
    (W + 1, W + 40, SCOPE_NARROW),
]


@pytest.mark.parametrize(("presented", "answered", "scope"), SCOPES)
def test_dishonour__days__decide_the_scope(
    world: World, presented: int, answered: int, scope: int
) -> None:
    """§6, by a bank's bill, whose acceptor has no last day."""
    id_ = bank_bill(world)
    world.go_to(presented)
    present(world, id_, reason=REASON)
    world.go_to(answered)

    dishonour(world, id_, by="bank2", code=DC00)

    assert carried(world, id_)["scope"] == scope


def test_dishonour__register_reading__is_narrow_after_the_window(world: World) -> None:
    """OP-8: switchable, by the day of the answer."""
    id_ = bank_bill(world)
    world.go_to(M)
    present(world, id_)
    world.set_rule("OP-8", 1)
    world.go_to(W + 1)

    dishonour(world, id_, by="bank2", code=DC00)

    assert carried(world, id_)["scope"] == SCOPE_NARROW


def test_dishonour__presented_again__never_narrows(world: World) -> None:
    """PRS-1, MUST-19: neither scope nor clocks change by a later presentation and refusal."""
    id_ = dishonoured(world, received(world))
    first = carried(world, id_)
    world.go_to(W + 10)
    present(world, id_, reason=REASON)

    receipt = dishonour(world, id_, code=DC05)

    assert receipt.event("BillDishonoured").args["scope"] == SCOPE_NARROW
    assert carried(world, id_) == first
    assert account(world)["overdueFen"] == FACE


@pytest.mark.parametrize("kind", [0, STOP_PAYMENT])
def test_dishonour__restrained_range__knows_dc06_only(world: World, kind: int) -> None:
    """INV-20: the acceptor answers DC06, and that counts against nobody."""
    id_ = received(world)
    world.go_to(M)
    present(world, id_)
    with world.refused("PresentationsCode", code=DC06):
        dishonour(world, id_, code=DC06)
    freeze_range(world, id_, days=3, kind=kind)
    with world.refused("PresentationsCode", code=DC08):
        dishonour(world, id_, code=DC08)

    dishonour(world, id_, code=DC06)

    assert carried(world, id_)["scope"] == SCOPE_ALL
    assert account(world)["overdueFen"] == 0
    # Once the order is over, not paying counts; the dishonour in time stands.
    world.pass_days(4)
    present(world, id_)
    dishonour(world, id_, code=DC08)
    assert account(world)["overdueFen"] == FACE
    assert carried(world, id_) == {
        "day": M,
        "presentedDay": M,
        "code": DC08,
        "scope": SCOPE_ALL,
        "counted": True,
    }


@pytest.mark.parametrize(
    ("code", "day", "fits"),
    [
        (DC05, M, False),
        (DC05, W + 1, True),
        (DC07, M - 1, True),
        (DC07, M, False),
        (DC08, M, True),
        (DC00, M, True),
    ],
)
def test_dishonour__code__must_not_contradict_the_ledger(
    world: World, code: int, day: int, fits: bool
) -> None:
    id_ = received(world)
    world.go_to(day)
    present(world, id_, reason=REASON)

    if fits:
        dishonour(world, id_, code=code)
    else:
        with world.refused("PresentationsCode"):
            dishonour(world, id_, code=code)


def test_dishonour__dc08__is_for_commercial_bills(world: World) -> None:
    id_ = bank_bill(world)
    world.go_to(M)
    present(world, id_)

    with world.refused("PresentationsCode"):
        dishonour(world, id_, by="bank2", code=DC08)


def test_dishonour__access_bank__has_one_business_day_more(world: World) -> None:
    """PS00: the proxy answers presentations and nothing else, until R + 4."""
    id_ = received(world)
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    world.go_to(M)
    present(world, id_)
    assert world.read("presentations", "answerDaysOf", id_) == (ACCEPTOR_LAST, BANK_LAST)
    world.go_to(ACCEPTOR_LAST)
    with world.anchor():
        dishonour(world, id_)
    world.go_to(BANK_LAST)
    with world.refused("PresentationsDay", latest=ACCEPTOR_LAST):
        dishonour(world, id_)
    with world.anchor():
        dishonour(world, id_, by="bank")
    world.go_to(BANK_LAST + 1)
    with world.refused("PresentationsDay", latest=BANK_LAST):
        dishonour(world, id_, by="bank")


def test_dishonour__pieces__share_one_record(world: World) -> None:
    """The same answer on many ranges of one bill is written down once."""
    id_ = received(world)
    part = endorse(world, id_, "supplier", "tier2", last=10)
    rest = token(part_of(id_).number, 11, FACE)
    world.go_to(M)
    for one in (part, rest):
        present(world, one)
        dishonour(world, one)

    assert world.read("bills", "range", part)["dishonour"] == 1
    assert world.read("bills", "range", rest)["dishonour"] == 1
    assert world.read("presentations", "dishonourAt", part_of(id_).number, 1)["day"] == M
    assert account(world)["overdueBalanceFen"] == FACE


# B32: auto-dishonour


def test_autoDishonour__day_after_the_banks_last__flips_once(world: World) -> None:  # noqa: N802
    """INV-25, PRS-2: anyone, A = that day; a second run changes nothing."""
    id_ = received(world)
    world.go_to(M)
    present_due(world, id_)
    world.go_to(BANK_LAST)
    with world.refused("PresentationsDay", earliest=BANK_LAST + 1):
        auto_dishonour(world, id_)
    world.go_to(BANK_LAST + 3)

    first = auto_dishonour(world, id_)
    after = world.read("bills", "range", id_)
    second = auto_dishonour(world, id_, by="tier3")

    assert first.result is True and second.result is False
    assert second.logs == ()
    assert world.read("bills", "range", id_) == after
    assert carried(world, id_)["day"] == BANK_LAST
    assert account(world)["overdueFen"] == FACE
    assert pair(world, id_) == (MATURED, TRANSFERABLE)


def test_autoDishonour__early_presentation__counts_from_maturity(world: World) -> None:  # noqa: N802
    """§7: one that came early binds the acceptor from maturity only."""
    id_ = received(world)
    world.pass_days(3)
    present(world, id_)
    world.go_to(M)
    with world.refused("PresentationsDay", earliest=BANK_LAST + 1):
        auto_dishonour(world, id_)
    world.go_to(BANK_LAST + 1)

    auto_dishonour(world, id_)

    assert carried(world, id_)["scope"] == SCOPE_ALL


def test_autoDishonour__wrong_ranges__are_refused(world: World) -> None:  # noqa: N802
    """商票 only, presented only."""
    commercial, bank = received(world), bank_bill(world, serial=2)
    world.go_to(M)

    with world.refused("BillsUnknown"):
        auto_dishonour(world, token(1, 1, 1))
    with world.refused("PresentationsPair"):
        auto_dishonour(world, commercial)
    present(world, bank)
    world.go_to(BANK_LAST + 30)
    with world.refused("PresentationsNotCommercial"):
        auto_dishonour(world, bank)
    with world.refused("PresentationsNotCommercial"):
        world.read("presentations", "answerDaysOf", bank)


def test_autoDishonour__frozen_range__is_by_court_order(world: World) -> None:  # noqa: N802
    id_ = received(world)
    world.go_to(M)
    present(world, id_)
    freeze_range(world, id_)
    world.go_to(BANK_LAST + 1)

    auto_dishonour(world, id_)

    assert carried(world, id_)["code"] == DC06
    assert account(world)["overdueFen"] == 0


def test_autoDishonour__year_not_loaded__refuses(world: World) -> None:  # noqa: N802
    """CAL-2: a due event of a year without calendar waits for it."""
    world.go_to(civil_day(dt.date(2026, 10, 8)))
    id_ = received(world, days=84)  # 31 December
    world.pass_days(84)
    present(world, id_)
    world.pass_days(30)

    with world.refused("RulebookCalendarMissing", year=2027):
        auto_dishonour(world, id_)
    world.set_calendar(2027, (sum(1 << day for day in (1, 2, 8, 9)), 0))
    auto_dishonour(world, id_)

    assert carried(world, id_)["scope"] == SCOPE_ALL


# The access bank


def test_setAccessBank__rules__answer_in_order(world: World) -> None:  # noqa: N802
    def prepare(w: World) -> SimpleNamespace:
        return caller_case(w, "debtor", ADMIN, bank=party(w, "bank"))

    rules: list[Rule] = [
        *authority_rules("debtor", amount=False),
        ("PresentationsAccessBank", put("bank", lambda w: party(w, "debtor"))),
        ("ParticipantsRoleLacking", put("bank", lambda w: party(w, "tier3"))),
    ]

    def act(w: World, case: SimpleNamespace) -> None:
        w.send(case.by, "presentations", "setAccessBank", case.bank)

    check_refusals(world, prepare, act, rules)


def test_setAccessBank__zero__takes_the_mandate_back_even_frozen(world: World) -> None:  # noqa: N802
    world.act("debtor", "presentations", "setAccessBank", party(world, "bank"))
    freeze(world, "debtor")

    world.act("debtor", "presentations", "setAccessBank", ZERO)

    assert world.read("presentations", "accessBankOf", party(world, "debtor")) == ZERO


# B43: lapse


def _resting(world: World, id_: int) -> None:
    """As it is."""


def _presented(world: World, id_: int) -> None:
    world.go_to(LIMIT)
    present(world, id_, reason=REASON)


def _pursued(world: World, id_: int) -> None:
    dishonoured(world, id_)
    pursue(world, id_, "debtor")


@pytest.mark.parametrize("before", [_resting, _presented, _pursued])
def test_lapse__after_24_months__ends_the_bill_act(world: World, before: Any) -> None:
    """B43, NIL-18: anyone, the day after, whatever was asked of the acceptor; the balances follow."""
    id_ = received(world)
    before(world, id_)
    world.go_to(LIMIT)
    with world.refused("PresentationsDay", earliest=LIMIT + 1):
        world.act("tier3", "presentations", "lapse", id_)
    world.go_to(LIMIT + 1)

    world.act("tier3", "presentations", "lapse", id_)

    assert pair(world, id_) == (TERMINATED, ENDED)
    assert account(world)["balanceFen"] == account(world)["overdueBalanceFen"] == 0
    with world.refused("PresentationsPair"):
        world.act("tier3", "presentations", "lapse", id_)


def test_lapse__limitation_rolls__waits_for_the_business_day(world: World) -> None:
    """OP-13 extends a holiday end; 1 May 2028 is one."""
    world.set_rule("OP-13", 1)
    id_ = received(world)
    world.go_to(M)
    words = cal_2028()
    world.set_calendar(2028, words)
    world.go_to(LIMIT + 1)

    with world.refused("PresentationsDay", earliest=LIMIT + 2):
        world.act("tier3", "presentations", "lapse", id_)


def cal_2028() -> tuple[int, int]:
    """2028 with weekends, and 1 May, a Monday, closed."""
    closed = 0
    for index in range(366):
        day = dt.date(2028, 1, 1) + dt.timedelta(days=index)
        if day.weekday() >= 5 or day == dt.date(2028, 5, 1):
            closed |= 1 << index
    return closed & (1 << 183) - 1, closed >> 183


def test_lapse__offer_pending__waits_for_its_end(world: World) -> None:
    """An offer ends by the last day, so nothing is left hanging on an ended range."""
    id_ = dishonoured(world, received(world))
    pursue(world, id_, "debtor")
    world.go_to(LIMIT - 1)
    pending, taken = offer(world, id_, "debtor", days=1)
    world.go_to(LIMIT + 1)

    with world.refused("PresentationsPair"):
        world.act("tier3", "presentations", "lapse", taken)
    world.act("tier3", "recourse", "expire", pending)
    world.act("tier3", "presentations", "lapse", taken)

    assert pair(world, taken) == (TERMINATED, ENDED)


# Doors and views


def test_windowOf__unloaded_year__is_provisional(world: World) -> None:  # noqa: N802
    id_ = received(world)

    assert world.read("presentations", "windowOf", id_) == (M, W, False)
    world.go_to(civil_day(dt.date(2026, 10, 8)))
    late = received(world, days=80, serial=2)
    assert world.read("presentations", "windowOf", late)[2] is True


def test_doors__others__are_refused(world: World) -> None:
    """MUST-14: redeem is Settlement's, closeBooks is Recourse's."""
    id_ = received(world)

    with world.refused("GovernedCaller"):
        world.act("debtor", "presentations", "redeem", id_, party(world, "debtor"))
    with world.refused("GovernedCaller"):
        world.act("debtor", "presentations", "closeBooks", id_)


def test_invoice__paid_bill__is_discharged(world: World) -> None:
    """SYS-1: what a supply-chain bill used of its invoice is no longer owed once it is paid."""
    clerk(world, "agency", name="spare")
    assert maturity(world, received(world)) == M
    assert holder(world, the_id(world)) == "supplier"
    assert acts(world, the_id(world)) > 0
    assert as_debtor(world, "tier2")["guaranteed"] == ZERO
    settled = dishonoured(world, the_id(world))
    pursue_without(world, settled, "debtor")
    fund(world, "debtor")
    taken, paid = settle(world, settled, "debtor")
    assert (pair(world, taken), paid) == ((SETTLED, ENDED), FACE)
