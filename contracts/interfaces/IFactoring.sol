// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDiscounting} from "./IDiscounting.sol";
import {IFactoringClaims} from "./IFactoringClaims.sol";

/// @title IFactoring
/// @notice What follows a sale with recourse, value against value: buying back, returning the surplus, paying a claim.
/// @custom:rule CC-766
interface IFactoring {
    event BoughtBack(
        bytes32 indexed quoteId,
        uint256 indexed certificateId,
        address indexed supplier,
        address factor,
        uint64 amountFen,
        uint64 paidFen,
        address officer
    );
    event SurplusReturned(
        bytes32 indexed quoteId, address indexed factor, address indexed supplier, uint64 refundFen, address officer
    );
    event RecoursePaid(
        bytes32 indexed claimId,
        uint256 indexed certificateId,
        address indexed payer,
        address claimant,
        uint64 amountFen,
        uint64 paidFen,
        address officer
    );

    /// @notice Thrown when no sale was made on the quote.
    error FactoringUnknown(bytes32 quoteId, bytes32 usedBy);
    /// @notice Thrown when another party than the one that owes acts.
    error FactoringParty(bytes32 quoteId, address actual, address needed);

    /// @notice F8, F9: the supplier repays advance, interest and costs of a part that the debtor has not paid, and gets
    /// the part back. The caller is the supplier's officer; works for a frozen or suspended supplier and factor.
    /// @param undertaking Place of the supplier's undertaking in the factor's list.
    function buyBack(IDiscounting.Quote calldata quote, uint256 undertaking)
        external
        returns (uint64 unitsFen, uint64 paidFen);

    /// @notice F8: once the certificate is paid, the factor returns what it received above advance, interest and costs, and
    /// the deal is settled. The caller is the factor's officer; works for a frozen or suspended one.
    function returnSurplus(IDiscounting.Quote calldata quote) external returns (uint64 refundFen);

    /// @notice E10: a party pays a claim against it and gets the units it pays for. Works for a frozen or suspended one.
    function payClaim(IFactoringClaims.RecourseClaim calldata claim) external returns (uint64 unitsFen, uint64 paidFen);

    /// @notice What a part financed with recourse has brought in, and what is owed on it, today.
    function accountOf(IDiscounting.Quote calldata quote) external view returns (IFactoringClaims.Account memory);
}
