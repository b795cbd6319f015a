// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {CertificateSlot} from "../libraries/Certificates.sol";
import {Order} from "./IOrders.sol";

/// @title IReceivables
/// @notice Receivable certificates (应收账款电子凭证): a debtor's confirmed promise to pay, divisible to one fen, passed
/// down many tiers, paid on its day. ERC-1155: id = certificate, unit = fen still owed. Operations E1–E13 of the
/// domain rulebook. What moves against money goes through Settlement.
/// @dev Order of checks everywhere: exists → status → authority → amount → time → orders.
interface IReceivables {
    /// @dev Drafted: opened by the debtor's maker. Claimed: opened by the supplier. Offered: confirmed, waiting for the
    /// supplier to take it. A certificate is due when its day has come; that is time, not a status.
    enum Status {
        None,
        Drafted,
        Claimed,
        Disputed,
        Offered,
        Active,
        Overdue,
        Paid,
        Cancelled
    }

    enum Recourse {
        None,
        Limited,
        Full
    }

    /// @dev One slot. Days are civil days.
    /// @param debtorTag First ten bytes of the debtor's identifier; Participants.partyOfTag knows the rest.
    /// @param frozenUntil Last day of a freeze; 0 = not frozen.
    /// @param tenorDays Days from opening to the due day.
    /// @param layersMax R77-8, fixed at opening; 0 = no limit.
    /// @param splitsLeft R77-8: splits still allowed, plus one; 0 = no limit.
    /// @param splitMinThousands R77-8: smallest part, in units of 1,000 yuan; 0 = no limit.
    /// @param hasLocks Whether a transfer of it was ever requested, so that positions may hold locks.
    /// @param hasPledges Whether a part was ever pledged, so that a payment may belong to a pledgee.
    /// @param outstandingFen What is owed; before the debtor has bound itself, what it is asked to promise.
    struct Certificate {
        bytes10 debtorTag;
        uint24 dueDay;
        uint24 frozenUntil;
        uint16 tenorDays;
        Status status;
        uint8 layersMax;
        uint16 splitsLeft;
        uint8 splitMinThousands;
        bool hasLocks;
        bool hasPledges;
        uint64 outstandingFen;
    }

    /// @dev A holder's units that a pending act locks, and the highest layer at which units reached it.
    struct Position {
        uint64 lockedFen;
        uint8 layer;
    }

    /// @dev What the debtor has paid on a certificate from its due day on.
    /// @param fenDays Each fen of principal times the days it was late.
    struct Collected {
        uint64 principalFen;
        uint80 interestFen;
        uint112 fenDays;
    }

    /// @dev A transferor's recourse undertaking to its transferee, from one hop.
    struct Undertaking {
        address from;
        uint64 amountFen;
        Recourse kind;
        uint64 capFen; // Limited only
    }

    /// @dev What one hop moves.
    /// @param evidenceHash Trade evidence of this hop (R77-3).
    /// @param capFen Limit of the recourse, for Recourse.Limited.
    struct Hop {
        uint256 id;
        address from;
        address to;
        uint64 amountFen;
        bytes32 evidenceHash;
        Recourse recourse;
        uint64 capFen;
    }

    /// @param deadline Unix seconds; for signatures over this transfer.
    struct Transfer {
        Hop hop;
        bytes32 reference_;
        uint64 deadline;
    }

    /// @notice One hop. Parties, amount and calling officer stand in the TransferSingle just before it.
    event CertificateTransferred(uint256 indexed id, bytes32 evidenceHash);
    /// @notice The transferor of the hop just before it answers for payment, for `capFen` at most.
    event RecourseUndertaken(
        uint256 indexed id, address indexed from, address indexed to, uint64 amountFen, Recourse recourse, uint64 capFen
    );
    event TransferRequested(
        bytes32 indexed pendingId,
        uint256 indexed id,
        address indexed from,
        address to,
        uint64 amountFen,
        uint32 deadlineDay,
        address officer
    );
    event TransferTaken(
        bytes32 indexed pendingId, address indexed to, bytes32 consentHash, address officer, address fromOfficer
    );
    event StandingConsentSet(
        address indexed to, address indexed from, uint32 untilDay, bytes32 consentHash, address officer
    );
    /// @notice One payment by the debtor. Each holder's principal is the burn beside it (TransferSingle to zero), its
    /// interest the rest of what Cash moved to it.
    event CertificatePaid(
        uint256 indexed id,
        address indexed debtor,
        uint64 principalFen,
        uint256 interestFen,
        uint32 lateDays,
        Status status
    );
    /// @notice A part was paid before its day at a price its holder agreed to; the units are the burn just before.
    event CertificateRetired(uint256 indexed id, address indexed debtor, uint64 principalFen, Status status);
    event CertificateOverdue(uint256 indexed id, address indexed debtor, uint64 outstandingFen, address by);
    event CertificateFrozen(uint256 indexed id, uint32 untilDay, bytes32 indexed orderId, address officer);
    event CertificateUnfrozen(uint256 indexed id, bytes32 indexed orderId, address officer);
    event CertificateMovedByOrder(
        uint256 indexed id, address indexed from, address indexed to, uint64 amountFen, bytes32 orderId, address officer
    );

