// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cash} from "../assets/Cash.sol";
import {IReceivables} from "../interfaces/IReceivables.sol";
import {Quoting} from "./Quoting.sol";

/// @title Exchange
/// @notice What every part of Settlement stands on: the asset and the money.
abstract contract Exchange is Quoting {
    IReceivables public immutable receivables;
    Cash public immutable cash;
}
