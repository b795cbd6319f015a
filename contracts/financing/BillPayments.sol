// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {IBillLoans} from "../interfaces/IBillLoans.sol";
import {IBills} from "../interfaces/IBills.sol";
import {Powers, Standing} from "../interfaces/IParticipants.sol";
import {DishonourCode, IPresentations} from "../interfaces/IPresentations.sol";
import {Debtor, IRecourse} from "../interfaces/IRecourse.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, RangeWord} from "../libraries/BillSlots.sol";
import {Exchange} from "./Exchange.sol";

/// @title BillPayments
/// @notice Money for bills: payment when due (B30), settlement in recourse (B37), online collection (B39). What comes in on a
/// pledged range goes to its loan up to the debt, above it to the pledgor (B23). Paying what one owes and getting what
/// one is owed is open to frozen and suspended parties too (MUST-12).
abstract contract BillPayments is ISettlement, Exchange {
    uint256 public constant BILLS_MAX = 100;

    bytes32 private constant SETTLEMENT_TYPEHASH = keccak256(
        "SettlementTerms(uint256 tokenId,uint40 first,uint40 last,address payer,address guaranteed,uint64 amountMaxFen,uint16 acts,uint64 deadline)"
    );

    IBills public immutable bills;
    IPresentations public immutable presentations;
    IRecourse public immutable recourse;
    /// @dev Without a getter: each function of Settlement costs every sale some gas.
    IBillLoans internal immutable billLoans;

    /* PAYMENT */

    /// @inheritdoc ISettlement
    function payBills(uint256[] calldata tokenIds) external returns (uint256 totalFen) {
        uint256 count = tokenIds.length;
        require(count > 0 && count <= BILLS_MAX, SettlementBillCount(count, BILLS_MAX));
        address payer = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        (address[] memory holders, uint256[] memory amounts) = (new address[](count), new uint256[](count));
        address acceptor;
        for (uint256 i; i < count; ++i) {
            (address other, bool pledged) = (address(0), false);
            (other, holders[i], amounts[i], pledged) = _redeem(tokenIds[i], payer);
            if (i == 0) acceptor = other;
            require(other == acceptor, SettlementAcceptors(tokenIds[i], other, acceptor));
            totalFen += amounts[i];
            if (pledged) amounts[i] = _payPledgor(billLoans.pledgeOf(tokenIds[i]), tokenIds[i], acceptor, amounts[i]);
        }

        _authorize(msg.sender, Powers.PAY, totalFen, 0, Standing.Owing);
        cash.payOut(acceptor, holders, amounts);

        emit BillsPaid(acceptor, payer, totalFen, msg.sender);
    }

    /* RECOURSE */

    /// @inheritdoc ISettlement
    function takeSettlement(uint256 tokenId) external returns (uint64 paidFen) {
        address holder = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        bytes32 loanId = billLoans.pledgeOf(tokenId);
        address payer;
        (payer, paidFen) = recourse.take(tokenId, holder, msg.sender);
        _authorize(msg.sender, Powers.MAKE, paidFen, 0, Standing.Owing);

        cash.move(payer, holder, _payPledgor(loanId, tokenId, payer, paidFen));
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

        bytes32 loanId = billLoans.pledgeOf(t.tokenId);
        paidFen = recourse.settle(t, party, msg.sender);
        uint256 partId = BillIds.tokenId(BillIds.billNo(t.tokenId), t.first, t.last);
        cash.move(t.payer, party, _payPledgor(loanId, partId, t.payer, paidFen));
    }

    /// @inheritdoc ISettlement
    function collectOnline(uint256 tokenId, Debtor[] calldata debtors)
        external
        returns (uint256 place, uint64 paidFen)
    {
        address holder = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireOnlineOrder(tokenId, holder, debtors);
        bytes32 loanId = billLoans.pledgeOf(tokenId);
        uint256 claimFen = recourse.claimOf(tokenId, _today());
        while (place < debtors.length && !_canDebit(debtors[place].party, holder, claimFen)) {
            ++place;
        }
        require(place < debtors.length, SettlementNothingToDebit(tokenId, claimFen));

        (Debtor calldata d, bytes4 reason) = (debtors[place], _onlineReason(tokenId));
        paidFen = _settleWhole(tokenId, d, holder, claimFen);
        (address pledgor, uint256 holderFen) = (address(0), paidFen);
        if (loanId != 0) (pledgor, holderFen) = billLoans.collect(loanId, tokenId, paidFen);
        if (holderFen > 0) cash.debit(d.party, holder, holder, holderFen);
        if (holderFen < paidFen) cash.debit(d.party, holder, pledgor, paidFen - holderFen);

        emit CollectedOnline(tokenId, holder, d.party, d.guaranteed, reason, paidFen, msg.sender);
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
        returns (address acceptor, address holder, uint256 amountFen, bool pledged)
    {
        bool inArrears;
        (acceptor, holder, amountFen, inArrears, pledged) = presentations.redeem(tokenId, payer);
        if (!inArrears) return (acceptor, holder, amountFen, pledged);

        uint256 claimFen = recourse.claimOf(tokenId, _today());
        if (claimFen > amountFen) {
            emit OverdueInterestPaid(tokenId, claimFen - amountFen);
            amountFen = claimFen;
        }
    }

    /// @dev BLN-2: the pledgor's part of what comes in on a pledged range; what is left is its holder's.
    function _payPledgor(bytes32 loanId, uint256 tokenId, address payer, uint256 paidFen)
        private
        returns (uint256 holderFen)
    {
        if (loanId == 0) return paidFen;
        address pledgor;
        (pledgor, holderFen) = billLoans.collect(loanId, tokenId, paidFen);
        if (holderFen < paidFen) cash.move(payer, pledgor, paidFen - holderFen);
    }

    /* ONLINE COLLECTION */

    /// @dev B39: acceptor, its guarantor, first discounter, its guarantor.
    function _requireOnlineOrder(uint256 tokenId, address holder, Debtor[] calldata debtors) private view {
        (address holder_,) = bills.wordOf(tokenId);
        require(holder == holder_, SettlementParty(tokenId, holder, holder_));
        address discounter = _discounterOf(tokenId, holder);
        (BillParties parties,) = bills.slotsOf(BillIds.billNo(tokenId));
        uint256 before;
        for (uint256 i; i < debtors.length; ++i) {
            (address debtor, uint256 rank) = (debtors[i].party, 0);
            if (debtors[i].guaranteed != address(0)) (debtor, rank) = (debtors[i].guaranteed, 1);
            bool isAcceptor = parties.isAcceptor(debtor);
            if (!isAcceptor) rank += 2;
            bool fits = (isAcceptor || debtor == discounter) && rank >= before && (i > 0 || rank == 0);
            require(fits, SettlementOrder(tokenId, i));
            before = rank;
        }
    }

    /// @dev The bank to which the bill was first discounted: whoever comes after the oldest record of a discount.
    function _discounterOf(uint256 tokenId, address holder) private view returns (address discounter) {
        (IBills.Record[] memory records,) = bills.recordsOf(tokenId);
        for (uint256 i; i < records.length; ++i) {
            if (records[i].kind == IBills.RecordKind.Discount) discounter = i == 0 ? holder : records[i - 1].party;
        }
        require(discounter != address(0), SettlementNotDiscounted(tokenId));
    }

    function _canDebit(address party, address holder, uint256 claimFen) private view returns (bool) {
        return cash.allowance(party, holder) >= claimFen && cash.balanceOf(party) >= claimFen;
    }

    function _onlineReason(uint256 tokenId) private view returns (bytes4) {
        return
            presentations.dishonourOf(tokenId).code == DishonourCode.InsufficientBalance
                ? bytes4("RT02")
                : bytes4("RT01");
    }

    function _settleWhole(uint256 tokenId, Debtor calldata d, address holder, uint256 claimFen)
        private
        returns (uint64)
    {
        (uint40 first, uint40 last) = BillIds.units(tokenId);
        (, RangeWord w) = bills.wordOf(tokenId);
        IRecourse.SettlementTerms memory t = IRecourse.SettlementTerms({
            tokenId: tokenId,
            first: first,
            last: last,
            payer: d.party,
            guaranteed: d.guaranteed,
            amountMaxFen: uint64(claimFen),
            acts: w.acts(),
            deadline: 0
        });
        return recourse.settle(t, holder, msg.sender);
    }
}
