// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Approval} from "../base/Approval.sol";
import {Governed} from "../base/Governed.sol";
import {IBills} from "../interfaces/IBills.sol";
import {AcceptorKind, IDisclosures} from "../interfaces/IDisclosures.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {Days} from "../libraries/Days.sol";
import {Interest} from "../libraries/Interest.sol";
import {RuleIds} from "../libraries/RuleIds.sol";
import {OverdueList} from "./disclosures/OverdueList.sol";

/// @title Disclosures
/// @notice Room for one thing: whether a party may accept bills, and whether what it accepted is disclosed as it is.
/// @custom:invariant DIS-3 The undisclosed count is the number of its accepted 商票 and 财票 without a matching statement.
contract Disclosures is OverdueList {
    bytes32 private constant FIGURES_TYPEHASH = keccak256(
        "Figures(address acceptor,uint64 totalAssetsFen,uint64 depositsFen,uint64 marginFen,uint24 asOfDay,bytes32 evidenceHash,uint64 deadline)"
    );
    bytes32 private constant REMOVAL_TYPEHASH =
        keccak256("BanRemoval(address acceptor,bytes32 causeHash,uint64 deadline)");

    struct FigureSlot {
        uint64 totalAssetsFen;
        uint64 depositsFen;
        uint64 marginFen;
        uint24 asOfDay;
    }

    IBills public immutable bills;
    address public immutable acceptances;
    address public immutable presentations;
    address public immutable recourse;

    mapping(address acceptor => FigureSlot) public figuresOf;
    mapping(uint128 billNo => Disclosure) private _disclosures;
    mapping(uint128 billNo => mapping(address party => bytes32)) private _checks;

    constructor(
        IParticipants participants_,
        IRulebook rulebook_,
        IBills bills_,
        address acceptances_,
        address presentations_,
        address recourse_
    ) Governed(participants_) {
        rulebook = rulebook_;
        bills = bills_;
        acceptances = acceptances_;
        presentations = presentations_;
        recourse = recourse_;
    }

    /* DOORS OF THE BILLS */

    /// @inheritdoc IDisclosures
    function book(uint128, address drawer, address acceptor, AcceptorKind kind, uint64 faceFen) external {
        _requireCaller(acceptances);
        uint32 today = _today();
        _requireStanding(drawer, acceptor, kind, today);
        if (kind != AcceptorKind.Bank) _enterDesk(acceptor, today);
        Account memory a = _opened(acceptor);
        if (kind != AcceptorKind.Enterprise) _requireCeilings(acceptor, uint256(a.balanceFen) + faceFen, today);

        a.acceptedFen += uint56(faceFen);
        a.balanceFen += uint56(faceFen);
        _accounts[acceptor] = a;
    }

    /// @inheritdoc IDisclosures
    function unbook(address acceptor, uint64 amountFen) external {
        if (msg.sender != acceptances) _requirePayer();
        Account memory a = _opened(acceptor);

        a.balanceFen -= uint56(amountFen);
        _accounts[acceptor] = a;
    }

    /// @inheritdoc IDisclosures
    function countOverdue(uint128 billNo, address acceptor, uint64 amountFen) external {
        _requirePayer();
        _countOverdue(billNo, acceptor, amountFen);
    }

    /// @inheritdoc IDisclosures
    function settleOverdue(uint128 billNo, address acceptor, uint64 amountFen) external {
        _requirePayer();
        _settleOverdue(billNo, acceptor, amountFen);
    }

    /* DISCLOSURE */

    /// @inheritdoc IDisclosures
    function disclose(uint128 billNo, bytes32 statementHash) external {
        IBills.Bill memory b = bills.bill(billNo);
        bool due = b.acceptanceDay != 0 && b.acceptorKind != AcceptorKind.Bank;
        require(due, DisclosuresNothingDue(billNo));
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == b.acceptor, DisclosuresParty(billNo, party, b.acceptor));
        require(statementHash != 0, DisclosuresIncomplete("statementHash"));
        Disclosure memory d = _disclosures[billNo];
        bool matches = statementHash == _derived(billNo, b);
        (uint32 by,) = rulebook.addBusinessDays(b.acceptanceDay, _valueOn(RuleIds.DISCLOSE_BY, _today()));

        if (matches && !d.ended) _leaveDesk(b.acceptor, uint24(b.acceptanceDay));
        d = Disclosure({
            day: uint24(_today()),
            edits: d.day == 0 ? 0 : d.edits + 1,
            matches: matches,
            ended: d.ended || matches,
            statementTag: bytes25(statementHash)
        });
        _disclosures[billNo] = d;

        emit BillDisclosed(billNo, party, statementHash, matches, _today() > by, msg.sender);
    }

    /// @inheritdoc IDisclosures
    function discloseMonth(uint16 month, bytes32 statementHash) external {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        Account memory a = _monthEndOf(party, month);
        bytes32 derived =
            keccak256(abi.encode(party, month, a.acceptedFen, a.balanceFen, a.overdueFen, a.overdueBalanceFen));
        bool matches = statementHash == derived;
        uint32 today = _today();
        bool late = today > Days.monthEnd(month) + _valueOn(RuleIds.MONTHLY_DISCLOSURE_DAY, today);

        if (matches && month > _desks[party].disclosedMonth) _desks[party].disclosedMonth = month;

        emit MonthDisclosed(party, month, statementHash, matches, late, msg.sender);
    }

    /// @inheritdoc IDisclosures
    function recordCheck(uint128 billNo) external returns (bytes32 snapshotHash) {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        snapshotHash = _snapshot(billNo);

        _checks[billNo][party] = snapshotHash;

        emit DisclosureChecked(billNo, party, snapshotHash, msg.sender);
    }

    /// @inheritdoc IDisclosures
    function reconcile(uint64 bookBalanceFen, bytes32 bookHash) external returns (bool matches) {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(bookHash != 0, DisclosuresIncomplete("bookHash"));
        uint64 balanceFen = _accounts[party].balanceFen;
        matches = bookBalanceFen == balanceFen;

        emit BookReconciled(party, bookBalanceFen, balanceFen, matches, bookHash, msg.sender);
    }

    /* THE LISTS */

    /// @inheritdoc IDisclosures
    function publishListing(address acceptor) external {
        uint32 today = _today();
        uint16 month = Days.monthOf(today);
        if (_desks[acceptor].listedMonth == month) return;
        (bool suspended, uint32 bannedUntil) = _standing(acceptor, today);

        _desks[acceptor].listedMonth = month;

        emit AcceptorListed(acceptor, month, suspended, bannedUntil);
    }

    /// @inheritdoc IDisclosures
    function announceCleared(bytes32 announcementHash) external {
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(announcementHash != 0, DisclosuresIncomplete("announcementHash"));
        uint16 month = Days.monthOf(_today());
        uint256 overdueFen = _accounts[party].overdueBalanceFen;
        (uint256 late, uint16 disclosedMonth) = (_lateCount(party, _today()), _desks[party].disclosedMonth);
        require(
            overdueFen == 0 && late == 0 && disclosedMonth + 1 == month,
            DisclosuresNotCleared(party, overdueFen, late, disclosedMonth)
        );

        _desks[party].clearedMonth = month;

        emit ClearanceAnnounced(party, month, announcementHash, msg.sender);
    }

    /// @inheritdoc IDisclosures
    function removeBan(address acceptor, bytes32 causeHash, uint64 deadline, Approval calldata approver) external {
        _requireRegulators(approver, keccak256(abi.encode(REMOVAL_TYPEHASH, acceptor, causeHash, deadline)), deadline);
        require(causeHash != 0, DisclosuresIncomplete("causeHash"));
        (bool banned,) = isBanned(acceptor, _today());
        require(banned, DisclosuresNotBanned(acceptor));
        uint16 month = Days.monthOf(_today()) - 1;

        _desks[acceptor].removedMonth = month;

        emit BanRemoved(acceptor, month, causeHash, msg.sender, approver.officer);
    }

    /// @inheritdoc IDisclosures
    function stateFigures(Figures calldata f, Approval calldata approver) external {
        _requireRegulators(approver, keccak256(abi.encode(FIGURES_TYPEHASH, f)), f.deadline);
        participants.requireActive(f.acceptor, 0);
        require(f.totalAssetsFen != 0, DisclosuresIncomplete("totalAssetsFen"));
        require(f.depositsFen != 0, DisclosuresIncomplete("depositsFen"));
        require(f.asOfDay != 0 && f.asOfDay <= _today(), DisclosuresIncomplete("asOfDay"));
        require(f.evidenceHash != 0, DisclosuresIncomplete("evidenceHash"));

        figuresOf[f.acceptor] = FigureSlot(f.totalAssetsFen, f.depositsFen, f.marginFen, f.asOfDay);

        emit FiguresStated(
            f.acceptor,
            f.totalAssetsFen,
            f.depositsFen,
            f.marginFen,
            f.asOfDay,
            f.evidenceHash,
            msg.sender,
            approver.officer
        );
    }

    /* READING */

    /// @inheritdoc IDisclosures
    function requireFinanceable(uint128 billNo, bool disclosed) external view {
        IBills.Bill memory b = bills.bill(billNo);
        _requireNotBanned(b.acceptor, _today());
        if (disclosed && b.acceptanceDay != 0 && b.acceptorKind != AcceptorKind.Bank) {
            Disclosure memory d = _disclosures[billNo];
            if (!d.matches) {
                revert DisclosuresGate(RuleIds.DISCLOSURE_GATE, _versionOf(RuleIds.DISCLOSURE_GATE), billNo, d.day != 0);
            }
        }
    }

    /// @inheritdoc IDisclosures
    function isDisclosed(uint128 billNo) external view returns (bool) {
        return _disclosures[billNo].matches || bills.bill(billNo).acceptorKind == AcceptorKind.Bank;
    }

    /// @inheritdoc IDisclosures
    function derivedStatement(uint128 billNo) external view returns (bytes32) {
        return _derived(billNo, bills.bill(billNo));
    }

    /// @inheritdoc IDisclosures
    function disclosureOf(uint128 billNo) external view returns (Disclosure memory) {
        return _disclosures[billNo];
    }

    /// @inheritdoc IDisclosures
    function checkOf(uint128 billNo, address party) external view returns (bytes32 snapshotHash, bool current) {
        snapshotHash = _checks[billNo][party];
        current = snapshotHash == _snapshot(billNo);
    }

    /// @inheritdoc IDisclosures
    function deskOf(address acceptor) external view returns (Desk memory) {
        return _desks[acceptor];
    }

    /// @inheritdoc IDisclosures
    function lateCount(address acceptor) external view returns (uint256) {
        return _lateCount(acceptor, _today());
    }

    /* MAY IT ACCEPT? */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Disclosures", "1");
    }

    /// @dev A clean party costs one slot.
    function _requireStanding(address drawer, address acceptor, AcceptorKind kind, uint32 today) private view {
        (bool suspended, uint32 bannedUntil) = _standing(acceptor, today);
        _requireNoBan(acceptor, bannedUntil);
        if (kind != AcceptorKind.Enterprise) _requireNotBanned(drawer, today);
        if (suspended) {
            revert DisclosuresSuspended(
                RuleIds.OVERDUE_COUNT, _versionOf(RuleIds.OVERDUE_COUNT), acceptor, Days.monthOf(today)
            );
        }
    }

    function _requireNotBanned(address party, uint32 today) private view {
        (, uint32 bannedUntil) = _standing(party, today);
        _requireNoBan(party, bannedUntil);
    }

    function _requireNoBan(address party, uint32 bannedUntil) private view {
        if (bannedUntil != 0) {
            revert DisclosuresBanned(
                RuleIds.PERSISTENT_BAN_MONTHS, _versionOf(RuleIds.PERSISTENT_BAN_MONTHS), party, bannedUntil
            );
        }
    }

    /// @custom:rule R4-24a, R4-24b
    function _requireCeilings(address acceptor, uint256 balanceFen, uint32 today) private view {
        (uint256 assetsPpm, uint256 version) = rulebook.valueOn(RuleIds.ACCEPTANCE_CEILING, today);
        FigureSlot memory f = figuresOf[acceptor];
        require(f.asOfDay != 0, DisclosuresFiguresMissing(RuleIds.ACCEPTANCE_CEILING, version, acceptor));
        uint256 most = f.totalAssetsFen * assetsPpm / Interest.PPM;
        require(balanceFen <= most, IRulebook.RuleViolated(RuleIds.ACCEPTANCE_CEILING, version, balanceFen, most));
        uint256 depositsPpm;
        (depositsPpm, version) = rulebook.valueOn(RuleIds.MARGIN_CEILING, today);
        most = f.depositsFen * depositsPpm / Interest.PPM;
        require(f.marginFen <= most, IRulebook.RuleViolated(RuleIds.MARGIN_CEILING, version, f.marginFen, most));
    }

    /* THE DESK */

    /// @dev Until a bucket's own last day, every later acceptance has that same last day: no business day lies between.
    function _enterDesk(address acceptor, uint32 today) private {
        Desk memory d = _desks[acceptor];
        uint256 late = _lateIn(d, today);
        if (late > 0) {
            revert DisclosuresLate(RuleIds.DISCLOSE_BY, _versionOf(RuleIds.DISCLOSE_BY), acceptor, late);
        }
        if (today >= d.currentBy) {
            if (d.currentCount > 0) {
                d.olderCount += d.previousCount;
                (d.previousFrom, d.previousBy, d.previousCount) = (d.currentFrom, d.currentBy, d.currentCount);
            }
            (uint32 by,) = rulebook.addBusinessDays(today, _valueOn(RuleIds.DISCLOSE_BY, today));
            (d.currentFrom, d.currentBy, d.currentCount) = (uint24(today), uint24(by), 0);
        }

        ++d.currentCount;
        _desks[acceptor] = d;
    }

    /// @dev The bill is disclosed as it is: its bucket, told by its acceptance day, counts one less.
    function _leaveDesk(address acceptor, uint24 acceptanceDay) private {
        Desk memory d = _desks[acceptor];
        if (acceptanceDay >= d.currentFrom) --d.currentCount;
        else if (acceptanceDay >= d.previousFrom) --d.previousCount;
        else --d.olderCount;
        _desks[acceptor] = d;
    }

    function _lateCount(address acceptor, uint32 today) private view returns (uint256) {
        return _lateIn(_desks[acceptor], today);
    }

    function _lateIn(Desk memory d, uint32 today) private view returns (uint256 late) {
        late = d.olderCount;
        if (d.previousCount > 0 && _isLate(d.previousFrom, d.previousBy, today)) late += d.previousCount;
        if (d.currentCount > 0 && _isLate(d.currentFrom, d.currentBy, today)) late += d.currentCount;
    }

    /// @dev Whether the day for disclosing what was accepted on `from` has passed. A calendar changed since may have moved
    /// it (CAL-5), so the rulebook is asked again before anything is called late.
    function _isLate(uint24 from, uint24 by, uint32 today) private view returns (bool) {
        return by < today && rulebook.addBusinessDaysDue(from, _valueOn(RuleIds.DISCLOSE_BY, today)) < today;
    }

    /* INTERNALS */

    function _requirePayer() private view {
        if (msg.sender != recourse) _requireCaller(presentations);
    }

    function _requireRegulators(Approval calldata approver, bytes32 structHash, uint64 deadline) private {
        address party = _authorize(msg.sender, Powers.MAKE, 0, Roles.REGULATOR, Standing.Full);
        _requireSecondOnce(approver, _hashTypedData(structHash), deadline, party, Powers.CHECK);
    }

    function _derived(uint128 billNo, IBills.Bill memory b) private view returns (bytes32) {
        bytes18 uscc = participants.party(b.acceptor).uscc;
        return keccak256(
            abi.encode(billNo, b.issueDay, b.acceptanceDay, b.drawer, b.acceptor, uscc, uint256(b.faceFen), b.maturity)
        );
    }

    /// @dev The whole word: a later edit, even back to the same text, is another snapshot.
    function _snapshot(uint128 billNo) private view returns (bytes32) {
        return keccak256(abi.encode(billNo, _disclosures[billNo]));
    }
}
