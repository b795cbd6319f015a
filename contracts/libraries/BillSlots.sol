// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IBills} from "../interfaces/IBills.sol";
import {AcceptorKind} from "../interfaces/IDisclosures.sol";

/// @dev Who stands on a bill's face, in one slot. From the low end: drawerTag 80, acceptorTag 80, payeeTag 80 (tags: the
/// first ten bytes of an identifier), acceptorKind 8, drawersMark 1, divisible 1.
type BillParties is uint256;
/// @dev What the bill says and how far it has gone, in one slot. From the low end: faceFen 40, endedFen 40, issueDay 24,
/// maturity 24, acceptanceDay 24, splitCount 16, recordCount 16, liveCount 16, endorseDaysBefore 8.
type BillTerms is uint256;
/// @dev One endorsement record, in one slot. From the low end: party 160, previous 16, day 24, kind 8, depth 16, marked 1;
/// in the event its index stands above, in 16 bits from bit 240.
type RecordWord is uint256;
/// @dev One sub-range, in the 96 bits beside its holder. From the low end: head 16, acts 16, dishonour 16, presented 11,
/// guarantees 5, status 4, flag 4, previousFlag 4, restingFlag 4, pendingOp 4, frozen 1, stopped 1, drawersRights 1,
/// detached 1, depth 8.
type RangeWord is uint96;

using BillSlots for BillParties global;
using BillSlots for BillTerms global;
using BillSlots for RangeWord global;
using BillSlots for RecordWord global;

