// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cash} from "../assets/Cash.sol";
import {Governed} from "../base/Governed.sol";
import {IBillLoans} from "../interfaces/IBillLoans.sol";
import {IBills} from "../interfaces/IBills.sol";
import {ILoans} from "../interfaces/ILoans.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {IPresentations} from "../interfaces/IPresentations.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillPayments} from "./BillPayments.sol";
import {Discounting} from "./Discounting.sol";

/// @title Settlement
/// @notice Room for one thing: value against value, at once.
/// @custom:invariant STL-1 An asset and its money move in the same call or neither does.
/// @custom:invariant STL-2 Settlement never holds either (R77-4).
contract Settlement is BillPayments, Discounting {
    ILoans public immutable loans;
    address public immutable factoring;
    address public immutable earlyPayments;
    address public immutable billDiscounting;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IReceivables receivables_,
        Cash cash_,
        IBills bills_,
        IPresentations presentations_,
        IRecourse recourse_,
        ILoans loans_,
        address factoring_,
        address earlyPayments_,
        address billDiscounting_,
        IBillLoans billLoans_
    ) Governed(participants_) {
        rulebook = rulebook_;
        receivables = receivables_;
        cash = cash_;
        bills = bills_;
        presentations = presentations_;
        recourse = recourse_;
        loans = loans_;
        factoring = factoring_;
        earlyPayments = earlyPayments_;
        billDiscounting = billDiscounting_;
        billLoans = billLoans_;
    }

    /// @inheritdoc ISettlement
    function payAtMaturity(uint256 certificateId, address[] calldata holders) external returns (uint256 totalFen) {
        address debtor = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (uint256[] memory amounts, uint256[] memory interests, uint256 unpaidFen, bool hasPledges) =
            receivables.redeem(certificateId, debtor, holders);

        totalFen = _pay(certificateId, debtor, holders, amounts, interests, hasPledges);
        uint256 left = cash.balanceOf(debtor);
        require(left >= unpaidFen, SettlementPreference(certificateId, left, unpaidFen));
    }

    /// @inheritdoc ISettlement
    function payPart(uint256 certificateId, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256 totalFen)
    {
        address debtor = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (uint256[] memory amounts, uint256[] memory interests, bool hasPledges) =
            receivables.redeemPart(certificateId, debtor, amountFen, holders);

        totalFen = _pay(certificateId, debtor, holders, amounts, interests, hasPledges);
    }

    /* FOR THE OTHER ROOMS OF FINANCING */

    /// @inheritdoc ISettlement
    function file(bytes32 registryReceipt, bytes32 useId) external {
        _requireRoom();
        _useReceipt(registryReceipt, useId);

        emit ReceiptFiled(registryReceipt, useId);
    }

    /// @inheritdoc ISettlement
    function pay(address from, address to, uint256 amountFen) external {
        _requireRoom();
        cash.move(from, to, amountFen);
    }

    /// @inheritdoc ISettlement
    function giveBack(uint256 certificateId, address holder, address payer, uint64 unitsFen, uint64 paidFen) external {
        _requireCaller(factoring);
        if (unitsFen > 0) receivables.reassign(certificateId, holder, payer, unitsFen);
        cash.move(payer, holder, paidFen);
    }

    /// @inheritdoc ISettlement
    function retire(uint256 certificateId, address debtor, address holder, uint64 amountFen, uint256 paidFen) external {
        _requireCaller(earlyPayments);
        receivables.retire(certificateId, debtor, holder, amountFen);
        cash.move(debtor, holder, paidFen);
    }

    /// @inheritdoc ISettlement
    function passBill(
        uint256 tokenId,
        uint256 partId,
        address from,
        address to,
        IBills.RecordKind kind,
        IBills.Flag flag,
        uint256 paidFen
    ) external {
        _requireBillRoom();
        bills.pass(tokenId, partId, IBills.PendingOp.Discount, to, kind, false, flag);
        if (paidFen > 0) cash.move(to, from, paidFen);
    }

    /// @inheritdoc ISettlement
    function returnBill(uint256 tokenId, uint256 partId, address holder, address to, uint256 paidFen) external {
        _requireBillRoom();
        if (partId != tokenId) {
            (uint40 first, uint40 last) = BillIds.units(partId);
            bills.divide(tokenId, first, last, IBills.PendingOp.Discount);
        }
        bills.giveBack(partId, IBills.PendingOp.Discount, to, IBills.Flag.Transferable);
        if (paidFen > 0) cash.move(to, holder, paidFen);
    }

    /// @inheritdoc ISettlement
    function sellPledged(IReceivables.Hop calldata hop, address lender, uint256 lenderFen, uint256 surplusFen)
        external
    {
        _requireCaller(address(loans));
        receivables.assign(hop);
        if (lenderFen > 0) cash.move(hop.to, lender, lenderFen);
        if (surplusFen > 0) cash.move(hop.to, hop.from, surplusFen);
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Settlement", "1");
    }

    function _requireBillRoom() private view {
        require(msg.sender == billDiscounting || msg.sender == address(billLoans), SettlementRoom(msg.sender));
    }

    function _requireRoom() private view {
        bool isRoom = msg.sender == address(loans) || msg.sender == factoring || msg.sender == earlyPayments
            || msg.sender == billDiscounting || msg.sender == address(billLoans);
        require(isRoom, SettlementRoom(msg.sender));
    }

    /// @dev The officer's limit counts what leaves the account, which is known only now.
    function _pay(
        uint256 certificateId,
        address debtor,
        address[] calldata holders,
        uint256[] memory amounts,
        uint256[] memory interests,
        bool hasPledges
    ) private returns (uint256 totalFen) {
        for (uint256 i; i < amounts.length; ++i) {
            totalFen += amounts[i] + interests[i];
        }
        _authorize(msg.sender, Powers.PAY, totalFen, 0, Standing.Owing);
        if (hasPledges) {
            (address[] memory payees, uint256[] memory sums) = loans.collect(certificateId, holders, amounts, interests);
            cash.payOut(debtor, payees, sums);
        } else {
            for (uint256 i; i < amounts.length; ++i) {
                amounts[i] += interests[i];
            }
            cash.payOut(debtor, holders, amounts);
        }

        emit PaymentSettled(certificateId, debtor, totalFen, msg.sender);
    }
}
