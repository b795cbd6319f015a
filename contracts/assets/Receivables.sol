// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";
import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {Governed} from "../base/Governed.sol";
import {IInvoices} from "../interfaces/IInvoices.sol";
import {IOrders, Order, OrderKind} from "../interfaces/IOrders.sol";
import {IParticipants, Roles} from "../interfaces/IParticipants.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {Apportionment} from "../libraries/Apportionment.sol";
import {CertificateSlot} from "../libraries/Certificates.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {CertificateTransfers} from "./receivables/CertificateTransfers.sol";

/// @title Receivables
/// @notice Room for one thing: which debtor owes how much, when, and to whom. Writing down and passing on stand in the
/// two bases; here is what the day brings: sale and payment for Settlement, overdue, orders.
/// @custom:invariant RCV-1 The sum of balances of a certificate is what is outstanding on it.
/// @custom:invariant RCV-2 locked(id, holder) is the sum of the holder's pending requests.
contract Receivables is CertificateTransfers {
    uint256 public constant HOLDERS_MAX = 200;

    mapping(uint256 id => Collected) private _collections;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IOrders orders_,
        IInvoices invoices_,
        address settlement_,
        address pledges_
    ) Governed(participants_) {
        rulebook = rulebook_;
        orders = orders_;
        invoices = invoices_;
        settlement = settlement_;
        pledges = pledges_;
    }

    /* SALE AND PAYMENT */

    /// @inheritdoc IReceivables
    function assign(Hop calldata hop) external returns (uint32 payDay) {
        _requireCaller(settlement);
        (payDay,) = rulebook.roll(_pass(hop).dueDay());
    }

    /// @inheritdoc IReceivables
    function reassign(uint256 id, address from, address to, uint64 amountFen) external {
        _requireCaller(settlement);
        CertificateSlot c = _certificates[id];
        _requireOwed(c, id);
        _requireAvailable(c, id, from, amountFen);
        _requireNotFrozen(id, c.frozenUntil());

        _safeTransfer(address(0), from, to, id, amountFen, "");
    }

    /// @inheritdoc IReceivables
    function retire(uint256 id, address debtor, address holder, uint64 amountFen) external {
        _requireCaller(settlement);
        CertificateSlot c = _certificates[id];
        _requireStatus(id, c.status(), Status.Active);
        _requireDebtor(c, id, debtor);
        _requireAvailable(c, id, holder, amountFen);
        require(_today() < c.dueDay(), ReceivablesDue(id, c.dueDay(), _today()));
        _requireNotFrozen(id, c.frozenUntil());

        Status status = _discharge(c, id, debtor, amountFen);
        _burn(holder, id, amountFen);

        emit CertificateRetired(id, debtor, amountFen, status);
    }

    /* PLEDGE */

    /// @inheritdoc IReceivables
    function lock(uint256 id, address holder, address pledgee, uint64 amountFen) external {
        _requireCaller(pledges);
        CertificateSlot c = _certificates[id];
        _requireStatus(id, c.status(), Status.Active);
        require(_tagOf(pledgee) != c.debtorTag(), ReceivablesTransferee(id, pledgee));
        _requireAvailable(c, id, holder, amountFen);
        require(_today() < c.dueDay(), ReceivablesDue(id, c.dueDay(), _today()));
        _requireNotFrozen(id, c.frozenUntil());

        _positions[id][holder].lockedFen += amountFen;
        if (!c.hasPledges()) _certificates[id] = c.withPledges();
    }

    /// @inheritdoc IReceivables
    function unlock(uint256 id, address holder, uint64 amountFen) external {
        _requireCaller(pledges);

        _positions[id][holder].lockedFen -= amountFen;
    }

    /// @inheritdoc IReceivables
    function redeem(uint256 id, address debtor, address[] calldata holders)
        external
        returns (uint256[] memory principalsFen, uint256[] memory interestsFen, uint256 unpaidFen, bool hasPledges)
    {
        CertificateSlot c = _requirePayable(id, debtor, holders.length);
        uint256 total;
        (principalsFen, total) = _holdings(id, holders);
        interestsFen = _burnAndPay(c, id, debtor, total, holders, principalsFen);
        unpaidFen = c.outstandingFen() - total;
        unpaidFen += lateInterestOf(id, unpaidFen, _today());
        hasPledges = c.hasPledges();
    }

    /// @inheritdoc IReceivables
    function redeemPart(uint256 id, address debtor, uint64 amountFen, address[] calldata holders)
        external
        returns (uint256[] memory principalsFen, uint256[] memory interestsFen, bool hasPledges)
    {
        CertificateSlot c = _requirePayable(id, debtor, holders.length);
        (uint256[] memory holdings, uint256 listed) = _holdings(id, holders);
        require(listed == c.outstandingFen(), ReceivablesHoldersIncomplete(id, listed, c.outstandingFen()));
        require(amountFen > 0 && amountFen <= listed, ReceivablesAmount(id, amountFen, listed));

        principalsFen = Apportionment.largestRemainder(amountFen, holdings);
        interestsFen = _burnAndPay(c, id, debtor, amountFen, holders, principalsFen);
        hasPledges = c.hasPledges();
    }

    /* OVERDUE AND OVERSIGHT */

    /// @inheritdoc IReceivables
    function markOverdue(uint256 id) external {
        CertificateSlot c = _certificates[id];
        _requireStatus(id, c.status(), Status.Active);
        (uint32 payDay, uint32 today) = (rulebook.rollDue(c.dueDay()), _today());
        require(today > payDay, ReceivablesNotDue(id, payDay, today));

        _certificates[id] = c.withStatus(Status.Overdue);
        address debtor = participants.partyOfTag(c.debtorTag());
        invoices.countOverdue(debtor);

        emit CertificateOverdue(id, debtor, c.outstandingFen(), msg.sender);
    }

    /// @inheritdoc IReceivables
    function carryOut(Order calldata order) external {
        uint256 id = uint256(order.subject);
        CertificateSlot c = _certificates[id];
        require(c.status() != Status.None, ReceivablesStatus(id, c.status(), Status.Active));
        bytes32 orderId = orders.carryOut(order, msg.sender);

        if (order.kind == OrderKind.Freeze) {
            require(order.expiryDay <= type(uint24).max, ReceivablesOrder(orderId));
            // A second order never shortens the first.
            uint24 untilDay = uint24(FixedPointMathLib.max(order.expiryDay, c.frozenUntil()));
            _certificates[id] = c.withFrozenUntil(untilDay);
            emit CertificateFrozen(id, untilDay, orderId, msg.sender);
        } else if (order.kind == OrderKind.Unfreeze) {
            _certificates[id] = c.withFrozenUntil(0);
            emit CertificateUnfrozen(id, orderId, msg.sender);
        } else {
            _moveByOrder(c, id, order, orderId);
        }
    }

    /* READING */

    /// @inheritdoc IReceivables
    function payDayOf(uint256 id) external view returns (uint32 day, bool provisional) {
        return rulebook.roll(_certificates[id].dueDay());
    }

    /// @inheritdoc IReceivables
    function collections(uint256 id) external view returns (Collected memory) {
        return _collections[id];
    }

    /// @inheritdoc IReceivables
    function lateInterestOf(uint256 id, uint256 amountFen, uint32 day) public view returns (uint256) {
        CertificateSlot c = _certificates[id];
        (uint32 payDay,) = rulebook.roll(c.dueDay());
        if (day <= payDay) return 0;
        (uint256 ratePpm, uint256 basis) = _lateTerms(id, c);
        return Interest.accrue(amountFen, day - payDay, ratePpm, basis);
    }

    /* INTERNALS */

    function _requirePayable(uint256 id, address debtor, uint256 holderCount) private view returns (CertificateSlot c) {
        _requireCaller(settlement);
        c = _certificates[id];
        _requireOwed(c, id);
        _requireDebtor(c, id, debtor);
        require(holderCount > 0 && holderCount <= HOLDERS_MAX, ReceivablesHolderCount(holderCount, HOLDERS_MAX));
        require(_today() >= c.dueDay(), ReceivablesNotDue(id, c.dueDay(), _today()));
        _requireNotFrozen(id, c.frozenUntil());
    }

    function _requireOwed(CertificateSlot c, uint256 id) private pure {
        if (c.status() != Status.Overdue) _requireStatus(id, c.status(), Status.Active);
    }

    function _requireDebtor(CertificateSlot c, uint256 id, address debtor) private view {
        if (_tagOf(debtor) != c.debtorTag()) {
            revert ReceivablesParty(id, debtor, participants.partyOfTag(c.debtorTag()));
        }
    }

    function _requireAvailable(CertificateSlot c, uint256 id, address holder, uint64 amountFen) private view {
        uint256 available = _availableOf(id, holder, c.hasLocks());
        require(amountFen > 0, ReceivablesAmount(id, amountFen, 1));
        require(amountFen <= available, ReceivablesAvailable(id, holder, available, amountFen));
    }

    /// @dev What each listed holder has, all of it locked or not: from the due day on nothing can be disposed of.
    function _holdings(uint256 id, address[] calldata holders)
        private
        view
        returns (uint256[] memory holdings, uint256 total)
    {
        holdings = new uint256[](holders.length);
        address previous;
        for (uint256 i; i < holders.length; ++i) {
            address holder = holders[i];
            holdings[i] = balanceOf(holder, id);
            require(holder > previous && holdings[i] > 0, ReceivablesHolderOrder(id, holder));
            total += holdings[i];
            previous = holder;
        }
    }

    /// @dev Each holder's late interest is on its own principal, half-up, so it does not depend on who else is paid.
    function _burnAndPay(
        CertificateSlot c,
        uint256 id,
        address debtor,
        uint256 totalFen,
        address[] calldata holders,
        uint256[] memory principalsFen
    ) private returns (uint256[] memory interestsFen) {
        uint256 interestFen;
        uint32 lateDays;
        (interestsFen, interestFen, lateDays) = _lateInterests(id, c, principalsFen);

        _collect(id, totalFen, interestFen, lateDays);
        Status status = _discharge(c, id, debtor, uint64(totalFen));
        for (uint256 i; i < holders.length; ++i) {
            _burn(holders[i], id, principalsFen[i]);
        }

        emit CertificatePaid(id, debtor, uint64(totalFen), interestFen, lateDays, status);
    }

    function _lateInterests(uint256 id, CertificateSlot c, uint256[] memory principalsFen)
        private
        view
        returns (uint256[] memory interestsFen, uint256 totalFen, uint32 lateDays)
    {
        interestsFen = new uint256[](principalsFen.length);
        (uint32 payDay, uint32 today) = (rulebook.rollDue(c.dueDay()), _today());
        if (today <= payDay) return (interestsFen, 0, 0);

        lateDays = today - payDay;
        (uint256 ratePpm, uint256 basis) = _lateTerms(id, c);
        for (uint256 i; i < principalsFen.length; ++i) {
            interestsFen[i] = Interest.accrue(principalsFen[i], lateDays, ratePpm, basis);
            totalFen += interestsFen[i];
        }
    }

    function _collect(uint256 id, uint256 principalFen, uint256 interestFen, uint32 lateDays) private {
        Collected storage paid = _collections[id];
        paid.principalFen += uint64(principalFen);
        paid.interestFen += SafeCastLib.toUint80(interestFen);
        paid.fenDays += uint112(principalFen * lateDays);
    }

    /// @dev Takes what is paid off the certificate and off the debtor's account; the last fen of an overdue
    /// certificate lifts the bar it caused (R77-7).
    function _discharge(CertificateSlot c, uint256 id, address debtor, uint64 amountFen)
        private
        returns (Status status)
    {
        bool paid = amountFen == c.outstandingFen();
        status = paid ? Status.Paid : c.status();
        _certificates[id] = c.less(amountFen).withStatus(status);
        invoices.discharge(debtor, amountFen, paid && c.status() == Status.Overdue);
    }

    /// @dev R802-4: an agreed annual rate on OP-11's basis, else the statutory daily rate.
    function _lateTerms(uint256 id, CertificateSlot c) private view returns (uint256 ratePpm, uint256 basis) {
        ratePpm = lateRateOf[id];
        if (ratePpm != 0) return (ratePpm, _termOf(RuleIds.LATE_BASIS, c));
        return (_termOf(RuleIds.LATE_DAY_RATE_PPM, c), 1);
    }

    /// @dev A term of the contract is fixed on the opening day. A certificate older than the rule takes the rule of
    /// today: otherwise a rule that came too late could keep a debt from ever being paid.
    function _termOf(bytes32 ruleId, CertificateSlot c) private view returns (uint256 value) {
        uint256 version;
        (value, version) = rulebook.valueOrZero(ruleId, c.openedDay());
        if (version == 0) (value,) = rulebook.valueOn(ruleId, _today());
    }

    function _moveByOrder(CertificateSlot c, uint256 id, Order calldata order, bytes32 orderId) private {
        _requireOwed(c, id);
        require(_tagOf(order.to) != c.debtorTag() && order.amountFen <= type(uint64).max, ReceivablesOrder(orderId));
        participants.requireActive(order.to, Roles.TRADING);
        uint256 available = balanceOf(order.from, id);
        require(order.amountFen <= available, ReceivablesAvailable(id, order.from, available, order.amountFen));

        _safeTransfer(address(0), order.from, order.to, id, order.amountFen, "");

        emit CertificateMovedByOrder(id, order.from, order.to, uint64(order.amountFen), orderId, msg.sender);
    }
}
