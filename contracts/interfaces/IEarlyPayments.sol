// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IEarlyPayments
/// @notice Early payment by the debtor itself (动态折扣): it pays a holder before the day, less a discount that the holder
/// agrees to, and that part of the debt is discharged.
/// @custom:rule R802-3, FEN-2, FEN-4
interface IEarlyPayments {
    /// @dev What the debtor offers and signs.
    /// @param aprPpm Annual rate of the discount, ACT/360 from the day of payment to the rolled due day.
    /// @param reference_ Tells equal offers apart: one is used once.
    /// @param epoch The debtor's epoch; ending it takes back all its offers at once.
    /// @param deadline Unix seconds.
    struct EarlyPayment {
        address debtor;
        address holder;
        uint256 certificateId;
        uint64 amountFen;
        uint32 aprPpm;
        bytes32 reference_;
        uint32 epoch;
        uint64 deadline;
    }

    /// @notice The debt discharged stands in the CertificateRetired just before it.
    event PaidEarly(
        bytes32 indexed offerId,
        uint256 indexed certificateId,
        address indexed holder,
        uint64 amountFen,
        uint64 discountFen,
        bytes32 consentHash,
        address holderOfficer,
        address debtorOfficer
    );
    /// @notice One clearing of bids, best rate to the debtor first; the bids are the payments just before it (Y3).
    event BidsCleared(address indexed debtor, uint256 count, uint32 lowestAprPpm, address officer);

    /// @notice Thrown when another party than the offer's debtor or holder acts on it, or signed it.
    error EarlyPaymentsParty(bytes32 offerId, address actual, address needed);
    /// @notice Thrown when the offer was used before.
    error EarlyPaymentsUsed(bytes32 offerId);
    /// @notice Thrown when the holder's consent record is missing: no discount may be forced (R802-3).
    error EarlyPaymentsConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the discount would eat up the amount, fen.
    error EarlyPaymentsNothingLeft(bytes32 offerId, uint256 discountFen, uint256 amountFen);
    /// @notice Thrown when a bid is cleared before one with a better rate for the debtor.
    error EarlyPaymentsOrder(bytes32 offerId, uint256 aprPpm, uint256 bestPpm);
    /// @notice Thrown when a clearing has no bids, too many, or approvals that do not go with them.
    error EarlyPaymentsCount(uint256 actual, uint256 needed);

    /// @notice Y2, Y4: the holder takes an offer that the debtor signed. The caller is the holder's officer.
    /// @return paidFen What the holder receives, fen.
    function takeEarly(EarlyPayment calldata offer, bytes32 consentHash, Approval calldata debtor)
        external
        returns (uint256 paidFen);

    /// @notice The same from the other side: the caller is the debtor's officer, the holder has signed
    /// EarlySale(offerId, consentHash).
    function payEarly(EarlyPayment calldata offer, bytes32 consentHash, Approval calldata holder)
        external
        returns (uint256 paidFen);

    /// @notice Y3: the debtor pays several bids of holders in one transaction, best rate first. At most BIDS_MAX.
    function clearBids(EarlyPayment[] calldata bids, bytes32[] calldata consentHashes, Approval[] calldata holders)
        external;

    /// @notice What an offer would cost the holder today, fen.
    function discountOf(EarlyPayment calldata offer) external view returns (uint256 discountFen, uint32 daysEarly);

    function offerIdOf(EarlyPayment calldata offer) external view returns (bytes32);
    function isOfferUsed(bytes32 offerId) external view returns (bool);
}
