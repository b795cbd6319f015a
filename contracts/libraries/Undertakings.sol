// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IReceivables} from "../interfaces/IReceivables.sol";

/// @dev A recourse undertaking in one slot. From the low end: capFen 64, amountFen 64, kind 8, fromTag 80 bits.
type UndertakingSlot is uint256;

using Undertakings for UndertakingSlot global;

/// @title Undertakings
/// @notice Reads and writes a packed recourse undertaking: one slot is what a sale with recourse can afford.
library Undertakings {
    function pack(bytes10 tag, IReceivables.Recourse recourse, uint64 amount, uint64 cap)
        internal
        pure
        returns (UndertakingSlot)
    {
        uint256 slot = (uint256(uint80(tag)) << 8) | uint256(recourse);
        return UndertakingSlot.wrap((((slot << 64) | amount) << 64) | cap);
    }

    /// @notice What a sale on a quote undertakes: where less than the part was financed, whoever the chain of recourse
    /// brings can ask the seller for what was financed at most; interest and costs are between seller and funder.
    function ofSale(IReceivables.Recourse recourse, uint64 partFen, uint64 advanceFen, uint64 cap)
        internal
        pure
        returns (IReceivables.Recourse, uint64)
    {
        if (recourse == IReceivables.Recourse.None || advanceFen == partFen) return (recourse, cap);
        if (recourse == IReceivables.Recourse.Full || cap > advanceFen) cap = advanceFen;
        return (IReceivables.Recourse.Limited, cap);
    }

    function exists(UndertakingSlot s) internal pure returns (bool) {
        return UndertakingSlot.unwrap(s) != 0;
    }

    function fromTag(UndertakingSlot s) internal pure returns (bytes10) {
        return bytes10(uint80(UndertakingSlot.unwrap(s) >> 136));
    }

    function kind(UndertakingSlot s) internal pure returns (IReceivables.Recourse) {
        return IReceivables.Recourse(uint8(UndertakingSlot.unwrap(s) >> 128));
    }

    function amountFen(UndertakingSlot s) internal pure returns (uint64) {
        return uint64(UndertakingSlot.unwrap(s) >> 64);
    }

    function capFen(UndertakingSlot s) internal pure returns (uint64) {
        return uint64(UndertakingSlot.unwrap(s));
    }
}
