"""The life of bills through the faces, on a real node."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from client_world import START, Town, build_town, hashed

import scf
from scf import (
    BillFlag,
    BillRange,
    BillStatus,
    BillType,
    ContractRefusal,
    Debtor,
    DishonourCode,
    Drawing,
    Liability,
    PendingState,
    Scope,
    UsageError,
    build_bill_number,
)
from scf.model.bill_enums import Cause, PendingOp

BANK = "102290000001"
CONSENT = hashed("consent")
FACE = 1_000_00


class Bills(Town):
    """A town that trades in bills: every bill gets its invoice and its own number."""

    def number(self, kind: BillType = BillType.SUPPLY_CHAIN_ENTERPRISE) -> int:
        day = self.ledger.today()
        serial = next(self.counter)
        return int(build_bill_number(kind=kind, bank=BANK, issue_day=day, serial=serial))

    def drawing(self, **changed: object) -> Drawing:
        """The debtor draws on itself for the supplier."""
        today = self.ledger.today()
        fields: dict[str, object] = {
            "bill_no": self.number(),
            "payee": self.ids["supplier"],
            "acceptor": self.ids["debtor"],
            "amount": FACE,
            "maturity": today + dt.timedelta(days=60),
            "document_hash": hashed("text"),
        } | changed
        if "trade_key" not in fields:
            key = self.unique("invoice")
            self.as_("supplier").invoices.register(
                key=key,
                debtor=self.ids["debtor"],
                amount=fields["amount"],
                document_hash=hashed("documents"),
            )
            fields["trade_key"] = key
        return Drawing(**fields)  # type: ignore[arg-type]

    def accepted(self, **changed: object) -> BillRange:
        drawn = self.as_("debtor").bills.draw(self.drawing(**changed))
        maker, checker, _ = self.keys["debtor"]
        desk = self.as_("debtor", 1).bills
        terms = desk.acceptance(drawn.bill_no, document_hash=hashed("text"))
        desk.accept_signed(terms, drawer=maker, maker=maker, checker=checker)
        self.as_("debtor").disclosures.disclose(drawn.bill_no)
        return drawn.range

    def received(self, **changed: object) -> BillRange:
        own = self.accepted(**changed)
        self.as_("debtor").bills.tender(own.bill_no)
        self.as_("supplier").bills.take(own.bill_no, consent_hash=CONSENT)
        return own

    def endorse(self, giver: str, taker: str, own: BillRange, amount: int) -> BillRange:
        desk = self.as_(giver).bills
        terms = desk.endorsement(
            own, to=self.ids[taker], amount=amount, evidence_hash=hashed("hop")
        )
        done = desk.endorse(
            terms, consent_hash=CONSENT, giver=self.keys[giver][0], taker=self.keys[taker][0]
        )
        return done.part

    def sent(self, name: str) -> int:
        """How many transactions an officer has sent."""
        key = self.keys[name][0].address
        return int(self.ledger.chain.rpc.call("eth_getTransactionCount", key, "latest"), 16)


@pytest.fixture(scope="module")
def town() -> Iterator[Bills]:
    with scf.local(node="anvil", start_day=START, calendars=(2026,)) as ledger:
        built = build_town(ledger)
        yield Bills(ledger, built.ids, built.keys, built.counter)


def test_a_bill__from_drawing_to_payment(town: Bills) -> None:
    drawing = town.drawing()
    debtor, checker, supplier = town.as_("debtor"), town.as_("debtor", 1), town.as_("supplier")

    drawn = debtor.bills.draw(drawing)
    asked = debtor.bills.present_for_acceptance(drawn.bill_no)
    terms = checker.bills.acceptance(drawn.bill_no, document_hash=hashed("text"))
    accepted = checker.bills.accept(terms, maker=town.keys["debtor"][0])
    disclosed = debtor.disclosures.disclose(drawn.bill_no)
    tendered = debtor.bills.tender(drawn.bill_no)
    delivered = supplier.bills.take(drawn.bill_no, consent_hash=CONSENT)
    part = town.endorse("supplier", "tier2", drawn.range, 30_00)
    rest = town.ledger.bills.parts(drawn.bill_no)[1].range
    town.ledger.chain.move_to(drawing.maturity)
    presented = town.as_("tier2").bills.present(part)
    paid = debtor.bills.pay([part, rest])

    assert (drawn.drawer, drawn.amount) == (town.ids["debtor"], FACE)
    assert (asked.acceptor, accepted.amount, accepted.late) == (town.ids["debtor"], FACE, False)
    assert (disclosed.matches, disclosed.late) == (True, False)
    assert (tendered.payee, delivered.payee) == (town.ids["supplier"],) * 2
    assert (part.units, rest.units) == ("000000000001-000000003000", "000000003001-000000100000")
    assert (presented.range, presented.kind.name) == (part, "AT_MATURITY")
    assert paid.total == FACE == sum(item.amount for item in paid.parts)
    assert {item.holder for item in paid.parts} == {town.ids["tier2"], town.ids["supplier"]}
    bill = town.ledger.bills.bill(drawn.bill_no)
    assert (bill.face, bill.ended, bill.splits) == (FACE, FACE, 1)
    assert all(item.status is BillStatus.SETTLED for item in town.ledger.bills.parts(bill.number))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"bill_no": "712345"}, "bill_no"),
        ({"bill_no": "7" * 30}, "bill_no"),
        ({"amount": 0}, "amount"),
        ({"amount": 2**40}, "amount"),
        ({"maturity": START - dt.timedelta(days=1)}, "maturity"),
        ({"trade_key": bytes(32)}, "trade_key"),
        ({"document_hash": bytes(32)}, "document_hash"),
        ({"payee": "nobody"}, "payee"),
    ],
)
def test_a_drawing__that_cannot_be__asks_nothing(
    town: Bills, changed: dict[str, object], field: str
) -> None:
    before = town.sent("debtor")

    with pytest.raises(UsageError) as caught:
        town.as_("debtor").bills.draw(town.drawing(**({"trade_key": hashed("key")} | changed)))

    assert caught.value.field == field
    assert town.sent("debtor") == before


def test_rules__refuse_by_id_and_version_before_anything_is_sent(town: Bills) -> None:
    """A tenor one day too long, a package too large, yesterday's date, a bank without figures."""
    today = town.ledger.today()
    month, year = (today.month + 5) % 12 + 1, today.year + (today.month + 6 > 12)
    latest = dt.date(year, month, min(today.day, 28))
    late = {"maturity": latest + dt.timedelta(days=4 if today.day > 28 else 1)}
    large = {"amount": 10**11 + 1}
    before = town.sent("debtor")

    for changed, rule in ((late, "R4-25"), (large, "SH-1.max")):
        with pytest.raises(ContractRefusal) as caught:
            town.as_("debtor").bills.draw(town.drawing(**changed))
        assert caught.value.rule is not None
        assert (caught.value.rule.id, caught.value.rule.version) == (rule, 1)
        assert caught.value.advice
    assert town.sent("debtor") == before


