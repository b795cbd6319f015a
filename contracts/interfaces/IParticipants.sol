// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Order} from "./IOrders.sol";

/// @dev Size classes of 802 (R802-7); `State` is a government body or public institution.
enum SizeClass {
    Unstated,
    Micro,
    Small,
    Medium,
    Large,
    State
}

/// @dev What an act asks of the acting party. `Full`: active and not frozen. `Owing`: enrolled is enough; for
/// paying what is owed, withdrawing an offer and getting back one's own, which no freeze may stop (MUST-12).
enum Standing {
    Full,
    Owing
}

/// @dev Powers of an officer, as bits.
library Powers {
    uint8 internal constant MAKE = 1;
    uint8 internal constant CHECK = 2;
    uint8 internal constant PAY = 4;
    uint8 internal constant ADMINISTER = 8;
}

/// @dev Roles of a party (domain README, Roles), as bits. Zero asks for no role.
library Roles {
    uint32 internal constant ENTERPRISE = 1 << 0;
    uint32 internal constant BANK = 1 << 1;
    uint32 internal constant FUNDER = 1 << 2;
    uint32 internal constant GUARANTOR = 1 << 3;
    uint32 internal constant CLEARING_BANK = 1 << 4;
    uint32 internal constant ACCESS_INSTITUTION = 1 << 5;
    uint32 internal constant PLATFORM_OPERATOR = 1 << 6;
    uint32 internal constant REGISTER_OPERATOR = 1 << 7;
    uint32 internal constant CENTRAL_BANK = 1 << 8;
    uint32 internal constant REGULATOR = 1 << 9;
    uint32 internal constant COURT = 1 << 10;
    uint32 internal constant AUDITOR = 1 << 11;
    uint32 internal constant ORACLE = 1 << 12;
    /// @dev 财务公司: accepts 财票 (types 5 and 8 beside the banks).
    uint32 internal constant FINANCE_COMPANY = 1 << 13;
    uint32 internal constant ALL = (1 << 14) - 1;
    /// @dev Who may hold, promise, buy or sell. The platform's operator has none of these (R77-4, R77-5, INV-21).
    uint32 internal constant TRADING =
        ENTERPRISE | BANK | FUNDER | GUARANTOR | CLEARING_BANK | CENTRAL_BANK | FINANCE_COMPANY;
}

/// @title IParticipants
/// @notice Who takes part (parties), and whose keys act for them (officers). A party is not a key: its identifier is
/// derived from its unified social credit code (统一社会信用代码), nobody has a private key for it, and all it owns
/// belongs to that identifier. So a lost key or a new treasurer touches no asset.
interface IParticipants {
    enum PartyStatus {
        None,
        Active,
        Suspended
    }

    /// @dev One slot for the frequent reads, then the identity.
    struct Party {
        uint32 roles;
        PartyStatus status;
        SizeClass sizeClass;
        uint32 frozenUntil; // civil day, inclusive; 0 = not frozen
        uint32 enrolledDay; // civil day
        uint16 adminCount;
        uint16 officerCount;
        uint32 changes; // nonce of officer changes
        uint32 epoch; // quotes of an earlier one are void
        bytes18 uscc;
        bytes32 nameHash;
    }

    struct Officer {
        address party;
        uint8 powers;
        uint80 limitFen; // highest amount of one act, fen
    }

    struct Grant {
        address officer;
        uint8 powers;
        uint80 limitFen;
    }

    /// @dev What every initial officer of a new party signs, and the second approver of the operator too.
    struct Enrolment {
        bytes18 uscc;
        bytes20 lei; // zero if none
        bytes32 nameHash; // keccak256 of the registered name, UTF-8
        uint32 roles;
        SizeClass sizeClass;
        Grant[] officers;
        uint64 deadline; // unix seconds
    }

    /// @dev `powers` zero removes; `replaces` names a key that ends in the same act.
    struct OfficerChange {
        address party;
        address officer;
        uint8 powers;
        uint80 limitFen;
        address replaces;
        uint32 nonce; // equal to the party's `changes`
        uint64 deadline; // unix seconds
    }

    struct Recovery {
        bytes32 changeHash;
        uint32 earliestDay;
    }

