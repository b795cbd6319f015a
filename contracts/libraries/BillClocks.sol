// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRulebook} from "../interfaces/IRulebook.sol";
import {Days} from "./Days.sol";
import {RuleIds} from "./RuleIds.sol";

/// @title BillClocks
/// @notice The days by which bill rights must be used, reckoned from a fact by the rules of its day.
/// @custom:rule NIL-17, NIL-53, OP-13, CAL-2, CAL-4
library BillClocks {
    /// @notice Last day of a limitation period of whole months. Raw unless OP-13 is on, which extends a holiday end.
    function limitOf(IRulebook rulebook, bytes32 ruleId, uint32 start) internal view returns (uint32 lastDay) {
        (uint256 months,) = rulebook.valueOn(ruleId, start);
        lastDay = Days.addMonths(start, months);
        (uint256 rolls,) = rulebook.valueOrZero(RuleIds.LIMITATION_ROLL, start);
        if (rolls != 0) lastDay = rulebook.rollDue(lastDay);
    }

    /// @notice Days from maturity to the raw end of the presentation window.
    function windowDays(IRulebook rulebook, uint32 maturity) internal view returns (uint32) {
        (uint256 count,) = rulebook.valueOn(RuleIds.PRESENTATION_DAYS, maturity);
        return uint32(count);
    }

    /// @notice W. Refuses where the calendar of a year on the way is not loaded.
    function windowEnd(IRulebook rulebook, uint32 maturity) internal view returns (uint32) {
        return rulebook.rollDue(maturity + windowDays(rulebook, maturity));
    }

    /// @notice Whether a day from maturity on lies in the window. Asks the calendar only where it matters.
    function isInWindow(IRulebook rulebook, uint32 maturity, uint32 day) internal view returns (bool) {
        uint32 rawEnd = maturity + windowDays(rulebook, maturity);
        return day <= rawEnd || day <= rulebook.rollDue(rawEnd);
    }
}
