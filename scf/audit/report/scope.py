"""What a report is made from, and how it names things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scf.audit.dues import pay_day
from scf.audit.names import Names
from scf.audit.patterns import Thresholds
from scf.audit.reading import Reading
from scf.audit.reconcile import Outcome
from scf.audit.report.blocks import Section, Table
from scf.audit.rooms.telling import Telling, iso_day, short
from scf.model.bill_numbers import BillRange, range_of_token
from scf.model.bill_words import RangeWord
from scf.model.books import Certificate
from scf.model.enums import CertificateStatus
from scf.model.folding.state import State
from scf.units import format_fen

ROWS_MAX = 200
OWED = (CertificateStatus.OFFERED, CertificateStatus.ACTIVE, CertificateStatus.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """
    A reconciliation that a report quotes.

    Attributes:
        outcome: its checks. block: at which. mode: the reading mode that was reached.
        nodes: who was asked, as shown.
    """

    outcome: Outcome
    block: int
    mode: str
    nodes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOwed:
    """A sub-range of an accepted bill that has not ended: who holds it, and who owes it when."""

    part: BillRange
    word: RangeWord
    acceptor: str
    holder: str
    amount_fen: int
    pay_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """
    What a report speaks of.

    Attributes:
        reading: the ledger. names: of its parties.
        identity: label and value, chain, manifest, digest.
        reconciled: None if no node was asked.
        thresholds: of unusual patterns.
    """

    reading: Reading
    names: Names
    identity: Sequence[tuple[str, str]] = ()
    reconciled: Reconciled | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def state(self) -> State:
        """The books."""
        return self.reading.state

    @property
    def day(self) -> int:
        """The civil day of the report."""
        return self.reading.day

    @property
    def tell(self) -> Telling:
        """How parties are called."""
        return Telling(names=self.names.shown)

    def party(self, id_: str) -> str:
        """A party: its name and code."""
        name, code = self.names.names.get(id_), self.names.codes.get(id_)
        if name and code:
            return f"{name} ({code})"
        return name or code or short(id_)

    def owed(self) -> Mapping[int, Certificate]:
        """Certificates whose debtor is bound and that are not paid."""
        return {id_: item for id_, item in self.state.certificates.items() if item.status in OWED}

    def bills_owed(self) -> list[BillOwed]:
        """Sub-ranges of accepted bills that are neither paid nor ended otherwise."""
        own, found = self.state.bills, []
        for id_, holder in own.holders.items():
            part, word = range_of_token(id_), RangeWord.of(own.words[id_])
            bill = own.bills[part.bill_no]
            if bill.acceptance_day and not word.status.is_over:
                found.append(
                    BillOwed(
                        part=part,
                        word=word,
                        acceptor=bill.acceptor,
                        holder=holder,
                        amount_fen=part.amount(bill.face_fen),
                        pay_day=pay_day(self.state, bill.maturity),
                    )
                )
        return found


def fen(amount: int) -> str:
    """An amount in yuan."""
    return format_fen(amount)


def day(number: int) -> str:
    """A civil day."""
    return iso_day(number)


def asset(id_: int) -> str:
    """The head of a certificate's id."""
    return short(f"0x{id_:064x}")


def share(part: int, whole: int) -> str:
    """A share in percent with one decimal, rounded down; `-` of nothing."""
    if not whole:
        return "-"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10} %"


def cut(table: Table) -> Table:
    """The first `ROWS_MAX` rows; the page says how many more there are."""
    extra = len(table.rows) - ROWS_MAX
    if extra <= 0:
        return table
    return Table(
        caption=table.caption,
        columns=table.columns,
        rows=table.rows[:ROWS_MAX],
        total=table.total,
        empty=table.empty,
        left_out=extra,
    )


__all__ = [
    "OWED",
    "BillOwed",
    "Reconciled",
    "Scope",
    "Section",
    "asset",
    "cut",
    "day",
    "fen",
    "share",
]
