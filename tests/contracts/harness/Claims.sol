// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Scope} from "./interfaces/IPresentations.sol";
import {RecourseClaims} from "./libraries/RecourseClaims.sol";

/// @dev Opens the library to the property tests.
contract Claims {
    function scopeOf(uint32 maturity, uint32 windowEnd, uint32 presented, uint32 answered, bool registerReading)
        external
        pure
        returns (Scope)
    {
        return RecourseClaims.scopeOf(maturity, windowEnd, presented, answered, registerReading);
    }

    function claim(uint256 principalFen, uint256 ratePpm, uint32 startDay, uint32 day, uint256 costsFen)
        external
        pure
        returns (uint256)
    {
        return RecourseClaims.claim(principalFen, ratePpm, startDay, day, costsFen);
    }

    function divide(uint256 paidFen, uint256 frontFen, uint256 backFen) external pure returns (uint256, uint256) {
        return RecourseClaims.divide(paidFen, frontFen, backFen);
    }
}
