"""Loans on pledged bill ranges (票据质押, B21–B23): contract `BillLoans`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_checks import AnyRange
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.bill_numbers import BillRange, range_of_token
from scf.model.financing_records import BillLoanTerms, BillTopUp
from scf.model.financing_results import BillPledged, PledgeReleased
from scf.model.records import NO_HASH

_DIGEST_BYTES, _TAG_BYTES = 14, 10
_UNITS_MAX = 2**40 - 1


class BillLoans(Face):
    """Advances on pledged ranges, further pledges, release; money comes in through payment."""

    contract = "BillLoans"

    # Reading and signing

    def terms_for(
        self, part: AnyRange, *, lender: str, borrower: str, amount: int | None = None, **terms: Any
    ) -> BillLoanTerms:
        """
        Terms for a range as it stands now, or for `amount` at its front; asks the chain.

        Args:
            terms: further fields of `BillLoanTerms`; principal and fee in fen, rates in ppm.

        Raises:
            UsageError: no such range, or more than it has.
        """
        whole = bill_checks.range_(part)
        piece = bill_checks.piece(whole, None, amount)
        giver, taker = checks.party(lender, "lender"), checks.party(borrower, "borrower")
        party = self._read("party", giver, contract="Participants")
        return BillLoanTerms(
            lender=giver,
            borrower=taker,
            token_id=whole.token_id,
            acts=self._acts(whole),
            first=piece.first,
            last=piece.last,
            epoch=party["epoch"],
            **terms,
        )

    def top_up_for(
        self, part: AnyRange, *, loan_id: bytes, amount: int | None = None, **terms: Any
    ) -> BillTopUp:
        """A further pledge of a range as it stands now, or of `amount` at its front."""
        whole = bill_checks.range_(part)
        piece = bill_checks.piece(whole, None, amount)
        return BillTopUp(
            loan_id=checks.hash32(loan_id, "loan_id"),
            token_id=whole.token_id,
            acts=self._acts(whole),
            first=piece.first,
            last=piece.last,
            **terms,
        )

    def digest(self, terms: BillLoanTerms) -> bytes:
        """What the lender's officer signs."""
        return self._digest("BillLoanTerms", bill_loan_struct(terms))

    def loan_id(self, terms: BillLoanTerms) -> bytes:
        """The id of a loan: 14 bytes of its digest, ten of its borrower."""
        borrower = bytes.fromhex(checks.party(terms.borrower, "borrower")[2:])
        return (self.digest(terms)[:_DIGEST_BYTES] + borrower[:_TAG_BYTES]).ljust(32, b"\0")

    def borrowing_digest(self, terms: BillLoanTerms, *, consent_hash: bytes) -> bytes:
        """What the borrower's officer signs."""
        message = {
            "termsHash": self.digest(terms),
            "consentHash": checks.hash32(consent_hash, "consent_hash"),
        }
        return self._digest("BillBorrowing", message)

    def sign_terms(self, terms: BillLoanTerms, signer: Signer) -> Approval:
        """The lender's approval of terms; asks nothing of the chain."""
        return Approval(officer=signer.address, signature=signer.sign_typed(self.digest(terms)))

    def pledge_of(self, part: AnyRange) -> bytes | None:
        """The loan that a range secures while its pledgee has it; None: it secures none."""
        found = bytes(self._read("pledgeOf", bill_checks.range_(part).token_id))
        return None if found == NO_HASH else found

    # Writing

    @write
    def advance(
        self, terms: BillLoanTerms, *, consent_hash: bytes, lender: Approver, borrower: Approver
    ) -> Prepared[BillPledged]:
        """
        B21: pledge and advance in one transaction; the signer is one of the two officers.

        Args:
            consent_hash: the borrower's consent record (R802-3).
            lender, borrower: each signs, or is `Approval(officer=…)` of the signer itself.
        """
        digest = self.borrowing_digest(terms, consent_hash=consent_hash)
        self._require_open(terms.deadline, "terms")
        args = (
            bill_loan_struct(terms),
            consent_hash,
            signing.approval_by(lender, self.digest(terms), "lender"),
            signing.approval_by(borrower, digest, "borrower"),
        )
        return self._act("advance", args, self._pledged)

    @write
    def top_up(
        self, terms: BillTopUp, *, lender: Approver, borrower: Approver
    ) -> Prepared[BillPledged]:
        """B21 for a loan that runs; both sides approve."""
        message = {
            "loanId": checks.hash32(terms.loan_id, "loan_id"),
            **_range_struct(terms),
            "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
            "deadline": checks.seconds(terms.deadline),
        }
        digest = self._digest("BillTopUp", message)
        self._require_open(terms.deadline, "terms")
        approvals = (
            signing.approval_by(lender, digest, "lender"),
            signing.approval_by(borrower, digest, "borrower"),
        )
        return self._act("topUp", (message, *approvals), self._pledged)

    @write
    def release(
        self, range_: AnyRange, part: AnyRange | None = None, *, amount: int | None = None
    ) -> Prepared[PledgeReleased]:
        """
        B22: a pledged range, one end of it, or `amount` at its front goes back to its pledgor.

        The lender at any time, anyone once the loan is repaid.
        """
        whole = bill_checks.range_(range_)
        piece = bill_checks.piece(whole, part, amount)
        args = (whole.token_id, piece.first, piece.last)
        return self._act("release", args, self._released, key=fresh_key())

    # Internals

    def _acts(self, whole: BillRange) -> int:
        return int(self._read("range", whole.token_id, contract="Bills")["acts"])

    def _pledged(self, outcome: Outcome) -> BillPledged:
        event = self._event(outcome, "BillPledged")
        loan = next((log.args for log in self._events(outcome) if log.name == "LoanAdvanced"), None)
        return BillPledged(
            tx=tx_of(outcome),
            loan_id=event["loanId"],
            range=range_of_token(event["tokenId"]),
            pledgor=event["pledgor"],
            pledgee=event["pledgee"],
            principal=loan["principalFen"] if loan else 0,
            paid_out=loan["principalFen"] - loan["feeFen"] if loan else 0,
        )

    def _released(self, outcome: Outcome) -> PledgeReleased:
        event = self._event(outcome, "BillPledgeReleased")
        return PledgeReleased(
            tx=tx_of(outcome), range=range_of_token(event["tokenId"]), holder=event["to"]
        )


