// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Pays before it writes, so a caller can take twice. scripts/check sees that Slither finds it.
contract Bank {
    mapping(address owner => uint256 fen) public held;

    function put() external payable {
        held[msg.sender] += msg.value;
    }

    function take() external {
        uint256 amount = held[msg.sender];
        (bool ok,) = msg.sender.call{value: amount}("");
        require(ok);
        held[msg.sender] = 0;
    }
}
