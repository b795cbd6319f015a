// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IEarlyPayments} from "../interfaces/IEarlyPayments.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Quoting} from "./Quoting.sol";

/// @title EarlyPayments
/// @notice Room for one thing: at what discount a debtor pays before the day.
/// @custom:invariant ERL-1 An offer is used at most once.
contract EarlyPayments is IEarlyPayments, Quoting {
    uint256 public constant BIDS_MAX = 50;

    bytes32 private constant OFFER_TYPEHASH = keccak256(
        "EarlyPayment(address debtor,address holder,uint256 certificateId,uint64 amountFen,uint32 aprPpm,bytes32 reference,uint32 epoch,uint64 deadline)"
    );
    bytes32 private constant SALE_TYPEHASH = keccak256("EarlySale(bytes32 offerId,bytes32 consentHash)");

    IReceivables public immutable receivables;
    ISettlement public immutable settlement;

    mapping(bytes32 offerId => bool) public isOfferUsed;

    constructor(IParticipants participants_, IRulebook rulebook_, IReceivables receivables_, ISettlement settlement_)
        Governed(participants_)
    {
        rulebook = rulebook_;
        receivables = receivables_;
        settlement = settlement_;
    }

    /// @inheritdoc IEarlyPayments
    function takeEarly(EarlyPayment calldata o, bytes32 consentHash, Approval calldata debtor)
        external
        returns (uint256 paidFen)
    {
        bytes32 offerId = offerIdOf(o);
        address party = _authorize(msg.sender, Powers.MAKE, o.amountFen, 0, Standing.Full);
        require(party == o.holder, EarlyPaymentsParty(offerId, party, o.holder));
        party = _quotedBy(debtor, offerId, o.deadline, Powers.PAY, o.amountFen, 0, o.epoch);
        require(party == o.debtor, EarlyPaymentsParty(offerId, party, o.debtor));

        return _payEarly(o, offerId, consentHash, msg.sender, debtor.officer);
    }

    /// @inheritdoc IEarlyPayments
    function payEarly(EarlyPayment calldata o, bytes32 consentHash, Approval calldata holder)
        external
        returns (uint256 paidFen)
    {
        return _payBid(o, consentHash, holder);
    }

    /// @inheritdoc IEarlyPayments
    function clearBids(EarlyPayment[] calldata bids, bytes32[] calldata consentHashes, Approval[] calldata holders)
        external
    {
        uint256 count = bids.length;
        require(count > 0 && count <= BIDS_MAX, EarlyPaymentsCount(count, BIDS_MAX));
        require(consentHashes.length == count, EarlyPaymentsCount(consentHashes.length, count));
        require(holders.length == count, EarlyPaymentsCount(holders.length, count));
        uint32 lowest = type(uint32).max;
        for (uint256 i; i < count; ++i) {
            uint32 aprPpm = bids[i].aprPpm;
            require(aprPpm <= lowest, EarlyPaymentsOrder(offerIdOf(bids[i]), aprPpm, lowest));
            lowest = aprPpm;
            _payBid(bids[i], consentHashes[i], holders[i]);
        }

        emit BidsCleared(bids[0].debtor, count, lowest, msg.sender);
    }

    /* READING */

    /// @inheritdoc IEarlyPayments
    /// @dev Half-up, as every interest (FEN-2).
    function discountOf(EarlyPayment calldata o) public view returns (uint256 discountFen, uint32 daysEarly) {
        (uint32 payDay,) = receivables.payDayOf(o.certificateId);
        uint32 today = _today();
        daysEarly = payDay > today ? payDay - today : 0;
        discountFen = Interest.accrue(o.amountFen, daysEarly, o.aprPpm, DAY_BASIS);
    }

    /// @inheritdoc IEarlyPayments
    function offerIdOf(EarlyPayment calldata o) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(OFFER_TYPEHASH, o)));
    }

    /* INTERNALS */

    function _payBid(EarlyPayment calldata o, bytes32 consentHash, Approval calldata holder)
        private
        returns (uint256 paidFen)
    {
        bytes32 offerId = offerIdOf(o);
        address party = participants.authorizeQuoted(msg.sender, Powers.PAY, o.amountFen, 0, o.epoch);
        require(party == o.debtor, EarlyPaymentsParty(offerId, party, o.debtor));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(SALE_TYPEHASH, offerId, consentHash)));
        party = _approvedBy(holder, digest, o.deadline, Powers.MAKE, o.amountFen, 0);
        require(party == o.holder, EarlyPaymentsParty(offerId, party, o.holder));

        return _payEarly(o, offerId, consentHash, holder.officer, msg.sender);
    }

    function _payEarly(
        EarlyPayment calldata o,
        bytes32 offerId,
        bytes32 consentHash,
        address holderOfficer,
        address debtorOfficer
    ) private returns (uint256 paidFen) {
        require(!isOfferUsed[offerId], EarlyPaymentsUsed(offerId));
        if (consentHash == 0) {
            revert EarlyPaymentsConsentMissing(RuleIds.FREE_BILL_CONSENT, _versionOf(RuleIds.FREE_BILL_CONSENT));
        }
        _requireOpen(o.deadline);
        (uint256 discountFen,) = discountOf(o);
        require(discountFen < o.amountFen, EarlyPaymentsNothingLeft(offerId, discountFen, o.amountFen));
        paidFen = o.amountFen - discountFen;

        isOfferUsed[offerId] = true;
        settlement.retire(o.certificateId, o.debtor, o.holder, o.amountFen, paidFen);

        emit PaidEarly(
            offerId,
            o.certificateId,
            o.holder,
            o.amountFen,
            uint64(discountFen),
            consentHash,
            holderOfficer,
            debtorOfficer
        );
    }

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF EarlyPayments", "1");
    }
}
