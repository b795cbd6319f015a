// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IBillDiscounting} from "../interfaces/IBillDiscounting.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IDisclosures} from "../interfaces/IDisclosures.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Quoting} from "./Quoting.sol";

/// @title BillDiscounting
/// @notice Room for one thing: at what price a bill is sold before its day, and bought back.
/// @custom:invariant BDC-1 A bill is discounted only with its disclosure as it is, checked by the discounter (X3, X6).
/// @custom:invariant BDC-2 A repo is redeemed within its window or becomes outright, never both.
contract BillDiscounting is IBillDiscounting, Quoting {
    bytes32 private constant QUOTE_TYPEHASH = keccak256(
        "BillQuote(address funder,address seller,uint256 tokenId,uint16 acts,uint40 first,uint40 last,uint32 ratePpm,uint64 feeFen,uint32 buyerSharePpm,uint24 redeemFrom,uint24 redeemUntil,uint64 redeemFen,uint32 redeemRatePpm,bool interbank,uint32 epoch,uint64 deadline)"
    );
    bytes32 private constant SALE_TYPEHASH =
        keccak256("BillSale(bytes32 quoteId,bytes32 evidenceHash,bytes32 consentHash)");

    IBills public immutable bills;
    IDisclosures public immutable disclosures;
    ISettlement public immutable settlement;

    mapping(uint256 tokenId => Repo) private _repos;
    mapping(uint128 billNo => BillShare) private _shares;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IBills bills_,
        IDisclosures disclosures_,
        ISettlement settlement_
    ) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
        disclosures = disclosures_;
        settlement = settlement_;
    }

    /* DISCOUNT */

    /// @inheritdoc IBillDiscounting
    function discount(
        BillQuote calldata q,
        bytes32 evidenceHash,
        bytes32 consentHash,
        Approval calldata seller,
        Approval calldata funder
    ) external returns (uint256 partId, uint256 netFen) {
        bytes32 quoteId = quoteIdOf(q);
        (BillTerms t, uint64 amountFen) = _requireDiscountable(q);
        _requireApprovals(q, quoteId, amountFen, evidenceHash, consentHash, seller, funder);
        _requireRecords(q, evidenceHash, consentHash);
        _requireWindow(q, quoteId, t);
        uint256 interestFen;
        (interestFen, netFen,) = _terms(q, t, amountFen);
        uint256 costFen = interestFen + q.feeFen;
        require(netFen > 0, BillDiscountingNothingLeft(quoteId, costFen, amountFen));

        partId = BillIds.tokenId(BillIds.billNo(q.tokenId), q.first, q.last);
        IBills.Flag flag = _isRepo(q) ? IBills.Flag.AwaitingRedemption : IBills.Flag.Transferable;
        settlement.passBill(q.tokenId, partId, q.seller, q.funder, IBills.RecordKind.Discount, flag, netFen);
        emit BillDiscounted(
            quoteId,
            partId,
            q.seller,
            q.funder,
            uint64(interestFen),
            q.feeFen,
            q.interbank,
            evidenceHash,
            consentHash,
            seller.officer,
            funder.officer
        );
        if (_isRepo(q)) _openRepo(q, partId, uint64(netFen));
        if (q.buyerSharePpm != 0) _chargeBuyer(q, quoteId, interestFen);
    }

    /// @inheritdoc IBillDiscounting
    function undertakeInterest(uint128 billNo, uint32 sharePpm, uint64 capFen, uint32 untilDay) external {
        Standing standing = sharePpm == 0 ? Standing.Owing : Standing.Full;
        address payer = _authorize(msg.sender, Powers.PAY, capFen, 0, standing);
        (BillParties parties,) = bills.slotsOf(billNo);
        if (!parties.isAcceptor(payer) && !parties.isDrawer(payer)) {
            revert BillDiscountingParty(bytes32(uint256(billNo)), payer, participants.partyOfTag(parties.acceptorTag()));
        }
        require(sharePpm <= Interest.PPM, BillDiscountingShare(billNo, Interest.PPM, sharePpm));

        _shares[billNo] = BillShare(payer, sharePpm, untilDay, capFen);

        emit BillShareUndertaken(billNo, payer, sharePpm, capFen, untilDay, msg.sender);
    }

    /* REPO */

    /// @inheritdoc IBillDiscounting
    function redeem(uint256 tokenId) external returns (uint64 paidFen) {
        address party = _authorize(msg.sender, Powers.PAY, 0, 0, Standing.Owing);
        Repo memory r = _repo(tokenId);
        require(party == r.seller, BillDiscountingParty(bytes32(tokenId), party, r.seller));
        uint32 today = _today();
        bool isOpen = today >= r.redeemFrom && today <= r.redeemUntil;
        require(isOpen, BillDiscountingDay(tokenId, today, r.redeemFrom, r.redeemUntil));
        paidFen = SafeCastLib.toUint64(_redemption(r));
        _authorize(msg.sender, Powers.PAY, paidFen, 0, Standing.Owing);
        (address holder,) = bills.wordOf(tokenId);

        delete _repos[tokenId];
        emit BillRedeemed(tokenId, r.seller, holder, paidFen, msg.sender);
        settlement.returnBill(tokenId, tokenId, holder, r.seller, paidFen);
    }

    /// @inheritdoc IBillDiscounting
    function endRepo(uint256 tokenId) external {
        Repo memory r = _repo(tokenId);
        uint32 today = _today();
        require(today > r.redeemUntil, BillDiscountingDay(tokenId, today, r.redeemFrom, r.redeemUntil));
        (address holder,) = bills.wordOf(tokenId);

        delete _repos[tokenId];
        emit RepoEnded(tokenId, r.seller, msg.sender);
        settlement.returnBill(tokenId, tokenId, holder, holder, 0);
    }

    /* READING */

    /// @inheritdoc IBillDiscounting
    function termsOf(BillQuote calldata q)
        external
        view
        returns (uint256 interestFen, uint256 netFen, uint256 buyerPartFen, uint32 tenorDays)
    {
        (, BillTerms t) = bills.slotsOf(BillIds.billNo(q.tokenId));
        (interestFen, netFen, tenorDays) = _terms(q, t, _amountOf(q, t));
        buyerPartFen = _buyerPart(interestFen, q.buyerSharePpm);
    }

    /// @inheritdoc IBillDiscounting
    function redemptionOf(uint256 tokenId) external view returns (uint256) {
        return _redemption(_repo(tokenId));
    }

    /// @inheritdoc IBillDiscounting
    function repoOf(uint256 tokenId) external view returns (Repo memory) {
        return _repos[tokenId];
    }

    /// @inheritdoc IBillDiscounting
    function billShareOf(uint128 billNo) external view returns (BillShare memory) {
        return _shares[billNo];
    }

    /// @inheritdoc IBillDiscounting
    function quoteIdOf(BillQuote calldata q) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(QUOTE_TYPEHASH, q)));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF BillDiscounting", "1");
    }

    function _isRepo(BillQuote calldata q) private pure returns (bool) {
        return q.redeemFrom != 0 || q.redeemUntil != 0;
    }

    function _repo(uint256 tokenId) private view returns (Repo memory r) {
        r = _repos[tokenId];
        require(r.seller != address(0), BillDiscountingNoRepo(tokenId));
    }

    /// @dev Exists → pair. Frozen is Bills' to see.
    function _requireDiscountable(BillQuote calldata q) private view returns (BillTerms t, uint64 amountFen) {
        address holder;
        RangeWord w;
        (holder, w, t) = bills.stateOf(q.tokenId);
        IBills.Status status = w.storedStatus();
        require(status != IBills.Status.None, IBills.BillsUnknown(q.tokenId));
        require(status == IBills.Status.Received, IBills.BillsStatus(q.tokenId, status, IBills.Status.Received));
        require(
            w.pendingOp() == IBills.PendingOp.None, IBills.BillsPending(q.tokenId, w.pendingOp(), IBills.PendingOp.None)
        );
        if (w.dishonour() != 0) {
            revert IRulebook.RuleViolated(RuleIds.AFTER_REFUSAL, _versionOf(RuleIds.AFTER_REFUSAL), w.dishonour(), 0);
        }
        require(w.flag() == IBills.Flag.Transferable, IBills.BillsFlag(q.tokenId, w.flag(), IBills.Flag.Transferable));
        require(w.acts() == q.acts, IBills.BillsActs(q.tokenId, w.acts(), q.acts));
        require(q.seller == holder, IBills.BillsParty(q.tokenId, q.seller, holder));
        require(q.funder != holder, IBills.BillsSelf(q.tokenId, q.funder));
        if (q.interbank) {
            bool discounted =
                w.head() != 0 && bills.record(BillIds.billNo(q.tokenId), w.head()).kind == IBills.RecordKind.Discount;
            require(discounted, BillDiscountingFirst(q.tokenId));
        }
        amountFen = _amountOf(q, t);
    }

    function _requireApprovals(
        BillQuote calldata q,
        bytes32 quoteId,
        uint64 amountFen,
        bytes32 evidenceHash,
        bytes32 consentHash,
        Approval calldata seller,
        Approval calldata funder
    ) private {
        require(
            msg.sender == seller.officer || msg.sender == funder.officer, GovernedCaller(msg.sender, seller.officer)
        );
        uint32 role = q.interbank ? Roles.BANK : 0;
        bytes32 digest = _hashTypedData(keccak256(abi.encode(SALE_TYPEHASH, quoteId, evidenceHash, consentHash)));
        address party = _approvedBy(seller, digest, q.deadline, Powers.MAKE, amountFen, role);
        require(party == q.seller, BillDiscountingParty(quoteId, party, q.seller));
        role = q.interbank ? Roles.BANK : LICENSED;
        party = _quotedBy(funder, quoteId, q.deadline, Powers.PAY, amountFen, role, q.epoch);
        require(party == q.funder, BillDiscountingParty(quoteId, party, q.funder));
        _requireOpen(q.deadline);
    }

    /// @dev B17's gates. Paper between banks was gated when it was discounted; that its acceptor is not banned and that the
    /// buyer has checked is asked again.
    function _requireRecords(BillQuote calldata q, bytes32 evidenceHash, bytes32 consentHash) private view {
        uint128 billNo = BillIds.billNo(q.tokenId);
        if (evidenceHash == 0) {
            revert BillDiscountingEvidenceMissing(RuleIds.BILL_TRADE, _versionOf(RuleIds.BILL_TRADE));
        }
        if (consentHash == 0) {
            revert BillDiscountingConsentMissing(RuleIds.FREE_BILL_CONSENT, _versionOf(RuleIds.FREE_BILL_CONSENT));
        }
        disclosures.requireFinanceable(billNo, true);
        (bytes32 snapshotHash, bool current) = disclosures.checkOf(billNo, q.funder);
        if (snapshotHash == 0 || !current) {
            revert BillDiscountingUnchecked(
                RuleIds.DISCOUNTER_CHECK, _versionOf(RuleIds.DISCOUNTER_CHECK), billNo, q.funder
            );
        }
    }

    function _requireWindow(BillQuote calldata q, bytes32 quoteId, BillTerms t) private view {
        (uint32 maturity, uint32 today) = (t.maturity(), _today());
        require(today < maturity, BillDiscountingMatured(q.tokenId, maturity, today));
        bool isWindow =
            !_isRepo(q) || (q.redeemFrom >= today && q.redeemFrom <= q.redeemUntil && q.redeemUntil < maturity);
        require(isWindow, BillDiscountingWindow(quoteId, q.redeemFrom, q.redeemUntil));
    }

    function _openRepo(BillQuote calldata q, uint256 partId, uint64 priceFen) private {
        _repos[partId] = Repo({
            seller: q.seller,
            day: uint24(_today()),
            redeemFrom: q.redeemFrom,
            redeemUntil: q.redeemUntil,
            priceFen: priceFen,
            redeemFen: q.redeemFen,
            redeemRatePpm: q.redeemRatePpm
        });

        emit RepoOpened(partId, q.seller, q.redeemFrom, q.redeemUntil, priceFen, q.redeemFen, q.redeemRatePpm);
    }

    /// @dev As for certificates: the payer's part goes to the seller, which bore all of the interest in the price.
    function _chargeBuyer(BillQuote calldata q, bytes32 quoteId, uint256 interestFen) private {
        uint128 billNo = BillIds.billNo(q.tokenId);
        BillShare storage share = _shares[billNo];
        bool isOpen = share.untilDay >= _today();
        require(
            isOpen && q.buyerSharePpm <= share.sharePpm,
            BillDiscountingShare(billNo, isOpen ? share.sharePpm : 0, q.buyerSharePpm)
        );
        uint256 partFen = _buyerPart(interestFen, q.buyerSharePpm);
        require(partFen <= share.leftFen, BillDiscountingShare(billNo, share.leftFen, partFen));

        share.leftFen -= uint64(partFen);
        emit BillInterestShared(quoteId, billNo, share.payer, uint64(partFen));
        settlement.pay(share.payer, q.seller, partFen);
    }

    /// @dev The payer's part half-up, the seller's is the rest: a ratio split in two.
    function _buyerPart(uint256 interestFen, uint256 sharePpm) private pure returns (uint256) {
        return (interestFen * sharePpm + Interest.PPM / 2) / Interest.PPM;
    }

    /// @dev Half-up; first day counted, last not (FEN-5); remote days are zero for electronic bills (FEN-6).
    function _terms(BillQuote calldata q, BillTerms t, uint64 amountFen)
        private
        view
        returns (uint256 interestFen, uint256 netFen, uint32 tenorDays)
    {
        (uint32 payDay,) = rulebook.roll(t.maturity());
        uint32 today = _today();
        tenorDays = payDay > today ? payDay - today : 0;
        interestFen = Interest.accrue(amountFen, tenorDays, q.ratePpm, DAY_BASIS);
        uint256 costFen = interestFen + q.feeFen;
        netFen = amountFen > costFen ? amountFen - costFen : 0;
    }

    function _redemption(Repo memory r) private view returns (uint256) {
        if (r.redeemFen != 0) return r.redeemFen;
        return r.priceFen + Interest.accrue(r.priceFen, _today() - r.day, r.redeemRatePpm, DAY_BASIS);
    }

    function _amountOf(BillQuote calldata q, BillTerms t) private pure returns (uint64) {
        if (q.first == 0) return t.faceFen();
        require(q.first <= q.last, IBills.BillsUnits(q.tokenId, q.first, q.last));
        return uint64(q.last) - q.first + 1;
    }
}
