// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DateTimeLib} from "solady/utils/DateTimeLib.sol";

/// @title BillIds
/// @notice Bill numbers (30 digits: type 1, bank 12, date 8, serial 8, check 1) and the ids of their sub-ranges.
/// @dev The register's own check digit is not known; ours is Luhn's (ISO/IEC 7812-1) over the first 29 digits.
/// @custom:rule SH-3, SH-7
library BillIds {
    uint256 private constant NUMBER_MAX = 10 ** 30 - 1;
    uint256 private constant DIGITS = 29;

    function tokenId(uint128 number, uint40 first, uint40 last) internal pure returns (uint256) {
        return (uint256(number) << 80) | (uint256(first) << 40) | last;
    }

    function billNo(uint256 id) internal pure returns (uint128) {
        return uint128(id >> 80);
    }

    function units(uint256 id) internal pure returns (uint40 first, uint40 last) {
        return (uint40(id >> 40), uint40(id));
    }

    function isNumber(uint128 number) internal pure returns (bool) {
        return number <= NUMBER_MAX;
    }

    function typeOf(uint128 number) internal pure returns (uint8) {
        return uint8(number / 10 ** 29);
    }

    /// @notice The eight date digits: year, month, day.
    function dateOf(uint128 number) internal pure returns (uint32) {
        return uint32((number / 10 ** 9) % 10 ** 8);
    }

    /// @notice The date digits of a civil day.
    function dateDigits(uint32 day) internal pure returns (uint32) {
        (uint256 year, uint256 month, uint256 dayOfMonth) = DateTimeLib.epochDayToDate(day);
        return uint32(year * 10_000 + month * 100 + dayOfMonth);
    }

    /// @notice The check digit over the first 29 digits.
    function checkDigit(uint128 number) internal pure returns (uint8) {
        uint256 rest = number / 10;
        uint256 sum;
        for (uint256 i; i < DIGITS; ++i) {
            uint256 digit = rest % 10;
            rest /= 10;
            if (i % 2 == 0) digit = digit < 5 ? 2 * digit : 2 * digit - 9;
            sum += digit;
        }
        return uint8((10 - sum % 10) % 10);
    }
}
