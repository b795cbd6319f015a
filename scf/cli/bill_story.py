"""
One bill, three tiers, one guarantee, one dishonour: the story of a supply-chain bill.

A core enterprise draws a bill of 1,000,000 yuan on itself for its supplier, who pays its own
supplier with 400,000 of it, who pays a third with 150,000. A bank guarantees what the second keeps.
At maturity the core pays two of the three and fails the third, who goes back along the chain: the
second pays it, the first pays the second, and the core pays the first in the end, with interest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scf.chain.keys import Signer
from scf.cli.values import text_hash as paper
from scf.contracts.participants import OfficerGrant
from scf.model.bill_enums import BillStatus, DishonourCode
from scf.model.bill_numbers import BillType, build_bill_number
from scf.model.bill_records import BillTree, Drawing
from scf.model.identifiers import build_uscc, invoice_key
from scf.model.records import PartyDetails, Roles, SizeClass
from scf.units import Fen, format_fen, parse_fen

if TYPE_CHECKING:
    from scf.contracts.bills import Bills
    from scf.ledger import Ledger
    from scf.local_ledger import LocalLedger
    from scf.model.bill_numbers import BillRange
    from scf.model.bill_results import SettlementTaken

START = dt.date(2026, 3, 2)
MATURITY = dt.date(2026, 8, 28)
BANK_NUMBER = "102290000001"
NAMES = {
    "core": ("Beichen Equipment 北辰装备", Roles.ENTERPRISE, SizeClass.LARGE),
    "castings": ("Qingshi Castings 青石铸造", Roles.ENTERPRISE, SizeClass.MEDIUM),
    "foundry": ("Donghu Foundry 东湖铸件", Roles.ENTERPRISE, SizeClass.SMALL),
    "tooling": ("Beiguan Tooling 北关工具", Roles.ENTERPRISE, SizeClass.MICRO),
    "bank": ("Trial bank 演示银行", Roles.BANK | Roles.FUNDER, SizeClass.LARGE),
    "clearing": (
        "Trial settlement bank 演示结算银行",
        Roles.BANK | Roles.CLEARING_BANK,
        SizeClass.LARGE,
    ),
}
PURSES = {"core": "1,200,000", "castings": "200,000", "foundry": "200,000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened on a day, and the amount it was about, fen."""

    day: dt.date
    what: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Two amounts that must be the same, fen."""

    what: str
    left_fen: int
    equals: str
    right_fen: int


@dataclass(slots=True)
class Story:
    """
    The steps in order, the bill before and after recourse, and whether everything adds up.

    Attributes:
        steps, sums: what happened, and what must be equal.
        at_maturity, at_the_end: the bill as a tree, while one part is under recourse and after.
    """

    steps: list[Step] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    at_maturity: BillTree | None = None
    at_the_end: BillTree | None = None

    @property
    def adds_up(self) -> bool:
        """Whether both sides of every sum are equal."""
        return bool(self.sums) and all(item.left_fen == item.right_fen for item in self.sums)

    def as_dict(self) -> dict[str, Any]:
        """The story as the object that `--json` prints."""
        return {
            "steps": self.steps,
            "at_maturity": self.at_maturity,
            "at_the_end": self.at_the_end,
            "sums": self.sums,
            "adds_up": self.adds_up,
        }


class Teller:
    """
    Lives through the story on a ledger.

    Args:
        ledger: a fresh local one that begins on `START`.
        tell: is told each step as it is done.
    """

    def __init__(self, ledger: LocalLedger, tell: Callable[[Step], None]) -> None:
        self.ledger = ledger
        self.story = Story()
        self.ids: dict[str, str] = {}
        self.keys: dict[str, tuple[Signer, Signer]] = {}
        self._tell = tell

    def as_(self, name: str, officer: int = 0) -> Ledger:
        """The ledger as an officer of a party sees it."""
        return self.ledger.with_signer(self.keys[name][officer])

    def live(self) -> Story:
        """The whole story."""
        self._enrol()
        whole = self._draw()
        kept, passed, last = self._pass_down(whole)
        self._guarantee(passed)
        self.ledger.chain.move_to(MATURITY)
        self._pay([kept, passed])
        self._dishonour(last)
        settlements = list(self._recourse(last))
        self.story.at_the_end = self.ledger.bills.tree(whole.bill_no)
        self._reconcile(whole, settlements)
        return self.story

    # The acts

    def _enrol(self) -> None:
        """Every party with two officers: nobody promises anything alone."""
        approver = self.ledger.officers["operator"][1]
        for place, (name, (registered, roles, size)) in enumerate(NAMES.items()):
            maker, checker = Signer.create(), Signer.create()
            done = self.ledger.participants.enrol(
                PartyDetails(
                    uscc=build_uscc(f"91990100MADEMT{place:02d}"),
                    name=registered,
                    roles=roles,
                    size_class=size,
                ),
                [OfficerGrant(officer=maker), OfficerGrant(officer=checker)],
                approver=approver,
            )
            self.ids[name], self.keys[name] = done.party, (maker, checker)
        limit = parse_fen("5,000,000")
        self.ledger.invoices.set_opening_limit(self.ids["core"], limit, approver=approver)
        for name, amount in PURSES.items():
            self.as_("clearing").cash.mint(
                to=self.ids[name], amount=parse_fen(amount), payment_id=paper(f"deposit of {name}")
            )

    def _draw(self) -> BillRange:
        """Drawn on the core itself for its supplier's invoice, accepted by two, taken freely."""
        face = parse_fen("1,000,000")
        key = invoice_key(self.ledger.consortium_key, "fp1|INVOICE|26990000000000000002")
        self.as_("castings").invoices.register(
            key=key,
            debtor=self.ids["core"],
            amount=face,
            document_hash=paper("contract, invoice and delivery note"),
        )
        number = build_bill_number(
            kind=BillType.SUPPLY_CHAIN_ENTERPRISE, bank=BANK_NUMBER, issue_day=START, serial=1
        )
        drawn = self.as_("core").bills.draw(
            Drawing(
                bill_no=number,
                payee=self.ids["castings"],
                acceptor=self.ids["core"],
                amount=face,
                maturity=MATURITY,
                document_hash=paper("the bill's text"),
                trade_key=key,
            )
        )
        self._note(f"bill {number} drawn, due {MATURITY}", face)
        maker, checker = self.keys["core"]
        desk = self.as_("core", 1).bills
        terms = desk.acceptance(number, document_hash=paper("the bill's text"))
        desk.accept_signed(terms, drawer=maker, maker=maker, checker=checker)
        self._note("accepted by the core: maker and checker", face)
        delivery = desk.delivery(number, consent_hash=paper("castings takes it freely"))
        payee = self.keys["castings"][0]
        desk.deliver_signed(delivery, drawer=checker, payee=payee)
        self._note("taken by castings", face)
        self.as_("core").disclosures.disclose(number)
        self._note("disclosed by the core", face)
        return drawn.range

    def _pass_down(self, whole: BillRange) -> tuple[BillRange, BillRange, BillRange]:
        """Two endorsements of parts: what castings keeps, what foundry keeps, what tooling has."""
        first = self._endorse("castings", "foundry", whole, parse_fen("400,000"))
        second = self._endorse("foundry", "tooling", first, parse_fen("150,000"))
        kept, passed, last = (part.range for part in self._sorted(whole, second))
        return kept, passed, last

    def _endorse(self, giver: str, taker: str, own: BillRange, amount: Fen) -> BillRange:
        desk: Bills = self.as_(giver).bills
        terms = desk.endorsement(
            own,
            to=self.ids[taker],
            amount=amount,
            evidence_hash=paper(f"delivery note {taker} to {giver}"),
        )
        done = desk.endorse(
            terms,
            consent_hash=paper(f"{taker} takes it freely"),
            giver=self.keys[giver][0],
            taker=self.keys[taker][0],
        )
        self._note(f"endorsed by {giver} to {taker}: {done.part.units}", amount)
        return done.part

    def _sorted(self, whole: BillRange, last: BillRange) -> list[Any]:
        """The three parts, in the order of the chain: castings', foundry's, tooling's."""
        order = [self.ids[name] for name in ("castings", "foundry", "tooling")]
        parts = self.ledger.bills.parts(whole.bill_no)
        found = sorted(parts, key=lambda part: order.index(part.holder))
        if [part.holder for part in found] != order or found[-1].range != last:
            raise RuntimeError(f"three holders expected, found {found}")
        return found

    def _guarantee(self, part: BillRange) -> None:
        """The bank guarantees the acceptor on foundry's part; the disclosure is checked (X3)."""
        desk = self.as_("core").guarantees
        terms = desk.terms(
            part, guarantor=self.ids["bank"], document_hash=paper("the guarantee's text")
        )
        desk.give_signed(terms, debtor=self.keys["core"][0], guarantor=self.keys["bank"][0])
        self._note("guaranteed by the bank for the core", part.amount(0))

    def _pay(self, parts: list[BillRange]) -> None:
        """The holders present, the core pays two of them straight."""
        for name, part in zip(("castings", "foundry"), parts, strict=True):
            self.as_(name).bills.present(part)
        paid = self.as_("core").bills.pay(parts)
        names = {id_: name for name, id_ in self.ids.items()}
        for item in paid.parts:
            self._note(f"paid to {names[item.holder]}: {item.range.units}", item.amount)

    def _dishonour(self, part: BillRange) -> None:
        self.as_("tooling").bills.present(part)
        code = DishonourCode.INSUFFICIENT_BALANCE
        done = self.as_("core").bills.dishonour(part, code=code)
        self._note(f"dishonoured, {done.code.code}; recourse: {done.scope.name}", part.amount(0))

    def _recourse(self, part: BillRange) -> Iterator[SettlementTaken]:
        """Back along the chain, each payer holding the part against those before it."""
        yield self._settle(part, holder="tooling", payer="foundry", days=2)
        yield self._settle(part, holder="foundry", payer="castings", days=5)
        yield self._settle(part, holder="castings", payer="core", days=20)

    def _settle(self, part: BillRange, *, holder: str, payer: str, days: int) -> SettlementTaken:
        owner, other = self.as_(holder), self.as_(payer)
        owner.recourse.pursue(part, [self.ids[payer]])
        self._note(f"pursued by {holder}: {payer}", part.amount(0))
        if self.story.at_maturity is None:
            self.story.at_maturity = self.ledger.bills.tree(part.bill_no)
        day = self.ledger.today() + dt.timedelta(days=days)
        claim = owner.recourse.claim_of(part, day)
        other.recourse.offer(part, amount_max=claim, deadline_day=day)
        self.ledger.chain.move_to(day)
        done = owner.recourse.take(part)
        self._note(f"settled by {payer} with {holder}, interest included", done.paid)
        return done

    # The books

    def _reconcile(self, whole: BillRange, settlements: list[SettlementTaken]) -> None:
        """Everything that was owed is paid, and nobody has more or less than it should."""
        bill = self.ledger.bills.bill(whole.bill_no)
        ended = self.ledger.bills.parts(whole.bill_no)
        account = self.ledger.disclosures.account(self.ids["core"])
        first, second, third = (item.paid for item in settlements)
        face = bill.face
        settled = sum(part.amount for part in ended if part.status is BillStatus.SETTLED)
        purse = {name: self.ledger.cash.balance(id_) for name, id_ in self.ids.items()}
        minted = sum(parse_fen(amount) for amount in PURSES.values())
        kept, passed = parse_fen("600,000"), parse_fen("250,000")
        before = {name: parse_fen(PURSES.get(name, "0")) for name in self.ids}
        self.story.sums += [
            Sum(what="parts settled", left_fen=settled, equals="face", right_fen=face),
            Sum(what="ended", left_fen=bill.ended, equals="face", right_fen=face),
            Sum(
                what="what the core still owes on bills",
                left_fen=account.balance + account.overdue_balance,
                equals="nothing",
                right_fen=0,
            ),
            Sum(
                what="money of all",
                left_fen=sum(purse.values()),
                equals="paid in",
                right_fen=minted,
            ),
            Sum(
                what="left the core's account",
                left_fen=before["core"] - purse["core"],
                equals="paid at maturity and in the end",
                right_fen=kept + passed + third,
            ),
            Sum(
                what="came to tooling",
                left_fen=purse["tooling"] - before["tooling"],
                equals="its claim",
                right_fen=first,
            ),
            Sum(
                what="came to foundry",
                left_fen=purse["foundry"] - before["foundry"],
                equals="its part, and its claim less what it paid",
                right_fen=passed + second - first,
            ),
            Sum(
                what="came to castings",
                left_fen=purse["castings"] - before["castings"],
                equals="its part, and its claim less what it paid",
                right_fen=kept + third - second,
            ),
        ]

    def _note(self, what: str, amount: int) -> None:
        step = Step(day=self.ledger.today(), what=what, amount_fen=amount)
        self.story.steps.append(step)
        self._tell(step)


def live_through(ledger: LocalLedger, tell: Callable[[Step], None] = lambda step: None) -> Story:
    """Live through the story on a fresh local ledger; see the module."""
    return Teller(ledger, tell).live()


def step_line(step: Step) -> str:
    """A step as one line of text."""
    return f"{step.day}  {format_fen(step.amount_fen):>14}  {step.what}"
