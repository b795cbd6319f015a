// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "solady/tokens/ERC20.sol";

import {Governed} from "../base/Governed.sol";
import {ICash} from "../interfaces/ICash.sol";
import {IOrders, Order, OrderKind} from "../interfaces/IOrders.sol";
import {IParticipants, Powers, Roles, Standing} from "../interfaces/IParticipants.sol";

/// @title Cash
/// @notice Room for one thing: which party has how much tokenised money.
/// @custom:invariant CSH-1 The sum of balances changes by mint and burn only.
/// @custom:invariant CSH-2 No contract of the ledger holds money at the end of a transaction (R77-4).
contract Cash is ICash, ERC20, Governed {
    IOrders public immutable orders;
    address public immutable settlement;

    mapping(bytes32 paymentId => bool) public isPaymentUsed;

    constructor(IParticipants participants_, IOrders orders_, address settlement_) Governed(participants_) {
        orders = orders_;
        settlement = settlement_;
    }

    /* MINT AND BURN */

    /// @inheritdoc ICash
    function mint(address to, uint256 amountFen, bytes32 paymentId) external {
        address bank = _authorize(msg.sender, Powers.PAY, amountFen, Roles.CLEARING_BANK, Standing.Full);
        participants.requireMove(bank, to);
        _usePayment(paymentId, amountFen);

        _mint(to, amountFen);

        emit CashMinted(to, paymentId, amountFen, bank, msg.sender);
    }

    /// @inheritdoc ICash
    function burn(uint256 amountFen, bytes32 paymentId) external {
        address bank = _authorize(msg.sender, Powers.PAY, amountFen, Roles.CLEARING_BANK, Standing.Full);
        _usePayment(paymentId, amountFen);
        _requireBalance(bank, amountFen);

        _burn(bank, amountFen);

        emit CashBurnt(bank, paymentId, amountFen, bank, msg.sender);
    }

    /* TRANSFER */

    /// @notice Moves money of the party that the caller acts for.
    function transfer(address to, uint256 amountFen) public override returns (bool) {
        address from = _authorize(msg.sender, Powers.PAY, amountFen, 0, Standing.Full);
        _moveDisposed(from, to, amountFen);
        return true;
    }

    /// @notice Lets another party take up to `amountFen` of the caller's party's money.
    function approve(address spender, uint256 amountFen) public override returns (bool) {
        address owner = _authorize(msg.sender, Powers.PAY, amountFen, 0, Standing.Full);
        participants.requireActive(spender, Roles.TRADING);
        _approve(owner, spender, amountFen);
        return true;
    }

    /// @notice Moves money that another party allowed the caller's party to take.
    function transferFrom(address from, address to, uint256 amountFen) public override returns (bool) {
        address spender = _authorize(msg.sender, Powers.PAY, amountFen, 0, Standing.Full);
        _spendAllowance(from, spender, amountFen);
        // Solady's own is silent here, and the books are kept from events alone.
        emit Approval(from, spender, allowance(from, spender));
        _moveDisposed(from, to, amountFen);
        return true;
    }

    /// @inheritdoc ICash
    function move(address from, address to, uint256 amountFen) external {
        _requireCaller(settlement);
        _requireBalance(from, amountFen);
        _transfer(from, to, amountFen);
    }

    /// @inheritdoc ICash
    function payOut(address from, address[] calldata to, uint256[] calldata amountsFen) external {
        _requireCaller(settlement);
        uint256 total;
        for (uint256 i; i < to.length; ++i) {
            total += amountsFen[i];
        }
        _requireBalance(from, total);

        for (uint256 i; i < to.length; ++i) {
            _transfer(from, to[i], amountsFen[i]);
        }
    }

    /// @inheritdoc ICash
    function debit(address from, address spender, address to, uint256 amountFen) external {
        _requireCaller(settlement);
        _spendAllowance(from, spender, amountFen);
        emit Approval(from, spender, allowance(from, spender));
        _requireBalance(from, amountFen);

        _transfer(from, to, amountFen);
    }

    /// @inheritdoc ICash
    function carryOut(Order calldata order) external {
        bytes32 orderId = orders.carryOut(order, msg.sender);
        require(order.kind == OrderKind.Transfer && order.subject == 0, CashOrderKind(orderId));
        participants.requireActive(order.to, Roles.TRADING);
        _requireBalance(order.from, order.amountFen);

        _transfer(order.from, order.to, order.amountFen);

        emit CashMovedByOrder(orderId, order.from, order.to, order.amountFen);
    }

    /// @notice Refused: a party has no key that could sign a permit.
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) public pure override {
        revert CashPermitDisabled();
    }

    /* METADATA */

    function name() public pure override returns (string memory) {
        return "Tokenised deposit (CNY)";
    }

    function symbol() public pure override returns (string memory) {
        return "CNYD";
    }

    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /* INTERNALS */

    function _domainNameAndVersion() internal pure override returns (string memory, string memory) {
        return ("SCF Cash", "1");
    }

    /// @dev Without this, the canonical Permit2 contract could move everybody's money.
    function _givePermit2InfiniteAllowance() internal pure override returns (bool) {
        return false;
    }

    /// @dev The one path of money that is disposed of; what is owed goes through `payOut`.
    function _moveDisposed(address from, address to, uint256 amountFen) private {
        participants.requireMove(from, to);
        require(amountFen > 0, CashAmount(amountFen));
        _requireBalance(from, amountFen);

        _transfer(from, to, amountFen);
    }

    function _usePayment(bytes32 paymentId, uint256 amountFen) private {
        require(amountFen > 0 && amountFen <= type(uint64).max, CashAmount(amountFen));
        require(paymentId != 0, CashPaymentIdEmpty());
        require(!isPaymentUsed[paymentId], CashPaymentIdUsed(paymentId));

        isPaymentUsed[paymentId] = true;
    }

    function _requireBalance(address party, uint256 needed) private view {
        uint256 available = balanceOf(party);
        require(available >= needed, CashBalance(party, available, needed));
    }
}
