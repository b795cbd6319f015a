// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoans} from "../interfaces/ILoans.sol";
import {Interest} from "./Interest.sol";

/// @title LoanBook
/// @notice A loan in its two slots, the interest it has accrued, and the order in which payments go to it.
/// @custom:rule FEN-2, FEN-4; costs → interest → principal
library LoanBook {
    uint256 private constant DAY_BASIS = 360;

    /// @dev Two slots. Parties are their first ten bytes; Participants.partyOfTag knows the rest.
    struct Entry {
        uint64 principalFen;
        uint64 interestFen;
        uint64 costsFen;
        uint32 sinceDay;
        ILoans.LoanState state;
        bool hasCosts;
        bytes10 lenderTag;
        bytes10 borrowerTag;
        uint24 ratePpm;
        uint24 lateRatePpm;
        uint24 repayDay;
    }

    /// @notice What is owed on a day. Interest is half-up for each stretch of days at one rate on one principal.
    function debtOn(Entry memory e, uint32 today) internal pure returns (ILoans.Debt memory) {
        uint32 turn = e.repayDay < e.sinceDay ? e.sinceDay : e.repayDay > today ? today : e.repayDay;
        uint256 interestFen = e.interestFen
            + Interest.accrue(e.principalFen, turn - e.sinceDay, e.ratePpm, DAY_BASIS)
            + Interest.accrue(e.principalFen, today - turn, e.lateRatePpm, DAY_BASIS);
        return ILoans.Debt(e.costsFen, interestFen, e.principalFen);
    }

    /// @notice How a payment is divided: costs, then interest, then principal.
    function split(ILoans.Debt memory owed, uint256 paidFen) internal pure returns (ILoans.Debt memory paid) {
        paid.costsFen = paidFen < owed.costsFen ? paidFen : owed.costsFen;
        paidFen -= paid.costsFen;
        paid.interestFen = paidFen < owed.interestFen ? paidFen : owed.interestFen;
        paidFen -= paid.interestFen;
        paid.principalFen = paidFen < owed.principalFen ? paidFen : owed.principalFen;
    }

    function total(ILoans.Debt memory debt) internal pure returns (uint256) {
        return debt.costsFen + debt.interestFen + debt.principalFen;
    }
}
