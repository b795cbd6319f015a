// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {BillParties, BillTerms, RangeWord, RecordWord} from "../libraries/BillSlots.sol";
import {AcceptorKind} from "./IDisclosures.sol";
import {Order} from "./IOrders.sol";

/// @title IBills
/// @notice Who holds which sub-range of which bill, in which status and flag, and through whose hands it came. ERC-721: one
/// token is one sub-range of one bill. Division (`bills.md` §5), the chain of endorsements, orders and corrections (B40–B42).
/// @dev `tokenId = billNo << 80 | first << 40 | last`, units of one fen, first unit 1; an indivisible bill is `0–0`.
/// Every write of a sub-range counts up its `acts` and emits RangeWritten with the whole word, so that one storage proof
/// shows a range's history complete, and no signature over (token, acts) can be used twice.
/// Order of checks: exists → pair → authority → amount → time → orders.
/// @custom:invariant BIL-1 Σ live ranges of a bill = face − ended; ranges are disjoint and cover it (INV-1).
/// @custom:invariant BIL-2 At most one act is pending on a range.
/// @custom:rule FEN-1, NIL-11, NIL-31, NIL-33, NIL-37, NIL-69, SH-2, SH-3, OP-6
interface IBills {
    /// @dev CS01 … CS06, CS99, in this order. Received reads as Matured from the maturity day on.
    enum Status {
        None,
        Drawn,
        Accepted,
        Received,
        Matured,
        Terminated,
        Settled,
        Split
    }

    /// @dev TF0101, TF0301, TF0302, TF0303, TF0304, TF0305, TF0401, TF0402, TF0501, in this order.
    enum Flag {
        None,
        AwaitingReceipt,
        Transferable,
        Locked,
        NotTransferable,
        Pledged,
        AwaitingRedemption,
        InCollection,
        UnderRecourse,
        Ended
    }

    /// @dev The act pending on a range. Each belongs to one room: Acceptance and Delivery to Acceptances, Endorsement and
    /// MarkRevocation to Endorsements, Guarantee to Guarantees, Presentation to Presentations, Settlement to Recourse, Pledge and
    /// Discount to Settlement.
    enum PendingOp {
        None,
        Acceptance,
        Delivery,
        Endorsement,
        MarkRevocation,
        Guarantee,
        Presentation,
        Settlement,
        Pledge,
        Discount
    }

    /// @dev Why a party stands in the chain. MarkLifted: the record before it without its mark (B15).
    enum RecordKind {
        None,
        Endorsement,
        Pledge,
        Discount,
        MarkLifted
    }

    enum CorrectionKind {
        None,
        PendingRevoked,
        HolderChanged
    }

    /// @param drawersMark The drawer's 不得转让 (NIL-27).
    /// @param endedFen Settled or terminated so far, fen.
    /// @param acceptanceDay 0 = not accepted.
    /// @param recordCount Index of the last endorsement record; 0 = none.
    /// @param liveCount Sub-ranges that have not ended.
    /// @param tradeKey Invoice key; zero where none is needed (types 5 and 6).
    struct Bill {
        address drawer;
        address acceptor;
        address payee;
        AcceptorKind acceptorKind;
        bool drawersMark;
        bool divisible;
        uint64 faceFen;
        uint64 endedFen;
        uint32 issueDay;
        uint32 maturity;
        uint32 acceptanceDay;
        uint16 splitCount;
        uint16 recordCount;
        uint16 liveCount;
        bytes32 tradeKey;
    }

    /// @param status As of today (Received reads as Matured from the maturity day).
    /// @param previousFlag The flag before the pending act, restored by anything but agreement.
    /// @param restingFlag The flag before the pursuit, restored when it is withdrawn.
    /// @param presentedDay Civil day; 0 = not presented. Before acceptance: the day presented for acceptance.
    /// @param head Latest endorsement record of this range; 0 = still in the payee's line.
    /// @param acts Count of acts: the version that signatures name.
    /// @param dishonour Index into the bill's dishonours; 0 = none.
    /// @param guarantees How many were given on this range or on what it was divided from (see Guarantees).
    /// @param drawersRights The holder has the drawer's rights: none against prior parties (INV-7).
    struct Range {
        address holder;
        Status status;
        Flag flag;
        Flag previousFlag;
        Flag restingFlag;
        PendingOp pendingOp;
        uint32 presentedDay;
        uint16 head;
        uint16 acts;
        uint16 dishonour;
        uint8 guarantees;
        bool frozen;
        bool paymentStopped;
        bool drawersRights;
    }

