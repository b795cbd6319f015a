// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IGoverned
/// @notice What every contract of the ledger shares: officers act for parties, by transaction or by signature.
interface IGoverned {
    event Approved(bytes32 indexed digest, address indexed officer);
    /// @notice An approval on chain was used up by the act it was given for.
    event ApprovalUsed(bytes32 indexed digest, address indexed officer);
    event SignatureRevoked(bytes32 indexed digest, address indexed party, address officer);

    /// @notice Thrown when a contract other than the named one calls.
    error GovernedCaller(address caller, address needed);
    /// @notice Thrown when the officer has not approved this digest: wrong key, other content, other chain or
    /// contract, a malleable or malformed signature.
    error GovernedSignatureInvalid(address officer, bytes32 digest);
    /// @notice Thrown when the approval is too old (unix seconds).
    error GovernedSignatureExpired(uint256 deadline, uint256 timestamp);
    /// @notice Thrown when the party took the signature back.
    error GovernedSignatureRevoked(address party, bytes32 digest);
    /// @notice Thrown when an approval was used before; the same act again needs another deadline.
    error GovernedApprovalUsed(bytes32 digest);
    /// @notice Thrown when one officer would be both maker and checker, or both approvers.
    error GovernedSameOfficer(address officer);
    /// @notice Thrown when the two officers act for different parties.
    error GovernedOtherParty(address officer, address actual, address needed);

    /// @notice Approves an act on chain instead of by signature, to be used once with an empty signature.
    function approve(bytes32 digest) external;

    /// @notice Takes back a signature that an officer of the caller's party gave and that is not yet used. Always
    /// possible, also for a frozen or suspended party.
    function revokeSignature(bytes32 digest) external;

    /// @notice Whether an officer's approval on chain stands, not used yet.
    function isApproved(bytes32 digest, address officer) external view returns (bool);

    /// @notice Whether a party revoked a digest.
    function isRevoked(address party, bytes32 digest) external view returns (bool);
}
