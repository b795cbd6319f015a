// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1155} from "solady/tokens/ERC1155.sol";
import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

import {TwoSided} from "../../base/TwoSided.sol";
import {IInvoices} from "../../interfaces/IInvoices.sol";
import {IOrders} from "../../interfaces/IOrders.sol";
import {IReceivables} from "../../interfaces/IReceivables.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {CertificateSlot, Certificates} from "../../libraries/Certificates.sol";

/// @title CertificateBook
/// @notice What is written down of every certificate, and the one path on which its units move.
abstract contract CertificateBook is IReceivables, ERC1155, TwoSided {
    uint256 internal constant SPLIT_MIN_UNIT_FEN = 1_000_00;

    IRulebook public immutable rulebook;
    IOrders public immutable orders;
    IInvoices public immutable invoices;
    address public immutable settlement;
    address public immutable pledges;

    mapping(uint256 id => CertificateSlot) internal _certificates;
    mapping(uint256 id => mapping(address holder => Position)) internal _positions;
    /// @inheritdoc IReceivables
    mapping(uint256 id => uint24 ratePpm) public lateRateOf;

    /* TOKEN PATHS */

    /// @notice Refused: a hop needs evidence (R77-3) and consent (R77-9). Use `transfer`.
    function safeTransferFrom(address, address, uint256, uint256, bytes calldata) public pure override {
        revert ReceivablesTransferPath();
    }

    /// @notice Refused, as safeTransferFrom.
    function safeBatchTransferFrom(address, address, uint256[] calldata, uint256[] calldata, bytes calldata)
        public
        pure
        override
    {
        revert ReceivablesTransferPath();
    }

    /// @notice Refused: only a party's officers dispose of its certificates.
    function setApprovalForAll(address, bool) public pure override {
        revert ReceivablesTransferPath();
    }

    /// @notice Certificates have no web address; their documents are known by hash.
    function uri(uint256) public pure override returns (string memory) {
        return "";
    }

    /* FOR INVOICES */

    /// @inheritdoc IReceivables
    function issue(uint256 id, address supplier, CertificateSlot slot, uint24 lateRatePpm) external {
        _requireCaller(address(invoices));
        require(_certificates[id].status() == Status.None, ReceivablesExists(id));

        _certificates[id] = slot;
        if (lateRatePpm != 0) lateRateOf[id] = lateRatePpm;
        _mint(supplier, id, slot.outstandingFen(), "");
    }

    /// @inheritdoc IReceivables
    function advance(uint256 id, uint256 fromStatuses, Status to) external returns (CertificateSlot before) {
        _requireCaller(address(invoices));
        before = _certificates[id];
        Status status = before.status();
        require(fromStatuses & (1 << uint256(status)) != 0, ReceivablesStatusOneOf(id, status, fromStatuses));

        _certificates[id] = before.withStatus(to);
    }

    /// @inheritdoc IReceivables
    function reduce(uint256 id, address supplier, uint64 amountFen) external {
        _requireCaller(address(invoices));

        _certificates[id] = _certificates[id].less(amountFen);
        _burn(supplier, id, amountFen);
    }

    /* READING */

    /// @inheritdoc IReceivables
    function balanceOf(address holder, uint256 id) public view override(ERC1155, IReceivables) returns (uint256) {
        return ERC1155.balanceOf(holder, id);
    }

    /// @inheritdoc IReceivables
    function certificate(uint256 id) external view returns (Certificate memory) {
        return Certificates.unpack(_certificates[id]);
    }

    /// @inheritdoc IReceivables
    function position(uint256 id, address holder) external view returns (Position memory) {
        return _positions[id][holder];
    }

    /* FOR THE OPERATIONS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Receivables", "1");
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) internal view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    function _requireStatus(uint256 id, Status actual, Status needed) internal pure {
        require(actual == needed, ReceivablesStatus(id, actual, needed));
    }

    function _requireNotFrozen(uint256 id, uint32 frozenUntil) internal view {
        require(frozenUntil == 0 || frozenUntil < _today(), ReceivablesFrozen(id, frozenUntil));
    }

    function _tagOf(address party) internal pure returns (bytes10) {
        return bytes10(bytes20(party));
    }

    /// @dev What `holder` can dispose of. Locks outlive a payment until their act is closed, hence the floor.
    function _availableOf(uint256 id, address holder, bool hasLocks) internal view returns (uint256) {
        uint256 balance = balanceOf(holder, id);
        if (!hasLocks) return balance;
        return FixedPointMathLib.zeroFloorSub(balance, _positions[id][holder].lockedFen);
    }
}
