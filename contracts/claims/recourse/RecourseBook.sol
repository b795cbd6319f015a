// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TwoSided} from "../../base/TwoSided.sol";
import {IBills} from "../../interfaces/IBills.sol";
import {IGuarantees} from "../../interfaces/IGuarantees.sol";
import {IPresentations, Scope} from "../../interfaces/IPresentations.sol";
import {Debtor, IRecourse} from "../../interfaces/IRecourse.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {BillClocks} from "../../libraries/BillClocks.sol";
import {BillIds} from "../../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../../libraries/BillSlots.sol";
import {RecourseClaims} from "../../libraries/RecourseClaims.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";

/// @title RecourseBook
/// @notice What is written down of recourse, who answers for a range, for how much and until when.
abstract contract RecourseBook is IRecourse, TwoSided {
    /// @dev What bears on a claim: the range as it stands and the fact that opened recourse, read once.
    /// @param startDay First day of interest.
    /// @param refusalDay From which NIL-17b runs.
    struct Bearing {
        uint256 tokenId;
        uint128 billNo;
        address holder;
        RangeWord word;
        BillParties parties;
        BillTerms terms;
        uint64 amountFen;
        Basis basis;
        Ground ground;
        Scope scope;
        uint32 startDay;
        uint32 refusalDay;
    }

    IRulebook public immutable rulebook;
    IBills public immutable bills;
    IPresentations public immutable presentations;
    IGuarantees public immutable guarantees;
    address public immutable settlement;

    mapping(uint256 tokenId => Pursuit) internal _pursuits;
    mapping(bytes15 root => mapping(address party => Notice)) internal _notices;
    mapping(uint256 tokenId => Basis) internal _bases;
    mapping(uint256 tokenId => Offer) internal _offers;
    mapping(uint256 tokenId => Residual) internal _residuals;

    /* READING */

    /// @inheritdoc IRecourse
    function claimOf(uint256 tokenId, uint32 day) external view returns (uint256) {
        return _claim(_bearingOf(tokenId), day);
    }

    /// @inheritdoc IRecourse
    function claimAgainst(uint256 tokenId, Debtor calldata debtor, uint32 day) external view returns (uint256) {
        Bearing memory b = _bearingOf(tokenId);
        (Liability liability,) = _liabilityOf(b, debtor.party, debtor.guaranteed);
        if (liability == Liability.None) return 0;
        // A pursuit begun in time keeps the claim alive; what is not pursued ends with its period.
        bool pursued = _notices[_pursuits[tokenId].root][debtor.party].pursued;
        (uint32 lastDay,) = _lastDayFor(b, liability);
        return pursued || day <= lastDay ? _claim(b, day) : 0;
    }

    /// @inheritdoc IRecourse
    function liabilityOf(uint256 tokenId, Debtor calldata debtor)
        external
        view
        returns (Liability liability, uint32 lastDay)
    {
        Bearing memory b = _bearingOf(tokenId);
        (liability,) = _liabilityOf(b, debtor.party, debtor.guaranteed);
        if (liability != Liability.None) (lastDay,) = _lastDayFor(b, liability);
    }

    /// @inheritdoc IRecourse
    function limitsOf(uint256 tokenId) external view returns (uint32 acceptorDrawerDay, uint32 priorDay) {
        Bearing memory b = _bearingOf(tokenId);
        (acceptorDrawerDay,) = _lastDayFor(b, Liability.Acceptor);
        if (b.scope == Scope.All) (priorDay,) = _lastDayFor(b, Liability.Endorser);
    }

    /// @inheritdoc IRecourse
    function noticeDayOf(uint256 tokenId, address sender) external view returns (uint32 day, bool provisional) {
        Bearing memory b = _bearingOf(tokenId);
        uint32 told = sender == b.holder ? _proofDay(b) : _notices[_pursuits[tokenId].root][sender].day;
        if (told != 0) return _noticeDay(told);
    }

    /// @inheritdoc IRecourse
    function pursuitOf(uint256 tokenId) external view returns (Pursuit memory) {
        return _pursuits[tokenId];
    }

    /// @inheritdoc IRecourse
    function noticeOf(uint256 tokenId, address party) external view returns (Notice memory) {
        return _notices[_pursuits[tokenId].root][party];
    }

    /// @inheritdoc IRecourse
    function basisOf(uint256 tokenId) external view returns (Basis memory) {
        return _bases[tokenId];
    }

    /// @inheritdoc IRecourse
    function offerOf(uint256 tokenId) external view returns (Offer memory) {
        return _offers[tokenId];
    }

    /// @inheritdoc IRecourse
    function residualOf(uint256 tokenId) external view returns (Residual memory) {
        return _residuals[tokenId];
    }

    /// @inheritdoc IRecourse
    function residualClaimOf(uint256 tokenId, uint32 day) public view returns (uint256) {
        Residual memory r = _residuals[tokenId];
        return r.paid ? 0 : _grown(r.paidFen, r.settledDay, day, 0);
    }

    /* WHAT BEARS ON A CLAIM */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Recourse", "1");
    }

    function _bearingOf(uint256 tokenId) internal view returns (Bearing memory b) {
        (b.tokenId, b.billNo) = (tokenId, BillIds.billNo(tokenId));
        (b.holder, b.word) = bills.wordOf(tokenId);
        require(b.holder != address(0), IBills.BillsUnknown(tokenId));
        (b.parties, b.terms) = bills.slotsOf(b.billNo);
        (uint40 first, uint40 last) = BillIds.units(tokenId);
        b.amountFen = first == 0 ? b.terms.faceFen() : last - first + 1;
        b.basis = _bases[tokenId];
        _addGround(b);
    }

    /// @dev A dishonour opens recourse by its scope; a pursuit without one by what was true when it began; a payer-holder's
    /// goes on from the ground it paid on. Interest runs from maturity, or by OP-10 from the presentation.
    function _addGround(Bearing memory b) private view {
        uint32 maturity = b.terms.maturity();
        b.startDay = maturity;
        if (b.word.dishonour() != 0) {
            IPresentations.Dishonour memory d = presentations.dishonourAt(b.billNo, b.word.dishonour());
            (b.ground, b.scope, b.refusalDay) = (Ground.Dishonour, d.scope, d.day);
            (uint256 fromPresentation,) = rulebook.valueOrZero(RuleIds.RECOURSE_INTEREST_FROM, d.presentedDay);
            if (fromPresentation != 0 && d.presentedDay > maturity) b.startDay = d.presentedDay;
        }
        if (b.basis.settledDay != 0) {
            (b.ground, b.startDay) = (b.basis.ground, b.basis.settledDay);
            if (b.ground != Ground.Dishonour) b.scope = Scope.All;
        }
        if (b.word.restingFlag() != IBills.Flag.None) {
            Pursuit memory p = _pursuits[b.tokenId];
            (b.ground, b.scope, b.refusalDay) = (p.ground, p.scope, p.refusalDay);
        }
    }

    /* WHO ANSWERS */

    /// @dev As what `party`, or whom it guarantees, answers to the holder; else the rule that frees it.
    function _liabilityOf(Bearing memory b, address party, address guaranteed)
        internal
        view
        returns (Liability, bytes32 ruleId)
    {
        address debtor = party;
        if (guaranteed != address(0)) {
            debtor = guaranteed;
            if (!guarantees.isGuarantor(b.tokenId, party, guaranteed)) {
                return (Liability.None, RuleIds.RECOURSE_DEBTORS);
            }
            // Who paid for a party pursues that party and those before it, not those who guaranteed it too.
            if (bytes10(bytes20(guaranteed)) == b.basis.guaranteedTag) {
                return (Liability.None, RuleIds.GUARANTORS_RECOURSE);
            }
        }
        if (party == b.holder || debtor == b.holder || b.parties.isAcceptor(b.holder)) {
            return (Liability.None, RuleIds.LATER_PARTIES);
        }
        if (b.parties.isAcceptor(debtor)) return (Liability.Acceptor, 0);
        if (b.word.drawersRights() || b.parties.isDrawer(b.holder)) return (Liability.None, RuleIds.LATER_PARTIES);
        if (b.parties.isDrawer(debtor)) return (Liability.Drawer, 0);
        return _endorserLiability(b, debtor);
    }

    /// @dev Walks the chain from the holder's own first endorsement on, for nobody later answers to it (NIL-69). A marked
    /// endorser answers to its own endorsee only (NIL-34); by another endorsement without a mark it answers all the same.
    function _endorserLiability(Bearing memory b, address debtor) private view returns (Liability, bytes32 ruleId) {
        (IBills.Record[] memory records,) = bills.recordsOf(b.tokenId);
        bool nearest = true;
        bool found;
        bool freed;
        for (uint256 i = _reachOf(records, b.holder); i < records.length; ++i) {
            IBills.Record memory r = records[i];
            if (r.kind == IBills.RecordKind.Pledge) continue;
            if (r.party == debtor) {
                if (r.marked && !nearest) freed = true;
                else found = true;
            }
            nearest = false;
        }
        if (!found) return (Liability.None, freed ? RuleIds.MARKED_ENDORSER : RuleIds.LATER_PARTIES);
        if (b.scope != Scope.All) return (Liability.None, RuleIds.PROOF_IN_TIME);
        return (Liability.Endorser, 0);
    }

    /// @dev Where the part of a chain begins that its holder may pursue.
    function _reachOf(IBills.Record[] memory records, address holder) private pure returns (uint256 start) {
        for (uint256 i; i < records.length; ++i) {
            if (records[i].party == holder) start = i + 1;
        }
    }

    function _requireLiable(Bearing memory b, address party, address guaranteed)
        internal
        view
        returns (Liability liability)
    {
        bytes32 ruleId;
        (liability, ruleId) = _liabilityOf(b, party, guaranteed);
        if (liability == Liability.None) {
            revert RecourseNotLiable(ruleId, _versionOf(ruleId), b.tokenId, party, guaranteed);
        }
    }

    /* UNTIL WHEN, HOW MUCH */

    /// @dev NIL-17: two years against acceptor and drawer, six months against prior parties, three in re-recourse.
    function _lastDayFor(Bearing memory b, Liability liability) internal view returns (uint32 lastDay, bytes32 ruleId) {
        uint32 start = b.terms.maturity();
        ruleId = RuleIds.LIMIT_ACCEPTOR_DRAWER;
        if (liability == Liability.Endorser) {
            (ruleId, start) = b.basis.settledDay != 0
                ? (RuleIds.LIMIT_RE_RECOURSE, uint32(b.basis.settledDay))
                : (RuleIds.LIMIT_PRIOR, b.refusalDay);
        }
        lastDay = BillClocks.limitOf(rulebook, ruleId, start);
    }

    function _claim(Bearing memory b, uint32 day) internal view returns (uint256) {
        if (b.ground == Ground.None) return 0;
        return _grown(_principal(b), b.startDay, day, _pursuits[b.tokenId].costsFen);
    }

    /// @dev The face in first recourse (NIL-70), all that was paid in re-recourse (NIL-71).
    function _principal(Bearing memory b) internal pure returns (uint256) {
        return b.basis.settledDay != 0 ? b.basis.paidFen : b.amountFen;
    }

    /// @dev OP-9 of the day interest starts.
    function _grown(uint256 principalFen, uint32 startDay, uint32 day, uint256 costsFen)
        internal
        view
        returns (uint256)
    {
        uint256 ratePpm;
        if (day > startDay) (ratePpm,) = rulebook.valueOn(RuleIds.RECOURSE_RATE_PPM, startDay);
        return RecourseClaims.claim(principalFen, ratePpm, startDay, day, costsFen);
    }

    /// @dev The day from which the holder's own three days for its notices run.
    function _proofDay(Bearing memory b) internal pure returns (uint32) {
        return b.basis.settledDay != 0 ? b.basis.settledDay : b.refusalDay;
    }

    function _noticeDay(uint32 told) internal view returns (uint32 day, bool provisional) {
        (uint256 count,) = rulebook.valueOn(RuleIds.NOTICE_DAYS, told);
        return rulebook.roll(told + uint32(count));
    }

    function _versionOf(bytes32 ruleId) internal view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    function _requirePair(Bearing memory b, bool holds) internal view {
        IBills.Status status = b.word.storedStatus();
        if (status == IBills.Status.Received && _today() >= b.terms.maturity()) status = IBills.Status.Matured;
        require(holds, RecoursePair(b.tokenId, uint8(status), uint8(b.word.flag()), uint8(b.word.pendingOp())));
    }
}