def test_a_drawer_in_arrears__is_refused(town: Bills) -> None:
    """R77-7: barred debtors draw nothing."""
    drawing = town.drawing()
    bar = {"evidence_hash": hashed("evidence"), "approver": town.operators[1]}
    town.ledger.invoices.set_opening_bar(
        town.ids["debtor"], scf.BarReason.PUBLIC_BOND_DEFAULT, **bar
    )
    with pytest.raises(ContractRefusal) as caught:
        town.as_("debtor").bills.draw(drawing)
    town.ledger.invoices.set_opening_bar(town.ids["debtor"], scf.BarReason(0), **bar)

    assert caught.value.rule is not None
    assert caught.value.rule.id == "R77-7"
    assert town.as_("debtor").bills.draw(drawing).amount == FACE


def test_an_acceptor_late_with_a_disclosure__accepts_nothing(town: Bills) -> None:
    """X1: refused with the rule; a disclosure made good lifts it."""
    drawn = town.as_("debtor").bills.draw(town.drawing())
    desk, (maker, checker, _) = town.as_("debtor", 1).bills, town.keys["debtor"]
    signers = {"drawer": maker, "maker": maker, "checker": checker}
    desk.accept_signed(desk.acceptance(drawn.bill_no, document_hash=hashed("text")), **signers)
    second = town.as_("debtor").bills.draw(town.drawing())
    town.go(12)
    terms = desk.acceptance(second.bill_no, document_hash=hashed("text"))

    with pytest.raises(ContractRefusal) as caught:
        desk.accept_signed(terms, **signers)
    assert caught.value.rule is not None
    assert (caught.value.name, caught.value.rule.id) == ("DisclosuresLate", "X1")
    assert not town.ledger.disclosures.account(town.ids["debtor"]).may_accept
    assert town.as_("debtor").disclosures.disclose(drawn.bill_no).late
    assert town.ledger.disclosures.account(town.ids["debtor"]).may_accept
    desk.accept_signed(terms, **signers)
    town.as_("debtor").disclosures.disclose(second.bill_no)


