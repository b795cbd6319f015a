// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPledges} from "../interfaces/IPledges.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {Governed} from "../base/Governed.sol";
import {IParticipants} from "../interfaces/IParticipants.sol";

/// @title Pledges
/// @notice Room for one thing: which part of what is pledged for which debt.
/// @custom:invariant PLG-1 What is pledged of a holding is locked in the asset, and each fen of it for one debt only.
contract Pledges is IPledges, Governed {
    uint256 public constant PLEDGES_MAX = 16;

    IReceivables public immutable receivables;
    address public immutable loans;

    /// @dev Debt id in the high 24 bytes, fen in the low eight. An array without a length slot: the first empty place
    /// ends it.
    mapping(uint256 certificateId => mapping(address pledgor => mapping(uint256 index => uint256))) private _pledges;

    constructor(IParticipants participants_, IReceivables receivables_, address loans_) Governed(participants_) {
        receivables = receivables_;
        loans = loans_;
    }

    /// @inheritdoc IPledges
    function pledge(uint256 certificateId, address pledgor, address pledgee, bytes32 debtId, uint64 amountFen)
        external
    {
        _requireCaller(loans);
        mapping(uint256 index => uint256) storage list = _pledges[certificateId][pledgor];
        uint256 index = _placeOf(list, debtId);
        require(index < PLEDGES_MAX, PledgesFull(certificateId, pledgor, PLEDGES_MAX));

        // Never more than the holding, since the asset locks it: 64 bits do.
        list[index] = uint256(debtId) | (uint64(list[index]) + amountFen);
        receivables.lock(certificateId, pledgor, pledgee, amountFen);

        emit PartPledged(certificateId, pledgor, debtId, pledgee, amountFen);
    }

    /// @inheritdoc IPledges
    function free(uint256 certificateId, address pledgor, bytes32 debtId, uint64 amountFen) external {
        _requireCaller(loans);
        mapping(uint256 index => uint256) storage list = _pledges[certificateId][pledgor];
        uint256 index = _placeOf(list, debtId);
        uint64 pledged = uint64(list[index]);
        require(amountFen > 0 && amountFen <= pledged, PledgesAmount(certificateId, pledgor, pledged, amountFen));

        if (amountFen < pledged) list[index] -= amountFen;
        else _remove(list, index);
        receivables.unlock(certificateId, pledgor, amountFen);

        emit PledgeFreed(certificateId, pledgor, debtId, amountFen);
    }

    /* READING */

    /// @inheritdoc IPledges
    function pledgesOf(uint256 certificateId, address pledgor) external view returns (Pledge[] memory found) {
        mapping(uint256 index => uint256) storage list = _pledges[certificateId][pledgor];
        uint256 count;
        while (list[count] != 0) ++count;
        found = new Pledge[](count);
        for (uint256 i; i < count; ++i) {
            found[i] = Pledge(bytes32(list[i] & ~uint256(type(uint64).max)), uint64(list[i]));
        }
    }

    /// @inheritdoc IPledges
    function pledgedFor(uint256 certificateId, address pledgor, bytes32 debtId) external view returns (uint64) {
        mapping(uint256 index => uint256) storage list = _pledges[certificateId][pledgor];
        return uint64(list[_placeOf(list, debtId)]);
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Pledges", "1");
    }

    /// @dev Where a debt's pledge is, or the first empty place.
    function _placeOf(mapping(uint256 index => uint256) storage list, bytes32 debtId)
        private
        view
        returns (uint256 index)
    {
        while (list[index] != 0 && list[index] & ~uint256(type(uint64).max) != uint256(debtId)) ++index;
    }

    /// @dev The last one takes the place of the one that goes.
    function _remove(mapping(uint256 index => uint256) storage list, uint256 index) private {
        uint256 last = index;
        while (list[last + 1] != 0) ++last;
        if (last != index) list[index] = list[last];
        delete list[last];
    }
}
