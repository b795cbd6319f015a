"""
What the campaign adds up by itself: money, what acceptors owe and failed to pay, what of the
invoices is used, and from that who may accept (X1, X4, X5).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.campaigns import bill_days as days
from tests.campaigns.bill_life import BANK, Living
from tests.campaigns.bill_oracle import ACCEPTED, MATURED, RECEIVED, Units

# Accepted, balance, overdue, overdue balance, in fen.
Figures = tuple[int, int, int, int]
NOTHING: Figures = (0, 0, 0, 0)


def amount(units: Units) -> int:
    return units[1] - units[0] + 1


class Accounts:
    """Money by party; overdue by acceptor."""

    def __init__(self) -> None:
        self.cash: Counter[str] = Counter()
        self.made = 0
        self.accepted: Counter[str] = Counter()
        self.overdue: Counter[str] = Counter()
        self.used: Counter[tuple[bytes, str]] = Counter()
        self.events: Counter[tuple[str, int]] = Counter()
        # The last month that each disclosed as it was, in which it was cleared, up to which a ban
        # was removed.
        self.disclosed: Counter[str] = Counter()
        self.cleared: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()
        self._late_bills: set[int] = set()
        self._figures: defaultdict[str, dict[int, Figures]] = defaultdict(dict)

    def pay(self, from_: str, to: str, fen: int) -> None:
        self.cash[from_] -= fen
        self.cash[to] += fen

    def accept(self, bill: Living) -> None:
        self.accepted[bill.acceptor] += bill.face
        if bill.trade != bytes(32):
            self.used[bill.trade, bill.drawer] += bill.face

    def release(self, bill: Living) -> None:
        """A bill that came to nothing before it was delivered."""
        if bill.trade != bytes(32):
            self.used[bill.trade, bill.drawer] -= bill.face

    def count_overdue(self, bill: Living, units: Units, today: int) -> None:
        self.overdue[bill.acceptor] += amount(units)
        if bill.number not in self._late_bills:
            self._late_bills.add(bill.number)
            self.events[bill.acceptor, days.month(today)] += 1

    def close(self, acceptor: str, bills: Iterable[Living], today: int) -> None:
        """Notes the figures of the month where they changed; to be called after every act."""
        bills = list(bills)
        now = (
            self.accepted[acceptor],
            balance(bills, acceptor),
            self.overdue[acceptor],
            overdue_balance(bills, acceptor),
        )
        kept = self._figures[acceptor]
        if now != (kept[max(kept)] if kept else NOTHING):
            kept[days.month(today)] = now

    def month_end(self, acceptor: str, month: int) -> Figures | None:
        """The figures of X2; None where they are no longer kept, which is before two changes."""
        changed = sorted(self._figures[acceptor])
        if len(changed) > 1 and month < changed[-2]:
            return None
        known = [m for m in changed if m <= month]
        return self._figures[acceptor][known[-1]] if known else NOTHING

    # May it accept?

    def is_suspended(self, acceptor: str, today: int) -> bool:
        month = days.month(today)
        return self._is_listed(acceptor, month - 1) and self.cleared[acceptor] != month

    def is_banned(self, acceptor: str, today: int) -> bool:
        if not any(who == acceptor for who, _ in self.events):
            return False
        last = days.month(today) - 1
        return any(
            sum(self._counts(acceptor, month - i) for i in range(6)) >= 3
            and today <= days.months(days.month_end(month), 24)
            for month in range(last - 24, last + 1)
        )

    def _counts(self, acceptor: str, month: int) -> bool:
        """Towards a ban: months up to a removal no longer do."""
        return month > self.removed[acceptor] and self._is_listed(acceptor, month)

    def _is_listed(self, acceptor: str, month: int) -> bool:
        own = self.events[acceptor, month]
        if sum(self.events[acceptor, month - i] for i in range(6)) < 3:
            return False
        known = [m for m in self._figures[acceptor] if m <= month]
        return own > 0 or (bool(known) and self._figures[acceptor][max(known)][3] > 0)


def late(bills: Iterable[Living], acceptor: str, today: int) -> int:
    """Bills whose disclosure is due (X1)."""
    return sum(
        bill.acceptor == acceptor
        and bill.accepted_day > 0
        and bill.kind != BANK
        and not bill.told
        and days.business(bill.accepted_day, 1) < today
        for bill in bills
    )


def balance(bills: Iterable[Living], acceptor: str) -> int:
    """Accepted, and not ended."""
    return sum(
        amount(units)
        for bill in bills
        if bill.acceptor == acceptor
        for units, piece in bill.pieces.items()
        if piece.status in (ACCEPTED, RECEIVED, MATURED)
    )


def overdue_balance(bills: Iterable[Living], acceptor: str) -> int:
    return sum(
        amount(units)
        for bill in bills
        if bill.acceptor == acceptor
        for units, piece in bill.pieces.items()
        if piece.is_live and piece.dishonour and piece.dishonour.counted  # type: ignore[attr-defined]
    )


def outstanding(bills: Iterable[Living], drawer: str) -> int:
    """What the debtor of the trade owes on bills."""
    return sum(
        amount(units)
        for bill in bills
        if bill.drawer == drawer and bill.trade != bytes(32)
        for units, piece in bill.pieces.items()
        if piece.status in (ACCEPTED, RECEIVED, MATURED)
    )