    event PartyEnrolled(
        address indexed party,
        bytes18 uscc,
        bytes20 lei,
        bytes32 nameHash,
        uint32 roles,
        SizeClass sizeClass,
        address officer,
        address approver
    );
    event PartyRestated(
        address indexed party, bytes32 nameHash, uint32 roles, SizeClass sizeClass, address officer, address approver
    );
    event PartySuspended(address indexed party, bytes32 reasonHash, address officer, address approver);
    event PartyResumed(address indexed party, bytes32 reasonHash, address officer, address approver);
    event PartyFrozen(address indexed party, uint32 untilDay, bytes32 indexed orderId, address officer);
    event PartyUnfrozen(address indexed party, bytes32 indexed orderId, address officer);
    /// @notice An officer's powers now; zero powers: the key is no longer an officer.
    /// @param changes The party's nonce of officer changes now: a replacement tells two officers under one nonce.
    event OfficerSet(
        address indexed party, address indexed officer, uint8 powers, uint80 limitFen, uint32 changes, address by
    );
    /// @notice Every quote the party signed in an earlier epoch is void from here on, on every contract.
    event EpochEnded(address indexed party, uint32 epoch, address officer);
    event RecoveryProposed(
        address indexed party, bytes32 changeHash, uint32 earliestDay, address officer, address approver
    );
    event RecoveryObjected(address indexed party, bytes32 changeHash, address officer);

    /// @notice Thrown when the key acts for nobody.
    error ParticipantsOfficerUnknown(address officer);
    /// @notice Thrown when a key already acts for a party.
    error ParticipantsOfficerTaken(address officer, address party);
    /// @notice Thrown when the officer lacks a power (bits as in Powers).
    error ParticipantsPowerLacking(address officer, uint8 held, uint8 needed);
    /// @notice Thrown when one act exceeds the officer's limit, fen.
    error ParticipantsAmountLimit(address officer, uint256 limit, uint256 needed);
    /// @notice Thrown when nobody of that identifier is enrolled.
    error ParticipantsPartyUnknown(address party);
    /// @notice Thrown when the party exists already.
    error ParticipantsPartyEnrolled(address party);
    /// @notice Thrown when another party's identifier starts with the same ten bytes.
    error ParticipantsTagTaken(bytes10 tag, address party);
    /// @notice Thrown when a quote is of another epoch than its party's present one: it was taken back with all others.
    error ParticipantsEpochEnded(address party, uint32 epoch, uint32 current);
    /// @notice Thrown when the party is suspended.
    error ParticipantsPartySuspended(address party);
    /// @notice Thrown when a party is not in the state a change needs.
    error ParticipantsPartyStatus(address party, PartyStatus actual, PartyStatus needed);
    /// @notice Thrown when the party is frozen by an order and the act disposes of something.
    error ParticipantsPartyFrozen(address party, uint32 untilDay);
    /// @notice Thrown when the party has none of the needed roles (bits as in Roles).
    error ParticipantsRoleLacking(address party, uint32 held, uint32 needed);
    /// @notice Thrown when a check character of the code is wrong.
    error ParticipantsUsccInvalid(bytes18 uscc);
    /// @notice Thrown when code stands at the party's identifier; a party can never call back.
    error ParticipantsPartyHasCode(address party);
    /// @notice Thrown when a field of an enrolment is empty or outside its range.
    error ParticipantsFieldInvalid(bytes32 field);
    /// @notice Thrown when an enrolment lists too few or too many officers or signatures.
    error ParticipantsOfficerCount(uint256 actual, uint256 needed);
    /// @notice Thrown when an approver acts for another party than the one needed.
    error ParticipantsApproverParty(address approver, address actual, address needed);
    /// @notice Thrown when an approver decides about its own powers.
    error ParticipantsApproverConcerned(address approver);
    /// @notice Thrown when a change would leave the party without an administrator.
    error ParticipantsLastAdministrator(address party);
    /// @notice Thrown when the change was signed for another state of the party's officers.
    error ParticipantsChangeNonce(address party, uint32 actual, uint32 needed);
    /// @notice Thrown when there is no such recovery waiting.
    error ParticipantsRecoveryUnknown(address party, bytes32 changeHash);
    /// @notice Thrown when the time for objections is still running (civil days).
    error ParticipantsRecoveryEarly(address party, uint32 today, uint32 earliestDay);
    /// @notice Thrown when the operator would suspend itself, which nobody could end.
    error ParticipantsOperatorItself(address operator);
    /// @notice Thrown when the order does not concern parties the way the function needs.
    error ParticipantsOrderKind(bytes32 orderId);

