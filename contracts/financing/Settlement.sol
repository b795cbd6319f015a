// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {IPresentations} from "../interfaces/IPresentations.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {Cash} from "../assets/Cash.sol";
import {BillPayments} from "./BillPayments.sol";
import {Discounting} from "./Discounting.sol";

/// @title Settlement
/// @notice Room for one thing: value against value, at once.
/// @custom:invariant STL-1 An asset and its money move in the same call or neither does.
/// @custom:invariant STL-2 Settlement never holds either (R77-4).
contract Settlement is BillPayments, Discounting {
    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IReceivables receivables_,
        Cash cash_,
        IPresentations presentations_,
        IRecourse recourse_
    ) Governed(participants_) {
        rulebook = rulebook_;
        receivables = receivables_;
        cash = cash_;
        presentations = presentations_;
        recourse = recourse_;
    }

    /// @inheritdoc ISettlement
    function payAtMaturity(uint256 certificateId, address[] calldata holders) external returns (uint256 totalFen) {
        address debtor = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (uint256[] memory amounts, uint256[] memory interests, uint256 unpaidFen) =
            receivables.redeem(certificateId, debtor, holders);

        totalFen = _pay(certificateId, debtor, holders, amounts, interests);
        uint256 left = cash.balanceOf(debtor);
        require(left >= unpaidFen, SettlementPreference(certificateId, left, unpaidFen));
    }

    /// @inheritdoc ISettlement
    function payPart(uint256 certificateId, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256 totalFen)
    {
        address debtor = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (uint256[] memory amounts, uint256[] memory interests) =
            receivables.redeemPart(certificateId, debtor, amountFen, holders);

        totalFen = _pay(certificateId, debtor, holders, amounts, interests);
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Settlement", "1");
    }

    /// @inheritdoc Discounting
    function _exchange(
        uint256 certificateId,
        address seller,
        address buyer,
        uint64 amountFen,
        uint256 priceFen,
        bytes32 evidenceHash
    ) internal override {
        receivables.assign(certificateId, seller, buyer, amountFen, evidenceHash);
        cash.move(buyer, seller, priceFen);
    }

    /// @dev The officer's limit counts what leaves the account, which is known only now.
    function _pay(
        uint256 certificateId,
        address debtor,
        address[] calldata holders,
        uint256[] memory amounts,
        uint256[] memory interests
    ) private returns (uint256 totalFen) {
        for (uint256 i; i < amounts.length; ++i) {
            amounts[i] += interests[i];
            totalFen += amounts[i];
        }
        _authorize(msg.sender, Powers.PAY, totalFen, 0, Standing.Owing);
        cash.payOut(debtor, holders, amounts);

        emit PaymentSettled(certificateId, debtor, totalFen, msg.sender);
    }
}
