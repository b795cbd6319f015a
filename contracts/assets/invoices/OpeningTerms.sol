// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IOpenings} from "../../interfaces/IOpenings.sol";
import {IOpeningTerms} from "../../interfaces/IOpeningTerms.sol";
import {IParticipants, SizeClass} from "../../interfaces/IParticipants.sol";
import {IRulebook} from "../../interfaces/IRulebook.sol";
import {Days} from "../../libraries/Days.sol";
import {RuleIds} from "../../libraries/RuleIds.sol";

/// @title OpeningTerms
/// @notice Room for one thing: which terms a certificate may be opened on, today. Reads rules and writes nothing; apart from
/// Invoices since the two together are larger than one contract may be.
contract OpeningTerms is IOpeningTerms {
    IParticipants public immutable participants;
    IRulebook public immutable rulebook;

    constructor(IParticipants participants_, IRulebook rulebook_) {
        participants = participants_;
        rulebook = rulebook_;
    }

    /// @inheritdoc IOpeningTerms
    function termsFor(Terms calldata o) external view returns (uint256 splitLimits) {
        uint32 today = Days.civilDay(block.timestamp);
        require(o.dueDay > today, IOpenings.OpeningsDueDay(o.dueDay, today + 1));
        if (o.deliveryDay > today) {
            (, uint256 tradeVersion) = rulebook.valueOrZero(RuleIds.GENUINE_TRADE, today);
            revert IRulebook.RuleViolated(RuleIds.GENUINE_TRADE, tradeVersion, o.deliveryDay, today);
        }
        _requireTerm(o, today);
        bytes32 ruleId = o.reviewed ? RuleIds.TENOR_REVIEWED_MONTHS_MAX : RuleIds.TENOR_MONTHS_MAX;
        (uint256 months, uint256 version) = rulebook.valueOn(ruleId, today);
        uint32 latest = Days.addMonths(today, months);
        require(o.dueDay <= latest, IRulebook.RuleViolated(ruleId, version, o.dueDay, latest));
        require(o.dueDay - today <= type(uint16).max, IOpenings.OpeningsDueDay(o.dueDay, today));
        (splitLimits,) = rulebook.valueOrZero(RuleIds.SPLIT_LIMITS, today);
    }

    /// @custom:rule R802-1, R802-4
    function _requireTerm(Terms calldata o, uint32 today) private view {
        (SizeClass size, SizeClass debtorSize) = participants.sizeClassesOf(o.supplier, o.debtor);
        bool small = size == SizeClass.Micro || size == SizeClass.Small || size == SizeClass.Medium;
        if (small && debtorSize >= SizeClass.Large) _requireSmeTerm(o, debtorSize, today);
        if (o.lateRatePpm != 0) {
            (uint256 rate, uint256 rateVersion) = rulebook.valueOn(RuleIds.LOAN_PRIME_RATE_PPM, today);
            require(
                o.lateRatePpm >= rate,
                IRulebook.RuleViolated(RuleIds.LOAN_PRIME_RATE_PPM, rateVersion, o.lateRatePpm, rate)
            );
        }
    }

    /// @dev A longer term than the rule's needs a recorded reason; a government body's has a hard end.
    function _requireSmeTerm(Terms calldata o, SizeClass debtorSize, uint32 today) private view {
        bytes32 ruleId = RuleIds.SME_DAYS_MAX;
        if (debtorSize == SizeClass.State) {
            ruleId = o.reasoned ? RuleIds.STATE_DAYS_MAX : RuleIds.STATE_DAYS;
        } else if (o.reasoned) {
            return;
        }
        (uint256 daysMax, uint256 version) = rulebook.valueOn(ruleId, today);
        uint256 latest = o.deliveryDay + daysMax;
        require(o.dueDay <= latest, IRulebook.RuleViolated(ruleId, version, o.dueDay, latest));
    }
}
