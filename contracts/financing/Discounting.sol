// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {IDiscounting} from "../interfaces/IDiscounting.sol";
import {Powers, Standing} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Undertakings} from "../libraries/Undertakings.sol";
import {Exchange} from "./Exchange.sol";

/// @title Discounting
/// @notice Room for one thing: at what price a certificate is sold before its day. Settlement is built on it, so that a
/// sale is one contract's act: the detour through a contract of its own costs 3,700 gas a sale.
/// @custom:invariant DSC-1 A filing receipt, and so a quote, is used at most once over the whole ledger (R77-6).
/// @custom:invariant DSC-2 A debtor bears no more of an interest than it has undertaken to.
abstract contract Discounting is IDiscounting, Exchange {
    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "Quote(address funder,address seller,uint256 certificateId,uint64 amountFen,uint64 advanceFen,uint32 ratePpm,uint64 feeFen,uint32 buyerSharePpm,uint8 recourse,uint64 capFen,uint64 costsMaxFen,bytes32 registryReceipt,uint32 epoch,uint64 deadline)"
    );
    bytes32 private constant SALE_TYPEHASH =
        keccak256("Sale(bytes32 quoteId,bytes32 evidenceHash,bytes32 consentHash)");

    /// @dev A quote is the first argument of every function that takes one, and has fourteen words.
    uint256 private constant QUOTE_END = 4 + 14 * 32;

    mapping(bytes32 registryReceipt => bytes32 useId) public receiptUsedBy;
    mapping(uint256 certificateId => InterestShare) private _shares;

    /// @inheritdoc IDiscounting
    function sell(Quote calldata q, bytes32 evidenceHash, bytes32 consentHash, Approval calldata funder)
        external
        returns (uint256 netFen)
    {
        bytes32 quoteId = _requireSides(q, msg.sender, funder.officer);
        _requireApproval(funder, quoteId, q.deadline, q.funder);

        return _settle(q, quoteId, evidenceHash, consentHash, msg.sender, funder.officer);
    }

    /// @inheritdoc IDiscounting
    function buy(Quote calldata q, bytes32 evidenceHash, bytes32 consentHash, Approval calldata seller)
        external
        returns (uint256 netFen)
    {
        bytes32 quoteId = _requireSides(q, seller.officer, msg.sender);
        bytes32 digest = _hashTypedData(keccak256(abi.encode(SALE_TYPEHASH, quoteId, evidenceHash, consentHash)));
        _requireApproval(seller, digest, q.deadline, q.seller);

        return _settle(q, quoteId, evidenceHash, consentHash, seller.officer, msg.sender);
    }

    /// @inheritdoc IDiscounting
    function undertakeInterest(uint256 certificateId, uint32 sharePpm, uint64 capFen, uint32 untilDay) external {
        Standing standing = sharePpm == 0 ? Standing.Owing : Standing.Full;
        address debtor = _authorize(msg.sender, Powers.PAY, capFen, 0, standing);
        bytes10 tag = receivables.certificate(certificateId).debtorTag;
        require(
            bytes10(bytes20(debtor)) == tag, DiscountingParty(bytes32(certificateId), debtor, address(bytes20(tag)))
        );
        require(sharePpm <= Interest.PPM, DiscountingShare(certificateId, Interest.PPM, sharePpm));

        _shares[certificateId] = InterestShare(debtor, sharePpm, untilDay, capFen);

        emit InterestShareUndertaken(certificateId, debtor, sharePpm, capFen, untilDay, msg.sender);
    }

    /* READING */

    /// @inheritdoc IDiscounting
    function termsOf(Quote calldata q)
        external
        view
        returns (uint256 interestFen, uint256 netFen, uint256 buyerPartFen, uint32 tenorDays)
    {
        (uint32 payDay,) = receivables.payDayOf(q.certificateId);
        (interestFen, netFen, tenorDays) = _terms(q, payDay);
        buyerPartFen = _buyerPart(interestFen, q.buyerSharePpm);
    }

    /// @inheritdoc IDiscounting
    function interestShareOf(uint256 certificateId) external view returns (InterestShare memory) {
        return _shares[certificateId];
    }

    /// @inheritdoc IDiscounting
    /// @dev The words as they were sent, without a copy field by field, which costs 400 gas a sale: a field with more
    /// bits than its type gives a digest that nobody signed, and is refused where it is read.
    function quoteIdOf(Quote calldata) public view returns (bytes32) {
        return _hashTypedData(keccak256(bytes.concat(QUOTE_TYPEHASH, msg.data[4:QUOTE_END])));
    }

    /* INTERNALS */

    /// @dev Who sells and who buys, and that their officers may.
    function _requireSides(Quote calldata q, address sellerOfficer, address funderOfficer)
        private
        view
        returns (bytes32 quoteId)
    {
        quoteId = quoteIdOf(q);
        (address seller, address funder) =
            participants.authorizeSale(sellerOfficer, funderOfficer, q.amountFen, LICENSED, q.epoch);
        require(seller == q.seller, DiscountingParty(quoteId, seller, q.seller));
        require(funder == q.funder, DiscountingParty(quoteId, funder, q.funder));
    }

    function _settle(
        Quote calldata q,
        bytes32 quoteId,
        bytes32 evidenceHash,
        bytes32 consentHash,
        address sellerOfficer,
        address funderOfficer
    ) private returns (uint256 netFen) {
        if (consentHash == 0) {
            revert DiscountingConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }
        _requireOpen(q.deadline);
        require(
            q.advanceFen == q.amountFen || (q.recourse != IReceivables.Recourse.None && q.advanceFen < q.amountFen),
            DiscountingAdvance(quoteId, q.advanceFen, q.amountFen)
        );
        require(
            (q.recourse == IReceivables.Recourse.Limited) == (q.capFen > 0),
            IReceivables.ReceivablesRecourseCap(q.recourse, q.capFen)
        );
        _useReceipt(q.registryReceipt, quoteId);
        (IReceivables.Recourse kind, uint64 capFen) =
            Undertakings.ofSale(q.recourse, q.amountFen, q.advanceFen, q.capFen);
        uint32 payDay = receivables.assign(
            IReceivables.Hop(q.certificateId, q.seller, q.funder, q.amountFen, evidenceHash, kind, capFen)
        );
        uint256 interestFen;
        (interestFen, netFen,) = _terms(q, payDay);
        require(netFen > 0, DiscountingNothingLeft(quoteId, interestFen + q.feeFen, q.advanceFen));

        cash.move(q.funder, q.seller, netFen);

        emit CertificateSold(
            q.certificateId,
            quoteId,
            uint64(interestFen),
            q.feeFen,
            q.registryReceipt,
            consentHash,
            sellerOfficer,
            funderOfficer
        );
        if (q.recourse != IReceivables.Recourse.None) {
            emit FactoredWithRecourse(quoteId, q.advanceFen, q.ratePpm, q.costsMaxFen);
        }
        if (q.buyerSharePpm != 0) _chargeBuyer(q, quoteId, interestFen);
    }

    /// @dev DSC-1: marks a filing receipt as used, by a quote or a loan.
    function _useReceipt(bytes32 registryReceipt, bytes32 useId) internal {
        if (registryReceipt == 0) {
            revert DiscountingReceiptMissing(RuleIds.REGISTRY_FILING, _versionOf(RuleIds.REGISTRY_FILING));
        }
        bytes32 usedBy = receiptUsedBy[registryReceipt];
        require(usedBy == 0, DiscountingReceiptUsed(registryReceipt, usedBy));

        receiptUsedBy[registryReceipt] = useId;
    }

    /// @dev The debtor's part of the interest goes to the seller, which bore all of it in the price. The debtor owes it, so
    /// no freeze of the debtor stands in the way.
    function _chargeBuyer(Quote calldata q, bytes32 quoteId, uint256 interestFen) private {
        InterestShare storage share = _shares[q.certificateId];
        bool isOpen = share.untilDay >= _today();
        require(
            isOpen && q.buyerSharePpm <= share.sharePpm,
            DiscountingShare(q.certificateId, isOpen ? share.sharePpm : 0, q.buyerSharePpm)
        );
        uint256 partFen = _buyerPart(interestFen, q.buyerSharePpm);
        require(partFen <= share.leftFen, DiscountingShare(q.certificateId, share.leftFen, partFen));

        share.leftFen -= uint64(partFen);
        cash.move(share.debtor, q.seller, partFen);

        emit InterestShared(quoteId, q.certificateId, share.debtor, uint64(partFen));
    }

    /// @dev The debtor's part half-up, the seller's is the rest: a ratio split in two.
    function _buyerPart(uint256 interestFen, uint256 sharePpm) private pure returns (uint256) {
        return (interestFen * sharePpm + Interest.PPM / 2) / Interest.PPM;
    }

    /// @dev Interest half-up on what is financed (FEN-2); net is what is left, zero if nothing is.
    function _terms(Quote calldata q, uint32 payDay)
        private
        view
        returns (uint256 interestFen, uint256 netFen, uint32 tenorDays)
    {
        uint32 today = _today();
        tenorDays = payDay > today ? payDay - today : 0;
        interestFen = Interest.accrue(q.advanceFen, tenorDays, q.ratePpm, DAY_BASIS);
        uint256 costFen = interestFen + q.feeFen;
        netFen = q.advanceFen > costFen ? q.advanceFen - costFen : 0;
    }
}
