// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Scope} from "./IPresentations.sol";

/// @dev Somebody who answers for a range: in its own name, or as guarantor of `guaranteed`.
/// @param guaranteed The party guaranteed; zero: in its own name.
struct Debtor {
    address party;
    address guaranteed;
}

/// @title IRecourse
/// @notice Recourse on bills (追索): B33–B38, §6, §8. Who may be pursued, for how much and until when is read from the ledger
/// and a view that anyone can recompute; nobody's word counts for it.
/// @dev A payer that takes a bill over gets the part of the chain it may pursue, so no later party can ever be reached
/// (INV-6). Order of checks everywhere: exists → status → authority → amount → time → orders.
/// @custom:rule NIL-17, NIL-52, NIL-61, NIL-65–NIL-72, OP-8, OP-9, OP-10, OP-13, OP-32
/// @custom:invariant RCS-1 Only debtors in the scope of the range's dishonour are pursued (§6).
/// @custom:invariant RCS-2 A payer in recourse never pursues a later party (INV-6).
/// @custom:invariant RCS-3 At most one offer to settle stands on a range (INV-10).
/// @custom:invariant RCS-4 Money and range of a settlement move in the same call, the money being the claim of that day.
/// @custom:invariant RCS-5 Bases of the pieces of a range sum to the basis of the range.
interface IRecourse {
    /// @dev Why a range is pursued: dishonour, or without one RC00, RC01 and the others of NIL-61.
    enum Ground {
        None,
        Dishonour,
        Bankrupt,
        StoppedBusiness,
        DeathOrFlight
    }

    /// @dev As what a debtor, or the party it guarantees, stands in the bill.
    enum Liability {
        None,
        Acceptor,
        Drawer,
        Endorser
    }

    /// @dev One slot. A pursuit under way on a range.
    /// @param root Names the pursuit; pieces of a divided range share it, and the notices given in it.
    /// @param refusalDay From which the six months of NIL-17b run.
    /// @param costsFen Costs of proof and notices that the next settlement bears (NIL-70).
    struct Pursuit {
        bytes15 root;
        Ground ground;
        Scope scope;
        uint24 openedDay;
        uint24 refusalDay;
        uint64 costsFen;
    }

    /// @dev What a payer-holder paid; its re-recourse claim grows from here (NIL-71).
    /// @param guaranteedTag First ten bytes of the party it paid for as guarantor; zero: in its own name.
    struct Basis {
        uint64 paidFen;
        uint24 settledDay;
        Ground ground;
        bytes10 guaranteedTag;
    }

    /// @dev A notice to a debtor in one pursuit (NIL-66).
    /// @param late Given after its day: recourse is kept, its sender answers for the loss up to the face.
    /// @param pursued Whether the holder pursues it; otherwise a prior party told it.
    struct Notice {
        uint24 day;
        bool late;
        bool pursued;
    }

    /// @dev A claim that is left when a bill has ended by somebody else's payment than the acceptor's (OP-32, NIL-52).
    /// @param debtor Who owes it: the acceptor, or the party that the claimant guaranteed.
    struct Residual {
        address claimant;
        uint24 settledDay;
        bool paid;
        address debtor;
        uint64 paidFen;
    }

    /// @dev An offer to settle that stands. Payer, holder, cap and last day are those of the pending act.
    /// @param guaranteed As in Debtor.
    /// @param parentId The range it was taken from; the range itself if whole.
    struct Offer {
        bytes32 pendingId;
        address guaranteed;
        uint256 parentId;
    }

    /// @dev What payer and holder both approve in `Settlement.settleSigned`.
    /// @param first, last The part settled; the range's own for the whole.
    /// @param amountMaxFen The claim of that day is paid if it is not above this, fen.
    /// @param acts The range's count of acts, so that neither signs an old state.
    struct SettlementTerms {
        uint256 tokenId;
        uint40 first;
        uint40 last;
        address payer;
        address guaranteed;
        uint64 amountMaxFen;
        uint16 acts;
        uint64 deadline; // unix seconds
    }

