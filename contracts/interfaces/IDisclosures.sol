// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @dev Kinds of acceptor, told by the acceptor's roles. 银票 and 财票 are class AC01, 商票 is AC02; disclosure (X1) covers
/// the last two of these, auto-dishonour (B32) the last only.
enum AcceptorKind {
    Bank,
    FinanceCompany,
    Enterprise
}

/// @title IDisclosures
/// @notice What an acceptor accepted, disclosed and failed to pay, reckoned from the ledger; and whether it may accept
/// (信息披露, 承兑人逾期, 持续逾期). Nothing here is typed in by the acceptor: its own statement is a hash, and stands beside
/// the one derived from the bill.
/// @dev Months are counted from January 1970 (= 0). An event of the overdue machine is one bill (by number) of the
/// acceptor that was not paid when due and presented; further ranges of the same bill add to the amounts alone, so that no
/// holder multiplies events by dividing a bill (A).
/// @custom:rule X1–X7, R4-24a, R4-24b, R4-36, OP-12
/// @custom:invariant DIS-1 balance = Σ over the acceptor's accepted ranges that are not ended (INV-11).
/// @custom:invariant DIS-2 overdueBalance = Σ over its ranges that were counted overdue and are not ended.
/// @custom:invariant DIS-3 The undisclosed count is the number of its accepted 商票 and 财票 without a matching statement.
interface IDisclosures {
    /// @dev One slot, the frequent one. Amounts in fen; 2^56 fen is 720 trillion yuan.
    struct Account {
        uint56 acceptedFen; // all that was ever accepted
        uint56 balanceFen; // accepted and not ended, overdue included
        uint56 overdueFen; // all that ever fell overdue
        uint56 overdueBalanceFen; // overdue and not ended
        uint16 month; // of the last change
        uint16 overdueMonths; // months in which the overdue figures changed; 0 = clean
    }

    /// @dev Undisclosed bills by the day until which they must be disclosed. Later acceptances never have earlier deadlines,
    /// so at most two deadlines lie in the future and all older ones are late: three counters say everything. A bill
    /// belongs to the latest bucket that starts on or before its acceptance day.
    struct Desk {
        uint24 currentFrom; // acceptance day
        uint24 currentBy; // last day for its disclosure
        uint24 currentCount;
        uint24 previousFrom;
        uint24 previousBy;
        uint24 previousCount;
        uint24 olderCount;
        uint16 disclosedMonth; // latest month disclosed as derived (X2)
        uint16 clearedMonth; // month whose X4 listing the acceptor cleared
        uint16 removedMonth; // determination months up to here count for no X5 ban
        uint16 listedMonth; // latest month whose listing was published
    }

    /// @dev The overdue figures at the end of a month in which they changed.
    struct OverdueMonth {
        uint16 month;
        uint16 events;
        uint56 balanceFen;
    }

    /// @dev What one bill number owes since it fell overdue.
    struct OverdueBill {
        uint24 day; // of its event
        uint56 openFen;
    }

    /// @dev Figures of a bank or finance company, as its supervisor states them.
    struct Figures {
        address acceptor;
        uint64 totalAssetsFen;
        uint64 depositsFen;
        uint64 marginFen; // 保证金余额
        uint24 asOfDay;
        bytes32 evidenceHash;
        uint64 deadline; // unix seconds, of the second approval
    }

    /// @dev The acceptor's latest statement about a bill.
    struct Disclosure {
        uint24 day; // 0 = never disclosed
        uint16 edits;
        bool matches; // the statement equals what the ledger derives
        bool ended; // a matching statement once ended the X1 clock
        bytes25 statementTag; // first bytes of the statement's hash
    }