    /// @notice Enrols a party. The caller and `approver` are two administrators of the operator.
    /// @param signatures One for each listed officer, in order, over the enrolment: the party's own consent and the
    /// proof that each key is held.
    function enrol(Enrolment calldata enrolment, bytes[] calldata signatures, Approval calldata approver)
        external
        returns (address party);

    /// @notice Restates name, roles and size class. Two administrators of the operator. A size class counts from the
    /// day it is stated: earlier contracts keep theirs (R802-7).
    function restate(
        address party,
        bytes32 nameHash,
        uint32 roles,
        SizeClass sizeClass,
        uint64 deadline,
        Approval calldata approver
    ) external;

    /// @notice Stops a party's new acts. What others are owed by it or from it goes on.
    function suspend(address party, bytes32 reasonHash, uint64 deadline, Approval calldata approver) external;

    /// @notice Ends a suspension.
    function resume(address party, bytes32 reasonHash, uint64 deadline, Approval calldata approver) external;

    /// @notice Adds, changes, replaces or removes an officer. The caller and `approver` are two administrators of the
    /// party, neither of them concerned; a new key signs too (`acceptance`), so a handover takes two steps.
    function changeOfficer(OfficerChange calldata change, Approval calldata approver, bytes calldata acceptance)
        external;

    /// @notice Starts the recovery of a party that lost its keys: two administrators of the operator, then a delay in
    /// which any officer of the party may object.
    function proposeRecovery(OfficerChange calldata change, Approval calldata approver) external;

    /// @notice Stops a recovery. Any officer of the party.
    function objectToRecovery(address party) external;

    /// @notice Carries out a recovery after its delay. An administrator of the operator.
    function recover(OfficerChange calldata change, bytes calldata acceptance) external;

    /// @notice Freezes or unfreezes a party by legal order; the caller is the order's second officer.
    function carryOut(Order calldata order) external;

    /// @notice The party an officer acts for, if the officer may do this act; otherwise a refusal that names why.
    /// @param powers Every bit is needed.
    /// @param amountFen Amount of the act, fen; 0 where it has none.
    /// @param anyRole One of these roles is needed; 0 for none.
    function authorize(address officer, uint8 powers, uint256 amountFen, uint32 anyRole, Standing standing)
        external
        view
        returns (address party);

    /// @notice As `authorize` with full standing, for an act of trade: both parties have a trading role, and
    /// `counterparty` is active too (it may be frozen: a frozen party may receive).
    function authorizeBetween(address officer, uint8 powers, uint256 amountFen, address counterparty)
        external
        view
        returns (address party);

    /// @notice As `authorize` with full standing, for what the officer signed in one of its party's epochs.
    function authorizeQuoted(address officer, uint8 powers, uint256 amountFen, uint32 anyRole, uint32 epoch)
        external
        view
        returns (address party);

    /// @notice Both sides of a sale on a quote in one call, as `authorize` for the seller's officer (make) and
    /// `authorizeQuoted` for the funder's (pay).
    function authorizeSale(
        address sellerOfficer,
        address funderOfficer,
        uint256 amountFen,
        uint32 funderRoles,
        uint32 epoch
    ) external view returns (address seller, address funder);

    /// @notice Takes back, at once and on every contract, all quotes that the caller's party signed and that are not
    /// used yet. Always possible, also for a frozen or suspended party.
    function endEpoch() external returns (uint32 epoch);

    /// @notice The roles of a party; refuses unless it is active.
    function activeRolesOf(address party) external view returns (uint32 roles);

    /// @notice The size classes of two parties, as stated now.
    function sizeClassesOf(address one, address other) external view returns (SizeClass, SizeClass);

    /// @notice Refuses unless the party is active and has one of the roles (0 for none).
    function requireActive(address party, uint32 anyRole) external view;

    /// @notice Refuses unless the party is active and not frozen.
    function requireDisposing(address party) external view;

    /// @notice Refuses unless `from` is active and free to dispose, `to` is active, and both have a trading role.
    function requireMove(address from, address to) external view;

    /// @notice The party whose identifier starts with `tag`; zero if none. Assets store tags where a slot is short of room.
    function partyOfTag(bytes10 tag) external view returns (address);

    function party(address id) external view returns (Party memory);
    function officer(address key) external view returns (Officer memory);
    function recovery(address party) external view returns (bytes32 changeHash, uint32 earliestDay);
}