    /// @dev One slot. `previous` 0: the payee's line begins here. `depth` counts from 1.
    struct Record {
        address party;
        uint16 previous;
        uint24 day;
        RecordKind kind;
        uint16 depth;
        bool marked;
    }

    /// @dev Days are civil and inclusive; 0 = none.
    struct Restraint {
        uint32 frozenUntil;
        uint32 stoppedUntil;
    }

    /// @dev B42. PendingRevoked: an acceptance or delivery (an endorsement: see IEndorsements); `to` for HolderChanged only.
    struct Correction {
        CorrectionKind kind;
        uint256 tokenId;
        uint16 acts;
        address to;
        bytes32 evidenceHash;
        uint64 deadline;
    }

    /// @notice A bill entered the book; its first range is minted to the drawer by the Transfer beside it.
    event BillIssued(
        uint128 indexed billNo, BillParties parties, BillTerms terms, address payee, address acceptor, bytes32 tradeKey
    );
    /// @notice The word of a range as it now stands (see RangeWord); its holder is in the last Transfer.
    event RangeWritten(uint256 indexed tokenId, RangeWord word);
    /// @notice Division: the parent reads (Split, Ended) from now on, one act further, and is written nowhere else.
    event RangeDivided(uint256 indexed parentId, uint256 partId, uint256 restId);
    /// @notice A division undone: the pieces are gone, the parent is back as it was.
    event RangesMerged(uint256 indexed parentId, uint256 partId, uint256 restId);
    /// @notice An endorsement record (see RecordWord), its index in the upper bits.
    event RecordWritten(uint128 indexed billNo, RecordWord record);
    event DrawersMarkSet(uint128 indexed billNo, bool marked);

    event RangeFrozen(uint256 indexed tokenId, uint32 untilDay, bytes32 indexed orderId, address officer);
    event RangePaymentStopped(uint256 indexed tokenId, uint32 untilDay, bytes32 indexed orderId, address officer);
    event RangeUnfrozen(uint256 indexed tokenId, bytes32 indexed orderId, address officer);
    /// @notice A restraint ended by itself on its day; anyone may have said so.
    event RestraintExpired(uint256 indexed tokenId);
    event TitleTransferred(
        uint256 indexed tokenId, address indexed from, address indexed to, bytes32 orderId, address officer
    );
    event BillCorrected(
        uint256 indexed tokenId,
        CorrectionKind kind,
        address indexed from,
        address indexed to,
        bytes32 evidenceHash,
        address officer,
        address approver
    );

    /// @notice Thrown when there is no such bill or range.
    error BillsUnknown(uint256 tokenId);
    /// @notice Thrown when the bill number was used before.
    error BillsExists(uint128 billNo);
    /// @notice Thrown when the status does not allow the act.
    error BillsStatus(uint256 tokenId, Status actual, Status needed);
    /// @notice Thrown when the flag does not allow the act.
    error BillsFlag(uint256 tokenId, Flag actual, Flag needed);
    /// @notice Thrown when another act is pending on the range, or the one to be closed is not.
    error BillsPending(uint256 tokenId, PendingOp actual, PendingOp needed);
    /// @notice Thrown when a pair would be written that `bills.md` §3 does not know.
    error BillsPair(uint256 tokenId, Status status, Flag flag);
    /// @notice Thrown when a contract other than the room of the act calls.
    error BillsRoom(PendingOp op, address actual, address needed);
    /// @notice Thrown when the caller's party is not the one needed: holder, endorsee, who set the mark.
    error BillsParty(uint256 tokenId, address actual, address needed);
    /// @notice Thrown when a bill would be endorsed to its holder, or title moved to who has it.
    error BillsSelf(uint256 tokenId, address party);
    /// @notice Thrown when the units asked for are not inside the range (units of 0.01 yuan).
    error BillsUnits(uint256 tokenId, uint40 first, uint40 last);
    /// @notice Thrown when the act was signed for another state of the range.
    error BillsActs(uint256 tokenId, uint16 actual, uint16 needed);
    /// @notice Thrown when a chain would grow beyond what one act can walk.
    error BillsDepth(uint256 tokenId, uint256 actual, uint256 needed);
    /// @notice Thrown when a range carries as many guarantees as it can.
    error BillsGuarantees(uint256 tokenId, uint8 actual);
    /// @notice Thrown when an order froze the range (civil day, inclusive).
    error BillsFrozen(uint256 tokenId, uint32 untilDay);
    /// @notice Thrown when an order stopped payment of the range (civil day, inclusive).
    error BillsPaymentStopped(uint256 tokenId, uint32 untilDay);
    /// @notice Thrown when no restraint has run out.
    error BillsRestrained(uint256 tokenId, uint32 untilDay);
    /// @notice Thrown when an order does not fit the range it names.
    error BillsOrder(bytes32 orderId);
    /// @notice Thrown when a correction cannot be made that way.
    error BillsCorrection(uint256 tokenId, CorrectionKind kind);
    /// @notice Thrown by the standard's own ways to move a token: a hop needs evidence and consent.
    error BillsTransferPath();