    event BillDisclosed(
        uint128 indexed billNo,
        address indexed acceptor,
        bytes32 statementHash,
        bool matches,
        bool late,
        address officer
    );
    event MonthDisclosed(
        address indexed acceptor, uint16 month, bytes32 statementHash, bool matches, bool late, address officer
    );
    event DisclosureChecked(uint128 indexed billNo, address indexed party, bytes32 snapshotHash, address officer);
    /// @notice A range fell overdue; `counted` says whether it made an event of `month`.
    event OverdueCounted(
        address indexed acceptor, uint128 indexed billNo, uint64 amountFen, uint16 month, bool counted
    );
    /// @notice An overdue range ended; `uncounted` says that its bill's event was taken back (OP-12).
    event OverdueSettled(
        address indexed acceptor, uint128 indexed billNo, uint64 amountFen, uint16 month, bool uncounted
    );
    /// @notice The acceptor's standing in a month: whether X4 holds for the month before, and the last day of a ban.
    event AcceptorListed(address indexed acceptor, uint16 month, bool suspended, uint32 bannedUntil);
    event ClearanceAnnounced(address indexed acceptor, uint16 month, bytes32 announcementHash, address officer);
    event BanRemoved(address indexed acceptor, uint16 month, bytes32 causeHash, address officer, address approver);
    event FiguresStated(
        address indexed acceptor,
        uint64 totalAssetsFen,
        uint64 depositsFen,
        uint64 marginFen,
        uint24 asOfDay,
        bytes32 evidenceHash,
        address officer,
        address approver
    );
    /// @notice An institution's own book beside the register's (X7).
    event BookReconciled(
        address indexed party, uint64 bookBalanceFen, uint64 balanceFen, bool matches, bytes32 bookHash, address officer
    );

    /// @notice Thrown when an acceptor has bills whose day for disclosure has passed (X1).
    error DisclosuresLate(bytes32 ruleId, uint256 version, address acceptor, uint256 count);
    /// @notice Thrown when an acceptor is on the overdue list of the month (X4).
    error DisclosuresSuspended(bytes32 ruleId, uint256 version, address acceptor, uint16 month);
    /// @notice Thrown when a party is banned as persistently overdue (X5, R4-36): it may not accept, no bank accepts for it,
    /// and nobody discounts, pledges or guarantees what it accepted.
    error DisclosuresBanned(bytes32 ruleId, uint256 version, address party, uint32 lastDay);
    /// @notice Thrown when a bank's or finance company's figures for a ceiling are not stated.
    error DisclosuresFiguresMissing(bytes32 ruleId, uint256 version, address acceptor);
    /// @notice Thrown when a bill's disclosure is missing or differs from the bill (X3).
    error DisclosuresGate(bytes32 ruleId, uint256 version, uint128 billNo, bool disclosed);
    /// @notice Thrown when somebody other than the acceptor discloses.
    error DisclosuresParty(uint128 billNo, address actual, address needed);
    /// @notice Thrown when the bill is not accepted, or a bank accepted it: nothing to disclose.
    error DisclosuresNothingDue(uint128 billNo);
    /// @notice Thrown when a month is not over, or lies before those whose figures are kept.
    error DisclosuresMonth(address acceptor, uint16 month, uint16 earliest, uint16 latest);
    /// @notice Thrown when an announcement of clearance is not true yet: overdue fen left, bills not disclosed in time,
    /// or the last month not disclosed.
    error DisclosuresNotCleared(address acceptor, uint256 overdueFen, uint256 lateCount, uint16 disclosedMonth);
    /// @notice Thrown when there is no ban to remove.
    error DisclosuresNotBanned(address acceptor);
    /// @notice Thrown when figures or a statement lack a field.
    error DisclosuresIncomplete(bytes32 field);

    /* DOORS OF THE BILLS */

    /// @notice Books an acceptance. Acceptances, in the act of accepting. Refuses, in this order: acceptor banned (X5);
    /// drawer banned where a bank or finance company accepts for it (R4-36); acceptor suspended (X4); late with a
    /// disclosure (X1); above a ceiling (R4-24a, R4-24b).
    function book(uint128 billNo, address drawer, address acceptor, AcceptorKind kind, uint64 faceFen) external;

    /// @notice Takes a range off the acceptor's balance: it ended without ever being counted overdue (cancelled, unused,
    /// paid, lapsed). Acceptances, Presentations or Recourse.
    function unbook(address acceptor, uint64 amountFen) external;

    /// @notice Counts a range that was not paid when due and presented. Presentations or Recourse, once a range; not for an
    /// early presentation, nor where a court stopped the payment (DC06).
    function countOverdue(uint128 billNo, address acceptor, uint64 amountFen) external;

