"""Loans on pledged certificates (质押融资): contracts `Loans` and `Pledges`. Amounts in fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approval, Approver
from scf.errors import UsageError
from scf.model.financing_enums import LoanState
from scf.model.financing_records import Debt, Loan, LoanTerms, Pledge, PledgeSale, TopUp
from scf.model.financing_results import Advanced, Enforced, Repaid
from scf.model.results import TxRef
from scf.units import from_civil_day

ALL = 2**64 - 1
_DIGEST_BYTES, _TAG_BYTES = 14, 10


class Loans(Face):
    """Advances on pledges, their repayment, release and enforcement."""

    contract = "Loans"

    # Reading and signing

    def digest(self, terms: LoanTerms) -> bytes:
        """What the lender's officer signs."""
        return self._digest("LoanTerms", loan_struct(terms))

    def loan_id(self, terms: LoanTerms) -> bytes:
        """The id of a loan: 14 bytes of its digest, ten of its borrower, eight for a pledge."""
        borrower = bytes.fromhex(checks.party(terms.borrower, "borrower")[2:])
        return (self.digest(terms)[:_DIGEST_BYTES] + borrower[:_TAG_BYTES]).ljust(32, b"\0")

    def borrowing_digest(self, terms: LoanTerms, *, consent_hash: bytes) -> bytes:
        """What the borrower's officer signs."""
        message = {
            "termsHash": self.digest(terms),
            "consentHash": checks.hash32(consent_hash, "consent_hash"),
        }
        return self._digest("Borrowing", message)

    def sign_terms(self, terms: LoanTerms, signer: Signer) -> Approval:
        """The lender's approval of terms; asks nothing of the chain."""
        return Approval(officer=signer.address, signature=signer.sign_typed(self.digest(terms)))

    def loan(self, loan_id: bytes) -> Loan:
        """
        A loan as written down.

        Raises:
            UsageError: there is none of that id.
        """
        id_ = checks.hash32(loan_id, "loan_id")
        found = self._read("loan", id_)
        if LoanState(found["state"]) == LoanState.NONE:
            raise UsageError("loan_id", "0x" + id_.hex(), "the id of a loan paid out here")
        return Loan(
            id=id_,
            lender=found["lender"],
            borrower=found["borrower"],
            principal=found["principalFen"],
            interest=found["interestFen"],
            costs=found["costsFen"],
            since_day=from_civil_day(found["sinceDay"]),
            rate=found["ratePpm"],
            late_rate=found["lateRatePpm"],
            repay_day=from_civil_day(found["repayDay"]),
            state=LoanState(found["state"]),
        )

    def debt(self, loan_id: bytes) -> Debt:
        """What is owed on a loan today."""
        found = self._read("debtOf", checks.hash32(loan_id, "loan_id"))
        return Debt(
            costs=found["costsFen"], interest=found["interestFen"], principal=found["principalFen"]
        )

    def pledges(self, certificate_id: int, pledgor: str) -> tuple[Pledge, ...]:
        """Which parts of a holding are pledged, and for which loans."""
        id_, party = checks.certificate_id(certificate_id), checks.party(pledgor, "pledgor")
        found = self._read("pledgesOf", id_, party, contract="Pledges")
        return tuple(
            Pledge(
                certificate_id=id_, pledgor=party, loan_id=item["debtId"], amount=item["amountFen"]
            )
            for item in found
        )

    # Writing

    @write
    def advance(
        self, terms: LoanTerms, *, consent_hash: bytes, lender: Approver, borrower: Approver
    ) -> Prepared[Advanced]:
        """
        Pledge and advance in one transaction; the signer is one of the two officers.

        Args:
            consent_hash: the borrower's consent record (R77-9).
            lender, borrower: each signs, or is `Approval(officer=…)` of the signer itself.
        """
        digest = self.borrowing_digest(terms, consent_hash=consent_hash)
        self._require_open(terms.deadline, "terms")
        args = (
            loan_struct(terms),
            consent_hash,
            signing.approval_by(lender, self.digest(terms), "lender"),
            signing.approval_by(borrower, digest, "borrower"),
        )
        return self._act("advance", args, self._advanced)

    @write
    def top_up(self, terms: TopUp, *, lender: Approver, borrower: Approver) -> Prepared[TxRef]:
        """Pledge a further part for a loan that runs; both sides approve."""
        message = {
            "loanId": checks.hash32(terms.loan_id, "loan_id"),
            "certificateId": checks.certificate_id(terms.certificate_id),
            "amountFen": checks.amount(terms.amount),
            "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
            "registryReceipt": checks.hash32(terms.registry_receipt, "registry_receipt"),
            "deadline": checks.seconds(terms.deadline),
        }
        digest = self._digest("TopUp", message)
        self._require_open(terms.deadline, "terms")
        approvals = (
            signing.approval_by(lender, digest, "lender"),
            signing.approval_by(borrower, digest, "borrower"),
        )
        return self._act("topUp", (message, *approvals), self._tx)

    @write
    def repay(
        self, loan_id: bytes, amount: int | None = None, *, release: Sequence[int] = ()
    ) -> Prepared[Repaid]:
        """
        The borrower repays `amount`, or all: costs, then interest, then principal.

        Args:
            release: certificates whose pledges end if nothing is owed any more.
        """
        ids = [checks.certificate_id(item, "release") for item in release]
        part = ALL if amount is None else checks.amount(amount)
        args = (checks.hash32(loan_id, "loan_id"), part, ids)
        return self._act("repay", args, self._repaid, key=fresh_key(), holders=len(ids))

    @write
    def release(self, loan_id: bytes, certificate_id: int, amount: int) -> Prepared[TxRef]:
        """Release a pledged part: the lender at any time, anyone once the loan is repaid."""
        args = (
            checks.hash32(loan_id, "loan_id"),
            checks.certificate_id(certificate_id),
            checks.amount(amount),
        )
        return self._act("release", args, self._tx, key=fresh_key())

    @write
    def declare_default(self, loan_id: bytes) -> Prepared[TxRef]:
        """State that a loan was not repaid on its day. Anyone."""
        return self._act("declareDefault", (checks.hash32(loan_id, "loan_id"),), self._tx)

    @write
    def state_costs(self, terms: LoanTerms, costs: int, *, evidence_hash: bytes) -> Prepared[TxRef]:
        """After default the lender adds, once, its costs of enforcement."""
        evidence = checks.hash32(evidence_hash, "evidence_hash")
        args = (loan_struct(terms), checks.amount(costs, "costs"), evidence)
        return self._act("stateCosts", args, self._tx)

    @write
    def enforce(self, terms: LoanTerms, sale: PledgeSale, *, buyer: Approver) -> Prepared[Enforced]:
        """G10: after default the lender sells a pledged part; the surplus goes to the pledgor."""
        message = {
            "loanId": checks.hash32(sale.loan_id, "loan_id"),
            "certificateId": checks.certificate_id(sale.certificate_id),
            "buyer": checks.party(sale.buyer, "buyer"),
            "amountFen": checks.amount(sale.amount),
            "priceFen": checks.amount(sale.price, "price"),
            "evidenceHash": checks.hash32(sale.evidence_hash, "evidence_hash"),
            "registryReceipt": checks.hash32(sale.registry_receipt, "registry_receipt"),
            "deadline": checks.seconds(sale.deadline),
        }
        approval = signing.approval_by(buyer, self._digest("PledgeSale", message), "buyer")
        self._require_open(sale.deadline, "sale")
        return self._act("enforce", (loan_struct(terms), message, approval), self._enforced)

    # Internals

    def _advanced(self, outcome: Outcome) -> Advanced:
        event = self._event(outcome, "LoanAdvanced")
        return Advanced(
            tx=tx_of(outcome),
            loan_id=event["loanId"],
            lender=event["lender"],
            borrower=event["borrower"],
            principal=event["principalFen"],
            paid_out=event["principalFen"] - event["feeFen"],
        )

    def _repaid(self, outcome: Outcome) -> Repaid:
        paid = self._event(outcome, "LoanPaid")
        return Repaid(
            tx=tx_of(outcome),
            loan_id=paid["loanId"],
            paid=paid["costsFen"] + paid["interestFen"] + paid["principalFen"],
            costs=paid["costsFen"],
            interest=paid["interestFen"],
            principal=paid["principalFen"],
            is_repaid=any(log.name == "LoanRepaid" for log in self._events(outcome)),
        )

    def _enforced(self, outcome: Outcome) -> Enforced:
        event = self._event(outcome, "PledgeSold")
        return Enforced(
            tx=tx_of(outcome),
            loan_id=event["loanId"],
            certificate_id=event["certificateId"],
            buyer=event["buyer"],
            price=event["priceFen"],
            surplus=event["surplusFen"],
        )


def loan_struct(terms: LoanTerms) -> Mapping[str, Any]:
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
        "certificateId": checks.certificate_id(terms.certificate_id),
        "pledgedFen": checks.amount(terms.pledged, "pledged"),
        "principalFen": principal,
        "feeFen": fee,
        "ratePpm": checks.number(checks.rate(terms.rate), "rate", 2**24 - 1),
        "lateRatePpm": checks.number(checks.rate(terms.late_rate), "late_rate", 2**24 - 1),
        "repayDay": checks.day(terms.repay_day, "repay_day"),
        "saleFloorPpm": checks.number(terms.sale_floor, "sale_floor", 10**6),
        "costsMaxFen": checks.amount_or_zero(terms.costs_max, "costs_max"),
        "evidenceHash": checks.hash32(terms.evidence_hash, "evidence_hash"),
        "registryReceipt": checks.hash32(terms.registry_receipt, "registry_receipt"),
        "epoch": checks.number(terms.epoch, "epoch", 2**32 - 1),
        "deadline": checks.seconds(terms.deadline),
    }