def test_bills_that_come_to_nothing__say_why(town: Bills) -> None:
    refused, withdrawn = (town.as_("debtor").bills.draw(town.drawing()) for _ in range(2))
    debtor = town.as_("debtor").bills
    for drawn in (refused, withdrawn):
        debtor.present_for_acceptance(drawn.bill_no)

    first = debtor.refuse_acceptance(refused.bill_no, reason_hash=hashed("no"))
    second = debtor.withdraw_acceptance(withdrawn.bill_no)
    debtor.present_for_acceptance(withdrawn.bill_no)
    debtor.withdraw_acceptance(withdrawn.bill_no)
    third = debtor.cancel(withdrawn.bill_no, reason_hash=hashed("no more"))
    own = town.accepted()
    debtor.tender(own.bill_no, marked=True)
    fourth = town.as_("supplier").bills.refuse_delivery(own.bill_no, reason_hash=hashed("no"))

    causes = [item.cause for item in (first, second, third, fourth)]
    assert causes == [Cause.REFUSED, Cause.WITHDRAWN, Cause.CANCELLED, Cause.REFUSED]
    part = town.ledger.bills.part(withdrawn.range)
    assert (part.status, part.flag) == (BillStatus.TERMINATED, BillFlag.ENDED)
    assert not town.ledger.bills.bill(own.bill_no).drawers_mark


def test_an_endorsement__asked_and_taken_by_its_id(town: Bills) -> None:
    own, day = town.received(), town.ledger.today()
    supplier, tier2 = town.as_("supplier").bills, town.as_("tier2").bills
    terms = supplier.endorsement(
        own, to=town.ids["tier2"], amount=40_00, evidence_hash=hashed("hop")
    )

    asked = supplier.request_endorsement(terms, deadline_day=day)
    found = tier2.requested_endorsement(asked.pending_id)
    taken = tier2.take_endorsement(found, consent_hash=CONSENT)

    assert (asked.part, asked.deadline_day) == (own.front(40_00), day)
    assert (found.part, found.to_party) == (asked.part, town.ids["tier2"])
    assert taken.part == asked.part
    link = town.ledger.bills.chain(taken.part)[0]
    assert (link.party, link.marked) == (town.ids["supplier"], False)
    with pytest.raises(UsageError, match="pending"):
        tier2.requested_endorsement(hashed("nothing"))


def test_an_endorsement__withdrawn__leaves_the_bill_whole(town: Bills) -> None:
    own = town.received()
    supplier = town.as_("supplier").bills
    before = supplier.part(own)
    terms = supplier.endorsement(
        own, to=town.ids["tier2"], amount=40_00, evidence_hash=hashed("hop")
    )
    asked = supplier.request_endorsement(terms, deadline_day=town.ledger.today())
    assert [part.pending_op for part in supplier.parts(own.bill_no)] == [
        PendingOp.ENDORSEMENT,
        PendingOp.NONE,
    ]

    closed = supplier.withdraw_endorsement(asked.pending_id)

    assert closed.state is PendingState.WITHDRAWN
    (after,) = supplier.parts(own.bill_no)
    assert (after.range, after.pair, after.holder) == (own, before.pair, before.holder)
    assert after.acts > before.acts


