// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC721} from "solady/tokens/ERC721.sol";

import {Governed} from "../../base/Governed.sol";
import {IBills} from "../../interfaces/IBills.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {BillIds} from "../../libraries/BillIds.sol";
import {BillParties, BillSlots, BillTerms, RangeWord, RecordWord} from "../../libraries/BillSlots.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";

/// @title BillBook
/// @notice What is written down of every bill and sub-range, the one place that writes a pair, and division.
/// @custom:invariant BIL-1 Σ live ranges of a bill = face − ended; ranges are disjoint and cover it (INV-1).
/// @custom:invariant BIL-3 Every pair written is one of `bills.md` §3.
abstract contract BillBook is IBills, ERC721, Governed {
    uint256 internal constant ENDORSEMENTS_MAX = 200;

    /// @dev Bit `16 × status + flag` is set for every allowed pair of `bills.md` §3. (Received, UnderRecourse) is B34
    /// before maturity; a divided parent is (Split, Ended); a piece that was merged back is nothing.
    uint256 private constant PAIRS = (uint256(1) << (16 * uint256(Status.None) + uint256(Flag.None)))
        | (_PRE << (16 * uint256(Status.Drawn))) | (_PRE << (16 * uint256(Status.Accepted)))
        | ((_LIVE | (1 << uint256(Flag.AwaitingRedemption))) << (16 * uint256(Status.Received)))
        | (_LIVE << (16 * uint256(Status.Matured))) | (_END << (16 * uint256(Status.Terminated)))
        | (_END << (16 * uint256(Status.Settled))) | (_END << (16 * uint256(Status.Split)));
    uint256 private constant _PRE = (1 << uint256(Flag.AwaitingReceipt)) | (1 << uint256(Flag.Locked));
    uint256 private constant _LIVE = (1 << uint256(Flag.Transferable)) | (1 << uint256(Flag.Locked))
        | (1 << uint256(Flag.NotTransferable)) | (1 << uint256(Flag.Pledged)) | (1 << uint256(Flag.InCollection))
        | (1 << uint256(Flag.UnderRecourse));
    uint256 private constant _END = 1 << uint256(Flag.Ended);

    IRulebook public immutable rulebook;

    mapping(uint128 billNo => BillParties) internal _parties;
    mapping(uint128 billNo => BillTerms) internal _terms;
    /// @inheritdoc IBills
    mapping(uint128 billNo => bytes32) public tradeKeyOf;
    mapping(uint128 billNo => mapping(uint16 index => RecordWord)) internal _records;
    mapping(uint256 tokenId => Restraint) internal _restraints;
    /// @dev What a detached range was divided from.
    mapping(uint256 tokenId => uint256 parentId) private _parents;

    /* TOKEN PATHS */

    /// @notice Refused, as is `safeTransferFrom`, which comes through here: a hop needs evidence and consent. See Endorsements.
    function transferFrom(address, address, uint256) public payable override {
        // Never true, but the compiler does not know and so does not call what follows in the base unreachable.
        require(msg.sender == address(0) && msg.data.length == 0, BillsTransferPath());
    }

    /// @notice Refused: only a party's officers dispose of its bills.
    function approve(address, uint256) public payable override {
        revert BillsTransferPath();
    }

    /// @notice Refused, as approve.
    function setApprovalForAll(address, bool) public pure override {
        revert BillsTransferPath();
    }

    function name() public pure override returns (string memory) {
        return "Bills";
    }

    function symbol() public pure override returns (string memory) {
        return "BILL";
    }

    /// @notice Bills have no web address; their documents are known by hash.
    function tokenURI(uint256) public pure override returns (string memory) {
        return "";
    }

    /* READING */

    /// @inheritdoc IBills
    function bill(uint128 billNo) external view returns (Bill memory b) {
        (BillParties p, BillTerms t) = (_parties[billNo], _terms[billNo]);
        require(t.faceFen() != 0, BillsUnknown(BillIds.tokenId(billNo, 0, 0)));
        (b.drawer, b.acceptor, b.payee) =
        (
            participants.partyOfTag(p.drawerTag()),
            participants.partyOfTag(p.acceptorTag()),
            participants.partyOfTag(p.payeeTag())
        );
        (b.acceptorKind, b.drawersMark, b.divisible) = (p.acceptorKind(), p.hasDrawersMark(), p.divisible());
        (b.faceFen, b.endedFen) = (t.faceFen(), t.endedFen());
        (b.issueDay, b.maturity, b.acceptanceDay) = (t.issueDay(), t.maturity(), t.acceptanceDay());
        (b.splitCount, b.recordCount, b.liveCount) = (t.splitCount(), t.recordCount(), t.liveCount());
        b.tradeKey = tradeKeyOf[billNo];
    }

    /// @inheritdoc IBills
    function range(uint256 tokenId) external view returns (Range memory r) {
        RangeWord w = _wordOf(tokenId);
        BillTerms t = _terms[BillIds.billNo(tokenId)];
        r.holder = _ownerOf(tokenId);
        (r.status, r.flag) = (_statusOf(w, t), w.flag());
        (r.previousFlag, r.restingFlag, r.pendingOp) = (w.previousFlag(), w.restingFlag(), w.pendingOp());
        if (w.presented() != 0) r.presentedDay = t.issueDay() + w.presented() - 1;
        (r.head, r.acts, r.dishonour, r.guarantees) = (w.head(), w.acts(), w.dishonour(), w.guarantees());
        (r.frozen, r.paymentStopped) = (_isFrozen(tokenId, w), _isStopped(tokenId, w));
        r.drawersRights = w.drawersRights();
    }

    /// @inheritdoc IBills
    function record(uint128 billNo, uint16 index) external view returns (Record memory) {
        return _records[billNo][index].unpack();
    }

    /// @inheritdoc IBills
    function restraint(uint256 tokenId) external view returns (Restraint memory) {
        return _restraints[tokenId];
    }

    /// @inheritdoc IBills
    function slotsOf(uint128 billNo) external view returns (BillParties parties, BillTerms terms) {
        return (_parties[billNo], _terms[billNo]);
    }

    /// @inheritdoc IBills
    function wholeOf(uint128 billNo)
        external
        view
        returns (uint256 tokenId, address holder, RangeWord word, BillParties parties, BillTerms terms)
    {
        (parties, terms) = (_parties[billNo], _terms[billNo]);
        tokenId = parties.divisible() ? BillIds.tokenId(billNo, 1, terms.faceFen()) : BillIds.tokenId(billNo, 0, 0);
        (holder, word) = (_ownerOf(tokenId), _wordOf(tokenId));
    }

    /// @inheritdoc IBills
    function wordOf(uint256 tokenId) external view returns (address holder, RangeWord word) {
        return (_ownerOf(tokenId), _wordOf(tokenId));
    }

    /// @inheritdoc IBills
    function stateOf(uint256 tokenId) external view returns (address holder, RangeWord word, BillTerms terms) {
        return (_ownerOf(tokenId), _wordOf(tokenId), _terms[BillIds.billNo(tokenId)]);
    }

    /// @inheritdoc IBills
    function amountOf(uint256 tokenId) external view returns (uint64) {
        return _amountOf(tokenId, _terms[BillIds.billNo(tokenId)]);
    }

    /// @inheritdoc IBills
    function requireNotFrozen(uint256 tokenId) external view {
        _requireNotFrozen(tokenId, _wordOf(tokenId));
    }

    /// @inheritdoc IBills
    function requirePayable(uint256 tokenId) external view {
        _requirePayable(tokenId, _wordOf(tokenId));
    }

    /// @inheritdoc IBills
    function isInChain(uint256 tokenId, address party) external view returns (bool found, uint16 index) {
        uint128 billNo = BillIds.billNo(tokenId);
        for (index = _wordOf(tokenId).head(); index != 0; index = _records[billNo][index].previous()) {
            if (_records[billNo][index].partyOf() == party) return (true, index);
        }
    }

    /// @inheritdoc IBills
    function earliestRecordOf(uint256 tokenId, address party) external view returns (uint16 index) {
        return _earliestOf(tokenId, _wordOf(tokenId), party);
    }

    /// @inheritdoc IBills
    function recordsOf(uint256 tokenId) external view returns (Record[] memory records, uint16[] memory indices) {
        uint128 billNo = BillIds.billNo(tokenId);
        RangeWord w = _wordOf(tokenId);
        uint256 count = w.depth();
        (records, indices) = (new Record[](count), new uint16[](count));
        uint16 index = w.head();
        for (uint256 i; i < count; ++i) {
            (records[i], indices[i]) = (_records[billNo][index].unpack(), index);
            index = records[i].previous;
        }
    }

    /// @inheritdoc IBills
    function headFor(uint256 tokenId, address party) external view returns (uint16) {
        return _headFor(tokenId, _wordOf(tokenId), party);
    }

    /* FOR THE OPERATIONS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Bills", "1");
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) internal view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    function _wordOf(uint256 tokenId) internal view returns (RangeWord) {
        return RangeWord.wrap(_getExtraData(tokenId));
    }

    /// @dev The word of a range that exists and has not ended, with its bill's terms.
    function _liveWordOf(uint256 tokenId) internal view returns (RangeWord w, BillTerms t) {
        w = _wordOf(tokenId);
        Status status = w.storedStatus();
        require(status != Status.None, BillsUnknown(tokenId));
        require(status <= Status.Matured, BillsStatus(tokenId, status, Status.Received));
        t = _terms[BillIds.billNo(tokenId)];
    }

    /// @dev CS03 becomes CS04 with time alone.
    function _statusOf(RangeWord w, BillTerms t) internal view returns (Status status) {
        status = w.storedStatus();
        if (status == Status.Received && _today() >= t.maturity()) status = Status.Matured;
    }

    function _amountOf(uint256 tokenId, BillTerms t) internal pure returns (uint40) {
        (uint40 first, uint40 last) = BillIds.units(tokenId);
        return first == 0 ? t.faceFen() : last - first + 1;
    }

    function _requirePending(uint256 tokenId, RangeWord w, PendingOp needed) internal pure {
        require(w.pendingOp() == needed, BillsPending(tokenId, w.pendingOp(), needed));
    }

    function _requireNotFrozen(uint256 tokenId, RangeWord w) internal view {
        require(!_isFrozen(tokenId, w), BillsFrozen(tokenId, _restraints[tokenId].frozenUntil));
    }

    function _requirePayable(uint256 tokenId, RangeWord w) internal view {
        _requireNotFrozen(tokenId, w);
        require(!_isStopped(tokenId, w), BillsPaymentStopped(tokenId, _restraints[tokenId].stoppedUntil));
    }

    /// @dev The one place that writes the word of a range: counts the act, keeps the pair lawful, says what it wrote.
    function _write(uint256 tokenId, RangeWord w, BillTerms t) internal {
        _requirePair(tokenId, w, t);
        w = w.withActs(w.acts() + 1);
        _setExtraData(tokenId, RangeWord.unwrap(w));

        emit RangeWritten(tokenId, w);
    }

    /// @dev Before a party gets a range: who ever held one keeps a bit beside its balance, so that the next one does not pay
    /// again for a slot that was empty in between.
    function _keepSlot(address holder) internal {
        if (_getAux(holder) == 0) _setAux(holder, 1);
    }

    function _passTo(address from, address to, uint256 tokenId) internal {
        _keepSlot(to);
        _transfer(from, to, tokenId);
    }

    /// @dev As `_write`, of a range that has no holder yet. Its count goes on from whatever was there before.
    function _mintRange(uint256 tokenId, address holder, RangeWord w, BillTerms t) internal {
        _requirePair(tokenId, w, t);
        uint16 before = _wordOf(tokenId).acts();
        w = w.withActs((before > w.acts() ? before : w.acts()) + 1);
        _mintAndSetExtraDataUnchecked(holder, tokenId, RangeWord.unwrap(w));

        emit RangeWritten(tokenId, w);
    }

    /// @dev The word a range has when an act is put on it.
    function _withLock(RangeWord w, PendingOp op, Flag flag) internal pure returns (RangeWord) {
        return w.withPreviousFlag(w.flag()).withPair(w.storedStatus(), flag).withPendingOp(op);
    }

    /// @dev The word a range has when its pending act is gone and `flag` is what it leaves.
    function _withoutLock(RangeWord w, Flag flag) internal pure returns (RangeWord) {
        return w.rested(w.storedStatus(), flag);
    }

    /// @dev Puts an act on a whole range or one end of it.
    function _lock(uint256 tokenId, RangeWord w, BillTerms t, uint40 first, uint40 last, PendingOp op, Flag flag)
        internal
        returns (uint256 partId)
    {
        partId = BillIds.tokenId(BillIds.billNo(tokenId), first, last);
        RangeWord locked = _withLock(w, op, flag);
        if (partId == tokenId) {
            _write(tokenId, locked, t);
        } else {
            _parents[partId] = tokenId;
            address holder = _ownerOf(tokenId);
            t = _split(tokenId, holder, w, t, first, last);
            _terms[BillIds.billNo(tokenId)] = t;
            _mintRange(partId, holder, locked.withDetached(true), t);
        }
    }

    /// @dev Anything but agreement: exactly as before the act. A part goes back into its parent where the rest is still as
    /// it was left; otherwise it stays a range of its own, with the holder and pair it had.
    function _unlock(uint256 partId, PendingOp op) internal returns (uint256 tokenId) {
        (RangeWord w, BillTerms t) = _liveWordOf(partId);
        _requirePending(partId, w, op);
        RangeWord restored = _withoutLock(w, w.previousFlag());
        if (op == PendingOp.Acceptance) restored = restored.withPresented(0);
        if (!w.detached() || !_merge(partId, restored, t)) {
            _write(partId, restored, t);
            return partId;
        }
        return _parents[partId];
    }

    /// @dev Divides one end off: the parent is gone, the rest is written; the part is for the caller to mint, and the terms
    /// are for it to store.
    function _split(uint256 tokenId, address holder, RangeWord w, BillTerms t, uint40 first, uint40 last)
        internal
        returns (BillTerms)
    {
        uint256 restId = _restOf(tokenId, w, t, first, last);
        (uint256 splitsMax, uint256 version) = rulebook.valueOn(RuleIds.SPLITS_MAX, _today());
        uint16 splits = t.splitCount() + 1;
        require(splits <= splitsMax, IRulebook.RuleViolated(RuleIds.SPLITS_MAX, version, splits, splitsMax));

        uint128 billNo = BillIds.billNo(tokenId);
        t = t.withSplitCount(splits).withLiveCount(t.liveCount() + 1);
        _burn(tokenId);
        // RangeDivided tells this write: it is the same for every parent.
        RangeWord parent = w.withPair(Status.Split, Flag.Ended).withActs(w.acts() + 1);
        _setExtraData(tokenId, RangeWord.unwrap(parent));
        _mintRange(restId, holder, w, t);
        uint256 partId = BillIds.tokenId(billNo, first, last);
        if (_isRestrained(w)) {
            Restraint memory r = _restraints[tokenId];
            (_restraints[partId], _restraints[restId]) = (r, r);
            // If the pieces come back, then without any order, and no old day may lengthen the next one.
            delete _restraints[tokenId];
        }

        emit RangeDivided(tokenId, partId, restId);

        return t;
    }

    function _writeRecord(uint128 billNo, BillTerms t, RecordWord r) internal returns (uint16 index) {
        index = t.recordCount() + 1;
        _records[billNo][index] = r;
        _terms[billNo] = t.withRecordCount(index);

        emit RecordWritten(billNo, r.withIndex(index));
    }

    /// @dev Adds the present holder to the chain and passes the range on.
    function _addRecord(uint256 tokenId, RangeWord w, BillTerms t, address party, RecordKind kind, bool marked)
        internal
        returns (RangeWord)
    {
        uint256 depth = uint256(w.depth()) + 1;
        require(depth <= ENDORSEMENTS_MAX, BillsDepth(tokenId, depth, ENDORSEMENTS_MAX));
        uint16 index = _writeRecord(
            BillIds.billNo(tokenId), t, BillSlots.packRecord(party, w.head(), _today(), kind, uint16(depth), marked)
        );
        return w.withHead(index, uint8(depth));
    }

    function _earliestOf(uint256 tokenId, RangeWord w, address party) internal view returns (uint16 earliest) {
        uint128 billNo = BillIds.billNo(tokenId);
        for (uint16 index = w.head(); index != 0; index = _records[billNo][index].previous()) {
            if (_records[billNo][index].partyOf() == party) earliest = index;
        }
    }

    /// @dev NIL-11, NIL-69: a successor pursues nobody whom its predecessor could not.
    function _headFor(uint256 tokenId, RangeWord w, address party) internal view returns (uint16) {
        uint16 earliest = _earliestOf(tokenId, w, party);
        return earliest == 0 ? w.head() : _records[BillIds.billNo(tokenId)][earliest].previous();
    }

    function _withHead(uint256 tokenId, RangeWord w, uint16 head) internal view returns (RangeWord) {
        uint16 depth = head == 0 ? 0 : _records[BillIds.billNo(tokenId)][head].unpack().depth;
        return w.withHead(head, uint8(depth));
    }

    /* INTERNALS */

    /// @dev The other end; refuses what is not one whole end of a divisible range (`bills.md` §5).
    function _restOf(uint256 tokenId, RangeWord w, BillTerms t, uint40 first, uint40 last)
        private
        view
        returns (uint256 restId)
    {
        (uint40 start, uint40 end_) = BillIds.units(tokenId);
        if (start == 0) {
            revert IRulebook.RuleViolated(RuleIds.SHARE_OF_BILL, _versionOf(RuleIds.SHARE_OF_BILL), last, t.faceFen());
        }
        Status status = w.storedStatus();
        require(status >= Status.Received, BillsStatus(tokenId, status, Status.Received));
        uint128 billNo = BillIds.billNo(tokenId);
        if (first == start && last >= first && last < end_) return BillIds.tokenId(billNo, last + 1, end_);
        require(last == end_ && first > start && first <= last, BillsUnits(tokenId, first, last));
        return BillIds.tokenId(billNo, start, first - 1);
    }

    function _merge(uint256 partId, RangeWord restored, BillTerms t) private returns (bool) {
        uint256 parentId = _parents[partId];
        uint128 billNo = BillIds.billNo(partId);
        (uint40 first, uint40 last) = BillIds.units(partId);
        (uint40 start, uint40 end_) = BillIds.units(parentId);
        uint256 restId =
            first == start ? BillIds.tokenId(billNo, last + 1, end_) : BillIds.tokenId(billNo, start, first - 1);
        address holder = _ownerOf(partId);
        RangeWord rest = _wordOf(restId);
        if (_ownerOf(restId) != holder || !rest.isLike(restored) || _isRestrained(rest)) return false;

        t = t.withSplitCount(t.splitCount() - 1).withLiveCount(t.liveCount() - 1);
        _terms[billNo] = t;
        _unmake(partId, t);
        _unmake(restId, t);
        _mintRange(parentId, holder, restored, t);

        emit RangesMerged(parentId, partId, restId);

        return true;
    }

    /// @dev A piece that went back into its parent leaves its count of acts only, so that no old signature fits again.
    function _unmake(uint256 tokenId, BillTerms t) private {
        RangeWord gone = RangeWord.wrap(0).withActs(_wordOf(tokenId).acts());
        _burn(tokenId);
        _write(tokenId, gone, t);
    }

    function _requirePair(uint256 tokenId, RangeWord w, BillTerms t) private view {
        (Status status, Flag flag) = (_statusOf(w, t), w.flag());
        bool known = PAIRS & (1 << (16 * uint256(status) + uint256(flag))) != 0;
        require(known, BillsPair(tokenId, status, flag));
    }

    function _isFrozen(uint256 tokenId, RangeWord w) private view returns (bool) {
        return w.frozen() && _restraints[tokenId].frozenUntil >= _today();
    }

    function _isStopped(uint256 tokenId, RangeWord w) private view returns (bool) {
        return w.stopped() && _restraints[tokenId].stoppedUntil >= _today();
    }

    function _isRestrained(RangeWord w) private pure returns (bool) {
        return w.frozen() || w.stopped();
    }
}
