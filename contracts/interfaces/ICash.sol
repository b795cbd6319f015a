// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Order} from "./IOrders.sol";

/// @title ICash
/// @notice Tokenised deposits (ERC-20, two decimals: one unit is one fen). A settlement bank mints against money
/// received and burns against money paid out, each under a payment id that is used once (MUST-13).
/// @dev The holder is a party, never a key: `transfer` moves the money of the party the caller acts for, and an
/// allowance is given by a party to a party. EIP-2612 permits are refused: a party has no key to sign with.
interface ICash {
    event CashMinted(address indexed to, bytes32 indexed paymentId, uint256 amountFen, address bank, address officer);
    event CashBurnt(address indexed from, bytes32 indexed paymentId, uint256 amountFen, address bank, address officer);
    event CashMovedByOrder(bytes32 indexed orderId, address indexed from, address indexed to, uint256 amountFen);

    /// @notice Thrown when a payment id was used before.
    error CashPaymentIdUsed(bytes32 paymentId);
    /// @notice Thrown when a payment id is empty.
    error CashPaymentIdEmpty();
    /// @notice Thrown when an amount is zero or above what an account can hold (2^64 − 1 fen).
    error CashAmount(uint256 amountFen);
    /// @notice Thrown when the party has too little, fen.
    error CashBalance(address party, uint256 available, uint256 needed);
    /// @notice Thrown when an order is no transfer of this contract's money.
    error CashOrderKind(bytes32 orderId);
    /// @notice Thrown by `permit`.
    error CashPermitDisabled();

    /// @notice Credits a party with money a settlement bank received for it.
    function mint(address to, uint256 amountFen, bytes32 paymentId) external;

    /// @notice Destroys the calling settlement bank's own holding, after it paid the money out.
    function burn(uint256 amountFen, bytes32 paymentId) external;

    /// @notice Moves money as part of an exchange. Settlement only; both parties' standing was checked.
    function move(address from, address to, uint256 amountFen) external;

    /// @notice Pays many at once what one owes them. Settlement only; works for a frozen payer and frozen payees.
    function payOut(address from, address[] calldata to, uint256[] calldata amountsFen) external;

    /// @notice Debits a party that allowed it for what it owes, and takes it off what it allowed `spender`. Settlement only; works
    /// for a frozen payer.
    function debit(address from, address spender, address to, uint256 amountFen) external;

    /// @notice Moves money by legal order; the caller is the order's second officer.
    function carryOut(Order calldata order) external;
}