    event PursuitOpened(
        uint256 indexed tokenId,
        address indexed holder,
        bytes15 root,
        Ground ground,
        Scope scope,
        uint32 refusalDay,
        uint64 costsFen,
        bytes32 proofHash,
        address officer
    );
    event PursuitWithdrawn(uint256 indexed tokenId, address indexed holder, address officer);
    event NoticeGiven(
        uint256 indexed tokenId,
        address indexed from,
        address indexed to,
        address guaranteed,
        bool late,
        bool pursued,
        address officer
    );
    event SettlementOffered(
        bytes32 indexed pendingId,
        uint256 indexed tokenId,
        address indexed payer,
        address guaranteed,
        uint256 parentId,
        uint64 amountMaxFen,
        uint32 deadlineDay,
        address officer
    );
    /// @notice A range was divided while pursued: the costs go to the taken part, the basis to both by amount.
    event ClaimDivided(
        uint256 indexed parentId,
        uint256 indexed takenId,
        uint256 indexed restId,
        uint64 takenBasisFen,
        uint64 restBasisFen
    );
    /// @notice Money moved and the range with it. Where it did not end, the payer holds it with `paidFen` as its basis.
    event SettlementTaken(
        uint256 indexed tokenId,
        address indexed payer,
        address indexed holder,
        address guaranteed,
        Liability liability,
        uint64 paidFen,
        bool ended,
        address officer
    );
    event ResidualRecorded(uint256 indexed tokenId, address indexed claimant, address indexed debtor, uint64 paidFen);
    event ResidualPaid(
        uint256 indexed tokenId, address indexed claimant, address indexed debtor, uint256 totalFen, address officer
    );

    /// @notice Thrown when the range's status and flag do not allow the act, or another act is pending on it.
    error RecoursePair(uint256 tokenId, uint8 status, uint8 flag, uint8 pendingOp);
    /// @notice Thrown when the caller's party may not do this to the range.
    error RecourseParty(uint256 tokenId, address actual, address needed);
    /// @notice Thrown when no dishonour opened recourse on the range (scope NONE).
    error RecourseNoGround(bytes32 ruleId, uint256 version, uint256 tokenId);
    /// @notice Thrown when somebody does not answer for the range to its holder: out of scope, a later party, an endorser
    /// whose no-transfer mark frees it, or the holder is drawer or acceptor itself. The rule says which.
    error RecourseNotLiable(bytes32 ruleId, uint256 version, uint256 tokenId, address party, address guaranteed);
    /// @notice Thrown when a limitation period has ended (civil days, inclusive).
    error RecourseTimeBarred(
        bytes32 ruleId, uint256 version, uint256 tokenId, address party, uint32 lastDay, uint32 today
    );
    /// @notice Thrown when the payer is not pursued on this range.
    error RecourseNotPursued(uint256 tokenId, address party);
    /// @notice Thrown when the claim exceeds what the payer agreed to, fen.
    error RecourseAmount(uint256 tokenId, uint256 claimFen, uint256 amountMaxFen);
    /// @notice Thrown when the last day lies in the past or after the bill's limitation (civil days, OP-31).
    error RecourseDeadline(uint256 tokenId, uint32 deadlineDay, uint32 earliest, uint32 latest);
    /// @notice Thrown when a proof is missing: the ground without dishonour, or that of costs.
    error RecourseProofMissing(bytes32 ruleId, uint256 version, uint256 tokenId);
    /// @notice Thrown when no debtor is named, or too many for one call.
    error RecourseDebtorCount(uint256 actual, uint256 max);
    /// @notice Thrown when costs exceed the face of the range, fen.
    error RecourseCosts(uint256 tokenId, uint256 costsFen, uint256 faceFen);
    /// @notice Thrown when the range has changed since the terms were approved.
    error RecourseActs(uint256 tokenId, uint16 actual, uint16 needed);
    /// @notice Thrown when there is no residual claim, or it is paid.
    error RecourseNoResidual(uint256 tokenId);

    /* PURSUIT: B33–B35, B38 */

    /// @notice B33: pursues on dishonour; B38: in re-recourse on what the caller's party paid. The holder; any, some or all of the
    /// debtors in scope, in no order (NIL-68); each named is given notice. The range comes under recourse.
    /// @param costsFen Costs of proof and notices, fen; at most the face.
    /// @param costsHash Hash of their evidence; zero without costs.
    /// @custom:rule NIL-65, NIL-68, NIL-69, NIL-70, NIL-71
    function pursue(uint256 tokenId, Debtor[] calldata debtors, uint64 costsFen, bytes32 costsHash) external;

