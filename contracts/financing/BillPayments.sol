// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Powers, Standing} from "../interfaces/IParticipants.sol";
import {IPresentations} from "../interfaces/IPresentations.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {Exchange} from "./Exchange.sol";

/// @title BillPayments
/// @notice Money for bills: payment when due (B30) and settlement in recourse (B37). Paying what one owes and getting what
/// one is owed is open to frozen and suspended parties too (MUST-12).
abstract contract BillPayments is ISettlement, Exchange {
    uint256 public constant BILLS_MAX = 100;

    bytes32 private constant SETTLEMENT_TYPEHASH = keccak256(
        "SettlementTerms(uint256 tokenId,uint40 first,uint40 last,address payer,address guaranteed,uint64 amountMaxFen,uint16 acts,uint64 deadline)"
    );

    IPresentations public immutable presentations;
    IRecourse public immutable recourse;

    /* PAYMENT */

    /// @inheritdoc ISettlement
    function payBills(uint256[] calldata tokenIds) external returns (uint256 totalFen) {
        uint256 count = tokenIds.length;
        require(count > 0 && count <= BILLS_MAX, SettlementBillCount(count, BILLS_MAX));
        address payer = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (address[] memory holders, uint256[] memory amounts) = (new address[](count), new uint256[](count));
        address acceptor;
        for (uint256 i; i < count; ++i) {
            address other;
            (other, holders[i], amounts[i]) = _redeem(tokenIds[i], payer);
            if (i == 0) acceptor = other;
            require(other == acceptor, SettlementAcceptors(tokenIds[i], other, acceptor));
            totalFen += amounts[i];
        }

        _authorize(msg.sender, Powers.PAY, totalFen, 0, Standing.Owing);
        cash.payOut(acceptor, holders, amounts);

        emit BillsPaid(acceptor, payer, totalFen, msg.sender);
    }

    /* RECOURSE */

    /// @inheritdoc ISettlement
    function takeSettlement(uint256 tokenId) external returns (uint64 paidFen) {
        address holder = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        address payer;
        (payer, paidFen) = recourse.take(tokenId, holder, msg.sender);
        _authorize(msg.sender, Powers.MAKE, paidFen, 0, Standing.Owing);

        cash.move(payer, holder, paidFen);
    }

    /// @inheritdoc ISettlement
    function settleSigned(IRecourse.SettlementTerms calldata t, Approval calldata payer, Approval calldata holder)
        external
        returns (uint64 paidFen)
    {
        require(msg.sender == payer.officer || msg.sender == holder.officer, GovernedCaller(msg.sender, payer.officer));
        bytes32 digest = settlementIdOf(t);
        address party = _approvedBy(payer, digest, t.deadline, Powers.PAY, t.amountMaxFen, 0);
        require(party == t.payer, SettlementParty(t.tokenId, party, t.payer));
        party = _approvedBy(holder, digest, t.deadline, Powers.MAKE, t.amountMaxFen, 0);

        paidFen = recourse.settle(t, party, msg.sender);
        cash.move(t.payer, party, paidFen);
    }

    /// @inheritdoc ISettlement
    function payResidual(uint256 tokenId) external returns (uint256 totalFen) {
        address debtor = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        address claimant;
        (claimant, totalFen) = recourse.dischargeResidual(tokenId, debtor, msg.sender);
        _authorize(msg.sender, Powers.PAY, totalFen, 0, Standing.Owing);

        cash.move(debtor, claimant, totalFen);
    }

    /// @inheritdoc ISettlement
    function settlementIdOf(IRecourse.SettlementTerms calldata t) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(SETTLEMENT_TYPEHASH, t)));
    }

    /* INTERNALS */

    /// @dev Ends the range; in arrears its holder gets what it could claim in recourse, so that nobody gains by refusing first
    /// and paying later.
    function _redeem(uint256 tokenId, address payer)
        private
        returns (address acceptor, address holder, uint256 amountFen)
    {
        bool inArrears;
        (acceptor, holder, amountFen, inArrears) = presentations.redeem(tokenId, payer);
        if (!inArrears) return (acceptor, holder, amountFen);

        uint256 claimFen = recourse.claimOf(tokenId, _today());
        if (claimFen > amountFen) {
            emit OverdueInterestPaid(tokenId, claimFen - amountFen);
            amountFen = claimFen;
        }
    }
}
