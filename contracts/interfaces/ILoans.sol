// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title ILoans
/// @notice Advances on pledged certificates (质押融资): pledged and paid out in one transaction, repaid in parts or whole,
/// enforced after default; whatever the debtor pays on a pledged part goes to the lender up to the debt and to the pledgor
/// above it.
/// @custom:rule R77-5, R77-6, R77-9, R77-10, CC-445, CC-436, CC-437, CC-438, FEN-2, FEN-4
interface ILoans {
    enum LoanState {
        None,
        Running,
        Defaulted,
        Repaid
    }

    /// @dev What both sides agree on; the lender's officer signs it.
    /// @param pledgedFen The part of the certificate that secures the loan, fen.
    /// @param feeFen Kept back from what is paid out, fen.
    /// @param ratePpm Annual rate, ACT/360 on the principal of the day, to `repayDay`.
    /// @param lateRatePpm Annual rate from `repayDay` on.
    /// @param repayDay Civil day, a business day.
    /// @param saleFloorPpm In enforcement no part may be sold for less than this share of its amount, in millionths.
    /// @param costsMaxFen What the lender may add for costs of enforcement.
    /// @param evidenceHash Trade evidence that the lender checked (R77-3).
    /// @param registryReceipt Hash of the filing receipt (中登网): the pledge arises with it (CC-445), used once (R77-6).
    /// @param epoch The lender's epoch; ending it takes back all its offers at once.
    /// @param deadline Unix seconds.
    struct LoanTerms {
        address lender;
        address borrower;
        uint256 certificateId;
        uint64 pledgedFen;
        uint64 principalFen;
        uint64 feeFen;
        uint24 ratePpm;
        uint24 lateRatePpm;
        uint24 repayDay;
        uint32 saleFloorPpm;
        uint64 costsMaxFen;
        bytes32 evidenceHash;
        bytes32 registryReceipt;
        uint32 epoch;
        uint64 deadline;
    }

    /// @dev More security for a loan that runs; both sides approve.
    struct TopUp {
        bytes32 loanId;
        uint256 certificateId;
        uint64 amountFen;
        bytes32 evidenceHash;
        bytes32 registryReceipt;
        uint64 deadline;
    }

    /// @dev The sale of a pledged part after default, to a licensed party or to the lender itself.
    struct PledgeSale {
        bytes32 loanId;
        uint256 certificateId;
        address buyer;
        uint64 amountFen;
        uint64 priceFen;
        bytes32 evidenceHash;
        bytes32 registryReceipt;
        uint64 deadline;
    }

    /// @dev A loan as it stands. Interest accrued since `sinceDay` is not in it; `debtOf` adds it.
    struct Loan {
        address lender;
        address borrower;
        uint64 principalFen;
        uint64 interestFen;
        uint64 costsFen;
        uint32 sinceDay;
        uint24 ratePpm;
        uint24 lateRatePpm;
        uint24 repayDay;
        LoanState state;
        bool hasCosts;
    }

    /// @dev A loan that another room of financing pays out on a pledge of its own.
    struct Opening {
        bytes32 loanId;
        address lender;
        address borrower;
        uint64 principalFen;
        uint64 feeFen;
        uint24 ratePpm;
        uint24 lateRatePpm;
        uint24 repayDay;
        bytes32 registryReceipt;
        bytes32 consentHash;
        address lenderOfficer;
        address borrowerOfficer;
    }

    /// @dev A debt on a day, in the order in which payments go to it, fen.
    struct Debt {
        uint256 costsFen;
        uint256 interestFen;
        uint256 principalFen;
    }

    event LoanAdvanced(
        bytes32 indexed loanId,
        address indexed lender,
        address indexed borrower,
        uint64 principalFen,
        uint64 feeFen,
        uint24 ratePpm,
        uint24 lateRatePpm,
        uint24 repayDay,
        bytes32 registryReceipt,
        bytes32 consentHash,
        address lenderOfficer,
        address borrowerOfficer
    );
    /// @notice What was paid on a loan, by whichever way; interest up to today is settled or stands in `accruedFen`.
    event LoanPaid(bytes32 indexed loanId, uint64 costsFen, uint64 interestFen, uint64 principalFen, uint64 accruedFen);
    event LoanRepaid(bytes32 indexed loanId);
    event LoanRepayment(bytes32 indexed loanId, address indexed borrower, uint64 paidFen, address officer);
    event LoanDefaulted(bytes32 indexed loanId, uint256 owedFen, address by);
    event LoanCostsStated(bytes32 indexed loanId, uint64 costsFen, bytes32 evidenceHash, address officer);
    event LoanToppedUp(
        bytes32 indexed loanId,
        uint256 indexed certificateId,
        bytes32 registryReceipt,
        address lenderOfficer,
        address borrowerOfficer
    );
    event PledgeReleased(bytes32 indexed loanId, uint256 indexed certificateId, uint64 amountFen, address officer);
    /// @notice What the certificate's debtor paid on a pledged part: to the lender, and above the debt to the pledgor.
    event PledgeCollected(
        bytes32 indexed loanId, uint256 indexed certificateId, uint64 partFen, uint256 lenderFen, uint256 pledgorFen
    );
    event PledgeSold(
        bytes32 indexed loanId,
        uint256 indexed certificateId,
        address indexed buyer,
        uint64 amountFen,
        uint64 priceFen,
        uint256 surplusFen,
        bytes32 registryReceipt,
        address lenderOfficer,
        address buyerOfficer
    );

