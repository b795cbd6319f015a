// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

import {Governed} from "../../base/Governed.sol";
import {IDisclosures} from "../../interfaces/IDisclosures.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {Days} from "../../libraries/Days.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";

/// @title OverdueList
/// @notice Room for one thing: what an acceptor accepted, still owes and failed to pay, and so whether it is on the list of
/// overdue acceptors (X4) or banned as persistently overdue (X5).
/// @dev A clean acceptor is told by one slot. Only one with overdue months is reckoned month by month, at most WINDOW_MAX
/// of them.
/// @custom:invariant DIS-1 balance = Σ over the acceptor's accepted ranges that are not ended (INV-11).
/// @custom:invariant DIS-2 overdueBalance = Σ over its ranges that were counted overdue and are not ended.
abstract contract OverdueList is IDisclosures, Governed {
    uint256 public constant WINDOW_MAX = 64;

    IRulebook public immutable rulebook;

    mapping(address acceptor => Account) internal _accounts;
    /// @dev The account as it stood at the end of the month before `Account.month`.
    mapping(address acceptor => Account) private _closings;
    mapping(address acceptor => mapping(uint256 index => OverdueMonth)) private _overdueMonths;
    mapping(uint128 billNo => OverdueBill) private _overdueBills;
    mapping(address acceptor => Desk) internal _desks;

    /// @dev An acceptor's months back from the last one that is over (index 0).
    struct Window {
        uint256[] events;
        bool[] owing; // overdue balance at the month's end above zero
    }

    /// @dev The dated values of X4 and X5 on a day.
    struct Limits {
        uint256 count;
        uint256 months;
        uint256 persistentCount;
        uint256 persistentMonths;
        uint256 banMonths;
    }

    /* READING */

    /// @inheritdoc IDisclosures
    function accountOf(address acceptor) external view returns (Account memory) {
        return _accounts[acceptor];
    }

    /// @inheritdoc IDisclosures
    function overdueOf(uint128 billNo) external view returns (OverdueBill memory) {
        return _overdueBills[billNo];
    }

    /// @inheritdoc IDisclosures
    function overdueMonths(address acceptor) external view returns (OverdueMonth[] memory months) {
        uint256 count = _accounts[acceptor].overdueMonths;
        months = new OverdueMonth[](count);
        for (uint256 i; i < count; ++i) {
            months[i] = _overdueMonths[acceptor][i];
        }
    }

    /// @inheritdoc IDisclosures
    function monthEndOf(address acceptor, uint16 month) external view returns (Account memory) {
        return _monthEndOf(acceptor, month);
    }

    /// @inheritdoc IDisclosures
    function isSuspended(address acceptor, uint32 day) public view returns (bool suspended) {
        (suspended,) = _standing(acceptor, day);
    }

    /// @inheritdoc IDisclosures
    function isBanned(address party, uint32 day) public view returns (bool banned, uint32 lastDay) {
        (, lastDay) = _standing(party, day);
        banned = lastDay != 0;
    }

    /* CHANGES */

    /// @dev The account of `acceptor`, to be changed and written back today; the first change of a month keeps the closing
    /// figures of the one before.
    function _opened(address acceptor) internal returns (Account memory a) {
        a = _accounts[acceptor];
        uint16 month = Days.monthOf(_today());
        if (a.month != month) {
            if (a.month != 0) _closings[acceptor] = a;
            a.month = month;
        }
    }

    /// @dev A range fell overdue. The first of its bill is an event of the month.
    function _countOverdue(uint128 billNo, address acceptor, uint64 amountFen) internal {
        Account memory a = _opened(acceptor);
        OverdueBill memory b = _overdueBills[billNo];
        OverdueMonth memory m = _overdueMonth(acceptor, a);
        uint56 amount = uint56(amountFen);
        bool counted = b.day == 0;

        if (counted) {
            b.day = uint24(_today());
            ++m.events;
        }
        a.overdueFen += amount;
        a.overdueBalanceFen += amount;
        b.openFen += amount;
        _overdueBills[billNo] = b;
        _write(acceptor, a, m);

        emit OverdueCounted(acceptor, billNo, amountFen, a.month, counted);
    }

    /// @dev An overdue range ended. A bill that is clear again within the grace days and the month was no event (OP-12).
    function _settleOverdue(uint128 billNo, address acceptor, uint64 amountFen) internal {
        Account memory a = _opened(acceptor);
        OverdueBill memory b = _overdueBills[billNo];
        OverdueMonth memory m = _overdueMonth(acceptor, a);
        uint56 amount = uint56(amountFen);
        b.openFen -= amount;
        bool uncounted = b.openFen == 0 && _isInGrace(b.day, a.month);

        if (uncounted) {
            b.day = 0;
            --m.events;
        }
        a.overdueBalanceFen -= amount;
        a.balanceFen -= amount;
        _overdueBills[billNo] = b;
        _write(acceptor, a, m);

        emit OverdueSettled(acceptor, billNo, amountFen, a.month, uncounted);
    }

    /* INTERNALS */

    /// @dev The figures at a month's end: the account if nothing changed since, or the closing kept for the last change.
    function _monthEndOf(address acceptor, uint16 month) internal view returns (Account memory a) {
        a = _accounts[acceptor];
        uint16 present = Days.monthOf(_today());
        if (month < a.month) {
            uint16 changed = a.month;
            a = _closings[acceptor];
            require(month >= a.month, DisclosuresMonth(acceptor, month, a.month, changed - 1));
        }
        require(month < present, DisclosuresMonth(acceptor, month, a.month, present - 1));
    }

    /// @dev Whether X4 holds for the month before `day` and was not cleared, and the last day of a ban that covers `day`
    /// (0 = none).
    function _standing(address acceptor, uint32 day) internal view returns (bool suspended, uint32 bannedUntil) {
        uint256 count = _accounts[acceptor].overdueMonths;
        if (count == 0) return (false, 0);

        Limits memory l = _limitsOn(day);
        uint16 last = Days.monthOf(day) - 1;
        bool[] memory listed = _listedBefore(acceptor, count, last, l);
        Desk storage desk = _desks[acceptor];
        suspended = listed[0] && desk.clearedMonth != last + 1;
        bannedUntil = _bannedUntil(listed, last, desk.removedMonth, l);
        if (bannedUntil < day) bannedUntil = 0;
    }

    /// @dev X4 at the ends of the months back from `last` (index 0).
    function _listedBefore(address acceptor, uint256 count, uint16 last, Limits memory l)
        private
        view
        returns (bool[] memory listed)
    {
        Window memory w = _window(acceptor, count, last, l);
        listed = new bool[](l.banMonths + l.persistentMonths);
        uint256 events; // of the month at `i` and those before it
        for (uint256 i; i < l.months; ++i) {
            events += w.events[i];
        }
        for (uint256 i; i < listed.length; ++i) {
            listed[i] = events >= l.count && (w.owing[i] || w.events[i] > 0);
            events = events + w.events[i + l.months] - w.events[i];
        }
    }

    /// @dev X5: the last day of the ban that the latest determination month made, 0 without one. Months up to
    /// `removedMonth` were taken off the list.
    function _bannedUntil(bool[] memory listed, uint16 last, uint16 removedMonth, Limits memory l)
        private
        pure
        returns (uint32)
    {
        uint256 times; // listed in the month at `i` and those before it
        for (uint256 i; i < listed.length; ++i) {
            if (last - i <= removedMonth) listed[i] = false;
            if (i < l.persistentMonths && listed[i]) ++times;
        }
        for (uint256 i; i < l.banMonths; ++i) {
            if (times >= l.persistentCount) return Days.addMonths(Days.monthEnd(last - uint16(i)), l.banMonths);
            if (listed[i + l.persistentMonths]) ++times;
            if (listed[i]) --times;
        }
        return 0;
    }

    /// @dev Walks the kept months from the newest; a balance stands until the next kept month changes it.
    function _window(address acceptor, uint256 count, uint16 last, Limits memory l)
        private
        view
        returns (Window memory w)
    {
        uint256 length = l.banMonths + l.persistentMonths + l.months;
        (w.events, w.owing) = (new uint256[](length), new bool[](length));
        uint256 next; // index of the newest month not filled yet
        while (count > 0 && next < length) {
            OverdueMonth memory m = _overdueMonths[acceptor][--count];
            if (m.month > last) continue;
            uint256 index = last - m.month;
            if (index < length) w.events[index] = m.events;
            for (; next <= index && next < length; ++next) {
                w.owing[next] = m.balanceFen > 0;
            }
        }
    }

    function _limitsOn(uint32 day) private view returns (Limits memory l) {
        l.count = _valueOn(RuleIds.OVERDUE_COUNT, day);
        l.months = _monthsOn(RuleIds.OVERDUE_MONTHS, day);
        l.persistentCount = _valueOn(RuleIds.PERSISTENT_COUNT, day);
        l.persistentMonths = _monthsOn(RuleIds.PERSISTENT_MONTHS, day);
        l.banMonths = _monthsOn(RuleIds.PERSISTENT_BAN_MONTHS, day);
    }

    function _monthsOn(bytes32 ruleId, uint32 day) private view returns (uint256) {
        return FixedPointMathLib.min(_valueOn(ruleId, day), WINDOW_MAX);
    }

    function _valueOn(bytes32 ruleId, uint32 day) internal view returns (uint256 value) {
        (value,) = rulebook.valueOn(ruleId, day);
    }

    /// @dev The version to name in a refusal; 0 where the rule is not loaded.
    function _versionOf(bytes32 ruleId) internal view returns (uint256 version) {
        (, version) = rulebook.valueOrZero(ruleId, _today());
    }

    function _isInGrace(uint24 eventDay, uint16 month) private view returns (bool) {
        uint32 today = _today();
        if (eventDay == 0 || Days.monthOf(eventDay) != month) return false;
        (uint256 graceDays,) = rulebook.valueOrZero(RuleIds.OVERDUE_GRACE, today);
        return graceDays > 0 && today <= eventDay + graceDays;
    }

    /// @dev The kept month of `a.month`, the last one or a new one.
    function _overdueMonth(address acceptor, Account memory a) private view returns (OverdueMonth memory m) {
        uint256 count = a.overdueMonths;
        if (count > 0) m = _overdueMonths[acceptor][count - 1];
        if (count == 0 || m.month != a.month) {
            (m.month, m.events) = (a.month, 0);
            ++a.overdueMonths;
        }
    }

    function _write(address acceptor, Account memory a, OverdueMonth memory m) private {
        m.balanceFen = a.overdueBalanceFen;
        _overdueMonths[acceptor][a.overdueMonths - 1] = m;
        _accounts[acceptor] = a;
    }
}
