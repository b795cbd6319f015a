// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ECDSA} from "solady/utils/ECDSA.sol";
import {EIP712} from "solady/utils/EIP712.sol";
import {SignatureCheckerLib} from "solady/utils/SignatureCheckerLib.sol";

import {IGoverned} from "../interfaces/IGoverned.sol";
import {IParticipants, Standing} from "../interfaces/IParticipants.sol";
import {Days} from "../libraries/Days.sol";
import {Approval} from "./Approval.sol";

/// @title Governed
/// @notice From the calling or signing officer to the party it acts for.
/// @custom:invariant GOV-1 Nothing is done for a party unless one of its officers called, approved or signed it.
abstract contract Governed is IGoverned, EIP712 {
    /// @dev Half the order of secp256k1: the other half of signatures is malleable and refused (MUST-21).
    uint256 private constant SIGNATURE_S_MAX = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    IParticipants public immutable participants;

    mapping(bytes32 digest => mapping(address officer => bool)) private _approved;
    mapping(address party => mapping(bytes32 digest => bool)) private _revoked;
    mapping(bytes32 digest => bool) private _used;

    constructor(IParticipants participants_) {
        participants = participants_;
    }

    /* APPROVALS */

    /// @inheritdoc IGoverned
    function approve(bytes32 digest) external {
        _approved[digest][msg.sender] = true;

        emit Approved(digest, msg.sender);
    }

    /// @inheritdoc IGoverned
    function revokeSignature(bytes32 digest) external {
        address party = _authorize(msg.sender, 0, 0, 0, Standing.Owing);

        _revoked[party][digest] = true;

        emit SignatureRevoked(digest, party, msg.sender);
    }

    /// @inheritdoc IGoverned
    function isApproved(bytes32 digest, address officer) external view returns (bool) {
        return _approved[digest][officer];
    }

    /// @inheritdoc IGoverned
    function isRevoked(address party, bytes32 digest) external view returns (bool) {
        return _revoked[party][digest];
    }

    /// @dev The party for which `approval.officer` approves the act: by calling, by an earlier on-chain approval
    /// (used up here), or by signature.
    function _approvedBy(
        Approval calldata approval,
        bytes32 digest,
        uint256 deadline,
        uint8 powers,
        uint256 amountFen,
        uint32 anyRole
    ) internal returns (address party) {
        party = _authorize(approval.officer, powers, amountFen, anyRole, Standing.Full);
        _requireApproval(approval, digest, deadline, party);
    }

    /// @dev Refuses unless the officer, who acts for `party`, calls, approved on chain (used up here) or signed.
    function _requireApproval(Approval calldata approval, bytes32 digest, uint256 deadline, address party) internal {
        address officer = approval.officer;
        if (officer == msg.sender) return;

        require(!_revoked[party][digest], GovernedSignatureRevoked(party, digest));
        require(block.timestamp <= deadline, GovernedSignatureExpired(deadline, block.timestamp));
        if (approval.signature.length == 0) {
            require(_approved[digest][officer], GovernedSignatureInvalid(officer, digest));
            delete _approved[digest][officer];
            emit ApprovalUsed(digest, officer);
        } else {
            _requireSignature(officer, digest, approval.signature);
        }
    }

    /// @dev Refuses unless `signature` is `officer`'s over `digest`.
    function _requireSignature(address officer, bytes32 digest, bytes calldata signature) internal view {
        bool valid = signature.length == 65 && uint256(bytes32(signature[32:64])) <= SIGNATURE_S_MAX
            && officer == ECDSA.tryRecoverCalldata(digest, signature) && officer != address(0);
        if (!valid && officer.code.length > 0) {
            valid = SignatureCheckerLib.isValidERC1271SignatureNowCalldata(officer, digest, signature);
        }
        require(valid, GovernedSignatureInvalid(officer, digest));
    }

    /// @dev Maker and checker: the second approver acts for the same party and is another officer.
    function _requireSecond(
        Approval calldata approval,
        bytes32 digest,
        uint256 deadline,
        address party,
        uint8 powers,
        uint256 amountFen
    ) internal {
        require(approval.officer != msg.sender, GovernedSameOfficer(msg.sender));
        address other = _approvedBy(approval, digest, deadline, powers, amountFen, 0);
        require(other == party, GovernedOtherParty(approval.officer, other, party));
    }

    /// @dev As `_requireSecond`, for acts that could be done again with the same words: an approval counts once.
    function _requireSecondOnce(
        Approval calldata approval,
        bytes32 digest,
        uint256 deadline,
        address party,
        uint8 powers
    ) internal {
        _requireSecond(approval, digest, deadline, party, powers, 0);
        require(!_used[digest], GovernedApprovalUsed(digest));
        _used[digest] = true;
    }

    /* AUTHORITY AND TIME */

    function _authorize(address officer, uint8 powers, uint256 amountFen, uint32 anyRole, Standing standing)
        internal
        view
        virtual
        returns (address)
    {
        return participants.authorize(officer, powers, amountFen, anyRole, standing);
    }

    function _requireCaller(address needed) internal view {
        require(msg.sender == needed, GovernedCaller(msg.sender, needed));
    }

    function _today() internal view returns (uint32) {
        return Days.civilDay(block.timestamp);
    }
}