    /// @notice Thrown when the certificate is not in the status the act needs.
    error ReceivablesStatus(uint256 id, Status actual, Status needed);
    /// @notice Thrown when the certificate is in none of the statuses the act needs (bits).
    error ReceivablesStatusOneOf(uint256 id, Status actual, uint256 needed);
    /// @notice Thrown when the certificate exists: the same invoice and reference were opened before.
    error ReceivablesExists(uint256 id);
    /// @notice Thrown when the caller's party may not do this to the certificate.
    error ReceivablesParty(uint256 id, address actual, address needed);
    /// @notice Thrown when the amount is zero, or larger than what it is taken from, fen.
    error ReceivablesAmount(uint256 id, uint256 actual, uint256 needed);
    /// @notice Thrown when the holder has too little that is not locked, fen.
    error ReceivablesAvailable(uint256 id, address holder, uint256 available, uint256 needed);
    /// @notice Thrown when a part, or what is left, would be smaller than allowed (OP-3), fen.
    error ReceivablesPartTooSmall(bytes32 ruleId, uint256 version, uint256 actual, uint256 needed);
    /// @notice Thrown when the due day is not after the day it counts from (civil days).
    error ReceivablesDueDay(uint32 dueDay, uint32 needed);
    /// @notice Thrown when the day has come, and only payment is left (civil days).
    error ReceivablesDue(uint256 id, uint32 dueDay, uint32 today);
    /// @notice Thrown when the day has not come yet (civil days).
    error ReceivablesNotDue(uint256 id, uint32 dueDay, uint32 today);
    /// @notice Thrown when an order froze the certificate (civil day, inclusive).
    error ReceivablesFrozen(uint256 id, uint32 untilDay);
    /// @notice Thrown when the trade evidence is missing (R77-3).
    error ReceivablesEvidenceMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the consent record is missing (R77-9, R802-3).
    error ReceivablesConsentMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when the transferee gave no standing consent to this transferor, or it has ended (R77-9).
    error ReceivablesConsentNotGiven(bytes32 ruleId, uint256 version, address to, address from, uint32 untilDay);
    /// @notice Thrown when a recourse undertaking has a cap it should not have, or lacks it.
    error ReceivablesRecourseCap(Recourse kind, uint256 capFen);
    /// @notice Thrown when there is no undertaking at the place named: the chain of recourse ends here.
    error ReceivablesUndertakingNone(uint256 id, address to, uint256 index);
    /// @notice Thrown when a transferee holds as many undertakings on one certificate as it can.
    error ReceivablesUndertakingsFull(uint256 id, address to, uint256 max);
    /// @notice Thrown when transferor and transferee are the same, or the transferee is the debtor itself.
    error ReceivablesTransferee(uint256 id, address to);
    /// @notice Thrown when holders are not listed in ascending order without repetition, or one holds nothing.
    error ReceivablesHolderOrder(uint256 id, address holder);
    /// @notice Thrown when the list of holders is empty or too long for one call.
    error ReceivablesHolderCount(uint256 actual, uint256 needed);
    /// @notice Thrown when a pro rata payment does not list all holders, fen.
    error ReceivablesHoldersIncomplete(uint256 id, uint256 listed, uint256 needed);
    /// @notice Thrown by the token entry points of ERC-1155: a hop needs evidence and the transferee's consent.
    error ReceivablesTransferPath();
    /// @notice Thrown when an order's amount or kind does not fit.
    error ReceivablesOrder(bytes32 orderId);

    /* FOR INVOICES: E1–E4 */

    /// @notice Writes a new certificate down and gives its units to the supplier, locked by its status.
    /// @param lateRatePpm Agreed annual rate after the due day; 0 = the statutory daily rate.
    function issue(uint256 id, address supplier, CertificateSlot slot, uint24 lateRatePpm) external;

    /// @notice Moves a certificate that is no promise yet to its next status.
    /// @param fromStatuses Bits of the statuses it may be in.
    /// @return before The certificate as it was.
    function advance(uint256 id, uint256 fromStatuses, Status to) external returns (CertificateSlot before);

