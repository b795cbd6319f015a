// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Interest
/// @notice The one interest function: half-up to one fen, so neither side gains on average.
/// @custom:rule FEN-2, FEN-4, R802-4
library Interest {
    uint256 internal constant PPM = 1_000_000;

    /// @notice Simple interest for a number of days.
    /// @param amountFen Principal, in fen.
    /// @param tenorDays Days, first counted, last not.
    /// @param ratePpm Annual rate, in millionths (1.80 % = 18,000).
    /// @param basis Days in a year: 360, or 365 where the rule says so.
    function accrue(uint256 amountFen, uint256 tenorDays, uint256 ratePpm, uint256 basis)
        internal
        pure
        returns (uint256)
    {
        return (amountFen * tenorDays * ratePpm + basis * (PPM / 2)) / (basis * PPM);
    }
}