def bill_loan_struct(terms: BillLoanTerms) -> Mapping[str, Any]:
    """Terms as the contract takes them; UsageError for what cannot be any."""
    lender, borrower = (
        checks.party(terms.lender, "lender"),
        checks.party(terms.borrower, "borrower"),
    )
    if lender == borrower:
        raise UsageError("lender", terms.lender, "another party than the borrower")
    principal, fee = checks.amount(terms.principal, "principal"), checks.amount_or_zero(terms.fee)
    if fee >= principal:
        raise UsageError("fee", fee, f"less than the principal of {principal} fen")
    return {
        "lender": lender,
        "borrower": borrower,
        **_range_struct(terms),
        "principalFen": principal,
        "feeFen": fee,
        "ratePpm": checks.number(checks.rate(terms.rate), "rate", 2**24 - 1),
        "lateRatePpm": checks.number(checks.rate(terms.late_rate), "late_rate", 2**24 - 1),
        "repayDay": checks.day(terms.repay_day, "repay_day"),
        "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
        "epoch": checks.number(terms.epoch, "epoch", 2**32 - 1),
        "deadline": checks.seconds(terms.deadline),
    }


def _range_struct(terms: BillLoanTerms | BillTopUp) -> dict[str, Any]:
    return {
        "tokenId": checks.certificate_id(terms.token_id, "token_id"),
        "acts": checks.number(terms.acts, "acts", 2**16 - 1),
        "first": checks.number(terms.first, "first", _UNITS_MAX),
        "last": checks.number(terms.last, "last", _UNITS_MAX, terms.first),
    }
