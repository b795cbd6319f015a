// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {AcceptorKind} from "./IDisclosures.sol";

/// @title IAcceptances
/// @notice A bill from drawing to delivery: 出票 (B1), 提示承兑 and 承兑 (B2–B5), 撤票 and 未用退回 (B6, B7), 提示收票 and 收票
/// (B8–B10), the drawer's mark (B14). Until it is delivered only the whole package moves.
/// @dev Who answers stands in the bill itself, so a pending act lives in the range's word alone.
/// Order of checks: exists → pair → authority → amount → time → orders.
/// @custom:invariant ACP-1 No bill is accepted unless two officers of its acceptor approved it (MUST-2).
/// @custom:invariant ACP-2 An accepted bill's face is used on its invoice, once, until it is paid or comes to nothing (SYS-1).
/// @custom:rule NIL-22, NIL-25, NIL-41, NIL-43, NIL-44, R4-24, R4-25, SH-1, SH-7, X4, X5, R802-3
interface IAcceptances {
    /// @dev How an act pending before delivery, or the bill itself, came to nothing.
    enum Cause {
        Refused,
        Withdrawn,
        Expired,
        ClearedOut,
        Cancelled,
        ReturnedUnused
    }

    /// @param billNo The 30 digits as a number; the last is a check digit, the date is today.
    /// @param divisible Whether the bill is a package of units of 0.01 yuan.
    /// @param tradeKey Invoice key of the trade: supplier = payee, debtor = drawer. May be zero for types 5 and 6.
    /// @param documentHash Hash of the bill's text with all items of NIL-22.
    struct Drawing {
        uint128 billNo;
        address payee;
        address acceptor;
        uint40 faceFen;
        uint32 maturity;
        bool divisible;
        bytes32 tradeKey;
        bytes32 documentHash;
    }

    /// @param acts The range's count of acts.
    /// @param documentHash Hash of the text accepted.
    /// @param deadline Unix seconds; for signatures.
    struct Acceptance {
        uint128 billNo;
        uint16 acts;
        bytes32 documentHash;
        uint64 deadline;
    }

    /// @dev B2, B3, B8 and B9 in one: the same words for all who approve; the signature covers face and maturity as well.
    struct AcceptedDelivery {
        uint128 billNo;
        uint16 acts;
        bool marked;
        bytes32 documentHash;
        bytes32 consentHash;
        uint64 deadline;
    }

    /// @param marked The drawer writes 不得转让 (NIL-27).
    /// @param consentHash The payee's consent record (R802-3).
    struct Delivery {
        uint128 billNo;
        uint16 acts;
        bool marked;
        bytes32 consentHash;
        uint64 deadline;
    }

    /// @notice B1. The rest stands in BillIssued beside it.
    event BillDrawn(uint128 indexed billNo, address indexed drawer, bytes32 documentHash, address officer);
    event AcceptanceRequested(uint128 indexed billNo, address indexed acceptor, address officer);
    /// @notice B3. `late`: after the days of NIL-41.
    event AcceptanceGiven(
        uint128 indexed billNo,
        address indexed acceptor,
        uint64 faceFen,
        bool late,
        bytes32 documentHash,
        address maker,
        address checker
    );
    /// @notice B4, B5. `conditional`: accepted on a condition, which is a refusal (NIL-43).
    event AcceptanceClosed(
        uint128 indexed billNo,
        Cause cause,
        address indexed party,
        bool conditional,
        bytes32 reasonHash,
        address officer
    );
    event DeliveryTendered(uint128 indexed billNo, address indexed payee, bool marked, address officer);
    event DeliveryTaken(uint128 indexed billNo, address indexed payee, bytes32 consentHash, address officer);
    event DeliveryClosed(
        uint128 indexed billNo, Cause cause, address indexed party, bytes32 reasonHash, address officer
    );
    /// @notice B5, B6, B7: the bill came to nothing. Whoever guarantees it is to be told.
    event BillTerminated(
        uint128 indexed billNo, Cause cause, address indexed party, bytes32 reasonHash, address officer
    );

