// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cash} from "../assets/Cash.sol";
import {Governed} from "../base/Governed.sol";
import {IFactoringClaims} from "../interfaces/IFactoringClaims.sol";
import {ILoans} from "../interfaces/ILoans.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {EarlyPayments} from "./EarlyPayments.sol";
import {Factoring} from "./Factoring.sol";

/// @title Settlement
/// @notice Room for one thing: value against value, at once.
/// @custom:invariant STL-1 An asset and its money move in the same call or neither does.
/// @custom:invariant STL-2 Settlement never holds either (R77-4).
contract Settlement is ISettlement, Factoring, EarlyPayments {
    ILoans public immutable loans;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IReceivables receivables_,
        Cash cash_,
        IFactoringClaims factoringClaims_,
        ILoans loans_
    ) Governed(participants_) {
        rulebook = rulebook_;
        receivables = receivables_;
        cash = cash_;
        factoringClaims = factoringClaims_;
        loans = loans_;
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

    /* FOR LOANS */

    /// @inheritdoc ISettlement
    function lend(bytes32 registryReceipt, bytes32 loanId, address lender, address borrower, uint256 amountFen)
        external
    {
        _requireCaller(address(loans));
        _file(registryReceipt, loanId);
        cash.move(lender, borrower, amountFen);
    }

    /// @inheritdoc ISettlement
    function fileReceipt(bytes32 registryReceipt, bytes32 useId) external {
        _requireCaller(address(loans));
        _file(registryReceipt, useId);
    }

    /// @inheritdoc ISettlement
    function pay(address from, address to, uint256 amountFen) external {
        _requireCaller(address(loans));
        cash.move(from, to, amountFen);
    }

    /// @inheritdoc ISettlement
    function sellPledged(
        IReceivables.Hop calldata hop,
        bytes32 registryReceipt,
        bytes32 saleId,
        address lender,
        uint256 lenderFen,
        uint256 surplusFen
    ) external {
        _requireCaller(address(loans));
        _file(registryReceipt, saleId);
        receivables.assign(hop);
        if (lenderFen > 0) cash.move(hop.to, lender, lenderFen);
        if (surplusFen > 0) cash.move(hop.to, hop.from, surplusFen);
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Settlement", "1");
    }

    function _file(bytes32 registryReceipt, bytes32 useId) private {
        _useReceipt(registryReceipt, useId);

        emit ReceiptFiled(registryReceipt, useId);
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
            (address[] memory payees, uint256[] memory sums) =
                loans.collect(certificateId, holders, amounts, interests);
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
