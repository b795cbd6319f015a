// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IDiscounting
/// @notice Sale of all or part of a certificate to a bank or licensed factor, without recourse, on its signed quote
/// (保理, 无追索权).
/// @custom:rule R77-5, R77-6, R77-9, R77-10, FEN-2, FEN-4
interface IDiscounting {
    /// @dev What the funder's officer signs. It binds the certificate and the part, not what other holders do.
    /// @param ratePpm Annual rate, ACT/360 on the part's amount, from the funding day to the rolled due day.
    /// @param feeFen All fees together, shown before the seller agrees (R77-10), fen.
    /// @param registryReceipt Hash of the filing receipt (中登网): filed before paying, used once (R77-6).
    /// @param deadline Unix seconds.
    struct Quote {
        address funder;
        address seller;
        uint256 certificateId;
        uint64 amountFen;
        uint32 ratePpm;
        uint64 feeFen;
        bytes32 registryReceipt;
        uint64 deadline;
    }

    event CertificateSold(
        uint256 indexed certificateId,
        address indexed seller,
        address indexed funder,
        bytes32 quoteId,
        uint64 amountFen,
        uint64 interestFen,
        uint64 feeFen,
        bytes32 registryReceipt,
        bytes32 consentHash,
        address sellerOfficer,
        address funderOfficer
    );

    /// @notice Thrown when another party than the quote's seller or funder acts on it, or signed it.
    error DiscountingParty(bytes32 quoteId, address actual, address needed);
    /// @notice Thrown when the filing receipt is missing (R77-6).
    error DiscountingReceiptMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the filing receipt backed a sale before; a quote is used once with it.
    error DiscountingReceiptUsed(bytes32 registryReceipt, bytes32 quoteId);
    /// @notice Thrown when the seller's consent record is missing (R77-9).
    error DiscountingConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when interest and fees would eat up the part, fen.
    error DiscountingNothingLeft(bytes32 quoteId, uint256 costFen, uint256 amountFen);

    /// @notice Sells on a quote that the funder signed: certificate and money in one transaction. The caller is the
    /// seller's officer.
    /// @param evidenceHash Trade evidence that the funder checked (R77-3).
    /// @param consentHash The seller's consent record (R77-9).
    /// @return netFen What the seller receives, fen.
    function sell(Quote calldata quote, bytes32 evidenceHash, bytes32 consentHash, Approval calldata funder)
        external
        returns (uint256 netFen);

    /// @notice The same from the other side: the caller is the funder's officer, the seller has signed
    /// Sale(quoteId, evidenceHash, consentHash).
    function buy(Quote calldata quote, bytes32 evidenceHash, bytes32 consentHash, Approval calldata seller)
        external
        returns (uint256 netFen);

    /// @notice What the quote would cost today: interest, net and days, fen.
    function termsOf(Quote calldata quote) external view returns (uint256 interestFen, uint256 netFen, uint32 tenorDays);

    function quoteIdOf(Quote calldata quote) external view returns (bytes32);
    function receiptUsedBy(bytes32 registryReceipt) external view returns (bytes32 quoteId);
}