def test_a_part__outside_or_across__asks_nothing(town: Bills) -> None:
    own = town.received()
    desk = town.as_("supplier").bills
    hop = {"to": town.ids["tier2"], "evidence_hash": hashed("hop")}

    for part in (
        BillRange(own.bill_no, 1, FACE + 1),
        BillRange(own.bill_no, 10, 20),
        f"{own.bill_no}/0",
    ):
        with pytest.raises(UsageError):
            desk.endorsement(own, part=part, **hop)
    for amount in (0, FACE + 1):
        with pytest.raises(UsageError):
            desk.endorsement(own, amount=amount, **hop)
    with pytest.raises(UsageError, match="holder"):
        desk.endorsement(own, to=town.ids["supplier"], evidence_hash=hashed("hop"))
    whole = desk.endorsement(own, part=BillRange(own.bill_no, 10, FACE), **hop)
    assert whole.part.first == 10


def test_a_mark__blocks_until_it_is_lifted(town: Bills) -> None:
    """B14, B15, OP-14."""
    own, day = town.received(), town.ledger.today()
    supplier, tier2 = town.as_("supplier").bills, town.as_("tier2").bills
    terms = supplier.endorsement(
        own, to=town.ids["tier2"], marked=True, evidence_hash=hashed("hop")
    )
    keys = {"giver": town.keys["supplier"][0], "taker": town.keys["tier2"][0]}
    part = supplier.endorse(terms, consent_hash=CONSENT, **keys).part
    assert tier2.part(part).flag is BillFlag.NOT_TRANSFERABLE
    onward = tier2.endorsement(part, to=town.ids["bank"], evidence_hash=hashed("hop"))
    with pytest.raises(ContractRefusal) as caught:
        tier2.request_endorsement(onward, deadline_day=day)
    assert caught.value.rule is not None
    assert caught.value.rule.id == "OP-14"

    asked = tier2.request_mark_revocation(part, deadline_day=day)
    lifted = supplier.lift_mark(asked.pending_id)

    assert (asked.setter, lifted.range) == (town.ids["supplier"], part)
    assert tier2.part(part).flag is BillFlag.TRANSFERABLE


def test_a_guarantee__asked_and_given_by_its_id(town: Bills) -> None:
    """X3: the bank's gate is open, since the bill is disclosed."""
    own, day = town.received(), town.ledger.today()
    debtor, bank = town.as_("debtor").guarantees, town.as_("bank").guarantees
    terms = debtor.terms(own, guarantor=town.ids["bank"], document_hash=hashed("guarantee"))

    asked = debtor.request(terms, deadline_day=day)
    found, requester = bank.requested(asked.pending_id)
    given = bank.give(found, requester=requester)

    assert (asked.guaranteed, requester) == (town.ids["debtor"],) * 2
    assert (given.guarantor, given.range) == (town.ids["bank"], own)
    piece = town.endorse("supplier", "tier2", own, 10_00)
    (guarantee,) = town.ledger.guarantees.covering(piece)
    assert (guarantee.guaranteed, guarantee.range) == (town.ids["debtor"], own)
    assert town.ledger.guarantees.of_bill(own.bill_no) == [guarantee]


def test_a_guarantee__refused_by_the_holder(town: Bills) -> None:
    own, day = town.received(), town.ledger.today()
    debtor = town.as_("debtor").guarantees
    terms = debtor.terms(own, guarantor=town.ids["bank"], document_hash=hashed("guarantee"))
    asked = debtor.request(terms, deadline_day=day)
    found, requester = town.as_("supplier").guarantees.requested(asked.pending_id)

    closed = town.as_("supplier").guarantees.refuse(found, requester=requester)

    assert closed.state is PendingState.REJECTED
    assert town.ledger.bills.part(own).pending_op is PendingOp.NONE


