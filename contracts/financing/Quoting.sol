// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {Approval} from "../base/Approval.sol";
import {Roles} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";

/// @title Quoting
/// @notice What every room of financing stands on: who signed a quote, and whether it is still open.
abstract contract Quoting is Governed {
    uint256 internal constant DAY_BASIS = 360;
    uint32 internal constant LICENSED = Roles.BANK | Roles.FUNDER;

    IRulebook public immutable rulebook;

    /// @dev The party whose officer called or signed a quote of the party's present epoch.
    function _quotedBy(
        Approval calldata approval,
        bytes32 digest,
        uint256 deadline,
        uint8 powers,
        uint256 amountFen,
        uint32 anyRole,
        uint32 epoch
    ) internal returns (address party) {
        party = participants.authorizeQuoted(approval.officer, powers, amountFen, anyRole, epoch);
        _requireApproval(approval, digest, deadline, party);
    }

    /// @dev A caller's own approval carries no deadline, what it acts on does.
    function _requireOpen(uint256 deadline) internal view {
        require(block.timestamp <= deadline, GovernedSignatureExpired(deadline, block.timestamp));
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) internal view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }
}
