// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev Against whom a dishonour opens recourse (追索范围), the wider the higher. `None`: answered before maturity, present
/// again. `DrawerAcceptorOnly`: drawer, acceptor and their guarantors; prior endorsers are lost (NIL-65).
enum Scope {
    None,
    DrawerAcceptorOnly,
    All
}

/// @dev Reason codes of a dishonour, DC00–DC09 of the register in its order.
enum DishonourCode {
    DirectCounterpartyBreach,
    FraudOrTheft,
    BadFaithTaker,
    DefenceKnown,
    GrossNegligence,
    PeriodPassed, // DC05: presented after the window only
    CourtOrder, // DC06: a frozen range, or one whose payment is stopped; then no other
    NotDue, // DC07: before maturity only
    InsufficientBalance, // DC08: 商票 only
    Other // DC09: text required, by hash
}

/// @title IPresentations
/// @notice Presentation for payment, payment and dishonour of bills (提示付款, 付款, 拒付): B27–B32 and B43. M maturity, W last
/// day of the window, P day presented, A day answered. The pending act lives in the range's own word: the acceptor that is
/// to answer stands in the bill.
/// @dev Order of checks everywhere: exists → status → authority → amount → time → orders. Whatever depends on a business
/// day of a year that is not loaded refuses (CAL-2).
/// @custom:rule NIL-53, NIL-54, NIL-57, NIL-60, NIL-65, NIL-17a, SH-4, SH-5, OP-8
/// @custom:invariant PRS-1 A range that was dishonoured in time keeps the scope ALL (§6).
/// @custom:invariant PRS-2 Auto-dishonour twice is once (INV-25).
/// @custom:invariant PRS-3 Payment goes to the holder of that moment (MUST-5) and releases everybody (INV-5).
interface IPresentations {
    /// @dev Automatic: the system's own on the maturity day (NT01), or included in the acceptor's payment.
    enum Kind {
        Early,
        AtMaturity,
        Late,
        Automatic
    }

    /// @dev One slot. The first dishonour that opened recourse; pieces of the range share it.
    /// @param day A; clocks run from here and no later dishonour resets them (MUST-19).
    /// @param presentedDay P.
    /// @param counted Whether it was counted overdue (not under DC06).
    struct Dishonour {
        uint24 day;
        uint24 presentedDay;
        DishonourCode code;
        Scope scope;
        bool counted;
    }

    event BillPresented(
        uint256 indexed tokenId, address indexed holder, Kind kind, uint32 day, bytes32 reasonHash, address officer
    );
    event PresentationWithdrawn(uint256 indexed tokenId, address indexed holder, address officer);
    /// @notice Paid in full to the holder; everybody is released. `presented` is false where the presentation is part of
    /// the payment. `proxy` is the access bank that debited the acceptor; zero: the acceptor itself.
    event BillPaid(
        uint256 indexed tokenId,
        address indexed acceptor,
        address indexed holder,
        uint64 amountFen,
        bool presented,
        address proxy
    );
    /// @notice The proof of dishonour (SH-6). `index` is the dishonour the range carries now; 0 where none opened recourse.
    /// @param day A. `code`, `scope` are those of this answer; the range may carry an earlier, wider one.
    /// @param party Who answered: the acceptor, its access bank, or zero where time did.
    event BillDishonoured(
        uint256 indexed tokenId,
        uint16 index,
        uint32 day,
        uint32 presentedDay,
        DishonourCode code,
        Scope scope,
        bytes32 reasonHash,
        address indexed party,
        address officer
    );
    event BillLapsed(uint256 indexed tokenId, address indexed holder, uint32 lastDay, address by);
    event AccessBankSet(address indexed acceptor, address indexed bank, address officer);

    /// @notice Thrown when the range's status and flag do not allow the act, or another act is pending on it.
    error PresentationsPair(uint256 tokenId, uint8 status, uint8 flag, uint8 pendingOp);
    /// @notice Thrown when the caller's party may not do this to the range.
    error PresentationsParty(uint256 tokenId, address actual, address needed);
    /// @notice Thrown when a late presentation, or the code Other, lacks its reason.
    error PresentationsReasonMissing(uint256 tokenId, bytes32 ruleId, uint256 version);
    /// @notice Thrown when a code contradicts what the ledger knows of the range.
    error PresentationsCode(uint256 tokenId, DishonourCode code);
    /// @notice Thrown when the day is before the first or after the last one allowed (civil days).
    error PresentationsDay(uint256 tokenId, uint32 today, uint32 earliest, uint32 latest);
    /// @notice Thrown when auto-dishonour is asked of a bill that a bank or finance company accepted.
    error PresentationsNotCommercial(uint256 tokenId);
    /// @notice Thrown when a bill carries as many different dishonours as it can.
    error PresentationsFull(uint128 billNo, uint256 max);
    /// @notice Thrown when an acceptor would be its own access bank.
    error PresentationsAccessBank(address acceptor, address bank);