    /// @notice Thrown when the number's check digit is wrong.
    error AcceptancesCheckDigit(uint128 billNo, uint8 actual, uint8 needed);
    /// @notice Thrown when the number is longer than 30 digits or its date is not the day of drawing (civil days; 0 = no day).
    error AcceptancesNumber(uint128 billNo, uint32 actual, uint32 needed);
    /// @notice Thrown when the type digit does not say what the acceptor is: 6 and 7 an enterprise, 5 and 8 a bank or finance company.
    error AcceptancesType(uint128 billNo, uint8 actual, AcceptorKind needed);
    /// @notice Thrown when a required item is missing (NIL-22).
    error AcceptancesIncomplete(bytes32 ruleId, uint256 version, bytes32 item);
    /// @notice Thrown when the caller's party is not the one needed.
    error AcceptancesParty(uint128 billNo, address actual, address needed);
    /// @notice Thrown when drawer and payee are the same party.
    error AcceptancesSelf(uint128 billNo, address party);
    /// @notice Thrown when maturity does not lie after the issue day (civil days).
    error AcceptancesMaturity(uint128 billNo, uint32 actual, uint32 earliest);
    /// @notice Thrown when the maturity day has come (civil days).
    error AcceptancesMatured(uint128 billNo, uint32 maturity, uint32 today);
    /// @notice Thrown when a clear-out comes before its day (civil days).
    error AcceptancesNotDue(uint128 billNo, uint32 day, uint32 today);
    /// @notice Thrown when a consent record is missing (R802-3).
    error AcceptancesConsentMissing(bytes32 ruleId, uint256 version);

    /// @notice B1: draws. Nothing is used on the invoice before the acceptor has accepted.
    function draw(Drawing calldata d) external returns (uint256 tokenId);

    /// @notice B2: presents the whole bill for acceptance. The drawer.
    function requestAcceptance(uint128 billNo) external;

    /// @notice B3: accepts, without any condition. The caller checks for the acceptor, `maker` made it. The face is used on the
    /// invoice and counts as the drawer's debt and the acceptor's acceptances.
    function accept(Acceptance calldata a, Approval calldata maker) external;

    /// @notice B2 and B3 in one transaction: drawer, maker and checker approve; one of them calls.
    function acceptSigned(
        Acceptance calldata a,
        Approval calldata drawer,
        Approval calldata maker,
        Approval calldata checker
    ) external;

    /// @notice B2, B3, B8 and B9 in one transaction: drawer, acceptor's maker and checker, and payee approve; one of them calls. Where
    /// the drawer is the acceptor, its maker may approve for both (name it twice).
    function acceptAndDeliver(
        AcceptedDelivery calldata d,
        Approval calldata drawer,
        Approval calldata maker,
        Approval calldata checker,
        Approval calldata payee
    ) external;

    /// @notice B4: the acceptor refuses, or accepts on a condition, which is the same (NIL-43).
    function refuseAcceptance(uint128 billNo, bool conditional, bytes32 reasonHash) external;

    /// @notice B4: the drawer takes it back. Always possible.
    function withdrawAcceptance(uint128 billNo) external;

    /// @notice NT07: anyone, after the acceptor's days (NIL-41), gives the bill back to its drawer as it was.
    function expireAcceptance(uint128 billNo) external;

    /// @notice B6: the drawer cancels before the payee has signed. The whole bill.
    function cancel(uint128 billNo, bytes32 reasonHash) external;

    /// @notice B5, B7: anyone, from the maturity day: a bill not delivered by then ends.
    function clearOut(uint128 billNo) external;

    /// @notice B8, B14: the drawer tenders the whole bill to its payee, `marked` not to be transferred or not.
    function tenderDelivery(uint128 billNo, bool marked) external;

    /// @notice B9: the payee takes it. Its consent is free and never presumed (R802-3).
    function takeDelivery(uint128 billNo, bytes32 consentHash) external;

    /// @notice B8 and B9 in one transaction: drawer and payee approve; one of them calls.
    function deliverSigned(Delivery calldata d, Approval calldata drawer, Approval calldata payee) external;

    /// @notice B10: the payee refuses.
    function refuseDelivery(uint128 billNo, bytes32 reasonHash) external;

    /// @notice B10: the drawer takes the tender back. Always possible.
    function withdrawDelivery(uint128 billNo) external;

    /// @notice The last day on which the acceptor answers in time (NIL-41), of a bill presented for acceptance.
    function acceptanceDayOf(uint128 billNo) external view returns (uint32 day, bool provisional);
}
