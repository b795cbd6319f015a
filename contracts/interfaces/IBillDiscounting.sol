// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IBillDiscounting
/// @notice Discount of bill ranges (贴现): outright or with the right to redeem (回购式), and trade of discounted paper
/// between banks (转贴现), each on a quote that both sides approve.
/// @custom:rule R4-15, R4-16, R4-28, R77-5, R802-3, X3, X5, X6, FEN-2, FEN-4, FEN-5
interface IBillDiscounting {
    /// @dev What the funder's officer signs. It binds the range in its endorsement state, so it cannot be used twice.
    /// @param acts State of the range (IBills.Range).
    /// @param first With `last`: the units taken, the whole range or one end of it; 0–0 for an indivisible bill.
    /// @param ratePpm Annual rate, ACT/360 on the part's face, from the day of discount to the rolled maturity.
    /// @param feeFen All fees together, fen.
    /// @param buyerSharePpm Part of the interest borne by who has undertaken so for the bill (买方付息), in millionths.
    /// @param redeemFrom First day on which the seller may redeem; 0 = outright.
    /// @param redeemUntil Last day; before maturity.
    /// @param redeemFen Redemption price where one is agreed; 0 = the price paid with interest at `redeemRatePpm`.
    /// @param interbank Between banks, of paper that was discounted before (B24).
    /// @param epoch The funder's epoch; ending it takes back all its quotes at once.
    /// @param deadline Unix seconds.
    struct BillQuote {
        address funder;
        address seller;
        uint256 tokenId;
        uint16 acts;
        uint40 first;
        uint40 last;
        uint32 ratePpm;
        uint64 feeFen;
        uint32 buyerSharePpm;
        uint24 redeemFrom;
        uint24 redeemUntil;
        uint64 redeemFen;
        uint32 redeemRatePpm;
        bool interbank;
        uint32 epoch;
        uint64 deadline;
    }

    /// @dev A discount that its seller may redeem; two slots.
    struct Repo {
        address seller;
        uint24 day;
        uint24 redeemFrom;
        uint24 redeemUntil;
        uint64 priceFen;
        uint64 redeemFen;
        uint32 redeemRatePpm;
    }

    /// @dev What somebody undertook to bear of the interest when a bill is discounted.
    struct BillShare {
        address payer;
        uint32 sharePpm;
        uint32 untilDay;
        uint64 leftFen;
    }

    event BillDiscounted(
        bytes32 indexed quoteId,
        uint256 indexed tokenId,
        address indexed seller,
        address funder,
        uint64 interestFen,
        uint64 feeFen,
        bool interbank,
        bytes32 evidenceHash,
        bytes32 consentHash,
        address sellerOfficer,
        address funderOfficer
    );
    /// @notice The discount just before may be redeemed.
    event RepoOpened(
        uint256 indexed tokenId,
        address indexed seller,
        uint24 redeemFrom,
        uint24 redeemUntil,
        uint64 priceFen,
        uint64 redeemFen,
        uint32 redeemRatePpm
    );
    event BillRedeemed(
        uint256 indexed tokenId, address indexed seller, address indexed holder, uint64 paidFen, address officer
    );
    /// @notice Not redeemed in time: the discount is outright (B20).
    event RepoEnded(uint256 indexed tokenId, address indexed seller, address by);
    event BillShareUndertaken(
        uint128 indexed billNo, address indexed payer, uint32 sharePpm, uint64 capFen, uint32 untilDay, address officer
    );
    event BillInterestShared(bytes32 indexed quoteId, uint128 indexed billNo, address indexed payer, uint64 paidFen);

    /// @notice Thrown when another party than the one named acts or signed.
    error BillDiscountingParty(bytes32 id, address actual, address needed);
    /// @notice Thrown when the trade evidence is missing (R4-15, R4-16).
    error BillDiscountingEvidenceMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the seller's consent record is missing (R802-3).
    error BillDiscountingConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the discounter has not recorded that it read the disclosure as it stands now (R4-28, X6).
    error BillDiscountingUnchecked(bytes32 ruleId, uint256 version, uint128 billNo, address funder);
    /// @notice Thrown when maturity has come (civil days).
    error BillDiscountingMatured(uint256 tokenId, uint32 maturity, uint32 today);
    /// @notice Thrown when interest and fees would eat up the part, fen.
    error BillDiscountingNothingLeft(bytes32 quoteId, uint256 costFen, uint256 amountFen);
    /// @notice Thrown when a redemption window is none: it opens on or after today, does not end before it opens, and ends
    /// before maturity.
    error BillDiscountingWindow(bytes32 quoteId, uint32 redeemFrom, uint32 redeemUntil);
    /// @notice Thrown when paper that never was discounted is traded between banks.
    error BillDiscountingFirst(uint256 tokenId);
    /// @notice Thrown when the range is not under a repo.
    error BillDiscountingNoRepo(uint256 tokenId);
    /// @notice Thrown when the day is outside the redemption window, or still inside it (civil days).
    error BillDiscountingDay(uint256 tokenId, uint32 today, uint32 redeemFrom, uint32 redeemUntil);
    /// @notice Thrown when nobody has undertaken to bear that much, fen or millionths.
    error BillDiscountingShare(uint128 billNo, uint256 undertaken, uint256 needed);

    /// @notice B17, B18, B24: the range, or one end of it, against its price in one transaction, sent by either side's
    /// officer. The funder's signs the quote, the seller's signs BillSale(quoteId, evidenceHash, consentHash).
    /// @return partId The range that changed hands.
    /// @return netFen What the funder pays the seller, fen.
    function discount(
        BillQuote calldata quote,
        bytes32 evidenceHash,
        bytes32 consentHash,
        Approval calldata seller,
        Approval calldata funder
    ) external returns (uint256 partId, uint256 netFen);

    /// @notice B19: the seller redeems within the window; the chain is as it was before. Also when frozen or suspended.
    function redeem(uint256 tokenId) external returns (uint64 paidFen);

    /// @notice B20: anyone, after the last day of the window.
    function endRepo(uint256 tokenId) external;

    /// @notice The drawer or acceptor of a bill undertakes to bear a share of the interest when it is discounted, until a civil
    /// day and up to `capFen` in all; 0 takes it back for discounts to come.
    function undertakeInterest(uint128 billNo, uint32 sharePpm, uint64 capFen, uint32 untilDay) external;

    /* READING */

    /// @notice What the quote would cost today: interest, net and days, fen.
    function termsOf(BillQuote calldata quote)
        external
        view
        returns (uint256 interestFen, uint256 netFen, uint256 buyerPartFen, uint32 tenorDays);

    /// @notice What redeeming would cost today, fen.
    function redemptionOf(uint256 tokenId) external view returns (uint256);

    function repoOf(uint256 tokenId) external view returns (Repo memory);
    function billShareOf(uint128 billNo) external view returns (BillShare memory);
    function quoteIdOf(BillQuote calldata quote) external view returns (bytes32);
}
