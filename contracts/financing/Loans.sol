// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IDiscounting} from "../interfaces/IDiscounting.sol";
import {ILoans} from "../interfaces/ILoans.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IPledges} from "../interfaces/IPledges.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {Apportionment} from "../libraries/Apportionment.sol";
import {Interest} from "../libraries/Interest.sol";
import {LoanBook} from "../libraries/LoanBook.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Quoting} from "./Quoting.sol";

/// @title Loans
/// @notice Room for one thing: what is owed on advances, and how what comes in is divided.
/// @custom:invariant LNS-1 A loan is paid out once, with its pledge and its filing in the same transaction.
/// @custom:invariant LNS-2 A lender never receives more than costs, interest and principal; the rest is the pledgor's.
contract Loans is ILoans, Quoting {
    using LoanBook for LoanBook.Entry;
    using LoanBook for Debt;

    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "LoanTerms(address lender,address borrower,uint256 certificateId,uint64 pledgedFen,uint64 principalFen,uint64 feeFen,uint24 ratePpm,uint24 lateRatePpm,uint24 repayDay,uint32 saleFloorPpm,uint64 costsMaxFen,bytes32 evidenceHash,bytes32 registryReceipt,uint32 epoch,uint64 deadline)"
    );
    bytes32 private constant BORROWING_TYPEHASH = keccak256("Borrowing(bytes32 termsHash,bytes32 consentHash)");
    bytes32 private constant TOP_UP_TYPEHASH = keccak256(
        "TopUp(bytes32 loanId,uint256 certificateId,uint64 amountFen,bytes32 evidenceHash,bytes32 registryReceipt,uint64 deadline)"
    );
    bytes32 private constant SALE_TYPEHASH = keccak256(
        "PledgeSale(bytes32 loanId,uint256 certificateId,address buyer,uint64 amountFen,uint64 priceFen,bytes32 evidenceHash,bytes32 registryReceipt,uint64 deadline)"
    );

    IReceivables public immutable receivables;
    IPledges public immutable pledges;
    ISettlement public immutable settlement;
    address public immutable billLoans;

    mapping(bytes32 loanId => LoanBook.Entry) private _loans;
    mapping(bytes32 loanId => LoanBook.Arrears) private _arrears;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IReceivables receivables_,
        IPledges pledges_,
        ISettlement settlement_,
        address billLoans_
    ) Governed(participants_) {
        rulebook = rulebook_;
        receivables = receivables_;
        pledges = pledges_;
        settlement = settlement_;
        billLoans = billLoans_;
    }

    /* ADVANCE */

    /// @inheritdoc ILoans
    function advance(LoanTerms calldata t, bytes32 consentHash, Approval calldata lender, Approval calldata borrower)
        external
        returns (bytes32 loanId)
    {
        bytes32 termsHash = _digestOf(t);
        loanId = LoanBook.idOf(termsHash, t.borrower);
        _requireNew(loanId);
        _requireSender(lender, borrower);
        address party = _quotedBy(lender, termsHash, t.deadline, Powers.PAY, t.principalFen, LICENSED, t.epoch);
        require(party == t.lender, LoansParty(loanId, party, t.lender));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(BORROWING_TYPEHASH, termsHash, consentHash)));
        party = _approvedBy(borrower, digest, t.deadline, Powers.MAKE, t.principalFen, Roles.TRADING);
        require(party == t.borrower && party != t.lender, LoansParty(loanId, party, t.borrower));
        _requireAdvance(t, loanId, consentHash);

        _write(
            Opening({
                loanId: loanId,
                lender: t.lender,
                borrower: t.borrower,
                principalFen: t.principalFen,
                feeFen: t.feeFen,
                ratePpm: t.ratePpm,
                lateRatePpm: t.lateRatePpm,
                repayDay: t.repayDay,
                registryReceipt: t.registryReceipt,
                consentHash: consentHash,
                lenderOfficer: lender.officer,
                borrowerOfficer: borrower.officer
            })
        );
        pledges.pledge(t.certificateId, t.borrower, t.lender, loanId, t.pledgedFen);
        settlement.file(t.registryReceipt, termsHash);
        settlement.pay(t.lender, t.borrower, t.principalFen - t.feeFen);
    }

    /// @inheritdoc ILoans
    function topUp(TopUp calldata t, Approval calldata lender, Approval calldata borrower) external {
        LoanBook.Entry storage e = _running(t.loanId);
        _requireSender(lender, borrower);
        bytes32 digest = topUpIdOf(t);
        (address lender_, address borrower_) = _partiesOf(e, t.loanId);
        address party = _approvedBy(lender, digest, t.deadline, Powers.MAKE, t.amountFen, LICENSED);
        require(party == lender_, LoansParty(t.loanId, party, lender_));
        party = _approvedBy(borrower, digest, t.deadline, Powers.MAKE, t.amountFen, Roles.TRADING);
        require(party == borrower_, LoansParty(t.loanId, party, borrower_));
        _requireOpen(t.deadline);
        _requireEvidence(t.evidenceHash);

        emit LoanToppedUp(t.loanId, t.certificateId, t.registryReceipt, lender.officer, borrower.officer);
        pledges.pledge(t.certificateId, borrower_, lender_, t.loanId, t.amountFen);
        settlement.file(t.registryReceipt, digest);
    }

    /* REPAYMENT AND RELEASE */

    /// @inheritdoc ILoans
    function repay(bytes32 loanId, uint64 amountFen, uint256[] calldata certificateIds)
        external
        returns (uint64 paidFen)
    {
        LoanBook.Entry storage e = _owed(loanId);
        address borrower = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        bytes10 tag = LoanBook.borrowerTag(loanId);
        require(_tagOf(borrower) == tag, LoansParty(loanId, borrower, address(bytes20(tag))));
        Debt memory owed = _debt(e, loanId);
        uint256 total = owed.total();
        paidFen = amountFen == type(uint64).max ? SafeCastLib.toUint64(total) : amountFen;
        require(paidFen > 0 && paidFen <= total, LoansAmount(loanId, paidFen, total));
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);

        address lender = participants.partyOfTag(e.lenderTag);
        bool isRepaid = _credit(e, loanId, owed, paidFen);
        emit LoanRepayment(loanId, borrower, paidFen, msg.sender);
        if (isRepaid) _releaseAll(loanId, borrower, certificateIds);
        settlement.pay(borrower, lender, paidFen);
    }

    /// @inheritdoc ILoans
    function release(bytes32 loanId, uint256 certificateId, uint64 amountFen) external {
        LoanBook.Entry memory e = _loans[loanId];
        require(e.state != LoanState.None, LoansState(loanId, e.state, LoanState.Running));
        if (e.state != LoanState.Repaid) {
            address party = _authorize(msg.sender, Powers.MAKE, amountFen, 0, Standing.Full);
            require(_tagOf(party) == e.lenderTag, LoansParty(loanId, party, address(bytes20(e.lenderTag))));
        }

        emit PledgeReleased(loanId, certificateId, amountFen, msg.sender);
        pledges.free(certificateId, participants.partyOfTag(LoanBook.borrowerTag(loanId)), loanId, amountFen);
    }

    /* DEFAULT AND ENFORCEMENT */

    /// @inheritdoc ILoans
    function declareDefault(bytes32 loanId) external {
        LoanBook.Entry storage e = _running(loanId);
        uint32 today = _today();
        require(today > e.repayDay, LoansNotLate(loanId, e.repayDay, today));

        e.state = LoanState.Defaulted;

        emit LoanDefaulted(loanId, _debt(e, loanId).total(), msg.sender);
    }

    /// @inheritdoc ILoans
    function stateCosts(LoanTerms calldata t, uint64 costsFen, bytes32 evidenceHash) external {
        (bytes32 loanId, LoanBook.Entry storage e) = _defaulted(t);
        address party = _authorize(msg.sender, Powers.MAKE, costsFen, 0, Standing.Owing);
        require(party == t.lender, LoansParty(loanId, party, t.lender));
        require(!e.hasCosts && costsFen > 0 && costsFen <= t.costsMaxFen, LoansCosts(loanId, costsFen, t.costsMaxFen));

        e.hasCosts = true;
        _arrears[loanId].costsFen = costsFen;

        emit LoanCostsStated(loanId, costsFen, evidenceHash, msg.sender);
    }

    /// @inheritdoc ILoans
    function enforce(LoanTerms calldata t, PledgeSale calldata s, Approval calldata buyer) external {
        (bytes32 loanId, LoanBook.Entry storage e) = _defaulted(t);
        require(s.loanId == loanId, LoansTerms(s.loanId, loanId));
        address party = _authorize(msg.sender, Powers.MAKE, s.amountFen, LICENSED, Standing.Full);
        require(party == t.lender, LoansParty(loanId, party, t.lender));
        bytes32 saleId = saleIdOf(s);
        party = _approvedBy(buyer, saleId, s.deadline, Powers.PAY, s.priceFen, LICENSED);
        require(party == s.buyer, LoansParty(loanId, party, s.buyer));
        _requireOpen(s.deadline);
        uint256 floorFen = FixedPointMathLib.mulDivUp(s.amountFen, t.saleFloorPpm, Interest.PPM);
        require(s.priceFen >= floorFen, LoansFloor(loanId, s.priceFen, floorFen));

        Debt memory owed = _debt(e, loanId);
        uint256 lenderFen = FixedPointMathLib.min(owed.total(), s.priceFen);
        uint256 surplusFen = s.priceFen - lenderFen;
        _credit(e, loanId, owed, lenderFen);
        emit PledgeSold(
            loanId,
            s.certificateId,
            s.buyer,
            s.amountFen,
            s.priceFen,
            surplusFen,
            s.registryReceipt,
            msg.sender,
            buyer.officer
        );
        pledges.free(s.certificateId, t.borrower, loanId, s.amountFen);
        IReceivables.Hop memory hop = IReceivables.Hop({
            id: s.certificateId,
            from: t.borrower,
            to: s.buyer,
            amountFen: s.amountFen,
            evidenceHash: s.evidenceHash,
            recourse: IReceivables.Recourse.None,
            capFen: 0
        });
        // A lender that takes the part over sets the price off against its debt.
        settlement.file(s.registryReceipt, saleId);
        settlement.sellPledged(hop, t.lender, s.buyer == t.lender ? 0 : lenderFen, surplusFen);
    }

    /* COLLECTION */

    /// @inheritdoc ILoans
    function collect(
        uint256 certificateId,
        address[] calldata holders,
        uint256[] calldata principalsFen,
        uint256[] calldata interestsFen
    ) external returns (address[] memory payees, uint256[] memory amountsFen) {
        _requireCaller(address(settlement));
        IPledges.Pledge[][] memory lists = new IPledges.Pledge[][](holders.length);
        uint256 count = holders.length;
        for (uint256 i; i < holders.length; ++i) {
            lists[i] = pledges.pledgesOf(certificateId, holders[i]);
            count += lists[i].length;
        }
        payees = new address[](count);
        amountsFen = new uint256[](count);
        uint256 place = holders.length;
        for (uint256 i; i < holders.length; ++i) {
            payees[i] = holders[i];
            amountsFen[i] = principalsFen[i] + interestsFen[i];
            if (lists[i].length == 0) continue;

            (uint256[] memory parts, uint256[] memory proceeds) =
                _divide(certificateId, holders[i], principalsFen[i], interestsFen[i], lists[i]);
            for (uint256 j; j < lists[i].length; ++j) {
                (payees[place], amountsFen[place]) =
                    _collectPart(certificateId, holders[i], lists[i][j].debtId, parts[j], proceeds[j]);
                amountsFen[i] -= amountsFen[place];
                ++place;
            }
        }
    }

    /* PLEDGED BILLS */

    /// @inheritdoc ILoans
    function open(Opening calldata o) external {
        _requireCaller(billLoans);
        _requireNew(o.loanId);

        _write(o);
    }

    /// @inheritdoc ILoans
    function collectFor(bytes32 loanId, uint256 proceedsFen) external returns (address borrower, uint256 lenderFen) {
        _requireCaller(billLoans);
        LoanBook.Entry storage e = _loans[loanId];
        borrower = participants.partyOfTag(LoanBook.borrowerTag(loanId));
        lenderFen = _creditProceeds(e, loanId, proceedsFen);
    }

    /* READING */

    /// @inheritdoc ILoans
    function loan(bytes32 loanId) external view returns (Loan memory) {
        LoanBook.Entry memory e = _loans[loanId];
        LoanBook.Arrears memory a = _arrears[loanId];
        bool exists = e.state != LoanState.None;
        return Loan({
            lender: participants.partyOfTag(e.lenderTag),
            borrower: exists ? participants.partyOfTag(LoanBook.borrowerTag(loanId)) : address(0),
            principalFen: e.principalFen,
            interestFen: a.interestFen,
            costsFen: a.costsFen,
            sinceDay: e.sinceDay,
            ratePpm: e.ratePpm,
            lateRatePpm: e.lateRatePpm,
            repayDay: e.repayDay,
            state: e.state,
            hasCosts: e.hasCosts
        });
    }

    /// @inheritdoc ILoans
    function debtOf(bytes32 loanId) external view returns (Debt memory) {
        return LoanBook.debtOn(_loans[loanId], _arrears[loanId], _today());
    }

    /// @inheritdoc ILoans
    function loanIdOf(LoanTerms calldata t) public view returns (bytes32) {
        return LoanBook.idOf(_digestOf(t), t.borrower);
    }

    /// @inheritdoc ILoans
    function topUpIdOf(TopUp calldata t) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(TOP_UP_TYPEHASH, t)));
    }

    /// @inheritdoc ILoans
    function saleIdOf(PledgeSale calldata s) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(SALE_TYPEHASH, s)));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Loans", "1");
    }

    function _digestOf(LoanTerms calldata t) private view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(TERMS_TYPEHASH, t)));
    }

    function _tagOf(address party) private pure returns (bytes10) {
        return bytes10(bytes20(party));
    }

    function _partiesOf(LoanBook.Entry storage e, bytes32 loanId)
        private
        view
        returns (address lender, address borrower)
    {
        return (participants.partyOfTag(e.lenderTag), participants.partyOfTag(LoanBook.borrowerTag(loanId)));
    }

    function _debt(LoanBook.Entry storage e, bytes32 loanId) private view returns (Debt memory) {
        return LoanBook.debtOn(e, _arrears[loanId], _today());
    }

    function _requireNew(bytes32 loanId) private view {
        LoanState state = _loans[loanId].state;
        require(state == LoanState.None, LoansState(loanId, state, LoanState.None));
    }

    /// @dev LNS-1: the money follows in the same transaction.
    function _write(Opening memory o) private {
        _loans[o.loanId] = LoanBook.Entry({
            principalFen: o.principalFen,
            lenderTag: _tagOf(o.lender),
            sinceDay: uint24(_today()),
            repayDay: o.repayDay,
            ratePpm: o.ratePpm,
            lateRatePpm: o.lateRatePpm,
            state: LoanState.Running,
            hasCosts: false
        });

        emit LoanAdvanced(
            o.loanId,
            o.lender,
            o.borrower,
            o.principalFen,
            o.feeFen,
            o.ratePpm,
            o.lateRatePpm,
            o.repayDay,
            o.registryReceipt,
            o.consentHash,
            o.lenderOfficer,
            o.borrowerOfficer
        );
    }

    function _running(bytes32 loanId) private view returns (LoanBook.Entry storage e) {
        e = _loans[loanId];
        require(e.state == LoanState.Running, LoansState(loanId, e.state, LoanState.Running));
    }

    /// @dev The loan of these terms, word for word: the filing receipt keeps their whole digest.
    function _defaulted(LoanTerms calldata t) private view returns (bytes32 loanId, LoanBook.Entry storage e) {
        bytes32 termsHash = _digestOf(t);
        loanId = LoanBook.idOf(termsHash, t.borrower);
        e = _loans[loanId];
        require(e.state == LoanState.Defaulted, LoansState(loanId, e.state, LoanState.Defaulted));
        bytes32 filed = IDiscounting(address(settlement)).receiptUsedBy(t.registryReceipt);
        require(filed == termsHash, LoansTerms(loanId, filed));
    }

    function _owed(bytes32 loanId) private view returns (LoanBook.Entry storage e) {
        e = _loans[loanId];
        if (e.state != LoanState.Defaulted) e = _running(loanId);
    }

    /// @dev Who submits is involved.
    function _requireSender(Approval calldata lender, Approval calldata borrower) private view {
        require(
            msg.sender == lender.officer || msg.sender == borrower.officer, GovernedCaller(msg.sender, lender.officer)
        );
    }

    function _requireEvidence(bytes32 evidenceHash) private view {
        if (evidenceHash == 0) {
            revert LoansEvidenceMissing(RuleIds.GENUINE_TRADE, _versionOf(RuleIds.GENUINE_TRADE));
        }
    }

    function _requireAdvance(LoanTerms calldata t, bytes32 loanId, bytes32 consentHash) private view {
        _requireOpen(t.deadline);
        _requireEvidence(t.evidenceHash);
        if (consentHash == 0) {
            revert LoansConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }
        require(t.feeFen < t.principalFen, LoansAmount(loanId, t.principalFen, t.feeFen));
        (bool isBusiness,) = rulebook.isBusinessDay(t.repayDay);
        require(t.repayDay > _today() && isBusiness, LoansRepayDay(t.repayDay, _today()));
    }

    /// @dev Books a payment of at most what is owed; the last fen ends the loan.
    function _credit(LoanBook.Entry storage e, bytes32 loanId, Debt memory owed, uint256 paidFen)
        private
        returns (bool isRepaid)
    {
        Debt memory paid = owed.split(paidFen);
        isRepaid = paidFen == owed.total();
        uint64 accruedFen = SafeCastLib.toUint64(owed.interestFen - paid.interestFen);
        LoanState state = isRepaid ? LoanState.Repaid : e.state;
        (e.principalFen, e.sinceDay, e.state) = (uint64(owed.principalFen - paid.principalFen), uint24(_today()), state);
        LoanBook.Arrears memory left = LoanBook.Arrears(accruedFen, uint64(owed.costsFen - paid.costsFen));
        LoanBook.Arrears storage before = _arrears[loanId];
        if (left.interestFen != before.interestFen || left.costsFen != before.costsFen) _arrears[loanId] = left;

        emit LoanPaid(loanId, uint64(paid.costsFen), uint64(paid.interestFen), uint64(paid.principalFen), accruedFen);
        if (isRepaid) emit LoanRepaid(loanId);
    }

    function _releaseAll(bytes32 loanId, address pledgor, uint256[] calldata certificateIds) private {
        for (uint256 i; i < certificateIds.length; ++i) {
            uint64 amountFen = pledges.pledgedFor(certificateIds[i], pledgor, loanId);
            emit PledgeReleased(loanId, certificateIds[i], amountFen, msg.sender);
            pledges.free(certificateIds[i], pledgor, loanId, amountFen);
        }
    }

    /// @dev What a holder is paid, over its pledges in their order and last its free part: largest remainder by amount.
    /// A holding that a court reduced below its pledges is all theirs.
    function _divide(
        uint256 certificateId,
        address holder,
        uint256 principalFen,
        uint256 interestFen,
        IPledges.Pledge[] memory list
    ) private view returns (uint256[] memory parts, uint256[] memory proceeds) {
        uint256 count = list.length;
        uint256[] memory weights = new uint256[](count + 1);
        uint256 pledgedFen;
        for (uint256 j; j < count; ++j) {
            weights[j] = list[j].amountFen;
            pledgedFen += weights[j];
        }
        uint256 heldFen = receivables.balanceOf(holder, certificateId) + principalFen;
        weights[count] = FixedPointMathLib.zeroFloorSub(heldFen, pledgedFen);
        parts = Apportionment.largestRemainder(principalFen, weights);
        proceeds = interestFen == 0 ? parts : Apportionment.largestRemainder(interestFen, parts);
        if (interestFen == 0) return (parts, proceeds);
        for (uint256 j; j < count; ++j) {
            proceeds[j] += parts[j];
        }
    }

    /// @dev A part that was collected is pledged no longer. What it brought in pays the loan.
    function _collectPart(uint256 certificateId, address pledgor, bytes32 loanId, uint256 partFen, uint256 proceedsFen)
        private
        returns (address lender, uint256 lenderFen)
    {
        LoanBook.Entry storage e = _loans[loanId];
        lender = participants.partyOfTag(e.lenderTag);
        if (partFen == 0) return (lender, 0);
        lenderFen = _creditProceeds(e, loanId, proceedsFen);

        emit PledgeCollected(loanId, certificateId, uint64(partFen), lenderFen, proceedsFen - lenderFen);
        pledges.free(certificateId, pledgor, loanId, uint64(partFen));
    }

    /// @dev Proceeds of a pledge pay its loan up to the debt. Nothing is left to pay where it was repaid and only the release
    /// is missing.
    function _creditProceeds(LoanBook.Entry storage e, bytes32 loanId, uint256 proceedsFen)
        private
        returns (uint256 lenderFen)
    {
        if (e.state == LoanState.Repaid) return 0;
        Debt memory owed = _debt(e, loanId);
        lenderFen = FixedPointMathLib.min(owed.total(), proceedsFen);
        _credit(e, loanId, owed, lenderFen);
    }
}