    /// @notice Burns a part, or with the last fen all, of a certificate that is no promise yet.
    function reduce(uint256 id, address supplier, uint64 amountFen) external;

    /* TRANSFER: E5, E6 */

    /// @notice E5, E6: passes a part of the caller's party on, without recourse, to a party that gave standing consent.
    function transfer(uint256 id, address to, uint64 amountFen, bytes32 evidenceHash) external;

    /// @notice As `transfer`, with the caller's party answering for payment.
    function transferWithRecourse(Hop calldata hop) external;

    /// @notice E5, E6 with both approvals in one transaction.
    function transferSigned(Transfer calldata terms, bytes32 consentHash, Approval calldata from, Approval calldata to)
        external;

    /// @notice Asks the transferee; the part is locked until it is taken, rejected, withdrawn or expired.
    function requestTransfer(Transfer calldata terms, uint32 deadlineDay) external returns (bytes32 pendingId);

    /// @notice The transferee takes what was requested. Every precondition is checked again.
    function takeTransfer(Transfer calldata terms, bytes32 consentHash) external;

    /// @notice Gives, until a civil day, or with 0 takes back, standing consent to certificates from one named party.
    function setStandingConsent(address from, uint32 untilDay, bytes32 consentHash) external;

    /* SETTLEMENT ONLY: E7, E8, E11 */

    /// @notice Moves a part sold for money. Both parties' standing was checked.
    /// @return payDay The day on which payment of the certificate is owed.
    function assign(Hop calldata hop) external returns (uint32 payDay);

    /// @notice E11: gives a part back to a former holder that paid for it under its recourse undertaking, also after
    /// the due day. Trade evidence, layers and splits are those of the way forth.
    function reassign(uint256 id, address from, address to, uint64 amountFen) external;

    /// @notice Burns a part that its debtor pays before the due day, at a price its holder agreed to.
    function retire(uint256 id, address debtor, address holder, uint64 amountFen) external;

    /// @notice Burns everything that the listed holders have, to be paid with interest.
    /// @return principalsFen Per holder, fen.
    /// @return interestsFen Late interest per holder, fen.
    /// @return unpaidFen What is owed to the other holders, late interest included, fen.
    /// @return hasPledges Whether a part of the certificate was ever pledged.
    function redeem(uint256 id, address debtor, address[] calldata holders)
        external
        returns (uint256[] memory principalsFen, uint256[] memory interestsFen, uint256 unpaidFen, bool hasPledges);

    /// @notice Burns `amountFen` over all holders pro rata by largest remainder.
    function redeemPart(uint256 id, address debtor, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256[] memory principalsFen, uint256[] memory interestsFen, bool hasPledges);

    /* PLEDGES ONLY */

    /// @notice Locks a part that its holder pledges; not to the debtor, whose own debt it is.
    function lock(uint256 id, address holder, address pledgee, uint64 amountFen) external;

    /// @notice Lets go of a part: released, paid or sold in enforcement.
    function unlock(uint256 id, address holder, uint64 amountFen) external;

    /* AFTER THE DAY, AND ORDERS: E9, E13 */

    /// @notice E9: anyone marks a certificate overdue once its (rolled) day ended unpaid. Its debtor is barred from opening (E12).
    function markOverdue(uint256 id) external;

    /// @notice Freezes, unfreezes or moves by legal order; the caller is the order's second officer.
    function carryOut(Order calldata order) external;

    /* READING */

    function certificate(uint256 id) external view returns (Certificate memory);
    function balanceOf(address holder, uint256 id) external view returns (uint256);
    function position(uint256 id, address holder) external view returns (Position memory);
    function undertakings(uint256 id, address to) external view returns (Undertaking[] memory);
    function standingConsent(address to, address from) external view returns (uint32 untilDay);
    function lateRateOf(uint256 id) external view returns (uint24 ratePpm);

    /// @notice What was paid on a certificate so far, for whoever must account for a part of it.
    function collections(uint256 id) external view returns (Collected memory);

    /// @notice The undertaking at a place of `undertakings`; refuses where there is none.
    function undertakingAt(uint256 id, address to, uint256 index) external view returns (Undertaking memory);
    function transferIdOf(Transfer calldata terms) external view returns (bytes32);

    /// @notice The day on which payment is owed: the due day, rolled.
    function payDayOf(uint256 id) external view returns (uint32 day, bool provisional);

    /// @notice Late interest on an amount of this certificate if it were paid on `day`, fen, half-up.
    function lateInterestOf(uint256 id, uint256 amountFen, uint32 day) external view returns (uint256);
}