    /* ORDERS AND CORRECTIONS */

    /// @notice B40, B41: freezes, stops payment, lifts both, or moves title by order. The caller is the order's second officer.
    /// `subject` is the token id. Also while an act is pending.
    function carryOut(Order calldata order) external;

    /// @notice Takes off a restraint whose day has passed. Anyone; acts do not wait for it.
    function expireRestraint(uint256 tokenId) external;

    /// @notice B42: the register operator, two officers, revokes a pending act or names another holder.
    function correct(Correction calldata c, Approval calldata approver) external;

    /* FOR THE OTHER ROOMS */

    /// @notice Acceptances only: B1. Mints the whole bill to its drawer, (Drawn, AwaitingReceipt).
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
    ) external returns (uint256 tokenId);

    /// @notice Acceptances only: B3, closes the pending acceptance.
    function markAccepted(uint256 tokenId) external;

    /// @notice Acceptances only: B3 and B9 at once, of a bill on which nothing is pending.
    function acceptAndDeliver(uint256 tokenId, address payee, bool marked) external;

    /// @notice Acceptances only: B14, the drawer's mark.
    function setDrawersMark(uint256 tokenId, bool marked) external;

    /// @notice Acceptances only: B9, closes the pending delivery.
    function deliver(uint256 tokenId, address payee) external;

    /// @notice The room of `op`: puts the act on a whole range or on one end of it, which is divided off. Refused while
    /// another act is pending, while frozen, and after the end.
    /// @param first With `last`: units the act concerns; 0–0 for an indivisible bill.
    /// @param flag The flag meanwhile: Locked, InCollection, or the present one (Guarantee).
    /// @return partId The range that carries the act.
    function lock(uint256 tokenId, uint40 first, uint40 last, PendingOp op, Flag flag) external returns (uint256 partId);

    /// @notice The room of `op`: anything but agreement. Restores flag, holder and range exactly; a part goes back into its
    /// parent where the rest is still as it was left, and otherwise stays a range of its own. Works under every restraint.
    /// @return tokenId The holder's range now: the parent again, or the part.
    function unlock(uint256 partId, PendingOp op) external returns (uint256 tokenId);

    /// @notice The room of `op`: the act is over, and `flag` is what it leaves on a range that stays one of its own. A
    /// guarantee given is counted on the range, which must not be frozen; what came to nothing ends under a freeze too.
    function close(uint256 tokenId, PendingOp op, Flag flag) external;

    /// @notice The room of `op`: divides one end off without a pending act, for both approvals in one transaction.
    function divide(uint256 tokenId, uint40 first, uint40 last, PendingOp op) external returns (uint256 partId);

    /// @notice The room of `op`: passes a range or one end of it on with a new record of the present holder, and closes `op` if
    /// it is pending. For endorsement, pledge and discount; refused while frozen.
    /// @param partId The range, or one end of it that is divided off.
    /// @param flag What the new holder's range is from now on.
    function pass(uint256 tokenId, uint256 partId, PendingOp op, address to, RecordKind kind, bool marked, Flag flag)
        external;

    /// @notice The room of `op`: B19, B20, B22. A range comes back to the party that passed it on, with the chain as it was
    /// before, or stays with its holder and only its flag changes. Refused while an act is pending or frozen.
    function giveBack(uint256 tokenId, PendingOp op, address to, Flag flag) external;

    /// @notice Endorsements only: B15, (Received, Transferable). An endorser's mark is left behind by a record without it, so that
    /// later endorsees can hold that endorser liable again; other pieces keep theirs.
    function liftMark(uint256 tokenId) external;

    /// @notice Recourse only: a payer takes the range over with the chain it may pursue, and nobody later in it. Refused while
    /// frozen or payment is stopped.
    /// @param head The record at which the payer's own prior parties begin (0 = drawer and acceptor only).
    function moveTo(uint256 tokenId, address to, uint16 head, Flag flag, bool drawersRights) external;

    /// @notice Recourse only: the range is pursued (TF0402); the flag before is kept.
    function beginRecourse(uint256 tokenId) external;

    /// @notice Recourse only: the pursuit is withdrawn, the flag before it comes back.
    function endRecourse(uint256 tokenId) external;

    /// @notice Presentations only: locks as `lock` does (InCollection) and notes the day it was presented. Also a frozen range:
    /// the system presents it too (SH-4), and its acceptor answers DC06.
    function markPresented(uint256 tokenId, uint32 day) external;

    /// @notice Presentations only: closes the presentation unpaid, with the flag before it. `dishonour` is an index into the bill's
    /// dishonours (0 leaves what was noted before); `presented` false forgets the day (an early presentation).
    function markDishonoured(uint256 tokenId, uint16 dishonour, bool presented) external;

    /// @notice The room of `op`: the range ends, and `op` with it if it is pending. Settled is refused while frozen or payment is stopped.
    /// Acceptances terminates (B5–B7), Presentations settles (B30) and terminates (B43), Recourse settles (B37).
    /// @return wasLast Whether the bill has no live range any more.
    function end(uint256 tokenId, PendingOp op, Status status) external returns (bool wasLast);

    /* READING */

    function bill(uint128 billNo) external view returns (Bill memory);
    function range(uint256 tokenId) external view returns (Range memory);
    function record(uint128 billNo, uint16 index) external view returns (Record memory);
    function restraint(uint256 tokenId) external view returns (Restraint memory);

    /// @notice The packed words, for contracts that ask often.
    function slotsOf(uint128 billNo) external view returns (BillParties parties, BillTerms terms);
    function wholeOf(uint128 billNo)
        external
        view
        returns (uint256 tokenId, address holder, RangeWord word, BillParties parties, BillTerms terms);
    function wordOf(uint256 tokenId) external view returns (address holder, RangeWord word);
    function stateOf(uint256 tokenId) external view returns (address holder, RangeWord word, BillTerms terms);
    function tradeKeyOf(uint128 billNo) external view returns (bytes32);

    /// @notice Fen of the range: `last − first + 1`, or the face of an indivisible bill.
    function amountOf(uint256 tokenId) external view returns (uint64);

    /// @notice Refuses while the range is frozen.
    function requireNotFrozen(uint256 tokenId) external view;

    /// @notice Refuses while the range is frozen or its payment stopped.
    function requirePayable(uint256 tokenId) external view;

    /// @notice Whether a party stands in the chain of a range, and at which record nearest to its holder. The drawer, the
    /// acceptor and guarantors are no endorsers: see `bill` and Guarantees.
    function isInChain(uint256 tokenId, address party) external view returns (bool found, uint16 index);

    /// @notice The record of a party farthest from the holder: what it took over first. 0 = none.
    function earliestRecordOf(uint256 tokenId, address party) external view returns (uint16 index);

    /// @notice The chain of a range from its holder back to the payee: records and their indices.
    function recordsOf(uint256 tokenId) external view returns (Record[] memory records, uint16[] memory indices);

    /// @notice The head a successor of `party` gets: no later party than `party` could pursue (NIL-11, NIL-69).
    function headFor(uint256 tokenId, address party) external view returns (uint16);
}
