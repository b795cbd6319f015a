// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IReceivables} from "../interfaces/IReceivables.sol";

/// @dev A certificate in its one slot. From the low end: outstandingFen 64, hasLocks 1, hasPledges 7, splitMinThousands 8,
/// splitsLeft 16, layersMax 8, status 8, tenorDays 16, frozenUntil 24, dueDay 24, debtorTag 80 bits.
type CertificateSlot is uint256;

using Certificates for CertificateSlot global;

/// @title Certificates
/// @notice Reads and writes the packed certificate: one storage access for all fields, where the compiler would make
/// one for each.
library Certificates {
    uint256 private constant STATUS_SHIFT = 104;
    uint256 private constant FROZEN_SHIFT = 128;
    uint256 private constant SPLITS_SHIFT = 80;

    /// @notice For an opening: nothing of it is pledged.
    function pack(IReceivables.Certificate memory c) internal pure returns (CertificateSlot) {
        uint256 slot = uint256(uint80(c.debtorTag));
        slot = (slot << 24) | c.dueDay;
        slot = (slot << 24) | c.frozenUntil;
        slot = (slot << 16) | c.tenorDays;
        slot = (slot << 8) | uint256(c.status);
        slot = (slot << 8) | c.layersMax;
        slot = (slot << 16) | c.splitsLeft;
        slot = (slot << 8) | c.splitMinThousands;
        slot = (slot << 8) | (c.hasLocks ? 1 : 0);
        slot = (slot << 64) | c.outstandingFen;
        return CertificateSlot.wrap(slot);
    }

    function unpack(CertificateSlot s) internal pure returns (IReceivables.Certificate memory c) {
        c.debtorTag = debtorTag(s);
        c.dueDay = uint24(dueDay(s));
        c.frozenUntil = uint24(frozenUntil(s));
        c.tenorDays = uint16(CertificateSlot.unwrap(s) >> 112);
        c.status = status(s);
        c.layersMax = layersMax(s);
        c.splitsLeft = splitsLeft(s);
        c.splitMinThousands = splitMinThousands(s);
        c.hasLocks = hasLocks(s);
        c.hasPledges = hasPledges(s);
        c.outstandingFen = outstandingFen(s);
    }

    function outstandingFen(CertificateSlot s) internal pure returns (uint64) {
        return uint64(CertificateSlot.unwrap(s));
    }

    function hasLocks(CertificateSlot s) internal pure returns (bool) {
        return uint8(CertificateSlot.unwrap(s) >> 64) != 0;
    }

    function hasPledges(CertificateSlot s) internal pure returns (bool) {
        return uint8(CertificateSlot.unwrap(s) >> 64) > 1;
    }

    function splitMinThousands(CertificateSlot s) internal pure returns (uint8) {
        return uint8(CertificateSlot.unwrap(s) >> 72);
    }

    function splitsLeft(CertificateSlot s) internal pure returns (uint16) {
        return uint16(CertificateSlot.unwrap(s) >> SPLITS_SHIFT);
    }

    function layersMax(CertificateSlot s) internal pure returns (uint8) {
        return uint8(CertificateSlot.unwrap(s) >> 96);
    }

    function status(CertificateSlot s) internal pure returns (IReceivables.Status) {
        return IReceivables.Status(uint8(CertificateSlot.unwrap(s) >> STATUS_SHIFT));
    }

    /// @notice The day it was opened: its due day less its tenor.
    function openedDay(CertificateSlot s) internal pure returns (uint32) {
        return dueDay(s) - uint16(CertificateSlot.unwrap(s) >> 112);
    }

    function frozenUntil(CertificateSlot s) internal pure returns (uint32) {
        return uint24(CertificateSlot.unwrap(s) >> FROZEN_SHIFT);
    }

    function dueDay(CertificateSlot s) internal pure returns (uint32) {
        return uint24(CertificateSlot.unwrap(s) >> 152);
    }

    function debtorTag(CertificateSlot s) internal pure returns (bytes10) {
        return bytes10(uint80(CertificateSlot.unwrap(s) >> 176));
    }

    function withStatus(CertificateSlot s, IReceivables.Status to) internal pure returns (CertificateSlot) {
        return _with(s, type(uint8).max, STATUS_SHIFT, uint256(to));
    }

    function withFrozenUntil(CertificateSlot s, uint24 day) internal pure returns (CertificateSlot) {
        return _with(s, type(uint24).max, FROZEN_SHIFT, day);
    }

    function withSplitsLeft(CertificateSlot s, uint16 count) internal pure returns (CertificateSlot) {
        return _with(s, type(uint16).max, SPLITS_SHIFT, count);
    }

    function withLocks(CertificateSlot s) internal pure returns (CertificateSlot) {
        return CertificateSlot.wrap(CertificateSlot.unwrap(s) | (1 << 64));
    }

    /// @notice A pledge is a lock as well.
    function withPledges(CertificateSlot s) internal pure returns (CertificateSlot) {
        return CertificateSlot.wrap(CertificateSlot.unwrap(s) | (3 << 64));
    }

    /// @notice Takes an amount off what is outstanding; reverts below zero.
    function less(CertificateSlot s, uint64 amountFen) internal pure returns (CertificateSlot) {
        return _with(s, type(uint64).max, 0, outstandingFen(s) - amountFen);
    }

    function _with(CertificateSlot s, uint256 mask, uint256 shift, uint256 value)
        private
        pure
        returns (CertificateSlot)
    {
        return CertificateSlot.wrap((CertificateSlot.unwrap(s) & ~(mask << shift)) | (value << shift));
    }
}