    /// @notice Takes a range that was counted overdue off both balances: it ended after all (paid, settled, lapsed).
    /// Presentations or Recourse.
    function settleOverdue(uint128 billNo, address acceptor, uint64 amountFen) external;

    /* DISCLOSURE */

    /// @notice States a bill (X1). Its acceptor, also when frozen or suspended; again to correct. Only a statement that
    /// matches ends the X1 clock and opens the X3 gate.
    /// @param statementHash As `derivedStatement` computes it from what the acceptor publishes.
    function disclose(uint128 billNo, bytes32 statementHash) external;

    /// @notice States the four figures of a month that is over (X2). The acceptor.
    /// @param statementHash keccak256(abi.encode(acceptor, month, acceptedFen, balanceFen, overdueFen, overdueBalanceFen)).
    function discloseMonth(uint16 month, bytes32 statementHash) external;

    /// @notice Records that the caller's party read the disclosure of a bill as it stands now (X6).
    function recordCheck(uint128 billNo) external returns (bytes32 snapshotHash);

    /// @notice Sets an institution's own balance of acceptances beside the register's (X7). Any acceptor.
    function reconcile(uint64 bookBalanceFen, bytes32 bookHash) external returns (bool matches);

    /* THE LISTS */

    /// @notice Publishes the acceptor's standing of this month. Anyone; once a month, a second time changes nothing.
    function publishListing(address acceptor) external;

    /// @notice Lifts this month's suspension at once: everything overdue is settled, disclosure is current, and the
    /// clearance was announced. The acceptor.
    function announceCleared(bytes32 announcementHash) external;

    /// @notice Removes a ban whose cause was not credit. Two officers of the regulator.
    function removeBan(address acceptor, bytes32 causeHash, uint64 deadline, Approval calldata approver) external;

    /// @notice States the figures behind the ceilings R4-24a and R4-24b. Two officers of the regulator.
    function stateFigures(Figures calldata figures, Approval calldata approver) external;

    /* READING */

    /// @notice Refuses unless a bill may be discounted, pledged or guaranteed: its acceptor is not banned, and, for 商票
    /// and 财票 where `disclosed` is asked, it is disclosed as it is (X3).
    function requireFinanceable(uint128 billNo, bool disclosed) external view;

    /// @notice Whether the acceptor's bill is disclosed as it is, or needs no disclosure since a bank accepted it.
    function isDisclosed(uint128 billNo) external view returns (bool);

    /// @notice What the ledger derives: keccak256(abi.encode(billNo, issueDay, acceptanceDay, drawer, acceptor, acceptor's
    /// USCC as bytes18, faceFen, maturity)).
    function derivedStatement(uint128 billNo) external view returns (bytes32);

    function disclosureOf(uint128 billNo) external view returns (Disclosure memory);

    /// @notice What a party saw when it checked, and whether that is still what is disclosed.
    function checkOf(uint128 billNo, address party) external view returns (bytes32 snapshotHash, bool current);

    function accountOf(address acceptor) external view returns (Account memory);
    function deskOf(address acceptor) external view returns (Desk memory);
    function figuresOf(address acceptor)
        external
        view
        returns (uint64 totalAssetsFen, uint64 depositsFen, uint64 marginFen, uint24 asOfDay);
    function overdueOf(uint128 billNo) external view returns (OverdueBill memory);
    function overdueMonths(address acceptor) external view returns (OverdueMonth[] memory);

    /// @notice Bills whose last day for disclosure has passed.
    function lateCount(address acceptor) external view returns (uint256);

    /// @notice The figures at the end of a month that is over.
    function monthEndOf(address acceptor, uint16 month) external view returns (Account memory);

    /// @notice Whether the acceptor may not accept on `day` for X4: it holds for the month before, and was not cleared.
    function isSuspended(address acceptor, uint32 day) external view returns (bool);

    /// @notice Whether the party is banned on `day` (X5), and until which day at least.
    function isBanned(address party, uint32 day) external view returns (bool banned, uint32 lastDay);
}
