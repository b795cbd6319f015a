// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {TwoSided} from "../base/TwoSided.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IEndorsements} from "../interfaces/IEndorsements.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Endorsements
/// @notice Room for one thing: how a bill is passed on by agreement. Bills keeps ranges and chain; here are the
/// preconditions of a hop, both sides' consent, and the mark.
/// @custom:invariant END-1 Only the holder endorses, so the chain is continuous (NIL-31).
/// @custom:invariant END-2 Nobody becomes holder by endorsement without a consent on record (R802-3).
contract Endorsements is IEndorsements, TwoSided {
    bytes32 private constant ENDORSEMENT_TYPEHASH = keccak256(
        "Endorsement(uint256 tokenId,uint16 acts,uint40 first,uint40 last,address from,address to,bool marked,bytes32 evidenceHash,uint64 deadline)"
    );
    bytes32 private constant TAKING_TYPEHASH = keccak256("Taking(bytes32 endorsementId,bytes32 consentHash)");
    bytes32 private constant MARK_REVOCATION_TYPEHASH =
        keccak256("MarkRevocation(uint256 tokenId,uint16 acts,uint64 deadline)");
    bytes32 private constant PENDING_REVOCATION_TYPEHASH =
        keccak256("PendingRevocation(bytes32 pendingId,bytes32 evidenceHash,uint64 deadline)");

    IRulebook public immutable rulebook;
    IBills public immutable bills;

    constructor(IParticipants participants_, IRulebook rulebook_, IBills bills_) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
    }

    /* ENDORSEMENT */

    /// @inheritdoc IEndorsements
    function requestEndorsement(Endorsement calldata e, uint32 deadlineDay)
        external
        returns (bytes32 pendingId, uint256 partId)
    {
        (address holder, RangeWord w, BillTerms t) = bills.stateOf(e.tokenId);
        uint64 amountFen = _amountOf(e, t);
        address from = participants.authorizeBetween(msg.sender, Powers.MAKE, amountFen, e.to);
        require(from == e.from, IBills.BillsParty(e.tokenId, from, e.from));
        _requireEndorsable(e, holder, w);
        uint32 latest = _requireInTime(e.tokenId, t);
        require(deadlineDay >= _today() && deadlineDay <= latest, EndorsementsDeadline(e.tokenId, deadlineDay, latest));

        pendingId = endorsementIdOf(e);
        partId = bills.lock(e.tokenId, e.first, e.last, IBills.PendingOp.Endorsement, IBills.Flag.Locked);
        _request(pendingId, Pending(from, deadlineDay, PendingState.Pending, e.to, amountFen, partId));

        emit EndorsementRequested(
            pendingId, e.tokenId, from, e.to, partId, e.marked, e.evidenceHash, deadlineDay, msg.sender
        );
    }

    /// @inheritdoc IEndorsements
    function takeEndorsement(Endorsement calldata e, bytes32 consentHash) external returns (uint256 partId) {
        bytes32 pendingId = endorsementIdOf(e);
        partId = BillIds.tokenId(BillIds.billNo(e.tokenId), e.first, e.last);
        (address holder, RangeWord w, BillTerms t) = bills.stateOf(partId);
        address to = _authorize(msg.sender, Powers.MAKE, _amountOf(e, t), Roles.TRADING, Standing.Full);
        participants.requireDisposing(e.from);
        _agree(pendingId, to);
        // A holder named by order meanwhile has not asked for this.
        require(holder == e.from, IBills.BillsParty(partId, e.from, holder));
        require(
            w.pendingOp() == IBills.PendingOp.Endorsement,
            IBills.BillsPending(partId, w.pendingOp(), IBills.PendingOp.Endorsement)
        );
        _requireConsent(partId, consentHash);
        _requireInTime(partId, t);

        _pass(e, partId, partId, consentHash, address(0), msg.sender);
    }

    /// @inheritdoc IEndorsements
    function endorseSigned(Endorsement calldata e, bytes32 consentHash, Approval calldata from, Approval calldata to)
        external
        returns (uint256 partId)
    {
        require(msg.sender == from.officer || msg.sender == to.officer, GovernedCaller(msg.sender, from.officer));
        (address holder, RangeWord w, BillTerms t) = bills.stateOf(e.tokenId);
        _requireApprovals(e, _amountOf(e, t), consentHash, from, to);
        _requireEndorsable(e, holder, w);
        _requireConsent(e.tokenId, consentHash);
        _requireInTime(e.tokenId, t);

        partId = BillIds.tokenId(BillIds.billNo(e.tokenId), e.first, e.last);
        _pass(e, e.tokenId, partId, consentHash, from.officer, to.officer);
    }

    /// @inheritdoc IEndorsements
    function revokePending(bytes32 pendingId, bytes32 evidenceHash, uint64 deadline, Approval calldata approver)
        external
    {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.REGISTER_OPERATOR, Standing.Full);
        bytes32 structHash = keccak256(abi.encode(PENDING_REVOCATION_TYPEHASH, pendingId, evidenceHash, deadline));
        _requireSecond(approver, _hashTypedData(structHash), deadline, party, Powers.CHECK, 0);
        _withdrawFor(pendingId, party);

        emit PendingRevoked(pendingId, evidenceHash, msg.sender, approver.officer);
    }

    /* THE MARK */

    /// @inheritdoc IEndorsements
    function requestMarkRevocation(uint256 tokenId, uint32 deadlineDay) external returns (bytes32 pendingId) {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.TRADING, Standing.Full);
        (RangeWord w, BillTerms t, address setter) = _requireMarked(tokenId, party);
        uint32 latest = t.maturity() - 1;
        require(deadlineDay >= _today() && deadlineDay <= latest, EndorsementsDeadline(tokenId, deadlineDay, latest));

        pendingId = _markRevocationIdOf(MarkRevocation(tokenId, w.acts(), 0));
        (uint40 first, uint40 last) = BillIds.units(tokenId);
        uint256 partId = bills.lock(tokenId, first, last, IBills.PendingOp.MarkRevocation, IBills.Flag.Locked);
        _request(pendingId, Pending(party, deadlineDay, PendingState.Pending, setter, 0, partId));

        emit MarkRevocationRequested(pendingId, tokenId, setter, deadlineDay, msg.sender);
    }

    /// @inheritdoc IEndorsements
    function liftMark(bytes32 pendingId) external {
        address setter = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);
        uint256 tokenId = _agree(pendingId, setter);
        (address holder,,) = bills.stateOf(tokenId);

        bills.liftMark(tokenId);

        emit MarkLifted(tokenId, setter, holder, msg.sender);
    }

    /// @inheritdoc IEndorsements
    function liftMarkSigned(MarkRevocation calldata m, Approval calldata holder, Approval calldata setter) external {
        require(
            msg.sender == holder.officer || msg.sender == setter.officer, GovernedCaller(msg.sender, holder.officer)
        );
        bytes32 digest = _markRevocationIdOf(m);
        address party = _approvedBy(holder, digest, m.deadline, Powers.MAKE, 0, Roles.TRADING);
        (RangeWord w,, address needed) = _requireMarked(m.tokenId, party);
        require(w.acts() == m.acts, IBills.BillsActs(m.tokenId, w.acts(), m.acts));
        address other = _approvedBy(setter, digest, m.deadline, Powers.MAKE, 0, 0);
        require(other == needed, IBills.BillsParty(m.tokenId, other, needed));

        bills.liftMark(m.tokenId);

        emit MarkLifted(m.tokenId, needed, party, setter.officer);
    }

    /* READING */

    /// @inheritdoc IEndorsements
    function endorsementIdOf(Endorsement calldata e) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(ENDORSEMENT_TYPEHASH, e)));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Endorsements", "1");
    }

    /// @dev An endorsement says an amount of fen, a mark revocation none: that tells the two apart. Agreement lifts the lock
    /// where the act is done.
    function _restore(Pending storage p) internal override {
        if (p.state == PendingState.Agreed) return;
        uint256 restored =
            bills.unlock(p.subject, p.amountFen == 0 ? IBills.PendingOp.MarkRevocation : IBills.PendingOp.Endorsement);
        assert(BillIds.billNo(restored) == BillIds.billNo(p.subject));
    }

    function _pass(
        Endorsement calldata e,
        uint256 tokenId,
        uint256 partId,
        bytes32 consentHash,
        address fromOfficer,
        address officer
    ) private {
        bills.pass(
            tokenId,
            partId,
            IBills.PendingOp.Endorsement,
            e.to,
            IBills.RecordKind.Endorsement,
            e.marked,
            _flagAfter(e.marked)
        );

        emit Endorsed(partId, e.from, e.to, e.evidenceHash, consentHash, fromOfficer, officer);
    }

    /// @dev Both sides approve the same endorsement; the endorsee's words carry its consent record as well.
    function _requireApprovals(
        Endorsement calldata e,
        uint64 amountFen,
        bytes32 consentHash,
        Approval calldata from,
        Approval calldata to
    ) private {
        bytes32 digest = endorsementIdOf(e);
        address party = _approvedBy(from, digest, e.deadline, Powers.MAKE, amountFen, Roles.TRADING);
        require(party == e.from, IBills.BillsParty(e.tokenId, party, e.from));
        digest = _hashTypedData(keccak256(abi.encode(TAKING_TYPEHASH, digest, consentHash)));
        party = _approvedBy(to, digest, e.deadline, Powers.MAKE, amountFen, Roles.TRADING);
        require(party == e.to, IBills.BillsParty(e.tokenId, party, e.to));
    }

    /// @dev B11: exists → pair → authority → amount. Time comes after, and orders are Bills' to see.
    function _requireEndorsable(Endorsement calldata e, address holder, RangeWord w) private view {
        IBills.Status status = w.storedStatus();
        require(status != IBills.Status.None, IBills.BillsUnknown(e.tokenId));
        require(status == IBills.Status.Received, IBills.BillsStatus(e.tokenId, status, IBills.Status.Received));
        IBills.PendingOp op = w.pendingOp();
        require(op == IBills.PendingOp.None, IBills.BillsPending(e.tokenId, op, IBills.PendingOp.None));
        if (w.dishonour() != 0) {
            revert IRulebook.RuleViolated(RuleIds.AFTER_REFUSAL, _versionOf(RuleIds.AFTER_REFUSAL), w.dishonour(), 0);
        }
        IBills.Flag flag = w.flag();
        if (flag == IBills.Flag.NotTransferable) {
            bytes32 ruleId = w.head() == 0 ? RuleIds.DRAWERS_MARK : RuleIds.ENDORSERS_MARK_BLOCKS;
            revert IRulebook.RuleViolated(ruleId, _versionOf(ruleId), uint256(flag), uint256(IBills.Flag.Transferable));
        }
        require(flag == IBills.Flag.Transferable, IBills.BillsFlag(e.tokenId, flag, IBills.Flag.Transferable));
        require(w.acts() == e.acts, IBills.BillsActs(e.tokenId, w.acts(), e.acts));
        require(e.from == holder, IBills.BillsParty(e.tokenId, e.from, holder));
        require(e.to != e.from, IBills.BillsSelf(e.tokenId, e.to));
        require(e.evidenceHash != 0, EndorsementsEvidenceMissing(e.tokenId));
    }

    /// @dev NIL-36 with OP-7, as it stood when the bill was drawn: the last day on which the range can be endorsed.
    function _requireInTime(uint256 tokenId, BillTerms t) private view returns (uint32 latest) {
        uint32 today = _today();
        latest = t.endorseUntil();
        if (today > latest) {
            (, uint256 version) = rulebook.valueOrZero(RuleIds.ENDORSE_DAYS_BEFORE, t.issueDay());
            revert IRulebook.RuleViolated(RuleIds.ENDORSE_DAYS_BEFORE, version, today, latest);
        }
        // On the maturity day itself, which a value of zero lets in, the status has changed.
        require(today < t.maturity(), IBills.BillsStatus(tokenId, IBills.Status.Matured, IBills.Status.Received));
    }

    function _requireConsent(uint256 tokenId, bytes32 consentHash) private view {
        if (consentHash == 0) {
            revert EndorsementsConsentMissing(RuleIds.FREE_BILL_CONSENT, _versionOf(RuleIds.FREE_BILL_CONSENT), tokenId);
        }
    }

    /// @dev OP-14: an endorser's mark blocks the endorsee. Its other effect, NIL-34, is the record's.
    function _flagAfter(bool marked) private view returns (IBills.Flag) {
        if (!marked) return IBills.Flag.Transferable;
        (uint256 blocks,) = rulebook.valueOn(RuleIds.ENDORSERS_MARK_BLOCKS, _today());
        return blocks == 0 ? IBills.Flag.Transferable : IBills.Flag.NotTransferable;
    }

    /// @dev The mark that blocks the range, and who set it.
    function _requireMarked(uint256 tokenId, address party)
        private
        view
        returns (RangeWord w, BillTerms t, address setter)
    {
        address holder;
        (holder, w, t) = bills.stateOf(tokenId);
        IBills.Status status = w.storedStatus();
        require(status != IBills.Status.None, IBills.BillsUnknown(tokenId));
        if (status == IBills.Status.Received && _today() >= t.maturity()) status = IBills.Status.Matured;
        require(status == IBills.Status.Received, IBills.BillsStatus(tokenId, status, IBills.Status.Received));
        IBills.PendingOp op = w.pendingOp();
        require(op == IBills.PendingOp.None, IBills.BillsPending(tokenId, op, IBills.PendingOp.None));
        IBills.Flag flag = w.flag();
        require(flag == IBills.Flag.NotTransferable, IBills.BillsFlag(tokenId, flag, IBills.Flag.NotTransferable));
        require(party == holder, IBills.BillsParty(tokenId, party, holder));
        setter = _setterOf(tokenId, w.head());
    }

    function _setterOf(uint256 tokenId, uint16 head) private view returns (address) {
        uint128 billNo = BillIds.billNo(tokenId);
        if (head == 0) {
            (BillParties parties,) = bills.slotsOf(billNo);
            require(parties.hasDrawersMark(), EndorsementsUnmarked(tokenId, head));
            return participants.partyOfTag(parties.drawerTag());
        }
        IBills.Record memory r = bills.record(billNo, head);
        require(r.marked, EndorsementsUnmarked(tokenId, head));
        return r.party;
    }

    function _amountOf(Endorsement calldata e, BillTerms t) private pure returns (uint64) {
        if (e.first == 0) return t.faceFen();
        require(e.first <= e.last, IBills.BillsUnits(e.tokenId, e.first, e.last));
        return uint64(e.last) - e.first + 1;
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    function _markRevocationIdOf(MarkRevocation memory m) private view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(MARK_REVOCATION_TYPEHASH, m)));
    }
}
