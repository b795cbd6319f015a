// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LibSort} from "solady/utils/LibSort.sol";

/// @title Apportionment
/// @notice Divides an amount by weights so that the parts sum to it exactly.
/// @dev Largest remainder: every part is floored, and the fen still missing go one each to the parts that lost
/// most by flooring, the lower index first among equals. Nobody gains more than one fen over the exact share.
/// @custom:rule FEN-3
library Apportionment {
    /// @dev The number of weights must stay below 65,536 and `total * weight` below 2^240; callers bound both.
    function largestRemainder(uint256 total, uint256[] memory weights) internal pure returns (uint256[] memory parts) {
        uint256 count = weights.length;
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            sum += weights[i];
        }
        parts = new uint256[](count);
        uint256[] memory ranks = new uint256[](count);
        uint256 missing = total;
        for (uint256 i; i < count; ++i) {
            uint256 product = total * weights[i];
            parts[i] = product / sum;
            missing -= parts[i];
            ranks[i] = ((product % sum) << 16) | (type(uint16).max - i);
        }
        if (missing == 0) return parts;

        LibSort.sort(ranks);
        for (uint256 i; i < missing; ++i) {
            ++parts[type(uint16).max - (ranks[count - 1 - i] & type(uint16).max)];
        }
    }
}
