// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IEndorsements
/// @notice A bill or a part of it passed on by endorsement (转让背书, B11–B13), with the endorser's mark (不得转让, B14) or
/// without; and lifting a mark (B15).
/// @dev There is no field for a condition: a condition is void (NIL-33). Nobody takes a share of a range: who takes a part
/// takes a range of its own. Refusals by the state of the range are those of IBills.
/// Order of checks: the officer → exists → pair → authority → amount → time → orders.
/// @custom:invariant END-1 Only the holder endorses, so the chain is continuous (NIL-31).
/// @custom:invariant END-2 Nobody becomes holder by endorsement without a consent on record (R802-3).
/// @custom:rule NIL-27, NIL-31, NIL-33, NIL-34, NIL-36, NIL-37, R802-3, OP-7, OP-14, OP-31
interface IEndorsements {
    /// @param tokenId The endorser's range.
    /// @param acts Its count of acts.
    /// @param first First unit endorsed; `first`–`last` is the range or one end of it.
    /// @param marked The endorser writes 不得转让 (NIL-34).
    /// @param evidenceHash Hash of the trade evidence of this hop.
    /// @param deadline Unix seconds; for signatures.
    struct Endorsement {
        uint256 tokenId;
        uint16 acts;
        uint40 first;
        uint40 last;
        address from;
        address to;
        bool marked;
        bytes32 evidenceHash;
        uint64 deadline;
    }

    struct MarkRevocation {
        uint256 tokenId;
        uint16 acts;
        uint64 deadline;
    }

    event EndorsementRequested(
        bytes32 indexed pendingId,
        uint256 indexed tokenId,
        address indexed from,
        address to,
        uint256 partId,
        bool marked,
        bytes32 evidenceHash,
        uint32 deadlineDay,
        address officer
    );
    /// @notice B12. `partId` changed hands in the Transfer beside it, where both parties can be searched for.
    event Endorsed(
        uint256 indexed partId,
        address from,
        address to,
        bytes32 evidenceHash,
        bytes32 consentHash,
        address fromOfficer,
        address officer
    );
    event MarkRevocationRequested(
        bytes32 indexed pendingId, uint256 indexed tokenId, address indexed setter, uint32 deadlineDay, address officer
    );
    event MarkLifted(uint256 indexed tokenId, address indexed setter, address indexed holder, address officer);

    /// @notice B42, beside PendingClosed.
    event PendingRevoked(bytes32 indexed pendingId, bytes32 evidenceHash, address officer, address approver);

    /// @notice Thrown when the trade evidence of the hop is missing.
    error EndorsementsEvidenceMissing(uint256 tokenId);
    /// @notice Thrown when the endorsee's consent record is missing (R802-3).
    error EndorsementsConsentMissing(bytes32 ruleId, uint256 version, uint256 tokenId);
    /// @notice Thrown when no mark stands at the head of the range's chain.
    error EndorsementsUnmarked(uint256 tokenId, uint16 head);
    /// @notice Thrown when the last day for an answer lies before today or after the latest (civil days).
    error EndorsementsDeadline(uint256 tokenId, uint32 actual, uint32 latest);

    /* ENDORSEMENT */

    /// @notice B11: the holder asks `e.to` to take an endorsement of a range or of one end of it. The part is locked, the rest
    /// stays free.
    /// @param deadlineDay Last civil day for the answer; at the latest the last day for endorsing (OP-7, OP-31).
    function requestEndorsement(Endorsement calldata e, uint32 deadlineDay)
        external
        returns (bytes32 pendingId, uint256 partId);

    /// @notice B12: the endorsee takes it; its consent record is a hash. The endorser joins the chain.
    function takeEndorsement(Endorsement calldata e, bytes32 consentHash) external returns (uint256 partId);

    /// @notice B11 and B12 in one transaction: both sides approve, one of them calls.
    function endorseSigned(Endorsement calldata e, bytes32 consentHash, Approval calldata from, Approval calldata to)
        external
        returns (uint256 partId);

    /// @notice B42: the register operator, two officers, takes a pending endorsement or mark revocation back for its requester.
    function revokePending(bytes32 pendingId, bytes32 evidenceHash, uint64 deadline, Approval calldata approver)
        external;

    /* THE MARK */

    /// @notice B15: the holder asks the party that set the mark to lift it.
    function requestMarkRevocation(uint256 tokenId, uint32 deadlineDay) external returns (bytes32 pendingId);

    /// @notice B15: the party that set the mark lifts it.
    function liftMark(bytes32 pendingId) external;

    /// @notice B15 in one transaction.
    function liftMarkSigned(MarkRevocation calldata m, Approval calldata holder, Approval calldata setter) external;

    /* READING */

    /// @notice The id of an endorsement while it is pending, and the digest the endorser signs.
    function endorsementIdOf(Endorsement calldata e) external view returns (bytes32);
}
