// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title IPledges
/// @notice Who has pledged which part of what for which debt (质押). The asset knows that a part is locked; why, and for
/// whom, is written here.
/// @custom:rule CC-445
interface IPledges {
    /// @dev A part pledged for one debt. The low eight bytes of a debt's id are zero.
    struct Pledge {
        bytes32 debtId;
        uint64 amountFen;
    }

    event PartPledged(
        uint256 indexed certificateId,
        address indexed pledgor,
        bytes32 indexed debtId,
        address pledgee,
        uint64 amountFen
    );
    /// @notice A part is no longer pledged: released, paid by the debtor, or sold.
    event PledgeFreed(uint256 indexed certificateId, address indexed pledgor, bytes32 indexed debtId, uint64 amountFen);

    /// @notice Thrown when a holder has pledged parts of one certificate for as many debts as it can.
    error PledgesFull(uint256 certificateId, address pledgor, uint256 max);
    /// @notice Thrown when less is pledged for the debt than is to be freed, fen.
    error PledgesAmount(uint256 certificateId, address pledgor, uint256 pledged, uint256 needed);

    /// @notice Pledges a part. Loans only; both sides approved, and the filing is on record.
    function pledge(uint256 certificateId, address pledgor, address pledgee, bytes32 debtId, uint64 amountFen) external;

    /// @notice Frees a part. Loans only.
    function free(uint256 certificateId, address pledgor, bytes32 debtId, uint64 amountFen) external;

    function pledgesOf(uint256 certificateId, address pledgor) external view returns (Pledge[] memory);
    function pledgedFor(uint256 certificateId, address pledgor, bytes32 debtId) external view returns (uint64);
}
