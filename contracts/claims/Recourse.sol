// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {TwoSided} from "../base/TwoSided.sol";
import {IBills} from "../interfaces/IBills.sol";
import {IGuarantees} from "../interfaces/IGuarantees.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {IPresentations} from "../interfaces/IPresentations.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {BillClocks} from "../libraries/BillClocks.sol";
import {BillIds} from "../libraries/BillIds.sol";
import {RecourseClaims} from "../libraries/RecourseClaims.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {Pursuits} from "./recourse/Pursuits.sol";

/// @title Recourse
/// @notice Room for one thing: who pays for a bill that its acceptor did not pay, and what the payer has for it. Who
/// answers and who is asked stand in the two bases; here are the offer, the settlement and what is left of it (B36–B38).
/// @custom:invariant RCS-1 Only debtors in the scope of the range's dishonour are pursued (§6).
/// @custom:invariant RCS-2 A payer in recourse never pursues a later party (INV-6).
/// @custom:invariant RCS-3 At most one offer to settle stands on a range (INV-10).
/// @custom:invariant RCS-4 Money and range of a settlement move in the same call, the money being the claim of that day.
/// @custom:invariant RCS-5 Bases of the pieces of a range sum to the basis of the range.
contract Recourse is Pursuits {
    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IBills bills_,
        IPresentations presentations_,
        IGuarantees guarantees_,
        address settlement_
    ) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
        presentations = presentations_;
        guarantees = guarantees_;
        settlement = settlement_;
    }

    /* OFFER */

    /// @inheritdoc IRecourse
    function offerSettlement(
        uint256 tokenId,
        uint40 first,
        uint40 last,
        address guaranteed,
        uint64 amountMaxFen,
        uint32 deadlineDay
    ) external returns (bytes32 pendingId, uint256 takenId) {
        Bearing memory b = _pursuedBearing(tokenId);
        address payer = _authorize(msg.sender, Powers.PAY, amountMaxFen, 0, Standing.Owing);
        _requirePursued(b, payer, guaranteed);
        _requireClaim(b, _principalOf(b, first, last), amountMaxFen);
        _requireDeadline(b, deadlineDay);

        takenId = bills.lock(tokenId, first, last, IBills.PendingOp.Settlement, IBills.Flag.Locked);
        _divideClaim(b, takenId);
        pendingId = keccak256(abi.encode(address(this), tokenId, b.word.acts(), first, last));
        _offers[takenId] = Offer(pendingId, guaranteed, tokenId);
        _request(pendingId, Pending(payer, deadlineDay, PendingState.Pending, b.holder, amountMaxFen, takenId));

        emit SettlementOffered(pendingId, takenId, payer, guaranteed, tokenId, amountMaxFen, deadlineDay, msg.sender);
    }

    /* SETTLEMENT */

    /// @inheritdoc IRecourse
    function take(uint256 tokenId, address holder, address officer) external returns (address payer, uint64 paidFen) {
        _requireCaller(settlement);
        Bearing memory b = _bearingOf(tokenId);
        Offer memory o = _offers[tokenId];
        _requirePair(b, o.pendingId != 0);
        require(holder == b.holder, RecourseParty(tokenId, holder, b.holder));
        Pending storage p = _existing(o.pendingId);
        payer = p.requester;
        Liability liability = _requirePursued(b, payer, o.guaranteed);
        paidFen = _requireClaim(b, _principal(b), p.amountFen);

        _agree(o.pendingId, holder);
        _settle(b, payer, o.guaranteed, liability, paidFen, officer);
    }

    /// @inheritdoc IRecourse
    function settle(SettlementTerms calldata t, address holder, address officer) external returns (uint64 paidFen) {
        _requireCaller(settlement);
        Bearing memory b = _pursuedBearing(t.tokenId);
        require(t.acts == b.word.acts(), RecourseActs(t.tokenId, b.word.acts(), t.acts));
        require(holder == b.holder, RecourseParty(t.tokenId, holder, b.holder));
        Liability liability = _requirePursued(b, t.payer, t.guaranteed);
        paidFen = _requireClaim(b, _principalOf(b, t.first, t.last), t.amountMaxFen);

        uint256 takenId = bills.divide(t.tokenId, t.first, t.last, IBills.PendingOp.Settlement);
        _divideClaim(b, takenId);
        b.tokenId = takenId;
        _settle(b, t.payer, t.guaranteed, liability, paidFen, officer);
    }

    /// @inheritdoc IRecourse
    function dischargeResidual(uint256 tokenId, address debtor, address officer)
        external
        returns (address claimant, uint256 totalFen)
    {
        _requireCaller(settlement);
        Residual storage r = _residuals[tokenId];
        require(r.claimant != address(0) && !r.paid, RecourseNoResidual(tokenId));
        require(debtor == r.debtor, RecourseParty(tokenId, debtor, r.debtor));
        (claimant, totalFen) = (r.claimant, residualClaimOf(tokenId, _today()));

        r.paid = true;

        emit ResidualPaid(tokenId, claimant, debtor, totalFen, officer);
    }

    /* INTERNALS */

    /// @inheritdoc TwoSided
    function _restore(Pending storage p) internal override {
        uint256 takenId = p.subject;
        uint256 parentId = _offers[takenId].parentId;
        delete _offers[takenId];
        if (p.state == PendingState.Agreed) return;
        if (_isPursuedAnew(parentId, takenId)) {
            bills.close(takenId, IBills.PendingOp.Settlement, IBills.Flag.UnderRecourse);
            return;
        }

        // Back in its parent, whose claim was never touched; otherwise a range with a claim of its own.
        uint256 tokenId = bills.unlock(takenId, IBills.PendingOp.Settlement);
        if (tokenId != takenId) {
            _forget(takenId);
            _forget(_restOf(tokenId, takenId));
        }
    }

    /// @dev Whether the rest of a divided range was pursued again since: then its pursuit is not that of the parent, and
    /// would be lost in it.
    function _isPursuedAnew(uint256 parentId, uint256 takenId) private view returns (bool) {
        if (parentId == takenId) return false;
        return _pursuits[_restOf(parentId, takenId)].root != _pursuits[takenId].root;
    }

    function _forget(uint256 tokenId) private {
        delete _pursuits[tokenId];
        delete _bases[tokenId];
    }

    /// @dev A pursuit begun in time is not time-barred by the days the parties take to settle it.
    function _requirePursued(Bearing memory b, address payer, address guaranteed)
        private
        view
        returns (Liability liability)
    {
        require(_notices[_pursuits[b.tokenId].root][payer].pursued, RecourseNotPursued(b.tokenId, payer));
        return _requireLiable(b, payer, guaranteed);
    }

    function _requireDeadline(Bearing memory b, uint32 deadlineDay) private view {
        uint32 today = _today();
        uint32 latest = BillClocks.limitOf(rulebook, RuleIds.LIMIT_ACCEPTOR_DRAWER, b.terms.maturity());
        require(deadlineDay >= today && deadlineDay <= latest, RecourseDeadline(b.tokenId, deadlineDay, today, latest));
    }

    function _requireClaim(Bearing memory b, uint256 principalFen, uint64 amountMaxFen) private view returns (uint64) {
        uint256 claimFen = _grown(principalFen, b.startDay, _today(), _pursuits[b.tokenId].costsFen);
        require(claimFen <= amountMaxFen, RecourseAmount(b.tokenId, claimFen, amountMaxFen));
        return uint64(claimFen);
    }

    /* PARTS */

    /// @dev What the claim for a part grows from: its face, or its share of what the holder paid. Which parts may be divided
    /// off the book says itself.
    function _principalOf(Bearing memory b, uint40 first, uint40 last) private pure returns (uint256 principalFen) {
        (uint40 start, uint40 end) = BillIds.units(b.tokenId);
        bool inside = first >= start && first <= last && last <= end;
        require(inside, IBills.BillsUnits(b.tokenId, first, last));
        if (first == start && last == end) return _principal(b);
        if (b.basis.settledDay == 0) return last - first + 1;
        (principalFen,) = _apportioned(b, first, last);
    }

    function _apportioned(Bearing memory b, uint40 first, uint40 last)
        private
        pure
        returns (uint256 takenFen, uint256 restFen)
    {
        (uint40 start,) = BillIds.units(b.tokenId);
        uint256 partFen = last - first + 1;
        if (first == start) return RecourseClaims.divide(b.basis.paidFen, partFen, b.amountFen - partFen);
        (restFen, takenFen) = RecourseClaims.divide(b.basis.paidFen, b.amountFen - partFen, partFen);
    }

    /// @dev The other end of a range of which one end was divided off.
    function _restOf(uint256 tokenId, uint256 takenId) private pure returns (uint256) {
        (uint40 first, uint40 last) = BillIds.units(takenId);
        (uint40 start, uint40 end) = BillIds.units(tokenId);
        uint128 billNo = BillIds.billNo(tokenId);
        return first == start ? BillIds.tokenId(billNo, last + 1, end) : BillIds.tokenId(billNo, start, first - 1);
    }

    /// @dev A part was divided off: both pieces go on with the pursuit, the costs with the part, the basis with both.
    function _divideClaim(Bearing memory b, uint256 takenId) private {
        if (takenId == b.tokenId) return;
        (uint40 first, uint40 last) = BillIds.units(takenId);
        uint256 restId = _restOf(b.tokenId, takenId);
        Pursuit memory p = _pursuits[b.tokenId];
        _pursuits[takenId] = p;
        p.costsFen = 0;
        _pursuits[restId] = p;
        (uint256 takenFen, uint256 restFen) = (0, 0);
        if (b.basis.settledDay != 0) {
            (takenFen, restFen) = _apportioned(b, first, last);
            Basis memory basis = b.basis;
            _bases[takenId] = Basis(uint64(takenFen), basis.settledDay, basis.ground, basis.guaranteedTag);
            _bases[restId] = Basis(uint64(restFen), basis.settledDay, basis.ground, basis.guaranteedTag);
        }

        emit ClaimDivided(b.tokenId, takenId, restId, uint64(takenFen), uint64(restFen));
    }

    /* WHAT THE PAYER HAS FOR IT */

    /// @dev B37. The acceptor's payment, by OP-32 the drawer's, and their guarantors' end the bill; anybody else holds it now.
    function _settle(
        Bearing memory b,
        address payer,
        address guaranteed,
        Liability liability,
        uint64 paidFen,
        address officer
    ) private {
        bool ended =
            liability == Liability.Acceptor || (liability == Liability.Drawer && _closesOnDrawer());
        _forget(b.tokenId);
        if (ended) {
            bills.end(b.tokenId, IBills.PendingOp.Settlement, IBills.Status.Settled);
            presentations.closeBooks(b.tokenId);
        } else {
            _takeOver(b, payer, guaranteed, liability, paidFen);
        }

        emit SettlementTaken(b.tokenId, payer, b.holder, guaranteed, liability, paidFen, ended, officer);
        if (ended) _recordResidual(b, payer, guaranteed, liability, paidFen);
    }

    /// @dev NIL-71, NIL-72: the payer gets the chain before itself, a guarantor that of the party it paid for, that party
    /// included. What was pursued without a dishonour does not circulate again: its acceptor is known to fail.
    function _takeOver(Bearing memory b, address payer, address guaranteed, Liability liability, uint64 paidFen)
        private
    {
        bool own = guaranteed == address(0);
        uint16 head;
        if (liability == Liability.Endorser) {
            head = own ? bills.headFor(b.tokenId, payer) : bills.earliestRecordOf(b.tokenId, guaranteed);
        }
        IBills.Flag flag = b.ground == Ground.Dishonour ? b.word.restingFlag() : IBills.Flag.NotTransferable;
        // A pledge ends with the money that came in on it.
        if (flag == IBills.Flag.Pledged) flag = IBills.Flag.Transferable;
        _bases[b.tokenId] = Basis(paidFen, uint24(_today()), b.ground, bytes10(bytes20(guaranteed)));
        bills.moveTo(b.tokenId, payer, head, flag, own && liability == Liability.Drawer);
    }

    /// @dev What is left when the bill has ended: the drawer's claim against the acceptor, a guarantor's against whom it paid
    /// for (NIL-52). Nothing where the acceptor itself paid.
    function _recordResidual(Bearing memory b, address payer, address guaranteed, Liability liability, uint64 paidFen)
        private
    {
        address debtor = guaranteed;
        if (debtor == address(0)) {
            if (liability == Liability.Acceptor) return;
            debtor = participants.partyOfTag(b.parties.acceptorTag());
        }
        _residuals[b.tokenId] = Residual(payer, uint24(_today()), false, debtor, paidFen);

        emit ResidualRecorded(b.tokenId, payer, debtor, paidFen);
    }

    /// @dev OP-32 is on unless the operator says otherwise.
    function _closesOnDrawer() private view returns (bool) {
        (uint256 value, uint256 version) = rulebook.valueOrZero(RuleIds.CLOSE_ON_DRAWER, _today());
        return version == 0 || value != 0;
    }
}
