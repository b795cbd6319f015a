// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IOpeningTerms
/// @notice The terms on which a certificate may be opened today: due day, delivery, payment term for SMEs, late rate, tenor.
/// @custom:rule R77-2, R77-3, R802-1, R802-4
interface IOpeningTerms {
    /// @dev Of an opening: what its terms depend on. Days are civil.
    /// @param reviewed A bank reviewed the tenor (R77-2b).
    /// @param reasoned A reason for a longer payment term is recorded (R802-1).
    struct Terms {
        address supplier;
        address debtor;
        uint32 deliveryDay;
        uint32 dueDay;
        uint24 lateRatePpm;
        bool reviewed;
        bool reasoned;
    }

    /// @notice Refuses terms that a rule forbids, by the rule's id and version.
    /// @return splitLimits The limits of R77-8 that the certificate keeps for good: `OP-3..5` as of today, 0 = none.
    function termsFor(Terms calldata terms) external view returns (uint256 splitLimits);
}
