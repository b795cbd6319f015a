// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {TwoSided} from "../base/TwoSided.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IDisclosures} from "../interfaces/IDisclosures.sol";
import {IGuarantees} from "../interfaces/IGuarantees.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Guarantees
/// @notice Room for one thing: who guarantees whom on which range.
/// @custom:invariant GRT-1 A guarantor was no debtor of the bill when it signed (NIL-45).
/// @custom:invariant GRT-2 A guarantee covers every piece of its range and nothing else.
contract Guarantees is IGuarantees, TwoSided {
    /// @dev What the word of a range can count.
    uint256 public constant GUARANTEES_MAX = 31;
    /// @dev Whose guarantees need the disclosure (X3).
    uint32 private constant FINANCIAL = Roles.BANK | Roles.FINANCE_COMPANY | Roles.CLEARING_BANK | Roles.CENTRAL_BANK;

    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "GuaranteeTerms(uint256 tokenId,address guarantor,address guaranteed,uint16 acts,bytes32 documentHash,uint64 deadline)"
    );
    bytes32 private constant REQUEST_TYPEHASH = keccak256("GuaranteeRequest(bytes32 termsHash,address requester)");

    IRulebook public immutable rulebook;
    IBills public immutable bills;
    IDisclosures public immutable disclosures;

    mapping(uint128 billNo => Guarantee[]) private _guarantees;
    /// @dev Who was refused a request by the holder; it may not lock the range again.
    mapping(uint256 tokenId => mapping(address requester => bool)) private _refused;

    constructor(IParticipants participants_, IRulebook rulebook_, IBills bills_, IDisclosures disclosures_)
        Governed(participants_)
    {
        rulebook = rulebook_;
        bills = bills_;
        disclosures = disclosures_;
    }

    /* B16 */

    /// @inheritdoc IGuarantees
    function requestGuarantee(GuaranteeTerms calldata t, uint32 deadlineDay) external returns (bytes32 pendingId) {
        IBills.Range memory r = _requireRange(t);
        (address requester, uint64 amountFen) = _authorizeFor(t, msg.sender);
        address guaranteed = _requireParties(t, r, requester);
        require(!_refused[t.tokenId][requester], GuaranteesRefused(t.tokenId, requester));
        (uint32 today, uint32 maturity) = (_today(), bills.bill(_billNoOf(t.tokenId)).maturity);
        require(
            deadlineDay >= today && deadlineDay < maturity,
            GuaranteesDeadline(t.tokenId, deadlineDay, today, maturity - 1)
        );
        pendingId = requestIdOf(t, requester);
        _request(pendingId, Pending(requester, deadlineDay, PendingState.Pending, t.guarantor, amountFen, t.tokenId));

        emit GuaranteeRequested(
            pendingId, t.tokenId, requester, t.guarantor, guaranteed, deadlineDay, t.documentHash, msg.sender
        );
        _lock(t.tokenId, r);
    }

    /// @inheritdoc IGuarantees
    function giveGuarantee(GuaranteeTerms calldata t, address requester) external {
        (address party,) = _authorizeFor(t, msg.sender);
        _agree(requestIdOf(t, requester), party);

        _give(t, _requirePair(t.tokenId), requester, address(0), msg.sender);
    }

    /// @inheritdoc IGuarantees
    function refuse(GuaranteeTerms calldata t, address requester) external {
        address holder = bills.range(t.tokenId).holder;
        _refused[t.tokenId][requester] = true;
        _close(requestIdOf(t, requester), PendingState.Rejected, holder);
    }

    /// @inheritdoc IGuarantees
    function giveSigned(GuaranteeTerms calldata t, Approval calldata debtor, Approval calldata guarantor) external {
        bool involved = msg.sender == debtor.officer || msg.sender == guarantor.officer;
        require(involved, GovernedCaller(msg.sender, guarantor.officer));
        IBills.Range memory r = _requireRange(t);
        bytes32 digest = _hashTypedData(_hashTerms(t));
        uint64 amountFen = bills.amountOf(t.tokenId);
        address requester = _approvedBy(debtor, digest, t.deadline, Powers.MAKE, amountFen, Roles.TRADING);
        address party = _approvedBy(guarantor, digest, t.deadline, Powers.MAKE, amountFen, Roles.TRADING);
        require(party == t.guarantor, TwoSidedParty(digest, party, t.guarantor));
        require(block.timestamp <= t.deadline, GovernedSignatureExpired(t.deadline, block.timestamp));

        _lock(t.tokenId, r);
        _give(t, r, requester, debtor.officer, guarantor.officer);
    }

    /* READING */

    /// @inheritdoc IGuarantees
    function guaranteesOf(uint128 billNo) external view returns (Guarantee[] memory) {
        return _guarantees[billNo];
    }

    /// @inheritdoc IGuarantees
    function covering(uint256 tokenId) public view returns (Guarantee[] memory found) {
        Guarantee[] memory all = _guarantees[_billNoOf(tokenId)];
        uint256 count;
        for (uint256 i; i < all.length; ++i) {
            if (_covers(all[i], tokenId)) ++count;
        }
        found = new Guarantee[](count);
        count = 0;
        for (uint256 i; i < all.length; ++i) {
            if (_covers(all[i], tokenId)) found[count++] = all[i];
        }
    }

    /// @inheritdoc IGuarantees
    function guaranteedBy(uint256 tokenId, address guarantor) external view returns (address[] memory found) {
        Guarantee[] memory all = covering(tokenId);
        uint256 count;
        for (uint256 i; i < all.length; ++i) {
            if (all[i].guarantor == guarantor) ++count;
        }
        found = new address[](count);
        count = 0;
        for (uint256 i; i < all.length; ++i) {
            if (all[i].guarantor == guarantor) found[count++] = all[i].guaranteed;
        }
    }

    /// @inheritdoc IGuarantees
    function isGuarantor(uint256 tokenId, address guarantor, address guaranteed) public view returns (bool) {
        Guarantee[] storage all = _guarantees[_billNoOf(tokenId)];
        uint256 length = all.length;
        for (uint256 i; i < length; ++i) {
            Guarantee memory g = all[i];
            if (g.guarantor == guarantor && g.guaranteed == guaranteed && _covers(g, tokenId)) return true;
        }
        return false;
    }

    /// @inheritdoc IGuarantees
    function requestIdOf(GuaranteeTerms calldata t, address requester) public view returns (bytes32) {
        return _hashTypedData(keccak256(abi.encode(REQUEST_TYPEHASH, _hashTerms(t), requester)));
    }

    /* PRECONDITIONS */

    /// @dev The range as the terms name it. A part may be guaranteed after receipt only (OP-15).
    function _requireRange(GuaranteeTerms calldata t) private view returns (IBills.Range memory r) {
        r = _requirePair(t.tokenId);
        require(r.acts == t.acts, GuaranteesActs(t.tokenId, r.acts, t.acts));
    }

    function _requirePair(uint256 tokenId) private view returns (IBills.Range memory r) {
        r = bills.range(tokenId);
        bool early = r.status == IBills.Status.Drawn || r.status == IBills.Status.Accepted;
        bool allowed = (early && r.flag == IBills.Flag.AwaitingReceipt)
            || (r.status == IBills.Status.Received
                && (r.flag == IBills.Flag.Transferable || r.flag == IBills.Flag.NotTransferable));
        require(allowed, GuaranteesPair(tokenId, r.status, r.flag));
    }

    function _authorizeFor(GuaranteeTerms calldata t, address officer)
        private
        view
        returns (address party, uint64 amountFen)
    {
        amountFen = bills.amountOf(t.tokenId);
        party = _authorize(officer, Powers.MAKE, amountFen, Roles.TRADING, Standing.Full);
    }

    /// @dev Asked at the request and again at the answer. Returns the guaranteed party, the one named or that of NIL-47.
    function _requireParties(GuaranteeTerms calldata t, IBills.Range memory r, address requester)
        private
        view
        returns (address guaranteed)
    {
        uint128 billNo = _billNoOf(t.tokenId);
        IBills.Bill memory b = bills.bill(billNo);
        bool accepted = b.acceptanceDay != 0;
        guaranteed = t.guaranteed;
        if (guaranteed == address(0)) guaranteed = accepted ? b.acceptor : b.drawer;
        require(_isDebtor(t.tokenId, b, requester), GuaranteesNoDebtor(t.tokenId, requester));
        require(_isDebtor(t.tokenId, b, guaranteed), GuaranteesNoDebtor(t.tokenId, guaranteed));
        bool concerned = t.guarantor == r.holder || t.guarantor == b.acceptor || t.guarantor == b.payee
            || _isDebtor(t.tokenId, b, t.guarantor);
        require(!concerned, GuaranteesDebtor(t.tokenId, t.guarantor));
        require(t.documentHash != 0, GuaranteesDocument(t.tokenId));
        require(!isGuarantor(t.tokenId, t.guarantor, guaranteed), GuaranteesGiven(t.tokenId, t.guarantor, guaranteed));
        require(_guarantees[billNo].length < GUARANTEES_MAX, GuaranteesFull(billNo, GUARANTEES_MAX));
        participants.requireActive(t.guarantor, Roles.TRADING);
        if (bills.amountOf(t.tokenId) != b.faceFen) _requireDivisible();
        bool financial = participants.party(t.guarantor).roles & FINANCIAL != 0;
        disclosures.requireFinanceable(billNo, financial);
    }

    function _requireDivisible() private view {
        (uint256 on, uint256 version) = rulebook.valueOn(RuleIds.GUARANTEE_DIVISIBLE, _today());
        require(on != 0, IRulebook.RuleViolated(RuleIds.GUARANTEE_DIVISIBLE, version, 1, on));
    }

    function _isDebtor(uint256 tokenId, IBills.Bill memory b, address party) private view returns (bool found) {
        if (party == b.drawer || (party == b.acceptor && b.acceptanceDay != 0)) return true;
        (found,) = bills.isInChain(tokenId, party);
    }

    /* WRITING */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Guarantees", "1");
    }

    /// @inheritdoc TwoSided
    function _restore(Pending storage p) internal override {
        if (p.state != PendingState.Agreed) bills.unlock(p.subject, IBills.PendingOp.Guarantee);
    }

    function _lock(uint256 tokenId, IBills.Range memory r) private {
        bills.lock(tokenId, _firstOf(tokenId), _lastOf(tokenId), IBills.PendingOp.Guarantee, r.flag);
    }

    function _give(
        GuaranteeTerms calldata t,
        IBills.Range memory r,
        address requester,
        address debtorOfficer,
        address officer
    ) private {
        address guaranteed = _requireParties(t, r, requester);
        Guarantee[] storage all = _guarantees[_billNoOf(t.tokenId)];

        bills.close(t.tokenId, IBills.PendingOp.Guarantee, r.flag);
        all.push(Guarantee(t.guarantor, _firstOf(t.tokenId), _lastOf(t.tokenId), guaranteed, uint24(_today())));

        emit GuaranteeGiven(
            t.tokenId, t.guarantor, guaranteed, uint16(all.length - 1), t.documentHash, debtorOfficer, officer
        );
    }

    /* INTERNALS */

    function _hashTerms(GuaranteeTerms calldata t) private pure returns (bytes32) {
        return keccak256(abi.encode(TERMS_TYPEHASH, t));
    }

    /// @dev A range lies inside another, or outside, never across: pieces only come from dividing.
    function _covers(Guarantee memory g, uint256 tokenId) private pure returns (bool) {
        return g.first <= _firstOf(tokenId) && _lastOf(tokenId) <= g.last;
    }

    function _billNoOf(uint256 tokenId) private pure returns (uint128) {
        return uint128(tokenId >> 80);
    }

    function _firstOf(uint256 tokenId) private pure returns (uint40) {
        return uint40(tokenId >> 40);
    }

    function _lastOf(uint256 tokenId) private pure returns (uint40) {
        return uint40(tokenId);
    }
}