/// @title BillSlots
/// @notice Reads and writes the packed words of bills: one storage access for all fields.
library BillSlots {
    uint256 private constant TAG = type(uint80).max;
    uint256 private constant DRAWERS_MARK = 1 << 248;
    uint256 private constant DIVISIBLE = 1 << 249;

    uint256 private constant HEAD_SHIFT = 0;
    uint256 private constant ACTS_SHIFT = 16;
    uint256 private constant DISHONOUR_SHIFT = 32;
    uint256 private constant PRESENTED_SHIFT = 48;
    uint256 private constant PRESENTED_MAX = (1 << 11) - 1;
    uint256 private constant GUARANTEES_SHIFT = 59;
    uint256 private constant GUARANTEES_MAX = (1 << 5) - 1;
    uint256 private constant STATUS_SHIFT = 64;
    uint256 private constant FLAG_SHIFT = 68;
    uint256 private constant PREVIOUS_SHIFT = 72;
    uint256 private constant RESTING_SHIFT = 76;
    uint256 private constant PENDING_SHIFT = 80;
    uint256 private constant FROZEN_SHIFT = 84;
    uint256 private constant STOPPED_SHIFT = 85;
    uint256 private constant DRAWERS_RIGHTS_SHIFT = 86;
    uint256 private constant DETACHED_SHIFT = 87;
    uint256 private constant DEPTH_SHIFT = 88;
    /// @dev Status, flag, previousFlag, pendingOp, detached: what a pending act changes.
    uint256 private constant PAIR_AND_LOCK =
        (uint256(0xfff) << STATUS_SHIFT) | (uint256(15) << PENDING_SHIFT) | (uint256(1) << DETACHED_SHIFT);
    uint256 private constant TIE = (uint256(type(uint16).max) << ACTS_SHIFT) | (1 << DETACHED_SHIFT);

    /* PARTIES */

    function packParties(address drawer, address acceptor, address payee, AcceptorKind kind, bool isDivisible)
        internal
        pure
        returns (BillParties)
    {
        uint256 slot = _tag(drawer) | (_tag(acceptor) << 80) | (_tag(payee) << 160) | (uint256(kind) << 240);
        return BillParties.wrap(isDivisible ? slot | DIVISIBLE : slot);
    }

    function drawerTag(BillParties p) internal pure returns (bytes10) {
        return bytes10(uint80(BillParties.unwrap(p)));
    }

    function acceptorTag(BillParties p) internal pure returns (bytes10) {
        return bytes10(uint80(BillParties.unwrap(p) >> 80));
    }

    function payeeTag(BillParties p) internal pure returns (bytes10) {
        return bytes10(uint80(BillParties.unwrap(p) >> 160));
    }

    function isDrawer(BillParties p, address party) internal pure returns (bool) {
        return _tag(party) == BillParties.unwrap(p) & TAG;
    }

    function isAcceptor(BillParties p, address party) internal pure returns (bool) {
        return _tag(party) == (BillParties.unwrap(p) >> 80) & TAG;
    }

    function isPayee(BillParties p, address party) internal pure returns (bool) {
        return _tag(party) == (BillParties.unwrap(p) >> 160) & TAG;
    }

    function acceptorKind(BillParties p) internal pure returns (AcceptorKind) {
        return AcceptorKind(uint8(BillParties.unwrap(p) >> 240));
    }

    function hasDrawersMark(BillParties p) internal pure returns (bool) {
        return BillParties.unwrap(p) & DRAWERS_MARK != 0;
    }

    function divisible(BillParties p) internal pure returns (bool) {
        return BillParties.unwrap(p) & DIVISIBLE != 0;
    }

    function withDrawersMark(BillParties p, bool marked) internal pure returns (BillParties) {
        uint256 without = BillParties.unwrap(p) & ~DRAWERS_MARK;
        return BillParties.wrap(marked ? without | DRAWERS_MARK : without);
    }

    /* TERMS */

    function packTerms(uint40 faceFen_, uint32 issueDay_, uint32 maturity_, uint8 daysBefore)
        internal
        pure
        returns (BillTerms)
    {
        return BillTerms.wrap(
            uint256(faceFen_) | (uint256(uint24(issueDay_)) << 80) | (uint256(uint24(maturity_)) << 104)
                | (uint256(1) << 184) | (uint256(daysBefore) << 200)
        );
    }

    function faceFen(BillTerms t) internal pure returns (uint40) {
        return uint40(BillTerms.unwrap(t));
    }

    function endedFen(BillTerms t) internal pure returns (uint40) {
        return uint40(BillTerms.unwrap(t) >> 40);
    }

    function issueDay(BillTerms t) internal pure returns (uint32) {
        return uint24(BillTerms.unwrap(t) >> 80);
    }

    function maturity(BillTerms t) internal pure returns (uint32) {
        return uint24(BillTerms.unwrap(t) >> 104);
    }

    function acceptanceDay(BillTerms t) internal pure returns (uint32) {
        return uint24(BillTerms.unwrap(t) >> 128);
    }

    /// @notice How often the package was divided.
    function splitCount(BillTerms t) internal pure returns (uint16) {
        return uint16(BillTerms.unwrap(t) >> 152);
    }

    /// @notice Index of the last endorsement record written; 0 before the first.
    function recordCount(BillTerms t) internal pure returns (uint16) {
        return uint16(BillTerms.unwrap(t) >> 168);
    }

    /// @notice How many sub-ranges have not ended.
    function liveCount(BillTerms t) internal pure returns (uint16) {
        return uint16(BillTerms.unwrap(t) >> 184);
    }

    /// @notice The last day on which the bill can be endorsed (OP-7).
    function endorseUntil(BillTerms t) internal pure returns (uint32) {
        return maturity(t) - uint8(BillTerms.unwrap(t) >> 200);
    }

    function withEndedFen(BillTerms t, uint40 amountFen) internal pure returns (BillTerms) {
        return BillTerms.wrap(_with(BillTerms.unwrap(t), type(uint40).max, 40, amountFen));
    }

    function withAcceptanceDay(BillTerms t, uint32 day) internal pure returns (BillTerms) {
        return BillTerms.wrap(_with(BillTerms.unwrap(t), type(uint24).max, 128, uint24(day)));
    }

    function withSplitCount(BillTerms t, uint16 count) internal pure returns (BillTerms) {
        return BillTerms.wrap(_with(BillTerms.unwrap(t), type(uint16).max, 152, count));
    }

    function withRecordCount(BillTerms t, uint16 count) internal pure returns (BillTerms) {
        return BillTerms.wrap(_with(BillTerms.unwrap(t), type(uint16).max, 168, count));
    }

    function withLiveCount(BillTerms t, uint16 count) internal pure returns (BillTerms) {
        return BillTerms.wrap(_with(BillTerms.unwrap(t), type(uint16).max, 184, count));
    }

    /* SUB-RANGES */

    function head(RangeWord w) internal pure returns (uint16) {
        return uint16(RangeWord.unwrap(w) >> HEAD_SHIFT);
    }

    function acts(RangeWord w) internal pure returns (uint16) {
        return uint16(RangeWord.unwrap(w) >> ACTS_SHIFT);
    }

    /// @notice Days from the issue day to the day presented, plus one; 0 = not presented. Before acceptance: to the day
    /// presented for acceptance.
    function presented(RangeWord w) internal pure returns (uint16) {
        return uint16((RangeWord.unwrap(w) >> PRESENTED_SHIFT) & PRESENTED_MAX);
    }

    function dishonour(RangeWord w) internal pure returns (uint16) {
        return uint16(RangeWord.unwrap(w) >> DISHONOUR_SHIFT);
    }

    /// @notice How many guarantees were given on the range or on what it was divided from.
    function guarantees(RangeWord w) internal pure returns (uint8) {
        return uint8((RangeWord.unwrap(w) >> GUARANTEES_SHIFT) & GUARANTEES_MAX);
    }

    /// @notice The count after one more guarantee; 0 where there is no room for it.
    function guaranteesPlusOne(RangeWord w) internal pure returns (uint8) {
        return uint8((guarantees(w) + 1) & GUARANTEES_MAX);
    }

    /// @notice The status as written: Received where time has made it Matured.
    function storedStatus(RangeWord w) internal pure returns (IBills.Status) {
        return IBills.Status(uint8(RangeWord.unwrap(w) >> STATUS_SHIFT) & 15);
    }

    function flag(RangeWord w) internal pure returns (IBills.Flag) {
        return IBills.Flag(uint8(RangeWord.unwrap(w) >> FLAG_SHIFT) & 15);
    }

    function previousFlag(RangeWord w) internal pure returns (IBills.Flag) {
        return IBills.Flag(uint8(RangeWord.unwrap(w) >> PREVIOUS_SHIFT) & 15);
    }

    function restingFlag(RangeWord w) internal pure returns (IBills.Flag) {
        return IBills.Flag(uint8(RangeWord.unwrap(w) >> RESTING_SHIFT) & 15);
    }

    /// @notice The flag to which the range goes back when what is pending or pursued on it comes to nothing.
    function flagAtRest(RangeWord w) internal pure returns (IBills.Flag) {
        IBills.Flag resting = restingFlag(w);
        if (resting != IBills.Flag.None) return resting;
        return pendingOp(w) == IBills.PendingOp.None ? flag(w) : previousFlag(w);
    }

    function pendingOp(RangeWord w) internal pure returns (IBills.PendingOp) {
        return IBills.PendingOp(uint8(RangeWord.unwrap(w) >> PENDING_SHIFT) & 15);
    }

    function frozen(RangeWord w) internal pure returns (bool) {
        return (RangeWord.unwrap(w) >> FROZEN_SHIFT) & 1 == 1;
    }

    function stopped(RangeWord w) internal pure returns (bool) {
        return (RangeWord.unwrap(w) >> STOPPED_SHIFT) & 1 == 1;
    }

    function drawersRights(RangeWord w) internal pure returns (bool) {
        return (RangeWord.unwrap(w) >> DRAWERS_RIGHTS_SHIFT) & 1 == 1;
    }

    /// @notice Whether the range was divided off for the act that is pending on it, and goes back if that comes to nothing.
    function detached(RangeWord w) internal pure returns (bool) {
        return (RangeWord.unwrap(w) >> DETACHED_SHIFT) & 1 == 1;
    }

    function depth(RangeWord w) internal pure returns (uint8) {
        return uint8(RangeWord.unwrap(w) >> DEPTH_SHIFT);
    }

    /// @notice Whether two ranges differ in nothing but their counts of acts.
    function isLike(RangeWord w, RangeWord other) internal pure returns (bool) {
        return (RangeWord.unwrap(w) ^ RangeWord.unwrap(other)) & ~TIE == 0;
    }

    function withDetached(RangeWord w, bool isDetached) internal pure returns (RangeWord) {
        return _withWord(w, 1, DETACHED_SHIFT, isDetached ? 1 : 0);
    }

    function withHead(RangeWord w, uint16 index, uint8 depth_) internal pure returns (RangeWord) {
        return _withWord(_withWord(w, type(uint16).max, HEAD_SHIFT, index), type(uint8).max, DEPTH_SHIFT, depth_);
    }

    function withActs(RangeWord w, uint16 count) internal pure returns (RangeWord) {
        return _withWord(w, type(uint16).max, ACTS_SHIFT, count);
    }

    /// @notice A day beyond the field's end is kept as its end, five years after the issue day.
    function withPresented(RangeWord w, uint32 days_) internal pure returns (RangeWord) {
        return _withWord(w, PRESENTED_MAX, PRESENTED_SHIFT, days_ < PRESENTED_MAX ? days_ : PRESENTED_MAX);
    }

    function withDishonour(RangeWord w, uint16 index) internal pure returns (RangeWord) {
        return _withWord(w, type(uint16).max, DISHONOUR_SHIFT, index);
    }

    function withGuarantees(RangeWord w, uint8 count) internal pure returns (RangeWord) {
        return _withWord(w, GUARANTEES_MAX, GUARANTEES_SHIFT, count);
    }

    function withPair(RangeWord w, IBills.Status status_, IBills.Flag flag_) internal pure returns (RangeWord) {
        return _withWord(w, 0xff, STATUS_SHIFT, uint256(status_) | (uint256(flag_) << 4));
    }

    /// @notice Nothing pending, and this pair.
    function rested(RangeWord w, IBills.Status status_, IBills.Flag flag_) internal pure returns (RangeWord) {
        uint256 pair = uint256(status_) | (uint256(flag_) << 4);
        return RangeWord.wrap(uint96((RangeWord.unwrap(w) & ~PAIR_AND_LOCK) | (pair << STATUS_SHIFT)));
    }

    function withPreviousFlag(RangeWord w, IBills.Flag flag_) internal pure returns (RangeWord) {
        return _withWord(w, 15, PREVIOUS_SHIFT, uint256(flag_));
    }

    function withRestingFlag(RangeWord w, IBills.Flag flag_) internal pure returns (RangeWord) {
        return _withWord(w, 15, RESTING_SHIFT, uint256(flag_));
    }

    function withPendingOp(RangeWord w, IBills.PendingOp op) internal pure returns (RangeWord) {
        return _withWord(w, 15, PENDING_SHIFT, uint256(op));
    }

    function withRestraint(RangeWord w, bool isFrozen, bool isStopped) internal pure returns (RangeWord) {
        return _withWord(w, 3, FROZEN_SHIFT, (isFrozen ? 1 : 0) | (isStopped ? 2 : 0));
    }

    function withDrawersRights(RangeWord w, bool only) internal pure returns (RangeWord) {
        return _withWord(w, 1, DRAWERS_RIGHTS_SHIFT, only ? 1 : 0);
    }

    /* RECORDS */

    function packRecord(
        address party_,
        uint16 previous_,
        uint32 day_,
        IBills.RecordKind kind_,
        uint16 depth_,
        bool marked_
    ) internal pure returns (RecordWord) {
        return RecordWord.wrap(
            uint256(uint160(party_)) | (uint256(previous_) << 160) | (uint256(uint24(day_)) << 176)
                | (uint256(kind_) << 200) | (uint256(depth_) << 208) | ((marked_ ? uint256(1) : 0) << 224)
        );
    }

    function unpack(RecordWord r) internal pure returns (IBills.Record memory) {
        uint256 word = RecordWord.unwrap(r);
        return IBills.Record(
            partyOf(r),
            previous(r),
            uint24(word >> 176),
            IBills.RecordKind(uint8(word >> 200)),
            uint16(word >> 208),
            (word >> 224) & 1 == 1
        );
    }

    function partyOf(RecordWord r) internal pure returns (address) {
        return address(uint160(RecordWord.unwrap(r)));
    }

    function previous(RecordWord r) internal pure returns (uint16) {
        return uint16(RecordWord.unwrap(r) >> 160);
    }

    function withIndex(RecordWord r, uint16 index) internal pure returns (RecordWord) {
        return RecordWord.wrap(RecordWord.unwrap(r) | (uint256(index) << 240));
    }

    /* INTERNALS */

    function _tag(address party) private pure returns (uint256) {
        return uint256(uint80(bytes10(bytes20(party))));
    }

    function _withWord(RangeWord w, uint256 mask, uint256 shift, uint256 value) private pure returns (RangeWord) {
        return RangeWord.wrap(uint96(_with(RangeWord.unwrap(w), mask, shift, value)));
    }

    function _with(uint256 slot, uint256 mask, uint256 shift, uint256 value) private pure returns (uint256) {
        return (slot & ~(mask << shift)) | (value << shift);
    }
}
