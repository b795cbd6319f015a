// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {DateTimeLib} from "solady/utils/DateTimeLib.sol";

/// @title Days
/// @notice Civil days in UTC+8, counted from 1970-01-01.
/// @custom:rule CAL-1, CAL-4
library Days {
    /// @notice The civil day of a moment.
    /// @param timestamp Unix seconds.
    function civilDay(uint256 timestamp) internal pure returns (uint32) {
        return uint32((timestamp + 8 hours) / 1 days);
    }

    /// @notice The corresponding day `months` later, or the last day of that month.
    function addMonths(uint32 day, uint256 months) internal pure returns (uint32) {
        return uint32(DateTimeLib.addMonths(uint256(day) * 1 days, months) / 1 days);
    }

    /// @notice Calendar year of a day, and the day's index in it (0 = 1 January).
    function yearAndIndex(uint32 day) internal pure returns (uint16 year, uint16 index) {
        (uint256 y,,) = DateTimeLib.epochDayToDate(day);
        year = uint16(y);
        index = uint16(day - DateTimeLib.dateToEpochDay(y, 1, 1));
    }

    /// @notice Months from January 1970 (= 0) to the day's month.
    function monthOf(uint32 day) internal pure returns (uint16) {
        (uint256 year, uint256 month,) = DateTimeLib.epochDayToDate(day);
        return uint16((year - 1970) * 12 + month - 1);
    }

    /// @notice The last day of a month counted as `monthOf` does.
    function monthEnd(uint16 month) internal pure returns (uint32) {
        uint256 next = uint256(month) + 1;
        return uint32(DateTimeLib.dateToEpochDay(1970 + next / 12, next % 12 + 1, 1) - 1);
    }

    /// @notice 365 or 366.
    function daysInYear(uint16 year) internal pure returns (uint256) {
        return DateTimeLib.isLeapYear(year) ? 366 : 365;
    }

    /// @notice Monday to Friday, holidays not considered.
    function isWeekday(uint32 day) internal pure returns (bool) {
        return !DateTimeLib.isWeekEnd(uint256(day) * 1 days);
    }
}
