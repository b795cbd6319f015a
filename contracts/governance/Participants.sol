// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SafeCastLib} from "solady/utils/SafeCastLib.sol";

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IOrders, Order, OrderKind} from "../interfaces/IOrders.sol";
import {IParticipants, Powers, Roles, SizeClass, Standing} from "../interfaces/IParticipants.sol";
import {Uscc} from "../libraries/Uscc.sol";

/// @title Participants
/// @notice Room for one thing: which parties take part, and which keys act for them.
/// @custom:invariant PRT-1 A party's identifier is the hash of its code; both check characters hold.
/// @custom:invariant PRT-2 A key acts for one party at most.
/// @custom:invariant PRT-3 Every party has at least one administrator (MUST-26).
contract Participants is IParticipants, Governed {
    using SafeCastLib for uint256;

    uint256 public constant OFFICERS_MAX = 32;

    bytes32 private constant GRANT_TYPEHASH = keccak256("Grant(address officer,uint8 powers,uint80 limitFen)");
    bytes32 private constant ENROLMENT_TYPEHASH = keccak256(
        "Enrolment(bytes18 uscc,bytes20 lei,bytes32 nameHash,uint32 roles,uint8 sizeClass,Grant[] officers,uint64 deadline)Grant(address officer,uint8 powers,uint80 limitFen)"
    );
    bytes32 private constant CHANGE_TYPEHASH = keccak256(
        "OfficerChange(address party,address officer,uint8 powers,uint80 limitFen,address replaces,uint32 nonce,uint64 deadline)"
    );
    bytes32 private constant RECOVERY_TYPEHASH = keccak256("RecoveryProposal(bytes32 changeHash,uint64 deadline)");
    bytes32 private constant RESTATEMENT_TYPEHASH =
        keccak256("Restatement(address party,bytes32 nameHash,uint32 roles,uint8 sizeClass,uint64 deadline)");
    bytes32 private constant SUSPENSION_TYPEHASH =
        keccak256("Suspension(address party,bytes32 reasonHash,bool suspended,uint64 deadline)");

    IOrders public immutable orders;
    address public immutable operator;
    uint32 public immutable recoveryDelayDays;

    mapping(address id => Party) private _parties;
    mapping(address key => Officer) private _officers;
    mapping(bytes10 tag => address id) public partyOfTag;
    mapping(address party => Recovery) public recovery;

    /// @param founders The operator first, then whoever else must be there from the start (regulator, court). They
    /// are named by whoever deploys; everybody after them is enrolled by two approvers of the operator.
    constructor(IOrders orders_, uint32 recoveryDelayDays_, Enrolment[] memory founders)
        Governed(IParticipants(address(this)))
    {
        orders = orders_;
        recoveryDelayDays = recoveryDelayDays_;
        operator = Uscc.partyOf(founders[0].uscc);
        for (uint256 i; i < founders.length; ++i) {
            _enrol(founders[i], address(0), address(0));
        }
    }

    /* PARTIES */

    /// @inheritdoc IParticipants
    function enrol(Enrolment calldata enrolment, bytes[] calldata signatures, Approval calldata approver)
        external
        returns (address id)
    {
        bytes32 structHash = _hashEnrolment(enrolment);
        _requireOperators(approver, structHash, enrolment.deadline);
        uint256 count = enrolment.officers.length;
        require(signatures.length == count, ParticipantsOfficerCount(signatures.length, count));
        bytes32 digest = _hashTypedData(structHash);
        for (uint256 i; i < count; ++i) {
            _requireSignature(enrolment.officers[i].officer, digest, signatures[i]);
        }

        return _enrol(enrolment, msg.sender, approver.officer);
    }

    /// @inheritdoc IParticipants
    function restate(
        address id,
        bytes32 nameHash,
        uint32 roles,
        SizeClass sizeClass,
        uint64 deadline,
        Approval calldata approver
    ) external {
        Party storage p = _existing(id);
        _requireOperators(
            approver, keccak256(abi.encode(RESTATEMENT_TYPEHASH, id, nameHash, roles, sizeClass, deadline)), deadline
        );
        _requireDetails(nameHash, roles);

        (p.nameHash, p.roles, p.sizeClass) = (nameHash, roles, sizeClass);

        emit PartyRestated(id, nameHash, roles, sizeClass, msg.sender, approver.officer);
    }

    /// @inheritdoc IParticipants
    function suspend(address id, bytes32 reasonHash, uint64 deadline, Approval calldata approver) external {
        require(id != operator, ParticipantsOperatorItself(id));
        _setStatus(id, PartyStatus.Active, PartyStatus.Suspended, reasonHash, deadline, approver);

        emit PartySuspended(id, reasonHash, msg.sender, approver.officer);
    }

    /// @inheritdoc IParticipants
    function resume(address id, bytes32 reasonHash, uint64 deadline, Approval calldata approver) external {
        _setStatus(id, PartyStatus.Suspended, PartyStatus.Active, reasonHash, deadline, approver);

        emit PartyResumed(id, reasonHash, msg.sender, approver.officer);
    }

    /// @inheritdoc IParticipants
    function carryOut(Order calldata order) external {
        address id = address(uint160(uint256(order.subject)));
        Party storage p = _existing(id);
        bytes32 orderId = orders.carryOut(order, msg.sender);
        require(
            order.kind != OrderKind.Transfer && uint256(order.subject) <= type(uint160).max,
            ParticipantsOrderKind(orderId)
        );

        if (order.kind == OrderKind.Freeze) {
            // A second order never shortens the first.
            if (order.expiryDay > p.frozenUntil) p.frozenUntil = order.expiryDay;
            emit PartyFrozen(id, p.frozenUntil, orderId, msg.sender);
        } else {
            p.frozenUntil = 0;
            emit PartyUnfrozen(id, orderId, msg.sender);
        }
    }

    /* OFFICERS */

    /// @inheritdoc IParticipants
    function changeOfficer(OfficerChange calldata change, Approval calldata approver, bytes calldata acceptance)
        external
    {
        bytes32 structHash = _hashChange(change);
        address id = _authorize(msg.sender, Powers.ADMINISTER, 0, 0, Standing.Full);
        require(id == change.party, ParticipantsApproverParty(msg.sender, id, change.party));
        _requireSecond(approver, _hashTypedData(structHash), change.deadline, id, Powers.ADMINISTER, 0);
        _requireUnconcerned(msg.sender, change);
        _requireUnconcerned(approver.officer, change);

        _change(change, structHash, acceptance);
    }

    /// @inheritdoc IParticipants
    function proposeRecovery(OfficerChange calldata change, Approval calldata approver) external {
        Party storage p = _existing(change.party);
        bytes32 changeHash = _hashChange(change);
        bytes32 structHash = keccak256(abi.encode(RECOVERY_TYPEHASH, changeHash, change.deadline));
        _requireOperators(approver, structHash, change.deadline);
        require(change.nonce == p.changes, ParticipantsChangeNonce(change.party, change.nonce, p.changes));

        uint32 earliestDay = _today() + recoveryDelayDays;
        recovery[change.party] = Recovery({changeHash: changeHash, earliestDay: earliestDay});

        emit RecoveryProposed(change.party, changeHash, earliestDay, msg.sender, approver.officer);
    }

    /// @inheritdoc IParticipants
    function objectToRecovery(address id) external {
        address own = _authorize(msg.sender, 0, 0, 0, Standing.Owing);
        bytes32 changeHash = recovery[id].changeHash;
        require(changeHash != 0, ParticipantsRecoveryUnknown(id, changeHash));
        require(own == id, ParticipantsApproverParty(msg.sender, own, id));

        delete recovery[id];

        emit RecoveryObjected(id, changeHash, msg.sender);
    }

    /// @inheritdoc IParticipants
    function recover(OfficerChange calldata change, bytes calldata acceptance) external {
        bytes32 changeHash = _hashChange(change);
        Recovery memory waiting = recovery[change.party];
        require(
            waiting.changeHash == changeHash && changeHash != 0, ParticipantsRecoveryUnknown(change.party, changeHash)
        );
        address own = _authorize(msg.sender, Powers.ADMINISTER, 0, 0, Standing.Full);
        require(own == operator, ParticipantsApproverParty(msg.sender, own, operator));
        uint32 today = _today();
        require(today >= waiting.earliestDay, ParticipantsRecoveryEarly(change.party, today, waiting.earliestDay));

        delete recovery[change.party];
        _change(change, changeHash, acceptance);
    }

    /// @inheritdoc IParticipants
    function endEpoch() external returns (uint32 epoch) {
        address id = _authorize(msg.sender, 0, 0, 0, Standing.Owing);

        epoch = ++_parties[id].epoch;

        emit EpochEnded(id, epoch, msg.sender);
    }

    /* AUTHORITY */

    /// @inheritdoc IParticipants
    function authorize(address key, uint8 powers, uint256 amountFen, uint32 anyRole, Standing standing)
        external
        view
        returns (address id)
    {
        return _authorize(key, powers, amountFen, anyRole, standing);
    }

    /// @inheritdoc IParticipants
    function authorizeBetween(address key, uint8 powers, uint256 amountFen, address counterparty)
        external
        view
        returns (address id)
    {
        id = _authorize(key, powers, amountFen, Roles.TRADING, Standing.Full);
        _requireActive(counterparty, _parties[counterparty], Roles.TRADING);
    }

    /// @inheritdoc IParticipants
    function authorizeQuoted(address key, uint8 powers, uint256 amountFen, uint32 anyRole, uint32 epoch)
        external
        view
        returns (address id)
    {
        return _authorizeQuoted(key, powers, amountFen, anyRole, epoch);
    }

    /// @inheritdoc IParticipants
    function authorizeSale(
        address sellerOfficer,
        address funderOfficer,
        uint256 amountFen,
        uint32 funderRoles,
        uint32 epoch
    ) external view returns (address seller, address funder) {
        seller = _authorize(sellerOfficer, Powers.MAKE, amountFen, 0, Standing.Full);
        funder = _authorizeQuoted(funderOfficer, Powers.PAY, amountFen, funderRoles, epoch);
    }

    /// @inheritdoc IParticipants
    function sizeClassesOf(address one, address other) external view returns (SizeClass, SizeClass) {
        return (_parties[one].sizeClass, _parties[other].sizeClass);
    }

    /// @inheritdoc IParticipants
    function activeRolesOf(address id) external view returns (uint32) {
        Party storage p = _parties[id];
        _requireActive(id, p, 0);
        return p.roles;
    }

    /// @inheritdoc IParticipants
    function requireActive(address id, uint32 anyRole) external view {
        _requireActive(id, _parties[id], anyRole);
    }

    /// @inheritdoc IParticipants
    function requireDisposing(address id) external view {
        _requireDisposing(id, 0);
    }

    /// @inheritdoc IParticipants
    function requireMove(address from, address to) external view {
        _requireDisposing(from, Roles.TRADING);
        _requireActive(to, _parties[to], Roles.TRADING);
    }

    /// @inheritdoc IParticipants
    function party(address id) external view returns (Party memory) {
        return _parties[id];
    }

    /// @inheritdoc IParticipants
    function officer(address key) external view returns (Officer memory) {
        return _officers[key];
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Participants", "1");
    }

    /// @dev The one check of authority, here without the detour that other contracts make through `participants`.
    function _authorize(address key, uint8 powers, uint256 amountFen, uint32 anyRole, Standing standing)
        internal
        view
        override
        returns (address id)
    {
        Officer storage o = _officers[key];
        uint8 held = o.powers;
        id = o.party;
        require(held != 0, ParticipantsOfficerUnknown(key));
        require(held & powers == powers, ParticipantsPowerLacking(key, held, powers));
        require(amountFen <= o.limitFen, ParticipantsAmountLimit(key, o.limitFen, amountFen));
        if (standing == Standing.Full) {
            _requireDisposing(id, anyRole);
        }
    }

    function _authorizeQuoted(address key, uint8 powers, uint256 amountFen, uint32 anyRole, uint32 epoch)
        private
        view
        returns (address id)
    {
        id = _authorize(key, powers, amountFen, anyRole, Standing.Full);
        uint32 current = _parties[id].epoch;
        require(epoch == current, ParticipantsEpochEnded(id, epoch, current));
    }

    function _requireDisposing(address id, uint32 anyRole) private view {
        Party storage p = _parties[id];
        _requireActive(id, p, anyRole);
        uint32 until = p.frozenUntil;
        require(until == 0 || until < _today(), ParticipantsPartyFrozen(id, until));
    }

    function _requireActive(address id, Party storage p, uint32 anyRole) private view {
        PartyStatus status = p.status;
        require(status != PartyStatus.None, ParticipantsPartyUnknown(id));
        require(status == PartyStatus.Active, ParticipantsPartySuspended(id));
        uint32 held = p.roles;
        require(anyRole == 0 || held & anyRole != 0, ParticipantsRoleLacking(id, held, anyRole));
    }

    function _requireOperators(Approval calldata approver, bytes32 structHash, uint256 deadline) private {
        address own = _authorize(msg.sender, Powers.ADMINISTER, 0, 0, Standing.Full);
        require(own == operator, ParticipantsApproverParty(msg.sender, own, operator));
        _requireSecondOnce(approver, _hashTypedData(structHash), deadline, operator, Powers.ADMINISTER);
    }

    function _requireUnconcerned(address approver, OfficerChange calldata change) private pure {
        require(approver != change.officer && approver != change.replaces, ParticipantsApproverConcerned(approver));
    }

    function _requireDetails(bytes32 nameHash, uint32 roles) private pure {
        require(nameHash != 0, ParticipantsFieldInvalid("nameHash"));
        bool apart = roles & Roles.PLATFORM_OPERATOR == 0 || roles & Roles.TRADING == 0;
        require(roles != 0 && roles <= Roles.ALL && apart, ParticipantsFieldInvalid("roles"));
    }

    function _existing(address id) private view returns (Party storage p) {
        p = _parties[id];
        require(p.status != PartyStatus.None, ParticipantsPartyUnknown(id));
    }

    function _setStatus(
        address id,
        PartyStatus from,
        PartyStatus to,
        bytes32 reasonHash,
        uint64 deadline,
        Approval calldata approver
    ) private {
        Party storage p = _existing(id);
        require(p.status == from, ParticipantsPartyStatus(id, p.status, from));
        bool suspended = to == PartyStatus.Suspended;
        _requireOperators(
            approver, keccak256(abi.encode(SUSPENSION_TYPEHASH, id, reasonHash, suspended, deadline)), deadline
        );

        p.status = to;
    }

    function _enrol(Enrolment memory e, address by, address approver) private returns (address id) {
        id = Uscc.partyOf(e.uscc);
        Party storage p = _parties[id];
        require(p.status == PartyStatus.None, ParticipantsPartyEnrolled(id));
        require(Uscc.isValid(e.uscc), ParticipantsUsccInvalid(e.uscc));
        require(id.code.length == 0, ParticipantsPartyHasCode(id));
        _requireDetails(e.nameHash, e.roles);
        uint256 count = e.officers.length;
        require(count > 0 && count <= OFFICERS_MAX, ParticipantsOfficerCount(count, OFFICERS_MAX));

        bytes10 tag = bytes10(bytes20(id));
        require(partyOfTag[tag] == address(0), ParticipantsTagTaken(tag, partyOfTag[tag]));

        partyOfTag[tag] = id;
        p.roles = e.roles;
        p.status = PartyStatus.Active;
        p.sizeClass = e.sizeClass;
        p.enrolledDay = _today();
        p.uscc = e.uscc;
        p.nameHash = e.nameHash;

        emit PartyEnrolled(id, e.uscc, e.lei, e.nameHash, e.roles, e.sizeClass, by, approver);
        for (uint256 i; i < count; ++i) {
            Grant memory g = e.officers[i];
            require(g.powers != 0, ParticipantsFieldInvalid("powers"));
            _setOfficer(p, id, g.officer, g.powers, g.limitFen);
        }
        require(p.adminCount > 0, ParticipantsLastAdministrator(id));
    }

    function _change(OfficerChange calldata change, bytes32 structHash, bytes calldata acceptance) private {
        Party storage p = _existing(change.party);
        require(change.nonce == p.changes, ParticipantsChangeNonce(change.party, change.nonce, p.changes));
        require(block.timestamp <= change.deadline, GovernedSignatureExpired(change.deadline, block.timestamp));
        if (change.replaces != address(0)) {
            require(_officers[change.replaces].party == change.party, ParticipantsOfficerUnknown(change.replaces));
        }
        if (change.powers == 0) {
            require(_officers[change.officer].party == change.party, ParticipantsOfficerUnknown(change.officer));
        } else if (_officers[change.officer].powers == 0) {
            _requireSignature(change.officer, _hashTypedData(structHash), acceptance);
        }

        ++p.changes;
        delete recovery[change.party];
        if (change.replaces != address(0)) _setOfficer(p, change.party, change.replaces, 0, 0);
        _setOfficer(p, change.party, change.officer, change.powers, change.limitFen);
        require(p.adminCount > 0, ParticipantsLastAdministrator(change.party));
    }

    function _setOfficer(Party storage p, address id, address key, uint8 powers, uint80 limitFen) private {
        Officer storage o = _officers[key];
        address present = o.party;
        require(present == address(0) || present == id, ParticipantsOfficerTaken(key, present));

        if (o.powers & Powers.ADMINISTER != 0) --p.adminCount;
        if (powers & Powers.ADMINISTER != 0) ++p.adminCount;
        if (o.powers != 0) --p.officerCount;
        if (powers != 0) ++p.officerCount;
        // A key that was removed stays bound to its party: history must not be reassigned to somebody else's acts.
        (o.party, o.powers, o.limitFen) = (id, powers, limitFen);

        emit OfficerSet(id, key, powers, limitFen, p.changes, msg.sender);
    }

    function _hashEnrolment(Enrolment calldata e) private pure returns (bytes32) {
        uint256 count = e.officers.length;
        bytes32[] memory grants = new bytes32[](count);
        for (uint256 i; i < count; ++i) {
            Grant calldata g = e.officers[i];
            grants[i] = keccak256(abi.encode(GRANT_TYPEHASH, g.officer, g.powers, g.limitFen));
        }
        return keccak256(
            abi.encode(
                ENROLMENT_TYPEHASH,
                e.uscc,
                e.lei,
                e.nameHash,
                e.roles,
                e.sizeClass,
                keccak256(abi.encodePacked(grants)),
                e.deadline
            )
        );
    }

    function _hashChange(OfficerChange calldata c) private pure returns (bytes32) {
        return keccak256(abi.encode(CHANGE_TYPEHASH, c));
    }
}
