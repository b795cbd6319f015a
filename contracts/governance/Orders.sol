// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "../base/Governed.sol";
import {IOrders, Order, OrderKind} from "../interfaces/IOrders.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";
import {IRulebook} from "../interfaces/IRulebook.sol";
import {RuleIds} from "../libraries/RuleIds.sol";

/// @title Orders
/// @notice Room for one thing: which legal orders exist, and whether one may be carried out now.
contract Orders is IOrders, Governed {
    struct Entry {
        OrderState state;
        address party;
        address officer;
    }

    IRulebook public immutable rulebook;
    address public immutable cash;
    address public immutable receivables;
    address public immutable bills;

    mapping(bytes32 orderId => Entry) public stateOf;

    constructor(IParticipants participants_, IRulebook rulebook_, address cash_, address receivables_, address bills_)
        Governed(participants_)
    {
        rulebook = rulebook_;
        cash = cash_;
        receivables = receivables_;
        bills = bills_;
    }

    /// @inheritdoc IOrders
    function propose(Order calldata order) external returns (bytes32 orderId) {
        orderId = orderIdOf(order);
        OrderState state = stateOf[orderId].state;
        require(state == OrderState.None, OrdersState(orderId, state, OrderState.None));
        address party = _authorize(msg.sender, Powers.MAKE, order.amountFen, _rolesFor(order.kind), Standing.Full);
        _requireTarget(order, orderId);
        bool complete = order.documentHash != 0;
        if (order.kind == OrderKind.Transfer) {
            complete = complete && order.from != order.to && order.to != address(0) && order.amountFen > 0;
        }
        require(complete, OrdersIncomplete(orderId));
        _requireExpiry(order);

        stateOf[orderId] = Entry({state: OrderState.Proposed, party: party, officer: msg.sender});

        emit OrderProposed(orderId, party, msg.sender, order);
    }

    /// @inheritdoc IOrders
    function withdraw(bytes32 orderId) external {
        Entry storage e = stateOf[orderId];
        require(e.state == OrderState.Proposed, OrdersState(orderId, e.state, OrderState.Proposed));
        address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);
        require(party == e.party, GovernedOtherParty(msg.sender, party, e.party));

        e.state = OrderState.Withdrawn;

        emit OrderWithdrawn(orderId, party, msg.sender);
    }

    /// @inheritdoc IOrders
    function carryOut(Order calldata order, address officer) external returns (bytes32 orderId) {
        orderId = orderIdOf(order);
        Entry storage e = stateOf[orderId];
        require(e.state == OrderState.Proposed, OrdersState(orderId, e.state, OrderState.Proposed));
        require(msg.sender == order.target, OrdersTarget(orderId, msg.sender, order.target));
        require(officer != e.officer, GovernedSameOfficer(officer));
        address party = _authorize(officer, Powers.CHECK, order.amountFen, _rolesFor(order.kind), Standing.Full);
        require(party == e.party, GovernedOtherParty(officer, party, e.party));
        _requireExpiry(order);

        e.state = OrderState.CarriedOut;

        emit OrderCarriedOut(orderId, party, officer);
    }

    /// @inheritdoc IOrders
    function orderIdOf(Order calldata order) public pure returns (bytes32) {
        return keccak256(abi.encode(order));
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Orders", "1");
    }

    function _requireTarget(Order calldata order, bytes32 orderId) private view {
        bool asset = order.target == cash || order.target == receivables || order.target == bills;
        bool known = asset || order.target == address(participants);
        require(known, OrdersTarget(orderId, order.target, receivables));
        require(order.kind != OrderKind.StopPayment || order.target == bills, OrdersKind(orderId, order.kind));
    }

    function _rolesFor(OrderKind kind) private pure returns (uint32) {
        return kind == OrderKind.Transfer ? Roles.COURT : Roles.REGULATOR | Roles.COURT;
    }

    function _requireExpiry(Order calldata order) private view {
        uint32 today = _today();
        (uint256 daysMax, uint256 version) = rulebook.valueOrZero(RuleIds.FREEZE_DAYS_MAX, today);
        bool restrains = order.kind == OrderKind.Freeze || order.kind == OrderKind.StopPayment;
        bool limited = version != 0 && restrains && daysMax < type(uint32).max - today;
        uint32 latest = limited ? today + uint32(daysMax) : type(uint32).max;
        require(order.expiryDay >= today && order.expiryDay <= latest, OrdersExpiry(order.expiryDay, today, latest));
    }
}
