// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Scope} from "../interfaces/IPresentations.sol";
import {Apportionment} from "./Apportionment.sol";
import {Interest} from "./Interest.sol";

/// @title RecourseClaims
/// @notice Scope and amount of recourse on a bill: pure arithmetic of days and fen.
/// @custom:rule NIL-53, NIL-65, NIL-70, NIL-71, FEN-2, FEN-3, FEN-4
library RecourseClaims {
    uint256 private constant DAY_BASIS = 360;

    /// @notice Against whom an answer opens recourse (§6).
    /// @param maturity M; `windowEnd` W; `presented` P; `answered` A; civil days.
    /// @param registerReading OP-8: an answer after W is narrow even where the presentation was in time.
    function scopeOf(uint32 maturity, uint32 windowEnd, uint32 presented, uint32 answered, bool registerReading)
        internal
        pure
        returns (Scope)
    {
        if (answered < maturity) return Scope.None;
        if (answered <= windowEnd) return Scope.All;
        bool inTime = presented >= maturity && presented <= windowEnd;
        return inTime && !registerReading ? Scope.All : Scope.DrawerAcceptorOnly;
    }

    /// @notice First recourse (NIL-70) on the face of a range; re-recourse (NIL-71) on what was paid. Interest is half-up to
    /// one fen, so neither side gains more than half a fen; the first day counts, the last does not; none before `startDay`.
    function claim(uint256 principalFen, uint256 ratePpm, uint32 startDay, uint32 day, uint256 costsFen)
        internal
        pure
        returns (uint256)
    {
        uint256 tenorDays = day > startDay ? day - startDay : 0;
        return principalFen + Interest.accrue(principalFen, tenorDays, ratePpm, DAY_BASIS) + costsFen;
    }

    /// @notice Divides what was paid for a range over its front and its back part, by largest remainder: of two equal
    /// remainders the front part gets the fen.
    function divide(uint256 paidFen, uint256 frontFen, uint256 backFen)
        internal
        pure
        returns (uint256 paidForFront, uint256 paidForBack)
    {
        uint256[] memory weights = new uint256[](2);
        (weights[0], weights[1]) = (frontFen, backFen);
        uint256[] memory parts = Apportionment.largestRemainder(paidFen, weights);
        return (parts[0], parts[1]);
    }
}