    /// @notice B34: pursues without dishonour, before or after maturity: the acceptor is bankrupt, ordered to stop business, dead
    /// or in flight. Scope ALL. Before maturity the bill counts as matured from now on.
    /// @custom:rule NIL-61
    function pursueWithoutDishonour(
        uint256 tokenId,
        Ground ground,
        Debtor[] calldata debtors,
        uint64 costsFen,
        bytes32 proofHash
    ) external;

    /// @notice B33, B38: goes on notifying others in a pursuit under way. The holder, while no offer stands.
    function pursueFurther(uint256 tokenId, Debtor[] calldata debtors) external;

    /// @notice Tells a prior party what one was told (NIL-66). A debtor that was given notice, within its own three days; later
    /// too, flagged. Pursues nobody.
    function forwardNotice(uint256 tokenId, Debtor calldata to) external;

    /// @notice B35: ends a pursuit: the exact pair before it. The holder, while no offer stands; also when frozen.
    function withdrawPursuit(uint256 tokenId) external;

    /* SETTLEMENT: B36, B37 */

    /// @notice B36: offers to settle a range or a part of it, which is divided off now. A pursued debtor; also when frozen. What
    /// will be paid is the claim on the day it is taken, at most `amountMaxFen`.
    /// @param guaranteed As in Debtor.
    /// @param first, last The part; the range's own for the whole.
    /// @param deadlineDay Last day for the holder's answer.
    function offerSettlement(
        uint256 tokenId,
        uint40 first,
        uint40 last,
        address guaranteed,
        uint64 amountMaxFen,
        uint32 deadlineDay
    ) external returns (bytes32 pendingId, uint256 takenId);

    /// @notice Moves the range for an offer that stands. Settlement, which moves the money in the same call.
    /// @param holder The party that takes the settlement.
    function take(uint256 tokenId, address holder, address officer) external returns (address payer, uint64 paidFen);

    /// @notice As `take`, on terms that both sides approved, of which Settlement is sure.
    function settle(SettlementTerms calldata terms, address holder, address officer) external returns (uint64 paidFen);

    /// @notice Closes a residual claim. Settlement, which moves the money in the same call.
    /// @return claimant To whom.
    /// @return totalFen What was paid and interest on it until today.
    function dischargeResidual(uint256 tokenId, address debtor, address officer)
        external
        returns (address claimant, uint256 totalFen);

    /* READING */

    /// @notice What the holder can claim for a range that is settled on `day`, from whoever answers for it, fen.
    function claimOf(uint256 tokenId, uint32 day) external view returns (uint256);

    /// @notice What the holder can claim from one debtor on `day`, fen: 0 where it does not answer, or no more.
    function claimAgainst(uint256 tokenId, Debtor calldata debtor, uint32 day) external view returns (uint256);

    /// @notice As what a debtor answers to the range's holder, and the last day on which it can be pursued.
    function liabilityOf(uint256 tokenId, Debtor calldata debtor)
        external
        view
        returns (Liability liability, uint32 lastDay);

    /// @notice The clocks of NIL-17 on a range: acceptor and drawer; prior parties; 0 while prior parties are out of reach.
    function limitsOf(uint256 tokenId) external view returns (uint32 acceptorDrawerDay, uint32 priorDay);

    /// @notice The last day for `sender`'s notice to its prior parties (NIL-66); 0 where it was told nothing.
    function noticeDayOf(uint256 tokenId, address sender) external view returns (uint32 day, bool provisional);

    function pursuitOf(uint256 tokenId) external view returns (Pursuit memory);
    function noticeOf(uint256 tokenId, address party) external view returns (Notice memory);
    function basisOf(uint256 tokenId) external view returns (Basis memory);
    function offerOf(uint256 tokenId) external view returns (Offer memory);
    function residualOf(uint256 tokenId) external view returns (Residual memory);

    /// @notice What a residual claim amounts to on `day`, fen.
    function residualClaimOf(uint256 tokenId, uint32 day) external view returns (uint256);
}
