// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ITwoSided
/// @notice The universal two-step act (申请—应答): requested, locked, then agreed, rejected, withdrawn or expired.
/// Anything but agreement restores the exact state before it.
/// @custom:invariant TWO-1 A pending act is closed exactly once.
/// @custom:invariant TWO-2 Withdrawing and expiring work whatever was frozen or suspended since (MUST-12).
interface ITwoSided {
    enum PendingState {
        None,
        Pending,
        Agreed,
        Rejected,
        Withdrawn,
        Expired
    }

    /// @param subject The asset the act locks a part of.
    /// @param amountFen The part it locks, fen.
    /// @param deadlineDay Last civil day on which it can be agreed.
    struct Pending {
        address requester;
        uint32 deadlineDay;
        PendingState state;
        address counterparty;
        uint64 amountFen;
        uint256 subject;
    }

    /// @notice The end of a pending act. `party` and `officer` are zero where time ended it.
    event PendingClosed(bytes32 indexed pendingId, PendingState state, address indexed party, address officer);

    /// @notice Thrown when the act is not in the state needed: answered already, or never requested.
    error TwoSidedState(bytes32 pendingId, PendingState actual, PendingState needed);
    /// @notice Thrown when another party than the one named answers or withdraws.
    error TwoSidedParty(bytes32 pendingId, address actual, address needed);
    /// @notice Thrown when the last day for an answer has passed (civil days).
    error TwoSidedExpired(bytes32 pendingId, uint32 deadlineDay, uint32 today);
    /// @notice Thrown when expiry is asked for while an answer is still possible (civil days).
    error TwoSidedNotExpired(bytes32 pendingId, uint32 deadlineDay, uint32 today);

    /// @notice B13, B36: refuses a pending act. The counterparty; also when frozen.
    function reject(bytes32 pendingId) external;

    /// @notice B13: takes back a pending act. The requester; also when frozen or suspended.
    function withdraw(bytes32 pendingId) external;

    /// @notice B13: ends a pending act after its last day. Anyone.
    function expire(bytes32 pendingId) external;

    function pending(bytes32 pendingId) external view returns (Pending memory);
}
