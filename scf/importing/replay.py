"""
Living through a file: day by day on a local chain whose clock can be moved.

On its issue day an invoice becomes a certificate, or is paid by passing certificates of its buyer
on; on its settled day (the due day at the earliest) the certificate is paid to its holders of that
day, late ones with interest. One that is not paid by the end of its day is marked overdue.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from scf.errors import ScfError
from scf.importing.history import (
    Cast,
    Financing,
    History,
    Receipt,
    ReplayOptions,
    Sale,
    Standing,
)
from scf.importing.officers import Officers, Pair
from scf.importing.plan import PlannedOpening, RowRefusal, party_of, plan_openings
from scf.importing.reader import ImportFile
from scf.model.records import Quote, TransferTerms
from scf.units import PPM

if TYPE_CHECKING:
    from scf.contracts.face import Prepared
    from scf.ledger import Ledger
    from scf.model.calendars import Calendar

OnDay = Callable[[dt.date, int, int], None]
_R = TypeVar("_R")
_ONE_DAY = dt.timedelta(days=1)
_DAY_SECONDS = 86_400
_NEVER = dt.date.max


class Replay:
    """
    Lives through one file on one ledger.

    Args:
        ledger: on a chain whose clock can be moved; its parties are enrolled, limits set.
        officers: the parties' keys.
        cast: the other actors.
        calendar: the business days that the chain has.
        consortium_key: makes invoice keys.
        on_day: is told the day, how many rows are done and of how many.
    """

    def __init__(
        self,
        ledger: Ledger,
        officers: Officers,
        cast: Cast,
        calendar: Calendar,
        *,
        consortium_key: bytes,
        options: ReplayOptions,
        on_day: OnDay | None = None,
    ) -> None:
        self._ledger = ledger
        self._officers = officers
        self._cast = cast
        self._calendar = calendar
        self._consortium_key = consortium_key
        self._options = options
        self._on_day = on_day or (lambda day, done, total: None)
        self._codes: dict[str, str] = {}
        self._receipts = 0
        self._sales: dict[dt.date, list[Receipt]] = defaultdict(list)
        self.history = History(first_day=ledger.today(), last_day=ledger.today())

    def run(self, file: ImportFile) -> History:
        """
        Live through the file to the last day on which something happens.

        Raises:
            UsageError: the chain's clock cannot be moved, or is past the first issue day.
            UnavailableError: the node did not answer.
        """
        self.history.names |= {party_of(uscc): name for uscc, name in file.parties.items()}
        self._codes = {party_of(uscc): uscc for uscc in file.parties}
        waiting = sorted(
            plan_openings(file.rows, self._consortium_key),
            key=lambda item: (item.row.issue_day, item.row.line),
        )
        total = len(waiting)
        while (day := self._next_day(waiting)) is not None:
            if day > self._ledger.today():
                self._ledger.chain.move_to(day)
            self._mark_overdue(day)
            self._pay(day)
            while waiting and waiting[0].row.issue_day <= day:
                self._issue(waiting, day)
            self._sell(day)
            self.history.last_day = day
            self._on_day(day, total - len(waiting), total)
        return self.history

    # Days

    def _next_day(self, waiting: list[PlannedOpening]) -> dt.date | None:
        days = [waiting[0].row.issue_day] if waiting else []
        days += [day for day in self._sales if self._sales[day]]
        for standing in self.history.standing.values():
            if not standing.is_overdue and standing.settles > standing.pay_day:
                days.append(standing.pay_day + _ONE_DAY)
            if standing.settles != _NEVER:
                days.append(standing.settles)
        return min(days, default=None)

    def _settles(self, item: PlannedOpening) -> dt.date:
        settled = item.row.settled_day
        return _NEVER if settled is None else max(settled, item.row.due_day)

    # What a day brings

    def _mark_overdue(self, day: dt.date) -> None:
        late = {
            certificate: standing
            for certificate, standing in self.history.standing.items()
            if not standing.is_overdue and standing.pay_day < day and standing.settles >= day
        }
        face = self._ledger.with_signer(self._cast.operator[0]).receivables
        acts = [face.mark_overdue.prepare(certificate_id=certificate) for certificate in late]
        for result in self._send(acts, [item.item.row.line for item in late.values()], "overdue"):
            self.history.overdue.append(result)
        for standing in late.values():
            standing.is_overdue = True

    def _pay(self, day: dt.date) -> None:
        due = {
            certificate: standing
            for certificate, standing in self.history.standing.items()
            if standing.settles <= day
        }
        owed: dict[str, int] = defaultdict(int)
        for certificate, standing in due.items():
            owed[standing.debtor] += self._owed(certificate, standing, day)
        self._provide(owed, f"payment {day}")
        acts, lines = [], []
        for certificate, standing in due.items():
            payer, _ = self._pair(standing.debtor)
            face = self._ledger.with_signer(payer).settlement
            holders = sorted(standing.holders)
            acts.append(face.pay_at_maturity.prepare(certificate_id=certificate, holders=holders))
            lines.append(standing.item.row.line)
        for result in self._send(acts, lines, "pay"):
            self.history.paid.append(result)
        for certificate in due:
            del self.history.standing[certificate]

    def _owed(self, certificate: int, standing: Standing, day: dt.date) -> int:
        total = sum(standing.holders.values())
        if day <= standing.pay_day:
            return total
        face = self._ledger.receivables
        return total + sum(
            face.late_interest(certificate_id=certificate, amount=amount, day=day)
            for amount in standing.holders.values()
        )

    def _issue(self, waiting: list[PlannedOpening], day: dt.date) -> None:
        """The day's invoices: those that open certificates together, a passing one by itself."""
        openings: list[PlannedOpening] = []
        while waiting and waiting[0].row.issue_day <= day:
            item = waiting[0]
            source = self._source(item) if self._options.pass_down else None
            if source is not None:
                if openings:
                    break
                waiting.pop(0)
                self._pass(item, source, day)
            else:
                openings.append(waiting.pop(0))
        self._open(openings, day)

    def _open(self, openings: list[PlannedOpening], day: dt.date) -> None:
        acts = []
        for item in openings:
            maker, checker = self._officers.pair(item.row.buyer_uscc)
            seller, _ = self._officers.pair(item.row.seller_uscc)
            acts.append(
                self._ledger.with_signer(checker).receivables.open_confirmed.prepare(
                    opening=item.opening(), supplier=seller, maker=maker, checker=checker
                )
            )
        by_certificate = {item.certificate_id: item for item in openings}
        for result in self._send(acts, [item.row.line for item in openings], "open"):
            item = by_certificate[result.certificate_id]
            self.history.opened.append(result)
            self.history.due_days[item.certificate_id] = item.row.due_day
            self.history.invoice_keys.append((item.invoice_key, item.opening().debtor))
            self.history.standing[item.certificate_id] = Standing(
                item=item,
                debtor=result.debtor,
                pay_day=self._calendar.roll(item.row.due_day),
                settles=self._settles(item),
                holders={result.supplier: result.amount},
            )
            self._received(result.certificate_id, result.supplier, result.amount, day)

    def _source(self, item: PlannedOpening) -> int | None:
        """A certificate of the buyer's that can pay the invoice; of several the first due."""
        buyer, seller = party_of(item.row.buyer_uscc), party_of(item.row.seller_uscc)
        found = [
            (standing.item.row.due_day, certificate)
            for certificate, standing in self.history.standing.items()
            if standing.holders.get(buyer, 0) >= item.row.amount
            and item.row.issue_day < standing.item.row.due_day <= item.row.due_day
            and standing.debtor != seller
        ]
        return min(found)[1] if found else None

    def _pass(self, item: PlannedOpening, certificate: int, day: dt.date) -> None:
        row = item.row
        buyer, seller = party_of(row.buyer_uscc), party_of(row.seller_uscc)
        giver, _ = self._officers.pair(row.buyer_uscc)
        taker, _ = self._officers.pair(row.seller_uscc)
        terms = TransferTerms(
            certificate_id=certificate,
            from_party=buyer,
            to_party=seller,
            amount=row.amount,
            evidence_hash=item.document_hash,
            reference=item.invoice_key,
            deadline=self._ledger.chain.block().timestamp + _DAY_SECONDS,
        )
        act = self._ledger.with_signer(giver).receivables.transfer_signed.prepare(
            terms=terms, consent_hash=item.consent_hash, giver=giver, taker=taker
        )
        for result in self._send([act], [row.line], "pass on"):
            self.history.transferred.append(result)
            self._move(certificate, buyer, seller, row.amount)
            self._received(certificate, seller, row.amount, day)

    # Financing

    def _received(self, certificate: int, holder: str, amount: int, day: dt.date) -> None:
        financing = self._options.financing
        if financing is None:
            return
        self._receipts += 1
        when = self._calendar.roll(day + financing.after_days * _ONE_DAY)
        if self._receipts % financing.every or when >= self.history.due_days[certificate]:
            return
        receipt = Receipt(day=when, certificate_id=certificate, holder=holder, amount=amount)
        self._sales[when].append(receipt)

    def _sell(self, day: dt.date) -> None:
        financing = self._options.financing
        for receipt in self._sales.pop(day, []) if financing else []:
            standing = self.history.standing.get(receipt.certificate_id)
            held = standing.holders.get(receipt.holder, 0) if standing else 0
            amount = min(held, receipt.amount * financing.share_ppm // PPM) if financing else 0
            if standing is not None and financing is not None and amount > financing.fee * 2:
                self._sell_one(receipt, standing, amount, financing)

    def _sell_one(
        self, receipt: Receipt, standing: Standing, amount: int, financing: Financing
    ) -> None:
        words = f"{receipt.certificate_id} {receipt.holder} {receipt.day} {receipt.amount}"
        filing = hashlib.sha256(f"filing {words}".encode()).digest()
        self._provide({self._cast.bank_party: amount}, f"funds {words}")
        banker, _ = self._cast.bank
        seller, _ = self._pair(receipt.holder)
        face = self._ledger.with_signer(seller).discounting
        quote = Quote(
            funder=self._cast.bank_party,
            seller=receipt.holder,
            certificate_id=receipt.certificate_id,
            amount=amount,
            rate=financing.rate_ppm,
            fee=financing.fee,
            registry_receipt=filing,
            deadline=self._ledger.chain.block().timestamp + _DAY_SECONDS,
        )
        act = face.sell.prepare(
            signed_quote=face.sign_quote(quote, banker),
            evidence_hash=standing.item.document_hash,
            consent_hash=hashlib.sha256(b"consent " + filing).digest(),
        )
        for result in self._send([act], [standing.item.row.line], "sell"):
            days = (standing.pay_day - result.tx.day).days
            sale = Sale(result=result, rate_ppm=financing.rate_ppm, days=days)
            self.history.sold.append(sale)
            self._move(receipt.certificate_id, receipt.holder, self._cast.bank_party, amount)

    # Internals

    def _provide(self, needed: Mapping[str, int], occasion: str) -> None:
        """Money from outside for what a party lacks, through the settlement bank."""
        face = self._ledger.with_signer(self._cast.clearing[0]).cash
        acts, amounts = [], []
        for party, amount in needed.items():
            lacking = amount - self._ledger.cash.balance(party)
            if lacking > 0:
                payment = hashlib.sha256(f"{occasion} {party}".encode()).digest()
                acts.append(face.mint.prepare(to=party, amount=lacking, payment_id=payment))
                amounts.append(lacking)
        done = self._send(acts, [0] * len(acts), "mint")
        self.history.minted += sum(result.amount for result in done)

    def _send(self, acts: list[Prepared[_R]], lines: list[int], what: str) -> list[_R]:
        """The results of those acts that were done; the refusals are kept by line."""
        results = []
        for line, sent in zip(lines, self._ledger.send_stream(acts), strict=True):
            try:
                results.append(sent.result)
                self.history.acts += 1
            except ScfError as error:
                if error.should_retry:
                    raise
                self.history.refusals.append(RowRefusal.of(line, what, error))
        return results

    def _move(self, certificate: int, giver: str, taker: str, amount: int) -> None:
        holders = self.history.standing[certificate].holders
        holders[giver] -= amount
        if not holders[giver]:
            del holders[giver]
        holders[taker] = holders.get(taker, 0) + amount

    def _pair(self, party: str) -> Pair:
        if party == self._cast.bank_party:
            return self._cast.bank
        return self._officers.pair(self._codes[party])
