// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title RuleIds
/// @notice Ids of the dated rules that the contracts read or name, as in the domain rulebook.
library RuleIds {
    bytes32 internal constant TENOR_MONTHS_MAX = "R77-2a";
    bytes32 internal constant TENOR_REVIEWED_MONTHS_MAX = "R77-2b";
    bytes32 internal constant GENUINE_TRADE = "R77-3";
    bytes32 internal constant LICENSED_FINANCE = "R77-5";
    bytes32 internal constant REGISTRY_FILING = "R77-6";
    bytes32 internal constant OPENING_BAR = "R77-7";
    bytes32 internal constant FREE_CONSENT = "R77-9";
    bytes32 internal constant NO_FORCED_TERMS = "R802-3";
    bytes32 internal constant SME_DAYS_MAX = "R802-1a";
    bytes32 internal constant STATE_DAYS = "R802-1b";
    bytes32 internal constant STATE_DAYS_MAX = "R802-1b.max";
    bytes32 internal constant LATE_DAY_RATE_PPM = "R802-4";
    bytes32 internal constant LOAN_PRIME_RATE_PPM = "R802-4.lpr";
    /// @dev OP-3, OP-4 and OP-5 in one value, since every opening needs all three: smallest part in units of 1,000 yuan
    /// (bits 0–7), layers (8–15), splits plus one (16–31); 0 = no limit.
    bytes32 internal constant SPLIT_LIMITS = "OP-3..5";
    bytes32 internal constant LATE_BASIS = "OP-11";
    bytes32 internal constant FREEZE_DAYS_MAX = "OP-28";
}
