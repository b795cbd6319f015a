// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

import {Approval} from "../../base/Approval.sol";
import {TwoSided} from "../../base/TwoSided.sol";
import {Powers, Roles, Standing} from "../../interfaces/IParticipants.sol";
import {IReceivables} from "../../interfaces/IReceivables.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {CertificateSlot} from "../../libraries/Certificates.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";
import {UndertakingSlot, Undertakings} from "../../libraries/Undertakings.sol";
import {CertificateBook} from "./CertificateBook.sol";

/// @title CertificateTransfers
/// @notice Operations E5 and E6: any part, to anyone who consents, with evidence for the hop.
abstract contract CertificateTransfers is CertificateBook {
    uint256 public constant UNDERTAKINGS_MAX = 32;

    bytes32 private constant TRANSFER_TYPEHASH = keccak256(
        "Transfer(Hop hop,bytes32 reference,uint64 deadline)Hop(uint256 id,address from,address to,uint64 amountFen,bytes32 evidenceHash,uint8 recourse,uint64 capFen)"
    );
    bytes32 private constant HOP_TYPEHASH = keccak256(
        "Hop(uint256 id,address from,address to,uint64 amountFen,bytes32 evidenceHash,uint8 recourse,uint64 capFen)"
    );
    bytes32 private constant TAKING_TYPEHASH = keccak256("Taking(bytes32 transferId,bytes32 consentHash)");

    mapping(address to => mapping(address from => uint32 untilDay)) public standingConsent;
    /// @dev An array without a length slot: the first empty place ends it.
    mapping(uint256 id => mapping(address to => mapping(uint256 index => UndertakingSlot))) private _undertakings;

    /* STANDING CONSENT */

    /// @inheritdoc IReceivables
    function setStandingConsent(address from, uint32 untilDay, bytes32 consentHash) external {
        address to = _authorize(msg.sender, Powers.MAKE, 0, 0, untilDay == 0 ? Standing.Owing : Standing.Full);
        if (untilDay != 0 && consentHash == 0) {
            revert ReceivablesConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }

        standingConsent[to][from] = untilDay;

        emit StandingConsentSet(to, from, untilDay, consentHash, msg.sender);
    }

    /// @inheritdoc IReceivables
    function transfer(uint256 id, address to, uint64 amountFen, bytes32 evidenceHash) external {
        address from = _requireStandingConsent(to, amountFen);
        _pass(Hop(id, from, to, amountFen, evidenceHash, Recourse.None, 0));
    }

    /// @inheritdoc IReceivables
    function transferWithRecourse(Hop calldata hop) external {
        address from = _requireStandingConsent(hop.to, hop.amountFen);
        require(from == hop.from, ReceivablesParty(hop.id, from, hop.from));
        _pass(hop);
    }

    /* BOTH APPROVALS AT ONCE */

    /// @inheritdoc IReceivables
    function transferSigned(Transfer calldata t, bytes32 consentHash, Approval calldata from, Approval calldata to)
        external
    {
        require(msg.sender == from.officer || msg.sender == to.officer, GovernedCaller(msg.sender, from.officer));
        bytes32 transferId = transferIdOf(t);
        address party = _approvedBy(from, transferId, t.deadline, Powers.MAKE, t.hop.amountFen, Roles.TRADING);
        require(party == t.hop.from, ReceivablesParty(t.hop.id, party, t.hop.from));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(TAKING_TYPEHASH, transferId, consentHash)));
        party = _approvedBy(to, digest, t.deadline, Powers.MAKE, t.hop.amountFen, Roles.TRADING);
        require(party == t.hop.to, ReceivablesParty(t.hop.id, party, t.hop.to));

        _agreeAtOnce(transferId, t.hop.to);
        _takeConsented(t.hop, transferId, consentHash, to.officer, from.officer);
    }

    /* REQUEST AND ANSWER */

    /// @inheritdoc IReceivables
    function requestTransfer(Transfer calldata t, uint32 deadlineDay) external returns (bytes32 pendingId) {
        Hop memory hop = t.hop;
        address from = participants.authorizeBetween(msg.sender, Powers.MAKE, hop.amountFen, hop.to);
        require(from == hop.from, ReceivablesParty(hop.id, from, hop.from));
        CertificateSlot c = _certificates[hop.id];
        _requirePassable(c, hop);
        require(deadlineDay < c.dueDay(), ReceivablesDue(hop.id, c.dueDay(), deadlineDay));
        require(deadlineDay >= _today(), ReceivablesDueDay(deadlineDay, _today()));

        pendingId = transferIdOf(t);
        _positions[hop.id][from].lockedFen += hop.amountFen;
        if (!c.hasLocks()) _certificates[hop.id] = c.withLocks();
        _request(
            pendingId,
            Pending({
                requester: from,
                deadlineDay: deadlineDay,
                state: PendingState.Pending,
                counterparty: hop.to,
                amountFen: hop.amountFen,
                subject: hop.id
            })
        );

        emit TransferRequested(pendingId, hop.id, from, hop.to, hop.amountFen, deadlineDay, msg.sender);
    }

    /// @inheritdoc IReceivables
    function takeTransfer(Transfer calldata t, bytes32 consentHash) external {
        bytes32 pendingId = transferIdOf(t);
        address to = _authorize(msg.sender, Powers.MAKE, t.hop.amountFen, 0, Standing.Full);
        participants.requireDisposing(t.hop.from);

        _agree(pendingId, to);
        _takeConsented(t.hop, pendingId, consentHash, msg.sender, address(0));
    }

    /* READING */

    /// @inheritdoc IReceivables
    function undertakings(uint256 id, address to) external view returns (Undertaking[] memory found) {
        found = new Undertaking[](_undertakingCount(id, to));
        for (uint256 i; i < found.length; ++i) {
            found[i] = undertakingAt(id, to, i);
        }
    }

    /// @inheritdoc IReceivables
    function undertakingAt(uint256 id, address to, uint256 index) public view returns (Undertaking memory) {
        UndertakingSlot u = _undertakings[id][to][index];
        require(u.exists(), ReceivablesUndertakingNone(id, to, index));
        return Undertaking(participants.partyOfTag(u.fromTag()), u.amountFen(), u.kind(), u.capFen());
    }

    /// @inheritdoc IReceivables
    function transferIdOf(Transfer calldata t) public view returns (bytes32) {
        bytes32 hopHash = keccak256(abi.encode(HOP_TYPEHASH, t.hop));
        return _hashTypedData(keccak256(abi.encode(TRANSFER_TYPEHASH, hopHash, t.reference_, t.deadline)));
    }

    /* INTERNALS */

    function _requireStandingConsent(address to, uint64 amountFen) private view returns (address from) {
        from = participants.authorizeBetween(msg.sender, Powers.MAKE, amountFen, to);
        uint32 untilDay = standingConsent[to][from];
        if (untilDay < _today()) {
            revert ReceivablesConsentNotGiven(
                RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT), to, from, untilDay
            );
        }
    }

    function _takeConsented(
        Hop calldata hop,
        bytes32 transferId,
        bytes32 consentHash,
        address officer,
        address fromOfficer
    ) private {
        if (consentHash == 0) {
            revert ReceivablesConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }
        _pass(hop);

        emit TransferTaken(transferId, hop.to, consentHash, officer, fromOfficer);
    }

    /// @inheritdoc TwoSided
    function _restore(Pending storage p) internal override {
        _positions[p.subject][p.requester].lockedFen -= p.amountFen;
    }

    function _requirePassable(CertificateSlot c, Hop memory hop) private view {
        _requireStatus(hop.id, c.status(), Status.Active);
        require(hop.to != hop.from && _tagOf(hop.to) != c.debtorTag(), ReceivablesTransferee(hop.id, hop.to));
        if (hop.evidenceHash == 0) {
            revert ReceivablesEvidenceMissing(RuleIds.GENUINE_TRADE, _versionOf(RuleIds.GENUINE_TRADE));
        }
        require(
            (hop.recourse == Recourse.Limited) == (hop.capFen > 0), ReceivablesRecourseCap(hop.recourse, hop.capFen)
        );
        uint256 available = _availableOf(hop.id, hop.from, c.hasLocks());
        require(hop.amountFen > 0, ReceivablesAmount(hop.id, hop.amountFen, 1));
        require(hop.amountFen <= available, ReceivablesAvailable(hop.id, hop.from, available, hop.amountFen));
        if (c.splitMinThousands() != 0) _requireParts(c, hop.amountFen, available - hop.amountFen);
        require(_today() < c.dueDay(), ReceivablesDue(hop.id, c.dueDay(), _today()));
        _requireNotFrozen(hop.id, c.frozenUntil());
    }

    /// @dev R77-8: neither the part nor what is left may be too small; a whole holding always moves.
    function _requireParts(CertificateSlot c, uint256 partFen, uint256 restFen) private view {
        if (restFen == 0) return;
        uint256 least = uint256(c.splitMinThousands()) * SPLIT_MIN_UNIT_FEN;
        uint256 smaller = FixedPointMathLib.min(partFen, restFen);
        if (smaller < least) {
            revert ReceivablesPartTooSmall(RuleIds.SPLIT_LIMITS, _limitsVersion(c), smaller, least);
        }
    }

    /// @dev The one way a part changes hands by agreement; Settlement's sales come through here as well.
    function _pass(Hop memory hop) internal returns (CertificateSlot c) {
        c = _certificates[hop.id];
        _requirePassable(c, hop);

        if (c.splitsLeft() != 0 && hop.amountFen < balanceOf(hop.from, hop.id)) _countSplit(c, hop.id);
        if (c.layersMax() != 0) _raiseLayer(c, hop.id, hop.from, hop.to);
        _safeTransfer(address(0), hop.from, hop.to, hop.id, hop.amountFen, "");

        emit CertificateTransferred(hop.id, hop.evidenceHash);
        if (hop.recourse != Recourse.None) {
            uint256 index = _undertakingCount(hop.id, hop.to);
            require(index < UNDERTAKINGS_MAX, ReceivablesUndertakingsFull(hop.id, hop.to, UNDERTAKINGS_MAX));
            _undertakings[hop.id][hop.to][index] =
                Undertakings.pack(_tagOf(hop.from), hop.recourse, hop.amountFen, hop.capFen);
            emit RecourseUndertaken(hop.id, hop.from, hop.to, hop.amountFen, hop.recourse, hop.capFen);
        }
    }

    function _undertakingCount(uint256 id, address to) private view returns (uint256 count) {
        while (_undertakings[id][to][count].exists()) ++count;
    }

    function _limitsVersion(CertificateSlot c) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(RuleIds.SPLIT_LIMITS, c.openedDay());
    }

    function _countSplit(CertificateSlot c, uint256 id) private {
        if (c.splitsLeft() == 1) {
            revert IRulebook.RuleViolated(RuleIds.SPLIT_LIMITS, _limitsVersion(c), 1, 0);
        }
        _certificates[id] = c.withSplitsLeft(c.splitsLeft() - 1);
    }

    function _raiseLayer(CertificateSlot c, uint256 id, address from, address to) private {
        uint8 layer = _positions[id][from].layer + 1;
        if (layer > c.layersMax()) {
            revert IRulebook.RuleViolated(RuleIds.SPLIT_LIMITS, _limitsVersion(c), layer, c.layersMax());
        }
        if (_positions[id][to].layer < layer) _positions[id][to].layer = layer;
    }
}
