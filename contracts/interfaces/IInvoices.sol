// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @dev Reasons to bar a debtor from opening (R77-7), as bits. Reason (a), an unpaid certificate, the ledger sees itself.
library BarReason {
    uint8 internal constant PUBLIC_BOND_DEFAULT = 1;
    uint8 internal constant BILLS_PERSISTENTLY_OVERDUE = 2;
    uint8 internal constant ALL = 3;
}

/// @title IInvoices
/// @notice Trade background (贸易背景) and the one exposure ledger: an invoice backs at most its own amount, over every
/// instrument together.
/// @dev A key is HMAC(consortium key, identity fields), never amount, date or address; nothing here can be guessed
/// from outside, and a changed fen makes no new key. Accounts are kept by key and debtor: a party can confirm for
/// itself only, and whoever registers or confirms somebody else's key occupies nothing.
/// @custom:rule R77-3, MUST-1, MUST-22
interface IInvoices {
    enum InvoiceStatus {
        None,
        Registered,
        Confirmed
    }

    /// @dev One slot. Tags are the first bytes of the supplier's identifier and of the document's hash.
    struct Invoice {
        uint64 amountFen;
        uint64 usedFen;
        InvoiceStatus status;
        bool conflicted;
        bytes7 supplierTag;
        bytes7 documentTag;
    }

    /// @dev What a debtor owes over all instruments, and whether it may promise more. Bar reasons: bits of BarReason.
    struct DebtorAccount {
        uint64 outstandingFen;
        uint64 limitFen;
        uint32 overdueCount;
        uint8 barReasons;
    }

    /// @param documentHash Hash of the trade evidence.
    struct Registration {
        bytes32 key;
        address supplier;
        address debtor;
        uint64 amountFen;
        bytes32 documentHash;
    }

    event InvoiceRegistered(
        bytes32 indexed key, address supplier, address debtor, uint64 amountFen, bytes32 documentHash, address officer
    );
    /// @notice The same key came with other parties, amount or document: review by hand.
    event InvoiceConflict(
        bytes32 indexed key,
        address indexed supplier,
        address indexed debtor,
        uint64 amountFen,
        bytes32 documentHash,
        address officer
    );
    event InvoiceConfirmed(
        bytes32 indexed key,
        address indexed supplier,
        address indexed debtor,
        uint64 amountFen,
        address maker,
        address checker
    );
    event OpeningBarSet(address indexed debtor, uint8 reasons, bytes32 evidenceHash, address officer, address approver);
    event OpeningLimitSet(address indexed debtor, uint64 limitFen, address officer, address approver);

    /// @notice Thrown when the debtor is barred from opening (R77-7). Bits as in BarReason.
    error InvoicesDebtorBarred(bytes32 ruleId, uint256 version, address debtor, uint8 reasons, uint32 overdueCount);
    /// @notice Thrown when the debtor's opening limit is too small, fen.
    error InvoicesDebtorLimit(address debtor, uint256 available, uint256 needed);
    /// @notice Thrown when a bar names reasons that do not exist.
    error InvoicesBarReason(uint256 actual, uint256 needed);
    /// @notice Thrown when a key, party or amount is empty.
    error InvoicesIncomplete(bytes32 key);
    /// @notice Thrown when the key is registered or confirmed for another supplier.
    error InvoicesParties(bytes32 key, address supplier, address debtor);
    /// @notice Thrown when an unconfirmed key carries a conflict; the debtor first confirms by hand (`confirmInvoice`).
    error InvoicesConflicted(bytes32 key);
    /// @notice Thrown on the first fen above what the invoice can still back (R77-3, INV-13).
    error InvoicesCapacity(bytes32 key, uint256 available, uint256 needed);
    /// @notice Thrown when the invoice is confirmed already.
    error InvoicesConfirmed(bytes32 key);

    /// @notice Registers an invoice of the caller's party against `debtor`. Repeating it changes nothing; other content
    /// under the same key is flagged, not stored.
    function register(bytes32 key, address debtor, uint64 amountFen, bytes32 documentHash) external;

    /// @notice The debtor confirms an invoice amount by hand, which also settles a conflict. The caller checks, the
    /// approver made it.
    function confirmInvoice(bytes32 key, address supplier, uint64 amountFen, uint64 deadline, Approval calldata maker)
        external;

    /// @notice Receivables, Presentations or Recourse: the debtor's instrument was paid, or paid for. `cured`: with it, an
    /// overdue certificate is paid in full.
    function discharge(address debtor, uint64 amountFen, bool cured) external;

    /// @notice Receivables only: one of the debtor's became overdue, which bars it from opening (R77-7).
    function countOverdue(address debtor) external;

    /// @notice Acceptances only: a bill of the debtor was accepted; its face is used on the invoice and owed. The event that
    /// says by whom is the bill's.
    /// @param supplierTag First ten bytes of the supplier's identifier, as the bill keeps them.
    function useFor(bytes32 key, bytes10 supplierTag, address debtor, uint64 amountFen) external;

    /// @notice Acceptances only: an accepted bill came to nothing before it was delivered.
    function release(bytes32 key, address debtor, uint64 amountFen) external;

    /// @notice Refuses unless the invoice of that supplier can still back the amount and the debtor may promise it. Nothing is
    /// reserved.
    function requireBacking(bytes32 key, address supplier, address debtor, uint64 amountFen) external view;

    /// @notice E12 (b) and (c): the operator, two officers, bars or clears a debtor for what the ledger cannot see.
    function setOpeningBar(
        address debtor,
        uint8 reasons,
        bytes32 evidenceHash,
        uint64 deadline,
        Approval calldata approver
    ) external;

    /// @notice The operator, two officers, limits what a debtor may owe (授信额度), fen.
    function setOpeningLimit(address debtor, uint64 limitFen, uint64 deadline, Approval calldata approver) external;

    function invoice(bytes32 key, address debtor) external view returns (Invoice memory);

    function debtorAccount(address debtor) external view returns (DebtorAccount memory);

    /// @notice What the invoice can still back, fen.
    function capacityOf(bytes32 key, address debtor) external view returns (uint256);
}
