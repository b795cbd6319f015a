// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IDiscounting} from "../interfaces/IDiscounting.sol";
import {Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Discounting
/// @notice Room for one thing: at what price a certificate is sold before its day. Settlement is built on it, so that a
/// sale is one contract's act: the detour through a contract of its own costs 3,700 gas a sale.
/// @custom:invariant DSC-1 A filing receipt, and so a quote, is used at most once over the whole ledger (R77-6).
abstract contract Discounting is IDiscounting, Governed {
    uint256 private constant DAY_BASIS = 360;
    uint32 private constant LICENSED = Roles.BANK | Roles.FUNDER;

    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "Quote(address funder,address seller,uint256 certificateId,uint64 amountFen,uint32 ratePpm,uint64 feeFen,bytes32 registryReceipt,uint64 deadline)"
    );
    bytes32 private constant SALE_TYPEHASH =
        keccak256("Sale(bytes32 quoteId,bytes32 evidenceHash,bytes32 consentHash)");

    IRulebook public immutable rulebook;
    IReceivables public immutable receivables;

    mapping(bytes32 registryReceipt => bytes32 quoteId) public receiptUsedBy;

    /// @inheritdoc IDiscounting
    function sell(Quote calldata q, bytes32 evidenceHash, bytes32 consentHash, Approval calldata funder)
        external
        returns (uint256 netFen)
    {
        bytes32 quoteId = quoteIdOf(q);
        address party = _authorize(msg.sender, Powers.MAKE, q.amountFen, 0, Standing.Full);
        require(party == q.seller, DiscountingParty(quoteId, party, q.seller));
        party = _approvedBy(funder, quoteId, q.deadline, Powers.PAY, q.amountFen, LICENSED);
        require(party == q.funder, DiscountingParty(quoteId, party, q.funder));

        return _settle(q, quoteId, evidenceHash, consentHash, msg.sender, funder.officer);
    }

    /// @inheritdoc IDiscounting
    function buy(Quote calldata q, bytes32 evidenceHash, bytes32 consentHash, Approval calldata seller)
        external
        returns (uint256 netFen)
    {
        bytes32 quoteId = quoteIdOf(q);
        address party = _authorize(msg.sender, Powers.PAY, q.amountFen, LICENSED, Standing.Full);
        require(party == q.funder, DiscountingParty(quoteId, party, q.funder));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(SALE_TYPEHASH, quoteId, evidenceHash, consentHash)));
        party = _approvedBy(seller, digest, q.deadline, Powers.MAKE, q.amountFen, 0);
        require(party == q.seller, DiscountingParty(quoteId, party, q.seller));

        return _settle(q, quoteId, evidenceHash, consentHash, seller.officer, msg.sender);
    }

    /* READING */

    /// @inheritdoc IDiscounting
    function termsOf(Quote calldata q) external view returns (uint256 interestFen, uint256 netFen, uint32 tenorDays) {
        return _terms(q);
    }

    /// @inheritdoc IDiscounting
    function quoteIdOf(Quote calldata q) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(QUOTE_TYPEHASH, q)));
    }

    /* INTERNALS */

    function _settle(
        Quote calldata q,
        bytes32 quoteId,
        bytes32 evidenceHash,
        bytes32 consentHash,
        address sellerOfficer,
        address funderOfficer
    ) private returns (uint256 netFen) {
        _requireRecords(q, consentHash);
        // A caller's own approval carries no deadline, the quote does.
        require(block.timestamp <= q.deadline, GovernedSignatureExpired(q.deadline, block.timestamp));
        uint256 interestFen;
        (interestFen, netFen,) = _terms(q);
        require(netFen > 0, DiscountingNothingLeft(quoteId, interestFen + q.feeFen, q.amountFen));

        receiptUsedBy[q.registryReceipt] = quoteId;

        emit CertificateSold(
            q.certificateId,
            q.seller,
            q.funder,
            quoteId,
            q.amountFen,
            uint64(interestFen),
            q.feeFen,
            q.registryReceipt,
            consentHash,
            sellerOfficer,
            funderOfficer
        );
        _exchange(q.certificateId, q.seller, q.funder, q.amountFen, netFen, evidenceHash);
    }

    /// @dev A part of a certificate against money; both sides' approval and standing was checked.
    function _exchange(
        uint256 certificateId,
        address seller,
        address buyer,
        uint64 amountFen,
        uint256 priceFen,
        bytes32 evidenceHash
    ) internal virtual;

    function _requireRecords(Quote calldata q, bytes32 consentHash) private view {
        if (q.registryReceipt == 0) {
            revert DiscountingReceiptMissing(RuleIds.REGISTRY_FILING, _versionOf(RuleIds.REGISTRY_FILING));
        }
        bytes32 usedBy = receiptUsedBy[q.registryReceipt];
        require(usedBy == 0, DiscountingReceiptUsed(q.registryReceipt, usedBy));
        if (consentHash == 0) {
            revert DiscountingConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }
    }

    function _versionOf(bytes32 ruleId) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    /// @dev Interest half-up on the part's own face (FEN-2); net is what is left, zero if nothing is.
    function _terms(Quote calldata q) private view returns (uint256 interestFen, uint256 netFen, uint32 tenorDays) {
        (uint32 payDay,) = receivables.payDayOf(q.certificateId);
        uint32 today = _today();
        tenorDays = payDay > today ? payDay - today : 0;
        interestFen = Interest.accrue(q.amountFen, tenorDays, q.ratePpm, DAY_BASIS);
        uint256 costFen = interestFen + q.feeFen;
        netFen = q.amountFen > costFen ? q.amountFen - costFen : 0;
    }
}