    /* PRESENTATION: B27–B29 */

    /// @notice B27, B28, B29: presents a range for payment. Its holder. Before maturity the acceptor may pay, refuse or leave it; in [M, W] it
    /// is due; after W, until 24 months from maturity, a reason is needed. The amount is always the face.
    /// @param reasonHash Hash of the reason; needed after W, else zero.
    /// @custom:rule NIL-53
    function present(uint256 tokenId, bytes32 reasonHash) external;

    /// @notice B28: presents a range in [M, W] without its holder (NT01). Anyone. Also a frozen one, and in the place of an early
    /// presentation still pending: the acceptor's clock then runs from today.
    /// @custom:rule SH-4
    function presentDue(uint256 tokenId) external;

    /// @notice B27–B29: takes a presentation back before it is answered: the exact pair before it. The holder; also when frozen.
    function withdrawPresentation(uint256 tokenId) external;

    /* ANSWER: B30–B32 */

    /// @notice B31: refuses payment. The acceptor within SH-5's first number of business days from receipt, its access bank one
    /// business day longer; banks and finance companies at any time. The pair before the presentation is restored; from
    /// maturity on, the dishonour stands and recourse opens by scope (§6).
    /// @param reasonHash Hash of the text; needed with Other.
    /// @custom:rule NIL-62, SH-5, SH-6a
    function dishonour(uint256 tokenId, DishonourCode code, bytes32 reasonHash) external;

    /// @notice B32: dishonours a 商票 that was not answered by the end of the access bank's last day; A is that day. Anyone; again
    /// changes nothing.
    /// @return done Whether this call did it.
    /// @custom:rule SH-5
    function autoDishonour(uint256 tokenId) external returns (bool done);

    /// @notice Names, or with zero removes, the bank that may answer presentations for the caller's party and debit its
    /// account for them (代理应答, 自动扣款).
    function setAccessBank(address bank) external;

    /// @notice B30: ends a range by payment. Settlement, which moves the money in the same call. Presents it first where nobody
    /// did, from maturity on.
    /// @param payer The acceptor, or its access bank for a range that is presented.
    /// @return acceptor Whose account pays.
    /// @return holder To whom.
    /// @return amountFen The face, fen.
    /// @return inArrears Whether more than the face may be owed: it was dishonoured (NIL-70), or is not transferable, as what a
    /// payer took over without a dishonour is (NIL-71).
    /// @return pledged Whether the holder has it in pledge (TF0304), so that what is above its loan is the pledgor's (B23).
    function redeem(uint256 tokenId, address payer)
        external
        returns (address acceptor, address holder, uint64 amountFen, bool inArrears, bool pledged);

    /// @notice Takes a range that was settled in recourse off the acceptor's balances and the invoice. Recourse, once a range.
    function closeBooks(uint256 tokenId) external;

    /* LAPSE: B43 */

    /// @notice B43: ends the bill act 24 months after maturity; the civil claim survives (NIL-18). Anyone.
    function lapse(uint256 tokenId) external;

    /* READING */

    /// @notice The window [M, W]; `provisional`: W was reckoned without the calendar of a year (CAL-2).
    function windowOf(uint256 tokenId) external view returns (uint32 first, uint32 last, bool provisional);

    /// @notice The last days to answer a pending presentation of a 商票: the acceptor's, and its access bank's.
    function answerDaysOf(uint256 tokenId) external view returns (uint32 acceptorDay, uint32 bankDay);

    /// @notice The dishonour a range carries; scope None if none.
    function dishonourOf(uint256 tokenId) external view returns (Dishonour memory);

    /// @notice A dishonour of a bill by its index (from 1).
    function dishonourAt(uint128 billNo, uint16 index) external view returns (Dishonour memory);

    function accessBankOf(address acceptor) external view returns (address);
}
