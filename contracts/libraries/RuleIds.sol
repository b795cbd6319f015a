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
    bytes32 internal constant SME_DAYS_MAX = "R802-1a";
    bytes32 internal constant STATE_DAYS = "R802-1b";
    bytes32 internal constant STATE_DAYS_MAX = "R802-1b.max";
    bytes32 internal constant LATE_DAY_RATE_PPM = "R802-4";
    bytes32 internal constant LOAN_PRIME_RATE_PPM = "R802-4.lpr";
    bytes32 internal constant LIMIT_ACCEPTOR_DRAWER = "NIL-17a";
    bytes32 internal constant LIMIT_PRIOR = "NIL-17b";
    bytes32 internal constant LIMIT_RE_RECOURSE = "NIL-17c";
    bytes32 internal constant MARKED_ENDORSER = "NIL-34";
    bytes32 internal constant GUARANTORS_RECOURSE = "NIL-52";
    bytes32 internal constant PRESENTATION_DAYS = "NIL-53";
    bytes32 internal constant REFUSAL_PROOF = "NIL-62";
    bytes32 internal constant RECOURSE_GROUNDS = "NIL-61";
    bytes32 internal constant PROOF_IN_TIME = "NIL-65";
    bytes32 internal constant NOTICE_DAYS = "NIL-66a";
    bytes32 internal constant RECOURSE_DEBTORS = "NIL-68";
    bytes32 internal constant LATER_PARTIES = "NIL-69";
    bytes32 internal constant RECOURSE_AMOUNT = "NIL-70";
    bytes32 internal constant ANSWER_DAYS = "SH-5";
    bytes32 internal constant SCOPE_POLICY = "OP-8";
    bytes32 internal constant RECOURSE_RATE_PPM = "OP-9";
    bytes32 internal constant RECOURSE_INTEREST_FROM = "OP-10";
    bytes32 internal constant LIMITATION_ROLL = "OP-13";
    bytes32 internal constant CLOSE_ON_DRAWER = "OP-32";
    /// @dev OP-3, OP-4 and OP-5 in one value, since every opening needs all three: smallest part in units of 1,000 yuan
    /// (bits 0–7), layers (8–15), splits plus one (16–31); 0 = no limit.
    bytes32 internal constant SPLIT_LIMITS = "OP-3..5";
    bytes32 internal constant BILL_TENOR_MONTHS_MAX = "R4-25";
    bytes32 internal constant BILL_ITEMS = "NIL-22";
    bytes32 internal constant DRAWERS_MARK = "NIL-27";
    bytes32 internal constant SHARE_OF_BILL = "NIL-33";
    bytes32 internal constant AFTER_REFUSAL = "NIL-36";
    bytes32 internal constant ACCEPTANCE_DAYS = "NIL-41";
    bytes32 internal constant PACKAGE_FEN_MAX = "SH-1.max";
    bytes32 internal constant SPLITS_MAX = "SH-2";
    bytes32 internal constant SINGLE_REGISTER = "SH-7";
    bytes32 internal constant FREE_BILL_CONSENT = "R802-3";
    bytes32 internal constant ENDORSE_DAYS_BEFORE = "OP-7";
    bytes32 internal constant ENDORSERS_MARK_BLOCKS = "OP-14";
    bytes32 internal constant LATE_BASIS = "OP-11";
    bytes32 internal constant FREEZE_DAYS_MAX = "OP-28";
    bytes32 internal constant BILL_TRADE = "R4-15";
    bytes32 internal constant DISCOUNTER_CHECK = "R4-28";
    bytes32 internal constant ACCEPTANCE_CEILING = "R4-24a";
    bytes32 internal constant MARGIN_CEILING = "R4-24b";
    bytes32 internal constant PERSISTENT_BAN_MONTHS = "R4-36";
    bytes32 internal constant DISCLOSE_BY = "X1";
    bytes32 internal constant MONTHLY_DISCLOSURE_DAY = "X2";
    bytes32 internal constant DISCLOSURE_GATE = "X3";
    bytes32 internal constant OVERDUE_COUNT = "X4.count";
    bytes32 internal constant OVERDUE_MONTHS = "X4.months";
    bytes32 internal constant PERSISTENT_COUNT = "X5.count";
    bytes32 internal constant PERSISTENT_MONTHS = "X5.months";
    bytes32 internal constant OVERDUE_GRACE = "OP-12";
    bytes32 internal constant GUARANTEE_DIVISIBLE = "OP-15";
}
