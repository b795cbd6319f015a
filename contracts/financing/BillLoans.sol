// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IBillLoans} from "../interfaces/IBillLoans.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IDisclosures} from "../interfaces/IDisclosures.sol";
import {ILoans} from "../interfaces/ILoans.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {LoanBook} from "../libraries/LoanBook.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Quoting} from "./Quoting.sol";

/// @title BillLoans
/// @notice Room for one thing: which range of which bill is pledged for which loan.
/// @custom:invariant BLN-1 A pledged range is with its pledgee, flagged as pledged, and secures one loan.
/// @custom:invariant BLN-2 What comes in on a pledged range pays its loan; above the debt it is the pledgor's.
contract BillLoans is IBillLoans, Quoting {
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "BillLoanTerms(address lender,address borrower,uint256 tokenId,uint16 acts,uint40 first,uint40 last,uint64 principalFen,uint64 feeFen,uint24 ratePpm,uint24 lateRatePpm,uint24 repayDay,bytes32 evidenceHash,uint32 epoch,uint64 deadline)"
    );
    bytes32 private constant BORROWING_TYPEHASH = keccak256("BillBorrowing(bytes32 termsHash,bytes32 consentHash)");
    bytes32 private constant TOP_UP_TYPEHASH = keccak256(
        "BillTopUp(bytes32 loanId,uint256 tokenId,uint16 acts,uint40 first,uint40 last,bytes32 evidenceHash,uint64 deadline)"
    );

    /// @dev What a pledge names, whether with an advance or for a loan that runs.
    struct Pledging {
        bytes32 loanId;
        uint256 tokenId;
        uint16 acts;
        uint40 first;
        uint40 last;
        address pledgor;
        address pledgee;
        bytes32 evidenceHash;
    }

    IBills public immutable bills;
    IDisclosures public immutable disclosures;
    ILoans public immutable loans;
    ISettlement public immutable settlement;

    /// @inheritdoc IBillLoans
    mapping(uint128 billNo => mapping(uint16 record => bytes32)) public pledgeAt;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IBills bills_,
        IDisclosures disclosures_,
        ILoans loans_,
        ISettlement settlement_
    ) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
        disclosures = disclosures_;
        loans = loans_;
        settlement = settlement_;
    }

    /* PLEDGE */

    /// @inheritdoc IBillLoans
    function advance(
        BillLoanTerms calldata t,
        bytes32 consentHash,
        Approval calldata lender,
        Approval calldata borrower
    ) external returns (bytes32 loanId, uint256 partId) {
        bytes32 termsHash = _digestOf(t);
        loanId = LoanBook.idOf(termsHash, t.borrower);
        Pledging memory p = Pledging(loanId, t.tokenId, t.acts, t.first, t.last, t.borrower, t.lender, t.evidenceHash);
        _requirePledgeable(p);
        _requireSender(lender, borrower);
        address party = _quotedBy(lender, termsHash, t.deadline, Powers.PAY, t.principalFen, LICENSED, t.epoch);
        require(party == t.lender, BillLoansParty(loanId, party, t.lender));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(BORROWING_TYPEHASH, termsHash, consentHash)));
        party = _approvedBy(borrower, digest, t.deadline, Powers.MAKE, t.principalFen, Roles.TRADING);
        require(party == t.borrower, BillLoansParty(loanId, party, t.borrower));
        _requireOpen(t.deadline);
        if (consentHash == 0) {
            revert BillLoansConsentMissing(RuleIds.FREE_BILL_CONSENT, _versionOf(RuleIds.FREE_BILL_CONSENT));
        }
        _requireRecords(p);
        require(t.feeFen < t.principalFen, BillLoansAmount(loanId, t.feeFen, t.principalFen));
        (bool isBusiness,) = rulebook.isBusinessDay(t.repayDay);
        require(t.repayDay > _today() && isBusiness, BillLoansRepayDay(t.repayDay, _today()));

        emit BillBorrowed(loanId, t.tokenId, consentHash);
        _open(t, loanId, consentHash, lender.officer, borrower.officer);
        partId = _pledge(p, t.principalFen - t.feeFen, lender.officer, borrower.officer);
    }

    /// @inheritdoc IBillLoans
    function topUp(BillTopUp calldata t, Approval calldata lender, Approval calldata borrower)
        external
        returns (uint256 partId)
    {
        ILoans.Loan memory l = loans.loan(t.loanId);
        require(l.state == ILoans.LoanState.Running, BillLoansState(t.loanId));
        Pledging memory p = Pledging(t.loanId, t.tokenId, t.acts, t.first, t.last, l.borrower, l.lender, t.evidenceHash);
        _requirePledgeable(p);
        _requireSender(lender, borrower);
        bytes32 digest = topUpIdOf(t);
        uint64 amountFen = bills.amountOf(BillIds.tokenId(BillIds.billNo(t.tokenId), t.first, t.last));
        address party = _approvedBy(lender, digest, t.deadline, Powers.MAKE, amountFen, LICENSED);
        require(party == l.lender, BillLoansParty(t.loanId, party, l.lender));
        party = _approvedBy(borrower, digest, t.deadline, Powers.MAKE, amountFen, Roles.TRADING);
        require(party == l.borrower, BillLoansParty(t.loanId, party, l.borrower));
        _requireOpen(t.deadline);
        _requireRecords(p);

        partId = _pledge(p, 0, lender.officer, borrower.officer);
    }

    /* RELEASE AND COLLECTION */

    /// @inheritdoc IBillLoans
    function release(uint256 tokenId, uint40 first, uint40 last) external returns (uint256 partId) {
        (address to, RangeWord w) = bills.wordOf(tokenId);
        require(w.flag() == IBills.Flag.Pledged, IBills.BillsFlag(tokenId, w.flag(), IBills.Flag.Pledged));
        bytes32 loanId = pledgeOf(tokenId);
        if (loanId != 0) {
            ILoans.Loan memory l = loans.loan(loanId);
            if (l.state != ILoans.LoanState.Repaid) {
                address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);
                require(party == l.lender, BillLoansParty(loanId, party, l.lender));
            }
            to = l.borrower;
        }
        partId = BillIds.tokenId(BillIds.billNo(tokenId), first, last);

        emit BillPledgeReleased(loanId, partId, to, msg.sender);
        settlement.returnBill(tokenId, partId, to, to, 0);
    }

    /// @inheritdoc IBillLoans
    function collect(bytes32 loanId, uint256 tokenId, uint256 paidFen)
        external
        returns (address pledgor, uint256 lenderFen)
    {
        _requireCaller(address(settlement));
        (pledgor, lenderFen) = loans.collectFor(loanId, paidFen);

        emit BillPledgeCollected(loanId, tokenId, lenderFen, paidFen - lenderFen);
    }

    /* READING */

    /// @inheritdoc IBillLoans
    function pledgeOf(uint256 tokenId) public view returns (bytes32 loanId) {
        (address holder, RangeWord w) = bills.wordOf(tokenId);
        loanId = pledgeAt[BillIds.billNo(tokenId)][w.head()];
        if (loanId == 0) return 0;
        // The record outlives the pledge: a range that was freed rests under another flag. One that was paid has none.
        bool isLive = w.storedStatus() < IBills.Status.Terminated;
        if (isLive && w.flagAtRest() != IBills.Flag.Pledged) return 0;
        if (loans.loan(loanId).lender != holder) return 0;
    }

    /// @inheritdoc IBillLoans
    function loanIdOf(BillLoanTerms calldata t) external view returns (bytes32) {
        return LoanBook.idOf(_digestOf(t), t.borrower);
    }

    /// @inheritdoc IBillLoans
    function topUpIdOf(BillTopUp calldata t) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(TOP_UP_TYPEHASH, t)));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF BillLoans", "1");
    }

    function _digestOf(BillLoanTerms calldata t) private view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(TERMS_TYPEHASH, t)));
    }

    /// @dev Exists → pair → state → parties. Frozen is Bills' to see, and which units are inside.
    function _requirePledgeable(Pledging memory p) private view {
        (address holder, RangeWord w, BillTerms t) = bills.stateOf(p.tokenId);
        IBills.Status status = w.storedStatus();
        require(status != IBills.Status.None, IBills.BillsUnknown(p.tokenId));
        require(status == IBills.Status.Received, IBills.BillsStatus(p.tokenId, status, IBills.Status.Received));
        require(
            w.pendingOp() == IBills.PendingOp.None, IBills.BillsPending(p.tokenId, w.pendingOp(), IBills.PendingOp.None)
        );
        require(w.flag() == IBills.Flag.Transferable, IBills.BillsFlag(p.tokenId, w.flag(), IBills.Flag.Transferable));
        require(w.acts() == p.acts, IBills.BillsActs(p.tokenId, w.acts(), p.acts));
        require(p.pledgor == holder, IBills.BillsParty(p.tokenId, p.pledgor, holder));
        require(p.pledgee != holder, IBills.BillsSelf(p.tokenId, p.pledgee));
        (uint32 maturity, uint32 today) = (t.maturity(), _today());
        require(today < maturity, BillLoansMatured(p.tokenId, maturity, today));
    }

    /// @dev Who submits is involved.
    function _requireSender(Approval calldata lender, Approval calldata borrower) private view {
        require(
            msg.sender == lender.officer || msg.sender == borrower.officer, GovernedCaller(msg.sender, lender.officer)
        );
    }

    /// @dev X3 and R4-36: a pledge to a financial institution needs the disclosure as a discount does.
    function _requireRecords(Pledging memory p) private view {
        if (p.evidenceHash == 0) {
            revert BillLoansEvidenceMissing(RuleIds.BILL_TRADE, _versionOf(RuleIds.BILL_TRADE));
        }
        disclosures.requireFinanceable(BillIds.billNo(p.tokenId), true);
    }

    function _open(
        BillLoanTerms calldata t,
        bytes32 loanId,
        bytes32 consentHash,
        address lenderOfficer,
        address borrowerOfficer
    ) private {
        loans.open(
            ILoans.Opening({
                loanId: loanId,
                lender: t.lender,
                borrower: t.borrower,
                principalFen: t.principalFen,
                feeFen: t.feeFen,
                ratePpm: t.ratePpm,
                lateRatePpm: t.lateRatePpm,
                repayDay: t.repayDay,
                registryReceipt: 0,
                consentHash: consentHash,
                lenderOfficer: lenderOfficer,
                borrowerOfficer: borrowerOfficer
            })
        );
    }

    function _pledge(Pledging memory p, uint256 paidFen, address lenderOfficer, address borrowerOfficer)
        private
        returns (uint256 partId)
    {
        uint128 billNo = BillIds.billNo(p.tokenId);
        partId = BillIds.tokenId(billNo, p.first, p.last);
        settlement.passBill(
            p.tokenId, partId, p.pledgor, p.pledgee, IBills.RecordKind.Pledge, IBills.Flag.Pledged, paidFen
        );
        (, RangeWord w) = bills.wordOf(partId);
        uint16 record = w.head();
        pledgeAt[billNo][record] = p.loanId;

        emit BillPledged(p.loanId, partId, record, p.pledgor, p.pledgee, p.evidenceHash, lenderOfficer, borrowerOfficer);
    }
}
