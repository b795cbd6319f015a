// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IBillLoans
/// @notice Pledge of bill ranges for advances (票据质押, B21–B23). The endorsement with the word 质押 in the book of the bills
/// is the pledge: the pledgee has the range in hand (TF0304), presents it, is paid on it and pursues on it (NIL-35), and can
/// do nothing else with it. What comes in goes to the loan up to the debt; above it, it is the pledgor's.
/// @dev A pledge is known by the endorsement record that it wrote, which every piece of the range shares: it needs nothing to
/// follow when recourse divides a range. A range that a court gave to somebody else secures nothing any more.
/// There is no sale of a pledged bill: a pledge on a bill is enforced by exercising the bill (NIL-35).
/// @custom:rule NIL-35, R4-15, R77-5, R802-3, X3, X5, FEN-2, FEN-4
interface IBillLoans {
    /// @dev What both sides agree on; the lender's officer signs it. It binds the range in its endorsement state, so it cannot
    /// be used twice.
    /// @param acts State of the range (IBills.Range).
    /// @param first With `last`: the units pledged, the whole range or one end of it; 0–0 for an indivisible bill.
    /// @param feeFen Kept back from what is paid out, fen.
    /// @param ratePpm Annual rate, ACT/360 on the principal of the day, to `repayDay`.
    /// @param lateRatePpm Annual rate from `repayDay` on.
    /// @param repayDay Civil day, a business day.
    /// @param evidenceHash Trade evidence that the lender checked (R4-15).
    /// @param epoch The lender's epoch; ending it takes back all its offers at once.
    /// @param deadline Unix seconds.
    struct BillLoanTerms {
        address lender;
        address borrower;
        uint256 tokenId;
        uint16 acts;
        uint40 first;
        uint40 last;
        uint64 principalFen;
        uint64 feeFen;
        uint24 ratePpm;
        uint24 lateRatePpm;
        uint24 repayDay;
        bytes32 evidenceHash;
        uint32 epoch;
        uint64 deadline;
    }

    /// @dev A bill range as more security for a loan that runs; both sides approve.
    struct BillTopUp {
        bytes32 loanId;
        uint256 tokenId;
        uint16 acts;
        uint40 first;
        uint40 last;
        bytes32 evidenceHash;
        uint64 deadline;
    }

    /// @notice A range was pledged. `record` is its endorsement record, by which the pledge is known.
    event BillPledged(
        bytes32 indexed loanId,
        uint256 indexed tokenId,
        uint16 record,
        address indexed pledgor,
        address pledgee,
        bytes32 evidenceHash,
        address lenderOfficer,
        address borrowerOfficer
    );
    /// @notice The borrower's consent to an advance on a bill (R802-3); the loan itself is in LoanAdvanced.
    event BillBorrowed(bytes32 indexed loanId, uint256 indexed tokenId, bytes32 consentHash);
    /// @notice A range is no longer pledged and `to` has it; `loanId` is zero where a court had ended the pledge.
    event BillPledgeReleased(bytes32 indexed loanId, uint256 indexed tokenId, address indexed to, address officer);
    /// @notice What came in on a pledged range: to the lender, and above the debt to the pledgor.
    event BillPledgeCollected(bytes32 indexed loanId, uint256 indexed tokenId, uint256 lenderFen, uint256 pledgorFen);

    /// @notice Thrown when another party than the one named acts or signed.
    error BillLoansParty(bytes32 loanId, address actual, address needed);
    /// @notice Thrown when the trade evidence is missing (R4-15).
    error BillLoansEvidenceMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the borrower's consent record is missing (R802-3).
    error BillLoansConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when fees eat up what is lent, fen.
    error BillLoansAmount(bytes32 loanId, uint256 feeFen, uint256 principalFen);
    /// @notice Thrown when the day of repayment has come, or is no business day (civil days).
    error BillLoansRepayDay(uint32 repayDay, uint32 today);
    /// @notice Thrown when a bill would be pledged on or after its maturity (civil days).
    error BillLoansMatured(uint256 tokenId, uint32 maturity, uint32 today);
    /// @notice Thrown when more security is given for a loan that does not run.
    error BillLoansState(bytes32 loanId);

    /// @notice B21: pledge and advance in one transaction, sent by either side's officer. The lender's signs the terms, the
    /// borrower's signs BillBorrowing(termsHash, consentHash).
    /// @return loanId As in Loans, where the debt stands.
    /// @return partId The range that is pledged.
    function advance(
        BillLoanTerms calldata terms,
        bytes32 consentHash,
        Approval calldata lender,
        Approval calldata borrower
    ) external returns (bytes32 loanId, uint256 partId);

    /// @notice B21 for a loan that runs, on whatever it was paid out; sent by either side's officer, both sign.
    function topUp(BillTopUp calldata t, Approval calldata lender, Approval calldata borrower)
        external
        returns (uint256 partId);

    /// @notice B22: releases a pledged range or one end of it to the pledgor, also after maturity, while nothing is pending on
    /// it. The lender at any time, anyone once the loan is repaid. What a court gave to somebody else stays with that party,
    /// free: anyone may say so.
    /// @param first With `last`: the units released; 0–0 for an indivisible bill.
    function release(uint256 tokenId, uint40 first, uint40 last) external returns (uint256 partId);

    /// @notice B23, Settlement only: books what came in on a pledged range.
    /// @return pledgor Who gets what is above the debt.
    /// @return lenderFen What the lender gets, fen.
    function collect(bytes32 loanId, uint256 tokenId, uint256 paidFen)
        external
        returns (address pledgor, uint256 lenderFen);

    /* READING */

    /// @notice The loan that a range secures while its pledgee has it; 0 = none.
    function pledgeOf(uint256 tokenId) external view returns (bytes32 loanId);

    /// @notice The loan for which an endorsement record was written; 0 = it was no pledge.
    function pledgeAt(uint128 billNo, uint16 record) external view returns (bytes32 loanId);

    /// @notice The loan's id; the lender's officer signs the digest that it begins with.
    function loanIdOf(BillLoanTerms calldata terms) external view returns (bytes32);
    function topUpIdOf(BillTopUp calldata t) external view returns (bytes32);
}
