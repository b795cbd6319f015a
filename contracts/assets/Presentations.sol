// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {IBills} from "../interfaces/IBills.sol";
import {AcceptorKind, IDisclosures} from "../interfaces/IDisclosures.sol";
import {IInvoices} from "../interfaces/IInvoices.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {DishonourCode, IPresentations, Scope} from "../interfaces/IPresentations.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {BillClocks} from "../libraries/BillClocks.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {RecourseClaims} from "../libraries/RecourseClaims.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Presentations
/// @notice Room for one thing: whether a bill was asked to be paid, and what came of it.
/// @custom:invariant PRS-1 A range that was dishonoured in time keeps the scope ALL (§6).
/// @custom:invariant PRS-2 Auto-dishonour twice is once (INV-25).
/// @custom:invariant PRS-3 Payment goes to the holder of that moment (MUST-5) and releases everybody (INV-5).
contract Presentations is IPresentations, Governed {
    /// @dev A range as it stands, read once.
    struct View {
        uint256 tokenId;
        uint128 billNo;
        address holder;
        RangeWord word;
        BillParties parties;
        BillTerms terms;
        uint64 amountFen;
    }

    uint256 public constant DISHONOURS_MAX = type(uint16).max;
    /// @dev How many of the latest dishonours of a bill are looked through for an equal one.
    uint256 private constant SHARED_MAX = 8;

    IRulebook public immutable rulebook;
    IBills public immutable bills;
    IInvoices public immutable invoices;
    IDisclosures public immutable disclosures;
    address public immutable recourse;
    address public immutable settlement;

    /// @dev Index 1 stands first: 0 in a range's word says that it carries none.
    mapping(uint128 billNo => Dishonour[]) private _dishonours;
    /// @inheritdoc IPresentations
    mapping(address acceptor => address) public accessBankOf;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IBills bills_,
        IInvoices invoices_,
        IDisclosures disclosures_,
        address recourse_,
        address settlement_
    ) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
        invoices = invoices_;
        disclosures = disclosures_;
        recourse = recourse_;
        settlement = settlement_;
    }

    /* PRESENTATION */

    /// @inheritdoc IPresentations
    function present(uint256 tokenId, bytes32 reasonHash) external {
        View memory v = _viewOf(tokenId);
        _requireResting(v, true);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == v.holder, PresentationsParty(tokenId, party, v.holder));
        uint32 today = _today();
        Kind kind = _kindOn(v, today);
        if (kind == Kind.Late && reasonHash == 0) {
            revert PresentationsReasonMissing(tokenId, RuleIds.PRESENTATION_DAYS, _versionOf(RuleIds.PRESENTATION_DAYS));
        }
        bills.requireNotFrozen(tokenId);

        bills.markPresented(tokenId, today);

        emit BillPresented(tokenId, party, kind, today, reasonHash, msg.sender);
    }

    /// @inheritdoc IPresentations
    function presentDue(uint256 tokenId) external {
        View memory v = _viewOf(tokenId);
        (uint32 maturity, uint32 today) = (v.terms.maturity(), _today());
        bool early = _isPresented(v) && _presentedDay(v) < maturity;
        // What was dishonoured is the holder's to present again: a stranger must not stop its recourse.
        if (!early || v.word.dishonour() != 0) _requireResting(v, false);
        _requirePair(v, v.word.dishonour() == 0);
        if (today < maturity || !BillClocks.isInWindow(rulebook, maturity, today)) {
            revert PresentationsDay(tokenId, today, maturity, BillClocks.windowEnd(rulebook, maturity));
        }

        bills.markPresented(tokenId, today);

        emit BillPresented(tokenId, v.holder, Kind.Automatic, today, 0, msg.sender);
    }

    /// @inheritdoc IPresentations
    function withdrawPresentation(uint256 tokenId) external {
        View memory v = _viewOf(tokenId);
        _requirePresented(v);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == v.holder, PresentationsParty(tokenId, party, v.holder));

        bills.markDishonoured(tokenId, 0, false);

        emit PresentationWithdrawn(tokenId, party, msg.sender);
    }

    /* ANSWER */

    /// @inheritdoc IPresentations
    function dishonour(uint256 tokenId, DishonourCode code, bytes32 reasonHash) external {
        View memory v = _viewOf(tokenId);
        _requirePresented(v);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        (, bool proxy) = _acceptorFor(v, party);
        uint32 today = _today();
        _requireCode(v, code, reasonHash, today);
        if (_isCommercial(v)) _requireAnswerInTime(v, proxy ? 1 : 0, today);

        _dishonour(v, today, code, reasonHash, party);
    }

    /// @inheritdoc IPresentations
    function autoDishonour(uint256 tokenId) external returns (bool done) {
        View memory v = _viewOf(tokenId);
        if (!_isPresented(v) && v.word.dishonour() != 0) return false;
        _requirePresented(v);
        require(_isCommercial(v), PresentationsNotCommercial(tokenId));
        (uint32 last, uint32 today) = (_answerDay(v, 1), _today());
        require(today > last, PresentationsDay(tokenId, today, last + 1, type(uint32).max));

        _dishonourUnanswered(v, last);
        return true;
    }

    /// @inheritdoc IPresentations
    function setAccessBank(address bank) external {
        address acceptor =
            _authorize(msg.sender, Powers.ADMINISTER, 0, 0, bank == address(0) ? Standing.Owing : Standing.Full);
        require(bank != acceptor, PresentationsAccessBank(acceptor, bank));
        if (bank != address(0)) participants.requireActive(bank, Roles.ACCESS_INSTITUTION | Roles.BANK);

        accessBankOf[acceptor] = bank;

        emit AccessBankSet(acceptor, bank, msg.sender);
    }

    /* PAYMENT */

    /// @inheritdoc IPresentations
    function redeem(uint256 tokenId, address payer)
        external
        returns (address acceptor, address holder, uint64 amountFen, bool inArrears, bool pledged)
    {
        _requireCaller(settlement);
        View memory v = _viewOf(tokenId);
        bool presented = _isPresented(v);
        if (!presented) _requireResting(v, false);
        bool proxy;
        (acceptor, proxy) = _acceptorFor(v, payer);
        // The access bank answers a presentation; it does not pay of its own motion.
        if (proxy && !presented) revert PresentationsParty(tokenId, payer, acceptor);
        if (presented && _isCommercial(v)) v = _dishonourIfOverdue(v);
        (holder, amountFen) = (v.holder, v.amountFen);
        IBills.Flag flag = _restingFlag(v);
        inArrears = v.word.dishonour() != 0 || flag == IBills.Flag.NotTransferable;
        pledged = flag == IBills.Flag.Pledged;

        bills.end(tokenId, IBills.PendingOp.Presentation, IBills.Status.Settled);
        _closeBooks(v, acceptor);

        emit BillPaid(tokenId, acceptor, holder, amountFen, presented, proxy ? payer : address(0));
    }

    /// @inheritdoc IPresentations
    function closeBooks(uint256 tokenId) external {
        _requireCaller(recourse);
        View memory v = _viewOf(tokenId);
        _closeBooks(v, participants.partyOfTag(v.parties.acceptorTag()));
    }

    /* LAPSE */

    /// @inheritdoc IPresentations
    function lapse(uint256 tokenId) external {
        View memory v = _viewOf(tokenId);
        if (!_isPresented(v) && v.word.flag() != IBills.Flag.UnderRecourse) _requireResting(v, false);
        (uint32 last, uint32 today) =
            (BillClocks.limitOf(rulebook, RuleIds.LIMIT_ACCEPTOR_DRAWER, v.terms.maturity()), _today());
        require(today > last, PresentationsDay(tokenId, today, last + 1, type(uint32).max));

        bills.end(tokenId, IBills.PendingOp.Presentation, IBills.Status.Terminated);
        _closeBooks(v, participants.partyOfTag(v.parties.acceptorTag()));

        emit BillLapsed(tokenId, v.holder, last, msg.sender);
    }

    /* READING */

    /// @inheritdoc IPresentations
    function windowOf(uint256 tokenId) external view returns (uint32 first, uint32 last, bool provisional) {
        first = _viewOf(tokenId).terms.maturity();
        (last, provisional) = rulebook.roll(first + BillClocks.windowDays(rulebook, first));
    }

    /// @inheritdoc IPresentations
    function answerDaysOf(uint256 tokenId) external view returns (uint32 acceptorDay, uint32 bankDay) {
        View memory v = _viewOf(tokenId);
        _requirePresented(v);
        require(_isCommercial(v), PresentationsNotCommercial(tokenId));
        return (_answerDay(v, 0), _answerDay(v, 1));
    }

    /// @inheritdoc IPresentations
    function dishonourOf(uint256 tokenId) external view returns (Dishonour memory) {
        (, RangeWord word) = bills.wordOf(tokenId);
        return _dishonourAt(BillIds.billNo(tokenId), word.dishonour());
    }

    /// @inheritdoc IPresentations
    function dishonourAt(uint128 billNo, uint16 index) external view returns (Dishonour memory) {
        return _dishonourAt(billNo, index);
    }

    /* WHAT A RANGE IS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Presentations", "1");
    }

    function _viewOf(uint256 tokenId) private view returns (View memory v) {
        (v.tokenId, v.billNo) = (tokenId, BillIds.billNo(tokenId));
        (v.holder, v.word) = bills.wordOf(tokenId);
        require(v.holder != address(0), IBills.BillsUnknown(tokenId));
        (v.parties, v.terms) = bills.slotsOf(v.billNo);
        (uint40 first, uint40 last) = BillIds.units(tokenId);
        v.amountFen = first == 0 ? v.terms.faceFen() : last - first + 1;
    }

    function _statusOf(View memory v) private view returns (IBills.Status status) {
        status = v.word.storedStatus();
        if (status == IBills.Status.Received && _today() >= v.terms.maturity()) status = IBills.Status.Matured;
    }

    function _requirePair(View memory v, bool holds) private view {
        require(
            holds, PresentationsPair(v.tokenId, uint8(_statusOf(v)), uint8(v.word.flag()), uint8(v.word.pendingOp()))
        );
    }

    /// @dev Transferable or not, or with its pledgee (B23), nothing pending; matured, or where `orReceived` says so received.
    function _requireResting(View memory v, bool orReceived) private view {
        (IBills.Status status, IBills.Flag flag) = (_statusOf(v), v.word.flag());
        bool rests = flag >= IBills.Flag.Transferable && flag <= IBills.Flag.Pledged && flag != IBills.Flag.Locked
            && v.word.pendingOp() == IBills.PendingOp.None;
        bool received = status == IBills.Status.Matured || (orReceived && status == IBills.Status.Received);
        _requirePair(v, rests && received);
    }

    function _isPresented(View memory v) private pure returns (bool) {
        return v.word.flag() == IBills.Flag.InCollection;
    }

    /// @dev The flag at rest, which a presentation has changed meanwhile.
    function _restingFlag(View memory v) private pure returns (IBills.Flag) {
        return _isPresented(v) ? v.word.previousFlag() : v.word.flag();
    }

    function _requirePresented(View memory v) private view {
        _requirePair(v, _isPresented(v));
    }

    /// @dev P. The book counts it from the issue day, plus one.
    function _presentedDay(View memory v) private pure returns (uint32) {
        return v.terms.issueDay() + v.word.presented() - 1;
    }

    function _isCommercial(View memory v) private pure returns (bool) {
        return v.parties.acceptorKind() == AcceptorKind.Enterprise;
    }

    /// @dev The acceptor that `party` answers for: itself, or who named it as access bank.
    function _acceptorFor(View memory v, address party) private view returns (address acceptor, bool proxy) {
        if (v.parties.isAcceptor(party)) return (party, false);
        acceptor = participants.partyOfTag(v.parties.acceptorTag());
        require(accessBankOf[acceptor] == party, PresentationsParty(v.tokenId, party, acceptor));
        proxy = true;
    }

    function _versionOf(bytes32 ruleId) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    /* TIME */

    function _kindOn(View memory v, uint32 today) private view returns (Kind) {
        uint32 maturity = v.terms.maturity();
        if (today < maturity) return Kind.Early;
        if (BillClocks.isInWindow(rulebook, maturity, today)) return Kind.AtMaturity;
        uint32 limit = BillClocks.limitOf(rulebook, RuleIds.LIMIT_ACCEPTOR_DRAWER, maturity);
        require(today <= limit, PresentationsDay(v.tokenId, today, maturity, limit));
        return Kind.Late;
    }

    /// @dev §7: R is the day the request reached the acceptor; one that came early binds it from maturity only.
    function _receiptDay(View memory v) private pure returns (uint32) {
        (uint32 presented, uint32 maturity) = (_presentedDay(v), v.terms.maturity());
        return presented > maturity ? presented : maturity;
    }

    /// @dev The last day for an answer: the acceptor's, with `more` 1 its access bank's.
    function _answerDay(View memory v, uint256 more) private view returns (uint32) {
        uint32 receipt = _receiptDay(v);
        (uint256 count,) = rulebook.valueOn(RuleIds.ANSWER_DAYS, receipt);
        return rulebook.addBusinessDaysDue(receipt, count + more);
    }

    /// @dev Business days are no fewer than calendar days, so the calendar is asked only after that many.
    function _isAnswerOver(View memory v, uint256 more, uint32 today) private view returns (bool) {
        uint32 receipt = _receiptDay(v);
        if (today <= receipt) return false;
        (uint256 count,) = rulebook.valueOn(RuleIds.ANSWER_DAYS, receipt);
        return today > receipt + count + more && today > rulebook.addBusinessDaysDue(receipt, count + more);
    }

    /* DISHONOUR */

    /// @dev A code may not contradict the ledger: DC06 is for a frozen or stopped range and such a range knows no other;
    /// DC05 for one presented after the window, DC07 for one not due, DC08 for 商票.
    function _requireCode(View memory v, DishonourCode code, bytes32 reasonHash, uint32 today) private view {
        uint32 maturity = v.terms.maturity();
        bool fits = (code == DishonourCode.CourtOrder) == _isRestrained(v);
        if (code == DishonourCode.NotDue) fits = fits && today < maturity;
        if (code == DishonourCode.InsufficientBalance) fits = fits && _isCommercial(v);
        if (code == DishonourCode.PeriodPassed) {
            fits = fits && _presentedDay(v) > maturity && !BillClocks.isInWindow(rulebook, maturity, _presentedDay(v));
        }
        require(fits, PresentationsCode(v.tokenId, code));
        if (code == DishonourCode.Other && reasonHash == 0) {
            revert PresentationsReasonMissing(v.tokenId, RuleIds.REFUSAL_PROOF, _versionOf(RuleIds.REFUSAL_PROOF));
        }
    }

    function _isRestrained(View memory v) private view returns (bool) {
        if (!v.word.frozen() && !v.word.stopped()) return false;
        IBills.Restraint memory r = bills.restraint(v.tokenId);
        uint32 today = _today();
        return r.frozenUntil >= today || r.stoppedUntil >= today;
    }

    /// @dev The acceptor's own word ends with its last day: from then on the day of the dishonour is that of §7.
    function _requireAnswerInTime(View memory v, uint256 more, uint32 today) private view {
        if (!_isAnswerOver(v, more, today)) return;
        revert PresentationsDay(v.tokenId, today, _receiptDay(v), _answerDay(v, more));
    }

    function _dishonourUnanswered(View memory v, uint32 day) private {
        DishonourCode code = _isRestrained(v) ? DishonourCode.CourtOrder : DishonourCode.Other;
        _dishonour(v, day, code, RuleIds.ANSWER_DAYS, address(0));
    }

    /// @dev Restores the pair before the presentation. From maturity on the dishonour stands on the range.
    function _dishonour(View memory v, uint32 day, DishonourCode code, bytes32 reasonHash, address party) private {
        Dishonour memory given = Dishonour({
            day: uint24(day),
            presentedDay: uint24(_presentedDay(v)),
            code: code,
            scope: _scopeOf(v, day),
            counted: code != DishonourCode.CourtOrder
        });
        uint16 index;
        if (given.scope != Scope.None) {
            Dishonour memory before = _dishonourAt(v.billNo, v.word.dishonour());
            if (given.counted && !before.counted) {
                address acceptor = participants.partyOfTag(v.parties.acceptorTag());
                disclosures.countOverdue(v.billNo, acceptor, v.amountFen);
            }
            index = _indexOf(v.billNo, v.word.dishonour(), before, given);
        }

        bills.markDishonoured(v.tokenId, index, index != 0);

        emit BillDishonoured(
            v.tokenId, index, day, given.presentedDay, code, given.scope, reasonHash, party, msg.sender
        );
    }

    /// @dev The first dishonour stands: a later one neither narrows its scope nor resets its clocks (§6, MUST-19). What a
    /// court's order had excused is counted once the acceptor does not pay without one. Equal records share an index.
    function _indexOf(uint128 billNo, uint16 index, Dishonour memory before, Dishonour memory given)
        private
        returns (uint16)
    {
        if (before.scope != Scope.None) {
            bool wider = given.scope > before.scope;
            if (!wider && (before.counted || !given.counted)) return index;
            if (!before.counted) (before.code, before.counted) = (given.code, given.counted);
            if (wider) before.scope = given.scope;
            given = before;
        }
        Dishonour[] storage all = _dishonours[billNo];
        bytes32 wanted = keccak256(abi.encode(given));
        uint256 count = all.length;
        for (uint256 i = count; i > 0 && count - i < SHARED_MAX; --i) {
            if (keccak256(abi.encode(all[i - 1])) == wanted) return uint16(i);
        }
        require(count < DISHONOURS_MAX, PresentationsFull(billNo, DISHONOURS_MAX));
        all.push(given);
        return uint16(count + 1);
    }

    function _scopeOf(View memory v, uint32 day) private view returns (Scope) {
        uint32 maturity = v.terms.maturity();
        if (day < maturity) return Scope.None;
        if (BillClocks.isInWindow(rulebook, maturity, day)) return Scope.All;
        (uint256 policy,) = rulebook.valueOrZero(RuleIds.SCOPE_POLICY, day);
        uint32 windowEnd = BillClocks.windowEnd(rulebook, maturity);
        return RecourseClaims.scopeOf(maturity, windowEnd, _presentedDay(v), day, policy != 0);
    }

    function _dishonourAt(uint128 billNo, uint16 index) private view returns (Dishonour memory d) {
        if (index != 0) d = _dishonours[billNo][index - 1];
    }

    /* PAYMENT */

    /// @dev A 商票 whose time for an answer is over has been dishonoured, whether or not somebody said so.
    function _dishonourIfOverdue(View memory v) private returns (View memory) {
        if (!_isAnswerOver(v, 1, _today())) return v;
        _dishonourUnanswered(v, _answerDay(v, 1));
        return _viewOf(v.tokenId);
    }

    /// @dev The range has ended: off the acceptor's balances, and off what the invoice's debtor owes.
    function _closeBooks(View memory v, address acceptor) private {
        if (_dishonourAt(v.billNo, v.word.dishonour()).counted) {
            disclosures.settleOverdue(v.billNo, acceptor, v.amountFen);
        } else {
            disclosures.unbook(acceptor, v.amountFen);
        }
        if (bills.tradeKeyOf(v.billNo) == 0) return;
        address drawer = v.parties.isDrawer(acceptor) ? acceptor : participants.partyOfTag(v.parties.drawerTag());
        invoices.discharge(drawer, v.amountFen, false);
    }
}
