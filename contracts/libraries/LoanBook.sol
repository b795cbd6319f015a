// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILoans} from "../interfaces/ILoans.sol";
import {Interest} from "./Interest.sol";

/// @title LoanBook
/// @notice A loan in its one slot, the interest it has accrued, and the order in which payments go to it.
/// @custom:rule FEN-2, FEN-4
library LoanBook {
    uint256 private constant DAY_BASIS = 360;

    /// @dev One slot. The lender is its first ten bytes, Participants.partyOfTag knows the rest; the borrower's stand in
    /// the loan's id.
    struct Entry {
        uint64 principalFen;
        bytes10 lenderTag;
        uint24 sinceDay;
        uint24 repayDay;
        uint24 ratePpm;
        uint24 lateRatePpm;
        ILoans.LoanState state;
        bool hasCosts;
    }

    /// @dev What a loan owes beside its principal: interest that a payment left over, and costs of enforcement.
    struct Arrears {
        uint64 interestFen;
        uint64 costsFen;
    }

    /// @notice Fourteen bytes of the digest of its terms, ten of the borrower, and eight zeros, which a pledge takes for
    /// its amount. What binds the terms is their whole digest, kept with the filing receipt.
    function idOf(bytes32 digest, address borrower) internal pure returns (bytes32) {
        return bytes32(bytes14(digest)) | (bytes32(bytes10(bytes20(borrower))) >> 112);
    }

    function borrowerTag(bytes32 loanId) internal pure returns (bytes10) {
        return bytes10(loanId << 112);
    }

    /// @notice What is owed on a day. Interest is half-up for each stretch of days at one rate on one principal.
    function debtOn(Entry memory e, Arrears memory a, uint32 today) internal pure returns (ILoans.Debt memory) {
        uint32 turn = e.repayDay < e.sinceDay ? e.sinceDay : e.repayDay > today ? today : e.repayDay;
        uint256 interestFen = a.interestFen + Interest.accrue(e.principalFen, turn - e.sinceDay, e.ratePpm, DAY_BASIS)
            + Interest.accrue(e.principalFen, today - turn, e.lateRatePpm, DAY_BASIS);
        return ILoans.Debt(a.costsFen, interestFen, e.principalFen);
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
