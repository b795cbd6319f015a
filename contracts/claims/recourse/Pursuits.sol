// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IBills} from "../../interfaces/IBills.sol";
import {Powers, Standing} from "../../interfaces/IParticipants.sol";
import {Scope} from "../../interfaces/IPresentations.sol";
import {Debtor, IRecourse} from "../../interfaces/IRecourse.sol";
import {BillClocks} from "../../libraries/BillClocks.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";
import {RecourseBook} from "./RecourseBook.sol";

/// @title Pursuits
/// @notice Operations B33–B35 and the notices of NIL-66: who is asked, by whom, in time or late.
/// @dev A pursuit moves nothing, so it is open to a frozen or suspended holder; a frozen range it leaves alone.
abstract contract Pursuits is RecourseBook {
    uint256 public constant DEBTORS_MAX = 50;

    /* BY THE HOLDER */

    /// @inheritdoc IRecourse
    function pursue(uint256 tokenId, Debtor[] calldata debtors, uint64 costsFen, bytes32 costsHash) external {
        Bearing memory b = _restingBearing(tokenId);
        if (b.ground == Ground.None || b.scope == Scope.None) {
            revert RecourseNoGround(RuleIds.PROOF_IN_TIME, _versionOf(RuleIds.PROOF_IN_TIME), tokenId);
        }
        if (costsFen != 0) _requireProof(tokenId, costsHash);
        _open(b, debtors, costsFen, costsHash);
    }

    /// @inheritdoc IRecourse
    function pursueWithoutDishonour(
        uint256 tokenId,
        Ground ground,
        Debtor[] calldata debtors,
        uint64 costsFen,
        bytes32 proofHash
    ) external {
        Bearing memory b = _restingBearing(tokenId);
        if (ground == Ground.None || ground == Ground.Dishonour) {
            revert RecourseNoGround(RuleIds.RECOURSE_GROUNDS, _versionOf(RuleIds.RECOURSE_GROUNDS), tokenId);
        }
        _requireProof(tokenId, proofHash);
        b.ground = ground;
        if (b.refusalDay == 0) b.refusalDay = _today();
        if (b.scope != Scope.All) b.scope = _scopeWithoutDishonour(b);
        _open(b, debtors, costsFen, proofHash);
    }

    /// @inheritdoc IRecourse
    function pursueFurther(uint256 tokenId, Debtor[] calldata debtors) external {
        Bearing memory b = _pursuedBearing(tokenId);
        _requireHolder(b);
        _requireDebtors(b, debtors);
        bills.requireNotFrozen(tokenId);

        _notifyAll(b, _pursuits[tokenId].root, debtors);
    }

    /// @inheritdoc IRecourse
    function withdrawPursuit(uint256 tokenId) external {
        Bearing memory b = _pursuedBearing(tokenId);
        _requireHolder(b);

        delete _pursuits[tokenId];
        bills.endRecourse(tokenId);

        emit PursuitWithdrawn(tokenId, b.holder, msg.sender);
    }

    /* BY THOSE WHO WERE TOLD */

    /// @inheritdoc IRecourse
    function forwardNotice(uint256 tokenId, Debtor calldata to) external {
        Bearing memory b = _bearingOf(tokenId);
        bytes15 root = _pursuits[tokenId].root;
        // Under recourse, an offer or none; a range that lapsed since keeps its pursuit as a record only.
        _requirePair(b, b.word.restingFlag() != IBills.Flag.None);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        uint32 told = _notices[root][party].day;
        require(told != 0, RecourseNotPursued(tokenId, party));
        require(to.party != party, RecourseParty(tokenId, party, to.party));
        _requireLiable(b, to.party, to.guaranteed);

        _notify(b.tokenId, root, party, to, told, false);
    }

    /* INTERNALS */

    /// @dev Nothing pending, free to be passed on, barred by a mark or with its pledgee: what a pursuit can begin from.
    function _restingBearing(uint256 tokenId) private view returns (Bearing memory b) {
        b = _bearingOf(tokenId);
        IBills.Flag flag = b.word.flag();
        bool rests = flag >= IBills.Flag.Transferable && flag <= IBills.Flag.Pledged && flag != IBills.Flag.Locked;
        bool received =
            b.word.storedStatus() == IBills.Status.Received || b.word.storedStatus() == IBills.Status.Matured;
        _requirePair(b, rests && received && b.word.pendingOp() == IBills.PendingOp.None);
        _requireHolder(b);
    }

    function _pursuedBearing(uint256 tokenId) internal view returns (Bearing memory b) {
        b = _bearingOf(tokenId);
        _requirePair(b, b.word.flag() == IBills.Flag.UnderRecourse && b.word.pendingOp() == IBills.PendingOp.None);
    }

    function _requireHolder(Bearing memory b) private view {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == b.holder, RecourseParty(b.tokenId, party, b.holder));
    }

    function _requireProof(uint256 tokenId, bytes32 proofHash) private view {
        if (proofHash != 0) return;
        revert RecourseProofMissing(RuleIds.RECOURSE_GROUNDS, _versionOf(RuleIds.RECOURSE_GROUNDS), tokenId);
    }

    /// @dev Each of them answers to the holder, and today still.
    function _requireDebtors(Bearing memory b, Debtor[] calldata debtors) private view {
        uint256 count = debtors.length;
        require(count > 0 && count <= DEBTORS_MAX, RecourseDebtorCount(count, DEBTORS_MAX));
        uint32 today = _today();
        for (uint256 i; i < count; ++i) {
            Debtor calldata d = debtors[i];
            (uint32 lastDay, bytes32 ruleId) = _lastDayFor(b, _requireLiable(b, d.party, d.guaranteed));
            if (today > lastDay) {
                revert RecourseTimeBarred(ruleId, _versionOf(ruleId), b.tokenId, d.party, lastDay, today);
            }
        }
    }

    /// @dev NIL-61 takes the place of a presentation that would be in vain. It does not bring back endorsers who were lost
    /// when the window closed (NIL-65).
    function _scopeWithoutDishonour(Bearing memory b) private view returns (Scope) {
        (uint32 maturity, uint32 today) = (b.terms.maturity(), _today());
        bool inTime = today < maturity || BillClocks.isInWindow(rulebook, maturity, today);
        return inTime ? Scope.All : Scope.DrawerAcceptorOnly;
    }

    function _open(Bearing memory b, Debtor[] calldata debtors, uint64 costsFen, bytes32 proofHash) private {
        require(costsFen <= b.amountFen, RecourseCosts(b.tokenId, costsFen, b.amountFen));
        _requireDebtors(b, debtors);

        bytes15 root = bytes15(keccak256(abi.encode(b.tokenId, b.word.acts())));
        _pursuits[b.tokenId] = Pursuit({
            root: root,
            ground: b.ground,
            scope: b.scope,
            openedDay: uint24(_today()),
            refusalDay: uint24(b.refusalDay),
            costsFen: costsFen
        });
        bills.beginRecourse(b.tokenId);

        emit PursuitOpened(b.tokenId, b.holder, root, b.ground, b.scope, b.refusalDay, costsFen, proofHash, msg.sender);
        _notifyAll(b, root, debtors);
    }

    function _notifyAll(Bearing memory b, bytes15 root, Debtor[] calldata debtors) private {
        uint32 told = _proofDay(b);
        for (uint256 i; i < debtors.length; ++i) {
            _notify(b.tokenId, root, b.holder, debtors[i], told, true);
        }
    }

    /// @dev Two or more notices are allowed (INV-24); the first one counts.
    function _notify(uint256 tokenId, bytes15 root, address from, Debtor calldata to, uint32 told, bool pursued)
        private
    {
        Notice storage n = _notices[root][to.party];
        (uint32 day, uint32 today) = (0, _today());
        (day,) = _noticeDay(told);
        bool late = today > day;
        if (n.day == 0) (n.day, n.late) = (uint24(today), late);
        if (pursued) n.pursued = true;

        emit NoticeGiven(tokenId, from, to.party, to.guaranteed, late, pursued, msg.sender);
    }
}