def test_a_dishonour__pursued_down_to_the_acceptor(town: Bills) -> None:
    own = town.received()
    part = town.endorse("supplier", "tier2", own, 30_00)
    maturity = town.ledger.bills.bill(own.bill_no).maturity
    town.mint("supplier", 10**9)
    town.ledger.chain.move_to(maturity)
    tier2, supplier = town.as_("tier2"), town.as_("supplier")
    tier2.bills.present(part)

    refused = town.as_("debtor").bills.dishonour(part, code=DishonourCode.INSUFFICIENT_BALANCE)
    found = tier2.bills.dishonour_of(part)
    claim = tier2.recourse.claim(part, [town.ids["supplier"], town.ids["debtor"], town.ids["bank"]])
    pursued = tier2.recourse.pursue(part, [town.ids["supplier"]], costs=50, costs_hash=hashed("e"))
    offered = supplier.recourse.offer(
        part, amount=10_00, amount_max=20_00, deadline_day=maturity + dt.timedelta(days=30)
    )
    town.go(20)
    expected = tier2.recourse.claim_of(offered.range)
    taken = tier2.recourse.take(offered.range)

    assert (refused.scope, refused.day) == (Scope.ALL, maturity)
    assert found is not None
    assert found.code is DishonourCode.INSUFFICIENT_BALANCE
    assert claim.amount == 30_00
    kinds = [(item.party, liability) for item, liability, _ in claim.against]
    assert kinds == [
        (town.ids["supplier"], Liability.ENDORSER),
        (town.ids["debtor"], Liability.ACCEPTOR),
    ]
    assert [notice.party for notice in pursued.notices] == [town.ids["supplier"]]
    assert taken.paid == expected == 10_00 + 50 + 2  # 20 days at 3 %, half-up
    assert (taken.liability, taken.ended) == (Liability.ENDORSER, False)
    tree = town.ledger.bills.tree(own.bill_no)
    states = [(item.part.holder, item.pursuit is not None) for item in tree.parts]
    assert states[0] == (town.ids["supplier"], False)
    assert states[1] == (town.ids["tier2"], True)
    supplier.recourse.pursue(offered.range, [Debtor(town.ids["debtor"])])
    terms = supplier.recourse.settlement(
        supplier.bills.part(offered.range), payer=town.ids["debtor"], amount_max=20_00
    )
    keys = {"payer": town.keys["debtor"][0], "holder": town.keys["supplier"][0]}
    ended = supplier.recourse.settle_signed(terms, **keys)
    assert ended.ended
    assert ended.liability is Liability.ACCEPTOR


def test_an_offer__withdrawn__changes_nothing(town: Bills) -> None:
    own = town.received()
    part = town.endorse("supplier", "tier2", own, 30_00)
    town.ledger.chain.move_to(town.ledger.bills.bill(own.bill_no).maturity)
    tier2, supplier = town.as_("tier2"), town.as_("supplier")
    tier2.bills.present(part)
    town.as_("debtor").bills.dishonour(part, code=DishonourCode.INSUFFICIENT_BALANCE)
    tier2.recourse.pursue(part, [town.ids["supplier"]])
    last = town.ledger.today() + dt.timedelta(days=3)
    offered = supplier.recourse.offer(part, amount_max=40_00, deadline_day=last)

    closed = supplier.recourse.withdraw_offer(offered.pending_id)
    back = tier2.recourse.withdraw_pursuit(part)

    assert (closed.state, back.range) == (PendingState.WITHDRAWN, part)
    assert tier2.recourse.pursuit(part) is None
    assert tier2.bills.part(part).flag is BillFlag.TRANSFERABLE


