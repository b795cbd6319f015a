// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

// ERC-721 has an event of that name.
import {Approval as OfficerApproval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IOrders, Order, OrderKind} from "../interfaces/IOrders.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {BillRooms} from "./bills/BillRooms.sol";

/// @title Bills
/// @notice Room for one thing: who holds which sub-range of which bill, and through whose hands it came. The book and its
/// doors stand in the bases; here is what authorities do to a range: B40–B42.
/// @custom:invariant BIL-1 Σ live ranges of a bill = face − ended; ranges are disjoint and cover it (INV-1).
/// @custom:invariant BIL-2 At most one act is pending on a range.
contract Bills is BillRooms {
    bytes32 private constant CORRECTION_TYPEHASH =
        keccak256("Correction(uint8 kind,uint256 tokenId,uint16 acts,address to,bytes32 evidenceHash,uint64 deadline)");

    IOrders public immutable orders;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IOrders orders_,
        address acceptances_,
        address endorsements_,
        address guarantees_,
        address presentations_,
        address recourse_,
        address settlement_
    ) Governed(participants_) {
        rulebook = rulebook_;
        orders = orders_;
        acceptances = acceptances_;
        endorsements = endorsements_;
        guarantees = guarantees_;
        presentations = presentations_;
        recourse = recourse_;
        settlement = settlement_;
    }

    /* ORDERS */

    /// @inheritdoc IBills
    function carryOut(Order calldata order) external {
        uint256 tokenId = uint256(order.subject);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        bytes32 orderId = orders.carryOut(order, msg.sender);

        if (order.kind == OrderKind.Transfer) {
            _moveByOrder(tokenId, w, t, order, orderId);
            return;
        }
        Restraint memory r = _restraints[tokenId];
        if (order.kind == OrderKind.Unfreeze) {
            delete _restraints[tokenId];
            w = w.withRestraint(false, false);
            emit RangeUnfrozen(tokenId, orderId, msg.sender);
        } else if (order.kind == OrderKind.Freeze) {
            // A second order never shortens the first.
            r.frozenUntil = uint32(FixedPointMathLib.max(r.frozenUntil, order.expiryDay));
            _restraints[tokenId] = r;
            w = w.withRestraint(true, w.stopped());
            emit RangeFrozen(tokenId, r.frozenUntil, orderId, msg.sender);
        } else {
            r.stoppedUntil = uint32(FixedPointMathLib.max(r.stoppedUntil, order.expiryDay));
            _restraints[tokenId] = r;
            w = w.withRestraint(w.frozen(), true);
            emit RangePaymentStopped(tokenId, r.stoppedUntil, orderId, msg.sender);
        }
        _write(tokenId, w, t);
    }

    /// @inheritdoc IBills
    function expireRestraint(uint256 tokenId) external {
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        Restraint memory r = _restraints[tokenId];
        (bool frozen, bool stopped) = (r.frozenUntil >= _today(), r.stoppedUntil >= _today());
        bool changes = (w.frozen() && !frozen) || (w.stopped() && !stopped);
        require(changes, BillsRestrained(tokenId, frozen ? r.frozenUntil : r.stoppedUntil));

        _write(tokenId, w.withRestraint(w.frozen() && frozen, w.stopped() && stopped), t);

        emit RestraintExpired(tokenId);
    }

    /* CORRECTIONS */

    /// @inheritdoc IBills
    function correct(Correction calldata c, OfficerApproval calldata approver) external {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.REGISTER_OPERATOR, Standing.Full);
        bytes32 digest = _hashTypedData(keccak256(abi.encode(CORRECTION_TYPEHASH, c)));
        _requireSecond(approver, digest, c.deadline, party, Powers.CHECK, 0);
        (RangeWord w, BillTerms t) = _liveWordOf(c.tokenId);
        require(w.acts() == c.acts, BillsActs(c.tokenId, w.acts(), c.acts));
        require(c.evidenceHash != 0 && c.kind != CorrectionKind.None, BillsCorrection(c.tokenId, c.kind));
        address holder = _ownerOf(c.tokenId);

        emit BillCorrected(c.tokenId, c.kind, holder, c.to, c.evidenceHash, msg.sender, approver.officer);

        if (c.kind == CorrectionKind.PendingRevoked) _revokePending(c.tokenId, w);
        else _changeHolder(c.tokenId, w, t, holder, c.to);
    }

    /* INTERNALS */

    /// @dev What is pending in the range's word alone, before the delivery. Other pending acts have a record of their own, and
    /// their rooms ways to end them.
    function _revokePending(uint256 tokenId, RangeWord w) private {
        PendingOp op = w.pendingOp();
        require(op == PendingOp.Acceptance || op == PendingOp.Delivery, BillsPending(tokenId, op, PendingOp.Delivery));
        uint128 billNo = BillIds.billNo(tokenId);
        if (op == PendingOp.Delivery && _parties[billNo].hasDrawersMark()) _setDrawersMark(billNo, false);
        _unlock(tokenId, op);
    }

    /// @dev B41: whole ranges from the delivery on, also while an act is pending, which then answers to the new holder.
    function _moveByOrder(uint256 tokenId, RangeWord w, BillTerms t, Order calldata order, bytes32 orderId) private {
        bool fits = order.from == _ownerOf(tokenId) && order.amountFen == _amountOf(tokenId, t);
        require(fits, BillsOrder(orderId));
        _changeHolder(tokenId, w, t, order.from, order.to);

        emit TitleTransferred(tokenId, order.from, order.to, orderId, msg.sender);
    }

    /// @custom:rule NIL-11
    function _changeHolder(uint256 tokenId, RangeWord w, BillTerms t, address from, address to) private {
        require(w.storedStatus() == Status.Received, BillsStatus(tokenId, w.storedStatus(), Status.Received));
        require(to != from, BillsSelf(tokenId, to));
        participants.requireActive(to, Roles.TRADING);
        BillParties parties = _parties[BillIds.billNo(tokenId)];

        w = _withHead(tokenId, w, _headFor(tokenId, w, from));
        if (parties.isDrawer(from)) w = w.withDrawersRights(true);
        _passTo(from, to, tokenId);
        _write(tokenId, w, t);
    }
}
