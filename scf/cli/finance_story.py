"""
How a small firm three tiers down turns its claims into money: the story of financing.

Tooling holds 300,000 yuan of a certificate of the core enterprise, a certificate of 200,000 of
Nanshan and a bill of the core over 100,000. It asks three banks for quotes, takes the cheapest
all-in without recourse for a third of the core's certificate, with recourse for Nanshan's, and for
half of the bill; it pledges the rest of the certificate and of the bill for one loan. Nanshan does
not pay on its day; the core does, so the loan is repaid out of the certificate and the half bill
goes back. Every figure is explained, and everything adds up in the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scf.chain.keys import Signer
from scf.cli.bill_story import Step, Sum
from scf.cli.finance_explain import loan_lines
from scf.cli.finance_quotes import explained
from scf.cli.values import text_hash as paper
from scf.contracts.participants import OfficerGrant
from scf.contracts.signing import Approval
from scf.model.bill_numbers import BillType, build_bill_number
from scf.model.bill_records import Drawing
from scf.model.financing_records import BillQuote, LoanTerms
from scf.model.identifiers import build_uscc, invoice_key
from scf.model.records import Opening, PartyDetails, Quote, Recourse, Roles, SizeClass
from scf.units import Fen, format_fen, format_rate, parse_fen

if TYPE_CHECKING:
    from scf.ledger import Ledger
    from scf.local_ledger import LocalLedger
    from scf.model.bill_numbers import BillRange

START = dt.date(2026, 3, 2)
DUE = dt.date(2026, 5, 11)
BANK_NUMBER = "102290000001"
BANKS = ("haihe bank", "jinan bank", "beiyuan factor")
NAMES: Mapping[str, tuple[str, Roles, SizeClass]] = {
    "core": ("Beichen Equipment 北辰装备", Roles.ENTERPRISE, SizeClass.LARGE),
    "nanshan": ("Nanshan Motors 南山汽车", Roles.ENTERPRISE, SizeClass.LARGE),
    "castings": ("Qingshi Castings 青石铸造", Roles.ENTERPRISE, SizeClass.MEDIUM),
    "tooling": ("Beiguan Tooling 北关工具", Roles.ENTERPRISE, SizeClass.MICRO),
    "haihe bank": ("Haihe bank 海河银行", Roles.BANK, SizeClass.LARGE),
    "jinan bank": ("Jinan bank 济南银行", Roles.BANK, SizeClass.LARGE),
    "beiyuan factor": ("Beiyuan Factoring 北园保理", Roles.FUNDER, SizeClass.MEDIUM),
    "clearing": ("Trial settlement bank 演示结算银行", Roles.CLEARING_BANK, SizeClass.LARGE),
}
PURSES = {"core": "2,000,000", **dict.fromkeys(BANKS, "1,000,000")}
# bank: annual rate (ppm) and fee (yuan), without and with recourse.
OFFERS = {
    "haihe bank": ((42_000, "0"), (38_000, "20")),
    "jinan bank": ((36_000, "150"), (33_000, "40")),
    "beiyuan factor": ((55_000, "0"), (30_000, "300")),
}
# The same for half of the bill: rate and fee.
BILL_OFFERS = {
    "haihe bank": (36_000, "10"),
    "jinan bank": (34_000, "30"),
    "beiyuan factor": (33_000, "120"),
}


@dataclass(slots=True)
class Story:
    """The steps in order, the arithmetic of each price, and whether everything adds up."""

    steps: list[Step] = field(default_factory=list)
    explained: dict[str, str] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether both sides of every sum are equal."""
        return bool(self.sums) and all(item.left_fen == item.right_fen for item in self.sums)

    def as_dict(self) -> dict[str, Any]:
        """The story as the object that `--json` prints."""
        return {
            "steps": self.steps,
            "explained": self.explained,
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
        core = self._certificate("core", "castings", "1,000,000")
        self._pass_down(core, "300,000")
        nanshan = self._certificate("nanshan", "tooling", "200,000")
        bill = self._bill()
        before = self._purse("tooling")
        plain = self._sell(core, "100,000", Recourse.NONE)
        backed, price = self._sell(nanshan, "200,000", Recourse.FULL)
        discounted = self._discount(bill)
        terms, loan = self._pledge(core, "200,000", "160,000")
        half = self._pledge_bill(bill, loan)
        self.ledger.chain.move_to(self.ledger.receivables.pay_day(core).day)
        owed = self.ledger.loans.debt(loan).total
        self.story.explained["the loan on its day"] = "\n".join(loan_lines(self.ledger, loan))
        self._core_pays(core)
        self._bill_goes_back(half, loan)
        self._core_pays_bill(bill)
        repaid = self._nanshan_fails(backed)
        received = plain[1] + price + discounted + terms.principal - terms.fee
        self._reconcile(before, received, owed, repaid)
        return self.story

    # The acts

    def _enrol(self) -> None:
        approver = self.ledger.officers["operator"][1]
        for place, (name, (registered, roles, size)) in enumerate(NAMES.items()):
            maker, checker = Signer.create(), Signer.create()
            details = PartyDetails(
                uscc=build_uscc(f"91990100MADEMF{place:02d}"),
                name=registered,
                roles=roles,
                size_class=size,
            )
            grants = [OfficerGrant(officer=maker), OfficerGrant(officer=checker)]
            done = self.ledger.participants.enrol(details, grants, approver=approver)
            self.ids[name], self.keys[name] = done.party, (maker, checker)
        for name in ("core", "nanshan"):
            limit = parse_fen("5,000,000")
            self.ledger.invoices.set_opening_limit(self.ids[name], limit, approver=approver)
        for name, amount in PURSES.items():
            self.as_("clearing").cash.mint(
                to=self.ids[name], amount=parse_fen(amount), payment_id=paper(f"deposit of {name}")
            )

    def _certificate(self, debtor: str, supplier: str, amount: str) -> int:
        face = parse_fen(amount)
        text = f"fp1|INVOICE|2699000000000000000{len(debtor)}"
        opening = Opening(
            invoice_key=invoice_key(self.ledger.consortium_key, text),
            reference=paper(f"certificate of {debtor}"),
            supplier=self.ids[supplier],
            debtor=self.ids[debtor],
            amount=face,
            invoice_amount=face,
            delivery_day=START,
            due_day=DUE - dt.timedelta(days=14),
            document_hash=paper("contract, invoice and delivery note"),
            consent_hash=paper(f"{supplier} takes it freely"),
        )
        maker, checker = self.keys[debtor]
        done = self.as_(supplier).receivables.open_confirmed(
            opening, supplier=self.keys[supplier][0], maker=maker, checker=checker
        )
        self._note(f"{debtor} confirms a certificate to {supplier}", face)
        return done.certificate_id

    def _pass_down(self, id_: int, amount: str) -> None:
        self.as_("tooling").receivables.set_standing_consent(
            from_party=self.ids["castings"], until=DUE, consent_hash=paper("tooling agrees")
        )
        part = parse_fen(amount)
        self.as_("castings").receivables.transfer(
            id_, to=self.ids["tooling"], amount=part, evidence_hash=paper("delivery to castings")
        )
        self._note("castings pays tooling with a part of it", part)

    def _bill(self) -> BillRange:
        """A bill of the core to tooling, disclosed, so that it can be discounted."""
        number = build_bill_number(
            kind=BillType.INSTITUTION_ENTERPRISE, bank=BANK_NUMBER, issue_day=START, serial=1
        )
        face, (maker, checker) = parse_fen("100,000"), self.keys["core"]
        drawn = self.as_("core").bills.draw(
            Drawing(
                bill_no=number,
                payee=self.ids["tooling"],
                acceptor=self.ids["core"],
                amount=face,
                maturity=DUE,
                document_hash=paper("the bill's text"),
            )
        )
        desk = self.as_("core", 1).bills
        terms = desk.acceptance(number, document_hash=paper("the bill's text"))
        desk.accept_signed(terms, drawer=maker, maker=maker, checker=checker)
        delivery = desk.delivery(number, consent_hash=paper("tooling takes it freely"))
        desk.deliver_signed(delivery, drawer=checker, payee=self.keys["tooling"][0])
        self.as_("core").disclosures.disclose(number)
        self._note(f"the core draws bill {number} to tooling and discloses it", face)
        return drawn.range

    def _sell(self, id_: int, amount: str, recourse: Recourse) -> tuple[Quote, Fen]:
        """Three quotes, the cheapest all-in taken."""
        part, face = parse_fen(amount), self.ledger.discounting
        quotes = [self._quote(bank, id_, part, recourse) for bank in BANKS]
        terms = {quote.funder: face.terms(quote) for quote in quotes}
        names = {party: name for name, party in self.ids.items()}
        for quote in quotes:
            apr = terms[quote.funder].apr
            shown = format_rate(apr) if apr is not None else "–"
            self._note(f"{names[quote.funder]} quotes {shown} all in", terms[quote.funder].received)
        best = min(quotes, key=lambda quote: terms[quote.funder].apr or 0)
        bank = names[best.funder]
        signed = face.sign_quote(best, self.keys[bank][0])
        sold = self.as_("tooling").discounting.sell(
            signed,
            evidence_hash=paper("trade checked by the bank"),
            consent_hash=paper("alternatives and APR shown to tooling"),
        )
        kind = "with" if recourse else "without"
        self.story.explained[f"{bank}, {kind} recourse"] = explained(best, terms[best.funder])
        self._note(f"tooling takes {bank}'s {kind} recourse", sold.net)
        return best, Fen(sold.net)

    def _quote(self, bank: str, id_: int, part: int, recourse: Recourse) -> Quote:
        rate, fee = OFFERS[bank][int(recourse != Recourse.NONE)]
        return Quote(
            funder=self.ids[bank],
            seller=self.ids["tooling"],
            certificate_id=id_,
            amount=part,
            rate=rate,
            fee=parse_fen(fee),
            registry_receipt=paper(f"filing of {bank} for {id_}"),
            deadline=self._deadline(),
            recourse=recourse,
            costs_max=parse_fen("200") if recourse else 0,
        )

    def _discount(self, bill: BillRange) -> Fen:
        """Half of the bill: three quotes of banks that checked the disclosure, the best taken."""
        face, names = self.ledger.bill_discounting, {self.ids[name]: name for name in BANKS}
        quotes = [self._bill_quote(name, bill) for name in BANKS]
        terms = {quote.funder: face.terms(quote) for quote in quotes}
        for quote in quotes:
            apr = terms[quote.funder].apr or 0
            said = f"{names[quote.funder]} quotes {format_rate(apr)} all in for half of the bill"
            self._note(said, terms[quote.funder].received)
        quote = min(quotes, key=lambda quote: terms[quote.funder].apr or 0)
        bank = names[quote.funder]
        self.story.explained[f"{bank}, half of the bill"] = explained(quote, terms[quote.funder])
        done = self.as_("tooling").bill_discounting.discount(
            quote,
            evidence_hash=paper("invoice behind the bill"),
            consent_hash=paper("tooling agrees to the price"),
            seller=Approval(officer=self.keys["tooling"][0].address),
            funder=self.keys[bank][0],
        )
        self._note(f"tooling takes {bank}'s", done.net)
        return Fen(done.net)

    def _bill_quote(self, bank: str, bill: BillRange) -> BillQuote:
        self.as_(bank).disclosures.record_check(bill.bill_no)
        rate, fee = BILL_OFFERS[bank]
        return self.ledger.bill_discounting.quote_for(
            bill,
            funder=self.ids[bank],
            seller=self.ids["tooling"],
            amount=parse_fen("50,000"),
            rate=rate,
            fee=parse_fen(fee),
            deadline=self._deadline(),
        )

    def _pledge_bill(self, bill: BillRange, loan: bytes) -> BillRange:
        """The half that is left, as more security for the same loan."""
        bank, desk = "haihe bank", self.as_("tooling").bill_loans
        parts = self.ledger.bills.parts(bill.bill_no)
        half = next(item.range for item in parts if item.holder == self.ids["tooling"])
        terms = desk.top_up_for(
            half,
            loan_id=loan,
            evidence_hash=paper("trade checked by the bank"),
            deadline=self._deadline(),
        )
        borrower = Approval(officer=self.keys["tooling"][0].address)
        desk.top_up(terms, lender=self.keys[bank][0], borrower=borrower)
        self._note(f"tooling pledges the other half of the bill to {bank}", parse_fen("50,000"))
        return half

    def _bill_goes_back(self, half: BillRange, loan: bytes) -> None:
        """The certificate repaid the loan, so that anybody may release the bill."""
        owed = self.ledger.loans.debt(loan).total
        self._note("of the loan is owed", owed)
        self.as_("castings").bill_loans.release(half)
        self._note("the pledged half of the bill is tooling's again", parse_fen("50,000"))

    def _pledge(self, id_: int, pledged: str, amount: str) -> tuple[LoanTerms, bytes]:
        bank, desk = "haihe bank", self.as_("tooling").loans
        terms = LoanTerms(
            lender=self.ids[bank],
            borrower=self.ids["tooling"],
            certificate_id=id_,
            pledged=parse_fen(pledged),
            principal=parse_fen(amount),
            rate=39_000,
            late_rate=58_500,
            repay_day=self.ledger.receivables.pay_day(id_).day,
            evidence_hash=paper("trade checked by the bank"),
            registry_receipt=paper("filing of the pledge"),
            deadline=self._deadline(),
            fee=parse_fen("100"),
        )
        done = desk.advance(
            terms,
            consent_hash=paper("tooling agrees to the loan"),
            lender=desk.sign_terms(terms, self.keys[bank][0]),
            borrower=Approval(officer=self.keys["tooling"][0].address),
        )
        self._note(
            f"tooling pledges {pledged} yuan of the core's certificate to {bank}", done.paid_out
        )
        return terms, done.loan_id

    def _core_pays(self, id_: int) -> None:
        names = {party: name for name, party in self.ids.items()}
        paid = self.as_("core").settlement.pay_at_maturity(id_)
        for own in paid.holders:
            kept = own.principal + own.interest - own.to_lenders
            self._note(f"the core pays {names[own.holder]}", kept)
            if own.to_lenders:
                self._note("and of its pledged part the lender", own.to_lenders)

    def _core_pays_bill(self, bill: BillRange) -> None:
        names = {party: name for name, party in self.ids.items()}
        self.ledger.chain.move_to(DUE)
        parts = [item.range for item in self.ledger.bills.parts(bill.bill_no)]
        for part in self.as_("core").bills.pay(parts).parts:
            self._note(f"the core pays its bill to {names[part.holder]}", part.amount)

    def _nanshan_fails(self, quote: Quote) -> int:
        """Overdue for anybody to say; the supplier answers for it."""
        self.as_("tooling").receivables.mark_overdue(quote.certificate_id)
        self._note("nanshan has not paid: overdue, and barred from new promises", quote.amount)
        account = self.ledger.factoring.account(quote)
        self.story.explained["buying back"] = (
            f"advance, late interest, costs  {format_fen(account.owed)} yuan\n"
            f"collected                      {format_fen(account.collected)} yuan\n"
            f"to pay                         {format_fen(account.claim)} yuan"
        )
        done = self.as_("tooling").factoring.buy_back(quote)
        self._note("tooling buys the part back under its recourse", done.paid)
        return done.paid

    def _reconcile(self, before: int, received: int, owed: int, repaid: int) -> None:
        """What tooling has, by its acts; what money there is, by the deposits."""
        pledged, bill = parse_fen("200,000"), parse_fen("50,000")
        deposits = sum(parse_fen(amount) for amount in PURSES.values())
        held = sum(self._purse(name) for name in NAMES)
        self.story.sums = [
            Sum(
                what="tooling's purse",
                left_fen=self._purse("tooling") - before,
                equals="prices and loan, pledge less debt, half a bill, less what it bought back",
                right_fen=received + pledged - owed + bill - repaid,
            ),
            Sum(
                what="all purses",
                left_fen=held,
                equals="all deposits",
                right_fen=deposits,
            ),
        ]

    def _purse(self, name: str) -> int:
        return int(self.ledger.cash.balance(self.ids[name]))

    def _deadline(self) -> int:
        return self.ledger.chain.block().timestamp + 7 * 86_400

    def _note(self, what: str, amount: int) -> None:
        step = Step(day=self.ledger.today(), what=what, amount_fen=amount)
        self.story.steps.append(step)
        self._tell(step)


def live_through(ledger: LocalLedger, tell: Callable[[Step], None] = lambda step: None) -> Story:
    """Live through the story on a fresh local ledger; see the module."""
    return Teller(ledger, tell).live()
