// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IOpenings
/// @notice How a receivable becomes a certificate: opening (开立), debtor confirmation (确权), taking (签收), refusing
/// (拒收), dispute. Operations E1–E4 and the dispute of E13.
/// @dev Order of checks: exists → status → authority → amount → time → orders.
/// @custom:rule R77-1, R77-2, R77-3, R77-7, R77-9, R802-1, R802-3, R802-4, R802-5
interface IOpenings {
    enum CancelCause {
        Refused,
        Withdrawn,
        Expired
    }

    /// @param documentHash Hash of the trade evidence: contract, invoice, delivery (R77-3).
    /// @param bankReviewHash Needed above the plain tenor (R77-2b).
    /// @param termReasonHash Needed above the payment term for SMEs (R802-1).
    /// @param consentHash The supplier's consent record (R77-9, R802-3); needed where the supplier opens.
    /// @param deadline Unix seconds; for signatures over this opening.
    struct Opening {
        bytes32 invoiceKey;
        bytes32 reference_;
        address supplier;
        address debtor;
        uint64 amountFen;
        uint64 invoiceFen;
        uint32 deliveryDay;
        uint32 dueDay;
        uint24 lateRatePpm;
        bytes32 documentHash;
        bytes32 bankReviewHash;
        bytes32 termReasonHash;
        bytes32 consentHash;
        uint64 deadline;
    }

    /// @dev What the debtor's maker and checker approve; the signature also covers the certificate's amount and due day
    /// as they stand on chain.
    struct Confirmation {
        bytes32 invoiceKey;
        bytes32 reference_;
        address supplier;
        bytes32 documentHash;
        uint64 deadline;
    }

    /// @notice The amount stands in the TransferSingle just before it, by which the supplier received the units. With a
    /// consent record it is the supplier's claim, without one the debtor's draft.
    event CertificateOpened(
        uint256 indexed id,
        address indexed debtor,
        address indexed supplier,
        bytes32 invoiceKey,
        bytes32 reference_,
        uint32 dueDay,
        bytes32 documentHash,
        bytes32 consentHash,
        address officer
    );
    /// @notice What differs from the plain terms: a bank's review (R77-2b), a reason for a longer term (R802-1), an
    /// agreed annual late rate (R802-4).
    event CertificateTermsAgreed(
        uint256 indexed id, bytes32 bankReviewHash, bytes32 termReasonHash, uint24 lateRatePpm
    );
    /// @notice Limits of R77-8 that apply to this certificate; units as in IReceivables.Certificate.
    event CertificateLimitsFixed(uint256 indexed id, uint8 layersMax, uint16 splitsLeft, uint8 splitMinThousands);
    /// @notice The debtor's promise, which uses its invoice for that amount and confirms the invoice. A claim is Active
    /// from now, a draft is Offered; an opening approved by all at once is Active.
    event CertificateConfirmed(
        uint256 indexed id,
        address indexed debtor,
        uint64 amountFen,
        bytes32 documentHash,
        address maker,
        address checker
    );
    event CertificateTaken(uint256 indexed id, address indexed supplier, bytes32 consentHash, address officer);
    event CertificateCancelled(
        uint256 indexed id, CancelCause cause, address indexed party, bytes32 reasonHash, address officer
    );
    event CertificateDisputed(
        uint256 indexed id, address indexed debtor, uint64 disputedFen, bytes32 reasonHash, address officer
    );

    /// @notice Thrown when the caller's party may not do this to the certificate.
    error OpeningsParty(uint256 id, address actual, address needed);
    /// @notice Thrown when supplier and debtor are the same party.
    error OpeningsSelf(uint256 id, address party);
    /// @notice Thrown when the amount is zero or above what it is taken from, fen.
    error OpeningsAmount(uint256 id, uint256 actual, uint256 needed);
    /// @notice Thrown when the due day is too early or beyond what a certificate can hold (civil days).
    error OpeningsDueDay(uint32 dueDay, uint32 earliest);
    /// @notice Thrown when the due day has come before the certificate was a promise (civil days).
    error OpeningsDue(uint256 id, uint32 dueDay, uint32 today);
    /// @notice Thrown when an opening cannot be expired yet (civil days).
    error OpeningsNotDue(uint256 id, uint32 dueDay, uint32 today);
    /// @notice Thrown when an order froze the certificate (civil day, inclusive).
    error OpeningsFrozen(uint256 id, uint32 untilDay);
    /// @notice Thrown when the trade evidence is missing (R77-3).
    error OpeningsEvidenceMissing(bytes32 ruleId, uint256 version);
    /// @notice Thrown when a debtor's draft carries the supplier's consent, which only the supplier gives.
    error OpeningsConsentNotYours(uint256 id);
    /// @notice Thrown when the supplier's consent record is missing (R77-9, R802-3).
    error OpeningsConsentMissing(bytes32 ruleId, uint256 version);

    /// @notice E1: opens a certificate. The debtor's maker drafts it; or the supplier claims it, which is its consent too.
    /// The units are the supplier's at once, locked until the debtor has confirmed.
    function open(Opening calldata opening) external returns (uint256 id);

    /// @notice E2: the debtor confirms a supplier's claim, which is Active from then on. The caller checks, `maker` made
    /// it. The promise cannot be altered any more. Of a disputed claim the undisputed rest is confirmed (R802-5).
    function confirm(Confirmation calldata confirmation, Approval calldata maker) external returns (uint256 id);

    /// @notice E2: the debtor's checker confirms what its maker drafted; it is then offered to the supplier.
    function confirmDraft(bytes32 invoiceKey, bytes32 reference_, address supplier, bytes32 documentHash)
        external
        returns (uint256 id);

    /// @notice E1–E3 in one transaction: supplier, maker and checker approve the same opening; the caller is one of them.
    function openConfirmed(
        Opening calldata opening,
        Approval calldata supplier,
        Approval calldata maker,
        Approval calldata checker
    ) external returns (uint256 id);

    /// @notice E3: the supplier takes an offered certificate. `consentHash` is its consent record.
    function take(bytes32 invoiceKey, bytes32 reference_, bytes32 consentHash) external returns (uint256 id);

    /// @notice E4: the supplier refuses a draft or offer, or the debtor refuses a claim.
    function refuse(bytes32 invoiceKey, bytes32 reference_, address supplier, bytes32 reasonHash) external;

    /// @notice E4: whoever opened it takes it back before it is Active. Always possible.
    function withdrawOpening(bytes32 invoiceKey, bytes32 reference_, address supplier) external;

    /// @notice Anyone ends an opening that its day has overtaken.
    function expireOpening(bytes32 invoiceKey, bytes32 reference_, address supplier) external;

    /// @notice E13: the debtor disputes a claim before confirming it, and names the amount (R802-5).
    function dispute(uint256 id, uint64 disputedFen, bytes32 reasonHash) external;

    /// @notice A certificate's id: content, not a counter, so a repeated opening is refused by name.
    function certificateIdOf(bytes32 invoiceKey, bytes32 reference_, address supplier) external pure returns (uint256);
}