def test_many__in_one_call__each_with_its_own_outcome(town: Bills) -> None:
    """A core enterprise's morning: one of five is refused and hinders none of the others."""
    drawings = [town.drawing() for _ in range(5)]
    too_long = drawings[2].maturity + dt.timedelta(days=365)
    drawings[2] = town.drawing(maturity=too_long)
    debtor, checker = town.as_("debtor").bills, town.as_("debtor", 1).bills

    drawn = debtor.draw_many(drawings)
    going = [item.result.bill_no for item in drawn if item.error is None]
    asked = debtor.present_many_for_acceptance(going)
    terms = checker.acceptances(going)
    accepted = checker.accept_many(terms, maker=town.keys["debtor"][0])
    with town.as_("debtor").batch() as batch:
        handles = [batch.disclosures.disclose(number) for number in going]
    tendered = debtor.tender_many(going)
    taken = town.as_("supplier").bills.take_many(going, consent_hash=CONSENT)

    refusal = drawn[2].error
    assert isinstance(refusal, ContractRefusal)
    assert refusal.rule is not None
    assert refusal.rule.id == "R4-25"
    assert len(going) == 4
    for outcomes in (asked, accepted, tendered, taken):
        assert [item.error for item in outcomes] == [None] * 4
    assert all(handle.result.matches for handle in handles)
    held = {part.range.bill_no for part in town.ledger.bills.held_by(town.ids["supplier"])}
    assert set(going) <= held
    supplier = town.as_("supplier").bills
    parts = supplier.parts_of([supplier.bill(number).whole for number in going])
    hops = [
        supplier.endorsement(part, to=town.ids["tier2"], evidence_hash=hashed("hop"))
        for part in parts
    ]
    endorsed = supplier.endorse_many(hops, deadline_day=town.ledger.today())
    assert [item.result.part for item in endorsed] == [part.range for part in parts]
    for item in endorsed:
        supplier.withdraw_endorsement(item.result.pending_id)
    town.ledger.chain.move_to(drawings[0].maturity)
    presented = supplier.present_many([part.range for part in parts])
    assert all(item.error is None for item in presented)


def test_an_acceptor__states_its_month_and_its_book(town: Bills) -> None:
    """X2, X6, X7."""
    own = town.received()
    checked = town.as_("bank").disclosures.record_check(own.bill_no)
    month = town.ledger.today()
    town.go(31)
    debtor = town.as_("debtor").disclosures

    done = debtor.disclose_month(month)
    balance = debtor.account(town.ids["debtor"]).balance
    book = debtor.reconcile(book_balance=balance, book_hash=hashed("book"))

    assert done.matches
    assert (done.month.year, done.month.month) == (month.year, month.month)
    assert book.matches
    assert debtor.check_of(own.bill_no, town.ids["bank"]) == (checked.snapshot_hash, True)
    debtor.disclose(own.bill_no, statement_hash=hashed("edited"))
    assert debtor.check_of(own.bill_no, town.ids["bank"]) == (checked.snapshot_hash, False)
    found = debtor.disclosure(own.bill_no)
    assert (found.matches, found.edits) == (False, 1)


def test_an_order__freezes_a_range_and_lets_it_go(town: Bills) -> None:
    own = town.received()
    court, second = town.as_("court"), town.ledger.officers["court"][1]
    order = {"expiry": town.ledger.today() + dt.timedelta(days=30), "second": second}
    court.orders.freeze_range(own, document_hash=town.unique("order"), **order)
    supplier = town.as_("supplier").bills
    assert supplier.part(own).frozen
    terms = supplier.endorsement(own, to=town.ids["tier2"], evidence_hash=hashed("hop"))
    with pytest.raises(ContractRefusal, match="BillsFrozen"):
        supplier.request_endorsement(terms, deadline_day=town.ledger.today())

    court.orders.unfreeze_range(own, document_hash=town.unique("order"), **order)
    court.orders.stop_payment(own, document_hash=town.unique("order"), **order)

    part = supplier.part(own)
    assert (part.frozen, part.payment_stopped) == (False, True)
    court.orders.unfreeze_range(own, document_hash=town.unique("order"), **order)
    moved = {"from_party": town.ids["supplier"], "to_party": town.ids["bank"], "amount": FACE}
    court.orders.transfer_range(own, document_hash=town.unique("order"), **moved, **order)
    assert town.ledger.bills.part(own).holder == town.ids["bank"]
