// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {LibSort} from "solady/utils/LibSort.sol";

import {Apportionment} from "./Apportionment.sol";

/// @title Priority
/// @notice Who is paid first out of one receivable that several have financed (优先顺位).
/// @dev Registered claims by time of registration, then by the registry's sequence number; then those notified to the debtor
/// by the time the notice reached it; then all others together, pro rata to what they financed. Equal in everything: the
/// lower index first.
/// @custom:rule CC-768, FEN-3
library Priority {
    uint256 internal constant CLAIMS_MAX = 64;

    /// @param registeredAt Unix seconds of the filing; 0 = not registered.
    /// @param registrySequence The registry's number, for filings of the same second.
    /// @param noticeAt Unix seconds at which the notice reached the debtor; 0 = not notified.
    /// @param financedFen What was financed, the weight of the last class.
    /// @param owedFen What the claim may receive at most.
    struct Claim {
        uint64 registeredAt;
        uint64 registrySequence;
        uint64 noticeAt;
        uint64 financedFen;
        uint64 owedFen;
    }

    error PriorityClaimCount(uint256 actual, uint256 needed);

    /// @notice Divides what a receivable brings in over the claims on it. What is left after all stays with the
    /// creditor.
    /// @return partsFen Per claim, in the order given; never more than it is owed.
    /// @return leftFen What no claim may receive.
    function allocate(Claim[] memory claims, uint256 amountFen)
        internal
        pure
        returns (uint256[] memory partsFen, uint256 leftFen)
    {
        uint256 count = claims.length;
        require(count <= CLAIMS_MAX, PriorityClaimCount(count, CLAIMS_MAX));
        partsFen = new uint256[](count);
        leftFen = amountFen;
        uint256[] memory ranks = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            ranks[i] = _rank(claims[i], i);
        }
        LibSort.sort(ranks);
        for (uint256 i; i < count; ++i) {
            if (_isUnranked(ranks[i])) {
                leftFen = _shareRest(claims, ranks, i, partsFen, leftFen);
                break;
            }
            uint256 index = uint16(ranks[i]);
            partsFen[index] = FixedPointMathLib.min(leftFen, claims[index].owedFen);
            leftFen -= partsFen[index];
        }
    }

    /// @dev Pro rata by largest remainder; what a claim cannot take passes to the others of its class.
    function _shareRest(
        Claim[] memory claims,
        uint256[] memory ranks,
        uint256 first,
        uint256[] memory partsFen,
        uint256 leftFen
    ) private pure returns (uint256) {
        uint256 count = ranks.length - first;
        uint256[] memory weights = new uint256[](count);
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            Claim memory c = claims[uint16(ranks[first + i])];
            if (c.owedFen > 0) weights[i] = c.financedFen;
            sum += weights[i];
        }
        while (leftFen > 0 && sum > 0) {
            uint256[] memory shares = Apportionment.largestRemainder(leftFen, weights);
            bool isCapped;
            for (uint256 i; i < count; ++i) {
                uint256 index = uint16(ranks[first + i]);
                if (weights[i] == 0 || shares[i] < claims[index].owedFen) continue;
                isCapped = true;
                partsFen[index] = claims[index].owedFen;
                leftFen -= partsFen[index];
                sum -= weights[i];
                weights[i] = 0;
            }
            if (isCapped) continue;
            for (uint256 i; i < count; ++i) {
                if (weights[i] != 0) partsFen[uint16(ranks[first + i])] = shares[i];
            }
            return 0;
        }
        return leftFen;
    }

    /// @dev From the high end: class 8, time 64, sequence 64, index 16 bits; a lower rank comes first.
    function _rank(Claim memory c, uint256 index) private pure returns (uint256) {
        if (c.registeredAt != 0) return (uint256(c.registeredAt) << 80) | (uint256(c.registrySequence) << 16) | index;
        if (c.noticeAt != 0) return (1 << 144) | (uint256(c.noticeAt) << 80) | index;
        return (2 << 144) | index;
    }

    function _isUnranked(uint256 rank) private pure returns (bool) {
        return rank >> 144 == 2;
    }
}
