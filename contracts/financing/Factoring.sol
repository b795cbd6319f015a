// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {IDiscounting} from "../interfaces/IDiscounting.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {IFactoringClaims} from "../interfaces/IFactoringClaims.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";

/// @title Factoring
/// @notice Room for one thing: what a sale with recourse leaves to be settled between supplier and factor.
/// @dev A deal is known by its quote: the use of its receipt proves that the quote was sold on, so none of its terms
/// is stored.
contract Factoring is IFactoring, Governed {
    ISettlement public immutable settlement;
    IDiscounting public immutable discounting;
    IFactoringClaims public immutable factoringClaims;

    /// @param settlement_ Where sales are made and money moves: one contract, two matters.
    constructor(IParticipants participants_, address settlement_, IFactoringClaims factoringClaims_)
        Governed(participants_)
    {
        settlement = ISettlement(settlement_);
        discounting = IDiscounting(settlement_);
        factoringClaims = factoringClaims_;
    }

    /// @inheritdoc IFactoring
    function buyBack(IDiscounting.Quote calldata q, uint256 undertaking)
        external
        returns (uint64 unitsFen, uint64 paidFen)
    {
        bytes32 quoteId = _soldOn(q);
        address party = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        require(party == q.seller, FactoringParty(quoteId, party, q.seller));
        (unitsFen, paidFen) = factoringClaims.repurchase(_dealOf(q, quoteId), undertaking);
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);

        emit BoughtBack(quoteId, q.certificateId, q.seller, q.funder, unitsFen, paidFen, msg.sender);
        settlement.giveBack(q.certificateId, q.funder, q.seller, unitsFen, paidFen);
    }

    /// @inheritdoc IFactoring
    function returnSurplus(IDiscounting.Quote calldata q) external returns (uint64 refundFen) {
        bytes32 quoteId = _soldOn(q);
        address party = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        require(party == q.funder, FactoringParty(quoteId, party, q.funder));
        refundFen = factoringClaims.surplus(_dealOf(q, quoteId));
        _authorize(msg.sender, Powers.PAY, refundFen, 0, Standing.Owing);

        emit SurplusReturned(quoteId, q.funder, q.seller, refundFen, msg.sender);
        if (refundFen > 0) settlement.pay(q.funder, q.seller, refundFen);
    }

    /// @inheritdoc IFactoring
    function payClaim(IFactoringClaims.RecourseClaim calldata c) external returns (uint64 unitsFen, uint64 paidFen) {
        address payer = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        bytes32 claimId;
        (claimId, unitsFen, paidFen) = factoringClaims.answer(c, payer);
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);

        emit RecoursePaid(claimId, c.certificateId, payer, c.claimant, unitsFen, paidFen, msg.sender);
        settlement.giveBack(c.certificateId, c.claimant, payer, unitsFen, paidFen);
    }

    /// @inheritdoc IFactoring
    function accountOf(IDiscounting.Quote calldata q) external view returns (IFactoringClaims.Account memory) {
        return factoringClaims.accountOf(_dealOf(q, _soldOn(q)));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Factoring", "1");
    }

    function _soldOn(IDiscounting.Quote calldata q) private view returns (bytes32 quoteId) {
        quoteId = discounting.quoteIdOf(q);
        bytes32 usedBy = discounting.receiptUsedBy(q.registryReceipt);
        require(usedBy == quoteId, FactoringUnknown(quoteId, usedBy));
    }

    function _dealOf(IDiscounting.Quote calldata q, bytes32 quoteId)
        private
        pure
        returns (IFactoringClaims.Deal memory)
    {
        return IFactoringClaims.Deal({
            id: quoteId,
            certificateId: q.certificateId,
            supplier: q.seller,
            factor: q.funder,
            partFen: q.amountFen,
            advanceFen: q.advanceFen,
            ratePpm: q.ratePpm,
            costsMaxFen: q.costsMaxFen,
            recourse: q.recourse,
            capFen: q.capFen
        });
    }
}
