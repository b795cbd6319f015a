"""Disclosure and lists of overdue acceptors (信息披露, 逾期名单): contract `Disclosures`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.transactions import keccak
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_checks import AnyBill
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.model.bill_records import AcceptorAccount, Disclosure
from scf.model.bill_results import (
    BillDisclosed,
    BookReconciled,
    DisclosureChecked,
    Listed,
    MonthDisclosed,
)
from scf.model.results import TxRef
from scf.units import from_civil_day


class Disclosures(Face):
    """Operations X1 to X7, and the figures behind the ceilings of R4-24."""

    contract = "Disclosures"

    # Reading

    def account(self, acceptor: str, day: dt.date | None = None) -> AcceptorAccount:
        """An acceptor's account now, and its standing on a day (today unless given)."""
        party = checks.party(acceptor, "acceptor")
        number = checks.day(self._context.chain.today() if day is None else day)
        found = self._read("accountOf", party)
        banned, last = self._read("isBanned", party, number)
        return AcceptorAccount(
            acceptor=party,
            accepted=found["acceptedFen"],
            balance=found["balanceFen"],
            overdue=found["overdueFen"],
            overdue_balance=found["overdueBalanceFen"],
            late_disclosures=self._read("lateCount", party),
            suspended=self._read("isSuspended", party, number),
            banned_until=from_civil_day(last) if banned else None,
        )

    def disclosure(self, bill_no: AnyBill) -> Disclosure:
        """A bill's disclosure as it stands; `day` None if there is none yet."""
        number = bill_checks.number(bill_no)
        return disclosure_from(number, self._read("disclosureOf", number))

    def derived_statement(self, bill_no: AnyBill) -> bytes:
        """The hash of what the ledger derives of a bill: what its acceptor has to state (X1)."""
        found: bytes = self._read("derivedStatement", bill_checks.number(bill_no))
        return found

    def check_of(self, bill_no: AnyBill, party: str) -> tuple[bytes, bool]:
        """What a party saw when it checked (zero: never), and whether that is still disclosed."""
        args = (bill_checks.number(bill_no), checks.party(party))
        snapshot, current = self._read("checkOf", *args)
        return snapshot, current

    def month_statement(self, acceptor: str, month: dt.date) -> bytes:
        """The hash of an acceptor's four figures at the end of the month of a day (X2)."""
        party, index = checks.party(acceptor, "acceptor"), _month(month)
        found = self._read("monthEndOf", party, index)
        names = ("acceptedFen", "balanceFen", "overdueFen", "overdueBalanceFen")
        words = (int(party, 16), index, *(found[name] for name in names))
        return keccak(b"".join(word.to_bytes(32) for word in words))

    # Disclosing: X1, X2, X6, X7

    @write
    def disclose(
        self, bill_no: AnyBill, *, statement_hash: bytes | None = None
    ) -> Prepared[BillDisclosed]:
        """
        X1: the acceptor states a bill; again to correct.

        Args:
            statement_hash: of what it publishes; what the ledger derives unless given.
        """
        number = bill_checks.number(bill_no)
        if statement_hash is None:
            statement_hash = self.derived_statement(number)
        args = (number, checks.hash32(statement_hash, "statement_hash"))
        return self._once("disclose", args, self._disclosed)

    @write
    def disclose_month(
        self, month: dt.date, *, statement_hash: bytes | None = None
    ) -> Prepared[MonthDisclosed]:
        """X2: the acceptor states the four figures of the month of a day that is over."""
        index = _month(month)
        if statement_hash is None:
            acceptor = self._context.party_of(self._context.caller.address)
            statement_hash = self.month_statement(acceptor, month)
        args = (index, checks.hash32(statement_hash, "statement_hash"))
        return self._once("discloseMonth", args, self._month_disclosed)

    @write
    def record_check(self, bill_no: AnyBill) -> Prepared[DisclosureChecked]:
        """X6: put on record that the signer's party read a bill's disclosure as it is now."""
        return self._once("recordCheck", (bill_checks.number(bill_no),), self._checked)

    @write
    def reconcile(self, *, book_balance: int, book_hash: bytes) -> Prepared[BookReconciled]:
        """X7: set the signer's own balance of acceptances beside the ledger's."""
        args = (
            checks.amount_or_zero(book_balance, "book_balance"),
            checks.hash32(book_hash, "book_hash"),
        )
        return self._once("reconcile", args, self._reconciled)

    # The lists: X4, X5

    @write
    def publish_listing(self, acceptor: str) -> Prepared[Listed]:
        """Anyone publishes an acceptor's standing of this month; again changes nothing."""
        party = checks.party(acceptor, "acceptor")

        def read(outcome: Outcome) -> Listed:
            found = [log.args for log in self._events(outcome) if log.name == "AcceptorListed"]
            last = found[0]["bannedUntil"] if found else 0
            return Listed(
                tx=tx_of(outcome),
                acceptor=party,
                suspended=found[0]["suspended"] if found else None,
                banned_until=checks.day_or_none(last),
            )

        return self._once("publishListing", (party,), read)

    @write
    def announce_cleared(self, *, announcement_hash: bytes) -> Prepared[TxRef]:
        """X4: lift this month's suspension: all overdue settled, disclosure current, announced."""
        args = (checks.hash32(announcement_hash, "announcement_hash"),)
        return self._once("announceCleared", args, self._tx)

    @write
    def remove_ban(
        self,
        acceptor: str,
        *,
        cause_hash: bytes,
        approver: Approver,
        deadline: int | None = None,
    ) -> Prepared[TxRef]:
        """X5: two officers of the regulator remove a ban whose cause was not credit."""
        message = {
            "acceptor": checks.party(acceptor, "acceptor"),
            "causeHash": checks.hash32(cause_hash, "cause_hash"),
            "deadline": checks.seconds(self._context.deadline(deadline)),
        }
        approval = signing.approval_by(approver, self._digest("BanRemoval", message))
        return self._act("removeBan", (*message.values(), approval), self._tx)

    @write
    def state_figures(
        self,
        acceptor: str,
        *,
        total_assets: int,
        deposits: int,
        margin: int,
        as_of: dt.date,
        evidence_hash: bytes,
        approver: Approver,
        deadline: int | None = None,
    ) -> Prepared[TxRef]:
        """R4-24: two officers of the regulator state a bank's or finance company's figures."""
        message = {
            "acceptor": checks.party(acceptor, "acceptor"),
            "totalAssetsFen": checks.amount(total_assets, "total_assets"),
            "depositsFen": checks.amount(deposits, "deposits"),
            "marginFen": checks.amount_or_zero(margin, "margin"),
            "asOfDay": checks.day(as_of, "as_of"),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "deadline": checks.seconds(self._context.deadline(deadline)),
        }
        approval = signing.approval_by(approver, self._digest("Figures", message))
        return self._act("stateFigures", (message, approval), self._tx)

    # Internals

    def _once(self, function: str, args: Any, read: Any) -> Prepared[Any]:
        # Each states a fact that can be stated again.
        return self._act(function, args, read, key=fresh_key())

    def _disclosed(self, outcome: Outcome) -> BillDisclosed:
        event = self._event(outcome, "BillDisclosed")
        return BillDisclosed(
            tx=tx_of(outcome),
            bill_no=event["billNo"],
            matches=event["matches"],
            late=event["late"],
        )

    def _month_disclosed(self, outcome: Outcome) -> MonthDisclosed:
        event = self._event(outcome, "MonthDisclosed")
        year, month = divmod(event["month"], 12)
        return MonthDisclosed(
            tx=tx_of(outcome),
            acceptor=event["acceptor"],
            month=dt.date(1970 + year, month + 1, 1),
            matches=event["matches"],
            late=event["late"],
        )

    def _checked(self, outcome: Outcome) -> DisclosureChecked:
        event = self._event(outcome, "DisclosureChecked")
        return DisclosureChecked(
            tx=tx_of(outcome), bill_no=event["billNo"], snapshot_hash=event["snapshotHash"]
        )

    def _reconciled(self, outcome: Outcome) -> BookReconciled:
        event = self._event(outcome, "BookReconciled")
        return BookReconciled(
            tx=tx_of(outcome),
            book_balance=event["bookBalanceFen"],
            balance=event["balanceFen"],
            matches=event["matches"],
        )


def disclosure_from(bill_no: int, found: Any) -> Disclosure:
    """A disclosure as the contract answers it."""
    return Disclosure(
        bill_no=bill_no,
        day=checks.day_or_none(found["day"]),
        edits=found["edits"],
        matches=found["matches"],
    )


def _month(day: dt.date) -> int:
    """Months from January 1970 (= 0)."""
    checks.day(day, "month")
    return (day.year - 1970) * 12 + day.month - 1
