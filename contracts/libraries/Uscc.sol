// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Uscc
/// @notice Check digits of the unified social credit code (统一社会信用代码, GB 32100-2015), and the party it names.
library Uscc {
    bytes private constant ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    uint256 private constant ABSENT = 255;

    /// @notice The identifier of a party: an address for which nobody has a key.
    function partyOf(bytes18 uscc) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(uscc)))));
    }

    /// @notice Whether both check characters hold: the code's own and the embedded organisation code's (GB 11714).
    function isValid(bytes18 uscc) internal pure returns (bool) {
        uint256 sum;
        uint256 weight = 1;
        for (uint256 i; i < 17; ++i) {
            uint256 value = _value(uscc[i]);
            if (value == ABSENT) return false;
            sum += value * weight;
            weight = (weight * 3) % 31;
        }
        return uscc[17] == ALPHABET[(31 - (sum % 31)) % 31] && _isValidOrganisation(uscc);
    }

    function _isValidOrganisation(bytes18 uscc) private pure returns (bool) {
        uint8[8] memory weights = [3, 7, 9, 10, 5, 8, 4, 2];
        uint256 sum;
        for (uint256 i; i < 8; ++i) {
            uint8 character = uint8(uscc[8 + i]);
            uint256 value = character < 0x3a ? character - 0x30 : character - 0x37;
            sum += value * weights[i];
        }
        uint256 check = 11 - (sum % 11);
        bytes1 expected = check == 10 ? bytes1("X") : check == 11 ? bytes1("0") : bytes1(uint8(0x30 + check));
        return uscc[16] == expected;
    }

    function _value(bytes1 character) private pure returns (uint256) {
        for (uint256 i; i < 31; ++i) {
            if (ALPHABET[i] == character) return i;
        }
        return ABSENT;
    }
}
