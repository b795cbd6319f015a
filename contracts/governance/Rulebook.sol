// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FixedPointMathLib} from "solady/utils/FixedPointMathLib.sol";

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {Days} from "../libraries/Days.sol";

/// @title Rulebook
/// @notice Room for one thing: which value a rule has on which day, and which days are business days.
/// @custom:invariant RUL-1 A version never starts before the day of its entry and is never changed (SYS-2).
/// @custom:invariant RUL-2 A calendar change never touches a day that has come (INV-22).
contract Rulebook is IRulebook, Governed {
    uint16 public constant VERSIONS_MAX = 64;
    uint32 public constant ROLL_DAYS_MAX = 31;
    uint256 public constant CLOSED_DAYS_MAX = 15;
    uint256 public constant BUSINESS_DAYS_MAX = 31;

    bytes32 private constant RULE_TYPEHASH =
        keccak256("RuleEntry(bytes32 ruleId,uint128 value,uint32 effectiveFrom,bytes32 basisHash,uint64 deadline)");
    bytes32 private constant CALENDAR_TYPEHASH =
        keccak256("CalendarEntry(uint16 year,uint256[2] nonBusiness,bytes32 basisHash,uint64 deadline)");
    /// @dev Half a year a word, so that one slot answers; the top bit says that the year is loaded.
    uint256 private constant HALF_YEAR = 183;
    uint256 private constant LOADED = 1 << 255;

    struct Version {
        uint128 value;
        uint32 effectiveFrom;
    }

    /// @dev The version in force on the day of the last entry, beside the day the next one starts: one slot answers
    /// nearly every question.
    struct Head {
        uint128 value;
        uint32 effectiveFrom;
        uint32 nextFrom;
        uint16 version;
        uint16 count;
    }

    mapping(bytes32 ruleId => Head) private _heads;
    mapping(bytes32 ruleId => mapping(uint256 version => Version)) private _versions;
    mapping(uint16 year => uint256[2]) private _calendars;

    constructor(IParticipants participants_) Governed(participants_) {}

    /* ENTRY */

    /// @inheritdoc IRulebook
    function setRule(RuleEntry calldata entry, Approval calldata approver) external returns (uint16 version) {
        bool operators = bytes3(entry.ruleId) == "OP-";
        address party = _authorize(
            msg.sender, Powers.MAKE, 0, operators ? Roles.PLATFORM_OPERATOR : Roles.REGULATOR, Standing.Full
        );
        _requireSecondOnce(
            approver, _hashTypedData(keccak256(abi.encode(RULE_TYPEHASH, entry))), entry.deadline, party, Powers.CHECK
        );
        Head storage head = _heads[entry.ruleId];
        uint32 today = _today();
        require(entry.ruleId != 0, RulebookRuleIdEmpty());
        require(head.count < VERSIONS_MAX, RulebookVersionsFull(entry.ruleId));
        require(entry.effectiveFrom >= today, RulebookDatedInPast(entry.ruleId, entry.effectiveFrom, today));

        version = ++head.count;
        _versions[entry.ruleId][version] = Version({value: entry.value, effectiveFrom: entry.effectiveFrom});
        _refreshHead(head, entry.ruleId, today);

        emit RuleSet(
            entry.ruleId,
            version,
            entry.value,
            entry.effectiveFrom,
            entry.basisHash,
            party,
            msg.sender,
            approver.officer
        );
    }

    /// @inheritdoc IRulebook
    function setCalendar(CalendarEntry calldata entry, Approval calldata approver) external {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.PLATFORM_OPERATOR, Standing.Full);
        bytes32 structHash = keccak256(
            abi.encode(
                CALENDAR_TYPEHASH, entry.year, keccak256(abi.encode(entry.nonBusiness)), entry.basisHash, entry.deadline
            )
        );
        _requireSecondOnce(approver, _hashTypedData(structHash), entry.deadline, party, Powers.CHECK);
        _requireCalendar(entry);

        _calendars[entry.year] = [entry.nonBusiness[0] | LOADED, entry.nonBusiness[1] | LOADED];

        emit CalendarSet(entry.year, entry.nonBusiness, entry.basisHash, party, msg.sender, approver.officer);
    }

    /* READING */

    /// @inheritdoc IRulebook
    function valueOn(bytes32 ruleId, uint32 day) external view returns (uint256 value, uint256 version) {
        (value, version) = _valueOn(ruleId, day);
        require(version != 0, ParameterNotSet(ruleId));
    }

    /// @inheritdoc IRulebook
    function valueOrZero(bytes32 ruleId, uint32 day) external view returns (uint256 value, uint256 version) {
        return _valueOn(ruleId, day);
    }

    /// @inheritdoc IRulebook
    function roll(uint32 day) external view returns (uint32 rolled, bool provisional) {
        return _roll(day, false);
    }

    /// @inheritdoc IRulebook
    function rollDue(uint32 day) external view returns (uint32 rolled) {
        (rolled,) = _roll(day, true);
    }

    /// @inheritdoc IRulebook
    function addBusinessDays(uint32 day, uint256 count) external view returns (uint32 later, bool provisional) {
        return _addBusinessDays(day, count, false);
    }

    /// @inheritdoc IRulebook
    function addBusinessDaysDue(uint32 day, uint256 count) external view returns (uint32 later) {
        (later,) = _addBusinessDays(day, count, true);
    }

    /// @inheritdoc IRulebook
    function isBusinessDay(uint32 day) external view returns (bool business, bool provisional) {
        return _isBusinessDay(day, false);
    }

    /// @inheritdoc IRulebook
    function versionCount(bytes32 ruleId) external view returns (uint16) {
        return _heads[ruleId].count;
    }

    /// @inheritdoc IRulebook
    function versionAt(bytes32 ruleId, uint16 version) external view returns (uint128 value, uint32 effectiveFrom) {
        Version storage v = _versions[ruleId][version];
        return (v.value, v.effectiveFrom);
    }

    /// @inheritdoc IRulebook
    function calendar(uint16 year) external view returns (bool loaded, uint256[2] memory nonBusiness) {
        nonBusiness = _calendars[year];
        loaded = nonBusiness[0] & LOADED != 0;
        nonBusiness[0] &= ~LOADED;
        nonBusiness[1] &= ~LOADED;
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Rulebook", "1");
    }

    function _valueOn(bytes32 ruleId, uint32 day) private view returns (uint256, uint256) {
        Head memory head = _heads[ruleId];
        if (head.version != 0 && day >= head.effectiveFrom && day < head.nextFrom) {
            return (head.value, head.version);
        }
        for (uint256 version = head.count; version > 0; --version) {
            Version memory v = _versions[ruleId][version];
            if (v.effectiveFrom <= day) return (v.value, version);
        }
        return (0, 0);
    }

    /// @dev Versions above the one in force today all start later, so the earliest of them ends the head's answer.
    function _refreshHead(Head storage head, bytes32 ruleId, uint32 today) private {
        uint32 nextFrom = type(uint32).max;
        uint16 version = head.count;
        for (; version > 0; --version) {
            Version memory v = _versions[ruleId][version];
            if (v.effectiveFrom <= today) {
                (head.value, head.effectiveFrom) = (v.value, v.effectiveFrom);
                break;
            }
            if (v.effectiveFrom < nextFrom) nextFrom = v.effectiveFrom;
        }
        (head.version, head.nextFrom) = (version, nextFrom);
    }

    function _requireCalendar(CalendarEntry calldata entry) private view {
        _requireRuns(entry);
        (uint16 year, uint16 index) = Days.yearAndIndex(_today());
        for (uint256 half; half < 2; ++half) {
            uint256 present = _calendars[entry.year][half];
            // A year not loaded yet may be entered late: until now only its weekends counted and no due event passed.
            if (present & LOADED == 0) continue;
            require(entry.year >= year, RulebookCalendarPast(entry.year));
            if (entry.year > year) continue;
            uint256 first = half * HALF_YEAR;
            uint256 passed = index < first ? 0 : (1 << FixedPointMathLib.min(index - first + 1, HALF_YEAR)) - 1;
            uint256 changed = (present & ~LOADED) ^ entry.nonBusiness[half];
            require(changed & passed == 0, RulebookCalendarPast(entry.year));
        }
    }

    /// @dev No bit after 31 December, and no run so long that two years' ends together would keep `_roll` from ending.
    function _requireRuns(CalendarEntry calldata entry) private pure {
        bool beyond = (entry.nonBusiness[0] | entry.nonBusiness[1]) >> HALF_YEAR != 0;
        uint256 length = Days.daysInYear(entry.year);
        uint256 run;
        for (uint256 i; i < 2 * HALF_YEAR; ++i) {
            bool closed = (entry.nonBusiness[i / HALF_YEAR] >> (i % HALF_YEAR)) & 1 == 1;
            beyond = beyond || (closed && i >= length);
            run = closed ? run + 1 : 0;
            require(!beyond && run <= CLOSED_DAYS_MAX, RulebookCalendarInvalid(entry.year));
        }
    }

    function _roll(uint32 day, bool due) private view returns (uint32 rolled, bool provisional) {
        for (uint32 i; i < ROLL_DAYS_MAX; ++i) {
            (bool business, bool unloaded) = _isBusinessDay(day + i, due);
            provisional = provisional || unloaded;
            if (business) return (day + i, provisional);
        }
        (uint16 year,) = Days.yearAndIndex(day);
        revert RulebookCalendarInvalid(year);
    }

    function _addBusinessDays(uint32 day, uint256 count, bool due)
        private
        view
        returns (uint32 later, bool provisional)
    {
        require(count <= BUSINESS_DAYS_MAX, RulebookBusinessDays(count, BUSINESS_DAYS_MAX));
        later = day;
        for (uint256 i; i < count; ++i) {
            bool unloaded;
            (later, unloaded) = _roll(later + 1, due);
            provisional = provisional || unloaded;
        }
    }

    function _isBusinessDay(uint32 day, bool due) private view returns (bool business, bool provisional) {
        (uint16 year, uint16 index) = Days.yearAndIndex(day);
        uint256 word = _calendars[year][index / HALF_YEAR];
        if (word & LOADED == 0) {
            require(!due, RulebookCalendarMissing(year));
            return (Days.isWeekday(day), true);
        }
        return ((word >> (index % HALF_YEAR)) & 1 == 0, false);
    }
}