    /// @notice Thrown when the loan is not in the state the act needs.
    error LoansState(bytes32 loanId, LoanState actual, LoanState needed);
    /// @notice Thrown when another party than the one named acts or signed.
    error LoansParty(bytes32 loanId, address actual, address needed);
    /// @notice Thrown when the borrower's consent record is missing (R77-9).
    error LoansConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the trade evidence is missing (R77-3).
    error LoansEvidenceMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when an amount is zero or above what it is taken from, fen.
    error LoansAmount(bytes32 loanId, uint256 actual, uint256 needed);
    /// @notice Thrown when the day of repayment has come, or is no business day (civil days).
    error LoansRepayDay(uint32 repayDay, uint32 today);
    /// @notice Thrown when default is stated before the day of repayment has passed (civil days).
    error LoansNotLate(bytes32 loanId, uint32 repayDay, uint32 today);
    /// @notice Thrown when the terms given are not those of the loan, word for word.
    error LoansTerms(bytes32 loanId, bytes32 actual);
    /// @notice Thrown when costs are stated twice, are zero, or above what was agreed, fen.
    error LoansCosts(bytes32 loanId, uint256 actual, uint256 needed);
    /// @notice Thrown when a pledged part would be sold below the agreed floor, fen.
    error LoansFloor(bytes32 loanId, uint256 priceFen, uint256 needed);

    /// @notice E7. Pledge and advance in one transaction, sent by either side's officer. The lender's signs the terms, the
    /// borrower's signs Borrowing(termsHash, consentHash), where
    /// `termsHash` is the digest that the lender's officer signs.
    function advance(
        LoanTerms calldata terms,
        bytes32 consentHash,
        Approval calldata lender,
        Approval calldata borrower
    ) external returns (bytes32 loanId);

    /// @notice The borrower repays a part or, with 2^64 − 1, all; costs first, then interest, then principal. With the last
    /// fen the pledges named are released. Works for a frozen or suspended borrower and lender.
    /// @param certificateIds Pledges to release if nothing is owed any more.
    function repay(bytes32 loanId, uint64 amountFen, uint256[] calldata certificateIds)
        external
        returns (uint64 paidFen);

    /// @notice Releases a pledged part: the lender at any time, anyone once the loan is repaid.
    function release(bytes32 loanId, uint256 certificateId, uint64 amountFen) external;

    /// @notice Pledges a further part for a loan that runs; sent by either side's officer, both sign.
    function topUp(TopUp calldata t, Approval calldata lender, Approval calldata borrower) external;

    /// @notice States that a loan was not repaid on its day. Anyone.
    function declareDefault(bytes32 loanId) external;

    /// @notice After default the lender adds, once, its costs of enforcement.
    function stateCosts(LoanTerms calldata terms, uint64 costsFen, bytes32 evidenceHash) external;

    /// @notice G10: after default the lender sells a pledged part: it is paid up to the debt, the rest goes to the pledgor.
    /// The buyer's officer has signed, unless the lender itself takes the part over.
    function enforce(LoanTerms calldata terms, PledgeSale calldata sale, Approval calldata buyer) external;

    /// @notice Settlement only: divides what the debtor of a certificate pays its holders between them and the lenders
    /// to whom parts are pledged.
    /// @param principalsFen Burnt per holder, fen.
    /// @param interestsFen Late interest per holder, fen.
    function collect(
        uint256 certificateId,
        address[] calldata holders,
        uint256[] calldata principalsFen,
        uint256[] calldata interestsFen
    ) external returns (address[] memory payees, uint256[] memory amountsFen);

    /// @notice BillLoans only: writes down a loan that is paid out in the same transaction.
    function open(Opening calldata o) external;

    /// @notice BillLoans only: what came in on a pledged bill pays its loan, up to the debt.
    /// @return borrower Who gets the rest.
    /// @return lenderFen What the lender gets, fen; 0 where the loan was repaid before.
    function collectFor(bytes32 loanId, uint256 proceedsFen) external returns (address borrower, uint256 lenderFen);

    /* READING */

    function loan(bytes32 loanId) external view returns (Loan memory);
    function debtOf(bytes32 loanId) external view returns (Debt memory);
    function loanIdOf(LoanTerms calldata terms) external view returns (bytes32);
    function topUpIdOf(TopUp calldata t) external view returns (bytes32);
    function saleIdOf(PledgeSale calldata sale) external view returns (bytes32);
}
