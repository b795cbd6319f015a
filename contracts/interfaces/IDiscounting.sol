// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {IReceivables} from "./IReceivables.sol";

/// @title IDiscounting
/// @notice Sale of all or part of a certificate to a bank or licensed factor on its signed quote (保理): with or without
/// recourse, at the seller's cost or partly at the debtor's.
/// @custom:rule R77-5, R77-6, R77-9, R77-10, FEN-2, FEN-4
interface IDiscounting {
    /// @dev What the funder's officer signs. It binds the certificate and the part, not what other holders do.
    /// @param amountFen The part that changes hands, fen.
    /// @param advanceFen What is financed of it: the whole part, or with recourse less; the rest comes after collection.
    /// @param ratePpm Annual rate, ACT/360 on what is financed, from the funding day to the rolled due day; with recourse
    /// also for the days after it.
    /// @param feeFen All fees together, shown before the seller agrees (R77-10), fen.
    /// @param buyerSharePpm Part of the interest that the debtor bears, in millionths; it has undertaken so before.
    /// @param recourse Whether the seller answers for payment by the debtor.
    /// @param capFen Limit of the recourse, for Recourse.Limited.
    /// @param costsMaxFen What the funder may add for costs of collection, with recourse.
    /// @param registryReceipt Hash of the filing receipt (中登网): filed before paying, used once (R77-6).
    /// @param epoch The funder's epoch; ending it takes back all its quotes at once.
    /// @param deadline Unix seconds.
    struct Quote {
        address funder;
        address seller;
        uint256 certificateId;
        uint64 amountFen;
        uint64 advanceFen;
        uint32 ratePpm;
        uint64 feeFen;
        uint32 buyerSharePpm;
        IReceivables.Recourse recourse;
        uint64 capFen;
        uint64 costsMaxFen;
        bytes32 registryReceipt;
        uint32 epoch;
        uint64 deadline;
    }

    /// @dev What a debtor has undertaken to bear of the interest when a certificate of its own is financed.
    struct InterestShare {
        address debtor;
        uint32 sharePpm;
        uint32 untilDay;
        uint64 leftFen;
    }

    /// @notice A sale. Certificate, seller, funder and amount stand in the TransferSingle just before it.
    event CertificateSold(
        uint256 indexed certificateId,
        bytes32 indexed quoteId,
        uint64 interestFen,
        uint64 feeFen,
        bytes32 registryReceipt,
        bytes32 consentHash,
        address sellerOfficer,
        address funderOfficer
    );
    /// @notice The sale just before is one with recourse; kind and cap stand in the undertaking before it.
    event FactoredWithRecourse(bytes32 indexed quoteId, uint64 advanceFen, uint32 ratePpm, uint64 costsMaxFen);
    /// @notice The debtor bore its part of the interest in the sale just before.
    event InterestShared(
        bytes32 indexed quoteId, uint256 indexed certificateId, address indexed debtor, uint64 paidFen
    );
    event InterestShareUndertaken(
        uint256 indexed certificateId,
        address indexed debtor,
        uint32 sharePpm,
        uint64 capFen,
        uint32 untilDay,
        address officer
    );

    /// @notice Thrown when another party than the quote's seller or funder acts on it, or signed it.
    error DiscountingParty(bytes32 quoteId, address actual, address needed);
    /// @notice Thrown when the filing receipt is missing (R77-6).
    error DiscountingReceiptMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the filing receipt backed a financing before; a quote is used once with it.
    error DiscountingReceiptUsed(bytes32 registryReceipt, bytes32 usedBy);
    /// @notice Thrown when the seller's consent record is missing (R77-9).
    error DiscountingConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when less is financed than the part although the seller does not answer for it, or more, fen.
    error DiscountingAdvance(bytes32 quoteId, uint256 advanceFen, uint256 amountFen);
    /// @notice Thrown when interest and fees would eat up what is financed, fen.
    error DiscountingNothingLeft(bytes32 quoteId, uint256 costFen, uint256 advanceFen);
    /// @notice Thrown when the debtor has not undertaken to bear that much, fen: R77-10 is enforced, not promised.
    error DiscountingShare(uint256 certificateId, uint256 undertaken, uint256 needed);

    /// @notice E7. Sells on a quote that the funder signed: certificate and money in one transaction. The caller is the
    /// seller's officer.
    /// @param evidenceHash Trade evidence that the funder checked (R77-3).
    /// @param consentHash The seller's consent record (R77-9).
    /// @return netFen What the funder pays the seller, fen.
    function sell(Quote calldata quote, bytes32 evidenceHash, bytes32 consentHash, Approval calldata funder)
        external
        returns (uint256 netFen);

    /// @notice E7. The same from the other side: the caller is the funder's officer, the seller has signed
    /// Sale(quoteId, evidenceHash, consentHash).
    function buy(Quote calldata quote, bytes32 evidenceHash, bytes32 consentHash, Approval calldata seller)
        external
        returns (uint256 netFen);

    /// @notice The debtor undertakes to bear a share of the interest when a certificate of its own is financed, until a civil
    /// day and up to `capFen` in all; 0 takes it back for sales to come.
    function undertakeInterest(uint256 certificateId, uint32 sharePpm, uint64 capFen, uint32 untilDay) external;

    /// @notice What the quote would cost today: interest, net and days, fen. `netFen` is 0 where nothing would be left;
    /// the debtor's part of the interest comes to the seller on top.
    function termsOf(Quote calldata quote)
        external
        view
        returns (uint256 interestFen, uint256 netFen, uint256 buyerPartFen, uint32 tenorDays);

    function quoteIdOf(Quote calldata quote) external view returns (bytes32);
    function receiptUsedBy(bytes32 registryReceipt) external view returns (bytes32 usedBy);
    function interestShareOf(uint256 certificateId) external view returns (InterestShare memory);
}
