// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {Governed} from "../base/Governed.sol";
import {IFactoringClaims} from "../interfaces/IFactoringClaims.sol";
import {IParticipants, Powers, Standing} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {Interest} from "../libraries/Interest.sol";
import {Priority} from "../libraries/Priority.sol";
import {Undertakings} from "../libraries/Undertakings.sol";

/// @title FactoringClaims
/// @notice Room for one thing: what former holders of a certificate owe its holder, and what the holder owes them.
/// @custom:invariant FCL-1 A deal is bought back or settled at most once.
/// @custom:invariant FCL-2 No undertaking answers for more units, or a limited one for more money, than it says.
/// @custom:invariant FCL-3 A claim goes back along undertakings only, so it never reaches a later party or one without.
contract FactoringClaims is IFactoringClaims, Governed {
    uint256 public constant HOPS_MAX = 16;
    uint256 private constant DAY_BASIS = 360;

    IReceivables public immutable receivables;
    address public immutable factoring;

    mapping(bytes32 dealId => DealState) public dealStateOf;
    mapping(bytes32 dealId => mapping(address factor => uint64)) public costsOf;
    mapping(uint256 certificateId => mapping(address to => mapping(uint256 index => Spent))) private _spent;
    mapping(bytes32 claimId => ClaimSlot) private _claims;

    struct ClaimSlot {
        address claimant;
        ClaimState state;
    }

    constructor(IParticipants participants_, IReceivables receivables_, address factoring_) Governed(participants_) {
        receivables = receivables_;
        factoring = factoring_;
    }

    /* HOLDERS */

    /// @inheritdoc IFactoringClaims
    function stateCosts(bytes32 dealId, uint64 costsFen, bytes32 evidenceHash) external {
        address factor = _authorize(msg.sender, Powers.MAKE, costsFen, 0, Standing.Owing);
        require(dealStateOf[dealId] == DealState.Open, FactoringDealState(dealId, dealStateOf[dealId]));
        uint64 stated = costsOf[dealId][factor];
        require(stated == 0 && costsFen > 0, FactoringCosts(dealId, stated));

        costsOf[dealId][factor] = costsFen;

        emit CostsStated(dealId, factor, costsFen, evidenceHash, msg.sender);
    }

    /// @inheritdoc IFactoringClaims
    function claim(RecourseClaim calldata c) external returns (bytes32 claimId) {
        claimId = claimIdOf(c);
        ClaimState state = _claims[claimId].state;
        require(state == ClaimState.None, FactoringClaimState(claimId, state, ClaimState.None));
        address party = _authorize(msg.sender, Powers.MAKE, c.amountFen, 0, Standing.Owing);
        require(party == c.claimant, FactoringClaimParty(claimId, party, c.claimant));
        _requireOverdue(c.certificateId);
        uint256 held = receivables.balanceOf(party, c.certificateId);
        require(c.amountFen > 0 && c.amountFen <= held, FactoringCover(c.certificateId, party, held, c.amountFen));
        Step[] memory steps = walk(c.certificateId, c.claimant, c.path, c.amountFen);

        _claims[claimId] = ClaimSlot(party, ClaimState.Open);

        address against = steps[steps.length - 1].party;
        emit RecourseClaimed(claimId, c.certificateId, party, against, c.amountFen, c.evidenceHash, msg.sender);
    }

    /// @inheritdoc IFactoringClaims
    function withdrawClaim(bytes32 claimId) external {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        ClaimSlot storage slot = _claims[claimId];
        require(slot.state == ClaimState.Open, FactoringClaimState(claimId, slot.state, ClaimState.Open));
        require(party == slot.claimant, FactoringClaimParty(claimId, party, slot.claimant));

        slot.state = ClaimState.Withdrawn;

        emit RecourseClaimWithdrawn(claimId, msg.sender);
    }

    /* FOR FACTORING */

    /// @inheritdoc IFactoringClaims
    function repurchase(Deal calldata d, uint256 undertaking) external returns (uint64 unitsFen, uint64 payFen) {
        _requireOpen(d);
        _requireOverdue(d.certificateId);
        Account memory account = accountOf(d);
        uint256 claimFen = FixedPointMathLib.zeroFloorSub(account.owedFen, account.collectedFen);
        uint256 capFen = _requireUndertaking(d, undertaking);
        uint256 units = FixedPointMathLib.min(account.leftFen, _availableOf(d.certificateId, d.factor));
        require(claimFen > 0 && units > 0 && capFen > 0, FactoringNothingOwed(d.id));
        // The factor's claim on a part it passed on is its transferee's; of the rest, the fen is the factor's.
        claimFen = FixedPointMathLib.fullMulDivUp(claimFen, units, account.leftFen);
        uint256 pay = claimFen;
        if (pay > capFen) {
            // What is above the cap is without recourse: that share of the part stays with the factor (CC-767).
            pay = capFen;
            units = units * pay / claimFen;
        }
        (unitsFen, payFen) = (SafeCastLib.toUint64(units), SafeCastLib.toUint64(pay));

        _spend(d.certificateId, d.factor, undertaking, unitsFen, payFen);
        dealStateOf[d.id] = DealState.BoughtBack;
    }

    /// @inheritdoc IFactoringClaims
    function surplus(Deal calldata d) external returns (uint64 refundFen) {
        _requireOpen(d);
        Account memory account = accountOf(d);
        require(account.leftFen == 0, FactoringNotCollected(d.id, account.leftFen));

        refundFen = SafeCastLib.toUint64(FixedPointMathLib.zeroFloorSub(account.collectedFen, account.owedFen));
        dealStateOf[d.id] = DealState.Settled;
    }

    /// @inheritdoc IFactoringClaims
    function answer(RecourseClaim calldata c, address payer)
        external
        returns (bytes32 claimId, uint64 unitsFen, uint64 payFen)
    {
        _requireCaller(factoring);
        claimId = claimIdOf(c);
        ClaimState state = _claims[claimId].state;
        require(state == ClaimState.Open, FactoringClaimState(claimId, state, ClaimState.Open));
        _requireOverdue(c.certificateId);
        Step[] memory steps = walk(c.certificateId, c.claimant, c.path, c.amountFen);
        Step memory last = steps[steps.length - 1];
        require(payer == last.party, FactoringClaimParty(claimId, payer, last.party));
        (unitsFen, payFen) = (SafeCastLib.toUint64(last.unitsFen), SafeCastLib.toUint64(last.owedFen));
        require(payFen > 0, FactoringNothingOwed(claimId));

        _claims[claimId].state = ClaimState.Paid;
        address to = c.claimant;
        for (uint256 i; i < steps.length; ++i) {
            _spend(c.certificateId, to, c.path[i], unitsFen, payFen);
            to = steps[i].party;
        }
    }

    /* READING */

    /// @inheritdoc IFactoringClaims
    function accountOf(Deal calldata d) public view returns (Account memory account) {
        IReceivables.Collected memory paid = receivables.collections(d.certificateId);
        uint256 face = uint256(paid.principalFen) + receivables.certificate(d.certificateId).outstandingFen;
        (uint32 payDay,) = receivables.payDayOf(d.certificateId);
        uint32 today = _today();
        account.isDue = today > payDay;
        uint256 fenDays;
        uint256 principalFen;
        if (face > 0) {
            // Floors: the supplier's duty, and the factor's, differ from the exact shares by less than a fen.
            principalFen = uint256(d.partFen) * paid.principalFen / face;
            account.collectedFen = principalFen + uint256(d.partFen) * paid.interestFen / face;
            fenDays = uint256(d.partFen) * paid.fenDays / face;
        }
        account.leftFen = d.partFen - principalFen;
        if (account.isDue) fenDays += account.leftFen * (today - payDay);
        // As Interest.accrue, half-up, on the advance for the average of the days its part was late.
        uint256 year = DAY_BASIS * Interest.PPM * d.partFen;
        uint256 interestFen = (d.advanceFen * fenDays * d.ratePpm + year / 2) / year;
        uint256 costsFen = FixedPointMathLib.min(costsOf[d.id][d.factor], d.costsMaxFen);
        account.owedFen = d.advanceFen + interestFen + costsFen;
    }

    /// @inheritdoc IFactoringClaims
    function walk(uint256 certificateId, address claimant, uint256[] calldata path, uint64 amountFen)
        public
        view
        returns (Step[] memory steps)
    {
        uint256 count = path.length;
        require(count > 0 && count <= HOPS_MAX, FactoringPath(certificateId, count, HOPS_MAX));
        uint256 claimFen = amountFen + receivables.lateInterestOf(certificateId, amountFen, _today());
        steps = new Step[](count);
        uint256 owedFen = claimFen;
        address to = claimant;
        for (uint256 i; i < count; ++i) {
            IReceivables.Undertaking memory u = receivables.undertakingAt(certificateId, to, path[i]);
            Spent memory spent = _spent[certificateId][to][path[i]];
            uint256 cover = u.amountFen - spent.amountFen;
            require(amountFen <= cover, FactoringCover(certificateId, u.from, cover, amountFen));
            require(u.from != claimant, FactoringPath(certificateId, i, count));
            if (u.kind == IReceivables.Recourse.Limited) {
                owedFen = FixedPointMathLib.min(owedFen, FixedPointMathLib.zeroFloorSub(u.capFen, spent.paidFen));
            }
            // Limited: the claimant keeps what it is not paid for, and the fraction of a fen.
            uint256 units = owedFen == claimFen ? amountFen : amountFen * owedFen / claimFen;
            steps[i] = Step(u.from, units, owedFen);
            to = u.from;
        }
    }

    /// @inheritdoc IFactoringClaims
    function priorityOf(Priority.Claim[] calldata claims, uint256 amountFen)
        external
        pure
        returns (uint256[] memory partsFen, uint256 leftFen)
    {
        return Priority.allocate(claims, amountFen);
    }

    /// @inheritdoc IFactoringClaims
    function claimIdOf(RecourseClaim calldata c) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), c));
    }

    /// @inheritdoc IFactoringClaims
    function claimOf(bytes32 claimId) external view returns (address claimant, ClaimState state) {
        return (_claims[claimId].claimant, _claims[claimId].state);
    }

    /// @inheritdoc IFactoringClaims
    function spentOf(uint256 certificateId, address to, uint256 index) external view returns (Spent memory) {
        return _spent[certificateId][to][index];
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF FactoringClaims", "1");
    }

    function _requireOpen(Deal calldata d) private view {
        _requireCaller(factoring);
        require(dealStateOf[d.id] == DealState.Open, FactoringDealState(d.id, dealStateOf[d.id]));
        require(d.recourse != IReceivables.Recourse.None, FactoringWithoutRecourse(d.id));
    }

    /// @dev The undertaking must be that of this sale, or of one just like it; what is left of its cap, if the recourse has
    /// one.
    function _requireUndertaking(Deal calldata d, uint256 undertaking) private view returns (uint256 capFen) {
        IReceivables.Undertaking memory u = receivables.undertakingAt(d.certificateId, d.factor, undertaking);
        (IReceivables.Recourse kind, uint64 cap) = Undertakings.ofSale(d.recourse, d.partFen, d.advanceFen, d.capFen);
        require(
            u.from == d.supplier && u.kind == kind && u.amountFen == d.partFen && u.capFen == cap,
            FactoringUndertaking(d.certificateId, u.from, d.supplier)
        );
        if (d.recourse == IReceivables.Recourse.Full) return type(uint256).max;
        return FixedPointMathLib.zeroFloorSub(cap, _spent[d.certificateId][d.factor][undertaking].paidFen);
    }

    function _requireOverdue(uint256 certificateId) private view {
        (uint32 payDay,) = receivables.payDayOf(certificateId);
        require(_today() > payDay, FactoringNotDue(certificateId, payDay, _today()));
    }

    function _availableOf(uint256 certificateId, address holder) private view returns (uint256) {
        uint256 balance = receivables.balanceOf(holder, certificateId);
        return FixedPointMathLib.zeroFloorSub(balance, receivables.position(certificateId, holder).lockedFen);
    }

    function _spend(uint256 certificateId, address to, uint256 index, uint64 unitsFen, uint64 payFen) private {
        IReceivables.Undertaking memory u = receivables.undertakingAt(certificateId, to, index);
        Spent storage spent = _spent[certificateId][to][index];
        uint256 cover = u.amountFen - spent.amountFen;
        require(unitsFen <= cover, FactoringCover(certificateId, u.from, cover, unitsFen));

        (spent.amountFen, spent.paidFen) = (spent.amountFen + unitsFen, spent.paidFen + payFen);

        emit UndertakingSpent(certificateId, to, index, unitsFen, payFen);
    }
}
