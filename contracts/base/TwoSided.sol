// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITwoSided} from "../interfaces/ITwoSided.sol";
import {Powers, Standing} from "../interfaces/IParticipants.sol";
import {Governed} from "./Governed.sol";

/// @title TwoSided
/// @notice Request, answer, withdraw, expire: written once, used by every asset and claim.
/// @dev The asset locks when it requests; `_restore` undoes that lock. Agreeing is the asset's own function, since
/// only it knows the terms that the pending id binds.
abstract contract TwoSided is ITwoSided, Governed {
    mapping(bytes32 pendingId => Pending) private _pending;

    /// @inheritdoc ITwoSided
    function reject(bytes32 pendingId) external {
        _close(pendingId, PendingState.Rejected, _pending[pendingId].counterparty);
    }

    /// @inheritdoc ITwoSided
    function withdraw(bytes32 pendingId) external {
        _close(pendingId, PendingState.Withdrawn, _pending[pendingId].requester);
    }

    /// @inheritdoc ITwoSided
    function expire(bytes32 pendingId) external {
        Pending storage p = _existing(pendingId);
        uint32 today = _today();
        require(today > p.deadlineDay, TwoSidedNotExpired(pendingId, p.deadlineDay, today));

        p.state = PendingState.Expired;
        _restore(p);

        emit PendingClosed(pendingId, PendingState.Expired, address(0), address(0));
    }

    /// @inheritdoc ITwoSided
    function pending(bytes32 pendingId) external view returns (Pending memory) {
        return _pending[pendingId];
    }

    /* FOR THE ASSET */

    /// @dev Opens a pending act; the asset has locked its part before or locks it now.
    function _request(bytes32 pendingId, Pending memory p) internal {
        PendingState state = _pending[pendingId].state;
        require(state == PendingState.None, TwoSidedState(pendingId, state, PendingState.None));

        p.state = PendingState.Pending;
        _pending[pendingId] = p;
    }

    /// @dev Closes a pending act as agreed by `party`, in time, and lifts its lock so that the act can be done.
    /// @return subject What the act was put on.
    function _agree(bytes32 pendingId, address party) internal returns (uint256 subject) {
        Pending storage p = _existing(pendingId);
        uint32 today = _today();
        require(party == p.counterparty, TwoSidedParty(pendingId, party, p.counterparty));
        require(today <= p.deadlineDay, TwoSidedExpired(pendingId, p.deadlineDay, today));

        p.state = PendingState.Agreed;
        _restore(p);

        emit PendingClosed(pendingId, PendingState.Agreed, party, msg.sender);

        return p.subject;
    }

    /// @dev Both signatures in one transaction: the act was never pending, but its id is used up.
    function _agreeAtOnce(bytes32 pendingId, address party) internal {
        Pending storage p = _pending[pendingId];
        require(p.state == PendingState.None, TwoSidedState(pendingId, p.state, PendingState.None));

        p.state = PendingState.Agreed;

        emit PendingClosed(pendingId, PendingState.Agreed, party, msg.sender);
    }

    /// @dev Closes a pending act as taken back by `party` on the requester's behalf (B42).
    function _withdrawFor(bytes32 pendingId, address party) internal {
        Pending storage p = _existing(pendingId);

        p.state = PendingState.Withdrawn;
        _restore(p);

        emit PendingClosed(pendingId, PendingState.Withdrawn, party, msg.sender);
    }

    /// @dev Closes a pending act without agreement, by an officer of `needed`.
    function _close(bytes32 pendingId, PendingState state, address needed) internal {
        Pending storage p = _existing(pendingId);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == needed, TwoSidedParty(pendingId, party, needed));

        p.state = state;
        _restore(p);

        emit PendingClosed(pendingId, state, party, msg.sender);
    }

    /// @dev Undoes the lock of `p`, which was agreed or has come to nothing (`p.state`).
    function _restore(Pending storage p) internal virtual;

    /* INTERNALS */

    function _existing(bytes32 pendingId) internal view returns (Pending storage p) {
        p = _pending[pendingId];
        require(p.state == PendingState.Pending, TwoSidedState(pendingId, p.state, PendingState.Pending));
    }
}
