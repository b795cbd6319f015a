// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFactoring} from "../interfaces/IFactoring.sol";
import {IFactoringClaims} from "../interfaces/IFactoringClaims.sol";
import {Powers, Standing} from "../interfaces/IParticipants.sol";
import {Discounting} from "./Discounting.sol";

/// @title Factoring
/// @notice Room for one thing: what a sale with recourse leaves to be settled between supplier and factor.
/// @dev A deal is known by its quote: the use of its receipt proves that the quote was sold on, so none of its terms
/// is stored.
abstract contract Factoring is IFactoring, Discounting {
    IFactoringClaims public immutable factoringClaims;

    /// @inheritdoc IFactoring
    function buyBack(Quote calldata q, uint256 undertaking) external returns (uint64 unitsFen, uint64 paidFen) {
        bytes32 quoteId = _soldOn(q);
        address party = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        require(party == q.seller, FactoringParty(quoteId, party, q.seller));
        (unitsFen, paidFen) = factoringClaims.repurchase(_dealOf(q, quoteId), undertaking);
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);

        emit BoughtBack(quoteId, q.certificateId, q.seller, q.funder, unitsFen, paidFen, msg.sender);
        _giveBack(q.certificateId, q.funder, q.seller, unitsFen, paidFen);
    }

    /// @inheritdoc IFactoring
    function returnSurplus(Quote calldata q) external returns (uint64 refundFen) {
        bytes32 quoteId = _soldOn(q);
        address party = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        require(party == q.funder, FactoringParty(quoteId, party, q.funder));
        refundFen = factoringClaims.surplus(_dealOf(q, quoteId));
        _authorize(msg.sender, Powers.PAY, refundFen, 0, Standing.Owing);

        emit SurplusReturned(quoteId, q.funder, q.seller, refundFen, msg.sender);
        if (refundFen > 0) cash.move(q.funder, q.seller, refundFen);
    }

    /// @inheritdoc IFactoring
    function payClaim(IFactoringClaims.RecourseClaim calldata c) external returns (uint64 unitsFen, uint64 paidFen) {
        address payer = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        bytes32 claimId;
        (claimId, unitsFen, paidFen) = factoringClaims.answer(c, payer);
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);

        emit RecoursePaid(claimId, c.certificateId, payer, c.claimant, unitsFen, paidFen, msg.sender);
        _giveBack(c.certificateId, c.claimant, payer, unitsFen, paidFen);
    }

    /// @inheritdoc IFactoring
    function accountOf(Quote calldata q) external view returns (IFactoringClaims.Account memory) {
        return factoringClaims.accountOf(_dealOf(q, _soldOn(q)));
    }

    /* INTERNALS */

    function _giveBack(uint256 certificateId, address holder, address payer, uint64 unitsFen, uint64 paidFen) private {
        if (unitsFen > 0) receivables.reassign(certificateId, holder, payer, unitsFen);
        cash.move(payer, holder, paidFen);
    }

    function _soldOn(Quote calldata q) private view returns (bytes32 quoteId) {
        quoteId = quoteIdOf(q);
        bytes32 usedBy = receiptUsedBy[q.registryReceipt];
        require(usedBy == quoteId, FactoringUnknown(quoteId, usedBy));
    }

    function _dealOf(Quote calldata q, bytes32 quoteId) private pure returns (IFactoringClaims.Deal memory) {
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
