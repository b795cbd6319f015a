// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../../base/Approval.sol";
import {Governed} from "../../base/Governed.sol";
import {BarReason, IInvoices} from "../../interfaces/IInvoices.sol";
import {Powers, Roles, Standing} from "../../interfaces/IParticipants.sol";
import {IReceivables} from "../../interfaces/IReceivables.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";

/// @title ExposureLedger
/// @notice Room for one thing: how much of which invoice already backs something, and how much its debtor owes.
/// @custom:invariant IVC-1 used ≤ amount for every key, over all instruments together (SYS-1).
/// @custom:invariant IVC-3 A debtor's outstanding is the sum over its confirmed, unpaid instruments.
/// @custom:invariant IVC-2 A confirmed key keeps its parties and amount for ever (MUST-1).
abstract contract ExposureLedger is IInvoices, Governed {
    bytes32 private constant INVOICE_CONFIRMATION_TYPEHASH =
        keccak256("InvoiceConfirmation(bytes32 key,address supplier,uint64 amountFen,uint64 deadline)");

    bytes32 private constant BAR_TYPEHASH =
        keccak256("OpeningBar(address debtor,uint8 reasons,bytes32 evidenceHash,uint64 deadline)");
    bytes32 private constant LIMIT_TYPEHASH = keccak256("OpeningLimit(address debtor,uint64 limitFen,uint64 deadline)");

    IRulebook public immutable rulebook;
    IReceivables public immutable receivables;
    address public immutable acceptances;
    address public immutable presentations;
    address public immutable recourse;

    /// @dev By key and debtor: a party can bind itself only, and nobody occupies somebody else's key (MUST-22).
    mapping(bytes32 key => mapping(address debtor => Invoice)) private _invoices;
    mapping(address debtor => DebtorAccount) private _debtors;

    /* REGISTRATION */

    /// @inheritdoc IInvoices
    function register(bytes32 key, address debtor, uint64 amountFen, bytes32 documentHash) external {
        address supplier = participants.authorizeBetween(msg.sender, Powers.MAKE, amountFen, debtor);
        _register(_invoices[key][debtor], Registration(key, supplier, debtor, amountFen, documentHash));
    }

    /// @inheritdoc IInvoices
    function confirmInvoice(bytes32 key, address supplier, uint64 amountFen, uint64 deadline, Approval calldata maker)
        external
    {
        address debtor = _authorize(msg.sender, Powers.CHECK, amountFen, 0, Standing.Full);
        bytes32 structHash = keccak256(abi.encode(INVOICE_CONFIRMATION_TYPEHASH, key, supplier, amountFen, deadline));
        _requireSecond(maker, _hashTypedData(structHash), deadline, debtor, Powers.MAKE, amountFen);
        participants.requireActive(supplier, 0);
        Invoice memory i = _invoices[key][debtor];
        require(key != 0 && amountFen > 0 && supplier != debtor, InvoicesIncomplete(key));
        require(i.status != InvoiceStatus.Confirmed, InvoicesConfirmed(key));

        (i.status, i.conflicted, i.amountFen) = (InvoiceStatus.Confirmed, false, amountFen);
        i.supplierTag = _supplierTagOf(supplier);
        _invoices[key][debtor] = i;

        emit InvoiceConfirmed(key, supplier, debtor, amountFen, maker.officer, msg.sender);
    }

    /* PAYMENT */

    /// @inheritdoc IInvoices
    function discharge(address debtor, uint64 amountFen, bool cured) external {
        bool known = msg.sender == address(receivables) || msg.sender == presentations || msg.sender == recourse;
        require(known, GovernedCaller(msg.sender, address(receivables)));

        DebtorAccount memory a = _debtors[debtor];
        a.outstandingFen -= amountFen;
        if (cured) --a.overdueCount;
        _debtors[debtor] = a;
    }

    /// @inheritdoc IInvoices
    function countOverdue(address debtor) external {
        _requireCaller(address(receivables));
        ++_debtors[debtor].overdueCount;
    }

    /* BILLS */

    /// @inheritdoc IInvoices
    function useFor(bytes32 key, bytes10 supplierTag, address debtor, uint64 amountFen) external {
        _requireCaller(acceptances);
        if (_invoices[key][debtor].supplierTag != bytes7(supplierTag)) {
            revert InvoicesParties(key, participants.partyOfTag(supplierTag), debtor);
        }
        _use(key, address(bytes20(supplierTag)), debtor, amountFen);
    }

    /// @inheritdoc IInvoices
    function release(bytes32 key, address debtor, uint64 amountFen) external {
        _requireCaller(acceptances);
        _release(key, debtor, amountFen);
    }

    /// @inheritdoc IInvoices
    function requireBacking(bytes32 key, address supplier, address debtor, uint64 amountFen) external view {
        _requireDebtor(debtor, amountFen);
        Invoice storage i = _invoices[key][debtor];
        require(i.supplierTag == _supplierTagOf(supplier), InvoicesParties(key, supplier, debtor));
        uint256 capacity = i.amountFen - i.usedFen;
        require(amountFen <= capacity, InvoicesCapacity(key, capacity, amountFen));
    }

    /* OVERSIGHT */

    /// @inheritdoc IInvoices
    function setOpeningBar(
        address debtor,
        uint8 reasons,
        bytes32 evidenceHash,
        uint64 deadline,
        Approval calldata approver
    ) external {
        bytes32 structHash = keccak256(abi.encode(BAR_TYPEHASH, debtor, reasons, evidenceHash, deadline));
        _requireOperators(approver, structHash, deadline);
        require(reasons <= BarReason.ALL, InvoicesBarReason(reasons, BarReason.ALL));

        _debtors[debtor].barReasons = reasons;

        emit OpeningBarSet(debtor, reasons, evidenceHash, msg.sender, approver.officer);
    }

    /// @inheritdoc IInvoices
    function setOpeningLimit(address debtor, uint64 limitFen, uint64 deadline, Approval calldata approver) external {
        _requireOperators(approver, keccak256(abi.encode(LIMIT_TYPEHASH, debtor, limitFen, deadline)), deadline);
        participants.requireActive(debtor, 0);

        _debtors[debtor].limitFen = limitFen;

        emit OpeningLimitSet(debtor, limitFen, msg.sender, approver.officer);
    }

    /* READING */

    /// @inheritdoc IInvoices
    function invoice(bytes32 key, address debtor) external view returns (Invoice memory) {
        return _invoices[key][debtor];
    }

    /// @inheritdoc IInvoices
    function debtorAccount(address debtor) external view returns (DebtorAccount memory) {
        return _debtors[debtor];
    }

    /// @inheritdoc IInvoices
    function capacityOf(bytes32 key, address debtor) external view returns (uint256) {
        return _invoices[key][debtor].amountFen - _invoices[key][debtor].usedFen;
    }

    /* INTERNALS */

    /// @dev Registers while an instrument is opened on it, and refuses what is already plain: a debtor that is barred
    /// (E12) or at its limit, an amount above the capacity. Nothing is used before the debtor has confirmed.
    function _registerFor(Registration memory r, uint64 needed) internal {
        _requireDebtor(r.debtor, needed);
        Invoice memory i = _invoices[r.key][r.debtor];
        uint256 capacity = r.amountFen;
        if (i.status == InvoiceStatus.Confirmed) {
            require(i.supplierTag == _supplierTagOf(r.supplier), InvoicesParties(r.key, r.supplier, r.debtor));
            capacity = i.amountFen - i.usedFen;
        }
        require(needed <= capacity, InvoicesCapacity(r.key, capacity, needed));

        _register(i, r);
    }

    /// @dev The debtor confirmed: `amountFen` of the invoice is used, and owed. The instrument emits the event that says by whom.
    function _use(bytes32 key, address supplier, address debtor, uint64 amountFen) internal {
        _requireDebtor(debtor, amountFen);
        Invoice storage i = _invoices[key][debtor];
        require(i.supplierTag == _supplierTagOf(supplier), InvoicesParties(key, supplier, debtor));
        if (i.status == InvoiceStatus.Registered) {
            require(!i.conflicted, InvoicesConflicted(key));
            i.status = InvoiceStatus.Confirmed;
        }
        uint64 used = i.usedFen;
        uint256 available = i.amountFen - used;
        require(amountFen <= available, InvoicesCapacity(key, available, amountFen));

        i.usedFen = used + amountFen;
        _debtors[debtor].outstandingFen += amountFen;
    }

    /// @dev Gives back what was reserved and never funded. What was paid stays used for ever.
    function _release(bytes32 key, address debtor, uint64 amountFen) internal {
        _invoices[key][debtor].usedFen -= amountFen;
        _debtors[debtor].outstandingFen -= amountFen;
    }

    function _register(Invoice memory i, Registration memory r) private {
        require(
            r.key != 0 && r.amountFen > 0 && r.supplier != r.debtor && r.documentHash != 0, InvoicesIncomplete(r.key)
        );
        (bytes7 tag, bytes7 document) = (_supplierTagOf(r.supplier), bytes7(r.documentHash));
        if (i.status == InvoiceStatus.None) {
            _invoices[r.key][r.debtor] = Invoice(r.amountFen, 0, InvoiceStatus.Registered, false, tag, document);
            emit InvoiceRegistered(r.key, r.supplier, r.debtor, r.amountFen, r.documentHash, msg.sender);
        } else if (i.amountFen != r.amountFen || i.supplierTag != tag || i.documentTag != document) {
            _invoices[r.key][r.debtor].conflicted = true;
            emit InvoiceConflict(r.key, r.supplier, r.debtor, r.amountFen, r.documentHash, msg.sender);
        }
    }

    /// @dev Bar (E12) and limit; asked at opening and again at confirmation.
    function _requireDebtor(address debtor, uint64 amountFen) private view {
        DebtorAccount memory a = _debtors[debtor];
        if (a.barReasons != 0 || a.overdueCount != 0) {
            (, uint256 version) = rulebook.valueOrZero(RuleIds.OPENING_BAR, _today());
            revert InvoicesDebtorBarred(RuleIds.OPENING_BAR, version, debtor, a.barReasons, a.overdueCount);
        }
        uint256 available = a.limitFen > a.outstandingFen ? a.limitFen - a.outstandingFen : 0;
        require(amountFen <= available, InvoicesDebtorLimit(debtor, available, amountFen));
    }

    function _requireOperators(Approval calldata approver, bytes32 structHash, uint64 deadline) private {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.PLATFORM_OPERATOR, Standing.Full);
        _requireSecondOnce(approver, _hashTypedData(structHash), deadline, party, Powers.CHECK);
    }

    function _supplierTagOf(address supplier) private pure returns (bytes7) {
        return bytes7(bytes20(supplier));
    }
}
