// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {IBills} from "../../interfaces/IBills.sol";
import {AcceptorKind} from "../../interfaces/IDisclosures.sol";
import {BillIds} from "../../libraries/BillIds.sol";
import {BillParties, BillSlots, BillTerms, RangeWord, RecordWord} from "../../libraries/BillSlots.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";
import {BillBook} from "./BillBook.sol";

/// @title BillRooms
/// @notice The doors through which the other rooms write into the book. Each act has one room, and no other contract may
/// put it on a range, close it or end the range for it. Why an act is right is the room's business; that it meets a
/// range that is free, unfrozen and not ended is checked here.
abstract contract BillRooms is BillBook {
    address public immutable acceptances;
    address public immutable endorsements;
    address public immutable guarantees;
    address public immutable presentations;
    address public immutable recourse;
    address public immutable settlement;

    /* DRAWING TO DELIVERY */

    /// @inheritdoc IBills
    function issue(
        uint128 billNo,
        address drawer,
        address acceptor,
        address payee,
        AcceptorKind kind,
        bool divisible,
        uint40 faceFen,
        uint32 issueDay,
        uint32 maturity,
        bytes32 tradeKey
    ) external returns (uint256 tokenId) {
        _requireRoom(PendingOp.Acceptance);
        require(_terms[billNo].faceFen() == 0, BillsExists(billNo));

        BillParties parties = BillSlots.packParties(drawer, acceptor, payee, kind, divisible);
        // OP-7 as of the drawing: nobody's bill gets harder to pass on afterwards.
        (uint256 daysBefore,) = rulebook.valueOn(RuleIds.ENDORSE_DAYS_BEFORE, issueDay);
        BillTerms terms = BillSlots.packTerms(faceFen, issueDay, maturity, SafeCastLib.toUint8(daysBefore));
        (_parties[billNo], _terms[billNo]) = (parties, terms);
        if (tradeKey != 0) tradeKeyOf[billNo] = tradeKey;
        tokenId = divisible ? BillIds.tokenId(billNo, 1, faceFen) : BillIds.tokenId(billNo, 0, 0);

        emit BillIssued(billNo, parties, terms, payee, acceptor, tradeKey);

        _keepSlot(drawer);
        _mintRange(tokenId, drawer, RangeWord.wrap(0).withPair(Status.Drawn, Flag.AwaitingReceipt), terms);
    }

    /// @inheritdoc IBills
    function markAccepted(uint256 tokenId) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.Acceptance, Status.Drawn);

        t = t.withAcceptanceDay(_today());
        _terms[BillIds.billNo(tokenId)] = t;
        _write(tokenId, w.rested(Status.Accepted, Flag.AwaitingReceipt).withPresented(0), t);
    }

    /// @inheritdoc IBills
    function acceptAndDeliver(uint256 tokenId, address payee, bool marked) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.Acceptance, Status.Drawn);
        _requirePending(tokenId, w, PendingOp.None);
        uint128 billNo = BillIds.billNo(tokenId);
        if (marked) _setDrawersMark(billNo, true);

        t = t.withAcceptanceDay(_today());
        _terms[billNo] = t;
        _passTo(_ownerOf(tokenId), payee, tokenId);
        _write(tokenId, w.rested(Status.Received, marked ? Flag.NotTransferable : Flag.Transferable), t);
    }

    /// @inheritdoc IBills
    function setDrawersMark(uint256 tokenId, bool marked) external {
        _requireRoom(PendingOp.Delivery);
        _setDrawersMark(BillIds.billNo(tokenId), marked);
    }

    /// @inheritdoc IBills
    function deliver(uint256 tokenId, address payee) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.Delivery, Status.Accepted);
        Flag flag = _parties[BillIds.billNo(tokenId)].hasDrawersMark() ? Flag.NotTransferable : Flag.Transferable;

        _passTo(_ownerOf(tokenId), payee, tokenId);
        _write(tokenId, w.rested(Status.Received, flag), t);
    }

    /* PENDING ACTS */

    /// @inheritdoc IBills
    function lock(uint256 tokenId, uint40 first, uint40 last, PendingOp op, Flag flag)
        external
        returns (uint256 partId)
    {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, op);
        _requirePending(tokenId, w, PendingOp.None);
        if (op == PendingOp.Acceptance) w = w.withPresented(_presentedOn(_today(), t));
        partId = _lock(tokenId, w, t, first, last, op, flag);
    }

    /// @inheritdoc IBills
    function unlock(uint256 partId, PendingOp op) external returns (uint256 tokenId) {
        _requireRoom(op);
        tokenId = _unlock(partId, op);
    }

    /// @inheritdoc IBills
    function close(uint256 tokenId, PendingOp op, Flag flag) external {
        _requireRoom(op);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        _requirePending(tokenId, w, op);
        // A guaranteed piece is no longer like its sibling, so it never goes back into a parent that the guarantee missed.
        if (op == PendingOp.Guarantee) {
            _requireNotFrozen(tokenId, w);
            require(w.guaranteesPlusOne() != 0, BillsGuarantees(tokenId, w.guarantees()));
            w = w.withGuarantees(w.guaranteesPlusOne());
        }
        _write(tokenId, _withoutLock(w, flag), t);
    }

    /// @inheritdoc IBills
    function divide(uint256 tokenId, uint40 first, uint40 last, PendingOp op) external returns (uint256 partId) {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, op);
        _requirePending(tokenId, w, PendingOp.None);
        address holder = _ownerOf(tokenId);

        partId = BillIds.tokenId(BillIds.billNo(tokenId), first, last);
        if (partId == tokenId) return tokenId;
        t = _split(tokenId, holder, w, t, first, last);
        _terms[BillIds.billNo(tokenId)] = t;
        _mintRange(partId, holder, w, t);
    }

    /// @inheritdoc IBills
    function pass(uint256 tokenId, uint256 partId, PendingOp op, address to, RecordKind kind, bool marked, Flag flag)
        external
    {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, op);
        address from = _ownerOf(tokenId);
        if (partId == tokenId) {
            w = _addRecord(tokenId, w, t, from, kind, marked);
            _passTo(from, to, tokenId);
            _write(tokenId, _withoutLock(w, flag), t);
        } else {
            _requirePending(tokenId, w, PendingOp.None);
            (uint40 first, uint40 last) = BillIds.units(partId);
            require(BillIds.billNo(partId) == BillIds.billNo(tokenId), BillsUnits(tokenId, first, last));
            t = _split(tokenId, from, w, t, first, last);
            w = _addRecord(tokenId, w, t, from, kind, marked);
            _keepSlot(to);
            _mintRange(partId, to, _withoutLock(w, flag), t);
        }
    }

    /// @inheritdoc IBills
    function giveBack(uint256 tokenId, PendingOp op, address to, Flag flag) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, op);
        _requirePending(tokenId, w, PendingOp.None);
        address holder = _ownerOf(tokenId);
        if (to != holder) {
            RecordWord r = _records[BillIds.billNo(tokenId)][w.head()];
            // A range that an order moved meanwhile comes back with no more rights than its former holder had.
            w = _withHead(tokenId, w, r.partyOf() == to ? r.previous() : _headFor(tokenId, w, to));
            _transfer(holder, to, tokenId);
        }
        _write(tokenId, _withoutLock(w, flag), t);
    }

    /// @inheritdoc IBills
    function liftMark(uint256 tokenId) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.MarkRevocation, Status.Received);
        (uint128 billNo, uint16 head) = (BillIds.billNo(tokenId), w.head());
        // Pieces share their records, so a record is never changed: the range gets one of its own without the mark.
        if (head != 0) {
            RecordWord r = _records[billNo][head];
            r = BillSlots.packRecord(r.partyOf(), r.previous(), _today(), RecordKind.MarkLifted, w.depth(), false);
            w = w.withHead(_writeRecord(billNo, t, r), w.depth());
        }
        _write(tokenId, _withoutLock(w, Flag.Transferable), t);
    }

    /* RECOURSE AND PRESENTATION */

    /// @inheritdoc IBills
    function moveTo(uint256 tokenId, address to, uint16 head, Flag flag, bool drawersRights) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.Settlement);
        _requirePayable(tokenId, w);
        _passTo(_ownerOf(tokenId), to, tokenId);
        w = _withHead(tokenId, w, head).withDrawersRights(drawersRights).withRestingFlag(Flag.None);
        _write(tokenId, _withoutLock(w, flag), t);
    }

    /// @inheritdoc IBills
    function beginRecourse(uint256 tokenId) external {
        (RangeWord w, BillTerms t) = _freeFor(tokenId, PendingOp.Settlement);
        _requirePending(tokenId, w, PendingOp.None);
        require(w.flag() != Flag.UnderRecourse, BillsFlag(tokenId, w.flag(), Flag.Transferable));
        _write(tokenId, w.withRestingFlag(w.flag()).withPair(w.storedStatus(), Flag.UnderRecourse), t);
    }

    /// @inheritdoc IBills
    function endRecourse(uint256 tokenId) external {
        _requireRoom(PendingOp.Settlement);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        _requirePending(tokenId, w, PendingOp.None);
        require(w.flag() == Flag.UnderRecourse, BillsFlag(tokenId, w.flag(), Flag.UnderRecourse));
        _write(tokenId, w.withPair(w.storedStatus(), w.restingFlag()).withRestingFlag(Flag.None), t);
    }

    /// @inheritdoc IBills
    function markPresented(uint256 tokenId, uint32 day) external {
        _requireRoom(PendingOp.Presentation);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        require(w.storedStatus() == Status.Received, BillsStatus(tokenId, w.storedStatus(), Status.Received));
        if (w.pendingOp() != PendingOp.None) _requirePending(tokenId, w, PendingOp.Presentation);
        else w = _withLock(w, PendingOp.Presentation, Flag.InCollection);
        _write(tokenId, w.withPresented(_presentedOn(day, t)), t);
    }

    /// @inheritdoc IBills
    function markDishonoured(uint256 tokenId, uint16 dishonour, bool presented) external {
        _requireRoom(PendingOp.Presentation);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        _requirePending(tokenId, w, PendingOp.Presentation);

        w = _withoutLock(w, w.previousFlag());
        if (dishonour != 0) w = w.withDishonour(dishonour);
        if (!presented) w = w.withPresented(0);
        _write(tokenId, w, t);
    }

    /// @inheritdoc IBills
    function end(uint256 tokenId, PendingOp op, Status status) external returns (bool wasLast) {
        _requireRoom(op);
        (RangeWord w, BillTerms t) = _liveWordOf(tokenId);
        if (w.pendingOp() != PendingOp.None) _requirePending(tokenId, w, op);
        bool settles = status == Status.Settled && (op == PendingOp.Presentation || op == PendingOp.Settlement);
        bool terminates = status == Status.Terminated && op != PendingOp.Settlement;
        require(settles || terminates, BillsStatus(tokenId, status, settles ? Status.Settled : Status.Terminated));
        if (settles) _requirePayable(tokenId, w);

        uint16 live = t.liveCount() - 1;
        t = t.withLiveCount(live).withEndedFen(t.endedFen() + _amountOf(tokenId, t));
        _terms[BillIds.billNo(tokenId)] = t;
        _write(tokenId, w.rested(status, Flag.Ended).withRestingFlag(Flag.None), t);
        wasLast = live == 0;
    }

    /* INTERNALS */

    function _setDrawersMark(uint128 billNo, bool marked) internal {
        _parties[billNo] = _parties[billNo].withDrawersMark(marked);

        emit DrawersMarkSet(billNo, marked);
    }

    /// @dev A range that the calling room may act on for `op`: free or carrying that act, and not frozen.
    function _freeFor(uint256 tokenId, PendingOp op) private view returns (RangeWord w, BillTerms t) {
        _requireRoom(op);
        (w, t) = _liveWordOf(tokenId);
        if (w.pendingOp() != PendingOp.None) _requirePending(tokenId, w, op);
        _requireNotFrozen(tokenId, w);
    }

    function _freeFor(uint256 tokenId, PendingOp op, Status needed) private view returns (RangeWord w, BillTerms t) {
        (w, t) = _freeFor(tokenId, op);
        require(w.storedStatus() == needed, BillsStatus(tokenId, w.storedStatus(), needed));
    }

    function _requireRoom(PendingOp op) private view {
        address needed = _roomOf(op);
        require(msg.sender == needed, BillsRoom(op, msg.sender, needed));
    }

    /// @dev No act has no room: its doors are closed, to the zero address as well (MUST-14).
    function _roomOf(PendingOp op) private view returns (address) {
        if (op == PendingOp.Endorsement || op == PendingOp.MarkRevocation) return endorsements;
        if (op == PendingOp.Acceptance || op == PendingOp.Delivery) return acceptances;
        if (op == PendingOp.Guarantee) return guarantees;
        if (op == PendingOp.Presentation) return presentations;
        if (op == PendingOp.Settlement) return recourse;
        if (op == PendingOp.Pledge || op == PendingOp.Discount) return settlement;
        return address(this);
    }

    function _presentedOn(uint32 day, BillTerms t) private pure returns (uint32) {
        return day - t.issueDay() + 1;
    }
}
