// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IOpenings} from "../interfaces/IOpenings.sol";
import {IOpeningTerms} from "../interfaces/IOpeningTerms.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {CertificateSlot, Certificates} from "../libraries/Certificates.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {ExposureLedger} from "./invoices/ExposureLedger.sol";

/// @title Invoices
/// @notice Room for one thing: how an invoice becomes a promise. The exposure ledger beneath says whether the invoice
/// and its debtor can still back one; here are the preconditions, the two sides' consent and the four eyes of the
/// debtor. Receivables keeps the certificate that results.
/// @custom:invariant OPN-1 No certificate is Active unless two officers of its debtor approved it (MUST-2).
/// @custom:invariant OPN-2 No certificate is Active unless its supplier consented on record (R77-9, R802-3).
contract Invoices is ExposureLedger, IOpenings {
    uint256 private constant DRAFTED = 1 << uint256(IReceivables.Status.Drafted);
    uint256 private constant CLAIMED = 1 << uint256(IReceivables.Status.Claimed);
    uint256 private constant DISPUTED = 1 << uint256(IReceivables.Status.Disputed);
    uint256 private constant OFFERED = 1 << uint256(IReceivables.Status.Offered);

    bytes32 private constant OPENING_TYPEHASH = keccak256(
        "Opening(bytes32 invoiceKey,bytes32 reference,address supplier,address debtor,uint64 amountFen,uint64 invoiceFen,uint32 deliveryDay,uint32 dueDay,uint24 lateRatePpm,bytes32 documentHash,bytes32 bankReviewHash,bytes32 termReasonHash,bytes32 consentHash,uint64 deadline)"
    );
    bytes32 private constant CONFIRMATION_TYPEHASH = keccak256(
        "Confirmation(bytes32 invoiceKey,bytes32 reference,address supplier,uint64 amountFen,uint32 dueDay,bytes32 documentHash,uint64 deadline)"
    );

    IOpeningTerms public immutable openingTerms;

    /// @dev The debtor's maker of a draft: it may not be the checker too.
    mapping(uint256 id => address) private _makers;
    mapping(uint256 id => uint64) private _disputedFen;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IReceivables receivables_,
        IOpeningTerms openingTerms_,
        address acceptances_,
        address presentations_,
        address recourse_
    ) Governed(participants_) {
        rulebook = rulebook_;
        receivables = receivables_;
        openingTerms = openingTerms_;
        acceptances = acceptances_;
        presentations = presentations_;
        recourse = recourse_;
    }

    /* OPENING */

    /// @inheritdoc IOpenings
    function open(Opening calldata o) external returns (uint256 id) {
        id = certificateIdOf(o.invoiceKey, o.reference_, o.supplier);
        address party = participants.authorizeBetween(msg.sender, Powers.MAKE, o.amountFen, o.debtor);
        if (party == o.supplier) {
            _requireConsent(o.consentHash);
            _issue(id, o, IReceivables.Status.Claimed);
        } else {
            require(party == o.debtor, OpeningsParty(id, party, o.debtor));
            require(o.consentHash == 0, OpeningsConsentNotYours(id));
            participants.requireActive(o.supplier, Roles.TRADING);
            _makers[id] = msg.sender;
            _issue(id, o, IReceivables.Status.Drafted);
        }
    }

    /// @inheritdoc IOpenings
    function openConfirmed(
        Opening calldata o,
        Approval calldata supplier,
        Approval calldata maker,
        Approval calldata checker
    ) external returns (uint256 id) {
        id = certificateIdOf(o.invoiceKey, o.reference_, o.supplier);
        _requireConsent(o.consentHash);
        _requireAllApprove(id, o, supplier, maker, checker);
        _issue(id, o, IReceivables.Status.Active);
        _use(o.invoiceKey, o.supplier, o.debtor, o.amountFen);

        emit CertificateConfirmed(id, o.debtor, o.amountFen, o.documentHash, maker.officer, checker.officer);
    }

    /* CONFIRMATION AND TAKING */

    /// @inheritdoc IOpenings
    function confirm(Confirmation calldata x, Approval calldata maker) external returns (uint256 id) {
        id = certificateIdOf(x.invoiceKey, x.reference_, x.supplier);
        CertificateSlot c = receivables.advance(id, CLAIMED | DISPUTED, IReceivables.Status.Active);
        address debtor = _requireDebtor(id, c, x.supplier);
        bytes32 digest = _hashTypedData(
            keccak256(
                abi.encode(
                    CONFIRMATION_TYPEHASH,
                    x.invoiceKey,
                    x.reference_,
                    x.supplier,
                    c.outstandingFen(),
                    c.dueDay(),
                    x.documentHash,
                    x.deadline
                )
            )
        );
        _requireSecond(maker, digest, x.deadline, debtor, Powers.MAKE, c.outstandingFen());
        uint64 amountFen = c.outstandingFen();
        if (c.status() == IReceivables.Status.Disputed) amountFen -= _dropDisputed(id, amountFen, x.supplier);
        _use(x.invoiceKey, x.supplier, debtor, amountFen);

        emit CertificateConfirmed(id, debtor, amountFen, x.documentHash, maker.officer, msg.sender);
    }

    /// @inheritdoc IOpenings
    function confirmDraft(bytes32 invoiceKey, bytes32 reference_, address supplier, bytes32 documentHash)
        external
        returns (uint256 id)
    {
        id = certificateIdOf(invoiceKey, reference_, supplier);
        CertificateSlot c = receivables.advance(id, DRAFTED, IReceivables.Status.Offered);
        address debtor = _requireDebtor(id, c, supplier);
        address maker = _makers[id];
        require(msg.sender != maker, GovernedSameOfficer(maker));
        delete _makers[id];
        _use(invoiceKey, supplier, debtor, c.outstandingFen());

        emit CertificateConfirmed(id, debtor, c.outstandingFen(), documentHash, maker, msg.sender);
    }

    /// @inheritdoc IOpenings
    function take(bytes32 invoiceKey, bytes32 reference_, bytes32 consentHash) external returns (uint256 id) {
        address supplier = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);
        id = certificateIdOf(invoiceKey, reference_, supplier);
        CertificateSlot c = receivables.advance(id, OFFERED, IReceivables.Status.Active);
        _authorize(msg.sender, Powers.MAKE, c.outstandingFen(), 0, Standing.Full);
        _requireConsent(consentHash);
        _requireLive(id, c);

        emit CertificateTaken(id, supplier, consentHash, msg.sender);
    }

    /* REFUSING, WITHDRAWING, DISPUTING */

    /// @inheritdoc IOpenings
    function refuse(bytes32 invoiceKey, bytes32 reference_, address supplier, bytes32 reasonHash) external {
        (uint256 id, CertificateSlot c) = _cancel(invoiceKey, reference_, supplier);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireSide(id, c, party, supplier, !_isClaim(c));

        emit CertificateCancelled(id, CancelCause.Refused, party, reasonHash, msg.sender);
    }

    /// @inheritdoc IOpenings
    function withdrawOpening(bytes32 invoiceKey, bytes32 reference_, address supplier) external {
        (uint256 id, CertificateSlot c) = _cancel(invoiceKey, reference_, supplier);
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        _requireSide(id, c, party, supplier, _isClaim(c));

        emit CertificateCancelled(id, CancelCause.Withdrawn, party, 0, msg.sender);
    }

    /// @inheritdoc IOpenings
    function expireOpening(bytes32 invoiceKey, bytes32 reference_, address supplier) external {
        (uint256 id, CertificateSlot c) = _cancel(invoiceKey, reference_, supplier);
        require(_today() >= c.dueDay(), OpeningsNotDue(id, c.dueDay(), _today()));

        emit CertificateCancelled(id, CancelCause.Expired, address(0), 0, address(0));
    }

    /// @inheritdoc IOpenings
    function dispute(uint256 id, uint64 disputedFen, bytes32 reasonHash) external {
        CertificateSlot c = receivables.advance(id, CLAIMED, IReceivables.Status.Disputed);
        address party = _authorize(msg.sender, Powers.CHECK, 0, 0, Standing.Full);
        _requireTag(id, party, c.debtorTag());
        require(
            disputedFen > 0 && disputedFen <= c.outstandingFen(), OpeningsAmount(id, disputedFen, c.outstandingFen())
        );

        _disputedFen[id] = disputedFen;

        emit CertificateDisputed(id, party, disputedFen, reasonHash, msg.sender);
    }

    /* READING */

    /// @inheritdoc IOpenings
    function certificateIdOf(bytes32 invoiceKey, bytes32 reference_, address supplier) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(invoiceKey, reference_, supplier)));
    }

    /* PRECONDITIONS */

    function _requireAllApprove(
        uint256 id,
        Opening calldata o,
        Approval calldata supplier,
        Approval calldata maker,
        Approval calldata checker
    ) private {
        require(maker.officer != checker.officer, GovernedSameOfficer(maker.officer));
        bool involved = msg.sender == supplier.officer || msg.sender == maker.officer || msg.sender == checker.officer;
        require(involved, GovernedCaller(msg.sender, checker.officer));
        bytes32 digest = _hashTypedData(keccak256(abi.encode(OPENING_TYPEHASH, o)));
        address party = _approvedBy(supplier, digest, o.deadline, Powers.MAKE, o.amountFen, Roles.TRADING);
        require(party == o.supplier, OpeningsParty(id, party, o.supplier));
        party = _approvedBy(maker, digest, o.deadline, Powers.MAKE, o.amountFen, Roles.TRADING);
        require(party == o.debtor, OpeningsParty(id, party, o.debtor));
        party = _approvedBy(checker, digest, o.deadline, Powers.CHECK, o.amountFen, 0);
        require(party == o.debtor, OpeningsParty(id, party, o.debtor));
    }

    function _requireConsent(bytes32 consentHash) private view {
        if (consentHash == 0) {
            revert OpeningsConsentMissing(RuleIds.FREE_CONSENT, _versionOf(RuleIds.FREE_CONSENT));
        }
    }

    /// @dev The caller checks for the debtor; the supplier still takes part; the certificate can still be promised.
    function _requireDebtor(uint256 id, CertificateSlot c, address supplier) private view returns (address debtor) {
        debtor = participants.authorizeBetween(msg.sender, Powers.CHECK, c.outstandingFen(), supplier);
        _requireTag(id, debtor, c.debtorTag());
        _requireLive(id, c);
    }

    function _requireTag(uint256 id, address party, bytes10 debtorTag) private view {
        if (bytes10(bytes20(party)) != debtorTag) {
            revert OpeningsParty(id, party, participants.partyOfTag(debtorTag));
        }
    }

    /// @dev Until it is a promise, the side that opened a certificate may withdraw it and the other may refuse it.
    function _requireSide(uint256 id, CertificateSlot c, address party, address supplier, bool bySupplier)
        private
        view
    {
        if (bySupplier) require(party == supplier, OpeningsParty(id, party, supplier));
        else _requireTag(id, party, c.debtorTag());
    }

    function _isClaim(CertificateSlot c) private pure returns (bool) {
        IReceivables.Status status = c.status();
        return status == IReceivables.Status.Claimed || status == IReceivables.Status.Disputed;
    }

    function _requireLive(uint256 id, CertificateSlot c) private view {
        uint32 today = _today();
        require(today < c.dueDay(), OpeningsDue(id, c.dueDay(), today));
        require(c.frozenUntil() == 0 || c.frozenUntil() < today, OpeningsFrozen(id, c.frozenUntil()));
    }

    function _requireOpening(uint256 id, Opening calldata o) private view {
        if (o.documentHash == 0) {
            revert OpeningsEvidenceMissing(RuleIds.GENUINE_TRADE, _versionOf(RuleIds.GENUINE_TRADE));
        }
        require(o.supplier != o.debtor, OpeningsSelf(id, o.supplier));
        require(o.amountFen > 0 && o.amountFen <= o.invoiceFen, OpeningsAmount(id, o.amountFen, o.invoiceFen));
    }

    /// @dev Which terms are allowed is the business of OpeningTerms. The tenor (R77-2) and the limits of R77-8 are fixed on the
    /// day of opening: no hop asks the rulebook again, and nobody's certificate gets harder to pass on afterwards.
    function _fix(Opening calldata o, IReceivables.Certificate memory c) private view {
        uint256 limits = openingTerms.termsFor(
            IOpeningTerms.Terms(
                o.supplier,
                o.debtor,
                o.deliveryDay,
                o.dueDay,
                o.lateRatePpm,
                o.bankReviewHash != 0,
                o.termReasonHash != 0
            )
        );

        c.dueDay = uint24(o.dueDay);
        c.tenorDays = uint16(o.dueDay - _today());
        c.splitMinThousands = uint8(limits);
        c.layersMax = uint8(limits >> 8);
        c.splitsLeft = uint16(limits >> 16);
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) private view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    /* WRITING */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Invoices", "1");
    }

    function _issue(uint256 id, Opening calldata o, IReceivables.Status status) private {
        _requireOpening(id, o);
        IReceivables.Certificate memory c;
        _fix(o, c);
        c.debtorTag = bytes10(bytes20(o.debtor));
        c.status = status;
        c.outstandingFen = o.amountFen;
        receivables.issue(id, o.supplier, Certificates.pack(c), o.lateRatePpm);
        _registerFor(Registration(o.invoiceKey, o.supplier, o.debtor, o.invoiceFen, o.documentHash), o.amountFen);

        emit CertificateOpened(
            id, o.debtor, o.supplier, o.invoiceKey, o.reference_, o.dueDay, o.documentHash, o.consentHash, msg.sender
        );
        if (o.bankReviewHash != 0 || o.termReasonHash != 0 || o.lateRatePpm != 0) {
            emit CertificateTermsAgreed(id, o.bankReviewHash, o.termReasonHash, o.lateRatePpm);
        }
        if (c.layersMax != 0 || c.splitsLeft != 0 || c.splitMinThousands != 0) {
            emit CertificateLimitsFixed(id, c.layersMax, c.splitsLeft, c.splitMinThousands);
        }
    }

    /// @dev R802-5: the disputed part is burnt, the rest is promised.
    function _dropDisputed(uint256 id, uint64 amountFen, address supplier) private returns (uint64 disputedFen) {
        disputedFen = _disputedFen[id];
        require(disputedFen < amountFen, OpeningsAmount(id, disputedFen, amountFen));
        delete _disputedFen[id];
        receivables.reduce(id, supplier, disputedFen);
    }

    function _cancel(bytes32 invoiceKey, bytes32 reference_, address supplier)
        private
        returns (uint256 id, CertificateSlot c)
    {
        id = certificateIdOf(invoiceKey, reference_, supplier);
        c = receivables.advance(id, DRAFTED | CLAIMED | DISPUTED | OFFERED, IReceivables.Status.Cancelled);
        receivables.reduce(id, supplier, c.outstandingFen());
        if (c.status() == IReceivables.Status.Offered) {
            _release(invoiceKey, participants.partyOfTag(c.debtorTag()), c.outstandingFen());
        }
        delete _makers[id];
        delete _disputedFen[id];
    }
}
