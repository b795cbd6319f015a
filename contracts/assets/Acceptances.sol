// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IAcceptances} from "../interfaces/IAcceptances.sol";
import {IBills} from "../interfaces/IBills.sol";
import {AcceptorKind, IDisclosures} from "../interfaces/IDisclosures.sol";
import {IInvoices} from "../interfaces/IInvoices.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {BillParties, BillTerms, RangeWord} from "../libraries/BillSlots.sol";
import {Days} from "../libraries/Days.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Acceptances
/// @notice Room for one thing: how a bill comes about, from drawing to delivery. Bills keeps it; here are the
/// preconditions, the four eyes of the acceptor and the free consent of the payee.
/// @custom:invariant ACP-1 No bill is accepted unless two officers of its acceptor approved it (MUST-2).
/// @custom:invariant ACP-2 An accepted bill's face is used on its invoice, once, until it is paid or comes to nothing.
contract Acceptances is IAcceptances, Governed {
    uint8 private constant INSTITUTION_BANK = 5;
    uint8 private constant INSTITUTION_ENTERPRISE = 6;
    uint8 private constant SUPPLY_CHAIN_ENTERPRISE = 7;
    uint8 private constant SUPPLY_CHAIN_BANK = 8;

    bytes32 private constant ACCEPTANCE_TYPEHASH = keccak256(
        "Acceptance(uint128 billNo,uint16 acts,uint64 faceFen,uint32 maturity,bytes32 documentHash,uint64 deadline)"
    );
    bytes32 private constant ACCEPTED_DELIVERY_TYPEHASH = keccak256(
        "AcceptedDelivery(uint128 billNo,uint16 acts,uint64 faceFen,uint32 maturity,bool marked,bytes32 documentHash,bytes32 consentHash,uint64 deadline)"
    );
    bytes32 private constant DELIVERY_TYPEHASH =
        keccak256("Delivery(uint128 billNo,uint16 acts,bool marked,bytes32 consentHash,uint64 deadline)");

    IRulebook public immutable rulebook;
    IInvoices public immutable invoices;
    IBills public immutable bills;
    IDisclosures public immutable disclosures;

    /// @dev A bill as this contract needs it, read once an act.
    struct Read {
        uint256 tokenId;
        address drawer; // the holder until delivery
        RangeWord word;
        BillParties parties;
        BillTerms terms;
    }

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IInvoices invoices_,
        IBills bills_,
        IDisclosures disclosures_
    ) Governed(participants_) {
        rulebook = rulebook_;
        invoices = invoices_;
        bills = bills_;
        disclosures = disclosures_;
    }

    /* DRAWING */

    /// @inheritdoc IAcceptances
    function draw(Drawing calldata d) external returns (uint256 tokenId) {
        address drawer = participants.authorizeBetween(msg.sender, Powers.MAKE, d.faceFen, d.payee);
        AcceptorKind kind = _requireNumber(d.billNo, participants.activeRolesOf(d.acceptor));
        require(drawer != d.payee, AcceptancesSelf(d.billNo, drawer));
        if (d.documentHash == 0) {
            revert AcceptancesIncomplete(RuleIds.BILL_ITEMS, _versionOf(RuleIds.BILL_ITEMS), "documentHash");
        }
        _requireFace(d.faceFen);
        _requireTenor(d.billNo, d.maturity);
        _requireTrade(d, drawer);

        tokenId = bills.issue(
            d.billNo, drawer, d.acceptor, d.payee, kind, d.divisible, d.faceFen, _today(), d.maturity, d.tradeKey
        );

        emit BillDrawn(d.billNo, drawer, d.documentHash, msg.sender);
    }

    /// @inheritdoc IAcceptances
    function cancel(uint128 billNo, bytes32 reasonHash) external {
        Read memory r = _read(billNo);
        _requireResting(
            r, r.word.storedStatus() == IBills.Status.Accepted ? IBills.Status.Accepted : IBills.Status.Drawn
        );
        _requireDrawer(r, _authorize(msg.sender, Powers.MAKE, r.terms.faceFen(), 0, Standing.Full));

        _terminate(r, Cause.Cancelled, reasonHash);
    }

    /// @inheritdoc IAcceptances
    function clearOut(uint128 billNo) external {
        Read memory r = _read(billNo);
        (IBills.Status status, IBills.PendingOp op) = (r.word.storedStatus(), r.word.pendingOp());
        bool undelivered = status == IBills.Status.Drawn || status == IBills.Status.Accepted;
        require(undelivered, IBills.BillsStatus(r.tokenId, status, IBills.Status.Accepted));
        require(_today() >= r.terms.maturity(), AcceptancesNotDue(billNo, r.terms.maturity(), _today()));

        Cause cause = Cause.ReturnedUnused;
        if (op == IBills.PendingOp.Delivery) {
            _undeliver(r, Cause.ClearedOut, address(0), 0);
        } else if (op == IBills.PendingOp.Acceptance) {
            cause = Cause.ClearedOut;
            emit AcceptanceClosed(billNo, cause, address(0), false, 0, msg.sender);
        }
        _terminate(r, cause, 0);
    }

    /* ACCEPTANCE */

    /// @inheritdoc IAcceptances
    function requestAcceptance(uint128 billNo) external {
        Read memory r = _read(billNo);
        _requireResting(r, IBills.Status.Drawn);
        address acceptor = participants.partyOfTag(r.parties.acceptorTag());
        _requireDrawer(r, participants.authorizeBetween(msg.sender, Powers.MAKE, r.terms.faceFen(), acceptor));
        _requireUnmatured(r);

        _lock(r, IBills.PendingOp.Acceptance);

        emit AcceptanceRequested(billNo, acceptor, msg.sender);
    }

    /// @inheritdoc IAcceptances
    function accept(Acceptance calldata a, Approval calldata maker) external {
        Read memory r = _read(a.billNo);
        _requirePending(r, IBills.PendingOp.Acceptance);
        _requireActs(r, a.acts);
        address acceptor = participants.authorizeBetween(msg.sender, Powers.CHECK, r.terms.faceFen(), r.drawer);
        _requireAcceptor(r, acceptor);
        participants.requireActive(acceptor, _roleOf(r.parties.acceptorKind()));
        _requireSecond(maker, _acceptanceDigest(a, r), a.deadline, acceptor, Powers.MAKE, r.terms.faceFen());

        bool late = _isLate(r);
        _requireUnmatured(r);

        bills.markAccepted(r.tokenId);
        _bind(r, acceptor, late, a.documentHash, maker.officer, msg.sender);
    }

    /// @inheritdoc IAcceptances
    function acceptSigned(
        Acceptance calldata a,
        Approval calldata drawer,
        Approval calldata maker,
        Approval calldata checker
    ) external {
        Read memory r = _read(a.billNo);
        _requireResting(r, IBills.Status.Drawn);
        _requireActs(r, a.acts);
        _requireInvolved(drawer, maker, checker);
        address acceptor = _requireAllApprove(_acceptanceDigest(a, r), a.deadline, r, drawer, maker, checker);

        _requireUnmatured(r);

        bills.markAccepted(r.tokenId);
        _bind(r, acceptor, false, a.documentHash, maker.officer, checker.officer);
    }

    /// @inheritdoc IAcceptances
    function acceptAndDeliver(
        AcceptedDelivery calldata d,
        Approval calldata drawer,
        Approval calldata maker,
        Approval calldata checker,
        Approval calldata payee
    ) external {
        Read memory r = _read(d.billNo);
        _requireResting(r, IBills.Status.Drawn);
        _requireActs(r, d.acts);
        bytes32 digest = _acceptedDeliveryDigest(d, r);
        if (msg.sender != payee.officer) _requireInvolved(drawer, maker, checker);
        address acceptor = _requireAllApprove(digest, d.deadline, r, drawer, maker, checker);
        uint64 faceFen = r.terms.faceFen();
        address party = _approvedBy(payee, digest, d.deadline, Powers.MAKE, faceFen, Roles.TRADING);
        _requirePayee(r, party);
        _requireConsent(d.consentHash);
        _requireUnmatured(r);

        bills.acceptAndDeliver(r.tokenId, party, d.marked);
        _bind(r, acceptor, false, d.documentHash, maker.officer, checker.officer);

        emit DeliveryTaken(d.billNo, party, d.consentHash, payee.officer);
    }

    /// @inheritdoc IAcceptances
    function refuseAcceptance(uint128 billNo, bool conditional, bytes32 reasonHash) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Acceptance);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireAcceptor(r, party);

        _unaccept(r, Cause.Refused, party, conditional, reasonHash);
    }

    /// @inheritdoc IAcceptances
    function withdrawAcceptance(uint128 billNo) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Acceptance);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireDrawer(r, party);

        _unaccept(r, Cause.Withdrawn, party, false, 0);
    }

    /// @inheritdoc IAcceptances
    function expireAcceptance(uint128 billNo) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Acceptance);
        (uint32 day,) = _acceptanceDayOf(r);
        require(_today() > day, AcceptancesNotDue(billNo, day, _today()));
        // From the maturity day on the bill ends instead (B5).
        _requireUnmatured(r);

        _unaccept(r, Cause.Expired, address(0), false, 0);
    }

    /* DELIVERY */

    /// @inheritdoc IAcceptances
    function tenderDelivery(uint128 billNo, bool marked) external {
        Read memory r = _read(billNo);
        _requireResting(r, IBills.Status.Accepted);
        address payee = participants.partyOfTag(r.parties.payeeTag());
        _requireDrawer(r, participants.authorizeBetween(msg.sender, Powers.MAKE, r.terms.faceFen(), payee));
        _requireUnmatured(r);

        _lock(r, IBills.PendingOp.Delivery);
        if (marked) bills.setDrawersMark(r.tokenId, true);

        emit DeliveryTendered(billNo, payee, marked, msg.sender);
    }

    /// @inheritdoc IAcceptances
    function takeDelivery(uint128 billNo, bytes32 consentHash) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Delivery);
        address payee = _authorize(msg.sender, Powers.MAKE, r.terms.faceFen(), Roles.TRADING, Standing.Full);
        _requirePayee(r, payee);
        participants.requireDisposing(r.drawer);

        _deliver(r, payee, consentHash, msg.sender);
    }

    /// @inheritdoc IAcceptances
    function deliverSigned(Delivery calldata d, Approval calldata drawer, Approval calldata payee) external {
        require(msg.sender == drawer.officer || msg.sender == payee.officer, GovernedCaller(msg.sender, drawer.officer));
        Read memory r = _read(d.billNo);
        _requireResting(r, IBills.Status.Accepted);
        _requireActs(r, d.acts);
        bytes32 digest = _hashTypedData(keccak256(abi.encode(DELIVERY_TYPEHASH, d)));
        uint64 faceFen = r.terms.faceFen();
        _requireDrawer(r, _approvedBy(drawer, digest, d.deadline, Powers.MAKE, faceFen, Roles.TRADING));
        address party = _approvedBy(payee, digest, d.deadline, Powers.MAKE, faceFen, Roles.TRADING);
        _requirePayee(r, party);

        if (d.marked) bills.setDrawersMark(r.tokenId, true);
        _deliver(r, party, d.consentHash, payee.officer);
    }

    /// @inheritdoc IAcceptances
    function refuseDelivery(uint128 billNo, bytes32 reasonHash) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Delivery);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requirePayee(r, party);

        _undeliver(r, Cause.Refused, party, reasonHash);
    }

    /// @inheritdoc IAcceptances
    function withdrawDelivery(uint128 billNo) external {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Delivery);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireDrawer(r, party);

        _undeliver(r, Cause.Withdrawn, party, 0);
    }

    /* READING */

    /// @inheritdoc IAcceptances
    function acceptanceDayOf(uint128 billNo) external view returns (uint32 day, bool provisional) {
        Read memory r = _read(billNo);
        _requirePending(r, IBills.PendingOp.Acceptance);
        return _acceptanceDayOf(r);
    }

    /* PRECONDITIONS */

    /// @dev SH-7, the check digit, the type against the acceptor's roles, the date against today.
    function _requireNumber(uint128 billNo, uint32 roles) private view returns (AcceptorKind kind) {
        uint32 needed = BillIds.dateDigits(_today());
        require(BillIds.isNumber(billNo), AcceptancesNumber(billNo, BillIds.dateOf(billNo), needed));
        uint8 digit = BillIds.checkDigit(billNo);
        require(billNo % 10 == digit, AcceptancesCheckDigit(billNo, uint8(billNo % 10), digit));
        uint8 billType = BillIds.typeOf(billNo);
        if (billType < INSTITUTION_BANK || billType > SUPPLY_CHAIN_BANK) {
            revert IRulebook.RuleViolated(
                RuleIds.SINGLE_REGISTER, _versionOf(RuleIds.SINGLE_REGISTER), billType, INSTITUTION_BANK
            );
        }
        bool byEnterprise = billType == INSTITUTION_ENTERPRISE || billType == SUPPLY_CHAIN_ENTERPRISE;
        if (byEnterprise) kind = AcceptorKind.Enterprise;
        else kind = roles & Roles.BANK != 0 ? AcceptorKind.Bank : AcceptorKind.FinanceCompany;
        require(roles & _roleOf(kind) != 0, AcceptancesType(billNo, billType, kind));
        uint32 date = BillIds.dateOf(billNo);
        require(date == needed, AcceptancesNumber(billNo, date, needed));
    }

    function _requireFace(uint40 faceFen) private view {
        (uint256 most, uint256 version) = rulebook.valueOn(RuleIds.PACKAGE_FEN_MAX, _today());
        bool fits = faceFen > 0 && faceFen <= most;
        require(fits, IRulebook.RuleViolated(RuleIds.PACKAGE_FEN_MAX, version, faceFen, most));
    }

    /// @dev The tenor cap does not roll: one day later is refused (INV-14).
    function _requireTenor(uint128 billNo, uint32 maturity) private view {
        uint32 today = _today();
        require(maturity > today, AcceptancesMaturity(billNo, maturity, today + 1));
        (uint256 months, uint256 version) = rulebook.valueOn(RuleIds.BILL_TENOR_MONTHS_MAX, today);
        uint32 latest = Days.addMonths(today, months);
        require(maturity <= latest, IRulebook.RuleViolated(RuleIds.BILL_TENOR_MONTHS_MAX, version, maturity, latest));
    }

    /// @dev Supply-chain bills need their trade; a bank-channel bill may go without, but a trade that is named must fit.
    function _requireTrade(Drawing calldata d, address drawer) private view {
        if (d.tradeKey != 0) {
            invoices.requireBacking(d.tradeKey, d.payee, drawer, d.faceFen);
        } else if (BillIds.typeOf(d.billNo) >= SUPPLY_CHAIN_ENTERPRISE) {
            revert AcceptancesIncomplete(RuleIds.BILL_ITEMS, _versionOf(RuleIds.BILL_ITEMS), "tradeKey");
        }
    }

    /// @dev Maker and checker approve for the acceptor, and somebody for the drawer: the maker too, where the drawer is the
    /// acceptor itself.
    function _requireAllApprove(
        bytes32 digest,
        uint64 deadline,
        Read memory r,
        Approval calldata drawer,
        Approval calldata maker,
        Approval calldata checker
    ) private returns (address acceptor) {
        require(maker.officer != checker.officer, GovernedSameOfficer(maker.officer));
        uint64 faceFen = r.terms.faceFen();
        uint32 role = _roleOf(r.parties.acceptorKind());
        acceptor = _approvedBy(checker, digest, deadline, Powers.CHECK, faceFen, role);
        _requireAcceptor(r, acceptor);
        address party = _approvedBy(maker, digest, deadline, Powers.MAKE, faceFen, 0);
        _requireAcceptor(r, party);
        if (drawer.officer != maker.officer) {
            party = _approvedBy(drawer, digest, deadline, Powers.MAKE, faceFen, Roles.TRADING);
        }
        _requireDrawer(r, party);
    }

    function _requireInvolved(Approval calldata drawer, Approval calldata maker, Approval calldata checker)
        private
        view
    {
        bool involved = msg.sender == drawer.officer || msg.sender == maker.officer || msg.sender == checker.officer;
        require(involved, GovernedCaller(msg.sender, checker.officer));
    }

    function _requireConsent(bytes32 consentHash) private view {
        if (consentHash == 0) {
            revert AcceptancesConsentMissing(RuleIds.FREE_BILL_CONSENT, _versionOf(RuleIds.FREE_BILL_CONSENT));
        }
    }

    function _requireResting(Read memory r, IBills.Status needed) private pure {
        _requirePending(r, IBills.PendingOp.None);
        IBills.Status status = r.word.storedStatus();
        require(status == needed, IBills.BillsStatus(r.tokenId, status, needed));
    }

    function _requirePending(Read memory r, IBills.PendingOp needed) private pure {
        IBills.PendingOp op = r.word.pendingOp();
        require(op == needed, IBills.BillsPending(r.tokenId, op, needed));
    }

    function _requireActs(Read memory r, uint16 acts) private pure {
        require(r.word.acts() == acts, IBills.BillsActs(r.tokenId, r.word.acts(), acts));
    }

    function _requireDrawer(Read memory r, address party) private pure {
        require(party == r.drawer, AcceptancesParty(BillIds.billNo(r.tokenId), party, r.drawer));
    }

    function _requireAcceptor(Read memory r, address party) private view {
        if (!r.parties.isAcceptor(party)) _revertParty(r, party, r.parties.acceptorTag());
    }

    function _requirePayee(Read memory r, address party) private view {
        if (!r.parties.isPayee(party)) _revertParty(r, party, r.parties.payeeTag());
    }

    function _revertParty(Read memory r, address party, bytes10 tag) private view {
        revert AcceptancesParty(BillIds.billNo(r.tokenId), party, participants.partyOfTag(tag));
    }

    function _requireUnmatured(Read memory r) private view {
        uint32 maturity = r.terms.maturity();
        require(_today() < maturity, AcceptancesMatured(BillIds.billNo(r.tokenId), maturity, _today()));
    }

    function _roleOf(AcceptorKind kind) private pure returns (uint32) {
        if (kind == AcceptorKind.Bank) return Roles.BANK;
        return kind == AcceptorKind.FinanceCompany ? Roles.FINANCE_COMPANY : Roles.ENTERPRISE;
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Acceptances", "1");
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    /// @dev The whole bill, which is undivided until it is delivered. One that is delivered or unknown has no word here.
    function _read(uint128 billNo) private view returns (Read memory r) {
        (r.tokenId, r.drawer, r.word, r.parties, r.terms) = bills.wholeOf(billNo);
        require(r.word.storedStatus() != IBills.Status.None, IBills.BillsUnknown(r.tokenId));
    }

    function _lock(Read memory r, IBills.PendingOp op) private {
        (uint40 first, uint40 last) = BillIds.units(r.tokenId);
        // The range is the whole bill, so the part that carries the act is the range itself.
        uint256 partId = bills.lock(r.tokenId, first, last, op, IBills.Flag.Locked);
        assert(partId == r.tokenId);
    }

    function _acceptanceDigest(Acceptance calldata a, Read memory r) private view returns (bytes32) {
        return _hashTypedData(
            keccak256(
                abi.encode(
                    ACCEPTANCE_TYPEHASH,
                    a.billNo,
                    a.acts,
                    r.terms.faceFen(),
                    r.terms.maturity(),
                    a.documentHash,
                    a.deadline
                )
            )
        );
    }

    function _acceptedDeliveryDigest(AcceptedDelivery calldata d, Read memory r) private view returns (bytes32) {
        return _hashTypedData(
            keccak256(
                abi.encode(
                    ACCEPTED_DELIVERY_TYPEHASH,
                    d.billNo,
                    d.acts,
                    r.terms.faceFen(),
                    r.terms.maturity(),
                    d.marked,
                    d.documentHash,
                    d.consentHash,
                    d.deadline
                )
            )
        );
    }

    /// @dev NIL-41: days from the day of receipt, the last one rolled.
    function _acceptanceDayOf(Read memory r) private view returns (uint32 day, bool provisional) {
        uint32 received = r.terms.issueDay() + r.word.presented() - 1;
        (uint256 days_,) = rulebook.valueOn(RuleIds.ACCEPTANCE_DAYS, received);
        return rulebook.roll(uint32(received + days_));
    }

    /// @dev Whoever answers on the day of the request is in time, whatever the rule.
    function _isLate(Read memory r) private view returns (bool) {
        if (r.terms.issueDay() + r.word.presented() - 1 == _today()) return false;
        (uint32 day,) = _acceptanceDayOf(r);
        return _today() > day;
    }

    /// @dev What acceptance binds: the invoice, the drawer's account, the acceptor's balance.
    function _bind(Read memory r, address acceptor, bool late, bytes32 documentHash, address maker, address checker)
        private
    {
        AcceptorKind kind = r.parties.acceptorKind();
        (uint128 billNo, uint64 faceFen) = (BillIds.billNo(r.tokenId), r.terms.faceFen());
        bytes32 tradeKey = bills.tradeKeyOf(billNo);
        if (tradeKey != 0) invoices.useFor(tradeKey, r.parties.payeeTag(), r.drawer, faceFen);
        disclosures.book(billNo, r.drawer, acceptor, kind, faceFen);

        emit AcceptanceGiven(billNo, acceptor, faceFen, late, documentHash, maker, checker);
    }

    function _unaccept(Read memory r, Cause cause, address party, bool conditional, bytes32 reasonHash) private {
        _unlock(r, IBills.PendingOp.Acceptance);

        emit AcceptanceClosed(BillIds.billNo(r.tokenId), cause, party, conditional, reasonHash, msg.sender);
    }

    function _deliver(Read memory r, address payee, bytes32 consentHash, address officer) private {
        _requireConsent(consentHash);
        _requireUnmatured(r);

        bills.deliver(r.tokenId, payee);

        emit DeliveryTaken(BillIds.billNo(r.tokenId), payee, consentHash, officer);
    }

    /// @dev The mark was written for this tender, so it goes with it.
    function _undeliver(Read memory r, Cause cause, address party, bytes32 reasonHash) private {
        if (r.parties.hasDrawersMark()) bills.setDrawersMark(r.tokenId, false);
        _unlock(r, IBills.PendingOp.Delivery);

        emit DeliveryClosed(BillIds.billNo(r.tokenId), cause, party, reasonHash, msg.sender);
    }

    function _unlock(Read memory r, IBills.PendingOp op) private {
        uint256 tokenId = bills.unlock(r.tokenId, op);
        assert(tokenId == r.tokenId);
    }

    /// @dev B5–B7: what acceptance had used is given back.
    function _terminate(Read memory r, Cause cause, bytes32 reasonHash) private {
        uint128 billNo = BillIds.billNo(r.tokenId);
        bool accepted = r.word.storedStatus() == IBills.Status.Accepted;
        bool wasLast = bills.end(r.tokenId, IBills.PendingOp.Acceptance, IBills.Status.Terminated);
        assert(wasLast);
        if (accepted) {
            (bytes32 tradeKey, uint64 faceFen) = (bills.tradeKeyOf(billNo), r.terms.faceFen());
            if (tradeKey != 0) invoices.release(tradeKey, r.drawer, faceFen);
            disclosures.unbook(participants.partyOfTag(r.parties.acceptorTag()), faceFen);
        }

        emit BillTerminated(billNo, cause, cause == Cause.Cancelled ? r.drawer : address(0), reasonHash, msg.sender);
    }
}
