// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";

/// @title IRulebook
/// @notice Dated parameters by rule id, and the business calendar. Nothing here is a constant of the code: a value
/// starts on its day without redeployment, and every refusal can name the rule and version behind it.
/// @dev Rule ids are ASCII, right-padded with zeros: bytes32("R77-2a").
interface IRulebook {
    /// @param value Whole units of the rule (months, days, ppm, fen …).
    /// @param effectiveFrom First civil day on which it applies.
    /// @param basisHash Hash of the text it rests on.
    struct RuleEntry {
        bytes32 ruleId;
        uint128 value;
        uint32 effectiveFrom;
        bytes32 basisHash;
        uint64 deadline; // unix seconds, of the second approval
    }

    /// @param nonBusiness Bit i of word h is set if day 183 h + i of the year (0 = 1 January) is no business day.
    struct CalendarEntry {
        uint16 year;
        uint256[2] nonBusiness;
        bytes32 basisHash;
        uint64 deadline; // unix seconds, of the second approval
    }

    event RuleSet(
        bytes32 indexed ruleId,
        uint16 version,
        uint128 value,
        uint32 effectiveFrom,
        bytes32 basisHash,
        address party,
        address officer,
        address approver
    );
    event CalendarSet(
        uint16 indexed year, uint256[2] nonBusiness, bytes32 basisHash, address party, address officer, address approver
    );

    /// @notice Thrown when an act breaks a dated rule.
    error RuleViolated(bytes32 ruleId, uint256 version, uint256 actual, uint256 needed);
    /// @notice Thrown when an act needs a parameter that has no value on its day. There are no silent defaults.
    error ParameterNotSet(bytes32 ruleId);
    /// @notice Thrown when a version would start before the day of its entry.
    error RulebookDatedInPast(bytes32 ruleId, uint32 effectiveFrom, uint32 today);
    /// @notice Thrown when a rule holds as many versions as it can.
    error RulebookVersionsFull(bytes32 ruleId);
    /// @notice Thrown when a rule id is empty.
    error RulebookRuleIdEmpty();
    /// @notice Thrown when a calendar would change a day that has passed (CAL-5).
    error RulebookCalendarPast(uint16 year);
    /// @notice Thrown when a calendar is malformed: bits outside the year, or more than a month without business.
    error RulebookCalendarInvalid(uint16 year);
    /// @notice Thrown when a due event needs the calendar of a year that is not loaded (CAL-2).
    error RulebookCalendarMissing(uint16 year);
    /// @notice Thrown when more business days are counted than one question may ask for.
    error RulebookBusinessDays(uint256 actual, uint256 max);

    /// @notice Enters a version. Law rules by the regulator, `OP-` values by the operator; maker and another checker.
    /// The version with the highest number whose day has come applies: a later decision replaces an earlier one.
    function setRule(RuleEntry calldata entry, Approval calldata approver) external returns (uint16 version);

    /// @notice Enters or changes a year's calendar. Operator, maker and another checker. Past days cannot change.
    function setCalendar(CalendarEntry calldata entry, Approval calldata approver) external;

    /// @notice The value on a day, and its version. Refuses with ParameterNotSet.
    function valueOn(bytes32 ruleId, uint32 day) external view returns (uint256 value, uint256 version);

    /// @notice As `valueOn`, but 0 and 0 where no value applies; for limits that may be unset.
    function valueOrZero(bytes32 ruleId, uint32 day) external view returns (uint256 value, uint256 version);

    /// @notice First business day on or after `day`.
    /// @return rolled The day.
    /// @return provisional Whether a year on the way is not loaded, so that only weekends counted (CAL-2).
    function roll(uint32 day) external view returns (uint32 rolled, bool provisional);

    /// @notice As `roll`, for due events: refuses where a year on the way is not loaded (CAL-2).
    function rollDue(uint32 day) external view returns (uint32 rolled);

    /// @notice The `count`-th business day after `day`, which itself does not count; `day` if `count` is 0.
    /// @return later The day.
    /// @return provisional Whether a year on the way is not loaded, so that only weekends counted (CAL-2).
    function addBusinessDays(uint32 day, uint256 count) external view returns (uint32 later, bool provisional);

    /// @notice As `addBusinessDays`, for due events: refuses where a year on the way is not loaded (CAL-2).
    function addBusinessDaysDue(uint32 day, uint256 count) external view returns (uint32 later);

    function isBusinessDay(uint32 day) external view returns (bool business, bool provisional);
    function versionCount(bytes32 ruleId) external view returns (uint16);
    function versionAt(bytes32 ruleId, uint16 version) external view returns (uint128 value, uint32 effectiveFrom);
    function calendar(uint16 year) external view returns (bool loaded, uint256[2] memory nonBusiness);
}
