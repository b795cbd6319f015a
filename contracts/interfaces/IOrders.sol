// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev Freeze and unfreeze a party or an asset; move an asset on legal title; stop the payment of a bill (止付). Unfreeze
/// lifts a stop of payment too.
enum OrderKind {
    Freeze,
    Unfreeze,
    Transfer,
    StopPayment
}

/// @dev One legal order. Its id is the hash of all of it, so the same order is never carried out twice.
struct Order {
    OrderKind kind;
    address target; // the contract that keeps the party or asset
    bytes32 subject; // the party (as bytes32) or the asset's id; zero where `target` is Cash
    address from; // Transfer only
    address to; // Transfer only
    uint256 amountFen; // Transfer only
    bytes32 documentHash; // hash of the order's text and case number
    uint32 expiryDay; // last civil day of a freeze or stop of payment; last day to carry out the others
}

/// @title IOrders
/// @notice Freezes and transfers by legal order (冻结, 非交易过户): document hash, scope, expiry, two officers, a log
/// that is never erased. The contract that keeps the subject carries the order out; this one says whether it may.
/// @custom:invariant ORD-1 An order is carried out at most once, by an officer other than the one who proposed it.
/// @custom:invariant ORD-2 Freezing and forcing a transfer take different roles (MUST-9).
interface IOrders {
    enum OrderState {
        None,
        Proposed,
        CarriedOut,
        Withdrawn
    }

    event OrderProposed(bytes32 indexed orderId, address indexed party, address officer, Order order);
    event OrderWithdrawn(bytes32 indexed orderId, address indexed party, address officer);
    event OrderCarriedOut(bytes32 indexed orderId, address indexed party, address officer);

    /// @notice Thrown when the order is not in the state needed.
    error OrdersState(bytes32 orderId, OrderState actual, OrderState needed);
    /// @notice Thrown when the expiry has passed, or lies beyond what one order may ask (OP-28); civil days.
    error OrdersExpiry(uint32 expiryDay, uint32 earliest, uint32 latest);
    /// @notice Thrown when the order lacks its document or parties, or moves from a party to itself.
    error OrdersIncomplete(bytes32 orderId);
    /// @notice Thrown when the target does not know orders of that kind.
    error OrdersKind(bytes32 orderId, OrderKind kind);
    /// @notice Thrown when the contract that asks is not the order's target, or the target keeps nothing to order.
    error OrdersTarget(bytes32 orderId, address actual, address needed);

    /// @notice Enters an order. Freezes and stops of payment: regulator or court. Transfers: court.
    function propose(Order calldata order) external returns (bytes32 orderId);

    /// @notice Takes back an order that has not been carried out. Another or the same officer of the same party.
    function withdraw(bytes32 orderId) external;

    /// @notice Called by the order's target: checks the second officer and marks the order carried out.
    function carryOut(Order calldata order, address officer) external returns (bytes32 orderId);

    function orderIdOf(Order calldata order) external pure returns (bytes32);
    function stateOf(bytes32 orderId) external view returns (OrderState state, address party, address officer);
}
