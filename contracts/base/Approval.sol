// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev One officer's approval of an act. The signature is 65 bytes r‖s‖v over the act's EIP-712 digest, or whatever
/// an EIP-1271 contract at `officer` accepts; empty where the officer is the caller or approved on chain before.
struct Approval {
    address officer;
    bytes signature;
}
